/* Noises that are smooth functions of one to four coordinates: value, gradient (Perlin) and simplex noise, and distances to
 * scattered points (Worley). The same at each run and on each machine, bit for bit: every operation is rounded by itself. Expects
 * runtime/noise.h before it.
 *
 * Value and gradient noise: K. Perlin, "An Image Synthesizer", SIGGRAPH 1985, with the fade of "Improving Noise", 2002. Simplex noise: K. Perlin,
 * "Noise hardware", 2001, as S. Gustavson, "Simplex noise demystified", 2005, tells it. Distances: S. Worley, "A Cellular Texture Basis
 * Function", SIGGRAPH 1996. Gradients are unit vectors here, chosen by 32 random bits (runtime/noise.h), and there are no tables.
 *
 * `which` is 0 for the value; k for its derivative along coordinate k, of value and gradient noise; of Worley 0 for the distance to
 * the nearest point, 1 for that to the next, 2 for a random number in [0, 1) of the nearest one. `period`: the noise is the same that many units on along each
 * coordinate, a whole number; 0: it never repeats (each coordinate has 2^32 different units). Simplex noise has none. */

/* Always put into the loop that calls it, which is no vector code otherwise. */
#if defined(__GNUC__)
#define KN_INTO_LOOP __attribute__((always_inline))
#else
#define KN_INTO_LOOP
#endif

/* ---- cells ------------------------------------------------------------------------------------------- */

/* Where a coordinate lies between two whole numbers, and words for these. */
typedef struct {
    uint32_t low, high;
    float at;
} KnCell;

/* |x| up to 2^50; beyond, and for a NaN, `at` is a NaN. */
KN_FN KN_INTO_LOOP KnCell kn_cell(double x, double period) {
    const double whole = kn_floor(x), far = kn_abs(x) < 0x1p50 ? 0 : KN_NAN;
    const double in = period > 0 ? whole - period * kn_floor(whole / period) : whole;
    const double next = period > 0 && in + 1 >= period ? 0 : in + 1;
    KnCell c;
    c.low = (uint32_t)kn_bits(in + KN_MAGIC);
    c.high = (uint32_t)kn_bits(next + KN_MAGIC);
    c.at = (float)(x - whole + far);
    return c;
}

/* Random bits of a corner: coordinates are mixed in one after the other, from the last to the first. */
KN_FN KN_INTO_LOOP uint32_t kn_corner(uint32_t before, uint32_t coordinate) {
    return kn_mix(before + coordinate * 0x9e3779b1u);
}

/* A value and its derivative along one coordinate. */
typedef struct {
    float value, slope;
} KnDual;

KN_FN KN_INTO_LOOP KnDual kn_dual(float value, float slope) {
    KnDual d;
    d.value = value;
    d.slope = slope;
    return d;
}

/* 6 x^5 - 15 x^4 + 10 x^3, written about 1/2, where nothing cancels; and its derivative where that is wanted. */
KN_FN KN_INTO_LOOP KnDual kn_fade(float x, int sloped) {
    const float u = x - 0.5f, square = u * u, up = 0.25f - square;
    return kn_dual(0.5f + u * (1.875f + square * (square * 6 - 5)), sloped ? 30 * up * up : 0);
}

KN_FN KN_INTO_LOOP KnDual kn_between(KnDual a, KnDual b, KnDual x) {
    const float step = b.value - a.value;
    return kn_dual(a.value + x.value * step,
                   a.slope + x.value * (b.slope - a.slope) + x.slope * step);
}

/* ---- gradients ---------------------------------------------------------------------------------------- */

/* x with the sign that bit `bit` of h says. */
KN_FN KN_INTO_LOOP float kn_signed(float x, uint32_t h, int bit) {
    return kn_from_bitsf(kn_bitsf(x) ^ ((h >> bit) << 31));
}

/* A corner's gradient. One dimension: slopes in [-1, 1). */
typedef struct {
    float x, y, z, w;
} KnGradient;

KN_FN KN_INTO_LOOP float kn_slope1(uint32_t h) {
    return (float)((int32_t)h >> 8) * 0x1p-23f;
}

/* Eight directions: along the axes, and between them. */
KN_FN KN_INTO_LOOP KnGradient kn_gradient2(uint32_t h) {
    const float across = 0.707106781f, along = h & 1 ? 1 : 0;
    KnGradient g;
    g.x = kn_signed(h >> 31 ? across : along, h, 29);
    g.y = kn_signed(h >> 31 ? across : 1 - along, h, 30);
    g.z = g.w = 0;
    return g;
}

