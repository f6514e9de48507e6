/* Standard MIDI Files 1.0 (MIDI Association, RP-001), also within RIFF (RMID, RP-029).
 * In: bytes. Out: what channels do, with its time in seconds and quarter notes, and the tempos; or what is wrong, and at
 * which byte. What is for people or single machines, metas and system exclusive messages, is passed over.
 *
 * Of what files do that the standard does not know, taken is what can only mean one thing: running status over a meta, a
 * track without its end, more bytes behind the last track. */
#include "base/midi_reader.h"

#include <errno.h>
#include <unistd.h>

enum {
    META_END = 0x2f,
    META_TEMPO = 0x51,
    KIND_TEMPO =
        0xff, /* an event for as long as the file is read: value and number are the tempo */
    USUAL_TEMPO = 500000, /* microseconds a quarter note: 120 a minute */
    MOST_EVENTS = 1 << 25,
    MOST_BYTES = 1 << 28
};
/* With 24 bits of microseconds a quarter note, times stay below 2^63 and exact: at 960 a quarter note nine years. */
static const int64_t most_ticks = (int64_t)1 << 39;

typedef struct Reader {
    MidiFile *m;
    const unsigned char *bytes;
    size_t size, at, end; /* of what is read now: a chunk, at first the file */
    int cap;
    int *runs; /* where each track begins in the list of events */
    int nruns, runs_cap;
    int64_t last;     /* tick of the end of the longest track */
    unsigned ticks;   /* a quarter note; of SMPTE a frame */
    double frame;     /* of SMPTE: seconds; else 0 */
    const char *what; /* is read: for messages */
} Reader;

