/* The same for C that Faust wrote: -DPROGRAM_SOURCE="….c", the class being called `mydsp`. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "faust/gui/CInterface.h"
#define max(a, b) ((a) > (b) ? (a) : (b))
#define min(a, b) ((a) < (b) ? (a) : (b))
#include PROGRAM_SOURCE

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int main(void) {
    static float channel[2][512], silence[512];
    FAUSTFLOAT *outputs[2] = {channel[0], channel[1]}, *inputs[2] = {silence, silence};
    mydsp *self = newmydsp();
    initmydsp(self, 48000);
    double best = 1e9, sum = 0;
    for (int round = 0; round < 60; round++) {
        double start = seconds();
        for (int block = 0; block < 64; block++) {
            computemydsp(self, 512, inputs, outputs);
            sum += (double)channel[0][block];
        }
        double took = (seconds() - start) / (64 * 512);
        if (took < best) best = took;
    }
    printf("%.4f\n", best * 1e9);
    return sum > 1e300;
}
