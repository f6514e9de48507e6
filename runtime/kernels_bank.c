/* Kernels: banks, filters of one shape that read one input and are heard as one sum. In: a strip, and for each filter its
 * numbers and states. Out: the strip that they are added to.
 *
 * A filter runs in a lane of a vector, four beside each other, so a sample waits for the one before it as in one filter
 * alone, and four are done. Nothing is looked ahead: bits do not hang on cuts. Lanes that are left over have zeros.
 *
 * By fours of filters: numbers and states stand four and four, a lane each. */
#include "strip.h"

/* KN_BANK_PART fours run together: what they hold stays in registers. */
enum { KN_BANK_LANES = 4, KN_BANK_PART = 4, KN_BANK_STATES = 2 };

/* Of a filter of poles2_bank: b, a1, a2, c. Of one of state2_bank: A by rows, b, c, d. */
enum { KN_POLES2_NUMBERS = 4, KN_STATE2_NUMBERS = 9 };

#ifdef KN_FOURS
typedef KnFour KnBankFour;

KN_FN KnBankFour kn_bank_at(const double *x) {
    return kn_four_at(x);
}

KN_FN void kn_put_bank(double *y, KnBankFour x) {
    kn_put_four(y, x);
}

KN_FN KnBankFour kn_bank_of(double x) {
    return (KnBankFour){x, x, x, x};
}

KN_FN KnBankFour kn_bank_times(KnBankFour a, KnBankFour b) {
    return a * b;
}

KN_FN KnBankFour kn_bank_madd(KnBankFour a, KnBankFour b, KnBankFour c) {
    return kn_fours_madd(a, b, c);
}

/* The sums of four samples' lanes. */
KN_FN void kn_put_bank_sums(double *y, const double *sum, const KnBankFour *t) {
    const KnFour a = __builtin_shufflevector(t[0], t[1], 0, 4, 2, 6) +
                     __builtin_shufflevector(t[0], t[1], 1, 5, 3, 7),
                 b = __builtin_shufflevector(t[2], t[3], 0, 4, 2, 6) +
                     __builtin_shufflevector(t[2], t[3], 1, 5, 3, 7);
    kn_put_four(y, kn_four_at(sum) + (__builtin_shufflevector(a, b, 0, 1, 4, 5) +
                                      __builtin_shufflevector(a, b, 2, 3, 6, 7)));
}
#else
typedef struct {
    double lane[KN_BANK_LANES];
} KnBankFour;

#define KN_EACH_LANE for (int l = 0; l < KN_BANK_LANES; l++)

KN_FN KnBankFour kn_bank_at(const double *x) {
    KnBankFour y = {{0.0}};
    KN_EACH_LANE y.lane[l] = x[l];
    return y;
}

KN_FN void kn_put_bank(double *y, KnBankFour x) {
    KN_EACH_LANE y[l] = x.lane[l];
}

KN_FN KnBankFour kn_bank_of(double x) {
    KnBankFour y = {{0.0}};
    KN_EACH_LANE y.lane[l] = x;
    return y;
}

KN_FN KnBankFour kn_bank_times(KnBankFour a, KnBankFour b) {
    KN_EACH_LANE a.lane[l] *= b.lane[l];
    return a;
}

KN_FN KnBankFour kn_bank_madd(KnBankFour a, KnBankFour b, KnBankFour c) {
    KN_EACH_LANE c.lane[l] = a.lane[l] * b.lane[l] + c.lane[l];
    return c;
}

KN_FN void kn_put_bank_sums(double *y, const double *sum, const KnBankFour *t) {
    for (int i = 0; i < KN_BANK_LANES; i++) {
        const double *lane = t[i].lane;
        y[i] = sum[i] + ((lane[0] + lane[1]) + (lane[2] + lane[3]));
    }
}
#endif

/* One sample of four filters: their sum with `heard`. z are their states, numbers by fours. */
KN_INSIDE KnBankFour kn_poles2_lanes(KnBankFour *z, const double *numbers, KnBankFour x,
                                     KnBankFour heard) {
    const KnBankFour in = kn_bank_times(kn_bank_at(numbers), x),
                     past = kn_bank_madd(kn_bank_at(numbers + 8), z[1], in),
                     now = kn_bank_madd(kn_bank_at(numbers + 4), z[0], past);
    z[1] = z[0];
    z[0] = now;
    return kn_bank_madd(kn_bank_at(numbers + 12), now, heard);
}

