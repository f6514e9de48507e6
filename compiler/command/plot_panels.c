/* The panels of `kanon plot`. In: signals. Out: axes, series and images in the figure. */
#include "command/plot.h"
#include "measure/fourier.h"
#include "measure/response.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SPECTRUM_WINDOW = 16384, SPECTROGRAM_WINDOW = 4096, PEAKS = 5 };

static double *room(Plot *plot, int64_t n) {
    return ARENA_ARRAY(plot->figure->arena, double, n);
}

static double decibels(double amplitude) {
    return 20 * log10(fabs(amplitude));
}

/* The next multiple of ten dB above. */
static double ten_above(double level) {
    return 10 * ceil(level / 10 - 1e-9);
}

/* ---- axes -------------------------------------------------------------------------------------------- */

/* From 20 Hz to half the highest rate; where that is lower still, over three decades. */
static Axis frequency_axis(const Plot *plot, const PlotSignals *all) {
    double high = 0;
    for (int i = 0; i < all->n; i++)
        high = fmax(high, all->items[i].channel.rate / 2);
    if (plot->request->linear) return (Axis){"frequency", "Hz", 0, high, false};
    return (Axis){"frequency", "Hz", high > 200 ? 20 : high / 1000, high, true};
}

/* In milliseconds where it is short. */
static Axis time_axis(const PlotSignals *all, int one, double *scale) {
    double from = INFINITY, until = 0;
    for (int i = one < 0 ? 0 : one; i < (one < 0 ? all->n : one + 1); i++) {
        const PlotSignal *s = &all->items[i];
        from = fmin(from, s->from);
        until = fmax(until, s->from + (double)s->channel.frames / s->channel.rate);
    }
    *scale = until <= 0.5 ? 1000 : 1;
    return (Axis){"time", *scale > 1 ? "ms" : "s", *scale * from, *scale * until, false};
}

/* The next of 1, 2, 5 times a power of ten. */
static double round_bound(double peak) {
    const double ten = pow(10, floor(log10(peak)));
    return ten * (peak <= ten * 1.0001   ? 1
                  : peak <= 2.0001 * ten ? 2
                  : peak <= 5.0001 * ten ? 5
                                         : 10);
}

/* Full scale, unless the signal is much smaller, or larger; from 0 on where it never is below. */
static Axis amplitude_axis(const PlotSignals *all, int one) {
    double low = 0, high = 0;
    for (int i = one < 0 ? 0 : one; i < (one < 0 ? all->n : one + 1); i++) {
        const Channel *c = &all->items[i].channel;
        for (int64_t k = 0; k < c->frames; k++) {
            const double x = (double)c->samples[k * c->stride];
            if (isfinite(x) && x < low) low = x;
            if (isfinite(x) && x > high) high = x;
        }
    }
    const double peak = fmax(high, -low),
                 bound = peak == 0 || (peak > 0.5 && peak <= 1) ? 1 : round_bound(peak);
    return (Axis){"amplitude", "", low < 0 || peak == 0 ? -bound : 0, bound, false};
}

static Axis level_axis(const Plot *plot, const char *title, const char *unit, double highest,
                       double usual_floor) {
    Axis axis = {title, unit, isnan(plot->floor) ? usual_floor : plot->floor,
                 highest > 0 && isfinite(highest) ? ten_above(highest) : 0, false};
    if (axis.low > axis.high - 10) axis.high = axis.low + 10;
    return axis;
}

/* ---- wave ---------------------------------------------------------------------------------------------- */

/* Levels of so many samples each: the highest, since between its peaks every wave is silent. */
static int add_levels(const Channel *c, int64_t each, double *y) {
    int n = 0;
    for (int64_t from = 0; from < c->frames; from += each, n++) {
        double most = 0;
        for (int64_t i = from; i < from + each && i < c->frames; i++) {
            const double x = fabs((double)c->samples[i * c->stride]);
            if (!(x <= most) && !isnan(most)) most = isfinite(x) ? x : NAN;
        }
        y[n] = isnan(most) ? NAN : decibels(most);
    }
    return n;
}

