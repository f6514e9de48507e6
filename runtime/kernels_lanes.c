/* Kernels: filters of one shape beside each other, each with an input and an output of its own. In: a strip for each, their
 * numbers and states. Out: a strip for each.
 *
 * A filter runs in a lane of a vector. Four samples of four filters are turned over, so that a vector has one sample of
 * each, and turned back when they are done. A sample waits for the one before it as in one filter alone, and nothing is
 * looked ahead: bits do not hang on cuts. Inputs may lie in rings: no sample beyond n is read or written.
 *
 * Numbers and states stand by eights, a lane each; of four filters the upper half is not used. */
#include "strip.h"

enum { KN_BESIDE = 8, KN_BESIDE_FOUR = 4 };

/* What a filter adds to b x: a1 y one sample ago; and a2 y two ago; or instead a2 x one ago. */
enum { KN_ONE_POLE, KN_TWO_POLES, KN_POLE_AND_ZERO };

#ifdef KN_FOURS
/* The numbers and the states of four filters. */
typedef struct {
    KnFour a1, a2, b, z1, z2;
} KnBeside;

KN_INSIDE KnBeside kn_beside_at(const double *numbers, const double *states, int shape) {
    const KnFour a1 = kn_four_at(numbers), z1 = kn_four_at(states);
    return shape == KN_ONE_POLE ? (KnBeside){a1, a1, kn_four_at(numbers + KN_BESIDE), z1, z1}
                                : (KnBeside){a1, kn_four_at(numbers + KN_BESIDE),
                                             kn_four_at(numbers + 2 * KN_BESIDE), z1,
                                             kn_four_at(states + KN_BESIDE)};
}

KN_INSIDE void kn_put_beside(double *states, const KnBeside *l, int shape) {
    kn_put_four(states, l->z1);
    if (shape != KN_ONE_POLE) kn_put_four(states + KN_BESIDE, l->z2);
}

/* One sample of each. */
KN_INSIDE KnFour kn_beside_next(KnBeside *l, KnFour x, int shape) {
    const KnFour in = l->b * x, past = shape != KN_ONE_POLE ? kn_fours_madd(l->a2, l->z2, in) : in,
                 now = kn_fours_madd(l->a1, l->z1, past);
    l->z2 = shape == KN_POLE_AND_ZERO ? x : l->z1;
    l->z1 = now;
    return now;
}

/* Four samples of each from i on. */
KN_INSIDE void kn_beside_four(KnBeside *l, double *const *y, const double *const *x, int i,
                              int shape) {
    KnFour t[KN_BESIDE_FOUR] = {kn_four_at(x[0] + i), kn_four_at(x[1] + i), kn_four_at(x[2] + i),
                                kn_four_at(x[3] + i)};
    kn_turn_over(t);
    t[0] = kn_beside_next(l, t[0], shape);
    t[1] = kn_beside_next(l, t[1], shape);
    t[2] = kn_beside_next(l, t[2], shape);
    t[3] = kn_beside_next(l, t[3], shape);
    kn_turn_over(t);
    kn_put_four(y[0] + i, t[0]);
    kn_put_four(y[1] + i, t[1]);
    kn_put_four(y[2] + i, t[2]);
    kn_put_four(y[3] + i, t[3]);
}

/* One sample of each. */
KN_INSIDE void kn_beside_one(KnBeside *l, double *const *y, const double *const *x, int i,
                             int shape) {
    const KnFour now = kn_beside_next(l, (KnFour){x[0][i], x[1][i], x[2][i], x[3][i]}, shape);
    y[0][i] = now[0];
    y[1][i] = now[1];
    y[2][i] = now[2];
    y[3][i] = now[3];
}

