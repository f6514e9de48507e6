/* A program as a linear filter. */
#ifndef KANON_MEASURE_TRANSFER_H
#define KANON_MEASURE_TRANSFER_H

#include "graph/graph.h"
#include "measure/roots.h"

enum { MOST_STATES = 96 };

/* From all inputs together, which hear the same, to an output, while params have these values. NULL where that is no linear filter with
 * constant coefficients and at most MOST_STATES states: then *why says so, and *where is the node that is in the way. */
StateSpace *transfer_find(const Graph *g, const double *params, int output, Buf *why,
                          NodeId *where);

#endif
