/* Random numbers that are functions: hash(n) of an integer, noise(seed, k) of a seed and an integer
 * moment, the same at each run and on each machine, in any order.  24 significant bits, so that
 * float and double forms agree exactly.  Only 32-bit multiplications and shifts, for SSE4.1, AVX2
 * and NEON have no 64-bit ones.  Expects runtime/math.h before it.
 *
 * The constants of the mixing steps are those of Chris Wellons' "lowbias32" and "triple32" (public
 * domain, nullprogram.com/blog/2018/07/31), found there by search for least bias between input and
 * output bits. */

/* A bijection of 32 bits. */
KN_FN uint32_t kn_mix(uint32_t h) {
    h ^= h >> 16;
    h *= 0x7feb352du;
    h ^= h >> 15;
    h *= 0x846ca68bu;
    return h ^ h >> 16;
}

/* The 64-bit integer floor(n) in two halves, low and high; n saturates at +-2^63, NaN is -2^63.
 * The halves are exact as doubles, and become integers as the low bits of 2^52 + x: no machine
 * before AVX-512 converts to 64-bit integers in vectors. */
typedef struct {
    uint32_t low, high;
} KnWords;

KN_FN KnWords kn_words(double n) {
    n = n > -0x1p63 ? n : -0x1p63;
    n = n < 0x1p63 ? n : 0x1.fffffffffffffp62;
    double whole = kn_floor(n);
    double high = kn_floor(whole * 0x1p-32);
    KnWords w;
    w.low = (uint32_t)kn_bits((whole - high * 0x1p32) + 0x1p52);
    w.high = (uint32_t)kn_bits(high + KN_MAGIC);
    return w;
}

/* 32 random bits of a 64-bit integer and a seed.  The seed enters twice, between different steps:
 * entering once it would only shift or permute one and the same sequence.  The high word enters
 * first, spread by an odd factor (2^32 / golden ratio), so that its bits go through all steps. */
KN_FN uint32_t kn_random(uint32_t seed, uint32_t low, uint32_t high) {
    uint32_t h = low ^ seed ^ high * 0x9e3779b1u;
    h ^= h >> 16;
    h *= 0x7feb352du;
    h ^= h >> 15;
    h += seed * 0x31848babu;
    h *= 0xed5ad4bbu;
    h ^= h >> 14;
    h *= 0x846ca68bu;
    return h ^ h >> 16;
}

/* [0, 1) of floor(n). */
KN_FN double kn_hash(double n) {
    KnWords w = kn_words(n);
    return (double)(int32_t)(kn_random(0x6b6e6f74u, w.low, w.high) >> 8) * 0x1p-24;
}

KN_FN float kn_hashf(double n) {
    KnWords w = kn_words(n);
    return (float)(int32_t)(kn_random(0x6b6e6f74u, w.low, w.high) >> 8) * 0x1p-24f;
}

/* The seed of kn_noise_at from all bits of a number, so that 0.5 and 1 differ; -0 is 0. */
KN_FN uint32_t kn_seed(double seed) {
    uint64_t u = kn_bits(seed == seed ? seed + 0.0 : 0.0);
    return kn_mix(kn_mix((uint32_t)(u >> 32) + 0x9e3779b9u) ^ (uint32_t)u);
}

/* White noise in [-1, 1). */
KN_FN float kn_noise_at(uint32_t seed_hash, int64_t k) {
    uint32_t low = (uint32_t)k, high = (uint32_t)((uint64_t)k >> 32);
    return (float)((int32_t)kn_random(seed_hash, low, high) >> 8) * 0x1p-23f;
}

KN_FN double kn_noise(double seed, double k) {
    KnWords w = kn_words(k);
    return (double)((int32_t)kn_random(kn_seed(seed), w.low, w.high) >> 8) * 0x1p-23;
}
