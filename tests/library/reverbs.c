/* Proofs of stdlib/reverbs.kn: responses of the whole networks, solved here at each frequency; decay times
 * by Schroeder's integration of the impulse response; energy that lossless networks keep. */
#include "library.h"

#include <math.h>
#include <stdlib.h>

static double complex whole_delay(double f, double rate, double d) {
    return cexp(-2 * M_PI * I * fmod(f / rate * round(d * rate), 1));
}

/* ---- combs and all-passes -------------------------------------------------------------------------- */

static double complex allpass_response(double complex z, double g) {
    return (z - g) / (1 - g * z);
}

static double complex allpass_comb_response(double f, double rate, const void *data) {
    (void)data;
    return allpass_response(allpass_delay_response(f, rate, 1.7e-3), 0.7);
}

static double allpass_comb_error(void) {
    return error_of_heard_response("out = allpass_comb(x, 1.7ms, 0.7)", 0, 0.2,
                                   allpass_comb_response, NULL);
}

/* Whole samples: then it is all-pass. */
static double allpass_comb_gain(void) {
    double worst = 0;
    Heard h = hear(48000, 4800, "out = allpass_comb(causal(impulse), 17 * dt, 0.7)");
    for (double f = 0; f <= 24000; f += 250)
        worst = fmax(worst, fabs(decibels(cabs(response_at(h.channel[0], h.frames, f, 48000)), 1)));
    heard_free(h);
    return worst;
}

static double complex schroeder_response(double f, double rate, const void *data) {
    static const double combs[] = {29.7e-3, 37.1e-3, 41.1e-3, 43.7e-3};
    double complex sum = 0;
    (void)data;
    for (int k = 0; k < 4; k++) {
        double d = combs[k];
        double complex z = allpass_delay_response(f, rate, d);
        sum += 0.12 * z / (1 - pow(10, -3 * d / 0.3) * z);
    }
    return sum * allpass_response(allpass_delay_response(f, rate, 5e-3), 0.7) *
           allpass_response(allpass_delay_response(f, rate, 1.7e-3), 0.7);
}

static double schroeder_error(void) {
    return error_of_heard_response("out = schroeder(x, 0.3s)", 0, 0.8, schroeder_response, NULL);
}

/* The low-pass that takes what (1 - p) / (1 - p / z) takes of low frequencies at the rate of the original. */
static double complex published_loss(double f, double rate, double p, double of_rate) {
    return loss_response(f, rate, sqrt(p) / (1 - p) / of_rate);
}

/* The figures of Jezar's public-domain source. */
static double complex freeverb_response(double f, double rate, const void *data) {
    static const int combs[] = {1116, 1188, 1277, 1356, 1422, 1491, 1557, 1617};
    static const int passes[] = {556, 441, 341, 225};
    int spread = *(const int *)data;
    double feedback = 0.7 + 0.28 * 0.1;
    double complex y = 0, low = published_loss(f, rate, 0.4 * 0.5, 44100);
    for (int k = 0; k < 8; k++) {
        double complex z = whole_delay(f, rate, (combs[k] + spread) / 44100.0);
        y += z / (1 - feedback * low * z);
    }
    for (int k = 0; k < 4; k++) {
        double complex z = whole_delay(f, rate, (passes[k] + spread) / 44100.0);
        y *= (1.5 * z - 1) / (1 - 0.5 * z);
    }
    return 0.037 * y;
}

static double freeverb_error(void) {
    static const int spreads[] = {0, 23};
    const char *program = "out = freeverb(x, 0.1, 0.5)";
    return fmax(error_of_heard_response(program, 0, 1.9, freeverb_response, &spreads[0]),
                error_of_heard_response(program, 1, 1.9, freeverb_response, &spreads[1]));
}

/* ---- networks -------------------------------------------------------------------------------------- */

enum { LINES = 8 };

/* Solves m y = 1 in every row, by elimination with pivots; y is left in `y`. */
static void solve(double complex m[LINES][LINES], double complex *y, int n) {
    for (int i = 0; i < n; i++)
        y[i] = 1;
    for (int c = 0; c < n; c++) {
        int best = c;
        for (int r = c; r < n; r++)
            if (cabs(m[r][c]) > cabs(m[best][c])) best = r;
        for (int k = 0; k < n; k++) {
            double complex swap = m[c][k];
            m[c][k] = m[best][k], m[best][k] = swap;
        }
        double complex swap = y[c];
        y[c] = y[best], y[best] = swap;
        for (int r = 0; r < n; r++) {
            if (r == c) continue;
            double complex factor = m[r][c] / m[c][c];
            for (int k = c; k < n; k++)
                m[r][k] -= factor * m[c][k];
            y[r] -= factor * y[c];
        }
    }
    for (int i = 0; i < n; i++)
        y[i] /= m[i][i];
}

