/* Reorders calls so that each buffer lives as short as possible. In: calls, each after those it needs. Out: the same
 * calls, each right before the first call that needs its value; operands that may change places stand in one order.
 * Then two expressions of one shape give the same calls in the same order, even where another expression needed a part of
 * one of them earlier. lower/rounds.c finds repeated calls by that.
 *
 * Calls that do more than fill a buffer keep their order: those that change the state, those that add to a sum, and
 * pieces of C. */
#include "strips/strips.h"

#include <stdlib.h>
#include <string.h>

typedef struct Order {
    StripCode *s;
    uint32_t *shape; /* of a buffer: a hash of the expression that fills it, without its numbers */
    bool *changed;   /* buffers that are written again after they were filled */
    int *maker;      /* of a buffer: the call that only fills it, -1: there is none */
    bool *done;      /* calls that have their place in the new order */
    int *around;     /* of a call: the call that opens the span or loop around it, -1: none */
    int within;      /* the same of the calls that are placed now */
    int *stack, depth;
    StripCall *calls;
    int ncalls, call_cap;
} Order;

static const StripArgument *arguments(const StripCode *s, const StripCall *call) {
    return &s->arguments[call->first];
}

/* ---- operands that may change places ----------------------------------------------------------- */

static void order_operands(const Order *o, StripCall *call) {
    StripArgument *a = &o->s->arguments[call->first];
    if (call->narguments < 3 || a[0].number == a[1].number || a[0].number == a[2].number) return;
    if (!strip_commutes(call->id) || o->shape[a[1].number] <= o->shape[a[2].number]) return;
    StripArgument first = a[1];
    a[1] = a[2];
    a[2] = first;
}

static uint32_t mix(uint32_t hash, uint32_t with) {
    hash = (hash ^ with) * 0x9e3779b1u;
    return hash ^ hash >> 15;
}

static uint32_t shape_of(const Order *o, const StripCall *call) {
    uint32_t hash = mix(o->s->order, (uint32_t)call->id);
    for (int i = 1; i < call->narguments; i++) {
        const StripArgument *a = &arguments(o->s, call)[i];
        hash = mix(hash, a->kind <= ARGUMENT_HIDDEN ? o->shape[a->number] : a->kind);
    }
    return hash;
}

/* ---- what may move ------------------------------------------------------------------------------- */

/* Does the call only fill one buffer, from other buffers and from what is the same through the whole strip? (A call that
 * fills several buffers has state.) */
static bool only_fills(const Order *o, int call) {
    const StripCall *c = &o->s->calls[call];
    const StripArgument *a = arguments(o->s, c);
    if (strip_is_opaque(c->id) || a[0].kind != ARGUMENT_BUFFER) return false;
    if (o->around[call] >= 0 && !o->s->calls[o->around[call]].span) return false;
    if (o->s->buffers[a[0].number].first != call || o->changed[a[0].number]) return false;
    for (int i = 1; i < c->narguments; i++)
        if (a[i].kind == ARGUMENT_ADDRESS ||
            a[i].kind == ARGUMENT_INPUT) /* an output may be in its memory */
            return false;
    return true;
}

static void find_makers(Order *o) {
    StripCode *s = o->s;
    for (int i = 0; i < s->ncalls; i++) {
        const StripCall *c = &s->calls[i];
        if (strip_is_opaque(c->id) || arguments(s, c)->kind != ARGUMENT_BUFFER) continue;
        int y = arguments(s, c)->number;
        if (s->buffers[y].first != i) o->changed[y] = true;
    }
    for (int i = 0; i < s->ncalls; i++) {
        StripCall *c = &s->calls[i];
        if (strip_is_opaque(c->id) || arguments(s, c)->kind != ARGUMENT_BUFFER) continue;
        int y = arguments(s, c)->number;
        order_operands(o, c);
        if (s->buffers[y].first == i) o->shape[y] = shape_of(o, c);
        if (only_fills(o, i)) o->maker[y] = i;
    }
}

/* ---- the new order ------------------------------------------------------------------------------- */

static void place(Order *o, int call) {
    o->done[call] = true;
    VEC_PUSH(o->calls, o->ncalls, o->call_cap, o->s->calls[call]);
}

