/* Proofs of what is built in and filters: fir, convolve, oversample. */
#include "library.h"

#include <math.h>

/* ---- fir, convolve -------------------------------------------------------------------------------- */

static double complex three_taps(double f, double rate, const void *data) {
    double complex z = cexp(-2 * M_PI * I * f / rate);
    (void)data;
    return 0.5 + 0.25 * z - 0.125 * z * z;
}

static double fir_error(void) {
    return error_of_response("out = fir(impulse, [0.5, 0.25, -0.125])", 0.01, three_taps, NULL);
}

/* A geometric series, cut off after `length`. */
static const double t60 = 0.02, length = 0.01;

static double complex cut_decay(double f, double rate, const void *data) {
    double complex z = cexp(-2 * M_PI * I * f / rate) * pow(10, -3 / (t60 * rate));
    (void)data;
    return (1 - cpow(z, ceil(length * rate - 1e-6))) / (1 - z);
}

static double convolve_error(void) {
    return error_of_response("out = convolve(impulse, decay(20ms), 10ms)", 0.02, cut_decay, NULL);
}

/* ---- oversample ------------------------------------------------------------------------------------- */

static double complex late(double f, double rate, const void *data) {
    const double *samples = data;
    return cexp(-2 * M_PI * I * f / rate * *samples);
}

static double oversample_identity_error(void) {
    static const double latency = 64;
    return error_of_response("out = oversample(impulse, 4, v => v)", 0.01, late, &latency);
}

/* Aliases of a tanh driven hard by 5 kHz, against the fundamental. */
static double plain_aliases(void) {
    return aliasing_of("out(t) = tanh(5 * sine(5000)(t))", 5000, 10000);
}

static double oversampled_aliases(void) {
    return aliasing_of("out = oversample(sine(5000), 8, v => tanh(5 * v))", 5000, 10000);
}

const Proof built_in_proofs[] = {
    {"fir", RESPONSE, "sum of taps[k] z^-k", fir_error, 1e-9, "dB"},
    {"convolve", RESPONSE, "the geometric series of a decay that is cut off", convolve_error, 1e-9,
     "dB"},
    {"oversample", RESPONSE, "z^-64, of what does nothing", oversample_identity_error, 0.05, "dB"},
    {"oversample", BEHAVIOUR, "aliases of tanh(5 x) below 10 kHz, plain", plain_aliases, 0, "dB"},
    {"oversample", BEHAVIOUR, "the same at 8 times the rate", oversampled_aliases, -60, "dB"},
    {0},
};

const Stress built_in_stresses[] = {
    {"convolve", "input x\nout = convolve(x, decay(20ms), 30ms)"},
    {"oversample", "input x\nparam drive = 1 in 0.1..20 log\n"
                   "out = oversample(x, 4, v => tanh(drive * v))"},
    {0},
};
