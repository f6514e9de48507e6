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

/* What lies beyond the file is told apart, and read where reading is quick: at 1, where that has its points. Has each place a
 * point before it, and two behind? */
KN_FN int kn_find_places(KnPlaces *p, const double *x, int frames, int n) {
    const double last = (double)frames * (1.0 - 0x1p-53);
    const int32_t anywhere = frames >= 4;
    int32_t least = 1, most = 1;
    KN_EACH(n) {
        const double place = kn_whole_samples(x[i]), held = kn_max(kn_min(place, last), 0.0);
        p->inside[i] = kn_abs(place - held) <= 0.0 ? 1.0 : 0.0;
        p->part[i] = held - kn_floor(held);
        p->index[i] = (int)held;
    }
    KN_EACH(n) {
        const int32_t inside = (int)p->inside[i];
        const int32_t index = p->index[i] * inside + anywhere * (1 - inside);
        least = index < least ? index : least;
        most = index > most ? index : most;
        p->index[i] = index;
    }
    return least >= 1 && most < frames - 2;
}

/* Four points around each place, those beyond the ends of the file 0. */
KN_FN void kn_read_point(float (*points)[KN_STRIP], int i, int at, const float *data, int channels,
                         int channel, int frames) {
    if (KN_LIKELY(at >= 1 && at < frames - 2)) {
        const float *from = data + (at - 1) * channels + channel;
        for (int k = 0; k < 4; k++)
            points[k][i] = from[k * channels];
    } else {
        for (int k = 0; k < 4; k++)
            points[k][i] = (float)kn_sample_point(data, channels, channel, frames, at - 1 + k);
    }
}

#ifdef KN_VECTORS
typedef float KnQuad __attribute__((vector_size(16)));
typedef float KnQuadAnywhere __attribute__((vector_size(16), aligned(4), may_alias));

/* Of four places of a file of one channel: four points lie beside each other, and are turned over in registers. */
KN_FN void kn_turn_points(float (*points)[KN_STRIP], int i, const float *data, const int32_t *at) {
    const KnQuad p = *(const KnQuadAnywhere *)(data + at[0] - 1),
                 q = *(const KnQuadAnywhere *)(data + at[1] - 1),
                 r = *(const KnQuadAnywhere *)(data + at[2] - 1),
                 s = *(const KnQuadAnywhere *)(data + at[3] - 1);
    const KnQuad pq = __builtin_shufflevector(p, q, 0, 4, 1, 5),
                 pq2 = __builtin_shufflevector(p, q, 2, 6, 3, 7),
                 rs = __builtin_shufflevector(r, s, 0, 4, 1, 5),
                 rs2 = __builtin_shufflevector(r, s, 2, 6, 3, 7);
    *(KnQuadAnywhere *)&points[0][i] = __builtin_shufflevector(pq, rs, 0, 1, 4, 5);
    *(KnQuadAnywhere *)&points[1][i] = __builtin_shufflevector(pq, rs, 2, 3, 6, 7);
    *(KnQuadAnywhere *)&points[2][i] = __builtin_shufflevector(pq2, rs2, 0, 1, 4, 5);
    *(KnQuadAnywhere *)&points[3][i] = __builtin_shufflevector(pq2, rs2, 2, 3, 6, 7);
}
#endif

KN_FN void kn_read_points(float (*points)[KN_STRIP], const KnPlaces *p, int within,
                          const float *data, int channels, int channel, int frames, int n) {
    int done = 0;
#ifdef KN_VECTORS
    if (KN_LIKELY(within && channels == 1))
        for (; done + 4 <= n; done += 4)
            kn_turn_points(points, done, data, &p->index[done]);
#else
    (void)within;
#endif
    for (int i = done; i < n; i++)
        kn_read_point(points, i, p->index[i], data, channels, channel, frames);
}

#define KN_SAMPLE(name, T)                                                                         \
    KN_KERNEL(name)                                                                                \
    (T * y, const float *data, int channels, int channel, int frames, const double *x, int n) {    \
        KnPlaces p;                                                                                \
        KN_ALIGNED float points[4][KN_STRIP];                                                      \
        KN_BUFFER(y);                                                                              \
        KN_BUFFER(x);                                                                              \
        const int within = kn_find_places(&p, x, frames, n);                                       \
        kn_read_points(points, &p, within, data, channels, channel, frames, n);                    \
        KN_EACH(n) {                                                                               \
            const T a = (T)points[0][i], b = (T)points[1][i], c = (T)points[2][i],                 \
                    d = (T)points[3][i], f = (T)p.part[i];                                         \
            const T g = (T)1.0 - f, ff = f * f, gg = g * g, outer = (T)-0.5 * (f * g);             \
            const T value = outer * (g * a + f * d) + ((ff * ((T)1.5 * f - (T)2.5) + (T)1.0) * b + \
                                                       (gg * ((T)1.5 * g - (T)2.5) + (T)1.0) * c); \
            y[i] = p.inside[i] != 0.0 ? value : (T)0.0;                                            \
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
