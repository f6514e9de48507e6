/* One program through every engine, compared with the reference. In: its text. Out: a verdict, and in words what differs.
 *
 * Every engine gets the same inputs, and the same knobs turned at the same frames. It must be within -120 dB of the
 * reference, give the same bits in blocks of other sizes and after a reset, where the program is pure, from wherever
 * it starts, and when it is replaced by itself while it sounds. A difference is no fault where rounding grows as much in
 * the reference itself: then it is run again with values disturbed (interp_perturb), by 1e-12 and by what float rounds,
 * which is no excuse for what is computed in double. */
#include "compare.h"
#include "generate.h"
#include "../../compiler/api/kanon.h"
#include "../../compiler/engine/engine.h"
#include "../../runtime/kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double TOLERANCE = 1e-6, SMALL = 1e-12, FLOAT_ROUNDING = 0x1p-23;
enum { TURNS = 4, STARTS = 3, MOST_DISTURBED = 24 };

typedef struct Turn { /* of a knob, before that frame */
    int frame, param;
    double value;
} Turn;

typedef struct Trial {
    Comparison *how;
    const char *text;
    Compile *c;
    const Graph *g;
    int frames;
    float **in;
    double **wanted; /* by the reference */
    float **whole, **cut;
    Turn turns[TURNS];
    int nturns;
    Choices choices;
    int64_t start; /* frame at which all begin; 0: and then it is cut and moved about */
    double worst, worst_in_double; /* difference of any engine */
} Trial;

static bool differs(Trial *t, const char *fmt, ...) KN_PRINTF(2, 3);
static bool differs(Trial *t, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    buf_vprintf(&t->how->said, fmt, args);
    va_end(args);
    buf_puts(&t->how->said, "\n");
    return false;
}

static void **channels_create(int n, int frames, size_t size) {
    void **all = calloc((size_t)n + 1, sizeof *all);
    for (int k = 0; k < n; k++)
        all[k] = calloc((size_t)frames + 1, size);
    return all;
}

static void channels_free(void *channels, int n) {
    void **all = channels;
    for (int k = 0; k < n; k++)
        free(all[k]);
    free(all);
}

/* ---- what is done to it -------------------------------------------------------------------------------- */

/* Noise with silence in between, a sine. */
static void make_inputs(Trial *t) {
    t->in = (float **)channels_create(t->g->ninputs, t->frames, sizeof(float));
    for (int k = 0; k < t->g->ninputs; k++)
        for (int n = 0; n < t->frames; n++)
            t->in[k][n] = k % 2             ? (float)sin(0.13 * n)
                          : n / 256 % 3 < 2 ? (float)choose(&t->choices, 2001) / 1000 - 1
                                            : 0;
}

/* Where the rate is not known, other reads of the past become lines, which know what params were (pure_at in
 * evaluate/substitute.c): then they are turned before all begins. */
static void make_turns(Trial *t) {
    t->nturns = t->g->nparams ? TURNS : 0;
    for (int i = 0; i < t->nturns; i++) {
        int param = (int)choose(&t->choices, (unsigned)t->g->nparams);
        const ParamInfo *p = &t->g->params[param];
        double share = (double)choose(&t->choices, 1001) / 1000;
        t->turns[i] = (Turn){(i + 1) * t->frames / (TURNS + 1) + (int)choose(&t->choices, 100),
                             param, p->min + share * (p->max - p->min)};
        if (choose(&t->choices, 4) == 0)
            t->turns[i].value = choose(&t->choices, 2) ? p->min : p->max;
        if (t->how->by_c == IN_C_WITHOUT_RATE) t->turns[i].frame = 0;
    }
}

/* ---- running -------------------------------------------------------------------------------------------- */

/* Whatever runs the program. */
typedef struct Player {
    void *self;
    void (*set)(void *self, int param, double value);
    void (*process)(void *self, const float *const *in, float *const *out, int frames);
} Player;

static void set_instance(void *self, int param, double value) {
    instance_set(self, param, value);
}

