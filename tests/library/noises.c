/* Proofs of stdlib/noises.kn: their densities and distributions, measured over a minute and more. */
#include "library.h"

#include <math.h>

static const double OCTAVE = 3.0102999566398120; /* the dB of a factor of 2 in power */

#define SLOPE(NAME, PROGRAM, RATE, OCTAVES)                                                        \
    static double NAME##_error(void) {                                                             \
        return error_of_slope("out = " PROGRAM, RATE, (OCTAVES)*OCTAVE, RATE / 480.0, 0.4 * RATE); \
    }
SLOPE(white, "white(1)", 48000, 0)
SLOPE(pink, "pink(1)", 48000, -1)
SLOPE(fast_pink, "pink(2)", 192000, -1)
SLOPE(brown, "brown(1)", 48000, -2)
SLOPE(blue, "blue(1)", 48000, 1)
SLOPE(violet, "violet(1)", 48000, 2)
SLOPE(velvet, "velvet(1, 4000)", 48000, 0)

static double impure(void) {
    static const char *const programs[] = {"white(1)",
                                           "pink(1)",
                                           "brown(1)",
                                           "blue(1)",
                                           "violet(1)",
                                           "gaussian(1)",
                                           "velvet(1, 2000)",
                                           "dust(1, 20)",
                                           "smooth_random(1, 8)",
                                           "steps(1, 8)",
                                           "random_lines(1, 8)",
                                           "wander(1, 8)",
                                           NULL};
    return remembering(programs);
}

/* ---- distributions ----------------------------------------------------------------------------------- */

static double moment(const Heard *h, int power) {
    double sum = 0;
    for (int n = 0; n < h->frames; n++)
        sum += pow(h->channel[0][n], power);
    return sum / h->frames;
}

/* Mean 0, variance 1, skewness 0, kurtosis 3, and 68.27 % within 1. */
static double gaussian_error(void) {
    Heard h = hear_fast(48000, 1 << 22, "out = gaussian(1)");
    int within = 0;
    for (int n = 0; n < h.frames; n++)
        within += fabs(h.channel[0][n]) < 1;
    double error = fabs(moment(&h, 1));
    error = fmax(error, fabs(moment(&h, 2) - 1));
    error = fmax(error, fabs(moment(&h, 3)));
    error = fmax(error, fabs(moment(&h, 4) / 3 - 1));
    error = fmax(error, fabs((double)within / h.frames - erf(sqrt(0.5))));
    heard_free(h);
    return error;
}

static double rms_error(void) {
    static const char *const names[] = {"pink", "brown", "blue", "violet"};
    double worst = 0;
    for (int i = 0; i < 4; i++) {
        Heard h = hear_fast(48000, 1 << 22, "out = %s(1)", names[i]);
        worst = fmax(worst, fabs(decibels(sqrt(moment(&h, 2)), 0.25)));
        heard_free(h);
    }
    return worst;
}

/* Impulses a second, and the mean of their heights, 1/2. */
static double dust_error(void) {
    Heard h = hear_fast(48000, 1 << 22, "out = dust(1, 3000)");
    double count = 0;
    for (int n = 0; n < h.frames; n++)
        count += h.channel[0][n] != 0;
    double density = count / h.frames * h.rate, height = moment(&h, 1) * h.frames / count;
    heard_free(h);
    return fmax(fabs(density / 3000 - 1), fabs(2 * height - 1));
}

/* One impulse in each cell of 1/300 s, 1 or -1. */
static double velvet_cells(void) {
    int wrong_cells = 0, up = 0;
    Heard h = hear(48000, 96000, "out = velvet(1, 300)");
    for (int cell = 0; cell < 600; cell++) {
        int found = 0;
        for (int n = cell * 160; n < cell * 160 + 160; n++) {
            found += h.channel[0][n] != 0;
            up += h.channel[0][n] > 0;
            wrong_cells += h.channel[0][n] != 0 && fabs(h.channel[0][n]) != 1;
        }
        wrong_cells += found != 1;
    }
    heard_free(h);
    /* where a cell is no whole number of samples: every impulse is in one of its samples */
    int in_all = 0;
    h = hear(44100, 44100, "out = velvet(1, 1507)");
    for (int n = 0; n < 44100; n++)
        in_all += h.channel[0][n] != 0;
    heard_free(h);
    return wrong_cells + (abs(up - 300) > 60) + abs(in_all - 1507);
}

/* ---- random numbers at a rate ------------------------------------------------------------------------- */

/* What leads from one step to the next, u from 0 to 1 on the way; steps are those of steps(3, 100). */
static double glide_error(const char *program, double (*form)(double u)) {
    Heard h = hear(48000, 48480, "out = [steps(3, 100), %s]", program);
    double worst = 0, sum = 0, square = 0;
    for (int n = 0; n < 48000; n++) {
        double from = h.channel[0][n - n % 480], to = h.channel[0][n - n % 480 + 480];
        double expected = from + (to - from) * form(n % 480 / 480.0);
        worst = fmax(worst, fabs(h.channel[1][n] - expected));
        sum += from / 48000;
        square += from * from / 48000;
    }
    heard_free(h);
    bool spread = fabs(sum) < 0.2 && fabs(square - 1.0 / 3) < 0.1;
    return spread ? worst : INFINITY;
}

