/* Primitives of patterns. In: a primitive, texts, lists of steps, patterns. Out: patterns, and lists of what they have.
 * Those that begin with `_` are what stdlib/patterns.kn is made of. */
#include "evaluate/prims.h"
#include "evaluate/rhythm.h"

#include <string.h>

/* ---- values that are patterns ---------------------------------------------------------------- */

/* The string in the program that a text is: a literal that was given, an element of a list, or what a definition of the
 * file is. */
static const Ast *string_behind(const Ast *ast, const char *text) {
    for (int hops = 0; ast && hops < 8; hops++) {
        if (ast->kind == AST_STRING) return strcmp(ast->name.text, text) == 0 ? ast : NULL;
        if (ast->kind == AST_LIST) {
            const Ast *found = NULL;
            for (int i = 0; i < ast->list.n && !found; i++)
                if (ast->list.items[i]->kind != AST_LIST)
                    found = string_behind(ast->list.items[i], text);
            return found;
        }
        if (ast->kind != AST_NAME || ast->name.bound != BOUND_GLOBAL) return NULL;
        ast = ast->name.module->defs[ast->name.slot].value;
    }
    return NULL;
}

static const Ast *find_string(Peval *p, int argument, Value v, Span span) {
    const Ast *ast = NULL;
    if (p->site && p->site->ast->span.start == span.start && p->site->ast->span.file == span.file &&
        p->site->ast->span.end == span.end)
        ast = string_behind(argument_of(p->site, argument), v.text);
    if (!ast) ast = string_behind(blame_value(p, &v, 1, NULL).ast, v.text);
    return ast && ast->span.file >= 0 && !in_library(p, ast->span) ? ast : NULL;
}

static const Pattern *of_text(Peval *p, int argument, Value v, Span span) {
    return mini_notation(p, v.text, find_string(p, argument, v, span),
                         argument_span(p, argument, span));
}

static const Pattern *element(Peval *p, int argument, Value v, bool rests, Span span) {
    double x;
    v = force(p, v);
    if (v.kind == V_PATTERN) return v.pattern;
    if (v.kind == V_ERROR) return NULL;
    bool rest = v.kind == V_STRING && strcmp(v.text, "~") == 0;
    if (rest || (rests && value_is_constant(p, v, &x) && x == 0)) return pattern_silence(p);
    return pattern_of(p, v, argument_span(p, argument, span));
}

/* A list of steps, one a beat. `rests`: 0 is one. */
static const Pattern *of_list(Peval *p, int argument, Value list, bool rests, Span span) {
    int n = list.list->n;
    const Pattern **parts = ARENA_ARRAY(p->session->arena, const Pattern *, n + 1);
    Fraction *weights = ARENA_ARRAY(p->session->arena, Fraction, n + 1);
    for (int i = 0; i < n; i++) {
        parts[i] = element(p, argument, list.list->items[i], rests, span);
        weights[i] = (Fraction){1, 1};
        if (!parts[i]) return NULL;
    }
    const Pattern *a = pattern_sequence(p, parts, weights, n, span);
    return pattern_with_beats(p, a, fraction(n ? n : 1, 1));
}

/* Where a pattern is wanted a text and a list of steps are one, too. */
static const Pattern *as_pattern(Peval *p, int argument, Value v, Span span) {
    v = force(p, v);
    if (v.kind == V_PATTERN) return v.pattern;
    if (v.kind == V_STRING) return of_text(p, argument, v, span);
    if (v.kind == V_LIST) return of_list(p, argument, v, true, span);
    if (v.kind == V_ERROR) return NULL;
    if (!blame_kind(p, v, NULL, "a pattern", span)) {
        Diag *d = peval_error(p, argument_span(p, argument, span),
                              "a pattern is needed here, and this is %s", value_describe(p, v));
        peval_help(p, d, "`pattern(\"bd [sn sn] ~ hh*4\")` is one, and so is a list of steps");
    }
    return NULL;
}

/* ---- from numbers ---------------------------------------------------------------------------- */

