/* What comes in by MIDI, on its way to a live run. */
#ifndef KANON_PLAY_MIDI_INPUT_H
#define KANON_PLAY_MIDI_INPUT_H

#include "play/player.h"

/* What a channel keeps where it is left: 128 controllers, the pressure, the bend. */
enum { MIDI_CHANNELS = 16, MIDI_PRESSURE = 128, MIDI_BEND, MIDI_PLACES };
enum { MIDI_CLOCKS = 24 }; /* in a beat */

typedef enum { MIDI_NOTHING, MIDI_START, MIDI_CONTINUE, MIDI_STOP } MidiOrder;

/* All that comes in, by whatever port. The live run is the player's. */
typedef struct MidiInput {
    Player *player;
    int wakes; /* a handle of eventfd that is written when there is an order; -1: none is */
    atomic_long messages, refused; /* so far: of channels, and those that found no room */
    atomic_int controller;         /* that moved last; -1: none since it was asked for */
    _Atomic int32_t
        stands[MIDI_CHANNELS][MIDI_PLACES]; /* that moved while time stood; -1: has not */
    atomic_int order;                       /* MidiOrder, that nobody took yet */
    _Atomic int64_t position; /* sixteenths of a note, where to go on; -1: where it is */
    _Atomic uint64_t
        beat_time; /* nanoseconds a beat lasts by the clock that comes in; 0: none does */
} MidiInput;

/* One port: what is held by it. */
typedef struct MidiHand {
    MidiInput *input;
    _Atomic uint8_t held[MIDI_CHANNELS][128]; /* how often each key was struck and not let go */
    _Atomic uint64_t sensed; /* by block_clock: it said that it is there; 0: never has */
    /* of its thread */
    uint64_t clocks[MIDI_CLOCKS + 1]; /* times of the last ones, a ring */
    unsigned nclocks;
} MidiHand;

void midi_input_begin(MidiInput *input, Player *player, int wakes);
void midi_hand_begin(MidiHand *hand, MidiInput *input);
/* A message of MIDI 1.0, as a MidiHearing. Never waits. */
void midi_hand_hear(void *hand, const uint8_t *message, size_t bytes);
/* The same, that came at that time of block_clock. */
void midi_hand_hear_at(MidiHand *hand, const uint8_t *message, size_t bytes, uint64_t time);
/* All that it holds is let go: it is gone. Not while it is heard. */
void midi_hand_let_go(MidiHand *hand);
/* It has said that it is there, again and again, and now no more. */
bool midi_hand_is_mute(const MidiHand *hand, uint64_t now);

/* For the thread that steers. Time is about to go on, or does since this moment (once before and once after): what moved meanwhile is told. */
void midi_input_resume(MidiInput *input);
/* The last order, once. */
MidiOrder midi_input_order(MidiInput *input);
/* Where the order MIDI_CONTINUE says to go on, in quarter notes; below 0: where it is. Once. */
double midi_input_position(MidiInput *input);
/* Beats a second of the clock that comes in; 0: none does. */
double midi_input_tempo(const MidiInput *input);

#endif
