/* Kernels: tables and sound files, read at any place. In: the table and a strip of places. Out: a
 * strip. */
#include "strip.h"

#define TABLE(name, R, T, P, f)                                                                    \
    DEFINE(name)(R * y, const T *t, int size, const P *x, int n) {                                 \
        STRIP(y);                                                                                  \
        STRIP(x);                                                                                  \
        EACH(n) y[i] = f(t, size, x[i]);                                                           \
    }
TABLE(table_f_v, float, float, float, kn_tablef)
TABLE(table_w_v, float, float, double, kn_table_wide)
TABLE(table_d_v, double, double, double, kn_table)

DEFINE(table_turns_f)(float *y, const float *t, int size, uint64_t p, uint64_t s, int n) {
    STRIP(y);
    EACH(n) y[i] = kn_table_wide(t, size, kn_turns(p + (uint64_t)i * s));
}

#define SAMPLE(t, T)                                                                               \
    DEFINE(sample_##t##_v)                                                                         \
    (T * y, const float *data, int channels, int channel, int frames, const double *x, int n) {    \
        STRIP(y);                                                                                  \
        STRIP(x);                                                                                  \
        EACH(n) y[i] = (T)kn_sample(data, channels, channel, frames, x[i]);                        \
    }
SAMPLE(d, double)
SAMPLE(f, float)
