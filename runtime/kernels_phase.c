/* Kernels: what is a function of the sample's number alone: its time, and phases counted in fixed
 * point. In: the number or phase of the first sample. Out: a strip. */
#include "strip.h"

DEFINE(frame_d)(double *y, int64_t n0, int n) {
    STRIP(y);
    const double first = (double)n0;
    EACH(n) y[i] = first + (double)i;
}

DEFINE(time_d)(double *y, int64_t n0, double rate, int n) {
    STRIP(y);
    const double first = (double)n0;
    EACH(n) y[i] = (first + (double)i) / rate;
}

/* The phase is added up, not multiplied: that vectorises as additions of 64-bit integers, and no
 * machine before AVX-512 multiplies them. */
#define PHASES(name, T, f)                                                                         \
    DEFINE(name)(T * y, uint64_t p, uint64_t s, int n) {                                           \
        STRIP(y);                                                                                  \
        EACH(n) {                                                                                  \
            y[i] = (T)f(p);                                                                        \
            p += s;                                                                                \
        }                                                                                          \
    }
PHASES(turns_d, double, kn_turns)
PHASES(turns_f, float, kn_turns)
PHASES(around_f, float, kn_turns_around)
PHASES(around_d, double, kn_turns_around_wide)
