/* Phases of straight lines of time: sin(a * t + b + m) becomes sinturn(turns(a / tau, b / tau) + m / tau), and
 * frac(a * t + b) becomes turns(a, b), which the back ends count in fixed point: it stays exact for ever.
 * sin(tau * phase + m) becomes sinturn(phase + m / tau) too, and what is added to such a phase before it is taken modulo 1 again
 * moves its start. In: a node of a folded graph and its inputs in
 * the new one. Out: a node, 0 where there is no such line. */
#include "passes/passes.h"

#include <math.h>

static const double TURN = 6.283185307179586476925286766559;

/* x as a straight line of time plus a rest: a sum is taken apart to the depth of a few terms. */
static bool split_line(Graph *g, NodeId x, NodeId *line, NodeId *rest, int depth) {
    NodeId a, b;
    if (graph_affine(g, x, &a, &b)) {
        *line = x;
        *rest = 0;
        return true;
    }
    const Node n = g->nodes[x];
    if ((n.op != OP_ADD && n.op != OP_SUB) || depth > 8) return false;
    for (int i = 0; i < 2; i++) {
        if (!split_line(g, n.in3[i], line, rest, depth + 1)) continue;
        NodeId other = n.in3[1 - i];
        if (n.op == OP_SUB && i == 1) {
            *line = fold_op1(g, OP_NEG, *line);
            *rest = *rest ? fold_op2(g, OP_SUB, other, *rest) : other;
        } else if (n.op == OP_SUB) {
            *rest = *rest ? fold_op2(g, OP_SUB, *rest, other) : fold_op1(g, OP_NEG, other);
        } else {
            *rest = *rest ? fold_op2(g, OP_ADD, *rest, other) : other;
        }
        return true;
    }
    return false;
}

static NodeId in_turns(Graph *g, NodeId radians) {
    if (node_is_const(g, radians)) {
        double turns = graph_at(g, radians)->value / TURN, whole = rint(turns);
        return graph_const(g, fabs(turns - whole) < 4e-16 * fabs(whole) ? whole : turns);
    }
    return fold_op2(g, OP_MUL, radians, graph_const(g, 1 / TURN));
}

NodeId turns_node(Graph *g, NodeId a, NodeId b) {
    NodeId turns = fold_op2(g, OP_TURNS, a, b);
    for (int i = 0; i < 2; i++) {
        NodeId x = i ? b : a;
        if (graph_is_finite(g, x)) continue;
        if (node_is_const(g, x)) return 0;
        turns = graph_op2(g, OP_ADD, turns, graph_op2(g, OP_SUB, x, x));
    }
    return turns;
}

static NodeId counted(Graph *g, NodeId line) {
    NodeId a, b;
    graph_affine(g, line, &a, &b);
    return turns_node(g, in_turns(g, a), in_turns(g, b));
}

/* sin(tau * k * x): k is then a number of turns, exactly when it is whole. */
static NodeId scaled(Graph *g, NodeId x) {
    const Node n = g->nodes[x];
    if (n.op != OP_MUL) return 0;
    for (int i = 0; i < 2; i++) {
        if (!node_is_const(g, n.in3[i])) continue;
        NodeId turns = in_turns(g, n.in3[i]);
        double k = graph_at(g, turns)->value;
        if (k != rint(k)) return 0;
        return k == 1 ? n.in3[1 - i] : fold_op2(g, OP_MUL, turns, n.in3[1 - i]);
    }
    return 0;
}

/* Is a phase among its factors? They are few where it matters. */
static bool is_phase(const Graph *g, NodeId x) {
    NodeId factors[16] = {x};
    for (int n = 1; n > 0;) {
        const Node *factor = &g->nodes[factors[--n]];
        int op = factor->op;
        if (op == OP_TURNS || op == OP_PHASE || op == OP_PHASE_PARAM) return true;
        for (int i = 0; i < 2 && op == OP_MUL && n < 16; i++)
            factors[n++] = factor->in3[i];
    }
    return false;
}

/* sin(tau * phase + m), and with the sum the other way round: the phase in turns and m / tau. */
static NodeId modulated(Graph *g, NodeId x) {
    const Node n = g->nodes[x];
    if (n.op != OP_ADD && n.op != OP_SUB) return 0;
    for (int i = 0; i < 2; i++) {
        NodeId turns = scaled(g, n.in3[i]);
        if (!turns || !is_phase(g, turns)) continue;
        NodeId other = in_turns(g, n.in3[1 - i]);
        return fold_op2(g, (Op)n.op, i ? other : turns, i ? turns : other);
    }
    return 0;
}

/* frac(turns(a, b) + c) and the like: turns(a, b + c). */
static NodeId moved(Graph *g, NodeId x) {
    Node n = *graph_at(g, x);
    NodeId by = 0;
    for (int i = 0; i < 2 && (n.op == OP_ADD || n.op == OP_SUB); i++) {
        const Node turns = *graph_at(g, n.in3[i]);
        const NodeId other = n.in3[1 - i];
        if (turns.op != OP_TURNS || (graph_at(g, other)->deps & ~DEPS_STEADY)) continue;
        if (n.op == OP_SUB && i == 1) return 0;
        by = n.op == OP_SUB ? fold_op1(g, OP_NEG, other) : other;
        n = turns;
    }
    if (n.op != OP_TURNS) return 0;
    return by ? turns_node(g, n.in3[0], fold_op2(g, OP_ADD, n.in3[1], by)) : x;
}

/* Of a frac or wrap: what is counted instead of its input. */
static NodeId counted_part(Graph *g, NodeId x) {
    NodeId a, b;
    return graph_affine(g, x, &a, &b) ? turns_node(g, a, b) : moved(g, x);
}

NodeId turns_of_line(Graph *g, const Node *old, const NodeId *in) {
    if (old->op == OP_FRAC) return counted_part(g, in[0]);
    if (old->op == OP_WRAP) {
        const bool frac = graph_at(g, in[0])->op == OP_FRAC;
        const NodeId x = frac ? graph_at(g, in[0])->in3[0] : in[0], phase = counted_part(g, x);
        if (frac && !phase) return fold_op1(g, OP_WRAP, x);
        return phase ? fold_op1(g, OP_WRAP, phase) : 0;
    }
    Op op = old->op == OP_SIN ? OP_SINTURN : OP_COSTURN;
    NodeId line, rest, turns;
    if (split_line(g, in[0], &line, &rest, 0)) {
        turns = counted(g, line);
        if (!turns) return 0;
        if (rest) turns = fold_op2(g, OP_ADD, turns, in_turns(g, rest));
        return fold_op1(g, op, turns);
    }
    turns = scaled(g, in[0]);
    if (!turns) turns = modulated(g, in[0]);
    return turns ? fold_op1(g, op, turns) : 0;
}
