/* Proofs of stdlib/filters.kn: impulse responses against the analog prototype through the bilinear
 * transform, prewarped, or against the formula in z. */
#include "library.h"

#include <math.h>

/* ---- analog prototypes -------------------------------------------------------------------------------- */

typedef struct Analog { /* num / den, rising powers of s, whose 1 is at the cutoff */
    double cutoff, num[5], den[5];
} Analog;

static double complex polynomial(const double *c, double complex s) {
    double complex sum = 0;
    for (int k = 4; k >= 0; k--)
        sum = sum * s + c[k];
    return sum;
}

static double complex analog_response(double f, double rate, const void *data) {
    const Analog *a = data;
    double complex s = bilinear(f, a->cutoff, rate);
    return polynomial(a->num, s) / polynomial(a->den, s);
}

/* The channels of a program, each against its own prototype. */
static double error_of_analogs(const char *program, double seconds, const Analog *a, size_t count) {
    double worst = 0;
    for (size_t k = 0; k < count; k++)
        worst = fmax(worst,
                     error_of_channel_response(program, (int)k, seconds, analog_response, &a[k]));
    return worst;
}

#define ANALOG(name, program, seconds, ...)                                                        \
    static double name##_error(void) {                                                             \
        static const Analog a[] = {__VA_ARGS__};                                                   \
        return error_of_analogs(program, seconds, a, sizeof a / sizeof *a);                        \
    }

/* clang-format off */
ANALOG(lowpass, "out = lowpass(impulse, 1000, 2)", 0.1, {1000, {1}, {1, 0.5, 1}})
ANALOG(highpass, "out = highpass(impulse, 1000, 2)", 0.1, {1000, {0, 0, 1}, {1, 0.5, 1}})
ANALOG(bandpass, "out = bandpass(impulse, 1000, 2)", 0.1, {1000, {0, 0.5}, {1, 0.5, 1}})
ANALOG(notch, "out = notch(impulse, 1000, 2)", 0.1, {1000, {1, 0, 1}, {1, 0.5, 1}})
ANALOG(allpass, "out = allpass(impulse, 1000, 2)", 0.1, {1000, {1, -0.5, 1}, {1, 0.5, 1}})
ANALOG(svf, "out = svf(impulse, 1000, 4)", 0.2,
       {1000, {1}, {1, 0.25, 1}}, {1000, {0, 1}, {1, 0.25, 1}}, {1000, {0, 0, 1}, {1, 0.25, 1}})
ANALOG(multimode, "out = multimode(impulse, 1000, 4)", 0.2,
       {1000, {1}, {1, 0.25, 1}}, {1000, {0, 1}, {1, 0.25, 1}}, {1000, {0, 0, 1}, {1, 0.25, 1}},
       {1000, {1, 0, 1}, {1, 0.25, 1}}, {1000, {1, 0, -1}, {1, 0.25, 1}}, {1000, {1, -0.25, 1}, {1, 0.25, 1}})
/* gains of 4 and 1/4: A is 2 and 1/2 */
ANALOG(peaking, "out = [peaking(impulse, 1000, 4, 2), peaking(impulse, 1000, 0.25, 2)]", 0.1,
       {1000, {1, 1, 1}, {1, 0.25, 1}}, {1000, {1, 0.25, 1}, {1, 1, 1}})
ANALOG(lowshelf, "out = [lowshelf(impulse, 1000, 4, 1), lowshelf(impulse, 1000, 0.25, 1)]", 0.1,
       {1000, {4, 2 * M_SQRT2, 2}, {1, M_SQRT2, 2}},
       {1000, {0.25, 0.5 * M_SQRT1_2, 0.5}, {1, M_SQRT1_2, 0.5}})
ANALOG(highshelf, "out = [highshelf(impulse, 1000, 4, 1), highshelf(impulse, 1000, 0.25, 1)]", 0.1,
       {1000, {2, 2 * M_SQRT2, 4}, {2, M_SQRT2, 1}},
       {1000, {0.5, 0.5 * M_SQRT1_2, 0.25}, {0.5, M_SQRT1_2, 1}})
