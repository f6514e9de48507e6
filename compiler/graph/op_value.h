/* What each operation computes, in double precision: the meaning of the language's arithmetic.
 * Inline, as the reference asks at each node of each sample. In: values. Out: the value. */
#ifndef KANON_GRAPH_OP_VALUE_H
#define KANON_GRAPH_OP_VALUE_H

#include "graph/graph.h"
#include "runtime/math.h"
#include "runtime/noise.h"
#include "runtime/lattice.h"

#include <math.h>

static inline double floor_modulo(double x, double m) {
    double r = fmod(x, m);
    if (r != 0 && (r < 0) != (m < 0)) r += m;
    return r == m ? 0 : r;
}

static inline double lower(double a, double b) {
    return a < b ? a : b;
}

static inline double higher(double a, double b) {
    return a > b ? a : b;
}

/* Below 1, also of a number that is a little below 0. */
static inline double fraction(double a) {
    double r = a - floor(a);
    return r == 1 ? 0 : r;
}

static inline double less_nearest(double a) {
    return a - floor(a + 0.5);
}

static inline double sine_of_turns(double x) {
    return sin(2 * M_PI * (x - rint(x)));
}

static inline double cosine_of_turns(double x) {
    return cos(2 * M_PI * (x - rint(x)));
}

static inline double pick(const double *in, int nin) {
    double last = nin - 2, i = floor(in[0]);
    if (!(i > 0)) i = 0;
    if (i > last) i = last;
    return in[1 + (int)i];
}

static inline double sum(const double *in, int nin) {
    double total = 0;
    for (int i = 0; i < nin; i++)
        total += in[i];
    return total;
}

/* Nothing of no coordinates. */
static inline double lattice_noise(Op op, const double *in, int nin) {
    const double seed = nin > 2 ? in[0] : 0, period = nin > 2 ? in[1] : 0;
    const int which = nin > 2 ? (int)in[2] : 0;
    const double *x = in + 3;
#define OF(noise)                                                                                  \
    switch (nin - 3) {                                                                             \
    case 1: return (double)noise##1(x[0], seed, period, which);                                    \
    case 2: return (double)noise##2(x[0], x[1], seed, period, which);                              \
    case 3: return (double)noise##3(x[0], x[1], x[2], seed, period, which);                        \
    case 4: return (double)noise##4(x[0], x[1], x[2], x[3], seed, period, which);                  \
    default: return (double)NAN;                                                                   \
    }
    switch (op) {
    case OP_VALUE_NOISE: OF(kn_value_noise)
    case OP_PERLIN: OF(kn_perlin)
    case OP_SIMPLEX: OF(kn_simplex)
    default: OF(kn_worley)
    }
#undef OF
}

static inline double bits_of_both(double a, double b) {
    bool whole = fabs(a) < 0x1p53 && fabs(b) < 0x1p53;
    return whole ? (double)((int64_t)a & (int64_t)b) : (double)NAN;
}

/* a and b are in[0] and in[1]; 0 where there are fewer. `in` is looked at only where there are more. */
static inline double op_value(Op op, double a, double b, const double *in, int nin) {
    switch (op) {
#define OP(name, text, inputs, flags, clauses)                                                     \
    case OP_##name:                                                                                \
        clauses break;
#define VALUE(...) return __VA_ARGS__;
#include "graph/ops.def"
    default: break;
    }
    return NAN;
}

#endif
