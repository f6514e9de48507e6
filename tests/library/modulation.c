/* Proofs of stdlib/modulation.kn: formulas of time. What delays is shown a line, t, and gives back the time
 * that it reads. */
#include "library.h"

#include <math.h>

static double sine_of(double f, double t) {
    return sin(2 * M_PI * turns(f, t));
}

static double cosine_of(double f, double t) {
    return cos(2 * M_PI * turns(f, t));
}

static double corner(double p) {
    return p < 0.25 ? 4 * p : p < 0.75 ? 2 - 4 * p : 4 * p - 4;
}

/* ---- oscillators ----------------------------------------------------------------------------------------- */

FORM(lfo, 0.5, "out = lfo(5, 300, 500)", 400 + 100 * sine_of(5, t))
FORM(shaped_lfo, 0.5, "out = lfo(5, 300, 500, triangle, 0.1, 0.2)",
     400 + 100 * corner(turns(5, t)) * fmax(0, fmin(1, (t - 0.1) / 0.2)))

/* Where a value of the noise stays, every tenth of a second, it is that of the noise. */
static double random_lfo_error(void) {
    Heard h = hear(48000, 48000, "out = [random_lfo(10, 2, 4, 7), steps(7, 10)]");
    double worst = 0;
    for (int n = 0; n < h.frames; n++) {
        double y = h.channel[0][n];
        if (n % 4800 == 0) worst = fmax(worst, fabs(y - 3 - h.channel[1][n]));
        worst = fmax(worst, fmax(y - 4, 2 - y));
    }
    heard_free(h);
    return worst;
}

FORM(tremolo, 0.5, "out = tremolo(1, 5, 0.6)", 1 - 0.6 * pow(sin(M_PI * turns(5, t)), 2))
FORM(square_tremolo, 0.5, "out = tremolo(2, 5, 0.6, square)", turns(5, t) < 0.5 - 1e-9 ? 2 : 0.8)
FORM(ring, 0.5, "out = ring(sine(440), 300)", (cosine_of(140, t) - cosine_of(740, t)) / 2)
FORM(am, 0.5, "out = am(cosine(440), 100, 0.5)",
     (cosine_of(440, t) + 0.25 * (sine_of(540, t) - sine_of(340, t))) / 1.5)

/* ---- delays that drift, and sides ---------------------------------------------------------------------------- */

FORM(vibrato, 0.5, "out = vibrato(t => t, 5, 10ms)", t - 0.005 * (1 + sine_of(5, t)))
FORM(angled_vibrato, 0.5, "out = vibrato(t => t, 5, 10ms, triangle)",
     t - 0.005 * (1 + corner(turns(5, t))))

static double panned(int channel, double t) {
    double angle = (1 + 0.8 * sine_of(3, t)) * M_PI / 4;
    return channel == 0 ? cos(angle) : sin(angle);
}

static double auto_pan_error(void) {
    return error_of_forms("out = auto_pan(1, 3, 0.8)", 0.5, panned);
}

static double turned(int channel, double t) {
    double c = channel == 0 ? -sine_of(5, t) : cosine_of(5, t);
    return (t - 0.001 * (0.5 - 0.5 * c)) * (3 + c) / 4;
}

static double leslie_error(void) {
    return error_of_forms("out = leslie(t => t, 5, 1ms)", 0.5, turned);
}

/* ---- wah ------------------------------------------------------------------------------------------------------- */

/* Halfway from 400 Hz to 1.6 kHz is 800 Hz. */
static double complex band(double f, double rate, const void *data) {
    const double *q = data;
    double complex s = bilinear(f, 800, rate);
    return s / *q / (s * s + s / *q + 1);
}

static double wah_error(void) {
    return error_of_response("out = wah(impulse, 0.5, 400, 1600, 4)", 0.2, band, &(double){4});
}

/* A tone at the toe of the pedal passes when it is loud; when it is soft, the heel's frequency does. */
static double passes(double f, double level) {
    Heard h = hear(48000, 48000, "out = auto_wah(%g * sine(%g), 1.58, 400, 1600, 8)", level, f);
    double amplitude = partial_amplitude(h.channel[0] + 24000, 24000, 48000, f);
    heard_free(h);
    return decibels(amplitude, level);
}

