/* Fourier transforms for hosts: kn_fourier_… of kanon.h. In: a length and a kind. Out: a plan with its table, in one piece of memory, and
 * transforms by the best instruction set of the machine. */
#include "api/api.h"
#include "runtime/fourier_plan.h"

#include <stdlib.h>

/* A host's KnFourier * points to the plan. */
typedef struct Owned {
    KnFourier plan;
    const FourierTransforms *transforms;
    double turns[]; /* or floats */
} Owned;

KnFourier *kn_fourier_create(int64_t n, int kind) {
    HOLD_FLOAT_MODE;
    KnFourier plan;
    const bool is_kind = kind >= 0 && kind <= (KN_FOURIER_COMPLEX | KN_FOURIER_DOUBLE);
    if (!is_kind || !fourier_plan(&plan, n, kind)) return NULL;
    const size_t bytes = fourier_turns(&plan) * (plan.is_double ? sizeof(double) : sizeof(float));
    Owned *owned = malloc(sizeof *owned + bytes);
    if (!owned) return NULL;
    fourier_fill(&plan, owned->turns);
    plan.turns = plan.is_double ? NULL : (const float *)(const void *)owned->turns;
    plan.wide_turns = plan.is_double ? owned->turns : NULL;
    owned->plan = plan;
    owned->transforms = fourier_for(kernels_best());
    return &owned->plan;
}

void kn_fourier_free(KnFourier *f) {
    free(f);
}

int64_t kn_fourier_next(int64_t n) {
    return fourier_next(n);
}

int64_t kn_fourier_work(const KnFourier *f) {
    return f ? (int64_t)fourier_work(f) : 0;
}

static const FourierTransforms *transforms_of(const KnFourier *f) {
    return ((const Owned *)(const void *)f)->transforms;
}

/* A real transform has no imaginary part of its points: that argument is not looked at. */
static bool are_there(const KnFourier *f, bool is_double, const void *points_re,
                      const void *points_im, const void *re, const void *im, const void *work) {
    return f && f->is_double == is_double && points_re && (points_im || !f->is_complex) && re &&
           im && work;
}

int kn_fourier_forward(const KnFourier *f, const float *re, const float *im, float *to_re,
                       float *to_im, float *work) {
    HOLD_FLOAT_MODE;
    if (!are_there(f, false, re, im, to_re, to_im, work)) return 0;
    if (f->is_complex)
        transforms_of(f)->fft(f, re, im, to_re, to_im, work);
    else
        transforms_of(f)->rfft(f, re, to_re, to_im, work);
    return 1;
}

int kn_fourier_inverse(const KnFourier *f, const float *re, const float *im, float *to_re,
                       float *to_im, float *work) {
    HOLD_FLOAT_MODE;
    if (!are_there(f, false, to_re, to_im, re, im, work)) return 0;
    if (f->is_complex)
        transforms_of(f)->ifft(f, re, im, to_re, to_im, work);
    else
        transforms_of(f)->irfft(f, re, im, to_re, work);
    return 1;
}

int kn_fourier_forward_double(const KnFourier *f, const double *re, const double *im, double *to_re,
                              double *to_im, double *work) {
    HOLD_FLOAT_MODE;
    if (!are_there(f, true, re, im, to_re, to_im, work)) return 0;
    if (f->is_complex)
        transforms_of(f)->fft_d(f, re, im, to_re, to_im, work);
    else
        transforms_of(f)->rfft_d(f, re, to_re, to_im, work);
    return 1;
}

int kn_fourier_inverse_double(const KnFourier *f, const double *re, const double *im, double *to_re,
                              double *to_im, double *work) {
    HOLD_FLOAT_MODE;
    if (!are_there(f, true, to_re, to_im, re, im, work)) return 0;
    if (f->is_complex)
        transforms_of(f)->ifft_d(f, re, im, to_re, to_im, work);
    else
        transforms_of(f)->irfft_d(f, re, im, to_re, work);
    return 1;
}
