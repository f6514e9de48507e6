/* The engine jit: a program as calls of kernels, as machine code in memory.
 * In: a compiled program. Out: functions that run it. All state lies in memory that the caller gives:
 * the same struct as that of emitted C, then the buffers of a strip. */
#include "lower/lower.h"
#include "engine/engine.h"
#include "machine/libtcc.h"

#include "runtime/math.h"
#include "runtime/prologue.h"

#include <stdlib.h>
#include <string.h>

/* How every state begins: see steps/state.c. */
struct JitState {
    double sample_rate, dt;
    int64_t frame;
    int ready, cold, changed, started;
    double param[];
};
typedef JitState State;

typedef void StripFunction(void *self, char *work, int64_t n0, int n, const float *const *inputs,
                           float *const *outputs, int at);

struct JitProgram {
    const Graph *graph;
    KernelText text;
    unsigned stage;     /* the bit of the one that it is, 0: it is the whole */
    JitProgram *stages; /* of the whole: programs of the same state that compute a stage each */
    JitCode *code;      /* of the text; NULL: there is none */
    JitCode *machine;   /* made of calls alone; NULL: there is none */
    bool pure;          /* may begin at any frame */
    /* update NULL: params decide nothing; refill NULL: nothing to refill */
    StripFunction *strip, *refill, *update;
    StripFunction *parts[MOST_BESIDE +
                         1]; /* of the strip, between filters that voices run beside each other */
};

/* ---- loading --------------------------------------------------------------------------------- */

static bool choose_set(const Compile *c, KernelSet *set, EngineError *error) {
    const char *name = c->options.isa ? c->options.isa : getenv("KANON_ISA");
    *set = kernels_best();
    if (!name || !*name) return true;
    *set = kernels_set_named(name);
    if (*set != KERNEL_SETS && kernels_usable(*set)) return true;
    error->status = 2;
    snprintf(error->message, sizeof error->message,
             *set == KERNEL_SETS
                 ? "there is no instruction set `%.40s`: baseline, avx2, avx512 or neon"
                 : "this machine does not have the instruction set `%.40s`",
             name);
    return false;
}

static int count_called(const KernelText *t) {
    int n = 0;
    for (int i = 0; i < KERNELS; i++)
        n += t->kernels[i];
    for (int i = 0; i < SCALAR_FUNCTIONS; i++)
        n += t->scalars[i];
    return n + t->data.nsymbols;
}

static JitCode *compile_text(const KernelText *t, EngineError *error) {
    const void *const *functions = kernels_for(t->data.set);
    JitSymbol *symbols = alloc_zeroed((size_t)count_called(t) + 1, sizeof *symbols);
    int n = 0;
    for (int i = 0; i < KERNELS; i++)
        if (t->kernels[i]) symbols[n++] = (JitSymbol){kernels[i].name, functions[i]};
    for (int i = 0; i < SCALAR_FUNCTIONS; i++)
        if (t->scalars[i])
            symbols[n++] = (JitSymbol){scalar_functions[i].name, scalar_functions[i].address};
    for (int i = 0; i < t->data.nsymbols; i++)
        if (t->data.symbols[i].named)
            symbols[n++] = (JitSymbol){t->data.symbols[i].name, t->data.symbols[i].address};
    JitCode *code = jit_compile(t->text.data, symbols, n, error);
    free(symbols);
    return code;
}

static void find(const JitProgram *p, const char *name, void *place) {
    void *symbol = p->code ? jit_find(p->code, name) : NULL;
    memcpy(place, &symbol, sizeof symbol);
}

static void find_strip(const JitProgram *p, const char *name, int64_t at, void *place) {
    void *function = at >= 0 ? jit_at(p->machine, (size_t)at) : NULL;
    if (function)
        memcpy(place, &function, sizeof function);
    else
        find(p, name, place);
}

/* Machine code learns where the pieces are that it calls. */
static bool load_machine(JitProgram *p, EngineError *error) {
    const StripMachine *m = &p->text.machine;
    for (int i = 0; i < m->npieces; i++) {
        char name[24];
        void *piece;
        snprintf(name, sizeof name, "kn_piece%d", i);
        find(p, name, &piece);
        memcpy(m->code.data + m->pieces[i].at, &piece, sizeof piece);
    }
    p->machine = jit_load(m->code.data, m->code.length, error);
    return p->machine;
}

/* libtcc's memory grows with the square of what it reads in a function, and once it runs out it is lost for the
 * process. */
