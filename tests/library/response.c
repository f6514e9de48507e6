/* Frequency responses. In: programs that filter `impulse`. Out: how far they are from an analytic
 * response. */
#include "library.h"

#include <math.h>
#include <stdlib.h>

enum { FREQUENCIES = 30 };
static const double LOWEST = 20, HIGHEST = 0.45; /* Hz, of the rate */
static const double rates[] = {44100, 48000, 96000, 192000};

double complex response_at(const double *impulse, int frames, double f, double rate) {
    double complex sum = 0, turn = cexp(-2 * M_PI * I * f / rate), z = 1;
    for (int n = 0; n < frames; n++) {
        sum += impulse[n] * z;
        z = n % 64 == 63 ? cexp(-2 * M_PI * I * fmod(f / rate * (n + 1), 1)) : z * turn;
    }
    return sum;
}

double complex bilinear(double f, double cutoff, double rate) {
    return I * tan(M_PI * f / rate) / tan(M_PI * cutoff / rate);
}

double complex delay_at(double d, double f, double rate) {
    double whole = floor(d * rate + 1e-6), part = fmax(d * rate - whole, 0);
    double complex z = cexp(2 * M_PI * I * f / rate);
    return cpow(z, -whole) * (1 - part + part / z);
}

static double error_at(double complex got, double complex expected) {
    double gain = 20 * log10(cabs(got)), wanted = 20 * log10(cabs(expected));
    if (wanted < -100) return gain < -99 ? 0 : gain - wanted;
    double error = fabs(gain - wanted);
    double degrees = wanted < -60 ? 0 : fabs(carg(got / expected)) * 180 / M_PI;
    return fmax(error, degrees / 10);
}

double complex delay_response(double f, double rate, double d) {
    double samples = d * rate, whole = floor(samples + 1e-6), part = samples - whole;
    double complex z = cexp(-2 * M_PI * I * f / rate);
    if (part < 1e-6) part = 0;
    return cexp(-2 * M_PI * I * fmod(f / rate * whole, 1)) * (1 - part + part * z);
}

double complex allpass_delay_response(double f, double rate, double d) {
    double m = floor(d * rate - 0.5), u = d * rate - m, a = (1 - u) / (1 + u);
    double complex z = cexp(-2 * M_PI * I * f / rate);
    return cexp(-2 * M_PI * I * fmod(f / rate * m, 1)) * (a + z) / (1 + a * z);
}

double complex lagrange_response(double f, double rate, double d, int order) {
    double samples = d * rate, whole = floor(samples + 1e-9), n = fmax(whole - (order - 1) / 2, 0);
    double u = samples - n;
    double complex sum = 0;
    for (int k = 0; k <= order; k++) {
        double weight = 1;
        for (int j = 0; j <= order; j++)
            if (j != k) weight *= (u - j) / (k - j);
        sum += weight * cexp(-2 * M_PI * I * fmod(f / rate * (n + k), 1));
    }
    return sum;
}

double complex pole_response(double f, double rate, double cutoff) {
    double a = exp(-2 * M_PI * cutoff / rate);
    return (1 - a) / (1 - a * cexp(-2 * M_PI * I * f / rate));
}

double complex loss_response(double f, double rate, double time) {
    double complex z = cexp(-2 * M_PI * I * f / rate);
    double q = 4 - sqrt(15), root = hypot(sqrt(0.6), 2 * time * rate), p = 1 - 2 / (root + 1);
    return (1 - p) * (1 + q * z) / (1 + q) / (1 - p * z);
}

typedef struct Measured {
    const char *program;
    bool has_input; /* else it names `impulse` itself */
    int channel;
    double seconds;
} Measured;

static Heard heard_impulse(const Measured *m, double rate) {
    int frames = (int)ceil(m->seconds * rate);
    if (!m->has_input) return hear(rate, frames, "%s", m->program);
    double *x = calloc((size_t)frames + 1, sizeof *x);
    x[0] = 1;
    Heard h = hear_input(rate, frames, x, "%s", m->program);
    free(x);
    return h;
}

static double error_of(const Measured *m, FrequencyResponse expected, const void *data) {
    double worst = 0;
    for (int r = 0; r < 4; r++) {
        Heard h = heard_impulse(m, rates[r]);
        if (m->channel >= h.channels) return INFINITY;
        for (int i = 0; i < FREQUENCIES; i++) {
            double f = LOWEST * pow(HIGHEST * rates[r] / LOWEST, (double)i / (FREQUENCIES - 1));
            double error = error_at(response_at(h.channel[m->channel], h.frames, f, rates[r]),
                                    expected(f, rates[r], data));
            if (!(error <= worst)) worst = isnan(error) ? INFINITY : error;
        }
        heard_free(h);
    }
    return worst;
}

double error_of_channel_response(const char *program, int k, double seconds,
                                 FrequencyResponse expected, const void *data) {
    return error_of(&(Measured){program, false, k, seconds}, expected, data);
}

double error_of_heard_response(const char *program, int k, double seconds,
                               FrequencyResponse expected, const void *data) {
    return error_of(&(Measured){program, true, k, seconds}, expected, data);
}

double error_of_response(const char *program, double seconds, FrequencyResponse expected,
                         const void *data) {
    return error_of_channel_response(program, 0, seconds, expected, data);
}
