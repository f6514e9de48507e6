/* Proofs of stdlib/delays.kn: responses of what does not move, closed forms of what moves a pure signal
 * (which is read exactly, also between samples). */
#include "library.h"

#include <math.h>
#include <stdlib.h>

static const double FORM_TIME = 0.4; /* seconds of each closed form */

static double sine_440(double t) {
    return sin(2 * M_PI * fmod(440 * t, 1));
}

static double squared_sine(double turns) {
    double s = sin(M_PI * turns);
    return s * s;
}

static double floor_mod(double x, double y) { /* an edge within 1e-9 is taken as reached */
    double turns = x / y;
    return y * fmax(turns - floor(turns + 1e-9), 0);
}

/* ---- delay and echoes ------------------------------------------------------------------------------ */

static double delay_form(double t) {
    return sine_440(t - 0.0123);
}

static double delay_error(void) {
    return error_of_form("out = delay(sine(440), 12.3ms)", FORM_TIME, delay_form);
}

static double complex delayed(double f, double rate, const void *data) {
    return delay_response(f, rate, *(const double *)data);
}

static double delay_response_error(void) {
    return error_of_heard_response("out = delay(x, 12.3ms)", 0, 0.02, delayed, &(double){12.3e-3});
}

static double complex taps_response(double f, double rate, const void *data) {
    (void)data;
    return 1 + 0.5 * delay_response(f, rate, 0.0041) - 0.25 * delay_response(f, rate, 0.0107);
}

static double multitap_error(void) {
    return error_of_heard_response("out = multitap(x, [[0, 1], [4.1ms, 0.5], [10.7ms, -0.25]])", 0,
                                   0.02, taps_response, NULL);
}

static double complex echo_response(double f, double rate, const void *data) {
    (void)data;
    return 1 / (1 - 0.6 * allpass_delay_response(f, rate, 0.0013));
}

static double echo_error(void) {
    return error_of_heard_response("out = echo(x, 1.3ms, 0.6)", 0, 0.1, echo_response, NULL);
}

/* The same with less of x itself: what `response` gives, less 0.7. */
typedef struct Wet {
    FrequencyResponse response;
    const void *data;
} Wet;

static double complex wet_response(double f, double rate, const void *data) {
    const Wet *wet = data;
    return wet->response(f, rate, wet->data) - 0.7;
}

static double wet_error(const char *program, FrequencyResponse response, const void *data) {
    return error_of_heard_response(program, 0, 0.1, wet_response, &(Wet){response, data});
}

static double wet_echo_error(void) {
    return wet_error("out = echo(x, 1.3ms, 0.6, 0.3)", echo_response, NULL);
}

/* The left and right echoes solve l = g z (m + r), r = g z l. */
static double complex pingpong_response(double f, double rate, const void *data) {
    double complex z = 0.6 * allpass_delay_response(f, rate, 0.0013);
    return 1 + (*(const int *)data == 0 ? z : z * z) / (1 - z * z);
}

static double pingpong_error(void) {
    static const int sides[] = {0, 1};
    const char *program = "out = pingpong(x, 1.3ms, 0.6)";
    return fmax(error_of_heard_response(program, 0, 0.1, pingpong_response, &sides[0]),
                error_of_heard_response(program, 1, 0.1, pingpong_response, &sides[1]));
}

static double wet_pingpong_error(void) {
    return wet_error("out = pingpong(x, 1.3ms, 0.6, 0.3)", pingpong_response, &(int){0});
}

static double complex band_response(double f, double rate, double low, double high) {
    return loss_response(f, rate, 0.5 / M_PI / high) * (1 - pole_response(f, rate, low));
}

static double complex filtered_response(double f, double rate, const void *data) {
    const double *band = data;
    return 1 / (1 - 0.7 * band_response(f, rate, band[0], band[1]) *
                        allpass_delay_response(f, rate, 0.0013));
}

static double filtered_echo_error(void) {
    return error_of_heard_response("out = filtered_echo(x, 1.3ms, 0.7, 300Hz, 4kHz)", 0, 0.1,
                                   filtered_response, (double[]){300, 4000});
}

/* So little drive that tanh is straight. */
static double tape_echo_error(void) {
    return error_of_heard_response("out = tape_echo(x, 1.3ms, 0.7, 0s, 1e-6)", 0, 0.1,
                                   filtered_response, (double[]){60, 5000});
}

static double wet_filtered_error(void) {
    return wet_error("out = filtered_echo(x, 1.3ms, 0.7, 300Hz, 4kHz, 0.3)", filtered_response,
                     (double[]){300, 4000});
}

