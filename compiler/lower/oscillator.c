/* Time, counted phases and sines of them as calls of kernels. In: a node. Out: calls. Time and phases cost little, and their
 * calls are made where they are first read. The kernel of an oscillator computes its phase from the number of the sample. */
#include "lower/lower.h"

#include <stdlib.h>
#include <string.h>

/* ---- time and counted phases: made where first needed ------------------------------------------ */

enum { QUARTER = 62 }; /* a quarter of a turn is 1 << 62 */

/* Adds the two arguments that kernels have for a counted phase, in turns of 2^64: the phase at sample n0 (at sample 0 when
 * `absolute`), and what each sample adds. A cosine is a quarter of a turn ahead. */
static void add_phase(KernelEmitter *k, NodeId id, bool cosine, bool absolute) {
    const Node *n = &k->g->nodes[id];
    int step = kernel_column(k, id, HOLE_STEP), start = kernel_column(k, id, HOLE_START);
    if (step >= 0) {
        strip_add(&k->code, (StripArgument){.kind = ARGUMENT_PHASE_OF_COLUMNS,
                                            .absolute = absolute,
                                            .number = step,
                                            .of.word = (uint64_t)cosine << QUARTER,
                                            .and.step = (uint64_t)start});
    } else if (plan_counts_by_block(k->p, id)) {
        strip_add(&k->code, (StripArgument){.kind = ARGUMENT_PHASE_OF_FIELDS,
                                            .quarter = cosine,
                                            .absolute = absolute,
                                            .number = id,
                                            .of.word = kernel_field(k, "o", id),
                                            .and.step = kernel_field(k, "s", id)});
    } else {
        uint64_t by = kernel_fixed_point((long double)k->g->nodes[n->in3[0]].value /
                                         (long double)k->g->rate),
                 from = kernel_fixed_point((long double)k->g->nodes[n->in3[1]].value) +
                        ((uint64_t)cosine << QUARTER);
        strip_add(&k->code, (StripArgument){.kind = ARGUMENT_PHASE,
                                            .absolute = absolute,
                                            .of.word = from,
                                            .and.step = by});
    }
}

bool kernel_is_counted(const KernelEmitter *k, NodeId id) {
    return plan_is_counted(k->p, id);
}

bool kernel_is_source(const KernelEmitter *k, NodeId id) {
    const Node *n = &k->g->nodes[id];
    return n->op == OP_TIME || n->op == OP_FRAME || kernel_is_counted(k, id);
}

static void make_turns(KernelEmitter *k, NodeId id) {
    bool wide = k->p->wide[id], around = k->p->cyclic[id];
    int y = strip_buffer(&k->code, wide ? OF_DOUBLE : OF_FLOAT);
    strip_call(&k->code, around ? wide                ? KERNEL_around_d
                                  : k->p->wrapped[id] ? KERNEL_wrapped_f
                                                      : KERNEL_around_f
                         : wide ? KERNEL_turns_d
                                : KERNEL_turns_f);
    strip_add_buffer(&k->code, y);
    add_phase(k, id, false, false);
    strip_add_count(&k->code);
    kernel_finish(k, id, y);
}

void kernel_make_source(KernelEmitter *k, NodeId id) {
    if (kernel_is_counted(k, id)) {
        make_turns(k, id);
        return;
    }
    bool time = k->g->nodes[id].op == OP_TIME;
    if (!kernel_is_source(k, id))
        abort(); /* a node is read before it is computed: a bug of the order */
    int y = strip_buffer(&k->code, OF_DOUBLE);
    strip_call(&k->code, time ? KERNEL_time_d : KERNEL_frame_d);
    strip_add_buffer(&k->code, y);
    strip_add_frame(&k->code, 0);
    if (time) kernel_add_sample_rate(k);
    strip_add_count(&k->code);
    kernel_finish(k, id, y);
}

/* ---- oscillators --------------------------------------------------------------------------------- */

