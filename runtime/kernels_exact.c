/* Kernels: modulo and power, whose compensated arithmetic relies on every product being rounded by
 * itself, so that here none is fused. In: strips and numbers. Out: a strip. */
#define KN_ROUND_PRODUCTS
#include "strip.h"

#define SHAPES(name, T, f)                                                                         \
    KERNEL_VV(name, T, T, f)                                                                       \
    KERNEL_VK(name, T, T, f)                                                                       \
    KERNEL_KV(name, T, T, f)
#define EXACT(name, ...)                                                                           \
    SHAPES(name##_f, float, kn_##name##f)                                                          \
    SHAPES(name##_d, double, kn_##name)

/* A number is spread over a strip first: of what hangs on one that is the same throughout, gcc makes
 * branches, and then does not vectorise. */
#define SPREAD_SHAPES(name, T, f)                                                                  \
    KERNEL_VV(name, T, T, f)                                                                       \
    DEFINE(name##_vk)(T * y, const T *a, double k, int n) {                                        \
        _Alignas(KERNEL_ALIGNMENT) T b[KERNEL_STRIP];                                              \
        EACH(n) b[i] = (T)k;                                                                       \
        __asm__ volatile("" : : "r"(b) : "memory");                                                \
        KN_SYMBOL(name##_vv, KN_SET)(y, a, b, n);                                                  \
    }                                                                                              \
    DEFINE(name##_kv)(T * y, double k, const T *a, int n) {                                        \
        _Alignas(KERNEL_ALIGNMENT) T b[KERNEL_STRIP];                                              \
        EACH(n) b[i] = (T)k;                                                                       \
        __asm__ volatile("" : : "r"(b) : "memory");                                                \
        KN_SYMBOL(name##_vv, KN_SET)(y, b, a, n);                                                  \
    }
#define SPREAD(name, ...)                                                                          \
    SPREAD_SHAPES(name##_f, float, kn_##name##f)                                                   \
    SPREAD_SHAPES(name##_d, double, kn_##name)
#include "functions.def"
