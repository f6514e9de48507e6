/* Kernels: recurrences in double, sample after sample. In: strips and the state before the first
 * sample. Out: strips, and the state after sample n - 1: what lies beyond n never reaches it. */
#include "strip.h"

/* What is added is computed before: fused with the addition, it would be a longer way from sum to
 * sum. */
KN_FN void kn_products(double *to, const double *x, double dt, int n) {
    KN_BUFFER(x);
    KN_EACH(n) to[i] = x[i] * dt;
}

/* kn_wrap by a branch: most samples wrap nothing, and the next then waits for one addition only. */
KN_KERNEL(phase)(double *y, const double *x, double *a, double dt, int n) {
    KN_ALIGNED double step[KN_STRIP];
    double phase = *a;
    kn_products(step, x, dt, n);
    for (int i = 0; i < n; i++) {
        y[i] = phase < 0.0 ? 0.0 : phase; /* NaN stays */
        phase += step[i];
        const double biased = phase + 0x1p-30;
        if (!KN_LIKELY(biased >= 0.0 && biased < 1.0)) phase -= kn_floor(biased);
    }
    *a = phase;
}

KN_KERNEL(integrate)(double *y, const double *x, double *a, double dt, int n) {
    KN_ALIGNED double step[KN_STRIP];
    double sum = *a;
    kn_products(step, x, dt, n);
    for (int i = 0; i < n; i++) {
        y[i] = sum;
        sum += step[i];
    }
    *a = sum;
}

/* Where there is no value yet, the first sample is one. */
#define KN_SMOOTH(name, K, at)                                                                     \
    KN_KERNEL(name)(double *y, const double *x, K, double *a, int32_t *g, int n) {                 \
        if (n <= 0) return;                                                                        \
        double value = *a;                                                                         \
        if (*g == 0) y[0] = value = x[0];                                                          \
        for (int i = *g == 0; i < n; i++)                                                          \
            y[i] = value = x[i] + at * (value - x[i]);                                             \
        *a = value;                                                                                \
        *g = 1;                                                                                    \
    }

KN_SMOOTH(smooth_k, double k, k)
KN_SMOOTH(smooth_v, const double *k, k[i])

KN_KERNEL(since)(double *y, const double *x, double *a, double *m, int32_t *g, double dt, int n) {
    double before = *a, samples = *m;
    int32_t any = *g;
    for (int i = 0; i < n; i++) {
        const double now = x[i];
        const int rise = (now > 0.0) & !(before > 0.0);
        samples = rise ? 0.0 : samples + 1.0;
        any |= rise;
        before = now;
        y[i] = any ? samples * dt : 1e9;
    }
    *a = before;
    *m = samples;
    *g = any;
}

KN_KERNEL(age)(double *y, const double *x, double *a, double *m, int32_t *g, double dt, int n) {
    double before = *a, age = *m;
    for (int i = 0; i < n; i++) {
        const double now = x[i];
        const int runs = (i > 0 || *g) & (age >= 0.0) & (kn_abs(now - before - dt) < 1e-3 * dt);
        const double started = runs ? age + 1.0 : 0.0;
        age = now < -1e-9 ? -1.0 : started;
        before = now;
        y[i] = age;
    }
    *a = before;
    *m = age;
    *g |= n > 0;
}

KN_KERNEL(running_max)
(double *y, const double *x, KnRunning *q, double *value, int64_t *when, int size, double window,
 int n) {
    for (int i = 0; i < n; i++)
        y[i] = kn_running_max(q, value, when, size, window, x[i]);
}

KN_KERNEL(running_min)
(double *y, const double *x, KnRunning *q, double *value, int64_t *when, int size, double window,
 int n) {
    for (int i = 0; i < n; i++)
        y[i] = -kn_running_max(q, value, when, size, window, -x[i]);
}

KN_KERNEL(running_mean)
(double *y, const double *x, KnRunning *q, double *level, double window, int n) {
    for (int i = 0; i < n; i++)
        y[i] = kn_running_mean(q, level, window, x[i]);
}

/* Told by its bits: a machine that flushes the least numbers to 0 compares it with none. */
KN_FN int kn_starts_over(double a) {
    return !KN_LIKELY(kn_bits(a) != 1);
}

KN_KERNEL(pole_v)(double *y, const double *e, const double *a, double *z, int n) {
    double state = *z;
    for (int i = 0; i < n; i++) {
        if (kn_starts_over(a[i])) state = 0.0;
        y[i] = state = e[i] + a[i] * state;
    }
    *z = state;
}

/* The last product is that with the state of the same row: written so, one fused operation a sample
 * lies between a state and its next value, for the others are a sum of their own beforehand. */
KN_KERNEL(state2_v)
(double *old1, double *old2, double *new1, double *new2, const double *e1, const double *e2,
 const int *far, double *z1, double *z2, int n) {
    const double *const a1 = old2 + far[0], *const a2 = old2 + far[1];
    const double *const b1 = old2 + far[2], *const b2 = old2 + far[3];
    double y1 = *z1, y2 = *z2;
    for (int i = 0; i < n; i++) {
        if (kn_starts_over(a1[i])) y1 = y2 = 0.0;
        const double next1 = (e1[i] + a2[i] * y2) + a1[i] * y1;
        const double next2 = (e2[i] + b1[i] * y1) + b2[i] * y2;
        old1[i] = y1;
        old2[i] = y2;
        new1[i] = y1 = next1;
        new2[i] = y2 = next2;
    }
    *z1 = y1;
    *z2 = y2;
}

KN_KERNEL(state3_v)
(double *old1, double *old2, double *old3, double *new1, double *new2, double *new3,
 const double *e1, const double *e2, const double *e3, const int *far, double *z1, double *z2,
 double *z3, int n) {
    const double *a[9];
    double y1 = *z1, y2 = *z2, y3 = *z3;
    for (int j = 0; j < 9; j++)
        a[j] = old2 + far[j];
    for (int i = 0; i < n; i++) {
        if (kn_starts_over(a[0][i])) y1 = y2 = y3 = 0.0;
        const double next1 = ((e1[i] + a[1][i] * y2) + a[2][i] * y3) + a[0][i] * y1;
        const double next2 = ((e2[i] + a[3][i] * y1) + a[5][i] * y3) + a[4][i] * y2;
        const double next3 = ((e3[i] + a[6][i] * y1) + a[7][i] * y2) + a[8][i] * y3;
        old1[i] = y1;
        old2[i] = y2;
        old3[i] = y3;
        new1[i] = y1 = next1;
        new2[i] = y2 = next2;
        new3[i] = y3 = next3;
    }
    *z1 = y1;
    *z2 = y2;
    *z3 = y3;
}
