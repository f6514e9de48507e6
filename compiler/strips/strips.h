/* A strip as calls of kernels over buffers (StripCode). Whoever makes the calls takes a new buffer for each value; then
 * strips/order.c reorders the calls so that each buffer lives as short as possible, and strips/strips.c lets buffers share
 * places. Nothing here knows graphs. */
#ifndef KANON_STRIP_CODE_H
#define KANON_STRIP_CODE_H

#include "base/base.h"
#include "runtime/kernels.h"
#include "runtime/scalar_functions.h"

/* What a buffer holds: one letter, as in the names of kernels. */
typedef enum { OF_FLOAT = 'f', OF_DOUBLE = 'd', OF_BOOL = 'b' } BufferType;

typedef enum {
    ARGUMENT_BUFFER,
    /* a buffer that the call reads or fills by way of another argument: it is no argument itself */
    ARGUMENT_HIDDEN,
    ARGUMENT_COUNT,   /* n */
    ARGUMENT_NUMBER,  /* a double */
    ARGUMENT_INTEGER, /* an int */
    ARGUMENT_FRAME,   /* n0 + integer */
    ARGUMENT_MOMENT,  /* the number of a frame: integer */
    ARGUMENT_WORD,    /* unsigned, up to 64 bits */
    ARGUMENT_PHASE,   /* two arguments: the phase start + step * n0, or start alone, and the step */
    ARGUMENT_DATA,    /* constant data by its name */
    ARGUMENT_DISTANCES, /* as DATA: ints, how far the call's hidden buffers lie from its second
                         * argument; known once they have places */
    /* of a field of the state, which begins `word` bytes from the beginning of the state */
    ARGUMENT_ADDRESS,
    ARGUMENT_VALUE, /* the double there; it is that of node <number>, or NUMBER_IN_STATE */
    /* as PHASE, of two fields of the state: the start is o<number>, at `word`, the step s<number>, at `step` */
    ARGUMENT_PHASE_OF_FIELDS,
    ARGUMENT_COLUMN,      /* c<number>, a double: a word of the row of the roll around the call */
    ARGUMENT_COLUMN_WORD, /* a word of the same row, as it is */
    /* as PHASE: the step is word <number> of that row, the start word `step`, and `word` is added to it */
    ARGUMENT_PHASE_OF_COLUMNS,
    ARGUMENT_INPUT,  /* where the strip begins in input <number> */
    ARGUMENT_OUTPUT, /* and in output <number> */
    ARGUMENT_BYTES,  /* of n floats */
    ARGUMENT_WORK,   /* w, where the places begin */
    ARGUMENT_STATE,  /* self */
    ARGUMENT_ROW,    /* of the table of the loop around: the StripRow <number> */
    ARGUMENT_WINDOW  /* where buffer <number>, a window, begins in its ring */
} ArgumentKind;

typedef struct StripArgument {
    uint8_t kind;         /* ArgumentKind */
    uint8_t negated : 1;  /* VALUE, COLUMN */
    uint8_t absolute : 1; /* of a phase: that of sample 0, not of n0 */
    uint8_t quarter : 1;  /* a phase of FIELDS: a quarter of a turn ahead */
    /* where its words are in a row of the rounds around the call; -1: it is the same in all rounds */
    int16_t column;
    int number; /* of a buffer, field or column; of data, as its owner counts it */
    union {
        double value;
        int64_t integer;
        uint64_t word; /* of a PHASE: the start */
        const void *address;
        int *distances;
    } of;
    union {
        uint64_t step;
        const char *name; /* of data */
    } and;
} StripArgument;

enum { NUMBER_IN_STATE = -1 };

typedef enum { NO_ROW, ROW_OF_ROUNDS, ROW_OF_ROLL } StripRow;

/* What a call calls: a kernel by its KernelId, or one of these. */
enum {
    CALL_MEMCPY = KERNELS,
    CALL_LOOP, /* elementwise calls that are fused */
    CALL_STEP, /* a loop over samples, each of which needs what came of those before it: its buffers are hidden */
    CALL_C,       /* a piece of C */
    CALL_FUNCTION /* within a step: a function of one sample, of values */
};

