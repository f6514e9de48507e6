/* Choices: where a signal is one thing until some frame and another from then on, strips end at that frame, and each computes the one
 * that it hears. In: the nodes of a strip. Out: which SELECT nodes are choices, and the edges that strips are cut at. The nodes that
 * only one side needs become a span (lower/spans.c), which the side is copied from; a condition that nothing else reads is dropped.
 *
 * An envelope is such a signal: attack, decay and release cost while they last, and a note that is held pays for none of them. */
#include "lower/lower.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_EDGES = 8 }; /* of a program: each cuts a strip, and is looked at in each */

static const double TOLERANCE = 1e-9; /* of what is straight: see node_comparison */
static const double FURTHEST = 0x1p52;

/* ---- the frame of an edge ------------------------------------------------------------------------ */

/* A comparison of the present with a number: which of its inputs is that. -1: it is none. */
static int number_of(const KernelEmitter *k, const Node *n) {
    if (n->op != OP_LT && n->op != OP_LE) return -1;
    for (int i = 0; i < 2; i++) {
        const NodeId now = n->in3[i], number = n->in3[1 - i];
        const int op = k->g->nodes[now].op;
        if ((op == OP_TIME || op == OP_FRAME) &&
            k->p->rate[plan_value(k->g, number)] != RATE_SAMPLE)
            return 1 - i;
    }
    return -1;
}

/* now < x until the first frame that is not below x, now <= x until the first above it; so do x <= now and x < now begin. Of
 * seconds what lies within the tolerance is the edge itself. */
typedef struct Edge {
    bool behind;      /* the first frame above it; else the first that is not below */
    double tolerance; /* is added to the number */
    bool in_seconds;
} Edge;

static Edge edge_of(const KernelEmitter *k, NodeId condition) {
    const Node *n = &k->g->nodes[condition];
    const int number = number_of(k, n);
    const bool behind = (n->op == OP_LE) == (number == 1),
               in_seconds = k->g->nodes[n->in3[1 - number]].op == OP_TIME;
    return (Edge){behind, !in_seconds ? 0 : behind ? TOLERANCE : -TOLERANCE, in_seconds};
}

static double known_frame(const Edge *e, double number, double rate) {
    const double x = (number + e->tolerance) * (e->in_seconds ? rate : 1),
                 at = e->behind ? floor(x) + 1 : ceil(x);
    return fmin(at > -FURTHEST ? at : -FURTHEST, FURTHEST);
}

/* The same of what params decide. What is no number is above no time: nothing comes before it. */
Operand kernel_edge_frame(KernelEmitter *k, NodeId number, NodeId condition) {
    const Edge e = edge_of(k, condition);
    Operand x =
        kernel_pair(k, "add", kernel_operand(k, number, OF_DOUBLE), kernel_constant(e.tolerance));
    if (e.in_seconds) x = kernel_pair(k, "mul", x, kernel_sample_rate(k));
    x = kernel_one(k, e.behind ? "floor" : "ceil", x);
    if (e.behind) x = kernel_pair(k, "add", x, kernel_constant(1));
    x = kernel_pair(k, "max", x, kernel_constant(-FURTHEST));
    return kernel_pair(k, "min", x, kernel_constant(FURTHEST));
}

static StripArgument frame_of(KernelEmitter *k, NodeId condition) {
    const Node *n = &k->g->nodes[condition];
    const NodeId number = plan_value(k->g, n->in3[number_of(k, n)]);
    const Edge e = edge_of(k, condition);
    if (k->p->rate[number] == RATE_CONST)
        return strip_moment((int64_t)known_frame(&e, k->g->nodes[number].value, k->g->rate));
    return kernel_made_number(
        k, (struct KernelNumber){.kind = NUMBER_EDGE, .a = number, .b = condition});
}

/* ---- which are choices ---------------------------------------------------------------------------- */

static bool is_choice(const KernelEmitter *k, NodeId id) {
    const Node *n = &k->g->nodes[id];
    return n->op == OP_SELECT && !k->p->absorbed[id] &&
           k->p->component_size[k->p->component[id]] == 1 &&
           number_of(k, &k->g->nodes[plan_value(k->g, n->in3[0])]) >= 0;
}

/* How many edges they have, or more than MOST_EDGES. */
static int count_edges(const KernelEmitter *k) {
    NodeId conditions[MOST_EDGES];
    int n = 0;
    for (int i = 0; i < k->n; i++) {
        if (!is_choice(k, k->nodes[i])) continue;
        const NodeId condition = plan_value(k->g, k->g->nodes[k->nodes[i]].in3[0]);
        int at = 0;
        while (at < n && conditions[at] != condition)
            at++;
        if (at < n) continue;
        if (n == MOST_EDGES) return MOST_EDGES + 1;
        conditions[n++] = condition;
    }
    return n;
}

