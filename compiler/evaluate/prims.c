/* The primitives of evaluate/prims.def: constants, least and greatest, and the way to the others, which go point by
 * point (evaluate/lift.c) or by kind (evaluate/prims_lists.c, evaluate/prims_texts.c, evaluate/prims_signals.c). In: a
 * primitive and evaluated arguments. Out: a value. */
#include "evaluate/prims.h"

#include <math.h>

Value prim_value(Peval *p, PrimId prim) {
    switch (prim) {
    case P_pi: return value_constant(p, M_PI);
    case P_tau: return value_constant(p, 2 * M_PI);
    case P_sr: return value_number(graph_sample_rate(p->g));
    case P_dt: return value_number(graph_seconds(p->g));
    default: {
        Function key = {.kind = FN_PRIM, .number = prim};
        return value_function(function_intern(p, &key));
    }
    }
}

bool peval_known(Peval *p, Value v, const char *what, Span span, double *x) {
    v = force(p, v);
    if (v.kind == V_ERROR) return false;
    if (value_is_constant(p, v, x)) return true;
    if (v.kind == V_NUMBER && (p->g->nodes[v.node].deps & DEP_RATE) && !value_varies(p, v)) {
        Diag *d =
            peval_error(p, span, "%s depends on the sample rate, which is not known here", what);
        peval_help(p, d, "give it with --rate");
        return false;
    }
    peval_error(p, span, "%s must be known while compiling, and this is %s", what,
                value_describe(p, v));
    return false;
}

/* ---- mathematics ----------------------------------------------------------------------------- */

static Value least_or_greatest(Peval *p, PrimId prim, const Value *args, int n, Span span) {
    if (n == 0) {
        peval_error(p, span, "`%s` needs an argument", prims[prim].name);
        return value_error();
    }
    if (n > 1) return lift_math(p, prim, args, n, span);
    if (args[0].kind == V_NUMBER || args[0].kind == V_DEFERRED) return args[0];
    Value list = as_list(p, args[0],
                         prim == P_max ? "`max` takes numbers or one list"
                                       : "`min` takes numbers or one list",
                         span);
    if (list.kind != V_LIST) return list;
    if (list.list->n == 0) {
        const char *shown = in_library(p, span) && p->calls ? p->calls->shown : NULL;
        Diag *d = peval_error(p, span, "`%s` of an empty list: it has no element",
                              shown ? shown : prims[prim].name);
        if (!shown) peval_help(p, d, "`%s([0] ++ xs)` has one always", prims[prim].name);
        return value_error();
    }
    Value so_far = list.list->items[0];
    for (int i = 1; i < list.list->n; i++)
        so_far = lift_math(p, prim, (Value[]){so_far, list.list->items[i]}, 2, span);
    return so_far;
}

/* What begins at a signal's value would begin at each moment anew. */
static bool refuse_start(Peval *p, Value start, Span span) {
    start = force(p, start);
    if (start.kind != V_FUNCTION) return false;
    for (int i = 0; start.function->kind == FN_LIFTED && i < start.function->nargs; i++) {
        Value part = start.function->args[i]; /* the signal that it is made of */
        if (part.kind == V_FUNCTION) start = part, i = -1;
    }
    const char *wanted = "a number or a param, known at all times,";
    if (!blame_kind(p, start, NULL, wanted, span))
        peval_error(p, argument_span(p, 1, span), "`begun` takes %s and this is a signal", wanted);
    return true;
}

/* ---- the call -------------------------------------------------------------------------------- */

Value prim_call(Peval *p, PrimId prim, const Value *args, int n, Span span) {
    if (n < prims[prim].least) {
        peval_error(p, span, "`%s` takes %d argument%s, and gets %d here", prims[prim].name,
                    prims[prim].least, prims[prim].least == 1 ? "" : "s", n);
        return value_error();
    }
    switch (prims[prim].kind) {
    case PRIM_MATH:
        if (prim == P_min || prim == P_max) return least_or_greatest(p, prim, args, n, span);
        if (prim == P_begun && refuse_start(p, args[1], span)) return value_error();
        return lift_math(p, prim, args, n, span);
    case PRIM_LIST: return list_call(p, prim, args, n, span);
    case PRIM_SIGNAL: return signal_function(p, prim, args, n, span);
    case PRIM_TEXT: return text_call(p, prim, args, n, span);
    case PRIM_PATTERN: return pattern_prim(p, prim, args, n, span);
    case PRIM_LATER: {
        Span name = p->site && span.file == p->site->ast->span.file &&
                            span.start == p->site->ast->span.start &&
                            span.end == p->site->ast->span.end
                        ? p->site->ast->a->span
                        : span;
        Diag *d = peval_error(p, name, "`%s` is not yet there in this version of Kanon",
                              prims[prim].name);
        peval_help(p, d, "it is part of the language: %s", prims[prim].doc);
        return value_error();
    }
    default: return value_error();
    }
}
