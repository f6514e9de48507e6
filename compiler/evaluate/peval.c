/* Partial evaluation: the bound tree with time as an unknown gives the graph. In: trees and frames. Out: values. Here
 * are the kinds of expression; evaluate/slots.c has definitions, evaluate/arguments.c and evaluate/call.c calls,
 * evaluate/signal.c signals read at times, evaluate/lift.c operations, evaluate/prims.c primitives,
 * evaluate/declarations.c what a program declares. */
#include "evaluate/prims.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_LIST = 4000000 };

static Value eval_name(Peval *p, Ast *ast, Frame *frame) {
    switch (ast->name.bound) {
    case BOUND_LOCAL:
        for (int i = 0; i < ast->name.hops; i++)
            frame = frame->outer;
        return slot_value(p, &frame->slots[ast->name.slot], ast->span);
    case BOUND_GLOBAL:
        if (!ast->name.module->frame) module_frame_create(p, ast->name.module);
        return slot_value(p, &ast->name.module->frame->slots[ast->name.slot], ast->span);
    case BOUND_PRIM: return prim_value(p, (PrimId)ast->name.slot);
    case BOUND_MODULE: {
        Diag *d = peval_error(p, ast->span, "`%s` is a file, not a value", ast->name.text);
        peval_help(p, d, "write what you want of it after a point, as in `%s.kick`",
                   ast->name.text);
        return value_error();
    }
    default: return value_error();
    }
}

static Value eval_list(Peval *p, Ast *ast, Frame *frame) {
    if (ast->list.n <= 0) return value_list(p, NULL, 0);
    Value few[16], *items = few;
    if (ast->list.n > 16) items = malloc(sizeof(Value) * (size_t)ast->list.n);
    if (!items) abort();
    for (int i = 0; i < ast->list.n; i++)
        items[i] = eval(p, ast->list.items[i], frame);
    Value list = value_list(p, items, ast->list.n);
    if (items != few) free(items);
    return list;
}

static bool known_number(Peval *p, Ast *ast, Frame *frame, const char *what, double *x) {
    Value v = force(p, eval(p, ast, frame));
    if (v.kind == V_ERROR) return false;
    if (value_is_constant(p, v, x)) return true;
    if (v.kind == V_NUMBER && (p->g->nodes[v.node].deps & DEP_RATE) && !value_varies(p, v)) {
        Diag *d = peval_error(p, ast->span,
                              "%s depends on the sample rate, which is not known here", what);
        peval_help(p, d, "give it with --rate");
    } else {
        peval_error(p, ast->span,
                    v.kind == V_NUMBER ? "%s must be known while compiling, and this is %s"
                                       : "%s is a number, and this is %s",
                    what, value_describe(p, v));
    }
    return false;
}

static Value eval_range(Peval *p, Ast *ast, Frame *frame) {
    double from, to, step = 1;
    if (!known_number(p, ast->a, frame, "the start of a range", &from) ||
        !known_number(p, ast->b, frame, "the end of a range", &to))
        return value_error();
    if (ast->d && !known_number(p, ast->d, frame, "the step of a range", &step))
        return value_error();
    if (step == 0 || step != step) {
        peval_error(p, ast->d->span, "a range with step 0 has no end");
        return value_error();
    }
    double count = (to - from) / step + 1 + 1e-9;
    int n = !(count >= 1) ? 0 : count > 4e6 ? -1 : (int)count;
    if (n < 0) {
        peval_error(p, ast->span, "the range has more than 4 million elements");
        return value_error();
    }
    if (!peval_spend(p, n, ast->span)) return value_error();
    Value *items = malloc(sizeof(Value) * (size_t)(n ? n : 1));
    if (!items) abort();
    for (int i = 0; i < n; i++)
        items[i] = value_constant(p, from + i * step);
    Value list = value_list(p, items, n);
    free(items);
    return list;
}

