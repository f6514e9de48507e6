/* Proofs of stdlib/composition.kn. */
#include "library.h"

const Proof composition_proofs[] = {
    {0},
};

const Stress composition_stresses[] = {
    {0},
};