bool kernel_note_edge(KernelState *own, StripArgument edge) {
    for (int i = 0; i < own->nedges; i++)
        if (own->edges[i].kind == edge.kind && own->edges[i].of.word == edge.of.word) return true;
    if (own->nedges == MOST_EDGES) return false;
    VEC_PUSH(own->edges, own->nedges, own->edge_cap, edge);
    return true;
}

/* What comes first is over before the first frame. */
static bool is_over(const Choice *c) {
    return c->edge.kind == ARGUMENT_MOMENT && c->edge.of.integer <= 0;
}

void kernel_find_choices(KernelEmitter *k) {
    if (k->e->refill || k->g->rate <= 0 || !plan_may(k->p, STRATEGY_CHOICE)) return;
    const int edges = count_edges(k);
    if (edges == 0 || edges > MOST_EDGES) return;
    k->choice_of = alloc_zeroed((size_t)k->g->n, sizeof *k->choice_of);
    for (int i = 0; i < k->n; i++) {
        const NodeId id = k->nodes[i];
        if (!is_choice(k, id)) continue;
        const NodeId condition = plan_value(k->g, k->g->nodes[id].in3[0]);
        const Node *n = &k->g->nodes[condition];
        const Choice choice = {.edge = frame_of(k, condition),
                               .first = number_of(k, n) == 1 ? 1 : 2};
        if (!is_over(&choice)) kernel_note_edge(k->own, choice.edge);
        VEC_PUSH(k->choices, k->nchoices, k->choice_cap, choice);
        k->choice_of[id] = k->nchoices;
    }
}

int kernel_side_of(const KernelEmitter *k, NodeId choice, NodeId input) {
    const Node *n = &k->g->nodes[choice];
    if (is_over(&k->choices[k->choice_of[choice] - 1])) return 0;
    const bool first = plan_value(k->g, n->in3[1]) == input,
               second = plan_value(k->g, n->in3[2]) == input;
    return first && second ? 0 : first ? 1 : second ? 2 : 0;
}

/* ---- their calls ----------------------------------------------------------------------------------- */

/* The choice that takes this one as a side, in the span of which it is computed: they share a buffer. 0: there is none. */
static NodeId choice_around(const KernelEmitter *k, NodeId id) {
    const int span = kernel_span(k, id);
    if (k->uses[id] != 1 || k->kept[id] || span < 0 || !k->spans[span].choice) return 0;
    const NodeId reader = k->readers[k->first_reader[id]];
    return reader == k->spans[span].choice && kernel_type(k, reader) == kernel_type(k, id) ? reader
                                                                                           : 0;
}

static int buffer_of(KernelEmitter *k, NodeId id) {
    const NodeId around = choice_around(k, id);
    if (k->sum[id] < 0 && around) k->sum[id] = k->sum[around];
    if (k->sum[id] < 0) k->sum[id] = strip_buffer(&k->code, kernel_type(k, id));
    return k->sum[id];
}

void kernel_open_side(KernelEmitter *k, NodeId choice, int side) {
    const Choice *c = &k->choices[k->choice_of[choice] - 1];
    const bool before = side == c->first;
    buffer_of(k, choice);
    strip_open_span(&k->code, before ? strip_moment(SPAN_ALWAYS) : c->edge,
                    before ? c->edge : strip_moment(SPAN_FOR_EVER));
    k->code.calls[k->code.ncalls - 1].side = true;
}

void kernel_copy_side(KernelEmitter *k, NodeId choice, int side) {
    const int y = buffer_of(k, choice);
    const Operand x =
        kernel_operand(k, k->g->nodes[choice].in3[side], (BufferType)k->code.buffers[y].type);
    if (x.buffer < 0)
        kernel_fill(k, y, x.number);
    else if (x.buffer != y)
        kernel_copy(k, y, x.buffer);
    k->choices[k->choice_of[choice] - 1].made |= 1 << side;
}

/* Sides that are no spans of their own. */
void kernel_choice(KernelEmitter *k, NodeId id) {
    const Choice *c = &k->choices[k->choice_of[id] - 1];
    if (is_over(c)) {
        kernel_set(k, id, kernel_buffer(k, k->g->nodes[id].in3[3 - c->first], kernel_type(k, id)));
        return;
    }
    for (int side = 1; side <= 2; side++) {
        if (k->choices[k->choice_of[id] - 1].made >> side & 1) continue;
        kernel_open_side(k, id, side);
        const OpenSpan around = k->open;
        k->open = (OpenSpan){around.number, k->code.nbuffers, k->nlogged};
        kernel_copy_side(k, id, side);
        kernel_close_span(k, around);
    }
    kernel_set(k, id, buffer_of(k, id));
}
