/* The files that a compilation reads: the program, what it uses, what it samples.
 * In: paths, and the folders that may be read. Out: handles of regular files, and a list of what was read, so that
 * no output replaces it (output_file.c).
 *
 * Only regular files are opened: a pipe would wait for ever, and to open a device may already do something. Files
 * are known by device and number, so a link or another spelling of the path is the same file. */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
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

const char *files_read_what(const FilesRead *read, const struct stat *info) {
    for (int i = 0; i < read->n; i++)
        if (read->items[i].device == info->st_dev && read->items[i].number == info->st_ino)
            return read->items[i].what;
    return NULL;
}

int compile_open_file(Compile *c, const char *path, const char *what, const char **why) {
    struct stat info;
    int handle = input_file_open(path, &info, why);
    c->reading = handle; /* noting allocates */
    if (handle >= 0) files_read_note(&c->files, &info, what);
    return handle;
}

void compile_close_file(Compile *c) {
    if (c->reading >= 0) close(c->reading);
    c->reading = -1;
}
