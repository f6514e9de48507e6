/* Partial evaluation: the bound tree with time as an unknown gives the graph. In: trees and frames.
 * Out: values. How signals are read at times is signal.c; operations are lift.c; primitives prims.c;
 * what a program declares, declare.c. */
#include "peval.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_WORK = 12000000, MAX_CALL_DEPTH = 20000, MAX_LIST = 4000000 };

/* ---- errors ---------------------------------------------------------------------------------- */

static bool in_library(Peval *p, Span span) {
    return span.file >= 0 && p->c->sources[span.file].library;
}

static bool same_place(Span a, Span b) {
    return a.file == b.file && a.start == b.start && a.end == b.end;
}

/* One message a place: what else goes wrong there follows from the first. */
static Diag *report(Peval *p, Span at, bool inside_library, const char *text) {
    for (int i = 0; i < p->c->ndiags; i++) {
        const Diag *d = p->c->diags[i];
        if (d->severity != DIAG_ERROR || d->span.file < 0) continue;
        /* What was given to the library is wrong: what happens inside follows from that. */
        bool part = inside_library && d->span.file == at.file && d->span.start >= at.start && d->span.end <= at.end;
        if (part || same_place(d->span, at)) return ARENA_NEW(p->c->arena, Diag);
    }
    return diag_error(p->c, at, "%s", text);
}

/* An error inside the library is shown at the user's call that led there, with the calls between. */
Diag *peval_error(Peval *p, Span span, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    char text[1024];
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    Call *user = in_library(p, span) ? p->calls : NULL;
    while (user && (user->span.file < 0 || in_library(p, user->span)))
        user = user->outer;
    Span main = user ? blame_call(p, user) : span;
    if (!user && in_library(p, span)) {
        const Slot *slot = p->waiting;
        while (slot && !(slot->def && !in_library(p, slot->def->span)))
            slot = slot->outer;
        if (p->site)
            main = p->site->ast->span;
        else if (slot)
            main = slot->def->value->span;
    }
    Diag *d = report(p, main, in_library(p, span), text);
    if (!user) {
        if (!same_place(main, span)) diag_note(p->c, d, span, "inside the library");
        return d;
    }
    int notes = 0;
    Span last = {-1, 0, 0};
    const char *how = "inside `%s`";
    for (Call *call = p->calls; notes < 8; span = call->span, call = call->outer) {
        if (call->name && !same_place(span, last) && !same_place(span, call->span)) {
            diag_note(p->c, d, span, how, call->name);
            last = span;
            notes++;
            how = "called inside `%s`";
        }
        if (call == user) break;
    }
    return d;
}

void peval_help(Peval *p, Diag *d, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    char text[1024];
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    diag_help(p->c, d, "%s", text);
}

/* The functions that call each other in the innermost calls, with the place of such a call. */
typedef struct Recursion {
    const char *names[4];
    int n;
    Span span;
} Recursion;

static bool users_function(Peval *p, const Call *call) {
    const Function *f = call->function;
    return call->name && f && f->kind == FN_CLOSURE && !in_library(p, f->lambda->span);
}

static Recursion find_recursion(Peval *p, Span span) {
    Recursion r = {.span = span};
    int calls = 0;
    for (Call *call = p->calls; call && calls < 40; call = call->outer) {
        if (!users_function(p, call)) continue;
        bool known = false;
        for (int i = 0; i < r.n && !known; i++)
            known = r.names[i] == call->name;
        if (!known && r.n == 4) break;
        if (!known) r.names[r.n++] = call->name;
        if (calls++ == 0) r.span = call->span;
    }
    if (calls < 3 * r.n) r.n = 0; /* no recursion that can be seen */
    return r;
}

static void report_depth(Peval *p, Span span) {
    Recursion r = find_recursion(p, span);
    Diag *d;
    if (r.n == 1)
        d = peval_error(p, r.span, "`%s` calls itself without end", r.names[0]);
    else if (r.n == 2)
        d = peval_error(p, r.span, "`%s` and `%s` call each other without end", r.names[1], r.names[0]);
    else
        d = peval_error(p, r.span, "calls are nested too deeply");
    if (p->tabulating) {
        peval_help(p, d, "the function of a table may use no params, inputs or memory");
    } else if (p->open_if && !in_library(p, p->open_if->a->span)) {
        diag_note(p->c, d, p->open_if->a->span, "this condition is not known while compiling, so it ends nothing");
        peval_help(p, d, "a recursion is on values that are known while compiling");
    } else {
        peval_help(p, d, "a recursion needs a condition, known while compiling, at which it ends");
    }
}

