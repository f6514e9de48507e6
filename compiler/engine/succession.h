/* The notes of one instrument go on in another, which replaces it while they sound. */
#ifndef KANON_ENGINE_SUCCESSION_H
#define KANON_ENGINE_SUCCESSION_H

#include "engine/instrument.h"

/* A voice of the new instrument, and the note that it is to go on with. */
typedef struct Successor {
    int64_t order; /* of the note, as the old instrument counts them; -1: none */
    int from;      /* the voice that plays it there */
    StateMoving moving;
    uint64_t *words; /* of `moving` */
} Successor;

typedef struct Succession {
    const StateMatch *match; /* of the states of a note */
    Successor *successor;    /* of each voice of the new instrument */
    int *by;                 /* of each voice of the old one: its successor, -1 */
    int64_t begun;           /* notes that had begun when this did; below 0: it has not */
} Succession;

/* For two instruments whose notes match so. Goes with the memory of the guard that it is made under. */
Succession *succession_create(Instrument *m, Instrument *from, const StateMatch *match);
/* On the audio thread, between blocks, over as many as it takes; `frames` is the length of a block, by which the work is measured. True when
 * all notes that sounded at the first call are ready: later ones are little work. */
bool succession_catch_up(Succession *s, Instrument *m, Instrument *from, int frames);
/* Then at once: all that is known of notes in the old instrument, keys, controllers, rules and events that wait, is known in the new
 * one, at the same frame. Notes that were edited go on with what is alike. Of more than the new one has voices for those stay behind, to
 * be heard in the old one alone, which would lose their voices first. */
void succession_take_over(Succession *s, Instrument *m, Instrument *from);

#endif
