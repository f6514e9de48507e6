/* kanon.h: instruments. What they play is held against the sum of single notes of the reference, against themselves cut
 * otherwise, and against what each event should have told. */
#include "api/api.h"
#include "engine/instrument.h"
#include "mode_api.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RATE = 48000, MOST_CHANNELS = 8 };

static uint32_t drawn(uint32_t *random) {
    *random = *random * 1664525u + 1013904223u;
    return *random >> 16;
}

static KnProgram *compile_for(const char *engine, const char *text) {
    KnCompiler *k = engine ? kn_compiler_create() : api_compiler();
    if (engine) kn_compiler_set_engine(k, engine);
    KnProgram *p = api_compile(k, text);
    kn_compiler_free(k);
    return p;
}

/* The next frames, in calls of random lengths up to `most`. */
static void run(KnInstance *i, float *const *to, int channels, int frames, int most,
                uint32_t *random) {
    float *now[MOST_CHANNELS];
    for (int at = 0, n; at < frames; at += n) {
        n = most > 1 ? 1 + (int)(drawn(random) % (uint32_t)most) : 1;
        n = n < frames - at ? n : frames - at;
        for (int c = 0; c < channels; c++)
            now[c] = to[c] + at;
        kn_instance_process(i, NULL, now, n);
    }
}

/* ---- the sum of single notes --------------------------------------------------------------------------- */

static const char *const instruments[] = {
    "voice(f, gate, velocity) = sine(f) * adsr(gate, 5ms, 0.1, 0.7, 0.2) * velocity * 0.2",
    "param cutoff = 2kHz in 100Hz..8kHz log\n"
    "voice(f, gate, velocity) = blep_saw(f) |> lowpass(cutoff * (0.2 + adsr(gate, 9ms, 0.1, 0.5, "
    "0.1)), 2) "
    "|> _ * ar(gate, 1ms, 0.1) * velocity * 0.2\n",
    "voice(f, gate, velocity) = string(f, pick) * adsr(gate, 0s, 0s, 1, 0.05) * velocity\n"
    "string(f, pick) = { y(t) = pick(t) + 0.495 * (y(t - p) + y(t - p - dt)); p = 1/f - dt/2; y }\n"
    "pick(t) = noise(1)(t) * (t < 5ms)\n",
    "voice(f, gate, velocity) = [sine(f), triangle(f * 1.01)] * adsr_exp(gate, 2ms, 0.1, 0.5, 0.2) "
    "* velocity\n"
    "out = voices |> _ * 0.2 |> delay(10ms)\n",
    "voice(f, gate, velocity) = { env = adsr(t => gate(t) * 1, 5ms, 0.1, 0.5, 0.1)\n"
    "    sine(t => f * (1 + 0.01 * sine(6)(t))) * env * velocity * 0.3 }\n",
    "voice(f, gate, velocity) = blep_saw(f) |> lowpass(1200, 2) |> onepole(3kHz)\n"
    "    |> _ * adsr_exp(gate, 2ms, 0.05, 0.5, 0.1) * velocity * 0.2\n",
    /* a number between two filters belongs to either */
    "param cutoff = 900Hz in 50Hz..5kHz\n"
    "voice(f, gate, velocity) = noise(1) |> lowpass(cutoff, 2) |> _ * 0.5 |> butterworth(4, 900)\n"
    "    |> _ * cutoff / 1kHz |> vowel(2) |> _ * ar(gate, 1ms, 0.05) * velocity * 9\n",
};

typedef struct Struck {
    int on, off;
    double key, velocity;
} Struck;

enum { NOTES = 12, FRAMES = RATE };

static void draw_notes(Struck *notes, uint32_t *random) {
    for (int i = 0; i < NOTES; i++) {
        const int length = 200 + (int)(drawn(random) % 20000);
        notes[i].on = (int)(drawn(random) % (FRAMES / 2));
        notes[i].off = notes[i].on + length;
        notes[i].key = 40 + (double)i * 3.5; /* each note is known by its key */
        notes[i].velocity = (1 + drawn(random) % 100) / 100.0;
    }
}

