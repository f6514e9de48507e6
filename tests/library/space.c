/* Proofs of stdlib/space.kn: gains against their formulas, energy and direction of what speakers play,
 * responses of what delays and dampens. */
#include "library.h"

#include <math.h>

/* ---- gains: positions go from -1 to 1 in one second ------------------------------------------------------- */

static double pan_form(int channel, double t) {
    double a = M_PI / 2 * t;
    return channel == 0 ? cos(a) : sin(a);
}

static double linear_pan_form(int channel, double t) {
    return channel == 0 ? 1 - t : t;
}

static double balance_form(int channel, double t) { /* of 1 and 2 */
    return channel == 0 ? fmin(1, 2 - 2 * t) : 2 * fmin(1, 2 * t);
}

static double width_form(int channel, double t) { /* of 1 and 0.5: middle 0.75, side 0.25 */
    return 0.75 + (channel == 0 ? 0.25 : -0.25) * 2 * t;
}

static double wave(double f, double t) {
    return sin(2 * M_PI * f * t);
}

static double mid_side_form(int channel, double t) {
    return (wave(441, t) + (channel == 0 ? 1 : -1) * wave(300, t)) / 2;
}

static double from_mid_side_form(int channel, double t) {
    return wave(441, t) + (channel == 0 ? 1 : -1) * wave(300, t);
}

static double mono_form(int channel, double t) {
    (void)channel;
    return (wave(441, t) + wave(300, t) + wave(100, t)) / 3;
}

static double swap_form(int channel, double t) {
    return wave(channel == 0 ? 300 : 441, t);
}

static double haas_form(int channel, double t) { /* two of them: 7 ms, then -13 ms */
    static const double late[] = {0.007, 0, 0, 0.013};
    return wave(100, t - late[channel]);
}

static double rotate_stereo_form(int channel, double t) { /* by a full turn a second */
    double complex turned = (wave(441, t) + I * wave(300, t)) * cexp(2 * M_PI * I * t);
    return channel == 0 ? creal(turned) : cimag(turned);
}

static double ambisonic_encode_form(int channel, double t) { /* azimuth 2 pi t, elevation 0.5 */
    const double form[] = {1, sin(2 * M_PI * t) * cos(0.5), sin(0.5), cos(2 * M_PI * t) * cos(0.5)};
    return form[channel];
}

static double ambisonic_rotate_form(int channel, double t) { /* from azimuth 1, elevation 0.5 */
    const double a = 1 + 2 * M_PI * t;
    const double form[] = {1, sin(a) * cos(0.5), sin(0.5), cos(a) * cos(0.5)};
    return form[channel];
}

#define FORMS(name, program)                                                                       \
    static double name##_error(void) {                                                             \
        return error_of_forms(program, 1, name##_form);                                            \
    }

FORMS(pan, "out = pan(step, t => 2 * t - 1)")
FORMS(linear_pan, "out = linear_pan(step, t => 2 * t - 1)")
FORMS(balance, "out = balance([step, 2 * step], t => 2 * t - 1)")
FORMS(width, "out = width([step, 0.5 * step], t => 2 * t)")
FORMS(mid_side, "out = mid_side([sine(441), sine(300)])")
FORMS(from_mid_side, "out = from_mid_side([sine(441), sine(300)])")
FORMS(mono, "out = mono([sine(441), sine(300), sine(100)])")
FORMS(swap, "out = swap([sine(441), sine(300)])")
FORMS(haas, "out = haas(sine(100), 7ms) ++ haas(sine(100), -13ms)")
FORMS(rotate_stereo, "out = rotate_stereo([sine(441), sine(300)], t => tau * t)")
FORMS(ambisonic_encode, "out = ambisonic_encode(step, t => tau * t, 0.5)")
FORMS(ambisonic_rotate, "out = ambisonic_rotate(ambisonic_encode(step, 1, 0.5), t => tau * t)")

static double identity_form(int channel, double t) {
    return wave(channel == 0 ? 441 : 300, t);
}

static double mid_side_identity(void) {
    return error_of_forms("out = from_mid_side(mid_side([sine(441), sine(300)]))", 0.1,
                          identity_form);
}