static double auto_wah_error(void) {
    return fmax(fmax(fabs(passes(1600, 1)), fabs(passes(400, 0.001))), 20 + passes(1600, 0.001));
}

/* ---- followers --------------------------------------------------------------------------------------------------- */

/* Up a step of 1 at 4 a second, down again from 0.4 s at 10 a second. */
static double ramps(double t) {
    double up = fmin(1, 4 * (t + 1e-9));
    return t < 0.4 - 1e-9 ? up : fmax(0, 1 - 10 * (t - 0.4));
}

/* One sample of the rise lies before the first value. */
FORM(slew, 0.6, "out = slew(t => t < 0.4, 4, 10)", ramps(t))

static double error_in_samples(void) {
    return slew_error() * 44100 / 10;
}

/* What is left of the step after `time` is a thousandth; the first sample is the first step of it. */
static double lag_left_at(double rate) {
    Heard h = hear(rate, (int)rate, "out = lag(t => t < 0.5, 0.1, 0.2)");
    int up = (int)lround(0.1 * rate) - 1, down = (int)lround(0.7 * rate) - 1;
    double worst = fabs(decibels(1 - h.channel[0][up], 0.001));
    worst = fmax(worst, fabs(decibels(h.channel[0][down], 0.001)));
    heard_free(h);
    return worst;
}

static double lag_error(void) {
    return fmax(fmax(lag_left_at(44100), lag_left_at(48000)),
                fmax(lag_left_at(96000), lag_left_at(192000)));
}

/* It begins where x does, and has a thousandth of the step left after `time`. */
static double glide_left_at(double rate) {
    Heard h = hear(rate, (int)rate, "out = glide(t => if t < 0.1 then 3 else 2, 0.2)");
    int before = (int)lround(0.1 * rate) - 1, after = (int)lround(0.3 * rate) - 1;
    double worst = fabs(h.channel[0][0] - 3) + fabs(h.channel[0][before] - 3);
    worst = fmax(1e3 * worst, fabs(decibels(h.channel[0][after] - 2, 0.001)));
    heard_free(h);
    return worst;
}

static double glide_error(void) {
    return fmax(fmax(glide_left_at(44100), glide_left_at(48000)),
                fmax(glide_left_at(96000), glide_left_at(192000)));
}

static double impure(void) {
    static const char *const programs[] = {"lfo(a, 1, 2, triangle, 1, 2)",
                                           "random_lfo(3, a)",
                                           "tremolo(1, a)",
                                           "vibrato(sine(a))",
                                           "auto_pan(sine(a))",
                                           "leslie(sine(a))",
                                           NULL};
    return remembering(programs);
}

/* ---- what moves and has a past ------------------------------------------------------------------------------- */

static double as_it_is(double t) {
    (void)t;
    return 1;
}

static double nearer_and_farther(double t) { /* left of a horn that turns once a second */
    return (3 + cos(2 * M_PI * (t + 0.25))) / 4;
}

/* Of 10 kHz at 44.1 kHz, heard as an input, in windows of 100 periods: how far its level is from what it should be, in dB. */
static double unsteady_10_khz(const char *program, double (*level)(double t)) {
    enum { RATE = 44100, WINDOW = 441 };
    double *x = malloc(sizeof *x * RATE), worst = 0;
    for (int n = 0; n < RATE; n++)
        x[n] = sin(2 * M_PI * fmod(10000.0 * n / RATE, 1));
    Heard h = hear_input(RATE, RATE, x, "%s", program);
    for (int begin = WINDOW; begin + WINDOW < RATE && h.channels; begin += WINDOW) {
        double power = 0;
        for (int n = begin; n < begin + WINDOW; n++)
            power += 2 * h.channel[0][n] * h.channel[0][n] / WINDOW;
        worst = fmax(worst, fabs(decibels(sqrt(power), level((begin + 0.5 * WINDOW) / RATE))));
    }
    worst = h.channels ? worst : INFINITY;
    heard_free(h);
    free(x);
    return worst;
}

static double vibrato_level(void) {
    return unsteady_10_khz("out = vibrato(x, 1, 1ms)", as_it_is);
}

static double leslie_level(void) {
    return unsteady_10_khz("out = leslie(x, 1, 1ms)[0]", nearer_and_farther);
}

