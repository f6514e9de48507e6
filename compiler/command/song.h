/* What an instrument plays in a render. */
#ifndef KANON_COMMAND_SONG_H
#define KANON_COMMAND_SONG_H

#include "command/command.h"
#include "engine/instrument.h"

/* ---- command/song.c ---------------------------------------------------------------------------- */

typedef struct Song {
    KnEvent *events; /* by frame */
    int n, cap, notes;
    int64_t frames; /* until its last event, or where the file ends */
    int voices;     /* notes at once, 0: the usual ones */
    Voicing how;
} Song;

/* What the request says of notes: the events of its --midi, which is noted among the files that were read, or one note, A4 for a
 * second. Of a program that is no instrument there are none. Returns the exit status, a message was printed. */
int song_open(const Request *r, Compile *c, double rate, Song *song);
void song_free(Song *song);
/* --steal, --mono, --legato and --glide. Returns the exit status, a message was printed. */
int voicing_read(const Request *r, Compile *c, Voicing *how);

#endif
