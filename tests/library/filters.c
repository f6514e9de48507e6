/* Proofs of stdlib/filters.kn: impulse responses against the analog prototype through the bilinear
 * transform, prewarped. */
#include "library.h"

#include <math.h>

typedef struct Second { /* a second-order section */
    double cutoff, q, gain;
} Second;

static double complex lowpass_response(double f, double rate, const void *data) {
    const Second *x = data;
    double complex s = bilinear(f, x->cutoff, rate);
    return 1 / (s * s + s / x->q + 1);
}

static double lowpass_error(void) {
    return error_of_response("out = lowpass(impulse, 1000, 2)", 0.1, lowpass_response,
                             &(Second){1000, 2, 1});
}

const Proof filters_proofs[] = {
    {"lowpass", RESPONSE, "1 / (s^2 + s/q + 1), bilinear", lowpass_error, 0.05, "dB"},
    {0},
};

const Stress filters_stresses[] = {
    {"lowpass", "input x\nparam f = 1000 in 20..20000 log\nparam q = 1 in 0.3..30 log\n"
                "out = lowpass(x, f, q)"},
    {0},
};
