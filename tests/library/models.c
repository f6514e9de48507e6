/* Proofs of stdlib/models.kn: pitches in cents, partials against the roots of the equations of bars, skins
 * and plates (solved here) or against published tables, drums as closed forms, the voice as responses. */
#include "library.h"

#include <math.h>
#include <stdlib.h>

/* ---- pitches --------------------------------------------------------------------------------------- */

typedef struct Pitches {
    const char *program; /* with two %g: the pitch, and another number */
    double low, high, factor;
    double other[3];
    double skip; /* seconds until it is settled */
} Pitches;

static double pitch_error(const Pitches *p, double rate, double f, double other) {
    int skip = (int)(p->skip * rate), frames = (int)(fmin(fmax(60 / f, 0.1), 1.2) * rate);
    Heard h = hear(rate, skip + frames, p->program, f, other);
    if (h.channels == 0) return INFINITY;
    double got = partial_frequency(h.channel[0] + skip, frames, rate, f);
    heard_free(h);
    if (getenv("SHOW") && fabs(cents(got, f)) > 1)
        printf("SHOW %g %g %g: %.2f\n", rate, f, other, cents(got, f));
    return fabs(cents(got, f));
}

static double worst_pitch(const Pitches *p) {
    static const double rates[] = {44100, 48000, 96000};
    double worst = 0;
    for (int r = 0; r < 3; r++)
        for (double f = p->low; f < p->high * 1.01; f *= p->factor)
            for (int i = 0; i < 3; i++)
                if (i == 0 || p->other[i] != p->other[0])
                    worst = fmax(worst, pitch_error(p, rates[r], f, p->other[i]));
    return worst;
}

/* The difference of two impulses has no mean, which would outlast everything. */
static double string_pitch(void) {
    return worst_pitch(&(Pitches){"pulse_pair(t) = impulse(t) - causal(impulse)(t - dt)\n"
                                  "out = string(pulse_pair, %g, 20s, %g)",
                                  40,
                                  4000,
                                  1.2915,
                                  {0, 0.2, 0.5},
                                  0});
}

static double pluck_pitch(void) {
    return worst_pitch(
        &(Pitches){"out = pluck(%g, 20s, position: %g)", 41, 3950, 2.137, {0, 0, 0.2}, 0.05});
}

static double tube_pitch(void) {
    return worst_pitch(
        &(Pitches){"out = tube(impulse, %g, 20s + %g)", 40, 4000, 1.668, {0, 0, 0}, 0});
}

static double open_tube_pitch(void) {
    return worst_pitch(&(Pitches){"pulse_pair(t) = impulse(t) - causal(impulse)(t - dt)\n"
                                  "out = open_tube(pulse_pair, %g, 20s + %g)",
                                  40,
                                  4000,
                                  1.668,
                                  {0, 0, 0},
                                  0});
}

static double clarinet_pitch(void) {
    return worst_pitch(&(Pitches){"out = clarinet(%g, %g)", 140, 1600, 1.837, {0.8, 0.6, 1}, 0.5});
}

static double flute_pitch(void) {
    return worst_pitch(&(Pitches){"out = flute(%g, %g)", 250, 2200, 2.063, {0.9, 0.5, 1}, 0.5});
}

static double brass_pitch(void) {
    return worst_pitch(&(Pitches){"out = brass(%g, %g)", 60, 1200, 2.114, {0.8, 0.6, 1}, 0.5});
}

/* Where the harmonics of a tone have the middle of their power, in harmonics. */
static double centroid_of_brass(double rate, double f, double breath) {
    int skip = (int)(0.5 * rate), frames = (int)(30 / f * rate);
    double sum = 0, weighted = 0;
    Heard h = hear_fast(rate, skip + frames, "out = brass(%g, %g)", f, breath);
    for (int k = 1; k <= 12 && h.channels; k++) {
        double amplitude = partial_amplitude(h.channel[0] + skip, frames, rate, k * f);
        sum += amplitude * amplitude;
        weighted += k * amplitude * amplitude;
    }
    heard_free(h);
    return weighted / sum;
}

/* The centroid at less breath against that at more, at the worst. */
static double brass_brightness(void) {
    static const double rates[] = {44100, 48000, 96000};
    double worst = 0;
    for (int r = 0; r < 3; r++)
        for (double f = 61; f < 1200; f *= 2.1) {
            double soft = centroid_of_brass(rates[r], f, 0.6),
                   middle = centroid_of_brass(rates[r], f, 0.8),
                   loud = centroid_of_brass(rates[r], f, 1);
            worst = fmax(worst, fmax(soft / middle, middle / loud));
        }
    return worst;
}

static double bowed_pitch(void) {
    return worst_pitch(&(Pitches){"out = bowed(%g, 0.1, %g)", 65, 2000, 2.357, {0.5, 0.2, 0.8}, 1});
}

/* How fast the bow moves, within the force that holds the string and beyond it. */
static double bowed_fast_pitch(void) {
    return fmax(
        worst_pitch(&(Pitches){"out = bowed(%g, %g)", 65, 2000, 2.357, {0.03, 0.15, 1}, 1}),
        worst_pitch(&(Pitches){"out = bowed(%g, %g, 0.2)", 65, 2000, 2.357, {0.03, 0.15, 1}, 1}));
}

