/* Proofs of stdlib/oscillators.kn: formulas of time where there is one, else Fourier series. */
#include "library.h"

#include <math.h>

/* ---- bare waves ------------------------------------------------------------------------------------- */

static double corner(double p) { /* a triangle at phase p */
    return p < 0.25 ? 4 * p : p < 0.75 ? 2 - 4 * p : 4 * p - 4;
}

static double bent(double p, double m) {
    return -cos(2 * M_PI * (p < m ? p / (2 * m) : 0.5 + (p - m) / (2 * (1 - m))));
}

FORM(sine, 0.5, "out = sine(440)", sin(2 * M_PI * turns(440, t)))
FORM(cosine, 0.5, "out = cosine(440)", cos(2 * M_PI * turns(440, t)))
FORM(phasor, 0.5, "out = phasor(330, 0.25)", turns(330, t + 0.25 / 330))
FORM(saw, 0.5, "out = saw(330)", 2 * turns(330, t) - 1)
FORM(square, 0.5, "out = square(300)", turns(300, t) < 0.5 - 1e-9 ? 1 : -1)
FORM(pulse, 0.5, "out = pulse(300, 0.2)", turns(300, t) < 0.2 - 1e-9 ? 1 : -1)
FORM(triangle, 0.5, "out = triangle(330)", corner(turns(330, t)))
FORM(phase_distortion, 0.5, "out = phase_distortion(330, 0.6)", bent(turns(330, t), 0.2))

static double pure_error(void) {
    static const char *const programs[] = {"blep_saw(100 * a)",
                                           "table_saw(100 * a)",
                                           "sync_saw(100 * a, 2.5)",
                                           "operator(100 * a, 2)",
                                           "impulse_train(100 * a)",
                                           "phase_distortion(100 * a, 0.5)",
                                           "partials(100 * a, [[1, 1, 1]])",
                                           "chirp(40, 400, 1)",
                                           "formant(100 * a, 800, 100)",
                                           "supersquare(100 * a)",
                                           "organ(100 * a)",
                                           "harmonics(100 * a, [1, 0.5])",
                                           "fm(100 * a, 2, 3)",
                                           "additive(100 * a, [1, 2])",
                                           "wavetable(100 * a, [x => x], 0)",
                                           NULL};
    return remembering(programs);
}

/* ---- Fourier series --------------------------------------------------------------------------------- */

static const double F = 517.31; /* no simple part of 48 kHz: aliases lie between the partials */

static double sinc(double x) {
    return x == 0 ? 1 : sin(M_PI * x) / (M_PI * x);
}

static double saw_series(int k) {
    return 2 / (M_PI * k);
}

static double square_series(int k) {
    return k % 2 ? 4 / (M_PI * k) : 0;
}

static double triangle_series(int k) {
    return k % 2 ? 8 / pow(M_PI * k, 2) : 0;
}

/* What is rounded by a B-spline of two or four samples. */
static double blep(int k) {
    return pow(sinc(k * F / 48000), 2);
}

static double blep_saw_series(int k) {
    return saw_series(k) * blep(k);
}

static double blep_square_series(int k) {
    return square_series(k) * blep(k);
}

static double blep_pulse_series(int k) {
    return 4 / (M_PI * k) * fabs(sin(M_PI * k * 0.3)) * blep(k);
}

static double blep_triangle_series(int k) {
    return triangle_series(k) * blep(k);
}

/* The Fourier integral of 2 (2.6 p mod 1) - 1 over one period, by parts: pieces of slope 5.2. */
static double sync_series(int k) {
    static const double ratio = 2.6;
    double complex sum = 0, w = -2 * M_PI * I * k;
    for (double from = 0; from < 1; from += 1 / ratio) {
        double to = fmin(from + 1 / ratio, 1), end = 2 * ratio * (to - from) - 1;
        sum += (end * cexp(w * to) + cexp(w * from)) / w -
               2 * ratio * (cexp(w * to) - cexp(w * from)) / (w * w);
    }
    return 2 * cabs(sum) * pow(sinc(k * F / 48000), 4);
}

static double impulse_train_series(int k) {
    (void)k;
    return 2 * F / 48000;
}

