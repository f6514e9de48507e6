/* Proofs of stdlib/meters.kn. */
#include "library.h"

const Proof meters_proofs[] = {
    {0},
};

const Stress meters_stresses[] = {
    {0},
};
