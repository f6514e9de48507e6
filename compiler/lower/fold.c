/* Folding: a node is computed by the kernel of its only reader. This goes for the modulation of a phase, the gain of a sine,
 * the taps of a filter, what a decay is made of, and partials. In: the nodes of a strip. Out: which nodes are folded (k->folded). */
#include "lower/lower.h"

/* Oscillator kernels are exact enough for a modulation of so many turns. */
static const double MOST_MODULATION = 8;

/* ---- which nodes are computed with the one that reads them ------------------------------------- */

static const NodeId *inputs_of(const KernelEmitter *k, NodeId id) {
    return k->g->nodes[id].in3;
}

bool kernel_foldable(const KernelEmitter *k, NodeId id, int op) {
    return k->g->nodes[id].op == op && kernel_varies(k, id) && k->uses[id] == 1 && !k->kept[id] &&
           !k->gathers[id] && k->p->component_size[k->p->component[id]] == 1;
}

static bool has_number(const KernelEmitter *k, NodeId product) {
    return !kernel_varies(k, inputs_of(k, product)[0]) ||
           !kernel_varies(k, inputs_of(k, product)[1]);
}

/* The modulation of a phase, bounded, in a sum with it. */
static void fold_modulation(KernelEmitter *k, NodeId id, const Node *n) {
    NodeId x = plan_value(k->g, n->in3[0]);
    if (k->p->wide[id] || k->p->delicate[id] || !kernel_foldable(k, x, OP_ADD)) return;
    NodeId a = plan_value(k->g, inputs_of(k, x)[0]), b = plan_value(k->g, inputs_of(k, x)[1]);
    NodeId modulation = kernel_is_counted(k, a) ? b : a;
    if (!kernel_is_counted(k, a) && !kernel_is_counted(k, b)) return;
    if (!kernel_varies(k, modulation) || node_is_condition(&k->g->nodes[modulation])) return;
    Interval bound = graph_interval(k->g, k->p->intervals, modulation);
    if (!(bound.low >= -MOST_MODULATION && bound.high <= MOST_MODULATION)) return;
    k->folded[x] = 1;
    if (kernel_foldable(k, modulation, OP_MUL) && has_number(k, modulation))
        k->folded[modulation] = 1;
}

static void fold_gain(KernelEmitter *k, NodeId id, const Node *n) {
    if (kernel_computing_type(k, id) != OF_FLOAT) return;
    for (int i = 0; i < 2; i++) {
        NodeId sine = plan_value(k->g, n->in3[i]);
        bool single = kernel_foldable(k, sine, OP_SINTURN) || kernel_foldable(k, sine, OP_COSTURN);
        if (single && !kernel_varies(k, n->in3[1 - i])) k->gained[sine] = 1;
    }
}

void kernel_find_folded(KernelEmitter *k) {
    const Plan *p = k->p;
    for (int i = k->n - 1; i >= 0; i--) {
        NodeId id = k->nodes[i];
        const Node *n = &k->g->nodes[id];
        if (k->folded[id] || k->gathers[id] || p->component_size[p->component[id]] > 1) continue;
        switch (n->op) {
        case OP_ADD:
        case OP_SUB: kernel_fold_fir(k, id); break;
        case OP_MUL: fold_gain(k, id, n); break;
        case OP_SINTURN:
        case OP_COSTURN: fold_modulation(k, id, n); break;
        case OP_EXP: kernel_fold_decay(k, id); break;
        default: break;
        }
    }
    for (int i = 0; i < k->n;
         i++) /* a gain is folded only where an oscillator kernel computes the sine */
        if (k->gained[k->nodes[i]]) k->folded[k->nodes[i]] = kernel_is_oscillator(k, k->nodes[i]);
    for (int i = 0; i < k->n; i++)
        if (p->roll[k->nodes[i]] >= 0 && p->component_size[p->component[k->nodes[i]]] == 1)
            kernel_fold_partials(k, k->nodes[i]);
}
