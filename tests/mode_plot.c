/* Tests of what is plotted, as numbers: transforms, spectra, responses, ticks, what is left of a curve, colours. Each is held against
 * mathematics, or against what was written down for it by hand. */
#include "driver.h"
#include "../compiler/measure/fourier.h"
#include "../compiler/measure/response.h"
#include "../compiler/plot/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CLAIM(good, claim)                                                                         \
    ((good) = ((claim) || wrong("line %d: not so: %s", __LINE__, #claim)) && (good))

enum { RATE = 48000 };

static bool near(double a, double b, double by) {
    return fabs(a - b) <= by || wrong("%.12g is not within %g of %.12g", a, by, b);
}

/* ---- Fourier --------------------------------------------------------------------------------------- */

static double chance(uint64_t *seed) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(int32_t)(*seed >> 32) / 2147483648.0;
}

/* The sum as it is written down, in long double; turns are taken modulo the points in whole numbers. */
static bool is_the_sum(const Fourier *f, int k) {
    const long double pi = 3.14159265358979323846264338327950288L;
    long double re = 0, im = 0;
    for (int n = 0; n < f->points; n++) {
        const long double angle = -2 * pi * (long double)((int64_t)n * k % f->points) / f->points;
        re += f->x[n] * cosl(angle);
        im += f->x[n] * sinl(angle);
    }
    const double by = 1e-15 * sqrt(f->points) * (2 + log2(f->points));
    return near(f->re[k], (double)re, by) && near(f->im[k], (double)im, by) &&
           near(fourier_power(f, k), (double)(re * re + im * im), 1e-13 * f->points);
}

static bool transform_is_the_direct_sum(void) {
    static const int lengths[] = {1, 2, 5, 16, 45, 64, 360, 1024, 4096};
    bool good = true;
    uint64_t seed = 7;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        Fourier *f = fourier_create(lengths[i]);
        CLAIM(good, f->bins == lengths[i] / 2 + 1);
        for (int n = 0; n < f->points; n++)
            f->x[n] = chance(&seed);
        fourier_transform(f);
        for (int k = 0; k<f->bins; k += f->bins> 64 ? f->bins / 61 : 1)
            CLAIM(good, is_the_sum(f, k));
        fourier_free(f);
    }
    CLAIM(good, fourier_points(1) == 1 && fourier_points(5) == 8 && fourier_points(4096) == 4096);
    return good;
}

/* ---- spectra ----------------------------------------------------------------------------------------- */

typedef struct Partial {
    double frequency, amplitude;
} Partial;

static float *sum_of(const Partial *partials, int n, int frames) {
    float *x = alloc_zeroed((size_t)frames, sizeof *x);
    for (int i = 0; i < frames; i++) {
        double sum = 0;
        for (int k = 0; k < n; k++)
            sum += partials[k].amplitude * sin(2 * M_PI * partials[k].frequency * i / RATE);
        x[i] = (float)sum;
    }
    return x;
}

static bool full_scale_is_0_dB(void) {
    static const double frequencies[] = {27.5, 440, 997, 1000.37, 12345.678, 23000};
    bool good = true;
    for (size_t i = 0; i < sizeof frequencies / sizeof *frequencies; i++) {
        float *x = sum_of(&(Partial){frequencies[i], 1}, 1, RATE);
        Spectrum *s = spectrum_measure(&(Channel){x, 1, RATE, RATE}, 16384);
        Peak peaks[5];
        double most = -1000;
        for (int k = 0; k < s->bins; k++)
            most = fmax(most, s->level[k]);
        CLAIM(good, near(most, -0.03, 0.031)); /* at most 0.06 dB too low between bins */
        CLAIM(good, spectrum_peaks(s, -80, peaks, 5) == 1);
        CLAIM(good,
              near(peaks[0].level, 0, 0.005) && near(peaks[0].frequency, frequencies[i], 0.02));
        spectrum_free(s);
        free(x);
    }
    return good;
}

static bool peaks_are_told_apart(void) {
    static const Partial partials[] = {{1000, 0.5}, {1015, 0.25}, {5000, 1e-4},
                                       {10000, 1},  {200, 0.01},  {15000, 1e-3}};
    static const int order[] = {3, 0, 1, 4, 5}; /* the highest first */
    bool good = true;
    float *x = sum_of(partials, 6, 4 * RATE);
    Spectrum *s = spectrum_measure(&(Channel){x, 1, 4 * RATE, RATE}, 32768);
    Peak peaks[5];
    CLAIM(good, spectrum_peaks(s, -120, peaks, 5) == 5);
    for (int i = 0; i < 5; i++) {
        CLAIM(good, near(peaks[i].frequency, partials[order[i]].frequency, 0.05));
        CLAIM(good, near(peaks[i].level, 20 * log10(partials[order[i]].amplitude), 0.02));
    }
    /* the window's side lobes are 92 dB below */
    CLAIM(good, s->level[(int)(7500 / s->spacing)] < -92);
    spectrum_free(s);
    free(x);
    return good;
}

static bool offset_silence_and_short_sounds(void) {
    bool good = true;
    float ones[1000], silence[1000] = {0};
    Peak peaks[5];
    for (int i = 0; i < 1000; i++)
        ones[i] = 0.5f;
    Spectrum *s = spectrum_measure(&(Channel){ones, 1, 1000, RATE}, 16384);
    CLAIM(good, s->windows == 1 && near(s->level[0], 20 * log10(0.5), 1e-6));
    CLAIM(good, spectrum_peaks(s, -60, peaks, 5) == 0); /* an offset is no tone */
    spectrum_free(s);
    s = spectrum_measure(&(Channel){silence, 1, 1000, RATE}, 256);
    CLAIM(good, isinf(s->level[3]) && s->windows > 8 && spectrum_peaks(s, -300, peaks, 5) == 0);
    spectrum_free(s);
    s = spectrum_measure(&(Channel){ones, 1, 1, RATE}, 256);
    CLAIM(good, s->windows == 1 && !isnan(s->level[0]));
    spectrum_free(s);
    return good;
}

/* Every second sample of two channels; a number that is none spoils the windows that it is in, and no others. */
static bool no_numbers_are_left_out(void) {
    enum { FRAMES = 12000, WINDOW = 3000 };
    bool good = true;
    float *x = alloc_room(2 * FRAMES, sizeof *x);
    for (int i = 0; i < FRAMES; i++) {
        x[2 * i] = NAN;
        x[2 * i + 1] = (float)sin(2 * M_PI * 1000 * i / RATE);
    }
    x[2 * 5500 + 1] = INFINITY;
    Spectrum *s = spectrum_measure(&(Channel){x + 1, 2, FRAMES, RATE}, WINDOW);
    CLAIM(good, s->windows + s->left_out == 10 && s->left_out == 3);
    CLAIM(good, near(s->level[(int)lrint(1000 / s->spacing)], 0, 0.06));
    spectrum_free(s);
    s = spectrum_measure(&(Channel){x, 2, FRAMES, RATE}, WINDOW);
    CLAIM(good, s->windows == 0 && s->left_out == 10 && isinf(s->level[5]));
    spectrum_free(s);
    free(x);
    return good;
}

static bool notes_have_names(void) {
    static const struct {
        double frequency;
        const char *name;
    } rows[] = {{440, "A4"},
                {261.6255653, "C4"},
                {8.1757989, "C-1"},
                {31608.53128, "B10"},
                {442, "A4 +8 cents"},
                {466.4, "A#4 +1 cent"},
                {427.7, "G#4 +51 cents"},
                {5, ""},
                {2e5, ""}};
    bool good = true;
    char name[24];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        note_name(rows[i].frequency, name);
        if (i == 6) /* half way either name will do */
            CLAIM(good, strcmp(name, "A4 -49 cents") == 0 || strcmp(name, rows[i].name) == 0);
        else
            CLAIM(good,
                  strcmp(name, rows[i].name) == 0 || wrong("%g Hz is %s", rows[i].frequency, name));
    }
    return good;
}

