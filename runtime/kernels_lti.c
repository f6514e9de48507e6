/* Kernels: z = e + A z for one to three states and constant A, without a chain from sample to sample.
 * In: inputs, and a table of A, A^2 and A^4 made once. Out: the states before and after each sample.
 *
 * With e' = e + A e one sample ago and e'' = e' + A^2 e' two samples ago,
 *
 *     z = e'' + A^4 z four samples ago
 *
 * (Parhi, Messerschmitt, "Pipeline interleaving and parallelism in recursive digital filters", 1989:
 * look-ahead with the powers decomposed). Every sample is made of the four before it by the same
 * operations, so that no grid is needed for bits to be the same however a strip is cut, and an input
 * that is no number reaches none before it.
 *
 * State, by rows of A: the last 4 values of z, the latest first, then the last 3 of e. Where A
 * changes, or other code has changed the first z, the history is begun anew: e = z, 0, 0 with
 * z = z, 0, 0, 0 is what leads to the same. */
#include "strip.h"
#include "four.h"

enum { PAST_Z = 4, PAST_E = 3, PAST = PAST_Z + PAST_E, MOST_ROWS = 3 };

static inline void begin(double *state, int rows) {
    for (int r = 0; r < rows; r++)
        for (int k = 1; k < PAST; k++)
            state[r * PAST + k] = k == PAST_Z ? state[r * PAST] : 0.0;
}

static inline void square(double *to, const double *a, int rows) {
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < rows; c++) {
            double sum = 0.0;
            for (int k = 0; k < rows; k++)
                sum += a[r * rows + k] * a[k * rows + c];
            to[r * rows + c] = sum;
        }
}

static inline void make_table(double *table, const double *a, int rows) {
    memcpy(table, a, sizeof *a * (size_t)(rows * rows));
    square(table + rows * rows, table, rows);
    square(table + 2 * rows * rows, table + rows * rows, rows);
}

#ifdef __AVX2__
/* to = from + M past, by rows. */
static inline __attribute__((always_inline)) void
add_product(Four *to, const Four *from, const double *m, const Four *past, int rows) {
    for (int r = 0; r < rows; r++) {
        Four sum = from[r];
        for (int c = 0; c < rows; c++)
            sum += m[r * rows + c] * past[c];
        to[r] = sum;
    }
}

/* e and e' of four samples. */
typedef struct Inputs {
    Four e[MOST_ROWS], ahead[MOST_ROWS];
} Inputs;

static inline __attribute__((always_inline)) void look_ahead(Inputs *now, const Inputs *before,
                                                             const double *a, int rows) {
    Four past[MOST_ROWS];
    for (int r = 0; r < rows; r++)
        past[r] = one_ago(before->e[r], now->e[r]);
    add_product(now->ahead, now->e, a, past, rows);
}

/* The last 7 values of a row, from those of the strip and, where it was shorter, the state. */
static inline void keep_past(double *state, const double *strip, int count, int n) {
    double past[PAST_Z];
    for (int k = 0; k < count; k++)
        past[k] = k < n ? strip[n - 1 - k] : state[k - n];
    memcpy(state, past, sizeof *past * (size_t)count);
}

static inline __attribute__((always_inline)) void run(double *const *old, double *const *new,
                                                      const double *const *e, const double *table,
                                                      double *state, int rows, int n) {
    const double *const a2 = table + rows * rows, *const a4 = a2 + rows * rows;
    Inputs before, now;
    Four z[MOST_ROWS];
    for (int r = 0; r < rows; r++) {
        const double *s = state + r * PAST;
        z[r] = in_time(s);
        before.e[r] = now.e[r] = (Four){0.0, s[6], s[5], s[4]};
        keep_past(state + r * PAST + PAST_Z, e[r], PAST_E, n); /* old may be e */
    }
    look_ahead(&before, &now, table, rows);
    for (int i = 0; i < n; i += 4) {
        Four past[MOST_ROWS], sum[MOST_ROWS];
        for (int r = 0; r < rows; r++)
            now.e[r] = *(const Four *)&e[r][i];
        look_ahead(&now, &before, table, rows);
        for (int r = 0; r < rows; r++)
            past[r] = two_ago(before.ahead[r], now.ahead[r]);
        add_product(sum, now.ahead, a2, past, rows);
        add_product(sum, sum, a4, z, rows);
        for (int r = 0; r < rows; r++) {
            *(Four *)&old[r][i] = one_ago(z[r], sum[r]);
            *(Four *)&new[r][i] = z[r] = sum[r];
        }
        for (int r = 0; r < rows; r++) { /* as a struct it would go through memory */
            before.e[r] = now.e[r];
            before.ahead[r] = now.ahead[r];
        }
    }
    for (int r = 0; r < rows; r++)
        keep_past(state + r * PAST, new[r], PAST_Z, n);
}
#else
/* Two numbers at once are too few for the additional products to pay: sample after sample. */
static inline __attribute__((always_inline)) void run(double *const *old, double *const *new,
                                                      const double *const *e, const double *table,
                                                      double *state, int rows, int n) {
    double z[MOST_ROWS], next[MOST_ROWS];
    for (int r = 0; r < rows; r++)
        z[r] = state[r * PAST];
    for (int i = 0; i < n; i++) {
        for (int r = 0; r < rows; r++) {
            double sum = e[r][i];
            for (int c = 0; c < rows; c++)
                if (c != r) sum += table[r * rows + c] * z[c];
            next[r] = sum + table[r * rows + r] * z[r];
        }
        for (int r = 0; r < rows; r++) {
            old[r][i] = z[r];
            new[r][i] = z[r] = next[r];
        }
    }
    for (int r = 0; r < rows; r++)
        state[r * PAST] = z[r];
}
#endif

#define BEGIN_AND_TABLE(rows)                                                                      \
    DEFINE(lti##rows##_begin)(double *state) {                                                     \
        begin(state, rows);                                                                        \
    }                                                                                              \
    DEFINE(lti##rows##_table)(double *table, const double *a) {                                    \
        make_table(table, a, rows);                                                                \
    }
BEGIN_AND_TABLE(1)
BEGIN_AND_TABLE(2)
BEGIN_AND_TABLE(3)

DEFINE(lti1)
(double *old1, double *new1, const double *e1, const double *table, double *state, int n) {
    run((double *[]){STRIP_OF(old1)}, (double *[]){STRIP_OF(new1)},
        (const double *[]){STRIP_OF(e1)}, table, state, 1, n);
}

DEFINE(lti2)
(double *old1, double *old2, double *new1, double *new2, const double *e1, const double *e2,
 const double *table, double *state, int n) {
    run((double *[]){STRIP_OF(old1), STRIP_OF(old2)}, (double *[]){STRIP_OF(new1), STRIP_OF(new2)},
        (const double *[]){STRIP_OF(e1), STRIP_OF(e2)}, table, state, 2, n);
}

DEFINE(lti3)
(double *old1, double *old2, double *old3, double *new1, double *new2, double *new3,
 const double *e1, const double *e2, const double *e3, const double *table, double *state, int n) {
    run((double *[]){STRIP_OF(old1), STRIP_OF(old2), STRIP_OF(old3)},
        (double *[]){STRIP_OF(new1), STRIP_OF(new2), STRIP_OF(new3)},
        (const double *[]){STRIP_OF(e1), STRIP_OF(e2), STRIP_OF(e3)}, table, state, 3, n);
}
