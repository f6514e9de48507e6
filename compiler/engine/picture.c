/* Pictures, a row at a time. In: a program with a picture, compiled for its width. Out: the values of a row. A row is a program like others,
 * whose rate is the width, so the engines and what they promise are the same. */
#include "engine/picture.h"

#include <stdlib.h>

Engine *engine_create_picture(Compile *c, EngineKind kind, EngineError *error) {
    Graph *notes = c->program.notes.graph;
    const int threads = c->options.threads;
    c->program.notes.graph = NULL; /* a row hears them in `heard`, if at all */
    c->options.threads = 0;
    compile_turn_to_picture(c);
    Engine *e = engine_create(c, kind, error);
    compile_turn_to_picture(c);
    c->options.threads = threads;
    c->program.notes.graph = notes;
    return e;
}

Engine *engine_create_heard(Compile *c, EngineKind kind, EngineError *error) {
    compile_turn_to_heard(c);
    Engine *e = engine_create(c, kind, error);
    compile_turn_to_heard(c);
    return e;
}

struct Painter {
    const Picture *facts;
    Instance *instance;
    int width;
    float **channels; /* channels, then one behind them for the engine */
    float *values;
};

Painter *painter_create(Engine *rows, const Picture *facts, int width) {
    const size_t channels = (size_t)facts->channels, padded = ((size_t)width + 15) / 16 * 16;
    Painter *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    *p = (Painter){.facts = facts, .width = width, .instance = instance_create(rows, 0)};
    p->channels = calloc(channels + 1, sizeof *p->channels);
    p->values = aligned_alloc(64, channels * padded * sizeof *p->values);
    if (p->instance && p->channels && p->values) {
        for (size_t k = 0; k < channels; k++)
            p->channels[k] = p->values + k * padded;
        return p;
    }
    painter_free(p);
    return NULL;
}

void painter_free(Painter *p) {
    if (!p) return;
    instance_free(p->instance);
    free(p->channels);
    free(p->values);
    free(p);
}

void painter_set(Painter *p, int param, double value) {
    instance_set(p->instance, param, value);
}

void painter_moment(Painter *p, double time, double z, const float *heard) {
    const Picture *facts = p->facts;
    instance_set(p->instance, facts->time, time);
    instance_set(p->instance, facts->coordinate[PICTURE_Z], z);
    for (int i = 0; facts->heard && i < facts->heard->noutputs; i++)
        instance_set(p->instance, facts->first_heard + i, (double)heard[i]);
}

float *const *painter_row(Painter *p, double y) {
    instance_set(p->instance, p->facts->coordinate[PICTURE_Y], y);
    instance_seek(p->instance, 0);
    instance_process(p->instance, NULL, p->channels, p->width);
    return p->channels;
}
