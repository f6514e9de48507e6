/* How fast a time runs. In: a node. Out: the node of its derivative by TIME, of what jumps that between the jumps.
 *
 * A window that widens with the speed it is read at needs just that: it is a function of the moment, as the time itself
 * is, so a loop that begins again, a seek and a cut change nothing. What remembers and is no sum is the one thing that
 * has no formula here: there it is the difference to the sample before. */
#include "evaluate/signals.h"

#include <math.h>
#include <stdlib.h>

/* What the rules below are written with; 0 and 1 take what they multiply away, so that t costs nothing. */
static bool is_number(const Graph *g, NodeId x, double value) {
    return node_is_const(g, x) && g->nodes[x].value == value;
}

static NodeId number(Graph *g, double x) {
    return graph_const(g, x);
}

static NodeId times(Graph *g, NodeId a, NodeId b) {
    if (is_number(g, a, 0) || is_number(g, b, 1)) return a;
    if (is_number(g, b, 0) || is_number(g, a, 1)) return b;
    return graph_op2(g, OP_MUL, a, b);
}

static NodeId over(Graph *g, NodeId a, NodeId b) {
    return is_number(g, a, 0) ? a : graph_op2(g, OP_DIV, a, b);
}

static NodeId plus(Graph *g, NodeId a, NodeId b) {
    if (is_number(g, a, 0)) return b;
    return is_number(g, b, 0) ? a : graph_op2(g, OP_ADD, a, b);
}

static NodeId minus(Graph *g, NodeId a, NodeId b) {
    return is_number(g, b, 0) ? a : graph_op2(g, OP_SUB, a, b);
}

static NodeId choose(Graph *g, NodeId condition, NodeId a, NodeId b) {
    return a == b ? a : graph_op3(g, OP_SELECT, condition, a, b);
}

static NodeId square(Graph *g, NodeId x) {
    return graph_op2(g, OP_MUL, x, x);
}

/* 1 + sign * x^2 */
static NodeId one_and_square(Graph *g, double sign, NodeId x) {
    return graph_op2(g, sign > 0 ? OP_ADD : OP_SUB, number(g, 1), square(g, x));
}

static NodeId difference(Graph *g, NodeId x) {
    NodeId dt = graph_seconds(g), in[4] = {x, dt, dt, dt};
    NodeId before = graph_node(g, OP_DELAY, 4, in, 0);
    return graph_op2(g, OP_MUL, graph_op2(g, OP_SUB, x, before), graph_sample_rate(g));
}

/* What is read from data, between its points. */
static NodeId between_points(Graph *g, const Node *n, int input, double near, NodeId slope) {
    const NodeId *in = node_inputs(n);
    NodeId before[3] = {in[0], in[n->nin > 1], in[n->nin - 1]}, after[3];
    for (int i = 0; i < 3; i++)
        after[i] = before[i];
    before[input] = graph_op2(g, OP_SUB, in[input], number(g, near));
    after[input] = graph_op2(g, OP_ADD, in[input], number(g, near));
    NodeId rise = graph_op2(g, OP_SUB, graph_node(g, (Op)n->op, n->nin, after, n->aux),
                            graph_node(g, (Op)n->op, n->nin, before, n->aux));
    return times(g, graph_op2(g, OP_MUL, rise, number(g, 0.5 / near)), slope);
}

/* a^b: b a^(b - 1) a' + a^b log(a) b' */
static NodeId of_power(Graph *g, NodeId x, NodeId a, NodeId b, NodeId da, NodeId db) {
    NodeId less = graph_op2(g, OP_SUB, b, number(g, 1));
    NodeId base = times(g, da, times(g, b, graph_op2(g, OP_POW, a, less)));
    return is_number(g, db, 0) ? base
                               : plus(g, base, times(g, db, times(g, x, graph_op1(g, OP_LOG, a))));
}