static void strike(KnInstance *i, const Struck *note, int before) {
    kn_instance_note_on(i, note->on - before, 0, note->key, note->velocity);
    kn_instance_note_off(i, note->off - before, 0, note->key, 0.5);
}

static float **channels_of(int n, int frames) {
    float **channels = alloc_zeroed((size_t)n + 1, sizeof *channels);
    for (int c = 0; c < n; c++)
        channels[c] = alloc_zeroed((size_t)frames, sizeof(float));
    return channels;
}

static void free_channels(float **channels, int n) {
    for (int c = 0; c < n; c++)
        free(channels[c]);
    free(channels);
}

/* One note after the other, each by the reference in an instance of its own. */
static void add_alone(KnProgram *reference, const Struck *notes, float **sum, float **one, int n) {
    uint32_t random = 1;
    for (int k = 0; k < NOTES; k++) {
        KnInstance *i = kn_instance_create_voices(reference, 1);
        strike(i, &notes[k], 0);
        run(i, one, n, FRAMES, 1000, &random);
        for (int c = 0; c < n; c++)
            for (int at = 0; at < FRAMES; at++)
                sum[c][at] += one[c][at];
        kn_instance_free(i);
    }
}

static bool plays_the_sum(const char *text) {
    KnProgram *p = compile_for(NULL, text), *reference = compile_for("ref", text);
    const int n = p ? kn_program_outputs(p) : 0;
    bool good = p && reference;
    float **together = channels_of(n, FRAMES), **sum = channels_of(n, FRAMES),
          **one = channels_of(n, FRAMES);
    Struck notes[NOTES];
    uint32_t random = 7;
    draw_notes(notes, &random);
    CLAIM(good, kn_program_is_instrument(p));
    KnInstance *i = kn_instance_create_voices(p, NOTES);
    for (int k = 0; k < NOTES; k++)
        strike(i, &notes[k], 0);
    run(i, together, n, FRAMES, 700, &random);
    add_alone(reference, notes, sum, one, n);
    double peak = 0, error = 0;
    for (int c = 0; c < n; c++)
        for (int at = 0; at < FRAMES; at++) {
            peak = fmax(peak, fabs((double)sum[c][at]));
            error = fmax(error, fabs((double)sum[c][at] - (double)together[c][at]));
        }
    CLAIM(good, peak > 0.05);
    if (!(error <= peak * 3.2e-6))
        good = wrong("%s\n    off by %.1f dB", text, 20 * log10(error / peak));
    kn_instance_free(i);
    free_channels(together, n);
    free_channels(sum, n);
    free_channels(one, n);
    kn_program_free(p);
    kn_program_free(reference);
    return good;
}

bool api_notes_add_up(void) {
    bool good = true;
    for (size_t i = 0; i < sizeof instruments / sizeof *instruments; i++)
        good = plays_the_sum(instruments[i]) && good;
    return good;
}

/* ---- cut anywhere --------------------------------------------------------------------------------------- */

/* The same events, given in the call in which they happen or long before: bits are the same. */
static bool cut_is_the_same(const char *text, const char *mono) {
    KnProgram *p = compile_for(NULL, text);
    const int n = p ? kn_program_outputs(p) : 0;
    bool good = p != NULL;
    float **whole = channels_of(n, FRAMES), **cut = channels_of(n, FRAMES), *at[MOST_CHANNELS];
    Struck notes[NOTES];
    uint32_t random = 3;
    draw_notes(notes, &random);
    KnInstance *a = kn_instance_create_voices(p, 5), *b = kn_instance_create_voices(p, 5);
    kn_instance_set_mono(a, mono, 1, 0.0131);
    kn_instance_set_mono(b, mono, 1, 0.0131);
    kn_instance_set_stealing(a, "quietest");
    kn_instance_set_stealing(b, "quietest");
    for (int k = 0; k < NOTES; k++)
        strike(a, &notes[k], 0);
    kn_instance_bend(a, 6000, 0, 2.5);
    kn_instance_process(a, NULL, whole, FRAMES);
    for (int done = 0, step; done < FRAMES; done += step) {
        step = 1 + (int)(drawn(&random) % 300);
        step = step < FRAMES - done ? step : FRAMES - done;
        for (int k = 0; k < NOTES; k++) {
            if (notes[k].on >= done && notes[k].on < done + step)
                kn_instance_note_on(b, notes[k].on - done, 0, notes[k].key, notes[k].velocity);
            if (notes[k].off >= done && notes[k].off < done + step)
                kn_instance_note_off(b, notes[k].off - done, 0, notes[k].key, 0.5);
        }
        if (6000 >= done && 6000 < done + step) kn_instance_bend(b, 6000 - done, 0, 2.5);
        for (int c = 0; c < n; c++)
            at[c] = cut[c] + done;
        kn_instance_process(b, NULL, at, step);
    }
    for (int c = 0; c < n; c++)
        CLAIM(good, memcmp(whole[c], cut[c], sizeof(float) * FRAMES) == 0);
    kn_instance_free(a);
    kn_instance_free(b);
    free_channels(whole, n);
    free_channels(cut, n);
    kn_program_free(p);
    return good;
}

