/* Discrete Fourier transforms. In: a plan, and numbers or a split spectrum. Out: the spectrum, or the numbers. fourier.h says
 * what each function does.
 *
 * A transform is passes over all points, between two places (Stockham's order: what comes out needs no turning round). A pass of
 * a radix takes points that lie `columns` times `rows` apart, transforms them, and turns each by what its row and place say; the
 * last one has one row and turns nothing. Lanes of vectors are columns, and in the first pass, which has one column, rows, which
 * become columns on the way. generate/fourier_passes.c writes all that. An inverse transform is a forward one in which real
 * and imaginary parts change places.
 *
 * Here all is float; the same in double is made of this text (generate/fourier_double.sed). */
#include "fourier.h"
#include "fourier_lanes.h"
#include "fourier_passes.h"

#ifdef KN_SET
#define CASE_COLUMNS(radix, suffix)                                                                \
    case radix:                                                                                    \
        if (rows > 1)                                                                              \
            kn_columns##radix##_##suffix(columns, rows, turns, re, im, to_re, to_im);              \
        else                                                                                       \
            kn_last##radix##_##suffix(columns, re, im, to_re, to_im);                              \
        break;
#define CASE_FIRST(radix, suffix)                                                                  \
    case radix:                                                                                    \
        if (im)                                                                                    \
            kn_first##radix##_##suffix(rows, turns, re, im, to_re, to_im);                         \
        else                                                                                       \
            kn_pairs##radix##_##suffix(rows, turns, re, to_re, to_im);                             \
        break;

static void pass(int radix, int columns, int rows, const float *turns, const float *re,
                 const float *im, float *to_re, float *to_im) {
    switch (radix) { FOURIER_RADICES(CASE_COLUMNS, f) }
}

static void pass_of_one(int radix, int columns, int rows, const float *turns, const float *re,
                        const float *im, float *to_re, float *to_im) {
    if (radix == 1) kn_last1_one_f(columns, re, im, to_re, to_im);
    switch (radix) { FOURIER_RADICES(CASE_COLUMNS, one_f) }
}

static void first_pass(int radix, int rows, const float *turns, const float *re, const float *im,
                       float *to_re, float *to_im) {
    switch (radix) { FOURIER_FIRST_RADICES(CASE_FIRST, f) }
}

/* All passes. im is NULL where re are pairs of both. */
static void run(const KnFourier *f, const float *re, const float *im, float *to_re, float *to_im,
                float *work) {
    const float *turns = f->turns;
    int columns = 1, rows = f->points;
    for (int p = 0; p < f->passes; p++) {
        const int radix = f->radix[p];
        float *const next_re = (f->passes - p) % 2 ? to_re : work;
        float *const next_im = (f->passes - p) % 2 ? to_im : work + f->points;
        rows /= radix;
        if (!f->in_lanes)
            pass_of_one(radix, columns, rows, turns, re, im, next_re, next_im);
        else if (p == 0)
            first_pass(radix, rows, turns, re, im, next_re, next_im);
        else
            pass(radix, columns, rows, turns, re, im, next_re, next_im);
        if (rows > 1) turns += 2 * rows * (radix - 1);
        columns *= radix;
        re = next_re;
        im = next_im;
    }
}
#define KN_RUN run
#else
/* Emitted C has a function for each plan, which calls what it needs of the passes. */
#define KN_RUN(f, re, im, to_re, to_im, work) (f)->run(f, re, im, to_re, to_im, work)
#endif

KN_TRANSFORM kn_fft(const KnFourier *f, const float *re, const float *im, float *to_re,
                    float *to_im, float *work) {
    KN_RUN(f, re, im, to_re, to_im, work);
}

KN_TRANSFORM kn_ifft(const KnFourier *f, const float *re, const float *im, float *to_re,
                     float *to_im, float *work) {
    KN_RUN(f, im, re, to_im, to_re, work);
}

