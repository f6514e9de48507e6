/* What the audio thread does of a performance, and the numbers by which others look at it and tell it something. */
#ifndef KANON_PLAY_PLAYER_H
#define KANON_PLAY_PLAYER_H

#include "play/block_times.h"
#include "play/layers.h"
#include "play/recorder.h"
#include "play/scope.h"

enum {
    MOST_DEVICE_CHANNELS = 64,
    LAYER_PIECE = 128 /* frames of layers that are added at a time */
};

/* When the last block began, by block_clock and as evenly as blocks follow each other, with which frame, and how long it is. The version is odd while it is written; 0: none has. */
typedef struct BlockBegin {
    atomic_uint version;
    _Atomic uint64_t time;
    _Atomic int64_t frame;
    atomic_int frames;
} BlockBegin;

/* A sound that the live runs hear, from frame 0 on, and silence after it; an array for each channel. */
typedef struct HeardSound {
    float **channels;
    int n; /* 0: the inputs of the device are heard */
    int64_t frames;
} HeardSound;

typedef struct Player {
    Layers layers;
    int inputs, outputs; /* of the live runs; of the device */
    HeardSound sound;    /* may be set before anything is played */
    double rate;
    Recorder *recorder; /* NULL: nothing is recorded */
    BlockTimes times;
    atomic_bool leaving; /* told: it is to fade out, and to swell again when that is taken back */
    atomic_bool
        silent; /* it has faded out, or ended: time stands still, and the live runs are not used */
    atomic_bool ended;     /* all layers have */
    _Atomic int64_t heard; /* frames, so far */
    atomic_long blocks, xruns, not_finite;
    atomic_int block; /* frames of the last one */
    BlockBegin began;
    _Atomic int64_t told; /* the last frame of player_frame_now */
    _Atomic float
        peaks[MOST_DEVICE_CHANNELS]; /* the largest magnitudes since whoever shows them took them */
    Scope scope;
    /* the audio thread's own */
    int fade_left; /* frames until it is silent; `fade` where it does not fade */
    int fade;
    uint64_t expected; /* when the next block should begin; 0: there was none */
    float room[MOST_DEVICE_CHANNELS][LAYER_PIECE], heard_piece[MOST_DEVICE_CHANNELS][LAYER_PIECE];
} Player;

/* At most LAYER_PIECE frames of it, from this one on: `in` points at them, in the room. Any thread. */
void heard_sound_take(const HeardSound *sound, int64_t frame, const float **in,
                      float (*room)[LAYER_PIECE], int frames);
/* Plays from where the live runs are, at once and as loud as they are. */
void player_begin(Player *player, Layers layers, int inputs, int outputs, double rate);
/* The next frames of the device; `xrun`: some before them were late. Inputs are other memory than outputs. Audio thread. */
void player_process(Player *player, const float *const *inputs, float *const *outputs, int frames,
                    bool xrun);
/* It was told to be silent, or is: notes would wait until it goes on. Any thread. */
bool player_stands(const Player *player);
/* The frame of what happens now, at this time of block_clock: a block later than it came, so that it is never too late for its place
 * between others, and in the block that is played next. What is asked later never gets an earlier frame, however long blocks are. 0, at
 * once, where no block has begun. Any thread; never waits. */
int64_t player_frame_now(Player *player, uint64_t now);
/* The live runs are at another frame: what is asked from now on may be earlier. */
void player_sought(Player *player);
/* The same of what happens at another time. */
int64_t player_frame_at(const Player *player, uint64_t time);
#endif
