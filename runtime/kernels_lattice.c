/* Kernels: noises of coordinates, and distances to scattered points. In: a strip for each coordinate, a seed, a period and what is asked
 * (lattice.h). Out: a strip. No product is fused: the bits are those of the functions of one sample. */
#define KN_ROUND_PRODUCTS
#include "strip.h"

/* What is asked most is compiled by itself: the value, of a noise that does not repeat. */
#define KN_LISTED_IN(...) __VA_ARGS__
#define KN_LATTICE_LOOP(noise, place)                                                              \
    if (which == 0 && period == 0) {                                                               \
        KN_EACH(n) y[i] = noise(KN_LISTED_IN place, seed, 0, 0);                                   \
    } else {                                                                                       \
        KN_EACH(n) y[i] = noise(KN_LISTED_IN place, seed, period, which);                          \
    }

/* Within a cell of the first coordinate, the others being held, all corners are known: of samples that lie in one cell they are found
 * once. How many of these, from the first on, in whole groups? */
enum { KN_GROUP_OF_CELL = 16 };

KN_FN int kn_run_of_cell(const double *x, int n) {
    const double first = kn_floor(x[0]);
    int run = 0;
    while (run < n && kn_abs(first) < 0x1p50) {
        const int m = n - run < KN_GROUP_OF_CELL ? n - run : KN_GROUP_OF_CELL;
        int other = 0;
        for (int i = 0; i < m; i++)
            other |= kn_floor(x[run + i]) != first;
        if (other) break;
        run += m;
    }
    return run;
}

#define KN_LATTICE_1(name, noise, gradient, scale)                                                 \
    KN_KERNEL(name)(float *y, const double *a, double seed, double period, int which, int n) {     \
        KN_BUFFER(y);                                                                              \
        KN_BUFFER(a);                                                                              \
        if (which == 0) {                                                                          \
            const uint32_t mixed = kn_seed(seed);                                                  \
            const KnCell others[] = {kn_cell(0, 0)};                                               \
            for (int at = 0, m; at < n; at += m) {                                                 \
                const double *x = a + at;                                                          \
                float *to = y + at;                                                                \
                KnCorners known;                                                                   \
                m = kn_run_of_cell(x, n - at);                                                     \
                if (m > 0) {                                                                       \
                    const double whole = kn_floor(x[0]);                                           \
                    kn_corners_known(&known, 1, gradient, kn_cell(x[0], period), others, mixed);   \
                    KN_EACH(m) to[i] = kn_known(&known, 1, (float)(x[i] - whole)) * (scale);       \
                } else {                                                                           \
                    m = n - at < KN_GROUP_OF_CELL ? n - at : KN_GROUP_OF_CELL;                     \
                    KN_EACH(m) to[i] = noise##_in(kn_cell(x[i], period), mixed, 0);                \
                }                                                                                  \
            }                                                                                      \
        } else {                                                                                   \
            KN_LATTICE_LOOP(noise, (a[i]))                                                         \
        }                                                                                          \
    }

#define KN_LATTICE_2(name, noise, gradient, scale)                                                 \
    KN_KERNEL(name)                                                                                \
    (float *y, const double *a, const double *b, double seed, double period, int which, int n) {   \
        KN_BUFFER(y);                                                                              \
        KN_BUFFER(a);                                                                              \
        KN_BUFFER(b);                                                                              \
        if (which == 0 && KN_IS_HELD(b, n)) {                                                      \
            const uint32_t mixed = kn_seed(seed);                                                  \
            const KnCell others[] = {kn_cell(b[0], period)};                                       \
            for (int at = 0, m; at < n; at += m) {                                                 \
                const double *x = a + at;                                                          \
                float *to = y + at;                                                                \
                KnCorners known;                                                                   \
                m = kn_run_of_cell(x, n - at);                                                     \
                if (m > 0) {                                                                       \
                    const double whole = kn_floor(x[0]);                                           \
                    kn_corners_known(&known, 2, gradient, kn_cell(x[0], period), others, mixed);   \
                    KN_EACH(m) to[i] = kn_known(&known, 2, (float)(x[i] - whole)) * (scale);       \
                } else {                                                                           \
                    m = n - at < KN_GROUP_OF_CELL ? n - at : KN_GROUP_OF_CELL;                     \
                    KN_EACH(m) to[i] = noise##_in(kn_cell(x[i], period), others[0], mixed, 0);     \
                }                                                                                  \
            }                                                                                      \
        } else {                                                                                   \
            KN_LATTICE_LOOP(noise, (a[i], b[i]))                                                   \
        }                                                                                          \
    }

