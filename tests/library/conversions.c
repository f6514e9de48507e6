/* Proofs of stdlib/conversions.kn: formulas, published tables, and inverses. */
#include "library.h"

#include <math.h>

/* The keys of the piano, in Hz. */
NUMBERS(midi, "midi([21, 48, 60, 69, 70, 108])", 27.5, 130.8128, 261.6256, 440, 466.1638, 4186.0090)
NUMBERS(to_midi, "to_midi([27.5, 440, 880, 466.16376])", 21, 69, 81, 70)
NUMBERS(db, "db([1, -0.1, 2, 0.5])", 0, -20, 6.0206, -6.0206)
NUMBERS(from_db, "from_db([0, -20, 6.0206, 3])", 1, 0.1, 2, 1.412538)
NUMBERS(power_db, "power_db([1, 0.1, 2])", 0, -10, 3.0103)
NUMBERS(from_power_db, "from_power_db([0, -10, 3.0103])", 1, 0.1, 2)
/* Intervals of just intonation. */
NUMBERS(to_cents, "to_cents([2, 3 / 2, 5 / 4, 81 / 80])", 1200, 701.955, 386.3137, 21.5063)
NUMBERS(from_cents, "from_cents([1200, 701.955, 386.3137])", 2, 1.5, 1.25)
NUMBERS(to_semitones, "to_semitones([2, 0.5, 3 / 2])", 12, -12, 7.01955)
NUMBERS(from_semitones, "from_semitones([12, -12, 7])", 2, 0.5, 1.498307)
NUMBERS(bpm, "[from_bpm(120), to_bpm(2)]", 2, 120)
NUMBERS(mel, "mel([0, 700, 1000])", 0, 781.1728, 1000)
/* Zwicker 1961: the edges of the critical bands from 2 to 19 Bark. */
NUMBERS(bark,
        "bark([200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150, "
        "3700, 4400, 5300, 6400])",
        2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20)
/* Glasberg and Moore 1990: 132.6 Hz and 15.6 Cams at 1 kHz. */
NUMBERS(erb, "erb([1000, 4000])", 132.6, 456.5)
NUMBERS(erb_rate, "erb_rate([1000, 4000])", 15.62, 27.11)

/* Seconds of samples at each rate. */
static double samples_error(void) {
    static const double rates[] = {44100, 48000, 96000, 192000};
    double worst = 0;
    for (int i = 0; i < 4; i++) {
        Heard h = hear(rates[i], 1, "out = [samples(100), to_samples(0.01)]");
        worst = fmax(worst, fabs(h.channel[0][0] - 100 / rates[i]));
        worst = fmax(worst, fabs(h.channel[1][0] - rates[i] / 100));
        heard_free(h);
    }
    return worst;
}

/* The width of a filter is what the rate grows by one in. */
static double erb_law(void) {
    double worst = 0;
    for (double f = 50; f < 15000; f *= 2) {
        Heard h = hear(
            48000, 1, "f = %.9g\nout = (erb_rate(f + 0.01) - erb_rate(f - 0.01)) * 50 * erb(f)", f);
        worst = fmax(worst, fabs(h.channel[0][0] - 1));
        heard_free(h);
    }
    return worst;
}

/* There and back is where it was, from 20 Hz to 20 kHz. */
#define INVERSE(NAME, THERE, BACK)                                                                 \
    static double NAME##_inverse(void) {                                                           \
        return error_of_form(                                                                      \
            "x(t) = 20 * 1000 ^ (4 * t)\nout(t) = " BACK "(" THERE "(x(t))) / x(t)", 0.25, one);   \
    }
static double one(double t) {
    (void)t;
    return 1;
}
INVERSE(midi, "to_midi", "midi")
INVERSE(db, "db", "from_db")
INVERSE(power_db, "power_db", "from_power_db")
INVERSE(cents, "to_cents", "from_cents")
INVERSE(semitones, "to_semitones", "from_semitones")
INVERSE(mel, "mel", "from_mel")
INVERSE(bark, "bark", "from_bark")
INVERSE(erb, "erb_rate", "from_erb_rate")
INVERSE(polar, "bipolar", "unipolar")

FORM(unipolar, 0.5, "out(t) = unipolar(4 * t - 1)", 2 * t)
FORM(bipolar, 0.5, "out(t) = bipolar(2 * t)", 4 * t - 1)
FORM(linlin, 0.5, "out(t) = linlin(t, 0.1, 0.4, 2, -1)", 3 - 10 * t)
FORM(linexp, 0.5, "out(t) = linexp(t, 0.1, 0.4, 2, 16)", 2 * exp2((t - 0.1) * 10))
FORM(explin, 0.5, "out(t) = explin(t + 0.1, 0.1, 0.8, 5, 8)", 5 + log2((t + 0.1) / 0.1))
FORM(expexp, 0.5, "out(t) = expexp(t + 0.1, 0.1, 0.8, 3, 24)", 30 * (t + 0.1))
FORM(smoothstep, 0.5, "out = smoothstep(t => t, 0.1, 0.3)",
     t < 0.1   ? 0
     : t < 0.3 ? pow((t - 0.1) / 0.2, 2) * (3 - 2 * (t - 0.1) / 0.2)
               : 1)

