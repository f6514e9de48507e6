/* Convolution with long responses, in partitions. In: samples, and spectra of the response. Out: what all but its first taps
 * give. No sample waits: the first KN_SHARE taps are summed as they stand (kernel convolve), and what later ones give is ready in
 * time, however the samples are cut into strips.
 *
 * A level is partitions of as many taps as it has points. Blocks of samples, as long as that, lie at multiples of it, counted
 * from frame 0. While a block is heard the one after it is made: first the spectrum of the last two blocks, and the sum
 * of the products of older spectra and the response; then that of the newest is added, and the sum is transformed back. All that
 * has a share in every KN_SHARE frames, on their grid: so it does not matter where strips are cut, and all shares cost about the
 * same. Where a block is one share long, all is done in it for itself.
 *
 * 2 n real samples are a polynomial mod x^2n + 1, of which the residue mod x^n - i says all: n complex numbers. Each pass
 * parts residues mod x^m - c into those mod x^(m/8) - d, d being the eighth roots of c, and in the end they are numbers: the
 * polynomial's values at n points. Nothing is sorted, since products ask for no order, and the passes back undo it.
 * Of the 2 n samples that a product has the last n are those of the convolution: the imaginary parts. */
#include "strip.h"

enum { KN_SHARE = 64, KN_HALF = 32, KN_EIGHTS = 8, KN_ROOTS = 112, KN_SPECTRA_BY = 5 };
/* Of the state of `spectra`, in points: the samples of three blocks, then the work of a transform, then spectra. */
enum { KN_WORK = 3, KN_SPECTRA = 5 };
/* Of that of `tails`: sums, the work of a transform, the samples of two blocks; where a block is one share, of which a strip may
 * have two, other sums for every other block. */
enum { KN_BACK = 2, KN_READY = 4, KN_OTHER_SUMS = 6 };

/* ---- eight points ---------------------------------------------------------------------------------- */

/* Sums over r of point r times e^(2 pi i u r / 8). With im and re the other way round: e^(-2 pi i u r / 8). */
#define KN_EIGHT_POINTS(name, T)                                                                   \
    KN_INSIDE void name(T *re, T *im) {                                                            \
        const T half = (T)0.70710678118654752440;                                                  \
        const T ar = re[0] + re[4], ai = im[0] + im[4], br = re[0] - re[4], bi = im[0] - im[4],    \
                cr = re[2] + re[6], ci = im[2] + im[6], dr = re[2] - re[6], di = im[2] - im[6];    \
        const T er = re[1] + re[5], ei = im[1] + im[5], fr = re[1] - re[5], fi = im[1] - im[5],    \
                gr = re[3] + re[7], gi = im[3] + im[7], hr = re[3] - re[7], hi = im[3] - im[7];    \
        const T even0r = ar + cr, even0i = ai + ci, even1r = br - di, even1i = bi + dr,            \
                even2r = ar - cr, even2i = ai - ci, even3r = br + di, even3i = bi - dr;            \
        const T pr = fr - hi, pi = fi + hr, qr = fr + hi, qi = fi - hr;                            \
        const T odd0r = er + gr, odd0i = ei + gi, odd1r = half * (pr - pi),                        \
                odd1i = half * (pr + pi), odd2r = gi - ei, odd2i = er - gr,                        \
                odd3r = -half * (qr + qi), odd3i = half * (qr - qi);                               \
        re[0] = even0r + odd0r, im[0] = even0i + odd0i;                                            \
        re[1] = even1r + odd1r, im[1] = even1i + odd1i;                                            \
        re[2] = even2r + odd2r, im[2] = even2i + odd2i;                                            \
        re[3] = even3r + odd3r, im[3] = even3i + odd3i;                                            \
        re[4] = even0r - odd0r, im[4] = even0i - odd0i;                                            \
        re[5] = even1r - odd1r, im[5] = even1i - odd1i;                                            \
        re[6] = even2r - odd2r, im[6] = even2i - odd2i;                                            \
        re[7] = even3r - odd3r, im[7] = even3i - odd3i;                                            \
    }

