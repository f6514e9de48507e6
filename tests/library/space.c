/* Proofs of stdlib/space.kn. */
#include "library.h"

const Proof space_proofs[] = {
    {0},
};

const Stress space_stresses[] = {
    {0},
};
