/* Proofs of stdlib/scales.kn: scales and chords against the steps of music theory, tunings against cents that
 * were published. */
#include "library.h"

#include <math.h>
#include <stdlib.h>
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

/* ---- scales and chords by name ------------------------------------------------------------------------- */

static const char *const scale_names[] = {
#define SCALE(name, semitones) name,
#include "evaluate/scales.def"
};
static const char *const chord_names[] = {
#define CHORD(name, semitones) name,
#include "evaluate/chords.def"
};
enum {
    SCALE_NAMES = sizeof scale_names / sizeof *scale_names,
    CHORD_NAMES = sizeof chord_names / sizeof *chord_names
};

/* What names have in common, and these names with blanks between them. */
typedef struct Named {
    const char *as, *names;
} Named;

/* Steps in semitones, of maqams in quarter tones; Sound.Tidal.Scales (TidalCycles), the thaats after Bhatkhande, modes of limited
 * transposition after Messiaen. */
static const Named scales_by_steps[] = {
    {"2212221", "major ionian bilaval"},
    {"2122212", "dorian kafi"},
    {"1222122", "phrygian bhairavi"},
    {"2221221", "lydian kalyan"},
    {"2212212", "mixolydian khamaj"},
    {"2122122", "minor aeolian melodicMinorDesc asavari"},
    {"1221222", "locrian"},
    {"2122131", "harmonicMinor"},
    {"2212131", "harmonicMajor"},
    {"2122221", "melodicMinor"},
    {"2212122", "melodicMajor bartok hindu"},
    {"1212222", "superLocrian altered"},
    {"1222212", "dorianFlat2"},
    {"2222121", "lydianAugmented"},
    {"2221212", "lydianDominant"},
    {"2121222", "locrianNatural2"},
    {"2131212", "romanianMinor ukrainianDorian"},
    {"2131131", "hungarianMinor"},
    {"1222131", "neapolitanMinor"},
    {"1222221", "neapolitanMajor"},
    {"1322211", "enigmatic"},
    {"1312122", "spanish phrygianDominant"},
    {"1312131", "bhairav doubleHarmonic"},
    {"1311231", "persian"},
    {"1231131", "todi"},
    {"1321131", "purvi"},
    {"1321221", "marva"},
    {"1312212", "ahirbhairav"},
    {"2222211", "leadingWhole"},
    {"2221122", "lydianMinor"},
    {"2211222", "locrianMajor"},
    {"22323", "majPent majorPentatonic gong"},
    {"32232", "minPent minorPentatonic yu"},
    {"23223", "ritusen zhi yo"},
    {"23232", "egyptian shang"},
    {"32322", "jiao"},
    {"21423", "kumai kumoi"},
    {"21414", "hirajoshi"},
    {"14142", "iwato"},
    {"42141", "chinese"},
    {"41232", "indian"},
    {"12414", "pelog"},
    {"14214", "in"},
    {"14232", "insen"},
    {"41241", "ryukyu"},
    {"22251", "prometheus"},
    {"222312", "mystic"},
    {"13323", "scriabin"},
    {"132132", "tritone"},
    {"321132", "blues"},
    {"211323", "majorBlues"},
    {"222222", "whole wholetone messiaen1"},
    {"313131", "augmented"},
    {"131313", "augmented2"},
    {"223221", "hexMajor7"},
    {"212232", "hexDorian"},
    {"122322", "hexPhrygian"},
    {"232212", "hexSus"},
    {"221223", "hexMajor6"},
    {"322122", "hexAeolian"},
    {"12121212", "diminished messiaen2"},
    {"21212121", "diminished2 octatonic"},
    {"211211211", "messiaen3"},
    {"11311131", "messiaen4"},
    {"141141", "messiaen5"},
    {"22112211", "messiaen6"},
    {"1112111121", "messiaen7"},
    {"22122111", "bebopDominant"},
    {"22121121", "bebopMajor"},
    {"111111111111", "chromatic"},
};
static const Named scales_by_quarters[] = {
    {"3344244", "bayati"}, {"2624334", "hijaz"}, {"3443343", "sikah"},
    {"4334433", "rast"},   {"3433443", "iraq"},  {"3324444", "saba"},
};

