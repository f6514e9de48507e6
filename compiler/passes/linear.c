/* Pass `linear`: a small set of feedback equations that is linear in its past becomes state-space form.
 *
 * A filter written as its equations, each using the others, is a long chain of dependent operations a
 * sample. Where all of it is linear in the values z of one sample ago, with coefficients that are not
 * part of it, each next state is  z_k' = e_k + sum_j a_kj z_j,  and whatever else is read from outside
 * is such a sum too. The coefficients a and inputs e are computed many samples at once; the recurrence is
 * left with one product and one sum for each state after another. What starts over is silent before and keeps
 * no age: pass `begin` says how.
 *
 * In: a tidied graph. Out: an equal one, but for rounding in double. Left alone: more than MOST_STATES,
 * other delays than one sample, anything that is not a sum or a product with one factor of its own. */
#include "passes/passes.h"
#include "graph/components.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STATES = 3, FEWEST_OPERATIONS = 5 };

/* sum of coefficient[k] * state k, and a rest from outside; 0 is none. */
typedef struct Form {
    NodeId coefficient[MOST_STATES];
    NodeId rest;
    bool known, busy;
} Form;

typedef struct Linear {
    Graph *g;
    Components parts;
    int part;                   /* the component at hand */
    NodeId states[MOST_STATES]; /* its delays */
    int nstates;
    int depth;  /* of the walk for a form */
    NodeId age; /* of all of them; 0: they are as old as the program */
    int operations;
    Form *forms;         /* by node of the component */
    NodeId *replacement; /* by node: what is read instead of it; 0: itself */
    int old_n;           /* nodes there were before the pass added some */
} Linear;

static bool is_member(const Linear *l, NodeId id) {
    return id < l->old_n && l->parts.component[id] == l->part;
}

static bool any_edge(const void *data, NodeId from, int input, NodeId to) {
    (void)data;
    (void)from;
    (void)input;
    (void)to;
    return true;
}

/* Exactly one sample ago. */
static bool is_state(const Graph *g, const Node *n) {
    if (n->op != OP_DELAY || n->more[1] != n->more[2] || n->more[1] != n->more[3]) return false;
    return node_is_const(g, n->more[1]) && fabs(g->nodes[n->more[1]].value * g->rate - 1) < 1e-6;
}

static bool has_state(const Graph *g) {
    for (NodeId id = 1; id < g->n; id++)
        if (is_state(g, &g->nodes[id])) return true;
    return false;
}

/* A cell stands for its body. */
static NodeId value_of(const Graph *g, NodeId id) {
    while (g->nodes[id].op == OP_CELL)
        id = g->cells[g->nodes[id].aux].body;
    return id;
}

/* Which state a delay is; -1 for a new one. */
static int state_index(const Linear *l, NodeId delay) {
    NodeId source = value_of(l->g, l->g->nodes[delay].more[0]);
    for (int k = 0; k < l->nstates; k++)
        if (value_of(l->g, l->g->nodes[l->states[k]].more[0]) == source) return k;
    return -1;
}

/* Takes note of a member; false when it rules the component out. */
static bool take_member(Linear *l, NodeId id) {
    const Node *n = &l->g->nodes[id];
    switch (n->op) {
    case OP_CELL: return true;
    case OP_DELAY:
        if (!is_state(l->g, n) || (l->nstates > 0 && l->age != node_age(n))) return false;
        if (is_member(l, node_age(n))) return false;
        l->age = node_age(n);
        if (state_index(l, id) >= 0) return true;
        if (l->nstates == MOST_STATES) return false;
        l->states[l->nstates++] = id;
        return true;
    case OP_MUL: l->operations++; return is_member(l, n->in3[0]) != is_member(l, n->in3[1]);
    case OP_DIV: l->operations++; return !is_member(l, n->in3[1]);
    case OP_ADD:
    case OP_SUB:
    case OP_NEG: l->operations++; return true;
    default: return false;
    }
}

