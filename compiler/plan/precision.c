/* Which nodes are computed in double. In: a plan with its components. Out: Plan.wide and Plan.delicate.
 *
 * Double: what grows with time until something bounds it, phases, everything in feedback, the
 * coefficients that feedback multiplies with, and distances into the past. The rest is float. */
#include "plan/plan.h"
#include "graph/components.h"

#include <math.h>
#include <stdlib.h>

static const double LARGE = 1024;
enum { MANY_TERMS = 12 }; /* a sum of more terms is added up in double */

typedef struct Widths {
    Plan *p;
    const Graph *g;
    uint8_t *feedback;  /* nodes of components that feed back, by long delays too */
    uint8_t *smooth;    /* counted phases for which float is enough */
    double *phase_done; /* least limit that force_phase was called with, 0: none */
    uint8_t *forced;    /* nodes that are double with all they are computed from */
    NodeId *stack;      /* nodes that wait to be made double */
    int waiting, stack_cap;
} Widths;

static bool in_feedback(const Widths *w, NodeId id) {
    return w->feedback[id];
}

static bool is_large(const Widths *w, NodeId id) {
    Interval v = graph_interval(w->g, w->p->intervals, id);
    return !(v.low >= -LARGE && v.high <= LARGE);
}

static bool has(const Node *n, int flag) {
    return (op_info[n->op].flags & flag) != 0;
}

static bool wide_arithmetic(const Widths *w, NodeId id, const Node *n) {
    const NodeId *in = node_inputs(n);
    int wide = 0, varying = 0;
    for (int i = has(n, OPF_CHOOSES); i < n->nin; i++) {
        if (w->p->rate[in[i]] != RATE_SAMPLE) continue;
        varying++;
        wide += w->p->wide[in[i]] && !in_feedback(w, plan_value(w->g, in[i]));
    }
    if (wide == 0) return false;
    if (is_large(w, id)) return true;
    bool product = n->op == OP_MUL || n->op == OP_DIV;
    return wide == varying && !(product && varying > 1);
}

/* Finds the counted phases of which only sines are taken, and of these only sums and products: there an error of 1e-7 does
 * not grow. In a root, a quotient, a comparison or another phase it could. A phase that is wrapped is as exact near 0 as a float
 * is, however it is magnified. */
static void find_smooth(Widths *w) {
    const Plan *p = w->p;
    uint8_t *delicate = alloc_zeroed((size_t)w->g->n, 1);
    for (int i = p->nvarying - 1; i >= 0; i--) {
        NodeId id = p->varying[i];
        const Node *n = &w->g->nodes[id];
        bool sums = n->op == OP_ADD || n->op == OP_SUB || n->op == OP_MUL || n->op == OP_NEG ||
                    n->op == OP_SUM;
        bool sine = n->op == OP_SINTURN || n->op == OP_COSTURN;
        bool coarse =
            (sums && !delicate[id] && !in_feedback(w, id)) || n->op == OP_CELL || n->op == OP_TANH;
        for (int k = 0; k < n->nin; k++) {
            NodeId in = node_inputs(n)[k];
            bool counted = plan_is_counted(p, in), phase = sine && counted;
            bool wrapped = n->op == OP_WRAP && counted;
            if (!(phase ? !delicate[id] && !in_feedback(w, id) : coarse || wrapped))
                delicate[in] = 1;
        }
    }
    for (int i = 0; i < p->nvarying; i++)
        w->smooth[p->varying[i]] = p->cyclic[p->varying[i]] && !delicate[p->varying[i]];
    free(delicate);
}

static const double BOUNDED_GAIN = 16, BOUNDED_TURNS = 8;

static bool is_bounded(Widths *w, NodeId id, double limit) {
    Interval v = graph_interval(w->g, w->p->intervals, id);
    return v.low >= -limit && v.high <= limit;
}

/* Does an error of this input that is small against full scale stay small in the value? */
static bool passes_error(Widths *w, const Node *n, int input) {
    const NodeId *in = node_inputs(n);
    if (has(n, OPF_KEEPS_ERROR)) return true;
    switch (n->op) {
    case OP_MUL: return is_bounded(w, in[1 - input], BOUNDED_GAIN);
    case OP_SINTURN:
    case OP_COSTURN: return is_bounded(w, in[0], BOUNDED_TURNS);
    case OP_SELECT: return input > 0;
    case OP_DELAY:
    case OP_SHIFT: return input == 0;
    default: return false;
    }
}

/* Finds the nodes for which oscillator kernels, exact to 1e-7 of full scale, are not exact enough. Where a value is compared
 * or divided by, an exact 0 must stay 0; and feedback may let any error grow. */
