/* Every function of runtime/math.h against MPFR: dense ranges, neighbourhoods of zeros, special
 * values.  One line a function with its worst error in units in the last place of the result. */
#include "../../runtime/math.h"
#include <float.h>
#include <mpfr.h>
#include <stdio.h>

enum { POINTS = 30000 }; /* a range */

typedef double (*Fn)(double x, double y);
typedef void (*Ref)(mpfr_t out, mpfr_t x, mpfr_t y);

typedef struct {
    double low, high; /* of the first argument; 'e' means powers of two, both signs */
    char scale;
    double low2, high2; /* of the second */
    char scale2;
} Range;

typedef struct {
    const char *name;
    Fn fn;
    Ref ref;
    int in, out; /* bits of argument and result: 24 or 53 */
    int arity;
    double limit;        /* ulp */
    const Range *ranges; /* ended by scale 0 */
    double near;         /* also around its multiples */
    double most;  /* special values above this are left out, 0: none; below 0: |x / y| above it */
    int signless; /* zeros may have either sign */
} Case;

static mpfr_t mx, my, mr, mt, mlong;
static uint64_t rng = 1;
static int passed, failed;

static uint64_t next(void) {
    uint64_t z = (rng += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static double uniform(void) {
    return (double)(next() >> 11) * 0x1p-53;
}

static double pick(double low, double high, char scale, int in) {
    double v;
    if (scale == 'e') { /* any significand, exponent in low..high */
        v = ldexp(1.0 + uniform(), (int)(low + floor(uniform() * (high - low))));
        if (next() & 1) v = -v;
    } else if (scale == 'i') {
        v = floor(low + uniform() * (high - low));
    } else {
        v = low + uniform() * (high - low);
    }
    return in == 24 ? (double)(float)v : v;
}

typedef struct {
    double ulp, x, y;
    long double want;
    double got;
    int bad;
} Worst;

static void one(const Case *c, double x, double y, Worst *w) {
    double got = c->fn(x, y);
    mpfr_set_d(mx, x, MPFR_RNDN);
    mpfr_set_d(my, y, MPFR_RNDN);
    c->ref(mr, mx, my);
    long double want = mpfr_get_ld(mr, MPFR_RNDN);
    double ulp = 0;
    int bad = 0;
    long double most = c->out == 24 ? (long double)FLT_MAX : (long double)DBL_MAX;
    int low = c->out == 24 ? -125 : -1021;
    if (isnan(want) || isnan(got)) {
        bad = !(isnan(want) && isnan(got));
    } else if (fabsl(want) > most) {
        bad = got != (want > 0 ? INFINITY : -INFINITY) &&
              !(fabsl(got) == most && fabsl(want) < most * (1 + ldexpl(1.0L, -c->out)));
    } else if (want == 0) {
        bad = got != 0 || (!c->signless && !!signbit(want) != !!signbit(got));
    } else {
        int e;
        frexpl(want, &e);
        e = e < low ? low : e;
        if (isinf(got)) got = copysign(2, got) * ldexp(1, c->out == 24 ? 127 : 1022) * 2;
        ulp = (double)(fabsl((long double)got - want) / ldexpl(1.0L, e - c->out));
        bad = !(ulp <= c->limit);
    }
    if ((bad && !w->bad) || (bad == w->bad && ulp > w->ulp)) {
        w->x = x;
        w->y = y;
        w->want = want;
        w->got = got;
        w->bad = bad;
    }
    if (ulp > w->ulp) w->ulp = ulp;
}

/* clang-format off */
static const double edge[] = {
    0, INFINITY, NAN, 0x1p-149, 0x1.8p-127, 0x1p-126, FLT_MAX, 1, 0.5, 2, 3, 4, 5, 0.25, 1e-30,
    1e30, 1.5, 2.5, 0.75, 0x1p23, 0x1p23 + 1, 0x1p24, 0x1p22 + 0.5, 8388607.5, 16777215, 7, 20,
    0x1.fffffep-2, 0x1.fffffep-1, 0x1.000002p0, 88.5, 104, 10, 100, 1000, 0.125, 0x1p-25, 0x1p31,
    1e-6,
};
static const double fine[] = { /* for double alone */
    0x1p-1074, 0x1p-1022, 0x1.8p-1030, DBL_MAX, 0x1p52, 0x1p53, 0x1p52 + 1, 0x1p51 + 0.5,
    4503599627370495.5, 0x1.fffffffffffffp-2, 0x1.fffffffffffffp-1, 0x1.0000000000001p0, 709, 745,
    1e-300, 1e300, 0x1p-54, 0x1p63,
};
/* clang-format on */

static void run(const Case *c) {
    Worst w = {0, 0, 0, 0, 0, 0};
    for (int i = 0; c->ranges[i].scale; i++) {
        const Range *r = &c->ranges[i];
        for (int k = 0; k < POINTS; k++)
            one(c, pick(r->low, r->high, r->scale, c->in),
                r->scale2 ? pick(r->low2, r->high2, r->scale2, c->in) : 0, &w);
    }
    for (int k = -3000; c->near > 0 && k <= 3000; k++) {
        double v = c->near * (k < -1500 || k > 1500 ? k * 7.0 : k);
        for (int j = -2; j <= 2; j++) { /* wide forms: to 2^-55 only, hence not the very next */
            double unit = c->in == 24 ? 0x1p-24 : 0x1p-53;
            double step = fabs(v) * (c->in == c->out ? unit * j : 0x1p-36 * (j + 0.5));
            one(c, c->in == 24 ? (double)(float)(v + step) : v + step, 0, &w);
        }
    }
    int few = (int)(sizeof edge / sizeof *edge), many = few + (int)(sizeof fine / sizeof *fine);
    int n = 2 * (c->in == 24 ? few : many);
    for (int i = 0; i < n; i++) {
        double a = i / 2 < few ? edge[i / 2] : fine[i / 2 - few];
        double x = c->in == 24 ? (double)(float)a : a;
        x = i & 1 ? -x : x;
        if (c->most > 0 && isfinite(x) && fabs(x) > c->most) continue;
        for (int j = 0; j < (c->arity == 2 ? n : 1); j++) {
            double b = j / 2 < few ? edge[j / 2] : fine[j / 2 - few];
            double y = c->in == 24 ? (double)(float)b : b;
            y = j & 1 ? -y : y;
            double ratio = fabs(x / y);
            if (c->arity == 2 && c->most < 0 && isfinite(ratio) && ratio > -c->most) continue;
            if (c->arity == 2 && c->most < 0 && isinf(ratio) && y != 0 && isfinite(x)) continue;
            if (c->arity == 2 && c->most < 0 && isfinite(x) && fabs(x) > 1e308) continue;
            one(c, x, c->arity == 2 ? y : 0, &w);
        }
    }
    if (w.bad) {
        printf("FAIL %s %.3g ulp at %a (%.9g)", c->name, w.ulp, w.x, w.x);
        if (c->arity == 2) printf(", %a (%.9g)", w.y, w.y);
        printf(": %.17g, want %.20Lg\n", w.got, w.want);
        failed++;
    } else {
        printf("ok %s %.2f ulp\n", c->name, w.ulp);
        passed++;
    }
}

/* ---- the functions as double to double ------------------------------------------------------- */

#define UNARY(n)                                                                                   \
    static double f_##n##f(double x, double y) {                                                   \
        (void)y;                                                                                   \
        return (double)kn_##n##f((float)x);                                                        \
    }                                                                                              \
    static double f_##n(double x, double y) {                                                      \
        (void)y;                                                                                   \
        return kn_##n(x);                                                                          \
    }