enum { MOST_TEXT = 8 << 20 };

static bool text_fits(size_t bytes, EngineError *error) {
    if (bytes <= MOST_TEXT) return true;
    error->status = 1;
    error->final = true;
    snprintf(error->message, sizeof error->message,
             "the program has too much in feedback, or decided by params, to be compiled: %.0f MiB "
             "of C, and the limit is %d; make it smaller, or use the engine ref",
             (double)bytes / (1 << 20), MOST_TEXT >> 20);
    return false;
}

static void load_stages(JitProgram *p) {
    if (p->text.nstages == 0) return;
    JitProgram *stages = alloc_zeroed((size_t)p->text.nstages, sizeof *stages);
    for (int i = 0; i < p->text.nstages; i++) {
        stages[i] = *p;
        stages[i].stage = 1u << i;
        stages[i].pure = i == 0 && p->text.stages_anywhere;
        find_strip(p, "", p->text.stages_at[i], &stages[i].strip);
    }
    p->stages = stages;
}

static bool load(JitProgram *p, const Compile *c, EngineError *error) {
    if (!engine_state_fits(c, jit_program_bytes(p), error) ||
        !text_fits(p->text.text.length, error))
        return false;
    if (p->text.text.length > 0 && !(p->code = compile_text(&p->text, error))) return false;
    if (p->text.machine.code.length > 0 && !load_machine(p, error)) return false;
    find_strip(p, "kn_update", p->text.update_at, &p->update);
    find_strip(p, "kn_strip", p->text.strip_at, &p->strip);
    find_strip(p, "kn_refill", p->text.refill_at, &p->refill);
    for (int i = 0; p->text.beside.n > 0 && i <= p->text.beside.n; i++)
        find_strip(p, "", p->text.beside.parts[i], &p->parts[i]);
    if (p->strip && (p->refill || p->text.warm_up == 0)) {
        load_stages(p);
        return true;
    }
    error->status = 3;
    snprintf(error->message, sizeof error->message,
             "the program in memory lacks a function: a bug of Kanon");
    return false;
}

/* *pure tells whether the program is. */
static bool emit(Compile *c, EmitAs as, KernelText *text, bool *pure, EngineError *error) {
    KernelSet set;
    if (!choose_set(c, &set, error)) return false;
    if (!c->lowered) compile_lower(c, NULL);
    const PlanOptions options = {c->options.double_precision, c->options.max_rate,
                                 c->options.without, c->options.order};
    Plan *plan = plan_create(c->lowered, &options);
    *pure = plan->pure;
    PlainLocale held = plain_locale_begin();
    emit_jit(c->session.arena, plan, set, as, c->options.threads, text);
    plain_locale_end(held);
    plan_free(plan);
    return true;
}

bool jit_program_emit(Compile *c, bool by_libtcc, Buf *out, EngineError *error) {
    KernelText text;
    bool pure;
    if (!emit(c, by_libtcc ? EMIT_FOR_LIBTCC : EMIT_TEXT, &text, &pure, error)) return false;
    buf_add(out, text.text.data, text.text.length);
    kernel_text_free(&text);
    return true;
}

static JitProgram *load_as(Compile *c, EmitAs as, EngineError *error) {
    JitProgram *p = alloc_zeroed(1, sizeof *p);
    if (!emit(c, as, &p->text, &p->pure, error)) {
        free(p);
        return NULL;
    }
    p->graph = c->lowered;
    if (load(p, c, error)) return p;
    jit_program_free(p);
    return NULL;
}

JitProgram *jit_program_load(Compile *c, EngineError *error) {
    return load_as(c,
                   c->options.text ? EMIT_TEXT
                   : c->turned     ? EMIT_NOTE
                                   : EMIT_MACHINE_CODE,
                   error);
}

JitProgram *tcc_program_load(Compile *c, EngineError *error) {
    return load_as(c, EMIT_FOR_LIBTCC, error);
}

void jit_program_free(JitProgram *p) {
    if (!p) return;
    jit_free(p->code);
    jit_free(p->machine);
    kernel_text_free(&p->text);
    free(p->stages);
    free(p);
}

int jit_program_stages(const JitProgram *p) {
    return p->text.nstages;
}

const JitProgram *jit_program_stage(const JitProgram *p, int stage) {
    return &p->stages[stage];
}

bool jit_program_starts_anywhere(const JitProgram *p) {
    return p->pure;
}

