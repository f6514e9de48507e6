/* Proofs of stdlib/envelopes.kn: formulas of time, and when segments end. */
#include "library.h"

#include <math.h>
#include <stdlib.h>

/* ---- formulas ----------------------------------------------------------------------------------------- */

static double between(double t, double from, double to, double inside) {
    return t > from - 1e-9 && t < to - 1e-9 ? inside : 0;
}

static double bent(double x, double curve) {
    return expm1(curve * x) / expm1(curve);
}

/* How a capacitor falls from 1 at 0 to 0 at 1. */
static double fall(double x) {
    return x < 1 ? (exp(-5 * x) - exp(-5)) / (1 - exp(-5)) : 0;
}

static double corners(const double (*points)[2], int n, double t) {
    for (int k = 1; k < n; k++)
        if (t < points[k][0] - 1e-9) {
            double x = (t - points[k - 1][0]) / (points[k][0] - points[k - 1][0]);
            return points[k - 1][1] + x * (points[k][1] - points[k - 1][1]);
        }
    return points[n - 1][1];
}

static const double jumpy[][2] = {{0, 0.2}, {0.1, 1}, {0.2, 0.5}, {0.2, -0.5}, {0.4, 0}};
static const double even[][2] = {{0, 0}, {0.1, 1}, {0.3, 1}, {0.4, 0}};
static const double octaves[][2] = {{0, 3}, {0.1, 1}, {0.4, 2}};

static double flank(double t) { /* of a Tukey window of 0.4 s, 0.1 s wide */
    double x = fmin(t, 0.4 - t) / 0.1;
    return x < 0 ? 0 : x > 1 ? 1 : pow(sin(M_PI / 2 * x), 2);
}

FORM(causal, 0.5, "out(t) = causal(cosine(30))(t - 0.1)",
     t < 0.1 - 1e-9 ? 0 : cos(2 * M_PI * 30 * (t - 0.1)))
FORM(decay, 1, "out = decay(0.5)", pow(10, -3 * t / 0.5))
FORM(perc, 0.5, "out = perc(0.1, 0.5)", t < 0.1 - 1e-9 ? t / 0.1 : pow(10, -3 * (t - 0.1) / 0.5))
FORM(bent_perc, 0.5, "out = perc(0.1, 0.5, 4)",
     t < 0.1 - 1e-9 ? bent(t / 0.1, 4) : pow(10, -3 * (t - 0.1) / 0.5))
FORM(box, 0.5, "out(t) = box(0.2)(t - 0.1)", between(t, 0.1, 0.3, 1))
FORM(line, 0.5, "out = line(0.3, -0.2, 0.4)", t < 0.4 ? 0.3 - 0.5 * t / 0.4 : -0.2)
FORM(exp_line, 0.5, "out = exp_line(0.5, 0.001, 0.4)", 0.5 * pow(0.002, fmin(t / 0.4, 1)))
FORM(trapezoid, 0.5, "out = trapezoid(0.1, 0.2, 0.1)", corners(even, 4, t))
FORM(curve, 0.5, "out = curve([[0, 0.2], [0.1, 1], [0.2, 0.5], [0.2, -0.5], [0.4, 0]])",
     corners(jumpy, 5, t))
FORM(exp_curve, 0.5, "out = exp_curve([[0, 8], [0.1, 2], [0.4, 4]])", exp2(corners(octaves, 3, t)))
FORM(hann, 0.5, "out = hann(0.4)", between(t, 0, 0.4, pow(sin(M_PI *t / 0.4), 2)))
FORM(tukey, 0.5, "out = tukey(0.4, 0.5)", flank(t))
FORM(gauss, 0.5, "out = gauss(0.4, 0.25)", between(t, 0, 0.4, exp(-pow((t - 0.2) / 0.05, 2) / 2)))
FORM(fades, 0.5, "out = fade_in(0.3) ^ 2 + fade_out(0, 0.3) ^ 2", 1 + 0 * t)
FORM(fade_in, 0.5, "out = fade_in(0.3)", t < 0.3 ? sin(M_PI * t / 0.6) : 1)
FORM(fade_out, 0.5, "out = fade_out(0.1, 0.3)",
     t < 0.1   ? 1
     : t < 0.4 ? cos(M_PI * (t - 0.1) / 0.6)
               : 0)