static double wet_tape_error(void) {
    return wet_error("out = tape_echo(x, 1.3ms, 0.7, 0s, 1e-6, 0.3)", filtered_response,
                     (double[]){60, 5000});
}

/* What comes back is at most what the tape holds, 1 / drive, twice over for its two filters. */
static double tape_level_error(void) {
    double peak = 0;
    Heard h =
        hear(48000, 48000, "out = tape_echo(sine(100) * 50, 50ms, 1, drive: 4) - sine(100) * 50");
    for (int n = 0; n < h.frames; n++)
        peak = fmax(peak, fabs(h.channel[0][n]));
    heard_free(h);
    return peak > 0.1 ? peak : INFINITY;
}

static double reverse_form(double t) {
    double y = 0;
    for (int k = 0; k < 2; k++) {
        double u = floor_mod(t + 0.05 * k, 0.1);
        y += squared_sine(u / 0.1) * sine_440(t - 2 * u);
    }
    return y;
}

static double reverse_error(void) {
    return error_of_form("out = reverse_delay(sine(440), 100ms)", FORM_TIME, reverse_form);
}

/* ---- fractional delays ----------------------------------------------------------------------------- */

static double cubic_form(double t) {
    double u = t - 1.2345e-3;
    return u * u * u - u * u + 2 * u;
}

static double fifth_form(double t) {
    return pow(t - 1.2345e-3, 5);
}

/* Lagrange's interpolation is exact for polynomials up to its order. */
static double lagrange_error(void) {
    return fmax(error_of_form("out = lagrange_delay(t => t ^ 3 - t * t + 2 * t, 1.2345ms)", 0.2,
                              cubic_form),
                error_of_form("out = lagrange_delay(t => t ^ 5, 1.2345ms, 5)", 0.2, fifth_form));
}

/* The level of 10 kHz at 44.1 kHz, whatever the distance is between two samples. */
static double moving_level(void) {
    enum { FRAMES = 64, FRACTIONS = 32 };
    double worst = 0, x[FRAMES] = {1};
    for (int k = 0; k < FRACTIONS; k++) {
        Heard h = hear_input(44100, FRAMES, x, "out = moving_delay(x, %.9f / sr)",
                             20 + (double)k / FRACTIONS);
        double complex gain = response_at(h.channel[0], FRAMES, 10000, 44100);
        worst = fmax(worst, fabs(decibels(cabs(gain), 1)));
        heard_free(h);
    }
    return worst;
}

static double moving_form(double t) {
    return sine_440(t - 1e-3 * (2 + sin(2 * M_PI * 3 * t)));
}

static double moving_error(void) {
    return error_of_form("out = moving_delay(sine(440), 2ms + 1ms * sine(3))", FORM_TIME,
                         moving_form);
}

/* From its middle on the gain is at most 1: how far above, for all fractions of a sample. */
static double lagrange_gain(void) {
    enum { FRAMES = 64, FRACTIONS = 16, FREQUENCIES = 40 };
    double worst = 0, x[FRAMES] = {1};
    for (int order = 1; order <= 7; order += 2)
        for (int k = 0; k < FRACTIONS; k++) {
            Heard h = hear_input(48000, FRAMES, x, "out = lagrange_delay(x, %.9f / sr, %d)",
                                 10 + (double)k / FRACTIONS, order);
            for (int i = 0; i <= FREQUENCIES; i++)
                worst = fmax(
                    worst,
                    cabs(response_at(h.channel[0], FRAMES, 24e3 * i / FREQUENCIES, 48000)) - 1);
            heard_free(h);
        }
    return worst;
}

static double complex thiran_response(double f, double rate, const void *data) {
    return allpass_delay_response(f, rate, *(const double *)data);
}

static double allpass_delay_error(void) {
    return error_of_heard_response("out = allpass_delay(x, 1.2345ms)", 0, 0.05, thiran_response,
                                   &(double){1.2345e-3});
}

/* How far the phase delay at 100 Hz is from d, in samples, for all fractions of a sample. */
static double allpass_delay_time(void) {
    enum { FRAMES = 400, FRACTIONS = 16 };
    double worst = 0, x[FRAMES] = {1};
    for (int k = 0; k < FRACTIONS; k++) {
        double d = 7 + (double)k / FRACTIONS;
        Heard h = hear_input(48000, FRAMES, x, "out = allpass_delay(x, %.9f / sr)", d);
        double phase = -carg(response_at(h.channel[0], FRAMES, 100, 48000));
        worst = fmax(worst, fabs(phase / (2 * M_PI * 100 / 48000) - d));
        heard_free(h);
    }
    return worst;
}