KN_INSIDE KnBankFour kn_state2_lanes(KnBankFour *z, const double *numbers, KnBankFour x,
                                     KnBankFour heard) {
    const KnBankFour from1 = kn_bank_times(kn_bank_at(numbers + 16), x),
                     from2 = kn_bank_times(kn_bank_at(numbers + 20), x),
                     y1 = kn_bank_madd(kn_bank_at(numbers + 32), x, heard),
                     y2 = kn_bank_madd(kn_bank_at(numbers + 28), z[1], y1),
                     y3 = kn_bank_madd(kn_bank_at(numbers + 24), z[0], y2),
                     now1 = kn_bank_madd(kn_bank_at(numbers + 4), z[1], from1),
                     now2 = kn_bank_madd(kn_bank_at(numbers + 8), z[0], from2);
    z[0] = kn_bank_madd(kn_bank_at(numbers), z[0], now1);
    z[1] = kn_bank_madd(kn_bank_at(numbers + 12), z[1], now2);
    return y3;
}

/* So many fours over a strip; what is heard of them is added to `heard`. */
KN_INSIDE void kn_bank_part(KnBankFour *heard, const double *x, const double *numbers,
                            double *states, int width, int fours, int n) {
    KnBankFour z[KN_BANK_PART][KN_BANK_STATES];
    for (int g = 0; g < fours; g++)
        for (int s = 0; s < KN_BANK_STATES; s++)
            z[g][s] = kn_bank_at(states + (g * KN_BANK_STATES + s) * KN_BANK_LANES);
    for (int i = 0; i < n; i++) {
        const KnBankFour now = kn_bank_of(x[i]);
        KnBankFour sum = heard[i];
        for (int g = 0; g < fours; g++) {
            const double *own = numbers + g * width * KN_BANK_LANES;
            sum = width == KN_POLES2_NUMBERS ? kn_poles2_lanes(z[g], own, now, sum)
                                             : kn_state2_lanes(z[g], own, now, sum);
        }
        heard[i] = sum;
    }
    for (int g = 0; g < fours; g++)
        for (int s = 0; s < KN_BANK_STATES; s++)
            kn_put_bank(states + (g * KN_BANK_STATES + s) * KN_BANK_LANES, z[g][s]);
}

KN_INSIDE void kn_bank_run(double *y, const double *to, const double *x, const double *numbers,
                           double *states, int width, int fours, int n) {
    KN_ALIGNED KnBankFour heard[KN_STRIP];
    const int whole = (n + KN_BANK_LANES - 1) / KN_BANK_LANES * KN_BANK_LANES;
    for (int i = 0; i < whole; i++)
        heard[i] = kn_bank_of(0.0);
    for (int from = 0; from < fours; from += KN_BANK_PART) {
        const double *const own = numbers + from * width * KN_BANK_LANES;
        double *const z = states + from * KN_BANK_STATES * KN_BANK_LANES;
        switch (fours - from) {
        case 1: kn_bank_part(heard, x, own, z, width, 1, n); break;
        case 2: kn_bank_part(heard, x, own, z, width, 2, n); break;
        case 3: kn_bank_part(heard, x, own, z, width, 3, n); break;
        default: kn_bank_part(heard, x, own, z, width, KN_BANK_PART, n);
        }
    }
    for (int i = 0; i < whole; i += KN_BANK_LANES)
        kn_put_bank_sums(y + i, to + i, heard + i);
}

KN_KERNEL(poles2_bank)
(double *y, const double *to, const double *x, const double *numbers, double *states, int fours,
 int n) {
    kn_bank_run(y, to, x, numbers, states, KN_POLES2_NUMBERS, fours, n);
}

KN_KERNEL(state2_bank)
(double *y, const double *to, const double *x, const double *numbers, double *states, int fours,
 int n) {
    kn_bank_run(y, to, x, numbers, states, KN_STATE2_NUMBERS, fours, n);
}

/* The numbers of one filter, in its lane. */
KN_KERNEL(poles2_bank_row)(double *numbers, const double *row) {
    for (int i = 0; i < KN_POLES2_NUMBERS; i++)
        numbers[KN_BANK_LANES * i] = row[i];
}

/* What is heard of the states after a sample, c' z, is heard of those before it and of the input. */
KN_KERNEL(state2_bank_row)(double *numbers, const double *row) {
    const double *a = row, *b = row + 4, *before = row + 6, *after = row + 9;
    for (int i = 0; i < 6; i++)
        numbers[KN_BANK_LANES * i] = row[i];
    for (int i = 0; i < KN_BANK_STATES; i++)
        numbers[KN_BANK_LANES * (6 + i)] = before[i] + after[0] * a[i] + after[1] * a[2 + i];
    numbers[KN_BANK_LANES * 8] = row[8] + after[0] * b[0] + after[1] * b[1];
}