/* Times of 0, and what is before time 0. */
FORM(perc_at_once, 0.5, "out(t) = perc(0, 0.5)(t - 0.1)",
     t < 0.1 - 1e-9 ? 0 : pow(10, -3 * (t - 0.1) / 0.5))
FORM(ad_at_once, 0.5, "out(t) = ad(0, 0.3)(t - 0.1)", t < 0.1 - 1e-9 ? 0 : fall((t - 0.1) / 0.3))
FORM(ad_up, 0.5, "out = loop(ad(0.1, 0), 0.2)",
     between(fmod(t + 1e-9, 0.2), 0, 0.1, fmod(t, 0.2) / 0.1))
FORM(note_adsr_at_once, 0.5, "out(t) = loop(note_adsr(0.1, 0, 0, 0.5, 0), 0.17)(t - 0.2)",
     between(fmod(t - 0.2 + 0.34 + 1e-9, 0.17), 0, 0.1, 0.5))
FORM(adsr_at_once, 0.5, "out = adsr(t => t < 0.3, 0.1, 0, 0.6, 0)",
     t < 0.1 - 1e-9   ? t / 0.1
     : t < 0.3 - 1e-9 ? 0.6
                      : 0)
FORM(exp_line_at_once, 0.5, "out = loop(exp_line(1, 0.5, 0), 1 / 7)", 0.5 + 0 * t)
FORM(ad, 0.5, "out = ad(0.1, 0.3)", t < 0.1 - 1e-9 ? t / 0.1 : fall((t - 0.1) / 0.3))

/* 50 ms up, 100 ms down to 0.6, off at 0.3 s, 100 ms to nothing. */
static double segments(double t) {
    if (t < 0.05 - 1e-9) return t / 0.05;
    if (t < 0.3 - 1e-9) return 0.6 + 0.4 * fall((t - 0.05) / 0.1);
    return 0.6 * fall((t - 0.3) / 0.1);
}

static double exponential_segments(double t) {
    double held = 0.6 + 0.4 * pow(10, -3 * 0.25 / 0.1);
    if (t < 0.05 - 1e-9) return expm1(-t / 0.05) / expm1(-1);
    if (t < 0.3 - 1e-9) return 0.6 + 0.4 * pow(10, -3 * (t - 0.05) / 0.1);
    return held * pow(10, -3 * (t - 0.3) / 0.1);
}

FORM(adsr, 0.5, "out = adsr(t => t < 0.3, 50ms, 100ms, 0.6, 100ms)", segments(t))
FORM(adsr_exp, 0.5, "out = adsr_exp(t => t < 0.3, 50ms, 100ms, 0.6, 100ms)",
     exponential_segments(t))
FORM(note_adsr, 0.5, "out = note_adsr(0.3, 50ms, 100ms, 0.6, 100ms)", segments(t))
FORM(dadsr, 0.5, "out = dadsr(box(0.4), 0.1, 50ms, 100ms, 0.6, 100ms)",
     t < 0.1 - 1e-9 ? 0 : segments(t - 0.1))
FORM(asr, 0.5, "out = asr(box(0.3), 0.1, 0.6, 0.1)",
     t < 0.1          ? 6 * t
     : t < 0.3 - 1e-9 ? 0.6
                      : 0.6 * fall((t - 0.3) / 0.1))
FORM(ar, 0.5, "out = ar(box(0.3), 0.1, 0.1)",
     t < 0.1          ? 10 * t
     : t < 0.3 - 1e-9 ? 1
                      : fall((t - 0.3) / 0.1))

