/* Operations point by point and element by element. In: an operation and values. Out: a number when
 * all are numbers, a list when one is a list, a lifted function when one is a function. */
#include "evaluate/cycles.h"

#include <stdlib.h>
#include <string.h>

static Op binary_op(AstOp op) {
    static const Op ops[] = {
        [BIN_ADD] = OP_ADD, [BIN_SUB] = OP_SUB, [BIN_MUL] = OP_MUL, [BIN_DIV] = OP_DIV,
        [BIN_MOD] = OP_MOD, [BIN_POW] = OP_POW, [BIN_EQ] = OP_EQ,   [BIN_NE] = OP_NE,
        [BIN_LT] = OP_LT,   [BIN_LE] = OP_LE,   [BIN_GT] = OP_LT,   [BIN_GE] = OP_LE,
        [BIN_AND] = OP_AND, [BIN_OR] = OP_OR,
    };
    return ops[op];
}

static bool is_known(const Graph *g, NodeId x, double value) {
    return node_is_const(g, x) && graph_at(g, x)->value == value;
}

/* Silence costs nothing: a known 0 is not added, and what is multiplied by it is 0, whatever it is.
 * t - 0 stays: a read of the past that is none is told so. */
static NodeId arithmetic(Peval *p, Op op, NodeId a, NodeId b) {
    Graph *g = p->g;
    bool sum = op == OP_ADD || op == OP_SUB, product = op == OP_MUL || op == OP_DIV;
    if ((node_is_const(g, a) && node_is_const(g, b)) || (sum && a == p->time))
        return graph_op2(g, op, a, b);
    if (sum && is_known(g, b, 0)) return a;
    if (product && is_known(g, b, 1)) return a;
    if (op == OP_ADD && is_known(g, a, 0)) return b;
    if (op == OP_MUL && is_known(g, a, 1)) return b;
    if (op == OP_MUL && (is_known(g, a, 0) || is_known(g, b, 0))) return graph_const(g, 0);
    return graph_op2(g, op, a, b);
}

/* Is it another number than 0? As a comparison, so that edges of phases are found alike everywhere. */
static NodeId condition(Graph *g, NodeId x) {
    bool known = !node_passes(graph_at(g, x)) || (op_info[graph_at(g, x)->op].flags & OPF_BOOL);
    return known ? x : graph_op2(g, OP_NE, x, graph_const(g, 0));
}

/* The sign of an oscillator is 0 where it stands on 0, but for what rounding leaves. */
static NodeId sign_of(Graph *g, NodeId x) {
    const Node *n = graph_at(g, x);
    NodeId zero = graph_const(g, 0), sign = graph_op1(g, OP_SIGN, x);
    if (!node_passes(n) || (n->deps & (DEP_INPUT | DEP_CELL))) return sign;
    return graph_op3(g, OP_SELECT, graph_op2(g, OP_EQ, x, zero), zero, sign);
}

/* All are made of what two numbers have in common: a + b would be beyond 53 bits on the way. */
static NodeId bits(Graph *g, PrimId prim, NodeId x, NodeId y) {
    NodeId a = graph_op1(g, OP_FLOOR, x), b = graph_op1(g, OP_FLOOR, y);
    if (prim == P_bit_shift)
        return graph_op1(g, OP_FLOOR,
                         graph_op2(g, OP_MUL, a, graph_op2(g, OP_POW, graph_const(g, 2), b)));
    NodeId both = graph_op2(g, OP_BIT_AND, a, b);
    if (prim == P_bit_and) return both;
    NodeId rest = graph_op2(g, OP_SUB, b, both);
    return graph_op2(g, OP_ADD, prim == P_bit_or ? a : graph_op2(g, OP_SUB, a, both), rest);
}

/* An operation of any number of numbers. */
static NodeId of_many(Graph *g, Op op, const Value *v, int n) {
    enum { MOST = 8 }; /* of arguments of such primitives */
    NodeId in[MOST];
    double values[MOST];
    bool known = true;
    if (n > MOST) n = MOST;
    for (int i = 0; i < n; i++) {
        in[i] = v[i].node;
        values[i] = graph_at(g, in[i])->value;
        known = known && node_is_const(g, in[i]);
    }
    return known ? graph_const(g, op_evaluate(op, values, n)) : graph_node(g, op, n, in, 0);
}