static double harmonics_series(int k) {
    return k <= 40 ? exp(-pow((k - 6) / 3.0, 2)) : 0;
}

/* Of e^(k cos w): modified Bessel function of order n, times e^-k. */
static double bessel_i(int n, double k) {
    enum { STEPS = 200 };
    double sum = 0;
    for (int i = 0; i < STEPS; i++) {
        double w = 2 * M_PI * i / STEPS;
        sum += exp(k * (cos(w) - 1)) * cos(n * w);
    }
    return sum / STEPS;
}

/* Around 2200 = (4 + a) F, 600 Hz wide. */
static double formant_series(int k) {
    double width = pow(600 / F, 2) / (8 * log(2)), n = 2200 / F, a = n - 4;
    double sum = 0;
    for (int side = -1; side <= 1; side += 2)
        sum += (1 - a) * bessel_i(k - side * 4, width) + a * bessel_i(k - side * 5, width);
    return sum;
}

static double fm_index = 2;

/* J_n(index) around the carrier at F, with 3 F to modulate: n = (k - 1) / 3, and reflected ones. */
static double fm_series(int k) {
    double sum = 0;
    for (int n = -9; n <= 9; n++)
        sum += (1 + 3 * n == k ? jn(n, fm_index) : 0) - (1 + 3 * n == -k ? jn(n, fm_index) : 0);
    return sum;
}

/* A sine whose own phase it pushes: sum of 2 J_k(k b) / (k b) sin(k w) (Kepler's equation). */
static double feedback_series(int k) {
    return 2 * jn(k, 0.5 * k) / (0.5 * k);
}

#define SERIES(NAME, PROGRAM, PARTIALS)                                                            \
    static double NAME##_error(void) {                                                             \
        return error_of_partials(PROGRAM, F, PARTIALS, NAME##_series);                             \
    }
SERIES(blep_saw, "out = blep_saw(517.31)", 40)
SERIES(blep_square, "out = blep_square(517.31)", 40)
SERIES(blep_pulse, "out = blep_pulse(517.31, 0.3)", 40)
SERIES(blep_triangle, "out = blep_triangle(517.31)", 9)
SERIES(sync, "out = sync_saw(517.31, 2.6)", 40)
SERIES(impulse_train, "out = impulse_train(517.31)", 45)
SERIES(harmonics, "out = harmonics(517.31, map(1..40, k => exp(-((k - 6) / 3) ^ 2)))", 15)
SERIES(formant, "out = formant(517.31, 2200, 600)", 15)
SERIES(fm, "out = fm(517.31, 3, 2)", 30)

static double table_saw_error(void) {
    return error_of_partials("out = table_saw(517.31)", F, 32, saw_series);
}

static double table_square_error(void) {
    return error_of_partials("out = table_square(517.31)", F, 32, square_series);
}

static double table_triangle_error(void) {
    return error_of_partials("out = table_triangle(517.31)", F, 32, triangle_series);
}

/* A phase that is summed sample by sample moves further than an integral: x / sin x. */
static double linear_fm_error(void) {
    double x = M_PI * 3 * F / 48000;
    fm_index = 2 * x / sin(x);
    double error = error_of_partials("out = linear_fm(517.31, 2 * 1551.93 * cosine(1551.93))", F,
                                     20, fm_series);
    fm_index = 2;
    return error;
}

static double feedback_error(void) {
    return error_of_partials("out = operator(51.731, feedback: 0.5)", 51.731, 8, feedback_series);
}

/* ---- aliases at 5 kHz, below 10 kHz ------------------------------------------------------------------ */

#define ALIASES(NAME, PROGRAM, F)                                                                  \
    static double NAME##_aliases(void) {                                                           \
        return aliasing_of("out = " PROGRAM, F, 10000);                                            \
    }
ALIASES(saw, "saw(5001)", 5001)
ALIASES(blep_saw, "blep_saw(5001)", 5001)
ALIASES(table_saw, "table_saw(5001)", 5001)
ALIASES(table_square, "table_square(5001)", 5001)
ALIASES(table_triangle, "table_triangle(5001)", 5001)
ALIASES(sync, "sync_saw(1001, 4.6)", 1001)
ALIASES(impulse_train, "impulse_train(5001)", 5001)