bool api_notes_are_cut_anywhere(void) {
    bool good = true;
    for (size_t i = 0; i < sizeof instruments / sizeof *instruments; i++)
        good = cut_is_the_same(instruments[i], "poly") && good;
    return cut_is_the_same(instruments[0], "last") && good;
}

/* ---- beside others as alone ---------------------------------------------------------------------------- */

/* As many as run beside each other at once, and some more; all sound before the first ends, so that each has the voice of its number. */
static bool sounds_as_alone(const char *text) {
    enum { MOST = 11 };
    KnProgram *p = compile_for(NULL, text);
    const int n = p ? kn_program_outputs(p) : 0;
    bool good = p != NULL;
    float **sum = channels_of(n, FRAMES), **some = channels_of(n, FRAMES);
    uint32_t random = 5;
    for (int notes = 1; notes <= MOST && good; notes += notes == 1 ? 4 : 3) {
        KnInstance *together = kn_instance_create_voices(p, MOST);
        for (int c = 0; c < n; c++)
            memset(sum[c], 0, sizeof(float) * FRAMES);
        for (int k = 0; k < notes; k++) {
            const Struck note = {k * 1777, 20000 + k * 1001, 40 + 3.5 * k, 1 - 0.05 * k};
            KnInstance *alone = kn_instance_create_voices(p, 1);
            strike(together, &note, 0);
            strike(alone, &note, 0);
            run(alone, some, n, FRAMES, 900, &random);
            for (int c = 0; c < n; c++)
                for (int at = 0; at < FRAMES; at++)
                    sum[c][at] += some[c][at];
            kn_instance_free(alone);
        }
        run(together, some, n, FRAMES, 700, &random);
        for (int c = 0; c < n && good; c++)
            if (memcmp(sum[c], some[c], sizeof(float) * FRAMES) != 0)
                good = wrong("%s\n    not what its notes are alone, of %d", text, notes);
        kn_instance_free(together);
    }
    free_channels(sum, n);
    free_channels(some, n);
    kn_program_free(p);
    return good;
}

bool api_notes_beside_others_sound_as_alone(void) {
    bool good = true;
    for (size_t i = 0; i < sizeof instruments / sizeof *instruments; i++)
        if (!strstr(instruments[i], "out = ")) good = sounds_as_alone(instruments[i]) && good;
    return good;
}

/* ---- no click, no note that hangs -------------------------------------------------------------------------- */

static void random_event(KnInstance *i, uint32_t *random) {
    const int after = (int)(drawn(random) % 200), channel = (int)(drawn(random) % 3),
              what = (int)(drawn(random) % 20);
    const double key = 40 + drawn(random) % 12, x = (drawn(random) % 128) / 127.0;
    if (what < 9)
        kn_instance_note_on(i, after, channel, key, 1);
    else if (what < 15)
        kn_instance_note_off(i, after, channel, key, x);
    else if (what == 15)
        kn_instance_controller(i, after, channel, 64, x);
    else if (what == 16)
        kn_instance_bend(i, after, channel, 4 * x - 2);
    else if (what == 17)
        kn_instance_pressure(i, after, channel, x);
    else if (what == 18)
        kn_instance_note_pressure(i, after, channel, key, x);
    else if (drawn(random) % 8 == 0)
        kn_instance_notes_off(i, after, x > 0.5);
}

