/* Files that change.
 * In: paths, and what inotify and stat tell of them. Out: the moment at which a save is over.
 *
 * Folders are watched, not files: editors write beside and rename, or remove and write anew. What a name leads to may lie in another
 * folder, so that is watched too. An event only says that it is worth to look, and whether somebody is still writing; a look every
 * quarter of a second finds what no event tells, as on file systems of other machines. */
#include "play/watcher.h"

#include <errno.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

/* Seconds. */
static const double settled = 0.004, abandoned = 1, replaced = 0.2, look_again = 0.25,
                    look_always = 0.02;

enum {
    EVENTS = IN_MODIFY | IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
             IN_DELETE_SELF | IN_MOVE_SELF
};

/* How a file looks from outside; of one that is not there all is 0. */
typedef struct Looks {
    dev_t device;
    ino_t number;
    off_t size;
    struct timespec modified;
    bool there;
} Looks;

/* A name in a folder that is watched. */
typedef struct Entry {
    char *folder, *name; /* NULL: none */
    int watch;           /* of inotify; -1: the folder is not there */
} Entry;

enum {
    ENTRIES = 3
}; /* where the path says, where it leads, and what is in it when it is a folder */

typedef struct Watched {
    char *path;
    Entry entries[ENTRIES];
    Looks seen;
    off_t had; /* bytes, when it was read last */
} Watched;

struct Watcher {
    int handle;
    Watched *items;
    int n, cap;
    bool changed, writing; /* not told yet; somebody has it open and has written */
    double touched, looked;
};

/* ---- looking ---------------------------------------------------------------------------------------- */

static Looks look_at(const char *path) {
    struct stat info;
    if (stat(path, &info) != 0) return (Looks){.there = false};
    return (Looks){info.st_dev, info.st_ino, info.st_size, info.st_mtim, true};
}

static bool looks_alike(const Looks *a, const Looks *b) {
    return a->there == b->there && a->device == b->device && a->number == b->number &&
           a->size == b->size && a->modified.tv_sec == b->modified.tv_sec &&
           a->modified.tv_nsec == b->modified.tv_nsec;
}

static bool is_before(struct timespec a, struct timespec b) {
    return a.tv_sec < b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec < b.tv_nsec);
}

struct timespec watcher_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return now;
}

/* ---- folders ---------------------------------------------------------------------------------------- */

static void entry_free(Entry *e) {
    free(e->folder);
    free(e->name);
    *e = (Entry){.watch = -1};
}

/* The last part of a path is a name in a folder. */
static Entry entry_of(const char *path) {
    const char *slash = strrchr(path, '/');
    Entry e = {.watch = -1};
    e.folder = !slash ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
    e.name = strdup(slash ? slash + 1 : path);
    return e;
}

/* Where the path leads may be another place after each save. */
static void find_entries(Watched *f) {
    char real[PATH_MAX];
    struct stat info;
    for (int i = 0; i < ENTRIES; i++)
        entry_free(&f->entries[i]);
    f->entries[0] = entry_of(f->path);
    if (realpath(f->path, real)) f->entries[1] = entry_of(real);
    if (stat(f->path, &info) == 0 && S_ISDIR(info.st_mode))
        f->entries[2] = (Entry){strdup(f->path), NULL, -1};
}

/* inotify gives a folder the number that it has already. */
static void watch_entries(Watcher *w, Watched *f) {
    for (int i = 0; i < ENTRIES; i++)
        if (f->entries[i].folder && w->handle >= 0)
            f->entries[i].watch = inotify_add_watch(w->handle, f->entries[i].folder, EVENTS);
}

static bool is_watched(const Watcher *w, int watch) {
    for (int i = 0; i < w->n; i++)
        for (int k = 0; k < ENTRIES; k++)
            if (w->items[i].entries[k].watch == watch) return true;
    return false;
}

static bool is_about(const Watcher *w, const struct inotify_event *event) {
    const char *name = event->len > 0 ? event->name : "";
    for (int i = 0; i < w->n; i++)
        for (int k = 0; k < ENTRIES; k++) {
            const Entry *e = &w->items[i].entries[k];
            if (e->watch == event->wd && (!e->name || strcmp(e->name, name) == 0)) return true;
        }
    return false;
}

/* ---- what happens ------------------------------------------------------------------------------------- */

/* A link is whole when it is there. */
static bool is_link(const Watcher *w, const struct inotify_event *event) {
    struct stat info;
    if (!(event->mask & IN_CREATE)) return false;
    for (int i = 0; i < w->n; i++)
        if (w->items[i].entries[0].watch == event->wd && lstat(w->items[i].path, &info) == 0 &&
            S_ISLNK(info.st_mode))
            return true;
    return false;
}

static void take_event(Watcher *w, const struct inotify_event *event, double now) {
    if (event->mask & IN_Q_OVERFLOW) {
        w->looked = 0;
        return;
    }
    if (!is_about(w, event)) return;
    w->touched = now;
    w->changed = true;
    if (event->mask & (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE))
        w->writing = false;
    else if (event->mask & (IN_MODIFY | IN_CREATE) && !(event->mask & IN_ISDIR) &&
             !is_link(w, event))
        w->writing = true;
}

