/* Pictures for hosts: kn_picture_… of kanon.h. In: a program that was compiled for the width of a picture. Out: rows of its values.
 *
 * A picture has rows that compute (engine/picture.h) and, where it shows what the program sounds like, the program itself, which runs,
 * silently, to the moment that is asked for. */
#include "api/api.h"
#include "engine/picture.h"

#include <math.h>
#include <stdlib.h>

enum { BLOCK = 64 }; /* frames at a time on the way to a moment */

struct KnPicture {
    KnProgram *program;
    MemoryOwner memory; /* of everything below */
    Painter *painter;
    Instance *sound; /* what it shows; NULL: nothing */
    float *block;    /* of its inputs, which are silent, and its outputs */
    const float **inputs;
    float **outputs, *levels;
    double *params; /* as it has them */
    int64_t at;     /* the frame that it computes next */
};

static const Picture *facts_of(const KnProgram *p) {
    return &p->c->program.picture;
}

int kn_program_picture_channels(const KnProgram *p) {
    return p ? facts_of(p)->channels : 0;
}

int kn_program_picture_width(const KnProgram *p) {
    return p && p->rows ? (int)p->c->options.picture_width : 0;
}

/* ---- life ------------------------------------------------------------------------------------------ */

static void create_sound(KnPicture *k) {
    const Graph *heard = facts_of(k->program)->heard;
    const size_t inputs = (size_t)graph_inputs(heard), outputs = (size_t)heard->noutputs;
    k->sound = instance_create(k->program->heard, 0);
    k->levels = alloc_zeroed(outputs + 1, sizeof *k->levels);
    k->block = alloc_zeroed((outputs + 1) * BLOCK, sizeof *k->block);
    k->inputs = alloc_zeroed(inputs + 1, sizeof *k->inputs);
    k->outputs = alloc_zeroed(outputs + 1, sizeof *k->outputs);
    k->params = alloc_zeroed((size_t)kn_program_params(k->program) + 1, sizeof *k->params);
    for (int i = 0; k->sound && i < kn_program_params(k->program); i++)
        k->params[i] = instance_get(k->sound, i);
    for (size_t i = 0; i < inputs; i++)
        k->inputs[i] = k->block; /* silence */
    for (size_t i = 0; i < outputs; i++)
        k->outputs[i] = k->block + (i + 1) * BLOCK;
}

static void create(void *picture) {
    KnPicture *k = picture;
    k->painter = painter_create(k->program->rows, facts_of(k->program),
                                kn_program_picture_width(k->program));
    if (k->program->heard) create_sound(k);
}

KnPicture *kn_picture_create(KnProgram *p) {
    HOLD_FLOAT_MODE;
    if (!p || !p->rows) return NULL;
    KnPicture *k = calloc(1, sizeof *k);
    if (!k) return NULL;
    k->program = kn_program_retain(p);
    if (memory_guard(&k->memory, create, k) && k->painter && (k->sound || !p->heard)) return k;
    kn_picture_free(k);
    return NULL;
}

void kn_picture_free(KnPicture *k) {
    if (!k) return;
    memory_release(&k->memory);
    kn_program_free(k->program);
    free(k);
}

/* ---- painting -------------------------------------------------------------------------------------- */

void kn_picture_set(KnPicture *k, int param, double value) {
    HOLD_FLOAT_MODE;
    if (!k || param < 0 || param >= kn_program_params(k->program)) return;
    painter_set(k->painter, param, value);
    if (k->sound) instance_set(k->sound, param, value);
    if (k->sound) k->params[param] = instance_get(k->sound, param);
}

/* To frame 0, with the params that it has. */
static void begin_again(KnPicture *k) {
    instance_reset(k->sound);
    for (int i = 0; i < kn_program_params(k->program); i++)
        instance_set(k->sound, i, k->params[i]);
    k->at = 0;
}

/* Its sound has computed the frame; one that remembers begins again where that lies behind it. */
static void listen(KnPicture *k, int64_t frame) {
    const int outputs = facts_of(k->program)->heard->noutputs;
    if (k->at != frame && instance_seek(k->sound, frame))
        k->at = frame;
    else if (k->at > frame)
        begin_again(k);
    while (k->at <= frame) {
        const int n = frame + 1 - k->at < BLOCK ? (int)(frame + 1 - k->at) : BLOCK;
        instance_process(k->sound, k->inputs, k->outputs, n);
        for (int i = 0; i < outputs; i++)
            k->levels[i] = k->outputs[i][n - 1];
        k->at += n;
    }
}

static bool moment_is_possible(const KnPicture *k, double time) {
    return time >= 0 && time * kn_program_rate(k->program) < 0x1p52;
}

int kn_picture_moment(KnPicture *k, double time, double z) {
    HOLD_FLOAT_MODE;
    if (!k || !moment_is_possible(k, time) || !isfinite(z)) return 0;
    if (k->sound) listen(k, (int64_t)llround(time * kn_program_rate(k->program)));
    painter_moment(k->painter, time, z, k->levels);
    return 1;
}

int kn_picture_row(KnPicture *k, double y, float *values) {
    HOLD_FLOAT_MODE;
    if (!k || !values || !(y >= 0 && y <= 1)) return 0;
    const int channels = kn_program_picture_channels(k->program),
              width = kn_program_picture_width(k->program);
    float *const *row = painter_row(k->painter, y);
    for (int i = 0; i < channels; i++)
        for (int x = 0; x < width; x++)
            values[x * channels + i] = row[i][x];
    return 1;
}

int kn_picture_render(KnPicture *k, double time, int height, float *values) {
    if (!k || !values || height < 1 || !kn_picture_moment(k, time, 0)) return 0;
    const size_t row = (size_t)kn_program_picture_channels(k->program) *
                       (size_t)kn_program_picture_width(k->program);
    for (int i = 0; i < height; i++)
        kn_picture_row(k, (i + 0.5) / height, values + row * (size_t)i);
    return 1;
}
