/* Kernels: functions over strips of samples, compiled with the host for several instruction sets,
 * for code that is compiled in memory and cannot vectorise by itself. kernels.def lists them.
 *
 * Buffers of a strip are aligned to 64 bytes and have room for n rounded up to a multiple of 16
 * elements. Kernels compute whole groups of 16, so what lies between n and the end of the group is
 * overwritten in y and read, to no effect, in the others; and every sample is computed by the same
 * vector operations wherever a strip is cut: bits depend neither on n nor on the place in a strip.
 * The first result may be exactly the same buffer as an input of the same type, but for past_f and
 * past_d; otherwise nothing overlaps.
 * n is from 0 to 128.
 *
 * Delay lines, tables, what the host passes, and state may have any alignment; of them exactly what
 * the n samples need is read and written. Rings have a power of two as size, and at least n.
 *
 * Sets differ in bits: where there are fused multiply-adds, they are used. */
#ifndef KANON_KERNELS_H
#define KANON_KERNELS_H

#include <stdbool.h>

typedef enum { KERNELS_BASELINE, KERNELS_AVX2, KERNELS_AVX512, KERNEL_SETS } KernelSet;

enum { KERNEL_STRIP = 128, KERNEL_GROUP = 16, KERNEL_ALIGNMENT = 64 };

/* An elementwise kernel of this cost computes what is held once: see KN_IS_HELD. */
enum { KERNEL_COSTLY = 300 };

/* As the first coefficient of pole_v, state2_v or state3_v: the states before are 0, even what is no number. The least number
 * there is, which no coefficient is. */
#define KERNEL_STARTS_OVER 0x1p-1074

/* Index of a row of kernels.def: KERNEL_add_f_vv, … */
typedef enum {
#define KERNEL(name, arguments, cost, text) KERNEL_##name,
#include "kernels.def"
#undef KERNEL
    KERNELS
} KernelId;

/* Of an elementwise kernel, expression says what y[i] is, in C that may call functions of math.h, noise.h and prologue.h;
 * it is NULL of others. Its letters: a and b, samples of strips; c, one of conditions; k and l, numbers. operands has those
 * that it uses, in the order of the arguments between y and n: "ab", "ak", "ka", "cab", …
 *
 * Types are f float, d double, b conditions (int32_t, 0 or 1): result is that of y; type that of a and b, and what numbers
 * are converted to first. So type is of what is compared or converted, of both choices of a select, d of fill_b_k; and b of
 * add_float_d_vv, whose type is d, is float. */
typedef struct Kernel {
    const char *name, *text;
    int cost;
    const char *expression, *operands;
    char result, type;
} Kernel;

extern const Kernel kernels[KERNELS];

/* The functions of a set by KernelId; NULL when this library was built without it. */
const void *const *kernels_for(KernelSet set);
/* Of an elementwise kernel, the function that computes one sample: of operands as the expression has them, numbers of the type
 * too. NULL of others. */
extern const void *const kernels_of_one[KERNELS];
/* Can this machine run it? */
bool kernels_usable(KernelSet set);
KernelSet kernels_best(void);
/* "baseline", "avx2", "avx512", or "neon", which is the baseline of aarch64. KERNEL_SETS if none. */
KernelSet kernels_set_named(const char *name);
const char *kernels_set_name(KernelSet set);
/* The index of a kernel, -1 if there is none of that name. */
int kernel_find(const char *name);

#endif
