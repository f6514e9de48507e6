/* MIDI files as lists of events for `score`. In: a path beside the program, and which channel and track. Out: a list of
 * [start, length, frequency, velocity], in seconds, Hz and parts of full strength, in the order in which they start.
 *
 * A note ends with the first note-off of its key, track and channel that no note before it took; while the pedal (controller
 * 64) is down, when that rises, or when the key is struck again, as on a piano; at the end of the file at the latest. */
#include "evaluate/prims.h"
#include "base/midi_reader.h"

#include <math.h>
#include <stdlib.h>

enum {
    CHANNELS = 16,
    KEYS = 128,
    PEDAL = 64,
    ALL_SOUND_OFF = 120,
    RESET_CONTROLLERS = 121,
    ALL_NOTES_OFF = 123, /* and what is above: they change the mode, which ends notes too */
    NONE = -1
};
/* Of a note that ends as it begins: pads of drums send those. */
static const double least_length = 1e-3;

typedef struct Note {
    double start, end;
    int track, next; /* of those that sound, with the same channel and key */
    unsigned char channel, key, velocity;
    bool released; /* it sounds by the pedal alone */
} Note;

typedef struct FoundNotes {
    Note *items;
    int n, cap;
    int first[CHANNELS][KEYS]; /* of those that sound, the oldest */
    int last[CHANNELS][KEYS];  /* and the newest, where there is one */
    bool pedal[CHANNELS];
} FoundNotes;

/* ---- what sounds ------------------------------------------------------------------------------- */

/* Ends, of a channel and key, those that sound: the oldest of a track whose key is down, all that only the pedal holds, or
 * all. */
typedef enum { END_FIRST_OF_TRACK, END_RELEASED, END_ALL } Which;
static void end_notes(FoundNotes *notes, int channel, int key, Which which, int track,
                      double seconds) {
    int before = NONE;
    for (int *at = &notes->first[channel][key]; *at != NONE;) {
        Note *note = &notes->items[*at];
        budget_spend(1);
        const bool meant =
            which == END_ALL ||
            (which == END_RELEASED ? note->released : !note->released && note->track == track);
        if (!meant) {
            before = *at;
            at = &note->next;
            continue;
        }
        if (which == END_FIRST_OF_TRACK && notes->pedal[channel]) {
            note->released = true;
            return;
        }
        note->end = seconds;
        *at = note->next;
        if (*at == NONE) notes->last[channel][key] = before;
        if (which == END_FIRST_OF_TRACK) return;
    }
}

static void note_on(FoundNotes *notes, const MidiEvent *e) {
    int *first = &notes->first[e->channel][e->number], *last = &notes->last[e->channel][e->number];
    if (notes->pedal[e->channel])
        end_notes(notes, e->channel, e->number, END_RELEASED, 0, e->seconds);
    if (*first == NONE)
        *first = notes->n;
    else
        notes->items[*last].next = notes->n;
    *last = notes->n;
    Note note = {.start = e->seconds,
                 .track = e->track,
                 .next = NONE,
                 .channel = e->channel,
                 .key = e->number,
                 .velocity = (unsigned char)e->value};
    VEC_PUSH(notes->items, notes->n, notes->cap, note);
}

/* Where the pedal is down, only the ends of keys are noted. */
static void keys_up(FoundNotes *notes, int channel, double seconds) {
    for (int key = 0; key < KEYS; key++) {
        budget_spend(1);
        if (!notes->pedal[channel]) {
            end_notes(notes, channel, key, END_ALL, 0, seconds);
            continue;
        }
        for (int i = notes->first[channel][key]; i != NONE; i = notes->items[i].next) {
            budget_spend(1);
            notes->items[i].released = true;
        }
    }
}

static void end_all(FoundNotes *notes, int channel, Which which, double seconds) {
    for (int key = 0; key < KEYS; key++) {
        budget_spend(1);
        end_notes(notes, channel, key, which, 0, seconds);
    }
}

static void control(FoundNotes *notes, const MidiEvent *e) {
    const bool down = e->number == PEDAL && e->value >= 64;
    if (e->number == PEDAL || e->number == RESET_CONTROLLERS) {
        if (!down && notes->pedal[e->channel]) end_all(notes, e->channel, END_RELEASED, e->seconds);
        notes->pedal[e->channel] = down;
    } else if (e->number == ALL_SOUND_OFF) {
        end_all(notes, e->channel, END_ALL, e->seconds);
    } else if (e->number >= ALL_NOTES_OFF) {
        keys_up(notes, e->channel, e->seconds);
    }
}

