/* Lets filters that need nothing of each other run beside each other, in the lanes of vectors (runtime/kernels_lanes.c). In: the
 * calls of a function, each after those it needs, among them filters of one pole or two whose numbers do not vary, which have
 * no place in the state yet. Out: the same, but eight or four filters are one call, and all have their places.
 *
 * The lines of a feedback delay network, combs, channels, bands: inputs and outputs differ, so no bank can be made of them
 * (lower/bank.c). The call stands where the first of the filters stood; what the others need of calls behind it moves before
 * it, where that does nothing but fill a buffer. What gains make of an input, and what it was one sample ago, is left to the
 * filters. */
#include "lower/lower.h"

#include <stdlib.h>
#include <string.h>

enum {
    LANES = 8,
    HALF = 4,
    STATES = 2,
    MOST_MOVED = 96, /* calls, for one filter */
    MOST_TRIED = 48  /* filters that may join one */
};

static const struct LaneKind {
    KernelId one;
    /* of a call of one: which arguments are its output, its input and the first of its place, and an output that is not there in
     * lanes, -1: it has none */
    int filled, input, power, old;
    int order, powers, past; /* its states, and what it keeps where it is alone */
    struct LaneShape {
        KernelId four, eight, row;
    } shapes
        [2]; /* without and with what it hears of its input one sample ago; KERNELS: there is none */
} kinds[] = {
    {KERNEL_lti1,
     1,
     2,
     3,
     0,
     1,
     3,
     7,
     {{KERNEL_poles1_four, KERNEL_poles1_eight, KERNEL_poles1_lane},
      {KERNEL_pole_zero_four, KERNEL_pole_zero_eight, KERNEL_pole_zero_lane}}},
    {KERNEL_poles2,
     0,
     1,
     2,
     -1,
     2,
     6,
     16,
     {{KERNEL_poles2_four, KERNEL_poles2_eight, KERNEL_poles2_lane}, {KERNELS, KERNELS, KERNELS}}}};
enum { KINDS = sizeof kinds / sizeof *kinds, NOWHERE = -1, NOTHING = -1 };

typedef struct LaneFinder {
    KernelEmitter *k;
    StripCode *s;
    int *around; /* of a call: the call that opens the span or loop around it, NOWHERE: none */
    int *fills;  /* of a buffer: how many calls change it, and the last of them */
    int *last_fill;
    int *mentions;    /* of a buffer: in how many arguments and names it is */
    bool *done;       /* calls that have a place in the new order */
    int *seen, turn;  /* calls that a filter needs, by the turn in which they were found */
    int *at, nat;     /* the calls of filters */
    StripCall *calls; /* the new order */
    int ncalls, call_cap;
} LaneFinder;

/* What a filter hears: a buffer, times a number, and of the same one sample ago, times another. What that was before the strip
 * is the first in buffer `before`, NOTHING: it does not hear that. */
typedef struct Heard {
    int x, before;
    double gain, gain_before;
} Heard;

/* Filters that become one call. */
typedef struct Group {
    const struct LaneKind *kind;
    bool zero; /* they hear their inputs one sample ago, too */
    int call[LANES], n;
    Heard heard[LANES];
    int *moved, nmoved, moved_cap; /* calls that come before it */
} Group;

static const StripArgument *arguments(const LaneFinder *f, int call) {
    return &f->s->arguments[f->s->calls[call].first];
}

static const struct LaneKind *kind_of(const LaneFinder *f, int call) {
    for (int i = 0; i < KINDS; i++)
        if (f->s->calls[call].id == (int)kinds[i].one) return &kinds[i];
    return NULL;
}

/* ---- what calls do with buffers -------------------------------------------------------------------- */

static void note_fill(LaneFinder *f, int buffer, int call) {
    f->fills[buffer]++;
    f->last_fill[buffer] = call;
}

static void note_call(LaneFinder *f, int call) {
    const StripCall *c = &f->s->calls[call];
    const int writes = c->id == CALL_MEMCPY ? 1 : strip_writes(c->id);
    for (int i = 0; i < c->narguments; i++) {
        const StripArgument *a = &arguments(f, call)[i];
        if (a->kind > ARGUMENT_HIDDEN) continue;
        f->mentions[a->number]++;
        if (i < writes) note_fill(f, a->number, call);
    }
    for (int i = 0; i < c->nnames; i++) {
        f->mentions[c->names[i].buffer]++;
        note_fill(f, c->names[i].buffer, call);
    }
}

static void note_calls(LaneFinder *f) {
    const StripCode *s = f->s;
    int open = NOWHERE;
    for (int i = 0; i < s->ncalls; i++) {
        if (s->calls[i].loop < 0) open = f->around[open];
        f->around[i] = open;
        if (s->calls[i].loop > 0) open = i;
        note_call(f, i);
        if (kind_of(f, i)) f->at[f->nat++] = i;
    }
}

