/* The clock that goes out by MIDI: 24 messages in a beat, and start, stop and continue. */
#ifndef KANON_PLAY_MIDI_CLOCK_H
#define KANON_PLAY_MIDI_CLOCK_H

#include "play/player.h"

#include <pthread.h>

/* Who gets the messages, on the clock's thread. */
typedef void MidiTelling(void *context, const uint8_t *message, int bytes);

/* Begins as zeros. */
typedef struct MidiClock {
    Player *player;
    MidiTelling *telling;
    void *context;
    _Atomic double tempo; /* beats a second */
    atomic_bool ends;
    bool runs;
    pthread_t thread;
    /* of its thread */
    bool plays;
    double next; /* frame of the next message */
} MidiClock;

/* False: there can be no more threads. */
bool midi_clock_begin(MidiClock *clock, Player *player, double tempo, MidiTelling *telling,
                      void *context);
/* For any thread. */
void midi_clock_set(MidiClock *clock, double tempo);
/* Says that it stops, if it runs. */
void midi_clock_end(MidiClock *clock);
/* What its thread does again and again: all that is due at a time of block_clock. Returns the frames until there is more. */
double midi_clock_turn(MidiClock *clock, uint64_t now);

#endif
