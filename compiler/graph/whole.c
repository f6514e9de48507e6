/* Which nodes can only be whole numbers, or quotients of such: counts, roundings, conditions and arithmetic with them. In: a
 * graph. Out: a mark for each node.
 *
 * A quotient that is whole is that in any precision if it is divided, and what is rounded or compared afterwards relies on
 * it: 49 / 49 is 1, 49 * (1 / 49) is less. So passes make no product of such a division. */
#include "graph/graph.h"

#include <math.h>
#include <stdlib.h>

/* One step of the walk below, from what is taken to be whole so far. */
static bool whole_node(const Graph *g, const uint8_t *whole, NodeId id) {
    const Node *n = &g->nodes[id];
    const NodeId *in = node_inputs(n);
    int flags = op_info[n->op].flags;
    if (n->op == OP_CONST) return n->value == rint(n->value);
    if (n->op == OP_PARAM) return true; /* may be one */
    if (n->op == OP_CELL) return whole[g->cells[n->aux].body];
    if (!(flags & OPF_WHOLE_OF_WHOLE)) return (flags & OPF_WHOLE) != 0;
    int first = flags & OPF_CHOOSES ? 1 : 0, end = flags & OPF_PAST ? 1 : n->nin;
    for (int k = first; k < end; k++)
        if (!whole[in[k]]) return false;
    return true;
}

/* What reads its own past is taken to be whole until something else is found to go into it. */
static bool walk(const Graph *g, uint8_t *whole, const NodeId *order, int n, bool cells) {
    bool changed = false;
    for (int i = 0; i < n; i++) {
        bool cell = graph_at(g, order[i])->op == OP_CELL;
        if (!whole[order[i]] ||
            (cell ? cells && whole_node(g, whole, order[i]) : whole_node(g, whole, order[i])))
            continue;
        whole[order[i]] = false;
        changed = true;
    }
    return changed;
}

uint8_t *graph_whole(const Graph *g) {
    enum { ROUNDS = 16 };
    int n, rounds = 0;
    NodeId *order = graph_order(g, &n);
    uint8_t *whole = alloc_zeroed((size_t)g->n, 1);
    for (int i = 0; i < n; i++)
        whole[order[i]] = true;
    while (walk(g, whole, order, n, true) && g->ncells > 0 && ++rounds < ROUNDS)
        ;
    /* a long chain of pasts: then none of them is */
    for (; rounds == ROUNDS; rounds--)
        while (walk(g, whole, order, n, false))
            ;
    free(order);
    return whole;
}
