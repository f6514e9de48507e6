/* Proofs of stdlib/meters.kn: known figures of known signals, and the norm of loudness. */
#include "library.h"

#include <math.h>

/* ---- constants once the window is full ---------------------------------------------------------------------- */

/* The worst |value - expected| over the last fifth of so many seconds, at three rates: windows of 25 ms hold
 * whole periods of 480 Hz. */
static double error_after(double seconds, const char *program, double expected) {
    double worst = 0;
    for (double rate = 48000; rate <= 192000; rate *= 2) {
        Heard h = hear(rate, (int)(seconds * rate), "%s", program);
        if (h.channels == 0) return INFINITY;
        for (int n = (int)(0.8 * h.frames); n < h.frames; n++) {
            double error = fabs(h.channel[0][n] - expected);
            if (!(error <= worst)) worst = isnan(error) ? INFINITY : error;
        }
        heard_free(h);
    }
    return worst;
}

static double error_of_value(const char *program, double expected) {
    return error_after(0.1, program, expected);
}

static double worst_of(int n, const double *errors) {
    double worst = 0;
    for (int k = 0; k < n; k++)
        worst = fmax(worst, errors[k]);
    return worst;
}

static double rms_error(void) {
    return fmax(error_of_value("out = rms(sine(480), 25ms)", M_SQRT1_2),
                error_of_value("out = rms(square(480) * 0.3, 25ms)", 0.3));
}

static double peak_error(void) {
    return error_of_value("out = peak(-0.7 * sine(480) - 0.2, 25ms)", 0.9);
}

static double zero_crossings_error(void) {
    return error_of_value("out = zero_crossings(t => sin(tau * 480 * t + 0.1), 25ms)", 960);
}

static double crest_error(void) {
    return worst_of(2, (double[]){error_of_value("out = crest(sine(480), 25ms)", M_SQRT2),
                                  error_of_value("out = crest(square(480) * 0.3, 25ms)", 1)});
}

static double dc_offset_error(void) {
    return error_of_value("out = dc_offset(0.2 + sine(480), 25ms)", 0.2);
}

/* Sines at an angle: its cosine. */
static double correlation_error(void) {
    return worst_of(
        4,
        (double[]){error_of_value(
                       "out = correlation([sine(480), t => sin(tau * 480 * t + 1)], 25ms)", cos(1)),
                   error_of_value("out = correlation([sine(480), -0.1 * sine(480)], 25ms)", -1),
                   error_of_value("out = correlation([sine(480), sine(960)], 25ms)", 0),
                   error_of_value("out = correlation([sine(480), t => 0 * t], 25ms)", 0)});
}

/* Lines are 40 Hz apart: others are not heard at all. */
static double goertzel_error(void) {
    return worst_of(
        3, (double[]){error_of_value("out = goertzel(sine(480) + 0.3 * sine(960), 960, 25ms)", 0.3),
                      error_of_value("out = goertzel(sine(480), 1000, 25ms)", 0),
                      error_of_value("out = goertzel(0.7 * cosine(480), 480, 25ms)", 0.7)});
}

/* ---- pitch ------------------------------------------------------------------------------------------------------ */

typedef struct Sounding {
    const char *sound; /* with one %g, its pitch */
    double low, high;  /* Hz */
} Sounding;

/* The worst of what is told from 0.25 to 0.6 s, in cents. */
static double pitch_of_one(double rate, const char *sound, double f) {
    char program[200];
    snprintf(program, sizeof program, "out = pitch(%s)", sound);
    Heard h = hear_fast(rate, (int)(0.6 * rate), program, f);
    if (h.channels == 0) return INFINITY;
    double worst = 0;
    for (int n = (int)(0.25 * rate); n < h.frames; n += 100)
        worst = fmax(worst, h.channel[0][n] > 0 ? fabs(cents(h.channel[0][n], f)) : INFINITY);
    heard_free(h);
    return worst;
}

/* Other pitches at each rate. */
static double pitch_of_all(const Sounding *all) {
    static const double rates[] = {44100, 48000, 96000};
    double worst = 0;
    for (const Sounding *s = all; s->sound; s++)
        for (int r = 0; r < 3; r++)
            for (double f = s->low; f < 1.001 * s->high; f *= 2.09 + 0.07 * r)
                worst = fmax(worst, pitch_of_one(rates[r], s->sound, f));
    return worst;
}

static double pitch_of_oscillators(void) {
    return pitch_of_all((const Sounding[]){{"sine(%.9g)", 50, 2000},
                                           {"0.5 + 0.01 * blep_saw(%.9g)", 50, 2000},
                                           {"blep_square(%.9g)", 50, 2000},
                                           {"triangle(%.9g)", 50, 2000},
                                           {"blep_pulse(%.9g, 0.1)", 50, 2000},
                                           {"blep_saw(%.9g) + 0.03 * noise(1)", 50, 2000},
                                           {0}});
}

