/* What the kernels_*.c share in the library: how a kernel is named for the instruction set it is compiled for (KN_SET,
 * given by the Makefile), and the code of those that are elementwise. kernels.h has the rules
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
#include "lattice.h"
#include "prologue.h"

/* As in emitted C: samples of a buffer. */
enum { KN_STRIP = KERNEL_STRIP };
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
#include "kernel_forms.h"

/* Every definition is checked against its row. */
#define KERNEL(name, arguments, cost, text) KN_KERNEL(name) arguments;
#include "kernels.def"
#undef KERNEL

/* The code of a row ELEMENTWISE. */
#define BEGIN_(T)
#define BEGIN_a(T)       KN_BUFFER(A);
#define BEGIN_b(T)       KN_BUFFER(B);
#define BEGIN_b_float(T) KN_BUFFER(B);
#define BEGIN_c(T)       KN_BUFFER(C);
#define BEGIN_k(T)       const T k = (T)K;
#define BEGIN_l(T)       const T l = (T)L;
#define AT_I_(T)
#define AT_I_a(T)       const T a = A[i];
#define AT_I_b(T)       const T b = B[i];
#define AT_I_b_float(T) const float b = B[i];
#define AT_I_c(T)       const int32_t c = C[i];
#define AT_I_k(T)
#define AT_I_l(T)
#define AND_HELD_(T)
#define AND_HELD_a(T)       &&KN_IS_HELD(A, n)
#define AND_HELD_b(T)       &&KN_IS_HELD(B, n)
#define AND_HELD_b_float(T) &&KN_IS_HELD(B, n)
#define AND_HELD_c(T)       &&KN_IS_HELD(C, n)
#define AND_HELD_k(T)
#define AND_HELD_l(T)
#define DEFINE_ELEMENTWISE(name, R, T, operands, cost, expression, ...)                            \
    KN_KERNEL(name) KN_PROTOTYPE(R, T, operands) {                                                 \
        KN_BUFFER(y);                                                                              \
        KN_OPERANDS(BEGIN, KN_TYPE_##T, operands)                                                  \
        const int held = (cost) >= KERNEL_COSTLY KN_OPERANDS(AND_HELD, T, operands);               \
        const int count = held ? 1 : n;                                                            \
        KN_EACH(count) {                                                                           \
            KN_OPERANDS(AT_I, KN_TYPE_##T, operands)                                               \
            y[i] = expression;                                                                     \
        }                                                                                          \
        for (int i = 1; held && i < n; i++)                                                        \
            y[i] = y[0];                                                                           \
    }

#endif
#endif