KN_EIGHT_POINTS(kn_eight_points_f, float)
KN_EIGHT_POINTS(kn_eight_points_d, double)

#define KN_EACH_EIGHTH(do, ...)                                                                    \
    do                                                                                             \
    (0, __VA_ARGS__) do(1, __VA_ARGS__) do(2, __VA_ARGS__) do(3, __VA_ARGS__) do(                  \
        4, __VA_ARGS__) do(5, __VA_ARGS__) do(6, __VA_ARGS__) do(7, __VA_ARGS__)
#define KN_TAKE(r, xr, xi)  re[r] = (xr)[(r)*apart + i], im[r] = (xi)[(r)*apart + i];
#define KN_GIVE(r, yr, yi)  (yr)[(r)*apart + i] = re[r], (yi)[(r)*apart + i] = im[r];
#define KN_GIVE_HALF(r, yi) (yi)[(r)*apart + i] = im[r];
/* The root of row r: its cosine and sine, 8 apart; row 0 has none. */
#define KN_COSINE(r) w[16 * (r)-16 + step * i]
#define KN_SINE(r)   w[16 * (r)-8 + step * i]
#define KN_TURN(r, T, madd)                                                                        \
    if (r > 0) {                                                                                   \
        const T was = re[r];                                                                       \
        re[r] = madd(-im[r], KN_SINE(r), was * KN_COSINE(r));                                      \
        im[r] = madd(im[r], KN_COSINE(r), was * KN_SINE(r));                                       \
    }
#define KN_TURN_BACK(r, T, madd)                                                                   \
    if (r > 0) {                                                                                   \
        const T was = re[r];                                                                       \
        re[r] = madd(im[r], KN_SINE(r), was * KN_COSINE(r));                                       \
        im[r] = madd(-was, KN_SINE(r), im[r] * KN_COSINE(r));                                      \
    }

/* Eight columns at once, of rows that are so far apart. The roots are the same in all columns (step 0), or one for each (1). */
#define KN_PART(name, T, madd, eight_points)                                                       \
    KN_INSIDE void name(T *yr, T *yi, const T *xr, const T *xi, int apart, const T *w, int step) { \
        KN_INDEPENDENT                                                                             \
        for (int i = 0; i < KN_EIGHTS; i++) {                                                      \
            T re[KN_EIGHTS], im[KN_EIGHTS];                                                        \
            KN_EACH_EIGHTH(KN_TAKE, xr, xi)                                                        \
            KN_EACH_EIGHTH(KN_TURN, T, madd)                                                       \
            eight_points(re, im);                                                                  \
            KN_EACH_EIGHTH(KN_GIVE, yr, yi)                                                        \
        }                                                                                          \
    }

KN_PART(kn_part_f, float, kn_maddf, kn_eight_points_f)
KN_PART(kn_part_d, double, kn_madd, kn_eight_points_d)

/* Undoes it. */
#define KN_JOIN(name, T, madd, eight_points)                                                       \
    KN_INSIDE void name(T *yr, T *yi, const T *xr, const T *xi, int apart, const T *w, int step) { \
        KN_INDEPENDENT                                                                             \
        for (int i = 0; i < KN_EIGHTS; i++) {                                                      \
            T re[KN_EIGHTS], im[KN_EIGHTS];                                                        \
            KN_EACH_EIGHTH(KN_TAKE, xr, xi)                                                        \
            eight_points(im, re);                                                                  \
            KN_EACH_EIGHTH(KN_TURN_BACK, T, madd)                                                  \
            KN_EACH_EIGHTH(KN_GIVE, yr, yi)                                                        \
        }                                                                                          \
    }

KN_JOIN(kn_join_f, float, kn_maddf, kn_eight_points_f)
KN_JOIN(kn_join_d, double, kn_madd, kn_eight_points_d)