static double pitch_of_instruments(void) {
    return pitch_of_all((const Sounding[]){{"pluck(%.9g)", 50, 1500},
                                           {"pluck(%.9g, damp: 0.1, seed: 2)", 50, 2000},
                                           {"pluck(%.9g, seed: 3, position: 0.2)", 50, 1500},
                                           {"clarinet(%.9g)", 140, 1600},
                                           {"flute(%.9g)", 250, 2000},
                                           {"bowed(%.9g)", 65, 2000},
                                           {"marimba(%.9g)", 60, 2000},
                                           {0}});
}

/* Voices, and harmonics without their fundamental. */
static double pitch_of_voices(void) {
    return pitch_of_all((const Sounding[]){
        {"formant(%.9g, 800, 150) * 0.2 + formant(110, 1150, 150) * 0.15", 110, 110},
        {"vowel(blep_saw(%.9g))", 60, 800},
        {"vowel(blep_saw(%.9g), 2)", 60, 800},
        {"additive(%.9g, [0, 0.5, 0.5, 0.5])", 50, 2000},
        {"additive(%.9g, [0, 0, 0.5, 0.5, 0.5])", 50, 1000},
        {0}});
}

/* An octave up at 0.5 s is told within three windows, and stays told in silence, from 0.8 s on. */
static double pitch_that_leaps(void) {
    enum { RATE = 48000 };
    double worst = 0;
    Heard h =
        hear(RATE, RATE,
             "out = pitch(t => if t < 0.8 then sine(if t < 0.5 then 220 else 440)(t) else 0)");
    if (h.channels == 0) return INFINITY;
    for (int n = 0; n < RATE; n++) {
        double told = h.channel[0][n];
        if (n < RATE / 50) worst = fmax(worst, told == 0 ? 0 : INFINITY);
        if (n > RATE / 10 && n < RATE / 2) worst = fmax(worst, fabs(cents(told, 220)));
        if (n > (int)((0.5 + 3 / 45.0) * RATE)) worst = fmax(worst, fabs(cents(told, 440)));
    }
    heard_free(h);
    return worst;
}

/* A sine, whatever its phase: its amplitude. */
static double hilbert_envelope_error(void) {
    return worst_of(2,
                    (double[]){error_after(0.5, "out = hilbert_envelope(0.7 * sine(480))", 0.7),
                               error_after(0.5, "out = hilbert_envelope(0.7 * sine(5000))", 0.7)});
}

/* Sines at the middle of a band. */
static double spectral_centroid_error(void) { /* in thirds of an octave */
    double worst = 0;
    for (double f = 125; f < 10000; f *= 2) {
        Heard h = hear(48000, 24000, "out = spectral_centroid(sine(%g))", f);
        if (h.channels == 0) return INFINITY;
        worst = fmax(worst, fabs(3 * log2(h.channel[0][23999] / f)));
        heard_free(h);
    }
    return worst;
}

/* Two sines of equal power: the mean of their frequencies. */
static double spectral_centroid_mean(void) {
    Heard h = hear(48000, 48000, "out = spectral_centroid(sine(500) + sine(4000), 0.2)");
    if (h.channels == 0) return INFINITY;
    double error = fabs(3 * log2(h.channel[0][47999] / 2250));
    heard_free(h);
    return error;
}

/* ---- loudness ------------------------------------------------------------------------------------------------- */

/* ITU-R BS.1770-4, tables 1 and 2: coefficients for 48 kHz, of which other rates are to have the response. */
static double complex norm_response(double f, double rate, const void *data) {
    (void)rate;
    (void)data;
    double complex z = cexp(-2 * M_PI * I * f / 48000);
    return (1.53512485958697 + z * (-2.69169618940638 + z * 1.19839281085285)) /
           (1 + z * (-1.69065929318241 + z * 0.73248077421585)) * (1 + z * (-2 + z)) /
           (1 + z * (-1.99004745483398 + z * 0.99007225036621));
}

/* 48 kHz to 0.45 of it; the others up to 6 kHz, above which the bilinear transforms differ. */
static double k_weighting_error(void) {
    double worst = 0;
    for (double rate = 48000; rate <= 192000; rate *= 2) {
        Heard h = hear(rate, (int)rate, "out = k_weighting(impulse)");
        if (h.channels == 0) return INFINITY;
        for (double f = 20; f < (rate > 48000 ? 6000 : 21600); f *= 1.2) {
            double complex got = response_at(h.channel[0], h.frames, f, rate);
            worst = fmax(worst, fabs(20 * log10(cabs(got / norm_response(f, 48000, NULL)))));
        }
        heard_free(h);
    }
    return worst;
}

static double error_of_loudness(double rate, const char *program, double expected) {
    double worst = 0;
    Heard h = hear(rate, (int)(0.2 * rate), "%s", program);
    if (h.channels == 0) return INFINITY;
    for (int n = (int)(0.18 * rate); n < h.frames; n++)
        worst = fmax(worst, fabs(h.channel[0][n] - expected));
    heard_free(h);
    return worst;
}

/* BS.1770: 997 Hz at 0 dBFS in one channel is -3.01 LKFS. EBU Tech 3341, tests 1 and 2: 1000 Hz at -23
 * and -33 dBFS in both channels of two are -23.0 and -33.0 LUFS, within 0.1. */
