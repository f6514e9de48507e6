/* What the files of the in-memory back end share. lower/lower.c makes the whole program, lower/node.c
 * and the files kernel_….c calls for a node, lower/linear.c those for linear feedback; machine/calls.c
 * makes machine code of calls, strips/strips.c text. */
#ifndef KANON_EMIT_KERNELS_H
#define KANON_EMIT_KERNELS_H

#include "runtime/kernels.h"
#include "steps/steps.h"
#include "strips/strips.h"
#include "machine/vector_code.h"

/* Constant data that the text reads by a name. */
typedef struct KernelSymbol {
    char name[24];
    const char *type; /* of an element */
    const void *address;
    int count;  /* elements; 0: a table or sound file of the program, or a table of rows */
    bool named; /* in the text */
    bool read;  /* by C in it */
} KernelSymbol;

/* Constant data of a program, made for it: tables and sound files in the form that kernels read. */
typedef struct KernelData {
    KernelSet set; /* that makes tables for kernels, and runs them */
    KernelSymbol *symbols;
    int nsymbols, symbol_cap;
    void **owned; /* freed with the program */
    int nowned, owned_cap;
    struct MadeTable { /* tables that kernels of oscillators and decays want, hashed */
        KernelId made_for;
        uint64_t number; /* step of a phase, or the bits of a slope */
        int symbol;      /* -1: the place is free */
    } * made;
    int nmade, made_size;
    struct
        RolledTable { /* of repeated calls, rolled0, rolled1, …: a word for each round and column */
        int rounds, width;
        const uint64_t *words;
        uint8_t *
            kinds; /* of columns: what argument a word is, NUMBER, WORD, FRAME, INTEGER, ADDRESS or DATA */
    } * rolled;
    int nrolled, rolled_cap;
    int ndistances; /* far0, … */
    int nfused;     /* loops of machine code: fused0, fused1, … */
} KernelData;
typedef struct MadeTable MadeTable;
typedef struct RolledTable RolledTable;

/* What kernels keep of their own, in fields behind those that other engines know, and what fills them
 * whenever params change or the state came from elsewhere. */
typedef struct KernelState {
    Buf setup;
    struct KernelHistory *histories;
    int nhistories, history_cap;
} KernelState;

/* What a kernel of linear feedback keeps: powers of its matrix, made by a kernel once params are known, and
 * a history, begun by another from the states that other engines know. These get their values back after
 * each strip. Places are those of fields in the state. */
enum { HISTORY_STATES = 3 };
typedef struct KernelHistory {
    KernelId make, begin;
    bool needs_powers; /* begin does */
    bool known;        /* the matrix; if not, the text makes the powers */
    double matrix[HISTORY_STATES * HISTORY_STATES];
    int nmatrix;
    size_t powers, history;
    int nstates;
    struct {
        size_t field;
        int number;   /* in the history */
        bool of_line; /* kept with the past of its line, and not given back */
    } states[HISTORY_STATES];
} KernelHistory;

/* The kernel of an operation with operands of a kind, -1: none. */
enum { FOUND_KERNELS = 256 };
typedef struct FoundKernel {
    const char *operation;
    BufferType type;
    unsigned operands;
    int kernel;
} FoundKernel;

/* A loop that calls became. */
typedef struct FusedLoop {
    const char *name;
    int nnumbers;      /* given by the call */
    size_t begin, end; /* its machine code in KernelEmitter.loop_code */
    int first, ncalls; /* what it is made of: in KernelEmitter.fused */
} FusedLoop;

typedef struct FusedCall {
    StripCall call;
    bool stored; /* what it fills is needed outside of the loop, as it leaves it */
} FusedCall;

