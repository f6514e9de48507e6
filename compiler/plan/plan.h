/* The plan of a program: the rate and precision of each node, the components that feed back, the sums that are rolls, and the
 * lines whose past is read. A program is lowered from its plan. A strip is up to `strip` samples. */
#ifndef KANON_PLAN_H
#define KANON_PLAN_H

#include "graph/components.h"
#include "plan/strategy.h"
#include "runtime/kernels.h"

/* A delay line: past values of one node, written once a strip, read by any number of delays. */
typedef struct Line {
    NodeId source;
    /* the longest distance in samples; when the rate is not known, the longest at any rate */
    double longest;
    int size; /* a power of two */
    /* of how many of its first elements the ring has copies behind its end, so that each strip lies in one piece; 0: a step
     * writes it, sample by sample */
    int mirrored;
    bool in_step;   /* a reader is in the recurrence that writes it */
    bool registers; /* it is held in `longest` variables, and has no ring */
    bool pure;      /* it holds a pure signal, and is refilled after a seek */
} Line;

/* A constant of the pattern of a roll that is another in other terms: a column of the table. */
typedef enum { HOLE_VALUE, HOLE_STEP, HOLE_START } HoleKind;
typedef struct Hole {
    NodeId node;   /* the constant; for STEP and START, the TURNS that counts by it */
    HoleKind kind; /* STEP: the turns a second of a counted phase; START: its turns at time 0 */
} Hole;

/* A sum of many terms that differ in constants only. */
typedef struct Roll {
    NodeId sum;
    NodeId term; /* one of the terms: the pattern of all */
    int terms;
    Hole *holes;
    int nholes, hole_cap;
    double *table; /* a row of nholes constants for each term */
    NodeId *nodes; /* of the pattern alone, inputs before users */
    int nnodes, node_cap;
    NodeId *others; /* terms of another shape, added one by one */
    int nothers, other_cap;
    NodeId *inputs; /* what the pattern and the others need from outside */
    int ninputs, input_cap;
} Roll;

/* plan/partition.c: convolutions with long responses. */
enum {
    PARTITION_DIRECT = 64,
    PARTITION_LEVELS = 4,
    PARTITION_BETWEEN = 2,
    FIRST_TURN = 5,
    LAST_TURN = 7
};

/* The spectra of the blocks of one signal, made once for all convolutions of it. */
typedef struct Spectra {
    NodeId source;
    int points;
    int partitions; /* of the reader that has most */
    bool wide;      /* in double */
    int readers;
} Spectra;

/* A FIR that is computed in partitions. */
typedef struct Convolution {
    NodeId node;
    int levels;
    int partitions[PARTITION_LEVELS], spectra[PARTITION_LEVELS]; /* the numbers of its Spectra */
    bool wide;
    bool shares; /* spectra, or the way back */
    int sum; /* the number of the one that makes the way back for it: its own where it is alone */
    /* of all that this one makes the way back for: levels; and of each how many eighths of the time sums take, before they go back */
    int sum_levels, turn[PARTITION_LEVELS];
} Convolution;

/* A distance of feedback that is known only when the program is told its rate, and has to be checked then. */
typedef struct Lag {
    NodeId least; /* the distance, or its lower bound */
    bool steady;  /* it does not vary: a program refuses rates at which it is less than a sample */
    bool bounds;  /* a strip must be no longer */
} Lag;