/* ---- delays that move ------------------------------------------------------------------------------ */

static double complex flanger_response(double f, double rate, const void *data) {
    (void)data;
    double complex z = lagrange_response(f, rate, 0.5e-3, 9);
    return 0.5 * (1 + z / (1 - 0.6 * z));
}

static double flanger_error(void) {
    return error_of_heard_response("out = flanger(x, 0Hz, 3ms, 0.6)", 0, 0.1, flanger_response,
                                   NULL);
}

static double flanger_form(double t) {
    double d = 0.5e-3 + 3e-3 * (0.5 - 0.5 * cos(2 * M_PI * 5 * t));
    return 0.5 * (sine_440(t) + sine_440(t - d));
}

static double flanger_moving_error(void) {
    return error_of_form("out = flanger(sine(440), 5Hz, 3ms, 0)", FORM_TIME, flanger_form);
}

static double chorus_form(double t) {
    double y = sine_440(t);
    for (int k = 0; k < 3; k++)
        y += sine_440(t - 8e-3 - 4e-3 * (0.5 + 0.5 * sin(2 * M_PI * (5 * t + k / 3.0 + 0.25))));
    return 0.5 * y;
}

static double chorus_error(void) {
    return error_of_form("out = chorus(sine(440), 5Hz, 4ms, 0.25)", FORM_TIME, chorus_form);
}

/* Its right side hears another sine, half a turn later. */
static double stereo_chorus_form(int channel, double t) {
    double y = 0, f = channel == 0 ? 440 : 330;
    for (int k = 0; k < 4; k++) {
        double turn = 5 * t + k / 3.0 + 0.5 * channel;
        double late = k == 3 ? 0 : 8e-3 + 4e-3 * (0.5 + 0.5 * sin(2 * M_PI * turn));
        y += 0.5 * sin(2 * M_PI * f * (t - late));
    }
    return y;
}

static double stereo_chorus_error(void) {
    return error_of_forms("out = stereo_chorus([sine(440), sine(330)], 5Hz, 4ms)", FORM_TIME,
                          stereo_chorus_form);
}

static double complex phaser_response(double f, double rate, const void *data) {
    (void)data;
    double complex s = bilinear(f, 1000, rate), w = cpow((1 - s) / (1 + s), 6);
    return 0.5 * (1 + w / (1 - 0.4 * w));
}

static double phaser_error(void) {
    return error_of_heard_response("out = phaser(x, 1Hz, 1kHz, 1kHz, 0.4)", 0, 0.1, phaser_response,
                                   NULL);
}

static double doppler_form(double t) {
    double distance = 10 + 20 * t;
    return sine_440(t - distance / 343) / distance;
}

static double doppler_error(void) {
    return error_of_form("out = doppler(sine(440), t => 10 + 20 * min(t, 1))", FORM_TIME,
                         doppler_form);
}

static double barberpole_form(double t) {
    double y = sine_440(t);
    for (int k = 0; k < 4; k++) {
        double p = floor_mod(5 * t + k / 4.0, 1);
        y += 0.5 * squared_sine(p) * sine_440(t - 8e-3 * pow(16, -p));
    }
    return 0.5 * y;
}

static double barberpole_error(void) {
    return error_of_form("out = barberpole_flanger(sine(440), 5Hz)", FORM_TIME, barberpole_form);
}

static double ensemble_form(int side, double t) {
    double y = 0;
    for (int k = side; k < 6; k += 2) {
        double slow = sin(2 * M_PI * (0.6 * t + k / 6.0)), fast = sin(2 * M_PI * (6 * t + k / 6.0));
        y += sine_440(t - 10e-3 - 3e-3 * (0.8 * slow + 0.2 * fast)) / 3;
    }
    return y;
}

static double ensemble_error(void) {
    return error_of_forms("out = ensemble(sine(440), 3ms)", FORM_TIME, ensemble_form);
}

/* Standing still, one microphone in front and one beside: Linkwitz and Riley's bands, each late and soft, and both
 * four samples late, which the interpolation needs. */
