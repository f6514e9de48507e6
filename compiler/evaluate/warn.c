/* Warnings: what is legal and surely not meant. In: an evaluated graph without errors. Out: diags.
 *
 * An instrument read before its time 0, where it grows: an exp of a straight line of time that falls
 * from far above its value at its own time 0, or rises without end after it was turned around. It
 * counts only when nothing on the way to the output can silence it: no choice, comparison, limit or
 * factor with one of these.
 *
 * A frequency that varies and is multiplied by time: sin(tau * f * t) where f swings around a value
 * that is not 0. Steps between constant frequencies are left alone, and so are chirps.
 *
 * A sine of radians where Hz were written, and a sine of a number.
 *
 * A param that nothing heard depends on. What is wrong in single calls is told by evaluate/warn_call.c. */
#include "evaluate/peval.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Warn {
    Peval *p;
    Graph *g;
    uint8_t *silences; /* made of something that may be 0 before a time */
    uint8_t *swings;   /* made of something that swings, not by steps */
    uint8_t *seen;
} Warn;

static bool users_place(Warn *w, Span span) {
    return span.file >= 0 && !w->p->session->sources[span.file].library;
}

static bool warned_at(Warn *w, Span span) {
    for (int i = 0; i < w->p->session->ndiags; i++) {
        const Diag *d = w->p->session->diags[i];
        if (d->span.file == span.file && d->span.start == span.start && d->span.end == span.end)
            return true;
    }
    return false;
}

/* Walks forget what they saw: of a graph that shares much they would take for ever. What people write is short. */
enum { MOST_STEPS = 400 };

static bool line_within(const Graph *g, NodeId x, double *a, double *b, int *steps) {
    const Node *n = &g->nodes[x];
    double c, d;
    if (--*steps < 0) return false;
    switch (n->op) {
    case OP_TIME:
        *a = 1;
        *b = 0;
        return true;
    case OP_CONST:
        *a = 0;
        *b = n->value;
        return true;
    case OP_NEG:
        if (!line_within(g, n->in3[0], a, b, steps)) return false;
        *a = -*a;
        *b = -*b;
        return true;
    case OP_ADD:
    case OP_SUB: {
        if (!line_within(g, n->in3[0], a, b, steps) || !line_within(g, n->in3[1], &c, &d, steps))
            return false;
        double sign = n->op == OP_ADD ? 1 : -1;
        *a += sign * c;
        *b += sign * d;
        return true;
    }
    case OP_MUL:
    case OP_DIV:
        if (!line_within(g, n->in3[0], a, b, steps) || !line_within(g, n->in3[1], &c, &d, steps))
            return false;
        if (n->op == OP_DIV) {
            if (c != 0 || d == 0) return false;
            d = 1 / d;
        } else if (c != 0) { /* the constant is on the left */
            if (*a != 0) return false;
            double k = *b;
            *a = c;
            *b = d;
            d = k;
        }
        *a *= d;
        *b *= d;
        return true;
    default: return false;
    }
}

/* x = a * t + b with constant a and b. */
static bool line_of_time(const Graph *g, NodeId x, double *a, double *b) {
    int steps = MOST_STEPS;
    return line_within(g, x, a, b, &steps);
}

static bool is_step(int op) {
    return (op_info[op].flags & OPF_STEPS) || op == OP_NOISE;
}

/* A node's inputs stand before it, but for the bodies of cells, which do not count here. */
static void mark_nodes(Warn *w) {
    Graph *g = w->g;
    for (NodeId id = 1; id < g->n; id++) {
        const Node *node = &g->nodes[id];
        const NodeId *in = node_inputs(node);
        bool silences = false, swings = false;
        for (int k = 0; k < node->nin; k++) {
            silences |= w->silences[in[k]] != 0;
            bool chooses = k == 0 && (op_info[node->op].flags & OPF_CHOOSES);
            swings |= w->swings[in[k]] && !chooses;
        }
        switch (node->op) {
        case OP_LT:
        case OP_LE:
        case OP_EQ:
        case OP_NE:
        case OP_SELECT:
        case OP_PICK:
        case OP_MIN:
        case OP_MAX:
        case OP_SAMPLE:
        case OP_SAMPLE_LINEAR:
        case OP_SAMPLE_SINC:
        case OP_TABLE:
        case OP_ABS:
        case OP_SIGN: silences = true; break;
        case OP_SIN:
        case OP_COS: swings |= (g->nodes[in[0]].deps & ~DEPS_STEADY) != 0; break;
        case OP_INPUT:
        case OP_SMOOTH:
        case OP_PHASE: swings = true; break;
        default: break;
        }
        if (node->op == OP_CELL || node->op == OP_DELAY) silences = false;
        w->silences[id] = silences;
        w->swings[id] = swings && !is_step(node->op);
    }
}

