/* C that Faust wrote, as a shared object: -DPROGRAM="….c", the class being called `mydsp`. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include "faust/gui/CInterface.h"
#define max(a, b) ((a) > (b) ? (a) : (b))
#define min(a, b) ((a) < (b) ? (a) : (b))
#include PROGRAM
#include "object.h"

int bench_inputs(void) {
    return getNumInputsmydsp(NULL);
}

int bench_outputs(void) {
    return getNumOutputsmydsp(NULL);
}

void *bench_create(void) {
    mydsp *self = newmydsp();
    if (self) initmydsp(self, 48000);
    return self;
}

void bench_reset(void *self) {
    instanceClearmydsp(self);
}

void bench_process(void *self, float *const *inputs, float *const *outputs, int frames) {
    computemydsp(self, frames, (float **)inputs, (float **)outputs);
}
