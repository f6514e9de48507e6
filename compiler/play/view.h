/* What is shown of a performance below its lines: time, load, meters, params. */
#ifndef KANON_PLAY_VIEW_H
#define KANON_PLAY_VIEW_H

#include "play/player.h"

typedef enum { VIEW_NONE, VIEW_WAVE, VIEW_SPECTRUM, VIEW_PICTURES } ViewPicture;

typedef struct View {
    ViewPicture picture; /* of what is heard */
    int lines;           /* that stand on the terminal now */
    int chosen;          /* param, of all layers */
    int layer;           /* the chosen one */
    double drawn;        /* when */
    double levels[MOST_DEVICE_CHANNELS], holds[MOST_DEVICE_CHANNELS]; /* dBFS */
    double held[MOST_DEVICE_CHANNELS];                                /* since when */
    bool clipped[MOST_DEVICE_CHANNELS];
    long messages;         /* of MIDI, as told last */
    double lit;            /* when some came */
    uint64_t took, lasted; /* of all blocks, as told last */
    double load, most;     /* parts of the time that blocks have: lately, and the worst */
} View;

/* What there is to be shown. */
typedef struct Scene {
    Player *player;
    bool paused, records;
    const char *midi;   /* the ports that are heard; NULL: none */
    const char *osc;    /* where OSC is heard; NULL: nowhere */
    const char *learns; /* the param that the next controller is to turn; NULL: none */
    long messages;      /* that came in by them, and packets of OSC, so far */
} Scene;

/* A view begins as zeros. `now` in seconds. */
void view_draw(View *view, const Scene *scene, double now);
/* Takes it off the terminal: a line may be printed where it stood. */
void view_erase(View *view);
/* The keys that are about what is shown: params, meters. False: it is another one. */
bool view_takes_key(View *view, const Layers *layers, int key);
/* The param that is chosen. */
LayerParam view_param(const View *view, const Layers *layers);
/* The layer that is chosen. */
Layer *view_layer(const View *view, const Layers *layers);

#endif
