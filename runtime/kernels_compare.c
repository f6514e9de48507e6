/* Kernels: conditions and choices. In: strips and numbers. Out: a strip of conditions, which are 0 or
 * 1, or of chosen values. */
#include "strip.h"

#define LT(a, b)      ((a) < (b))
#define LE(a, b)      ((a) <= (b))
#define EQ(a, b)      ((a) == (b))
#define NE(a, b)      ((a) != (b))
#define LT_LINE(a, b) ((a) < (b)-1e-9)
#define LE_LINE(a, b) ((a) <= (b) + 1e-9)
#define EQ_LINE(a, b) (kn_abs((a) - (b)) < 1e-9)
#define NE_LINE(a, b) (!(kn_abs((a) - (b)) < 1e-9))

#define SYMMETRIC(name, T, f)                                                                      \
    KERNEL_VV(name, int32_t, T, f)                                                                 \
    KERNEL_VK(name, int32_t, T, f)
#define ORDERED(name, T, f)                                                                        \
    SYMMETRIC(name, T, f)                                                                          \
    KERNEL_KV(name, int32_t, T, f)
ORDERED(lt_f, float, LT)
ORDERED(lt_d, double, LT)
ORDERED(le_f, float, LE)
ORDERED(le_d, double, LE)
SYMMETRIC(eq_f, float, EQ)
SYMMETRIC(eq_d, double, EQ)
SYMMETRIC(ne_f, float, NE)
SYMMETRIC(ne_d, double, NE)
ORDERED(lt_line_d, double, LT_LINE)
ORDERED(le_line_d, double, LE_LINE)
SYMMETRIC(eq_line_d, double, EQ_LINE)
SYMMETRIC(ne_line_d, double, NE_LINE)

#define AND(a, b) ((a) & (b))
#define OR(a, b)  ((a) | (b))
#define NOT(a)    ((a) == 0)
KERNEL_VV(and_b, int32_t, int32_t, AND)
KERNEL_VV(or_b, int32_t, int32_t, OR)
KERNEL_V(not_b, int32_t, NOT)

#define CHOICES(t, T)                                                                              \
    DEFINE(select_##t##_vv)(T * y, const int32_t *c, const T *a, const T *b, int n) {              \
        STRIP(y);                                                                                  \
        STRIP(c);                                                                                  \
        STRIP(a);                                                                                  \
        STRIP(b);                                                                                  \
        EACH(n) y[i] = c[i] != 0 ? a[i] : b[i];                                                    \
    }                                                                                              \
    DEFINE(select_##t##_vk)(T * y, const int32_t *c, const T *a, double k, int n) {                \
        STRIP(y);                                                                                  \
        STRIP(c);                                                                                  \
        STRIP(a);                                                                                  \
        const T b = (T)k;                                                                          \
        EACH(n) y[i] = c[i] != 0 ? a[i] : b;                                                       \
    }                                                                                              \
    DEFINE(select_##t##_kv)(T * y, const int32_t *c, double k, const T *a, int n) {                \
        STRIP(y);                                                                                  \
        STRIP(c);                                                                                  \
        STRIP(a);                                                                                  \
        const T b = (T)k;                                                                          \
        EACH(n) y[i] = c[i] != 0 ? b : a[i];                                                       \
    }                                                                                              \
    DEFINE(select_##t##_kk)(T * y, const int32_t *c, double k1, double k2, int n) {                \
        STRIP(y);                                                                                  \
        STRIP(c);                                                                                  \
        const T a = (T)k1, b = (T)k2;                                                              \
        EACH(n) y[i] = c[i] != 0 ? a : b;                                                          \
    }                                                                                              \
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
CHOICES(f, float)
CHOICES(d, double)

DEFINE(index_b_d)(int32_t *y, const double *x, int last, int n) {
    STRIP(y);
    STRIP(x);
    EACH(n) y[i] = kn_index(x[i], last);
}
