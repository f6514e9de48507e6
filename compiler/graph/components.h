/* Strongly connected components of a graph, cells crossed: the sets of nodes that feed back into each
 * other. */
#ifndef KANON_COMPONENTS_H
#define KANON_COMPONENTS_H

#include "graph/graph.h"

typedef struct Components {
    int *component; /* of each node; a component has a greater number than all that it needs */
    int *size;      /* of each component: 1 is a node that does not feed back into itself */
    int n;
} Components;

/* What a node needs: its inputs, or of a cell its body. */
KN_INLINE int node_nneeds(const Node *n) {
    return n->op == OP_CELL ? 1 : n->nin;
}
KN_INLINE NodeId node_need(const Graph *g, const Node *n, int i) {
    return n->op == OP_CELL ? g->cells[n->aux].body : node_inputs(n)[i];
}

/* Does `from` need `to`, its input of that number (the body, when it is a cell), for this purpose? */
typedef bool (*EdgeCounts)(const void *data, NodeId from, int input, NodeId to);

/* Of the nodes in `order` and all that they need by edges that count. */
Components components_find(const Graph *g, const NodeId *order, int n, EdgeCounts counts,
                           const void *data);
/* The nodes of `order` by the component that `component` says, those of one in their order; malloc'd. `start`, where it is not
 * NULL, gets where the members of each begin, and after the last where they end; malloc'd too. */
NodeId *components_sort(const int *component, const NodeId *order, int n, int **start);
/* Where the component of nodes that are sorted so, of which number `at` is one, ends. */
KN_INLINE int component_end(const int *component, const NodeId *sorted, int at, int n) {
    int end = at + 1;
    while (end < n && component[sorted[end]] == component[sorted[at]])
        end++;
    return end;
}
void components_free(Components *c);

#endif
