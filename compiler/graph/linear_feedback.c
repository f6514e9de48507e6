/* Feedback that is linear, with numbers for coefficients: filters, as a rule. In: a graph and its components. Out: of each such
 * component how fast it dies away once nothing goes in, and how much of what goes in can be in it.
 *
 * The state is z' = A z + B u: the last samples of its members, as far back as they are read. The powers of A by squaring tell
 * the rest: where the norm of A^k is below 1, it is multiplied by that every k samples. */
#include "graph/linear_feedback.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STATES = 12, MOST_INPUTS = 12, MOST_MEMBERS = 64, WIDTH = MOST_STATES + MOST_INPUTS };

/* What a node is made of: states, then inputs. */
typedef struct Form {
    double part[WIDTH];
} Form;

typedef struct Analysis {
    const Graph *g;
    const int *component;
    int at; /* the component at hand */
    struct {
        NodeId source;
        int ago;
    } states[MOST_STATES];
    int nstates;
    NodeId inputs[MOST_INPUTS];
    int ninputs;
    NodeId known[2 * MOST_MEMBERS]; /* nodes with forms */
    Form forms[2 * MOST_MEMBERS];
    int nknown;
    double since;
} Analysis;

static bool is_member(const Analysis *a, NodeId id) {
    return a->component[id] == a->at;
}

static NodeId behind_cells(const Graph *g, NodeId id) {
    while (g->nodes[id].op == OP_CELL)
        id = g->cells[g->nodes[id].aux].body;
    return id;
}

/* ---- forms ------------------------------------------------------------------------------------------- */

/* Whole samples of a delay that is constant; 0: it is none. */
static int samples_of(const Graph *g, const Node *n) {
    if (n->op != OP_DELAY || n->nin != 4 || n->more[1] != n->more[2] || n->more[1] != n->more[3] ||
        !node_is_const(g, n->more[1]))
        return 0;
    const double samples = g->nodes[n->more[1]].value * g->rate;
    return fabs(samples - rint(samples)) < 1e-6 && samples < MOST_STATES + 0.5 ? (int)rint(samples)
                                                                               : 0;
}

static bool add_states(Analysis *a, const Node *delay) {
    const int samples = samples_of(a->g, delay);
    const NodeId source = behind_cells(a->g, node_inputs(delay)[0]);
    if (samples == 0) return false;
    for (int ago = 1; ago <= samples; ago++) {
        int i = 0;
        while (i < a->nstates && (a->states[i].source != source || a->states[i].ago != ago))
            i++;
        if (i < a->nstates) continue;
        if (i == MOST_STATES) return false;
        a->states[i].source = source;
        a->states[i].ago = ago;
        a->nstates++;
    }
    return true;
}

static int state_at(const Analysis *a, NodeId source, int ago) {
    int i = 0;
    while (a->states[i].source != source || a->states[i].ago != ago)
        i++;
    return i;
}

static bool add_input(Analysis *a, NodeId id, Form *f) {
    int i = 0;
    while (i < a->ninputs && a->inputs[i] != id)
        i++;
    if (i == MOST_INPUTS) return false;
    if (i == a->ninputs) a->inputs[a->ninputs++] = id;
    f->part[MOST_STATES + i] = 1;
    return true;
}

static bool find_form(Analysis *a, NodeId id, Form *f);

static bool add_scaled(Analysis *a, NodeId id, double scale, Form *f) {
    Form part;
    if (!find_form(a, id, &part)) return false;
    for (int i = 0; i < WIDTH; i++)
        f->part[i] += scale * part.part[i];
    return true;
}

/* What begins at a known frame is 0 before it: see passes/begin.c. */
static bool is_guard(Analysis *a, const Node *n) {
    const Node *c = &a->g->nodes[n->in3[0]], *nothing = &a->g->nodes[n->in3[1]];
    if (c->op != OP_LT || a->g->nodes[c->in3[0]].op != OP_FRAME ||
        !node_is_const(a->g, c->in3[1]) || nothing->op != OP_CONST || nothing->value != 0)
        return false;
    a->since = fmax(a->since, a->g->nodes[c->in3[1]].value / a->g->rate);
    return true;
}

