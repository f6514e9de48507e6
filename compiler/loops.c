/* Loops without delay cannot be computed: finds one and reports the signals on it.
 * In: an evaluated graph. Out: a diag, when there is such a loop. */
#include "internal.h"

#include <stdlib.h>

typedef struct LoopSearch {
    Compile *c;
    const Graph *g;
    uint8_t *state; /* 0 new, 1 on the path, 2 done */
    NodeId *path;
    int *next; /* which input of path[i] comes next */
    int depth, cap, next_cap;
} LoopSearch;

static void report(LoopSearch *s, NodeId again) {
    int from = s->depth - 1;
    while (from > 0 && s->path[from] != again)
        from--;
    Buf names = {0};
    const char *first = NULL, *last = NULL;
    Span span = {-1, 0, 0};
    int shown = 0;
    for (int i = from; i < s->depth; i++) {
        const Node *n = &s->g->nodes[s->path[i]];
        if (n->op != OP_CELL) continue;
        const Cell *cell = &s->g->cells[n->aux];
        const char *name = cell->name ? cell->name : "a signal";
        if (!first) {
            first = name;
            span = cell->span;
        }
        if (name != last && shown++ < 8) buf_printf(&names, "%s`%s`", names.length ? " needs " : "", name);
        last = name;
    }
    Diag *d = diag_error(s->c, span, "a loop without delay: %s%s needs `%s`", names.data ? names.data : "",
                         shown > 8 ? " needs …" : "", first ? first : "itself");
    diag_help(s->c, d, "one of them must read the past: `y(t - dt)` at the least");
    buf_free(&names);
}

static void enter(LoopSearch *s, NodeId id) {
    int depth = s->depth;
    s->state[id] = 1;
    VEC_PUSH(s->path, s->depth, s->cap, id);
    VEC_PUSH(s->next, depth, s->next_cap, 0);
}

/* Depth-first over what is needed at the same sample, without recursion: graphs are deep. */
static bool search(LoopSearch *s, NodeId root) {
    const Graph *g = s->g;
    if (s->state[root]) return false;
    enter(s, root);
    while (s->depth > 0) {
        NodeId id = s->path[s->depth - 1];
        const Node *n = &g->nodes[id];
        int i = s->next[s->depth - 1]++;
        if (i >= (n->op == OP_CELL ? 1 : n->nin)) {
            s->state[id] = 2;
            s->depth--;
            continue;
        }
        NodeId to = n->op == OP_CELL ? g->cells[n->aux].body : node_inputs(n)[i];
        if (!to || (n->op != OP_CELL && !node_needs_now(g, n, i)) || s->state[to] == 2) continue;
        if (s->state[to] == 1) {
            report(s, to);
            return true;
        }
        enter(s, to);
    }
    return false;
}

void refuse_loops(Compile *c, const Graph *g) {
    LoopSearch s = {.c = c, .g = g, .state = calloc((size_t)g->n, 1)};
    if (!s.state) abort();
    bool found = false;
    for (int i = 0; i < g->noutputs && !found; i++)
        found = search(&s, g->outputs[i]);
    for (int i = 0; i < g->ncells && !found; i++)
        if (g->cells[i].body) found = search(&s, g->cells[i].node);
    free(s.state);
    free(s.path);
    free(s.next);
}
