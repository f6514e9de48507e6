/* Times real Fourier transforms in float, forward, in turns with others'. In: lengths. Out: a line for each, nanoseconds a transform, the least
 * of many rounds: of the library's transforms, of the C that kanon fourier writes, FFTW (patiently planned; and into split spectra, which
 * is what the first two give), KISS FFT and ffmpeg's. What is not there or has no such length is "-".
 *
 * What else is compiled in: HAS_FFTW, HAS_KISS, HAS_AV; and STANDALONE(n) for each length, the functions fftN. */
#include "../../runtime/fourier_plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if HAS_FFTW
#include <fftw3.h>
#endif
#if HAS_KISS
#include <kissfft/kiss_fftr.h>
#endif
#if HAS_AV
#include <libavutil/mem.h>
#include <libavutil/tx.h>
#endif

#define STANDALONE(n) void fft##n(const float *x, float *re, float *im, float *work);
LENGTHS
#undef STANDALONE

typedef void Standalone(const float *x, float *re, float *im, float *work);

static Standalone *standalone(int n) {
#define STANDALONE(length)                                                                         \
    if (n == length) return fft##length;
    LENGTHS
    return NULL;
}

enum { ROUNDS = 80, WAYS = 6 };

typedef struct Run {
    int n;
    const FourierTransforms *transforms;
    KnFourier plan;
    Standalone *standalone;
    float *x, *re, *im, *work, *pairs;
#if HAS_FFTW
    fftwf_plan fftw, split;
#endif
#if HAS_KISS
    kiss_fftr_cfg kiss;
#endif
#if HAS_AV
    AVTXContext *av;
    av_tx_fn av_run;
    void *av_in, *av_out;
#endif
} Run;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static float *floats(size_t n) {
    const size_t bytes = (n * sizeof(float) + 127) / 64 * 64;
    float *x = aligned_alloc(64, bytes);
    if (!x) exit(1);
    return memset(x, 0, bytes);
}

static void prepare(Run *r, int n) {
    *r = (Run){.n = n, .transforms = fourier_for(kernels_best()), .standalone = standalone(n)};
    const char *isa = getenv("ISA");
    if (isa && *isa) r->transforms = fourier_for(kernels_set_named(isa));
    if (!fourier_plan(&r->plan, n, FOURIER_REAL)) exit(2);
    float *turns = floats(fourier_turns(&r->plan));
    fourier_fill(&r->plan, turns);
    r->plan.turns = turns;
    r->work = floats(fourier_work(&r->plan));
    r->x = floats((size_t)n);
    r->re = floats((size_t)n);
    r->im = floats((size_t)n);
    r->pairs = floats((size_t)n + 2);
#if HAS_FFTW
    const fftwf_iodim dimension = {n, 1, 1};
    r->fftw = fftwf_plan_dft_r2c_1d(n, r->x, (fftwf_complex *)r->pairs, FFTW_PATIENT);
    r->split =
        fftwf_plan_guru_split_dft_r2c(1, &dimension, 0, NULL, r->x, r->re, r->im, FFTW_PATIENT);
#endif
#if HAS_KISS
    r->kiss = kiss_fftr_alloc(n, 0, NULL, NULL);
#endif
#if HAS_AV
    const float scale = 1;
    r->av_in = av_mallocz(((size_t)n + 16) * sizeof(float));
    r->av_out = av_mallocz(((size_t)n + 16) * sizeof(float));
    if (av_tx_init(&r->av, &r->av_run, AV_TX_FLOAT_RDFT, 0, n, &scale, 0) < 0) r->av_run = NULL;
#endif
    for (int j = 0; j < n; j++)
        r->x[j] = (float)(rand() % 2001 - 1000) / 1000;
}

/* One transform in one way; false where it cannot be done so. */
static bool transform(Run *r, int way) {
    switch (way) {
    case 0: r->transforms->rfft(&r->plan, r->x, r->re, r->im, r->work); return true;
    case 1: r->standalone(r->x, r->re, r->im, r->work); return true;
#if HAS_FFTW
    case 2: fftwf_execute(r->fftw); return true;
    case 3: fftwf_execute(r->split); return true;
#endif
#if HAS_KISS
    case 4: kiss_fftr(r->kiss, r->x, (kiss_fft_cpx *)r->pairs); return true;
#endif
#if HAS_AV
    case 5:
        if (!r->av_run) return false;
        r->av_run(r->av, r->av_out, r->av_in, sizeof(float));
        return true;
#endif
    default: return false;
    }
}

static void measure(Run *r) {
    double least[WAYS];
    const int times = 200000 / r->n + 1;
    for (int way = 0; way < WAYS; way++)
        least[way] = INFINITY;
    for (int round = 0; round < ROUNDS; round++)
        for (int way = 0; way < WAYS; way++) {
            if (!transform(r, way)) continue;
            const double begin = now();
            for (int i = 0; i < times; i++)
                transform(r, way);
            least[way] = fmin(least[way], (now() - begin) / times);
        }
    printf("%d", r->n);
    for (int way = 0; way < WAYS; way++)
        if (isinf(least[way]))
            printf("\t-");
        else
            printf("\t%.1f", 1e9 * least[way]);
    printf("\n");
    fflush(stdout);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        Run run;
        prepare(&run, atoi(argv[i]));
        measure(&run);
    }
    return 0;
}
