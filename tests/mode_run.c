/* Programs that sound: every engine against the reference, and against itself when time is cut
 * otherwise. Inputs are the same everywhere: input 0 an impulse of 1 at frame 10, input 1 a sine of
 * 1 kHz, the others silent.
 *
 * Comments in the program that mean something here:
 *   // expect: channel 0: 0=0.5 100=0.25     what the reference gives, within 1e-6
 *   // rate: 44100                           not 48000
 *   // compare: 20                           only so many frames between engines (chaotic maps)
 *   // tolerance: 1e-4                       between engines, instead of -120 dB
 *   // memory: none                          it must be found pure */
#include "driver.h"
#include "../compiler/base/cleanup.h"
#include "../compiler/engine/engine.h"
#include "../runtime/kernels.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES = 1000, BLOCK_FRAMES = 12000, SEEK_FRAME = 480000, RUN_UP = 1000 };

typedef struct Sound { /* channels of floats, frames each */
    float **channel;
    int channels, frames;
} Sound;

static Sound sound_create(int channels, int frames) {
    Sound s = {calloc((size_t)channels + 1, sizeof *s.channel), channels, frames};
    for (int k = 0; k < channels; k++)
        s.channel[k] = calloc((size_t)frames + 1, sizeof **s.channel);
    return s;
}

static void sound_free(Sound s) {
    for (int k = 0; k < s.channels; k++)
        free(s.channel[k]);
    free(s.channel);
}

static Sound inputs_create(const Graph *g, int64_t start, int frames) {
    Sound s = sound_create(g->ninputs, frames);
    for (int n = 0; n < frames; n++) {
        if (s.channels > 0) s.channel[0][n] = start + n == 10;
        if (s.channels > 1)
            s.channel[1][n] =
                (float)sin(6.283185307179586 * 1000 / 48000 * (double)((start + n) % 48));
    }
    return s;
}

/* ---- running --------------------------------------------------------------------------------- */

/* `block` frames a call; 0: sizes that change, 0 and 1 among them. */
static void process(Instance *i, Sound in, Sound out, int block) {
    const float **from = calloc((size_t)in.channels + 1, sizeof *from);
    float **to = calloc((size_t)out.channels + 1, sizeof *to);
    uint32_t random = 1;
    for (int begin = 0; begin < out.frames;) {
        random = random * 1664525u + 1013904223u;
        int frames = block ? block : (int)(random >> 25);
        if (frames > out.frames - begin) frames = out.frames - begin;
        for (int k = 0; k < in.channels; k++)
            from[k] = in.channel[k] + begin;
        for (int k = 0; k < out.channels; k++)
            to[k] = out.channel[k] + begin;
        instance_process(i, from, to, frames);
        begin += frames;
    }
    free(from);
    free(to);
}

static void reference(Interp *interp, const Graph *g, Sound in, double **out, int frames) {
    double **from = calloc((size_t)graph_inputs(g) + 1, sizeof *from);
    for (int k = 0; k < graph_inputs(g);
         k++) { /* an instrument plays nothing here: mode_api_notes.c */
        from[k] = calloc((size_t)frames, sizeof **from);
        for (int n = 0; n < frames && k < g->ninputs; n++)
            from[k][n] = in.channel[k][n];
    }
    interp_process(interp, (const double *const *)from, out, frames);
    for (int k = 0; k < graph_inputs(g); k++)
        free(from[k]);
    free(from);
}

/* ---- comparing ------------------------------------------------------------------------------- */

