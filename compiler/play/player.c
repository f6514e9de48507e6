/* What the audio thread does of a performance.
 * In: live runs, inputs of the device. Out: blocks for the device and the recorder; counts for whoever shows them.
 * Nothing here allocates, locks, waits or calls the system. */
#include "play/player.h"

#include <math.h>
#include <string.h>

static const double fade_seconds = 0.03;

/* What is muted from the beginning is not heard to fade. */
void player_begin(Player *p, Layers layers, int inputs, int outputs, double rate) {
    *p = (Player){.layers = layers, .inputs = inputs, .outputs = outputs, .rate = rate};
    p->fade = p->fade_left = (int)(fade_seconds * rate) + 1;
    for (int i = 0; i < layers.n; i++)
        layers.items[i].faded = layer_is_heard(&layers, i) ? 0 : p->fade;
}

/* Level and slope begin and end with 0 and 1. */
static float loudness(const Player *p, int left) {
    const float x = (float)left / (float)p->fade;
    return x * x * (3 - 2 * x);
}

/* ---- layers ------------------------------------------------------------------------------------------- */

/* The last to end ends with the player. */
static int64_t frames_left(const Player *p, const Layer *l, int64_t frame) {
    const int64_t end = atomic_load(&l->end);
    return end < layers_end(&p->layers) ? end - frame : INT64_MAX;
}

/* One that has ended, or is not heard, goes on unheard: it may be heard again. One that was edited may have ended in the past: it fades. */
static void shade(Player *p, int i, int64_t frame, float *const *outputs, int frames) {
    Layer *l = &p->layers.items[i];
    const int64_t left = frames_left(p, l, frame);
    const bool heard = layer_is_heard(&p->layers, i) && left > 0;
    if (heard && l->faded == 0 && left > frames) return;
    for (int n = 0; n < frames; n++) {
        l->faded += heard ? -(l->faded > 0) : l->faded < p->fade;
        if (heard && n >= left) l->faded = p->fade;
        const float gain = loudness(p, p->fade - l->faded);
        for (int k = 0; k < p->outputs; k++)
            outputs[k][n] = gain > 0 ? gain * outputs[k][n] : 0;
    }
    if (heard && left <= frames) l->faded = p->fade;
}

/* What is no number in one layer is none of the others' matter. */
static void add(Player *p, float *const *outputs, int frames) {
    long bad = 0;
    for (int k = 0; k < p->outputs; k++)
        for (int i = 0; i < frames; i++)
            if (isfinite(p->room[k][i]))
                outputs[k][i] += p->room[k][i];
            else
                bad++;
    if (bad > 0) atomic_fetch_add(&p->not_finite, bad);
}

static void mix(Player *p, const float *const *inputs, float *const *outputs, int frames) {
    const int64_t frame = layers_frame(&p->layers);
    float *room[MOST_DEVICE_CHANNELS];
    for (int k = 0; k < p->outputs; k++) {
        room[k] = p->room[k];
        memset(outputs[k], 0, sizeof(float) * (size_t)frames);
    }
    for (int i = 0; i < p->layers.n; i++) {
        kn_live_process(p->layers.items[i].live, inputs, room, frames);
        shade(p, i, frame, room, frames);
        add(p, outputs, frames);
    }
}

void heard_sound_take(const HeardSound *sound, int64_t frame, const float **in,
                      float (*room)[LAYER_PIECE], int frames) {
    const int64_t left = sound->frames - frame;
    const int there = left < 0 ? 0 : left < frames ? (int)left : frames;
    for (int k = 0; k < sound->n; k++) {
        in[k] = room[k];
        if (there > 0) memcpy(room[k], sound->channels[k] + frame, sizeof(float) * (size_t)there);
        memset(room[k] + there, 0, sizeof(float) * (size_t)(frames - there));
    }
}

static void take_inputs(Player *p, const float *const *inputs, int at, const float **in,
                        int frames) {
    if (p->sound.n > 0)
        heard_sound_take(&p->sound, layers_frame(&p->layers), in, p->heard_piece, frames);
    else
        for (int k = 0; k < p->inputs; k++)
            in[k] = inputs && inputs[k] ? inputs[k] + at : NULL;
}

/* One layer is played as it is, others are added piece by piece. */
static void process(Player *p, const float *const *inputs, float *const *outputs, int frames) {
    const bool whole = p->layers.n == 1 && p->sound.n == 0;
    const float *in[MOST_DEVICE_CHANNELS];
    float *out[MOST_DEVICE_CHANNELS];
    for (int at = 0, n; at < frames; at += n) {
        const int64_t frame = layers_frame(&p->layers);
        n = whole || frames - at < LAYER_PIECE ? frames - at : LAYER_PIECE;
        take_inputs(p, inputs, at, in, n);
        for (int k = 0; k < p->outputs; k++)
            out[k] = outputs[k] + at;
        if (p->layers.n == 1) {
            kn_live_process(p->layers.items[0].live, in, out, n);
            shade(p, 0, frame, out, n);
        } else {
            mix(p, in, out, n);
        }
    }
}

/* ---- all of them -------------------------------------------------------------------------------------- */

/* Fades out or swells. How many of the frames are heard: all, or those before it is silent. */
static int fade(Player *p, float *const *outputs, int frames, bool leaves) {
    for (int i = 0; i < frames; i++) {
        if (!leaves && p->fade_left == p->fade) return frames;
        if (leaves && p->fade_left == 0) return i;
        p->fade_left += leaves ? -1 : 1;
        const float gain = loudness(p, p->fade_left);
        for (int k = 0; k < p->outputs; k++)
            outputs[k][i] *= gain;
    }
    return frames;
}

