/* Edges of straight lines of time: where such a line, a * t + b, is taken modulo, rounded or compared, the
 * sample at which that happens is known exactly. Modulo and rounding are expressed by TURNS, which the back
 * ends count in fixed point; comparisons become comparisons of the sample's number. In: a node of a folded
 * graph and its inputs in the new one. Out: a node, 0 where there is no such line. */
#include "passes/passes.h"

#include <math.h>

typedef struct Line { /* a * t + b with numbers that are known */
    double a, b;
} Line;

static bool known_line(Graph *g, NodeId x, Line *line) {
    NodeId a, b;
    if (!graph_affine(g, x, &a, &b) || !node_is_const(g, a) || !node_is_const(g, b)) return false;
    *line = (Line){graph_at(g, a)->value, graph_at(g, b)->value};
    return isfinite(line->a) && isfinite(line->b) && line->a != 0;
}

static NodeId line_node(Graph *g, NodeId a, NodeId b) {
    NodeId x = fold_op2(g, OP_MUL, a, graph_node(g, OP_TIME, 0, NULL, 0));
    return node_is_const(g, b) && graph_at(g, b)->value == 0 ? x : fold_op2(g, OP_ADD, x, b);
}

/* Turns are whole within 2^-30 of one: of a period of days, that is several samples. */
static bool is_counted(const Graph *g, NodeId a, NodeId m) {
    const double rate = g->rate > 0 ? g->rate : 192000;
    if (!node_is_const(g, a)) return true;
    IntervalMemo *memo = interval_memo_create();
    Interval period = graph_interval(g, memo, m);
    interval_memo_free(memo);
    double longest = fmax(fabs(period.low), fabs(period.high));
    return fabs(graph_at(g, a)->value / rate) > 0x1p-28 * longest;
}

static NodeId modulo(Graph *g, NodeId x, NodeId m) {
    NodeId a, b;
    if (!graph_affine(g, x, &a, &b) || (g->nodes[m].deps & ~DEPS_STEADY)) return 0;
    if (node_is_const(g, m) && !(fabs(graph_at(g, m)->value) > 0)) return 0;
    if (!is_counted(g, a, m)) return 0;
    NodeId turns = turns_node(g, fold_op2(g, OP_DIV, a, m), fold_op2(g, OP_DIV, b, m));
    if (!turns) return 0;
    return fold_op2(g, OP_MUL, turns, m);
}

/* floor(x) is x - its fraction, which is a whole number but for rounding: round takes that away. */
static NodeId floor_line(Graph *g, NodeId x) {
    NodeId a, b;
    Line line;
    if (!graph_affine(g, x, &a, &b)) return 0;
    if (g->rate > 0 && known_line(g, x, &line)) {
        double k = rint(line.a / g->rate); /* a whole number of steps a sample: t * sr */
        if (k != 0 && fabs(line.a / g->rate - k) < 1e-15 * fabs(k)) {
            NodeId n = graph_node(g, OP_FRAME, 0, NULL, 0);
            double offset = floor(line.b + EDGE_TOLERANCE);
            if (k != 1) n = fold_op2(g, OP_MUL, graph_const(g, k), n);
            return offset == 0 ? n : fold_op2(g, OP_ADD, n, graph_const(g, offset));
        }
    }
    NodeId turns = turns_node(g, a, b);
    if (!turns || g->nodes[turns].op != OP_TURNS) return 0; /* infinity stays that */
    NodeId whole = fold_op2(g, OP_SUB, x, turns);
    return fold_op1(g, OP_ROUND, whole);
}

static NodeId rounded(Graph *g, Op op, NodeId x) {
    NodeId a, b, down;
    if (!graph_affine(g, x, &a, &b)) return 0;
    switch (op) {
    case OP_FLOOR: return floor_line(g, x);
    case OP_CEIL:
        down = floor_line(g, line_node(g, fold_op1(g, OP_NEG, a), fold_op1(g, OP_NEG, b)));
        if (!down) return 0;
        return fold_op1(g, OP_NEG, down);
    default: return floor_line(g, line_node(g, a, fold_op2(g, OP_ADD, b, graph_const(g, 0.5))));
    }
}

/* n < limit, where limit lies between two samples. */
static NodeId before(Graph *g, long double limit) {
    double edge = (double)(ceill(limit) - 0.5L);
    return fold_op2(g, OP_LT, graph_node(g, OP_FRAME, 0, NULL, 0), graph_const(g, edge));
}

/* line < -tolerance, or <= tolerance: the sign of a says which side of the crossing is meant. */
static NodeId compare_line(Graph *g, Line line, double tolerance) {
    long double limit = ((long double)tolerance - line.b) * g->rate / line.a;
    return line.a > 0 ? before(g, limit) : fold_op1(g, OP_NOT, before(g, floorl(limit) + 1));
}