#define KN_LATTICE_3(name, noise, gradient, scale)                                                 \
    KN_KERNEL(name)                                                                                \
    (float *y, const double *a, const double *b, const double *c, double seed, double period,      \
     int which, int n) {                                                                           \
        KN_BUFFER(y);                                                                              \
        KN_BUFFER(a);                                                                              \
        KN_BUFFER(b);                                                                              \
        KN_BUFFER(c);                                                                              \
        if (which == 0 && KN_IS_HELD(b, n) && KN_IS_HELD(c, n)) {                                  \
            const uint32_t mixed = kn_seed(seed);                                                  \
            const KnCell others[] = {kn_cell(b[0], period), kn_cell(c[0], period)};                \
            for (int at = 0, m; at < n; at += m) {                                                 \
                const double *x = a + at;                                                          \
                float *to = y + at;                                                                \
                KnCorners known;                                                                   \
                m = kn_run_of_cell(x, n - at);                                                     \
                if (m > 0) {                                                                       \
                    const double whole = kn_floor(x[0]);                                           \
                    kn_corners_known(&known, 3, gradient, kn_cell(x[0], period), others, mixed);   \
                    KN_EACH(m) to[i] = kn_known(&known, 3, (float)(x[i] - whole)) * (scale);       \
                } else {                                                                           \
                    m = n - at < KN_GROUP_OF_CELL ? n - at : KN_GROUP_OF_CELL;                     \
                    KN_EACH(m)                                                                     \
                    to[i] = noise##_in(kn_cell(x[i], period), others[0], others[1], mixed, 0);     \
                }                                                                                  \
            }                                                                                      \
        } else {                                                                                   \
            KN_LATTICE_LOOP(noise, (a[i], b[i], c[i]))                                             \
        }                                                                                          \
    }

#define KN_LATTICE_4(name, noise, gradient, scale)                                                 \
    KN_KERNEL(name)                                                                                \
    (float *y, const double *a, const double *b, const double *c, const double *d, double seed,    \
     double period, int which, int n) {                                                            \
        KN_BUFFER(y);                                                                              \
        KN_BUFFER(a);                                                                              \
        KN_BUFFER(b);                                                                              \
        KN_BUFFER(c);                                                                              \
        KN_BUFFER(d);                                                                              \
        if (which == 0 && KN_IS_HELD(b, n) && KN_IS_HELD(c, n) && KN_IS_HELD(d, n)) {              \
            const uint32_t mixed = kn_seed(seed);                                                  \
            const KnCell others[] = {kn_cell(b[0], period), kn_cell(c[0], period),                 \
                                     kn_cell(d[0], period)};                                       \
            for (int at = 0, m; at < n; at += m) {                                                 \
                const double *x = a + at;                                                          \
                float *to = y + at;                                                                \
                KnCorners known;                                                                   \
                m = kn_run_of_cell(x, n - at);                                                     \
                if (m > 0) {                                                                       \
                    const double whole = kn_floor(x[0]);                                           \
                    kn_corners_known(&known, 4, gradient, kn_cell(x[0], period), others, mixed);   \
                    KN_EACH(m) to[i] = kn_known(&known, 4, (float)(x[i] - whole)) * (scale);       \
                } else {                                                                           \
                    m = n - at < KN_GROUP_OF_CELL ? n - at : KN_GROUP_OF_CELL;                     \
                    KN_EACH(m)                                                                     \
                    to[i] = noise##_in(kn_cell(x[i], period), others[0], others[1], others[2],     \
                                       mixed, 0);                                                  \
                }                                                                                  \
            }                                                                                      \
        } else {                                                                                   \
            KN_LATTICE_LOOP(noise, (a[i], b[i], c[i], d[i]))                                       \
        }                                                                                          \
    }