/* Twelve: to the middles of the edges of a cube, four of them twice. */
KN_FN KN_INTO_LOOP KnGradient kn_gradient3(uint32_t h) {
    const uint32_t edge = h >> 28;
    const float a = kn_signed(0.707106781f, h, 0), b = kn_signed(0.707106781f, h, 1);
    const float first = edge < 8 ? a : 0, again = edge == 12 || edge == 14 ? b : 0;
    KnGradient g;
    g.x = first + again;
    g.y = edge < 4 ? b : edge < 8 ? 0 : a;
    g.z = edge < 4 || edge == 12 || edge == 14 ? 0 : b;
    g.w = 0;
    return g;
}

/* Thirty-two: to the middles of the edges of a hypercube. */
KN_FN KN_INTO_LOOP KnGradient kn_gradient4(uint32_t h) {
    const uint32_t without = h >> 30;
    const float a = kn_signed(0.577350269f, h, 0), b = kn_signed(0.577350269f, h, 1),
                c = kn_signed(0.577350269f, h, 2);
    KnGradient g;
    g.x = without == 0 ? 0 : a;
    g.y = without == 0 ? a : without == 1 ? 0 : b;
    g.z = without <= 1 ? b : without == 2 ? 0 : c;
    g.w = without == 3 ? 0 : c;
    return g;
}

/* Its product with a way: what hangs on the first coordinate alone comes last. */
KN_FN KN_INTO_LOOP float kn_along2(KnGradient g, float x, float y) {
    return g.y * y + g.x * x;
}

KN_FN KN_INTO_LOOP float kn_along3(KnGradient g, float x, float y, float z) {
    return (g.z * z + g.y * y) + g.x * x;
}

KN_FN KN_INTO_LOOP float kn_along4(KnGradient g, float x, float y, float z, float w) {
    return (g.w * w + g.z * z + g.y * y) + g.x * x;
}

KN_FN KN_INTO_LOOP float kn_part_of(KnGradient g, int which) {
    return which == 1 ? g.x : which == 2 ? g.y : which == 3 ? g.z : which == 4 ? g.w : 0;
}

/* ---- value and gradient noise ------------------------------------------------------------------------- */

/* What stands at a corner: a value in [-1, 1), or the gradient's product with the way from there. */
KN_FN KN_INTO_LOOP KnDual kn_corner1(int gradient, uint32_t h, float x) {
    const float slope = kn_slope1(h);
    return gradient ? kn_dual(slope * x, slope) : kn_dual(slope, 0);
}

KN_FN KN_INTO_LOOP KnDual kn_corner2(int gradient, uint32_t h, float x, float y, int which) {
    const KnGradient g = kn_gradient2(h);
    return gradient ? kn_dual(kn_along2(g, x, y), kn_part_of(g, which)) : kn_dual(kn_slope1(h), 0);
}

KN_FN KN_INTO_LOOP KnDual kn_corner3(int gradient, uint32_t h, float x, float y, float z,
                                     int which) {
    const KnGradient g = kn_gradient3(h);
    return gradient ? kn_dual(kn_along3(g, x, y, z), kn_part_of(g, which))
                    : kn_dual(kn_slope1(h), 0);
}

KN_FN KN_INTO_LOOP KnDual kn_corner4(int gradient, uint32_t h, float x, float y, float z, float w,
                                     int which) {
    const KnGradient g = kn_gradient4(h);
    return gradient ? kn_dual(kn_along4(g, x, y, z, w), kn_part_of(g, which))
                    : kn_dual(kn_slope1(h), 0);
}

KN_FN KN_INTO_LOOP KnDual kn_line_noise(int gradient, KnCell x, uint32_t h, int which) {
    const KnDual a = kn_corner1(gradient, kn_corner(h, x.low), x.at),
                 b = kn_corner1(gradient, kn_corner(h, x.high), x.at - 1);
    return kn_between(a, b, kn_fade(x.at, which == 1));
}

KN_FN KN_INTO_LOOP KnDual kn_row2(int gradient, KnCell x, uint32_t h, float y, int which) {
    const KnDual a = kn_corner2(gradient, kn_corner(h, x.low), x.at, y, which),
                 b = kn_corner2(gradient, kn_corner(h, x.high), x.at - 1, y, which);
    return kn_between(a, b, kn_fade(x.at, which == 1));
}

KN_FN KN_INTO_LOOP KnDual kn_plane_noise(int gradient, KnCell x, KnCell y, uint32_t h, int which) {
    const KnDual a = kn_row2(gradient, x, kn_corner(h, y.low), y.at, which),
                 b = kn_row2(gradient, x, kn_corner(h, y.high), y.at - 1, which);
    return kn_between(a, b, kn_fade(y.at, which == 2));
}