/* A note is a level that rises in 3 ms and falls in 10: what it steps by in a sample is less than a straight fade of 2 ms. */
static const char levels[] = "voice(f, gate, velocity) = ar(gate, 3ms, 10ms)\n";

static void random_events(KnInstance *i, int at, int events, uint32_t *random) {
    if (at < events) random_event(i, random);
    for (int c = 0; at == events && c < 16; c++) {
        kn_instance_controller(i, 0, c, 64, 0);
        kn_instance_controller(i, 0, c, 123, 0);
    }
}

/* The same events for one thread, and for two that share the voices, as long as that is heard: it takes a while. */
static bool stays_calm(KnProgram *p, const char *mono, int legato, const char *steal) {
    enum { VOICES = 6, ROOM = 10, EVENTS = 10000, SHARED = 500, MOST = 600 };
    const double most = ROOM * (1.0 / RATE) / 2e-3;
    KnInstance *i = kn_instance_create_voices(p, VOICES),
               *shared = kn_instance_create_voices(p, VOICES);
    uint32_t random = 11, again = 11;
    float block[MOST], other[MOST], *to[] = {block}, *into[] = {other};
    double before = 0, step = 0, peak = 0;
    int events = settings.sanitized ? EVENTS / 10 : EVENTS;
    bool good = kn_instance_set_mono(i, mono, legato, 0.01) && kn_instance_set_stealing(i, steal);
    CLAIM(good, kn_instance_set_mono(shared, mono, legato, 0.01) &&
                    kn_instance_set_stealing(shared, steal));
    CLAIM(good, instrument_share(instance_instrument(instance_behind(shared)), 2));
    for (int done = 0; done < events + 400 && good; done++) {
        random_events(i, done, events, &random);
        const bool both = done < SHARED;
        if (both) random_events(shared, done, events, &again);
        const int n = 1 + (int)(drawn(&random) % MOST);
        again = random;
        kn_instance_process(i, NULL, to, n);
        if (both) kn_instance_process(shared, NULL, into, n);
        CLAIM(good, !both || memcmp(block, other, sizeof(float) * (size_t)n) == 0);
        for (int k = 0; k < n; k++) {
            step = fmax(step, fabs((double)block[k] - before));
            before = (double)block[k];
            peak = fmax(peak, before);
        }
    }
    CLAIM(good, step <= most);
    CLAIM(good, peak > (mono ? 0.9 : 3.5) && peak < ROOM + 0.1);
    CLAIM(good, before == 0 && kn_instance_sounding(i) == 0);
    kn_instance_free(i);
    kn_instance_free(shared);
    return good;
}

bool api_notes_do_not_click(void) {
    KnProgram *p = compile_for(NULL, levels);
    bool good = p != NULL;
    good = good && stays_calm(p, NULL, 0, NULL) && good;
    good = good && stays_calm(p, NULL, 0, "quietest") && good;
    good = good && stays_calm(p, NULL, 0, "same") && good;
    good = good && stays_calm(p, "last", 1, NULL) && good;
    good = good && stays_calm(p, "low", 0, NULL) && good;
    good = good && stays_calm(p, "high", 1, NULL) && good;
    kn_program_free(p);
    return good;
}

/* ---- what a note is told -------------------------------------------------------------------------------------- */

static const char told[] =
    "param knob = 100 in 100..10000 log cc 21\n"
    "voice(f, gate, velocity, pressure, timbre, bend, note, release_velocity) =\n"
    "    [t => f / 1000, gate, t => velocity, t => pressure, t => timbre, t => bend, t => note, t "
    "=> release_velocity]\n"
    "out = voices[0..5] ++ [voices[6], t => voices[7](t) + knob]\n";

enum { F, GATE, VELOCITY, PRESSURE, TIMBRE, BEND, NOTE, RELEASE, TOLD };

