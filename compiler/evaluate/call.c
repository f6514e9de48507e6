/* Calls: of functions, of signals at times, of numbers and lists. In: a callee and evaluated
 * arguments. Out: a value; equal calls are done once. */
#include "evaluate/peval.h"

#include <stdlib.h>
#include <string.h>

Frame *frame_create(Peval *p, Ast *owner, Frame *outer, int n) {
    Frame *frame = arena_alloc(p->session->arena, sizeof(Frame) + sizeof(Slot) * (size_t)n);
    frame->outer = outer;
    frame->owner = owner;
    frame->binding = p->binding;
    frame->n = n;
    return frame;
}

const Binding *binding_within(Peval *p, const Binding *outer, const char *name) {
    Binding *binding = ARENA_NEW(p->session->arena, Binding);
    *binding = (Binding){outer, name};
    return binding;
}

/* A function made within a call belongs to that call, wherever it is called itself. */
static const Binding *bind_call(Peval *p, const Function *f) {
    const Binding *outer = f->frame && f->frame->binding ? f->frame->binding : p->binding;
    const char *name = function_name(f);
    if (!name || (outer && outer->name == name)) return outer;
    return binding_within(p, outer, name);
}

static Value run_body(Peval *p, Function *f, const Value *args, int n) {
    Ast *lambda = f->lambda;
    const Binding *outside = p->binding;
    p->binding = bind_call(p, f);
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
    Value v = eval(p, lambda->lambda.body, frame);
    p->binding = outside;
    return v;
}

/* That it reads itself at another time is the mistake of having passed a value where the signal was meant. */
static void refuse_past_of_helper(Peval *p, Function *f, Span span) {
    NodeId numbers[16];
    const char *held;
    int count = function_varying(p, f, numbers, 16, &held);
    blame_past(p, numbers, count, f->site, held, span);
}

static void endless(Peval *p, Function *f, Span span) {
    /* the library's definitions have an end, but for a value that has no past */
    if (in_library(p, f->lambda->span) && function_is_helper(p, f)) {
        refuse_past_of_helper(p, f, span);
        return;
    }
    const char *name = function_name(f);
    if (name && name[0] == '_' && p->calls) name = p->calls->shown;
    Diag *d = peval_error(p, span, "`%s` calls itself with the same arguments", name ? name : "=>");
    peval_help(p, d,
               "a recursion needs arguments that change; feedback reads the past, `y(t - dt)`");
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
        const Reads *outside = reads_begin(p);
        Value result = run_body(p, key, list, count);
        entry->reads = reads_end(p, outside);
        if (entry->state == SLOT_BUSY) entry->result = result;
        entry->state = SLOT_DONE;
        entry->kept = undo_keeps(p, entry->reads, entry->result);
        /* What waits for something may be known the next time. */
        if (result.kind == V_DEFERRED) entry->key = NULL;
    } else {
        reads_note(p, entry->reads);
    }
    if (list != all) free(list);
    return entry->result;
}

/* What a primitive makes belongs to the definition that it is a signal of, wherever that is read. */
static Value signal_at(Peval *p, Function *f, NodeId time, Span span) {
    Origin outside = p->g->now;
    NodePlace place = outside.number < 0 ? outside.place : p->g->places[outside.number];
    if (f->binding) place.binding = f->binding;
    p->g->now = (Origin){-1, place};
    Value v = prim_signal_at(p, f, time, span);
    p->g->now = outside;
    return v;
}

static Value refuse_time(Peval *p, const char *name, Value time, Span span) {
    if (time.kind == V_ERROR) return time;
    if (!blame_kind(p, time, NULL, "a time", span)) {
        Diag *d = peval_error(p, span, "%s is read at a time, a number, and this is %s",
                              name ? arena_printf(p->session->arena, "`%s`", name) : "a signal",
                              value_describe(p, time));
        if (time.kind == V_STRING) help_with_string(p, d, time.text);
    }
    return value_error();
}

Value apply_direct(Peval *p, Function *f, const Value *args, int n, Span span) {
    if (!peval_spend(p, 1, span)) return value_error();
    const char *name = function_name(f);
    bool private = name && (name[0] == '_' || name[0] == '$');
    const char *around = p->calls ? p->calls->shown : NULL;
    Call call = {p->calls, span, name, private ? around : name, f};
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
            Diag *d =
                peval_error(p, f->span, "a list of %g is combined with a signal of %d channels",
                            length, list.list->n);
            peval_help(p, d, "lists go together element by element, so they must be equally long");
            break;
        }
        if (f->lift == CHANNEL_IF_LIST && list.kind == V_NUMBER)
            result = list;
        else if (list.kind == V_LIST && f->number < list.list->n)
            result = list.list->items[f->number];
        else if (list.kind == V_NUMBER && shape_is_open(p, list.node))
            result = list;
        else if (list.kind != V_ERROR)
            peval_error(p, span, "the signal has no channel %d", f->number);
        break;
    }
    case FN_SIGNAL:
    case FN_INPUT:
        result = args[0].kind == V_NUMBER ? signal_at(p, f, args[0].node, span)
                                          : refuse_time(p, name, args[0], span);
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
            Diag *d =
                peval_error(p, span, "a signal of %d channels is read at %d times", v.list->n, n);
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

/* A function that captured a number that varies has no past: its call is its body. */
static Value run_helper(Peval *p, Function *f, const Value *args, int n, Span span) {
    if (f->running && args[n - 1].kind == V_NUMBER && args[n - 1].node != p->time &&
        value_varies(p, args[n - 1]) && f->kind == FN_CLOSURE &&
        f->lambda->lambda.body->kind != AST_LAMBDA) {
        refuse_past_of_helper(p, f, span);
        return value_error();
    }
    bool was = f->running;
    f->running = true;
    Value v = apply_direct(p, f, args, n, span);
    f->running = was;
    return v;
}

