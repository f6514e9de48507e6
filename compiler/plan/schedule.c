/* The schedule of a strip. In: a graph after the passes. Out: the rate of each node, the length of a strip, the components of
 * nodes that feed back within one, and the lines that hold what is read in the past.
 *
 * A cycle with a delay of at least a strip is no cycle here: its delay reads what earlier strips have written. */
#include "plan/plan.h"
#include "graph/components.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    STRIP = 128,            /* samples: all buffers of a usual program fit the first cache */
    SHORTEST_STRIP = 32,    /* a shorter feedback delay is a recurrence, sample by sample */
    REGISTERS = 4,          /* a past of so few samples is held in variables */
    LARGEST_RING = 1 << 30, /* holds ten minutes at 1 MHz, which is the most that a past may be */
    LOWEST_RATE = 1000      /* of those that a program must expect whose rate is not known yet */
};

/* Of a node that comes after its inputs. */
static double at_rate(const Node *n, const double *values, double rate) {
    if (n->op == OP_CONST) return n->value;
    if (n->op == OP_SR) return rate;
    if (n->nin == 0 || n->nin > 3) return NAN;
    double v[3];
    for (int i = 0; i < n->nin; i++)
        v[i] = values[n->in3[i]];
    return op_evaluate((Op)n->op, v, n->nin);
}

static Rate node_rate(const Node *n) {
    if (n->op == OP_CONST) return RATE_CONST;
    if (n->deps & (DEP_TIME | DEP_INPUT | DEP_MEMORY | DEP_CELL)) return RATE_SAMPLE;
    if (n->deps & DEP_PARAM) return RATE_BLOCK;
    return RATE_INIT;
}

static bool reads_line(const Node *n) {
    return n->op == OP_DELAY || n->op == OP_SHIFT;
}

/* The least distance of a delay in samples. */
static double least_samples(const Plan *p, const Node *n) {
    NodeId least = n->op == OP_DELAY ? n->more[2] : n->in3[1];
    double rate = p->g->rate > 0 ? p->g->rate : 44100;
    return p->value[least] * rate;
}

/* Ops that go on from sample to sample by a state of their own. */
static bool is_sequential(const Plan *p, const Node *n) {
    bool counted = n->op == OP_PHASE_PARAM && p->g->nodes[n->in3[1]].op == OP_TIME;
    return op_info[n->op].state && !counted;
}

/* ---- what feeds back ------------------------------------------------------------------------- */

/* Counts all edges between nodes at sample rate, those into the past too. */
static bool feeds(const void *data, NodeId from, int input, NodeId to) {
    const Plan *p = data;
    (void)from;
    (void)input;
    return p->rate[to] == RATE_SAMPLE && p->rate[from] == RATE_SAMPLE;
}

/* Counts the edges that reach no further back than the strip at hand. */
static bool feeds_within_strip(const void *data, NodeId from, int input, NodeId to) {
    const Plan *p = data;
    const Node *n = &p->g->nodes[from];
    if (!feeds(data, from, input, to)) return false;
    return !reads_line(n) || input != 0 || !p->is_long[from];
}

static Components plan_components(const Plan *p, EdgeCounts counts) {
    return components_find(p->g, p->order, p->n, counts, p);
}

/* Cells are the only way back. */
static bool feeds_back(const Plan *p) {
    for (int i = 0; i < p->nvarying; i++)
        if (p->g->nodes[p->varying[i]].op == OP_CELL) return true;
    return false;
}

/* ---- the length of a strip ------------------------------------------------------------------- */

static bool is_feedback(const Plan *p, const Components *all, NodeId delay) {
    const Node *n = &p->g->nodes[delay];
    return n->op == OP_DELAY && p->rate[n->more[0]] == RATE_SAMPLE &&
           all->component[n->more[0]] == all->component[delay];
}

/* Feedback delays between SHORTEST_STRIP and STRIP shorten the strip; shorter ones are recurrences. */
static void choose_strip(Plan *p, const Components *all) {
    for (int i = 0; i < p->nreaders; i++) {
        if (!is_feedback(p, all, p->readers[i])) continue;
        double least = least_samples(p, &p->g->nodes[p->readers[i]]) + 1e-6;
        if (least >= SHORTEST_STRIP && least < p->strip) p->strip = (int)least;
    }
}