/* ---- speakers ------------------------------------------------------------------------------------------------ */

typedef struct Speakers {
    const char *program; /* a source of 1, whose azimuth is tau * t */
    int count;
    double azimuth[8]; /* degrees */
    double power;      /* the sum of which power of the gains is 1 */
} Speakers;

/* How far the sum of gains, or of their squares, is from 1, and the vector sum from the source's direction. */
static double error_of_speakers(const Speakers *s) {
    double worst = 0;
    Heard h = hear(48000, 48000, "%s", s->program);
    if (h.channels != s->count) return INFINITY;
    for (int n = 0; n < h.frames; n++) {
        double sum = 0;
        double complex direction = 0;
        for (int k = 0; k < s->count; k++) {
            double gain = h.channel[k][n];
            sum += pow(fabs(gain), s->power) * copysign(1, s->power == 2 ? 1 : gain);
            direction += gain * cexp(I * s->azimuth[k] * M_PI / 180);
        }
        double turned = carg(direction * cexp(-2 * M_PI * I * n / 48000.0));
        worst = fmax(worst, fmax(fabs(sum - 1), fabs(turned)));
    }
    heard_free(h);
    return worst;
}

static double vbap_error(void) {
    return error_of_speakers(
        &(Speakers){"out = vbap(step, t => tau * t, [-110deg, -30deg, 0, 30deg, 110deg])",
                    5,
                    {-110, -30, 0, 30, 110},
                    2});
}

static double pan_around_error(void) {
    return error_of_speakers(
        &(Speakers){"out = pan_around(step, t => tau * t, 5)", 5, {0, 72, 144, 216, 288}, 2});
}

static double ambisonic_decode_error(void) {
    Speakers square = {
        "out = ambisonic_decode(ambisonic_encode(step, t => tau * t))", 4, {45, 135, -135, -45}, 1};
    Speakers six = {"out = ambisonic_decode(ambisonic_encode(step, t => tau * t), "
                    "map(0..5, k => k * 60deg), 0.707)",
                    6,
                    {0, 60, 120, 180, 240, 300},
                    1};
    return fmax(error_of_speakers(&square), error_of_speakers(&six));
}

/* Gerzon's velocity vector of basic decoding is as long as that of the source: 1. */
static double ambisonic_velocity(void) {
    double worst = 0;
    Heard h = hear(48000, 48000, "out = ambisonic_decode(ambisonic_encode(step, t => tau * t))");
    if (h.channels != 4) return INFINITY;
    for (int n = 0; n < h.frames; n++) {
        double complex vector = 0;
        for (int k = 0; k < 4; k++)
            vector += h.channel[k][n] * cexp(I * M_PI * (0.25 + 0.5 * k));
        worst = fmax(worst, cabs(vector - cexp(2 * M_PI * I * n / 48000.0)));
    }
    heard_free(h);
    return worst;
}

/* ---- responses: the impulse goes through what remembers, so that delays are interpolated ---------------- */

#define REMEMBERED "i(t) = impulse(t) + 1e-12 * i(t - dt)\n"

/* At 20 m: 58.3 ms late, a twentieth, -3 dB at 10 kHz. */
static double complex distance_response(double f, double rate, const void *data) {
    (void)data;
    return delay_at(20 / 343.0, f, rate) / 20 / (1 + bilinear(f, 10000, rate));
}

static double distance_error(void) {
    return error_of_response(REMEMBERED "out = distance(i, 20)", 0.1, distance_response, NULL);
}

static double complex crossfeed_response(double f, double rate, const void *data) {
    double own = *(const double *)data;
    double complex other = 0.5 * delay_at(0.3e-3, f, rate) / (1 + bilinear(f, 700, rate));
    return (own ? 1 : other) / 1.5;
}

static double crossfeed_error(void) {
    const char *program = REMEMBERED "out = crossfeed([i, 0 * i], 0.5, 700, 0.3ms)";
    return fmax(error_of_channel_response(program, 0, 0.1, crossfeed_response, &(double){1}),
                error_of_channel_response(program, 1, 0.1, crossfeed_response, &(double){0}));
}

