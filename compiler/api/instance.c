/* Running programs, for hosts: kn_instance_… and kn_program_render of kanon.h.
 * In: a KnProgram, inputs, params. Out: audio.
 *
 * All that an instance has lies in one block of memory: itself, then places for the pointers and the
 * samples of outputs that the host does not want, then the engine's part. */
#include "api/api.h"

#include <stdlib.h>

/* Frames at a time where a channel is silent or dropped. */
enum { PIECE = 64 };
static const int64_t last_frame = (int64_t)1 << 52; /* beyond, a double cannot count frames */

struct KnInstance {
    KnProgram *program;
    Instance *instance;
    MemoryOwner memory; /* of what engine ref allocates */
    int64_t frame;      /* the next */
    bool allocated;
    const float **inputs; /* of a piece */
    float **outputs, *dropped;
};

/* ---- in one block of memory ---------------------------------------------------------------------- */

/* Where the parts of an instance begin. */
typedef struct Parts {
    size_t inputs, outputs, dropped, engine, end;
} Parts;

static Parts find_parts(const KnProgram *p, int voices) {
    size_t ninputs = (size_t)kn_program_inputs(p), noutputs = (size_t)kn_program_outputs(p);
    Parts parts = {.inputs = instance_aligned(sizeof(KnInstance))};
    parts.outputs = parts.inputs + ninputs * sizeof(float *);
    parts.dropped = instance_aligned(parts.outputs + noutputs * sizeof(float *));
    parts.engine = instance_aligned(parts.dropped + noutputs * PIECE * sizeof(float));
    parts.end = parts.engine + engine_instance_bytes(p->engine, voices);
    return parts;
}

static bool voices_are_possible(int voices) {
    return voices >= 1 && voices <= MOST_VOICES;
}

size_t kn_instance_bytes_voices(const KnProgram *p, int voices) {
    return p && p->engine && voices_are_possible(voices) ? find_parts(p, voices).end : 0;
}

size_t kn_instance_bytes(const KnProgram *p) {
    return kn_instance_bytes_voices(p, USUAL_VOICES);
}

typedef struct Start {
    KnInstance *instance;
    void *place; /* of the engine's part */
    int voices;
} Start;

static void start(void *data) {
    Start *s = data;
    s->instance->instance = instance_create_in(s->instance->program->engine, s->place, s->voices);
}

KnInstance *kn_instance_create_voices_in(KnProgram *p, int voices, void *memory, size_t bytes) {
    HOLD_FLOAT_MODE;
    bool possible = p && p->engine && memory && voices_are_possible(voices);
    if (!possible || (uintptr_t)memory % KN_INSTANCE_ALIGNMENT != 0) return NULL;
    Parts parts = find_parts(p, voices);
    if (bytes < parts.end) return NULL;
    char *base = memory;
    KnInstance *i = memory;
    *i = (KnInstance){.program = p,
                      .inputs = (void *)(base + parts.inputs),
                      .outputs = (void *)(base + parts.outputs),
                      .dropped = (void *)(base + parts.dropped)};
    if (memory_guard(&i->memory, start, &(Start){i, base + parts.engine, voices}) && i->instance) {
        kn_program_retain(p);
        return i;
    }
    memory_release(&i->memory);
    return NULL;
}

KnInstance *kn_instance_create_in(KnProgram *p, void *memory, size_t bytes) {
    return kn_instance_create_voices_in(p, USUAL_VOICES, memory, bytes);
}

KnInstance *kn_instance_create(KnProgram *p) {
    return kn_instance_create_voices(p, USUAL_VOICES);
}

KnInstance *kn_instance_create_voices(KnProgram *p, int voices) {
    HOLD_FLOAT_MODE;
    size_t bytes = kn_instance_bytes_voices(p, voices);
    void *memory = bytes ? aligned_alloc(KN_INSTANCE_ALIGNMENT, instance_aligned(bytes)) : NULL;
    KnInstance *i = kn_instance_create_voices_in(p, voices, memory, bytes);
    if (i)
        i->allocated = true;
    else
        free(memory);
    return i;
}

void kn_instance_free(KnInstance *i) {
    if (!i) return;
    KnProgram *program = i->program;
    instance_free(i->instance);
    if (i->allocated) free(i);
    kn_program_free(program);
}

Instance *instance_behind(KnInstance *i) {
    return i->instance;
}

/* ---- running ------------------------------------------------------------------------------------- */

