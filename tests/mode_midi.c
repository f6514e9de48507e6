/* Tests of the reader of MIDI files: base/midi_reader.c. Each row has the bytes of a file, and what is read of them as
 * text, or what is said to be wrong. */
#include "driver.h"
#include "../compiler/base/midi_reader.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A string as bytes: "\x00" is one too. */
#define BYTES(text)                  text, sizeof text - 1
#define HEAD(type, tracks, division) "MThd\0\0\0\6\0" type "\0" tracks division
#define QUARTER_96                   "\0\x60"
#define END_OF_TRACK                 "\0\xff\x2f\0"

typedef struct Case {
    const char *name, *bytes;
    size_t size;
    const char *expected; /* events, or what is wrong */
} Case;

static const Case cases[] = {
    {"one_note",
     BYTES(
         HEAD("\0", "\1", QUARTER_96) "MTrk\0\0\0\x0c\0\x90\x3c\x40\x60\x80\x3c\x20" END_OF_TRACK),
     "0 s 0 track 0 channel 0 on 60 64\n"
     "0.5 s 1 track 0 channel 0 off 60 32\n"
     "0.5 s 1 end; tempo 2 at 0\n"},
    {"running_status_and_velocity_0_is_note_off",
     BYTES(HEAD("\0", "\1",
                QUARTER_96) "MTrk\0\0\0\x0e\0\x91\x3c\x40\x30\x3e\x41\x30\x3c\0" END_OF_TRACK),
     "0 s 0 track 0 channel 1 on 60 64\n"
     "0.25 s 0.5 track 0 channel 1 on 62 65\n"
     "0.5 s 1 track 0 channel 1 off 60 64\n"
     "0.5 s 1 end; tempo 2 at 0\n"},
    {"running_status_goes_on_behind_a_meta",
     BYTES(HEAD("\0", "\1",
                QUARTER_96) "MTrk\0\0\0\x10\0\x90\x3c\x40\0\xff\1\1x\x60\x3c\0" END_OF_TRACK),
     "0 s 0 track 0 channel 0 on 60 64\n"
     "0.5 s 1 track 0 channel 0 off 60 64\n"
     "0.5 s 1 end; tempo 2 at 0\n"},
    {"every_kind_of_message",
     BYTES(HEAD(
         "\0", "\1",
         QUARTER_96) "MTrk\0\0\0\x1e\0\xa2\x3c\x11\0\xb2\x4a\x7f\0\xc2\x05\0\xd2\x22\0\xe2\0\x40"
                     "\0\xe2\x7f\x7f\0\xe2\0\0" END_OF_TRACK),
     "0 s 0 track 0 channel 2 key 60 17\n"
     "0 s 0 track 0 channel 2 control 74 127\n"
     "0 s 0 track 0 channel 2 program 5 0\n"
     "0 s 0 track 0 channel 2 pressure 0 34\n"
     "0 s 0 track 0 channel 2 bend 0 0\n"
     "0 s 0 track 0 channel 2 bend 0 8191\n"
     "0 s 0 track 0 channel 2 bend 0 -8192\n"
     "0 s 0 end; tempo 2 at 0\n"},
    {"tempos_of_one_track_hold_for_others", /* 60 a minute; from beat 1 on 240, from beat 2 on 120 */
     BYTES(HEAD(
         "\1", "\2",
         QUARTER_96) "MTrk\0\0\0\x19\0\xff\x51\3\x0f\x42\x40\x60\xff\x51\3\x03\xd0\x90"
                     "\x60\xff\x51\3\x07\xa1\x20" END_OF_TRACK
                     "MTrk\0\0\0\x11\0\x90\x3c\x40\x60\x3c\0\x60\x3d\1\x60\x3d\0" END_OF_TRACK),
     "0 s 0 track 1 channel 0 on 60 64\n"
     "1 s 1 track 1 channel 0 off 60 64\n"
     "1.25 s 2 track 1 channel 0 on 61 1\n"
     "1.75 s 3 track 1 channel 0 off 61 64\n"
     "1.75 s 3 end; tempo 1 at 0 4 at 1 2 at 2\n"},
    {"tracks_become_one_list_and_keep_their_order",
     BYTES(
         HEAD("\1", "\3", QUARTER_96) "MTrk\0\0\0\x0c\0\x90\x3c\x40\x60\x80\x3c\x40" END_OF_TRACK
                                      "MTrk\0\0\0\x0c\x30\x91\x3d\x40\x30\x81\x3d\x40" END_OF_TRACK
                                      "MTrk\0\0\0\x0c\0\x92\x3e\x40\x60\x82\x3e\x40" END_OF_TRACK),
     "0 s 0 track 0 channel 0 on 60 64\n"
     "0 s 0 track 2 channel 2 on 62 64\n"
     "0.25 s 0.5 track 1 channel 1 on 61 64\n"
     "0.5 s 1 track 0 channel 0 off 60 64\n"
     "0.5 s 1 track 1 channel 1 off 61 64\n"
     "0.5 s 1 track 2 channel 2 off 62 64\n"
     "0.5 s 1 end; tempo 2 at 0\n"},
    {"time_code", /* 25 frames of 40 ticks: a tick is 1 ms, whatever the tempo */
     BYTES(HEAD("\0", "\1", "\xe7\x28") "MTrk\0\0\0\x13\0\xff\x51\3\x0f\x42\x40\0\x90\x3c\x40\x87"
                                        "\x68\x3c\0" END_OF_TRACK),
     "0 s 0 track 0 channel 0 on 60 64\n"
     "1 s 2 track 0 channel 0 off 60 64\n"
     "1 s 2 end; tempo 2 at 0\n"},
    {"time_code_of_29_97", /* 100 ticks a frame: 3000 are 1.001 s */
     BYTES(HEAD("\0", "\1", "\xe3\x64") "MTrk\0\0\0\x0c\0\x90\x3c\x40\x97\x38\x3c\0" END_OF_TRACK),
     "0 s 0 track 0 channel 0 on 60 64\n"
     "1.001 s 2.002 track 0 channel 0 off 60 64\n"
     "1.001 s 2.002 end; tempo 2 at 0\n"},
    {"sysex_and_other_chunks_are_passed_over",
     BYTES(HEAD(
         "\0", "\1",
         QUARTER_96) "XFIH\0\0\0\3abcMTrk\0\0\0\x15\0\xf0\3\x7e\x7f\xf7\0\xf7\1\xf3\0\x90\x3c\x40"
                     "\x60\x3c\0" END_OF_TRACK "behind"),
     "0 s 0 track 0 channel 0 on 60 64\n"
     "0.5 s 1 track 0 channel 0 off 60 64\n"
     "0.5 s 1 end; tempo 2 at 0\n"},
    {"end_of_the_longest_track_is_the_length",
     BYTES(HEAD("\1", "\2", QUARTER_96) "MTrk\0\0\0\5\x83\0\xff\x2f\0MTrk\0\0\0\4\x60\xff\x2f\0"),
     "2 s 4 end; tempo 2 at 0\n"},
    {"a_track_may_lack_its_end",
     BYTES(HEAD("\0", "\1", QUARTER_96) "MTrk\0\0\0\7\0\x90\x3c\x40\x60\x3c\0"),
     "0 s 0 track 0 channel 0 on 60 64\n"
     "0.5 s 1 track 0 channel 0 off 60 64\n"
     "0.5 s 1 end; tempo 2 at 0\n"},
    {"within_riff",
     BYTES("RIFF\x3a\0\0\0RMIDINFO\1\0\0\0x\0data\x1d\0\0\0" HEAD(
         "\0", "\1", QUARTER_96) "MTrk\0\0\0\7\0\x90\x3c\x40"
                                 "\x60\x3c\0"),
     "0 s 0 track 0 channel 0 on 60 64\n"
     "0.5 s 1 track 0 channel 0 off 60 64\n"
     "0.5 s 1 end; tempo 2 at 0\n"},
    {"empty", BYTES(""), "it is no MIDI file: it does not begin with MThd (byte 0)"},
    {"no_midi", BYTES("RIFF\0\0\0\0WAVE"),
     "it is no MIDI file: it does not begin with MThd (byte 0)"},
    {"header_cut_off", BYTES("MThd\0\0\0\6\0\0"),
     "it is cut off: its header ends too early (byte 10)"},
    {"header_too_short", BYTES("MThd\0\0\0\5\0\0\0\1\0"), "its header is too short (byte 8)"},
    {"type_2", BYTES(HEAD("\2", "\1", QUARTER_96)),
     "it is of type 2, patterns without an order; types 0 and 1 are read (byte 8)"},
    {"type_3", BYTES(HEAD("\3", "\1", QUARTER_96)),
     "it is of type 3; types 0 and 1 are read (byte 8)"},
    {"no_tracks", BYTES(HEAD("\0", "\0", QUARTER_96)), "it has no tracks (byte 10)"},
    {"no_ticks", BYTES(HEAD("\0", "\1", "\0\0")), "a quarter note or frame has no ticks (byte 12)"},
    {"time_code_without_ticks", BYTES(HEAD("\0", "\1", "\xe7\0")),
     "a quarter note or frame has no ticks (byte 12)"},
    {"time_code_unknown", BYTES(HEAD("\0", "\1", "\x80\1")),
     "a time code of 128 frames a second, which there is not (byte 12)"},
    {"track_missing", BYTES(HEAD("\1", "\2", QUARTER_96) "MTrk\0\0\0\4" END_OF_TRACK),
     "it is cut off: of 2 tracks 1 are there (byte 26)"},
    {"track_cut_off", BYTES(HEAD("\0", "\1", QUARTER_96) "MTrk\0\0\1\0" END_OF_TRACK),
     "it is cut off: 256 bytes are promised, 4 are there (byte 26)"},
    {"message_cut_off", BYTES(HEAD("\0", "\1", QUARTER_96) "MTrk\0\0\0\3\0\x90\x3c"),
     "it is cut off: a track ends too early (byte 25)"},
    {"time_without_message", BYTES(HEAD("\0", "\1", QUARTER_96) "MTrk\0\0\0\1\0"),
     "it is cut off: a track ends too early (byte 23)"},
    {"number_of_five_bytes", BYTES(HEAD("\0", "\1", QUARTER_96) "MTrk\0\0\0\5\x81\x81\x81\x81\1"),
     "a number of more than four bytes (byte 22)"},
    {"value_above_127", BYTES(HEAD("\0", "\1", QUARTER_96) "MTrk\0\0\0\4\0\x90\x3c\x80"),
     "a value from 0 to 127 is wanted here, and this is 128 (byte 25)"},
    {"nothing_goes_on", BYTES(HEAD("\0", "\1", QUARTER_96) "MTrk\0\0\0\3\0\x3c\x40"),
     "a message begins with 60, which is none, and none goes on (byte 23)"},
    {"message_of_the_system", BYTES(HEAD("\0", "\1", QUARTER_96) "MTrk\0\0\0\2\0\xf8"),
     "a message 248 of the system, which files do not hold (byte 23)"},
    {"tempo_of_0", BYTES(HEAD("\0", "\1", QUARTER_96) "MTrk\0\0\0\7\0\xff\x51\3\0\0\0"),
     "a tempo at which time stands still (byte 26)"},
    {"tempo_too_short", BYTES(HEAD("\0", "\1", QUARTER_96) "MTrk\0\0\0\6\0\xff\x51\2\0\1"),
     "a tempo has three bytes, and this has 2 (byte 26)"},
    {"meta_cut_off", BYTES(HEAD("\0", "\1", QUARTER_96) "MTrk\0\0\0\4\0\xff\1\x7f"),
     "it is cut off: a track ends too early (byte 26)"},
    {"riff_without_midi", BYTES("RIFF\x04\0\0\0RMID"),
     "it is RIFF without a MIDI file in it (byte 12)"},
    {"riff_cut_off", BYTES("RIFF\x04\0\0\0RMIDdata\xff\xff\xff\xff"),
     "it is cut off: 4294967295 bytes are promised, 0 are there (byte 20)"},
};
enum { CASES = sizeof cases / sizeof *cases };