static Value concatenate(Peval *p, Value a, Value b, Span span) {
    a = as_list(p, a, "`++` joins lists", span);
    b = as_list(p, b, "`++` joins lists", span);
    if (a.kind != V_LIST || b.kind != V_LIST) return value_error();
    int n = a.list->n + b.list->n;
    if (n > MAX_LIST) {
        peval_error(p, span, "a list has at most 4 million elements");
        return value_error();
    }
    if (!peval_spend(p, n / 8, span)) return value_error();
    Value *items = malloc(sizeof(Value) * (size_t)(n ? n : 1));
    if (!items) abort();
    memcpy(items, a.list->items, sizeof(Value) * (size_t)a.list->n);
    memcpy(items + a.list->n, b.list->items, sizeof(Value) * (size_t)b.list->n);
    Value list = value_list(p, items, n);
    free(items);
    return list;
}

/* `and` and `or` decided by a known left side do not look at the right. */
static Value eval_logic(Peval *p, Ast *ast, Frame *frame) {
    Value a = eval(p, ast->a, frame);
    double x;
    if (value_is_constant(p, a, &x)) {
        if (ast->op == BIN_AND && x == 0) return value_constant(p, 0);
        if (ast->op == BIN_OR && x != 0) return value_constant(p, 1);
    }
    if (a.kind == V_ERROR) return a;
    Value b = eval(p, ast->b, frame);
    if (b.kind == V_ERROR) return b;
    return lift_binary(p, (AstOp)ast->op, a, b, ast->span);
}

static Value eval_binary(Peval *p, Ast *ast, Frame *frame) {
    if (ast->op == BIN_AND || ast->op == BIN_OR) return eval_logic(p, ast, frame);
    Value a = eval(p, ast->a, frame), b = eval(p, ast->b, frame); /* both tell their own errors */
    if (a.kind == V_ERROR) return a;
    if (b.kind == V_ERROR) return b;
    if (a.kind == V_STRING && b.kind == V_STRING && (ast->op == BIN_EQ || ast->op == BIN_NE))
        return value_constant(p, (strcmp(a.text, b.text) == 0) == (ast->op == BIN_EQ));
    if (ast->op == BIN_CONCAT) {
        if (a.kind == V_DEFERRED) return a;
        if (b.kind == V_DEFERRED) return b;
        return concatenate(p, a, b, ast->span);
    }
    return lift_binary(p, (AstOp)ast->op, a, b, ast->span);
}

static Value eval_if(Peval *p, Ast *ast, Frame *frame) {
    Value condition = eval(p, ast->a, frame);
    if (condition.kind == V_ERROR || condition.kind == V_DEFERRED) return condition;
    double x;
    if (value_is_constant(p, condition, &x)) return eval(p, x != 0 ? ast->b : ast->d, frame);
    if (condition.kind == V_STRING) {
        if (!blame_kind(p, condition, NULL, "a number", ast->a->span))
            peval_error(p, ast->a->span, "a condition is a number, and this is a string");
        return value_error();
    }
    Ast *around = p->open_if;
    p->open_if = ast;
    Value a = eval(p, ast->b, frame), b = eval(p, ast->d, frame);
    p->open_if = around;
    if (a.kind == V_ERROR || b.kind == V_ERROR) return value_error();
    return lift_select(p, condition, a, b, ast->span);
}

