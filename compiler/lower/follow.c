/* Followers. In: the members of a component. Out: one call, where they are the equations of an envelope follower,
 * y = x + (y' < x ? a : r) (y' - x), or y' + (y' < x ? 1 - a : 1 - r) (x - y'), y' being y of one sample ago.
 *
 * As a step every operation would wait for the one before: difference, choice, product, sum. The kernel waits for one product
 * with a sum. */
#include "lower/lower.h"

typedef struct Follower {
    KernelEmitter *k;
    int component;
    NodeId past, value;        /* y' and y */
    NodeId signal;             /* x */
    NodeId difference, factor; /* y' - x or x - y', and what it is multiplied by */
    NodeId below, above;       /* that factor where y' < x, and where it is not */
    bool towards;              /* of the second form */
} Follower;

static const Node *node(const Follower *f, NodeId id) {
    return &f->k->g->nodes[id];
}

static NodeId input(const Follower *f, NodeId id, int which) {
    return plan_value(f->k->g, node_inputs(node(f, id))[which]);
}

static bool is_member(const Follower *f, NodeId id) {
    return f->k->p->rate[id] == RATE_SAMPLE && f->k->p->component[id] == f->component;
}

/* ---- y' and y ----------------------------------------------------------------------------------------- */

/* Is the only state y of one sample ago, which nobody else reads? */
static bool find_state(Follower *f, const NodeId *members, int n) {
    const Plan *p = f->k->p;
    for (int i = 0; i < n; i++) {
        const int op = node(f, members[i])->op;
        if (op != OP_DELAY && op != OP_SHIFT) continue;
        if (f->past && f->past != members[i]) return false;
        f->past = members[i];
    }
    if (!f->past || node_age(node(f, f->past)) || f->k->crosses[f->past]) return false;
    const int line = p->past[f->past];
    if (!p->lines[line].registers || p->lines[line].longest != 1) return false;
    f->value = p->lines[line].source;
    return is_member(f, f->value) && kernel_line_type(f->k, line) == OF_DOUBLE;
}

/* ---- the equation ---------------------------------------------------------------------------------------- */

/* Is it y' - x, or x - y' where `turned`? */
static bool is_difference(Follower *f, NodeId id, bool turned) {
    if (node(f, id)->op != OP_SUB || input(f, id, turned) != f->past) return false;
    f->signal = input(f, id, !turned);
    f->difference = id;
    return !is_member(f, f->signal);
}

/* A product of a difference and a choice. */
static bool is_product(Follower *f, NodeId id, bool turned) {
    if (node(f, id)->op != OP_MUL) return false;
    for (int i = 0; i < 2; i++) {
        f->factor = input(f, id, 1 - i);
        if (is_difference(f, input(f, id, i), turned) && node(f, f->factor)->op == OP_SELECT)
            return is_member(f, f->factor);
    }
    return false;
}

static bool is_sum_of(Follower *f, NodeId kept, NodeId product, bool negative) {
    f->towards = kept == f->past;
    return is_product(f, product, f->towards != negative) && (f->towards || f->signal == kept);
}

static bool is_sum(Follower *f) {
    const int op = node(f, f->value)->op;
    if (op != OP_ADD && op != OP_SUB) return false;
    const NodeId a = input(f, f->value, 0), b = input(f, f->value, 1);
    return is_sum_of(f, a, b, op == OP_SUB) || (op == OP_ADD && is_sum_of(f, b, a, false));
}

/* y' < x ? … : …, where equal ones go does not matter. */
static bool is_choice(Follower *f) {
    const NodeId condition = input(f, f->factor, 0);
    const int op = node(f, condition)->op;
    if (!is_member(f, condition) || (op != OP_LT && op != OP_LE)) return false;
    const bool rises = input(f, condition, 0) == f->past;
    if (input(f, condition, rises) != f->signal || input(f, condition, !rises) != f->past)
        return false;
    f->below = input(f, f->factor, rises ? 1 : 2);
    f->above = input(f, f->factor, rises ? 2 : 1);
    return !is_member(f, f->below) && !is_member(f, f->above);
}

/* Nothing else is part of it, and only y is heard. */
static bool is_all(const Follower *f, const NodeId *members, int n) {
    enum { NODES = 6 }; /* delay, difference, condition, choice, product, sum */
    int counted = 0;
    for (int i = 0; i < n; i++) {
        if (node(f, members[i])->op == OP_CELL) continue;
        counted++;
        if (f->k->crosses[members[i]] && members[i] != f->value) return false;
    }
    return counted == NODES;
}

/* ---- the call ---------------------------------------------------------------------------------------------- */

/* What is left of y' - x. */
static Operand rest(const Follower *f, NodeId factor, bool varies) {
    Operand o = varies ? kernel_value(kernel_buffer(f->k, factor, OF_DOUBLE))
                       : kernel_operand(f->k, factor, OF_DOUBLE);
    return f->towards ? kernel_pair(f->k, "sub", kernel_constant(1), o) : o;
}

enum { KEPT = 9 }; /* numbers that follow_k keeps for the next strip */

bool kernel_follow(KernelEmitter *k, const NodeId *members, int n) {
    Follower f = {.k = k, .component = k->p->component[members[0]]};
    if (k->roll || !plan_may(k->p, STRATEGY_FOLLOWER) || !find_state(&f, members, n) ||
        !is_sum(&f) || !is_choice(&f) || !is_all(&f, members, n))
        return false;
    const bool varies = f.towards || kernel_varies(k, f.below) || kernel_varies(k, f.above);
    const int x = kernel_buffer(k, f.signal, OF_DOUBLE), line = k->p->past[f.past];
    const Operand below = rest(&f, f.below, varies), above = rest(&f, f.above, varies);
    const int y = strip_buffer(&k->code, OF_DOUBLE);
    strip_call(&k->code, varies ? KERNEL_follow_v : KERNEL_follow_k);
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, x);
    kernel_add_operand(k, &below);
    kernel_add_operand(k, &above);
    kernel_add_field(k, "z", line);
    if (!varies)
        strip_add_field(&k->code,
                        kernel_own_field(k, "kept", line, k->p->lines[line].source, KEPT));
    strip_add_count(&k->code);
    kernel_set(k, f.value, y);
    return true;
}
