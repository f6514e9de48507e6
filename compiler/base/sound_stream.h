/* Sound files that are read while they are heard: those larger than what a program should hold in memory. */
#ifndef KANON_BASE_SOUND_STREAM_H
#define KANON_BASE_SOUND_STREAM_H

#include "base/base.h"

typedef struct SoundStream SoundStream;

/* Of an open file, which stays the caller's. A stream that waits reads what is not there when it is asked for; another has a
 * thread for it. NULL with a reason in `why`. No memory of a compilation is used. */
SoundStream *sound_stream_open(int handle, bool waits, char *why, size_t size);
void sound_stream_close(SoundStream *s);

/* So many frames of a channel from `first` on, zeros beyond the ends of the file. Of a stream that does not wait, what is not
 * there is silence, and counted: from any thread, without locks. */
void sound_stream_read(SoundStream *s, float *to, int64_t first, int n, int channel);
/* The same, but what is not there is waited for. */
void sound_stream_fetch(SoundStream *s, float *to, int64_t first, int n, int channel);
/* How many reads found something missing. */
int64_t sound_stream_misses(const SoundStream *s);

/* A list of those that a compilation opened. */
SoundStream *sound_stream_link(SoundStream *s, SoundStream *before);
int sound_streams_open(const SoundStream *last);
void sound_streams_close(SoundStream *last);
int64_t sound_streams_misses(const SoundStream *last);

#endif
