/* In: the text of a source. Out: its tokens and the /// lines above them.
 *
 * What is no token is reported here, with what to write instead, and becomes a T_BAD: the
 * definition it stands in is not parsed. Newlines are a flag of the token behind them; syntax/layout.c
 * finds out what they mean. */
#include "syntax/syntax.h"
#include "grammar.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A text that is no program would be reported byte by byte. */
enum { MAX_LEXER_ERRORS = 50 };

typedef struct Lexer {
    Session *session;
    int source;
    const char *text, *at, *limit, *token;
    Tokens *out;
    bool line_is_new; /* no token on this line yet */
    Buf doc;          /* of the /// lines read last */
    bool doc_ready;   /* they reach up to the line above this one */
    int errors;
    bool bits_told; /* how bits are written here: once is enough */
    locale_t locale; /* "C": a host may have made the decimal point a comma */
} Lexer;

/* ---- tokens ---------------------------------------------------------------------------------- */

static Span lexer_span(const Lexer *lx, const char *start, const char *end) {
    return (Span){lx->source, (int)(start - lx->text), (int)(end - lx->text)};
}

/* The /// lines belong to the token that begins the next line. */
static void take_doc(Lexer *lx, int start) {
    if (!lx->doc_ready || !lx->line_is_new) return;
    Doc doc = {start, arena_strndup(lx->session->arena, lx->doc.data, lx->doc.length)};
    VEC_PUSH(lx->out->docs, lx->out->ndocs, lx->out->doc_cap, doc);
    lx->doc_ready = false;
    lx->doc.length = 0;
}

/* Written where it is to lie: copied as a whole, just written in parts, it would have to wait for the writing. */
static Token *push(Lexer *lx, int kind) {
    Tokens *out = lx->out;
    Span span = lexer_span(lx, lx->token, lx->at);
    take_doc(lx, span.start);
    if (out->n >= out->cap)
        out->items = vec_grow(out->items, &out->cap, out->n + 1, sizeof *out->items);
    Token *token = &out->items[out->n++];
    token->kind = (uint8_t)kind;
    token->unit = UNIT_NONE;
    token->flags = lx->line_is_new ? TOKEN_STARTS_LINE : 0;
    token->start = span.start;
    token->end = span.end;
    token->match = -1;
    token->text = NULL;
    lx->line_is_new = false;
    return token;
}

/* The token is wrong as a whole. NULL when enough was said already. */
static Diag *bad(Lexer *lx, const char *fmt, ...) KN_PRINTF(2, 3);
static Diag *bad_at(Lexer *lx, Span at, const char *fmt, ...) KN_PRINTF(3, 4);

static Diag *bad_v(Lexer *lx, Span at, const char *fmt, va_list args) {
    push(lx, T_BAD);
    if (++lx->errors > MAX_LEXER_ERRORS) return NULL;
    Buf message = {0};
    buf_vprintf(&message, fmt, args);
    Diag *diag = diag_error(lx->session, at, "%s", message.data);
    buf_free(&message);
    return diag;
}

static Diag *bad_at(Lexer *lx, Span at, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    Diag *diag = bad_v(lx, at, fmt, args);
    va_end(args);
    return diag;
}

static Diag *bad(Lexer *lx, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    Diag *diag = bad_v(lx, lexer_span(lx, lx->token, lx->at), fmt, args);
    va_end(args);
    return diag;
}

static void help(Lexer *lx, Diag *diag, const char *text) {
    if (diag) diag_help(lx->session, diag, "%s", text);
}

/* `&`, `|`, `>>` and the like come in flocks, as in byte-beats: one message says how all are written. */
static void bad_bit_operator(Lexer *lx) {
    if (lx->bits_told) {
        push(lx, T_BAD);
        return;
    }
    lx->bits_told = true;
    help(lx, bad(lx, "`%.*s` has no meaning here", (int)(lx->at - lx->token), lx->token),
         "bits of whole numbers are `bit_and(a, b)`, `bit_or(a, b)`, `bit_xor(a, b)`, `bit_shift(a, n)` and "
         "`bit_shift(a, -n)`; a pipe is `|>`, the logical words are `and`, `or`");
}

