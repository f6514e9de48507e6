/* Orders of nodes. In: a graph. Out: the nodes that its outputs need, each after what it needs. */
#include "graph/graph.h"

#include <stdlib.h>

bool node_needs_now(const Graph *g, const Node *n, int input) {
    if (input != 0) return true;
    if (op_info[n->op].flags & OPF_AT_END) return false;
    if (n->op != OP_DELAY) return true;
    const Node *least = &g->nodes[n->more[2]];
    double rate = g->rate > 0 ? g->rate : 8000;
    return least->op == OP_CONST && least->value * rate < 1 - 1e-6;
}

/* Depth-first without recursion: graphs may be 100,000 nodes deep. What is not needed before a node is
 * a further root, visited when the roots before it are done: the body of a cell, so that the order is
 * that of need only as far as no cell is crossed; or, within one sample, what is needed as past alone. */
typedef struct Entered {      /* a node on the way to the one at hand */
    const NodeId *next, *end; /* inputs still to come */
    NodeId id;
} Entered;

typedef struct Visit {
    const Graph *g;
    bool one_sample; /* cells are crossed, the past is not */
    uint8_t *seen;
    Entered *path;
    NodeId *order, *roots;
    int depth, n, nroots, root_cap;
} Visit;

static void visit_later(Visit *v, NodeId id) {
    if (!v->seen[id]) VEC_PUSH(v->roots, v->nroots, v->root_cap, id);
}

static void enter(Visit *v, NodeId id) {
    if (v->seen[id]) return;
    v->seen[id] = 1;
    const Node *n = &v->g->nodes[id];
    const NodeId *in = node_inputs(n), *end = in + n->nin;
    if (n->op == OP_CELL) {
        const NodeId *body = &v->g->cells[n->aux].body;
        if (v->one_sample) {
            in = body;
            end = body + 1;
        } else {
            visit_later(v, *body);
        }
    } else if (v->one_sample && (op_info[n->op].flags & OPF_MEMORY) &&
               !node_needs_now(v->g, n, 0)) {
        visit_later(v, *in++);
    }
    if (in == end)
        v->order[v->n++] = id;
    else
        v->path[v->depth++] = (Entered){in, end, id};
}

static void visit(Visit *v, NodeId root) {
    enter(v, root);
    while (v->depth > 0) {
        Entered *at = &v->path[v->depth - 1];
        if (at->next < at->end) {
            enter(v, *at->next++);
            continue;
        }
        v->order[v->n++] = at->id;
        v->depth--;
    }
}

/* Each node is entered once, so that there is room for all. */
static NodeId *visit_all(const Graph *g, bool one_sample, int *n) {
    Visit v = {.g = g, .one_sample = one_sample, .seen = alloc_zeroed((size_t)g->n, 1)};
    v.path = alloc_room((size_t)g->n, sizeof *v.path);
    v.order = alloc_room((size_t)g->n, sizeof *v.order);
    for (int i = 0; i < g->noutputs; i++)
        visit(&v, g->outputs[i]);
    for (int i = 0; i < v.nroots; i++)
        visit(&v, v.roots[i]);
    free(v.seen);
    free(v.path);
    free(v.roots);
    *n = v.n;
    return v.order;
}

NodeId *graph_order(const Graph *g, int *n) {
    return visit_all(g, false, n);
}

/* There is no loop within a sample: refuse_loops saw to it. */
NodeId *graph_sample_order(const Graph *g, int *n) {
    return visit_all(g, true, n);
}

/* Node 0, which is none, may be marked: it is never looked at. */
static void mark_inputs(uint8_t *needed, const Node *n) {
    if (n->nin <= 3) {
        needed[n->in3[0]] |= 1;
        needed[n->in3[1]] |= 1;
        needed[n->in3[2]] |= 1;
        return;
    }
    for (int k = 0; k < n->nin; k++)
        needed[n->more[k]] |= 1;
}

/* Where nodes stand in a good order already, what is needed has only to be marked: from the last to
 * the first, and again from the body of a cell that turned out to be needed after it was passed. */
NodeId *graph_needed(const Graph *g, int *n) {
    if (!g->in_order) return graph_order(g, n);
    uint8_t *needed = alloc_zeroed((size_t)g->n, 1);
    NodeId *order = alloc_room((size_t)g->n, sizeof *order), from = 0;
    for (int i = 0; i < g->noutputs; i++) {
        needed[g->outputs[i]] = 1;
        if (g->outputs[i] > from) from = g->outputs[i];
    }
    while (from > 0) {
        NodeId again = 0;
        for (NodeId id = from; id > 0; id--) {
            if (needed[id] != 1) continue;
            needed[id] = 2;
            const Node *node = &g->nodes[id];
            mark_inputs(needed, node);
            if (node->op != OP_CELL) continue;
            NodeId body = g->cells[node->aux].body;
            if (!needed[body] && body > again) again = body;
            needed[body] |= 1;
        }
        from = again;
    }
    *n = 0;
    for (NodeId id = 1; id < g->n; id++)
        if (needed[id]) order[(*n)++] = id;
    free(needed);
    return order;
}
