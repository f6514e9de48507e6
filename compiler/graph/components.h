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

/* Does `from` need `to`, its input of that number (the body, when it is a cell), for this purpose? */
typedef bool (*EdgeCounts)(const void *data, NodeId from, int input, NodeId to);

/* Of the nodes in `order` and all that they need by edges that count. */
Components components_find(const Graph *g, const NodeId *order, int n, EdgeCounts counts,
                           const void *data);
void components_free(Components *c);

#endif
