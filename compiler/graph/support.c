/* When is a signal silent? In: a graph. Out: for each node the time before which it is 0, and the time from which it is 0 for
 * good, as far as that can be seen: from conditions on time, the ends of sound files, what they multiply, and memory that is
 * handed nothing but zeros.
 *
 * It follows from what values tend to: a straight line of time before some time, and another from some time on. Of what feeds
 * back, silence before a time is taken for granted and then held to what follows from it, sample by sample from the first;
 * silence that comes back round a loop is none. */
#include "graph/linear_feedback.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* a * t + b, before `time` or from it on; a bound: the value is not below (1), or not above (-1) that line. */
typedef struct Tendency {
    double time, a, b;
    int bound;
} Tendency;

/* Which of the two: EARLY is before its time, LATE from it on. */
enum { EARLY, LATE };

typedef struct Supporter {
    const Graph *g;
    IntervalMemo *bounds; /* NULL: what is multiplied by 0 is taken to be a number */
    const LinearFeedbacks *linear;
    Tendency *tends[2]; /* by node */
    Support *support;   /* by node */
    double *granted;    /* by cell: the time before which it is 0, if it is true */
} Supporter;

static const double NEVER[] = {-INFINITY, INFINITY};

static bool is_known(int side, const Tendency *x) {
    return side == EARLY ? x->time > -INFINITY : x->time < INFINITY;
}

static Tendency unknown(int side) {
    return (Tendency){.time = NEVER[side]};
}

/* Where two things hold, or where one holds for which both must. */
static double both(int side, double a, double b) {
    return side == EARLY ? fmin(a, b) : fmax(a, b);
}

static bool is_number(int side, const Tendency *x) {
    return is_known(side, x) && x->a == 0 && x->bound == 0;
}

/* ---- lines ------------------------------------------------------------------------------------------- */

static Tendency negated(Tendency x) {
    return (Tendency){x.time, -x.a, -x.b, -x.bound};
}

static Tendency added(int side, Tendency x, Tendency y) {
    if (x.bound * y.bound < 0) return unknown(side);
    return (Tendency){both(side, x.time, y.time), x.a + y.a, x.b + y.b,
                      x.bound ? x.bound : y.bound};
}

static Tendency scaled(int side, Tendency x, double by, double time) {
    if (!isfinite(by)) return unknown(side);
    return (Tendency){both(side, x.time, time), x.a * by, x.b * by, by < 0 ? -x.bound : x.bound};
}

/* The sign that x has at such times, which are put off to those at which it is sure; edges are taken within a tolerance. 2: not
 * known. */
static int sign_of(int side, Tendency x, double *time) {
    int sign;
    *time = x.time;
    if (x.a == 0) {
        if (x.b != 0 && fabs(x.b) <= 2 * EDGE_TOLERANCE) return 2;
        sign = (x.b > 0) - (x.b < 0);
    } else {
        const double crossing = -x.b / x.a,
                     margin = 2 * EDGE_TOLERANCE / fabs(x.a) + 1e-12 * fabs(crossing);
        *time = both(side, x.time, side == EARLY ? crossing - margin : crossing + margin);
        sign = (x.a > 0) == (side == LATE) ? 1 : -1;
    }
    return x.bound == 0 || x.bound == sign ? sign : 2;
}

static Tendency number(double time, double value) {
    return (Tendency){.time = time, .b = value};
}

static Tendency compared(int side, Op op, Tendency x, Tendency y) {
    double time;
    int sign = sign_of(side, added(side, x, negated(y)), &time);
    if (sign == 2) return unknown(side);
    bool holds = op == OP_LT   ? sign < 0
                 : op == OP_LE ? sign <= 0
                 : op == OP_EQ ? sign == 0
                               : sign != 0;
    return number(time, holds);
}