static void report_work(Peval *p, Span span) {
    Recursion r = find_recursion(p, span);
    for (Call *call = p->calls; call; call = call->outer) /* the first call of all is what the user asked for */
        if (r.n > 0 && users_function(p, call) && call->name == r.names[0]) span = call->span;
    Diag *d = r.n > 0 ? peval_error(p, span, "`%s` needs too much work to compile: over %d million steps",
                                    r.names[0], MAX_WORK / 1000000)
                      : peval_error(p, span, "the program needs too much work to compile: over %d million steps",
                                    MAX_WORK / 1000000);
    peval_help(p, d, "fewer elements of lists, and fewer calls in a recursion, are needed");
}

bool peval_spend(Peval *p, int64_t work, Span span) {
    if (p->stopped) return false;
    p->work += work;
    char here;
    bool deep = (uintptr_t)&here < p->stack_limit || p->depth > MAX_CALL_DEPTH;
    if (!deep && p->work < MAX_WORK) return true;
    p->stopped = true;
    if (deep)
        report_depth(p, span);
    else
        report_work(p, span);
    return false;
}

/* ---- definitions and arguments, evaluated when first needed ---------------------------------- */

static const char *slot_name(Peval *p, const Slot *slot) {
    if (slot->def && slot->def->name[0] != '$') return slot->def->name;
    return source_text(p->c, slot->def ? slot->def->span : slot->expr->span, 40);
}

static Value deferred(Slot *slot) {
    return (Value){.kind = V_DEFERRED, .slot = slot};
}

/* `a` needs `b` needs `a`: the named definitions from the one at work down to what needs it again. */
static const char *cycle_words(Peval *p, const Slot *again) {
    const Slot *chain[8];
    int n = 0;
    for (const Slot *slot = p->waiting; slot && slot != again; slot = slot->outer)
        if (slot->def && slot->def->name[0] != '$') {
            if (n == 8) memmove(chain, chain + 1, sizeof chain - sizeof *chain);
            chain[n == 8 ? 7 : n++] = slot;
        }
    Buf text = {0};
    buf_printf(&text, "`%s` needs ", slot_name(p, again));
    for (int i = n - 1; i >= 0; i--)
        buf_printf(&text, "`%s` needs ", chain[i]->def->name);
    buf_printf(&text, "`%s`", slot_name(p, again));
    const char *words = arena_strndup(p->c->arena, text.data, text.length);
    buf_free(&text);
    return words;
}

static void report_cycle(Peval *p, const Slot *slot, Span span) {
    const char *name = slot->def && slot->def->name[0] != '$' ? slot->def->name : NULL;
    Diag *d = peval_error(p, span, "a cycle without delay: %s", slot->cycle ? slot->cycle : cycle_words(p, slot));
    if (name)
        peval_help(p, d, "what reads its own past is a signal: `%s(t) = … %s(t - d) …`", name, name);
    else
        peval_help(p, d, "let it read its own past: `y(t) = x(t) + 0.5 * y(t - 0.3)`");
}

static Value slot_evaluate(Peval *p, Slot *slot) {
    slot->state = SLOT_BUSY;
    slot->root = slot;
    if (slot->def && slot->module) resolve_definition(p->c, slot->module, slot->def);
    bool nameless = slot->def && slot->def->name[0] != '$' && slot->expr->kind == AST_LAMBDA &&
                    !slot->expr->lambda.name;
    if (nameless) slot->expr->lambda.name = slot->def->name; /* f = x => … is f */
    slot->outer = p->waiting;
    p->waiting = slot;
    Value v = eval(p, slot->expr, slot->frame);
    p->waiting = slot->outer;
    if (v.kind == V_DEFERRED && v.slot->root && v.slot->root != slot) {
        slot->root = v.slot->root;
        slot->state = SLOT_NEW;
        return deferred(slot);
    }
    if (v.kind == V_DEFERRED) {
        report_cycle(p, slot, slot->def ? slot->def->span : slot->expr->span);
        v = value_error();
    }
    slot->value = v;
    slot->state = SLOT_DONE;
    undo_note_slot(p, slot);
    return v;
}

