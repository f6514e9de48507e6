/* The frame of every pass: a graph built anew from what its outputs need, so that what nothing
 * needs is gone. In: a graph and a function for one node. Out: a new graph. */
#include "passes.h"

#include <stdlib.h>
#include <string.h>

NodeId rewrite_same(Graph *to, const Node *old, const NodeId *in) {
    if (old->op == OP_CONST) return graph_const(to, old->value);
    return graph_node(to, (Op)old->op, old->nin, in, old->aux);
}

Graph *graph_rewrite(const Graph *g, Rewrite rewrite, void *data) {
    return graph_rewrite_with_map(g, rewrite, data, NULL);
}

/* Cells are leaves here: what reads them comes before their bodies are known. */
Graph *graph_rewrite_with_map(const Graph *g, Rewrite rewrite, void *data, NodeId **exposed) {
    Graph *to = graph_create_like(g);
    int n;
    NodeId *order = graph_needed(g, &n), *map = alloc_zeroed((size_t)g->n, sizeof *map);
    NodeId *in = malloc(sizeof *in * 16);
    int in_cap = 16;
    if (!in) abort();
    int *cells = alloc_zeroed((size_t)g->ncells + 1, sizeof *cells);
    if (exposed) *exposed = map;
    for (int i = 0; i < n; i++) {
        const Node *old = &g->nodes[order[i]];
        const NodeId *inputs = node_inputs(old);
        to->now.number = old->span;
        if (old->op == OP_CELL) {
            map[order[i]] = graph_cell(to, g->cells[old->aux].name, g->cells[old->aux].span);
            cells[old->aux] = to->ncells;
            continue;
        }
        if (old->nin > in_cap) {
            in_cap = old->nin;
            in = realloc(in, sizeof *in * (size_t)in_cap);
            if (!in) abort();
        }
        for (int k = 0; k < old->nin; k++)
            in[k] = map[inputs[k]];
        map[order[i]] = rewrite(to, old, in, data);
    }
    for (int i = 0; i < g->ncells; i++)
        if (cells[i]) to->cells[cells[i] - 1].body = map[g->cells[i].body];
    for (int i = 0; i < g->noutputs; i++)
        VEC_PUSH(to->outputs, to->noutputs, to->output_cap, map[g->outputs[i]]);
    to->in_order = true;
    free(order);
    free(map);
    free(in);
    free(cells);
    return to;
}
