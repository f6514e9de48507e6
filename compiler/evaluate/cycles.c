/* What can be done with patterns. In: patterns, values, speeds. Out: patterns, as the functional patterns of TidalCycles
 * have them (McLean 2014, "Making programming languages to dance to"), written out over the cycles after which they begin again. */
#include "evaluate/cycles.h"

#include <stdlib.h>
#include <string.h>

static const Fraction zero = {0, 1}, one = {1, 1};

/* ---- making one ------------------------------------------------------------------------------ */

Making making_begin(Peval *p, int64_t period, Span span) {
    return (Making){.p = p, .span = span, .period = period, .failed = period <= 0};
}

static void fail(Making *m, const char *message, const char *help) {
    if (m->failed) return;
    m->failed = true;
    peval_help(m->p, peval_error(m->p, m->span, "%s", message), "%s", help);
}

static void too_many(Making *m) {
    fail(m, "the pattern has over 65536 events before it begins again",
         "it is written out so far: fewer repeats, or alternations that begin again sooner");
}

static bool event_fits(const Event *e) {
    return fraction_fits(e->begin) && fraction_fits(e->end) && fraction_fits(e->from) &&
           fraction_fits(e->to);
}

static void push(Making *m, const Event *e) {
    if (m->n >= MOST_EVENTS) {
        too_many(m);
        return;
    }
    if (m->n == m->cap) {
        int cap = m->cap ? 2 * m->cap : 8;
        Event *more = ARENA_ARRAY(m->p->session->arena, Event, cap);
        if (m->n) memcpy(more, m->events, sizeof *more * (size_t)m->n);
        m->events = more;
        m->cap = cap;
    }
    m->events[m->n] = *e;
    m->events[m->n].order = m->n;
    m->n++;
}

void making_add(Making *m, Event e) {
    if (m->failed) return;
    if (!peval_spend(m->p, 1, m->span)) {
        m->failed = true;
        return;
    }
    if (!event_fits(&e)) {
        fail(m, "the times of the pattern are too fine for exact fractions",
             "they are fractions of whole numbers below 2^53 of a cycle");
        return;
    }
    Fraction end = e.to;
    while (!m->failed && fraction_order(e.from, end) < 0) {
        Fraction border = {fraction_floor(e.from) + 1, 1};
        e.to = fraction_order(border, end) < 0 ? border : end;
        push(m, &e);
        e.from = e.to;
    }
}

static bool same_chances(const Event *a, const Event *b) {
    if (a->nchances != b->nchances) return false;
    for (int i = 0; i < a->nchances; i++) {
        const Chance *x = &a->chances[i], *y = &b->chances[i];
        if (x->first != y->first || x->step != y->step || x->low != y->low || x->high != y->high)
            return false;
    }
    return true;
}

static bool same_fraction(Fraction a, Fraction b) {
    return a.over == b.over && a.under == b.under;
}

static bool same_content(const Event *a, const Event *b) {
    return value_equal(a->value, b->value) && value_equal(a->gain, b->gain) &&
           value_equal(a->pan, b->pan) && same_chances(a, b);
}

static bool same_whole(const Event *a, const Event *b) {
    return same_fraction(a->begin, b->begin) && same_fraction(a->end, b->end);
}

static int by_part(const void *a, const void *b) {
    const Event *x = a, *y = b;
    int order = fraction_order(x->from, y->from);
    return order ? order : (x->order > y->order) - (x->order < y->order);
}

/* What was cut for no reason that can be heard is one part again. */
static void mend(Making *m) {
    enum { FARTHEST = 64 };
    int kept = 0;
    for (int i = 0; i < m->n; i++) {
        Event *e = &m->events[i];
        bool inside = e->from.under != 1 && !same_fraction(e->from, e->begin), mended = false;
        for (int k = kept - 1; inside && !mended && k >= 0 && k >= kept - FARTHEST; k--) {
            Event *before = &m->events[k];
            if (!same_fraction(before->to, e->from) || !same_whole(before, e) ||
                !same_content(before, e))
                continue;
            before->to = e->to;
            mended = true;
        }
        if (!mended) m->events[kept++] = *e;
    }
    m->n = kept;
}

static uint32_t mix(uint32_t h, uint64_t x) {
    x *= 0x9e3779b97f4a7c15u;
    h = (h ^ (uint32_t)(x >> 32)) * 0x85ebca6bu;
    return h ^ (h >> 13);
}

