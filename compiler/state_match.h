/* What a program knows from its past, and how an edited program takes it over. */
#ifndef KANON_STATE_MATCH_H
#define KANON_STATE_MATCH_H

#include "emit.h"

/* The state of one node: fields that are side by side in the struct. */
typedef struct StateCell {
    const char *path; /* of its binding: "out/echo/lowpass/y" */
    const Field *fields;
    int nfields;
    uint64_t meaning; /* of the node and all it is computed from: equal where nothing was edited */
} StateCell;

/* All state of a program; fields belong to its engine. */
typedef struct StateMap {
    Arena *arena;
    StateCell *cells;
    int n, cap;
} StateMap;

/* A copy of `bytes` from one state to another; of rings, of the samples that both have room for. */
typedef struct StateMove {
    size_t from, to, bytes;
    int from_size, to_size; /* of rings of `item` bytes a sample, 0: no ring */
    int item;
} StateMove;

typedef enum {
    STATE_GOES_ON, /* as it was */
    STATE_EDITED,  /* goes on, but what is computed with it was edited */
    STATE_CHANGED, /* of another type or shape: starts anew */
    STATE_STARTS,  /* there was none of that name */
    STATE_ENDS     /* there is none of that name any more */
} StateFate;

typedef struct StateReport {
    const char *path;
    StateFate fate;
} StateReport;

typedef struct StateMatch {
    Arena *arena; /* of the paths */
    StateMove *moves;
    int nmoves, move_cap;
    StateReport *reports; /* one for each path, in the order of the new program, then what ends */
    int nreports, report_cap;
} StateMatch;

StateMap *state_map_create(const Graph *g, const Field *fields, int n);
void state_map_free(StateMap *map);
/* How the second takes over from the first. Never NULL. */
StateMatch *state_match(const StateMap *from, const StateMap *to);
void state_match_free(StateMatch *match);
/* Does it, at the frame that both are at. No allocation: for the audio thread. */
void state_move(const StateMatch *match, const void *from, void *to, int64_t frame);

#endif