/* Does the call do more than fill its first buffer? */
KN_INLINE bool strip_is_opaque(int id) {
    return id >= CALL_STEP;
}

typedef struct StripCall {
    int id;
    int function;         /* of a CALL_FUNCTION: a ScalarFunctionId */
    const char *name;     /* of a loop */
    bool counted;         /* its last argument is n */
    size_t begin, length; /* of a piece of C in StripCode.text */
    int first, narguments;
    struct StripName { /* of a piece of C: the buffer it calls b<name> */
        int name, buffer;
    } * names;
    int nnames, name_cap;
    bool alone; /* of a piece of C: it names nothing of other pieces */
    /* of a call that reads a ring with a mirror: no call of the strip at hand writes what it reads */
    bool settled;
    int fused; /* number of the StripLoop that it calls, counted from 1; 0: none */
    int depth; /* of loops around it */
    int loop;  /* 1: a piece that opens one, -1: that closes it */
    bool span; /* of a call that opens a loop: it is a span, which runs once, or not at all */
    bool side; /* of a span: it is that of one side of a choice, and in no rounds */
    /* of a call that opens a loop over the rows of a table, which is its argument: */
    bool rolled; /* the rows are those of rounds (lower/rounds.c); else of a roll of the plan */
    int rounds, width; /* rows, and words of each */
    /* where each row is a span and they are in the order in which they begin: the word, + 1, at which a row has that frame,
     * the one at which it ends and the latest at which it or one before it does; else 0 */
    int timed;
    int table; /* its number among those of its kind */
} StripCall;

enum { WINDOW_ARGUMENTS = 4 };

typedef struct StripBuffer {
    char type;
    int first, last; /* the call that fills it and the last call that needs it; -1: there is none */
    int slot;
    int value; /* the first node whose value it is, which gives it its name; 0: none */
    /* ARGUMENT_INPUT or ARGUMENT_OUTPUT: it has no place but is what lies there, in input or output <stream>, at any
     * address, n samples long; only loops read and fill it. 0: it has a place. */
    uint8_t lies;
    int stream;
    bool held; /* within a step: a variable that stands for the field of the state at `field` */
    size_t field;
    int column; /* of what is held in a step of rounds: the word, + 1, at which a row has `field`; 0: it is the same in all */
    /* of what lies in a ring itself, and has no place: where in StripCode.arguments, counted from 1, three of them say
     * what that ring is, how large, and which sample comes first. 0: it is no window */
    int window;
    bool
        written; /* of a window: calls fill it; the fourth of WINDOW_ARGUMENTS is how many elements are mirrored */
} StripBuffer;

/* Of a loop in memory. */
enum { MOST_STREAMS = 8 };

/* A loop that stands for calls, which lie in StripCode.inner. */
typedef struct StripLoop {
    const char *name;
    bool in_turn;           /* a step: all its calls for one sample, then for the next */
    bool once;              /* a step of one sample */
    uint8_t row;            /* of a step: the StripRow that it reads, which its call gives it */
    int first, ncalls;      /* in StripCode.inner */
    int nwindows, nnumbers; /* that its call gives it */
    int rings;              /* windows that lie in rings: the first of all */
    /* buffers that are inputs and outputs, of which its call gives the addresses too; and may one that is filled be the memory
     * of another that is read after it? Then each sample is read before anything is stored. */
    int streams[MOST_STREAMS], nstreams;
    bool reads_first;
    bool only_streams; /* others need no buffer of it, and it no buffer of theirs */
    size_t begin, end; /* its machine code */
    int *held, nheld;  /* of a step: buffers that are variables for state */
} StripLoop;

typedef struct LoopCall {
    StripCall call;
    bool stored; /* calls outside of the loop need the value that it leaves in its buffer */
} LoopCall;

/* strips/stages.c: the calls of a strip cut into stages. */
enum { MOST_STAGES = 16 };

/* A buffer that one stage hands over to a later one; whether they do is a bit of each stage. */
typedef struct StripCrossing {
    int buffer;
    unsigned fills, reads;
} StripCrossing;

