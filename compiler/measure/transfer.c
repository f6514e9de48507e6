/* The states of a linear filter, read off its graph. In: a graph as it was evaluated, and values of params. Out: a system of states;
 * or what is in the way.
 *
 * Each node is a number, or a sum of states and the input with numbers for weights. A state is what a node was some samples ago, as far
 * back as it is read, or the sum of an integrator. Numbers are computed with as many digits as the rest, so that what cancels in a filter's
 * equations cancels here. What params settle is taken as it is once it has settled. */
#include "measure/transfer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Form {
    bool known; /* a number */
    Quad number;
    Quad *weights; /* of a signal: of each state, then of the input */
} Form;

typedef struct Search {
    const Graph *g;
    const double *params;
    NodeId *order; /* that the output needs, each behind what it needs at the same sample */
    int norder;
    Form *forms;
    int *depth,
        *first; /* of a node: how many samples of its past are states, and which is the latest */
    int states;
    Buf *why;
    NodeId *where;
} Search;

static bool refuse(Search *s, NodeId at, const char *fmt, ...) KN_PRINTF(3, 4);
static bool refuse(Search *s, NodeId at, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    buf_vprintf(s->why, fmt, args);
    va_end(args);
    *s->where = at;
    return false;
}

static NodeId behind_cells(const Graph *g, NodeId id) {
    while (g->nodes[id].op == OP_CELL)
        id = g->cells[g->nodes[id].aux].body;
    return id;
}

/* ---- which nodes ------------------------------------------------------------------------------------- */

/* Marks what the output is made of, cells crossed; what has memory needs its input too, if later. */
static uint8_t *mark_needed(const Graph *g, NodeId output) {
    uint8_t *needed = alloc_zeroed((size_t)g->n, 1);
    NodeId *waiting = alloc_room((size_t)g->n, sizeof *waiting);
    int n = 0;
    needed[output] = 1;
    waiting[n++] = output;
    while (n > 0) {
        const Node *node = &g->nodes[waiting[--n]];
        const bool cell = node->op == OP_CELL;
        for (int i = 0; i < (cell ? 1 : node->nin); i++) {
            const NodeId in = cell ? g->cells[node->aux].body : node_inputs(node)[i];
            if (needed[in]) continue;
            needed[in] = 1;
            waiting[n++] = in;
        }
    }
    free(waiting);
    return needed;
}

static void find_order(Search *s, NodeId output) {
    uint8_t *needed = mark_needed(s->g, output);
    int all;
    s->order = graph_sample_order(s->g, &all);
    for (int i = 0; i < all; i++)
        if (needed[s->order[i]]) s->order[s->norder++] = s->order[i];
    free(needed);
}

/* ---- numbers -------------------------------------------------------------------------------------------- */

static Form number(Quad value) {
    return (Form){.known = true, .number = value};
}

/* Of known inputs. Arithmetic keeps all digits, functions are double's. */
static bool known_value(Search *s, NodeId id, Form *f) {
    const Node *n = &s->g->nodes[id];
    const NodeId *in = node_inputs(n);
    const Quad a = n->nin > 0 ? s->forms[in[0]].number : 0,
               b = n->nin > 1 ? s->forms[in[1]].number : 0;
    switch (n->op) {
    case OP_CONST: *f = number((Quad)n->value); return true;
    case OP_SR: *f = number((Quad)s->g->rate); return true;
    case OP_PARAM: *f = number((Quad)s->params[n->aux]); return true;
    case OP_ADD: *f = number(a + b); return true;
    case OP_SUB: *f = number(a - b); return true;
    case OP_MUL: *f = number(a * b); return true;
    case OP_DIV: *f = number(a / b); return true;
    case OP_NEG: *f = number(-a); return true;
    case OP_MIN: *f = number(a < b ? a : b); return true;
    case OP_MAX: *f = number(a > b ? a : b); return true;
    case OP_SELECT: *f = a != 0 ? s->forms[in[1]] : s->forms[in[2]]; return true;
    case OP_CELL: return refuse(s, id, "it reads itself without an end");
    case OP_TABLE: *f = number((Quad)table_read(node_table(s->g, n), (long double)a)); return true;
    default: break;
    }
    double *values = alloc_room((size_t)n->nin + 1, sizeof *values);
    for (int i = 0; i < n->nin; i++)
        values[i] = (double)s->forms[in[i]].number;
    *f = number((Quad)op_evaluate((Op)n->op, values, n->nin));
    free(values);
    return true;
}

