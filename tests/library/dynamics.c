/* Proofs of stdlib/dynamics.kn: followers against their exponentials, static curves against formulas in
 * decibels, and what the texts promise of levels. */
#include "library.h"

#include <math.h>
#include <stdlib.h>

/* ---- followers: 1 from the second sample on, until 0.1 s, then 0 ------------------------------------------ */

#define BURST "burst(t) = if t > dt / 2 and t < 0.1 + dt / 2 then 1 else 0\n"

static double exponential(double t, double attack, double release) {
    return t < 0.1 ? 1 - exp(-t / attack) : (1 - exp(-0.1 / attack)) * exp(-(t - 0.1) / release);
}

static double follow_form(double t) {
    return exponential(t, 0.02, 0.05);
}

static double follow_error(void) {
    return error_of_form(BURST "out = follow(-burst, 20ms, 50ms)", 0.4, follow_form);
}

static double rms_follow_form(double t) {
    return 3 * sqrt(exponential(t, 0.02, 0.05));
}

static double rms_follow_error(void) {
    return error_of_form(BURST "out = rms_follow(3 * burst, 20ms, 50ms)", 0.4, rms_follow_form);
}

static double peak_follow_form(double t) {
    return t < 1e-9 ? 0 : t < 0.1 + 1e-9 ? 1 : exp(-(t - 0.1) / 0.05);
}

static double peak_follow_error(void) {
    return error_of_form(BURST "out = peak_follow(-burst, 50ms)", 0.4, peak_follow_form);
}

/* ---- static curves: constants of -60 to 0 dB, once all is settled, in dB -------------------------------- */

static double error_of_curve(const char *definition, const char *arguments,
                             double (*curve)(double decibels)) {
    double worst = 0;
    Heard h =
        hear(48000, 9600, "of(d) = %s(t => from_db(d), %s)\nout = map(-60..0 by 2, of) |> _ * 1",
             definition, arguments);
    if (h.channels != 31) return INFINITY;
    for (int k = 0; k < h.channels; k++) {
        double got = 20 * log10(h.channel[k][h.frames - 1]);
        double error = fabs(got - curve(2 * k - 60));
        if (!(error <= worst)) worst = isnan(error) ? INFINITY : error;
    }
    heard_free(h);
    return worst;
}

/* Giannoulis, Massberg and Reiss 2012, equation 4. */
static double soft_knee(double x, double threshold, double ratio, double width) {
    double over = x - threshold;
    if (2 * over < -width) return x;
    if (2 * fabs(over) <= width)
        return x + (1 / ratio - 1) * pow(over + width / 2, 2) / (2 * width);
    return threshold + over / ratio;
}

static double hard_curve(double x) {
    return soft_knee(x, -21, 4, 1e-12);
}

static double soft_curve(double x) {
    return soft_knee(x, -21, 3, 12);
}

static double expander_curve(double x) {
    return x < -21 ? -21 + (x + 21) * 2.5 : x;
}

static double gain_curve(double x) {
    return fmin(-20, x + 30);
}

static double limiter_curve(double x) {
    return fmin(-21, x);
}

static double compressor_error(void) {
    return fmax(error_of_curve("compressor", "from_db(-21), 4, 1ms, 1ms", hard_curve),
                error_of_curve("compressor", "from_db(-21), 3, 1ms, 1ms, 12dB", soft_curve));
}

static double made_up_curve(double x) {
    return soft_knee(x, -21, 3, 12) + 9;
}

static double makeup_error(void) {
    return error_of_curve("compressor", "from_db(-21), 3, 1ms, 1ms, 12dB, 9dB", made_up_curve);
}

static double sidechain_compressor_error(void) { /* the key has the level, x is 1 */
    double worst = 0;
    for (int level = -60; level <= 0; level += 2) {
        Heard h = hear(
            48000, 9600,
            "out = sidechain_compressor(step, t => from_db(%d), from_db(-21), 3, 1ms, 1ms, 12dB)",
            level);
        if (h.channels == 0) return INFINITY;
        double got = 20 * log10(h.channel[0][h.frames - 1]);
        worst = fmax(worst, fabs(got - (soft_curve(level) - level)));
        heard_free(h);
    }
    return worst;
}

