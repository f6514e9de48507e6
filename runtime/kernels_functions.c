/* Kernels: the functions of math.h, sample by sample. In: strips. Out: a strip. */
#include "strip.h"

#define FUNCTION(name, ...)                                                                        \
    KERNEL_V(name##_f, float, kn_##name##f)                                                        \
    KERNEL_V(name##_d, double, kn_##name)
#define PERIODIC(name, ...)                                                                        \
    FUNCTION(name, )                                                                               \
    DEFINE(name##_w_v)(float *y, const double *a, int n) {                                         \
        STRIP(y);                                                                                  \
        STRIP(a);                                                                                  \
        EACH(n) y[i] = kn_##name##_wide(a[i]);                                                     \
    }
#define PLANE(name, ...)                                                                           \
    KERNEL_VV(name##_f, float, float, kn_##name##f)                                                \
    KERNEL_VV(name##_d, double, double, kn_##name)                                                 \
    KERNEL_VK(name##_f, float, float, kn_##name##f)                                                \
    KERNEL_VK(name##_d, double, double, kn_##name)
#define TURNED(name, ...)                                                                          \
    PLANE(name, )                                                                                  \
    KERNEL_KV(name##_f, float, float, kn_##name##f)                                                \
    KERNEL_KV(name##_d, double, double, kn_##name)
#include "functions.def"

KERNEL_V(sinturn_near_f, float, kn_sinturn_near)
KERNEL_V(costurn_near_f, float, kn_costurn_near)
KERNEL_VV(bit_and_d, double, double, kn_bit_and)
KERNEL_VK(bit_and_d, double, double, kn_bit_and)
