/* Kernels: arithmetic, rounding, conversions and copies, sample by sample. In: strips and numbers.
 * Out: a strip. */
#include "strip.h"

#define ADD(a, b)    ((a) + (b))
#define SUB(a, b)    ((a) - (b))
#define MUL(a, b)    ((a) * (b))
#define DIV(a, b)    ((a) / (b))
#define NEG(a)       (-(a))
#define HALF_UP_F(a) kn_floorf((a) + 0.5f)
#define HALF_UP(a)   kn_floor((a) + 0.5)

#define ALL(T, t, min, max, abs, sign, floor, ceil, half_up, frac)                                 \
    KERNEL_VV(add_##t, T, T, ADD)                                                                  \
    KERNEL_VK(add_##t, T, T, ADD)                                                                  \
    KERNEL_VV(sub_##t, T, T, SUB)                                                                  \
    KERNEL_VK(sub_##t, T, T, SUB)                                                                  \
    KERNEL_KV(sub_##t, T, T, SUB)                                                                  \
    KERNEL_VV(mul_##t, T, T, MUL)                                                                  \
    KERNEL_VK(mul_##t, T, T, MUL)                                                                  \
    KERNEL_VV(div_##t, T, T, DIV)                                                                  \
    KERNEL_VK(div_##t, T, T, DIV)                                                                  \
    KERNEL_KV(div_##t, T, T, DIV)                                                                  \
    KERNEL_VV(min_##t, T, T, min)                                                                  \
    KERNEL_VK(min_##t, T, T, min)                                                                  \
    KERNEL_KV(min_##t, T, T, min)                                                                  \
    KERNEL_VV(max_##t, T, T, max)                                                                  \
    KERNEL_VK(max_##t, T, T, max)                                                                  \
    KERNEL_KV(max_##t, T, T, max)                                                                  \
    KERNEL_V(neg_##t, T, NEG)                                                                      \
    KERNEL_V(abs_##t, T, abs)                                                                      \
    KERNEL_V(sign_##t, T, sign)                                                                    \
    KERNEL_V(floor_##t, T, floor)                                                                  \
    KERNEL_V(ceil_##t, T, ceil)                                                                    \
    KERNEL_V(round_##t, T, half_up)                                                                \
    KERNEL_V(frac_##t, T, frac)                                                                    \
    DEFINE(fill_##t##_k)(T * y, double k, int n) {                                                 \
        STRIP(y);                                                                                  \
        const T value = (T)k;                                                                      \
        EACH(n) y[i] = value;                                                                      \
    }                                                                                              \
    DEFINE(copy_##t)(T * y, const T *a, int n) {                                                   \
        STRIP(y);                                                                                  \
        STRIP(a);                                                                                  \
        EACH(n) y[i] = a[i];                                                                       \
    }

ALL(float, f, kn_minf, kn_maxf, kn_absf, kn_signf, kn_floorf, kn_ceilf, HALF_UP_F, kn_fracf)
ALL(double, d, kn_min, kn_max, kn_abs, kn_sign, kn_floor, kn_ceil, HALF_UP, kn_frac)

DEFINE(add_float_d_vv)(double *y, const double *a, const float *b, int n) {
    STRIP(y);
    STRIP(a);
    STRIP(b);
    EACH(n) y[i] = a[i] + (double)b[i];
}

KERNEL_V(floor_line_d, double, kn_floor_line)
KERNEL_VV(mod_line_d, double, double, kn_mod_line)
KERNEL_VK(mod_line_d, double, double, kn_mod_line)

#define CONVERT(to, from, R, T, f)                                                                 \
    DEFINE(convert_##to##_##from)(R * y, const T *a, int n) {                                      \
        STRIP(y);                                                                                  \
        STRIP(a);                                                                                  \
        EACH(n) y[i] = f(a[i]);                                                                    \
    }
CONVERT(f, d, float, double, (float))
CONVERT(d, f, double, float, (double))
CONVERT(f, b, float, int32_t, (float))
CONVERT(d, b, double, int32_t, (double))
CONVERT(b, f, int32_t, float, 0.0f !=)
CONVERT(b, d, int32_t, double, 0.0 !=)

DEFINE(fill_b_k)(int32_t *y, double k, int n) {
    STRIP(y);
    const int32_t value = k != 0.0;
    EACH(n) y[i] = value;
}