static bool KN_PRINTF(3, 4) wrong_at(Reader *r, size_t at, const char *fmt, ...) {
    char text[120];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    snprintf(r->m->why, sizeof r->m->why, "%s (byte %zu)", text, at);
    return false;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static bool is_there(Reader *r, size_t bytes) {
    if (r->end - r->at >= bytes) return true;
    return wrong_at(r, r->end, "it is cut off: %s ends too early", r->what);
}

/* Of up to four bytes, which are there. */
static uint32_t big(Reader *r, int bytes) {
    uint32_t value = 0;
    while (bytes-- > 0)
        value = value << 8 | r->bytes[r->at++];
    return value;
}

static uint32_t little32(const unsigned char *p) {
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Seven bits a byte; all but the last have the eighth. */
static bool variable(Reader *r, uint32_t *value) {
    const size_t from = r->at;
    *value = 0;
    for (int i = 0; i < 4; i++) {
        if (!is_there(r, 1)) return false;
        unsigned char byte = r->bytes[r->at++];
        *value = *value << 7 | (byte & 0x7f);
        if (byte < 0x80) return true;
    }
    return wrong_at(r, from, "a number of more than four bytes");
}

static bool data_byte(Reader *r, unsigned char *value) {
    if (!is_there(r, 1)) return false;
    *value = r->bytes[r->at];
    if (*value >= 0x80)
        return wrong_at(r, r->at, "a value from 0 to 127 is wanted here, and this is %d", *value);
    r->at++;
    return true;
}

/* ---- events of a track ----------------------------------------------------------------------- */

static bool add(Reader *r, const MidiEvent *event) {
    if (r->m->n == MOST_EVENTS) return wrong_at(r, r->at, "it has too many events");
    VEC_PUSH(r->m->events, r->m->n, r->cap, *event);
    return true;
}

static bool channel_message(Reader *r, unsigned char status, MidiEvent *e) {
    static const struct {
        unsigned char kind, values;
    } messages[] = {{MIDI_NOTE_OFF, 2}, {MIDI_NOTE_ON, 2}, {MIDI_KEY_PRESSURE, 2},
                    {MIDI_CONTROL, 2},  {MIDI_PROGRAM, 1}, {MIDI_CHANNEL_PRESSURE, 1},
                    {MIDI_BEND, 2}};
    const int message = (status >> 4) - 8;
    unsigned char first, second = 0;
    if (!data_byte(r, &first)) return false;
    if (messages[message].values == 2 && !data_byte(r, &second)) return false;
    e->kind = messages[message].kind;
    e->channel = status & 15;
    e->number = first;
    e->value = second;
    if (e->kind == MIDI_NOTE_ON && second == 0) {
        e->kind = MIDI_NOTE_OFF;
        e->value = 64;
    } else if (e->kind == MIDI_CHANNEL_PRESSURE) {
        e->number = 0;
        e->value = first;
    } else if (e->kind == MIDI_BEND) {
        e->number = 0;
        e->value = (short)((first | second << 7) - 8192);
    }
    return add(r, e);
}

/* A tempo has 24 bits, for which an event's value and number and track have room; its track matters to nobody. */
static bool tempo(Reader *r, MidiEvent *e) {
    const size_t from = r->at;
    const uint32_t microseconds = big(r, 3);
    if (microseconds == 0) return wrong_at(r, from, "a tempo at which time stands still");
    e->kind = KIND_TEMPO;
    e->track = (int)microseconds;
    return add(r, e);
}

static bool skip(Reader *r, uint32_t *length) {
    return variable(r, length) && is_there(r, *length);
}

/* *over: the track says that it ends. */
static bool meta(Reader *r, MidiEvent *e, bool *over) {
    uint32_t length;
    if (!is_there(r, 1)) return false;
    const unsigned char type = r->bytes[r->at++];
    if (!skip(r, &length)) return false;
    const size_t next = r->at + length;
    *over = type == META_END;
    if (type == META_TEMPO && length < 3)
        return wrong_at(r, r->at, "a tempo has three bytes, and this has %u", length);
    if (type == META_TEMPO && !tempo(r, e)) return false;
    r->at = next;
    return true;
}

static bool message(Reader *r, MidiEvent *e, unsigned char *running, bool *over) {
    const size_t from = r->at;
    uint32_t length;
    if (!is_there(r, 1)) return false;
    unsigned char status = r->bytes[r->at];
    if (status < 0x80) {
        if (!*running)
            return wrong_at(r, from, "a message begins with %d, which is none, and none goes on",
                            status);
        return channel_message(r, *running, e);
    }
    r->at++;
    if (status < 0xf0) return channel_message(r, *running = status, e);
    if (status == 0xff) return meta(r, e, over);
    if (status != 0xf0 && status != 0xf7)
        return wrong_at(r, from, "a message %d of the system, which files do not hold", status);
    if (!skip(r, &length)) return false;
    r->at += length;
    return true;
}

/* The bytes from r->at to r->end. */
static bool read_track(Reader *r, int number) {
    unsigned char running = 0;
    int64_t tick = 0;
    VEC_PUSH(r->runs, r->nruns, r->runs_cap, r->m->n);
    for (bool over = false; !over && r->at < r->end;) {
        const size_t from = r->at;
        uint32_t delta;
        budget_spend(1);
        if (!variable(r, &delta)) return false;
        tick += delta;
        if (tick > most_ticks) return wrong_at(r, from, "the time here is years away");
        MidiEvent e = {.tick = tick, .track = number};
        if (!message(r, &e, &running, &over)) return false;
    }
    if (tick > r->last) r->last = tick;
    return true;
}

/* ---- chunks ---------------------------------------------------------------------------------- */

/* Past its name and length; r->end is the end of the file. False: nothing is there any more. */
static bool chunk_follows(Reader *r, char name[5], uint32_t *length) {
    if (r->end - r->at < 8) return false;
    memcpy(name, r->bytes + r->at, 4);
    name[4] = 0;
    r->at += 4;
    *length = big(r, 4);
    return true;
}

/* Negative: minus frames a second, and ticks a frame; 29 is 30 / 1.001. */
static bool division(Reader *r) {
    const size_t from = r->at;
    const uint32_t value = big(r, 2);
    r->ticks = value & 0x7fff;
    if (value & 0x8000) {
        const int frames = 256 - (int)(value >> 8);
        if (frames != 24 && frames != 25 && frames != 29 && frames != 30)
            return wrong_at(r, from, "a time code of %d frames a second, which there is not",
                            frames);
        r->ticks = value & 0xff;
        r->frame = frames == 29 ? 1.001 / 30 : 1.0 / frames;
    }
    return r->ticks > 0 || wrong_at(r, from, "a quarter note or frame has no ticks");
}

static bool header(Reader *r, uint32_t *tracks) {
    char name[5];
    uint32_t length;
    const size_t from = r->at;
    if (!chunk_follows(r, name, &length) || memcmp(name, "MThd", 4) != 0)
        return wrong_at(r, from, "it is no MIDI file: it does not begin with MThd");
    if (length < 6) return wrong_at(r, r->at, "its header is too short");
    if (!is_there(r, length)) return false;
    const size_t begin = r->at;
    const uint32_t type = big(r, 2);
    if (type == 2)
        return wrong_at(r, begin,
                        "it is of type 2, patterns without an order; types 0 and 1 are read");
    if (type > 2) return wrong_at(r, begin, "it is of type %u; types 0 and 1 are read", type);
    *tracks = big(r, 2);
    if (*tracks == 0) return wrong_at(r, begin + 2, "it has no tracks");
    if (!division(r)) return false;
    r->at = begin + length;
    return true;
}

static bool read_tracks(Reader *r, uint32_t tracks) {
    const size_t end = r->end;
    char name[5];
    uint32_t length, number = 0;
    while (number < tracks && chunk_follows(r, name, &length)) {
        const bool track = memcmp(name, "MTrk", 4) == 0;
        budget_spend(1);
        if (end - r->at < length)
            return wrong_at(r, end, "it is cut off: %u bytes are promised, %zu are there", length,
                            end - r->at);
        const size_t next = r->at + length;
        r->end = next;
        r->what = "a track";
        if (track && !read_track(r, (int)number++)) return false;
        r->at = next;
        r->end = end;
    }
    r->m->tracks = (int)number;
    return number == tracks ||
           wrong_at(r, end, "it is cut off: of %u tracks %u are there", tracks, number);
}

/* RIFF counts from the small end, and holds the file as its chunk "data". */
static bool unwrap(Reader *r) {
    if (r->size < 12 || memcmp(r->bytes, "RIFF", 4) != 0 || memcmp(r->bytes + 8, "RMID", 4) != 0)
        return true;
    for (r->at = 12; r->end - r->at >= 8;) {
        const unsigned char *chunk = r->bytes + r->at;
        const size_t length = little32(chunk + 4);
        budget_spend(1);
        r->at += 8;
        if (r->end - r->at < length)
            return wrong_at(r, r->end, "it is cut off: %zu bytes are promised, %zu are there",
                            length, r->end - r->at);
        if (memcmp(chunk, "data", 4) == 0) {
            r->end = r->at + length;
            return true;
        }
        r->at += length + (length & 1 && r->end - r->at > length);
    }
    return wrong_at(r, r->end, "it is RIFF without a MIDI file in it");
}

/* ---- one list of the tracks -------------------------------------------------------------------- */

/* Two neighbours, each by time, as one; of the same tick those of the first come first. */
static void merge(const MidiEvent *from, MidiEvent *to, int begin, int middle, int end) {
    int a = begin, b = middle;
    budget_spend(end - begin);
    for (int i = begin; i < end; i++) {
        const bool first = a < middle && (b == end || from[a].tick <= from[b].tick);
        to[i] = from[first ? a++ : b++];
    }
}

/* Two by two, until one is left: what k tracks hold is moved log2(k) times. */
static void merge_all(Reader *r) {
    MidiFile *m = r->m;
    if (r->nruns < 2 || m->n == 0) return;
    MidiEvent *other = alloc_room((size_t)m->n, sizeof *other);
    while (r->nruns > 1) {
        int n = 0;
        for (int i = 0; i < r->nruns; i += 2) {
            const int middle = i + 1 < r->nruns ? r->runs[i + 1] : m->n;
            const int end = i + 2 < r->nruns ? r->runs[i + 2] : m->n;
            merge(m->events, other, r->runs[i], middle, end);
            r->runs[n++] = r->runs[i];
        }
        r->nruns = n;
        MidiEvent *merged = other;
        other = m->events;
        m->events = merged;
    }
    free(other);
}

/* ---- ticks to seconds -------------------------------------------------------------------------- */

typedef struct Clock {
    int64_t tick, time; /* since the last tempo; time in microseconds, times ticks a quarter note */
    int64_t microseconds; /* a quarter note */
} Clock;

static double seconds_at(const Reader *r, const Clock *clock, int64_t tick) {
    if (r->frame > 0) return (double)tick * r->frame / r->ticks;
    const int64_t time = clock->time + (tick - clock->tick) * clock->microseconds;
    return (double)time / (1e6 * r->ticks);
}

/* A time code knows no beats: there they are taken at the usual tempo. */
static double beats_at(const Reader *r, const Clock *clock, int64_t tick) {
    if (r->frame > 0) return seconds_at(r, clock, tick) * 1e6 / USUAL_TEMPO;
    return (double)tick / r->ticks;
}

static void turn_tempo(Reader *r, Clock *clock, int64_t tick, int microseconds, int *cap) {
    MidiFile *m = r->m;
    if (r->frame > 0 && m->ntempos > 0) return;
    clock->time += (tick - clock->tick) * clock->microseconds;
    clock->tick = tick;
    clock->microseconds = microseconds;
    MidiTempo now = {.seconds = seconds_at(r, clock, tick),
                     .beats = beats_at(r, clock, tick),
                     .tempo = 1e6 / microseconds};
    if (m->ntempos > 0 && m->tempos[m->ntempos - 1].beats == now.beats)
        m->tempos[m->ntempos - 1] = now;
    else
        VEC_PUSH(m->tempos, m->ntempos, *cap, now);
}

/* Tempos go into their own list, of every track: they hold for all. */
static void tell_times(Reader *r) {
    MidiFile *m = r->m;
    Clock clock = {.microseconds = USUAL_TEMPO};
    int kept = 0, cap = 0;
    turn_tempo(r, &clock, 0, USUAL_TEMPO, &cap);
    for (int i = 0; i < m->n; i++) {
        MidiEvent e = m->events[i];
        budget_spend(1);
        if (e.kind == KIND_TEMPO) {
            turn_tempo(r, &clock, e.tick, e.track, &cap);
            continue;
        }
        e.seconds = seconds_at(r, &clock, e.tick);
        e.beats = beats_at(r, &clock, e.tick);
        m->events[kept++] = e;
    }
    m->n = kept;
    m->seconds = seconds_at(r, &clock, r->last);
    m->beats = beats_at(r, &clock, r->last);
}

/* ---- the whole --------------------------------------------------------------------------------- */

bool midi_file_read(MidiFile *m, const unsigned char *bytes, size_t size) {
    *m = (MidiFile){0};
    Reader r = {.m = m, .bytes = bytes, .size = size, .end = size, .what = "its header"};
    uint32_t tracks = 0;
    const bool ok = unwrap(&r) && header(&r, &tracks) && read_tracks(&r, tracks);
    if (ok) {
        merge_all(&r);
        tell_times(&r);
    }
    free(r.runs);
    return ok;
}

void midi_file_free(MidiFile *m) {
    free(m->events);
    free(m->tempos);
    m->events = NULL;
    m->tempos = NULL;
}

unsigned char *midi_file_bytes(MidiFile *m, int handle, size_t *size) {
    struct stat info;
    size_t got = 0;
    ssize_t n = 1;
    *m = (MidiFile){0};
    if (fstat(handle, &info) != 0) {
        snprintf(m->why, sizeof m->why, "%s", strerror(errno));
        return NULL;
    }
    const bool large = info.st_size > MOST_BYTES;
    unsigned char *bytes = large ? NULL : memory_try((size_t)info.st_size + 1);
    if (!bytes) {
        snprintf(m->why, sizeof m->why, large ? "it is too large" : "there is not enough memory");
        return NULL;
    }
    while (got < (size_t)info.st_size && n != 0) {
        n = pread(handle, bytes + got, (size_t)info.st_size - got, (off_t)got);
        if (n > 0) got += (size_t)n;
        if (n < 0 && errno != EINTR) {
            snprintf(m->why, sizeof m->why, "%s", strerror(errno));
            free(bytes);
            return NULL;
        }
    }
    *size = got;
    return bytes;
}