static bool form_of(Analysis *a, NodeId id, Form *f) {
    const Node *n = &a->g->nodes[id];
    const NodeId *in = node_inputs(n);
    memset(f, 0, sizeof *f);
    if (!is_member(a, id)) return add_input(a, id, f);
    switch (n->op) {
    case OP_DELAY:
        f->part[state_at(a, behind_cells(a->g, in[0]), samples_of(a->g, n))] = 1;
        return true;
    case OP_NEG: return add_scaled(a, in[0], -1, f);
    case OP_ADD: return add_scaled(a, in[0], 1, f) && add_scaled(a, in[1], 1, f);
    case OP_SUB: return add_scaled(a, in[0], 1, f) && add_scaled(a, in[1], -1, f);
    case OP_SUM:
        for (int i = 0; i < n->nin; i++)
            if (!add_scaled(a, in[i], 1, f)) return false;
        return true;
    case OP_MUL:
        for (int i = 0; i < 2; i++)
            if (node_is_const(a->g, in[i]))
                return add_scaled(a, in[1 - i], a->g->nodes[in[i]].value, f);
        return false;
    case OP_DIV:
        return node_is_const(a->g, in[1]) && add_scaled(a, in[0], 1 / a->g->nodes[in[1]].value, f);
    case OP_SELECT: return is_guard(a, n) && add_scaled(a, in[2], 1, f);
    default: return false;
    }
}

static bool find_form(Analysis *a, NodeId id, Form *f) {
    id = behind_cells(a->g, id);
    for (int i = 0; i < a->nknown; i++)
        if (a->known[i] == id) {
            *f = a->forms[i];
            return true;
        }
    if (!form_of(a, id, f)) return false;
    if (a->nknown == 2 * MOST_MEMBERS) return false;
    a->known[a->nknown] = id;
    a->forms[a->nknown++] = *f;
    return true;
}

/* ---- the matrix -------------------------------------------------------------------------------------- */

typedef struct Matrix {
    double at[MOST_STATES][MOST_STATES];
} Matrix;

static double norm(const Matrix *m, int n) {
    double greatest = 0;
    for (int i = 0; i < n; i++) {
        double row = 0;
        for (int j = 0; j < n; j++)
            row += fabs(m->at[i][j]);
        greatest = row > greatest || isnan(row) ? row : greatest;
    }
    return greatest;
}

static void square(Matrix *m, int n) {
    Matrix y;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            y.at[i][j] = 0;
            for (int k = 0; k < n; k++)
                y.at[i][j] += m->at[i][k] * m->at[k][j];
        }
    *m = y;
}

/* |A^n| <= most * e^(-decay n) */
static bool find_decay(Matrix m, int n, double *most, double *decay) {
    enum { MOST_SQUARES = 26 };
    const double enough = 0.02;
    double largest = 1, power = 1;
    for (int i = 0; i < MOST_SQUARES; i++) {
        const double of_power = norm(&m, n);
        if (!(of_power < 1e12)) return false;
        if (of_power < enough) {
            *decay = -log(of_power > 1e-300 ? of_power : 1e-300) / power;
            *most = largest / (of_power > 1e-300 ? of_power : 1e-300);
            return true;
        }
        largest *= fmax(1, of_power);
        power *= 2;
        square(&m, n);
    }
    return false;
}

/* ---- a component ------------------------------------------------------------------------------------- */

static double sum_of(const double *x, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += fabs(x[i]);
    return sum;
}