/* ---- sums --------------------------------------------------------------------------------------------- */

static double sines(const double (*partials)[3], int n, double f, double t) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
        double fade = partials[i][2] > 0 ? pow(10, -3 * t / partials[i][2]) : 1;
        sum += partials[i][1] * sin(2 * M_PI * turns(partials[i][0] * f, t)) * fade;
    }
    return sum;
}

static const double stretched[][3] = {{1, 1, 0}, {2.5, 0.5, 0}, {4.1, 0.25, 0}};
static const double bell[][3] = {{1, 1, 2}, {2.76, 0.5, 1}, {5.4, 0.3, 0.5}};
/* Footages 16', 5 1/3', 8' … of the Hammond organ, 3 dB a step. */
static const double drawn[][3] = {{0.5, 1.0 / 3, 0},
                                  {1, 0.70794578438413791 / 3, 0},  /* -3 dB */
                                  {8, 0.35481338923357547 / 3, 0}}; /* -9 dB */

FORM(additive, 0.5, "out = additive(220, [1, 0.5, 0.25], [1, 2.5, 4.1])",
     sines(stretched, 3, 220, t))
FORM(partials, 0.5, "out = partials(220, [[1, 1, 2], [2.76, 0.5, 1], [5.4, 0.3, 0.5]])",
     sines(bell, 3, 220, t))
FORM(organ, 0.5, "out = organ(220, [8, 0, 7, 0, 0, 0, 0, 0, 5])", sines(drawn, 3, 220, t))
FORM(operator, 0.5, "out = operator(220, 1.5 * sine(330))",
     sin(2 * M_PI * turns(220, t) + 1.5 * sin(2 * M_PI * turns(330, t))))

/* Halfway from a sine to a line, which table reads exactly. */
FORM(wavetable, 0.5, "out = wavetable(300, [x => sin(tau * x), x => 2 * x - 1, x => 5], 0.75)",
     0.25 * sin(2 * M_PI * turns(300, t)) + 0.75 * (2 * turns(300, t) - 1))

static double chirp_form(double t) {
    static const double from = 40, to = 4000, time = 0.4;
    double rate = log(to / from) / time, end = from * (to / from - 1) / rate;
    return sin(2 * M_PI * (t < time ? from * expm1(rate * t) / rate : end + to * (t - time)));
}

static double linear_chirp_form(double t) {
    static const double from = 100, to = 4000, time = 0.4;
    double slope = (to - from) / time, end = (from + to) / 2 * time;
    return sin(2 * M_PI * (t < time ? from * t + slope * t * t / 2 : end + to * (t - time)));
}

static double chirp_error(void) {
    return error_of_form("out = chirp(40, 4000, 0.4)", 0.5, chirp_form);
}

static double linear_chirp_error(void) {
    return error_of_form("out = linear_chirp(100, 4000, 0.4)", 0.5, linear_chirp_form);
}

/* The outermost voices are found where detune says, and power is that of one wave over 3. */
static double detuned_error(const char *name, double power) {
    Heard h = hear(48000, 96000, "out = %s(440, 100cents, 3)", name);
    double sum = 0, worst = 0;
    for (int n = 0; n < h.frames; n++)
        sum += h.channel[0][n] * h.channel[0][n] / h.frames;
    for (int k = -1; k <= 1; k++) {
        double f = 440 * pow(2, k / 12.0);
        double got = partial_frequency(h.channel[0], h.frames, h.rate, f);
        worst = fmax(worst, fabs(cents(got, f)));
    }
    heard_free(h);
    return worst + 100 * fmax(0, fabs(10 * log10(sum / power)) - 0.3);
}

static double supersaw_error(void) {
    return detuned_error("supersaw", 1.0 / 9);
}

static double supersquare_error(void) {
    return detuned_error("supersquare", 1.0 / 3);
}

static double supersaw_level(void) {
    return error_of_level("out = supersaw(%g)", 55, 880, 0, 20, 48000);
}

static double supersquare_level(void) {
    return error_of_level("out = supersquare(%g)", 55, 880, 0, 5, 192000);
}

static double organ_level(void) {
    return error_of_level("out = organ(%g)", 55, 1760, 0, 1, 192000);
}

