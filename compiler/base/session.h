/* What the stages of a compilation have in common and nobody else knows: its arena, the texts that were read, what is
 * wrong with them. All memory of a compilation comes from one arena and goes with it. No function prints or exits: what
 * is wrong is a Diag. */
#ifndef KANON_BASE_SESSION_H
#define KANON_BASE_SESSION_H

#include "base/base.h"

/* ---- base/input_file.c: the files that are read ---------------------------------------------- */

typedef struct FileRead {
    dev_t device;
    ino_t number;
    const char *what; /* "the program": said of an output that would replace it; lives for ever */
} FileRead;
typedef struct FilesRead {
    FileRead *items;
    int n, cap;
} FilesRead;

/* Opens a regular file for reading, without waiting, and tells about it. -1 with the reason, which ends a
 * sentence ("it is a folder"). */
int input_file_open(const char *path, struct stat *info, const char **why);
void files_read_note(FilesRead *read, const struct stat *info, const char *what);
/* Those of another compilation are read too. */
void files_read_add(FilesRead *read, const FilesRead *more);
/* What of the files that were read this is; NULL: none of them. */
const char *files_read_what(const FilesRead *read, const struct stat *info);

/* ---- base/source.c: files and places in them ------------------------------------------------- */

/* Bytes [start, end) of file number `file`; file < 0 is no place at all. */
typedef struct Span {
    int32_t file, start, end;
} Span;
/* Are they the same piece of the same text? */
static inline bool span_equal(Span a, Span b) {
    return a.file == b.file && a.start == b.start && a.end == b.end;
}

typedef struct Source {
    const char *path; /* as the user knows it: "bell.kn", "<library>/filters.kn", "-e" */
    const char *text; /* zero-terminated */
    size_t length;
    bool library;  /* part of the standard library */
    bool unquoted; /* a file that is not named as a program: messages show no line of it */
    int *line_starts, nlines, line_cap; /* found as far as places are asked for */
} Source;

/* ---- base/diag.c: what is wrong, where, and the way out -------------------------------------- */

typedef enum { DIAG_ERROR, DIAG_WARNING } Severity;

typedef struct DiagNote {
    Span span;
    const char *text;
    struct DiagNote *next;
} DiagNote;

typedef struct Diag {
    Severity severity;
    Span span;
    const char
        *message;     /* one sentence without a full stop, in the words of the language reference */
    const char *help; /* what to write instead, or NULL */
    DiagNote *notes;  /* first the innermost call */
    int order;        /* of arrival; keeps sorting stable */
    bool file_failed; /* a file or device is the cause: exit status 3, not 1 */
} Diag;

/* ---- session.c: what all stages of a compilation share -------------------------------------------------- */

/* Which files a program may read beside its own text. */
typedef struct FileAccess {
    bool only_folders;          /* what lies below one of these; else all that the user may read */
    const char *const *folders; /* real paths, which outlive the compilation */
    int nfolders;
} FileAccess;

typedef struct Session {
    Arena *arena;
    Source *sources;
    int nsources, source_cap;
    Diag **diags;
    int ndiags, diag_cap;
    struct InternTable *interned;
    FileAccess access;
    FilesRead files;     /* all that was read */
    const char **sought; /* paths of files and folders that were read, or were not there */
    int nsought, sought_cap;
    struct SoundStream *streams; /* the last of all that are open; closed with the compilation */
    int64_t
        most_held; /* bytes of a sound file that are held in memory; larger ones are read while they are heard */
    bool waits; /* for what is not there of these: nobody hears it while it runs */
    int reading; /* handle of the file that is open, or -1: no memory, so lost by a jump (base/memory.h) */
    Budget budget;
} Session;

/* ---- base/intern.c: one pointer for each spelling -------------------------------------------- */

/* The same text gives the same pointer for the life of the compilation. */
const char *intern(Session *session, const char *text, size_t length);

/* ---- base/input_file.c: which files are read ------------------------------------------------- */

typedef enum { FILE_MAIN, FILE_USED, FILE_SAMPLED, FILE_MIDI } FileRole;
/* Opens and notes a file for the compilation, one at a time, if it may be read. -1 with the
 * reason. *named_kn: links resolved, its name ends in ".kn"; not told of samples
 * and MIDI files. */
int session_open_file(Session *session, const char *path, FileRole role, bool *named_kn,
                      const char **why);
void session_close_file(Session *session);
/* Of this path it hangs what the compilation makes: it is told to hosts, which watch it. */
void session_seek(Session *session, const char *path);
/* Why the program may not read that as a sound, or NULL. */
const char *session_why_forbidden(const Session *session, const char *path);
/* base/folder.c: the names in a folder in order, of sounds and, where `folders` says so, of folders; in the arena. NULL with a
 * reason. */
const char **folder_names(Session *session, const char *path, bool folders, int *n,
                          const char **why);
/* The real path of a folder; false when there is none. */
bool folder_find(const char *path, char real[PATH_MAX]);

/* ---- base/source.c: files and places in them ------------------------------------------------- */

/* Adds text under a name; the text is copied. Returns the number of the source, -1 when it is not
 * acceptable (a diag says why: binary, invalid UTF-8, too long). */
int source_add(Session *session, const char *path, const char *text, size_t length);
/* Adds a text of the standard library, which is not copied. */
int source_add_library(Session *session, const char *path, const char *text, size_t length);
/* Reads a file. Returns -1 with a diag at `at` when it cannot be read. */
int source_read(Session *session, const char *path, Span at);
/* Line and column of an offset, both from 1; columns count code points. */
void source_place(Source *source, int offset, int *line, int *column);
/* The text of a span, in the arena; shortened in the middle when longer than `limit` bytes. */
const char *source_text(Session *session, Span span, int limit);

/* From where the first begins to where the second ends. */
Span span_join(Span a, Span b);
/* Bytes of the UTF-8 character at `s`, 0 when there is none; `s` ends with a zero. */
int utf8_length(const unsigned char *s);

/* ---- base/diag.c: what is wrong, where, and the way out -------------------------------------- */

Diag *diag_error(Session *session, Span at, const char *fmt, ...) KN_PRINTF(3, 4);
Diag *diag_warning(Session *session, Span at, const char *fmt, ...) KN_PRINTF(3, 4);
void diag_help(Session *session, Diag *diag, const char *fmt, ...) KN_PRINTF(3, 4);
void diag_note(Session *session, Diag *diag, Span at, const char *fmt, ...) KN_PRINTF(4, 5);
int diag_errors(const Session *session);
/* What the errors mean for a caller: 0 there are none, 1 the program is wrong, 3 only files failed. */
int diag_status(const Session *session);
/* Sorts by place (files in the order of reading, the first first) and drops repetitions. */
void diag_sort(Session *session);
/* All of them as text for a terminal: place, message, underlined line, help, notes. */
void diag_print(Session *session, Buf *out);
/* {"file":…,"line":…,"column":…,"message":…} objects, comma-separated. */
void diag_json(Session *session, Buf *out);
/* The candidate nearest to `name` by edit distance, NULL when none is near enough. */
const char *nearest_name(const char *name, const char *const *candidates, int n);

#endif