/* A second gate, 20 ms into the release of the first, goes up from there. */
static double twice(double t) {
    double left = 0.6 * fall(0.2);
    if (t < 0.32 - 1e-9) return segments(t);
    return t < 0.37 - 1e-9 ? left + (1 - left) * (t - 0.32) / 0.05 : segments(t - 0.32);
}

/* The level that is left is that of the sample before the gate. */
FORM(again, 0.45, "out = adsr(t => t < 0.3 or t >= 0.32, 50ms, 100ms, 0.6, 100ms)", twice(t))

static double impure(void) {
    static const char *const programs[] = {"perc(0.1, a, 4)",
                                           "ad(a, 1)",
                                           "note_adsr(a)",
                                           "hann(a)",
                                           "tukey(a)",
                                           "gauss(a)",
                                           "fade_in(a)",
                                           "fade_out(a, 1)",
                                           "box(a)",
                                           "line(0, a, 1)",
                                           "exp_line(a, 1, 1)",
                                           "exp_curve([[0, 1], [1, 2]])",
                                           NULL};
    return remembering(programs);
}

/* ---- times --------------------------------------------------------------------------------------------- */

/* The first sample after `from` where it is at a level. */
static int arrives(const Heard *h, int from, double level) {
    int n = from + 1;
    while (n < h->frames && fabs(h->channel[0][n] - level) > 1e-9)
        n++;
    return n;
}

static const double A = 0.0123456, D = 0.0345678, R = 0.0567891; /* no whole samples */

static double times_error_at(double rate) {
    int off = (int)(0.1 * rate);
    Heard h = hear(rate, 2 * off, "out = adsr(t => t < 0.1, %.7f, %.7f, 0.5, %.7f)", A, D, R);
    int peak = 0;
    for (int n = 0; n < off; n++)
        if (h.channel[0][n] > h.channel[0][peak]) peak = n;
    double worst = fabs(peak - A * rate);
    worst = fmax(worst, fabs(arrives(&h, peak, 0.5) - (A + D) * rate));
    worst = fmax(worst, fabs(arrives(&h, off, 0) - (0.1 + R) * rate));
    heard_free(h);
    return worst;
}

/* How many samples the ends of attack, decay and release are off. */
static double times_error(void) {
    static const double rates[] = {44100, 48000, 96000, 192000};
    double worst = 0;
    for (int i = 0; i < 4; i++)
        worst = fmax(worst, times_error_at(rates[i]));
    return worst;
}

