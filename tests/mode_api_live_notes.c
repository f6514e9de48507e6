/* kanon.h: notes of a live run. What it plays is held against an instance that nobody replaces, against a bound of steps, and against
 * what each note should be after a replacement. */
#include "api/live.h"
#include "mode_api.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RATE = 48000, BLOCK = 64, MOST = 600, CHANNELS = 4 };

static uint32_t drawn(uint32_t *random) {
    *random = *random * 1664525u + 1013904223u;
    return *random >> 16;
}

static KnLive *begin(KnProgram *p, int voices) {
    KnLive *l = kn_live_create_voices(p, voices);
    kn_live_set_optimize(l, 0);
    return l;
}

static KnLive *begin_text(const char *text, int voices) {
    KnProgram *p = live_compile(text);
    KnLive *l = begin(p, voices);
    kn_program_free(p);
    return l;
}

/* The frame after the next n. */
static void hear(KnLive *l, int n, float *x) {
    float data[CHANNELS][MOST], *to[CHANNELS];
    for (int c = 0; c < CHANNELS; c++)
        to[c] = data[c];
    for (int left = n + 1, step; left > 0; left -= step) {
        step = left < MOST ? left : MOST;
        kn_live_process(l, NULL, to, step);
        for (int c = 0; c < CHANNELS; c++)
            x[c] = data[c][step - 1];
    }
}

/* At once, and its fade of one frame is over. */
static bool replace_by(KnLive *l, const char *text) {
    float x[CHANNELS];
    const bool done = live_replace(l, text, 0);
    for (int i = 0; done && i < 2000 && kn_live_is_replacing(l); i++)
        hear(l, 0, x);
    return done && !kn_live_is_replacing(l);
}

static bool near(double x, double y) {
    return fabs(x - y) <= 1e-5 * (1 + fabs(y));
}

/* ---- the same bits ---------------------------------------------------------------------------------- */

/* What may happen to notes; both are told it, of the same frame. */
static void happens(KnInstance *i, KnLive *l, int after, uint32_t *random) {
    const int channel = (int)(drawn(random) % 2), what = (int)(drawn(random) % 16);
    const double key = 40 + drawn(random) % 14, x = (drawn(random) % 128) / 127.0;
    const int64_t frame = kn_live_frame(l) + after;
    const uint8_t midi[] = {(uint8_t)(0xe0 | channel), 0, (uint8_t)(127 * x)};
    if (what < 6) {
        kn_instance_note_on(i, after, channel, key, x);
        kn_live_note_on(l, frame, channel, key, x);
    } else if (what < 11) {
        kn_instance_note_off(i, after, channel, key, x);
        kn_live_note_off(l, frame, channel, key, x);
    } else if (what == 11) {
        kn_instance_controller(i, after, channel, 64, x);
        kn_live_controller(l, frame, channel, 64, x);
    } else if (what == 12) {
        kn_instance_controller(i, after, channel, 21, x);
        kn_live_controller(l, frame, channel, 21, x);
    } else if (what == 13) {
        kn_instance_midi(i, after, midi, 3);
        kn_live_midi(l, frame, midi, 3);
    } else if (what == 14) {
        kn_instance_note_pressure(i, after, channel, key, x);
        kn_live_note_pressure(l, frame, channel, key, x);
    } else if (drawn(random) % 8 == 0) {
        kn_instance_notes_off(i, after, x > 0.5);
        kn_live_notes_off(l, frame, x > 0.5);
    }
}

