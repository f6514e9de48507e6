/* Sound files as signals: reads a file, whole, or opens it to be read while it is heard. In: a path beside the program.
 * Out: a Sample in the graph. */
#include "evaluate/peval.h"
#include "base/sound_reader.h"
#include "base/sound_stream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_STREAMS = 64 }; /* each has some 16 MiB, a thread and a file */
enum { MAX_CHANNELS = 64 };
static const int64_t max_frames = (int64_t)1 << 40;

static int failed(Peval *p, Span span, const char *path, const char *why) {
    Diag *d = peval_error(p, span, "the sound file \"%s\" cannot be read: %s", path, why);
    d->file_failed = true;
    return -1;
}

/* The whole sound of an open file; no memory of ours is asked for but by memory_try, since a file is open. */
static bool read_whole(SoundReader *r, Sample *s) {
    s->data = memory_try(sizeof(float) * (size_t)r->channels * (size_t)r->frames);
    if (!s->data) {
        snprintf(r->why, sizeof r->why, "there is not enough memory");
        return false;
    }
    if (sound_reader_read(r, s->data, r->frames)) return true;
    free(s->data);
    return false;
}

/* Which file it is: as a whole it is not looked at. */
static uint64_t identity_of(int handle) {
    struct stat info;
    if (fstat(handle, &info) != 0) return 0;
    const uint64_t parts[] = {(uint64_t)info.st_dev, (uint64_t)info.st_ino, (uint64_t)info.st_size,
                              (uint64_t)info.st_mtim.tv_sec, (uint64_t)info.st_mtim.tv_nsec};
    uint64_t h = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        h = (h ^ parts[i]) * 0x9e3779b97f4a7c15u;
    return h;
}

/* A stream is a thread and a file, which no jump takes away: the session has it at once. */
static bool open_stream(Session *session, SoundReader *r, int handle, Sample *s) {
    if (sound_streams_open(session->streams) >= MOST_STREAMS) {
        snprintf(r->why, sizeof r->why,
                 "it is too large to be held in memory, and %d such files are open already",
                 MOST_STREAMS);
        return false;
    }
    s->stream = sound_stream_open(handle, session->waits, r->why, sizeof r->why);
    if (!s->stream) return false;
    session->streams = sound_stream_link(s->stream, session->streams);
    s->identity = identity_of(handle);
    return true;
}

static bool read_sound(Session *session, SoundReader *r, int handle, Sample *s) {
    if (!sound_reader_open(r, handle)) return false;
    s->channels = r->channels;
    s->frames = r->frames;
    s->rate = r->rate;
    bool good = r->channels <= MAX_CHANNELS && r->frames >= 1 && r->frames <= max_frames;
    if (!good) snprintf(r->why, sizeof r->why, "it holds no sound that can be used");
    const bool large = r->frames > session->most_held / (int64_t)sizeof(float) / r->channels;
    good = good && (large || read_whole(r, s));
    sound_reader_close(r);
    return good && (!large || open_stream(session, r, handle, s));
}

/* What is no number is silence: once it is in a filter or an echo nothing else would ever be heard. */
static void drop_no_numbers(Peval *p, Sample *s, const char *path, Span span) {
    int64_t found = 0, first = 0;
    for (int64_t i = 0; i < s->frames * s->channels; i++) {
        if (isfinite(s->data[i])) continue;
        if (found++ == 0) first = i / s->channels;
        s->data[i] = 0;
    }
    if (found > 0)
        diag_warning(p->session, span,
                     "the sound file \"%s\" holds %lld values that are no numbers, the first in "
                     "frame %lld; they are silence",
                     path, (long long)found, (long long)first);
}

static void keep_marks(Arena *arena, const SoundReader *r, Sample *s) {
    s->nloops = r->nloops;
    s->ncues = r->ncues;
    s->loops = arena_alloc(arena, sizeof r->loops);
    memcpy(s->loops, r->loops, sizeof r->loops);
    s->cues = ARENA_ARRAY(arena, int64_t, MOST_CUES);
    memcpy(s->cues, r->cues, sizeof r->cues);
}

int sample_load_path(Peval *p, const char *full, const char *path, Span span) {
    Session *session = p->session;
    Graph *g = p->g;
    for (int i = 0; i < g->nsamples; i++)
        if (strcmp(g->samples[i].path, full) == 0) return i;
    const char *why;
    bool unread;
    int handle = session_open_file(session, full, FILE_SAMPLED, &unread, &why);
    if (handle < 0) return failed(p, span, path, why);
    SoundReader reader;
    Sample s = {.path = full};
    bool whole = read_sound(session, &reader, handle, &s);
    session_close_file(session);
    if (whole) keep_marks(session->arena, &reader, &s);
    if (!whole) return failed(p, span, path, reader.why);
    if (s.data) drop_no_numbers(p, &s, path, span);
    VEC_PUSH(g->samples, g->nsamples, g->sample_cap, s);
    return g->nsamples - 1;
}

int sample_load(Peval *p, const char *path, Span span) {
    const char *from = span.file >= 0 ? p->session->sources[span.file].path : "";
    return sample_load_path(p, path_beside(p->session, from, path), path, span);
}