static bool known_in(Peval *p, const Value *args, int i, double low, double high, double *x,
                     Span span) {
    Span at = argument_span(p, i, span);
    if (!peval_known(p, args[i], "a number of a pattern", at, x)) return false;
    if (*x >= low && *x <= high) return true;
    peval_error(p, at, "a number of a pattern is out of its range here: %g", *x);
    return false;
}

static bool known_fraction(Peval *p, const Value *args, int i, double low, double high,
                           Fraction *out, Span span) {
    double x;
    if (!known_in(p, args, i, low, high, &x, span)) return false;
    *out = fraction_of(x);
    return true;
}

/* ---- from texts and lists -------------------------------------------------------------------- */

static Value list_of_steps(Peval *p, const char *text) {
    Value *items = ARENA_ARRAY(p->session->arena, Value, strlen(text) + 1);
    int n = 0;
    for (const char *at = text; *at; at++) {
        if (*at == ' ' || *at == '|') continue;
        items[n++] = value_constant(p, *at == 'x' || *at == 'X' ? 1 : *at == 'o' ? 0.5 : 0);
    }
    return value_list(p, items, n);
}

static Value pattern_call(Peval *p, const Value *args, int n, Span span) {
    Value v = force(p, args[0]);
    const Pattern *a = NULL;
    Fraction beats = {4, 1};
    if (n > 1 && !known_fraction(p, args, 1, 1e-3, 1e6, &beats, span)) return value_error();
    if (v.kind == V_STRING && n == 1 && is_list_of_steps(v.text)) return list_of_steps(p, v.text);
    if (v.kind == V_STRING || v.kind == V_PATTERN)
        a = as_pattern(p, 0, v, span);
    else if (v.kind == V_LIST)
        a = of_list(p, 0, v, false, span);
    else if (v.kind != V_ERROR) {
        Diag *d = peval_error(p, argument_span(p, 0, span),
                              "`pattern` takes a string such as \"x..o\", and this is %s",
                              value_describe(p, v));
        peval_help(p, d, "or a list of values, one a step");
    }
    return value_pattern(n > 1 ? pattern_with_beats(p, a, beats) : a);
}

/* [["E4", 1], ["~", 0.5], …] */
static const Pattern *melody_of_list(Peval *p, Value list, Span span) {
    int n = list.list->n;
    const Pattern **parts = ARENA_ARRAY(p->session->arena, const Pattern *, n + 1);
    Fraction *weights = ARENA_ARRAY(p->session->arena, Fraction, n + 1), all = {0, 1};
    for (int i = 0; i < n; i++) {
        Value row = force(p, list.list->items[i]);
        double beats = 0;
        bool good = row.kind == V_LIST && row.list->n == 2 &&
                    value_is_constant(p, force(p, row.list->items[1]), &beats) && beats > 0;
        weights[i] = fraction_of(beats);
        if (row.kind == V_ERROR) return NULL;
        if (!good || !fraction_fits(weights[i])) {
            Diag *d = peval_error(p, argument_span(p, 0, span),
                                  "element %d of a melody is no [note, beats]", i);
            peval_help(p, d, "an example is [[\"E4\", 1], [\"~\", 0.5], [440, 2]]");
            return NULL;
        }
        parts[i] = element(p, 0, row.list->items[0], false, span);
        if (!parts[i]) return NULL;
        all = fraction_add(all, weights[i]);
    }
    const Pattern *a = pattern_sequence(p, parts, weights, n, span);
    if (fraction_fits(all)) return pattern_with_beats(p, a, n ? all : (Fraction){1, 1});
    peval_error(p, argument_span(p, 0, span), "the lengths of the melody are too fine");
    return NULL;
}

static Value melody_call(Peval *p, Value v, Span span) {
    v = force(p, v);
    if (v.kind == V_ERROR) return v;
    if (v.kind == V_STRING)
        return value_pattern(
            melody_notation(p, v.text, find_string(p, 0, v, span), argument_span(p, 0, span)));
    if (v.kind == V_LIST) return value_pattern(melody_of_list(p, v, span));
    Diag *d =
        peval_error(p, argument_span(p, 0, span),
                    "`melody` takes a string or a list, and this is %s", value_describe(p, v));
    peval_help(p, d, "notes with their beats: \"E4 F4 ~ G4:0.5 A4:2\"");
    return value_error();
}

