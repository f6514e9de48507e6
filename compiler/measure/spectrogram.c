/* Spectra that follow each other in time. In: samples of a channel. Out: a level for each column of time and bin of
 * frequency. */
#include "measure/spectrum.h"
#include "measure/fourier.h"

#include <math.h>
#include <stdlib.h>

typedef struct Walk {
    const Channel *channel;
    Spectrogram *s;
    Fourier *fourier;
    double *window, sum;
    int size;
} Walk;

static double sample_at(const Channel *c, int64_t frame) {
    return frame < 0 || frame >= c->frames ? 0 : (double)c->samples[frame * c->stride];
}

/* The window whose middle is that frame, in that column. Levels are amplitudes until all is done. */
static void add_window(Walk *w, int64_t middle, int column) {
    float *level = w->s->level + (int64_t)column * w->s->bins;
    bool finite = true;
    for (int i = 0; i < w->size; i++) {
        const double x = sample_at(w->channel, middle - w->size / 2 + i);
        finite = finite && isfinite(x);
        w->fourier->x[i] = w->window[i] * x;
    }
    if (finite) fourier_transform(w->fourier);
    for (int k = 0; k < w->s->bins; k++) {
        const double scale = (k == 0 || k == w->s->bins - 1 ? 1 : 2) / w->sum;
        const float size = finite ? (float)(scale * sqrt(fourier_power(w->fourier, k))) : NAN;
        if (!(level[k] >= size) && !isnan(level[k])) level[k] = size;
    }
}

static void walk(Walk *w) {
    const int64_t frames = w->channel->frames;
    const int columns = w->s->columns;
    for (int column = 0; column < columns; column++) {
        const int64_t from = frames * column / columns, until = frames * (column + 1) / columns;
        const int64_t windows = (until - from - 1) / (w->size / 2) + 1;
        for (int64_t i = 0; i < windows; i++)
            add_window(w, from + (until - from) * (2 * i + 1) / (2 * windows), column);
    }
    for (int64_t i = 0; i < (int64_t)columns * w->s->bins; i++)
        w->s->level[i] = 20 * log10f(w->s->level[i]);
}

Spectrogram *spectrogram_measure(const Channel *c, int window, int columns) {
    Walk w = {.channel = c, .size = window};
    Spectrogram *s = alloc_zeroed(1, sizeof *s);
    s->columns = c->frames < columns ? (int)c->frames : columns;
    s->bins = window / 2 + 1;
    s->spacing = c->rate / window;
    s->seconds = s->columns > 0 ? (double)c->frames / c->rate / s->columns : 0;
    s->level = alloc_zeroed((size_t)s->columns * (size_t)s->bins + 1, sizeof *s->level);
    w.s = s;
    w.fourier = fourier_create(window);
    w.window = alloc_room((size_t)window, sizeof *w.window);
    for (int i = 0; i < window; i++) {
        w.window[i] = 0.5 - 0.5 * cos(2 * M_PI * i / window);
        w.sum += w.window[i];
    }
    walk(&w);
    fourier_free(w.fourier);
    free(w.window);
    return s;
}

void spectrogram_free(Spectrogram *s) {
    if (!s) return;
    free(s->level);
    free(s);
}
