/* Kernels: z = e + A z for two states and an A that varies, in half the time that sample after sample takes. In: strips of
 * e and A, the states before the first sample, and what is kept of the last. Out: strips of the states before and after. */
#include "strip.h"

/* With M = A A' and f = A e' + e, where A' and e' are those of one sample ago,
 *
 *     z = M z two samples ago + f:
 *
 * even and odd samples are two recurrences beside each other, and M and f wait for nothing. Every sample is made of the two
 * before it by the same operations, so that no grid is needed for bits to be the same however a strip is cut, and an input
 * that is no number reaches none before it.
 *
 * Kept are z, z of one sample ago, A by rows and e. Where other code has changed z, it is taken for an e with nothing
 * before it, which leads to the same. */
enum { KN_AHEAD_BEFORE = 2, KN_AHEAD_A = 4, KN_AHEAD_E = 8 };

#ifdef KN_FOURS
KN_FN void kn_ahead_begin(double *kept, double z1, double z2) {
    if (kn_bits(kept[0]) == kn_bits(z1) && kn_bits(kept[1]) == kn_bits(z2)) return;
    for (int k = KN_AHEAD_BEFORE; k < KN_AHEAD_E; k++)
        kept[k] = 0.0;
    kept[KN_AHEAD_E] = z1;
    kept[KN_AHEAD_E + 1] = z2;
}

/* Of four samples: the elements of M by rows, then f. */
typedef struct {
    KN_ALIGNED double of[6][4];
} KnAhead;

/* a and e of four samples, p and q of those one sample before each. */
KN_INSIDE void kn_ahead_products(KnAhead *to, const KnFour *a, const KnFour *e, const KnFour *p,
                                 const KnFour *q) {
    kn_put_four(to->of[0], kn_fours_madd(a[0], p[0], a[1] * p[2]));
    kn_put_four(to->of[1], kn_fours_madd(a[0], p[1], a[1] * p[3]));
    kn_put_four(to->of[2], kn_fours_madd(a[3], p[2], a[2] * p[0]));
    kn_put_four(to->of[3], kn_fours_madd(a[3], p[3], a[2] * p[1]));
    kn_put_four(to->of[4], kn_fours_madd(a[0], q[0], kn_fours_madd(a[1], q[1], e[0])));
    kn_put_four(to->of[5], kn_fours_madd(a[3], q[1], kn_fours_madd(a[2], q[0], e[1])));
}

/* Sample j of four, x being z of two samples ago, which becomes that of now. */
#define KN_AHEAD_STEP(j, x1, x2)                                                                   \
    {                                                                                              \
        const double sum1 = kn_madd(now->of[1][j], x2, now->of[4][j]);                             \
        const double sum2 = kn_madd(now->of[2][j], x1, now->of[5][j]);                             \
        x1 = kn_madd(now->of[0][j], x1, sum1);                                                     \
        x2 = kn_madd(now->of[3][j], x2, sum2);                                                     \
    }

/* A and e of four samples, and of the samples before each. */
#define KN_AHEAD_LOAD(a, e, at)                                                                    \
    a[0] = kn_four_at(a11 + (at));                                                                 \
    a[1] = kn_four_at(a12 + (at));                                                                 \
    a[2] = kn_four_at(a21 + (at));                                                                 \
    a[3] = kn_four_at(a22 + (at));                                                                 \
    e[0] = kn_four_at(e1 + (at));                                                                  \
    e[1] = kn_four_at(e2 + (at));

KN_KERNEL(state2_ahead_v)
(double *old1, double *old2, double *new1, double *new2, const double *e1, const double *e2,
 const int *far, double *z1, double *z2, double *kept, int n) {
    const double *const a11 = old2 + far[0], *const a12 = old2 + far[1];
    const double *const a21 = old2 + far[2], *const a22 = old2 + far[3];
    KnAhead two[2], *now = &two[0], *next = &two[1];
    KnFour a[4], e[2], p[4], q[2];
    int i = 0;
    if (n <= 0) return;
    kn_ahead_begin(kept, *z1, *z2);
    double x1 = kept[KN_AHEAD_BEFORE], x2 = kept[KN_AHEAD_BEFORE + 1], y1 = *z1, y2 = *z2;
    const double last[] = {a11[n - 1], a12[n - 1], a21[n - 1], a22[n - 1], e1[n - 1], e2[n - 1]};
    KN_AHEAD_LOAD(a, e, 0)
    for (int j = 0; j < 4; j++)
        p[j] = kn_one_ago((KnFour){0.0, 0.0, 0.0, kept[KN_AHEAD_A + j]}, a[j]);
    for (int j = 0; j < 2; j++)
        q[j] = kn_one_ago((KnFour){0.0, 0.0, 0.0, kept[KN_AHEAD_E + j]}, e[j]);
    kn_ahead_products(now, a, e, p, q);
    for (; i + 4 < n; i += 4) {
        KN_AHEAD_LOAD(a, e, i + 4) /* before results, of which the first may lie where e does */
        KN_AHEAD_LOAD(p, q, i + 3)
        kn_ahead_products(next, a, e, p, q);
        const double z0[] = {y1, y2};
        KN_AHEAD_STEP(0, x1, x2)
        KN_AHEAD_STEP(1, y1, y2)
        const double even[] = {x1, x2}, odd[] = {y1, y2};
        KN_AHEAD_STEP(2, x1, x2)
        KN_AHEAD_STEP(3, y1, y2)
        kn_put_four(old1 + i, (KnFour){z0[0], even[0], odd[0], x1});
        kn_put_four(old2 + i, (KnFour){z0[1], even[1], odd[1], x2});
        kn_put_four(new1 + i, (KnFour){even[0], odd[0], x1, y1});
        kn_put_four(new2 + i, (KnFour){even[1], odd[1], x2, y2});
        KnAhead *const other = now;
        now = next;
        next = other;
    }
    for (int j = 0; j < n - i; j++) {
        const double before1 = y1, before2 = y2;
        KN_AHEAD_STEP(j, x1, x2)
        old1[i + j] = y1;
        old2[i + j] = y2;
        new1[i + j] = y1 = x1;
        new2[i + j] = y2 = x2;
        x1 = before1;
        x2 = before2;
    }
    kept[0] = *z1 = y1;
    kept[1] = *z2 = y2;
    kept[KN_AHEAD_BEFORE] = x1;
    kept[KN_AHEAD_BEFORE + 1] = x2;
    memcpy(kept + KN_AHEAD_A, last, sizeof last);
}
#else
/* Two numbers at once are too few for the additional products to pay: sample after sample. */
KN_KERNEL(state2_ahead_v)
(double *old1, double *old2, double *new1, double *new2, const double *e1, const double *e2,
 const int *far, double *z1, double *z2, double *kept, int n) {
    const double *const a11 = old2 + far[0], *const a12 = old2 + far[1];
    const double *const a21 = old2 + far[2], *const a22 = old2 + far[3];
    double y1 = *z1, y2 = *z2;
    (void)kept;
    for (int i = 0; i < n; i++) {
        const double next1 = (e1[i] + a12[i] * y2) + a11[i] * y1;
        const double next2 = (e2[i] + a21[i] * y1) + a22[i] * y2;
        old1[i] = y1;
        old2[i] = y2;
        new1[i] = y1 = next1;
        new2[i] = y2 = next2;
    }
    *z1 = y1;
    *z2 = y2;
}
#endif
