/* Cases of kernels for filters in direct form: two poles, banks of filters, and what
 * stands above poles. */

static double poles[2];

/* Two poles inside the circle: a pair, or two on the real line. */
static void some_poles(Round *q) {
    begin_memory(q);
    const double r = q->number % 4 ? uniform(0, 0.95) : 0.999, angle = uniform(0, 3.14),
                 other = uniform(-0.95, 0.95);
    poles[0] = q->number % 3 ? 2 * r * cos(angle) : r + other;
    poles[1] = q->number % 3 ? -r * r : -r * other;
}

static void run_poles2(const Run *r) {
    double table[6], *state = OF(r->state)->value;
    CALL(poles2_table, table, poles);
    if (r->from == 0) {
        state[7] = OF(r->q->state + 64)->z[0];
        state[6] = OF(r->q->state + 64)->z[1];
        CALL(poles2_begin, state, table);
    }
    CALL(poles2, r->y[0], r->in[0], table, state, r->n);
}

/* After an infinity it may be either infinity, or no number. */
static void want_poles2(const Round *q, int i, int output, Want *w) {
    Memory *s = OF(q->want_state);
    const double e = ((const double *)q->in[0])[i],
                 y = (e + poles[1] * s->z[1]) + poles[0] * s->z[0];
    (void)output;
    s->z[1] = s->z[0];
    s->z[0] = y;
    if (isfinite(y))
        ACCEPT(y);
    else
        ACCEPT((long double)NAN, (long double)INFINITY, -(long double)INFINITY);
    w->within = 1e-10L; /* double poles next to the circle magnify */
}
CASE(poles2, "d", "d", run_poles2, want_poles2, some_poles, "a", 0, 1)

/* No samples: what they write, repeated, as an output. */
static void run_poles2_table(const Run *r) {
    double table[6];
    CALL(poles2_table, table, poles);
    for (int i = 0; i < r->n; i++)
        ((double *)r->y[0])[i] = table[(r->from + i) % 6];
}

static void want_poles2_table(const Round *q, int i, int output, Want *w) {
    const long double a1 = (long double)poles[0], a2 = (long double)poles[1], c1 = a1 * a1 + 2 * a2,
                      c2 = -a2 * a2;
    const long double table[6] = {a1, -a2, c1, -c2, c1 * c1 + 2 * c2, -c2 * c2};
    (void)q, (void)output;
    ACCEPT(table[i % 6]);
    w->within = 1e-14L;
}
CASE(poles2_table, "d", "d", run_poles2_table, want_poles2_table, some_poles, "a", 0, 1)

static void run_poles2_begin(const Run *r) {
    const double table[6] = {0.5};
    double state[16];
    for (int j = 0; j < 16; j++)
        state[j] = j + 1;
    CALL(poles2_begin, state, table);
    for (int i = 0; i < r->n; i++)
        ((double *)r->y[0])[i] = state[(r->from + i) % 16];
}

static void want_poles2_begin(const Round *q, int i, int output, Want *w) {
    static const double state[16] = {[6] = 7, [7] = 8, [14] = 7, [15] = 4.5};
    (void)q, (void)output;
    ACCEPT(state[i % 16]);
}
CASE(poles2_begin, "d", "", run_poles2_begin, want_poles2_begin, NULL, "", 0, 0)

/* Banks of six fours, the last two lanes of which have no filter. */
enum { BANK_FOURS = 6, BANK_FILTERS = 4 * BANK_FOURS - 2, BANK_ROW = 11 };
static double bank[4 * BANK_FOURS][BANK_ROW];

static void some_bank(Round *q) {
    double *states = (double *)(void *)(q->state + 64);
    for (int f = 0; f < BANK_FILTERS; f++) {
        some_poles(q);
        for (int j = 0; j < BANK_ROW; j++)
            bank[f][j] = uniform(-1, 1);
        memcpy(&bank[f][1], poles, sizeof poles);
        for (int j = 0; j < 2; j++)
            states[f / 4 * 8 + 4 * j + f % 4] = q->number % 3 ? uniform(-1, 1) : 0;
    }
}

/* Rotations that die away, which A may be for state2_bank. */
static void some_states(Round *q) {
    some_bank(q);
    for (int f = 0; f < BANK_FILTERS; f++) {
        const double r = q->number % 4 ? uniform(0, 0.95) : 0.999, angle = uniform(0, 3.14);
        const double a[4] = {r * cos(angle), r * sin(angle), -r * sin(angle), r * cos(angle)};
        memcpy(bank[f], a, sizeof a);
    }
}

