/* One face for all engines (render, print, bench, hosts), and what they share. */
#ifndef KANON_ENGINE_H
#define KANON_ENGINE_H

#include "engine/state_match.h"
#include "pipeline.h"
#include "runtime/kernels.h"

#include <stdatomic.h>

/* How notes share voices: see runtime/voices.h. */
typedef struct Voicing {
    int stealing, voicing; /* KnStealing, KnVoicing */
    bool legato;
    double glide; /* seconds */
} Voicing;
typedef struct Instrument Instrument; /* engine/instrument.h */

typedef enum { ENGINE_AUTO, ENGINE_JIT, ENGINE_TCC, ENGINE_CC, ENGINE_REF } EngineKind;

typedef struct Engine Engine;
/* A compiled program that can make instances. The Compile must outlive it. NULL with *error. */
Engine *engine_create(Compile *c, EngineKind kind, EngineError *error);
void engine_free(Engine *e);
const char *engine_name(const Engine *e);
double engine_compile_seconds(const Engine *e);
/* One running program; any number of them. */
typedef struct Instance Instance;
Instance *instance_create(Engine *e, int voices);
/* Notes that an instrument plays at once unless it is told otherwise, and the most that it can be told. */
enum { USUAL_VOICES = 32, MOST_VOICES = 65536 };
/* The same in memory of the caller: engine_instance_bytes of it, aligned to INSTANCE_ALIGNMENT. The
 * reference allocates more by itself. instance_free leaves that memory to the caller. `voices` 0: the usual ones; what is no
 * instrument has none. */
enum { INSTANCE_ALIGNMENT = 64 };
/* Vectors want it, of the state as well as of what lies beside it. */
static inline size_t instance_aligned(size_t bytes) {
    return (bytes + INSTANCE_ALIGNMENT - 1) / INSTANCE_ALIGNMENT * INSTANCE_ALIGNMENT;
}
size_t engine_instance_bytes(const Engine *e, int voices);
/* Of these, what its code may use for its state. */
size_t engine_state_bytes(const Engine *e);
Instance *instance_create_in(Engine *e, void *memory, int voices);
/* One of many, without notes, in engine_shared_bytes of memory: what it works with lies in engine_work_bytes, aligned alike, that it
 * shares with others. Two of them compute at once only where each was given work of its own before, and none is run by other code. */
size_t engine_shared_bytes(const Engine *e);
size_t engine_work_bytes(const Engine *e);
Instance *instance_create_sharing(Engine *e, void *memory, char *work);
/* How many of them compute at once, with work for each, one behind the other; 1: each alone. What each sounds like comes into its own
 * outputs, the bits that it has alone. */
int engine_beside(const Engine *e);
/* The functions of this machine that go with its code. */
KernelSet engine_kernels(const Engine *e);
/* Adds what one sounds like to a sum, at any addresses, and finds its loudest sample: runtime/kernels.def. */
typedef void AddVoice(float *sum, const float *x, int32_t *loudest, int n);
AddVoice *engine_add_voice(const Engine *e);
void instances_process_beside(Instance *const *of, int n, char *work, const float *const *inputs,
                              float *const *const *outputs, int frames);
void instance_free(Instance *i);
void instance_reset(Instance *i);
void instance_set(Instance *i, int param, double value);
double instance_get(const Instance *i, int param);
bool instance_seek(Instance *i, int64_t frame);
/* float buffers, one per channel. */
void instance_process(Instance *i, const float *const *inputs, float *const *outputs, int frames);

/* ---- engine/engine.c: a program that several threads share ----------------------------------- */

/* The stages that it is cut into, each of which needs what those before it have made of the same frames: 1, it is one
 * piece. May the first begin at any frame? Then several threads may compute it. */
