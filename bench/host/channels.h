/* Blocks of samples for a contestant's inputs and outputs. */
#ifndef BENCH_CHANNELS_H
#define BENCH_CHANNELS_H

#include "contestant.h"

#include <stdlib.h>

typedef struct Channels {
    int count;
    float *at[MOST_CHANNELS];
} Channels;

static inline void channels_create(Channels *channels, int count) {
    channels->count = count;
    for (int k = 0; k < count; k++) {
        channels->at[k] = aligned_alloc(64, sizeof(float) * BLOCK);
        if (!channels->at[k]) abort();
        for (int i = 0; i < BLOCK; i++)
            channels->at[k][i] = 0;
    }
}

static inline void channels_free(Channels *channels) {
    for (int k = 0; k < channels->count; k++)
        free(channels->at[k]);
}

/* Noise at -12 dBFS, every channel another (Numerical Recipes, 7.1, "quick and dirty"). */
static inline void channels_fill(Channels *channels, uint32_t *seed) {
    for (int k = 0; k < channels->count; k++)
        for (int i = 0; i < BLOCK; i++) {
            *seed = *seed * 1664525u + 1013904223u;
            channels->at[k][i] = (float)(int32_t)*seed * 0x1p-33f;
        }
}

#endif