int64_t jit_program_warm_up(const JitProgram *p) {
    return p->text.warm_up;
}

size_t jit_program_handed_bytes(const JitProgram *p) {
    return p->text.handed_bytes;
}

/* Standalone C may take over in the same memory. */
size_t jit_program_bytes(const JitProgram *p) {
    size_t own = jit_program_state_bytes(p) + jit_program_work_bytes(p),
           as_c = instance_aligned(p->text.c_bytes);
    return own > as_c ? own : as_c;
}

size_t jit_program_state_bytes(const JitProgram *p) {
    return instance_aligned(p->text.state_bytes);
}

size_t jit_program_work_bytes(const JitProgram *p) {
    return instance_aligned(p->text.work_bytes);
}

/* ---- running --------------------------------------------------------------------------------- */

void jit_hand_over(State *s) {
    s->changed = 1;
}

/* ---- what kernels keep of their own -------------------------------------------------------------- */

static void *field(State *s, size_t offset) {
    return (char *)s + offset;
}

/* A kernel that makes one array of another, or changes it. */
static void call(const JitProgram *p, KernelId id, double *y, const double *x) {
    const void *kernel = kernels_for(p->text.data.set)[id];
    void (*make)(double *y, const double *x);
    void (*change)(double *y);
    memcpy(&make, &kernel, sizeof make);
    memcpy(&change, &kernel, sizeof change);
    if (x)
        make(y, x);
    else
        change(y);
}

/* Powers and histories of linear feedback, from its matrix and its states. */
static void begin_history(const JitProgram *p, State *s, const KernelHistory *h) {
    double *powers = field(s, h->powers), *history = field(s, h->history);
    double matrix[HISTORY_NUMBERS];
    for (int i = 0; i < h->nmatrix && !h->known; i++)
        matrix[i] = *(double *)field(s, h->elements[i]);
    call(p, h->make, powers, h->known ? h->matrix : matrix);
    for (int i = 0; i < h->nstates; i++)
        history[h->states[i].number] = *(double *)field(s, h->states[i].field);
    if (h->begin < KERNELS) call(p, h->begin, history, h->needs_powers ? powers : NULL);
}

static void update(const JitProgram *p, char *work, State *s) {
    if (p->update) p->update(s, work, s->frame, 1, NULL, NULL, 0);
    s->changed = 0;
    s->started = 1;
    for (int i = 0; i < p->text.nhistories; i++)
        begin_history(p, s, &p->text.histories[i]);
}

/* What other code knows of the states: the values after n samples. */
static void keep_states(const JitProgram *p, State *s, int n) {
    for (int i = 0; i < p->text.nhistories; i++) {
        const KernelHistory *h = &p->text.histories[i];
        if (s->frame + n <= h->from || s->frame >= h->until) continue;
        const double *history = field(s, h->history);
        for (int j = 0; j < h->nstates; j++)
            if (!h->states[j].of_line)
                *(double *)field(s, h->states[j].field) = history[h->states[j].number];
    }
}

/* ---- the interface, as emitted C has it ----------------------------------------------------------- */

/* Samples n0 to n0 + n - 1 of the past of pure signals. */
static void refill(const JitProgram *p, char *work, State *s, int64_t n0, int n) {
    p->refill(s, work, n0, n, NULL, NULL, 0);
}

/* Where the samples of a strip lie that stages hand over: in the one output that a program in stages has more, strip by strip. */
static char *handed_at(const JitProgram *p, float *const *outputs, int at) {
    return (char *)outputs[p->graph->noutputs] + p->text.handed_bytes * (size_t)at;
}

static void take_over(const JitProgram *p, char *work, const char *from, int n) {
    for (int i = 0; i < p->text.nhanded; i++) {
        const HandedOver *h = &p->text.handed[i];
        if (h->reads & p->stage)
            memcpy(work + h->place, from + h->before * (size_t)n, h->size * (size_t)n);
    }
}

static void hand_over(const JitProgram *p, const char *work, char *to, int n) {
    for (int i = 0; i < p->text.nhanded; i++) {
        const HandedOver *h = &p->text.handed[i];
        if (h->fills & p->stage)
            memcpy(to + h->before * (size_t)n, work + h->place, h->size * (size_t)n);
    }
}

