/* The files that a compilation reads: the program, what it uses, what it samples.
 * In: paths, and the folders that may be read. Out: handles of regular files, and a list of what was read, so that
 * no output replaces it (command/output_file.c).
 *
 * Only regular files are opened: a pipe would wait for ever, and to open a device may already do something. Files
 * are known by device and number, so a link or another spelling of the path is the same file. */
#include "base/session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *why_irregular(mode_t mode) {
    if (S_ISREG(mode)) return NULL;
    if (S_ISDIR(mode)) return "it is a folder";
    if (S_ISFIFO(mode)) return "it is a pipe, and only files are read";
    if (S_ISSOCK(mode)) return "it is a socket, and only files are read";
    return "it is a device, and only files are read";
}

/* Looked at before it is opened, and again when it is open: another process may have put something else there. */
int input_file_open(const char *path, struct stat *info, const char **why) {
    if (stat(path, info) != 0) {
        *why = strerror(errno);
        return -1;
    }
    if ((*why = why_irregular(info->st_mode))) return -1;
    int handle = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (handle < 0) {
        *why = strerror(errno);
        return -1;
    }
    if (fstat(handle, info) != 0)
        *why = strerror(errno);
    else
        *why = why_irregular(info->st_mode);
    if (!*why) return handle;
    close(handle);
    return -1;
}

void files_read_note(FilesRead *read, const struct stat *info, const char *what) {
    for (int i = 0; i < read->n; i++)
        if (read->items[i].device == info->st_dev && read->items[i].number == info->st_ino) return;
    FileRead file = {info->st_dev, info->st_ino, what};
    VEC_PUSH(read->items, read->n, read->cap, file);
}

void files_read_add(FilesRead *read, const FilesRead *more) {
    for (int i = 0; i < more->n; i++)
        VEC_PUSH(read->items, read->n, read->cap, more->items[i]);
}

const char *files_read_what(const FilesRead *read, const struct stat *info) {
    for (int i = 0; i < read->n; i++)
        if (read->items[i].device == info->st_dev && read->items[i].number == info->st_ino)
            return read->items[i].what;
    return NULL;
}

/* ---- which files a program may read ---------------------------------------------------------------- */

/* Where a path leads, links resolved: of what is not there, where it would be. */
static bool find_real(const char *path, char real[PATH_MAX]) {
    if (realpath(path, real)) return true;
    char part[PATH_MAX];
    if (snprintf(part, sizeof part, "%s%s", path[0] == '/' ? "" : "./", path) >= (int)sizeof part)
        return false;
    for (char *slash; (slash = strrchr(part, '/'));) {
        *slash = '\0';
        if (realpath(*part ? part : "/", real)) return true;
    }
    return false;
}

/* Where an open file really is: it may have been exchanged since its name was looked at. */
static bool find_open(int handle, const char *path, char real[PATH_MAX]) {
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    ssize_t n = readlink(link, real, PATH_MAX - 1);
    if (n <= 0 || real[0] != '/') return find_real(path, real);
    real[n] = '\0';
    return true;
}

static bool is_below(const char *real, const char *folder) {
    size_t n = strlen(folder);
    return n == 1 || (strncmp(real, folder, n) == 0 && (real[n] == '/' || !real[n]));
}

static bool may_read(const Session *session, const char *real) {
    for (int i = 0; i < session->access.nfolders; i++)
        if (is_below(real, session->access.folders[i])) return true;
    return false;
}

static const char *why_outside(const Session *session) {
    return session->access.nfolders > 0
               ? "it lies outside of the folder that this program may read; put it there"
               : "text that has no file of its own reads none; give it a place";
}

static bool ends_in_kn(const char *path) {
    size_t n = strlen(path);
    return n > 3 && strcmp(path + n - 3, ".kn") == 0;
}

/* The program itself was chosen by the user: it may be anywhere. That of `use` has been looked at for its name, but
 * that of a link is what counts: nothing of a file that is no program is shown in messages. */
static const char *why_forbidden(const Session *session, const char *path, FileRole role) {
    char real[PATH_MAX];
    if (role == FILE_USED && !ends_in_kn(path)) return "`use` takes files whose names end in `.kn`";
    if (role == FILE_MAIN || !session->access.only_folders) return NULL;
    return find_real(path, real) && may_read(session, real) ? NULL : why_outside(session);
}

const char *session_why_forbidden(const Session *session, const char *path) {
    return why_forbidden(session, path, FILE_SAMPLED);
}

static bool is_data(FileRole role) {
    return role == FILE_SAMPLED || role == FILE_MIDI;
}

static const char *why_forbidden_open(const Session *session, int handle, const char *path,
                                      FileRole role, bool *named_kn) {
    char real[PATH_MAX];
    *named_kn = false;
    if (is_data(role) && !session->access.only_folders) return NULL;
    if (!find_open(handle, path, real)) return "it cannot be told where it is";
    *named_kn = ends_in_kn(real);
    if (role == FILE_USED && !*named_kn)
        return "it leads to a file whose name does not end in `.kn`";
    return role == FILE_MAIN || !session->access.only_folders || may_read(session, real)
               ? NULL
               : why_outside(session);
}

void session_seek(Session *session, const char *path) {
    for (int i = 0; i < session->nsought; i++)
        if (strcmp(session->sought[i], path) == 0) return;
    const char *copy = arena_strndup(session->arena, path, strlen(path));
    VEC_PUSH(session->sought, session->nsought, session->sought_cap, copy);
}

int session_open_file(Session *session, const char *path, FileRole role, bool *named_kn,
                      const char **why) {
    static const char *const what[] = {[FILE_MAIN] = "the program itself",
                                       [FILE_USED] = "a file that the program uses",
                                       [FILE_SAMPLED] = "a sound file that the program samples",
                                       [FILE_MIDI] = "a MIDI file that the program plays"};
    struct stat info;
    session_seek(session, path);
    if ((*why = why_forbidden(session, path, role))) return -1;
    int handle = input_file_open(path, &info, why);
    if (handle < 0) return -1;
    if ((*why = why_forbidden_open(session, handle, path, role, named_kn))) {
        close(handle);
        return -1;
    }
    session->reading = handle; /* noting allocates */
    files_read_note(&session->files, &info, what[role]);
    return handle;
}

void session_close_file(Session *session) {
    if (session->reading >= 0) close(session->reading);
    session->reading = -1;
}

bool folder_find(const char *path, char real[PATH_MAX]) {
    struct stat info;
    return realpath(path, real) && stat(real, &info) == 0 && S_ISDIR(info.st_mode);
}
