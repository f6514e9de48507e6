/* Kernels: the functions of math.h, sample by sample. In: strips. Out: a strip. */
#include "strip.h"

#define UNARY(name)                                                                                \
    KERNEL_V(name##_f, float, kn_##name##f)                                                        \
    KERNEL_V(name##_d, double, kn_##name)
UNARY(sqrt)
UNARY(cbrt)
UNARY(sin)
UNARY(cos)
UNARY(tan)
UNARY(sinturn)
UNARY(costurn)
UNARY(asin)
UNARY(acos)
UNARY(atan)
UNARY(sinh)
UNARY(cosh)
UNARY(tanh)
UNARY(exp)
UNARY(log)
UNARY(log2)
UNARY(log10)

KERNEL_V(sinturn_near_f, float, kn_sinturn_near)
KERNEL_V(costurn_near_f, float, kn_costurn_near)

#define WIDE(name)                                                                                 \
    DEFINE(name##_w_v)(float *y, const double *a, int n) {                                         \
        STRIP(y);                                                                                  \
        STRIP(a);                                                                                  \
        EACH(n) y[i] = kn_##name##_wide(a[i]);                                                     \
    }
WIDE(sin)
WIDE(cos)
WIDE(tan)
WIDE(sinturn)
WIDE(costurn)

#define PLANE(name)                                                                                \
    KERNEL_VV(name##_f, float, float, kn_##name##f)                                                \
    KERNEL_VV(name##_d, double, double, kn_##name)                                                 \
    KERNEL_VK(name##_f, float, float, kn_##name##f)                                                \
    KERNEL_VK(name##_d, double, double, kn_##name)
PLANE(hypot)
PLANE(atan2)
KERNEL_VV(bit_and_d, double, double, kn_bit_and)
KERNEL_VK(bit_and_d, double, double, kn_bit_and)
KERNEL_KV(atan2_f, float, float, kn_atan2f)
KERNEL_KV(atan2_d, double, double, kn_atan2)
