/* Files that appear whole or not at all.
 * In: a path, bytes, and what must not be replaced (what the command reads). Out: the file at that path, once it
 * is committed.
 *
 *   a regular file   is written without a name and gets one when it is complete, so that nothing is left of a
 *                    process that is killed. Where something stands already it first becomes
 *                    .NAME.kanon-PID-NUMBER, for the moment until it is renamed; where the file system has no
 *                    files without names it is written under that one. What was there survives any failure. A
 *                    symbolic link is followed: the file it points to is replaced.
 *   standard output, pipes, devices   are written directly, or, for writers that go back to
 *                    complete a header, from an unlinked temporary file at the end. */
#include "command/command.h"
#include "engine/engine.h"
#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct OutputFile {
    char *path;        /* as the user wrote it */
    char *target;      /* what is replaced: links resolved; NULL when nothing is */
    char *beside;      /* the temporary name; NULL when there is none */
    bool nameless;     /* it has no name at all yet */
    bool adopted;      /* somebody else keeps it, where it does not get in place */
    int handle;        /* written into */
    int copy_to;       /* gets everything at the end; -1: nothing does */
    int ticket;        /* of base/cleanup.c */
    int error;         /* errno of the first failure */
    FilesRead *spared; /* gets the file, once it is there, as `what`; see OutputPlace */
    const char *what;
};

static void release(OutputFile *file) {
    if (file->handle > STDERR_FILENO) close(file->handle);
    if (file->copy_to > STDERR_FILENO) close(file->copy_to);
    if (file->beside && !file->adopted) unlink(file->beside);
    cleanup_drop(file->ticket);
    free(file->path);
    free(file->target);
    free(file->beside);
    free(file);
}

static OutputFile *give_up(OutputFile *file, Failure *why, int error) {
    failure(why, "cannot write %s: %s", file->path, strerror(error));
    release(file);
    return NULL;
}

/* ".NAME.kanon-PID-NUMBER" in the folder of `target`; a long name is cut, between two characters, to what a folder
 * entry holds. */
static char *name_beside(const char *target, int number) {
    const char *slash = strrchr(target, '/');
    const char *name = slash ? slash + 1 : target;
    int length = (int)strnlen(name, 200);
    while (length > 0 && ((unsigned char)name[length] & 0xc0) == 0x80)
        length--;
    Buf text = {0};
    buf_add(&text, target, (size_t)(name - target));
    buf_printf(&text, ".%.*s.kanon-%ld-%d", length, name, (long)getpid(), number);
    return text.data;
}

/* Tries names beside the target, one after the other, until one is free: make() returns 0, or an errno. It is
 * registered for removal before it is there. */
static int take_name(OutputFile *file, int (*make)(OutputFile *file)) {
    for (int number = 0;; number++) {
        file->beside = name_beside(file->target, number);
        file->ticket = cleanup_add(CLEANUP_FILE, file->beside, 0);
        int error = make(file);
        if (!error) return 0;
        cleanup_drop(file->ticket);
        file->ticket = -1;
        free(file->beside);
        file->beside = NULL;
        if (error != EEXIST || number == 1000) return error;
    }
}

