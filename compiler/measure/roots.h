/* Poles and zeros of a linear system with one input and one output. */
#ifndef KANON_MEASURE_ROOTS_H
#define KANON_MEASURE_ROOTS_H

#include "base/base.h"

/* As many digits as there are: what cancels in a filter's equations must do so here, and a pole of eight is known to an eighth of
 * them. */
#ifdef __SIZEOF_FLOAT128__
typedef __float128 Quad;
#else
typedef long double Quad;
#endif

/* x' = A x + b u, y = c x + d u, sample by sample. */
typedef struct StateSpace {
    int n;
    Quad *a; /* n rows of n */
    Quad *b, *c, d;
} StateSpace;
StateSpace *state_space_create(int n);
void state_space_free(StateSpace *s);

typedef struct Root {
    double re, im;
    int count; /* how many lie there */
} Root;

typedef struct Roots {
    Root *poles, *zeros; /* from low to high frequency, those below the real axis too */
    int npoles, nzeros;  /* of these lists */
    int order;           /* poles, all counted */
} Roots;
/* Of the part of the system that hears the input and is heard. A pole and a zero at one place cancel. The system is used up. */
Roots *roots_find(StateSpace *s);
void roots_free(Roots *r);

#endif
