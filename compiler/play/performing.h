/* What play/performance.c and its neighbours share: a performance from inside. All of it is of the thread that plays but the player. */
#ifndef KANON_PLAY_PERFORMING_H
#define KANON_PLAY_PERFORMING_H

#include "play/bindings.h"
#include "play/midi_clock.h"
#include "play/performance.h"
#include "play/remote.h"
#include "play/view.h"
#include "play/watcher.h"

#include <pthread.h>

enum { DONE = 0, FAILED = 3 };

struct Performance {
    PerformanceSettings s;
    Device *device;
    KnLive *live;
    Player player;
    Recorder *recorder;
    Watcher *watcher;
    Midi *midi;      /* NULL: none is heard */
    int wakes;       /* a handle: an order came in */
    bool wants_midi; /* whatever the program says */
    bool told_midi;  /* that there is none */
    MidiClock clock; /* that goes out */
    Bindings bindings;
    Remote *remote;           /* NULL: nothing is heard by OSC */
    pthread_mutex_t programs; /* held while the live run gets another program */
    Buf main;                 /* the text that plays, of the program's own file */
    char *learns;             /* the param that is to be turned by what moves next; NULL: none */
    double tempo;             /* that the clock from outside told last */
    Buf text;                 /* of the program that plays, all files */
    int64_t first;            /* frame */
    bool told_gone;           /* the file is missing, and that was said */
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
int performance_fail(EngineError *why, int status, const char *text);

/* ---- play/replacing.c: the program, and those that replace it ------------------------------------- */

/* NULL with its errors shown. */
KnProgram *performance_compile(Performance *p);
void performance_show_messages(Performance *p);
/* Where the program ends, for the audio thread. */
void performance_set_end(Performance *p, const KnProgram *program);
void performance_tell_channels(Performance *p, const KnProgram *program);
/* What the user wrote, in all files. */
Buf performance_text(const Performance *p);
/* The file was saved. What was read while somebody wrote again is half of something: the next save is near. */
void performance_reload(Performance *p);

/* One definition is another one from now on, until the file is saved again. False: it is not, for this reason, and everything is as it was;
 * `line` and `column`, from 1, are in the definition, 0 where the reason has no place there. True: what it meant for what remembers. */
typedef struct EvalOutcome {
    char text[1024];
    int line, column;
} EvalOutcome;
bool performance_eval(Performance *p, const char *definition, EvalOutcome *outcome);

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
/* Beats a second: the param `tempo`, else 2. */
double performance_tempo(const Performance *p);

/* ---- play/hands.c: who plays it ------------------------------------------------------------------------ */

/* Opens ports where the program, or the user, wants them. False with a reason: one that was asked for is not there. */
bool performance_open_hands(Performance *p, EngineError *why);
void performance_close_hands(Performance *p);
/* What they ask for, and whether they are there; `time` in seconds. */
void performance_look_after_hands(Performance *p, double time);
/* Listens where the user wants it. False with a reason. */
bool performance_open_remote(Performance *p, EngineError *why);
/* Learned controllers, from the file beside the program's. */
void performance_read_bindings(Performance *p);
/* The chosen param is to be turned by the controller that moves next, or not any more; or by none. */
void performance_learn(Performance *p);
void performance_forget(Performance *p);

#endif
