/* Band-limited interpolation of sound files, by its formula: what runtime/kernels_sinc.c has as a table. In: how many frames of
 * the file go by from sample to sample. Out: how far the window is stretched; its weights.
 * J. O. Smith, "Digital Audio Resampling Home Page", 2002: a sinc under a window, stretched where the file is read faster
 * than it was written. The window is Kaiser's (1974) for 100 dB: beta = 0.1102 (100 - 8.7). */
#ifndef KANON_GRAPH_SINC_H
#define KANON_GRAPH_SINC_H

#include <math.h>

enum { SINC_REACH = 32, SINC_MOST = 16 }; /* zero crossings to each side; widest */

/* Half of the transition is 0.1 of the width of the band: stretched by so much more it ends where the band does, and nothing
 * aliases. What is read at its own rate, or slower, is not stretched, and exact on the points of the file. */
static inline double sinc_stretch(double step) {
    double wide = fabs(step);
    if (!(wide > 1)) return 1;
    if (wide > SINC_MOST) wide = SINC_MOST;
    return wide + fmin(wide - 1, 0.1 * wide);
}

/* The modified Bessel function of order 0: sum of ((x/2)^k / k!)^2. */
static inline double bessel_i0(double x) {
    double sum = 1, term = 1;
    for (int k = 1; term > 1e-17 * sum; k++) {
        term *= x * x / 4 / (double)(k * k);
        sum += term;
    }
    return sum;
}

static const double sinc_beta = 0.1102 * (100 - 8.7);

/* At a distance in zero crossings; bessel_i0(sinc_beta) in the middle. */
static inline double sinc_weight(double u) {
    const double part = u / SINC_REACH, x = M_PI * u;
    if (fabs(part) >= 1) return 0;
    return (x == 0 ? 1 : sin(x) / x) * bessel_i0(sinc_beta * sqrt(1 - part * part));
}

#endif
