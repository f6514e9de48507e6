/* Text that comes from outside (names of files and folders, labels, strings, messages of programs) on its way into
 * something that gives characters a meaning: a terminal, JSON, DOT, Turtle, URIs, C.
 * In: zero-terminated bytes, of which nothing is known. Out: text that means nothing but itself there.
 *
 * One function for each destination; whatever is written there and was not written by us goes through it. Each
 * passes what is known to be harmless, so a character that nobody thought of is escaped. */
#include "base/foreign_text.h"
#include "base/session.h"

#include <string.h>

/* ---- characters ---------------------------------------------------------------------------------- */

/* What is not seen, and changes how the rest is seen: controls, separators of lines, marks of direction, joiners,
 * tags, characters that are none. Of Unicode 15: categories Cc, Cf, Zl, Zp, Cs, noncharacters at the end of a plane. */
static const struct {
    unsigned first, last;
} unseen[] = {{0x00, 0x1f},       {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},
              {0x600, 0x605},     {0x61c, 0x61c},     {0x6dd, 0x6dd},     {0x70f, 0x70f},
              {0x890, 0x891},     {0x8e2, 0x8e2},     {0x115f, 0x1160},   {0x180b, 0x180f},
              {0x200b, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},   {0x3164, 0x3164},
              {0xd800, 0xdfff},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},
              {0xfff0, 0xfffb},   {0xfffe, 0xffff},   {0x110bd, 0x110bd}, {0x110cd, 0x110cd},
              {0x13430, 0x1345f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
              {0xf0000, 0x10ffff}};

static bool is_seen(unsigned code) {
    for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++)
        if (code >= unseen[i].first && code <= unseen[i].last) return false;
    return (code & 0xfffe) != 0xfffe;
}

/* The character at `at`, and its bytes in *n; -1 for a byte that begins none, and *n is 1. */
static int decode(const char *at, int *n) {
    const unsigned char *s = (const unsigned char *)at;
    *n = utf8_length(s);
    switch (*n) {
    case 1: return s[0];
    case 2: return (s[0] & 31) << 6 | (s[1] & 63);
    case 3: return (s[0] & 15) << 12 | (s[1] & 63) << 6 | (s[2] & 63);
    case 4: return (s[0] & 7) << 18 | (s[1] & 63) << 12 | (s[2] & 63) << 6 | (s[3] & 63);
    default: *n = 1; return -1;
    }
}

bool text_is_seen(const char *text, int length) {
    int n, code = decode(text, &n);
    return code >= 0 && n == length && is_seen((unsigned)code);
}

/* ---- a terminal ----------------------------------------------------------------------------------- */

/* As Kanon writes such characters in strings: \n, \t, \u{1b}; a byte that is no UTF-8 is \x9b. The characters of
 * `quoted` get a backslash. */
static void to_terminal(Buf *out, const char *text, const char *quoted) {
    for (int n; *text; text += n) {
        int code = decode(text, &n);
        if (code == '\n' || code == '\t')
            buf_puts(out, code == '\n' ? "\\n" : "\\t");
        else if (code < 0)
            buf_printf(out, "\\x%02x", (unsigned char)*text);
        else if (!is_seen((unsigned)code))
            buf_printf(out, "\\u{%x}", (unsigned)code);
        else
            buf_printf(out, "%s%.*s", strchr(quoted, *text) ? "\\" : "", n, text);
    }
}

void text_to_terminal(Buf *out, const char *text) {
    to_terminal(out, text, "");
}

void text_to_kanon_string(Buf *out, const char *text) {
    buf_puts(out, "\"");
    to_terminal(out, text, "\"\\");
    buf_puts(out, "\"");
}

/* ---- JSON ------------------------------------------------------------------------------------------- */

