/* Proofs of stdlib/filters.kn: impulse responses against the analog prototype through the bilinear
 * transform, prewarped, or against the formula in z. */
#include "library.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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
ANALOG(sallen_key, "out = sallen_key(impulse, 1000, 0.75)", 0.1, {1000, {1}, {1, 0.5, 1}})
ANALOG(korg35_lowpass, "out = 1e6 * korg35_lowpass(1e-6 * impulse, 1000, 0.75)", 0.1, {1000, {1}, {1, 0.5, 1}})
ANALOG(korg35_highpass, "out = 1e6 * korg35_highpass(1e-6 * impulse, 1000, 0.75)", 0.1,
       {1000, {0, 1, 1}, {1, 0.5, 1}})
ANALOG(diode_ladder, "out = 1e6 * diode_ladder(1e-6 * impulse, 1000, 0.5)", 0.2,
       {1000, {9.5}, {9.5, 8 * M_SQRT2, 20, 8 * M_SQRT2, 2}})
/* clang-format on */

/* ---- designs of any order ----------------------------------------------------------------------------- */

typedef struct Design { /* a low-pass prototype whose cutoff is 1 rad/s */
    const char *name;
    int order;
    const char *more; /* what stands behind the cutoff */
    int zeros;
    double complex zero[8], pole[8];
    double gain;
} Design;

#include "filters_data.h"

static double complex design_at(const Design *d, double complex s) {
    double complex h = d->gain;
    for (int k = 0; k < d->zeros; k++)
        h *= s - d->zero[k];
    for (int k = 0; k < d->order; k++)
        h /= s - d->pole[k];
    return h;
}

static double complex low_response(double f, double rate, const void *data) {
    return design_at(data, bilinear(f, 1000, rate));
}

static double complex high_response(double f, double rate, const void *data) {
    return design_at(data, 1 / bilinear(f, 1000, rate));
}

/* From 500 to 2000 Hz. */
static double complex band_response(double f, double rate, const void *data) {
    double low = tan(M_PI * 500 / rate), high = tan(M_PI * 2000 / rate);
    double complex s = I * tan(M_PI * f / rate);
    return design_at(data, (s * s + low * high) / ((high - low) * s));
}

/* All designs of a name. */
static double error_of_designs(const char *name, const char *suffix, const char *cutoff,
                               FrequencyResponse expected) {
    double worst = 0;
    for (const Design *d = designs; d->name; d++) {
        if (strcmp(d->name, name) != 0) continue;
        char program[128];
        snprintf(program, sizeof program, "out = %s%s(impulse, %d, %s%s)", name, suffix, d->order,
                 cutoff, d->more);
        worst = fmax(worst, error_of_response(program, 0.3, expected, d));
    }
    return worst;
}

#define DESIGNS(name)                                                                              \
    static double name##_error(void) {                                                             \
        return error_of_designs(#name, "", "1000", low_response);                                  \
    }                                                                                              \
    static double name##_highpass_error(void) {                                                    \
        return error_of_designs(#name, "_highpass", "1000", high_response);                        \
    }

DESIGNS(butterworth)
DESIGNS(chebyshev)
DESIGNS(chebyshev2)
DESIGNS(elliptic)

static double butterworth_bandpass_error(void) {
    return error_of_designs("butterworth", "_bandpass", "500, 2000", band_response);
}

/* The reversed Bessel polynomial of order n: sum of (2n - k)! / (2^(n - k) k! (n - k)!) s^k. */
static double complex bessel_polynomial(int n, double complex s) {
    double complex sum = 0;
    for (int k = n; k >= 0; k--)
        sum = sum * s + tgamma(2 * n - k + 1) / (pow(2, n - k) * tgamma(k + 1) * tgamma(n - k + 1));
    return sum;
}

