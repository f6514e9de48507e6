/* Sound files as signals: reads a file, whole, through libsndfile. In: a path beside the program.
 * Out: a Sample in the graph. */
#include "peval.h"

#include <sndfile.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CHANNELS = 64 };

static void failed(Peval *p, Span span, const char *path, const char *why) {
    static const char system_error[] = "System error : ";
    if (strncmp(why, system_error, sizeof system_error - 1) == 0) why += sizeof system_error - 1;
    size_t length = strlen(why);
    while (length > 0 && (why[length - 1] == '.' || why[length - 1] == '\n'))
        length--;
    Diag *d =
        peval_error(p, span, "the sound file \"%s\" cannot be read: %.*s", path, (int)length, why);
    d->file_failed = true;
}

int sample_load(Peval *p, const char *path, Span span) {
    Compile *c = p->c;
    Graph *g = p->g;
    const char *from = span.file >= 0 ? c->sources[span.file].path : "";
    const char *full = path_beside(c, from, path);
    for (int i = 0; i < g->nsamples; i++)
        if (strcmp(g->samples[i].path, full) == 0) return i;
    SF_INFO info = {0};
    const char *why;
    bool unread;
    int handle = compile_open_file(c, full, FILE_SAMPLED, &unread, &why);
    if (handle < 0) {
        failed(p, span, path, why);
        return -1;
    }
    SNDFILE *file = sf_open_fd(handle, SFM_READ, &info, SF_FALSE);
    if (!file) {
        compile_close_file(c);
        failed(p, span, path, sf_strerror(NULL));
        return -1;
    }
    if (info.channels < 1 || info.channels > MAX_CHANNELS || info.frames < 1 ||
        info.frames > (int64_t)1 << 31 || info.samplerate < 1) {
        sf_close(file);
        compile_close_file(c);
        failed(p, span, path, "it holds no sound that can be used");
        return -1;
    }
    Sample s = {
        .path = full, .channels = info.channels, .frames = info.frames, .rate = info.samplerate};
    s.data = memory_try(sizeof(float) * (size_t)info.channels * (size_t)info.frames);
    bool whole = s.data && sf_readf_float(file, s.data, info.frames) == info.frames;
    sf_close(file);
    compile_close_file(c);
    if (!whole) {
        failed(p, span, path,
               s.data ? "it ends before its header says" : "there is not enough memory");
        free(s.data);
        return -1;
    }
    VEC_PUSH(g->samples, g->nsamples, g->sample_cap, s);
    return g->nsamples - 1;
}
