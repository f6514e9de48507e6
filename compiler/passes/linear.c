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

typedef struct Feedback {
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
} Feedback;

static bool is_member(const Feedback *fb, NodeId id) {
    return id < fb->old_n && fb->parts.component[id] == fb->part;
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
static int state_index(const Feedback *fb, NodeId delay) {
    NodeId source = value_of(fb->g, fb->g->nodes[delay].more[0]);
    for (int k = 0; k < fb->nstates; k++)
        if (value_of(fb->g, fb->g->nodes[fb->states[k]].more[0]) == source) return k;
    return -1;
}

/* Takes note of a member; false when it rules the component out. */
static bool take_member(Feedback *fb, NodeId id) {
    const Node *n = &fb->g->nodes[id];
    switch (n->op) {
    case OP_CELL: return true;
    case OP_DELAY:
        if (!is_state(fb->g, n) || (fb->nstates > 0 && fb->age != node_age(n))) return false;
        if (is_member(fb, node_age(n))) return false;
        fb->age = node_age(n);
        if (state_index(fb, id) >= 0) return true;
        if (fb->nstates == MOST_STATES) return false;
        fb->states[fb->nstates++] = id;
        return true;
    case OP_MUL: fb->operations++; return is_member(fb, n->in3[0]) != is_member(fb, n->in3[1]);
    case OP_DIV: fb->operations++; return !is_member(fb, n->in3[1]);
    case OP_ADD:
    case OP_SUB:
    case OP_NEG: fb->operations++; return true;
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

static bool form_of(Feedback *fb, NodeId id, Form *out);

static bool combine_forms(Feedback *fb, const Node *n, Form *out) {
    Form a, b;
    if (!form_of(fb, n->in3[0], &a)) return false;
    if (n->op == OP_NEG) {
        b = a;
        memset(&a, 0, sizeof a);
    } else if (!form_of(fb, n->in3[1], &b)) {
        return false;
    }
    Op op = n->op == OP_ADD ? OP_ADD : OP_SUB;
    for (int k = 0; k < fb->nstates; k++)
        out->coefficient[k] = plus(fb->g, op, a.coefficient[k], b.coefficient[k]);
    out->rest = rest_of(fb->g, op, a.rest, b.rest);
    return true;
}

static bool scale_form(Feedback *fb, const Node *n, Form *out) {
    int own = n->op == OP_DIV || is_member(fb, n->in3[0]) ? 0 : 1;
    NodeId by = n->in3[1 - own];
    Form a;
    if (!form_of(fb, n->in3[own], &a)) return false;
    for (int k = 0; k < fb->nstates; k++)
        out->coefficient[k] = scaled(fb->g, (Op)n->op, a.coefficient[k], by);
    out->rest = scaled(fb->g, (Op)n->op, a.rest, by);
    return true;
}

static bool find_form(Feedback *fb, NodeId id, Form *out) {
    const Node n = fb->g->nodes[id]; /* a copy: nodes move when some are added */
    if (n.op == OP_DELAY) {
        out->coefficient[state_index(fb, id)] = graph_const(fb->g, 1);
        return true;
    }
    if (n.op == OP_CELL) return form_of(fb, fb->g->cells[n.aux].body, out);
    return n.op == OP_MUL || n.op == OP_DIV ? scale_form(fb, &n, out) : combine_forms(fb, &n, out);
}

static bool form_of(Feedback *fb, NodeId id, Form *out) {
    memset(out, 0, sizeof *out);
    if (!is_member(fb, id)) {
        /* before it begins it hears silence, not what could be no number */
        out->rest = fb->age ? silent_before(fb->g, fb->age, id) : id;
        return true;
    }
    if (fb->forms[id].busy) return false;        /* a loop without delay was refused long before */
    if (fb->depth == DEEPEST_WALK) return false; /* nobody's filter: it stays as it is written */
    if (!fb->forms[id].known) {
        fb->forms[id].busy = true;
        Form found = {0};
        fb->depth++;
        bool good = find_form(fb, id, &found);
        fb->depth--;
        if (!good) return false;
        found.known = true;
        fb->forms[id] = found;
    }
    *out = fb->forms[id];
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

static bool is_read_outside(const Feedback *fb, NodeId id, const uint8_t *outside) {
    return is_member(fb, id) && outside[id];
}

static bool is_steady(const Feedback *fb, const Form *f) {
    for (int k = 0; k < fb->nstates; k++)
        if (f->coefficient[k] && node_passes(&fb->g->nodes[f->coefficient[k]])) return false;
    return true;
}

/* What starts over has a state of 0 where it is 0 samples old: the condition for that. 0 where it begins only once: a
 * state that was handed zeros is 0 by itself, as long as coefficients are numbers, which NaN is not. */
static NodeId fresh_of(const Feedback *fb, const Form *forms, int n) {
    bool steady = true;
    for (int i = 0; i < n; i++)
        steady = steady && is_steady(fb, &forms[i]);
    if (!fb->age || (steady && age_begins_once(fb->g, fb->age))) return 0;
    return younger_than(fb->g, fb->age, 1);
}

static void replace_component(Feedback *fb, const NodeId *order, int n, const uint8_t *outside) {
    Graph *g = fb->g;
    Form forms[MOST_STATES];
    NodeId cells[MOST_STATES], z[MOST_STATES];
    for (int k = 0; k < fb->nstates; k++)
        if (!form_of(fb, g->nodes[fb->states[k]].more[0], &forms[k])) return;
    for (int i = 0; i < n; i++) {
        Form unused;
        if (is_read_outside(fb, order[i], outside) && !form_of(fb, order[i], &unused)) return;
    }
    const NodeId fresh = fresh_of(fb, forms, fb->nstates);
    for (int k = 0; k < fb->nstates; k++) {
        const Node old = g->nodes[fb->states[k]];
        g->now.number = old.span;
        const Node source = g->nodes[old.more[0]];
        const Cell *was = source.op == OP_CELL ? &g->cells[source.aux] : NULL;
        cells[k] = graph_cell(g, was ? was->name : NULL, was ? was->span : (Span){-1, 0, 0});
        NodeId in[4] = {cells[k], old.more[1], old.more[2], old.more[3]};
        z[k] = graph_node(g, OP_DELAY, 4, in, 0);
    }
    for (int k = 0; k < fb->nstates; k++) {
        NodeId body = written_out(g, &forms[k], z, fb->nstates, k, fresh);
        g->cells[g->nodes[cells[k]].aux].body = body;
    }
    for (int i = 0; i < n; i++) {
        Form f;
        if (!is_read_outside(fb, order[i], outside) || !form_of(fb, order[i], &f)) continue;
        g->now.number = g->nodes[order[i]].span;
        fb->replacement[order[i]] =
            written_out(g, &f, z, fb->nstates, 0, fresh ? fresh : fresh_of(fb, &f, 1));
    }
}

/* ---- the pass ------------------------------------------------------------------------------------- */

/* Nodes that are read from another component than their own, or heard. */
static uint8_t *find_read_outside(const Feedback *fb, const NodeId *order, int n) {
    uint8_t *outside = alloc_zeroed((size_t)fb->old_n, 1);
    for (int i = 0; i < n; i++) {
        const Node *node = &fb->g->nodes[order[i]];
        for (int k = 0; k < node->nin; k++)
            if (fb->parts.component[node_inputs(node)[k]] != fb->parts.component[order[i]])
                outside[node_inputs(node)[k]] = 1;
    }
    for (int i = 0; i < fb->g->noutputs; i++)
        outside[fb->g->outputs[i]] = 1;
    return outside;
}

static void replace_reads(Feedback *fb) {
    Graph *g = fb->g;
    for (NodeId id = 1; id < g->n; id++) {
        Node *n = &g->nodes[id];
        NodeId *in = n->nin > 3 ? n->more : n->in3;
        for (int k = 0; k < n->nin; k++) {
            bool own = id < fb->old_n && in[k] < fb->old_n &&
                       fb->parts.component[id] == fb->parts.component[in[k]];
            if (!own && in[k] < fb->old_n && fb->replacement[in[k]]) in[k] = fb->replacement[in[k]];
        }
    }
    for (int i = 0; i < g->noutputs; i++)
        if (fb->replacement[g->outputs[i]]) g->outputs[i] = fb->replacement[g->outputs[i]];
}

/* Its states are found as well. */
static bool is_linear(Feedback *fb, const NodeId *members, int n) {
    fb->nstates = fb->operations = 0;
    fb->age = 0;
    for (int i = 0; i < n; i++)
        if (!take_member(fb, members[i])) return false;
    return fb->nstates > 0 && (fb->age || fb->operations >= FEWEST_OPERATIONS * fb->nstates - 2);
}

/* Members of each component side by side: order[first[c] … first[c + 1]). */
static int *group_members(const Feedback *fb, const NodeId *order, int n, NodeId *grouped) {
    int *first = alloc_zeroed((size_t)fb->parts.n + 2, sizeof *first);
    for (int i = 0; i < n; i++)
        first[fb->parts.component[order[i]] + 1]++;
    for (int c = 0; c < fb->parts.n; c++)
        first[c + 1] += first[c];
    int *at = alloc_zeroed((size_t)fb->parts.n + 1, sizeof *at);
    memcpy(at, first, sizeof *at * (size_t)fb->parts.n);
    for (int i = 0; i < n; i++)
        grouped[at[fb->parts.component[order[i]]]++] = order[i];
    free(at);
    return first;
}

Graph *pass_linear(const Graph *g) {
    if (g->rate <= 0 || g->ncells == 0 || !has_state(g)) return NULL;
    int n;
    NodeId *order = graph_needed(g, &n);
    Graph *as_it_is = (Graph *)(uintptr_t)g; /* copied before anything is changed */
    Feedback fb = {.g = as_it_is, .old_n = g->n};
    fb.parts = components_find(g, order, n, any_edge, NULL);
    fb.forms = alloc_zeroed((size_t)g->n, sizeof *fb.forms);
    fb.replacement = alloc_zeroed((size_t)g->n, sizeof *fb.replacement);
    NodeId *grouped = alloc_zeroed((size_t)n, sizeof *grouped);
    int *first = group_members(&fb, order, n, grouped);
    uint8_t *outside = find_read_outside(&fb, order, n);
    for (fb.part = 0; fb.part < fb.parts.n; fb.part++) {
        const NodeId *members = grouped + first[fb.part];
        int size = first[fb.part + 1] - first[fb.part];
        if (size < 2 || !is_linear(&fb, members, size)) continue;
        if (fb.g == as_it_is) fb.g = graph_copy(g);
        replace_component(&fb, members, size, outside);
    }
    Graph *to = NULL;
    if (fb.g != as_it_is) {
        replace_reads(&fb);
        to = graph_compact(fb.g);
        graph_free(fb.g);
    }
    components_free(&fb.parts);
    free(fb.forms);
    free(fb.replacement);
    free(order);
    free(grouped);
    free(first);
    free(outside);
    return to;
}