/* Numbers of an even count are half as many complex ones, even places real and odd places imaginary. With Z their transform and
 * w = e^(-2 pi i k / n), that of the even places is E = (Z[k] + Z[m-k]*) / 2, that of the odd ones O = -i (Z[k] - Z[m-k]*) / 2, and
 * X[k] = E + w O, X[m-k] = (E - w O)*. Here Z lies in re, im; the table has w / 2. A block from below and one from above are
 * read before they are written, so in the middle they may overlap. */
KN_FN void kn_split_real(const float *w_re, const float *w_im, int m, float *re, float *im) {
    int k = 0;
    re[m] = re[0];
    im[m] = im[0];
    for (; KN_FLOATS > 1 && m - 2 * k + 1 >= KN_FLOATS; k += KN_FLOATS) {
        const int above = m - k - KN_FLOATS + 1;
        const KnFloats half = kn_floats_of(0.5f), p = kn_floats_at(re + k),
                       q = kn_floats_at(im + k);
        const KnFloats r = kn_floats_backwards(kn_floats_at(re + above)),
                       s = kn_floats_backwards(kn_floats_at(im + above));
        const KnFloats wr = kn_floats_at(w_re + k), wi = kn_floats_at(w_im + k);
        const KnFloats a = p + r, b = q - s, c = q + s, d = r - p;
        const KnFloats e = kn_floats_msub(c, wr, d * wi), g = kn_floats_madd(c, wi, d * wr);
        kn_floats_put(re + k, kn_floats_madd(half, a, e));
        kn_floats_put(im + k, kn_floats_madd(half, b, g));
        kn_floats_put(re + above, kn_floats_backwards(kn_floats_msub(half, a, e)));
        kn_floats_put(im + above, kn_floats_backwards(kn_floats_nmadd(half, b, g)));
    }
    for (; k <= m / 2; k++) {
        const float a = re[k] + re[m - k], b = im[k] - im[m - k], c = im[k] + im[m - k],
                    d = re[m - k] - re[k];
        const float e = kn_float_msub(c, w_re[k], d * w_im[k]),
                    g = kn_float_madd(c, w_im[k], d * w_re[k]);
        re[k] = kn_float_madd(0.5f, a, e);
        im[k] = kn_float_madd(0.5f, b, g);
        re[m - k] = kn_float_msub(0.5f, a, e);
        im[m - k] = kn_float_nmadd(0.5f, b, g);
    }
}

/* Back: 2 Z to z_re, z_im. With w / 2 it is E + i O = (X[k] + X[m-k]*) + i w* (X[k] - X[m-k]*). */
KN_FN void kn_join_real(const float *w_re, const float *w_im, int m, const float *re,
                        const float *im, float *z_re, float *z_im) {
    const int last = m / 2 - KN_FLOATS + 1;
    int k = 1;
    z_re[0] = re[0] + re[m];
    z_im[0] = re[0] - re[m];
    for (; KN_FLOATS > 1 && last >= 1 && k <= m / 2; k += KN_FLOATS) {
        k = k > last ? last : k;
        const int above = m - k - KN_FLOATS + 1;
        const KnFloats p = kn_floats_at(re + k), q = kn_floats_at(im + k);
        const KnFloats r = kn_floats_backwards(kn_floats_at(re + above)),
                       s = kn_floats_backwards(kn_floats_at(im + above));
        const KnFloats two = kn_floats_of(2), wr = two * kn_floats_at(w_re + k),
                       wi = two * kn_floats_at(w_im + k);
        const KnFloats a = p + r, b = q - s, c = p - r, d = q + s;
        const KnFloats e = kn_floats_madd(c, wr, d * wi), g = kn_floats_msub(d, wr, c * wi);
        kn_floats_put(z_re + k, a - g);
        kn_floats_put(z_im + k, b + e);
        kn_floats_put(z_re + above, kn_floats_backwards(a + g));
        kn_floats_put(z_im + above, kn_floats_backwards(e - b));
    }
    for (; k <= m / 2; k++) {
        const float wr = 2 * w_re[k], wi = 2 * w_im[k];
        const float a = re[k] + re[m - k], b = im[k] - im[m - k], c = re[k] - re[m - k],
                    d = im[k] + im[m - k];
        const float e = kn_float_madd(c, wr, d * wi), g = kn_float_msub(d, wr, c * wi);
        z_re[k] = a - g;
        z_im[k] = b + e;
        z_re[m - k] = a + g;
        z_im[m - k] = e - b;
    }
}

