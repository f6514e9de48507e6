/* In: what is wrong and where, in any order. Out: sorted messages, as text for people and as JSON.
 *
 *   bell.kn:3:12: error: `freqency` is not defined
 *     3 | out(t) = sine(freqency)(t)
 *       |               ^^^^^^^^
 *       = help: did you mean `frequency`?
 */
#include "base/session.h"
#include "base/foreign_text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- collecting ------------------------------------------------------------------------------ */

static const char *format(Session *session, const char *fmt, va_list args) {
    Buf buf = {0}, shown = {0};
    buf_vprintf(&buf, fmt, args);
    text_to_terminal(&shown, buf.data); /* it may name files and quote strings */
    const char *text = arena_strndup(session->arena, shown.data ? shown.data : "", shown.length);
    buf_free(&buf);
    buf_free(&shown);
    return text;
}

static Diag *diag_add(Session *session, Severity severity, Span at, const char *message) {
    Diag *diag = ARENA_NEW(session->arena, Diag);
    diag->severity = severity;
    diag->span = at;
    diag->message = message;
    diag->order = session->ndiags;
    VEC_PUSH(session->diags, session->ndiags, session->diag_cap, diag);
    return diag;
}

Diag *diag_error(Session *session, Span at, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    const char *message = format(session, fmt, args);
    va_end(args);
    return diag_add(session, DIAG_ERROR, at, message);
}

Diag *diag_warning(Session *session, Span at, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    const char *message = format(session, fmt, args);
    va_end(args);
    return diag_add(session, DIAG_WARNING, at, message);
}

void diag_help(Session *session, Diag *diag, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    diag->help = format(session, fmt, args);
    va_end(args);
}

void diag_note(Session *session, Diag *diag, Span at, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    DiagNote *note = ARENA_NEW(session->arena, DiagNote);
    note->span = at;
    note->text = format(session, fmt, args);
    va_end(args);
    DiagNote **last = &diag->notes;
    while (*last)
        last = &(*last)->next;
    *last = note;
}

int diag_errors(const Session *session) {
    int n = 0;
    for (int i = 0; i < session->ndiags; i++)
        n += session->diags[i]->severity == DIAG_ERROR;
    return n;
}

int diag_status(const Session *session) {
    int status = 0;
    for (int i = 0; i < session->ndiags; i++) {
        if (session->diags[i]->severity != DIAG_ERROR) continue;
        if (!session->diags[i]->file_failed) return 1;
        status = 3;
    }
    return status;
}

/* ---- sorting --------------------------------------------------------------------------------- */

