/* Proofs of stdlib/scales.kn: scales and chords against the steps of music theory, tunings against cents that
 * were published. */
#include "library.h"

#include <math.h>
#include <string.h>

/* ---- lists of semitones --------------------------------------------------------------------------------- */

/* A list against the sums of steps, written as digits. */
static double error_of_steps(const char *list, const char *steps) {
    Heard h = hear(48000, 1, "out = %s", list);
    double worst = h.channels == (int)strlen(steps) + 1 ? 0 : INFINITY;
    for (int k = 0, sum = 0; k < h.channels && worst < 1; k++) {
        worst = fmax(worst, fabs(h.channel[k][0] - sum));
        if (steps[k]) sum += steps[k] - '0';
    }
    heard_free(h);
    return worst;
}

#define STEPS(NAME, DIGITS)                                                                        \
    static double NAME##_error(void) {                                                             \
        return error_of_steps(#NAME, DIGITS);                                                      \
    }
STEPS(major, "221222")
STEPS(minor, "212212")
STEPS(harmonic_minor, "212213")
STEPS(melodic_minor, "212222")
STEPS(dorian, "212221")
STEPS(phrygian, "122212")
STEPS(lydian, "222122")
STEPS(mixolydian, "221221")
STEPS(locrian, "122122")
STEPS(phrygian_dominant, "131212")
STEPS(double_harmonic, "131213")
STEPS(hungarian_minor, "213113")
STEPS(major_pentatonic, "2232")
STEPS(minor_pentatonic, "3223")
STEPS(hirajoshi, "2141")
STEPS(blues, "32113")
STEPS(whole_tone, "22222")
STEPS(octatonic, "2121212")
STEPS(chromatic, "11111111111")
STEPS(major_triad, "43")
STEPS(minor_triad, "34")
STEPS(diminished_triad, "33")
STEPS(augmented_triad, "44")
STEPS(suspended_second, "25")
STEPS(suspended_fourth, "52")
STEPS(major_sixth, "432")
STEPS(minor_sixth, "342")
STEPS(major_seventh, "434")
STEPS(minor_seventh, "343")
STEPS(dominant_seventh, "433")
STEPS(half_diminished_seventh, "334")
STEPS(diminished_seventh, "333")
STEPS(dominant_ninth, "4334")
STEPS(major_ninth, "4343")
STEPS(minor_ninth, "3434")

/* Several lists of one definition, each with its steps. */
static double error_of_lists(const char *const (*lists)[2]) {
    double worst = 0;
    for (int i = 0; lists[i][0]; i++)
        worst = fmax(worst, error_of_steps(lists[i][0], lists[i][1]));
    return worst;
}

/* MIDI notes of names: triads, sevenths and what stands above, inversions, another bass. */
NUMBERS(named_chords,
        "flatten(map([\"C\", \"Am\", \"F#dim\", \"Bbaug\", \"Am7\", \"Cmaj7\", \"G7\", \"Bm7b5\", "
        "\"Ebm6\", \"D7sus4\", "
        "\"E7#9\", \"C6/9\", \"Dm11\", \"C/E\", \"C/G\", \"D/C\", \"A5\", \"Cm^7\"], name => "
        "chord(name)))",
        60, 64, 67, 69, 72, 76, 66, 69, 72, 70, 74, 78, 69, 72, 76, 79, 60, 64, 67, 71, 67, 71, 74,
        77, 71, 74, 77, 81, 63, 66, 70, 72, 62, 67, 69, 72, 64, 68, 71, 74, 79, 60, 64, 67, 69, 74,
        62, 65, 69, 72, 76, 79, 64, 67, 72, 67, 72, 76, 60, 62, 66, 69, 69, 76, 60, 63, 67, 71)

static double chord_error(void) {
    static const char *const lists[][2] = {{"chord(major, 0)", "43"},
                                           {"chord(major, 1) - 2", "34"},
                                           {"chord(major, 6) - 11", "33"},
                                           {"chord(major, 4, 4) - 7", "433"},
                                           {"chord(harmonic_minor, 2) - 3", "44"},
                                           {"chord(major, -1) + 1", "33"},
                                           {NULL, NULL}};
    return error_of_lists(lists);
}

static double inversion_error(void) {
    static const char *const lists[][2] = {{"inversion(major_triad, 0)", "43"},
                                           {"inversion(major_triad) - 4", "35"},
                                           {"inversion(major_triad, 2) - 7", "54"},
                                           {"inversion(major_triad, 3) - 12", "43"},
                                           {NULL, NULL}};
    return error_of_lists(lists);
}

/* Two octaves of major are its steps twice. */
static double degree_error(void) {
    static const char *const lists[][2] = {
        {"map(0..14, i => degree(major, i))", "22122212212221"},
        {"map(-7..7, i => degree(major, i)) + 12", "22122212212221"},
        {"map([0, 0.9, 1.2], i => degree(major, i))", "02"},
        {NULL, NULL}};
    return error_of_lists(lists);
}

