/* Primitives that take lists. In: a primitive, a list, functions of its elements. Out: a list or a number. */
#include "evaluate/prims.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

Value call_one(Peval *p, Value f, Value x, Span span) {
    return apply(p, f, &x, 1, span);
}

bool is_callable(Peval *p, PrimId prim, Value f, int place, Span span) {
    f = force(p, f);
    if (f.kind == V_ERROR) return false;
    int arity = prim == P_fold || prim == P_scan ? 2 : 1;
    bool other = f.kind == V_FUNCTION && f.function->kind == FN_CLOSURE &&
                 function_arity(p, f.function) != arity;
    if (f.kind != V_STRING && !other && !value_varies(p, f)) return true;
    if (f.kind == V_FUNCTION && !other) return true;
    Span at = argument_span(p, place, span);
    Diag *d = peval_error(
        p, at, "`%s` takes a function of %d argument%s, and this is %s", prims[prim].name, arity,
        arity == 1 ? "" : "s",
        other ? arena_printf(p->session->arena, "one of %d", function_arity(p, f.function))
              : value_describe(p, f));
    if (other && arity == 1 && prim != P_table)
        peval_help(p, d, "elements that are lists are taken apart by `[a, b] => …`");
    else
        peval_help(p, d,
                   arity == 1 ? "an example is `x => 2 * x`" : "an example is `(a, b) => a + b`");
    return false;
}

static Value map_list(Peval *p, Value list, Value f, Span span) {
    int n = list.list->n;
    Value *items = malloc(sizeof(Value) * (size_t)(n ? n : 1));
    if (!items) abort();
    bool failed = false;
    for (int i = 0; i < n && !failed; i++) {
        items[i] = call_one(p, f, list.list->items[i], span);
        failed = items[i].kind == V_ERROR;
    }
    Value result = failed ? value_error() : value_list(p, items, n);
    free(items);
    return result;
}

static Value filter_list(Peval *p, Value list, Value f, Span span) {
    Value *items = malloc(sizeof(Value) * (size_t)(list.list->n + 1));
    if (!items) abort();
    int n = 0;
    for (int i = 0; i < list.list->n; i++) {
        double keep;
        if (!peval_known(p, call_one(p, f, list.list->items[i], span), "the condition of `filter`",
                         argument_span(p, 1, span), &keep)) {
            free(items);
            return value_error();
        }
        if (keep != 0) items[n++] = list.list->items[i];
    }
    Value result = value_list(p, items, n);
    free(items);
    return result;
}

static Value fold_list(Peval *p, Value list, Value init, Value f, Span span) {
    for (int i = 0; i < list.list->n && init.kind != V_ERROR; i++)
        init = apply(p, f, (Value[]){init, list.list->items[i]}, 2, span);
    return init;
}

/* `args` as they were given: the first element and the function may be missing. */
static Value scan_list(Peval *p, Value list, const Value *args, int given, Span span) {
    int n = list.list->n;
    Value *items = ARENA_ARRAY(p->session->arena, Value, n + 1);
    items[0] = given > 1 ? args[1] : value_constant(p, 0);
    for (int i = 0; i < n; i++) {
        Value pair[2] = {items[i], list.list->items[i]};
        items[i + 1] = given > 2 ? apply(p, args[2], pair, 2, span) : lift_sum(p, pair, 2, span);
        if (items[i + 1].kind == V_ERROR) return value_error();
    }
    return value_list(p, items, n + 1);
}

static Value zip_lists(Peval *p, Value a, Value b, Span span) {
    b = as_list(p, b, "`zip` takes two lists", argument_span(p, 1, span));
    if (b.kind != V_LIST) return b;
    if (a.list->n != b.list->n) {
        Diag *d = peval_error(p, span, "`zip` pairs a list of %d with a list of %d", a.list->n,
                              b.list->n);
        peval_help(p, d, "lists go together element by element, so they must be equally long");
        return value_error();
    }
    Value *items = ARENA_ARRAY(p->session->arena, Value, a.list->n + 1);
    for (int i = 0; i < a.list->n; i++)
        items[i] = value_list(p, (Value[]){a.list->items[i], b.list->items[i]}, 2);
    return value_list(p, items, a.list->n);
}

static Value reverse_list(Peval *p, Value list) {
    int n = list.list->n;
    Value *items = ARENA_ARRAY(p->session->arena, Value, n + 1);
    for (int i = 0; i < n; i++)
        items[i] = list.list->items[n - 1 - i];
    return value_list(p, items, n);
}

static Value zero_list(Peval *p, Value count, Span span) {
    double n;
    if (!peval_known(p, count, "the length of a list", span, &n)) return value_error();
    if (!(n >= 0) || n > 4e6) {
        peval_error(p, span, "a list has 0 to 4 million elements, not %g", n);
        return value_error();
    }
    if (!peval_spend(p, (int64_t)n, span)) return value_error();
    Value *items = ARENA_ARRAY(p->session->arena, Value, (int)n + 1);
    for (int i = 0; i < (int)n; i++)
        items[i] = value_constant(p, 0);
    return value_list(p, items, (int)n);
}

static Value whole(Peval *p, Value d, Span span) {
    Value rate = value_number(graph_sample_rate(p->g));
    Value samples = lift_binary(p, BIN_MUL, d, rate, span);
    return lift_binary(p, BIN_DIV, lift_math(p, P_round, &samples, 1, span), rate, span);
}

Value list_call(Peval *p, PrimId prim, const Value *args, int n, Span span) {
    if (prim == P_zeros) return zero_list(p, args[0], argument_span(p, 0, span));
    if (prim == P_whole) return whole(p, args[0], span);
    if (prim == P_known || prim == P_changes || prim == P_remembers || prim == P_channels ||
        prim == P_gate_length)
        return question_call(p, prim, args[0], span);
    if (args[0].kind == V_DEFERRED) return args[0];
    Value list = args[0];
    if (list.kind == V_PATTERN && (prim == P_map || prim == P_filter))
        return pattern_mapped(p, prim, list, args[1], span);
    if (list.kind == V_PATTERN && prim == P_reverse) return pattern_backwards(p, list, span);
    if (list.kind != V_LIST) {
        char what[64];
        snprintf(what, sizeof what, "`%s` takes a list", prims[prim].name);
        list = as_list(p, list, what, argument_span(p, 0, span));
    }
    if (list.kind != V_LIST) return list;
    int function = prim == P_fold || prim == P_scan                                          ? 2
                   : prim == P_map || prim == P_filter || prim == P_sum || prim == P_product ? 1
                                                                                             : 0;
    if (function && function < n && !is_callable(p, prim, args[function], function, span))
        return value_error();
    if (!peval_spend(p, list.list->n / 8, span)) return value_error();
    switch (prim) {
    case P_map: return map_list(p, list, args[1], span);
    case P_filter: return filter_list(p, list, args[1], span);
    case P_fold: return fold_list(p, list, args[1], args[2], span);
    case P_scan: return scan_list(p, list, args, n, span);
    case P_zip: return zip_lists(p, list, args[1], span);
    case P_len: return value_constant(p, list.list->n);
    case P_reverse: return reverse_list(p, list);
    default: break;
    }
    if (n > 1) list = map_list(p, list, args[1], span);
    if (list.kind != V_LIST) return list;
    return prim == P_sum ? lift_sum(p, list.list->items, list.list->n, span)
                         : lift_product(p, list.list->items, list.list->n, span);
}
