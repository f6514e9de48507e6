/* One face for all engines.
 * In: a compiled program and the name of an engine. Out: instances that turn inputs into outputs,
 * frame by frame. ref is the reference interpreter (double precision, made float at the end); jit is
 * kernel calls compiled in memory (engine/in_memory.c), tcc the same by libtcc alone, cc emitted C through the machine's compiler
 * (engine/compiled.c); auto is the first of jit, cc and ref that the machine has. */
#include "engine/instrument.h"
#include "graph/interp.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct Engine {
    EngineKind asked;
    EngineKind kind;              /* ENGINE_JIT, also of tcc, ENGINE_CC or ENGINE_REF */
    const Graph *graph, *lowered; /* as evaluated; as it was emitted */
    double rate;
    double compile_seconds;
    CcProgram cc;
    JitProgram *jit;
    Engine *notes; /* of an instrument: of one of its notes */
    Notes facts;
};

enum { REF_BLOCK = 256 }; /* frames the reference converts at a time */

struct Instance {
    Engine *engine;
    const JitProgram *jit;      /* the program, or a stage of it */
    void *state;                /* jit, cc */
    char *work;                 /* jit: the buffers of a strip */
    const CcProgram *faster;    /* jit: code that has taken over from it, or NULL */
    Interp *interp;             /* ref */
    double **inputs, **outputs; /* ref: one block of doubles for each channel */
    Instrument *instrument;     /* what plays its notes; NULL: it has none */
    bool allocated;             /* its memory is its own, not the caller's */
};

static double clock_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

bool engine_available(EngineKind kind) {
    return kind != ENGINE_CC || cc_available();
}

/* `message` NULL: it is there. */
static Engine *refuse(Engine *e, EngineError *error, int status, const char *message) {
    error->status = status;
    if (message) snprintf(error->message, sizeof error->message, "%s", message);
    free(e);
    return NULL;
}

/* Makes the program for one engine; false with *error. */
static bool load(Engine *e, Compile *c, EngineKind kind, EngineError *error) {
    e->asked = kind;
    e->kind = kind == ENGINE_TCC ? ENGINE_JIT : kind;
    switch (kind) {
    case ENGINE_JIT: return (e->jit = jit_program_load(c, error)) != NULL;
    case ENGINE_TCC: return (e->jit = tcc_program_load(c, error)) != NULL;
    case ENGINE_CC: return cc_program_load(c, &e->cc, error);
    default: return engine_state_fits(c, interp_bytes(c->program.graph), error);
    }
}

bool engine_state_fits(const Compile *c, size_t bytes, EngineError *error) {
    if (compile_state_fits(c, bytes)) return true;
    error->status = 1;
    error->final = true;
    compile_state_text(c, bytes, error->message, sizeof error->message);
    return false;
}

typedef struct Creation {
    Engine *engine;
    Compile *c;
    EngineKind kind;
    EngineError *error;
    bool loaded;
} Creation;

/* The first engine that can do it; wrong usage stays wrong with all of them. */
static void load_best(void *data) {
    static const EngineKind best_first[] = {ENGINE_JIT, ENGINE_CC, ENGINE_REF};
    Creation *k = data;
    if (k->kind == ENGINE_TCC) k->loaded = load(k->engine, k->c, ENGINE_TCC, k->error);
    for (int i = 0; i < 3 && !k->loaded && k->error->status != 2 && !k->error->final; i++)
        if (k->kind == best_first[i] || (k->kind == ENGINE_AUTO && engine_available(best_first[i])))
            k->loaded = load(k->engine, k->c, best_first[i], k->error);
}

static Engine *create_alone(Compile *c, EngineKind kind, EngineError *error) {
    double began = clock_seconds();
    Engine *e = calloc(1, sizeof *e);
    if (!e) return refuse(e, error, 3, "out of memory");
    if (kind == ENGINE_CC && !cc_available())
        return refuse(e, error, 3,
                      "engine cc needs a C compiler; none was found (KANON_CC, else cc, gcc, "
                      "clang)");
    e->graph = c->program.graph;
    e->rate = c->program.graph->rate;
    error->status = 0;
    error->final = false;
    Creation creation = {e, c, kind, error, false};
    if (!compile_within(c, load_best, &creation)) {
        compile_spent_text(c, error->message, sizeof error->message);
        return refuse(e, error, 1, NULL);
    }
    e->lowered = c->lowered;
    e->compile_seconds = clock_seconds() - began;
    if (creation.loaded) return e;
    free(e);
    return NULL;
}