/* How far the level of a partial after half of t60 is from -30 dB. */
static double fade_error(const char *program, double f, double t60) {
    enum { RATE = 48000 };
    int frames = (int)(0.25 * t60 * RATE), later = (int)(0.5 * t60 * RATE);
    Heard h = hear(RATE, later + frames, program, f, t60);
    double a = partial_amplitude(h.channel[0], frames, RATE, f);
    double b = partial_amplitude(h.channel[0] + later, frames, RATE, f);
    heard_free(h);
    return fabs(decibels(b, a) + 30);
}

static double string_fade(void) {
    return fmax(fade_error("out = string(impulse, %g, %g, 0)", 220, 2),
                fade_error("out = string(impulse, %g, %g, 0)", 1000, 1));
}

static double tube_fade(void) {
    return fade_error("out = tube(impulse, %g, %g)", 110, 1);
}

/* A loop of d seconds through the low-pass of power gain 1 / (1 + (2 pi f loss)^2), with t60 of what is not damped. */
typedef struct Loop {
    const char *program;
    double d, loss, t60;
} Loop;

/* How far T60 of partials near the middles of the octaves up to 8 kHz is from that of the loop, the same at
 * each rate, in percent. */
static double loop_fade_error(const Loop *l, double f, int step) {
    static const double rates[] = {16000, 22050, 44100, 48000, 96000, 192000};
    double worst = 0;
    for (int r = 0; r < 6; r++) {
        double rate = rates[r];
        Heard h = hear(rate, (int)(1.1 * rate), "%s", l->program);
        if (h.channels == 0) return INFINITY;
        for (double octave = 250; octave < fmin(8001, 0.2 * rate); octave *= 2) {
            double n = 1 + step * round((octave / f - 1) / step), w = 2 * M_PI * n * f * l->loss;
            double t60 = 1 / (1 / l->t60 + log10(sqrt(1 + w * w)) / (3 * l->d));
            int frames = (int)(0.06 * rate), later = (int)(fmin(t60 / 3, 1) * rate);
            double a = partial_amplitude(h.channel[0] + frames / 2, frames, rate, n * f);
            double b = partial_amplitude(h.channel[0] + frames / 2 + later, frames, rate, n * f);
            double got = 60 * later / rate / -decibels(b, a);
            worst = fmax(worst, 100 * fabs(got / t60 - 1));
        }
        heard_free(h);
    }
    return worst;
}

static double string_fades(void) {
    const Loop soft = {"out = string(impulse, 220.3, 4s)", 1 / 220.3, 0.5 / 44100, 4};
    const Loop bright = {"out = string(impulse, 147.7, 1.5s, 0.1)", 1 / 147.7, 0.3 / 44100, 1.5};
    return fmax(loop_fade_error(&soft, 220.3, 1), loop_fade_error(&bright, 147.7, 1));
}

static double tube_fades(void) {
    const Loop tube = {"out = tube(impulse, 110.7, 3s)", 0.5 / 110.7, 0.5 / 44100, 3};
    return loop_fade_error(&tube, 110.7, 2);
}

static double open_tube_fades(void) {
    const Loop tube = {"out = open_tube(impulse, 330.1, 2s)", 1 / 330.1, 0.5 / 44100, 2};
    return loop_fade_error(&tube, 330.1, 1);
}

/* Harmonics of a string that is plucked and picked up somewhere, against one that is so everywhere. */
static double pluck_place_error(void) {
    enum { RATE = 48000, FRAMES = 24000 };
    double worst = 0;
    Heard all = hear(RATE, FRAMES, "out = pluck(200, 100s, 0)");
    Heard one = hear(RATE, FRAMES, "out = pluck(200, 100s, 0, position: 0.2, pickup: 0.13)");
    for (int n = 1; n <= 12; n++) {
        double a = partial_amplitude(all.channel[0], FRAMES, RATE, 200 * n);
        double b = partial_amplitude(one.channel[0], FRAMES, RATE, 200 * n);
        worst = fmax(worst, fabs(b / a - fabs(4 * sin(M_PI * n * 0.2) * sin(M_PI * n * 0.13))));
    }
    heard_free(all);
    heard_free(one);
    return worst;
}

/* Even harmonics of a tube that is closed at one end, below the odd ones, in dB. */
static double tube_even(void) {
    enum { RATE = 48000, FRAMES = 24000 };
    double worst = -INFINITY;
    Heard h = hear(RATE, FRAMES, "out = tube(impulse, 100, 2s)");
    for (int n = 1; n <= 9; n += 2)
        worst = fmax(worst, decibels(partial_amplitude(h.channel[0], FRAMES, RATE, 100 * (n + 1)),
                                     partial_amplitude(h.channel[0], FRAMES, RATE, 100 * n)));
    heard_free(h);
    return worst;
}

/* ---- partials -------------------------------------------------------------------------------------- */

static double root_between(double (*f)(double x, int n), int n, double low, double high) {
    bool rising = f(high, n) > 0;
    for (int i = 0; i < 100; i++) {
        double middle = 0.5 * (low + high);
        if ((f(middle, n) > 0) == rising)
            high = middle;
        else
            low = middle;
    }
    return 0.5 * (low + high);
}

/* The k-th root of f(., n) above `from`, in steps that miss none. */
static double root_number(double (*f)(double x, int n), int n, int k, double from) {
    double x = from;
    for (;; x += 0.05)
        if ((f(x, n) > 0) != (f(x + 0.05, n) > 0) && --k == 0)
            return root_between(f, n, x, x + 0.05);
}

static double bessel(double x, int n) {
    return jn(n, x);
}

