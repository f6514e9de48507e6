/* Which convolutions are computed in partitions, and what they share. In: a plan whose components and precision are known. Out:
 * Plan.convolutions and Plan.spectra; a FIR that is in neither has its taps summed as they stand.
 *
 * The first PARTITION_DIRECT taps are summed as they stand. Then come levels (runtime/kernels_partition.c), each of eight times as
 * many points as the one before. One whose blocks are one share long is ready at once; what another gives is ready three blocks
 * later, since its spectra, its products and the way back take a block each: so its taps begin at four times its points.
 *
 * Convolutions of one signal share its spectra. Those of which nothing is heard but their sum are transformed back together. */
#include "plan/plan.h"
#include "graph/components.h"

#include <stdlib.h>
#include <string.h>

/* Picoseconds a sample, on a machine with AVX2; in double all but taps cost twice as much. The spectra of large blocks are in no
 * cache that is near. */
enum {
    COST_OF_TAP = 85,
    COST_OF_CALLS = 1500,
    COST_OF_WAY =
        1800, /* to a spectrum, or back, of the first level; and more of each that comes later */
    COST_OF_PASS = 1400,
    COST_OF_PARTITION = 200,
    COST_OF_FAR = 300,
    FAR_LEVEL = 2
};

int partition_points(int level) {
    return PARTITION_DIRECT << (3 * level);
}

int partition_first_tap(int level) {
    return level == 0 ? PARTITION_DIRECT : 2 * partition_points(level);
}

static int partitions_of(int taps, int level, int levels) {
    const int end = level + 1 < levels ? partition_first_tap(level + 1) : taps,
              points = partition_points(level);
    return (end - partition_first_tap(level) + points - 1) / points;
}

static double cost_of(int taps, int levels) {
    double cost = COST_OF_CALLS;
    for (int i = 0; i < levels; i++)
        cost += 2 * (COST_OF_WAY + COST_OF_PASS * i) +
                (i < FAR_LEVEL ? COST_OF_PARTITION : COST_OF_FAR) * partitions_of(taps, i, levels);
    return cost;
}

/* 0: they are summed faster. Of a response that is mostly zeros these cost nothing there. */
static int choose_levels(const Table *table, bool wide) {
    int taps = 0, best = 0;
    for (int i = 0; i < table->n; i++)
        taps += table->data[i] != 0;
    if (taps > table->n / 4) taps = table->n;
    double least = (double)COST_OF_TAP * (taps - PARTITION_DIRECT);
    for (int i = 1; i <= PARTITION_LEVELS && partition_first_tap(i - 1) < table->n; i++) {
        const double cost = cost_of(table->n, i) * (wide ? 2 : 1);
        if (cost >= least) continue;
        least = cost;
        best = i;
    }
    return best;
}

static int find_spectra(Plan *p, NodeId source, int points, bool wide, int partitions) {
    for (int i = 0; i < p->nspectra; i++) {
        Spectra *s = &p->spectra[i];
        if (s->source != source || s->points != points || s->wide != wide) continue;
        if (partitions > s->partitions) s->partitions = partitions;
        s->readers++;
        return i;
    }
    const Spectra spectra = {source, points, partitions, wide, 1};
    VEC_PUSH(p->spectra, p->nspectra, p->spectra_cap, spectra);
    return p->nspectra - 1;
}

static void add_convolution(Plan *p, NodeId id) {
    const Table *table = node_table(p->g, &p->g->nodes[id]);
    Convolution c = {.node = id, .sum = p->nconvolutions, .wide = p->all_double || p->delicate[id]};
    c.levels = choose_levels(table, c.wide);
    if (c.levels == 0) return;
    for (int i = 0; i < c.levels; i++) {
        c.partitions[i] = partitions_of(table->n, i, c.levels);
        c.spectra[i] = find_spectra(p, plan_value(p->g, p->g->nodes[id].in3[0]),
                                    partition_points(i), c.wide, c.partitions[i]);
    }
    p->convolution[id] = p->nconvolutions;
    VEC_PUSH(p->convolutions, p->nconvolutions, p->convolution_cap, c);
}

/* ---- sums ------------------------------------------------------------------------------------------ */

/* The only node that reads one, 0: there is none, or several. */
static NodeId *find_readers(const Plan *p) {
    const Graph *g = p->g;
    NodeId *reader = alloc_zeroed((size_t)g->n, sizeof *reader);
    bool *several = alloc_zeroed((size_t)g->n, sizeof *several);
    for (int i = 0; i < g->noutputs; i++)
        several[plan_value(g, g->outputs[i])] = true;
    for (int i = 0; i < p->n; i++) {
        const Node *n = &g->nodes[p->order[i]];
        for (int j = 0; n->op != OP_CELL && j < n->nin; j++) {
            const NodeId to = plan_value(g, node_inputs(n)[j]);
            several[to] = several[to] || reader[to];
            reader[to] = p->order[i];
        }
    }
    for (NodeId id = 0; id < g->n; id++)
        if (several[id]) reader[id] = 0;
    free(several);
    return reader;
}