static void add_wave(Plot *plot, Panel *panel, const PlotSignal *signal, int style, double scale) {
    const Channel *c = &signal->channel;
    const int64_t columns = 2 * plot->width, each = plot->request->decibels && c->frames > columns
                                                        ? (c->frames + columns - 1) / columns
                                                        : 1;
    double *y = room(plot, c->frames / each + 1);
    Series *s = panel_series(panel, signal->label, style);
    if (plot->request->decibels)
        s->n = add_levels(c, each, y);
    else
        for (s->n = 0; s->n < c->frames; s->n++) {
            const double x = (double)c->samples[(int64_t)s->n * c->stride];
            y[s->n] = isfinite(x) ? x : NAN;
        }
    s->x0 = scale * signal->from;
    s->step = scale * (double)each / c->rate;
    s->y = y;
}

static Axis wave_axis(const Plot *plot, const PlotSignals *all, int one) {
    const Axis axis = amplitude_axis(all, one);
    return plot->request->decibels ? level_axis(plot, "level", "dBFS", decibels(axis.high), -96)
                                   : axis;
}

/* How often it turns from rising to falling and back. */
static int64_t turns_of(const Channel *c) {
    int64_t turns = 0;
    double way = 0;
    for (int64_t i = 1; i < c->frames; i++) {
        const double step =
            (double)c->samples[i * c->stride] - (double)c->samples[(i - 1) * c->stride];
        turns += step * way < 0;
        if (step != 0) way = step;
    }
    return turns;
}

/* Waves are over each other where their ups and downs can be told apart; else below each other, at one scale. */
void plot_wave(Plot *plot, const PlotSignals *all) {
    int64_t most = 0;
    double scale;
    const Axis time = time_axis(all, -1, &scale), amplitude = wave_axis(plot, all, -1);
    for (int i = 0; i < all->n; i++)
        most = turns_of(&all->items[i].channel) > most ? turns_of(&all->items[i].channel) : most;
    if (all->n == 1 || most <= plot->width / 12) {
        Panel *panel = figure_panel(plot->figure, "wave", time, amplitude);
        for (int i = 0; i < all->n; i++)
            add_wave(plot, panel, &all->items[i], i, scale);
        return;
    }
    for (int i = 0; i < all->n; i++) {
        const char *title = arena_printf(plot->figure->arena, "wave of %s", all->items[i].label);
        add_wave(plot, figure_panel(plot->figure, title, time, amplitude), &all->items[i], i,
                 scale);
    }
}

/* ---- spectrum -------------------------------------------------------------------------------------------- */

/* The highest peaks of all signals; one that several share counts once. */
static int join_peaks(Peak *all, int n, const Spectrum *s, double floor) {
    Peak found[PEAKS];
    const int m = spectrum_peaks(s, floor, found, PEAKS);
    for (int i = 0; i < m; i++) {
        int same = 0, at;
        while (same < n && fabs(all[same].frequency - found[i].frequency) > s->width / 2)
            same++;
        if (same < n && all[same].level >= found[i].level) continue;
        if (same < n) memmove(all + same, all + same + 1, sizeof *all * (size_t)(--n - same));
        for (at = n < PEAKS ? n++ : PEAKS; at > 0 && all[at - 1].level < found[i].level; at--)
            if (at < PEAKS) all[at] = all[at - 1];
        if (at < PEAKS) all[at] = found[i];
    }
    return n;
}

static const char *describe_peak(Plot *plot, int number, const Peak *peak) {
    char note[24];
    note_name(peak->frequency, note);
    const double level = fabs(peak->level) < 0.05 ? 0 : peak->level;
    return arena_printf(plot->figure->arena, "%d  %.*f Hz%s%s  %.1f dB", number,
                        peak->frequency < 1000 ? 2 : 1, peak->frequency, *note ? "  " : "", note,
                        level);
}

static void name_peaks(Plot *plot, Panel *panel, const Peak *peaks, int n) {
    Arena *arena = plot->figure->arena;
    const char **notes = ARENA_ARRAY(arena, const char *, PEAKS);
    double *x = room(plot, PEAKS), *y = room(plot, PEAKS);
    int *count = ARENA_ARRAY(arena, int, PEAKS), shown = 0;
    for (int i = 0; i < n; i++) {
        notes[i] = describe_peak(plot, i + 1, &peaks[i]);
        if (peaks[i].frequency < panel->x.low || peaks[i].frequency > panel->x.high) continue;
        x[shown] = peaks[i].frequency;
        y[shown] = peaks[i].level;
        count[shown++] = i + 1;
    }
    panel->notes = notes;
    panel->nnotes = n;
    Series *s = panel_series(panel, NULL, 0);
    s->mark = MARK_NUMBER;
    s->x = x;
    s->y = y;
    s->count = count;
    s->n = shown;
}