static double complex rotary_response(double f, double rate, const void *data) {
    bool beside = *(const int *)data == 1;
    double complex s = bilinear(f, 800, rate), d = s * s + sqrt(2) * s + 1;
    double complex low = 1 / (d * d), high = s * s * s * s / (d * d);
    if (!beside) return (low + high) * delay_response(f, rate, 4 / rate);
    return 0.8 * low * lagrange_response(f, rate, 4 / rate + 0.2e-3, 9) +
           0.7 * high * lagrange_response(f, rate, 4 / rate + 0.55e-3, 9);
}

static double rotary_error(void) {
    static const int sides[] = {0, 1};
    return fmax(
        error_of_heard_response("out = rotary(x, 0Hz)", 0, 0.1, rotary_response, &sides[0]),
        error_of_heard_response("out = rotary(x, 0Hz)", 1, 0.1, rotary_response, &sides[1]));
}

/* What has memory is interpolated linearly: at 192 kHz a sine of f Hz is so by (pi f / rate)^2 / 2. */
static double error_at_192(const char *program, double from, double to, double (*form)(double t)) {
    double worst = 0;
    Heard h = hear(192000, (int)(to * 192000), "%s", program);
    for (int n = (int)(from * 192000); n < h.frames; n++)
        worst = fmax(worst, fabs(h.channel[0][n] - form(n / 192000.0)));
    heard_free(h);
    return worst;
}

static double through(double complex response, double f, double t) {
    return cabs(response) * sin(2 * M_PI * f * t + carg(response));
}

static double rotary_form(double t) {
    t -= 4.0 / 192000;
    double complex s = bilinear(3000, 800, 192000), d = s * s + sqrt(2) * s + 1;
    double now = t + 4.0 / 192000;
    double horn = cos(2 * M_PI * 6.7 * now), drum = cos(2 * M_PI * 0.85 * 6.7 * now);
    return (0.7 + 0.3 * horn) * through(cpow(s, 4) / (d * d), 3000, t - 0.55e-3 * (1 - horn)) +
           (0.8 + 0.2 * drum) * through(1 / (d * d), 3000, t - 0.2e-3 * (1 - drum));
}

static double rotary_moving_error(void) {
    return error_at_192("out = rotary(sine(3000), 6.7Hz)[0]", 0.1, 0.5, rotary_form);
}

static double wow_form(double t) {
    double turn = 2 * M_PI * t;
    double late = 0.2 + 2e-3 * (0.525 - 0.5 * cos(0.7 * turn) + 0.025 * sin(7 * turn));
    double complex head = band_response(1000, 192000, 60, 5000);
    return sine_440(t * 1000 / 440) + 0.7 * through(head, 1000, t - late);
}

/* The first echo. */
static double tape_wow_error(void) {
    return error_at_192("out = tape_echo(causal(sine(1000)), 0.2s, 0.7, 2ms, 1e-6)", 0.25, 0.4,
                        wow_form);
}

/* ---- pitches and frequencies ----------------------------------------------------------------------- */

/* How far the level of a partial is from 1, in dB, in any of windows that hold ten periods, and 25 ms. */
static double unsteady_level(const double *x, int frames, double rate, double f) {
    int window = (int)(fmax(0.025, 10 / f) * rate);
    double worst = 0;
    for (int begin = 0; begin + window <= frames; begin += window / 4)
        worst = fmax(worst, fabs(decibels(partial_amplitude(x + begin, window, rate, f), 1)));
    return worst;
}

/* Of a sine that is shifted; its frequency to a thousandth is held by how long the whole is. */
static double shifted_sine_error(double rate, double f, int semitones) {
    int frames = (int)rate, skip = (int)(0.2 * rate);
    double shifted = f * pow(2, semitones / 12.0);
    Heard h = hear_fast(rate, frames, "out = pitch_shifter(sine(%.9g), %dst)", f, semitones);
    if (h.channels == 0) return INFINITY;
    const double *x = h.channel[0] + skip;
    double all = partial_amplitude(x, frames - skip, rate, shifted);
    double error = fmax(fabs(decibels(all, 1)), unsteady_level(x, frames - skip, rate, shifted));
    heard_free(h);
    return error;
}

/* Other frequencies at each rate, from 60 Hz to 8 kHz. */
static double pitch_shifter_error(void) {
    static const double rates[] = {44100, 48000, 96000};
    double worst = 0;
    for (int r = 0; r < 3; r++)
        for (double f = 60; f < 8001; f *= 1.9 + 0.1 * r)
            for (int semitones = -12; semitones <= 12; semitones += 3)
                worst = fmax(worst, shifted_sine_error(rates[r], f, semitones));
    for (double f = 500; f <= 1000; f += 100) /* what two taps half a window apart take away */
        worst = fmax(worst, shifted_sine_error(48000, f, 12));
    return worst;
}

