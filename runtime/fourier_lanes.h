/* Numbers beside each other, for Fourier transforms: as many floats or doubles as a vector of the machine has, or one.
 *
 * KnFloats are KN_FLOATS floats (8, 4 or 1), KnDoubles KN_DOUBLES doubles (4, 2 or 1). Functions of one name do the same with
 * kn_floats_, kn_doubles_ and, of a single number, kn_float_, kn_double_ in front. */
#ifndef KANON_FOURIER_LANES_H
#define KANON_FOURIER_LANES_H

#include "kernel_forms.h"

#if defined(KN_VECTORS) && defined(__AVX2__)
enum { KN_FLOATS = 8, KN_DOUBLES = 4 };
typedef float KnFloats __attribute__((vector_size(32)));
typedef double KnDoubles __attribute__((vector_size(32)));
typedef float KnFloatsAnywhere __attribute__((vector_size(32), aligned(4), may_alias));
typedef double KnDoublesAnywhere __attribute__((vector_size(32), aligned(8), may_alias));
#elif defined(KN_VECTORS) && (defined(__SSE2__) || defined(__aarch64__))
enum { KN_FLOATS = 4, KN_DOUBLES = 2 };
typedef float KnFloats __attribute__((vector_size(16)));
typedef double KnDoubles __attribute__((vector_size(16)));
typedef float KnFloatsAnywhere __attribute__((vector_size(16), aligned(4), may_alias));
typedef double KnDoublesAnywhere __attribute__((vector_size(16), aligned(8), may_alias));
#else
enum { KN_FLOATS = 1, KN_DOUBLES = 1 };
typedef float KnFloats;
typedef double KnDoubles;
typedef float KnFloatsAnywhere;
typedef double KnDoublesAnywhere;
#endif

#if defined(KN_VECTORS) && defined(__AVX2__)
KN_INSIDE KnFloats kn_floats_of(float x) {
    return (KnFloats){x, x, x, x, x, x, x, x};
}
KN_INSIDE KnDoubles kn_doubles_of(double x) {
    return (KnDoubles){x, x, x, x};
}
#elif defined(KN_VECTORS) && (defined(__SSE2__) || defined(__aarch64__))
KN_INSIDE KnFloats kn_floats_of(float x) {
    return (KnFloats){x, x, x, x};
}
KN_INSIDE KnDoubles kn_doubles_of(double x) {
    return (KnDoubles){x, x};
}
#else
KN_INSIDE KnFloats kn_floats_of(float x) {
    return x;
}
KN_INSIDE KnDoubles kn_doubles_of(double x) {
    return x;
}
#endif

KN_INSIDE float kn_float_of(float x) {
    return x;
}
KN_INSIDE double kn_double_of(double x) {
    return x;
}

/* a x + b, rounded once where the machine does both in one step. */
#if defined(KN_VECTORS) && defined(__AVX2__) && defined(__FMA__)
KN_INSIDE KnFloats kn_floats_madd(KnFloats a, KnFloats x, KnFloats b) {
    return __builtin_ia32_vfmaddps256(a, x, b);
}
KN_INSIDE KnDoubles kn_doubles_madd(KnDoubles a, KnDoubles x, KnDoubles b) {
    return __builtin_ia32_vfmaddpd256(a, x, b);
}
#else
KN_INSIDE KnFloats kn_floats_madd(KnFloats a, KnFloats x, KnFloats b) {
    return a * x + b;
}
KN_INSIDE KnDoubles kn_doubles_madd(KnDoubles a, KnDoubles x, KnDoubles b) {
    return a * x + b;
}
#endif
KN_INSIDE float kn_float_madd(float a, float x, float b) {
#ifdef __FMA__
    return __builtin_fmaf(a, x, b);
#else
    return a * x + b;
#endif
}
KN_INSIDE double kn_double_madd(double a, double x, double b) {
    return kn_madd(a, x, b);
}

#define KN_LANES_AT(name, T, Lanes, Anywhere)                                                      \
    KN_INSIDE Lanes name(const T *x) {                                                             \
        return *(const Anywhere *)x;                                                               \
    }
KN_LANES_AT(kn_floats_at, float, KnFloats, KnFloatsAnywhere)
KN_LANES_AT(kn_doubles_at, double, KnDoubles, KnDoublesAnywhere)
KN_LANES_AT(kn_float_at, float, float, float)
KN_LANES_AT(kn_double_at, double, double, double)