/* Words that stand elsewhere make another pattern, so that messages point at those of their own. */
static bool same_pattern(const Pattern *a, const Making *m, Fraction beats) {
    if (a->n != m->n || a->period != m->period || !same_fraction(a->beats, beats)) return false;
    for (int i = 0; i < m->n; i++) {
        const Event *x = &a->events[i], *y = &m->events[i];
        if (!same_whole(x, y) || !same_fraction(x->from, y->from) || !same_fraction(x->to, y->to) ||
            !same_content(x, y) || !span_equal(x->span, y->span))
            return false;
    }
    return true;
}

enum { PATTERN_CHAINS = 1024 };

static Pattern **chain_of(Peval *p, uint32_t hash) {
    if (!p->patterns) p->patterns = ARENA_ARRAY(p->session->arena, Pattern *, PATTERN_CHAINS);
    return &p->patterns[hash % PATTERN_CHAINS];
}

const Pattern *making_end(Making *m, Fraction beats) {
    if (m->failed) return NULL;
    if (m->n) qsort(m->events, (size_t)m->n, sizeof *m->events, by_part);
    mend(m);
    uint32_t hash = mix((uint32_t)m->n, (uint64_t)m->period);
    for (int i = 0; i < m->n; i++)
        hash = mix(mix(hash, value_hash(m->events[i].value)), (uint64_t)m->events[i].from.over);
    Pattern **chain = chain_of(m->p, hash);
    for (const Pattern *a = *chain; a; a = a->chain)
        if (a->hash == hash && same_pattern(a, m, beats)) return a;
    int *starts = ARENA_ARRAY(m->p->session->arena, int, m->period + 1);
    int64_t cycle = 0;
    for (int i = 0; i < m->n; i++)
        for (int64_t here = fraction_floor(m->events[i].from); cycle < here;)
            starts[++cycle] = i;
    while (cycle < m->period)
        starts[++cycle] = m->n;
    Pattern *a = ARENA_NEW(m->p->session->arena, Pattern);
    *a = (Pattern){beats, m->period, m->n, hash, *chain, starts, m->events};
    return *chain = a;
}

static int64_t floor_mod(int64_t a, int64_t b) {
    int64_t rest = a % b;
    return rest < 0 ? rest + b : rest;
}

/* What an event of pattern a in its cycle becomes where the cycle is played as number `cycle` of the first period and
 * `advance` later in each one after it, cycles of a. */
static const Chance *moved_chances(Making *m, const Pattern *a, const Event *e, int64_t cycle,
                                   int64_t advance) {
    if (e->nchances == 0) return NULL;
    Chance *chances = ARENA_ARRAY(m->p->session->arena, Chance, e->nchances);
    double turns = (double)((cycle - floor_mod(cycle, a->period)) / a->period);
    for (int i = 0; i < e->nchances; i++) {
        chances[i] = e->chances[i];
        chances[i].first += e->chances[i].step * turns;
        chances[i].step *= (double)(advance / a->period);
    }
    return chances;
}

typedef struct Window { /* where a cycle of a pattern goes: x * scale + offset, between two times */
    Fraction scale, offset, low, high;
} Window;

static void add_cycle(Making *m, const Pattern *a, int64_t cycle, int64_t advance, Window w,
                      const Event *also) {
    int64_t k = floor_mod(cycle, a->period);
    Fraction shift = {cycle - k, 1};
    if (!peval_spend(m->p, 1, m->span)) m->failed = true;
    for (int i = a->starts[k]; i < a->starts[k + 1] && !m->failed; i++) {
        Event e = a->events[i];
        Fraction *times[] = {&e.begin, &e.end, &e.from, &e.to};
        for (int j = 0; j < 4; j++)
            *times[j] =
                fraction_add(fraction_mul(fraction_add(*times[j], shift), w.scale), w.offset);
        if (!event_fits(&e)) {
            making_add(m, e);
            return;
        }
        if (fraction_order(e.from, w.low) < 0) e.from = w.low;
        if (fraction_order(e.to, w.high) > 0) e.to = w.high;
        if (fraction_order(e.from, e.to) >= 0) continue;
        e.chances = moved_chances(m, a, &e, cycle, advance);
        if (also && also->nchances) {
            Chance *both = ARENA_ARRAY(m->p->session->arena, Chance, e.nchances + also->nchances);
            if (e.nchances) memcpy(both, e.chances, sizeof *both * (size_t)e.nchances);
            memcpy(both + e.nchances, also->chances, sizeof *both * (size_t)also->nchances);
            e.chances = both;
            e.nchances += also->nchances;
        }
        making_add(m, e);
    }
}

