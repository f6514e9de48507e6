/* Proofs of stdlib/delays.kn. */
#include "library.h"

const Proof delays_proofs[] = {
    {0},
};

const Stress delays_stresses[] = {
    {0},
};