static double expander_error(void) {
    return error_of_curve("expander", "from_db(-21), 2.5, 1ms, 1ms", expander_curve);
}

static double automatic_gain_error(void) {
    return error_of_curve("automatic_gain", "-20dB, 5ms, 30dB", gain_curve);
}

static double limiter_curve_error(void) {
    return error_of_curve("limiter", "from_db(-21), 10ms", limiter_curve);
}

/* ---- times of gains --------------------------------------------------------------------------------------- */

/* A gate's gain follows the level's 1 ms: it opens when 1 - e^(-t / 1 ms) has passed the threshold, 1/2,
 * and then as a follower does. Its level falls
 * with 20 ms from 1 to 0.1, past 1/4. */
static double gate_form(double t) {
    double opens = 0.001 * log(2), closes = 0.1 + 0.02 * log(6);
    if (t < opens) return 0;
    double gain = 1 - exp(-(fmin(t, closes) - opens) / 0.01);
    return t < closes ? gain : gain * exp(-(t - closes) / 0.05);
}

/* What goes through is 1 all the time; the level that opens it is in the other channel. */
static double gate_error(void) {
    double worst = 0;
    for (double rate = 44100; rate < 200000; rate *= 2) {
        Heard h = hear(rate, (int)(0.4 * rate),
                       BURST "out = gate(t => [burst(t) - 1e-6, 0.1], 0.5, 10ms, 50ms, 2)[1] * 10");
        if (h.channels == 0) return INFINITY;
        for (int n = 0; n < h.frames; n++)
            worst = fmax(worst, fabs(h.channel[0][n] - gate_form(n / rate)));
        heard_free(h);
    }
    return worst;
}

/* Levels 0.05, 0.2, 0.08, 0.04 for a quarter of a second each: opens at 0.1, closes at 0.1 or 0.05. */
static double gate_hysteresis(void) {
    Heard h = hear(48000, 48000,
                   "x(t) = [0.05, 0.2, 0.08, 0.04][4 * t]\n"
                   "out = [gate(x, 0.1, 1ms, 10ms, 2) / x, gate(x, 0.1, 1ms, 10ms) / x]");
    static const double expected[2][4] = {{0, 1, 1, 0}, {0, 1, 0, 0}};
    double worst = h.channels == 2 ? 0 : INFINITY;
    for (int k = 0; k < h.channels; k++)
        for (int i = 0; i < 4; i++)
            worst = fmax(worst, fabs(h.channel[k][12000 * (i + 1) - 1] - expected[k][i]));
    heard_free(h);
    return worst;
}

/* The key opens the gain when its follower of 1 ms has passed the threshold, after 1 ms * ln 2. */
static double ducker_form(double t) {
    double begins = 0.001 * log(2), ends = 0.1 + 0.1 * log(2);
    double heard = t < begins ? 0 : 1 - exp(-(fmin(t, ends) - begins) / 0.01);
    if (t > ends) heard *= exp(-(t - ends) / 0.05);
    return 1 + (0.25 - 1) * heard;
}

static double ducker_error(void) {
    double worst = 0;
    for (double rate = 44100; rate < 200000; rate *= 2) {
        Heard h =
            hear(rate, (int)(0.5 * rate), BURST "out = ducker(step, burst, 0.5, 0.25, 10ms, 50ms)");
        if (h.channels == 0) return INFINITY;
        for (int n = 0; n < h.frames; n++)
            worst = fmax(worst, fabs(h.channel[0][n] - ducker_form(n / rate)));
        heard_free(h);
    }
    return worst;
}

/* A level that falls from 1 to 0.1 at 0.5 s: the gain is that of 500 ms against 50 ms, at most 4; and at the
 * very start of a sound 20 ms against 1 ms. */
