/* Rounds: calls that come again and again in the same order, with other numbers, become one loop over a table of these
 * numbers. In: the calls of a function. Out: the same function with fewer calls.
 *
 * Sixty voices of one shape are sixty times the nodes and sixty times the calls; here they become the calls of one voice.
 * What differs between the rounds is words of 64 bits: the table has a row of them for each round. A buffer must play the
 * same part in every round. Either all rounds have the same buffer there, or each round has one of its own that no call
 * outside of the round needs; then the buffer of the first round serves all. Or what a round fills is carried to the next,
 * which reads it where the first round read something else: then all rounds read and fill one buffer, of which the
 * first finds a copy. So a hundred stages in series are one stage as well. */
#include "lower/lower.h"

#include <stdlib.h>
#include <string.h>

enum {
    FEWEST_SAVED = 8,      /* a loop of rounds saves so many calls, or is not made */
    WINDOW = FEWEST_SAVED, /* so many calls must be alike before a period is tried */
    MOST_TRIES = 24,       /* periods that are tried at each call */
    MOST_PERIOD = 4000,    /* calls: the columns are counted in 16 bits */
    LEAST_CAPACITY = 64,
    MOST_CARRIED = 4
};
static const uint32_t POWER = 0x01000193u; /* odd, and as good as any */

typedef struct Run { /* `rounds` times `period` calls from `begin` on */
    int begin, period, rounds;
} Run;

/* What a round reads, and what the round before has filled. Both are buffers of the first round. */
typedef struct Carried {
    int read, filled;
} Carried;

typedef struct RoundMaker {
    KernelEmitter *k;
    StripCode *s;
    uint32_t *shape; /* of each call: calls that differ in numbers alone have the same */
    /* of each call: the next call from which on the same few calls come again; ncalls: none */
    int *next;
    int *alike; /* by period: the calls before this one are like those a period later */
    int *image, *image_round, *origin_round; /* of buffers, in the round at hand */
    int *image_before;                       /* of what is carried, in the round before */
    Carried carried[MOST_CARRIED];           /* of the run at hand */
    int ncarried;
    /* counted over all runs, so that what belongs to an earlier round is known to be old */
    int round;
    uint64_t *columns; /* of the run at hand: a word for each round */
    int ncolumns, words, word_cap;
    int *order; /* of the run at hand: which of its rounds each row is */
    int order_cap;
    uint8_t *kinds; /* of the columns */
    int kind_cap;
    ArgumentList given,
        others; /* of the calls at hand; of all rounds, one after the other, where a run is written */
    StripCall *calls; /* the new ones */
    int ncalls, call_cap;
} RoundMaker;

/* ---- where the same calls come again ----------------------------------------------------------- */

/* For each call, finds the next call from which on the same few calls are made. The hash of a window is the sum of its shapes
 * times powers of a number, so that it follows from the hash of the window one call later. */
static void find_next(RoundMaker *r) {
    int n = r->s->ncalls;
    uint32_t size = LEAST_CAPACITY;
    while (size < 2 * (uint32_t)n)
        size *= 2;
    int *latest = alloc_zeroed(size, sizeof *latest); /* call + 1, by hash */
    uint32_t *window = alloc_zeroed((size_t)n + 1, sizeof *window), leaving = 1;
    for (int j = 0; j < WINDOW; j++)
        leaving *= POWER;
    for (int i = n - 1; i >= 0; i--) {
        r->next[i] = n;
        window[i] = window[i + 1] * POWER + r->shape[i];
        if (i + WINDOW < n) window[i] -= r->shape[i + WINDOW] * leaving;
        if (i > n - WINDOW) continue;
        const uint32_t scattered = window[i] * 0x9e3779b1u;
        uint32_t at = (scattered ^ scattered >> 15) & (size - 1);
        while (latest[at] && window[latest[at] - 1] != window[i])
            at = (at + 1) & (size - 1);
        if (latest[at]) r->next[i] = latest[at] - 1;
        latest[at] = i + 1;
    }
    free(latest);
    free(window);
}

/* ---- runs -------------------------------------------------------------------------------------- */

/* How many rounds of `period` calls from `begin` on are alike in shape. */
static int rounds_alike(RoundMaker *r, int begin, int period) {
    int *end = &r->alike[period];
    if (*end < begin) *end = begin;
    while (*end + period < r->s->ncalls && r->shape[*end] == r->shape[*end + period])
        ++*end;
    return (*end - begin) / period + 1;
}

