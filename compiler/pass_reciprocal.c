/* Pass `reciprocal`: in feedback, x / d where d is not part of it becomes x * (1 / d): the division
 * then runs outside of the recurrence, many samples at once. Costs half an ULP of double.
 * In: any graph. Out: an equal one. */
#include "passes.h"

static NodeId multiply(Graph *g, const Node *old, const NodeId *in, void *data) {
    (void)data;
    if (old->op == OP_DIV && (g->nodes[in[0]].deps & DEP_CELL) &&
        !(g->nodes[in[1]].deps & DEP_CELL))
        return graph_op2(g, OP_MUL, in[0], graph_op2(g, OP_DIV, graph_const(g, 1), in[1]));
    return rewrite_same(g, old, in);
}

Graph *pass_reciprocal(Compile *c, const Graph *g) {
    (void)c;
    return g->ncells > 0 ? graph_rewrite(g, multiply, NULL) : NULL;
}