/* ---- which filters ----------------------------------------------------------------------------------- */

/* Does a call only fill one buffer, from others and from what is the same through the whole strip? A ring that no call of the
 * strip changes where it is read is that too. */
static bool may_move(const LaneFinder *f, int call, int around) {
    const StripCall *c = &f->s->calls[call];
    if (f->around[call] != around || c->loop || c->id >= CALL_LOOP) return false;
    if (c->id < KERNELS && strip_writes(c->id) != 1) return false;
    const StripArgument *a = arguments(f, call);
    if (a->kind != ARGUMENT_BUFFER || f->fills[a->number] != 1) return false;
    for (int i = 1; i < c->narguments; i++)
        if (a[i].kind == ARGUMENT_ADDRESS && !c->settled) return false;
    return true;
}

/* Can a buffer be had before call `head`? Then what must move for that is added to the group. */
static bool can_have(LaneFinder *f, Group *g, int buffer, int head) {
    const int before = g->nmoved;
    int waiting[MOST_MOVED] = {buffer}, nwaiting = 1;
    f->turn++;
    while (nwaiting > 0) {
        const int x = waiting[--nwaiting], maker = f->last_fill[x];
        if (f->fills[x] == 0) return false;
        if (maker < head || (f->fills[x] == 1 && f->done[maker]) || f->seen[maker] == f->turn)
            continue;
        if (!may_move(f, maker, f->around[head]) || g->nmoved - before == MOST_MOVED) return false;
        f->seen[maker] = f->turn;
        VEC_PUSH(g->moved, g->nmoved, g->moved_cap, maker);
        const StripCall *c = &f->s->calls[maker];
        for (int i = 1; i < c->narguments; i++) {
            const StripArgument *a = &arguments(f, maker)[i];
            if (a->kind > ARGUMENT_HIDDEN) continue;
            if (nwaiting == MOST_MOVED) return false;
            waiting[nwaiting++] = a->number;
        }
    }
    return true;
}

/* Is what a filter gives nothing but its output, which no other call changes? */
static bool may_be_lane(const LaneFinder *f, const struct LaneKind *kind, int call) {
    const StripArgument *a = arguments(f, call);
    const int around = f->around[call];
    if (around != NOWHERE && !f->s->calls[around].span) return false;
    return (kind->old < 0 || f->mentions[a[kind->old].number] == 1) &&
           f->fills[a[kind->filled].number] == 1;
}

/* The call that fills a buffer, and nothing else does; NULL: there is none. */
static const StripCall *maker_of(const LaneFinder *f, int buffer) {
    return f->fills[buffer] == 1 ? &f->s->calls[f->last_fill[buffer]] : NULL;
}

static const StripArgument *arguments_of(const LaneFinder *f, const StripCall *call) {
    return &f->s->arguments[call->first];
}

/* Takes the numbers off that a buffer is a product with. */
static int find_factor(const LaneFinder *f, int buffer, double *gain) {
    for (const StripCall *c = maker_of(f, buffer); c && c->id == KERNEL_mul_d_vk;
         c = maker_of(f, buffer)) {
        const StripArgument *a = arguments_of(f, c);
        if (a[2].kind != ARGUMENT_NUMBER || a[2].column >= 0 || f->fills[a[1].number] != 1) break;
        *gain *= a[2].of.value;
        buffer = a[1].number;
    }
    return buffer;
}

/* Is y what x was one sample ago? Then the buffer whose first is what it was before the strip; else NOTHING. */
static int find_before(const LaneFinder *f, int y, int x) {
    const StripCall *now = maker_of(f, x), *ago = maker_of(f, y);
    if (!ago) return NOTHING;
    const StripArgument *b = arguments_of(f, ago);
    if (ago->id == KERNEL_past_d)
        return b[1].number == x && b[3].of.integer == 1 ? b[2].number : NOTHING;
    if (!now || now->id != KERNEL_read_d || ago->id != KERNEL_read_d) return NOTHING;
    const StripArgument *a = arguments_of(f, now);
    const bool same_ring =
        a[1].of.word == b[1].of.word && a[3].kind == ARGUMENT_FRAME && b[3].kind == ARGUMENT_FRAME;
    return same_ring && now->settled && ago->settled && b[3].of.integer == a[3].of.integer - 1
               ? y
               : NOTHING;
}

