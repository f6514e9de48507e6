/* Signals read at times. In: a function, taken as a signal, and a time. Out: its value there.
 *
 * Each signal is evaluated once, at the present (OP_TIME). Read while that is under way it is
 * feedback: the read gives a cell. Read at another time, a pure signal is substituted or shifted, a
 * remembering one delayed, or, when the time runs like t but for jumps, started over. */
#include "evaluate/peval.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Nodes a pure signal may have to be computed again at another time rather than kept. */
enum {
    CHEAP_CONE = 24,  /* always */
    FAR_CONE = 2000,  /* when it is read so far back that its line would be long */
    EXACT_CONE = 400, /* for the sake of a fraction of a sample */
};
static const double FAR = 0.1;                   /* seconds */
static const double RESTART_FROM = 1.0;          /* longer reads of what remembers run anew */
static const double LONGEST_SAMPLE = 1.0 / 8000; /* dt, when the rate is not known, is no longer */
static const double MAX_DELAY = 600.0;

static bool remembers(const Graph *g, NodeId x) {
    return (g->nodes[x].deps & (DEP_MEMORY | DEP_INPUT | DEP_CELL)) != 0;
}

/* ---- walks over the cone of a node ----------------------------------------------------------- */

typedef bool (*NodeTest)(Peval *p, NodeId id, void *data);

enum {
    CUT_SHIFTS = 1, /* what is behind a SHIFT is there already */
    ONLY_OPEN = 2   /* nothing where no cell without a body can be */
};

static bool is_cut(const Node *n, int how) {
    return n->mark || ((how & ONLY_OPEN) && (n->closed || !(n->deps & DEP_CELL)));
}

/* Visits each node that x is made of once, through bound cells too, until a test says stop.
 * Returns true when stopped. */
static bool walk_cone(Peval *p, NodeId x, int how, NodeTest stop, void *data) {
    Graph *g = p->g;
    ConeWalk *w = &p->walk;
    int depth = 0, nseen = 0;
    bool stopped = false, open = false;
    VEC_PUSH(w->stack, depth, w->stack_cap, x);
    while (depth > 0 && !stopped) {
        NodeId id = w->stack[--depth];
        Node *n = &g->nodes[id];
        if (is_cut(n, how)) continue;
        n->mark = 1;
        VEC_PUSH(w->seen, nseen, w->seen_cap, id);
        stopped = stop(p, id, data);
        if (n->op == OP_SHIFT && (how & CUT_SHIFTS)) continue;
        NodeId body = n->op == OP_CELL ? g->cells[n->aux].body : 0;
        if (body) VEC_PUSH(w->stack, depth, w->stack_cap, body);
        open = open || (n->op == OP_CELL && !body);
        const NodeId *in = node_inputs(n);
        for (int i = 0; i < n->nin; i++)
            if (!is_cut(&g->nodes[in[i]], how)) VEC_PUSH(w->stack, depth, w->stack_cap, in[i]);
    }
    budget_spend(nseen);
    bool closed = (how & ONLY_OPEN) && !stopped && !open;
    for (int i = 0; i < nseen; i++) {
        g->nodes[w->seen[i]].mark = 0;
        if (closed) g->nodes[w->seen[i]].closed = 1;
    }
    return stopped;
}

static bool count_to(Peval *p, NodeId id, void *data) {
    (void)p;
    (void)id;
    return --*(int *)data < 0;
}

/* What no cell is in was made before x. */
static bool cone_exceeds(Peval *p, NodeId x, int limit) {
    if (x <= limit && !(p->g->nodes[x].deps & DEP_CELL)) return false;
    return walk_cone(p, x, CUT_SHIFTS, count_to, &limit);
}

static bool is_open_cell(Peval *p, NodeId id, void *data) {
    Node *n = &p->g->nodes[id];
    if (n->op != OP_CELL || p->g->cells[n->aux].body) return false;
    *(NodeId *)data = id;
    return true;
}

/* A cell of a signal that is still being evaluated, 0 when x holds none: x is then in its feedback. */
static NodeId open_cell(Peval *p, NodeId x) {
    NodeId cell = 0;
    walk_cone(p, x, ONLY_OPEN, is_open_cell, &cell);
    return cell;
}

static bool is_input(Peval *p, NodeId id, void *data) {
    if (p->g->nodes[id].op != OP_INPUT) return false;
    *(NodeId *)data = id;
    return true;
}

static bool is_param(Peval *p, NodeId id, void *data) {
    (void)data;
    return p->g->nodes[id].op == OP_PARAM;
}

