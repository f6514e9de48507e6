/* Numbers are computed with the rounding and without the traps that C has from the start, whatever mode the
 * host's thread is in: some hosts let invalid operations end the process, or round down. In: the thread's mode.
 * Out: the thread's mode, the plain one in between. It costs a few instructions, so that audio threads do it too. */
#include "base/base.h"

#if defined(__GNUC__) && defined(__x86_64__)

enum {
    PLAIN_SSE = 0x1f80, /* all exceptions masked, to nearest, numbers near 0 kept */
    PLAIN_X87 = 0x037f  /* the same, 64 bits of mantissa: long double is computed there */
};

FloatMode float_mode_begin(void) {
    uint16_t x87;
    __asm__ volatile("fnstcw %0" : "=m"(x87));
    FloatMode held = {{__builtin_ia32_stmxcsr(), x87}};
    if (held.words[0] != PLAIN_SSE) __builtin_ia32_ldmxcsr(PLAIN_SSE);
    if (held.words[1] != PLAIN_X87) {
        const uint16_t plain = PLAIN_X87;
        __asm__ volatile("fldcw %0" : : "m"(plain));
    }
    return held;
}

/* What was noted as an exception meanwhile must not trap when traps are on again. */
void float_mode_end(FloatMode *held) {
    __builtin_ia32_ldmxcsr((unsigned)held->words[0]);
    if (held->words[1] == PLAIN_X87) return;
    const uint16_t host = (uint16_t)held->words[1];
    __asm__ volatile("fnclex\n\tfldcw %0" : : "m"(host));
}

#elif defined(__GNUC__) && defined(__aarch64__)

FloatMode float_mode_begin(void) {
    FloatMode held = {{0, 0}};
    __asm__ volatile("mrs %0, fpcr" : "=r"(held.words[0]));
    if (held.words[0]) __asm__ volatile("msr fpcr, %0" : : "r"(UINT64_C(0)));
    return held;
}

void float_mode_end(FloatMode *held) {
    if (held->words[0]) __asm__ volatile("msr fpcr, %0" : : "r"(held->words[0]));
}

#else

FloatMode float_mode_begin(void) {
    return (FloatMode){{0, 0}};
}

void float_mode_end(FloatMode *held) {
    (void)held;
}

#endif