static void accept_sum(Want *w, long double y) {
    if (isfinite(y))
        ACCEPT(y);
    else
        ACCEPT((long double)NAN, (long double)INFINITY, -(long double)INFINITY);
    w->within = 1e-10L * (1 + fabsl(y));
}

#define BANK(kind, width)                                                                          \
    static void run_##kind##_bank(const Run *r) {                                                  \
        static double numbers[BANK_FOURS * 4 * width];                                             \
        memset(numbers, 0, sizeof numbers);                                                        \
        for (int f = 0; f < BANK_FILTERS; f++)                                                     \
            CALL(kind##_bank_row, numbers + f / 4 * 4 * width + f % 4, bank[f]);                   \
        CALL(kind##_bank, r->y[0], r->in[1], r->in[0], numbers, (double *)(void *)r->state,        \
             BANK_FOURS, r->n);                                                                    \
    }                                                                                              \
    /* No samples: the numbers of one filter, repeated, as an output. */                           \
    static void run_##kind##_bank_row(const Run *r) {                                              \
        double numbers[4 * width];                                                                 \
        CALL(kind##_bank_row, numbers, bank[0]);                                                   \
        for (int i = 0; i < r->n; i++)                                                             \
            ((double *)r->y[0])[i] = numbers[(r->from + i) % width * 4];                           \
    }

/* The states of a filter, from one four to the other. */
static double *states_of(const Round *q, int f) {
    return (double *)(void *)q->want_state + f / 4 * 8 + f % 4;
}

BANK(poles2, 4)
static void want_poles2_bank(const Round *q, int i, int output, Want *w) {
    long double y = ((const double *)q->in[1])[i];
    const double x = ((const double *)q->in[0])[i];
    (void)output;
    for (int f = 0; f < BANK_FILTERS; f++) {
        double *z = states_of(q, f), now = bank[f][0] * x + bank[f][1] * z[0] + bank[f][2] * z[4];
        z[4] = z[0];
        z[0] = now;
        y += bank[f][3] * now;
    }
    accept_sum(w, y);
}
CASE(poles2_bank, "d", "dd", run_poles2_bank, want_poles2_bank, some_bank, "ab", 1, 1)

static void want_poles2_bank_row(const Round *q, int i, int output, Want *w) {
    (void)q, (void)output;
    ACCEPT(bank[0][i % 4]);
}
CASE(poles2_bank_row, "d", "d", run_poles2_bank_row, want_poles2_bank_row, some_bank, "a", 0, 1)

BANK(state2, 9)
static void want_state2_bank(const Round *q, int i, int output, Want *w) {
    long double y = ((const double *)q->in[1])[i];
    const double x = ((const double *)q->in[0])[i];
    (void)output;
    for (int f = 0; f < BANK_FILTERS; f++) {
        const double *a = bank[f], *b = a + 4, *before = a + 6, *after = a + 9;
        double *z = states_of(q, f), z1 = a[0] * z[0] + a[1] * z[4] + b[0] * x,
               z2 = a[2] * z[0] + a[3] * z[4] + b[1] * x;
        y += (long double)before[0] * z[0] + before[1] * z[4] + a[8] * x + after[0] * z1 +
             after[1] * z2;
        z[0] = z1;
        z[4] = z2;
    }
    accept_sum(w, y);
}
CASE(state2_bank, "d", "dd", run_state2_bank, want_state2_bank, some_states, "ab", 1, 1)

static void want_state2_bank_row(const Round *q, int i, int output, Want *w) {
    const double *a = bank[0], *b = a + 4, *after = a + 9;
    const int at = i % 9;
    const long double c = at < 6   ? 0
                          : at < 8 ? (long double)after[0] * a[at - 6] + after[1] * a[at - 4]
                                   : (long double)after[0] * b[0] + after[1] * b[1];
    (void)q, (void)output;
    ACCEPT(a[at] + c);
    w->within = 1e-15L;
}
CASE(state2_bank_row, "d", "d", run_state2_bank_row, want_state2_bank_row, some_states, "a", 0, 1)

/* The past before a piece is what the round has there, or what it begins with. */
static double before_piece(const Round *q, int at) {
    return at >= 0 ? ((const double *)q->in[0])[at] : OF(q->state + 64)->z[-1 - at];
}

static void run_fir3_d(const Run *r) {
    const double z[2] = {before_piece(r->q, r->from - 1), before_piece(r->q, r->from - 2)};
    CALL(fir3_d, r->y[0], r->in[0], z, r->q->k[0], r->q->k[2], r->q->k[3], r->n);
}

