/* C written by hand, as a shared object: -DPROGRAM="….c", which says INPUTS, OUTPUTS, State (zeros at the beginning,
 * or what `start` makes of them), `start` and `run`. -DNOISE is its noise: noise(&s->seed), or an input. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
enum { RATE = 48000 };

/* As channels_fill of channels.h, at 0 dBFS. */
static inline float noise(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (float)(int32_t)*seed * 0x1p-31f;
}

#include PROGRAM
#include "object.h"

int bench_inputs(void) {
    return INPUTS;
}

int bench_outputs(void) {
    return OUTPUTS;
}

void *bench_create(void) {
    void *self = malloc(sizeof(State));
    if (self) bench_reset(self);
    return self;
}

void bench_reset(void *self) {
    memset(self, 0, sizeof(State));
    start(self);
}

void bench_process(void *self, float *const *inputs, float *const *outputs, int frames) {
    run(self, inputs, outputs, frames);
}
