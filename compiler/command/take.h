/* The file that `kanon play --record` writes. */
#ifndef KANON_COMMAND_TAKE_H
#define KANON_COMMAND_TAKE_H

#include "command/command.h"
#include "play/recorder.h"

typedef struct Take {
    const char *path;
    SoundFormat format;
    double rate;
    int channels;
    OutputFile *file;
    SoundOutput *sound;
    bool failed, kept; /* the file took no more; what it had is kept */
    Failure why;       /* it failed */
} Take;

/* The format that the request asks for. Without --record nothing, and `path` is NULL. False: a message was printed. */
bool take_choose(const Request *request, Take *take);
/* Opens the file, which appears in take_end. `spared` is not replaced. Returns a status; a message was printed. */
int take_begin(Take *take, int channels, double rate, FilesRead *spared);
/* What writes into it. */
RecorderSink take_sink(Take *take);
/* Completes it, puts it in place and says so. Returns a status. */
int take_end(Take *take);

#endif
