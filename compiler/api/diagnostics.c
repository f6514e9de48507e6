/* What a compilation had to say, for hosts: kn_diag_…, kn_compiler_messages and kn_compiler_file of kanon.h.
 * In: the diags of a Compile, and which files it read. Out: a copy that outlives it, read by index. */
#include "api/api.h"

#include <string.h>

/* ---- copying ------------------------------------------------------------------------------------- */

static const char *copy(Arena *arena, const char *text) {
    return text ? arena_strndup(arena, text, strlen(text)) : NULL;
}

static Place copy_place(Arena *arena, Compile *c, Span span) {
    Place place = {NULL, 0, 0};
    if (span.file < 0 || span.file >= c->session.nsources) return place;
    place.file = copy(arena, c->session.sources[span.file].path);
    source_place(&c->session.sources[span.file], span.start, &place.line, &place.column);
    return place;
}

static bool ends_line(char byte) {
    return byte == '\n' || byte == '\r';
}

/* The line on which the span begins, and how much of it the span covers. A span that covers nothing,
 * such as the end of a definition, is shown as one mark. */
static void copy_line(Arena *arena, const Source *source, Span span, ReportDiag *to) {
    const char *text = source->text;
    int size = (int)source->length, start = span.start < size ? span.start : size, end = start;
    while (start > 0 && !ends_line(text[start - 1]))
        start--;
    while (end < size && !ends_line(text[end]))
        end++;
    to->text = arena_strndup(arena, text + start, source->unquoted ? 0 : (size_t)(end - start));
    for (int i = span.start; i < span.end && i < end; i++)
        to->length += ((unsigned char)text[i] & 0xc0) != 0x80;
    if (to->length == 0) to->length = 1;
}

static void copy_notes(Arena *arena, Compile *c, const DiagNote *notes, ReportDiag *to) {
    for (const DiagNote *note = notes; note; note = note->next)
        to->nnotes++;
    to->notes = ARENA_ARRAY(arena, ReportNote, to->nnotes);
    ReportNote *next = to->notes;
    for (const DiagNote *note = notes; note; note = note->next)
        *next++ = (ReportNote){copy_place(arena, c, note->span), copy(arena, note->text)};
}

static void copy_diag(Arena *arena, Compile *c, const Diag *diag, ReportDiag *to) {
    to->severity = diag->severity == DIAG_ERROR ? KN_ERROR : KN_WARNING;
    to->message = copy(arena, diag->message);
    to->help = copy(arena, diag->help);
    to->place = copy_place(arena, c, diag->span);
    if (to->place.file) copy_line(arena, &c->session.sources[diag->span.file], diag->span, to);
    copy_notes(arena, c, diag->notes, to);
}

typedef struct Taking {
    Report *report;
    Compile *c;
    const Buf *messages;
} Taking;

static void take(void *data) {
    Taking *t = data;
    Report *r = t->report;
    Compile *c = t->c;
    Arena *arena = arena_create();
    ReportDiag *diags = ARENA_ARRAY(arena, ReportDiag, c->session.ndiags);
    for (int i = 0; i < c->session.ndiags; i++)
        copy_diag(arena, c, c->session.diags[i], &diags[i]);
    if (t->messages->length > 0)
        r->messages = arena_strndup(arena, t->messages->data, t->messages->length);
    const char **files = ARENA_ARRAY(arena, const char *, c->session.nsought);
    for (int i = 0; i < c->session.nsought; i++)
        files[i] = copy(arena, c->session.sought[i]);
    r->files = files;
    r->nfiles = c->session.nsought;
    r->diags = diags;
    r->n = c->session.ndiags;
}

bool report_take(Report *r, Compile *c, const Buf *messages, int status) {
    Taking taking = {r, c, messages};
    const bool empty = c->session.ndiags == 0 && c->session.nsought == 0;
    if (!empty && !memory_guard(&r->memory, take, &taking)) {
        report_clear(r);
        return false;
    }
    r->status = status;
    return true;
}

static void report_one(Report *r, const ReportDiag *diag, const char *messages) {
    *r = (Report){.status = KN_STATUS_FILE, .diags = diag, .n = 1, .messages = messages};
}

void report_no_memory(Report *r) {
    static const ReportDiag diag = {.severity = KN_ERROR,
                                    .message = "there is not enough memory to compile"};
    report_one(r, &diag, "error: there is not enough memory to compile\n");
}

void report_small_stack(Report *r) {
    static const ReportDiag diag = {
        .severity = KN_ERROR,
        .message = "the stack of this thread is too small to compile",
        .help = "give threads that call the library a stack of 64 KiB or more"};
    report_one(r, &diag,
               "error: the stack of this thread is too small to compile\n"
               "    = help: give threads that call the library a stack of 64 KiB or more\n");
}

void report_clear(Report *r) {
    memory_release(&r->memory);
    *r = (Report){.status = KN_STATUS_DONE};
}

/* ---- reading ------------------------------------------------------------------------------------- */

int kn_compiler_status(const KnCompiler *k) {
    return k ? k->report.status : 0;
}

const char *kn_compiler_messages(const KnCompiler *k) {
    return k && k->report.messages ? k->report.messages : "";
}

int kn_compiler_file_count(const KnCompiler *k) {
    return k ? k->report.nfiles : 0;
}

const char *kn_compiler_file(const KnCompiler *k, int index) {
    return k && index >= 0 && index < k->report.nfiles ? k->report.files[index] : NULL;
}

int kn_diag_count(const KnCompiler *k) {
    return k ? k->report.n : 0;
}

/* What is read of a diag or note that there is not: nothing. */
static const ReportDiag *diag_at(const KnCompiler *k, int index) {
    static const ReportDiag none;
    return k && index >= 0 && index < k->report.n ? &k->report.diags[index] : &none;
}

static const ReportNote *note_at(const KnCompiler *k, int index, int note) {
    static const ReportNote none;
    const ReportDiag *diag = diag_at(k, index);
    return note >= 0 && note < diag->nnotes ? &diag->notes[note] : &none;
}

int kn_diag_severity(const KnCompiler *k, int index) {
    return diag_at(k, index)->severity;
}

const char *kn_diag_message(const KnCompiler *k, int index) {
    return diag_at(k, index)->message;
}

const char *kn_diag_help(const KnCompiler *k, int index) {
    return diag_at(k, index)->help;
}

const char *kn_diag_file(const KnCompiler *k, int index) {
    return diag_at(k, index)->place.file;
}

int kn_diag_line(const KnCompiler *k, int index) {
    return diag_at(k, index)->place.line;
}

int kn_diag_column(const KnCompiler *k, int index) {
    return diag_at(k, index)->place.column;
}

int kn_diag_length(const KnCompiler *k, int index) {
    return diag_at(k, index)->length;
}

const char *kn_diag_text(const KnCompiler *k, int index) {
    return diag_at(k, index)->text;
}

int kn_diag_note_count(const KnCompiler *k, int index) {
    return diag_at(k, index)->nnotes;
}

const char *kn_diag_note_message(const KnCompiler *k, int index, int note) {
    return note_at(k, index, note)->message;
}

const char *kn_diag_note_file(const KnCompiler *k, int index, int note) {
    return note_at(k, index, note)->place.file;
}

int kn_diag_note_line(const KnCompiler *k, int index, int note) {
    return note_at(k, index, note)->place.line;
}

int kn_diag_note_column(const KnCompiler *k, int index, int note) {
    return note_at(k, index, note)->place.column;
}
