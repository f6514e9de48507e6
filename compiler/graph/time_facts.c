/* How nodes depend on time. In: a graph. Out: a and b of what is a * t + b; which nodes are made of time by pieces of
 * straight lines, and which are computed from time alone; the age of what has memory. */
#include "graph/graph.h"

#include <stdlib.h>
#include <string.h>

/* Found once for each node: graphs share, and a walk that forgot would take the square or the
 * exponential of their size. */
struct AffineMemo {
    NodeId a, b;
    uint8_t state; /* 0 not known, 1 no straight line, 2 it is a * t + b */
};

static struct AffineMemo *affine_memo(Graph *g, NodeId x) {
    if (x >= g->affine_cap) {
        int old = g->affine_cap;
        g->affine = vec_grow(g->affine, &g->affine_cap, g->cap, sizeof *g->affine);
        memset(g->affine + old, 0, sizeof *g->affine * (size_t)(g->affine_cap - old));
    }
    return &g->affine[x];
}

static bool affine_known(Graph *g, NodeId x, NodeId *a, NodeId *b);

static bool affine_find(Graph *g, NodeId x, NodeId *a, NodeId *b) {
    const Node n = g->nodes[x];
    NodeId a0, b0, a1, b1;
    switch (n.op) {
    case OP_TIME:
        *a = graph_const(g, 1);
        *b = graph_const(g, 0);
        return true;
    case OP_NEG:
        if (!affine_known(g, n.in3[0], &a0, &b0)) return false;
        *a = graph_op1(g, OP_NEG, a0);
        *b = graph_op1(g, OP_NEG, b0);
        return true;
    case OP_ADD:
    case OP_SUB:
        if (!affine_known(g, n.in3[0], &a0, &b0)) return false;
        if (!affine_known(g, n.in3[1], &a1, &b1)) return false;
        *a = graph_op2(g, (Op)n.op, a0, a1);
        *b = graph_op2(g, (Op)n.op, b0, b1);
        return true;
    case OP_MUL:
    case OP_DIV: {
        NodeId factor = n.in3[1], rest = n.in3[0];
        if (n.op == OP_MUL && (g->nodes[factor].deps & DEP_TIME)) {
            factor = n.in3[0];
            rest = n.in3[1];
        }
        if (g->nodes[factor].deps & DEP_TIME || !affine_known(g, rest, &a0, &b0)) return false;
        *a = graph_op2(g, (Op)n.op, a0, factor);
        *b = graph_op2(g, (Op)n.op, b0, factor);
        return true;
    }
    default: return false;
    }
}

static bool affine_known(Graph *g, NodeId x, NodeId *a, NodeId *b) {
    uint8_t deps = g->nodes[x].deps;
    if (!(deps & ~DEPS_STEADY)) {
        *a = graph_const(g, 0);
        *b = x;
        return true;
    }
    if (deps & ~(DEPS_STEADY | DEP_TIME) || g->affine_late) return false;
    struct AffineMemo *memo = affine_memo(g, x);
    if (memo->state == 0) {
        NodeId found_a = 0, found_b = 0;
        if (g->affine_depth == DEEPEST_WALK) {
            g->affine_late = x;
            return false;
        }
        g->affine_depth++;
        bool found = affine_find(g, x, &found_a, &found_b);
        g->affine_depth--;
        if (g->affine_late) return false;
        memo = affine_memo(g, x); /* it may have moved */
        *memo = (struct AffineMemo){found_a, found_b, found ? 2 : 1};
    }
    *a = memo->a;
    *b = memo->b;
    return memo->state == 2;
}

bool graph_affine(Graph *g, NodeId x, NodeId *a, NodeId *b) {
    if (!(g->nodes[x].deps & DEP_TIME)) return false;
    NodeId *waiting = NULL;
    int n = 0, cap = 0;
    for (NodeId id = x;;) {
        bool found = affine_known(g, id, a, b);
        if (g->affine_late) {
            VEC_PUSH(waiting, n, cap, id);
            id = g->affine_late;
            g->affine_late = 0;
        } else if (n > 0) {
            id = waiting[--n];
        } else {
            free(waiting);
            return found;
        }
    }
}

/* One step of the walk below: is this node made of time by pieces that are straight lines? The time since a
 * rise is one, whatever rises. */
static bool straight_node(const Graph *g, const uint8_t *straight, NodeId id) {
    const Node *n = &g->nodes[id];
    const NodeId *in = node_inputs(n);
    if (!node_passes(n)) return true;
    switch (n->op) {
    case OP_SINCE:
    case OP_BEND:
    case OP_REACHED:
    case OP_TURNS: return true;
    case OP_MUL:
        return straight[in[0]] && straight[in[1]] &&
               !(node_passes(&g->nodes[in[0]]) && node_passes(&g->nodes[in[1]]));
    case OP_DIV:
    case OP_MOD: return straight[in[0]] && !node_passes(&g->nodes[in[1]]);
    default: break;
    }
    if (!(op_info[n->op].flags & OPF_STRAIGHT)) return false;
    for (int i = 0; i < n->nin; i++)
        if (!straight[in[i]]) return false;
    return true;
}

void graph_straight(const Graph *g, uint8_t *straight, const NodeId *order, int n) {
    for (int i = 0; i < n; i++)
        straight[order[i]] = straight_node(g, straight, order[i]);
}

/* What is computed from one sample alone: no memory, no random number, no data. */
static bool is_computed(Op op) {
    return !(op_info[op].flags & (OPF_DATA | OPF_MEMORY)) && op != OP_CELL && op != OP_SHIFT;
}

void graph_timed(const Graph *g, uint8_t *timed, const NodeId *order, int n) {
    for (int i = 0; i < n; i++) {
        const Node *node = &g->nodes[order[i]];
        const NodeId *in = node_inputs(node);
        bool good = is_computed((Op)node->op);
        for (int k = 0; k < node->nin && good; k++)
            good = timed[in[k]];
        timed[order[i]] =
            good || node->op == OP_PHASE || node->op == OP_SINCE || !node_passes(node);
    }
}

NodeId node_age(const Node *n) {
    if (!(op_info[n->op].flags & OPF_MEMORY)) return 0;
    int base = op_info[n->op].inputs;
    return n->nin > base ? node_inputs(n)[base] : 0;
}

double age_beginning(const Graph *g, NodeId age) {
    const Node *n = graph_at(g, age);
    if (n->op == OP_FRAME) return 0;
    for (int i = 0; i < 2 && n->op == OP_ADD; i++)
        if (graph_at(g, n->in3[i])->op == OP_FRAME && node_is_const(g, n->in3[1 - i]))
            return graph_at(g, n->in3[1 - i])->value <= 0 ? -graph_at(g, n->in3[1 - i])->value : -1;
    return -1;
}
