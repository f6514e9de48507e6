/* Cases of kernels that make samples from numbers: time, phases, oscillators, noise, tables. */
#define SOURCE(name, outs, ins, dom, limit, prepare, call, want_within, ...)                       \
    static void run_##name(const Run *r) {                                                         \
        const Round *q = r->q;                                                                     \
        const uint64_t p = q->p + (uint64_t)r->from * q->s, s = q->s;                              \
        const int64_t n0 = q->n0 + r->from;                                                        \
        (void)p, (void)s, (void)n0;                                                                \
        call;                                                                                      \
    }                                                                                              \
    static void want_##name(const Round *q, int i, int output, Want *w) {                          \
        const uint64_t p = q->p + (uint64_t)i * q->s;                                              \
        const int64_t n0 = q->n0 + i;                                                              \
        (void)p, (void)n0, (void)output;                                                           \
        ACCEPT(__VA_ARGS__);                                                                       \
        w->within = want_within;                                                                   \
    }                                                                                              \
    CASE(name, outs, ins, run_##name, want_##name, prepare, dom, limit, 1)
#define IN(T, j) (((const T *)q->in[j])[i])

static void rate_for_time(Round *q) {
    static const double rates[] = {48000, 44100, 1000, 96000, 22050.5};
    q->k[0] = rates[q->number % 5];
}

static long double phase_of(uint64_t p) {
    return (long double)(int64_t)p * 0x1p-64L;
}

SOURCE(frame_d, "d", "", "", 0, NULL, CALL(frame_d, r->y[0], n0, r->n), 0, (double)n0)
SOURCE(time_d, "d", "", "", 0, rate_for_time, CALL(time_d, r->y[0], n0, q->k[0], r->n), 0,
       (double)n0 / q->k[0])
SOURCE(turns_d, "d", "", "", 0, NULL, CALL(turns_d, r->y[0], p, s, r->n), 0, kn_turns(p))
SOURCE(turns_f, "f", "", "", 0, NULL, CALL(turns_f, r->y[0], p, s, r->n), 0, (float)kn_turns(p))
SOURCE(around_f, "f", "", "", 0, NULL, CALL(around_f, r->y[0], p, s, r->n), 0, kn_turns_around(p))
SOURCE(wrapped_f, "f", "", "", 0, NULL, CALL(wrapped_f, r->y[0], p, s, r->n),
       fabsl(phase_of(p)) * 0x1.1p-23L +
           (q->s + (UINT64_C(1) << 54) < UINT64_C(1) << 55 ? 0 : 0x1p-33L),
       phase_of(p))
SOURCE(around_d, "d", "", "", 0, NULL, CALL(around_d, r->y[0], p, s, r->n), 0,
       kn_turns_around_wide(p))

/* ---- oscillators ----------------------------------------------------------------------------- */

/* 32 and 64 numbers, whatever n is. */
#define TABLE_OF_TURNS(name, half)                                                                 \
    static void run_##name(const Run *r) {                                                         \
        float table[2 * half + 2] = {9};                                                           \
        table[2 * half + 1] = 9;                                                                   \
        CALL(name, table + 1, r->q->s);                                                            \
        for (int i = 0; i < r->n; i++)                                                             \
            ((float *)r->y[0])[i] = table[0] == 9 && table[2 * half + 1] == 9                      \
                                        ? table[1 + (r->from + i) % (2 * half)]                    \
                                        : 9;                                                       \
    }                                                                                              \
    static void want_##name(const Round *q, int i, int output, Want *w) {                          \
        long double x = phase_of((uint64_t)(2 * (i % half) + 1) * (q->s >> 1));                    \
        (void)output;                                                                              \
        ACCEPT(i % (2 * half) < half ? costurnl(x) : sinturnl(x));                                 \
        w->within = 3.1e-8L;                                                                       \
    }                                                                                              \
    CASE(name, "f", "", run_##name, want_##name, NULL, "", 0, 0)
TABLE_OF_TURNS(osc_table, 16)
TABLE_OF_TURNS(partials_table, 32)

static const float *osc_table_of(const Run *r, uint64_t s, float *memory) {
    float *table = memory + r->q->shift;
    CALL(osc_table, table, s);
    return table;
}

static void gain(Round *q) {
    q->k[0] = q->number % 7 ? uniform(-4, 4) : 0;
}

#define OSC_AT(start) phase_of((start) + q->s * (uint64_t)n0)
SOURCE(osc_f, "f", "", "", 0, NULL, float memory[48];
       CALL(osc_f, r->y[0], q->p, s, osc_table_of(r, s, memory), n0, r->n), 2.5e-7L,
       sinturnl(OSC_AT(q->p)))
SOURCE(osc_gain_f, "f", "", "", 0, gain, float memory[48];
       CALL(osc_gain_f, r->y[0], q->p, s, osc_table_of(r, s, memory), q->k[0], n0, r->n),
       1e-30L + 3.7e-7L * fabsl((long double)q->k[0]),
       (long double)q->k[0] * sinturnl(OSC_AT(q->p)))

/* Of doubles, also on the edges: the step is whole parts of a turn, and so is the phase. */
static void on_edges(Round *q) {
    if (q->number % 2) return;
    q->s = (uint64_t)(1 + q->number % 5) << (57 + q->number % 7);
    q->p = q->number % 4 ? 0 : (uint64_t)1 << 62;
}
static void run_osc_table_d(const Run *r) {
    double table[66] = {9};
    table[65] = 9;
    CALL(osc_table_d, table + 1, r->q->s);
    for (int i = 0; i < r->n; i++)
        ((double *)r->y[0])[i] =
            table[0] == 9 && table[65] == 9 ? table[1 + (r->from + i) % 64] : 9;
}
static void want_osc_table_d(const Round *q, int i, int output, Want *w) {
    long double x = phase_of((uint64_t)(i % 32 - 16) * q->s);
    (void)output;
    ACCEPT(i % 64 < 32 ? costurnl(x) : sinturnl(x));
    w->within = 3e-16L;
}
CASE(osc_table_d, "d", "", run_osc_table_d, want_osc_table_d, on_edges, "", 0, 0)
SOURCE(osc_d, "d", "", "", 0, on_edges, double table[64]; CALL(osc_table_d, table, s);
       CALL(osc_d, r->y[0], q->p, s, table, n0, r->n),
       (q->p + q->s * (uint64_t)n0) << 1 ? 1.2e-15L : 0, sinturnl(OSC_AT(q->p)))

/* ---- decays ------------------------------------------------------------------------------------ */

/* Slope and offset, so that at the first sample the exponent is somewhere near 0. */
static void some_decay(Round *q) {
    static const double slopes[] = {-1e-4, -3e-3, 2e-5, -0.09, -1.9, 1.7, 1e-9, -6.2e-4, -2.1, 2.9};
    q->k[0] = slopes[q->number % 10];
    q->k[1] = uniform(-20, 5) - q->k[0] * (double)q->n0;
}

static long double exponent(const Round *q, int64_t n) {
    return (long double)q->k[0] * (long double)n + (long double)q->k[1];
}

/* As a float has it: beyond its range, infinity. */
static long double decayed(const Round *q, int64_t n) {
    const long double y = expl(exponent(q, n));
    return y > FLT_MAX ? (long double)INFINITY : y;
}

/* An ulp of float, and what the exponent itself is off by where its parts are large. */
static long double decay_within(const Round *q, int64_t n) {
    const long double parts = fabsl((long double)q->k[0] * (long double)n) + 256;
    return expl(exponent(q, n)) * (9e-8L + parts * 0x1p-51L) + 1.5e-45L;
}

static void run_decay_table(const Run *r) {
    double table[35] = {9};
    table[34] = 9;
    CALL(decay_table, table + 1, r->q->k[0]);
    for (int i = 0; i < r->n; i++)
        ((double *)r->y[0])[i] =
            table[0] == 9 && table[34] == 9 ? table[1 + (r->from + i) % 33] : 9;
}
static void want_decay_table(const Round *q, int i, int output, Want *w) {
    const int j = i % 33;
    (void)output;
    if (j == 32) {
        ACCEPT((long double)q->k[0]);
        return;
    }
    ACCEPT(expl((long double)q->k[0] * (j < 16 ? j : 16 * (j - 16))));
    w->within = 4e-16L * expl((long double)q->k[0] * (j < 16 ? j : 16 * (j - 16))) *
                (2 + fabsl((long double)q->k[0] * 240));
}
CASE(decay_table, "d", "", run_decay_table, want_decay_table, some_decay, "", 0, 0)

SOURCE(decay_f, "f", "", "", 0, some_decay, double table[33]; CALL(decay_table, table, q->k[0]);
       CALL(decay_f, r->y[0], table, q->k[1], n0, r->n), decay_within(q, n0), decayed(q, n0))

enum { MOST_PARTIALS = 80 }; /* a multiple of 16 */
typedef struct Partials {
    int count;
    uint64_t start[MOST_PARTIALS], s[MOST_PARTIALS];
    float gain[MOST_PARTIALS];
} Partials;
static Partials partials;

static void some_partials(Round *q) {
    partials.count = q->number % (MOST_PARTIALS + 1);
    for (int j = 0; j < partials.count; j++) {
        partials.start[j] = q->number % 2 ? next_random() : q->number % 4 ? 0 : (uint64_t)1 << 62;
        partials.s[j] = q->number % 3 ? next_random() >> (q->number % 9) : q->s * (uint64_t)(j + 1);
        partials.gain[j] = q->number % 5 ? (float)uniform(-1, 1) : 1;
    }
}

static void run_partials_f(const Run *r) {
    static float tables[64 * MOST_PARTIALS + 16];
    float *table = tables + r->q->shift;
    for (int j = 0; j < partials.count; j++)
        CALL(partials_table, table + 64 * j, partials.s[j]);
    CALL(partials_f, r->y[0], partials.count, partials.start, partials.s, partials.gain, table,
         r->q->n0 + r->from, r->n);
}
static void want_partials_f(const Round *q, int i, int output, Want *w) {
    long double sum = 0, gains = 0;
    (void)output;
    for (int j = 0; j < partials.count; j++) {
        long double x = phase_of(partials.start[j] + partials.s[j] * (uint64_t)(q->n0 + i));
        sum += (long double)partials.gain[j] * sinturnl(x);
        gains += fabsl((long double)partials.gain[j]);
    }
    ACCEPT(sum);
    w->within = 2e-7L * gains;
}
CASE(partials_f, "f", "", run_partials_f, want_partials_f, some_partials, "", 0, 0)

/* Depths to 8 turns, none at all, and absurd ones; what is no number stays none. */
static void depth(Round *q, char type) {
    static const double depths[] = {8, 0, 0.1, 1, 3.3, 1e4, -7.7, 0.5};
    q->k[0] = depths[q->number % 8] * (q->number % 3 ? uniform(0.9, 1) : 1);
    q->k[1] = q->number % 7 ? uniform(-4, 4) : 1;
    if (q->number % 4) return;
    for (int i = 0; i < 2; i++) {
        double x = i ? INFINITY : NAN;
        if (type == 'f') ((float *)q->in[0])[(q->number + i) % STRIP_N] = (float)x;
        if (type == 'd') ((double *)q->in[0])[(q->number + i) % STRIP_N] = x;
    }
}
static void depth_f(Round *q) {
    depth(q, 'f');
}
static void depth_d(Round *q) {
    depth(q, 'd');
}

static long double modulated(const Round *q, uint64_t p, double m) {
    return isfinite(m) ? sinturnl(turns_within((long double)q->k[0] * (long double)m) + phase_of(p))
                       : (long double)NAN;
}
#define PM_WITHIN (fabs(q->k[0]) > 8 ? 2e-6L : 5e-7L)
SOURCE(osc_pm_f, "f", "f", "a", 0, depth_f, CALL(osc_pm_f, r->y[0], p, s, q->k[0], r->in[0], r->n),
       PM_WITHIN, modulated(q, p, (double)IN(float, 0)))
SOURCE(osc_pm_d, "f", "d", "a", 0, depth_d, CALL(osc_pm_d, r->y[0], p, s, q->k[0], r->in[0], r->n),
       PM_WITHIN, modulated(q, p, IN(double, 0)))
#define G_WITHIN PM_WITHIN *fabsl((long double)q->k[1])
SOURCE(osc_pm_gain_f, "f", "f", "a", 0, depth_f,
       CALL(osc_pm_gain_f, r->y[0], p, s, q->k[0], r->in[0], q->k[1], r->n), G_WITHIN,
       (long double)q->k[1] * modulated(q, p, (double)IN(float, 0)))
SOURCE(osc_pm_gain_d, "f", "d", "a", 0, depth_d,
       CALL(osc_pm_gain_d, r->y[0], p, s, q->k[0], r->in[0], q->k[1], r->n), G_WITHIN,
       (long double)q->k[1] * modulated(q, p, IN(double, 0)))

/* By less than half a turn, of numbers only. */
static void near_depth(Round *q) {
    static const double depths[] = {0.499, 0, 0.1, 0.01, -0.33, 0.24, -0.499, 1e-6};
    q->k[0] = depths[q->number % 8];
    q->k[1] = q->number % 7 ? uniform(-4, 4) : 1;
    for (int i = 0; i < STRIP_N; i++)
        ((float *)q->in[0])[i] = i % 9 ? (float)uniform(-1, 1) : i % 2 ? 1 : -1;
}
SOURCE(osc_pm_near_f, "f", "f", "", 0, near_depth,
       CALL(osc_pm_near_f, r->y[0], p, s, q->k[0], r->in[0], r->n), 6e-7L,
       modulated(q, p, (double)IN(float, 0)))
SOURCE(osc_pm_near_gain_f, "f", "f", "", 0, near_depth,
       CALL(osc_pm_near_gain_f, r->y[0], p, s, q->k[0], r->in[0], q->k[1], r->n),
       6e-7L * fabsl((long double)q->k[1]),
       (long double)q->k[1] * modulated(q, p, (double)IN(float, 0)))

/* ---- random numbers -------------------------------------------------------------------------- */

/* Also across the halves of the 64-bit number, and below 0. */
static void noisy(Round *q) {
    static const int64_t firsts[] = {0, -64, 0xffffffff - 50, INT64_C(-0x100000040)};
    if (q->number % 2) q->n0 = firsts[q->number / 2 % 4];
    q->k[0] = 48000;
    q->k[1] = q->number % 2 ? 1e-9 : 0;
}
#define SEED (uint32_t)(q->s >> 7)
SOURCE(noise_f, "f", "", "", 0, noisy, CALL(noise_f, r->y[0], SEED, n0, r->n), 0,
       kn_noise_at(SEED, n0))
/* Held for 1, 2, 4 … samples, and for numbers that are no power of two. */
#define HELD (q->number % 3 ? 1 << q->number % 11 : 3 + q->number % 40)
#define FROM (q->number % 70 - 20)
static int64_t held_at(int64_t n, int64_t held, int64_t from) {
    const int64_t since = n - from;
    return n - (since % held + held) % held;
}
SOURCE(noise_held_f, "f", "", "", 0, noisy,
       CALL(noise_held_f, r->y[0], SEED, HELD, FROM, 5 - q->number % 9, n0, r->n), 0,
       kn_noise_at(SEED, held_at(n0, HELD, FROM) + 5 - q->number % 9))
SOURCE(noise_time_f, "f", "d", "t", 0, noisy,
       CALL(noise_time_f, r->y[0], SEED, r->in[0], q->k[0], r->n), 0,
       kn_noise_at(SEED, kn_sample_at(IN(double, 0) * q->k[0])),
       kn_noise_at(SEED, (int64_t)floor(fma(IN(double, 0), q->k[0], 1e-6))))
SOURCE(noise_seed_f, "f", "d", "", 0, noisy, CALL(noise_seed_f, r->y[0], r->in[0], n0, r->n), 0,
       kn_noise_at(kn_seed(IN(double, 0)), n0))
SOURCE(noise_d_vv, "d", "dd", "", 0, noisy, CALL(noise_d_vv, r->y[0], r->in[0], r->in[1], r->n), 0,
       kn_noise(IN(double, 0), IN(double, 1)))
SOURCE(noise_d_kv, "d", "d", "", 0, noisy, CALL(noise_d_kv, r->y[0], q->k[0], r->in[0], r->n), 0,
       kn_noise(q->k[0], IN(double, 0)))
SOURCE(hash_f, "f", "d", "", 0, noisy, CALL(hash_f, r->y[0], r->in[0], q->k[1], r->n), 0,
       kn_hashf(IN(double, 0) + q->k[1]))
SOURCE(hash_d, "d", "d", "", 0, noisy, CALL(hash_d, r->y[0], r->in[0], q->k[1], r->n), 0,
       kn_hash(IN(double, 0) + q->k[1]))

/* ---- noises of coordinates -------------------------------------------------------------------- */

/* All that can be asked, with a period and without; in each fourth round the later coordinates are held, and in half of these the
 * first goes slowly through a few cells. */
static void lattice(Round *q) {
    q->k[0] = q->number % 5;
    q->k[1] = q->number % 3 == 1 ? 7 : 0;
    q->k[2] = q->number % 3 == 2 ? q->number / 3 % 3 : 0;
    for (int j = 1; q->number % 4 == 3 && j < 4 && q->in[j]; j++)
        for (int i = 1; i < STRIP_N; i++)
            ((double *)q->in[j])[i] = ((double *)q->in[j])[0];
    for (int i = 0; q->number % 8 == 7 && i < STRIP_N; i++)
        ((double *)q->in[0])[i] = q->number % 3 - 1.5 + 0.02 * i;
}
#define LATTICE_ASKED q->k[0], q->k[1], (int)q->k[2]
#define LATTICE(noise)                                                                             \
    SOURCE(noise##1_f, "f", "d", "s", 0, lattice,                                                  \
           CALL(noise##1_f, r->y[0], r->in[0], LATTICE_ASKED, r->n), 0,                            \
           kn_##noise##1(IN(double, 0), LATTICE_ASKED))                                            \
    SOURCE(noise##2_f, "f", "dd", "s", 0, lattice,                                                 \
           CALL(noise##2_f, r->y[0], r->in[0], r->in[1], LATTICE_ASKED, r->n), 0,                  \
           kn_##noise##2(IN(double, 0), IN(double, 1), LATTICE_ASKED))                             \
    SOURCE(noise##3_f, "f", "ddd", "s", 0, lattice,                                                \
           CALL(noise##3_f, r->y[0], r->in[0], r->in[1], r->in[2], LATTICE_ASKED, r->n), 0,        \
           kn_##noise##3(IN(double, 0), IN(double, 1), IN(double, 2), LATTICE_ASKED))              \
    SOURCE(                                                                                        \
        noise##4_f, "f", "dddd", "s", 0, lattice,                                                  \
        CALL(noise##4_f, r->y[0], r->in[0], r->in[1], r->in[2], r->in[3], LATTICE_ASKED, r->n), 0, \
        kn_##noise##4(IN(double, 0), IN(double, 1), IN(double, 2), IN(double, 3), LATTICE_ASKED))
LATTICE(value_noise)
LATTICE(perlin)
LATTICE(simplex)
LATTICE(worley)

/* ---- tables and sound files ------------------------------------------------------------------ */

enum { TABLE_MOST = 1024, FRAMES_MOST = 99 };
static unsigned char table_memory[8 * (TABLE_MOST + 32)];

static int table_size(const Round *q) {
    static const int sizes[] = {1, 2, 16, 100, 256, 1000, 1024};
    return sizes[q->number % 7];
}
static void table_in_float(Round *q) {
    float *t = (float *)table_memory + q->shift;
    for (int i = 0; i < TABLE_MOST; i++)
        t[i] = (float)uniform(-1, 1);
    t[table_size(q)] = t[0];
    q->extra = (unsigned char *)t;
}
static void table_in_double(Round *q) {
    double *t = (double *)table_memory + q->shift;
    for (int i = 0; i < TABLE_MOST; i++)
        t[i] = uniform(-1, 1);
    t[table_size(q)] = t[0];
    q->extra = (unsigned char *)t;
}
#define FT ((const float *)q->extra)
#define DT ((const double *)q->extra)
SOURCE(table_f_v, "f", "f", "sq", 0, table_in_float,
       CALL(table_f_v, r->y[0], FT, table_size(q), r->in[0], r->n),
       1e-6L + table_size(q) * 0x1p-22L, kn_tablef(FT, table_size(q), IN(float, 0)))
SOURCE(table_w_v, "f", "d", "sq", 0, table_in_float,
       CALL(table_w_v, r->y[0], FT, table_size(q), r->in[0], r->n), 1e-6L,
       kn_table_wide(FT, table_size(q), IN(double, 0)))
SOURCE(table_d_v, "d", "d", "sq", 0, table_in_double,
       CALL(table_d_v, r->y[0], DT, table_size(q), r->in[0], r->n),
       1e-15L + table_size(q) * 0x1p-50L, kn_table(DT, table_size(q), IN(double, 0)))

static void sound(Round *q) {
    table_in_float(q);
    for (int i = 0; i < STRIP_N; i++) {
        double x = ((double *)q->in[0])[i];
        ((double *)q->in[0])[i] = i % 4 ? uniform(-5, FRAMES_MOST + 5) : i % 8 ? floor(x) : x;
    }
}
#define FILE_ARGUMENTS FT, 1 + q->number % 3, q->number % 3, q->number % FRAMES_MOST
SOURCE(sample_d_v, "d", "d", "", 0, sound,
       CALL(sample_d_v, r->y[0], FILE_ARGUMENTS, r->in[0], r->n), 1e-14L,
       kn_sample(FILE_ARGUMENTS, IN(double, 0)))
SOURCE(sample_f_v, "f", "d", "", 0, sound,
       CALL(sample_f_v, r->y[0], FILE_ARGUMENTS, r->in[0], r->n), 2e-7L,
       kn_sample(FILE_ARGUMENTS, IN(double, 0)))
SOURCE(sample_linear_d_v, "d", "d", "", 0, sound,
       CALL(sample_linear_d_v, r->y[0], FILE_ARGUMENTS, r->in[0], r->n), 1e-14L,
       kn_sample_linear(FILE_ARGUMENTS, IN(double, 0)))
SOURCE(sample_linear_f_v, "f", "d", "", 0, sound,
       CALL(sample_linear_f_v, r->y[0], FILE_ARGUMENTS, r->in[0], r->n), 1e-7L,
       kn_sample_linear(FILE_ARGUMENTS, IN(double, 0)))

/* The window at places of the strip: 32 crossings to each side, by the formula. */
enum { SINC_POINTS = 4 * KN_SINC_PARTS * KN_SINC_REACH };
static long double bessel(long double x) {
    long double sum = 1, term = 1;
    for (int k = 1; term > 1e-22L * sum; k++) {
        term *= x * x / 4 / (long double)(k * k);
        sum += term;
    }
    return sum;
}
static double sinc_place(const Round *q, int i) {
    return fmin((q->number % 32 * STRIP_N + i) * 0x1p-7 + (q->number % 5) / 640.0, KN_SINC_REACH);
}
static long double window_at(long double u) {
    const long double beta = 0.1102L * (100 - 8.7L), part = u / KN_SINC_REACH;
    const long double x = acosl(-1) * u, left = 1 - part * part;
    return (u > 0 ? sinl(x) / x : 1) * bessel(beta * sqrtl(left)) / bessel(beta);
}
/* A table between two numbers that are nobody's. It is the same whenever it is made, which takes long: each set makes it once. */
typedef struct SincTable {
    const void *made_by;
    float before, points[SINC_POINTS], after;
} SincTable;
static const SincTable *sinc_table_of(const Run *r) {
    enum { MOST = 16 };
    static SincTable tables[MOST];
    SincTable *t = tables;
    while (t->made_by && t->made_by != r->functions[KERNEL_sinc_table])
        t++;
    if (t->made_by) return t;
    t->before = t->after = 9;
    CALL(sinc_table, t->points);
    t->made_by = r->functions[KERNEL_sinc_table];
    return t;
}
static void run_sinc_table(const Run *r) {
    const SincTable *t = sinc_table_of(r);
    const bool kept = t->before == 9 && t->after == 9;
    for (int i = 0; i < r->n; i++)
        ((double *)r->y[0])[i] =
            kept ? kn_sinc_weight(t->points, sinc_place(r->q, r->from + i)) : 9;
}
static void want_sinc_table(const Round *q, int i, int output, Want *w) {
    (void)output;
    ACCEPT(window_at(sinc_place(q, i)));
    w->within = 1.5e-7L;
}
CASE(sinc_table, "d", "", run_sinc_table, want_sinc_table, NULL, "", 0, 0)

/* At rest, slower and faster than the file, beyond the widest. */
static void fast_sound(Round *q) {
    sound(q);
    for (int i = 0; i < STRIP_N; i++)
        ((double *)q->in[1])[i] = q->number % 4 == 0 ? 1 : uniform(-1, 1) * (1 << q->number % 6);
}
static const float *sinc_table_at_hand(void) {
    const Run any = {.functions = kernels_for(KERNELS_BASELINE)};
    return sinc_table_of(&any)->points;
}
SOURCE(sample_sinc_d_v, "d", "dd", "", 0, fast_sound,
       CALL(sample_sinc_d_v, r->y[0], FILE_ARGUMENTS, sinc_table_of(r)->points, r->in[0], r->in[1],
            r->n),
       1e-6L, kn_sample_sinc(FILE_ARGUMENTS, sinc_table_at_hand(), IN(double, 0), IN(double, 1)))
SOURCE(sample_sinc_f_v, "f", "dd", "", 0, fast_sound,
       CALL(sample_sinc_f_v, r->y[0], FILE_ARGUMENTS, sinc_table_of(r)->points, r->in[0], r->in[1],
            r->n),
       1.5e-6L, kn_sample_sinc(FILE_ARGUMENTS, sinc_table_at_hand(), IN(double, 0), IN(double, 1)))

/* A file that is read while it is heard is the same as one in memory, to the bit. */
typedef struct Reading {
    const float *data;
    int channels, frames;
} Reading;
static void read_frames(void *stream, float *to, int64_t first, int n, int channel) {
    const Reading *file = stream;
    for (int i = 0; i < n; i++)
        to[i] = first + i < 0 || first + i >= file->frames
                    ? 0
                    : file->data[(first + i) * file->channels + channel];
}
#define QUALITY (q->number / 3 % 3)
static double want_streamed(const Round *q, double x, double step) {
    return QUALITY == 0   ? kn_sample_linear(FILE_ARGUMENTS, x)
           : QUALITY == 1 ? kn_sample(FILE_ARGUMENTS, x)
                          : kn_sample_sinc(FILE_ARGUMENTS, sinc_table_at_hand(), x, step);
}
#define READ_FRAMES                                                                                \
    Reading reading = {FT, 1 + q->number % 3, q->number % FRAMES_MOST};                            \
    const KnSoundFile file = {read_frames, &reading, reading.frames}
SOURCE(streamed_d_v, "d", "dd", "", 0, fast_sound, READ_FRAMES;
       CALL(streamed_d_v, r->y[0], &file, q->number % 3, QUALITY, sinc_table_of(r)->points,
            r->in[0], r->in[1], r->n),
       1e-6L, want_streamed(q, IN(double, 0), IN(double, 1)))
SOURCE(streamed_f_v, "f", "dd", "", 0, fast_sound, READ_FRAMES;
       CALL(streamed_f_v, r->y[0], &file, q->number % 3, QUALITY, sinc_table_of(r)->points,
            r->in[0], r->in[1], r->n),
       1.5e-6L, want_streamed(q, IN(double, 0), IN(double, 1)))
