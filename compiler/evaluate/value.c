/* Values of evaluation: numbers, lists, functions. Lists and functions are interned, so equality is
 * that of pointers, and a call with equal arguments is found by looking it up. */
#include "evaluate/peval.h"

#include <stdlib.h>
#include <string.h>

const Prim prims[] = {
#define PRIM(name, kind, params, least, doc)  {#name, PRIM_##kind, OP_NONE, params, least, doc},
#define PRIM_OP(name, op, params, least, doc) {#name, PRIM_MATH, OP_##op, params, least, doc},
#include "evaluate/prims.def"
};
const int prim_count = P_COUNT;

Value value_number(NodeId node) {
    return (Value){.kind = V_NUMBER, .node = node};
}

Value value_constant(Peval *p, double x) {
    return value_number(graph_const(p->g, x));
}

Value value_error(void) {
    return (Value){.kind = V_ERROR};
}

Value value_function(Function *f) {
    return (Value){.kind = V_FUNCTION, .function = f};
}

Value value_pattern(const Pattern *pattern) {
    if (!pattern) return value_error();
    return (Value){.kind = V_PATTERN, .pattern = pattern};
}

bool value_equal(Value a, Value b) {
    if (a.kind != b.kind) return false;
    switch (a.kind) {
    case V_NUMBER: return a.node == b.node;
    case V_ERROR: return true;
    default: return a.text == b.text;
    }
}

static uint32_t mix(uint32_t h, uint64_t x) {
    x *= 0x9e3779b97f4a7c15u;
    h = (h ^ (uint32_t)(x >> 32)) * 0x85ebca6bu;
    return h ^ (h >> 13);
}

uint32_t value_hash(Value v) {
    uint64_t bits = v.kind == V_NUMBER ? (uint64_t)v.node : (uint64_t)(uintptr_t)v.text;
    return mix(v.kind, bits);
}

static bool items_equal(const Value *a, const Value *b, int n) {
    for (int i = 0; i < n; i++)
        if (!value_equal(a[i], b[i])) return false;
    return true;
}

static uint32_t items_hash(uint32_t h, const Value *items, int n) {
    for (int i = 0; i < n; i++)
        h = mix(h, value_hash(items[i]));
    return h;
}

static void lists_grow(Peval *p) {
    int size = p->lists_size ? 2 * p->lists_size : 256;
    List **table = ARENA_ARRAY(p->session->arena, List *, size);
    for (int i = 0; i < p->lists_size; i++)
        for (List *l = p->lists[i], *next; l; l = next) {
            next = l->chain;
            l->chain = table[l->hash & (uint32_t)(size - 1)];
            table[l->hash & (uint32_t)(size - 1)] = l;
        }
    p->lists = table;
    p->lists_size = size;
}

Value value_list(Peval *p, const Value *items, int n) {
    for (int i = 0; i < n; i++)
        if (items[i].kind == V_ERROR) return value_error();
    if (p->nlists >= p->lists_size) lists_grow(p);
    uint32_t hash = items_hash((uint32_t)n, items, n);
    List **slot = &p->lists[hash & (uint32_t)(p->lists_size - 1)];
    for (List *l = *slot; l; l = l->chain)
        if (l->hash == hash && l->n == n && items_equal(l->items, items, n))
            return (Value){.kind = V_LIST, .list = l};
    List *l = arena_alloc(p->session->arena, sizeof(List) + sizeof(Value) * (size_t)n);
    l->n = n;
    l->hash = hash;
    if (n) memcpy(l->items, items, sizeof(Value) * (size_t)n);
    l->chain = *slot;
    *slot = l;
    p->nlists++;
    return (Value){.kind = V_LIST, .list = l};
}

static void functions_grow(Peval *p) {
    int size = p->functions_size ? 2 * p->functions_size : 256;
    Function **table = ARENA_ARRAY(p->session->arena, Function *, size);
    for (int i = 0; i < p->functions_size; i++)
        for (Function *f = p->functions[i], *next; f; f = next) {
            next = f->chain;
            f->chain = table[f->hash & (uint32_t)(size - 1)];
            table[f->hash & (uint32_t)(size - 1)] = f;
        }
    p->functions = table;
    p->functions_size = size;
}

