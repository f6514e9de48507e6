/* What a program knows from its past, and how an edited program takes it over. */
#ifndef KANON_STATE_MATCH_H
#define KANON_STATE_MATCH_H

#include "state/field.h"

/* The state of one node: fields that are side by side in the struct. */
typedef struct StateCell {
    const char *path; /* of its binding: "out/echo/lowpass/y" */
    const Field *fields;
    int nfields;
    uint64_t meaning; /* of the node and all it is computed from: equal where nothing was edited */
    int phase;        /* number among the map's phases; -1: it is none */
} StateCell;

/* All state of a program; fields belong to its engine. */
typedef struct StateMap {
    Arena *arena;
    StateCell *cells;
    int n, cap;
    size_t *phases; /* where the phases that params control are, two words of 64 bits each */
    int nphases, phase_cap;
} StateMap;

typedef enum { STATE_FLOATS, STATE_DOUBLES, STATE_OTHERS } StateNumbers;

/* A copy of `bytes` from one state to another. */
typedef struct StateMove {
    size_t from, to, bytes;
    StateNumbers numbers;
    int cell; /* moves of one cell are beside each other, and are made together or not at all */
    int64_t begins; /* of the new one: it stays empty until then */
} StateMove;

/* The same of a ring of `item` bytes a sample, as many samples as both have room for, bit by bit. */
typedef struct StateRing {
    size_t from, to, item;
    StateNumbers numbers;
    int from_size, to_size;
    int mirrored; /* of how many of its first elements the new one has copies behind its end */
    int64_t begins;
} StateRing;

/* A phase that params control: what pure signals were is made of it before it is taken over. */
typedef struct StatePhase {
    size_t from, to;
    int number; /* among the phases of the old map */
} StatePhase;

/* A kernel's table of powers, and its history, which belongs to that table. */
typedef struct StateHistory {
    StateMove powers, history;
} StateHistory;

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
    StateRing *rings;
    int nrings, ring_cap;
    StatePhase *phases;
    int nphases, phase_cap;
    StateHistory *histories;
    int nhistories, history_cap;
    StateReport *reports; /* one for each path, in the order of the new program, then what ends */
    int nreports, report_cap;
} StateMatch;

/* How far one state has come with taking over from another: many may do so by one match. */
typedef struct StateMoving {
    const StateMatch *match;
    int64_t *at;    /* of each ring: the sample to be copied next */
    uint64_t *told; /* the two words of each phase, as the past of pure signals was made of them */
    bool is_told;
} StateMoving;

/* Maps and matches go with the memory of the guard that they are made under (base/memory.h). */
StateMap *state_map_create(const Graph *g, const Field *fields, int n);
/* How the second takes over from the first. Never NULL. */
StateMatch *state_match(const StateMap *from, const StateMap *to);

/* Words of memory that one needs; in such, it begins, also anew. */
size_t state_moving_words(const StateMatch *match);
void state_moving_begin(StateMoving *moving, const StateMatch *match, uint64_t *words);

/* The phases of the old program into the new state, to be done before its past is made: as they were told, two words for each of the old
 * map, or, by whoever may read it, from the old state. */
void state_tell_phases(StateMoving *moving, const uint64_t *told, void *to);
void state_read_phases(StateMoving *moving, const void *from, void *to);
/* For the audio thread, in this order. What begins after that frame in the new program starts there with nothing. A program that went astray is not followed: of rings, what is no
 * number, or out of all bounds, becomes 0, and other cells that hold such are left as they are, new. Rings: up to `most` more samples of each; true when all are copied
 * up to that frame. Then the rest, but for phases that still are as they were told. Then,
 * after the powers of both are up to date, histories. */
bool state_move_rings(StateMoving *moving, const void *from, void *to, int64_t frame, int64_t most);
void state_move(const StateMoving *moving, const void *from, void *to, int64_t frame);
void state_move_histories(const StateMoving *moving, const void *from, void *to, int64_t frame);

#endif
