/* Spans: terms of sums that are silent but for some time cost only then. In: the sums that gather their terms. Out: sets of nodes
 * that nothing but such terms needs, with the frames in which these are not 0: the calls of a set stand together, and are left
 * out of strips that do not meet those frames.
 *
 * What remembers may be in one if it is empty when the span begins, as it would be had it been computed since the first
 * frame: what it was handed was 0. What it becomes after the span is never heard. */
#include "lower/lower.h"
#include "lower/heard.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    FEWEST_NODES = 4,   /* of a span */
    FEWEST_WITHIN = 24, /* of one within another */
    MOST_DEPTH = 3,     /* of spans within spans */
    MOST_SIDES = 5,     /* the same where sides of choices are among them */
    EDGE = 2 /* frames that a span is longer at each end, for what seconds are rounded by */
};
/* Terms with what they share become one span where that is not this part longer than either; what began this many seconds
 * before a span is not in it. */
static const double MUCH_LONGER = 0.25, LONG_BEFORE = 0.05;
/* A span within another is at most this part of it. */
static const double SHORTER = 0.5;

enum { UNKNOWN = -1, OUTSIDE = -2 };

/* Terms that are computed together. */
typedef struct Group {
    NodeId term; /* that it was made for */
    int parent;  /* of which it has become a part; itself: it is none's part */
    int outer; /* within which it is computed: the sum that takes its terms is of that; or OUTSIDE */
    int depth;          /* of groups around */
    double from, until; /* seconds */
    double lead;        /* frames that a past needs before */
    int nodes;
    int first, after,
        before; /* numbers of components: its first, the last it needs, the first that needs it */
    NodeId choice; /* of which it is what one side alone needs; 0: of none */
    int side;
    int span; /* number of the span that it becomes, -1: none */
    bool made;
} Group;

typedef struct SpanFinder {
    KernelEmitter *k;
    const Graph *g;
    const Plan *p;
    const Support *support;
    IntervalMemo *bounds;
    Components feedback; /* all edges, also into the past */
    LinearFeedbacks linear;
    Heard heard;
    int nterms;        /* that fade */
    bool fades;        /* a term ends while it is not quite 0 */
    int *first_reader; /* as in the emitter, but of all readers: of pasts, and of cells */
    NodeId *readers;
    int *group;   /* of a node */
    double *lead; /* of a node: how many frames before its readers begin it must */
    Group *groups;
    int ngroups, group_cap;
} SpanFinder;

/* ---- readers ----------------------------------------------------------------------------------------- */

static bool varies(const Plan *p, NodeId id) {
    return p->rate[id] == RATE_SAMPLE;
}

static void find_readers(SpanFinder *f) {
    f->first_reader = alloc_zeroed((size_t)f->g->n + 2, sizeof *f->first_reader);
    int *count = f->first_reader + 1;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < f->p->nvarying; i++) {
            const Node *n = &f->g->nodes[f->p->varying[i]];
            for (int j = 0; j < node_nneeds(n); j++) {
                NodeId in = node_need(f->g, n, j);
                if (!varies(f->p, in)) continue;
                if (j == 0 && kernel_is_choice(f->k, f->p->varying[i])) continue;
                if (pass == 0)
                    count[in]++;
                else
                    f->readers[count[in]++] = f->p->varying[i];
            }
        }
        if (pass == 1) return;
        int total = 0;
        for (NodeId id = 0; id < f->g->n; id++) {
            int n = count[id];
            count[id] = total;
            total += n;
        }
        f->readers = alloc_zeroed((size_t)total + 1, sizeof *f->readers);
    }
}

/* ---- what ends --------------------------------------------------------------------------------------- */

/* All that is left out together is this loud. */
static const double LEFT_OUT = 1e-10;

static double ends(SpanFinder *f, NodeId term) {
    const Support *s = &f->support[term];
    const double gain = f->heard.gain[term];
    if (!(gain < INFINITY)) return s->until;
    const double faded = fade_below(&s->fade, log(LEFT_OUT / f->nterms / fmax(gain, 1)));
    f->fades = f->fades || faded < s->until;
    return fmin(s->until, faded);
}