/* Voices with all kinds of state: envelopes, filters, delays of what is pure and what is not, phases that params control. */
static const char *const instruments[] = {
    "param knob = 0.5 in 0..1 cc 21\n"
    "voice(f, gate, velocity) = blep_saw(f) |> lowpass(200 + 4000 * knob, 2) |> _ * "
    "adsr(gate, 5ms, 0.1, 0.5, 0.1) * velocity\nout = voices * 0.2\n",
    "param knob = 0.5 in 0..1 cc 21\n"
    "voice(f, gate, velocity, pressure, timbre, bend, note, release_velocity) = { "
    "y(t) = noise(1)(t) * (t < 5ms) + 0.495 * (y(t - p) + y(t - p - dt)); p = 1/f - dt/2\n"
    "    y |> onepole(500 + 3000 * pressure) |> _ * adsr(gate, 0s, 0s, 1, 0.05 + 0.1 * "
    "release_velocity) * (0.5 + timbre) * knob }\n"
    "out = voices |> _ * 0.2 + 0.3 * delay(voices, 20ms)\n",
    "param knob = 0.5 in 0..1 cc 21\n"
    "voice(f, gate, velocity) = { s(t) = sin(tau * phase(300 + 300 * knob)(t)) * velocity\n"
    "    x = square(f) * ar(gate, 1ms, 0.2) * velocity\n"
    "    [s + delay(s, 15ms), x |> delay(9ms) |> ladder(900Hz, 0.5)] * ar(gate, 1ms, 0.3) }\n"
    "out = voices * 0.1\n",
    /* long pasts: notes begin and end while others catch up */
    "param knob = 0.5 in 0..1 cc 21\n"
    "voice(f, gate, velocity) = { y(t) = noise(1)(t) * (t < 20ms) + 0.9 * y(t - 0.3) + 0.1 * y(t - "
    "11ms)\n"
    "    x = square(f) * ar(gate, 1ms, 0.2)\n"
    "    (y + delay(x, 100ms)) * velocity * ar(gate, 1ms, 0.1 + 0.2 * knob) }\n"
    "out = voices * 0.1\n",
};
enum { INSTRUMENTS = sizeof instruments / sizeof *instruments };

enum { STEP = 300, SHORT_STEP = 30 };

/* Replaced by itself, with a comment more, again and again, while all that may happens. */
static bool goes_on(const char *text, const char *mono, int legato, const char *steal, int threads,
                    int most) {
    enum { FRAMES = 2 * RATE };
    char *commented = text_format("// edited\n%s", text);
    KnProgram *p = live_compile(text), *q = live_compile(commented);
    const int n = kn_program_outputs(p);
    KnInstance *i = kn_instance_create_voices(p, 5);
    KnLive *l = kn_live_create_threads(p, 5, threads);
    kn_live_set_optimize(l, 0);
    float alone[2][STEP], live[2][STEP], *one[] = {alone[0], alone[1]},
                                         *other[] = {live[0], live[1]};
    uint32_t random = 17;
    bool good = n <= 2 && i && l;
    double peak = 0;
    kn_instance_set_mono(i, mono, legato, 0.03);
    kn_instance_set_stealing(i, steal);
    CLAIM(good, kn_live_set_mono(l, 0, mono, legato, 0.03) && kn_live_set_stealing(l, 0, steal));
    for (int at = 0, block = 0; at < FRAMES && good; block++) {
        const int step = 1 + (int)(drawn(&random) % (uint32_t)most);
        for (int k = (int)(drawn(&random) % 4); k > 0 && block % (STEP / most) == 0; k--)
            happens(i, l, (int)(drawn(&random) % 400), &random);
        if (block % 9 == 8) CLAIM(good, kn_live_replace(l, block % 2 ? p : q, 0.003));
        kn_instance_process(i, NULL, one, step);
        kn_live_process(l, NULL, other, step);
        for (int c = 0; c < n && good; c++)
            for (int k = 0; k < step && good; k++) {
                peak = fmax(peak, fabs((double)alone[c][k]));
                if (memcmp(&alone[c][k], &live[c][k], sizeof(float)) != 0)
                    good =
                        wrong("%s\n    %s: frame %d is %.9g, not %.9g", text, mono ? mono : "poly",
                              at + k, (double)live[c][k], (double)alone[c][k]);
            }
        CLAIM(good, kn_instance_sounding(i) == kn_live_sounding(l));
        at += step;
    }
    CLAIM(good, peak > 0.01);
    kn_live_free(l);
    kn_instance_free(i);
    kn_program_free(p);
    kn_program_free(q);
    free(commented);
    return good;
}

bool live_notes_go_on(void) {
    bool good = true;
    for (int i = 0; i < INSTRUMENTS; i++) {
        const int step = i < 3 ? STEP : SHORT_STEP;
        if (!races_in_turn((unsigned)i, INSTRUMENTS)) continue;
        good = goes_on(instruments[i], NULL, 0, "quietest", 1, step) && good;
        good = goes_on(instruments[i], i % 2 ? "low" : "last", i < 2, "same", 1, step) && good;
    }
    return good;
}

/* Threads that compute notes beside the audio thread change no bit. */
bool live_threads_share_notes(void) {
    bool good = goes_on(instruments[0], NULL, 0, "oldest", 3, STEP);
    good = goes_on(instruments[1], NULL, 0, "same", 2, STEP) && good;
    return goes_on(instruments[2], "last", 0, NULL, 3, STEP) && good;
}