/* A simplex is no cell: only what hangs on the held coordinates alone is known. */
#define KN_SIMPLEXES_1(name, noise)                                                                \
    KN_KERNEL(name)(float *y, const double *a, double seed, double period, int which, int n) {     \
        KN_BUFFER(y);                                                                              \
        KN_BUFFER(a);                                                                              \
        KN_LATTICE_LOOP(noise, (a[i]))                                                             \
    }

#define KN_SIMPLEXES_2(name, noise)                                                                \
    KN_KERNEL(name)                                                                                \
    (float *y, const double *a, const double *b, double seed, double period, int which, int n) {   \
        KN_BUFFER(y);                                                                              \
        KN_BUFFER(a);                                                                              \
        KN_BUFFER(b);                                                                              \
        if (KN_IS_HELD(b, n)) {                                                                    \
            const double b0 = b[0];                                                                \
            KN_LATTICE_LOOP(noise, (a[i], b0))                                                     \
        } else {                                                                                   \
            KN_LATTICE_LOOP(noise, (a[i], b[i]))                                                   \
        }                                                                                          \
    }

#define KN_SIMPLEXES_3(name, noise)                                                                \
    KN_KERNEL(name)                                                                                \
    (float *y, const double *a, const double *b, const double *c, double seed, double period,      \
     int which, int n) {                                                                           \
        KN_BUFFER(y);                                                                              \
        KN_BUFFER(a);                                                                              \
        KN_BUFFER(b);                                                                              \
        KN_BUFFER(c);                                                                              \
        if (KN_IS_HELD(b, n) && KN_IS_HELD(c, n)) {                                                \
            const double b0 = b[0], c0 = c[0];                                                     \
            KN_LATTICE_LOOP(noise, (a[i], b0, c0))                                                 \
        } else {                                                                                   \
            KN_LATTICE_LOOP(noise, (a[i], b[i], c[i]))                                             \
        }                                                                                          \
    }

#define KN_SIMPLEXES_4(name, noise)                                                                \
    KN_KERNEL(name)                                                                                \
    (float *y, const double *a, const double *b, const double *c, const double *d, double seed,    \
     double period, int which, int n) {                                                            \
        KN_BUFFER(y);                                                                              \
        KN_BUFFER(a);                                                                              \
        KN_BUFFER(b);                                                                              \
        KN_BUFFER(c);                                                                              \
        KN_BUFFER(d);                                                                              \
        if (KN_IS_HELD(b, n) && KN_IS_HELD(c, n) && KN_IS_HELD(d, n)) {                            \
            const double b0 = b[0], c0 = c[0], d0 = d[0];                                          \
            KN_LATTICE_LOOP(noise, (a[i], b0, c0, d0))                                             \
        } else {                                                                                   \
            KN_LATTICE_LOOP(noise, (a[i], b[i], c[i], d[i]))                                       \
        }                                                                                          \
    }

KN_LATTICE_1(value_noise1_f, kn_value_noise1, 0, 1)
KN_LATTICE_2(value_noise2_f, kn_value_noise2, 0, 1)
KN_LATTICE_3(value_noise3_f, kn_value_noise3, 0, 1)
KN_LATTICE_4(value_noise4_f, kn_value_noise4, 0, 1)

KN_LATTICE_1(perlin1_f, kn_perlin1, 1, KN_PERLIN_1)
KN_LATTICE_2(perlin2_f, kn_perlin2, 1, KN_PERLIN_2)
KN_LATTICE_3(perlin3_f, kn_perlin3, 1, KN_PERLIN_3)
KN_LATTICE_4(perlin4_f, kn_perlin4, 1, KN_PERLIN_4)

