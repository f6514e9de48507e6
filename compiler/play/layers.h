/* Programs that sound together. What is played goes to all of them; each may be muted, or be alone with others that are. */
#ifndef KANON_PLAY_LAYERS_H
#define KANON_PLAY_LAYERS_H

#include "api/kanon.h"

#include <stdatomic.h>
#include <stdbool.h>

typedef struct Layer {
    const char *name; /* by which it is muted; of no other layer */
    KnLive *live;
    _Atomic int64_t end; /* the frame at which it ends; INT64_MAX: it does not */
    atomic_bool muted, soloed;
    int faded; /* frames by which it is fainter than it is; the audio thread's own */
} Layer;

/* At least one. All are at the same frame. */
typedef struct Layers {
    Layer *items;
    int n;
} Layers;

/* It is heard from the first frame on, unless it is muted. */
void layer_begin(Layer *layer, const char *name, KnLive *live);
/* Neither muted, nor one that is not alone where others are. Any thread. */
bool layer_is_heard(const Layers *layers, int i);
/* The one of this name; NULL: there is none. */
Layer *layer_named(const Layers *layers, const char *name);

/* To all of them, by any thread, as the functions of the live run. False: one of them had no room for it. */
bool layers_midi(const Layers *layers, int64_t frame, const uint8_t *message, int bytes);
bool layers_note(const Layers *layers, bool on, int64_t frame, int channel, double key,
                 double velocity);
void layers_notes_off(const Layers *layers, int64_t frame, bool now);

/* The next frame. Any thread. */
int64_t layers_frame(const Layers *layers);
/* The frame at which the last of them ends. */
int64_t layers_end(const Layers *layers);
/* Notes that sound. */
int layers_sounding(const Layers *layers);
/* The first of them that remembers, and cannot be played from another frame; NULL: all can. */
const Layer *layers_remembering(const Layers *layers);

/* A param of one of them. Those of the first layer come first. */
typedef struct LayerParam {
    Layer *layer; /* NULL: there is none */
    KnLive *live;
    const KnProgram
        *program; /* for the thread that replaces it, and for those that keep that from doing so */
    int param;
} LayerParam;
int layers_params(const Layers *layers);
LayerParam layers_param(const Layers *layers, int index);
/* The first of this name. */
LayerParam layers_param_named(const Layers *layers, const char *name);

#endif
