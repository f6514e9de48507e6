/* Kernels: choices by a number that varies. In: strips, numbers, a table. Out: a strip of what was
 * chosen. */
#include "strip.h"

#define KN_PICK_TABLE(name, T)                                                                     \
    KN_KERNEL(name)(T * y, const double *x, const double *table, int last, int n) {                \
        KN_BUFFER(y);                                                                              \
        KN_BUFFER(x);                                                                              \
        KN_EACH(n) y[i] = (T)table[kn_index(x[i], last)];                                          \
    }

KN_PICK_TABLE(pick_table_f, float)
KN_PICK_TABLE(pick_table_d, double)

#define KN_PICK(name, T)                                                                           \
    KN_KERNEL(name)(T * y, const int32_t *index, int j, const T *a, int n) {                       \
        KN_BUFFER(y);                                                                              \
        KN_BUFFER(index);                                                                          \
        KN_BUFFER(a);                                                                              \
        KN_EACH(n) y[i] = index[i] == j ? a[i] : y[i];                                             \
    }

KN_PICK(pick_f_v, float)
KN_PICK(pick_d_v, double)

#define KN_PICK_NUMBER(name, T)                                                                    \
    KN_KERNEL(name)(T * y, const int32_t *index, int j, double k, int n) {                         \
        KN_BUFFER(y);                                                                              \
        KN_BUFFER(index);                                                                          \
        const T a = (T)k;                                                                          \
        KN_EACH(n) y[i] = index[i] == j ? a : y[i];                                                \
    }

KN_PICK_NUMBER(pick_f_k, float)
KN_PICK_NUMBER(pick_d_k, double)

KN_KERNEL(index_b_d)(int32_t *y, const double *x, int last, int n) {
    KN_BUFFER(y);
    KN_BUFFER(x);
    KN_EACH(n) y[i] = kn_index(x[i], last);
}
