/* Kernels: tables and sound files, read at any place. In: the table and a strip of places. Out: a
 * strip.
 *
 * In three passes, places, reads, interpolation: the first and last are vectors, and between them
 * reads take what plain loads can do, which is more than gathers. */
#include "strip.h"

/* The place in a table of what is in turns: its point, and the way to the next. NaN is somewhere. */
#define KN_TABLE_PLACE(T, x)                                                                       \
    const double turns = kn_frac(x), at = turns * (double)size;                                    \
    const int whole = (int)(at > 0 ? at : 0), point = whole < size ? whole : size - 1;             \
    index[i] = point;                                                                              \
    part[i] = (T)(at - (double)point)

/* The same in float, as kn_tablef says. */
#define KN_TABLE_PLACEF(x)                                                                         \
    const float at = (x - kn_floorf(x + 0.5f)) * (float)size;                                      \
    const int towards = (int)(at > -(float)size ? at : -(float)size),                              \
              point = towards - (at < (float)towards);                                             \
    index[i] = point < 0 ? point + size : point;                                                   \
    part[i] = at - (float)point

/* Reads both points and interpolates. */
#define KN_INTERPOLATE(y, t, T)                                                                    \
    KN_IN_TURN(n) memcpy(&pair[2 * i], t + index[i], 2 * sizeof(T));                               \
    KN_EACH(n) y[i] = pair[2 * i] + part[i] * (pair[2 * i + 1] - pair[2 * i])

#define KN_TABLE_SCRATCH(T)                                                                        \
    KN_ALIGNED int32_t index[KN_STRIP];                                                            \
    KN_ALIGNED T part[KN_STRIP], pair[2 * KN_STRIP]

#define KN_TABLE(name, T, P, place)                                                                \
    KN_KERNEL(name)(T * y, const T *t, int size, const P *x, int n) {                              \
        KN_TABLE_SCRATCH(T);                                                                       \
        KN_BUFFER(y);                                                                              \
        KN_BUFFER(x);                                                                              \
        KN_EACH(n) {                                                                               \
            place;                                                                                 \
        }                                                                                          \
        KN_INTERPOLATE(y, t, T);                                                                   \
    }

KN_TABLE(table_f_v, float, float, KN_TABLE_PLACEF(x[i]))
KN_TABLE(table_w_v, float, double, KN_TABLE_PLACE(float, x[i]))
KN_TABLE(table_d_v, double, double, KN_TABLE_PLACE(double, x[i]))

/* ---- sound files ----------------------------------------------------------------------------- */

typedef struct {
    KN_ALIGNED int32_t index[KN_STRIP];
    KN_ALIGNED double part[KN_STRIP], inside[KN_STRIP];
} KnPlaces;

KN_FN void kn_find_places(KnPlaces *p, const double *x, int frames, int n) {
    KN_EACH(n) {
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
KN_FN void kn_read_points(float (*points)[KN_STRIP], const KnPlaces *p, const float *data,
                          int channels, int channel, int frames, int n) {
    KN_IN_TURN(n) {
        const int at = p->index[i];
        if (KN_LIKELY(at >= 1 && at < frames - 2)) {
            const float *from = data + (at - 1) * channels + channel;
            for (int k = 0; k < 4; k++)
                points[k][i] = from[k * channels];
        } else {
            for (int k = 0; k < 4; k++)
                points[k][i] = (float)kn_sample_point(data, channels, channel, frames, at - 1 + k);
        }
    }
}

#define KN_SAMPLE(name, T)                                                                         \
    KN_KERNEL(name)                                                                                \
    (T * y, const float *data, int channels, int channel, int frames, const double *x, int n) {    \
        KnPlaces p;                                                                                \
        KN_ALIGNED float points[4][KN_STRIP];                                                      \
        KN_BUFFER(y);                                                                              \
        KN_BUFFER(x);                                                                              \
        kn_find_places(&p, x, frames, n);                                                          \
        kn_read_points(points, &p, data, channels, channel, frames, n);                            \
        KN_EACH(n) {                                                                               \
            const double a = (double)points[0][i], b = (double)points[1][i],                       \
                         c = (double)points[2][i], d = (double)points[3][i], f = p.part[i];        \
            const double c1 = 0.5 * (c - a), c2 = a - 2.5 * b + 2.0 * c - 0.5 * d,                 \
                         c3 = 0.5 * (d - a) + 1.5 * (b - c);                                       \
            const double value = ((c3 * f + c2) * f + c1) * f + b;                                 \
            y[i] = (T)(p.inside[i] != 0.0 ? value : 0.0);                                          \
        }                                                                                          \
    }

KN_SAMPLE(sample_d_v, double)
KN_SAMPLE(sample_f_v, float)

/* Along straight lines: the point at each place, and the next. */
#define KN_SAMPLE_LINEAR(name, T)                                                                  \
    KN_KERNEL(name)                                                                                \
    (T * y, const float *data, int channels, int channel, int frames, const double *x, int n) {    \
        KnPlaces p;                                                                                \
        KN_ALIGNED float points[2][KN_STRIP];                                                      \
        KN_BUFFER(y);                                                                              \
        KN_BUFFER(x);                                                                              \
        kn_find_places(&p, x, frames, n);                                                          \
        KN_IN_TURN(n) {                                                                            \
            const int at = p.index[i];                                                             \
            points[0][i] = (float)kn_sample_point(data, channels, channel, frames, at);            \
            points[1][i] = (float)kn_sample_point(data, channels, channel, frames, at + 1);        \
        }                                                                                          \
        KN_EACH(n) {                                                                               \
            const double a = (double)points[0][i], b = (double)points[1][i];                       \
            y[i] = (T)(p.inside[i] != 0.0 ? a + p.part[i] * (b - a) : 0.0);                        \
        }                                                                                          \
    }

KN_SAMPLE_LINEAR(sample_linear_d_v, double)
KN_SAMPLE_LINEAR(sample_linear_f_v, float)