static bool function_same(const Function *a, const Function *b) {
    return a->kind == b->kind && a->lift == b->lift && a->number == b->number &&
           a->lambda == b->lambda && a->frame == b->frame && a->nargs == b->nargs &&
           items_equal(a->args, b->args, a->nargs);
}

Function *function_intern(Peval *p, const Function *key) {
    if (p->nfunctions >= p->functions_size) functions_grow(p);
    uint32_t hash = mix(mix(key->kind, (uint64_t)key->number), key->lift);
    hash = mix(mix(hash, (uintptr_t)key->lambda), (uintptr_t)key->frame);
    hash = items_hash(hash, key->args, key->nargs);
    Function **slot = &p->functions[hash & (uint32_t)(p->functions_size - 1)];
    for (Function *f = *slot; f; f = f->chain)
        if (f->hash == hash && function_same(f, key)) return f;
    Function *f = ARENA_NEW(p->session->arena, Function);
    *f = *key;
    f->args = ARENA_ARRAY(p->session->arena, Value, key->nargs ? key->nargs : 1);
    if (key->nargs) memcpy(f->args, key->args, sizeof(Value) * (size_t)key->nargs);
    f->hash = hash;
    f->signal = NULL;
    f->helper = 0;
    f->arity = 0;
    f->running = f->of_time = f->time_tried = false;
    bool made = (f->kind == FN_CLOSURE && f->frame) || f->kind == FN_SIGNAL;
    if (made && !f->site) f->site = site_keep(p);
    if (f->kind == FN_SIGNAL) f->binding = p->binding;
    f->chain = *slot;
    *slot = f;
    p->nfunctions++;
    return f;
}

int function_arity(Peval *p, const Function *f) {
    switch (f->kind) {
    case FN_CLOSURE: return f->lambda->lambda.n - f->nargs;
    case FN_PRIM: return prims[f->number].least;
    case FN_LIFTED:
        if (f->arity) return f->arity;
        for (int i = 0; i < f->nargs; i++) {
            Value operand = force(p, f->args[i]);
            if (operand.kind != V_FUNCTION) continue;
            int arity = function_arity(p, operand.function);
            if (f->args[i].kind == V_FUNCTION && arity > 0 && arity < 256)
                ((Function *)(uintptr_t)f)->arity =
                    (uint8_t)arity; /* else the walk is long each time */
            return arity;
        }
        return 1;
    default: return 1;
    }
}

const char *function_name(const Function *f) {
    if (f->kind == FN_CLOSURE && f->lambda->lambda.name) return f->lambda->lambda.name;
    if (f->kind == FN_PRIM || f->kind == FN_SIGNAL) return prims[f->number].name;
    return NULL;
}

const char *value_describe(Peval *p, Value v) {
    switch (v.kind) {
    case V_NUMBER: {
        int deps = p->g->nodes[v.node].deps;
        if (deps & ~DEPS_STEADY) return "a number that varies in time";
        if (p->g->nodes[v.node].op == OP_PARAM) return "a param";
        if (deps & DEP_RATE)
            return "a number that depends on the sample rate, which is known only with --rate";
        return deps & DEP_PARAM ? "a number made of params" : "a number";
    }
    case V_STRING: return "a string";
    case V_PATTERN: return "a pattern";
    case V_LIST:
        return arena_printf(p->session->arena, "a list of %d%s", v.list->n,
                            v.list->n && v.list->items[0].kind == V_LIST ? " lists" : "");
    case V_FUNCTION: {
        const Function *f = v.function;
        const char *name = function_name(f);
        int arity = function_arity(p, f);
        bool closure = f->kind == FN_CLOSURE;
        /* bell(440) is an inner part of what defines bell. */
        bool inner = closure && name && f->frame && f->frame->owner->kind == AST_LAMBDA &&
                     f->frame->owner->lambda.name == name;
        if (arity == 1 && f->kind != FN_PRIM && (!closure || inner)) return "a signal";
        if (inner) return arena_printf(p->session->arena, "a function of %d arguments", arity);
        if (name) return arena_printf(p->session->arena, "the function `%s`", name);
        return "a function";
    }
    case V_DEFERRED: return "a value that is defined by itself";
    default: return "an error";
    }
}