/* ---- several patterns ------------------------------------------------------------------------ */

/* The patterns of a list, each of which may be a value by itself. */
static const Pattern **parts_of(Peval *p, Value list, int *n, Span span) {
    list = force(p, list);
    if (list.kind != V_LIST) list = as_list(p, list, "patterns stand in a list", span);
    if (list.kind != V_LIST) return NULL;
    *n = list.list->n;
    const Pattern **parts = ARENA_ARRAY(p->session->arena, const Pattern *, *n + 1);
    for (int i = 0; i < *n; i++) {
        Value v = force(p, list.list->items[i]);
        bool text = v.kind == V_STRING || v.kind == V_LIST;
        parts[i] = text ? as_pattern(p, 0, v, span) : element(p, 0, v, false, span);
        if (!parts[i]) return NULL;
    }
    return parts;
}

static Value sequence_call(Peval *p, const Value *args, Span span) {
    int n;
    const Pattern **parts = parts_of(p, args[0], &n, span);
    if (!parts) return value_error();
    Fraction *weights = ARENA_ARRAY(p->session->arena, Fraction, n + 1);
    for (int i = 0; i < n; i++)
        weights[i] = (Fraction){1, 1};
    return value_pattern(pattern_sequence(p, parts, weights, n, span));
}

static Value choice_call(Peval *p, const Value *args, Span span) {
    int n;
    double seed;
    Value list = force(p, args[0]), given = force(p, args[1]);
    if (list.kind != V_LIST || given.kind != V_LIST || given.list->n != list.list->n) {
        if (list.kind != V_ERROR && given.kind != V_ERROR)
            peval_error(p, argument_span(p, 0, span), "there is a weight for each choice");
        return value_error();
    }
    if (!known_in(p, args, 2, -1e9, 1e9, &seed, span)) return value_error();
    n = list.list->n;
    const Pattern **parts = ARENA_ARRAY(p->session->arena, const Pattern *, n + 1);
    double *weights = ARENA_ARRAY(p->session->arena, double, n + 1);
    for (int i = 0; i < n; i++) {
        parts[i] = element(p, 0, list.list->items[i], false, span);
        if (!parts[i] || !value_is_constant(p, force(p, given.list->items[i]), &weights[i]))
            return value_error();
    }
    return value_pattern(pattern_choice(p, parts, weights, n, (int)seed, span));
}

/* Does this value of a rhythm stand for a hit? */
static bool is_hit(Peval *p, Value v) {
    double x;
    if (v.kind == V_STRING) return strcmp(v.text, "f") != 0 && strcmp(v.text, "false") != 0;
    return !value_is_constant(p, v, &x) || x != 0;
}

static bool take_value(void *data, Event *a, const Event *b) {
    if (!is_hit(data, a->value)) return false;
    a->value = b->value;
    a->span = b->span;
    if (b->gain.kind != V_ERROR) a->gain = b->gain;
    if (b->pan.kind != V_ERROR) a->pan = b->pan;
    return true;
}

static bool let_through(void *data, Event *a, const Event *b) {
    (void)a;
    return is_hit(data, b->value);
}

typedef struct Given {
    Peval *p;
    bool pan;
} Given;

static bool give(void *data, Event *a, const Event *b) {
    const Given *given = data;
    if (given->pan)
        a->pan = b->value;
    else if (a->gain.kind == V_ERROR)
        a->gain = b->value;
    else
        a->gain = lift_binary(given->p, BIN_MUL, a->gain, b->value, a->span);
    return a->gain.kind != V_ERROR || given->pan;
}

static bool gives_numbers(Peval *p, const Pattern *q) {
    for (int i = 0; i < q->n; i++) {
        Value v = q->events[i].value;
        if (v.kind == V_NUMBER || v.kind == V_FUNCTION) continue;
        peval_error(p, q->events[i].span, "a number is needed here, and this is %s",
                    value_describe(p, v));
        return false;
    }
    return true;
}