static Heard find_heard(const LaneFinder *f, int input, bool may_have_zero) {
    Heard h = {.before = NOTHING, .gain = 1};
    h.x = find_factor(f, input, &h.gain);
    const StripCall *sum = maker_of(f, h.x);
    if (!may_have_zero || !sum || (sum->id != KERNEL_add_d_vv && sum->id != KERNEL_sub_d_vv))
        return h;
    const StripArgument *a = arguments_of(f, sum);
    double gain[2] = {h.gain, sum->id == KERNEL_sub_d_vv ? -h.gain : h.gain};
    const int term[2] = {find_factor(f, a[1].number, &gain[0]),
                         find_factor(f, a[2].number, &gain[1])};
    for (int i = 0; i < 2; i++) {
        const int before = find_before(f, term[1 - i], term[i]);
        if (before != NOTHING) return (Heard){term[i], before, gain[i], gain[1 - i]};
    }
    return h;
}

static Heard heard_by(const LaneFinder *f, const struct LaneKind *kind, int call) {
    return find_heard(f, arguments(f, call)[kind->input].number, kind->shapes[1].four < KERNELS);
}

static void join(LaneFinder *f, Group *g, int call) {
    const int before = g->nmoved;
    if (f->done[call] || f->s->calls[call].id != (int)g->kind->one) return;
    if (f->around[call] != f->around[g->call[0]] || !may_be_lane(f, g->kind, call)) return;
    const Heard heard = heard_by(f, g->kind, call);
    if ((heard.before != NOTHING) != g->zero) return;
    if (can_have(f, g, arguments(f, call)[g->kind->input].number, g->call[0])) {
        g->heard[g->n] = heard;
        g->call[g->n++] = call;
    } else {
        g->nmoved = before;
    }
}

/* Those that may run beside filter number `first`: itself alone, four or eight. */
static void find_group(LaneFinder *f, Group *g, int first) {
    int moved[LANES + 1] = {0};
    g->kind = kind_of(f, f->at[first]);
    g->call[0] = f->at[first];
    g->n = 1;
    g->nmoved = 0;
    if (!may_be_lane(f, g->kind, g->call[0])) return;
    g->heard[0] = heard_by(f, g->kind, g->call[0]);
    g->zero = g->heard[0].before != NOTHING;
    for (int i = first + 1; i < f->nat && i <= first + MOST_TRIED && g->n < LANES; i++) {
        budget_spend(1);
        join(f, g, f->at[i]);
        moved[g->n] = g->nmoved;
    }
    if (g->n < LANES) g->n = g->n < HALF ? 1 : HALF;
    g->nmoved = moved[g->n];
}

/* ---- places in the state ----------------------------------------------------------------------------- */

static const struct LaneFilter *filter_of(const LaneFinder *f, int call, int argument) {
    const struct LaneFilter *all = f->k->filters;
    const int at = f->s->calls[call].first + argument;
    int low = 0, high = f->k->nfilters - 1;
    while (low < high) {
        const int middle = (low + high) / 2;
        if (all[middle].argument < at)
            low = middle + 1;
        else
            high = middle;
    }
    return &all[low];
}

static void place_alone(LaneFinder *f, int call) {
    const struct LaneKind *kind = kind_of(f, call);
    const struct LaneFilter *filter = filter_of(f, call, kind->power);
    KernelHistory *h = &f->k->own->histories[filter->history];
    const NodeId source = f->k->p->lines[filter->line].source;
    h->powers = kernel_own_field(f->k, "power", filter->line, source, kind->powers);
    h->history = kernel_own_field(f->k, "history", filter->line, source, kind->past);
    f->s->arguments[filter->argument].of.word = h->powers;
    f->s->arguments[filter->argument + 1].of.word = h->history;
}

static void add_number(LaneFinder *f, KernelHistory *h, double number) {
    h->matrix[h->nmatrix] = number;
    if (!h->known)
        h->elements[h->nmatrix] =
            kernel_made_number(f->k, (struct KernelNumber){.kind = NUMBER_PRODUCT, .scale = number})
                .of.word;
    h->nmatrix++;
}

/* The numbers of a filter in a lane are those of its matrix and its gains. */
static void place_in_lane(LaneFinder *f, const Group *g, int lane, size_t numbers, size_t states) {
    const struct LaneFilter *filter = filter_of(f, g->call[lane], g->kind->power);
    KernelHistory *h = &f->k->own->histories[filter->history];
    h->make = g->kind->shapes[g->zero].row;
    h->begin = KERNELS;
    h->needs_powers = false;
    h->powers = numbers + sizeof(double) * (size_t)lane;
    h->history = states + sizeof(double) * (size_t)lane;
    h->nmatrix = g->kind->order;
    if (g->zero) add_number(f, h, g->heard[lane].gain_before);
    add_number(f, h, g->heard[lane].gain);
    for (int i = 0; i < h->nstates; i++)
        h->states[i].number = LANES * i;
}

/* ---- the new calls ----------------------------------------------------------------------------------- */