Value slot_value(Peval *p, Slot *slot, Span span) {
    if (slot->state == SLOT_BUSY) {
        if (!slot->cycle) slot->cycle = cycle_words(p, slot);
        return deferred(slot);
    }
    if (slot->state == SLOT_NEW) {
        if (!peval_spend(p, 1, span)) return value_error();
        return slot_evaluate(p, slot);
    }
    if (slot->value.kind == V_DEFERRED) {
        Value v = slot_value(p, slot->value.slot, span);
        if (v.kind == V_DEFERRED) return v;
        if (slot->expr) return v; /* a trial may take back what it stands for */
        slot->value = v;
    }
    return slot->value;
}

Value force(Peval *p, Value v) {
    if (v.kind != V_DEFERRED) return v;
    Slot *slot = v.slot;
    Span span = slot->def ? slot->def->span : slot->expr->span;
    v = slot_value(p, slot, span);
    if (v.kind != V_DEFERRED) return v;
    Slot *root = v.slot->root ? v.slot->root : slot;
    report_cycle(p, root, root->def ? root->def->span : span);
    return value_error();
}

/* What waits for a definition at work: evaluated when that is done. */
static Value defer(Peval *p, Ast *ast, Frame *frame, Value waiting) {
    Value key = {.kind = V_STRING, .text = (const char *)frame};
    bool found;
    MemoEntry *entry = memo_find(p, &p->deferrals, ast, &key, 1, &found);
    if (!found) {
        Slot *slot = ARENA_NEW(p->c->arena, Slot);
        slot->expr = ast;
        slot->frame = frame;
        entry->result = deferred(slot);
    }
    Slot *slot = entry->result.slot;
    slot->root = waiting.slot->root;
    return entry->result;
}

/* ---- calls ----------------------------------------------------------------------------------- */

static Frame *frame_create(Peval *p, Ast *owner, Frame *outer, int n) {
    Frame *frame = ARENA_NEW(p->c->arena, Frame);
    frame->outer = outer;
    frame->owner = owner;
    frame->n = n;
    frame->slots = ARENA_ARRAY(p->c->arena, Slot, n ? n : 1);
    return frame;
}

static Value run_body(Peval *p, Function *f, const Value *args, int n) {
    Ast *lambda = f->lambda;
    Frame *frame = frame_create(p, lambda, f->frame, lambda->lambda.n);
    for (int i = 0; i < lambda->lambda.n; i++) {
        Slot *slot = &frame->slots[i];
        if (i < n) {
            slot->value = args[i];
            slot->state = SLOT_DONE;
        } else {
            slot->expr = lambda->lambda.params[i].fallback;
            slot->frame = frame;
        }
    }
    return eval(p, lambda->lambda.body, frame);
}

static void endless(Peval *p, Function *f, Span span) {
    const char *name = function_name(f);
    Diag *d = peval_error(p, span, "`%s` calls itself with the same arguments", name ? name : "=>");
    peval_help(p, d, "a recursion needs arguments that change; feedback reads the past, `y(t - dt)`");
}

/* A closure with all its arguments, those given before included. */
static Value run_closure(Peval *p, Function *f, const Value *args, int n, Span span) {
    Value all[16], *list = all;
    int count = f->nargs + n;
    if (count > 16) list = malloc(sizeof(Value) * (size_t)count);
    if (!list) abort();
    if (f->nargs) memcpy(list, f->args, sizeof(Value) * (size_t)f->nargs);
    memcpy(list + f->nargs, args, sizeof(Value) * (size_t)n);
    Function base = *f;
    base.nargs = 0;
    Function *key = f->nargs ? function_intern(p, &base) : f;
    bool found;
    MemoEntry *entry = memo_find(p, &p->applications, key, list, count, &found);
    if (found && entry->state == SLOT_BUSY) {
        endless(p, f, span);
        entry->result = value_error();
        entry->state = SLOT_DONE;
    } else if (!found) {
        entry->state = SLOT_BUSY;
        Value result = run_body(p, key, list, count);
        if (entry->state == SLOT_BUSY) entry->result = result;
        entry->state = SLOT_DONE;
        /* What waits for something may be known the next time. */
        if (result.kind == V_DEFERRED) entry->key = NULL;
    }
    if (list != all) free(list);
    return entry->result;
}