static void warn_of_windows(const PlotSignal *signal, const Spectrum *s) {
    if (s->left_out > 0)
        command_warn("%s: %lld of %lld windows have samples that are not finite, and are left out "
                     "of the spectrum",
                     signal->label, (long long)s->left_out, (long long)(s->left_out + s->windows));
}

void plot_spectrum(Plot *plot, const PlotSignals *all) {
    Peak peaks[PEAKS];
    int n = 0;
    double highest = -INFINITY;
    Panel *panel = figure_panel(plot->figure, "spectrum", frequency_axis(plot, all), (Axis){0});
    for (int i = 0; i < all->n; i++) {
        Spectrum *s =
            spectrum_measure(&all->items[i].channel, plot->window ? plot->window : SPECTRUM_WINDOW);
        Series *series = panel_series(panel, all->items[i].label, i);
        double *y = room(plot, s->bins);
        memcpy(y, s->level, sizeof *y * (size_t)s->bins);
        warn_of_windows(&all->items[i], s);
        for (int k = 0; k < s->bins; k++)
            highest = fmax(highest, y[k]);
        series->y = y;
        series->step = s->spacing;
        series->n = s->bins;
        n = join_peaks(peaks, n, s, isnan(plot->floor) ? -120 : plot->floor);
        spectrum_free(s);
    }
    panel->y = level_axis(plot, "level", "dBFS", highest, -120);
    if (highest > panel->y.high - 5) panel->y.high += 10; /* for the numbers of peaks */
    name_peaks(plot, panel, peaks, n);
}

/* ---- spectrogram ------------------------------------------------------------------------------------------ */

static double loudest(const Spectrogram *s) {
    double most = -INFINITY;
    for (int64_t i = 0; i < (int64_t)s->columns * s->bins; i++)
        if (s->level[i] > most) most = (double)s->level[i];
    return most;
}

/* The usual one, or of a short sound an eighth. */
static int spectrogram_window(const Plot *plot, const Channel *c) {
    const int64_t eighth = c->frames / 8;
    if (plot->window) return plot->window;
    return eighth >= SPECTROGRAM_WINDOW ? SPECTROGRAM_WINDOW
                                        : fourier_points(eighth > 64 ? eighth : 64);
}

static void add_spectrogram(Plot *plot, const PlotSignals *all, int i) {
    Arena *arena = plot->figure->arena;
    const PlotSignal *signal = &all->items[i];
    Spectrogram *s = spectrogram_measure(&signal->channel,
                                         spectrogram_window(plot, &signal->channel), plot->width);
    const size_t n = (size_t)s->columns * (size_t)s->bins;
    float *level = ARENA_ARRAY(arena, float, n + 1);
    Image *image = ARENA_NEW(arena, Image);
    double scale;
    const Axis time = time_axis(all, i, &scale);
    Axis frequency = frequency_axis(plot, all);
    memcpy(level, s->level, n * sizeof *level);
    const double most = loudest(s), high = isfinite(most) ? ten_above(most) : 0;
    *image = (Image){.columns = s->columns,
                     .rows = s->bins,
                     .x0 = time.low,
                     .step = scale * s->seconds,
                     .rise = s->spacing,
                     .level = level,
                     .high = high,
                     .low = isnan(plot->floor) ? high - 90 : plot->floor,
                     .unit = "dBFS"};
    if (image->low > image->high - 10) image->high = image->low + 10;
    if (frequency.log) frequency.low = fmax(frequency.low, 1.5 * s->spacing);
    const char *title =
        all->n == 1 ? "spectrogram" : arena_printf(arena, "spectrogram of %s", signal->label);
    figure_panel(plot->figure, title, time, frequency)->image = image;
    spectrogram_free(s);
}

void plot_spectrogram(Plot *plot, const PlotSignals *all) {
    for (int i = 0; i < all->n; i++)
        add_spectrogram(plot, all, i);
}