static bool lies_within(const StripBuffer *b, int begin, int period) {
    return b->first >= begin && b->last < begin + period;
}

static bool mentions(const StripCode *s, const StripCall *call, int buffer) {
    for (int i = 0; i < call->narguments; i++)
        if (s->arguments[call->first + i].kind <= ARGUMENT_HIDDEN &&
            s->arguments[call->first + i].number == buffer)
            return true;
    return false;
}

/* May both be one buffer? The one is read before the other is filled, or by the kernel that fills it. */
static bool may_share(const StripCode *s, const Run *run, const Carried *c) {
    int last_read = -1, fills = -1;
    for (int i = 0; i < run->period; i++) {
        const StripCall *call = &s->calls[run->begin + i];
        if (mentions(s, call, c->read)) last_read = i;
        if (fills < 0 && mentions(s, call, c->filled)) fills = i;
    }
    const StripCall *call = &s->calls[run->begin + fills];
    const StripArgument *y = &s->arguments[call->first];
    return last_read < fills ||
           (last_read == fills && call->id < KERNELS && kernels[call->id].expression &&
            y->kind == ARGUMENT_BUFFER && y->number == c->filled);
}

/* May it be carried? Cheap arithmetic after each other had better be one loop over samples, where what is carried stays in
 * registers. Spans are passed over and put into another order: what they fill is carried nowhere. */
static bool may_carry(const StripCode *s, const Run *run, const Carried *c) {
    bool cheap = true;
    for (int i = 0; i < run->period; i++) {
        const StripCall *call = &s->calls[run->begin + i];
        cheap = cheap && loop_knows(call->id);
        if (call->span) return false;
    }
    return !cheap && may_share(s, run, c);
}

static int end_of(const Run *run, int round) {
    return run->begin + (round + 1) * run->period;
}

/* A round reads y where the first one read x. Has the round before filled it, and does nothing else need it? The second
 * round finds what is carried. */
static bool is_carried(RoundMaker *r, const Run *run, int round, int x, int y) {
    const StripBuffer *b = &r->s->buffers[y];
    if (b->last >= end_of(run, round)) return false;
    for (int i = 0; i < r->ncarried; i++)
        if (r->carried[i].read == x) return y == r->image_before[r->carried[i].filled];
    if (round > 1 || r->ncarried == MOST_CARRIED || b->first < run->begin ||
        b->first >= end_of(run, 0) || r->s->buffers[x].first >= run->begin)
        return false;
    const Carried new = {x, y};
    if (!may_carry(r->s, run, &new)) return false;
    r->image_before[y] = y;
    r->carried[r->ncarried++] = new;
    return true;
}

/* Does it fill y for the next round, or for what comes behind the last? */
static bool carries(const RoundMaker *r, const Run *run, int round, int x, int y) {
    for (int i = 0; i < r->ncarried; i++)
        if (r->carried[i].filled == x)
            return r->s->buffers[y].first >= end_of(run, round - 1) &&
                   r->s->buffers[y].first < end_of(run, round);
    return false;
}

/* Can buffer y play in the round at hand the part that x plays in the first? What is `inner` has its step for itself. */
static bool take_part(RoundMaker *r, const Run *run, int round, int x, int y, bool inner) {
    if (r->image_round[x] == r->round) return r->image[x] == y;
    if (r->origin_round[y] == r->round) return false;
    r->image_round[x] = r->origin_round[y] = r->round;
    r->image[x] = y;
    return inner || (x == y && !carries(r, run, round, x, y)) ||
           (lies_within(&r->s->buffers[x], run->begin, run->period) &&
            lies_within(&r->s->buffers[y], run->begin + round * run->period, run->period)) ||
           carries(r, run, round, x, y) || is_carried(r, run, round, x, y);
}

static bool round_fits(RoundMaker *r, const Run *run, int round) {
    const StripCode *s = r->s;
    r->round++;
    budget_spend(run->period);
    for (int i = 0; i < run->period; i++) {
        const StripCall *a = &s->calls[run->begin + i], *b = a + round * run->period;
        if (!calls_alike(s, a, b)) return false;
        call_arguments(s, a, &r->given);
        call_arguments(s, b, &r->others);
        for (int j = 0; j < r->given.n; j++) {
            const StripArgument *x = &s->arguments[r->given.at[j]],
                                *y = &s->arguments[r->others.at[j]];
            if (x->kind <= ARGUMENT_HIDDEN &&
                !take_part(r, run, round, x->number, y->number, j >= a->narguments))
                return false;
        }
    }
    for (int i = 0; i < r->ncarried; i++) {
        const Carried *c = &r->carried[i];
        if (r->image_round[c->read] != r->round || r->image_round[c->filled] != r->round)
            return false;
        r->image_before[c->filled] = r->image[c->filled];
    }
    return true;
}