const Proof space_proofs[] = {
    {"pan", CLOSED_FORM, "cos, sin", pan_error, 1e-9, ""},
    {"linear_pan", CLOSED_FORM, "1 - p, p", linear_pan_error, 1e-9, ""},
    {"balance", CLOSED_FORM, "min(1, 1 - p), min(1, 1 + p)", balance_error, 1e-9, ""},
    {"width", CLOSED_FORM, "m + amount s, m - amount s", width_error, 1e-9, ""},
    {"mid_side", CLOSED_FORM, "(l + r) / 2, (l - r) / 2", mid_side_error, 1e-9, ""},
    {"from_mid_side", CLOSED_FORM, "m + s, m - s", from_mid_side_error, 1e-9, ""},
    {"from_mid_side", LAW, "of mid_side it is what was", mid_side_identity, 1e-9, ""},
    {"mono", CLOSED_FORM, "(a + b + c) / 3", mono_error, 1e-9, ""},
    {"swap", CLOSED_FORM, "r, l", swap_error, 1e-9, ""},
    {"haas", CLOSED_FORM, "x(t - d), x(t)", haas_error, 1e-9, ""},
    {"rotate_stereo", CLOSED_FORM, "(l + i r) e^(i a)", rotate_stereo_error, 1e-9, ""},
    {"vbap", LAW, "energy 1, direction of the source", vbap_error, 1e-9, ""},
    {"pan_around", LAW, "energy 1, direction of the source", pan_around_error, 1e-9, ""},
    {"ambisonic_encode", CLOSED_FORM, "spherical harmonics, SN3D, ACN", ambisonic_encode_error,
     1e-9, ""},
    {"ambisonic_rotate", LAW, "encoded at a turned by b: encoded at a + b", ambisonic_rotate_error,
     1e-9, ""},
    {"ambisonic_decode", LAW, "amplitude 1, direction of the source", ambisonic_decode_error, 1e-9,
     ""},
    {"ambisonic_decode", LAW, "Gerzon's velocity vector has length 1", ambisonic_velocity, 1e-9,
     ""},
    {"distance", RESPONSE, "e^(-i w d / 343) / d, first order", distance_error, 1e-6, "dB"},
    {"crossfeed", RESPONSE, "own side, and the other, late and dull", crossfeed_error, 1e-6, "dB"},
    {0},
};

#define POSITION "param p = 0 in -1..1\n"
#define ANGLE    "param a = 0 in -7..7\n"

const Stress space_stresses[] = {
    {"pan", "input x\n" POSITION "out = pan(x, p)"},
    {"linear_pan", "input x\n" POSITION "out = linear_pan(x, p)"},
    {"balance", "input l, r\n" POSITION "out = balance([l, r], p)"},
    {"width", "input l, r\n" POSITION "out = width([l, r], 1 + p)"},
    {"mid_side", "input l, r\nout = mid_side([l, r])"},
    {"from_mid_side", "input l, r\nout = from_mid_side([l, r])"},
    {"mono", "input l, r\nout = mono([l, r])"},
    {"swap", "input l, r\nout = swap([l, r])"},
    {"haas", "input x\nparam d = 0 in -0.03..0.03\nout = haas(x, d)"},
    {"rotate_stereo", "input l, r\n" ANGLE "out = rotate_stereo([l, r], a)"},
    {"vbap", "input x\n" ANGLE "out = vbap(x, a, [-110deg, -30deg, 0, 30deg, 110deg])"},
    {"pan_around", "input x\n" ANGLE "out = pan_around(x, a, 6)"},
    {"distance", "input x\nparam d = 1 in 0..100\nout = distance(x, d)"},
    {"ambisonic_encode", "input x\n" ANGLE "out = ambisonic_encode(x, a, 0.3 * a)"},
    {"ambisonic_rotate", "input w, y, z, x\n" ANGLE "out = ambisonic_rotate([w, y, z, x], a)"},
    {"ambisonic_decode", "input w, y, z, x\nout = ambisonic_decode([w, y, z, x])"},
    {"crossfeed",
     "input l, r\nparam g = 0.5 in 0..1\nparam f = 700 in 200..2000\nparam d = 0.0003 in 0..0.001\n"
     "out = crossfeed([l, r], g, f, d)"},
    {0},
};
