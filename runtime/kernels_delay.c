/* Kernels: the past. In: a delay line, which is a ring indexed by the number of the sample, or the
 * last few samples before the strip. Out: a strip of what was, or the ring written. Reads at
 * distances that vary are a pass of their own between two that are vectors. */
#include "strip.h"

/* Lines are read and written at most in two pieces: up to the end of the ring, and from its start. */
#define RING(t, T, name)                                                                           \
    DEFINE(write_##t)(T * line, int size, int64_t at, const T *x, int n) {                         \
        kn_write_##name(line, size, at, x, n);                                                     \
    }                                                                                              \
    DEFINE(read_##t)(T * y, const T *line, int size, int64_t at, int n) {                          \
        const T *from = kn_read_##name(line, size, at, n, y);                                      \
        if (from != y) memcpy(y, from, sizeof *y *(size_t)n);                                      \
    }                                                                                              \
    DEFINE(lerp_##t)(T * y, const T *line, int size, int64_t at, double f, int n) {                \
        T together[KERNEL_STRIP + 1];                                                              \
        const T *x = kn_read_##name(line, size, at - 1, n + 1, together), part = (T)f;             \
        STRIP(y);                                                                                  \
        for (int i = 0; i < n; i++)                                                                \
            y[i] = x[i + 1] + part * (x[i] - x[i + 1]);                                            \
    }                                                                                              \
    DEFINE(read_age_##t)                                                                           \
    (T * y, const T *line, int size, int64_t at, const double *age, int k, int n) {                \
        T together[KERNEL_STRIP];                                                                  \
        const T *x = kn_read_##name(line, size, at, n, together);                                  \
        STRIP(y);                                                                                  \
        STRIP(age);                                                                                \
        for (int i = 0; i < n; i++)                                                                \
            y[i] = (double)k <= age[i] ? x[i] : (T)0;                                              \
    }                                                                                              \
    DEFINE(lerp_age_##t)                                                                           \
    (T * y, const T *line, int size, int64_t at, double f, const double *age, int k, int n) {      \
        T together[KERNEL_STRIP + 1];                                                              \
        const T *x = kn_read_##name(line, size, at - 1, n + 1, together), part = (T)f;             \
        STRIP(y);                                                                                  \
        STRIP(age);                                                                                \
        for (int i = 0; i < n; i++) {                                                              \
            const T now = (double)k <= age[i] ? x[i + 1] : (T)0,                                   \
                    before = (double)k + 1 <= age[i] ? x[i] : (T)0;                                \
            y[i] = now + part * (before - now);                                                    \
        }                                                                                          \
    }                                                                                              \
    DEFINE(vary_##t)                                                                               \
    (T * y, const T *line, int size, int64_t n0, const double *seconds, double lo, double hi,      \
     double rate, int n) {                                                                         \
        _Alignas(64) int32_t place[KERNEL_STRIP];                                                  \
        _Alignas(64) T part[KERNEL_STRIP], x[KERNEL_STRIP], before[KERNEL_STRIP];                  \
        const unsigned mask = (unsigned)size - 1u, first = (unsigned)(uint64_t)n0;                 \
        STRIP(y);                                                                                  \
        STRIP(seconds);                                                                            \
        EACH(n) {                                                                                  \
            const double d = kn_whole_samples(kn_min(kn_max(seconds[i], lo), hi) * rate);          \
            const int whole = (int)d;                                                              \
            place[i] = (int)((first + (unsigned)i - (unsigned)whole) & mask);                      \
            part[i] = (T)(d - (double)whole);                                                      \
        }                                                                                          \
        IN_TURN(n) {                                                                               \
            x[i] = line[place[i]];                                                                 \
            before[i] = line[((unsigned)place[i] - 1u) & mask];                                    \
        }                                                                                          \
        EACH(n) y[i] = x[i] + part[i] * (before[i] - x[i]);                                        \
    }                                                                                              \
    DEFINE(past_##t)(T * y, const T *x, const T *z, int k, int n) {                                \
        for (int i = 0; i < k && i < n; i++)                                                       \
            y[i] = z[k - 1 - i];                                                                   \
        if (n > k) memcpy(y + k, x, sizeof *y * (size_t)(n - k));                                  \
    }                                                                                              \
    DEFINE(keep_##t)(T * z, int count, const T *x, int n) {                                        \
        for (int j = count - 1; j >= 0; j--)                                                       \
            z[j] = j < n ? x[n - 1 - j] : z[j - n];                                                \
    }
RING(f, float, float)
RING(d, double, double)