/* The greater of two, or the lesser: the one that wins at such times. */
static Tendency limited(int side, Op op, Tendency x, Tendency y) {
    double time;
    int sign = sign_of(side, added(side, x, negated(y)), &time), wanted = op == OP_MAX ? 1 : -1;
    if (sign == 2) return unknown(side);
    Tendency winner = sign == 0 || sign == wanted ? x : y;
    if (winner.bound == -wanted) return unknown(side);
    winner.time = time;
    return winner;
}

/* One side of `and` or `or` may decide alone. */
static Tendency decided(int side, Op op, const Tendency *x, const Tendency *y) {
    bool alone = op == OP_OR;
    double time = NEVER[side];
    for (int i = 0; i < 2; i++) {
        const Tendency *one = i ? y : x;
        if (!is_number(side, one) || (one->b != 0) != alone) continue;
        time = side == EARLY ? fmax(time, one->time) : fmin(time, one->time);
    }
    return (Tendency){.time = time, .b = alone};
}

/* What is computed from numbers alone is one. */
static Tendency result(const Supporter *s, int side, const Node *n) {
    const NodeId *in = node_inputs(n);
    double time = NEVER[1 - side], few[3], *v = few;
    if (n->nin == 0 || n->aux != 0 || n->op == OP_NOISE || (op_info[n->op].flags & OPF_KEEPS))
        return unknown(side);
    for (int i = 0; i < n->nin; i++) {
        if (!is_number(side, &s->tends[side][in[i]])) return unknown(side);
        time = both(side, time, s->tends[side][in[i]].time);
    }
    if (n->nin > 3) v = alloc_zeroed((size_t)n->nin, sizeof *v);
    for (int i = 0; i < n->nin; i++)
        v[i] = s->tends[side][in[i]].b;
    Tendency found = number(time, op_evaluate((Op)n->op, v, n->nin));
    if (v != few) free(v);
    return isfinite(found.b) ? found : unknown(side);
}

/* The last rise is no later than the last change, or the beginning. */
static Tendency of_since(const Supporter *s, int side, const Node *n) {
    const Tendency x = s->tends[side][n->in3[0]];
    if (!is_number(side, &x)) return unknown(side);
    if (side == EARLY) return x.b <= 0 ? number(x.time, 1e9) : unknown(side);
    const NodeId age = node_age(n);
    const double begin = age ? age_beginning(s->g, age) : 0;
    double last = age ? fmax(x.time, begin / s->g->rate) : x.time;
    if (!isfinite(last) || begin < 0) return unknown(side);
    return (Tendency){last, 1, -last, 1};
}

static Tendency of_node(const Supporter *s, int side, const Node *n) {
    const NodeId *in = node_inputs(n);
    const Tendency *tends = s->tends[side];
    if (n->op == OP_CONST) return number(NEVER[1 - side], n->value);
    if (n->op == OP_TIME) return (Tendency){.time = NEVER[1 - side], .a = 1};
    if (n->op == OP_FRAME) return (Tendency){.time = NEVER[1 - side], .a = s->g->rate};
    if (n->op == OP_CELL) return tends[s->g->cells[n->aux].body];
    if (n->op == OP_SINCE) return of_since(s, side, n);
    if (n->op == OP_AND || n->op == OP_OR)
        return decided(side, (Op)n->op, &tends[in[0]], &tends[in[1]]);
    if (n->op == OP_SELECT) {
        if (!is_number(side, &tends[in[0]])) return unknown(side);
        Tendency chosen = tends[tends[in[0]].b != 0 ? in[1] : in[2]];
        chosen.time = both(side, chosen.time, tends[in[0]].time);
        return chosen;
    }
    Tendency known = result(s, side, n);
    if (is_known(side, &known) || n->nin == 0) return known;
    for (int i = 0; i < n->nin; i++)
        if (!is_known(side, &tends[in[i]])) return unknown(side);
    const Tendency x = tends[in[0]], y = n->nin > 1 ? tends[in[1]] : x;
    switch (n->op) {
    case OP_NEG: return negated(x);
    case OP_ADD: return added(side, x, y);
    case OP_SUB: return added(side, x, negated(y));
    case OP_MUL:
        if (is_number(side, &y)) return scaled(side, x, y.b, y.time);
        return is_number(side, &x) ? scaled(side, y, x.b, x.time) : unknown(side);
    case OP_DIV: return is_number(side, &y) ? scaled(side, x, 1 / y.b, y.time) : unknown(side);
    case OP_MIN:
    case OP_MAX: return limited(side, (Op)n->op, x, y);
    case OP_LT:
    case OP_LE:
    case OP_EQ:
    case OP_NE: return compared(side, (Op)n->op, x, y);
    default: return unknown(side);
    }
}