static double loudness_error(void) {
    static const double rates[] = {44100, 48000, 96000, 192000};
    double worst = 0;
    for (int r = 0; r < 4; r++) {
        worst =
            fmax(worst, error_of_loudness(rates[r], "out = loudness([sine(997)], 50ms)", -3.01));
        worst = fmax(worst,
                     error_of_loudness(
                         rates[r], "out = loudness([sine(1000), sine(1000)] * -23dB, 50ms)", -23));
        worst = fmax(worst,
                     error_of_loudness(
                         rates[r], "out = loudness([sine(1000), sine(1000)] * -33dB, 50ms)", -33));
    }
    return worst;
}

/* EBU Tech 3341, test 6: five channels, -28 dBFS in front, -24 in the middle, -30 behind: -23.0 LUFS. */
static double loudness_of_five(void) {
    return error_of_loudness(
        48000,
        "s = sine(1000)\n"
        "out = loudness([s * -28dB, s * -28dB, s * -24dB, s * -30dB, s * -30dB], 50ms, "
        "weights: [1, 1, 1, 1.41, 1.41])",
        -23);
}

const Proof meters_proofs[] = {
    {"rms", CLOSED_FORM, "a sine's 1 / sqrt(2), a square's 1", rms_error, 1e-9, ""},
    {"peak", CLOSED_FORM, "a sine's amplitude and offset", peak_error, 1e-9, ""},
    {"zero_crossings", CLOSED_FORM, "twice a sine's frequency", zero_crossings_error, 1e-6, "Hz"},
    {"crest", CLOSED_FORM, "a sine's sqrt(2), a square's 1", crest_error, 1e-9, ""},
    {"dc_offset", CLOSED_FORM, "a sine's offset", dc_offset_error, 1e-9, ""},
    {"correlation", CLOSED_FORM, "the cosine of the angle between sines", correlation_error, 1e-9,
     ""},
    {"goertzel", CLOSED_FORM, "amplitudes of sines", goertzel_error, 1e-9, ""},
    {"pitch", BEHAVIOUR, "of oscillators, 50 Hz to 2 kHz, with an offset or noise",
     pitch_of_oscillators, 5, "cents"},
    {"pitch", BEHAVIOUR, "of plucks, winds, bows and bars", pitch_of_instruments, 5, "cents"},
    {"pitch", BEHAVIOUR, "of voices and missing fundamentals", pitch_of_voices, 5, "cents"},
    {"pitch", BEHAVIOUR, "of what leaps, and falls silent", pitch_that_leaps, 5, "cents"},
    {"hilbert_envelope", CLOSED_FORM, "amplitudes of sines", hilbert_envelope_error, 0.002, ""},
    {"spectral_centroid", BEHAVIOUR, "frequencies of sines", spectral_centroid_error, 0.1,
     "third octaves"},
    {"spectral_centroid", BEHAVIOUR, "the mean of two sines", spectral_centroid_mean, 0.1,
     "third octaves"},
    {"k_weighting", PUBLISHED, "tables 1 and 2 of ITU-R BS.1770-4", k_weighting_error, 0.05, "dB"},
    {"loudness", PUBLISHED, "-3.01 LKFS (BS.1770), EBU Tech 3341 tests 1, 2", loudness_error, 0.02,
     "LU"},
    {"loudness", PUBLISHED, "EBU Tech 3341 test 6: five channels", loudness_of_five, 0.02, "LU"},
    {0},
};

/* What is heard is the meter, scaled to about 1. Loudness and crest of silence are no silence: they hear
 * something all the time. */
const Stress meters_stresses[] = {
    {"rms", "input x\nparam g = 1 in 0..1\nout = rms(g * x, 0.1)"},
    {"peak", "input x\nparam g = 1 in 0..1\nout = peak(g * x, 0.1)"},
    {"zero_crossings", "input x\nout = zero_crossings(x, 0.1)"},
    {"crest", "param g = 1 in 0..1\nout = crest(g * noise(1), 0.1)"},
    {"dc_offset", "input x\nparam g = 1 in 0..1\nout = dc_offset(g * x, 0.1)"},
    {"correlation", "input l, r\nparam g = 1 in -1..1\nout = correlation([l, l * g + r], 0.1)"},
    {"goertzel", "input x\nparam f = 1000 in 20..20000 log\nout = goertzel(x, f, 0.1)"},
    {"pitch", "param g = 1 in 0..1\nparam f = 500 in 50..5000\nout = pitch(g * noise(1), f)"},
    {"hilbert_envelope", "input x\nparam g = 1 in 0..1\nout = hilbert_envelope(g * x)"},
    {"spectral_centroid", "input x\nparam d = 0.1 in 0.001..0.1\nout = spectral_centroid(x, d)"},
    {"k_weighting", "input x\nout = k_weighting(x)"},
    {"loudness", "param g = 1 in 0..1\nout = loudness([g * noise(1), noise(2) * g])"},
    {0},
};
