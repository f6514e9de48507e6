/* Making nodes: they lie in one growing array, equal nodes are one node, constants are folded as they are made.
 * In: constructors called by evaluation, passes and the text form. Out: Graph. */
#include "graph/graph.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const OpInfo op_info[OP_COUNT] = {
#define OP(c_name, its_text, n, its_flags, clauses)                                                \
    {.name = #c_name, .text = its_text, .inputs = n, .flags = its_flags, clauses},
#define FUNCTION                  .form = FORM_FUNCTION,
#define CALL                      .form = FORM_CALL,
#define RUN                       .form = FORM_RUN,
#define RUN_DT                    .form = FORM_RUN_DT,
#define STATE(fields)             .state = (const StateField[]){fields{.type = NULL}},
#define FIELD(t, l)               {.type = #t, .letter = #l},
#define FIELDS(t, l, r)           {.type = #t, .letter = #l, .room = ROOM_##r},
#define BECAUSE(reason, shortest) .because = reason, .in_short = shortest,
#include "graph/ops.def"
#undef FIELD
#undef FIELDS
};

/* Room to begin with: what grows is copied and hashed anew each time. The hash table has places enough that
 * most are empty: to look at a node that happens to stand in the same place means to wait for its memory. */
enum { FIRST_NODES = 2048, PLACES = 4 /* for each node */ };

Graph *graph_create(Arena *arena, double rate) {
    Graph *g = ARENA_NEW(arena, Graph);
    g->arena = arena;
    g->rate = rate;
    g->rates = (Interval){1000, 768000};
    g->length = -1;
    Node none = {.op = OP_NONE};
    g->nodes = vec_grow(NULL, &g->cap, FIRST_NODES, sizeof *g->nodes);
    VEC_PUSH(g->nodes, g->n, g->cap, none);
    NodePlace nowhere = {.span = {-1, 0, 0}};
    VEC_PUSH(g->places, g->nplaces, g->place_cap, nowhere);
    return g;
}

/* ---- equal nodes are one node ------------------------------------------------------------------- */

/* A node as it is asked for. It stays in registers: read back from memory as a whole, just written
 * field by field, it would have to wait for the writing. */
typedef struct Wanted {
    Op op;
    uint8_t deps;
    int nin;
    int32_t aux;
    double value;
    NodeId a, b, c;     /* inputs, 0 where there is none … */
    const NodeId *more; /* … or all of them, when there are more than three */
} Wanted;

/* Sums of products, which need not wait for each other: the upper half has the mixed bits. */
KN_INLINE uint32_t wanted_hash(Wanted w) {
    uint64_t value;
    memcpy(&value, &w.value, sizeof value);
    uint64_t h = ((uint64_t)(uint32_t)w.aux << 32 | w.op) * 0x9e3779b97f4a7c15u;
    if (!w.more) {
        h += ((uint64_t)(uint32_t)w.a << 32 | (uint32_t)w.b) * 0xc2b2ae3d27d4eb4fu;
        h += ((uint32_t)w.c ^ value) * 0xd6e8feb86659fd93u;
    } else {
        for (int i = 0; i < w.nin; i++)
            h = (h ^ h >> 29 ^ (uint32_t)w.more[i]) * 0xc2b2ae3d27d4eb4fu;
    }
    return (uint32_t)((h ^ h >> 15) >> 32);
}

static uint32_t node_hash(const Node *n) {
    Wanted w = {.op = (Op)n->op, .nin = n->nin, .aux = n->aux, .value = n->value};
    if (n->nin <= 3) {
        w.a = n->in3[0];
        w.b = n->in3[1];
        w.c = n->in3[2];
    } else {
        w.more = n->more;
    }
    return wanted_hash(w);
}

KN_INLINE bool node_is(const Node *n, Wanted w) {
    if (n->op != w.op || n->nin != w.nin || n->aux != w.aux) return false;
    if (memcmp(&n->value, &w.value, sizeof w.value) != 0) return false;
    if (!w.more) return n->in3[0] == w.a && n->in3[1] == w.b && n->in3[2] == w.c;
    return memcmp(n->more, w.more, sizeof(NodeId) * (size_t)w.nin) == 0;
}

/* A table for as many nodes. */
static void rehash(Graph *g, int nodes) {
    int size = g->hash_size ? g->hash_size : PLACES * FIRST_NODES;
    while (size < PLACES * nodes)
        size *= 2;
    free(g->hash);
    g->hash = alloc_zeroed((size_t)size, sizeof *g->hash);
    g->hash_size = size;
    for (NodeId i = 1; i < g->n; i++) {
        uint32_t slot = node_hash(&g->nodes[i]) & (uint32_t)(size - 1);
        g->nodes[i].chain = g->hash[slot];
        g->hash[slot] = i;
    }
}