/* One sample of an operation: all values are numbers. */
static Value on_numbers(Peval *p, Lift lift, int number, const Value *v, int n) {
    Graph *g = p->g;
    NodeId a = n > 0 ? v[0].node : 0, b = n > 1 ? v[1].node : 0, c = n > 2 ? v[2].node : 0;
    switch (lift) {
    case LIFT_BINARY:
        if (number == BIN_GT || number == BIN_GE) {
            NodeId swap = a;
            a = b;
            b = swap;
        }
        if (number == BIN_AND || number == BIN_OR)
            return value_number(
                graph_op2(g, binary_op((AstOp)number), condition(g, a), condition(g, b)));
        return value_number(arithmetic(p, binary_op((AstOp)number), a, b));
    case LIFT_UNARY:
        return value_number(number == UN_NEG ? graph_op1(g, OP_NEG, a)
                                             : graph_op1(g, OP_NOT, condition(g, a)));
    case LIFT_SELECT:
        if (node_is_const(g, a)) return graph_at(g, a)->value != 0 ? v[1] : v[2];
        if (b == c) return v[1];
        return value_number(graph_op3(g, OP_SELECT, condition(g, a), b, c));
    case LIFT_MATH:
        if (number == P_clamp)
            return value_number(graph_op2(g, OP_MIN, graph_op2(g, OP_MAX, a, b), c));
        if (number == P_lerp)
            return value_number(
                arithmetic(p, OP_ADD, a, arithmetic(p, OP_MUL, c, arithmetic(p, OP_SUB, b, a))));
        if (number == P_begun)
            return value_number(graph_node(g, OP_SUB, 2, (NodeId[]){a, b}, TIME_BEGINS));
        if (number == P_bit_and || number == P_bit_or || number == P_bit_xor ||
            number == P_bit_shift)
            return value_number(bits(g, (PrimId)number, a, b));
        if (number == P_sign) return value_number(sign_of(g, a));
        if (op_info[prims[number].op].inputs < 0)
            return value_number(of_many(g, prims[number].op, v, n));
        if (n == 1) return value_number(graph_op1(g, prims[number].op, a));
        return value_number(graph_op2(g, prims[number].op, a, b));
    default: return value_error();
    }
}

static const char *operation_name(Lift lift, int number) {
    switch (lift) {
    case LIFT_PRODUCT: return "product";
    case LIFT_BINARY:
    case LIFT_UNARY: return ast_op_text((AstOp)number);
    case LIFT_SELECT: return "if";
    case LIFT_MATH: return prims[number].name;
    default: return "sum";
    }
}

/* Which operation of the library it was is no matter of those who called it. */
static Value unequal(Peval *p, const char *operation, int n, int other, Span span) {
    const char *shown = in_library(p, span) && p->calls ? p->calls->shown : NULL;
    Diag *d = shown
                  ? peval_error(p, span, "in `%s` a list of %d meets a list of %d", shown, n, other)
                  : peval_error(p, span, "`%s` combines a list of %d with a list of %d", operation,
                                n, other);
    peval_help(p, d, "lists go together element by element, so they must be equally long");
    return value_error();
}

static bool holds_function(Value v) {
    if (v.kind != V_LIST) return v.kind == V_FUNCTION;
    for (int i = 0; i < v.list->n; i++)
        if (holds_function(v.list->items[i])) return true;
    return false;
}

/* What is private to the library has the name of the call around it that is not. */
static const char *shown_name(const Peval *p, const char *name) {
    for (const Call *call = p->calls; name[0] == '_' && call; call = call->outer)
        if (call->shown) return call->shown;
    return name;
}

