/* Libraries of sound and MIDI that print. */
#ifndef KANON_PLAY_QUIET_H
#define KANON_PLAY_QUIET_H

/* From now on ALSA and JACK, as far as they are behind a library that was opened by dlopen, tell the terminal nothing. */
void library_quiet(void *library);

#endif
