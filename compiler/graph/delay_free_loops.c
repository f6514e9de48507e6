/* Loops without delay cannot be computed: finds one and reports the signals on it.
 * In: an evaluated graph. Out: a diag, when there is such a loop. */
#include "graph/components.h"

#include <stdlib.h>
#include <string.h>

typedef struct LoopSearch {
    Session *session;
    const Graph *g;
    uint8_t *state; /* 0 new, 1 on the path, 2 done */
    NodeId *path;
    int *next; /* which input of path[i] comes next */
    int depth, cap, next_cap;
} LoopSearch;

static bool is_users(const LoopSearch *s, Span span) {
    return span.file >= 0 && !s->session->sources[span.file].library;
}

/* The signals on the loop from `again`, in the order in which each needs the next. */
static void report(LoopSearch *s, NodeId again) {
    int from = s->depth - 1;
    while (from > 0 && s->path[from] != again)
        from--;
    const Graph *g = s->g;
    int start = from, steps = s->depth - from; /* begins at a cell of the user, or at any */
    for (int i = s->depth - 1; i >= from; i--) {
        const Node *n = &g->nodes[s->path[i]];
        if (n->op == OP_CELL &&
            (g->nodes[s->path[start]].op != OP_CELL || is_users(s, g->cells[n->aux].span)))
            start = i;
    }
    const Node *head = &g->nodes[s->path[start]];
    bool cell = head->op == OP_CELL && g->cells[head->aux].name;
    const char *first = cell ? g->cells[head->aux].name : "a signal", *last = first;
    Span span = head->op == OP_CELL ? g->cells[head->aux].span : g->places[head->span].span,
         place = {-1, 0, 0};
    Buf names = {0};
    int shown = 1;
    buf_printf(&names, "`%s`", first);
    for (int i = 1; i < steps; i++) {
        const Node *n = &g->nodes[s->path[from + (start - from + i) % steps]];
        bool named =
            n->op == OP_CELL ? g->cells[n->aux].name != NULL : g->places[n->span].name != NULL;
        const char *name = !named             ? last
                           : n->op == OP_CELL ? g->cells[n->aux].name
                                              : g->places[n->span].name;
        if (is_users(s, g->places[n->span].span)) place = g->places[n->span].span;
        if (strcmp(name, last) == 0 || name[0] == '_' || name[0] == '$') continue;
        last = name;
        if (shown++ < 8) buf_printf(&names, " needs `%s`", name);
    }
    if (shown > 8) buf_puts(&names, " needs …");
    if (shown == 1 || strcmp(last, first) != 0) buf_printf(&names, " needs `%s`", first);
    if (!is_users(s, span) && place.file >= 0) span = place;
    Diag *d = diag_error(s->session, span, "a cycle without delay: %s", names.data);
    if (cell && first[0] != '_')
        diag_help(s->session, d, "read the past of one of them, `%s(t - dt)` at the least", first);
    else
        diag_help(s->session, d, "read the past of one of them, `y(t - dt)` at the least");
    buf_free(&names);
}

static void enter(LoopSearch *s, NodeId id) {
    int depth = s->depth;
    s->state[id] = 1;
    VEC_PUSH(s->path, s->depth, s->cap, id);
    VEC_PUSH(s->next, depth, s->next_cap, 0);
}

/* A loop goes through a cell, and all that is on it is made of that. */
static bool may_loop(const LoopSearch *s, NodeId id) {
    return (s->g->nodes[id].deps & DEP_CELL) && s->state[id] != 2;
}

/* Depth-first over what is needed at the same sample, without recursion: graphs are deep. */
static bool search(LoopSearch *s, NodeId root) {
    const Graph *g = s->g;
    if (!may_loop(s, root)) return false;
    enter(s, root);
    while (s->depth > 0) {
        NodeId id = s->path[s->depth - 1];
        const Node *n = &g->nodes[id];
        int i = s->next[s->depth - 1]++;
        if (i >= node_nneeds(n)) {
            s->state[id] = 2;
            s->depth--;
            continue;
        }
        NodeId to = node_need(g, n, i);
        if (!to || !may_loop(s, to) || (n->op != OP_CELL && !node_needs_now(g, n, i))) continue;
        if (s->state[to] == 1) {
            report(s, to);
            return true;
        }
        enter(s, to);
    }
    return false;
}

void refuse_loops(Session *session, const Graph *g) {
    if (g->ncells == 0) return;
    LoopSearch s = {.session = session, .g = g, .state = alloc_zeroed((size_t)g->n, 1)};
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