Value apply_direct(Peval *p, Function *f, const Value *args, int n, Span span) {
    if (!peval_spend(p, 1, span)) return value_error();
    const char *name = function_name(f);
    bool private = name && (name[0] == '_' || name[0] == '$');
    Call call = {p->calls, span, name, private && p->calls ? p->calls->shown : name, f};
    p->calls = &call;
    p->depth++;
    Value result = value_error();
    switch (f->kind) {
    case FN_CLOSURE: result = run_closure(p, f, args, n, span); break;
    case FN_LIFTED: result = lifted_call(p, f, args, n, span); break;
    case FN_PRIM: result = prim_call(p, (PrimId)f->number, args, n, span); break;
    case FN_CHANNEL: {
        Value list = apply(p, f->args[0], args, n, span);
        double length = f->lift == CHANNEL_IF_LIST ? p->g->nodes[f->args[1].node].value : 0;
        if (list.kind == V_LIST && f->lift == CHANNEL_IF_LIST && list.list->n != length) {
            Diag *d = peval_error(p, f->span, "a list of %g is combined with a signal of %d channels", length, list.list->n);
            peval_help(p, d, "lists go together element by element, so they must be equally long");
            break;
        }
        if (f->lift == CHANNEL_IF_LIST && list.kind == V_NUMBER) result = list;
        else if (list.kind == V_LIST && f->number < list.list->n) result = list.list->items[f->number];
        else if (list.kind == V_NUMBER && shape_is_open(p, list.node)) result = list;
        else if (list.kind != V_ERROR) peval_error(p, span, "the signal has no channel %d", f->number);
        break;
    }
    case FN_SIGNAL:
    case FN_INPUT:
        if (args[0].kind == V_NUMBER) result = prim_signal_at(p, f, args[0].node, span);
        break;
    }
    p->depth--;
    p->calls = call.outer;
    return result;
}

/* Is a call with this last argument the reading of a signal at a time? */
static bool reads_signal(Peval *p, Function *f, const Value *args, int n) {
    if (args[n - 1].kind != V_NUMBER || !value_varies(p, args[n - 1])) return false;
    if (f->kind == FN_PRIM) return false;
    if (f->kind == FN_CLOSURE) {
        if (f->lambda->lambda.body->kind == AST_LAMBDA) return false;
        if (f->nargs + n != f->lambda->lambda.n) return false;
    }
    for (int i = 0; i < n - 1; i++)
        if (args[i].kind == V_DEFERRED || value_varies(p, args[i])) return false;
    return true;
}

/* A signal read at a list of times: each of them is the present but for a distance. */
static bool is_list_of_times(Peval *p, Value v) {
    if (v.kind != V_LIST || v.list->n == 0) return false;
    for (int i = 0; i < v.list->n; i++) {
        Value item = v.list->items[i];
        if (item.kind != V_NUMBER || !time_is_shifted(p, item.node)) return false;
    }
    return true;
}

static Value read_at_times(Peval *p, Function *f, Value times, Span span) {
    int n = times.list->n;
    Value *items = malloc(sizeof(Value) * (size_t)n);
    if (!items) abort();
    bool failed = false;
    for (int i = 0; i < n && !failed; i++) {
        Value v = apply(p, value_function(f), &times.list->items[i], 1, span);
        if (v.kind == V_LIST && v.list->n != n) {
            Diag *d = peval_error(p, span, "a signal of %d channels is read at %d times", v.list->n, n);
            peval_help(p, d, "read it at one time, or at as many as it has channels");
            failed = true;
        } else if (v.kind == V_LIST) {
            v = v.list->items[i];
        }
        items[i] = v;
        failed = failed || v.kind == V_ERROR;
    }
    Value result = failed ? value_error() : value_list(p, items, n);
    free(items);
    return result;
}

static Function *with_arguments(Peval *p, Function *f, const Value *args, int n) {
    if (n == 0) return f;
    Value all[32];
    if (f->nargs + n > 32) return NULL;
    memcpy(all, f->args, sizeof(Value) * (size_t)f->nargs);
    memcpy(all + f->nargs, args, sizeof(Value) * (size_t)n);
    Function key = *f;
    key.args = all;
    key.nargs = f->nargs + n;
    return function_intern(p, &key);
}

/* A function that captured a number that varies has no past: its call is its body. That it reads
 * itself at another time is the mistake of having passed a value where the signal was meant. */
static Value run_helper(Peval *p, Function *f, const Value *args, int n, Span span) {
    if (f->running && args[n - 1].kind == V_NUMBER && args[n - 1].node != p->time &&
        value_varies(p, args[n - 1]) && f->kind == FN_CLOSURE && f->lambda->lambda.body->kind != AST_LAMBDA) {
        NodeId numbers[16];
        const char *held;
        int count = function_varying(p, f, numbers, 16, &held);
        blame_past(p, numbers, count, f->site, held, span);
        return value_error();
    }
    bool was = f->running;
    f->running = true;
    Value v = apply_direct(p, f, args, n, span);
    f->running = was;
    return v;
}