/* re[0], im[0], re[1], im[1], … */
KN_FN void kn_make_pairs(int m, const float *re, const float *im, float *x) {
    for (int k = 0; m >= KN_FLOATS && k < m; k += KN_FLOATS) {
        k = k > m - KN_FLOATS ? m - KN_FLOATS : k;
        kn_floats_put_pairs(x + 2 * k, kn_floats_at(re + k), kn_floats_at(im + k));
    }
    for (int k = 0; m < KN_FLOATS && k < m; k++) {
        x[2 * k] = re[k];
        x[2 * k + 1] = im[k];
    }
}

/* The other way. */
KN_FN void kn_part_pairs(int m, const float *x, float *re, float *im) {
    for (int k = 0; k < m; k++) {
        re[k] = x[2 * k];
        im[k] = x[2 * k + 1];
    }
}

/* An odd count of numbers: a complex transform. */
KN_FN void kn_odd_forth(const KnFourier *f, const float *x, float *re, float *im, float *work) {
    const int n = f->n;
    float *const all = work + n;
    for (int k = 0; k < n; k++)
        work[k] = 0;
    KN_RUN(f, x, work, all, all + n, all + 2 * n);
    for (int k = 0; k <= n / 2; k++) {
        re[k] = all[k];
        im[k] = k ? all[n + k] : 0;
    }
}

KN_FN void kn_odd_back(const KnFourier *f, const float *re, const float *im, float *x,
                       float *work) {
    const int n = f->n;
    float *const all = work + n;
    for (int k = 0; k <= n / 2; k++) {
        all[k] = re[k];
        all[n + k] = k ? im[k] : 0;
    }
    for (int k = 1; k <= n / 2; k++) {
        all[n - k] = re[k];
        all[2 * n - k] = -im[k];
    }
    KN_RUN(f, all + n, all, work, x, all + 2 * n);
}

/* A place for what goes into the passes is one that the first of them does not write. */
KN_TRANSFORM kn_rfft(const KnFourier *f, const float *x, float *re, float *im, float *work) {
    const int m = f->points;
    if (m == f->n) {
        kn_odd_forth(f, x, re, im, work);
        return;
    }
    if (f->in_lanes) {
        KN_RUN(f, x, NULL, re, im, work);
    } else {
        float *const even = f->passes % 2 ? work : re, *const odd = f->passes % 2 ? work + m : im;
        kn_part_pairs(m, x, even, odd);
        KN_RUN(f, even, odd, re, im, work);
    }
    kn_split_real(f->turns + f->split, f->turns + f->split + m / 2 + KN_SPLIT_ROOM, m, re, im);
}

KN_TRANSFORM kn_irfft(const KnFourier *f, const float *re, const float *im, float *x, float *work) {
    const int m = f->points;
    if (m == f->n) {
        kn_odd_back(f, re, im, x, work);
        return;
    }
    float *const z = f->passes % 2 ? x : work;
    kn_join_real(f->turns + f->split, f->turns + f->split + m / 2 + KN_SPLIT_ROOM, m, re, im, z,
                 z + m);
    KN_RUN(f, z + m, z, work + m, work, x);
    kn_make_pairs(m, work, work + m, x);
}

#ifdef KN_SET
#include "fourier_double.h"
#endif
