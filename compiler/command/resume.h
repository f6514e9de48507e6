/* A render whose file is filled piece by piece (command/pieces.h): in order by one process, or in any by several. */
#ifndef KANON_COMMAND_RESUME_H
#define KANON_COMMAND_RESUME_H

#include "command/job.h"
#include "command/pieces.h"

/* ---- where pieces go as they are rendered ------------------------------------------------------------ */

typedef struct PieceSink {
    PieceLayout layout;
    int64_t piece;      /* that is being rendered */
    int filled;         /* frames of it */
    SoundPacker packer; /* its samples go through it */
    unsigned char *bytes;
    /* Takes the bytes of sink->piece, and the facts about it. False ends the render. */
    bool (*store)(struct PieceSink *sink, const SoundFacts *facts);
    void *context; /* of store */
    Job *job;      /* shows progress; NULL: nothing does */
    int64_t clamped;
} PieceSink;
PieceSink piece_sink(const Job *job);
void piece_sink_free(PieceSink *sink);
/* Pieces [from, end) of a job into a sink. */
RenderResult piece_render(const Job *job, PieceSink *sink, int64_t from, int64_t end);

/* ---- the file ------------------------------------------------------------------------------------------ */

typedef struct Resume {
    Job *job;
    PieceLayout layout;
    Pieces *pieces;
    int64_t there; /* frames that were, at first */
    double began;
} Resume;
/* Can a job be rendered in pieces, as `option` asks? Else a message, and the status. */
int resume_refuses(const Job *job, const char *option);
/* Opens the file at job->out, as far as it is there. Returns a status; to be closed in any case. */
int resume_open(Job *job, Resume *resume);
/* All pieces are there: puts the file in place, and tells. Returns a status. */
int resume_finish(Resume *resume, int64_t clamped);
void resume_close(Resume *resume);

/* All of it, by this process. Returns a status. */
int resume_render(Job *job);

#endif
