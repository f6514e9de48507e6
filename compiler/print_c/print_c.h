/* What the files of the C back end share. print_c/file.c writes the file, print_c/strip.c the loops,
 * print_c/node.c one node. */
#ifndef KANON_EMIT_H
#define KANON_EMIT_H

#include "plan/plan.h"
#include "print_c/emit_c.h"
#include "print_c/field.h"

typedef struct Emitter {
    Arena *arena;
    const Graph *g;
    Plan *p;
    const EmitOptions *o;
    const char *name, *upper;
    Field *fields; /* of the state struct, after its head */
    int nfields, field_cap;
    int *field_places;       /* + 1, by the hash of the name; 0: free */
    int field_room;          /* for places */
    Buf tables;              /* constant data */
    Buf strip;               /* text of the function at hand */
    Buf before, body, after; /* of the loop at hand: what is set up, done a sample, and put back */
    bool *stored;            /* nodes that samples need */
    bool *field;             /* nodes whose field k… the function at hand uses */
    uint8_t *in_pattern;     /* nodes of the roll at hand */
    uint8_t *in_step; /* nodes of the step at hand, when a strip is made of steps; else NULL */
    const bool *step_crosses; /* with it: what is needed outside of its step */
    const Roll *roll;
    int loop;             /* at hand; -1: outside of loops */
    char prefix;          /* of the names of values: v, or k for what is computed once a block */
    bool *has_table;      /* nodes whose table is written */
    bool *table_used;     /* tables in float, and in double */
    bool refill;          /* writing the function that fills the lines of pure signals */
    bool *wanted;         /* nodes it needs */
    bool *refill_crosses; /* those of them that another loop of it, or a line, needs */
    size_t state_bytes;   /* of the struct so far */
    bool
        strips_in_state; /* standalone C of many buffers: they are fields, not arrays of a function */
    int wide_at, narrow_at;   /* with it: places given out by the function at hand */
    bool uses_time, uses_now; /* of the loop at hand */
    int uses;                 /* of the scratch texts below */
    char scratch[16][96];
} Emitter;

/* print_c/node.c: one statement (or a few) into e->body for a node at sample rate, and the value of a
 * node as an expression of a type. */
void emit_node(Emitter *e, NodeId id);
const char *emit_use(Emitter *e, NodeId id, bool wide);
const char *emit_literal(Emitter *e, double value, bool wide);
/* The node's value in double from values in double: for what is computed once a block. */
void emit_block_node(Emitter *e, NodeId id, Buf *out);
/* Computed in double when the result is, or when something that varies is. */
bool emit_computes_wide(const Emitter *e, NodeId id);
/* Of time and phases alone: edges are found to 1e-9. */
bool emit_on_lines(const Emitter *e, const Node *n);
/* Column of the table of the roll at hand that holds it, -1: it is no hole. */
int emit_roll_column(const Emitter *e, NodeId id, HoleKind kind);
bool emit_is_bool(const Emitter *e, NodeId id);
/* Does a TURNS step by what is known only when the program runs? */
bool emit_steps_with_block(const Emitter *e, NodeId turns);
const char *emit_sample_rate(Emitter *e);
/* What a PHASE or INTEGRATE adds, at the end of a sample. */
void emit_accumulate(Emitter *e, NodeId id);
/* Turns as a fixed-point phase: 2^64 is one. */
uint64_t emit_fixed_point(long double turns);
/* Copies lines of C, indented by so many levels. */
void emit_indented(Buf *out, const Buf *text, int levels);
void emit_table(Emitter *e, const char *type, const char *name, int n,
                const char *(*item)(Emitter *, const void *, int), const void *data);

/* print_c/state.c: the struct that holds what a running program knows. */

/* Samples of room for all buffers of a strip that standalone C needs where they are fields; 0 where
 * they are few, and arrays of its functions. To be asked when e->refill_crosses is known. */
typedef struct StripRoom {
    int wide, narrow;
} StripRoom;
StripRoom emit_strip_room(const Emitter *e);
size_t emit_strip_bytes(const Emitter *e);
/* Declares one of a strip, or one sample more, by its type. */
void emit_buffer(Emitter *e, Buf *out, const char *type, bool one_more, const char *name,
                 NodeId id);

/* Makes all fields, in an order that depends on nothing but the plan. */
void emit_state_fields(Emitter *e);
/* Is it a field k… of the state: known once a block, and needed by samples? */
bool emit_is_stored(const Emitter *e, NodeId id);
/* Samples in the window of a RUNNING_…, and the size of the ring that holds them. */
int emit_running_window(const Emitter *e, const Node *n, int *size);
/* The taps of a convolution, and the room for samples that kn_convolve slides along; behind it are
 * FIR_BEHIND more that kernels read. */
enum { FIR_BEHIND = 64 };
/* How many elements of a running mean make a group: KN_GROUP of prologue.h. */
enum { RUNNING_GROUP = 64 };
int emit_fir_window(const Emitter *e, const Node *n, int *size);
/* Bytes of what all programs have before their fields. */
size_t emit_head_bytes(const Graph *g);
/* Adds one. `count` 0: not an array; `node` 0: no state of a node, but computed from params. */
void emit_field(Emitter *e, const char *type, int count, NodeId node, const char *name, ...)
    KN_PRINTF(5, 6);
/* The field of a name, which is `length` letters; NULL: there is none. */
const Field *emit_find_field(const Emitter *e, const char *name, size_t length);
/* One, and all of them, as lines of C. */
void emit_field_text(const Field *field, Buf *out);
void emit_fields(const Emitter *e, Buf *out);

/* print_c/block.c: the function that computes what params decide, then does `more` (lines of C, or NULL). */
void emit_update(Emitter *e, const char *linkage, const char *more, Buf *out);
/* Does it do anything? */
bool emit_has_update(const Emitter *e);
bool emit_is_block_value(const Emitter *e, NodeId id);
/* A phase whose step is a field, computed once a block. */
bool emit_counts_by_block(const Emitter *e, NodeId id);

/* print_c/strip.c: a function for a strip into e->strip. */
void emit_strip(Emitter *e);
/* One loop over samples for nodes that are computed together, as text in e->strip: e->in_step and
 * e->step_crosses are set. Values from elsewhere and those needed elsewhere are b<node>[i]. */
void emit_step(Emitter *e, NodeId *nodes, int n);
/* Lines of what does not vary, filled with it. */
void emit_constant_lines(Emitter *e);
/* Finds what the lines of pure signals need: e->wanted, e->refill_crosses. */
void emit_find_refill(Emitter *e);

/* print_c/file.c: options, plan and arena outlive the emitter. */
void emitter_open(Emitter *e, Arena *arena, const EmitOptions *options, Plan *plan);
void emitter_close(Emitter *e);

#endif
