/* Mel spectra. In: samples of a frame. Out: for each filter the power that it lets through, or its logarithm to base 10.
 *
 * All that a frame goes through is done while it is in the first cache: window, transform, powers, filters, logarithm. */
#include "fourier.h"
#include "fourier_lanes.h"
#include "mel.h"

/* Weights times powers, in as many sums as there are lanes. */
KN_INSIDE KnFloats kn_mel_sums(const float *weights, const float *power, int count) {
    KnFloats sums = kn_floats_of(0);
    for (int k = 0; k < count; k += KN_FLOATS)
        sums = kn_floats_madd(kn_floats_at(weights + k), kn_floats_at(power + k), sums);
    return sums;
}

/* As many filters as there are lanes become a lane each: y has room for all. */
KN_INSIDE void kn_mel_lanes(const KnFloats *sums, float *y) {
    float turned[KN_FLOATS * KN_FLOATS];
    kn_floats_block(sums, turned, KN_FLOATS);
    KnFloats all = kn_floats_at(turned);
    for (int i = 1; i < KN_FLOATS; i++)
        all += kn_floats_at(turned + i * KN_FLOATS);
    kn_floats_put(y, all);
}

KN_FN void kn_mel_filters(const KnMel *m, const float *power, float *y) {
    const float *weights = m->weights;
    for (int i = 0; i < m->mels; i += KN_FLOATS) {
        const int n = m->mels - i < KN_FLOATS ? m->mels - i : KN_FLOATS;
        KnFloats sums[KN_FLOATS];
        float filtered[KN_FLOATS];
        for (int k = 0; k < KN_FLOATS; k++) {
            const KnMelFilter filter = k < n ? m->filters[i + k] : (KnMelFilter){0, 0};
            sums[k] = kn_mel_sums(weights, power + filter.first, filter.count);
            weights += filter.count;
        }
        kn_mel_lanes(sums, filtered);
        memcpy(y + i, filtered, sizeof *y * (size_t)n);
    }
}

/* x[size] to y[mels]. work is room for 3 size + 4 KN_MEL_GROUP numbers, and then for what the transform wants. Where is_log is not 0,
 * what is below 1e-10 is taken for that, and y is the logarithm. */
KN_TRANSFORM kn_mel_frame(const KnFourier *f, const KnMel *m, const float *x, float *y, int is_log,
                          float *work) {
    const int bins = m->size / 2 + 1;
    float *const windowed = work, *const re = windowed + m->size,
                 *const im = re + bins + KN_MEL_GROUP;
    float *const rest = work + 3 * m->size + 4 * KN_MEL_GROUP;
    KN_INDEPENDENT
    for (int j = 0; j < m->size; j++)
        windowed[j] = x[j] * m->window[j];
    kn_rfft(f, windowed, re, im, rest);
    for (int k = 0; k < KN_MEL_GROUP; k++) /* weighed by 0 */
        re[bins + k] = im[bins + k] = 0;
    KN_INDEPENDENT
    for (int k = 0; k < bins + KN_MEL_GROUP; k++)
        re[k] = re[k] * re[k] + im[k] * im[k];
    kn_mel_filters(m, re, y);
    if (!is_log) return;
    KN_INDEPENDENT
    for (int i = 0; i < m->mels; i++)
        y[i] = kn_log10f(kn_maxf(y[i], 1e-10f));
}