static void run_strip(const JitProgram *p, char *work, State *s, const float *const *inputs,
                      float *const *outputs, int at, int n) {
    if (p->stage) take_over(p, work, handed_at(p, outputs, at), n);
    p->strip(s, work, s->frame, n, inputs, outputs, at);
    if (p->stage) hand_over(p, work, handed_at(p, outputs, at), n);
    keep_states(p, s, n);
}

/* A strip lies on one side of each edge (lower/choices.c): of n samples those before the next. */
static int frames_to_edge(const JitProgram *p, State *s, int n) {
    for (int i = 0; i < p->text.nedges; i++) {
        const StripArgument *edge = &p->text.edges[i];
        n = kn_frames_to(edge->kind == ARGUMENT_MOMENT ? (double)edge->of.integer
                                                       : *(double *)field(s, edge->of.word),
                         s->frame, n);
    }
    return n;
}

/* The outputs of a strip that nobody hears, and behind them, what a stage hands over. NULL: all is heard. */
static float *const *unheard(const JitProgram *p, char *work) {
    const int outputs = p->graph->noutputs;
    float **to = (float **)(work + p->text.unheard_at);
    if (p->text.unheard_at == 0) return NULL;
    for (int k = 0; k <= outputs; k++)
        to[k] = (float *)(to + outputs + 1) + k * p->text.strip;
    return to;
}

static int seek_pure(const JitProgram *program, char *work, State *self, int64_t frame);

/* Words of runtime/interface.c. Each of its functions has an argument more here, the program, and those that compute another, where
 * the buffers of a strip are. */
#define NAME                         JitState
#define NAME_init(self, sample_rate) jit_init(const JitProgram *program, self, sample_rate)
#define NAME_process(self, inputs, outputs, frames)                                                \
    jit_process(const JitProgram *program, char *work, self, inputs, outputs, frames)
#define NAME_set(self, param, value) jit_set(const JitProgram *program, self, param, value)
#define NAME_get(self, param)        jit_get(const JitProgram *program, self, param)
#define NAME_seek(self, frame)       seek_pure(const JitProgram *program, char *work, self, frame)

#define NAME_update(self)        update(program, work, self)
#define NAME_refill(self, n0, n) refill(program, work, self, n0, n)
#define NAME_strip(self, inputs, outputs, at, n)                                                   \
    run_strip(program, work, self, inputs, outputs, at, n)

#define NAME_frames_to_edge(self, n) frames_to_edge(program, self, n)

#define NAME_param         ParamInfo
#define NAME_params        program->graph->params
#define UPPER_PARAMS       program->graph->nparams
#define UPPER_OUTPUTS      program->graph->noutputs
#define STATE_BYTES        instance_aligned(program->text.state_bytes)
#define RATE_IS_KNOWN      1
#define RATE               program->graph->rate
#define LIMITS             (void)0 /* they were asked when it was compiled */
#define TABLES             (void)0 /* and these were made */
#define HAS_INPUTS         1
#define HAS_PARAMS         1
#define HAS_PAST           1
#define WARM_UP            program->text.warm_up /* 0: nothing to refill */
#define RUNS_UNHEARD       1
#define FIRST_RUN          (program->pure ? 0 : INT64_MAX)
#define UNHEARD            float *const *unheard_outputs = unheard(program, work)
#define STRIP              program->text.strip
#define STRIP_FOLLOWS_RATE 0
#define ON_GRID            1
#define GRID               (program->text.on_grid ? STRIP_GRID : 1 << 30)
#define HAS_EDGES          1
#define IS_PURE            1
#define CAN_SEEK           1
#define CAN_GET            1
#define EXTERN_int         int
#define EXTERN_void        void
#define EXTERN_process     void
#define EXTERN_double      double
#include "runtime/interface.c"

bool jit_seek(const JitProgram *program, char *work, State *self, int64_t frame) {
    return program->pure && seek_pure(program, work, self, frame);
}

/* ---- voices beside each other -------------------------------------------------------------------- */

int jit_program_beside(const JitProgram *p) {
    return p->text.beside.n > 0 && !p->text.on_grid ? VOICES_BESIDE : 1;
}

KernelSet jit_program_set(const JitProgram *p) {
    return p->text.data.set;
}

static void run_filters(const JitProgram *p, const JitVoices *v, int filter, int n) {
    const void *kernel = kernels_for(p->text.data.set)[p->text.beside.kernels[filter]];
    void (*run)(const uint64_t *words, int64_t apart, int voices, int n);
    memcpy(&run, &kernel, sizeof run);
    run((const uint64_t *)(void *)(v->work + p->text.beside_words), (int64_t)v->work_bytes, v->n,
        n);
}