/* A gain or a place for each event: a number or signal for all of them, or a pattern. */
static Value give_call(Peval *p, const Value *args, bool pan, Span span) {
    const Pattern *a = as_pattern(p, 0, args[0], span), *q;
    Value v = force(p, args[1]);
    bool one = v.kind == V_NUMBER || v.kind == V_FUNCTION;
    q = one ? pattern_of(p, v, argument_span(p, 1, span)) : as_pattern(p, 1, v, span);
    if (!a || !q || !gives_numbers(p, q)) return value_error();
    Given given = {p, pan};
    return value_pattern(pattern_combined(p, a, q, give, &given, span));
}

static Value combine_call(Peval *p, const Value *args, bool structure, Span span) {
    const Pattern *a = as_pattern(p, 0, args[0], span), *b = as_pattern(p, 1, args[1], span);
    if (!a || !b) return value_error();
    if (!structure) return value_pattern(pattern_combined(p, a, b, let_through, p, span));
    const Pattern *both = pattern_combined(p, b, a, take_value, p, span);
    return value_pattern(pattern_with_beats(p, both, a->beats));
}

/* ---- one pattern ----------------------------------------------------------------------------- */

/* A function of the program is asked about each event. */
typedef struct Asking {
    Peval *p;
    Value f;
    Span span;
    double beats; /* of a cycle */
    int number;   /* of events that were asked about */
    bool failed;
} Asking;

static bool map_event(void *data, Event *e) {
    Asking *m = data;
    e->value = force(m->p, call_one(m->p, m->f, e->value, m->span));
    m->failed = m->failed || e->value.kind == V_ERROR;
    return !m->failed;
}

static bool filter_event(void *data, Event *e) {
    Asking *m = data;
    double keep = 0;
    if (m->failed || !peval_known(m->p, call_one(m->p, m->f, e->value, m->span),
                                  "the condition of `filter`", m->span, &keep))
        m->failed = true;
    return keep != 0;
}

Value pattern_mapped(Peval *p, PrimId prim, Value pattern, Value f, Span span) {
    Asking m = {p, f, span, 0, 0, false};
    if (!is_callable(p, prim, f, 1, span)) return value_error();
    const Pattern *a =
        pattern_changed(p, pattern.pattern, prim == P_map ? map_event : filter_event, &m, span);
    return m.failed ? value_error() : value_pattern(a);
}

Value pattern_backwards(Peval *p, Value pattern, Span span) {
    return value_pattern(pattern_reversed(p, pattern.pattern, span));
}

/* Each event is asked about once, where it begins; what other parts there are of it goes with it. */
typedef struct Moving {
    Asking asking;
    const Pattern *a;
    int at;         /* the event at hand */
    Fraction *late; /* of events that begin in their part: how far they go */
    int *before;    /* how many of these come before an event */
} Moving;

static bool begins_here(const Event *e) {
    return fraction_order(e->begin, e->from) == 0;
}

/* How far an event goes of which f gives the new begin, in beats; rounded to a 2^20th of a cycle. */
static Fraction ask_lateness(Asking *m, Fraction old, int number) {
    double moved;
    Value args[2] = {value_constant(m->p, fraction_number(old) * m->beats),
                     value_constant(m->p, number)};
    if (!peval_known(m->p, apply(m->p, m->f, args, 2, m->span), "where an event begins", m->span,
                     &moved)) {
        m->failed = true;
        return fraction(0, 1);
    }
    Fraction begin = fraction_of(moved / m->beats);
    if (!fraction_fits(begin) || begin.under > 1 << 20)
        begin = fraction((int64_t)llround(fmin(fmax(moved / m->beats, -1e6), 1e6) * (1 << 20)),
                         1 << 20);
    return fraction_sub(begin, old);
}

