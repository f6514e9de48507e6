/* Pitches, partials and densities. In: samples. Out: figures of their spectra, by sums at the
 * frequencies that are asked for. */
#include "library.h"

#include <math.h>
#include <stdlib.h>

/* Blackman and Harris 1978, four terms: side lobes below -92 dB. */
static double window_at(int n, int frames) {
    double x = 2 * M_PI * (n + 0.5) / frames;
    return 0.35875 - 0.48829 * cos(x) + 0.14128 * cos(2 * x) - 0.01168 * cos(3 * x);
}

static double *windowed(const double *x, int frames, double *sum) {
    double *y = malloc(sizeof *y * (size_t)(frames + 1));
    *sum = 0;
    for (int n = 0; n < frames; n++) {
        double w = window_at(n, frames);
        y[n] = w * x[n];
        *sum += w;
    }
    return y;
}

double partial_amplitude(const double *x, int frames, double rate, double f) {
    double sum, *y = windowed(x, frames, &sum);
    double amplitude = 2 * cabs(response_at(y, frames, f, rate)) / sum;
    free(y);
    return amplitude;
}

/* The peak is sought in steps of a quarter of a bin, then by golden section. */
double partial_frequency(const double *x, int frames, double rate, double about) {
    static const double GOLDEN = 0.6180339887498949;
    double sum, *y = windowed(x, frames, &sum), bin = rate / frames, best = about, highest = -1;
    for (double f = about * 0.95; f <= about * 1.05; f += bin / 4) {
        double height = cabs(response_at(y, frames, f, rate));
        if (height > highest) highest = height, best = f;
    }
    double low = best - bin / 4, high = best + bin / 4;
    while (high - low > 1e-7 * about) {
        double a = high - GOLDEN * (high - low), b = low + GOLDEN * (high - low);
        if (cabs(response_at(y, frames, a, rate)) > cabs(response_at(y, frames, b, rate)))
            high = b;
        else
            low = a;
    }
    free(y);
    return (low + high) / 2;
}

double cents(double f, double reference) {
    return 1200 * log2(f / reference);
}

static double peak_at(double rate, double from, double seconds, const char *program, double f) {
    double peak = 0;
    Heard h = hear_fast(rate, (int)(seconds * rate), program, f);
    for (int k = 0; k < h.channels; k++)
        for (int n = (int)(from * rate); n < h.frames; n++)
            peak = fmax(peak, fabs(h.channel[k][n]));
    heard_free(h);
    return peak;
}

double error_of_level(const char *program, double low, double high, double from, double seconds,
                      double highest_rate) {
    static const double rates[] = {44100, 48000, 96000, 192000};
    double worst = 0;
    for (int r = 0; r < 4 && rates[r] <= highest_rate; r++)
        for (double f = low; f < 1.001 * high; f *= cbrt(2)) {
            double level = decibels(peak_at(rates[r], from, seconds, program, f), 1);
            worst = fmax(worst, fmax(level, 20 * log10(0.7) - level));
        }
    return worst;
}

double noise_density(const double *x, int frames, double rate, double f) {
    enum { SEGMENT = 8192, LINES = 24 };
    double power = 0;
    int count = 0;
    for (int begin = 0; begin + SEGMENT <= frames; begin += SEGMENT / 2) {
        double sum, *y = windowed(x + begin, SEGMENT, &sum);
        for (int i = 0; i < LINES; i++) {
            double at = f * pow(2, ((i + 0.5) / LINES - 0.5) / 3);
            double height = cabs(response_at(y, SEGMENT, at, rate));
            power += height * height;
            count++;
        }
        free(y);
    }
    return 10 * log10(power / count);
}

double aliasing(const double *x, int frames, double rate, double f, double limit) {
    double sum, *y = windowed(x, frames, &sum), bin = rate / frames;
    double tone = cabs(response_at(y, frames, f, rate)), worst = 0;
    for (double at = 20; at < limit; at += bin / 2) {
        double distance = fabs(at - f * round(at / f));
        if (distance < 6 * bin || at < 6 * bin) continue; /* a partial, or the mean */
        double height = cabs(response_at(y, frames, at, rate));
        if (height > worst) worst = height;
    }
    free(y);
    return 20 * log10(worst / tone);
}

double error_of_partials(const char *program, double f, int partials, double (*amplitude)(int k)) {
    Heard h = hear(48000, 48000, "%s", program);
    if (h.channels == 0) return INFINITY;
    double worst = 0;
    for (int k = 1; k <= partials; k++) {
        double expected = fabs(amplitude(k));
        if (expected < 1e-4) continue;
        double got = partial_amplitude(h.channel[0], h.frames, h.rate, k * f);
        worst = fmax(worst, fabs(decibels(got, expected)));
    }
    heard_free(h);
    return worst;
}

double aliasing_of(const char *program, double f, double limit) {
    Heard h = hear(48000, 9600, "%s", program);
    if (h.channels == 0) return INFINITY;
    double worst = aliasing(h.channel[0], h.frames, h.rate, f, limit);
    heard_free(h);
    return worst;
}

/* Cooley and Tukey 1965: n values, a power of 2, every step-th of x; roots[k] = e^(-2 pi i k step / n). */
static void fourier(const double *x, int n, int step, const double complex *roots,
                    double complex *out) {
    if (n == 1) {
        out[0] = x[0];
        return;
    }
    fourier(x, n / 2, 2 * step, roots, out);
    fourier(x + step, n / 2, 2 * step, roots, out + n / 2);
    for (int k = 0; k < n / 2; k++) {
        double complex even = out[k], odd = out[k + n / 2] * roots[k * step];
        out[k] = even + odd;
        out[k + n / 2] = even - odd;
    }
}

enum { SEGMENT = 8192 };

/* Welch 1967: the power of each line, summed over windowed segments. */
static void sum_spectra(const double *x, int frames, double *power) {
    static double complex roots[SEGMENT], line[SEGMENT];
    for (int k = 0; k < SEGMENT; k++)
        roots[k] = cexp(-2 * M_PI * I * k / SEGMENT);
    for (int begin = 0; begin + SEGMENT <= frames; begin += SEGMENT / 2) {
        double sum, *y = windowed(x + begin, SEGMENT, &sum);
        fourier(y, SEGMENT, 1, roots, line);
        for (int k = 0; k < SEGMENT / 2; k++)
            power[k] += creal(line[k] * conj(line[k]));
        free(y);
    }
}

/* Half an octave around f, each line as it would be at f if the slope held, in dB. */
static double band_level(const double *power, double rate, double slope, double f) {
    double sum = 0, lines = 0;
    for (int k = 1; k < SEGMENT / 2; k++) {
        double octaves = log2(k * rate / SEGMENT / f);
        if (fabs(octaves) > 0.25) continue;
        sum += power[k] * pow(10, -slope * octaves / 10);
        lines++;
    }
    return 10 * log10(sum / lines);
}

double error_of_slope(const char *program, double rate, double slope, double low, double high) {
    Heard h = hear_fast(rate, 1 << 22, "%s", program);
    if (h.channels == 0) return INFINITY;
    double power[SEGMENT / 2] = {0}, least = INFINITY, most = -INFINITY;
    sum_spectra(h.channel[0], h.frames, power);
    for (double f = low; f <= high; f *= sqrt(2)) {
        double level = band_level(power, rate, slope, f) - slope * log2(f / low);
        least = fmin(least, level);
        most = fmax(most, level);
    }
    heard_free(h);
    return (most - least) / 2;
}