/* The frame after the next n. */
static void hear(KnInstance *i, int n, float *x) {
    float data[TOLD][600], *to[TOLD];
    for (int c = 0; c < TOLD; c++)
        to[c] = data[c];
    kn_instance_process(i, NULL, to, n + 1);
    for (int c = 0; c < TOLD; c++)
        x[c] = data[c][n];
}

static bool near(double x, double y) {
    return fabs(x - y) <= 1e-5 * (1 + fabs(y));
}

static double hertz(double key) {
    return 440 * pow(2, (key - 69) / 12);
}

static bool tells_of_events(KnInstance *i) {
    bool good = true;
    float x[TOLD];
    CLAIM(good, kn_instance_note_on(i, 100, 3, 60.5, 0.25));
    hear(i, 98, x); /* 99 frames */
    CLAIM(good, x[F] == 0 && x[GATE] == 0 && kn_instance_sounding(i) == 0);
    hear(i, 1, x); /* frame 100 */
    CLAIM(good, near(x[F], hertz(60.5) / 1000) && x[GATE] == 1 && near(x[VELOCITY], 0.25));
    CLAIM(good, x[PRESSURE] == 0 && near(x[TIMBRE], 0.5) && x[BEND] == 0 && near(x[NOTE], 60.5));
    kn_instance_bend(i, 0, 3, -1.5);
    kn_instance_pressure(i, 0, 3, 0.5);
    kn_instance_controller(i, 0, 3, 74, 1);
    kn_instance_bend(i, 0, 4, 7); /* another channel */
    hear(i, 0, x);
    CLAIM(good, near(x[F], hertz(59) / 1000) && near(x[BEND], -1.5) && near(x[PRESSURE], 0.5));
    CLAIM(good, near(x[TIMBRE], 1));
    kn_instance_note_pressure(i, 0, 3, 60.5, 0.75);
    hear(i, 0, x);
    CLAIM(good, near(x[PRESSURE], 0.75));
    kn_instance_controller(i, 0, 0, 21, 0.5);
    hear(i, 0, x);
    CLAIM(good, near(x[RELEASE], 0.5 + 1000));
    kn_instance_controller(i, 0, 3, 64, 1);
    kn_instance_note_off(i, 5, 3, 60.5, 1);
    hear(i, 20, x);
    CLAIM(good, x[GATE] == 1);
    kn_instance_controller(i, 7, 3, 64, 0);
    hear(i, 6, x);
    CLAIM(good, x[GATE] == 1);
    hear(i, 0, x);
    CLAIM(good, x[GATE] == 0);
    kn_instance_notes_off(i, 0, 1);
    hear(i, 599, x);
    CLAIM(good, kn_instance_sounding(i) == 0);
    return good;
}

static int send(KnInstance *i, int a, int b, int c) {
    const uint8_t message[] = {(uint8_t)a, (uint8_t)b, (uint8_t)c};
    return kn_instance_midi(i, 0, message, a >> 4 == 0xc || a >> 4 == 0xd ? 2 : 3);
}

static bool tells_of_midi(KnInstance *i) {
    bool good = true;
    float x[TOLD];
    CLAIM(good, send(i, 0x90, 69, 127) && send(i, 0xe0, 127, 127) && send(i, 0xd0, 127, 0));
    hear(i, 0, x);
    CLAIM(good, near(x[F], hertz(71) / 1000) && near(x[PRESSURE], 1) && near(x[VELOCITY], 1));
    send(i, 0x90, 69, 0);
    hear(i, 0, x);
    CLAIM(good, x[GATE] == 0 && near(x[RELEASE], 1000 + 64 / 127.0));
    kn_instance_notes_off(i, 0, 1);
    /* MPE: fifteen channels behind the first, which bends them all */
    send(i, 0xb0, 101, 0), send(i, 0xb0, 100, 6), send(i, 0xb0, 6, 15);
    send(i, 0xe0, 127, 127), send(i, 0xe2, 0, 0);
    hear(i, 599, x);
    send(i, 0x92, 69, 127);
    hear(i, 0, x);
    CLAIM(good, near(x[F], hertz(69 + 2 - 48) / 1000) && near(x[BEND], -46));
    kn_instance_notes_off(i, 0, 1);
    hear(i, 599, x);
    return good;
}

