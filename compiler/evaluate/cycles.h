/* Patterns: events in cycles of time, round and round. What the files about them share: evaluate/cycles.c what can be
 * done with patterns, evaluate/mini_notation.c texts, evaluate/rhythm.c what plays them.
 *
 * A pattern is one period of whole cycles, as TidalCycles has them (McLean and Wiggins 2010): an event has a whole, the
 * time that it is meant to take, and a part of that which is there; it begins where its part does as its whole does.
 * Parts never reach over the end of a cycle. */
#ifndef KANON_EVALUATE_CYCLES_H
#define KANON_EVALUATE_CYCLES_H

#include "evaluate/fraction.h"
#include "evaluate/peval.h"

enum {
    MOST_EVENTS = 1 << 16,   /* of a period */
    MOST_CYCLES = 1 << 14,   /* of a period */
    KEYS_OF_CYCLE = 1 << 26, /* numbers for hash that one cycle may use */
};

/* Decided anew in each period, number r: is hash(first + step * r) in [low, high)? */
typedef struct Chance {
    double first, step, low, high;
} Chance;

typedef struct Event {
    Fraction begin, end; /* the whole */
    Fraction from, to;   /* the part */
    Value value;
    Value gain, pan; /* V_ERROR: none was given */
    const Chance *chances;
    int nchances;
    int order; /* of events that begin together */
    Span span; /* of the word it was made of */
} Event;

struct Pattern {    /* equal patterns are one pattern */
    Fraction beats; /* of a cycle */
    int64_t period; /* cycles */
    int n;
    uint32_t hash;
    Pattern *chain;
    const int *starts;   /* of each cycle and of the end: the first event that is there */
    const Event *events; /* by the begin of their parts */
};

/* One that is being made. What is too much or too fine for it ends it: the error, once, and then it is empty. */
typedef struct Making {
    Peval *p;
    Span span;
    Event *events;
    int n, cap;
    int64_t period;
    bool failed;
} Making;

Making making_begin(Peval *p, int64_t period, Span span);
/* NULL: it failed. */
const Pattern *making_end(Making *m, Fraction beats);
/* A part may reach over cycles here. */
void making_add(Making *m, Event event);

/* Least common multiple of two periods; 0 with an error where it is too long. */
int64_t common_period(Peval *p, int64_t a, int64_t b, Span span);

/* All of these give NULL, and an error was told, when it is too much; of NULL, too, NULL. */
const Pattern *pattern_silence(Peval *p);
const Pattern *pattern_of(Peval *p, Value value, Span span);
/* One after the other in each cycle, as long as their weights. */
const Pattern *pattern_sequence(Peval *p, const Pattern *const *parts, const Fraction *weights,
                                int n, Span span);
const Pattern *pattern_stack(Peval *p, const Pattern *const *parts, int n, Span span);
/* One of them in each cycle, by chance. */
const Pattern *pattern_choice(Peval *p, const Pattern *const *parts, const double *weights, int n,
                              int seed, Span span);
/* At time t what the pattern has at (t - late) * speed, speed above 0. */
const Pattern *pattern_at(Peval *p, const Pattern *a, Fraction speed, Fraction late, Span span);
const Pattern *pattern_reversed(Peval *p, const Pattern *a, Span span);
/* Each event n times in its time. */
const Pattern *pattern_ply(Peval *p, const Pattern *a, int n, Span span);
/* The n parts of each cycle in another order. */
const Pattern *pattern_reordered(Peval *p, const Pattern *a, const int *order, int n, Span span);
/* Each event is left out with that chance. */
const Pattern *pattern_degraded(Peval *p, const Pattern *a, double chance, int seed, Span span);
/* Other decisions of all that is left to chance. */
const Pattern *pattern_rekeyed(Peval *p, const Pattern *a, int key, Span span);
const Pattern *pattern_with_beats(Peval *p, const Pattern *a, Fraction beats);
/* While an event of a is there, what `make` gives for its value. */
typedef const Pattern *MakePattern(void *data, const Event *event);
const Pattern *pattern_joined(Peval *p, const Pattern *a, MakePattern *make, void *data, Span span);
/* k hits spread over n steps, left out below 0: 1 and 0. */
void euclid_steps(int k, int n, int turn, char *steps);
const Pattern *pattern_euclid(Peval *p, const Pattern *a, int k, int n, int turn, Span span);
/* Events of both where they are there together, with the whole of one of them; what `meet` makes of the first, false: nothing. */
typedef bool Meet(void *data, Event *a, const Event *b);
const Pattern *pattern_combined(Peval *p, const Pattern *a, const Pattern *b, Meet *meet,
                                void *data, Span span);
/* What `change` makes of each event, whose part may then lie at any other time: it comes again each period, as before. False: it is
 * left out. */
typedef bool Change(void *data, Event *event);
const Pattern *pattern_changed(Peval *p, const Pattern *a, Change *change, void *data, Span span);

/* evaluate/mini_notation.c: NULL with an error, which points into the text where it stands in the program. */
const Pattern *mini_notation(Peval *p, const char *text, const Ast *ast, Span span);
/* Only steps, as pattern("x..o") has them from of old: x X o . - blank | */
bool is_list_of_steps(const char *text);
/* "E4 F4 ~ G4:0.5": one cycle is as many beats as it has. */
const Pattern *melody_notation(Peval *p, const char *text, const Ast *ast, Span span);

/* evaluate/rhythm.c */
/* A word that is the name of a note is its frequency, in the octave of middle C where it has none. */
Value pitch_of(Peval *p, Value word);

#endif
