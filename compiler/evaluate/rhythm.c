/* What plays patterns. In: patterns, and instruments. Out: voices, each an event that begins anew each time its pattern does;
 * steps of an even grid; the events of a span.
 *
 * What repeats sooner than the whole pattern is a voice of its own period: of `<a b c> hh*16` hh comes again sixteen times a
 * cycle, whatever the alternations beside it take. */
#include "evaluate/rhythm.h"

#include "graph/graph.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- words ----------------------------------------------------------------------------------- */

Value pitch_of(Peval *p, Value word) {
    double hz;
    if (word.kind != V_STRING) return word;
    if (note_frequency(word.text, &hz)) return value_constant(p, hz);
    const char *accidentals = word.text[0] ? word.text + 1 : word.text;
    if (accidentals[strspn(accidentals, "#b")]) return word;
    if (!note_frequency(arena_printf(p->session->arena, "%.30s4", word.text), &hz)) return word;
    return value_constant(p, hz);
}

/* How loud a hit is: a number as it is, a word as loud as it came. */
static Value loudness(Peval *p, const Event *e) {
    Value gain = e->gain.kind == V_ERROR ? value_constant(p, 1) : e->gain;
    return e->value.kind == V_NUMBER ? lift_binary(p, BIN_MUL, e->value, gain, e->span) : gain;
}

/* The user's argument that this value was. */
static Span where(Peval *p, Value v, Span otherwise) {
    const Ast *ast = blame_value(p, &v, 1, NULL).ast;
    return ast ? ast->span : otherwise;
}

/* ---- instruments ----------------------------------------------------------------------------- */

/* A list of [word, sound, …]. */
static bool is_kit(Peval *p, Value v) {
    if (v.kind != V_LIST) return false;
    for (int i = 0; i < v.list->n; i++) {
        Value row = force(p, v.list->items[i]);
        if (row.kind != V_LIST || row.list->n < 2) return false;
        if (force(p, row.list->items[0]).kind != V_STRING) return false;
    }
    return true;
}

static Value find_in_kit(Peval *p, Value kit, const char *word, size_t length) {
    for (int i = 0; i < kit.list->n; i++) {
        Value row = force(p, kit.list->items[i]), name = force(p, row.list->items[0]);
        if (strlen(name.text) == length && strncmp(name.text, word, length) == 0) return row;
    }
    return value_error();
}

static void refuse_word(Peval *p, Value kit, const Event *e, size_t length) {
    const char **names = ARENA_ARRAY(p->session->arena, const char *, kit.list->n + 1);
    for (int i = 0; i < kit.list->n; i++)
        names[i] = force(p, force(p, kit.list->items[i]).list->items[0]).text;
    const char *word = arena_strndup(p->session->arena, e->value.text, length);
    const char *near = nearest_name(word, names, kit.list->n);
    Diag *d = peval_error(p, e->span, "the kit has no sound `%s`", word);
    if (near)
        peval_help(p, d, "did you mean `%s`?", near);
    else if (kit.list->n)
        peval_help(p, d,
                   "a kit is a list of words with their sounds; this one begins with [\"%s\", …]",
                   names[0]);
    else
        peval_help(p, d, "words are played by a kit: `play(p, [[\"%s\", kick()]])`", word);
}

/* `bd`, and of `bd:2` the third of its sounds, round and round. */
static Value sound_of_kit(Peval *p, Value kit, const Event *e) {
    if (e->value.kind != V_STRING) {
        Diag *d = peval_error(p, e->span, "a kit plays words, and this is %s",
                              value_describe(p, e->value));
        peval_help(p, d, "numbers are played by an instrument: `play(p, f => marimba(f))`");
        return value_error();
    }
    const char *word = e->value.text;
    size_t length = strlen(word), stem = strcspn(word, ":");
    Value row = find_in_kit(p, kit, word, length);
    long number = word[stem] ? strtol(word + stem + 1, NULL, 10) : 0;
    if (row.kind == V_ERROR && stem < length)
        row = find_in_kit(p, kit, word, stem);
    else
        number = 0;
    if (row.kind == V_ERROR) {
        refuse_word(p, kit, e, stem);
        return row;
    }
    return force(p, row.list->items[1 + number % (row.list->n - 1)]);
}