/* ---- before its time 0 ----------------------------------------------------------------------- */

/* The reading at another time: the first t - d in the argument, else the argument. */
static Span place_of_reading(Warn *w, NodeId x, Span otherwise, int *steps) {
    const Graph *g = w->g;
    const Node *n = &g->nodes[x];
    double a, b;
    if (--*steps < 0 || n->op == OP_TIME || n->op == OP_CONST) return otherwise;
    bool shifted = line_of_time(g, x, &a, &b) && fabs(fabs(a) - 1) < 1e-12 && b != 0;
    if (shifted && users_place(w, g->places[n->span].span)) return g->places[n->span].span;
    for (int i = 0; i < n->nin && i < 2; i++) {
        Span span = place_of_reading(w, n->in3[i], (Span){-1, 0, 0}, steps);
        if (span.file >= 0) return span;
    }
    return otherwise;
}

static void warn_growth(Warn *w, NodeId id, NodeId exponent, double scale, double shift,
                        Span read_at) {
    Graph *g = w->g;
    double a, b;
    if (!line_of_time(g, exponent, &a, &b)) return;
    b -= a * shift;
    a *= scale;
    b *= scale;
    double until = g->length >= 0 ? g->length : INFINITY;
    bool before = a < 0 && b > 2.3;                          /* from 20 dB above its start */
    bool turned = a > 0 && b < 0 && until + b / a > 2.3 / a; /* s(2 - t) after its second 2 */
    if (!before && !turned) return;
    Span own = g->places[g->nodes[id].span].span;
    int steps = MOST_STEPS;
    Span place = read_at.file >= 0 ? read_at : place_of_reading(w, exponent, own, &steps);
    if (!users_place(w, place)) place = own;
    if (!users_place(w, place) || warned_at(w, place)) return;
    Session *session = w->p->session;
    Diag *d;
    if (before)
        d = diag_warning(session, place,
                         "what is read here grows without bound before its time 0: at first it is "
                         "%.3g times as loud",
                         exp(fmin(b, 700)));
    else
        d = diag_warning(session, place,
                         "what is read here grows without bound before its time 0: it is read "
                         "there from second %.4g on",
                         -b / a);
    diag_help(session, d, "silence it before its time 0: `causal(s)`");
    if (users_place(w, own) &&
        (own.file != place.file || own.start > place.start || own.end < place.end))
        diag_note(session, d, own, "this grows");
}

typedef struct Step {
    NodeId id;
    double shift; /* seconds by which it is read in the past */
    Span read_at;
} Step;

static void find_growth(Warn *w) {
    Graph *g = w->g;
    Step *stack = NULL;
    int n = 0, cap = 0;
    for (int i = 0; i < g->noutputs; i++)
        VEC_PUSH(stack, n, cap, ((Step){g->outputs[i], 0, {-1, 0, 0}}));
    while (n > 0) {
        Step step = stack[--n];
        const Node *node = &g->nodes[step.id];
        const NodeId *in = node_inputs(node);
        if (w->seen[step.id]) continue;
        w->seen[step.id] = 1;
        switch (node->op) {
        case OP_ADD:
        case OP_SUB:
        case OP_SUM:
        case OP_NEG:
            for (int i = 0; i < node->nin; i++)
                VEC_PUSH(stack, n, cap, ((Step){in[i], step.shift, step.read_at}));
            break;
        case OP_DELAY: VEC_PUSH(stack, n, cap, ((Step){in[0], step.shift, step.read_at})); break;
        case OP_DIV:
            if (!w->silences[in[1]])
                VEC_PUSH(stack, n, cap, ((Step){in[0], step.shift, step.read_at}));
            break;
        case OP_MUL:
            for (int i = 0; i < 2; i++)
                if (!w->silences[in[1 - i]])
                    VEC_PUSH(stack, n, cap, ((Step){in[i], step.shift, step.read_at}));
            break;
        case OP_CELL:
            if (g->cells[node->aux].body)
                VEC_PUSH(stack, n, cap,
                         ((Step){g->cells[node->aux].body, step.shift, step.read_at}));
            break;
        case OP_SHIFT:
            if (node_is_const(g, in[1]))
                VEC_PUSH(stack, n, cap,
                         ((Step){in[0], step.shift + g->nodes[in[1]].value,
                                 g->places[node->span].span}));
            break;
        case OP_EXP: warn_growth(w, step.id, in[0], 1, step.shift, step.read_at); break;
        case OP_POW:
            if (node_is_const(g, in[0]) && g->nodes[in[0]].value > 0)
                warn_growth(w, step.id, in[1], log(g->nodes[in[0]].value), step.shift,
                            step.read_at);
            break;
        default: break;
        }
    }
    free(stack);
}