/* What people bring along from other languages: `found` is written `right` here. */
static void bad_spelling(Lexer *lx, const char *right) {
    Diag *diag =
        bad(lx, "`%.*s` is written `%s` here", (int)(lx->at - lx->token), lx->token, right);
    (void)diag;
}

/* ---- names ----------------------------------------------------------------------------------- */

static int reserved_kind(const char *text, size_t length) {
    static const struct {
        const char *word;
        int kind;
    } words[] = {
        {"if", T_IF},     {"then", T_THEN},   {"else", T_ELSE},   {"and", T_AND},
        {"or", T_OR},     {"not", T_NOT},     {"in", T_IN},       {"by", T_BY},
        {"as", T_AS},     {"use", T_USE},     {"param", T_PARAM}, {"input", T_INPUT},
        {"true", T_TRUE}, {"false", T_FALSE}, {"_", T_HOLE},
    };
    if (length > 5) return T_NAME;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].word[0] == text[0] && strlen(words[i].word) == length &&
            !memcmp(words[i].word, text, length))
            return words[i].kind;
    return T_NAME;
}

static void lex_name(Lexer *lx) {
    size_t length = (size_t)(lx->at - lx->token);
    int kind = reserved_kind(lx->token, length);
    const char *text = intern(lx->session, lx->token, length);
    push(lx, kind)->text = text;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static bool is_word(char ch) {
    return (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
           ch == '_';
}

static bool is_digit(char ch) {
    return ch >= '0' && ch <= '9';
}

/* Decimal or hexadecimal digits with underscores between them. */
static double read_number(const Lexer *lx, const char *start, const char *end) {
    char small[64];
    size_t length = (size_t)(end - start), n = 0;
    char *digits = length < sizeof small ? small : malloc(length + 1);
    if (!digits) return NAN;
    for (const char *s = start; s < end; s++)
        if (*s != '_') digits[n++] = *s;
    digits[n] = 0;
    double value = strtod_l(digits, NULL, lx->locale);
    if (digits != small) free(digits);
    return value;
}

/* What people write for units of this language. */
static const char *unit_meant(const char *suffix) {
    static const char *const others[][2] = {
        {"sec", "s"},       {"secs", "s"},      {"second", "s"},    {"seconds", "s"},
        {"msec", "ms"},     {"millis", "ms"},   {"usec", "us"},     {"minute", "min"},
        {"minutes", "min"}, {"mins", "min"},    {"hertz", "Hz"},    {"cent", "cents"},
        {"ct", "cents"},    {"semi", "st"},     {"semitone", "st"}, {"semitones", "st"},
        {"decibel", "dB"},  {"decibels", "dB"}, {"degrees", "deg"}, {"degree", "deg"},
        {"BPM", "bpm"},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (!strcmp(others[i][0], suffix)) return others[i][1];
    const char *units[UNIT_DEG + 1];
    int n = 0;
    for (Unit unit = UNIT_HZ; unit <= UNIT_DEG; unit++)
        units[n++] = unit_name(unit);
    const char *near = nearest_name(suffix, units, n);
    /* `2t` is a product more likely than seconds: of short names only the case may differ. */
    bool same_but_case = near && strlen(near) == strlen(suffix);
    for (const char *a = near, *b = suffix; same_but_case && *a; a++, b++)
        same_but_case = (*a | 32) == (*b | 32);
    return near && (same_but_case || strlen(suffix) > 2) ? near : NULL;
}

static Unit find_unit(const char *suffix) {
    for (Unit unit = UNIT_HZ; unit <= UNIT_DEG; unit++)
        if (!strcmp(unit_name(unit), suffix)) return unit;
    return UNIT_NONE;
}

/* A number runs into a name that is no unit. */
static void bad_suffix(Lexer *lx, const char *number_end, const char *suffix) {
    int digits = (int)(number_end - lx->token);
    const char *meant = unit_meant(suffix);
    if (suffix[0] == '_') {
        bad(lx, "in a number `_` stands between two digits, as in `48_000`");
        return;
    }
    if (strcmp(suffix, "h") == 0) {
        Diag *hours = bad(lx, "there is no unit `h`");
        if (hours) diag_help(lx->session, hours, "write `%.*s * 60min`", digits, lx->token);
        return;
    }
    Diag *diag = meant ? bad(lx, "there is no unit `%s`", suffix)
                       : bad(lx, "a number and a name cannot touch: `%s` is no unit", suffix);
    if (diag)
        diag_help(lx->session, diag, meant ? "write `%.*s%s`" : "write `%.*s * %s`", digits, lx->token,
                  meant ? meant : suffix);
}

static void push_number(Lexer *lx, double value, Unit unit) {
    if (!isfinite(value) || !isfinite(unit_value(value, unit))) {
        bad(lx, "this number is too large: the largest is about 1.8e308");
        return;
    }
    Token *token = push(lx, T_NUMBER);
    token->number = value;
    token->unit = (uint8_t)unit;
}

/* `1.` or `1.5.2`: a point that is neither a range nor between digits. */
static bool bad_point(Lexer *lx, const char *number_end) {
    if (lx->at[0] != '.' || lx->at[1] == '.') return false;
    int digits = (int)(number_end - lx->token);
    bool has_point = memchr(lx->token, '.', (size_t)digits) != NULL;
    bool has_suffix = lx->at > number_end;
    lx->at++;
    while (is_word(*lx->at))
        lx->at++;
    if (has_point || has_suffix) {
        bad(lx, "`%.*s` is no number", (int)(lx->at - lx->token), lx->token);
        return true;
    }
    Diag *diag = bad(lx, "a number has digits on both sides of its point");
    if (diag) diag_help(lx->session, diag, "write `%.*s.0`", digits, lx->token);
    return true;
}

static void lex_number(Lexer *lx) {
    const char *number_end = lx->at;
    while (is_word(*lx->at))
        lx->at++;
    if (bad_point(lx, number_end)) return;
    if (lx->at == number_end) {
        push_number(lx, read_number(lx, lx->token, number_end), UNIT_NONE);
        return;
    }
    const char *suffix = intern(lx->session, number_end, (size_t)(lx->at - number_end));
    Unit unit = find_unit(suffix);
    if (!unit)
        bad_suffix(lx, number_end, suffix);
    else
        push_number(lx, read_number(lx, lx->token, number_end), unit);
}

static void lex_hex(Lexer *lx) {
    const char *number_end = lx->at;
    while (is_word(*lx->at))
        lx->at++;
    if (number_end - lx->token == 2)
        bad(lx, "`%.*s` is no number: `0x` needs hexadecimal digits, as in `0x1F`",
            (int)(lx->at - lx->token), lx->token);
    else if (lx->at > number_end)
        help(lx, bad(lx, "a hexadecimal number has no unit"),
             "write it in decimal, or multiply by the unit");
    else
        push_number(lx, read_number(lx, lx->token, number_end), UNIT_NONE);
}

/* `.5` */
static void lex_bare_point(Lexer *lx) {
    while (is_word(*lx->at))
        lx->at++;
    Diag *diag = bad(lx, "a number has digits on both sides of its point");
    if (diag) diag_help(lx->session, diag, "write `0%.*s`", (int)(lx->at - lx->token), lx->token);
}

/* `...`, also in `0...5` */
static void lex_three_points(Lexer *lx) {
    Diag *diag = bad(lx, "a range is written with two points");
    if (diag) diag_help(lx->session, diag, "both ends belong to it, as in `1..8`");
}

/* ---- strings --------------------------------------------------------------------------------- */

static void add_utf8(Buf *out, unsigned code) {
    char bytes[4];
    size_t n = 0;
    if (code < 0x80) {
        bytes[n++] = (char)code;
    } else if (code < 0x800) {
        bytes[n++] = (char)(0xc0 | code >> 6);
    } else if (code < 0x10000) {
        bytes[n++] = (char)(0xe0 | code >> 12);
        bytes[n++] = (char)(0x80 | (code >> 6 & 63));
    } else {
        bytes[n++] = (char)(0xf0 | code >> 18);
        bytes[n++] = (char)(0x80 | (code >> 12 & 63));
        bytes[n++] = (char)(0x80 | (code >> 6 & 63));
    }
    if (code >= 0x80) bytes[n++] = (char)(0x80 | (code & 63));
    buf_add(out, bytes, n);
}

/* `\u{1F600}`, `s` behind the u. Returns the place behind it, NULL when it is wrong. */
static const char *read_unicode_escape(const char *s, Buf *out) {
    if (*s++ != '{') return NULL;
    unsigned code = 0;
    int digits = 0;
    for (; *s != '}'; s++, digits++) {
        unsigned digit = is_digit(*s) ? (unsigned)(*s - '0') : ((unsigned)*s | 32) - 'a' + 10;
        bool hex = is_digit(*s) || (digit >= 10 && digit < 16);
        if (!hex || digits == 6) return NULL;
        code = code * 16 + digit;
    }
    bool surrogate = code >= 0xd800 && code < 0xe000;
    if (!digits || code == 0 || code > 0x10ffff || surrogate) return NULL;
    add_utf8(out, code);
    return s + 1;
}

/* `s` behind the backslash. */
static const char *read_escape(const char *s, Buf *out) {
    switch (*s) {
    case 'n': buf_puts(out, "\n"); return s + 1;
    case 't': buf_puts(out, "\t"); return s + 1;
    case '"': buf_puts(out, "\""); return s + 1;
    case '\\': buf_puts(out, "\\"); return s + 1;
    case 'u': return read_unicode_escape(s + 1, out);
    default: return NULL;
    }
}

static bool ends_line(const Lexer *lx, const char *s) {
    return *s == '\n' || *s == '\r' || s >= lx->limit;
}

/* The end of the string that begins before `s`, quote not included; NULL when its line ends first.
 */
static const char *find_quote(const Lexer *lx, const char *s) {
    for (; *s != '"'; s++) {
        if (ends_line(lx, s)) return NULL;
        if (*s == '\\' && !ends_line(lx, s + 1)) s++;
    }
    return s;
}

static void bad_escape(Lexer *lx, const char *backslash, const char *end) {
    const char *after = backslash + 1;
    bool unicode = *after == 'u';
    while (unicode && after < end && *after != '}')
        after++;
    if (after < end) after++;
    while (after < end && ((unsigned char)*after & 0xc0) == 0x80)
        after++;
    Span at = lexer_span(lx, backslash, after);
    Diag *diag = unicode ? bad_at(lx, at, "`\\u{…}` takes the hexadecimal number of a character")
                         : bad_at(lx, at, "there is no escape `%.*s` in strings",
                                  (int)(after - backslash), backslash);
    help(lx, diag,
         unicode ? "an example is `\\u{266F}`, which is ♯"
                 : "there are `\\n`, `\\t`, `\\\"`, `\\\\` and `\\u{…}`");
}

static void lex_string(Lexer *lx) {
    const char *start = lx->token + 1, *end = find_quote(lx, start);
    if (!end) {
        while (!ends_line(lx, lx->at))
            lx->at++;
        Span at = lexer_span(lx, lx->token, lx->token + 1);
        help(lx, bad_at(lx, at, "this string has no end on its line"),
             "close it with `\"`; a line break is written `\\n`");
        return;
    }
    lx->at = end + 1;
    Buf value = {0};
    const char *s = start;
    while (s && s < end) {
        const char *here = s;
        if (*s == '\\') {
            s = read_escape(s + 1, &value);
            if (!s || s > end) {
                bad_escape(lx, here, end);
                s = NULL;
            }
        } else {
            buf_add(&value, s++, 1);
        }
    }
    if (s) {
        const char *text = intern(lx->session, value.data ? value.data : "", value.length);
        push(lx, T_STRING)->text = text;
    }
    buf_free(&value);
}

/* `'a'` and “a”: taken whole, so that there is one message. */
static void lex_foreign_quote(Lexer *lx, const char *const *closing) {
    const char *s = lx->at;
    while (!ends_line(lx, s)) {
        for (int i = 0; closing[i]; i++) {
            size_t length = strlen(closing[i]);
            if (strncmp(s, closing[i], length)) continue;
            lx->at = s + length;
            bad(lx, "strings stand between straight double quotes, `\"…\"`");
            return;
        }
        s++;
    }
    const char *text = *lx->token == '`' ? "a backtick"
                                         : arena_printf(lx->session->arena, "`%.*s`",
                                                        (int)(lx->at - lx->token), lx->token);
    help(lx, bad(lx, "%s has no meaning here", text),
         "strings stand between straight double quotes, `\"…\"`");
}

/* ---- comments -------------------------------------------------------------------------------- */

static void doc_forget(Lexer *lx) {
    lx->doc_ready = false;
    lx->doc.length = 0;
}

/* `///` at the beginning of a line; `lx->at` behind it. */
static void lex_doc_line(Lexer *lx) {
    const char *start = lx->at;
    while (!ends_line(lx, lx->at))
        lx->at++;
    if (!lx->line_is_new) return;
    const char *end = lx->at;
    if (*start == ' ') start++;
    while (end > start && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    if (lx->doc_ready) buf_puts(&lx->doc, "\n");
    buf_add(&lx->doc, start, (size_t)(end - start));
    lx->doc_ready = true;
}

static void lex_line_comment(Lexer *lx) {
    while (!ends_line(lx, lx->at))
        lx->at++;
    if (lx->line_is_new) doc_forget(lx);
}

/* They nest. One that goes over lines ends a line, like a newline. */
static void lex_block_comment(Lexer *lx) {
    int depth = 1;
    bool newline = false;
    while (depth > 0 && lx->at < lx->limit) {
        if (lx->at[0] == '/' && lx->at[1] == '*') {
            depth++;
            lx->at += 2;
        } else if (lx->at[0] == '*' && lx->at[1] == '/') {
            depth--;
            lx->at += 2;
        } else
            newline |= ends_line(lx, lx->at++);
    }
    if (depth > 0) {
        Span opener = lexer_span(lx, lx->token, lx->token + 2);
        Diag *diag = bad_at(lx, opener, "this comment has no end");
        help(lx, diag, "close it with `*/`; comments nest, each `/*` needs its own");
    } else if (newline || lx->line_is_new) {
        doc_forget(lx);
    }
    lx->line_is_new |= newline;
}

/* ---- what is no token
 * ---------------------------------------------------------------------------- */

static int character_length(const char *s) {
    int n = 1;
    while (((unsigned char)s[n] & 0xc0) == 0x80)
        n++;
    return n;
}

/* Characters that look like something of the language: what to write. */
static const char *ascii_for(const char *text, int length) {
    static const char *const table[][2] = {
        {"≤", "<="},   {"≥", ">="},  {"≠", "!="},  {"×", "*"},  {"·", "*"},  {"⋅", "*"},
        {"∗", "*"},    {"÷", "/"},   {"−", "-"},   {"–", "-"},  {"—", "-"},  {"→", "=>"},
        {"⇒", "=>"},   {"π", "pi"},  {"τ", "tau"}, {"…", ".."}, {"²", "^2"}, {"³", "^3"},
        {"√", "sqrt"}, {"¬", "not"}, {"∧", "and"}, {"∨", "or"}, {"，", ","}, {"；", ";"},
        {"：", ":"},   {"（", "("},  {"）", ")"},  {"µ", "u"},  {"μ", "u"},  {"∑", "sum"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if ((int)strlen(table[i][0]) == length && !memcmp(table[i][0], text, (size_t)length))
            return table[i][1];
    return NULL;
}

static unsigned decode(const char *text, int length) {
    const unsigned char *s = (const unsigned char *)text;
    if (length == 1) return s[0];
    unsigned code = s[0] & (0x7fu >> length);
    for (int i = 1; i < length; i++)
        code = code << 6 | (s[i] & 63);
    return code;
}

static void bad_ascii(Lexer *lx) {
    static const struct {
        char ch;
        const char *help;
    } known[] = {
        {'\\', "a function is written `x => …`; a definition goes on inside brackets"},
        {'#', "a comment begins with `//`"},
        {'?', "a choice is written `if c then a else b`"},
        {'!', "write `not`"},
        {'~', "all bits of a whole number turned are `-1 - n`"},
    };
    char ch = *lx->token;
    while (*lx->at == ch)
        lx->at++;
    int shown = lx->at - lx->token > 30 ? 30 : (int)(lx->at - lx->token);
    bool visible = ch > ' ' && ch < 0x7f;
    Diag *diag = visible ? bad(lx, "`%.*s` has no meaning here", shown, lx->token)
                         : bad(lx, "the character U+%04X has no meaning here", (unsigned char)ch);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].ch == ch) help(lx, diag, known[i].help);
}

/* Invisible characters that come with pasted text. */
static bool is_odd_space(unsigned code) {
    return code == 0xa0 || code == 0xfeff || (code >= 0x2000 && code <= 0x200f) || code == 0x202f ||
           code == 0x3000;
}

/* The whole word that holds a letter outside of ASCII, also what was read of it before. */
static void take_foreign_word(Lexer *lx) {
    const Tokens *tokens = lx->out;
    const Token *before = tokens->n ? &tokens->items[tokens->n - 1] : NULL;
    bool touches = before && before->kind == T_NAME && lx->text + before->end == lx->token;
    if (touches) lx->token = lx->text + before->start;
    while (is_word(*lx->at) ||
           ((unsigned char)*lx->at >= 0x80 && !ascii_for(lx->at, character_length(lx->at))))
        lx->at += character_length(lx->at);
}

static void bad_unicode(Lexer *lx) {
    int length = character_length(lx->token);
    lx->at = lx->token + length;
    unsigned code = decode(lx->token, length);
    const char *right = ascii_for(lx->token, length);
    if (right) {
        bad_spelling(lx, right);
    } else if (is_odd_space(code)) {
        help(lx, bad(lx, "the invisible character U+%04X has no meaning here", code),
             "write a plain space");
    } else {
        take_foreign_word(lx);
        Diag *diag = bad(lx, "`%.*s` has no meaning here", (int)(lx->at - lx->token), lx->token);
        help(lx, diag, "names are made of the letters a to z and A to Z, digits and `_`");
    }
}

static void bad_assignment(Lexer *lx) {
    Diag *diag = bad(lx, "`%.*s` has no meaning here: nothing is changed once it is defined",
                     (int)(lx->at - lx->token), lx->token);
    help(lx, diag, "a definition is written `name = …`");
}

/* ---- the scanner ----------------------------------------------------------------------------- */

static const char *const single_quotes[] = {"'", "’", NULL};
static const char *const backticks[] = {"`", "'", NULL};
static const char *const curly_quotes[] = {"”", "“", "\"", NULL};
static const char *const angle_quotes[] = {"»", "«", NULL};

/* Reads one token or one piece of white space; false at the end of the text. */
static bool lex_one(Lexer *lx) {
    const char *marker = NULL;
    lx->token = lx->at;
/*!re2c
    re2c:api:style = free-form;
    re2c:define:YYCTYPE = "unsigned char";
    re2c:define:YYCURSOR = "lx->at";
    re2c:define:YYPEEK = "(unsigned char)*lx->at";
    re2c:define:YYSKIP = "++lx->at;";
    re2c:define:YYBACKUP = "marker = lx->at;";
    re2c:define:YYRESTORE = "lx->at = marker;";
    re2c:flags:input = custom;
    re2c:yyfill:enable = 0;

    end     = [\x00];
    newline = "\r\n" | "\n" | "\r";
    blank   = [ \t\f\v]+;
    digits  = [0-9] ("_"? [0-9])*;
    hex     = [0-9a-fA-F] ("_"? [0-9a-fA-F])*;
    number  = digits ("." digits)? ([eE] [+-]? digits)?;
    name    = [a-zA-Z_] [a-zA-Z0-9_]*;

    end      { lx->at--; return false; }
    newline  {
        /* An empty line between the /// lines and the definition parts them. */
        if (lx->line_is_new && lx->doc_ready && lx->token > lx->text) {
            const char *s = lx->token;
            while (s > lx->text && (s[-1] == ' ' || s[-1] == '\t')) s--;
            if (s == lx->text || s[-1] == '\n' || s[-1] == '\r') doc_forget(lx);
        }
        lx->line_is_new = true;
        return true;
    }
    blank    { return true; }
    "///"    { lex_doc_line(lx); return true; }
    "////"   { lex_line_comment(lx); return true; }
    "//"     { lex_line_comment(lx); return true; }
    "/*"     { lex_block_comment(lx); return true; }
    "*" "/"  { bad(lx, "`*" "/` closes no comment"); return true; }

    name           { lex_name(lx); return true; }
    number         { lex_number(lx); return true; }
    "0" [xX] hex?  { lex_hex(lx); return true; }
    "." [0-9]      { lex_bare_point(lx); return true; }
    ["]            { lex_string(lx); return true; }

    "("   { push(lx, T_LPAREN); return true; }
    ")"   { push(lx, T_RPAREN); return true; }
    "["   { push(lx, T_LBRACKET); return true; }
    "]"   { push(lx, T_RBRACKET); return true; }
    "{"   { push(lx, T_LBRACE); return true; }
    "}"   { push(lx, T_RBRACE); return true; }
    ","   { push(lx, T_COMMA); return true; }
    ":"   { push(lx, T_COLON); return true; }
    ";"   { push(lx, T_END); return true; }
    "."   { push(lx, T_DOT); return true; }
    ".."  { push(lx, T_DOTDOT); return true; }
    "="   { push(lx, T_ASSIGN); return true; }
    "=>"  { push(lx, T_ARROW); return true; }
    "|>"  { push(lx, T_PIPE); return true; }
    "+"   { push(lx, T_PLUS); return true; }
    "-"   { push(lx, T_MINUS); return true; }
    "++"  { push(lx, T_CONCAT); return true; }
    "*"   { push(lx, T_STAR); return true; }
    "/"   { push(lx, T_SLASH); return true; }
    "%"   { push(lx, T_PERCENT); return true; }
    "^"   { push(lx, T_POW); return true; }
    "=="  { push(lx, T_EQ); return true; }
    "!="  { push(lx, T_NE); return true; }
    "<"   { push(lx, T_LT); return true; }
    "<="  { push(lx, T_LE); return true; }
    ">"   { push(lx, T_GT); return true; }
    ">="  { push(lx, T_GE); return true; }

    "..."           { lex_three_points(lx); return true; }
    "&" | "|" | "<<" | ">>" | ">>>" { bad_bit_operator(lx); return true; }
    "&&"            { bad_spelling(lx, "and"); return true; }
    "||"            { bad_spelling(lx, "or"); return true; }
    "->"            { bad_spelling(lx, "=>"); return true; }
    "**"            { bad_spelling(lx, "^"); return true; }
    "=<"            { bad_spelling(lx, "<="); return true; }
    "<>" | "!=="    { bad_spelling(lx, "!="); return true; }
    "==="           { bad_spelling(lx, "=="); return true; }
    ":="            { bad_spelling(lx, "="); return true; }
    "+=" | "-=" | "*=" | "/=" | "%=" | "^=" { bad_assignment(lx); return true; }
    "`"             { lex_foreign_quote(lx, backticks); return true; }
    "'" | "‘" | "’" { lex_foreign_quote(lx, single_quotes); return true; }
    "“" | "”" | "„" { lex_foreign_quote(lx, curly_quotes); return true; }
    "«" | "»"       { lex_foreign_quote(lx, angle_quotes); return true; }
    [\x80-\xff]     { bad_unicode(lx); return true; }
    *               { bad_ascii(lx); return true; }
*/
}

void lex_source(Session *session, int source, int start, int end, Tokens *tokens) {
    const Source *text = &session->sources[source];
    Lexer lx = {.session = session,
                .source = source,
                .text = text->text,
                .at = text->text + start,
                .limit = text->text + end,
                .out = tokens,
                .line_is_new = true,
                .locale = newlocale(LC_ALL_MASK, "C", (locale_t)0)};
    if (!tokens->items) /* room for most texts: about a token in three bytes */
        tokens->items = vec_grow(NULL, &tokens->cap, (end - start) / 3 + 4, sizeof *tokens->items);
    if (start == 0 && !strncmp(lx.at, "#!", 2))
        while (!ends_line(&lx, lx.at))
            lx.at++;
    while (lx.at < lx.limit && lex_one(&lx)) {
    }
    lx.token = lx.at;
    lx.line_is_new = true;
    doc_forget(&lx);
    push(&lx, T_END);
    buf_free(&lx.doc);
    freelocale(lx.locale);
}

void tokens_free(Tokens *tokens) {
    free(tokens->items);
    free(tokens->docs);
    *tokens = (Tokens){0};
}

const char *token_kind_name(int kind) {
    static const char *const names[] = {
#define KIND(name) [T_##name] = #name
        KIND(ARROW),
        KIND(ELSE),
        KIND(PIPE),
        KIND(OR),
        KIND(AND),
        KIND(NOT),
        KIND(EQ),
        KIND(NE),
        KIND(LT),
        KIND(LE),
        KIND(GT),
        KIND(GE),
        KIND(DOTDOT),
        KIND(BY),
        KIND(PLUS),
        KIND(MINUS),
        KIND(CONCAT),
        KIND(STAR),
        KIND(SLASH),
        KIND(PERCENT),
        KIND(POW),
        KIND(ASSIGN),
        KIND(PARAM),
        KIND(NAME),
        KIND(IN),
        KIND(INPUT),
        KIND(USE),
        KIND(STRING),
        KIND(AS),
        KIND(COMMA),
        KIND(LOG),
        KIND(STEP),
        KIND(IF),
        KIND(THEN),
        KIND(NAME_FN),
        KIND(HOLE_FN),
        KIND(LPAREN_FN),
        KIND(RPAREN),
        KIND(LBRACKET_FN),
        KIND(RBRACKET),
        KIND(LPAREN),
        KIND(LBRACKET),
        KIND(DOT),
        KIND(NUMBER),
        KIND(TRUE),
        KIND(FALSE),
        KIND(HOLE),
        KIND(LBRACE),
        KIND(RBRACE),
        KIND(COLON),
        KIND(END),
#undef KIND
        [T_SKIPPED] = "SKIPPED",
        [T_BAD] = "BAD",
    };
    const char *name = kind >= 0 && kind <= T_BAD ? names[kind] : NULL;
    return name ? name : "?";
}
