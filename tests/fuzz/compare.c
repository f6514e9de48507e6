/* One program through every engine, compared with the reference. In: its text. Out: a verdict, and in words what differs.
 *
 * Every engine gets the same inputs, and the same knobs turned at the same frames. It must be within -120 dB of the
 * reference, give the same bits in blocks of other sizes and after a reset, and where the program is pure, from wherever
 * it starts. A difference is no fault where rounding grows as much in the reference itself: then it is run again with
 * values disturbed (interp_perturb), by 1e-12 and by what float rounds. */
#include "compare.h"
#include "generate.h"
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
    double worst;  /* difference of any engine */
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
    }
}

/* ---- running -------------------------------------------------------------------------------------------- */

/* `block` 0: sizes that change. */
static void run_engine(const Trial *t, Instance *i, float **out, int block) {
    const float **from = calloc((size_t)t->g->ninputs + 1, sizeof *from);
    float **to = calloc((size_t)t->g->noutputs + 1, sizeof *to);
    uint32_t random = 1;
    for (int begin = 0, turn = 0; begin < t->frames;) {
        int end = t->frames, frames = block;
        for (; turn < t->nturns && t->turns[turn].frame <= begin; turn++)
            instance_set(i, t->turns[turn].param, t->turns[turn].value);
        if (turn < t->nturns) end = t->turns[turn].frame;
        random = random * 1664525u + 1013904223u;
        if (!block) frames = (int)(random >> 25);
        if (frames > end - begin) frames = end - begin;
        for (int k = 0; k < t->g->ninputs; k++)
            from[k] = t->in[k] + begin;
        for (int k = 0; k < t->g->noutputs; k++)
            to[k] = out[k] + begin;
        instance_process(i, from, to, frames);
        begin += frames;
    }
    free(from);
    free(to);
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
    Instance *i = instance_create(engine);
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
        if (t->how->by_jit_alone && (KernelSet)set != kernels_best()) continue;
        options->isa = kernels_set_name((KernelSet)set);
        snprintf(name, sizeof name, "jit (%s)", options->isa);
        good = check_engine(t, ENGINE_JIT, name) && good;
    }
    options->isa = NULL;
    if (t->how->by_jit_alone) return good;
    options->text = true;
    good = check_engine(t, ENGINE_JIT, "jit (as text)") && good;
    options->text = false;
    return good;
}

static Verdict verdict_of(Trial *t, bool steady) {
    if (!steady) return DIFFERENT;
    if (t->worst <= TOLERANCE) return ALIKE;
    double small = disturbed(t, SMALL, TOLERANCE);
    if (small > TOLERANCE) return CHAOTIC;
    double rounding = disturbed(t, FLOAT_ROUNDING, t->worst);
    differs(t, "the reference disturbed by 1e-12: %.1f dB, by the rounding of float: %.1f dB",
            20 * log10(small), 20 * log10(rounding));
    return 4 * rounding >= t->worst ? MAGNIFIED : DIFFERENT;
}

/* From its start, or, what can start anywhere, after up to a day. */
static Verdict compare(Trial *t) {
    int outputs = t->g->noutputs;
    t->worst = 0;
    make_inputs(t);
    make_turns(t);
    t->wanted = (double **)channels_create(outputs, t->frames, sizeof(double));
    t->whole = (float **)channels_create(outputs, t->frames, sizeof(float));
    t->cut = (float **)channels_create(outputs, t->frames, sizeof(float));
    Interp *interp = interp_create(t->g);
    run_reference(t, interp, t->wanted);
    interp_free(interp);
    bool steady = check_jit(t);
    if (t->how->by_cc) steady = check_engine(t, ENGINE_CC, "cc") && steady;
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
                   .c = c,
                   .g = c->program.graph,
                   .frames = how->frames,
                   .choices = {.seed = how->seed + 1}};
        verdict = compare(&t);
        t.start = 2 * (int64_t)choose(&t.choices, 1u << 31);
        if (verdict == ALIKE && program_is_pure(t.g)) verdict = compare(&t);
    } else {
        diag_print(&c->session, &how->said);
    }
    compile_free(c);
    return verdict;
}