/* ---- silence ----------------------------------------------------------------------------------------- */

static const Fade loud = {.time = INFINITY};
static const Support always = {-INFINITY, INFINITY, {.time = INFINITY}},
                     nothing = {INFINITY, -INFINITY, {.time = INFINITY}};

static Support united(Support x, Support y) {
    return (Support){fmin(x.from, y.from), fmax(x.until, y.until), loud};
}

static Support common(Support x, Support y) {
    return (Support){fmax(x.from, y.from), fmin(x.until, y.until), loud};
}

/* Where it is 0, is the product? Not of what may be infinite, or no number. */
static Support silencing(const Supporter *s, NodeId zero, NodeId other) {
    if (!s->bounds) return s->support[zero];
    const Interval bounds = graph_interval(s->g, s->bounds, other);
    return bounds.low > -INFINITY && bounds.high < INFINITY ? s->support[zero] : always;
}

static Support of_quotient(const Supporter *s, const NodeId *in) {
    if (!s->bounds) return s->support[in[0]];
    const Interval by = graph_interval(s->g, s->bounds, in[1]);
    return by.high < INFINITY && by.low > -INFINITY && (by.low > 0 || by.high < 0)
               ? s->support[in[0]]
               : always;
}

static Support of_limit(const Supporter *s, Op op, const NodeId *in) {
    for (int i = 0; i < 2; i++) {
        const Node *bound = &s->g->nodes[in[i]];
        if (bound->op != OP_CONST) continue;
        bool harmless = op == OP_MIN ? bound->value >= 0 : bound->value <= 0;
        return harmless ? s->support[in[1 - i]] : always;
    }
    return united(s->support[in[0]], s->support[in[1]]);
}

/* Once a choice is made, it is that of the chosen. */
static Support of_choice(const Supporter *s, const NodeId *in) {
    Support found = united(s->support[in[1]], s->support[in[2]]);
    const Tendency *early = &s->tends[EARLY][in[0]], *late = &s->tends[LATE][in[0]];
    if (is_number(EARLY, early))
        found.from =
            fmax(found.from, fmin(early->time, s->support[in[early->b != 0 ? 1 : 2]].from));
    if (is_number(LATE, late))
        found.until =
            fmin(found.until, fmax(late->time, s->support[in[late->b != 0 ? 1 : 2]].until));
    return found;
}

static Support of_sample(const Supporter *s, const Node *n) {
    const Tendency *seconds = s->tends[LATE];
    const Tendency line = seconds[n->in3[1]];
    const Sample *file = node_sample(s->g, n);
    if (!is_known(LATE, &line) || line.time > -INFINITY || line.a == 0 || line.bound) return always;
    double first = -line.b / line.a, last = ((double)file->frames / file->rate - line.b) / line.a;
    return (Support){fmin(first, last), fmax(first, last), loud};
}

/* Number in[i] in seconds; INFINITY where that varies, or hangs on a rate. */
static double seconds_of(const Supporter *s, const Node *n, int i) {
    const Node *in = &s->g->nodes[node_inputs(n)[i]];
    return in->op == OP_CONST ? in->value : INFINITY;
}

static double samples(const Supporter *s, double n) {
    return s->g->rate > 0 ? n / s->g->rate : 0;
}