/* How many arguments an instrument wants: pitch, and length and velocity where these have no default. */
static int wanted(Peval *p, const Function *f) {
    int arity = function_arity(p, f), n = 1;
    if (f->kind != FN_CLOSURE) return arity < 3 ? arity : 3;
    while (n < arity && n < 3 && !f->lambda->lambda.params[f->nargs + n].fallback)
        n++;
    return n;
}

static Value sound_of_note(Peval *p, Value instrument, const Event *e, Value pitch, Value length,
                           Value *gain) {
    if (pitch.kind == V_LIST) {
        Value *notes = ARENA_ARRAY(p->session->arena, Value, pitch.list->n + 1);
        Value given = *gain;
        for (int i = 0; i < pitch.list->n; i++) {
            *gain = given;
            Value note = pitch_of(p, force(p, pitch.list->items[i]));
            notes[i] = sound_of_note(p, instrument, e, note, length, gain);
        }
        return lift_sum(p, notes, pitch.list->n, e->span);
    }
    const Function *f = instrument.function;
    int n = wanted(p, f);
    if (n == 1 && function_is_signal(p, instrument.function, e->span)) {
        if (pitch.kind == V_NUMBER) *gain = lift_binary(p, BIN_MUL, pitch, *gain, e->span);
        return instrument;
    }
    Value args[3] = {pitch, length, *gain};
    if (n == 3) *gain = value_constant(p, 1);
    return force(p, apply(p, instrument, args, n, p->site ? p->site->ast->span : e->span));
}

static Value sound_of(Peval *p, Value instrument, const Event *e, Value length, Value *gain) {
    if (e->value.kind == V_FUNCTION) return e->value;
    if (instrument.kind == V_FUNCTION && instrument.function->kind != FN_PRIM)
        return sound_of_note(p, instrument, e, pitch_of(p, e->value), length, gain);
    if (is_kit(p, instrument)) return sound_of_kit(p, instrument, e);
    if (instrument.kind == V_LIST) { /* the channels of a signal */
        if (e->value.kind == V_NUMBER) *gain = lift_binary(p, BIN_MUL, e->value, *gain, e->span);
        return instrument;
    }
    if (instrument.kind != V_ERROR) {
        Diag *d = peval_error(p, where(p, instrument, e->span),
                              "an instrument is a function, a signal or a kit, and this is %s",
                              value_describe(p, instrument));
        peval_help(p, d, "`(f, length) => sine(f) * ad(5ms, length)`, or [[\"bd\", kick()], …]");
    }
    return value_error();
}

/* ---- voices ---------------------------------------------------------------------------------- */

static bool begins(const Event *e) {
    return fraction_order(e->begin, e->from) == 0;
}

enum { MOST_VOICES = 256 };

typedef struct Stroke { /* an event with what it plays */
    const Event *event;
    Fraction begin;
    Value sound, gain;
} Stroke;

typedef struct Voices {
    Peval *p;
    const Pattern *pattern;
    Value instrument, beat; /* seconds */
    Fraction ring;          /* cycles */
    Value *rows;
    int n, cap;
    bool failed;
} Voices;

/* Strokes of one sound, with decisions of the same kind, are played by the same voices. */
static bool alike(const Stroke *a, const Stroke *b) {
    const Event *x = a->event, *y = b->event;
    if (!value_equal(a->sound, b->sound) || !value_equal(x->pan, y->pan) ||
        x->nchances != y->nchances)
        return false;
    for (int i = 0; i < x->nchances; i++) {
        const Chance *c = &x->chances[i], *d = &y->chances[i];
        if (c->low != d->low || c->high != d->high || c->step != d->step) return false;
    }
    return true;
}

/* Does b come with its chances as a does, one part of m of their period later? */
static bool comes_again(const Stroke *a, const Stroke *b, Fraction later, int m) {
    if (!value_equal(a->gain, b->gain)) return false;
    if (fraction_order(fraction_add(a->begin, later), b->begin) != 0) return false;
    for (int i = 0; i < a->event->nchances; i++) {
        const Chance *x = &a->event->chances[i], *y = &b->event->chances[i];
        if ((y->first - x->first) * m != x->step) return false;
    }
    return true;
}

