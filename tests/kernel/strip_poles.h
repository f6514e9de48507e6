/* Cases of kernels for filters in direct form: two poles, and what stands above them. */

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