static double free_ends(double x, int n) {
    (void)n;
    return cos(x) - 1 / cosh(x);
}

static double one_end(double x, int n) {
    (void)n;
    return cos(x) + 1 / cosh(x);
}

static double modified_bessel(int n, double x) { /* its series */
    double term = 1, sum = 0;
    for (int k = 1; k <= n; k++)
        term *= 0.5 * x / k;
    for (int k = 1; k < 200; k++) {
        sum += term;
        term *= 0.25 * x * x / ((double)k * (k + n));
    }
    return sum;
}

/* The edge of a free round plate, Poisson's ratio 0.33: Leissa, Vibration of Plates (1969), eq. 2.17. */
static double free_edge(double x, int n) {
    double nu = 0.33, j = jn(n, x), dj = n == 0 ? -jn(1, x) : jn(n - 1, x) - n / x * j;
    double i = modified_bessel(n, x);
    double di = n == 0 ? modified_bessel(1, x) : modified_bessel(n - 1, x) - n / x * i;
    double n2 = (double)n * n;
    double a = x * x * j + (1 - nu) * (x * dj - n2 * j),
           b = x * x * i - (1 - nu) * (x * di - n2 * i);
    double c = x * x * x * dj + (1 - nu) * n2 * (x * dj - j);
    double d = x * x * x * di - (1 - nu) * n2 * (x * di - i);
    return a * d - b * c;
}

static double membrane_ratio(int k) {
    static const int modes[][2] = {{0, 1}, {1, 1}, {2, 1}, {0, 2}, {3, 1}, {1, 2}, {4, 1}, {2, 2}};
    return root_number(bessel, modes[k][0], modes[k][1], 0.5) / root_number(bessel, 0, 1, 0.5);
}

static double free_bar_ratio(int k) {
    double b = root_number(free_ends, 0, k + 1, 1) / root_number(free_ends, 0, 1, 1);
    return b * b;
}

static double clamped_bar_ratio(int k) {
    double b = root_number(one_end, 0, k + 1, 1) / root_number(one_end, 0, 1, 1);
    return b * b;
}

static double gong_ratio(int k) {
    static const int modes[][2] = {{2, 1}, {0, 1}, {3, 1}, {1, 1}, {4, 1}, {5, 1}, {2, 2}, {0, 2}};
    double b =
        root_number(free_edge, modes[k][0], modes[k][1], 1) / root_number(free_edge, 2, 1, 1);
    return b * b;
}

static double plate_ratio(int k) { /* those that stand alone */
    static const int modes[][2] = {{1, 1}, {2, 1}, {1, 2}, {2, 2}};
    double m = modes[k][0], n = modes[k][1], a = 1.37 * 1.37;
    return (m * m + a * n * n) / (1 + a);
}

static double odd_ratio(int k) {
    return 2 * k + 1;
}

static double bell_ratio(int k) { /* Rossing and Perrin 1987, table of a tuned church bell */
    static const double table[] = {0.5,   1,     1.183, 1.506, 2,     2.514,
                                   2.662, 3.011, 4.166, 5.433, 6.796, 8.215};
    return table[k];
}

static double marimba_ratio(int k) {
    static const double table[] = {1, 4, 10};
    return table[k];
}

static double xylophone_ratio(int k) {
    static const double table[] = {1, 3, 6};
    return table[k];
}

static double glass_ratio(int k) { /* Csound manual, Modal Frequency Ratios: wine glass */
    static const double table[] = {1, 2.32, 4.25, 6.63, 9.38};
    return table[k];
}

static double bowl_ratio(int k) { /* the same: Tibetan bowl, 180 mm */
    static const double table[] = {1, 2.77828, 5.18099, 8.16289, 11.66063};
    return table[k];
}

static double timpani_ratio(int k) { /* Rossing 1982: a kettledrum with air, 26 inches */
    static const double table[] = {1, 1.504, 1.983, 2.442, 2.896};
    return table[k];
}

/* The worst of n partials, in cents. */
static double partials_error(const char *program, double f, double (*ratio)(int k), int n) {
    enum { RATE = 48000, FRAMES = 72000 };
    double worst = 0;
    Heard h = hear(RATE, FRAMES, "%s", program);
    if (h.channels == 0) return INFINITY;
    for (int k = 0; k < n; k++) {
        double about = f * ratio(k); /* away from a neighbour */
        if (k + 1 < n && ratio(k + 1) < 1.06 * ratio(k)) about *= 0.96;
        if (k > 0 && ratio(k - 1) > ratio(k) / 1.06) about *= 1.04;
        double got = partial_frequency(h.channel[0], FRAMES, RATE, about);
        worst = fmax(worst, fabs(cents(got, f * ratio(k))));
    }
    heard_free(h);
    return worst;
}

#define PARTIALS(name, program, f, n)                                                              \
    static double name##_partials(void) {                                                          \
        return partials_error("out = " program, f, name##_ratio, n);                               \
    }
PARTIALS(membrane, "membrane(impulse, 200, 20s)", 200, 8)
PARTIALS(free_bar, "free_bar(impulse, 200, 10s)", 200, 5)
PARTIALS(clamped_bar, "clamped_bar(impulse, 200, 20s)", 200, 4)
PARTIALS(plate, "plate(impulse, 200)", 200, 4)
PARTIALS(gong, "gong(200)", 200, 8)
PARTIALS(bell, "bell(400)", 400, 12)
PARTIALS(marimba, "marimba(200, 10s)", 200, 3)
PARTIALS(xylophone, "xylophone(200, 10s)", 200, 3)
PARTIALS(glass, "glass(500)", 500, 5)
PARTIALS(bowl, "singing_bowl(200, 15, 0Hz)", 200, 5)
PARTIALS(timpani, "timpani(200)", 200, 5)
#undef PARTIALS

