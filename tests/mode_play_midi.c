/* What comes in by MIDI, without ports: messages are told as a port would tell them, at times that are numbers, and blocks are called as a
 * device would call them. */
#include "../compiler/play/bindings.h"
#include "../compiler/play/midi_clock.h"
#include "../compiler/play/midi_input.h"
#include "mode_play.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char one_voice[] = "param level = 0 in 0..127 cc 20\n"
                                "voice(f, gate, velocity)(t) = if t < gate then velocity else 0\n"
                                "out = voices + level\n";

typedef struct Stage {
    KnProgram *program;
    KnLive *live;
    Player player;
    Layer layer;
    MidiInput input;
    MidiHand hand;
    float left[512], right[512];
} Stage;

static Stage *stage_create(const char *text) {
    Stage *s = calloc(1, sizeof *s);
    s->program = live_compile(text);
    s->live = live_on(s->program, 2);
    play_begin(&s->player, &s->layer, s->live);
    midi_input_begin(&s->input, &s->player, -1);
    midi_hand_begin(&s->hand, &s->input);
    return s;
}

static void stage_free(Stage *s) {
    kn_live_free(s->live);
    kn_program_free(s->program);
    free(s);
}

static void stage_play(Stage *s, int frames) {
    player_process(&s->player, NULL, (float *[]){s->left, s->right}, frames, false);
}

static void send_midi(Stage *s, int a, int b, int c, uint64_t time) {
    midi_hand_hear_at(&s->hand, (uint8_t[]){(uint8_t)a, (uint8_t)b, (uint8_t)c}, 3, time);
}

/* Of a clock: so many frames after the begin of the block that was played last. */
static uint64_t frames_after(const Stage *s, double frames) {
    return atomic_load(&s->player.began.time) + (uint64_t)(frames / RATE * 1e9 + 1);
}

/* What comes so many frames after a block began is heard at that frame of the next block; what comes later, at its end, and nothing
 * waits longer. */
bool midi_keeps_its_time(void) {
    static const struct {
        double after;
        int heard;
    } cases[] = {{0, 0}, {1, 1}, {100, 100}, {255, 255}, {256, 255}, {1e6, 255}};
    bool good = true;
    Stage *s = stage_create(one_voice);
    send_midi(s, 0xb0, 20, 1, block_clock());
    stage_play(s, 256);
    CLAIM(good, s->left[0] == 1); /* before all blocks: at once */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        stage_play(s, 256);
        send_midi(s, 0xb0, 20, 2 + (int)i, frames_after(s, cases[i].after));
        stage_play(s, 256);
        int at = 0;
        while (at < 256 && s->left[at] == (float)(1 + i))
            at++;
        if (at != cases[i].heard) good = wrong("%g: at %d", cases[i].after, at);
        stage_play(s, 256);
        CLAIM(good, s->left[255] == (float)(2 + i));
    }
    /* blocks of another length turn no order round */
    send_midi(s, 0xb0, 20, 50, frames_after(s, 250));
    stage_play(s, 16);
    send_midi(s, 0xb0, 20, 51, frames_after(s, 0));
    for (int i = 0; i < 40; i++)
        stage_play(s, 16);
    CLAIM(good, s->left[15] == 51);
    CLAIM(good, atomic_load(&s->input.messages) == 9 && atomic_load(&s->input.controller) == 20);
    stage_free(s);
    return good;
}