static void process_instance(void *self, const float *const *in, float *const *out, int frames) {
    instance_process(self, in, out, frames);
}

static Player player(Instance *i) {
    return (Player){i, set_instance, process_instance};
}

/* Frames [first, last). `block` 0: sizes that change. */
static void play(const Trial *t, Player p, float **out, int block, int first, int last) {
    const float **from = calloc((size_t)t->g->ninputs + 1, sizeof *from);
    float **to = calloc((size_t)t->g->noutputs + 1, sizeof *to);
    uint32_t random = 1;
    int turn = 0;
    while (turn < t->nturns && t->turns[turn].frame < first)
        turn++;
    for (int begin = first; begin < last;) {
        int end = last, frames = block;
        for (; turn < t->nturns && t->turns[turn].frame <= begin; turn++)
            p.set(p.self, t->turns[turn].param, t->turns[turn].value);
        if (turn < t->nturns && t->turns[turn].frame < end) end = t->turns[turn].frame;
        random = random * 1664525u + 1013904223u;
        if (!block) frames = (int)(random >> 25);
        if (frames > end - begin) frames = end - begin;
        for (int k = 0; k < t->g->ninputs; k++)
            from[k] = t->in[k] + begin;
        for (int k = 0; k < t->g->noutputs; k++)
            to[k] = out[k] + begin;
        p.process(p.self, from, to, frames);
        begin += frames;
    }
    free(from);
    free(to);
}

static void run_engine(const Trial *t, Instance *i, float **out, int block) {
    play(t, player(i), out, block, 0, t->frames);
}

static void run_reference(const Trial *t, Interp *interp, double **out) {
    double **from = (double **)channels_create(t->g->ninputs, t->frames, sizeof(double));
    double **at = calloc((size_t)t->g->ninputs + 1, sizeof *at),
           **to = calloc((size_t)t->g->noutputs + 1, sizeof *to);
    for (int k = 0; k < t->g->ninputs; k++)
        for (int n = 0; n < t->frames; n++)
            from[k][n] = (double)t->in[k][n];
    if (t->start > 0) interp_seek(interp, t->start);
    for (int begin = 0, turn = 0; begin < t->frames;) {
        int end = t->frames;
        for (; turn < t->nturns && t->turns[turn].frame <= begin; turn++)
            interp_set(interp, t->turns[turn].param, t->turns[turn].value);
        if (turn < t->nturns) end = t->turns[turn].frame;
        for (int k = 0; k < t->g->ninputs; k++)
            at[k] = from[k] + begin;
        for (int k = 0; k < t->g->noutputs; k++)
            to[k] = out[k] + begin;
        interp_process(interp, (const double *const *)at, to, end - begin);
        begin = end;
    }
    free(at);
    free(to);
    channels_free(from, t->g->ninputs);
}

/* ---- comparing ------------------------------------------------------------------------------------------ */

/* What is not finite may be NaN in one and infinite in another, where feedback is computed as a matrix; a float is
 * infinite beyond its range. */
static bool is_alike(double e, double x) {
    return e == x || (!isfinite(e) && !isfinite(x)) ||
           (isinf(x) && fabs(e) > 3.4e38 && (x > 0) == (e > 0));
}

typedef struct Difference {
    double share; /* of the peak */
    int channel, frame;
} Difference;

static double peak_of(const Trial *t, int channel) {
    double peak = 1;
    for (int n = 0; n < t->frames; n++)
        if (isfinite(t->wanted[channel][n])) peak = fmax(peak, fabs(t->wanted[channel][n]));
    return peak;
}

static void note(Difference *d, double e, double x, double peak, int channel, int frame) {
    double share = is_alike(e, x) ? 0 : fabs(e - x) / peak;
    if (isnan(share)) share = INFINITY;
    if (share > d->share) *d = (Difference){share, channel, frame};
}

static bool same_bits(Trial *t, const char *name, const char *what) {
    for (int k = 0; k < t->g->noutputs; k++)
        for (int n = 0; n < t->frames; n++) {
            float a = t->whole[k][n], b = t->cut[k][n];
            if (memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b))) continue;
            return differs(t, "%s, %s: channel %d, frame %d is %.9g, and %.9g in one call", name,
                           what, k, n, (double)b, (double)a);
        }
    return true;
}