/* ---- linear forms ------------------------------------------------------------------------------- */

static NodeId plus(Graph *g, Op op, NodeId a, NodeId b) {
    if (!b) return a;
    if (!a) return op == OP_SUB ? fold_op1(g, OP_NEG, b) : b;
    return fold_op2(g, op, a, b);
}

/* The factor f of a product f * v or f * -v, 0 when it is none. */
static NodeId factor_before(const Graph *g, NodeId product, NodeId v, bool *negative) {
    const Node *n = &g->nodes[product];
    for (int i = 0; n->op == OP_MUL && i < 2; i++) {
        const Node *other = &g->nodes[n->in3[i]];
        *negative = other->op == OP_NEG && other->in3[0] == v;
        if (n->in3[i] == v || *negative) return n->in3[1 - i];
    }
    return 0;
}

/* a + b or a - b of what comes from outside; v - f * v is (1 - f) * v: what is left of a signal when f is
 * near 1 would be the rounding of float. */
static NodeId rest_of(Graph *g, Op op, NodeId a, NodeId b) {
    bool negative;
    NodeId factor = a && b ? factor_before(g, b, a, &negative) : 0;
    if (!factor) return plus(g, op, a, b);
    bool less = (op == OP_SUB) != negative;
    NodeId left = fold_op2(g, less ? OP_SUB : OP_ADD, graph_const(g, 1), factor);
    return fold_op2(g, OP_MUL, left, a);
}

static NodeId scaled(Graph *g, Op op, NodeId a, NodeId by) {
    if (!a) return 0;
    if (op == OP_MUL && node_is_const(g, a) && g->nodes[a].value == 1) return by;
    return fold_op2(g, op, a, by);
}

static bool form_of(Linear *l, NodeId id, Form *out);

static bool combine_forms(Linear *l, const Node *n, Form *out) {
    Form a, b;
    if (!form_of(l, n->in3[0], &a)) return false;
    if (n->op == OP_NEG) {
        b = a;
        memset(&a, 0, sizeof a);
    } else if (!form_of(l, n->in3[1], &b)) {
        return false;
    }
    Op op = n->op == OP_ADD ? OP_ADD : OP_SUB;
    for (int k = 0; k < l->nstates; k++)
        out->coefficient[k] = plus(l->g, op, a.coefficient[k], b.coefficient[k]);
    out->rest = rest_of(l->g, op, a.rest, b.rest);
    return true;
}

static bool scale_form(Linear *l, const Node *n, Form *out) {
    int own = n->op == OP_DIV || is_member(l, n->in3[0]) ? 0 : 1;
    NodeId by = n->in3[1 - own];
    Form a;
    if (!form_of(l, n->in3[own], &a)) return false;
    for (int k = 0; k < l->nstates; k++)
        out->coefficient[k] = scaled(l->g, (Op)n->op, a.coefficient[k], by);
    out->rest = scaled(l->g, (Op)n->op, a.rest, by);
    return true;
}

static bool find_form(Linear *l, NodeId id, Form *out) {
    const Node n = l->g->nodes[id]; /* a copy: nodes move when some are added */
    if (n.op == OP_DELAY) {
        out->coefficient[state_index(l, id)] = graph_const(l->g, 1);
        return true;
    }
    if (n.op == OP_CELL) return form_of(l, l->g->cells[n.aux].body, out);
    return n.op == OP_MUL || n.op == OP_DIV ? scale_form(l, &n, out) : combine_forms(l, &n, out);
}

static bool form_of(Linear *l, NodeId id, Form *out) {
    memset(out, 0, sizeof *out);
    if (!is_member(l, id)) {
        /* before it begins it hears silence, not what could be no number */
        out->rest = l->age ? silent_before(l->g, l->age, id) : id;
        return true;
    }
    if (l->forms[id].busy) return false;        /* a loop without delay was refused long before */
    if (l->depth == DEEPEST_WALK) return false; /* nobody's filter: it stays as it is written */
    if (!l->forms[id].known) {
        l->forms[id].busy = true;
        Form found = {0};
        l->depth++;
        bool good = find_form(l, id, &found);
        l->depth--;
        if (!good) return false;
        found.known = true;
        l->forms[id] = found;
    }
    *out = l->forms[id];
    return true;
}

