/* The past as calls of kernels. In: a DELAY or SHIFT, or an op that keeps state without feedback. Out: calls. */
#include "lower/lower.h"

#include <math.h>
#include <string.h>

/* ---- the past ------------------------------------------------------------------------------------ */

BufferType kernel_line_type(const KernelEmitter *k, int line) {
    return k->p->wide[k->p->lines[line].source] ? OF_DOUBLE : OF_FLOAT;
}

void kernel_add_line(KernelEmitter *k, int number, int64_t back) {
    kernel_add_field(k, "line", number);
    strip_add_integer(&k->code, k->p->lines[number].size);
    strip_add_frame(&k->code, -back);
}

static int begin_delay(KernelEmitter *k, const char *operation, int line) {
    char name[16];
    const BufferType type = kernel_line_type(k, line);
    int y = strip_buffer(&k->code, type);
    snprintf(name, sizeof name, "%s_%c", operation, (char)type);
    strip_call(&k->code, kernel_find(name));
    strip_add_buffer(&k->code, y);
    return y;
}

/* Does the strip at hand not write what a delay reads, so that it may be read where it lies in the ring? */
static bool is_settled(const KernelEmitter *k, NodeId id, int number) {
    return k->p->is_long[id] && k->p->lines[number].mirrored > 0;
}

/* A delay of a whole number of samples. `age` is a node, or 0: samples from before that age are 0. */
static int whole_delay(KernelEmitter *k, NodeId id, int number, int64_t samples, NodeId age) {
    const int since = age ? kernel_buffer(k, age, OF_DOUBLE) : -1;
    int y = begin_delay(k, age ? "read_age" : "read", number);
    kernel_add_line(k, number, samples);
    k->code.calls[k->code.ncalls - 1].settled = !age && is_settled(k, id, number);
    if (age) strip_add_buffer(&k->code, since);
    if (age) strip_add_integer(&k->code, (int)samples);
    strip_add_count(&k->code);
    return y;
}

static int delay_between(KernelEmitter *k, int number, StripArgument samples, NodeId age) {
    const int since = age ? kernel_buffer(k, age, OF_DOUBLE) : -1;
    int y = begin_delay(k, age ? "lerp_age" : "lerp", number);
    kernel_add_line(k, number, 0);
    strip_add(&k->code, samples);
    if (age) strip_add_buffer(&k->code, since);
    strip_add_count(&k->code);
    return y;
}

/* Between two samples that are read where they lie in the ring: as kernel `lerp` does it. */
static int between_windows(KernelEmitter *k, NodeId id, int number, double samples) {
    const BufferType type = kernel_line_type(k, number);
    const int64_t whole = (int64_t)samples;
    const Operand part = {.buffer = -1, .number = strip_number(samples - (double)whole)},
                  now = kernel_value(whole_delay(k, id, number, whole, 0)),
                  before = kernel_value(whole_delay(k, id, number, whole + 1, 0));
    Operand way = kernel_value(kernel_apply(k, "sub", type, type, (Operand[]){before, now}, 2));
    way = kernel_value(kernel_apply(k, "mul", type, type, (Operand[]){way, part}, 2));
    return kernel_apply(k, "add", type, type, (Operand[]){now, way}, 2);
}

static int constant_delay(KernelEmitter *k, NodeId id, int number, double samples, NodeId age) {
    const bool settled = !age && is_settled(k, id, number);
    if (fabs(samples - rint(samples)) < 1e-6)
        return whole_delay(k, id, number, (int64_t)rint(samples), age);
    if (settled && (k->standalone || k->data->loops))
        return between_windows(k, id, number, samples);
    return delay_between(k, number, strip_number(samples), age);
}

static int varying_delay(KernelEmitter *k, const Node *n, int number) {
    const NodeId *in = node_inputs(n);
    int seconds = kernel_buffer(k, in[1], OF_DOUBLE);
    int y = begin_delay(k, "vary", number);
    kernel_add_line(k, number, 0);
    strip_add_buffer(&k->code, seconds);
    strip_add(&k->code, kernel_number(k, in[2]));
    strip_add(&k->code, kernel_number(k, in[3]));
    kernel_add_sample_rate(k);
    strip_add_count(&k->code);
    return y;
}

/* A delay of a past that is held in variables, read outside of its recurrence: values from before the strip are those that
 * the variables had when it began. */
static int short_delay(KernelEmitter *k, const Node *n, int number) {
    const Line *line = &k->p->lines[number];
    int x = kernel_buffer(k, line->source, kernel_line_type(k, number));
    int old = kernel_old(k, number), y = begin_delay(k, "past", number);
    strip_add_buffer(&k->code, x);
    strip_add_buffer(&k->code, old);
    strip_add_integer(&k->code, (int)rint(k->p->distance[node_inputs(n)[1]]));
    strip_add_count(&k->code);
    return y;
}

