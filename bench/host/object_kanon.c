/* C that Kanon wrote, as a shared object: -DPROGRAM="….h", the program being called `bench_program`. */
#include PROGRAM
#include "object.h"

#include <stdlib.h>

int bench_inputs(void) {
    return BENCH_PROGRAM_INPUTS;
}

int bench_outputs(void) {
    return BENCH_PROGRAM_OUTPUTS;
}

void *bench_create(void) {
    size_t size = (sizeof(bench_program) + 63) / 64 * 64;
    bench_program *self = aligned_alloc(64, size);
    return self && bench_program_init(self, 48000) ? self : NULL;
}

void bench_reset(void *self) {
    bench_program_init(self, 48000);
}

void bench_process(void *self, float *const *inputs, float *const *outputs, int frames) {
    bench_program_process(self, (const float *const *)inputs, outputs, frames);
}
