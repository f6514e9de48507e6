/* How loud nodes are heard: see lower/heard.c. */
#ifndef KANON_HEARD_H
#define KANON_HEARD_H

#include "graph/linear_feedback.h"

typedef struct Heard {
    const Graph *g;
    const Components *feedback; /* all edges, also into the past */
    const LinearFeedbacks *linear;
    IntervalMemo *bounds;
    const int
        *first_reader; /* of a node, in `readers`: they end where those of the next node begin */
    const NodeId *readers; /* also of pasts, and of cells */
    double *gain;          /* of a node */
    double **into;         /* of a linear feedback: that of each of its inputs */
} Heard;

/* Of what is set but for gain and into, which are made here; heard_close frees these. */
void heard_open(Heard *h);
/* Finds the gain of the members of a component, after those of all components that need it. */
void heard_find(Heard *h, const NodeId *members, int n);
void heard_close(Heard *h);

#endif
