/* Random programs: what the tests and the fuzzer share. */
#ifndef KANON_GENERATE_H
#define KANON_GENERATE_H

#include "../../compiler/engine/engine.h"
#include "../../compiler/graph/interp.h"

/* Where decisions come from: bytes, and after their end, or without any, a sequence that the seed begins. */
typedef struct Choices {
    const uint8_t *bytes;
    size_t left;
    uint64_t seed; /* with bytes 0: then what is behind them is the plainest there is */
} Choices;
/* One of 0 … n - 1. */
unsigned choose(Choices *choices, unsigned n);

/* A program, malloc'd. It is well-formed, and mostly well-typed: some are refused with a message. */
char *generate_program(Choices *choices);

#endif
