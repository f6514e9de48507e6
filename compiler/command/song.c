/* What an instrument plays in a render. In: a MIDI file, or nothing: then one note. Out: events with their frames, in order. */
#include "command/song.h"
#include "base/midi_reader.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

void song_free(Song *song) {
    free(song->events);
    song->events = NULL;
    song->n = song->cap = 0;
}

static void add(Song *song, double seconds, double rate, KnEvent event) {
    event.frame = (int64_t)floor(seconds * rate + 0.5);
    VEC_PUSH(song->events, song->n, song->cap, event);
    if (event.kind == KN_NOTE_ON) song->notes++;
}

/* ---- from a MIDI file ------------------------------------------------------------------------------- */

static void add_midi(Song *song, const MidiEvent *e, double rate) {
    const double part = e->value / 127.0;
    KnEvent event = {.channel = e->channel, .key = e->number, .value = part};
    switch (e->kind) {
    case MIDI_NOTE_ON: event.kind = KN_NOTE_ON; break;
    case MIDI_NOTE_OFF: event.kind = KN_NOTE_OFF; break;
    case MIDI_KEY_PRESSURE: event.kind = KN_KEY_PRESSURE; break;
    case MIDI_CHANNEL_PRESSURE: event.kind = KN_PRESSURE; break;
    case MIDI_CONTROL: event.kind = KN_CONTROLLER; break;
    case MIDI_BEND:
        event.kind = KN_BEND_PART;
        event.value = e->value / (e->value < 0 ? 8192.0 : 8191.0);
        break;
    default: return; /* programs: an instrument is one */
    }
    add(song, e->seconds, rate, event);
}

static bool read_midi(Song *song, const char *path, double rate, FilesRead *read, Failure *why) {
    struct stat info;
    const char *reason;
    MidiFile midi = {0};
    size_t size;
    const int handle = input_file_open(path, &info, &reason);
    if (handle < 0) return failure(why, "--midi: cannot read %s: %s", path, reason);
    if (read) files_read_note(read, &info, "the file of --midi");
    unsigned char *bytes = midi_file_bytes(&midi, handle, &size);
    close(handle);
    bool good = bytes && midi_file_read(&midi, bytes, size);
    if (!good) failure(why, "--midi: %s: %s", path, midi.why);
    for (int i = 0; good && i < midi.n; i++)
        add_midi(song, &midi.events[i], rate);
    song->frames = good ? (int64_t)ceil(midi.seconds * rate) : 0;
    free(bytes);
    midi_file_free(&midi);
    return good;
}

/* ---- the whole -------------------------------------------------------------------------------------- */

int voicing_read(const Request *r, Compile *c, Voicing *how) {
    if (r->glide && !time_read(c, "--glide", r->glide, &how->glide)) return STATUS_USAGE;
    how->stealing = instrument_stealing_named(r->steal);
    how->voicing = instrument_voicing_named(r->mono);
    how->legato = r->legato;
    if (how->stealing < 0)
        return command_fail(STATUS_USAGE, "--steal is oldest, quietest or same, not '%s'",
                            r->steal);
    if (how->voicing < 0)
        return command_fail(STATUS_USAGE, "--mono is last, low or high, not '%s'", r->mono);
    return STATUS_DONE;
}

static int read_options(const Request *r, Compile *c, Song *song) {
    if (!option_integer("voices", r->voices, 1, MOST_VOICES, &song->voices)) return STATUS_USAGE;
    return voicing_read(r, c, &song->how);
}

static bool read_events(Song *song, const char *path, double rate, FilesRead *read, Failure *why) {
    if (path) return read_midi(song, path, rate, read, why);
    add(song, 0, rate, (KnEvent){.kind = KN_NOTE_ON, .key = 69, .value = 0.8});
    add(song, 1, rate, (KnEvent){.kind = KN_NOTE_OFF, .key = 69, .value = 0.5});
    song->frames = (int64_t)ceil(rate);
    return true;
}

int song_open(const Request *r, Compile *c, double rate, Song *song) {
    Failure why;
    if (!c->program.notes.graph)
        return r->midi
                   ? command_fail(STATUS_USAGE, "--midi: the program is no instrument: it has no "
                                                "`voice(f, gate, velocity)` that is heard")
                   : STATUS_DONE;
    const int status = read_options(r, c, song);
    if (status != STATUS_DONE) return status;
    if (!read_events(song, r->midi, rate, &c->session.files, &why)) return command_fail_with(&why);
    if (!r->midi)
        command_warn("there is no --midi: the instrument plays one note, A4 for 1 s");
    else if (song->notes == 0)
        command_warn("--midi: %s has no notes", r->midi);
    return STATUS_DONE;
}