/* Where its gain is -3 dB. */
static double bessel_cutoff(int n) {
    double low = 0.1, high = 10;
    while (high - low > 1e-14 * high) {
        double w = (low + high) / 2;
        double ratio = cabs(bessel_polynomial(n, I * w)) / cabs(bessel_polynomial(n, 0));
        *(ratio < M_SQRT2 ? &low : &high) = w;
    }
    return low;
}

static double complex bessel_at(int n, double complex s) {
    return bessel_polynomial(n, 0) / bessel_polynomial(n, s * bessel_cutoff(n));
}

static double complex bessel_response(double f, double rate, const void *order) {
    return bessel_at(*(const int *)order, bilinear(f, 1000, rate));
}

static double complex bessel_highpass_response(double f, double rate, const void *order) {
    return bessel_at(*(const int *)order, 1 / bilinear(f, 1000, rate));
}

static double error_of_bessels(const char *name, FrequencyResponse expected) {
    double worst = 0;
    for (int n = 1; n <= 8; n++) {
        char program[64];
        snprintf(program, sizeof program, "out = %s(impulse, %d, 1000)", name, n);
        worst = fmax(worst, error_of_response(program, 0.1, expected, &n));
    }
    return worst;
}

static double bessel_error(void) {
    return error_of_bessels("bessel", bessel_response);
}

static double bessel_highpass_error(void) {
    return error_of_bessels("bessel_highpass", bessel_highpass_response);
}

/* ---- crossovers and all-passes ------------------------------------------------------------------------- */

/* How far the gain of channel 0 is from 1, in dB. */
static double error_of_unit_gain(const char *program, double seconds) {
    static const double rates[] = {44100, 48000, 96000, 192000};
    double worst = 0;
    for (int r = 0; r < 4; r++) {
        int frames = (int)(seconds * rates[r]);
        Heard h = hear(rates[r], frames, "%s", program);
        if (h.channels == 0) return INFINITY;
        for (double f = 20; f < 0.45 * rates[r]; f *= 1.3)
            worst =
                fmax(worst, fabs(20 * log10(cabs(response_at(h.channel[0], frames, f, rates[r])))));
        heard_free(h);
    }
    return worst;
}

#define UNIT_GAIN(name, program)                                                                   \
    static double name##_gain(void) {                                                              \
        return error_of_unit_gain(program, 0.2);                                                   \
    }

UNIT_GAIN(allpass, "out = allpass(impulse, 1000, 5)")
UNIT_GAIN(allpass1, "out = allpass1(impulse, 1000)")
UNIT_GAIN(crossover, "out = sum(crossover(impulse, 1000))")
UNIT_GAIN(crossover3, "out = sum(crossover3(impulse, 400, 3000))")

static double linkwitz_riley_gain(void) {
    return fmax(error_of_unit_gain("out = sum(linkwitz_riley(impulse, 1000, 2))", 0.1),
                fmax(error_of_unit_gain("out = sum(linkwitz_riley(impulse, 1000, 4))", 0.1),
                     error_of_unit_gain("out = sum(linkwitz_riley(impulse, 1000, 8))", 0.1)));
}

static double complex squared_low(double f, double rate, const void *data) {
    return cpow(low_response(f, rate, data), 2);
}

/* The highs of order 2, 6 … are turned over. */
static double complex squared_high(double f, double rate, const void *data) {
    return cpow(high_response(f, rate, data), 2) * (((const Design *)data)->order % 2 ? -1 : 1);
}

static double linkwitz_riley_error(void) { /* designs[n - 1] is Butterworth's of order n */
    double worst = 0;
    for (int n = 1; n <= 4; n++) {
        char program[64];
        snprintf(program, sizeof program, "out = linkwitz_riley(impulse, 1000, %d)", 2 * n);
        worst =
            fmax(worst, error_of_channel_response(program, 0, 0.2, squared_low, &designs[n - 1]));
        worst =
            fmax(worst, error_of_channel_response(program, 1, 0.2, squared_high, &designs[n - 1]));
    }
    return worst;
}