/* Over the whole range, where tables change. */
static double table_saw_everywhere(void) {
    static const double tones[] = {207.3, 740.3, 1301.1, 2003.3, 3331.7, 7001.3, 9001.7};
    double worst = -INFINITY;
    for (int i = 0; i < 7; i++) {
        char program[64];
        snprintf(program, sizeof program, "out = table_saw(%g)", tones[i]);
        worst = fmax(worst, aliasing_of(program, tones[i], 10000));
    }
    return worst;
}

LEVELS_APART(operator, 1, "operator(220, feedback: 1.2)")

const Proof oscillators_proofs[] = {
    {"operator", BEHAVIOUR, "levels of octaves from 44.1 to 192 kHz, feedback 1.2", operator_levels,
     0.5, "dB"},
    {"sine", CLOSED_FORM, "sin(2 pi f t)", sine_error, 1e-10, ""},
    {"cosine", CLOSED_FORM, "cos(2 pi f t)", cosine_error, 1e-10, ""},
    {"phasor", CLOSED_FORM, "(f t + offset) mod 1", phasor_error, 1e-10, ""},
    {"phasor", LAW, "oscillators that remember though f is a param", pure_error, 0, ""},
    {"saw", CLOSED_FORM, "2 (f t mod 1) - 1", saw_error, 1e-9, ""},
    {"saw", BEHAVIOUR, "aliases below 10 kHz, f = 5 kHz", saw_aliases, -17.5, "dB"},
    {"square", CLOSED_FORM, "1 in the first half of each period", square_error, 0, ""},
    {"pulse", CLOSED_FORM, "1 in the first fifth of each period", pulse_error, 0, ""},
    {"triangle", CLOSED_FORM, "corners at quarters of a period", triangle_error, 1e-9, ""},
    {"blep_saw", LAW, "Fourier series, times sinc^2", blep_saw_error, 1e-5, "dB"},
    {"blep_saw", BEHAVIOUR, "aliases below 10 kHz, f = 5 kHz", blep_saw_aliases, -46, "dB"},
    {"blep_square", LAW, "Fourier series, times sinc^2", blep_square_error, 1e-5, "dB"},
    {"blep_pulse", LAW, "Fourier series, times sinc^2", blep_pulse_error, 1e-5, "dB"},
    {"blep_triangle", LAW, "Fourier series, times sinc^2", blep_triangle_error, 1e-5, "dB"},
    {"table_saw", LAW, "Fourier series", table_saw_error, 0.01, "dB"},
    {"table_saw", BEHAVIOUR, "aliases below 10 kHz, f = 5 kHz", table_saw_aliases, -90, "dB"},
    {"table_saw", BEHAVIOUR, "aliases below 10 kHz, seven f from 207 Hz to 9 kHz",
     table_saw_everywhere, -90, "dB"},
    {"table_square", LAW, "Fourier series", table_square_error, 0.01, "dB"},
    {"table_square", BEHAVIOUR, "aliases below 10 kHz, f = 5 kHz", table_square_aliases, -90, "dB"},
    {"table_triangle", LAW, "Fourier series", table_triangle_error, 0.01, "dB"},
    {"table_triangle", BEHAVIOUR, "aliases below 10 kHz, f = 5 kHz", table_triangle_aliases, -90,
     "dB"},
    {"harmonics", LAW, "Fourier series", harmonics_error, 0.003, "dB"},
    {"sync_saw", LAW, "Fourier series, times sinc^4", sync_error, 1e-4, "dB"},
    {"sync_saw", BEHAVIOUR, "aliases below 10 kHz, f = 1 kHz, ratio 4.6", sync_aliases, -65, "dB"},
    {"impulse_train", LAW, "Fourier series", impulse_train_error, 1e-5, "dB"},
    {"impulse_train", BEHAVIOUR, "aliases below 10 kHz, f = 5 kHz", impulse_train_aliases, -90,
     "dB"},
    {"wavetable", CLOSED_FORM, "a quarter of one wave, three of the next", wavetable_error, 1e-9,
     ""},
    {"additive", CLOSED_FORM, "sum of sines", additive_error, 1e-9, ""},
    {"partials", CLOSED_FORM, "sum of decaying sines", partials_error, 1e-9, ""},
    {"organ", BEHAVIOUR, "peak 0.7 to 1, 55 to 1760 Hz", organ_level, 0.001, "dB outside"},
    {"supersaw", BEHAVIOUR, "peak 0.7 to 1 in 20 s, 55 to 880 Hz", supersaw_level, 0.001,
     "dB outside"},
    {"supersquare", BEHAVIOUR, "peak 0.7 to 1, 55 to 880 Hz", supersquare_level, 0.001,
     "dB outside"},
    {"organ", PUBLISHED, "the drawbars' footages and 3 dB a step", organ_error, 1e-9, ""},
    {"fm", PUBLISHED, "Chowning 1973: Bessel functions", fm_error, 1e-3, "dB"},
    {"operator", CLOSED_FORM, "sin(2 pi f t + modulation)", operator_error, 1e-9, ""},
    {"operator", LAW, "with feedback: 2 J_k(k b) / (k b)", feedback_error, 0.06, "dB"},
    {"linear_fm", LAW, "Bessel functions of deviation / frequency", linear_fm_error, 1e-3, "dB"},
    {"phase_distortion", CLOSED_FORM, "a cosine of a bent phase", phase_distortion_error, 1e-9, ""},
    {"formant", LAW, "modified Bessel functions", formant_error, 1e-3, "dB"},
    {"chirp", CLOSED_FORM, "the integral of from (to/from)^(t/time)", chirp_error, 1e-9, ""},
    {"linear_chirp", CLOSED_FORM, "the integral of a line", linear_chirp_error, 1e-9, ""},
    {"supersaw", BEHAVIOUR, "three voices, a semitone apart", supersaw_error, 0.001, "cents"},
    {"supersquare", BEHAVIOUR, "three voices, a semitone apart", supersquare_error, 0.001, "cents"},
    {0},
};