/* The most that the period of n strokes can be divided by. */
static int repeats(const Stroke *strokes, int n, int64_t period) {
    for (int m = n; m > 1; m--) {
        if (n % m != 0) continue;
        int one = n / m;
        bool all = true;
        for (int i = 0; i + one < n && all; i++)
            all = comes_again(&strokes[i], &strokes[i + one], fraction(period, m), m);
        budget_spend(n / 8 + 1);
        if (all) return m;
    }
    return 1;
}

/* So many voices take turns that each rings on for `ring` before it is struck again; where some strokes are left out by
 * chance two at least, so that what is not heard cuts off nothing. */
static int voices_needed(const Voices *v, const Stroke *strokes, int n, Fraction period) {
    int most = strokes[0].event->nchances ? 2 : 1;
    for (int i = 0; i < n; i++) {
        int within = 1;
        for (int k = i + 1;; k++, within++) {
            Fraction turns = {k / n, 1};
            Fraction later = fraction_add(strokes[k % n].begin, fraction_mul(period, turns));
            Fraction apart = fraction_sub(later, strokes[i].begin);
            budget_spend(1);
            if (!fraction_fits(apart) || fraction_order(apart, v->ring) >= 0) break;
            if (within > MOST_VOICES) break;
        }
        if (within > most) most = within;
    }
    return most;
}

static double beats_of(const Voices *v, Fraction cycles) {
    return fraction_number(fraction_mul(cycles, v->pattern->beats));
}

static Value number(const Voices *v, double x) {
    return value_constant(v->p, x);
}

static Value numbers(const Voices *v, const double *x, int n) {
    Value *items = ARENA_ARRAY(v->p->session->arena, Value, n + 1);
    for (int i = 0; i < n; i++)
        items[i] = number(v, x[i]);
    return value_list(v->p, items, n);
}

/* A table of one number is that number. */
static Value table(const Voices *v, const Value *items, int n) {
    bool same = true;
    for (int i = 1; i < n && same; i++)
        same = value_equal(items[i], items[0]);
    return value_list(v->p, items, same ? 1 : n);
}

/* What a voice plays in its period, in the order of time. */
typedef struct Part {
    Fraction period; /* cycles */
    const Stroke *const *strokes;
    const Fraction *begins;
    const double *turns; /* of the period of the group, in which each is */
    int n, times, copies;
    int64_t cells;
    bool fine; /* strokes lie within cells */
} Part;

enum { MOST_ON_GRID = 2048, MOST_CELLS = 1 << 14 };

/* Cells on whose borders all strokes lie, or which have one stroke at most. False: they would be too many. */
static bool find_cells(Part *part) {
    int64_t under = 1;
    for (int i = 0; i < part->n && under <= MOST_ON_GRID; i++) {
        Fraction at = fraction_div(part->begins[i], part->period);
        if (!fraction_fits(at) || at.under > MOST_ON_GRID)
            under = MOST_ON_GRID + 1;
        else
            under *= at.under / common_divisor(at.under, under);
    }
    part->cells = under;
    part->fine = under > MOST_ON_GRID;
    if (!part->fine) return true;
    for (part->cells = 8; part->cells <= MOST_CELLS; part->cells *= 2) {
        int64_t last = -1;
        bool alone = true;
        for (int i = 0; i < part->n && alone; i++) {
            Fraction at = fraction_mul(fraction_div(part->begins[i], part->period),
                                       (Fraction){part->cells, 1});
            int64_t cell = fraction_fits(at) ? fraction_floor(at) : last;
            alone = cell != last;
            last = cell;
        }
        budget_spend(part->n / 8 + 1);
        if (alone) return true;
    }
    return false;
}

/* Columns of a table: [beats since the last stroke, at the begin of a cell, and to the next one; gains; first numbers of its
 * chances, number of the stroke], then the same from the stroke within a cell on, and where that is. */
typedef struct Columns {
    Value *since, *until, *gain, **first, *begin, *which;
} Columns;

static Columns columns_create(Peval *p, int64_t cells, int chances) {
    Arena *arena = p->session->arena;
    Columns c = {ARENA_ARRAY(arena, Value, cells), ARENA_ARRAY(arena, Value, cells),
                 ARENA_ARRAY(arena, Value, cells), ARENA_ARRAY(arena, Value *, chances + 1),
                 ARENA_ARRAY(arena, Value, cells), ARENA_ARRAY(arena, Value, cells)};
    for (int i = 0; i < chances; i++)
        c.first[i] = ARENA_ARRAY(arena, Value, cells);
    return c;
}

