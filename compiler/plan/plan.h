/* The plan of a program, from which it is lowered: rates, precision, what feeds back, sums that are rolled, and what is
 * read in the past. A strip is up to `strip` samples. */
#ifndef KANON_PLAN_H
#define KANON_PLAN_H

#include "graph/components.h"

/* A delay line: past values of one node, written once a strip, read by any number of delays. */
typedef struct Line {
    NodeId source;
    double longest; /* samples; when the rate is not known, the most at any */
    int size;       /* a power of two */
    bool in_step;   /* its reader is in the same recurrence */
    bool registers; /* so short that it is held in variables: `longest` of them */
    bool pure;      /* holds a pure signal: refilled after a seek */
} Line;

/* A constant of the first term of a roll that differs between terms: a column of its table. */
typedef enum { HOLE_VALUE, HOLE_STEP, HOLE_START } HoleKind;
typedef struct Hole {
    NodeId node;   /* the constant; for steps and starts, the TURNS whose line they belong to */
    HoleKind kind; /* STEP, START: turns a second and turns at 0 of a counted phase */
} Hole;

/* A sum of many terms of one shape. */
typedef struct Roll {
    NodeId sum;
    NodeId term; /* one of them: the pattern of all */
    int terms;
    Hole *holes;
    int nholes, hole_cap;
    double *table; /* terms rows of nholes constants */
    NodeId *nodes; /* of the pattern, in order */
    int nnodes, node_cap;
    NodeId *others; /* terms of another shape, added one by one */
    int nothers, other_cap;
    NodeId *inputs; /* what the pattern and the others need from outside */
    int ninputs, input_cap;
} Roll;

/* What a program whose rate is told when it runs has to ask then. */
typedef struct Lag {
    NodeId least; /* the distance, or the least that it may be */
    bool steady;  /* it is less than a sample at no rate that can be had */
    bool bounds;  /* a strip is no longer than it */
} Lag;

typedef struct Plan {
    const Graph *g;
    NodeId *order; /* of one sample */
    int n;
    NodeId *varying; /* those of `order` at sample rate */
    int nvarying;
    NodeId *readers; /* those that read a line: delays and shifts */
    int nreaders, reader_cap;
    Rate *rate;
    double *value,
        *samples;     /* of what is known once the rate is: at 44.1 kHz where it is not yet; as a
                               * time in samples, the most that it is at any rate */
    double *distance; /* of what is known so: the samples that it is at every rate; else NAN */
    IntervalMemo *intervals;   /* of values from plan_earliest on */
    uint8_t *straight, *timed; /* see graph_straight, graph_timed */
    uint8_t *wide;             /* computed in double */
    int *component; /* sets of nodes that feed back within a strip; it needs only lesser ones */
    int *component_size;
    uint8_t *delicate; /* an error of 1e-7 of full scale would grow: it is compared, divided by … */
    bool *cyclic;      /* a TURNS of which only the sine or cosine is taken */
    uint8_t *recurs;   /* is part of a recurrence, or cheap and between two */
    uint8_t *absorbed; /* terms of rolled sums that nothing else needs */
    int *line,
        *held; /* of a source: number of its line, and of what is held of it in variables, -1 */
    int *past; /* of what reads one of these: its number, -1 */
    int *roll; /* of a SUM: number of its roll, -1 */
    Line *lines;
    int nlines, line_cap;
    Roll *rolls;
    int nrolls, roll_cap;
    int strip;        /* greatest length of a strip */
    uint8_t *is_long; /* of what reads a line: never from within the strip at hand */
    Lag *lags;        /* of feedback, where the rate is not known yet */
    int nlags, lag_cap;
    int64_t warm_up; /* frames before the first that shifts need */
    bool pure;
    bool all_double;
} Plan;

Plan *plan_create(const Graph *g, bool all_double, double max_rate);
void plan_free(Plan *p);
/* Is a delay read within the recurrence that writes it? */
bool plan_delay_in_step(const Plan *p, NodeId delay);
/* The node whose value stands for id in one sample: a cell is its body. */
static inline NodeId plan_value(const Graph *g, NodeId id) {
    while (g->nodes[id].op == OP_CELL)
        id = g->cells[g->nodes[id].aux].body;
    return id;
}
/* The first time in seconds that anything is computed for, from frame 0 on. */
double plan_earliest(const Plan *p);

/* precision.c: which nodes are computed in double */
void plan_precision(Plan *p, const Components *feedback);
/* roll.c: finds the sums that are rolled */
void plan_rolls(Plan *p, uint8_t *absorbed);

#endif
