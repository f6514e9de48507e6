/* Proofs of stdlib/reverbs.kn. */
#include "library.h"

const Proof reverbs_proofs[] = {
    {0},
};

const Stress reverbs_stresses[] = {
    {0},
};
