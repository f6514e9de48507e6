/* A program through every engine: what the tests and the fuzzer share. */
#ifndef KANON_COMPARE_H
#define KANON_COMPARE_H

#include "../../compiler/engine/engine.h"
#include "../../compiler/graph/interp.h"

typedef enum {
    ALIKE,
    REFUSED, /* the program has errors */
    CHAOTIC, /* engines differ, and so does the reference from itself when it is disturbed by 1e-12 */
    MAGNIFIED, /* … by the rounding of float */
    DIFFERENT,
} Verdict;

typedef struct Comparison {
    double rate;
    int frames;
    uint64_t seed;     /* of inputs, turns of knobs, block sizes */
    bool by_cc;        /* by the C compiler too */
    bool by_jit_alone; /* no instruction set but the best */
    Buf said;          /* what differs, a line each */
} Comparison;
Verdict compare_engines(Comparison *how, const char *text);

#endif