/* Stroke k, counted on through the periods, is the last one in this cell. */
static void fill_cell(const Voices *v, const Part *part, Columns *c, int64_t cell, int64_t k) {
    double period = beats_of(v, part->period), start = period * (double)cell / (double)part->cells;
    int64_t turn = k < 0 ? -1 : k / part->n, next = k + 1, next_turn = next / part->n;
    const Stroke *s = part->strokes[k - turn * part->n];
    double begin = beats_of(v, part->begins[k - turn * part->n]) + period * (double)turn;
    double end = beats_of(v, part->begins[next - next_turn * part->n]) + period * (double)next_turn;
    c->since[cell] = number(v, start - begin);
    c->until[cell] = number(v, end - start);
    c->gain[cell] = s->gain;
    c->which[cell] = number(v, (double)k);
    for (int i = 0; i < s->event->nchances; i++) {
        const Chance *chance = &s->event->chances[i];
        double step = chance->step / part->times;
        double turns = part->turns[k - turn * part->n] + part->copies * (double)turn;
        c->first[i][cell] = number(v, chance->first + step * turns);
    }
}

static Value columns_value(const Voices *v, const Part *part, const Columns *c, int chances) {
    int n = (int)part->cells;
    Value firsts[8], all[6] = {table(v, c->since, n), table(v, c->until, n), table(v, c->gain, n)};
    for (int i = 0; i < chances; i++)
        firsts[i] = table(v, c->first[i], n);
    all[3] = value_list(v->p, firsts, chances);
    all[4] = table(v, c->begin, n);
    all[5] = table(v, c->which, n);
    return value_list(v->p, all, 6);
}

static Value cells_of_part(const Voices *v, const Part *part, int chances) {
    Columns plain = columns_create(v->p, part->cells, chances);
    Columns fine = columns_create(v->p, part->cells, chances);
    int64_t last = -1; /* the last stroke of the period before */
    for (int64_t cell = 0; cell < part->cells; cell++) {
        Fraction start = fraction_mul(part->period, fraction(cell, part->cells));
        Fraction end = fraction_mul(part->period, fraction(cell + 1, part->cells));
        while (last + 1 < part->n && fraction_order(part->begins[last + 1], start) <= 0)
            last++;
        bool within = last + 1 < part->n && fraction_order(part->begins[last + 1], end) < 0;
        fill_cell(v, part, &plain, cell, last);
        fill_cell(v, part, &fine, cell, last + within);
        plain.begin[cell] = number(v, 0);
        double offset = within ? beats_of(v, fraction_sub(part->begins[last + 1], start)) : 1e9;
        fine.begin[cell] = number(v, offset);
        budget_spend(4);
    }
    Value both[2] = {columns_value(v, part, &plain, chances),
                     columns_value(v, part, &fine, chances)};
    return value_list(v->p, both, part->fine ? 2 : 1);
}

static void add_row(Voices *v, Value row) {
    if (row.kind == V_ERROR) v->failed = true;
    VEC_PUSH(v->rows, v->n, v->cap, row);
}

static void add_part(Voices *v, Part *part) {
    const Stroke *s = part->strokes[0];
    const Event *e = s->event;
    bool panned = e->pan.kind != V_ERROR;
    Value ranges[8];
    for (int i = 0; i < e->nchances; i++) {
        const Chance *c = &e->chances[i];
        double range[] = {c->step / part->times * part->copies, c->low, c->high};
        ranges[i] = numbers(v, range, 3);
    }
    if (!peval_spend(v->p, 10 + part->cells, e->span)) v->failed = true;
    if (v->failed) return;
    Value row[] = {s->sound,
                   number(v, beats_of(v, part->period)),
                   number(v, (double)part->cells),
                   number(v, part->n),
                   cells_of_part(v, part, e->nchances),
                   value_list(v->p, ranges, e->nchances),
                   number(v, panned),
                   panned ? e->pan : number(v, 0)};
    add_row(v, value_list(v->p, row, 8));
}

/* Each stroke by itself, where they lie too close for cells. */
static void add_each(Voices *v, const Part *part) {
    for (int i = 0; i < part->n && !v->failed; i++) {
        Fraction begin = part->begins[i];
        Part alone = *part;
        alone.strokes = &part->strokes[i];
        alone.begins = &begin;
        alone.turns = &part->turns[i];
        alone.n = 1;
        if (find_cells(&alone)) add_part(v, &alone);
    }
}