typedef struct KernelEmitter {
    Emitter *e;
    const Plan *p;
    const Graph *g;
    bool standalone; /* what is made of the calls is C for a reader: see print_c/calls.c */
    StripCode code;  /* of the function at hand */
    NodeId
        *nodes; /* that it computes, in the order of need; a refill computes what its lines need */
    int *places, n; /* where they stand in the order of the plan */
    KernelData *data;
    KernelState *own;
    int *buffer;       /* of a node: its value's, -1 */
    int *converted[3]; /* the same as float, double, condition; -1 */
    int *uses;         /* how often a node is read in a strip */
    bool *crosses;     /* needed outside of its component */
    uint8_t *kept;     /* heard, or put into a line: it needs a buffer of its own */
    uint8_t *folded;   /* computed by the kernel of the only node that reads it */
    uint8_t *gained;   /* a sine that may be computed together with its gain */
    uint8_t *rolled;   /* a phase or number that differs between the terms of a sum */
    int *first_reader; /* of a node, in readers; those of the next begin where its own end */
    NodeId *readers;   /* as often as they read it */
    NodeId *gathers;   /* of a sum: the sum that takes its terms as they come, 0: none */
    bool any_gathers;
    int *first_place; /* of the order: where what only the node at a place needs begins */
    int *sum;         /* the buffer they are added into, -1 */
    struct SumBegin { /* a sum, and the place in the order from which on it is begun */
        int place;
        NodeId sum;
    } * begins; /* by place */
    int nbegins, begin_cap, begun;
    uint8_t *computed; /* its calls are made */
    int *
        old; /* by line that is held in variables: the buffer of the values of before the strip, which are
               * read after it has gone on; -1: they are not */
    FoundKernel found[FOUND_KERNELS]; /* of late */
    FusedLoop *loops;                 /* that calls became */
    int nloops, loop_cap;
    VectorCode loop_code;
    FusedCall *fused;
    int nfused, fused_cap;
} KernelEmitter;

/* lower/operands.c */

typedef struct Operand { /* a buffer, or a number where it is -1 */
    int buffer;
    StripArgument number;
} Operand;
/* Does it vary from sample to sample? If not it is a number, to be had from kernel_number. */
bool kernel_varies(const KernelEmitter *k, NodeId id);
StripArgument kernel_number(const KernelEmitter *k, NodeId id);
/* Where the field <name><number> of the state lies; as an argument of the last call. */
size_t kernel_field(const KernelEmitter *k, const char *name, int number);
void kernel_add_field(KernelEmitter *k, const char *name, int number);
StripArgument kernel_negated(StripArgument number);
/* Of the node's value, and of the arithmetic that computes it. */
BufferType kernel_type(const KernelEmitter *k, NodeId id);
BufferType kernel_computing_type(const KernelEmitter *k, NodeId id);
/* The buffer of a node's value in a type, filled from a number if need be. */
int kernel_buffer(KernelEmitter *k, NodeId id, BufferType type);
Operand kernel_operand(KernelEmitter *k, NodeId id, BufferType type);
void kernel_add_operand(KernelEmitter *k, const Operand *o);
/* Changes the first two. */
void kernel_swap(Operand *o);
void kernel_fill(KernelEmitter *k, int buffer, StripArgument number);
/* Calls operation_type_operands(y, operands…, n); y, a buffer of type `result`. The operation's name is
 * a constant of the compiler. */
int kernel_apply(KernelEmitter *k, const char *operation, BufferType type, BufferType result,
                 const Operand *o, int n);
/* A node's value got this buffer, of its type; or of another, then it is converted. */
void kernel_set(KernelEmitter *k, NodeId id, int buffer);
void kernel_finish(KernelEmitter *k, NodeId id, int buffer);

/* lower/node.c */

/* One node at sample rate that does not feed back: false when only C can do it. */
bool kernel_node(KernelEmitter *k, NodeId id);

/* lower/oscillator.c */

