/* The frame of every pass: a graph built anew from what its outputs need, so that what nothing
 * needs is gone. In: a graph and a function for one node. Out: a new graph. */
#include "passes/passes.h"

#include <stdlib.h>
#include <string.h>

NodeId rewrite_same(Graph *to, const Node *old, const NodeId *in) {
    return graph_node_like(to, old, in);
}

NodeId rewrite_ahead(Graph *to, NodeId old, const Cell *like) {
    const NodeId cell = graph_cell(to, like->name, like->span);
    to->cells[to->ncells - 1].body = -old;
    return cell;
}

static bool has_any(const Graph *g, const OpSet *ops) {
    for (NodeId id = 1; id < g->n; id++)
        if (ops->has[g->nodes[id].op]) return true;
    return false;
}

Graph *graph_rewrite(const Graph *g, const OpSet *ops, Rewrite rewrite, void *data) {
    return has_any(g, ops) ? graph_rewrite_with_map(g, ops, rewrite, data, NULL) : NULL;
}

Graph *graph_compact(const Graph *g) {
    static const OpSet none;
    return graph_rewrite_with_map(g, &none, NULL, NULL, NULL);
}

/* The inputs of a node in the new graph. */
typedef struct Inputs {
    NodeId few[3];
    NodeId *many;
    int cap;
} Inputs;

static const NodeId *map_inputs(Inputs *to, const Node *old, const NodeId *map) {
    if (old->nin <= 3) {
        to->few[0] = map[old->in3[0]];
        to->few[1] = map[old->in3[1]];
        to->few[2] = map[old->in3[2]];
        return to->few;
    }
    if (old->nin > to->cap) to->many = vec_grow(to->many, &to->cap, old->nin, sizeof *to->many);
    for (int k = 0; k < old->nin; k++)
        to->many[k] = map[old->more[k]];
    return to->many;
}

/* Cells are leaves here: what reads them comes before their bodies are known. */
Graph *graph_rewrite_with_map(const Graph *g, const OpSet *ops, Rewrite rewrite, void *data,
                              NodeId **exposed) {
    Graph *to = graph_create_like(g);
    int n;
    NodeId *order = graph_needed(g, &n), *map = exposed ? alloc_zeroed((size_t)g->n, sizeof *map)
                                                        : alloc_room((size_t)g->n, sizeof *map);
    int *cells = alloc_zeroed((size_t)g->ncells + 1, sizeof *cells);
    Inputs inputs = {0};
    map[0] = 0;
    if (exposed) *exposed = map;
    for (int i = 0; i < n; i++) {
        const Node *old = &g->nodes[order[i]];
        to->now.number = old->span;
        if (old->op == OP_CELL) {
            map[order[i]] = graph_cell(to, g->cells[old->aux].name, g->cells[old->aux].span);
            cells[old->aux] = to->ncells;
            continue;
        }
        const NodeId *in = map_inputs(&inputs, old, map);
        map[order[i]] =
            ops->has[old->op] ? rewrite(to, old, in, data) : graph_node_like(to, old, in);
    }
    for (int i = 0; i < g->ncells; i++)
        if (cells[i]) to->cells[cells[i] - 1].body = map[g->cells[i].body];
    for (int i = 0; i < to->ncells; i++)
        if (to->cells[i].body < 0) to->cells[i].body = map[-to->cells[i].body];
    for (int i = 0; i < g->noutputs; i++)
        VEC_PUSH(to->outputs, to->noutputs, to->output_cap, map[g->outputs[i]]);
    to->in_order = true;
    free(order);
    free(map);
    free(inputs.many);
    free(cells);
    return to;
}
