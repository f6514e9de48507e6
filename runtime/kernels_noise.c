/* Kernels: random numbers, which are functions of a seed and a whole number. In: the number of the
 * first sample, or strips. Out: a strip. */
#include "strip.h"

KN_KERNEL(noise_f)(float *y, uint32_t seed, int64_t k0, int n) {
    KN_BUFFER(y);
    KN_EACH(n) y[i] = kn_noise_at(seed, k0 + i);
}

/* AVX2 does not convert to 64-bit integers in vectors: there it is done in halves. */
#if defined(__AVX2__) && !defined(__AVX512DQ__)
KN_FN float kn_noise_of_time(uint32_t seed, double x) {
    const KnWords k = kn_words(x + 1e-6);
    return (float)((int32_t)kn_random(seed, k.low, k.high) >> 8) * 0x1p-23f;
}
#else
KN_FN float kn_noise_of_time(uint32_t seed, double x) {
    return kn_noise_at(seed, kn_sample_at(x));
}
#endif

KN_KERNEL(noise_time_f)(float *y, uint32_t seed, const double *x, double rate, int n) {
    KN_BUFFER(y);
    KN_BUFFER(x);
    KN_EACH(n) y[i] = kn_noise_of_time(seed, x[i] * rate);
}

KN_KERNEL(noise_seed_f)(float *y, const double *seed, int64_t k0, int n) {
    KN_BUFFER(y);
    KN_BUFFER(seed);
    KN_EACH(n) y[i] = kn_noise_at(kn_seed(seed[i]), k0 + i);
}
