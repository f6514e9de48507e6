/* Pass `begin`: what begins at a known time, and only once, hears silence before instead of counting its age. A
 * memory that is handed nothing but zeros until then is empty then, so a delay line with an age, which looks for
 * each read whether it is that old, becomes a plain one.
 * In: a graph in which ages are frame numbers, as pass fold leaves them. Out: an equal one. Left alone: ages that
 * jump, and memory that looks at how much it has heard (smooth, running_max, running_min). */
#include "passes.h"

/* The age counts frames from one on: FRAME, or FRAME - begin. Gives the input that is - begin, 0 for FRAME itself,
 * -1 when it does not. */
static int begin_input(const Graph *g, NodeId age) {
    const Node *n = &g->nodes[age];
    for (int i = 0; i < 2 && n->op == OP_ADD; i++)
        if (g->nodes[n->in3[i]].op == OP_FRAME && node_is_const(g, n->in3[1 - i]) &&
            g->nodes[n->in3[1 - i]].value <= 0)
            return n->in3[1 - i];
    return n->op == OP_FRAME ? 0 : -1;
}

bool age_begins_once(const Graph *g, NodeId age) {
    return begin_input(g, age) >= 0;
}

/* The comparison is that which `if t < start` of a known start becomes. */
NodeId silent_before(Graph *g, NodeId age, NodeId x) {
    int minus = begin_input(g, age);
    if (minus == 0) return x;
    NodeId first = graph_const(g, -g->nodes[minus].value - 0.5);
    NodeId before = fold_op2(g, OP_LT, graph_node(g, OP_FRAME, 0, NULL, 0), first);
    return graph_op3(g, OP_SELECT, before, graph_const(g, 0), x);
}

static NodeId begin(Graph *g, const Node *old, const NodeId *in, void *data) {
    (void)data;
    int base = op_base_arity((Op)old->op);
    if (old->nin == base || !age_begins_once(g, in[base])) return rewrite_same(g, old, in);
    NodeId plain[4];
    for (int i = 0; i < base; i++)
        plain[i] = in[i];
    plain[0] = silent_before(g, in[base], in[0]);
    return graph_node(g, (Op)old->op, base, plain, old->aux);
}

Graph *pass_begin(Compile *c, const Graph *g) {
    (void)c;
    static const OpSet ops = {{
        [OP_DELAY] = true,
        [OP_PHASE] = true,
        [OP_INTEGRATE] = true,
        [OP_FIR] = true,
        [OP_RUNNING_MEAN] = true,
    }};
    for (NodeId id = 1; id < g->n; id++) {
        const Node *n = &g->nodes[id];
        if (ops.has[n->op] && node_age(n) && age_begins_once(g, node_age(n)))
            return graph_rewrite(g, &ops, begin, NULL);
    }
    return NULL;
}
