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

/* The shapes of elementwise kernels; f is a function or macro of one, two… samples of type T. */
#define KERNEL_V(name, T, f)                                                                       \
    DEFINE(name##_v)(T * y, const T *a, int n) {                                                   \
        STRIP(y);                                                                                  \
        STRIP(a);                                                                                  \
        EACH(n) y[i] = f(a[i]);                                                                    \
    }
#define KERNEL_VV(name, R, T, f)                                                                   \
    DEFINE(name##_vv)(R * y, const T *a, const T *b, int n) {                                      \
        STRIP(y);                                                                                  \
        STRIP(a);                                                                                  \
        STRIP(b);                                                                                  \
        EACH(n) y[i] = f(a[i], b[i]);                                                              \
    }
#define KERNEL_VK(name, R, T, f)                                                                   \
    DEFINE(name##_vk)(R * y, const T *a, double k, int n) {                                        \
        STRIP(y);                                                                                  \
        STRIP(a);                                                                                  \
        const T b = (T)k;                                                                          \
        EACH(n) y[i] = f(a[i], b);                                                                 \
    }
#define KERNEL_KV(name, R, T, f)                                                                   \
    DEFINE(name##_kv)(R * y, double k, const T *a, int n) {                                        \
        STRIP(y);                                                                                  \
        STRIP(a);                                                                                  \
        const T b = (T)k;                                                                          \
        EACH(n) y[i] = f(b, a[i]);                                                                 \
    }

#endif
#endif
