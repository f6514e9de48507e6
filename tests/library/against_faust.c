/* Proofs against Faust: what its libraries have as well, sample by sample. In: faust_pairs.def. Out: the
 * table of proofs. */
#include "library.h"

#define PAIR(id, definition, against, bound, input, seconds, program, process)                     \
    PAIR_AT(id, definition, against, bound, input, seconds, 0, program, process)

#define PAIR_AT(id, definition, against, bound, input, seconds, rate, program, process)            \
    static double id##_error(void) {                                                               \
        return error_of_faust(&(FaustPair){input, seconds, rate, program, process});               \
    }
#include "faust_pairs.def"
#undef PAIR_AT

#define PAIR_AT(id, definition, against, bound, input, seconds, rate, program, process)            \
    {definition, FAUST, against, id##_error, bound, ""},

const Proof against_faust_proofs[] = {
#include "faust_pairs.def"
    {0}};

const Stress against_faust_stresses[] = {{0}};
