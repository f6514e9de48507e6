/* The discrete Fourier transform of real numbers, in double. */
#ifndef KANON_MEASURE_FOURIER_H
#define KANON_MEASURE_FOURIER_H

#include "base/base.h"
#include "runtime/fourier_plan.h"

/* One thread at a time: it has the arrays. */
typedef struct Fourier {
    int points, bins; /* points / 2 + 1 */
    double *x;        /* what is transformed */
    double *re, *im;  /* its spectrum: the bins from 0 to half the rate */
    KnFourier plan;
    double *turns, *work;
} Fourier;

/* For `points` points, a product of 2, 3 and 5 from 1 to FOURIER_MOST; x is 0. */
Fourier *fourier_create(int points);
void fourier_free(Fourier *f);
/* Bin k becomes the sum of x[n] e^(-2 pi i k n / points): not scaled. x stays. */
void fourier_transform(Fourier *f);
/* |bin k|^2 */
double fourier_power(const Fourier *f, int k);
/* The least power of two that is not below n. */
int fourier_points(int64_t n);

#endif