#define BINARY(n)                                                                                  \
    static double f_##n##f(double x, double y) {                                                   \
        return (double)kn_##n##f((float)x, (float)y);                                              \
    }                                                                                              \
    static double f_##n(double x, double y) {                                                      \
        return kn_##n(x, y);                                                                       \
    }
#define WIDE(n)                                                                                    \
    static double f_##n##_wide(double x, double y) {                                               \
        (void)y;                                                                                   \
        return (double)kn_##n##_wide(x);                                                           \
    }
#define NEAR(n)                                                                                    \
    static double f_##n##_near(double x, double y) {                                               \
        (void)y;                                                                                   \
        return (double)kn_##n##_near((float)x);                                                    \
    }
/* clang-format off */
NEAR(sinturn) NEAR(costurn)
UNARY(sin) UNARY(cos) UNARY(tan) UNARY(sinturn) UNARY(costurn) UNARY(asin) UNARY(acos) UNARY(atan)
UNARY(sinh) UNARY(cosh) UNARY(tanh) UNARY(exp) UNARY(exp2) UNARY(log) UNARY(log2) UNARY(log10)
UNARY(sqrt) UNARY(cbrt) UNARY(floor) UNARY(ceil) UNARY(round) UNARY(trunc) UNARY(frac) UNARY(sign)
UNARY(abs) BINARY(atan2) BINARY(pow) BINARY(hypot) BINARY(mod) BINARY(min) BINARY(max)
WIDE(sin) WIDE(cos) WIDE(tan) WIDE(sinturn) WIDE(costurn)
/* clang-format on */

