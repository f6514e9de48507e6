/* Kernels: what is a function of the sample's number alone, time, counted phases and their sines,
 * and sines whose phase is modulated. In: the number or phase of the first sample. Out: a strip. */
#include "strip.h"

DEFINE(frame_d)(double *y, int64_t n0, int n) {
    STRIP(y);
    const double first = (double)n0;
    EACH(n) y[i] = first + (double)i;
}

DEFINE(time_d)(double *y, int64_t n0, double rate, int n) {
    STRIP(y);
    const double first = (double)n0;
    EACH(n) y[i] = (first + (double)i) / rate;
}

#define PHASES(name, T, f)                                                                         \
    DEFINE(name)(T * y, uint64_t p, uint64_t s, int n) {                                           \
        STRIP(y);                                                                                  \
        EACH(n) y[i] = (T)f(p + (uint64_t)i * s);                                                  \
    }
PHASES(turns_d, double, kn_turns)
PHASES(turns_f, float, kn_turns)
PHASES(around_f, float, kn_turns_around)
PHASES(around_d, double, kn_turns_around_wide)

DEFINE(osc_table)(float *table, uint64_t s) {
    for (int j = 0; j < 16; j++) {
        double x = kn_turns_around_wide((uint64_t)(2 * j + 1) * (s >> 1));
        table[j] = (float)kn_costurn(x);
        table[16 + j] = (float)kn_sinturn(x);
    }
}

DEFINE(osc_f)(float *y, uint64_t start, uint64_t s, const float *table, int64_t n0, int n) {
    STRIP(y);
    (void)table;
    const uint64_t p = start + s * (uint64_t)n0;
    EACH(n) y[i] = kn_sinturn_near(kn_turns_around(p + (uint64_t)i * s));
}

DEFINE(osc_gain_f)
(float *y, uint64_t start, uint64_t s, const float *table, double k, int64_t n0, int n) {
    STRIP(y);
    (void)table;
    const uint64_t p = start + s * (uint64_t)n0;
    const float gain = (float)k;
    EACH(n) y[i] = gain * kn_sinturn_near(kn_turns_around(p + (uint64_t)i * s));
}

DEFINE(partials_f)
(float *y, int count, const uint64_t *start, const uint64_t *s, const float *gain,
 const float *tables, int64_t n0, int n) {
    double sum[KERNEL_STRIP] = {0};
    (void)tables;
    for (int j = 0; j < count; j++) {
        const uint64_t p = start[j] + s[j] * (uint64_t)n0, step = s[j];
        EACH(n)
        sum[i] += (double)(gain[j] * kn_sinturn_near(kn_turns_around(p + (uint64_t)i * step)));
    }
    EACH(n) y[i] = (float)sum[i];
}

#define MODULATED(t, T)                                                                            \
    DEFINE(osc_pm_##t)(float *y, uint64_t p, uint64_t s, double k, const T *m, int n) {            \
        STRIP(y);                                                                                  \
        STRIP(m);                                                                                  \
        EACH(n)                                                                                    \
        y[i] = kn_sinturn_wide(kn_turns_around_wide(p + (uint64_t)i * s) + k * (double)m[i]);      \
    }                                                                                              \
    DEFINE(osc_pm_gain_##t)                                                                        \
    (float *y, uint64_t p, uint64_t s, double k, const T *m, double g, int n) {                    \
        STRIP(y);                                                                                  \
        STRIP(m);                                                                                  \
        const float gain = (float)g;                                                               \
        EACH(n)                                                                                    \
        y[i] =                                                                                     \
            gain * kn_sinturn_wide(kn_turns_around_wide(p + (uint64_t)i * s) + k * (double)m[i]);  \
    }
MODULATED(f, float)
MODULATED(d, double)