/* Each of the three partials of a chord, where it is found: how far it is from its place in cents. */
static double shifted_chord_error(void) {
    enum { RATE = 48000, FRAMES = 2 * RATE, SKIP = RATE / 2 };
    static const double chord[] = {220, 277.18, 329.63};
    double worst = 0;
    for (int semitones = -12; semitones <= 12; semitones += 4) {
        Heard h = hear_fast(RATE, FRAMES,
                            "out = pitch_shifter(sine(220) + sine(277.18) + sine(329.63), %dst)",
                            semitones);
        if (h.channels == 0) return INFINITY;
        for (int k = 0; k < 3; k++) {
            double at = chord[k] * pow(2, semitones / 12.0);
            const double *x = h.channel[0] + SKIP;
            double f = partial_frequency(x, FRAMES - SKIP, RATE, at);
            worst = fmax(worst, fabs(cents(f, at)));
            worst = fmax(worst, partial_amplitude(x, FRAMES - SKIP, RATE, f) > 0.7 ? 0 : INFINITY);
        }
        heard_free(h);
    }
    return worst;
}

/* How late impulses come out, in windows beyond the most that is promised: each 97 ms, longer than any of them is late. */
static double late_beyond(const char *ratio, double most) {
    enum { RATE = 48000, FRAMES = 3 * RATE, EACH = 4656, WINDOW = 2400 };
    Heard h = hear_fast(
        RATE, FRAMES, "out = pitch_shifter(t => if t %% 97ms < 0.5 * dt then 1 else 0, %s)", ratio);
    double worst = h.channels ? 0 : INFINITY;
    for (int n = EACH; n < FRAMES && h.channels; n++)
        if (fabs(h.channel[0][n]) > 0.05) {
            double late = (double)(n % EACH) / WINDOW;
            worst = fmax(worst, late - most);
        }
    heard_free(h);
    return worst;
}

static double pitch_shifter_lateness(void) {
    return fmax(late_beyond("12st", 1.4), late_beyond("-12st", 0.9));
}

/* At ratio 1 it is a delay of 5 samples; both channels leap together, so a copy stays a copy. */
static double unshifted_error(void) {
    enum { RATE = 48000, FRAMES = 24000 };
    double worst = 0;
    Heard h = hear(RATE, FRAMES,
                   "out(t) = [pitch_shifter(sine(440), 1)(t), sine(440)(t)] ++ "
                   "pitch_shifter([sine(440), 0.5 * sine(440)], 5st)(t)");
    if (h.channels == 0) return INFINITY;
    for (int n = 5; n < FRAMES; n++) {
        worst = fmax(worst, fabs(h.channel[0][n] - h.channel[1][n - 5]));
        worst = fmax(worst, fabs(h.channel[2][n] - 2 * h.channel[3][n]));
    }
    heard_free(h);
    return worst;
}

/* The level of f - shift where f + shift belongs, in dB, at the worst of some frequencies and four rates. */
static double other_side_band(double rate, double f) {
    int frames = (int)(1.5 * rate), skip = (int)(0.5 * rate);
    double shift = 10;
    Heard h = hear(rate, frames, "out = frequency_shifter(sine(%.9f), %g)", f, shift);
    const double *x = h.channel[0] + skip;
    double wanted = partial_amplitude(x, frames - skip, rate, f + shift);
    double other = partial_amplitude(x, frames - skip, rate, f - shift);
    heard_free(h);
    return fabs(wanted - 1) < 2e-3 ? decibels(other, wanted) : INFINITY;
}

static double frequency_shifter_error(void) {
    static const double rates[] = {44100, 48000, 96000, 192000},
                        at[] = {30, 100, 1000, 9000, 17000};
    double worst = -INFINITY;
    for (int r = 0; r < 4; r++)
        for (int i = 0; i < 5; i++)
            worst = fmax(worst, other_side_band(rates[r], at[i]));
    return worst;
}

