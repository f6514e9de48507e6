/* How long the audio thread takes for its blocks.
 * In: times of blocks. Out: their median, and how long the slowest took. */
#include "play/block_times.h"

#include <math.h>
#include <time.h>

enum { PARTS = 16, PART_BITS = 4 };

uint64_t block_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now); /* in the process itself, without a system call */
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int class_of(uint64_t ns) {
    if (ns < PARTS) return (int)ns;
    const int power = 63 - __builtin_clzll(ns);
    const int class =
        (power - PART_BITS + 1) * PARTS + (int)(ns >> (power - PART_BITS) & (PARTS - 1));
    return class < BLOCK_TIME_CLASSES ? class : BLOCK_TIME_CLASSES - 1;
}

/* What is longer than all times of the class. */
static double end_of(int class) {
    if (class < PARTS) return class + 1;
    return ldexp(PARTS + class % PARTS + 1, class / PARTS - 1);
}

/* One thread writes: nothing is lost between reading and writing. */
static void count(_Atomic uint64_t *counter, uint64_t more) {
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + more,
                          memory_order_relaxed);
}

void block_times_add(BlockTimes *t, uint64_t took, uint64_t lasts) {
    count(&t->counts[class_of(took)], 1);
    count(&t->blocks, 1);
    count(&t->took, took);
    count(&t->lasted, lasts);
    if (took > lasts) count(&t->late, 1);
    if (took > atomic_load_explicit(&t->worst, memory_order_relaxed)) atomic_store(&t->worst, took);
}

double block_times_within(const BlockTimes *t, double part) {
    const double wanted = part * (double)atomic_load(&t->blocks);
    double so_far = 0;
    for (int i = 0; i < BLOCK_TIME_CLASSES && wanted > 0; i++) {
        so_far += (double)atomic_load(&t->counts[i]);
        if (so_far >= wanted) return fmin(1e-9 * end_of(i), block_times_worst(t));
    }
    return block_times_worst(t);
}

double block_times_worst(const BlockTimes *t) {
    return 1e-9 * (double)atomic_load(&t->worst);
}
