/* Kernels: arithmetic, rounding, conversions and copies, sample by sample. In: strips and numbers.
 * Out: a strip. */
#include "strip.h"

#define ADD(a, b)      ((a) + (b))
#define SUB(a, b)      ((a) - (b))
#define MUL(a, b)      ((a) * (b))
#define DIV(a, b)      ((a) / (b))
#define ADD3(a, b, c)  ((a) + (b) + (c))
#define MUL3(a, b, c)  ((a) * (b) * (c))
#define MADD(a, b, c)  ((a) * (b) + (c))
#define MSUB(a, b, c)  ((a) * (b) - (c))
#define NMADD(a, b, c) ((c) - (a) * (b))
#define NEG(a)         (-(a))
#define HALF_UP_F(a)   kn_floorf((a) + 0.5f)
#define HALF_UP(a)     kn_floor((a) + 0.5)

#define KERNEL_VVV(name, T, f)                                                                     \
    DEFINE(name##_vvv)(T * y, const T *a, const T *b, const T *c, int n) {                         \
        STRIP(y);                                                                                  \
        STRIP(a);                                                                                  \
        STRIP(b);                                                                                  \
        STRIP(c);                                                                                  \
        EACH(n) y[i] = f(a[i], b[i], c[i]);                                                        \
    }
#define KERNEL_VKV(name, T, f)                                                                     \
    DEFINE(name##_vkv)(T * y, const T *a, double k, const T *b, int n) {                           \
        STRIP(y);                                                                                  \
        STRIP(a);                                                                                  \
        STRIP(b);                                                                                  \
        const T c = (T)k;                                                                          \
        EACH(n) y[i] = f(a[i], c, b[i]);                                                           \
    }
#define KERNEL_VVK(name, T, f)                                                                     \
    DEFINE(name##_vvk)(T * y, const T *a, const T *b, double k, int n) {                           \
        STRIP(y);                                                                                  \
        STRIP(a);                                                                                  \
        STRIP(b);                                                                                  \
        const T c = (T)k;                                                                          \
        EACH(n) y[i] = f(a[i], b[i], c);                                                           \
    }
