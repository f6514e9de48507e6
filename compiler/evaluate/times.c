/* What can be seen of a time that a signal is read at. In: the node of the time. Out: how far before the present it
 * lies, how fast it runs, its words. */
#include "evaluate/signals.h"

#include <math.h>

/* Shared subexpressions would be walked once for each way to them: these walks give up in time. */
enum { LONGEST_WALK = 2000 };

static NodeId distance_walk(Peval *p, NodeId time, int *steps) {
    Graph *g = p->g;
    Node n = g->nodes[time];
    NodeId d, a, b;
    if (time == p->time) return graph_const(g, 0);
    if (!(n.deps & DEP_TIME) || --*steps < 0) return 0;
    if (graph_affine(g, time, &a, &b))
        return node_is_const(g, a) && g->nodes[a].value == 1 ? graph_op1(g, OP_NEG, b) : 0;
    if (n.op == OP_SUB) {
        if (!(d = distance_walk(p, n.in3[0], steps))) return 0;
        return node_is_const(g, d) && g->nodes[d].value == 0 ? n.in3[1]
                                                             : graph_op2(g, OP_ADD, d, n.in3[1]);
    }
    for (int i = 0; n.op == OP_ADD && i < 2; i++)
        if ((d = distance_walk(p, n.in3[i], steps)))
            return node_is_const(g, d) && g->nodes[d].value == 0
                       ? graph_op1(g, OP_NEG, n.in3[1 - i])
                       : graph_op2(g, OP_SUB, d, n.in3[1 - i]);
    return 0;
}

NodeId time_distance(Peval *p, NodeId time) {
    int steps = LONGEST_WALK;
    return distance_walk(p, time, &steps);
}

bool time_is_shifted(Peval *p, NodeId time) {
    return value_varies(p, value_number(time)) && time_distance(p, time) != 0;
}

/* The slope of x between jumps; NAN when it has none that can be seen. */
static double slope_walk(Peval *p, NodeId x, int *steps) {
    Graph *g = p->g;
    const Node n = g->nodes[x];
    if (x == p->time || n.op == OP_SINCE) return 1;
    if (!(n.deps & (DEP_TIME | DEP_MEMORY | DEP_INPUT | DEP_CELL))) return 0;
    if (--*steps < 0) return NAN;
    if (op_info[n.op].flags & OPF_STEPS) return 0;
    const NodeId *in = node_inputs(&n);
    double a, b;
    switch (n.op) {
    case OP_BEND:
    case OP_REACHED: return 0;
    case OP_NEG: return -slope_walk(p, in[0], steps);
    case OP_FRAC: return slope_walk(p, in[0], steps);
    case OP_ADD: return slope_walk(p, in[0], steps) + slope_walk(p, in[1], steps);
    case OP_SUB: return slope_walk(p, in[0], steps) - slope_walk(p, in[1], steps);
    case OP_MOD: return slope_walk(p, in[1], steps) == 0 ? slope_walk(p, in[0], steps) : NAN;
    case OP_MUL:
        for (int i = 0; i < 2; i++)
            if (node_is_const(g, in[i]))
                return g->nodes[in[i]].value * slope_walk(p, in[1 - i], steps);
        return slope_walk(p, in[0], steps) == 0 && slope_walk(p, in[1], steps) == 0 ? 0 : NAN;
    case OP_DIV:
        a = slope_walk(p, in[0], steps);
        if (node_is_const(g, in[1])) return a / g->nodes[in[1]].value;
        return a == 0 && slope_walk(p, in[1], steps) == 0 ? 0 : NAN;
    case OP_MIN:
    case OP_MAX:
        a = slope_walk(p, in[0], steps);
        b = slope_walk(p, in[1], steps);
        return fabs(a - b) < 1e-12 ? a : NAN;
    case OP_SELECT:
        a = slope_walk(p, in[1], steps);
        b = slope_walk(p, in[2], steps);
        return fabs(a - b) < 1e-12 ? a : NAN;
    case OP_PICK:
        a = slope_walk(p, in[1], steps);
        for (int i = 2; i < n.nin; i++)
            if (!(fabs(slope_walk(p, in[i], steps) - a) < 1e-12)) return NAN;
        return a;
    default: return NAN;
    }
}

double time_slope(Peval *p, NodeId time) {
    int steps = LONGEST_WALK;
    return slope_walk(p, time, &steps);
}

const char *time_text(Peval *p, NodeId time) {
    Span span = p->g->places[p->g->nodes[time].span].span;
    return span.file >= 0 ? source_text(p->session, span, 40) : "another time";
}
