/* Proofs of stdlib/textures.kn: noises against their formulas in double, corner by corner; distances against all points around. */
#include "library.h"
#include "../../runtime/math.h"
#include "../../runtime/noise.h"

#include <math.h>
#include <string.h>

enum { MOST = 4 };

/* ---- corners and their random bits ------------------------------------------------------------------ */

static double wrapped(double cell, double period) {
    return period > 0 ? cell - period * floor(cell / period) : cell;
}

/* Of a cell, from its last coordinate to its first. */
static uint32_t bits_of(const double *cell, int n, double seed, double period) {
    uint32_t h = kn_seed(seed);
    for (int k = n - 1; k >= 0; k--)
        h = kn_mix(h + (uint32_t)(int64_t)wrapped(cell[k], period) * 0x9e3779b1u);
    return h;
}

static double slope_of(uint32_t h) {
    return (double)((int32_t)h >> 8) * 0x1p-23;
}

static double sign_of(uint32_t h, int bit) {
    return h >> bit & 1 ? -1 : 1;
}

/* The unit vector of a corner. */
static void gradient_of(uint32_t h, int n, double g[MOST]) {
    memset(g, 0, sizeof(double) * MOST);
    if (n == 1) g[0] = slope_of(h);
    if (n == 2 && h >> 31) {
        g[0] = sign_of(h, 29) / sqrt(2);
        g[1] = sign_of(h, 30) / sqrt(2);
    } else if (n == 2) {
        g[h & 1 ? 0 : 1] = sign_of(h, h & 1 ? 29 : 30);
    }
    if (n == 3) {
        static const int axes[16][2] = {{0, 1}, {0, 1}, {0, 1}, {0, 1}, {0, 2}, {0, 2},
                                        {0, 2}, {0, 2}, {1, 2}, {1, 2}, {1, 2}, {1, 2},
                                        {1, 0}, {1, 2}, {1, 0}, {1, 2}};
        g[axes[h >> 28][0]] = sign_of(h, 0) / sqrt(2);
        g[axes[h >> 28][1]] = sign_of(h, 1) / sqrt(2);
    }
    for (int k = 0, bit = 0; n == 4 && k < 4; k++)
        if (k != (int)(h >> 30)) g[k] = sign_of(h, bit++) / sqrt(3);
}

static double product(const double *a, const double *b, int n) {
    double sum = 0;
    for (int k = 0; k < n; k++)
        sum += a[k] * b[k];
    return sum;
}

/* ---- value and gradient noise ----------------------------------------------------------------------- */

static double lattice_form(bool gradient, const double *x, int n, double seed, double period) {
    static const double scale[] = {0, 2, 1.414213562, 1.364604, 1.127209};
    double sum = 0;
    for (int corner = 0; corner < 1 << n; corner++) {
        double cell[MOST], way[MOST], g[MOST], weight = 1;
        for (int k = 0; k < n; k++) {
            const double s = x[k] - floor(x[k]), fade = s * s * s * (s * (6 * s - 15) + 10);
            const int far = corner >> k & 1;
            cell[k] = floor(x[k]) + far;
            way[k] = s - far;
            weight *= far ? fade : 1 - fade;
        }
        const uint32_t h = bits_of(cell, n, seed, period);
        gradient_of(h, n, g);
        sum += weight * (gradient ? scale[n] * product(g, way, n) : slope_of(h));
    }
    return sum;
}

static double perlin_form(double x, double y) {
    return lattice_form(true, (double[]){x, y}, 2, 0, 0);
}

#define AT(...) ((const double[]){__VA_ARGS__})
FORM(perlin_1, 2, "out(t) = perlin(3.7 * t - 2, seed: 4)",
     lattice_form(true, AT(3.7 * t - 2), 1, 4, 0))
FORM(perlin_2, 2, "out(t) = perlin(3.7 * t - 2, 0.3 + 5 * t)",
     lattice_form(true, AT(3.7 * t - 2, 0.3 + 5 * t), 2, 0, 0))
FORM(perlin_3, 2, "out(t) = perlin(3.7 * t - 2, 0.3 + 5 * t, 1.1 * t, seed: 0.5)",
     lattice_form(true, AT(3.7 * t - 2, 0.3 + 5 * t, 1.1 * t), 3, 0.5, 0))
FORM(perlin_4, 2, "out(t) = perlin(3.7 * t - 2, 0.3 + 5 * t, 1.1 * t, -t, period: 3)",
     lattice_form(true, AT(3.7 * t - 2, 0.3 + 5 * t, 1.1 * t, -t), 4, 0, 3))