/* ---- notes that were edited ----------------------------------------------------------------------------- */

/* Its gate, how many frames it has counted, its time in frames, its pitch. */
static const char counting[] = "voice(f, gate, velocity) = { n(t) = n(t - dt) + 1\n"
                               "    [gate, n, t => t / dt, t => f] }\n",
                  edited[] = "voice(f, gate, velocity, pressure) = { n(t) = n(t - dt) + 1\n"
                             "    [gate, t => 1000 + n(t), t => 0.5 * t / dt, t => pressure] }\n";

/* An edited note goes on at its time with what it remembers, hears what it did not ask for before, and can be let go. */
bool live_edited_notes_go_on(void) {
    float x[CHANNELS];
    bool good = true;
    KnLive *l = begin_text(counting, 4);
    CLAIM(good, kn_live_note_on(l, 100, 2, 60, 1) && kn_live_pressure(l, 0, 2, 0.25));
    hear(l, 98, x); /* 99 frames */
    CLAIM(good, x[0] == 0 && kn_live_sounding(l) == 0);
    hear(l, 100, x); /* frame 199 */
    CLAIM(good, x[0] == 1 && x[1] == 100 && near(x[2], 99) && near(x[3], 261.62557));
    CLAIM(good, replace_by(l, edited));
    const int64_t frame = kn_live_frame(l);
    hear(l, 0, x);
    CLAIM(good, x[0] == 1 && x[1] == 1000 + (float)(frame - 99));
    CLAIM(good, near(x[2], 0.5 * (double)(frame - 100)) && x[3] == 0.25f);
    CLAIM(good, kn_live_note_off(l, frame + 51, 2, 60, 0.5) && kn_live_sounding(l) == 1);
    hear(l, 49, x);
    CLAIM(good, x[0] == 1);
    hear(l, 0, x);
    CLAIM(good, x[0] == 0);
    CLAIM(good, kn_live_notes_off(l, 0, 1));
    hear(l, 599, x);
    CLAIM(good, kn_live_sounding(l) == 0 && x[1] == 0);
    bool told = false;
    for (int i = 0; i < kn_live_report_count(l); i++)
        told = told ||
               (strstr(kn_live_report_path(l, i), "n") && kn_live_report_fate(l, i) == KN_GOES_ON);
    CLAIM(good, told);
    kn_live_free(l);
    return good;
}

/* Fewer voices: those that are held stay, and of them those that were struck last. */
bool live_notes_fit_fewer_voices(void) {
    float x[CHANNELS];
    bool good = true;
    KnLive *l = begin_text(counting, 12);
    for (int k = 0; k < 12; k++)
        kn_live_note_on(l, 10 * k, 0, 40 + k, 1);
    for (int k = 0; k < 6; k++)
        kn_live_note_off(l, 150, 0, 40 + k, 1);
    hear(l, 199, x);
    CLAIM(good, x[0] == 6 && kn_live_sounding(l) == 12 && x[1] == 12 * 200 - 660);
    CLAIM(good, kn_live_set_voices(l, 3) && replace_by(l, counting));
    hear(l, 0, x);
    CLAIM(good, kn_live_sounding(l) == 3 && x[0] == 3);
    CLAIM(good, x[1] == (float)(3 * kn_live_frame(l) - 90 - 100 - 110)); /* the last three */
    CLAIM(good, kn_live_set_voices(l, 40) && replace_by(l, counting));
    for (int k = 0; k < 12; k++)
        kn_live_note_on(l, 0, 1, 40 + k, 1);
    hear(l, 0, x);
    CLAIM(good, kn_live_sounding(l) == 15 && x[0] == 15);
    for (int k = 0; k < 12; k++) {
        kn_live_note_off(l, 0, 0, 40 + k, 1);
        kn_live_note_off(l, 0, 1, 40 + k, 1);
    }
    hear(l, 0, x);
    CLAIM(good, x[0] == 0);
    kn_live_free(l);
    return good;
}