KN_FN KN_INTO_LOOP KnDual kn_row3(int gradient, KnCell x, uint32_t h, float y, float z, int which) {
    const KnDual a = kn_corner3(gradient, kn_corner(h, x.low), x.at, y, z, which),
                 b = kn_corner3(gradient, kn_corner(h, x.high), x.at - 1, y, z, which);
    return kn_between(a, b, kn_fade(x.at, which == 1));
}

KN_FN KN_INTO_LOOP KnDual kn_plane3(int gradient, KnCell x, KnCell y, uint32_t h, float z,
                                    int which) {
    const KnDual a = kn_row3(gradient, x, kn_corner(h, y.low), y.at, z, which),
                 b = kn_row3(gradient, x, kn_corner(h, y.high), y.at - 1, z, which);
    return kn_between(a, b, kn_fade(y.at, which == 2));
}

KN_FN KN_INTO_LOOP KnDual kn_space_noise(int gradient, KnCell x, KnCell y, KnCell z, uint32_t h,
                                         int which) {
    const KnDual a = kn_plane3(gradient, x, y, kn_corner(h, z.low), z.at, which),
                 b = kn_plane3(gradient, x, y, kn_corner(h, z.high), z.at - 1, which);
    return kn_between(a, b, kn_fade(z.at, which == 3));
}

KN_FN KN_INTO_LOOP KnDual kn_row4(int gradient, KnCell x, uint32_t h, float y, float z, float w,
                                  int which) {
    const KnDual a = kn_corner4(gradient, kn_corner(h, x.low), x.at, y, z, w, which),
                 b = kn_corner4(gradient, kn_corner(h, x.high), x.at - 1, y, z, w, which);
    return kn_between(a, b, kn_fade(x.at, which == 1));
}

KN_FN KN_INTO_LOOP KnDual kn_plane4(int gradient, KnCell x, KnCell y, uint32_t h, float z, float w,
                                    int which) {
    const KnDual a = kn_row4(gradient, x, kn_corner(h, y.low), y.at, z, w, which),
                 b = kn_row4(gradient, x, kn_corner(h, y.high), y.at - 1, z, w, which);
    return kn_between(a, b, kn_fade(y.at, which == 2));
}

KN_FN KN_INTO_LOOP KnDual kn_space4(int gradient, KnCell x, KnCell y, KnCell z, uint32_t h, float w,
                                    int which) {
    const KnDual a = kn_plane4(gradient, x, y, kn_corner(h, z.low), z.at, w, which),
                 b = kn_plane4(gradient, x, y, kn_corner(h, z.high), z.at - 1, w, which);
    return kn_between(a, b, kn_fade(z.at, which == 3));
}

KN_FN KN_INTO_LOOP KnDual kn_hyper_noise(int gradient, KnCell x, KnCell y, KnCell z, KnCell w,
                                         uint32_t h, int which) {
    const KnDual a = kn_space4(gradient, x, y, z, kn_corner(h, w.low), w.at, which),
                 b = kn_space4(gradient, x, y, z, kn_corner(h, w.high), w.at - 1, which);
    return kn_between(a, b, kn_fade(w.at, which == 4));
}

KN_FN KN_INTO_LOOP float kn_chosen(KnDual d, int which, float scale) {
    return (which ? d.slope : d.value) * scale;
}

/* The gradients above make at most so much of 1, whatever they are: found over cells by search, 1 / 0.70711, 1 / 0.73281, 1 / 0.88715. */
#define KN_PERLIN_1 2
#define KN_PERLIN_2 1.414213562f
#define KN_PERLIN_3 1.364604f
#define KN_PERLIN_4 1.127209f

KN_FN KN_INTO_LOOP float kn_value_noise1_in(KnCell x, uint32_t seed, int which) {
    return kn_chosen(kn_line_noise(0, x, seed, which), which, 1);
}

KN_FN KN_INTO_LOOP float kn_value_noise2_in(KnCell x, KnCell y, uint32_t seed, int which) {
    return kn_chosen(kn_plane_noise(0, x, y, seed, which), which, 1);
}

KN_FN KN_INTO_LOOP float kn_value_noise3_in(KnCell x, KnCell y, KnCell z, uint32_t seed,
                                            int which) {
    return kn_chosen(kn_space_noise(0, x, y, z, seed, which), which, 1);
}

KN_FN KN_INTO_LOOP float kn_value_noise4_in(KnCell x, KnCell y, KnCell z, KnCell w, uint32_t seed,
                                            int which) {
    return kn_chosen(kn_hyper_noise(0, x, y, z, w, seed, which), which, 1);
}

KN_FN KN_INTO_LOOP float kn_perlin1_in(KnCell x, uint32_t seed, int which) {
    return kn_chosen(kn_line_noise(1, x, seed, which), which, KN_PERLIN_1);
}