int engine_stages(const Engine *e);
bool engine_starts_anywhere(const Engine *e);
/* Frames that a start elsewhere costs. */
int64_t engine_warm_up(const Engine *e);
/* Bytes of a sample of what stages hand over, which is one output more; all of them are to cut time alike. */
size_t engine_handed_bytes(const Engine *e);
enum { WHOLE_PROGRAM = -1 };
Instance *instance_create_stage(Engine *e, int stage, int voices);
bool engine_plays_notes(const Engine *e);
/* What plays its notes; NULL: it is no instrument. */
Instrument *instance_instrument(Instance *i);

/* "auto", "jit", "tcc", "cc" or "ref"; false: there is no such engine. */
bool engine_named(const char *name, EngineKind *kind);
/* Is that engine here? ENGINE_CC: a C compiler was found. */
bool engine_available(EngineKind kind);

/* Is that within the limit of the compilation? False with *error, which is final. */
bool engine_state_fits(const Compile *c, size_t bytes, EngineError *error);

/* ---- engine/c_compiler.c: the C compiler of the machine --------------------------------------- */

/* Whether there is a C compiler: KANON_CC, else cc, gcc, clang. */
bool cc_available(void);
/* TMPDIR as an absolute path: others are told files in it. False: it is too long. */
bool c_compiler_folder(char *absolute, size_t size);
/* `child` (NULL: nobody does) lets other threads end it. */
typedef struct CcChild {
    atomic_int group; /* the compiler's process group while it runs; -1: while it is being ended */
    atomic_bool cancelled;
} CcChild;
/* Ends the compiler, now or as soon as it is started. Any thread. */
void cc_cancel(CcChild *child);

enum { MOST_COMPILER_ARGUMENTS = 24 };
typedef struct CompilerRun {
    const char *const *arguments; /* behind its own words; NULL ends them */
    const char *log;              /* a file for all that it prints */
    const char *const *left; /* files, and their folder: removed when we are killed meanwhile */
    int nleft;
    const char *folder;
    const char *without; /* said where there is no compiler */
} CompilerRun;
/* It ran, and took the text for wrong; name "": it did not come to that. */
typedef struct CompilerRefusal {
    char name[81], complaint[256];
} CompilerRefusal;
/* Runs it and waits. False with *refusal, or else with *error. */
bool c_compiler_run(const CompilerRun *run, CcChild *child, CompilerRefusal *refusal,
                    EngineError *error);

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
/* The two halves of it. The second needs nothing of the Compile and may run on another thread. */
bool cc_source_emit(Compile *c, EmitResult *result, EngineError *error);
bool cc_source_build(const EmitResult *source, CcChild *child, CcProgram *program,
                     EngineError *error);
void cc_program_unload(CcProgram *program);
/* ---- engine/in_memory.c: kernel calls, compiled by libtcc in memory ----------------------------------- */

typedef struct JitProgram JitProgram;
typedef struct JitState JitState; /* of a running program */
/* NULL with *error: no memory for code, or a bug of Kanon. What it needs of the Compile are the sound
 * files and tables of its graph, which must outlive it. */
JitProgram *jit_program_load(Compile *c, EngineError *error);
/* The same by libtcc alone: no machine code is made here. */
JitProgram *tcc_program_load(Compile *c, EngineError *error);
/* The C that would be compiled. False with *error: there is no such instruction set. */
bool jit_program_emit(Compile *c, bool by_libtcc, Buf *out, EngineError *error);
void jit_program_free(JitProgram *program);
/* The stages that it is cut into (CompileOptions.threads), 0: it is one piece. One of them, a program with a state of its own,
 * that has one output more: what it reads of those before, and fills for later ones. May it begin at any frame? How many
 * frames does a start elsewhere compute for the past? Bytes of a sample of that output. */
int jit_program_stages(const JitProgram *program);
const JitProgram *jit_program_stage(const JitProgram *program, int stage);
bool jit_program_starts_anywhere(const JitProgram *program);
int64_t jit_program_warm_up(const JitProgram *program);
size_t jit_program_handed_bytes(const JitProgram *program);
/* Bytes of a running program, at a multiple of 64; of its state, of the buffers of a strip, which nothing is kept in, and of both, one
 * behind the other, where standalone C may take over. */
