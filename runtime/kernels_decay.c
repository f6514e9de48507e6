/* Kernels: exponentials of a straight line of the sample's number, as all decays are.
 * In: slope and offset a sample, and a table of the slope made once. Out: exp(a (n0 + i) + b).
 *
 * exp(a n + b) = exp(a 256 m + b) * exp(a 16 h) * exp(a j) for n = 256 m + 16 h + j: one exponential for
 * 256 samples of the absolute grid, and products in double, so that the one rounding that shows is that
 * of the result to float. Whole blocks of 16 of that grid are computed, wherever a strip begins. */
#include "strip.h"

enum { FINE = 16, COARSE = 16, GRID = FINE * COARSE };

DEFINE(decay_table)(double *table, double a) {
    for (int j = 0; j < FINE; j++)
        table[j] = kn_exp(a * (double)j);
    for (int h = 0; h < COARSE; h++)
        table[FINE + h] = kn_exp(a * (double)(FINE * h));
}

DEFINE(decay_f)(float *y, const double *table, double a, double b, int64_t n0, int n) {
    float blocks[KERNEL_STRIP + 2 * FINE] __attribute__((aligned(KERNEL_ALIGNMENT)));
    const int64_t first = n0 & -(int64_t)FINE;
    const int count = (int)(n0 - first) + n;
    double anchor = 0.0;
    for (int at = 0; at < count; at += FINE) {
        const int64_t sample = first + at;
        const int coarse = (int)(sample & (GRID - 1)) / FINE;
        if (at == 0 || coarse == 0) anchor = kn_exp(a * (double)(sample & -(int64_t)GRID) + b);
        const double here = anchor * table[FINE + coarse];
        for (int j = 0; j < FINE; j++)
            blocks[at + j] = (float)(here * table[j]);
    }
    memcpy(y, blocks + (n0 - first), sizeof *y * (size_t)n);
}