static Value call_function(Peval *p, Function *f, const Value *args, int n, Span span) {
    if (n == 1 && f->kind != FN_PRIM && is_list_of_times(p, args[0]) && function_arity(p, f) == 1)
        return read_at_times(p, f, args[0], span);
    if (n == 1 && (f->kind == FN_SIGNAL || f->kind == FN_INPUT) &&
        (args[0].kind == V_LIST || args[0].kind == V_FUNCTION)) {
        if (args[0].kind == V_FUNCTION) {
            Function key = {.kind = FN_LIFTED, .lift = LIFT_COMPOSE, .nargs = 2, .span = span,
                            .args = (Value[]){value_function(f), args[0]}};
            return value_function(function_intern(p, &key));
        }
        Value *items = ARENA_ARRAY(p->c->arena, Value, args[0].list->n + 1);
        for (int i = 0; i < args[0].list->n; i++)
            items[i] = apply(p, value_function(f), &args[0].list->items[i], 1, span);
        return value_list(p, items, args[0].list->n);
    }
    if (f->kind == FN_PRIM) return apply_direct(p, f, args, n, span);
    if (reads_signal(p, f, args, n)) {
        Function *signal = with_arguments(p, f, args, n - 1);
        /* It may evaluate what the signal holds: a part of this call. */
        Call call = {p->calls, span, function_name(f), function_name(f), f};
        p->calls = &call;
        bool helper = !signal || function_is_helper(p, signal);
        p->calls = call.outer;
        if (!helper) return signal_read(p, signal, args[n - 1].node, span);
    }
    return run_helper(p, f, args, n, span);
}

/* A number called as a signal gives itself; one that varies, only now. */
static Value call_number(Peval *p, Value number, const Value *args, int n, Span span) {
    if (n != 1) {
        peval_error(p, span, "a number is called with one argument, the time");
        return value_error();
    }
    if (!value_varies(p, number)) return number;
    Value time = force(p, args[0]);
    if (time.kind == V_NUMBER && time.node == p->time) return number;
    if (time.kind == V_ERROR) return time;
    const char *name = p->site && p->site->ast->a->kind == AST_NAME ? callee_words(p, span, NULL) : NULL;
    blame_past(p, &number.node, 1, NULL, name, span);
    return value_error();
}

static Value call_list(Peval *p, Value list, const Value *args, int n, Span span) {
    int length = list.list->n;
    Value *items = malloc(sizeof(Value) * (size_t)(length ? length : 1));
    if (!items) abort();
    bool by_element = n == 1 && is_list_of_times(p, args[0]);
    if (by_element && args[0].list->n != length) {
        peval_error(p, span, "a list of %d is read at a list of %d times", length, args[0].list->n);
        free(items);
        return value_error();
    }
    for (int i = 0; i < length; i++)
        items[i] = apply(p, list.list->items[i], by_element ? &args[0].list->items[i] : args, n, span);
    Value result = value_list(p, items, length);
    free(items);
    return result;
}

Value apply(Peval *p, Value callee, const Value *args, int n, Span span) {
    callee = force(p, callee);
    for (int i = 0; i < n; i++)
        if (args[i].kind == V_ERROR) return args[i];
    switch (callee.kind) {
    case V_ERROR: return callee;
    case V_FUNCTION: {
        int arity = function_arity(p, callee.function);
        bool any = callee.function->kind == FN_PRIM;
        if (!any && arity != n && !(callee.function->kind == FN_CLOSURE && n < arity &&
                            callee.function->lambda->lambda.params[callee.function->nargs + n].fallback)) {
            const char *name = function_name(callee.function);
            const char *takes = arena_printf(p->c->arena, "a function of %d argument%s", n, n == 1 ? "" : "s");
            if (in_library(p, span) && blame_kind(p, callee, NULL, n == 1 ? "a number or a signal" : takes, span))
                return value_error();
            peval_error(p, span, "%s takes %d argument%s, and gets %d here",
                        name ? arena_printf(p->c->arena, "`%s`", name) : "the function", arity,
                        arity == 1 ? "" : "s", n);
            return value_error();
        }
        return call_function(p, callee.function, args, n, span);
    }
    case V_LIST: return call_list(p, callee, args, n, span);
    case V_NUMBER: return call_number(p, callee, args, n, span);
    default:
        if (!blame_kind(p, callee, NULL, n == 1 ? "a number or a signal" : "a function", span))
            peval_error(p, span, "%s cannot be called", value_describe(p, callee));
        return value_error();
    }
}