/* Is it the same at all times, as long as no param moves? */
static bool is_steady(const Node *n) {
    return (n->deps & ~(DEP_PARAM | DEP_RATE)) == 0;
}

/* ---- states ---------------------------------------------------------------------------------------------- */

static bool is_varying(const Search *s, const Node *n, int input) {
    return !is_steady(&s->g->nodes[node_inputs(n)[input]]);
}

/* Samples that a delay goes back, as the reference reads it: between two of them along a straight line. */
static double distance_of(const Search *s, const Node *n) {
    const NodeId *in = node_inputs(n);
    double d = (double)s->forms[in[1]].number;
    const double least = (double)s->forms[in[2]].number, most = (double)s->forms[in[3]].number;
    d = !(d >= least) ? least : d > most ? most : d;
    d *= s->g->rate;
    return fabs(d - rint(d)) < 1e-6 ? rint(d) : d;
}

static int window_of(const Search *s, const Node *n) {
    return (int)fmax(1, rint((double)s->forms[node_inputs(n)[1]].number * s->g->rate));
}

/* How many samples of its input's past a node reads, or of its own. */
static bool add_depth(Search *s, NodeId id) {
    const Node *n = &s->g->nodes[id];
    const NodeId *in = node_inputs(n);
    double depth = 0;
    NodeId source = n->nin > 0 ? behind_cells(s->g, in[0]) : 0;
    if (!(op_info[n->op].flags & OPF_KEEPS)) return true;
    if (node_age(n)) return refuse(s, id, "it starts over");
    switch (n->op) {
    case OP_DELAY:
        if (is_varying(s, n, 1)) return refuse(s, id, "the distance of its delay varies");
        depth = ceil(distance_of(s, n));
        break;
    case OP_FIR: depth = node_table(s->g, n)->n - 1; break;
    case OP_RUNNING_MEAN: depth = window_of(s, n) - 1; break;
    case OP_SMOOTH:
    case OP_INTEGRATE:
        depth = 1;
        source = id;
        break;
    default: return true; /* refused later, if a signal goes in */
    }
    if (depth > MOST_STATES)
        return refuse(s, id,
                      "it looks back %.0f samples, and %d are the most; --response shows filters "
                      "of any length",
                      depth, MOST_STATES);
    if (depth > s->depth[source]) s->depth[source] = (int)depth;
    return true;
}

/* Numbers first, then how far back each node is read, then a number for each state. */
static bool find_states(Search *s) {
    for (int i = 0; i < s->norder; i++) {
        const NodeId id = s->order[i];
        if (is_steady(&s->g->nodes[id]) && !known_value(s, id, &s->forms[id])) return false;
    }
    for (int i = 0; i < s->norder; i++)
        if (!add_depth(s, s->order[i])) return false;
    for (int i = 0; i < s->norder; i++) {
        const NodeId id = s->order[i];
        s->first[id] = s->states;
        s->states += s->depth[id];
        if (s->states > MOST_STATES)
            return refuse(s, id, "it has more than %d states; --response shows filters of any size",
                          MOST_STATES);
    }
    return true;
}

/* ---- sums ------------------------------------------------------------------------------------------------- */

static Form signal_form(const Search *s) {
    return (Form){.weights = alloc_zeroed((size_t)s->states + 1, sizeof(Quad))};
}

/* A number that is added to a signal changes nothing of what the filter does to it. */
static void add_scaled(const Search *s, Form *to, const Form *from, Quad scale) {
    for (int i = 0; i <= s->states && from->weights; i++)
        to->weights[i] += scale * from->weights[i];
}