/* t => f(time(t)) */
static Value compose(Peval *p, Function *f, Value time, Span span) {
    Function key = {.kind = FN_LIFTED,
                    .lift = LIFT_COMPOSE,
                    .nargs = 2,
                    .span = span,
                    .args = (Value[]){value_function(f), time}};
    return value_function(function_intern(p, &key));
}

/* Is it made of that function by operations, as t - dt of t, or (t - 0.1) - dt where several definitions call
 * each other? So many steps are looked at. */
static bool is_made_of(Value v, Value part, int *steps) {
    if (v.kind != V_FUNCTION || v.function->kind != FN_LIFTED || --*steps < 0) return false;
    for (int i = 0; i < v.function->nargs; i++)
        if (value_equal(v.function->args[i], part) || is_made_of(v.function->args[i], part, steps))
            return true;
    return false;
}

static bool is_of_numbers(Value v) {
    if (v.kind != V_LIST) return v.kind == V_NUMBER;
    for (int i = 0; i < v.list->n; i++)
        if (!is_of_numbers(v.list->items[i])) return false;
    return true;
}

/* Is it a signal: does it have a value now that is made of numbers, without calling its time? That is tried once;
 * what goes wrong meanwhile is taken back. */
static bool is_signal(Peval *p, Function *f, Span span) {
    if (f->time_tried || f->lambda->lambda.body->kind == AST_LAMBDA || f->running)
        return f->of_time;
    if (f->signal && f->signal->state == SIGNAL_BUSY) return f->of_time;
    f->time_tried = true;
    Trial trial = trial_begin(p);
    Value now = value_number(p->time), v = force(p, apply(p, value_function(f), &now, 1, span));
    f->of_time = is_of_numbers(v) && trial_is_good(p, &trial) && !p->time_called;
    if (f->of_time)
        trial_keep(p, &trial);
    else
        trial_take_back(p, &trial);
    return f->of_time;
}

bool function_is_signal(Peval *p, Function *f, Span span) {
    return f->kind != FN_CLOSURE ? f->kind != FN_PRIM : is_signal(p, f, span);
}

/* A function of one argument is called with a signal. A signal is read at what that has as its value: the argument
 * is its time. Other functions do with it what they do with numbers, point by point. One that calls itself with
 * what it made of the argument, y(t - dt), has no end that way: then the argument is its time after all, and so
 * it is of all around it that handed it on. */
static Value call_with_signal(Peval *p, Function *f, Value arg, Span span) {
    if (is_signal(p, f, span)) return compose(p, f, arg, span);
    for (Hearing *h = p->hearing; h; h = h->outer) {
        int steps = 64;
        if (h->function != f || !is_made_of(arg, h->argument, &steps)) continue;
        for (Hearing *around = p->hearing; around; around = around->outer)
            if (value_equal(around->argument, h->argument)) around->function->of_time = true;
        return compose(p, f, arg, span);
    }
    Hearing hearing = {p->hearing, f, arg};
    int diags = p->session->ndiags;
    p->hearing = &hearing;
    Value v = run_helper(p, f, &arg, 1, span);
    p->hearing = hearing.outer;
    if (!f->of_time) return v;
    if (p->session->ndiags > diags && !p->withdrawn) p->withdrawn = p->session->diags[diags];
    p->session->ndiags = diags;
    return compose(p, f, arg, span);
}

static Value call_function(Peval *p, Function *f, const Value *args, int n, Span span) {
    if (n == 1 && f->kind != FN_PRIM && is_list_of_times(p, args[0]) && function_arity(p, f) == 1)
        return read_at_times(p, f, args[0], span);
    if (n == 1 && f->kind == FN_CLOSURE && args[0].kind == V_FUNCTION && function_arity(p, f) == 1)
        return call_with_signal(p, f, args[0], span);
    if (n == 1 && (f->kind == FN_SIGNAL || f->kind == FN_INPUT) &&
        (args[0].kind == V_LIST || args[0].kind == V_FUNCTION)) {
        if (args[0].kind == V_FUNCTION) return compose(p, f, args[0], span);
        Value *items = ARENA_ARRAY(p->session->arena, Value, args[0].list->n + 1);
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
    p->time_called = p->time_called || number.node == p->time;
    Value time = force(p, args[0]);
    if (time.kind == V_NUMBER && time.node == p->time) return number;
    if (time.kind == V_ERROR) return time;
    const char *name =
        p->site && p->site->ast->a->kind == AST_NAME ? callee_words(p, span, NULL) : NULL;
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
        items[i] =
            apply(p, list.list->items[i], by_element ? &args[0].list->items[i] : args, n, span);
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
        if (!any && arity != n &&
            !(callee.function->kind == FN_CLOSURE && n < arity &&
              callee.function->lambda->lambda.params[callee.function->nargs + n].fallback)) {
            const char *name = function_name(callee.function);
            const char *takes = arena_printf(p->session->arena, "a function of %d argument%s", n,
                                             n == 1 ? "" : "s");
            if (in_library(p, span) &&
                blame_kind(p, callee, NULL, n == 1 ? "a number or a signal" : takes, span))
                return value_error();
            peval_error(p, span, "%s takes %d argument%s, and gets %d here",
                        name ? arena_printf(p->session->arena, "`%s`", name) : "the function",
                        arity, arity == 1 ? "" : "s", n);
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