/* A note is a program like others: it is compiled as if it were the only one. */
static Engine *create_notes(Compile *c, EngineKind kind, EngineError *error) {
    compile_turn_to_notes(c);
    Engine *notes = create_alone(c, kind, error);
    compile_turn_to_notes(c);
    return notes;
}

Engine *engine_create(Compile *c, EngineKind kind, EngineError *error) {
    const int threads = c->options.threads;
    if (!c->program.notes.graph) return create_alone(c, kind, error);
    c->options.threads = 0; /* notes are not cut into stages, nor what hears them */
    Engine *e = create_alone(c, kind, error);
    if (e) {
        e->facts = c->program.notes;
        e->notes = create_notes(c, e->kind == ENGINE_JIT ? e->asked : e->kind, error);
    }
    c->options.threads = threads;
    if (e && e->notes) {
        e->compile_seconds += e->notes->compile_seconds;
        return e;
    }
    engine_free(e);
    return NULL;
}

void engine_free(Engine *e) {
    if (!e) return;
    engine_free(e->notes);
    if (e->kind == ENGINE_CC) cc_program_unload(&e->cc);
    jit_program_free(e->jit);
    free(e);
}

static const char *const names[] = {[ENGINE_AUTO] = "auto",
                                    [ENGINE_JIT] = "jit",
                                    [ENGINE_TCC] = "tcc",
                                    [ENGINE_CC] = "cc",
                                    [ENGINE_REF] = "ref"};

const char *engine_name(const Engine *e) {
    return names[e->asked];
}

bool engine_named(const char *name, EngineKind *kind) {
    for (int i = 0; name && i < (int)(sizeof names / sizeof *names); i++)
        if (strcmp(name, names[i]) == 0) {
            *kind = (EngineKind)i;
            return true;
        }
    return false;
}

double engine_compile_seconds(const Engine *e) {
    return e->compile_seconds;
}

/* ---- instances ------------------------------------------------------------------------------- */

static double **blocks_create(int n) {
    double **blocks = calloc((size_t)n + 1, sizeof *blocks);
    for (int k = 0; blocks && k < n; k++)
        if (!(blocks[k] = calloc(REF_BLOCK, sizeof(double)))) abort();
    return blocks;
}

static void blocks_free(double **blocks, int n) {
    for (int k = 0; blocks && k < n; k++)
        free(blocks[k]);
    free(blocks);
}

size_t engine_state_bytes(const Engine *e) {
    switch (e->kind) {
    case ENGINE_JIT: return instance_aligned(jit_program_bytes(e->jit));
    case ENGINE_CC: return instance_aligned(e->cc.state_size);
    default: return 0;
    }
}

static int voices_of(int voices) {
    return voices > 0 ? voices : USUAL_VOICES;
}

static size_t bytes_alone(const Engine *e) {
    return instance_aligned(sizeof(Instance)) + engine_state_bytes(e);
}

size_t engine_instance_bytes(const Engine *e, int voices) {
    const size_t notes =
        e->notes ? instrument_bytes(e->graph, e->notes, &e->facts, voices_of(voices)) : 0;
    return bytes_alone(e) + notes;
}

static bool begin_jit(Instance *i) {
    return jit_init(i->engine->jit, i->state, i->engine->rate);
}

static bool begin_cc(Instance *i) {
    return i->engine->cc.init(i->state, i->engine->rate);
}

static bool begin_ref(Instance *i) {
    const Graph *g = i->engine->graph;
    i->interp = interp_create(g);
    i->inputs = blocks_create(graph_inputs(g));
    i->outputs = blocks_create(g->noutputs);
    return i->interp && i->inputs && i->outputs;
}

static bool begin(Instance *i) {
    switch (i->engine->kind) {
    case ENGINE_JIT: return begin_jit(i);
    case ENGINE_CC: return begin_cc(i);
    default: return begin_ref(i);
    }
}

static bool begin_notes(Instance *i, int voices) {
    Engine *e = i->engine;
    if (!e->notes) return true;
    i->instrument = instrument_create_in((char *)i + bytes_alone(e), e->graph, e->notes, &e->facts,
                                         voices_of(voices));
    return i->instrument != NULL;
}

size_t engine_work_bytes(const Engine *e) {
    return e->kind == ENGINE_JIT ? jit_program_work_bytes(e->jit) : 0;
}

size_t engine_shared_bytes(const Engine *e) {
    return e->kind == ENGINE_JIT
               ? instance_aligned(sizeof(Instance)) + jit_program_state_bytes(e->jit)
               : bytes_alone(e);
}

