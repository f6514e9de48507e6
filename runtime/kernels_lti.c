/* Kernels: z = e + A z for one to three states and constant A, without a chain from sample to sample.
 * In: inputs, and a table of A, A^2 and A^4 made once. Out: the states before and after each sample. */
#include "strip.h"

/* With e' = e + A e one sample ago and e'' = e' + A^2 e' two samples ago,
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
enum { KN_LTI_Z = 4, KN_LTI_E = 3, KN_LTI_PAST = KN_LTI_Z + KN_LTI_E, KN_LTI_ROWS = 3 };

KN_FN void kn_lti_begin(double *state, int rows) {
    for (int r = 0; r < rows; r++)
        for (int k = 1; k < KN_LTI_PAST; k++)
            state[r * KN_LTI_PAST + k] = k == KN_LTI_Z ? state[r * KN_LTI_PAST] : 0.0;
}

KN_FN void kn_lti_square(double *to, const double *a, int rows) {
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < rows; c++) {
            double sum = 0.0;
            for (int k = 0; k < rows; k++)
                sum += a[r * rows + k] * a[k * rows + c];
            to[r * rows + c] = sum;
        }
}

KN_FN void kn_lti_table(double *table, const double *a, int rows) {
    memcpy(table, a, sizeof *a * (size_t)(rows * rows));
    kn_lti_square(table + rows * rows, table, rows);
    kn_lti_square(table + 2 * rows * rows, table + rows * rows, rows);
}

#ifdef KN_FOURS
/* to = from + M past, by rows. */
KN_INSIDE void kn_lti_add(KnFour *to, const KnFour *from, const KnFour *m, const KnFour *past,
                          int rows) {
    for (int r = 0; r < rows; r++) {
        KnFour sum = from[r];
        for (int c = 0; c < rows; c++)
            sum = kn_fours_madd(m[r * rows + c], past[c], sum);
        to[r] = sum;
    }
}

/* e and e' of four samples. */
typedef struct {
    KnFour e[KN_LTI_ROWS], ahead[KN_LTI_ROWS];
} KnLtiInputs;

KN_INSIDE void kn_lti_ahead(KnLtiInputs *now, const KnLtiInputs *before, const KnFour *a,
                            int rows) {
    KnFour past[KN_LTI_ROWS];
    for (int r = 0; r < rows; r++)
        past[r] = kn_one_ago(before->e[r], now->e[r]);
    kn_lti_add(now->ahead, now->e, a, past, rows);
}

/* The last 7 values of a row, from those of the strip and, where it was shorter, the state. */
KN_FN void kn_lti_keep(double *state, const double *strip, int count, int n) {
    double past[KN_LTI_Z];
    for (int k = 0; k < count; k++)
        past[k] = k < n ? strip[n - 1 - k] : state[k - n];
    memcpy(state, past, sizeof *past * (size_t)count);
}

