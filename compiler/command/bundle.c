/* Folders that appear whole or not at all.
 * In: a path, and files. Out: the folder at that path, once it is committed.
 *
 * It is filled as .NAME.kanon-PID-NUMBER beside its place. Where a folder stands already the two change places in one step, and the
 * old one is removed; where the file system cannot do so, the old one steps aside for a moment. */
#include "command/bundle.h"
#include "base/cleanup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_BUNDLE_FILES = 16 };

struct Bundle {
    char *path;           /* as the user wrote it */
    char *target, *aside; /* where it will be, where it is filled; absolute, links resolved */
    bool replaces;
    int ticket; /* of base/cleanup.c */
    char *files[MOST_BUNDLE_FILES];
    int tickets[MOST_BUNDLE_FILES], n;
};

static void release(Bundle *b) {
    for (int i = 0; i < b->n; i++) {
        cleanup_drop(b->tickets[i]);
        free(b->files[i]);
    }
    cleanup_drop(b->ticket);
    free(b->path);
    free(b->target);
    free(b->aside);
    free(b);
}

static bool cannot_write(const Bundle *b, int error, Failure *why) {
    return failure(why, "cannot write %s: %s", b->path, strerror(error));
}

/* ---- what stands there -------------------------------------------------------------------------------- */

static bool ends_with(const char *name, const char *const *endings) {
    for (; *endings; endings++) {
        const size_t n = strlen(name), ending = strlen(*endings);
        if (n > ending && strcmp(name + n - ending, *endings) == 0) return true;
    }
    return false;
}

static bool has_mark(const BundlePlace *place, const char *folder) {
    char line[256] = "";
    Buf path = {0};
    buf_printf(&path, "%s/%s", folder, place->manifest);
    FILE *file = fopen(path.data, "re");
    buf_free(&path);
    const bool read = file && fgets(line, sizeof line, file);
    if (file) fclose(file);
    return read && strncmp(line, place->mark, strlen(place->mark)) == 0;
}

/* Was it made so? An empty one is nobody's. */
static bool may_be_replaced(const BundlePlace *place, const char *folder, Failure *why) {
    DIR *names = opendir(folder);
    if (!names) return failure(why, "cannot read %s: %s", place->path, strerror(errno));
    char stranger[256] = "";
    int n = 0;
    for (struct dirent *entry; (entry = readdir(names));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        n++;
        if (!ends_with(entry->d_name, place->endings))
            snprintf(stranger, sizeof stranger, "%s", entry->d_name);
    }
    closedir(names);
    if (!stranger[0] && (n == 0 || has_mark(place, folder))) return true;
    if (!stranger[0]) snprintf(stranger, sizeof stranger, "no %s of ours", place->manifest);
    failure(why, "%s is a folder that Kanon did not make: it has %s; name another with %s",
            place->path, stranger, place->option);
    why->status = STATUS_USAGE;
    return false;
}

/* ---- filling it ------------------------------------------------------------------------------------------ */

/* Where a path leads; of one that is not there, its folder does. NULL with errno. */
static char *resolve(const char *path) {
    char there[PATH_MAX];
    if (realpath(path, there)) return strdup(there);
    if (errno != ENOENT) return NULL;
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
    const bool found = realpath(folder, there);
    free(folder);
    if (!found) return NULL;
    Buf whole = {0};
    buf_printf(&whole, "%s/%s", strcmp(there, "/") == 0 ? "" : there, slash ? slash + 1 : path);
    return whole.data;
}

static bool make_aside(Bundle *b) {
    const char *name = strrchr(b->target, '/') + 1;
    for (int number = 0; number < 1000; number++) {
        Buf path = {0};
        buf_add(&path, b->target, (size_t)(name - b->target));
        buf_printf(&path, ".%.*s.kanon-%ld-%d", (int)strnlen(name, 200), name, (long)getpid(),
                   number);
        b->aside = path.data;
        b->ticket = cleanup_add(CLEANUP_FOLDER, b->aside, 0);
        if (mkdir(b->aside, 0777) == 0) return true;
        cleanup_drop(b->ticket);
        b->ticket = -1;
        free(b->aside);
        b->aside = NULL;
        if (errno != EEXIST) return false;
    }
    return false;
}