/* ---- what does not end -------------------------------------------------------------------------------- */

/* Does it become silent, but for a factor that may be infinite? Looks no further than products of products. */
static bool may_be_infinite(const SpanFinder *f, NodeId id) {
    enum { FURTHEST = 8 };
    for (int i = 0; i < FURTHEST; i++) {
        const Node *n = &f->g->nodes[id];
        if (n->op == OP_CELL) {
            id = f->g->cells[n->aux].body;
        } else if (n->op == OP_SELECT) {
            id = n->in3[2];
        } else if (n->op == OP_MUL) {
            for (int j = 0; j < 2; j++)
                if (f->support[n->in3[j]].until < INFINITY) return true;
            id = n->in3[node_is_const(f->g, n->in3[0])];
        } else {
            return false;
        }
    }
    return false;
}

static void note_endless(SpanFinder *f, NodeId term) {
    const EndlessReason reason = f->support[term].fade.time < INFINITY ? ENDLESS_ERROR
                                 : may_be_infinite(f, term)            ? ENDLESS_NUMBER
                                                                       : ENDLESS_SOUND;
    SpanFacts *facts = &f->k->span_facts;
    if (facts->endless[reason].terms++ == 0) facts->endless[reason].first = term;
}

/* ---- groups ------------------------------------------------------------------------------------------ */

static int root(const SpanFinder *f, int group) {
    while (group >= 0 && f->groups[group].parent != group)
        group = f->groups[group].parent;
    return group;
}

static double apart(double a, double b) {
    return a < b || a > b ? fabs(a - b) : 0; /* infinities are equal */
}

static int outer_of(const SpanFinder *f, int group) {
    return root(f, f->groups[group].outer);
}

/* Is a group another, or within it? */
static bool is_within(const SpanFinder *f, int group, int other) {
    while (group >= 0 && group != other)
        group = outer_of(f, group);
    return group == other;
}

/* Those of two groups become one where they sound at about the same time; else what both need is of the group around both. */
static int merge(SpanFinder *f, int a, int b) {
    a = root(f, a);
    b = root(f, b);
    if (is_within(f, a, b)) return b;
    if (a < 0 || b < 0) return OUTSIDE;
    Group *x = &f->groups[a], *y = &f->groups[b];
    const double shorter = fmin(x->until - x->from, y->until - y->from);
    if (outer_of(f, a) != outer_of(f, b) || x->choice || y->choice ||
        apart(x->from, y->from) + apart(x->until, y->until) > MUCH_LONGER * shorter) {
        while (a >= 0 && !is_within(f, b, a))
            a = outer_of(f, a);
        return a;
    }
    x->from = fmin(x->from, y->from);
    x->until = fmax(x->until, y->until);
    x->lead = fmax(x->lead, y->lead);
    x->nodes += y->nodes;
    y->parent = a;
    return a;
}

/* The group of a term of a sum: of its own, where that is silent when the sum is not. A term of several sums has it already. */
static int group_of_term(SpanFinder *f, NodeId term, int outer) {
    if (f->ngroups > 0 && f->groups[f->ngroups - 1].term == term &&
        outer_of(f, f->ngroups - 1) == outer)
        return f->ngroups - 1;
    budget_spend(1);

    const double from = f->support[term].from, until = ends(f, term);
    if (from > 0 && !(until < INFINITY)) note_endless(f, term);
    const Group *around = outer >= 0 ? &f->groups[outer] : NULL;
    if (!(until < INFINITY) || kernel_is_source(f->k, term)) return outer;
    if (around && (around->depth >= MOST_DEPTH ||
                   until - fmax(from, 0) > SHORTER * (around->until - fmax(around->from, 0))))
        return outer;
    Group one = {.term = term,
                 .parent = f->ngroups,
                 .outer = outer,
                 .depth = around ? around->depth + 1 : 1,
                 .from = from,
                 .until = until,
                 .span = -1};
    VEC_PUSH(f->groups, f->ngroups, f->group_cap, one);
    return f->ngroups - 1;
}