static Window whole_cycle(int64_t cycle) {
    return (Window){one, zero, {cycle, 1}, {cycle + 1, 1}};
}

int64_t common_period(Peval *p, int64_t a, int64_t b, Span span) {
    if (a <= 0 || b <= 0) return 0;
    int64_t least = a / common_divisor(a, b) * b; /* both are at most MOST_CYCLES */
    if (least <= MOST_CYCLES) return least;
    Diag *d = peval_error(p, span, "the pattern begins again after %lld cycles, more than %d",
                          (long long)least, MOST_CYCLES);
    peval_help(p, d, "alternations and meters that have a common divisor begin again sooner");
    return 0;
}

/* ---- patterns -------------------------------------------------------------------------------- */

const Pattern *pattern_silence(Peval *p) {
    Making m = making_begin(p, 1, (Span){-1, 0, 0});
    return making_end(&m, fraction(4, 1));
}

const Pattern *pattern_of(Peval *p, Value value, Span span) {
    Making m = making_begin(p, 1, span);
    making_add(&m, (Event){.begin = zero,
                           .end = one,
                           .from = zero,
                           .to = one,
                           .value = value,
                           .gain = value_error(),
                           .pan = value_error(),
                           .span = span});
    return making_end(&m, fraction(4, 1));
}

static int64_t period_of_all(Peval *p, const Pattern *const *parts, int n, Span span) {
    int64_t period = 1;
    for (int i = 0; i < n && period; i++)
        period = parts[i] ? common_period(p, period, parts[i]->period, span) : 0;
    return period;
}

const Pattern *pattern_sequence(Peval *p, const Pattern *const *parts, const Fraction *weights,
                                int n, Span span) {
    if (n == 0) return pattern_silence(p);
    Fraction all = zero;
    for (int i = 0; i < n; i++)
        all = fraction_add(all, weights[i]);
    int64_t period = period_of_all(p, parts, n, span);
    Making m = making_begin(p, period, span);
    for (int64_t cycle = 0; cycle < period && !m.failed; cycle++) {
        Fraction begin = {cycle, 1}, before = zero;
        for (int i = 0; i < n && !m.failed; i++) {
            Window w = {.scale = fraction_div(weights[i], all)};
            w.low = fraction_add(begin, fraction_div(before, all));
            before = fraction_add(before, weights[i]);
            w.high = fraction_add(begin, fraction_div(before, all));
            w.offset = fraction_sub(w.low, fraction_mul(begin, w.scale));
            if (fraction_fits(w.high))
                add_cycle(&m, parts[i], cycle, period, w, NULL);
            else
                making_add(&m, (Event){.from = w.high});
        }
    }
    return making_end(&m, parts[0] ? parts[0]->beats : one);
}

const Pattern *pattern_stack(Peval *p, const Pattern *const *parts, int n, Span span) {
    if (n == 0) return pattern_silence(p);
    int64_t period = period_of_all(p, parts, n, span);
    Making m = making_begin(p, period, span);
    for (int i = 0; i < n; i++)
        for (int64_t cycle = 0; cycle < period && !m.failed; cycle++)
            add_cycle(&m, parts[i], cycle, period, whole_cycle(cycle), NULL);
    return making_end(&m, parts[0] ? parts[0]->beats : one);
}

/* The whole pattern again and again up to another period, a multiple of its own. */
static Making written_out(Peval *p, const Pattern *a, int64_t period, Span span) {
    Making m = making_begin(p, period, span);
    for (int64_t cycle = 0; cycle < period && !m.failed; cycle++)
        add_cycle(&m, a, cycle, period, whole_cycle(cycle), NULL);
    return m;
}

static void add_chance(Peval *p, Event *e, Chance chance) {
    Chance *more = ARENA_ARRAY(p->session->arena, Chance, e->nchances + 1);
    if (e->nchances) memcpy(more, e->chances, sizeof *more * (size_t)e->nchances);
    more[e->nchances++] = chance;
    e->chances = more;
}

