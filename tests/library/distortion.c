/* Proofs of stdlib/distortion.kn: shapes against their formulas on a ramp through their whole range,
 * antiderivatives against integrals done numerically, and aliasing against that of the plain shape. */
#include "library.h"

#include <math.h>
#include <string.h>

/* ---- shapes: x goes from -3 to 3 in one second ------------------------------------------------------------ */

#define RAMP "x(t) = 6 * t - 3\n"

static double ramp(double t) {
    return 6 * t - 3;
}

static double between(double x, double low, double high) {
    return fmin(fmax(x, low), high);
}

static double clip_shape(double x) {
    return between(x, -0.5, 0.75);
}

static double softclip_shape(double x) {
    return tanh(2 * x) / tanh(2);
}

static double wavefold_shape(double x) { /* the triangle of a sine */
    return 2 / M_PI * asin(sin(M_PI / 2 * x));
}

static double wrap_shape(double x) {
    return x - 1.5 * floor((x + 0.5) / 1.5);
}

static double rectify_shape(double x) {
    return x < 0 ? -x : x;
}

static double half_rectify_shape(double x) {
    return x < 0 ? 0 : x;
}

static double cubic_shape(double x) {
    return fabs(x) > 1 ? copysign(1, x) : (3 * x - x * x * x) / 2;
}

static double arctan_shape(double x) {
    return atan2(2 * x, 1) / atan2(2, 1);
}

/* Schetzen's, as DAFX prints it. */
static double overdrive_shape(double x) {
    double u = fabs(2 * x);
    double y = u < 1.0 / 3 ? 2 * u : u < 2.0 / 3 ? (3 - pow(2 - 3 * u, 2)) / 3 : 1;
    return copysign(y, x);
}

static double fuzz_shape(double x) {
    return x < 0 ? expm1(5 * x) : -expm1(-5 * x);
}

#define SHAPE(name, expression)                                                                    \
    static double name##_form(double t) {                                                          \
        return name##_shape(ramp(t));                                                              \
    }                                                                                              \
    static double name##_error(void) {                                                             \
        return error_of_form(RAMP "out = " expression, 1, name##_form);                            \
    }

SHAPE(clip, "clip(x, -0.5, 0.75)")
SHAPE(softclip, "softclip(x, 2)")
SHAPE(wavefold, "wavefold(x)")
SHAPE(wrap, "wrap(x + 1e-7, -0.5, 1) - 1e-7") /* its jumps between samples */
SHAPE(rectify, "rectify(x)")
SHAPE(half_rectify, "half_rectify(x)")
SHAPE(cubic, "cubic(x)")
SHAPE(arctan, "arctan(x, 2)")
SHAPE(overdrive, "overdrive(x, 2)")
SHAPE(fuzz, "fuzz(x, 5)")

/* Harmonics of amplitudes 0.3, 0, 0.2, 0.1, and of the even ones the mean: T_k(cos a) = cos k a. */
static double chebyshev_shaper_form(double t) {
    double a = 2 * M_PI * fmod(441 * t, 1);
    return 0.3 * cos(a) + 0.2 * cos(3 * a) + 0.1 * cos(4 * a) + 0.05 * cos(7 * a);
}

static double chebyshev_shaper_error(void) {
    return error_of_form("out = chebyshev_shaper(cosine(441), [0.3, 0, 0.2, 0.1, 0, 0, 0.05])", 0.2,
                         chebyshev_shaper_form);
}

/* Rounding to 2^-5: never farther than half of that, and always one of the steps. */
static double bitcrush_error(void) {
    double worst = 0;
    Heard h = hear(48000, 48000, RAMP "out = [x, bitcrush(x, 6)]");
    if (h.channels != 2) return INFINITY;
    for (int n = 0; n < h.frames; n++) {
        double step = h.channel[1][n] * 32;
        worst = fmax(worst, fabs(step - round(step)));
        worst = fmax(worst, fabs(h.channel[1][n] - h.channel[0][n]) * 32 - 0.5);
    }
    heard_free(h);
    return worst;
}

static double downsample_form(double t) { /* 1000 times a second, whatever the rate */
    return ramp(floor(t * 1000 + 1e-6) / 1000);
}

