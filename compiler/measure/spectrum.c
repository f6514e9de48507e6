/* Averaged spectra. In: samples of a channel. Out: the level of each frequency, and the highest peaks with their names. */
#include "measure/spectrum.h"
#include "measure/fourier.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FINER = 4 }; /* bins for each that a window has by itself */

/* Harris 1978, "On the use of windows for harmonic analysis", the window of four terms with -92 dB. */
static double blackman_harris(double turn) {
    const double x = 2 * M_PI * turn;
    return 0.35875 - 0.48829 * cos(x) + 0.14128 * cos(2 * x) - 0.01168 * cos(3 * x);
}

typedef struct Average {
    const Channel *channel;
    Fourier *fourier;
    double *window, sum; /* its weights, and their sum */
    double *power;       /* of each bin, summed over windows */
    int size;
} Average;

static bool is_finite(const Channel *c, int64_t from, int n) {
    for (int i = 0; i < n; i++)
        if (!isfinite(c->samples[(from + i) * c->stride])) return false;
    return true;
}

static void add_window(Average *a, int64_t from) {
    const Channel *c = a->channel;
    Fourier *f = a->fourier;
    for (int i = 0; i < a->size; i++) /* x is 0 behind */
        f->x[i] = a->window[i] * (double)c->samples[(from + i) * c->stride];
    fourier_transform(f);
    for (int k = 0; k < f->bins; k++)
        a->power[k] += fourier_power(f, k);
}

static void add_windows(Average *a, Spectrum *s) {
    const int64_t step = a->size > 2 ? a->size / 3 : 1;
    for (int64_t from = 0; from + a->size <= a->channel->frames; from += step)
        if (is_finite(a->channel, from, a->size)) {
            s->windows++;
            add_window(a, from);
        } else {
            s->left_out++;
        }
}

static void read_levels(const Average *a, Spectrum *s) {
    for (int k = 0; k < s->bins; k++) {
        /* half of a sine lies at the negative frequency; at 0 and at half the rate there is no other half */
        const double halves = k == 0 || k == s->bins - 1 ? 1 : 2;
        const double power = s->windows > 0 ? a->power[k] / (double)s->windows : 0;
        s->level[k] = 10 * log10(power) + 20 * log10(halves / a->sum);
    }
}

Spectrum *spectrum_measure(const Channel *c, int window) {
    Average a = {.channel = c, .size = c->frames < window ? (int)c->frames : window};
    Spectrum *s = alloc_zeroed(1, sizeof *s);
    a.fourier = fourier_create(FINER * fourier_points(a.size > 0 ? a.size : 1));
    a.window = alloc_zeroed((size_t)a.size + 1, sizeof *a.window);
    a.power = alloc_zeroed((size_t)a.fourier->bins, sizeof *a.power);
    s->bins = a.fourier->bins;
    s->spacing = c->rate / a.fourier->points;
    s->width = 4 * c->rate / (a.size > 0 ? a.size : 1);
    s->level = alloc_zeroed((size_t)s->bins, sizeof *s->level);
    for (int i = 0; i < a.size; i++) {
        a.window[i] = blackman_harris((i + 0.5) / a.size);
        a.sum += a.window[i];
    }
    if (a.size > 0) add_windows(&a, s);
    read_levels(&a, s);
    fourier_free(a.fourier);
    free(a.window);
    free(a.power);
    return s;
}

void spectrum_free(Spectrum *s) {
    if (!s) return;
    free(s->level);
    free(s);
}

/* ---- peaks ------------------------------------------------------------------------------------- */

/* Does it fall 6 dB in this direction before it rises above that level? */
static bool falls(const Spectrum *s, int k, int direction) {
    const double level = s->level[k];
    for (int i = k + direction; i >= 0 && i < s->bins; i += direction) {
        if (s->level[i] > level) return false;
        if (s->level[i] < level - 6) return true;
    }
    return true;
}

static bool is_peak(const Spectrum *s, int k) {
    if (k > 0 && !(s->level[k] > s->level[k - 1])) return false;
    if (k + 1 < s->bins && !(s->level[k] >= s->level[k + 1])) return false;
    const int near = (int)(s->width / s->spacing);
    for (int i = k - near < 0 ? 0 : k - near; i <= k + near && i < s->bins; i++)
        if (s->level[i] > s->level[k]) return false;
    return falls(s, k, -1) && falls(s, k, 1);
}

/* The top of the parabola through three bins: near its top a window's transform, in dB, is nearly one. */
static Peak top_of(const Spectrum *s, int k) {
    Peak peak = {k * s->spacing, s->level[k]};
    if (k == 0 || k + 1 >= s->bins) return peak;
    const double before = s->level[k - 1], at = s->level[k], behind = s->level[k + 1];
    const double bend = before - 2 * at + behind, off = 0.5 * (before - behind) / bend;
    if (!isfinite(bend) || !(bend < 0) || !(fabs(off) <= 1)) return peak;
    peak.frequency += off * s->spacing;
    peak.level -= 0.25 * (before - behind) * off;
    return peak;
}

int spectrum_peaks(const Spectrum *s, double floor, Peak *peaks, int most) {
    int n = 0;
    /* what is nearer to 0 Hz cannot be told from an offset, which is no tone */
    for (int k = (int)(s->width / s->spacing / 2) + 1; k < s->bins; k++) {
        if (!(s->level[k] > floor) || !is_peak(s, k)) continue;
        const Peak peak = top_of(s, k);
        int at = n < most ? n++ : most;
        for (; at > 0 && peaks[at - 1].level < peak.level; at--)
            if (at < most) peaks[at] = peaks[at - 1];
        if (at < most) peaks[at] = peak;
    }
    return n;
}

void note_name(double frequency, char text[24]) {
    static const char *const names[] = {"C",  "C#", "D",  "D#", "E",  "F",
                                        "F#", "G",  "G#", "A",  "A#", "B"};
    const double key = 69 + 12 * log2(frequency / 440);
    text[0] = 0;
    if (!(key >= -0.5 && key < 167.5)) return;
    const int nearest = (int)floor(key + 0.5), cents = (int)lrint(100 * (key - nearest));
    snprintf(text, 24, "%s%d", names[nearest % 12], nearest / 12 - 1);
    if (cents != 0) {
        const size_t n = strlen(text);
        snprintf(text + n, 24 - n, " %+d cent%s", cents, abs(cents) == 1 ? "" : "s");
    }
}
