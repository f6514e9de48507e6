/* What must hold for each definition that is late: its text says by how much, in a line `Latency: EXPRESSION`, seconds made of
 * its arguments, and so it is, at every rate. In: the texts, and the calls below, at which a definition leaves what is quiet and of
 * middle frequencies as it is. What is no delay by its nature and first answers an impulse later than at once has such a line. */
#include "library.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Late {
    const char *definition;
    const char *call; /* of x */
    const char *arguments;
} Late;

static const Late calls[] = {
    {"limiter", "limiter(x)", "lookahead = 3ms\ntrue_peak = false"},
    {"limiter", "limiter(x, lookahead: 0s, true_peak: true)", "lookahead = 0s\ntrue_peak = true"},
    {"limiter", "limiter(x, lookahead: 1ms, true_peak: true)", "lookahead = 1ms\ntrue_peak = true"},
    {"distortion", "distortion(x, 1, 1000kHz)", ""},
    {"adaa", "adaa(x, v => v, v => v * v / 2)", ""},
    {"adaa_clip", "adaa_clip(x)", ""},
    {"adaa_softclip", "adaa_softclip(x)", ""},
    {"adaa_wavefold", "adaa_wavefold(x)", ""},
    {"sinc_lowpass", "sinc_lowpass(x, 15kHz)", "taps = 101"},
    {"sinc_highpass", "sinc_highpass(x, 1Hz, 33)", "taps = 33"},
    {"sinc_bandpass", "sinc_bandpass(x, 0Hz, 15kHz, 51)", "taps = 51"},
    {"pitch_shifter", "pitch_shifter(x, 1)", ""},
    {"vibrato", "vibrato(x, 0)", "depth = 0.5ms"},
    {"leslie", "leslie(x, 0)[0]", "depth = 0.4ms"},
    {0},
};

/* ---- what a text says ------------------------------------------------------------------------------------ */

static char *said_latency(const Def *def) {
    static const char mark[] = "Latency: ";
    const char *text = def->doc ? strstr(def->doc, mark) : NULL;
    if (!text) return NULL;
    text += strlen(mark);
    return text_format("%.*s", (int)strcspn(text, "\n"), text);
}

/* In samples; NaN where the expression is none. */
static double expected_latency(const char *said, const char *arguments, double rate) {
    Heard h = hear(rate, 1, "%s\ntold = %s\nout = told * sr", arguments, said);
    double samples = h.channels == 1 ? h.channel[0][0] : NAN;
    heard_free(h);
    return samples;
}

/* ---- what is heard --------------------------------------------------------------------------------------- */

enum { FRAMES = 8000, LONGEST = 1200 };

/* Noise of middle frequencies, -60 dB: three differences or sums of neighbours. */
static double *quiet_noise(void) {
    double *x = malloc(sizeof *x * FRAMES);
    uint32_t random = 1;
    for (int n = 0; n < FRAMES; n++) {
        random = random * 1664525u + 1013904223u;
        x[n] = 1e-3 * (random / 4294967296.0 - 0.5);
    }
    for (int times = 0; times < 6; times++)
        for (int n = FRAMES - 1; n >= 4; n--)
            x[n] = times < 2 ? x[n] - x[n - 4] : 0.5 * (x[n] + x[n - 1]);
    return x;
}

static double correlation(const double *x, const double *y, int lag) {
    double sum = 0;
    for (int n = LONGEST; n < FRAMES; n++)
        sum += y[n] * x[n - lag];
    return sum;
}

/* The lag of the greatest correlation, between samples by a parabola. */
static double heard_latency(const char *call, double rate) {
    double *x = quiet_noise();
    Heard h = hear_input(rate, FRAMES, x, "out = %s", call);
    double best = NAN, most = 0;
    for (int lag = 1; h.channels == 1 && lag < LONGEST - 1; lag++) {
        double b = correlation(x, h.channel[0], lag);
        if (b <= most) continue;
        double a = correlation(x, h.channel[0], lag - 1), c = correlation(x, h.channel[0], lag + 1);
        most = b;
        best = lag + 0.5 * (a - c) / (a - 2 * b + c);
    }
    heard_free(h);
    free(x);
    return best;
}

static bool tells_the_truth(const Late *late, const char *said) {
    static const double rates[] = {44100, 48000, 96000};
    for (int r = 0; r < 3; r++) {
        double expected = expected_latency(said, late->arguments, rates[r]),
               heard = heard_latency(late->call, rates[r]);
        if (!(fabs(heard - expected) < 0.1))
            return wrong("`%s` is %.2f samples late at %g Hz, and its text says %.2f", late->call,
                         heard, rates[r], expected);
    }
    return true;
}

/* ---- what says nothing --------------------------------------------------------------------------------- */

/* Delays and rooms are late by their nature, and what meters tell is no sound; of others the text must say it. */
static bool may_be_late(const char *file) {
    return strstr(file, "delays.kn") || strstr(file, "reverbs.kn") || strstr(file, "space.kn") ||
           strstr(file, "meters.kn");
}

/* Is it called with a signal and nothing else? */
static bool takes_a_signal(const Def *def) {
    const Ast *value = def->value;
    if (value->kind != AST_LAMBDA || strcmp(value->lambda.params[0].name, "x") != 0) return false;
    for (int i = 1; i < value->lambda.n; i++)
        if (!value->lambda.params[i].fallback) return false;
    return true;
}

/* The first sample that an impulse after silence changes. */
static int answer_to_impulse(const char *definition) {
    enum { SILENT = 100, ALL = 700 };
    double x[ALL] = {0}, silence[ALL] = {0};
    x[SILENT] = 1;
    Heard h = hear_input(48000, ALL, x, "out = %s(x)", definition);
    Heard without = hear_input(48000, ALL, silence, "out = %s(x)", definition);
    int first = h.channels && without.channels ? SILENT : ALL;
    while (first < ALL && fabs(h.channel[0][first] - without.channel[0][first]) < 1e-9)
        first++;
    heard_free(h);
    heard_free(without);
    return first == ALL ? 0 : first - SILENT;
}

static bool all_calls_are_needed(Compile *c) {
    bool good = true;
    for (const Late *late = calls; late->definition; late++) {
        Def *def = library_find(&c->program, late->definition, &(Module *){NULL});
        char *said = def ? said_latency(def) : NULL;
        if (!said) good = wrong("the text of `%s` says no latency", late->definition);
        if (said) good &= tells_the_truth(late, said);
        free(said);
    }
    return good;
}

static bool is_called(const char *definition) {
    for (const Late *late = calls; late->definition; late++)
        if (strcmp(late->definition, definition) == 0) return true;
    return false;
}

bool latencies_are_told(Compile *c, const char *const *definitions, int n) {
    bool good = all_calls_are_needed(c);
    int heard = 0;
    for (int i = 0; i < n; i++) {
        Module *module;
        Def *def = library_find(&c->program, definitions[i], &module);
        char *said = said_latency(def);
        if (said && !is_called(definitions[i]))
            good = wrong("the latency that `%s` tells is not measured here", definitions[i]);
        if (!said && takes_a_signal(def) && !may_be_late(c->session.sources[module->source].path)) {
            int late = answer_to_impulse(definitions[i]);
            heard++;
            if (late > 1)
                good = wrong("`%s` is %d samples late, and its text says nothing of it",
                             definitions[i], late);
        }
        free(said);
    }
    printf("%d definitions answer at once\n", heard);
    return good && heard > 0;
}
