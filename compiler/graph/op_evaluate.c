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
    case OP_ADD: return a + b;
    case OP_SUB: return a - b;
    case OP_MUL: return a * b;
    case OP_DIV: return a / b;
    case OP_MOD: return floor_modulo(a, b);
    case OP_POW: return pow(a, b);
    case OP_NEG: return -a;
    case OP_SUM: return sum(in, nin);
    case OP_ABS: return fabs(a);
    case OP_SIGN: return a > 0 ? 1 : a < 0 ? -1 : a;
    case OP_FLOOR: return floor(a);
    case OP_CEIL: return ceil(a);
    case OP_ROUND: return floor(a + 0.5);
    case OP_FRAC: return a - floor(a);
    case OP_MIN: return lower(a, b);
    case OP_MAX: return higher(a, b);
    case OP_HYPOT: return hypot(a, b);
    case OP_ATAN2: return atan2(a, b);
    case OP_BIT_AND: return bits_of_both(a, b);
    case OP_SIN: return sin(a);
    case OP_COS: return cos(a);
    case OP_TAN: return tan(a);
    case OP_SINTURN: return sine_of_turns(a);
    case OP_COSTURN: return cosine_of_turns(a);
    case OP_ASIN: return asin(a);
    case OP_ACOS: return acos(a);
    case OP_ATAN: return atan(a);
    case OP_SINH: return sinh(a);
    case OP_COSH: return cosh(a);
    case OP_TANH: return tanh(a);
    case OP_EXP: return exp(a);
    case OP_LOG: return log(a);
    case OP_LOG2: return log2(a);
    case OP_LOG10: return log10(a);
    case OP_SQRT: return sqrt(a);
    case OP_CBRT: return cbrt(a);
    case OP_LT: return a < b;
    case OP_LE: return a <= b;
    case OP_EQ: return a == b;
    case OP_NE: return a != b;
    case OP_AND: return a != 0 && b != 0;
    case OP_OR: return a != 0 || b != 0;
    case OP_NOT: return a == 0;
    case OP_SELECT: return a != 0 ? b : in[2];
    case OP_PICK: return pick(in, nin);
    case OP_HASH: return kn_hash(floor(a));
    case OP_NOISE: return kn_noise(a, floor(b));
    default: return NAN;
    }
}
