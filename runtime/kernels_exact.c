/* Kernels: modulo and power, whose compensated arithmetic relies on every product being rounded by
 * itself, so that here none is fused. In: strips and numbers. Out: a strip. */
#define KN_ROUND_PRODUCTS
#include "strip.h"

#define BINARY(name)                                                                               \
    KERNEL_VV(name##_f, float, float, kn_##name##f)                                                \
    KERNEL_VV(name##_d, double, double, kn_##name)                                                 \
    KERNEL_VK(name##_f, float, float, kn_##name##f)                                                \
    KERNEL_VK(name##_d, double, double, kn_##name)                                                 \
    KERNEL_KV(name##_f, float, float, kn_##name##f)                                                \
    KERNEL_KV(name##_d, double, double, kn_##name)
BINARY(mod)
BINARY(pow)