Bundle *bundle_open(const BundlePlace *place, Failure *why) {
    size_t length = strlen(place->path);
    while (length > 1 && place->path[length - 1] == '/')
        length--;
    Bundle *b = calloc(1, sizeof *b);
    if (!b) abort();
    *b = (Bundle){.path = strndup(place->path, length), .ticket = -1};
    b->target = resolve(b->path);
    struct stat info;
    b->replaces = b->target && stat(b->target, &info) == 0;
    if (!b->target)
        cannot_write(b, errno, why);
    else if (b->replaces && !S_ISDIR(info.st_mode))
        failure(why, "cannot write %s: it is no folder", b->path);
    else if (!b->replaces || may_be_replaced(place, b->target, why)) {
        if (make_aside(b)) return b;
        cannot_write(b, errno, why);
    }
    release(b);
    return NULL;
}

const char *bundle_file(Bundle *b, const char *name) {
    Buf path = {0};
    buf_printf(&path, "%s/%s", b->aside, name);
    b->files[b->n] = path.data;
    b->tickets[b->n] = cleanup_add(CLEANUP_FILE, path.data, 0);
    return b->files[b->n++];
}

const char *const *bundle_files(const Bundle *b, int *n, const char **folder) {
    *n = b->n;
    *folder = b->aside;
    return (const char *const *)b->files;
}

bool bundle_write(Bundle *b, const char *name, const Buf *text, Failure *why) {
    FILE *file = fopen(bundle_file(b, name), "wxe");
    errno = file ? 0 : errno;
    bool good = file && fwrite(text->data, 1, text->length, file) == text->length;
    int reason = errno;
    if (file && fclose(file) != 0 && good) {
        good = false;
        reason = errno;
    }
    return good || cannot_write(b, reason, why);
}

void bundle_drop(Bundle *b, const char *name) {
    for (int i = 0; i < b->n; i++)
        if (strcmp(strrchr(b->files[i], '/') + 1, name) == 0) unlink(b->files[i]);
}

/* ---- putting it in place ----------------------------------------------------------------------------------- */

static void remove_folder(const char *folder) {
    DIR *names = opendir(folder);
    for (struct dirent *entry; names && (entry = readdir(names));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(dirfd(names), entry->d_name, 0);
    if (names) closedir(names);
    rmdir(folder);
}

/* The old one gets a name for a moment, and its own again where the new one cannot have that. */
static bool step_aside(Bundle *b) {
    Buf old = {0};
    buf_printf(&old, "%s-old", b->aside);
    bool good = rename(b->target, old.data) == 0;
    if (good && rename(b->aside, b->target) != 0) {
        const int reason = errno;
        rename(old.data, b->target);
        errno = reason;
        good = false;
    }
    if (good) remove_folder(old.data);
    buf_free(&old);
    return good;
}

static bool put_in_place(Bundle *b) {
    if (!b->replaces) return rename(b->aside, b->target) == 0;
    if (renameat2(AT_FDCWD, b->aside, AT_FDCWD, b->target, RENAME_EXCHANGE) == 0) {
        remove_folder(b->aside);
        return true;
    }
    return (errno == EINVAL || errno == ENOSYS) && step_aside(b);
}

bool bundle_commit(Bundle *b, Failure *why) {
    if (put_in_place(b)) {
        release(b);
        return true;
    }
    cannot_write(b, errno, why);
    bundle_abandon(b);
    return false;
}

void bundle_abandon(Bundle *b) {
    if (!b) return;
    remove_folder(b->aside);
    release(b);
}
