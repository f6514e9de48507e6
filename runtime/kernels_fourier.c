/* Discrete Fourier transforms. In: a plan, and numbers or a split spectrum. Out: the spectrum, or the numbers. fourier.h says
 * what each function does.
 *
 * A transform is passes over all points (Stockham's order: what comes out needs no turning round). A pass takes the points
 * k = 0, …, radix - 1 that lie `columns` times `rows` apart, transforms them, and turns them for the next pass. An inverse
 * transform is a forward one in which real and imaginary parts change places. */
#include "fourier.h"

/* The transform of radix points, re[k] and im[k], in place. */
#define KN_SMALL_TRANSFORM(name, T)                                                                \
    KN_FN void name(int radix, T *re, T *im) {                                                     \
        static const T cosines[6][6] = {{0},                                                       \
                                        {1},                                                       \
                                        {1, -1},                                                   \
                                        {1, (T)-0.5, (T)-0.5},                                     \
                                        {1, 0, -1, 0},                                             \
                                        {1, (T)0.30901699437494742410, (T)-0.80901699437494742410, \
                                         (T)-0.80901699437494742410, (T)0.30901699437494742410}};  \
        static const T sines[6][6] = {{0},                                                         \
                                      {0},                                                         \
                                      {0, 0},                                                      \
                                      {0, (T)0.86602540378443864676, (T)-0.86602540378443864676},  \
                                      {0, 1, 0, -1},                                               \
                                      {0, (T)0.95105651629515357212, (T)0.58778525229247312917,    \
                                       (T)-0.58778525229247312917, (T)-0.95105651629515357212}};   \
        T out_re[5], out_im[5];                                                                    \
        for (int s = 0; s < radix; s++) {                                                          \
            out_re[s] = re[0];                                                                     \
            out_im[s] = im[0];                                                                     \
            for (int k = 1; k < radix; k++) {                                                      \
                const T c = cosines[radix][s * k % radix], d = sines[radix][s * k % radix];        \
                out_re[s] += re[k] * c + im[k] * d;                                                \
                out_im[s] += im[k] * c - re[k] * d;                                                \
            }                                                                                      \
        }                                                                                          \
        for (int s = 0; s < radix; s++) {                                                          \
            re[s] = out_re[s];                                                                     \
            im[s] = out_im[s];                                                                     \
        }                                                                                          \
    }
KN_SMALL_TRANSFORM(kn_small_transform, float)
KN_SMALL_TRANSFORM(kn_small_transform_d, double)

#define KN_FOURIER_PASS(name, T, small)                                                            \
    KN_FN void name(int radix, int columns, int rows, const T *turns, const T *re, const T *im,    \
                    T *to_re, T *to_im) {                                                          \
        for (int j = 0; j < rows; j++)                                                             \
            for (int q = 0; q < columns; q++) {                                                    \
                T a[5], b[5];                                                                      \
                for (int k = 0; k < radix; k++) {                                                  \
                    a[k] = re[q + columns * (j + rows * k)];                                       \
                    b[k] = im[q + columns * (j + rows * k)];                                       \
                }                                                                                  \
                small(radix, a, b);                                                                \
                for (int s = 0; s < radix; s++) {                                                  \
                    const T *w = turns + 2 * (j * (radix - 1) + s - 1);                            \
                    const T c = s && rows > 1 ? w[0] : 1, d = s && rows > 1 ? w[1] : 0;            \
                    to_re[q + columns * (radix * j + s)] = a[s] * c - b[s] * d;                    \
                    to_im[q + columns * (radix * j + s)] = a[s] * d + b[s] * c;                    \
                }                                                                                  \
            }                                                                                      \
    }
KN_FOURIER_PASS(kn_fourier_pass, float, kn_small_transform)
KN_FOURIER_PASS(kn_fourier_pass_d, double, kn_small_transform_d)