/* Half a second of one tone, then of another: each column hears its own. */
static bool spectrogram_hears_when(void) {
    enum { COLUMNS = 100, WINDOW = 1024 };
    bool good = true;
    float *x = sum_of(&(Partial){3000, 1}, 1, RATE), *y = sum_of(&(Partial){9000, 0.1}, 1, RATE);
    memcpy(x + RATE / 2, y + RATE / 2, sizeof *x * (RATE / 2));
    Spectrogram *s = spectrogram_measure(&(Channel){x, 1, RATE, RATE}, WINDOW, COLUMNS);
    CLAIM(good,
          s->columns == COLUMNS && s->bins == WINDOW / 2 + 1 && near(s->seconds, 0.01, 1e-12));
    for (int column = 3; column < COLUMNS - 3; column++) {
        const double before = (double)s->level[column * s->bins + 3000 * WINDOW / RATE],
                     behind = (double)s->level[column * s->bins + 9000 * WINDOW / RATE];
        if (column < 47) CLAIM(good, near(before, 0, 0.01) && behind < -60);
        if (column > 52) CLAIM(good, near(behind, -20, 0.01) && before < -60);
    }
    spectrogram_free(s);
    free(x);
    free(y);
    return good;
}

/* ---- responses ----------------------------------------------------------------------------------------- */