/* The largest difference between the reference and itself when each value is disturbed by so much. More than
 * `enough` is not looked for: an edge that a value happens to stand at is met by few. */
static double disturbed(const Trial *t, double amount, double enough) {
    double **out = (double **)channels_create(t->g->noutputs, t->frames, sizeof(double));
    Difference d = {0, 0, 0};
    for (int seed = 0; seed < MOST_DISTURBED && d.share < enough; seed++) {
        Interp *interp = interp_create(t->g);
        interp_perturb(interp, amount, (uint64_t)seed);
        run_reference(t, interp, out);
        interp_free(interp);
        for (int k = 0; k < t->g->noutputs; k++)
            for (int n = 0; n < t->frames; n++)
                note(&d, t->wanted[k][n], out[k][n], peak_of(t, k), k, n);
    }
    channels_free(out, t->g->noutputs);
    return d.share;
}

static void check_reference(Trial *t, const char *name) {
    Difference d = {0, 0, 0};
    for (int k = 0; k < t->g->noutputs; k++) {
        double peak = peak_of(t, k);
        for (int n = 0; n < t->frames; n++)
            note(&d, t->wanted[k][n], (double)t->whole[k][n], peak, k, n);
    }
    if (d.share > TOLERANCE)
        differs(t, "%s: channel %d, frame %d is %.9g, the reference %.12g: %.1f dB", name,
                d.channel, d.frame, (double)t->whole[d.channel][d.frame],
                t->wanted[d.channel][d.frame], 20 * log10(d.share));
    if (d.share > t->worst) t->worst = d.share;
    if (t->c->options.double_precision) t->worst_in_double = fmax(t->worst_in_double, d.share);
}

/* A pure program has the same bits wherever it starts. Its knobs stay where they are. */
static bool check_starts(Trial *t, Instance *i, const char *name) {
    bool good = true;
    int turns = t->nturns, frames = t->frames;
    if (!program_is_pure(t->g)) return true;
    t->nturns = 0;
    instance_reset(i);
    run_engine(t, i, t->whole, t->frames);
    for (int k = 0; k < STARTS && good; k++) {
        int start = k == 0 ? 1 : (int)choose(&t->choices, (unsigned)frames - 1);
        if (!instance_seek(i, start)) good = differs(t, "%s: it is pure and cannot seek", name);
        float **whole = t->whole, *later[64];
        for (int c = 0; c < t->g->noutputs && c < 64; c++)
            later[c] = whole[c] + start;
        t->frames = frames - start;
        run_engine(t, i, t->cut, t->frames);
        t->whole = later;
        if (t->g->noutputs <= 64) good = same_bits(t, name, "from a later start") && good;
        t->whole = whole;
        t->frames = frames;
    }
    t->nturns = turns;
    return good;
}

/* False: bits depend on how it is called, whatever rounding does. */
static bool check_engine(Trial *t, EngineKind kind, const char *name) {
    static const int blocks[] = {1, 64, 0};
    EngineError error = {0};
    Engine *engine = engine_create(t->c, kind, &error);
    if (!engine) return differs(t, "engine %s: %s", name, error.message);
    Instance *i = instance_create(engine, 0);
    bool good = t->start == 0 || instance_seek(i, t->start);
    run_engine(t, i, t->whole, t->frames);
    check_reference(t, name);
    for (int b = 0; b < 3 && good && t->start == 0; b++) {
        char what[32];
        snprintf(what, sizeof what, blocks[b] ? "in blocks of %d" : "in uneven blocks", blocks[b]);
        instance_reset(i);
        run_engine(t, i, t->cut, blocks[b]);
        good = same_bits(t, name, what);
    }
    if (t->start == 0) good = check_starts(t, i, name) && good;
    instance_free(i);
    engine_free(engine);
    return good;
}

