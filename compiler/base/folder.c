/* Folders of sounds. In: the path of a folder. Out: the names that are in it, sorted byte by byte, of folders and of
 * files whose endings tell of sound; hidden ones are left out. */
#include "base/session.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { MOST_NAMES = 20000, MOST_BYTES = 1 << 21 };

static bool is_sound(const char *name) {
    static const char *const endings[] = {".wav",  ".aif", ".aiff", ".aifc", ".flac",
                                          ".ogg",  ".oga", ".opus", ".caf",  ".w64",
                                          ".rf64", ".au",  ".snd"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
        if (strcasecmp(dot, endings[i]) == 0) return true;
    return false;
}

/* The names one after the other, each with its zero, in memory of memory_try: a folder is open. */
typedef struct Names {
    char *text;
    size_t length;
    int n;
} Names;

static bool add(Names *names, const char *name) {
    const size_t size = strlen(name) + 1;
    if (names->n == MOST_NAMES || names->length + size > MOST_BYTES) return false;
    memcpy(names->text + names->length, name, size);
    names->length += size;
    names->n++;
    return true;
}

static bool belongs(DIR *folder, const char *name, bool folders) {
    struct stat info;
    if (name[0] == '.' || fstatat(dirfd(folder), name, &info, 0) != 0) return false;
    return S_ISDIR(info.st_mode) ? folders : S_ISREG(info.st_mode) && is_sound(name);
}

static bool read_names(const char *path, bool folders, Names *names, const char **why) {
    DIR *folder = opendir(path);
    *why = folder ? NULL : strerror(errno);
    for (struct dirent *entry; folder && !*why && (entry = readdir(folder));)
        if (belongs(folder, entry->d_name, folders) && !add(names, entry->d_name))
            *why = "it holds too many files";
    if (folder) closedir(folder);
    return !*why;
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **folder_names(Session *session, const char *path, bool folders, int *n,
                          const char **why) {
    *n = 0;
    session_seek(session, path);
    if ((*why = session_why_forbidden(session, path))) return NULL;
    Names names = {.text = memory_try(MOST_BYTES)};
    if (!names.text) *why = "there is not enough memory";
    const char **list = NULL;
    if (names.text && read_names(path, folders, &names, why)) {
        budget_spend(names.n);
        list = ARENA_ARRAY(session->arena, const char *, names.n + 1);
        for (const char *at = names.text; *n < names.n; at += strlen(at) + 1)
            list[(*n)++] = arena_strndup(session->arena, at, strlen(at));
        qsort(list, (size_t)*n, sizeof *list, by_bytes);
    }
    free(names.text);
    return list;
}