/* y = x + a y1 later by `late` samples: H = z^-late / (1 - a z^-1), whose magnitude, phase and delay are known in closed form. */
static bool one_pole_is_as_its_formula(void) {
    enum { FRAMES = 4096, LATE = 5 };
    const double a = 0.9;
    bool good = true;
    float *h = alloc_zeroed(FRAMES, sizeof *h);
    for (int i = LATE; i < FRAMES; i++)
        h[i] = (float)pow(a, i - LATE);
    Response *r = response_measure(&(Channel){h, 1, FRAMES, RATE});
    for (int k = 0; k < r->bins; k += 97) {
        const double w = 2 * M_PI * k * r->spacing / RATE, c = cos(w);
        const double power = 1 / (1 - 2 * a * c + a * a);
        const double phase = -w * LATE - atan2(a * sin(w), 1 - a * c);
        const double delay = LATE + a * (c - a) * power;
        CLAIM(good, near(r->magnitude[k], 10 * log10(power), 1e-4));
        CLAIM(good, near(r->phase[k], 180 / M_PI * phase, 1e-3)); /* through more than two turns */
        CLAIM(good, near(r->delay[k] * RATE, delay, 1e-3));
    }
    response_free(r);
    free(h);
    return good;
}

/* ---- axes ------------------------------------------------------------------------------------------------ */

static bool ticks_are_round(void) {
    static const struct {
        Axis axis;
        int labels;
        const char *expected;
    } rows[] = {
        {{"", "Hz", 20, 24000, true}, 20, "20 50 100 200 500 1k 2k 5k 10k 20k"},
        {{"", "Hz", 20, 24000, true}, 8, "30 100 300 1k 3k 10k"},
        {{"", "Hz", 20, 24000, true}, 5, "100 1k 10k"},
        {{"", "Hz", 1, 1e6, true}, 4, "1 100 10k 1000k"},
        {{"", "Hz", 0, 24000, false}, 6, "0 5k 10k 15k 20k"},
        {{"", "Hz", 200, 800, true}, 4, "200 400 600 800"},
        {{"", "dB", -120, 0, false}, 7, "-120 -100 -80 -60 -40 -20 0"},
        {{"", "dB", -120, 0, false}, 4, "-100 -50 0"},
        {{"", "", -1, 1, false}, 5, "-1.0 -0.5 0.0 0.5 1.0"},
        {{"", "°", -200, 200, false}, 5, "-180 -90 0 90 180"},
        {{"", "°", -3000, 10, false}, 6, "-2880 -2160 -1440 -720 0"},
        {{"", "s", 3.2, 3.207, false}, 8, "3.200 3.201 3.202 3.203 3.204 3.205 3.206 3.207"},
        {{"", "s", 0, 86400, false}, 5, "0 20000 40000 60000 80000"},
        {{"", "", 1, 1, false}, 5, ""},
    };
    bool good = true;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Ticks ticks;
        Buf text = {0};
        buf_puts(&text, "");
        ticks_choose(&rows[i].axis, rows[i].labels, &ticks);
        for (int k = 0; k < ticks.n; k++) {
            if (k > 0) CLAIM(good, ticks.items[k].at > ticks.items[k - 1].at);
            const double place = axis_place(&rows[i].axis, ticks.items[k].at);
            CLAIM(good, place > -1e-6 && place < 1 + 1e-6);
            CLAIM(good, near(axis_value(&rows[i].axis, place), ticks.items[k].at,
                             1e-9 * fabs(ticks.items[k].at) + 1e-9));
            if (ticks.items[k].major)
                buf_printf(&text, "%s%s", text.length ? " " : "", ticks.items[k].label);
        }
        CLAIM(good, text_same("labels", rows[i].expected, text.data));
        buf_free(&text);
    }
    return good;
}

