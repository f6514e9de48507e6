/* Standalone C of a graph. */
#ifndef KANON_PRINT_C_EMIT_C_H
#define KANON_PRINT_C_EMIT_C_H

#include "graph/notes.h"
#include "lower/span_facts.h"
#include "lower/work.h"
#include "plan/strategy.h"

/* Of an instrument: it is emitted with what plays its notes. */
typedef struct EmitNotes {
    const Graph *
        graph; /* of a note, lowered; NULL: the program is emitted alone, and hears the sum of notes as inputs */
    const Notes *facts;
    int voices; /* at once */
} EmitNotes;

typedef struct EmitOptions {
    const char *name; /* prefix of everything that is emitted: a C identifier */
    bool with_main;
    double max_rate;
    bool double_precision;
    StrategySet without;   /* these strategies are left out */
    double default_length; /* for --main */
    EmitNotes notes;
    const char *header_name; /* to #include; NULL: the header's text is put into the C text */
} EmitOptions;
typedef struct EmitResult {
    Buf source, header;
    size_t state_bytes; /* sizeof of the state struct */
    SpanFacts spans;
    Work work;
} EmitResult;
/* False with a diag when the graph cannot be emitted: its sound files are over 16 MiB. */
bool emit_c(Session *session, const Graph *g, const EmitOptions *options, EmitResult *result);

#endif
