/* Proofs of stdlib/scales.kn. */
#include "library.h"

const Proof scales_proofs[] = {
    {0},
};

const Stress scales_stresses[] = {
    {0},
};