typedef struct StripStages {
    int n;                      /* 0: it is not cut */
    int begin[MOST_STAGES + 1]; /* the first call of each, and where the last one ends */
    bool anywhere;              /* the first remembers nothing: it may begin at any frame */
    StripCrossing *crossings;
    int ncrossings, crossing_cap;
} StripStages;

/* The fields of the state in the order of their places. */
typedef struct StripFields {
    struct StripField {
        size_t offset;
        bool anew; /* what it holds is made anew at any frame: the past of a pure signal */
        int with; /* the number of one that it changes together with, behind the strip too; else its own */
    } * items;
    int n;
} StripFields;

typedef struct StripCode {
    Buf text; /* of pieces of C */
    StripCall *calls;
    int ncalls, call_cap;
    StripArgument *arguments; /* of all calls */
    int narguments, argument_cap;
    StripBuffer *buffers;
    int nbuffers, buffer_cap;
    StripLoop *loops;
    int nloops, loop_cap;
    LoopCall *inner;
    int ninner, inner_cap;
    int depth;
    /* what shapes of expressions begin with: for each number strips/order.c finds another order */
    uint32_t order;
    int nslots[3]; /* of floats, doubles, conditions */
    int nvalues;   /* doubles that pieces of C need behind the places */
    StripStages stages;
} StripCode;

/* Makes room for this many calls. */
void strip_code_reserve(StripCode *s, int calls);
void strip_code_free(StripCode *s);
int strip_buffer(StripCode *s, BufferType type);
/* A call; its arguments follow in order. The first buffers are those it fills. */
void strip_call(StripCode *s, int id);
/* Does it fill its first argument, a buffer, and do nothing else that buffers show? */
KN_INLINE bool strip_fills(const StripCall *call) {
    return call->id < KERNELS ||
           (call->id == CALL_FUNCTION && scalar_functions[call->function].returns);
}
/* How many of the first arguments of a call point at what it changes. May its first two operands change places? */
int strip_writes(int id);
bool strip_commutes(int id);
/* Adds an argument to the last call. The caller fills it in where it lies: to copy a struct whose fields were just
 * written, the processor would wait for the writes. */
KN_INLINE StripArgument *strip_argument(StripCode *s, ArgumentKind kind, int number) {
    if (s->narguments >= s->argument_cap)
        s->arguments =
            vec_grow(s->arguments, &s->argument_cap, s->narguments + 1, sizeof *s->arguments);
    StripArgument *a = &s->arguments[s->narguments++];
    s->calls[s->ncalls - 1].narguments++;
    a->kind = (uint8_t)kind;
    a->negated = a->absolute = a->quarter = 0;
    a->column = -1;
    a->number = number;
    a->of.word = a->and.step = 0;
    return a;
}
KN_INLINE void strip_add(StripCode *s, StripArgument argument) {
    StripArgument *a = strip_argument(s, argument.kind, argument.number);
    a->negated = argument.negated;
    a->absolute = argument.absolute;
    a->quarter = argument.quarter;
    a->of = argument.of;
    a->and = argument.and;
}
void strip_add_buffer(StripCode *s, int buffer);
/* The last call needs this buffer too, by way of another argument. */
void strip_use(StripCode *s, int buffer);
/* The number of samples: n. */
void strip_add_count(StripCode *s);
StripArgument strip_number(double value);
void strip_add_number(StripCode *s, double value);
void strip_add_integer(StripCode *s, int value);
/* The number of the sample that comes `ahead` samples after the first of the strip. */
void strip_add_frame(StripCode *s, int64_t ahead);
void strip_add_word(StripCode *s, uint64_t word);
/* Distances and data have names only where the text is written. */
void strip_add_distances(StripCode *s, int number, int *distances);
void strip_add_data(StripCode *s, int number, const void *address);
/* The address of the field that begins `offset` bytes from the beginning of the state. */
void strip_add_field(StripCode *s, size_t offset);
/* A piece of C in braces; in it b<name> is a buffer that strip_name_buffer gives it. */
void strip_text(StripCode *s, const char *text);
void strip_name_buffer(StripCode *s, int name, int buffer);
/* The calls between these two are run once for each row of a table. The table follows as an argument and is number `table`
 * of its kind; r is its row, and `names` is C that gives names to the words of r. */
