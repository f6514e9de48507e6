/* What a contestant sounds like, heard in a process of its own: one that crashes, hangs or writes where it
 * should not does so there. */
#ifndef BENCH_HEAR_H
#define BENCH_HEAR_H

#include "contestant.h"

typedef struct Heard {
    int frames, outputs;
    double length;
    float *samples; /* channel after channel, `frames` of each */
} Heard;

/* Opens it and runs `frames` frames of noise at -12 dBFS through it, fewer where that takes longer than `seconds`.
 * `patience`: seconds of the processor's time for all of it. False: why. */
bool hear(const Kind *kind, const char *path, const char *option, int frames, double seconds,
          int patience, Heard *heard, char why[WHY_SIZE]);

typedef struct Difference {
    double db;    /* greatest difference over the greatest value, all channels; at least -200 */
    double level; /* of the energy of all, in dB: what is above 0 is louder than the reference */
    int late;     /* by how many frames `other` is later, where that makes them most alike */
} Difference;
Difference heard_difference(const Heard *reference, const Heard *other, int latest);

#endif