/* Voice number `voice` of so many that take turns. */
static void add_voice(Voices *v, const Stroke *strokes, int n, int times, int copies, int voice) {
    Arena *arena = v->p->session->arena;
    Fraction period = fraction(v->pattern->period, times);
    const Stroke **mine = ARENA_ARRAY(arena, const Stroke *, n + 1);
    Fraction *at = ARENA_ARRAY(arena, Fraction, n + 1);
    double *turns = ARENA_ARRAY(arena, double, n + 1);
    Part part = {
        fraction_mul(period, (Fraction){copies, 1}), mine, at, turns, 0, times, copies, 1, false};
    for (int64_t k = voice; k < (int64_t)n * copies; k += copies) {
        int64_t turn = k / n;
        const Stroke *s = &strokes[k % n];
        Fraction begin = fraction_add(s->begin, fraction_mul(period, (Fraction){turn, 1}));
        bool again = part.n > 0 && fraction_fits(begin) &&
                     fraction_order(at[part.n - 1], begin) == 0 && !s->event->nchances;
        if (again) { /* at the same time: louder */
            Stroke *both = ARENA_NEW(arena, Stroke);
            *both = *mine[part.n - 1];
            both->gain = lift_binary(v->p, BIN_ADD, both->gain, s->gain, s->event->span);
            mine[part.n - 1] = both;
            continue;
        }
        mine[part.n] = s;
        at[part.n] = begin;
        turns[part.n++] = (double)turn;
        budget_spend(1);
        if (!fraction_fits(begin)) v->failed = true;
    }
    if (v->failed) return;
    if (find_cells(&part))
        add_part(v, &part);
    else
        add_each(v, &part);
}

static void add_alike(Voices *v, Stroke *left, int *nleft) {
    Stroke *group = ARENA_ARRAY(v->p->session->arena, Stroke, *nleft);
    int n = 0, others = 0;
    const Stroke first = left[0];
    for (int i = 0; i < *nleft; i++) {
        if (alike(&first, &left[i]))
            group[n++] = left[i];
        else
            left[others++] = left[i];
    }
    budget_spend(*nleft / 4 + 1);
    *nleft = others;
    if (first.event->nchances > 8) {
        peval_error(v->p, first.event->span, "more than 8 chances decide one event");
        v->failed = true;
        return;
    }
    int times = repeats(group, n, v->pattern->period);
    n /= times;
    int copies = voices_needed(v, group, n, fraction(v->pattern->period, times));
    if (copies > MOST_VOICES) {
        Diag *d = peval_error(v->p, first.event->span,
                              "a sound comes again more than %d times while it rings", MOST_VOICES);
        peval_help(v->p, d, "`ring` is for how many beats it does");
        v->failed = true;
    }
    for (int i = 0; i < copies && !v->failed; i++)
        add_voice(v, group, n, times, copies, i);
}

static void add_stroke(Voices *v, const Event *e, Stroke *strokes, int *n) {
    Peval *p = v->p;
    Fraction length = fraction_sub(e->end, e->begin);
    Value seconds = lift_binary(p, BIN_MUL, number(v, beats_of(v, length)), v->beat, e->span);
    Stroke s = {e, e->begin, value_error(), e->gain.kind == V_ERROR ? number(v, 1) : e->gain};
    s.sound = sound_of(p, v->instrument, e, seconds, &s.gain);
    if (s.sound.kind == V_ERROR || s.gain.kind == V_ERROR) v->failed = true;
    if (!peval_spend(p, 1, e->span)) v->failed = true;
    strokes[(*n)++] = s;
}

Value voices_of(Peval *p, const Pattern *a, Value instrument, Value beat, double ring) {
    Voices v = {.p = p, .pattern = a, .instrument = instrument, .beat = beat};
    v.ring = fraction_div(fraction_of(ring), a->beats);
    Stroke *left = ARENA_ARRAY(p->session->arena, Stroke, a->n + 1);
    int n = 0;
    for (int i = 0; i < a->n && !v.failed; i++)
        if (begins(&a->events[i])) add_stroke(&v, &a->events[i], left, &n);
    while (n > 0 && !v.failed)
        add_alike(&v, left, &n);
    Value rows = v.failed ? value_error() : value_list(p, v.rows, v.n);
    free(v.rows);
    return rows;
}