/* May this call be placed now, which another needs? Those of a span stay in it. */
static bool may_come(const Order *o, int maker) {
    return maker >= 0 && !o->done[maker] && o->around[maker] == o->within;
}

/* A call that must be placed before this one, -1: none is left. */
static int needed_before(const Order *o, int call) {
    const StripCall *c = &o->s->calls[call];
    for (int i = 0; i < c->narguments; i++) {
        const StripArgument *a = &arguments(o->s, c)[i];
        int maker = a->kind <= ARGUMENT_HIDDEN ? o->maker[a->number] : -1;
        if (maker != call && may_come(o, maker)) return maker;
    }
    for (int i = 0; i < c->nnames; i++) {
        int maker = o->maker[c->names[i].buffer];
        if (may_come(o, maker)) return maker;
    }
    return -1;
}

static void place_needed(Order *o, int call) {
    o->stack[o->depth++] = call;
    while (o->depth > 0) {
        int top = o->stack[o->depth - 1], before = needed_before(o, top);
        if (before >= 0) {
            o->stack[o->depth++] = before;
            continue;
        }
        if (top != call) place(o, top);
        o->depth--;
    }
}

static bool is_to_output(const StripCode *s, int call) {
    return call < s->ncalls && s->calls[call].id == CALL_MEMCPY &&
           arguments(s, &s->calls[call])->kind == ARGUMENT_OUTPUT;
}

/* Where the calls end that stay together with this one: those of a loop, and copies to outputs, so that what they need can be
 * computed in one loop over the samples. They are few, since what they copy has to wait. */
static int end_of_group(const StripCode *s, int begin) {
    enum { MOST_COPIES = 8 };
    int end = begin + 1;
    if (s->calls[begin].loop > 0) {
        while (s->calls[end].depth > s->calls[begin].depth)
            end++;
        return end + 1;
    }
    while (is_to_output(s, begin) && end < begin + MOST_COPIES && is_to_output(s, end))
        end++;
    return end;
}

/* The calls that a group needs come before it. Those of a span are placed by themselves, within it. */
static void place_calls(Order *o, int begin, int end, int within) {
    const StripCode *s = o->s;
    for (int i = begin, next; i < end; i = next) {
        const StripCall *c = &s->calls[i];
        next = end_of_group(s, i);
        if (!strip_is_opaque(c->id) && arguments(s, c)->kind == ARGUMENT_BUFFER &&
            o->maker[arguments(s, c)->number] == i)
            continue;
        o->within = within;
        for (int j = i; j < next; j++)
            place_needed(o, j);
        if (!c->span) {
            for (int j = i; j < next; j++)
                place(o, j);
            continue;
        }
        place(o, i);
        place_calls(o, i + 1, next - 1, i);
        place(o, next - 1);
    }
}

static void find_around(Order *o) {
    const StripCode *s = o->s;
    int open = -1;
    for (int i = 0; i < s->ncalls; i++) {
        if (s->calls[i].loop < 0) open = o->around[open];
        o->around[i] = open;
        if (s->calls[i].loop > 0) open = i;
    }
}

void strip_order(StripCode *s) {
    size_t calls = (size_t)s->ncalls + 1, buffers = (size_t)s->nbuffers + 1;
    Order o = {.s = s};
    if (s->ncalls == 0) return;
    o.shape = alloc_zeroed(buffers, sizeof *o.shape);
    o.changed = alloc_zeroed(buffers, sizeof *o.changed);
    o.maker = alloc_zeroed(buffers, sizeof *o.maker);
    o.done = alloc_zeroed(calls, sizeof *o.done);
    o.around = alloc_zeroed(calls, sizeof *o.around);
    o.stack = alloc_room(calls, sizeof *o.stack);
    o.calls = vec_grow(NULL, &o.call_cap, s->ncalls, sizeof *o.calls);
    memset(o.maker, -1, buffers * sizeof *o.maker);
    strip_find_lives(s);
    find_around(&o);
    find_makers(&o);
    place_calls(&o, 0, s->ncalls, -1);
    free(s->calls);
    s->calls = o.calls;
    s->ncalls = o.ncalls;
    s->call_cap = o.call_cap;
    free(o.shape);
    free(o.changed);
    free(o.maker);
    free(o.done);
    free(o.around);
    free(o.stack);
}
