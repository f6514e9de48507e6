/* Kernels: exponentials of a straight line of the sample's number, as all decays are.
 * In: a table of the slope a sample made once, and the offset. Out: exp(a (n0 + i) + b). */
#include "strip.h"

/* exp(a n + b) = exp(a 256 m + b) * exp(a 16 h) * exp(a j) for n = 256 m + 16 h + j: one exponential for
 * 256 samples of the absolute grid, and products in double, so that the one rounding that shows is that
 * of the result to float. Whole blocks of 16 of that grid are computed, wherever a strip begins. */
enum { KN_DECAY_FINE = 16, KN_DECAY_COARSE = 16, KN_DECAY_GRID = KN_DECAY_FINE * KN_DECAY_COARSE };

KN_KERNEL(decay_table)(double *table, double a) {
    for (int j = 0; j < KN_DECAY_FINE; j++)
        table[j] = kn_exp(a * (double)j);
    for (int h = 0; h < KN_DECAY_COARSE; h++)
        table[KN_DECAY_FINE + h] = kn_exp(a * (double)(KN_DECAY_FINE * h));
    table[KN_DECAY_FINE + KN_DECAY_COARSE] = a;
}

/* Steeper, the table would leave the range of numbers: one exponential for each sample. */
#define KN_DECAY_STEEPEST 2.0

KN_FN void kn_decay_steep(float *y, double a, double b, int64_t n0, int n) {
    KN_IN_TURN(n) y[i] = (float)kn_exp(a * (double)(n0 + i) + b);
}

KN_KERNEL(decay_f)(float *y, const double *table, double b, int64_t n0, int n) {
    KN_ALIGNED float blocks[KN_STRIP + 2 * KN_DECAY_FINE];
    const int64_t first = n0 & -(int64_t)KN_DECAY_FINE;
    const int count = (int)(n0 - first) + n;
    const double a = table[KN_DECAY_FINE + KN_DECAY_COARSE];
    double anchor = 0.0;
    if (fabs(a) >= KN_DECAY_STEEPEST) {
        kn_decay_steep(y, a, b, n0, n);
        return;
    }
    for (int at = 0; at < count; at += KN_DECAY_FINE) {
        const int64_t sample = first + at;
        const int coarse = (int)(sample & (KN_DECAY_GRID - 1)) / KN_DECAY_FINE;
        if (at == 0 || coarse == 0)
            anchor = kn_exp(a * (double)(sample & -(int64_t)KN_DECAY_GRID) + b);
        const double here = anchor * table[KN_DECAY_FINE + coarse];
        for (int j = 0; j < KN_DECAY_FINE; j++)
            blocks[at + j] = (float)(here * table[j]);
    }
    memcpy(y, blocks + (n0 - first), sizeof *y * (size_t)n);
}
