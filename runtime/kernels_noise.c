/* Kernels: random numbers, which are functions of a seed and a whole number. In: the number of the
 * first sample, or strips. Out: a strip. */
#include "strip.h"

/* The upper word of a sample's number is the same for a strip but where that crosses a multiple of 2^32. */
KN_FN int kn_crosses(int64_t k0, int n) {
    return (uint32_t)k0 > UINT32_MAX - (uint32_t)n - 16u;
}

KN_FN float kn_noise_of_words(uint32_t seed, uint32_t low, uint32_t high) {
    return (float)((int32_t)kn_random(seed, low, high) >> 8) * 0x1p-23f;
}

KN_KERNEL(noise_f)(float *y, uint32_t seed, int64_t k0, int n) {
    KN_BUFFER(y);
    const uint32_t low = (uint32_t)k0, high = (uint32_t)((uint64_t)k0 >> 32);
    if (kn_crosses(k0, n)) {
        KN_EACH(n) y[i] = kn_noise_at(seed, k0 + i);
    } else {
        KN_EACH(n) y[i] = kn_noise_of_words(seed, low + (uint32_t)i, high);
    }
}

/* What is held for a few samples is computed for each, where their number is a power of two; else once for all. */
KN_KERNEL(noise_held_f)
(float *y, uint32_t seed, double held, double first, int ahead, int64_t k0, int n) {
    KN_BUFFER(y);
    const int64_t length = (int64_t)held, begin = (int64_t)first, since = k0 - begin;
    const int64_t steps = since / length - (since % length < 0);
    int64_t k = steps * length + begin + ahead;
    if (length <= 16 && (length & (length - 1)) == 0 && !kn_crosses(k - 16, n + 32)) {
        const uint32_t low = (uint32_t)since, mask = ~(uint32_t)(length - 1),
                       more = (uint32_t)(begin + ahead), high = (uint32_t)((uint64_t)k >> 32);
        KN_EACH(n) y[i] = kn_noise_of_words(seed, ((low + (uint32_t)i) & mask) + more, high);
        return;
    }
    int64_t left = length - (since - steps * length);
    for (int i = 0; i < n;) {
        const int run = left < n - i ? (int)left : n - i;
        const float value = kn_noise_at(seed, k);
        for (int j = i; j < i + run; j++)
            y[j] = value;
        i += run;
        k += length;
        left = length;
    }
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
    const int held = KN_IS_HELD(x, n), count = held ? 1 : n;
    KN_EACH(count) y[i] = kn_noise_of_time(seed, x[i] * rate);
    for (int i = 1; held && i < n; i++)
        y[i] = y[0];
}

KN_KERNEL(noise_seed_f)(float *y, const double *seed, int64_t k0, int n) {
    KN_BUFFER(y);
    KN_BUFFER(seed);
    KN_EACH(n) y[i] = kn_noise_at(kn_seed(seed[i]), k0 + i);
}