/* The best reason first: an input, feedback of a signal with a name, other feedback, other memory. */
static bool find_memory(Peval *p, NodeId id, void *data) {
    NodeId *best = data;
    const Node *n = &p->g->nodes[id];
    const char *name = n->op == OP_CELL ? p->g->cells[n->aux].name : NULL;
    int rank = n->op == OP_INPUT ? 0 : n->op == OP_CELL ? (name && name[0] != '_' ? 1 : 2) : 3;
    if (rank == 3 && !(op_info[n->op].flags & OPF_MEMORY)) return false;
    if (!best[rank]) best[rank] = id;
    return rank == 0;
}

/* Why x remembers, in words. */
static const char *memory_reason(Peval *p, NodeId x) {
    NodeId best[4] = {0};
    walk_cone(p, x, 0, find_memory, best);
    if (best[0])
        return arena_printf(p->session->arena, "it hears the input `%s`",
                            p->g->inputs[p->g->nodes[best[0]].aux]);
    if (best[1])
        return arena_printf(p->session->arena, "`%s` reads its own past",
                            p->g->cells[p->g->nodes[best[1]].aux].name);
    if (best[2]) return "it has feedback";
    const char *words = op_info[p->g->nodes[best[3]].op].in_short;
    return words ? words : "it has a past";
}

/* ---- times ----------------------------------------------------------------------------------- */

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

