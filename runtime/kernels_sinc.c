/* Kernels: sound files read with a limited band, at any place and speed. In: the file, a strip of places and of the frames
 * that go by from sample to sample. Out: a strip.
 *
 * J. O. Smith, "Digital Audio Resampling Home Page", 2002: each value is the sum of the points around under a sinc with
 * Kaiser's window (Kaiser 1974, for 100 dB), which is stretched where the file is read faster than at its own rate. The
 * window's half is a table of cubics: each 32nd part of the way from crossing to crossing is one, through its Chebyshev
 * points (an error of 1e-8), and they are sorted by that part, then by power, so that the weights of points that are
 * neighbours are neighbours too. */
#include "strip.h"

/* The modified Bessel function of order 0. */
KN_FN double kn_bessel_i0(double x) {
    double sum = 1.0, term = 1.0;
    for (int k = 1; k < 40; k++) {
        term *= x * x / (double)(4 * k * k);
        sum += term;
    }
    return sum;
}

/* The window at a distance in zero crossings, from 0 to KN_SINC_REACH. `least` is what Kaiser's begins with. */
KN_FN double kn_sinc_window(double u, double beta, double least) {
    const double part = u / (double)KN_SINC_REACH, x = 3.14159265358979323846 * u;
    const double left = kn_max(1.0 - part * part, 0.0), sinc = u > 0.0 ? kn_sin(x) / x : 1.0;
    return sinc * kn_bessel_i0(beta * kn_sqrt(left)) * least;
}

/* The cubic in `part`, 0 to 1, of the way from `from` on, by divided differences. */
KN_FN void kn_sinc_cubic(double *c, double from, double length, double beta, double least) {
    /* (1 - cos((2 j + 1) pi / 8)) / 2 */
    static const double at[4] = {0.038060233744356631, 0.30865828381745508, 0.69134171618254492,
                                 0.96193976625564337};
    double d[4];
    for (int j = 0; j < 4; j++)
        d[j] = kn_sinc_window(from + at[j] * length, beta, least);
    for (int order = 1; order < 4; order++)
        for (int j = 3; j >= order; j--)
            d[j] = (d[j] - d[j - 1]) / (at[j] - at[j - order]);
    c[0] = d[3];
    c[1] = c[2] = c[3] = 0.0;
    for (int j = 2; j >= 0; j--) { /* times (x - at[j]), plus d[j] */
        for (int k = 3; k > 0; k--)
            c[k] = c[k - 1] - at[j] * c[k];
        c[0] = d[j] - at[j] * c[0];
    }
}

KN_KERNEL(sinc_table)(float *table) {
    const double beta = 0.1102 * (100.0 - 8.7), least = 1.0 / kn_bessel_i0(beta);
    for (int part = 0; part < KN_SINC_PARTS; part++)
        for (int i = 0; i < KN_SINC_REACH; i++) {
            double c[4];
            kn_sinc_cubic(c, (double)i + (double)part / (double)KN_SINC_PARTS,
                          1.0 / (double)KN_SINC_PARTS, beta, least);
            for (int j = 0; j < 4; j++)
                table[(4 * part + j) * KN_SINC_REACH + i] = (float)c[j];
        }
}

/* ---- the places ---------------------------------------------------------------------------------- */

typedef struct {
    KN_ALIGNED int32_t index[KN_STRIP], inside[KN_STRIP], margin[KN_STRIP];
    KN_ALIGNED double part[KN_STRIP], stretch[KN_STRIP];
} KnSincPlaces;

/* The margin is how many points to each side have weights, in whole groups. */
KN_FN void kn_find_sinc_places(KnSincPlaces *p, const double *x, const double *step, int frames,
                               int n) {
    KN_EACH(n) {
        const double place = kn_whole_samples(x[i]);
        const int inside = (place >= 0.0) & (place < (double)frames);
        const double at = inside ? place : 0.0, stretch = kn_sinc_stretch(step[i]);
        const int whole = (int)at;
        p->index[i] = whole;
        p->part[i] = at - (double)whole;
        p->inside[i] = inside;
        p->stretch[i] = stretch;
        p->margin[i] = ((int)(stretch * (double)KN_SINC_REACH) + (stretch > 1.0) + 15) & ~15;
    }
}

/* The frames that a few neighbouring places need, one channel of them, forwards and backwards. */
#define KN_SINC_ROOM 2048
typedef struct {
    KN_ALIGNED float ahead[KN_SINC_ROOM], back[KN_SINC_ROOM];
    int first, last;
} KnSincRegion;

