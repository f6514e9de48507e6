/* Pass `fold`: identities, constants, chains of gains and offsets, and what is made of straight lines of time,
 * exactly: edges are known by the number of their sample (passes/time_edges.c), phases are counted in turns
 * (passes/time_turns.c). Nothing that could turn a NaN or an infinity into a number, or change the sign of a zero:
 * x * 0, x + 0 and 0 - x stay.
 *
 * In: any graph. Out: an equal graph, smaller. What later passes make is folded as it is made. */
#include "passes/passes.h"

#include <math.h>
#include <stdlib.h>

static bool is(const Graph *g, NodeId id, double value) {
    return g->nodes[id].op == OP_CONST && g->nodes[id].value == value;
}

static bool constant(const Graph *g, NodeId id, double *value) {
    *value = g->nodes[id].value;
    return g->nodes[id].op == OP_CONST;
}

static NodeId fold_mul(Graph *g, NodeId a, NodeId b);
static NodeId multiply(Graph *g, NodeId a, NodeId b, int depth);

/* (x + a) + b is x + (a + b): for the op and its inverse. */
static NodeId fold_add(Graph *g, NodeId a, NodeId b) {
    double c, d;
    if (constant(g, a, &c)) {
        NodeId swap = a;
        a = b;
        b = swap;
    }
    const Node x = g->nodes[a];
    if (is(g, b, 0) && x.op == OP_FRAME) return a; /* never -0 */
    if (constant(g, b, &c) && x.op == OP_ADD)
        for (int i = 0; i < 2; i++)
            if (constant(g, x.in3[i], &d))
                return graph_op2(g, OP_ADD, x.in3[1 - i], graph_const(g, c + d));
    if (g->nodes[b].op == OP_NEG) return graph_op2(g, OP_SUB, a, g->nodes[b].in3[0]);
    return graph_op2(g, OP_ADD, a, b);
}

/* (x + d) * c is x * c + d * c: a chain of gains and offsets becomes one multiply-add. A large c
 * would magnify what rounding x leaves of the difference, so only small ones. */
static const double SMALL_GAIN = 4;
enum { LONGEST_CHAIN = 100 };

static NodeId fold_gain(Graph *g, NodeId a, double c, int depth) {
    const Node x = g->nodes[a];
    double d;
    if (x.op != OP_ADD || !(fabs(c) <= SMALL_GAIN) || depth == LONGEST_CHAIN) return 0;
    for (int i = 0; i < 2; i++)
        if (constant(g, x.in3[i], &d) && isfinite(c * d))
            return fold_add(g, multiply(g, x.in3[1 - i], graph_const(g, c), depth + 1),
                            graph_const(g, c * d));
    return 0;
}

static NodeId multiply(Graph *g, NodeId a, NodeId b, int depth) {
    double c, d;
    if (is(g, a, 1)) return b;
    if (is(g, b, 1)) return a;
    if (constant(g, a, &c)) {
        NodeId swap = a;
        a = b;
        b = swap;
    }
    const Node x = g->nodes[a];
    if (constant(g, b, &c) && x.op == OP_MUL)
        for (int i = 0; i < 2; i++)
            if (constant(g, x.in3[i], &d) && isfinite(c * d) && c * d != 0)
                return multiply(g, x.in3[1 - i], graph_const(g, c * d), depth);
    NodeId chain = constant(g, b, &c) ? fold_gain(g, a, c, depth) : 0;
    if (chain) return chain;
    if (constant(g, b, &c) && c == -1) return graph_op1(g, OP_NEG, a);
    return graph_op2(g, OP_MUL, a, b);
}

static NodeId fold_mul(Graph *g, NodeId a, NodeId b) {
    return multiply(g, a, b, 0);
}

static NodeId fold_sub(Graph *g, NodeId a, NodeId b) {
    double c;
    if (is(g, b, 0)) return a;
    if (constant(g, b, &c)) return fold_add(g, a, graph_const(g, -c));
    return graph_op2(g, OP_SUB, a, b);
}

/* A division by what is known is a multiplication: exact for powers of two, else within an ULP of
 * double. */
static NodeId fold_div(Graph *g, NodeId a, NodeId b) {
    double c;
    if (is(g, b, 1)) return a;
    if (constant(g, b, &c) && isnormal(c) && isnormal(1 / c))
        return fold_mul(g, a, graph_const(g, 1 / c));
    return graph_op2(g, OP_DIV, a, b);
}

/* Few products, each of a power with itself or with a. */
static NodeId power(Graph *g, NodeId a, int n) {
    if (n == 1) return a;
    const NodeId half = power(g, a, n / 2), square = graph_op2(g, OP_MUL, half, half);
    return n % 2 ? graph_op2(g, OP_MUL, square, a) : square;
}

static NodeId fold_pow(Graph *g, NodeId a, NodeId b) {
    enum { MOST = 8 }; /* beyond, the roundings of float would show */
    double n;
    if (is(g, b, 0)) return graph_const(g, 1);
    if (constant(g, b, &n) && n >= 1 && n <= MOST && n == floor(n)) return power(g, a, (int)n);
    if (is(g, b, -1)) return graph_op2(g, OP_DIV, graph_const(g, 1), a);
    return graph_op2(g, OP_POW, a, b);
}

/* 2^(a t + b) decays or grows like an exponential, which costs a tenth. Elsewhere pow is nearer: its logarithm is
 * taken in double. 0: it stays. */
static NodeId power_of_line(Graph *g, const NodeId *in) {
    double base;
    NodeId a, b;
    if (!constant(g, in[0], &base) || !isnormal(base) || base <= 0 || base == 1) return 0;
    if (!graph_affine(g, in[1], &a, &b)) return 0;
    return graph_op1(g, OP_EXP, fold_mul(g, in[1], graph_const(g, log(base))));
}