/* All but what takes time. */
static Instance *lay_out(Engine *e, void *memory, char *work) {
    Instance *i = memory;
    char *state = (char *)memory + instance_aligned(sizeof *i);
    if (e->kind == ENGINE_JIT && !work) work = state + jit_program_state_bytes(e->jit);
    *i = (Instance){.engine = e, .jit = e->jit, .state = state, .work = work};
    return i;
}

Instance *instance_create_sharing(Engine *e, void *memory, char *work) {
    Instance *i = lay_out(e, memory, work);
    if (begin(i)) return i;
    instance_free(i);
    return NULL;
}

Instance *instance_create_in(Engine *e, void *memory, int voices) {
    Instance *i = lay_out(e, memory, NULL);
    if (begin(i) && begin_notes(i, voices)) return i;
    instance_free(i);
    return NULL;
}

bool engine_plays_notes(const Engine *e) {
    return e->notes != NULL;
}

Instrument *instance_instrument(Instance *i) {
    return i->instrument;
}

Instance *instance_create(Engine *e, int voices) {
    void *memory = aligned_alloc(INSTANCE_ALIGNMENT, engine_instance_bytes(e, voices));
    Instance *i = memory ? instance_create_in(e, memory, voices) : NULL;
    if (i)
        i->allocated = true;
    else
        free(memory);
    return i;
}

int engine_stages(const Engine *e) {
    const int stages = e->jit ? jit_program_stages(e->jit) : 0;
    return stages > 0 ? stages : 1;
}

bool engine_starts_anywhere(const Engine *e) {
    if (e->notes) return false;
    if (e->jit)
        return jit_program_starts_anywhere(engine_stages(e) > 1 ? jit_program_stage(e->jit, 0)
                                                                : e->jit);
    return program_is_pure(e->graph);
}

int64_t engine_warm_up(const Engine *e) {
    return e->jit ? jit_program_warm_up(e->jit) : 0;
}

size_t engine_handed_bytes(const Engine *e) {
    return e->jit ? jit_program_handed_bytes(e->jit) : 0;
}

Instance *instance_create_stage(Engine *e, int stage, int voices) {
    Instance *i = instance_create(e, voices);
    if (i && stage >= 0 && engine_stages(e) > 1) i->jit = jit_program_stage(e->jit, stage);
    return i;
}

void instance_free(Instance *i) {
    if (!i) return;
    instrument_free(i->instrument);
    if (i->interp) interp_free(i->interp);
    blocks_free(i->inputs, graph_inputs(i->engine->graph));
    blocks_free(i->outputs, i->engine->graph->noutputs);
    if (i->allocated) free(i);
}

/* Time 0, empty memory, params as the program says: as new. */
void instance_reset(Instance *i) {
    const Graph *g = i->engine->graph;
    if (i->instrument) instrument_reset(i->instrument);
    switch (i->engine->kind) {
    case ENGINE_JIT: jit_init(i->jit, i->state, i->engine->rate); break;
    case ENGINE_CC: i->engine->cc.init(i->state, i->engine->rate); break;
    default:
        interp_reset(i->interp);
        for (int p = 0; p < g->nparams; p++)
            interp_set(i->interp, p, g->params[p].initial);
    }
}

void instance_set_alone(Instance *i, int param, double value) {
    switch (i->engine->kind) {
    case ENGINE_JIT: jit_set(i->jit, i->state, param, value); break;
    case ENGINE_CC: i->engine->cc.set(i->state, param, value); break;
    default: interp_set(i->interp, param, value);
    }
}

void instance_set(Instance *i, int param, double value) {
    instance_set_alone(i, param, value);
    if (i->instrument) instrument_set(i->instrument, param, instance_get(i, param));
}

double instance_get(const Instance *i, int param) {
    switch (i->engine->kind) {
    case ENGINE_JIT: return jit_get(i->jit, i->state, param);
    case ENGINE_CC: return i->engine->cc.get(i->state, param);
    default: return interp_get(i->interp, param);
    }
}

bool instance_seek(Instance *i, int64_t frame) {
    if (i->instrument) return false;
    switch (i->engine->kind) {
    case ENGINE_JIT: return jit_seek(i->jit, i->work, i->state, frame);
    case ENGINE_CC: return i->engine->cc.seek(i->state, frame) != 0;
    default: return interp_seek(i->interp, frame);
    }
}