/* The numbers that a decision takes: other ones in each cycle, of each place in the text. */
static double key_of(int seed, int64_t cycle, uint32_t place) {
    double within = fmod((double)seed * 65536 + place % 65536, KEYS_OF_CYCLE);
    return (double)cycle * KEYS_OF_CYCLE + within;
}

const Pattern *pattern_choice(Peval *p, const Pattern *const *parts, const double *weights, int n,
                              int seed, Span span) {
    double all = 0, before = 0;
    for (int i = 0; i < n; i++)
        all += weights[i];
    int64_t period = period_of_all(p, parts, n, span);
    Making m = making_begin(p, period, span);
    for (int i = 0; i < n && !m.failed; i++) {
        Making part = written_out(p, parts[i], period, span);
        m.failed = part.failed;
        double low = before / all;
        before += weights[i];
        double high = i == n - 1 ? 1 : before / all;
        for (int k = 0; k < part.n && low < high; k++) {
            Event e = part.events[k];
            add_chance(p, &e,
                       (Chance){key_of(seed, fraction_floor(e.from), 0),
                                (double)period * KEYS_OF_CYCLE, low, high});
            making_add(&m, e);
        }
    }
    return making_end(&m, n && parts[0] ? parts[0]->beats : one);
}

const Pattern *pattern_degraded(Peval *p, const Pattern *a, double chance, int seed, Span span) {
    if (!a) return NULL;
    Making m = making_begin(p, a->period, span);
    for (int i = 0; i < a->n && chance < 1; i++) {
        Event e = a->events[i];
        int64_t cycle = fraction_floor(e.begin); /* all parts of an event share its lot */
        Fraction within = fraction_sub(e.begin, (Fraction){cycle, 1});
        uint32_t place = mix((uint32_t)within.over, (uint64_t)within.under);
        if (chance > 0)
            add_chance(
                p, &e,
                (Chance){key_of(seed, cycle, place), (double)a->period * KEYS_OF_CYCLE, chance, 1});
        making_add(&m, e);
    }
    return making_end(&m, a->beats);
}

const Pattern *pattern_rekeyed(Peval *p, const Pattern *a, int key, Span span) {
    if (!a || key == 0) return a;
    Making m = making_begin(p, a->period, span);
    for (int i = 0; i < a->n; i++) {
        Event e = a->events[i];
        Chance *chances = ARENA_ARRAY(p->session->arena, Chance, e.nchances + 1);
        for (int k = 0; k < e.nchances; k++) {
            chances[k] = e.chances[k];
            chances[k].first += 7919.0 * key;
        }
        e.chances = chances;
        making_add(&m, e);
    }
    return making_end(&m, a->beats);
}

const Pattern *pattern_at(Peval *p, const Pattern *a, Fraction speed, Fraction late, Span span) {
    if (!a) return NULL;
    Making m = making_begin(p, 1, span);
    __int128 over = (__int128)speed.under * a->period;
    Fraction period = fraction_wide(over, speed.over); /* of a at this speed, in cycles */
    Fraction first = fraction_mul((Fraction){-late.over, late.under}, speed);
    if (!fraction_fits(speed) || !fraction_fits(period) || !fraction_fits(first)) {
        making_add(&m, (Event){.from = {0, 0}});
        return NULL;
    }
    m.period = common_period(p, period.over, 1, span);
    if (m.period == 0) return NULL;
    Fraction played = fraction_mul((Fraction){m.period, 1}, speed);
    if (!fraction_fits(played) || played.over > 2 * MOST_EVENTS) {
        too_many(&m);
        return NULL;
    }
    Fraction scale = fraction_div(one, speed);
    Window w = {scale, late, zero, {m.period, 1}};
    Fraction last = fraction_add(first, played);
    for (int64_t cycle = fraction_floor(first); cycle < fraction_ceil(last) && !m.failed; cycle++)
        add_cycle(&m, a, cycle, played.over, w, NULL);
    return making_end(&m, a->beats);
}

const Pattern *pattern_reversed(Peval *p, const Pattern *a, Span span) {
    if (!a) return NULL;
    Making m = making_begin(p, a->period, span);
    for (int i = 0; i < a->n; i++) {
        Event e = a->events[i];
        Fraction ends = {2 * fraction_floor(e.from) + 1, 1};
        Fraction begin = e.begin, from = e.from;
        e.begin = fraction_sub(ends, e.end);
        e.end = fraction_sub(ends, begin);
        e.from = fraction_sub(ends, e.to);
        e.to = fraction_sub(ends, from);
        making_add(&m, e);
    }
    return making_end(&m, a->beats);
}

