/* Proofs of stdlib/dynamics.kn. */
#include "library.h"

const Proof dynamics_proofs[] = {
    {0},
};

const Stress dynamics_stresses[] = {
    {0},
};
