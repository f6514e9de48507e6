/* What a program is, read off its graph: pure, or remembering and because of what.
 * In: a graph as evaluated. Out: answers for check, render and hosts.
 *
 * The walks are iterative: graphs of long sums are deeper than a stack. */
#include "graph/graph.h"
#include "base/foreign_text.h"

#include <stdlib.h>
#include <string.h>

/* Nodes in the order in which a breadth-first walk from `roots` meets them, cells followed into
 * their bodies. */
typedef struct Walk {
    NodeId *queue;
    int n, next;
    bool *seen;
} Walk;

static Walk walk_begin(const Graph *g) {
    Walk w = {.queue = calloc((size_t)g->n + 1, sizeof(NodeId)),
              .seen = calloc((size_t)g->n + 1, 1)};
    if (!w.queue || !w.seen) abort();
    return w;
}

static void walk_add(Walk *w, NodeId id) {
    if (id <= 0 || w->seen[id]) return;
    w->seen[id] = true;
    w->queue[w->n++] = id;
}

/* The next node, its inputs queued; 0 at the end. */
static NodeId walk_next(Walk *w, const Graph *g) {
    if (w->next == w->n) return 0;
    NodeId id = w->queue[w->next++];
    const Node *node = graph_at(g, id);
    const NodeId *in = node_inputs(node);
    for (int i = 0; i < node->nin; i++)
        walk_add(w, in[i]);
    if (node->op == OP_CELL) walk_add(w, g->cells[node->aux].body);
    return id;
}

static void walk_end(Walk *w) {
    free(w->queue);
    free(w->seen);
}

static bool remembers(const Node *node) {
    return (op_info[node->op].flags & OPF_MEMORY) || node->op == OP_INPUT;
}

/* What depends on no memory and no input remembers nothing: the node itself says so. */
static bool may_remember(const Graph *g, int output) {
    return g->nodes[g->outputs[output]].deps & (DEP_MEMORY | DEP_INPUT);
}

bool program_is_pure(const Graph *g) {
    Walk w = walk_begin(g);
    for (int i = 0; i < g->noutputs; i++)
        if (may_remember(g, i)) walk_add(&w, g->outputs[i]);
    bool pure = true;
    for (NodeId id; pure && (id = walk_next(&w, g)) != 0;)
        pure = !remembers(graph_at(g, id));
    walk_end(&w);
    return pure;
}

/* The first cell met from `start` that leads back to `start`: the signal that hears itself there.
 * NULL when the node is no part of a cycle. */
static const Cell *cycle_through(const Graph *g, NodeId start) {
    Walk w = walk_begin(g);
    const NodeId *in = node_inputs(graph_at(g, start));
    for (int i = 0; i < graph_at(g, start)->nin; i++)
        walk_add(&w, in[i]);
    const Cell *cell = NULL;
    bool back = false;
    for (NodeId id; !back && (id = walk_next(&w, g)) != 0;) {
        const Node *node = graph_at(g, id);
        if (node->op == OP_CELL && !cell) cell = &g->cells[node->aux];
        back = id == start;
    }
    walk_end(&w);
    return back ? cell : NULL;
}

/* Adds " (echo.kn:3:21)" when the place is known. */
static void add_place(Session *session, Span span, Buf *out) {
    if (span.file < 0 || span.file >= session->nsources) return;
    int line, column;
    source_place(&session->sources[span.file], span.start, &line, &column);
    buf_puts(out, " (");
    text_to_terminal(out, session->sources[span.file].path);
    buf_printf(out, ":%d:%d)", line, column);
}

static const char *memory_of_op(const Node *node) {
    const char *words = op_info[node->op].because;
    return words ? words : "it keeps state from sample to sample";
}

/* A private name says nothing to who did not write it: then that of what uses it. NULL: there is none. */
static const char *public_name(const char *name, const Graph *g, const Node *node) {
    const Binding *at = node->span > 0 ? g->places[node->span].binding : NULL;
    for (; name && (*name == '_' || *name == '$'); at = at->outer) {
        if (!at) return NULL;
        name = at->name;
    }
    return name;
}

static void explain_node(Session *session, const Graph *g, NodeId id, Buf *out) {
    const Node *node = graph_at(g, id);
    Span span = g->nplaces > 0 ? g->places[node->span].span : (Span){-1, 0, 0};
    if (node->span == 0) span.file = -1;
    if (node->op == OP_INPUT) {
        buf_printf(out, "it hears the input `%s`", g->inputs[node->aux]);
        return;
    }
    const Cell *cell = cycle_through(g, id);
    const char *name = node->span > 0 ? g->places[node->span].name : NULL;
    if (cell && cell->name) {
        const char *own = public_name(cell->name, g, node);
        buf_printf(out, own ? "`%s` reads its own past" : "it reads its own past", own);
        add_place(session, node->span > 0 ? span : cell->span, out);
        return;
    }
    name = public_name(name, g, node);
    if (name) buf_printf(out, "in `%s`, ", name);
    buf_puts(out, memory_of_op(node));
    add_place(session, span, out);
}

/* "out[0] remembers: `echo` reads its own past (echo.kn:3:21)", malloc'd; NULL for a pure output.
 * Of several reasons the one nearest to the output is told. */
char *program_memory_reason(Session *session, const Graph *g, int output) {
    if (!may_remember(g, output)) return NULL;
    Walk w = walk_begin(g);
    walk_add(&w, g->outputs[output]);
    NodeId id;
    while ((id = walk_next(&w, g)) != 0 && !remembers(graph_at(g, id))) {
    }
    walk_end(&w);
    if (!id) return NULL;
    Buf out = {0};
    buf_printf(&out, "out[%d] remembers: ", output);
    explain_node(session, g, id, &out);
    return out.data;
}