/* The middle band: what is above 400 and below 3000 Hz, both squared. */
static double complex middle_response(double f, double rate, const void *data) {
    (void)data;
    return cpow(design_at(&designs[1], 1 / bilinear(f, 400, rate)) *
                    design_at(&designs[1], bilinear(f, 3000, rate)),
                2);
}

static double crossover3_error(void) {
    return error_of_channel_response("out = crossover3(impulse, 400, 3000)", 1, 0.3,
                                     middle_response, NULL);
}

/* How far two outputs are from a quarter turn apart, in degrees. */
static double hilbert_error(void) {
    double worst = 0;
    for (double rate = 48000; rate <= 192000; rate *= 2) {
        Heard h = hear(rate, (int)rate, "out = hilbert(impulse)");
        for (double f = 20; f < rate / 2 - 20; f *= 1.1) {
            double complex ratio = response_at(h.channel[1], h.frames, f, rate) /
                                   response_at(h.channel[0], h.frames, f, rate);
            worst = fmax(worst, fabs(carg(I * ratio)) * 180 / M_PI);
        }
        heard_free(h);
    }
    return worst;
}

static double hilbert_gain(void) {
    return fmax(error_of_unit_gain("out = hilbert(impulse)[0]", 1),
                error_of_unit_gain("out = hilbert(impulse)[1]", 1));
}

/* ---- banks ------------------------------------------------------------------------------------------------ */

static double complex peak_at(double f, double centre, double gain, double q, double rate) {
    double complex s = bilinear(f, centre, rate);
    double root = sqrt(gain);
    return (s * s + s * root / q + 1) / (s * s + s / (q * root) + 1);
}

static double complex graphic_equaliser_response(double f, double rate, const void *data) {
    (void)data;
    static const double gain[] = {2, 1, 0.5, 4};
    double complex product = 1; /* octaves: q is sqrt(2) */
    for (int k = 0; k < 4; k++)
        product *= peak_at(f, 500 << k, gain[k], M_SQRT2, rate);
    return product;
}

typedef struct Formant {
    double f, decibel, width;
} Formant;

static double complex formants_response(double f, double rate, const void *data) {
    double complex sum = 0;
    for (const Formant *b = data; b->f > 0; b++) {
        double complex s = bilinear(f, b->f, rate);
        double damped = b->width / b->f;
        sum += pow(10, b->decibel / 20) * damped * s / (s * s + damped * s + 1);
    }
    return sum;
}

static double formants_error(void) {
    static const Formant bands[] = {{500, 0, 100}, {1500, -6, 150}, {0, 0, 0}};
    return error_of_response("out = formants(impulse, [[500, 1, 100], [1500, -6dB, 150]])", 0.2,
                             formants_response, bands);
}

/* Of the Csound manual's tenor: the first of five vowels, and half way from the fourth to the fifth. */
static double vowel_error(void) {
    static const Formant a[] = {{650, 0, 80},    {1080, -6, 90},   {2650, -7, 120},
                                {2900, -8, 130}, {3250, -22, 140}, {0, 0, 0}};
    static const Formant between[] = {{375, 0, 55},     {700, -15, 70},     {2650, -14.5, 100},
                                      {2850, -13, 125}, {3150, -26, 127.5}, {0, 0, 0}};
    return fmax(error_of_response("out = vowel(impulse, 0)", 0.4, formants_response, a),
                error_of_response("out = vowel(impulse, 3.5)", 0.4, formants_response, between));
}

/* ---- taps ------------------------------------------------------------------------------------------------- */

static double error_of_taps(const char *program, const double *taps) {
    Heard h = hear(48000, 31, "%s", program);
    double worst = h.channels == 0 ? INFINITY : 0;
    for (int k = 0; k < h.frames; k++)
        worst = fmax(worst, fabs(h.channel[0][k] - taps[k]));
    heard_free(h);
    return worst;
}