/* ---- arguments by place and by name ---------------------------------------------------------- */

static const char *prim_param_name(Peval *p, const Prim *prim, int i, int *count) {
    const char *at = prim->params, *found = NULL;
    *count = 0;
    while (*at) {
        size_t length = strcspn(at, " ");
        if (*count == i) found = intern(p->c, at, length);
        (*count)++;
        at += length;
        while (*at == ' ')
            at++;
    }
    return found;
}

typedef struct Parameters {
    const char *names[32];
    bool optional[32];
    int n;
    bool any;
} Parameters;

static bool parameters_of(Peval *p, Function *f, Parameters *out) {
    memset(out, 0, sizeof *out);
    if (f->kind == FN_CLOSURE) {
        out->n = f->lambda->lambda.n - f->nargs;
        if (out->n > 32) return false;
        for (int i = 0; i < out->n; i++) {
            out->names[i] = f->lambda->lambda.params[f->nargs + i].name;
            out->optional[i] = f->lambda->lambda.params[f->nargs + i].fallback != NULL;
        }
    } else if (f->kind == FN_PRIM) {
        const Prim *prim = &prims[f->number];
        if (strcmp(prim->params, "…") == 0) {
            out->any = true;
            return true;
        }
        for (int i = 0; i < 32; i++) {
            const char *name = prim_param_name(p, prim, i, &out->n);
            if (!name) break;
            out->names[i] = name;
            out->optional[i] = i >= prim->least;
        }
    } else {
        out->n = function_arity(p, f);
        if (out->n > 32) return false;
    }
    return true;
}

static const char *callee_text(Peval *p, Function *f) {
    const char *name = function_name(f);
    return name ? arena_printf(p->c->arena, "`%s`", name) : "the function";
}

static const char *signature(Peval *p, Function *f, const Parameters *params) {
    Buf text = {0};
    const char *name = function_name(f);
    buf_printf(&text, "%s(", name ? name : "f");
    if (name && f->kind == FN_CLOSURE && f->frame && f->frame->owner->kind == AST_LAMBDA &&
        f->frame->owner->lambda.name == name)
        buf_puts(&text, "…)("); /* bell(440) is called */
    for (int i = 0; i < params->n; i++)
        buf_printf(&text, "%s%s%s", i ? ", " : "", params->names[i] && params->names[i][0] != '$' ? params->names[i] : "…",
                   params->optional[i] ? " = …" : "");
    buf_puts(&text, ")");
    const Ast *body = f->kind == FN_CLOSURE ? f->lambda->lambda.body : NULL;
    if (body && body->kind == AST_LAMBDA && name && body->lambda.name == name && body->lambda.n == 1 &&
        body->lambda.params[0].name[0] != '$')
        buf_printf(&text, "(%s)", body->lambda.params[0].name);
    const char *kept = arena_printf(p->c->arena, "%s", text.data);
    buf_free(&text);
    return kept;
}

static int parameter_index(const Parameters *params, const char *name) {
    for (int i = 0; i < params->n; i++)
        if (params->names[i] == name) return i;
    return -1;
}

static void unknown_argument(Peval *p, Function *f, const Parameters *params, const Arg *arg) {
    Diag *d = peval_error(p, arg->name_span, "%s has no parameter `%s`", callee_text(p, f), arg->name);
    const char *near = nearest_name(arg->name, params->names, params->n);
    if (near && near[0] != '$')
        peval_help(p, d, "did you mean `%s`?", near);
    else
        peval_help(p, d, "it is `%s`", signature(p, f, params));
}

/* Fills args[0 … n) in the order of the parameters. Gaps are left to the defaults, which only a
 * closure's frame can evaluate: they are slots of kind V_DEFERRED made by the caller. */
