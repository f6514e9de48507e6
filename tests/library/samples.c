/* Proofs of what reads sound files, `sample` and stdlib/samples.kn. The files are written by the tests themselves. */
#include "library.h"

#include <math.h>
#include <sndfile.h>
#include <stdlib.h>
#include <string.h>

/* ---- files ---------------------------------------------------------------------------------------------- */

/* Writes f(channel, frame) as 64-bit float. */
static void write_sound(const char *name, int rate, int channels, int frames,
                        double (*f)(int channel, int frame)) {
    SF_INFO info = {
        .samplerate = rate, .channels = channels, .format = SF_FORMAT_WAV | SF_FORMAT_DOUBLE};
    SNDFILE *file = sf_open(name, SFM_WRITE, &info);
    if (!file) abort();
    double *frame = calloc((size_t)channels, sizeof *frame);
    for (int n = 0; n < frames; n++) {
        for (int c = 0; c < channels; c++)
            frame[c] = f(c, n);
        if (sf_writef_double(file, frame, 1) != 1) abort();
    }
    free(frame);
    sf_close(file);
}

/* ---- between the points ------------------------------------------------------------------------------------ */

static double sine_frequency, sine_rate; /* of the file that is being written */

static double sine_at(int channel, int frame) {
    (void)channel;
    return 0.9 * sin(2 * M_PI * sine_frequency / sine_rate * frame);
}

enum { FROM = 4000, MEASURED = 16000 }; /* what is far from both ends of the file is measured */

/* Power of what is no sine of frequency f, and of that sine, by least squares. */
static void part_sine(const Heard *h, double f, double *rest, double *sine) {
    double cc = 0, ss = 0, cs = 0, xc = 0, xs = 0, w = 2 * M_PI * f / h->rate;
    const double *x = h->channel[0] + FROM;
    for (int n = 0; n < MEASURED; n++) {
        double c = cos(w * n), s = sin(w * n);
        cc += c * c, ss += s * s, cs += c * s, xc += x[n] * c, xs += x[n] * s;
    }
    double d = cc * ss - cs * cs, a = (xc * ss - xs * cs) / d, b = (xs * cc - xc * cs) / d;
    *rest = 0;
    for (int n = 0; n < MEASURED; n++) {
        double e = x[n] - a * cos(w * n) - b * sin(w * n);
        *rest += e * e / MEASURED;
    }
    *sine = (a * a + b * b) / 2;
}

static Heard hear_sine(double rate, double f, double speed, const char *quality) {
    sine_frequency = f;
    sine_rate = rate;
    write_sound("sine.wav", (int)rate, 1, 100000, sine_at);
    return hear_fast(48000, FROM + MEASURED,
                     "out(t) = sample(\"sine.wav\", quality: %s)(%.17g * t)", quality, speed);
}

/* Noise and distortion against the sine, of the worst of these frequencies, speeds and rates of the file. */
static double distortion_of(const char *quality, double highest) {
    static const double fs[] = {1000, 3300, 10000}, speeds[] = {0.5, 0.73, 1.1, 1.5, 2};
    double worst = -INFINITY;
    for (int i = 0; i < 3 && fs[i] <= highest; i++)
        for (int k = 0; k < 10; k++) {
            double rest, sine;
            Heard h = hear_sine(k % 2 ? 44100 : 48000, fs[i], speeds[k / 2], quality);
            if (!h.channels) return NAN;
            part_sine(&h, fs[i] * speeds[k / 2], &rest, &sine);
            worst = fmax(worst, 10 * log10(rest / sine));
            heard_free(h);
        }
    return worst;
}

static double sinc_distortion(void) {
    return distortion_of("sinc", 10000);
}

static double cubic_distortion(void) {
    return distortion_of("cubic", 1000);
}

static double linear_distortion(void) {
    return distortion_of("linear", 1000);
}

/* What would lie above the band is not heard: of 15 kHz at twice the speed, against what it would be. */
static double aliases_at(double f, double speed) {
    Heard h = hear_sine(48000, f, speed, "sinc");
    double sum = 0;
    if (!h.channels) return NAN;
    for (int n = FROM; n < FROM + MEASURED; n++)
        sum += h.channel[0][n] * h.channel[0][n] / MEASURED;
    heard_free(h);
    return 10 * log10(sum / (0.9 * 0.9 / 2));
}