KN_SIMPLEXES_1(simplex1_f, kn_simplex1)
KN_SIMPLEXES_2(simplex2_f, kn_simplex2)
KN_SIMPLEXES_3(simplex3_f, kn_simplex3)
KN_SIMPLEXES_4(simplex4_f, kn_simplex4)

/* ---- distances ----------------------------------------------------------------------------------------- */

/* Along a coordinate: words of the cells one before, at, and one behind that of each sample, and how far the sample is in it. */
typedef struct {
    uint32_t word[3][KN_STRIP];
    float at[KN_STRIP];
} KnCellRow;

KN_FN void kn_places(KnCellRow *p, const double *x, double period, int n) {
    KN_EACH(n) {
        const KnPlace place = kn_place(x[i]);
        p->at[i] = place.at;
        p->word[0][i] = kn_cell_on(place.whole, -1, period);
        p->word[1][i] = kn_cell_on(place.whole, 0, period);
        p->word[2][i] = kn_cell_on(place.whole, 1, period);
    }
}

/* What was found so far, for each sample. */
typedef struct {
    float first[KN_STRIP], second[KN_STRIP], out[KN_STRIP];
    uint32_t nearest[KN_STRIP], mixed[KN_STRIP];
} KnFoundRow;

KN_FN void kn_find_none(KnFoundRow *f, int n) {
    const KnNear none = kn_near_none();
    KN_EACH(n) {
        f->first[i] = none.first;
        f->second[i] = none.second;
        f->nearest[i] = none.nearest;
        f->out[i] = 1e30f;
    }
}

KN_FN void kn_find_way_out(KnFoundRow *f, const KnCellRow *p, int n) {
    KN_EACH(n) {
        const float out = kn_way_out(p->at[i], 1);
        f->out[i] = out < f->out[i] ? out : f->out[i];
    }
}

KN_FN void kn_find(KnFoundRow *f, int i, KnNear near) {
    f->first[i] = near.first;
    f->second[i] = near.second;
    f->nearest[i] = near.nearest;
}

KN_FN KnNear kn_found(const KnFoundRow *f, int i) {
    KnNear n;
    n.first = f->first[i];
    n.second = f->second[i];
    n.nearest = f->nearest[i];
    return n;
}

KN_KERNEL(worley1_f)
(float *y, const double *a, double seed, double period, int which, int n) {
    KN_BUFFER(y);
    KN_BUFFER(a);
    KnCellRow pa;
    KnFoundRow f;
    const uint32_t mixed = kn_seed(seed);
    kn_find_none(&f, n);
    kn_places(&pa, a, period, n);
    kn_find_way_out(&f, &pa, n);
    for (int h = 0; h < 3; h++) {
        KN_EACH(n)
        kn_find(
            &f, i,
            kn_meet1(kn_found(&f, i), kn_corner(mixed, pa.word[h][i]), (float)(h - 1) - pa.at[i]));
    }
    KN_EACH(n) y[i] = kn_worley_of(kn_found(&f, i), which);
    for (int i = 0; i < n; i++)
        if (!kn_is_nearest(kn_found(&f, i), f.out[i], which))
            y[i] = kn_worley1(a[i], seed, period, which);
}

KN_KERNEL(worley2_f)
(float *y, const double *a, const double *b, double seed, double period, int which, int n) {
    KN_BUFFER(y);
    KN_BUFFER(a);
    KN_BUFFER(b);
    KnCellRow pa, pb;
    KnFoundRow f;
    const uint32_t mixed = kn_seed(seed);
    kn_find_none(&f, n);
    kn_places(&pa, a, period, n);
    kn_find_way_out(&f, &pa, n);
    kn_places(&pb, b, period, n);
    kn_find_way_out(&f, &pb, n);
    for (int j = 0; j < 3; j++)
        for (int h = 0; h < 3; h++) {
            KN_EACH(n)
            kn_find(&f, i,
                    kn_meet2(kn_found(&f, i),
                             kn_corner(kn_corner(mixed, pb.word[j][i]), pa.word[h][i]),
                             (float)(h - 1) - pa.at[i], (float)(j - 1) - pb.at[i]));
        }
    KN_EACH(n) y[i] = kn_worley_of(kn_found(&f, i), which);
    for (int i = 0; i < n; i++)
        if (!kn_is_nearest(kn_found(&f, i), f.out[i], which))
            y[i] = kn_worley2(a[i], b[i], seed, period, which);
}