/* Degrees of the major scale, `.` is the name that is nothing; lead sheets (Brandt and Roemer), and Sound.Tidal.Chords. */
static const Named chords_by_degrees[] = {
    {"1", "1 one"},
    {"1 5", "5 five"},
    {"1 3 5", ". maj M major"},
    {"1 b3 5", "m min - minor"},
    {"1 b3 b5", "dim o"},
    {"1 3 #5", "aug + maj#5 plus sharp5"},
    {"1 b3 #5", "m#5 m+ msharp5"},
    {"1 3 b5", "majb5"},
    {"1 2 5", "sus2"},
    {"1 4 5", "sus4 sus"},
    {"1 2 4 5", "sus24 sus2sus4"},
    {"1 2 3 5", "add2"},
    {"1 2 b3 5", "madd2"},
    {"1 3 4 5", "add4"},
    {"1 b3 4 5", "madd4"},
    {"1 3 5 9", "add9"},
    {"1 b3 5 9", "madd9"},
    {"1 3 5 11", "add11"},
    {"1 b3 5 11", "madd11"},
    {"1 3 5 6", "6 maj6 six"},
    {"1 b3 5 6", "m6 min6 -6"},
    {"1 3 5 6 9", "69 6/9 maj69 6by9 sixby9"},
    {"1 b3 5 6 9", "m69 m6/9 min69 -69 m6by9"},
    {"1 3 5 b7", "7 dom7"},
    {"1 3 5 7", "maj7 M7 ^7 major7"},
    {"1 b3 5 b7", "m7 min7 -7 minor7"},
    {"1 b3 5 7", "mmaj7 mMaj7 mM7 minmaj7 m^7 -^7"},
    {"1 b3 b5 bb7", "dim7 o7"},
    {"1 b3 b5 b7", "m7b5 min7b5 -7b5 h7 m7flat5 m7f5"},
    {"1 b3 b5 7", "dimM7 oM7"},
    {"1 3 #5 b7", "aug7 +7 7#5 sevenSharp5 7s5"},
    {"1 3 b5 b7", "7b5 sevenFlat5 7f5"},
    {"1 b3 #5 b7", "m7#5 -7#5 m7sharp5 m7s5"},
    {"1 3 #5 7", "maj7#5 +M7 ^7#5"},
    {"1 3 b5 7", "maj7b5"},
    {"1 3 5 7 #11", "maj7#11 M7#11 ^7#11"},
    {"1 2 5 b7", "7sus2 sevenSus2"},
    {"1 4 5 b7", "7sus4 7sus sevenSus4"},
    {"1 2 5 7", "maj7sus2"},
    {"1 4 5 7", "maj7sus4"},
    {"1 3 5 b7 b9", "7b9 sevenFlat9 7f9"},
    {"1 3 5 b7 #9", "7#9 sevenFlat10 7f10"},
    {"1 3 5 b7 #11", "7#11"},
    {"1 3 5 b7 b13", "7b13"},
    {"1 3 #5 b7 b9", "7#5b9 7b9#5 sevenSharp5flat9 7s5f9"},
    {"1 3 #5 b7 #9", "7#5#9 7#9#5"},
    {"1 3 b5 b7 b9", "7b5b9 7b9b5"},
    {"1 3 b5 b7 #9", "7b5#9 7#9b5"},
    {"1 3 5 b7 b9 #11", "7b9#11"},
    {"1 3 5 b7 #9 #11", "7#9#11"},
    {"1 3 5 b7 b9 b13", "7b9b13"},
    {"1 3 5 b7 #9 b13", "7#9b13"},
    {"1 3 #5 b7 b9 #9", "7alt alt"},
    {"1 4 5 b7 b9", "7sus4b9 7b9sus4 7susb9"},
    {"1 b3 5 b7 b9", "m7b9 -7b9 m7flat9 m7f9"},
    {"1 b3 5 b7 #9", "m7#9 m7sharp9 m7s9"},
    {"1 b3 b5 b7 b9", "m7b5b9"},
    {"1 b3 #5 b7 b9", "m7#5b9 m7sharp5flat9 m7s5f9"},
    {"1 b3 5 b7 11", "m7add11"},
    {"1 3 5 b7 9", "9 nine"},
    {"1 3 5 7 9", "maj9 M9 ^9"},
    {"1 b3 5 b7 9", "m9 min9 -9"},
    {"1 b3 5 7 9", "mM9 mmaj9 mMaj9 minmaj9 -^9"},
    {"1 2 5 b7 9", "9sus2"},
    {"1 4 5 b7 9", "9sus4 9sus nineSus4 ninesus4"},
    {"1 3 b5 b7 9", "9b5"},
    {"1 3 #5 b7 9", "9#5 +9 aug9 nineSharp5 9s5"},
    {"1 b3 b5 b7 9", "m9b5"},
    {"1 b3 #5 b7 9", "m9#5 m9sharp5 m9s5"},
    {"1 3 #5 7 9", "maj9#5"},
    {"1 3 5 b7 9 #11", "9#11 11# elevenSharp 11s"},
    {"1 3 5 7 9 #11", "maj9#11 ^9#11"},
    {"1 3 5 b7 9 11", "11 eleven"},
    {"1 3 5 b7 b9 11", "11b9"},
    {"1 3 5 7 9 11", "maj11 M11 ^11"},
    {"1 b3 5 b7 9 11", "m11 min11 -11"},
    {"1 b3 5 7 9 11", "mM11"},
    {"1 b3 5 b7 9 #11", "m11# m11sharp m11s"},
    {"1 3 5 b7 9 13", "13 thirteen"},
    {"1 3 5 7 9 13", "maj13 M13 ^13"},
    {"1 b3 5 b7 9 13", "m13 min13 -13"},
    {"1 b3 5 7 9 13", "mM13"},
    {"1 3 5 b7 b9 13", "13b9"},
    {"1 3 5 b7 #9 13", "13#9"},
    {"1 3 5 b7 9 #11 13", "13#11"},
    {"1 3 5 7 9 #11 13", "maj13#11"},
    {"1 4 5 b7 9 13", "13sus4 13sus"},
};