ANALOG(lowpass1, "out = lowpass1(impulse, 1000)", 0.1, {1000, {1}, {1, 1}})
ANALOG(highpass1, "out = highpass1(impulse, 1000)", 0.1, {1000, {0, 1}, {1, 1}})
ANALOG(allpass1, "out = allpass1(impulse, 1000)", 0.1, {1000, {1, -1}, {1, 1}})
ANALOG(lowshelf1, "out = [lowshelf1(impulse, 1000, 4), lowshelf1(impulse, 1000, 0.25)]", 0.1,
       {1000, {2, 1}, {0.5, 1}}, {1000, {0.5, 1}, {2, 1}})
ANALOG(highshelf1, "out = [highshelf1(impulse, 1000, 4), highshelf1(impulse, 1000, 0.25)]", 0.1,
       {1000, {1, 2}, {1, 0.5}}, {1000, {1, 0.5}, {1, 2}})
ANALOG(tilt, "out = [tilt(impulse, 1000, 2), tilt(impulse, 1000, 0.5)]", 0.1,
       {1000, {1, 2}, {2, 1}}, {1000, {1, 0.5}, {0.5, 1}})
ANALOG(leaky_integrator, "out = leaky_integrator(impulse, 1ms) * 1000", 0.1,
       {500 / M_PI, {1}, {1, 1}})
/* what saturates is heard very quietly: there it is linear */
ANALOG(ladder, "out = 1e6 * ladder(1e-6 * impulse, 1000, 0.5)", 0.2, {1000, {1}, {3, 4, 6, 4, 1}})
/* both bands are Butterworth sections, squared: (s^2 + sqrt(2) s + 1)^2 */
ANALOG(crossover, "out = crossover(impulse, 1000)", 0.1,
       {1000, {1}, {1, 2 * M_SQRT2, 4, 2 * M_SQRT2, 1}},
       {1000, {0, 0, 0, 0, 1}, {1, 2 * M_SQRT2, 4, 2 * M_SQRT2, 1}})
/* clang-format on */

/* ---- formulas in z --------------------------------------------------------------------------------------- */

/* A delay of d seconds, interpolated linearly. */
static double complex delay_at(double d, double f, double rate) {
    double whole = floor(d * rate + 1e-6), part = fmax(d * rate - whole, 0);
    double complex z = cexp(2 * M_PI * I * f / rate);
    return cpow(z, -whole) * (1 - part + part / z);
}

static double complex onepole_response(double f, double rate, const void *data) {
    (void)data;
    double a = exp(-2 * M_PI * 1000 / rate);
    return (1 - a) / (1 - a * delay_at(1 / rate, f, rate));
}

static double complex dcblock_response(double f, double rate, const void *data) {
    (void)data;
    double complex back = delay_at(1 / rate, f, rate);
    return (1 - back) / (1 - exp(-2 * M_PI * 100 / rate) * back);
}

static double complex comb_response(double f, double rate, const void *data) {
    (void)data;
    return 1 / (1 - 0.7 * delay_at(1.23e-3, f, rate));
}

static double complex feedforward_comb_response(double f, double rate, const void *data) {
    (void)data;
    return 1 + 0.7 * delay_at(0.01, f, rate);
}

static double complex biquad_response(double f, double rate, const void *data) {
    (void)data;
    double complex back = delay_at(1 / rate, f, rate);
    return (0.2 + 0.3 * back - 0.1 * back * back) / (1 - 1.5 * back + 0.8 * back * back);
}

static double complex differentiator_response(double f, double rate, const void *data) {
    (void)data;
    return 2 * I * sin(M_PI * f / rate) * cexp(-M_PI * I * f / rate);
}