/* All passes, forth and back between two places, of which `to` is the last one. Returns the rest of the table of turns. */
#define KN_FOURIER_PASSES_OF(name, T, table, pass)                                                 \
    KN_FN const T *name(const KnFourier *f, const T *re, const T *im, T *to_re, T *to_im,          \
                        T *work) {                                                                 \
        const T *turns = f->table;                                                                 \
        int columns = 1, rows = f->points;                                                         \
        if (f->passes == 0) {                                                                      \
            to_re[0] = re[0];                                                                      \
            to_im[0] = im[0];                                                                      \
        }                                                                                          \
        for (int p = 0; p < f->passes; p++) {                                                      \
            const int radix = f->radix[p];                                                         \
            T *const next_re = (f->passes - p) % 2 ? to_re : work;                                 \
            T *const next_im = (f->passes - p) % 2 ? to_im : work + f->points;                     \
            rows /= radix;                                                                         \
            pass(radix, columns, rows, turns, re, im, next_re, next_im);                           \
            if (rows > 1) turns += 2 * rows * (radix - 1);                                         \
            columns *= radix;                                                                      \
            re = next_re;                                                                          \
            im = next_im;                                                                          \
        }                                                                                          \
        return turns;                                                                              \
    }
KN_FOURIER_PASSES_OF(kn_fourier_passes, float, turns, kn_fourier_pass)
KN_FOURIER_PASSES_OF(kn_fourier_passes_d, double, wide_turns, kn_fourier_pass_d)

/* The turns of what splits a real transform, behind those of the passes. */
#define KN_REAL_TURNS(name, T, table)                                                              \
    KN_FN const T *name(const KnFourier *f) {                                                      \
        const T *turns = f->table;                                                                 \
        for (int p = 0, rows = f->points; p < f->passes; p++) {                                    \
            rows /= f->radix[p];                                                                   \
            if (rows > 1) turns += 2 * rows * (f->radix[p] - 1);                                   \
        }                                                                                          \
        return turns;                                                                              \
    }
KN_REAL_TURNS(kn_real_turns, float, turns)
KN_REAL_TURNS(kn_real_turns_d, double, wide_turns)

#define KN_COMPLEX_FORTH(forth, T, transform)                                                      \
    KN_TRANSFORM forth(const KnFourier *f, const T *re, const T *im, T *to_re, T *to_im,           \
                       T *work) {                                                                  \
        transform(f, re, im, to_re, to_im, work);                                                  \
    }
#define KN_COMPLEX_BACK(back, T, transform)                                                        \
    KN_TRANSFORM back(const KnFourier *f, const T *re, const T *im, T *to_re, T *to_im, T *work) { \
        transform(f, im, re, to_im, to_re, work);                                                  \
    }
KN_COMPLEX_FORTH(kn_fft, float, kn_fourier_passes)
KN_COMPLEX_BACK(kn_ifft, float, kn_fourier_passes)
KN_COMPLEX_FORTH(kn_fft_d, double, kn_fourier_passes_d)
KN_COMPLEX_BACK(kn_ifft_d, double, kn_fourier_passes_d)

/* Numbers of an even count are half as many complex ones, even places real and odd places imaginary. With Z their transform and
 * w = e^(-2 pi i k / n), that of the even places is E = (Z[k] + Z[m-k]*) / 2, that of the odd ones O = -i (Z[k] - Z[m-k]*) / 2, and
 * X[k] = E + w O, X[m-k] = (E - w O)*. Here Z lies in re, im. */
#define KN_SPLIT_REAL(name, T)                                                                     \
    KN_FN void name(const T *w, int m, T *re, T *im) {                                             \
        re[m] = re[0];                                                                             \
        im[m] = im[0];                                                                             \
        for (int k = 0; k <= m / 2; k++, w += 2) {                                                 \
            const T half = (T)0.5, a = half * (re[k] + re[m - k]), b = half * (im[k] - im[m - k]); \
            const T c = half * (im[k] + im[m - k]), d = half * (re[m - k] - re[k]);                \
            const T e = c * w[0] - d * w[1], g = c * w[1] + d * w[0];                              \
            re[k] = a + e;                                                                         \
            im[k] = b + g;                                                                         \
            re[m - k] = a - e;                                                                     \
            im[m - k] = g - b;                                                                     \
        }                                                                                          \
    }