/* Whatever the ends, there are no more labels than asked for, and two at least where there is room for four. */
static bool labels_have_room(void) {
    bool good = true;
    uint64_t seed = 3;
    for (int i = 0; i < 3000; i++) {
        const double low = 1000 * chance(&seed), length = pow(10, 6 * chance(&seed));
        const int labels = 4 + i % 20;
        const Axis axis = {"", i % 3 ? "s" : "°", low, low + length, false};
        Ticks ticks;
        int n = 0;
        ticks_choose(&axis, labels, &ticks);
        for (int k = 0; k < ticks.n; k++)
            n += ticks.items[k].major;
        CLAIM(good, n <= labels && n >= 1 && ticks.n < MOST_TICKS);
    }
    return good;
}

/* ---- curves and images -------------------------------------------------------------------------------------- */

/* A million points become some thousand that reach as far up and down, column by column. */
static bool reduced_curves_look_the_same(void) {
    enum { POINTS = 1000000, COLUMNS = 500 };
    const Axis x = {"", "s", 0, 1, false}, y = {"", "", -1, 1, false};
    bool good = true, sparse;
    double *v = alloc_room(POINTS, sizeof *v);
    uint64_t seed = 11;
    for (int i = 0; i < POINTS; i++)
        v[i] = chance(&seed) * sin(2 * M_PI * i / POINTS);
    const Series s = {.y = v, .step = 1.0 / POINTS, .n = POINTS};
    Dot *dots;
    const int n = series_reduce(&s, &x, &y, COLUMNS, &dots, &sparse);
    CLAIM(good, n <= 4 * COLUMNS && n >= 2 * COLUMNS && !sparse);
    double low[COLUMNS], high[COLUMNS];
    for (int c = 0; c < COLUMNS; c++)
        low[c] = 2, high[c] = -2;
    for (int i = 0; i < n; i++) {
        const int c = (int)floor(dots[i].x * COLUMNS);
        if (i > 0) CLAIM(good, dots[i].x >= dots[i - 1].x);
        low[c] = fmin(low[c], dots[i].y);
        high[c] = fmax(high[c], dots[i].y);
    }
    for (int i = 0; i < POINTS; i++) {
        const int c = (int)floor((double)i / POINTS * COLUMNS);
        if ((v[i] + 1) / 2 < low[c] - 1e-12 || (v[i] + 1) / 2 > high[c] + 1e-12)
            CLAIM(good, !"within its column");
    }
    free(dots);
    free(v);
    return good;
}

static bool gaps_stay_gaps(void) {
    const Axis x = {"", "", 0, 10, false}, y = {"", "dB", -60, 0, false};
    const double v[] = {-10, NAN, NAN, -20, -INFINITY, 40, -30, -30, NAN, -40, -50};
    const Series s = {.y = v, .step = 1, .n = 11};
    bool good = true, sparse;
    Dot *dots;
    const int n = series_reduce(&s, &x, &y, 1000, &dots, &sparse);
    int gaps = 0;
    CLAIM(good, n == 10 && sparse); /* two gaps, one after the other, are one */
    for (int i = 0; i < n; i++) {
        gaps += isnan(dots[i].y);
        CLAIM(good, isnan(dots[i].y) || (dots[i].y > -0.1 && dots[i].y < 1.1));
    }
    CLAIM(good, gaps == 2 && dots[3].y < 0 && dots[4].y > 1); /* what is beyond is just outside */
    free(dots);
    return good;
}