static double vibraphone_partials(void) {
    return partials_error("out = vibraphone(200, depth: 0)", 200, marimba_ratio, 3);
}

static double glockenspiel_partials(void) {
    return partials_error("out = glockenspiel(200)", 200, free_bar_ratio, 4);
}

static double tube_partials(void) {
    return partials_error("out = tube(impulse, 200, 3s)", 200, odd_ratio, 5);
}

static double decaying(double f, double t60, double t) {
    return pow(10, -3 * t / t60) * sin(2 * M_PI * fmod(f * t, 1));
}

static double modal_form(double t) {
    return decaying(300, 2, t) + 0.5 * decaying(750, 1, t) + 0.25 * decaying(1620, 0.5, t);
}

static double modal_error(void) {
    return error_of_form("out = modal(impulse, 300, [[1, 1, 2], [2.5, 0.5, 1], [5.4, 0.25, 0.5]])",
                         0.5, modal_form);
}

static double struck_error(void) {
    const char *program =
        "out = struck(300, [[1, 1, 2], [2.5, 0.5, 1], [5.4, 0.25, 0.5], [700, 1, 1]])";
    return is_pure("%s", program) ? error_of_form(program, 0.5, modal_form) : INFINITY;
}

/* Two partials `beat` apart: at half a beat they are against each other. */
static double bowl_beat(void) {
    enum { RATE = 48000, FRAMES = 2400 };
    Heard h = hear(RATE, RATE, "out = singing_bowl(200, 1000s, 2Hz)");
    double loud = partial_amplitude(h.channel[0] + RATE / 2 - FRAMES / 2, FRAMES, RATE, 201);
    double soft = partial_amplitude(h.channel[0] + RATE / 4 - FRAMES / 2, FRAMES, RATE, 201);
    heard_free(h);
    return fabs(loud - 2 * 0.23) + soft;
}

static double vibraphone_form(double t) {
    double motor = 1 - 0.6 * (0.5 - 0.5 * cos(2 * M_PI * 5 * t));
    return 0.75 * (motor * decaying(300, 2, t) + 0.3 * decaying(1200, 0.25, t) +
                   0.1 * decaying(3000, 2.0 / 30, t));
}

static double vibraphone_error(void) {
    return error_of_form("out = vibraphone(300, 2s, 5Hz, 0.6)", 0.5, vibraphone_form);
}

/* ---- drums ----------------------------------------------------------------------------------------- */

static double swept(double f, double sweep, double fall, double t60, double t) {
    double turns = f * (t + sweep * fall * (1 - exp(-t / fall)));
    return pow(10, -3 * t / t60) * sin(2 * M_PI * turns);
}

static double kick_form(double t) {
    return swept(55, 4, 0.025, 0.5, t);
}

static double kick_error(void) {
    return is_pure("out = kick(55, 0.5s)") ? error_of_form("out = kick(55, 0.5s)", 0.6, kick_form)
                                           : INFINITY;
}

static double tom_form(double t) {
    return swept(120, 0.6, 0.06, 0.4, t);
}

/* At 44.1 kHz its noise is `noise` itself. */
static double tom_error(void) {
    enum { RATE = 44100, FRAMES = RATE / 2 };
    double worst = 0;
    Heard h = hear(RATE, FRAMES,
                   "out = t => tom(120, 0.4s)(t) / 0.93 - 0.1 * noise(71)(t) * decay(50ms)(t)");
    if (h.channels == 0) return INFINITY;
    for (int n = 0; n < FRAMES; n++)
        worst = fmax(worst, fabs(h.channel[0][n] - tom_form((double)n / RATE)));
    heard_free(h);
    return worst;
}

static double snare_form(double t) {
    return decaying(180, 0.15, t) + 0.5 * pow(10, -3 * t / 0.15) * sin(2 * M_PI * 1.83 * 180 * t);
}

static double snare_error(void) {
    return error_of_form("out = snare(180, snappy: 0) / 0.8", 0.3, snare_form);
}

/* Its wires without an end, against the noise through a Butterworth high-pass, in dB. */
static double snare_wires(void) {
    enum { RATE = 44100, FRAMES = 400000 };
    double worst = 0;
    Heard h = hear(RATE, FRAMES, "out = [snare(180, 1e6, 1) / 0.8, noise(72)]");
    for (double f = 250; f < 16000; f *= 2) {
        double complex s = bilinear(f, 1500, RATE), high = s * s / (s * s + s / 0.707 + 1);
        double gain = noise_density(h.channel[0], FRAMES, RATE, f) -
                      noise_density(h.channel[1], FRAMES, RATE, f);
        worst = fmax(worst, fabs(gain - 20 * log10(cabs(high))));
    }
    heard_free(h);
    return worst;
}

/* Harmonics of the square waves of a program without an end, through `filter`, in dB; at 192 kHz they are
 * band-limited no lower than what is heard. */