#define OF_F(NAME, REST)                                                                           \
    { NAME, "param f = 440 in 0..20000\nout = " NAME "(f" REST ")" }
#define OF_TWO(NAME, OTHER, REST)                                                                  \
    { NAME, "param f = 440 in 0..20000\nparam x = " OTHER "\nout = " NAME "(f" REST ")" }

const Stress oscillators_stresses[] = {
    OF_F("sine", ""),
    OF_F("cosine", ""),
    OF_TWO("phasor", "0 in -2..2", ", x"),
    OF_F("saw", ""),
    OF_F("square", ""),
    OF_TWO("pulse", "0.5 in 0..1", ", x"),
    OF_F("triangle", ""),
    OF_F("blep_saw", ""),
    OF_F("blep_square", ""),
    OF_TWO("blep_pulse", "0.5 in 0.05..0.95", ", x"),
    OF_F("blep_triangle", ""),
    OF_F("table_saw", ""),
    OF_F("table_square", ""),
    OF_F("table_triangle", ""),
    OF_F("harmonics", ", [1, 0.5, 0.3]"),
    OF_TWO("wavetable", "0 in -1..3", ", [sin, cos, x => x], x"),
    OF_TWO("sync_saw", "2 in 1..10", ", x"),
    OF_F("additive", ", [1, 0.5]"),
    OF_F("partials", ", [[1, 1, 2], [2.76, 0.5, 1]]"),
    OF_TWO("organ", "4 in 0..8", ", [x, 8, x, 0, 0, 0, x, 0, x]"),
    OF_TWO("fm", "2 in 0..20", ", 1.5, x"),
    OF_TWO("operator", "2 in 0..20", ", x, x / 10"),
    OF_TWO("linear_fm", "2 in -20000..20000", ", x"),
    OF_TWO("phase_distortion", "0 in 0..1", ", x"),
    OF_F("impulse_train", ""),
    {"formant", "param f = 110 in 20..2000\nparam c = 800 in 20..8000\nparam b = 100 in 10..2000\n"
                "out = formant(f, c, b)"},
    {"chirp", "out = chirp(20, 20000, 60)"},
    {"linear_chirp", "out = linear_chirp(20, 20000, 60)"},
    OF_TWO("supersaw", "1.01 in 1..1.1", ", x"),
    OF_TWO("supersquare", "1.01 in 1..1.1", ", x"),
    {0},
};