static double transient_form(double t) {
    if (t < 0.5) {
        double r = t == 0 ? 1 : (1 - exp(-t / 0.001)) / (1 - exp(-t / 0.02));
        return t == 0 ? 0 : pow(fmin(r, 4), 0.5);
    }
    double fast = 0.1 + 0.9 * exp(-(t - 0.5) / 0.05), slow = 0.1 + 0.9 * exp(-(t - 0.5) / 0.5);
    return (t < 0.5 + 1e-9 ? 1 : 0.1) * pow(fmin(slow / fast, 4), 0.7);
}

static double transient_shaper_error(void) {
    return error_of_form("x(t) = if t < dt / 2 then 0 else if t < 0.5 + dt / 2 then 1 else 0.1\n"
                         "out = transient_shaper(x, 0.5, 0.7)",
                         1, transient_form);
}

/* ---- bands ------------------------------------------------------------------------------------------------- */

/* Where all is below the threshold they are all-passes: energy stays. */
static double error_of_energy(const char *definition) {
    double energy = 0;
    Heard h = hear(48000, 24000, "out = %s", definition);
    if (h.channels == 0) return INFINITY;
    for (int n = 0; n < h.frames; n++)
        energy += h.channel[0][n] * h.channel[0][n];
    heard_free(h);
    return fabs(10 * log10(energy));
}

static double multiband_energy(void) {
    return error_of_energy("multiband_compressor(impulse, 1000)");
}

static double deesser_energy(void) {
    return error_of_energy("deesser(impulse, 6kHz, 1000)");
}

/* Sines far inside the bands, one 12 dB above the threshold: only that becomes 9 dB less (ratio 4). */
static double error_of_bands(const char *program, int count, const double *f,
                             const double *expected) {
    Heard h = hear(48000, 48000, "%s", program);
    double worst = h.channels == 0 ? INFINITY : 0;
    for (int k = 0; k < count && h.channels > 0; k++) {
        double got = partial_amplitude(h.channel[0] + 24000, 24000, 48000, f[k]);
        worst = fmax(worst, fabs(20 * log10(got / expected[k])));
    }
    heard_free(h);
    return worst;
}

static double multiband_compressor_error(void) {
    static const double f[] = {30, 630, 15000};
    const double expected[] = {0.05, 0.4 * pow(10, -9.0 / 20 * (20 * log10(4) / 12)), 0.05};
    return error_of_bands(
        "out = multiband_compressor(0.05 * sine(30) + 0.4 * sine(630) + 0.05 * sine(15000), "
        "0.1, 4, 100, 4000, 10us, 1s)",
        3, f, expected);
}

static double deesser_error(void) {
    static const double f[] = {500, 15000};
    const double expected[] = {0.4, 0.4 * pow(4, 1 / 4.0 - 1)};
    return error_of_bands(
        "out = deesser(0.4 * sine(500) + 0.4 * sine(15000), 4000, 0.1, 4, 10us, 1s)", 2, f,
        expected);
}

/* ---- the limiter --------------------------------------------------------------------------------------------- */

/* Noise of all levels with impulses of up to 100: how far it goes beyond the ceiling. */
static double limiter_overshoot(void) {
    enum { FRAMES = 200000 };
    static const double rates[] = {44100, 48000, 96000, 192000};
    double *x = malloc(sizeof *x * FRAMES), worst = 0;
    unsigned random = 1;
    for (int n = 0; n < FRAMES; n++) {
        random = random * 1664525u + 1013904223u;
        double u = (random >> 8) / 8388608.0 - 1, level = pow(10, 2 * sin(n * 3e-4) - 1);
        x[n] = random % 997 == 0 ? 100 * u : level * u;
    }
    for (int r = 0; r < 4; r++) {
        Heard h = hear_input(rates[r], FRAMES, x, "out = limiter(x, 0.5, 20ms, 2ms)");
        Heard pure = hear(rates[r], FRAMES, "out = limiter(10 * noise(1), 0.5, 20ms, 2ms)");
        if (h.channels == 0 || pure.channels == 0) worst = INFINITY;
        for (int n = 0; n < fmin(h.frames, pure.frames); n++)
            worst = fmax(worst, fmax(fabs(h.channel[0][n]), fabs(pure.channel[0][n])) / 0.5 - 1);
        heard_free(h);
        heard_free(pure);
    }
    free(x);
    return worst;
}