/* ---- the component anew -------------------------------------------------------------------------- */

/* e + a_0 z_0 + …, the sums that do not wait for `last` first. What is left of the past is 0 where it is `fresh` (0: it
 * never is), whatever the past was: 0 * NaN would be NaN for ever. */
static NodeId written_out(Graph *g, const Form *f, const NodeId *z, int n, int last, NodeId fresh) {
    NodeId sum = f->rest;
    for (int i = 1; i <= n; i++) {
        int k = (last + i) % n;
        if (!f->coefficient[k]) continue;
        NodeId part = scaled(g, OP_MUL, f->coefficient[k], z[k]);
        if (fresh) part = graph_op3(g, OP_SELECT, fresh, graph_const(g, 0), part);
        sum = plus(g, OP_ADD, sum, part);
    }
    return sum ? sum : graph_const(g, 0);
}

static bool is_read_outside(const Linear *l, NodeId id, const uint8_t *outside) {
    return is_member(l, id) && outside[id];
}

static bool is_steady(const Linear *l, const Form *f) {
    for (int k = 0; k < l->nstates; k++)
        if (f->coefficient[k] && node_passes(&l->g->nodes[f->coefficient[k]])) return false;
    return true;
}

/* What starts over has a state of 0 where it is 0 samples old: the condition for that. 0 where it begins only once: a
 * state that was handed zeros is 0 by itself, as long as coefficients are numbers, which NaN is not. */
static NodeId fresh_of(const Linear *l, const Form *forms, int n) {
    bool steady = true;
    for (int i = 0; i < n; i++)
        steady = steady && is_steady(l, &forms[i]);
    if (!l->age || (steady && age_begins_once(l->g, l->age))) return 0;
    return younger_than(l->g, l->age, 1);
}

static void replace_component(Linear *l, const NodeId *order, int n, const uint8_t *outside) {
    Graph *g = l->g;
    Form forms[MOST_STATES];
    NodeId cells[MOST_STATES], z[MOST_STATES];
    for (int k = 0; k < l->nstates; k++)
        if (!form_of(l, g->nodes[l->states[k]].more[0], &forms[k])) return;
    for (int i = 0; i < n; i++) {
        Form unused;
        if (is_read_outside(l, order[i], outside) && !form_of(l, order[i], &unused)) return;
    }
    const NodeId fresh = fresh_of(l, forms, l->nstates);
    for (int k = 0; k < l->nstates; k++) {
        const Node old = g->nodes[l->states[k]];
        g->now.number = old.span;
        const Node source = g->nodes[old.more[0]];
        const Cell *was = source.op == OP_CELL ? &g->cells[source.aux] : NULL;
        cells[k] = graph_cell(g, was ? was->name : NULL, was ? was->span : (Span){-1, 0, 0});
        NodeId in[4] = {cells[k], old.more[1], old.more[2], old.more[3]};
        z[k] = graph_node(g, OP_DELAY, 4, in, 0);
    }
    for (int k = 0; k < l->nstates; k++) {
        NodeId body = written_out(g, &forms[k], z, l->nstates, k, fresh);
        g->cells[g->nodes[cells[k]].aux].body = body;
    }
    for (int i = 0; i < n; i++) {
        Form f;
        if (!is_read_outside(l, order[i], outside) || !form_of(l, order[i], &f)) continue;
        g->now.number = g->nodes[order[i]].span;
        l->replacement[order[i]] =
            written_out(g, &f, z, l->nstates, 0, fresh ? fresh : fresh_of(l, &f, 1));
    }
}

/* ---- the pass ------------------------------------------------------------------------------------- */