static void find_delicate(Widths *w) {
    Plan *p = w->p;
    bool again = true; /* a delay may come before its source: pass once more then */
    for (int pass = 0; pass < 2 && again; pass++) {
        again = false;
        for (int i = p->nvarying - 1; i >= 0; i--) {
            NodeId id = p->varying[i];
            const Node *n = &w->g->nodes[id];
            bool keeps = !p->delicate[id] && !in_feedback(w, id);
            for (int k = 0; k < n->nin; k++) {
                NodeId in = plan_value(w->g, node_inputs(n)[k]);
                if (p->delicate[in] || (keeps && passes_error(w, n, k))) continue;
                p->delicate[in] = 1;
                again = again || !node_needs_now(w->g, n, k);
            }
        }
    }
}

static bool is_beyond_float(double x) {
    return isfinite(x) && isinf((float)x);
}

/* In float it would be infinite. */
static bool reads_beyond_float(const Widths *w, const Node *n) {
    if (n->op == OP_TABLE) {
        Interval range = node_table(w->g, n)->range;
        return is_beyond_float(range.low) || is_beyond_float(range.high);
    }
    for (int i = 0; i < n->nin; i++) {
        const Node *in = &w->g->nodes[node_inputs(n)[i]];
        if (in->op == OP_CONST && is_beyond_float(in->value)) return true;
    }
    return false;
}

static bool wide_node(const Widths *w, NodeId id) {
    const Node *n = &w->g->nodes[id];
    if (w->p->all_double) return !has(n, OPF_BOOL);
    if (reads_beyond_float(w, n)) return !has(n, OPF_BOOL);
    if (has(n, OPF_NARROW)) return false;
    if (in_feedback(w, id) || w->p->recurs[id]) return true;
    /* what is straight: its edges are found to 1e-9 */
    if (plan_is_counted(w->p, id)) return !w->smooth[id];
    if (w->p->straight[id]) return true;
    if (n->op == OP_SUM && n->nin > MANY_TERMS) return true;
    if (has(n, OPF_PAST)) return w->p->wide[plan_value(w->g, node_inputs(n)[0])];
    return has(n, OPF_WIDE) || (has(n, OPF_ARITHMETIC) && wide_arithmetic(w, id, n));
}

static bool may_widen(const Widths *w, NodeId x) {
    return w->p->rate[x] == RATE_SAMPLE && !has(&w->g->nodes[x], OPF_NARROW);
}

/* Makes x double, and all that it is computed from. */
static void force_wide(Widths *w, NodeId x) {
    int bottom = w->waiting;
    VEC_PUSH(w->stack, w->waiting, w->stack_cap, x);
    while (w->waiting > bottom) {
        NodeId id = w->stack[--w->waiting];
        if (!may_widen(w, id) || w->forced[id]) continue;
        w->forced[id] = w->p->wide[id] = 1;
        const Node *n = &w->g->nodes[id];
        for (int i = n->nin - 1; i >= 0; i--)
            VEC_PUSH(w->stack, w->waiting, w->stack_cap, node_inputs(n)[i]);
    }
}

/* Makes one node of a phase double, where it has to be; its terms go to the stack. */
static void force_phase_of(Widths *w, NodeId id, double limit) {
    const Node *n = &w->g->nodes[id];
    Interval bound = graph_interval(w->g, w->p->intervals, id);
    if (bound.low >= -limit && bound.high <= limit) return;
    if (w->phase_done[id] && w->phase_done[id] <= limit) return;
    w->phase_done[id] = limit;
    bool terms = n->op == OP_ADD || n->op == OP_SUB || n->op == OP_SUM || n->op == OP_SELECT ||
                 n->op == OP_NEG;
    w->p->wide[id] = 1;
    for (int i = n->op == OP_SELECT; i < n->nin; i++)
        if (terms)
            VEC_PUSH(w->stack, w->waiting, w->stack_cap, node_inputs(n)[i]);
        else
            force_wide(w, node_inputs(n)[i]);
}

/* Makes double what x needs, which is reduced to a period. Its absolute error counts then: float is not enough where x may be
 * greater than `limit`. The terms of a sum count each by itself; of a product the relative error of each factor counts. */
static void force_phase(Widths *w, NodeId x, double limit) {
    int bottom = w->waiting;
    VEC_PUSH(w->stack, w->waiting, w->stack_cap, x);
    while (w->waiting > bottom) {
        NodeId id = w->stack[--w->waiting];
        if (may_widen(w, id)) force_phase_of(w, id, limit);
    }
}

/* A difference that is magnified is made double: in float, the rounding of its terms would be magnified too. */
static void force_difference(Widths *w, NodeId x) {
    int op = w->g->nodes[plan_value(w->g, x)].op;
    if (op == OP_ADD || op == OP_SUB || op == OP_FRAC || op == OP_MOD) force_wide(w, x);
}

