/* Cases of kernels that know the past: delay lines, the last samples, recurrences. */

/* ---- delay lines ----------------------------------------------------------------------------- */

static int ring_size(const Round *q) {
    return 256 << q->number % 3;
}

static int mirrored_of(const Round *q) {
    return q->number % 2 ? KERNEL_STRIP : 0;
}

/* A ring full of numbers at the round's shift; distances, some of them whole, one not a number. */
#define RING_CASES(t, T, l, near)                                                                  \
    static void ring_##t(Round *q) {                                                               \
        static unsigned char memory[sizeof(T) * (1024 + 16)];                                      \
        T *line = (T *)memory + q->shift;                                                          \
        for (int i = 0; i < 1024; i++)                                                             \
            line[i] = (T)uniform(-1, 1);                                                           \
        q->extra = (unsigned char *)line;                                                          \
        q->k[0] = uniform(0, 1);                                                                   \
    }                                                                                              \
    static void distances_##t(Round *q) {                                                          \
        ring_##t(q);                                                                               \
        q->k[0] = 0.0003;                                                                          \
        q->k[1] = 0.0045;                                                                          \
        q->k[2] = q->number % 2 ? 48000 : 44100.5;                                                 \
        for (int i = 0; i < STRIP_N; i++)                                                          \
            ((double *)q->in[0])[i] =                                                              \
                i % 3 ? uniform(0, 0.005) : floor(uniform(0, 240)) / q->k[2];                      \
        ((double *)q->in[0])[q->number % STRIP_N] = (double)NAN;                                   \
    }                                                                                              \
    static T ring_at_##t(const Round *q, int64_t at) {                                             \
        return ((const T *)q->extra)[at & (ring_size(q) - 1)];                                     \
    }                                                                                              \
    static void run_read_##t(const Run *r) {                                                       \
        const Round *q = r->q;                                                                     \
        CALL(read_##t, r->y[0], (const T *)q->extra, ring_size(q), q->n0 - 300 + r->from, r->n);   \
    }                                                                                              \
    static void want_read_##t(const Round *q, int i, int output, Want *w) {                        \
        (void)output;                                                                              \
        ACCEPT(ring_at_##t(q, q->n0 - 300 + i));                                                   \
    }                                                                                              \
    CASE(read_##t, l, "", run_read_##t, want_read_##t, ring_##t, "", 0, 0)                         \
    static void run_lerp_##t(const Run *r) {                                                       \
        const Round *q = r->q;                                                                     \
        CALL(lerp_##t, r->y[0], (const T *)q->extra, ring_size(q), q->n0 + r->from, 300 + q->k[0], \
             r->n);                                                                                \
    }                                                                                              \
    static void want_lerp_##t(const Round *q, int i, int output, Want *w) {                        \
        const T x = ring_at_##t(q, q->n0 - 300 + i), before = ring_at_##t(q, q->n0 - 301 + i);     \
        (void)output;                                                                              \
        ACCEPT(x + (T)(300 + q->k[0] - 300) * (before - x));                                       \
        w->within = near;                                                                          \
    }                                                                                              \
    CASE(lerp_##t, l, "", run_lerp_##t, want_lerp_##t, ring_##t, "", 0, 0)                         \
    static void ages_##t(Round *q) {                                                               \
        ring_##t(q);                                                                               \
        for (int i = 0; i < STRIP_N; i++)                                                          \
            ((double *)q->in[0])[i] = floor(uniform(298, 303));                                    \
    }                                                                                              \
    static T aged_##t(const Round *q, int i, int k) {                                              \
        return ((const double *)q->in[0])[i] < k ? (T)0 : ring_at_##t(q, q->n0 - k + i);           \
    }                                                                                              \
    static void run_read_age_##t(const Run *r) {                                                   \
        const Round *q = r->q;                                                                     \
        CALL(read_age_##t, r->y[0], (const T *)q->extra, ring_size(q), q->n0 - 300 + r->from,      \
             r->in[0], 300, r->n);                                                                 \
    }                                                                                              \
    static void want_read_age_##t(const Round *q, int i, int output, Want *w) {                    \
        (void)output;                                                                              \
        ACCEPT(aged_##t(q, i, 300));                                                               \
    }                                                                                              \
    CASE(read_age_##t, l, "d", run_read_age_##t, want_read_age_##t, ages_##t, "", 0, 0)            \
    static void run_lerp_age_##t(const Run *r) {                                                   \
        const Round *q = r->q;                                                                     \
        CALL(lerp_age_##t, r->y[0], (const T *)q->extra, ring_size(q), q->n0 + r->from,            \
             300 + q->k[0], r->in[0], r->n);                                                       \
    }                                                                                              \
    static void want_lerp_age_##t(const Round *q, int i, int output, Want *w) {                    \
        const T x = aged_##t(q, i, 300), before = aged_##t(q, i, 301);                             \
        (void)output;                                                                              \
        ACCEPT(x + (T)(300 + q->k[0] - 300) * (before - x));                                       \
        w->within = near;                                                                          \
    }                                                                                              \
    CASE(lerp_age_##t, l, "d", run_lerp_age_##t, want_lerp_age_##t, ages_##t, "", 0, 0)            \
    static void run_vary_##t(const Run *r) {                                                       \
        const Round *q = r->q;                                                                     \
        CALL(vary_##t, r->y[0], (const T *)q->extra, ring_size(q), q->n0 + r->from, r->in[0],      \
             q->k[0], q->k[1], q->k[2], r->n);                                                     \
    }                                                                                              \
    static void want_vary_##t(const Round *q, int i, int output, Want *w) {                        \
        const double seconds = ((const double *)q->in[0])[i];                                      \
        const double d = kn_whole_samples(kn_min(kn_max(seconds, q->k[0]), q->k[1]) * q->k[2]);    \
        const int whole = (int)d;                                                                  \
        const T f = (T)(d - (double)whole), x = ring_at_##t(q, q->n0 + i - whole);                 \
        (void)output;                                                                              \
        ACCEPT(x + f * (ring_at_##t(q, q->n0 + i - whole - 1) - x));                               \
        w->within = near + 1e-10L;                                                                 \
    }                                                                                              \
    CASE(vary_##t, l, "d", run_vary_##t, want_vary_##t, distances_##t, "", 0, 1)                   \
    /* Wrong places show in what is read back, in y. */                                            \
    static void run_write_##t(const Run *r) {                                                      \
        static unsigned char before[STATE_BYTES];                                                  \
        const Round *q = r->q;                                                                     \
        T *line = (T *)r->state + q->shift, *y = r->y[0];                                          \
        const int size = ring_size(q), mirrored = mirrored_of(q);                                  \
        memcpy(before, r->state, STATE_BYTES);                                                     \
        CALL(write_##t, line, size, q->n0 + r->from, mirrored, r->in[0], r->n);                    \
        for (int i = 0; i < r->n; i++) {                                                           \
            const int at = (int)((q->n0 + r->from + i) & (size - 1));                              \
            y[i] = line[at];                                                                       \
            memcpy(before + sizeof(T) * (size_t)(q->shift + at), &line[at], sizeof(T));            \
            if (at < mirrored)                                                                     \
                memcpy(before + sizeof(T) * (size_t)(q->shift + size + at), &line[at], sizeof(T)); \
        }                                                                                          \
        if (r->n > 0 && memcmp(before, r->state, STATE_BYTES) != 0) y[0] = (T)1e30;                \
    }                                                                                              \
    /* What lies in one piece is in the ring and in its mirror then. */                            \
    static void run_mirror_##t(const Run *r) {                                                     \
        const Round *q = r->q;                                                                     \
        T *line = (T *)r->state + q->shift, *y = r->y[0];                                          \
        const int size = ring_size(q), first = (int)((q->n0 + r->from) & (size - 1));              \
        memcpy(line + first, r->in[0], sizeof(T) * (size_t)r->n);                                  \
        CALL(mirror_##t, line, size, q->n0 + r->from, KERNEL_STRIP, r->n);                         \
        for (int i = 0; i < r->n; i++) {                                                           \
            const int at = (first + i) & (size - 1);                                               \
            const bool same =                                                                      \
                at >= KERNEL_STRIP || memcmp(&line[size + at], &line[at], sizeof(T)) == 0;         \
            y[i] = same ? line[at] : (T)1e30;                                                      \
        }                                                                                          \
    }                                                                                              \
    static void want_write_##t(const Round *q, int i, int output, Want *w) {                       \
        (void)output;                                                                              \
        ACCEPT(((const T *)q->in[0])[i]);                                                          \
    }                                                                                              \
    CASE(write_##t, l, l, run_write_##t, want_write_##t, NULL, "a", 0, 0)                          \
    CASE(mirror_##t, l, l, run_mirror_##t, want_write_##t, NULL, "a", 0, 0)                        \
    static T last_##t(const Round *q, int back) {                                                  \
        return back >= 0 ? ((const T *)q->in[0])[back] : ((const T *)q->extra)[-1 - back];         \
    }                                                                                              \
    static void run_past_##t(const Run *r) {                                                       \
        T z[4];                                                                                    \
        for (int j = 0; j < 4; j++)                                                                \
            z[j] = last_##t(r->q, r->from - 1 - j);                                                \
        CALL(past_##t, r->y[0], r->in[0], z, r->q->number % 5, r->n);                              \
    }                                                                                              \
    static void want_past_##t(const Round *q, int i, int output, Want *w) {                        \
        (void)output;                                                                              \
        ACCEPT(last_##t(q, i - q->number % 5));                                                    \
    }                                                                                              \
    CASE(past_##t, l, l, run_past_##t, want_past_##t, ring_##t, "a", 0, 0)                         \
    static void run_keep_##t(const Run *r) {                                                       \
        const int count = r->q->number % 9;                                                        \
        T *z = (T *)r->state + r->q->shift, *y = r->y[0], want[9] = {0};                           \
        for (int j = 0; j < count; j++)                                                            \
            want[j] = j < r->n ? ((const T *)r->in[0])[r->n - 1 - j] : z[j - r->n];                \
        CALL(keep_##t, z, count, r->in[0], r->n);                                                  \
        memcpy(y, r->in[0], sizeof(T) * (size_t)r->n);                                             \
        if (r->n > 0 && memcmp(want, z, sizeof want) != 0) y[0] = (T)1e30;                         \
    }                                                                                              \
    CASE(keep_##t, l, l, run_keep_##t, want_write_##t, NULL, "a", 0, 0)
RING_CASES(f, float, "f", 1.2e-7L)
RING_CASES(d, double, "d", 4.5e-16L)

/* ---- recurrences ----------------------------------------------------------------------------- */

typedef struct Memory {
    double a, m, z[3];
    int32_t g;
    KnRunning q;
    double value[256];
    int64_t when[256];
} Memory;
#define OF(state) ((Memory *)(void *)(state))

/* Begins somewhere, or (g = 0) anew; sometimes an input is not a number from some sample on. */
static void begin_memory(Round *q) {
    Memory *m = OF(q->state + 64);
    m->g = q->number % 3 != 0;
    if (m->g) {
        m->a = q->number % 2 ? 0.25 : 0;
        m->m = 7;
        for (int j = 0; j < 3; j++)
            m->z[j] = uniform(-1, 1);
    }
    q->k[0] = q->number % 4 ? uniform(-0.9, 1) : 0.999;
    q->k[1] = 1.0 / 48000;
    if (q->in[0] && q->number % 6 == 5)
        ((double *)q->in[0])[q->number % STRIP_N] = q->number % 12 == 5 ? (double)NAN : INFINITY;
}

#define RECURRENCE(name, ins, dom, prepare, near, call, next)                                      \
    static void run_##name(const Run *r) {                                                         \
        const Round *q = r->q;                                                                     \
        Memory *s = OF(r->state);                                                                  \
        (void)q;                                                                                   \
        call;                                                                                      \
    }                                                                                              \
    static void want_##name(const Round *q, int i, int output, Want *w) {                          \
        Memory *s = OF(q->want_state);                                                             \
        const double x = ((const double *)q->in[0])[i];                                            \
        long double y;                                                                             \
        (void)output;                                                                              \
        next;                                                                                      \
        ACCEPT(y);                                                                                 \
        w->within = near;                                                                          \
    }                                                                                              \
    CASE(name, "d", ins, run_##name, want_##name, prepare, dom, 0, 1)

static void frequencies(Round *q) {
    begin_memory(q);
    for (int i = 0; i < STRIP_N; i++)
        ((double *)q->in[0])[i] *= q->number % 2 ? 1000 : 30000;
}
RECURRENCE(phase, "d", "a", frequencies, 1e-12L,
           CALL(phase, r->y[0], r->in[0], &s->a, q->k[1], r->n), y = s->a < 0.0 ? 0.0 : s->a;
           s->a = kn_wrap(s->a + x * q->k[1]))
RECURRENCE(integrate, "d", "a", begin_memory, 1e-14L,
           CALL(integrate, r->y[0], r->in[0], &s->a, q->k[1], r->n), y = s->a;
           s->a = s->a + x * q->k[1])
RECURRENCE(smooth_k, "d", "a", begin_memory, 1e-13L,
           CALL(smooth_k, r->y[0], r->in[0], q->k[0], &s->a, &s->g, r->n),
           s->a = s->g ? x + q->k[0] * (s->a - x) : x;
           s->g = 1; y = s->a)
RECURRENCE(smooth_v, "dd", "a", begin_memory, 1e-13L,
           CALL(smooth_v, r->y[0], r->in[0], r->in[1], &s->a, &s->g, r->n),
           s->a = s->g ? x + ((const double *)q->in[1])[i] * (s->a - x) : x;
           s->g = 1; y = s->a)
/* What is no number is forgotten where it starts over. */
static void starting_over(Round *q) {
    begin_memory(q);
    ((double *)q->in[0])[30] = NAN;
    ((double *)q->in[1])[37] = KERNEL_STARTS_OVER;
}
static double pole(const Memory *s, double x, double a) {
    return a == KERNEL_STARTS_OVER ? x : x + a * s->z[0];
}
RECURRENCE(pole_v, "dd", "a", starting_over, 1e-12L,
           CALL(pole_v, r->y[0], r->in[0], r->in[1], s->z, r->n),
           s->z[0] = pole(s, x, ((const double *)q->in[1])[i]);
           y = s->z[0])

static double follows(double z, double x, double a, double r) {
    return x + (z < x ? a : r) * (z - x);
}
static void following(Round *q) {
    begin_memory(q);
    q->k[1] = q->number % 5 == 0 ? (double)NAN : uniform(q->number % 2 ? 0 : -0.9, 1);
    if (q->number % 2) q->k[0] = uniform(0, 1);
}
RECURRENCE(follow_k, "d", "a", following, 1e-12L,
           CALL(follow_k, r->y[0], r->in[0], q->k[0], q->k[1], s->z, s->value, r->n),
           s->z[0] = follows(s->z[0], x, q->k[0], q->k[1]);
           y = s->z[0])
RECURRENCE(follow_v, "ddd", "a", begin_memory, 1e-12L,
           CALL(follow_v, r->y[0], r->in[0], r->in[1], r->in[2], s->z, r->n),
           s->z[0] = follows(s->z[0], x, ((const double *)q->in[1])[i],
                             ((const double *)q->in[2])[i]);
           y = s->z[0])

static int rises(Memory *s, double x) {
    int rise = (x > 0) & !(s->a > 0);
    s->m = rise ? 0 : s->m + 1;
    s->g |= rise;
    s->a = x;
    return s->g;
}
RECURRENCE(since, "d", "", begin_memory, 0,
           CALL(since, r->y[0], r->in[0], &s->a, &s->m, &s->g, q->k[1], r->n),
           y = rises(s, x) ? s->m * q->k[1] : 1e9)

/* A time that runs like t, jumps, and is below 0 for a while. */
static void jumping(Round *q) {
    double t = -20.0 / 48000;
    begin_memory(q);
    for (int i = 0; i < STRIP_N; i++) {
        t = i == 50 ? 0.1 : i == 90 ? -3.0 / 48000 : t + 1.0 / 48000;
        ((double *)q->in[0])[i] = i == q->number % STRIP_N ? (double)NAN : t;
    }
}
static double aged(Memory *s, double x, double dt) {
    int runs = s->g & (s->m >= 0) & (fabs(x - s->a - dt) < 1e-3 * dt);
    s->m = x < -1e-9 ? -1 : runs ? s->m + 1 : 0;
    s->g = 1;
    s->a = x;
    return s->m;
}
RECURRENCE(age, "d", "a", jumping, 0,
           CALL(age, r->y[0], r->in[0], &s->a, &s->m, &s->g, q->k[1], r->n),
           y = aged(s, x, q->k[1]))

#define WINDOW (1 + q->number % 60)
RECURRENCE(running_max, "d", "a", NULL, 0,
           CALL(running_max, r->y[0], r->in[0], &s->q, s->value, s->when, 64, WINDOW, r->n),
           y = kn_running_max(&s->q, s->value, s->when, 64, WINDOW, x))
RECURRENCE(running_min, "d", "a", NULL, 0,
           CALL(running_min, r->y[0], r->in[0], &s->q, s->value, s->when, 64, WINDOW, r->n),
           y = -kn_running_max(&s->q, s->value, s->when, 64, WINDOW, -x))
#define LONG_WINDOW (1 + q->number % 230) /* of several groups as well */
RECURRENCE(running_mean, "d", "a", NULL, 1e-13L,
           CALL(running_mean, r->y[0], r->in[0], &s->q, s->value, LONG_WINDOW, r->n),
           y = kn_running_mean(&s->q, s->value, LONG_WINDOW, x))

/* What came before lies near the end of the room in every other round, which is then taken to the front. */
enum { TAPS = 16, ROOM = 2 * TAPS + 128 };
static double taps[TAPS];
static void some_taps(Round *q) {
    Memory *m = OF(q->state + 64);
    begin_memory(q);
    m->g = q->number % 2 ? ROOM - TAPS - q->number % 20 : 0;
    for (int j = 0; j < TAPS - 1; j++)
        m->value[m->g + j] = uniform(-1, 1);
    for (int j = 0; j < TAPS; j++)
        taps[j] = uniform(-1, 1);
}
RECURRENCE(convolve, "d", "a", some_taps, 1e-13L,
           CALL(convolve, r->y[0], r->in[0], s->value, &s->g, ROOM, taps, TAPS, r->n),
           y = kn_convolve(s->value, &s->g, ROOM, taps, TAPS, x))

/* Every third of them is not 0. */
static double sparse[TAPS], few[2 * TAPS + 1];
static void few_taps(Round *q) {
    int n = 0;
    some_taps(q);
    for (int j = 0; j < TAPS; j++) {
        sparse[j] = j % 3 == q->number % 3 ? taps[j] : 0;
        if (sparse[j] == 0) continue;
        few[2 * n + 1] = j;
        few[2 * n + 2] = sparse[j];
        n++;
    }
    few[0] = n;
}
/* 0 * NaN is not added. */
static double convolved_few(Memory *s, double x) {
    double sum = 0;
    kn_convolve(s->value, &s->g, ROOM, sparse, TAPS, x);
    for (int j = 0; j < TAPS; j++)
        if (sparse[j] != 0) sum += sparse[j] * s->value[s->g - 1 + j];
    return sum;
}
RECURRENCE(convolve_few, "d", "a", few_taps, 1e-13L,
           CALL(convolve_few, r->y[0], r->in[0], s->value, &s->g, ROOM, few, TAPS, r->n),
           y = convolved_few(s, x))

/* ---- two and three states -------------------------------------------------------------------- */

enum { NUMBERS = 9 };
static double matrix[NUMBERS], varying[NUMBERS][STRIP_N];

/* Rows whose magnitudes sum to less than 1 cannot grow. */
static void some_matrix(Round *q) {
    begin_memory(q);
    for (int j = 0; j < NUMBERS; j++) {
        matrix[j] = uniform(-0.33, 0.33);
        for (int i = 0; i < STRIP_N; i++)
            varying[j][i] = uniform(-0.33, 0.33);
    }
}

/* The numbers lie wherever they lie: the distances are from the second output. */
static _Alignas(64) double varying_piece[NUMBERS][STRIP_N + 16];
static const int *matrix_piece(const Run *r) {
    static int far[NUMBERS];
    for (int j = 0; j < NUMBERS; j++) {
        memset(varying_piece[j], 0xff, sizeof varying_piece[j]);
        memcpy(varying_piece[j], varying[j] + r->from, sizeof(double) * (size_t)r->n);
        far[j] = (int)(((intptr_t)varying_piece[j] - (intptr_t)r->y[1]) / (intptr_t)sizeof(double));
    }
    return far;
}

/* Outputs: the states before, then those after. */
static void want_states(const Round *q, int i, int output, Want *w, int states, int varies) {
    Memory *s = OF(q->want_state);
    double next[3];
    for (int row = 0; row < states; row++) {
        double sum = ((const double *)q->in[row])[i];
        for (int j = 0; j < states; j++) {
            int at = row * states + j;
            sum += (varies ? varying[at][i] : matrix[at]) * s->z[j];
        }
        next[row] = sum;
    }
    ACCEPT(output < states ? s->z[output] : next[output - states]);
    w->within = 1e-13L;
    if (output == 2 * states - 1) memcpy(s->z, next, sizeof(double) * (size_t)states);
}

#define STATES(count, outs, ins, arguments, z)                                                     \
    static void run_state##count##_v(const Run *r) {                                               \
        Memory *s = OF(r->state);                                                                  \
        CALL(state##count##_v, PUT arguments, matrix_piece(r), PUT z, r->n);                       \
    }                                                                                              \
    static void want_state##count##_v(const Round *q, int i, int output, Want *w) {                \
        want_states(q, i, output, w, count, 1);                                                    \
    }                                                                                              \
    CASE(state##count##_v, outs, ins, run_state##count##_v, want_state##count##_v, some_matrix,    \
         "a", 0, 1)
#define TWO   (r->y[0], r->y[1], r->y[2], r->y[3], r->in[0], r->in[1])
#define THREE (r->y[0], r->y[1], r->y[2], r->y[3], r->y[4], r->y[5], r->in[0], r->in[1], r->in[2])
STATES(2, "dddd", "dd", TWO, (&s->z[0], &s->z[1]))
STATES(3, "dddddd", "ddd", THREE, (&s->z[0], &s->z[1], &s->z[2]))

/* The same by look-ahead: what is kept is 0 at first, the states are not. */
static void run_state2_ahead_v(const Run *r) {
    Memory *s = OF(r->state);
    CALL(state2_ahead_v, PUT TWO, matrix_piece(r), &s->z[0], &s->z[1], s->value, r->n);
}
/* After an infinity it may be either infinity, or no number. */
static void accept_no_number(Want *w) {
    const long double values[] = {(long double)NAN, (long double)INFINITY, -(long double)INFINITY};
    if (!isfinite(w->value[0])) accept_values(w, values, 3);
}
static void want_state2_ahead_v(const Round *q, int i, int output, Want *w) {
    want_states(q, i, output, w, 2, 1);
    accept_no_number(w);
}
CASE(state2_ahead_v, "dddd", "dd", run_state2_ahead_v, want_state2_ahead_v, some_matrix, "a", 0, 1)

/* The same by look-ahead: begun with a state of now, then on its own. */
#define LTI(count, outs, ins, arguments)                                                           \
    static void run_lti##count(const Run *r) {                                                     \
        double table[3 * count * count], *state = OF(r->state)->value;                             \
        CALL(lti##count##_table, table, matrix);                                                   \
        if (r->from == 0) {                                                                        \
            for (int j = 0; j < count; j++)                                                        \
                state[7 * j] = OF(r->q->state + 64)->z[j];                                         \
            CALL(lti##count##_begin, state);                                                       \
        }                                                                                          \
        CALL(lti##count, PUT arguments, table, state, r->n);                                       \
    }                                                                                              \
    static void want_lti##count(const Round *q, int i, int output, Want *w) {                      \
        want_states(q, i, output, w, count, 0);                                                    \
        accept_no_number(w);                                                                       \
    }                                                                                              \
    CASE(lti##count, outs, ins, run_lti##count, want_lti##count, some_matrix, "a", 0, 1)
#define ONE (r->y[0], r->y[1], r->in[0])
LTI(1, "dd", "d", ONE)
LTI(2, "dddd", "dd", TWO)
LTI(3, "dddddd", "ddd", THREE)

/* No samples: what they write, repeated, as an output. */
#define LTI_PARTS(count)                                                                           \
    static void run_lti##count##_table(const Run *r) {                                             \
        double table[3 * count * count];                                                           \
        CALL(lti##count##_table, table, matrix);                                                   \
        for (int i = 0; i < r->n; i++)                                                             \
            ((double *)r->y[0])[i] = table[(r->from + i) % (3 * count * count)];                   \
    }                                                                                              \
    static void want_lti##count##_table(const Round *q, int i, int output, Want *w) {              \
        double power[9] = {0}, next[9];                                                            \
        const int at = i % (count * count),                                                        \
                  times = 1 << i % (3 * count * count) / (count * count);                          \
        (void)q, (void)output;                                                                     \
        for (int j = 0; j < count; j++)                                                            \
            power[j * count + j] = 1;                                                              \
        for (int k = 0; k < times; k++) {                                                          \
            for (int j = 0; j < count * count; j++) {                                              \
                next[j] = 0;                                                                       \
                for (int l = 0; l < count; l++)                                                    \
                    next[j] += power[j / count * count + l] * matrix[l * count + j % count];       \
            }                                                                                      \
            memcpy(power, next, sizeof power);                                                     \
        }                                                                                          \
        ACCEPT(power[at]);                                                                         \
        w->within = 1e-15L;                                                                        \
    }                                                                                              \
    CASE(lti##count##_table, "d", "d", run_lti##count##_table, want_lti##count##_table,            \
         some_matrix, "a", 0, 1)                                                                   \
    static void run_lti##count##_begin(const Run *r) {                                             \
        double state[7 * count];                                                                   \
        for (int j = 0; j < 7 * count; j++)                                                        \
            state[j] = j + 1;                                                                      \
        CALL(lti##count##_begin, state);                                                           \
        for (int i = 0; i < r->n; i++)                                                             \
            ((double *)r->y[0])[i] = state[(r->from + i) % (7 * count)];                           \
    }                                                                                              \
    static void want_lti##count##_begin(const Round *q, int i, int output, Want *w) {              \
        const int j = i % (7 * count), row = j / 7 * 7;                                            \
        (void)q, (void)output;                                                                     \
        ACCEPT(j % 7 == 0 || j % 7 == 4 ? row + 1 : 0);                                            \
    }                                                                                              \
    CASE(lti##count##_begin, "d", "", run_lti##count##_begin, want_lti##count##_begin, NULL, "",   \
         0, 0)
LTI_PARTS(1)
LTI_PARTS(2)
LTI_PARTS(3)
