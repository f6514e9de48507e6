/* Bounds of what a node can be, by interval arithmetic. In: a graph and a node. Out: low and high;
 * what nothing bounds is infinite. */
#include "graph/linear_feedback.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct IntervalMemo {
    Interval *known;
    uint8_t *found;
    int n;
    bool thorough;   /* looks at what conditions say, at blends, and at what feeds back */
    Interval *cells; /* what that can be */
    double earliest; /* seconds that time is not before */
    int depth;       /* of the walk */
    NodeId late;     /* too deep for it, to be found first; 0: none */
};

static const Interval ANY = {-INFINITY, INFINITY};

IntervalMemo *interval_memo_create(void) {
    IntervalMemo *memo = calloc(1, sizeof *memo);
    if (!memo) abort();
    memo->earliest = -INFINITY;
    return memo;
}

void interval_assume_from(IntervalMemo *memo, double earliest) {
    memo->earliest = earliest;
}

void interval_memo_free(IntervalMemo *memo) {
    if (!memo) return;
    free(memo->known);
    free(memo->found);
    free(memo->cells);
    free(memo);
}

static void memo_grow(IntervalMemo *memo, int n) {
    if (n <= memo->n) return;
    int size = memo->n ? memo->n : 256;
    while (size < n)
        size *= 2;
    memo->known = realloc(memo->known, sizeof(Interval) * (size_t)size);
    memo->found = realloc(memo->found, (size_t)size);
    if (!memo->known || !memo->found) abort();
    memset(memo->found + memo->n, 0, (size_t)(size - memo->n));
    memo->n = size;
}

/* Neither is NaN; fmin and fmax, which take care of that, are calls. */
static double lesser(double a, double b) {
    return a < b ? a : b;
}

static double greater(double a, double b) {
    return a > b ? a : b;
}

static Interval make(double low, double high) {
    if (isnan(low)) low = -INFINITY;
    if (isnan(high)) high = INFINITY;
    return (Interval){low, high};
}

static Interval around(const double *x, int n) {
    double low = x[0], high = x[0];
    for (int i = 0; i < n; i++) {
        if (isnan(x[i])) return ANY;
        low = lesser(low, x[i]);
        high = greater(high, x[i]);
    }
    return make(low, high);
}

static double times(double a, double b) {
    return a == 0 || b == 0 ? 0 : a * b;
}

static Interval product(Interval a, Interval b) {
    double x[4] = {times(a.low, b.low), times(a.low, b.high), times(a.high, b.low),
                   times(a.high, b.high)};
    return around(x, 4);
}

static Interval quotient(Interval a, Interval b) {
    if (b.low <= 0 && b.high >= 0) return ANY;
    return product(a, make(1 / b.high, 1 / b.low));
}

static Interval unite(Interval a, Interval b) {
    return make(lesser(a.low, b.low), greater(a.high, b.high));
}

static Interval modulo(Interval x, Interval m) {
    if (m.low == m.high && x.low >= 0 && x.high < m.low) return x;
    if (m.low > 0) return make(0, m.high);
    if (m.high < 0) return make(m.low, 0);
    return ANY;
}

static Interval power(Interval a, Interval b) {
    if (b.low == b.high && b.low == 2)
        return a.low > 0 || a.high < 0 ? product(a, a)
                                       : make(0, greater(a.low * a.low, a.high * a.high));
    if (signbit(a.low)) return ANY; /* of -0 too: (-0)^-3 is -infinity */
    double x[4] = {pow(a.low, b.low), pow(a.low, b.high), pow(a.high, b.low), pow(a.high, b.high)};
    return around(x, 4);
}

static Interval rising(Interval a, double (*f)(double)) {
    return make(f(a.low), f(a.high));
}

static Interval magnitude(Interval a) {
    if (a.low >= 0) return a;
    if (a.high <= 0) return make(-a.high, -a.low);
    return make(0, greater(-a.low, a.high));
}

static Interval truth(Interval a) {
    if (a.low > 0 || a.high < 0) return make(1, 1);
    return make(a.low == 0 && a.high == 0 ? 0 : 0, 1);
}

static double nearest(double x) {
    return floor(x + 0.5);
}

static Interval find(const Graph *g, IntervalMemo *memo, NodeId id);