/* The same where the imaginary parts alone are wanted. */
#define KN_JOIN_HALF(name, T, madd, eight_points)                                                  \
    KN_INSIDE void name(T *yi, const T *xr, const T *xi, int apart, const T *w, int step) {        \
        KN_INDEPENDENT                                                                             \
        for (int i = 0; i < KN_EIGHTS; i++) {                                                      \
            T re[KN_EIGHTS], im[KN_EIGHTS];                                                        \
            KN_EACH_EIGHTH(KN_TAKE, xr, xi)                                                        \
            eight_points(im, re);                                                                  \
            KN_EACH_EIGHTH(KN_TURN_BACK, T, madd)                                                  \
            KN_EACH_EIGHTH(KN_GIVE_HALF, yi)                                                       \
        }                                                                                          \
    }

KN_JOIN_HALF(kn_join_half_f, float, kn_maddf, kn_eight_points_f)
KN_JOIN_HALF(kn_join_half_d, double, kn_madd, kn_eight_points_d)

/* Eight rows of eight become columns. */
#define KN_TRANSPOSE(name, T)                                                                      \
    KN_INSIDE void name(T *y, const T *x) {                                                        \
        for (int i = 0; i < KN_EIGHTS; i++)                                                        \
            for (int j = 0; j < KN_EIGHTS; j++)                                                    \
                y[KN_EIGHTS * j + i] = x[KN_EIGHTS * i + j];                                       \
    }

#ifdef KN_FOURS
KN_INSIDE void kn_transpose_d(double *y, const double *x) {
    for (int i = 0; i < KN_EIGHTS; i += 4)
        for (int j = 0; j < KN_EIGHTS; j += 4) {
            KnFour t[4];
            for (int k = 0; k < 4; k++)
                t[k] = kn_four_at(x + KN_EIGHTS * (i + k) + j);
            kn_turn_over(t);
            for (int k = 0; k < 4; k++)
                kn_put_four(y + KN_EIGHTS * (j + k) + i, t[k]);
        }
}

typedef float KnEightFloats __attribute__((vector_size(32)));
typedef float KnEightFloatsAnywhere __attribute__((vector_size(32), aligned(4), may_alias));