typedef struct Plan {
    const Graph *g;
    NodeId *order; /* all nodes, each after those it needs at the same sample */
    int n;
    NodeId *varying; /* those of `order` at sample rate */
    int nvarying;
    NodeId *readers; /* those that read a line: delays and shifts */
    int nreaders, reader_cap;
    Rate *rate;
    /* of a node that is known once the rate is: its value, at 44.1 kHz where that is not known */
    double *value;
    double *samples; /* the same as a time: how many samples it is at most at any rate */
    /* the same as a time: how many samples it is at every rate, NAN when that varies */
    double *distance;
    IntervalMemo *intervals;   /* the bounds of values from plan_earliest on */
    uint8_t *straight, *timed; /* see graph_straight, graph_timed */
    uint8_t *wide;             /* nodes that are computed in double */
    /* number of the component of a node; a component needs only those of lesser numbers */
    int *component;
    int *component_size;
    /* nodes in which an error of 1e-7 of full scale would grow: they are compared, divided by … */
    uint8_t *delicate;
    bool *wrapped;     /* a phase that is wrapped */
    bool *cyclic;      /* a counted phase of which only functions of period 1 are taken */
    uint8_t *recurs;   /* nodes of recurrences, and cheap ones between two of these */
    uint8_t *absorbed; /* nodes that only rolls need */
    int *line;         /* of a node: number of the line of its past, -1: none */
    int *held; /* of a node: number of the line of its past that is held in variables, -1: none */
    int *past; /* of a reader of a line: number of that line, -1: none */
    int *roll; /* of a SUM: number of its roll, -1: none */
    Line *lines;
    int nlines, line_cap;
    Roll *rolls;
    int nrolls, roll_cap;
    int *
        convolution; /* of a FIR: its number among those in partitions, -1: its taps are summed as they stand */
    Convolution *convolutions;
    int nconvolutions, convolution_cap;
    Spectra *spectra;
    int nspectra, spectra_cap;
    int strip;        /* greatest length of a strip */
    uint8_t *is_long; /* readers that never read what the strip at hand writes */
    Lag *lags;        /* where the rate is not known yet */
    int nlags, lag_cap;
    int64_t warm_up; /* how many frames before the first SHIFTs need */
    bool pure;
    bool all_double;
    StrategySet without;
    unsigned call_order; /* see CompileOptions.order */
} Plan;

typedef struct PlanOptions {
    bool all_double;
    double max_rate;     /* where the rate is not known */
    StrategySet without; /* these are left out */
    unsigned call_order;
} PlanOptions;

Plan *plan_create(const Graph *g, const PlanOptions *options);
static inline bool plan_may(const Plan *p, Strategy s) {
    return !strategy_is_in(p->without, s);
}
void plan_free(Plan *p);
/* The samples that a buffer has room for: those of a strip, in whole groups of 16. */
static inline int plan_room(const Plan *p) {
    return (p->strip + KERNEL_GROUP - 1) / KERNEL_GROUP * KERNEL_GROUP;
}
/* The samples from one buffer to the next: were they a power of two, a loop over several buffers would want them all in one part
 * of the first cache. */
static inline int plan_row(const Plan *p) {
    return plan_room(p) + KERNEL_GROUP;
}
/* Is a delay read within the recurrence that writes it? */
bool plan_delay_in_step(const Plan *p, NodeId delay);
/* The node whose value id has at a sample: that of a cell is its body. */
static inline NodeId plan_value(const Graph *g, NodeId id) {
    while (g->nodes[id].op == OP_CELL)
        id = g->cells[g->nodes[id].aux].body;
    return id;
}
/* The earliest time in seconds that anything is computed for, in a program that starts at frame 0. */
double plan_earliest(const Plan *p);
/* Is a constant of a roll counted in fixed point? Steps are where the rate is known, else they are turns a second. */
static inline bool plan_is_fixed_point(const Graph *g, const Hole *hole) {
    return hole->kind == HOLE_START || (hole->kind == HOLE_STEP && g->rate > 0);
}

/* plan/facts.c */
/* Is it known once a block: by the rate, or by params? */
bool plan_by_block(const Plan *p, NodeId id);
/* A phase that is counted in fixed point, from the number of the sample. */
bool plan_is_counted(const Plan *p, NodeId id);
/* One whose step is a field, computed once a block. */
bool plan_counts_by_block(const Plan *p, NodeId id);
/* Computed in double when the result is, or when something that varies is. */
bool plan_computes_wide(const Plan *p, NodeId id);
/* Of time and phases alone: edges are found to 1e-9. */
bool plan_on_lines(const Plan *p, const Node *n);
/* plan/precision.c: which nodes are computed in double */
void plan_precision(Plan *p, const Components *feedback);
/* plan/partition.c: finds the convolutions that are computed in partitions, and what they share. */
void plan_partitions(Plan *p);
/* The points of a level, which are the taps of each of its partitions, and the first tap that it has. */
int partition_points(int level);
int partition_first_tap(int level);
/* The spectra that are kept: a block is written while the oldest that a sum needs is read. */
static inline int plan_room_for_spectra(const Spectra *s) {
    return s->partitions + PARTITION_BETWEEN;
}
/* plan/roll.c: finds the sums that are rolled: none in feedback, where a step computes all at one sample */
void plan_rolls(Plan *p, uint8_t *absorbed);

#endif