static Interval of_many(const Graph *g, IntervalMemo *memo, const Node *n) {
    const NodeId *in = node_inputs(n);
    if (n->op == OP_PICK) {
        Interval all = find(g, memo, in[1]);
        for (int i = 2; i < n->nin; i++)
            all = unite(all, find(g, memo, in[i]));
        return all;
    }
    Interval sum = {0, 0};
    for (int i = 0; i < n->nin; i++) {
        Interval one = find(g, memo, in[i]);
        sum = make(sum.low + one.low, sum.high + one.high);
    }
    return sum;
}

Interval interval_of_data(const double *data, int n) {
    return around(data, n);
}

static Interval of_op(const Graph *g, const Node *n, const Interval *args) {
    const Interval a = args[0], b = args[1], c = args[2];
    switch (n->op) {
#define OP(name, text, inputs, flags, clauses)                                                     \
    case OP_##name:                                                                                \
        clauses break;
#define RANGE(...)  return __VA_ARGS__;
#define ALWAYS(...) return __VA_ARGS__;
#include "graph/ops.def"
    default: break;
    }
    return ANY;
}

/* Is it the same whatever the inputs are? */
static bool has_fixed_range(Op op) {
    static const bool fixed[OP_COUNT] = {
#define OP(name, text, inputs, flags, clauses) false clauses,
#define ALWAYS(...)                            || true
#include "graph/ops.def"
    };
    return fixed[op];
}

static Interval of_time(const Graph *g, const Node *n, double earliest) {
    return make(n->op == OP_TIME ? earliest
                : g->rate > 0    ? earliest * g->rate
                                 : -INFINITY,
                INFINITY);
}

static bool is_time(const Node *n) {
    return n->op == OP_TIME || n->op == OP_FRAME;
}

static Interval find(const Graph *g, IntervalMemo *memo, NodeId id);

/* The node that a sum or difference adds a number to; the node itself where it is none. */
static const Node *time_and_offset(const Graph *g, NodeId id, double *offset) {
    const Node *n = &g->nodes[id];
    if (n->op != OP_ADD && n->op != OP_SUB) return n;
    const Node *a = &g->nodes[n->in3[0]], *b = &g->nodes[n->in3[1]];
    const bool first = n->op == OP_ADD && a->op == OP_CONST;
    const Node *number = first ? a : b;
    if (number->op != OP_CONST) return n;
    *offset = n->op == OP_SUB ? -number->value : number->value;
    return first ? b : a;
}

/* ---- blends -------------------------------------------------------------------------------------- */

typedef Interval Finder(const Graph *g, IntervalMemo *memo, NodeId id, void *data);

/* x + w * (y - x) lies between x and y while w is between 0 and 1. */
static bool of_blend(const Graph *g, IntervalMemo *memo, const Node *n, Finder *of, void *data,
                     Interval *found) {
    const double enough = 1 + 1e-12;
    if (n->op != OP_ADD) return false;
    for (int i = 0; i < 4; i++) {
        const NodeId x = n->in3[i & 1];
        const Node *part = &g->nodes[n->in3[1 - (i & 1)]];
        if (part->op != OP_MUL) continue;
        const Node *way = &g->nodes[part->in3[i >> 1]];
        if (way->op != OP_SUB || way->in3[1] != x) continue;
        const Interval w = of(g, memo, part->in3[1 - (i >> 1)], data);
        if (!(w.low >= 0 && w.high <= enough)) continue;
        *found = unite(of(g, memo, x, data), of(g, memo, way->in3[0], data));
        return true;
    }
    return false;
}

/* ---- choices ------------------------------------------------------------------------------------- */

/* What a choice by the time says of the time in one of its sides: `if t < a then … else` is not before
 * a in the latter. -INFINITY: nothing. */
static double earliest_in(const Graph *g, const Node *choice, int side) {
    const Node *c = &g->nodes[choice->in3[0]];
    if (c->op != OP_LT && c->op != OP_LE) return -INFINITY;
    const Node *edge = &g->nodes[c->in3[side == 2 ? 1 : 0]];
    double later = 0;
    const Node *time = time_and_offset(g, c->in3[side == 2 ? 0 : 1], &later);
    if (!is_time(time) || edge->op != OP_CONST) return -INFINITY;
    if (time->op == OP_TIME) return edge->value - later;
    return g->rate > 0 ? (edge->value - later) / g->rate : -INFINITY;
}