static double downsample_error(void) {
    double worst = 0;
    for (double rate = 48000; rate <= 192000; rate *= 2) {
        Heard h = hear(rate, (int)rate, RAMP "out = downsample(x, 1000)");
        if (h.channels == 0) return INFINITY;
        for (int n = 0; n < h.frames; n++)
            worst = fmax(worst, fabs(h.channel[0][n] - downsample_form(n / rate)));
        heard_free(h);
    }
    return worst;
}

/* ---- means between samples: noise of all steps, against Simpson's rule -------------------------------------- */

static double tanh_shape(double x) {
    return tanh(2 * x) / tanh(2);
}

/* The mean of a shape from a to b, in so many pieces that its corners matter little. */
static double mean_of(double (*shape)(double x), double a, double b) {
    enum { PIECES = 2000 };
    double sum = 0;
    for (int k = 0; k < PIECES; k++) {
        double low = a + (b - a) * k / PIECES, high = a + (b - a) * (k + 1) / PIECES;
        sum += (shape(low) + 4 * shape((low + high) / 2) + shape(high)) / 6;
    }
    return sum / PIECES;
}

/* Steps of all sizes, from 10 down to 1e-6. */
static double error_of_means(const char *shaped, double (*shape)(double x)) {
    enum { FRAMES = 3000 };
    double worst = 0;
    Heard h = hear(
        48000, FRAMES,
        "x(t) = 3 * noise(1)(t) * exp(-16 * (100 * t %% 1)) + 1.3 * sine(77)(t)\nout = [x, %s]",
        shaped);
    if (h.channels != 2) return INFINITY;
    for (int n = 1; n < FRAMES; n++) {
        double expected = mean_of(shape, h.channel[0][n - 1], h.channel[0][n]);
        worst = fmax(worst, fabs(h.channel[1][n] - expected));
    }
    heard_free(h);
    return worst;
}

static double adaa_error(void) {
    return error_of_means("adaa(x, v => sin(v), v => -cos(v))", sin);
}

static double adaa_clip_error(void) {
    return error_of_means("adaa_clip(x, -0.5, 0.75)", clip_shape);
}

static double adaa_softclip_error(void) {
    return error_of_means("adaa_softclip(x, 2)", tanh_shape);
}

static double adaa_wavefold_error(void) {
    return error_of_means("adaa_wavefold(2 * x / 2)", wavefold_shape);
}

/* ---- aliasing of a sine of 5 kHz, against that of the plain shape ------------------------------------------- */

#define OF_LOUD_SINE(shape) "x = 10 * sine(4990)\nout = " shape
#define LESS_ALIASING(name, shaped, plain)                                                         \
    static double name##_aliasing(void) {                                                          \
        return aliasing_of(OF_LOUD_SINE(shaped), 4990, 10000) -                                    \
               aliasing_of(OF_LOUD_SINE(plain), 4990, 10000);                                      \
    }

LESS_ALIASING(adaa,
              "adaa(x, v => clamp(v, -1, 1), v => if abs(v) < 1 then v * v / 2 else abs(v) - 0.5)",
              "clip(x)")
LESS_ALIASING(adaa_clip, "adaa_clip(x)", "clip(x)")
LESS_ALIASING(adaa_softclip, "adaa_softclip(x, 1)", "softclip(x, 1)")
LESS_ALIASING(adaa_wavefold, "adaa_wavefold(x / 4)", "wavefold(x / 4)")
LESS_ALIASING(distortion, "distortion(x, 1)", "softclip(x, 1)")

/* So loud that it is a square, between its filters: 4 / pi at the first harmonic, a third at the third. */
static double distortion_error(void) {
    Heard h = hear(48000, 48000, "out = distortion(100 * sine(500), 100, 2000)");
    if (h.channels == 0) return INFINITY;
    double worst = 0;
    for (int k = 1; k <= 5; k += 2) {
        double got = partial_amplitude(h.channel[0] + 24000, 24000, 48000, 500 * k);
        double expected = 4 / M_PI / k / cabs(1 + bilinear(500 * k, 2000, 48000));
        worst = fmax(worst, fabs(20 * log10(got / expected)));
    }
    heard_free(h);
    return worst;
}