/* What remembers begins with zeros. */
static Support of_past(const Supporter *s, const Node *n) {
    Support x = s->support[node_inputs(n)[0]];
    switch (n->op) {
    case OP_SHIFT: {
        double by = seconds_of(s, n, 1);
        return isfinite(by) ? (Support){x.from + by, x.until + by + samples(s, 1), loud} : always;
    }
    case OP_DELAY: {
        double least = seconds_of(s, n, 2);
        return (Support){x.from + (isfinite(least) ? least : 0),
                         x.until + seconds_of(s, n, 3) + samples(s, 1), loud};
    }
    case OP_FIR: return (Support){x.from, x.until + samples(s, node_table(s->g, n)->n), loud};
    case OP_RUNNING_MAX:
    case OP_RUNNING_MIN:
    case OP_RUNNING_MEAN:
        return (Support){x.from, x.until + seconds_of(s, n, 1) + samples(s, 2), loud};
    case OP_INTEGRATE:
    case OP_PHASE:
    case OP_SMOOTH: return (Support){x.from, INFINITY, loud};
    default: return always;
    }
}

static Support support_of(const Supporter *s, const Node *n) {
    const NodeId *in = node_inputs(n);
    Support found = nothing;
    if (op_info[n->op].flags & OPF_KEEPS) return of_past(s, n);
    switch (n->op) {
    case OP_CONST: return n->value == 0 ? nothing : always;
    case OP_CELL:
        return (Support){s->granted[n->aux], s->support[s->g->cells[n->aux].body].until, loud};
    case OP_ADD:
    case OP_SUB: return united(s->support[in[0]], s->support[in[1]]);
    case OP_SUM:
        for (int i = 0; i < n->nin; i++)
            found = united(found, s->support[in[i]]);
        return found;
    case OP_PICK:
        for (int i = 1; i < n->nin; i++)
            found = united(found, s->support[in[i]]);
        return found;
    case OP_MUL: return common(silencing(s, in[0], in[1]), silencing(s, in[1], in[0]));
    case OP_DIV: return of_quotient(s, in);
    case OP_MIN:
    case OP_MAX: return of_limit(s, (Op)n->op, in);
    case OP_SELECT: return of_choice(s, in);
    case OP_SAMPLE:
    case OP_SAMPLE_LINEAR:
    case OP_SAMPLE_SINC: return of_sample(s, n);
    default: return op_info[n->op].flags & OPF_ZERO_OF_ZERO ? s->support[in[0]] : always;
    }
}

/* ---- what fades -------------------------------------------------------------------------------------- */

static double level_at(const Fade *f, double time) {
    return f->level > -INFINITY ? f->level - f->rate * (time - f->time) : -INFINITY;
}

double fade_below(const Fade *f, double level) {
    if (!(f->time < INFINITY) || f->level <= level) return f->time;
    return f->rate > 0 ? f->time + (f->level - level) / f->rate : INFINITY;
}

/* What is 0 for good has faded. */
static Fade fade_of(const Supporter *s, NodeId id) {
    const Support *x = &s->support[id];
    return x->until < INFINITY ? (Fade){x->until, -INFINITY, 0} : x->fade;
}

static double logarithm_of_sum(double a, double b) {
    const double greater = fmax(a, b);
    return greater > -INFINITY ? greater + log(exp(a - greater) + exp(b - greater)) : greater;
}

/* Of two that are added, or of which one is chosen. */
static Fade fade_of_two(Fade x, Fade y) {
    const double time = fmax(x.time, y.time);
    if (!(time < INFINITY)) return loud;
    const double a = level_at(&x, time), b = level_at(&y, time);
    const double rate = !(a > -INFINITY)   ? y.rate
                        : !(b > -INFINITY) ? x.rate
                                           : fmin(x.rate, y.rate);
    return (Fade){time, logarithm_of_sum(a, b), rate};
}

static Fade fade_of_all(const Supporter *s, const NodeId *in, int n) {
    Fade all = fade_of(s, in[0]);
    for (int i = 1; i < n; i++)
        all = fade_of_two(all, fade_of(s, in[i]));
    return all;
}