/* ---- an even grid ---------------------------------------------------------------------------- */

enum { FINEST_GRID = 1 << 14 };

/* Steps of a period on which all events begin, and end where they are to; 0 with an error. */
static int64_t grid_of(Peval *p, const Pattern *a, bool ends, Span span) {
    int64_t under = 1;
    for (int i = 0; i < a->n; i++) {
        const Event *e = &a->events[i];
        Fraction times[2] = {e->begin, e->end};
        for (int k = 0; k < (ends ? 2 : 1) && begins(e); k++) {
            int64_t more = times[k].under / common_divisor(times[k].under, under);
            if (more > FINEST_GRID || under * more > FINEST_GRID / a->period) {
                Diag *d = peval_error(
                    p, span, "the events of this pattern lie on no grid of %d steps", FINEST_GRID);
                peval_help(p, d, "`play` plays patterns at any times");
                return 0;
            }
            under *= more;
        }
    }
    return under * a->period;
}

bool leaves_to_chance(const Pattern *a) {
    for (int i = 0; i < a->n; i++)
        if (a->events[i].nchances) return true;
    return false;
}

static int64_t step_of(const Pattern *a, Fraction time, int64_t steps) {
    Fraction at = fraction_mul(time, fraction(steps, a->period));
    int64_t k = fraction_floor(at) % steps;
    return k < 0 ? k + steps : k;
}

/* Steps a beat. */
static Value pace_of(Peval *p, const Pattern *a, int64_t steps) {
    Fraction cycle = fraction(steps, a->period);
    return value_constant(p, fraction_number(fraction_div(cycle, a->beats)));
}

Value grid_of_hits(Peval *p, const Pattern *a, Span span) {
    int64_t n = grid_of(p, a, false, span);
    if (n == 0) return value_error();
    Value *hits = ARENA_ARRAY(p->session->arena, Value, n);
    Value *lengths = ARENA_ARRAY(p->session->arena, Value, n);
    for (int64_t i = 0; i < n; i++)
        hits[i] = lengths[i] = value_constant(p, 0);
    for (int i = 0; i < a->n; i++) {
        const Event *e = &a->events[i];
        double loud;
        if (!begins(e) || (value_is_constant(p, e->value, &loud) && loud == 0)) continue;
        int64_t k = step_of(a, e->begin, n);
        Fraction length = fraction_mul(fraction_sub(e->end, e->begin), a->beats);
        hits[k] = loudness(p, e);
        lengths[k] = value_constant(p, fraction_number(length));
    }
    Value all[] = {value_list(p, hits, (int)n), value_list(p, lengths, (int)n), pace_of(p, a, n)};
    return value_list(p, all, 3);
}

/* The number of a value among those that were met, from 1. */
static int number_of(Peval *p, Value *values, int *n, Value v) {
    for (int i = 0; i < *n; i++)
        if (value_equal(values[i], v)) return i + 1;
    budget_spend(*n);
    (void)p;
    values[(*n)++] = v;
    return *n;
}

Value cells_of(Peval *p, const Pattern *a, Span span) {
    int64_t n = grid_of(p, a, true, span);
    if (n == 0) return value_error();
    Arena *arena = p->session->arena;
    Value *cells = ARENA_ARRAY(arena, Value, n), *starts = ARENA_ARRAY(arena, Value, n);
    Value *values = ARENA_ARRAY(arena, Value, a->n + 1);
    int met = 0;
    for (int64_t i = 0; i < n; i++)
        cells[i] = starts[i] = value_constant(p, 0);
    for (int i = 0; i < a->n; i++) {
        const Event *e = &a->events[i];
        if (!begins(e)) continue;
        Fraction length = fraction_mul(fraction_sub(e->end, e->begin), fraction(n, a->period));
        int64_t first = step_of(a, e->begin, n), count = fraction_floor(length);
        Value number = value_constant(p, number_of(p, values, &met, pitch_of(p, e->value)));
        starts[first] = value_constant(p, 1);
        for (int64_t k = 0; k < count && k < n; k++)
            cells[(first + k) % n] = number;
        budget_spend(count / 8 + 1);
    }
    Value all[] = {value_list(p, values, met), value_list(p, cells, (int)n),
                   value_list(p, starts, (int)n), pace_of(p, a, n)};
    return value_list(p, all, 4);
}