/* The group of what one side of a choice alone needs. */
static int group_of_side(SpanFinder *f, NodeId choice, int side) {
    const int outer = root(f, f->group[choice]);
    const int depth = outer >= 0 ? f->groups[outer].depth + 1 : 1;
    if (depth > MOST_SIDES) return outer;
    for (int i = f->ngroups - 1; i >= 0; i--)
        if (f->groups[i].choice == choice && f->groups[i].side == side) return i;
    Group one = {.term = 0,
                 .choice = choice,
                 .side = side,
                 .parent = f->ngroups,
                 .outer = outer,
                 .depth = depth,
                 .from = -INFINITY,
                 .until = INFINITY,
                 .span = -1};
    VEC_PUSH(f->groups, f->ngroups, f->group_cap, one);
    return f->ngroups - 1;
}

static int group_by(SpanFinder *f, NodeId id, NodeId reader) {
    if (kernel_is_choice(f->k, reader)) {
        const int side = kernel_side_of(f->k, reader, id);
        return side && !kernel_is_source(f->k, id) ? group_of_side(f, reader, side)
                                                   : root(f, f->group[reader]);
    }
    NodeId sum = f->k->gathers[reader];
    const int group = root(f, f->group[sum ? sum : reader]);
    const bool term = sum && f->k->gathers[id] != sum && !kernel_is_row(f->k, reader, id);
    return term ? group_of_term(f, id, group) : group;
}

/* ---- what remembers ---------------------------------------------------------------------------------- */

static bool is_counted(const SpanFinder *f, const Node *n) {
    return n->op == OP_PHASE_PARAM && f->g->nodes[n->in3[1]].op == OP_TIME;
}

/* The time until which it is as empty as at first; -INFINITY: that is not known. */
static double empty_until(const SpanFinder *f, const Node *n) {
    const NodeId age = node_age(n);
    if (!(op_info[n->op].flags & OPF_KEEPS) || n->op == OP_SHIFT || is_counted(f, n))
        return INFINITY;
    if (age && age_beginning(f->g, age) >= 0) return age_beginning(f->g, age) / f->g->rate;
    switch (n->op) {
    case OP_FIR: {
        const int parted = f->p->convolution[n - f->g->nodes];
        if (parted >= 0 && f->p->convolutions[parted].shares) return -INFINITY;
        return f->support[node_inputs(n)[0]].from;
    }
    case OP_DELAY:
    case OP_PHASE:
    case OP_INTEGRATE:
    case OP_SINCE: return f->support[node_inputs(n)[0]].from;
    default: return -INFINITY;
    }
}

/* A pure signal is not 0 before it is heard: its past begins that much earlier. */
static double lead_of(const SpanFinder *f, NodeId id) {
    double lead = 0;
    for (int i = f->first_reader[id]; i < f->first_reader[id + 1]; i++) {
        const Node *n = &f->g->nodes[f->readers[i]];
        double past = n->op == OP_SHIFT && n->in3[0] == id ? ceil(f->p->samples[n->in3[1]]) + 1 : 0;
        lead = fmax(lead, f->lead[f->readers[i]] + past);
    }
    return lead;
}

/* ---- members ----------------------------------------------------------------------------------------- */

static bool is_output(const SpanFinder *f, NodeId id) {
    for (int i = 0; i < f->g->noutputs; i++)
        if (f->g->outputs[i] == id || plan_value(f->g, f->g->outputs[i]) == id) return true;
    return false;
}

/* The group that all readers of a component are in. */
static int group_of(SpanFinder *f, const NodeId *members, int n) {
    const int *component = f->feedback.component;
    int group = UNKNOWN;
    for (int m = 0; m < n; m++) {
        const NodeId id = members[m];
        for (int i = f->first_reader[id]; i < f->first_reader[id + 1]; i++) {
            if (component[f->readers[i]] == component[id]) continue;
            int by = group_by(f, id, f->readers[i]);
            group = by < 0 ? OUTSIDE : group == UNKNOWN ? by : merge(f, group, by);
            if (group == OUTSIDE) return OUTSIDE;
        }
    }
    return group == UNKNOWN ? OUTSIDE : root(f, group);
}