static void put(LaneFinder *f, int call) {
    f->done[call] = true;
    VEC_PUSH(f->calls, f->ncalls, f->call_cap, f->s->calls[call]);
}

/* The newest call, made behind all others, takes its place in the new order. */
static void put_new(LaneFinder *f, int depth) {
    StripCall call = f->s->calls[--f->s->ncalls];
    call.depth = depth;
    VEC_PUSH(f->calls, f->ncalls, f->call_cap, call);
}

/* What the inputs were before the strip is told each time: it lies in the state, or in a ring. */
static void put_before(LaneFinder *f, const Group *g, size_t states, int depth) {
    for (int i = 0; i < g->n; i++) {
        strip_call(f->s, CALL_MEMCPY);
        strip_add_field(f->s, states + sizeof(double) * (size_t)(LANES + i));
        strip_add_buffer(f->s, g->heard[i].before);
        strip_add_integer(f->s, (int)sizeof(double));
        put_new(f, depth);
    }
}

static void put_group(LaneFinder *f, const Group *g) {
    StripCode *s = f->s;
    const struct LaneKind *kind = g->kind;
    const struct LaneShape *shape = &kind->shapes[g->zero];
    const struct LaneFilter *first = filter_of(f, g->call[0], kind->power);
    const int order = kind->order + g->zero, depth = s->calls[g->call[0]].depth;
    /* what they share is of no node: it is made anew when a program is replaced, since one of them may be another then */
    const size_t numbers = kernel_own_field(f->k, "power", first->line, 0, LANES * (order + 1)),
                 states = kernel_own_field(f->k, "history", first->line, 0, LANES * order);
    for (int i = 0; i < g->n; i++) {
        place_in_lane(f, g, i, numbers, states);
        f->done[g->call[i]] = true;
    }
    if (g->zero) put_before(f, g, states, depth);
    strip_call(s, g->n == LANES ? shape->eight : shape->four);
    for (int i = 0; i < g->n; i++)
        strip_add_buffer(s, arguments(f, g->call[i])[kind->filled].number);
    for (int i = 0; i < g->n; i++)
        strip_add_buffer(s, g->heard[i].x);
    strip_add_field(s, numbers);
    strip_add_field(s, states);
    strip_add_count(s);
    put_new(f, depth);
}

static int by_number(const void *a, const void *b) {
    const int *x = a, *y = b;
    return *x - *y;
}

/* What has to come before, in the order in which it stood. */
static void put_moved(LaneFinder *f, Group *g) {
    if (g->nmoved > 1) qsort(g->moved, (size_t)g->nmoved, sizeof *g->moved, by_number);
    for (int i = 0; i < g->nmoved; i++)
        if (!f->done[g->moved[i]]) put(f, g->moved[i]);
}

static bool put_all(LaneFinder *f) {
    Group g = {0};
    const int ncalls = f->s->ncalls;
    const bool may = plan_may(f->k->p, STRATEGY_LANES);
    bool any = false;
    for (int i = 0, filter = 0; i < ncalls; i++) {
        const bool is_filter = filter < f->nat && f->at[filter] == i;
        if (is_filter && !f->done[i]) {
            if (may) find_group(f, &g, filter);
            if (g.n > 1) {
                put_moved(f, &g);
                put_group(f, &g);
                any = true;
            } else {
                place_alone(f, i);
            }
        }
        filter += is_filter;
        if (!f->done[i]) put(f, i);
    }
    free(g.moved);
    return any;
}

void kernel_lanes(KernelEmitter *k) {
    StripCode *s = &k->code;
    const size_t calls = (size_t)s->ncalls + 1, buffers = (size_t)s->nbuffers + 1;
    LaneFinder f = {.k = k, .s = s};
    if (k->nfilters == 0) return;
    f.around = alloc_zeroed(calls, sizeof *f.around);
    f.done = alloc_zeroed(calls, sizeof *f.done);
    f.seen = alloc_zeroed(calls, sizeof *f.seen);
    f.at = alloc_zeroed(calls, sizeof *f.at);
    f.fills = alloc_zeroed(buffers, sizeof *f.fills);
    f.last_fill = alloc_zeroed(buffers, sizeof *f.last_fill);
    f.mentions = alloc_zeroed(buffers, sizeof *f.mentions);
    f.calls = vec_grow(NULL, &f.call_cap, s->ncalls, sizeof *f.calls);
    note_calls(&f);
    const bool any = put_all(&f);
    free(s->calls);
    s->calls = f.calls;
    s->ncalls = f.ncalls;
    s->call_cap = f.call_cap;
    if (any) strip_drop_unread(s);
    free(f.around);
    free(f.done);
    free(f.seen);
    free(f.at);
    free(f.fills);
    free(f.last_fill);
    free(f.mentions);
}