KN_FN KN_INTO_LOOP float kn_perlin2_in(KnCell x, KnCell y, uint32_t seed, int which) {
    return kn_chosen(kn_plane_noise(1, x, y, seed, which), which, KN_PERLIN_2);
}

KN_FN KN_INTO_LOOP float kn_perlin3_in(KnCell x, KnCell y, KnCell z, uint32_t seed, int which) {
    return kn_chosen(kn_space_noise(1, x, y, z, seed, which), which, KN_PERLIN_3);
}

KN_FN KN_INTO_LOOP float kn_perlin4_in(KnCell x, KnCell y, KnCell z, KnCell w, uint32_t seed,
                                       int which) {
    return kn_chosen(kn_hyper_noise(1, x, y, z, w, seed, which), which, KN_PERLIN_4);
}

KN_FN KN_INTO_LOOP float kn_value_noise1(double x, double seed, double period, int which) {
    return kn_value_noise1_in(kn_cell(x, period), kn_seed(seed), which);
}

KN_FN KN_INTO_LOOP float kn_value_noise2(double x, double y, double seed, double period,
                                         int which) {
    return kn_value_noise2_in(kn_cell(x, period), kn_cell(y, period), kn_seed(seed), which);
}

KN_FN KN_INTO_LOOP float kn_value_noise3(double x, double y, double z, double seed, double period,
                                         int which) {
    return kn_value_noise3_in(kn_cell(x, period), kn_cell(y, period), kn_cell(z, period),
                              kn_seed(seed), which);
}

KN_FN KN_INTO_LOOP float kn_value_noise4(double x, double y, double z, double w, double seed,
                                         double period, int which) {
    return kn_value_noise4_in(kn_cell(x, period), kn_cell(y, period), kn_cell(z, period),
                              kn_cell(w, period), kn_seed(seed), which);
}

KN_FN KN_INTO_LOOP float kn_perlin1(double x, double seed, double period, int which) {
    return kn_perlin1_in(kn_cell(x, period), kn_seed(seed), which);
}

KN_FN KN_INTO_LOOP float kn_perlin2(double x, double y, double seed, double period, int which) {
    return kn_perlin2_in(kn_cell(x, period), kn_cell(y, period), kn_seed(seed), which);
}

KN_FN KN_INTO_LOOP float kn_perlin3(double x, double y, double z, double seed, double period,
                                    int which) {
    return kn_perlin3_in(kn_cell(x, period), kn_cell(y, period), kn_cell(z, period), kn_seed(seed),
                         which);
}

KN_FN KN_INTO_LOOP float kn_perlin4(double x, double y, double z, double w, double seed,
                                    double period, int which) {
    return kn_perlin4_in(kn_cell(x, period), kn_cell(y, period), kn_cell(z, period),
                         kn_cell(w, period), kn_seed(seed), which);
}

/* ---- the same along a line, cell by cell ----------------------------------------------------------- */

/* The corners of a cell, of which all coordinates but the first are known: a corner's value is rest + x * way along the first. Two for
 * each row, which are as many as the other coordinates make. */
enum { KN_MOST_CORNERS = 16 };
typedef struct {
    float rest[KN_MOST_CORNERS], x[KN_MOST_CORNERS], fades[3];
} KnCorners;

KN_FN void kn_corner_known(KnCorners *c, int at, int n, int gradient, uint32_t h,
                           const float way[3]) {
    const KnGradient g = n == 2 ? kn_gradient2(h) : n == 3 ? kn_gradient3(h) : kn_gradient4(h);
    c->x[at] = !gradient ? 0 : n == 1 ? kn_slope1(h) : g.x;
    c->rest[at] = !gradient ? kn_slope1(h)
                  : n == 1  ? -0.0f
                  : n == 2  ? g.y * way[0]
                  : n == 3  ? g.z * way[1] + g.y * way[0]
                            : g.w * way[2] + g.z * way[1] + g.y * way[0];
}

/* `others`: the cells of the other n - 1 coordinates. */
KN_FN void kn_corners_known(KnCorners *c, int n, int gradient, KnCell x, const KnCell *others,
                            uint32_t seed) {
    for (int row = 0; row < 1 << (n - 1); row++) {
        uint32_t h = seed;
        float way[3] = {0, 0, 0};
        for (int k = n - 2; k >= 0; k--) {
            const int far = row >> k & 1;
            h = kn_corner(h, far ? others[k].high : others[k].low);
            way[k] = far ? others[k].at - 1 : others[k].at;
        }
        kn_corner_known(c, 2 * row, n, gradient, kn_corner(h, x.low), way);
        kn_corner_known(c, 2 * row + 1, n, gradient, kn_corner(h, x.high), way);
    }
    for (int k = 0; k < n - 1; k++)
        c->fades[k] = kn_fade(others[k].at, 0).value;
}

