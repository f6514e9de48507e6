/* Sound files as signals: reads a file, whole. In: a path beside the program.
 * Out: a Sample in the graph. */
#include "evaluate/peval.h"
#include "base/sound_reader.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_CHANNELS = 64 };
static const int64_t max_frames = (int64_t)1 << 31;

static int failed(Peval *p, Span span, const char *path, const char *why) {
    Diag *d = peval_error(p, span, "the sound file \"%s\" cannot be read: %s", path, why);
    d->file_failed = true;
    return -1;
}

/* The whole sound of an open file; no memory of ours is asked for but by memory_try, since a file is open. */
static bool read_whole(SoundReader *r, int handle, Sample *s) {
    if (!sound_reader_open(r, handle)) return false;
    s->channels = r->channels;
    s->frames = r->frames;
    s->rate = r->rate;
    const char *why = NULL;
    if (r->channels > MAX_CHANNELS || r->frames < 1 || r->frames > max_frames)
        why = "it holds no sound that can be used";
    else if (!(s->data = memory_try(sizeof(float) * (size_t)r->channels * (size_t)r->frames)))
        why = "there is not enough memory";
    bool whole = !why && sound_reader_read(r, s->data, r->frames);
    sound_reader_close(r);
    if (why) snprintf(r->why, sizeof r->why, "%s", why);
    if (!whole) free(s->data);
    return whole;
}

int sample_load(Peval *p, const char *path, Span span) {
    Session *session = p->session;
    Graph *g = p->g;
    const char *from = span.file >= 0 ? session->sources[span.file].path : "";
    const char *full = path_beside(session, from, path);
    for (int i = 0; i < g->nsamples; i++)
        if (strcmp(g->samples[i].path, full) == 0) return i;
    const char *why;
    bool unread;
    int handle = session_open_file(session, full, FILE_SAMPLED, &unread, &why);
    if (handle < 0) return failed(p, span, path, why);
    SoundReader reader;
    Sample s = {.path = full};
    bool whole = read_whole(&reader, handle, &s);
    session_close_file(session);
    if (!whole) return failed(p, span, path, reader.why);
    VEC_PUSH(g->samples, g->nsamples, g->sample_cap, s);
    return g->nsamples - 1;
}