static bool images_show_the_loudest(void) {
    enum { COLUMNS = 4, ROWS = 100 };
    float level[COLUMNS * ROWS];
    for (int i = 0; i < COLUMNS * ROWS; i++)
        level[i] = -80;
    level[2 * ROWS + 50] = -10;
    level[3 * ROWS + 50] = NAN;
    const Image image = {.columns = COLUMNS,
                         .rows = ROWS,
                         .x0 = 0,
                         .step = 1,
                         .rise = 10,
                         .level = level,
                         .low = -90};
    bool good = true;
    CLAIM(good, image_level(&image, 2, 3, 450, 550) == -10);
    CLAIM(good, image_level(&image, 0, 3, 450, 550) == -10);
    CLAIM(good, image_level(&image, 0, 2, 450, 550) == -80);
    CLAIM(good, near(image_level(&image, 2.2, 2.4, 504.5, 505.5), -45,
                     1e-6)); /* half way between two rows */
    CLAIM(good, isnan(image_level(&image, 3, 4, 499, 501)));
    CLAIM(good, isnan(image_level(&image, 0, 1, 2000, 3000)));
    return good;
}

/* ---- colours --------------------------------------------------------------------------------------------------- */

static double linear(double c) {
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* L* of CIE 1976 with the luminance of sRGB (IEC 61966-2-1). */
static double lightness(Colour c) {
    const double y = 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
    return y > 216.0 / 24389 ? 116 * cbrt(y) - 16 : y * 24389 / 27;
}

static bool levels_are_lighter_in_even_steps(void) {
    bool good = true;
    CLAIM(good, lightness(level_colour(0)) < 1 && lightness(level_colour(1)) > 99);
    CLAIM(good, lightness(level_colour(-3)) < 1 && lightness(level_colour(7)) > 99);
    for (int i = 1; i <= 50; i++) {
        const double step =
            lightness(level_colour(i / 50.0)) - lightness(level_colour((i - 1) / 50.0));
        CLAIM(good, near(step, 2, 1.5)); /* of a hundred */
    }
    return good;
}

static bool series_are_told_apart(void) {
    bool good = true;
    for (int dark = 0; dark < 2; dark++)
        for (int i = 0; i < SERIES_COLOURS; i++) {
            const double ground = dark ? 11 : 100;
            CLAIM(good, fabs(lightness(series_colour(i, dark)) - ground) > 30);
            for (int k = 0; k < i; k++) {
                const Colour a = series_colour(i, dark), b = series_colour(k, dark);
                CLAIM(good, fabs(a.r - b.r) + fabs(a.g - b.g) + fabs(a.b - b.b) > 0.25);
            }
        }
    return good;
}

/* ------------------------------------------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    bool (*run)(void);
} tests[] = {{"transform_is_the_direct_sum", transform_is_the_direct_sum},
             {"full_scale_is_0_dB", full_scale_is_0_dB},
             {"peaks_are_told_apart", peaks_are_told_apart},
             {"offset_silence_and_short_sounds", offset_silence_and_short_sounds},
             {"no_numbers_are_left_out", no_numbers_are_left_out},
             {"notes_have_names", notes_have_names},
             {"spectrogram_hears_when", spectrogram_hears_when},
             {"one_pole_is_as_its_formula", one_pole_is_as_its_formula},
             {"ticks_are_round", ticks_are_round},
             {"labels_have_room", labels_have_room},
             {"reduced_curves_look_the_same", reduced_curves_look_the_same},
             {"gaps_stay_gaps", gaps_stay_gaps},
             {"images_show_the_loudest", images_show_the_loudest},
             {"levels_are_lighter_in_even_steps", levels_are_lighter_in_even_steps},
             {"series_are_told_apart", series_are_told_apart}};
enum { TESTS = sizeof tests / sizeof *tests };

const char *plot_name(int i) {
    return i < TESTS ? tests[i].name : NULL;
}

bool run_plot(const Test *test) {
    for (int i = 0; i < TESTS; i++)
        if (strcmp(tests[i].name, test->name) == 0) return tests[i].run();
    return wrong("there is no such test");
}