bool kernel_delay(KernelEmitter *k, NodeId id, const Node *n) {
    const NodeId *in = node_inputs(n);
    int number = k->p->past[id];
    NodeId age = node_age(n); /* it has one where the signal starts over */
    int y;
    if (age && (k->p->lines[number].registers || kernel_varies(k, in[1]))) return false;
    if (k->p->lines[number].registers)
        y = short_delay(k, n, number);
    else if (!isnan(k->p->distance[in[1]]))
        y = constant_delay(k, id, number, k->p->distance[in[1]], age);
    else if (!kernel_varies(k, in[1]))
        y = delay_between(k, number, kernel_distance(k, id), age);
    else
        y = varying_delay(k, n, number);
    kernel_finish(k, id, y);
    return true;
}

/* ---- what goes on from sample to sample ---------------------------------------------------------- */

/* Adds all fields of the state that the row of the op has in graph/ops.def. */
static void add_state(KernelEmitter *k, NodeId id, const Node *n) {
    for (const StateField *f = op_info[n->op].state; f->type; f++)
        kernel_add_field(k, f->letter, id);
}

/* The table that kernel convolve_few wants, where a response is mostly zeros, as velvet noise is; else NULL. */
static double *few_taps(KernelEmitter *k, const Table *taps) {
    int few = 0;
    for (int i = 0; i < taps->n; i++)
        few += taps->data[i] != 0;
    if (few > taps->n / 4) return NULL;
    double *pairs = kernel_own(k->data, sizeof *pairs * (size_t)(2 * few + 1)), *at = pairs;
    *at++ = few;
    for (int i = 0; i < taps->n; i++) {
        if (taps->data[i] == 0) continue;
        *at++ = i;
        *at++ = taps->data[i];
    }
    return pairs;
}

static void node_fir(KernelEmitter *k, NodeId id, const Node *n) {
    if (kernel_partitions(k, id)) return;
    const double *few = few_taps(k, node_table(k->g, n));
    int x = kernel_buffer(k, n->in3[0], OF_DOUBLE), y = strip_buffer(&k->code, OF_DOUBLE);
    int size, count = emit_fir_window(k->e, n, &size);
    strip_call(&k->code, few ? KERNEL_convolve_few : KERNEL_convolve);
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, x);
    add_state(k, id, n);
    strip_add_integer(&k->code, size);
    if (few)
        kernel_add_data(k, "taps%d", id, "double", few, 2 * (int)few[0] + 1);
    else
        kernel_add_table(k, n->aux - 1, true);
    strip_add_integer(&k->code, count);
    strip_add_count(&k->code);
    kernel_finish(k, id, y);
}

void kernel_add_window(KernelEmitter *k, NodeId id, int most) {
    strip_add(&k->code,
              k->g->rate > 0
                  ? strip_number(most)
                  : kernel_made_number(
                        k, (struct KernelNumber){.kind = NUMBER_WINDOW, .scale = most, .a = id}));
}

static void node_running(KernelEmitter *k, NodeId id, const Node *n) {
    int x = kernel_buffer(k, n->in3[0], OF_DOUBLE), y = strip_buffer(&k->code, OF_DOUBLE);
    int size, window = emit_running_window(k->e, n, &size);
    strip_call(&k->code, kernel_find(op_info[n->op].text));
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, x);
    add_state(k, id, n);
    if (n->op != OP_RUNNING_MEAN) strip_add_integer(&k->code, size);
    kernel_add_window(k, id, window);
    strip_add_count(&k->code);
    kernel_finish(k, id, y);
}

static void node_smooth(KernelEmitter *k, NodeId id, const Node *n) {
    int x = kernel_buffer(k, n->in3[0], OF_DOUBLE);
    Operand follow = kernel_operand(k, n->in3[1], OF_DOUBLE);
    int y = strip_buffer(&k->code, OF_DOUBLE);
    strip_call(&k->code, follow.buffer < 0 ? KERNEL_smooth_k : KERNEL_smooth_v);
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, x);
    kernel_add_operand(k, &follow);
    add_state(k, id, n);
    strip_add_count(&k->code);
    kernel_finish(k, id, y);
}

/* An op whose form in graph/ops.def is RUN or RUN_DT. */
static void node_run(KernelEmitter *k, NodeId id, const Node *n) {
    int x[3];
    for (int i = 0; i < n->nin; i++)
        x[i] = kernel_buffer(k, n->in3[i], OF_DOUBLE);
    int y = strip_buffer(&k->code, OF_DOUBLE);
    strip_call(&k->code, kernel_find(op_info[n->op].text));
    strip_add_buffer(&k->code, y);
    for (int i = 0; i < n->nin; i++)
        strip_add_buffer(&k->code, x[i]);
    add_state(k, id, n);
    if (op_info[n->op].form == FORM_RUN_DT) kernel_add_sample_time(k);
    strip_add_count(&k->code);
    kernel_finish(k, id, y);
}

bool kernel_sequential(KernelEmitter *k, NodeId id, const Node *n) {
    if (node_age(n)) return false;
    switch (n->op) {
    case OP_SMOOTH: node_smooth(k, id, n); return true;
    case OP_FIR: node_fir(k, id, n); return true;
    case OP_RUNNING_MAX:
    case OP_RUNNING_MIN:
    case OP_RUNNING_MEAN: node_running(k, id, n); return true;
    default: break;
    }
    OpForm form = op_info[n->op].form;
    bool runs = (form == FORM_RUN || form == FORM_RUN_DT) && n->nin <= 3;
    if (runs) node_run(k, id, n);
    return runs;
}
