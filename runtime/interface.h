/* What is known of a program in C from outside: compiler/print_c/interface.c writes this text with the words of a program,
 * and says which they are. */

/* NAME: made by Kanon. It is yours: no licence is attached to it. */
#ifndef UPPER_KANON_H
#define UPPER_KANON_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if HAS_SOUND
#if HAS_RUNNING
#ifndef KN_RUNNING
#define KN_RUNNING
typedef struct {
    int64_t count;
    int32_t head, n;
} KnRunning;
#endif

#endif
enum {
    UPPER_INPUTS = INPUTS,
    UPPER_OUTPUTS = OUTPUTS,
    UPPER_PARAMS = PARAMS,
#if IS_INSTRUMENT
    UPPER_VOICES = LIMIT_OF_VOICES,
#endif
    UPPER_LATENCY = LATENCY
};
#define UPPER_MAX_RATE MAX_RATE
#else
enum { UPPER_PARAMS = PARAMS };
#endif

typedef struct NAME_param {
    const char *name, *label, *unit;
    double min, max, initial, step; /* step 0: continuous */
    int log;                        /* 1: logarithmic control */
    int controller;                 /* of MIDI, which turns it; -1: none does */
} NAME_param;
extern const NAME_param NAME_params[]; /* UPPER_PARAMS of them */

#if HAS_SOUND
#if IS_INSTRUMENT
#ifndef KN_VOICES
#define KN_VOICES
VOICE_TYPES;
#endif

#endif
/* The whole state: no memory is allocated anywhere. Its fields are private. */
STATE;

/* Also resets. 0 if the rate cannot be had: then process writes silence. */
int NAME_init(NAME *self, double sample_rate);
/* Any number of frames; an output may be the same memory as an input. Safe in an audio thread. */
void NAME_process(NAME *self, const float *const *inputs, float *const *outputs, int frames);
/* Clamped to the param's range, NaN ignored; takes effect with the next process. */
void NAME_set(NAME *self, int param, double value);
double NAME_get(const NAME *self, int param);
/* 1: done; 0: the program remembers, and nothing changed. */
int NAME_seek(NAME *self, int64_t frame);
#if IS_INSTRUMENT

/* What happens to notes, `after` so many frames behind the next one that is processed: 1; 0 where a number is out of range, or
 * EVENTS_AT_ONCE wait already. Channels are 0 to 15, keys numbers of semitones, 69 for A4, also between those of a keyboard;
 * velocities, pressures and values of controllers 0 to 1. Safe in an audio thread. */
int NAME_note_on(NAME *self, int after, int channel, double key, double velocity);
int NAME_note_off(NAME *self, int after, int channel, double key, double velocity);
int NAME_note_pressure(NAME *self, int after, int channel, double key, double pressure);
int NAME_pressure(NAME *self, int after, int channel, double pressure);
int NAME_bend(NAME *self, int after, int channel, double semitones);
/* 64 is the sustain pedal, 74 `timbre`, 120 and 123 end all notes of the channel; params that are bound to it follow. */
int NAME_controller(NAME *self, int after, int channel, int controller, double value);
/* A message of MIDI 1.0, 1 to 3 bytes, status first. */
int NAME_midi(NAME *self, int after, const uint8_t *message, int bytes);
/* How notes share voices; at first poly, and the oldest makes way. */
void NAME_set_voicing(NAME *self, int voicing, int legato, double glide, int stealing);
#endif
#endif
#if HAS_PICTURE
#if HAS_SOUND

#endif
PICTURE;
#endif

#ifdef __cplusplus
}
#endif
#endif