static void run_strip_of_all(const JitProgram *p, const JitVoices *v, const float *const *inputs,
                             int at, int n) {
    for (int part = 0; part <= p->text.beside.n; part++) {
        for (int k = 0; k < v->n; k++)
            p->parts[part](v->state[k], v->work + (size_t)k * v->work_bytes, v->state[k]->frame, n,
                           inputs, v->outputs[k], at);
        if (part < p->text.beside.n) run_filters(p, v, part, n);
    }
    for (int k = 0; k < v->n; k++) {
        keep_states(p, v->state[k], n);
        v->state[k]->frame += n;
    }
}

void jit_process_voices(const JitProgram *p, const JitVoices *v, const float *const *inputs,
                        int frames) {
    for (int k = 0; k < v->n; k++)
        jit_process(p, v->work, v->state[k], inputs, v->outputs[k],
                    0); /* what comes before strips */
    const uint64_t denormals = kn_flush_denormals();
    for (int at = 0, n; at < frames; at += n) {
        n = frames - at < p->text.strip ? frames - at : p->text.strip;
        for (int k = 0; k < v->n; k++)
            n = frames_to_edge(p, v->state[k], n);
        run_strip_of_all(p, v, inputs, at, n);
    }
    kn_restore_denormals(denormals);
}

/* ---- taking over ------------------------------------------------------------------------------- */

/* How many frames of the past of pure signals are made, and samples of each ring copied, for one frame
 * that is heard. */
enum { PAST_A_FRAME = 4, COPIED_A_FRAME = 128 };

void jit_prepare(const JitProgram *p, char *work, State *s, int64_t frame, StateMoving *moving,
                 const uint64_t *told) {
    const uint64_t denormals = kn_flush_denormals();
    s->frame = frame;
    s->started = 0; /* phases that are new are those of time 0 */
    update(p, work, s);
    if (told) {
        state_tell_phases(moving, told, s);
        s->changed = 1;
    }
    kn_restore_denormals(denormals);
    s->cold = 1;
    jit_process(p, work, s, NULL, NULL, 0);
}

void jit_follow(const JitProgram *p, char *work, State *s, const State *from, StateMoving *moving) {
    const uint64_t denormals = kn_flush_denormals();
    s->frame = from->frame - p->text.warm_up;
    s->started = 0;
    update(p, work, s);
    state_read_phases(moving, from, s);
    s->changed = 1;
    s->cold = 0;
    kn_restore_denormals(denormals);
}

/* The frame of a state that waits is where the past of its pure signals ends. Rings come behind it: what is made must not come over what
 * was copied, which knows of params that were turned. */
bool jit_catch_up(const JitProgram *p, char *work, State *s, const State *from, StateMoving *moving,
                  int64_t frame, int frames) {
    if (p->refill) {
        const uint64_t denormals = kn_flush_denormals();
        int64_t first = frame - p->text.warm_up, most = PAST_A_FRAME * (int64_t)frames;
        if (s->changed) update(p, work, s);
        if (s->frame < first) s->frame = first;
        const int64_t end = frame - s->frame < most ? frame : s->frame + most;
        for (int64_t n0 = s->frame; n0 < end; n0 += p->text.strip)
            refill(p, work, s, n0, end - n0 < p->text.strip ? (int)(end - n0) : p->text.strip);
        s->frame = end;
        kn_restore_denormals(denormals);
        if (end < frame) return false;
    }
    s->frame = frame;
    return !from || state_move_rings(moving, from, s, frame, COPIED_A_FRAME * (int64_t)frames);
}

/* Where the old one has not yet heard of a param, its kernels begin their histories anew next; so do
 * ours then. */
void jit_take_over(const JitProgram *p, char *work, State *s, const State *old,
                   const StateMoving *moving, bool same_code) {
    state_move(moving, old, s, s->frame);
    s->started = old->started;
    s->changed = 1;
    if (old->changed || !same_code) return;
    const uint64_t denormals = kn_flush_denormals();
    update(p, work, s);
    kn_restore_denormals(denormals);
    state_move_histories(moving, old, s, s->frame);
}

const Field *jit_program_fields(const JitProgram *p, int *n, size_t *bytes) {
    *n = p->text.nfields;
    *bytes = p->text.shared_bytes;
    return p->text.fields;
}
