/* What api/live.c, api/live_audio.c and api/optimizer.c share: running programs, and the C compiler that makes them
 * faster.
 *
 * Control threads hold a lock among themselves. The audio thread meets them at three atomic pointers,
 * each written by one side and emptied by the other:
 *
 *   next     control puts a voice that is ready to take over; audio takes it (or control takes it back)
 *   faster   of a voice: control puts better code for it; audio reads it
 *   retired  audio puts voices it has done with; control takes and frees them
 *
 * and at plain numbers: params and how often they were turned, told by control; frame, engine and phases,
 * told by audio; params that controllers turn, by both. Notes come from any thread, by a ring (api/live_notes.c). */
#ifndef KANON_LIVE_H
#define KANON_LIVE_H

#include "api/api.h"
#include "engine/claim_pool.h"
#include "engine/succession.h"

#include <pthread.h>

enum { MOST_CHANNELS = 64 };

/* The C compiler at work for one live run, on a thread of its own. */
typedef struct Optimizer Optimizer;

/* Phases that params control, for control threads to make the past of pure signals from. The version is
 * odd while the audio thread writes; 0: nothing is told yet. */
typedef struct Told {
    atomic_uint version;
    _Atomic uint64_t *words; /* two for each phase of the map */
    int n;
} Told;

/* One running program. */
typedef struct Voice {
    KnLive *live;
    KnProgram *program;
    KnInstance *instance;
    _Atomic double *params; /* as control threads want them */
    atomic_bool *touched;   /* somebody has set it, or its controller */
    int *slots;             /* of each param: the number that its name has in the live run */
    atomic_int *bound;      /* of each param: the controller of kn_live_bind; -1: none */
    atomic_uint *moves; /* of each param: how many controllers had moved when control set it last */
    unsigned *set_at;  /* of each param: the move at which kn_live_set_at turned it last; audio's */
    atomic_uint turns; /* grows with each that is set */
    unsigned turns_seen; /* by the audio thread */
    int fade;            /* frames */
    _Atomic int64_t at;  /* it takes over at this frame, or as soon after it as it is ready */
    MemoryOwner memory;  /* of its map, match and told phases */
    StateMap *map;       /* NULL: nobody takes its state over */
    StateMoving moving;  /* from `base`; the audio thread's once the voice is given to it */
    Told told;
    StateMap *notes_map;    /* as `map`, of its notes */
    int *same;              /* of each param: that of this name in `base`, -1 */
    Succession *succession; /* of the notes of `base`; NULL: one of both has none */
    struct Voice *base;     /* by control: that it replaces; NULL when that is freed */
    struct Voice *before;   /* handed back with it */
    _Atomic(const CcProgram *) faster;
    bool runs_faster; /* by the audio thread */
} Voice;

/* ---- api/live_notes.c: notes, from any thread --------------------------------------------------- */

enum { LIVE_EVENTS = 1024, ALL_CHANNELS = -1, CONTROLLERS = 128 };
/* Events that are none of KnEventKind: rules of sharing voices, and a param of all programs: key is the slot of its name. */
enum { LIVE_MONO = 100, LIVE_STEALING, LIVE_PARAM };

/* A name that a param of one of the programs has or had, or may have yet. */
typedef struct LiveSlot {
    char *name;
    int bound; /* its controller; -1: none */
} LiveSlot;

/* Free for event number `turn`, or, one later, filled with it. */
typedef struct LiveCell {
    atomic_uint turn;
    KnEvent event;
} LiveCell;

typedef struct LiveNotes {
    LiveCell cells[LIVE_EVENTS];
    atomic_uint head;
    atomic_int waiting; /* told, and not happened yet */
    atomic_int sounding;
    atomic_uint moves; /* of controllers, and of params at frames */
    /* the audio thread's own */
    unsigned tail;
    KnEvent pending[LIVE_EVENTS];
    int npending;
    KnKeyboard board;
    unsigned moved[CONTROLLERS]; /* the last move of each; 0: it has not moved */
    double stands[CONTROLLERS];
    Voicing how;
} LiveNotes;

/* All is 0 before. */
void live_notes_begin(LiveNotes *n);
/* From any thread. False: as many wait as there is room for, or the value is none. */
bool live_notes_set(KnLive *l, int64_t frame, int slot, double value);
/* The rest is for the audio thread. What was told since; `now` is the next frame. */
void live_notes_take(LiveNotes *n, int64_t now);
/* The frame is another one: what waits happens there. */
void live_notes_move(LiveNotes *n, int64_t now);
/* What happens at this frame happens; to how many of the next frames, at most so many, nothing else does. */
int live_notes_happen(KnLive *l, int64_t now, int most);
/* Params of a voice that came just now follow controllers that moved since they were set. */
void live_notes_meet(KnLive *l, Voice *v);
/* Those of an instrument that is to replace another stand where they do there, while events that move them may still wait. */
void live_notes_follow(const Voice *playing, Voice *v);
/* What plays its notes; NULL: it is no instrument. */
Instrument *live_instrument(const Voice *v);

struct KnLive {
    pthread_mutex_t lock; /* of control threads */
    int inputs, outputs;
    int voices;      /* notes at once, of programs that come */
    int threads;     /* that share voices, that of the audio among them */
    ClaimPool *pool; /* the others; NULL: there are none */
    Voice *latest;   /* given last */
    LiveSlot *slots; /* grow; control's own */
    int nslots, slots_cap;
    MemoryOwner report_memory[2];
    int report_half;                         /* of the two, that has it */
    const StateMatch *report, *notes_report; /* NULL: nothing was replaced */
    LiveNotes notes;
    Optimizer *optimizer;
    _Atomic(Voice *) next, retired;
    _Atomic int64_t
        next_at; /* of `next`, which audio takes shortly before: until then control may take it back */
    atomic_bool is_replacing; /* one that was taken from `next` has not replaced the other yet */
    _Atomic int64_t frame;
    _Atomic(const char *) engine;
    /* the audio thread's own */
    Voice *playing, *fading;
    Voice *upcoming; /* not heard yet: catches up with what plays */
    Voice *spent;    /* to be handed back */
    int fade_left, fade_length;
    float *room, **copied, **first, **second;
};

enum { PIECE = 64 }; /* frames of two voices that are mixed at a time */

/* ---- api/optimizer.c ------------------------------------------------------------------------- */

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
