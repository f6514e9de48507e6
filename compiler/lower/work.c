/* What the code of a program does, and for about how long. In: the calls of a strip. Out: parts by strategy, and the loops over
 * tables (lower/work.h). */
#include "lower/lower.h"

#include <stdlib.h>
#include <string.h>

/* ---- which strategy ---------------------------------------------------------------------------------- */

static const struct {
    const char *begins; /* the name of the kernel */
    int kind;
} kinds[] = {
    {"poles1_", STRATEGY_LANES},
    {"poles2_four", STRATEGY_LANES},
    {"poles2_eight", STRATEGY_LANES},
    {"pole_zero_", STRATEGY_LANES},
    {"poles2_bank", STRATEGY_BANK},
    {"state2_bank", STRATEGY_BANK},
    {"filter2_", STRATEGY_LANES},
    {"lti", STRATEGY_LOOK_AHEAD},
    {"poles2", STRATEGY_LOOK_AHEAD},
    {"state", STRATEGY_LOOK_AHEAD},
    {"pole_v", STRATEGY_LOOK_AHEAD},
    {"fir3", STRATEGY_LOOK_AHEAD},
    {"follow", STRATEGY_FOLLOWER},
    {"osc_f", STRATEGY_ROTATION},
    {"osc_gain_f", STRATEGY_ROTATION},
    {"partials", STRATEGY_ROTATION},
    {"decay", STRATEGY_DECAY},
    {"spectra_", STRATEGY_PARTITION},
    {"products_", STRATEGY_PARTITION},
    {"tails_", STRATEGY_PARTITION},
    {"read_", WORK_COPIES},
    {"write_", WORK_COPIES},
    {"mirror_", WORK_COPIES},
    {"lerp_", WORK_COPIES},
    {"past_", WORK_COPIES},
    {"keep_", WORK_COPIES},
    {"vary_", WORK_COPIES},
};

static int kind_of(const StripCall *call) {
    if (call->id == CALL_LOOP) return WORK_LOOPS;
    if (call->id == CALL_STEP) return WORK_IN_TURN;
    if (call->id >= KERNELS) return WORK_COPIES;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strncmp(kernels[call->id].name, kinds[i].begins, strlen(kinds[i].begins)) == 0)
            return kinds[i].kind;
    return kernels[call->id].expression && loop_knows(call->id) ? WORK_LOOPS : WORK_KERNELS;
}

/* ---- tables ------------------------------------------------------------------------------------------ */

/* The most rows that are in time at once. */
static int rows_at_once(const KernelEmitter *k, const StripCall *loop) {
    const StripArgument *table = &k->code.arguments[loop->first];
    if (!loop->timed) return loop->rounds;
    const int64_t *row = (const int64_t *)table->of.address + loop->timed - 1;
    SpanEvent *events = alloc_room(2 * (size_t)loop->rounds, sizeof *events);
    int n = 0;
    for (int i = 0; i < loop->rounds; i++, row += loop->width)
        span_events_add(events, &n, row[0], row[1]);
    const int most = span_most_at_once(events, n);
    free(events);
    return most;
}

/* ---- all --------------------------------------------------------------------------------------------- */

enum { DEEPEST = 16 };

/* A loop over a table, or a span, around the calls at hand. */
typedef struct Around {
    double times; /* that its calls are made */
    int table;    /* number of it in Work.tables, -1: it is none of these */
} Around;

static Around open_table(const KernelEmitter *k, Work *w, const StripCall *loop, Around outer) {
    const int at_once = rows_at_once(k, loop);
    Around inner = {outer.times * at_once, outer.table};
    if (outer.table >= 0 || w->ntables == MOST_WORK_TABLES) return inner;
    w->tables[w->ntables] = (WorkTable){.by = loop->rolled ? STRATEGY_ROUNDS : STRATEGY_ROLL,
                                        .rows = loop->rounds,
                                        .at_once = at_once};
    inner.table = w->ntables++;
    return inner;
}