/* Keys, pedals and bends that were told while nothing played them. */
bool live_keys_wait_for_an_instrument(void) {
    float x[CHANNELS];
    bool good = true;
    KnLive *l = begin_text(counting, 4);
    kn_live_note_on(l, 0, 0, 60, 1);
    kn_live_note_on(l, 0, 0, 64, 1);
    hear(l, 99, x);
    CLAIM(good, x[0] == 2 && replace_by(l, "out = 0.25"));
    CLAIM(good, kn_live_note_off(l, 0, 0, 60, 1) && kn_live_note_on(l, 0, 1, 67, 1));
    CLAIM(good, kn_live_bend(l, 0, 0, 12) && kn_live_controller(l, 0, 0, 64, 1));
    hear(l, 99, x);
    CLAIM(good, x[0] == 0.25f && kn_live_sounding(l) == 0);
    CLAIM(good, replace_by(l, counting));
    hear(l, 0, x);
    CLAIM(good, kn_live_sounding(l) == 2 && x[0] == 2);
    CLAIM(good, near(x[3], 2 * 329.62756 + 391.99544)); /* one is bent */
    kn_live_note_off(l, 0, 0, 64, 1);
    kn_live_note_off(l, 0, 1, 67, 1);
    hear(l, 0, x);
    CLAIM(good, x[0] == 1); /* the pedal of the first channel is down */
    kn_live_controller(l, 0, 0, 64, 0);
    hear(l, 0, x);
    CLAIM(good, x[0] == 0);
    kn_live_free(l);
    return good;
}

/* ---- params that controllers turn ------------------------------------------------------------------------ */

bool live_params_follow_controllers(void) {
    static const char bound[] =
        "param knob = 100 in 100..10000 log cc 21\nparam other = 1 in 0..1\n"
        "out(t) = knob\n",
                      played[] =
                          "param knob = 100 in 100..10000 log cc 21\nparam other = 1 in 0..1\n"
                          "voice(f, gate, velocity) = t => 0\nout = voices + knob\n";
    float x[CHANNELS];
    bool good = true;
    KnLive *l = begin_text("out = 0", 4);
    kn_live_controller(l, 0, 7, 21, 0.5);
    hear(l, 0, x);
    CLAIM(good, replace_by(l, bound));
    hear(l, 0, x);
    CLAIM(good, near(x[0], 1000) && near(kn_live_get(l, 0), 1000));
    kn_live_controller(l, kn_live_frame(l) + 5, 0, 21, 1);
    hear(l, 4, x);
    CLAIM(good, near(x[0], 1000));
    hear(l, 0, x);
    CLAIM(good, near(x[0], 10000));
    kn_live_set(l, 1, 0.5); /* another one leaves it alone */
    hear(l, 0, x);
    CLAIM(good, near(x[0], 10000) && replace_by(l, played));
    hear(l, 0, x);
    CLAIM(good, near(x[0], 10000));
    kn_live_controller(l, 0, 0, 21, 0.5);
    hear(l, 0, x);
    kn_live_set(l, 0, 200); /* after it */
    CLAIM(good, near(x[0], 1000) && replace_by(l, bound));
    hear(l, 0, x);
    CLAIM(good, near(x[0], 200) && near(kn_live_get(l, 0), 200));
    CLAIM(good, replace_by(l, "out = 0") && replace_by(l, played));
    hear(l, 0, x);
    CLAIM(good, near(x[0], 1000)); /* a param that is new stands where its controller does */
    kn_live_free(l);
    return good;
}

/* A param at a frame, by its name: in a program that has replaced the other by then, and in one that fades, also of an instrument. */
bool live_params_are_set_at_frames(void) {
    static const char *const texts[] = {
        "param a = 1 in 0..9\nparam b = 2 in 0..9\nout = a + 100 * b\n",
        "param b = 2 in 0..5\nparam c = 0 in 0..9\nparam a = 1 in 0..9\n"
        "voice(f, gate, velocity) = t => 0\nout = voices + a + 100 * b + c\n"};
    float x[CHANNELS];
    bool good = true;
    KnLive *l = begin_text(texts[0], 4);
    CLAIM(good, kn_live_set_at(l, 10, 0, 3) && kn_live_set_at(l, 20, 1, 8) &&
                    kn_live_set_at(l, 15, 0, 4) && kn_live_set_at(l, 3000, 0, 7) &&
                    kn_live_set_at(l, 3001, 1, 20));
    for (int at = 0; at < 30; at++) {
        hear(l, 0, x);
        if (!near(x[0], (at < 10 ? 1 : at < 15 ? 3 : 4) + (at < 20 ? 200 : 800)))
            good = wrong("frame %d: %g", at, (double)x[0]);
    }
    CLAIM(good, near(kn_live_get(l, 0), 4) && replace_by(l, texts[1]));
    CLAIM(good, kn_live_frame(l) < 2900);
    hear(l, 0, x);
    CLAIM(good, near(x[0], 504));
    hear(l, (int)(2999 - kn_live_frame(l)), x);
    CLAIM(good, near(x[0], 504));
    hear(l, 0, x);
    CLAIM(good, near(x[0], 507));
    hear(l, 0, x);
    CLAIM(good, near(x[0], 507) && near(kn_live_get(l, 0), 5)); /* held in its range */
    CLAIM(good, !kn_live_set_at(l, 0, 3, 1) && !kn_live_set_at(l, 0, -1, 1) &&
                    !kn_live_set_at(l, 0, 0, (double)NAN) && !kn_live_set_at(NULL, 0, 0, 1));
    CLAIM(good, kn_live_set_at(l, 0, 2, 9) && replace_by(l, texts[0]));
    hear(l, 0, x);
    CLAIM(good, near(x[0], 509)); /* it stays when the program is another one */
    /* what is set while another program waits for its turn is set in that too */
    CLAIM(good, live_replace(l, texts[0], 1));
    hear(l, 1000, x);
    CLAIM(good, live_replace(l, texts[1], 0) && kn_live_set_at(l, 0, 2, 6));
    hear(l, 1000, x);
    CLAIM(good, near(x[0], 506));
    for (int i = 0; i < 1000 && kn_live_is_replacing(l); i++)
        hear(l, 100, x);
    CLAIM(good, near(x[0], 506) && near(kn_live_get(l, 2), 6));
    kn_live_free(l);
    return good;
}

