/* The discrete Fourier transform of a power of two of points, in double. */
#ifndef KANON_MEASURE_FOURIER_H
#define KANON_MEASURE_FOURIER_H

#include "base/base.h"

typedef struct Bin {
    double re, im;
} Bin;

typedef struct Fourier Fourier;
/* For `points` points, a power of two from 1 to 2^26. */
Fourier *fourier_create(int points);
void fourier_free(Fourier *f);
/* x[k] becomes the sum of x[n] e^(-2 pi i k n / points): not scaled. Any number of threads may share one Fourier. */
void fourier_transform(const Fourier *f, Bin *x);
/* The least power of two that is not below n. */
int fourier_points(int64_t n);

#endif