static void force_magnified(Widths *w, const Node *n) {
    const double gain = 64;
    if (n->op == OP_DIV) {
        Interval by = graph_interval(w->g, w->p->intervals, n->in3[1]);
        if (by.low < 1 / gain && by.high > -1 / gain) force_difference(w, n->in3[0]);
        return;
    }
    for (int i = 0; i < 2; i++) {
        const Node *factor = &w->g->nodes[n->in3[i]];
        if (factor->op != OP_CONST && factor->op != OP_DIV) continue;
        const Interval by = graph_interval(w->g, w->p->intervals, n->in3[i]);
        if (by.low < -gain || by.high > gain) force_difference(w, n->in3[1 - i]);
    }
}

/* What the rows of graph/ops.def demand of inputs. */
static const double period[OP_COUNT] = {
#define OP(name, text, inputs, flags, clauses) 0 clauses,
#define PERIOD(limit)                          +limit
#include "graph/ops.def"
};
static const uint8_t doubles[OP_COUNT] = {
#define OP(name, text, inputs, flags, clauses) 0 clauses,
#define DOUBLE(input)                          | 1 << (input)
#include "graph/ops.def"
};

static void force_demands_of(Widths *w, const Node *n) {
    const NodeId *in = node_inputs(n);
    if (n->op == OP_MUL || n->op == OP_DIV) force_magnified(w, n);
    if (n->op == OP_SINTURN || n->op == OP_COSTURN) /* they read turns in double at no cost */
        if (w->g->nodes[in[0]].op == OP_ADD || w->g->nodes[in[0]].op == OP_SUB)
            for (int i = 0; i < 2; i++)
                if (w->p->wide[w->g->nodes[in[0]].in3[i]]) w->p->wide[in[0]] = 1;
    if (period[n->op] > 0) force_phase(w, in[0], period[n->op]);
    for (int i = 0; i < n->nin && doubles[n->op] >> i; i++)
        if (doubles[n->op] >> i & 1 && !w->smooth[in[i]]) force_wide(w, in[i]);
}

/* Edges of what is made of time and phases are found to 1e-9: what decides there is double. */
static void force_edges(Widths *w, const Node *n) {
    if (!has(n, OPF_EDGES)) return;
    for (int i = 0; i < n->nin; i++)
        if (!w->p->timed[n->in3[i]]) return;
    for (int i = 0; i < n->nin; i++)
        force_wide(w, n->in3[i]);
}

/* What a sum in double subtracts stays double, instead of becoming float in between. */
static void force_terms(Widths *w, NodeId id, const Node *n) {
    for (int i = 0; i < n->nin && n->op == OP_SUM && w->p->wide[id]; i++) {
        const NodeId term = plan_value(w->g, node_inputs(n)[i]);
        if (w->g->nodes[term].op == OP_NEG && may_widen(w, term) &&
            w->p->wide[plan_value(w->g, w->g->nodes[term].in3[0])])
            w->p->wide[term] = 1;
    }
}

static void force_demands(Widths *w, NodeId id) {
    const Node *n = &w->g->nodes[id];
    const NodeId *in = node_inputs(n);
    force_terms(w, id, n);
    force_edges(w, n);
    force_demands_of(w, n);
    if (!in_feedback(w, id)) return;
    bool sum = n->op == OP_ADD || n->op == OP_SUB || n->op == OP_SUM || n->op == OP_SELECT ||
               n->op == OP_DELAY || n->op == OP_CELL;
    for (int i = 0; i < n->nin && !sum; i++)
        if (!in_feedback(w, in[i])) force_wide(w, in[i]);
}

static void find_wide(Widths *w) {
    for (int i = 0; i < w->p->nvarying; i++)
        w->p->wide[w->p->varying[i]] = wide_node(w, w->p->varying[i]);
}

/* A delay may come before its source: nothing is known of the source then. */
static bool readers_are_settled(const Widths *w) {
    for (int i = 0; i < w->p->nreaders; i++) {
        NodeId id = w->p->readers[i];
        if (w->p->rate[id] == RATE_SAMPLE && w->p->wide[id] != wide_node(w, id)) return false;
    }
    return true;
}

void plan_precision(Plan *p, const Components *feedback) {
    Widths w = {.p = p, .g = p->g};
    w.feedback = alloc_zeroed((size_t)p->g->n, 1);
    w.forced = alloc_zeroed((size_t)p->g->n, 1);
    w.smooth = alloc_zeroed((size_t)p->g->n, 1);
    w.phase_done = alloc_zeroed((size_t)p->g->n, sizeof *w.phase_done);
    for (int i = 0; i < p->nvarying; i++)
        w.feedback[p->varying[i]] = feedback->size[feedback->component[p->varying[i]]] > 1;
    find_smooth(&w);
    find_delicate(&w);
    for (int i = 0; i < p->n; i++)
        p->wide[p->order[i]] = p->rate[p->order[i]] != RATE_SAMPLE;
    find_wide(&w);
    if (!readers_are_settled(&w)) find_wide(&w);
    for (int i = 0; i < p->nvarying && !p->all_double; i++)
        force_demands(&w, p->varying[i]);
    free(w.feedback);
    free(w.forced);
    free(w.smooth);
    free(w.phase_done);
    free(w.stack);
}
