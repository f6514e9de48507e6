/* The discrete Fourier transform of real numbers. In: points. Out: their spectrum. It is that of the runtime, with the arrays that it wants. */
#include "measure/fourier.h"

#include <stdlib.h>

int fourier_points(int64_t n) {
    int points = 1;
    while (points < n)
        points *= 2;
    return points;
}

static double *numbers(size_t n) {
    return alloc_zeroed(n, sizeof(double));
}

Fourier *fourier_create(int points) {
    Fourier *f = alloc_zeroed(1, sizeof *f);
    fourier_plan(&f->plan, points, FOURIER_REAL | FOURIER_DOUBLE);
    f->points = points;
    f->bins = points / 2 + 1;
    f->x = numbers((size_t)points);
    f->re = numbers((size_t)f->bins);
    f->im = numbers((size_t)f->bins);
    f->work = numbers(fourier_work(&f->plan));
    f->turns = numbers(fourier_turns(&f->plan) + 1);
    fourier_fill(&f->plan, f->turns);
    f->plan.wide_turns = f->turns;
    return f;
}

void fourier_free(Fourier *f) {
    if (!f) return;
    free(f->x);
    free(f->re);
    free(f->im);
    free(f->work);
    free(f->turns);
    free(f);
}

void fourier_transform(Fourier *f) {
    fourier_for(kernels_best())->rfft_d(&f->plan, f->x, f->re, f->im, f->work);
}

double fourier_power(const Fourier *f, int k) {
    return f->re[k] * f->re[k] + f->im[k] * f->im[k];
}
