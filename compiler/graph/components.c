/* Tarjan's algorithm ("Depth-first search and linear graph algorithms", 1972) without recursion, as
 * graphs may be 100,000 nodes deep. In: a graph and which edges count. Out: its components. */
#include "graph/components.h"

#include <stdlib.h>

typedef struct Search {
    const Graph *g;
    EdgeCounts counts;
    const void *data;
    Components found;
    int *index, *low;
    bool *on_stack;
    NodeId *stack, *path;
    int *next; /* input of path[i] that comes next */
    int depth, count, path_depth;
} Search;

static void enter(Search *s, NodeId id) {
    s->index[id] = s->low[id] = ++s->count;
    s->stack[s->depth++] = id;
    s->on_stack[id] = true;
    s->path[s->path_depth] = id;
    s->next[s->path_depth++] = 0;
}

static void leave(Search *s, NodeId id) {
    s->path_depth--;
    if (s->path_depth > 0) {
        NodeId above = s->path[s->path_depth - 1];
        if (s->low[id] < s->low[above]) s->low[above] = s->low[id];
    }
    if (s->low[id] != s->index[id]) return;
    NodeId member;
    do {
        member = s->stack[--s->depth];
        s->on_stack[member] = false;
        s->found.component[member] = s->found.n;
        s->found.size[s->found.n]++;
    } while (member != id);
    s->found.n++;
}

static bool all_found(const Search *s, NodeId id, const Node *n) {
    const int *index = s->index; /* that of node 0, which is none, is set */
    bool cell = n->op == OP_CELL;
    if (n->nin <= 3 && !cell && index[n->in3[0]] && index[n->in3[1]] && index[n->in3[2]])
        return true;
    const NodeId *in = cell ? &s->g->cells[n->aux].body : node_inputs(n);
    for (int i = 0; i < (cell ? 1 : n->nin); i++)
        if (!index[in[i]] && s->counts(s->data, id, i, in[i])) return false;
    return true;
}

/* All that it needs is in components already, so it is one by itself: the usual case. */
static bool take_single(Search *s, NodeId id) {
    if (!all_found(s, id, &s->g->nodes[id])) return false;
    s->index[id] = ++s->count;
    s->found.component[id] = s->found.n;
    s->found.size[s->found.n++] = 1;
    return true;
}

static void walk(Search *s, NodeId root) {
    const Graph *g = s->g;
    enter(s, root);
    while (s->path_depth > 0) {
        NodeId id = s->path[s->path_depth - 1];
        const Node *n = &g->nodes[id];
        int i = s->next[s->path_depth - 1]++;
        if (i >= node_nneeds(n)) {
            leave(s, id);
            continue;
        }
        NodeId to = node_need(g, n, i);
        if (!s->counts(s->data, id, i, to)) continue;
        if (!s->index[to])
            enter(s, to);
        else if (s->on_stack[to] && s->index[to] < s->low[id])
            s->low[id] = s->index[to];
    }
}

Components components_find(const Graph *g, const NodeId *order, int n, EdgeCounts counts,
                           const void *data) {
    size_t size = (size_t)g->n;
    Search s = {.g = g, .counts = counts, .data = data};
    s.found.component = alloc_zeroed(size, sizeof(int));
    s.found.size = alloc_zeroed(size, sizeof(int));
    s.index = alloc_zeroed(size, sizeof(int));
    s.index[0] = -1;
    s.low = alloc_room(size, sizeof(int));
    s.on_stack = alloc_zeroed(size, sizeof(bool));
    s.stack = alloc_room(size, sizeof(NodeId));
    s.path = alloc_room(size, sizeof(NodeId));
    s.next = alloc_room(size, sizeof(int));
    for (int i = 0; i < n; i++)
        if (!s.index[order[i]] && !take_single(&s, order[i])) walk(&s, order[i]);
    free(s.index);
    free(s.low);
    free(s.on_stack);
    free(s.stack);
    free(s.path);
    free(s.next);
    return s.found;
}

NodeId *components_sort(const int *component, const NodeId *order, int n, int **start) {
    int components = 0;
    for (int i = 0; i < n; i++)
        if (component[order[i]] >= components) components = component[order[i]] + 1;
    int *at = alloc_zeroed((size_t)components + 2, sizeof *at); /* of the component before */
    NodeId *sorted = alloc_room((size_t)n + 1, sizeof *sorted);
    for (int i = 0; i < n; i++)
        at[component[order[i]] + 2]++;
    for (int c = 0; c < components; c++)
        at[c + 2] += at[c + 1];
    for (int i = 0; i < n; i++)
        sorted[at[component[order[i]] + 1]++] = order[i];
    if (start)
        *start = at;
    else
        free(at);
    return sorted;
}

void components_free(Components *c) {
    free(c->component);
    free(c->size);
}
