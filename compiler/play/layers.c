/* Programs that sound together.
 * In: notes, names, frames. Out: the same to each live run, and what holds for all. */
#include "play/layers.h"

#include <string.h>

void layer_begin(Layer *l, const char *name, KnLive *live) {
    *l = (Layer){.name = name, .live = live};
    atomic_store(&l->end, INT64_MAX);
}

bool layer_is_heard(const Layers *l, int i) {
    bool alone = false;
    for (int k = 0; k < l->n; k++)
        alone = alone || atomic_load(&l->items[k].soloed);
    return !atomic_load(&l->items[i].muted) && (!alone || atomic_load(&l->items[i].soloed));
}

Layer *layer_named(const Layers *l, const char *name) {
    for (int i = 0; i < l->n; i++)
        if (strcmp(l->items[i].name, name) == 0) return &l->items[i];
    return NULL;
}

/* ---- to all ------------------------------------------------------------------------------------------- */

bool layers_midi(const Layers *l, int64_t frame, const uint8_t *message, int bytes) {
    bool room = true;
    for (int i = 0; i < l->n; i++)
        room = kn_live_midi(l->items[i].live, frame, message, bytes) && room;
    return room;
}

bool layers_note(const Layers *l, bool on, int64_t frame, int channel, double key,
                 double velocity) {
    bool room = true;
    for (int i = 0; i < l->n; i++) {
        KnLive *live = l->items[i].live;
        const int told = on ? kn_live_note_on(live, frame, channel, key, velocity)
                            : kn_live_note_off(live, frame, channel, key, velocity);
        room = told && room;
    }
    return room;
}

void layers_notes_off(const Layers *l, int64_t frame, bool now) {
    for (int i = 0; i < l->n; i++)
        kn_live_notes_off(l->items[i].live, frame, now);
}

/* ---- of all ------------------------------------------------------------------------------------------- */

int64_t layers_frame(const Layers *l) {
    return kn_live_frame(l->items[0].live);
}

int64_t layers_end(const Layers *l) {
    int64_t end = INT64_MIN;
    for (int i = 0; i < l->n; i++)
        if (atomic_load(&l->items[i].end) > end) end = atomic_load(&l->items[i].end);
    return end;
}

int layers_sounding(const Layers *l) {
    int n = 0;
    for (int i = 0; i < l->n; i++)
        n += kn_live_sounding(l->items[i].live);
    return n;
}

const Layer *layers_remembering(const Layers *l) {
    for (int i = 0; i < l->n; i++)
        if (!kn_program_is_pure(kn_live_program(l->items[i].live))) return &l->items[i];
    return NULL;
}

/* ---- params ------------------------------------------------------------------------------------------- */

static LayerParam param_of(Layer *layer, int param) {
    return (LayerParam){layer, layer->live, kn_live_program(layer->live), param};
}

int layers_params(const Layers *l) {
    int n = 0;
    for (int i = 0; i < l->n; i++)
        n += kn_program_params(kn_live_program(l->items[i].live));
    return n;
}

LayerParam layers_param(const Layers *l, int index) {
    for (int i = 0; i < l->n && index >= 0; i++) {
        const int n = kn_program_params(kn_live_program(l->items[i].live));
        if (index < n) return param_of(&l->items[i], index);
        index -= n;
    }
    return (LayerParam){.param = -1};
}

LayerParam layers_param_named(const Layers *l, const char *name) {
    for (int i = 0; i < l->n; i++) {
        const int param = kn_program_param_index(kn_live_program(l->items[i].live), name);
        if (param >= 0) return param_of(&l->items[i], param);
    }
    return (LayerParam){.param = -1};
}