static void add_call(const KernelEmitter *k, Work *w, const StripCall *call, Around around) {
    const int kind = kind_of(call);
    const double time = 1e-3 * around.times * strip_cost(&k->code, call);
    w->parts[kind].parts++;
    w->parts[kind].nanoseconds += time;
    w->nanoseconds += time;
    if (around.table < 0) return;
    w->tables[around.table].calls++;
    w->tables[around.table].nanoseconds += time;
}

static void count_places(const StripCode *s, Work *w) {
    for (int i = 0; i < s->ncalls; i++)
        for (int j = 0; j < s->calls[i].narguments; j++) {
            const StripArgument *a = &s->arguments[s->calls[i].first + j];
            const bool buffer = a->kind <= ARGUMENT_HIDDEN && s->calls[i].id == CALL_LOOP;
            w->parts[STRATEGY_WINDOW].parts += a->kind == ARGUMENT_WINDOW;
            w->parts[STRATEGY_STREAM].parts += buffer && s->buffers[a->number].lies;
        }
}

static void list_convolutions(const KernelEmitter *k, Work *w) {
    w->nconvolutions = k->p->nconvolutions;
    for (int i = 0; i < w->nconvolutions && i < MOST_WORK_CONVOLUTIONS; i++) {
        const Convolution *c = &k->p->convolutions[i];
        WorkConvolution *to = &w->convolutions[i];
        *to = (WorkConvolution){.node = c->node,
                                .taps = node_table(k->g, &k->g->nodes[c->node])->n,
                                .direct = PARTITION_DIRECT,
                                .levels = c->levels,
                                .wide = c->wide,
                                .shares = c->shares};
        for (int j = 0; j < c->levels && j < MOST_WORK_LEVELS; j++) {
            to->points[j] = partition_points(j);
            to->partitions[j] = c->partitions[j];
        }
    }
}

Work kernel_work(const KernelEmitter *k) {
    const StripCode *s = &k->code;
    Around around[DEEPEST] = {{1, -1}};
    int depth = 0;
    Work w = {0};
    memcpy(w.in_turn, k->in_turns, sizeof w.in_turn);
    for (int i = 0; i < s->ncalls; i++) {
        const StripCall *call = &s->calls[i];
        if (call->loop > 0 && depth + 1 < DEEPEST) {
            around[depth + 1] = call->span ? around[depth] : open_table(k, &w, call, around[depth]);
            w.parts[STRATEGY_SPAN].parts += call->span;
            depth++;
        } else if (call->loop < 0 && depth > 0) {
            depth--;
        } else if (call->id != CALL_C) {
            add_call(k, &w, call, around[depth]);
        }
    }
    count_places(s, &w);
    list_convolutions(k, &w);
    return w;
}

/* ---- why in turn ------------------------------------------------------------------------------------- */

/* The operation by which a component is no linear feedback with coefficients from outside; OP_DELAY: there is none. */
static Op in_the_way(const KernelEmitter *k, const NodeId *members, int n) {
    const int *component = k->p->component;
    for (int i = 0; i < n; i++) {
        const Node *node = &k->g->nodes[members[i]];
        int within = 0;
        for (int j = 0; j < node->nin; j++)
            within += component[plan_value(k->g, node_inputs(node)[j])] == component[members[i]];
        const bool linear = node->op == OP_CELL || node->op == OP_ADD || node->op == OP_SUB ||
                            node->op == OP_NEG || node->op == OP_SUM || node->op == OP_DELAY ||
                            (node->op == OP_MUL && within < 2);
        if (!linear && within > 0) return (Op)node->op;
        if (!linear && n == 1) return (Op)node->op;
    }
    return OP_DELAY;
}

void kernel_note_in_turn(KernelEmitter *k, const NodeId *members, int n) {
    WorkInTurn *noted = &k->in_turns[in_the_way(k, members, n)];
    if (noted->loops++ == 0) noted->first = members[0];
}