/* As RFC 8259 has it; escapes say exactly what was there. Beyond U+FFFF they come in pairs. */
void text_to_json(Buf *out, const char *text) {
    buf_puts(out, "\"");
    for (int n; *text; text += n) {
        int code = decode(text, &n);
        if (code == '"' || code == '\\')
            buf_printf(out, "\\%c", code);
        else if (code == '\n')
            buf_puts(out, "\\n");
        else if (code < 0)
            buf_puts(out, "\\ufffd");
        else if (is_seen((unsigned)code))
            buf_add(out, text, (size_t)n);
        else if (code < 0x10000)
            buf_printf(out, "\\u%04x", (unsigned)code);
        else
            buf_printf(out, "\\u%04x\\u%04x", 0xd800 + (unsigned)((code - 0x10000) >> 10),
                       0xdc00 + (unsigned)((code - 0x10000) & 0x3ff));
    }
    buf_puts(out, "\"");
}

/* ---- DOT, and SVG that is made of it -------------------------------------------------------------- */

/* A quoted string. A backslash is a command of labels (\N, \G), doubled it is itself; what XML cannot hold is left out. */
void text_to_dot(Buf *out, const char *text) {
    buf_puts(out, "\"");
    for (int n; *text; text += n) {
        int code = decode(text, &n);
        if (code == '"' || code == '\\')
            buf_printf(out, "\\%c", code);
        else if (code == '&')
            buf_puts(out, "&amp;"); /* a name such as &lt; would be read */
        else if (code >= 0 && is_seen((unsigned)code))
            buf_add(out, text, (size_t)n);
        else
            buf_puts(out, "?");
    }
    buf_puts(out, "\"");
}

/* ---- Turtle and URIs ------------------------------------------------------------------------------- */

void text_to_turtle(Buf *out, const char *text) {
    buf_puts(out, "\"");
    for (int n; *text; text += n) {
        int code = decode(text, &n);
        if (code == '"' || code == '\\')
            buf_printf(out, "\\%c", code);
        else if (code < 0)
            buf_puts(out, "\\uFFFD");
        else if (is_seen((unsigned)code))
            buf_add(out, text, (size_t)n);
        else
            buf_printf(out, code < 0x10000 ? "\\u%04X" : "\\U%08X", (unsigned)code);
    }
    buf_puts(out, "\"");
}

void text_to_uri_part(Buf *out, const char *text) {
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                     (byte >= '0' && byte <= '9') || strchr("-._~", byte);
        buf_printf(out, plain ? "%c" : "%%%02X", byte);
    }
}

/* ---- C ---------------------------------------------------------------------------------------------- */

/* A string literal with exactly these bytes. What is not plain ASCII is octal, always three digits, so that no
 * digit behind belongs to it; `?` too, since two of them may begin a trigraph. */
void text_to_c_string(Buf *out, const char *text) {
    buf_puts(out, "\"");
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\')
            buf_printf(out, "\\%c", byte);
        else if (byte < 0x20 || byte >= 0x7f || byte == '?')
            buf_printf(out, "\\%03o", byte);
        else
            buf_add(out, text, 1);
    }
    buf_puts(out, "\"");
}

static bool is_plain(unsigned char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || strchr("_-+.,/ ", byte);
}

/* A comment on one line. Without a star it cannot end, without a backslash the line cannot go on. */
void text_to_c_comment(Buf *out, const char *text) {
    const int most = 200;
    int n = 0;
    buf_puts(out, "/* ");
    for (; *text && n < most; text++, n++)
        buf_add(out, is_plain((unsigned char)*text) ? text : "_", 1);
    buf_puts(out, *text ? "... */" : " */");
}

/* `#include "NAME"` has no escapes: what is not harmless between its quotes cannot stand there. */
bool text_can_be_included(const char *name) {
    for (int n; *name; name += n) {
        int code = decode(name, &n);
        bool means_something = code < 0x80 && strchr("\"\\?<>*", code);
        if (code < 0 || means_something || !is_seen((unsigned)code)) return false;
    }
    return true;
}