static Value make_lifted(Peval *p, Lift lift, int number, const Value *v, int n, Span span) {
    int arity = -1;
    for (int i = 0; i < n; i++) {
        if (v[i].kind != V_FUNCTION) continue;
        int one = function_arity(p, v[i].function);
        if (arity >= 0 && one != arity) {
            Diag *d = peval_error(p, span, "`%s` combines functions of %d and of %d parameters",
                                  shown_name(p, operation_name(lift, number)), arity, one);
            peval_help(p, d,
                       "call one of them first, so that both are numbers or both are signals");
            return value_error();
        }
        arity = one;
    }
    Function key = {.kind = FN_LIFTED,
                    .lift = (uint8_t)lift,
                    .number = number,
                    .args = (Value *)(uintptr_t)v,
                    .nargs = n,
                    .span = span};
    return value_function(function_intern(p, &key));
}

static Value combine(Peval *p, Lift lift, int number, const Value *given, int n, Span span);

/* What of v goes with element i of a list: of a list the element, of a signal, should its value be a
 * list, the channel; the rest goes with every element. */
static Value element_of(Peval *p, Value v, int i, int length, Span span) {
    if (v.kind == V_LIST) {
        Value item = v.list->items[i];
        return item.kind == V_DEFERRED ? slot_value(p, item.slot, span) : item;
    }
    if (v.kind != V_FUNCTION || v.function->kind == FN_PRIM || function_arity(p, v.function) != 1)
        return v;
    Value args[2] = {v, value_constant(p, length)};
    Function key = {.kind = FN_CHANNEL,
                    .lift = CHANNEL_IF_LIST,
                    .number = i,
                    .args = args,
                    .nargs = 2,
                    .span = span};
    return value_function(function_intern(p, &key));
}

static Value by_elements(Peval *p, Lift lift, int number, const Value *v, int n, int length,
                         Span span) {
    Value *items = malloc(sizeof(Value) * (size_t)(length ? length : 1));
    Value few[4], *one = n <= 4 ? few : malloc(sizeof(Value) * (size_t)n);
    if (!items || !one) abort();
    for (int i = 0; i < length; i++) {
        for (int k = 0; k < n; k++)
            one[k] = element_of(p, v[k], i, length, span);
        items[i] = combine(p, lift, number, one, n, span);
    }
    Value result = value_list(p, items, length);
    for (int i = 0; i < length; i++)
        if (items[i].kind == V_DEFERRED) result = items[i]; /* the whole waits for it */
    free(items);
    if (one != few) free(one);
    return result;
}

/* Feedback whose shape is not known yet stands for one value where a list is called for; it goes
 * with a list of any length. */
static bool is_open_list(Peval *p, Value v) {
    return v.kind == V_LIST && v.list->n == 1 && v.list->items[0].kind == V_NUMBER &&
           shape_is_open(p, v.list->items[0].node);
}

/* Puts what is_open_list finds among values of other lengths in as a number. */
static const Value *absorb_open(Peval *p, const Value *v, int n) {
    Value *items = NULL;
    for (int i = 0; i < n; i++) {
        if (!is_open_list(p, v[i])) continue;
        if (!items) {
            items = ARENA_ARRAY(p->session->arena, Value, n);
            memcpy(items, v, sizeof *items * (size_t)n);
        }
        items[i] = v[i].list->items[0];
    }
    return items;
}

/* With a pattern the events of the first of them keep their times, and take what the others have then. */
typedef struct Patterns {
    Peval *p;
    Lift lift;
    int number, n;
    const Value *v;
    Span span;
    bool failed;
} Patterns;

/* The values of the patterns of an operation become a list, one after the other. */
static bool gather_value(void *data, Event *a, const Event *b) {
    const Patterns *all = data;
    int n = a->value.list->n;
    Value *items = ARENA_ARRAY(all->p->session->arena, Value, n + 1);
    memcpy(items, a->value.list->items, sizeof *items * (size_t)n);
    items[n] = b->value;
    a->value = value_list(all->p, items, n + 1);
    return a->value.kind == V_LIST;
}

static bool wrap_value(void *data, Event *a) {
    const Patterns *all = data;
    a->value = value_list(all->p, &a->value, 1);
    return a->value.kind == V_LIST;
}

