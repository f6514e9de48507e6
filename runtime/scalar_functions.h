/* The functions of one sample of math.h, noise.h, lattice.h and prologue.h as a table, made of their texts while building. */
#ifndef KANON_SCALAR_FUNCTIONS_H
#define KANON_SCALAR_FUNCTIONS_H

#include <stdbool.h>

/* FUNCTION_kn_sin, …, SCALAR_FUNCTIONS */
#include "scalar_functions.inc"

typedef struct ScalarFunction {
    const char *name, *prototype;
    bool returns; /* a value */
    const void *address;
} ScalarFunction;
extern const ScalarFunction scalar_functions[SCALAR_FUNCTIONS];

#endif