/* The part of an event that lies in a new whole; false: nothing of it. */
static bool within(Event *e, Fraction begin, Fraction end) {
    e->begin = begin;
    e->end = end;
    if (!event_fits(e)) return true;
    if (fraction_order(e->from, begin) < 0) e->from = begin;
    if (fraction_order(e->to, end) > 0) e->to = end;
    return fraction_order(e->from, e->to) < 0;
}

const Pattern *pattern_ply(Peval *p, const Pattern *a, int n, Span span) {
    if (!a) return NULL;
    Making m = making_begin(p, a->period, span);
    for (int i = 0; i < a->n && !m.failed; i++) {
        const Event *e = &a->events[i];
        Fraction length = fraction_div(fraction_sub(e->end, e->begin), (Fraction){n, 1});
        for (int k = 0; k < n && !m.failed; k++) {
            Event piece = *e;
            Fraction begin = fraction_add(e->begin, fraction_mul(length, (Fraction){k, 1}));
            if (!peval_spend(p, 1, span)) m.failed = true;
            if (within(&piece, begin, fraction_add(begin, length))) making_add(&m, piece);
        }
    }
    return making_end(&m, a->beats);
}

const Pattern *pattern_reordered(Peval *p, const Pattern *a, const int *order, int n, Span span) {
    if (!a) return NULL;
    Making m = making_begin(p, a->period, span);
    for (int64_t cycle = 0; cycle < a->period && !m.failed; cycle++)
        for (int i = 0; i < n && !m.failed; i++) {
            Fraction low = fraction(cycle * n + i, n), high = fraction(cycle * n + i + 1, n);
            Window w = {one, fraction(i - order[i], n), low, high};
            add_cycle(&m, a, cycle, a->period, w, NULL);
        }
    return making_end(&m, a->beats);
}

const Pattern *pattern_with_beats(Peval *p, const Pattern *a, Fraction beats) {
    if (!a) return NULL;
    Making m = making_begin(p, a->period, (Span){-1, 0, 0});
    for (int i = 0; i < a->n; i++)
        push(&m, &a->events[i]);
    return making_end(&m, beats);
}

const Pattern *pattern_joined(Peval *p, const Pattern *a, MakePattern *make, void *data,
                              Span span) {
    if (!a) return NULL;
    const Pattern **made = ARENA_ARRAY(p->session->arena, const Pattern *, a->n + 1);
    int64_t period = a->period;
    for (int i = 0; i < a->n && period; i++) {
        made[i] = make(data, &a->events[i]);
        period = made[i] ? common_period(p, period, made[i]->period, span) : 0;
    }
    Making m = making_begin(p, period, span);
    for (int64_t cycle = 0; cycle < period && !m.failed; cycle++) {
        int64_t k = cycle % a->period;
        for (int i = a->starts[k]; i < a->starts[k + 1] && !m.failed; i++) {
            Event e = a->events[i];
            Fraction shift = {cycle - k, 1};
            Window w = {one, zero, fraction_add(e.from, shift), fraction_add(e.to, shift)};
            e.chances = moved_chances(&m, a, &e, cycle, period);
            add_cycle(&m, made[i], cycle, period, w, &e);
        }
    }
    return making_end(&m, a->beats);
}

/* Bjorklund's way, begun as Toussaint has it (2005): what is left over is put behind what there is, until at most one is
 * left over. Two kinds of groups, each some steps long, are all there is of it. */
void euclid_steps(int k, int n, int turn, char *steps) {
    int hits = k < 0 ? -k : k;
    bool invert = k < 0;
    char *first = steps, *second = steps + n, *both = steps + 2 * n; /* room for 3 n */
    int some = hits, others = n - hits, first_length = 1, second_length = 1;
    first[0] = 1;
    second[0] = 0;
    if (hits <= 0 || hits >= n) {
        memset(steps, (hits >= n) != invert, (size_t)n);
        return;
    }
    do {
        int pairs = some < others ? some : others;
        memcpy(both, first, (size_t)first_length);
        memcpy(both + first_length, second, (size_t)second_length);
        if (some > others) {
            memcpy(second, first, (size_t)first_length);
            int length = first_length;
            first_length += second_length;
            second_length = length;
        } else {
            first_length += second_length;
        }
        memcpy(first, both, (size_t)first_length);
        others = some > others ? some - pairs : others - pairs;
        some = pairs;
        budget_spend(1);
    } while (others > 1);
    char *out = both;
    for (int i = 0; i < some; i++, out += first_length)
        memcpy(out, first, (size_t)first_length);
    for (int i = 0; i < others; i++, out += second_length)
        memcpy(out, second, (size_t)second_length);
    for (int i = 0; i < n; i++)
        steps[i] = both[floor_mod((int64_t)i + turn, n)] != invert;
}

