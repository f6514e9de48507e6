/* Exponentials of straight lines of time as one kernel: decays, and what grows. In: an EXP node. Out:
 * whether its argument is slope * t + offset with known numbers, and the call. */
#include "lower/lower.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct TimeLine {
    double slope, offset; /* per second; at time 0 */
} TimeLine;

/* The node must be a number, and no hole of a roll: that is another number in each term. */
static bool is_number(const KernelEmitter *k, NodeId id) {
    return k->g->nodes[id].op == OP_CONST && !k->rolled[id];
}

static bool line_of(const KernelEmitter *k, NodeId id, TimeLine *line, int depth) {
    const Node *n = &k->g->nodes[id];
    TimeLine a, b;
    if (depth > 6) return false;
    if (is_number(k, id)) {
        *line = (TimeLine){0, n->value};
        return true;
    }
    switch (n->op) {
    case OP_TIME: *line = (TimeLine){1, 0}; return true;
    case OP_NEG:
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_DIV: break;
    default: return false;
    }
    if (!line_of(k, n->in3[0], &a, depth + 1)) return false;
    if (n->op == OP_NEG) {
        *line = (TimeLine){-a.slope, -a.offset};
        return true;
    }
    if (!line_of(k, n->in3[1], &b, depth + 1)) return false;
    if (n->op == OP_ADD) *line = (TimeLine){a.slope + b.slope, a.offset + b.offset};
    if (n->op == OP_SUB) *line = (TimeLine){a.slope - b.slope, a.offset - b.offset};
    if (n->op == OP_MUL && a.slope != 0 && b.slope != 0) return false;
    if (n->op == OP_MUL)
        *line = (TimeLine){a.slope * b.offset + b.slope * a.offset, a.offset * b.offset};
    if (n->op == OP_DIV && b.slope != 0) return false;
    if (n->op == OP_DIV) *line = (TimeLine){a.slope / b.offset, a.offset / b.offset};
    return true;
}

static bool find_decay(const KernelEmitter *k, NodeId id, TimeLine *line) {
    const Node *n = &k->g->nodes[id];
    return plan_may(k->p, STRATEGY_DECAY) && n->op == OP_EXP && !k->p->wide[id] &&
           line_of(k, n->in3[0], line, 0) && line->slope != 0 && isfinite(line->slope) &&
           isfinite(line->offset);
}

/* Folds what only the exponent reads. */
static void fold_line(KernelEmitter *k, NodeId id) {
    const Node *n = &k->g->nodes[id];
    if (n->nin == 0 || k->uses[id] != 1 || k->kept[id] || !kernel_varies(k, id)) return;
    k->folded[id] = 1;
    for (int i = 0; i < n->nin; i++)
        fold_line(k, n->in3[i]);
}

void kernel_fold_decay(KernelEmitter *k, NodeId id) {
    TimeLine line;
    if (find_decay(k, id, &line)) fold_line(k, k->g->nodes[id].in3[0]);
}

bool kernel_decay(KernelEmitter *k, NodeId id) {
    TimeLine line;
    if (!find_decay(k, id, &line)) return false;
    int y = strip_buffer(&k->code, OF_FLOAT);
    strip_call(&k->code, KERNEL_decay_f);
    strip_add_buffer(&k->code, y);
    kernel_add_decay(k, line.slope);
    strip_add_number(&k->code, line.offset);
    strip_add_frame(&k->code, 0);
    strip_add_count(&k->code);
    kernel_set(k, id, y);
    return true;
}