Graph *graph_create_like(const Graph *g) {
    Graph *copy = ARENA_NEW(g->arena, Graph);
    *copy = *g;
    copy->nodes = NULL;
    copy->n = copy->cap = 0;
    copy->hash = NULL;
    copy->hash_size = 0;
    copy->cells = NULL;
    copy->ncells = copy->cell_cap = 0;
    copy->outputs = NULL;
    copy->noutputs = copy->output_cap = 0;
    copy->affine = NULL;
    copy->affine_cap = 0;
    copy->intervals = NULL;
    copy->borrowed = true;
    copy->in_order = false;
    Node none = {.op = OP_NONE};
    copy->nodes = vec_grow(NULL, &copy->cap, g->n, sizeof *copy->nodes);
    VEC_PUSH(copy->nodes, copy->n, copy->cap, none);
    rehash(copy, g->n);
    return copy;
}

Graph *graph_copy(const Graph *g) {
    Graph *copy = graph_create_like(g);
    memcpy(copy->nodes, g->nodes, sizeof *g->nodes * (size_t)g->n);
    copy->n = g->n;
    for (NodeId id = 1; id < g->n; id++) {
        Node *n = &copy->nodes[id];
        if (n->nin <= 3) continue;
        n->more = ARENA_ARRAY(g->arena, NodeId, n->nin);
        memcpy(n->more, g->nodes[id].more, sizeof *n->more * (size_t)n->nin);
    }
    rehash(copy, g->n);
    for (int i = 0; i < g->ncells; i++)
        VEC_PUSH(copy->cells, copy->ncells, copy->cell_cap, g->cells[i]);
    for (int i = 0; i < g->noutputs; i++)
        VEC_PUSH(copy->outputs, copy->noutputs, copy->output_cap, g->outputs[i]);
    return copy;
}

void graph_free(Graph *g) {
    if (!g) return;
    free(g->nodes);
    free(g->hash);
    free(g->affine);
    interval_memo_free(g->intervals);
    free(g->cells);
    free(g->outputs);
    if (g->borrowed) return;
    free(g->places);
    free(g->tables);
    for (int i = 0; i < g->nsamples; i++)
        free(g->samples[i].data);
    free(g->samples);
    free(g->params);
    free(g->inputs);
}

int32_t graph_place(Graph *g, NodePlace place) {
    if (g->nplaces > 0) {
        const NodePlace *last = &g->places[g->nplaces - 1];
        if (last->span.file == place.span.file && last->span.start == place.span.start &&
            last->span.end == place.span.end && last->name == place.name &&
            last->binding == place.binding)
            return g->nplaces - 1;
    }
    VEC_PUSH(g->places, g->nplaces, g->place_cap, place);
    return g->nplaces - 1;
}

static NodeId *copied_inputs(Graph *g, const NodeId *in, int n) {
    NodeId *copy = ARENA_ARRAY(g->arena, NodeId, n);
    memcpy(copy, in, sizeof *in * (size_t)n);
    return copy;
}

KN_INLINE NodeId find_or_add(Graph *g, Wanted w) {
    if (PLACES * g->n >= g->hash_size) rehash(g, g->n + 1);
    uint32_t slot = wanted_hash(w) & (uint32_t)(g->hash_size - 1);
    for (NodeId i = g->hash[slot]; i; i = g->nodes[i].chain)
        if (node_is(&g->nodes[i], w)) return i;
    budget_spend(2);
    if (g->now.number < 0) g->now.number = graph_place(g, g->now.place);
    if (g->n >= g->cap) g->nodes = vec_grow(g->nodes, &g->cap, g->n + 1, sizeof *g->nodes);
    Node *n = &g->nodes[g->n];
    n->op = (uint8_t)w.op;
    n->deps = w.deps;
    n->mark = n->closed = 0;
    n->nin = w.nin;
    n->aux = w.aux;
    n->span = g->now.number;
    n->value = w.value;
    n->chain = g->hash[slot];
    n->in3[0] = w.a;
    n->in3[1] = w.b;
    n->in3[2] = w.c;
    if (w.more) n->more = copied_inputs(g, w.more, w.nin);
    g->hash[slot] = g->n;
    return g->n++;
}

KN_INLINE uint8_t own_deps(Op op) {
    static const uint8_t own[OP_COUNT] = {
#define OP(name, text, inputs, flags, clauses)                                                     \
    ((flags)&OPF_MEMORY ? DEP_MEMORY | DEP_TIME : 0) clauses,
#define DEPENDS(deps) | (deps)
#include "graph/ops.def"
    };
    return own[op];
}