/* The greatest magnitude; infinite where it may be no number. */
static double most_of(const Supporter *s, NodeId id) {
    const Interval x = graph_interval(s->g, s->bounds, id);
    return fmax(fabs(x.low), fabs(x.high));
}

static Fade louder(Fade x, double by) {
    if (!(by < INFINITY)) return loud;
    x.level += log(by);
    return x;
}

static Fade fade_of_product(const Supporter *s, const NodeId *in) {
    const Fade x = fade_of(s, in[0]), y = fade_of(s, in[1]);
    const double time = fmax(x.time, y.time);
    if (time < INFINITY)
        return (Fade){time, level_at(&x, time) + level_at(&y, time), x.rate + y.rate};
    if (x.time < INFINITY) return louder(x, most_of(s, in[1]));
    return y.time < INFINITY ? louder(y, most_of(s, in[0])) : loud;
}

/* An exponential of a falling line. */
static Fade fade_of_exponential(const Supporter *s, NodeId x) {
    const Tendency *line = &s->tends[LATE][x];
    const double time = fmax(line->time, 0);
    if (!is_known(LATE, line) || line->bound > 0 || !(line->a < 0)) return loud;
    return (Fade){time, line->a * time + line->b, -line->a};
}

static Fade delayed(Fade x, double by) {
    x.time += by;
    return x;
}

static Fade fade_of_fir(const Supporter *s, const Node *n) {
    const Table *taps = node_table(s->g, n);
    double sum = 0;
    for (int i = 0; i < taps->n; i++)
        sum += fabs(taps->data[i]);
    return louder(delayed(fade_of(s, n->in3[0]), samples(s, taps->n)), sum);
}

/* Once its inputs fade, what they have left in the state does too, and what they still add. */
static Fade fade_of_feedback(const Supporter *s, const LinearFeedback *l, NodeId id) {
    double time = l->since, left = 0, rate = l->decay * s->g->rate, add = 0, direct = 0;
    const double slowest = 0.9 * rate;
    int member = 0;
    while (l->members[member] != id)
        member++;
    for (int i = 0; i < l->ninputs; i++) {
        const Fade in = fade_of(s, l->inputs[i]);
        time = fmax(time, in.time);
        if (in.level > -INFINITY) rate = fmin(rate, fmin(in.rate, slowest));
        left += linear_feedback_held(l, i) * most_of(s, l->inputs[i]);
    }
    if (!(time < INFINITY && left < INFINITY && rate > 0)) return loud;
    for (int i = 0; i < l->ninputs; i++) {
        const Fade in = fade_of(s, l->inputs[i]);
        const double level = exp(level_at(&in, time));
        add += l->into[i] * level;
        direct += linear_feedback_direct(l, member, i) * level;
    }
    if (add > 0) add /= -expm1(rate / s->g->rate - l->decay);
    return (Fade){time + samples(s, 1), log(l->of_state[member] * l->most * (left + add) + direct),
                  rate};
}

static Fade fade_of_node(const Supporter *s, NodeId id, const Node *n) {
    const NodeId *in = node_inputs(n);
    const Tendency *choice;
    if (!s->bounds || !node_passes(n)) return loud;
    if (s->linear->of[id] >= 0) return fade_of_feedback(s, &s->linear->all[s->linear->of[id]], id);
    switch (n->op) {
    case OP_CELL: return fade_of(s, s->g->cells[n->aux].body);
    case OP_NEG:
    case OP_ABS:
    case OP_SIN:
    case OP_TANH:
    case OP_ATAN: return fade_of(s, in[0]);
    case OP_ADD:
    case OP_SUB:
    case OP_SUM:
    case OP_MIN:
    case OP_MAX: return fade_of_all(s, in, n->nin);
    case OP_PICK: return fade_of_all(s, in + 1, n->nin - 1);
    case OP_SELECT:
        choice = &s->tends[LATE][in[0]];
        if (!is_number(LATE, choice)) return fade_of_all(s, in + 1, 2);
        return fade_of_two(fade_of(s, in[choice->b != 0 ? 1 : 2]),
                           (Fade){choice->time, -INFINITY, 0});
    case OP_MUL: return fade_of_product(s, in);
    case OP_DIV:
        return node_is_const(s->g, in[1])
                   ? louder(fade_of(s, in[0]), fabs(1 / s->g->nodes[in[1]].value))
                   : loud;
    case OP_EXP: return fade_of_exponential(s, in[0]);
    case OP_SHIFT: return delayed(fade_of(s, in[0]), seconds_of(s, n, 1) + samples(s, 1));
    case OP_DELAY: return delayed(fade_of(s, in[0]), seconds_of(s, n, 3) + samples(s, 1));
    case OP_FIR: return fade_of_fir(s, n);
    default: return loud;
    }
}

