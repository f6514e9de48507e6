/* Kernels: the past. In: a delay line, which is a ring indexed by the number of the sample, or the
 * last few samples before the strip. Out: a strip of what was, or the ring written. Reads at
 * distances that vary are a pass of their own between two that are vectors. */
#include "strip.h"

/* Lines are read and written at most in two pieces: up to the end of the ring, and from its start. */
#define KN_DELAY_WRITE(name, T, write_line, mirror_line)                                           \
    KN_KERNEL(name)(T * line, int size, int64_t at, int mirrored, const T *x, int n) {             \
        write_line(line, size, at, x, n);                                                          \
        mirror_line(line, size, at, mirrored, n, 1);                                               \
    }

KN_DELAY_WRITE(write_f, float, kn_write_float, kn_mirror_float)
KN_DELAY_WRITE(write_d, double, kn_write_double, kn_mirror_double)

#define KN_DELAY_MIRROR(name, T, mirror_line)                                                      \
    KN_KERNEL(name)(T * line, int size, int64_t at, int mirrored, int n) {                         \
        mirror_line(line, size, at, mirrored, n, 0);                                               \
    }

KN_DELAY_MIRROR(mirror_f, float, kn_mirror_float)
KN_DELAY_MIRROR(mirror_d, double, kn_mirror_double)

#define KN_DELAY_READ(name, T, read_line)                                                          \
    KN_KERNEL(name)(T * y, const T *line, int size, int64_t at, int n) {                           \
        const T *from = read_line(line, size, at, n, y);                                           \
        if (from != y) memcpy(y, from, sizeof *y *(size_t)n);                                      \
    }

KN_DELAY_READ(read_f, float, kn_read_float)
KN_DELAY_READ(read_d, double, kn_read_double)

/* Between two samples, linearly. */
#define KN_DELAY_LERP(name, T, read_line)                                                          \
    KN_KERNEL(name)(T * y, const T *line, int size, int64_t n0, double samples, int n) {           \
        T together[KN_STRIP + 1];                                                                  \
        const int whole = (int)samples;                                                            \
        const T *x = read_line(line, size, n0 - whole - 1, n + 1, together),                       \
                part = (T)(samples - (double)whole);                                               \
        KN_BUFFER(y);                                                                              \
        for (int i = 0; i < n; i++)                                                                \
            y[i] = x[i + 1] + part * (x[i] - x[i + 1]);                                            \
    }

KN_DELAY_LERP(lerp_f, float, kn_read_float)
KN_DELAY_LERP(lerp_d, double, kn_read_double)

/* Of what began some samples ago, its age: before that it was 0. */
#define KN_DELAY_READ_AGE(name, T, read_line)                                                      \
    KN_KERNEL(name)                                                                                \
    (T * y, const T *line, int size, int64_t at, const double *age, int k, int n) {                \
        T together[KN_STRIP];                                                                      \
        const T *x = read_line(line, size, at, n, together);                                       \
        KN_BUFFER(y);                                                                              \
        KN_BUFFER(age);                                                                            \
        for (int i = 0; i < n; i++)                                                                \
            y[i] = (double)k <= age[i] ? x[i] : (T)0;                                              \
    }

KN_DELAY_READ_AGE(read_age_f, float, kn_read_float)
KN_DELAY_READ_AGE(read_age_d, double, kn_read_double)

#define KN_DELAY_LERP_AGE(name, T, read_line)                                                      \
    KN_KERNEL(name)                                                                                \
    (T * y, const T *line, int size, int64_t n0, double samples, const double *age, int n) {       \
        T together[KN_STRIP + 1];                                                                  \
        const int k = (int)samples;                                                                \
        const T *x = read_line(line, size, n0 - k - 1, n + 1, together),                           \
                part = (T)(samples - (double)k);                                                   \
        KN_BUFFER(y);                                                                              \
        KN_BUFFER(age);                                                                            \
        for (int i = 0; i < n; i++) {                                                              \
            const T now = (double)k <= age[i] ? x[i + 1] : (T)0,                                   \
                    before = (double)k + 1 <= age[i] ? x[i] : (T)0;                                \
            y[i] = now + part * (before - now);                                                    \
        }                                                                                          \
    }

KN_DELAY_LERP_AGE(lerp_age_f, float, kn_read_float)
KN_DELAY_LERP_AGE(lerp_age_d, double, kn_read_double)

/* So many seconds ago. */
#define KN_DELAY_VARY(name, T)                                                                     \
    KN_KERNEL(name)                                                                                \
    (T * y, const T *line, int size, int64_t n0, const double *seconds, double lo, double hi,      \
     double rate, int n) {                                                                         \
        KN_ALIGNED int32_t place[KN_STRIP];                                                        \
        KN_ALIGNED T part[KN_STRIP], x[KN_STRIP], before[KN_STRIP];                                \
        const unsigned mask = (unsigned)size - 1u, first = (unsigned)(uint64_t)n0;                 \
        KN_BUFFER(y);                                                                              \
        KN_BUFFER(seconds);                                                                        \
        KN_EACH(n) {                                                                               \
            const double d = kn_whole_samples(kn_min(kn_max(seconds[i], lo), hi) * rate);          \
            const int whole = (int)d;                                                              \
            place[i] = (int)((first + (unsigned)i - (unsigned)whole) & mask);                      \
            part[i] = (T)(d - (double)whole);                                                      \
        }                                                                                          \
        KN_IN_TURN(n) {                                                                            \
            x[i] = line[place[i]];                                                                 \
            before[i] = line[((unsigned)place[i] - 1u) & mask];                                    \
        }                                                                                          \
        KN_EACH(n) y[i] = x[i] + part[i] * (before[i] - x[i]);                                     \
    }

KN_DELAY_VARY(vary_f, float)
KN_DELAY_VARY(vary_d, double)

/* k samples ago, of which those before the strip are in z, the latest first. */
#define KN_PAST(name, T)                                                                           \
    KN_KERNEL(name)(T * y, const T *x, const T *z, int k, int n) {                                 \
        for (int i = 0; i < k && i < n; i++)                                                       \
            y[i] = z[k - 1 - i];                                                                   \
        if (n > k) memcpy(y + k, x, sizeof *y * (size_t)(n - k));                                  \
    }

KN_PAST(past_f, float)
KN_PAST(past_d, double)

/* z for the next strip. */
#define KN_KEEP(name, T)                                                                           \
    KN_KERNEL(name)(T * z, int count, const T *x, int n) {                                         \
        for (int j = count - 1; j >= 0; j--)                                                       \
            z[j] = j < n ? x[n - 1 - j] : z[j - n];                                                \
    }

KN_KEEP(keep_f, float)
KN_KEEP(keep_d, double)