/* What an oscillator kernel does for a sine: its phase, the modulation added to it, the gain. */
typedef struct Oscillator {
    NodeId turns, modulation; /* modulation 0: none */
    NodeId index;             /* number the modulation is multiplied by, 0: none */
    bool cosine;
} Oscillator;
bool kernel_find_oscillator(const KernelEmitter *k, NodeId id, Oscillator *o);
/* Is it one that a kernel makes as a whole? */
bool kernel_is_oscillator(const KernelEmitter *k, NodeId id);
/* `gain` 0: none. */
void kernel_oscillator(KernelEmitter *k, NodeId id, const Oscillator *o, NodeId gain);
/* A product that is a sine with its gain: false when it is not. */
bool kernel_gained(KernelEmitter *k, NodeId id, const Node *n);
/* Time and counted phases have no place of their own in the order. */
bool kernel_is_source(const KernelEmitter *k, NodeId id);
bool kernel_is_counted(const KernelEmitter *k, NodeId id);
void kernel_make_source(KernelEmitter *k, NodeId id);

/* lower/fold.c */

/* Finds nodes that are computed with the one that reads them (k->folded), where that is cheaper. */
void kernel_find_folded(KernelEmitter *k);
/* May it be computed with the node that reads it, being such an operation? */
bool kernel_foldable(const KernelEmitter *k, NodeId id, int op);

/* lower/fir.c */

/* Finds a sum of a signal's last samples, and folds what it is made of into it. */
bool kernel_fold_fir(KernelEmitter *k, NodeId id);
/* The call for such a sum; false when it is none. */
bool kernel_fir(KernelEmitter *k, NodeId id);

/* lower/decay.c */

/* An exponential of a straight line of time: false when it is none. */
bool kernel_decay(KernelEmitter *k, NodeId exponential);
/* Marks what only its kernel needs. */
void kernel_fold_decay(KernelEmitter *k, NodeId exponential);

/* lower/gather.c */

void kernel_find_readers(KernelEmitter *k);
/* Finds the sums that take their terms as they come. */
void kernel_find_sums(KernelEmitter *k);
/* Is a node read by such sums alone? */
bool kernel_only_gathered(const KernelEmitter *k, NodeId id);
/* Finds where in the order each is begun. */
void kernel_find_begins(KernelEmitter *k);
/* Before the node at this place of the order: sums of which the terms begin. */
void kernel_begin_sums(KernelEmitter *k, int place);
/* A node's value is there: it goes into sums, and what was waiting for it to go there is computed. */
void kernel_computed(KernelEmitter *k, NodeId id);
/* All that varies was added. */
void kernel_end_sum(KernelEmitter *k, NodeId id, const Node *n);

/* lower/roll.c */

/* A sum of many terms of one shape. */
void kernel_roll(KernelEmitter *k, NodeId sum);
/* The seed of a term, which is a number that differs between them. */
StripArgument kernel_rolled_seed(const KernelEmitter *k, NodeId seed);

/* lower/past.c */

bool kernel_delay(KernelEmitter *k, NodeId id, const Node *n);
bool kernel_sequential(KernelEmitter *k, NodeId id, const Node *n);

/* lower/data.c: names of constant data, which stays where it is made. */
void *kernel_own(KernelData *data, size_t bytes);
/* Declares `const type name[]` for C to read; the name is made of a format and a number, and lies in the arena. */
const char *kernel_data(KernelEmitter *k, const char *format, int number, const char *type,
                        const void *address);
/* Such data as an argument, and as one of the last call. */
StripArgument kernel_data_argument(KernelEmitter *k, const char *format, int number,
                                   const char *type, const void *address, int count);
void kernel_add_data(KernelEmitter *k, const char *format, int number, const char *type,
                     const void *address, int count);
/* Room for so many distances, as an argument of the last call. */
void kernel_add_distances(KernelEmitter *k, int n);
/* A table of the program, in double or float, that pieces of C name; as an argument of the last call. */
void kernel_name_table(KernelEmitter *k, int number, bool wide);
void kernel_add_table(KernelEmitter *k, int number, bool wide);
/* Finds out which data the calls name. */
void kernel_name_data(KernelEmitter *k);
/* The 32 floats that kernels of oscillators want for a step of turns; such a table as an argument. */
void kernel_rotation(const KernelData *data, float *table, uint64_t step);
void kernel_add_rotation(KernelEmitter *k, uint64_t step);
void kernel_add_sample_rate(KernelEmitter *k);
void kernel_add_sample_time(KernelEmitter *k);
/* What the kernel decay_f wants for a slope a sample, as an argument of the last call. */
void kernel_add_decay(KernelEmitter *k, double slope);
void kernel_data_free(KernelData *data);

