/* Cases of kernels that compute each sample from the same sample of their inputs: arithmetic,
 * functions, conditions. A case is a shape, the values it may give, and what it is given. */
#define A(T) const T a = ((const T *)q->in[0])[i]
#define B(T) const T b = ((const T *)q->in[1])[i]
#define C(T) const T c = ((const T *)q->in[2])[i]
#define D(T) const T d = ((const T *)q->in[3])[i]
#define K(T)                                                                                       \
    const T k = (T)q->k[0], k2 = (T)q->k[1];                                                       \
    (void)k, (void)k2

#define SHAPE(name, outs, ins, values, places, dom, limit, arguments, ...)                         \
    static void run_##name(const Run *r) {                                                         \
        CALL(name, PUT arguments);                                                                 \
    }                                                                                              \
    static void want_##name(const Round *q, int i, int output, Want *w) {                          \
        (void)output;                                                                              \
        (void)q;                                                                                   \
        (void)i;                                                                                   \
        values;                                                                                    \
        ACCEPT(__VA_ARGS__);                                                                       \
        w->signless = strstr(#name, "turn") != NULL; /* of whole turns, either zero */             \
    }                                                                                              \
    CASE(name, outs, ins, run_##name, want_##name, NULL, dom, limit, places)
#define PUT(...) __VA_ARGS__

/* name, type, its letter, domain, greatest magnitude, accepted values */
#define V(op, T, t, dom, most, ...)                                                                \
    SHAPE(op##_v, t, t, A(T), 1, dom, most, (r->y[0], r->in[0], r->n), __VA_ARGS__)
#define VV(op, R, T, o, t, dom, most, ...)                                                         \
    SHAPE(op##_vv, o, t t, A(T);                                                                   \
          B(T), 1, dom, most, (r->y[0], r->in[0], r->in[1], r->n), __VA_ARGS__)
#define VK(op, R, T, o, t, dom, most, ...)                                                         \
    SHAPE(op##_vk, o, t, A(T);                                                                     \
          K(T), 1, dom, most, (r->y[0], r->in[0], r->q->k[0], r->n), __VA_ARGS__)
#define KV(op, R, T, o, t, dom, most, ...)                                                         \
    SHAPE(op##_kv, o, t, A(T);                                                                     \
          K(T), 1, dom, most, (r->y[0], r->q->k[0], r->in[0], r->n), __VA_ARGS__)
#define ARITHMETIC(t, T, l)                                                                        \
    VV(add_##t, T, T, l, l, "", 0, a + b)                                                          \
    VK(add_##t, T, T, l, l, "", 0, a + k)                                                          \
    VV(sub_##t, T, T, l, l, "", 0, a - b)                                                          \
    VK(sub_##t, T, T, l, l, "", 0, a - k)                                                          \
    KV(sub_##t, T, T, l, l, "", 0, k - a)                                                          \
    VV(mul_##t, T, T, l, l, "", 0, a *b)                                                           \
    VK(mul_##t, T, T, l, l, "", 0, a *k)                                                           \
    VV(div_##t, T, T, l, l, "", 0, a / b)                                                          \
    VK(div_##t, T, T, l, l, "", 0, a / k)                                                          \
    KV(div_##t, T, T, l, l, "", 0, k / a)                                                          \
    VV(min_##t, T, T, l, l, "", 0, a < b ? a : b)                                                  \
    VK(min_##t, T, T, l, l, "", 0, a < k ? a : k)                                                  \
    KV(min_##t, T, T, l, l, "", 0, k < a ? k : a)                                                  \
    VV(max_##t, T, T, l, l, "", 0, a > b ? a : b)                                                  \
    VK(max_##t, T, T, l, l, "", 0, a > k ? a : k)                                                  \
    KV(max_##t, T, T, l, l, "", 0, k > a ? k : a)                                                  \
    V(neg_##t, T, l, "", 0, -a)                                                                    \
    V(abs_##t, T, l, "", 0, fabsl((long double)a))                                                 \
    V(floor_##t, T, l, "", 0, floorl((long double)a))                                              \
    V(ceil_##t, T, l, "", 0, ceill((long double)a))                                                \
    V(copy_##t, T, l, "", 0, a)                                                                    \
    SHAPE(fill_##t##_k, l, "", K(T), 0, "", 0, (r->y[0], r->q->k[0], r->n), k)

ARITHMETIC(f, float, "f")
ARITHMETIC(d, double, "d")

SHAPE(add_float_d_vv, "d", "df", A(double);
      B(float), 1, "", 0, (r->y[0], r->in[0], r->in[1], r->n), a + (double)b)
/* The floor modulo; what would round to m is 0, and so is a negative zero. */
static long double floor_mod(long double x, long double m, int is_float) {
    long double r = fmodl(x, m);
    if (r != 0 && (r < 0) != (m < 0)) r += m;
    long double rounded = is_float ? (long double)(float)r : (long double)(double)r;
    return r == 0 || rounded == m ? 0.0L : r;
}
V(sign_f, float, "f", "", 0, isnan(a) ? a : (a > 0) - (a < 0))
V(sign_d, double, "d", "", 0, isnan(a) ? a : (a > 0) - (a < 0))
V(round_f, float, "f", "", 0, floorf(a + 0.5f))
V(round_d, double, "d", "", 0, floor(a + 0.5))
V(wrap_f, float, "f", "", 0, a - floorf(a + 0.5f))
V(wrap_d, double, "d", "", 0, a - floor(a + 0.5))
V(frac_f, float, "f", "", 0, (float)floor_mod((long double)a, 1, 1))
V(frac_d, double, "d", "", 0, (double)floor_mod((long double)a, 1, 0))
V(floor_line_d, double, "d", "l", 0, floor(a + 1e-9))

/* The remainder may be rounded once or twice; next to a multiple it is 0 either way. */
#define MOD_LINE(a, m) kn_mod_line(a, m), mod_line_fused(a, m)
static long double mod_line_fused(double x, double m) {
    double r = fma(-kn_floor(x / m), m, x);
    return kn_mod_line(x, m) == 0.0 ? 0.0 : r;
}
VV(mod_line_d, double, double, "d", "d", "lm", 0, MOD_LINE(a, b))
VK(mod_line_d, double, double, "d", "d", "lm", 0, MOD_LINE(a, k))

#define CONVERT(to, from, R, T)                                                                    \
    SHAPE(convert_##to##_##from, #to, #from, A(T), 1, "", 0, (r->y[0], r->in[0], r->n), (R)a)
CONVERT(f, d, float, double)
CONVERT(d, f, double, float)
CONVERT(f, b, float, int32_t)
CONVERT(d, b, double, int32_t)
CONVERT(b, f, _Bool, float)
CONVERT(b, d, _Bool, double)
SHAPE(copy_b_v, "b", "b", A(int32_t), 1, "", 0, (r->y[0], r->in[0], r->n), a)
SHAPE(fill_b_k, "b", "", K(double), 0, "", 0, (r->y[0], r->q->k[0], r->n), k != 0)

/* ---- functions ------------------------------------------------------------------------------- */

static long double turns_within(long double x) {
    return x - roundl(x);
}
static const long double tau = 6.283185307179586476925286766559005768L;
static long double sinturnl(long double x) {
    x = turns_within(x);
    x = x > 0.25L ? 0.5L - x : x < -0.25L ? -0.5L - x : x;
    return sinl(x * tau);
}
static long double costurnl(long double x) {
    return sinturnl(0.25L - fabsl(turns_within(x)));
}

static int has_mod(long double x, long double m, int is_float) {
    return !isfinite(x) || !isfinite(m) || m == 0 || fabsl(x / m) < (is_float ? 0x1p29L : 0x1p53L);
}

#define X ((long double)a)
#define BOTH(name, dom, mostf, most, value)                                                        \
    V(name##_f, float, "f", dom, mostf, value)                                                     \
    V(name##_d, double, "d", dom, most, value)
BOTH(sqrt, "", 0, 0, sqrtl(X))
BOTH(cbrt, "", 0, 0, cbrtl(X))
BOTH(sin, "p", 1e6, 1e8, sinl(X))
BOTH(cos, "p", 1e6, 1e8, cosl(X))
BOTH(tan, "p", 1e6, 1e8, tanl(X))
BOTH(sinturn, "q", 0x1p44, 0x1p44, sinturnl(X))
BOTH(costurn, "q", 0x1p44, 0x1p44, costurnl(X))
BOTH(asin, "u", 0, 0, asinl(X))
BOTH(acos, "u", 0, 0, acosl(X))
BOTH(atan, "", 0, 0, atanl(X))
BOTH(sinh, "", 0, 0, sinhl(X))
BOTH(cosh, "", 0, 0, coshl(X))
BOTH(tanh, "", 0, 0, tanhl(X))
BOTH(exp, "", 0, 0, expl(X))
BOTH(log, "", 0, 0, logl(X))
BOTH(log2, "", 0, 0, log2l(X))
BOTH(log10, "", 0, 0, log10l(X))
V(sinturn_near_f, float, "f", "h", 0, sinturnl(X))
V(costurn_near_f, float, "f", "h", 0, costurnl(X))

V(tan_within_d, double, "d", "r", 0, tanl(X))

#define WIDE(name, dom, most, value)                                                               \
    SHAPE(name##_w_v, "f", "d", A(double), 0, dom, most, (r->y[0], r->in[0], r->n), value)
WIDE(sin, "w", 1e8, sinl(X))
WIDE(cos, "w", 1e8, cosl(X))
WIDE(tan, "w", 1e8, tanl(X))
WIDE(sinturn, "w", 0x1p44, sinturnl(X))
WIDE(costurn, "w", 0x1p44, costurnl(X))

#define PLANE(name, dom, f)                                                                        \
    VV(name##_f, float, float, "f", "f", dom, 0, f(X, (long double)b))                             \
    VV(name##_d, double, double, "d", "d", dom, 0, f(X, (long double)b))                           \
    VK(name##_f, float, float, "f", "f", dom, 0, f(X, (long double)k))                             \
    VK(name##_d, double, double, "d", "d", dom, 0, f(X, (long double)k))
#define TURNED(name, dom, f)                                                                       \
    KV(name##_f, float, float, "f", "f", dom, 0, f((long double)k, X))                             \
    KV(name##_d, double, double, "d", "d", dom, 0, f((long double)k, X))
static long double bits_of_both(long double a, long double b) {
    return fabsl(a) < 0x1p53L && fabsl(b) < 0x1p53L ? (long double)((int64_t)a & (int64_t)b) : NAN;
}
VV(bit_and_d, double, double, "d", "d", "bb", 0, bits_of_both(X, (long double)b))
VK(bit_and_d, double, double, "d", "d", "bb", 0, bits_of_both(X, (long double)k))
PLANE(hypot, "", hypotl)
PLANE(atan2, "", atan2l)
TURNED(atan2, "", atan2l)
PLANE(pow, "xy", powl)
TURNED(pow, "yx", powl)
TURNED(pow_base, "yg", powl)

/* Beyond 2^29 or 2^53 quotients nothing is promised but the range. */
#define MODULO(shape, t, T, l, x, m)                                                               \
    shape(mod_##t, T, T, l, l, "mn", 0,                                                            \
          has_mod(x, m, l[0] == 'f') ? floor_mod(x, m, l[0] == 'f') : UNKNOWN)
#define UNKNOWN 1e4000L
MODULO(VV, f, float, "f", a, b)
MODULO(VK, f, float, "f", a, k)
MODULO(KV, f, float, "f", k, a)
MODULO(VV, d, double, "d", a, b)
MODULO(VK, d, double, "d", a, k)
MODULO(KV, d, double, "d", k, a)

/* ---- conditions ------------------------------------------------------------------------------ */

#define COMPARED(name, T, l, dom, sign)                                                            \
    VV(name, int32_t, T, "b", l, dom, 0, a sign b)                                                 \
    VK(name, int32_t, T, "b", l, dom, 0, a sign k)
#define ORDERED(name, T, l, dom, sign)                                                             \
    COMPARED(name, T, l, dom, sign)                                                                \
    KV(name, int32_t, T, "b", l, dom, 0, k sign a)
ORDERED(lt_f, float, "f", "ii", <)
ORDERED(lt_d, double, "d", "ii", <)
ORDERED(le_f, float, "f", "ii", <=)
ORDERED(le_d, double, "d", "ii", <=)
COMPARED(eq_f, float, "f", "ii", ==)
COMPARED(eq_d, double, "d", "ii", ==)
COMPARED(ne_f, float, "f", "ii", !=)
COMPARED(ne_d, double, "d", "ii", !=)

VV(lt_line_d, int32_t, double, "b", "d", "ll", 0, a < b - 1e-9)
VK(lt_line_d, int32_t, double, "b", "d", "ll", 0, a < k - 1e-9)
KV(lt_line_d, int32_t, double, "b", "d", "ll", 0, k < a - 1e-9)
VV(le_line_d, int32_t, double, "b", "d", "ll", 0, a <= b + 1e-9)
VK(le_line_d, int32_t, double, "b", "d", "ll", 0, a <= k + 1e-9)
KV(le_line_d, int32_t, double, "b", "d", "ll", 0, k <= a + 1e-9)
VV(eq_line_d, int32_t, double, "b", "d", "ll", 0, fabs(a - b) < 1e-9)
VK(eq_line_d, int32_t, double, "b", "d", "ll", 0, fabs(a - k) < 1e-9)
VV(ne_line_d, int32_t, double, "b", "d", "ll", 0, !(fabs(a - b) < 1e-9))
VK(ne_line_d, int32_t, double, "b", "d", "ll", 0, !(fabs(a - k) < 1e-9))

VV(and_b, int32_t, int32_t, "b", "b", "", 0, a &&b)
VV(or_b, int32_t, int32_t, "b", "b", "", 0, a || b)
V(not_b, int32_t, "b", "", 0, !a)

/* Conditions are input 0 here. */
#define CHOOSE(t, T, l)                                                                            \
    SHAPE(select_##t##_vv, l, "b" l l, A(int32_t); B(T);                                           \
          C(T), 1, "", 0, (r->y[0], r->in[0], r->in[1], r->in[2], r->n), a ? b : c)                \
    SHAPE(select_##t##_vk, l, "b" l, A(int32_t); B(T);                                             \
          K(T), 1, "", 0, (r->y[0], r->in[0], r->in[1], r->q->k[0], r->n), a ? b : k)              \
    SHAPE(select_##t##_kv, l, "b" l, A(int32_t); B(T);                                             \
          K(T), 1, "", 0, (r->y[0], r->in[0], r->q->k[0], r->in[1], r->n), a ? k : b)              \
    SHAPE(select_##t##_kk, l, "b", A(int32_t);                                                     \
          K(T), 1, "", 0, (r->y[0], r->in[0], r->q->k[0], r->q->k[1], r->n), a ? k : k2)           \
    SHAPE(pick_table_##t, l, "d", A(double), 0, "s", 0,                                            \
          (r->y[0], r->in[0], pick_items + r->q->shift, r->q->shift, r->n),                        \
          (T)pick_items[q->shift + kn_index(a, q->shift)])                                         \
    static void run_pick_##t##_v(const Run *r) {                                                   \
        memcpy(r->y[0], r->in[2], sizeof(T) * (size_t)r->n);                                       \
        CALL(pick_##t##_v, r->y[0], r->in[0], 1, r->in[1], r->n);                                  \
    }                                                                                              \
    static void want_pick_##t##_v(const Round *q, int i, int output, Want *w) {                    \
        (void)output;                                                                              \
        A(int32_t);                                                                                \
        B(T);                                                                                      \
        C(T);                                                                                      \
        ACCEPT(a == 1 ? b : c);                                                                    \
    }                                                                                              \
    CASE(pick_##t##_v, l, "b" l l, run_pick_##t##_v, want_pick_##t##_v, NULL, "", 0, 0)            \
    static void run_pick_##t##_k(const Run *r) {                                                   \
        memcpy(r->y[0], r->in[1], sizeof(T) * (size_t)r->n);                                       \
        CALL(pick_##t##_k, r->y[0], r->in[0], 0, r->q->k[0], r->n);                                \
    }                                                                                              \
    static void want_pick_##t##_k(const Round *q, int i, int output, Want *w) {                    \
        (void)output;                                                                              \
        A(int32_t);                                                                                \
        B(T);                                                                                      \
        K(T);                                                                                      \
        ACCEPT(a == 0 ? k : b);                                                                    \
    }                                                                                              \
    CASE(pick_##t##_k, l, "b" l, run_pick_##t##_k, want_pick_##t##_k, NULL, "", 0, 0)
static const double pick_items[32] = {0.1, 1e300, -1e-310, 3,  4,  5.5,  6,  -7, 8,  9, 10,
                                      11,  12,    13,      14, 15, 1e-9, 17, 18, 19, 20};
CHOOSE(f, float, "f")
CHOOSE(d, double, "d")
SHAPE(index_b_d, "b", "d", A(double), 0, "s", 0, (r->y[0], r->in[0], r->q->shift, r->n),
      kn_index(a, q->shift))