static NodeId fold_logic(Graph *g, Op op, NodeId a, NodeId b) {
    for (int i = 0; i < 2; i++) {
        double c;
        NodeId other = i ? a : b;
        if (!constant(g, i ? b : a, &c)) continue;
        if ((c != 0) == (op == OP_OR)) return graph_const(g, op == OP_OR);
        if (op_info[g->nodes[other].op].flags & OPF_BOOL) return other;
    }
    return graph_op2(g, op, a, b);
}

static bool is_whole(Op op) {
    return op == OP_FLOOR || op == OP_ROUND || op == OP_CEIL;
}

NodeId fold_op1(Graph *g, Op op, NodeId a) {
    const Op inner = (Op)g->nodes[a].op;
    if (op == OP_NEG && inner == OP_NEG) return g->nodes[a].in3[0];
    if (op == OP_ABS && inner == OP_ABS) return a;
    if (op == OP_ABS && inner == OP_NEG) return graph_op1(g, OP_ABS, g->nodes[a].in3[0]);
    if (op == OP_FLOOR && is_whole(inner)) return a;
    return graph_op1(g, op, a);
}

NodeId fold_op2(Graph *g, Op op, NodeId a, NodeId b) {
    switch (op) {
    case OP_ADD: return fold_add(g, a, b);
    case OP_SUB: return fold_sub(g, a, b);
    case OP_MUL: return fold_mul(g, a, b);
    case OP_DIV: return fold_div(g, a, b);
    case OP_POW: return fold_pow(g, a, b);
    case OP_AND:
    case OP_OR: return fold_logic(g, op, a, b);
    case OP_MIN:
    case OP_MAX: return a == b ? a : graph_op2(g, op, a, b);
    default: return graph_op2(g, op, a, b);
    }
}

static NodeId fold_select(Graph *g, NodeId condition, NodeId a, NodeId b) {
    double c;
    if (constant(g, condition, &c)) return c != 0 ? a : b;
    if (a == b) return a;
    const Node *n = &g->nodes[condition];
    if (n->op == OP_NOT) return fold_select(g, n->in3[0], b, a);
    const Node *then = &g->nodes[a], *otherwise = &g->nodes[b]; /* what was asked before is known */
    if (then->op == OP_SELECT && then->in3[0] == condition) a = then->in3[1];
    if (otherwise->op == OP_SELECT && otherwise->in3[0] == condition) b = otherwise->in3[2];
    return graph_op3(g, OP_SELECT, condition, a, b);
}

typedef struct Fold {
    uint8_t *whole; /* see graph_whole */
} Fold;

/* Is it the same number for a whole block, but not known? */
static bool is_steady(const Graph *g, NodeId id) {
    const int deps = g->nodes[id].deps;
    return deps != 0 && !(deps & ~DEPS_STEADY);
}

static bool varies(const Graph *g, NodeId id) {
    return (g->nodes[id].deps & ~DEPS_STEADY) != 0;
}

/* A whole number is divided where that is not exact: its quotient may be whole, and be rounded or compared. By what is steady the
 * rest is divided once a block: that is within an ULP too. */
static NodeId divide(Graph *g, const Fold *fold, const Node *old, const NodeId *in) {
    int exponent;
    double c;
    bool exact = constant(g, in[1], &c) && fabs(frexp(c, &exponent)) == 0.5;
    if (!exact && fold->whole[node_inputs(old)[0]]) return graph_op2(g, OP_DIV, in[0], in[1]);
    if (varies(g, in[0]) && is_steady(g, in[1]))
        return fold_mul(g, in[0], graph_op2(g, OP_DIV, graph_const(g, 1), in[1]));
    return fold_div(g, in[0], in[1]);
}

static NodeId fold_node(Graph *g, const Node *old, const NodeId *in, void *data) {
    NodeId exact = 0;
    switch (old->op) {
    case OP_FRAC:
    case OP_WRAP:
    case OP_SIN:
    case OP_COS: exact = turns_of_line(g, old, in); break;
    case OP_FLOOR:
    case OP_CEIL:
    case OP_ROUND:
    case OP_MOD:
    case OP_HASH:
    case OP_NOISE:
    case OP_LT:
    case OP_LE:
    case OP_EQ:
    case OP_NE: exact = edge_of_line(g, old, in); break;
    case OP_POW: exact = power_of_line(g, in); break;
    case OP_SELECT: return fold_select(g, in[0], in[1], in[2]);
    case OP_DIV: return divide(g, data, old, in);
    default: break;
    }
    if (exact) return exact;
    if (old->nin == 1) return fold_op1(g, (Op)old->op, in[0]);
    return fold_op2(g, (Op)old->op, in[0], in[1]);
}

static const OpSet foldable = {{
    [OP_ADD] = true,    [OP_SUB] = true,  [OP_MUL] = true,   [OP_DIV] = true,   [OP_POW] = true,
    [OP_AND] = true,    [OP_OR] = true,   [OP_NEG] = true,   [OP_MIN] = true,   [OP_MAX] = true,
    [OP_SELECT] = true, [OP_FRAC] = true, [OP_SIN] = true,   [OP_COS] = true,   [OP_MOD] = true,
    [OP_ABS] = true,    [OP_HASH] = true, [OP_NOISE] = true, [OP_FLOOR] = true, [OP_CEIL] = true,
    [OP_ROUND] = true,  [OP_WRAP] = true, [OP_LT] = true,    [OP_LE] = true,    [OP_EQ] = true,
    [OP_NE] = true,
}};

Graph *pass_fold(const Graph *g) {
    Fold fold = {graph_whole(g)};
    Graph *folded = graph_rewrite(g, &foldable, fold_node, &fold);
    free(fold.whole);
    return folded;
}