typedef struct Network {
    int side, lines;
    const double *delays;
} Network;

static const double fdn_delays[] = {31.3e-3, 37.9e-3, 43.1e-3, 49.7e-3,
                                    56.9e-3, 63.1e-3, 71.3e-3, 79.1e-3};

static double complex fdn_response(double f, double rate, const void *data) {
    const Network *net = data;
    int n = net->lines;
    double complex m[LINES][LINES], y[LINES], z[LINES], sum = 0;
    for (int j = 0; j < n; j++) {
        double d = round(net->delays[j] * rate) / rate;
        z[j] = whole_delay(f, rate, d);
        double complex back = pow(10, -3 * d / 0.3) * loss_response(f, rate, 0.1e-3 / M_PI) * z[j];
        for (int i = 0; i < n; i++)
            m[i][j] = (i == j) - ((i == j) - 2.0 / n) * back;
    }
    solve(m, y, n);
    for (int k = 0; 2 * k + net->side < n; k++)
        sum += (k % 2 == 0 ? 1 : -1) * y[2 * k + net->side] * z[2 * k + net->side];
    return sum / sqrt(n);
}

static double fdn_error(void) {
    static const char eight[] = "out = fdn(x, 0.3s)";
    static const char five[] =
        "out = fdn(x, 0.3s, delays: [31.3ms, 37.9ms, 43.1ms, 49.7ms, 56.9ms])";
    const Network left = {0, 8, fdn_delays}, right = {1, 8, fdn_delays}, odd = {0, 5, fdn_delays};
    double worst = error_of_heard_response(eight, 0, 0.8, fdn_response, &left);
    worst = fmax(worst, error_of_heard_response(eight, 1, 0.8, fdn_response, &right));
    return fmax(worst, error_of_heard_response(five, 0, 0.8, fdn_response, &odd));
}

static const double zita_delays[] = {153.129e-3, 210.389e-3, 127.837e-3, 256.891e-3,
                                     174.713e-3, 192.303e-3, 125e-3,     219.991e-3};
static const double zita_allpasses[] = {20.346e-3, 24.421e-3, 31.604e-3, 27.333e-3,
                                        22.904e-3, 29.291e-3, 13.458e-3, 19.123e-3};

/* What fades on a way of d seconds in zita: T60 0.3 s, 0.5 s below 200 Hz, half of it at 6 kHz. */
static double complex zita_fading(double f, double rate, double d) {
    double middle = pow(10, -3 * d / 0.3), low = pow(10, -3 * d / 0.5);
    double complex shelf = middle + (low - middle) * pole_response(f, rate, 200);
    return shelf * loss_response(f, rate, sqrt(1 / (middle * middle) - 1) / (2 * M_PI * 6000));
}

static double complex zita_response(double f, double rate, const void *data) {
    int side = *(const int *)data;
    double complex m[LINES][LINES], y[LINES], passed[LINES], back[LINES], sum = 0;
    for (int j = 0; j < LINES; j++) {
        double inner = round(zita_allpasses[j] * rate) / rate, g = j % 2 == 0 ? 0.6 : -0.6;
        double outer = round(zita_delays[j] * rate) / rate - inner;
        passed[j] = allpass_response(zita_fading(f, rate, inner) * whole_delay(f, rate, inner), -g);
        back[j] = zita_fading(f, rate, outer) * whole_delay(f, rate, outer) / sqrt(LINES);
    }
    for (int i = 0; i < LINES; i++)
        for (int j = 0; j < LINES; j++)
            m[i][j] = (i == j) - (__builtin_popcount((unsigned)(i & j)) % 2 == 0 ? 1 : -1) *
                                     back[i] * passed[j];
    solve(m, y, LINES);
    for (int k = 0; k < 4; k++)
        sum += (k % 2 == 0 ? 0.5 : -0.5) * y[2 * k + side] * passed[2 * k + side] +
               (k < 2 ? 0.25 : -0.25) * y[2 * k + 1 - side] * passed[2 * k + 1 - side];
    return sum;
}

static double zita_error(void) {
    static const int sides[] = {0, 1};
    const char *program = "out = zita(x, 0.3s, 0.5s)";
    return fmax(error_of_heard_response(program, 0, 1.2, zita_response, &sides[0]),
                error_of_heard_response(program, 1, 1.2, zita_response, &sides[1]));
}

/* Dattorro's plate: each half is known but for what the other one feeds it. */
typedef struct Half {
    double complex far, inner, after; /* of what goes in */
} Half;

static double complex plate_delay(double f, double rate, int n) {
    return whole_delay(f, rate, n / 29761.0);
}

