/* Mathematical functions of the emitted C, all of them branch-free, so that loops that call them
 * vectorise at -O3 without -ffast-math, and made of operations that IEEE 754 defines to the bit,
 * so that every compiler, level and instruction set gives the same bits (NaN counts as one value;
 * its sign and payload are the machine's).  Needs: round to nearest, FLT_EVAL_METHOD 0.
 *
 * kn_NAMEf is the float form, kn_NAME the double form, kn_NAME_wide takes a double argument, which
 * is reduced in double, and does the rest in float: what oscillators want.
 *
 * Worst error in units in the last place of the result, against MPFR (tests/kernel/math_test.c) and
 * in sweeps against glibc's next wider type: every float from 1/8 to 2^15 for sin and cos, every
 * third to seventh for most others, six million doubles for some.
 *
 *            float double  wide              float double  wide
 *   sin       2.00   1.89  2.00     exp       1.00   0.82
 *   cos       1.99   1.90  1.99     exp2      1.02   0.93
 *   tan       2.70   2.50  2.70     log       0.89   0.91
 *   sinturn   1.74   1.81  1.79     log2      1.83   1.63
 *   costurn   1.64   1.74  1.67     log10     1.95   1.67
 *   asin      1.66   1.59           pow       1.01   1.10
 *   acos      1.14   1.03           sqrt      0.50   0.50
 *   atan      2.07   1.39           cbrt      0.96   0.95
 *   atan2     1.81   1.62           hypot     0.50   1.13
 *   sinh      2.28   2.13           mod       0.50   0.50
 *   cosh      1.45   1.25           frac      0.50   0.50
 *   tanh      2.53   2.30
 *
 * floor ceil round trunc sign abs min max are exact.  Where they are good: sin cos tan to |x| = 1e6
 * (float), 1e8 (double, and wide, there to 2^-55 absolute next to zeros); turns to 2^44; mod while
 * |x / m| < 2^29 (float), 2^53 (double); everything else everywhere.
 *
 * Polynomials were found by the Remez exchange (mpmath, 45 digits) for the relative error of the
 * function computed, the coefficients then rounded one after the other from the lowest, those that
 * were left being fitted again each time; degree and interval stand with each.
 *
 * Special values are those of C's functions.  Denormals are honoured, in arguments and results,
 * unless the host has switched the machine to flush them. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#ifdef KN_FUSE
/* The kernels, compiled once for each instruction set, take fused multiply-adds where there are any:
 * the limits above hold with and without them. Functions that count on rounded products say so. */
#else
/* One rounding an operation: a multiply-add that is contracted on one machine only would make bits
 * differ.  Nobody reads the exception flags: with that said, gcc computes both sides of a selection
 * and so vectorises; most loops below it otherwise does not.  By itself gcc vectorises at -O3 only.
 * None of it changes a value. */
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off", "no-trapping-math")
#pragma GCC optimize("tree-vectorize", "vect-cost-model=dynamic")
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized" /* strips are filled up to n */
#endif
#endif

#if defined(__clang__)
#pragma clang diagnostic ignored "-Wused-but-marked-unused" /* what KN_FN is for */
#endif
#if defined(__GNUC__)
#define KN_FN static inline __attribute__((unused))
#else
#define KN_FN static inline
#endif

#define KN_INF  ((double)INFINITY)
#define KN_NAN  ((double)NAN)
#define KN_INFF ((float)INFINITY)
#define KN_NANF ((float)NAN)

/* Adding and taking away 1.5 * 2^52 rounds a double below 2^51 to the nearest integer, ties to
 * even, and leaves that integer in the low bits of the sum; 1.5 * 2^23 does it for float. */
#define KN_MAGIC  6755399441055744.0
#define KN_MAGICF 12582912.0f

/* ---- bits ------------------------------------------------------------------------------------ */

KN_FN uint32_t kn_bitsf(float x) {
    uint32_t u;
    memcpy(&u, &x, sizeof u);
    return u;
}

KN_FN uint64_t kn_bits(double x) {
    uint64_t u;
    memcpy(&u, &x, sizeof u);
    return u;
}

KN_FN float kn_from_bitsf(uint32_t u) {
    float x;
    memcpy(&x, &u, sizeof x);
    return x;
}

KN_FN double kn_from_bits(uint64_t u) {
    double x;
    memcpy(&x, &u, sizeof x);
    return x;
}

/* x without the lowest n bits of its significand: two such halves multiply without rounding. */
KN_FN double kn_head(double x, int n) {
    return kn_from_bits(kn_bits(x) >> n << n);
}

/* 2^k from a sum t whose low bits are k, such as k + KN_MAGIC; k in the normal range. */
KN_FN float kn_two_to_f(uint32_t t) {
    return kn_from_bitsf((t << 23) + 0x3f800000u);
}

KN_FN double kn_two_to(uint64_t t) {
    return kn_from_bits((t << 52) + 0x3ff0000000000000u);
}

/* x 2^k for t = k + KN_MAGIC, where 2^k may be out of range but its halves are not: only the last
 * step rounds. */
KN_FN float kn_scalef(float x, float t) {
    uint32_t k = kn_bitsf(t), half = k >> 1;
    return x * kn_two_to_f(half) * kn_two_to_f(k - half);
}

KN_FN double kn_scale(double x, double t) {
    uint64_t k = kn_bits(t), half = k >> 1;
    return x * kn_two_to(half) * kn_two_to(k - half);
}

/* ---- rounding, comparison, sign, square root ------------------------------------------------- */

KN_FN float kn_absf(float x) {
    return fabsf(x);
}

KN_FN double kn_abs(double x) {
    return fabs(x);
}

/* The second argument if either is NaN, or if both are equal (which tells -0 from 0): what the
 * machine's own minimum does, one instruction. */
KN_FN float kn_minf(float a, float b) {
    return a < b ? a : b;
}

KN_FN double kn_min(double a, double b) {
    return a < b ? a : b;
}

KN_FN float kn_maxf(float a, float b) {
    return a > b ? a : b;
}

KN_FN double kn_max(double a, double b) {
    return a > b ? a : b;
}

/* low <= x <= high, or NaN. */
KN_FN float kn_boundf(float x, float low, float high) {
    x = x < low ? low : x;
    return x > high ? high : x;
}

KN_FN double kn_bound(double x, double low, double high) {
    x = x < low ? low : x;
    return x > high ? high : x;
}

/* -1, 0 or 1; NaN of NaN. */
KN_FN float kn_signf(float x) {
    float low = x < 0.0f ? -1.0f : x + 0.0f;
    return x > 0.0f ? 1.0f : low;
}