static void print(const MidiFile *m, Buf *out) {
    static const char *const kinds[] = {"on",      "off",      "key", "control",
                                        "program", "pressure", "bend"};
    for (int i = 0; i < m->n; i++) {
        const MidiEvent *e = &m->events[i];
        buf_printf(out, "%.10g s %.10g track %d channel %d %s %d %d\n", e->seconds, e->beats,
                   e->track, e->channel, kinds[e->kind], e->number, e->value);
    }
    buf_printf(out, "%.10g s %.10g end; tempo", m->seconds, m->beats);
    for (int i = 0; i < m->ntempos; i++)
        buf_printf(out, " %.10g at %.10g", m->tempos[i].tempo, m->tempos[i].beats);
    buf_puts(out, "\n");
}

/* What is read of a file, or why it is not. */
static void read_as_text(const char *bytes, size_t size, Buf *out) {
    MidiFile m;
    if (midi_file_read(&m, (const unsigned char *)bytes, size))
        print(&m, out);
    else
        buf_puts(out, m.why);
    midi_file_free(&m);
}

/* ---- files of many events ---------------------------------------------------------------------- */

static void put(Buf *out, uint32_t value, int bytes) {
    while (bytes-- > 0)
        buf_byte(out, (char)(value >> (8 * bytes)));
}

