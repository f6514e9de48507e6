/* What the files behind kanon.h share. In: handles of a host. Out: the compiler and its engines, which
 * know nothing of hosts. */
#ifndef KANON_API_H
#define KANON_API_H

#include "engine/engine.h"
#include "api/kanon.h"

#include <pthread.h>
#include <stdatomic.h>

/* ---- api/diagnostics.c: what a compilation had to say, kept after it is gone -------------------- */

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
    MemoryOwner memory; /* of everything below */
    int status;
    const ReportDiag *diags;
    int n;
    const char *messages;
    const char *const *files; /* that it read, or looked for */
    int nfiles;
} Report;

void report_clear(Report *report);
/* Copies the diags of a compilation that ended with this status, and the paths of its files; `messages` is what
 * diag_print makes of the diags. The report is empty before. False, and empty, when there is no memory. */
bool report_take(Report *report, Compile *c, const Buf *messages, int status);
/* The empty report says that there is no memory. That needs none. */
void report_no_memory(Report *report);
/* Or that the thread's stack is too small. */
void report_small_stack(Report *report);

/* Bytes that must be left of the stack of a thread that compiles or replaces: what is done before the deep
 * stack is reached, and the C library's own needs. docs/embedding.md asks for more, for all functions. */
enum { LEAST_STACK = 24 << 10 };

/* ---- the handles --------------------------------------------------------------------------------- */

struct KnCompiler {
    double rate;
    bool double_precision, keep_c, offline;
    EngineKind engine;
    const char *isa; /* one of kernels_set_name, or NULL */
    char **folders;  /* real paths that programs may read beside their own */
    int nfolders;
    int picture_width;
    Limits limits;
    Report report;
};

struct KnProgram {
    atomic_int references;
    MemoryOwner memory;   /* of everything below */
    Compile *c;           /* its graph has the names and params */
    Engine *engine;       /* NULL: it has no `out` */
    Engine *rows, *heard; /* of its picture, see engine/picture.h; NULL: it has none */
    bool pure, map;
    const char **output_names, **memory_reasons; /* of each output; in the arena of c */
    Buf c_text;
    double compile_seconds;
    pthread_mutex_t lock; /* of what is made of the compilation later */
};

/* api/program.c */

/* An empty program with one reference, for a compilation to fill under a guard of its memory; NULL when
 * there is no memory. What it has got when the compilation ends early goes with kn_program_free. */
KnProgram *program_create(void);
/* Finds the facts that are no fields of the graph. */
void program_gather(KnProgram *program);
/* The program as C for the machine's compiler, with the state that engine jit has; the texts belong to
 * `memory`. Any thread. */
bool program_emit_c(KnProgram *program, MemoryOwner *memory, EmitResult *result);

/* api/instance.c: what the engines run. */
Instance *instance_behind(KnInstance *instance);

#endif