/* Keys, pedal and pauses by chance: when all is let go nothing sounds, and a knob stands where it was left. */
bool nothing_hangs(void) {
    bool good = true;
    for (unsigned seed = 0; seed < 20; seed++) {
        Stage *s = stage_create(one_voice);
        unsigned chance = seed;
        for (int i = 0; i < 400; i++) {
            chance = chance * 1664525u + 1013904223u;
            const int pick = (int)(chance >> 28), key = (int)(chance >> 16 & 15);
            if (pick < 6)
                send_midi(s, 0x90, key, 100, block_clock());
            else if (pick < 10)
                send_midi(s, 0x80, key, 0, block_clock());
            else if (pick < 12)
                send_midi(s, 0xb0, 64, pick % 2 ? 127 : 0, block_clock());
            else if (pick < 13)
                send_midi(s, 0xb0, 20, key, block_clock());
            else if (pick < 14) {
                atomic_store(&s->player.leaving, true);
                kn_live_notes_off(s->live, 0, 1);
            } else if (pick < 15) {
                midi_input_resume(&s->input);
                atomic_store(&s->player.leaving, false);
                midi_input_resume(&s->input);
            } else
                for (int k = 0; k < 8; k++)
                    stage_play(s, 256);
        }
        for (int key = 0; key < 16; key++)
            for (int k = atomic_load(&s->hand.held[0][key]); k > 0; k--)
                send_midi(s, 0x80, key, 0, block_clock());
        send_midi(s, 0xb0, 64, 0, block_clock());
        send_midi(s, 0xb0, 20, 64, block_clock());
        midi_input_resume(&s->input);
        atomic_store(&s->player.leaving, false);
        midi_input_resume(&s->input);
        for (int k = 0; k < 100; k++)
            stage_play(s, 256);
        if (kn_live_sounding(s->live) != 0 || s->left[255] != 64)
            good = wrong("%u: %d sound, level %g", seed, kn_live_sounding(s->live),
                         (double)s->left[255]);
        CLAIM(good, atomic_load(&s->input.refused) == 0);
        stage_free(s);
    }
    return good;
}

/* What a port holds ends with it, pedal and all; another one's goes on. One that said it is there and is mute has gone. */
bool a_port_that_goes_lets_go(void) {
    bool good = true;
    Stage *s = stage_create(one_voice);
    MidiHand *other = calloc(1, sizeof *other);
    midi_hand_begin(other, &s->input);
    send_midi(s, 0x93, 60, 127, 0);
    send_midi(s, 0xb3, 64, 127, 0);
    midi_hand_hear_at(other, (const uint8_t[]){0x90, 62, 127}, 3, 0);
    stage_play(s, 512);
    CLAIM(good, s->left[511] == 2);
    midi_hand_let_go(&s->hand);
    stage_play(s, 512);
    stage_play(s, 512);
    CLAIM(good, s->left[511] == 1);
    midi_hand_let_go(other);
    for (int i = 0; i < 30; i++)
        stage_play(s, 512);
    CLAIM(good, s->left[511] == 0 && kn_live_sounding(s->live) == 0);
    CLAIM(good, !midi_hand_is_mute(&s->hand, 1000000000));
    midi_hand_hear_at(&s->hand, (const uint8_t[]){0xfe}, 1, 1000000000);
    CLAIM(good, !midi_hand_is_mute(&s->hand, 1300000000));
    send_midi(s, 0xb0, 20, 1, 1300000000);
    CLAIM(good,
          !midi_hand_is_mute(&s->hand, 1600000000) && midi_hand_is_mute(&s->hand, 1800000000));
    free(other);
    stage_free(s);
    return good;
}

/* Bytes that are no message, and floods, do no harm. */
bool broken_midi_does_no_harm(void) {
    bool good = true;
    Stage *s = stage_create(one_voice);
    unsigned chance = 7;
    for (int i = 0; i < 20000; i++) {
        uint8_t bytes[5];
        for (int k = 0; k < 5; k++) {
            chance = chance * 1664525u + 1013904223u;
            bytes[k] = (uint8_t)(chance >> 24);
        }
        midi_hand_hear_at(&s->hand, bytes, chance >> 8 & 3, block_clock());
        if (i % 100 == 99) stage_play(s, 64);
    }
    for (int i = 0; i < 3000; i++)
        send_midi(s, 0x90, i & 127, 1 + (i & 63), block_clock());
    CLAIM(good, atomic_load(&s->input.refused) > 0);
    kn_live_notes_off(s->live, 0, 1);
    midi_hand_let_go(&s->hand);
    for (int i = 0; i < 100; i++)
        stage_play(s, 512);
    kn_live_notes_off(s->live, 0, 1);
    for (int i = 0; i < 100; i++)
        stage_play(s, 512);
    CLAIM(good, kn_live_sounding(s->live) == 0);
    stage_free(s);
    return good;
}

