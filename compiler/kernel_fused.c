/* Several nodes in one kernel: products within sums, modulation within phases, gains of sines. In: the
 * nodes of a strip. Out: which are computed with the one that reads them, and calls for those. */
#include "emit_kernels.h"

#include <string.h>

/* Turns of modulation for which oscillator kernels are exact enough. */
static const double MOST_MODULATION = 8;

static void negate(Operand *o) {
    char text[sizeof o->text];
    snprintf(text, sizeof text, "-(%.90s)", o->text);
    memcpy(o->text, text, sizeof text);
}

/* ---- fused arithmetic ---------------------------------------------------------------------------- */

static bool is_folded(const KernelEmitter *k, NodeId id, int op) {
    return k->folded[id] && k->g->nodes[id].op == op;
}

static const NodeId *inner(const KernelEmitter *k, NodeId id) {
    return k->g->nodes[id].in3;
}

/* The factors of a folded product, a number second. */
static void factors(KernelEmitter *k, NodeId product, BufferType type, Operand *o) {
    o[0] = kernel_operand(k, inner(k, product)[0], type);
    o[1] = kernel_operand(k, inner(k, product)[1], type);
    if (o[0].buffer < 0) kernel_swap(o);
}

static void node_fused_sum(KernelEmitter *k, NodeId id, const Node *n) {
    BufferType type = kernel_computing_type(k, id);
    NodeId a = plan_value(k->g, n->in3[0]), b = plan_value(k->g, n->in3[1]);
    bool left = is_folded(k, a, OP_MUL), right = is_folded(k, b, OP_MUL);
    Operand o[4];
    if (left && right) {
        factors(k, a, type, &o[0]);
        factors(k, b, type, &o[2]);
        if (n->op == OP_SUB) negate(&o[3]);
        kernel_finish(k, id, kernel_apply(k, "mix", type, type, o, 4));
        return;
    }
    factors(k, left ? a : b, type, o);
    o[2] = kernel_operand(k, left ? b : a, type);
    const char *name = "madd";
    if (n->op == OP_SUB && left) {
        if (o[2].buffer < 0)
            negate(&o[2]);
        else
            name = "msub";
    } else if (n->op == OP_SUB) {
        if (o[1].buffer < 0)
            negate(&o[1]);
        else
            name = "nmadd";
    }
    kernel_finish(k, id, kernel_apply(k, name, type, type, o, 3));
}

static void node_fused_product(KernelEmitter *k, NodeId id, const Node *n) {
    BufferType type = kernel_computing_type(k, id);
    NodeId a = plan_value(k->g, n->in3[0]), b = plan_value(k->g, n->in3[1]);
    NodeId product = is_folded(k, a, OP_MUL) ? a : b;
    Operand o[3];
    factors(k, product, type, o);
    o[2] = kernel_operand(k, product == a ? b : a, type);
    if (o[1].buffer < 0) { /* numbers last */
        Operand number = o[1];
        o[1] = o[2];
        o[2] = number;
    }
    kernel_finish(k, id, kernel_apply(k, "mul3", type, type, o, 3));
}

static void node_clamp(KernelEmitter *k, NodeId id, const Node *n) {
    BufferType type = kernel_computing_type(k, id);
    NodeId inside = plan_value(k->g, n->in3[0]);
    Operand o[3] = {kernel_operand(k, inner(k, inside)[0], type),
                    kernel_operand(k, inner(k, inside)[1], type),
                    kernel_operand(k, n->in3[1], type)};
    kernel_finish(k, id, kernel_apply(k, "clamp", type, type, o, 3));
}

/* ---- which nodes are computed with the one that reads them ------------------------------------- */

static bool foldable(const KernelEmitter *k, NodeId id, int op) {
    return k->g->nodes[id].op == op && kernel_varies(k, id) && k->uses[id] == 1 && !k->kept[id] &&
           k->p->component_size[k->p->component[id]] == 1;
}

static int cost_of(const char *name) {
    int found = kernel_find(name);
    return found < 0 ? 1 << 20 : kernels[found].cost;
}

/* Is one kernel cheaper than the two it does the work of? */
static bool pays(const char *fused, const char *one, const char *other) {
    return cost_of(fused) < cost_of(one) + cost_of(other);
}

static bool same_computing(const KernelEmitter *k, NodeId outer, NodeId in) {
    return kernel_computing_type(k, outer) == kernel_computing_type(k, in) &&
           (kernel_type(k, in) == kernel_computing_type(k, in));
}

static bool has_number(const KernelEmitter *k, NodeId product) {
    return !kernel_varies(k, inner(k, product)[0]) || !kernel_varies(k, inner(k, product)[1]);
}