/* lower/rounds.c: calls that repeat become loops. */
void kernel_rounds(KernelEmitter *k);

/* lower/linear.c: feedback that is linear in its past, members[n] of one component. False when it is
 * not, or too large. */
bool kernel_linear(KernelEmitter *k, const NodeId *members, int n);

/* scalar_functions (generated from runtime/): what texts may call for one sample. */
typedef struct ScalarFunction {
    const char *name, *prototype;
    const void *address;
} ScalarFunction;
extern const ScalarFunction scalar_functions[];
extern const int scalar_nfunctions;

/* lower/lower.c */

/* A host's thread may have a small stack: buffers of C that take more lie in the state. */
enum { C_STACK_BYTES = 32 << 10 };
/* Strips have room for whole groups of 16. */
int lower_room(const Plan *p);
/* A function over a strip (e->refill tells which) as calls whose buffers have places, and the text that libtcc gets. */
void lower_function(KernelEmitter *k, Emitter *e, KernelData *data, KernelState *own,
                    bool standalone);
void lower_end(KernelEmitter *k);

/* Nodes that only C can do: one loop, sample after sample. */
void kernel_step_in_c(KernelEmitter *k, NodeId *members, int n);
/* The buffer of a line's values of before the strip. */
int kernel_old(KernelEmitter *k, int line);
/* The values of a strip into a line, or what is held in variables, of their node. */
void kernel_keep_past(KernelEmitter *k, NodeId id, int number);
/* Is the value of an input needed in the strip? A delay reads a line. */
bool kernel_counts_as_use(const KernelEmitter *k, NodeId id, int input);
/* lower/loops.c */

/* May calls of it be part of a loop of machine code? */
bool strip_fusable(KernelId id);
/* Elementwise calls next to each other become one, of such a loop (k->loops). */
void strip_fuse(KernelEmitter *k);
/* The loops, once buffers have their places: behind other code, or as text. */
void strip_assemble_loops(KernelEmitter *k, int strip, StripMachine *machine);
void strip_print_loops(KernelEmitter *k, int strip, Buf *out);
void strip_free_loops(KernelEmitter *k);

typedef struct KernelText {
    StripMachine machine; /* code of functions; their pieces are kn_piece0, … in the text */
    int64_t strip_at, refill_at; /* in it; -1: the text has them, or there is none */
    Buf text;                    /* what only C can say; empty: nothing */
    KernelData data;
    Field *fields; /* of the state, malloc'd */
    int nfields;
    size_t shared_bytes; /* of the state that other engines know */
    size_t state_bytes;  /* with what kernels keep of their own */
    size_t work_bytes;   /* of the buffers, which lie outside of it */
    size_t c_bytes;      /* of the state of the same program as standalone C, or more */
    KernelHistory *histories;
    int nhistories;
    uint8_t *kernels; /* by KernelId: the text calls it */
    uint8_t *scalars; /* by place in scalar_functions */
    int strip;
    int64_t warm_up; /* frames before the first that have to be refilled */
} KernelText;
/* The functions kn_strip(self, w, n0, n, inputs, outputs, at) and, with a warm-up, kn_refill of the same
 * arguments, and kn_update(self) where params decide something. The plan is that of the emitted C: states
 * mean the same. */
void emit_jit(Arena *arena, Plan *plan, KernelSet set, KernelText *out);
/* The same as text alone. */
void emit_jit_text(Arena *arena, Plan *plan, KernelSet set, KernelText *out);
void kernel_text_free(KernelText *text);

#endif