#define REF1(n)                                                                                    \
    static void r_##n(mpfr_t out, mpfr_t x, mpfr_t y) {                                            \
        (void)y;                                                                                   \
        mpfr_##n(out, x, MPFR_RNDN);                                                               \
    }
#define REF_ROUND(n)                                                                               \
    static void r_##n(mpfr_t out, mpfr_t x, mpfr_t y) {                                            \
        (void)y;                                                                                   \
        mpfr_##n(out, x);                                                                          \
    }
#define REF2(n)                                                                                    \
    static void r_##n(mpfr_t out, mpfr_t x, mpfr_t y) {                                            \
        mpfr_##n(out, x, y, MPFR_RNDN);                                                            \
    }
    /* clang-format off */
REF1(sin) REF1(cos) REF1(tan) REF1(asin) REF1(acos) REF1(atan) REF1(sinh) REF1(cosh) REF1(tanh)
REF1(exp) REF1(exp2) REF1(log) REF1(log2) REF1(log10) REF1(sqrt) REF1(cbrt) REF1(abs)
REF_ROUND(floor) REF_ROUND(ceil) REF_ROUND(round) REF_ROUND(trunc)
REF2(atan2) REF2(pow) REF2(hypot)
    /* clang-format on */

    static void r_sinturn(mpfr_t out, mpfr_t x, mpfr_t y) {
    (void)y;
    mpfr_sinu(out, x, 1, MPFR_RNDN);
}

static void r_costurn(mpfr_t out, mpfr_t x, mpfr_t y) {
    (void)y;
    mpfr_cosu(out, x, 1, MPFR_RNDN);
}

/* The floor modulo; what would round to m is 0. */
static void r_modulo(mpfr_t out, mpfr_t x, mpfr_t y, int bits) {
    mpfr_fmod(mlong, x, y, MPFR_RNDN);
    if (mpfr_number_p(mlong) && !mpfr_zero_p(mlong) && mpfr_signbit(mlong) != mpfr_signbit(y))
        mpfr_add(mlong, mlong, y, MPFR_RNDN);
    mpfr_set_prec(mt, bits);
    mpfr_set(mt, mlong, MPFR_RNDN);
    mpfr_set(out, mlong, MPFR_RNDN);
    if (mpfr_zero_p(mt) || mpfr_equal_p(mt, y)) mpfr_set_zero(out, 1);
}

static void r_mod(mpfr_t out, mpfr_t x, mpfr_t y) {
    r_modulo(out, x, y, 53);
}

static void r_modf(mpfr_t out, mpfr_t x, mpfr_t y) {
    r_modulo(out, x, y, 24);
}

static void r_frac(mpfr_t out, mpfr_t x, mpfr_t y) {
    mpfr_set_ui(y, 1, MPFR_RNDN);
    r_modulo(out, x, y, 53);
}

static void r_fracf(mpfr_t out, mpfr_t x, mpfr_t y) {
    mpfr_set_ui(y, 1, MPFR_RNDN);
    r_modulo(out, x, y, 24);
}

static void r_sign(mpfr_t out, mpfr_t x, mpfr_t y) {
    (void)y;
    if (mpfr_nan_p(x)) {
        mpfr_set_nan(out);
    } else {
        mpfr_set_si(out, mpfr_sgn(x), MPFR_RNDN);
    }
}