#define KN_LANES_PUT(name, T, Lanes, Anywhere)                                                     \
    KN_INSIDE void name(T *y, Lanes x) {                                                           \
        *(Anywhere *)y = x;                                                                        \
    }
KN_LANES_PUT(kn_floats_put, float, KnFloats, KnFloatsAnywhere)
KN_LANES_PUT(kn_doubles_put, double, KnDoubles, KnDoublesAnywhere)
KN_LANES_PUT(kn_float_put, float, float, float)
KN_LANES_PUT(kn_double_put, double, double, double)

/* b - a x */
#define KN_LANES_NMADD(name, Lanes, madd)                                                          \
    KN_INSIDE Lanes name(Lanes a, Lanes x, Lanes b) {                                              \
        return madd(-a, x, b);                                                                     \
    }
KN_LANES_NMADD(kn_floats_nmadd, KnFloats, kn_floats_madd)
KN_LANES_NMADD(kn_doubles_nmadd, KnDoubles, kn_doubles_madd)
KN_LANES_NMADD(kn_float_nmadd, float, kn_float_madd)
KN_LANES_NMADD(kn_double_nmadd, double, kn_double_madd)

/* a x - b */
#define KN_LANES_MSUB(name, Lanes, madd)                                                           \
    KN_INSIDE Lanes name(Lanes a, Lanes x, Lanes b) {                                              \
        return madd(a, x, -b);                                                                     \
    }
KN_LANES_MSUB(kn_floats_msub, KnFloats, kn_floats_madd)
KN_LANES_MSUB(kn_doubles_msub, KnDoubles, kn_doubles_madd)
KN_LANES_MSUB(kn_float_msub, float, kn_float_madd)
KN_LANES_MSUB(kn_double_msub, double, kn_double_madd)

/* Complex products, with one factor for all lanes, and with one for each. */
#define KN_LANES_TURN(name, T, Lanes, of, put, madd, msub)                                         \
    KN_INSIDE void name(T *to_re, T *to_im, Lanes re, Lanes im, T c, T s) {                        \
        const Lanes w = of(c), v = of(s);                                                          \
        put(to_re, msub(re, w, im *v));                                                            \
        put(to_im, madd(re, v, im *w));                                                            \
    }
KN_LANES_TURN(kn_floats_turn, float, KnFloats, kn_floats_of, kn_floats_put, kn_floats_madd,
              kn_floats_msub)
KN_LANES_TURN(kn_doubles_turn, double, KnDoubles, kn_doubles_of, kn_doubles_put, kn_doubles_madd,
              kn_doubles_msub)
KN_LANES_TURN(kn_float_turn, float, float, kn_float_of, kn_float_put, kn_float_madd, kn_float_msub)
KN_LANES_TURN(kn_double_turn, double, double, kn_double_of, kn_double_put, kn_double_madd,
              kn_double_msub)

#define KN_LANES_TURNED(name, T, Lanes, at, madd, msub)                                            \
    KN_INSIDE void name(Lanes *to_re, Lanes *to_im, Lanes re, Lanes im, const T *c, const T *s) {  \
        const Lanes w = at(c), v = at(s);                                                          \
        *to_re = msub(re, w, im * v);                                                              \
        *to_im = madd(re, v, im * w);                                                              \
    }
KN_LANES_TURNED(kn_floats_turned, float, KnFloats, kn_floats_at, kn_floats_madd, kn_floats_msub)
KN_LANES_TURNED(kn_doubles_turned, double, KnDoubles, kn_doubles_at, kn_doubles_madd,
                kn_doubles_msub)