FORM(value_noise_1, 2, "out(t) = value_noise(9 * t, period: 5)",
     lattice_form(false, AT(9 * t), 1, 0, 5))
FORM(value_noise_2, 2, "out(t) = value_noise(9 * t, t)", lattice_form(false, AT(9 * t, t), 2, 0, 0))
FORM(value_noise_3, 2, "out(t) = value_noise(9 * t, t, -7 * t, seed: 2)",
     lattice_form(false, AT(9 * t, t, -7 * t), 3, 2, 0))
FORM(value_noise_4, 2, "out(t) = value_noise(9 * t, t, -7 * t, 3 * t)",
     lattice_form(false, AT(9 * t, t, -7 * t, 3 * t), 4, 0, 0))
/* At whole coordinates it is 0; at rates that divide: each sample is one. */
static double perlin_zero(void) {
    Heard h = hear(48000, 2000,
                   "out(t) = [perlin(48000 * t), perlin(48000 * t, 5), perlin(3, 48000 * t, -2),"
                   " perlin(1, 2, 3, 48000 * t)]");
    double worst = h.channels == 4 ? 0 : NAN;
    for (int k = 0; k < h.channels; k++)
        for (int i = 0; i < h.frames; i++)
            worst = fmax(worst, fabs(h.channel[k][i]));
    heard_free(h);
    return worst;
}

/* By differences of the formula. */
static double slope_form(bool gradient, const double *at, int n, int axis) {
    double a[MOST], b[MOST];
    memcpy(a, at, sizeof(double) * (size_t)n);
    memcpy(b, at, sizeof(double) * (size_t)n);
    a[axis] -= 1e-5;
    b[axis] += 1e-5;
    return (lattice_form(gradient, b, n, 0, 0) - lattice_form(gradient, a, n, 0, 0)) / 2e-5;
}

static double perlin_gradient_form(int channel, double t) {
    return slope_form(true, AT(3.7 * t + 0.01, 5 * t + 0.3, 2 * t + 0.2), 3, channel);
}

static double perlin_gradient_error(void) {
    return error_of_forms("out(t) = perlin_gradient(3.7 * t + 0.01, 5 * t + 0.3, 2 * t + 0.2)", 1,
                          perlin_gradient_form);
}

static double value_noise_gradient_form(int channel, double t) {
    return slope_form(false, AT(3.7 * t + 0.01, 5 * t + 0.3), 2, channel);
}

static double value_noise_gradient_error(void) {
    return error_of_forms("out(t) = value_noise_gradient(3.7 * t + 0.01, 5 * t + 0.3)", 1,
                          value_noise_gradient_form);
}

/* ---- simplex noise ------------------------------------------------------------------------------------ */

/* Of any dimension: the corners are met by taking the coordinates from the greatest to the least. */
static double simplex_form(const double *x, int n, double seed) {
    static const double scale[] = {0, 3.160493, 99.20433, 107.65348, 108.56782};
    const double skew = (sqrt(n + 1) - 1) / n, back = (1 - 1 / sqrt(n + 1)) / n;
    double cell[MOST], from[MOST], sum = 0, cells = 0, all = 0, g[MOST];
    if (n == 1) { /* there a corner reaches a unit */
        double value = 0;
        for (int far = 0; far < 2; far++) {
            const double at = floor(x[0]) + far, way = x[0] - at;
            value += pow(1 - way * way, 4) * slope_of(bits_of(&at, 1, seed, 0)) * way;
        }
        return value * scale[1];
    }
    for (int k = 0; k < n; k++)
        sum += x[k];
    for (int k = 0; k < n; k++) {
        cell[k] = floor(x[k] + sum * skew);
        cells += cell[k];
    }
    for (int k = 0; k < n; k++)
        from[k] = x[k] - (cell[k] - cells * back);
    bool taken[MOST] = {false};
    for (int corner = 0; corner <= n; corner++) {
        double square = 0, way[MOST], at[MOST];
        for (int k = 0; k < n; k++) {
            way[k] = from[k] - taken[k] + corner * back;
            at[k] = cell[k] + taken[k];
            square += way[k] * way[k];
        }
        gradient_of(bits_of(at, n, seed, 0), n, g);
        if (square < 0.5) all += pow(0.5 - square, 4) * product(g, way, n);
        int greatest = -1;
        for (int k = 0; k < n; k++)
            if (!taken[k] && (greatest < 0 || from[k] > from[greatest])) greatest = k;
        if (greatest >= 0) taken[greatest] = true;
    }
    return all * scale[n];
}