const Proof distortion_proofs[] = {
    {"clip", CLOSED_FORM, "min(max(x, lo), hi)", clip_error, 1e-12, ""},
    {"softclip", CLOSED_FORM, "tanh(drive x) / tanh(drive)", softclip_error, 1e-12, ""},
    {"wavefold", CLOSED_FORM, "2/pi asin(sin(pi x / 2))", wavefold_error, 1e-9, ""},
    {"wrap", CLOSED_FORM, "x - (hi - lo) floor((x - lo) / (hi - lo))", wrap_error, 1e-9, ""},
    {"rectify", CLOSED_FORM, "x or -x", rectify_error, 1e-12, ""},
    {"half_rectify", CLOSED_FORM, "x or 0", half_rectify_error, 1e-12, ""},
    {"cubic", CLOSED_FORM, "(3 x - x^3) / 2", cubic_error, 1e-12, ""},
    {"arctan", CLOSED_FORM, "atan(drive x) / atan(drive)", arctan_error, 1e-12, ""},
    {"overdrive", PUBLISHED, "Schetzen's curve in DAFX", overdrive_error, 1e-12, ""},
    {"fuzz", CLOSED_FORM, "1 - e^(-drive x)", fuzz_error, 1e-12, ""},
    {"chebyshev_shaper", CLOSED_FORM, "harmonics k: cos(k a)", chebyshev_shaper_error, 1e-10, ""},
    {"bitcrush", LAW, "steps of 2^(1 - bits), none nearer", bitcrush_error, 1e-9, ""},
    {"downsample", CLOSED_FORM, "x(floor(rate t) / rate)", downsample_error, 1e-9, ""},
    {"adaa", LAW, "the mean between samples, by Simpson's rule", adaa_error, 2e-6, ""},
    {"adaa_clip", LAW, "the mean between samples, by Simpson's rule", adaa_clip_error, 1e-7, ""},
    {"adaa_softclip", LAW, "the mean between samples, by Simpson's rule", adaa_softclip_error, 1e-6,
     ""},
    {"adaa_wavefold", LAW, "the mean between samples, by Simpson's rule", adaa_wavefold_error, 2e-7,
     ""},
    {"adaa", BEHAVIOUR, "aliasing, less that of the plain clip", adaa_aliasing, -18, "dB"},
    {"adaa_clip", BEHAVIOUR, "aliasing, less that of the plain clip", adaa_clip_aliasing, -18,
     "dB"},
    {"adaa_softclip", BEHAVIOUR, "aliasing, less that of softclip", adaa_softclip_aliasing, -18,
     "dB"},
    {"adaa_wavefold", BEHAVIOUR, "aliasing, less that of wavefold", adaa_wavefold_aliasing, -24,
     "dB"},
    {"distortion", BEHAVIOUR, "aliasing, less that of softclip", distortion_aliasing, -38, "dB"},
    {"distortion", BEHAVIOUR, "very loud: a square through its filter", distortion_error, 0.01,
     "dB"},
    {0},
};

#define DRIVEN(name)                                                                               \
    { name, "input x\nparam d = 1 in 0.1..100 log\nout = " name "(x, d)" }
#define SHAPED(name)                                                                               \
    { name, "input x\nparam d = 1 in 0.1..100 log\nout = " name "(x * d)" }

const Stress distortion_stresses[] = {
    {"clip", "input x\nparam a = 1 in 0..1\nout = clip(x, -a, a)"},
    {"adaa_clip",
     "input x\nparam a = 1 in 0.01..1\nparam d = 1 in 0.1..100 log\nout = adaa_clip(d * x, -a, a)"},
    {"wrap", "input x\nparam d = 1 in 0.1..100 log\nout = wrap(d * x)"},
    DRIVEN("softclip"),
    DRIVEN("arctan"),
    DRIVEN("overdrive"),
    DRIVEN("fuzz"),
    DRIVEN("adaa_softclip"),
    DRIVEN("distortion"),
    SHAPED("wavefold"),
    SHAPED("adaa_wavefold"),
    SHAPED("rectify"),
    SHAPED("half_rectify"),
    SHAPED("cubic"),
    {"adaa", "input x\nparam d = 1 in 0.1..100 log\nout = adaa(x * d, v => sin(v), v => -cos(v))"},
    {"chebyshev_shaper", "input x\nparam d = 1 in 0..2\nparam g = 0 in -1..1\n"
                         "out = chebyshev_shaper(x * d, [g, 0, -g, 0, 0.5 * g])"},
    {"bitcrush", "input x\nparam b = 8 in 1..24\nout = bitcrush(x, b)"},
    {"downsample", "input x\nparam r = 8000 in 100..48000 log\nout = downsample(x, r)"},
    {0},
};