/* What is in both; in the first where nothing is. */
static Interval meet(Interval a, Interval b) {
    Interval both = {greater(a.low, b.low), lesser(a.high, b.high)};
    return both.low <= both.high ? both : a;
}

/* As find, with time not before `earliest`; what is far from its choice is taken as anywhere. */
static Interval find_from(const Graph *g, IntervalMemo *memo, NodeId id, double earliest,
                          int *budget) {
    const Node *n = &g->nodes[id];
    if (is_time(n)) return of_time(g, n, earliest);
    if (!(n->deps & DEP_TIME) || (n->deps & (DEP_CELL | DEP_MEMORY)) || n->nin == 0 || n->nin > 3 ||
        has_fixed_range((Op)n->op) || --*budget < 0)
        return find(g, memo, id);
    Interval args[3] = {ANY, ANY, ANY};
    for (int i = n->op == OP_SELECT; i < n->nin; i++)
        args[i] = find_from(g, memo, n->in3[i], earliest, budget);
    const Interval found = of_op(g, n, args);
    return memo->thorough ? meet(find(g, memo, id), found) : found;
}

/* What the condition of a choice says of a node in one of its sides. */
typedef struct Given {
    NodeId node; /* 0: nothing */
    Interval range;
    int budget;
} Given;

static Given given_in(const Graph *g, const Node *choice, int side) {
    const Node *c = &g->nodes[choice->in3[0]];
    Given given = {.range = ANY};
    if (c->op != OP_LT && c->op != OP_LE) return given;
    const Node *a = &g->nodes[c->in3[0]], *b = &g->nodes[c->in3[1]];
    if ((a->op == OP_CONST) == (b->op == OP_CONST)) return given;
    const bool below = (b->op == OP_CONST) == (side == 1);
    given.node = c->in3[b->op == OP_CONST ? 0 : 1];
    if (below)
        given.range.high = b->op == OP_CONST ? b->value : a->value;
    else
        given.range.low = b->op == OP_CONST ? b->value : a->value;
    return given;
}

/* Seconds and frames tell of each other. */
static Interval time_given(const Graph *g, const Node *n, const Given *given) {
    const bool frames = g->nodes[given->node].op == OP_FRAME;
    const double factor = (n->op == OP_FRAME) == frames ? 1 : frames ? 1 / g->rate : g->rate;
    return g->rate > 0 ? make(given->range.low * factor, given->range.high * factor) : ANY;
}

/* As find, with a node within a range at the same time. A comparison with NaN is false, so what is no number stays that. */
static Interval find_given(const Graph *g, IntervalMemo *memo, NodeId id, void *data) {
    Given *given = data;
    const Node *n = &g->nodes[id];
    const Interval known = find(g, memo, id);
    if (is_time(n) && given->node && is_time(&g->nodes[given->node]))
        return meet(known, time_given(g, n, given));
    if (id == given->node) {
        const bool is_number = known.low > -INFINITY && known.high < INFINITY;
        return is_number ? meet(known, given->range) : known;
    }
    if (n->nin == 0 || n->nin > 3 || (op_info[n->op].flags & OPF_KEEPS) ||
        has_fixed_range((Op)n->op) || --given->budget < 0)
        return known;
    Interval args[3] = {ANY, ANY, ANY}, found;
    if (of_blend(g, memo, n, find_given, data, &found)) return meet(known, found);
    for (int i = n->op == OP_SELECT; i < n->nin; i++)
        args[i] = find_given(g, memo, n->in3[i], data);
    return meet(known, of_op(g, n, args));
}

enum { NEAR_A_CHOICE = 24 }; /* nodes that a choice is seen from */

static Interval of_choice(const Graph *g, IntervalMemo *memo, const Node *n) {
    Interval side[2];
    for (int i = 1; i <= 2; i++) {
        double earliest = earliest_in(g, n, i);
        Given given = memo->thorough ? given_in(g, n, i) : (Given){0};
        given.budget = NEAR_A_CHOICE;
        int budget = NEAR_A_CHOICE;
        side[i - 1] = earliest > memo->earliest ? find_from(g, memo, n->in3[i], earliest, &budget)
                      : given.node              ? find_given(g, memo, n->in3[i], &given)
                                                : find(g, memo, n->in3[i]);
    }
    return unite(side[0], side[1]);
}

