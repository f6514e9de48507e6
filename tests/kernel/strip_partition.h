/* Cases of kernels of convolutions in partitions: a response of some partitions, before whose strip BEFORE samples were heard. */

static const double PARTITION_PI = 3.14159265358979323846;
enum { PARTITIONS = 3, MOST_POINTS = 512, BEFORE = 5 * MOST_POINTS, ROOTS_ROOM = 10 * 112 };

/* A round's: points of a block, roots, spectra of a response and of another, which is added, by the polynomials' definition. */
typedef struct Parting {
    int points, passes, ready; /* samples after which a block's first tap is heard */
    double roots[ROOTS_ROOM], h[2][PARTITIONS * MOST_POINTS],
        spectra[2][2 * PARTITIONS * MOST_POINTS];
    float float_roots[ROOTS_ROOM], float_spectra[2][2 * PARTITIONS * MOST_POINTS];
} Parting;

/* The angles of the roots of residues that come of one: eight for each. */
static void part_angles(double *angles, int n) {
    for (int i = n - 1; i >= 0; i--)
        for (int u = 7; u >= 0; u--)
            angles[8 * i + u] = (angles[i] + 2 * PARTITION_PI * u) / 8;
}

static void value_at(const double *h, int points, double angle, double *re, double *im) {
    *re = *im = 0;
    for (int n = 0; n < points; n++) {
        *re += h[n] * cos(angle * n);
        *im += h[n] * sin(angle * n);
    }
}

static void make_parting(Parting *p, int points) {
    static double angles[MOST_POINTS];
    double *roots = p->roots;
    *p = (Parting){
        .points = points, .passes = points == 64 ? 2 : 3, .ready = points == 64 ? 64 : 1024};
    angles[0] = PARTITION_PI / 2;
    for (int pass = 0, n = 1; pass < p->passes; pass++, n *= 8) {
        for (int i = 0; i < n; i++)
            for (int r = 1; r < 8; r++) {
                roots[112 * (i / 8) + 16 * (r - 1) + i % 8] = cos(angles[i] * r / 8);
                roots[112 * (i / 8) + 16 * (r - 1) + 8 + i % 8] = sin(angles[i] * r / 8);
            }
        roots += 112 * (n < 8 ? 1 : n / 8);
        part_angles(angles, n);
    }
    for (int k = 0; k < 2; k++)
        for (int j = 0; j < PARTITIONS; j++) {
            double *h = p->h[k] + j * points;
            for (int i = 0; i < points; i++)
                h[i] = uniform(-1, 1);
            for (int i = 0; i < points; i++) {
                double *chunk = p->spectra[k] + 128 * (i / 64 * PARTITIONS + j);
                const int at = i % 8 * 8 + i / 8 % 8;
                value_at(h, points, angles[i], &chunk[at], &chunk[64 + at]);
                chunk[at] /= points;
                chunk[64 + at] /= points;
            }
        }
    for (int i = 0; i < ROOTS_ROOM; i++)
        p->float_roots[i] = (float)p->roots[i];
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < 2 * PARTITIONS * MOST_POINTS; i++)
            p->float_spectra[k][i] = (float)p->spectra[k][i];
}

/* In double blocks are one share long: more has no room. */
static const Parting *parting_of(const Round *q, size_t size) {
    static Parting all[2];
    static int made;
    for (; made < 2; made++)
        make_parting(&all[made], made ? MOST_POINTS : 64);
    return &all[size == sizeof(float) && q->number % 2];
}

static double heard_before(const Round *q, int i) {
    const uint32_t hash = ((uint32_t)i + 1u + 7919u * (uint32_t)q->number) * 2654435761u;
    return (double)(int32_t)(hash ^ hash >> 13) * 0x1p-31;
}

/* The input at a sample of the round, negative: before it. */
static double partition_input(const Round *q, int i) {
    return i < -BEFORE ? 0 : i < 0 ? heard_before(q, i) : ((const double *)q->in[0])[i];
}

static int64_t partition_frame(const Round *q) {
    return (q->n0 & 0xfffff) + BEFORE;
}

static double partition_sum(const Round *q, int i, size_t size, int responses) {
    const Parting *p = parting_of(q, size);
    double sum = 0;
    for (int k = 0; k < responses; k++)
        for (int j = 0; j < PARTITIONS * p->points; j++) {
            const double x = partition_input(q, i - p->ready - j);
            if (fabs(x) <= (double)FLT_MAX) sum += p->h[k][j] * x;
        }
    return sum;
}

/* What was heard before is heard once, whatever pieces the strip has. */
static void no_numbers_now_and_then(Round *q) {
    if (q->number % 3 == 0)
        ((double *)q->in[0])[q->number % STRIP_N] = q->number % 2 ? NAN : INFINITY;
}