static bool check_jit(Trial *t) {
    bool good = true;
    CompileOptions *options = &t->c->options;
    for (int set = 0; set < KERNEL_SETS; set++) {
        char name[32];
        if (!kernels_usable((KernelSet)set)) continue;
        options->isa = kernels_set_name((KernelSet)set);
        snprintf(name, sizeof name, "jit (%s)", options->isa);
        good = check_engine(t, ENGINE_JIT, name) && good;
    }
    options->isa = NULL;
    options->text = true;
    good = check_engine(t, ENGINE_JIT, "jit (as text)") && good;
    options->text = false;
    options->without = (StrategySet)choose(&t->choices, 1u << STRATEGIES);
    good = check_engine(t, ENGINE_JIT, "jit without some strategies") && good;
    options->without = 0;
    options->double_precision = t->how->in_double;
    if (t->how->in_double) good = check_engine(t, ENGINE_JIT, "jit in double") && good;
    options->double_precision = false;
    return good;
}

/* ---- other ways ------------------------------------------------------------------------------------------ */

/* C that is told its rate when it begins. Some programs need it before, and say so. */
static bool check_without_rate(Trial *t) {
    Compile *c = compile_create(&(CompileOptions){.verify = true});
    CcProgram program;
    EngineError error = {0};
    bool good = true;
    if (compile_front(c, "random.kn", t->text, strlen(t->text), false)) {
        if (cc_program_load(c, &program, &error)) {
            void *state = aligned_alloc(64, (program.state_size / 64 + 1) * 64);
            if (program.init(state, t->how->rate)) {
                play(t, (Player){state, program.set, program.process}, t->whole, t->frames, 0,
                     t->frames);
                check_reference(t, "C without a rate");
            } else {
                good = differs(t, "C without a rate: %g Hz cannot be had", t->how->rate);
            }
            free(state);
            cc_program_unload(&program);
        } else {
            good = differs(t, "C without a rate: %s", error.message);
        }
    }
    compile_free(c);
    return good;
}

static bool check_c(Trial *t) {
    bool good = true;
    switch (t->how->by_c) {
    case NO_C: break;
    case IN_C: good = check_engine(t, ENGINE_CC, "cc"); break;
    case IN_DOUBLE_C:
        t->c->options.double_precision = true;
        good = check_engine(t, ENGINE_CC, "cc in double");
        t->c->options.double_precision = false;
        break;
    case IN_C_WITHOUT_RATE: good = t->start > 0 || check_without_rate(t); break;
    }
    return good;
}

static void set_alone(void *self, int param, double value) {
    kn_instance_set(self, param, value);
}

static void process_alone(void *self, const float *const *in, float *const *out, int frames) {
    kn_instance_process(self, in, out, frames);
}

static void set_live(void *self, int param, double value) {
    kn_live_set(self, param, value);
}

static void process_live(void *self, const float *const *in, float *const *out, int frames) {
    kn_live_process(self, in, out, frames);
}

/* The reference, and how far what it remembers went. */
typedef struct Watched {
    Interp *interp;
    const Graph *g;
    double largest;
} Watched;

static void set_watched(void *self, int param, double value) {
    interp_set(((Watched *)self)->interp, param, value);
}

static void process_watched(void *self, const float *const *in, float *const *out, int frames) {
    enum { MOST = 64 };
    Watched *w = self;
    double x[MOST], y[MOST], *from[MOST], *to[MOST];
    for (int k = 0; k < MOST; k++) {
        from[k] = &x[k];
        to[k] = &y[k];
    }
    for (int n = 0; n < frames; n++) {
        for (int k = 0; k < w->g->ninputs; k++)
            x[k] = (double)in[k][n];
        interp_process(w->interp, (const double *const *)from, to, 1);
        for (int k = 0; k < w->g->noutputs; k++)
            out[k][n] = (float)y[k];
        w->largest = fmax(w->largest, interp_largest(w->interp));
    }
}

/* State that ran away is not taken over (state_match.c). */
static bool runs_away(const Trial *t) {
    const double far = 1e11;
    Watched w = {interp_create(t->g), t->g, 0};
    play(t, (Player){&w, set_watched, process_watched}, t->cut, 64, 0, t->frames / 2);
    interp_free(w.interp);
    return !(w.largest < far);
}