/* A delay of the tank, on which it loses its part of 0.5^4 once round. */
static double complex plate_way(double f, double rate, int n) {
    const double round = 672 + 4453 + 1800 + 3720 + 908 + 4217 + 2656 + 3163;
    return pow(0.5, 4 * n / round) * plate_delay(f, rate, n);
}

static Half plate_half(double f, double rate, int first, int length, int second) {
    Half h;
    double complex z = plate_way(f, rate, second);
    h.far = allpass_response(plate_way(f, rate, first), 0.7);
    double complex low = published_loss(f, rate, 0.2, 29761);
    h.inner = h.far * plate_way(f, rate, length) * low / (1 + 0.5 * z);
    h.after = h.inner * (0.5 + z);
    return h;
}

static Half fed(Half h, double complex x) {
    return (Half){h.far * x, h.inner * x, h.after * x};
}

static double complex plate_taps(double f, double rate, Half there, Half here, const int *n) {
    return 0.6 *
           (there.far * (plate_delay(f, rate, n[0]) + plate_delay(f, rate, n[1])) -
            there.inner * plate_delay(f, rate, n[2]) + there.after * plate_delay(f, rate, n[3]) -
            here.far * plate_delay(f, rate, n[4]) - here.inner * plate_delay(f, rate, n[5]) -
            here.after * plate_delay(f, rate, n[6]));
}

static double complex dattorro_response(double f, double rate, const void *data) {
    static const int taps[2][7] = {{266, 2974, 1913, 1996, 1990, 187, 1066},
                                   {353, 3627, 1228, 2673, 2111, 335, 121}};
    static const int diffusers[] = {142, 107, 379, 277};
    int side = *(const int *)data;
    double complex x = published_loss(f, rate, 0.1, 29761);
    for (int k = 0; k < 4; k++)
        x *= allpass_response(plate_delay(f, rate, diffusers[k]), k < 2 ? -0.75 : -0.625);
    Half left = plate_half(f, rate, 672, 4453, 1800), right = plate_half(f, rate, 908, 4217, 2656);
    double complex to_right = left.after * plate_way(f, rate, 3720);
    double complex to_left = right.after * plate_way(f, rate, 3163);
    double complex loop = 1 / (1 - to_left * to_right);
    left = fed(left, x * (1 + to_left) * loop);
    right = fed(right, x * (1 + to_right) * loop);
    return side == 0 ? plate_taps(f, rate, right, left, taps[0])
                     : plate_taps(f, rate, left, right, taps[1]);
}

static double dattorro_error(void) {
    static const int sides[] = {0, 1};
    const char *program = "out = dattorro(x, 0.5, 0.2, 0.9, 0s)";
    return fmax(error_of_heard_response(program, 0, 4, dattorro_response, &sides[0]),
                error_of_heard_response(program, 1, 4, dattorro_response, &sides[1]));
}

static double complex early_response(double f, double rate, const void *data) {
    static const double taps[][2] = {
        {4.3, 0.841},  {21.5, 0.504}, {22.5, 0.491}, {26.8, 0.379}, {27, 0.380},   {29.8, 0.346},
        {45.8, 0.289}, {48.5, 0.272}, {57.2, 0.192}, {58.7, 0.193}, {59.5, 0.217}, {61.2, 0.181},
        {70.7, 0.180}, {70.8, 0.181}, {72.6, 0.176}, {74.1, 0.142}, {75.3, 0.167}, {79.7, 0.134},
    };
    double complex sum = 0;
    (void)data;
    for (int k = 0; k < 18; k++)
        sum += taps[k][1] * delay_response(f, rate, taps[k][0] * 1e-3);
    return 0.37 * sum;
}

static double early_error(void) {
    return error_of_heard_response("out = early_reflections(x)", 0, 0.1, early_response, NULL);
}

/* A section of second order with the poles e^(s / rate), (b0 + b1 z) over that, whose gain is 1 at 0 and q at f0. */
static double complex matched_section(double f, double rate, double f0, double q) {
    double w = 2 * M_PI * f0 / rate;
    double complex pole = cexp(w * (-0.5 / q + I * sqrt(1 - 0.25 / (q * q))));
    double complex z = cexp(-2 * M_PI * I * f / rate), at_f0 = cexp(-I * w);
    double b = creal((1 - pole) * (1 - conj(pole))),
           gain = q * cabs((1 - pole * at_f0) * (1 - conj(pole) * at_f0));
    /* b0^2 + b1^2 + 2 b0 b1 cos w = gain^2, b0 + b1 = b */
    double first = 0.5 * (b + sqrt(b * b - 2 * (b * b - gain * gain) / (1 - cos(w))));
    return (first + (b - first) * z) / ((1 - pole * z) * (1 - conj(pole) * z));
}

