/* What was heard last, as a wave or a spectrum of characters.
 * In: frames, from the audio thread. Out: lines of plain characters, for anything that shows text. */
#include "play/scope.h"
#include "measure/spectrum.h"

#include <math.h>
#include <string.h>

enum { WAVE_FRAMES = 2048, WINDOW = 4096, MOST_COLUMNS = 400 };
static const double lowest = 20, highest = 20000; /* Hz */
static const double floor_dB = -90;

void scope_take(Scope *s, float *const *channels, int nchannels, int frames) {
    const uint64_t at = atomic_load_explicit(&s->written, memory_order_relaxed);
    for (int i = 0; i < frames; i++) {
        float sum = 0;
        for (int k = 0; k < nchannels; k++)
            sum += channels[k][i];
        atomic_store_explicit(&s->samples[(at + (uint64_t)i) % SCOPE_FRAMES],
                              sum / (float)nchannels, memory_order_relaxed);
    }
    atomic_store_explicit(&s->written, at + (uint64_t)frames, memory_order_release);
}

/* The last frames, the newest last. */
static void read_last(const Scope *s, float *x, int frames) {
    const uint64_t end = atomic_load_explicit(&s->written, memory_order_acquire);
    for (int i = 0; i < frames; i++)
        x[i] =
            atomic_load_explicit(&s->samples[(end - (uint64_t)frames + (uint64_t)i) % SCOPE_FRAMES],
                                 memory_order_relaxed);
}

static int columns_of(int columns) {
    return columns < 1 ? 1 : columns > MOST_COLUMNS ? MOST_COLUMNS : columns;
}

/* ---- wave ---------------------------------------------------------------------------------------------- */

/* Where it rises through 0, in the first half; else its begin. */
static const float *find_rise(const float *x, int frames) {
    for (int i = 1; i < frames; i++)
        if (x[i - 1] < 0 && x[i] >= 0) return x + i;
    return x;
}

static double height_of(const float *x, int frames) {
    static const double least = 1.0 / 1024;
    double peak = least, height = 1;
    for (int i = 0; i < frames; i++)
        peak = fmax(peak, fabs((double)x[i]));
    while (height < peak)
        height *= 2;
    while (height >= 2 * peak)
        height /= 2;
    return height;
}

/* From the lowest to the highest value of a column, as rows from the top. */
typedef struct Stroke {
    int top, bottom;
} Stroke;

static int row_of(double value, double height, int rows) {
    const int row = (int)floor((height - value) / (2 * height) * rows);
    return row < 0 ? 0 : row >= rows ? rows - 1 : row;
}

static Stroke stroke_of(const float *x, int from, int to, double height, int rows) {
    double low = (double)x[from], high = low;
    for (int i = from + 1; i < to; i++) {
        low = fmin(low, (double)x[i]);
        high = fmax(high, (double)x[i]);
    }
    return (Stroke){row_of(high, height, rows), row_of(low, height, rows)};
}

void scope_draw_wave(const Scope *s, double rate, int columns, int rows, Buf *out) {
    float all[2 * WAVE_FRAMES];
    Stroke strokes[MOST_COLUMNS];
    const int n = columns_of(columns);
    read_last(s, all, 2 * WAVE_FRAMES);
    const float *x = find_rise(all, WAVE_FRAMES);
    const double height = height_of(x, WAVE_FRAMES);
    for (int c = 0; c < n; c++) {
        const int from = c * WAVE_FRAMES / n, to = (c + 1) * WAVE_FRAMES / n;
        strokes[c] = stroke_of(x, from, to > from ? to : from + 1, height, rows);
    }
    for (int row = 0; row < rows; row++) {
        for (int c = 0; c < n; c++)
            buf_byte(out, row >= strokes[c].top && row <= strokes[c].bottom ? '#'
                          : row == rows / 2                                 ? '-'
                                                                            : ' ');
        buf_byte(out, '\n');
    }
    buf_printf(out, "wave, %.3g ms, -%g to %g\n", 1e3 * WAVE_FRAMES / rate, height, height);
}

/* ---- spectrum ------------------------------------------------------------------------------------------ */

/* The highest level between two frequencies; where no bin lies between them, that of the nearest. */
static double level_between(const Spectrum *s, double from, double to) {
    const int first = (int)nearbyint(from / s->spacing), last = (int)nearbyint(to / s->spacing);
    double level = -INFINITY;
    for (int i = first; i == first || i < last; i++)
        if (i < s->bins) level = fmax(level, s->level[i]);
    return level;
}

/* A row is full, or its part is. */
static char mark_of(double level, int row, int rows) {
    const double height = (level / -floor_dB + 1) * rows - (rows - 1 - row);
    return height >= 1 ? '#' : height >= 0.66 ? ':' : height >= 0.33 ? '.' : ' ';
}

static void add_scale(double from, double to, int columns, Buf *out) {
    static const struct {
        double frequency;
        const char *text;
    } marks[] = {{50, "50"},   {100, "100"}, {200, "200"}, {500, "500"},
                 {1000, "1k"}, {2000, "2k"}, {5000, "5k"}, {10000, "10k"}};
    const size_t begin = out->length;
    for (int i = 0; i < (int)(sizeof marks / sizeof *marks); i++) {
        const int at = (int)(log(marks[i].frequency / from) / log(to / from) * columns);
        const size_t length = strlen(marks[i].text);
        if (at + (int)length > columns || begin + (size_t)at < out->length + (i > 0)) continue;
        while (out->length < begin + (size_t)at)
            buf_byte(out, ' ');
        buf_puts(out, marks[i].text);
    }
    if ((int)(out->length - begin) + 20 < columns) buf_printf(out, " Hz, %g dB to 0", floor_dB);
    buf_byte(out, '\n');
}

void scope_draw_spectrum(const Scope *s, double rate, int columns, int rows, Buf *out) {
    float x[WINDOW];
    double levels[MOST_COLUMNS];
    const double top = fmin(highest, rate / 2);
    const int n = columns_of(columns);
    read_last(s, x, WINDOW);
    Spectrum *spectrum = spectrum_measure(&(Channel){x, 1, WINDOW, rate}, WINDOW);
    for (int c = 0; c < n; c++)
        levels[c] = level_between(spectrum, lowest * pow(top / lowest, (double)c / n),
                                  lowest * pow(top / lowest, (double)(c + 1) / n));
    spectrum_free(spectrum);
    for (int row = 0; row < rows; row++) {
        for (int c = 0; c < n; c++)
            buf_byte(out, mark_of(levels[c], row, rows));
        buf_byte(out, '\n');
    }
    add_scale(lowest, top, n, out);
}
