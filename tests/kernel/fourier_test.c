/* Fourier transforms of every instruction set of the machine, against the definition in long double; there and back; Parseval's
 * equality; which lengths there are. The bound is 1e-6 log2(n) of the root mean square in float, 1e-15 log2(n) in double. */
#include "../../runtime/fourier_plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static int passed, failed;
static KernelSet set;

static double uniform(void) {
    static uint64_t state = 1;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) * 0x1p-52 - 1;
}

static void check(int good, const char *what, int64_t n, double error, double bound) {
    if (good) {
        passed++;
        return;
    }
    failed++;
    printf("FAIL %s, %s, %lld points: %g, bound %g\n", kernels_set_name(set), what, (long long)n,
           error, bound);
}

/* Behind each array stands this, which is never overwritten. */
enum { GUARD = 16 };
static const double guard = 12345;

typedef struct Array {
    int n;
    float *f;
    double *d;
} Array;

static Array array(int n) {
    Array a = {n, malloc(sizeof(float) * (size_t)(n + GUARD)),
               malloc(sizeof(double) * (size_t)(n + GUARD))};
    for (int i = 0; i < n + GUARD; i++) {
        a.d[i] = i < n ? uniform() : guard;
        a.f[i] = (float)a.d[i];
        if (i < n) a.d[i] = a.f[i];
    }
    return a;
}

static void release(Array a, int64_t n) {
    for (int i = a.n; i < a.n + GUARD; i++)
        if (a.f[i] != (float)guard || a.d[i] != guard) {
            check(0, "nothing is written behind an array", n, a.f[i], a.d[i]);
            break;
        }
    free(a.f);
    free(a.d);
}

/* As numbers in double, whatever the plan's type is. */
static double at(const KnFourier *f, Array a, int i) {
    return f->is_double ? a.d[i] : a.f[i];
}

static long double *cosines(int n) {
    long double *c = malloc(sizeof *c * (size_t)n);
    for (int k = 0; k < n; k++)
        c[k] = cosl(2 * acosl(-1) * k / n);
    return c;
}

/* A sine is a cosine a quarter of a turn later, which is a place of the table where n is a multiple of 4: else it is computed. */
static long double *sines(int n) {
    long double *s = malloc(sizeof *s * (size_t)n);
    for (int k = 0; k < n; k++)
        s[k] = sinl(2 * acosl(-1) * k / n);
    return s;
}

/* Of so many bins, all or some of each, the root mean square of the error and of the bins: their quotient. */
static double error_of(const KnFourier *f, Array x, Array y, Array re, Array im,
                       const long double *c, const long double *s) {
    const int n = f->n, bins = f->is_complex ? n : n / 2 + 1, step = n > 2000 ? bins / 37 : 1;
    long double error = 0, power = 0;
    for (int k = 0; k < bins; k += step) {
        long double a = 0, b = 0;
        for (int j = 0; j < n; j++) {
            const int64_t turn = (int64_t)j * k % n;
            const long double p = x.d[j], q = f->is_complex ? y.d[j] : 0;
            a += p * c[turn] + q * s[turn];
            b += q * c[turn] - p * s[turn];
        }
        const long double e = at(f, re, k) - a, g = at(f, im, k) - b;
        error += e * e + g * g;
        power += a * a + b * b;
    }
    return (double)sqrtl(error / power);
}

static void forth(const FourierTransforms *t, const KnFourier *f, Array x, Array y, Array re,
                  Array im, Array work) {
    if (f->is_complex && f->is_double)
        t->fft_d(f, x.d, y.d, re.d, im.d, work.d);
    else if (f->is_complex)
        t->fft(f, x.f, y.f, re.f, im.f, work.f);
    else if (f->is_double)
        t->rfft_d(f, x.d, re.d, im.d, work.d);
    else
        t->rfft(f, x.f, re.f, im.f, work.f);
}

static void back(const FourierTransforms *t, const KnFourier *f, Array re, Array im, Array x,
                 Array y, Array work) {
    if (f->is_complex && f->is_double)
        t->ifft_d(f, re.d, im.d, x.d, y.d, work.d);
    else if (f->is_complex)
        t->ifft(f, re.f, im.f, x.f, y.f, work.f);
    else if (f->is_double)
        t->irfft_d(f, re.d, im.d, x.d, work.d);
    else
        t->irfft(f, re.f, im.f, x.f, work.f);
}

static double power(const KnFourier *f, Array a, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += at(f, a, i) * at(f, a, i);
    return sum;
}

