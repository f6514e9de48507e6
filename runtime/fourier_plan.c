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

static bool is_halved(const KnFourier *f) {
    return f->points != f->n;
}

/* How often 2 divides it. */
static int twos_in(int32_t left) {
    int twos = 0;
    for (; left % 2 == 0; left /= 2)
        twos++;
    return twos;
}

/* What to begin powers of two with, so that eights are left, if anything is. */
static int even_radix(int twos) {
    return twos == 1 ? 2 : twos % 3 == 0 ? 8 : twos % 3 == 1 ? 16 : twos >= 11 ? 16 : 4;
}

/* The radix of the next pass of the rest of the points: odd ones first, while there are few columns. */
static int next_radix(int32_t left) {
    return left % 5 == 0   ? 5
           : left % 9 == 0 ? 9
           : left % 3 == 0 ? 3
           : left == 1     ? 1
                           : even_radix(twos_in(left));
}

/* The radix of a first pass in lanes, 0 if it cannot be in lanes: there are at least as many columns behind it, and rows in it, as
 * the widest vector has elements. */
static int first_radix(const KnFourier *f) {
    static const uint8_t radices[] = {8, 12, 10, 9, 15, 25};
    const int lanes = f->is_double ? 4 : 8, twos = twos_in(f->points);
    if (twos >= 4 && even_radix(twos) == 16 && f->points / 16 >= lanes) return 16;
    for (size_t i = 0; i < sizeof radices; i++)
        if (f->points % radices[i] == 0 && f->points / radices[i] >= lanes) return radices[i];
    return 0;
}

/* How many numbers of the table a pass has, where so many rows are left behind it. */
static size_t turns_of_pass(int radix, int32_t rows) {
    return rows > 1 ? 2 * (size_t)rows * (size_t)(radix - 1) : 0;
}

bool fourier_plan(KnFourier *f, int64_t n, int kind) {
    if (n < 1 || n > FOURIER_MOST || fourier_next(n) != n) return false;
    const bool halved = !(kind & FOURIER_COMPLEX) && n % 2 == 0;
    *f = (KnFourier){.n = (int32_t)n,
                     .points = (int32_t)(halved ? n / 2 : n),
                     .is_complex = (kind & FOURIER_COMPLEX) != 0,
                     .is_double = (kind & FOURIER_DOUBLE) != 0};
    int32_t left = f->points;
    const int first = first_radix(f);
    f->in_lanes = first > 0;
    do {
        const int radix = f->in_lanes && f->passes == 0 ? first : next_radix(left);
        left /= radix;
        f->radix[f->passes++] = (uint8_t)radix;
        f->split += (int32_t)turns_of_pass(radix, left);
    } while (left > 1);
    return true;
}

size_t fourier_work(const KnFourier *f) {
    return (size_t)f->points * (f->is_complex || is_halved(f) ? 2 : 5);
}

size_t fourier_turns(const KnFourier *f) {
    return (size_t)f->split + (is_halved(f) ? 2 * ((size_t)f->points / 2 + KN_SPLIT_ROOM) : 0);
}

/* A table that is filled from its beginning on. */
typedef struct Filled {
    void *turns;
    size_t at;
    bool is_double;
} Filled;

static void put(Filled *t, long double x) {
    if (t->is_double)
        ((double *)t->turns)[t->at++] = (double)x;
    else
        ((float *)t->turns)[t->at++] = (float)x;
}

/* e^(-2 pi i k / n), half of a quarter at most by sine and cosine: what is 0 or 1 is that exactly. */
static void turn(int64_t k, int64_t n, long double *re, long double *im) {
    static const signed char quarters[4][2] = {{1, 0}, {0, -1}, {-1, 0}, {0, 1}};
    const int64_t nearest = (8 * (k % n) + n) / (2 * n);
    const long double angle = 2 * 3.14159265358979323846264338327950288L *
                              (long double)(4 * (k % n) - nearest * n) / (long double)(4 * n);
    const long double c = cosl(angle), s = -sinl(angle);
    const signed char *q = quarters[nearest % 4];
    *re = c * q[0] - s * q[1];
    *im = c * q[1] + s * q[0];
}

/* A first pass reads a turn of all rows, then the next; others all turns of a row. */
static void fill_first(Filled *t, int radix, int32_t rows) {
    for (int s = 1; s < radix; s++)
        for (int part = 0; part < 2; part++)
            for (int64_t j = 0; j < rows; j++) {
                long double w[2];
                turn(s * j, (int64_t)radix * rows, &w[0], &w[1]);
                put(t, w[part]);
            }
}

static void fill_pass(Filled *t, int radix, int32_t rows) {
    for (int64_t j = 0; j < rows; j++)
        for (int s = 1; s < radix; s++) {
            long double re, im;
            turn(s * j, (int64_t)radix * rows, &re, &im);
            put(t, re);
            put(t, im);
        }
}

void fourier_fill(const KnFourier *f, void *turns) {
    Filled t = {turns, 0, f->is_double};
    for (int p = 0, rows = f->points; p < f->passes; p++) {
        rows /= f->radix[p];
        if (rows > 1) (f->in_lanes && p == 0 ? fill_first : fill_pass)(&t, f->radix[p], rows);
    }
    for (int part = 0; is_halved(f) && part < 2; part++)
        for (int k = 0; k < f->points / 2 + KN_SPLIT_ROOM; k++) {
            long double w[2];
            turn(k, f->n, &w[0], &w[1]);
            put(&t, w[part] / 2);
        }
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