static NodeId of_two(Graph *g, NodeId x, const Node *n, NodeId da, NodeId db) {
    const NodeId a = n->in3[0], b = n->in3[1];
    switch (n->op) {
    case OP_ADD: return plus(g, da, db);
    case OP_SUB: return minus(g, da, db);
    case OP_MUL: return plus(g, times(g, da, b), times(g, a, db));
    case OP_DIV: return over(g, minus(g, da, times(g, x, db)), b);
    case OP_MOD:
        return minus(g, da, times(g, db, graph_op1(g, OP_FLOOR, graph_op2(g, OP_DIV, a, b))));
    case OP_POW: return of_power(g, x, a, b, da, db);
    case OP_MIN: return choose(g, graph_op2(g, OP_LT, a, b), da, db);
    case OP_MAX: return choose(g, graph_op2(g, OP_LT, b, a), da, db);
    case OP_HYPOT: return over(g, plus(g, times(g, a, da), times(g, b, db)), x);
    case OP_ATAN2:
        return over(g, minus(g, times(g, da, b), times(g, a, db)),
                    graph_op2(g, OP_ADD, square(g, a), square(g, b)));
    default: return number(g, 0);
    }
}

/* f'(a) of x = f(a). */
static NodeId of_function(Graph *g, NodeId x, Op op, NodeId a) {
    switch (op) {
    case OP_SIN: return graph_op1(g, OP_COS, a);
    case OP_COS: return graph_op1(g, OP_NEG, graph_op1(g, OP_SIN, a));
    case OP_TAN: return one_and_square(g, 1, x);
    case OP_ASIN:
    case OP_ACOS: {
        NodeId slope = over(g, number(g, op == OP_ASIN ? 1 : -1),
                            graph_op1(g, OP_SQRT, one_and_square(g, -1, a)));
        return slope;
    }
    case OP_ATAN: return over(g, number(g, 1), one_and_square(g, 1, a));
    case OP_SINH: return graph_op1(g, OP_COSH, a);
    case OP_COSH: return graph_op1(g, OP_SINH, a);
    case OP_TANH: return one_and_square(g, -1, x);
    case OP_EXP: return x;
    case OP_LOG: return over(g, number(g, 1), a);
    case OP_LOG2: return over(g, number(g, 1 / log(2)), a);
    case OP_LOG10: return over(g, number(g, 1 / log(10)), a);
    case OP_SQRT: return over(g, number(g, 0.5), x);
    case OP_CBRT: return over(g, number(g, 1.0 / 3), square(g, x));
    case OP_ABS: return graph_op1(g, OP_SIGN, a);
    case OP_NEG: return number(g, -1);
    case OP_FRAC:
    case OP_WRAP: return number(g, 1);
    default: return number(g, 0); /* what goes by steps */
    }
}

static NodeId of_many(Graph *g, const Node *n, const NodeId *slopes) {
    const NodeId *in = node_inputs(n);
    if (n->op == OP_SUM) {
        NodeId sum = slopes[0];
        for (int i = 1; i < n->nin; i++)
            sum = plus(g, sum, slopes[i]);
        return sum;
    }
    bool same = true;
    for (int i = 2; i < n->nin; i++)
        same = same && slopes[i] == slopes[1];
    if (same && n->nin > 1) return slopes[1];
    NodeId *picked = alloc_room((size_t)n->nin, sizeof *picked);
    picked[0] = in[0];
    for (int i = 1; i < n->nin; i++)
        picked[i] = slopes[i];
    NodeId id = graph_node(g, OP_PICK, n->nin, picked, 0);
    free(picked);
    return id;
}