static double complex spring_response(double f, double rate, const void *data) {
    (void)data;
    double complex z = cexp(-2 * M_PI * I * f / rate);
    double complex pole = cexp((9000 * log(0.62) + 2 * M_PI * I * 4500) / rate);
    double complex stage = (z - pole) * (z - conj(pole)) / ((1 - pole * z) * (1 - conj(pole) * z));
    double complex round_trip = cpow(stage, 24) *
                                matched_section(f, rate, 4000, 0.5 / cos(M_PI / 8)) *
                                matched_section(f, rate, 4000, 0.5 / sin(M_PI / 8));
    return 0.63 * round_trip /
           (1 + pow(10, -3 * 0.045 / 0.3) * round_trip * whole_delay(f, rate, 0.045));
}

/* Its low-pass, at each rate: how far it is from 1 / sqrt(1 + (f / 4 kHz)^8), in dB, from 1 to 11 kHz. */
static double spring_lowpass_error(void) {
    static const double rates[] = {44100, 48000, 96000, 192000};
    double worst = 0;
    for (int r = 0; r < 4; r++) {
        int frames = (int)(0.02 * rates[r]);
        Heard h = hear(rates[r], frames, "out = spring(causal(impulse), 0s, stages: 0) / 0.63");
        if (h.channels == 0) return INFINITY;
        for (double f = 1000; f < 11001; f += 1000)
            worst = fmax(worst, fabs(decibels(cabs(response_at(h.channel[0], frames, f, rates[r])),
                                              1 / sqrt(1 + pow(f / 4000, 8)))));
        heard_free(h);
    }
    return worst;
}

static double spring_error(void) {
    return error_of_heard_response("out = spring(x, 0.3s)", 0, 0.7, spring_response, NULL);
}

/* ---- decay times and energies ---------------------------------------------------------------------- */

/* How far the decay time of a program is from t60, in percent; the worst of its channels. */
static double decay_error(const char *program, double t60) {
    enum { RATE = 48000 };
    double worst = 0;
    Heard h = hear(RATE, (int)(1.5 * t60 * RATE), "%s", program);
    if (h.channels == 0) return INFINITY;
    for (int k = 0; k < h.channels; k++) {
        for (int n = 0; n < h.frames; n++)
            h.channel[k][n] *= h.channel[k][n];
        double got = decay_time(h.channel[k], h.frames, 1.0 / RATE);
        worst = fmax(worst, isnan(got) ? INFINITY : 100 * fabs(got / t60 - 1));
    }
    heard_free(h);
    return worst;
}

static double schroeder_time(void) {
    return decay_error("out = schroeder(causal(impulse), 2s)", 2);
}

static double fdn_time(void) {
    return fmax(
        decay_error("out = fdn(causal(impulse), 2s, 1e6)", 2),
        decay_error("out = fdn(causal(impulse), 0.7s, 1e6, [29ms, 37ms, 41ms, 43ms, 53ms])", 0.7));
}

static double zita_time(void) {
    double middle =
        decay_error("out = zita(causal(impulse), 4s, 4s, damp: 20kHz) |> bandpass(1.2kHz, 2)", 4);
    double low = decay_error("out = zita(causal(impulse), 1s, 3s, 1kHz) |> lowpass(40Hz)", 3);
    double high = decay_error("out = zita(causal(impulse), 6s) |> bandpass(6kHz, 40)", 3);
    return fmax(fmax(middle, low), high);
}

DECAYS_APART(freeverb, 2, "freeverb(causal(impulse), 0.7, 0.8)[0]")
DECAYS_APART(fdn, 2.5, "fdn(causal(impulse))[0]")
DECAYS_APART(zita, 3, "zita(causal(impulse))[0]")
DECAYS_APART(dattorro, 4, "dattorro(causal(impulse), 0.7, 0.3)[0]")
DECAYS_APART(gated_reverb, 3, "gated_reverb(causal(impulse), 3s, 2s)[0]")
DECAYS_APART(schroeder, 2, "schroeder(causal(impulse), 1s)")
DECAYS_APART(spring, 1.5, "spring(causal(impulse), 1s)")
DECAYS_APART(allpass_comb, 1, "allpass_comb(causal(impulse), 5.1ms, 0.9)")
DECAYS_APART(moving_comb, 1, "allpass_comb(causal(impulse), 5ms + 0.3ms * sine(2), 0.9)")