/* Controllers that were learned turn their param in all programs, at their frame, beside those of the program; the last one that moved
 * rules. */
bool live_controllers_are_bound(void) {
    static const char *const texts[] = {
        "param knob = 100 in 100..10000 log\nout = knob\n",
        "param other = 0 in 0..1\nparam knob = 100 in 100..10000 log cc 21\n"
        "voice(f, gate, velocity) = t => 0\nout = voices + knob + other\n"};
    float x[CHANNELS];
    bool good = true;
    KnLive *l = begin_text(texts[0], 4);
    CLAIM(good,
          kn_live_bound(l, 0) == -1 && kn_live_bind(l, "knob", 7) && kn_live_bound(l, 0) == 7);
    CLAIM(good, kn_live_bind(l, "other", 9) && kn_live_bind(l, "nobody", 9));
    kn_live_controller(l, 5, 3, 7, 0.5);
    hear(l, 4, x);
    CLAIM(good, near(x[0], 100));
    hear(l, 0, x);
    CLAIM(good, near(x[0], 1000) && near(kn_live_get(l, 0), 1000));
    kn_live_controller(l, 0, 0, 9, 0.25);
    CLAIM(good, replace_by(l, texts[1]));
    hear(l, 0, x);
    CLAIM(good, near(x[0], 1000.25) && kn_live_bound(l, 0) == 9 && kn_live_bound(l, 1) == 7);
    kn_live_controller(l, kn_live_frame(l) + 3, 0, 21, 1);
    kn_live_controller(l, kn_live_frame(l) + 5, 0, 7, 0);
    hear(l, 3, x);
    CLAIM(good, near(x[0], 10000.25));
    hear(l, 1, x);
    CLAIM(good, near(x[0], 100.25));
    kn_live_controller(l, 0, 0, 21, 0.5);
    hear(l, 0, x);
    CLAIM(good, replace_by(l, "out = 1") && replace_by(l, texts[1]));
    hear(l, 0, x);
    CLAIM(good, near(x[0], 1000.25));
    CLAIM(good, kn_live_bind(l, "knob", -1) && kn_live_bound(l, 1) == -1);
    kn_live_controller(l, 0, 0, 7, 0);
    hear(l, 0, x);
    CLAIM(good, near(x[0], 1000.25));
    CLAIM(good, !kn_live_bind(l, "knob", 128) && !kn_live_bind(l, "knob", -2) &&
                    !kn_live_bind(l, NULL, 1) && !kn_live_bind(NULL, "knob", 1) &&
                    kn_live_bound(l, 5) == -1 && kn_live_bound(NULL, 0) == -1);
    kn_live_free(l);
    return good;
}

/* ---- no click, no note that hangs ----------------------------------------------------------------------- */

