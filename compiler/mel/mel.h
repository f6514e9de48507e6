/* Mel spectra: features of sound, as models of speech and music take them. */
#ifndef KANON_MEL_MEL_H
#define KANON_MEL_MEL_H

#include "base/base.h"

/* How frequencies become mels, and how high triangles are. Slaney's: linear up to 1 kHz, logarithmic above, triangles of equal areas; HTK's:
 * 2595 log10(1 + f / 700), triangles of height 1. */
typedef enum { MEL_SLANEY, MEL_HTK } MelScale;
/* Nothing; 10 log10; and log10, raised to 8 below the highest of all, plus 4, divided by 4, as Whisper has it. Decibels are raised to 80
 * below the highest. */
typedef enum { MEL_POWER, MEL_DECIBELS, MEL_WHISPER } MelLog;

typedef struct MelOptions {
    double rate;
    int size, hop, mels; /* samples of a frame, a product of 2, 3 and 5; from frame to frame */
    MelScale scale;
    MelLog log;
} MelOptions;

enum { MEL_MOST_SIZE = 1 << 16, MEL_MOST = 1024 };

/* One thread at a time. */
typedef struct Mel Mel;
/* NULL where size is no length of a transform. */
Mel *mel_create(const MelOptions *options);
void mel_free(Mel *m);
/* The least size that is not below n and that a transform has. */
int64_t mel_next_size(int64_t n);
/* Filters that are narrower than bins, and so are 0 always. */
int mel_empty_filters(const Mel *m);
/* So many samples have so many frames, whose middles are at 0, hop, 2 hop, …: what is before the beginning and behind the end is mirrored,
 * for which samples must be more than half of a frame. */
int64_t mel_frames(const Mel *m, int64_t samples);
/* mels rows of frames numbers. */
void mel_compute(Mel *m, const float *x, int64_t samples, float *to);

#endif