void strip_open_loop(StripCode *s, int rounds, int width, int table, const char *names);
void strip_close_loop(StripCode *s);
/* The calls from here to strip_close_loop are made in strips that have frames from `from` on and before `until`. */
void strip_open_span(StripCode *s, StripArgument from, StripArgument until);
/* The number of a frame. */
StripArgument strip_moment(int64_t frame);

/* Is what its first argument points at all that a kernel changes? */
bool strip_changes_first(int id);

/* strips/stages.c: cuts the calls into stages for so many threads, where that pays and can be done; CUT_EVERYWHERE: also
 * where it does not pay. */
enum { CUT_EVERYWHERE = -1 };
void strip_cut(StripCode *s, const StripFields *fields, int threads);

/* Finds the calls between which each buffer is needed. */
void strip_find_lives(StripCode *s);
/* strips/order.c: moves every call right before the call that needs its value, and puts operands in one order. */
void strip_order(StripCode *s);
/* Takes out calls of kernels whose result nothing needs. */
void strip_drop_unread(StripCode *s);
/* Gives each buffer a place that no other buffer needs while this one lives. */
void strip_place_buffers(StripCode *s);
/* Works out the distances between buffers, for strips of `strip` samples (a multiple of 16). */
void strip_find_distances(const StripCode *s, int strip);
/* How many bytes behind w a buffer begins. */
int64_t strip_place(const StripCode *s, int buffer, int strip);
/* The bytes of all places, for strips of `strip` samples (a multiple of 16). */
size_t strip_place_bytes(const StripCode *s, int strip);
/* Which operand of an elementwise kernel stands alone, as a letter, at a place in its expression; -1: none. */
int strip_operand_at(const Kernel *kernel, const char *at);
/* An argument as C; `strip` matters for a buffer. */
void strip_print_argument(const StripCode *s, int strip, const StripArgument *a, Buf *out);
/* strips/cost.c: about how many picoseconds of a sample a call takes, once. */
double strip_cost(const StripCode *s, const StripCall *call);
/* strips/step.c: a step as a piece of C, in which b<buffer>[i] are the buffers that its call has. Gives how many doubles it
 * needs at w + KN_VALUES. */
int strip_print_step(const StripCode *s, const StripLoop *step, Buf *out);
/* The lines of C; the places begin at the 64-byte aligned `char *w`. */
void strip_print(const StripCode *s, int strip, Buf *out);
/* A piece of C that stands alone, as the body of a function of the same arguments. */
void strip_print_alone(const StripCode *s, int call, int strip, Buf *out);

/* machine/calls.c: the machine code of functions, and the pieces of C that they call. A piece has the number of its call in
 * StripCode, and the place in the code where its address is to be written. */
typedef struct StripMachine {
    Buf code;
    struct StripPiece {
        int call;
        size_t at;
    } * pieces;
    int npieces, piece_cap;
    size_t *loops; /* where each StripLoop of the function at hand begins in the code */
    int nloops, loop_cap;
} StripMachine;
/* Adds a function `void (void *self, char *w, int64_t n0, int n, const float *const *inputs, float *const
 * *outputs, int at)`. False when a call can be written in C only, or when this is no x86-64. */
bool strip_assemble(const StripCode *s, int strip, const void *const *kernels_of_set,
                    StripMachine *machine);
/* The same of one stage. */
bool strip_assemble_stage(const StripCode *s, int stage, int strip,
                          const void *const *kernels_of_set, StripMachine *machine);

/* The calls cut where a filter stands that the same program may run for several voices beside each other, each with a state and
 * places of its own (runtime/kernels_voices.c): parts, and between two the kernel that runs the filter for all. */
enum { MOST_BESIDE = 8, WORDS_BESIDE = 16 };
typedef struct StripBeside {
    int n; /* filters; 0: there is none, or it cannot be cut */
    int kernels[MOST_BESIDE];
    int64_t parts[MOST_BESIDE + 1]; /* places in the code */
} StripBeside;
/* A part leaves the words of its filter's call in the places, from `words` bytes behind where they begin on. */
StripBeside strip_assemble_beside(const StripCode *s, int strip, int64_t words,
                                  const void *const *kernels_of_set, StripMachine *machine);

#endif