/* A note is a level that rises in 3 ms and falls in 10 or 20: less steep than a straight fade of 2 ms; the programs fade in 5. */
static const char *const calm[] = {
    "voice(f, gate, velocity) = ar(gate, 3ms, 10ms)\n",
    "voice(f, gate, velocity) = ar(gate, 3ms, 10ms) |> _ * 0.5\n",
    "voice(f, gate, velocity, pressure) = ar(gate, 4ms, 20ms) * (1 - 0.5 * smooth(pressure, "
    "9ms))\n",
    "out = 0\n",
    "voice(f, gate, velocity) = { y(t) = 0.02 * ar(gate, 3ms, 10ms)(t) + 0.98 * y(t - dt); y }\n",
};
enum { CALM = sizeof calm / sizeof *calm, LIMIT = 12, FADE_MS = 5 };

static void random_event(KnLive *l, uint32_t *random) {
    static const char *const mono[] = {NULL, NULL, NULL, "last", "low", "high"};
    static const char *const steal[] = {"oldest", "quietest", "same"};
    const int channel = (int)(drawn(random) % 3), what = (int)(drawn(random) % 80);
    const double key = 40 + drawn(random) % 12, x = (drawn(random) % 128) / 127.0;
    const int64_t frame = kn_live_frame(l) + (int)(drawn(random) % 400) - 100;
    if (what < 36)
        kn_live_note_on(l, frame, channel, key, 1);
    else if (what < 64)
        kn_live_note_off(l, frame, channel, key, x);
    else if (what < 68)
        kn_live_controller(l, frame, channel, 64, x);
    else if (what < 70)
        kn_live_pressure(l, frame, channel, x);
    else if (what < 72)
        kn_live_note_pressure(l, frame, channel, key, x);
    else if (what < 74)
        kn_live_set_mono(l, frame, mono[drawn(random) % 6], (int)(drawn(random) % 2), 0.01);
    else if (what < 76)
        kn_live_set_stealing(l, frame, steal[drawn(random) % 3]);
    else if (what == 76 && drawn(random) % 4 == 0)
        kn_live_notes_off(l, frame, x > 0.5);
}

static void let_all_go(KnLive *l) {
    for (int c = 0; c < 16; c++)
        kn_live_controller(l, 0, c, 64, 0);
    kn_live_notes_off(l, 0, 0);
}

typedef struct Steps {
    double before, step, peak;
} Steps;

static void measure(Steps *s, const float *x, int n) {
    for (int i = 0; i < n; i++) {
        s->step = fmax(s->step, fabs((double)x[i] - s->before));
        s->before = (double)x[i];
        s->peak = fmax(s->peak, s->before);
    }
}

/* 10,000 events, and as many programs as fit between them, with other limits of voices. What is watched here is the audio thread: it
 * neither allocates nor locks. */
bool live_notes_do_not_click(void) {
    enum { EVENTS = 10000, ROOM = LIMIT + 4 };
    const double most = ROOM * (1.0 / RATE) * (1 / 2e-3 + 1 / (1e-3 * FADE_MS));
    const int events = settings.sanitized ? EVENTS / 10 : EVENTS;
    KnProgram *programs[CALM];
    for (int i = 0; i < CALM; i++)
        programs[i] = live_compile(calm[i]);
    KnLive *l = kn_live_create_threads(programs[0], LIMIT, 2);
    kn_live_set_optimize(l, 0);
    float block[MOST], *to[] = {block};
    uint32_t random = 23;
    Steps s = {0};
    int replaced = 0;
    bool good = l != NULL;
    kn_live_process(l, NULL, to, MOST);
    const long before = api_offences();
    for (int done = 0; done < events + 400 && good; done++) {
        const int n = 1 + (int)(drawn(&random) % MOST);
        if (done % 7 == 3) {
            kn_live_set_voices(l, 1 + (int)(drawn(&random) % LIMIT));
            replaced += kn_live_replace(l, programs[drawn(&random) % CALM], 1e-3 * FADE_MS);
        }
        api_watch(true);
        if (done < events) random_event(l, &random);
        if (done == events) let_all_go(l);
        kn_live_process(l, NULL, to, n);
        api_watch(false);
        measure(&s, block, n);
    }
    CLAIM(good, api_offences() == before);
    if (s.step > most) good = wrong("a step of %g, and not %g", s.step, most);
    CLAIM(good, s.peak > 3 && s.peak < ROOM + 0.1 && replaced > events / 8);
    CLAIM(good, s.before < 1e-4 && kn_live_sounding(l) == 0);
    kn_live_free(l);
    for (int i = 0; i < CALM; i++)
        kn_program_free(programs[i]);
    return good;
}

/* ---- engines ----------------------------------------------------------------------------------------------- */

