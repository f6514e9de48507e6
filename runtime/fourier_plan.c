/* Plans of Fourier transforms. In: a length. Out: the radices of its passes, and the table of factors for them; which functions
 * transform on an instruction set. */
#include "fourier_plan.h"

#include <math.h>

int64_t fourier_next(int64_t n) {
    if (n > FOURIER_MOST) return 0;
    int64_t least = FOURIER_MOST;
    for (int64_t fives = 1; fives <= FOURIER_MOST; fives *= 5)
        for (int64_t threes = fives; threes <= FOURIER_MOST; threes *= 3) {
            int64_t whole = threes;
            while (whole < n)
                whole *= 2;
            if (whole < least) least = whole;
        }
    return least;
}

bool fourier_plan(KnFourier *f, int64_t n, int kind) {
    static const uint8_t radices[] = {4, 2, 3, 5};
    if (n < 1 || n > FOURIER_MOST || fourier_next(n) != n) return false;
    const bool halved = !(kind & FOURIER_COMPLEX) && n % 2 == 0;
    *f = (KnFourier){.n = (int32_t)n,
                     .points = (int32_t)(halved ? n / 2 : n),
                     .is_complex = (kind & FOURIER_COMPLEX) != 0,
                     .is_double = (kind & FOURIER_DOUBLE) != 0};
    int32_t left = f->points;
    for (size_t i = 0; i < sizeof radices; i++)
        for (; left % radices[i] == 0; left /= radices[i])
            f->radix[f->passes++] = radices[i];
    return true;
}

static bool is_halved(const KnFourier *f) {
    return f->points != f->n;
}

size_t fourier_work(const KnFourier *f) {
    return (size_t)f->points * (f->is_complex || is_halved(f) ? 2 : 5);
}

size_t fourier_turns(const KnFourier *f) {
    size_t count = 0;
    int32_t left = f->points;
    for (int p = 0; p < f->passes; p++) {
        left /= f->radix[p];
        if (left > 1) count += 2 * (size_t)left * (f->radix[p] - 1u);
    }
    return count + (is_halved(f) ? 2 * ((size_t)f->points / 2 + 1) : 0);
}

static void put(const KnFourier *f, void *turns, size_t at, int64_t k, int64_t points) {
    const long double angle =
        2 * 3.14159265358979323846264338327950288L * (long double)k / (long double)points;
    const long double re = cosl(angle), im = -sinl(angle);
    if (f->is_double) {
        ((double *)turns)[at] = (double)re;
        ((double *)turns)[at + 1] = (double)im;
    } else {
        ((float *)turns)[at] = (float)re;
        ((float *)turns)[at + 1] = (float)im;
    }
}

void fourier_fill(const KnFourier *f, void *turns) {
    size_t at = 0;
    int32_t left = f->points;
    for (int p = 0; p < f->passes; p++) {
        const int32_t together = left;
        left /= f->radix[p];
        for (int32_t j = 0; left > 1 && j < left; j++)
            for (int s = 1; s < f->radix[p]; s++, at += 2)
                put(f, turns, at, (int64_t)s * j, together);
    }
    if (is_halved(f))
        for (int32_t k = 0; k <= f->points / 2; k++, at += 2)
            put(f, turns, at, k, f->n);
}

#define DECLARED(name, set, arguments) void kn_##name##_##set arguments;
#define FOURIER(name, arguments)       DECLARED(name, baseline, arguments)
#include "fourier.def"
#undef FOURIER
static const FourierTransforms baseline = {
#define FOURIER(name, arguments) kn_##name##_baseline,
#include "fourier.def"
#undef FOURIER
};

#ifdef __x86_64__
#define FOURIER(name, arguments) DECLARED(name, avx2, arguments) DECLARED(name, avx512, arguments)
#include "fourier.def"
#undef FOURIER
static const FourierTransforms avx2 = {
#define FOURIER(name, arguments) kn_##name##_avx2,
#include "fourier.def"
#undef FOURIER
};
static const FourierTransforms avx512 = {
#define FOURIER(name, arguments) kn_##name##_avx512,
#include "fourier.def"
#undef FOURIER
};
#endif

const FourierTransforms *fourier_for(KernelSet set) {
#ifdef __x86_64__
    if (set == KERNELS_AVX2) return &avx2;
    if (set == KERNELS_AVX512) return &avx512;
#endif
    return set == KERNELS_BASELINE ? &baseline : NULL;
}