static double squares_error(const char *program, const double (*squares)[2], int n, double gain,
                            FrequencyResponse filter) {
    enum { RATE = 192000, FRAMES = 192000 };
    double worst = 0;
    Heard h = hear(RATE, 2 * FRAMES, "%s", program);
    for (int i = 0; i < n; i++) {
        double f = squares[i][0] * squares[i][1];
        double expected = gain * 4 / M_PI / squares[i][1] * cabs(filter(f, RATE, NULL));
        double got = partial_amplitude(h.channel[0] + FRAMES, FRAMES, RATE, f);
        worst = fmax(worst, fabs(decibels(got, expected)));
    }
    heard_free(h);
    return worst;
}

static double complex hihat_filter(double f, double rate, const void *data) {
    (void)data;
    double complex s = bilinear(f, 7000, rate);
    double complex r = bilinear(f, 13000, rate);
    double complex high =
        s * s / (s * s + 2 * sin(M_PI / 8) * s + 1) * s * s / (s * s + 2 * cos(M_PI / 8) * s + 1);
    return high / (r * r + 2 * sin(M_PI / 8) * r + 1) / (r * r + 2 * cos(M_PI / 8) * r + 1);
}

static double hihat_error(void) { /* a high harmonic of each oscillator of the TR-808 */
    static const double squares[][2] = {{205.3, 41}, {304.4, 25}, {369.6, 23},
                                        {522.7, 15}, {540, 15},   {800, 11}};
    return squares_error("out = hihat(1e6)", squares, 6, 5.73 / 6, hihat_filter);
}

static double complex cowbell_filter(double f, double rate, const void *data) {
    (void)data;
    double complex s = bilinear(f, 1900, rate);
    return s / (s * s + s + 1);
}

static double cowbell_error(void) {
    static const double squares[][2] = {{540, 1}, {540, 3}, {800, 1}, {800, 3}};
    return squares_error("out = cowbell(1e6)", squares, 4, 0.34, cowbell_filter);
}

static double clap_error(void) {
    enum { RATE = 44100, FRAMES = 22050 };
    double worst = 0;
    Heard h = hear(RATE, FRAMES, "out = [clap(0.3), bandpass(noise(73), 1.1kHz, 1.2)]");
    for (int n = 0; n < FRAMES; n++) {
        double burst = pow(10, -3 * (n % 441) / 44100.0 / 0.02);
        double room = 0.5 * pow(10, -3 * (n - 1323) / 44100.0 / 0.3);
        double expected = 3.18 * h.channel[1][n] * (n < 1323 ? burst : room);
        worst = fmax(worst, fabs(h.channel[0][n] - expected));
    }
    heard_free(h);
    return worst;
}

/* ---- voice ----------------------------------------------------------------------------------------- */

/* From the lips inwards: what a tube gives back at its beginning, and what passes it. */
static double complex tract_response(double f, double rate, const void *data) {
    static const double areas[] = {1, 0.5, 2, 4, 3};
    (void)data;
    double samples = 125e-6 * rate, m = floor(samples - 0.5), u = samples - m,
           a = (1 - u) / (1 + u);
    double complex one =
        cexp(-2 * M_PI * I * f / rate); /* Thiran's all-pass: one way through a tube */
    double complex z = cexp(-2 * M_PI * I * f / rate * m) * (a + one) / (1 + a * one);
    double complex back = -0.85 * z * z, passed = z;
    for (int i = 3; i >= 0; i--) {
        double k = (areas[i] - areas[i + 1]) / (areas[i] + areas[i + 1]);
        passed *= (1 + k) / (1 + k * back) * z;
        back = (k + back) / (1 + k * back) * z * z;
    }
    return 0.5 * passed / (1 - 0.75 * back);
}

static double tract_error(void) {
    return error_of_response("out = vocal_tract(impulse, [1, 0.5, 2, 4, 3], 125us)", 0.3,
                             tract_response, NULL);
}

/* ---- levels ---------------------------------------------------------------------------------------- */

#define LEVEL(name, low, high, highest_rate)                                                       \
    static double name##_level(void) {                                                             \
        return error_of_level("out = " #name "(%g)", low, high, 0, 1.5, highest_rate);             \
    }
LEVEL(pluck, 41, 1661, 192000)
LEVEL(clarinet, 147, 1600, 192000)
LEVEL(flute, 262, 2093, 192000)
LEVEL(brass, 65, 1047, 192000)
LEVEL(bowed, 65, 660, 192000)

/* The tone itself, behind its start. */
#define SUSTAINED(name, low, high)                                                                 \
    static double sustained_##name##_level(void) {                                                 \
        return error_of_level("out = " #name "(%g)", low, high, 1, 1.5, 192000);                   \
    }
SUSTAINED(clarinet, 147, 1600)
SUSTAINED(flute, 262, 2093)
SUSTAINED(brass, 65, 1047)
SUSTAINED(bowed, 65, 660)

LEVEL(marimba, 65, 2093, 192000)
LEVEL(xylophone, 349, 3000, 192000)
LEVEL(vibraphone, 175, 1397, 192000)
LEVEL(glockenspiel, 784, 3200, 192000)
LEVEL(bell, 55, 1760, 192000)
LEVEL(glass, 330, 1760, 192000)
LEVEL(singing_bowl, 100, 800, 192000)
LEVEL(timpani, 65, 175, 192000)
LEVEL(gong, 40, 210, 192000)
LEVEL(kick, 40, 80, 192000)
LEVEL(tom, 80, 200, 192000)
LEVEL(snare, 140, 330, 192000)
LEVEL(hihat, 0.08, 1, 192000)
LEVEL(cowbell, 0.1, 1, 192000)
LEVEL(clap, 0.1, 0.6, 192000)
#undef LEVEL

