/* Kernels: all that compute a sample of the same sample of their operands. In: strips and numbers.
 * Out: a strip. The code is that of their rows. */
#include "strip.h"

#define KERNEL(...)
#define EXACT(...)
#define ELEMENTWISE DEFINE_ELEMENTWISE
#include "kernels.def"