KN_INSIDE void kn_lti_run(double *const *old, double *const *new, const double *const *e,
                          const double *table, double *state, int rows, int n) {
    KnFour a[3 * KN_LTI_ROWS *
             KN_LTI_ROWS]; /* four of each number: they are more than there are registers */
    const KnFour *const a2 = a + rows * rows, *const a4 = a2 + rows * rows;
    KnLtiInputs before, now;
    KnFour z[KN_LTI_ROWS];
    for (int k = 0; k < 3 * rows * rows; k++)
        a[k] = (KnFour){table[k], table[k], table[k], table[k]};
    for (int r = 0; r < rows; r++) {
        const double *s = state + r * KN_LTI_PAST;
        z[r] = (KnFour){s[3], s[2], s[1], s[0]};
        before.e[r] = now.e[r] = (KnFour){0.0, s[6], s[5], s[4]};
        kn_lti_keep(state + r * KN_LTI_PAST + KN_LTI_Z, e[r], KN_LTI_E, n); /* old may be e */
    }
    kn_lti_ahead(&before, &now, a, rows);
    for (int i = 0; i < n; i += 4) {
        KnFour past[KN_LTI_ROWS], sum[KN_LTI_ROWS];
        for (int r = 0; r < rows; r++)
            now.e[r] = kn_four_at(e[r] + i);
        kn_lti_ahead(&now, &before, a, rows);
        for (int r = 0; r < rows; r++)
            past[r] = kn_two_ago(before.ahead[r], now.ahead[r]);
        kn_lti_add(sum, now.ahead, a2, past, rows);
        kn_lti_add(sum, sum, a4, z, rows);
        for (int r = 0; r < rows; r++) {
            kn_put_four(old[r] + i, kn_one_ago(z[r], sum[r]));
            kn_put_four(new[r] + i, sum[r]);
            z[r] = sum[r];
        }
        for (int r = 0; r < rows; r++) { /* as a struct it would go through memory */
            before.e[r] = now.e[r];
            before.ahead[r] = now.ahead[r];
        }
    }
    for (int r = 0; r < rows; r++)
        kn_lti_keep(state + r * KN_LTI_PAST, new[r], KN_LTI_Z, n);
}
#else
/* Two numbers at once are too few for the additional products to pay: sample after sample. */
KN_INSIDE void kn_lti_run(double *const *old, double *const *new, const double *const *e,
                          const double *table, double *state, int rows, int n) {
    double z[KN_LTI_ROWS], next[KN_LTI_ROWS];
    for (int r = 0; r < rows; r++)
        z[r] = state[r * KN_LTI_PAST];
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
        state[r * KN_LTI_PAST] = z[r];
}
#endif

#define KN_LTI_BEGIN(name, rows)                                                                   \
    KN_KERNEL(name)(double *state) {                                                               \
        kn_lti_begin(state, rows);                                                                 \
    }

KN_LTI_BEGIN(lti1_begin, 1)
KN_LTI_BEGIN(lti2_begin, 2)
KN_LTI_BEGIN(lti3_begin, 3)

#define KN_LTI_TABLE(name, rows)                                                                   \
    KN_KERNEL(name)(double *table, const double *a) {                                              \
        kn_lti_table(table, a, rows);                                                              \
    }

KN_LTI_TABLE(lti1_table, 1)
KN_LTI_TABLE(lti2_table, 2)
KN_LTI_TABLE(lti3_table, 3)

KN_KERNEL(lti1)
(double *old1, double *new1, const double *e1, const double *table, double *state, int n) {
    KN_BUFFER(old1);
    KN_BUFFER(new1);
    KN_BUFFER(e1);
    double *const old[] = {old1}, *const new[] = {new1};
    const double *const e[] = {e1};
    kn_lti_run(old, new, e, table, state, 1, n);
}

KN_KERNEL(lti2)
(double *old1, double *old2, double *new1, double *new2, const double *e1, const double *e2,
 const double *table, double *state, int n) {
    KN_BUFFER(old1);
    KN_BUFFER(old2);
    KN_BUFFER(new1);
    KN_BUFFER(new2);
    KN_BUFFER(e1);
    KN_BUFFER(e2);
    double *const old[] = {old1, old2}, *const new[] = {new1, new2};
    const double *const e[] = {e1, e2};
    kn_lti_run(old, new, e, table, state, 2, n);
}

KN_KERNEL(lti3)
(double *old1, double *old2, double *old3, double *new1, double *new2, double *new3,
 const double *e1, const double *e2, const double *e3, const double *table, double *state, int n) {
    KN_BUFFER(old1);
    KN_BUFFER(old2);
    KN_BUFFER(old3);
    KN_BUFFER(new1);
    KN_BUFFER(new2);
    KN_BUFFER(new3);
    KN_BUFFER(e1);
    KN_BUFFER(e2);
    KN_BUFFER(e3);
    double *const old[] = {old1, old2, old3}, *const new[] = {new1, new2, new3};
    const double *const e[] = {e1, e2, e3};
    kn_lti_run(old, new, e, table, state, 3, n);
}