NodeId graph_const(Graph *g, double value) {
    if (isnan(value)) value = NAN; /* one NaN, whatever its sign */
    return find_or_add(g, (Wanted){.op = OP_CONST, .value = value});
}

bool graph_folds(const Graph *g, Op op, int32_t aux) {
    if (op == OP_TABLE) return true;
    return aux == 0 && !(op_info[op].flags & OPF_KEEPS) && !own_deps(op) &&
           !(op == OP_NOISE && g->rate <= 0);
}

static NodeId folded(Graph *g, Op op, int nin, const NodeId *in, int32_t aux) {
    if (op == OP_TABLE)
        return graph_const(g, table_read(&g->tables[aux - 1], (long double)g->nodes[in[0]].value));
    double few[8] = {0}, *values = nin <= 8 ? few : malloc(sizeof(double) * (size_t)nin);
    if (!values) abort();
    for (int i = 0; i < nin; i++)
        values[i] = g->nodes[in[i]].value;
    if (op == OP_NOISE) values[1] *= g->rate;
    double value = op_evaluate(op, values, nin);
    if (values != few) free(values);
    return graph_const(g, value);
}

static bool all_constant(const Graph *g, int nin, const NodeId *in) {
    for (int i = 0; i < nin; i++)
        if (g->nodes[in[i]].op != OP_CONST) return false;
    return nin > 0;
}

static NodeId node_of_many(Graph *g, Op op, int nin, const NodeId *in, int32_t aux) {
    uint8_t deps = own_deps(op);
    for (int i = 0; i < nin; i++)
        deps |= g->nodes[in[i]].deps;
    if (!deps && all_constant(g, nin, in) && graph_folds(g, op, aux))
        return folded(g, op, nin, in, aux);
    return find_or_add(g, (Wanted){.op = op, .deps = deps, .nin = nin, .aux = aux, .more = in});
}

/* Of at most three inputs, 0 where there is none: that one depends on nothing. */
static NodeId node_of_few(Graph *g, Op op, int nin, NodeId a, NodeId b, NodeId c, int32_t aux) {
    uint8_t deps = own_deps(op) | g->nodes[a].deps | g->nodes[b].deps | g->nodes[c].deps;
    if (!deps) {
        NodeId in[3] = {a, b, c};
        if (all_constant(g, nin, in) && graph_folds(g, op, aux)) return folded(g, op, nin, in, aux);
    }
    Wanted w = {.op = op, .deps = deps, .nin = nin, .aux = aux, .a = a, .b = b, .c = c};
    if (nin == 2 && a > b && (op_info[op].flags & OPF_COMMUTES)) {
        w.a = b;
        w.b = a;
    }
    return find_or_add(g, w);
}

NodeId graph_node(Graph *g, Op op, int nin, const NodeId *in, int32_t aux) {
    if (nin > 3) return node_of_many(g, op, nin, in, aux);
    return node_of_few(g, op, nin, nin > 0 ? in[0] : 0, nin > 1 ? in[1] : 0, nin > 2 ? in[2] : 0,
                       aux);
}

NodeId graph_node_like(Graph *g, const Node *n, const NodeId *in) {
    if (n->op == OP_CONST) return find_or_add(g, (Wanted){.op = OP_CONST, .value = n->value});
    if (n->nin > 3) return node_of_many(g, (Op)n->op, n->nin, in, n->aux);
    return node_of_few(g, (Op)n->op, n->nin, in[0], in[1], in[2], n->aux);
}

NodeId graph_op1(Graph *g, Op op, NodeId a) {
    return node_of_few(g, op, 1, a, 0, 0, 0);
}

NodeId graph_op2(Graph *g, Op op, NodeId a, NodeId b) {
    return node_of_few(g, op, 2, a, b, 0, 0);
}

NodeId graph_op3(Graph *g, Op op, NodeId a, NodeId b, NodeId c) {
    return node_of_few(g, op, 3, a, b, c, 0);
}

NodeId graph_cell(Graph *g, const char *name, Span span) {
    Cell cell = {.name = name, .span = span};
    VEC_PUSH(g->cells, g->ncells, g->cell_cap, cell);
    NodeId id = graph_node(g, OP_CELL, 0, NULL, g->ncells - 1);
    g->cells[g->ncells - 1].node = id;
    return id;
}

NodeId graph_seconds(Graph *g) {
    if (g->rate > 0) return graph_const(g, 1.0 / g->rate);
    return graph_op2(g, OP_DIV, graph_const(g, 1), graph_node(g, OP_SR, 0, NULL, 0));
}

NodeId graph_sample_rate(Graph *g) {
    return g->rate > 0 ? graph_const(g, g->rate) : graph_node(g, OP_SR, 0, NULL, 0);
}
