/* Rolls: a sum of many terms that differ in constants only becomes one loop over a table of these constants. A hundred
 * thousand partials are a table then, and not a hundred thousand copies of code.
 * In: a plan whose rates are known. Out: its rolls, and which nodes they absorb. */
#include "plan/plan.h"

#include <stdlib.h>
#include <string.h>

enum { FEWEST_TERMS = 8, MOST_NODES = 400 };

typedef struct Matcher {
    Plan *p;
    const Graph *g;
    NodeId *stands_for;  /* node of the pattern -> node of the term at hand */
    uint8_t *in_pattern; /* nodes of the pattern that the match at hand has visited */
    NodeId *visited;
    int nvisited, visited_cap;
    Roll *roll;
    double *row; /* constants of the term at hand; NULL while the holes are found */
} Matcher;

static bool has_state(const Node *n) {
    return (op_info[n->op].flags & OPF_KEEPS) || n->op == OP_CELL || n->op == OP_SUM;
}

static bool counted_line(const Graph *g, NodeId id, double *a, double *b) {
    const Node *n = &g->nodes[id];
    if (n->op != OP_TURNS || !node_is_const(g, n->in3[0]) || !node_is_const(g, n->in3[1]))
        return false;
    *a = graph_at(g, n->in3[0])->value;
    *b = graph_at(g, n->in3[1])->value;
    return true;
}

static int hole(Matcher *m, NodeId node, HoleKind kind, bool find_only) {
    for (int i = 0; i < m->roll->nholes; i++)
        if (m->roll->holes[i].node == node && m->roll->holes[i].kind == kind) return i;
    if (find_only) return -1;
    Hole h = {node, kind};
    VEC_PUSH(m->roll->holes, m->roll->nholes, m->roll->hole_cap, h);
    return m->roll->nholes - 1;
}

static void fill(Matcher *m, NodeId node, HoleKind kind, double value) {
    int at = hole(m, node, kind, m->row != NULL);
    if (m->row && at >= 0) m->row[at] = value;
}

/* Is y the same as the pattern x but for constants? */
static bool match(Matcher *m, NodeId x, NodeId y) {
    const Graph *g = m->g;
    if (m->in_pattern[x]) return m->stands_for[x] == y;
    double a, b, c, d;
    if (x == y) {
        if (!m->row || !node_is_const(g, x)) return true;
        fill(m, x, HOLE_VALUE, g->nodes[x].value);
        return true;
    }
    const Node *nx = &g->nodes[x], *ny = &g->nodes[y];
    if (nx->op != ny->op || nx->nin != ny->nin || nx->aux != ny->aux || has_state(nx)) return false;
    Rate rate =
        m->p->rate[x]; /* what is computed once a block has one name, not one for each term */
    if (rate == RATE_INIT || rate == RATE_BLOCK || m->nvisited > MOST_NODES) return false;
    m->in_pattern[x] = 1;
    m->stands_for[x] = y;
    VEC_PUSH(m->visited, m->nvisited, m->visited_cap, x);
    if (nx->op == OP_CONST) {
        fill(m, x, HOLE_VALUE, ny->value);
        return true;
    }
    if (nx->nin == 0) return false;
    if (counted_line(g, x, &a, &b)) {
        if (!counted_line(g, y, &c, &d)) return false;
        fill(m, x, HOLE_STEP, c);
        fill(m, x, HOLE_START, d);
        return true;
    }
    const NodeId *ix = node_inputs(nx), *iy = node_inputs(ny);
    for (int i = 0; i < nx->nin; i++)
        if (!match(m, ix[i], iy[i])) {
            bool swaps = (op_info[nx->op].flags & OPF_COMMUTES) && i == 0;
            return swaps && match(m, ix[0], iy[1]) && match(m, ix[1], iy[0]);
        }
    return true;
}

static void forget(Matcher *m) {
    for (int i = 0; i < m->nvisited; i++)
        m->in_pattern[m->visited[i]] = 0;
    m->nvisited = 0;
}

/* The nodes of the pattern that belong to it alone, in the order of computation. */
static void pattern_nodes(Matcher *m, NodeId x, const uint8_t *is_private) {
    const Node n = m->g->nodes[x];
    if (!is_private[x] || m->in_pattern[x]) return;
    m->in_pattern[x] = 1;
    VEC_PUSH(m->visited, m->nvisited, m->visited_cap, x);
    double a, b;
    const NodeId *in = n.nin > 3 ? n.more : n.in3;
    if (!(counted_line(m->g, x, &a, &b) && hole(m, x, HOLE_STEP, true) >= 0))
        for (int i = 0; i < n.nin; i++)
            pattern_nodes(m, in[i], is_private);
    if (n.op != OP_CONST) VEC_PUSH(m->roll->nodes, m->roll->nnodes, m->roll->node_cap, x);
}

/* Which terms of the sum are the same as the first of the roll, but for constants: sets fits[] for each, and is_private[]
 * for what only such terms need. Finds the holes. */
static void find_terms(Matcher *m, const Node *sum, uint8_t *fits, uint8_t *is_private) {
    Roll *roll = m->roll;
    roll->terms = 1; /* the pattern itself */
    for (int i = 0; i < sum->nin; i++) {
        int holes = roll->nholes;
        fits[i] = sum->more[i] != roll->term && match(m, roll->term, sum->more[i]);
        for (int k = 0; k < m->nvisited && fits[i]; k++)
            is_private[m->visited[k]] = 1;
        if (fits[i])
            roll->terms++;
        else
            roll->nholes = holes;
        forget(m);
    }
}