static void put_time(Buf *out, uint32_t value) {
    for (int shift = 21; shift > 0; shift -= 7)
        if (value >> shift) buf_byte(out, (char)(0x80 | (value >> shift & 0x7f)));
    buf_byte(out, (char)(value & 0x7f));
}

static void put_track(Buf *out, const Buf *events) {
    buf_puts(out, "MTrk");
    put(out, (uint32_t)events->length, 4);
    buf_add(out, events->data, events->length);
}

/* So many tracks, each with a note at every tick that its number divides, and a tempo that changes at each hundredth tick:
 * times are compared with a sum in long double, the order with what was asked for. */
static bool many_tracks(void) {
    enum { TRACKS = 37, TICKS = 4000, DIVISION = 480 };
    Buf file = {0}, events = {0};
    buf_puts(&file, "MThd");
    put(&file, 6, 4);
    put(&file, 1, 2);
    put(&file, TRACKS, 2);
    put(&file, DIVISION, 2);
    for (int k = 1; k <= TRACKS; k++) {
        events.length = 0;
        uint32_t last = 0;
        for (uint32_t tick = 0; tick < TICKS; tick++) {
            if (k == TRACKS && tick % 100 == 0) {
                put_time(&events, tick - last);
                put(&events, 0xff5103, 3);
                put(&events, 200000 + tick * 331, 3);
                last = tick;
            }
            if (tick % (uint32_t)k) continue;
            put_time(&events, tick - last);
            put(&events, (uint32_t)(0x900000 | (k & 15) << 16 | (k & 127) << 8 | 64), 3);
            last = tick;
        }
        put(&events, 0x00ff2f00, 4);
        put_track(&file, &events);
    }
    MidiFile m;
    bool good = midi_file_read(&m, (const unsigned char *)file.data, file.length);
    if (!good) wrong("it is not read: %s", m.why);
    long double time[TICKS];
    long double now = 0;
    int expected = 0, at = 0;
    for (uint32_t tick = 0; tick < TICKS; tick++) {
        time[tick] = now;
        now += (200000 + tick / 100 * 100 * 331) / (1e6L * DIVISION);
    }
    for (uint32_t tick = 0; good && tick < TICKS; tick++)
        for (int k = 1; good && k <= TRACKS; k++) {
            if (tick % (uint32_t)k) continue;
            expected++;
            const MidiEvent *e = &m.events[at++];
            if (at > m.n || e->track != k - 1 || e->tick != tick)
                good = wrong("event %d is of track %d at %lld, not %d at %u", at - 1, e->track,
                             (long long)e->tick, k - 1, tick);
            else if (fabsl(e->seconds - time[tick]) > 1e-14L)
                good = wrong("tick %u is at %.17g s, not %.17Lg", tick, e->seconds, time[tick]);
        }
    if (good && m.n != expected) good = wrong("%d events, not %d", m.n, expected);
    midi_file_free(&m);
    buf_free(&file);
    buf_free(&events);
    return good;
}