/* ---- response ----------------------------------------------------------------------------------------------- */

typedef enum { MAGNITUDE, PHASE, DELAY } Answer;

static void add_answer(Plot *plot, Panel *panel, const PlotSignal *signal, int style,
                       const Response *r, Answer answer) {
    const double *from = answer == MAGNITUDE ? r->magnitude : answer == PHASE ? r->phase : r->delay;
    double *y = room(plot, r->bins);
    for (int k = 0; k < r->bins; k++)
        y[k] = answer == DELAY ? 1000 * from[k] : from[k];
    Series *s = panel_series(panel, signal->label, style);
    s->y = y;
    s->step = r->spacing;
    s->n = r->bins;
}

static void bounds(const Panel *panel, double *low, double *high) {
    *low = INFINITY;
    *high = -INFINITY;
    for (int i = 0; i < panel->n; i++) {
        const Series *s = &panel->series[i];
        for (int k = 0; k < s->n; k++) {
            const double x = s->x0 + k * s->step;
            if (x < panel->x.low || x > panel->x.high || !isfinite(s->y[k])) continue;
            *low = fmin(*low, s->y[k]);
            *high = fmax(*high, s->y[k]);
        }
    }
}

/* At least 40 dB and at most 100, unless --floor says otherwise. */
static Axis magnitude_axis(const Plot *plot, const Panel *panel) {
    double low, high;
    bounds(panel, &low, &high);
    if (!(high >= low)) low = high = 0;
    high = ten_above(high + 2);
    low = fmax(10 * floor(low / 10 + 1e-9), high - 100);
    low = isnan(plot->floor) ? fmin(low, high - 40) : plot->floor;
    return (Axis){"magnitude", "dB", low, high > low + 10 ? high : low + 10, false};
}

/* Where little comes through, delays say little, and may be anything: the axis is for those within 20 dB of the highest magnitude. */
static void delay_bounds(const Plot *plot, const PlotSignals *all, Response *const *responses,
                         double *low, double *high) {
    const Axis frequency = frequency_axis(plot, all);
    *low = INFINITY;
    *high = -INFINITY;
    for (int i = 0; i < all->n; i++) {
        const Response *r = responses[i];
        double most = -INFINITY;
        for (int k = 0; k < r->bins; k++)
            most = fmax(most, r->magnitude[k]);
        for (int k = 0; k < r->bins; k++) {
            const double f = k * r->spacing;
            if (f < frequency.low || f > frequency.high || isnan(r->delay[k]) ||
                r->magnitude[k] < most - 20)
                continue;
            *low = fmin(*low, 1000 * r->delay[k]);
            *high = fmax(*high, 1000 * r->delay[k]);
        }
    }
}

/* Some room above and below, and never none. */
static Axis other_axis(double low, double high, const char *title, const char *unit, double least) {
    if (!(high >= low)) low = high = 0;
    const double more = fmax(0.05 * (high - low), (least - (high - low)) / 2);
    return (Axis){title, unit, low - more, high + more, false};
}

void plot_response(Plot *plot, const PlotSignals *all) {
    const Request *r = plot->request;
    const bool asked[] = {r->response, r->phase, r->group_delay};
    static const char *const titles[] = {"response", "phase", "group delay"};
    Response *responses[MOST_PLOT_SIGNALS];
    for (int i = 0; i < all->n; i++)
        responses[i] = response_measure(&all->items[i].channel);
    for (int answer = 0; answer < 3; answer++) {
        if (!asked[answer]) continue;
        Panel *panel =
            figure_panel(plot->figure, titles[answer], frequency_axis(plot, all), (Axis){0});
        for (int i = 0; i < all->n; i++)
            add_answer(plot, panel, &all->items[i], i, responses[i], (Answer)answer);
        double low, high;
        if (answer == DELAY)
            delay_bounds(plot, all, responses, &low, &high);
        else
            bounds(panel, &low, &high);
        panel->y = answer == MAGNITUDE ? magnitude_axis(plot, panel)
                   : answer == PHASE   ? other_axis(low, high, "phase", "°", 90)
                                       : other_axis(low, high, "group delay", "ms", 0.02);
    }
    for (int i = 0; i < all->n; i++)
        response_free(responses[i]);
}
