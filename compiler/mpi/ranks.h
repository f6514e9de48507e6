/* Work that the ranks of an MPI job share. Each rank calls each of these, in the same order. */
#ifndef KANON_MPI_RANKS_H
#define KANON_MPI_RANKS_H

#include "command/command.h"

int ranks_here(void); /* number of this one */
int ranks_count(void);

/* What a rank but the first says goes nowhere between these two: the first says the same. */
void ranks_hush(void);
/* The highest status of all. Where the first has nothing to complain of, it prints what the one says that has. */
int ranks_agree(int status);
/* False where a rank has another text than the first, lines as identity.c writes them; then the first said which. */
bool ranks_have_the_same(const char *text);
/* The first one's text, for all: of at most `size` bytes with its 0. */
void ranks_tell(char *text, int size);

typedef struct Lot { /* [first, first + n) */
    int64_t first, n;
} Lot;
enum { MOST_LOT = 64 };

/* The first rank hands out work, and hears what became of it; the others do it. One rank alone does both. */
typedef struct Share {
    /* The next that is to be done, n at most MOST_LOT. False: there is no more. */
    bool (*next)(void *context, Lot *work);
    /* It was done, with the facts about each. */
    bool (*done)(void *context, const Lot *work, const SoundFacts *facts, Failure *why);
    /* By a rank that does it. */
    bool (*run)(void *context, const Lot *work, SoundFacts *facts, Failure *why);
    void *context;
} Share;
/* False, for all ranks, when one failed: with the reason, and where. */
bool ranks_share(const Share *share, Failure *why);

#endif