/* ---- a frequency that varies, times t -------------------------------------------------------- */

static bool is_frequency(Warn *w, NodeId f) {
    if (!w->swings[f]) return false;
    Interval range = graph_interval(w->g, w->p->intervals, f);
    return range.low > 0 || range.high < 0;
}

/* The factors of a product: time itself, and one that swings. */
static void look_at_factors(Warn *w, NodeId x, bool *time, NodeId *frequency, int *steps) {
    const Node *n = &w->g->nodes[x];
    double a, b;
    if (--*steps < 0) return;
    if (n->op == OP_MUL) {
        look_at_factors(w, n->in3[0], time, frequency, steps);
        look_at_factors(w, n->in3[1], time, frequency, steps);
    } else if (line_of_time(w->g, x, &a, &b) && a != 0) {
        *time = true;
    } else if (is_frequency(w, x)) {
        *frequency = x;
    }
}

static void look_at_phase(Warn *w, NodeId x, int *steps) {
    const Graph *g = w->g;
    const Node *n = &g->nodes[x];
    if (--*steps < 0 || !w->swings[x]) return;
    if (n->op == OP_ADD || n->op == OP_SUB) {
        look_at_phase(w, n->in3[0], steps);
        look_at_phase(w, n->in3[1], steps);
    } else if (n->op == OP_NEG || n->op == OP_DIV || n->op == OP_MOD || n->op == OP_FRAC) {
        look_at_phase(w, n->in3[0], steps);
    } else if (n->op == OP_MUL) {
        bool time = false;
        NodeId frequency = 0;
        look_at_factors(w, x, &time, &frequency, steps);
        Span place = g->places[n->span].span;
        if (!time || !frequency) {
            for (int i = 0; i < 2; i++)
                if (node_is_const(g, n->in3[i])) look_at_phase(w, n->in3[1 - i], steps);
            return;
        }
        if (!users_place(w, place) || warned_at(w, place)) return;
        Session *session = w->p->session;
        Diag *d = diag_warning(
            session, place,
            "a frequency that varies is multiplied by time: its swings grow as time goes on");
        diag_help(
            session, d,
            "the phase of a frequency that varies is `phase(f)(t)`: `sin(tau * phase(f)(t))`");
        Span varies = g->places[g->nodes[frequency].span].span;
        if (users_place(w, varies) && (varies.start < place.start || varies.end > place.end))
            diag_note(session, d, varies, "this varies");
    }
}

/* Those that n nodes hang on. */
static void mark_params(const Graph *g, NodeId *nodes, int outputs, uint8_t *used) {
    int n;
    Graph view = *g;
    view.outputs = nodes;
    view.noutputs = outputs;
    NodeId *order = graph_needed(&view, &n);
    for (int i = 0; i < n; i++)
        if (g->nodes[order[i]].op == OP_PARAM) used[g->nodes[order[i]].aux] = 1;
    free(order);
}

/* A knob that is connected to nothing. */
static void find_idle_params(const Peval *p) {
    const Module *m = p->program->main;
    const Graph *notes = p->program->notes.graph;
    if (m->nparams == 0) return;
    const Picture *picture = &p->program->picture;
    int params = notes ? notes->nparams : p->g->nparams;
    if (picture->params > params) params = picture->params;
    uint8_t *used = alloc_zeroed((size_t)params + 1, 1);
    mark_params(p->g, p->g->outputs, p->g->noutputs, used);
    if (notes) mark_params(notes, notes->outputs, notes->noutputs, used);
    mark_params(p->g, picture->nodes, picture->channels, used);
    for (int i = 0; i < m->nparams; i++)
        if (!used[m->first_param + i])
            diag_warning(p->session, m->params[i].span, "the param `%s` changes nothing that is %s",
                         m->params[i].name, picture->channels == 0 ? "heard" : "heard or seen");
    free(used);
}

/* ---- radians --------------------------------------------------------------------------------- */

enum { RADIANS_FROM = 60 /* a second: what is slower may be meant */ };

