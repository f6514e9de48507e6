/* Which controllers of MIDI turn which params.
 * In and out: a text of lines "cutoff cc 74"; what begins with # is for people. */
#include "play/bindings.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

void bindings_set(Bindings *b, const char *param, int controller) {
    int at = 0;
    while (at < b->n && strcmp(b->items[at].param, param) != 0)
        at++;
    if (at < b->n && controller < 0) {
        free(b->items[at].param);
        b->items[at] = b->items[--b->n];
    } else if (at < b->n) {
        b->items[at].controller = controller;
    } else if (controller >= 0) {
        const BoundParam item = {strdup(param), controller};
        VEC_PUSH(b->items, b->n, b->cap, item);
    }
}

void bindings_free(Bindings *b) {
    for (int i = 0; i < b->n; i++)
        free(b->items[i].param);
    free(b->items);
    *b = (Bindings){0};
}

/* False: it is none. */
static bool read_line(Bindings *b, char *line) {
    char param[256], rest;
    int controller;
    const char *begin = line + strspn(line, " \t\r\n");
    if (*begin == '#' || !*begin) return true;
    if (sscanf(begin, "%255s cc %d %c", param, &controller, &rest) != 2) return false;
    if (controller < 0 || controller > 127) return false;
    bindings_set(b, param, controller);
    return true;
}

bool bindings_read(Bindings *b, const char *path, char *why, size_t room) {
    enum { MOST_LINES = 10000 };
    char line[512];
    FILE *file = fopen(path, "re");
    bool good = file || errno == ENOENT;
    if (!good) snprintf(why, room, "cannot read %s: %s", path, strerror(errno));
    for (int i = 1; file && i <= MOST_LINES && fgets(line, sizeof line, file); i++) {
        if (read_line(b, line)) continue;
        if (good)
            snprintf(why, room, "%s:%d: a line is a param and its controller: cutoff cc 74", path,
                     i);
        good = false;
    }
    if (file) fclose(file);
    return good;
}

static bool write_all(const Bindings *b, FILE *file) {
    fputs("# Controllers of MIDI that turn params, as kanon play has learned them.\n", file);
    for (int i = 0; i < b->n; i++)
        fprintf(file, "%s cc %d\n", b->items[i].param, b->items[i].controller);
    const bool good = fflush(file) == 0 && !ferror(file) && fsync(fileno(file)) == 0;
    return fclose(file) == 0 && good;
}

bool bindings_write(const Bindings *b, const char *path, char *why, size_t room) {
    Buf beside = {0};
    bool good;
    if (b->n == 0) {
        good = unlink(path) == 0 || errno == ENOENT;
    } else {
        buf_printf(&beside, "%s.%ld", path, (long)getpid());
        FILE *file = fopen(beside.data, "wxe");
        good = file && write_all(b, file) && rename(beside.data, path) == 0;
        const int error = errno;
        if (!good && file) unlink(beside.data);
        errno = error;
    }
    if (!good) snprintf(why, room, "cannot write %s: %s", path, strerror(errno));
    buf_free(&beside);
    return good;
}