/* A loop must lie within one round, or outside of all. */
static bool holds_whole_loops(const StripCode *s, const Run *run) {
    int open = 0;
    for (int i = 0; i < run->period && open >= 0; i++)
        open += s->calls[run->begin + i].loop;
    return open == 0;
}

static int saved(const Run *run) {
    return (run->rounds - 1) * run->period;
}

/* The run from this call on that saves most calls. */
static Run find_run(RoundMaker *r, int begin) {
    Run best = {begin, 0, 1};
    Carried carried[MOST_CARRIED] = {{0, 0}};
    int n = r->s->ncalls, ncarried = 0;
    for (int at = r->next[begin], tries = 0; at < n && tries < MOST_TRIES; at = r->next[at]) {
        Run run = {begin, at - begin, rounds_alike(r, begin, at - begin)};
        int fitting = 1;
        tries++;
        if (saved(&run) <= saved(&best) || saved(&run) < FEWEST_SAVED) continue;
        if (run.period > MOST_PERIOD || !holds_whole_loops(r->s, &run)) continue;
        r->ncarried = 0;
        while (fitting < run.rounds && round_fits(r, &run, fitting))
            fitting++;
        run.rounds = fitting;
        if (saved(&run) <= saved(&best)) continue;
        best = run;
        ncarried = r->ncarried;
        memcpy(carried, r->carried, sizeof carried);
    }
    r->ncarried = ncarried;
    memcpy(r->carried, carried, sizeof carried);
    return best;
}

/* ---- the table --------------------------------------------------------------------------------- */

static bool has_two_words(const StripArgument *a) {
    return a->kind == ARGUMENT_PHASE || a->kind == ARGUMENT_PHASE_OF_FIELDS;
}

/* The words of an argument: two of a phase, one of others. */
static void words_of(const StripArgument *a, uint64_t words[2]) {
    words[0] = a->of.word;
    words[1] = 0;
    if (a->kind == ARGUMENT_NUMBER) memcpy(words, &a->of.value, sizeof *words);
    if (a->kind == ARGUMENT_DATA) words[0] = (uint64_t)(uintptr_t)a->of.address;
    if (has_two_words(a)) words[1] = a->and.step;
}

static bool same_value(const StripArgument *a, const StripArgument *b) {
    return a->of.word == b->of.word && a->number == b->number &&
           (!has_two_words(a) || a->and.step == b->and.step);
}

/* What the call at hand is given in a round. */
static const StripArgument *given_in(const RoundMaker *r, int round, int j) {
    const int index = r->others.at[round * r->given.n + j];
    return &r->s->arguments[index];
}

/* Lists what a call of the first round is given there (given), and what it is in all rounds (others). */
static void list_given(RoundMaker *r, const Run *run, const StripCall *call) {
    ArgumentList *all = &r->others;
    all->n = 0;
    for (int round = 0; round < run->rounds; round++) {
        call_arguments(r->s, call + round * run->period, &r->given);
        for (int j = 0; j < r->given.n; j++)
            VEC_PUSH(all->at, all->n, all->cap, r->given.at[j]);
    }
    call_arguments(r->s, call, &r->given);
}

static bool same_in_all(const RoundMaker *r, const Run *run, int j) {
    const StripArgument *a = given_in(r, 0, j);
    if (a->kind <= ARGUMENT_HIDDEN || a->kind == ARGUMENT_DISTANCES) return true;
    for (int round = 1; round < run->rounds; round++)
        if (!same_value(a, given_in(r, round, j))) return false;
    return true;
}

/* The ArgumentKind of the words of a column. A phase has two columns: two words, or two fields. */
static uint8_t kind_of(const StripArgument *a) {
    return a->kind == ARGUMENT_PHASE                                          ? ARGUMENT_WORD
           : a->kind == ARGUMENT_VALUE || a->kind == ARGUMENT_PHASE_OF_FIELDS ? ARGUMENT_ADDRESS
                                                                              : a->kind;
}

