/* Which kernels the machine can run, and where they are. In: the name of a kernel or a set. Out: its
 * index, its functions. */
#include "kernels.h"
#include "strip.h"

#include <stddef.h>
#include <string.h>

const Kernel kernels[KERNELS] = {
#define LETTER_(T)
#define LETTER_a(T)                         "a"
#define LETTER_b(T)                         "b"
#define LETTER_b_float(T)                   "b"
#define LETTER_c(T)                         "c"
#define LETTER_k(T)                         "k"
#define LETTER_l(T)                         "l"
#define KERNEL(name, arguments, cost, text) {#name, text, cost, NULL, NULL, 0, 0},
#define ELEMENTWISE(name, R, T, operands, cost, expression, ...)                                   \
    {#name, "" __VA_ARGS__, cost, #expression, KN_OPERANDS(LETTER, T, operands), #R[0], #T[0]},
#include "kernels.def"
#undef KERNEL
};

/* Indices in the order of names, written while building. */
static const unsigned short by_name[KERNELS] = {
#include "kernel_order.inc"
};

#define KERNEL(name, arguments, cost, text) void KN_SYMBOL(name, baseline) arguments;
#include "kernels.def"
#undef KERNEL
static const void *const baseline[KERNELS] = {
#define KERNEL(name, arguments, cost, text) (const void *)KN_SYMBOL(name, baseline),
#include "kernels.def"
#undef KERNEL
};

#ifdef __x86_64__
#define KERNEL(name, arguments, cost, text)                                                        \
    void KN_SYMBOL(name, avx2) arguments;                                                          \
    void KN_SYMBOL(name, avx512) arguments;
#include "kernels.def"
#undef KERNEL
static const void *const avx2[KERNELS] = {
#define KERNEL(name, arguments, cost, text) (const void *)KN_SYMBOL(name, avx2),
#include "kernels.def"
#undef KERNEL
};
static const void *const avx512[KERNELS] = {
#define KERNEL(name, arguments, cost, text) (const void *)KN_SYMBOL(name, avx512),
#include "kernels.def"
#undef KERNEL
};
#endif

const void *const *kernels_for(KernelSet set) {
#ifdef __x86_64__
    if (set == KERNELS_AVX2) return avx2;
    if (set == KERNELS_AVX512) return avx512;
#endif
    return set == KERNELS_BASELINE ? baseline : NULL;
}

bool kernels_usable(KernelSet set) {
#ifdef __x86_64__
    __builtin_cpu_init();
    bool fused = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (set == KERNELS_AVX2) return fused;
    if (set == KERNELS_AVX512)
        return fused && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#endif
    return set == KERNELS_BASELINE;
}

KernelSet kernels_best(void) {
    return kernels_usable(KERNELS_AVX512) ? KERNELS_AVX512
           : kernels_usable(KERNELS_AVX2) ? KERNELS_AVX2
                                          : KERNELS_BASELINE;
}

const char *kernels_set_name(KernelSet set) {
    static const char *const names[] = {"baseline", "avx2", "avx512"};
#ifdef __aarch64__
    if (set == KERNELS_BASELINE) return "neon";
#endif
    return set < KERNEL_SETS ? names[set] : "none";
}

KernelSet kernels_set_named(const char *name) {
    int set = strcmp(name, "baseline") == 0 ? KERNELS_BASELINE : 0;
    while (set < KERNEL_SETS && strcmp(name, kernels_set_name((KernelSet)set)) != 0 &&
           strcmp(name, "baseline") != 0)
        set++;
    return (KernelSet)set;
}

int kernel_find(const char *name) {
    int low = 0, high = KERNELS;
    while (low < high) {
        int middle = (low + high) / 2;
        int order = strcmp(name, kernels[by_name[middle]].name);
        if (order == 0) return by_name[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}