LEVELS_APART(pluck, 0.4, "pluck(220)")
LEVELS_APART(high_pluck, 0.2, "pluck(1661, seed: 3)")
LEVELS_APART(clarinet, 2, "clarinet(147)")
LEVELS_APART(flute, 2, "flute(262)")
LEVELS_APART(brass, 2, "brass(65)")
LEVELS_APART(bowed, 2, "bowed(65)")
LEVELS_APART(snare, 0.3, "snare(180)")
LEVELS_APART(tom, 0.1, "tom(120)")
LEVELS_APART(clap, 0.4, "clap(0.3)")

const Proof models_proofs[] = {
    {"pluck", BEHAVIOUR, "levels of octaves from 44.1 to 192 kHz", pluck_levels, 0.5, "dB"},
    {"pluck", BEHAVIOUR, "levels of octaves from 44.1 to 192 kHz, at 1661 Hz", high_pluck_levels, 1,
     "dB"},
    {"clarinet", BEHAVIOUR, "levels of octaves from 44.1 to 192 kHz", clarinet_levels, 1, "dB"},
    {"flute", BEHAVIOUR, "levels of octaves from 44.1 to 192 kHz", flute_levels, 1, "dB"},
    {"brass", BEHAVIOUR, "levels of octaves from 44.1 to 192 kHz", brass_levels, 1, "dB"},
    {"bowed", BEHAVIOUR, "levels of octaves from 44.1 to 192 kHz", bowed_levels, 1, "dB"},
    {"snare", BEHAVIOUR, "levels of octaves from 44.1 to 192 kHz", snare_levels, 0.5, "dB"},
    {"tom", BEHAVIOUR, "levels of octaves from 44.1 to 192 kHz", tom_levels, 0.5, "dB"},
    {"clap", BEHAVIOUR, "levels of octaves from 44.1 to 192 kHz", clap_levels, 1, "dB"},
    {"pluck", BEHAVIOUR, "peak 0.7 to 1, 41 to 1661 Hz", pluck_level, 0.001, "dB outside"},
    {"clarinet", BEHAVIOUR, "peak 0.7 to 1, 147 to 1600 Hz", clarinet_level, 0.001, "dB outside"},
    {"flute", BEHAVIOUR, "peak 0.7 to 1, 262 to 2093 Hz", flute_level, 0.001, "dB outside"},
    {"clarinet", BEHAVIOUR, "peak of the tone after a second", sustained_clarinet_level, 0.001,
     "dB outside"},
    {"flute", BEHAVIOUR, "peak of the tone after a second", sustained_flute_level, 0.001,
     "dB outside"},
    {"brass", BEHAVIOUR, "peak of the tone after a second", sustained_brass_level, 0.001,
     "dB outside"},
    {"bowed", BEHAVIOUR, "peak of the tone after a second", sustained_bowed_level, 0.001,
     "dB outside"},
    {"brass", BEHAVIOUR, "peak 0.7 to 1, 65 to 1047 Hz", brass_level, 0.001, "dB outside"},
    {"bowed", BEHAVIOUR, "peak 0.7 to 1, 65 to 660 Hz", bowed_level, 0.001, "dB outside"},
    {"marimba", BEHAVIOUR, "peak 0.7 to 1, 65 to 2093 Hz", marimba_level, 0.001, "dB outside"},
    {"xylophone", BEHAVIOUR, "peak 0.7 to 1, 349 to 3000 Hz", xylophone_level, 0.001, "dB outside"},
    {"vibraphone", BEHAVIOUR, "peak 0.7 to 1, 175 to 1397 Hz", vibraphone_level, 0.001,
     "dB outside"},
    {"glockenspiel", BEHAVIOUR, "peak 0.7 to 1, 784 to 3200 Hz", glockenspiel_level, 0.001,
     "dB outside"},
    {"bell", BEHAVIOUR, "peak 0.7 to 1, 55 to 1760 Hz", bell_level, 0.001, "dB outside"},
    {"glass", BEHAVIOUR, "peak 0.7 to 1, 330 to 1760 Hz", glass_level, 0.001, "dB outside"},
    {"singing_bowl", BEHAVIOUR, "peak 0.7 to 1, 100 to 800 Hz", singing_bowl_level, 0.001,
     "dB outside"},
    {"timpani", BEHAVIOUR, "peak 0.7 to 1, 65 to 175 Hz", timpani_level, 0.001, "dB outside"},
    {"gong", BEHAVIOUR, "peak 0.7 to 1, 40 to 210 Hz", gong_level, 0.001, "dB outside"},
    {"kick", BEHAVIOUR, "peak 0.7 to 1, 40 to 80 Hz", kick_level, 0.001, "dB outside"},
    {"tom", BEHAVIOUR, "peak 0.7 to 1, 80 to 200 Hz", tom_level, 0.001, "dB outside"},
    {"snare", BEHAVIOUR, "peak 0.7 to 1, 140 to 330 Hz", snare_level, 0.001, "dB outside"},
    {"hihat", BEHAVIOUR, "peak 0.7 to 1, t60 0.08 to 1 s", hihat_level, 0.001, "dB outside"},
    {"cowbell", BEHAVIOUR, "peak 0.7 to 1, t60 0.1 to 1 s", cowbell_level, 0.001, "dB outside"},
    {"clap", BEHAVIOUR, "peak 0.7 to 1, t60 0.1 to 0.6 s", clap_level, 0.001, "dB outside"},
    {"string", BEHAVIOUR, "f, 40 Hz to 4 kHz, damp 0, 0.2, 0.5, 44.1 to 96 kHz", string_pitch, 0.25,
     "cents"},
    {"string", BEHAVIOUR, "-60 dB after t60", string_fade, 0.001, "dB"},
    {"string", LAW, "T60 per octave of the loop's gains, 16 to 192 kHz", string_fades, 3, "%"},
    {"tube", LAW, "T60 per octave of the loop's gains, 16 to 192 kHz", tube_fades, 3, "%"},
    {"open_tube", LAW, "T60 per octave of the loop's gains, 16 to 192 kHz", open_tube_fades, 3,
     "%"},
    {"pluck", BEHAVIOUR, "f, 41 Hz to 4 kHz", pluck_pitch, 0.25, "cents"},
    {"pluck", LAW, "4 sin(pi n position) sin(pi n pickup)", pluck_place_error, 0.0005, ""},
    {"tube", BEHAVIOUR, "f, 40 Hz to 4 kHz", tube_pitch, 0.7, "cents"},
    {"tube", LAW, "partials 1 : 3 : 5 : 7 : 9", tube_partials, 0.1, "cents"},
    {"tube", LAW, "no even harmonics", tube_even, -100, "dB"},
    {"tube", BEHAVIOUR, "-60 dB after t60", tube_fade, 0.05, "dB"},
    {"open_tube", BEHAVIOUR, "f, 40 Hz to 4 kHz", open_tube_pitch, 0.25, "cents"},
    {"clarinet", BEHAVIOUR, "f, 140 Hz to 1.6 kHz, breath 0.6 to 1", clarinet_pitch, 1, "cents"},
    {"flute", BEHAVIOUR, "f, 250 Hz to 2.2 kHz, breath 0.5 to 1", flute_pitch, 5, "cents"},
    {"brass", BEHAVIOUR, "f, 60 Hz to 1.2 kHz, breath 0.6 to 1", brass_pitch, 1, "cents"},
    {"brass", BEHAVIOUR, "centroid at breath 0.6 over 0.8, 0.8 over 1", brass_brightness, 0.96, ""},
    {"bowed", BEHAVIOUR, "f, 65 Hz to 2 kHz, force 0.2 to 0.8", bowed_pitch, 4, "cents"},
    {"bowed", BEHAVIOUR, "f, 65 Hz to 2 kHz, velocity 0.03 to 1", bowed_fast_pitch, 5, "cents"},
    {"modal", CLOSED_FORM, "sum of decaying sines", modal_error, 1e-11, ""},
    {"struck", CLOSED_FORM, "sum of decaying sines below sr/2", struck_error, 1e-11, ""},
    {"membrane", LAW, "zeros of Bessel functions", membrane_partials, 0.05, "cents"},
    {"free_bar", LAW, "roots of cos(b) cosh(b) = 1", free_bar_partials, 0.05, "cents"},
    {"clamped_bar", LAW, "roots of cos(b) cosh(b) = -1", clamped_bar_partials, 0.05, "cents"},
    {"plate", LAW, "(m^2 + (a n)^2) / (1 + a^2)", plate_partials, 0.05, "cents"},
    {"marimba", PUBLISHED, "1 : 4 : 10", marimba_partials, 0.05, "cents"},
    {"xylophone", PUBLISHED, "1 : 3 : 6", xylophone_partials, 0.05, "cents"},
    {"vibraphone", PUBLISHED, "1 : 4 : 10", vibraphone_partials, 0.05, "cents"},
    {"vibraphone", CLOSED_FORM, "decaying sines, the lowest through the motor", vibraphone_error,
     1e-11, ""},
    {"glockenspiel", LAW, "roots of cos(b) cosh(b) = 1", glockenspiel_partials, 0.05, "cents"},
    {"bell", PUBLISHED, "Rossing and Perrin's church bell", bell_partials, 0.05, "cents"},
    {"glass", PUBLISHED, "Csound's wine glass", glass_partials, 0.05, "cents"},
    {"singing_bowl", PUBLISHED, "Csound's Tibetan bowl, 180 mm", bowl_partials, 0.05, "cents"},
    {"singing_bowl", BEHAVIOUR, "twice as loud, and silent half a beat later", bowl_beat, 0.02, ""},
    {"timpani", PUBLISHED, "Rossing's kettledrum", timpani_partials, 0.05, "cents"},
    {"gong", LAW, "the free round plate's equation", gong_partials, 0.05, "cents"},
    {"kick", CLOSED_FORM, "sin of the integral of its pitch, decaying", kick_error, 1e-11, ""},
    {"tom", CLOSED_FORM, "the same, less its noise", tom_error, 1e-11, ""},
    {"snare", CLOSED_FORM, "two sines without the wires", snare_error, 1e-11, ""},
    {"snare", LAW, "wires: white noise through s^2 / (s^2 + s/q + 1)", snare_wires, 0.5, "dB"},
    {"hihat", PUBLISHED, "the TR-808's oscillators, 4/(pi n) |H(f)|", hihat_error, 0.2, "dB"},
    {"cowbell", PUBLISHED, "the TR-808's oscillators, 4/(pi n) |H(f)|", cowbell_error, 0.02, "dB"},
    {"clap", CLOSED_FORM, "its envelope times its noise", clap_error, 1e-11, ""},
    {"vocal_tract", RESPONSE, "reflections from the lips inwards", tract_error, 1e-9, "dB"},
    {0},
};

