/* Sums of a signal's last samples, x k1 + x(t - dt) k2 + x(t - 2 dt) k3, as one kernel. In: the nodes of a strip. Out: which
 * nodes are folded into such a sum (k->folded), and the call for it. */
#include "lower/lower.h"

#include <math.h>

enum { TAPS = 3 };

/* A tap: a number times a signal `ago` samples back; `number` 0 stands for 1. */
typedef struct Tap {
    NodeId product, delay, source, number;
    int ago;
} Tap;

static bool only_here(const KernelEmitter *k, NodeId id) {
    return k->uses[id] == 1 && !k->kept[id] && k->p->component_size[k->p->component[id]] == 1;
}

/* Does the node read a past that is held in variables, in double? */
static bool is_short_past(const KernelEmitter *k, NodeId id, Tap *t) {
    const Node *n = &k->g->nodes[id];
    if (n->op != OP_DELAY || n->nin != 4) return false;
    NodeId source = plan_value(k->g, node_inputs(n)[0]);
    int line = k->p->past[id];
    if (line < 0 || !k->p->lines[line].registers || k->p->lines[line].longest < 2) return false;
    t->delay = id;
    t->source = source;
    t->ago = (int)rint(k->p->distance[node_inputs(n)[1]]);
    return true;
}

static bool find_tap(const KernelEmitter *k, NodeId id, Tap *t) {
    const Node *n = &k->g->nodes[id];
    *t = (Tap){.source = id};
    if (n->op == OP_MUL && only_here(k, id)) {
        NodeId a = plan_value(k->g, n->in3[0]), b = plan_value(k->g, n->in3[1]);
        if (kernel_varies(k, a) != kernel_varies(k, b)) {
            t->product = id;
            t->number = kernel_varies(k, a) ? b : a;
            t->source = kernel_varies(k, a) ? a : b;
        }
    }
    is_short_past(k, t->source, t);
    return k->p->wide[t->source];
}

/* The three taps of a sum, by how long ago they are; the sum within it. */
static bool find_taps(const KernelEmitter *k, NodeId id, Tap *taps, NodeId *within) {
    const Node *n = &k->g->nodes[id];
    Tap found[TAPS];
    if (n->op != OP_ADD || !k->p->wide[id]) return false;
    for (int i = 0; i < 2; i++) {
        NodeId sum = plan_value(k->g, n->in3[i]), third = plan_value(k->g, n->in3[1 - i]);
        const Node *s = &k->g->nodes[sum];
        if (s->op != OP_ADD || !only_here(k, sum)) continue;
        const NodeId terms[TAPS] = {plan_value(k->g, s->in3[0]), plan_value(k->g, s->in3[1]),
                                    third};
        int seen = 0;
        for (int j = 0; j < TAPS; j++) {
            if (!find_tap(k, terms[j], &found[j]) || found[j].ago >= TAPS) break;
            if (found[j].source != found[0].source || seen & 1 << found[j].ago) break;
            seen |= 1 << found[j].ago;
            taps[found[j].ago] = found[j];
        }
        *within = sum;
        if (seen == (1 << TAPS) - 1) return true;
    }
    return false;
}

bool kernel_fold_fir(KernelEmitter *k, NodeId id) {
    Tap taps[TAPS];
    NodeId within;
    if (!find_taps(k, id, taps, &within)) return false;
    k->folded[within] = 1;
    for (int i = 0; i < TAPS; i++) {
        if (taps[i].product) k->folded[taps[i].product] = 1;
        if (taps[i].delay && only_here(k, taps[i].delay)) k->folded[taps[i].delay] = 1;
    }
    return true;
}

bool kernel_fir(KernelEmitter *k, NodeId id) {
    Tap taps[TAPS];
    NodeId within;
    if (!find_taps(k, id, taps, &within) || !k->folded[within]) return false;
    int x = kernel_buffer(k, taps[0].source, OF_DOUBLE), y = strip_buffer(&k->code, OF_DOUBLE);
    const int past = k->p->held[taps[0].source];
    strip_call(&k->code, KERNEL_fir3_d);
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, x);
    if (kernel_history_keeps(k, past))
        kernel_add_field(k, "z", past);
    else
        strip_add_buffer(&k->code, kernel_old(k, past));
    for (int i = 0; i < TAPS; i++)
        strip_add(&k->code, taps[i].number ? kernel_number(k, taps[i].number) : strip_number(1));
    strip_add_count(&k->code);
    kernel_set(k, id, y);
    return true;
}
