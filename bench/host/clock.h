/* Time, in seconds. */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <time.h>

static inline double clock_seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static inline double seconds_now(void) {
    return clock_seconds(CLOCK_MONOTONIC);
}

/* Of the processor that this thread had: what others take of a machine that is not quiet does not
 * count. */
static inline double seconds_worked(void) {
    return clock_seconds(CLOCK_THREAD_CPUTIME_ID);
}

#endif
