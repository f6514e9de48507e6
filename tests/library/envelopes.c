/* Proofs of stdlib/envelopes.kn. */
#include "library.h"

#include <math.h>

static double decay_form(double t) {
    return pow(10, -3 * t / 0.5);
}

static double decay_error(void) {
    return error_of_form("out = decay(0.5)", 1, decay_form);
}

const Proof envelopes_proofs[] = {
    {"decay", CLOSED_FORM, "10^(-3 t / t60)", decay_error, 1e-12, ""},
    {0},
};

const Stress envelopes_stresses[] = {
    {0},
};