/* A mean of n samples: Dirichlet's kernel. */
static double complex moving_average_response(double f, double rate, const void *data) {
    (void)data;
    double n = rate / 100, x = M_PI * f / rate;
    return sin(n * x) / (n * sin(x)) * cexp(-I * (n - 1) * x);
}

#define DIGITAL(name, program, seconds)                                                            \
    static double name##_error(void) {                                                             \
        return error_of_response(program, seconds, name##_response, NULL);                         \
    }

DIGITAL(onepole, "out = onepole(impulse, 1000)", 0.1)
DIGITAL(dcblock, "out = dcblock(impulse, 100)", 0.2)
DIGITAL(comb, "out = comb(impulse, 1.23ms, 0.7)", 0.2)
DIGITAL(feedforward_comb, "out = feedforward_comb(impulse, 10ms, 0.7)", 0.1)
DIGITAL(biquad, "out = biquad(impulse, 0.2, 0.3, -0.1, -1.5, 0.8)", 0.05)
DIGITAL(differentiator, "out = differentiator(impulse) / sr", 0.01)
DIGITAL(moving_average, "out = moving_average(impulse, 10ms)", 0.02)

/* ---- in time -------------------------------------------------------------------------------------------------- */

static double resonator_form(double t) {
    return pow(10, -3 * t / 0.2) * sin(2 * M_PI * fmod(441 * t, 1));
}

static double resonator_error(void) {
    return error_of_form("out = resonator(impulse, 441, 0.2)", 0.5, resonator_form);
}

/* At most 100 a second up, 50 down: 0 to 1 in 10 ms after the first sample, at 0.1 s back in 20 ms. */
const Proof filters_proofs[] = {
    {"lowpass", RESPONSE, "1 / (s^2 + s/q + 1), bilinear", lowpass_error, 1e-6, "dB"},
    {"highpass", RESPONSE, "s^2 / (s^2 + s/q + 1), bilinear", highpass_error, 1e-6, "dB"},
    {"bandpass", RESPONSE, "(s/q) / (s^2 + s/q + 1), bilinear", bandpass_error, 1e-6, "dB"},
    {"notch", RESPONSE, "(s^2 + 1) / (s^2 + s/q + 1), bilinear", notch_error, 1e-6, "dB"},
    {"allpass", RESPONSE, "(s^2 - s/q + 1) / (s^2 + s/q + 1), bilinear", allpass_error, 1e-6, "dB"},
    {"svf", RESPONSE, "1, s and s^2 over s^2 + s/q + 1, bilinear", svf_error, 1e-6, "dB"},
    {"multimode", RESPONSE, "six numerators over s^2 + s/q + 1, bilinear", multimode_error, 1e-6,
     "dB"},
    {"peaking", RESPONSE, "the cookbook's, +12 and -12 dB", peaking_error, 1e-6, "dB"},
    {"lowshelf", RESPONSE, "the cookbook's, +12 and -12 dB", lowshelf_error, 1e-6, "dB"},
    {"highshelf", RESPONSE, "the cookbook's, +12 and -12 dB", highshelf_error, 1e-6, "dB"},
    {"lowpass1", RESPONSE, "1 / (s + 1), bilinear", lowpass1_error, 1e-6, "dB"},
    {"highpass1", RESPONSE, "s / (s + 1), bilinear", highpass1_error, 1e-6, "dB"},
    {"allpass1", RESPONSE, "(1 - s) / (1 + s), bilinear", allpass1_error, 1e-6, "dB"},
    {"lowshelf1", RESPONSE, "(s + A) / (s + 1/A), bilinear", lowshelf1_error, 1e-6, "dB"},
    {"highshelf1", RESPONSE, "(A s + 1) / (s/A + 1), bilinear", highshelf1_error, 1e-6, "dB"},
    {"tilt", RESPONSE, "(A s + 1) / (s + A), bilinear", tilt_error, 1e-6, "dB"},
    {"leaky_integrator", RESPONSE, "1 / (s + 1/time), bilinear", leaky_integrator_error, 1e-6,
     "dB"},
    {"ladder", RESPONSE, "1 / ((s + 1)^4 + 4 resonance), bilinear", ladder_error, 1e-6, "dB"},
    {"crossover", RESPONSE, "Butterworth's sections squared", crossover_error, 1e-6, "dB"},
    {"onepole", RESPONSE, "(1 - a) / (1 - a / z)", onepole_error, 1e-6, "dB"},
    {"dcblock", RESPONSE, "(1 - 1/z) / (1 - r / z)", dcblock_error, 1e-6, "dB"},
    {"comb", RESPONSE, "1 / (1 - g e^(-2 pi i f d))", comb_error, 1e-6, "dB"},
    {"feedforward_comb", RESPONSE, "1 + g e^(-2 pi i f d)", feedforward_comb_error, 1e-6, "dB"},
    {"biquad", RESPONSE, "its quotient of polynomials in 1/z", biquad_error, 1e-6, "dB"},
    {"differentiator", RESPONSE, "2i sin(pi f / sr) e^(-i pi f / sr)", differentiator_error, 1e-6,
     "dB"},
    {"moving_average", RESPONSE, "Dirichlet's kernel", moving_average_error, 1e-6, "dB"},
    {"resonator", CLOSED_FORM, "10^(-3 t / t60) sin(2 pi f t)", resonator_error, 1e-9, ""},
    {0},
};