static void add_lag(Plan *p, const Node *delay, bool bounds) {
    Lag lag = {delay->more[2], delay->more[1] == delay->more[2], bounds};
    if (p->distance[lag.least] >= 1 || !(lag.steady || lag.bounds)) return;
    for (int i = 0; i < p->nlags; i++) {
        if (p->lags[i].least != lag.least) continue;
        p->lags[i].steady |= lag.steady;
        p->lags[i].bounds |= lag.bounds;
        return;
    }
    VEC_PUSH(p->lags, p->nlags, p->lag_cap, lag);
}

/* Finds the readers whose distance is at least a strip, so that they never read what the strip at hand writes. Where the
 * rate is told only when the program runs, these are the feedback delays that make no recurrence at 44.1 kHz; the strip is
 * made as short as they are once the rate is known. */
static void find_long(Plan *p, const Components *all) {
    for (int i = 0; i < p->nreaders; i++) {
        NodeId id = p->readers[i];
        const Node *n = &p->g->nodes[id];
        double least = least_samples(p, n) + 1e-6;
        bool feedback = all->component && is_feedback(p, all, id), known = p->g->rate > 0;
        p->is_long[id] = known ? least >= p->strip : feedback && least >= SHORTEST_STRIP;
        if (!known && feedback) add_lag(p, n, p->is_long[id]);
    }
}

/* ---- recurrences ------------------------------------------------------------------------------ */

static bool is_cheap(const Plan *p, const Node *n) {
    if (n->op == OP_DELAY) return n->more[1] == n->more[3] && least_samples(p, n) <= REGISTERS;
    return (op_info[n->op].flags & OPF_CHEAP) != 0;
}

/* Must `to` be computed before id within a strip? The source of a long delay need not be, nor the source of a delay in its own
 * recurrence. */
static bool orders(const Plan *p, const Components *s, NodeId id, int input, NodeId to) {
    const Node *n = &p->g->nodes[id];
    if (p->rate[to] != RATE_SAMPLE) return false;
    if (n->op == OP_CELL) return true;
    if (!reads_line(n) || input != 0) return true;
    if (s->component[to] == s->component[id] && s->size[s->component[id]] > 1) return false;
    return !p->is_long[id];
}

/* Marks recurrences, and cheap nodes between two of them, which are to be as exact as they are. */
static void mark_between(const Plan *p, const Components *s, const NodeId *order, int n,
                         uint8_t *scalar) {
    bool any = false;
    for (int i = 0; i < n && !any; i++)
        any = scalar[order[i]];
    if (!any) return;
    uint8_t *after = alloc_zeroed((size_t)p->g->n, 1), *before = alloc_zeroed((size_t)p->g->n, 1);
    for (int i = 0; i < n; i++) {
        NodeId id = order[i];
        const Node *node = &p->g->nodes[id];
        bool cell = node->op == OP_CELL;
        if (scalar[id]) after[id] = 1;
        for (int k = 0; k < (cell ? 1 : node->nin); k++) {
            NodeId to = cell ? p->g->cells[node->aux].body : node_inputs(node)[k];
            if (after[to] && orders(p, s, id, k, to)) after[id] = 1;
        }
    }
    for (int i = n - 1; i >= 0; i--) {
        NodeId id = order[i];
        const Node *node = &p->g->nodes[id];
        bool cell = node->op == OP_CELL, needed = scalar[id] || before[id];
        for (int k = 0; needed && k < (cell ? 1 : node->nin); k++) {
            NodeId to = cell ? p->g->cells[node->aux].body : node_inputs(node)[k];
            if (!before[to] && orders(p, s, id, k, to)) before[to] = 1;
        }
    }
    for (int i = 0; i < n; i++)
        if (after[order[i]] && before[order[i]] && is_cheap(p, &p->g->nodes[order[i]]))
            scalar[order[i]] = 1;
    free(after);
    free(before);
}

static bool self_fed(const Plan *p, NodeId id) {
    const Node *n = &p->g->nodes[id];
    return reads_line(n) && node_inputs(n)[0] == id;
}

