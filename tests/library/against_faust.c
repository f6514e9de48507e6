/* Proofs against Faust: what its libraries have as well, sample by sample. In: faust_pairs.def. Out: the
 * table of proofs. */
#include "library.h"

#include <math.h>
#include <stdlib.h>

#define PAIR(id, definition, against, bound, input, seconds, program, process)                     \
    PAIR_AT(id, definition, against, bound, input, seconds, 0, program, process)

#define PAIR_AT(id, definition, against, bound, input, seconds, rate, program, process)            \
    static double id##_error(void) {                                                               \
        return error_of_faust(&(FaustPair){input, seconds, rate, program, process});               \
    }
#include "faust_pairs.def"
#undef PAIR_AT

/* Densities an octave apart from 100 Hz to 13 kHz, of the noise here, of the filter there. */
static double pink_density_error(void) {
    enum { RATE = 48000, FRAMES = 1 << 15 };
    double *x = faust_input(IMPULSE, RATE, FRAMES), least = INFINITY, most = -INFINITY;
    Heard noise = hear_fast(RATE, 1 << 19, "out = pink(1)");
    Heard filter = hear_faust(RATE, FRAMES, x, "no.pink_filter");
    if (noise.channels == 0 || filter.channels == 0) return INFINITY;
    for (double f = 100; f < 14000; f *= 2) {
        double density = noise_density(noise.channel[0], noise.frames, RATE, f);
        double gain = 20 * log10(cabs(response_at(filter.channel[0], FRAMES, f, RATE)));
        least = fmin(least, density - gain);
        most = fmax(most, density - gain);
    }
    heard_free(filter);
    heard_free(noise);
    free(x);
    return (most - least) / 2;
}

#define PAIR_AT(id, definition, against, bound, input, seconds, rate, program, process)            \
    {definition, FAUST, against, id##_error, bound, ""},

const Proof against_faust_proofs[] = {
#include "faust_pairs.def"
    {"pink", FAUST, "the density of no.pink_noise from 100 Hz to 13 kHz", pink_density_error, 0.5,
     "dB"},
    {0}};

const Stress against_faust_stresses[] = {{0}};
