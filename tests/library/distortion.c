/* Proofs of stdlib/distortion.kn. */
#include "library.h"

const Proof distortion_proofs[] = {
    {0},
};

const Stress distortion_stresses[] = {
    {0},
};