static NodeId compared(Graph *g, Op op, NodeId x, NodeId y) {
    Line line;
    if (g->rate <= 0 || !known_line(g, fold_op2(g, OP_SUB, x, y), &line)) return 0;
    if (op == OP_LT) return compare_line(g, line, -EDGE_TOLERANCE);
    NodeId not_above = compare_line(g, line, EDGE_TOLERANCE);
    if (op == OP_LE) return not_above;
    NodeId below = compare_line(g, line, -EDGE_TOLERANCE);
    NodeId equal = fold_op2(g, OP_AND, not_above, fold_op1(g, OP_NOT, below));
    return op == OP_EQ ? equal : fold_op1(g, OP_NOT, equal);
}

/* Noise of t - c is that of the sample c before. */
static NodeId noise_along(Graph *g, NodeId seed, NodeId time) {
    Line line;
    if (g->rate <= 0 || !known_line(g, time, &line) || line.a != 1) return 0;
    double samples = floor(line.b * g->rate + 1e-6);
    if (fabs(samples) > 1e9) return 0;
    return graph_node(g, OP_NOISE_AT, 1, &seed, (int32_t)samples);
}

/* x = scale * whole + offset, with numbers that are known, of a line that was rounded down. */
typedef struct Stairs {
    double scale, offset;
    NodeId whole;
} Stairs;

static bool find_stairs(Graph *g, NodeId x, Stairs *s) {
    *s = (Stairs){1, 0, x};
    for (;;) {
        const Node *n = &g->nodes[s->whole];
        if (n->op == OP_ROUND) return true;
        if (n->op != OP_ADD && n->op != OP_SUB && n->op != OP_MUL && n->op != OP_DIV) return false;
        const bool second = node_is_const(g, n->in3[1]);
        if (!second && (!node_is_const(g, n->in3[0]) || n->op == OP_SUB || n->op == OP_DIV))
            return false;
        const double c = g->nodes[n->in3[second]].value;
        if (n->op == OP_ADD || n->op == OP_SUB)
            s->offset += s->scale * (n->op == OP_ADD ? c : -c);
        else
            s->scale = n->op == OP_MUL ? s->scale * c : s->scale / c;
        s->whole = n->in3[!second];
    }
}

/* Is it a line that was rounded down, as floor_line has it? */
static bool floored_line(Graph *g, NodeId id, Line *line) {
    const Node *difference = &g->nodes[g->nodes[id].in3[0]];
    if (difference->op != OP_SUB) return false;
    const NodeId x = difference->in3[0], turns = difference->in3[1];
    Line counted;
    if (g->nodes[turns].op != OP_TURNS || !known_line(g, x, line)) return false;
    const NodeId a = g->nodes[turns].in3[0], b = g->nodes[turns].in3[1];
    if (!node_is_const(g, a) || !node_is_const(g, b)) return false;
    counted = (Line){g->nodes[a].value, g->nodes[b].value};
    return counted.a == line->a && line->b - counted.b == rint(line->b - counted.b);
}

static bool whole_number(double x, double *whole) {
    *whole = rint(x);
    return fabs(x) < 1e9 && fabs(x - *whole) < 1e-6;
}

/* Noise at a time that stays for so many samples. */
static NodeId noise_in_steps(Graph *g, NodeId seed, NodeId time) {
    Stairs s;
    Line line;
    double held, period, from, at;
    if (g->rate <= 0 || !node_is_const(g, seed) || !find_stairs(g, time, &s)) return 0;
    if (!floored_line(g, s.whole, &line)) return 0;
    if (!whole_number(g->rate / line.a, &period) || !whole_number(s.scale * g->rate, &held) ||
        !whole_number(-line.b * held, &from) || !whole_number(s.offset * g->rate, &at))
        return 0;
    if (held < 2 || held != period || fabs(at - from) > 1e9) return 0;
    const NodeId in[] = {seed, graph_const(g, held), graph_const(g, from)};
    return graph_node(g, OP_NOISE_HELD, 3, in, (int32_t)(at - from));
}

NodeId edge_of_line(Graph *g, const Node *old, const NodeId *in) {
    NodeId whole;
    switch (old->op) {
    case OP_MOD: return modulo(g, in[0], in[1]);
    case OP_HASH:
        whole = rounded(g, OP_FLOOR, in[0]);
        return whole ? fold_op1(g, OP_HASH, whole) : 0;
    case OP_NOISE:
        whole = noise_along(g, in[0], in[1]);
        return whole ? whole : noise_in_steps(g, in[0], in[1]);
    case OP_FLOOR:
    case OP_CEIL:
    case OP_ROUND: return rounded(g, (Op)old->op, in[0]);
    default: return compared(g, (Op)old->op, in[0], in[1]);
    }
}