static bool place_arguments(Peval *p, Function *f, const Parameters *params, Ast *call,
                            Frame *frame, Value *args, bool *given, int *n) {
    bool good = true;
    for (int i = 0; i < call->call.n; i++) {
        const Arg *arg = &call->call.args[i];
        int at = arg->name ? parameter_index(params, arg->name) : i;
        if (arg->name && at < 0) {
            unknown_argument(p, f, params, arg);
            good = false;
            continue;
        }
        if (at >= params->n) {
            Diag *d = peval_error(p, arg->value->span, "%s takes %d argument%s, and this is one more",
                                  callee_text(p, f), params->n, params->n == 1 ? "" : "s");
            peval_help(p, d, "it is `%s`", signature(p, f, params));
            return false;
        }
        if (given[at]) {
            peval_error(p, arg->name ? arg->name_span : arg->value->span, "the argument `%s` is given twice",
                        params->names[at]);
            return false;
        }
        args[at] = eval(p, arg->value, frame);
        given[at] = true;
        good = good && args[at].kind != V_ERROR;
        if (at >= *n) *n = at + 1;
    }
    for (int i = 0; i < params->n && good; i++) {
        if (given[i] || params->optional[i]) continue;
        const char *name = params->names[i];
        Diag *d = peval_error(p, call->span, "%s needs %s", callee_text(p, f),
                              name && name[0] != '$' ? arena_printf(p->c->arena, "an argument for `%s`", name)
                                                     : "one more argument");
        peval_help(p, d, "it is `%s`", signature(p, f, params));
        return false;
    }
    return good;
}

/* Defaults between given arguments: evaluated in a frame that holds those before them. */
static bool fill_gaps(Peval *p, Function *f, Value *args, const bool *given, int n) {
    Frame *frame = NULL;
    for (int i = 0; i < n; i++) {
        if (given[i]) continue;
        if (f->kind != FN_CLOSURE) return true;
        if (!frame) {
            frame = frame_create(p, f->lambda, f->frame, f->lambda->lambda.n);
            for (int k = 0; k < f->nargs; k++)
                frame->slots[k] = (Slot){.value = f->args[k], .state = SLOT_DONE};
        }
        for (int k = 0; k < i; k++)
            frame->slots[f->nargs + k] = (Slot){.value = args[k], .state = SLOT_DONE};
        args[i] = eval(p, f->lambda->lambda.params[f->nargs + i].fallback, frame);
        if (args[i].kind == V_ERROR) return false;
    }
    return true;
}

/* A call as written; one in the user's files is remembered while it runs. */
static Value apply_at(Peval *p, Value callee, const Value *args, const char *const *names, int n, Ast *ast) {
    if (in_library(p, ast->span)) return apply(p, callee, args, n, ast->span);
    Function *f = callee.kind == V_FUNCTION ? callee.function : NULL;
    Site site = {.outer = p->site, .ast = ast, .callee = f, .args = args, .names = names, .n = n};
    p->site = &site;
    Value v = apply(p, callee, args, n, ast->span);
    p->site = site.outer;
    return v;
}

static Value eval_any_call(Peval *p, Function *f, Ast *ast, Frame *frame) {
    Value *args = ARENA_ARRAY(p->c->arena, Value, ast->call.n + 1);
    for (int i = 0; i < ast->call.n; i++) {
        if (ast->call.args[i].name) {
            peval_error(p, ast->call.args[i].name_span, "%s takes no named arguments", callee_text(p, f));
            return value_error();
        }
        args[i] = eval(p, ast->call.args[i].value, frame);
        if (args[i].kind == V_ERROR) return args[i];
    }
    return apply_at(p, value_function(f), args, NULL, ast->call.n, ast);
}

static Value eval_arguments(Peval *p, Value callee, Ast *ast, Frame *frame) {
    if (callee.kind == V_FUNCTION) {
        Function *f = callee.function;
        Parameters params = {0};
        if (!parameters_of(p, f, &params)) {
            peval_error(p, ast->span, "%s has too many parameters", callee_text(p, f));
            return value_error();
        }
        if (params.any) return eval_any_call(p, f, ast, frame);
        Value args[32];
        bool given[32] = {false};
        int n = 0;
        if (!place_arguments(p, f, &params, ast, frame, args, given, &n)) return value_error();
        if (!fill_gaps(p, f, args, given, n)) return value_error();
        /* Defaults at the end are arguments like others: equal calls are one call. */
        if (f->kind == FN_CLOSURE && n < params.n) {
            bool all[32];
            memcpy(all, given, sizeof all);
            if (!fill_gaps(p, f, args, all, params.n)) return value_error();
            n = params.n;
        }
        return apply_at(p, callee, args, params.names, n, ast);
    }
    Value args[32];
    if (ast->call.n > 32) {
        peval_error(p, ast->span, "too many arguments");
        return value_error();
    }
    for (int i = 0; i < ast->call.n; i++) {
        args[i] = eval(p, ast->call.args[i].value, frame);
        if (args[i].kind == V_ERROR) return args[i];
    }
    return apply_at(p, callee, args, NULL, ast->call.n, ast);
}