/* The nodes at sample rate in the order of their components. Tarjan's algorithm numbers a component after those it needs. */
static NodeId *order_of_need(const Plan *p, const Components *s, int *n) {
    NodeId *order = alloc_zeroed((size_t)p->n, sizeof *order);
    int *start = alloc_zeroed((size_t)s->n + 1, sizeof *start);
    *n = 0;
    for (int i = 0; i < p->nvarying; i++)
        if (!p->absorbed[p->varying[i]]) start[s->component[p->varying[i]] + 1]++;
    for (int c = 0; c < s->n; c++)
        start[c + 1] += start[c];
    for (int i = 0; i < p->nvarying; i++) {
        NodeId id = p->varying[i];
        if (p->absorbed[id]) continue;
        order[start[s->component[id]]++] = id;
        ++*n;
    }
    free(start);
    return order;
}

static void find_recurring(Plan *p, const Components *s) {
    int n;
    NodeId *order = order_of_need(p, s, &n);
    for (int i = 0; i < n; i++) {
        NodeId id = order[i];
        p->recurs[id] =
            s->size[s->component[id]] > 1 || is_sequential(p, &p->g->nodes[id]) || self_fed(p, id);
    }
    mark_between(p, s, order, n, p->recurs);
    free(order);
}

/* ---- lines ----------------------------------------------------------------------- */

bool plan_delay_in_step(const Plan *p, NodeId delay) {
    NodeId source = plan_value(p->g, node_inputs(&p->g->nodes[delay])[0]);
    const int component = p->component[delay];
    return p->rate[source] == RATE_SAMPLE && p->component[source] == component &&
           (p->component_size[component] > 1 || source == delay) && !p->is_long[delay];
}

/* May the past that a delay reads be held in variables? Its reader and its source are in recurrences then. */
static bool may_be_held(const Plan *p, NodeId delay) {
    NodeId source = plan_value(p->g, node_inputs(&p->g->nodes[delay])[0]);
    return p->rate[source] == RATE_SAMPLE && p->recurs[source] && p->recurs[delay] &&
           !p->is_long[delay];
}

static void add_line(Plan *p, NodeId delay) {
    const Graph *g = p->g;
    const Node *n = &g->nodes[delay];
    NodeId source = plan_value(g, node_inputs(n)[0]);
    NodeId most = n->op == OP_DELAY ? n->more[3] : n->in3[1];
    double longest = p->samples[most];
    if (fabs(longest - rint(longest)) < 1e-6) longest = rint(longest);
    bool in_step = plan_delay_in_step(p, delay);
    bool exact = !isnan(p->distance[most]) && n->op == OP_DELAY && n->more[1] == most &&
                 longest == rint(longest) && n->nin == 4;
    bool held = may_be_held(p, delay) && exact && longest <= REGISTERS;
    int *number = held ? &p->held[source] : &p->line[source];
    if (*number < 0) {
        Line line = {.source = source,
                     .registers = held,
                     .pure = !(g->nodes[source].deps & (DEP_MEMORY | DEP_INPUT | DEP_CELL))};
        VEC_PUSH(p->lines, p->nlines, p->line_cap, line);
        *number = p->nlines - 1;
    }
    p->past[delay] = *number;
    Line *line = &p->lines[*number];
    if (longest > line->longest) line->longest = longest;
    line->in_step = line->in_step || in_step;
}

static void make_lines(Plan *p) {
    for (int i = 0; i < p->nreaders; i++)
        add_line(p, p->readers[i]);
    for (int i = 0; i < p->nlines; i++) {
        Line *line = &p->lines[i];
        line->size = 1;
        while (line->size < line->longest + 3 + plan_room(p) && line->size < LARGEST_RING)
            line->size *= 2;
        if (!line->in_step) line->mirrored = plan_room(p);
    }
}

static bool is_sum(const Node *n) {
    return n->op == OP_ADD || n->op == OP_SUB;
}

static bool has_period(const Node *n) {
    return n->op == OP_SINTURN || n->op == OP_COSTURN || n->op == OP_WRAP;
}

