/* Kernels: tables and sound files, read at any place. In: the table and a strip of places. Out: a
 * strip.
 *
 * In three passes, places, reads, interpolation: the first and last are vectors, and between them
 * reads take what plain loads can do, which is more than gathers. */
#include "strip.h"

/* The place in a table of what is in turns: its point, and the way to the next. NaN is somewhere. */
#define PLACE(T, x)                                                                                \
    const double turns = kn_frac(x), at = turns * (double)size;                                    \
    const int whole = (int)(at > 0 ? at : 0), point = whole < size ? whole : size - 1;             \
    index[i] = point;                                                                              \
    part[i] = (T)(at - (double)point)

/* The same in float, as kn_tablef says. */
#define PLACE_FLOAT(x)                                                                             \
    const float at = (x - kn_floorf(x + 0.5f)) * (float)size;                                      \
    const int towards = (int)(at > -(float)size ? at : -(float)size),                              \
              point = towards - (at < (float)towards);                                             \
    index[i] = point < 0 ? point + size : point;                                                   \
    part[i] = at - (float)point

/* Reads both points and interpolates. */
#define INTERPOLATE(y, t, T)                                                                       \
    IN_TURN(n) memcpy(&pair[2 * i], t + index[i], 2 * sizeof(T));                                  \
    EACH(n) y[i] = pair[2 * i] + part[i] * (pair[2 * i + 1] - pair[2 * i])

#define SCRATCH(T)                                                                                 \
    _Alignas(64) int32_t index[KERNEL_STRIP];                                                      \
    _Alignas(64) T part[KERNEL_STRIP], pair[2 * KERNEL_STRIP]

#define TABLE(name, T, P, place)                                                                   \
    DEFINE(name)(T * y, const T *t, int size, const P *x, int n) {                                 \
        SCRATCH(T);                                                                                \
        STRIP(y);                                                                                  \
        STRIP(x);                                                                                  \
        EACH(n) {                                                                                  \
            place;                                                                                 \
        }                                                                                          \
        INTERPOLATE(y, t, T);                                                                      \
    }
TABLE(table_f_v, float, float, PLACE_FLOAT(x[i]))
TABLE(table_w_v, float, double, PLACE(float, x[i]))
TABLE(table_d_v, double, double, PLACE(double, x[i]))

/* ---- sound files ----------------------------------------------------------------------------- */

typedef struct Places {
    _Alignas(64) int32_t index[KERNEL_STRIP];
    _Alignas(64) double part[KERNEL_STRIP], inside[KERNEL_STRIP];
} Places;

static inline void find_places(Places *p, const double *x, int frames, int n) {
    EACH(n) {
        const double place = kn_whole_samples(x[i]);
        const int inside = (place >= 0.0) & (place < (double)frames);
        const double at = inside ? place : 0.0;
        const int whole = (int)at;
        p->index[i] = whole;
        p->part[i] = at - (double)whole;
        p->inside[i] = inside ? 1.0 : 0.0;
    }
}

/* Four points around each place, those beyond the ends of the file 0. */
static inline void read_points(float (*points)[KERNEL_STRIP], const Places *p, const float *data,
                               int channels, int channel, int frames, int n) {
    IN_TURN(n) {
        const int at = p->index[i];
        if (__builtin_expect(at >= 1 && at < frames - 2, 1)) {
            const float *from = data + (at - 1) * channels + channel;
            for (int k = 0; k < 4; k++)
                points[k][i] = from[k * channels];
        } else {
            for (int k = 0; k < 4; k++)
                points[k][i] = (float)kn_sample_point(data, channels, channel, frames, at - 1 + k);
        }
    }
}

#define SAMPLE(t, T)                                                                               \
    DEFINE(sample_##t##_v)                                                                         \
    (T * y, const float *data, int channels, int channel, int frames, const double *x, int n) {    \
        Places p;                                                                                  \
        _Alignas(64) float points[4][KERNEL_STRIP];                                                \
        STRIP(y);                                                                                  \
        STRIP(x);                                                                                  \
        find_places(&p, x, frames, n);                                                             \
        read_points(points, &p, data, channels, channel, frames, n);                               \
        EACH(n) {                                                                                  \
            const double a = (double)points[0][i], b = (double)points[1][i],                       \
                         c = (double)points[2][i], d = (double)points[3][i], f = p.part[i];        \
            const double c1 = 0.5 * (c - a), c2 = a - 2.5 * b + 2.0 * c - 0.5 * d,                 \
                         c3 = 0.5 * (d - a) + 1.5 * (b - c);                                       \
            const double value = ((c3 * f + c2) * f + c1) * f + b;                                 \
            y[i] = (T)(p.inside[i] != 0.0 ? value : 0.0);                                          \
        }                                                                                          \
    }
SAMPLE(d, double)
SAMPLE(f, float)
