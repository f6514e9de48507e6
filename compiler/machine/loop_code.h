/* Machine code of loops (StripLoop): their calls as instructions, with values in registers. */
#ifndef KANON_LOOP_CODE_H
#define KANON_LOOP_CODE_H

#include "machine/vector_code.h"

typedef struct BufferUse {
    int loop; /* number of the loop that the rest is about */
    int fills, reads;
    int last_read; /* the last of its calls that reads the buffer */
    bool stored, needed;
    bool met, left; /* by the count of values that are held at once */
} BufferUse;

/* The value of a buffer, held in registers. */
typedef struct HeldValue {
    int buffer;
    VectorValue value;
    bool stored; /* its memory has it too */
    bool fixed;  /* a variable of a step that stays in its register */
} HeldValue;

enum { MOST_LOOP_CALLS = 64, LOOP_NUMBERS = VECTOR_REGISTERS };

/* A number of a loop, the same for all samples: known, or given by the call. */
typedef struct LoopNumber {
    double known;
    int given; /* which of those it is; -1: it is known */
    char type;
    int reg; /* where the loop has it all the time, -1: it is loaded where it is asked for */
} LoopNumber;

/* Writes the loops of a function, one after the other. */
typedef struct LoopWriter {
    StripCode *s;
    VectorCode *v;
    const StripLoop *loop; /* at hand */
    const LoopCall *calls; /* of it */
    int number;            /* of it */
    BufferUse *uses;       /* of each buffer */
    int nuses;
    HeldValue held[VECTOR_REGISTERS];
    int nheld;
    bool taken[VECTOR_REGISTERS], pinned[VECTOR_REGISTERS];
    int most_taken; /* at once */
    bool trying;    /* to find out how many registers and which numbers the loop needs */
    LoopNumber own[LOOP_NUMBERS];
    int nown;
    int at;                           /* the call that is being written */
    const int *windows;               /* buffers of which the call of the loop tells the places */
    const StripArgument *numbers;     /* that it gives */
    int joins[MOST_LOOP_CALLS];       /* of a product: the sum that it is computed with; -1: none */
    int product[MOST_LOOP_CALLS];     /* of a sum: the product that is computed with it; -1: none */
    int *needed, nneeded, needed_cap; /* buffers that the loop loads or stores */
} LoopWriter;

/* Is the call with this id that of a kernel which has machine code here? Then a loop may do it. */
bool loop_knows(int id);
/* Does the call read or write a ring? Rings have instructions of their own, in which the size is known. */
bool loop_is_ring(const StripCall *call);
/* Can a step be written as a whole? */
bool loop_can_step(const StripCode *s, const StripLoop *step);
void loop_writer_open(LoopWriter *w, StripCode *s, VectorCode *v);
void loop_writer_close(LoopWriter *w);
/* Writes the code of a loop; `needed` are the buffers whose memory it uses. Its call tells where `windows` lie, and gives the
 * numbers that are not known, of which `numbers` are the arguments; a step finds these itself, and has no windows. */
void loop_write(LoopWriter *w, StripLoop *loop, const int *windows, const StripArgument *numbers);
/* Do two arguments stand for one number? */
bool loop_same_number(const StripArgument *a, const StripArgument *b);
/* Is the number known while compiling? */
bool loop_is_known(const StripArgument *a);

#endif