const Proof envelopes_proofs[] = {
    {"causal", CLOSED_FORM, "0 before 0, then the signal", causal_error, 1e-9, ""},
    {"decay", CLOSED_FORM, "10^(-3 t / t60)", decay_error, 1e-12, ""},
    {"perc", CLOSED_FORM, "t / attack, then 10^(-3 t / t60)", perc_error, 1e-12, ""},
    {"perc", CLOSED_FORM, "the same with a bent attack", bent_perc_error, 1e-12, ""},
    {"perc", CLOSED_FORM, "without attack, begun later", perc_at_once_error, 1e-12, ""},
    {"perc", LAW, "envelopes of known times that remember", impure, 0, ""},
    {"box", CLOSED_FORM, "1 from 0 to length", box_error, 0, ""},
    {"line", CLOSED_FORM, "a + (b - a) t / time", line_error, 1e-12, ""},
    {"exp_line", CLOSED_FORM, "a (b / a)^(t / time)", exp_line_error, 1e-12, ""},
    {"exp_line", CLOSED_FORM, "b at once in no time", exp_line_at_once_error, 1e-12, ""},
    {"trapezoid", CLOSED_FORM, "straight lines", trapezoid_error, 1e-12, ""},
    {"curve", CLOSED_FORM, "straight lines and a jump", curve_error, 1e-12, ""},
    {"exp_curve", CLOSED_FORM, "2 to the power of straight lines", exp_curve_error, 1e-12, ""},
    {"hann", CLOSED_FORM, "sin^2(pi t / length)", hann_error, 1e-12, ""},
    {"tukey", CLOSED_FORM, "flanks of sin^2", tukey_error, 1e-12, ""},
    {"gauss", CLOSED_FORM, "e^(-x^2 / 2)", gauss_error, 1e-12, ""},
    {"fade_in", CLOSED_FORM, "sin(pi/2 t / time)", fade_in_error, 1e-12, ""},
    {"fade_in", LAW, "power adds up with fade_out", fades_error, 1e-12, ""},
    {"fade_out", CLOSED_FORM, "cos(pi/2 t / time)", fade_out_error, 1e-12, ""},
    {"ad", CLOSED_FORM, "a line, then a capacitor", ad_error, 1e-12, ""},
    {"ad", CLOSED_FORM, "without attack, begun later", ad_at_once_error, 1e-12, ""},
    {"ad", CLOSED_FORM, "without decay, again and again", ad_up_error, 1e-9, ""},
    {"note_adsr", CLOSED_FORM, "lines and capacitors", note_adsr_error, 1e-12, ""},
    {"note_adsr", CLOSED_FORM, "all times 0, again and again", note_adsr_at_once_error, 1e-12, ""},
    {"adsr", CLOSED_FORM, "lines and capacitors", adsr_error, 1e-12, ""},
    {"adsr", CLOSED_FORM, "a line, then no time for the rest", adsr_at_once_error, 1e-12, ""},
    {"adsr", BEHAVIOUR, "the ends of attack, decay and release", times_error, 1, "samples"},
    {"adsr", BEHAVIOUR, "a gate during the release begins where it is", again_error, 5e-4, ""},
    {"adsr_exp", CLOSED_FORM, "e^-x, and 60 dB in d and r", adsr_exp_error, 1e-10, ""},
    {"dadsr", CLOSED_FORM, "adsr, later", dadsr_error, 1e-12, ""},
    {"asr", CLOSED_FORM, "a line, a level, a capacitor", asr_error, 1e-12, ""},
    {"ar", CLOSED_FORM, "a line, 1, a capacitor", ar_error, 1e-12, ""},
    {0},
};

#define GATED(NAME, ARGUMENTS)                                                                     \
    {                                                                                              \
        NAME, "param g = 0 in -1..1\nparam a = 0.1 in 0..1\nparam s = 0.5 in 0..1\n"               \
              "out = " NAME "(smooth(g, 0s), " ARGUMENTS ")"                                       \
    }
#define KNOWN(NAME, ARGUMENTS)                                                                     \
    { NAME, "param a = 0.1 in 0.001..2\nout(t) = " NAME "(" ARGUMENTS ")(t % 2)" }

const Stress envelopes_stresses[] = {
    GATED("adsr", "a, a, s, a"),
    GATED("adsr_exp", "a, a, s, a"),
    GATED("dadsr", "a, a, a, s, a"),
    GATED("asr", "a, s, a"),
    GATED("ar", "a, a"),
    KNOWN("decay", "a"),
    KNOWN("perc", "a, a, 8 * a - 8"),
    KNOWN("box", "a"),
    KNOWN("line", "a, 1, a"),
    KNOWN("exp_line", "a, 1, a"),
    KNOWN("trapezoid", "a, a, a"),
    KNOWN("curve", "[[0, 1], [a, 0]]"),
    KNOWN("exp_curve", "[[0, 1], [a, a]]"),
    KNOWN("hann", "a"),
    KNOWN("tukey", "a, min(a, 1)"),
    KNOWN("gauss", "a, min(a, 0.5)"),
    KNOWN("fade_in", "a"),
    KNOWN("fade_out", "a, a"),
    KNOWN("ad", "a, a"),
    KNOWN("note_adsr", "a, a, a, 0.5, a"),
    {0},
};
