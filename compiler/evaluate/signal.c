/* Signals read at times. In: a function, taken as a signal, and a time. Out: its value there.
 *
 * Each signal is evaluated once, at the present (OP_TIME). Read while that is under way it is feedback: the read gives
 * a cell. What it is at another time is made of its value at the present (evaluate/read_at.c). */
#include "evaluate/signals.h"

static bool holds_function(Value v) {
    if (v.kind == V_FUNCTION || v.kind == V_STRING || v.kind == V_PATTERN || v.kind == V_DEFERRED)
        return true;
    if (v.kind == V_LIST)
        for (int i = 0; i < v.list->n; i++)
            if (holds_function(v.list->items[i])) return true;
    return false;
}

static bool same_shape(Value a, Value b) {
    if (a.kind != b.kind) return false;
    if (a.kind != V_LIST) return true;
    if (a.list->n != b.list->n) return false;
    for (int i = 0; i < a.list->n; i++)
        if (!same_shape(a.list->items[i], b.list->items[i])) return false;
    return true;
}

static Value cells_like(Peval *p, Value shape, const char *name, Span span) {
    if (shape.kind != V_LIST) return value_number(graph_cell(p->g, name, span));
    Value *items = ARENA_ARRAY(p->session->arena, Value, shape.list->n + 1);
    for (int i = 0; i < shape.list->n; i++)
        items[i] = cells_like(p, shape.list->items[i], name, span);
    return value_list(p, items, shape.list->n);
}

static void bind_cells(Peval *p, Value cells, Value value) {
    if (cells.kind == V_LIST) {
        for (int i = 0; i < cells.list->n; i++)
            bind_cells(p, cells.list->items[i], value.list->items[i]);
        return;
    }
    int cell = p->g->nodes[cells.node].aux;
    p->g->cells[cell].body = value.node;
}

static const char *signal_name(Function *f) {
    const char *name = function_name(f);
    return name && name[0] != '$' ? name : NULL;
}

/* What a read of a signal gives while it is being evaluated. */
static Value busy_cells(Peval *p, Signal *s) {
    reads_note_signal(p, s);
    if (!s->read_itself) {
        s->read_itself = true;
        Value scalar = value_number(0);
        s->cells = cells_like(p, s->shape_known ? s->value : scalar, signal_name(s->function),
                              s->function->lambda ? s->function->lambda->span : s->function->span);
    }
    return s->cells;
}

static bool is_open_shape(Peval *p, NodeId id, void *data) {
    Node *n = &p->g->nodes[id];
    if (n->op != OP_CELL || p->g->cells[n->aux].body) return false;
    for (Signal *s = p->busy; s; s = s->outer)
        if (s->read_itself && s->cells.kind == V_NUMBER && s->cells.node == id && !s->shape_known) {
            s->shape_wanted = true;
            *(bool *)data = true;
        }
    return *(bool *)data;
}

bool shape_is_open(Peval *p, NodeId node) {
    bool open = false, any = false;
    for (Signal *s = p->busy; s && !any; s = s->outer)
        any = s->read_itself && s->cells.kind == V_NUMBER && !s->shape_known;
    if (any) walk_cone(p, node, ONLY_OPEN, is_open_shape, &open);
    return open;
}

static void report_shapeless(Peval *p, Signal *s, Span span) {
    Function *f = s->function;
    bool named = signal_name(f) && f->lambda && f->lambda->span.file == span.file;
    Diag *d = peval_error(p, named ? f->lambda->span : span,
                          "nothing says how long the list is that `%s` feeds back",
                          signal_name(f) ? signal_name(f) : "this signal");
    peval_help(p, d, "add a list of zeros to it: `zeros(n) + …`");
}

/* The value of a signal at the present, with what feedback reads meanwhile in s->cells. */
static Value evaluate_now(Peval *p, Signal *s, Span span) {
    p->trials++;
    s->state = SIGNAL_BUSY;
    s->read_itself = false;
    s->outer = p->busy;
    s->depth = s->outer ? s->outer->depth + 1 : 0;
    p->busy = s;
    const Reads *outside = reads_begin(p);
    Value now = value_number(p->time);
    Value v = force(p, apply_direct(p, s->function, &now, 1, span));
    reads_forget(p, s);
    s->reads = reads_end(p, outside);
    p->busy = s->outer;
    p->trials--;
    return v;
}

