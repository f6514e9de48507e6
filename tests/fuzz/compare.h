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

/* What goes through the C compiler. */
typedef enum { NO_C, IN_C, IN_DOUBLE_C, IN_C_WITHOUT_RATE } ByC;

typedef struct Comparison {
    double rate;
    int frames;
    uint64_t seed; /* of inputs, turns of knobs, block sizes */
    ByC by_c;
    bool in_double; /* by machine code in double, too */
    bool live;      /* replaced by itself while it sounds, too */
    bool pure;      /* out: it can start anywhere */
    Buf said;       /* what differs, a line each */
} Comparison;
Verdict compare_engines(Comparison *how, const char *text);

#endif