/* Where equal columns stand already. The last ones are given up then. */
static int merge_columns(RoundMaker *r, int count, int rounds) {
    int last = r->ncolumns - count;
    size_t words = (size_t)count * (size_t)rounds;
    for (int i = 0; i + count <= last; i++)
        if (memcmp(r->kinds + i, r->kinds + last, (size_t)count) == 0 &&
            memcmp(r->columns + i * rounds, r->columns + last * rounds, words * 8) == 0) {
            r->ncolumns = last;
            r->words = last * rounds;
            return i;
        }
    return last;
}

static int add_columns(RoundMaker *r, const Run *run, int j) {
    const StripArgument *a = given_in(r, 0, j);
    int count = has_two_words(a) ? 2 : 1;
    budget_spend(run->rounds);
    for (int word = 0; word < count; word++) {
        VEC_PUSH(r->kinds, r->ncolumns, r->kind_cap, kind_of(a));
        for (int round = 0; round < run->rounds; round++) {
            uint64_t words[2];
            words_of(given_in(r, r->order[round], j), words);
            VEC_PUSH(r->columns, r->words, r->word_cap, words[word]);
        }
    }
    return merge_columns(r, count, run->rounds);
}

/* The variables of a step stand for other fields in each round. */
static void add_columns_of_variables(RoundMaker *r, const Run *run, const StripCall *call) {
    StripCode *s = r->s;
    StripLoop *step = &s->loops[call->fused - 1];
    for (int i = 0; i < step->nheld; i++) {
        VEC_PUSH(r->kinds, r->ncolumns, r->kind_cap, ARGUMENT_ADDRESS);
        for (int round = 0; round < run->rounds; round++) {
            const StripCall *other = call + r->order[round] * run->period;
            const int variable = s->loops[other->fused - 1].held[i];
            VEC_PUSH(r->columns, r->words, r->word_cap, s->buffers[variable].field);
        }
        s->buffers[step->held[i]].column = merge_columns(r, 1, run->rounds) + 1;
    }
    if (step->nheld > 0) step->row = ROW_OF_ROUNDS;
}

/* What differs between the rounds of a call of the first one. */
static void add_columns_of(RoundMaker *r, const Run *run, const StripCall *call) {
    StripCode *s = r->s;
    list_given(r, run, call);
    for (int j = 0; j < r->given.n; j++) {
        if (same_in_all(r, run, j)) continue;
        s->arguments[r->given.at[j]].column = (int16_t)add_columns(r, run, j);
        if (call->id == CALL_STEP) s->loops[call->fused - 1].row = ROW_OF_ROUNDS;
    }
    if (call->id == CALL_STEP) add_columns_of_variables(r, run, call);
}

/* Is each round a span, each with a time of its own? */
static bool is_timed(RoundMaker *r, const Run *run) {
    const StripCode *s = r->s;
    const StripCall *head = &s->calls[run->begin];
    int depth = 0;
    if (!head->span || s->arguments[head->first].kind != ARGUMENT_MOMENT) return false;
    for (int i = 0; i < run->period; i++) {
        depth += head[i].loop;
        if (depth == 0 && i < run->period - 1) return false;
    }
    list_given(r, run, head);
    return !same_in_all(r, run, 0);
}

/* A round and the frame at which it begins. */
typedef struct Beginning {
    int64_t from;
    int round;
} Beginning;

static int by_beginning(const void *a, const void *b) {
    const Beginning *x = a, *y = b;
    return x->from != y->from ? (x->from > y->from) - (x->from < y->from) : x->round - y->round;
}

static int64_t moment_of(const RoundMaker *r, const Run *run, int round, int end) {
    const StripCall *head = &r->s->calls[run->begin + round * run->period];
    return r->s->arguments[head->first + end].of.integer;
}

static void order_rounds(RoundMaker *r, const Run *run, bool timed) {
    Beginning *all = alloc_room((size_t)run->rounds, sizeof *all);
    while (r->order_cap < run->rounds)
        r->order = vec_grow(r->order, &r->order_cap, run->rounds, sizeof *r->order);
    for (int i = 0; i < run->rounds; i++)
        all[i] = (Beginning){timed ? moment_of(r, run, i, 0) : 0, i};
    if (timed) qsort(all, (size_t)run->rounds, sizeof *all, by_beginning);
    for (int i = 0; i < run->rounds; i++)
        r->order[i] = all[i].round;
    free(all);
}