static void take_component(SpanFinder *f, const NodeId *members, int n) {
    heard_find(&f->heard, members, n);
    int group = is_output(f, members[0]) ? OUTSIDE : group_of(f, members, n);
    double empty = INFINITY, lead = 0;
    bool remembers = false;
    for (int i = 0; i < n && group >= 0; i++) {
        const Node *node = &f->g->nodes[members[i]];
        remembers |= (op_info[node->op].flags & OPF_KEEPS) && !is_counted(f, node);
        empty = fmin(empty, empty_until(f, &f->g->nodes[members[i]]));
        f->lead[members[i]] = lead_of(f, members[i]);
        lead = fmax(lead, f->lead[members[i]]);
        if (i > 0 && is_output(f, members[i])) group = OUTSIDE;
    }
    while (group >= 0 && (f->groups[group].choice ? remembers || lead > 0
                                                  : empty < f->groups[group].from - LONG_BEFORE))
        group = outer_of(f, group);
    for (int i = 0; i < n; i++)
        f->group[members[i]] = group;
    if (group < 0) return;
    Group *of = &f->groups[group];
    of->from = fmin(of->from, empty);
    of->lead = fmax(of->lead, lead);
    of->nodes += n;
    while (f->groups[group].choice && (group = outer_of(f, group)) >= 0)
        f->groups[group].nodes += n; /* left out with what is around the side */
}

/* Readers come first: a component has a greater number than all that it needs. */
static void take_all(SpanFinder *f) {
    const Plan *p = f->p;
    const int *component = f->feedback.component;
    int *start = alloc_zeroed((size_t)f->feedback.n + 2, sizeof *start);
    NodeId *members = alloc_room((size_t)p->nvarying + 1, sizeof *members);
    for (int i = 0; i < p->nvarying; i++)
        start[component[p->varying[i]] + 2]++;
    for (int c = 0; c < f->feedback.n; c++)
        start[c + 2] += start[c + 1];
    for (int i = 0; i < p->nvarying; i++)
        members[start[component[p->varying[i]] + 1]++] = p->varying[i];
    for (int c = f->feedback.n - 1; c >= 0; c--)
        if (start[c + 1] > start[c]) take_component(f, &members[start[c]], start[c + 1] - start[c]);
    free(start);
    free(members);
}

/* ---- their place in the order ------------------------------------------------------------------------- */

static int group_at(const SpanFinder *f, NodeId id) {
    return root(f, f->group[id]);
}

/* What a node needs from outside is computed before the span; what needs the span, behind it. */
static void place_node(SpanFinder *f, NodeId id, int group) {
    const Plan *p = f->p;
    Group *of = &f->groups[group];
    const Node *n = &f->g->nodes[id];
    if (!p->absorbed[id] && p->component[id] < of->first) of->first = p->component[id];
    for (int i = 0; i < node_nneeds(n); i++) {
        NodeId in = plan_value(f->g, node_need(f->g, n, i));
        const bool past = (n->op == OP_DELAY || n->op == OP_SHIFT) && i == 0 && p->is_long[id],
                   anywhere = kernel_is_source(f->k, in) && !f->k->gathers[id];
        if (!varies(p, in) || is_within(f, group_at(f, in), group) || anywhere || past) continue;
        if (p->component[in] > of->after) of->after = p->component[in];
    }
    for (int i = f->first_reader[id]; i < f->first_reader[id + 1]; i++) {
        NodeId reader = f->readers[i];
        if (!is_within(f, group_at(f, reader), group) && p->component[reader] < of->before)
            of->before = p->component[reader];
    }
}