/* Was a list of one found only because a list of one was supposed? Then one of two fits as well. */
static bool fits_any_length(Peval *p, Signal *s, Span span) {
    Value found = s->value, zero = value_constant(p, 0);
    s->shape_known = true;
    s->value = value_list(p, (Value[]){zero, zero}, 2);
    Trial trial = trial_begin(p);
    Value v = evaluate_now(p, s, span);
    bool fits = v.kind != V_ERROR && s->read_itself && same_shape(s->cells, v);
    trial_take_back(p, &trial);
    s->value = found;
    s->state = SIGNAL_NEW;
    return fits;
}

enum { MOST_SHAPE_TRIALS = 4 };

static void report_value_of_functions(Peval *p, Signal *s, Span span) {
    const char *name = p->calls && p->calls->shown ? p->calls->shown : signal_name(s->function);
    if (name && name[0] == '_') name = NULL;
    Diag *d = peval_error(
        p, span, "%s reads its own past, but its value is made of functions, not of numbers",
        name ? arena_printf(p->session->arena, "`%s`", name) : "this signal");
    peval_help(p, d, "an argument may want one more call: `saw(110)` is a signal, `saw` makes one");
}

static void report_other_shape(Peval *p, Signal *s, Value v, Span span) {
    Function *f = s->function;
    bool named = signal_name(f) && f->lambda && f->lambda->span.file == span.file;
    Diag *d = peval_error(p, named ? f->lambda->span : span,
                          "the value of `%s` changes its shape: from %s in its past it makes %s",
                          signal_name(f) ? signal_name(f) : "this signal",
                          value_describe(p, s->cells), value_describe(p, v));
    peval_help(p, d, "a signal has the same number of channels at all times");
}

/* What an evaluation of a signal at the present came to. */
typedef enum Outcome {
    FAILED,              /* its value is an error, which is reported already */
    NO_FEEDBACK,         /* it did not read itself */
    FEEDBACK,            /* its value fits the cells that it read itself by */
    OTHER_SHAPE,         /* its value has another shape than these cells */
    FEEDBACK_OF_FUNCTION /* it read itself, and its value holds a function */
} Outcome;

static Outcome outcome_of(const Signal *s, Value v) {
    if (v.kind == V_ERROR) return FAILED;
    if (!s->read_itself) return NO_FEEDBACK;
    if (holds_function(v)) return FEEDBACK_OF_FUNCTION;
    return same_shape(s->cells, v) ? FEEDBACK : OTHER_SHAPE;
}

/* One evaluation at the present. False when it has to be done again with the shape now known. */
static bool evaluate_once(Peval *p, Signal *s, Span span) {
    int mark = p->nundo;
    s->shape_wanted = false;
    Value v = evaluate_now(p, s, span);
    SignalState state = SIGNAL_DONE;
    switch (outcome_of(s, v)) {
    case FAILED: break;
    case NO_FEEDBACK:
        if (holds_function(v)) state = SIGNAL_NONE;
        break;
    case FEEDBACK:
        if (s->shape_wanted && !s->shape_known) report_shapeless(p, s, span);
        bind_cells(p, s->cells, v);
        break;
    case OTHER_SHAPE:
        /* A list may show its shape in steps: [re, im] = y(t - dt), of which only re meets a list. */
        if (s->shape_trials++ < MOST_SHAPE_TRIALS) {
            undo_what_reads(p, mark, s);
            s->shape_known = true;
            s->value = v;
            return false;
        }
        report_other_shape(p, s, v, span);
        v = value_error();
        break;
    case FEEDBACK_OF_FUNCTION:
        if (!blame_maker(p)) report_value_of_functions(p, s, span);
        v = value_error();
        break;
    }
    /* each cell gets a body, if only itself */
    if (v.kind == V_ERROR && s->read_itself) bind_cells(p, s->cells, s->cells);
    s->state = state;
    s->value = v;
    undo_note_signal(p, s);
    if (p->trials == 0) p->nundo = 0;
    return true;
}

