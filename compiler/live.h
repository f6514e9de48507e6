/* What live.c and optimizer.c share: running programs, and the C compiler that makes them faster. */
#ifndef KANON_LIVE_H
#define KANON_LIVE_H

#include "api.h"
#include "engine.h"

#include <pthread.h>

enum { MOST_CHANNELS = 64 };

/* The C compiler at work for one live run, on a thread of its own. */
typedef struct Optimizer Optimizer;

/* One running program. */
typedef struct Voice {
    KnLive *live;
    KnProgram *program;
    KnInstance *instance;
    _Atomic double *params; /* as control threads want them */
    bool *touched;          /* by control: somebody has set it */
    atomic_uint turns;      /* grows with each that is set */
    unsigned turns_seen;    /* by the audio thread */
    int fade;               /* frames */
    MemoryOwner memory;     /* of its map and match */
    StateMap *map;          /* NULL: nobody takes its state over */
    StateMatch *match;      /* from `base` */
    struct Voice *base;     /* that it replaces */
    struct Voice *before;   /* handed back with it */
    _Atomic(const CcProgram *) faster;
} Voice;

struct KnLive {
    pthread_mutex_t lock; /* of control threads */
    int inputs, outputs;
    Voice *latest; /* given last */
    MemoryOwner report_memory;
    StateMatch *report; /* NULL: nothing was replaced */
    Optimizer *optimizer;
    _Atomic(Voice *) next, retired;
    atomic_bool is_fading;
    _Atomic int64_t frame;
    _Atomic(const char *) engine;
    /* the audio thread's own */
    Voice *playing, *fading, *spent;
    int fade_left, fade_length;
    float *room, **copied, **first, **second;
};

/* ---- optimizer.c ----------------------------------------------------------------------------------- */

/* NULL when there is no memory. On, where there is a C compiler. */
Optimizer *optimizer_create(void);
/* Ends the thread; waits for it. */
void optimizer_free(Optimizer *o);
void optimizer_set(Optimizer *o, bool on);
/* Ends what it is at, and begins with this voice, when it is on: voice->faster is set when it is done.
 * The voice lives until optimizer_forget. */
void optimizer_begin(Optimizer *o, Voice *voice);
/* The voice is about to be freed. */
void optimizer_forget(Optimizer *o, const Voice *voice);
void optimizer_cancel(Optimizer *o);

#endif