/* The columns of a timed loop (StripCall.timed): `from`, `until`, the latest `until` so far. */
static int add_moments(RoundMaker *r, const Run *run) {
    enum { FROM, UNTIL, LATEST, COLUMNS };
    const StripCall *head = &r->s->calls[run->begin];
    const int first = r->ncolumns;
    for (int column = FROM; column < COLUMNS; column++) {
        int64_t latest = INT64_MIN;
        VEC_PUSH(r->kinds, r->ncolumns, r->kind_cap, ARGUMENT_MOMENT);
        for (int i = 0; i < run->rounds; i++) {
            const int64_t moment = moment_of(r, run, r->order[i], column > FROM);
            if (moment > latest) latest = moment;
            VEC_PUSH(r->columns, r->words, r->word_cap,
                     (uint64_t)(column == LATEST ? latest : moment));
        }
    }
    for (int end = 0; end < 2; end++)
        r->s->arguments[head->first + end].column = (int16_t)(first + end);
    return first;
}

static StripArgument make_table(RoundMaker *r, const Run *run) {
    KernelData *data = r->k->data;
    uint64_t *words = kernel_own(data, sizeof *words * (size_t)r->ncolumns * (size_t)run->rounds);
    for (int round = 0; round < run->rounds; round++)
        for (int i = 0; i < r->ncolumns; i++)
            words[round * r->ncolumns + i] = r->columns[i * run->rounds + round];
    RolledTable table = {run->rounds, r->ncolumns, words, alloc_zeroed((size_t)r->ncolumns, 1)};
    memcpy(table.kinds, r->kinds, (size_t)r->ncolumns);
    VEC_PUSH(data->rolled, data->nrolled, data->rolled_cap, table);
    return kernel_data_argument(r->k, "rolled%d", data->nrolled - 1, "uint64_t", words, 0);
}

/* ---- the new calls ----------------------------------------------------------------------------- */

static void add_head(RoundMaker *r, const Run *run, int depth, int timed) {
    StripCode *s = r->s;
    StripCall head = {.id = CALL_C,
                      .depth = depth,
                      .loop = 1,
                      .rolled = true,
                      .rounds = run->rounds,
                      .width = r->ncolumns,
                      .timed = timed,
                      .begin = s->text.length,
                      .first = s->narguments};
    if (r->ncolumns > 0) {
        VEC_PUSH(s->arguments, s->narguments, s->argument_cap, make_table(r, run));
        head.narguments = 1;
        head.table = r->k->data->nrolled - 1;
    }
    VEC_PUSH(r->calls, r->ncalls, r->call_cap, head);
}

static void add_end(RoundMaker *r, int depth) {
    StripCall end = {
        .id = CALL_C, .depth = depth, .begin = r->s->text.length, .length = 1, .loop = -1};
    buf_puts(&r->s->text, "}");
    VEC_PUSH(r->calls, r->ncalls, r->call_cap, end);
}

static void rename_in(StripCode *s, const StripCall *call, int from, int to) {
    for (int i = 0; i < call->narguments; i++) {
        StripArgument *a = &s->arguments[call->first + i];
        if (a->kind <= ARGUMENT_HIDDEN && a->number == from) a->number = to;
    }
    for (int i = 0; i < call->nnames; i++)
        if (call->names[i].buffer == from) call->names[i].buffer = to;
}

/* Puts one buffer into the place of another, in calls [begin, end) and the steps that they call. */
static void rename_buffer(StripCode *s, int begin, int end, int from, int to) {
    for (int i = begin; i < end; i++) {
        const StripCall *call = &s->calls[i];
        rename_in(s, call, from, to);
        const StripLoop *step = call->id == CALL_STEP ? &s->loops[call->fused - 1] : NULL;
        for (int j = 0; step && j < step->ncalls; j++)
            rename_in(s, &s->inner[step->first + j].call, from, to);
    }
}

static int image_in_last(const StripCode *s, const Run *run, int buffer) {
    for (int i = 0; i < run->period; i++) {
        const StripCall *a = &s->calls[run->begin + i], *b = a + (run->rounds - 1) * run->period;
        for (int j = 0; j < a->narguments; j++)
            if (s->arguments[a->first + j].kind <= ARGUMENT_HIDDEN &&
                s->arguments[a->first + j].number == buffer)
                return s->arguments[b->first + j].number;
    }
    return buffer;
}

