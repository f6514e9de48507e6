/* Several nodes in one kernel: products within sums, modulation within phases, gains of sines. In: the
 * nodes of a strip. Out: which are computed with the one that reads them, and calls for those. */
#include "lower/lower.h"

#include <string.h>

/* Turns of modulation for which oscillator kernels are exact enough. */
static const double MOST_MODULATION = 8;
/* So many sums may each compute a product anew while adding it; for more it is computed once. */
enum { MOST_FOLDED_TERMS = 2 };

static void negate(Operand *o) {
    o->number = kernel_negated(o->number);
}

/* ---- fused arithmetic ---------------------------------------------------------------------------- */

static bool is_folded(const KernelEmitter *k, NodeId id, int op) {
    return k->folded[id] && k->g->nodes[id].op == op;
}

static const NodeId *inner(const KernelEmitter *k, NodeId id) {
    return k->g->nodes[id].in3;
}

/* The factors of a folded product, and of one within it: two, or two that vary and a number. The
 * number comes last. */
static int factors(KernelEmitter *k, NodeId product, BufferType type, Operand *o) {
    int n = 0;
    for (int i = 0; i < 2; i++) {
        NodeId in = plan_value(k->g, inner(k, product)[i]);
        bool folded = is_folded(k, in, OP_MUL);
        o[n++] = kernel_operand(k, folded ? inner(k, in)[0] : in, type);
        if (folded) o[n++] = kernel_operand(k, inner(k, in)[1], type);
    }
    for (int i = 0; i + 1 < n; i++)
        if (o[i].buffer < 0) kernel_swap(&o[i]);
    return n;
}

/* The same with a number at the end in any case. */
static int weighed_factors(KernelEmitter *k, NodeId product, BufferType type, Operand *o) {
    int n = factors(k, product, type, o);
    if (o[n - 1].buffer >= 0) o[n++] = (Operand){.buffer = -1, .number = strip_number(1)};
    return n;
}

static void two_products(KernelEmitter *k, NodeId id, const Node *n, NodeId a, NodeId b) {
    BufferType type = kernel_computing_type(k, id);
    Operand left[3], right[3], o[6];
    int m = weighed_factors(k, a, type, left), l = weighed_factors(k, b, type, right);
    if (n->op == OP_SUB) negate(&right[l - 1]);
    bool right_first = l > m; /* the longer one comes first */
    memcpy(o, right_first ? right : left, sizeof *o * (size_t)(right_first ? l : m));
    memcpy(o + (right_first ? l : m), right_first ? left : right,
           sizeof *o * (size_t)(right_first ? m : l));
    kernel_finish(k, id, kernel_apply(k, "mix", type, type, o, m + l));
}