/* What waits when time stands, and is somewhere else then, happens there. */
bool what_waits_goes_along(void) {
    bool good = true;
    Stage *s = stage_create("param level = 0 in 0..127 cc 20\nout = level");
    for (int i = 0; i < 40; i++)
        stage_play(s, 256);
    send_midi(s, 0xb0, 20, 5, block_clock());
    CLAIM(good, kn_live_seek(s->live, 100));
    CLAIM(good, player_frame_at(&s->player, atomic_load(&s->player.began.time)) == 100 + 256);
    player_sought(&s->player);
    stage_play(s, 256);
    CLAIM(good, s->left[0] == 5);
    send_midi(s, 0xb0, 20, 6, frames_after(s, 9));
    stage_play(s, 256);
    CLAIM(good, s->left[8] == 5 && s->left[9] == 6);
    stage_free(s);
    return good;
}

/* 24 in a beat, late by chance: the tempo is told to a thousandth; gaps and starts begin anew; orders are told once. */
bool clocks_tell_a_tempo(void) {
    static const double tempos[] = {0.5, 1, 2, 2.71, 5};
    bool good = true;
    Stage *s = stage_create(one_voice);
    double time = 1e9;
    unsigned chance = 1;
    CLAIM(good, midi_input_tempo(&s->input) == 0);
    for (int i = 0; i < 5; i++) {
        for (int k = 0; k < 60; k++) {
            chance = chance * 1664525u + 1013904223u;
            const double late = (double)(chance >> 16) / 65536 * 1e6; /* a millisecond */
            time += 1e9 / (24 * tempos[i]);
            midi_hand_hear_at(&s->hand, (const uint8_t[]){0xf8}, 1, (uint64_t)(time + late));
        }
        const double told = midi_input_tempo(&s->input);
        if (!(fabs(told / tempos[i] - 1) < 0.003 * tempos[i]))
            good = wrong("%g: %g", tempos[i], told);
        time += 1e9;
    }
    midi_hand_hear_at(&s->hand, (const uint8_t[]){0xf2, 1, 1}, 3, 0);
    midi_hand_hear_at(&s->hand, (const uint8_t[]){0xfb}, 1, 0);
    CLAIM(good, midi_input_order(&s->input) == MIDI_CONTINUE);
    CLAIM(good, midi_input_position(&s->input) == 129 / 4.0);
    CLAIM(good, midi_input_position(&s->input) < 0 && midi_input_order(&s->input) == MIDI_NOTHING);
    midi_hand_hear_at(&s->hand, (const uint8_t[]){0xfa}, 1, 0);
    midi_hand_hear_at(&s->hand, (const uint8_t[]){0xfc}, 1, 0);
    CLAIM(good, midi_input_order(&s->input) == MIDI_STOP);
    stage_free(s);
    return good;
}

/* ---- the clock that goes out ----------------------------------------------------------------------------- */

typedef struct Sent {
    char orders
        [64]; /* start A, continue B, stop C, position 2 and then its number as a letter from a on */
    int norders, clocks;
} Sent;

static void note(Sent *s, int letter) {
    if (s->norders < 63) s->orders[s->norders++] = (char)letter;
}

static void take_message(void *sent, const uint8_t *message, int bytes) {
    Sent *s = sent;
    if (message[0] == 0xf8)
        s->clocks++;
    else
        note(s, message[0] == 0xfa   ? 'A'
                : message[0] == 0xfb ? 'B'
                : message[0] == 0xfc ? 'C'
                                     : '2');
    if (bytes == 3) note(s, 'a' + message[1]);
}

/* Blocks, and a turn of the clock behind each. */
static void play_clocked(Stage *s, MidiClock *c, int frames) {
    for (int at = 0; at < frames; at += 256) {
        stage_play(s, 256);
        midi_clock_turn(c, frames_after(s, 0));
    }
}