/* T60 of whole octaves, which hold many modes, of the left of a reverb. */
static bool decay_times(const char *reverb, double rate, double seconds, double *times) {
    Heard h = hear_fast(rate, (int)(seconds * rate),
                        "impulse(t) = if t == 0 then 1 else 0\ny = %s\n"
                        "out = map([125, 250, 500, 1000, 2000, 4000, 8000],"
                        " f => butterworth_bandpass(y[0], 6, f / sqrt(2), f * sqrt(2)))",
                        reverb);
    for (int k = 0; k < h.channels; k++) {
        for (int n = 0; n < h.frames; n++)
            h.channel[k][n] *= h.channel[k][n];
        times[k] = decay_time(h.channel[k], h.frames, 1 / rate);
    }
    bool good = h.channels == OCTAVES;
    heard_free(h);
    return good;
}

/* How far T60 from 125 Hz to 4 kHz is from one time, in percent. */
static double published_error(const char *program, double t60) {
    static const double rates[] = {44100, 48000, 96000, 192000};
    double worst = 0, times[OCTAVES];
    for (int r = 0; r < 4; r++) {
        if (!decay_times(program, rates[r], 1.2 * t60, times)) return INFINITY;
        for (int k = 0; k < OCTAVES - 1; k++)
            worst = isnan(times[k]) ? INFINITY : fmax(worst, 100 * fabs(times[k] / t60 - 1));
    }
    return worst;
}

static double zita_octaves(void) {
    return fmax(published_error("zita(causal(impulse), 2s, 2s, damp: 1e6)", 2),
                published_error("zita(causal(impulse), 4s, 4s, damp: 1e6)", 4));
}

static double dattorro_octaves(void) {
    return fmax(published_error("dattorro(causal(impulse), 0.5)", 0.544 / log10(1 / 0.5)),
                published_error("dattorro(causal(impulse), 0.8)", 0.544 / log10(1 / 0.8)));
}

/* How dense its echoes are around a frame, 1 for Gaussian noise: what lies beyond the deviation of 20 ms (Abel and
 * Huang 2006), by Hann's window. */
static double echo_density(const double *x, int frames, int at, int half) {
    double energy = 0, whole = 0, beyond = 0;
    for (int k = -half; k <= half && at + k < frames; k++) {
        double w = 0.5 + 0.5 * cos(M_PI * k / half);
        whole += w;
        energy += w * x[at + k] * x[at + k];
    }
    for (int k = -half; k <= half && at + k < frames; k++)
        if (fabs(x[at + k]) > sqrt(energy / whole)) beyond += 0.5 + 0.5 * cos(M_PI * k / half);
    return beyond / whole / erfc(sqrt(0.5));
}

/* When the echoes of both sides are first that dense, in seconds, on the mean. */
static double dense_from(Heard h) {
    double sum = 0;
    int half = (int)(0.01 * h.rate);
    for (int k = 0; k < h.channels; k++) {
        int at = half;
        while (at < h.frames && echo_density(h.channel[k], h.frames, at, half) < 0.9)
            at++;
        sum += at / h.rate / h.channels;
    }
    heard_free(h);
    return sum;
}

static double density_error(const char *program) {
    enum { RATE = 48000, FRAMES = RATE };
    double *impulse = faust_input(IMPULSE, RATE, FRAMES);
    Heard theirs =
        hear_faust(RATE, FRAMES, impulse, "re.zita_rev1_stereo(0, 200, 6000, 3, 2, 48000)");
    free(impulse);
    Heard ours = hear(RATE, FRAMES, "%s", program);
    if (theirs.channels != 2 || ours.channels != 2) return INFINITY;
    double until = dense_from(theirs);
    return dense_from(ours) - until;
}

static double zita_density(void) {
    return density_error("out = zita(causal(impulse))");
}

static double dattorro_density(void) {
    return density_error("out = dattorro(causal(impulse))");
}

/* By how many dB noise from the left is louder there than on the right, too little; and what is of opposite sign on
 * both sides louder than a tenth of one that is on one. */
static double side_error(const char *reverb) {
    enum { RATE = 48000, FRAMES = 2 * RATE };
    double energy[2][2] = {{0}};
    for (int i = 0; i < 2; i++) {
        Heard h = hear_fast(RATE, FRAMES, "x = noise(3) * 0.1\nout = [x, t => %d * x(t)] |> %s", -i,
                            reverb);
        if (h.channels != 2) return INFINITY;
        for (int n = 0; n < FRAMES; n++)
            for (int k = 0; k < 2; k++)
                energy[i][k] += h.channel[k][n] * h.channel[k][n];
        heard_free(h);
    }
    double left = energy[0][0] + energy[0][1], both = energy[1][0] + energy[1][1];
    return fmax(energy[0][1] / energy[0][0], 0.1 * left / both);
}

#define SIDE(name)                                                                                 \
    static double name##_sides(void) {                                                             \
        return side_error(#name);                                                                  \
    }
