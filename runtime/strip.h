/* What the kernels_*.c share: the loop over whole groups of 16 samples, and how a kernel is named
 * for the instruction set it is compiled for (KN_SET, given by the Makefile). kernels.h has the rules
 * that all of them keep. */
#ifndef KANON_STRIP_H
#define KANON_STRIP_H

#ifdef KN_SET
#ifndef KN_ROUND_PRODUCTS
#define KN_FUSE
#endif
#include "kernels.h"
#include "math.h"
#include "noise.h"
#include "prologue.h"
#endif

#include <stdint.h>
#ifndef KN_RUNNING
#define KN_RUNNING
typedef struct {
    int64_t count;
    int32_t head, n;
} KnRunning;
#endif

#define KN_JOINED(name, set) kn_kernel_##name##_##set
#define KN_SYMBOL(name, set) KN_JOINED(name, set)

#ifdef KN_SET
#define DEFINE(name) void KN_SYMBOL(name, KN_SET)

/* Every definition is checked against its row. */
#define KERNEL(name, arguments, cost, text) DEFINE(name) arguments;
#include "kernels.def"
#undef KERNEL

/* y may be the same buffer as an input, which no pointer type says: that no sample needs another's
 * result does. */
#ifdef __clang__
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define INDEPENDENT _Pragma("GCC ivdep")
#endif
#define WHOLE_GROUPS(n) ((int)(((unsigned)(n) + 15u) & ~15u))
#define IN_TURN(n)      for (int i = 0, end_ = WHOLE_GROUPS(n); i < end_; i++)
#define EACH(n)         INDEPENDENT IN_TURN(n)
#define STRIP_OF(p)     __builtin_assume_aligned(p, KERNEL_ALIGNMENT)
#define STRIP(p)        p = STRIP_OF(p)

/* The code of a row ELEMENTWISE. */
#define BEGIN_(T)
#define BEGIN_a(T)       STRIP(A);
#define BEGIN_b(T)       STRIP(B);
#define BEGIN_b_float(T) STRIP(B);
#define BEGIN_c(T)       STRIP(C);
#define BEGIN_k(T)       const T k = (T)K;
#define BEGIN_l(T)       const T l = (T)L;
#define AT_I_(T)
#define AT_I_a(T)       const T a = A[i];
#define AT_I_b(T)       const T b = B[i];
#define AT_I_b_float(T) const float b = B[i];
#define AT_I_c(T)       const int32_t c = C[i];
#define AT_I_k(T)
#define AT_I_l(T)
#define DEFINE_ELEMENTWISE(name, R, T, operands, cost, expression, ...)                            \
    DEFINE(name) KN_PROTOTYPE(R, T, operands) {                                                    \
        STRIP(y);                                                                                  \
        KN_OPERANDS(BEGIN, KN_TYPE_##T, operands)                                                  \
        EACH(n) {                                                                                  \
            KN_OPERANDS(AT_I, KN_TYPE_##T, operands)                                               \
            y[i] = expression;                                                                     \
        }                                                                                          \
    }

#endif
#endif