KN_FN double kn_sign(double x) {
    double low = x < 0.0 ? -1.0 : x + 0.0;
    return x > 0.0 ? 1.0 : low;
}

#if defined(__SSE4_1__) || defined(__aarch64__)
/* The machine rounds in one instruction, with the same result. */
KN_FN float kn_floorf(float x) {
    return floorf(x);
}

KN_FN double kn_floor(double x) {
    return floor(x);
}

KN_FN float kn_truncf(float x) {
    return truncf(x);
}

KN_FN double kn_trunc(double x) {
    return trunc(x);
}
#else
/* From 2^23 (2^52) on every number is an integer; below, adding that with x's sign rounds to the
 * nearest, and one is taken away if that was upwards.  copysign keeps -0. */
KN_FN float kn_floorf(float x) {
    float big = copysignf(8388608.0f, x);
    float near = (x + big) - big;
    float down = near > x ? near - 1.0f : near;
    return fabsf(x) < 8388608.0f ? copysignf(down, x) : x;
}

KN_FN double kn_floor(double x) {
    double big = copysign(4503599627370496.0, x);
    double near = (x + big) - big;
    double down = near > x ? near - 1.0 : near;
    return fabs(x) < 4503599627370496.0 ? copysign(down, x) : x;
}

KN_FN float kn_truncf(float x) {
    return copysignf(kn_floorf(fabsf(x)), x);
}

KN_FN double kn_trunc(double x) {
    return copysign(kn_floor(fabs(x)), x);
}
#endif

KN_FN float kn_ceilf(float x) {
    return -kn_floorf(-x);
}

KN_FN double kn_ceil(double x) {
    return -kn_floor(-x);
}

/* Half away from zero.  floor(x + 0.5) would round 0.49999997 up. */
KN_FN float kn_roundf(float x) {
    float a = fabsf(x), down = kn_floorf(a);
    return copysignf(a - down >= 0.5f ? down + 1.0f : down, x);
}

KN_FN double kn_round(double x) {
    double a = fabs(x), down = kn_floor(a);
    return copysign(a - down >= 0.5 ? down + 1.0 : down, x);
}

/* x - floor(x), in [0, 1): 0 where the difference rounds to 1. */
KN_FN float kn_fracf(float x) {
    float r = x - kn_floorf(x);
    return r >= 1.0f ? 0.0f : r;
}

KN_FN double kn_frac(double x) {
    double r = x - kn_floor(x);
    return r >= 1.0 ? 0.0 : r;
}

/* Floor modulo x - m floor(x / m): in [0, m), for m < 0 in (m, 0]; NaN for m = 0 or infinite x.
 * Computed for |m| and turned round.  The quotient may have been rounded up to the next integer,
 * which makes r negative; what then is outside has been rounded to m and becomes 0.  Exact but for
 * the last rounding while |x / m| < 2^29 (float), 2^53 (double).  Beyond that float gives some
 * value in range, double gives 0, or NaN where the quotient or m floor(x / m) overflows. */
KN_FN float kn_modf(float x, float m) {
    double d = (double)fabsf(m), n = (double)(m < 0.0f ? -x : x);
    double q = kn_floor(n / d);
    double r = q == 0.0 ? n : n - q * d; /* q = 0: d may be infinite */
    r = r < 0.0 ? r + d : r;
    float f = (float)r, a = fabsf(m);
    f = f >= a ? 0.0f : f;
    f = f < 0.0f ? 0.0f : f;
    f = a > 0.0f ? f : KN_NANF;
    return m < 0.0f ? 0.0f - f : f + 0.0f;
}

KN_FN double kn_mod(double x, double m) {
    double d = fabs(m), n = m < 0.0 ? -x : x;
    double q = kn_floor(n / d);
    double q1 = kn_head(q, 27), q2 = q - q1, d1 = kn_head(d, 27), d2 = d - d1;
    double p = q * d;
    double p2 = ((q1 * d1 - p) + q1 * d2 + q2 * d1) + q2 * d2; /* q d = p + p2 exactly (Dekker) */
    double r = q == 0.0 ? n : (n - p) - p2;
    r = fabs(q) < 9007199254740992.0 ? r : q - q;
    r = r < 0.0 ? r + d : r;
    r = r >= d ? 0.0 : r;
    r = r < 0.0 ? 0.0 : r;
    return m < 0.0 ? 0.0 - r : r + 0.0;
}

/* The square root is one instruction, correctly rounded, but its C function may set errno, which
 * keeps compilers from vectorising it.  gcc believes a second declaration that says it depends on
 * nothing but its argument (asking for no-math-errno above is not enough: the built-in function's
 * attributes are fixed before).  clang has an operation of its own, which only newer versions let
 * us call by a name; before that, its intermediate name does. */
#if defined(__clang__) && defined(__has_builtin)
#if __has_builtin(__builtin_elementwise_sqrt)
#define KN_SQRTF __builtin_elementwise_sqrt
#define KN_SQRT  __builtin_elementwise_sqrt
#elif !defined(__APPLE__)
float kn_llvm_sqrtf(float x) __asm__("llvm.sqrt.f32") __attribute__((const));
double kn_llvm_sqrt(double x) __asm__("llvm.sqrt.f64") __attribute__((const));
#define KN_SQRTF kn_llvm_sqrtf
#define KN_SQRT  kn_llvm_sqrt
#endif
#elif defined(__GNUC__) && !defined(__cplusplus)
float sqrtf(float x) __attribute__((const));
double sqrt(double x) __attribute__((const));
#elif defined(__GNUC__) && defined(__GLIBC__)
extern "C" float sqrtf(float x) __THROW __attribute__((const));
extern "C" double sqrt(double x) __THROW __attribute__((const));
#endif
#ifndef KN_SQRT
#define KN_SQRTF sqrtf
#define KN_SQRT  sqrt
#endif

KN_FN float kn_sqrtf(float x) {
    return KN_SQRTF(x);
}

KN_FN double kn_sqrt(double x) {
    return KN_SQRT(x);
}

/* Floats square in double without rounding, overflow or underflow. */
KN_FN float kn_hypotf(float x, float y) {
    double a = (double)x, b = (double)y;
    float r = (float)kn_sqrt(a * a + b * b);
    r = fabsf(x) == KN_INFF ? KN_INFF : r;
    return fabsf(y) == KN_INFF ? KN_INFF : r;
}