static Value pick_varying(Peval *p, Value list, NodeId index, Span span) {
    int n = list.list->n;
    bool all_numbers = true;
    for (int i = 0; i < n; i++)
        all_numbers = all_numbers && list.list->items[i].kind == V_NUMBER;
    if (!all_numbers) { /* lists, functions: choose by halves, so that it lifts */
        if (n == 1) return list.list->items[0];
        int half = n / 2;
        Value low = value_list(p, list.list->items, half);
        Value high = value_list(p, list.list->items + half, n - half);
        if (low.kind != V_LIST || high.kind != V_LIST) return value_error();
        Value condition = value_number(
            graph_op2(p->g, OP_LT, graph_op1(p->g, OP_FLOOR, index), graph_const(p->g, half)));
        NodeId rest = graph_op2(p->g, OP_SUB, index, graph_const(p->g, half));
        return lift_select(p, condition, pick_varying(p, low, index, span),
                           pick_varying(p, high, rest, span), span);
    }
    NodeId *in = malloc(sizeof(NodeId) * (size_t)(n + 1));
    if (!in) abort();
    in[0] = graph_op1(p->g, OP_FLOOR, index);
    for (int i = 0; i < n; i++)
        in[i + 1] = list.list->items[i].node;
    NodeId id = graph_node(p->g, OP_PICK, n + 1, in, 0);
    free(in);
    return value_number(id);
}

static Value index_list(Peval *p, Value list, Value index, Ast *ast) {
    int n = list.list->n;
    double x;
    if (n == 0) {
        peval_error(p, ast->span, "the list is empty: it has no element to index");
        return value_error();
    }
    if (value_is_constant(p, index, &x)) {
        double at = x >= 0 ? (double)(int64_t)x : -1;
        if (at >= 0 && at < n) return list.list->items[(int)at];
        Diag *d = peval_error(p, ast->b->span, "the index is %s, and the list has %d element%s",
                              x != x ? "not a number" : arena_printf(p->session->arena, "%g", x), n,
                              n == 1 ? "" : "s");
        peval_help(p, d, "the first is 0 and the last %d; `xs[i %% len(xs)]` goes round", n - 1);
        return value_error();
    }
    p->phase_indexed = true;
    return pick_varying(p, list, index.node, ast->span);
}

static Value eval_index(Peval *p, Ast *ast, Frame *frame) {
    Value list = eval(p, ast->a, frame), index = eval(p, ast->b, frame);
    if (list.kind == V_DEFERRED || list.kind == V_ERROR) return list;
    if (index.kind == V_DEFERRED || index.kind == V_ERROR) return index;
    if (list.kind == V_NUMBER && shape_is_open(p, list.node)) return list;
    if (is_bank(list)) return bank_index(p, list, index, ast->b->span);
    list = as_list(p, list, "only a list is indexed", ast->a->span);
    if (list.kind == V_ERROR) return list;
    if (index.kind == V_LIST) {
        Value *items = ARENA_ARRAY(p->session->arena, Value, index.list->n + 1);
        for (int i = 0; i < index.list->n; i++)
            items[i] = index.list->items[i].kind == V_NUMBER
                           ? index_list(p, list, index.list->items[i], ast)
                           : value_error();
        return value_list(p, items, index.list->n);
    }
    if (index.kind != V_NUMBER) {
        Diag *d = peval_error(p, ast->b->span, "an index is a number, and this is %s",
                              value_describe(p, index));
        if (index.kind == V_FUNCTION)
            peval_help(p, d, "read the signal at a time: `%s(t)`",
                       source_text(p->session, ast->b->span, 30));
        return value_error();
    }
    return index_list(p, list, index, ast);
}

/* Where the whole pattern stands: it is reported once, not for each name in it. */
static Span pattern_place(Peval *p, Ast *ast, Frame *frame) {
    const Ast *list = ast->a;
    if (list->kind != AST_NAME) return ast->span;
    if (list->name.bound == BOUND_GLOBAL) return list->name.module->defs[list->name.slot].span;
    for (int i = 0; i < list->name.hops; i++)
        frame = frame->outer;
    const Ast *owner = frame->owner;
    (void)p;
    return owner->kind == AST_LAMBDA ? owner->lambda.params[list->name.slot].span
                                     : owner->block.defs[list->name.slot].span;
}

