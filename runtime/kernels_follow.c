/* Kernels: envelope followers. In: a strip, factors, and the value before the first sample; where factors are constant, what
 * is kept of the last samples. Out: a strip. */
#include "strip.h"

/* What a follower waits for from sample to sample is one product with a sum, and a choice: where it would go when it rises,
 * a z + (x - a x), and when it falls, are computed side by side. The two lines meet where z is x, so the steeper one below
 * is the greater or the lesser of both: the choice needs no branch, which would often be foretold wrong. (With factors below 0
 * an infinity could hide what is no number.) */
KN_INSIDE double kn_towards(double a, double z, double x) {
    return kn_madd(a, z, kn_madd(-a, x, x));
}

/* Sample after sample. */
KN_FN void kn_follow_each(double *y, const double *x, double a, double r, double *z, int n) {
    double state = *z;
    if (0.0 <= a && a <= r)
        for (int i = 0; i < n; i++)
            y[i] = state = kn_max(kn_towards(a, state, x[i]), kn_towards(r, state, x[i]));
    else if (0.0 <= r && r < a)
        for (int i = 0; i < n; i++)
            y[i] = state = kn_min(kn_towards(a, state, x[i]), kn_towards(r, state, x[i]));
    else
        for (int i = 0; i < n; i++)
            y[i] = state = kn_towards(state < x[i] ? a : r, state, x[i]);
    *z = state;
}

KN_KERNEL(follow_v)
(double *y, const double *x, const double *a, const double *r, double *z, int n) {
    double state = *z;
    for (int i = 0; i < n; i++) {
        const double rise = kn_towards(a[i], state, x[i]), fall = kn_towards(r[i], state, x[i]);
        y[i] = state = state < x[i] ? rise : fall;
    }
    *z = state;
}

/* ---- by look-ahead ------------------------------------------------------------------------------------ */

/* With 0 <= a <= r
 *
 *     z = max(a z' + (x - a x), r z' + (x - r x)):
 *
 * the greater of two straight lines of its last value. A line of a line is one, and rising lines keep the order of what they
 * are put on, so that of two samples ago z is the greatest of three lines, of slopes a a, a r and r r, and of four samples
 * ago of five. Their offsets wait for nothing. Every sample is made of the four before it by the same operations: bits do
 * not hang on where a strip is cut. With r < a the lesser counts: that is the same with all signs turned.
 *
 * Kept are the last 4 of z and the last 3 of x, the latest first, and the factors. Where other code has changed these or z,
 * an x and z that have been z for ever lead to the same. */
enum { KN_FOLLOW_Z = 4, KN_FOLLOW_X = 3, KN_FOLLOW_FACTORS = KN_FOLLOW_Z + KN_FOLLOW_X };

#ifdef KN_FOURS
KN_INSIDE KnFour kn_greater(KnFour x, KnFour y) {
    return __builtin_ia32_maxpd256(x, y);
}

KN_FN void kn_follow_begin(double *kept, double a, double r, double z) {
    if (kept[KN_FOLLOW_FACTORS] == a && kept[KN_FOLLOW_FACTORS + 1] == r &&
        kn_bits(kept[0]) == kn_bits(z))
        return;
    for (int k = 0; k < KN_FOLLOW_FACTORS; k++)
        kept[k] = z;
    kept[KN_FOLLOW_FACTORS] = a;
    kept[KN_FOLLOW_FACTORS + 1] = r;
}

/* The last values of a strip and, where it was shorter, of those kept. */
KN_FN void kn_follow_keep(double *kept, const double *strip, int count, int n) {
    double past[KN_FOLLOW_Z];
    for (int k = 0; k < count; k++)
        past[k] = k < n ? strip[n - 1 - k] : kept[k - n];
    memcpy(kept, past, sizeof *past * (size_t)count);
}

/* Offsets of the lines of two samples ago, by falling slope of the steepest last: a a, a r, r r. */
typedef struct {
    KnFour flat, middle, steep;
} KnFollow;

/* Of four samples, x and what was one sample before each. */
KN_INSIDE KnFollow kn_follow_lines(double a, double r, KnFour x, KnFour before) {
    const KnFour xa = kn_four_madd(-a, x, x), xr = kn_four_madd(-r, x, x);
    const KnFour ba = kn_four_madd(-a, before, before), br = kn_four_madd(-r, before, before);
    KnFollow f;
    f.flat = kn_four_madd(a, ba, xa);
    f.middle = kn_greater(kn_four_madd(a, br, xa), kn_four_madd(r, ba, xr));
    f.steep = kn_four_madd(r, br, xr);
    return f;
}

KN_INSIDE void kn_follow_run(double *y, const double *x, double a, double r, double sign,
                             double *kept, int n) {
    const double aa = a * a, ar = a * r, rr = r * r;
    const double *const p = kept + KN_FOLLOW_Z;
    KnFour z = sign * (KnFour){kept[3], kept[2], kept[1], kept[0]};
    KnFour x_before = sign * (KnFour){0.0, p[2], p[1], p[0]};
    KnFollow before = kn_follow_lines(a, r, x_before, kn_one_ago(x_before, x_before));
    kn_follow_keep(kept + KN_FOLLOW_Z, x, KN_FOLLOW_X, n); /* y may be x */
    for (int i = 0; i < n; i += 4) {
        const KnFour now = sign * kn_four_at(x + i);
        const KnFollow f = kn_follow_lines(a, r, now, kn_one_ago(x_before, now));
        const KnFour flat = kn_two_ago(before.flat, f.flat);
        const KnFour middle = kn_two_ago(before.middle, f.middle);
        const KnFour steep = kn_two_ago(before.steep, f.steep);
        const KnFour d0 = kn_four_madd(aa, flat, f.flat);
        const KnFour d1 =
            kn_greater(kn_four_madd(aa, middle, f.flat), kn_four_madd(ar, flat, f.middle));
        const KnFour d2 =
            kn_greater(kn_greater(kn_four_madd(aa, steep, f.flat), kn_four_madd(rr, flat, f.steep)),
                       kn_four_madd(ar, middle, f.middle));
        const KnFour d3 =
            kn_greater(kn_four_madd(ar, steep, f.middle), kn_four_madd(rr, middle, f.steep));
        const KnFour d4 = kn_four_madd(rr, steep, f.steep);
        const KnFour low = kn_greater(kn_four_madd(aa * aa, z, d0), kn_four_madd(aa * ar, z, d1));
        const KnFour high = kn_greater(kn_four_madd(aa * rr, z, d2), kn_four_madd(ar * rr, z, d3));
        z = kn_greater(kn_greater(low, high), kn_four_madd(rr * rr, z, d4));
        kn_put_four(y + i, sign * z);
        x_before = now;
        before = f;
    }
    kn_follow_keep(kept, y, KN_FOLLOW_Z, n);
}
#endif

KN_KERNEL(follow_k)
(double *y, const double *x, double a, double r, double *z, double *kept, int n) {
    if (n <= 0) return;
#ifdef KN_FOURS
    if (0.0 <= a && 0.0 <= r && a <= 1.0 && r <= 1.0) {
        kn_follow_begin(kept, a, r, *z);
        if (a <= r)
            kn_follow_run(y, x, a, r, 1.0, kept, n);
        else
            kn_follow_run(y, x, a, r, -1.0, kept, n);
        *z = kept[0];
        return;
    }
#else
    (void)kept;
#endif
    kn_follow_each(y, x, a, r, z, n);
}