/* Where the places end that fit into one region with place i. */
KN_FN int kn_sinc_region_end(KnSincRegion *r, const KnSincPlaces *p, int i, int n) {
    r->first = p->index[i] - p->margin[i];
    r->last = p->index[i] + p->margin[i];
    for (i++; i < n; i++) {
        if (!p->inside[i]) continue;
        const int from = p->index[i] - p->margin[i], to = p->index[i] + p->margin[i];
        const int first = from < r->first ? from : r->first, last = to > r->last ? to : r->last;
        if (last - first >= KN_SINC_ROOM) break;
        r->first = first;
        r->last = last;
    }
    return i;
}

KN_FN void kn_fill_sinc_region(KnSincRegion *r, const float *data, int channels, int channel,
                               int frames) {
    const int length = r->last - r->first + 1;
    const int from = r->first < 0 ? -r->first : 0,
              beyond = r->last < frames ? length : frames - r->first;
    const float *points = data + channel;
    for (int i = 0; i < from; i++)
        r->ahead[i] = 0.0f;
    for (int i = from; i < beyond; i++)
        r->ahead[i] = points[(r->first + i) * channels];
    for (int i = beyond > from ? beyond : from; i < length; i++)
        r->ahead[i] = 0.0f;
    for (int i = 0; i < length; i++)
        r->back[i] = r->ahead[length - 1 - i];
}

/* ---- the sums ------------------------------------------------------------------------------------ */

#define KN_SINC_LANES     16
#define KN_EACH_SINC_LANE KN_INDEPENDENT for (int l = 0; l < KN_SINC_LANES; l++)
/* The cubic of a weight, by Horner. */
#define KN_SINC_WEIGHT(T, c, at, part)                                                             \
    ((((T)c[(at) + 3 * KN_SINC_REACH] * part + (T)c[(at) + 2 * KN_SINC_REACH]) * part +            \
      (T)c[(at) + KN_SINC_REACH]) *                                                                \
         part +                                                                                    \
     (T)c[at])

#define KN_SINC_ADD_UP(name, T)                                                                    \
    KN_FN T name(T *sum) {                                                                         \
        for (int half = KN_SINC_LANES / 2; half > 0; half /= 2)                                    \
            for (int l = 0; l < half; l++)                                                         \
                sum[l] += sum[l + half];                                                           \
        return sum[0];                                                                             \
    }

KN_SINC_ADD_UP(kn_add_up_lanes, double)
KN_SINC_ADD_UP(kn_add_up_lanesf, float)

/* Not stretched: the weights of all points to one side lie in one row. */
#define KN_SINC_NEAR(name, T, add_up)                                                              \
    KN_FN T name(const float *table, const float *left, const float *right, double part) {         \
        const double at = part * (double)KN_SINC_PARTS;                                            \
        const int row = (int)at;                                                                   \
        const T p = (T)(at - (double)row), q = (T)1 - p;                                           \
        const float *a = table + 4 * KN_SINC_REACH * row,                                          \
                    *b = table + 4 * KN_SINC_REACH * (KN_SINC_PARTS - 1 - row);                    \
        KN_ALIGNED T sum[KN_SINC_LANES] = {0};                                                     \
        for (int k = 0; k < KN_SINC_REACH; k += KN_SINC_LANES)                                     \
            KN_EACH_SINC_LANE sum[l] += (T)left[k + l] * KN_SINC_WEIGHT(T, a, k + l, p) +          \
                                        (T)right[k + l] * KN_SINC_WEIGHT(T, b, k + l, q);          \
        return add_up(sum);                                                                        \
    }

KN_SINC_NEAR(kn_sinc_near, double, kn_add_up_lanes)
KN_SINC_NEAR(kn_sinc_nearf, float, kn_add_up_lanesf)

/* sin(pi r) / pi for r from -1/2 to 1/2, and Kaiser's window where 1 - (u / KN_SINC_REACH)^2 is v: least polynomials, to 4e-9
 * and 2e-8. */
#define KN_SINC_SINE(T, r, z)                                                                      \
    (((((T)0.02471920101 * z + (T)-0.190442031) * z + (T)0.8117148862) * z + (T)-1.644933209) *    \
         z +                                                                                       \
     (T)0.9999999957) *                                                                            \
        r
