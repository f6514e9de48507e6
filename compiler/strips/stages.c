/* Cuts the calls of a strip into stages, so that several threads can share a program that remembers. In: calls without places
 * for their buffers, and the fields of the state. Out: the same calls, those of each stage together, and the buffers that cross
 * from one stage to another (StripStages). Each stage is a function of its own with a state of its own: while one thread
 * computes a stage of some frames, another computes the one before of the next.
 *
 * Nothing is computed otherwise than in one piece, so no bit changes. What feeds back through the state stays together: calls that
 * share a field that one of them changes are in one stage. Of the rest a call comes in no stage before those whose buffers
 * it needs. Calls that remember nothing are the first stage, which may be computed from any frame on, by several threads.
 *
 * A unit is what is not taken apart: one call, or the calls of a loop. Spans are: each stage asks for itself. Units that need
 * each other are a knot (Tarjan, "Depth-first search and linear graph algorithms", 1972). */
#include "strips/strips.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* picoseconds a sample */
    COST_OF_BYTE = 250,   /* from the cache of one core to that of another */
    LEAST_WORTH = 2000,   /* a program that is cheaper waits for its file to be written */
    PARTS_PER_THREAD = 2, /* what each computes is about so many stages: costs may be wrong */
    LEAST_PART = 8        /* a stage is no smaller than this part of what it should be */
};

typedef struct Unit {
    int begin, end; /* its calls */
    int span;       /* the call that opens the span around them, -1: there is none */
    double cost;
    bool remembers; /* it changes state that cannot be made anew */
    int first_need; /* in Stager.needs */
    int knot;
    int stage;
} Unit;

typedef struct Knot {
    double cost;
    bool remembers; /* it, or what it needs */
    int stage;
} Knot;

/* What a unit does with a buffer, field or output. */
typedef struct Mention {
    int unit, of;
    bool writes;
} Mention;

typedef struct Need {
    int unit, next; /* in Stager.needs, -1: it is the last */
} Need;

typedef struct Stager {
    StripCode *s;
    const StripFields *fields;
    int threads;
    Unit *units;
    int nunits, unit_cap;
    Mention *mentions;
    int nmentions, mention_cap;
    Need *needs;
    int nneeds, need_cap;
    int *order, norder; /* units, knot by knot, each after what it needs */
    Knot *knots;
    int nknots, knot_cap;
    int *outer, *close; /* of a call that opens a span: the one around it, and where it ends */
    bool *partial;      /* buffers of which less than a strip is filled: the past of a line */
    bool opaque;        /* there is a call of which nothing is known */
} Stager;

/* ---- what a call does --------------------------------------------------------------------------------- */