SIDE(freeverb)
SIDE(fdn)
SIDE(dattorro)
SIDE(zita)
SIDE(shimmer)
SIDE(gated_reverb)
SIDE(velvet_reverb)

static double velvet_time(void) {
    return decay_error("out = velvet_reverb(causal(impulse), 1.5s)", 1.5);
}

/* Energies of the second and the third two seconds of what is lossless, in percent of each other. */
static double energy_error(const char *program) {
    enum { RATE = 48000, PART = 2 * RATE };
    double worst = 0;
    Heard h = hear(RATE, 3 * PART, "%s", program);
    if (h.channels == 0) return INFINITY;
    for (int k = 0; k < h.channels; k++) {
        double energy[3] = {0};
        for (int n = 0; n < 3 * PART; n++)
            energy[n / PART] += h.channel[k][n] * h.channel[k][n];
        worst = fmax(worst, 100 * fabs(energy[2] / energy[1] - 1));
    }
    heard_free(h);
    return worst;
}

static double fdn_energy(void) { /* few modes, so that a mean over two seconds is one */
    return fmax(
        energy_error("out = fdn(causal(impulse), 1e12, 1e9, [5 * dt, 7 * dt, 11 * dt, 13 * dt])"),
        energy_error("out = fdn(causal(impulse), 1e12, 1e9, [5 * dt, 7 * dt, 11 * dt])"));
}

static double zita_energy(void) {
    return energy_error("out = zita(causal(impulse), 1e12, 1e12)");
}

/* One impulse in each cell, as often 1 as -1; the whole of energy 1. */
static double velvet_density(void) {
    enum { RATE = 48000, FRAMES = RATE + RATE / 2 };
    double energy = 0, worst = 0;
    int count[2] = {0};
    Heard h = hear(RATE, FRAMES, "out = velvet_reverb(causal(impulse), 1.5s, 2000)[0]");
    for (int n = 0; n < FRAMES; n++) {
        energy += h.channel[0][n] * h.channel[0][n];
        if (fabs(h.channel[0][n]) > 1e-9) count[h.channel[0][n] > 0]++;
    }
    heard_free(h);
    worst = fmax(fabs((count[0] + count[1]) / 3000.0 - 1), fabs(count[0] / 1500.0 - 1));
    return 100 * fmax(worst, fabs(energy - 1));
}

/* An octave above what is sung there is as much as is asked for, and nothing without it. */
static double shimmer_error(void) {
    enum { RATE = 48000, FRAMES = RATE };
    double at[2];
    for (int i = 0; i < 2; i++) {
        Heard h = hear(RATE, 2 * FRAMES, "out = shimmer(sine(400), 1s, %g)", 0.4 * i);
        at[i] = partial_amplitude(h.channel[0] + FRAMES, FRAMES, RATE, 800);
        heard_free(h);
    }
    return at[1] > 0.01 ? decibels(at[0], at[1]) : INFINITY;
}

static double complex hall_response(double f, double rate, const void *data) {
    return fdn_response(f, rate, data);
}

static double shimmer_hall_error(void) {
    return error_of_heard_response("out = shimmer(x, 0.3s, 0)", 0, 0.8, hall_response,
                                   &(Network){0, 8, fdn_delays});
}

/* Open it is the hall; how loud it is 60 ms after it was cut off, in dB, and -INFINITY where it is not. */
static double gated_error(void) {
    enum { RATE = 48000, FRAMES = RATE / 2, OPEN = RATE / 4 };
    double peak = 0, closed = 0, apart = 0;
    Heard h = hear(RATE, FRAMES, "out = gated_reverb(causal(impulse), 0.25s, 3s)");
    Heard hall = hear(RATE, FRAMES, "out = fdn(causal(impulse), 3s)");
    for (int n = 0; n < FRAMES; n++) {
        double x = fabs(h.channel[0][n]);
        peak = fmax(peak, x);
        if (n > RATE / 50 && n < OPEN)
            apart = fmax(apart, fabs(h.channel[0][n] - hall.channel[0][n]));
        if (n > OPEN + RATE * 3 / 50) closed = fmax(closed, x);
    }
    heard_free(h);
    heard_free(hall);
    return apart < 1e-6 ? decibels(closed, peak) : INFINITY;
}

/* ---- levels ---------------------------------------------------------------------------------------- */

