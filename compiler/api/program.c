/* Facts about a compiled program, for hosts: kn_program_… of kanon.h, without rendering.
 * In: a compilation and its engine. Out: answers. */
#include "api/api.h"
#include "base/sound_stream.h"
#include "engine/engine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- one program, many owners -------------------------------------------------------------------- */

static const char *output_name(Arena *arena, int i, int n) {
    return n == 1 ? "out" : arena_printf(arena, "out[%d]", i);
}

static const char *memory_reason(Compile *c, int output) {
    char *reason = program_memory_reason(&c->session, c->program.graph, output);
    const char *copy = reason ? arena_strndup(c->session.arena, reason, strlen(reason)) : NULL;
    free(reason);
    return copy;
}

KnProgram *program_create(void) {
    KnProgram *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    atomic_init(&p->references, 1);
    pthread_mutex_init(&p->lock, NULL);
    return p;
}

void program_gather(KnProgram *p) {
    Compile *c = p->c;
    int n = c->program.graph->noutputs;
    p->pure = program_is_pure(c->program.graph);
    p->map = program_is_map(&c->program);
    p->output_names = ARENA_ARRAY(c->session.arena, const char *, n);
    p->memory_reasons = ARENA_ARRAY(c->session.arena, const char *, n);
    for (int i = 0; i < n; i++) {
        p->output_names[i] = output_name(c->session.arena, i, n);
        p->memory_reasons[i] = memory_reason(c, i);
    }
}

KnProgram *kn_program_retain(KnProgram *p) {
    if (p) atomic_fetch_add_explicit(&p->references, 1, memory_order_relaxed);
    return p;
}

/* What other owners did happens before the memory goes. */
void kn_program_free(KnProgram *p) {
    if (!p || atomic_fetch_sub_explicit(&p->references, 1, memory_order_acq_rel) > 1) return;
    engine_free(p->engine);
    engine_free(p->rows);
    engine_free(p->heard);
    pthread_mutex_destroy(&p->lock);
    compile_abandon(p->c);
    memory_release(&p->memory);
    free(p);
}

typedef struct Emission {
    KnProgram *p;
    EmitResult *result;
    bool good;
} Emission;

static void emit_source(void *data) {
    Emission *emission = data;
    EngineError error;
    emission->good = cc_source_emit(emission->p->c, emission->result, &error);
}

static void emit_deep(void *emission) {
    if (!run_deep(emit_source, emission)) memory_failed(0);
}

/* The compilation's arena and graph grow meanwhile, so it is their owner's guard. */
bool program_emit_c(KnProgram *p, MemoryOwner *memory, EmitResult *result) {
    Emission emission = {p, result, false};
    pthread_mutex_lock(&p->lock);
    bool enough = memory_guard(&p->memory, emit_deep, &emission);
    if (!enough) *result = (EmitResult){0};
    memory_give(result->source.data, memory);
    memory_give(result->header.data, memory);
    pthread_mutex_unlock(&p->lock);
    return enough && emission.good && result->state_bytes <= engine_state_bytes(p->engine);
}

/* ---- the program --------------------------------------------------------------------------------- */

const char *kn_program_engine(const KnProgram *p) {
    return p ? engine_name(p->engine ? p->engine : p->rows) : NULL;
}

double kn_program_rate(const KnProgram *p) {
    return p ? p->c->program.graph->rate : 0;
}

int kn_program_is_pure(const KnProgram *p) {
    return p && p->pure;
}

int kn_program_is_instrument(const KnProgram *p) {
    return p && p->c->program.notes.graph;
}

int kn_program_latency(const KnProgram *p) {
    HOLD_FLOAT_MODE;
    return p ? (int)rint(p->c->program.graph->latency * p->c->program.graph->rate) : 0;
}

int64_t kn_program_misses(const KnProgram *p) {
    return p ? sound_streams_misses(p->c->session.streams) : 0;
}

double kn_program_length(const KnProgram *p) {
    return p ? p->c->program.graph->length : 0;
}

double kn_program_compile_seconds(const KnProgram *p) {
    return p ? p->compile_seconds : 0;
}

const char *kn_program_c_text(const KnProgram *p) {
    return p ? p->c_text.data : NULL;
}

/* ---- inputs and outputs -------------------------------------------------------------------------- */

static bool inside(int index, int n) {
    return index >= 0 && index < n;
}

int kn_program_inputs(const KnProgram *p) {
    return p ? p->c->program.graph->ninputs : 0;
}

const char *kn_program_input_name(const KnProgram *p, int input) {
    return inside(input, kn_program_inputs(p)) ? p->c->program.graph->inputs[input] : NULL;
}

int kn_program_outputs(const KnProgram *p) {
    return p ? p->c->program.graph->noutputs : 0;
}

const char *kn_program_output_name(const KnProgram *p, int output) {
    return inside(output, kn_program_outputs(p)) ? p->output_names[output] : NULL;
}

const char *kn_program_memory_reason(const KnProgram *p, int output) {
    return inside(output, kn_program_outputs(p)) ? p->memory_reasons[output] : NULL;
}

/* ---- params -------------------------------------------------------------------------------------- */

int kn_program_params(const KnProgram *p) {
    return p ? p->c->program.graph->nparams : 0;
}

/* Of a param that there is not every fact is 0. */
static const ParamInfo *param_at(const KnProgram *p, int param) {
    static const ParamInfo none;
    return inside(param, kn_program_params(p)) ? &p->c->program.graph->params[param] : &none;
}

int kn_program_param_index(const KnProgram *p, const char *name) {
    for (int i = 0; name && i < kn_program_params(p); i++)
        if (strcmp(param_at(p, i)->name, name) == 0) return i;
    return -1;
}

const char *kn_program_param_name(const KnProgram *p, int param) {
    return param_at(p, param)->name;
}

const char *kn_program_param_label(const KnProgram *p, int param) {
    const ParamInfo *info = param_at(p, param);
    return info->label && *info->label ? info->label : info->name;
}

const char *kn_program_param_unit(const KnProgram *p, int param) {
    return inside(param, kn_program_params(p)) ? unit_name(param_at(p, param)->unit) : NULL;
}

double kn_program_param_min(const KnProgram *p, int param) {
    return param_at(p, param)->min;
}

double kn_program_param_max(const KnProgram *p, int param) {
    return param_at(p, param)->max;
}

double kn_program_param_initial(const KnProgram *p, int param) {
    return param_at(p, param)->initial;
}

double kn_program_param_step(const KnProgram *p, int param) {
    return param_at(p, param)->step;
}

int kn_program_param_log(const KnProgram *p, int param) {
    return param_at(p, param)->log;
}

int kn_program_param_controller(const KnProgram *p, int param) {
    return inside(param, kn_program_params(p)) ? param_at(p, param)->controller : -1;
}
