/* What the files behind kanon.h share. In: handles of a host. Out: the compiler and its engines, which
 * know nothing of hosts. */
#ifndef KANON_API_H
#define KANON_API_H

#include "internal.h"
#include "kanon.h"

#include <pthread.h>
#include <stdatomic.h>

/* ---- api_diagnostics.c: what a compilation had to say, kept after it is gone -------------------- */

typedef struct Place {
    const char *file; /* NULL: no place */
    int line, column;
} Place;

typedef struct ReportNote {
    Place place;
    const char *message;
} ReportNote;

typedef struct ReportDiag {
    int severity; /* KN_ERROR, KN_WARNING */
    const char *message, *help;
    Place place;
    int length;       /* code points underlined */
    const char *text; /* the line */
    ReportNote *notes;
    int nnotes;
} ReportDiag;

typedef struct Report {
    Arena *arena; /* of everything below */
    int status;
    ReportDiag *diags;
    int n;
    const char *messages;
} Report;

void report_clear(Report *report);
/* Copies the diags of a compilation that ended with this status. The report is empty before. */
void report_take(Report *report, Compile *c, int status);

/* ---- the handles --------------------------------------------------------------------------------- */

struct KnCompiler {
    double rate;
    bool double_precision, keep_c;
    EngineKind engine;
    const char *isa; /* one of kernels_set_name, or NULL */
    Report report;
};

struct KnProgram {
    atomic_int references;
    Compile *c; /* its graph has the names and params */
    Engine *engine;
    bool pure;
    const char **output_names, **memory_reasons; /* of each output; in the arena of c */
    Buf c_text;
    double compile_seconds;
    pthread_mutex_t lock; /* of what is made of the compilation later */
};

/* api_program.c: takes the compilation and the engine over. */
KnProgram *program_create(Compile *c, Engine *engine);
/* The program as C for the machine's compiler, with the state that engine jit has. Any thread. */
bool program_emit_c(KnProgram *program, EmitResult *result, EngineError *error);

/* api_instance.c: what the engines run. */
Instance *instance_behind(KnInstance *instance);

#endif