/* How much louder or softer pink noises come out than they went in, in dB: of both sides together. */
static double level_error(const char *reverb) {
    enum { RATE = 48000, SKIP = 5 * RATE, FRAMES = 20 * RATE, SEEDS = 6 };
    double in = 0, out = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
        Heard h =
            hear_fast(RATE, FRAMES, "x = pink(%d)\nout = [x] ++ (%s |> _ * [1, 1])", seed, reverb);
        if (h.channels != 3) return INFINITY;
        for (int n = SKIP; n < FRAMES; n++) {
            in += h.channel[0][n] * h.channel[0][n];
            for (int k = 1; k < 3; k++)
                out += h.channel[k][n] * h.channel[k][n] / 2;
        }
        heard_free(h);
    }
    return fabs(10 * log10(out / in));
}

#define LEVEL(name)                                                                                \
    static double name##_level(void) {                                                             \
        return level_error(#name "(x)");                                                           \
    }
LEVEL(schroeder)
LEVEL(freeverb)
LEVEL(fdn)
LEVEL(early_reflections)
LEVEL(dattorro)
LEVEL(zita)
LEVEL(spring)
LEVEL(shimmer)
LEVEL(gated_reverb)
#undef LEVEL

const Proof reverbs_proofs[] = {
    {"freeverb", BEHAVIOUR, "T60 per octave from 44.1 to 192 kHz", freeverb_decays, 3, "%"},
    {"fdn", BEHAVIOUR, "T60 per octave from 44.1 to 192 kHz", fdn_decays, 3, "%"},
    {"zita", BEHAVIOUR, "T60 per octave from 44.1 to 192 kHz", zita_decays, 3, "%"},
    {"dattorro", BEHAVIOUR, "T60 per octave from 44.1 to 192 kHz", dattorro_decays, 3, "%"},
    {"gated_reverb", BEHAVIOUR, "T60 per octave from 44.1 to 192 kHz", gated_reverb_decays, 3, "%"},
    {"schroeder", BEHAVIOUR, "T60 per octave from 44.1 to 192 kHz", schroeder_decays, 3, "%"},
    {"spring", BEHAVIOUR, "T60 per octave from 44.1 to 192 kHz", spring_decays, 3, "%"},
    {"allpass_comb", BEHAVIOUR, "T60 per octave from 44.1 to 192 kHz", allpass_comb_decays, 3, "%"},
    {"allpass_comb", BEHAVIOUR, "T60 per octave from 44.1 to 192 kHz, d moving", moving_comb_decays,
     3, "%"},
    {"zita", BEHAVIOUR, "T60 from 125 Hz to 4 kHz", zita_octaves, 5, "%"},
    {"dattorro", BEHAVIOUR, "T60 of decay^4 once round, 125 Hz to 4 kHz", dattorro_octaves, 5, "%"},
    {"zita", FAUST, "echo density of 0.9 no later than re.zita_rev1_stereo", zita_density, 0, "s"},
    {"dattorro", FAUST, "echo density of 0.9 no later than re.zita_rev1_stereo", dattorro_density,
     0, "s"},
    {"freeverb", BEHAVIOUR, "right over left of what is left; a tenth over what is side",
     freeverb_sides, 0.9, ""},
    {"fdn", BEHAVIOUR, "right over left of what is left; a tenth over what is side", fdn_sides, 0.9,
     ""},
    {"dattorro", BEHAVIOUR, "right over left of what is left; a tenth over what is side",
     dattorro_sides, 0.9, ""},
    {"zita", BEHAVIOUR, "right over left of what is left; a tenth over what is side", zita_sides,
     0.9, ""},
    {"shimmer", BEHAVIOUR, "right over left of what is left; a tenth over what is side",
     shimmer_sides, 0.9, ""},
    {"gated_reverb", BEHAVIOUR, "right over left of what is left; a tenth over what is side",
     gated_reverb_sides, 0.9, ""},
    {"velvet_reverb", BEHAVIOUR, "right over left of what is left; a tenth over what is side",
     velvet_reverb_sides, 0.9, ""},
    {"allpass_comb", RESPONSE, "(z^-d - g) / (1 - g z^-d)", allpass_comb_error, 1e-9, "dB"},
    {"allpass_comb", LAW, "gain 1 at every frequency", allpass_comb_gain, 1e-9, "dB"},
    {"schroeder", RESPONSE, "four combs, two all-passes", schroeder_error, 1e-3, "dB"},
    {"schroeder", BEHAVIOUR, "T60, by Schroeder's integral", schroeder_time, 1, "%"},
    {"freeverb", RESPONSE, "Jezar's eight combs and four all-passes", freeverb_error, 1e-3, "dB"},
    {"fdn", RESPONSE, "(1 - A D(z))^-1, solved, of 8 and 5 lines", fdn_error, 1e-3, "dB"},
    {"fdn", BEHAVIOUR, "T60, by Schroeder's integral", fdn_time, 1, "%"},
    {"fdn", LAW, "energy is kept at infinite T60, 4 and 3 lines", fdn_energy, 0.05, "%"},
    {"early_reflections", PUBLISHED, "Moorer's taps after the first", early_error, 1e-9, "dB"},
    {"dattorro", PUBLISHED, "Dattorro's tank, solved, standing still", dattorro_error, 1e-3, "dB"},
    {"zita", RESPONSE, "(1 - A D(z))^-1, solved", zita_error, 1e-3, "dB"},
    {"zita", BEHAVIOUR, "T60 low, middle and at damp, by Schroeder's integral", zita_time, 5, "%"},
    {"zita", LAW, "energy is kept at infinite T60", zita_energy, 1, "%"},
    {"spring", RESPONSE, "R / (1 + g R z^-d)", spring_error, 1e-3, "dB"},
    {"spring", RESPONSE, "Butterworth's low-pass of fourth order, 1 to 11 kHz at each rate",
     spring_lowpass_error, 0.2, "dB"},
    {"shimmer", RESPONSE, "without amount, the hall", shimmer_hall_error, 1e-3, "dB"},
    {"shimmer", BEHAVIOUR, "an octave higher, without amount and with it", shimmer_error, -100,
     "dB"},
    {"gated_reverb", BEHAVIOUR, "60 ms after it is cut off", gated_error, -120, "dB"},
    {"schroeder", BEHAVIOUR, "as loud as pink noise that goes in", schroeder_level, 1.5, "dB"},
    {"freeverb", BEHAVIOUR, "as loud as pink noise that goes in", freeverb_level, 1.5, "dB"},
    {"fdn", BEHAVIOUR, "as loud as pink noise that goes in", fdn_level, 1.5, "dB"},
    {"early_reflections", BEHAVIOUR, "as loud as pink noise that goes in", early_reflections_level,
     1.5, "dB"},
    {"dattorro", BEHAVIOUR, "as loud as pink noise that goes in", dattorro_level, 1.5, "dB"},
    {"zita", BEHAVIOUR, "as loud as pink noise that goes in", zita_level, 1.5, "dB"},
    {"spring", BEHAVIOUR, "as loud as pink noise that goes in", spring_level, 1.5, "dB"},
    {"shimmer", BEHAVIOUR, "as loud as pink noise that goes in", shimmer_level, 1.5, "dB"},
    {"gated_reverb", BEHAVIOUR, "as loud as pink noise that goes in", gated_reverb_level, 1.5,
     "dB"},
    {"velvet_reverb", BEHAVIOUR, "T60, by Schroeder's integral", velvet_time, 0.1, "%"},
    {"velvet_reverb", LAW, "an impulse a cell, of both signs, energy 1", velvet_density, 1, "%"},
    {0},
};

