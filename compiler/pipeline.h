/* A compilation: text in, a lowered graph out. pipeline.c is the list of its stages and passes. */
#ifndef KANON_PIPELINE_H
#define KANON_PIPELINE_H

#include "evaluate/program.h"
#include "print_c/emit_c.h"

typedef struct CompileOptions {
    double rate;     /* 0: not known (kanon build without --rate) */
    double max_rate; /* size of delay lines when rate is not known */
    double
        picture_width; /* points in a row of its picture, which is made then, or PICTURE_ANY_WIDTH (graph/picture.h); 0: it is not */
    bool double_precision;
    /* a text that is one expression may use these names for the inputs of its program */
    const char *const *inputs;
    int ninputs;
    const char
        *isa; /* instruction set of kernels by name; NULL: KANON_ISA, else the best there is */
    /* that will share a program in memory; 0 or 1: one computes all of it; -1: it is cut into stages wherever it can be, tests
     * do so */
    int threads;
    /* engine jit puts calls, and terms of sums, in another order for each number but 0: what is promised hangs on none of them, as
     * tests see */
    unsigned order;
    bool text; /* engine jit gives all to libtcc, as where there is no machine/calls.c: tests do */
    bool verify;         /* the graph after each pass: tests do, and builds with KN_VERIFY always */
    FileAccess access;   /* which files the program may read */
    bool documented;     /* definitions of the library come with their /// lines */
    Limits limits;       /* all 0: the usual ones */
    StrategySet without; /* strategies that are left out */
    /* Bytes of a sound file, as floats, that are held in memory; larger ones are read while they are heard. 0: the usual */
    int64_t most_held;
    bool
        waits; /* for what is not there of these, since nobody hears it while it runs; else that is silence, and counted */
} CompileOptions;

typedef struct Compile {
    Session session;
    CompileOptions options;
    Program program;
    /* the program's graph, and that of its notes, after the passes: what is scheduled */
    Graph *lowered, *lowered_notes, *lowered_picture, *lowered_heard;
    bool turned;      /* see compile_turn_to_notes */
    MemoryOwner *own; /* of what is allocated for it; NULL: the guard around has its own */
    Span spent_at; /* the user's call that was evaluated when the budget was passed, or nowhere */
} Compile;

Compile *compile_create(const CompileOptions *options);
/* Runs work(data), which the budget of the compilation pays. False when that is passed, now or before: then
 * nothing of the compilation but its diags and its budget may be looked at any more. Within itself it just runs. */
bool compile_within(Compile *c, void (*work)(void *data), void *data);
/* What is said of that, as an error among the diags, or in text of some 200 bytes. */
void compile_tell_spent(Compile *c);
void compile_spent_text(const Compile *c, char *text, size_t size);
/* A running program of so many bytes: is that within the limit, and what is said when it is not. */
bool compile_state_fits(const Compile *c, size_t bytes);
void compile_state_text(const Compile *c, size_t bytes, char *text, size_t size);
void compile_free(Compile *c);
/* After a jump out of a compilation: gives back what is no memory. What is memory is its owner's. */
void compile_abandon(Compile *c);
/* Text or file to graph (parse, resolve, peval), on a deep stack of its own. Returns
 * false when there are errors. `path` names the file; with `text` it is not read. */
bool compile_front(Compile *c, const char *path, const char *text, size_t length, bool expression);
/* Runs every pass; c->lowered is there afterwards. Dumps asked for go to `dump` (may be NULL). */
typedef struct PassOptions {
    const char *dump_after; /* name of a pass: print the graph after it */
    const char *skip;       /* name of a pass left out */
    const char *stop_after;
    bool time_passes;
    Buf *dump;
} PassOptions;
bool compile_lower(Compile *c, const PassOptions *options);

/* peval_expression within the budget. */
NodeId compile_expression(Compile *c, Ast *ast, bool allow_time);
/* The lowered graph as C, within the budget and the limit of state. False with a diag when it cannot be emitted. */
bool compile_emit_c(Compile *c, const EmitOptions *options, EmitResult *result);
/* The same with what plays the notes of an instrument, so many at once, and with a picture of any width. */
bool compile_emit_whole(Compile *c, EmitOptions options, int voices, EmitResult *result);
/* From here on the graphs of the notes stand where those of the program do, and the other way round: a note is compiled as if it were the
 * program. */
void compile_turn_to_notes(Compile *c);
/* The same with the graphs of its picture, and of what that shows; a program that they stand in for plays no notes. */
void compile_turn_to_picture(Compile *c);
void compile_turn_to_heard(Compile *c);

#endif