/* Buffers, then fields, then outputs. */
static int number_of_field(const Stager *t, size_t offset) {
    int low = 0, high = t->fields->n - 1;
    while (low < high) { /* the last that does not begin behind it */
        const int middle = (low + high + 1) / 2;
        if (t->fields->items[middle].offset <= offset)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

static void mention(Stager *t, int of, bool writes) {
    VEC_PUSH(t->mentions, t->nmentions, t->mention_cap, ((Mention){t->nunits - 1, of, writes}));
}

static void mention_field(Stager *t, size_t offset, bool writes) {
    if (t->fields->n == 0 || offset < t->fields->items[0].offset) return; /* params and the like */
    const int field = t->fields->items[number_of_field(t, offset)].with;
    mention(t, t->s->nbuffers + field, writes);
    if (writes && !t->fields->items[field].anew) t->units[t->nunits - 1].remembers = true;
}

/* The loop over rounds around the calls at hand, of which arguments may have columns. */
typedef struct Around {
    const StripCall *rounds;
} Around;

static void mention_place(Stager *t, const Around *around, const StripArgument *a, bool step,
                          bool writes) {
    if (a->column < 0) {
        mention_field(t, step ? (size_t)a->and.step : (size_t)a->of.word, writes);
        return;
    }
    const StripCall *head = around->rounds;
    if (!head || head->narguments == 0) {
        t->opaque = true;
        return;
    }
    const uint64_t *words = t->s->arguments[head->first].of.address;
    for (int i = 0; i < head->rounds; i++)
        mention_field(t, (size_t)words[i * head->width + a->column + step], writes);
}

static void mention_buffer(Stager *t, const Around *around, int number, bool writes) {
    const StripBuffer *b = &t->s->buffers[number];
    if (b->window)
        mention_place(t, around, &t->s->arguments[b->window - 1], false, writes || b->written);
    else if (b->held)
        mention_place(t, around,
                      &(StripArgument){.column = (int16_t)(b->column - 1), .of.word = b->field},
                      false, true);
    else if (b->lies == ARGUMENT_OUTPUT)
        mention(t, t->s->nbuffers + t->fields->n + b->stream, writes);
    else if (!b->lies)
        mention(t, number, writes);
}

static void mention_argument(Stager *t, const Around *around, const StripArgument *a, bool writes,
                             bool writes_state) {
    switch (a->kind) {
    case ARGUMENT_BUFFER:
    case ARGUMENT_HIDDEN:
    case ARGUMENT_WINDOW: mention_buffer(t, around, a->number, writes); break;
    case ARGUMENT_ADDRESS: mention_place(t, around, a, false, writes_state); break;
    case ARGUMENT_VALUE: mention_place(t, around, a, false, false); break;
    case ARGUMENT_PHASE_OF_FIELDS:
        mention_place(t, around, a, false, false);
        mention_place(t, around, a, true, false);
        break;
    case ARGUMENT_OUTPUT: mention(t, t->s->nbuffers + t->fields->n + a->number, writes); break;
    default: break;
    }
}

/* A kernel that changes more than its first argument may change whatever state it is given. */
static void mention_kernel(Stager *t, const Around *around, const StripCall *call) {
    const bool function = call->id == CALL_FUNCTION, copies = call->id == CALL_MEMCPY;
    const int writes = copies ? 1 : function ? strip_fills(call) : strip_writes(call->id);
    const bool any = function || (!copies && !strip_changes_first(call->id));
    const StripArgument *a = &t->s->arguments[call->first];
    for (int i = 0; i < call->narguments; i++)
        mention_argument(t, around, &a[i], i < writes, any || i < writes);
    if (copies && a->kind == ARGUMENT_BUFFER && a[1].kind == ARGUMENT_ADDRESS)
        t->partial[a->number] = true;
}

static void mention_loop(Stager *t, const Around *around, const StripCall *call) {
    const StripLoop *loop = &t->s->loops[call->fused - 1];
    for (int i = 0; i < loop->ncalls; i++)
        mention_kernel(t, around, &t->s->inner[loop->first + i].call);
    for (int i = 0; i < loop->nheld; i++)
        mention_buffer(t, around, loop->held[i], true);
    for (int i = 0; i < call->narguments; i++) { /* numbers that its call gives */
        const StripArgument *a = &t->s->arguments[call->first + i];
        if (a->kind > ARGUMENT_HIDDEN && a->kind != ARGUMENT_WINDOW && a->kind != ARGUMENT_OUTPUT)
            mention_argument(t, around, a, false, true);
    }
}

static void mention_call(Stager *t, Around *around, const StripCall *call) {
    if (call->loop > 0) {
        if (call->rolled) around->rounds = call;
        for (int i = 0; i < call->narguments; i++)
            mention_argument(t, around, &t->s->arguments[call->first + i], false, false);
    } else if (call->loop == 0 && call->id == CALL_C) {
        t->opaque = true;
    } else if (call->id == CALL_LOOP || call->id == CALL_STEP) {
        mention_loop(t, around, call);
    } else if (call->loop == 0) {
        mention_kernel(t, around, call);
    }
}

/* ---- what it costs ------------------------------------------------------------------------------------ */

/* How many rounds a strip makes, on average; of those that begin and end, as many as sound at once. */
static double rounds_of(const StripCode *s, const StripCall *head) {
    if (head->span) return 1;
    if (!head->timed || head->narguments == 0) return head->rounds;
    const int64_t *words = s->arguments[head->first].of.address;
    int64_t first = INT64_MAX, last = 0;
    double sum = 0;
    for (int i = 0; words && i < head->rounds; i++) {
        const int64_t *row = words + (int64_t)i * head->width + head->timed - 1;
        const int64_t from = row[0] < 0 ? 0 : row[0];
        if (row[1] > INT64_MAX / 4 || row[1] < from) return head->rounds;
        if (from < first) first = from;
        if (row[1] > last) last = row[1];
        sum += (double)(row[1] - from);
    }
    return last > first ? sum / (double)(last - first) : head->rounds;
}

/* ---- units -------------------------------------------------------------------------------------------- */

static void find_unit(Stager *t, int begin, int span) {
    enum { DEEPEST = 16 };
    const StripCode *s = t->s;
    double times[DEEPEST] = {1};
    int depth = 0, i = begin;
    Around around = {NULL};
    VEC_PUSH(t->units, t->nunits, t->unit_cap,
             ((Unit){.begin = begin, .span = span, .first_need = -1, .knot = -1}));
    Unit *unit = &t->units[t->nunits - 1];
    do {
        const StripCall *call = &s->calls[i++];
        mention_call(t, &around, call);
        if (call->loop > 0 && depth + 1 < DEEPEST) {
            times[depth + 1] = times[depth] * rounds_of(s, call);
            depth++;
        } else if (call->loop < 0) {
            depth--;
        } else {
            unit->cost += times[depth] * strip_cost(s, call);
        }
    } while (depth > 0 && i < s->ncalls);
    unit->end = i;
}

static int end_of_span(const StripCode *s, int open) {
    int i = open + 1;
    while (s->calls[i].depth > s->calls[open].depth)
        i++;
    return i;
}

static void find_units(Stager *t, int begin, int end, int span) {
    for (int i = begin; i < end && !t->opaque;) {
        if (!t->s->calls[i].span) {
            find_unit(t, i, span);
            i = t->units[t->nunits - 1].end;
            continue;
        }
        t->outer[i] = span;
        t->close[i] = end_of_span(t->s, i);
        find_units(t, i + 1, t->close[i], i);
        i = t->close[i] + 1;
    }
}

/* ---- what needs what ---------------------------------------------------------------------------------- */

static void need(Stager *t, int unit, int other) {
    if (other < 0 || other == unit) return;
    const Unit *u = &t->units[unit];
    if (u->first_need >= 0 && t->needs[u->first_need].unit == other) return;
    VEC_PUSH(t->needs, t->nneeds, t->need_cap, ((Need){other, u->first_need}));
    t->units[unit].first_need = t->nneeds - 1;
}

static int by_thing(const void *a, const void *b) {
    const Mention *x = a, *y = b;
    if (x->of != y->of) return x->of < y->of ? -1 : 1;
    return x->unit - y->unit;
}

/* A field that one unit changes binds all that mention it. */
static bool binds(const Stager *t, int begin, int end) {
    const int of = t->mentions[begin].of;
    if (of < t->s->nbuffers) return t->partial[of];
    for (int i = begin; i < end && of < t->s->nbuffers + t->fields->n; i++)
        if (t->mentions[i].writes) return true;
    return false;
}

static void bind_all(Stager *t, int begin, int end) {
    for (int i = begin + 1; i < end; i++) {
        need(t, t->mentions[i].unit, t->mentions[i - 1].unit);
        need(t, t->mentions[i - 1].unit, t->mentions[i].unit);
    }
}

/* Who writes waits for all before; who reads, for who wrote. */
static void follow(Stager *t, int begin, int end) {
    int writer = -1, since = begin;
    for (int i = begin; i < end; i++) {
        const Mention *m = &t->mentions[i];
        need(t, m->unit, writer);
        if (!m->writes) continue;
        for (int j = since; j < i; j++)
            need(t, m->unit, t->mentions[j].unit);
        writer = m->unit;
        since = i + 1;
    }
}

static int end_of_thing(const Stager *t, int begin) {
    int end = begin;
    while (end < t->nmentions && t->mentions[end].of == t->mentions[begin].of)
        end++;
    return end;
}

static void find_needs(Stager *t) {
    if (t->nmentions > 0) qsort(t->mentions, (size_t)t->nmentions, sizeof *t->mentions, by_thing);
    int kept = 0; /* of a unit, one of each thing */
    for (int i = 0; i < t->nmentions; i++) {
        Mention *last = kept > 0 ? &t->mentions[kept - 1] : NULL;
        if (last && last->of == t->mentions[i].of && last->unit == t->mentions[i].unit)
            last->writes |= t->mentions[i].writes;
        else
            t->mentions[kept++] = t->mentions[i];
    }
    t->nmentions = kept;
    for (int i = 0, end; i < t->nmentions; i = end) {
        end = end_of_thing(t, i);
        if (binds(t, i, end))
            bind_all(t, i, end);
        else
            follow(t, i, end);
    }
}

/* ---- knots -------------------------------------------------------------------------------------------- */

typedef struct Walk {
    int *index, *low, *next; /* of units; index -1: not seen yet */
    int *open, nopen;        /* seen, and in no knot yet */
    int *path, npath;
    int seen;
} Walk;

static void enter(Stager *t, Walk *w, int unit) {
    w->index[unit] = w->low[unit] = w->seen++;
    w->next[unit] = t->units[unit].first_need;
    w->open[w->nopen++] = unit;
    w->path[w->npath++] = unit;
}

static int by_number(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

/* The units that are open since this one are a knot. */
static void close_knot(Stager *t, Walk *w, int unit) {
    Knot knot = {0};
    const int first = t->norder;
    int member;
    do {
        member = w->open[--w->nopen];
        t->units[member].knot = t->nknots;
        knot.cost += t->units[member].cost;
        knot.remembers |= t->units[member].remembers;
        t->order[t->norder++] = member;
    } while (member != unit);
    qsort(t->order + first, (size_t)(t->norder - first), sizeof *t->order, by_number);
    for (int i = first; i < t->norder; i++)
        for (int n = t->units[t->order[i]].first_need; n >= 0; n = t->needs[n].next) {
            const int other = t->units[t->needs[n].unit].knot;
            if (other != t->nknots) knot.remembers |= t->knots[other].remembers;
        }
    VEC_PUSH(t->knots, t->nknots, t->knot_cap, knot);
}

static void walk_from(Stager *t, Walk *w, int root) {
    enter(t, w, root);
    while (w->npath > 0) {
        const int unit = w->path[w->npath - 1], n = w->next[unit];
        if (n >= 0) {
            const int other = t->needs[n].unit;
            w->next[unit] = t->needs[n].next;
            if (w->index[other] < 0)
                enter(t, w, other);
            else if (t->units[other].knot < 0 && w->index[other] < w->low[unit])
                w->low[unit] = w->index[other];
            continue;
        }
        w->npath--;
        if (w->npath > 0) {
            const int before = w->path[w->npath - 1];
            if (w->low[unit] < w->low[before]) w->low[before] = w->low[unit];
        }
        if (w->low[unit] == w->index[unit]) close_knot(t, w, unit);
    }
}

static void find_knots(Stager *t) {
    const size_t n = (size_t)t->nunits;
    int *room = alloc_room(5 * n + 1, sizeof *room);
    Walk w = {.index = room,
              .low = room + n,
              .next = room + 2 * n,
              .open = room + 3 * n,
              .path = room + 4 * n};
    memset(w.index, -1, n * sizeof *w.index);
    t->order = alloc_room(n + 1, sizeof *t->order);
    for (int i = 0; i < t->nunits; i++)
        if (w.index[i] < 0) walk_from(t, &w, i);
    free(room);
}

/* ---- stages ------------------------------------------------------------------------------------------- */

static int bytes_of(const Stager *t, int buffer) {
    return t->s->buffers[buffer].type == OF_DOUBLE ? 8 : 4;
}

static Knot *knot_of(const Stager *t, int mentioned) {
    return &t->knots[t->units[t->mentions[mentioned].unit].knot];
}

/* How many knots mention each thing, of those that come first and of those that come later. */
typedef struct Sides {
    int *first, *later;
} Sides;

static bool crosses(const Sides *sides, int of) {
    return sides->first[of] > 0 && sides->later[of] > 0;
}

static void count_sides(const Stager *t, Sides *sides) {
    for (int i = 0; i < t->nmentions; i++)
        ++(knot_of(t, i)->remembers ? sides->later : sides->first)[t->mentions[i].of];
}

/* Lets what is cheaper to compute than to hand over come later. The mentions of a knot are items from first[knot] on. */
static void move_cheap(Stager *t, Sides *sides, const int *items, const int *first) {
    bool *needed = alloc_zeroed((size_t)t->nknots + 1, sizeof *needed);
    for (int k = t->nknots - 1, at = t->norder - 1; k >= 0; k--) {
        Knot *knot = &t->knots[k];
        double gain = 0;
        for (int i = first[k]; i < first[k + 1] && !knot->remembers && !needed[k]; i++) {
            const int of = t->mentions[items[i]].of;
            if (of >= t->s->nbuffers) continue;
            /* all that mention it have a share in that it crosses */
            const double share = (double)COST_OF_BYTE * bytes_of(t, of) / sides->first[of];
            if (crosses(sides, of))
                gain += share;
            else if (sides->first[of] > 1)
                gain -= share;
        }
        if (gain > knot->cost) {
            knot->remembers = true;
            for (int i = first[k]; i < first[k + 1]; i++) {
                sides->first[t->mentions[items[i]].of]--;
                sides->later[t->mentions[items[i]].of]++;
            }
        }
        for (; at >= 0 && t->units[t->order[at]].knot == k; at--)
            for (int n = t->units[t->order[at]].first_need; n >= 0 && !knot->remembers;
                 n = t->needs[n].next)
                needed[t->units[t->needs[n].unit].knot] = true;
    }
    free(needed);
}

static void find_cheap(Stager *t, Sides *sides) {
    int *items = alloc_room((size_t)t->nmentions + 1, sizeof *items),
        *first = alloc_zeroed((size_t)t->nknots + 2, sizeof *first);
    for (int i = 0; i < t->nmentions; i++)
        first[t->units[t->mentions[i].unit].knot + 2]++;
    for (int k = 2; k <= t->nknots + 1; k++)
        first[k] += first[k - 1];
    for (int i = 0; i < t->nmentions; i++)
        items[first[t->units[t->mentions[i].unit].knot + 1]++] = i;
    move_cheap(t, sides, items, first);
    free(items);
    free(first);
}

/* Gives the bytes of a sample that cross from what remembers nothing to what does. */
static double choose_first(Stager *t) {
    const size_t things = (size_t)t->mentions[t->nmentions - 1].of + 1 + (size_t)t->s->nbuffers;
    Sides sides = {alloc_zeroed(things, sizeof(int)), alloc_zeroed(things, sizeof(int))};
    double bytes = 0;
    count_sides(t, &sides);
    find_cheap(t, &sides);
    for (int i = 0; i < t->s->nbuffers; i++)
        if (crosses(&sides, i)) bytes += bytes_of(t, i);
    free(sides.first);
    free(sides.later);
    return bytes;
}

/* For each place in the order of knots, the bytes that would cross if a stage ended there. */
static double *find_widths(const Stager *t) {
    double *widths = alloc_zeroed((size_t)t->nknots + 2, sizeof *widths);
    for (int i = 0, end; i < t->nmentions; i = end) {
        int low = t->nknots, high = -1;
        end = end_of_thing(t, i);
        if (t->mentions[i].of >= t->s->nbuffers) continue;
        for (int j = i; j < end; j++) {
            const int knot = t->units[t->mentions[j].unit].knot;
            if (!t->knots[knot].remembers) continue;
            if (knot < low) low = knot;
            if (knot > high) high = knot;
        }
        if (low >= high) continue;
        widths[low + 1] += bytes_of(t, t->mentions[i].of);
        widths[high + 1] -= bytes_of(t, t->mentions[i].of);
    }
    for (int i = 1; i <= t->nknots; i++)
        widths[i] += widths[i - 1];
    return widths;
}

/* The knot before which a stage ends that begins at `begin` and should cost `wanted` of the `left` that is left: of places
 * about there, the narrowest; not one that leaves next to nothing to do. */
static int find_cut(const Stager *t, const double *widths, int begin, double wanted, double left) {
    const double least_cost = wanted / LEAST_PART;
    int best = t->nknots;
    double least = INFINITY, cost = 0;
    for (int i = begin; i < t->nknots; i++) {
        const double worth = fabs(cost - wanted) + COST_OF_BYTE * widths[i];
        if (t->knots[i].remembers && cost > least_cost && left - cost > least_cost &&
            worth < least) {
            least = worth;
            best = i;
        }
        if (t->knots[i].remembers) cost += t->knots[i].cost;
        if (cost > wanted + least) break;
    }
    return best;
}

/* The knots that remember become stages of about equal cost, in their order. */
static int divide(Stager *t, int first, int most, double cost) {
    double *widths = find_widths(t);
    int stage = first;
    for (int begin = 0; begin < t->nknots; stage++) {
        const int left = most - (stage - first);
        const int end = left > 1 ? find_cut(t, widths, begin, cost / left, cost) : t->nknots;
        for (; begin < end; begin++) {
            if (!t->knots[begin].remembers) continue;
            t->knots[begin].stage = stage;
            cost -= t->knots[begin].cost;
        }
    }
    free(widths);
    return stage;
}

typedef struct Costs {
    double without, with; /* of what remembers nothing, and of the rest */
    bool remembers;
} Costs;

static Costs sum_costs(const Stager *t) {
    Costs costs = {0, 0, false};
    for (int i = 0; i < t->nknots; i++) {
        *(t->knots[i].remembers ? &costs.with : &costs.without) += t->knots[i].cost;
        costs.remembers |= t->knots[i].remembers;
    }
    return costs;
}

/* Of a program that remembers nothing each thread may compute all. */
static int assign_stages(Stager *t) {
    const bool all = t->threads == CUT_EVERYWHERE;
    Costs costs = sum_costs(t);
    if (!costs.remembers || (!all && costs.with + costs.without < LEAST_WORTH)) return 0;
    const double bytes = all ? 0 : choose_first(t);
    costs = sum_costs(t);
    const bool anywhere = costs.without > COST_OF_BYTE * bytes;
    for (int i = 0; i < t->nknots && !anywhere; i++)
        t->knots[i].remembers = true;
    if (!anywhere) costs = sum_costs(t);
    t->s->stages.anywhere = anywhere;
    int most = MOST_STAGES;
    if (!all)
        most = (int)ceil(costs.with * PARTS_PER_THREAD * t->threads / (costs.with + costs.without));
    if (most > MOST_STAGES - anywhere) most = MOST_STAGES - anywhere;
    return divide(t, anywhere, most, costs.with);
}

/* ---- what crosses ------------------------------------------------------------------------------------- */

static int stage_of(const Stager *t, int mentioned) {
    return t->units[t->mentions[mentioned].unit].stage;
}

static void find_crossing(Stager *t, int begin, int end) {
    StripStages *stages = &t->s->stages;
    StripCrossing c = {.buffer = t->mentions[begin].of};
    int first = MOST_STAGES, last = -1;
    for (int i = begin; i < end; i++) {
        if (stage_of(t, i) < first) first = stage_of(t, i);
        if (stage_of(t, i) > last) last = stage_of(t, i);
    }
    if (first >= last) return;
    for (int i = begin; i < end; i++) {
        const int stage = stage_of(t, i);
        if (stage > first) c.reads |= 1u << stage;
        if (t->mentions[i].writes && stage < last) c.fills |= 1u << stage;
    }
    VEC_PUSH(stages->crossings, stages->ncrossings, stages->crossing_cap, c);
}

typedef struct NewCalls {
    StripCall *calls;
    int n, cap;
    int span; /* the innermost that is open */
} NewCalls;

static bool lies_in(const Stager *t, int span, int around) {
    while (span >= 0 && span != around)
        span = t->outer[span];
    return span >= 0;
}

static void close_spans(const Stager *t, NewCalls *to, int span) {
    for (; to->span >= 0 && !lies_in(t, span, to->span); to->span = t->outer[to->span])
        VEC_PUSH(to->calls, to->n, to->cap, t->s->calls[t->close[to->span]]);
}

/* From the outermost that is not open to this one. */
static void open_spans(const Stager *t, NewCalls *to, int span) {
    while (to->span != span) {
        int next = span;
        while (t->outer[next] != to->span)
            next = t->outer[next];
        VEC_PUSH(to->calls, to->n, to->cap, t->s->calls[next]);
        to->span = next;
    }
}

/* The calls of each stage together, in spans of its own. */
static void put_in_order(Stager *t, int nstages) {
    StripCode *s = t->s;
    NewCalls to = {.span = -1};
    for (int stage = 0; stage < nstages; stage++) {
        s->stages.begin[stage] = to.n;
        for (int i = 0; i < t->nunits; i++) {
            const Unit *u = &t->units[i];
            if (u->stage != stage) continue;
            close_spans(t, &to, u->span);
            open_spans(t, &to, u->span);
            for (int c = u->begin; c < u->end; c++)
                VEC_PUSH(to.calls, to.n, to.cap, s->calls[c]);
        }
        close_spans(t, &to, -1);
    }
    s->stages.begin[nstages] = to.n;
    s->stages.n = nstages;
    free(s->calls);
    s->calls = to.calls;
    s->ncalls = to.n;
    s->call_cap = to.cap;
}

void strip_cut(StripCode *s, const StripFields *fields, int threads) {
    Stager t = {.s = s, .fields = fields, .threads = threads};
    t.partial = alloc_zeroed((size_t)s->nbuffers + 1, sizeof *t.partial);
    t.outer = alloc_room(2 * (size_t)s->ncalls + 1, sizeof *t.outer);
    t.close = t.outer + s->ncalls;
    find_units(&t, 0, s->ncalls, -1);
    if (!t.opaque && t.nunits > 1) {
        find_needs(&t);
        find_knots(&t);
        const int nstages = assign_stages(&t);
        for (int i = 0; i < t.nunits; i++)
            t.units[i].stage = t.knots[t.units[i].knot].stage;
        for (int i = 0, end; nstages > 1 && i < t.nmentions; i = end) {
            end = end_of_thing(&t, i);
            if (t.mentions[i].of < s->nbuffers) find_crossing(&t, i, end);
        }
        if (nstages > 1) put_in_order(&t, nstages);
    }
    free(t.outer);
    free(t.partial);
    free(t.units);
    free(t.mentions);
    free(t.needs);
    free(t.order);
    free(t.knots);
}