static void copy(RoundMaker *r, int to, int from, int depth) {
    StripCode *s = r->s;
    StripCall call = {.id = s->buffers[to].type == OF_FLOAT    ? KERNEL_copy_f_v
                            : s->buffers[to].type == OF_DOUBLE ? KERNEL_copy_d_v
                                                               : KERNEL_copy_b_v,
                      .depth = depth,
                      .first = s->narguments,
                      .narguments = 2,
                      .counted = true};
    const StripArgument y = {.kind = ARGUMENT_BUFFER, .column = -1, .number = to};
    StripArgument x = y;
    x.number = from;
    VEC_PUSH(s->arguments, s->narguments, s->argument_cap, y);
    VEC_PUSH(s->arguments, s->narguments, s->argument_cap, x);
    VEC_PUSH(r->calls, r->ncalls, r->call_cap, call);
}

/* What is carried has one buffer before the loop, in it and behind it: the one that the first round fills. */
static void carry(RoundMaker *r, const Run *run, const Carried *c, int depth) {
    StripCode *s = r->s;
    const int last = image_in_last(s, run, c->filled);
    copy(r, c->filled, c->read, depth);
    rename_buffer(s, run->begin, run->begin + run->period, c->read, c->filled);
    rename_buffer(s, end_of(run, run->rounds - 1), s->buffers[last].last + 1, last, c->filled);
    s->buffers[c->filled].last = s->buffers[last].last;
}

static void write_run(RoundMaker *r, const Run *run) {
    StripCode *s = r->s;
    const int depth = s->calls[run->begin].depth;
    const bool timed = is_timed(r, run);
    for (int i = 0; i < r->ncarried; i++)
        carry(r, run, &r->carried[i], depth);
    r->ncolumns = r->words = 0;
    order_rounds(r, run, timed);
    const int first = timed ? add_moments(r, run) + 1 : 0;
    for (int i = 0; i < run->period; i++) {
        s->calls[run->begin + i].depth++;
        if (!(timed && i == 0)) add_columns_of(r, run, &s->calls[run->begin + i]);
    }
    add_head(r, run, depth, first);
    for (int i = 0; i < run->period; i++)
        VEC_PUSH(r->calls, r->ncalls, r->call_cap, s->calls[run->begin + i]);
    add_end(r, depth);
}

static void write_all(RoundMaker *r) {
    StripCode *s = r->s;
    for (int i = 0; i < s->ncalls;) {
        Run run = find_run(r, i);
        if (run.rounds > 1) {
            write_run(r, &run);
            i += run.rounds * run.period;
            continue;
        }
        const StripCall *c = &s->calls[i];
        const int depth = c->depth;
        const bool whole = c->loop > 0 && !c->span; /* no loop is made within a loop */
        VEC_PUSH(r->calls, r->ncalls, r->call_cap, s->calls[i]);
        for (i++; whole && i < s->ncalls && s->calls[i].depth > depth; i++)
            VEC_PUSH(r->calls, r->ncalls, r->call_cap, s->calls[i]);
    }
    free(s->calls);
    s->calls = r->calls;
    s->ncalls = r->ncalls;
    s->call_cap = r->call_cap;
}

void kernel_rounds(KernelEmitter *k) {
    StripCode *s = &k->code;
    if (!plan_may(k->p, STRATEGY_ROUNDS)) return;
    size_t calls = (size_t)s->ncalls + 1, buffers = (size_t)s->nbuffers + 1;
    RoundMaker r = {.k = k, .s = s};
    r.calls = vec_grow(NULL, &r.call_cap, s->ncalls, sizeof *r.calls);
    r.shape = alloc_zeroed(calls, sizeof *r.shape);
    r.next = alloc_zeroed(calls, sizeof *r.next);
    r.alike = alloc_zeroed(calls, sizeof *r.alike);
    r.image = alloc_zeroed(buffers, sizeof *r.image);
    r.image_round = alloc_zeroed(buffers, sizeof *r.image_round);
    r.origin_round = alloc_zeroed(buffers, sizeof *r.origin_round);
    r.image_before = alloc_zeroed(buffers, sizeof *r.image_before);
    strip_find_lives(s);
    for (int i = 0; i < s->ncalls; i++)
        r.shape[i] = call_shape(s, &s->calls[i]);
    find_next(&r);
    write_all(&r);
    free(r.shape);
    free(r.next);
    free(r.alike);
    free(r.image);
    free(r.image_round);
    free(r.origin_round);
    free(r.image_before);
    free(r.columns);
    free(r.kinds);
    free(r.order);
    free(r.given.at);
    free(r.others.at);
}
