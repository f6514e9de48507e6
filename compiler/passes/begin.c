/* Pass `begin`: memory that starts over and counts its age becomes memory that does not.
 *
 * What begins at a known time, and only once, hears silence before: a memory that is handed nothing but zeros until
 * then is empty then. What starts over again and again reads 0 instead of what is older than it is itself, which for
 * a delay of a whole number of samples is one comparison.
 * In: a graph in which the ages of what begins once are frame numbers, as pass fold leaves them. Out: an equal one.
 * Left alone: delays between samples and of varying length, where ages jump; memory that looks at how much it has
 * heard (smooth, running_max, running_min). */
#include "passes/passes.h"

#include <math.h>

bool age_begins_once(const Graph *g, NodeId age) {
    return age_beginning(g, age) >= 0;
}

NodeId younger_than(Graph *g, NodeId age, double samples) {
    return fold_op2(g, OP_LT, age, graph_const(g, samples));
}

/* Of what begins once the comparison is that which `if t < start` of a known start becomes. */
NodeId silent_before(Graph *g, NodeId age, NodeId x) {
    double begin = age_beginning(g, age);
    if (begin == 0) return x;
    NodeId before;
    if (begin > 0) {
        NodeId first = graph_const(g, begin - 0.5);
        before = fold_op2(g, OP_LT, graph_node(g, OP_FRAME, 0, NULL, 0), first);
    } else {
        before = younger_than(g, age, 0);
    }
    return graph_op3(g, OP_SELECT, before, graph_const(g, 0), x);
}

double whole_delay(const Graph *g, const Node *n, const NodeId *in) {
    if (n->op != OP_DELAY || in[1] != in[2] || in[1] != in[3] || !node_is_const(g, in[1]))
        return -1;
    double samples = g->nodes[in[1]].value * g->rate, whole = rint(samples);
    return fabs(samples - whole) < 1e-6 ? whole : -1;
}

static NodeId begin(Graph *g, const Node *old, const NodeId *in, void *data) {
    (void)data;
    int base = op_info[old->op].inputs;
    bool aged = old->nin > base, once = aged && age_begins_once(g, in[base]);
    double samples = aged && !once ? whole_delay(g, old, in) : -1;
    if (!once && samples < 0) return rewrite_same(g, old, in);
    NodeId plain[4];
    for (int i = 0; i < base; i++)
        plain[i] = in[i];
    if (once) plain[0] = silent_before(g, in[base], in[0]);
    NodeId memory = graph_node(g, (Op)old->op, base, plain, old->aux);
    if (once) return memory;
    return graph_op3(g, OP_SELECT, younger_than(g, in[base], samples), graph_const(g, 0), memory);
}

static bool has_aged(const Graph *g, const OpSet *ops) {
    for (NodeId id = 1; id < g->n; id++)
        if (ops->has[g->nodes[id].op] && node_age(&g->nodes[id])) return true;
    return false;
}

Graph *pass_begin(const Graph *g) {
    static const OpSet ops = {{
        [OP_DELAY] = true,
        [OP_PHASE] = true,
        [OP_INTEGRATE] = true,
        [OP_FIR] = true,
        [OP_RUNNING_MEAN] = true,
    }};
    return g->rate > 0 && has_aged(g, &ops) ? graph_rewrite(g, &ops, begin, NULL) : NULL;
}