static void mark_inputs(const Graph *g, const Node *n, bool *marks) {
    for (int k = 0; k < n->nin; k++)
        marks[plan_value(g, node_inputs(n)[k])] = true;
}

/* Finds the counted phases of which only sines, cosines and wraps are taken, maybe with something added: they may be any number
 * of whole turns off. Readers of sums are looked at first, then sums from the last to the first, since a delay may stand before
 * its source. */
static void find_cyclic(Plan *p) {
    const Graph *g = p->g;
    bool *other = alloc_zeroed((size_t)g->n, sizeof(bool));
    for (int i = 0; i < g->noutputs; i++)
        other[plan_value(g, g->outputs[i])] = true;
    for (int i = 0; i < p->nvarying; i++) {
        const Node *n = &g->nodes[p->varying[i]];
        if (!is_sum(n) && !has_period(n)) mark_inputs(g, n, other);
        if (n->op == OP_WRAP) mark_inputs(g, n, p->wrapped);
    }
    for (int i = p->nvarying - 1; i >= 0; i--) {
        const Node *n = &g->nodes[p->varying[i]];
        if (is_sum(n) && other[p->varying[i]]) mark_inputs(g, n, other);
    }
    for (int i = 0; i < p->nvarying; i++) {
        NodeId id = p->varying[i];
        p->cyclic[id] = plan_is_counted(p, id) && !other[id];
    }
    free(other);
}

static bool has_shift(const Plan *p) {
    for (int i = 0; i < p->nreaders; i++)
        if (p->g->nodes[p->readers[i]].op == OP_SHIFT) return true;
    return false;
}

static void find_warm_up(Plan *p) {
    if (!has_shift(p)) return;
    int64_t *reach = alloc_zeroed((size_t)p->g->n, sizeof *reach);
    for (int i = 0; i < p->nvarying; i++) {
        const Node *n = &p->g->nodes[p->varying[i]];
        const NodeId *in = node_inputs(n);
        int64_t here = 0;
        for (int k = 0; k < n->nin; k++)
            if (reach[in[k]] > here) here = reach[in[k]];
        if (n->op == OP_SHIFT) here += (int64_t)ceil(p->samples[in[1]]) + 1;
        reach[p->varying[i]] = here;
        if (here > p->warm_up) p->warm_up = here;
    }
    free(reach);
}