/* From each engine to each: notes that are held sound on or begin anew, and can be let go. */
bool live_notes_of_unlike_engines(void) {
    static const char *const engines[] = {"jit", "ref", "cc", "tcc"};
    static const char *const texts[] = {"voice(f, gate, velocity) = gate\n", counting};
    float x[CHANNELS];
    bool good = true;
    for (int i = 0; i < 32; i++) {
        const char *from = engines[i / 2 % 4], *to = engines[i / 8];
        const bool by_cc = strcmp(from, "cc") == 0 || strcmp(to, "cc") == 0;
        if (by_cc && !(kn_engine_available("cc") && in_turn((unsigned)i, 2))) continue;
        if (settings.sanitized && (i / 2 % 4 >= 2 || i / 8 >= 2)) continue;
        KnCompiler *a = kn_compiler_create(), *b = kn_compiler_create();
        kn_compiler_set_engine(a, from);
        kn_compiler_set_engine(b, to);
        KnProgram *p = api_compile(a, texts[i % 2]), *q = api_compile(b, texts[i % 2]);
        KnLive *l = begin(p, 4);
        kn_live_note_on(l, 0, 0, 60, 1);
        kn_live_note_on(l, 0, 0, 61, 1);
        kn_live_note_off(l, 50, 0, 61, 1);
        hear(l, 99, x);
        CLAIM(good, x[0] == 1 && kn_live_replace(l, q, 0));
        for (int k = 0; k < 100 && kn_live_is_replacing(l); k++)
            hear(l, 63, x);
        CLAIM(good, x[0] == 1 && api_text_is(to, kn_live_engine(l)));
        kn_live_note_off(l, 0, 0, 60, 1);
        hear(l, 0, x);
        CLAIM(good, x[0] == 0);
        kn_live_free(l);
        kn_program_free(p);
        kn_program_free(q);
        kn_compiler_free(a);
        kn_compiler_free(b);
    }
    return good;
}

/* Code of the C compiler takes over what hears the notes, and a program that replaces that takes over the notes. */
bool live_faster_code_keeps_notes(void) {
    if (!kn_engine_available("cc")) return true;
    KnProgram *p = live_compile(instruments[0]);
    KnInstance *i = kn_instance_create_voices(p, 4);
    KnLive *l = kn_live_create_voices(p, 4);
    float x[MOST], y[MOST], *to[] = {x}, *into[] = {y};
    double error = 0, peak = 0;
    bool good = true;
    for (int k = 0; k < 3; k++) {
        kn_live_note_on(l, 0, 0, 50 + 5 * k, 1);
        kn_instance_note_on(i, 0, 0, 50 + 5 * k, 1);
    }
    int faster = -1, block = 0;
    for (; block < 20000 && (faster < 0 || block < faster + 200); block++) {
        if (faster < 0) usleep(5000);
        if (faster < 0 && strcmp(kn_live_engine(l), "cc") == 0) faster = block;
        if (block == faster + 50 && faster >= 0) {
            kn_live_set_optimize(l, 0);
            CLAIM(good, kn_live_replace(l, p, 0.002));
        }
        kn_live_process(l, NULL, to, BLOCK);
        kn_instance_process(i, NULL, into, BLOCK);
        for (int k = 0; k < BLOCK; k++) {
            error = fmax(error, fabs((double)x[k] - (double)y[k]));
            peak = fmax(peak, fabs((double)y[k]));
        }
    }
    CLAIM(good, faster >= 0 && api_text_is("jit", kn_live_engine(l)));
    CLAIM(good, kn_live_sounding(l) == 3 && peak > 0.01 && error <= 1e-6 * fmax(peak, 1));
    kn_live_notes_off(l, 0, 1);
    kn_live_process(l, NULL, to, MOST);
    CLAIM(good, kn_live_sounding(l) == 0);
    kn_live_free(l);
    kn_instance_free(i);
    kn_program_free(p);
    return good;
}

/* ---- threads, arguments ------------------------------------------------------------------------------------- */

enum { TELLERS = 2, KEYS = 400 };

typedef struct Teller {
    KnLive *live;
    int channel;
    atomic_int *busy;
} Teller;

/* Tries again while too much waits. */
static void *tell_notes(void *data) {
    const Teller *t = data;
    for (int k = 0; k < KEYS; k++) {
        while (!kn_live_note_on(t->live, 0, t->channel, 40 + k % 50, 1))
            usleep(100);
        while (!kn_live_note_off(t->live, kn_live_frame(t->live) + 500, t->channel, 40 + k % 50, 1))
            usleep(100);
    }
    atomic_fetch_sub(t->busy, 1);
    return NULL;
}