/* The bits are those of kn_line_noise and its like. */
KN_FN KN_INTO_LOOP float kn_row_between(const KnCorners *c, int row, float at, float fade) {
    const float a = c->rest[2 * row] + c->x[2 * row] * at,
                b = c->rest[2 * row + 1] + c->x[2 * row + 1] * (at - 1);
    return a + fade * (b - a);
}

KN_FN KN_INTO_LOOP float kn_rows_between(float a, float b, float fade) {
    return a + fade * (b - a);
}

KN_FN KN_INTO_LOOP float kn_known2(const KnCorners *c, int row, float at, float fade) {
    return kn_rows_between(kn_row_between(c, row, at, fade), kn_row_between(c, row + 1, at, fade),
                           c->fades[0]);
}

KN_FN KN_INTO_LOOP float kn_known3(const KnCorners *c, int row, float at, float fade) {
    return kn_rows_between(kn_known2(c, row, at, fade), kn_known2(c, row + 2, at, fade),
                           c->fades[1]);
}

/* At a place in the cell, 0 to 1. */
KN_FN KN_INTO_LOOP float kn_known(const KnCorners *c, int n, float at) {
    const float fade = kn_fade(at, 0).value;
    return n == 1   ? kn_row_between(c, 0, at, fade)
           : n == 2 ? kn_known2(c, 0, at, fade)
           : n == 3
               ? kn_known3(c, 0, at, fade)
               : kn_rows_between(kn_known3(c, 0, at, fade), kn_known3(c, 4, at, fade), c->fades[2]);
}

/* ---- simplex noise ------------------------------------------------------------------------------------ */

/* What a corner adds: its gradient's product with the way from there, less the farther, 0 from sqrt(1/2) on. */
/* All corners together make at most 1 of these parts, whatever their gradients: found over simplexes by search. */
#define KN_SIMPLEX_1 3.160493f
#define KN_SIMPLEX_2 99.20433f
#define KN_SIMPLEX_3 107.65348f
#define KN_SIMPLEX_4 108.56782f

KN_FN KN_INTO_LOOP float kn_kernel_of(float square) {
    const float left = 0.5f - square, t = left > 0 ? left : 0;
    return t * t * t * t;
}

KN_FN KN_INTO_LOOP float kn_simplex_corner2(uint32_t h, float x, float y) {
    return kn_kernel_of(x * x + y * y) * kn_along2(kn_gradient2(h), x, y);
}

KN_FN KN_INTO_LOOP float kn_simplex_corner3(uint32_t h, float x, float y, float z) {
    return kn_kernel_of(x * x + y * y + z * z) * kn_along3(kn_gradient3(h), x, y, z);
}

KN_FN KN_INTO_LOOP float kn_simplex_corner4(uint32_t h, float x, float y, float z, float w) {
    return kn_kernel_of(x * x + y * y + z * z + w * w) * kn_along4(kn_gradient4(h), x, y, z, w);
}

KN_FN KN_INTO_LOOP uint32_t kn_word(double whole) {
    return (uint32_t)kn_bits(whole + KN_MAGIC);
}

/* On a line simplexes are cells: a corner reaches one unit to each side, (1 - x^2)^4. */
KN_FN KN_INTO_LOOP float kn_simplex1(double x, double seed, double period, int which) {
    const uint32_t mixed = kn_seed(seed);
    (void)period, (void)which;
    const KnCell c = kn_cell(x, 0);
    const float a = 1 - c.at * c.at, b = 1 - (c.at - 1) * (c.at - 1);
    const float from = a * a * a * a * (kn_slope1(kn_corner(mixed, c.low)) * c.at);
    return (from + b * b * b * b * (kn_slope1(kn_corner(mixed, c.high)) * (c.at - 1))) *
           KN_SIMPLEX_1;
}

KN_FN KN_INTO_LOOP float kn_simplex2(double x, double y, double seed, double period, int which) {
    const uint32_t mixed = kn_seed(seed);
    (void)period, (void)which;
    const double skew = (x + y) * 0.36602540378443865; /* (sqrt 3 - 1) / 2 */
    const double i = kn_floor(x + skew), j = kn_floor(y + skew);
    const double back = (i + j) * 0.21132486540518712; /* (3 - sqrt 3) / 6 */
    const float g = 0.211324865f, p = (float)(x - (i - back)), q = (float)(y - (j - back));
    const uint32_t a = kn_word(i), b = kn_word(j), first = p > q;
    const uint32_t low = kn_corner(mixed, b), high = kn_corner(mixed, b + 1),
                   middle = first ? low : high;
    const float one = p > q ? 1 : 0, two = 1 - one;
    const float n0 = kn_simplex_corner2(kn_corner(low, a), p, q);
    const float n1 = kn_simplex_corner2(kn_corner(middle, a + first), p - one + g, q - two + g);
    const float n2 = kn_simplex_corner2(kn_corner(high, a + 1), p - 1 + 2 * g, q - 1 + 2 * g);
    return (n0 + n1 + n2) * KN_SIMPLEX_2;
}

