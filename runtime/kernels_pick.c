/* Kernels: choices by a number that varies. In: strips, numbers, a table. Out: a strip of what was
 * chosen. */
#include "strip.h"

#define PICKS(t, T)                                                                                \
    DEFINE(pick_table_##t)(T * y, const double *x, const double *table, int last, int n) {         \
        STRIP(y);                                                                                  \
        STRIP(x);                                                                                  \
        EACH(n) y[i] = (T)table[kn_index(x[i], last)];                                             \
    }                                                                                              \
    DEFINE(pick_##t##_v)(T * y, const int32_t *index, int j, const T *a, int n) {                  \
        STRIP(y);                                                                                  \
        STRIP(index);                                                                              \
        STRIP(a);                                                                                  \
        EACH(n) y[i] = index[i] == j ? a[i] : y[i];                                                \
    }                                                                                              \
    DEFINE(pick_##t##_k)(T * y, const int32_t *index, int j, double k, int n) {                    \
        STRIP(y);                                                                                  \
        STRIP(index);                                                                              \
        const T a = (T)k;                                                                          \
        EACH(n) y[i] = index[i] == j ? a : y[i];                                                   \
    }
PICKS(f, float)
PICKS(d, double)

DEFINE(index_b_d)(int32_t *y, const double *x, int last, int n) {
    STRIP(y);
    STRIP(x);
    EACH(n) y[i] = kn_index(x[i], last);
}
