/* Kernels: filters of second order in direct form with constant coefficients, as two steps: what is made
 * of inputs, and the two poles. In: a strip, the values before it, numbers. Out: a strip. */
#include "strip.h"

/* The poles are those of 1 / D(z), D(z) = 1 - a1 z - a2 z^2 where z is one sample ago. Multiplied by
 * D(-z) above and below, the denominator D2 has even powers only, and by D2 with every other sign
 * changed once more, powers of z^4 only:
 *
 *     e'  = e + a1 e one ago - a2 e two ago
 *     e'' = e' + c1 e' two ago - c2 e' four ago         c1 = a1^2 + 2 a2, c2 = -a2^2
 *     y   = e'' + g1 y four ago + g2 y eight ago        g1 = c1^2 + 2 c2, g2 = -c2^2
 *
 * (scattered look-ahead: Parhi, Messerschmitt, 1989; what is added are poles that zeros cancel, closer
 * to 0 than the others.) So four samples are computed at once, each by the same operations from what
 * is before it: bits do not hang on cuts, and what is no number reaches nothing earlier.
 *
 * State: the last 8 values of y and of e, both in the order of time. Where the coefficients change, or
 * other code has changed the last two of y, the history is begun anew, with the least that leads to
 * them: nothing, then e = y before the last, then e = y - a1 y before. */
enum { KN_POLES_PAST = 8 };

KN_KERNEL(poles2_table)(double *table, const double *a) {
    const double c1 = a[0] * a[0] + 2.0 * a[1], c2 = -a[1] * a[1];
    const double numbers[6] = {a[0], -a[1], c1, -c2, c1 * c1 + 2.0 * c2, -c2 * c2};
    memcpy(table, numbers, sizeof numbers);
}

KN_KERNEL(poles2_begin)(double *state, const double *table) {
    for (int k = 0; k < 2 * KN_POLES_PAST; k++)
        if (k != KN_POLES_PAST - 2 && k != KN_POLES_PAST - 1) state[k] = 0.0;
    state[2 * KN_POLES_PAST - 2] = state[KN_POLES_PAST - 2];
    state[2 * KN_POLES_PAST - 1] = state[KN_POLES_PAST - 1] - table[0] * state[KN_POLES_PAST - 2];
}

#ifdef KN_FOURS
/* A history after n samples more. */
KN_FN void kn_poles_keep(double *state, const double *strip, int n) {
    if (n >= KN_POLES_PAST) {
        memcpy(state, strip + n - KN_POLES_PAST, sizeof *state * KN_POLES_PAST);
        return;
    }
    memmove(state, state + n, sizeof *state * (size_t)(KN_POLES_PAST - n));
    memcpy(state + KN_POLES_PAST - n, strip, sizeof *state * (size_t)n);
}

KN_FN KnFour kn_poles_ahead(KnFour before, KnFour now, const double *table) {
    return kn_four_madd(table[1], kn_two_ago(before, now),
                        kn_four_madd(table[0], kn_one_ago(before, now), now));
}

KN_KERNEL(poles2)(double *y, const double *e, const double *table, double *state, int n) {
    KnFour y8 = kn_four_at(state), y4 = kn_four_at(state + 4),
           e_before = kn_four_at(state + KN_POLES_PAST + 4);
    KnFour ahead_before = kn_poles_ahead(kn_four_at(state + KN_POLES_PAST), e_before, table);
    KN_BUFFER(y);
    KN_BUFFER(e);
    kn_poles_keep(state + KN_POLES_PAST, e, n); /* y may be e */
    for (int i = 0; i < n; i += 4) {
        const KnFour now = kn_four_at(e + i), ahead = kn_poles_ahead(e_before, now, table);
        const KnFour inputs = kn_four_madd(
            table[3], ahead_before, kn_four_madd(table[2], kn_two_ago(ahead_before, ahead), ahead));
        const KnFour sum = kn_four_madd(table[4], y4, kn_four_madd(table[5], y8, inputs));
        kn_put_four(y + i, sum);
        y8 = y4;
        y4 = sum;
        e_before = now;
        ahead_before = ahead;
    }
    kn_poles_keep(state, y, n);
}

KN_KERNEL(fir3_d)
(double *y, const double *x, const double *z, double k1, double k2, double k3, int n) {
    KnFour before = {0.0, 0.0, z[1], z[0]};
    KN_BUFFER(y);
    KN_BUFFER(x);
    for (int i = 0; i < n; i += 4) {
        const KnFour now = kn_four_at(x + i);
        kn_put_four(y + i, kn_four_madd(k3, kn_two_ago(before, now),
                                        kn_four_madd(k2, kn_one_ago(before, now), k1 * now)));
        before = now;
    }
}
#else
/* Two numbers at once are too few for the additional products to pay: sample after sample. */
KN_KERNEL(poles2)(double *y, const double *e, const double *table, double *state, int n) {
    const double a1 = table[0], a2 = -table[1];
    double y1 = state[KN_POLES_PAST - 1], y2 = state[KN_POLES_PAST - 2];
    for (int i = 0; i < n; i++) {
        const double now = (e[i] + a2 * y2) + a1 * y1;
        y[i] = now;
        y2 = y1;
        y1 = now;
    }
    state[KN_POLES_PAST - 1] = y1;
    state[KN_POLES_PAST - 2] = y2;
}

KN_KERNEL(fir3_d)
(double *y, const double *x, const double *z, double k1, double k2, double k3, int n) {
    double x1 = z[0], x2 = z[1];
    for (int i = 0; i < n; i++) {
        const double now = x[i];
        y[i] = k1 * now + k2 * x1 + k3 * x2;
        x2 = x1;
        x1 = now;
    }
}
#endif