/* Evaluates until the shape of the feedback is that of the value. A list of one channel may come of the supposition
 * that the feedback is a number: where two channels fit as well, nothing says how many there are. */
static void signal_evaluate(Peval *p, Signal *s, Span span) {
    while (!evaluate_once(p, s, span)) {
        bool one = s->shape_wanted && s->value.kind == V_LIST && s->value.list->n == 1;
        if (!one || !fits_any_length(p, s, span)) continue;
        report_shapeless(p, s, span);
        s->value = value_error();
        s->state = SIGNAL_DONE;
        return;
    }
}

static Value read_busy(Peval *p, Signal *s, NodeId time, Span span) {
    Value cells = busy_cells(p, s);
    if (time == p->time) return cells;
    if (!time_distance(p, time)) {
        const char *name = signal_name(s->function);
        Diag *d = peval_error(p, span, "`%s` reads itself at `%s`, which is not its past",
                              name ? name : "this signal", time_text(p, time));
        peval_help(p, d, "feedback reads the past: `%s(t - d)`", name ? name : "y");
        return value_error();
    }
    return value_at(p, cells, time, signal_name(s->function), span);
}

/* What a signal is now, for reads of its past: the cells that it read itself by, so that both pasts are one,
 * but for what has no feedback after all. */
static Value present_of(Peval *p, Value value, Value cells) {
    if (value.kind == V_NUMBER) return p->g->nodes[value.node].deps & DEP_CELL ? cells : value;
    if (value.kind != V_LIST) return value;
    Value *items = ARENA_ARRAY(p->session->arena, Value, value.list->n + 1);
    for (int i = 0; i < value.list->n; i++)
        items[i] = present_of(p, value.list->items[i], cells.list->items[i]);
    return value_list(p, items, value.list->n);
}

Value signal_read(Peval *p, Function *f, NodeId time, Span span) {
    if (!f->signal) {
        f->signal = ARENA_NEW(p->session->arena, Signal);
        f->signal->function = f;
    }
    Signal *s = f->signal;
    if (s->state == SIGNAL_NEW) signal_evaluate(p, s, span);
    if (s->state != SIGNAL_BUSY) reads_note(p, s->reads);
    if (s->state == SIGNAL_NONE) {
        Value t = value_number(time);
        return apply_direct(p, f, &t, 1, span);
    }
    if (s->state == SIGNAL_BUSY) return read_busy(p, s, time, span);
    if (time == p->time || s->value.kind == V_ERROR) return s->value;
    Value present = s->read_itself ? present_of(p, s->value, s->cells) : s->value;
    return value_at(p, present, time, callee_words(p, span, signal_name(f)), span);
}

/* ---- signals that are lists ------------------------------------------------------------------ */

Value as_list(Peval *p, Value v, const char *what, Span span) {
    v = force(p, v);
    if (v.kind == V_LIST || v.kind == V_ERROR) return v;
    bool one_channel = false;
    if (v.kind == V_FUNCTION && function_arity(p, v.function) == 1 && v.function->kind != FN_PRIM) {
        Value now = apply(p, v, (Value[]){value_number(p->time)}, 1, span);
        if (now.kind == V_ERROR) return now;
        if (now.kind == V_NUMBER && shape_is_open(p, now.node)) now = value_list(p, &now, 1);
        if (now.kind == V_LIST) {
            Value *items = ARENA_ARRAY(p->session->arena, Value, now.list->n + 1);
            for (int i = 0; i < now.list->n; i++) {
                Function key = {
                    .kind = FN_CHANNEL, .number = i, .args = &v, .nargs = 1, .span = span};
                items[i] = value_function(function_intern(p, &key));
            }
            return value_list(p, items, now.list->n);
        }
        one_channel = now.kind == V_NUMBER;
    }
    if (v.kind == V_NUMBER && shape_is_open(p, v.node)) return value_list(p, &v, 1);
    if (!blame_kind(p, v, one_channel ? "a signal of one channel" : NULL, "a list", span)) {
        Diag *d = peval_error(p, span, "%s, and this is %s%s", what, value_describe(p, v),
                              one_channel ? " of one channel" : "");
        if (v.kind == V_STRING) help_with_string(p, d, v.text);
    }
    return value_error();
}