KN_FN double kn_hypot(double x, double y) {
    double a = fabs(x), b = fabs(y), big = kn_max(a, b);
    double up = big < 0x1p-500 ? 0x1p600 : 1.0, down = big < 0x1p-500 ? 0x1p-600 : 1.0;
    up = big > 0x1p500 ? 0x1p-600 : up;
    down = big > 0x1p500 ? 0x1p600 : down;
    a *= up;
    b *= up;
    double r = kn_sqrt(a * a + b * b) * down;
    r = fabs(x) == KN_INF ? KN_INF : r;
    return fabs(y) == KN_INF ? KN_INF : r;
}

/* ---- sine, cosine, tangent ------------------------------------------------------------------- */

/* Past 2^25 the products in the reductions below round to half a unit in the last place of x, which
 * is what x itself is worth; from 2^44 on little is left of its phase.  There the wide forms give
 * any value in range, and for the others 0 stands for x.  NaN for infinities. */
KN_FN double kn_within(double x) {
    return fabs(x) < 0x1p44 ? x : x - x;
}

/* x - q pi as hi + lo, for q a multiple of 1/2 below 2^25.  pi in four parts, of 27, 27, 27 and 53
 * bits (Cody and Waite): the first three multiply q exactly.  Where x is next to q pi all
 * differences are exact as well, so that even the double nearest to a zero keeps its ulp. */
typedef struct {
    double hi, lo;
} KnPair;

KN_FN KnPair kn_take_pi(double x, double q) {
    double a = x - q * 3.1415926516056061;
    double b = q * 1.9841871479187034e-09;
    double r = a - b;
    double c = q * 1.144237741932715e-17 - ((a - r) - b);
    KnPair out;
    out.hi = r - c;
    out.lo = ((r - out.hi) - c) - q * 3.2892513872648515e-26;
    return out;
}

/* The same to one double, for results in float: pi in two parts, of 27 and 53 bits, absolute error
 * q 2^-82. */
KN_FN double kn_take_pi_wide(double x, double q) {
    return (x - q * 3.1415926516056061) - q * 1.9841871593610809e-09;
}

/* x with its sign changed if t = k + KN_MAGIC, k an odd integer. */
KN_FN double kn_flip_if_odd(double x, double t) {
    return kn_from_bits(kn_bits(x) ^ kn_bits(t) << 63);
}

/* sin(r), |r| <= pi/2: degree 9, 2^-27.3. */
KN_FN float kn_sin_kernelf(float r) {
    float z = r * r;
    float p = 2.60609568e-06f;
    p = p * z - 0.000198097769f;
    p = p * z + 0.00833306927f;
    p = p * z - 0.166666597f;
    return r + (r * z) * p;
}

/* The same with the sign of r, also that of zero, and not above 1 for any r. */
KN_FN float kn_sin_unitf(float r) {
    return copysignf(kn_minf(1.0f, fabsf(kn_sin_kernelf(r))), r);
}

/* sin(hi + lo), |hi| <= pi/2: degree 19, 2^-60.8.  1 - hi^2 / 2 is near enough to cos(hi). */
KN_FN double kn_sin_kernel(double hi, double lo) {
    double z = hi * hi;
    double p = -1.1408444599482276e-18;
    p = p * z + 2.7339285872805193e-15;
    p = p * z - 7.6435857033488105e-13;
    p = p * z + 1.6058954634515214e-10;
    p = p * z - 2.5052107091207852e-08;
    p = p * z + 2.7557319213009294e-06;
    p = p * z - 0.00019841269841218165;
    p = p * z + 0.0083333333333332153;
    p = p * z - 0.16666666666666666;
    return hi + ((hi * z) * p + (lo - 0.5 * z * lo));
}

/* sin x = (-1)^k sin(x - k pi). */
KN_FN float kn_sin_wide(double x) {
    double t = x * 0.31830988618379069 + KN_MAGIC;
    float r = (float)kn_flip_if_odd(kn_take_pi_wide(x, t - KN_MAGIC), t);
    return kn_sin_unitf(r);
}

/* cos x = (-1)^k sin((k + 1/2) pi - x); of |x|, to be even to the bit. */
KN_FN float kn_cos_wide(double x) {
    double a = fabs(x);
    double t = (a * 0.31830988618379069 - 0.5) + KN_MAGIC;
    float r = (float)-kn_flip_if_odd(kn_take_pi_wide(a, (t - KN_MAGIC) + 0.5), t);
    return kn_sin_unitf(r);
}

KN_FN float kn_sinf(float x) {
    return kn_sin_wide((double)x);
}

KN_FN float kn_cosf(float x) {
    return kn_cos_wide((double)x);
}

KN_FN double kn_sin(double x) {
    double a = kn_within(x);
    double t = a * 0.31830988618379069 + KN_MAGIC;
    KnPair r = kn_take_pi(a, t - KN_MAGIC);
    double s = kn_flip_if_odd(kn_sin_kernel(r.hi, r.lo), t);
    return x == 0.0 ? x : s;
}

KN_FN double kn_cos(double x) {
    double a = kn_within(fabs(x));
    double t = (a * 0.31830988618379069 - 0.5) + KN_MAGIC;
    KnPair r = kn_take_pi(a, (t - KN_MAGIC) + 0.5);
    return -kn_flip_if_odd(kn_sin_kernel(r.hi, r.lo), t);
}

/* Turns: x - k/2 is exact, and only then comes 2 pi.  Of -0 this gives 0, kn_sinturnf gives -0. */
KN_FN float kn_sinturn_wide(double x) {
    double t = x * 2.0 + KN_MAGIC;
    double u = x - (t - KN_MAGIC) * 0.5;
    return kn_sin_unitf((float)(kn_flip_if_odd(u, t) * 6.2831853071795862));
}

KN_FN float kn_costurn_wide(double x) {
    double a = kn_within(fabs(x));
    double t = (a * 2.0 - 0.5) + KN_MAGIC;
    double u = a - ((t - KN_MAGIC) + 0.5) * 0.5;
    return kn_sin_unitf((float)(kn_flip_if_odd(u, t) * -6.2831853071795862));
}

KN_FN float kn_sinturnf(float x) {
    float s = kn_sinturn_wide((double)x);
    return x == 0.0f ? x : s;
}

KN_FN float kn_costurnf(float x) {
    return kn_costurn_wide((double)x);
}

/* sin(2 pi x) of a phase within half a turn of 0, in float throughout: half the cost of the form
 * above, for counted phases, whose resolution is 2^-32 turns anyway. The sine is folded to an eighth
 * of a turn, where it is either sin or cos of it. Minimax: sin to degree 7 (3.8e-9 relative), cos to
 * degree 8 (6.4e-11), both on [0, 1/8]; 2 pi in two parts. Worst error 1.7 ULP. */
