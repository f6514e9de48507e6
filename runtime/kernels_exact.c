/* Kernels: modulo and power, whose compensated arithmetic relies on every product being rounded by
 * itself, so that here none is fused. In: strips and numbers. Out: a strip. */
#define KN_ROUND_PRODUCTS

/* Else gcc makes branches of what hangs on a number that is the same throughout, and does not vectorise. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-thread-jumps")
#endif
#include "strip.h"

#define KERNEL(...)
#define ELEMENTWISE(...)
#define EXACT DEFINE_ELEMENTWISE
#include "kernels.def"
