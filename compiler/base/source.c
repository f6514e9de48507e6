/* In: names of files, bytes. Out: checked UTF-8 text, numbered, with the places of its lines.
 *
 * A text that is no program (binary, not UTF-8, too long) is refused here, once, so that nothing
 * behind this file has to think of it. */
#include "base/session.h"
#include "base/foreign_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_LENGTH = 16 << 20 };
static const Span nowhere = {-1, 0, 0};

/* None: too long a form, a surrogate, a number beyond U+10FFFF, a piece. The zero at the end of the text ends any
 * sequence. */
int utf8_length(const unsigned char *s) {
    if (s[0] < 0x80) return 1;
    if (s[0] < 0xc2 || s[0] > 0xf4) return 0;
    if ((s[1] & 0xc0) != 0x80) return 0;
    if (s[0] < 0xe0) return 2;
    if ((s[2] & 0xc0) != 0x80) return 0;
    if (s[0] < 0xf0) {
        bool overlong = s[0] == 0xe0 && s[1] < 0xa0;
        bool surrogate = s[0] == 0xed && s[1] > 0x9f;
        return overlong || surrogate ? 0 : 3;
    }
    if ((s[3] & 0xc0) != 0x80) return 0;
    bool overlong = s[0] == 0xf0 && s[1] < 0x90;
    bool beyond = s[0] == 0xf4 && s[1] > 0x8f;
    return overlong || beyond ? 0 : 4;
}

/* Where the text stops being UTF-8; its length when it does not. */
static size_t valid_length(const char *text, size_t length) {
    size_t i = 0;
    while (i < length) {
        int n = utf8_length((const unsigned char *)text + i);
        if (!n) return i;
        i += (size_t)n;
    }
    return length;
}

/* As far as the line behind that of a place. A line ends at \n, \r\n, or a \r alone. */
static void find_lines(Source *source, int place) {
    const char *text = source->text;
    if (source->nlines == 0) VEC_PUSH(source->line_starts, source->nlines, source->line_cap, 0);
    int last = source->line_starts[source->nlines - 1];
    for (size_t i = (size_t)last; i < source->length && last <= place; i++) {
        bool ends = text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n');
        if (!ends) continue;
        last = (int)i + 1;
        VEC_PUSH(source->line_starts, source->nlines, source->line_cap, last);
    }
}

static int add_unchecked(Session *session, const char *path, const char *text, size_t length,
                         bool library) {
    Source source = {.path = arena_strndup(session->arena, path, strlen(path)),
                     .text = text,
                     .length = length,
                     .library = library};
    VEC_PUSH(session->sources, session->nsources, session->source_cap, source);
    return session->nsources - 1;
}

int source_add_library(Session *session, const char *path, const char *text, size_t length) {
    return add_unchecked(session, path, text, length, true);
}

/* What makes the bytes no text at all, or NULL. */
static const char *why_no_text(const char *text, size_t length) {
    bool utf16 = length >= 2 && (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "\xfe\xff", 2));
    if (utf16) return "is UTF-16 text; save it as UTF-8";
    if (length && memchr(text, 0, length)) return "is a binary file, not a text";
    return NULL;
}

static int add_at(Session *session, const char *path, const char *text, size_t length, Span at,
                  bool unquoted) {
    if (length > MAX_LENGTH) {
        diag_error(session, at, "`%s` is too long: a program may have 16 MiB", path);
        return -1;
    }
    const char *why = why_no_text(text, length);
    if (why) {
        diag_error(session, at, "`%s` %s", path, why);
        return -1;
    }
    if (length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
        text += 3;
        length -= 3;
    }
    const char *copy = arena_strndup(session->arena, text, length);
    int number = add_unchecked(session, path, copy, length, false);
    Source *source = &session->sources[number];
    source->unquoted = unquoted;
    size_t valid = valid_length(source->text, length);
    if (valid == length) return number;
    Span byte = {number, (int)valid, (int)valid + 1};
    Diag *diag = diag_error(session, byte, "the byte 0x%02x is not UTF-8 here",
                            (unsigned char)source->text[valid]);
    diag_help(session, diag, "save the file as UTF-8");
    return -1;
}

int source_add(Session *session, const char *path, const char *text, size_t length) {
    return add_at(session, path, text, length, nowhere, false);
}

static int cannot_read(Session *session, const char *path, Span at, const char *why) {
    Diag *diag = diag_error(session, at, "cannot read `%s`: %s", path, why);
    diag->file_failed = true;
    return -1;
}

/* Reads until the end, or one byte more than a program may have: enough to know it is too long. */
static bool read_all(int handle, Buf *text) {
    char piece[1 << 14];
    while (text->length <= MAX_LENGTH) {
        ssize_t n = read(handle, piece, sizeof piece);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return n == 0;
        buf_add(text, piece, (size_t)n);
    }
    return true;
}

int source_read(Session *session, const char *path, Span at) {
    const char *why;
    bool named_kn;
    FileRole role = at.file < 0 ? FILE_MAIN : FILE_USED;
    int handle = session_open_file(session, path, role, &named_kn, &why), number = -1;
    if (handle < 0) return cannot_read(session, path, at, why);
    struct stat info;
    if (fstat(handle, &info) == 0 && info.st_size > MAX_LENGTH) {
        diag_error(session, at, "`%s` is too long: it has %lld MiB, a program may have 16", path,
                   (long long)(info.st_size >> 20));
    } else {
        Buf text = {0};
        if (read_all(handle, &text))
            number = add_at(session, path, text.data ? text.data : "", text.length, at, !named_kn);
        else
            cannot_read(session, path, at, strerror(errno));
        buf_free(&text);
    }
    session_close_file(session);
    return number;
}

void source_place(Source *source, int offset, int *line, int *column) {
    find_lines(source, offset);
    int low = 0, high = source->nlines - 1;
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (source->line_starts[middle] <= offset)
            low = middle;
        else
            high = middle - 1;
    }
    *line = low + 1;
    *column = 1;
    for (int i = source->line_starts[low]; i < offset; i++)
        if (((unsigned char)source->text[i] & 0xc0) != 0x80) ++*column;
}

static bool inside_character(char byte) {
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Several lines become one: messages stand on a line. */
static void add_on_one_line(Buf *buf, const char *text, int length) {
    for (int i = 0; i < length; i++) {
        bool blank = text[i] == ' ' || (unsigned char)text[i] < ' ';
        bool doubled = buf->length && buf->data[buf->length - 1] == ' ';
        if (!blank)
            buf_add(buf, text + i, 1);
        else if (!doubled)
            buf_puts(buf, " ");
    }
}

const char *source_text(Session *session, Span span, int limit) {
    if (span.file < 0 || span.file >= session->nsources || span.end <= span.start) return "";
    const char *text = session->sources[span.file].text;
    int length = span.end - span.start;
    Buf buf = {0};
    if (length <= limit) {
        add_on_one_line(&buf, text + span.start, length);
    } else {
        int head = span.start + limit / 2, tail = span.end - limit / 2;
        while (inside_character(text[head]))
            head--;
        while (inside_character(text[tail]))
            tail++;
        add_on_one_line(&buf, text + span.start, head - span.start);
        buf_puts(&buf, "…");
        add_on_one_line(&buf, text + tail, span.end - tail);
    }
    const char *copy = arena_strndup(session->arena, buf.data, buf.length);
    buf_free(&buf);
    return copy;
}

Span span_join(Span a, Span b) {
    if (a.file < 0) return b;
    if (b.file < 0) return a;
    return (Span){a.file, a.start < b.start ? a.start : b.start, a.end > b.end ? a.end : b.end};
}