static Interval find_any(const Graph *g, IntervalMemo *memo, NodeId id, void *data) {
    (void)data;
    return find(g, memo, id);
}

/* ---- samples in seconds ------------------------------------------------------------------------- */

/* A time rounded to whole samples is `round(d * sr) / sr`. Where the rate is not known, both rates taken apart
 * would give 768 d; it is d but for a part of a sample. */

enum { NEAR_A_RATE = 24 }; /* nodes that are looked at for one division by the rate */

static bool is_rate(const Node *n) {
    return n->op == OP_SR;
}

/* 1 / sr */
static bool is_sample(const Graph *g, const Node *n) {
    const Node *top = graph_at(g, n->in3[0]);
    return n->op == OP_DIV && top->op == OP_CONST && top->value == 1 &&
           is_rate(graph_at(g, n->in3[1]));
}

static bool is_made_of_samples(const Graph *g, NodeId id) {
    switch (graph_at(g, id)->op) {
    case OP_MUL:
    case OP_ROUND:
    case OP_FLOOR:
    case OP_CEIL:
    case OP_NEG:
    case OP_ADD:
    case OP_SUB:
    case OP_MIN:
    case OP_MAX:
    case OP_SELECT: return true;
    default: return false;
    }
}

/* What is rounded to samples, by as much as that down and up; it stays on its side of 0. */
static Interval rounded(Interval a, double down, double up) {
    double low = a.low - down, high = a.high + up;
    return make(a.low >= 0 ? greater(low, 0) : low, a.high <= 0 ? lesser(high, 0) : high);
}

/* The range of id / sr. */
static Interval over_rate(const Graph *g, IntervalMemo *memo, NodeId id, int *budget) {
    const Node *n = graph_at(g, id);
    if (!is_made_of_samples(g, id) || --*budget < 0) return quotient(find(g, memo, id), g->rates);
    if (n->op == OP_MUL) {
        for (int i = 0; i < 2; i++)
            if (is_rate(graph_at(g, n->in3[i]))) return find(g, memo, n->in3[1 - i]);
        int gain = graph_at(g, n->in3[1])->op == OP_CONST;
        return product(find(g, memo, n->in3[gain]), over_rate(g, memo, n->in3[1 - gain], budget));
    }
    const double longest = 1 / g->rates.low;
    Interval args[3] = {ANY, ANY, ANY};
    for (int i = n->op == OP_SELECT; i < n->nin; i++)
        args[i] = over_rate(g, memo, n->in3[i], budget);
    const Interval a = args[0];
    switch (n->op) {
    case OP_ROUND: return rounded(a, longest / 2, longest / 2);
    case OP_FLOOR: return rounded(a, longest, 0);
    case OP_CEIL: return rounded(a, 0, longest);
    default: return of_op(g, n, args);
    }
}

/* What is divided by the rate in n, or multiplied by 1 / sr; 0: nothing. */
static NodeId counted_in_samples(const Graph *g, const Node *n) {
    if (n->op == OP_DIV) return is_rate(graph_at(g, n->in3[1])) ? n->in3[0] : 0;
    if (n->op != OP_MUL) return 0;
    for (int i = 0; i < 2; i++)
        if (is_sample(g, graph_at(g, n->in3[i]))) return n->in3[1 - i];
    return 0;
}

static Interval of_node(const Graph *g, IntervalMemo *memo, const Node *n) {
    NodeId samples = g->rate > 0 ? 0 : counted_in_samples(g, n);
    if (samples) {
        int budget = NEAR_A_RATE;
        return over_rate(g, memo, samples, &budget);
    }
    if (n->op == OP_SUM || n->op == OP_PICK) return of_many(g, memo, n);
    if (n->op == OP_SELECT) return of_choice(g, memo, n);
    if (is_time(n)) return of_time(g, n, memo->earliest);
    Interval blend;
    if (memo->thorough && n->op == OP_CELL) return memo->cells[n->aux];
    if (memo->thorough && of_blend(g, memo, n, find_any, NULL, &blend)) return blend;
    int count = has_fixed_range((Op)n->op) ? 0 : n->nin < 3 ? n->nin : 3;
    Interval args[3] = {ANY, ANY, ANY};
    for (int i = 0; i < count; i++)
        args[i] = find(g, memo, node_inputs(n)[i]);
    return of_op(g, n, args);
}