KN_KERNEL(worley3_f)
(float *y, const double *a, const double *b, const double *c, double seed, double period, int which,
 int n) {
    KN_BUFFER(y);
    KN_BUFFER(a);
    KN_BUFFER(b);
    KN_BUFFER(c);
    KnCellRow pa, pb, pc;
    KnFoundRow f;
    const uint32_t mixed = kn_seed(seed);
    kn_find_none(&f, n);
    kn_places(&pa, a, period, n);
    kn_find_way_out(&f, &pa, n);
    kn_places(&pb, b, period, n);
    kn_find_way_out(&f, &pb, n);
    kn_places(&pc, c, period, n);
    kn_find_way_out(&f, &pc, n);
    for (int k = 0; k < 3; k++)
        for (int j = 0; j < 3; j++)
            for (int h = 0; h < 3; h++) {
                KN_EACH(n)
                kn_find(
                    &f, i,
                    kn_meet3(kn_found(&f, i),
                             kn_corner(kn_corner(kn_corner(mixed, pc.word[k][i]), pb.word[j][i]),
                                       pa.word[h][i]),
                             (float)(h - 1) - pa.at[i], (float)(j - 1) - pb.at[i],
                             (float)(k - 1) - pc.at[i]));
            }
    KN_EACH(n) y[i] = kn_worley_of(kn_found(&f, i), which);
    for (int i = 0; i < n; i++)
        if (!kn_is_nearest(kn_found(&f, i), f.out[i], which))
            y[i] = kn_worley3(a[i], b[i], c[i], seed, period, which);
}

KN_KERNEL(worley4_f)
(float *y, const double *a, const double *b, const double *c, const double *d, double seed,
 double period, int which, int n) {
    KN_BUFFER(y);
    KN_BUFFER(a);
    KN_BUFFER(b);
    KN_BUFFER(c);
    KN_BUFFER(d);
    KnCellRow pa, pb, pc, pd;
    KnFoundRow f;
    const uint32_t mixed = kn_seed(seed);
    kn_find_none(&f, n);
    kn_places(&pa, a, period, n);
    kn_find_way_out(&f, &pa, n);
    kn_places(&pb, b, period, n);
    kn_find_way_out(&f, &pb, n);
    kn_places(&pc, c, period, n);
    kn_find_way_out(&f, &pc, n);
    kn_places(&pd, d, period, n);
    kn_find_way_out(&f, &pd, n);
    for (int l = 0; l < 3; l++)
        for (int k = 0; k < 3; k++)
            for (int j = 0; j < 3; j++)
                for (int h = 0; h < 3; h++) {
                    KN_EACH(n)
                    kn_find(&f, i,
                            kn_meet4(kn_found(&f, i),
                                     kn_corner(kn_corner(kn_corner(kn_corner(mixed, pd.word[l][i]),
                                                                   pc.word[k][i]),
                                                         pb.word[j][i]),
                                               pa.word[h][i]),
                                     (float)(h - 1) - pa.at[i], (float)(j - 1) - pb.at[i],
                                     (float)(k - 1) - pc.at[i], (float)(l - 1) - pd.at[i]));
                }
    KN_EACH(n) y[i] = kn_worley_of(kn_found(&f, i), which);
    for (int i = 0; i < n; i++)
        if (!kn_is_nearest(kn_found(&f, i), f.out[i], which))
            y[i] = kn_worley4(a[i], b[i], c[i], d[i], seed, period, which);
}
