/* Elementwise kernels for one sample, for loops that go from sample to sample. In: operands. Out: the result; the bits are those
 * of math.h, in which no products are fused. */
#include "kernels.h"
#include "math.h"
#include "noise.h"
#include "prologue.h"

#include <stddef.h>

#define GIVEN_(T)
#define GIVEN_a(T)       T a,
#define GIVEN_b(T)       T b,
#define GIVEN_b_float(T) float b,
#define GIVEN_c(T)       int32_t c,
#define GIVEN_k(T)       T k,
#define GIVEN_l(T)       T l,
#define KERNEL(name, arguments, cost, text)
#define ELEMENTWISE(name, R, T, operands, cost, expression, ...)                                   \
    static KN_TYPE_##R one_##name(KN_OPERANDS(GIVEN, KN_TYPE_##T, operands) int nothing) {         \
        (void)nothing; /* a list of parameters ends with one */                                    \
        return expression;                                                                         \
    }
#include "kernels.def"
#undef KERNEL

const void *const kernels_of_one[KERNELS] = {
#define KERNEL(name, arguments, cost, text)                      NULL,
#define ELEMENTWISE(name, R, T, operands, cost, expression, ...) (const void *)one_##name,
#include "kernels.def"
#undef KERNEL
};
