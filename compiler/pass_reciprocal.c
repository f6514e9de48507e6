/* Pass `reciprocal`: in feedback, x / d where d is not part of it becomes x * (1 / d): the division
 * then runs outside of the recurrence, many samples at once. Costs half an ULP of double.
 * In: any graph. Out: an equal one. */
#include "passes.h"

static bool leaves_feedback(const Graph *g, Op op, const NodeId *in) {
    return op == OP_DIV && (g->nodes[in[0]].deps & DEP_CELL) && !(g->nodes[in[1]].deps & DEP_CELL);
}

static NodeId multiply(Graph *g, const Node *old, const NodeId *in, void *data) {
    (void)data;
    if (!leaves_feedback(g, (Op)old->op, in)) return rewrite_same(g, old, in);
    return fold_op2(g, OP_MUL, in[0], fold_op2(g, OP_DIV, graph_const(g, 1), in[1]));
}

Graph *pass_reciprocal(Compile *c, const Graph *g) {
    (void)c;
    static const OpSet ops = {{[OP_DIV] = true}};
    for (NodeId id = 1; id < g->n && g->ncells > 0; id++)
        if (leaves_feedback(g, (Op)g->nodes[id].op, g->nodes[id].in3))
            return graph_rewrite(g, &ops, multiply, NULL);
    return NULL;
}