bool live_threads_tell_notes(void) {
    KnProgram *p = live_compile(calm[0]), *q = live_compile(calm[1]);
    KnLive *l = begin(p, 8);
    atomic_int busy = TELLERS;
    pthread_t threads[TELLERS];
    Teller tellers[TELLERS];
    float block[BLOCK], *to[] = {block}, peak = 0;
    bool good = true;
    for (int k = 0; k < TELLERS; k++) {
        tellers[k] = (Teller){l, k, &busy};
        pthread_create(&threads[k], NULL, tell_notes, &tellers[k]);
    }
    for (int i = 0; atomic_load(&busy) > 0; i++) {
        kn_live_process(l, NULL, to, BLOCK);
        for (int k = 0; k < BLOCK; k++)
            peak = fmaxf(peak, block[k]);
        if (i % 50 == 0) kn_live_replace(l, i % 100 ? p : q, 0.001);
    }
    for (int k = 0; k < TELLERS; k++)
        pthread_join(threads[k], NULL);
    for (int i = 0; i < 40000 && (i < 10 || kn_live_sounding(l) > 0); i++)
        kn_live_process(l, NULL, to, BLOCK);
    CLAIM(good, peak > 0 && kn_live_sounding(l) == 0);
    kn_live_free(l);
    kn_program_free(p);
    kn_program_free(q);
    return good;
}

bool live_notes_refuse_what_is_wrong(void) {
    KnProgram *p = live_compile(calm[0]);
    KnLive *l = begin(p, 2);
    float block[BLOCK], *to[] = {block};
    bool good = l != NULL;
    CLAIM(good, !kn_live_create_voices(p, 0) && !kn_live_create_voices(p, 65537));
    CLAIM(good, !kn_live_create_threads(p, 1, 0) && !kn_live_create_threads(p, 1, 65));
    CLAIM(good, !kn_live_create_voices(NULL, 1) && !kn_live_set_voices(NULL, 1));
    CLAIM(good, !kn_live_set_voices(l, 0) && !kn_live_set_voices(l, 65537));
    CLAIM(good, !kn_live_note_on(NULL, 0, 0, 60, 1) && !kn_live_sounding(NULL));
    CLAIM(good, !kn_live_note_on(l, 0, 16, 60, 1) && !kn_live_note_on(l, 0, -1, 60, 1));
    CLAIM(good, !kn_live_note_on(l, 0, 0, 128, 1) && !kn_live_note_on(l, 0, 0, (double)NAN, 1));
    CLAIM(good, !kn_live_controller(l, 0, 0, 128, 1) && !kn_live_bend(l, 0, 0, 97));
    CLAIM(good, !kn_live_midi(l, 0, NULL, 3) && !kn_live_midi(NULL, 0, (const uint8_t[]){0xf8}, 1));
    CLAIM(good, kn_live_midi(l, 0, (const uint8_t[]){0xf8}, 1)); /* a clock */
    CLAIM(good, !kn_live_set_mono(l, 0, "first", 0, 0) && !kn_live_set_stealing(l, 0, "loudest"));
    CLAIM(good, !kn_live_set_mono(l, 0, "low", 0, (double)NAN) && !kn_live_notes_off(NULL, 0, 1));
    int room = 0;
    while (kn_live_note_on(l, INT64_MAX, 0, 60, 1))
        room++;
    kn_live_process(l, NULL, to, BLOCK);
    CLAIM(good, room == 1024 && !kn_live_note_on(l, 0, 0, 60, 1) && kn_live_sounding(l) == 0);
    kn_live_free(l);
    l = begin(p, 2);
    for (int k = 0; k < 3000; k++) { /* more than the instrument has room for: they wait */
        while (!kn_live_note_on(l, 0, 0, 60, 1))
            kn_live_process(l, NULL, to, BLOCK);
        while (!kn_live_note_off(l, 0, 0, 60, 1))
            kn_live_process(l, NULL, to, BLOCK);
    }
    for (int k = 0; k < 30000 && (k < 10 || kn_live_sounding(l) > 0); k++)
        kn_live_process(l, NULL, to, BLOCK);
    CLAIM(good, kn_live_sounding(l) == 0 && kn_live_note_on(l, 0, 0, 60, 1));
    kn_live_free(l);
    kn_program_free(p);
    return good;
}