const Pattern *pattern_euclid(Peval *p, const Pattern *a, int k, int n, int turn, Span span) {
    if (!a) return NULL;
    char *steps = arena_alloc(p->session->arena, (size_t)3 * (size_t)n + 1);
    euclid_steps(k, n, turn, steps);
    const Pattern **parts = ARENA_ARRAY(p->session->arena, const Pattern *, n + 1);
    Fraction *weights = ARENA_ARRAY(p->session->arena, Fraction, n + 1);
    const Pattern *rest = pattern_silence(p);
    for (int i = 0; i < n; i++) {
        parts[i] = steps[i] ? pattern_rekeyed(p, a, i, span) : rest;
        weights[i] = one;
    }
    return pattern_sequence(p, parts, weights, n, span);
}

const Pattern *pattern_combined(Peval *p, const Pattern *a, const Pattern *b, Meet *meet,
                                void *data, Span span) {
    if (!a || !b) return NULL;
    int64_t period = common_period(p, a->period, b->period, span);
    if (period == 0) return NULL;
    Making first = written_out(p, a, period, span), second = written_out(p, b, period, span);
    const Pattern *x = making_end(&first, one), *y = making_end(&second, one);
    if (!x || !y) return NULL;
    Making m = making_begin(p, period, span);
    for (int64_t cycle = 0; cycle < period; cycle++)
        for (int i = x->starts[cycle]; i < x->starts[cycle + 1]; i++)
            for (int k = y->starts[cycle]; k < y->starts[cycle + 1] && !m.failed; k++) {
                Event e = x->events[i];
                const Event *f = &y->events[k];
                if (!peval_spend(p, 1, span)) m.failed = true;
                if (fraction_order(f->from, e.from) > 0) e.from = f->from;
                if (fraction_order(f->to, e.to) < 0) e.to = f->to;
                if (fraction_order(e.from, e.to) >= 0 || !meet(data, &e, f)) continue;
                for (int j = 0; j < f->nchances; j++)
                    add_chance(p, &e, f->chances[j]);
                making_add(&m, e);
            }
    return making_end(&m, a->beats);
}

/* An event of any time, cut at the borders of periods and taken into the first. What chance decides of it is what it decided
 * in the period that it comes from. */
static void add_round(Making *m, const Event *e) {
    if (!event_fits(e)) {
        making_add(m, *e);
        return;
    }
    int64_t turn = fraction_floor(fraction_div(e->from, (Fraction){m->period, 1}));
    for (;; turn++) {
        Event part = *e;
        Fraction low = {turn * m->period, 1}, high = {(turn + 1) * m->period, 1};
        if (m->failed || fraction_order(low, e->to) >= 0) return;
        if (fraction_order(part.from, low) < 0) part.from = low;
        if (fraction_order(part.to, high) > 0) part.to = high;
        Fraction *times[] = {&part.begin, &part.end, &part.from, &part.to};
        for (int i = 0; i < 4; i++)
            *times[i] = fraction_sub(*times[i], low);
        Chance *chances = ARENA_ARRAY(m->p->session->arena, Chance, e->nchances + 1);
        for (int i = 0; i < e->nchances; i++) {
            chances[i] = e->chances[i];
            chances[i].first -= chances[i].step * (double)turn;
        }
        part.chances = chances;
        making_add(m, part);
    }
}

const Pattern *pattern_changed(Peval *p, const Pattern *a, Change *change, void *data, Span span) {
    if (!a) return NULL;
    Making m = making_begin(p, a->period, span);
    for (int i = 0; i < a->n && !m.failed; i++) {
        Event e = a->events[i];
        if (change(data, &e)) add_round(&m, &e);
    }
    return making_end(&m, a->beats);
}