/* A filter with a cutoff, and what else it takes. */
#define FILTER(name, arguments, more)                                                              \
    { name, "input x\nparam f = 1000 in 20..20000 log\n" more "out = " name "(x, f" arguments ")" }
#define Q    "param q = 1 in 0.3..30 log\n"
#define GAIN "param g = 1 in 0.1..10 log\n"

const Stress filters_stresses[] = {
    FILTER("lowpass", ", q", Q),
    FILTER("highpass", ", q", Q),
    FILTER("bandpass", ", q", Q),
    FILTER("notch", ", q", Q),
    FILTER("allpass", ", q", Q),
    FILTER("svf", ", q", Q),
    FILTER("multimode", ", q", Q),
    FILTER("peaking", ", g, q", GAIN Q),
    FILTER("lowshelf", ", g, q", GAIN Q),
    FILTER("highshelf", ", g, q", GAIN Q),
    FILTER("lowpass1", "", ""),
    FILTER("highpass1", "", ""),
    FILTER("allpass1", "", ""),
    FILTER("lowshelf1", ", g", GAIN),
    FILTER("highshelf1", ", g", GAIN),
    FILTER("tilt", ", g", GAIN),
    FILTER("crossover", "", ""),
    FILTER("ladder", ", r", "param r = 0.5 in 0..0.98\n"),
    FILTER("onepole", "", ""),
    FILTER("dcblock", "", ""),
    FILTER("resonator", ", d", "param d = 1 in 0.01..4 log\n"),
    {"leaky_integrator", "input x\nparam d = 0.1 in 0.001..0.5 log\nout = leaky_integrator(x, d)"},
    {"differentiator", "input x\nout = differentiator(x)"},
    {"moving_average", "input x\nout = moving_average(x, 10ms)"},
    {"comb", "input x\nparam d = 0.01 in 0.0001..0.05\nparam g = 0.5 in -0.95..0.95\n"
             "out = comb(x, d, g)"},
    {"feedforward_comb", "input x\nparam d = 0.01 in 0..0.05\nparam g = 0.5 in -1..1\n"
                         "out = feedforward_comb(x, d, g)"},
    {"biquad",
     "input x\nparam b0 = 1 in -1..1\nparam b1 = 0 in -1..1\nparam b2 = 0 in -1..1\n"
     "param a1 = 0 in -1..1\nparam a2 = 0.5 in 0.1..0.9\nout = biquad(x, b0, b1, b2, a1, a2)"},
    {0},
};
