/* What engine.c and its engines share, and what a command needs to know about engines beside the
 * interface in internal.h. */
#ifndef KANON_ENGINE_H
#define KANON_ENGINE_H

#include "internal.h"
#include "engine/state_match.h"

#include <stdatomic.h>

/* "auto", "jit", "cc" or "ref"; false: there is no such engine. */
bool engine_named(const char *name, EngineKind *kind);
/* Is that engine here? ENGINE_CC: a C compiler was found. */
bool engine_available(EngineKind kind);

/* Is that within the limit of the compilation? False with *error, which is final. */
bool engine_state_fits(const Compile *c, size_t bytes, EngineError *error);

/* ---- engine/compiled.c: emitted C, compiled by the machine's compiler and loaded ----------------------
 */

typedef struct CcProgram {
    void *library; /* of dlopen */
    size_t state_size;
    int (*init)(void *self, double sample_rate);
    void (*process)(void *self, const float *const *inputs, float *const *outputs, int frames);
    void (*set)(void *self, int param, double value);
    double (*get)(const void *self, int param);
    int (*seek)(void *self, int64_t frame);
} CcProgram;

/* Emits, compiles and loads. False with *error. */
bool cc_program_load(Compile *c, CcProgram *program, EngineError *error);
/* The two halves of it. The second needs nothing of the Compile and may run on another thread, where
 * `child` (NULL: nobody does) lets others end it. */
typedef struct CcChild {
    atomic_int group; /* the compiler's process group while it runs; -1: while it is being ended */
    atomic_bool cancelled;
} CcChild;
bool cc_source_emit(Compile *c, EmitResult *result, EngineError *error);
bool cc_source_build(const EmitResult *source, CcChild *child, CcProgram *program,
                     EngineError *error);
/* Ends the compiler, now or as soon as it is started. Any thread. */
void cc_cancel(CcChild *child);
void cc_program_unload(CcProgram *program);
/* Whether there is a C compiler: KANON_CC, else cc, gcc, clang. */
bool cc_available(void);

/* ---- engine/in_memory.c: kernel calls, compiled by libtcc in memory ----------------------------------- */

typedef struct JitProgram JitProgram;
/* NULL with *error: no memory for code, or a bug of Kanon. What it needs of the Compile are the sound
 * files and tables of its graph, which must outlive it. */
JitProgram *jit_program_load(Compile *c, EngineError *error);
/* The C that would be compiled. False with *error: there is no such instruction set. */
bool jit_program_emit(Compile *c, Buf *out, EngineError *error);
void jit_program_free(JitProgram *program);
/* Bytes of a running program, at a multiple of 64. */
size_t jit_program_bytes(const JitProgram *program);
void jit_init(const JitProgram *program, void *self);
void jit_process(const JitProgram *program, void *self, const float *const *inputs,
                 float *const *outputs, int frames);
void jit_set(const JitProgram *program, void *self, int param, double value);
double jit_get(const JitProgram *program, const void *self, int param);
bool jit_seek(const JitProgram *program, void *self, int64_t frame);
/* Fields of the state, which emitted C has at the same places, and its bytes. */
const Field *jit_program_fields(const JitProgram *program, int *n, size_t *bytes);
/* See instance_prepare and its neighbours below. `from` NULL: no state of engine jit; `same_code`: it is
 * not run by other code. */
void jit_prepare(const JitProgram *program, void *self, int64_t frame, StateMatch *match,
                 const uint64_t *told);
bool jit_catch_up(const JitProgram *program, void *self, const void *from, StateMatch *match,
                  int64_t frame, int frames);
void jit_take_over(const JitProgram *program, void *self, const void *from, const StateMatch *match,
                   bool same_code);

/* ---- engine.c: programs that replace each other while they run ------------------------------------- */

/* The state of a program; NULL with engines whose state nobody takes over. */
StateMap *engine_state_map(const Engine *e);
/* A fresh instance is made ready to go on at about that frame: the past of pure signals is made. `told`:
 * the phases of the one it will take over from, NULL when it has told none. May take long: not for the
 * audio thread. */
void instance_prepare(Instance *i, int64_t frame, StateMatch *match, const uint64_t *told);
/* On the audio thread, over as many blocks as it takes: what has happened since, and the rings of the
 * other. `frames` is the length of the block, by which the work is measured. True when it is ready to go
 * on at `frame`. */
bool instance_catch_up(Instance *i, const Instance *from, StateMatch *match, int64_t frame,
                       int frames);
/* Then at once: it goes on where the other one is, with its state as far as `match` says. */
void instance_take_over(Instance *i, const Instance *from, const StateMatch *match, int64_t frame);
/* A word of the state of engine jit. */
uint64_t instance_word(const Instance *i, size_t offset);
/* From now on that code runs it, made of the same program: NULL, its own. */
void instance_run_by(Instance *i, const CcProgram *faster);

/* ---- child_process.c: a process that does not outlive us -------------------------------------------- */

typedef struct ChildWork {
    char *const *words; /* the program as a path, and its arguments */
    char **variables;
    const char *log; /* a file for all that it prints */
    const char *const
        *left; /* files, and their folder: removed by the keeper when we were killed */
    int nleft;
    const char *folder;
} ChildWork;
/* Its number, which is that of its group; -1 when it cannot be started. Status 127: it is no program. */
int child_start(const ChildWork *work);

/* ---- cleanup.c: what must not stay behind when a signal ends the process --------------------- */

typedef enum { CLEANUP_FILE, CLEANUP_FOLDER, CLEANUP_CHILD } CleanupKind;
/* Where files go that nobody is to keep: TMPDIR, else /tmp. */
const char *temporary_folder(void);
/* Registers a path to remove, or a process group to end (`path` NULL). Returns a ticket, -1 when
 * the table is full: then it is just not cleaned up. Any thread. */
int cleanup_add(CleanupKind kind, const char *path, int process);
/* It is gone, or is to stay. */
void cleanup_drop(int ticket);
/* Whether cleanup_on_signals was called: the process is kanon and no host. */
bool cleanup_is_on(void);
/* SIGINT, SIGTERM and SIGHUP remove what is registered, then end the process as they would. For
 * programs; a library leaves signals alone. */
void cleanup_on_signals(void);

#endif
