/* Tables: a function of the phase at all phases at once. In: a function. Out: its values at i / n.
 *
 * The function is evaluated once, at a phase that is not known, and what it is made of is computed for
 * a block of points, an operation after the other. Where that does not work, because a condition, an
 * index or the length of a list depends on the phase, the caller evaluates it point by point. */
#include "evaluate/peval.h"
#include "runtime/math.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK = 64,          /* points */
    MOST_NODES = 20000,  /* a block of each: 10 MB */
    TRIAL_WORK = 100000, /* steps; a recursion that ends at a known phase only would not end */
    NODES_A_STEP = 8     /* an operation on a point costs less than a step of evaluation */
};

typedef double Column[BLOCK];

/* ---- the nodes ---------------------------------------------------------------------------------- */

typedef struct Cone {
    const Graph *g;
    NodeId phase;
    NodeId *nodes; /* each after its inputs */
    int n, cap;
    int *place; /* in `nodes`, by node: number + 1 */
    Column *columns;
} Cone;

/* What is the same at the same phase, and is known here. */
static bool is_computed(const Graph *g, const Node *n) {
    return n->op == OP_CONST || (n->nin > 0 && graph_folds(g, (Op)n->op, n->aux));
}

static int by_number(const void *a, const void *b) {
    return *(const NodeId *)a - *(const NodeId *)b;
}

/* Nodes are made after their inputs, so the order of their numbers will do. */
static bool collect(Cone *cone, NodeId top) {
    const Graph *g = cone->g;
    bool computed = true;
    cone->place[top] = 1;
    VEC_PUSH(cone->nodes, cone->n, cone->cap, top);
    for (int i = 0; i < cone->n && computed; i++) {
        const Node *n = &g->nodes[cone->nodes[i]];
        computed = (cone->nodes[i] == cone->phase || is_computed(g, n)) && cone->n <= MOST_NODES;
        for (int k = 0; k < n->nin && computed; k++) {
            NodeId in = node_inputs(n)[k];
            if (cone->place[in]) continue;
            cone->place[in] = 1;
            VEC_PUSH(cone->nodes, cone->n, cone->cap, in);
        }
    }
    qsort(cone->nodes, (size_t)cone->n, sizeof *cone->nodes, by_number);
    for (int i = 0; i < cone->n; i++)
        cone->place[cone->nodes[i]] = i + 1;
    return computed;
}

/* ---- the operations ------------------------------------------------------------------------------- */

/* runtime/math.h is good to an argument of 1e8, and to 2 ULP. */
static inline bool is_near(const double *x) {
    int64_t far = 0;
    for (int i = 0; i < BLOCK; i++)
        far |= fabs(x[i]) < 1e8 ? 0 : 1;
    return !far;
}

static void compute_sum(const Cone *cone, const Node *n, double *out) {
    memset(out, 0, sizeof(Column));
    for (int k = 0; k < n->nin; k++) {
        const double *x = cone->columns[cone->place[node_inputs(n)[k]] - 1];
        for (int i = 0; i < BLOCK; i++)
            out[i] += x[i];
    }
}

static void compute_each(const Cone *cone, const Node *n, double *out) {
    double few[8], *v = n->nin <= 8 ? few : malloc(sizeof(double) * (size_t)n->nin);
    if (!v) abort();
    for (int i = 0; i < BLOCK; i++) {
        for (int k = 0; k < n->nin; k++)
            v[k] = cone->columns[cone->place[node_inputs(n)[k]] - 1][i];
        if (n->op == OP_NOISE) v[1] *= cone->g->rate;
        out[i] = n->op == OP_TABLE ? table_read(node_table(cone->g, n), (long double)v[0])
                                   : op_evaluate((Op)n->op, v, n->nin);
    }
    if (v != few) free(v);
}

#define EACH(value)                                                                                \
    for (int i = 0; i < BLOCK; i++)                                                                \
        out[i] = (value);                                                                          \
    return

typedef void (*Compute)(const Cone *cone, const Node *n, double *restrict out);