/* A row of the constants of the pattern: those of a term that has the same stay. */
static void fill_row_of_pattern(Matcher *m) {
    for (int h = 0; h < m->roll->nholes; h++) {
        Hole hole = m->roll->holes[h];
        double a, b;
        if (hole.kind == HOLE_VALUE)
            m->row[h] = m->g->nodes[hole.node].value;
        else if (counted_line(m->g, hole.node, &a, &b))
            m->row[h] = hole.kind == HOLE_STEP ? a : b;
    }
}

/* The rows of the terms that fit; the terms that do not are others. */
static void fill_table(Matcher *m, const Node *sum, const uint8_t *fits) {
    Roll *roll = m->roll;
    roll->table = alloc_zeroed((size_t)roll->terms * (size_t)roll->nholes, sizeof *roll->table);
    int row = 0;
    for (int i = 0; i < sum->nin; i++) {
        NodeId term = sum->more[i];
        if (!fits[i] && term != roll->term) {
            VEC_PUSH(roll->others, roll->nothers, roll->other_cap, term);
            continue;
        }
        m->row = &roll->table[row++ * roll->nholes];
        fill_row_of_pattern(m);
        if (term != roll->term) match(m, roll->term, term);
        forget(m);
    }
    m->row = NULL;
}

/* Makes a roll of the sum where enough of its terms are of one shape. */
static void try_roll(Matcher *m, NodeId sum) {
    Plan *p = m->p;
    const Node *n = &m->g->nodes[sum];
    Roll roll = {.sum = sum, .term = n->more[n->nin / 2]};
    m->roll = &roll;
    m->row = NULL;
    uint8_t *is_private = alloc_zeroed((size_t)m->g->n, 1), *fits = alloc_zeroed((size_t)n->nin, 1);
    find_terms(m, n, fits, is_private);
    if (roll.terms >= FEWEST_TERMS && roll.nholes > 0 && is_private[roll.term]) {
        fill_table(m, n, fits);
        pattern_nodes(m, roll.term, is_private);
        forget(m);
        VEC_PUSH(p->rolls, p->nrolls, p->roll_cap, roll);
        p->roll[sum] = p->nrolls - 1;
    } else {
        free(roll.holes);
    }
    free(is_private);
    free(fits);
}

static bool is_counted_hole(const Roll *r, NodeId id) {
    for (int h = 0; h < r->nholes; h++)
        if (r->holes[h].kind == HOLE_STEP && r->holes[h].node == id) return true;
    return false;
}

static void find_inputs(const Graph *g, Roll *r, uint8_t *inside) {
    for (int i = 0; i < r->nothers; i++)
        VEC_PUSH(r->inputs, r->ninputs, r->input_cap, r->others[i]);
    for (int i = 0; i < r->nnodes; i++)
        inside[r->nodes[i]] = 1;
    for (int i = 0; i < r->nnodes; i++) {
        const Node *n = &g->nodes[r->nodes[i]];
        for (int k = 0; k < n->nin && !is_counted_hole(r, r->nodes[i]); k++)
            if (!inside[node_inputs(n)[k]])
                VEC_PUSH(r->inputs, r->ninputs, r->input_cap, node_inputs(n)[k]);
    }
    for (int i = 0; i < r->nnodes; i++)
        inside[r->nodes[i]] = 0;
}

/* Marks what is still computed once the terms are gone: all that the outputs need, where a roll needs only its inputs from
 * outside. */
static void mark_needed(Plan *p, uint8_t *needed) {
    const Graph *g = p->g;
    uint8_t *inside = alloc_zeroed((size_t)g->n, 1);
    NodeId *stack = NULL;
    int depth = 0, cap = 0;
    for (int i = 0; i < p->nrolls; i++)
        find_inputs(g, &p->rolls[i], inside);
    for (int i = 0; i < g->noutputs; i++)
        VEC_PUSH(stack, depth, cap, g->outputs[i]);
    while (depth > 0) {
        NodeId id = stack[--depth];
        if (needed[id]) continue;
        needed[id] = 1;
        const Node *n = &g->nodes[id];
        const Roll *r = p->roll[id] >= 0 ? &p->rolls[p->roll[id]] : NULL;
        const NodeId *in = r ? r->inputs : node_inputs(n);
        if (n->op == OP_CELL) VEC_PUSH(stack, depth, cap, g->cells[n->aux].body);
        for (int i = 0; i < (r ? r->ninputs : n->nin); i++)
            VEC_PUSH(stack, depth, cap, in[i]);
    }
    free(stack);
    free(inside);
}

void plan_rolls(Plan *p, uint8_t *absorbed) {
    const Graph *g = p->g;
    if (!plan_may(p, STRATEGY_ROLL)) return;
    size_t size = (size_t)g->n;
    Matcher m = {.p = p, .g = g};
    m.stands_for = alloc_zeroed(size, sizeof *m.stands_for);
    m.in_pattern = alloc_zeroed(size, 1);
    for (int i = 0; i < p->nvarying; i++) {
        const Node *n = &g->nodes[p->varying[i]];
        const bool feeds_back = p->component_size[p->component[p->varying[i]]] > 1;
        if (n->op == OP_SUM && n->nin >= FEWEST_TERMS && !feeds_back) try_roll(&m, p->varying[i]);
    }
    free(m.stands_for);
    free(m.in_pattern);
    free(m.visited);
    if (p->nrolls == 0) return;
    uint8_t *needed = alloc_zeroed(size, 1);
    mark_needed(p, needed);
    for (int i = 0; i < p->n; i++)
        absorbed[p->order[i]] = !needed[p->order[i]];
    free(needed);
}
