/* What the bits of a render hang on: this kanon, its engine, the program, its files and params, and what is asked for. In:
 * a Job. Out: lines of text, so that a render that goes on later is refused, in words, where one of them differs. */
#include "command/identity.h"
#include "runtime/kernels.h"

#include <string.h>

/* Fowler, Noll and Vo, 1991: nobody is to be deceived, only told. */
uint64_t identity_hash(uint64_t hash, const void *data, size_t size) {
    const unsigned char *at = data;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    return hash;
}

/* A hash of all that is linked (Makefile): bits are promised for one build. */
extern const char kanon_build[];

/* One that is read while it is heard is known by its size and time; not by its device, which is another one on each machine. */
static uint64_t hash_of_large_file(uint64_t hash, const Sample *s) {
    struct stat info;
    if (stat(s->path, &info) != 0) return hash;
    const int64_t facts[] = {s->channels, s->frames, info.st_size, info.st_mtim.tv_sec,
                             info.st_mtim.tv_nsec};
    return identity_hash(hash, facts, sizeof facts);
}

/* The graph as it is evaluated, so comments may change; and what its sound files hold. */
static uint64_t hash_of_graph(uint64_t hash, const Graph *g) {
    Buf text = {0};
    graph_print(g, &text);
    hash = identity_hash(hash, text.data, text.length);
    buf_free(&text);
    for (int i = 0; i < g->nsamples; i++) {
        const Sample *s = &g->samples[i];
        const size_t bytes = sizeof(float) * (size_t)s->frames * (size_t)s->channels;
        hash = identity_hash(hash, &s->rate, sizeof s->rate);
        hash = s->data ? identity_hash(hash, s->data, bytes) : hash_of_large_file(hash, s);
    }
    return hash;
}

/* What an instrument plays, and how: each field, since there is room between them. */
static uint64_t hash_of_notes(const Job *job) {
    const Song *song = &job->song;
    uint64_t hash = identity_hash(IDENTITY_SEED, &song->voices, sizeof song->voices);
    Buf text = {0};
    buf_printf(&text, "%d %d %d %.17g", song->how.stealing, song->how.voicing, song->how.legato,
               song->how.glide);
    hash = identity_hash(hash, text.data, text.length);
    buf_free(&text);
    for (int i = 0; i < song->n; i++) {
        const KnEvent *e = &song->events[i];
        hash = identity_hash(hash, &e->frame, sizeof e->frame);
        hash = identity_hash(hash, &e->kind, sizeof e->kind);
        hash = identity_hash(hash, &e->channel, sizeof e->channel);
        hash = identity_hash(hash, &e->key, sizeof e->key);
        hash = identity_hash(hash, &e->value, sizeof e->value);
    }
    return hash;
}

/* As they are written: what they come to hangs on the program alone. */
static uint64_t hash_of_sets(const Request *request) {
    uint64_t hash = IDENTITY_SEED;
    for (int i = 0; i < request->sets.n; i++)
        hash = identity_hash(hash, request->sets.items[i], strlen(request->sets.items[i]) + 1);
    return hash;
}

static uint64_t hash_of_program(const Program *program) {
    const uint64_t hash = hash_of_graph(IDENTITY_SEED, program->graph);
    return program->notes.graph ? hash_of_graph(hash, program->notes.graph) : hash;
}

static const char *kernels_of(const Request *request) {
    const char *asked = request->isa ? request->isa : getenv("KANON_ISA");
    return asked ? asked : kernels_set_name(kernels_best());
}

void identity_of_program(const Job *job, Buf *out) {
    const Request *r = job->request;
    buf_printf(out, "kanon %s\tby another kanon\n", kanon_build);
    buf_printf(out, "rate %.17g\tat another rate\n", job->rate);
    buf_printf(out, "program %016llx\tof another program\n",
               (unsigned long long)hash_of_program(&job->c->program));
    const char *compiler = getenv("KANON_CC");
    buf_printf(out, "engine %s %.32s %.256s %llx\tby another engine\n", engine_name(job->engine),
               kernels_of(r), compiler ? compiler : "", (unsigned long long)r->without);
    buf_printf(out, "double %d\tin another precision (--double)\n", r->double_precision);
}

void identity_of_render(const Job *job, Buf *out) {
    identity_of_program(job, out);
    buf_printf(out, "set %016llx\twith other params (--set)\n",
               (unsigned long long)hash_of_sets(job->request));
    buf_printf(out, "notes %016llx\twith other notes\n", (unsigned long long)hash_of_notes(job));
    buf_printf(out, "from %lld\tat another time (--from, --part)\n", (long long)job->render.from);
    buf_printf(out, "frames %lld\tin another length\n", (long long)job->render.frames);
    buf_printf(out, "format %d %d %d\tin another format\n", job->format.container, job->format.bits,
               job->format.dither);
}
