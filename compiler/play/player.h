/* What the audio thread does of a performance, and the numbers by which others look at it and tell it something. */
#ifndef KANON_PLAY_PLAYER_H
#define KANON_PLAY_PLAYER_H

#include "api/kanon.h"
#include "play/block_times.h"
#include "play/recorder.h"

enum { MOST_DEVICE_CHANNELS = 64 };

typedef struct Player {
    KnLive *live;
    int outputs; /* of the device and of the live run */
    double rate;
    Recorder *recorder; /* NULL: nothing is recorded */
    BlockTimes times;
    _Atomic int64_t end; /* the frame at which it ends */
    atomic_bool leaving; /* told: it is to fade out, and to swell again when that is taken back */
    atomic_bool
        silent; /* it has faded out, or ended: time stands still, and the live run is not used */
    atomic_bool ended;     /* the frame has come */
    _Atomic int64_t heard; /* frames, so far */
    atomic_long blocks, xruns, not_finite;
    atomic_int block; /* frames of the last one */
    _Atomic float
        peaks[MOST_DEVICE_CHANNELS]; /* the largest magnitudes since whoever shows them took them */
    /* the audio thread's own */
    int fade_left; /* frames until it is silent; `fade` where it does not fade */
    int fade;
} Player;

/* Plays from where the live run is, at once and as loud as it is. */
void player_begin(Player *player, KnLive *live, int outputs, double rate);
/* The next frames of the device; `xrun`: some before them were late. Audio thread. */
void player_process(Player *player, const float *const *inputs, float *const *outputs, int frames,
                    bool xrun);
#endif