/* ---- an even grid, by chance ----------------------------------------------------------------- */

enum { FARTHEST_LOT = 512 };

static double width_of(const Chance *c) {
    return fmin(c->high, 1) - fmax(c->low, 0);
}

/* Can only one of them be there, since one number decides both? */
static bool excludes(const Event *a, const Event *b) {
    if (a->nchances != 1 || b->nchances != 1) return false;
    const Chance *x = a->chances, *y = b->chances;
    return x->first == y->first && x->step == y->step && (x->low >= y->high || y->low >= x->high);
}

/* How likely it is, at least, that one of these events of a step is there. */
static double likely(const Event *const *events, int n) {
    double most = 0;
    for (int i = 0; i < n; i++) {
        double all = 1;
        for (int c = 0; c < events[i]->nchances; c++)
            all *= width_of(&events[i]->chances[c]);
        for (int k = i + 1; k < n; k++) {
            bool apart = true;
            for (int j = i; j < k && apart; j++)
                apart = excludes(events[k], events[j]);
            if (apart) all += width_of(events[k]->chances);
        }
        most = fmax(most, all);
    }
    return most;
}

typedef struct Lots { /* the events that begin, in their order, with the steps at which they do */
    const Event **events;
    int64_t *steps;
    int n;
} Lots;

/* How many of them must be looked through from the step of event `from` on, forwards or backwards, until it is less likely than 2^-40 that
 * none of them is there. */
static int looked_through(const Lots *lots, int from, int forwards) {
    double none = 1;
    int count = 0;
    for (int i = from; none > 0x1p-40 && count <= FARTHEST_LOT;) {
        int first = i, last = i;
        while (first > 0 && lots->steps[first - 1] == lots->steps[i])
            first--;
        while (last + 1 < lots->n && lots->steps[last + 1] == lots->steps[i])
            last++;
        none *= 1 - likely(lots->events + first, last - first + 1);
        count += last - first + 1;
        i = forwards ? (last + 1) % lots->n : (first + lots->n - 1) % lots->n;
        budget_spend(last - first + 1);
    }
    return count;
}

static Lots lots_of(Peval *p, const Pattern *a, int64_t steps, bool hits) {
    Arena *arena = p->session->arena;
    Lots lots = {ARENA_ARRAY(arena, const Event *, a->n + 1), ARENA_ARRAY(arena, int64_t, a->n + 1),
                 0};
    for (int i = 0; i < a->n; i++) {
        const Event *e = &a->events[i];
        double loud;
        if (!begins(e) || (hits && value_is_constant(p, e->value, &loud) && loud == 0)) continue;
        lots.events[lots.n] = e;
        lots.steps[lots.n++] = step_of(a, e->begin, steps);
    }
    return lots;
}

/* [first, step, low, high] of chance number c of each event; of one that has less of them it always comes so. */
static Value chances_of(const Voices *v, const Lots *lots, int c) {
    Value *columns[4], all[4];
    for (int k = 0; k < 4; k++)
        columns[k] = ARENA_ARRAY(v->p->session->arena, Value, lots->n + 1);
    for (int i = 0; i < lots->n; i++) {
        const Event *e = lots->events[i];
        Chance chance = c < e->nchances ? e->chances[c] : (Chance){0, 0, -1, 2};
        const double row[] = {chance.first, chance.step, chance.low, chance.high};
        for (int k = 0; k < 4; k++)
            columns[k][i] = number(v, row[k]);
    }
    for (int k = 0; k < 4; k++)
        all[k] = table(v, columns[k], lots->n);
    return value_list(v->p, all, 4);
}

static int most_looked_through(const Lots *lots) {
    int most = 1;
    for (int i = 0; i < lots->n; i++)
        for (int forwards = 0; forwards < 2; forwards++) {
            int count = looked_through(lots, i, forwards);
            if (count > most) most = count;
        }
    return most;
}

