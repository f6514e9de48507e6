/* Files that change: has one of them been saved, and is the save over? */
#ifndef KANON_PLAY_WATCHER_H
#define KANON_PLAY_WATCHER_H

#include "base/base.h"

typedef struct Watcher Watcher;

Watcher *watcher_create(void);
void watcher_free(Watcher *watcher);
/* Readable when there may be something to see; -1 where the system tells of nothing, and files are looked at again and again. */
int watcher_handle(const Watcher *watcher);
/* From now on these, files or folders, whether they are there or not, and no others. What was watched already and has changed since
 * watcher_settled is still news; so is what is new here and has changed since `since` (of watcher_clock). */
void watcher_follow(Watcher *watcher, const char *const *paths, int n, struct timespec since);
/* The clock by which the system dates files. */
struct timespec watcher_clock(void);
/* Something has changed, and all writers seem done: nothing happened for some milliseconds, what was opened for writing is closed
 * (or has been left alone for a second; when it is empty, five), what was emptied is filled (or was left so for a second), and what was there is there again (or was missing for a fifth of a second).
 * True once for each such change. `now` in seconds. */
bool watcher_settled(Watcher *watcher, double now);
/* Nothing has changed since it last said so: what was read meanwhile is whole. */
bool watcher_is_quiet(Watcher *watcher, double now);
/* Seconds until it wants to be asked again, whatever its handle says. */
double watcher_patience(const Watcher *watcher, double now);

#endif
