/* What the files that write standalone C share. file.c writes the file, calls.c a strip, data.c its constants. */
#ifndef KANON_PRINT_C_H
#define KANON_PRINT_C_H

#include "lower/lower.h"
#include "print_c/emit_c.h"

/* A function over a strip, of which the head is not written yet. */
typedef struct StripFunction {
    bool refill;
    Buf body, fields; /* statements, and the names of what it reads once */
    int rows[3];      /* of the arrays f, d, q */
} StripFunction;

/* print_c/calls.c: the calls of a function, whose buffers have places. Notes the kernels, by KernelId, that it calls as
 * kn_strip_<name>; those that are a function for each sample are written by the other. */
void print_calls(KernelEmitter *k, Buf *out, uint8_t *called);
void print_function(const Kernel *kernel, Buf *out);
/* Is a word in the text, and not as a member of something? */
bool print_mentions(const Buf *text, const char *word);

/* print_c/data.c */

/* Constants that calls name, and rows of loops, behind the tables of e. */
void print_data(Emitter *e, KernelData *data);
/* Statements that begin the histories of kernels, whenever params changed, and that give back the states they hold. */
void print_history_setup(Emitter *e, const KernelState *own, Buf *out);
void print_kept_states(const Emitter *e, const KernelState *own, Buf *out);

#endif
