/* Proofs of stdlib/modulation.kn. */
#include "library.h"

const Proof modulation_proofs[] = {
    {0},
};

const Stress modulation_stresses[] = {
    {0},
};