const Stress models_stresses[] = {
    {"string", "input x\nparam f = 220 in 40..4000 log\nparam t60 = 1 in 0.05..2\nparam damp = 0.5 "
               "in 0..0.5\n"
               "out = string(x, f, t60, damp)"},
    {"pluck",
     "param f = 220 in 40..4000 log\nparam t60 = 1 in 0.05..10\nparam damp = 0.5 in 0..0.5\n"
     "param p = 0.2 in 0..0.5\nparam q = 0.2 in 0..0.5\n"
     "out = pluck(f, t60, damp, 1, p, q)"},
    {"tube",
     "input x\nparam f = 220 in 40..4000 log\nparam t60 = 1 in 0.05..2\nout = tube(x, f, t60)"},
    {"open_tube", "input x\nparam f = 220 in 40..4000 log\nparam t60 = 1 in 0.05..2\n"
                  "out = open_tube(x, f, t60)"},
    {"clarinet",
     "param f = 220 in 40..3000 log\nparam breath = 0.8 in 0..1\nout = clarinet(f, breath)"},
    {"flute", "param f = 220 in 40..3000 log\nparam breath = 0.8 in 0..1\nout = flute(f, breath)"},
    {"brass", "param f = 220 in 40..3000 log\nparam breath = 0.8 in 0..1\nout = brass(f, breath)"},
    {"bowed", "param f = 220 in 40..3000 log\nparam velocity = 0.1 in 0..1\n"
              "param force = 0.5 in 0.2..0.8\nout = bowed(f, velocity, force)"},
    {"modal", "input x\nparam f = 220 in 20..8000 log\nparam t60 = 1 in 0.01..2\n"
              "out = modal(x, f, [[1, 1, t60], [2.5, 0.5, t60 / 2]])"},
    {"struck", "param f = 220 in 20..20000 log\nparam t60 = 1 in 0.01..100\n"
               "out = struck(f, [[1, 1, t60], [2.5, 0.5, t60]])"},
    {"membrane",
     "input x\nparam f = 220 in 20..6000 log\nparam t60 = 1 in 0.01..2\nout = membrane(x, f, t60)"},
    {"free_bar",
     "input x\nparam f = 220 in 20..2000 log\nparam t60 = 1 in 0.01..2\nout = free_bar(x, f, t60)"},
    {"clamped_bar", "input x\nparam f = 220 in 20..700 log\nparam t60 = 1 in 0.01..2\n"
                    "out = clamped_bar(x, f, t60)"},
    {"plate",
     "input x\nparam f = 220 in 20..1000 log\nparam t60 = 1 in 0.01..2\nout = plate(x, f, t60)"},
    {"marimba",
     "param f = 220 in 20..20000 log\nparam t60 = 1 in 0.01..100\nout = marimba(f, t60)"},
    {"xylophone",
     "param f = 220 in 20..20000 log\nparam t60 = 1 in 0.01..100\nout = xylophone(f, t60)"},
    {"vibraphone",
     "param f = 220 in 20..20000 log\nparam t60 = 1 in 0.01..100\nparam rate = 5 in 0..10\n"
     "param depth = 0.5 in 0..1\nout = vibraphone(f, t60, rate, depth)"},
    {"glockenspiel",
     "param f = 220 in 20..20000 log\nparam t60 = 1 in 0.01..100\nout = glockenspiel(f, t60)"},
    {"bell", "param f = 220 in 20..20000 log\nparam t60 = 1 in 0.01..100\nout = bell(f, t60)"},
    {"glass", "param f = 220 in 20..20000 log\nparam t60 = 1 in 0.01..100\nout = glass(f, t60)"},
    {"singing_bowl",
     "param f = 220 in 20..20000 log\nparam t60 = 1 in 0.01..100\nparam beat = 1 in 0..10\n"
     "out = singing_bowl(f, t60, beat)"},
    {"timpani",
     "param f = 220 in 20..20000 log\nparam t60 = 1 in 0.01..100\nout = timpani(f, t60)"},
    {"gong", "param f = 220 in 20..20000 log\nparam t60 = 1 in 0.01..100\nout = gong(f, t60)"},
    {"kick", "param f = 50 in 20..200\nparam t60 = 1 in 0.01..100\nparam sweep = 4 in 0..10\n"
             "param fall = 20ms in 1ms..100ms\nout = kick(f, t60, sweep, fall)"},
    {"tom", "param f = 120 in 40..400\nparam t60 = 1 in 0.01..100\nout = tom(f, t60)"},
    {"snare", "param f = 180 in 100..400\nparam t60 = 1 in 0.01..100\nparam snappy = 0.5 in 0..1\n"
              "out = snare(f, t60, snappy)"},
    {"hihat", "param t60 = 0.1 in 0.01..100\nparam cutoff = 7000 in 1000..15000 log\n"
              "out = hihat(t60, cutoff)"},
    {"cowbell", "param t60 = 0.1 in 0.01..100\nout = cowbell(t60)"},
    {"clap", "param t60 = 0.1 in 0.01..100\nout = clap(t60)"},
    {"vocal_tract", "input x\nparam width = 1 in 0.1..10 log\n"
                    "out = vocal_tract(x, [1, width, 1 / width, 2, width])"},
    {0},
};