static int make_named(OutputFile *file) {
    file->handle = open(file->beside, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    return file->handle < 0 ? errno : 0;
}

/* A file that has no name yet gets one through this path of its handle. */
static int link_to(const OutputFile *file, const char *path) {
    char handle[32];
    snprintf(handle, sizeof handle, "/proc/self/fd/%d", file->handle);
    return linkat(AT_FDCWD, handle, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

static int link_beside(OutputFile *file) {
    return link_to(file, file->beside);
}

/* -1 where there is no such thing: the file system or the kernel does not know it, or /proc is missing. */
static int open_nameless(const char *target) {
    const char *slash = strrchr(target, '/');
    char *folder =
        slash ? strndup(target, slash == target ? 1 : (size_t)(slash - target)) : strdup(".");
    int handle = -1;
    if (access("/proc/self/fd", X_OK) == 0)
        handle = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
    free(folder);
    return handle;
}

/* Where a path leads. A link to nothing yet leads to where the file will be made. */
static char *follow_links(const char *path) {
    struct stat info;
    char link[PATH_MAX];
    if (realpath(path, link)) return strdup(link);
    ssize_t n;
    if (lstat(path, &info) == 0 && S_ISLNK(info.st_mode) &&
        (n = readlink(path, link, sizeof link - 1)) > 0 && link[0] == '/') {
        link[n] = 0;
        return strdup(link);
    }
    return strdup(path);
}

static OutputFile *open_beside(OutputFile *file, const struct stat *existing, Failure *why) {
    file->target = follow_links(file->path);
    /* rename would also replace a file that is write-protected; the user surely did not mean that
     */
    if (existing && access(file->path, W_OK) != 0) return give_up(file, why, errno);
    file->handle = open_nameless(file->target);
    file->nameless = file->handle >= 0;
    int error = file->nameless ? 0 : take_name(file, make_named);
    if (error) return give_up(file, why, error);
    /* who may read and write it stays; that it runs as its owner does not: the owner may be another now */
    if (existing && fchmod(file->handle, existing->st_mode & 0777) != 0) file->error = 0;
    return file;
}

int temporary_file(void) {
    Buf path = {0};
    buf_printf(&path, "%s/kanon-XXXXXX", temporary_folder());
    int handle = mkostemp(path.data, O_CLOEXEC);
    if (handle >= 0) unlink(path.data);
    buf_free(&path);
    return handle;
}

static OutputFile *open_stream(OutputFile *file, int stream, bool seeks, Failure *why) {
    if (!seeks) {
        file->handle = stream;
        return file;
    }
    file->copy_to = stream;
    file->handle = temporary_file();
    return file->handle < 0 ? give_up(file, why, errno) : file;
}

/* What was read stays: also where it goes by another name, or is what standard output leads to. */
static bool spares(const OutputPlace *place, const struct stat *there, Failure *why) {
    const char *what = files_read_what(place->spared, there);
    if (!what) return true;
    bool standard = strcmp(place->path, "-") == 0;
    failure(why, "%s is %s, and would be destroyed; %s %s",
            standard ? "standard output" : place->path, what,
            standard ? "lead it elsewhere, or name another file with" : "name another file with",
            place->option);
    why->status = STATUS_USAGE;
    return false;
}

OutputFile *output_file_open(const OutputPlace *place, Failure *why) {
    const char *path = place->path;
    bool standard = strcmp(path, "-") == 0, seeks = place->seeks;
    struct stat info;
    bool exists = standard ? fstat(STDOUT_FILENO, &info) == 0 : stat(path, &info) == 0;
    if (exists && !spares(place, &info, why)) return NULL;
    OutputFile *file = calloc(1, sizeof *file);
    if (!file) abort();
    *file = (OutputFile){.path = strdup(path),
                         .handle = -1,
                         .copy_to = -1,
                         .ticket = -1,
                         .spared = place->spared,
                         .what = place->what};
    if (standard) {
        free(file->path);
        file->path = strdup("standard output");
        return open_stream(file, STDOUT_FILENO, seeks, why);
    }
    if (!*path) return give_up(file, why, ENOENT);
    if (exists && S_ISDIR(info.st_mode)) return give_up(file, why, EISDIR);
    if (exists && !S_ISREG(info.st_mode)) {
        int stream = open(path, O_WRONLY | O_CLOEXEC);
        return stream < 0 ? give_up(file, why, errno) : open_stream(file, stream, seeks, why);
    }
    if (!exists && path[strlen(path) - 1] == '/') return give_up(file, why, EISDIR);
    return open_beside(file, exists ? &info : NULL, why);
}

int output_file_handle(const OutputFile *file) {
    return file->handle;
}

const char *output_file_target(const OutputFile *file) {
    return file->target;
}

bool output_file_adopt(OutputFile *file, const char *path, Failure *why) {
    struct stat made;
    const int handle = open(path, O_RDWR | O_CLOEXEC);
    if (handle < 0 || fstat(file->handle, &made) != 0 ||
        fchmod(handle, made.st_mode & 0777) != 0) { /* who may read it */
        failure(why, "cannot write %s: %s", path, strerror(errno));
        if (handle >= 0) close(handle);
        return false;
    }
    close(file->handle);
    if (file->beside) unlink(file->beside);
    cleanup_drop(file->ticket);
    free(file->beside);
    file->ticket = -1;
    file->beside = strdup(path);
    file->handle = handle;
    file->nameless = false;
    file->adopted = true;
    return true;
}

static bool write_all(int handle, const char *data, size_t size, int *error) {
    while (size > 0) {
        ssize_t n = write(handle, data, size);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            *error = n < 0 ? errno : ENOSPC;
            return false;
        }
        data += n;
        size -= (size_t)n;
    }
    return true;
}

bool output_file_write(OutputFile *file, const void *data, size_t size) {
    return !file->error && write_all(file->handle, data, size, &file->error);
}

void output_file_failed(OutputFile *file, int error) {
    if (!file->error) file->error = error ? error : EIO;
}

void output_file_forgive(OutputFile *file) {
    file->error = 0;
}

bool output_file_reader_gone(const OutputFile *file) {
    return file->error == EPIPE;
}

bool output_file_reason(const OutputFile *file, Failure *why) {
    return failure(why, "cannot write %s: %s", file->path, strerror(file->error));
}

/* The finished temporary file into the pipe or device. */
static bool copy_out(OutputFile *file) {
    char block[1 << 16];
    if (lseek(file->handle, 0, SEEK_SET) < 0) {
        file->error = errno;
        return false;
    }
    for (;;) {
        ssize_t n = read(file->handle, block, sizeof block);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) file->error = errno;
        if (n <= 0) return n == 0;
        if (!write_all(file->copy_to, block, (size_t)n, &file->error)) return false;
    }
}

/* Closing is the last moment at which some file systems tell that the disk is full. A file without a name ends with its
 * last handle, so a second one is closed first. */
static int close_to_see(OutputFile *file) {
    int handle = file->nameless ? dup(file->handle) : file->handle;
    if (!file->nameless) file->handle = -1;
    return handle >= 0 && close(handle) == 0 ? 0 : errno;
}

static int name_it(OutputFile *file) {
    int error = link_to(file, file->target);
    if (error != EEXIST) return error;
    return take_name(file, link_beside);
}

static bool put_in_place(OutputFile *file) {
    struct stat info;
    if (file->what && fstat(file->handle, &info) == 0)
        files_read_note(file->spared, &info, file->what);
    file->error = close_to_see(file);
    if (!file->error && file->nameless) file->error = name_it(file);
    if (!file->error && file->beside && rename(file->beside, file->target) != 0)
        file->error = errno;
    if (file->error) return false;
    free(file->beside);
    file->beside = NULL;
    return true;
}

bool output_file_commit(OutputFile *file, bool *gone, Failure *why) {
    bool ok = !file->error;
    if (ok && file->copy_to >= 0) ok = copy_out(file);
    if (ok && file->target) ok = put_in_place(file);
    bool left = file->error == EPIPE; /* its reader had enough: no failure of ours */
    if (gone) *gone = left;
    if (left) ok = true;
    if (!ok) output_file_reason(file, why);
    release(file);
    return ok;
}

void output_file_abandon(OutputFile *file) {
    if (file) release(file);
}