/* Products within a sum or a product of one type. */
static void fold_products(KernelEmitter *k, NodeId id, const Node *n) {
    NodeId a = plan_value(k->g, n->in3[0]), b = plan_value(k->g, n->in3[1]);
    bool left = foldable(k, a, OP_MUL) && same_computing(k, id, a),
         right = foldable(k, b, OP_MUL) && same_computing(k, id, b);
    if (!left && !right) return;
    bool wide = kernel_computing_type(k, id) == OF_DOUBLE;
    if (n->op == OP_MUL) {
        if (!pays(wide ? "mul3_d_vvv" : "mul3_f_vvv", wide ? "mul_d_vv" : "mul_f_vv",
                  wide ? "mul_d_vv" : "mul_f_vv"))
            return;
        NodeId product = left ? a : b, other = left ? b : a;
        if (kernel_varies(k, other) || !has_number(k, product)) k->folded[product] = 1;
        return;
    }
    if (!pays(wide ? "madd_d_vvv" : "madd_f_vvv", wide ? "mul_d_vv" : "mul_f_vv",
              wide ? "add_d_vv" : "add_f_vv"))
        return;
    if (left && right && has_number(k, a) && has_number(k, b)) {
        k->folded[a] = k->folded[b] = 1;
        return;
    }
    k->folded[left ? a : b] = 1;
}

/* The modulation of a phase, bounded, in a sum with it. */
static void fold_modulation(KernelEmitter *k, NodeId id, const Node *n) {
    NodeId x = plan_value(k->g, n->in3[0]);
    if (k->p->wide[id] || k->p->delicate[id] || !foldable(k, x, OP_ADD)) return;
    NodeId a = plan_value(k->g, inner(k, x)[0]), b = plan_value(k->g, inner(k, x)[1]);
    NodeId modulation = kernel_is_counted(k, a) ? b : a;
    if (!kernel_is_counted(k, a) && !kernel_is_counted(k, b)) return;
    if (!kernel_varies(k, modulation) || emit_is_bool(k->e, modulation)) return;
    Interval bound = graph_interval(k->g, k->intervals, modulation);
    if (!(bound.low >= -MOST_MODULATION && bound.high <= MOST_MODULATION)) return;
    k->folded[x] = 1;
    if (foldable(k, modulation, OP_MUL) && has_number(k, modulation)) k->folded[modulation] = 1;
}

static void fold_gain(KernelEmitter *k, NodeId id, const Node *n) {
    if (kernel_computing_type(k, id) != OF_FLOAT) return;
    for (int i = 0; i < 2; i++) {
        NodeId sine = plan_value(k->g, n->in3[i]);
        bool single = foldable(k, sine, OP_SINTURN) || foldable(k, sine, OP_COSTURN);
        if (single && !kernel_varies(k, n->in3[1 - i])) k->gained[sine] = 1;
    }
}

void kernel_find_folded(KernelEmitter *k) {
    const Plan *p = k->p;
    for (int i = p->n - 1; i >= 0; i--) {
        NodeId id = p->order[i];
        const Node *n = &k->g->nodes[id];
        if (!kernel_is_computed(k, id) || k->folded[id] || p->component_size[p->component[id]] > 1)
            continue;
        switch (n->op) {
        case OP_ADD:
        case OP_SUB:
            if (!kernel_fold_fir(k, id)) fold_products(k, id, n);
            break;
        case OP_MUL:
            fold_gain(k, id, n);
            fold_products(k, id, n);
            break;
        case OP_MIN: {
            NodeId in = plan_value(k->g, n->in3[0]);
            bool numbers = !kernel_varies(k, n->in3[1]) && foldable(k, in, OP_MAX) &&
                           kernel_varies(k, inner(k, in)[0]) && !kernel_varies(k, inner(k, in)[1]);
            if (numbers && same_computing(k, id, in)) k->folded[in] = 1;
            break;
        }
        case OP_SINTURN:
        case OP_COSTURN: fold_modulation(k, id, n); break;
        case OP_EXP: kernel_fold_decay(k, id); break;
        default: break;
        }
    }
    for (int i = 0; i < p->n;
         i++) { /* a gain goes with a sine only where a kernel makes the sine */
        NodeId id = p->order[i];
        if (k->gained[id]) k->folded[id] = kernel_is_oscillator(k, id);
    }
}

void kernel_arithmetic(KernelEmitter *k, NodeId id, const Node *n) {
    NodeId a = plan_value(k->g, n->in3[0]), b = plan_value(k->g, n->in3[1]);
    bool folded = is_folded(k, a, OP_MUL) || is_folded(k, b, OP_MUL);
    if (n->op == OP_MUL && kernel_gained(k, id, n)) return;
    if (n->op == OP_ADD && kernel_fir(k, id)) return;
    if (n->op == OP_MIN && is_folded(k, a, OP_MAX))
        node_clamp(k, id, n);
    else if (folded && (n->op == OP_ADD || n->op == OP_SUB))
        node_fused_sum(k, id, n);
    else if (folded && n->op == OP_MUL)
        node_fused_product(k, id, n);
    else
        kernel_pair(k, id, n);
}
