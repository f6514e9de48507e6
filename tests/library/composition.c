/* Proofs of stdlib/composition.kn: formulas of time, lists written out, and rhythms that were published. */
#include "library.h"

#include <math.h>
#include <string.h>

/* ---- signals at other times ------------------------------------------------------------------------------- */

/* Seconds since the last of the times 0.1 + 0.2 k. */
static double since_edge(double t) {
    return t < 0.1 - 1e-9 ? 0 : 0.2 * turns(5, t - 0.1);
}

FORM(at, 0.5, "out = at(t => t + 1, 0.2)", t < 0.2 - 1e-9 ? 0 : t - 0.2 + 1)
FORM(during, 0.5, "out = during(t => t, 0.1, 0.3)", t > 0.1 - 1e-9 && t < 0.3 - 1e-9 ? t : 0)
FORM(fade, 0.5, "out = fade(2, 0.1, 0.3, 50ms)", fmax(0, fmin(2, 40 * fmin(t - 0.1, 0.3 - t))))
FORM(loop, 0.5, "out = loop(t => t + 1, 0.1)", 0.1 * turns(10, t) + 1)
FORM(restart, 0.5, "out = restart(t => t, t => phase(5)(t) >= 0.5)", since_edge(t))
FORM(seq, 0.5, "out = seq([3, t => 10 * t, 5], 10)",
     turns(10 / 3.0, t) < 1 / 3.0 - 1e-9   ? 3
     : turns(10 / 3.0, t) < 2 / 3.0 - 1e-9 ? turns(10, t)
                                           : 5)
/* Parts that ring on, begun at 0, 0.1, 0.2 …, each a line that says which it is. */
static double ringing(double t, int parts, int tails) {
    int now = (int)floor(10 * t + 1e-6);
    double sum = 0;
    for (int k = now; k >= 0 && k >= now - tails; k--)
        sum += 1 + k % parts + (t - k / 10.0);
    return sum;
}

#define LINES "out = seq([t => 1 + t, t => 2 + t, t => 3 + t], 10, "
FORM(ringing_seq, 1.5, LINES "tails: 1)", ringing(t, 3, 1))
FORM(long_ringing_seq, 1.5, LINES "tails: 4)", ringing(t, 3, 4))
/* What remembers starts over in each turn. */
FORM(remembering_seq, 1.5,
     "y(t) = if t < dt / 2 then 0 else y(t - dt) + dt\nout = seq([y, 0], 10, tails: 1)",
     0.2 * turns(5, t))

static double ringing_seqs_error(void) {
    return fmax(ringing_seq_error(), long_ringing_seq_error());
}

FORM(crossfade, 0.5, "out = crossfade(1, 3, t => 2 * t)", cos(M_PI *t) + 3 * sin(M_PI * t))
FORM(crossfade_power, 0.5,
     "out = crossfade(1, 0, t => 2 * t) ^ 2 + crossfade(0, 1, t => 2 * t) ^ 2", 1 + 0 * t)
/* A line while the gate is on, the first half of each 0.2 s, and its last value then. */
static double held_at(double rate) {
    Heard h = hear(rate, (int)rate, "out = held(t => t, t => phase(5)(t) < 0.5)");
    int half = (int)lround(rate / 10);
    double worst = 0;
    for (int n = 0; n < h.frames; n++) {
        int last = n / half % 2 == 0 ? n : n / half * half - 1;
        worst = fmax(worst, fabs(h.channel[0][n] - last / rate));
    }
    heard_free(h);
    return worst;
}

static double held_error(void) {
    return fmax(fmax(held_at(44100), held_at(48000)), fmax(held_at(96000), held_at(192000)));
}

FORM(rise, 0.5, "out = rise(t => phase(5)(t) >= 0.5)",
     t > 0.1 - 1e-9 && turns(5, t - 0.1) * 0.2 < 1e-6 ? 1 : 0)
FORM(count, 0.5, "out = count(t => phase(5)(t) >= 0.5)", floor(5 * (t - 0.1) + 1e-9) + 1)
FORM(metro, 0.5, "out = metro(50)", turns(50, t) < 1e-6 ? 1 : 0)

/* ---- rhythms ------------------------------------------------------------------------------------------------ */

/* Is a list of 0 and 1 that rhythm? */
static bool is_rhythm(const Heard *h, const char *rhythm) {
    int n = (int)strlen(rhythm), same = 0;
    for (int i = 0; i < n && h->channels == n; i++)
        same += h->channel[i][0] == (rhythm[i] == 'x');
    return same == n;
}