static Form scaled(const Search *s, const Form *from, Quad scale) {
    Form f = signal_form(s);
    add_scaled(s, &f, from, scale);
    return f;
}

/* The source so many samples ago: a state, or the present. */
static void add_past(const Search *s, Form *to, NodeId source, int ago, Quad scale) {
    const Form *now = &s->forms[source];
    if (ago == 0)
        add_scaled(s, to, now, scale);
    else if (!now->known)
        to->weights[s->first[source] + ago - 1] += scale;
}

static bool all_known(const Search *s, const Node *n) {
    for (int i = 0; i < n->nin; i++)
        if (!s->forms[node_inputs(n)[i]].known) return false;
    return true;
}

static bool remembering(Search *s, NodeId id, Form *f) {
    const Node *n = &s->g->nodes[id];
    const NodeId *in = node_inputs(n), source = behind_cells(s->g, in[0]);
    if (n->op == OP_DELAY) {
        const double d = distance_of(s, n), k = floor(d);
        *f = signal_form(s);
        add_past(s, f, source, (int)k, (Quad)1 - (Quad)(d - k));
        if (d > k) add_past(s, f, source, (int)k + 1, (Quad)(d - k));
        return true;
    }
    if (n->op == OP_FIR) {
        const Table *taps = node_table(s->g, n);
        *f = signal_form(s);
        for (int k = 0; k < taps->n; k++)
            add_past(s, f, source, k, (Quad)taps->data[taps->n - 1 - k]);
        return true;
    }
    if (n->op == OP_RUNNING_MEAN) {
        const int window = window_of(s, n);
        *f = signal_form(s);
        for (int k = 0; k < window; k++)
            add_past(s, f, source, k, (Quad)1 / window);
        return true;
    }
    if (n->op == OP_SMOOTH && s->forms[in[1]].known) {
        const Quad weight = s->forms[in[1]].number;
        *f = scaled(s, &s->forms[in[0]], 1 - weight);
        f->weights[s->first[id]] += weight;
        return true;
    }
    if (n->op == OP_INTEGRATE) {
        *f = signal_form(s);
        f->weights[s->first[id]] = 1;
        return true;
    }
    return refuse(s, id, "`%s` is not linear", op_info[n->op].text);
}

static bool product(Search *s, NodeId id, Form *f) {
    const NodeId *in = node_inputs(&s->g->nodes[id]);
    const Form *a = &s->forms[in[0]], *b = &s->forms[in[1]];
    if (!a->known && !b->known) return refuse(s, id, "it multiplies a signal by a signal");
    *f = a->known ? scaled(s, b, a->number) : scaled(s, a, b->number);
    return true;
}

static bool quotient(Search *s, NodeId id, Form *f) {
    const NodeId *in = node_inputs(&s->g->nodes[id]);
    if (!s->forms[in[1]].known) return refuse(s, id, "it divides by a signal");
    *f = scaled(s, &s->forms[in[0]], 1 / s->forms[in[1]].number);
    return true;
}

static bool choice(Search *s, NodeId id, Form *f) {
    const Node *n = &s->g->nodes[id];
    const NodeId *in = node_inputs(n);
    const Form *which = &s->forms[in[0]];
    if (!which->known) return refuse(s, id, "it chooses by a signal, or by time");
    int chosen = n->op == OP_SELECT
                     ? (which->number != 0 ? 1 : 2)
                     : 1 + (int)fmax(0, fmin(floor((double)which->number), n->nin - 2));
    *f = s->forms[in[chosen]].known ? s->forms[in[chosen]] : scaled(s, &s->forms[in[chosen]], 1);
    return true;
}

/* The sum of all inputs, the second of a difference less. */
static bool sum(Search *s, NodeId id, Form *f) {
    const Node *n = &s->g->nodes[id];
    *f = signal_form(s);
    for (int i = 0; i < n->nin; i++)
        add_scaled(s, f, &s->forms[node_inputs(n)[i]],
                   (n->op == OP_SUB && i == 1) || n->op == OP_NEG ? -1 : 1);
    return true;
}