static bool is_sum(const Plan *p, NodeId id) {
    const int op = p->g->nodes[id].op;
    return (op == OP_ADD || op == OP_SUM) && p->component_size[p->component[id]] == 1 &&
           !p->absorbed[id] && p->roll[id] < 0;
}

/* The outermost sum that a node is heard in alone, 0: none. */
static NodeId sum_around(const Plan *p, const NodeId *reader, NodeId id) {
    NodeId sum = 0;
    for (id = reader[id]; id && is_sum(p, id); id = reader[id])
        sum = id;
    return sum;
}

/* The one whose calls come last makes the way back for all: what others give is known by then. */
static void find_sums(Plan *p) {
    NodeId *reader = find_readers(p);
    int *last = alloc_room(2 * (size_t)p->g->n, sizeof *last);
    memset(last, -1, 2 * (size_t)p->g->n * sizeof *last);
    for (int turn = 0; turn < 2; turn++)
        for (int i = 0; i < p->nconvolutions; i++) {
            Convolution *c = &p->convolutions[i];
            const NodeId sum = sum_around(p, reader, c->node);
            int *of = &last[2 * sum + c->wide];
            if (!sum) continue;
            if (turn == 0 &&
                (*of < 0 || p->component[c->node] > p->component[p->convolutions[*of].node]))
                *of = i;
            if (turn == 1) c->sum = *of;
        }
    for (int i = 0; i < p->nconvolutions; i++)
        if (p->convolutions[i].sum != i)
            p->convolutions[i].shares = p->convolutions[p->convolutions[i].sum].shares = true;
    free(reader);
    free(last);
}

/* ---- the way there and back --------------------------------------------------------------------------- */

/* In picoseconds a sample: the spectra of a level, as far as they are made for this sum alone; its products; its way back. */
typedef struct Shares {
    double spectra, products, back;
} Shares;

/* The most that a share costs where the products take so many eighths of the time. Spectra are ready after FIRST_TURN. */
static double most_of(const Shares *s, int turn) {
    const double products = s->products / turn, back = s->back / (8 - turn),
                 first = s->spectra / FIRST_TURN + products;
    return first > back ? first : back;
}

/* The way back takes two shares at least: where a strip has the last one of a block and the first of the next, sums of the next
 * begin before the last part of the way back, which needs no sums any more. */
static void find_turns(Plan *p, int sum, int level) {
    Convolution *of = &p->convolutions[sum];
    Shares s = {.back = COST_OF_WAY + COST_OF_PASS * level};
    for (int i = 0; i < p->nconvolutions; i++) {
        const Convolution *c = &p->convolutions[i];
        if (c->sum != sum || level >= c->levels) continue;
        s.products += (level < FAR_LEVEL ? COST_OF_PARTITION : COST_OF_FAR) * c->partitions[level];
        s.spectra += (COST_OF_WAY + COST_OF_PASS * level) / p->spectra[c->spectra[level]].readers;
    }
    of->turn[level] = FIRST_TURN;
    for (int turn = FIRST_TURN; turn <= (level > 1 ? LAST_TURN : LAST_TURN - 1); turn++)
        if (most_of(&s, turn) < most_of(&s, of->turn[level])) of->turn[level] = turn;
}

void plan_partitions(Plan *p) {
    p->convolution = alloc_room((size_t)p->g->n, sizeof *p->convolution);
    memset(p->convolution, -1, (size_t)p->g->n * sizeof *p->convolution);
    for (int i = 0; i < p->nvarying && plan_may(p, STRATEGY_PARTITION); i++) {
        const NodeId id = p->varying[i];
        const Node *n = &p->g->nodes[id];
        if (n->op == OP_FIR && !node_age(n) && !p->absorbed[id] &&
            p->component_size[p->component[id]] == 1)
            add_convolution(p, id);
    }
    if (p->nconvolutions > 1) find_sums(p);
    for (int i = 0; i < p->nconvolutions; i++) {
        Convolution *c = &p->convolutions[i], *sum = &p->convolutions[c->sum];
        for (int j = 0; j < c->levels; j++)
            c->shares = c->shares || p->spectra[c->spectra[j]].readers > 1;
        if (c->levels > sum->sum_levels) sum->sum_levels = c->levels;
    }
    for (int i = 0; i < p->nconvolutions; i++)
        for (int j = 0; j < p->convolutions[i].sum_levels; j++)
            find_turns(p, i, j);
}