static Value eval_element(Peval *p, Ast *ast, Frame *frame) {
    Value list = eval(p, ast->a, frame);
    if (list.kind == V_DEFERRED || list.kind == V_ERROR) return list;
    if (list.kind == V_NUMBER && shape_is_open(p, list.node)) return list;
    Span place = pattern_place(p, ast, frame);
    list = as_list(p, list, "a pattern in brackets takes a list apart", place);
    if (list.kind == V_ERROR) return list;
    if (list.list->n != ast->element.count && in_library(p, place)) {
        const char *wanted = arena_printf(p->session->arena, "a list of %d", ast->element.count);
        blame_kind(p, list, NULL, wanted, place);
        return value_error();
    }
    if (list.list->n != ast->element.count) {
        peval_error(p, place, "the pattern has %d name%s, and the list %d element%s",
                    ast->element.count, ast->element.count == 1 ? "" : "s", list.list->n,
                    list.list->n == 1 ? "" : "s");
        return value_error();
    }
    return list.list->items[ast->element.index];
}

static Value eval_block(Peval *p, Ast *ast, Frame *outer) {
    Frame *frame = frame_create(p, ast, outer, ast->block.n);
    for (int i = 0; i < ast->block.n; i++) {
        frame->slots[i].expr = ast->block.defs[i].value;
        frame->slots[i].frame = frame;
        frame->slots[i].def = &ast->block.defs[i];
    }
    return eval(p, ast->block.value, frame);
}

static Value eval_lambda(Peval *p, Ast *ast, Frame *frame) {
    /* What it uses tells its identity: a lambda that uses nothing around it is one function. */
    Function key = {.kind = FN_CLOSURE,
                    .lambda = ast,
                    .frame = ast->lambda.nfree ? frame : NULL,
                    .span = ast->span};
    return value_function(function_intern(p, &key));
}

static Value eval_kind(Peval *p, Ast *ast, Frame *frame) {
    switch (ast->kind) {
    case AST_STRING: return (Value){.kind = V_STRING, .text = ast->name.text};
    case AST_MEMBER: return eval_name(p, ast, frame);
    case AST_LIST: return eval_list(p, ast, frame);
    case AST_RANGE: return eval_range(p, ast, frame);
    case AST_UNARY: return lift_unary(p, (AstOp)ast->op, eval(p, ast->a, frame), ast->span);
    case AST_BINARY: return eval_binary(p, ast, frame);
    case AST_IF: return eval_if(p, ast, frame);
    case AST_CALL: return eval_call(p, ast, frame);
    case AST_INDEX: return eval_index(p, ast, frame);
    case AST_ELEMENT: return eval_element(p, ast, frame);
    case AST_BLOCK: return eval_block(p, ast, frame);
    case AST_LAMBDA: return eval_lambda(p, ast, frame);
    case AST_NEED: return eval_need(p, ast, frame);
    default: return value_error();
    }
}

static Value eval_operation(Peval *p, Ast *ast, Frame *frame) {
    Origin outside = p->g->now;
    if (ast->kind == AST_BINARY || ast->kind == AST_CALL || ast->kind == AST_IF ||
        ast->kind == AST_INDEX || ast->kind == AST_UNARY)
        p->g->now = (Origin){-1, {ast->span, p->calls ? p->calls->shown : NULL, p->binding}};
    Value v = eval_kind(p, ast, frame);
    p->g->now = outside;
    return v.kind == V_DEFERRED && ast->kind != AST_BLOCK ? defer(p, ast, frame, v) : v;
}

/* Names and numbers are most of all there is. */
Value eval(Peval *p, Ast *ast, Frame *frame) {
    if (!ast || !peval_spend(p, 1, ast->span)) return value_error();
    if (ast->kind == AST_NAME) return eval_name(p, ast, frame);
    if (ast->kind != AST_NUMBER) return eval_operation(p, ast, frame);
    if (!ast->node) ast->node = graph_const(p->g, unit_value(ast->number, (Unit)ast->unit));
    return value_number(ast->node);
}