/* The second argument unless the first is smaller (greater), which NaN is not. */
static void r_min(mpfr_t out, mpfr_t x, mpfr_t y) {
    mpfr_set(out, mpfr_less_p(x, y) ? x : y, MPFR_RNDN);
}

static void r_max(mpfr_t out, mpfr_t x, mpfr_t y) {
    mpfr_set(out, mpfr_greater_p(x, y) ? x : y, MPFR_RNDN);
}

/* ---- what is asked of each ------------------------------------------------------------------- */

#define PI 3.14159265358979323846

/* clang-format off */
#define L(low, high)              {low, high, 'l', 0, 0, 0}
#define E(low, high)              {low, high, 'e', 0, 0, 0}
#define I(low, high)              {low, high, 'i', 0, 0, 0}
#define L2(low, high, low2, high2) {low, high, 'l', low2, high2, 'l'}
#define E2(low, high, low2, high2) {low, high, 'e', low2, high2, 'e'}
#define END                        {0, 0, 0, 0, 0, 0}
/* clang-format on */

static const Range trigf[] = {L(-4, 4),     L(-400, 400), L(-32768, 32768),
                              L(-1e6, 1e6), E(-149, 15),  END};
static const Range trig[] = {L(-4, 4),     L(-400, 400), L(-32768, 32768),
                             L(-1e8, 1e8), E(-1074, 26), END};
static const Range trigw[] = {L(-4, 4), L(-400, 400), L(-1e8, 1e8), E(-149, 26), END};
static const Range nearf[] = {L(-0.5, 0.5), L(-0.26, 0.26), L(0.24, 0.26), E(-149, -2), END};
static const Range turnf[] = {L(-2, 2), L(-400, 400), L(-32768, 32768), E(-149, 40), END};
static const Range turn[] = {L(-2, 2), L(-400, 400), L(-1e8, 1e8), E(-1020, 44), END};
static const Range turnw[] = {L(-2, 2), L(-400, 400), L(-1e8, 1e8), E(-149, 44), END};
static const Range arcf[] = {L(-1, 1), E(-149, 0), E(-10, 2), END};
static const Range arc[] = {L(-1, 1), E(-1074, 0), E(-10, 2), END};
static const Range allf[] = {E(-149, 128), L(-1, 1), L(-4, 4), L(-40, 40), L(-152, 130), END};
static const Range all[] = {E(-1074, 1024), L(-1, 1), L(-4, 4), L(-40, 40), L(-1080, 1030), END};
static const Range posf[] = {E(-149, 128), L(0.5, 2), L(0.99, 1.01), L(0, 100), END};
static const Range pos[] = {E(-1074, 1024), L(0.5, 2), L(0.999, 1.001), L(0, 100), END};
static const Range wholef[] = {E(-149, 2),   E(-10, 60),   L(-100, 100),
                               L(-1e5, 1e5), I(-100, 100), END};
static const Range whole[] = {E(-1074, 2),    E(-10, 100),  L(-100, 100),
                              L(-1e15, 1e15), I(-100, 100), END};
static const Range planef[] = {E2(-149, 128, -149, 128), E2(-8, 8, -8, 8), L2(-1, 1, -1, 1), END};
static const Range plane[] = {
    E2(-1074, 1024, -1074, 1024), E2(-8, 8, -8, 8),       L2(-1, 1, -1, 1),
    E2(-510, -490, -510, -490),   E2(490, 510, 490, 510), END};
static const Range powersf[] = {{-149, 128, 'e', -3, 3, 'l'}, L2(0, 10, -100, 100),
                                L2(0.9, 1.1, -1000, 1000),    {-20, 20, 'l', -20, 20, 'i'},
                                E2(-149, 128, -20, 20),       END};
static const Range powers[] = {{-1074, 1024, 'e', -3, 3, 'l'}, L2(0, 10, -700, 700),
                               L2(0.9, 1.1, -7000, 7000),      {-20, 20, 'l', -100, 100, 'i'},
                               E2(-1074, 1024, -30, 30),       END};
