/* Pass `reciprocal`: in feedback, x / d where d is not part of it becomes x * (1 / d): the division then runs outside
 * of the recurrence, many samples at once. Costs half an ULP of double, and so is not for whole numbers
 * (graph/whole.c). In: any graph. Out: an equal one. */
#include "passes/passes.h"

#include <stdlib.h>

typedef struct Search {
    const Graph *from;
    uint8_t *whole;
} Search;

static bool leaves_feedback(const Search *s, const Node *n) {
    const Node *nodes = s->from->nodes;
    return n->op == OP_DIV && (nodes[n->in3[0]].deps & DEP_CELL) &&
           !(nodes[n->in3[1]].deps & DEP_CELL) && !s->whole[n->in3[0]];
}

static NodeId multiply(Graph *g, const Node *old, const NodeId *in, void *data) {
    if (!leaves_feedback(data, old)) return rewrite_same(g, old, in);
    return fold_op2(g, OP_MUL, in[0], fold_op2(g, OP_DIV, graph_const(g, 1), in[1]));
}

Graph *pass_reciprocal(const Graph *g) {
    static const OpSet ops = {{[OP_DIV] = true}};
    Search search = {g, NULL};
    Graph *found = NULL;
    if (g->ncells == 0) return NULL;
    search.whole = graph_whole(g);
    for (NodeId id = 1; id < g->n && !found; id++)
        if (leaves_feedback(&search, &g->nodes[id]))
            found = graph_rewrite(g, &ops, multiply, &search);
    free(search.whole);
    return found;
}
