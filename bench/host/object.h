/* What a shared object offers to the host: Kanon's C, Faust's C and C written by hand are compiled with
 * a few lines that define this (object_NAME.c). */
#ifndef BENCH_OBJECT_H
#define BENCH_OBJECT_H

int bench_inputs(void);
int bench_outputs(void);
void *bench_create(void); /* at frame 0, 48 kHz; NULL: it cannot */
void bench_reset(void *self);
void bench_process(void *self, float *const *inputs, float *const *outputs, int frames);

#endif