FORM(simplex_1, 2, "out(t) = simplex(3.7 * t - 2)", simplex_form(AT(3.7 * t - 2), 1, 0))
FORM(simplex_2, 2, "out(t) = simplex(3.7 * t - 2, 0.3 + 5 * t)",
     simplex_form(AT(3.7 * t - 2, 0.3 + 5 * t), 2, 0))
FORM(simplex_3, 2, "out(t) = simplex(3.7 * t - 2, 0.3 + 5 * t, 1.1 * t, seed: 3)",
     simplex_form(AT(3.7 * t - 2, 0.3 + 5 * t, 1.1 * t), 3, 3))
FORM(simplex_4, 2, "out(t) = simplex(3.7 * t - 2, 0.3 + 5 * t, 1.1 * t, 0.4 - 2 * t)",
     simplex_form(AT(3.7 * t - 2, 0.3 + 5 * t, 1.1 * t, 0.4 - 2 * t), 4, 0))

/* ---- distances ---------------------------------------------------------------------------------------- */

typedef struct Nearest {
    double first, second;
    uint32_t bits;
} Nearest;

/* All points of the cells up to three away. */
static Nearest nearest_form(const double *x, int n, double seed, double period) {
    Nearest found = {INFINITY, INFINITY, 0};
    int places = 1;
    for (int k = 0; k < n; k++)
        places *= 7;
    for (int place = 0; place < places; place++) {
        double cell[MOST], square = 0;
        for (int k = 0, left = place; k < n; k++, left /= 7)
            cell[k] = floor(x[k]) + left % 7 - 3;
        const uint32_t h = bits_of(cell, n, seed, period), more = kn_mix(h);
        const uint32_t words[] = {h & 0xffff, h >> 16, more & 0xffff, more >> 16};
        for (int k = 0; k < n; k++)
            square += pow(cell[k] + words[k] * 0x1p-16 - x[k], 2);
        if (square < found.first) {
            found = (Nearest){square, found.first, h};
        } else if (square < found.second) {
            found.second = square;
        }
    }
    return found;
}

FORM(worley_1, 1, "out(t) = worley(9 * t)", sqrt(nearest_form(AT(9 * t), 1, 0, 0).first))
FORM(worley_2, 1, "out(t) = worley(9 * t, 1 - 5 * t, period: 4)",
     sqrt(nearest_form(AT(9 * t, 1 - 5 * t), 2, 0, 4).first))
FORM(worley_second, 1, "out(t) = worley(9 * t, 1 - 5 * t, rank: 2, seed: 8)",
     sqrt(nearest_form(AT(9 * t, 1 - 5 * t), 2, 8, 0).second))
FORM(worley_3, 0.05, "out(t) = worley(99 * t, 1 - 55 * t, 70 * t)",
     sqrt(nearest_form(AT(99 * t, 1 - 55 * t, 70 * t), 3, 0, 0).first))
FORM(worley_4, 0.01, "out(t) = worley(99 * t, 1 - 55 * t, 70 * t, 10 * t, rank: 2)",
     sqrt(nearest_form(AT(99 * t, 1 - 55 * t, 70 * t, 10 * t), 4, 0, 0).second))
FORM(worley_cell, 1, "out(t) = worley_cell(9 * t, 1 - 5 * t)",
     (kn_mix(nearest_form(AT(9 * t, 1 - 5 * t), 2, 0, 0).bits ^ 0x6b6e6f74u) >> 8) * 0x1p-24)

/* ---- octaves ------------------------------------------------------------------------------------------ */

static double octave(int k, double x, double y) {
    return perlin_form(x * (1 << k) + 19.19 * k, y * (1 << k) + 19.19 * k);
}

FORM(fbm, 1, "out(t) = fbm(perlin, 3)(t, 2 * t)",
     (octave(0, t, 2 * t) + octave(1, t, 2 * t) / 2 + octave(2, t, 2 * t) / 4) / 1.75)
FORM(turbulence, 1, "out(t) = turbulence(perlin, 2, gain: 0.7)(t, 2 * t)",
     (fabs(octave(0, t, 2 * t)) + 0.7 * fabs(octave(1, t, 2 * t))) / 1.7)
