/* What the primitives of prims.def do. In: a primitive and evaluated arguments. Out: a value. */
#include "evaluate/peval.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

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

static Value whole(Peval *p, Value d, Span span) {
    Value rate = value_number(graph_sample_rate(p->g));
    Value samples = lift_binary(p, BIN_MUL, d, rate, span);
    return lift_binary(p, BIN_DIV, lift_math(p, P_round, &samples, 1, span), rate, span);
}

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

/* ---- lists ----------------------------------------------------------------------------------- */

static Value call_one(Peval *p, Value f, Value x, Span span) {
    return apply(p, f, &x, 1, span);
}

/* `map(xs, sine(440)(t))` has the value where a function is meant. */
static bool is_callable(Peval *p, PrimId prim, Value f, int place, Span span) {
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

static Value list_call(Peval *p, PrimId prim, const Value *args, int n, Span span) {
    if (prim == P_zeros) return zero_list(p, args[0], argument_span(p, 0, span));
    if (prim == P_whole) return whole(p, args[0], span);
    if (prim == P_known || prim == P_changes || prim == P_remembers ||
        prim == P_channels) /* it asks what it was given */
        p->time_called = p->time_called || (args[0].kind == V_NUMBER && args[0].node == p->time);
    if (prim == P_known) return is_known(p, args[0]);
    if (prim == P_channels) return channels(p, args[0]);
    if (prim == P_remembers) return has_past(p, args[0], span);
    if (prim == P_changes) return value_constant(p, how_often_changes(p, args[0]));
    if (args[0].kind == V_DEFERRED) return args[0];
    Value list = args[0];
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

/* ---- texts ----------------------------------------------------------------------------------- */

/* "C#4" -> Hz in equal temperament, A4 = 440 Hz; C4 is middle C. */
bool note_frequency(const char *name, double *hz) {
    static const int semitones[] = {9, 11, 0, 2, 4, 5, 7}; /* A … G above C */
    int letter = toupper((unsigned char)name[0]);
    if (letter < 'A' || letter > 'G') return false;
    int step = semitones[letter - 'A'];
    name++;
    for (; *name == '#' || *name == 'b'; name++)
        step += *name == '#' ? 1 : -1;
    char *end;
    if (!isdigit((unsigned char)*name) && *name != '-') return false;
    long octave = strtol(name, &end, 10);
    if (*end || octave < -1 || octave > 12) return false;
    *hz = 440 * pow(2, ((double)(octave - 4) * 12 + step - 9) / 12);
    return true;
}

static Value note_call(Peval *p, const char *name, Span span) {
    double hz;
    if (note_frequency(name, &hz)) return value_constant(p, hz);
    Diag *d = peval_error(p, span, "\"%s\" is not the name of a note", name);
    const char *with_octave = arena_printf(p->session->arena, "%.8s4", name);
    if (note_frequency(with_octave, &hz))
        peval_help(p, d, "it wants its octave: \"%s\" is the one about middle C", with_octave);
    else
        peval_help(p, d,
                   "a letter from A to G, `#` or `b`, and an octave: \"A4\", \"C#3\", \"Eb5\"");
    return value_error();
}

static Value pattern_call(Peval *p, const char *text, Span span) {
    Value *items = ARENA_ARRAY(p->session->arena, Value, strlen(text) + 1);
    int n = 0;
    for (const char *at = text; *at; at++) {
        if (*at == ' ' || *at == '|') continue;
        if (!strchr("xXo.-", *at)) {
            int length = 1;
            while (((unsigned char)at[length] & 0xc0) == 0x80)
                length++;
            Diag *d = peval_error(p, span, "a pattern has no step `%.*s`", length, at);
            peval_help(p, d, "`x` is 1, `o` is 0.5, `.` is 0; blanks and `|` are for the eye");
            return value_error();
        }
        items[n++] = value_constant(p, *at == 'x' || *at == 'X' ? 1 : *at == 'o' ? 0.5 : 0);
    }
    return value_list(p, items, n);
}

static Value sample_function(Peval *p, const char *path, Span span) {
    int number = sample_load(p, path, span);
    if (number < 0) return value_error();
    Value index = value_constant(p, number);
    Function key = {
        .kind = FN_SIGNAL, .number = P_sample, .args = &index, .nargs = 1, .span = span};
    return value_function(function_intern(p, &key));
}

static int sample_number(Peval *p, const Function *f) {
    return (int)p->g->nodes[f->args[0].node].value;
}

static Value duration_call(Peval *p, Value v, Span span) {
    v = force(p, v);
    if (v.kind == V_ERROR) return v;
    if (v.kind == V_STRING) v = sample_function(p, v.text, span);
    if (v.kind == V_FUNCTION && v.function->kind == FN_SIGNAL && v.function->number == P_sample) {
        Sample *s = &p->g->samples[sample_number(p, v.function)];
        return value_constant(p, (double)s->frames / s->rate);
    }
    if (v.kind != V_ERROR)
        peval_error(p, argument_span(p, 0, span), "`duration` takes a sample, and this is %s",
                    value_describe(p, v));
    return value_error();
}

/* What a definition refuses is told where it was called. */
static Value refuse(Peval *p, const Value *args, int n, Span span) {
    Value text[2] = {{.kind = V_ERROR}, {.kind = V_ERROR}};
    for (int i = 0; i < n && i < 2; i++)
        text[i] = force(p, args[i]);
    if (text[0].kind == V_STRING) {
        const Call *caller = p->calls ? p->calls->outer : NULL;
        Diag *d = peval_error(p, caller ? caller->span : span, "%s", text[0].text);
        d->notes = NULL; /* the way through the library tells nothing more */
        if (text[1].kind == V_STRING) peval_help(p, d, "%s", text[1].text);
    } else if (text[0].kind != V_ERROR) {
        peval_error(p, argument_span(p, 0, span),
                    "`error` takes a message, a string, and this is %s",
                    value_describe(p, text[0]));
    }
    return value_error();
}

static Value text_call(Peval *p, PrimId prim, const Value *args, int n, Span span) {
    if (prim == P_error) return refuse(p, args, n, span);
    if (prim == P_need) return misplaced_need(p, span);
    Value v = args[0];
    if (prim == P_duration) return duration_call(p, v, span);
    v = force(p, v);
    if (v.kind == V_ERROR) return v;
    if (v.kind != V_STRING) {
        Diag *d = peval_error(
            p, argument_span(p, 0, span), "`%s` takes a string such as \"%s\", and this is %s",
            prims[prim].name, prim == P_note ? "A4" : "x..o", value_describe(p, v));
        if (prim == P_note && v.kind == V_NUMBER)
            peval_help(p, d, "`midi(69)` is the frequency of a number of a note");
        if (prim == P_note && v.kind == V_LIST)
            peval_help(p, d, "`map(names, note)` takes a list of them");
        return value_error();
    }
    span = argument_span(p, 0, span);
    return prim == P_note ? note_call(p, v.text, span) : pattern_call(p, v.text, span);
}

/* ---- primitives that give signals ------------------------------------------------------------ */

enum { FEWEST_AT_ONCE = 16 }; /* points of a table */

static bool tabulate_each(Peval *p, Value f, int n, double *data, Span span) {
    for (int i = 0; i < n; i++) {
        double phase = (double)i / n;
        bool outside = p->tabulating;
        p->tabulating = true;
        Value v = force(p, call_one(p, f, value_constant(p, phase), span));
        p->tabulating = outside;
        if (v.kind == V_ERROR) return false;
        if (value_is_constant(p, v, &data[i])) continue;
        Diag *d = peval_error(p, argument_span(p, 1, span),
                              "the function of a table must be known while "
                              "compiling, and at phase %g it is %s",
                              phase, value_describe(p, v));
        peval_help(p, d, "it may use no params, inputs or memory");
        return false;
    }
    return true;
}

static Value table_function(Peval *p, const Value *args, Span span) {
    double points;
    if (!peval_known(p, args[0], "the size of a table", argument_span(p, 0, span), &points))
        return value_error();
    if (!(points >= 1) || points > 4194304 || points != floor(points)) {
        peval_error(p, argument_span(p, 0, span), "a table has 1 to 4194304 points, not %g",
                    points);
        return value_error();
    }
    if (!is_callable(p, P_table, args[1], 1, span)) return value_error();
    int n = (int)points;
    Table table = {.n = n, .data = ARENA_ARRAY(p->session->arena, double, n + 1)};
    bool good = n >= FEWEST_AT_ONCE && tabulate(p, args[1], n, table.data, span);
    if (!good && !tabulate_each(p, args[1], n, table.data, span)) return value_error();
    table.data[n] = table.data[0];
    table.range = interval_of_data(table.data, n);
    Graph *g = p->g;
    VEC_PUSH(g->tables, g->ntables, g->table_cap, table);
    Value index = value_constant(p, g->ntables - 1);
    Function key = {.kind = FN_SIGNAL, .number = P_table, .args = &index, .nargs = 1, .span = span};
    return value_function(function_intern(p, &key));
}

static Value signal_function(Peval *p, PrimId prim, const Value *args, int n, Span span) {
    if (prim == P_table) return table_function(p, args, span);
    if (prim == P_fir || prim == P_convolve || prim == P_oversample)
        return convolution_call(p, prim, args, span);
    if (prim == P_sample) {
        Value path = force(p, args[0]);
        if (path.kind == V_ERROR) return path;
        span = argument_span(p, 0, span);
        if (path.kind == V_STRING) return sample_function(p, path.text, span);
        peval_error(p, span, "`sample` takes the path of a sound file, and this is %s",
                    value_describe(p, path));
        return value_error();
    }
    for (int i = 0; i < n; i++)
        if (args[i].kind == V_STRING) {
            Span at = argument_span(p, i, span);
            if (!blame_kind(p, args[i], NULL, "a number or a signal", at))
                peval_error(p, at, "`%s` takes a number or a signal, and this is a string",
                            prims[prim].name);
            return value_error();
        }
    for (int i = 0; i < n; i++) /* a list of seeds, of frequencies …: a list of signals */
        if (args[i].kind == V_LIST && (i == 0 || prim != P_running_mean)) {
            Value *items = ARENA_ARRAY(p->session->arena, Value, args[i].list->n + 1);
            Value one[3];
            for (int k = 0; k < args[i].list->n; k++) {
                memcpy(one, args, sizeof(Value) * (size_t)n);
                one[i] = args[i].list->items[k];
                items[k] = signal_function(p, prim, one, n, span);
            }
            return value_list(p, items, args[i].list->n);
        }
    Function key = {.kind = FN_SIGNAL,
                    .number = prim,
                    .args = (Value *)(uintptr_t)args,
                    .nargs = n,
                    .span = span};
    return value_function(function_intern(p, &key));
}

/* An argument of a remembering primitive at the present. */
static Value argument_now(Peval *p, Value v, Span span) {
    v = force(p, v);
    if (v.kind == V_ERROR) return v;
    Value now = value_number(p->time);
    return v.kind == V_NUMBER ? v : apply(p, v, &now, 1, span);
}

typedef NodeId (*SignalNode)(Peval *p, PrimId prim, NodeId x, NodeId second, NodeId time,
                             Span span);

/* Lists are taken element by element. */
static Value each_element(Peval *p, PrimId prim, Value x, Value second, NodeId time, Span span,
                          SignalNode make) {
    if (x.kind == V_ERROR || second.kind == V_ERROR) return value_error();
    if (x.kind == V_NUMBER && second.kind == V_NUMBER) {
        NodeId id = make(p, prim, x.node, second.node, time, span);
        return id ? value_number(id) : value_error();
    }
    if (x.kind != V_LIST && second.kind != V_LIST) {
        Value wrong = x.kind == V_NUMBER ? second : x;
        if (wrong.kind != V_FUNCTION)
            peval_error(p, span, "`%s` takes a signal, and this is %s", prims[prim].name,
                        value_describe(p, wrong));
        else if (!blame_maker(p))
            peval_error(p, span, "`%s` takes a signal, and this makes signals", prims[prim].name);
        return value_error();
    }
    int n = x.kind == V_LIST ? x.list->n : second.list->n;
    if (x.kind == V_LIST && second.kind == V_LIST && second.list->n != n) {
        peval_error(p, span, "`%s` combines a list of %d with a list of %d", prims[prim].name, n,
                    second.list->n);
        return value_error();
    }
    Value *items = ARENA_ARRAY(p->session->arena, Value, n + 1);
    for (int i = 0; i < n; i++)
        items[i] =
            each_element(p, prim, x.kind == V_LIST ? x.list->items[i] : x,
                         second.kind == V_LIST ? second.list->items[i] : second, time, span, make);
    return value_list(p, items, n);
}

/* At another time than now it is asked only when it holds a number that is only its value now. */
static bool only_now(Peval *p, NodeId x, NodeId second, NodeId time, Span span) {
    if (time == p->time) return true;
    NodeId numbers[2] = {x, second};
    blame_past(p, numbers, node_is_const(p->g, second) ? 1 : 2, NULL, NULL, span);
    return false;
}

static NodeId running_node(Peval *p, PrimId prim, NodeId x, NodeId window, Span span) {
    double seconds;
    if (!peval_known(p, value_number(window), "the window of a running value", span, &seconds))
        return 0;
    if (!(seconds >= 0) || seconds > 60) {
        peval_error(p, span, "the window of `%s` is %g s: it may be 0 to 60 s", prims[prim].name,
                    seconds);
        return 0;
    }
    return graph_op2(p->g,
                     prim == P_running_max   ? OP_RUNNING_MAX
                     : prim == P_running_min ? OP_RUNNING_MIN
                                             : OP_RUNNING_MEAN,
                     x, window);
}

/* What is no number has no phase: then x - x is none either. */
static NodeId phase_of_params(Peval *p, NodeId f, NodeId time) {
    NodeId phase = graph_op2(p->g, OP_PHASE_PARAM, f, time);
    return graph_is_finite(p->g, f) ? phase
                                    : graph_op2(p->g, OP_ADD, phase, graph_op2(p->g, OP_SUB, f, f));
}

static NodeId bend_of(Graph *g, NodeId rate, NodeId time) {
    return g->nodes[time].op == OP_TIME ? graph_op1(g, OP_BEND, rate)
                                        : graph_op2(g, OP_BEND, rate, time);
}

static NodeId refuse_reached(Peval *p, Span span) {
    Diag *d =
        peval_error(p, span, "`rate` of reached is a number or a param, and this is a signal");
    peval_help(p, d, "the time since a beat of a signal is `since_rise` of what changes there");
    return 0;
}

/* rate * t + c for a number, of which c is 0, and for a param. */
static NodeId count_of_turns(Graph *g, NodeId rate, NodeId time) {
    NodeId turns = graph_op2(g, OP_MUL, rate, time);
    return g->nodes[rate].deps & DEP_PARAM ? graph_op2(g, OP_ADD, turns, bend_of(g, rate, time))
                                           : turns;
}

/* The whole turns are what the running sum has and the phase has not: so each wrap of the phase counts. */
static NodeId running_count(Graph *g, NodeId rate) {
    NodeId phase = graph_op1(g, OP_PHASE, rate), sum = graph_op1(g, OP_INTEGRATE, rate);
    return graph_op2(g, OP_ADD, graph_op1(g, OP_ROUND, graph_op2(g, OP_SUB, sum, phase)), phase);
}

static NodeId time_of_beat(Graph *g, NodeId rate, NodeId beat, NodeId time) {
    if (!(g->nodes[rate].deps & DEP_PARAM)) return graph_op2(g, OP_DIV, beat, rate);
    NodeId in[] = {beat, bend_of(g, rate, time), rate, time};
    return graph_node(g, OP_REACHED, 4, in, 0);
}

/* As a comparison, so that edges of phases are found alike everywhere. */
static NodeId is_above_0(Graph *g, NodeId x) {
    return op_info[graph_at(g, x)->op].flags & OPF_BOOL ? x
                                                        : graph_op2(g, OP_LT, graph_const(g, 0), x);
}

static NodeId signal_node(Peval *p, PrimId prim, NodeId x, NodeId second, NodeId time, Span span) {
    Graph *g = p->g;
    bool varies = value_varies(p, value_number(x));
    bool of_params = (g->nodes[x].deps & DEP_PARAM) != 0;
    if (prim == P_noise) return graph_op2(g, OP_NOISE, x, time);
    if (prim == P_phase && !varies)
        return of_params ? phase_of_params(p, x, time)
                         : graph_op1(g, OP_FRAC, graph_op2(g, OP_MUL, x, time));
    if (prim == P_beats && !varies) return count_of_turns(g, x, time);
    if (prim == P_reached && !varies) return time_of_beat(g, x, second, time);
    if (prim == P_reached) return refuse_reached(p, span);
    if (prim == P_integrate && !varies && !of_params) return graph_op2(g, OP_MUL, x, time);
    if (!only_now(p, x, second, time, span)) return 0;
    switch (prim) {
    case P_phase: return graph_op1(g, OP_PHASE, x);
    case P_beats: return running_count(g, x);
    case P_integrate: return graph_op1(g, OP_INTEGRATE, x);
    case P_since_rise: return graph_op1(g, OP_SINCE, is_above_0(g, x));
    case P_fir: return fir_node(p, x, second);
    case P_smooth: {
        /* y += (1 - e) (x - y), e = exp(-dt / time): 63 % of a step after `time` */
        NodeId ratio = graph_op2(g, OP_DIV, graph_seconds(g), second);
        NodeId weight = graph_op1(g, OP_EXP, graph_op1(g, OP_NEG, ratio));
        return graph_op2(g, OP_SMOOTH, x, weight);
    }
    default: return running_node(p, prim, x, second, span);
    }
}

static Value sample_at(Peval *p, Function *f, NodeId time) {
    int number = sample_number(p, f);
    Graph *g = p->g;
    Value channels[64];
    int n = g->samples[number].channels;
    for (int i = 0; i < n; i++) {
        NodeId in[2] = {graph_const(g, i), time};
        channels[i] = value_number(graph_node(g, OP_SAMPLE, 2, in, number + 1));
    }
    return n == 1 ? channels[0] : value_list(p, channels, n);
}

/* sine(440 + 5 * sin(tau * 6 * t))(t): a value where the frequency is meant, as a signal. */
static void warn_frequency(Peval *p, Value f, Span span) {
    if (!value_varies(p, f) || p->trials > 4) return;
    Interval range = graph_interval(p->g, p->intervals, f.node);
    if (!(range.low > 0 || range.high < 0) || !node_swings(p->g, f.node)) return;
    blame_frequency(p, f, span);
}

Value prim_signal_at(Peval *p, Function *f, NodeId time, Span span) {
    if (f->kind == FN_INPUT) {
        if (time != p->time) {
            peval_error(p, span, "an input has no value at a time chosen freely");
            return value_error();
        }
        return value_number(graph_node(p->g, OP_INPUT, 0, NULL, f->number));
    }
    PrimId prim = (PrimId)f->number;
    if (prim == P_sample) return sample_at(p, f, time);
    if (prim == P_table)
        return value_number(
            graph_node(p->g, OP_TABLE, 1, &time, (int)p->g->nodes[f->args[0].node].value + 1));
    if (f->span.file >= 0 && time == p->time)
        span = f->span; /* what is wrong now, was wrong when it was made */
    if (prim == P_phase && f->args[0].kind == V_NUMBER && time == p->time)
        warn_frequency(p, f->args[0], span);
    Value x = argument_now(p, f->args[0], span);
    if (prim == P_oversample) return oversample_at(p, f, x, span);
    Value second = f->nargs > 1 ? argument_now(p, f->args[1], span) : value_constant(p, 0);
    return each_element(p, prim, x, second, time, span, signal_node);
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
