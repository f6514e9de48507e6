/* Mel spectra. In: samples. Out: a row for each filter of the bank, a number for each frame. */
#include "mel/mel.h"
#include "runtime/fourier_plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES_AT_ONCE = 16 }; /* that rows are written of */

struct Mel {
    MelOptions options;
    KnFourier plan;
    KnMel frame;
    float *turns, *window, *weights, *work, *mirrored, *block;
    KnMelFilter *filters;
};

/* ---- the bank -------------------------------------------------------------------------------------- */

/* Slaney, Auditory Toolbox, 1998: 200/3 Hz a mel up to 1 kHz, from there on 27 mels for a factor of 6.4. */
static const double hertz_a_mel = 200.0 / 3, bend = 15, mels_a_factor = 27;

static double mel_of(MelScale scale, double f) {
    if (scale == MEL_HTK) return 2595 * log10(1 + f / 700);
    return f < 1000 ? f / hertz_a_mel : bend + log(f / 1000) / log(6.4) * mels_a_factor;
}

static double frequency_of(MelScale scale, double mel) {
    if (scale == MEL_HTK) return 700 * (pow(10, mel / 2595) - 1);
    return mel < bend ? mel * hertz_a_mel : 1000 * exp((mel - bend) / mels_a_factor * log(6.4));
}

/* The frequency of point i: filter i is between points i and i + 2. */
static double point(const MelOptions *o, int i) {
    return frequency_of(o->scale, mel_of(o->scale, o->rate / 2) * i / (o->mels + 1));
}

static double weight(const MelOptions *o, int filter, int bin) {
    const double low = point(o, filter), top = point(o, filter + 1), high = point(o, filter + 2);
    const double f = bin * o->rate / o->size;
    const double height = fmin((f - low) / (top - low), (high - f) / (high - top));
    return height > 0 ? height * (o->scale == MEL_SLANEY ? 2 / (high - low) : 1) : 0;
}

/* Bins of a filter, rounded up to whole groups: those in excess weigh 0. */
static KnMelFilter extent(const MelOptions *o, int filter) {
    const int bins = o->size / 2 + 1;
    int first = (int)ceil(point(o, filter) * o->size / o->rate);
    int last = (int)floor(point(o, filter + 2) * o->size / o->rate);
    if (first >= bins) first = bins - 1;
    if (last >= bins) last = bins - 1;
    const int count = last >= first ? last - first + 1 : 0;
    return (KnMelFilter){first, (count + KN_MEL_GROUP - 1) / KN_MEL_GROUP * KN_MEL_GROUP};
}

static void create_bank(Mel *m) {
    const MelOptions *o = &m->options;
    size_t count = 0, at = 0;
    m->filters = alloc_zeroed((size_t)o->mels, sizeof *m->filters);
    for (int i = 0; i < o->mels; i++) {
        m->filters[i] = extent(o, i);
        count += (size_t)m->filters[i].count;
    }
    m->weights = alloc_zeroed(count + 1, sizeof *m->weights);
    for (int i = 0; i < o->mels; i++)
        for (int k = 0; k < m->filters[i].count; k++, at++)
            if (m->filters[i].first + k <= o->size / 2)
                m->weights[at] = (float)weight(o, i, m->filters[i].first + k);
}

/* ---- life ------------------------------------------------------------------------------------------ */

Mel *mel_create(const MelOptions *o) {
    KnFourier plan;
    if (!fourier_plan(&plan, o->size, FOURIER_REAL)) return NULL;
    Mel *m = alloc_zeroed(1, sizeof *m);
    const size_t size = (size_t)o->size;
    m->options = *o;
    m->plan = plan;
    m->turns = alloc_room(fourier_turns(&plan) + 1, sizeof(float));
    fourier_fill(&plan, m->turns);
    m->plan.turns = m->turns;
    m->window = alloc_room(size, sizeof(float));
    for (int j = 0; j < o->size; j++)
        m->window[j] = (float)(0.5 - 0.5 * cos(2 * M_PI * j / o->size));
    m->work = alloc_zeroed(3 * size + 4 * KN_MEL_GROUP + fourier_work(&plan), sizeof(float));
    m->mirrored = alloc_room(size, sizeof(float));
    m->block = alloc_room((size_t)o->mels * FRAMES_AT_ONCE, sizeof(float));
    create_bank(m);
    m->frame = (KnMel){o->size, o->mels, m->window, m->filters, m->weights};
    return m;
}

