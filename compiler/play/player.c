/* What the audio thread does of a performance.
 * In: a live run, inputs of the device. Out: blocks for the device and the recorder; counts for whoever shows them.
 * Nothing here allocates, locks, waits or calls the system. */
#include "play/player.h"

#include <math.h>
#include <string.h>

static const double fade_seconds = 0.03;

void player_begin(Player *p, KnLive *live, int outputs, double rate) {
    *p = (Player){.live = live, .outputs = outputs, .rate = rate};
    p->fade = p->fade_left = (int)(fade_seconds * rate) + 1;
    atomic_store(&p->end, INT64_MAX);
}

void player_go_on(Player *p) {
    p->fade_left = 0;
    atomic_store(&p->leaving, false);
    atomic_store(&p->silent, false);
}

/* Level and slope begin and end with 0 and 1. */
static float loudness(const Player *p) {
    const float x = (float)p->fade_left / (float)p->fade;
    return x * x * (3 - 2 * x);
}

/* Fades out or swells as it is told. How many of the frames are heard: all, or those before it is silent. */
static int fade(Player *p, float *const *outputs, int frames) {
    const bool leaving = atomic_load(&p->leaving);
    for (int i = 0; i < frames; i++) {
        if (!leaving && p->fade_left == p->fade) return frames;
        if (leaving && p->fade_left == 0) return i;
        p->fade_left += leaving ? -1 : 1;
        const float gain = loudness(p);
        for (int k = 0; k < p->outputs; k++)
            outputs[k][i] *= gain;
    }
    return frames;
}

/* How many of the frames are heard. A program that was edited may have ended in the past: then it fades. */
static int sound(Player *p, const float *const *inputs, float *const *outputs, int frames) {
    const int64_t left = atomic_load(&p->end) - kn_live_frame(p->live);
    if (left <= 0) atomic_store(&p->leaving, true);
    const bool ends = left > 0 && left <= frames;
    const int n = ends ? (int)left : frames;
    kn_live_process(p->live, inputs, outputs, n);
    const int heard = fade(p, outputs, n);
    if (ends || (atomic_load(&p->leaving) && p->fade_left == 0)) atomic_store(&p->silent, true);
    return heard;
}

/* No number reaches the device but those that are one. */
static void drop_what_is_no_number(Player *p, float *const *outputs, int frames) {
    long bad = 0;
    for (int k = 0; k < p->outputs; k++)
        for (int i = 0; i < frames; i++)
            if (!isfinite(outputs[k][i])) {
                outputs[k][i] = 0;
                bad++;
            }
    if (bad > 0) atomic_fetch_add(&p->not_finite, bad);
}

void player_process(Player *p, const float *const *inputs, float *const *outputs, int frames,
                    bool xrun) {
    const uint64_t began = block_clock();
    const int heard = atomic_load(&p->silent) ? 0 : sound(p, inputs, outputs, frames);
    if (xrun && atomic_load(&p->blocks) > 0) atomic_fetch_add(&p->xruns, 1);
    for (int k = 0; k < p->outputs; k++)
        memset(outputs[k] + heard, 0, sizeof(float) * (size_t)(frames - heard));
    if (p->recorder && heard > 0) recorder_take(p->recorder, outputs, heard);
    drop_what_is_no_number(p, outputs, heard);
    atomic_store(&p->block, frames);
    atomic_fetch_add(&p->blocks, 1);
    block_times_add(&p->times, block_clock() - began, (uint64_t)((double)frames / p->rate * 1e9));
}
