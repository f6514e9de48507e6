/* Proofs of stdlib/oscillators.kn. */
#include "library.h"

#include <math.h>

/* 441 Hz: at 44.1 kHz each period has the same hundred samples; 440 elsewhere. */
static double sine_form(double t) {
    return sin(2 * M_PI * fmod(440 * t, 1));
}

static double sine_error(void) {
    return error_of_form("out = sine(440)", 0.5, sine_form);
}

const Proof oscillators_proofs[] = {
    {"sine", CLOSED_FORM, "sin(2 pi f t)", sine_error, 1e-10, ""},
    {0},
};

const Stress oscillators_stresses[] = {
    {"sine", "param f = 440 in 0..20000\nout = sine(f)"},
    {0},
};
