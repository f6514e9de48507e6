/* Files as they were when they were read.
 * In: paths. Out: whether one has another time, size or number now. */
#include "play/file_stamps.h"

#include <string.h>

/* The path is the other one's. */
static FileStamp look_at(char *path) {
    struct stat info;
    if (stat(path, &info) != 0) return (FileStamp){.path = path, .size = -1};
    return (FileStamp){path, info.st_mtim, info.st_size, info.st_ino};
}

void file_stamps_add(FileStamps *s, const char *path) {
    const FileStamp stamp = look_at(strdup(path));
    VEC_PUSH(s->items, s->n, s->cap, stamp);
}

bool file_stamps_differ(const FileStamps *s) {
    for (int i = 0; i < s->n; i++) {
        const FileStamp *old = &s->items[i], now = look_at(old->path);
        if (now.size != old->size || now.number != old->number ||
            now.written.tv_sec != old->written.tv_sec ||
            now.written.tv_nsec != old->written.tv_nsec)
            return true;
    }
    return false;
}

void file_stamps_free(FileStamps *s) {
    for (int i = 0; i < s->n; i++)
        free(s->items[i].path);
    free(s->items);
    *s = (FileStamps){0};
}