#define KN_SINC_KAISER(T, v)                                                                       \
    ((((((((((T)0.03711928104 * v + (T)-0.0318696945) * v + (T)0.17299374) * v +                   \
           (T)0.1059795401) *                                                                      \
              v +                                                                                  \
          (T)0.2706361429) *                                                                       \
             v +                                                                                   \
         (T)0.2306472845) *                                                                        \
            v +                                                                                    \
        (T)0.1521208214) *                                                                         \
           v +                                                                                     \
       (T)0.05355438796) *                                                                         \
          v +                                                                                      \
      (T)0.008483398978) *                                                                         \
         v +                                                                                       \
     (T)0.0003350807381)

/* Points to one side, the first `offset` away, `scale` crossings from one to the next; from `reach` on weights are 0. Where
 * they lie differs from point to point, so computing their weights is faster than looking them up. */
#define KN_SINC_WIDE(name, T, add_up)                                                              \
    KN_FN T name(const float *x, T offset, T reach, T scale, int count) {                          \
        KN_ALIGNED T sum[KN_SINC_LANES] = {0};                                                     \
        for (int k = 0; k < count; k += KN_SINC_LANES)                                             \
            KN_EACH_SINC_LANE {                                                                    \
                const T far = (T)(k + l) + offset, least = (T)1e-20;                               \
                const T u = (far < reach ? far : reach) * scale + least;                           \
                const int near = (int)(u + (T)0.5);                                                \
                const T r = u - (T)near, z = r * r;                                                \
                const T v = (T)1 - u * u * (T)(1.0 / (KN_SINC_REACH * KN_SINC_REACH));             \
                const T sine = KN_SINC_SINE(T, r, z), window = KN_SINC_KAISER(T, v);               \
                const T weight = sine * (T)(1 - 2 * (near & 1)) * window / u;                      \
                sum[l] += (T)x[k + l] * weight;                                                    \
            }                                                                                      \
        return add_up(sum);                                                                        \
    }

KN_SINC_WIDE(kn_sinc_wide, double, kn_add_up_lanes)
KN_SINC_WIDE(kn_sinc_widef, float, kn_add_up_lanesf)

#define KN_SINC_VALUE(name, T, near, wide)                                                         \
    KN_FN T name(const float *table, const KnSincRegion *r, const KnSincPlaces *p, int i) {        \
        const float *left = r->back + (r->last - p->index[i]),                                     \
                    *right = r->ahead + (p->index[i] + 1 - r->first);                              \
        const double part = p->part[i], stretch = p->stretch[i];                                   \
        if (stretch == 1.0) return part > 0.0 ? near(table, left, right, part) : (T)left[0];       \
        const T scale = (T)(1.0 / stretch), reach = (T)(stretch * (double)KN_SINC_REACH);          \
        const T sum = wide(left, (T)part, reach, scale, p->margin[i]) +                            \
                      wide(right, (T)(1.0 - part), reach, scale, p->margin[i]);                    \
        return sum * scale;                                                                        \
    }

KN_SINC_VALUE(kn_sinc_value, double, kn_sinc_near, kn_sinc_wide)
KN_SINC_VALUE(kn_sinc_valuef, float, kn_sinc_nearf, kn_sinc_widef)

#define KN_SAMPLE_SINC(name, T, value)                                                             \
    KN_KERNEL(name)                                                                                \
    (T * y, const float *data, int channels, int channel, int frames, const float *table,          \
     const double *x, const double *step, int n) {                                                 \
        KnSincPlaces p;                                                                            \
        KnSincRegion r;                                                                            \
        KN_BUFFER(y);                                                                              \
        KN_BUFFER(x);                                                                              \
        KN_BUFFER(step);                                                                           \
        kn_find_sinc_places(&p, x, step, frames, n);                                               \
        for (int i = 0; i < n;) {                                                                  \
            if (!p.inside[i]) {                                                                    \
                y[i++] = (T)0;                                                                     \
                continue;                                                                          \
            }                                                                                      \
            const int end = kn_sinc_region_end(&r, &p, i, n);                                      \
            kn_fill_sinc_region(&r, data, channels, channel, frames);                              \
            for (; i < end; i++)                                                                   \
                y[i] = p.inside[i] ? value(table, &r, &p, i) : (T)0;                               \
        }                                                                                          \
    }

KN_SAMPLE_SINC(sample_sinc_d_v, double, kn_sinc_value)
KN_SAMPLE_SINC(sample_sinc_f_v, float, kn_sinc_valuef)