static double sinc_aliases(void) {
    return fmax(fmax(aliases_at(15000, 2), aliases_at(12500, 2)),
                fmax(aliases_at(20000, 1.3), aliases_at(7000, 3.7)));
}

/* Speeds that change all the time, by a time that goes to and fro: against the sine at that place. */
static double wandering_error(const char *time, double (*place)(double t)) {
    double worst = 0;
    sine_frequency = 3000;
    sine_rate = 48000;
    write_sound("sine.wav", 48000, 1, 100000, sine_at);
    Heard h = hear_fast(48000, 20000, "out(t) = sample(\"sine.wav\", quality: sinc)(%s)", time);
    if (!h.channels) return NAN;
    for (int n = 0; n < h.frames; n++)
        worst =
            fmax(worst, fabs(h.channel[0][n] - 0.9 * sin(2 * M_PI * 3000 * place(n / 48000.0))));
    heard_free(h);
    return decibels(worst, 0.9);
}

static double to_and_fro(double t) {
    return 0.6 + 0.08 * sin(2 * M_PI * 3 * t);
}

/* The wrap of a loop, where the file is read 0.3 s further on from one sample to the next, is no speed. */
static double looping(double t) {
    double turn = 1.7 * t / 0.3;
    return 0.2 + 0.3 * (turn - floor(turn + 1e-9));
}

static double backwards(double t) {
    return 0.9 - 0.8 * t;
}

static double wandering_sinc(void) {
    double worst = wandering_error("0.6 + 0.08 * sin(tau * 3 * t)", to_and_fro);
    worst = fmax(worst, wandering_error("0.2 + (1.7 * t) % 0.3", looping));
    return fmax(worst, wandering_error("0.9 - 0.8 * t", backwards));
}

/* At its own rate each quality gives the file, bit by bit. */
static double noise_at(int channel, int frame) {
    (void)channel;
    return (double)(float)(sin(12.9898 * frame) * 0.7);
}

static double exact_error(void) {
    double worst = 0;
    write_sound("points.wav", 48000, 1, 5000, noise_at);
    for (int i = 0; i < 3; i++) {
        static const char *const qualities[] = {"linear", "cubic", "sinc"};
        Heard h =
            hear_fast(48000, 5000, "out(t) = sample(\"points.wav\", quality: %s)(t)", qualities[i]);
        if (!h.channels) return NAN;
        for (int n = 0; n < h.frames; n++)
            worst = fmax(worst, fabs(h.channel[0][n] - noise_at(0, n)));
        heard_free(h);
    }
    return worst;
}

/* ---- stdlib/samples.kn -------------------------------------------------------------------------------------- */

FORM(oneshot, 0.5, "out = oneshot(t => 1 + t, -2, 3)", 1 + 3 - 2 * t)
FORM(late_oneshot, 0.5, "out(t) = oneshot(t => 1 + t, 2)(t - 0.2)",
     t < 0.2 - 1e-9 ? 0 : 1 + 2 * (t - 0.2))
FORM(slice, 0.5, "out = slice(t => t, 0.2, 0.35)", t < 0.15 - 1e-9 ? 0.2 + t : 0)
FORM(slices, 0.5, "out = slices(t => t, 4, 0.8)[2]", t < 0.2 - 1e-9 ? 0.4 + t : 0)
FORM(reversed, 0.5, "out = reversed(t => t ^ 2, 0.4)", (0.4 - t) * (0.4 - t))

/* The place to read, and how far the crossfade is. */
static double looped_at(double t) {
    const double from = 0.1, to = 0.25, length = to - from, fade = 0.05;
    const double turn = (t - from) / length,
                 u = t < to - 1e-9 ? t : from + length * (turn - floor(turn + 1e-9));
    const double x = fmax(0, (u - to + fade) / fade) * M_PI / 2;
    return u < to - fade - 1e-9 ? 1 + u : cos(x) * (1 + u) + sin(x) * (1 + u - length);
}

FORM(looped, 0.9, "out = looped(t => 1 + t, 0.1, 0.25, 50ms)", looped_at(t))

static double oneshot_errors(void) {
    return fmax(oneshot_error(), late_oneshot_error());
}