/* Pairs of rows are mixed three times: those one, two and four apart. */
KN_INSIDE void kn_transpose_f(float *y, const float *x) {
    KnEightFloats a[KN_EIGHTS], b[KN_EIGHTS];
    for (int i = 0; i < KN_EIGHTS; i++)
        a[i] = *(const KnEightFloatsAnywhere *)(x + KN_EIGHTS * i);
    for (int i = 0; i < KN_EIGHTS; i += 2) {
        b[i] = __builtin_shufflevector(a[i], a[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        b[i + 1] = __builtin_shufflevector(a[i], a[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    for (int i = 0; i < KN_EIGHTS; i += i % 4 == 1 ? 3 : 1) {
        a[i] = __builtin_shufflevector(b[i], b[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
        a[i + 2] = __builtin_shufflevector(b[i], b[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
    for (int i = 0; i < 4; i++) {
        b[i] = __builtin_shufflevector(a[i], a[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        b[i + 4] = __builtin_shufflevector(a[i], a[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
    for (int i = 0; i < KN_EIGHTS; i++)
        *(KnEightFloatsAnywhere *)(y + KN_EIGHTS * i) = b[i];
}
#else
KN_TRANSPOSE(kn_transpose_f, float)
KN_TRANSPOSE(kn_transpose_d, double)
#endif

/* ---- shares ---------------------------------------------------------------------------------------- */

/* The roots of the residues that pass `depth` parts, for the group of eight that this one is in. There are 8^depth of them, and the
 * first pass has a group for one. */
#define KN_ROOTS_OF(name, T)                                                                       \
    KN_INSIDE const T *name(const T *roots, int depth, int residue) {                              \
        int groups = 1;                                                                            \
        for (int p = 1, more = 1; p < depth; p++, more *= KN_EIGHTS)                               \
            groups += more;                                                                        \
        return depth == 0 ? roots : roots + KN_ROOTS * (groups + residue / KN_EIGHTS);             \
    }

KN_ROOTS_OF(kn_roots_f, float)
KN_ROOTS_OF(kn_roots_d, double)

/* Where a part of a pass works: the first of its eight columns, how far apart its rows are, and its residue. */
typedef struct {
    int first, apart, residue;
} KnColumns;

KN_INSIDE KnColumns kn_columns_of(int passes, int pass, int which) {
    const int shift = 3 * (passes - pass - 2), apart = KN_EIGHTS << shift, residue = which >> shift;
    return (KnColumns){KN_EIGHTS * (residue * apart + (which & ((1 << shift) - 1))), apart,
                       residue};
}

/* One part of a pass over the two blocks before this one: the last pass leaves their spectrum. */
#define KN_SPECTRUM_PART(name, T, part, roots_of, transpose)                                       \
    KN_FN void name(T *own, const T *roots, int points, int passes, int room, int64_t now,         \
                    int pass, int which) {                                                         \
        T *work = own + KN_WORK * points;                                                          \
        if (pass < passes - 1) {                                                                   \
            const KnColumns c = kn_columns_of(passes, pass, which);                                \
            const T *xr = pass ? work : own + (now + 1) % KN_WORK * points,                        \
                    *xi = pass ? work + points : own + (now + 2) % KN_WORK * points,               \
                    *w = roots_of(roots, pass, c.residue) + c.residue % KN_EIGHTS;                 \
            part(work + c.first, work + points + c.first, xr + c.first, xi + c.first, c.apart, w,  \
                 0);                                                                               \
            return;                                                                                \
        }                                                                                          \
        T re[KN_SHARE], im[KN_SHARE];                                                              \
        T *to = own + KN_SPECTRA * points +                                                        \
                2 * KN_SHARE * (which * room + (int)((now - 1 + room) % room));                    \
        transpose(re, work + KN_SHARE * which);                                                    \
        transpose(im, work + points + KN_SHARE * which);                                           \
        part(to, to + KN_SHARE, re, im, KN_EIGHTS, roots_of(roots, pass, KN_EIGHTS * which), 1);   \
    }

KN_SPECTRUM_PART(kn_spectrum_part_f, float, kn_part_f, kn_roots_f, kn_transpose_f)
KN_SPECTRUM_PART(kn_spectrum_part_d, double, kn_part_d, kn_roots_d, kn_transpose_d)

KN_INSIDE int kn_sums_at(int points, int64_t block) {
    return points > KN_SHARE || !(block & 1) ? 0 : KN_OTHER_SUMS * points;
}

/* One part of a pass back, for the samples of a block. */
#define KN_TAIL_PART(name, T, join, join_half, roots_of, transpose)                                \
    KN_FN void name(T *own, const T *roots, int points, int passes, int block, int stage,          \
                    int which) {                                                                   \
        T *work = own + KN_BACK * points;                                                          \
        const int pass = passes - 1 - stage;                                                       \
        if (stage == 0) {                                                                          \
            T re[KN_SHARE], im[KN_SHARE];                                                          \
            const T *from = own + kn_sums_at(points, block) + 2 * KN_SHARE * which;                \
            join(re, im, from, from + KN_SHARE, KN_EIGHTS,                                         \
                 roots_of(roots, pass, KN_EIGHTS * which), 1);                                     \
            transpose(work + KN_SHARE * which, re);                                                \
            transpose(work + points + KN_SHARE * which, im);                                       \
            return;                                                                                \
        }                                                                                          \
        const KnColumns c = kn_columns_of(passes, pass, which);                                    \
        T *re = work + c.first, *im = work + points + c.first;                                     \
        const T *w = roots_of(roots, pass, c.residue) + c.residue % KN_EIGHTS;                     \
        if (pass > 0)                                                                              \
            join(re, im, re, im, c.apart, w, 0);                                                   \
        else                                                                                       \
            join_half(own + (KN_READY + block) * points + c.first, re, im, c.apart, w, 0);         \
    }

KN_TAIL_PART(kn_tail_part_f, float, kn_join_f, kn_join_half_f, kn_roots_f, kn_transpose_f)
KN_TAIL_PART(kn_tail_part_d, double, kn_join_d, kn_join_half_d, kn_roots_d, kn_transpose_d)

/* The share that a frame is in, and its block, of whose shares those before `turn` have parts of the way to sums of products, and the
 * others of the way back. `eighths`: of the shares before it. A block of one share has all. */
typedef struct {
    int64_t block;
    int at, of, turn;
} KnShareOf;

KN_INSIDE KnShareOf kn_share_of(int64_t frame, int passes, int eighths) {
    const int shift = 3 * passes - 6, of = 1 << shift;
    const int64_t share = frame / KN_SHARE;
    return (KnShareOf){share >> shift, (int)(share & (of - 1)), of, shift ? eighths * of / 8 : 0};
}

/* The first of n parts that the share has on the way there, or back; of the one behind it, with `next` 1. */
KN_INSIDE int kn_forth(KnShareOf s, int n, int next) {
    return s.of == 1 ? n * next : s.at < s.turn ? (s.at + next) * n / s.turn : n;
}

KN_INSIDE int kn_back(KnShareOf s, int n, int next) {
    return s.at < s.turn ? 0 : (s.at - s.turn + next) * n / (s.of - s.turn);
}

/* The same of the products of the newest spectrum. They come between the others and the way back, or, where there is no time between, right
 * before what needs them. */
KN_INSIDE int kn_newest(KnShareOf s, int passes, int next) {
    const int ready = KN_SPECTRA_BY * s.of / 8;
    if (s.turn > ready)
        return s.at < ready    ? 0
               : s.at < s.turn ? (s.at - ready + next) * s.of / (s.turn - ready)
                               : s.of;
    const int part = kn_back(s, passes * s.of, next);
    return part < s.of ? part : s.of;
}

/* The shares before which all others are added: a strip may have two shares, and adds those of one response in both, then those of
 * the next. So that all terms of a sum are added in one order there is a share between. */
KN_INSIDE KnShareOf kn_before_newest(KnShareOf s) {
    s.turn -= s.turn > KN_SPECTRA_BY * s.of / 8 ? 2 : 1;
    return s;
}

/* How many frames from this one on, of `most`, lie in one share: one begins where the number of the frame is a multiple of it. */
KN_INSIDE int kn_to_share(int64_t frame, int most) {
    const int left = KN_SHARE - (int)(frame & (KN_SHARE - 1));
    return left < most ? left : most;
}

/* ---- spectra --------------------------------------------------------------------------------------- */

#define KN_MOST_F 3.40282346638528859812e38
#define KN_MOST_D 1.79769313486231570815e308

/* What is no number here becomes 0: kernel `spoil` lets it through. */
#define KN_SPECTRA_OF(name, T, most, spectrum_part)                                                \
    KN_KERNEL(name)                                                                                \
    (T * own, const double *x, const T *roots, int points, int passes, int room, int64_t n0,       \
     int n) {                                                                                      \
        for (int at = 0, run; at < n; at += run) {                                                 \
            const int64_t frame = n0 + at;                                                         \
            const KnShareOf s = kn_share_of(frame, passes, KN_SPECTRA_BY);                         \
            const int end = frame % KN_SHARE ? 0 : kn_forth(s, passes * s.of, 1);                  \
            for (int part = kn_forth(s, passes * s.of, 0); part < end; part++)                     \
                spectrum_part(own, roots, points, passes, room, s.block, part / s.of,              \
                              part & (s.of - 1));                                                  \
            run = kn_to_share(frame, n - at);                                                      \
            T *to = own + frame % (KN_WORK * points);                                              \
            for (int i = 0; i < run; i++)                                                          \
                to[i] = x[at + i] >= -most && x[at + i] <= most ? (T)x[at + i] : (T)0;             \
        }                                                                                          \
    }

KN_SPECTRA_OF(spectra_f, float, KN_MOST_F, kn_spectrum_part_f)
KN_SPECTRA_OF(spectra_d, double, KN_MOST_D, kn_spectrum_part_d)

/* ---- products -------------------------------------------------------------------------------------- */

#ifdef KN_FOURS
KN_INSIDE KnEightFloats kn_eights_madd(KnEightFloats a, KnEightFloats x, KnEightFloats b) {
#ifdef __FMA__
    return __builtin_ia32_vfmaddps256(a, x, b);
#else
    return a * x + b;
#endif
}
#endif

/* Adds to KN_HALF sums the products of as many points of `count` spectra, each older than the one before it, and of the response. */
#ifdef KN_FOURS
#define KN_ADD_PRODUCTS(name, T, V, Anywhere, lanes, madd)                                         \
    KN_FN void name(T *sums, const T *x, const T *h, int count) {                                  \
        for (int i = 0; i < KN_HALF; i += 4 * lanes) {                                             \
            V re[4], im[4];                                                                        \
            for (int j = 0; j < 4; j++) {                                                          \
                re[j] = *(const Anywhere *)(sums + i + j * lanes);                                 \
                im[j] = *(const Anywhere *)(sums + KN_SHARE + i + j * lanes);                      \
            }                                                                                      \
            const T *xr = x + i, *hr = h + i;                                                      \
            for (int k = 0; k < count; k++, xr -= 2 * KN_SHARE, hr += 2 * KN_SHARE)                \
                for (int j = 0; j < 4; j++) {                                                      \
                    const V ar = *(const Anywhere *)(xr + j * lanes),                              \
                            ai = *(const Anywhere *)(xr + KN_SHARE + j * lanes),                   \
                            br = *(const Anywhere *)(hr + j * lanes),                              \
                            bi = *(const Anywhere *)(hr + KN_SHARE + j * lanes);                   \
                    re[j] = madd(-ai, bi, madd(ar, br, re[j]));                                    \
                    im[j] = madd(ai, br, madd(ar, bi, im[j]));                                     \
                }                                                                                  \
            for (int j = 0; j < 4; j++) {                                                          \
                *(Anywhere *)(sums + i + j * lanes) = re[j];                                       \
                *(Anywhere *)(sums + KN_SHARE + i + j * lanes) = im[j];                            \
            }                                                                                      \
        }                                                                                          \
    }

KN_ADD_PRODUCTS(kn_add_products_f, float, KnEightFloats, KnEightFloatsAnywhere, 8, kn_eights_madd)
KN_ADD_PRODUCTS(kn_add_products_d, double, KnFour, KnFourAnywhere, 4, kn_fours_madd)
#else
#define KN_ADD_PRODUCTS(name, T, madd)                                                             \
    KN_FN void name(T *sums, const T *x, const T *h, int count) {                                  \
        T *re = sums, *im = sums + KN_SHARE;                                                       \
        for (int k = 0; k < count; k++, x -= 2 * KN_SHARE, h += 2 * KN_SHARE) {                    \
            KN_INDEPENDENT                                                                         \
            for (int i = 0; i < KN_HALF; i++) {                                                    \
                const T ar = x[i], ai = x[KN_SHARE + i], br = h[i], bi = h[KN_SHARE + i];          \
                re[i] = madd(-ai, bi, madd(ar, br, re[i]));                                        \
                im[i] = madd(ai, br, madd(ar, bi, im[i]));                                         \
            }                                                                                      \
        }                                                                                          \
    }

KN_ADD_PRODUCTS(kn_add_products_f, float, kn_maddf)
KN_ADD_PRODUCTS(kn_add_products_d, double, kn_madd)
#endif

/* The newest spectrum is that of the share at hand, or is made meanwhile. */
#define KN_PRODUCTS(name, T, add_products)                                                         \
    KN_KERNEL(name)                                                                                \
    (T * own, const T *spectra, const T *response, int points, int passes, int eighths, int room,  \
     int count, int adds, int64_t n0, int n) {                                                     \
        for (int at = (int)(-n0 & (KN_SHARE - 1)); at < n; at += KN_SHARE) {                       \
            const KnShareOf s = kn_share_of(n0 + at, passes, eighths);                             \
            const KnShareOf before = kn_before_newest(s);                                          \
            const int newest = (int)((s.block - 1 + room) % room),                                 \
                      before_end = count - 1 < newest ? count - 1 : newest;                        \
            const T *x = spectra + KN_SPECTRA * points, *h = response;                             \
            T *all = own + kn_sums_at(points, s.block);                                            \
            for (int i = kn_forth(before, 2 * s.of, 0); i < kn_forth(before, 2 * s.of, 1); i++) {  \
                const int share = i / 2, half = i % 2 * KN_HALF;                                   \
                T *sums = all + 2 * KN_SHARE * share + half;                                       \
                const T *from = x + 2 * KN_SHARE * share * room + half,                            \
                        *by = h + 2 * KN_SHARE * share * count + half;                             \
                if (!adds) {                                                                       \
                    memset(sums, 0, sizeof(T) * KN_HALF);                                          \
                    memset(sums + KN_SHARE, 0, sizeof(T) * KN_HALF);                               \
                }                                                                                  \
                add_products(sums, from + 2 * KN_SHARE * (newest - 1), by + 2 * KN_SHARE,          \
                             before_end);                                                          \
                add_products(sums, from + 2 * KN_SHARE * (room - 1),                               \
                             by + 2 * KN_SHARE * (before_end + 1), count - 1 - before_end);        \
            }                                                                                      \
            for (int i = kn_newest(s, passes, 0); i < kn_newest(s, passes, 1); i++)                \
                for (int half = 0; half < KN_SHARE; half += KN_HALF)                               \
                    add_products(all + 2 * KN_SHARE * i + half,                                    \
                                 x + 2 * KN_SHARE * (i * room + newest) + half,                    \
                                 h + 2 * KN_SHARE * i * count + half, 1);                          \
        }                                                                                          \
    }

KN_PRODUCTS(products_f, float, kn_add_products_f)
KN_PRODUCTS(products_d, double, kn_add_products_d)

/* ---- tails ----------------------------------------------------------------------------------------- */

#define KN_TAILS(name, T, tail_part)                                                               \
    KN_KERNEL(name)                                                                                \
    (double *y, const double *x, T *own, const T *roots, int points, int passes, int eighths,      \
     int64_t n0, int n) {                                                                          \
        for (int at = 0, run; at < n; at += run) {                                                 \
            const int64_t frame = n0 + at;                                                         \
            const KnShareOf s = kn_share_of(frame, passes, eighths);                               \
            const int end = frame % KN_SHARE ? 0 : kn_back(s, passes * s.of, 1);                   \
            for (int part = kn_back(s, passes * s.of, 0); part < end; part++)                      \
                tail_part(own, roots, points, passes, (int)((s.block + (s.of > 1)) & 1),           \
                          part / s.of, part & (s.of - 1));                                         \
            run = kn_to_share(frame, n - at);                                                      \
            const T *tail = own + (KN_READY + (s.block & 1)) * points + (frame & (points - 1));    \
            for (int i = 0; i < run; i++)                                                          \
                y[at + i] = x[at + i] + (double)tail[i];                                           \
        }                                                                                          \
    }

KN_TAILS(tails_f, float, kn_tail_part_f)
KN_TAILS(tails_d, double, kn_tail_part_d)

/* What is no number is heard as in a sum of all taps: for as many samples as there are taps, *until being when that ends. */
KN_KERNEL(spoil)
(double *y, const double *x, const double *heard, int64_t *until, double most, int count,
 int64_t n0, int n) {
    int good = 1;
    for (int i = 0; i < n; i++)
        good &= (heard[i] >= -most) & (heard[i] <= most);
    for (int i = 0; i < n; i++)
        y[i] = x[i];
    if (good && n0 >= *until) return;
    for (int i = 0; i < n; i++) {
        if (!(heard[i] >= -most && heard[i] <= most)) *until = n0 + i + count;
        if (n0 + i < *until) y[i] = KN_NAN;
    }
}
