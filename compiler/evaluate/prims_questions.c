/* Primitives that ask what a value is made of, for definitions that choose by it. In: a value. Out: a number: is it known,
 * how often does it change, does it remember, how many channels has it. */
#include "evaluate/prims.h"

#include <math.h>
#include <string.h>

/* 0: a number, 1: a number that params decide, 2: a signal, or its value; of a list what changes most. */
static double how_often_changes(Peval *p, Value x) {
    double most = 0;
    x = force(p, x);
    if (x.kind == V_FUNCTION) return 2;
    if (x.kind == V_NUMBER)
        return value_varies(p, x) ? 2 : p->g->nodes[x.node].deps & DEP_PARAM ? 1 : 0;
    for (int i = 0; x.kind == V_LIST && i < x.list->n; i++)
        most = fmax(most, how_often_changes(p, x.list->items[i]));
    return most;
}

static bool any_remembers(Peval *p, Value v) {
    if (v.kind == V_NUMBER)
        return (p->g->nodes[v.node].deps & (DEP_MEMORY | DEP_INPUT | DEP_CELL)) != 0;
    bool any = false;
    for (int i = 0; v.kind == V_LIST && i < v.list->n; i++)
        any = any || any_remembers(p, v.list->items[i]);
    return any;
}

/* What a signal is made of shows when it is read now. */
static Value has_past(Peval *p, Value x, Span span) {
    x = force(p, x);
    Value now = value_number(p->time);
    if (x.kind == V_FUNCTION || x.kind == V_LIST) x = force(p, apply(p, x, &now, 1, span));
    if (x.kind == V_ERROR || x.kind == V_DEFERRED) return x;
    return value_constant(p, any_remembers(p, x));
}

/* A number that is the same always, or a list of such. */
static bool is_fixed(Peval *p, Value v) {
    v = force(p, v);
    if (v.kind != V_LIST) return v.kind == V_NUMBER && !(p->g->nodes[v.node].deps & ~DEP_RATE);
    for (int i = 0; i < v.list->n; i++)
        if (!is_fixed(p, v.list->items[i])) return false;
    return true;
}

static Value is_known(Peval *p, Value v) {
    v = force(p, v);
    return v.kind == V_ERROR ? v : value_constant(p, is_fixed(p, v));
}

/* Of a signal it is known when it is evaluated: until then it is a number that varies. */
static Value channels(Peval *p, Value v) {
    v = force(p, v);
    if (v.kind == V_FUNCTION) return value_number(p->time);
    return v.kind == V_ERROR ? v : value_constant(p, v.kind == V_LIST ? v.list->n : 1);
}

/* A gate is known by the definition that made it. One that params end is not taken: they may turn back. */
static Value gate_length(Peval *p, Value x, Span span) {
    x = force(p, x);
    const Function *f = x.kind == V_FUNCTION && x.function->kind == FN_CLOSURE ? x.function : NULL;
    const Ast *maker = f && f->frame && f->nargs == 0 ? f->frame->owner : NULL;
    const char *name = maker && maker->kind == AST_LAMBDA && in_library(p, maker->span)
                           ? maker->lambda.name
                           : NULL;
    const bool of_note = name && strcmp(name, "_gate_until") == 0,
               box = name && strcmp(name, "box") == 0;
    if (x.kind == V_ERROR || (!of_note && !box)) return value_list(p, NULL, 0);
    const Value length = force(p, slot_value(p, &f->frame->slots[0], span));
    const bool known = of_note || is_fixed(p, length);
    return value_list(p, &length, known && length.kind == V_NUMBER ? 1 : 0);
}

Value question_call(Peval *p, PrimId prim, Value x, Span span) {
    /* a function that asks this of its argument wants the argument itself, not a time */
    p->time_called = p->time_called || (x.kind == V_NUMBER && x.node == p->time);
    switch (prim) {
    case P_known: return is_known(p, x);
    case P_channels: return channels(p, x);
    case P_gate_length: return gate_length(p, x, span);
    case P_remembers: return has_past(p, x, span);
    default: return value_constant(p, how_often_changes(p, x));
    }
}