/* The corner at offsets 0 or 1, which is `step` corners on along the way to the opposite one. */
KN_FN KN_INTO_LOOP float kn_simplex3_at(uint32_t seed, const uint32_t base[3], const float from[3],
                                        uint32_t dx, uint32_t dy, uint32_t dz, float step) {
    const uint32_t h =
        kn_corner(kn_corner(kn_corner(seed, base[2] + dz), base[1] + dy), base[0] + dx);
    return kn_simplex_corner3(h, from[0] - (float)(int32_t)dx + step,
                              from[1] - (float)(int32_t)dy + step,
                              from[2] - (float)(int32_t)dz + step);
}

KN_FN KN_INTO_LOOP float kn_simplex3(double x, double y, double z, double seed, double period,
                                     int which) {
    const uint32_t mixed = kn_seed(seed);
    (void)period, (void)which;
    const double skew = (x + y + z) * (1 / 3.0);
    const double i = kn_floor(x + skew), j = kn_floor(y + skew), k = kn_floor(z + skew);
    const double back = (i + j + k) * (1 / 6.0);
    const float p[3] = {(float)(x - (i - back)), (float)(y - (j - back)), (float)(z - (k - back))};
    const uint32_t base[3] = {kn_word(i), kn_word(j), kn_word(k)};
    /* how many of the others a coordinate is greater than: its turn, from 2 to 0 */
    const uint32_t xy = p[0] >= p[1], xz = p[0] >= p[2], yz = p[1] >= p[2];
    const uint32_t rx = xy + xz, ry = 1 - xy + yz, rz = 2 - xz - yz;
    const float g = 1 / 6.0f;
    const float n0 = kn_simplex3_at(mixed, base, p, 0, 0, 0, 0);
    const float n1 = kn_simplex3_at(mixed, base, p, rx >> 1, ry >> 1, rz >> 1, g);
    const float n2 = kn_simplex3_at(mixed, base, p, rx > 0, ry > 0, rz > 0, 2 * g);
    const float n3 = kn_simplex3_at(mixed, base, p, 1, 1, 1, 3 * g);
    return (n0 + n1 + n2 + n3) * KN_SIMPLEX_3;
}

KN_FN KN_INTO_LOOP float kn_simplex4_at(uint32_t seed, const uint32_t base[4], const float from[4],
                                        uint32_t dx, uint32_t dy, uint32_t dz, uint32_t dw,
                                        float step) {
    const uint32_t h =
        kn_corner(kn_corner(kn_corner(kn_corner(seed, base[3] + dw), base[2] + dz), base[1] + dy),
                  base[0] + dx);
    return kn_simplex_corner4(
        h, from[0] - (float)(int32_t)dx + step, from[1] - (float)(int32_t)dy + step,
        from[2] - (float)(int32_t)dz + step, from[3] - (float)(int32_t)dw + step);
}

KN_FN KN_INTO_LOOP float kn_simplex4(double x, double y, double z, double w, double seed,
                                     double period, int which) {
    const uint32_t mixed = kn_seed(seed);
    (void)period, (void)which;
    const double skew = (x + y + z + w) * 0.30901699437494745; /* (sqrt 5 - 1) / 4 */
    const double i = kn_floor(x + skew), j = kn_floor(y + skew), k = kn_floor(z + skew),
                 l = kn_floor(w + skew);
    const double back = (i + j + k + l) * 0.1381966011250105; /* (5 - sqrt 5) / 20 */
    const float p[4] = {(float)(x - (i - back)), (float)(y - (j - back)), (float)(z - (k - back)),
                        (float)(w - (l - back))};
    const uint32_t base[4] = {kn_word(i), kn_word(j), kn_word(k), kn_word(l)};
    const uint32_t xy = p[0] >= p[1], xz = p[0] >= p[2], xw = p[0] >= p[3], yz = p[1] >= p[2],
                   yw = p[1] >= p[3], zw = p[2] >= p[3];
    const uint32_t rx = xy + xz + xw, ry = 1 - xy + yz + yw, rz = 2 - xz - yz + zw,
                   rw = 3 - xw - yw - zw;
    const float g = 0.138196601f;
    const float n0 = kn_simplex4_at(mixed, base, p, 0, 0, 0, 0, 0);
    const float n1 = kn_simplex4_at(mixed, base, p, rx > 2, ry > 2, rz > 2, rw > 2, g);
    const float n2 = kn_simplex4_at(mixed, base, p, rx > 1, ry > 1, rz > 1, rw > 1, 2 * g);
    const float n3 = kn_simplex4_at(mixed, base, p, rx > 0, ry > 0, rz > 0, rw > 0, 3 * g);
    const float n4 = kn_simplex4_at(mixed, base, p, 1, 1, 1, 1, 4 * g);
    return (n0 + n1 + n2 + n3 + n4) * KN_SIMPLEX_4;
}