/* A signal as the step: two a second up a pentatonic scale, from two below the root. */
static double degree_form(double t) {
    static const double steps[] = {-5, -2, 0, 3, 5, 7, 10, 12, 15, 17};
    return steps[(int)floor(8 * t + 1e-6)];
}

static double degree_signal_error(void) {
    return error_of_form("out = degree(minor_pentatonic, t => 8 * t - 2)", 1.2, degree_form);
}

/* No note of the scale is nearer, and it is one. */
static double quantize_error(void) {
    static const int major[] = {0, 2, 4, 5, 7, 9, 11};
    Heard h = hear(48000, 48000, "out(t) = [48 * t - 20.3, quantize(48 * t - 20.3, major)]");
    double worst = 0;
    for (int n = 0; n < h.frames; n++) {
        double x = h.channel[0][n], nearest = INFINITY;
        for (int k = -24; k < 36; k += 12)
            for (int i = 0; i < 7; i++)
                if (fabs(k + major[i] - x) < fabs(nearest - x)) nearest = k + major[i];
        worst = fmax(worst, fabs(h.channel[1][n] - nearest));
    }
    heard_free(h);
    return worst;
}

/* ---- tunings, in cents ------------------------------------------------------------------------------------ */

static double error_of_cents(const char *tuning, int n, const double *published) {
    Heard h = hear(48000, 1, "out = %s", tuning);
    double worst = h.channels == n ? 0 : INFINITY;
    for (int k = 0; k < n && worst < 1e9; k++)
        worst = fmax(worst, fabs(cents(h.channel[k][0], 1) - published[k]));
    heard_free(h);
    return worst;
}

#define CENTS(NAME, TUNING, ...)                                                                   \
    static double NAME##_error(void) {                                                             \
        static const double published[] = {__VA_ARGS__};                                           \
        return error_of_cents(TUNING, (int)(sizeof published / sizeof *published), published);     \
    }
CENTS(pythagorean, "pythagorean", 113.685, 203.910, 294.135, 407.820, 498.045, 611.730, 701.955,
      815.640, 905.865, 996.090, 1109.775, 1200)
CENTS(meantone, "meantone", 76.049, 193.157, 310.265, 386.314, 503.422, 579.471, 696.578, 772.627,
      889.735, 1006.843, 1082.892, 1200)
CENTS(just, "just", 111.731, 203.910, 315.641, 386.314, 498.045, 590.224, 701.955, 813.686, 884.359,
      1017.596, 1088.269, 1200)
CENTS(werckmeister, "werckmeister", 90.225, 192.180, 294.135, 390.225, 498.045, 588.270, 696.090,
      792.180, 888.270, 996.090, 1092.180, 1200)
CENTS(bohlen_pierce, "bohlen_pierce", 133.238, 301.847, 435.084, 582.512, 736.931, 884.359,
      1017.596, 1165.024, 1319.443, 1466.871, 1600.108, 1768.717, 1901.955)
CENTS(equal, "equal(12)", 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1100, 1200)
CENTS(equal_third, "equal(13, 3)", 146.304, 292.608, 438.913, 585.217, 731.521, 877.825, 1024.130,
      1170.434, 1316.738, 1463.042, 1609.347, 1755.651, 1901.955)

/* Three octaves of the piano. */
static double tuned_error(void) {
    Heard h = hear(48000, 1, "out = map(-12..24, i => tuned(i, equal(12), 440))");
    double worst = 0;
    for (int k = 0; k < h.channels; k++)
        worst = fmax(worst, fabs(cents(h.channel[k][0], 440) - 100 * (k - 12)));
    heard_free(h);
    return h.channels == 37 ? worst : INFINITY;
}