const Stress reverbs_stresses[] = {
    {"allpass_comb", "input x\nparam d = 0.01 in 0..0.2\nparam g = 0.5 in -0.7..0.7\n"
                     "out = allpass_comb(x, d, g)"},
    {"schroeder", "input x\nparam t60 = 1 in 0.1..3\nout = schroeder(x, t60)"},
    {"freeverb", "input x, y\nparam room = 0.5 in 0..0.8\nparam damp = 0.5 in 0..1\n"
                 "out = freeverb([x, y], room, damp)"},
    {"fdn", "input x, y\nparam t60 = 1 in 0.1..3\nparam damp = 5000 in 200..20000 log\n"
            "out = fdn([x, y], t60, damp)"},
    {"early_reflections", "input x\nparam size = 1 in 0.2..2\nout = early_reflections(x, size)"},
    {"dattorro", "input x, y\nparam decay = 0.5 in 0..0.7\nparam damping = 0.1 in 0..1\n"
                 "param bandwidth = 0.9 in 0.1..1\nparam excursion = 0 in 0..0.5ms\n"
                 "out = dattorro([x, y], decay, damping, bandwidth, excursion)"},
    {"zita", "input x, y\nparam t60 = 1 in 0.1..3\nparam low = 1 in 0.1..3\n"
             "param crossover = 200 in 50..1000 log\nparam damp = 6000 in 1500..20000 log\n"
             "out = zita([x, y], t60, low, crossover, damp)"},
    {"spring", "input x\nparam t60 = 1 in 0.1..3\nout = spring(x, t60)"},
    {"shimmer", "input x, y\nparam t60 = 1 in 0.1..3\nparam amount = 0.3 in 0..0.5\n"
                "out = shimmer([x, y], t60, amount)"},
    {"gated_reverb", "input x, y\nparam t60 = 1 in 0.1..3\nparam threshold = 0.01 in 0.001..1 log\n"
                     "out = gated_reverb([x, y], 0.25s, t60, threshold)"},
    {"velvet_reverb", "input x\nout = velvet_reverb(x, 0.2s, 1000)"},
    {0},
};
