/* The fields of the state of a running program, as all engines have them. */
#ifndef KANON_PRINT_C_FIELD_H
#define KANON_PRINT_C_FIELD_H

#include "graph/graph.h"

/* A field of the state struct. Its place follows from the fields before it, by the rules of C for
 * the machine: what an engine hands to another, and a program to its successor, is found by it. */
typedef struct Field {
    const char *type; /* "float", "double", "int", "int64_t", "uint64_t", "KnRunning" */
    char name[24];
    int count; /* of an array; 0: not an array */
    /* of a ring: its elements, behind which lie copies of the first `mirrored` */
    int ring, mirrored;
    size_t offset, size;
    NodeId node;  /* whose state it is; 0: computed anew from params when they change */
    bool alone;   /* it is taken over by itself, whatever else its node has */
    bool derived; /* can be made anew: the past of a pure signal, what a kernel keeps of its own */
    /* the frame before which nothing has changed it, of what begins later: lower/spans.c */
    int64_t begins;
} Field;

#endif
