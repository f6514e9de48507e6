/* C written by hand, as a shared object: -DPROGRAM="….c", which says INPUTS, OUTPUTS, State (zeros at the beginning,
 * or what `start` makes of them), `start` and `run`. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
enum { RATE = 48000 };
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