/* time = TIME - d: gives d, 0 for none. */
static NodeId time_distance(Peval *p, NodeId time) {
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

static double slope(Peval *p, NodeId x) {
    int steps = LONGEST_WALK;
    return slope_walk(p, x, &steps);
}

/* ---- pure signals at any time ---------------------------------------------------------------- */

/* A node to be read at a time. */
typedef struct ReadAt {
    NodeId x, time;
} ReadAt;

/* How deep a copy is, and what was found to be too deep for it and is to be copied first; its x is 0 when
 * there is none. */
typedef struct Copying {
    int depth;
    ReadAt late;
} Copying;

static NodeId substituted(Peval *p, Copying *copying, NodeId x, NodeId time);

static NodeId substitute_inputs(Peval *p, Copying *copying, const Node *n, NodeId time) {
    NodeId few[8], *in = few;
    if (n->nin > 8) in = malloc(sizeof(NodeId) * (size_t)n->nin);
    if (!in) abort();
    NodeId *more = n->nin > 3 ? n->more : NULL;
    for (int i = 0; i < n->nin && !copying->late.x; i++)
        in[i] = substituted(p, copying, more ? more[i] : n->in3[i], time);
    NodeId id = copying->late.x ? 0 : graph_node(p->g, (Op)n->op, n->nin, in, n->aux);
    if (in != few) free(in);
    return id;
}

/* A distance known at init, and surely into the past. */
static bool shifts_back(Peval *p, NodeId d) {
    if (p->g->nodes[d].deps & ~DEP_RATE) return false;
    Interval range = graph_interval(p->g, p->intervals, d);
    return range.low > 0 && range.high <= MAX_DELAY;
}

static NodeId substituted(Peval *p, Copying *copying, NodeId x, NodeId time) {
    Graph *g = p->g;
    const Node n = g->nodes[x];
    if (x == p->time) return time;
    if (!(n.deps & (DEP_TIME | DEP_BEND))) return x;
    if (!peval_spend(p, 1, g->places[n.span].span)) return graph_const(g, 0);
    NodeId id = pair_find(&p->substitutions, x, time);
    if (id) return id;
    if (copying->depth == DEEPEST_WALK) {
        copying->late = (ReadAt){x, time};
        return 0;
    }
    copying->depth++;
    if (n.op == OP_SHIFT) {
        NodeId d = time_distance(p, time);
        if (d && shifts_back(p, graph_op2(g, OP_ADD, n.in3[1], d)))
            id = graph_op2(g, OP_SHIFT, n.in3[0], graph_op2(g, OP_ADD, n.in3[1], d));
        else
            id = substituted(p, copying, n.in3[0], graph_op2(g, OP_SUB, time, n.in3[1]));
    } else {
        int32_t outside = g->now.number;
        g->now.number = n.span;
        id = n.op == OP_BEND && n.nin == 1 ? graph_op2(g, OP_BEND, n.in3[0], time)
                                           : substitute_inputs(p, copying, &n, time);
        g->now.number = outside;
    }
    copying->depth--;
    if (id) pair_add(p, &p->substitutions, x, time, id);
    return id;
}

/* x with TIME replaced. */
static NodeId substitute(Peval *p, NodeId x, NodeId time) {
    ReadAt *waiting = NULL, at = {x, time};
    int n = 0, cap = 0;
    for (;;) {
        Copying copying = {0};
        NodeId id = substituted(p, &copying, at.x, at.time);
        if (copying.late.x) {
            VEC_PUSH(waiting, n, cap, at);
            at = copying.late;
        } else if (n > 0) {
            at = waiting[--n];
        } else {
            free(waiting);
            return id;
        }
    }
}

static NodeId pure_at(Peval *p, NodeId x, NodeId time) {
    Graph *g = p->g;
    NodeId d = time_distance(p, time);
    if (d && g->rate <= 0 && shifts_back(p, d) && cone_exceeds(p, x, EXACT_CONE))
        return graph_op2(g, OP_SHIFT, x, d);
    if (g->rate <= 0 || !d || !node_is_const(g, d) || !(g->nodes[d].value > 0) ||
        !cone_exceeds(p, x, CHEAP_CONE))
        return substitute(p, x, time);
    double samples = g->nodes[d].value * g->rate, whole = rint(samples);
    bool far = whole / g->rate > FAR;
    if (whole / g->rate > MAX_DELAY || (far && !cone_exceeds(p, x, FAR_CONE)))
        return substitute(p, x, time);
    if (fabs(samples - whole) < 1e-6)
        return graph_op2(g, OP_SHIFT, x, graph_const(g, whole / g->rate));
    if (!cone_exceeds(p, x, EXACT_CONE)) return substitute(p, x, time);
    return graph_op2(g, OP_SHIFT, x, d);
}

/* ---- the past of remembering signals --------------------------------------------------------- */

static NodeId delay_node(Peval *p, NodeId x, NodeId d, NodeId least, NodeId most) {
    NodeId in[4] = {x, d, least, most};
    return graph_node(p->g, OP_DELAY, 4, in, 0);
}

static const char *seconds_text(Peval *p, double x) {
    if (isinf(x)) return x > 0 ? "infinity" : "minus infinity";
    return arena_printf(p->session->arena, "%.6g s", x);
}

/* Zero with a diag when the distance is not good. */
static NodeId past_at_constant(Peval *p, NodeId x, NodeId d, bool feedback, Span span) {
    Graph *g = p->g;
    double seconds = g->nodes[d].value, samples = seconds * g->rate;
    double whole = rint(samples);
    if (fabs(samples - whole) < 1e-6) samples = whole;
    if (!(samples >= 0)) {
        Diag *diag = peval_error(
            p, span, "this reads the future: %s from now of a signal that remembers (%s)",
            seconds_text(p, -seconds), memory_reason(p, x));
        peval_help(p, diag,
                   "only the past of such a signal is there: `s(t - d)` with d of at least 0");
        return 0;
    }
    if (feedback && samples < 1) {
        Diag *diag = peval_error(p, span, "the feedback has a delay of %s, less than one sample",
                                 seconds_text(p, seconds == 0 ? 0 : seconds));
        peval_help(p, diag, "the shortest past that feedback can read is `t - dt`");
        return 0;
    }
    if (seconds > MAX_DELAY) {
        Diag *diag = peval_error(p, span, "the delay of %s needs %.0f MB of memory",
                                 seconds_text(p, seconds), samples * 8 / 1e6);
        peval_help(p, diag, "delays are limited to %g s", MAX_DELAY);
        return 0;
    }
    if (samples == 0) return x;
    NodeId distance = graph_const(g, samples / g->rate);
    return delay_node(p, x, distance, distance, distance);
}

static NodeId past_at_varying(Peval *p, NodeId x, NodeId d, bool feedback, Span span) {
    Graph *g = p->g;
    Interval range = graph_interval(g, p->intervals, d);
    double dt = g->rate > 0 ? 1 / g->rate : 0;
    if (!(range.low >= -1e-12) || !(range.high <= MAX_DELAY)) {
        bool future = !isinf(range.low) && range.high <= MAX_DELAY;
        Diag *diag = peval_error(
            p, span,
            future ? "the delay may be below 0: it lies between %s and %s, and the signal "
                     "remembers (%s)"
                   : "the delay is not bounded: it lies between %s and %s%.0s",
            seconds_text(p, range.low), seconds_text(p, range.high), memory_reason(p, x));
        const char *words = delay_words(p, span);
        bool library = span.file >= 0 && p->session->sources[span.file].library;
        if (library && !words)
            peval_help(p, diag, "give what varies in it bounds: `clamp(x, lowest, highest)`");
        else
            peval_help(p, diag,
                       library ? "bound it: `clamp(%s, 0, 50ms)`"
                               : "bound it: `t - clamp(%s, 0, 50ms)`",
                       words ? words : "d");
        return 0;
    }
    if (range.low < 0) range.low = 0;
    if (feedback && range.high < dt) {
        Diag *diag =
            peval_error(p, span, "the feedback has a delay of at most %s, less than one sample",
                        seconds_text(p, range.high));
        peval_help(p, diag, "the shortest past that feedback can read is `t - dt`");
        return 0;
    }
    NodeId least = graph_const(g, range.low);
    if (feedback && range.low < (g->rate > 0 ? dt : LONGEST_SAMPLE)) {
        least = graph_op2(g, OP_MAX, least, graph_seconds(g));
        d = graph_op2(g, OP_MAX, d, graph_seconds(g));
    }
    return delay_node(p, x, d, least, graph_const(g, range.high));
}

static NodeId past_of(Peval *p, NodeId x, NodeId d, Span span) {
    Graph *g = p->g;
    bool feedback = open_cell(p, x) != 0;
    if (node_is_const(g, d) && g->rate > 0) return past_at_constant(p, x, d, feedback, span);
    if (!(g->nodes[d].deps & ~(DEP_RATE))) {
        bool short_one = node_is_const(g, d) && g->nodes[d].value < LONGEST_SAMPLE;
        if (feedback && short_one) d = graph_op2(g, OP_MAX, d, graph_seconds(g));
        return delay_node(p, x, d, d, d);
    }
    return past_at_varying(p, x, d, feedback, span);
}

/* ---- starting over --------------------------------------------------------------------------- */

typedef struct PendingCell { /* a copied cell whose body is still to be copied */
    NodeId copy, body;
} PendingCell;

typedef struct Restart {
    NodeId time, age;
    int depth;   /* of the copy */
    NodeId late; /* too deep for it, to be copied first; 0: none */
    PendingCell *pending;
    int npending, pending_cap;
} Restart;

static NodeId restarted_within(Peval *p, NodeId x, Restart *r);

static NodeId restarted_memory(Peval *p, const Node *n, Restart *r) {
    NodeId in[6];
    int base = op_info[n->op].inputs;
    for (int i = 0; i < base; i++)
        in[i] = restarted_within(p, n->nin > 3 ? n->more[i] : n->in3[i], r);
    NodeId age = node_age(n), copy = age ? restarted_within(p, age, r) : 0;
    if (r->late) return 0;
    in[base] = age ? graph_op2(p->g, OP_MIN, copy, r->age) : r->age;
    return graph_node(p->g, (Op)n->op, base + 1, in, n->aux);
}

static NodeId restarted_inputs(Peval *p, const Node *n, Restart *r) {
    NodeId few[8], *in = few;
    if (n->nin > 8) in = malloc(sizeof(NodeId) * (size_t)n->nin);
    if (!in) abort();
    NodeId *more = n->nin > 3 ? n->more : NULL;
    for (int i = 0; i < n->nin && !r->late; i++)
        in[i] = restarted_within(p, more ? more[i] : n->in3[i], r);
    NodeId id = r->late ? 0 : graph_node(p->g, (Op)n->op, n->nin, in, n->aux);
    if (in != few) free(in);
    return id;
}

static NodeId restarted_within(Peval *p, NodeId x, Restart *r) {
    Graph *g = p->g;
    const Node n = g->nodes[x];
    if (r->late) return 0;
    if (!remembers(g, x)) return substitute(p, x, r->time);
    if (!peval_spend(p, 1, g->places[n.span].span)) return x;
    NodeId id = pair_find(&p->substitutions, x, r->time);
    if (id) return id;
    if (r->depth == DEEPEST_WALK) {
        r->late = x;
        return 0;
    }
    r->depth++;
    Origin outside = g->now;
    g->now.number = n.span;
    if (n.op == OP_CELL) {
        Cell cell = g->cells[n.aux];
        id = graph_cell(g, cell.name, cell.span);
        /* Its body may be what is being copied right now: it comes when that is done. */
        PendingCell pending = {id, cell.body};
        VEC_PUSH(r->pending, r->npending, r->pending_cap, pending);
    } else if (op_info[n.op].flags & OPF_MEMORY) {
        id = restarted_memory(p, &n, r);
    } else {
        id = restarted_inputs(p, &n, r);
    }
    r->depth--;
    g->now = outside;
    if (id) pair_add(p, &p->substitutions, x, r->time, id);
    return id;
}

/* x, with its memory, in a time of its own. */
static NodeId restarted(Peval *p, NodeId x, Restart *r) {
    NodeId *waiting = NULL;
    int n = 0, cap = 0;
    for (;;) {
        NodeId id = restarted_within(p, x, r);
        if (r->late) {
            VEC_PUSH(waiting, n, cap, x);
            x = r->late;
            r->late = 0;
        } else if (n > 0) {
            x = waiting[--n];
        } else {
            free(waiting);
            return id;
        }
    }
}

/* Samples since a time that advances like t began anew. t - c and t % c begin within a sample of 0. */
static NodeId age_of(Peval *p, NodeId time) {
    Graph *g = p->g;
    NodeId a, b;
    const Node n = g->nodes[time];
    bool counted =
        graph_affine(g, time, &a, &b) ||
        (n.op == OP_MOD && graph_affine(g, n.in3[0], &a, &b) && node_is_const(g, n.in3[1]));
    if (counted) {
        NodeId samples = graph_op2(g, OP_MUL, time, graph_sample_rate(g));
        return graph_op1(g, OP_FLOOR, graph_op2(g, OP_ADD, samples, graph_const(g, 1e-6)));
    }
    return graph_op1(g, OP_AGE, time);
}

static NodeId start_over(Peval *p, NodeId x, NodeId time, Span span) {
    Graph *g = p->g;
    NodeId cause = 0;
    if (walk_cone(p, x, 0, is_input, &cause)) {
        Diag *d =
            peval_error(p, span, "this signal hears the input `%s`, which cannot be started over",
                        g->inputs[g->nodes[cause].aux]);
        peval_help(p, d, "what hears an input has a past, `s(t - d)`, and no other time");
        return 0;
    }
    if (open_cell(p, x)) {
        Diag *d = peval_error(p, span, "a signal reads itself at a time that starts over");
        peval_help(p, d, "feedback reads the past: `y(t - d)`");
        return 0;
    }
    Restart r = {.time = time, .age = age_of(p, time)};
    NodeId running = restarted(p, x, &r);
    for (int i = 0; i < r.npending; i++) {
        NodeId body = restarted(p, r.pending[i].body, &r);
        g->cells[g->nodes[r.pending[i].copy].aux].body = body;
    }
    free(r.pending);
    NodeId zero = graph_const(g, 0), a, b;
    /* of a line: a comparison of time, as in `if t < start` */
    NodeId before = graph_op2(g, OP_LT, graph_affine(g, time, &a, &b) ? time : r.age, zero);
    return graph_op3(g, OP_SELECT, before, zero, running);
}

/* ---- a value read at a time ------------------------------------------------------------------ */

static const char *time_text(Peval *p, NodeId time) {
    Span span = p->g->places[p->g->nodes[time].span].span;
    return span.file >= 0 ? source_text(p->session, span, 40) : "another time";
}

/* Seconds that the delay lines hold that x is made of; with more than so many it stops. */
typedef struct Held {
    double seconds, most;
} Held;

static bool add_held(Peval *p, NodeId id, void *data) {
    const Node *n = &p->g->nodes[id];
    Held *held = data;
    if (n->op == OP_DELAY && node_is_const(p->g, n->more[3]))
        held->seconds += p->g->nodes[n->more[3]].value;
    return held->seconds > held->most;
}

/* Is the past of x at time - d a run of its own, or a delay line? Params are what they were in the past, but
 * what begins plays with those of now. */
static bool starts_over(Peval *p, NodeId x, NodeId time, NodeId d) {
    const Graph *g = p->g;
    NodeId ignored;
    if (g->nodes[d].deps & ~DEP_RATE) return false;
    bool begins = g->nodes[time].aux == TIME_BEGINS,
         far = node_is_const(g, d) && g->nodes[d].value >= RESTART_FROM;
    if (!begins && !far) return false; /* before walks, which take time */
    if (open_cell(p, x) || walk_cone(p, x, 0, is_input, &ignored)) return false;
    bool params = p->g->nparams > 0 && walk_cone(p, x, 0, is_param, &ignored);
    if (params || begins) return begins;
    /* a run has lines of its own: of a chain of echoes each would double those before */
    Held held = {0, g->nodes[d].value};
    return !walk_cone(p, x, 0, add_held, &held);
}

/* A distance that grows without bound, by jumps alone: `t - floor(t)`, the time since a beat. What is read there
 * starts over, like what is read at t % 1. */
static bool jumps_away(Peval *p, NodeId time, NodeId d) {
    Interval range = graph_interval(p->g, p->intervals, d);
    return !(range.high <= MAX_DELAY) && fabs(slope(p, time) - 1) < 1e-9;
}

static NodeId number_at(Peval *p, NodeId x, NodeId time, const char *name, Span span) {
    Graph *g = p->g;
    if (!value_varies(p, value_number(x)) || time == p->time) return x;
    if (!remembers(g, x)) return pure_at(p, x, time);
    NodeId d = time_distance(p, time);
    if (d && !node_is_const(g, d) && jumps_away(p, time, d)) return start_over(p, x, time, span);
    if (d)
        return starts_over(p, x, time, d) ? start_over(p, x, time, span) : past_of(p, x, d, span);
    if (fabs(slope(p, time) - 1) < 1e-9) return start_over(p, x, time, span);
    const char *reason = memory_reason(p, x),
               *quoted = name ? arena_printf(p->session->arena, "`%s`", name) : "this signal";
    if (strncmp(reason, quoted, strlen(quoted)) == 0) reason = "it reads its own past";
    Diag *diag = peval_error(p, span, "%s remembers (%s) and is read at `%s`", quoted, reason,
                             time_text(p, time));
    peval_help(
        p, diag,
        "a remembering signal is read in the past, `s(t - d)`, or started over, `s(t %% c)`; "
        "warp the time of the pure signal that it is made from instead");
    return 0;
}

static Value value_at(Peval *p, Value v, NodeId time, const char *name, Span span) {
    if (v.kind == V_NUMBER) {
        NodeId id = number_at(p, v.node, time, name, span);
        return id ? value_number(id) : value_error();
    }
    if (v.kind != V_LIST) return v;
    Value *items = malloc(sizeof(Value) * (size_t)(v.list->n ? v.list->n : 1));
    if (!items) abort();
    bool failed = false;
    for (int i = 0; i < v.list->n && !failed; i++) {
        items[i] = value_at(p, v.list->items[i], time, name, span);
        failed = items[i].kind == V_ERROR;
    }
    Value result = failed ? value_error() : value_list(p, items, v.list->n);
    free(items);
    return result;
}

/* ---- evaluation at the present, with feedback ------------------------------------------------ */

static bool holds_function(Value v) {
    if (v.kind == V_FUNCTION || v.kind == V_STRING || v.kind == V_DEFERRED) return true;
    if (v.kind == V_LIST)
        for (int i = 0; i < v.list->n; i++)
            if (holds_function(v.list->items[i])) return true;
    return false;
}

static bool same_shape(Value a, Value b) {
    if (a.kind != b.kind) return false;
    if (a.kind != V_LIST) return true;
    if (a.list->n != b.list->n) return false;
    for (int i = 0; i < a.list->n; i++)
        if (!same_shape(a.list->items[i], b.list->items[i])) return false;
    return true;
}

static Value cells_like(Peval *p, Value shape, const char *name, Span span) {
    if (shape.kind != V_LIST) return value_number(graph_cell(p->g, name, span));
    Value *items = ARENA_ARRAY(p->session->arena, Value, shape.list->n + 1);
    for (int i = 0; i < shape.list->n; i++)
        items[i] = cells_like(p, shape.list->items[i], name, span);
    return value_list(p, items, shape.list->n);
}

static void bind_cells(Peval *p, Value cells, Value value) {
    if (cells.kind == V_LIST) {
        for (int i = 0; i < cells.list->n; i++)
            bind_cells(p, cells.list->items[i], value.list->items[i]);
        return;
    }
    int cell = p->g->nodes[cells.node].aux;
    p->g->cells[cell].body = value.node;
}

static const char *signal_name(Function *f) {
    const char *name = function_name(f);
    return name && name[0] != '$' ? name : NULL;
}

/* What a read of a signal gives while it is being evaluated. */
static Value busy_cells(Peval *p, Signal *s) {
    reads_note_signal(p, s);
    if (!s->read_itself) {
        s->read_itself = true;
        Value scalar = value_number(0);
        s->cells = cells_like(p, s->shape_known ? s->value : scalar, signal_name(s->function),
                              s->function->lambda ? s->function->lambda->span : s->function->span);
    }
    return s->cells;
}

static bool is_open_shape(Peval *p, NodeId id, void *data) {
    Node *n = &p->g->nodes[id];
    if (n->op != OP_CELL || p->g->cells[n->aux].body) return false;
    for (Signal *s = p->busy; s; s = s->outer)
        if (s->read_itself && s->cells.kind == V_NUMBER && s->cells.node == id && !s->shape_known) {
            s->shape_wanted = true;
            *(bool *)data = true;
        }
    return *(bool *)data;
}

bool shape_is_open(Peval *p, NodeId node) {
    bool open = false, any = false;
    for (Signal *s = p->busy; s && !any; s = s->outer)
        any = s->read_itself && s->cells.kind == V_NUMBER && !s->shape_known;
    if (any) walk_cone(p, node, ONLY_OPEN, is_open_shape, &open);
    return open;
}

static void report_shapeless(Peval *p, Signal *s, Span span) {
    Function *f = s->function;
    bool named = signal_name(f) && f->lambda && f->lambda->span.file == span.file;
    Diag *d = peval_error(p, named ? f->lambda->span : span,
                          "nothing says how long the list is that `%s` feeds back",
                          signal_name(f) ? signal_name(f) : "this signal");
    peval_help(p, d, "add a list of zeros to it: `zeros(n) + …`");
}

/* The value of a signal at the present, with what feedback reads meanwhile in s->cells. */
static Value evaluate_now(Peval *p, Signal *s, Span span) {
    p->trials++;
    s->state = SIGNAL_BUSY;
    s->read_itself = false;
    s->outer = p->busy;
    s->depth = s->outer ? s->outer->depth + 1 : 0;
    p->busy = s;
    const Reads *outside = reads_begin(p);
    Value now = value_number(p->time);
    Value v = force(p, apply_direct(p, s->function, &now, 1, span));
    reads_forget(p, s);
    s->reads = reads_end(p, outside);
    p->busy = s->outer;
    p->trials--;
    return v;
}

/* Was a list of one found only because a list of one was supposed? Then one of two fits as well. */
static bool fits_any_length(Peval *p, Signal *s, Span span) {
    Value found = s->value, zero = value_constant(p, 0);
    s->shape_known = true;
    s->value = value_list(p, (Value[]){zero, zero}, 2);
    Trial trial = trial_begin(p);
    Value v = evaluate_now(p, s, span);
    bool fits = v.kind != V_ERROR && s->read_itself && same_shape(s->cells, v);
    trial_take_back(p, &trial);
    s->value = found;
    s->state = SIGNAL_NEW;
    return fits;
}

enum { MOST_SHAPE_TRIALS = 4 };

static void report_value_of_functions(Peval *p, Signal *s, Span span) {
    const char *name = p->calls && p->calls->shown ? p->calls->shown : signal_name(s->function);
    if (name && name[0] == '_') name = NULL;
    Diag *d = peval_error(
        p, span, "%s reads its own past, but its value is made of functions, not of numbers",
        name ? arena_printf(p->session->arena, "`%s`", name) : "this signal");
    peval_help(p, d, "an argument may want one more call: `saw(110)` is a signal, `saw` makes one");
}

/* One evaluation at the present. False when it has to be done again with the shape now known. */
static bool evaluate_once(Peval *p, Signal *s, Span span) {
    int mark = p->nundo;
    s->shape_wanted = false;
    Value v = evaluate_now(p, s, span);
    if (v.kind == V_ERROR && s->read_itself) bind_cells(p, s->cells, s->cells);
    if (v.kind == V_ERROR || !s->read_itself) {
        s->state = v.kind != V_ERROR && holds_function(v) ? SIGNAL_NONE : SIGNAL_DONE;
    } else if (holds_function(v)) {
        if (!blame_maker(p)) report_value_of_functions(p, s, span);
        bind_cells(p, s->cells, s->cells);
        v = value_error();
        s->state = SIGNAL_DONE;
    } else if (!same_shape(s->cells, v)) {
        /* A list may show its shape in steps: [re, im] = y(t - dt), of which only re meets a list. */
        if (s->shape_trials++ < MOST_SHAPE_TRIALS) {
            undo_what_reads(p, mark, s);
            s->shape_known = true;
            s->value = v;
            return false;
        }
        Function *f = s->function;
        bool named = signal_name(f) && f->lambda && f->lambda->span.file == span.file;
        Diag *d =
            peval_error(p, named ? f->lambda->span : span,
                        "the value of `%s` changes its shape: from %s in its past it makes %s",
                        signal_name(f) ? signal_name(f) : "this signal",
                        value_describe(p, s->cells), value_describe(p, v));
        peval_help(p, d, "a signal has the same number of channels at all times");
        bind_cells(p, s->cells, s->cells);
        v = value_error();
        s->state = SIGNAL_DONE;
    } else {
        if (s->shape_wanted && !s->shape_known) report_shapeless(p, s, span);
        bind_cells(p, s->cells, v);
        s->state = SIGNAL_DONE;
    }
    s->value = v;
    undo_note_signal(p, s);
    if (p->trials == 0) p->nundo = 0;
    return true;
}

static void signal_evaluate(Peval *p, Signal *s, Span span) {
    while (!evaluate_once(p, s, span)) {
        bool one = s->shape_wanted && s->value.kind == V_LIST && s->value.list->n == 1;
        if (!one || !fits_any_length(p, s, span)) continue;
        report_shapeless(p, s, span);
        s->value = value_error();
        s->state = SIGNAL_DONE;
        return;
    }
}

static Value read_busy(Peval *p, Signal *s, NodeId time, Span span) {
    Value cells = busy_cells(p, s);
    if (time == p->time) return cells;
    if (!time_distance(p, time)) {
        const char *name = signal_name(s->function);
        Diag *d = peval_error(p, span, "`%s` reads itself at `%s`, which is not its past",
                              name ? name : "this signal", time_text(p, time));
        peval_help(p, d, "feedback reads the past: `%s(t - d)`", name ? name : "y");
        return value_error();
    }
    return value_at(p, cells, time, signal_name(s->function), span);
}

/* What a signal is now, for reads of its past: the cells that it read itself by, so that both pasts are one,
 * but for what has no feedback after all. */
static Value present_of(Peval *p, Value value, Value cells) {
    if (value.kind == V_NUMBER) return p->g->nodes[value.node].deps & DEP_CELL ? cells : value;
    if (value.kind != V_LIST) return value;
    Value *items = ARENA_ARRAY(p->session->arena, Value, value.list->n + 1);
    for (int i = 0; i < value.list->n; i++)
        items[i] = present_of(p, value.list->items[i], cells.list->items[i]);
    return value_list(p, items, value.list->n);
}

Value signal_read(Peval *p, Function *f, NodeId time, Span span) {
    if (!f->signal) {
        f->signal = ARENA_NEW(p->session->arena, Signal);
        f->signal->function = f;
    }
    Signal *s = f->signal;
    if (s->state == SIGNAL_NEW) signal_evaluate(p, s, span);
    if (s->state != SIGNAL_BUSY) reads_note(p, s->reads);
    if (s->state == SIGNAL_NONE) {
        Value t = value_number(time);
        return apply_direct(p, f, &t, 1, span);
    }
    if (s->state == SIGNAL_BUSY) return read_busy(p, s, time, span);
    if (time == p->time || s->value.kind == V_ERROR) return s->value;
    Value present = s->read_itself ? present_of(p, s->value, s->cells) : s->value;
    return value_at(p, present, time, callee_words(p, span, signal_name(f)), span);
}

/* ---- signals that are lists ------------------------------------------------------------------ */

Value as_list(Peval *p, Value v, const char *what, Span span) {
    v = force(p, v);
    if (v.kind == V_LIST || v.kind == V_ERROR) return v;
    bool one_channel = false;
    if (v.kind == V_FUNCTION && function_arity(p, v.function) == 1 && v.function->kind != FN_PRIM) {
        Value now = apply(p, v, (Value[]){value_number(p->time)}, 1, span);
        if (now.kind == V_ERROR) return now;
        if (now.kind == V_NUMBER && shape_is_open(p, now.node)) now = value_list(p, &now, 1);
        if (now.kind == V_LIST) {
            Value *items = ARENA_ARRAY(p->session->arena, Value, now.list->n + 1);
            for (int i = 0; i < now.list->n; i++) {
                Function key = {
                    .kind = FN_CHANNEL, .number = i, .args = &v, .nargs = 1, .span = span};
                items[i] = value_function(function_intern(p, &key));
            }
            return value_list(p, items, now.list->n);
        }
        one_channel = now.kind == V_NUMBER;
    }
    if (v.kind == V_NUMBER && shape_is_open(p, v.node)) return value_list(p, &v, 1);
    if (!blame_kind(p, v, one_channel ? "a signal of one channel" : NULL, "a list", span)) {
        Diag *d = peval_error(p, span, "%s, and this is %s%s", what, value_describe(p, v),
                              one_channel ? " of one channel" : "");
        if (v.kind == V_STRING) help_with_string(p, d, v.text);
    }
    return value_error();
}