size_t jit_program_state_bytes(const JitProgram *program);
size_t jit_program_work_bytes(const JitProgram *program);
size_t jit_program_bytes(const JitProgram *program);
/* Other code goes on with the state: what kernels keep of their own is begun anew. From the audio thread. */
void jit_hand_over(JitState *self);
/* The functions of runtime/interface.c. The rate is that of the compilation; `work` is the memory of the buffers. */
int jit_init(const JitProgram *program, JitState *self, double sample_rate);
void jit_process(const JitProgram *program, char *work, JitState *self, const float *const *inputs,
                 float *const *outputs, int frames);
void jit_set(const JitProgram *program, JitState *self, int param, double value);
/* Voices that run beside each other, up to VOICES_BESIDE: their states, their outputs, and the places of the first, behind which
 * those of the others lie, each so many bytes long. How many of them that pays for; 1: there are no others. */
enum { VOICES_BESIDE = 8 };
typedef struct JitVoices {
    int n;
    JitState *state[VOICES_BESIDE];
    float *const *outputs[VOICES_BESIDE];
    char *work;
    size_t work_bytes;
} JitVoices;
int jit_program_beside(const JitProgram *program);
/* The functions that it calls. */
KernelSet jit_program_set(const JitProgram *program);
/* For programs that it pays for. */
void jit_process_voices(const JitProgram *program, const JitVoices *voices,
                        const float *const *inputs, int frames);
double jit_get(const JitProgram *program, const JitState *self, int param);
bool jit_seek(const JitProgram *program, char *work, JitState *self, int64_t frame);
/* Fields of the state, which emitted C has at the same places, and its bytes. */
const Field *jit_program_fields(const JitProgram *program, int *n, size_t *bytes);
/* See instance_prepare and its neighbours below. `from` NULL: no state of engine jit; `same_code`: it is
 * not run by other code. */
void jit_prepare(const JitProgram *program, char *work, JitState *self, int64_t frame,
                 StateMoving *moving, const uint64_t *told);
void jit_follow(const JitProgram *program, char *work, JitState *self, const JitState *from,
                StateMoving *moving);
bool jit_catch_up(const JitProgram *program, char *work, JitState *self, const JitState *from,
                  StateMoving *moving, int64_t frame, int frames);
void jit_take_over(const JitProgram *program, char *work, JitState *self, const JitState *from,
                   const StateMoving *moving, bool same_code);

/* ---- engine/engine.c: programs that replace each other while they run ------------------------ */

/* The state of a program; NULL with engines whose state nobody takes over. */
StateMap *engine_state_map(const Engine *e);
/* That of one of its notes, alike; NULL, too, where it plays none. */
StateMap *engine_notes_map(const Engine *e);
/* A fresh instance is made ready to go on at about that frame: the past of pure signals is made. `told`:
 * the phases of the one it will take over from, NULL when it has told none. May take long: not for the
 * audio thread. */
void instance_prepare(Instance *i, int64_t frame, StateMoving *moving, const uint64_t *told);
/* The same on the audio thread, for one that is as new and whose params are set: its past is made while it catches up. */
void instance_follow(Instance *i, const Instance *from, StateMoving *moving);
/* On the audio thread, over as many blocks as it takes: what has happened since, and the rings of the
 * other. `frames` is the length of the block, by which the work is measured. True when it is ready to go
 * on at `frame`. */
bool instance_catch_up(Instance *i, const Instance *from, StateMoving *moving, int64_t frame,
                       int frames);
/* Then at once: it goes on where the other one is, with its state as far as the match says. False: it remembers, has another
 * engine, and begins at frame 0 with nothing. */
bool instance_take_over(Instance *i, const Instance *from, const StateMoving *moving,
                        int64_t frame);
/* A word of the state of engine jit. */
uint64_t instance_word(const Instance *i, size_t offset);
/* From now on that code runs it, made of the same program: NULL, its own. */
void instance_run_by(Instance *i, const CcProgram *faster);

/* ---- engine/child_process.c: a process that does not outlive us ------------------------------ */

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

#endif
