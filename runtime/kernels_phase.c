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
KN_PHASES(around_f, float, kn_turns_around)
KN_PHASES(wrapped_f, float, kn_turns_wrapped)
KN_PHASES(around_d, double, kn_turns_around_wide)
