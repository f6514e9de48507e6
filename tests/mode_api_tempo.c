/* kanon.h: a tempo that is turned for long. What counts beats (since seq hits arpeggio metro sections) is held
 * against the turns that went by, summed here in long double: no step is lost, none comes again, and the time of
 * a note that rings goes on as if nothing had been turned. */
#include "mode_api.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RATE = 8000, BLOCK = 100, STEPS = 64, CHANNELS = 7 };

static const char outputs[] = "out = [seq(0..63, r), metro(r), since(pattern(\"x\"), r), "
                              "t => (1 + since(pattern(\"x.\"), r)(t)) * accent(pattern(\"x.\"), "
                              "r)(t), arpeggio(0..31, r, 2), "
                              "sections(0..63, r, 3, 1us), t => beats(r)(t) % 64]\n";

typedef struct Count {
    long double turns;  /* at the sample at hand, those before it */
    int64_t whole;      /* of them, at the sample before; -1 before the first */
    double since, rang; /* channels 2 and 3 of the sample before */
    double dt, slack;   /* slack: how late a beat of a signal may begin */
} Count;

static double close_to(double x, double y) {
    return fabs(x - y) < 3e-6 * (1 + fabs(y));
}

/* One sample of all channels, of which `rate` is the tempo. */
static bool holds(Count *c, const float *x) {
    int64_t whole = (int64_t)floorl(c->turns + 1e-9L);
    bool beat = whole != c->whole, hit = beat && whole % 2 == 0;
    double octave = (double)(whole % STEPS >= 32 ? whole % STEPS - 32 + 12 : whole % STEPS);
    int64_t bar = whole / 3;
    bool good = true;
    CLAIM(good, x[0] == (float)(whole % STEPS));
    CLAIM(good, x[1] == (float)beat);
    CLAIM(good, beat ? x[2] >= 0 && x[2] < c->dt * 1.001 : close_to(x[2], c->since + c->dt));
    CLAIM(good, whole % 2 != 0 || hit ? hit ? x[3] >= 1 && x[3] < 1 + c->dt * 1.001
                                            : x[3] == 0 || close_to(x[3], c->rang + c->dt)
                                      : close_to(x[3], c->rang + c->dt));
    CLAIM(good, x[4] == (float)octave);
    CLAIM(good, x[5] == (float)(bar < STEPS ? bar : 0));
    CLAIM(good, close_to(x[6], (double)(c->turns - STEPS * floorl((c->turns + 1e-9L) / STEPS))));
    c->whole = whole;
    c->since = x[2];
    c->rang = x[3];
    return good;
}

static uint32_t drawn(uint32_t *random) {
    *random = *random * 1664525u + 1013904223u;
    return *random >> 16;
}

/* Turned between blocks; now and then it stands still for a while, and jumps. */
static double turned(double tempo, uint32_t *random) {
    uint32_t what = drawn(random) % 16;
    double x = drawn(random) / 65536.0;
    if (what < 4) return tempo;
    if (what == 4) return 1 + 39 * x;
    return fmin(fmax(tempo * (0.98 + 0.04 * x), 1), 40);
}

static bool run_tempo(const char *declaration, bool is_param, int64_t frames) {
    char *text = text_format("%s%s", declaration, outputs);
    KnCompiler *k = api_compiler();
    kn_compiler_set_rate(k, RATE);
    KnProgram *p = api_compile(k, text);
    KnInstance *instance = p ? kn_instance_create(p) : NULL;
    float out[CHANNELS][BLOCK], in[BLOCK], *to[CHANNELS];
    const float *from[] = {in};
    Count count = {.whole = -1, .dt = 1.0 / RATE};
    uint32_t random = 1;
    double tempo = 4;
    bool good = instance != NULL;
    for (int i = 0; i < CHANNELS; i++)
        to[i] = out[i];
    for (int64_t at = 0; at < frames && good; at += BLOCK) {
        if (at > 0) tempo = (float)turned(tempo, &random);
        for (int i = 0; i < BLOCK; i++)
            in[i] = (float)tempo;
        if (is_param) kn_instance_set(instance, 0, tempo);
        kn_instance_process(instance, from, to, BLOCK);
        for (int i = 0; i < BLOCK && good; i++) {
            float x[CHANNELS];
            for (int c = 0; c < CHANNELS; c++)
                x[c] = out[c][i];
            good = holds(&count, x) ||
                   wrong("at %.6f s, tempo %.9g, beat %.9Lf: %g %g %.9g %.9g %g %g %.9g",
                         (double)(at + i) / RATE, tempo, count.turns, (double)x[0], (double)x[1],
                         (double)x[2], (double)x[3], (double)x[4], (double)x[5], (double)x[6]);
            count.turns += (long double)tempo / RATE;
        }
    }
    kn_instance_free(instance);
    kn_program_free(p);
    kn_compiler_free(k);
    free(text);
    return good;
}

/* An hour with --full, else a third of it. */
static int64_t long_enough(void) {
    const int64_t seconds = settings.sanitized ? 60 : settings.full ? 3600 : 1200;
    return seconds * RATE;
}

bool api_turned_tempo_loses_no_beat(void) {
    return run_tempo("param r = 4 in 1..40\n", true, long_enough());
}

bool api_tempo_of_a_signal_loses_no_beat(void) {
    return run_tempo("input r\n", false, long_enough());
}