#define KERNEL_VVKV(name, T, f)                                                                    \
    DEFINE(name##_vvkv)(T * y, const T *a, const T *b, double k, const T *c, int n) {              \
        STRIP(y);                                                                                  \
        STRIP(a);                                                                                  \
        STRIP(b);                                                                                  \
        STRIP(c);                                                                                  \
        const T d = (T)k;                                                                          \
        EACH(n) y[i] = f(a[i] * d, b[i], c[i]);                                                    \
    }

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
    KERNEL_VVV(madd_##t, T, MADD)                                                                  \
    KERNEL_VKV(madd_##t, T, MADD)                                                                  \
    KERNEL_VVK(madd_##t, T, MADD)                                                                  \
    KERNEL_VVV(msub_##t, T, MSUB)                                                                  \
    KERNEL_VKV(msub_##t, T, MSUB)                                                                  \
    KERNEL_VVKV(madd_##t, T, MADD)                                                                 \
    KERNEL_VVKV(msub_##t, T, MSUB)                                                                 \
    KERNEL_VVV(nmadd_##t, T, NMADD)                                                                \
    KERNEL_VVK(nmadd_##t, T, NMADD)                                                                \
    KERNEL_VVV(mul3_##t, T, MUL3)                                                                  \
    KERNEL_VVK(mul3_##t, T, MUL3)                                                                  \
    KERNEL_VVV(add3_##t, T, ADD3)                                                                  \
    KERNEL_V(neg_##t, T, NEG)                                                                      \
    KERNEL_V(abs_##t, T, abs)                                                                      \
    KERNEL_V(sign_##t, T, sign)                                                                    \
    KERNEL_V(floor_##t, T, floor)                                                                  \
    KERNEL_V(ceil_##t, T, ceil)                                                                    \
    KERNEL_V(round_##t, T, half_up)                                                                \
    KERNEL_V(frac_##t, T, frac)                                                                    \
    DEFINE(madd_##t##_vkk)(T * y, const T *a, double k1, double k2, int n) {                       \
        STRIP(y);                                                                                  \
        STRIP(a);                                                                                  \
        const T b = (T)k1, c = (T)k2;                                                              \
        EACH(n) y[i] = a[i] * b + c;                                                               \
    }                                                                                              \
    DEFINE(clamp_##t##_vkk)(T * y, const T *a, double k1, double k2, int n) {                      \
        STRIP(y);                                                                                  \
        STRIP(a);                                                                                  \
        const T low = (T)k1, high = (T)k2;                                                         \
        EACH(n) y[i] = min(max(a[i], low), high);                                                  \
    }                                                                                              \
    DEFINE(mix_##t##_vkvk)(T * y, const T *a, double k1, const T *b, double k2, int n) {           \
        STRIP(y);                                                                                  \
        STRIP(a);                                                                                  \
        STRIP(b);                                                                                  \
        const T p = (T)k1, q = (T)k2;                                                              \
        EACH(n) y[i] = a[i] * p + b[i] * q;                                                        \
    }                                                                                              \
    DEFINE(mix_##t##_vkvkvk)                                                                       \
    (T * y, const T *a, double k1, const T *b, double k2, const T *c, double k3, int n) {          \
        STRIP(y);                                                                                  \
        STRIP(a);                                                                                  \
        STRIP(b);                                                                                  \
        STRIP(c);                                                                                  \
        const T p = (T)k1, q = (T)k2, r = (T)k3;                                                   \
        EACH(n) y[i] = c[i] * r + (b[i] * q + a[i] * p);                                           \
    }                                                                                              \
    DEFINE(mix_##t##_vvkvk)                                                                        \
    (T * y, const T *a, const T *b, double k1, const T *c, double k2, int n) {                     \
        STRIP(y);                                                                                  \
        STRIP(a);                                                                                  \
        STRIP(b);                                                                                  \
        STRIP(c);                                                                                  \
        const T p = (T)k1, q = (T)k2;                                                              \
        EACH(n) y[i] = a[i] * p * b[i] + c[i] * q;                                                 \
    }                                                                                              \
    DEFINE(mix_##t##_vvkvvk)                                                                       \
    (T * y, const T *a, const T *b, double k1, const T *c, const T *d, double k2, int n) {         \
        STRIP(y);                                                                                  \
        STRIP(a);                                                                                  \
        STRIP(b);                                                                                  \
        STRIP(c);                                                                                  \
        STRIP(d);                                                                                  \
        const T p = (T)k1, q = (T)k2;                                                              \
        EACH(n) y[i] = a[i] * p * b[i] + c[i] * q * d[i];                                          \
    }                                                                                              \
    DEFINE(madd_##t##_vvkk)(T * y, const T *a, const T *b, double k1, double k2, int n) {          \
        STRIP(y);                                                                                  \
        STRIP(a);                                                                                  \
        STRIP(b);                                                                                  \
        const T p = (T)k1, q = (T)k2;                                                              \
        EACH(n) y[i] = a[i] * p * b[i] + q;                                                        \
    }                                                                                              \
    DEFINE(gain_##t##_vkkv)(T * y, const T *a, double k1, double k2, const T *b, int n) {          \
        STRIP(y);                                                                                  \
        STRIP(a);                                                                                  \
        STRIP(b);                                                                                  \
        const T p = (T)k1, q = (T)k2;                                                              \
        EACH(n) y[i] = (a[i] * p + q) * b[i];                                                      \
    }                                                                                              \
    DEFINE(add4_##t##_vvvv)(T * y, const T *a, const T *b, const T *c, const T *d, int n) {        \
        STRIP(y);                                                                                  \
        STRIP(a);                                                                                  \
        STRIP(b);                                                                                  \
        STRIP(c);                                                                                  \
        STRIP(d);                                                                                  \
        EACH(n) y[i] = a[i] + b[i] + c[i] + d[i];                                                  \
    }                                                                                              \
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
