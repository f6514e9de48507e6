/* A limit: a frame is 64 products with a sum (-DREAL=float or double) that need not wait for each other. */
#include "../host/object.h"

#include <stdlib.h>
#include <string.h>

#if defined(__AVX512F__)
#define BYTES 64
#elif defined(__AVX__)
#define BYTES 32
#else
#define BYTES 16
#endif
typedef REAL Vector __attribute__((vector_size(BYTES)));
/* Twice as many as are under way at once: latency times units is 8 to 10. */
enum { CHAINS = 16, LANES = BYTES / sizeof(REAL) };

int bench_inputs(void) {
    return 1;
}

int bench_outputs(void) {
    return 1;
}

void *bench_create(void) {
    Vector *self = aligned_alloc(64, sizeof(Vector) * CHAINS);
    if (self) bench_reset(self);
    return self;
}

void bench_reset(void *self) {
    memset(self, 0, sizeof(Vector) * CHAINS);
}

void bench_process(void *self, float *const *inputs, float *const *outputs, int frames) {
    Vector sum[CHAINS], factor = (Vector){0} + (REAL)0.999, more = (Vector){0} + (REAL)inputs[0][0];
    memcpy(sum, self, sizeof sum);
    for (int i = 0; i < frames * 64 / CHAINS / LANES; i++)
        for (int k = 0; k < CHAINS; k++)
            sum[k] = sum[k] * factor + more;
    memcpy(self, sum, sizeof sum);
    outputs[0][0] = (float)sum[0][0];
}