static const Range modulof[] = {
    L2(-100, 100, 0, 10),       E2(-10, 10, -10, 10), {-1e6, 1e6, 'i', -100, 100, 'i'},
    {-149, -2, 'e', 1, 1, 'l'}, L2(-1e6, 1e6, 1, 1),  END};
static const Range modulo[] = {
    L2(-100, 100, 0, 10),        E2(-20, 20, -20, 20),           {-1e6, 1e6, 'i', -100, 100, 'i'},
    {-1074, -2, 'e', 1, 1, 'l'}, {-1e13, 1e13, 'l', -7, 7, 'e'}, END};

static const Case cases[] = {
    {"sinf", f_sinf, r_sin, 24, 24, 1, 2, trigf, PI / 2, 1e6, 0},
    {"sin", f_sin, r_sin, 53, 53, 1, 2, trig, PI / 2, 1e8, 0},
    {"sin_wide", f_sin_wide, r_sin, 53, 24, 1, 2, trigw, PI / 2, 1e8, 0},
    {"cosf", f_cosf, r_cos, 24, 24, 1, 2, trigf, PI / 2, 1e6, 0},
    {"cos", f_cos, r_cos, 53, 53, 1, 2, trig, PI / 2, 1e8, 0},
    {"cos_wide", f_cos_wide, r_cos, 53, 24, 1, 2, trigw, PI / 2, 1e8, 0},
    {"tanf", f_tanf, r_tan, 24, 24, 1, 4, trigf, PI / 2, 1e6, 0},
    {"tan", f_tan, r_tan, 53, 53, 1, 4, trig, PI / 2, 1e8, 0},
    {"tan_wide", f_tan_wide, r_tan, 53, 24, 1, 4, trigw, PI / 2, 1e8, 0},
    {"sinturnf", f_sinturnf, r_sinturn, 24, 24, 1, 2, turnf, 0.25, 0x1p44, 1},
    {"sinturn", f_sinturn, r_sinturn, 53, 53, 1, 2, turn, 0.25, 0x1p44, 1},
    {"sinturn_wide", f_sinturn_wide, r_sinturn, 53, 24, 1, 2, turnw, 0.25, 0x1p44, 1},
    {"costurnf", f_costurnf, r_costurn, 24, 24, 1, 2, turnf, 0.25, 0x1p44, 1},
    {"costurn", f_costurn, r_costurn, 53, 53, 1, 2, turn, 0.25, 0x1p44, 1},
    {"costurn_wide", f_costurn_wide, r_costurn, 53, 24, 1, 2, turnw, 0.25, 0x1p44, 1},
    {"sinturn_near", f_sinturn_near, r_sinturn, 24, 24, 1, 2, nearf, 0, 0.5, 1},
    {"costurn_near", f_costurn_near, r_costurn, 24, 24, 1, 2, nearf, 0, 0.5, 1},
    {"asinf", f_asinf, r_asin, 24, 24, 1, 4, arcf, 0, 0, 0},
    {"asin", f_asin, r_asin, 53, 53, 1, 4, arc, 0, 0, 0},
    {"acosf", f_acosf, r_acos, 24, 24, 1, 4, arcf, 0, 0, 0},
    {"acos", f_acos, r_acos, 53, 53, 1, 4, arc, 0, 0, 0},
    {"atanf", f_atanf, r_atan, 24, 24, 1, 4, allf, 0, 0, 0},
    {"atan", f_atan, r_atan, 53, 53, 1, 4, all, 0, 0, 0},
    {"atan2f", f_atan2f, r_atan2, 24, 24, 2, 4, planef, 0, 0, 0},
    {"atan2", f_atan2, r_atan2, 53, 53, 2, 4, plane, 0, 0, 0},
    {"sinhf", f_sinhf, r_sinh, 24, 24, 1, 4, allf, 0, 0, 0},
    {"sinh", f_sinh, r_sinh, 53, 53, 1, 4, all, 0, 0, 0},
    {"coshf", f_coshf, r_cosh, 24, 24, 1, 4, allf, 0, 0, 0},
    {"cosh", f_cosh, r_cosh, 53, 53, 1, 4, all, 0, 0, 0},
    {"tanhf", f_tanhf, r_tanh, 24, 24, 1, 4, allf, 0, 0, 0},
    {"tanh", f_tanh, r_tanh, 53, 53, 1, 4, all, 0, 0, 0},
    {"expf", f_expf, r_exp, 24, 24, 1, 2, allf, 0, 0, 0},
    {"exp", f_exp, r_exp, 53, 53, 1, 2, all, 0, 0, 0},
    {"exp2f", f_exp2f, r_exp2, 24, 24, 1, 4, allf, 0, 0, 0},
    {"exp2", f_exp2, r_exp2, 53, 53, 1, 4, all, 0, 0, 0},
    {"logf", f_logf, r_log, 24, 24, 1, 2, posf, 0, 0, 0},
    {"log", f_log, r_log, 53, 53, 1, 2, pos, 0, 0, 0},
    {"log2f", f_log2f, r_log2, 24, 24, 1, 4, posf, 0, 0, 0},
    {"log2", f_log2, r_log2, 53, 53, 1, 4, pos, 0, 0, 0},
    {"log10f", f_log10f, r_log10, 24, 24, 1, 4, posf, 0, 0, 0},
    {"log10", f_log10, r_log10, 53, 53, 1, 4, pos, 0, 0, 0},
    {"powf", f_powf, r_pow, 24, 24, 2, 4, powersf, 0, 0, 0},
    {"pow", f_pow, r_pow, 53, 53, 2, 8, powers, 0, 0, 0},
    {"sqrtf", f_sqrtf, r_sqrt, 24, 24, 1, 0.5005, posf, 0, 0, 0},
    {"sqrt", f_sqrt, r_sqrt, 53, 53, 1, 0.5005, pos, 0, 0, 0},
    {"cbrtf", f_cbrtf, r_cbrt, 24, 24, 1, 4, allf, 0, 0, 0},
    {"cbrt", f_cbrt, r_cbrt, 53, 53, 1, 4, all, 0, 0, 0},
    {"hypotf", f_hypotf, r_hypot, 24, 24, 2, 4, planef, 0, 0, 0},
    {"hypot", f_hypot, r_hypot, 53, 53, 2, 4, plane, 0, 0, 0},
    {"floorf", f_floorf, r_floor, 24, 24, 1, 0, wholef, 0, 0, 0},
    {"floor", f_floor, r_floor, 53, 53, 1, 0, whole, 0, 0, 0},
    {"ceilf", f_ceilf, r_ceil, 24, 24, 1, 0, wholef, 0, 0, 0},
    {"ceil", f_ceil, r_ceil, 53, 53, 1, 0, whole, 0, 0, 0},
    {"roundf", f_roundf, r_round, 24, 24, 1, 0, wholef, 0.5, 0, 0},
    {"round", f_round, r_round, 53, 53, 1, 0, whole, 0.5, 0, 0},
    {"truncf", f_truncf, r_trunc, 24, 24, 1, 0, wholef, 0, 0, 0},
    {"trunc", f_trunc, r_trunc, 53, 53, 1, 0, whole, 0, 0, 0},
    {"fracf", f_fracf, r_fracf, 24, 24, 1, 0.5005, wholef, 0, 0, 0},
    {"frac", f_frac, r_frac, 53, 53, 1, 0.5005, whole, 0, 0, 0},
    {"modf", f_modf, r_modf, 24, 24, 2, 0.5005, modulof, 0, -0x1p29, 0},
    {"mod", f_mod, r_mod, 53, 53, 2, 0.5005, modulo, 0, -0x1p53, 0},
    {"signf", f_signf, r_sign, 24, 24, 1, 0, allf, 0, 0, 0},
    {"sign", f_sign, r_sign, 53, 53, 1, 0, all, 0, 0, 0},
    {"absf", f_absf, r_abs, 24, 24, 1, 0, allf, 0, 0, 0},
    {"abs", f_abs, r_abs, 53, 53, 1, 0, all, 0, 0, 0},
    {"minf", f_minf, r_min, 24, 24, 2, 0, planef, 0, 0, 0},
    {"min", f_min, r_min, 53, 53, 2, 0, plane, 0, 0, 0},
    {"maxf", f_maxf, r_max, 24, 24, 2, 0, planef, 0, 0, 0},
    {"max", f_max, r_max, 53, 53, 2, 0, plane, 0, 0, 0},
};

