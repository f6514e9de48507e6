/* Convolution with taps of any number. In: samples, and the state of kn_convolve (prologue.h). Out: what it
 * gives for each. A tap at a time is added to a block of sums, which stay in registers. */
#include "strip.h"

enum { KN_CONVOLVE_BLOCK = 64 };

/* first: count - 1 samples before x, with room for x behind them. */
KN_FN void kn_convolve_run(double *y, const double *x, double *first, const double *taps, int count,
                           int n) {
    memcpy(first + count - 1, x, sizeof *x * (size_t)n);
    for (int i = 0; i < n; i += KN_CONVOLVE_BLOCK) {
        double sum[KN_CONVOLVE_BLOCK] = {0};
        for (int k = 0; k < count; k++)
            for (int j = 0; j < KN_CONVOLVE_BLOCK; j++)
                sum[j] += taps[k] * first[i + j + k];
        for (int j = 0; j < KN_CONVOLVE_BLOCK && i + j < n; j++)
            y[i + j] = sum[j];
    }
}

/* The same of what is mostly zeros, as velvet noise is. pairs: their number, then place and tap of each that is
 * not 0. */
KN_FN void kn_convolve_pairs(double *y, const double *x, double *first, const double *pairs,
                             int count, int n) {
    memcpy(first + count - 1, x, sizeof *x * (size_t)n);
    for (int i = 0; i < n; i += KN_CONVOLVE_BLOCK) {
        double sum[KN_CONVOLVE_BLOCK] = {0};
        for (int k = 0; k < (int)pairs[0]; k++) {
            const double *from = first + i + (int)pairs[2 * k + 1], tap = pairs[2 * k + 2];
#if defined(__GNUC__)
            __asm__ volatile(""); /* many samples of one tap at once, not one sample of many taps */
#endif
            for (int j = 0; j < KN_CONVOLVE_BLOCK; j++)
                sum[j] += tap * from[j];
        }
        for (int j = 0; j < KN_CONVOLVE_BLOCK && i + j < n; j++)
            y[i + j] = sum[j];
    }
}

/* In runs between which the past is taken to the front. */
#define KN_CONVOLVE(run_of)                                                                        \
    while (n > 0) {                                                                                \
        if (*at + count > size) {                                                                  \
            memmove(past, past + *at, sizeof *past * (size_t)(count - 1));                         \
            *at = 0;                                                                               \
        }                                                                                          \
        const int room = size - count + 1 - *at, run = n < room ? n : room;                        \
        run_of(y, x, past + *at, taps, count, run);                                                \
        *at += run;                                                                                \
        y += run;                                                                                  \
        x += run;                                                                                  \
        n -= run;                                                                                  \
    }

KN_KERNEL(convolve)
(double *y, const double *x, double *past, int32_t *at, int size, const double *taps, int count,
 int n){KN_CONVOLVE(kn_convolve_run)}

KN_KERNEL(convolve_few)(double *y, const double *x, double *past, int32_t *at, int size,
                        const double *taps, int count, int n) {
    KN_CONVOLVE(kn_convolve_pairs)
}