KN_FN float kn_sinturn_near(float x) {
    float a = fabsf(x), b = a > 0.25f ? 0.5f - a : a;
    float r = b > 0.125f ? 0.25f - b : b, z = r * r;
    float p = ((-75.4456024f * z + 81.5937653f) * z - 41.34167099f) * z - 1.74845553e-07f;
    float q = ((59.22924423f * z - 85.4432373f) * z + 64.93932343f) * z - 19.73920822f;
    float sine = r * 6.28318548f + r * p, cosine = 1.0f + z * q;
    return copysignf(b > 0.125f ? cosine : sine, x);
}

KN_FN float kn_costurn_near(float x) {
    return kn_sinturn_near(0.25f - fabsf(x));
}

KN_FN double kn_sinturn(double x) {
    double a = kn_within(x);
    double t = a * 2.0 + KN_MAGIC;
    double u = a - (t - KN_MAGIC) * 0.5;
    double s = kn_flip_if_odd(kn_sin_kernel(u * 6.2831853071795862, u * 2.4492935982947064e-16), t);
    return x == 0.0 ? x : s;
}

KN_FN double kn_costurn(double x) {
    double a = kn_within(fabs(x));
    double t = (a * 2.0 - 0.5) + KN_MAGIC;
    double u = a - ((t - KN_MAGIC) + 0.5) * 0.5;
    return -kn_flip_if_odd(kn_sin_kernel(u * 6.2831853071795862, u * 2.4492935982947064e-16), t);
}

/* tan x = tan(x - k pi/2), or -1 / that for odd k; k - 2 round(k / 2) is 0 for even k.
 * The polynomial: |r| <= pi/4, degree 13, 2^-25.6. */
KN_FN float kn_tan_wide(double x) {
    double k = (x * 0.63661977236758138 + KN_MAGIC) - KN_MAGIC;
    float odd = (float)(k - ((k * 0.5 + KN_MAGIC) - KN_MAGIC) * 2.0);
    float r = (float)kn_take_pi_wide(x, k * 0.5);
    float z = r * r;
    float p = 0.00946347881f;
    p = p * z + 0.00297868974f;
    p = p * z + 0.0245250333f;
    p = p * z + 0.0533824041f;
    p = p * z + 0.133391812f;
    p = p * z + 0.333331406f;
    float y = r + (r * z) * p;
    float above = odd == 0.0f ? y : -1.0f, below = odd == 0.0f ? 1.0f : y;
    return above / below;
}

KN_FN float kn_tanf(float x) {
    return kn_tan_wide((double)x);
}

/* tan(x), |x| <= 1.56, as 2 t / (1 - t^2) of t = tan(x / 2), that by nine terms of Lambert's continued fraction
 * x / (1 - x^2 / (3 - x^2 / (5 - ...))) (1768): one division, and 2^-45 of itself off at the ends, 2^-50 to |x| = pi / 4. */
KN_FN double kn_tan_within(double x) {
    double h = x * 0.5, z = h * h;
    double n = z - 990.0;
    n = n * z + 135135.0;
    n = n * z - 4729725.0;
    n = h * (n * z + 34459425.0);
    double d = z * 45.0 - 13860.0;
    d = d * z + 945945.0;
    d = d * z - 16216200.0;
    d = d * z + 34459425.0;
    return (n * d * 2.0) / ((d - n) * (d + n));
}

/* sin / cos of hi + lo, |hi| <= pi/4: degree 13, 2^-57.8, and degree 14, 2^-63.9. */
KN_FN double kn_tan(double x) {
    double a = kn_within(x);
    double k = (a * 0.63661977236758138 + KN_MAGIC) - KN_MAGIC;
    double odd = k - ((k * 0.5 + KN_MAGIC) - KN_MAGIC) * 2.0;
    KnPair r = kn_take_pi(a, k * 0.5);
    double z = r.hi * r.hi;
    double s = 1.5895738830324928e-10;
    s = s * z - 2.5050738520652468e-08;
    s = s * z + 2.755731355657315e-06;
    s = s * z - 0.0001984126982938389;
    s = s * z + 0.0083333333333218407;
    s = s * z - 0.1666666666666663;
    s = r.hi + ((r.hi * z) * s + (r.lo - 0.5 * z * r.lo));
    double c = -1.135874926801442e-11;
    c = c * z + 2.0875705396294653e-09;
    c = c * z - 2.7557314217039326e-07;
    c = c * z + 2.4801587289002079e-05;
    c = c * z - 0.0013888888888873342;
    c = c * z + 0.041666666666666595;
    c = 1.0 - (0.5 * z - (z * z * c - r.hi * r.lo));
    double y = odd == 0.0 ? s / c : -c / s;
    return x == 0.0 ? x : y;
}

/* ---- inverse sine, cosine, tangent ----------------------------------------------------------- */

/* asin(w) - w, 0 <= w <= 1/2, z = w^2: degree 11, 2^-27.6. */
KN_FN float kn_asin_kernelf(float w, float z) {
    float p = 0.0422119014f;
    p = p * z + 0.0241520517f;
    p = p * z + 0.0454760455f;
    p = p * z + 0.0749525204f;
    p = p * z + 0.166667536f;
    return (w * z) * p;
}

/* asin(w) - w, 0 <= w <= 1/2, z = w^2: degree 27, 2^-59.8. */
KN_FN double kn_asin_kernel(double w, double z) {
    double p = 0.032693402984074506;
    p = p * z - 0.021103734402093694;
    p = p * z + 0.02178216335048826;
    p = p * z + 0.0036754001490734945;
    p = p * z + 0.010788538622043648;
    p = p * z + 0.011397420990715964;
    p = p * z + 0.0139810042579026;
    p = p * z + 0.017351596583097102;
    p = p * z + 0.022372215851332398;
    p = p * z + 0.030381942677024171;
    p = p * z + 0.044642857175253459;
    p = p * z + 0.074999999999701292;
    p = p * z + 0.16666666666666763;
    return (w * z) * p;
}

/* Above 1/2: asin a = pi/2 - 2 asin(sqrt((1 - a) / 2)), whose argument is exact. */
KN_FN float kn_asinf(float x) {
    float a = fabsf(x), half = (1.0f - a) * 0.5f;
    float z = a < 0.5f ? a * a : half;
    float root = kn_sqrtf(z);
    float w = a < 0.5f ? a : root;
    float e = kn_asin_kernelf(w, z);
    float upper = 1.57079637f - (2.0f * w + (2.0f * e + 4.37113883e-08f));
    return copysignf(a < 0.5f ? w + e : upper, x);
}