bool api_notes_are_told_what_happens(void) {
    KnProgram *p = compile_for(NULL, told);
    KnInstance *i = kn_instance_create(p);
    bool good = p && tells_of_events(i) && tells_of_midi(i);
    CLAIM(good, kn_program_param_controller(p, 0) == 21 && kn_program_params(p) == 1);
    kn_instance_free(i);
    kn_program_free(p);
    return good;
}

/* ---- one voice -------------------------------------------------------------------------------------------------- */

static bool is_key(KnInstance *i, int frames, double key) {
    float x[TOLD];
    hear(i, frames, x);
    if (near(x[F], hertz(key) / 1000)) return true;
    return wrong("%g Hz instead of %g", 1000 * (double)x[F], hertz(key));
}

bool api_mono_follows_its_keys(void) {
    KnProgram *p = compile_for(NULL, told);
    KnInstance *i = kn_instance_create(p);
    bool good = kn_instance_set_mono(i, "last", 1, 0.01) != 0;
    kn_instance_note_on(i, 0, 0, 60, 1);
    CLAIM(good, is_key(i, 0, 60));
    kn_instance_note_on(i, 0, 0, 72,
                        1); /* glides through an octave in 480 frames, by steps of up to 32 */
    float x[TOLD];
    hear(i, 239, x);
    CLAIM(good, fabs(12 * log2((double)x[F] * 1000 / hertz(60)) - 6) < 1);
    CLAIM(good, is_key(i, 500, 72) && kn_instance_sounding(i) == 1);
    kn_instance_note_off(i, 0, 0, 72, 1);
    CLAIM(good, is_key(i, 599, 60));
    kn_instance_note_off(i, 0, 0, 60, 1);
    hear(i, 0, x);
    CLAIM(good, x[GATE] == 0);
    kn_instance_notes_off(i, 0, 1);
    hear(i, 599, x);
    CLAIM(good, kn_instance_set_mono(i, "low", 1, 0));
    kn_instance_note_on(i, 0, 0, 60, 1);
    kn_instance_note_on(i, 0, 0, 72, 1);
    CLAIM(good, is_key(i, 599, 60));
    kn_instance_note_on(i, 0, 0, 48, 1);
    CLAIM(good, is_key(i, 599, 48));
    CLAIM(good, kn_instance_set_mono(i, "high", 1, 0));
    kn_instance_note_off(i, 0, 0, 48, 1);
    CLAIM(good, is_key(i, 599, 72));
    kn_instance_free(i);
    kn_program_free(p);
    return good;
}

/* Keys that are let go while each has a voice of its own are forgotten, and those that are struck then are known. */
bool api_keys_are_known_to_all_rules(void) {
    KnProgram *p = compile_for(NULL, told);
    KnInstance *i = kn_instance_create(p);
    float x[TOLD];
    bool good = kn_instance_set_mono(i, "last", 1, 0) != 0;
    kn_instance_note_on(i, 0, 0, 60, 1);
    kn_instance_note_on(i, 0, 0, 72, 1);
    CLAIM(good, is_key(i, 0, 72) && kn_instance_set_mono(i, NULL, 0, 0));
    kn_instance_note_off(i, 0, 0, 60, 1);
    kn_instance_note_off(i, 0, 0, 72, 1);
    kn_instance_note_on(i, 0, 0, 55, 1);
    hear(i, 599, x);
    CLAIM(good, kn_instance_set_mono(i, "last", 1, 0));
    kn_instance_note_on(i, 0, 0, 48, 1);
    kn_instance_note_off(i, 0, 0, 48, 1);
    CLAIM(good, is_key(i, 599, 55) && kn_instance_sounding(i) == 1); /* not 72 */
    kn_instance_note_off(i, 0, 0, 55, 1);
    hear(i, 599, x);
    CLAIM(good, x[GATE] == 0);
    kn_instance_free(i);
    kn_program_free(p);
    return good;
}

/* ---- arguments, memory ----------------------------------------------------------------------------------------------- */

