/* Kernels: what is a function of the sample's number alone: its time, and phases counted in fixed
 * point. In: the number or phase of the first sample. Out: a strip. */
#include "strip.h"

KN_KERNEL(frame_d)(double *y, int64_t n0, int n) {
    KN_BUFFER(y);
    const double first = (double)n0;
    KN_EACH(n) y[i] = first + (double)i;
}

/* A quotient by the reciprocal of its divisor, mended once with what is left of it, is rounded as a
 * division is (Markstein, "Computation of elementary functions on the IBM RISC System/6000", 1990). */
KN_KERNEL(time_d)(double *y, int64_t n0, double rate, int n) {
    KN_BUFFER(y);
    const double first = (double)n0;
#if defined(__FMA__) || defined(__aarch64__)
    const double reciprocal = 1.0 / rate;
    KN_EACH(n) {
        const double x = first + (double)i, q = x * reciprocal;
        y[i] = fma(fma(-q, rate, x), reciprocal, q);
    }
#else
    KN_EACH(n) y[i] = (first + (double)i) / rate;
#endif
}

/* The phase is added up, not multiplied: that vectorises as additions of 64-bit integers, and no
 * machine before AVX-512 multiplies them. */
#define KN_PHASES(name, T, f)                                                                      \
    KN_KERNEL(name)(T * y, uint64_t p, uint64_t s, int n) {                                        \
        KN_BUFFER(y);                                                                              \
        KN_EACH(n) {                                                                               \
            y[i] = (T)f(p);                                                                        \
            p += s;                                                                                \
        }                                                                                          \
    }

KN_PHASES(turns_d, double, kn_turns)
KN_PHASES(turns_f, float, kn_turns)
KN_PHASES(around_d, double, kn_turns_around_wide)

#if defined(KN_VECTORS) && defined(__AVX2__)
/* Eight phases, the upper halves of which one instruction brings together in their order: 0, 1, 4, 5 and 2, 3, 6, 7. Left to itself,
 * a compiler takes five for that, and moves them as floats only where they are called so. */
typedef uint64_t KnFourPhases __attribute__((vector_size(32)));
typedef int32_t KnEightHalves __attribute__((vector_size(32), may_alias));
typedef float KnEight __attribute__((vector_size(32), may_alias));
typedef float KnEightAnywhere __attribute__((vector_size(32), aligned(4), may_alias));
typedef struct {
    KnFourPhases a, b;
} KnEightPhases;

KN_INSIDE KnEightPhases kn_eight_phases(uint64_t p, uint64_t s) {
    return (KnEightPhases){{p, p + s, p + 4 * s, p + 5 * s},
                           {p + 2 * s, p + 3 * s, p + 6 * s, p + 7 * s}};
}

KN_INSIDE void kn_next_eight(KnEightPhases *p, uint64_t s) {
    p->a += 8 * s;
    p->b += 8 * s;
}

KN_INSIDE KnEight kn_upper_halves(const KnEightPhases *p) {
    const KnEight x =
        __builtin_shufflevector((KnEight)p->a, (KnEight)p->b, 1, 3, 9, 11, 5, 7, 13, 15);
    return __builtin_convertvector((KnEightHalves)x, KnEight);
}

/* Without their last bit, so that they are no negative numbers. */
KN_INSIDE KnEight kn_lower_halves(const KnEightPhases *p) {
    typedef uint32_t Unsigned __attribute__((vector_size(32)));
    const KnEight x =
        __builtin_shufflevector((KnEight)p->a, (KnEight)p->b, 0, 2, 8, 10, 4, 6, 12, 14);
    return __builtin_convertvector((KnEightHalves)((Unsigned)x >> 1), KnEight);
}

/* kn_turns_around and kn_turns_wrapped. */
KN_INSIDE void kn_phases_around(float *y, uint64_t p, uint64_t s, int wrapped, int n) {
    KnEightPhases phases = kn_eight_phases(p, s);
#ifdef KN_SET
    n = KN_WHOLE_GROUPS(n);
#endif
    int i = 0;
    for (; i + 8 <= n; i += 8) {
        KnEight turns = kn_upper_halves(&phases) * 0x1p-32f;
        if (wrapped) turns += kn_lower_halves(&phases) * 0x1p-63f;
        *(KnEightAnywhere *)(void *)(y + i) = turns;
        kn_next_eight(&phases, s);
    }
    for (p += (uint64_t)i * s; i < n; i++) {
        y[i] = wrapped ? kn_turns_wrapped(p) : kn_turns_around(p);
        p += s;
    }
}
#else
KN_INSIDE void kn_phases_around(float *y, uint64_t p, uint64_t s, int wrapped, int n) {
    KN_BUFFER(y);
    KN_EACH(n) {
        y[i] = wrapped ? kn_turns_wrapped(p) : kn_turns_around(p);
        p += s;
    }
}
#endif

KN_KERNEL(around_f)(float *y, uint64_t p, uint64_t s, int n) {
    kn_phases_around(y, p, s, 0, n);
}

/* Where a step is 2^-10 turns or more, what is magnified is so by 2^10 at most: then 32 bits of the phase count, rounded. */
KN_KERNEL(wrapped_f)(float *y, uint64_t p, uint64_t s, int n) {
    const uint64_t slow = UINT64_C(1) << 54;
    if (s + slow < 2 * slow)
        kn_phases_around(y, p, s, 1, n);
    else
        kn_phases_around(y, p + (UINT64_C(1) << 31), s, 0, n);
}
