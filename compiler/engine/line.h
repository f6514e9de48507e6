/* Programs that are a straight line of one input. */
#ifndef KANON_ENGINE_LINE_H
#define KANON_ENGINE_LINE_H

#include "graph/graph.h"

/* a x + b, x being input `input`. */
typedef struct InputLine {
    int input;
    double a, b;
} InputLine;

/* Is that what the graph, after the passes, computes for output `output`, with these values of its params? */
bool graph_line(const Graph *g, int output, const double *params, InputLine *line);

#endif
