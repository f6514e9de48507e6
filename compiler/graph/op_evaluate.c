/* The value of an operation on constants, and of a table at a phase, in double precision. In: values. Out: the value. */
#include "graph/op_value.h"

double table_read(const Table *t, long double phase) {
    if (!isfinite(phase)) return NAN;
    long double x = (phase - floorl(phase)) * t->n;
    int i = (int)x;
    if (i >= t->n) i = t->n - 1;
    return t->data[i] + (double)(x - i) * (t->data[i + 1] - t->data[i]);
}

double op_evaluate(Op op, const double *in, int nin) {
    return op_value(op, nin > 0 ? in[0] : 0, nin > 1 ? in[1] : 0, in, nin);
}
