/* What sounds alike at each sample rate. In: programs. Out: how far the decay times, or the levels, of the octaves from
 * 125 Hz to 8 kHz are apart between 44.1 and 192 kHz. An octave is heard through a Gaussian window of time, whose
 * response is the same at each rate. */
#include "library.h"

#include <math.h>
#include <stdlib.h>

enum { RATES = 5 };
static const double rates[RATES] = {44100, 48000, 88200, 96000, 192000};

double decay_time(const double *energy, int n, double step) {
    double *left = malloc(sizeof *left * (size_t)(n + 1));
    double count = 0, st = 0, sy = 0, stt = 0, sty = 0;
    left[n] = 0;
    for (int i = n - 1; i >= 0; i--)
        left[i] = left[i + 1] + energy[i];
    for (int i = 0; i < n; i++) {
        double level = 10 * log10(left[i] / left[0]), t = i * step;
        if (level > -5 || level < -35) continue;
        count++, st += t, sy += level, stt += t * t, sty += t * level;
    }
    free(left);
    return -60 * (count * stt - st * st) / (count * sty - st * sy);
}

/* The energies of a band about f, of deviation f / 8, each `hop` frames. */
static int band_energies(const double *x, int frames, double rate, double f, int hop,
                         double *energy) {
    double deviation = 4 / (M_PI * f) * rate;
    int half = (int)(4.5 * deviation), n = 0;
    double *re = malloc(sizeof *re * (size_t)(2 * half + 1)),
           *im = malloc(sizeof *im * (size_t)(2 * half + 1));
    for (int k = -half; k <= half; k++) {
        double window = exp(-0.5 * (k / deviation) * (k / deviation)) / deviation;
        re[k + half] = window * cos(2 * M_PI * f * k / rate);
        im[k + half] = window * sin(2 * M_PI * f * k / rate);
    }
    for (int at = 0; at < frames; at += hop) {
        double a = 0, b = 0;
        for (int k = at < half ? -at : -half; k <= half && at + k < frames; k++) {
            a += x[at + k] * re[k + half];
            b += x[at + k] * im[k + half];
        }
        energy[n++] = a * a + b * b;
    }
    free(re);
    free(im);
    return n;
}

/* Of an octave of channel 0: its decay time, or its mean level in dB behind the first fifth. */
static double octave_figure(Heard h, double f, bool decays) {
    int hop = (int)fmax(round(0.1 / f * h.rate), 1);
    double *energy = malloc(sizeof *energy * (size_t)(h.frames / hop + 1)), sum = 0;
    int n = band_energies(h.channel[0], h.frames, h.rate, f, hop, energy);
    double figure = decays ? decay_time(energy, n, hop / h.rate) : 0;
    for (int i = n / 5; i < n; i++)
        sum += energy[i];
    free(energy);
    return decays ? figure : 10 * log10(sum / (n - n / 5) + 1e-300);
}

static bool octave_figures(const char *program, double rate, double seconds, bool decays,
                           double *figures) {
    Heard h =
        hear_fast(rate, (int)(seconds * rate), "impulse(t) = if t == 0 then 1 else 0\n%s", program);
    for (int k = 0; k < OCTAVES && h.channels; k++)
        figures[k] = octave_figure(h, 125 * (1 << k), decays);
    bool good = h.channels > 0;
    heard_free(h);
    return good;
}

double decays_apart(const char *program, double seconds) {
    double worst = 0, least[OCTAVES], most[OCTAVES], times[OCTAVES];
    for (int r = 0; r < RATES; r++) {
        if (!octave_figures(program, rates[r], seconds, true, times)) return INFINITY;
        for (int k = 0; k < OCTAVES; k++) {
            least[k] = r == 0 ? times[k] : fmin(least[k], times[k]);
            most[k] = r == 0 ? times[k] : fmax(most[k], times[k]);
            double apart = 100 * (most[k] / least[k] - 1);
            worst = isnan(apart) ? INFINITY : fmax(worst, apart);
        }
    }
    return worst;
}

double levels_apart(const char *program, double seconds) {
    double worst = 0, least[OCTAVES], most[OCTAVES], levels[OCTAVES], loudest = -INFINITY;
    for (int r = 0; r < RATES; r++) {
        if (!octave_figures(program, rates[r], seconds, false, levels)) return INFINITY;
        for (int k = 0; k < OCTAVES; k++) {
            least[k] = r == 0 ? levels[k] : fmin(least[k], levels[k]);
            most[k] = r == 0 ? levels[k] : fmax(most[k], levels[k]);
            loudest = fmax(loudest, levels[k]);
        }
    }
    for (int k = 0; k < OCTAVES; k++)
        if (!(most[k] < loudest - 40)) worst = fmax(worst, most[k] - least[k]);
    return isfinite(loudest) ? worst : INFINITY;
}
