/* Proofs of stdlib/conversions.kn. */
#include "library.h"

const Proof conversions_proofs[] = {
    {0},
};

const Stress conversions_stresses[] = {
    {0},
};
