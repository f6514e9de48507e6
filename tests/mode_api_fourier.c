/* kanon.h: Fourier transforms. */
#include "mode_api.h"

#include <math.h>
#include <stdlib.h>

/* A tone on bin `tone` of n points, in both types; all other bins of its spectrum are 0. */
static bool finds_a_tone(int n, int tone, int kind) {
    bool good = true;
    KnFourier *f = kn_fourier_create(n, kind);
    const size_t work = (size_t)kn_fourier_work(f) + 1;
    float *x = calloc(6 * (size_t)n + 6 + work, sizeof *x), *y = x + n, *re = y + n,
          *im = re + n + 1, *back = im + n + 1, *back_im = back + n;
    double *wide = calloc(6 * (size_t)n + 6 + work, sizeof *wide);
    double *wx = wide, *wy = wx + n, *wre = wy + n, *wim = wre + n + 1, *wback = wim + n + 1,
           *wback_im = wback + n;
    const bool is_complex = kind & KN_FOURIER_COMPLEX, is_double = kind & KN_FOURIER_DOUBLE;
    for (int j = 0; j < n; j++) {
        const double turn = 2 * M_PI * ((int64_t)tone * j % n) / n;
        x[j] = (float)(wx[j] = cos(turn));
        y[j] = (float)(wy[j] = is_complex ? sin(turn) : 0);
    }
    if (is_double) {
        CLAIM(good, kn_fourier_forward_double(f, wx, wy, wre, wim, wback_im + n));
        CLAIM(good, kn_fourier_inverse_double(f, wre, wim, wback, wback_im, wide + 6 * n + 2));
    } else {
        CLAIM(good, kn_fourier_forward(f, x, y, re, im, back_im + n));
        CLAIM(good, kn_fourier_inverse(f, re, im, back, back_im, x + 6 * n + 2));
    }
    const double by = is_double ? 1e-14 * n : 2e-6 * n, level = is_complex ? n : n / 2.0;
    for (int k = 0; k < (is_complex ? n : n / 2 + 1); k++) {
        const double a = is_double ? wre[k] : (double)re[k], b = is_double ? wim[k] : (double)im[k];
        CLAIM(good, fabs(a - (k == tone ? level : 0)) <= by && fabs(b) <= by);
    }
    for (int j = 0; j < n; j++)
        CLAIM(good, fabs((is_double ? wback[j] : (double)back[j]) - n * wx[j]) <= by);
    free(x);
    free(wide);
    kn_fourier_free(f);
    return good;
}

bool api_fourier_gives_the_sum(void) {
    static const int lengths[][2] = {{6, 2}, {45, 7}, {256, 100}, {1000, 3}, {12000, 4321}};
    bool good = true;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (int kind = 0; kind < 4; kind++)
            CLAIM(good, finds_a_tone(lengths[i][0], lengths[i][1], kind));
    return good;
}

bool api_fourier_refuses(void) {
    bool good = true;
    CLAIM(good, !kn_fourier_create(0, 0) && !kn_fourier_create(-8, 0) && !kn_fourier_create(7, 0));
    CLAIM(good, !kn_fourier_create(INT64_MAX, 0) && !kn_fourier_create((INT64_C(1) << 26) + 1, 1));
    CLAIM(good, !kn_fourier_create(8, 4) && !kn_fourier_create(8, -1));
    CLAIM(good,
          kn_fourier_next(7) == 8 && kn_fourier_next(-3) == 1 && kn_fourier_next(1025) == 1080);
    CLAIM(good, kn_fourier_next(INT64_MAX) == 0 && kn_fourier_work(NULL) == 0);
    KnFourier *real = kn_fourier_create(8, KN_FOURIER_REAL);
    KnFourier *wide = kn_fourier_create(8, KN_FOURIER_COMPLEX | KN_FOURIER_DOUBLE);
    float x[8] = {1}, re[8], im[8], work[64];
    double d[5][64] = {{1}};
    CLAIM(good, kn_fourier_forward(real, x, NULL, re, im, work) && re[4] == 1 && im[4] == 0);
    CLAIM(good, !kn_fourier_forward(NULL, x, NULL, re, im, work));
    CLAIM(good, !kn_fourier_forward(real, NULL, NULL, re, im, work));
    CLAIM(good, !kn_fourier_forward(real, x, NULL, re, NULL, work));
    CLAIM(good, !kn_fourier_forward(real, x, NULL, re, im, NULL));
    CLAIM(good, !kn_fourier_inverse(real, re, NULL, x, NULL, work));
    CLAIM(good, !kn_fourier_forward(wide, x, x, re, im, work));
    CLAIM(good, !kn_fourier_inverse(wide, re, im, x, x, work));
    CLAIM(good, !kn_fourier_forward_double(real, d[0], d[1], d[2], d[3], d[4]));
    CLAIM(good, !kn_fourier_forward_double(wide, d[0], NULL, d[2], d[3], d[4]));
    CLAIM(good, !kn_fourier_inverse_double(wide, d[0], d[1], d[2], NULL, d[4]));
    CLAIM(good, kn_fourier_forward_double(wide, d[0], d[1], d[2], d[3], d[4]) && d[2][5] == 1);
    kn_fourier_free(real);
    kn_fourier_free(wide);
    kn_fourier_free(NULL);
    return good;
}