double plan_earliest(const Plan *p) {
    return -(double)p->warm_up / (p->g->rate > 0 ? p->g->rate : LOWEST_RATE);
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* A time may be most samples at any rate, not only at the greatest: it is worked out at the usual rates, and at some between.
 * Emitted C refuses a rate at which it is longer still. */
static const double rates_asked[] = {LOWEST_RATE, 2000,   4000,   6000,   8000,   11025,  12000,
                                     16000,       22050,  24000,  32000,  37800,  44100,  47250,
                                     48000,       50000,  60000,  64000,  88200,  96000,  120000,
                                     128000,      176400, 192000, 352800, 384000, 705600, 768000};
enum { RATES_ASKED = sizeof rates_asked / sizeof *rates_asked };

static void ask_at(Plan *p, double rate, double *values) {
    for (int i = 0; i < p->n; i++) {
        NodeId id = p->order[i];
        if (p->rate[id] > RATE_INIT) continue;
        values[id] = at_rate(&p->g->nodes[id], values, rate);
        double samples = values[id] * rate;
        if (p->samples[id] == -INFINITY)
            p->distance[id] = samples;
        else if (!(fabs(samples - p->distance[id]) < 1e-6))
            p->distance[id] = NAN;
        if (!(samples <= p->samples[id])) p->samples[id] = samples;
    }
}

/* Finds the values that are known once the rate is, and how many samples they are at most as times. */
static void find_times(Plan *p, double max_rate) {
    bool known = p->g->rate > 0, any = false;
    for (int i = 0; i < p->n; i++) {
        p->samples[p->order[i]] = -INFINITY;
        p->distance[p->order[i]] = NAN;
        any = any || p->rate[p->order[i]] == RATE_INIT;
    }
    ask_at(p, known ? p->g->rate : 44100, p->value);
    if (known) return;
    double *values = alloc_room((size_t)p->g->n, sizeof *values);
    for (int i = 0; i < RATES_ASKED && any; i++)
        if (rates_asked[i] < max_rate) ask_at(p, rates_asked[i], values);
    ask_at(p, max_rate, values);
    free(values);
}

/* Finds the rates of nodes, and sorts out those that vary and those that read lines. */
static void sort_out(Plan *p) {
    p->pure = true;
    for (int i = 0; i < p->n; i++) {
        NodeId id = p->order[i];
        const Node *n = &p->g->nodes[id];
        p->rate[id] = node_rate(n);
        if (p->rate[id] == RATE_SAMPLE) p->varying[p->nvarying++] = id;
        if (reads_line(n)) VEC_PUSH(p->readers, p->nreaders, p->reader_cap, id);
        if (n->deps & (DEP_MEMORY | DEP_INPUT | DEP_CELL)) p->pure = false;
    }
}

Plan *plan_create(const Graph *g, const PlanOptions *options) {
    Plan *p = alloc_zeroed(1, sizeof *p);
    size_t n = (size_t)g->n;
    p->g = g;
    p->all_double = options->all_double;
    p->without = options->without;
    p->call_order = options->call_order;
    p->strip = STRIP;
    p->order = graph_sample_order(g, &p->n);
    p->varying = alloc_room((size_t)p->n, sizeof *p->varying);
    p->rate = alloc_zeroed(n, sizeof *p->rate);
    p->value = alloc_room(3 * n, sizeof *p->value);
    p->samples = p->value + n;
    p->distance = p->samples + n;
    p->is_long = alloc_zeroed(n, 1);
    p->straight = alloc_zeroed(n, 1);
    p->timed = alloc_zeroed(n, 1);
    p->wide = alloc_zeroed(n, 1);
    p->delicate = alloc_zeroed(n, 1);
    p->line = alloc_room(4 * n, sizeof *p->line);
    memset(p->line, -1, 4 * n * sizeof *p->line);
    p->held = p->line + n;
    p->past = p->held + n;
    p->roll = p->past + n;
    p->recurs = alloc_zeroed(n, 1);
    p->cyclic = alloc_zeroed(n, sizeof *p->cyclic);
    p->wrapped = alloc_zeroed(n, sizeof *p->wrapped);
    p->absorbed = alloc_zeroed(n, 1);
    sort_out(p);
    find_times(p, options->max_rate);
    graph_straight(g, p->straight, p->order, p->n);
    graph_timed(g, p->timed, p->order, p->n);
    find_cyclic(p);
    bool recurs = feeds_back(p);
    Components whole = {0};
    if (recurs) {
        whole = plan_components(p, feeds);
        choose_strip(p, &whole);
    }
    find_long(p, &whole);
    Components s = plan_components(p, feeds_within_strip);
    p->component = s.component;
    p->component_size = s.size;
    plan_rolls(p, p->absorbed);
    find_recurring(p, &s);
    make_lines(p);
    find_warm_up(p);
    p->intervals = interval_memo_create();
    interval_assume_from(p->intervals, plan_earliest(p));
    plan_precision(p, recurs ? &whole : &s);
    plan_partitions(p);
    components_free(&whole);
    return p;
}

void plan_free(Plan *p) {
    if (!p) return;
    for (int i = 0; i < p->nrolls; i++) {
        free(p->rolls[i].holes);
        free(p->rolls[i].table);
        free(p->rolls[i].nodes);
        free(p->rolls[i].others);
        free(p->rolls[i].inputs);
    }
    free(p->lines);
    free(p->rolls);
    free(p->order);
    free(p->varying);
    free(p->readers);
    free(p->rate);
    free(p->value);
    free(p->is_long);
    free(p->lags);
    interval_memo_free(p->intervals);
    free(p->straight);
    free(p->timed);
    free(p->wide);
    free(p->delicate);
    free(p->line);
    free(p->component);
    free(p->component_size);
    free(p->recurs);
    free(p->cyclic);
    free(p->wrapped);
    free(p->absorbed);
    free(p->convolution);
    free(p->convolutions);
    free(p->spectra);
    free(p);
}