/* Cells are not followed, so no node is asked for while it is being found. */
static Interval find(const Graph *g, IntervalMemo *memo, NodeId id) {
    if (memo->found[id]) return memo->known[id];
    if (!memo->late && memo->depth == DEEPEST_WALK) memo->late = id;
    if (memo->late) return ANY;
    memo->depth++;
    budget_spend(1);
    Interval v = of_node(g, memo, &g->nodes[id]);
    memo->depth--;
    if (memo->late) return ANY;
    memo->known[id] = v;
    memo->found[id] = 1;
    return v;
}

Interval graph_interval(const Graph *g, IntervalMemo *memo, NodeId id) {
    NodeId *waiting = NULL;
    int n = 0, cap = 0;
    memo_grow(memo, g->n);
    for (;;) {
        Interval v = find(g, memo, id);
        if (memo->late) {
            VEC_PUSH(waiting, n, cap, id);
            id = memo->late;
            memo->late = 0;
        } else if (n > 0) {
            id = waiting[--n];
        } else {
            free(waiting);
            return v;
        }
    }
}

/* Does it reach further? What grows by so little a sample is finite for centuries. */
static bool outgrows(Interval x, Interval y) {
    const double little = 1e-12 * greater(fabs(y.low), fabs(y.high));
    return !(x.low >= y.low - little && x.high <= y.high + little);
}

/* What a member of linear feedback can be: as much as all that went in. */
static Interval of_feedback(const Graph *g, IntervalMemo *memo, const LinearFeedback *l,
                            NodeId id) {
    int member = 0;
    double most = 0;
    while (l->members[member] != id)
        member++;
    for (int i = 0; i < l->ninputs; i++) {
        const Interval in = magnitude(graph_interval(g, memo, l->inputs[i]));
        most += times(in.high, l->of_state[member] * linear_feedback_held(l, i) +
                                   linear_feedback_direct(l, member, i));
    }
    return make(-most, most);
}

static Interval of_cell(const Graph *g, IntervalMemo *memo, const LinearFeedbacks *linear,
                        NodeId cell) {
    const NodeId body = g->cells[g->nodes[cell].aux].body;
    const int by = linear->of[cell];
    return !body     ? ANY
           : by >= 0 ? of_feedback(g, memo, &linear->all[by], cell)
                     : graph_interval(g, memo, body);
}

/* Do cells of a component grow from what they have been? What grows on and on is anything. */
static bool cells_grow(const Graph *g, IntervalMemo *memo, const LinearFeedbacks *linear,
                       const NodeId *members, int n, bool give_up) {
    bool grow = false;
    for (int i = 0; i < n; i++)
        memo->found[members[i]] = 0;
    for (int i = 0; i < n; i++) {
        if (g->nodes[members[i]].op != OP_CELL) continue;
        Interval *cell = &memo->cells[g->nodes[members[i]].aux];
        const Interval all = unite(*cell, of_cell(g, memo, linear, members[i]));
        if (!outgrows(all, *cell)) continue;
        *cell = give_up ? ANY : all;
        grow = true;
    }
    return grow;
}

/* Cells begin at 0, and are what their bodies can be where they have been that. */
void interval_follow_cells(const Graph *g, IntervalMemo *memo, const LinearFeedbacks *linear,
                           const NodeId *sorted, int n, const int *component) {
    enum { MOST_ROUNDS = 5 };
    memo->thorough = true;
    memo->cells = calloc((size_t)g->ncells + 1, sizeof *memo->cells);
    if (!memo->cells) abort();
    memo_grow(memo, g->n);
    memset(memo->found, 0, (size_t)memo->n);
    for (int i = 0, end = n; i < n; i = end) {
        end = component_end(component, sorted, i, n);
        for (int round = 0; cells_grow(g, memo, linear, &sorted[i], end - i, round >= MOST_ROUNDS);)
            round++;
    }
}

bool graph_is_finite(Graph *g, NodeId x) {
    if (node_is_const(g, x)) return isfinite(g->nodes[x].value);
    if (!g->intervals) g->intervals = interval_memo_create();
    Interval range = graph_interval(g, g->intervals, x);
    return range.low > -DBL_MAX && range.high < DBL_MAX;
}