static void node_fused_sum(KernelEmitter *k, NodeId id, const Node *n) {
    BufferType type = kernel_computing_type(k, id);
    NodeId a = plan_value(k->g, n->in3[0]), b = plan_value(k->g, n->in3[1]);
    bool left = is_folded(k, a, OP_MUL), right = is_folded(k, b, OP_MUL);
    if (left && right) {
        two_products(k, id, n, a, b);
        return;
    }
    Operand o[4];
    int count = factors(k, left ? a : b, type, o);
    Operand *number = &o[count - 1], *other = &o[count];
    *other = kernel_operand(k, left ? b : a, type);
    const char *name = "madd";
    if (n->op == OP_SUB && left) {
        if (other->buffer < 0)
            negate(other);
        else
            name = "msub";
    } else if (n->op == OP_SUB) {
        if (number->buffer < 0)
            negate(number);
        else
            name = "nmadd";
    }
    kernel_finish(k, id, kernel_apply(k, name, type, type, o, count + 1));
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

/* (a k1 + k2) b, where the first factor is folded. */
static void node_gain(KernelEmitter *k, NodeId id, NodeId line, NodeId other) {
    BufferType type = kernel_computing_type(k, id);
    bool subtract = k->g->nodes[line].op == OP_SUB;
    NodeId first = plan_value(k->g, inner(k, line)[0]),
           second = plan_value(k->g, inner(k, line)[1]);
    bool number_first = !kernel_varies(k, first);
    NodeId varying = number_first ? second : first;
    Operand o[4] = {{.buffer = -1}, {.buffer = -1, .number = strip_number(1)}};
    if (is_folded(k, varying, OP_MUL))
        factors(k, varying, type, o);
    else
        o[0] = kernel_operand(k, varying, type);
    o[2] = kernel_operand(k, number_first ? first : second, type);
    if (subtract) negate(&o[number_first ? 1 : 2]);
    o[3] = kernel_operand(k, other, type);
    kernel_finish(k, id, kernel_apply(k, "gain", type, type, o, 4));
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

bool kernel_foldable(const KernelEmitter *k, NodeId id, int op) {
    return k->g->nodes[id].op == op && kernel_varies(k, id) && k->uses[id] == 1 && !k->kept[id] &&
           !k->gathers[id] && k->p->component_size[k->p->component[id]] == 1;
}

/* Is one kernel cheaper than the two it does the work of? */
static bool pays(KernelId fused, KernelId one, KernelId other) {
    return kernels[fused].cost < kernels[one].cost + kernels[other].cost;
}

bool kernel_same_computing(const KernelEmitter *k, NodeId outer, NodeId in) {
    return kernel_computing_type(k, outer) == kernel_computing_type(k, in) &&
           (kernel_type(k, in) == kernel_computing_type(k, in));
}

static bool has_number(const KernelEmitter *k, NodeId product) {
    return !kernel_varies(k, inner(k, product)[0]) || !kernel_varies(k, inner(k, product)[1]);
}

/* A product within a product that is folded: one of the three factors is a number. */
static void fold_inner_product(KernelEmitter *k, NodeId product) {
    for (int i = 0; i < 2; i++) {
        NodeId in = plan_value(k->g, inner(k, product)[i]);
        if (!kernel_foldable(k, in, OP_MUL) || !kernel_same_computing(k, product, in)) continue;
        if (has_number(k, product) == has_number(k, in)) continue;
        k->folded[in] = 1;
        return;
    }
}

/* Products within a sum of one type. */
static void fold_products(KernelEmitter *k, NodeId id, const Node *n) {
    bool wide = kernel_computing_type(k, id) == OF_DOUBLE;
    if (!pays(wide ? KERNEL_madd_d_vvv : KERNEL_madd_f_vvv,
              wide ? KERNEL_mul_d_vv : KERNEL_mul_f_vv, wide ? KERNEL_add_d_vv : KERNEL_add_f_vv))
        return;
    bool two = pays(wide ? KERNEL_mix_d_vvkvvk : KERNEL_mix_f_vvkvvk,
                    wide ? KERNEL_mul_d_vv : KERNEL_mul_f_vv,
                    wide ? KERNEL_madd_d_vvv : KERNEL_madd_f_vvv);
    bool before = false, numbers = true;
    for (int i = 0; i < 2; i++) {
        NodeId product = plan_value(k->g, n->in3[i]);
        if (!kernel_foldable(k, product, OP_MUL) || !kernel_same_computing(k, id, product))
            continue;
        numbers = numbers && has_number(k, product);
        if (before && !two && !numbers) return;
        before = true;
        k->folded[product] = 1;
        fold_inner_product(k, product);
    }
}

/* A sum with a number, which may be of a product with a number. */
static bool fold_line(KernelEmitter *k, NodeId id, NodeId line, NodeId other) {
    int op = k->g->nodes[line].op;
    if ((op != OP_ADD && op != OP_SUB) || !kernel_foldable(k, line, op)) return false;
    if (!kernel_same_computing(k, id, line) || !kernel_varies(k, other)) return false;
    NodeId a = plan_value(k->g, inner(k, line)[0]), b = plan_value(k->g, inner(k, line)[1]);
    if (kernel_varies(k, a) == kernel_varies(k, b)) return false;
    NodeId varying = kernel_varies(k, a) ? a : b;
    bool product = kernel_foldable(k, varying, OP_MUL) && kernel_same_computing(k, line, varying);
    if (product && !has_number(k, varying)) return false; /* better with the sum */
    k->folded[line] = 1;
    if (product) k->folded[varying] = 1;
    return true;
}

/* A product within a product, or a sum with a number. */
static void fold_factors(KernelEmitter *k, NodeId id, const Node *n) {
    NodeId a = plan_value(k->g, n->in3[0]), b = plan_value(k->g, n->in3[1]);
    if (fold_line(k, id, a, b) || fold_line(k, id, b, a)) return;
    bool wide = kernel_computing_type(k, id) == OF_DOUBLE;
    if (!pays(wide ? KERNEL_mul3_d_vvv : KERNEL_mul3_f_vvv,
              wide ? KERNEL_mul_d_vv : KERNEL_mul_f_vv, wide ? KERNEL_mul_d_vv : KERNEL_mul_f_vv))
        return;
    for (int i = 0; i < 2; i++) {
        NodeId product = i ? b : a, other = i ? a : b;
        if (!kernel_foldable(k, product, OP_MUL) || !kernel_same_computing(k, id, product))
            continue;
        if (kernel_varies(k, other) || !has_number(k, product)) k->folded[product] = 1;
        return;
    }
}

/* The modulation of a phase, bounded, in a sum with it. */
static void fold_modulation(KernelEmitter *k, NodeId id, const Node *n) {
    NodeId x = plan_value(k->g, n->in3[0]);
    if (k->p->wide[id] || k->p->delicate[id] || !kernel_foldable(k, x, OP_ADD)) return;
    NodeId a = plan_value(k->g, inner(k, x)[0]), b = plan_value(k->g, inner(k, x)[1]);
    NodeId modulation = kernel_is_counted(k, a) ? b : a;
    if (!kernel_is_counted(k, a) && !kernel_is_counted(k, b)) return;
    if (!kernel_varies(k, modulation) || emit_is_bool(k->e, modulation)) return;
    Interval bound = graph_interval(k->g, k->p->intervals, modulation);
    if (!(bound.low >= -MOST_MODULATION && bound.high <= MOST_MODULATION)) return;
    k->folded[x] = 1;
    if (kernel_foldable(k, modulation, OP_MUL) && has_number(k, modulation))
        k->folded[modulation] = 1;
}

/* Products that go into sums as they come. */
static void fold_terms(KernelEmitter *k, const Node *n) {
    for (int i = 0; i < n->nin; i++) {
        NodeId product = plan_value(k->g, node_inputs(n)[i]);
        bool same = k->g->nodes[product].op == OP_MUL && kernel_varies(k, product) &&
                    kernel_only_gathered(k, product);
        int first = k->first_reader[product], end = k->first_reader[product + 1];
        for (int j = first; same && j < end; j++)
            same = kernel_same_computing(k, k->gathers[k->readers[j]], product);
        if (same && end - first <= MOST_FOLDED_TERMS) k->folded[product] = 1;
    }
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
        if (k->folded[id] || p->component_size[p->component[id]] > 1) continue;
        if (k->gathers[id]) {
            fold_terms(k, n);
            continue;
        }
        switch (n->op) {
        case OP_ADD:
        case OP_SUB:
            if (!kernel_fold_fir(k, id) && !kernel_fold_polynomial(k, id) &&
                !kernel_fold_linear(k, id))
                fold_products(k, id, n);
            break;
        case OP_SUM:
            if (p->roll[id] < 0) kernel_fold_terms(k, id);
            break;
        case OP_MUL:
            fold_gain(k, id, n);
            if (!kernel_fold_linear(k, id)) fold_factors(k, id, n);
            break;
        case OP_MIN: {
            NodeId in = plan_value(k->g, n->in3[0]);
            bool numbers = !kernel_varies(k, n->in3[1]) && kernel_foldable(k, in, OP_MAX) &&
                           kernel_varies(k, inner(k, in)[0]) && !kernel_varies(k, inner(k, in)[1]);
            if (numbers && kernel_same_computing(k, id, in)) k->folded[in] = 1;
            break;
        }
        case OP_SINTURN:
        case OP_COSTURN: fold_modulation(k, id, n); break;
        case OP_EXP: kernel_fold_decay(k, id); break;
        default: break;
        }
    }
    for (int i = 0; i < k->n; i++) /* a gain goes with a sine only where a kernel makes the sine */
        if (k->gained[k->nodes[i]]) k->folded[k->nodes[i]] = kernel_is_oscillator(k, k->nodes[i]);
}

static bool is_line(const KernelEmitter *k, NodeId id) {
    return is_folded(k, id, OP_ADD) || is_folded(k, id, OP_SUB);
}

void kernel_arithmetic(KernelEmitter *k, NodeId id, const Node *n) {
    NodeId a = plan_value(k->g, n->in3[0]), b = plan_value(k->g, n->in3[1]);
    bool folded = is_folded(k, a, OP_MUL) || is_folded(k, b, OP_MUL),
         sum = n->op == OP_ADD || n->op == OP_SUB;
    if (n->op == OP_MUL && kernel_gained(k, id, n)) return;
    if (sum && (kernel_fir(k, id) || kernel_polynomial(k, id))) return;
    if ((sum || n->op == OP_MUL) && kernel_linear_sum(k, id)) return;
    if (n->op == OP_MIN && is_folded(k, a, OP_MAX))
        node_clamp(k, id, n);
    else if (folded && sum)
        node_fused_sum(k, id, n);
    else if (n->op == OP_MUL && is_line(k, a))
        node_gain(k, id, a, b);
    else if (n->op == OP_MUL && is_line(k, b))
        node_gain(k, id, b, a);
    else if (folded && n->op == OP_MUL)
        node_fused_product(k, id, n);
    else
        kernel_pair(k, id, n);
}
