/* Proofs of stdlib/noises.kn. */
#include "library.h"

const Proof noises_proofs[] = {
    {0},
};

const Stress noises_stresses[] = {
    {0},
};
