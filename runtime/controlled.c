/* What a controller of MIDI means for a param. In: the param's range, and where the controller stands, 0 to 1. Out: a value. Standalone C
 * that hears MIDI has it, compiler/engine/instrument.c compiles it for all programs in memory. */

/* A controller goes through the range of a param, in octaves where that is logarithmic. */
static double kn_controlled(double min, double max, int octaves, double value) {
    return octaves ? min * kn_pow(max / min, value) : min + (max - min) * value;
}