/* Toussaint 2005, "The Euclidean algorithm generates traditional musical rhythms". */
static double euclid_error(void) {
    static const struct {
        int k, n;
        const char *rhythm;
    } published[] = {{2, 5, "x.x.."},
                     {3, 4, "x.xx"},
                     {3, 7, "x.x.x.."},
                     {3, 8, "x..x..x."},
                     {4, 9, "x.x.x.x.."},
                     {4, 11, "x..x..x..x."},
                     {5, 6, "x.xxxx"},
                     {5, 7, "x.xx.xx"},
                     {5, 8, "x.xx.xx."},
                     {5, 9, "x.x.x.x.x"},
                     {5, 12, "x..x.x..x.x."},
                     {5, 16, "x..x..x..x..x..."},
                     {7, 8, "x.xxxxxx"},
                     {7, 12, "x.xx.x.xx.x."},
                     {7, 16, "x..x.x.x..x.x.x."},
                     {9, 16, "x.xx.x.x.xx.x.x."},
                     {11, 24, "x..x.x.x.x.x..x.x.x.x.x."},
                     {13, 24, "x.xx.x.x.x.x.xx.x.x.x.x."}};
    int others = 0;
    for (unsigned i = 0; i < sizeof published / sizeof *published; i++) {
        Heard h = hear(48000, 1, "out = euclid(%d, %d)", published[i].k, published[i].n);
        others += !is_rhythm(&h, published[i].rhythm);
        heard_free(h);
    }
    return others;
}

/* "x.ox." at 10 steps a second, an odd number: it swings as a pattern of ten. Odd steps are late by `late`. */
static const double steps[] = {1, 0, 0.5, 1, 0};

static double step_start(int i, double late) {
    return (i + (i % 2 ? late : 0)) / 10;
}

static int last_hit(double t, double late) {
    int i = (int)floor(10 * t + 1e-6) + 1;
    while (i >= 0 && (step_start(i, late) > t + 1e-9 || steps[i % 5] == 0))
        i--;
    return i;
}

static double since_hit(double t, double late) {
    return t - step_start(last_hit(t, late), late);
}

static double until_hit(double t, double late) {
    int i = last_hit(t, late) + 1;
    while (steps[i % 5] == 0)
        i++;
    return step_start(i, late) - t;
}

FORM(since, 1.5, "out = since(pattern(\"x.ox.\"), 10)", since_hit(t, 0))
FORM(swung_since, 1.5, "out = since(pattern(\"x.ox.\"), 10, 0.3)", since_hit(t, 0.3))
FORM(accent, 1.5, "out = accent(pattern(\"x.ox.\"), 10, 0.3)", steps[last_hit(t, 0.3) % 5])
FORM(until, 1.5, "out = until(pattern(\"x.ox.\"), 10, 0.3)", until_hit(t, 0.3))
FORM(hits, 1.5, "out = hits(t => 1 + t, pattern(\"x.ox.\"), 10, 0.3)",
     (1 + since_hit(t, 0.3)) * steps[last_hit(t, 0.3) % 5] * fmin(until_hit(t, 0.3) / 3e-3, 1))
FORM(gates, 1.5, "out = gates(pattern(\"x.ox.\"), 10, 0.25)",
     since_hit(t, 0) < 0.025 - 1e-9 ? 1 : 0)

/* ---- lists --------------------------------------------------------------------------------------------------- */

NUMBERS(beat_length, "beat_length([1, 3], 120bpm)", 0.5, 1.5)
NUMBERS(bars, "bars([1, 2], 120bpm, 3)", 1.5, 3)
NUMBERS(flatten, "flatten([[1, 2], [], [3], [4, 5]])", 1, 2, 3, 4, 5)
NUMBERS(enumerate, "flatten(enumerate([7, 5, 3]))", 0, 7, 1, 5, 2, 3)
NUMBERS(scan, "scan([1, 2, 3]) ++ scan([2, 3], 5, (a, b) => a * b)", 0, 1, 3, 6, 5, 10, 30)

/* Bars of a tenth of a second; to the level of the next in the last 20 ms. */
static double section_at(double t) {
    static const double points[][2] = {{0, 0},     {0.08, 0},   {0.1, 1}, {0.18, 1},
                                       {0.2, 0.5}, {0.28, 0.5}, {0.3, 0}, {0.38, 0},
                                       {0.4, 1},   {0.48, 1},   {0.5, 0}, {9, 0}};
    int k = 0;
    while (points[k + 1][0] < t)
        k++;
    double u = (t - points[k][0]) / (points[k + 1][0] - points[k][0]);
    return points[k][1] + (points[k + 1][1] - points[k][1]) * u;
}