KN_INSIDE void kn_beside_run(double *const *y, const double *const *x, const double *numbers,
                             double *states, int shape, int lanes, int n) {
    const int eight = lanes > KN_BESIDE_FOUR, upper = eight ? KN_BESIDE_FOUR : 0;
    KnBeside low = kn_beside_at(numbers, states, shape),
             high = kn_beside_at(numbers + upper, states + upper, shape);
    int i = 0;
    KN_NOT_UNROLLED
    for (; i + 4 <= n; i += 4) {
        kn_beside_four(&low, y, x, i, shape);
        if (eight) kn_beside_four(&high, y + upper, x + upper, i, shape);
    }
    KN_NOT_UNROLLED
    for (; i < n; i++) {
        kn_beside_one(&low, y, x, i, shape);
        if (eight) kn_beside_one(&high, y + upper, x + upper, i, shape);
    }
    kn_put_beside(states, &low, shape);
    if (eight) kn_put_beside(states + upper, &high, shape);
}
#else
KN_INSIDE void kn_beside_run(double *const *y, const double *const *x, const double *numbers,
                             double *states, int shape, int lanes, int n) {
    const double *const b = numbers + (shape == KN_ONE_POLE ? 1 : 2) * KN_BESIDE;
    double z1[KN_BESIDE], z2[KN_BESIDE];
    for (int l = 0; l < lanes; l++) {
        z1[l] = states[l];
        z2[l] = shape != KN_ONE_POLE ? states[KN_BESIDE + l] : 0.0;
    }
    for (int i = 0; i < n; i++)
        for (int l = 0; l < lanes; l++) {
            double past = b[l] * x[l][i];
            if (shape != KN_ONE_POLE) past = kn_madd(numbers[KN_BESIDE + l], z2[l], past);
            z2[l] = shape == KN_POLE_AND_ZERO ? x[l][i] : z1[l];
            z1[l] = kn_madd(numbers[l], z1[l], past);
            y[l][i] = z1[l];
        }
    for (int l = 0; l < lanes; l++) {
        states[l] = z1[l];
        if (shape != KN_ONE_POLE) states[KN_BESIDE + l] = z2[l];
    }
}
#endif

KN_FN void kn_beside_numbers(double *numbers, const double *row, int width) {
    for (int i = 0; i < width; i++)
        numbers[KN_BESIDE * i] = row[i];
}

KN_KERNEL(poles1_lane)(double *numbers, const double *row) {
    kn_beside_numbers(numbers, row, 2);
}

KN_KERNEL(poles2_lane)(double *numbers, const double *row) {
    kn_beside_numbers(numbers, row, 3);
}

KN_KERNEL(pole_zero_lane)(double *numbers, const double *row) {
    kn_beside_numbers(numbers, row, 3);
}

#define KN_FOUR_FILTERS(name, shape)                                                               \
    KN_KERNEL(name)                                                                                \
    (double *y1, double *y2, double *y3, double *y4, const double *x1, const double *x2,           \
     const double *x3, const double *x4, const double *numbers, double *states, int n) {           \
        double *const y[] = {y1, y2, y3, y4};                                                      \
        const double *const x[] = {x1, x2, x3, x4};                                                \
        kn_beside_run(y, x, numbers, states, shape, KN_BESIDE_FOUR, n);                            \
    }

KN_FOUR_FILTERS(poles1_four, KN_ONE_POLE)
KN_FOUR_FILTERS(poles2_four, KN_TWO_POLES)
KN_FOUR_FILTERS(pole_zero_four, KN_POLE_AND_ZERO)

#define KN_EIGHT_FILTERS(name, shape)                                                              \
    KN_KERNEL(name)                                                                                \
    (double *y1, double *y2, double *y3, double *y4, double *y5, double *y6, double *y7,           \
     double *y8, const double *x1, const double *x2, const double *x3, const double *x4,           \
     const double *x5, const double *x6, const double *x7, const double *x8,                       \
     const double *numbers, double *states, int n) {                                               \
        double *const y[] = {y1, y2, y3, y4, y5, y6, y7, y8};                                      \
        const double *const x[] = {x1, x2, x3, x4, x5, x6, x7, x8};                                \
        kn_beside_run(y, x, numbers, states, shape, KN_BESIDE, n);                                 \
    }

KN_EIGHT_FILTERS(poles1_eight, KN_ONE_POLE)
KN_EIGHT_FILTERS(poles2_eight, KN_TWO_POLES)
KN_EIGHT_FILTERS(pole_zero_eight, KN_POLE_AND_ZERO)
