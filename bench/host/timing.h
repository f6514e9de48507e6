/* What contestants cost, one beside the other. */
#ifndef BENCH_TIMING_H
#define BENCH_TIMING_H

#include "contestant.h"

typedef struct Times {
    double *all; /* sorted */
    int count;
} Times;

void times_add(Times *times, double value);
void times_sort(Times *times);
/* The value below which that part of all lie, 0 to 1. */
double times_at(const Times *times, double part);

/* Nanoseconds a frame, round by round: in each round each of them has its turn, so that what disturbs the
 * machine disturbs all of them. `budget`: seconds for all rounds, but what runs offline has its own; there
 * are 3 at least. A piece (`length` above 0) is played in each round from its beginning, as far as the
 * budget lets, in short turns; what goes on runs on. */
void time_rounds(Contestant *const *contestants, int count, double length, double budget,
                 Times *times);

/* Milliseconds from the source to the end of the first block, of `most` times that take no more than
 * `budget` seconds together, but at least once. */
Times time_compiling(const Kind *kind, const char *path, const char *option, int most,
                     double budget);

#endif
