/* Pass `delays`: what is delayed twice by fixed numbers of samples is delayed once by their sum, so that the first delay needs
 * no line of its own. Only where the first is at least as long as a strip can be: the sum is then read without waiting for
 * what the strip computes, and shorter delays are left to recurrences, which hold them in variables.
 * In: a graph of a known rate, in which delays have no ages that pass begin takes away. Out: an equal one. */
#include "passes/passes.h"

#include <math.h>

enum {
    LONG = 128,     /* samples: no strip is longer */
    MOST_JOINED = 8 /* what is made of nothing but delays may go round */
};
static const double longest = 600; /* seconds: no past reaches further */

/* What a node stands for, and the cell that says so, which has its name. */
static NodeId value_of(const Graph *g, NodeId id, const Cell **cell) {
    while (g->nodes[id].op == OP_CELL) {
        *cell = &g->cells[g->nodes[id].aux];
        id = (*cell)->body;
    }
    return id;
}

/* The samples of a whole delay without an age; 0 for another. */
static double samples_of(const Graph *g, const Node *n) {
    if (n->op != OP_DELAY || n->nin != op_info[OP_DELAY].inputs) return 0;
    return fmax(whole_delay(g, n, node_inputs(n)), 0);
}

/* The delay that a delay reads, where both are one; 0: there is none. */
static NodeId delayed_before(const Graph *g, const Node *n, const Cell **cell) {
    if (samples_of(g, n) < 1) return 0;
    const NodeId first = value_of(g, node_inputs(n)[0], cell);
    return samples_of(g, &g->nodes[first]) >= LONG ? first : 0;
}

typedef struct Search {
    const Graph *from;
    NodeId *map;
} Search;

/* The input of the first delay may come later than what reads its past, where it feeds back. */
static NodeId source_of(Graph *g, const Search *s, NodeId old, const Cell *cell) {
    if (s->map[old]) return s->map[old];
    return rewrite_ahead(g, old, cell);
}

static NodeId join(Graph *g, const Node *old, const NodeId *in, void *data) {
    const Search *s = data;
    const Cell *cell = NULL;
    NodeId first = delayed_before(s->from, old, &cell), source = first;
    double samples = samples_of(s->from, old);
    for (int i = 0; first && i < MOST_JOINED; i++) { /* a delay of a delay of a delay */
        samples += samples_of(s->from, &s->from->nodes[first]);
        source = node_inputs(&s->from->nodes[first])[0];
        first = delayed_before(s->from, &s->from->nodes[first], &cell);
    }
    if (!source || samples > longest * g->rate) return rewrite_same(g, old, in);
    const NodeId distance = graph_const(g, samples / g->rate);
    const NodeId all[] = {source_of(g, s, source, cell), distance, distance, distance};
    return graph_node(g, OP_DELAY, 4, all, old->aux);
}

Graph *pass_delays(const Graph *g) {
    static const OpSet ops = {{[OP_DELAY] = true}};
    const Cell *cell = NULL;
    Search search = {g, NULL};
    if (g->rate <= 0) return NULL;
    for (NodeId id = 1; id < g->n; id++)
        if (delayed_before(g, &g->nodes[id], &cell))
            return graph_rewrite_with_map(g, &ops, join, &search, &search.map);
    return NULL;
}
