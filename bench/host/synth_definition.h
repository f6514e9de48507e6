/* From a graph of unit generators as text to what SuperCollider's server reads (its file format of synth
 * definitions, version 2).
 *
 * The text has a line for each unit; what stands behind # is not read:
 *
 *   inputs 1                     channels; may be left out, then 0
 *   outputs 1
 *   block 64                     frames that the server computes at once; divides 512
 *   x = In.ar/1 1                a name, a unit with its rate (ar kr ir), and how many outputs where that is not 1
 *   y = * x 0.5                  an operator: + - * / < max pow
 *   Out.ar/0 0 y                 numbers, names, and NAME:2 for the third output of one */
#ifndef BENCH_SYNTH_DEFINITION_H
#define BENCH_SYNTH_DEFINITION_H

#include "contestant.h"

#include <stddef.h>

/* Bytes that grow; numbers are written as the network has them. */
typedef struct Bytes {
    char *at;
    size_t count;
} Bytes;
void bytes_put(Bytes *bytes, const void *from, size_t count);
void bytes_int32(Bytes *bytes, int32_t value);
bool bytes_save(const Bytes *bytes, const char *path);
void bytes_free(Bytes *bytes);

typedef struct SynthDefinition {
    int inputs, outputs, block;
    Bytes bytes; /* the synth is called `bench` */
} SynthDefinition;

bool synth_definition_read(const char *path, SynthDefinition *definition, char why[WHY_SIZE]);

#endif