/* The first event of the pattern whose part begins at a time of the first period, or later. */
static int first_from(const Pattern *a, Fraction time) {
    int low = 0, high = a->n;
    while (low < high) {
        const int middle = (low + high) / 2;
        if (fraction_order(a->events[middle].from, time) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* How far the event goes of which this is a later part. Its first may be masked out. */
static Fraction lateness_of_part(Moving *m, const Event *e) {
    const Fraction period = {m->a->period, 1};
    const int64_t turn = fraction_floor(fraction_div(e->begin, period));
    const Fraction begin = fraction_sub(e->begin, fraction_mul((Fraction){turn, 1}, period)),
                   length = fraction_sub(e->end, e->begin);
    const int first = first_from(m->a, begin);
    for (int i = first; i < m->a->n && fraction_order(m->a->events[i].from, begin) == 0; i++) {
        const Event *other = &m->a->events[i];
        if (begins_here(other) && value_equal(other->value, e->value) &&
            fraction_order(fraction_sub(other->end, other->begin), length) == 0)
            return m->late[i];
    }
    return ask_lateness(&m->asking, begin, m->before[first]);
}

static bool move_event(void *data, Event *e) {
    Moving *m = data;
    const int at = m->at++;
    const Fraction late = m->asking.failed ? (Fraction){0, 1}
                          : begins_here(e) ? m->late[at]
                                           : lateness_of_part(m, e);
    Fraction *times[] = {&e->begin, &e->end, &e->from, &e->to};
    for (int i = 0; i < 4; i++)
        *times[i] = fraction_add(*times[i], late);
    return !m->asking.failed;
}

static Value move_call(Peval *p, const Value *args, Span span) {
    const Pattern *a = as_pattern(p, 0, args[0], span);
    if (!a) return value_error();
    Moving m = {.asking = {p, args[1], span, fraction_number(a->beats), 0, false},
                .a = a,
                .late = ARENA_ARRAY(p->session->arena, Fraction, a->n + 1),
                .before = ARENA_ARRAY(p->session->arena, int, a->n + 1)};
    for (int i = 0; i < a->n && !m.asking.failed; i++) {
        const Event *e = &a->events[i];
        m.before[i] = m.asking.number;
        if (begins_here(e)) m.late[i] = ask_lateness(&m.asking, e->begin, m.asking.number++);
    }
    m.before[a->n] = m.asking.number;
    a = pattern_changed(p, a, move_event, &m, span);
    return m.asking.failed ? value_error() : value_pattern(a);
}

static Value at_call(Peval *p, const Value *args, Span span) {
    Fraction speed, late;
    const Pattern *a = as_pattern(p, 0, args[0], span);
    if (!a || !known_fraction(p, args, 1, 1e-4, 1e5, &speed, span) ||
        !known_fraction(p, args, 2, -1e6, 1e6, &late, span))
        return value_error();
    return value_pattern(pattern_at(p, a, speed, late, span));
}

static Value degrade_call(Peval *p, const Value *args, Span span) {
    double chance, seed;
    const Pattern *a = as_pattern(p, 0, args[0], span);
    if (!a || !known_in(p, args, 1, 0, 1, &chance, span) ||
        !known_in(p, args, 2, -1e9, 1e9, &seed, span))
        return value_error();
    return value_pattern(pattern_degraded(p, a, chance, (int)seed, span));
}

static Value reorder_call(Peval *p, const Value *args, Span span) {
    const Pattern *a = as_pattern(p, 0, args[0], span);
    Value list = force(p, args[1]);
    if (!a || list.kind != V_LIST) return value_error();
    int *order = ARENA_ARRAY(p->session->arena, int, list.list->n + 1);
    for (int i = 0; i < list.list->n; i++) {
        double k;
        Value one = value_list(p, &list.list->items[i], 1);
        if (one.kind != V_LIST || !known_in(p, one.list->items, 0, 0, list.list->n - 1, &k, span))
            return value_error();
        order[i] = (int)k;
    }
    return value_pattern(pattern_reordered(p, a, order, list.list->n, span));
}

static Value ply_call(Peval *p, const Value *args, Span span) {
    double n;
    const Pattern *a = as_pattern(p, 0, args[0], span);
    if (!a || !known_in(p, args, 1, 1, 4096, &n, span)) return value_error();
    return value_pattern(pattern_ply(p, a, (int)n, span));
}

static Value query_call(Peval *p, const Value *args, Span span) {
    double from, to;
    const Pattern *a = as_pattern(p, 0, args[0], span);
    if (!a || !peval_known(p, args[1], "the begin of a span", argument_span(p, 1, span), &from) ||
        !peval_known(p, args[2], "the end of a span", argument_span(p, 2, span), &to))
        return value_error();
    return events_between(p, a, from, to, span);
}

static Value voices_call(Peval *p, const Value *args, Span span) {
    double ring;
    const Pattern *a = as_pattern(p, 0, args[0], span);
    if (!a || !known_in(p, args, 3, 0, 1e4, &ring, span)) return value_error();
    return voices_of(p, a, force(p, args[1]), args[2], ring);
}

/* Defaults ask it of what is no pattern: that is told where it is used. */
static bool may_be_pattern(Peval *p, Value v) {
    v = force(p, v);
    return v.kind == V_PATTERN || v.kind == V_STRING || v.kind == V_LIST;
}

static Value beats_call(Peval *p, const Value *args, int n, Span span) {
    Fraction beats;
    if (n == 1 && !may_be_pattern(p, args[0])) return value_constant(p, 1);
    const Pattern *a = as_pattern(p, 0, args[0], span);
    if (!a) return value_error();
    if (n == 1) return value_constant(p, fraction_number(a->beats));
    if (!known_fraction(p, args, 1, 1e-3, 1e6, &beats, span)) return value_error();
    return value_pattern(pattern_with_beats(p, a, beats));
}

/* ---- what a value is ------------------------------------------------------------------------- */

static Value kind_call(Peval *p, Value v) {
    static const char *const kinds[] = {[V_NUMBER] = "number",
                                        [V_LIST] = "list",
                                        [V_FUNCTION] = "function",
                                        [V_STRING] = "string",
                                        [V_PATTERN] = "pattern"};
    /* a function that asks this of its argument wants the argument itself, not a time */
    p->time_called = p->time_called || (v.kind == V_NUMBER && v.node == p->time);
    v = force(p, v);
    if (v.kind == V_ERROR || v.kind == V_DEFERRED) return v;
    return (Value){.kind = V_STRING,
                   .text = intern(p->session, kinds[v.kind], strlen(kinds[v.kind]))};
}

Value pattern_prim(Peval *p, PrimId prim, const Value *args, int n, Span span) {
    const Pattern *a;
    switch (prim) {
    case P_pattern: return pattern_call(p, args, n, span);
    case P_melody: return melody_call(p, args[0], span);
    case P_query: return query_call(p, args, span);
    case P_kind: return kind_call(p, args[0]);
    case P__at: return at_call(p, args, span);
    case P__sequence: return sequence_call(p, args, span);
    case P__choice: return choice_call(p, args, span);
    case P__degraded: return degrade_call(p, args, span);
    case P__reordered: return reorder_call(p, args, span);
    case P__plied: return ply_call(p, args, span);
    case P__structured: return combine_call(p, args, true, span);
    case P__masked: return combine_call(p, args, false, span);
    case P__louder: return give_call(p, args, false, span);
    case P__placed: return give_call(p, args, true, span);
    case P__moved: return move_call(p, args, span);
    case P__beats_of: return beats_call(p, args, n, span);
    case P__voices: return voices_call(p, args, span);
    case P__lots: {
        double hits;
        a = as_pattern(p, 0, args[0], span);
        if (!a || !known_in(p, args, 1, 0, 1, &hits, span)) return value_error();
        return lots_on_grid(p, a, hits != 0, span);
    }
    case P__hertz: return pitch_of(p, force(p, args[0]));
    case P__chord: return chord_call(p, args[0], span);
    case P__scale: return scale_call(p, args[0], span);
    case P__stack: {
        int count;
        const Pattern **parts = parts_of(p, args[0], &count, span);
        return parts ? value_pattern(pattern_stack(p, parts, count, span)) : value_error();
    }
    case P__period:
        if (!may_be_pattern(p, args[0])) return value_constant(p, 1);
        a = as_pattern(p, 0, args[0], span);
        return a ? value_constant(p, (double)a->period) : value_error();
    default: a = as_pattern(p, 0, args[0], span); break;
    }
    if (!a) return value_error();
    switch (prim) {
    case P__pattern: return value_pattern(a);
    case P__reversed: return value_pattern(pattern_reversed(p, a, span));
    case P__grid: return grid_of_hits(p, a, span);
    case P__cells: return cells_of(p, a, span);
    case P__random: return value_constant(p, leaves_to_chance(a));
    default: return value_error();
    }
}
