/* Remembering signals in a time of their own. In: the node of one at the present, and a time that runs like t but for
 * jumps. Out: a copy of its nodes that hears silence before time 0 and is as old as that time. */
#include "evaluate/signals.h"

#include <math.h>
#include <stdlib.h>

static const double RESTART_FROM = 1.0; /* longer reads of what remembers run anew */

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

NodeId start_over(Peval *p, NodeId x, NodeId time, Span span) {
    Graph *g = p->g;
    NodeId cause = heard_input(p, x);
    if (cause) {
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

/* Seconds that the delay lines of a cone hold; counting stops at more than `most`. */
typedef struct LineSeconds {
    double seconds, most;
} LineSeconds;

static bool add_line(Peval *p, NodeId id, void *data) {
    const Node *n = &p->g->nodes[id];
    LineSeconds *lines = data;
    if (n->op == OP_DELAY && node_is_const(p->g, n->more[3]))
        lines->seconds += p->g->nodes[n->more[3]].value;
    return lines->seconds > lines->most;
}

/* Is the past of x at time - d a run of its own, or a delay line? Params are what they were in the past, but
 * what begins plays with those of now. */
bool starts_over(Peval *p, NodeId x, NodeId time, NodeId d) {
    const Graph *g = p->g;
    if (g->nodes[d].deps & ~DEP_RATE) return false;
    bool begins = g->nodes[time].aux == TIME_BEGINS,
         far = node_is_const(g, d) && g->nodes[d].value >= RESTART_FROM;
    if (!begins && !far) return false; /* before walks, which take time */
    if (open_cell(p, x) || heard_input(p, x)) return false;
    if (begins || is_made_of_params(p, x)) return begins;
    /* a run has lines of its own: of a chain of echoes each would double those before */
    LineSeconds lines = {0, g->nodes[d].value};
    return !walk_cone(p, x, 0, add_line, &lines);
}

/* A distance that grows without bound, by jumps alone: `t - floor(t)`, the time since a beat. What is read there
 * starts over, like what is read at t % 1. */
bool jumps_away(Peval *p, NodeId time, NodeId d) {
    Interval range = graph_interval(p->g, p->intervals, d);
    return !(range.high <= MAX_DELAY) && fabs(time_slope(p, time) - 1) < 1e-9;
}