#define PARTITION_CASES(t, T, table, response, near)                                               \
    typedef struct Parted_##t {                                                                    \
        T room[16 + (13 + 2 * (PARTITIONS + 2)) * (sizeof(T) > 4 ? 64 : MOST_POINTS)];             \
        int begun;                                                                                 \
    } Parted_##t;                                                                                  \
    static void run_part_##t(const Run *r, double *y, const double *x, int64_t n0, int n,          \
                             int responses) {                                                      \
        const Parting *p = parting_of(r->q, sizeof(T));                                            \
        T *spectra = (T *)r->state + r->q->shift;                                                  \
        T *tails = spectra + (5 + 2 * (PARTITIONS + 2)) * p->points;                               \
        const int turn = 5 + r->q->number / 2 % 2;                                                 \
        CALL(spectra_##t, spectra, x, p->table, p->points, p->passes, PARTITIONS + 2, n0, n);      \
        for (int k = 0; k < responses; k++)                                                        \
            CALL(products_##t, tails, spectra, p->response[k], p->points, p->passes, turn,         \
                 PARTITIONS + 2, PARTITIONS, k, n0, n);                                            \
        CALL(tails_##t, y, x, tails, p->table, p->points, p->passes, turn, n0, n);                 \
    }                                                                                              \
    static void run_parts_##t(const Run *r, int responses) {                                       \
        Parted_##t *state = (Parted_##t *)r->state;                                                \
        static _Alignas(64) double x[STRIP_N], y[STRIP_N];                                         \
        for (int i = -BEFORE; i < 0 && !state->begun; i += STRIP_N) {                              \
            for (int j = 0; j < STRIP_N; j++)                                                      \
                x[j] = partition_input(r->q, i + j);                                               \
            run_part_##t(r, y, x, partition_frame(r->q) + i, STRIP_N, responses);                  \
        }                                                                                          \
        state->begun = 1;                                                                          \
        run_part_##t(r, r->y[0], r->in[0], partition_frame(r->q) + r->from, r->n, responses);      \
    }                                                                                              \
    static void run_tails_##t(const Run *r) {                                                      \
        run_parts_##t(r, 1);                                                                       \
    }                                                                                              \
    static void run_products_##t(const Run *r) {                                                   \
        run_parts_##t(r, 2);                                                                       \
    }                                                                                              \
    static void want_tails_##t(const Round *q, int i, int output, Want *w) {                       \
        (void)output;                                                                              \
        ACCEPT(partition_input(q, i) + partition_sum(q, i, sizeof(T), 1));                         \
        w->within = near;                                                                          \
    }                                                                                              \
    static void want_products_##t(const Round *q, int i, int output, Want *w) {                    \
        (void)output;                                                                              \
        ACCEPT(partition_input(q, i) + partition_sum(q, i, sizeof(T), 2));                         \
        w->within = near;                                                                          \
    }                                                                                              \
    /* The samples are read back. */                                                               \
    static void run_spectra_##t(const Run *r) {                                                    \
        const Parting *p = parting_of(r->q, sizeof(T));                                            \
        T *own = (T *)r->state + r->q->shift, *y = r->y[0];                                        \
        const int64_t n0 = partition_frame(r->q) + r->from;                                        \
        CALL(spectra_##t, own, r->in[0], p->table, p->points, p->passes, PARTITIONS + 2, n0,       \
             r->n);                                                                                \
        for (int i = 0; i < r->n; i++)                                                             \
            y[i] = own[(n0 + i) % (3 * p->points)];                                                \
    }                                                                                              \
    static void want_spectra_##t(const Round *q, int i, int output, Want *w) {                     \
        const double x = ((const double *)q->in[0])[i];                                            \
        (void)output;                                                                              \
        ACCEPT(isfinite(x) ? (T)x : (T)0);                                                         \
    }                                                                                              \
    CASE(spectra_##t, #t, "d", run_spectra_##t, want_spectra_##t, no_numbers_now_and_then, "a", 0, \
         0)                                                                                        \
    CASE(products_##t, "d", "d", run_products_##t, want_products_##t, no_numbers_now_and_then,     \
         "a", 0, 0)                                                                                \
    CASE(tails_##t, "d", "d", run_tails_##t, want_tails_##t, no_numbers_now_and_then, "a", 0, 0)

PARTITION_CASES(f, float, float_roots, float_spectra, 1e-4L)
PARTITION_CASES(d, double, roots, spectra, 1e-12L)

/* ---- what is no number ----------------------------------------------------------------------------------- */

enum { SPOILT = 40 };
static void run_spoil(const Run *r) {
    CALL(spoil, r->y[0], r->in[1], r->in[0], (int64_t *)(void *)r->state, (double)FLT_MAX, SPOILT,
         partition_frame(r->q) + r->from, r->n);
}
static void want_spoil(const Round *q, int i, int output, Want *w) {
    int bad = 0;
    (void)output;
    for (int j = i > SPOILT - 1 ? i - SPOILT + 1 : 0; j <= i; j++)
        bad |= !isfinite(((const double *)q->in[0])[j]);
    ACCEPT(bad ? (double)NAN : ((const double *)q->in[1])[i]);
}
CASE(spoil, "d", "dd", run_spoil, want_spoil, no_numbers_now_and_then, "ab", 0, 0)