static Value eval_call(Peval *p, Ast *ast, Frame *frame) {
    Value callee = eval(p, ast->a, frame);
    if (callee.kind == V_ERROR || callee.kind == V_DEFERRED) return callee;
    return eval_arguments(p, callee, ast, frame);
}

/* ---- the kinds of expression ----------------------------------------------------------------- */

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
        peval_help(p, d, "write what you want of it after a point, as in `%s.kick`", ast->name.text);
        return value_error();
    }
    default: return value_error();
    }
}

static Value eval_list(Peval *p, Ast *ast, Frame *frame) {
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
        Diag *d = peval_error(p, ast->span, "%s depends on the sample rate, which is not known here", what);
        peval_help(p, d, "give it with --rate");
    } else {
        peval_error(p, ast->span, v.kind == V_NUMBER ? "%s must be known while compiling, and this is %s"
                                                     : "%s is a number, and this is %s", what,
                    value_describe(p, v));
    }
    return false;
}

static Value eval_range(Peval *p, Ast *ast, Frame *frame) {
    double from, to, step = 1;
    if (!known_number(p, ast->a, frame, "the start of a range", &from) ||
        !known_number(p, ast->b, frame, "the end of a range", &to))
        return value_error();
    if (ast->d && !known_number(p, ast->d, frame, "the step of a range", &step)) return value_error();
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
        Value condition = value_number(graph_op2(p->g, OP_LT, graph_op1(p->g, OP_FLOOR, index),
                                                 graph_const(p->g, half)));
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
                              x != x ? "not a number" : arena_printf(p->c->arena, "%g", x), n, n == 1 ? "" : "s");
        peval_help(p, d, "the first is 0 and the last %d; `xs[i %% len(xs)]` goes round", n - 1);
        return value_error();
    }
    return pick_varying(p, list, index.node, ast->span);
}

static Value eval_index(Peval *p, Ast *ast, Frame *frame) {
    Value list = eval(p, ast->a, frame), index = eval(p, ast->b, frame);
    if (list.kind == V_DEFERRED || list.kind == V_ERROR) return list;
    if (index.kind == V_DEFERRED || index.kind == V_ERROR) return index;
    if (list.kind == V_NUMBER && shape_is_open(p, list.node)) return list;
    list = as_list(p, list, "only a list is indexed", ast->a->span);
    if (list.kind == V_ERROR) return list;
    if (index.kind == V_LIST) {
        Value *items = ARENA_ARRAY(p->c->arena, Value, index.list->n + 1);
        for (int i = 0; i < index.list->n; i++)
            items[i] = index.list->items[i].kind == V_NUMBER
                           ? index_list(p, list, index.list->items[i], ast) : value_error();
        return value_list(p, items, index.list->n);
    }
    if (index.kind != V_NUMBER) {
        Diag *d = peval_error(p, ast->b->span, "an index is a number, and this is %s", value_describe(p, index));
        if (index.kind == V_FUNCTION)
            peval_help(p, d, "read the signal at a time: `%s(t)`", source_text(p->c, ast->b->span, 30));
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
    Function key = {.kind = FN_CLOSURE, .lambda = ast, .frame = ast->lambda.nfree ? frame : NULL,
                    .span = ast->span};
    return value_function(function_intern(p, &key));
}

static Value eval_kind(Peval *p, Ast *ast, Frame *frame) {
    switch (ast->kind) {
    case AST_NUMBER: return value_constant(p, unit_value(ast->number, (Unit)ast->unit));
    case AST_STRING: return (Value){.kind = V_STRING, .text = ast->name.text};
    case AST_NAME: case AST_MEMBER: return eval_name(p, ast, frame);
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
    default: return value_error();
    }
}

Value eval(Peval *p, Ast *ast, Frame *frame) {
    if (!ast || !peval_spend(p, 1, ast->span)) return value_error();
    int32_t outside = p->g->span_now;
    if (ast->kind == AST_BINARY || ast->kind == AST_CALL || ast->kind == AST_IF ||
        ast->kind == AST_INDEX || ast->kind == AST_UNARY)
        p->g->span_now = graph_place(p->g, ast->span, p->calls ? p->calls->shown : NULL);
    Value v = eval_kind(p, ast, frame);
    p->g->span_now = outside;
    if (v.kind == V_DEFERRED && ast->kind != AST_NAME && ast->kind != AST_BLOCK)
        return defer(p, ast, frame, v);
    return v;
}