static void check(const char *name, int ok) {
    printf("%s %s\n", ok ? "ok" : "FAIL", name);
    passed += ok;
    failed += !ok;
}

/* Values that programs will take for granted. */
static void exact_values(void) {
    check("cos 0 is 1", kn_cosf(0) == 1.0f && kn_cos(0) == 1.0 && kn_cos_wide(0) == 1.0f);
    check("costurn of whole turns is 1",
          kn_costurnf(3) == 1.0f && kn_costurn(-7) == 1.0 && kn_costurn_wide(1e9) == 1.0f);
    check("sinturn of quarters is 1, -1", kn_sinturnf(0.25f) == 1.0f && kn_sinturn(0.75) == -1.0 &&
                                              kn_sinturn_wide(-0.25) == -1.0f);
    check("zeros keep their sign", signbit(kn_sinturn(-0.0)) && signbit(kn_sinturnf(-0.0f)) &&
                                       signbit(kn_sinf(-0.0f)) && !signbit(kn_sinturn(0.0)));
    check("sinturn of halves is 0", kn_sinturnf(0.5f) == 0 && kn_sinturn(-1.5) == 0);
    check("exp 0 and exp2 of whole numbers",
          kn_expf(0) == 1 && kn_exp(0) == 1 && kn_exp2f(-149) == 0x1p-149f &&
              kn_exp2(-1074) == 0x1p-1074 && kn_exp2(10) == 1024 && kn_exp2f(127) == 0x1p127f);
    check("log 1, log2 of powers of two", kn_log(1) == 0 && kn_logf(1) == 0 &&
                                              kn_log2f(0x1p-149f) == -149 &&
                                              kn_log2(0x1p-1074) == -1074 && kn_log2(1024) == 10);
    check("mod: -0.25 by 1, by -1", kn_mod(-0.25, 1) == 0.75 && kn_modf(-0.25f, 1) == 0.75f &&
                                        kn_mod(0.25, -1) == -0.75 && kn_mod(-1e-30, 1) == 0 &&
                                        kn_modf(-1e-30f, 1) == 0);
    int whole = 1, bounded = 1, unit = 1;
    for (int i = 0; i < 1000000; i++) {
        double x = uniform() * 8.0;
        unit &= fabsf(kn_sinturn_wide(x)) <= 1 && fabsf(kn_costurn_wide(x)) <= 1 &&
                fabs(kn_sin(x)) <= 1 && fabs(kn_sinturn(0.25 + x * 1e-8)) <= 1;
    }
    check("sines stay within 1", unit);
    for (int i = -20; i <= 20; i++)
        whole &= kn_pow(3, i < 0 ? 0 : i) == pow(3, i < 0 ? 0 : i) && kn_pow(2, i) == ldexp(1, i) &&
                 kn_powf(2, (float)i) == ldexpf(1, i);
    check("pow of small whole numbers", whole);
    for (double x = 1; x < 1e300;
         x *= 1.37) { /* out of range: bounded, and right while x says it */
        float f = (float)x;
        bounded &= fabs(kn_sin(x)) <= 1 && fabs(kn_cos(x)) <= 1 && fabsf(kn_sin_wide(x)) <= 1 &&
                   fabsf(kn_cos_wide(x)) <= 1;
        if (isfinite(f)) bounded &= fabsf(kn_sinf(f)) <= 1 && fabsf(kn_cosf(f)) <= 1;
        if (x < 0x1p44)
            bounded &= fabs(kn_sin(x) - sin(x)) <= 1e-15 + x * 0x1p-52 &&
                       fabs((double)kn_cos_wide(x) - cos(x)) <= 2e-7 + x * 0x1p-52;
    }
    check("sin and cos of huge arguments", bounded);
}

int main(void) {
    mpfr_inits2(80, mx, my, mr, mt, (mpfr_ptr)0);
    mpfr_init2(mlong, 2300);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        run(&cases[i]);
    exact_values();
    mpfr_clears(mx, my, mr, mt, mlong, (mpfr_ptr)0);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
