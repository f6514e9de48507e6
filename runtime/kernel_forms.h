/* What kernels are written with, in two meanings. In the library (KN_SET) a kernel is compiled for each instruction
 * set: kn_kernel_NAME_SET, over whole groups of 16 samples of aligned buffers, where products may be fused. In
 * emitted C its text is kn_strip_NAME: over n samples of buffers that are arrays of KN_STRIP elements, a multiple of
 * 16, of which those from n to the next multiple of 16 may be overwritten; every operation is rounded, but where fma is
 * said, so the bits are those of the instruction set it is compiled for, whatever compiles it. */
#ifndef KANON_KERNEL_FORMS_H
#define KANON_KERNEL_FORMS_H

#ifdef KN_SET
#define KN_KERNEL(name) void KN_SYMBOL(name, KN_SET)
#else
#define KN_KERNEL(name) static KN_APART void kn_strip_##name
#endif

/* A kernel as one that others call. In emitted C its name stands there instead. */
#ifdef KN_SET
#define KN_CALL(name) KN_SYMBOL(name, KN_SET)
#endif

/* As it knows how long a strip of emitted C is at most, gcc would write all passes of a loop one after the other. */
#ifdef KN_SET
#define KN_NOT_UNROLLED
#else
#define KN_NOT_UNROLLED _Pragma("GCC unroll 1")
#endif

/* Begins a round of a loop around such loops: gcc would make one pass of those of two rounds, and no vectors of it. */
#if defined(__GNUC__) && !defined(__clang__)
#define KN_ROUND __asm__ volatile("");
#else
#define KN_ROUND
#endif

/* A loop whose passes need nothing of each other: y may be the same buffer as an input, which no pointer type says. */
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wpass-failed" /* not every machine has vectors for all of them */
#define KN_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define KN_INDEPENDENT _Pragma("GCC ivdep") KN_NOT_UNROLLED
#else
#define KN_INDEPENDENT
#endif

#ifdef KN_SET
#define KN_WHOLE_GROUPS(n) ((int)(((unsigned)(n) + 15u) & ~15u))
#define KN_IN_TURN(n)      for (int i = 0, end_ = KN_WHOLE_GROUPS(n); i < end_; i++)
/* What p points to is aligned as buffers of a strip are. */
#define KN_BUFFER(p) p = __builtin_assume_aligned(p, KERNEL_ALIGNMENT)
#else
#define KN_IN_TURN(n) for (int i = 0; i < (n); i++)
#endif

#define KN_EACH(n) KN_INDEPENDENT KN_IN_TURN(n)

/* The same for what is short, and of inputs and outputs only: as long as the host says. */
#if defined(__GNUC__) && !defined(__clang__)
#define KN_EACH_OF_MANY(n) _Pragma("GCC ivdep") _Pragma("GCC unroll 4") KN_IN_TURN(n)
#else
#define KN_EACH_OF_MANY(n) KN_EACH(n)
#endif

#if defined(__GNUC__)
#define KN_ALIGNED __attribute__((aligned(64)))
#else
#define KN_ALIGNED
#endif

/* Put into the function that calls it, where its counts are constants. */
#if defined(__GNUC__)
#define KN_INSIDE KN_FN __attribute__((always_inline))
#else
#define KN_INSIDE KN_FN
#endif

#if defined(__GNUC__)
#define KN_LIKELY(x) __builtin_expect(x, 1)
#else
#define KN_LIKELY(x) (x)
#endif

/* a x + b, rounded once where the machine does both in one step. */
KN_FN double kn_madd(double a, double x, double b) {
#ifdef __FMA__
    return __builtin_fma(a, x, b);
#else
    return a * x + b;
#endif
}

KN_FN float kn_maddf(float a, float x, float b) {
#ifdef __FMA__
    return __builtin_fmaf(a, x, b);
#else
    return a * x + b;
#endif
}

/* Is a strip one number throughout? What is held for long (the frequency of a note, the hash of a beat) mostly is, and then
 * what is costly is computed once. Bits are compared. */
#define KN_IS_HELD(x, n) ((n) > 1 && memcmp(x, (x) + 1, sizeof *(x) * (size_t)((n)-1)) == 0)

/* Can be written with vectors: gcc from version 12 on, clang. Else the same is done number by number. */
#if defined(__GNUC__) && defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define KN_VECTORS
#endif
#endif

/* Four doubles at once, for recurrences that reach at least four samples back. With vectors of two the additional products
 * would not pay. */
#if defined(KN_VECTORS) && defined(__AVX2__)
#define KN_FOURS
typedef double KnFour __attribute__((vector_size(32)));
typedef double KnFourAnywhere __attribute__((vector_size(32), aligned(8), may_alias));

KN_FN KnFour kn_four_at(const double *x) {
    return *(const KnFourAnywhere *)x;
}

KN_FN void kn_put_four(double *y, KnFour x) {
    *(KnFourAnywhere *)y = x;
}

/* a x + b, rounded once where the machine does both in one step: what a recurrence waits for is shorter by half then. */
KN_FN KnFour kn_fours_madd(KnFour a, KnFour x, KnFour b) {
#ifdef __FMA__
    return __builtin_ia32_vfmaddpd256(a, x, b);
#else
    return a * x + b;
#endif
}

KN_FN KnFour kn_four_madd(double a, KnFour x, KnFour b) {
    return kn_fours_madd((KnFour){a, a, a, a}, x, b);
}

/* What was one and two samples before each of `now`, of which `before` are the four before. */
KN_FN KnFour kn_one_ago(KnFour before, KnFour now) {
    return __builtin_shufflevector(before, now, 3, 4, 5, 6);
}

KN_FN KnFour kn_two_ago(KnFour before, KnFour now) {
    return __builtin_shufflevector(before, now, 2, 3, 4, 5);
}

/* Rows become columns. */
KN_INSIDE void kn_turn_over(KnFour *t) {
    const KnFour a = __builtin_shufflevector(t[0], t[1], 0, 4, 2, 6),
                 b = __builtin_shufflevector(t[0], t[1], 1, 5, 3, 7),
                 c = __builtin_shufflevector(t[2], t[3], 0, 4, 2, 6),
                 d = __builtin_shufflevector(t[2], t[3], 1, 5, 3, 7);
    t[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
    t[1] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
    t[2] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
    t[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}
#endif

#endif
