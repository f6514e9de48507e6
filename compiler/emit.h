/* What the files of the C back end share. emit_c.c writes the file, emit_strip.c the loops,
 * emit_node.c one node. */
#ifndef KANON_EMIT_H
#define KANON_EMIT_H

#include "plan.h"

typedef struct Emitter {
    Compile *c;
    Graph *g;
    Plan *p;
    const EmitOptions *o;
    const char *name, *upper;
    Buf fields;              /* of the state struct */
    Buf tables;              /* constant data */
    Buf strip;               /* text of the function at hand */
    Buf before, body, after; /* of the loop at hand: what is set up, done a sample, and put back */
    bool *field;             /* nodes whose value is a field k… of the state */
    uint8_t *in_pattern;     /* nodes of the roll at hand */
    const Roll *roll;
    int loop;             /* at hand; -1: outside of loops */
    char prefix;          /* of the names of values: v, or k for what is computed once a block */
    bool *has_table;      /* nodes whose table is written */
    bool *table_used;     /* tables in float, and in double */
    bool refill;          /* writing the function that fills the lines of pure signals */
    bool *wanted;         /* nodes it needs */
    bool *refill_crosses; /* those of them that another loop of it, or a line, needs */
    size_t state_bytes;
    bool uses_time, uses_now; /* of the loop at hand */
    int uses;                 /* of the scratch texts below */
    char scratch[16][96];
} Emitter;

/* emit_node.c: one statement (or a few) into e->body for a node at sample rate, and the value of a
 * node as an expression of a type. */
void emit_node(Emitter *e, NodeId id);
const char *emit_use(Emitter *e, NodeId id, bool wide);
const char *emit_literal(Emitter *e, double value, bool wide);
/* The node's value in double from values in double: for what is computed once a block. */
void emit_block_node(Emitter *e, NodeId id, Buf *out);
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

/* emit_strip.c: a function for a strip into e->strip, and its fields into e->fields. */
void emit_strip(Emitter *e);
void emit_line_fields(Emitter *e);

#endif