static void want_fir3_d(const Round *q, int i, int output, Want *w) {
    (void)output;
    ACCEPT((long double)q->k[0] * before_piece(q, i) + q->k[2] * before_piece(q, i - 1) +
           q->k[3] * before_piece(q, i - 2));
    w->within = 1e-15L;
}
CASE(fir3_d, "d", "d", run_fir3_d, want_fir3_d, begin_memory, "a", 0, 1)

/* Filters beside each other: of each its numbers, the last of which is its gain; its state is in its lane. */
enum { LANES = 8 };
enum { ONE_POLE, TWO_POLES, POLE_ZERO };
static double lane[LANES][3];

static int numbers_of(int shape) {
    return shape == ONE_POLE ? 2 : 3;
}

static void some_lanes(Round *q, int shape) {
    double *states = (double *)(void *)(q->state + 64);
    for (int f = 0; f < LANES; f++) {
        some_poles(q);
        memcpy(lane[f], poles, sizeof poles);
        if (shape != TWO_POLES) lane[f][0] = q->number % 4 ? uniform(-0.95, 0.95) : 0.999;
        lane[f][numbers_of(shape) - 1] = uniform(-2, 2);
        for (int j = 0; j < numbers_of(shape) - 1; j++)
            states[LANES * j + f] = q->number % 3 ? uniform(-1, 1) : 0;
    }
}

/* Output f is filter f of input f. */
static void want_lane(const Round *q, int i, int f, Want *w, int shape) {
    double *z = (double *)(void *)q->want_state + f;
    const double x = ((const double *)q->in[f])[i], *numbers = lane[f];
    const double past = shape == ONE_POLE ? 0 : numbers[1] * z[LANES];
    const double now = (numbers[numbers_of(shape) - 1] * x + past) + numbers[0] * z[0];
    if (shape != ONE_POLE) z[LANES] = shape == TWO_POLES ? z[0] : x;
    z[0] = now;
    accept_sum(w, now);
}

#define BESIDE(name, shape)                                                                        \
    static void some_##name##_lanes(Round *q) {                                                    \
        some_lanes(q, shape);                                                                      \
    }                                                                                              \
    static const double *name##_numbers(const Run *r) {                                            \
        static double numbers[LANES * 3];                                                          \
        for (int f = 0; f < LANES; f++)                                                            \
            CALL(name##_lane, numbers + f, lane[f]);                                               \
        return numbers;                                                                            \
    }                                                                                              \
    static void run_##name##_four(const Run *r) {                                                  \
        CALL(name##_four, r->y[0], r->y[1], r->y[2], r->y[3], r->in[0], r->in[1], r->in[2],        \
             r->in[3], name##_numbers(r), (double *)(void *)r->state, r->n);                       \
    }                                                                                              \
    static void run_##name##_eight(const Run *r) {                                                 \
        CALL(name##_eight, r->y[0], r->y[1], r->y[2], r->y[3], r->y[4], r->y[5], r->y[6], r->y[7], \
             r->in[0], r->in[1], r->in[2], r->in[3], r->in[4], r->in[5], r->in[6], r->in[7],       \
             name##_numbers(r), (double *)(void *)r->state, r->n);                                 \
    }                                                                                              \
    static void want_##name##_lanes(const Round *q, int i, int output, Want *w) {                  \
        want_lane(q, i, output, w, shape);                                                         \
    }                                                                                              \
    CASE(name##_four, "dddd", "dddd", run_##name##_four, want_##name##_lanes, some_##name##_lanes, \
         "aaaa", 0, 0)                                                                             \
    CASE(name##_eight, "dddddddd", "dddddddd", run_##name##_eight, want_##name##_lanes,            \
         some_##name##_lanes, "aaaaaaaa", 0, 0)                                                    \
    /* No samples: the numbers of one filter, repeated, as an output. */                           \
    static void run_##name##_lane(const Run *r) {                                                  \
        double numbers[LANES * 3];                                                                 \
        CALL(name##_lane, numbers, lane[0]);                                                       \
        for (int i = 0; i < r->n; i++)                                                             \
            ((double *)r->y[0])[i] = numbers[(r->from + i) % numbers_of(shape) * LANES];           \
    }                                                                                              \
    static void want_##name##_lane(const Round *q, int i, int output, Want *w) {                   \
        (void)q, (void)output;                                                                     \
        ACCEPT(lane[0][i % numbers_of(shape)]);                                                    \
    }                                                                                              \
    CASE(name##_lane, "d", "d", run_##name##_lane, want_##name##_lane, some_##name##_lanes, "a",   \
         0, 1)

BESIDE(poles1, ONE_POLE)
BESIDE(poles2, TWO_POLES)
BESIDE(pole_zero, POLE_ZERO)
