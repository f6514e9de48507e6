/* Maps for hosts: kn_map_… of kanon.h. In: a program that is a function of its inputs. Out: that function, applied to a host's buffers.
 *
 * It is an instance that nobody tells the time. What is a straight line is one kernel instead, which a call reaches in a few
 * instructions, and in the thread's own mode of floating point: to ask for that takes a third of the time that 512 floats do. */
#include "api/api.h"
#include "engine/line.h"
#include "runtime/kernels.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE = 1 << 20 }; /* frames at a time */

typedef void Affine(float *y, const float *x, double a, double b, int64_t n);

struct KnMap {
    Affine *straight; /* NULL: it is more than a line */
    InputLine line;
    int ninputs, noutputs;
    KnProgram *program;
    MemoryOwner memory; /* of everything below */
    Instance *instance;
    const float **inputs;
    float **outputs;
    double *params;
};

int kn_program_is_map(const KnProgram *p) {
    return p && p->engine && p->map;
}

/* In double, and by the reference, lines are computed as all else. */
static Affine *line_kernel(const KnProgram *p) {
    const void *kernel = kernels_for(engine_kernels(p->engine))[KERNEL_affine];
    Affine *affine;
    memcpy(&affine, &kernel, sizeof affine);
    const bool plain =
        !p->c->options.double_precision && strcmp(engine_name(p->engine), "ref") != 0;
    return plain ? affine : NULL;
}

/* Whenever params moved. */
static void find_line(KnMap *m) {
    const KnProgram *p = m->program;
    const Graph *g = p->c->lowered; /* NULL: the reference runs the other */
    m->straight = NULL;
    for (int i = 0; i < kn_program_params(p); i++)
        m->params[i] = instance_get(m->instance, i);
    if (g && m->noutputs == 1 && graph_line(g, 0, m->params, &m->line))
        m->straight = line_kernel(p);
}

static void create(void *map) {
    KnMap *m = map;
    m->inputs = alloc_zeroed((size_t)m->ninputs + 1, sizeof *m->inputs);
    m->outputs = alloc_zeroed((size_t)m->noutputs + 1, sizeof *m->outputs);
    m->params = alloc_zeroed((size_t)kn_program_params(m->program) + 1, sizeof *m->params);
    m->instance = instance_create(m->program->engine, 0);
}

KnMap *kn_map_create(KnProgram *p) {
    HOLD_FLOAT_MODE;
    if (!kn_program_is_map(p)) return NULL;
    KnMap *m = calloc(1, sizeof *m);
    if (!m) return NULL;
    m->program = kn_program_retain(p);
    m->ninputs = kn_program_inputs(p);
    m->noutputs = kn_program_outputs(p);
    if (memory_guard(&m->memory, create, m) && m->instance) {
        find_line(m);
        return m;
    }
    kn_map_free(m);
    return NULL;
}

void kn_map_free(KnMap *m) {
    if (!m) return;
    memory_release(&m->memory);
    kn_program_free(m->program);
    free(m);
}

void kn_map_set(KnMap *m, int param, double value) {
    HOLD_FLOAT_MODE;
    if (!m) return;
    instance_set(m->instance, param, value);
    find_line(m);
}

static bool all_there(const KnMap *m, const float *const *inputs, float *const *outputs) {
    bool there = (inputs || m->ninputs == 0) && outputs;
    for (int k = 0; there && k < m->ninputs; k++)
        there = inputs[k] != NULL;
    for (int k = 0; there && k < m->noutputs; k++)
        there = outputs[k] != NULL;
    return there;
}

static void apply_piece(KnMap *m, const float *const *inputs, float *const *outputs, size_t at,
                        int n) {
    for (int k = 0; k < m->ninputs; k++)
        m->inputs[k] = inputs[k] + at;
    for (int k = 0; k < m->noutputs; k++)
        m->outputs[k] = outputs[k] + at;
    instance_process(m->instance, m->inputs, m->outputs, n);
}

static int apply(KnMap *m, const float *const *inputs, float *const *outputs, size_t n) {
    if (!m || n > PTRDIFF_MAX / sizeof(float) || !all_there(m, inputs, outputs)) return 0;
    instance_seek(m->instance, 0);
    for (size_t at = 0; at < n; at += PIECE)
        apply_piece(m, inputs, outputs, at, (int)(n - at < PIECE ? n - at : PIECE));
    return 1;
}

int kn_map_apply(KnMap *m, const float *const *inputs, float *const *outputs, size_t n) {
    if (!m || !m->straight) return apply(m, inputs, outputs, n);
    const float *const x = inputs ? inputs[m->line.input] : NULL;
    float *const y = outputs ? outputs[0] : NULL;
    if (!x || !y || n > PTRDIFF_MAX / sizeof(float)) return 0;
    m->straight(y, x, m->line.a, m->line.b, (int64_t)n);
    return 1;
}