static bool combine_values(void *data, Event *a) {
    Patterns *all = data;
    Value *v = ARENA_ARRAY(all->p->session->arena, Value, all->n);
    for (int i = 0, k = 0; i < all->n; i++)
        v[i] = all->v[i].kind == V_PATTERN ? a->value.list->items[k++] : all->v[i];
    if (!all->failed) a->value = combine(all->p, all->lift, all->number, v, all->n, a->span);
    all->failed = all->failed || a->value.kind == V_ERROR;
    return !all->failed;
}

static Value combine_patterns(Peval *p, Lift lift, int number, const Value *v, int n, Span span) {
    Patterns all = {p, lift, number, n, v, span, false};
    const Pattern *a = NULL;
    for (int i = 0; i < n; i++) {
        if (v[i].kind != V_PATTERN) continue;
        a = a ? pattern_combined(p, a, v[i].pattern, gather_value, &all, span)
              : pattern_changed(p, v[i].pattern, wrap_value, &all, span);
        if (!a) return value_error();
    }
    a = pattern_changed(p, a, combine_values, &all, span);
    return all.failed ? value_error() : value_pattern(a);
}

static Value combine(Peval *p, Lift lift, int number, const Value *v, int n, Span span) {
    int length = -1;
    bool functions = false;
    for (int i = 0; i < n; i++)
        if (v[i].kind == V_ERROR || v[i].kind == V_DEFERRED) return v[i];
    for (int i = 0; i < n; i++) {
        if (v[i].kind == V_PATTERN) return combine_patterns(p, lift, number, v, n, span);
        if (v[i].kind == V_STRING) {
            if (!blame_kind(p, v[i], NULL, "a number", span))
                peval_error(p, span, "`%s` works on numbers, and this is a string",
                            operation_name(lift, number));
            return value_error();
        }
        if (v[i].kind == V_FUNCTION) functions = true;
        if (v[i].kind != V_LIST) continue;
        if (length >= 0 && v[i].list->n != length) {
            const Value *absorbed = absorb_open(p, v, n);
            if (absorbed) return combine(p, lift, number, absorbed, n, span);
            return unequal(p, operation_name(lift, number), length, v[i].list->n, span);
        }
        length = v[i].list->n;
    }
    /* The value of a signal may be a list as well: a list and a signal go together at each time. */
    if (length >= 0 && !functions) return by_elements(p, lift, number, v, n, length, span);
    if (functions) return make_lifted(p, lift, number, v, n, span);
    if (lift == LIFT_MATH && n > 2 && (number == P_min || number == P_max)) {
        Value so_far = v[0];
        for (int i = 1; i < n; i++)
            so_far = combine(p, lift, number, (Value[]){so_far, v[i]}, 2, span);
        return so_far;
    }
    if (lift == LIFT_MATH && n == 1 && (number == P_min || number == P_max)) return v[0];
    return on_numbers(p, lift, number, v, n);
}

Value lift_binary(Peval *p, AstOp op, Value a, Value b, Span span) {
    Value both[2] = {a, b};
    if (a.kind == V_NUMBER && b.kind == V_NUMBER) return on_numbers(p, LIFT_BINARY, op, both, 2);
    return combine(p, LIFT_BINARY, op, both, 2, span);
}

Value lift_unary(Peval *p, AstOp op, Value a, Span span) {
    return combine(p, LIFT_UNARY, op, &a, 1, span);
}

Value lift_select(Peval *p, Value condition, Value a, Value b, Span span) {
    if (a.kind == V_STRING || b.kind == V_STRING) {
        peval_error(p, span,
                    "strings exist only while compiling: the condition must be known then");
        return value_error();
    }
    return combine(p, LIFT_SELECT, 0, (Value[]){condition, a, b}, 3, span);
}

Value lift_math(Peval *p, PrimId prim, const Value *args, int n, Span span) {
    return combine(p, LIFT_MATH, prim, args, n, span);
}

/* ---- sums and products of many --------------------------------------------------------------- */