static bool form_of(Search *s, NodeId id, Form *f) {
    const Node *n = &s->g->nodes[id];
    switch (n->op) {
    case OP_INPUT:
        *f = signal_form(s);
        f->weights[s->states] = 1;
        return true;
    case OP_CELL: {
        const Form *body = &s->forms[behind_cells(s->g, id)];
        *f = body->known ? *body : scaled(s, body, 1);
        return true;
    }
    case OP_TIME:
    case OP_FRAME:
    case OP_TURNS: return refuse(s, id, "it changes with time");
    default: break;
    }
    const bool keeps = (op_info[n->op].flags & OPF_KEEPS) != 0;
    if (n->nin > 0 && all_known(s, n) && (!keeps || n->op == OP_DELAY || n->op == OP_SMOOTH)) {
        if (!keeps) return known_value(s, id, f);
        *f = s->forms[node_inputs(n)[0]]; /* as it is when it has settled */
        return true;
    }
    if (keeps) return remembering(s, id, f);
    switch (n->op) {
    case OP_ADD:
    case OP_SUB:
    case OP_NEG:
    case OP_SUM: return sum(s, id, f);
    case OP_MUL: return product(s, id, f);
    case OP_DIV: return quotient(s, id, f);
    case OP_SELECT:
    case OP_PICK: return choice(s, id, f);
    default:
        return refuse(s, id,
                      n->nin > 0 ? "`%s` of a signal is not linear"
                                 : "it has a source of its own, `%s`",
                      op_info[n->op].text);
    }
}

static bool find_forms(Search *s) {
    for (int i = 0; i < s->norder; i++) {
        const NodeId id = s->order[i];
        if (!s->forms[id].known && !form_of(s, id, &s->forms[id])) return false;
    }
    return true;
}

/* ---- the system --------------------------------------------------------------------------------------------- */

static void set_row(StateSpace *system, int row, const Form *f) {
    for (int k = 0; k < system->n && f->weights; k++)
        system->a[row * system->n + k] = f->weights[k];
    if (f->weights) system->b[row] = f->weights[system->n];
}

static StateSpace *make_system(const Search *s, NodeId output) {
    StateSpace *system = state_space_create(s->states);
    for (int i = 0; i < s->norder; i++) {
        const NodeId id = s->order[i];
        const Node *n = &s->g->nodes[id];
        for (int k = 1; k < s->depth[id]; k++)
            system->a[(s->first[id] + k) * s->states + s->first[id] + k - 1] = 1;
        if (s->depth[id] == 0) continue;
        if (n->op != OP_INTEGRATE) {
            set_row(system, s->first[id], &s->forms[id]);
            continue;
        }
        Form next = scaled(s, &s->forms[id], 1); /* and a step of what goes in */
        add_scaled(s, &next, &s->forms[node_inputs(n)[0]], 1 / (Quad)s->g->rate);
        set_row(system, s->first[id], &next);
        free(next.weights);
    }
    const Form *out = &s->forms[output];
    for (int k = 0; k < s->states && out->weights; k++)
        system->c[k] = out->weights[k];
    if (out->weights) system->d = out->weights[s->states];
    return system;
}

StateSpace *transfer_find(const Graph *g, const double *params, int output, Buf *why,
                          NodeId *where) {
    Search s = {.g = g, .params = params, .why = why, .where = where};
    const NodeId node = g->outputs[output];
    s.forms = alloc_zeroed((size_t)g->n, sizeof *s.forms);
    s.depth = alloc_zeroed((size_t)g->n, sizeof *s.depth);
    s.first = alloc_zeroed((size_t)g->n, sizeof *s.first);
    find_order(&s, node);
    StateSpace *system = find_states(&s) && find_forms(&s) ? make_system(&s, node) : NULL;
    for (int i = 0; i < g->n; i++)
        free(s.forms[i].weights);
    free(s.forms);
    free(s.depth);
    free(s.first);
    free(s.order);
    return system;
}