KN_FN double kn_asin(double x) {
    double a = fabs(x), half = (1.0 - a) * 0.5;
    double z = a < 0.5 ? a * a : half;
    double root = kn_sqrt(z);
    double w = a < 0.5 ? a : root;
    double e = kn_asin_kernel(w, z);
    double upper = 1.5707963267948966 - (2.0 * w + (2.0 * e - 6.123233995736766e-17));
    return copysign(a < 0.5 ? w + e : upper, x);
}

KN_FN float kn_acosf(float x) {
    float a = fabsf(x), half = (1.0f - a) * 0.5f;
    float z = a < 0.5f ? a * a : half;
    float root = kn_sqrtf(z);
    float w = a < 0.5f ? a : root;
    float e = kn_asin_kernelf(w, z);
    float middle = 1.57079637f - (copysignf(w, x) + (copysignf(e, x) + 4.37113883e-08f));
    float right = 2.0f * (w + e);
    float left = 3.14159274f - (2.0f * w + (2.0f * e + 8.74227766e-08f));
    float outer = x > 0.0f ? right : left;
    return a < 0.5f ? middle : outer;
}

KN_FN double kn_acos(double x) {
    double a = fabs(x), half = (1.0 - a) * 0.5;
    double z = a < 0.5 ? a * a : half;
    double root = kn_sqrt(z);
    double w = a < 0.5 ? a : root;
    double e = kn_asin_kernel(w, z);
    double middle =
        1.5707963267948966 - (copysign(w, x) + (copysign(e, x) - 6.123233995736766e-17));
    double right = 2.0 * (w + e);
    double left = 3.1415926535897931 - (2.0 * w + (2.0 * e - 1.2246467991473532e-16));
    double outer = x > 0.0 ? right : left;
    return a < 0.5 ? middle : outer;
}

/* atan(n / d) for n, d >= 0 not both 0 or infinite.  With one division brought to |t| <= tan(pi/8):
 * pi/2 + atan(-d / n), pi/4 + atan((n - d) / (n + d)) or atan(n / d); degree 9, 2^-25.6. */
KN_FN float kn_atan_ratiof(float n, float d) {
    int32_t high = n > 2.41421356f * d, middle = n > 0.414213562f * d;
    float above = middle ? n - d : n, below = middle ? n + d : d;
    float base = middle ? 0.785398185f : 0.0f, rest = middle ? -2.18556941e-08f : 0.0f;
    above = high ? -d : above;
    below = high ? n : below;
    base = high ? 1.57079637f : base;
    rest = high ? -4.37113883e-08f : rest;
    float t = above / below, z = t * t;
    float p = 0.0806066468f;
    p = p * z - 0.138799846f;
    p = p * z + 0.199779421f;
    p = p * z - 0.333329558f;
    return base + (t + ((t * z) * p + rest));
}

/* The same in double: degree 23, 2^-59.5. */
KN_FN double kn_atan_ratio(double n, double d) {
    int32_t high = n > 2.4142135623730949 * d, middle = n > 0.41421356237309503 * d;
    double above = middle ? n - d : n, below = middle ? n + d : d;
    double base = middle ? 0.78539816339744828 : 0.0, rest = middle ? 3.061616997868383e-17 : 0.0;
    above = high ? -d : above;
    below = high ? n : below;
    base = high ? 1.5707963267948966 : base;
    rest = high ? 6.123233995736766e-17 : rest;
    double t = above / below, z = t * t;
    double p = -0.017914042808409573;
    p = p * z + 0.038070773818177236;
    p = p * z - 0.050395484854473475;
    p = p * z + 0.05847943267245468;
    p = p * z - 0.066631114403576344;
    p = p * z + 0.076920608613899294;
    p = p * z - 0.090908977937233112;
    p = p * z + 0.11111110784692946;
    p = p * z - 0.14285714280220657;
    p = p * z + 0.19999999999953819;
    p = p * z - 0.33333333333333198;
    return base + (t + ((t * z) * p + rest));
}

KN_FN float kn_atanf(float x) {
    return copysignf(kn_atan_ratiof(fabsf(x), 1.0f), x);
}

KN_FN double kn_atan(double x) {
    return copysign(kn_atan_ratio(fabs(x), 1.0), x);
}

/* Large arguments are scaled, so that sums do not overflow; two infinities count as 1 and 1, two
 * zeros as 0 and 1. */
/* The bits that both of two whole numbers below 2^53 have, negative ones in two's complement; NaN of others. By
 * halves of 26 bits and what is above, which are exact in 32 bits: that vectorises where 64 do not. */
KN_FN double kn_bit_and(double a, double b) {
    int whole = (int)(kn_abs(a) < 0x1p53) & (int)(kn_abs(b) < 0x1p53);
    double x = whole ? a : 0.0, y = whole ? b : 0.0;
    double x_high = kn_floor(x * 0x1p-26), y_high = kn_floor(y * 0x1p-26);
    int32_t high = (int32_t)x_high & (int32_t)y_high;
    int32_t low = (int32_t)(x - x_high * 0x1p26) & (int32_t)(y - y_high * 0x1p26);
    double both = (double)high * 0x1p26 + (double)low;
    return whole ? both : KN_NAN;
}

KN_FN float kn_atan2f(float y, float x) {
    float n = fabsf(y), d = fabsf(x), big = kn_maxf(n, d);
    float scale = big > 0x1p100f ? 0x1p-30f : 1.0f;
    float least = n + d == 0.0f ? 1.0f : d;
    float both = n == d ? n : 0.0f;
    n = both == KN_INFF ? 1.0f : n * scale;
    d = both == KN_INFF ? 1.0f : least * scale;
    float r = kn_atan_ratiof(n, d);
    float left = 3.14159274f - (r + 8.74227766e-08f);
    r = copysignf(1.0f, x) < 0.0f ? left : r;
    return copysignf(r, y);
}

KN_FN double kn_atan2(double y, double x) {
    double n = fabs(y), d = fabs(x), big = kn_max(n, d);
    double scale = big > 0x1p1000 ? 0x1p-30 : 1.0;
    double least = n + d == 0.0 ? 1.0 : d;
    double both = n == d ? n : 0.0;
    n = both == KN_INF ? 1.0 : n * scale;
    d = both == KN_INF ? 1.0 : least * scale;
    double r = kn_atan_ratio(n, d);
    double left = 3.1415926535897931 - (r - 1.2246467991473532e-16);
    r = copysign(1.0, x) < 0.0 ? left : r;
    return copysign(r, y);
}

/* ---- exponentials ---------------------------------------------------------------------------- */