static void visit(Supporter *s, NodeId id) {
    const Node *n = &s->g->nodes[id];
    for (int side = EARLY; side <= LATE; side++) {
        Tendency found = of_node(s, side, n);
        s->tends[side][id] = isfinite(found.a) && isfinite(found.b) ? found : unknown(side);
    }
    Support found = support_of(s, n);
    const Tendency *early = &s->tends[EARLY][id], *late = &s->tends[LATE][id];
    if (is_number(EARLY, early) && early->b == 0) found.from = fmax(found.from, early->time);
    if (is_number(LATE, late) && late->b == 0) found.until = fmin(found.until, late->time);
    found.fade = fade_of_node(s, id, n);
    s->support[id] = found;
}

/* ---- feedback ---------------------------------------------------------------------------------------- */

/* Takes back what does not follow. In the end all that is granted does. */
static bool hold_cells(Supporter *s, const NodeId *nodes, int n, bool give_up) {
    bool changed = false;
    for (int i = 0; i < n; i++) {
        const Node *cell = &s->g->nodes[nodes[i]];
        if (cell->op != OP_CELL) continue;
        NodeId body = s->g->cells[cell->aux].body;
        double from = body ? s->support[body].from : -INFINITY;
        if (!(from < s->granted[cell->aux])) continue;
        s->granted[cell->aux] = give_up ? -INFINITY : from;
        changed = true;
    }
    return changed;
}

/* Nodes of which none needs others that come later. */
static void settle(Supporter *s, const NodeId *nodes, int n) {
    enum { MOST_ROUNDS = 5 };
    bool again = true;
    for (int round = 0; again; round++) {
        budget_spend(n);
        for (int i = 0; i < n; i++)
            visit(s, nodes[i]);
        again = hold_cells(s, nodes, n, round >= MOST_ROUNDS);
    }
}

Support *graph_support(const Graph *g, const NodeId *order, int n, const int *component,
                       IntervalMemo *bounds, const LinearFeedbacks *linear) {
    size_t size = (size_t)g->n;
    Supporter s = {.g = g, .bounds = bounds, .linear = linear};
    s.support = alloc_room(size, sizeof *s.support);
    s.tends[EARLY] = alloc_room(2 * size, sizeof *s.tends[EARLY]);
    s.tends[LATE] = s.tends[EARLY] + size;
    s.granted = alloc_room((size_t)g->ncells + 1, sizeof *s.granted);
    for (int i = 0; i < g->ncells; i++)
        s.granted[i] = INFINITY;
    for (size_t i = 0; i < size; i++) {
        s.tends[EARLY][i] = unknown(EARLY);
        s.tends[LATE][i] = unknown(LATE);
        s.support[i] = always;
    }
    for (int i = 0, end = n; i < n; i = end) {
        end = component ? component_end(component, order, i, n) : n;
        settle(&s, &order[i], end - i);
    }
    free(s.tends[EARLY]);
    free(s.granted);
    return s.support;
}

double graph_end(const Graph *g) {
    int n;
    NodeId *order = graph_order(g, &n);
    Support *support = graph_support(g, order, n, NULL, NULL, NULL);
    double end = -INFINITY;
    for (int i = 0; i < g->noutputs; i++)
        end = fmax(end, support[g->outputs[i]].until);
    free(order);
    free(support);
    return end;
}
