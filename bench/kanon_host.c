/* Runs one emitted program for a while and prints nanoseconds a sample: the least of many rounds,
 * which is what the code costs when nothing else disturbs. Compiled with -DPROGRAM_HEADER="…", the
 * program being called `bench_program`. */
#include PROGRAM_HEADER
#include <stdio.h>
#include <time.h>

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int main(void) {
    static bench_program self;
    static float channel[BENCH_PROGRAM_OUTPUTS][512], silence[512];
    float *outputs[BENCH_PROGRAM_OUTPUTS];
    const float *inputs[BENCH_PROGRAM_INPUTS + 1];
    for (int i = 0; i < BENCH_PROGRAM_OUTPUTS; i++)
        outputs[i] = channel[i];
    for (int i = 0; i < BENCH_PROGRAM_INPUTS + 1; i++)
        inputs[i] = silence;
    if (!bench_program_init(&self, 48000)) return 1;
    double best = 1e9, sum = 0;
    for (int round = 0; round < 60; round++) {
        double start = seconds();
        for (int block = 0; block < 64; block++) {
            bench_program_process(&self, inputs, outputs, 512);
            sum += (double)channel[0][block];
        }
        double took = (seconds() - start) / (64 * 512);
        if (took < best) best = took;
    }
    printf("%.4f\n", best * 1e9);
    return sum > 1e300; /* keeps the work from being optimised away */
}