/* e^r - 1, |r| <= ln(2)/2: degree 6, 2^-26.1. */
KN_FN float kn_exp_kernelf(float r) {
    float p = 0.0013835188f;
    p = p * r + 0.00836712681f;
    p = p * r + 0.0416677594f;
    p = p * r + 0.16666539f;
    p = p * r + 0.49999997f;
    return r + (r * r) * p;
}

/* e^(hi + lo) - 1, |hi| <= ln(2)/2: degree 12, 2^-61.1. */
KN_FN double kn_exp_kernel(double hi, double lo) {
    double p = 2.0897273276014793e-09;
    p = p * hi + 2.5108365364892386e-08;
    p = p * hi + 2.7557318355734395e-07;
    p = p * hi + 2.7557245194178158e-06;
    p = p * hi + 2.4801587291610575e-05;
    p = p * hi + 0.00019841269885354429;
    p = p * hi + 0.001388888888888849;
    p = p * hi + 0.0083333333333217748;
    p = p * hi + 0.041666666666666692;
    p = p * hi + 0.16666666666666677;
    p = p * hi + 0.5;
    return hi + ((hi * hi) * p + (lo + hi * lo));
}

/* x - k ln 2: ln 2 in two parts, the first of 12 (32) bits, so that it multiplies k exactly. */
KN_FN float kn_take_ln2f(float x, float k) {
    return (x - k * 0.693115234375f) - k * 3.19461833e-05f;
}

KN_FN KnPair kn_take_ln2(double x, double k) {
    double a = x - k * 0.69314718036912382, b = k * 1.9082149292705877e-10;
    KnPair out;
    out.hi = a - b;
    out.lo = (a - out.hi) - b;
    return out;
}

/* e^x = 2^k e^(x - k ln 2).  The bounds are where nothing but 0 and infinity is left. */
KN_FN float kn_expf(float x) {
    float a = kn_boundf(x, -104.0f, 89.0f);
    float t = a * 1.44269504f + KN_MAGICF;
    return kn_scalef(1.0f + kn_exp_kernelf(kn_take_ln2f(a, t - KN_MAGICF)), t);
}

KN_FN double kn_exp(double x) {
    double a = kn_bound(x, -746.0, 710.0);
    double t = a * 1.4426950408889634 + KN_MAGIC;
    KnPair r = kn_take_ln2(a, t - KN_MAGIC);
    return kn_scale(1.0 + kn_exp_kernel(r.hi, r.lo), t);
}

KN_FN float kn_exp2f(float x) {
    float a = kn_boundf(x, -151.0f, 129.0f);
    float t = a + KN_MAGICF;
    return kn_scalef(1.0f + kn_exp_kernelf((a - (t - KN_MAGICF)) * 0.693147181f), t);
}

KN_FN double kn_exp2(double x) {
    double a = kn_bound(x, -1076.0, 1025.0);
    double t = a + KN_MAGIC;
    double r = a - (t - KN_MAGIC);
    return kn_scale(1.0 + kn_exp_kernel(r * 0.69314718055994529, r * 2.3190468138462996e-17), t);
}

/* (e^x - 1) / 4 and e^x / 4 for x >= 0; the quarter keeps 2^k in range up to where cosh ends. */
KN_FN float kn_expm1_quarterf(float x) {
    float t = x * 1.44269504f + KN_MAGICF;
    float scale = kn_two_to_f(kn_bitsf(t) - 2u);
    return kn_exp_kernelf(kn_take_ln2f(x, t - KN_MAGICF)) * scale + (scale - 0.25f);
}

KN_FN double kn_expm1_quarter(double x) {
    double t = x * 1.4426950408889634 + KN_MAGIC;
    double scale = kn_two_to(kn_bits(t) - 2u);
    KnPair r = kn_take_ln2(x, t - KN_MAGIC);
    return kn_exp_kernel(r.hi, r.lo) * scale + (scale - 0.25);
}

/* With m = e^x - 1 and q = m / 4: sinh x = (m + m / (m + 1)) / 2. */
KN_FN float kn_sinhf(float x) {
    float q = kn_expm1_quarterf(kn_boundf(fabsf(x), 0.0f, 89.5f));
    float y = copysignf(2.0f * (q + q / (4.0f * q + 1.0f)), x);
    return fabsf(x) < 0x1p-12f ? x : y; /* a quarter of a denormal would be rounded */
}

KN_FN double kn_sinh(double x) {
    double q = kn_expm1_quarter(kn_bound(fabs(x), 0.0, 710.5));
    double y = copysign(2.0 * (q + q / (4.0 * q + 1.0)), x);
    return fabs(x) < 0x1p-27 ? x : y;
}

/* With q = e^x / 4: cosh x = 2 q + 1 / (8 q). */
KN_FN float kn_coshf(float x) {
    float a = kn_boundf(fabsf(x), 0.0f, 89.5f);
    float t = a * 1.44269504f + KN_MAGICF;
    float q =
        (1.0f + kn_exp_kernelf(kn_take_ln2f(a, t - KN_MAGICF))) * kn_two_to_f(kn_bitsf(t) - 2u);
    return 2.0f * (q + 0.0625f / q);
}

KN_FN double kn_cosh(double x) {
    double a = kn_bound(fabs(x), 0.0, 710.5);
    double t = a * 1.4426950408889634 + KN_MAGIC;
    KnPair r = kn_take_ln2(a, t - KN_MAGIC);
    double q = (1.0 + kn_exp_kernel(r.hi, r.lo)) * kn_two_to(kn_bits(t) - 2u);
    return 2.0 * (q + 0.0625 / q);
}

/* With m = e^(2x) - 1: tanh x = m / (m + 2), which is 1 from the bounds on. */
KN_FN float kn_tanhf(float x) {
    float q = kn_expm1_quarterf(2.0f * kn_boundf(fabsf(x), 0.0f, 10.0f));
    float y = copysignf(q / (q + 0.5f), x);
    return fabsf(x) < 0x1p-12f ? x : y;
}

KN_FN double kn_tanh(double x) {
    double q = kn_expm1_quarter(2.0 * kn_bound(fabs(x), 0.0, 20.0));
    double y = copysign(q / (q + 0.5), x);
    return fabs(x) < 0x1p-27 ? x : y;
}

/* ---- logarithms ------------------------------------------------------------------------------ */

/* x = m 2^e with m in [sqrt(1/2), sqrt(2)), for finite x > 0: subtracting the bits of sqrt(1/2)
 * leaves e in the exponent's place.  Denormals are first made normal. */
typedef struct {
    float m, e;
} KnSplitf;

typedef struct {
    double m, e;
} KnSplit;