static bool analyse(Analysis *a, const NodeId *members, int n, LinearFeedback *found) {
    Matrix m = {{{0}}};
    Form f;
    double into[MOST_INPUTS] = {0};
    a->nstates = a->ninputs = a->nknown = 0;
    a->since = -INFINITY;
    for (int i = 0; i < n; i++)
        if (a->g->nodes[members[i]].op == OP_DELAY && !add_states(a, &a->g->nodes[members[i]]))
            return false;
    for (int i = 0; i < a->nstates; i++) {
        if (a->states[i].ago > 1) {
            m.at[i][state_at(a, a->states[i].source, a->states[i].ago - 1)] = 1;
            continue;
        }
        if (!find_form(a, a->states[i].source, &f)) return false;
        memcpy(m.at[i], f.part, sizeof m.at[i]);
        for (int j = 0; j < MOST_INPUTS; j++)
            into[j] = fmax(into[j], fabs(f.part[MOST_STATES + j]));
    }
    if (!find_decay(m, a->nstates, &found->most, &found->decay)) return false;
    found->members = alloc_room((size_t)n, sizeof *found->members);
    memcpy(found->members, members, (size_t)n * sizeof *members);
    found->n = n;
    found->of_state = alloc_zeroed((size_t)n, sizeof *found->of_state);
    found->direct = alloc_zeroed((size_t)n * MOST_INPUTS, sizeof *found->direct);
    bool good = true;
    for (int i = 0; i < n && good; i++) {
        good = find_form(a, members[i], &f);
        found->of_state[i] = sum_of(f.part, MOST_STATES);
        for (int j = 0; j < MOST_INPUTS; j++)
            found->direct[i * MOST_INPUTS + j] = fabs(f.part[MOST_STATES + j]);
    }
    found->ninputs = a->ninputs;
    found->inputs = alloc_room(MOST_INPUTS, sizeof *found->inputs);
    found->into = alloc_room(MOST_INPUTS, sizeof *found->into);
    memcpy(found->inputs, a->inputs, sizeof a->inputs);
    memcpy(found->into, into, sizeof into);
    found->since = a->since;
    return good;
}

double linear_feedback_direct(const LinearFeedback *l, int member, int input) {
    return l->direct[member * MOST_INPUTS + input];
}

double linear_feedback_held(const LinearFeedback *l, int input) {
    const double once = l->since > -INFINITY ? 1 + l->most : 1;
    return once * l->most * l->into[input] / -expm1(-l->decay);
}

/* ---- all --------------------------------------------------------------------------------------------- */

static void free_one(LinearFeedback *l) {
    free(l->members);
    free(l->of_state);
    free(l->direct);
    free(l->inputs);
    free(l->into);
    *l = (LinearFeedback){0};
}

LinearFeedbacks linear_feedbacks_find(const Graph *g, const Components *c, const NodeId *order,
                                      int n) {
    LinearFeedbacks all = {.of = alloc_room((size_t)g->n, sizeof *all.of)};
    int *start = alloc_zeroed((size_t)c->n + 2, sizeof *start), cap = 0;
    NodeId *members = alloc_room((size_t)n + 1, sizeof *members);
    Analysis *a = alloc_zeroed(1, sizeof *a);
    a->g = g;
    a->component = c->component;
    memset(all.of, -1, (size_t)g->n * sizeof *all.of);
    for (int i = 0; i < n; i++)
        start[c->component[order[i]] + 2]++;
    for (int i = 0; i < c->n; i++)
        start[i + 2] += start[i + 1];
    for (int i = 0; i < n; i++)
        members[start[c->component[order[i]] + 1]++] = order[i];
    for (a->at = 0; a->at < c->n && g->rate > 0; a->at++) {
        const NodeId *first = &members[start[a->at]];
        const int size = start[a->at + 1] - start[a->at];
        LinearFeedback found = {0};
        if (size < 2 || size > MOST_MEMBERS) continue;
        budget_spend(size * MOST_STATES);
        if (!analyse(a, first, size, &found)) {
            free_one(&found);
            continue;
        }
        for (int i = 0; i < size; i++)
            all.of[first[i]] = all.n;
        VEC_PUSH(all.all, all.n, cap, found);
    }
    free(start);
    free(members);
    free(a);
    return all;
}

void linear_feedbacks_free(LinearFeedbacks *all) {
    for (int i = 0; i < all->n; i++)
        free_one(&all->all[i]);
    free(all->all);
    free(all->of);
}
