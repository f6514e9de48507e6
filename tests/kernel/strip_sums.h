/* Cases of polynomials and weighted sums: the plain and the fused value. */

/* So many numbers: k of the round, and what follows from them. */
static int some_numbers(const Round *q, double *k) {
    for (int j = 0; j < 9; j++)
        k[j] = q->k[j % 4] * (j < 4 ? 1 : 0.25 * j - 1.3);
    return 1 + q->number % 9;
}

#define POLY_CASE(t, T, l, fused)                                                                  \
    static void run_poly_##t(const Run *r) {                                                       \
        double c[9];                                                                               \
        const int count = some_numbers(r->q, c);                                                   \
        CALL(poly_##t, r->y[0], r->in[0], c, count < 2 ? 2 : count, r->n);                         \
    }                                                                                              \
    static void want_poly_##t(const Round *q, int i, int output, Want *w) {                        \
        double c[9];                                                                               \
        const int count = some_numbers(q, c);                                                      \
        const T x = ((const T *)q->in[0])[i];                                                      \
        T plain = (T)c[0], once = plain;                                                           \
        (void)output;                                                                              \
        for (int j = 1; j < (count < 2 ? 2 : count); j++) {                                        \
            plain = plain * x + (T)c[j];                                                           \
            once = fused(once, x, (T)c[j]);                                                        \
        }                                                                                          \
        ACCEPT(plain, once);                                                                       \
    }                                                                                              \
    CASE(poly_##t, l, l, run_poly_##t, want_poly_##t, NULL, "", 0, 1)
POLY_CASE(f, float, "f", fmaf)
POLY_CASE(d, double, "d", fma)

/* One to nine terms of four strips, some more than once. */
#define WEIGH_CASE(t, T, X, l, from, fused)                                                        \
    static void run_weigh_##t(const Run *r) {                                                      \
        double k[9];                                                                               \
        const int count = some_numbers(r->q, k);                                                   \
        const X *const x = r->in[0];                                                               \
        int far[9];                                                                                \
        for (int j = 0; j < count; j++)                                                            \
            far[j] = (int)((const X *)r->in[j % 4] - x);                                           \
        CALL(weigh_##t, r->y[0], x, far, k, count, r->n);                                          \
    }                                                                                              \
    static void want_weigh_##t(const Round *q, int i, int output, Want *w) {                       \
        double k[9];                                                                               \
        const int count = some_numbers(q, k);                                                      \
        T plain = (T)((const X *)q->in[0])[i] * (T)k[0], once = plain;                             \
        (void)output;                                                                              \
        for (int j = 1; j < count; j++) {                                                          \
            const T x = (T)((const X *)q->in[j % 4])[i];                                           \
            plain = x * (T)k[j] + plain;                                                           \
            once = fused(x, (T)k[j], once);                                                        \
        }                                                                                          \
        ACCEPT(plain, once);                                                                       \
    }                                                                                              \
    CASE(weigh_##t, l, from, run_weigh_##t, want_weigh_##t, NULL, "", 0, 1)
WEIGH_CASE(f, float, float, "f", "ffff", fmaf)
WEIGH_CASE(d, double, double, "d", "dddd", fma)
WEIGH_CASE(d_f, double, float, "d", "ffff", fma)
