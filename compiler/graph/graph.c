/* The graph: nodes in one growing array, equal nodes one node, constants folded as they are made.
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
#define OPERATOR(sign_of_c)       .form = FORM_OPERATOR, .sign = sign_of_c,
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

static void add_name(const Binding *b, Buf *out) {
    bool again = b->outer && b->outer->name == b->name;
    if (!b->name || b->name[0] == '$' || b->name[0] == '_' || again) return;
    if (out->length) buf_puts(out, "/");
    buf_puts(out, b->name);
}

char *binding_path(const Binding *binding) {
    Buf path = {0};
    const Binding **inwards = NULL;
    int n = 0, cap = 0;
    for (const Binding *b = binding; b; b = b->outer)
        VEC_PUSH(inwards, n, cap, b);
    while (n > 0)
        add_name(inwards[--n], &path);
    free(inwards);
    buf_puts(&path, "");
    return path.data;
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

NodeId node_age(const Node *n) {
    if (!(op_info[n->op].flags & OPF_MEMORY)) return 0;
    int base = op_info[n->op].inputs;
    return n->nin > base ? node_inputs(n)[base] : 0;
}

double age_beginning(const Graph *g, NodeId age) {
    const Node *n = graph_at(g, age);
    if (n->op == OP_FRAME) return 0;
    for (int i = 0; i < 2 && n->op == OP_ADD; i++)
        if (graph_at(g, n->in3[i])->op == OP_FRAME && node_is_const(g, n->in3[1 - i]))
            return graph_at(g, n->in3[1 - i])->value <= 0 ? -graph_at(g, n->in3[1 - i])->value : -1;
    return -1;
}

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

/* Found once for each node: graphs share, and a walk that forgot would take the square or the
 * exponential of their size. */
struct AffineMemo {
    NodeId a, b;
    uint8_t state; /* 0 not known, 1 no straight line, 2 it is a * t + b */
};

static struct AffineMemo *affine_memo(Graph *g, NodeId x) {
    if (x >= g->affine_cap) {
        int old = g->affine_cap;
        g->affine = vec_grow(g->affine, &g->affine_cap, g->cap, sizeof *g->affine);
        memset(g->affine + old, 0, sizeof *g->affine * (size_t)(g->affine_cap - old));
    }
    return &g->affine[x];
}

static bool affine_known(Graph *g, NodeId x, NodeId *a, NodeId *b);

static bool affine_find(Graph *g, NodeId x, NodeId *a, NodeId *b) {
    const Node n = g->nodes[x];
    NodeId a0, b0, a1, b1;
    switch (n.op) {
    case OP_TIME:
        *a = graph_const(g, 1);
        *b = graph_const(g, 0);
        return true;
    case OP_NEG:
        if (!affine_known(g, n.in3[0], &a0, &b0)) return false;
        *a = graph_op1(g, OP_NEG, a0);
        *b = graph_op1(g, OP_NEG, b0);
        return true;
    case OP_ADD:
    case OP_SUB:
        if (!affine_known(g, n.in3[0], &a0, &b0)) return false;
        if (!affine_known(g, n.in3[1], &a1, &b1)) return false;
        *a = graph_op2(g, (Op)n.op, a0, a1);
        *b = graph_op2(g, (Op)n.op, b0, b1);
        return true;
    case OP_MUL:
    case OP_DIV: {
        NodeId factor = n.in3[1], rest = n.in3[0];
        if (n.op == OP_MUL && (g->nodes[factor].deps & DEP_TIME)) {
            factor = n.in3[0];
            rest = n.in3[1];
        }
        if (g->nodes[factor].deps & DEP_TIME || !affine_known(g, rest, &a0, &b0)) return false;
        *a = graph_op2(g, (Op)n.op, a0, factor);
        *b = graph_op2(g, (Op)n.op, b0, factor);
        return true;
    }
    default: return false;
    }
}

static bool affine_known(Graph *g, NodeId x, NodeId *a, NodeId *b) {
    uint8_t deps = g->nodes[x].deps;
    if (!(deps & ~DEPS_STEADY)) {
        *a = graph_const(g, 0);
        *b = x;
        return true;
    }
    if (deps & ~(DEPS_STEADY | DEP_TIME) || g->affine_late) return false;
    struct AffineMemo *memo = affine_memo(g, x);
    if (memo->state == 0) {
        NodeId found_a = 0, found_b = 0;
        if (g->affine_depth == DEEPEST_WALK) {
            g->affine_late = x;
            return false;
        }
        g->affine_depth++;
        bool found = affine_find(g, x, &found_a, &found_b);
        g->affine_depth--;
        if (g->affine_late) return false;
        memo = affine_memo(g, x); /* it may have moved */
        *memo = (struct AffineMemo){found_a, found_b, found ? 2 : 1};
    }
    *a = memo->a;
    *b = memo->b;
    return memo->state == 2;
}

bool graph_affine(Graph *g, NodeId x, NodeId *a, NodeId *b) {
    if (!(g->nodes[x].deps & DEP_TIME)) return false;
    NodeId *waiting = NULL;
    int n = 0, cap = 0;
    for (NodeId id = x;;) {
        bool found = affine_known(g, id, a, b);
        if (g->affine_late) {
            VEC_PUSH(waiting, n, cap, id);
            id = g->affine_late;
            g->affine_late = 0;
        } else if (n > 0) {
            id = waiting[--n];
        } else {
            free(waiting);
            return found;
        }
    }
}

/* One step of the walk below: is this node made of time by pieces that are straight lines? The time since a
 * rise is one, whatever rises. */
static bool straight_node(const Graph *g, const uint8_t *straight, NodeId id) {
    const Node *n = &g->nodes[id];
    const NodeId *in = node_inputs(n);
    if (!node_passes(n)) return true;
    switch (n->op) {
    case OP_SINCE:
    case OP_BEND:
    case OP_REACHED:
    case OP_TURNS: return true;
    case OP_MUL:
        return straight[in[0]] && straight[in[1]] &&
               !(node_passes(&g->nodes[in[0]]) && node_passes(&g->nodes[in[1]]));
    case OP_DIV:
    case OP_MOD: return straight[in[0]] && !node_passes(&g->nodes[in[1]]);
    default: break;
    }
    if (!(op_info[n->op].flags & OPF_STRAIGHT)) return false;
    for (int i = 0; i < n->nin; i++)
        if (!straight[in[i]]) return false;
    return true;
}

void graph_straight(const Graph *g, uint8_t *straight, const NodeId *order, int n) {
    for (int i = 0; i < n; i++)
        straight[order[i]] = straight_node(g, straight, order[i]);
}

/* What is computed from one sample alone: no memory, no random number, no data. */
static bool is_computed(Op op) {
    return !(op_info[op].flags & (OPF_DATA | OPF_MEMORY)) && op != OP_CELL && op != OP_SHIFT;
}

void graph_timed(const Graph *g, uint8_t *timed, const NodeId *order, int n) {
    for (int i = 0; i < n; i++) {
        const Node *node = &g->nodes[order[i]];
        const NodeId *in = node_inputs(node);
        bool good = is_computed((Op)node->op);
        for (int k = 0; k < node->nin && good; k++)
            good = timed[in[k]];
        timed[order[i]] =
            good || node->op == OP_PHASE || node->op == OP_SINCE || !node_passes(node);
    }
}
