/* What was heard last, as a wave or a spectrum of characters. */
#ifndef KANON_PLAY_SCOPE_H
#define KANON_PLAY_SCOPE_H

#include "base/base.h"

#include <stdatomic.h>

enum { SCOPE_FRAMES = 8192 };

/* The mean of all channels, a ring that the audio thread writes and others read while it does: what they draw may be torn in one place,
 * where new frames came over old ones. Begins as zeros. */
typedef struct Scope {
    _Atomic float samples[SCOPE_FRAMES];
    _Atomic uint64_t written; /* frames so far */
} Scope;

/* The next frames. Audio thread. */
void scope_take(Scope *scope, float *const *channels, int nchannels, int frames);

/* Lines of at most so many columns, each with its end, and a last one that says what they are. A wave begins where it rises through 0; its height
 * is the next power of two above its peak. */
void scope_draw_wave(const Scope *scope, double rate, int columns, int rows, Buf *out);
/* From 20 Hz to 20 kHz, or half the rate, each octave as wide; from -90 dB of a sine at full scale to 0. */
void scope_draw_spectrum(const Scope *scope, double rate, int columns, int rows, Buf *out);

#endif