/* `channel` and `track` count from 1; 0 takes all. A pedal holds for its channel, whatever track it is in. */
static void collect(const MidiFile *m, int channel, int track, FoundNotes *notes) {
    for (int k = 0; k < CHANNELS; k++)
        for (int key = 0; key < KEYS; key++)
            notes->first[k][key] = NONE;
    for (int i = 0; i < m->n; i++) {
        const MidiEvent *e = &m->events[i];
        budget_spend(1);
        if (channel && e->channel != channel - 1) continue;
        const bool heard = !track || e->track == track - 1;
        if (e->kind == MIDI_NOTE_ON && heard) note_on(notes, e);
        if (e->kind == MIDI_NOTE_OFF && heard)
            end_notes(notes, e->channel, e->number, END_FIRST_OF_TRACK, e->track, e->seconds);
        if (e->kind == MIDI_CONTROL) control(notes, e);
    }
    for (int k = 0; k < CHANNELS; k++)
        end_all(notes, k, END_ALL, m->seconds);
}

/* ---- the list ------------------------------------------------------------------------------------ */

static Value list_of(Peval *p, const FoundNotes *notes) {
    Value *events = ARENA_ARRAY(p->session->arena, Value, notes->n + 1);
    for (int i = 0; i < notes->n; i++) {
        const Note *note = &notes->items[i];
        const Value event[] = {value_constant(p, note->start),
                               value_constant(p, fmax(note->end - note->start, least_length)),
                               value_constant(p, 440 * pow(2, (note->key - 69) / 12.0)),
                               value_constant(p, note->velocity / 127.0)};
        events[i] = value_list(p, event, 4);
        budget_spend(4);
    }
    return value_list(p, events, notes->n);
}

static Value refuse(Peval *p, const char *path, const char *why, Span span) {
    Diag *d = peval_error(p, span, "the MIDI file \"%s\" cannot be read: %s", path, why);
    d->file_failed = true;
    return value_error();
}

/* False with a diag. */
static bool load(Peval *p, const char *path, Span span, MidiFile *m) {
    Session *session = p->session;
    const char *from = span.file >= 0 ? session->sources[span.file].path : "";
    const char *why;
    size_t size;
    bool unread;
    int handle =
        session_open_file(session, path_beside(session, from, path), FILE_MIDI, &unread, &why);
    if (handle < 0) return refuse(p, path, why, span), false;
    unsigned char *bytes = midi_file_bytes(m, handle, &size);
    session_close_file(session);
    const bool read = bytes && midi_file_read(m, bytes, size);
    free(bytes);
    if (!read) {
        refuse(p, path, m->why, span);
        midi_file_free(m);
    }
    return read;
}

/* A whole number from 0 to `most`; 0, which stands for what is not given, takes all. */
static bool choice(Peval *p, Value v, int place, const char *what, int most, Span span,
                   int *chosen) {
    double x;
    span = argument_span(p, place, span);
    if (!peval_known(p, v, arena_printf(p->session->arena, "`%s`", what), span, &x)) return false;
    *chosen = x >= 0 && x <= most ? (int)x : 0;
    if (*chosen == x) return true;
    peval_error(p, span, "`%s` is a whole number from 1 to %d, or 0 for all, and this is %.9g",
                what, most, x);
    return false;
}

Value midi_file_call(Peval *p, const Value *args, int n, Span span) {
    int channel = 0, track = 0;
    MidiFile m;
    Value path = force(p, args[0]), events = value_error();
    if (path.kind == V_ERROR) return path;
    if (path.kind != V_STRING) {
        peval_error(p, argument_span(p, 0, span),
                    "`midi_file` takes the name of a MIDI file, a string, and this is %s",
                    value_describe(p, path));
        return value_error();
    }
    if (n > 1 && !choice(p, args[1], 1, "channel", CHANNELS, span, &channel)) return value_error();
    if (!load(p, path.text, argument_span(p, 0, span), &m)) return value_error();
    if (n < 3 || choice(p, args[2], 2, "track", m.tracks, span, &track)) {
        FoundNotes notes = {0};
        collect(&m, channel, track, &notes);
        events = list_of(p, &notes);
        free(notes.items);
    }
    midi_file_free(&m);
    return events;
}