const Proof scales_proofs[] = {
    {"major", PUBLISHED, "steps of 2212221", major_error, 0, "semitones"},
    {"minor", PUBLISHED, "steps of 2122122", minor_error, 0, "semitones"},
    {"harmonic_minor", PUBLISHED, "steps of 2122131", harmonic_minor_error, 0, "semitones"},
    {"melodic_minor", PUBLISHED, "steps of 2122221", melodic_minor_error, 0, "semitones"},
    {"dorian", PUBLISHED, "steps of 2122212", dorian_error, 0, "semitones"},
    {"phrygian", PUBLISHED, "steps of 1222122", phrygian_error, 0, "semitones"},
    {"lydian", PUBLISHED, "steps of 2221221", lydian_error, 0, "semitones"},
    {"mixolydian", PUBLISHED, "steps of 2212212", mixolydian_error, 0, "semitones"},
    {"locrian", PUBLISHED, "steps of 1221222", locrian_error, 0, "semitones"},
    {"phrygian_dominant", PUBLISHED, "steps of 1312122", phrygian_dominant_error, 0, "semitones"},
    {"double_harmonic", PUBLISHED, "steps of 1312131", double_harmonic_error, 0, "semitones"},
    {"hungarian_minor", PUBLISHED, "steps of 2131131", hungarian_minor_error, 0, "semitones"},
    {"major_pentatonic", PUBLISHED, "steps of 22323", major_pentatonic_error, 0, "semitones"},
    {"minor_pentatonic", PUBLISHED, "steps of 32232", minor_pentatonic_error, 0, "semitones"},
    {"hirajoshi", PUBLISHED, "steps of 21414", hirajoshi_error, 0, "semitones"},
    {"blues", PUBLISHED, "steps of 321132", blues_error, 0, "semitones"},
    {"whole_tone", PUBLISHED, "steps of 222222", whole_tone_error, 0, "semitones"},
    {"octatonic", PUBLISHED, "steps of 21212121", octatonic_error, 0, "semitones"},
    {"chromatic", PUBLISHED, "steps of 111111111111", chromatic_error, 0, "semitones"},
    {"major_triad", PUBLISHED, "thirds and others of 43", major_triad_error, 0, "semitones"},
    {"minor_triad", PUBLISHED, "thirds and others of 34", minor_triad_error, 0, "semitones"},
    {"diminished_triad", PUBLISHED, "thirds and others of 33", diminished_triad_error, 0,
     "semitones"},
    {"augmented_triad", PUBLISHED, "thirds and others of 44", augmented_triad_error, 0,
     "semitones"},
    {"suspended_second", PUBLISHED, "thirds and others of 25", suspended_second_error, 0,
     "semitones"},
    {"suspended_fourth", PUBLISHED, "thirds and others of 52", suspended_fourth_error, 0,
     "semitones"},
    {"major_sixth", PUBLISHED, "thirds and others of 432", major_sixth_error, 0, "semitones"},
    {"minor_sixth", PUBLISHED, "thirds and others of 342", minor_sixth_error, 0, "semitones"},
    {"major_seventh", PUBLISHED, "thirds and others of 434", major_seventh_error, 0, "semitones"},
    {"minor_seventh", PUBLISHED, "thirds and others of 343", minor_seventh_error, 0, "semitones"},
    {"dominant_seventh", PUBLISHED, "thirds and others of 433", dominant_seventh_error, 0,
     "semitones"},
    {"half_diminished_seventh", PUBLISHED, "thirds and others of 334",
     half_diminished_seventh_error, 0, "semitones"},
    {"diminished_seventh", PUBLISHED, "thirds and others of 333", diminished_seventh_error, 0,
     "semitones"},
    {"dominant_ninth", PUBLISHED, "thirds and others of 4334", dominant_ninth_error, 0,
     "semitones"},
    {"major_ninth", PUBLISHED, "thirds and others of 4343", major_ninth_error, 0, "semitones"},
    {"minor_ninth", PUBLISHED, "thirds and others of 3434", minor_ninth_error, 0, "semitones"},
    {"degree", LAW, "steps of 2212221 in all octaves", degree_error, 0, "semitones"},
    {"degree", CLOSED_FORM, "a scale, step by step of a signal", degree_signal_error, 0,
     "semitones"},
    {"chord", PUBLISHED, "triads and sevenths on steps of major and minor", chord_error, 0,
     "semitones"},
    {"chord", PUBLISHED, "chords by the names of lead sheets", named_chords_error, 0, "semitones"},
    {"inversion", PUBLISHED, "a sixth and a six-four chord", inversion_error, 0, "semitones"},
    {"quantize", LAW, "no note of the scale is nearer", quantize_error, 1e-9, "semitones"},
    {"tuned", LAW, "a hundred cents a step, in three octaves", tuned_error, 1e-9, "cents"},
    {"equal", PUBLISHED, "hundreds of cents", equal_error, 1e-9, "cents"},
    {"equal", PUBLISHED, "Bohlen-Pierce, equally tempered", equal_third_error, 0.001, "cents"},
    {"pythagorean", PUBLISHED, "cents of eleven pure fifths", pythagorean_error, 0.001, "cents"},
    {"meantone", PUBLISHED, "cents of quarter-comma meantone", meantone_error, 0.001, "cents"},
    {"just", PUBLISHED, "cents of 5-limit ratios", just_error, 0.001, "cents"},
    {"werckmeister", PUBLISHED, "cents of Werckmeister III", werckmeister_error, 0.001, "cents"},
    {"bohlen_pierce", PUBLISHED, "cents of the just scale", bohlen_pierce_error, 0.001, "cents"},
    {0},
};

const Stress scales_stresses[] = {
    {"degree", "param i = 0 in -50..50\nout = degree(blues, i) / 100"},
    {"degree", "param f = 1 in 0..100\nout = degree(blues, 9 * sine(f)) / 100"},
    {"quantize", "param i = 0 in -50..50\nout = quantize(i, blues) / 100"},
    {"tuned", "param i = 0 in -50..50\nout = tuned(i, just)"},
    {0},
};