/* ---- distances to points ------------------------------------------------------------------------------ */

/* Each cell has one point, anywhere in it. The squares of the distances to the nearest point and to the next, and the bits of the
 * nearest. */
typedef struct {
    float first, second;
    uint32_t nearest;
} KnNear;

KN_FN KN_INTO_LOOP KnNear kn_near_none(void) {
    KnNear n;
    n.first = n.second = 1e30f;
    n.nearest = 0;
    return n;
}

KN_FN KN_INTO_LOOP KnNear kn_nearer(KnNear n, float square, uint32_t h) {
    const float other = square < n.first ? n.first : square;
    n.second = other < n.second ? other : n.second;
    n.nearest = square < n.first ? h : n.nearest;
    n.first = square < n.first ? square : n.first;
    return n;
}

/* The word of the cell so many on, whole numbers from `whole` on. */
KN_FN KN_INTO_LOOP uint32_t kn_cell_on(double whole, int on, double period) {
    const double at = whole + on;
    return kn_word(period > 0 ? at - period * kn_floor(at / period) : at);
}

/* Where a cell's point lies along one of two coordinates that share a word. */
KN_FN KN_INTO_LOOP float kn_half_of(uint32_t h, int high) {
    return (float)(int32_t)(high ? h >> 16 : h & 0xffff) * 0x1p-16f;
}

/* A cell whose corner is at these distances. */
KN_FN KN_INTO_LOOP KnNear kn_meet1(KnNear n, uint32_t h, float x) {
    const float dx = x + kn_half_of(h, 0);
    return kn_nearer(n, dx * dx, h);
}

KN_FN KN_INTO_LOOP KnNear kn_meet2(KnNear n, uint32_t h, float x, float y) {
    const float dx = x + kn_half_of(h, 0), dy = y + kn_half_of(h, 1);
    return kn_nearer(n, dx * dx + dy * dy, h);
}

KN_FN KN_INTO_LOOP KnNear kn_meet3(KnNear n, uint32_t h, float x, float y, float z) {
    const float dx = x + kn_half_of(h, 0), dy = y + kn_half_of(h, 1),
                dz = z + kn_half_of(kn_mix(h), 0);
    return kn_nearer(n, dx * dx + dy * dy + dz * dz, h);
}

KN_FN KN_INTO_LOOP KnNear kn_meet4(KnNear n, uint32_t h, float x, float y, float z, float w) {
    const uint32_t more = kn_mix(h);
    const float dx = x + kn_half_of(h, 0), dy = y + kn_half_of(h, 1), dz = z + kn_half_of(more, 0),
                dw = w + kn_half_of(more, 1);
    return kn_nearer(n, dx * dx + dy * dy + dz * dz + dw * dw, h);
}

/* How far it is out of the cells up to `reach` away, along this coordinate. */
KN_FN KN_INTO_LOOP float kn_way_out(float at, int reach) {
    return (float)reach + (at < 1 - at ? at : 1 - at);
}

/* Are there none nearer beyond? Where a coordinate is a NaN none was found. */
KN_FN KN_INTO_LOOP int kn_is_nearest(KnNear n, float out, int which) {
    const float square = which == 1 ? n.second : n.first;
    return square <= out * out && square < 1e29f;
}

KN_FN KN_INTO_LOOP float kn_worley_of(KnNear n, int which) {
    return which == 2 ? (float)(int32_t)(kn_mix(n.nearest ^ 0x6b6e6f74u) >> 8) * 0x1p-24f
                      : sqrtf(which == 1 ? n.second : n.first);
}

/* A coordinate as whole number and fraction; the fraction is a NaN where the coordinate is none. */
typedef struct {
    double whole;
    float at;
} KnPlace;

KN_FN KN_INTO_LOOP KnPlace kn_place(double x) {
    KnPlace p;
    p.whole = kn_floor(x);
    p.at = (float)(x - p.whole + (kn_abs(x) < 0x1p50 ? 0 : KN_NAN));
    return p;
}