static void place_all(SpanFinder *f) {
    for (int i = 0; i < f->ngroups; i++) {
        f->groups[i].first = f->groups[i].before = INT_MAX;
        f->groups[i].after = -1;
    }
    for (int i = 0; i < f->p->nvarying; i++) {
        NodeId id = f->p->varying[i];
        for (int group = group_at(f, id); group >= 0; group = outer_of(f, group))
            place_node(f, id, group);
    }
}

static int64_t frame(double seconds, double rate, double earlier) {
    const double most = 0x1p60, n = seconds * rate - earlier;
    return n <= -most ? SPAN_ALWAYS : n >= most ? SPAN_FOR_EVER : (int64_t)floor(n);
}

/* The first frame that is passed over: a multiple of the grid, at all of which strips end where they do not end at the ends of
 * spans alone. So no bit of what has faded hangs on where they are cut. */
static int64_t end_frame(double seconds, double rate) {
    const int64_t end = frame(seconds, rate, -EDGE - 1);
    return end == SPAN_ALWAYS || end == SPAN_FOR_EVER
               ? end
               : (end + STRIP_GRID - 1) / STRIP_GRID * STRIP_GRID;
}

/* The number of the span that a group is computed in, -1: none. */
static int span_around(const SpanFinder *f, int group) {
    while (group >= 0 && f->groups[group].span < 0)
        group = outer_of(f, group);
    return group >= 0 ? f->groups[group].span : -1;
}

/* That around it is made before. */
static void make_span(SpanFinder *f, int group) {
    KernelEmitter *k = f->k;
    Group *of = &f->groups[group];
    if (of->made) return;
    of->made = true;
    if (outer_of(f, group) >= 0) make_span(f, outer_of(f, group));
    const double rate = k->g->rate;
    int at = of->after + 1 > of->first ? of->after + 1 : of->first;
    const int outer = span_around(f, outer_of(f, group));
    const int fewest = of->choice                            ? 1
                       : outer < 0 || k->spans[outer].choice ? FEWEST_NODES
                                                             : FEWEST_WITHIN;
    if (of->nodes < fewest || at > of->before) return;
    struct LowerSpan span = {.choice = of->choice,
                             .side = of->side,
                             .from = frame(of->from, rate, of->lead + EDGE),
                             .until = end_frame(of->until, rate),
                             .outer = outer,
                             .at = at};
    if (span.from <= 0) span.from = SPAN_ALWAYS;
    of->span = k->nspans;
    VEC_PUSH(k->spans, k->nspans, k->span_cap, span);
}

/* What is within a span begins no earlier. */
static void widen_outer(KernelEmitter *k) {
    for (int i = k->nspans - 1; i >= 0; i--) {
        const int outer = k->spans[i].choice ? -1 : k->spans[i].outer;
        if (outer >= 0 && k->spans[i].from < k->spans[outer].from)
            k->spans[outer].from = k->spans[i].from;
    }
}

/* Is a node in a span that its sum is not in? */
static bool leaves_span(const KernelEmitter *k, NodeId id, NodeId sum) {
    int span = kernel_span(k, id);
    const int of_sum = kernel_span(k, sum);
    if (span == of_sum) return false;
    while (span >= 0 && span != of_sum)
        span = k->spans[span].outer;
    return span == of_sum;
}

/* The sums that take a term from a span. */
static void note_sums(SpanFinder *f, NodeId id) {
    KernelEmitter *k = f->k;
    for (int i = f->first_reader[id]; i < f->first_reader[id + 1]; i++) {
        NodeId sum = k->gathers[f->readers[i]];
        if (sum && leaves_span(k, id, sum)) k->spanned[sum] = 1;
    }
}

static void make_spans(SpanFinder *f) {
    KernelEmitter *k = f->k;
    for (int i = 0; i < f->ngroups; i++)
        if (f->groups[i].parent == i) make_span(f, i);
    if (k->nspans == 0) return;
    widen_outer(k);
    k->span_of = alloc_room((size_t)f->g->n, sizeof *k->span_of);
    for (NodeId id = 0; id < f->g->n; id++) {
        k->span_of[id] = span_around(f, group_at(f, id));
    }
    for (int i = 0; i < k->n; i++)
        if (k->span_of[k->nodes[i]] >= 0) note_sums(f, k->nodes[i]);
}

