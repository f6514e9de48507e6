/* Standalone C of a graph. */
#ifndef KANON_PRINT_C_EMIT_C_H
#define KANON_PRINT_C_EMIT_C_H

#include "graph/notes.h"
#include "graph/picture.h"
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

/* Of a program with a picture. */
typedef struct EmitPicture {
    const Graph *graph; /* of a row, lowered; NULL: the program is emitted without */
    const Picture *facts;
} EmitPicture;

/* What is added behind the interface: nothing, a command, a client of JACK, a plug-in of LV2. */
typedef enum { HOST_NONE, HOST_COMMAND, HOST_JACK, HOST_LV2 } EmitHost;

/* How an instrument of a host of its own shares its voices: arguments of NAME_set_voicing. */
typedef struct EmitVoicing {
    int voicing, stealing; /* KnVoicing, KnStealing */
    bool legato;
    double glide; /* seconds */
} EmitVoicing;

typedef struct EmitOptions {
    const char *name; /* prefix of everything that is emitted: a C identifier */
    EmitHost host;
    EmitVoicing voicing; /* of HOST_JACK and HOST_LV2 */
    const char *uri;     /* of HOST_LV2 */
    double max_rate;
    bool double_precision;
    StrategySet without;   /* these strategies are left out */
    double default_length; /* of HOST_COMMAND, seconds */
    EmitNotes notes;
    EmitPicture picture;
    const char *header_name; /* to #include; NULL: the header's text is put into the C text */
} EmitOptions;
typedef struct EmitResult {
    Buf source, header;
    size_t state_bytes; /* sizeof of the state struct */
    SpanFacts spans;
    Work work;
} EmitResult;

/* A knob of a host, print_c/hosts.c: what it shows of a param, in the unit that the param is written in, or plainly where its range is none
 * in that unit. */
typedef struct Knob {
    Unit unit;
    double min, max, initial;
    double step;      /* 0: none that is even in that unit */
    bool logarithmic; /* its range begins above 0, or ends below */
} Knob;
Knob knob_of_param(const ParamInfo *param);
/* Does a controller of MIDI turn a param? */
bool graph_hears_controllers(const Graph *g);
/* The param `tempo`, in beats a second, which hosts turn by theirs; -1: there is none. */
int graph_tempo(const Graph *g);

/* False with a diag when the graph cannot be emitted: its sound files are over 16 MiB. */
bool emit_c(Session *session, const Graph *g, const EmitOptions *options, EmitResult *result);

#endif