/* Does a list of names, with blanks between them, have this one? */
static bool has_name(const char *names, const char *name) {
    const size_t n = strlen(name);
    for (const char *at = names; (at = strstr(at, name)); at++)
        if ((at == names || at[-1] == ' ') && (at[n] == ' ' || at[n] == 0)) return true;
    return false;
}

static const char *find_named(const Named *all, int n, const char *name) {
    for (int i = 0; i < n; i++)
        if (has_name(all[i].names, name)) return all[i].as;
    return NULL;
}
#define FIND(all, name) find_named(all, (int)(sizeof all / sizeof *all), name)

static int count_names(const Named *all, int n) {
    int names = n; /* one more than blanks */
    for (int i = 0; i < n; i++)
        for (const char *at = all[i].names; *at; at++)
            names += *at == ' ';
    return names;
}
#define COUNT(all) count_names(all, (int)(sizeof all / sizeof *all))

/* The semitones of degrees, "1 b3 #5", and of steps, "212". */
static int semitones_of_degrees(const char *degrees, double *semitones) {
    static const int major[] = {0, 2, 4, 5, 7, 9, 11};
    int n = 0;
    while (*degrees) {
        int shift = 0;
        for (; *degrees == 'b' || *degrees == '#'; degrees++)
            shift += *degrees == '#' ? 1 : -1;
        char *end;
        const long degree = strtol(degrees, &end, 10) - 1;
        semitones[n++] = (double)(major[degree % 7] + 12 * (degree / 7) + shift);
        degrees = end + (*end == ' ');
    }
    return n;
}

static int semitones_of_steps(const char *steps, double unit, double *semitones) {
    int n = 0;
    double sum = 0;
    for (; *steps; steps++) {
        semitones[n++] = unit * sum;
        sum += *steps - '0';
    }
    return fabs(unit * sum - 12) < 1e-9 ? n : 0;
}

static double error_of_named(const char *list, const double *wanted, int n) {
    Heard h = hear(48000, 1, "out = %s", list);
    double worst = h.channels == n ? 0 : INFINITY;
    for (int k = 0; k < n && h.channels == n; k++)
        worst = fmax(worst, fabs(h.channel[k][0] - wanted[k]));
    heard_free(h);
    return worst;
}

/* Every row of the table, none of the lists above too many; and degrees of a scale by its name. */
static double named_scales_error(void) {
    double worst = SCALE_NAMES == COUNT(scales_by_steps) + COUNT(scales_by_quarters) ? 0 : INFINITY;
    for (int i = 0; i < SCALE_NAMES && worst < 1; i++) {
        double wanted[24];
        char list[64];
        const char *steps = FIND(scales_by_steps, scale_names[i]),
                   *quarters = FIND(scales_by_quarters, scale_names[i]);
        const int n = steps      ? semitones_of_steps(steps, 1, wanted)
                      : quarters ? semitones_of_steps(quarters, 0.5, wanted)
                                 : 0;
        snprintf(list, sizeof list, "scale(\"%s\")", scale_names[i]);
        worst = n ? fmax(worst, error_of_named(list, wanted, n)) : INFINITY;
        if (worst >= 1) wrong("scale(\"%s\")", scale_names[i]);
    }
    return worst;
}

static double named_chords_by_degrees_error(void) {
    double worst = CHORD_NAMES == COUNT(chords_by_degrees) ? 0 : INFINITY;
    for (int i = 0; i < CHORD_NAMES && worst < 1; i++) {
        double wanted[8];
        char list[64];
        const char *name = chord_names[i], *degrees = FIND(chords_by_degrees, *name ? name : ".");
        const int n = degrees ? semitones_of_degrees(degrees, wanted) : 0;
        snprintf(list, sizeof list, "chord(\"C%s\") - 60", name);
        worst = n ? fmax(worst, error_of_named(list, wanted, n)) : INFINITY;
        if (worst >= 1) wrong("chord(\"C%s\")", name);
    }
    return worst;
}

/* Names with capitals, blanks and lines, degrees of a scale by its name, a name for each cycle. */
static double scale_error(void) {
    static const char *const lists[][2] = {
        {"scale(\"Harmonic minor\")", "212213"},
        {"scale(\"NEAPOLITAN_major\")", "122222"},
        {"map(0..7, i => scale(\"minor-pentatonic\", i))", "3223232"},
        {"map(query(scale(\"minor\", \"0 1 2 7\"), 0, 1), e => e[4])", "219"},
        {"flatten(map(query(scale(pattern(\"<whole yo>\")), 1, 2), e => e[4]))", "2322"},
        {NULL, NULL}};
    return error_of_lists(lists);
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
    {"chord", PUBLISHED, "degrees that lead sheets and Tidal's Sound.Tidal.Chords name",
     named_chords_by_degrees_error, 0, "semitones"},
    {"scale", PUBLISHED, "steps of Tidal's Sound.Tidal.Scales, thaats and other modes",
     named_scales_error, 0, "semitones"},
    {"scale", LAW, "names however they are written, and degrees", scale_error, 0, "semitones"},
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
