/* What the files of the in-memory back end share. emit_jit.c makes the whole text, emit_kernels.c one
 * node, emit_linear.c linear feedback, strip_code.c calls to text. */
#ifndef KANON_EMIT_KERNELS_H
#define KANON_EMIT_KERNELS_H

#include "../runtime/kernels.h"
#include "emit.h"
#include "strip_code.h"

/* Constant data that the text reads by a name. */
typedef struct KernelSymbol {
    char name[24];
    const char *type; /* of an element */
    const void *address;
} KernelSymbol;

/* Constant data of a program, made for it: tables and sound files in the form that kernels read. */
typedef struct KernelData {
    KernelSet set; /* that makes tables for kernels, and runs them */
    KernelSymbol *symbols;
    int nsymbols, symbol_cap;
    void **owned; /* freed with the program */
    int nowned, owned_cap;
    uint64_t *rotations; /* steps of the tables turn0, turn1, … */
    int nrotations, rotation_cap;
} KernelData;

typedef struct KernelEmitter {
    Emitter *e;
    const Plan *p;
    const Graph *g;
    StripCode code; /* of the function at hand */
    KernelData *data;
    int *buffer;       /* of a node: its value's, -1 */
    int *converted[3]; /* the same as float, double, condition; -1 */
    int *uses;         /* how often a node is read in a strip */
    bool *crosses;     /* needed outside of its component */
    uint8_t *kept;     /* heard, or put into a line: it needs a buffer of its own */
    uint8_t *folded;   /* computed by the kernel of the only node that reads it */
    uint8_t *gained;   /* a sine that may be computed together with its gain */
    bool *old;         /* by line: its values of before the strip are read after it has gone on */
    IntervalMemo *intervals;
} KernelEmitter;

/* emit_kernels.c */

/* One node at sample rate that does not feed back: false when only C can do it. */
bool kernel_node(KernelEmitter *k, NodeId id);
/* Has the function at hand to compute it? A refill computes what its lines need. */
bool kernel_is_computed(const KernelEmitter *k, NodeId id);
/* Finds nodes that are computed with the one that reads them (k->folded), where that is cheaper. */
void kernel_find_folded(KernelEmitter *k);
/* The buffer of a node's value in a type, filled from a number if need be. */
int kernel_buffer(KernelEmitter *k, NodeId id, BufferType type);
BufferType kernel_type(const KernelEmitter *k, NodeId id);
/* A node's value got this buffer. */
void kernel_set(KernelEmitter *k, NodeId id, int buffer);
/* Does it vary from sample to sample? If not it is text, from emit_use. */
bool kernel_varies(const KernelEmitter *k, NodeId id);

/* kernel_data.c: names of constant data, which stays where it is made. */
void *kernel_own(KernelData *data, size_t bytes);
/* Declares `const type name[]`; the name is made of a format and a number, and lies in the arena. */
const char *kernel_data(KernelEmitter *k, const char *format, int number, const char *type,
                        const void *address);
/* A table of the program, in double or float. */
const char *kernel_table(KernelEmitter *k, int number, bool wide);
/* What the kernels osc_… want for a step of turns. */
const char *kernel_osc_table(KernelEmitter *k, uint64_t step);
void kernel_data_free(KernelData *data);

/* emit_linear.c: feedback that is linear in its past, members[n] of one component. False when it is
 * not, or too large. */
bool kernel_linear(KernelEmitter *k, const NodeId *members, int n);

/* scalar_functions (generated from runtime/): what texts may call for one sample. */
typedef struct ScalarFunction {
    const char *name, *prototype;
    const void *address;
} ScalarFunction;
extern const ScalarFunction scalar_functions[];
extern const int scalar_nfunctions;

/* emit_jit.c: the text that libtcc gets. */
typedef struct KernelText {
    Buf text;
    KernelData data;
    Field *fields; /* of the state, malloc'd */
    int nfields;
    size_t state_bytes; /* of the state that other engines know */
    size_t work_bytes;  /* of the buffers, which lie outside of it */
    uint8_t *kernels;   /* by KernelId: the text calls it */
    uint8_t *scalars;   /* by place in scalar_functions */
    int strip;
    int64_t warm_up; /* frames before the first that have to be refilled */
} KernelText;
/* The functions kn_update(self), kn_strip(self, w, inputs, outputs, at, n) and, with a warm-up,
 * kn_refill(self, w, n0, n). The plan is that of the emitted C: states mean the same. */
void emit_jit(Compile *c, Plan *plan, KernelSet set, KernelText *out);
void kernel_text_free(KernelText *text);

#endif
