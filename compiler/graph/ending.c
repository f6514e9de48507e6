/* When does a signal end? In: an evaluated graph. Out: the time from which every output is 0 for good,
 * as far as that can be seen: from conditions on time, the ends of sound files, and what they multiply.
 * What dies away without ever being 0, and what feeds back, has no end here. */
#include "graph/graph.h"

#include <math.h>
#include <stdlib.h>

typedef struct Ending {
    Graph *g;
    double *end;     /* by node: 0 from then on; -INFINITY: always, INFINITY: not known to end */
    double *settled; /* by node: known and unchanging from then on; INFINITY: never */
    double *last;    /* … the value it settles at */
} Ending;

static bool straight_line(const Ending *s, NodeId x, double *a, double *b) {
    NodeId na, nb;
    if (!graph_affine(s->g, x, &na, &nb) || !node_is_const(s->g, na) || !node_is_const(s->g, nb))
        return false;
    *a = s->g->nodes[na].value;
    *b = s->g->nodes[nb].value;
    return *a != 0;
}

static void settle(Ending *s, NodeId id, double when, double value) {
    s->settled[id] = when;
    s->last[id] = value;
    if (value == 0) s->end[id] = when;
}

/* A comparison of straight lines of time is decided once they have crossed. */
static void settle_comparison(Ending *s, NodeId id, Op op, NodeId x, NodeId y) {
    double a, b;
    if (!straight_line(s, graph_op2(s->g, OP_SUB, x, y), &a, &b)) return;
    bool below = a < 0; /* x - y after the crossing */
    settle(s, id, -b / a, op == OP_EQ ? 0 : op == OP_NE ? 1 : below);
}

/* One side of `and` or `or` may decide alone. */
static void settle_logic(Ending *s, NodeId id, Op op, NodeId x, NodeId y) {
    for (int i = 0; i < 2; i++) {
        NodeId one = i ? y : x;
        if (isfinite(s->settled[one]) && (s->last[one] != 0) == (op == OP_OR))
            settle(s, id, s->settled[one], op == OP_OR);
    }
}

static double end_of_limit(const Ending *s, Op op, const NodeId *in) {
    for (int i = 0; i < 2; i++) {
        const Node *bound = &s->g->nodes[in[i]];
        if (bound->op != OP_CONST) continue;
        bool harmless = op == OP_MIN ? bound->value >= 0 : bound->value <= 0;
        return harmless ? s->end[in[1 - i]] : INFINITY;
    }
    return fmax(s->end[in[0]], s->end[in[1]]);
}

static double end_of_choice(const Ending *s, const NodeId *in) {
    if (!isfinite(s->settled[in[0]])) return fmax(s->end[in[1]], s->end[in[2]]);
    return fmax(s->settled[in[0]], s->end[s->last[in[0]] != 0 ? in[1] : in[2]]);
}

static double end_of_sample(const Ending *s, const Node *n) {
    double a, b;
    const Sample *file = node_sample(s->g, n);
    if (!straight_line(s, n->in3[1], &a, &b)) return INFINITY;
    return a > 0 ? ((double)file->frames / file->rate - b) / a : -b / a;
}

static double end_of(Ending *s, const Node *n) {
    const NodeId *in = node_inputs(n);
    double end = -INFINITY;
    switch (n->op) {
    case OP_CONST: return n->value == 0 ? -INFINITY : INFINITY;
    case OP_ADD:
    case OP_SUB: return fmax(s->end[in[0]], s->end[in[1]]);
    case OP_SUM:
        for (int i = 0; i < n->nin; i++)
            end = fmax(end, s->end[in[i]]);
        return end;
    case OP_MUL: return fmin(s->end[in[0]], s->end[in[1]]);
    case OP_DIV: return s->end[in[0]];
    case OP_MIN:
    case OP_MAX: return end_of_limit(s, (Op)n->op, in);
    case OP_SELECT: return end_of_choice(s, in);
    case OP_SAMPLE: return end_of_sample(s, n);
    case OP_SHIFT: return s->end[in[0]] + s->g->nodes[in[1]].value;
    case OP_DELAY:
        return node_is_const(s->g, n->more[3]) && n->nin == 4
                   ? s->end[in[0]] + s->g->nodes[n->more[3]].value
                   : INFINITY;
    default: return op_info[n->op].flags & OPF_ZERO_OF_ZERO ? s->end[in[0]] : INFINITY;
    }
}

/* A choice that is made settles with what was chosen. */
static void settle_choice(Ending *s, NodeId id, const NodeId *in) {
    if (!isfinite(s->settled[in[0]])) return;
    NodeId chosen = s->last[in[0]] != 0 ? in[1] : in[2];
    if (isfinite(s->settled[chosen]))
        settle(s, id, fmax(s->settled[in[0]], s->settled[chosen]), s->last[chosen]);
}

/* What is computed from settled values alone is settled. */
static void settle_result(Ending *s, NodeId id, const Node *n) {
    const NodeId *in = node_inputs(n);
    if (n->nin == 0 || n->aux != 0 || n->op == OP_NOISE || (op_info[n->op].flags & OPF_KEEPS))
        return;
    double when = -1e300, *v = alloc_zeroed((size_t)n->nin, sizeof *v);
    for (int i = 0; i < n->nin; i++) {
        when = fmax(when, s->settled[in[i]]);
        v[i] = s->last[in[i]];
    }
    if (isfinite(when)) settle(s, id, when, op_evaluate((Op)n->op, v, n->nin));
    free(v);
}

static void visit(Ending *s, NodeId id) {
    const Node n = s->g->nodes[id];
    s->settled[id] = INFINITY;
    s->end[id] = end_of(s, &n);
    if (n.op == OP_CONST)
        settle(s, id, -1e300, n.value);
    else
        settle_result(s, id, &n);
    if (isfinite(s->settled[id])) return;
    switch (n.op) {
    case OP_LT:
    case OP_LE:
    case OP_EQ:
    case OP_NE: settle_comparison(s, id, (Op)n.op, n.in3[0], n.in3[1]); break;
    case OP_AND:
    case OP_OR: settle_logic(s, id, (Op)n.op, n.in3[0], n.in3[1]); break;
    case OP_SELECT: settle_choice(s, id, n.in3); break;
    default: break;
    }
}

double graph_end(Graph *g) {
    int n;
    NodeId *order = graph_order(g, &n);
    size_t size = (size_t)g->n; /* nodes made by the search itself are never asked for */
    Ending s = {.g = g};
    s.end = alloc_zeroed(size, sizeof *s.end);
    s.settled = alloc_zeroed(size, sizeof *s.settled);
    s.last = alloc_zeroed(size, sizeof *s.last);
    for (int i = 0; i < n; i++)
        visit(&s, order[i]);
    double end = -INFINITY;
    for (int i = 0; i < g->noutputs; i++)
        end = fmax(end, s.end[g->outputs[i]]);
    free(order);
    free(s.end);
    free(s.settled);
    free(s.last);
    return end;
}
