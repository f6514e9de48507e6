/* What is played, on its way into a file: from the audio thread by a ring without locks to a thread that may wait for the disk. */
#ifndef KANON_PLAY_RECORDER_H
#define KANON_PLAY_RECORDER_H

#include "base/base.h"

typedef struct Recorder Recorder;

/* Who gets the frames, interleaved, on the recorder's thread; false, with a reason: it takes no more. */
typedef struct RecorderSink {
    bool (*write)(void *context, const float *samples, int frames, EngineError *why);
    void *context;
} RecorderSink;

/* Holds at least so many frames that wait. NULL: no memory, or no thread. */
Recorder *recorder_create(int channels, int frames, RecorderSink sink);
/* The next frames. Where they find no room they are lost, and silence of that length stands in their place. Audio thread: one,
 * which allocates, locks and waits for nothing and calls no system. */
void recorder_take(Recorder *recorder, float *const *channels, int frames);
/* Frames that were lost so far. */
int64_t recorder_lost(const Recorder *recorder);
/* Why the sink took no more; NULL: it does. */
const char *recorder_failure(const Recorder *recorder);
/* Hands over what waits, ends the thread, frees. `still_called`: somebody may yet call recorder_take, so that its memory stays. */
void recorder_end(Recorder *recorder, bool still_called);

#endif