/* The farther cells are looked at where points of the nearer ones do not decide it. */
enum { KN_FARTHEST = 3 };

KN_FN float kn_worley1(double x, double seed, double period, int which) {
    const uint32_t mixed = kn_seed(seed);
    const KnPlace px = kn_place(x);
    for (int reach = 1;; reach++) {
        KnNear n = kn_near_none();
        for (int i = -reach; i <= reach; i++)
            n = kn_meet1(n, kn_corner(mixed, kn_cell_on(px.whole, i, period)), (float)i - px.at);
        if (reach == KN_FARTHEST || kn_is_nearest(n, kn_way_out(px.at, reach), which))
            return px.at == px.at ? kn_worley_of(n, which) : KN_NANF;
    }
}

KN_FN float kn_worley2(double x, double y, double seed, double period, int which) {
    const uint32_t mixed = kn_seed(seed);
    const KnPlace px = kn_place(x), py = kn_place(y);
    for (int reach = 1;; reach++) {
        KnNear n = kn_near_none();
        const float ox = kn_way_out(px.at, reach), oy = kn_way_out(py.at, reach);
        for (int j = -reach; j <= reach; j++) {
            const uint32_t row = kn_corner(mixed, kn_cell_on(py.whole, j, period));
            for (int i = -reach; i <= reach; i++)
                n = kn_meet2(n, kn_corner(row, kn_cell_on(px.whole, i, period)), (float)i - px.at,
                             (float)j - py.at);
        }
        if (reach == KN_FARTHEST || kn_is_nearest(n, ox < oy ? ox : oy, which))
            return px.at + py.at == px.at + py.at ? kn_worley_of(n, which) : KN_NANF;
    }
}

KN_FN float kn_worley3(double x, double y, double z, double seed, double period, int which) {
    const uint32_t mixed = kn_seed(seed);
    const KnPlace px = kn_place(x), py = kn_place(y), pz = kn_place(z);
    for (int reach = 1;; reach++) {
        KnNear n = kn_near_none();
        float out = kn_way_out(px.at, reach);
        const float oy = kn_way_out(py.at, reach), oz = kn_way_out(pz.at, reach);
        out = oy < out ? oy : out;
        out = oz < out ? oz : out;
        for (int k = -reach; k <= reach; k++) {
            const uint32_t plane = kn_corner(mixed, kn_cell_on(pz.whole, k, period));
            for (int j = -reach; j <= reach; j++) {
                const uint32_t row = kn_corner(plane, kn_cell_on(py.whole, j, period));
                for (int i = -reach; i <= reach; i++)
                    n = kn_meet3(n, kn_corner(row, kn_cell_on(px.whole, i, period)),
                                 (float)i - px.at, (float)j - py.at, (float)k - pz.at);
            }
        }
        if (reach == KN_FARTHEST || kn_is_nearest(n, out, which)) {
            const float all = px.at + py.at + pz.at;
            return all == all ? kn_worley_of(n, which) : KN_NANF;
        }
    }
}

KN_FN float kn_worley4(double x, double y, double z, double w, double seed, double period,
                       int which) {
    const uint32_t mixed = kn_seed(seed);
    const KnPlace px = kn_place(x), py = kn_place(y), pz = kn_place(z), pw = kn_place(w);
    for (int reach = 1;; reach++) {
        KnNear n = kn_near_none();
        float out = kn_way_out(px.at, reach);
        const float oy = kn_way_out(py.at, reach), oz = kn_way_out(pz.at, reach),
                    ow = kn_way_out(pw.at, reach);
        out = oy < out ? oy : out;
        out = oz < out ? oz : out;
        out = ow < out ? ow : out;
        for (int l = -reach; l <= reach; l++) {
            const uint32_t space = kn_corner(mixed, kn_cell_on(pw.whole, l, period));
            for (int k = -reach; k <= reach; k++) {
                const uint32_t plane = kn_corner(space, kn_cell_on(pz.whole, k, period));
                for (int j = -reach; j <= reach; j++) {
                    const uint32_t row = kn_corner(plane, kn_cell_on(py.whole, j, period));
                    for (int i = -reach; i <= reach; i++)
                        n = kn_meet4(n, kn_corner(row, kn_cell_on(px.whole, i, period)),
                                     (float)i - px.at, (float)j - py.at, (float)k - pz.at,
                                     (float)l - pw.at);
                }
            }
        }
        if (reach == KN_FARTHEST || kn_is_nearest(n, out, which)) {
            const float all = px.at + py.at + pz.at + pw.at;
            return all == all ? kn_worley_of(n, which) : KN_NANF;
        }
    }
}