/* Nodes that are read from another component than their own, or heard. */
static uint8_t *find_read_outside(const Linear *l, const NodeId *order, int n) {
    uint8_t *outside = alloc_zeroed((size_t)l->old_n, 1);
    for (int i = 0; i < n; i++) {
        const Node *node = &l->g->nodes[order[i]];
        for (int k = 0; k < node->nin; k++)
            if (l->parts.component[node_inputs(node)[k]] != l->parts.component[order[i]])
                outside[node_inputs(node)[k]] = 1;
    }
    for (int i = 0; i < l->g->noutputs; i++)
        outside[l->g->outputs[i]] = 1;
    return outside;
}

static void replace_reads(Linear *l) {
    Graph *g = l->g;
    for (NodeId id = 1; id < g->n; id++) {
        Node *n = &g->nodes[id];
        NodeId *in = n->nin > 3 ? n->more : n->in3;
        for (int k = 0; k < n->nin; k++) {
            bool own = id < l->old_n && in[k] < l->old_n &&
                       l->parts.component[id] == l->parts.component[in[k]];
            if (!own && in[k] < l->old_n && l->replacement[in[k]]) in[k] = l->replacement[in[k]];
        }
    }
    for (int i = 0; i < g->noutputs; i++)
        if (l->replacement[g->outputs[i]]) g->outputs[i] = l->replacement[g->outputs[i]];
}

/* Its states are found as well. */
static bool is_linear(Linear *l, const NodeId *members, int n) {
    l->nstates = l->operations = 0;
    l->age = 0;
    for (int i = 0; i < n; i++)
        if (!take_member(l, members[i])) return false;
    return l->nstates > 0 && (l->age || l->operations >= FEWEST_OPERATIONS * l->nstates - 2);
}

/* Members of each component side by side: order[first[c] … first[c + 1]). */
static int *group_members(const Linear *l, const NodeId *order, int n, NodeId *grouped) {
    int *first = alloc_zeroed((size_t)l->parts.n + 2, sizeof *first);
    for (int i = 0; i < n; i++)
        first[l->parts.component[order[i]] + 1]++;
    for (int c = 0; c < l->parts.n; c++)
        first[c + 1] += first[c];
    int *at = alloc_zeroed((size_t)l->parts.n + 1, sizeof *at);
    memcpy(at, first, sizeof *at * (size_t)l->parts.n);
    for (int i = 0; i < n; i++)
        grouped[at[l->parts.component[order[i]]]++] = order[i];
    free(at);
    return first;
}

Graph *pass_linear(const Graph *g) {
    if (g->rate <= 0 || g->ncells == 0 || !has_state(g)) return NULL;
    int n;
    NodeId *order = graph_needed(g, &n);
    Graph *as_it_is = (Graph *)(uintptr_t)g; /* copied before anything is changed */
    Linear l = {.g = as_it_is, .old_n = g->n};
    l.parts = components_find(g, order, n, any_edge, NULL);
    l.forms = alloc_zeroed((size_t)g->n, sizeof *l.forms);
    l.replacement = alloc_zeroed((size_t)g->n, sizeof *l.replacement);
    NodeId *grouped = alloc_zeroed((size_t)n, sizeof *grouped);
    int *first = group_members(&l, order, n, grouped);
    uint8_t *outside = find_read_outside(&l, order, n);
    for (l.part = 0; l.part < l.parts.n; l.part++) {
        const NodeId *members = grouped + first[l.part];
        int size = first[l.part + 1] - first[l.part];
        if (size < 2 || !is_linear(&l, members, size)) continue;
        if (l.g == as_it_is) l.g = graph_copy(g);
        replace_component(&l, members, size, outside);
    }
    Graph *to = NULL;
    if (l.g != as_it_is) {
        replace_reads(&l);
        to = graph_compact(l.g);
        graph_free(l.g);
    }
    components_free(&l.parts);
    free(l.forms);
    free(l.replacement);
    free(order);
    free(grouped);
    free(first);
    free(outside);
    return to;
}
