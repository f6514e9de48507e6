/* N voices of a class that Faust wrote, -DPROGRAM="….c", as its poly-dsp wrapper plays them: each into a buffer, and added up. In: N and the
 * seconds to measure. Out: nanoseconds a frame, the least of all rounds. All keys are held. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "faust/gui/CInterface.h"
#define max(a, b) ((a) > (b) ? (a) : (b))
#define min(a, b) ((a) < (b) ? (a) : (b))
#include PROGRAM

enum { BLOCK = 512 };

typedef struct Controls {
    float *freq, *gain, *gate;
} Controls;

static void take(Controls *c, const char *label, float *zone) {
    if (strcmp(label, "freq") == 0) c->freq = zone;
    if (strcmp(label, "gain") == 0) c->gain = zone;
    if (strcmp(label, "gate") == 0) c->gate = zone;
}

static void button(void *ui, const char *label, float *zone) {
    take(ui, label, zone);
}

static void slider(void *ui, const char *label, float *zone, float init, float low, float high,
                   float step) {
    (void)init, (void)low, (void)high, (void)step;
    take(ui, label, zone);
}

static void box(void *ui, const char *label) {
    (void)ui, (void)label;
}

static void close_box(void *ui) {
    (void)ui;
}

static void declare(void *ui, float *zone, const char *key, const char *value) {
    (void)ui, (void)zone, (void)key, (void)value;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static float sound[BLOCK], sum[BLOCK];

static double play(mydsp **voices, int n) {
    float *to[] = {sound};
    const double began = now();
    memset(sum, 0, sizeof sum);
    for (int k = 0; k < n; k++) {
        computemydsp(voices[k], BLOCK, NULL, to);
        for (int i = 0; i < BLOCK; i++)
            sum[i] += sound[i];
    }
    return now() - began;
}

int main(int argc, char **argv) {
    const int n = argc > 1 ? atoi(argv[1]) : 8;
    const double seconds = argc > 2 ? atof(argv[2]) : 1;
    mydsp **voices = calloc((size_t)n, sizeof *voices);
    double least = INFINITY, spent = 0;
    if (!voices) return 3;
    for (int k = 0; k < n; k++) {
        Controls c = {0};
        UIGlue ui = {.uiInterface = &c,
                     .openTabBox = box,
                     .openHorizontalBox = box,
                     .openVerticalBox = box,
                     .closeBox = close_box,
                     .addButton = button,
                     .addCheckButton = button,
                     .addVerticalSlider = slider,
                     .addHorizontalSlider = slider,
                     .addNumEntry = slider,
                     .declare = declare};
        if (!(voices[k] = newmydsp())) return 3;
        initmydsp(voices[k], 48000);
        buildUserInterfacemydsp(voices[k], &ui);
        *c.freq = (float)(440 * pow(2, (36 + 48.0 * k / n - 69) / 12));
        *c.gain = 0.8f;
        *c.gate = 1;
    }
    for (int i = 0; i < 100; i++) /* the attack is over */
        play(voices, n);
    while (spent < seconds) {
        const double took = play(voices, n);
        least = took < least ? took : least;
        spent += took;
    }
    printf("%.4g\n", least * 1e9 / BLOCK);
    return sum[0] == 0;
}
