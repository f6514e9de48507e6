/* Kernels: random numbers, which are functions of a seed and a whole number. In: the number of the
 * first sample, or strips. Out: a strip. */
#include "strip.h"

DEFINE(noise_f)(float *y, uint32_t seed, int64_t k0, int n) {
    STRIP(y);
    EACH(n) y[i] = kn_noise_at(seed, k0 + i);
}

DEFINE(noise_time_f)(float *y, uint32_t seed, const double *x, double rate, int n) {
    STRIP(y);
    STRIP(x);
    EACH(n) y[i] = kn_noise_at(seed, kn_sample_at(x[i] * rate));
}

DEFINE(noise_seed_f)(float *y, const double *seed, int64_t k0, int n) {
    STRIP(y);
    STRIP(seed);
    EACH(n) y[i] = kn_noise_at(kn_seed(seed[i]), k0 + i);
}

DEFINE(hash_f)(float *y, const double *x, double bias, int n) {
    STRIP(y);
    STRIP(x);
    EACH(n) y[i] = kn_hashf(x[i] + bias);
}

DEFINE(hash_d)(double *y, const double *x, double bias, int n) {
    STRIP(y);
    STRIP(x);
    EACH(n) y[i] = kn_hash(x[i] + bias);
}
