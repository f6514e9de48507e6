/* What the files that write standalone C share. file.c writes the file, strip.c its functions over a strip, calls.c their
 * statements, data.c constants, interface.c what is called from outside. */
#ifndef KANON_PRINT_C_H
#define KANON_PRINT_C_H

#include "lower/lower.h"
#include "print_c/emit_c.h"

/* A function over a strip. */
typedef struct StripFunction {
    bool refill;
    int rows[3]; /* of the arrays f, d, q */
    Buf *parts;  /* statements, cut where there are many */
    int nparts, part_cap;
    bool *fields;            /* nodes whose field k… they may use */
    uint8_t called[KERNELS]; /* as kn_strip_<name> */
} StripFunction;

/* A program in C, of which a voice of an instrument, what hears all of them, and a row of its picture are parts. */
typedef struct ProgramText {
    const char *name, *upper;
    int voices;         /* how many notes it plays at once; 0: it is no instrument */
    const Graph *graph; /* as it is known from outside */
    bool sounds;        /* it has more than a picture */
} ProgramText;
enum { EVENTS_AT_ONCE = 256 };

/* print_c/literal.c: a number as C, as double or float; a word of 64 bits. The text lasts until sixteen others are asked for. */
const char *emit_literal(Emitter *e, double value, bool wide);
const char *emit_word(Emitter *e, uint64_t word);
/* print_c/file.c: an array of constants, behind the other tables. */
void emit_table(Emitter *e, const char *type, const char *name, int n,
                const char *(*item)(Emitter *, const void *, int), const void *data);

/* print_c/calls.c: the calls of a function, whose buffers have places; and a kernel that is a function for each sample. */
void print_calls(KernelEmitter *k, StripFunction *f);
void print_function(const Kernel *kernel, Buf *out);
/* Is a word in the text, and not as a member of something? */
bool print_mentions(const Buf *text, const char *word);

/* The name that print_calls gave to what lower_block computed of a node. */
void print_block_value(KernelEmitter *k, NodeId id, Buf *out);
/* print_c/strip.c: all functions over a strip; fields of the state that they need are added. */
void print_strips(Emitter *e, KernelData *data, KernelState *own, EmitResult *told, Buf *out);
/* The function that computes what params decide, behind which histories begin. */
void print_update(Emitter *e, KernelData *data, KernelState *own, Buf *out);
/* Frees what print_calls made. */
void print_free(StripFunction *f);

/* print_c/data.c */

/* Constants that calls name, and rows of loops, behind the tables of e. */
void print_data(Emitter *e, KernelData *data);

/* print_c/history.c */

/* Statements that begin the histories of kernels, whenever params changed, and that give back the states they hold; and the
 * tables that they read, behind those of e. */
void print_history_setup(Emitter *e, const KernelState *own, Buf *out);
void print_kept_states(Emitter *e, const KernelState *own, Buf *out);
void print_history_tables(Emitter *e, const KernelState *own);

/* print_c/interface.c: what is called from outside. */

/* Does the state tell how long a strip may be, since feedback that bounds it has a length that follows from the rate? */
bool interface_bounds_strips(const Plan *p);
void print_params(Emitter *e, Buf *out);
/* Fields of the state that process needs beside those of the plan. */
void print_interface_fields(Emitter *e, const KernelState *own);
/* init, process, set, get, seek. */
void print_interface(Emitter *e, const KernelState *own, Buf *out);
void print_interface_main(Emitter *e, Buf *out);
/* What is known of a program from outside, made of these parts, each of which may be NULL. */
void print_interface_header(const ProgramText *whole, Emitter *main, Emitter *voice, Emitter *row,
                            Buf *out);
/* What plays the notes of an instrument. */
void print_instrument(Emitter *main, const Emitter *voice, Buf *out);
/* The state of a row of its picture, which nobody sees, and the params of a program that is nothing else; and what makes pictures of rows,
 * behind all others. */
void print_row_head(Emitter *row, Buf *out);
void print_image(Emitter *row, Buf *out);

/* print_c/hosts.c: the program as a client of JACK or a plug-in of LV2, as its options say. */
void print_host(Emitter *e, Buf *out);

#endif