/* x[0], x[2], … and x[1], x[3], …; the other way; x from its last lane to its first; rows that become columns. */
#if defined(KN_VECTORS) && defined(__AVX2__)
KN_INSIDE void kn_floats_pairs(KnFloats *re, KnFloats *im, const float *x) {
    const KnFloats a = kn_floats_at(x), b = kn_floats_at(x + 8);
    const KnFloats p = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11),
                   q = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
    *re = __builtin_shufflevector(p, q, 0, 2, 8, 10, 4, 6, 12, 14);
    *im = __builtin_shufflevector(p, q, 1, 3, 9, 11, 5, 7, 13, 15);
}
KN_INSIDE void kn_floats_put_pairs(float *x, KnFloats re, KnFloats im) {
    const KnFloats p = __builtin_shufflevector(re, im, 0, 8, 1, 9, 4, 12, 5, 13),
                   q = __builtin_shufflevector(re, im, 2, 10, 3, 11, 6, 14, 7, 15);
    kn_floats_put(x, __builtin_shufflevector(p, q, 0, 1, 2, 3, 8, 9, 10, 11));
    kn_floats_put(x + 8, __builtin_shufflevector(p, q, 4, 5, 6, 7, 12, 13, 14, 15));
}
KN_INSIDE KnFloats kn_floats_backwards(KnFloats x) {
    return __builtin_shufflevector(x, x, 7, 6, 5, 4, 3, 2, 1, 0);
}
KN_INSIDE void kn_floats_block(const KnFloats *t, float *to, int apart) {
#define KN_LOW(x, y)  __builtin_shufflevector(x, y, 0, 8, 1, 9, 4, 12, 5, 13)
#define KN_HIGH(x, y) __builtin_shufflevector(x, y, 2, 10, 3, 11, 6, 14, 7, 15)
    const KnFloats a0 = KN_LOW(t[0], t[2]), a1 = KN_HIGH(t[0], t[2]), a2 = KN_LOW(t[1], t[3]),
                   a3 = KN_HIGH(t[1], t[3]);
    const KnFloats a4 = KN_LOW(t[4], t[6]), a5 = KN_HIGH(t[4], t[6]), a6 = KN_LOW(t[5], t[7]),
                   a7 = KN_HIGH(t[5], t[7]);
    const KnFloats b0 = KN_LOW(a0, a2), b1 = KN_HIGH(a0, a2), b2 = KN_LOW(a1, a3),
                   b3 = KN_HIGH(a1, a3);
    const KnFloats b4 = KN_LOW(a4, a6), b5 = KN_HIGH(a4, a6), b6 = KN_LOW(a5, a7),
                   b7 = KN_HIGH(a5, a7);
#define KN_FRONT(x, y) __builtin_shufflevector(x, y, 0, 1, 2, 3, 8, 9, 10, 11)
#define KN_REAR(x, y)  __builtin_shufflevector(x, y, 4, 5, 6, 7, 12, 13, 14, 15)
    kn_floats_put(to, KN_FRONT(b0, b4));
    kn_floats_put(to + apart, KN_FRONT(b1, b5));
    kn_floats_put(to + 2 * apart, KN_FRONT(b2, b6));
    kn_floats_put(to + 3 * apart, KN_FRONT(b3, b7));
    kn_floats_put(to + 4 * apart, KN_REAR(b0, b4));
    kn_floats_put(to + 5 * apart, KN_REAR(b1, b5));
    kn_floats_put(to + 6 * apart, KN_REAR(b2, b6));
    kn_floats_put(to + 7 * apart, KN_REAR(b3, b7));
#undef KN_LOW
#undef KN_HIGH
#undef KN_FRONT
#undef KN_REAR
}
KN_INSIDE void kn_doubles_pairs(KnDoubles *re, KnDoubles *im, const double *x) {
    const KnDoubles a = kn_doubles_at(x), b = kn_doubles_at(x + 4);
    const KnDoubles p = __builtin_shufflevector(a, b, 0, 1, 4, 5),
                    q = __builtin_shufflevector(a, b, 2, 3, 6, 7);
    *re = __builtin_shufflevector(p, q, 0, 4, 2, 6);
    *im = __builtin_shufflevector(p, q, 1, 5, 3, 7);
}
KN_INSIDE void kn_doubles_put_pairs(double *x, KnDoubles re, KnDoubles im) {
    const KnDoubles p = __builtin_shufflevector(re, im, 0, 4, 2, 6),
                    q = __builtin_shufflevector(re, im, 1, 5, 3, 7);
    kn_doubles_put(x, __builtin_shufflevector(p, q, 0, 1, 4, 5));
    kn_doubles_put(x + 4, __builtin_shufflevector(p, q, 2, 3, 6, 7));
}
KN_INSIDE KnDoubles kn_doubles_backwards(KnDoubles x) {
    return __builtin_shufflevector(x, x, 3, 2, 1, 0);
}
KN_INSIDE void kn_doubles_block(const KnDoubles *t, double *to, int apart) {
    KnDoubles r[4] = {t[0], t[1], t[2], t[3]};
    kn_turn_over(r);
    for (int i = 0; i < 4; i++)
        kn_doubles_put(to + i * apart, r[i]);
}
#elif defined(KN_VECTORS) && (defined(__SSE2__) || defined(__aarch64__))
KN_INSIDE void kn_floats_pairs(KnFloats *re, KnFloats *im, const float *x) {
    const KnFloats a = kn_floats_at(x), b = kn_floats_at(x + 4);
    *re = __builtin_shufflevector(a, b, 0, 2, 4, 6);
    *im = __builtin_shufflevector(a, b, 1, 3, 5, 7);
}
KN_INSIDE void kn_floats_put_pairs(float *x, KnFloats re, KnFloats im) {
    kn_floats_put(x, __builtin_shufflevector(re, im, 0, 4, 1, 5));
    kn_floats_put(x + 4, __builtin_shufflevector(re, im, 2, 6, 3, 7));
}
KN_INSIDE KnFloats kn_floats_backwards(KnFloats x) {
    return __builtin_shufflevector(x, x, 3, 2, 1, 0);
}
KN_INSIDE void kn_floats_block(const KnFloats *t, float *to, int apart) {
    const KnFloats a = __builtin_shufflevector(t[0], t[2], 0, 4, 1, 5),
                   b = __builtin_shufflevector(t[0], t[2], 2, 6, 3, 7);
    const KnFloats c = __builtin_shufflevector(t[1], t[3], 0, 4, 1, 5),
                   d = __builtin_shufflevector(t[1], t[3], 2, 6, 3, 7);
    kn_floats_put(to, __builtin_shufflevector(a, c, 0, 4, 1, 5));
    kn_floats_put(to + apart, __builtin_shufflevector(a, c, 2, 6, 3, 7));
    kn_floats_put(to + 2 * apart, __builtin_shufflevector(b, d, 0, 4, 1, 5));
    kn_floats_put(to + 3 * apart, __builtin_shufflevector(b, d, 2, 6, 3, 7));
}
KN_INSIDE void kn_doubles_pairs(KnDoubles *re, KnDoubles *im, const double *x) {
    const KnDoubles a = kn_doubles_at(x), b = kn_doubles_at(x + 2);
    *re = __builtin_shufflevector(a, b, 0, 2);
    *im = __builtin_shufflevector(a, b, 1, 3);
}
KN_INSIDE void kn_doubles_put_pairs(double *x, KnDoubles re, KnDoubles im) {
    kn_doubles_put(x, __builtin_shufflevector(re, im, 0, 2));
    kn_doubles_put(x + 2, __builtin_shufflevector(re, im, 1, 3));
}
KN_INSIDE KnDoubles kn_doubles_backwards(KnDoubles x) {
    return __builtin_shufflevector(x, x, 1, 0);
}
KN_INSIDE void kn_doubles_block(const KnDoubles *t, double *to, int apart) {
    kn_doubles_put(to, __builtin_shufflevector(t[0], t[1], 0, 2));
    kn_doubles_put(to + apart, __builtin_shufflevector(t[0], t[1], 1, 3));
}
#else
KN_INSIDE void kn_floats_pairs(KnFloats *re, KnFloats *im, const float *x) {
    *re = x[0];
    *im = x[1];
}
KN_INSIDE void kn_floats_put_pairs(float *x, KnFloats re, KnFloats im) {
    x[0] = re;
    x[1] = im;
}
KN_INSIDE KnFloats kn_floats_backwards(KnFloats x) {
    return x;
}
KN_INSIDE void kn_floats_block(const KnFloats *t, float *to, int apart) {
    (void)apart;
    to[0] = t[0];
}
KN_INSIDE void kn_doubles_pairs(KnDoubles *re, KnDoubles *im, const double *x) {
    *re = x[0];
    *im = x[1];
}
KN_INSIDE void kn_doubles_put_pairs(double *x, KnDoubles re, KnDoubles im) {
    x[0] = re;
    x[1] = im;
}
KN_INSIDE KnDoubles kn_doubles_backwards(KnDoubles x) {
    return x;
}
KN_INSIDE void kn_doubles_block(const KnDoubles *t, double *to, int apart) {
    (void)apart;
    to[0] = t[0];
}
#endif

/* rows[radix] of lanes become columns of to, the elements of one lane beside each other. radix is not below the lanes' count. */
#define KN_LANES_ACROSS(name, T, Lanes, COUNT, block)                                              \
    KN_INSIDE void name(int radix, const Lanes *rows, T *to) {                                     \
        for (int s = 0; s < radix; s += COUNT) {                                                   \
            s = s > radix - COUNT ? radix - COUNT : s;                                             \
            block(rows + s, to + s, radix);                                                        \
        }                                                                                          \
    }
KN_LANES_ACROSS(kn_floats_across, float, KnFloats, KN_FLOATS, kn_floats_block)
KN_LANES_ACROSS(kn_doubles_across, double, KnDoubles, KN_DOUBLES, kn_doubles_block)

#endif
