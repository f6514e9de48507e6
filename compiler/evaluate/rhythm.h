/* What plays patterns; evaluate/rhythm.c. Rows are lists, for stdlib/patterns.kn. */
#ifndef KANON_EVALUATE_RHYTHM_H
#define KANON_EVALUATE_RHYTHM_H

#include "evaluate/cycles.h"

/* [sound, period in beats, cells of that, strokes in it, tables, [[step, low, high] of each chance], is it panned, pan] of each voice. A table has a
 * number for each cell, or one for all: [since, until, gain, [first of each chance], begin, number of the stroke], and where strokes lie within
 * cells the same from there on. `beat`: seconds; `ring`: for how many beats a sound rings on when it comes again. */
Value voices_of(Peval *p, const Pattern *a, Value instrument, Value beat, double ring);
/* [how loud each step is hit, the beats of that, steps a beat]: 0 is no hit. */
Value grid_of_hits(Peval *p, const Pattern *a, Span span);
/* [values, which of them each step has, from 1, or 0; where one begins; steps a beat] */
Value cells_of(Peval *p, const Pattern *a, Span span);
/* Of a pattern that leaves something to chance: [steps a beat, steps of its period, how many events have begun up to each step; of each event
 * its step, its loudness (hits) or value, and its length in steps; [first, step, low, high] of each chance, each a list or one for all;
 * how many events must be looked through until it is less likely than 2^-40 that none of them is there] */
Value lots_on_grid(Peval *p, const Pattern *a, bool hits, Span span);
/* Is something of it decided while it runs? */
bool leaves_to_chance(const Pattern *a);
/* [begin, end, from, to, value, gain] of what is there between two times, in cycles. */
Value events_between(Peval *p, const Pattern *a, double low, double high, Span span);

/* evaluate/chords.c: the notes of "Am7" as MIDI numbers */
Value chord_call(Peval *p, Value v, Span span);
/* Is the value the name of a `what`? Then *span is where it is given; else, with an error, *v is that. */
bool is_name_of(Peval *p, const char *what, Value *v, Span *span);
/* evaluate/scales.c: "harmonicMajor" as semitones above the root within an octave */
Value scale_call(Peval *p, Value v, Span span);

#endif