KN_FN KnSplitf kn_splitf(float x) {
    float up = x < 0x1p-126f ? x * 0x1p24f : x, shift = x < 0x1p-126f ? -24.0f : 0.0f;
    uint32_t bits = kn_bitsf(up);
    int32_t e = (int32_t)(bits - 0x3f3504f3u) >> 23;
    KnSplitf out;
    out.m = kn_from_bitsf(bits - ((uint32_t)e << 23));
    out.e = (float)e + shift;
    return out;
}

/* There is no vector instruction for 64-bit e before AVX-512: it is shifted without sign, with a
 * bias, and becomes a double as the low bits of 2^52. */
KN_FN KnSplit kn_split(double x) {
    double up = x < 0x1p-1022 ? x * 0x1p54 : x, shift = x < 0x1p-1022 ? -54.0 : 0.0;
    uint64_t bits = kn_bits(up);
    uint64_t biased = (bits + (0x3ff0000000000000u - 0x3fe6a09e667f3bcdu)) >> 52;
    KnSplit out;
    out.m = kn_from_bits(bits - (biased << 52) + 0x3ff0000000000000u);
    out.e = (kn_from_bits(biased | 0x4330000000000000u) - 4503599627371519.0) + shift;
    return out;
}

/* log(1 + f) - f, f in [sqrt(1/2) - 1, sqrt(2) - 1]: degree 10, 2^-27.3. */
KN_FN float kn_log_kernelf(float f) {
    float z = f * f;
    float p = -0.0764273778f;
    p = p * f + 0.127671748f;
    p = p * f - 0.13159658f;
    p = p * f + 0.142009079f;
    p = p * f - 0.166233212f;
    p = p * f + 0.200012624f;
    p = p * f - 0.250008225f;
    p = p * f + 0.333333313f;
    return (f * z) * p - 0.5f * z;
}

/* log(1 + f) - f, f as above.  With s = f / (2 + f), log(1 + f) = 2 s + s R, R = z P(z), z = s^2,
 * P of degree 6, 2^-59.5; 2 s = f - s f, and s f = f^2/2 - s f^2/2, which keeps f exact (the
 * arrangement is K. C. Ng's). */
KN_FN double kn_log_kernel(double f) {
    double s = f / (2.0 + f), z = s * s;
    double half = 0.5 * f * f;
    double p = 0.14795750617838391;
    p = p * z + 0.15314074323718666;
    p = p * z + 0.18183563209870135;
    p = p * z + 0.22222198599317827;
    p = p * z + 0.28571428742070443;
    p = p * z + 0.3999999999941653;
    p = p * z + 0.6666666666666734;
    return s * (half + z * p) - half;
}

/* y for x > 0, and what any logarithm is elsewhere. */
KN_FN float kn_log_edgesf(float x, float y) {
    float edge = x == 0.0f ? -KN_INFF : KN_NANF;
    y = x > 0.0f ? y : edge;
    return x == KN_INFF ? x : y;
}

KN_FN double kn_log_edges(double x, double y) {
    double edge = x == 0.0 ? -KN_INF : KN_NAN;
    y = x > 0.0 ? y : edge;
    return x == KN_INF ? x : y;
}

/* e times the first part of a constant is exact, the second joins the small terms. */
KN_FN float kn_logf(float x) {
    KnSplitf s = kn_splitf(x);
    float f = s.m - 1.0f;
    float small = kn_log_kernelf(f) + s.e * 3.19461833e-05f;
    return kn_log_edgesf(x, s.e * 0.693115234375f + (f + small));
}

KN_FN double kn_log(double x) {
    KnSplit s = kn_split(x);
    double f = s.m - 1.0;
    double small = kn_log_kernel(f) + s.e * 1.9082149292705877e-10;
    return kn_log_edges(x, s.e * 0.69314718036912382 + (f + small));
}

KN_FN float kn_log2f(float x) {
    KnSplitf s = kn_splitf(x);
    float f = s.m - 1.0f;
    return kn_log_edgesf(x, s.e + (f + kn_log_kernelf(f)) * 1.44269504f);
}

KN_FN double kn_log2(double x) {
    KnSplit s = kn_split(x);
    double f = s.m - 1.0;
    return kn_log_edges(x, s.e + (f + kn_log_kernel(f)) * 1.4426950408889634);
}

KN_FN float kn_log10f(float x) {
    KnSplitf s = kn_splitf(x);
    float f = s.m - 1.0f;
    float small = (f + kn_log_kernelf(f)) * 0.434294482f + s.e * 4.60503861e-06f;
    return kn_log_edgesf(x, s.e * 0.301025390625f + small);
}

KN_FN double kn_log10(double x) {
    KnSplit s = kn_split(x);
    double f = s.m - 1.0;
    double small = (f + kn_log_kernel(f)) * 0.43429448190325182 + s.e * 1.1451100898021838e-10;
    return kn_log_edges(x, s.e * 0.30102999554947019 + small);
}

/* ---- powers and roots ------------------------------------------------------------------------ */

/* What C says of pow where x^y is not just |x|^y = r: the sign of odd powers, NaN for the root of a
 * negative number, zeros and infinities, NaN.  (For infinite y, odd is NaN.) */
KN_FN float kn_pow_edgesf(float x, float y, float r) {
    float a = fabsf(x), whole = kn_floorf(y);
    float odd = whole == y ? whole - kn_floorf(y * 0.5f) * 2.0f : 0.0f;
    float zero = y > 0.0f ? 0.0f : y, endless = y > 0.0f ? KN_INFF : y;
    zero = y < 0.0f ? KN_INFF : zero;
    endless = y < 0.0f ? 0.0f : endless;
    r = a == 0.0f ? zero : r;
    float root = x < 0.0f ? KN_NANF : r;
    r = whole == y ? r : root;
    r = a == KN_INFF ? endless : r;
    r = odd == 1.0f ? copysignf(r, x) : r;
    r = x == x ? r : x;
    r = y == 0.0f ? 1.0f : r;
    return x == 1.0f ? 1.0f : r;
}

KN_FN double kn_pow_edges(double x, double y, double r) {
    double a = fabs(x), whole = kn_floor(y);
    double odd = whole == y ? whole - kn_floor(y * 0.5) * 2.0 : 0.0;
    double zero = y > 0.0 ? 0.0 : y, endless = y > 0.0 ? KN_INF : y;
    zero = y < 0.0 ? KN_INF : zero;
    endless = y < 0.0 ? 0.0 : endless;
    r = a == 0.0 ? zero : r;
    double root = x < 0.0 ? KN_NAN : r;
    r = whole == y ? r : root;
    r = a == KN_INF ? endless : r;
    r = odd == 1.0 ? copysign(r, x) : r;
    r = x == x ? r : x;
    r = y == 0.0 ? 1.0 : r;
    return x == 1.0 ? 1.0 : r;
}