FORM(ridged, 1, "out(t) = ridged(perlin, 2)(t, 2 * t)",
     (pow(1 - fabs(octave(0, t, 2 * t)), 2) + pow(1 - fabs(octave(1, t, 2 * t)), 2) / 2) / 1.5)
FORM(warp, 1, "out(t) = warp(perlin, perlin, 0.5)(3 * t, 2)",
     perlin_form(3 * t + 0.5 * perlin_form(3 * t, 2), 2 + 0.5 * perlin_form(3 * t + 5.2, 3.3)))

const Proof textures_proofs[] = {
    {"perlin", CLOSED_FORM, "its formula of one coordinate", perlin_1_error, 1e-6, ""},
    {"perlin", CLOSED_FORM, "its formula of two", perlin_2_error, 1e-6, ""},
    {"perlin", CLOSED_FORM, "its formula of three", perlin_3_error, 1e-6, ""},
    {"perlin", CLOSED_FORM, "its formula of four, with a period", perlin_4_error, 1e-6, ""},
    {"perlin", LAW, "0 at whole coordinates", perlin_zero, 0, ""},
    {"perlin_gradient", CLOSED_FORM, "differences of the formula", perlin_gradient_error, 1e-5, ""},
    {"simplex", CLOSED_FORM, "its formula of one coordinate", simplex_1_error, 1e-6, ""},
    {"simplex", CLOSED_FORM, "its formula of two", simplex_2_error, 2e-6, ""},
    {"simplex", CLOSED_FORM, "its formula of three", simplex_3_error, 2e-6, ""},
    {"simplex", CLOSED_FORM, "its formula of four", simplex_4_error, 2e-6, ""},
    {"value_noise", CLOSED_FORM, "its formula of one coordinate", value_noise_1_error, 1e-6, ""},
    {"value_noise", CLOSED_FORM, "its formula of two", value_noise_2_error, 1e-6, ""},
    {"value_noise", CLOSED_FORM, "its formula of three", value_noise_3_error, 1e-6, ""},
    {"value_noise", CLOSED_FORM, "its formula of four", value_noise_4_error, 1e-6, ""},
    {"value_noise_gradient", CLOSED_FORM, "differences of the formula", value_noise_gradient_error,
     1e-5, ""},
    {"worley", CLOSED_FORM, "all points around, one coordinate", worley_1_error, 1e-6, ""},
    {"worley", CLOSED_FORM, "all points around, two, with a period", worley_2_error, 1e-6, ""},
    {"worley", CLOSED_FORM, "the next point of all around", worley_second_error, 1e-6, ""},
    {"worley", CLOSED_FORM, "all points around, three", worley_3_error, 1e-6, ""},
    {"worley", CLOSED_FORM, "the next point of all around, four", worley_4_error, 1e-6, ""},
    {"worley_cell", CLOSED_FORM, "the nearest of all points around", worley_cell_error, 0, ""},
    {"fbm", CLOSED_FORM, "the sum of its octaves", fbm_error, 1e-6, ""},
    {"turbulence", CLOSED_FORM, "the sum of its octaves", turbulence_error, 1e-6, ""},
    {"ridged", CLOSED_FORM, "the sum of its octaves", ridged_error, 2e-6, ""},
    {"warp", CLOSED_FORM, "the formula", warp_error, 3e-6, ""},
    {0},
};

#define PLACE "param x = 0 in -10..10\nparam y = 0 in -10..10\n"

const Stress textures_stresses[] = {
    {"perlin", PLACE "out(t) = perlin(x + t, y)"},
    {"perlin_gradient", PLACE "out(t) = 0.1 * perlin_gradient(x + t, y)"},
    {"simplex", PLACE "out(t) = simplex(x + t, y)"},
    {"value_noise", PLACE "out(t) = value_noise(x + t, y)"},
    {"value_noise_gradient", PLACE "out(t) = 0.1 * value_noise_gradient(x + t, y)"},
    {"worley", PLACE "out(t) = worley(x + t, y)"},
    {"worley_cell", PLACE "out(t) = worley_cell(x + t, y)"},
    {"fbm", PLACE "out(t) = fbm(perlin)(x + t, y)"},
    {"turbulence", PLACE "out(t) = turbulence(perlin)(x + t, y)"},
    {"ridged", PLACE "out(t) = ridged(perlin)(x + t, y)"},
    {"warp", PLACE "out(t) = warp(perlin, perlin)(x + t, y)"},
    {0},
};