/* ---- terms of rolls ----------------------------------------------------------------------------------- */

static bool is_other(const Roll *r, NodeId term) {
    for (int i = 0; i < r->nothers; i++)
        if (r->others[i] == term) return true;
    return false;
}

static int by_beginning(const void *a, const void *b) {
    const struct RowSpan *x = a, *y = b;
    return x->from != y->from ? (x->from > y->from) - (x->from < y->from) : x->row - y->row;
}

/* Where most of them end. The rows are in the order of the sum. */
static struct RowSpan *find_rows(SpanFinder *f, const Roll *r) {
    const Node *sum = &f->g->nodes[r->sum];
    struct RowSpan *spans = kernel_own(f->k->data, sizeof *spans * (size_t)r->terms);
    int row = 0, ending = 0;
    for (int i = 0; i < sum->nin; i++) {
        const NodeId term = node_inputs(sum)[i];
        if (is_other(r, term)) continue;
        const double until = ends(f, term);
        spans[row] = (struct RowSpan){frame(f->support[term].from, f->g->rate, EDGE),
                                      end_frame(until, f->g->rate), row};
        ending += until < INFINITY;
        row++;
    }
    qsort(spans, (size_t)row, sizeof *spans, by_beginning);
    return 2 * ending > r->terms ? spans : NULL;
}

static void find_all_rows(SpanFinder *f) {
    KernelEmitter *k = f->k;
    if (f->p->nrolls == 0) return;
    k->row_spans = alloc_zeroed((size_t)f->p->nrolls, sizeof *k->row_spans);
    for (int i = 0; i < f->p->nrolls; i++)
        if (!f->p->absorbed[f->p->rolls[i].sum]) k->row_spans[i] = find_rows(f, &f->p->rolls[i]);
}

/* ---- all --------------------------------------------------------------------------------------------- */

/* Is there anything that begins or ends, and a sum? */
static bool may_have_spans(const KernelEmitter *k) {
    bool sums = false, ends = false;
    if (k->e->refill || k->g->rate <= 0 || !plan_may(k->p, STRATEGY_SPAN)) return false;
    for (int i = 0; i < k->n && !(sums && ends); i++) {
        const int op = k->g->nodes[k->nodes[i]].op;
        sums |= k->gathers[k->nodes[i]] != 0 || k->p->roll[k->nodes[i]] >= 0;
        ends |= op == OP_LT || op == OP_LE || op == OP_EQ || op == OP_NE || op == OP_EXP ||
                op_reads_sample((Op)op);
    }
    return (sums && ends) || k->nchoices > 0;
}

static bool is_edge(const void *data, NodeId from, int input, NodeId to) {
    (void)data, (void)from, (void)input, (void)to;
    return true;
}

static Support *find_support(SpanFinder *f) {
    int n;
    NodeId *order = graph_order(f->g, &n);
    f->feedback = components_find(f->g, order, n, is_edge, NULL);
    f->linear = linear_feedbacks_find(f->g, &f->feedback, order, n);
    /* components in the order of need, and in each the nodes after their inputs */
    const int *component = f->feedback.component;
    NodeId *sorted = components_sort(component, order, n, NULL);
    f->bounds = interval_memo_create();
    interval_assume_from(f->bounds, plan_earliest(f->p));
    interval_follow_cells(f->g, f->bounds, &f->linear, sorted, n, component);
    Support *support = graph_support(f->g, sorted, n, component, f->bounds, &f->linear);
    free(sorted);
    free(order);
    return support;
}

static int count_terms(const KernelEmitter *k) {
    int terms = 1;
    for (int i = 0; i < k->n; i++)
        if (k->gathers[k->nodes[i]] || k->p->roll[k->nodes[i]] >= 0)
            terms += k->g->nodes[k->nodes[i]].nin;
    return terms;
}