static bool same_sample(float a, float b) {
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static bool same_bits(const char *what, Sound expected, Sound got) {
    for (int k = 0; k < expected.channels; k++)
        for (int n = 0; n < expected.frames; n++)
            if (!same_sample(expected.channel[k][n], got.channel[k][n]))
                return wrong("%s: channel %d, frame %d is %.9g, and %.9g in one call", what, k, n,
                             (double)got.channel[k][n], (double)expected.channel[k][n]);
    return true;
}

/* The largest error against full scale, or the peak where that is higher. */
static bool near(const char *what, double *const *expected, Sound got, int frames,
                 double tolerance) {
    for (int k = 0; k < got.channels; k++) {
        double peak = 1, worst = 0;
        int where = 0;
        for (int n = 0; n < frames; n++)
            if (isfinite(expected[k][n]) && fabs(expected[k][n]) > peak)
                peak = fabs(expected[k][n]);
        for (int n = 0; n < frames; n++) {
            double e = expected[k][n], x = got.channel[k][n];
            double error = (isnan(e) && isnan(x)) || e == x ? 0 : fabs(e - x) / peak;
            if (isinf(x) && fabs(e) > 3.4e38 && (x > 0) == (e > 0)) error = 0; /* beyond float */
            if (!(error <= worst)) worst = isnan(error) ? INFINITY : error, where = n;
        }
        if (worst > tolerance)
            return wrong(
                "%s: channel %d, frame %d is %.9g, the reference %.9g: %.1f dB (peak %.3g)", what,
                k, where, (double)got.channel[k][where], expected[k][where], 20 * log10(worst),
                peak);
    }
    return true;
}

static double **doubles_create(int channels, int frames) {
    double **d = calloc((size_t)channels + 1, sizeof *d);
    for (int k = 0; k < channels; k++)
        d[k] = calloc((size_t)frames + 1, sizeof **d);
    return d;
}

static void doubles_free(double **d, int channels) {
    for (int k = 0; k < channels; k++)
        free(d[k]);
    free(d);
}

/* ---- what the program says about itself ------------------------------------------------------ */

typedef struct Said {
    int last;    /* frame that is spoken of */
    int compare; /* frames, 0: all */
    double tolerance;
    bool pure;
} Said;

static double number_after(const char *text, const char *key, double otherwise) {
    const char *at = strstr(text, key);
    return at ? strtod(at + strlen(key), NULL) : otherwise;
}

/* Calls `each` for all values of all expect lines. */
static bool expectations(const char *text,
                         bool (*each)(int channel, int frame, double value, void *data),
                         void *data) {
    bool good = true;
    for (const char *at = strstr(text, "// expect:"); at; at = strstr(at + 1, "// expect:")) {
        int channel = 0, used = 0;
        const char *p = at + 10, *end = at + strcspn(at, "\n");
        if (sscanf(p, " channel %d:%n", &channel, &used) < 1 || !used) {
            good = wrong("not understood: %.*s", (int)(end - at), at);
            continue;
        }
        for (p += used; p < end;) {
            char *after;
            while (p < end && (*p == ' ' || *p == '\r'))
                p++;
            if (p >= end) break;
            long frame = strtol(p, &after, 10);
            if (after == p || *after != '=') {
                good = wrong("not understood: %.*s", (int)(end - p), p);
                break;
            }
            p = after + 1;
            double value = strtod(p, &after);
            if (after == p) {
                good = wrong("no number: %.*s", (int)(end - p), p);
                break;
            }
            p = after;
            good = each(channel, (int)frame, value, data) && good;
        }
    }
    return good;
}

static bool take_last(int channel, int frame, double value, void *data) {
    (void)channel;
    (void)value;
    Said *said = data;
    if (frame > said->last) said->last = frame;
    return true;
}

typedef struct Expected {
    double **out;
    int channels, frames;
} Expected;

static bool take_value(int channel, int frame, double value, void *data) {
    const Expected *e = data;
    if (channel < 0 || channel >= e->channels)
        return wrong("expect: there is no channel %d", channel);
    if (frame < 0 || frame >= e->frames) return wrong("expect: no frame %d was run", frame);
    double got = e->out[channel][frame], scale = fabs(value) > 1 ? fabs(value) : 1;
    if (got == value || (isnan(got) && isnan(value)) || fabs(got - value) <= 1e-6 * scale)
        return true;
    return wrong("expect: channel %d, frame %d is %.12g in the reference, expected %.12g", channel,
                 frame, got, value);
}

/* ---- one program ----------------------------------------------------------------------------- */

typedef struct Trial {
    const Graph *g;
    const char *text;
    Said said;
    bool example;
    int frames;
    Sound in;
    double **wanted; /* by the reference */
    Engine *engine;
} Trial;

static bool check_reference(Trial *t) {
    Interp *interp = interp_create(t->g);
    reference(interp, t->g, t->in, t->wanted, t->frames);
    Expected e = {t->wanted, t->g->noutputs, t->frames};
    bool good = expectations(t->text, take_value, &e);
    if (t->example) { /* long; the small programs show what a reset does */
        interp_free(interp);
        return good;
    }
    double **again = doubles_create(t->g->noutputs, FRAMES);
    interp_reset(interp);
    reference(interp, t->g, t->in, again, FRAMES);
    for (int k = 0; k < t->g->noutputs && good; k++)
        for (int n = 0; n < FRAMES && good; n++)
            if (again[k][n] != t->wanted[k][n] && !(isnan(again[k][n]) && isnan(t->wanted[k][n])))
                good =
                    wrong("the reference after a reset: channel %d, frame %d is %.17g, was %.17g",
                          k, n, again[k][n], t->wanted[k][n]);
    doubles_free(again, t->g->noutputs);
    interp_free(interp);
    return good;
}

/* Blocks are cut in the same way all along: a quarter of a second of an example has seen its strips and rings from every
 * side. */
static bool check_blocks(Trial *t, Instance *i, Sound whole) {
    static const int blocks[] = {1, 7, 64, 4096, 0};
    bool good = true;
    if (t->example && !settings.full && whole.frames > BLOCK_FRAMES) whole.frames = BLOCK_FRAMES;
    Sound out = sound_create(t->g->noutputs, whole.frames);
    for (int b = 0; b < 5; b++) {
        char what[32];
        snprintf(what, sizeof what, blocks[b] ? "in blocks of %d" : "in uneven blocks", blocks[b]);
        instance_reset(i);
        process(i, t->in, out, blocks[b]);
        good = same_bits(what, whole, out) && good;
    }
    instance_reset(i);
    process(i, t->in, out, whole.frames);
    good = same_bits("after a reset", whole, out) && good;
    sound_free(out);
    return good;
}

/* An output may be an input: each output is the memory of the input with its number. */
static bool check_in_place(Trial *t, Instance *i, Sound whole) {
    if (t->g->ninputs == 0) return true;
    int channels = t->g->ninputs > t->g->noutputs ? t->g->ninputs : t->g->noutputs;
    Sound both = sound_create(channels, t->frames);
    for (int k = 0; k < t->g->ninputs; k++)
        memcpy(both.channel[k], t->in.channel[k], sizeof(float) * (size_t)t->frames);
    instance_reset(i);
    Sound in = both, out = both;
    in.channels = t->g->ninputs;
    out.channels = t->g->noutputs;
    process(i, in, out, 64);
    bool good = same_bits("with outputs in the memory of inputs", whole, out);
    sound_free(both);
    return good;
}

/* What it gives from a frame on in the midst of what it gave in one call. */
static bool check_seek_within(const Trial *t, Instance *i, Sound whole) {
    const int begin = t->frames / 3 | 1;
    Sound none = inputs_create(t->g, begin, t->frames - begin),
          out = sound_create(t->g->noutputs, t->frames - begin), rest = out;
    rest.channel = calloc((size_t)out.channels + 1, sizeof *rest.channel);
    for (int k = 0; k < out.channels; k++)
        rest.channel[k] = whole.channel[k] + begin;
    instance_seek(i, begin);
    process(i, none, out, 0);
    bool good = same_bits("sought in its midst, where frames count from", rest, out);
    free(rest.channel);
    sound_free(none);
    sound_free(out);
    return good;
}

static bool check_seek(Trial *t, Instance *i, Sound whole) {
    bool pure = program_is_pure(t->g);
    if (!pure) {
        bool moved = instance_seek(i, SEEK_FRAME);
        return !moved || wrong("it remembers, and yet a seek is said to be done");
    }
    bool good = check_seek_within(t, i, whole);
    Sound none = inputs_create(t->g, SEEK_FRAME, RUN_UP + FRAMES);
    Sound across = sound_create(t->g->noutputs, RUN_UP + FRAMES),
          at = sound_create(t->g->noutputs, FRAMES);
    Sound tail = across;
    double **wanted = doubles_create(t->g->noutputs, FRAMES);
    if (!instance_seek(i, SEEK_FRAME)) good = wrong("it is pure, and yet cannot seek");
    process(i, none, at, FRAMES);
    if (!instance_seek(i, SEEK_FRAME - RUN_UP))
        good = wrong("it is pure, and yet cannot seek back");
    process(i, none, across, 0);
    tail.channel = calloc((size_t)t->g->noutputs + 1, sizeof *tail.channel);
    for (int k = 0; k < t->g->noutputs; k++)
        tail.channel[k] = across.channel[k] + RUN_UP;
    tail.frames = FRAMES;
    good = same_bits("running across, and seeking to, frame 480000", at, tail) && good;
    Interp *interp = interp_create(t->g);
    if (interp_seek(interp, SEEK_FRAME)) {
        reference(interp, t->g, none, wanted, FRAMES);
        int frames = t->said.compare && t->said.compare < FRAMES ? t->said.compare : FRAMES;
        good = near("from frame 480000", wanted, at, frames, t->said.tolerance) && good;
    } else {
        good = wrong("it is pure, and yet the reference cannot seek");
    }
    interp_free(interp);
    free(tail.channel);
    doubles_free(wanted, t->g->noutputs);
    sound_free(none);
    sound_free(across);
    sound_free(at);
    return good;
}

/* ---- cut into stages ----------------------------------------------------------------------- */

enum { STAGE_PIECE = 160, ORDER_FRAMES = 9600 };

/* As threads share it: a piece of all channels by one stage after the other. The first, where it may begin anywhere, is
 * computed by two in turn. */
static void process_stages(Instance *stages[][2], int nstages, bool anywhere, size_t handed,
                           Sound in, Sound out) {
    const float **from = calloc((size_t)in.channels + 1, sizeof *from);
    float **to = calloc((size_t)out.channels + 1, sizeof *to);
    to[out.channels] = malloc(handed * STAGE_PIECE + 1);
    for (int begin = 0, turn = 0; begin < out.frames; begin += STAGE_PIECE, turn ^= 1) {
        const int frames = out.frames - begin < STAGE_PIECE ? out.frames - begin : STAGE_PIECE;
        for (int k = 0; k < in.channels; k++)
            from[k] = in.channel[k] + begin;
        for (int k = 0; k < out.channels; k++)
            to[k] = out.channel[k] + begin;
        for (int s = 0; s < nstages; s++) {
            Instance *i = stages[s][s == 0 && anywhere ? turn : 0];
            if (s == 0 && anywhere) instance_seek(i, begin);
            instance_process(i, from, to, frames);
        }
    }
    free(to[out.channels]);
    free(from);
    free(to);
}

/* Cut wherever it can be, it gives the same bits. */
static bool check_stages(Trial *t, Compile *c) {
    EngineError error = {0};
    c->options.threads = -1;
    Engine *whole = t->engine, *cut = engine_create(c, ENGINE_JIT, &error);
    c->options.threads = 0;
    if (!cut) return wrong("cut into stages: %s", error.message);
    const int nstages = engine_stages(cut);
    Instance *(*stages)[2] = calloc((size_t)nstages, sizeof *stages),
             *i = instance_create(whole, 0);
    for (int s = 0; s < nstages; s++)
        for (int k = 0; k < 2; k++)
            stages[s][k] = instance_create_stage(cut, s, 0);
    Sound wanted = sound_create(t->g->noutputs, t->frames),
          got = sound_create(t->g->noutputs, t->frames);
    process(i, t->in, wanted, t->frames);
    process_stages(stages, nstages, engine_starts_anywhere(cut), engine_handed_bytes(cut), t->in,
                   got);
    bool good = same_bits("cut into stages", wanted, got);
    for (int s = 0; s < nstages; s++)
        for (int k = 0; k < 2; k++)
            instance_free(stages[s][k]);
    instance_free(i);
    free(stages);
    sound_free(wanted);
    sound_free(got);
    engine_free(cut);
    return good;
}

/* Which calls of a strip stand together, and in which order sums are made, no promise may hang on. */
static bool check_orders(Trial *t, Compile *c) {
    const int orders = settings.full ? 8 : 1, frames = t->frames;
    bool good = true;
    if (frames > ORDER_FRAMES && !settings.full) t->frames = ORDER_FRAMES;
    for (int o = 0; o < orders && good; o++) {
        EngineError error = {0};
        c->options.order =
            (unsigned)(strlen(t->text) + settings.seed + (size_t)o) * 2654435761u | 1;
        t->engine = engine_create(c, ENGINE_JIT, &error);
        good = t->engine ? check_stages(t, c) : wrong("%s", error.message);
        engine_free(t->engine);
        if (!good) wrong("(that was with calls in order %u)", c->options.order);
    }
    c->options.order = 0;
    t->frames = frames;
    return good;
}

/* ---- engines ------------------------------------------------------------------------------- */

/* `name` is what messages call it: the engine, and for jit its instruction set. */
static bool check_engine(Trial *t, Compile *c, EngineKind kind, const char *name) {
    EngineError error = {0};
    t->engine = engine_create(c, kind, &error);
    if (!t->engine) return wrong("engine %s: %s", name, error.message);
    Instance *i = instance_create(t->engine, 0);
    Sound whole = sound_create(t->g->noutputs, t->frames);
    process(i, t->in, whole, t->frames);
    int frames = t->said.compare && t->said.compare < t->frames ? t->said.compare : t->frames;
    bool good = near(name, t->wanted, whole, frames, t->said.tolerance);
    good = check_blocks(t, i, whole) && good;
    good = check_in_place(t, i, whole) && good;
    good = check_seek(t, i, whole) && good;
    if (kind == ENGINE_JIT && !c->options.text) good = check_stages(t, c) && good;
    sound_free(whole);
    instance_free(i);
    engine_free(t->engine);
    return good || wrong("(that was engine %s)", name);
}

/* Kernels of each instruction set that the machine has; calls of them as C. */
static bool check_jit(Trial *t, Compile *c) {
    bool good = true;
    for (int set = 0; set < KERNEL_SETS; set++) {
        char name[32];
        if (!kernels_usable((KernelSet)set)) continue;
        c->options.isa = kernels_set_name((KernelSet)set);
        snprintf(name, sizeof name, "jit (%s)", c->options.isa);
        good = check_engine(t, c, ENGINE_JIT, name) && good;
    }
    good = check_orders(t, c) && good;
    c->options.text = true;
    good = check_engine(t, c, ENGINE_JIT, "jit (as text)") && good;
    c->options.text = false;
    if (in_turn((unsigned)strlen(t->text), 3)) good = check_engine(t, c, ENGINE_TCC, "tcc") && good;
    return good;
}

/* One of the strategies left out, by the length of the text and the seed; all of them in turn with --full, in C too. */
static bool check_strategies(Trial *t, Compile *c) {
    bool good = true;
    for (int i = 0; i < STRATEGIES; i++) {
        char name[64];
        if (!in_turn((unsigned)(strlen(t->text) + STRATEGIES - (size_t)i), STRATEGIES)) continue;
        c->options.without = (StrategySet)1 << i;
        snprintf(name, sizeof name, "jit without %s", strategies[i].name);
        good = check_engine(t, c, ENGINE_JIT, name) && good;
        snprintf(name, sizeof name, "cc without %s", strategies[i].name);
        if (settings.full && !settings.reference && !settings.sanitized)
            good = check_engine(t, c, ENGINE_CC, name) && good;
    }
    c->options.without = 0;
    return good;
}

/* Without a C compiler: the text that would go to it is still written. */
static bool check_emits(Compile *c) {
    EmitOptions options = {.name = "program", .max_rate = 192000, .default_length = 10};
    EmitResult result = {0};
    bool good = (c->lowered || compile_lower(c, NULL)) && compile_emit_c(c, &options, &result);
    buf_free(&result.source);
    buf_free(&result.header);
    return good || wrong("it cannot be emitted as C");
}

static int frames_of(bool example, const Said *said) {
    int frames = !example ? FRAMES : settings.sanitized ? 4800 : settings.full ? 480000 : 48000;
    return said->last >= frames ? said->last + 1 : frames;
}

/* The C compiler of engine cc ends with us. */
static void too_late(int number) {
    (void)number;
    raise(SIGTERM);
}

/* A compiled program, which is freed. `frames` 0: as many as its text speaks of. */
static bool check_sound(Compile *c, const char *text, bool example, int frames, bool by_cc) {
    Trial t = {.g = c->program.graph, .text = text, .example = example};
    t.said.tolerance = number_after(text, "// tolerance: ", 1e-6);
    t.said.compare = (int)number_after(text, "// compare: ", 0);
    bool good = expectations(text, take_last, &t.said);
    t.frames = frames ? frames : frames_of(example, &t.said);
    t.in = inputs_create(t.g, 0, t.frames);
    t.wanted = doubles_create(t.g->noutputs, t.frames);
    const char *bad = graph_verify(t.g);
    if (bad) good = wrong("the graph is not sound before the passes: %s", bad);
    if (compile_lower(c, NULL) && (bad = graph_verify(c->lowered)))
        good = wrong("the graph is not sound after the passes: %s", bad);
    if (strstr(text, "// memory: none") && !program_is_pure(t.g))
        good = wrong("it is found to remember");
    good = check_reference(&t) && good;
    good = check_jit(&t, c) && good;
    good = check_strategies(&t, c) && good;
    good = (by_cc && !settings.reference ? check_engine(&t, c, ENGINE_CC, "cc") : check_emits(c)) &&
           good;
    doubles_free(t.wanted, t.g->noutputs);
    sound_free(t.in);
    compile_free(c);
    return good;
}

static bool run_file(const Test *test, bool example, int frames, bool by_cc) {
    cleanup_on_signals();
    signal(SIGALRM, too_late);
    Compile *c = compile_test(test);
    if (!c) return false;
    char *text = file_read(test->path, NULL);
    bool good = check_sound(c, text, example, frames, by_cc);
    free(text);
    return good;
}

/* The C compiler takes most of the time: engine cc has a program with each sixth seed, between two at which mode emitted has it. */
bool run_sound(const Test *test) {
    bool by_cc = !settings.turns || in_turn(hash_of(test->name) + 3, 6);
    return run_file(test, strncmp(test->name, "examples/", 9) == 0, 0, by_cc);
}

/* The C compiler takes half a minute for a piece of some thousand operations. */
bool run_piece(const Test *test) {
    return run_file(test, false, settings.sanitized ? FRAMES : 5 * FRAMES, settings.full);
}

bool run_expression(const char *text, int frames, bool by_cc) {
    cleanup_on_signals();
    signal(SIGALRM, too_late);
    Compile *c = compile_create(&(CompileOptions){.rate = 48000, .verify = true});
    if (compile_front(c, "example.kn", text, strlen(text), true))
        return check_sound(c, text, true, frames, by_cc);
    Buf messages = {0};
    diag_print(&c->session, &messages);
    wrong("%s\n%s", text, messages.data);
    buf_free(&messages);
    compile_free(c);
    return false;
}