/* Grains by their definition; hash is the language's. */
static double granular_error(void) {
    enum { RATE = 48000, FRAMES = 19200, GRAINS = 32 };
    double worst = 0;
    Heard hash = hear(RATE, GRAINS, "out = t => hash(t * sr)");
    Heard h = hear(RATE, FRAMES, "out = granular_delay(sine(440), 100ms, 50ms, 40ms)");
    for (int n = 0; n < FRAMES; n++) {
        double expected = 0, t = (double)n / RATE;
        for (int k = 0; k < 2; k++) {
            double u = t / 0.04 + k * 0.5;
            int grain = 2 * (int)floor(u + 1e-9) + k;
            double late = round((0.1 + 0.05 * hash.channel[0][grain]) * RATE) / RATE;
            expected += squared_sine(u) * sine_440(t - late);
        }
        worst = fmax(worst, fabs(h.channel[0][n] - expected));
    }
    heard_free(hash);
    heard_free(h);
    return worst;
}

/* A signal and all-passes of it have no more energy than the signal, however fast their frequency moves: the excess, in dB. */
static double phaser_energy_error(void) {
    double worst = -INFINITY;
    for (int k = 0; k < 3; k++) {
        static const double rates[] = {3, 300, 7000};
        Heard h = hear(48000, 48000,
                       "x(t) = if t < 0.9 then noise(1)(t) else 0\n"
                       "out = [causal(x), phaser(causal(x), %g, 20, 20000, 0, 8)]",
                       rates[k]);
        double energy[2] = {0};
        for (int c = 0; c < h.channels; c++)
            for (int n = 0; n < h.frames; n++)
                energy[c] += h.channel[c][n] * h.channel[c][n];
        worst = fmax(worst, h.channels == 2 ? 10 * log10(energy[1] / energy[0]) : INFINITY);
        heard_free(h);
    }
    return worst;
}

/* ---- the same at each rate --------------------------------------------------------------------------- */

DECAYS_APART(echo, 1, "echo(causal(impulse), 5.1ms, 0.9)")
DECAYS_APART(moving_echo, 1, "echo(causal(impulse), 5ms + 0.3ms * sine(2), 0.9)")
DECAYS_APART(pingpong, 1, "pingpong(causal(impulse), 5.1ms, 0.9)[0]")
DECAYS_APART(filtered_echo, 1, "filtered_echo(causal(impulse), 5.1ms, 0.9, 20Hz, 6kHz)")
DECAYS_APART(tape_echo, 1, "tape_echo(0.01 * causal(impulse), 5.1ms, 0.9, 0s)")
DECAYS_APART(moving_tape, 1, "tape_echo(0.01 * causal(impulse), 5.1ms, 0.9)")
DECAYS_APART(flanger, 0.5, "flanger(causal(impulse), 0.2, 3ms, 0.9)")

static double param_echo_decays(void) {
    return decays_apart("param d = 5.1ms in 0..10ms\n"
                        "param g = 0.9 in 0..0.95\nout = echo(causal(impulse), d, g)",
                        1);
}

#define HARMONICS "0.02 * sum(map(1..400, k => (t => sin(tau * 27.5 * k * t + 7 * k * k))))"
LEVELS_APART(phaser, 2, "phaser(" HARMONICS ", 0.5)")
LEVELS_APART(resonant_phaser, 2, "phaser(" HARMONICS ", 0.5, feedback: 0.9)")