static Value sum_numbers(Peval *p, const Value *items, int n) {
    NodeId *in = malloc(sizeof(NodeId) * (n > 0 ? (size_t)n : 1));
    if (!in) abort();
    int terms = 0;
    for (int i = 0; i < n; i++)
        if (!is_known(p->g, items[i].node, 0)) in[terms++] = items[i].node;
    NodeId sum = terms == 0   ? graph_const(p->g, 0)
                 : terms == 1 ? in[0]
                 : terms == 2 ? graph_op2(p->g, OP_ADD, in[0], in[1])
                              : graph_node(p->g, OP_SUM, terms, in, 0);
    free(in);
    return value_number(sum);
}

static Value product_numbers(Peval *p, const Value *items, int n) {
    NodeId product = items[0].node;
    for (int i = 1; i < n; i++)
        product = arithmetic(p, OP_MUL, product, items[i].node);
    return value_number(product);
}

static Value reduce(Peval *p, Lift lift, const Value *items, int n, Span span);

static Value reduce_channels(Peval *p, Lift lift, const Value *items, int n, int length,
                             Span span) {
    Value *out = malloc(sizeof(Value) * (size_t)(length ? length : 1));
    Value *one = malloc(sizeof(Value) * (size_t)n);
    if (!out || !one) abort();
    for (int i = 0; i < length; i++) {
        for (int k = 0; k < n; k++)
            one[k] = element_of(p, items[k], i, length, span);
        out[i] = reduce(p, lift, one, n, span);
    }
    Value result = value_list(p, out, length);
    for (int i = 0; i < length; i++)
        if (out[i].kind == V_DEFERRED) result = out[i];
    free(out);
    free(one);
    return result;
}

static Value reduce(Peval *p, Lift lift, const Value *items, int n, Span span) {
    int length = -1;
    bool functions = false;
    for (int i = 0; i < n; i++) {
        if (items[i].kind == V_ERROR || items[i].kind == V_DEFERRED) return items[i];
        if (items[i].kind == V_STRING) {
            peval_error(p, span, "`%s` takes numbers, and element %d of the list is a string",
                        lift == LIFT_SUM ? "sum" : "product", i);
            return value_error();
        }
        functions = functions || items[i].kind == V_FUNCTION;
        if (items[i].kind != V_LIST) continue;
        if (length >= 0 && length != items[i].list->n) {
            const Value *absorbed = absorb_open(p, items, n);
            if (absorbed) return reduce(p, lift, absorbed, n, span);
            return unequal(p, lift == LIFT_SUM ? "sum" : "product", length, items[i].list->n, span);
        }
        length = items[i].list->n;
    }
    if (n == 0) return value_constant(p, lift == LIFT_SUM ? 0 : 1);
    if (n == 1) return items[0];
    if (length >= 0 && !functions) return reduce_channels(p, lift, items, n, length, span);
    if (functions) return make_lifted(p, lift, 0, items, n, span);
    return lift == LIFT_SUM ? sum_numbers(p, items, n) : product_numbers(p, items, n);
}

Value lift_sum(Peval *p, const Value *items, int n, Span span) {
    return reduce(p, LIFT_SUM, items, n, span);
}

Value lift_product(Peval *p, const Value *items, int n, Span span) {
    return reduce(p, LIFT_PRODUCT, items, n, span);
}

/* ---- calls of lifted functions --------------------------------------------------------------- */

Value lifted_call(Peval *p, Function *f, const Value *args, int n, Span span) {
    if (f->lift == LIFT_COMPOSE) {
        Value inner = apply(p, force(p, f->args[1]), args, n, span);
        return apply(p, f->args[0], &inner, 1, span);
    }
    Value *v = malloc(sizeof(Value) * (size_t)f->nargs);
    if (!v) abort();
    for (int i = 0; i < f->nargs; i++) {
        v[i] = force(p, f->args[i]);
        if (v[i].kind == V_FUNCTION || holds_function(v[i])) v[i] = apply(p, v[i], args, n, span);
    }
    Value result;
    if (f->lift == LIFT_SUM || f->lift == LIFT_PRODUCT)
        result = reduce(p, (Lift)f->lift, v, f->nargs, f->span);
    else
        result = combine(p, (Lift)f->lift, f->number, v, f->nargs, f->span);
    free(v);
    return result;
}