FORM(sections, 0.8, "out = sections(pattern(\".xo.x\"), 2400bpm, fade: 20ms)", section_at(t))

/* A tempo of 2 until beat 2, up to 4 at beat 4, at once 3, down to 0.5 at beat 8. */
static double tempo_at(double beat) {
    return beat < 2 ? 2 : beat < 4 ? beat : beat < 8 ? 3 - 0.625 * (beat - 4) : 0.5;
}

static double beat_time_error(void) {
    enum { FINE = 20000 };
    double expected[21] = {0};
    for (int k = 1; k <= 20; k++) {
        expected[k] = expected[k - 1];
        for (int i = 0; i < FINE; i++)
            expected[k] += 0.5 / FINE / tempo_at((k - 1 + (i + 0.5) / FINE) / 2);
    }
    return error_of_numbers("beat_time(0..10 by 0.5, [[2, 2], [4, 4], [4, 3], [8, 0.5]])", 21,
                            expected);
}

/* Twice as fast at its end as at its beginning: the integral of 1 / (1 + b / 4). */
NUMBERS(accelerando, "flatten(accelerando([[0, 4, 7], [2, 1, 8, 9]], [[0, 1], [4, 2]]))", 0,
        4 * log(2), 7, 4 * log(1.5), 4 * log(7 / 6.0), 8, 9)
/* Triplets: eighths at 0, 2/3, 1, 5/3; and what lies between. */
NUMBERS(swing, "swing([0, 0.5, 1, 1.5, 0.25, 0.75])", 0, 2 / 3.0, 1, 5 / 3.0, 1 / 3.0, 5 / 6.0)
NUMBERS(repeat, "repeat([1, 2], 3)", 1, 2, 1, 2, 1, 2)
NUMBERS(rotate, "rotate([1, 2, 3, 4]) ++ rotate([1, 2, 3], -1)", 2, 3, 4, 1, 3, 1, 2)
NUMBERS(palindrome, "palindrome([1, 2, 3, 4]) ++ palindrome([1, 2])", 1, 2, 3, 4, 3, 2, 1, 2)
NUMBERS(mirror, "mirror([60, 64, 55]) ++ mirror([1, 2], 0)", 60, 56, 65, -1, -2)
NUMBERS(invert, "invert(pattern(\"x.o.\"))", 0, 1, 0, 1)
NUMBERS(stretch, "stretch([1, 0.5], 3)", 1, 0, 0, 0.5, 0, 0)
NUMBERS(ratchet, "ratchet([1, 0, 0.5], 2)", 1, 1, 0, 0, 0.5, 0.5)
NUMBERS(every, "every([1, 2, 3], 3, reverse)", 1, 2, 3, 1, 2, 3, 3, 2, 1)

/* About 700 of 1000 hits stay, none come, others with another seed. */
static double degrade_error(void) {
    Heard h = hear(
        48000, 1,
        "out = map([degrade(repeat([1, 0], 1000), 0.3), "
        "degrade(repeat([1, 0], 1000), 0.3, 2)], p => sum(p)) ++ "
        "[sum(degrade(repeat([1, 0], 1000), 0.3) * repeat([0, 1], 1000)), "
        "sum(abs(degrade(repeat([1, 0], 1000), 0.3) - degrade(repeat([1, 0], 1000), 0.3, 2)))]");
    double worst = fmax(fabs(h.channel[0][0] - 700), fabs(h.channel[1][0] - 700));
    /* two takes differ in 2 * 0.3 * 0.7 of the hits */
    worst = fmax(worst, fabs(h.channel[3][0] - 420));
    if (h.channel[2][0] != 0) worst = INFINITY;
    heard_free(h);
    return worst;
}

/* All within 10 ms, a fiftieth of a beat, spread as evenly as may be, the rest as it was. */
static double humanize_error(void) {
    Heard h = hear(48000, 1,
                   "es = humanize(map(1..1000, k => [k, k + 0.5, 7]), 10ms, tempo: 120bpm)\n"
                   "d = map(0..999, k => es[k][0] - k - 1)\n"
                   "out = [max(d), min(d), sum(d) / 1000, sum(d * d) / 1000, "
                   "sum(map(0..999, k => abs(es[k][1] - k - 1.5) + abs(es[k][2] - 7)))]");
    const double got[] = {h.channel[0][0], h.channel[1][0], h.channel[2][0], h.channel[3][0],
                          h.channel[4][0]};
    heard_free(h);
    if (got[0] > 0.02 || got[1] < -0.02 || got[4] != 0) return INFINITY;
    return fmax(fabs(got[2]) / 0.02, fabs(got[3] * 3 / 0.0004 - 1));
}