/* Each beginning of each file that is right: read or refused, and never beyond its end (a sanitizer would see it). */
static bool beginnings(void) {
    for (int i = 0; i < CASES; i++)
        for (size_t size = 0; size <= cases[i].size; size++) {
            char *part = malloc(size);
            memcpy(part, cases[i].bytes, size);
            Buf text = {0};
            read_as_text(part, size, &text);
            const bool said = text.length > 0;
            buf_free(&text);
            free(part);
            if (!said) return wrong("%zu bytes of %s: nothing is said", size, cases[i].name);
        }
    return true;
}

static const struct {
    const char *name;
    bool (*run)(void);
} checks[] = {{"many_tracks_are_one_list", many_tracks}, {"every_beginning_of_a_file", beginnings}};
enum { CHECKS = sizeof checks / sizeof *checks };

const char *midi_name(int i) {
    return i < CASES ? cases[i].name : i < CASES + CHECKS ? checks[i - CASES].name : NULL;
}

bool run_midi(const Test *test) {
    for (int i = 0; i < CHECKS; i++)
        if (strcmp(checks[i].name, test->name) == 0) return checks[i].run();
    for (int i = 0; i < CASES; i++) {
        if (strcmp(cases[i].name, test->name) != 0) continue;
        Buf text = {0};
        read_as_text(cases[i].bytes, cases[i].size, &text);
        const bool good = text_same("read", cases[i].expected, text.data ? text.data : "");
        buf_free(&text);
        return good;
    }
    return wrong("there is no such test");
}