static double stay(double u) {
    (void)u;
    return 0;
}

static double straight(double u) {
    return u;
}

static double smooth(double u) {
    return 3 * pow(u, 2) - 2 * pow(u, 3);
}

static double steps_error(void) {
    return glide_error("steps(3, 100)", stay);
}

static double lines_error(void) {
    return glide_error("random_lines(3, 100)", straight);
}

/* Mean 0; variance that of four straight lines between steps, each 2/9, over 16; within -1 and 1. */
static double wander_error(void) {
    Heard h = hear_fast(48000, 1 << 22, "out = wander(3, 4000)");
    double most = 0, mean = moment(&h, 1), variance = moment(&h, 2);
    for (int n = 0; n < h.frames; n++)
        most = fmax(most, fabs(h.channel[0][n]));
    heard_free(h);
    return most <= 1 ? fmax(fabs(mean) * sqrt(18), fabs(18 * variance - 1)) : INFINITY;
}

static double smooth_error(void) {
    return glide_error("smooth_random(3, 100)", smooth);
}

/* A line, taken every 20 ms from the first edge on, at 10 ms. */
static double held_line(double t) {
    return t < 0.01 - 1e-9 ? 0 : 0.01 + 0.02 * floor((t - 0.01) / 0.02 + 1e-6);
}

FORM(sample_hold, 0.5, "out = sample_hold(t => t, t => phase(50)(t) >= 0.5)", held_line(t))

static double crackle_error(void) {
    Heard h = hear(48000, 20, "out = crackle(1.7)");
    double worst = 0, past = 0, before = 0;
    for (int n = 0; n < 20; n++) {
        double y = fabs(1.7 * past - before - 0.05);
        worst = fmax(worst, fabs(h.channel[0][n] - y));
        before = past;
        past = y;
    }
    heard_free(h);
    return worst;
}

const Proof noises_proofs[] = {
    {"white", LAW, "the same density from 100 Hz to 0.4 sr", white_error, 0.1, "dB"},
    {"white", LAW, "noises that remember", impure, 0, ""},
    {"pink", LAW, "-3 dB per octave from 100 Hz to 0.4 sr", pink_error, 0.25, "dB"},
    {"pink", LAW, "-3 dB per octave from 400 Hz to 0.4 sr at 192 kHz", fast_pink_error, 0.25, "dB"},
    {"pink", LAW, "an rms of 0.25, also of brown, blue and violet", rms_error, 0.5, "dB"},
    {"brown", LAW, "-6 dB per octave from 100 Hz to 0.4 sr", brown_error, 0.15, "dB"},
    {"blue", LAW, "3 dB per octave from 100 Hz to 0.4 sr", blue_error, 0.2, "dB"},
    {"violet", LAW, "6 dB per octave from 100 Hz to 0.4 sr", violet_error, 0.3, "dB"},
    {"gaussian", LAW, "moments of the normal distribution", gaussian_error, 1e-3, ""},
    {"velvet", LAW, "the same density from 100 Hz to 0.4 sr", velvet_error, 0.15, "dB"},
    {"velvet", LAW, "one impulse in each cell", velvet_cells, 0, "cells"},
    {"dust", LAW, "its density, and heights of 1/2 in the mean", dust_error, 1e-3, ""},
    {"steps", LAW, "one value in each period, evenly spread", steps_error, 0, ""},
    {"random_lines", CLOSED_FORM, "lerp of two steps", lines_error, 1e-9, ""},
    {"wander", LAW, "mean 0, variance 1/18, within -1 and 1", wander_error, 0.02, ""},
    {"smooth_random", CLOSED_FORM, "3 u^2 - 2 u^3 between steps", smooth_error, 1e-9, ""},
    {"sample_hold", CLOSED_FORM, "a line, taken every 20 ms", sample_hold_error, 1e-12, ""},
    {"crackle", CLOSED_FORM, "20 steps of the map", crackle_error, 1e-12, ""},
    {0},
};

#define SEEDED(NAME)                                                                               \
    { NAME, "param seed = 1 in 0..100 step 1\nout = " NAME "(seed)" }
#define AT_RATE(NAME, RANGE)                                                                       \
    { NAME, "param rate = 10 in " RANGE "\nout = " NAME "(1, rate)" }

const Stress noises_stresses[] = {
    SEEDED("white"),
    SEEDED("pink"),
    SEEDED("brown"),
    SEEDED("blue"),
    SEEDED("violet"),
    SEEDED("gaussian"),
    AT_RATE("velvet", "0..48000"),
    AT_RATE("dust", "0..48000"),
    AT_RATE("steps", "0..48000"),
    AT_RATE("random_lines", "0..48000"),
    AT_RATE("wander", "0..48000"),
    AT_RATE("smooth_random", "0..48000"),
    {"sample_hold", "input x\nparam g = 0 in -1..1\nout = sample_hold(x, sine(100 * g))"},
    {"crackle", "param chaos = 1.5 in 1..2\nout = crackle(chaos)"},
    {0},
};