/* The power of a real spectrum: bins between the first and the one in the middle stand for two. */
static double power_of_spectrum(const KnFourier *f, Array re, Array im) {
    if (f->is_complex) return power(f, re, f->n) + power(f, im, f->n);
    const int bins = f->n / 2 + 1;
    double sum = 2 * (power(f, re, bins) + power(f, im, bins)) - at(f, re, 0) * at(f, re, 0);
    if (f->n % 2 == 0) sum -= at(f, re, bins - 1) * at(f, re, bins - 1);
    return sum;
}

static void transform(int n, int kind, const long double *c, const long double *s) {
    static const char *const kinds[] = {"real", "complex", "real in double", "complex in double"};
    KnFourier f;
    if (!fourier_plan(&f, n, kind)) {
        check(0, "there is a plan", n, 0, 0);
        return;
    }
    void *turns = malloc(fourier_turns(&f) * (f.is_double ? sizeof(double) : sizeof(float)) + 1);
    fourier_fill(&f, turns);
    f.turns = f.is_double ? NULL : turns;
    f.wide_turns = f.is_double ? turns : NULL;
    const int bins = f.is_complex ? n : n / 2 + 1;
    Array x = array(n), y = array(n), re = array(bins), im = array(bins), x2 = array(n),
          y2 = array(n);
    Array work = array((int)fourier_work(&f));
    const FourierTransforms *t = fourier_for(set);
    forth(t, &f, x, y, re, im, work);
    const double unit = f.is_double ? 1e-15 : 1e-6, bound = unit * (n > 2 ? log2(n) : 1);
    const double error = error_of(&f, x, y, re, im, c, s);
    check(error <= bound, kinds[kind], n, error, bound);
    check(f.is_complex || (at(&f, im, 0) == 0 && (n % 2 || at(&f, im, n / 2) == 0)),
          "what is real is real", n, at(&f, im, 0), 0);
    const double heard = (power(&f, x, n) + (f.is_complex ? power(&f, y, n) : 0)) * n;
    check(fabs(power_of_spectrum(&f, re, im) / heard - 1) <= 10 * bound, "Parseval", n,
          power_of_spectrum(&f, re, im), heard);
    back(t, &f, re, im, x2, y2, work);
    double worst = 0;
    for (int i = 0; i < n; i++) {
        worst = fmax(worst, fabs(at(&f, x2, i) / n - at(&f, x, i)));
        if (f.is_complex) worst = fmax(worst, fabs(at(&f, y2, i) / n - at(&f, y, i)));
    }
    check(worst <= 6 * bound, "there and back", n, worst, 6 * bound);
    release(x, n), release(y, n), release(re, n), release(im, n), release(x2, n), release(y2, n),
        release(work, n);
    free(turns);
}

/* 2^a 3^b 5^c by division. */
static int is_length(int64_t n) {
    while (n % 2 == 0)
        n /= 2;
    while (n % 3 == 0)
        n /= 3;
    while (n % 5 == 0)
        n /= 5;
    return n == 1;
}

static void lengths(void) {
    KnFourier f;
    int64_t next = 0;
    for (int64_t n = 4000; n >= 1; n--) {
        if (is_length(n)) next = n;
        check(fourier_plan(&f, n, FOURIER_REAL) == is_length(n), "a plan for each length", n, 0, 0);
        check(next == 0 || fourier_next(n) == next, "the next length", n, (double)fourier_next(n),
              (double)next);
    }
    check(!fourier_plan(&f, 0, 0) && !fourier_plan(&f, -4, 0) &&
              !fourier_plan(&f, 2 * (int64_t)FOURIER_MOST, 0),
          "limits", 0, 0, 0);
    check(fourier_next(0) == 1 && fourier_next(FOURIER_MOST) == FOURIER_MOST &&
              fourier_next(FOURIER_MOST + 1) == 0,
          "limits", 0, 0, 0);
    check(fourier_plan(&f, FOURIER_MOST, 0), "the longest", FOURIER_MOST, 0, 0);
}

int main(void) {
    static const int large[] = {2048, 2187,  2400,  3125,  4000,  4096, 5184,
                                6561, 10000, 15625, 16384, 30375, 65536};
    enum { SMALL = 1200, LARGE = sizeof large / sizeof *large };
    lengths();
    for (int i = 1; i <= SMALL + LARGE; i++) {
        const int n = i <= SMALL ? i : large[i - SMALL - 1];
        if (!is_length(n)) continue;
        long double *c = cosines(n), *s = sines(n);
        for (set = 0; set < KERNEL_SETS; set++)
            for (int kind = 0; kind < 4 && kernels_usable(set) && fourier_for(set); kind++)
                transform(n, kind, c, s);
        free(c);
        free(s);
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