const Proof conversions_proofs[] = {
    {"midi", PUBLISHED, "keys of the piano", midi_error, 1e-4, "Hz"},
    {"to_midi", PUBLISHED, "keys of the piano", to_midi_error, 1e-6, ""},
    {"to_midi", LAW, "midi takes it back", midi_inverse, 1e-12, ""},
    {"db", PUBLISHED, "6.0206 dB for a factor of 2", db_error, 1e-4, "dB"},
    {"from_db", PUBLISHED, "6.0206 dB for a factor of 2", from_db_error, 1e-5, ""},
    {"from_db", LAW, "takes db back", db_inverse, 1e-12, ""},
    {"power_db", PUBLISHED, "3.0103 dB for a factor of 2", power_db_error, 1e-4, "dB"},
    {"from_power_db", PUBLISHED, "3.0103 dB for a factor of 2", from_power_db_error, 1e-5, ""},
    {"from_power_db", LAW, "takes power_db back", power_db_inverse, 1e-12, ""},
    {"to_cents", PUBLISHED, "fifth, third and comma", to_cents_error, 1e-4, "cents"},
    {"from_cents", PUBLISHED, "fifth and third", from_cents_error, 1e-6, ""},
    {"from_cents", LAW, "takes to_cents back", cents_inverse, 1e-12, ""},
    {"to_semitones", PUBLISHED, "octave and fifth", to_semitones_error, 1e-5, "semitones"},
    {"from_semitones", PUBLISHED, "octave and tempered fifth", from_semitones_error, 1e-6, ""},
    {"from_semitones", LAW, "takes to_semitones back", semitones_inverse, 1e-12, ""},
    {"from_bpm", PUBLISHED, "120 bpm are 2 Hz", bpm_error, 0, ""},
    {"to_bpm", PUBLISHED, "120 bpm are 2 Hz", bpm_error, 0, ""},
    {"samples", CLOSED_FORM, "n / sr", samples_error, 1e-12, ""},
    {"to_samples", CLOSED_FORM, "sr * time", samples_error, 1e-12, ""},
    {"mel", PUBLISHED, "1000 mel at 1 kHz", mel_error, 0.02, "mel"},
    {"from_mel", LAW, "takes mel back", mel_inverse, 1e-12, ""},
    {"bark", PUBLISHED, "Zwicker 1961: edges of critical bands", bark_error, 0.06, "Bark"},
    {"from_bark", LAW, "takes bark back", bark_inverse, 1e-12, ""},
    {"erb", PUBLISHED, "Glasberg and Moore 1990", erb_error, 0.1, "Hz"},
    {"erb_rate", PUBLISHED, "Glasberg and Moore 1990", erb_rate_error, 0.02, "Cams"},
    {"erb_rate", LAW, "its slope is 1 / erb", erb_law, 0.005, ""},
    {"from_erb_rate", LAW, "takes erb_rate back", erb_inverse, 1e-12, ""},
    {"unipolar", CLOSED_FORM, "a line", unipolar_error, 1e-12, ""},
    {"unipolar", LAW, "takes bipolar back", polar_inverse, 1e-12, ""},
    {"bipolar", CLOSED_FORM, "a line", bipolar_error, 1e-12, ""},
    {"linlin", CLOSED_FORM, "a line", linlin_error, 1e-12, ""},
    {"linexp", CLOSED_FORM, "powers of 2", linexp_error, 1e-10, ""},
    {"explin", CLOSED_FORM, "octaves", explin_error, 1e-12, ""},
    {"expexp", CLOSED_FORM, "a line", expexp_error, 1e-12, ""},
    {"smoothstep", CLOSED_FORM, "3 u^2 - 2 u^3", smoothstep_error, 1e-12, ""},
    {0},
};

/* Of x over a range, to signals of about 1. */
#define OF_X(NAME, RANGE, CALL)                                                                    \
    { NAME, "param x = 8 in " RANGE "\nout = " CALL }

const Stress conversions_stresses[] = {
    OF_X("midi", "0..127", "midi(x)"),
    OF_X("to_midi", "8..20000", "to_midi(x)"),
    OF_X("db", "0.0001..10", "db(x)"),
    OF_X("from_db", "-200..100", "from_db(x)"),
    OF_X("linexp", "0..10", "linexp(x, 0, 10, 20, 20000)"),
    OF_X("explin", "1..20", "explin(x, 1, 20, 0, 1)"),
    OF_X("smoothstep", "-20..20", "smoothstep(x, -8, 8)"),
    {0},
};