static int compare_places(const void *left, const void *right) {
    const Diag *a = *(Diag *const *)left, *b = *(Diag *const *)right;
    if (a->span.file != b->span.file) return a->span.file < b->span.file ? -1 : 1;
    if (a->span.file >= 0 && a->span.start != b->span.start)
        return a->span.start < b->span.start ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static bool same_diag(const Diag *a, const Diag *b) {
    bool same_place =
        a->span.file == b->span.file && (a->span.file < 0 || a->span.start == b->span.start);
    return same_place && a->severity == b->severity && !strcmp(a->message, b->message);
}

void diag_sort(Session *session) {
    if (session->ndiags < 2) return;
    qsort(session->diags, (size_t)session->ndiags, sizeof *session->diags, compare_places);
    int kept = 0, same_start = 0;
    for (int i = 0; i < session->ndiags; i++) {
        Diag *diag = session->diags[i];
        while (same_start < kept && (session->diags[same_start]->span.file != diag->span.file ||
                                     session->diags[same_start]->span.start != diag->span.start))
            same_start++;
        bool repeated = false;
        for (int j = same_start; j < kept && !repeated; j++)
            repeated = same_diag(session->diags[j], diag);
        if (!repeated) session->diags[kept++] = diag;
    }
    session->ndiags = kept;
}

/* ---- the underlined line --------------------------------------------------------------------- */

enum { LINE_WIDTH = 100, WIDTH_BEFORE = 40, TAB_WIDTH = 4 };

static int previous_character(const char *text, int at, int start) {
    if (at > start) at--;
    while (at > start && ((unsigned char)text[at] & 0xc0) == 0x80)
        at--;
    return at;
}

static int next_character(const char *text, int at, int end) {
    if (at < end) at++;
    while (at < end && ((unsigned char)text[at] & 0xc0) == 0x80)
        at++;
    return at;
}

static int advance(const char *text, int at, int end, int characters) {
    while (characters-- > 0 && at < end)
        at = next_character(text, at, end);
    return at;
}

/* The part of the line [*start, *end) that is shown: all of it, or a window around `focus`. */
static void cut_window(const char *text, int focus, int *start, int *end) {
    if (advance(text, *start, *end, LINE_WIDTH) >= *end) return;
    int left = focus;
    for (int i = 0; i < WIDTH_BEFORE; i++)
        left = previous_character(text, left, *start);
    int right = advance(text, left, *end, LINE_WIDTH);
    *start = left;
    *end = right;
}

/* A character that is not seen, or is broken, becomes a mark. */
static void show_character(Buf *out, const char *text, int length, int *width) {
    *width = 1;
    if (*text == '\t') {
        *width = TAB_WIDTH;
        buf_printf(out, "%*s", TAB_WIDTH, "");
    } else if (text_is_seen(text, length)) {
        buf_add(out, text, (size_t)length);
    } else {
        buf_puts(out, "\xef\xbf\xbd"); /* U+FFFD */
    }
}

static void repeat(Buf *out, const char *text, int times) {
    while (times-- > 0)
        buf_puts(out, text);
}

/* Of a span over several lines the part on its first line is underlined; a span of no length, such
 * as the end of a definition, gets one mark. */
static void print_excerpt(Buf *out, Source *source, Span span) {
    if (source->unquoted) return;
    int line, column;
    source_place(source, span.start, &line, &column);
    const char *text = source->text;
    int line_start = source->line_starts[line - 1];
    int line_end = line < source->nlines ? source->line_starts[line] : (int)source->length;
    while (line_end > line_start && (text[line_end - 1] == '\n' || text[line_end - 1] == '\r'))
        line_end--;
    int start = line_start, end = line_end;
    cut_window(text, span.start < line_end ? span.start : line_end, &start, &end);

    Buf marks = {0};
    buf_printf(out, "%3d | ", line);
    if (start > line_start) {
        buf_puts(out, "…");
        buf_puts(&marks, " ");
    }
    bool marked = false;
    for (int at = start, next; at < end; at = next) {
        int width;
        next = next_character(text, at, end);
        show_character(out, text + at, next - at, &width);
        if (marked && at >= span.end) continue;
        bool under = at >= span.start && (at < span.end || !marked);
        repeat(&marks, under ? "^" : " ", width);
        marked |= under;
    }
    if (!marked) buf_puts(&marks, "^");
    if (end < line_end) buf_puts(out, "…");
    int margin = snprintf(NULL, 0, "%3d", line);
    buf_printf(out, "\n%*s | %s\n", margin, "", marks.data);
    buf_free(&marks);
}

/* ---- printing -------------------------------------------------------------------------------- */

static Source *source_of(Session *session, Span span) {
    return span.file >= 0 && span.file < session->nsources ? &session->sources[span.file] : NULL;
}

static void print_place(Buf *out, Source *source, Span span) {
    int line, column;
    source_place(source, span.start, &line, &column);
    text_to_terminal(out, source->path);
    buf_printf(out, ":%d:%d: ", line, column);
}

static void print_note(Session *session, Buf *out, const DiagNote *note) {
    Source *source = source_of(session, note->span);
    buf_puts(out, "    = note: ");
    if (source) print_place(out, source, note->span);
    buf_printf(out, "%s\n", note->text);
    if (source && !source->library) print_excerpt(out, source, note->span);
}

static void print_one(Session *session, Buf *out, const Diag *diag) {
    Source *source = source_of(session, diag->span);
    if (source) print_place(out, source, diag->span);
    buf_printf(out, "%s: %s\n", diag->severity == DIAG_ERROR ? "error" : "warning", diag->message);
    if (source) print_excerpt(out, source, diag->span);
    if (diag->help) buf_printf(out, "    = help: %s\n", diag->help);
    for (const DiagNote *note = diag->notes; note; note = note->next)
        print_note(session, out, note);
}

void diag_print(Session *session, Buf *out) {
    diag_sort(session);
    for (int i = 0; i < session->ndiags; i++)
        print_one(session, out, session->diags[i]);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void json_place(Session *session, Buf *out, Span span) {
    Source *source = source_of(session, span);
    int line = 0, column = 0;
    buf_puts(out, "\"file\":");
    if (source) {
        source_place(source, span.start, &line, &column);
        text_to_json(out, source->path);
    } else {
        buf_puts(out, "null");
    }
    buf_printf(out, ",\"line\":%d,\"column\":%d,\"message\":", line, column);
}

static void json_one(Session *session, Buf *out, const Diag *diag) {
    buf_puts(out, "{");
    json_place(session, out, diag->span);
    text_to_json(out, diag->message);
    buf_printf(out, ",\"severity\":\"%s\"", diag->severity == DIAG_ERROR ? "error" : "warning");
    if (diag->help) {
        buf_puts(out, ",\"help\":");
        text_to_json(out, diag->help);
    }
    if (diag->notes) {
        buf_puts(out, ",\"notes\":[");
        for (const DiagNote *note = diag->notes; note; note = note->next) {
            buf_puts(out, note == diag->notes ? "{" : ",{");
            json_place(session, out, note->span);
            text_to_json(out, note->text);
            buf_puts(out, "}");
        }
        buf_puts(out, "]");
    }
    buf_puts(out, "}");
}

void diag_json(Session *session, Buf *out) {
    diag_sort(session);
    for (int i = 0; i < session->ndiags; i++) {
        if (i) buf_puts(out, ",");
        json_one(session, out, session->diags[i]);
    }
}

/* ---- the nearest name ------------------------------------------------------------------------ */

enum { LONGEST_NAME = 64, TOO_FAR = 1 << 20 };

static int least(int a, int b) {
    return a < b ? a : b;
}

/* Damerau-Levenshtein distance in its restricted form: to insert, to drop, to change a character
 * and to swap two neighbours cost 1 each. Three rows of the table are alive. */
static int edit_distance(const char *a, int n, const char *b, int m) {
    int rows[3][LONGEST_NAME + 1];
    int *before = rows[0], *last = rows[1], *now = rows[2];
    for (int j = 0; j <= m; j++)
        last[j] = before[j] = j;
    for (int i = 1; i <= n; i++) {
        now[0] = i;
        for (int j = 1; j <= m; j++) {
            int change = last[j - 1] + (a[i - 1] != b[j - 1]);
            now[j] = least(change, least(last[j], now[j - 1]) + 1);
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) now[j] = least(now[j], before[j - 2] + 1);
        }
        int *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[m];
}

/* bpm of from_bpm, major of major_triad. */
static bool is_part_of(const char *name, int length, const char *candidate, int n) {
    if (length < 3 || n <= length + 1) return false;
    bool last = candidate[n - length - 1] == '_' && strcmp(candidate + n - length, name) == 0;
    return last || (candidate[length] == '_' && strncmp(candidate, name, (size_t)length) == 0);
}

/* Twice the distance, so that a difference in case alone can come between 0 and 1. A name that was cut off
 * is near as well, if nothing is nearer. */
static int name_distance(const char *name, int length, const char *candidate) {
    if (!strcasecmp(name, candidate)) return 1;
    int n = (int)strnlen(candidate, LONGEST_NAME + 1);
    if (length > LONGEST_NAME || n > LONGEST_NAME) return TOO_FAR;
    int limit = length / 3 > 1 ? length / 3 : 1;
    if (is_part_of(name, length, candidate, n)) return 2 * limit + 1;
    if (abs(n - length) > limit) return TOO_FAR;
    int distance = edit_distance(name, length, candidate, n);
    /* All characters changed is another name, not a misspelt one. */
    bool near = distance <= limit && distance < length && distance < n;
    return near ? 2 * distance : TOO_FAR;
}

const char *nearest_name(const char *name, const char *const *candidates, int n) {
    int length = (int)strnlen(name, LONGEST_NAME + 1), best_distance = TOO_FAR, best_common = 0;
    const char *best = NULL;
    for (int i = 0; i < n; i++) {
        if (candidates[i][0] == '$') continue;
        int distance = name_distance(name, length, candidates[i]);
        int common = 0; /* of two equally near the one that begins alike for longer */
        while (name[common] && name[common] == candidates[i][common])
            common++;
        if (distance == TOO_FAR || distance > best_distance) continue;
        if (distance == best_distance && common <= best_common) continue;
        best_distance = distance;
        best_common = common;
        best = candidates[i];
    }
    return best;
}