/* What takes the place of itself is heard unchanged: state, knobs and all. */
static bool check_replaced(Trial *t) {
    const int half = t->frames / 2;
    KnCompiler *k = kn_compiler_create();
    kn_compiler_set_rate(k, t->how->rate);
    kn_compiler_set_engine(k, "jit");
    KnProgram *first = kn_compile_text(k, NULL, t->text, strlen(t->text)),
              *second = kn_compile_text(k, NULL, t->text, strlen(t->text));
    KnInstance *alone = kn_instance_create(first);
    KnLive *live = kn_live_create(first);
    bool good = alone && live;
    if (good) {
        kn_live_set_optimize(live, 0);
        play(t, (Player){alone, set_alone, process_alone}, t->whole, 64, 0, t->frames);
        play(t, (Player){live, set_live, process_live}, t->cut, 64, 0, half);
        good = kn_live_replace(live, second, 0.01) == 1;
        play(t, (Player){live, set_live, process_live}, t->cut, 64, half, t->frames);
    }
    good = good ? same_bits(t, "live", "replaced by itself") : differs(t, "it is not replaced");
    kn_live_free(live);
    kn_instance_free(alone);
    kn_program_free(first);
    kn_program_free(second);
    kn_compiler_free(k);
    return good;
}

/* ---- the verdict ----------------------------------------------------------------------------------------- */

static Verdict verdict_of(Trial *t, bool steady) {
    if (!steady) return DIFFERENT;
    if (t->worst <= TOLERANCE) return ALIKE;
    double small = disturbed(t, SMALL, TOLERANCE);
    if (small > TOLERANCE) return CHAOTIC;
    double rounding = disturbed(t, FLOAT_ROUNDING, t->worst);
    differs(t, "the reference disturbed by 1e-12: %.1f dB, by the rounding of float: %.1f dB",
            20 * log10(small), 20 * log10(rounding));
    if (t->worst_in_double > TOLERANCE) return DIFFERENT;
    return 4 * rounding >= t->worst ? MAGNIFIED : DIFFERENT;
}

/* From its start, or, what can start anywhere, after up to a day. */
static Verdict compare(Trial *t) {
    int outputs = t->g->noutputs;
    t->worst = t->worst_in_double = 0;
    make_inputs(t);
    make_turns(t);
    t->wanted = (double **)channels_create(outputs, t->frames, sizeof(double));
    t->whole = (float **)channels_create(outputs, t->frames, sizeof(float));
    t->cut = (float **)channels_create(outputs, t->frames, sizeof(float));
    Interp *interp = interp_create(t->g);
    run_reference(t, interp, t->wanted);
    interp_free(interp);
    bool steady = check_jit(t);
    steady = check_c(t) && steady;
    if (t->how->live && t->start == 0 && !runs_away(t)) steady = check_replaced(t) && steady;
    Verdict verdict = verdict_of(t, steady);
    channels_free(t->in, t->g->ninputs);
    channels_free(t->wanted, outputs);
    channels_free(t->whole, outputs);
    channels_free(t->cut, outputs);
    return verdict;
}

Verdict compare_engines(Comparison *how, const char *text) {
    Compile *c = compile_create(&(CompileOptions){.rate = how->rate, .verify = true});
    Verdict verdict = REFUSED;
    if (compile_front(c, "random.kn", text, strlen(text), false)) {
        Trial t = {.how = how,
                   .text = text,
                   .c = c,
                   .g = c->program.graph,
                   .frames = how->frames,
                   .choices = {.seed = how->seed + 1}};
        how->pure = program_is_pure(t.g);
        verdict = compare(&t);
        t.start = 2 * (int64_t)choose(&t.choices, 1u << 31);
        if (verdict == ALIKE && how->pure) verdict = compare(&t);
    } else {
        diag_print(&c->session, &how->said);
    }
    compile_free(c);
    return verdict;
}
