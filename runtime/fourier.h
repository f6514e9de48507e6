/* Discrete Fourier transforms of n = 2^a 3^b 5^c points, real and complex, in float and double: what a plan is, and the
 * transforms.
 *
 * Spectra are split: real parts in one array, imaginary in another. Neither way is scaled, so there and back again is n times
 * what went in. A forward transform is X[k] = sum of x[j] e^(-2 pi i j k / n); that of real numbers has the bins 0 to n / 2,
 * rounded down, of which the first, and the last where n is even, have the imaginary part 0.
 *
 * A plan is plain data, which fourier_plan.h makes and which may be a constant of emitted C. Any number of threads may share one.
 * No transform allocates, locks or keeps anything, so all are for audio threads. Arrays of a call do not overlap and may have
 * any alignment; work is room for fourier_work(f) numbers, whose values mean nothing before and after.
 *
 *   kn_rfft(f, x, re, im, work)             x[n] to re[n / 2 + 1], im[n / 2 + 1]
 *   kn_irfft(f, re, im, x, work)            back; im[0], and im[n / 2] where n is even, are taken for 0
 *   kn_fft(f, re, im, to_re, to_im, work)   all [n]
 *   kn_ifft(f, re, im, to_re, to_im, work)  back
 *
 * and kn_rfft_d and so on in double. The first two want a plan of a real transform, the others one of a complex transform, of
 * their type. In the library these names are those of an instruction set (KN_SET); fourier_for has them of all. Bits differ
 * between sets. */
#ifndef KANON_FOURIER_H
#define KANON_FOURIER_H

#include "mel.h"

#include <stdint.h>

/* Elements behind the half of the turns that split a real transform. */
enum { KN_FOURIER_PASSES = 26, KN_SPLIT_ROOM = 8 };

/* A complex transform of `points` points, n or n / 2, in passes of these radices, in lanes of vectors or not. turns, or wide_turns
 * in double, are the factors e^(-2 pi i k / n) that passes need, each as it wants them, and from `split` on those that split a
 * real transform. run, or wide_run, is the passes; in the library NULL, where each instruction set has its own. */
typedef struct KnFourier {
    int32_t n, points, split;
    uint8_t is_complex, is_double, in_lanes, passes, radix[KN_FOURIER_PASSES];
    const float *turns;
    const double *wide_turns;
    void (*run)(const struct KnFourier *f, const float *re, const float *im, float *to_re,
                float *to_im, float *work);
    void (*wide_run)(const struct KnFourier *f, const double *re, const double *im, double *to_re,
                     double *to_im, double *work);
} KnFourier;

#ifdef KN_SET
#include "strip.h"
#define KN_TRANSFORM             void
#define KN_OF_SET(name)          KN_NAMED(name, KN_SET)
#define KN_NAMED(name, set)      KN_NAMED_(name, set)
#define KN_NAMED_(name, set)     kn_##name##_##set
#define kn_rfft                  KN_OF_SET(rfft)
#define kn_irfft                 KN_OF_SET(irfft)
#define kn_fft                   KN_OF_SET(fft)
#define kn_ifft                  KN_OF_SET(ifft)
#define kn_rfft_d                KN_OF_SET(rfft_d)
#define kn_irfft_d               KN_OF_SET(irfft_d)
#define kn_fft_d                 KN_OF_SET(fft_d)
#define kn_ifft_d                KN_OF_SET(ifft_d)
#define kn_mel_frame             KN_OF_SET(mel_frame)
#define FOURIER(name, arguments) void KN_OF_SET(name) arguments;
#include "fourier.def"
#undef FOURIER
#else
#define KN_TRANSFORM static KN_APART void
#endif

#endif
