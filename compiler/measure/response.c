/* Frequency responses. In: an impulse response. Out: magnitude, phase and group delay of each frequency. */
#include "measure/response.h"
#include "measure/fourier.h"

#include <math.h>
#include <stdlib.h>

/* Below this share of the largest bin there is rounding only, whose phase says nothing. */
static const double nothing = 1e-6;

/* x of each frame weighed by (frame number)^power; `points` is twice the frames or more, so that the phase goes on by less
 * than half a turn from bin to bin. */
static Fourier *transform(const Channel *c, int points, bool by_frame) {
    Fourier *f = fourier_create(points);
    for (int64_t i = 0; i < c->frames; i++)
        f->x[i] = (double)c->samples[i * c->stride] * (by_frame ? (double)i : 1);
    fourier_transform(f);
    return f;
}

static void unwrap(Response *r) {
    double before = NAN;
    for (int k = 0; k < r->bins; k++) {
        if (isnan(r->phase[k])) continue;
        if (!isnan(before)) r->phase[k] -= 360 * rint((r->phase[k] - before) / 360);
        before = r->phase[k];
    }
}

/* The derivative of the transform is that of n h(n), so the delay is the real part of a quotient: nothing is unwrapped. */
static double delay_of(const Fourier *x, const Fourier *by_frame, int k) {
    return (by_frame->re[k] * x->re[k] + by_frame->im[k] * x->im[k]) / fourier_power(x, k);
}

Response *response_measure(const Channel *c) {
    const int points = fourier_points(2 * c->frames > 32768 ? 2 * c->frames : 32768);
    Response *r = alloc_zeroed(1, sizeof *r);
    Fourier *x = transform(c, points, false), *by_frame = transform(c, points, true);
    double most = 0;
    r->bins = x->bins;
    r->spacing = c->rate / points;
    r->magnitude = alloc_room((size_t)r->bins, sizeof(double));
    r->phase = alloc_room((size_t)r->bins, sizeof(double));
    r->delay = alloc_room((size_t)r->bins, sizeof(double));
    for (int k = 0; k < r->bins; k++)
        most = fmax(most, fourier_power(x, k));
    for (int k = 0; k < r->bins; k++) {
        const bool heard = fourier_power(x, k) > most * nothing * nothing;
        r->magnitude[k] = 10 * log10(fourier_power(x, k));
        r->phase[k] = heard ? atan2(x->im[k], x->re[k]) * 180 / M_PI : NAN;
        r->delay[k] = heard ? delay_of(x, by_frame, k) / c->rate : NAN;
    }
    unwrap(r);
    fourier_free(x);
    fourier_free(by_frame);
    return r;
}

void response_free(Response *r) {
    if (!r) return;
    free(r->magnitude);
    free(r->phase);
    free(r->delay);
    free(r);
}
