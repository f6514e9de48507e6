/* What the files about signals share: from a signal at the present to its value at any time. evaluate/signal.c
 * evaluates a signal at the present; evaluate/read_at.c chooses how its nodes are read at another time, and
 * evaluate/substitute.c, evaluate/past.c and evaluate/start_over.c do it; evaluate/cone.c says what nodes are made of,
 * evaluate/times.c what can be seen of a time. */
#ifndef KANON_EVALUATE_SIGNALS_H
#define KANON_EVALUATE_SIGNALS_H

#include "evaluate/peval.h"

static const double MAX_DELAY = 600.0; /* seconds */

static inline bool remembers(const Graph *g, NodeId x) {
    return (g->nodes[x].deps & (DEP_MEMORY | DEP_INPUT | DEP_CELL)) != 0;
}

/* evaluate/cone.c */
typedef bool (*NodeTest)(Peval *p, NodeId id, void *data);
enum {
    CUT_SHIFTS = 1, /* what is behind a SHIFT is there already */
    ONLY_OPEN = 2   /* nothing where no cell without a body can be */
};
/* Visits each node that x is made of once, through bound cells too, until a test says stop.
 * Returns true when stopped. */
bool walk_cone(Peval *p, NodeId x, int how, NodeTest stop, void *data);
bool cone_exceeds(Peval *p, NodeId x, int limit);
/* A cell of a signal that is still being evaluated, 0 when x holds none: x is then in its feedback. */
NodeId open_cell(Peval *p, NodeId x);
/* An input that x is made of, 0 when there is none. */
NodeId heard_input(Peval *p, NodeId x);
bool is_made_of_params(Peval *p, NodeId x);
/* Why x remembers, in words. */
const char *memory_reason(Peval *p, NodeId x);

/* evaluate/times.c */
/* time = TIME - d: gives d, 0 for none. */
NodeId time_distance(Peval *p, NodeId time);
/* The slope of a time between jumps; NAN when it has none that can be seen. */
double time_slope(Peval *p, NodeId time);
const char *time_text(Peval *p, NodeId time);

/* evaluate/substitute.c */
/* x with TIME replaced. */
NodeId substitute(Peval *p, NodeId x, NodeId time);
NodeId pure_at(Peval *p, NodeId x, NodeId time);

/* evaluate/slope.c: the derivative of x by TIME, between jumps. */
NodeId slope_node(Peval *p, NodeId x);
/* Reads channel (a constant) of a sound file, by the number that the node has, at a time. */
NodeId sample_node(Peval *p, Op op, NodeId channel, NodeId time, int32_t number);

/* evaluate/past.c: x, that remembers, at TIME - d; 0 with a diag when that is not to be had */
NodeId past_of(Peval *p, NodeId x, NodeId d, Span span);

/* evaluate/start_over.c */
bool starts_over(Peval *p, NodeId x, NodeId time, NodeId d);
bool jumps_away(Peval *p, NodeId time, NodeId d);
/* x, with its memory, begun anew at time 0 of `time`; 0 with a diag when it cannot be. */
NodeId start_over(Peval *p, NodeId x, NodeId time, Span span);

/* evaluate/read_at.c: a value at the present, as it is at another time. `name`: what messages call it, or NULL. */
Value value_at(Peval *p, Value v, NodeId time, const char *name, Span span);

#endif
