/* Pure signals at any time. In: the node of one at the present, and a time. Out: its nodes with that time in the place
 * of TIME, or a line of its past where that is cheaper. */
#include "evaluate/signals.h"

#include <math.h>
#include <stdlib.h>

/* Nodes a pure signal may have to be computed again at another time rather than kept. */
enum {
    CHEAP_CONE = 24,  /* always */
    FAR_CONE = 2000,  /* when it is read so far back that its line would be long */
    EXACT_CONE = 400, /* for the sake of a fraction of a sample */
};
static const double FAR = 0.1; /* seconds */

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
    const int inputs = n->op == OP_SAMPLE_SINC ? 2 : n->nin;
    for (int i = 0; i < inputs && !copying->late.x; i++)
        in[i] = substituted(p, copying, more ? more[i] : n->in3[i], time);
    NodeId id = copying->late.x ? 0
                : n->op == OP_SAMPLE_SINC /* it runs as fast as the other time makes it */
                    ? sample_node(p, (Op)n->op, in[0], in[1], n->aux)
                    : graph_node(p->g, (Op)n->op, n->nin, in, n->aux);
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

NodeId substitute(Peval *p, NodeId x, NodeId time) {
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

NodeId pure_at(Peval *p, NodeId x, NodeId time) {
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