bool kernel_find_oscillator(const KernelEmitter *k, NodeId id, Oscillator *o) {
    const Node *n = &k->g->nodes[id];
    memset(o, 0, sizeof *o);
    if ((n->op != OP_SINTURN && n->op != OP_COSTURN) || k->p->wide[id]) return false;
    o->cosine = n->op == OP_COSTURN;
    NodeId x = plan_value(k->g, n->in3[0]);
    if (kernel_is_counted(k, x)) {
        o->turns = x;
        return true;
    }
    const Node *sum = &k->g->nodes[x];
    if (sum->op != OP_ADD || !k->folded[x]) return false;
    NodeId a = plan_value(k->g, sum->in3[0]), b = plan_value(k->g, sum->in3[1]);
    if (!kernel_is_counted(k, a)) {
        NodeId other = a;
        a = b;
        b = other;
    }
    o->turns = a;
    o->modulation = o->product = b;
    if (k->folded[b] && k->g->nodes[b].op == OP_MUL) {
        NodeId x0 = plan_value(k->g, k->g->nodes[b].in3[0]),
               x1 = plan_value(k->g, k->g->nodes[b].in3[1]);
        o->modulation = kernel_varies(k, x0) ? x0 : x1;
        o->index = o->modulation == x0 ? x1 : x0;
    }
    return true;
}

static bool is_steady(const KernelEmitter *k, NodeId turns) {
    const Node *n = &k->g->nodes[turns];
    return plan_may(k->p, STRATEGY_ROTATION) && n->op == OP_TURNS &&
           node_is_const(k->g, n->in3[0]) && node_is_const(k->g, n->in3[1]) && !k->rolled[turns];
}

/* Is the phase moved by less than half a turn, and surely by a number? Terms of a roll may differ. */
static bool is_moved_little(const KernelEmitter *k, const Oscillator *o) {
    static const double most = 0.499;
    const Interval m = graph_interval(k->g, k->p->intervals, o->product);
    return !k->roll && m.low >= -most && m.high <= most;
}

void kernel_oscillator(KernelEmitter *k, NodeId id, const Oscillator *o, NodeId gain) {
    Operand m = {.buffer = -1};
    BufferType type = OF_FLOAT;
    if (o->modulation) {
        type = kernel_type(k, o->modulation) == OF_DOUBLE ? OF_DOUBLE : OF_FLOAT;
        m = kernel_operand(k, o->modulation, type);
    }
    int y = strip_buffer(&k->code, OF_FLOAT);
    strip_call(&k->code, !o->modulation      ? gain ? KERNEL_osc_gain_f : KERNEL_osc_f
                         : type == OF_DOUBLE ? gain ? KERNEL_osc_pm_gain_d : KERNEL_osc_pm_d
                         : is_moved_little(k, o)
                             ? gain ? KERNEL_osc_pm_near_gain_f : KERNEL_osc_pm_near_f
                         : gain ? KERNEL_osc_pm_gain_f
                                : KERNEL_osc_pm_f);
    strip_add_buffer(&k->code, y);
    add_phase(k, o->turns, o->cosine, !o->modulation);
    if (o->modulation) {
        strip_add(&k->code, o->index ? kernel_number(k, o->index) : strip_number(1));
        strip_add_buffer(&k->code, m.buffer);
    } else {
        kernel_add_rotation(k, k->g->nodes[k->g->nodes[o->turns].in3[0]].value, false);
    }
    if (gain) strip_add(&k->code, kernel_number(k, gain));
    if (!o->modulation) strip_add_frame(&k->code, 0);
    strip_add_count(&k->code);
    kernel_set(k, id, y);
}

bool kernel_is_oscillator(const KernelEmitter *k, NodeId id) {
    Oscillator o;
    return !k->p->delicate[id] && kernel_find_oscillator(k, id, &o) &&
           (o.modulation || is_steady(k, o.turns));
}

bool kernel_wide_oscillator(KernelEmitter *k, NodeId id) {
    const Node *n = &k->g->nodes[id];
    const NodeId turns = plan_value(k->g, n->in3[0]);
    if (!k->p->wide[id] || !is_steady(k, turns)) return false;
    int y = strip_buffer(&k->code, OF_DOUBLE);
    strip_call(&k->code, KERNEL_osc_d);
    strip_add_buffer(&k->code, y);
    add_phase(k, turns, n->op == OP_COSTURN, true);
    kernel_add_rotation(k, k->g->nodes[k->g->nodes[turns].in3[0]].value, true);
    strip_add_frame(&k->code, 0);
    strip_add_count(&k->code);
    kernel_finish(k, id, y);
    return true;
}

/* A sine and its gain in one kernel. */
bool kernel_gained(KernelEmitter *k, NodeId id, const Node *n) {
    for (int i = 0; i < 2; i++) {
        NodeId sine = plan_value(k->g, n->in3[i]);
        Oscillator o;
        if (!k->folded[sine] || !k->gained[sine] || !kernel_find_oscillator(k, sine, &o)) continue;
        kernel_oscillator(k, id, &o, n->in3[1 - i]);
        return true;
    }
    return false;
}
