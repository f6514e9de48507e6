/* The reference: the graph before any pass, in double, sample by sample. */
#ifndef KANON_GRAPH_INTERP_H
#define KANON_GRAPH_INTERP_H

#include "graph/graph.h"

typedef struct Interp Interp;
Interp *interp_create(const Graph *g);
/* Bytes of what it remembers, before it is created. */
size_t interp_bytes(const Graph *g);
void interp_free(Interp *in);
void interp_reset(Interp *in);
void interp_set(Interp *in, int param, double value);
double interp_get(const Interp *in, int param);
bool interp_seek(Interp *in, int64_t frame); /* false: the program remembers */
/* From now on each value is off by at most that share of itself, at random; what is made of time alone by some 1e-14, and
 * what decides edges and phases by 1e-12; and from 2^-24 on it has the range of float. So tests see what rounding does to
 * a program. */
void interp_perturb(Interp *in, double amount, uint64_t seed);
/* The largest magnitude of what is remembered of the last frame; infinite where it is NaN. */
double interp_largest(const Interp *in);
/* inputs[ninputs][frames], outputs[noutputs][frames], all double. */
void interp_process(Interp *in, const double *const *inputs, double *const *outputs, int frames);

#endif
