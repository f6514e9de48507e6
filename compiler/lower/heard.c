/* How loud a node is heard behind all that reads it. In: the readers of nodes, what feeds back, and how large values can be. Out: for
 * each node the most by which an error of it can be greater where it is heard; INFINITY, where that is not known. */
#include "lower/heard.h"

#include <math.h>
#include <stdlib.h>

/* What feeds back in a way that is not known is taken to be no louder than this; INFINITY: an error of any size may show, since
 * it is compared, or divided by. */
static const double OF_FEEDBACK = 1e8;

static double times(double a, double b) {
    return a == 0 || b == 0 ? 0 : a * b;
}

static double most_of(const Heard *h, NodeId id) {
    const Interval x = graph_interval(h->g, h->bounds, id);
    return fmax(fabs(x.low), fabs(x.high));
}

static double gain_of_taps(const Table *taps) {
    double sum = 0;
    for (int i = 0; i < taps->n; i++)
        sum += fabs(taps->data[i]);
    return sum;
}

/* Of one input of a node that does not feed back. */
static double gain_by(const Heard *h, NodeId reader, int input) {
    const Node *n = &h->g->nodes[reader];
    const double gain = h->gain[reader];
    switch (n->op) {
    case OP_CELL:
    case OP_NEG:
    case OP_ABS:
    case OP_SIN:
    case OP_TANH:
    case OP_ATAN:
    case OP_ADD:
    case OP_SUB:
    case OP_SUM:
    case OP_MIN:
    case OP_MAX: return gain;
    case OP_MUL: return times(gain, most_of(h, n->in3[1 - input]));
    case OP_DIV:
        return input == 0 && node_is_const(h->g, n->in3[1])
                   ? times(gain, fabs(1 / h->g->nodes[n->in3[1]].value))
                   : INFINITY;
    case OP_SELECT:
    case OP_PICK: return input > 0 ? gain : INFINITY;
    case OP_SHIFT:
    case OP_DELAY:
    case OP_RUNNING_MAX:
    case OP_RUNNING_MIN:
    case OP_RUNNING_MEAN: return input == 0 ? gain : INFINITY;
    case OP_FIR: return times(gain, gain_of_taps(node_table(h->g, n)));
    default: return INFINITY;
    }
}

static double gain_by_feedback(const Heard *h, NodeId id, NodeId reader) {
    const int by = h->linear->of[reader];
    double sum = 0;
    if (by < 0) return h->gain[reader];
    for (int i = 0; i < h->linear->all[by].ninputs; i++)
        if (h->linear->all[by].inputs[i] == id) sum += h->into[by][i];
    return sum;
}

/* Over all ways by which it is heard outside of its component. */
static double gain_outside(const Heard *h, NodeId id) {
    const Components *c = h->feedback;
    double gain = 0;
    for (int i = 0; i < h->g->noutputs; i++)
        gain += h->g->outputs[i] == id;
    for (int i = h->first_reader[id]; i < h->first_reader[id + 1]; i++) {
        const NodeId reader = h->readers[i];
        if (c->component[reader] == c->component[id]) continue;
        if (i > h->first_reader[id] && h->readers[i - 1] == reader) continue;
        if (c->size[c->component[reader]] > 1) {
            gain += gain_by_feedback(h, id, reader);
            continue;
        }
        const Node *n = &h->g->nodes[reader];
        for (int j = 0; j < node_nneeds(n); j++)
            if (node_need(h->g, n, j) == id) gain += gain_by(h, reader, j);
    }
    return gain;
}

void heard_find(Heard *h, const NodeId *members, int n) {
    const int by = h->linear->of[members[0]];
    double all = 0;
    for (int i = 0; i < n; i++)
        all += h->gain[members[i]] = gain_outside(h, members[i]);
    if (n == 1) return;
    if (by < 0) {
        for (int i = 0; i < n; i++)
            h->gain[members[i]] = all > 0 ? fmax(all, OF_FEEDBACK) : 0;
        return;
    }
    const LinearFeedback *l = &h->linear->all[by];
    h->into[by] = alloc_zeroed((size_t)l->ninputs + 1, sizeof *h->into[by]);
    for (int i = 0; i < l->n; i++)
        for (int j = 0; j < l->ninputs; j++)
            h->into[by][j] +=
                times(h->gain[l->members[i]], l->of_state[i] * linear_feedback_held(l, j) +
                                                  linear_feedback_direct(l, i, j));
}

void heard_open(Heard *h) {
    h->gain = alloc_zeroed((size_t)h->g->n, sizeof *h->gain);
    h->into = alloc_zeroed((size_t)h->linear->n + 1, sizeof *h->into);
}

void heard_close(Heard *h) {
    for (int i = 0; i < h->linear->n; i++)
        free(h->into[i]);
    free(h->into);
    free(h->gain);
}
