/* Time, counted phases and sines of them as calls of kernels. In: a node. Out: calls. Time and phases
 * cost little and are made where they are first read; an oscillator's kernel has its phase from the
 * number of the sample. */
#include "emit_kernels.h"

#include <stdlib.h>
#include <string.h>

/* ---- time and counted phases: made where first needed ------------------------------------------ */

typedef struct PhaseText { /* of sample n0, and what a sample adds, in turns of 2^64 */
    char start[160], step[64];
} PhaseText;

/* `start` is at sample 0 when `absolute`, else at sample n0. */
static PhaseText phase_text(KernelEmitter *k, NodeId id, bool absolute) {
    Emitter *e = k->e;
    const Node *n = &k->g->nodes[id];
    PhaseText t;
    char origin[64];
    int step = emit_roll_column(e, id, HOLE_STEP), start = emit_roll_column(e, id, HOLE_START);
    if (step >= 0) {
        snprintf(t.step, sizeof t.step, "c%d", step);
        snprintf(origin, sizeof origin, "c%d", start);
    } else if (emit_counts_by_block(e, id)) {
        snprintf(t.step, sizeof t.step, "self->s%d", id);
        snprintf(origin, sizeof origin, "self->o%d", id);
    } else {
        long double turns = (long double)k->g->nodes[n->in3[0]].value / (long double)k->g->rate;
        snprintf(t.step, sizeof t.step, "0x%llxUL", (unsigned long long)emit_fixed_point(turns));
        snprintf(origin, sizeof origin, "0x%llxUL",
                 (unsigned long long)emit_fixed_point((long double)k->g->nodes[n->in3[1]].value));
    }
    if (absolute)
        snprintf(t.start, sizeof t.start, "%s", origin);
    else
        snprintf(t.start, sizeof t.start, "%s + %s * (uint64_t)n0", origin, t.step);
    return t;
}

bool kernel_is_counted(const KernelEmitter *k, NodeId id) {
    const Node *n = &k->g->nodes[id];
    return n->op == OP_TURNS || (n->op == OP_PHASE_PARAM && k->g->nodes[n->in3[1]].op == OP_TIME);
}

bool kernel_is_source(const KernelEmitter *k, NodeId id) {
    const Node *n = &k->g->nodes[id];
    return n->op == OP_TIME || n->op == OP_FRAME || kernel_is_counted(k, id);
}

static void make_turns(KernelEmitter *k, NodeId id) {
    bool wide = k->p->wide[id], around = k->p->cyclic[id];
    PhaseText t = phase_text(k, id, false);
    int y = strip_buffer(&k->code, wide ? OF_DOUBLE : OF_FLOAT);
    strip_call(&k->code, around ? wide ? "around_d" : "around_f" : wide ? "turns_d" : "turns_f");
    strip_add_buffer(&k->code, y);
    strip_add_text(&k->code, "%s", t.start);
    strip_add_text(&k->code, "%s", t.step);
    strip_add_text(&k->code, "n");
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
    strip_call(&k->code, time ? "time_d" : "frame_d");
    strip_add_buffer(&k->code, y);
    strip_add_text(&k->code, "n0");
    if (time) strip_add_text(&k->code, "%s", emit_sample_rate(k->e));
    strip_add_text(&k->code, "n");
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
    o->modulation = b;
    if (k->folded[b] && k->g->nodes[b].op == OP_MUL) {
        NodeId x0 = plan_value(k->g, k->g->nodes[b].in3[0]),
               x1 = plan_value(k->g, k->g->nodes[b].in3[1]);
        o->modulation = kernel_varies(k, x0) ? x0 : x1;
        o->index = o->modulation == x0 ? x1 : x0;
    }
    return true;
}

/* A quarter turn ahead is a cosine. */
static void add_phase(KernelEmitter *k, const Oscillator *o, bool absolute) {
    PhaseText t = phase_text(k, o->turns, absolute);
    strip_add_text(&k->code, o->cosine ? "%s + 0x4000000000000000UL" : "%s", t.start);
    strip_add_text(&k->code, "%s", t.step);
}

/* The table of a steady oscillator's rotation: data of the program. */
static void add_table(KernelEmitter *k, NodeId turns) {
    const Node *n = &k->g->nodes[turns];
    long double step = (long double)k->g->nodes[n->in3[0]].value / (long double)k->g->rate;
    const char *name = kernel_osc_table(k, emit_fixed_point(step));
    strip_add_text(&k->code, "%s", name);
}

static bool is_steady(const KernelEmitter *k, NodeId turns) {
    return k->g->nodes[turns].op == OP_TURNS && !emit_counts_by_block(k->e, turns) &&
           !k->rolled[turns];
}

void kernel_oscillator(KernelEmitter *k, NodeId id, const Oscillator *o, NodeId gain) {
    char amount[96];
    Operand m = {.buffer = -1};
    BufferType type = OF_FLOAT;
    if (o->modulation) {
        type = kernel_type(k, o->modulation) == OF_DOUBLE ? OF_DOUBLE : OF_FLOAT;
        m = kernel_operand(k, o->modulation, type);
    }
    snprintf(amount, sizeof amount, "%s", gain ? emit_use(k->e, gain, true) : "");
    int y = strip_buffer(&k->code, OF_FLOAT);
    strip_call(&k->code, !o->modulation      ? gain ? "osc_gain_f" : "osc_f"
                         : type == OF_DOUBLE ? gain ? "osc_pm_gain_d" : "osc_pm_d"
                         : gain              ? "osc_pm_gain_f"
                                             : "osc_pm_f");
    strip_add_buffer(&k->code, y);
    add_phase(k, o, !o->modulation);
    if (o->modulation) {
        strip_add_text(&k->code, "%s", o->index ? emit_use(k->e, o->index, true) : "1.0");
        strip_add_buffer(&k->code, m.buffer);
    } else {
        add_table(k, o->turns);
    }
    if (gain) strip_add_text(&k->code, "%s", amount);
    if (!o->modulation) strip_add_text(&k->code, "n0");
    strip_add_text(&k->code, "n");
    kernel_set(k, id, y);
}

bool kernel_is_oscillator(const KernelEmitter *k, NodeId id) {
    Oscillator o;
    return !k->p->delicate[id] && kernel_find_oscillator(k, id, &o) &&
           (o.modulation || is_steady(k, o.turns));
}

/* k * sine in one kernel. */
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