static void take_events(Watcher *w, double now) {
    char room[8192] __attribute__((aligned(8)));
    ssize_t size;
    /* somebody may write faster than we read */
    for (int i = 0; i < 64 && w->handle >= 0 && (size = read(w->handle, room, sizeof room)) > 0;
         i++)
        for (const char *at = room; at < room + size;) {
            const struct inotify_event *event = (const void *)at;
            take_event(w, event, now);
            at += sizeof *event + event->len;
        }
}

/* What no event told. A folder that comes again needs a watch of its own. */
static void look(Watcher *w, double now) {
    if (now - w->looked < (w->handle < 0 ? look_always : look_again)) return;
    w->looked = now;
    for (int i = 0; i < w->n; i++) {
        Watched *f = &w->items[i];
        const Looks looks = look_at(f->path);
        watch_entries(w, f);
        if (looks_alike(&looks, &f->seen)) continue;
        if (!w->changed || (w->handle < 0 && looks.there)) w->touched = now;
        if (looks.there)
            f->seen = looks; /* what is missing is known when it has been for a while */
        w->changed = true;
    }
}

static bool is_missing(const Watcher *w) {
    for (int i = 0; i < w->n; i++)
        if (w->items[i].seen.there && !look_at(w->items[i].path).there) return true;
    return false;
}

/* One was truncated: by somebody who is about to write. */
static bool is_emptied(const Watcher *w) {
    for (int i = 0; i < w->n; i++) {
        const Looks looks = look_at(w->items[i].path);
        if (looks.there && looks.size == 0 && w->items[i].had > 0) return true;
    }
    return false;
}

/* How long nothing may happen until the save is over. */
static double quiet_time(const Watcher *w) {
    if (is_missing(w)) return replaced;
    if (is_emptied(w)) return w->writing ? 5 * abandoned : abandoned;
    return w->writing ? abandoned : w->handle < 0 ? 3 * look_always : settled;
}

static void begin_anew(Watcher *w) {
    w->changed = w->writing = false;
    for (int i = 0; i < w->n; i++) {
        w->items[i].seen = look_at(w->items[i].path);
        w->items[i].had = w->items[i].seen.size;
        find_entries(&w->items[i]);
        watch_entries(w, &w->items[i]);
    }
}

bool watcher_settled(Watcher *w, double now) {
    take_events(w, now);
    look(w, now);
    if (!w->changed || now - w->touched < quiet_time(w)) return false;
    begin_anew(w);
    return true;
}

bool watcher_is_quiet(Watcher *w, double now) {
    take_events(w, now);
    return !w->changed;
}

double watcher_patience(const Watcher *w, double now) {
    const double look = w->looked + (w->handle < 0 ? look_always : look_again) - now;
    const double over = w->changed ? w->touched + quiet_time(w) - now : look;
    const double least = look < over ? look : over;
    return least > 0 ? least : 0;
}

/* ---- which files ------------------------------------------------------------------------------------------ */

static void watched_free(Watched *f) {
    for (int i = 0; i < ENTRIES; i++)
        entry_free(&f->entries[i]);
    free(f->path);
}

static bool is_one_of(const char *path, const char *const *paths, int n) {
    for (int i = 0; i < n; i++)
        if (strcmp(path, paths[i]) == 0) return true;
    return false;
}

/* A folder that nothing needs any more costs a watch. */
static void forget(Watcher *w, Watched gone) {
    for (int i = 0; i < ENTRIES; i++)
        if (gone.entries[i].watch >= 0 && !is_watched(w, gone.entries[i].watch))
            inotify_rm_watch(w->handle, gone.entries[i].watch);
    watched_free(&gone);
}

static void add(Watcher *w, const char *path, struct timespec since) {
    for (int i = 0; i < w->n; i++)
        if (strcmp(w->items[i].path, path) == 0) return;
    Watched f = {.path = strdup(path)};
    find_entries(&f);
    watch_entries(w, &f);
    f.seen = look_at(path);
    f.had = f.seen.size;
    if (f.seen.there && !is_before(f.seen.modified, since)) w->changed = true;
    VEC_PUSH(w->items, w->n, w->cap, f);
}

void watcher_follow(Watcher *w, const char *const *paths, int n, struct timespec since) {
    for (int i = w->n - 1; i >= 0; i--) {
        if (is_one_of(w->items[i].path, paths, n)) continue;
        const Watched gone = w->items[i];
        w->items[i] = w->items[--w->n];
        forget(w, gone);
    }
    for (int i = 0; i < n; i++)
        add(w, paths[i], since);
}

Watcher *watcher_create(void) {
    Watcher *w = alloc_zeroed(1, sizeof *w);
    w->handle = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    return w;
}

int watcher_handle(const Watcher *w) {
    return w->handle;
}

void watcher_free(Watcher *w) {
    if (!w) return;
    for (int i = 0; i < w->n; i++)
        watched_free(&w->items[i]);
    free(w->items);
    if (w->handle >= 0) close(w->handle);
    free(w);
}
