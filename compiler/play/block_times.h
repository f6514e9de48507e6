/* How long the audio thread takes for its blocks, as a histogram that it fills and others read. */
#ifndef KANON_PLAY_BLOCK_TIMES_H
#define KANON_PLAY_BLOCK_TIMES_H

#include "base/base.h"

#include <stdatomic.h>

/* Sixteen classes for each doubling, of nanoseconds: a time is known to a sixteenth of itself. */
enum { BLOCK_TIME_CLASSES = 16 * 40 };

/* Begins as zeros. */
typedef struct BlockTimes {
    _Atomic uint64_t counts[BLOCK_TIME_CLASSES];
    _Atomic uint64_t blocks, late, worst;
    _Atomic uint64_t took, lasted; /* all blocks together */
} BlockTimes;

/* Nanoseconds of a clock that never goes back. Audio thread. */
uint64_t block_clock(void);
/* A block took so long, and sounds for `lasts`; both in nanoseconds. By one thread, the audio thread. */
void block_times_add(BlockTimes *times, uint64_t took, uint64_t lasts);
/* The time, in seconds, within which that part of all blocks was done, 0 to 1; at most a sixteenth too long. 0: there was none. */
double block_times_within(const BlockTimes *times, double part);
double block_times_worst(const BlockTimes *times);

#endif