const Proof delays_proofs[] = {
    {"echo", BEHAVIOUR, "T60 per octave from 44.1 to 192 kHz", echo_decays, 2, "%"},
    {"echo", BEHAVIOUR, "T60 per octave from 44.1 to 192 kHz, d a param", param_echo_decays, 2,
     "%"},
    {"echo", BEHAVIOUR, "T60 per octave from 44.1 to 192 kHz, d moving", moving_echo_decays, 4,
     "%"},
    {"pingpong", BEHAVIOUR, "T60 per octave from 44.1 to 192 kHz", pingpong_decays, 2, "%"},
    {"filtered_echo", BEHAVIOUR, "T60 per octave from 44.1 to 192 kHz", filtered_echo_decays, 3,
     "%"},
    {"tape_echo", BEHAVIOUR, "T60 per octave from 44.1 to 192 kHz", tape_echo_decays, 4, "%"},
    {"tape_echo", BEHAVIOUR, "T60 per octave from 44.1 to 192 kHz, with wow", moving_tape_decays, 4,
     "%"},
    {"flanger", BEHAVIOUR, "T60 per octave from 44.1 to 192 kHz", flanger_decays, 4, "%"},
    {"phaser", BEHAVIOUR, "levels of octaves from 44.1 to 192 kHz", phaser_levels, 0.5, "dB"},
    {"phaser", BEHAVIOUR, "levels of octaves from 44.1 to 192 kHz, feedback 0.9",
     resonant_phaser_levels, 1.2, "dB"},
    {"phaser", LAW, "energy, its all-passes swept up to 7000 times a second from 20 Hz to 20 kHz",
     phaser_energy_error, 0, "dB"},
    {"delay", CLOSED_FORM, "s(t - d) of a pure signal", delay_error, 1e-11, ""},
    {"delay", RESPONSE, "(1 - a) z^-n + a z^-(n+1)", delay_response_error, 1e-9, "dB"},
    {"echo", RESPONSE, "1 / (1 - g z^-d)", echo_error, 1e-9, "dB"},
    {"echo", RESPONSE, "1 / (1 - g z^-d) - 0.7, with 0.3 of what is dry", wet_echo_error, 1e-9,
     "dB"},
    {"pingpong", RESPONSE, "0.3 + z / (1 - z^2), with 0.3 of what is dry", wet_pingpong_error, 1e-9,
     "dB"},
    {"filtered_echo", RESPONSE, "1 / (1 - g B(z) z^-d) - 0.7, with 0.3 of what is dry",
     wet_filtered_error, 1e-9, "dB"},
    {"tape_echo", RESPONSE, "1 / (1 - g B(z) z^-d) - 0.7, with 0.3 of what is dry", wet_tape_error,
     1e-8, "dB"},
    {"stereo_chorus", CLOSED_FORM, "(s(t) + sum of s(t - d_k(t))) / 2, two sides",
     stereo_chorus_error, 1e-11, ""},
    {"pingpong", RESPONSE, "1 + z / (1 - z^2), 1 + z^2 / (1 - z^2)", pingpong_error, 1e-9, "dB"},
    {"flanger", RESPONSE, "(1 + z / (1 - g z)) / 2", flanger_error, 1e-9, "dB"},
    {"flanger", CLOSED_FORM, "(sin(2 pi f t) + sin(2 pi f (t - d(t)))) / 2", flanger_moving_error,
     1e-11, ""},
    {"chorus", CLOSED_FORM, "(s(t) + sum of s(t - d_k(t))) / 2", chorus_error, 1e-11, ""},
    {"phaser", RESPONSE, "(1 + A^6 / (1 - g A^6)) / 2, A = (1 - s) / (1 + s)", phaser_error, 1e-9,
     "dB"},
    {"multitap", RESPONSE, "sum of g z^-d", multitap_error, 1e-9, "dB"},
    {"lagrange_delay", CLOSED_FORM, "polynomials of its order, p(t - d)", lagrange_error, 1e-12,
     ""},
    {"moving_delay", BEHAVIOUR, "level of 10 kHz at 44.1 kHz, all fractions of a sample",
     moving_level, 0.1, "dB"},
    {"moving_delay", CLOSED_FORM, "a pure signal at t - d(t)", moving_error, 1e-9, ""},
    {"lagrange_delay", LAW, "gain at most 1 at all fractions, orders 1 to 7", lagrange_gain, 1e-12,
     ""},
    {"allpass_delay", RESPONSE, "z^-m (a + 1/z) / (1 + a/z), gain 1", allpass_delay_error, 1e-9,
     "dB"},
    {"allpass_delay", LAW, "phase delay d at 100 Hz", allpass_delay_time, 4e-5, "samples"},
    {"filtered_echo", RESPONSE, "1 / (1 - g B(z) z^-d)", filtered_echo_error, 1e-9, "dB"},
    {"tape_echo", RESPONSE, "1 / (1 - g B(z) z^-d), hardly driven", tape_echo_error, 1e-8, "dB"},
    {"tape_echo", CLOSED_FORM, "a sine's first echo at 192 kHz, with wow", tape_wow_error, 2e-4,
     ""},
    {"tape_echo", LAW, "echoes at most 2 / drive", tape_level_error, 0.5, ""},
    {"reverse_delay", CLOSED_FORM, "sum of sin(pi u / d)^2 s(t - 2u)", reverse_error, 1e-11, ""},
    {"frequency_shifter", BEHAVIOUR, "the other side band, 30 Hz to 17 kHz",
     frequency_shifter_error, -65, "dB"},
    {"pitch_shifter", CLOSED_FORM, "x 5 samples ago, at ratio 1", unshifted_error, 1e-9, ""},
    {"pitch_shifter", BEHAVIOUR, "level of sines, 60 Hz to 8 kHz, an octave down to one up",
     pitch_shifter_error, 0.3, "dB"},
    {"pitch_shifter", BEHAVIOUR, "how much later an octave is than it says", pitch_shifter_lateness,
     0, "windows"},
    {"pitch_shifter", BEHAVIOUR, "where the partials of a chord are", shifted_chord_error, 15,
     "cents"},
    {"doppler", CLOSED_FORM, "s(t - r / c) / r", doppler_error, 1e-11, ""},
    {"granular_delay", CLOSED_FORM, "windowed s(t - d_i), d_i of hash", granular_error, 1e-11, ""},
    {"barberpole_flanger", CLOSED_FORM, "(s(t) + sum of w_k s(t - d_k(t))) / 2", barberpole_error,
     1e-11, ""},
    {"ensemble", CLOSED_FORM, "mean of s(t - d_k(t))", ensemble_error, 1e-11, ""},
    {"rotary", RESPONSE, "standing still: Linkwitz-Riley bands, each late", rotary_error, 1e-9,
     "dB"},
    {"rotary", CLOSED_FORM, "a sine at 192 kHz, bent and swelling", rotary_moving_error, 1.5e-3,
     ""},
    {0},
};

