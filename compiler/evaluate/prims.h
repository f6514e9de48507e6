/* What the files about primitives share: evaluate/prims.c hands a call to the file of its kind. */
#ifndef KANON_EVALUATE_PRIMS_H
#define KANON_EVALUATE_PRIMS_H

#include "evaluate/peval.h"

/* evaluate/prims_lists.c. `args` as they were given: the last may be missing. */
Value list_call(Peval *p, PrimId prim, const Value *args, int n, Span span);
Value call_one(Peval *p, Value f, Value x, Span span);
/* False with a diag where argument `place` is no function of as many arguments as prim wants: `map(xs, sine(440)(t))` has
 * the value where a function is meant. */
bool is_callable(Peval *p, PrimId prim, Value f, int place, Span span);

/* evaluate/prims_questions.c: known, changes, remembers, channels */
Value question_call(Peval *p, PrimId prim, Value x, Span span);

/* evaluate/prims_patterns.c */
Value pattern_prim(Peval *p, PrimId prim, const Value *args, int n, Span span);
/* map and filter of a pattern: by the values of its events. */
Value pattern_mapped(Peval *p, PrimId prim, Value pattern, Value f, Span span);
Value pattern_backwards(Peval *p, Value pattern, Span span);

/* evaluate/prims_texts.c */
Value text_call(Peval *p, PrimId prim, const Value *args, int n, Span span);

/* evaluate/midi_file.c: midi_file */
Value midi_file_call(Peval *p, const Value *args, int n, Span span);

/* evaluate/prims_signals.c: the function of time that a primitive with these arguments is */
Value signal_function(Peval *p, PrimId prim, const Value *args, int n, Span span);
/* The signal of a sound file, and its number in the graph. */
Value sample_function(Peval *p, const char *path, Op quality, Span span);
/* The same of a path that stands by itself. */
Value sample_of_path(Peval *p, const char *full, Op quality, Span span);
/* The operation that a quality is, `linear`, `cubic` or `sinc`; false with a diag. */
bool sample_quality(Peval *p, Value v, Op *op, Span span);

/* evaluate/bank.c */
Value bank_call(Peval *p, const Value *args, int n, Span span);
bool is_bank(Value v);
/* A bank at a name, or what it has of that name at a number; lists of these give lists. */
Value bank_index(Peval *p, Value bank, Value index, Span span);
/* What it is where it is read as a signal. */
Value bank_as_signal(Peval *p, const Function *bank, Span span);

int sample_number(Peval *p, const Function *f);

#endif
