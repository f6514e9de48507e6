/* What play/performance.c and its neighbours share: a performance from inside. All of it is of the thread that plays but the player. */
#ifndef KANON_PLAY_PERFORMING_H
#define KANON_PLAY_PERFORMING_H

#include "play/bindings.h"
#include "play/file_stamps.h"
#include "play/midi_clock.h"
#include "play/performance.h"
#include "play/remote.h"
#include "play/session_socket.h"
#include "play/view.h"
#include "play/watcher.h"

#include <pthread.h>

enum { DONE = 0, FAILED = 3 };

/* What is written of a layer. */
typedef struct Script {
    const LayerSettings *settings;
    Layer *layer;
    Buf main;          /* the text that plays, of its own file */
    Buf text;          /* of all its files, as it plays */
    FileStamps stamps; /* of all its files, as they were read last */
    Bindings bindings; /* of its params */
    bool told_gone;    /* the file is missing, and that was said */
    bool again;        /* somebody wrote while it was read */
} Script;

/* Beats go on from here by this tempo. */
typedef struct BeatCount {
    int64_t frame;
    double beats, tempo; /* a second */
} BeatCount;

struct Performance {
    PerformanceSettings s;
    Device *device;
    Layers layers;
    Script *scripts; /* one for each layer */
    Player player;
    HeardSound sound; /* n is 0: inputs are those of the device */
    Recorder *recorder;
    Watcher *watcher;
    Midi *midi;               /* NULL: none is heard */
    int wakes;                /* a handle: an order came in */
    bool wants_midi;          /* whatever the programs say */
    bool told_midi;           /* that there is none */
    MidiClock clock;          /* that goes out */
    Remote *remote;           /* NULL: nothing is heard by OSC */
    SessionSocket *socket;    /* NULL: there is none */
    pthread_mutex_t programs; /* held while a live run gets another program */
    char *learns;             /* the param that is to be turned by what moves next; NULL: none */
    Layer *learner;           /* of that layer */
    double tempo;             /* that the clock from outside told last */
    BeatCount count;
    int64_t first; /* frame */
    bool lost_device;
    bool viewed, paused;
    View view;
    bool told_recorder;
    int interrupts;          /* a handle */
    double leaves;           /* when it was told to end; 0: it was not */
    double heard;            /* when the last block was seen */
    long blocks, xruns, bad; /* seen so far */
    int64_t lost;
    double told; /* when xruns were told */
};

/* Seconds of a clock that never goes back. */
double performance_clock(void);
void performance_pause_for(double seconds);
/* A line for whoever is shown what happens. */
void performance_say(Performance *p, const char *fmt, ...) KN_PRINTF(2, 3);
void performance_say_line(void *performance, const char *line);

/* ---- play/replacing.c: the programs, and those that replace them ---------------------------------- */

/* NULL with its errors shown. */
KnProgram *performance_compile(Performance *p, Script *script);
void performance_show_messages(Performance *p);
/* Where a layer ends, for the audio thread. */
void performance_set_end(Performance *p, const Script *script, const KnProgram *program);
void performance_tell_channels(Performance *p, const Script *script, const KnProgram *program);
/* That there are to be heard. */
int performance_inputs(const Performance *p);
/* What the user wrote, in all files. */
Buf performance_text(const Performance *p, const Script *script);
/* Files were saved: what they are of is compiled again. What was read while somebody wrote again is half of something: the next save is near. */
void performance_reload(Performance *p);
/* One definition of a layer is another one from now on, until its file is saved again; `name` NULL: of the one that defines it, else of the
 * first. False: it is not, for this reason, and everything is as it was; the place is in the definition. True: what it meant for what
 * remembers. */
bool performance_eval(Performance *p, const char *name, const char *definition,
                      OrderOutcome *outcome);

/* ---- play/obeying.c: whoever steers ------------------------------------------------------------------ */

/* False: it was not done, for this reason. */
bool performance_obey(Performance *p, const Order *order, OrderOutcome *outcome);
/* That says so; false. */
bool performance_no_layer(const Performance *p, const char *name, OrderOutcome *outcome);

/* ---- play/transport.c: where it is, and whether it goes on ------------------------------------------- */

/* Fades out, and later goes on from there. */
void performance_pause(Performance *p, bool paused);
/* Waits, not for ever, until it has faded out. */
void performance_wait_until_silent(const Performance *p);
/* The two halves of a pause that is none for the user. */
void performance_stand(Performance *p);
void performance_go(Performance *p);
/* What is pure can be anywhere; it is silent meanwhile. False, and that was said: this program remembers. */
bool performance_seek(Performance *p, double seconds);
/* Beats a second: the param `tempo` of the first layer that has one, else 2. */
double performance_tempo(const Performance *p);
/* Each `tempo` of all layers becomes this many beats a second. */
void performance_set_tempo(Performance *p, double tempo);
/* By so many beats a minute. */
void performance_turn_tempo(Performance *p, double by);
/* Beats are counted on by the tempo as it is now: to be called again and again. */
void performance_count_beats(Performance *p);
/* The frame at which what is ready now may be heard: the next bar, where replacements wait for it. 0: at once. */
int64_t performance_next_place(Performance *p);

/* ---- play/hands.c: who plays it ------------------------------------------------------------------------ */

/* Opens ports where the program, or the user, wants them. False with a reason: one that was asked for is not there. */
bool performance_open_hands(Performance *p, EngineError *why);
void performance_close_hands(Performance *p);
/* What they ask for, and whether they are there; `time` in seconds. */
void performance_look_after_hands(Performance *p, double time);
/* Listens where the user wants it. False with a reason. */
bool performance_open_remote(Performance *p, EngineError *why);
bool performance_open_socket(Performance *p, EngineError *why);
/* Learned controllers, from the file beside the program's. */
void performance_read_bindings(Performance *p, Script *script);
/* The chosen param is to be turned by the controller that moves next, or not any more; or by none. */
void performance_learn(Performance *p);
void performance_forget(Performance *p);

#endif