/* Three notes over each other: lines as steep as their pitch, as long as they are, times their velocity. */
static double note_at(double t, double start, double length, double pitch) {
    return t > start - 1e-9 && t < start + length - 1e-9 ? pitch * (t - start) : 0;
}

FORM(score, 0.6,
     "out = score([[0, 1, 3], [0.5, 1, 4], [1.5, 0.5, 7]], "
     "(pitch, length) => t => if t < length then pitch * t else 0, 240bpm)",
     note_at(t, 0, 0.25, 3) + note_at(t, 0.125, 0.25, 4) + note_at(t, 0.375, 0.125, 7))
FORM(loud_score, 0.6,
     "out = score([[0.1, 0.2, 3, 0.5], [0.2, 0.2, 4, 2]], "
     "(pitch, length, velocity) => t => if t < length then velocity * pitch * t else 0)",
     note_at(t, 0.1, 0.2, 1.5) + note_at(t, 0.2, 0.2, 8))

static double broken(double t) {
    static const double notes[] = {0, 4, 7, 12, 16, 19};
    return notes[(int)floor(20 * t + 1e-6) % 6];
}

FORM(arpeggio, 0.6, "out = arpeggio([0, 4, 7], 20, 2)", broken(t))

static double impure(void) {
    static const char *const signals[] = {"at(sine(a), 1)",
                                          "during(sine(a), 1, 2)",
                                          "loop(sine(a), 1)",
                                          "seq([sine(a), 2], 3)",
                                          "crossfade(sine(a), 1, sine(2))",
                                          "since(euclid(3, 8), 4)",
                                          "accent(euclid(3, 8), 4)",
                                          "until(euclid(3, 8), 4, 0.2)",
                                          "gates(euclid(3, 8), 4)",
                                          "seq([sine(a), 2], 3, 2)",
                                          "hits(sine(a), euclid(3, 8), 4)",
                                          "sections([1, 0, 1], 2)",
                                          "metro(4)",
                                          "arpeggio([0, 4], 4)",
                                          "fade(sine(a), 1, 2)",
                                          "score([[0, 1, 440]], (f, length) => sine(f))",
                                          NULL};
    return remembering(signals);
}

const Proof composition_proofs[] = {
    {"at", CLOSED_FORM, "a line, later", at_error, 1e-12, ""},
    {"at", LAW, "times and patterns that remember", impure, 0, ""},
    {"during", CLOSED_FORM, "a line while it is heard", during_error, 1e-12, ""},
    {"fade", CLOSED_FORM, "straight flanks", fade_error, 1e-9, ""},
    {"loop", CLOSED_FORM, "t mod period", loop_error, 1e-12, ""},
    {"restart", CLOSED_FORM, "the time since the last edge", restart_error, 1e-9, "s"},
    {"seq", CLOSED_FORM, "parts in turn", seq_error, 1e-9, ""},
    {"crossfade", CLOSED_FORM, "cosine and sine of an angle", crossfade_error, 1e-12, ""},
    {"crossfade", LAW, "power adds up", crossfade_power_error, 1e-12, ""},
    {"held", CLOSED_FORM, "a line, and its last value", held_error, 1e-12, ""},
    {"rise", CLOSED_FORM, "1 at each edge", rise_error, 0, ""},
    {"count", CLOSED_FORM, "edges until now", count_error, 0, ""},
    {"metro", CLOSED_FORM, "1 at each period", metro_error, 0, ""},
    {"euclid", PUBLISHED, "Toussaint 2005: 18 rhythms", euclid_error, 0, "rhythms"},
    {"since", CLOSED_FORM, "time since the last of the hits", since_error, 1e-9, "s"},
    {"since", CLOSED_FORM, "the same with swing", swung_since_error, 1e-9, "s"},
    {"accent", CLOSED_FORM, "the last of the hits", accent_error, 0, ""},
    {"until", CLOSED_FORM, "time until the next of the hits", until_error, 1e-9, "s"},
    {"gates", CLOSED_FORM, "a quarter of a step after each hit", gates_error, 0, ""},
    {"beat_length", CLOSED_FORM, "n / tempo", beat_length_error, 1e-12, "s"},
    {"bars", CLOSED_FORM, "n meter / tempo", bars_error, 1e-12, "s"},
    {"swing", PUBLISHED, "eighths as triplets", swing_error, 1e-12, "beats"},
    {"humanize", LAW, "an even spread within its time", humanize_error, 0.1, ""},
    {"score", CLOSED_FORM, "notes over each other", score_error, 1e-9, ""},
    {"score", CLOSED_FORM, "notes with velocities", loud_score_error, 1e-9, ""},
    {"arpeggio", CLOSED_FORM, "a triad through two octaves", arpeggio_error, 0, "semitones"},
    {"repeat", CLOSED_FORM, "a list written out", repeat_error, 0, ""},
    {"rotate", CLOSED_FORM, "lists written out", rotate_error, 0, ""},
    {"palindrome", CLOSED_FORM, "lists written out", palindrome_error, 0, ""},
    {"mirror", CLOSED_FORM, "lists written out", mirror_error, 0, ""},
    {"invert", CLOSED_FORM, "a list written out", invert_error, 0, ""},
    {"stretch", CLOSED_FORM, "a list written out", stretch_error, 0, ""},
    {"ratchet", CLOSED_FORM, "a list written out", ratchet_error, 0, ""},
    {"flatten", CLOSED_FORM, "a list written out", flatten_error, 0, ""},
    {"enumerate", CLOSED_FORM, "a list written out", enumerate_error, 0, ""},
    {"scan", CLOSED_FORM, "lists written out", scan_error, 0, ""},
    {"seq", CLOSED_FORM, "lines that ring on through one part and four", ringing_seqs_error, 1e-9,
     ""},
    {"seq", BEHAVIOUR, "what remembers starts over in each turn", remembering_seq_error, 1e-9, ""},
    {"hits", CLOSED_FORM, "lines as high as the hits", hits_error, 1e-9, ""},
    {"sections", CLOSED_FORM, "levels bar by bar, straight between", sections_error, 1e-7, ""},
    {"beat_time", CLOSED_FORM, "the integral of 1 / tempo, summed", beat_time_error, 1e-8, "s"},
    {"accelerando", CLOSED_FORM, "logarithms of tempos", accelerando_error, 1e-12, "s"},
    {"degrade", LAW, "300 of 1000 hits are left out", degrade_error, 40, "hits"},
    {"every", CLOSED_FORM, "a list written out", every_error, 0, ""},
    {0},
};

