/* Nodes as C, sample after sample, and the state that a program has: what calls of kernels cannot do. steps/node.c has
 * a node, steps/step.c the loop of those that are computed together, steps/block.c what params decide, steps/state.c
 * the fields. */
#ifndef KANON_STEPS_H
#define KANON_STEPS_H

#include "plan/plan.h"
#include "steps/field.h"

/* Letters of an expression of one value. */
enum { SCRATCH = 192 };

typedef struct Emitter {
    Arena *arena;
    const Graph *g;
    const Plan *p;
    const struct EmitOptions *o; /* of a file, see print_c */
    const char *name, *upper;
    Field *fields; /* of the state struct, after its head */
    int nfields, field_cap;
    int *field_places;        /* + 1, by the hash of the name; 0: free */
    int field_room;           /* for places */
    Buf tables;               /* constant data */
    Buf strip;                /* text of the step at hand */
    Buf before, body, after;  /* of the loop at hand: what is set up, done a sample, and put back */
    bool *stored;             /* nodes that samples need */
    bool *field;              /* nodes whose field k… the function at hand uses */
    uint8_t *in_step;         /* nodes of the step at hand */
    const bool *step_crosses; /* what is needed outside of it */
    const Roll *roll;
    char prefix;        /* of the names of values: v, or k for what is computed once a block */
    bool *has_table;    /* nodes whose table is written */
    bool *table_used;   /* tables in float, and in double */
    bool refill;        /* writing the function that fills the lines of pure signals */
    bool *wanted;       /* nodes it needs */
    size_t state_bytes; /* of the struct so far */
    bool uses_time, uses_now; /* of the loop at hand */
    int uses;                 /* of the scratch texts below */
    char scratch[16][SCRATCH];
} Emitter;

/* steps/node.c: one statement (or a few) into e->body for a node at sample rate, and the value of a
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
/* The window of a RUNNING_… in samples, of which `most` is the greatest. */
const char *emit_window(Emitter *e, const Node *n, int most);
/* What a PHASE or INTEGRATE adds, at the end of a sample. */
void emit_accumulate(Emitter *e, NodeId id);
/* Turns as a fixed-point phase: 2^64 is one. */
uint64_t emit_fixed_point(long double turns);
/* A word of 64 bits, as C has it. */
const char *emit_word(Emitter *e, uint64_t word);
/* Copies lines of C, indented by so many levels. */
void emit_indented(Buf *out, const Buf *text, int levels);
void emit_table(Emitter *e, const char *type, const char *name, int n,
                const char *(*item)(Emitter *, const void *, int), const void *data);

/* steps/state.c: the struct that holds what a running program knows. */

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
/* The field that holds what lies so many bytes from the beginning, and its name as C: an element of an array by its
 * number, the first only where it is asked for. */
const Field *emit_field_at(const Emitter *e, size_t offset);
void emit_place(const Emitter *e, size_t offset, bool element, Buf *out);
/* Adds one. `count` 0: not an array; `node` 0: no state of a node, but computed from params. */
void emit_field(Emitter *e, const char *type, int count, NodeId node, const char *name, ...)
    KN_PRINTF(5, 6);
/* The field of a name, which is `length` letters; NULL: there is none. */
const Field *emit_find_field(const Emitter *e, const char *name, size_t length);
/* One, and all of them, as lines of C. */
void emit_field_text(const Field *field, Buf *out);
void emit_fields(const Emitter *e, Buf *out);

/* steps/block.c: the function that computes what params decide, then does `more` (lines of C, or NULL). */
void emit_update(Emitter *e, const char *linkage, const char *more, Buf *out);
/* Does it do anything? */
bool emit_has_update(const Emitter *e);
bool emit_is_block_value(const Emitter *e, NodeId id);
/* A phase whose step is a field, computed once a block. */
bool emit_counts_by_block(const Emitter *e, NodeId id);

/* steps/step.c: one loop over samples for nodes that are computed together, as text in e->strip: e->in_step and
 * e->step_crosses are set. Values from elsewhere and those needed elsewhere are b<node>[i]. */
void emit_step(Emitter *e, NodeId *nodes, int n);
/* Lines of what does not vary, filled with it. */
void emit_constant_lines(Emitter *e);
/* Finds what the lines of pure signals need: e->wanted. */
void emit_find_refill(Emitter *e);

/* Names, plan and arena outlive the emitter. */
void emitter_open(Emitter *e, Arena *arena, const char *name, Plan *plan);
void emitter_close(Emitter *e);

#endif