const Stress delays_stresses[] = {
    {"delay", "input x\nparam d = 0.01 in 0..0.5\nout = delay(x, d)"},
    {"echo", "input x\nparam d = 0.01 in 0..0.2\nparam g = 0.5 in 0..0.7\nout = echo(x, d, g, g)"},
    {"stereo_chorus", "input x, y\nparam rate = 1 in 0..10\nparam depth = 2ms in 1ms..10ms\n"
                      "out = stereo_chorus([x, y], rate, depth)"},
    {"pingpong", "input x, y\nparam d = 0.01 in 0..0.2\nparam g = 0.5 in 0..0.7\n"
                 "out = pingpong([x, y], d, g, g)"},
    {"flanger", "input x\nparam rate = 1 in 0..10\nparam depth = 2ms in 1ms..10ms\n"
                "param g = 0.5 in -0.95..0.95\nout = flanger(x, rate, depth, g)"},
    {"chorus", "input x\nparam rate = 1 in 0..10\nparam depth = 2ms in 1ms..10ms\n"
               "param offset = 0.5 in 0..1\nout = chorus(x, rate, depth, offset)"},
    {"phaser", "input x\nparam rate = 1 in 0..10\nparam low = 200 in 20..1000\n"
               "param high = 2000 in 1000..20000\nparam g = 0.5 in 0..0.9\n"
               "out = phaser(x, rate, low, high, g)"},
    {"multitap", "input x\nparam d = 0.01 in 0..0.5\nparam g = 0.5 in -1..1\n"
                 "out = multitap(x, [[0, 1], [d, g], [2 * d, g]])"},
    {"lagrange_delay", "input x\nparam d = 0.01 in 0..0.1\nout = lagrange_delay(x, d)"},
    {"allpass_delay", "input x\nparam d = 0.01 in 0.00002..0.1\nout = allpass_delay(x, d)"},
    {"filtered_echo", "input x\nparam d = 0.01 in 0..0.2\nparam g = 0.5 in 0..0.7\n"
                      "param low = 100 in 10..2000 log\nparam high = 3000 in 500..20000 log\n"
                      "out = filtered_echo(x, d, g, low, high, g)"},
    {"tape_echo", "input x\nparam d = 0.01 in 0..0.2\nparam g = 0.5 in 0..0.7\n"
                  "param wow = 0 in 0..3ms\nparam drive = 1 in 0.1..20 log\n"
                  "out = tape_echo(x, d, g, wow, drive, g)"},
    {"reverse_delay", "input x\nparam d = 0.5 in 0.01..2\nout = reverse_delay(x, d)"},
    {"frequency_shifter", "input x\nparam f = 0 in -20000..20000\nout = frequency_shifter(x, f)"},
    {"pitch_shifter", "input x\nparam ratio = 1 in 0.25..4\nout = pitch_shifter(x, ratio)"},
    {"doppler", "input x\nparam distance = 10 in 0..1000\nout = doppler(x, distance)"},
    {"granular_delay", "input x\nparam d = 0.1 in 0..1\nparam spread = 0.1 in 0..1\n"
                       "param size = 50ms in 5ms..500ms\nout = granular_delay(x, d, spread, size)"},
    {"barberpole_flanger",
     "input x\nparam rate = 0.1 in -10..10\nout = barberpole_flanger(x, rate)"},
    {"ensemble", "input x\nparam depth = 3ms in 0..5ms\nout = ensemble(x, depth)"},
    {"rotary", "input x\nparam rate = 6.7 in 0..10\nout = rotary(x, rate)"},
    {0},
};