KN_INLINE void compute(const Cone *cone, const Node *n, double *restrict out) {
    const double *x[3] = {0};
    for (int k = 0; k < n->nin && k < 3; k++)
        x[k] = cone->columns[cone->place[node_inputs(n)[k]] - 1];
    const double *a = x[0], *b = x[1], *c = x[2];
    switch (n->op) {
    case OP_CONST: EACH(n->value);
    case OP_ADD: EACH(a[i] + b[i]);
    case OP_SUB: EACH(a[i] - b[i]);
    case OP_MUL: EACH(a[i] * b[i]);
    case OP_DIV: EACH(a[i] / b[i]);
    case OP_NEG: EACH(-a[i]);
    case OP_ABS: EACH(fabs(a[i]));
    case OP_FRAC: EACH(a[i] - kn_floor(a[i]));
    case OP_WRAP: EACH(a[i] - kn_floor(a[i] + 0.5));
    case OP_FLOOR: EACH(kn_floor(a[i]));
    case OP_LT: EACH(a[i] < b[i] ? 1.0 : 0.0);
    case OP_LE: EACH(a[i] <= b[i] ? 1.0 : 0.0);
    case OP_SELECT: EACH(a[i] != 0 ? b[i] : c[i]);
    case OP_EXP: EACH(kn_exp(a[i]));
    case OP_SUM: compute_sum(cone, n, out); return;
    case OP_SIN:
        if (!is_near(a)) break;
        EACH(kn_sin(a[i]));
    case OP_COS:
        if (!is_near(a)) break;
        EACH(kn_cos(a[i]));
    default: break;
    }
    compute_each(cone, n, out);
}

/* The same for machines with wider vectors: no bit of the result is another. */
static void compute_anywhere(const Cone *cone, const Node *n, double *restrict out) {
    compute(cone, n, out);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void compute_avx2(const Cone *cone, const Node *n,
                                                         double *restrict out) {
    compute(cone, n, out);
}

__attribute__((target("avx512f,avx512dq,prefer-vector-width=512"))) static void
compute_avx512(const Cone *cone, const Node *n, double *restrict out) {
    compute(cone, n, out);
}
#endif

static Compute compute_here(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
        return compute_avx512;
    if (__builtin_cpu_supports("avx2")) return compute_avx2;
#endif
    return compute_anywhere;
}

/* The points of a block that begins at `first`; those behind the last are computed for nothing. */
static void compute_block(const Cone *cone, Compute run, int first, double points) {
    for (int k = 0; k < cone->n; k++) {
        const Node *n = &cone->g->nodes[cone->nodes[k]];
        double *out = cone->columns[k];
        if (cone->nodes[k] == cone->phase)
            for (int i = 0; i < BLOCK; i++)
                out[i] = (first + i) / points;
        else if (first == 0 || n->op != OP_CONST)
            run(cone, n, out);
    }
}

static bool compute_points(Peval *p, NodeId top, NodeId phase, int n, double *data, Span span) {
    Cone cone = {.g = p->g, .phase = phase};
    cone.place = alloc_zeroed((size_t)p->g->n, sizeof *cone.place);
    bool good = collect(&cone, top) && peval_spend(p, (int64_t)cone.n * n / NODES_A_STEP, span);
    Compute run = compute_here();
    if (good) cone.columns = malloc(sizeof *cone.columns * (size_t)cone.n);
    for (int first = 0; good && cone.columns && first < n; first += BLOCK) {
        compute_block(&cone, run, first, n);
        budget_spend((int64_t)cone.n * BLOCK / NODES_A_STEP);
        int count = n - first < BLOCK ? n - first : BLOCK;
        memcpy(data + first, cone.columns[cone.place[top] - 1], sizeof *data * (size_t)count);
    }
    good = good && cone.columns;
    free(cone.columns);
    free(cone.nodes);
    free(cone.place);
    return good;
}

/* ---- the function at a phase that is not known ------------------------------------------------------ */

/* The phase is a param that no host sees: known, constant in time, but not which. Whatever goes wrong
 * is taken back; what is right is a node. */
static NodeId evaluate_once(Peval *p, Value f, NodeId phase, Span span) {
    int64_t before = p->work, least = p->most_work - TRIAL_WORK,
            begun = before > least ? before : least;
    Trial trial = trial_begin(p);
    p->work = begun;
    Value at = value_number(phase), v = force(p, apply(p, f, &at, 1, span));
    bool good = v.kind == V_NUMBER && trial_is_good(p, &trial) && !p->phase_indexed;
    p->work = before + p->work - begun;
    trial_take_back(p, &trial);
    return good ? v.node : 0;
}

bool tabulate(Peval *p, Value f, int n, double *data, Span span) {
    NodeId phase = graph_node(p->g, OP_PARAM, 0, NULL, PARAM_PHASE);
    NodeId top = evaluate_once(p, f, phase, span);
    return top && compute_points(p, top, phase, n, data, span);
}