/* 2^(y log2 x), x > 0, with the logarithm in double: log2 m = s P(s^2), s = (m - 1) / (m + 1), degree 9,
 * 2^-36.2, times at most 2^7.3 before 2^w under- or overflows.  A bounded y is as good as an
 * infinite one, and no NaN for x = 1. */
KN_FN float kn_pow_basef(float x, float y) {
    KnSplitf a = kn_splitf(x);
    double m = (double)a.m, s = (m - 1.0) / (m + 1.0), z = s * s;
    double p = 0.34074050697368308;
    p = p * z + 0.41167210733718945;
    p = p * z + 0.57708359620406657;
    p = p * z + 0.96179667327574048;
    p = p * z + 2.8853900817901468;
    double w = (double)kn_boundf(y, -0x1p60f, 0x1p60f) * ((double)a.e + s * p);
    w = kn_bound(w, -151.0, 129.0);
    double k = (w + KN_MAGIC) - KN_MAGIC;
    float r = (float)((w - k) * 0.69314718055994529);
    return kn_scalef(1.0f + kn_exp_kernelf(r), (float)k + KN_MAGICF);
}

KN_FN float kn_powf(float x, float y) {
    return kn_pow_edgesf(x, y, kn_pow_basef(fabsf(x), y));
}

/* log2 of a finite x > 0 as hi + lo, hi of 21 bits, to 2^-66 or so.  With s = (m - 1) / (m + 1):
 * log2 m = 2 / (3 ln 2) s T, T = 3 + s^2 + 3 s^4 P(s^2), P of degree 6, 2^-66.3.  Every factor is
 * cut in a head of 21 bits and a rest; heads multiply exactly, and rests carry what is left. */
KN_FN KnPair kn_log2_pair(double x) {
    KnSplit a = kn_split(x);
    double f = a.m - 1.0, g = a.m + 1.0;
    double g1 = kn_head(g, 32), g2 = a.m - (g1 - 1.0);
    double s = f / g, s1 = kn_head(s, 32), s2 = ((f - s1 * g1) - s1 * g2) / g;
    double z1 = s1 * s1, z2 = s2 * (s + s1), z = z1 + z2;
    double p = 0.065981796540523718;
    p = p * z + 0.066284074692851525;
    p = p * z + 0.076933787142290613;
    p = p * z + 0.090908921827872316;
    p = p * z + 0.11111111259966715;
    p = p * z + 0.1428571428504978;
    p = p * z + 0.20000000000001128;
    double rest = 3.0 * (z * z) * p + z2;
    double t1 = kn_head((3.0 + z1) + rest, 32), t2 = rest - ((t1 - 3.0) - z1);
    double u = s1 * t1, v = s2 * t1 + s * t2;
    double q1 = kn_head(u + v, 32), q2 = v - (q1 - u);
    double l1 = 0.96179628372192383 * q1;
    double l2 = 4.1020405177678161e-07 * q1 + 0.96179669392597555 * q2;
    KnPair out;
    out.hi = kn_head(a.e + (l1 + l2), 32);
    out.lo = l2 - ((out.hi - a.e) - l1);
    return out;
}

/* x^y for finite x > 0 but 1, where there are no edges: of an x that is known the logarithm is, too. */
KN_FN double kn_pow_base(double x, double y) {
    KnPair l = kn_log2_pair(x);
    double b = kn_bound(y, -0x1p70, 0x1p70), b1 = kn_head(b, 32), b2 = b - b1;
    double w1 = b1 * l.hi, w2 = b2 * l.hi + b * l.lo;
    double t = kn_bound(w1 + w2, -1080.0, 1030.0) + KN_MAGIC;
    double r = kn_bound((w1 - (t - KN_MAGIC)) + w2, -1.0, 1.0) * 0.69314718055994529;
    return kn_scale(1.0 + kn_exp_kernel(r, 0.0), t);
}

KN_FN double kn_pow(double x, double y) {
    return kn_pow_edges(x, y, kn_pow_base(fabs(x), y));
}

/* x = m 8^k, m in [2^-1.5, 2^1.5).  The inverse cube root y of m starts from a polynomial (degree
 * 3, 2^-5.9); with h = 1 - m y^3, y (1 + h/3 + 2 h^2/9) has a third as many bits wrong; the last
 * step is Newton's for the root itself, m y^2. */
KN_FN float kn_cbrtf(float x) {
    KnSplitf s = kn_splitf(fabsf(x));
    float third = s.e * 0.333333343f + KN_MAGICF, k = third - KN_MAGICF;
    float m = s.m * kn_two_to_f(kn_bitsf(s.e - 3.0f * k + KN_MAGICF));
    float y = -0.0815651715f;
    y = y * m + 0.519255102f;
    y = y * m - 1.18887901f;
    y = y * m + 1.74944162f;
    float h = 1.0f - m * (y * y * y);
    y = y + y * (h * (0.333333343f + h * 0.222222224f));
    h = 1.0f - m * (y * y * y);
    y = y + y * (h * 0.333333343f);
    float t = m * (y * y);
    t = t - (t * t * t - m) * (y * y * 0.333333343f);
    t = copysignf(t * kn_two_to_f(kn_bitsf(third)), x);
    t = fabsf(x) < KN_INFF ? t : x;
    return x == 0.0f ? x : t;
}

KN_FN double kn_cbrt(double x) {
    KnSplit s = kn_split(fabs(x));
    double third = s.e * 0.33333333333333331 + KN_MAGIC, k = third - KN_MAGIC;
    double m = s.m * kn_two_to(kn_bits(s.e - 3.0 * k + KN_MAGIC));
    double y = -0.0815651715;
    y = y * m + 0.519255102;
    y = y * m - 1.18887901;
    y = y * m + 1.74944162;
    double h = 1.0 - m * (y * y * y);
    y = y + y * (h * (0.33333333333333331 + h * 0.22222222222222221));
    h = 1.0 - m * (y * y * y);
    y = y + y * (h * (0.33333333333333331 + h * 0.22222222222222221));
    h = 1.0 - m * (y * y * y);
    y = y + y * (h * 0.33333333333333331);
    double t = m * (y * y);
    t = t - (t * t * t - m) * (y * y * 0.33333333333333331);
    t = copysign(t * kn_two_to(kn_bits(third)), x);
    t = fabs(x) < KN_INF ? t : x;
    return x == 0.0 ? x : t;
}