/* Inputs are copied before outputs are written: an output may be an input. */
static void process_ref(Instance *i, const float *const *inputs, float *const *outputs, int begin,
                        int frames) {
    HOLD_FLOAT_MODE;
    const Graph *g = i->engine->graph;
    for (int k = 0; k < graph_inputs(g); k++)
        for (int n = 0; n < frames; n++)
            i->inputs[k][n] = inputs[k][begin + n];
    interp_process(i->interp, (const double *const *)i->inputs, i->outputs, frames);
    for (int k = 0; k < g->noutputs; k++)
        for (int n = 0; n < frames; n++)
            outputs[k][begin + n] = (float)i->outputs[k][n];
}

void instance_process_alone(Instance *i, const float *const *inputs, float *const *outputs,
                            int frames) {
    if (i->faster) {
        i->faster->process(i->state, inputs, outputs, frames);
        return;
    }
    if (i->engine->kind == ENGINE_JIT) {
        jit_process(i->jit, i->work, i->state, inputs, outputs, frames);
        return;
    }
    if (i->engine->kind == ENGINE_CC) {
        i->engine->cc.process(i->state, inputs, outputs, frames);
        return;
    }
    for (int begin = 0; begin < frames; begin += REF_BLOCK)
        process_ref(i, inputs, outputs, begin,
                    frames - begin < REF_BLOCK ? frames - begin : REF_BLOCK);
}

void instance_process(Instance *i, const float *const *inputs, float *const *outputs, int frames) {
    if (i->instrument)
        instrument_process(i->instrument, i, inputs, outputs, frames);
    else
        instance_process_alone(i, inputs, outputs, frames);
}

int engine_beside(const Engine *e) {
    return e->kind == ENGINE_JIT ? jit_program_beside(e->jit) : 1;
}

KernelSet engine_kernels(const Engine *e) {
    return e->kind == ENGINE_JIT ? jit_program_set(e->jit) : kernels_best();
}

AddVoice *engine_add_voice(const Engine *e) {
    const void *kernel = kernels_for(engine_kernels(e))[KERNEL_add_voice];
    AddVoice *add;
    memcpy(&add, &kernel, sizeof add);
    return add;
}

void instances_process_beside(Instance *const *of, int n, char *work, const float *const *inputs,
                              float *const *const *outputs, int frames) {
    const Engine *e = of[0]->engine;
    if (engine_beside(e) == 1) {
        for (int k = 0; k < n; k++) {
            of[k]->work = work;
            instance_process_alone(of[k], inputs, outputs[k], frames);
        }
        return;
    }
    JitVoices voices = {.n = n, .work = work, .work_bytes = engine_work_bytes(e)};
    for (int k = 0; k < n; k++) {
        voices.state[k] = of[k]->state;
        voices.outputs[k] = outputs[k];
    }
    jit_process_voices(e->jit, &voices, inputs, frames);
}

/* ---- programs that replace each other -------------------------------------------------------------- */

StateMap *engine_state_map(const Engine *e) {
    int n;
    size_t bytes;
    if (e->kind != ENGINE_JIT) return NULL;
    const Field *fields = jit_program_fields(e->jit, &n, &bytes);
    return state_map_create(e->lowered, fields, n);
}

StateMap *engine_notes_map(const Engine *e) {
    return e->notes ? engine_state_map(e->notes) : NULL;
}

void instance_prepare(Instance *i, int64_t frame, StateMoving *moving, const uint64_t *told) {
    if (i->engine->kind == ENGINE_JIT) jit_prepare(i->jit, i->work, i->state, frame, moving, told);
}

static bool both_jit(const Instance *i, const Instance *from) {
    return i->engine->kind == ENGINE_JIT && from->engine->kind == ENGINE_JIT;
}

void instance_follow(Instance *i, const Instance *from, StateMoving *moving) {
    if (both_jit(i, from)) jit_follow(i->jit, i->work, i->state, from->state, moving);
}

bool instance_catch_up(Instance *i, const Instance *from, StateMoving *moving, int64_t frame,
                       int frames) {
    const void *state = both_jit(i, from) ? from->state : NULL;
    return i->engine->kind != ENGINE_JIT ||
           jit_catch_up(i->jit, i->work, i->state, state, moving, frame, frames);
}

bool instance_take_over(Instance *i, const Instance *from, const StateMoving *moving,
                        int64_t frame) {
    if (i->engine->kind != ENGINE_JIT) return instance_seek(i, frame);
    if (both_jit(i, from))
        jit_take_over(i->jit, i->work, i->state, from->state, moving, !from->faster);
    return true;
}

uint64_t instance_word(const Instance *i, size_t offset) {
    uint64_t word;
    memcpy(&word, (const char *)i->state + offset, sizeof word);
    return word;
}

void instance_run_by(Instance *i, const CcProgram *faster) {
    jit_hand_over(i->state);
    i->faster = faster;
}
