/* A session: the words of `kanon play`, in a file, so that one word starts it all.
 * In: a file that ends with .session. Out: its words. They are parted by blanks and ends of lines; '…' and "…" hold words together; what
 * follows a # is for people. */
#include "command/command.h"
#include "base/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_BYTES = 1 << 20 };

bool session_file_is_named(const char *word) {
    static const char ending[] = ".session";
    const size_t n = strlen(word), length = sizeof ending - 1;
    return n > length && strcmp(word + n - length, ending) == 0;
}

static bool read_text(const char *path, Buf *text) {
    struct stat info;
    char block[4096];
    const char *why = NULL;
    const int handle = input_file_open(path, &info, &why);
    ssize_t n = 0;
    while (handle >= 0 && text->length <= MOST_BYTES && (n = read(handle, block, sizeof block)) > 0)
        buf_add(text, block, (size_t)n);
    if (n < 0) why = strerror(errno);
    if (handle >= 0) close(handle);
    buf_puts(text, "");
    if (!why && text->length > MOST_BYTES) why = "it is larger than a megabyte";
    if (!why && strlen(text->data) != text->length) why = "it is no text";
    if (why) command_fail(STATUS_FILE, "cannot read %s: %s", path, why);
    return !why;
}

typedef struct Reading {
    const char *path, *at;
    int line;
    Buf word;
    bool begun; /* a word, that may be empty */
} Reading;

static void end_word(Reading *r, TextList *words) {
    if (r->begun) {
        const char *word = strdup(r->word.data ? r->word.data : "");
        VEC_PUSH(words->items, words->n, words->cap, word);
    }
    r->begun = false;
    buf_free(&r->word);
}

/* From a quote to the next of its kind. */
static bool read_quoted(Reading *r) {
    const int line = r->line;
    const char quote = *r->at++;
    for (; *r->at && *r->at != quote; r->at++) {
        r->line += *r->at == '\n';
        buf_byte(&r->word, *r->at);
    }
    if (!*r->at) {
        command_fail(STATUS_USAGE, "%s:%d: the %c has no end", r->path, line, quote);
        return false;
    }
    r->at++;
    return true;
}

static bool read_next(Reading *r, TextList *words) {
    const char byte = *r->at;
    if (strchr(" \t\r\n", byte)) {
        end_word(r, words);
        r->line += byte == '\n';
        r->at++;
        return true;
    }
    if (byte == '#' && !r->begun) {
        r->at += strcspn(r->at, "\n");
        return true;
    }
    r->begun = true;
    if (byte == '\'' || byte == '"') return read_quoted(r);
    buf_byte(&r->word, byte);
    r->at++;
    return true;
}

bool session_file_read(const char *path, TextList *words) {
    Buf text = {0};
    bool good = read_text(path, &text);
    Reading r = {.path = path, .at = text.data, .line = 1};
    while (good && *r.at)
        good = read_next(&r, words);
    end_word(&r, words);
    buf_free(&text);
    return good;
}
