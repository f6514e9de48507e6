/* What a plug-in does beside its audio thread: a program that is compiled, watched and replaced while it sounds. */
#ifndef KANON_LV2_CONDUCTOR_H
#define KANON_LV2_CONDUCTOR_H

#include "api/kanon.h"
#include "base/base.h"

enum {
    LIVE_CHANNELS = 2,
    LIVE_KNOBS = 16, /* params of the program, in its order */
    LIVE_PATH = PATH_MAX,
    LIVE_WORDS = 2048
};

typedef struct Conductor Conductor;

/* What has happened, for whoever watches: the file that plays or was tried last, and an error or what has become of its last save. */
typedef struct Notice {
    char path[LIVE_PATH], words[LIVE_WORDS];
    bool is_error;
} Notice;

/* Gets each notice, on a thread of the conductor or on that which calls conductor_load. */
typedef struct Listener {
    void (*hear)(void *context, const Notice *notice);
    void *context;
} Listener;

/* Silent, at that rate, with a thread of its own. NULL: no memory, no thread. */
Conductor *conductor_create(double rate, Listener listener);
/* Nobody uses it any more. */
void conductor_free(Conductor *c);
/* From here on the program sounds from its beginning. Not while conductor_live is processed. */
void conductor_begin(Conductor *c);
/* The opposite: a program that is loaded now begins with the first frame, and does not fade in. */
void conductor_end(Conductor *c);
/* Compiles and plays it, or leaves what plays and tells why. It is watched in either case. Takes milliseconds. */
void conductor_load(Conductor *c, const char *path);
/* The file that was loaded last; "" for none. */
void conductor_path(Conductor *c, char path[LIVE_PATH]);
/* Knobs that were turned, a bit each: the others leave their params where the program has them. */
unsigned conductor_turned(const Conductor *c);
void conductor_set_turned(Conductor *c, unsigned turned);

/* What follows is for the audio thread: it never allocates, locks, waits or calls the system. */

KnLive *conductor_live(const Conductor *c);
/* A knob stands at `position`, 0 to 1; `turned`: it was moved there. Its param follows within some milliseconds. */
void conductor_turn(Conductor *c, int knob, float position, bool turned);
/* Of a host that does not play in real time: the params follow at once. May wait. */
void conductor_follow_now(Conductor *c);
/* To be loaded. False: the last one was not taken yet. */
bool conductor_ask(Conductor *c, const char *path, size_t length);
/* A notice that nobody has shown; NULL: none. It stays until conductor_noticed. */
const Notice *conductor_notice(Conductor *c);
void conductor_noticed(Conductor *c);
/* The next notice tells again what the last one told. */
void conductor_tell_again(Conductor *c);
/* Frames. */
int conductor_latency(const Conductor *c);

#endif