static void free_all(SpanFinder *f) {
    heard_close(&f->heard);
    linear_feedbacks_free(&f->linear);
    components_free(&f->feedback);
    interval_memo_free(f->bounds);
    free(f->group);
    free(f->lead);
    free(f->groups);
    free(f->first_reader);
    free(f->readers);
}

/* Strips end where the spans do; false: these are too many. */
static bool cut_at_ends(KernelEmitter *k) {
    for (int i = 0; i < k->p->nrolls; i++)
        if (k->row_spans[i]) return false;
    for (int i = 0; i < k->nspans; i++)
        if (!k->spans[i].choice && k->spans[i].until != SPAN_FOR_EVER &&
            !kernel_note_edge(k->own, strip_moment(k->spans[i].until)))
            return false;
    return true;
}

void kernel_find_spans(KernelEmitter *k) {
    if (!may_have_spans(k)) return;
    SpanFinder f = {.k = k, .g = k->g, .p = k->p, .nterms = count_terms(k)};
    Support *support = find_support(&f);
    f.support = support;
    f.group = alloc_room((size_t)k->g->n, sizeof *f.group);
    for (NodeId id = 0; id < k->g->n; id++)
        f.group[id] = OUTSIDE;
    f.lead = alloc_zeroed((size_t)k->g->n, sizeof *f.lead);
    find_readers(&f);
    f.heard = (Heard){.g = f.g,
                      .feedback = &f.feedback,
                      .linear = &f.linear,
                      .bounds = f.bounds,
                      .first_reader = f.first_reader,
                      .readers = f.readers};
    heard_open(&f.heard);
    take_all(&f);
    place_all(&f);
    make_spans(&f);
    find_all_rows(&f);
    if (f.fades && !cut_at_ends(k)) k->own->on_grid = true;
    free_all(&f);
    free(support);
}

/* ---- the calls --------------------------------------------------------------------------------------- */

/* Begins the sums that the nodes of the span are added to, and those that are in it. */
static void begin_sums(KernelEmitter *k, const NodeId *nodes, int n, bool within) {
    for (int i = 0; i < n; i++) {
        if (within && k->gathers[nodes[i]] == nodes[i]) kernel_begin_sum(k, nodes[i]);
        for (int j = k->first_reader[nodes[i]]; j < k->first_reader[nodes[i] + 1] && !within; j++) {
            NodeId sum = k->gathers[k->readers[j]];
            if (sum && leaves_span(k, nodes[i], sum)) kernel_begin_sum(k, sum);
        }
    }
}

OpenSpan kernel_open_span(KernelEmitter *k, int number, const NodeId *nodes, int n) {
    begin_sums(k, nodes, n, false);
    const struct LowerSpan *span = &k->spans[number];
    if (span->choice)
        kernel_open_side(k, span->choice, span->side);
    else
        strip_open_span(&k->code, strip_moment(span->from), strip_moment(span->until));
    const OpenSpan around = k->open;
    k->open = (OpenSpan){number, k->code.nbuffers, k->nlogged};
    begin_sums(k, nodes, n, true);
    return around;
}

OpenSpan kernel_open_row(KernelEmitter *k, int from) {
    strip_open_span(&k->code, (StripArgument){.kind = ARGUMENT_COLUMN_WORD, .number = from},
                    (StripArgument){.kind = ARGUMENT_COLUMN_WORD, .number = from + 1});
    const OpenSpan around = k->open;
    k->open = (OpenSpan){around.number, k->code.nbuffers, k->nlogged};
    return around;
}

/* What is computed in the span has no buffer outside. */
void kernel_close_span(KernelEmitter *k, OpenSpan around) {
    strip_close_loop(&k->code);
    for (int i = k->open.logged; i < k->nlogged; i++) {
        NodeId id = k->logged[i];
        if (k->buffer[id] >= k->open.first) k->buffer[id] = -1;
        for (int t = 0; t < 3; t++)
            if (k->converted[t][id] >= k->open.first) k->converted[t][id] = -1;
    }
    k->nlogged = k->open.logged;
    k->open = around;
}