#define TAPS(name, program)                                                                        \
    static double name##_error(void) {                                                             \
        return error_of_taps(program, name##_taps);                                                \
    }

TAPS(sinc_lowpass, "out = sinc_lowpass(impulse, sr / 8, 31)")
TAPS(sinc_highpass, "out = sinc_highpass(impulse, sr / 8, 31)")
TAPS(sinc_bandpass, "out = sinc_bandpass(impulse, sr / 8, sr / 4, 31)")

/* ---- formulas in z --------------------------------------------------------------------------------------- */

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
    return 1 / (1 - 0.7 * allpass_delay_response(f, rate, 1.23e-3));
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

DIGITAL(graphic_equaliser, "out = graphic_equaliser(impulse, [2, 1, 0.5, 4], 500)", 0.2)
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

DECAYS_APART(comb, 1, "comb(causal(impulse), 5.1ms, 0.95)")
DECAYS_APART(short_comb, 1, "comb(causal(impulse), 1.1ms, 0.98)")
DECAYS_APART(moving_comb, 1, "comb(causal(impulse), 5ms + 0.3ms * sine(2), 0.95)")

const Proof filters_proofs[] = {
    {"comb", BEHAVIOUR, "T60 per octave from 44.1 to 192 kHz", comb_decays, 2, "%"},
    {"comb", BEHAVIOUR, "T60 per octave from 44.1 to 192 kHz, of 1.1 ms", short_comb_decays, 3,
     "%"},
    {"comb", BEHAVIOUR, "T60 per octave from 44.1 to 192 kHz, d moving", moving_comb_decays, 4,
     "%"},
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
    {"sallen_key", RESPONSE, "1 / (s^2 + (3 - K) s + 1), bilinear", sallen_key_error, 1e-6, "dB"},
    {"korg35_lowpass", RESPONSE, "1 / (s^2 + (2 - k) s + 1), bilinear", korg35_lowpass_error, 1e-6,
     "dB"},
    {"korg35_highpass", RESPONSE, "s (s + 1) / (s^2 + (2 - k) s + 1), bilinear",
     korg35_highpass_error, 1e-6, "dB"},
    {"diode_ladder", RESPONSE, "Stinchcombe's polynomial of the TB-303, bilinear",
     diode_ladder_error, 1e-6, "dB"},
    {"butterworth", SCIPY, "butter, orders 1 to 7", butterworth_error, 1e-6, "dB"},
    {"butterworth_highpass", SCIPY, "butter, orders 1 to 7", butterworth_highpass_error, 1e-6,
     "dB"},
    {"butterworth_bandpass", SCIPY, "butter, orders 1 to 7", butterworth_bandpass_error, 1e-6,
     "dB"},
    {"chebyshev", SCIPY, "cheby1, orders 1 to 7", chebyshev_error, 1e-6, "dB"},
    {"chebyshev_highpass", SCIPY, "cheby1, orders 1 to 7", chebyshev_highpass_error, 1e-6, "dB"},
    {"chebyshev2", SCIPY, "cheby2, orders 2 to 7", chebyshev2_error, 1e-6, "dB"},
    {"chebyshev2_highpass", SCIPY, "cheby2, orders 2 to 7", chebyshev2_highpass_error, 1e-6, "dB"},
    {"elliptic", SCIPY, "ellip, orders 1 to 7", elliptic_error, 1e-4, "dB"},
    {"elliptic_highpass", SCIPY, "ellip, orders 1 to 7", elliptic_highpass_error, 1e-4, "dB"},
    {"bessel", RESPONSE, "reversed Bessel polynomials, orders 1 to 8", bessel_error, 1e-6, "dB"},
    {"bessel_highpass", RESPONSE, "reversed Bessel polynomials, orders 1 to 8",
     bessel_highpass_error, 1e-6, "dB"},
    {"linkwitz_riley", RESPONSE, "Butterworth's squared, orders 2, 4, 6, 8", linkwitz_riley_error,
     1e-6, "dB"},
    {"linkwitz_riley", LAW, "the sum of the bands has gain 1", linkwitz_riley_gain, 1e-6, "dB"},
    {"crossover", LAW, "the sum of the bands has gain 1", crossover_gain, 1e-6, "dB"},
    {"crossover3", RESPONSE, "the middle band: Butterworth's squared", crossover3_error, 1e-6,
     "dB"},
    {"crossover3", LAW, "the sum of the bands has gain 1", crossover3_gain, 1e-6, "dB"},
    {"allpass", LAW, "gain 1", allpass_gain, 1e-6, "dB"},
    {"allpass1", LAW, "gain 1", allpass1_gain, 1e-6, "dB"},
    {"hilbert", LAW, "90 degrees apart, 20 Hz to sr/2 - 20 Hz", hilbert_error, 0.25, "degrees"},
    {"hilbert", LAW, "gain 1", hilbert_gain, 1e-6, "dB"},
    {"formants", RESPONSE, "sum of its band-passes", formants_error, 1e-6, "dB"},
    {"vowel", PUBLISHED, "tenor's formants of the Csound manual", vowel_error, 1e-6, "dB"},
    {"graphic_equaliser", RESPONSE, "product of the cookbook's peaks", graphic_equaliser_error,
     1e-6, "dB"},
    {"sinc_lowpass", SCIPY, "firwin, Blackman, 31 taps", sinc_lowpass_error, 1e-12, ""},
    {"sinc_highpass", SCIPY, "firwin, Blackman, 31 taps", sinc_highpass_error, 1e-12, ""},
    {"sinc_bandpass", SCIPY, "firwin, Blackman, 31 taps", sinc_bandpass_error, 1e-12, ""},
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
#define ORDER(name)                                                                                \
    { name, "input x\nparam f = 1000 in 20..20000 log\nout = " name "(x, 5, f)" }
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
    FILTER("sallen_key", ", r", "param r = 0.5 in 0..0.95\n"),
    FILTER("korg35_lowpass", ", r", "param r = 0.5 in 0..0.95\n"),
    FILTER("korg35_highpass", ", r", "param r = 0.5 in 0..0.95\n"),
    FILTER("diode_ladder", ", r", "param r = 0.5 in 0..0.95\n"),
    ORDER("butterworth"),
    ORDER("butterworth_highpass"),
    ORDER("chebyshev"),
    ORDER("chebyshev_highpass"),
    ORDER("chebyshev2"),
    ORDER("chebyshev2_highpass"),
    ORDER("elliptic"),
    ORDER("elliptic_highpass"),
    ORDER("bessel"),
    ORDER("bessel_highpass"),
    FILTER("linkwitz_riley", ", 8", ""),
    FILTER("crossover3", ", 2 * f", ""),
    {"butterworth_bandpass", "input x\nparam f = 1000 in 20..10000 log\nparam r = 2 in 1.1..4\n"
                             "out = butterworth_bandpass(x, 5, f, r * f)"},
    {"hilbert", "input x\nout = hilbert(x)"},
    {"formants", "input x\nparam f = 1000 in 50..10000 log\nparam g = 1 in 0..2\n"
                 "param w = 100 in 20..1000 log\nout = formants(x, [[f, g, w], [2 * f, g, w]])"},
    {"vowel", "input x\nparam v = 0 in 0..4\nparam f = 1 in 0.5..2\nout = vowel(x, v, f)"},
    {"graphic_equaliser", "input x\nparam a = 1 in 0.1..10 log\nparam b = 1 in 0.1..10 log\n"
                          "out = graphic_equaliser(x, [a, b, a, b, a, b, a, b, a])"},
    {"sinc_lowpass", "input x\nout = sinc_lowpass(x, 1000)"},
    {"sinc_highpass", "input x\nout = sinc_highpass(x, 1000)"},
    {"sinc_bandpass", "input x\nout = sinc_bandpass(x, 1000, 3000)"},
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