void mel_free(Mel *m) {
    if (!m) return;
    free(m->turns);
    free(m->window);
    free(m->weights);
    free(m->work);
    free(m->mirrored);
    free(m->block);
    free(m->filters);
    free(m);
}

int64_t mel_next_size(int64_t n) {
    return fourier_next(n);
}

int mel_empty_filters(const Mel *m) {
    int empty = 0;
    const float *weights = m->weights;
    for (int i = 0; i < m->options.mels; i++) {
        bool is_empty = true;
        for (int k = 0; k < m->filters[i].count; k++)
            is_empty = is_empty && *weights++ == 0;
        empty += is_empty;
    }
    return empty;
}

/* ---- frames ---------------------------------------------------------------------------------------- */

int64_t mel_frames(const Mel *m, int64_t samples) {
    return samples > m->options.size / 2 ? samples / m->options.hop : 0;
}

/* The samples of a frame, where they lie or mirrored. */
static const float *samples_of(Mel *m, const float *x, int64_t n, int64_t frame) {
    const int size = m->options.size;
    const int64_t from = frame * m->options.hop - size / 2;
    if (from >= 0 && from + size <= n) return x + from;
    for (int j = 0; j < size; j++) {
        int64_t at = from + j;
        while (at < 0 || at >= n)
            at = at < 0 ? -at : 2 * (n - 1) - at;
        m->mirrored[j] = x[at];
    }
    return m->mirrored;
}

/* The highest of all, by lanes, so that it is found in vectors. */
static float highest(const float *x, int64_t n) {
    enum { LANES = 16 };
    float most[LANES], all = -INFINITY;
    for (int i = 0; i < LANES; i++)
        most[i] = -INFINITY;
    for (int64_t k = 0; k + LANES <= n; k += LANES)
        for (int i = 0; i < LANES; i++)
            most[i] = x[k + i] > most[i] ? x[k + i] : most[i];
    for (int64_t k = n / LANES * LANES; k < n; k++)
        all = x[k] > all ? x[k] : all;
    for (int i = 0; i < LANES; i++)
        all = most[i] > all ? most[i] : all;
    return all;
}

static void finish(const MelOptions *o, float *to, int64_t n) {
    const float least = highest(to, n) - 8;
    const float offset = o->log == MEL_WHISPER ? 4 : 0, scale = o->log == MEL_WHISPER ? 0.25f : 10;
    for (int64_t i = 0; i < n; i++) {
        const float raised = to[i] < least ? least : to[i];
        to[i] = (raised + offset) * scale;
    }
}

void mel_compute(Mel *m, const float *x, int64_t samples, float *to) {
    const FourierTransforms *t = fourier_for(kernels_best());
    const int64_t frames = mel_frames(m, samples);
    const int mels = m->options.mels;
    const bool is_log = m->options.log != MEL_POWER;
    for (int64_t from = 0; from < frames; from += FRAMES_AT_ONCE) {
        const int n = frames - from < FRAMES_AT_ONCE ? (int)(frames - from) : FRAMES_AT_ONCE;
        for (int i = 0; i < n; i++)
            t->mel_frame(&m->plan, &m->frame, samples_of(m, x, samples, from + i),
                         m->block + i * mels, is_log, m->work);
        for (int k = 0; k < mels; k++)
            for (int i = 0; i < n; i++)
                to[k * frames + from + i] = m->block[i * mels + k];
    }
    if (is_log) finish(&m->options, to, mels * frames);
}
