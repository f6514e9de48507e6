/* Files that appear whole or not at all.
 * In: a path, bytes, and what must not be replaced (what the command reads). Out: the file at that path, once it
 * is committed.
 *
 *   a regular file   is written beside as .NAME.kanon-PID and renamed; what was there survives any
 *                    failure. A symbolic link is followed: the file it points to is replaced.
 *   standard output, pipes, devices   are written directly, or, for writers that go back to
 *                    complete a header, from an unlinked temporary file at the end. */
#include "command.h"
#include "engine.h"

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
    int handle;        /* written into */
    int copy_to;       /* gets everything at the end; -1: nothing does */
    int ticket;        /* of cleanup.c */
    int error;         /* errno of the first failure */
    FilesRead *spared; /* gets the file, once it is there, as `what`; see OutputPlace */
    const char *what;
};

static void release(OutputFile *file) {
    if (file->handle > STDERR_FILENO) close(file->handle);
    if (file->copy_to > STDERR_FILENO) close(file->copy_to);
    if (file->beside) unlink(file->beside);
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

/* ".NAME.kanon-PID" in the folder of `target`; a long name is cut to what a folder entry holds. */
static char *name_beside(const char *target) {
    const char *slash = strrchr(target, '/');
    const char *name = slash ? slash + 1 : target;
    Buf text = {0};
    buf_add(&text, target, (size_t)(name - target));
    buf_printf(&text, ".%.200s.kanon-%ld", name, (long)getpid());
    return text.data;
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
    file->beside = name_beside(file->target);
    /* rename would also replace a file that is write-protected; the user surely did not mean that
     */
    if (existing && access(file->path, W_OK) != 0) {
        int error = errno;
        free(file->beside);
        file->beside = NULL;
        return give_up(file, why, error);
    }
    unlink(file->beside); /* left by a killed process with our number */
    file->handle = open(file->beside, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file->handle < 0) {
        int error = errno;
        free(file->beside);
        file->beside = NULL;
        return give_up(file, why, error);
    }
    file->ticket = cleanup_add(CLEANUP_FILE, file->beside, 0);
    if (existing && fchmod(file->handle, existing->st_mode & 07777) != 0) file->error = 0;
    return file;
}

/* A file without a name, for what is copied at the end. */
static int open_unnamed(void) {
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
    file->handle = open_unnamed();
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

/* Closing is the last moment at which some file systems tell that the disk is full. */
static bool put_in_place(OutputFile *file) {
    int handle = file->handle;
    struct stat info;
    file->handle = -1;
    if (file->what && fstat(handle, &info) == 0) files_read_note(file->spared, &info, file->what);
    if (close(handle) != 0 || rename(file->beside, file->target) != 0) {
        file->error = errno;
        return false;
    }
    free(file->beside);
    file->beside = NULL;
    return true;
}

bool output_file_commit(OutputFile *file, bool *gone, Failure *why) {
    bool ok = !file->error;
    if (ok && file->copy_to >= 0) ok = copy_out(file);
    if (ok && file->beside) ok = put_in_place(file);
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