KN_SPLIT_REAL(kn_split_real, float)
KN_SPLIT_REAL(kn_split_real_d, double)

/* Back: 2 Z to z_re, z_im. */
#define KN_JOIN_REAL(name, T)                                                                      \
    KN_FN void name(const T *w, int m, const T *re, const T *im, T *z_re, T *z_im) {               \
        for (int k = 0; k <= m / 2; k++, w += 2) {                                                 \
            const T i0 = k ? im[k] : 0, i1 = k ? im[m - k] : 0;                                    \
            const T a = re[k] + re[m - k], b = i0 - i1, c = re[k] - re[m - k], d = i0 + i1;        \
            const T e = c * w[0] + d * w[1], g = d * w[0] - c * w[1];                              \
            z_re[k] = a - g;                                                                       \
            z_im[k] = b + e;                                                                       \
            if (k == 0) continue;                                                                  \
            z_re[m - k] = a + g;                                                                   \
            z_im[m - k] = e - b;                                                                   \
        }                                                                                          \
    }
KN_JOIN_REAL(kn_join_real, float)
KN_JOIN_REAL(kn_join_real_d, double)

#define KN_REAL_FORTH(forth, T, transform, real_turns, split_real)                                 \
    KN_TRANSFORM forth(const KnFourier *f, const T *x, T *re, T *im, T *work) {                    \
        const int m = f->points;                                                                   \
        if (m == f->n) {                                                                           \
            T *const all = work + m;                                                               \
            for (int k = 0; k < m; k++)                                                            \
                work[k] = 0;                                                                       \
            transform(f, x, work, all, all + m, all + 2 * m);                                      \
            for (int k = 0; k <= m / 2; k++) {                                                     \
                re[k] = all[k];                                                                    \
                im[k] = k ? all[m + k] : 0;                                                        \
            }                                                                                      \
            return;                                                                                \
        }                                                                                          \
        T *const even = f->passes % 2 ? work : re, *const odd = f->passes % 2 ? work + m : im;     \
        for (int k = 0; k < m; k++) {                                                              \
            even[k] = x[2 * k];                                                                    \
            odd[k] = x[2 * k + 1];                                                                 \
        }                                                                                          \
        transform(f, even, odd, re, im, work);                                                     \
        split_real(real_turns(f), m, re, im);                                                      \
    }
#define KN_REAL_BACK(back, T, transform, real_turns, join_real)                                    \
    KN_TRANSFORM back(const KnFourier *f, const T *re, const T *im, T *x, T *work) {               \
        const int m = f->points;                                                                   \
        if (m == f->n) {                                                                           \
            T *const all = work + m;                                                               \
            for (int k = 0; k < m; k++) {                                                          \
                const int bin = k <= m / 2 ? k : m - k;                                            \
                all[k] = re[bin];                                                                  \
                all[m + k] = bin == 0 ? 0 : bin == k ? im[bin] : -im[bin];                         \
            }                                                                                      \
            transform(f, all + m, all, work, x, all + 2 * m);                                      \
            return;                                                                                \
        }                                                                                          \
        T *const even = f->passes % 2 ? x : work;                                                  \
        join_real(real_turns(f), m, re, im, even, even + m);                                       \
        transform(f, even + m, even, work + m, work, x);                                           \
        for (int k = 0; k < m; k++) {                                                              \
            x[2 * k] = work[k];                                                                    \
            x[2 * k + 1] = work[m + k];                                                            \
        }                                                                                          \
    }
KN_REAL_FORTH(kn_rfft, float, kn_fourier_passes, kn_real_turns, kn_split_real)
KN_REAL_BACK(kn_irfft, float, kn_fourier_passes, kn_real_turns, kn_join_real)
KN_REAL_FORTH(kn_rfft_d, double, kn_fourier_passes_d, kn_real_turns_d, kn_split_real_d)
KN_REAL_BACK(kn_irfft_d, double, kn_fourier_passes_d, kn_real_turns_d, kn_join_real_d)
