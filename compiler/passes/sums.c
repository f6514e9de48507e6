/* Pass `sums`: a + b + c + … of many terms becomes one SUM, in which equal terms are one term times
 * their number; so a long chain is no deep tree for the scheduler, and may be rolled.
 * In: a folded graph. Out: an equal one, but for rounding. */
#include "passes/passes.h"

#include <stdlib.h>
#include <string.h>

enum { FEWEST_TERMS = 8 };

typedef struct Sums {
    const Graph *g;
    int *uses;    /* how often a node is an input, by old node */
    int *terms;   /* of an addition with all that is inside it */
    bool *inside; /* additions that are part of a greater one */
    NodeId *map;
} Sums;

static bool is_addition(const Node *n) {
    return n->op == OP_ADD || n->op == OP_SUM;
}

static void count_uses(Sums *s, const NodeId *order, int n) {
    for (int i = 0; i < n; i++) {
        const Node *node = &s->g->nodes[order[i]];
        for (int k = 0; k < node->nin; k++)
            s->uses[node_inputs(node)[k]]++;
        if (node->op == OP_CELL) s->uses[s->g->cells[node->aux].body]++;
    }
    for (int i = 0; i < s->g->noutputs; i++)
        s->uses[s->g->outputs[i]]++;
}

/* In feedback the order is the loop's. */
static bool is_long(const Sums *s, NodeId id) {
    return s->terms[id] >= FEWEST_TERMS && !s->inside[id] && !(s->g->nodes[id].deps & DEP_CELL);
}

/* False when no chain is long. */
static bool find_chains(Sums *s, const NodeId *order, int n) {
    int longest = 0;
    for (int i = 0; i < n; i++) {
        const Node *node = &s->g->nodes[order[i]];
        for (int k = 0; k < node->nin && is_addition(node); k++) {
            NodeId in = node_inputs(node)[k];
            s->inside[in] = s->g->nodes[in].op == OP_ADD && s->uses[in] == 1;
            s->terms[order[i]] += s->inside[in] ? s->terms[in] : 1;
        }
    }
    for (int i = 0; i < n; i++)
        if (is_long(s, order[i])) longest = s->terms[order[i]];
    return longest > 0;
}

/* The terms of a chain of additions, from the first, in the new graph. Without recursion: chains are
 * as long as programs. */
static NodeId *chain_terms(const Sums *s, NodeId top, int *n) {
    NodeId *terms = NULL, *stack = NULL;
    int cap = 0, depth = 0, stack_cap = 0;
    *n = 0;
    VEC_PUSH(stack, depth, stack_cap, top);
    while (depth > 0) {
        NodeId id = stack[--depth];
        const Node *node = &s->g->nodes[id];
        if (id != top && !s->inside[id]) {
            VEC_PUSH(terms, *n, cap, s->map[id]);
            continue;
        }
        for (int k = node->nin - 1; k >= 0; k--)
            VEC_PUSH(stack, depth, stack_cap, node_inputs(node)[k]);
    }
    free(stack);
    return terms;
}

static int by_node(const void *a, const void *b) {
    NodeId x = *(const NodeId *)a, y = *(const NodeId *)b;
    return (x > y) - (x < y);
}

/* Terms that occur several times; sorting by node keeps the order of the others nearly as it was. */
static int join_equal(Graph *to, NodeId *terms, int n) {
    qsort(terms, (size_t)n, sizeof *terms, by_node);
    int kept = 0;
    for (int i = 0, next; i < n; i = next) {
        for (next = i + 1; next < n && terms[next] == terms[i];)
            next++;
        NodeId times = graph_const(to, next - i);
        terms[kept++] = next - i > 1 ? fold_op2(to, OP_MUL, terms[i], times) : terms[i];
    }
    return kept;
}

static NodeId flatten(Graph *to, const Node *old, const NodeId *in, void *data) {
    const Sums *s = data;
    NodeId id = (NodeId)(old - s->g->nodes);
    if (!is_long(s, id)) return rewrite_same(to, old, in);
    int n;
    NodeId *terms = chain_terms(s, id, &n);
    n = join_equal(to, terms, n);
    NodeId sum = n == 1   ? terms[0]
                 : n == 2 ? fold_op2(to, OP_ADD, terms[0], terms[1])
                          : graph_node(to, OP_SUM, n, terms, 0);
    free(terms);
    return sum;
}

Graph *pass_sums(const Graph *g) {
    static const OpSet ops = {{[OP_ADD] = true, [OP_SUM] = true}};
    int n;
    NodeId *order = graph_needed(g, &n);
    Sums s = {.g = g};
    s.uses = alloc_zeroed((size_t)g->n, sizeof *s.uses);
    s.terms = alloc_zeroed((size_t)g->n, sizeof *s.terms);
    s.inside = alloc_zeroed((size_t)g->n, sizeof *s.inside);
    count_uses(&s, order, n);
    Graph *to = NULL;
    if (find_chains(&s, order, n)) to = graph_rewrite_with_map(g, &ops, flatten, &s, &s.map);
    free(order);
    free(s.uses);
    free(s.terms);
    free(s.inside);
    return to;
}