#define PATTERNED(NAME)                                                                            \
    {                                                                                              \
        NAME, "param r = 4 in 0.1..100\nparam s = 0 in 0..0.9\n"                                   \
              "out = min(" NAME "(pattern(\"x.ox.\"), r, s), 10)"                                  \
    }

const Stress composition_stresses[] = {
    {"at", "param f = 100 in 0..20000\nout = at(sine(f), 1)"},
    {"during", "input x\nout = during(x, 1, 2)"},
    {"fade", "input x\nout = fade(x, 1, 50, 2)"},
    {"loop", "param f = 100 in 0..20000\nout = loop(sine(f), 0.3)"},
    {"restart", "param g = 0 in -1..1\nout = restart(sine(440), smooth(g, 0s))"},
    {"seq", "param f = 100 in 0..20000\nout = seq([sine(f), 1, saw(f)], 10)"},
    {"crossfade", "input x, y\nparam a = 0 in -1..2\nout = crossfade(x, y, a)"},
    {"held", "input x\nparam g = 0 in -1..1\nout = held(x, sine(100 * g))"},
    {"rise", "param g = 0 in -1..1\nout = rise(smooth(g, 0s))"},
    {"count", "param g = 0 in -1..1\nout = count(smooth(g, 0s))"},
    {"metro", "param f = 100 in 0..48000\nout = metro(f)"},
    PATTERNED("since"),
    PATTERNED("accent"),
    PATTERNED("until"),
    {"seq", "param f = 100 in 0..20000\nparam r = 10 in 0.5..50\n"
            "out = seq([pluck(f), 0.1, saw(f)], r, 3)"},
    {"hits", "param r = 4 in 0.1..100\nparam s = 0 in 0..0.9\n"
             "out = hits(snare(180), pattern(\"x.ox.\"), r, s)"},
    {"sections",
     "input x\nparam r = 4 in 0.1..100\nout = x * sections([1, 0, 0.5, 1], r, fade: 5ms)"},
    {"beat_time", "param b = 4 in 0..100\nparam r = 4 in 0.1..100\n"
                  "out = min(beat_time(b, [[0, r], [50, 2 * r]]), 10)"},
    {"gates", "param r = 4 in 0.1..100\nparam d = 0.5 in 0..2\nout = gates([1, 0, 1], r, d)"},
    {"score", "param f = 100 in 0..20000\n"
              "out = score([[0, 1, f], [1, 2, 2 * f, 1]], (f, length, v = 1) => v * sine(f) * "
              "ad(0.1, length))"},
    {"arpeggio", "out = sine(midi(60 + arpeggio(major_triad, 8, 2)))"},
    {0},
};