/* How many of the frames are heard. A program that was edited may have ended in the past: then it fades. */
static int sound(Player *p, const float *const *inputs, float *const *outputs, int frames) {
    const int64_t left = layers_end(&p->layers) - layers_frame(&p->layers);
    const bool leaves = left <= 0 || atomic_load(&p->leaving);
    const int n = left > 0 && left < frames ? (int)left : frames;
    int heard = 0;
    if (!leaves || p->fade_left > 0) {
        process(p, inputs, outputs, n);
        heard = fade(p, outputs, n, leaves);
    }
    if (n == left) p->fade_left = 0; /* it ends there, at once */
    atomic_store(&p->ended, left <= n && p->fade_left == 0);
    atomic_store(&p->silent, (leaves || n == left) && p->fade_left == 0);
    return heard;
}

/* No number reaches the device but those that are one. */
static void look_at_samples(Player *p, float *const *outputs, int frames) {
    long bad = 0;
    for (int k = 0; k < p->outputs; k++) {
        float peak = atomic_load_explicit(&p->peaks[k], memory_order_relaxed);
        for (int i = 0; i < frames; i++) {
            if (!isfinite(outputs[k][i])) {
                outputs[k][i] = 0;
                bad++;
            }
            peak = fmaxf(peak, fabsf(outputs[k][i]));
        }
        atomic_store_explicit(&p->peaks[k], peak, memory_order_relaxed);
    }
    if (bad > 0) atomic_fetch_add(&p->not_finite, bad);
}

/* ---- which frame is when --------------------------------------------------------------------------- */

/* Threads wake up late by chance, and devices ask for several blocks at once: what is told follows that slowly, but for a gap. */
static uint64_t even_out(Player *p, uint64_t time, int frames) {
    enum { SLOWLY = 16 };
    const int64_t lasts = (int64_t)(frames / p->rate * 1e9), late = (int64_t)(time - p->expected);
    if (p->expected > 0 && late < lasts && late > -lasts)
        time = p->expected + (uint64_t)(late / SLOWLY);
    p->expected = time + (uint64_t)lasts;
    return time;
}

static void tell_begin(Player *p, uint64_t time, int frames) {
    time = even_out(p, time, frames);
    BlockBegin *b = &p->began;
    atomic_fetch_add(&b->version, 1);
    atomic_store(&b->time, time);
    atomic_store(&b->frame, layers_frame(&p->layers));
    atomic_store(&b->frames, frames);
    atomic_fetch_add(&b->version, 1);
}

/* What was told is what plays, or has been played: else the live run has gone to another frame since. */
static int64_t frame_that_is(const Player *p, int64_t told, int frames) {
    const int64_t now = layers_frame(&p->layers);
    return now < told || now > told + frames ? now : told;
}

/* A time is after the begin, or not, by so many nanoseconds. What is read while it is written is read again, but not for ever. */
static int64_t frame_of(const Player *p, uint64_t time, bool is_now) {
    const BlockBegin *b = &p->began;
    for (int attempt = 0; attempt < 1000; attempt++) {
        const unsigned version = atomic_load(&b->version);
        int64_t frame = atomic_load(&b->frame);
        const int frames = atomic_load(&b->frames);
        double after = 1e-9 * p->rate * (double)(int64_t)(time - atomic_load(&b->time));
        if (version == 0) return 0;
        if (version % 2 != 0 || version != atomic_load(&b->version)) continue;
        frame = frame_that_is(p, frame, frames);
        if (is_now) after = fmin(fmax(after, 0), frames - 1);
        return frame + frames + (int64_t)after;
    }
    return 0;
}

int64_t player_frame_now(Player *p, uint64_t now) {
    enum { MOST_AHEAD = 1 << 14 }; /* frames: whoever was that far ahead was so before a seek */
    const int64_t frame = frame_of(p, now, true);
    int64_t told = atomic_load(&p->told);
    while ((told < frame || told - frame > MOST_AHEAD) &&
           !atomic_compare_exchange_weak(&p->told, &told, frame)) {
    }
    return told > frame && told - frame <= MOST_AHEAD ? told : frame;
}

void player_sought(Player *p) {
    atomic_store(&p->told, 0);
}

int64_t player_frame_at(const Player *p, uint64_t time) {
    return frame_of(p, time, false);
}

bool player_stands(const Player *p) {
    return atomic_load(&p->leaving) || atomic_load(&p->silent);
}

/* ---- a block ----------------------------------------------------------------------------------------- */

void player_process(Player *p, const float *const *inputs, float *const *outputs, int frames,
                    bool xrun) {
    const uint64_t began = block_clock();
    if (frames > 0) tell_begin(p, began, frames);
    const int heard = frames > 0 ? sound(p, inputs, outputs, frames) : 0;
    if (xrun && atomic_load(&p->blocks) > 0) atomic_fetch_add(&p->xruns, 1);
    for (int k = 0; k < p->outputs; k++)
        memset(outputs[k] + heard, 0, sizeof(float) * (size_t)(frames - heard));
    if (p->recorder && heard > 0) recorder_take(p->recorder, outputs, heard);
    look_at_samples(p, outputs, heard);
    scope_take(&p->scope, outputs, p->outputs, heard);
    atomic_fetch_add(&p->heard, heard);
    atomic_store(&p->block, frames);
    atomic_fetch_add(&p->blocks, 1);
    block_times_add(&p->times, block_clock() - began, (uint64_t)((double)frames / p->rate * 1e9));
}