/* The slope of x, of which those of the inputs are known. */
static NodeId of_node(Graph *g, NodeId x, const NodeId *slopes) {
    const Node n = g->nodes[x];
    const NodeId *in = node_inputs(&n);
    switch (n.op) {
    case OP_TIME:
    case OP_SINCE: return number(g, 1);
    case OP_AGE: return graph_sample_rate(g);
    case OP_PHASE:
    case OP_INTEGRATE: return in[0];
    case OP_PHASE_PARAM: return times(g, in[0], slopes[1]);
    case OP_BEND:
    case OP_REACHED:
    case OP_NOISE: return number(g, 0);
    case OP_SELECT: return choose(g, in[0], slopes[1], slopes[2]);
    case OP_SUM:
    case OP_PICK: return of_many(g, &n, slopes);
    case OP_SHIFT:
        return node_is_const(g, slopes[0]) ? slopes[0] : graph_op2(g, OP_SHIFT, slopes[0], in[1]);
    case OP_TABLE: return between_points(g, &n, 0, 0.5 / node_table(g, &n)->n, slopes[0]);
    case OP_SAMPLE:
    case OP_SAMPLE_LINEAR:
    case OP_SAMPLE_SINC: return between_points(g, &n, 1, 0.5 / node_sample(g, &n)->rate, slopes[1]);
    case OP_CELL:
    case OP_INPUT: return difference(g, x);
    default: break;
    }
    if (op_info[n.op].flags & OPF_MEMORY) return difference(g, x);
    if (op_info[n.op].inputs == 1) return times(g, slopes[0], of_function(g, x, (Op)n.op, in[0]));
    return op_info[n.op].inputs == 2 ? of_two(g, x, &n, slopes[0], slopes[1]) : number(g, 0);
}

/* Is its slope that of its inputs, so that these come first? */
static bool is_made_of_inputs(const Node *n) {
    return !(op_info[n->op].flags & OPF_MEMORY) && n->op != OP_CELL && n->nin > 0;
}

static bool stays(const Graph *g, NodeId x) {
    return !(g->nodes[x].deps & ~DEPS_STEADY);
}

/* Pushes the inputs whose slopes are not known; false when there were none. */
static bool inputs_first(Peval *p, NodeId x, NodeId **stack, int *n, int *cap) {
    const Node node = p->g->nodes[x];
    const int before = *n;
    if (!is_made_of_inputs(&node)) return false;
    for (int i = 0; i < node.nin; i++) {
        NodeId in = node_inputs(&node)[i];
        if (!stays(p->g, in) && !pair_find(&p->slopes, in, p->time)) VEC_PUSH(*stack, *n, *cap, in);
    }
    return *n > before;
}

static NodeId slope_of_known(Peval *p, NodeId x) {
    Graph *g = p->g;
    const Node n = g->nodes[x];
    NodeId few[8], *slopes = n.nin > 8 ? alloc_room((size_t)n.nin, sizeof *slopes) : few;
    for (int i = 0; i < n.nin; i++) {
        NodeId in = node_inputs(&n)[i];
        slopes[i] = stays(g, in) || !is_made_of_inputs(&n) ? number(g, 0)
                                                           : pair_find(&p->slopes, in, p->time);
    }
    NodeId slope = of_node(g, x, slopes);
    if (slopes != few) free(slopes);
    return slope;
}

NodeId slope_node(Peval *p, NodeId x) {
    NodeId *stack = NULL;
    int n = 0, cap = 0;
    if (stays(p->g, x)) return number(p->g, 0);
    VEC_PUSH(stack, n, cap, x);
    while (n > 0) {
        NodeId id = stack[n - 1];
        if (pair_find(&p->slopes, id, p->time)) {
            n--;
            continue;
        }
        budget_spend(1);
        if (!inputs_first(p, id, &stack, &n, &cap))
            pair_add(p, &p->slopes, id, p->time, slope_of_known(p, id));
    }
    free(stack);
    return pair_find(&p->slopes, x, p->time);
}

NodeId sample_node(Peval *p, Op op, NodeId channel, NodeId time, int32_t number) {
    NodeId in[3] = {channel, time, op == OP_SAMPLE_SINC ? slope_node(p, time) : 0};
    return graph_node(p->g, op, op == OP_SAMPLE_SINC ? 3 : 2, in, number);
}