bool api_notes_refuse_what_is_wrong(void) {
    KnProgram *p = compile_for(NULL, levels), *none = compile_for(NULL, "out = 0");
    KnInstance *i = kn_instance_create_voices(p, 1), *silent = kn_instance_create(none);
    bool good = i && silent;
    CLAIM(good, !kn_instance_note_on(silent, 0, 0, 60, 1) && !kn_program_is_instrument(none));
    CLAIM(good, !kn_instance_note_on(NULL, 0, 0, 60, 1) && !kn_instance_sounding(NULL));
    CLAIM(good, !kn_instance_note_on(i, -1, 0, 60, 1) && !kn_instance_note_on(i, 0, 16, 60, 1));
    CLAIM(good, !kn_instance_note_on(i, 0, -1, 60, 1) && !kn_instance_note_on(i, 0, 0, 128, 1));
    CLAIM(good, !kn_instance_note_on(i, 0, 0, NAN, 1) && !kn_instance_note_on(i, 0, 0, 60, NAN));
    CLAIM(good, !kn_instance_bend(i, 0, 0, INFINITY) && !kn_instance_controller(i, 0, 0, 128, 0));
    CLAIM(good, !kn_instance_set_mono(i, "first", 0, 0) && !kn_instance_set_mono(i, "low", 0, NAN));
    CLAIM(good, !kn_instance_set_stealing(i, "loudest") && !kn_instance_midi(i, 0, NULL, 3));
    CLAIM(good, !kn_instance_midi(i, 0, (const uint8_t[]){0x90, 60}, 2));
    CLAIM(good, kn_instance_midi(i, 0, (const uint8_t[]){0xf8}, 1)); /* a clock */
    CLAIM(good, !kn_instance_create_voices(p, 0) && !kn_instance_create_voices(p, 65537));
    CLAIM(good, !kn_instance_seek(i, 0) && kn_instance_sounding(i) == 0);
    int room = 0;
    while (kn_instance_note_on(i, 0, 0, 60, 1))
        room++;
    CLAIM(good, room == 1024);
    float block[64], *to[] = {block};
    for (int k = 0; k < 9000; k++) /* each waits until one before has faded */
        kn_instance_process(i, NULL, to, 64);
    CLAIM(good, kn_instance_note_on(i, 0, 0, 60, 1));
    kn_instance_reset(i);
    kn_instance_process(i, NULL, to, 64);
    CLAIM(good, kn_instance_sounding(i) == 0 && block[63] == 0);
    kn_instance_free(i);
    kn_instance_free(silent);
    kn_program_free(p);
    kn_program_free(none);
    return good;
}

/* All that an audio thread may call. */
bool api_notes_allocate_nothing(void) {
    KnProgram *p = compile_for(NULL, instruments[1]);
    KnInstance *i = kn_instance_create_voices(p, 8);
    float block[128], *to[] = {block};
    uint32_t random = 5;
    bool good = i != NULL;
    kn_instance_process(i, NULL, to, 128);
    const long before = api_offences();
    api_watch(true);
    for (int k = 0; k < 500; k++) {
        random_event(i, &random);
        kn_instance_set(i, 0, 100 + drawn(&random) % 1000);
        kn_instance_process(i, NULL, to, 1 + (int)(drawn(&random) % 128));
    }
    api_watch(false);
    CLAIM(good, api_offences() == before);
    kn_instance_free(i);
    kn_program_free(p);
    return good;
}

/* A live run of an instrument that nobody plays is replaced like others; what it plays: mode_api_live_notes.c. */
bool api_live_instruments_are_replaced(void) {
    bool good = true;
    KnLive *live = live_begin(instruments[0]);
    float left[512], right[512];
    for (int i = 1; live && i < 4; i++) {
        CLAIM(good, live_replace(live, instruments[i], 0.002));
        live_run(live, left, right, 0, 512);
    }
    CLAIM(good, live && live_replace(live, "out = sine(440) * 0.5", 0.002));
    if (live) live_run(live, left, right, 0, 512);
    if (live) live_run(live, left, right, 0, 512);
    CLAIM(good, live && fabsf(left[500]) > 0);
    if (live) CLAIM(good, live_replace(live, instruments[2], 0.002));
    if (live) live_run(live, left, right, 0, 512);
    kn_live_free(live);
    return good;
}
