/* Proofs of stdlib/models.kn. */
#include "library.h"

const Proof models_proofs[] = {
    {0},
};

const Stress models_stresses[] = {
    {0},
};