Value lots_on_grid(Peval *p, const Pattern *a, bool hits, Span span) {
    int64_t n = grid_of(p, a, true, span);
    if (n == 0) return value_error();
    Arena *arena = p->session->arena;
    Voices v = {.p = p};
    Lots lots = lots_of(p, a, n, hits);
    int chances = 0, begun = 0, most = most_looked_through(&lots);
    if (most > FARTHEST_LOT) {
        Diag *d =
            peval_error(p, where(p, value_pattern(a), span),
                        "so much is left out of this pattern that its last event may be long ago");
        peval_help(p, d, "`play` and `hits` play such patterns");
        return value_error();
    }
    Value *steps = ARENA_ARRAY(arena, Value, lots.n + 1),
          *has = ARENA_ARRAY(arena, Value, lots.n + 1);
    Value *lengths = ARENA_ARRAY(arena, Value, lots.n + 1), *before = ARENA_ARRAY(arena, Value, n);
    for (int i = 0; i < lots.n; i++) {
        const Event *e = lots.events[i];
        Fraction length = fraction_mul(fraction_sub(e->end, e->begin), fraction(n, a->period));
        steps[i] = number(&v, (double)lots.steps[i]);
        has[i] = hits ? loudness(p, e) : pitch_of(p, e->value);
        lengths[i] = number(&v, fraction_number(length));
        if (e->nchances > chances) chances = e->nchances;
    }
    for (int64_t i = 0; i < n; i++) {
        while (begun < lots.n && lots.steps[begun] <= i)
            begun++;
        before[i] = number(&v, begun);
    }
    Value *lists = ARENA_ARRAY(arena, Value, chances + 1);
    for (int c = 0; c < chances; c++)
        lists[c] = chances_of(&v, &lots, c);
    Value all[] = {pace_of(p, a, n),
                   number(&v, (double)n),
                   value_list(p, before, (int)n),
                   value_list(p, steps, lots.n),
                   value_list(p, has, lots.n),
                   value_list(p, lengths, lots.n),
                   value_list(p, lists, chances),
                   number(&v, most)};
    return peval_spend(p, 10 + lots.n + n, span) ? value_list(p, all, 8) : value_error();
}

/* ---- the events of a span -------------------------------------------------------------------- */

static bool happens(const Event *e, double turn) {
    for (int i = 0; i < e->nchances; i++) {
        const Chance *c = &e->chances[i];
        double key = c->first + c->step * turn, lot = op_evaluate(OP_HASH, &key, 1);
        if (!(lot >= c->low && lot < c->high)) return false;
    }
    return true;
}

static Value row_of(Peval *p, const Event *e, Fraction from, Fraction to, int64_t shift) {
    Fraction by = {shift, 1};
    Value gain = e->gain.kind == V_ERROR ? value_constant(p, 1) : e->gain;
    Value row[] = {value_constant(p, fraction_number(fraction_add(e->begin, by))),
                   value_constant(p, fraction_number(fraction_add(e->end, by))),
                   value_constant(p, fraction_number(from)),
                   value_constant(p, fraction_number(to)),
                   e->value,
                   gain};
    return value_list(p, row, 6);
}

Value events_between(Peval *p, const Pattern *a, double low, double high, Span span) {
    Fraction from = fraction_of(low), to = fraction_of(high);
    if (!fraction_fits(from) || !fraction_fits(to) || !(fabs(low) < 1e8) || !(fabs(high) < 1e8) ||
        high - low > MOST_CYCLES) {
        peval_error(p, span, "a span of a pattern is at most %d cycles long, within 1e8 of 0",
                    MOST_CYCLES);
        return value_error();
    }
    Value *rows = NULL;
    int n = 0, cap = 0;
    bool good = true;
    for (int64_t cycle = fraction_floor(from); cycle < fraction_ceil(to) && good; cycle++) {
        int64_t k = cycle % a->period;
        if (k < 0) k += a->period;
        int64_t shift = cycle - k;
        good = peval_spend(p, 1 + a->starts[k + 1] - a->starts[k], span);
        for (int i = a->starts[k]; i < a->starts[k + 1] && good; i++) {
            const Event *e = &a->events[i];
            Fraction begin = fraction_add(e->from, (Fraction){shift, 1});
            Fraction end = fraction_add(e->to, (Fraction){shift, 1});
            if (fraction_order(begin, from) < 0) begin = from;
            if (fraction_order(end, to) > 0) end = to;
            if (fraction_order(begin, end) >= 0) continue;
            if (!happens(e, (double)(shift / a->period))) continue;
            Value row = row_of(p, e, begin, end, shift);
            VEC_PUSH(rows, n, cap, row);
        }
    }
    Value list = good ? value_list(p, rows, n) : value_error();
    free(rows);
    return list;
}
