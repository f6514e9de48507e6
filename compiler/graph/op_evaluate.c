/* What each operation computes, in double precision: the meaning of the language's arithmetic.
 * Used by folding and by the reference interpreter. In: values. Out: the value. */
#include "graph/graph.h"
#include "runtime/math.h"
#include "runtime/noise.h"

#include <math.h>
#include <string.h>

double floor_modulo(double x, double m) {
    double r = fmod(x, m);
    if (r != 0 && (r < 0) != (m < 0)) r += m;
    return r == m ? 0 : r;
}

static double lower(double a, double b) {
    return a < b ? a : b;
}

static double higher(double a, double b) {
    return a > b ? a : b;
}

/* Below 1, also of a number that is a little below 0. */
static double fraction(double a) {
    double r = a - floor(a);
    return r == 1 ? 0 : r;
}

static double sine_of_turns(double x) {
    return sin(2 * M_PI * (x - rint(x)));
}

static double cosine_of_turns(double x) {
    return cos(2 * M_PI * (x - rint(x)));
}

static double pick(const double *in, int nin) {
    double last = nin - 2, i = floor(in[0]);
    if (!(i > 0)) i = 0;
    if (i > last) i = last;
    return in[1 + (int)i];
}

static double sum(const double *in, int nin) {
    double total = 0;
    for (int i = 0; i < nin; i++)
        total += in[i];
    return total;
}

double table_read(const Table *t, long double phase) {
    if (!isfinite(phase)) return NAN;
    long double x = (phase - floorl(phase)) * t->n;
    int i = (int)x;
    if (i >= t->n) i = t->n - 1;
    return t->data[i] + (double)(x - i) * (t->data[i + 1] - t->data[i]);
}

static double bits_of_both(double a, double b) {
    bool whole = fabs(a) < 0x1p53 && fabs(b) < 0x1p53;
    return whole ? (double)((int64_t)a & (int64_t)b) : (double)NAN;
}

double op_evaluate(Op op, const double *in, int nin) {
    double a = nin > 0 ? in[0] : 0, b = nin > 1 ? in[1] : 0;
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