static bool all_there(const KnInstance *i, const float *const *inputs, float *const *outputs) {
    int ninputs = kn_program_inputs(i->program), noutputs = kn_program_outputs(i->program);
    bool there = inputs || ninputs == 0;
    for (int k = 0; there && k < ninputs; k++)
        there = inputs[k] != NULL;
    for (int k = 0; there && k < noutputs; k++)
        there = outputs[k] != NULL;
    return there;
}

/* `frames` frames from `at` of the host's arrays, with what stands for those that are not there. */
static void process_piece(KnInstance *i, const float *const *inputs, float *const *outputs, int at,
                          int frames) {
    static const float silence[PIECE];
    for (int k = 0; k < kn_program_inputs(i->program); k++)
        i->inputs[k] = inputs && inputs[k] ? inputs[k] + at : silence;
    for (int k = 0; k < kn_program_outputs(i->program); k++)
        i->outputs[k] = outputs[k] ? outputs[k] + at : i->dropped + k * PIECE;
    instance_process(i->instance, i->inputs, i->outputs, frames);
}

/* The engine sees to the mode of floating point: to ask for it takes as long as some hundred frames of something simple. */
void kn_instance_process(KnInstance *i, const float *const *inputs, float *const *outputs,
                         int frames) {
    if (!i || !outputs || frames < 1) return;
    if (all_there(i, inputs, outputs)) {
        instance_process(i->instance, inputs, outputs, frames);
    } else {
        for (int at = 0, n; at < frames; at += n) {
            n = frames - at < PIECE ? frames - at : PIECE;
            process_piece(i, inputs, outputs, at, n);
        }
    }
    i->frame += frames;
}

void kn_instance_reset(KnInstance *i) {
    HOLD_FLOAT_MODE;
    if (!i) return;
    instance_reset(i->instance);
    i->frame = 0;
}

int kn_instance_seek(KnInstance *i, int64_t frame) {
    HOLD_FLOAT_MODE;
    if (!i || frame < 0 || frame > last_frame || !instance_seek(i->instance, frame)) return 0;
    i->frame = frame;
    return 1;
}

int64_t kn_instance_frame(const KnInstance *i) {
    return i ? i->frame : 0;
}

void kn_instance_set(KnInstance *i, int param, double value) {
    HOLD_FLOAT_MODE;
    if (i) instance_set(i->instance, param, value);
}

double kn_instance_get(const KnInstance *i, int param) {
    return i ? instance_get(i->instance, param) : 0;
}

/* ---- rendering to a buffer ----------------------------------------------------------------------- */

enum { BLOCK = 1024 }; /* frames at a time */

typedef struct Render {
    KnInstance *instance;
    int channels;
    float **block;         /* one array of BLOCK frames for each output */
    float *const *channel; /* where it goes: one array for each output, or … */
    float *interleaved;    /* … one for all, or neither: the run up to the start */
} Render;

static void deliver(const Render *r, int64_t at, int frames) {
    for (int k = 0; k < r->channels; k++)
        for (int n = 0; n < frames; n++)
            if (r->interleaved)
                r->interleaved[(at + n) * r->channels + k] = r->block[k][n];
            else if (r->channel[k])
                r->channel[k][at + n] = r->block[k][n];
}

static void run(const Render *r, int64_t frames, bool heard) {
    for (int64_t at = 0; at < frames; at += BLOCK) {
        int n = frames - at < BLOCK ? (int)(frames - at) : BLOCK;
        kn_instance_process(r->instance, NULL, r->block, n);
        if (heard) deliver(r, at, n);
    }
}

static bool render(Render *r, KnProgram *p, int64_t from, int64_t frames) {
    if (!p || from < 0 || from > last_frame || frames < 0) return false;
    r->channels = kn_program_outputs(p);
    r->block = malloc(sizeof *r->block * (size_t)r->channels);
    float *samples = malloc(sizeof(float) * BLOCK * (size_t)r->channels);
    r->instance = kn_instance_create(p);
    bool ready = r->block && samples && r->instance;
    for (int k = 0; ready && k < r->channels; k++)
        r->block[k] = samples + (size_t)k * BLOCK;
    if (ready && from > 0 && !kn_instance_seek(r->instance, from)) run(r, from, false);
    if (ready) run(r, frames, true);
    kn_instance_free(r->instance);
    free(samples);
    free(r->block);
    return ready;
}

int kn_program_render(KnProgram *p, int64_t from, int64_t frames, float *const *outputs) {
    HOLD_FLOAT_MODE;
    return outputs && render(&(Render){.channel = outputs}, p, from, frames);
}

int kn_program_render_interleaved(KnProgram *p, int64_t from, int64_t frames, float *output) {
    HOLD_FLOAT_MODE;
    return output && render(&(Render){.interleaved = output}, p, from, frames);
}
