/* The notes of an instrument as a graph of their own. */
#ifndef KANON_GRAPH_NOTES_H
#define KANON_GRAPH_NOTES_H

#include "graph/graph.h"

/* What a note is told by whoever plays it. */
typedef enum {
#define NOTE_ARGUMENT(NAME, name, unit, min, max, initial, text) NOTE_##NAME,
#include "graph/note_arguments.def"
#undef NOTE_ARGUMENT
    NOTE_ARGUMENTS
} NoteArgument;

/* What it is called in a program. */
extern const char *const note_argument_names[];

/* Places for so many notes that sound, and for those that fade meanwhile. */
static inline int notes_room(int voices) {
    return voices + (voices / 4 > 4 ? voices / 4 : 4);
}

/* An instrument: `voice` of the main module. */
typedef struct Notes {
    /* one note, whose time is t; NULL: the program is no instrument, or nobody hears it */
    Graph *graph;
    int channels;
    NodeId *nodes; /* of these channels, and */
    int params;    /* how many params there are with its own, until the graph is made */
    /* the params of the note's graph, behind those of the program; -1: it does not ask for this */
    int param[NOTE_ARGUMENTS];
} Notes;

#endif
