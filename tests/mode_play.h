/* What the tests of playing share. Each is a function that prints what is wrong; mode_play.c lists them. */
#ifndef KANON_MODE_PLAY_H
#define KANON_MODE_PLAY_H

#include "mode_api.h"

enum { RATE = 48000 };

/* A live run for a device of so many outputs. */
KnLive *live_on(KnProgram *p, int outputs);

/* mode_play_midi.c */
bool midi_keeps_its_time(void);
bool nothing_hangs(void);
bool a_port_that_goes_lets_go(void);
bool broken_midi_does_no_harm(void);
bool what_waits_goes_along(void);
bool clocks_tell_a_tempo(void);

#endif