const Proof modulation_proofs[] = {
    {"lfo", CLOSED_FORM, "a sine between two values", lfo_error, 1e-9, ""},
    {"lfo", CLOSED_FORM, "a triangle that fades in", shaped_lfo_error, 1e-9, ""},
    {"lfo", LAW, "modulations of pure signals that remember", impure, 0, ""},
    {"random_lfo", LAW, "values of steps, within its range", random_lfo_error, 1e-12, ""},
    {"tremolo", CLOSED_FORM, "1 - depth sin^2", tremolo_error, 1e-12, ""},
    {"tremolo", CLOSED_FORM, "on and off", square_tremolo_error, 1e-12, ""},
    {"vibrato", CLOSED_FORM, "the time that it reads", vibrato_error, 1e-12, "s"},
    {"vibrato", CLOSED_FORM, "the time that it reads, by a triangle", angled_vibrato_error, 1e-12,
     "s"},
    {"ring", CLOSED_FORM, "cosines of difference and sum", ring_error, 1e-9, ""},
    {"am", CLOSED_FORM, "carrier and two sidebands", am_error, 1e-9, ""},
    {"auto_pan", CLOSED_FORM, "cosine and sine of an angle", auto_pan_error, 1e-12, ""},
    {"leslie", CLOSED_FORM, "the time that it reads, and its gain", leslie_error, 1e-12, ""},
    {"wah", RESPONSE, "(s/q) / (s^2 + s/q + 1), bilinear", wah_error, 0.05, "dB"},
    {"auto_wah", BEHAVIOUR, "gain of a loud tone at the toe, a soft one at the heel",
     auto_wah_error, 0.5, "dB"},
    {"slew", CLOSED_FORM, "straight ramps", error_in_samples, 1.001, "samples"},
    {"lag", CLOSED_FORM, "60 dB after its time, up and down", lag_error, 1e-6, "dB"},
    {"glide", CLOSED_FORM, "from the first value, 60 dB after its time", glide_error, 1e-6, "dB"},
    {"vibrato", BEHAVIOUR, "level of 10 kHz at 44.1 kHz", vibrato_level, 0.1, "dB"},
    {"leslie", BEHAVIOUR, "level of 10 kHz at 44.1 kHz", leslie_level, 0.1, "dB"},
    {0},
};

const Stress modulation_stresses[] = {
    {"lfo", "param r = 1 in 0..100\nparam a = 0 in -1..1\nout = lfo(r, a, 1, saw, 0.1 + a, 1)"},
    {"random_lfo", "param r = 1 in 0..100\nparam a = 0 in -1..1\nout = random_lfo(r, a, 1)"},
    {"tremolo", "input x\nparam r = 1 in 0..100\nparam d = 0 in 0..1\nout = tremolo(x, r, d)"},
    {"vibrato", "input x\nparam r = 1 in 0..100\nparam d = 0 in 0..0.002\nout = vibrato(x, r, d)"},
    {"ring", "input x\nparam f = 1 in 0..20000\nout = ring(x, f)"},
    {"am", "input x\nparam f = 1 in 0..20000\nparam d = 0 in 0..1\nout = am(x, f, d)"},
    {"auto_pan", "input x\nparam r = 1 in 0..100\nparam d = 0 in 0..1\nout = auto_pan(x, r, d)"},
    {"leslie", "input x\nparam r = 1 in 0..20\nparam d = 0 in 0..0.001\nout = leslie(x, r, d)"},
    {"wah", "input x\nparam p = 0 in 0..1\nparam q = 4 in 0.3..30\nout = wah(x, p, 100, 8000, q)"},
    {"auto_wah", "input x\nparam s = 1 in 0..10\nparam a = 0.1 in 0..1\n"
                 "out = auto_wah(x, s, 100, 8000, 4, a, a)"},
    {"slew", "input x\nparam u = 1 in 1..100000\nparam d = 1 in 1..100000\nout = slew(x, u, d)"},
    {"glide", "input x\nparam d = 0.1 in 0.001..1\nout = glide(x, d)"},
    {"lag", "input x\nparam u = 1 in 0..1\nparam d = 1 in 0..1\nout = lag(x, u, d)"},
    {0},
};