/* A frequency in Hz as people write it: a number of few digits, or that of a note. A frequency in radians is neither. */
static bool is_written_in_hz(double a) {
    double semitone = 12 * log2(a / 440);
    return fabs(100 * a - round(100 * a)) < 1e-9 * a || fabs(semitone - round(semitone)) < 1e-9;
}

/* sin(440 * t) is 440 radians a second, 70 Hz. */
static void look_at_radians(Warn *w, const Node *n) {
    double a, b;
    Span place = w->g->places[n->span].span;
    if (!line_of_time(w->g, n->in3[0], &a, &b) || a < RADIANS_FROM || !is_written_in_hz(a)) return;
    if (!users_place(w, place) || warned_at(w, place)) return;
    Diag *d = diag_warning(w->p->session, place, "%.6g radians a second are %.4g Hz", a,
                           a / (2 * 3.14159265358979323846));
    diag_help(w->p->session, d, "a wave of %.6g Hz is `sine(%.6g)`, or `sin(tau * %.6g * t)`", a, a,
              a);
}

/* The first call of sin or cos of a number from there on. */
static const Ast *wave_of_number(const Ast *ast) {
    if (!ast) return NULL;
    if (ast->kind == AST_CALL && ast->a->kind == AST_NAME && ast->a->name.bound == BOUND_PRIM &&
        ast->call.n == 1 && (ast->a->name.slot == P_sin || ast->a->name.slot == P_cos)) {
        const Ast *x = ast->call.args[0].value;
        return x->kind == AST_NUMBER && unit_value(x->number, (Unit)x->unit) >= 20 ? ast : NULL;
    }
    if (ast->kind == AST_LIST)
        for (int i = 0; i < ast->list.n; i++) {
            const Ast *found = wave_of_number(ast->list.items[i]);
            if (found) return found;
        }
    if (ast->kind == AST_LAMBDA) return wave_of_number(ast->lambda.body);
    if (ast->kind != AST_BINARY && ast->kind != AST_UNARY) return NULL;
    const Ast *found = wave_of_number(ast->a);
    return found ? found : wave_of_number(ast->b);
}

/* out = sin(440) */
static void find_stillness(Warn *w) {
    const Module *m = w->p->program->main;
    const Ast *out = m->value;
    for (int i = 0; i < m->ndefs && !out; i++)
        if (strcmp(m->defs[i].name, "out") == 0) out = m->defs[i].value;
    bool still = false;
    for (int i = 0; i < w->g->noutputs; i++)
        still |= node_is_const(w->g, w->g->outputs[i]);
    const Ast *wave = still ? wave_of_number(out) : NULL;
    if (!wave || warned_at(w, wave->span)) return;
    const char *x = source_text(w->p->session, wave->call.args[0].value->span, 30);
    Diag *d = diag_warning(w->p->session, wave->span,
                           "what is heard never changes: the %s of a number is a number",
                           wave->a->name.slot == P_sin ? "sine" : "cosine");
    diag_help(w->p->session, d, "a wave of %s Hz is `%s(%s)`", x,
              wave->a->name.slot == P_sin ? "sine" : "cosine", x);
}

void warn_program(Peval *p) {
    Graph *g = p->g;
    find_idle_params(p);
    Warn w = {.p = p, .g = g};
    w.silences = calloc((size_t)g->n, 3);
    if (!w.silences) abort();
    w.swings = w.silences + g->n;
    w.seen = w.swings + g->n;
    mark_nodes(&w);
    find_growth(&w);
    find_stillness(&w);
    for (NodeId id = 1; id < g->n; id++) {
        const Node *n = &g->nodes[id];
        if (n->op == OP_SIN || n->op == OP_COS || n->op == OP_FRAC || n->op == OP_MOD)
            look_at_phase(&w, n->in3[0], &(int){MOST_STEPS});
        if (n->op == OP_SIN || n->op == OP_COS) look_at_radians(&w, n);
    }
    free(w.silences);
}

static bool swings_within(const Graph *g, NodeId x, int *steps) {
    const Node *n = &g->nodes[x];
    if (--*steps < 0 || is_step(n->op) || !(n->deps & ~DEPS_STEADY)) return false;
    if (n->op == OP_SIN || n->op == OP_COS || n->op == OP_INPUT || n->op == OP_SMOOTH) return true;
    const NodeId *in = node_inputs(n);
    for (int i = op_info[n->op].flags & OPF_CHOOSES ? 1 : 0; i < n->nin && i < 8; i++)
        if (swings_within(g, in[i], steps)) return true;
    return false;
}

bool node_swings(const Graph *g, NodeId x) {
    int steps = MOST_STEPS;
    return swings_within(g, x, &steps);
}
