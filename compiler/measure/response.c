/* Frequency responses. In: an impulse response. Out: magnitude, phase and group delay of each frequency. */
#include "measure/response.h"
#include "measure/fourier.h"

#include <math.h>
#include <stdlib.h>

/* Below this share of the largest bin there is rounding only, whose phase says nothing. */
static const double nothing = 1e-6;

/* x of each frame weighed by (frame number)^power; `points` is twice the frames or more, so that the phase goes on by less
 * than half a turn from bin to bin. */
static Bin *transform(const Channel *c, int points, bool by_frame) {
    Bin *x = alloc_zeroed((size_t)points, sizeof *x);
    Fourier *f = fourier_create(points);
    for (int64_t i = 0; i < c->frames; i++)
        x[i].re = (double)c->samples[i * c->stride] * (by_frame ? (double)i : 1);
    fourier_transform(f, x);
    fourier_free(f);
    return x;
}

static double power_of(Bin x) {
    return x.re * x.re + x.im * x.im;
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
static double delay_of(Bin x, Bin by_frame) {
    return (by_frame.re * x.re + by_frame.im * x.im) / power_of(x);
}

Response *response_measure(const Channel *c) {
    const int points = fourier_points(2 * c->frames > 32768 ? 2 * c->frames : 32768);
    Response *r = alloc_zeroed(1, sizeof *r);
    Bin *x = transform(c, points, false), *by_frame = transform(c, points, true);
    double most = 0;
    r->bins = points / 2 + 1;
    r->spacing = c->rate / points;
    r->magnitude = alloc_room((size_t)r->bins, sizeof(double));
    r->phase = alloc_room((size_t)r->bins, sizeof(double));
    r->delay = alloc_room((size_t)r->bins, sizeof(double));
    for (int k = 0; k < r->bins; k++)
        most = fmax(most, power_of(x[k]));
    for (int k = 0; k < r->bins; k++) {
        const bool heard = power_of(x[k]) > most * nothing * nothing;
        r->magnitude[k] = 10 * log10(power_of(x[k]));
        r->phase[k] = heard ? atan2(x[k].im, x[k].re) * 180 / M_PI : NAN;
        r->delay[k] = heard ? delay_of(x[k], by_frame[k]) / c->rate : NAN;
    }
    unwrap(r);
    free(x);
    free(by_frame);
    return r;
}

void response_free(Response *r) {
    if (!r) return;
    free(r->magnitude);
    free(r->phase);
    free(r->delay);
    free(r);
}