/* Between samples by sincs of 400 within Kaiser's window, whose side lobes are below -100 dB: x at n + part of a sample. */
enum { AROUND = 200 };

static double between_samples(const double *x, const double *taps) {
    double y = 0;
    for (int j = 0; j < 2 * AROUND; j++)
        y += taps[j] * x[j - AROUND + 1];
    return y;
}

static double bessel0(double x) {
    double sum = 1, term = 1;
    for (int k = 1; k < 50; k++) {
        term *= x / (2 * k);
        sum += term * term;
    }
    return sum;
}

static double true_peak(const double *x, int frames) {
    enum { STEPS = 16 };
    double peak = 0, taps[2 * AROUND];
    for (int step = 0; step < STEPS; step++) {
        for (int j = 0; j < 2 * AROUND; j++) {
            double d = j - AROUND + 1 - (double)step / STEPS, inside = 1 - pow(d / AROUND, 2);
            taps[j] = (d == 0 ? 1 : sin(M_PI * d) / (M_PI * d)) *
                      (inside > 0 ? bessel0(10 * sqrt(inside)) / bessel0(10) : 0);
        }
        for (int n = AROUND; n + AROUND < frames; n++)
            peak = fmax(peak, fabs(between_samples(x + n, taps)));
    }
    return peak;
}

/* Sines whose samples lie beside their peaks, up to 20 kHz at 44.1 kHz, two of them, bursts, edges, and all that noise has. */
static double true_peak_overshoot(void) {
    static const char *const sounds[] = {
        "t => 2 * sin(tau * (sr / 4 * t + 0.125))",
        "t => 2 * sin(tau * (sr / 3 * t + 1 / 12))",
        "2 * sine(0.4531 * sr)",
        "2 * sine(0.1 * sr) + 2 * sine(0.44 * sr)",
        "t => if t % 20ms < 10ms then 3 * sine(sr / 4)(t + 0.125 / sr) else 0",
        "2 * square(997)",
        "10 * noise(1)"};
    static const double rates[] = {44100, 48000, 96000};
    double worst = -INFINITY;
    for (int r = 0; r < 3; r++)
        for (size_t i = 0; i < sizeof sounds / sizeof *sounds; i++) {
            Heard h =
                hear_fast(rates[r], 8000, "out = limiter(%s, 0.5, true_peak: true)", sounds[i]);
            if (h.channels == 0) return INFINITY;
            double over = decibels(true_peak(h.channel[0] + 1500, 6500), 0.5);
            worst = fmax(worst, over < -1 ? INFINITY : over); /* nor is it much too low */
            heard_free(h);
        }
    return worst;
}

static double limiter_form(double t) { /* below the ceiling it is a delay */
    return t < 0.01 - 1e-9 ? 0 : 0.5 * sin(2 * M_PI * 100 * (t - 0.01));
}

static double limiter_error(void) {
    return error_of_form("out = limiter(causal(0.5 * sine(100)), 0.6, 50ms, 10ms)", 0.3,
                         limiter_form);
}