/* One grain after the other: each is the line from 3 on, twice as fast, under the window. */
static double one_grain(double t) {
    const double age = t - 0.1 * floor(10 * t + 1e-9), w = sin(M_PI * age / 0.08);
    return age < 0.08 - 1e-9 ? w * w * (3 + 2 * age) * sqrt(0.5) : 0;
}

static double two_grains(int channel, double t) {
    (void)channel;
    return one_grain(t);
}

static double cloud_error(void) {
    return error_of_forms("out = cloud(t => t, 10, 3, 2, 80ms, pan: 0)", 0.5, two_grains);
}

/* Grains are scattered: of a line, from which each grain tells its place, over the whole of the jitter; and at both sides. */
static double cloud_is_scattered(void) {
    Heard h = hear(48000, 480000,
                   "out = [cloud(t => t, 100, 5, 0, 10ms, jitter: 2, pan: 0, window: x => 1)[0], "
                   "cloud(1, 100, 0, length: 10ms, pan: 1, window: x => 1)[0]]");
    double least = 9, most = 0, sum = 0, left = 9, right = 0;
    if (h.channels != 2) return NAN;
    for (int k = 0; k < 1000; k++) {
        const double place = h.channel[0][480 * k + 240] / sqrt(0.5),
                     side = h.channel[1][480 * k + 240];
        least = fmin(least, place);
        most = fmax(most, place);
        sum += place;
        left = fmin(left, side);
        right = fmax(right, side);
    }
    heard_free(h);
    return fmax(fmax(fabs(least - 3), fabs(most - 7)) + fabs(sum / 1000 - 5),
                fmax(left, 1 - right));
}

static double cloud_is_pure(void) {
    return is_pure("param d = 10 in 1..50\nout = cloud(sine(440), d)") &&
                   is_pure("out = cloud([sine(440), saw(220)], 30, 1, 2, 50ms, jitter: 1, pan: 1)")
               ? 0
               : 1;
}

const Proof samples_proofs[] = {
    {"oneshot", CLOSED_FORM, "s(start + speed t), silent before 0", oneshot_errors, 1e-9, ""},
    {"slice", CLOSED_FORM, "s(from + t), silent elsewhere", slice_error, 1e-9, ""},
    {"slices", CLOSED_FORM, "the third of four", slices_error, 1e-9, ""},
    {"reversed", CLOSED_FORM, "s(length - t)", reversed_error, 1e-9, ""},
    {"looped", CLOSED_FORM, "cos(x) s(u) + sin(x) s(u - length), s(from) at the seam", looped_error,
     1e-8, ""},
    {"cloud", CLOSED_FORM, "grains one after the other", cloud_error, 1e-8, ""},
    {"cloud", LAW, "places and sides of 1000 grains fill their ranges", cloud_is_scattered, 0.15,
     ""},
    {"cloud", BEHAVIOUR, "pure of numbers and params as density", cloud_is_pure, 0, ""},
    {"sample", LAW, "the points of the file at its own rate, each quality", exact_error, 0, ""},
    {"sample", LAW,
     "sinc: noise and distortion, 1 to 10 kHz, speeds 0.5 to 2, files of 44.1 and 48 kHz",
     sinc_distortion, -110, "dB"},
    {"sample", LAW, "sinc: what lies above the band when read faster", sinc_aliases, -95, "dB"},
    {"sample", LAW, "sinc: a sine read to and fro, in a loop, backwards", wandering_sinc, -90,
     "dB"},
    {"sample", BEHAVIOUR, "cubic: noise and distortion at 1 kHz", cubic_distortion, -85, "dB"},
    {"sample", BEHAVIOUR, "linear: noise and distortion at 1 kHz", linear_distortion, -59, "dB"},
    {0},
};

const Stress samples_stresses[] = {
    {"oneshot", "param v = 1 in -3..3\nout = oneshot(sine(440), v)"},
    {"looped", "param a = 0.1 in 0..0.2\nparam b = 0.3 in 0.25..1\nparam f = 10ms in 0..50ms\n"
               "out = looped(sine(440), a, b, f)"},
    {"cloud", "param d = 10 in 1..200 log\nparam p = 0.5 in -1..3\nparam v = 1 in -4..4\n"
              "param l = 50ms in 1ms..2s log\nparam j = 0 in 0..1\nparam w = 1 in 0..1\n"
              "out = cloud(sine(440), d, p, v, l, j, w)"},
    {0},
};