/* As many as the beats that are heard have, and none twice where time stands, jumps or goes faster. */
bool clock_goes_with_what_plays(void) {
    bool good = true;
    Stage *s = stage_create("out(t) = t");
    Sent sent = {.norders = 0};
    MidiClock c = {.player = &s->player, .telling = take_message, .context = &sent};
    midi_clock_set(&c, 2);
    midi_clock_turn(&c, block_clock());
    CLAIM(good, sent.norders == 0 && sent.clocks == 0); /* nothing plays yet */
    play_clocked(s, &c, 48000);
    CLAIM(good, api_text_is("A", sent.orders) && abs(sent.clocks - 48) <= 1);
    midi_clock_set(&c, 4);
    sent.clocks = 0;
    play_clocked(s, &c, 48000);
    CLAIM(good, abs(sent.clocks - 96) <= 1);
    atomic_store(&s->player.leaving, true);
    sent.clocks = 0;
    play_clocked(s, &c, 24000);
    CLAIM(good, api_text_is("AC", sent.orders) && sent.clocks == 0);
    CLAIM(good, kn_live_seek(s->live, 30000)); /* 10 sixteenths, and a little */
    player_sought(&s->player);
    atomic_store(&s->player.leaving, false);
    play_clocked(s, &c, 12032);
    CLAIM(good, api_text_is("AC2kB", sent.orders) && abs(sent.clocks - 24) <= 1);
    sent.clocks = 0;
    CLAIM(good, kn_live_seek(s->live, 480000)); /* without a pause: it is somewhere else */
    player_sought(&s->player);
    play_clocked(s, &c, 12032);
    CLAIM(good, abs(sent.clocks - 24) <= 2);
    stage_free(s);
    return good;
}

/* ---- what was learned -------------------------------------------------------------------------------------- */

static bool file_is(const char *path, const char *text) {
    char room[512] = "";
    FILE *f = fopen(path, "r");
    const size_t n = f ? fread(room, 1, sizeof room - 1, f) : 0;
    if (f) fclose(f);
    room[n] = 0;
    return api_text_is(text, room);
}

/* Written whole, read again, right lines held beside wrong ones; where nothing can be written the old file stays. */
bool bindings_are_kept(void) {
    static const char wrong_lines[] =
        "a cc 1\n# b cc 2\n\n  c cc 127  \nd cc 128\ne cc\nf cc 3 x\ng 4\na cc 9\n";
    bool good = true;
    char why[256] = "";
    Bindings b = {0};
    CLAIM(good, bindings_read(&b, "keys.kn.midi", why, sizeof why) && b.n == 0);
    bindings_set(&b, "cutoff", 74);
    bindings_set(&b, "gain", 7);
    bindings_set(&b, "cutoff", 21);
    bindings_set(&b, "nobody", -1);
    CLAIM(good, b.n == 2 && bindings_write(&b, "keys.kn.midi", why, sizeof why));
    CLAIM(good, file_is("keys.kn.midi", "# Controllers of MIDI that turn params, as kanon play has "
                                        "learned them.\ncutoff cc 21\ngain cc 7\n"));
    bindings_free(&b);
    CLAIM(good, bindings_read(&b, "keys.kn.midi", why, sizeof why) && b.n == 2);
    CLAIM(good, b.n == 2 && strcmp(b.items[1].param, "gain") == 0 && b.items[1].controller == 7);
    CLAIM(good, !bindings_write(&b, "nowhere/keys.kn.midi", why, sizeof why));
    CLAIM(good, api_text_is("cannot write nowhere/keys.kn.midi: No such file or directory", why));
    bindings_set(&b, "cutoff", -1);
    bindings_set(&b, "gain", -1);
    CLAIM(good,
          bindings_write(&b, "keys.kn.midi", why, sizeof why) && access("keys.kn.midi", F_OK) != 0);
    file_write("wrong.midi", wrong_lines, sizeof wrong_lines - 1);
    CLAIM(good, !bindings_read(&b, "wrong.midi", why, sizeof why) && b.n == 2);
    CLAIM(good,
          api_text_is("wrong.midi:5: a line is a param and its controller: cutoff cc 74", why));
    CLAIM(good, b.n == 2 && b.items[0].controller == 9 && b.items[1].controller == 127);
    bindings_free(&b);
    return good;
}