bool value_is_constant(Peval *p, Value v, double *x) {
    if (v.kind != V_NUMBER || p->g->nodes[v.node].op != OP_CONST) return false;
    *x = p->g->nodes[v.node].value;
    return true;
}

bool value_varies(Peval *p, Value v) {
    switch (v.kind) {
    case V_NUMBER: return (p->g->nodes[v.node].deps & ~DEPS_STEADY) != 0;
    case V_LIST:
        for (int i = 0; i < v.list->n; i++)
            if (value_varies(p, v.list->items[i])) return true;
        return false;
    case V_FUNCTION: return function_is_helper(p, v.function);
    default: return false;
    }
}

static bool closure_captures_varying(Peval *p, Function *f) {
    for (int i = 0; i < f->lambda->lambda.nfree; i++) {
        FreeName name = f->lambda->lambda.free[i];
        Frame *frame = f->frame;
        for (int h = 0; h < name.hops; h++)
            frame = frame->outer;
        Slot *slot = &frame->slots[name.slot];
        if (slot->state == SLOT_NEW && slot->expr && slot->expr->kind != AST_LAMBDA)
            slot_value(p, slot, slot->expr->span);
        if (slot->state == SLOT_DONE && value_varies(p, slot->value)) return true;
    }
    return false;
}

static int varying_in(Peval *p, Value v, NodeId *out, int max, int depth) {
    int n = 0;
    if (v.kind == V_NUMBER && v.node != p->time && value_varies(p, v) && max > 0) {
        out[0] = v.node;
        return 1;
    }
    if (v.kind == V_LIST)
        for (int i = 0; i < v.list->n && n < max; i++)
            n += varying_in(p, v.list->items[i], out + n, max - n, depth);
    if (v.kind == V_FUNCTION && depth < 10 && v.function->helper == 2) {
        const char *ignored;
        Function *f = v.function;
        for (int i = 0; i < f->nargs && n < max; i++)
            n += varying_in(p, f->args[i], out + n, max - n, depth + 1);
        if (f->kind == FN_CLOSURE && n < max)
            n += function_varying(p, f, out + n, max - n, &ignored);
    }
    return n;
}

int function_varying(Peval *p, Function *f, NodeId *out, int max, const char **name) {
    int n = 0;
    *name = NULL;
    f->helper = 1; /* while it is looked at: those that hold each other end here */
    for (int i = 0; i < f->nargs; i++) {
        int more = varying_in(p, f->args[i], out + n, max - n, 0);
        if (more && !*name && f->kind == FN_CLOSURE) *name = f->lambda->lambda.params[i].name;
        n += more;
    }
    for (int i = 0; f->kind == FN_CLOSURE && i < f->lambda->lambda.nfree && n < max; i++) {
        FreeName free_name = f->lambda->lambda.free[i];
        Frame *frame = f->frame;
        for (int h = 0; h < free_name.hops; h++)
            frame = frame->outer;
        Slot *slot = &frame->slots[free_name.slot];
        if (slot->state != SLOT_DONE) continue;
        int more = varying_in(p, slot->value, out + n, max - n, 0);
        if (more && !*name)
            *name = frame->owner->kind == AST_LAMBDA
                        ? frame->owner->lambda.params[free_name.slot].name
                        : frame->owner->block.defs[free_name.slot].name;
        n += more;
    }
    f->helper = 2;
    if (*name && (*name)[0] == '$') *name = NULL;
    return n;
}

/* A cycle of closures that hold each other is no helper unless one holds a varying number; while it
 * is looked at, it counts as none. */
bool function_is_helper(Peval *p, Function *f) {
    if (f->helper) return f->helper == 2;
    f->helper = 1;
    bool helper = false;
    for (int i = 0; i < f->nargs && !helper; i++)
        helper = value_varies(p, f->args[i]);
    if (!helper && f->kind == FN_CLOSURE) helper = closure_captures_varying(p, f);
    f->helper = helper ? 2 : 1;
    return helper;
}
