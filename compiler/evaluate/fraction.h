/* Exact fractions: the times of patterns. In and out: numerator and denominator, without a common divisor, the
 * denominator above 0. What does not fit is no fraction, denominator 0, and so is all that is made of it. */
#ifndef KANON_EVALUATE_FRACTION_H
#define KANON_EVALUATE_FRACTION_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Fraction {
    int64_t over, under;
} Fraction;

static inline int64_t common_divisor(int64_t a, int64_t b) {
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

/* Of wide numbers, which are what two fractions become on the way. */
static inline Fraction fraction_wide(__int128 over, __int128 under) {
    static const int64_t most = (int64_t)1 << 53; /* a double holds it, too */
    if (under == 0) return (Fraction){0, 0};
    if (under < 0) {
        over = -over;
        under = -under;
    }
    __int128 a = over < 0 ? -over : over, b = under;
    while (b != 0) {
        __int128 rest = a % b;
        a = b;
        b = rest;
    }
    over /= a;
    under /= a;
    if (over > most || over < -most || under > most) return (Fraction){0, 0};
    return (Fraction){(int64_t)over, (int64_t)under};
}

static inline Fraction fraction(int64_t over, int64_t under) {
    return fraction_wide(over, under);
}

static inline bool fraction_fits(Fraction a) {
    return a.under != 0;
}

static inline Fraction fraction_add(Fraction a, Fraction b) {
    if (a.under == 1 && b.under == 1) return fraction_wide((__int128)a.over + b.over, 1);
    return fraction_wide((__int128)a.over * b.under + (__int128)b.over * a.under,
                         (__int128)a.under * b.under);
}

static inline Fraction fraction_sub(Fraction a, Fraction b) {
    return fraction_add(a, (Fraction){-b.over, b.under});
}

static inline Fraction fraction_mul(Fraction a, Fraction b) {
    return fraction_wide((__int128)a.over * b.over, (__int128)a.under * b.under);
}

static inline Fraction fraction_div(Fraction a, Fraction b) {
    if (!fraction_fits(b)) return b;
    return fraction_wide((__int128)a.over * b.under, (__int128)a.under * b.over);
}

/* Below, equal or above 0, as a is to b. */
static inline int fraction_order(Fraction a, Fraction b) {
    __int128 x = (__int128)a.over * b.under, y = (__int128)b.over * a.under;
    return (x > y) - (x < y);
}

static inline int64_t fraction_floor(Fraction a) {
    int64_t whole = a.over / a.under;
    return whole - (a.over % a.under < 0);
}

static inline int64_t fraction_ceil(Fraction a) {
    return -fraction_floor((Fraction){-a.over, a.under});
}

static inline double fraction_number(Fraction a) {
    return (double)a.over / (double)a.under;
}

/* The simplest fraction within 1e-12 of a number (continued fractions), or none: 1/3 is written 0.333… in a program. */
static inline Fraction fraction_of(double x) {
    if (!(fabs(x) < 1e9)) return (Fraction){0, 0};
    double rest = x;
    int64_t over = 1, under = 0, over_before = 0, under_before = 1;
    for (int i = 0; i < 40; i++) {
        double whole = floor(rest);
        if (fabs(whole) > 1e12) break;
        int64_t a = (int64_t)whole, next_over = a * over + over_before;
        int64_t next_under = a * under + under_before;
        if (next_under > 1000000000 || next_under < 0) break;
        over_before = over;
        under_before = under;
        over = next_over;
        under = next_under;
        if (fabs((double)over / (double)under - x) <= 1e-12 * fmax(1, fabs(x))) break;
        rest = 1 / (rest - whole);
    }
    return fraction(over, under);
}

#endif
