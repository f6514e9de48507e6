/* The state of a program: the struct that holds what it knows while it runs, which all engines share; and what the lowering and
 * the printing of one program have in common. */
#ifndef KANON_STATE_H
#define KANON_STATE_H

#include "plan/plan.h"
#include "state/field.h"

/* Letters of a number as C. */
enum { NUMBER_LETTERS = 96 };

typedef struct Emitter {
    Arena *arena;
    const Graph *g;
    const Plan *p;
    Field *fields; /* of the state struct, after its head */
    int nfields, field_cap;
    int *field_places;  /* + 1, by the hash of the name; 0: free */
    int field_room;     /* for places */
    size_t state_bytes; /* of the struct so far */
    bool *stored;       /* nodes that samples need */
    int threads;        /* for which strips are cut into stages; 0 or 1: they are not cut */
    bool note;          /* strips are cut for voices beside each other too */
    bool refill;        /* making the function that fills the lines of pure signals */
    bool *wanted;       /* nodes it needs */
    /* of a file in C: see print_c */
    const struct EmitOptions *o;
    const char *name, *upper;
    double max_rate;
    /* the program that it is a part of: the notes of an instrument, what hears them, a row of a picture; NULL: it is the whole */
    const struct ProgramText *whole;
    bool own_params; /* more than those of the whole */
    /* of a program in parts: kernels that one has as functions for each sample already */
    uint8_t *printed;
    Buf tables;       /* constant data */
    bool *field;      /* nodes whose field k… the function at hand uses */
    bool *table_used; /* tables in float, and in double */
    int uses;         /* of the texts of numbers below */
    char numbers[16][NUMBER_LETTERS];
} Emitter;

/* Makes all fields, in an order that depends on nothing but the plan. */
void emit_state_fields(Emitter *e);
/* Is it a field k… of the state: known once a block, and needed by samples? */
bool emit_is_stored(const Emitter *e, NodeId id);
/* Samples in the window of a RUNNING_…, and the size of the ring that holds them. */
int emit_running_window(const Emitter *e, const Node *n, int *size);
/* The doubles that kn_running_mean keeps of a window. */
int emit_running_levels(int window);
/* The taps of a convolution, and the room for samples that kn_convolve slides along; behind it are
 * FIR_BEHIND more that kernels read. */
enum { FIR_BEHIND = 64 };
/* How many elements of a running mean make a group: KN_GROUP of prologue.h. */
enum { RUNNING_GROUP = 64 };
int emit_fir_window(const Emitter *e, const Node *n, int *size);
/* What all programs have before their fields: where it lies, and its bytes. */
enum {
    HEAD_SAMPLE_RATE = 0,
    HEAD_DT = 8,
    HEAD_FRAME = 16,
    HEAD_READY = 24,
    HEAD_COLD = 28,
    HEAD_CHANGED = 32,
    HEAD_STARTED = 36,
    HEAD_PARAMS = 40
};
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

/* Finds what the lines of pure signals need: e->wanted. */
void emit_find_refill(Emitter *e);

/* Names, plan and arena outlive the emitter. */
void emitter_open(Emitter *e, Arena *arena, const char *name, Plan *plan);
void emitter_close(Emitter *e);

#endif