const Proof dynamics_proofs[] = {
    {"follow", CLOSED_FORM, "1 - e^(-t / attack), e^(-t / release)", follow_error, 1e-9, ""},
    {"rms_follow", CLOSED_FORM, "the root of 1 - e^(-t / attack), e^(-t / release)",
     rms_follow_error, 1e-9, ""},
    {"peak_follow", CLOSED_FORM, "1, e^(-t / release)", peak_follow_error, 1e-9, ""},
    {"compressor", CLOSED_FORM, "static curve, hard and with a knee", compressor_error, 1e-6, "dB"},
    {"compressor", CLOSED_FORM, "static curve, made up", makeup_error, 1e-6, "dB"},
    {"sidechain_compressor", CLOSED_FORM, "static curve of the key", sidechain_compressor_error,
     1e-6, "dB"},
    {"expander", CLOSED_FORM, "static curve", expander_error, 1e-6, "dB"},
    {"automatic_gain", CLOSED_FORM, "static curve", automatic_gain_error, 1e-6, "dB"},
    {"limiter", CLOSED_FORM, "static curve", limiter_curve_error, 1e-6, "dB"},
    {"limiter", CLOSED_FORM, "below the ceiling x(t - lookahead)", limiter_error, 1e-9, ""},
    {"limiter", BEHAVIOUR, "true peaks, by exact interpolation to 16 times the rate",
     true_peak_overshoot, 0.1, "dB"},
    {"limiter", BEHAVIOUR, "never beyond the ceiling: noise and impulses", limiter_overshoot, 1e-9,
     ""},
    {"gate", CLOSED_FORM, "the gain's exponentials", gate_error, 0.005, ""},
    {"gate", BEHAVIOUR, "opens and closes at its levels", gate_hysteresis, 1e-6, ""},
    {"ducker", CLOSED_FORM, "the gain's exponentials", ducker_error, 0.005, ""},
    {"transient_shaper", CLOSED_FORM, "quotients of exponentials", transient_shaper_error, 1e-6,
     ""},
    {"multiband_compressor", LAW, "below the threshold the energy stays", multiband_energy, 1e-6,
     "dB"},
    {"multiband_compressor", BEHAVIOUR, "only the loud band is less", multiband_compressor_error,
     0.1, "dB"},
    {"deesser", LAW, "below the threshold the energy stays", deesser_energy, 1e-6, "dB"},
    {"deesser", BEHAVIOUR, "only the loud highs are less", deesser_error, 0.1, "dB"},
    {0},
};

#define TIMES                                                                                      \
    "param a = 0.01 in 0.0001..1 log\nparam r = 0.1 in 0.001..1 log\nparam h = 0.1 in 0.001..1 "   \
    "log\n"
#define RATIO "param n = 4 in 1..20\n"

const Stress dynamics_stresses[] = {
    {"follow", "input x\n" TIMES "out = follow(x, a, 0.5 * r)"},
    {"rms_follow", "input x\n" TIMES "out = rms_follow(x, 0.3 * a, 0.3 * r)"},
    {"peak_follow", "input x\n" TIMES "out = peak_follow(x, 0.5 * r)"},
    {"compressor",
     "input x\n" TIMES RATIO "param k = 1 in 1..10\nout = compressor(x, h, n, a, r, k, k)"},
    {"sidechain_compressor",
     "input x, key\n" TIMES RATIO
     "param k = 1 in 1..10\nout = sidechain_compressor(x, key, h, n, a, r, k)"},
    {"expander", "input x\n" TIMES RATIO "out = expander(x, h, n, a, r)"},
    {"gate", "input x\n" TIMES "param k = 1 in 1..10\nout = gate(x, h, a, r, k)"},
    {"limiter", "input x\n" TIMES "out = limiter(4 * x, h, r)"},
    {"limiter", "input x\n" TIMES "out = limiter(4 * x, h, r, true_peak: true)"},
    {"ducker", "input x, key\n" TIMES "param d = 0.1 in 0..1\nout = ducker(x, key, h, d, a, r)"},
    {"deesser",
     "input x\n" TIMES RATIO "param f = 6000 in 2000..12000\nout = deesser(x, f, h, n, a, r)"},
    {"multiband_compressor",
     "input x\n" TIMES RATIO
     "param f = 200 in 50..1000\nout = multiband_compressor(x, h, n, f, 5 * f, a, r)"},
    {"transient_shaper",
     "input x\nparam a = 0 in -1..1\nparam s = 0 in -1..1\nout = transient_shaper(x, a, s)"},
    {"automatic_gain", "input x\n" TIMES "out = automatic_gain(x, h, r)"},
    {0},
};
