/* The discrete Fourier transform. In: a power of two of complex points. Out: their transform, in the same place.
 *
 * Cooley and Tukey's algorithm of 1965 with radix 2: points are brought into bit-reversed order, then pairs, fours,
 * eights are joined. Every factor e^(-2 pi i k / points) is computed by itself, so that errors grow with the square root
 * of the number of stages only. */
#include "measure/fourier.h"

#include <math.h>
#include <stdlib.h>

struct Fourier {
    int points;
    Bin *turns; /* e^(-2 pi i k / points), the first half */
    int *order; /* the bits of k reversed */
};

int fourier_points(int64_t n) {
    int points = 1;
    while (points < n)
        points *= 2;
    return points;
}

Fourier *fourier_create(int points) {
    Fourier *f = alloc_zeroed(1, sizeof *f);
    f->points = points;
    f->turns = alloc_room((size_t)points / 2 + 1, sizeof *f->turns);
    f->order = alloc_room((size_t)points, sizeof *f->order);
    for (int k = 0; k < points / 2; k++) {
        const double angle = 2 * M_PI * k / points;
        f->turns[k] = (Bin){cos(angle), -sin(angle)};
    }
    f->order[0] = 0;
    for (int k = 1; k < points; k++)
        f->order[k] = f->order[k / 2] / 2 + (k % 2 ? points / 2 : 0);
    return f;
}

void fourier_free(Fourier *f) {
    if (!f) return;
    free(f->turns);
    free(f->order);
    free(f);
}

/* Two transforms of `half` points become one of twice as many. */
static void join(const Fourier *f, Bin *x, int half) {
    const int stride = f->points / (2 * half);
    for (int k = 0; k < half; k++) {
        const Bin w = f->turns[k * stride], a = x[k], b = x[k + half];
        const Bin turned = {b.re * w.re - b.im * w.im, b.re * w.im + b.im * w.re};
        x[k] = (Bin){a.re + turned.re, a.im + turned.im};
        x[k + half] = (Bin){a.re - turned.re, a.im - turned.im};
    }
}

void fourier_transform(const Fourier *f, Bin *x) {
    for (int k = 0; k < f->points; k++) {
        const int other = f->order[k];
        if (other <= k) continue;
        const Bin held = x[k];
        x[k] = x[other];
        x[other] = held;
    }
    for (int half = 1; half < f->points; half *= 2)
        for (int at = 0; at < f->points; at += 2 * half)
            join(f, x + at, half);
}
