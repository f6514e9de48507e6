/* MIDI of a performance: its ports, what comes in by them, and the clock that it sends. */
#ifndef KANON_PLAY_MIDI_H
#define KANON_PLAY_MIDI_H

#include "play/midi_input.h"

typedef struct Midi Midi;

/* What is wanted. */
typedef struct MidiWish {
    const char *const *ports; /* numbers or words of names that are heard, or "own" */
    int nports;
    bool own; /* a port of our own is heard too */
    const char
        *out; /* a number or words of a name that the clock goes to, "own", or NULL: nowhere */
} MidiWish;

/* Opens them. `wakes`, see MidiInput. NULL with a reason. */
Midi *midi_begin(const MidiWish *wish, Player *player, int wakes, EngineError *why);
/* Closes them. Nothing that came in is left. */
void midi_end(Midi *midi);
/* What comes in; NULL has none. */
MidiInput *midi_input(Midi *midi);
/* Looks whether ports have gone or are there again, and lets go what they held; a line for each goes to `say`. `now` in seconds. */
void midi_look_after(Midi *midi, double now, void (*say)(void *context, const char *line),
                     void *context);
/* The port that the clock goes to; NULL: none. */
const char *midi_told(const Midi *midi);
/* A message to it; by one thread at a time. */
void midi_send(Midi *midi, const uint8_t *message, int bytes);
/* The names of what is heard, one behind the other. */
void midi_names(const Midi *midi, Buf *out);

#endif
