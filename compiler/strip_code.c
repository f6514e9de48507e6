/* Kernel calls to text. In: calls with any number of buffers. Out: C in which buffers share places, as
 * few as the order of the calls allows, so that all of them stay in the first cache. */
#include "strip_code.h"

#include <stdlib.h>
#include <string.h>

enum { BUFFER_MARK = 1, DIGITS = 4, BASE = 64, FIRST_DIGIT = 48 };

void strip_code_free(StripCode *s) {
    for (int i = 0; i < s->ncalls; i++)
        free(s->calls[i].names);
    free(s->calls);
    free(s->buffers);
    buf_free(&s->text);
}

int strip_buffer(StripCode *s, BufferType type) {
    StripBuffer b = {.type = (char)type, .first = -1, .last = -1, .slot = -1};
    VEC_PUSH(s->buffers, s->nbuffers, s->buffer_cap, b);
    return s->nbuffers - 1;
}

static StripCall *add_call(StripCode *s) {
    StripCall call = {.depth = s->depth, .begin = s->text.length, .end = s->text.length};
    VEC_PUSH(s->calls, s->ncalls, s->call_cap, call);
    return &s->calls[s->ncalls - 1];
}

void strip_use(StripCode *s, int buffer) {
    StripBuffer *b = &s->buffers[buffer];
    if (b->first < 0) b->first = s->ncalls - 1;
    b->last = s->ncalls - 1;
}

void strip_call(StripCode *s, const char *kernel) {
    add_call(s)->kernel = kernel;
}

static StripCall *begin_argument(StripCode *s) {
    StripCall *call = &s->calls[s->ncalls - 1];
    if (call->narguments++ > 0) buf_add(&s->text, ", ", 2);
    return call;
}

void strip_add_buffer(StripCode *s, int buffer) {
    StripCall *call = begin_argument(s);
    char mark[1 + DIGITS] = {BUFFER_MARK};
    for (int i = 0, rest = buffer; i < DIGITS; i++, rest /= BASE)
        mark[1 + i] = (char)(FIRST_DIGIT + rest % BASE);
    buf_add(&s->text, mark, sizeof mark);
    call->end = s->text.length;
    strip_use(s, buffer);
}

/* Most arguments are words or small numbers, and there are thousands. */
void strip_add_text(StripCode *s, const char *fmt, ...) {
    StripCall *call = begin_argument(s);
    va_list args;
    va_start(args, fmt);
    if (!strchr(fmt, '%'))
        buf_add(&s->text, fmt, strlen(fmt));
    else if (strcmp(fmt, "%s") == 0)
        buf_puts(&s->text, va_arg(args, const char *));
    else
        buf_vprintf(&s->text, fmt, args);
    va_end(args);
    call->end = s->text.length;
}

void strip_text(StripCode *s, const char *text) {
    StripCall *call = add_call(s);
    buf_puts(&s->text, text);
    call->end = s->text.length;
}

void strip_name_buffer(StripCode *s, int name, int buffer) {
    StripCall *call = &s->calls[s->ncalls - 1];
    for (int i = 0; i < call->nnames; i++)
        if (call->names[i].name == name) return;
    struct StripName named = {name, buffer};
    VEC_PUSH(call->names, call->nnames, call->name_cap, named);
    strip_use(s, buffer);
}

void strip_open_loop(StripCode *s, const char *head) {
    strip_text(s, head);
    s->depth++;
}

void strip_close_loop(StripCode *s) {
    s->depth--;
    strip_text(s, "}");
}

/* ---- places ---------------------------------------------------------------------------------- */

/* What was there before a loop and is needed in it is needed until its end. */
static void extend_over_loops(StripCode *s) {
    int *end = alloc_zeroed((size_t)s->ncalls + 1, sizeof *end);
    int *begin = alloc_zeroed((size_t)s->ncalls + 1, sizeof *begin);
    for (int i = 0, from = 0; i < s->ncalls; i++) { /* of the outermost loop around each call */
        bool inside = s->calls[i].depth > 0;
        if (!inside) from = i;
        begin[i] = inside ? from : i;
    }
    for (int i = s->ncalls - 1, to = s->ncalls; i >= 0; i--) {
        bool inside = s->calls[i].depth > 0;
        if (!inside) to = i;
        end[i] = inside ? to : i;
    }
    for (int i = 0; i < s->nbuffers; i++) {
        StripBuffer *b = &s->buffers[i];
        if (b->last >= 0 && b->first < begin[b->last]) b->last = end[b->last];
    }
    free(end);
    free(begin);
}

static int size_class(const StripBuffer *b) {
    return b->type == OF_DOUBLE;
}

typedef struct Pool {
    int *items, n, cap;
} Pool;

void strip_place_buffers(StripCode *s) {
    Pool idle[2] = {{0}, {0}};
    extend_over_loops(s);
    /* buffers by the call that fills them, and by the one that needs them last */
    int *first = alloc_zeroed((size_t)s->ncalls + 1, sizeof *first);
    int *last = alloc_zeroed((size_t)s->ncalls + 1, sizeof *last);
    int *next_first = alloc_zeroed((size_t)s->nbuffers + 1, sizeof *next_first);
    int *next_last = alloc_zeroed((size_t)s->nbuffers + 1, sizeof *next_last);
    for (int i = s->nbuffers; i > 0; i--) {
        const StripBuffer *b = &s->buffers[i - 1];
        if (b->first < 0) continue;
        next_first[i] = first[b->first];
        first[b->first] = i;
        next_last[i] = last[b->last];
        last[b->last] = i;
    }
    for (int c = 0; c < s->ncalls; c++) {
        for (int i = first[c]; i; i = next_first[i]) {
            Pool *pool = &idle[size_class(&s->buffers[i - 1])];
            s->buffers[i - 1].slot =
                pool->n > 0 ? pool->items[--pool->n] : s->nslots[size_class(&s->buffers[i - 1])]++;
        }
        for (int i = last[c]; i; i = next_last[i]) {
            Pool *pool = &idle[size_class(&s->buffers[i - 1])];
            VEC_PUSH(pool->items, pool->n, pool->cap, s->buffers[i - 1].slot);
        }
    }
    free(first);
    free(last);
    free(next_first);
    free(next_last);
    free(idle[0].items);
    free(idle[1].items);
}

size_t strip_place_bytes(const StripCode *s, int strip) {
    return (size_t)strip * (4 * (size_t)s->nslots[0] + 8 * (size_t)s->nslots[1]);
}

/* ---- text ------------------------------------------------------------------------------------ */

static const char *type_name(char type) {
    return type == OF_DOUBLE ? "double" : type == OF_FLOAT ? "float" : "int";
}

static void print_indent(int depth, Buf *out) {
    static const char spaces[] = "                                ";
    int n = 4 + 4 * depth;
    buf_add(out, spaces, (size_t)(n < (int)sizeof spaces ? n : (int)sizeof spaces - 1));
}

static void print_number(int number, Buf *out) {
    char digits[12];
    int at = sizeof digits;
    do
        digits[--at] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    buf_add(out, digits + at, sizeof digits - (size_t)at);
}

static void print_buffer(const StripCode *s, int buffer, Buf *out) {
    const StripBuffer *b = &s->buffers[buffer];
    buf_puts(out, b->type == OF_BOOL ? "(int *)f" : b->type == OF_FLOAT ? "f" : "d");
    print_number(b->slot, out);
}

/* The text of a call with places for buffers. */
static void print_text(const StripCode *s, const StripCall *call, Buf *out) {
    const char *at = s->text.data + call->begin, *end = s->text.data + call->end;
    while (at < end) {
        const char *mark = memchr(at, BUFFER_MARK, (size_t)(end - at));
        buf_add(out, at, (size_t)((mark ? mark : end) - at));
        if (!mark) return;
        int buffer = 0;
        for (int i = DIGITS; i > 0; i--)
            buffer = buffer * BASE + (mark[i] - FIRST_DIGIT);
        print_buffer(s, buffer, out);
        at = mark + 1 + DIGITS;
    }
}

static void print_names(const StripCode *s, const StripCall *call, Buf *out) {
    for (int i = 0; i < call->nnames; i++) {
        const struct StripName *named = &call->names[i];
        print_indent(call->depth + 1, out);
        buf_printf(out, "%s *const b%d = ", type_name(s->buffers[named->buffer].type), named->name);
        print_buffer(s, named->buffer, out);
        buf_puts(out, ";\n");
    }
}

static void print_call(const StripCode *s, const StripCall *call, Buf *out) {
    bool braces = call->nnames > 0;
    print_indent(call->depth, out);
    if (call->kernel) {
        buf_puts(out, call->kernel);
        buf_add(out, "(", 1);
        print_text(s, call, out);
        buf_add(out, ");\n", 3);
        return;
    }
    if (braces) buf_add(out, "{\n", 2);
    print_names(s, call, out);
    if (braces) print_indent(call->depth, out);
    print_text(s, call, out);
    buf_puts(out, braces ? "}\n" : "\n");
}

void strip_print(const StripCode *s, int strip, Buf *out) {
    for (int i = 0; i < s->nslots[1]; i++)
        buf_printf(out, "    double *const d%d = (double *)(w + %d);\n", i, 8 * strip * i);
    for (int i = 0; i < s->nslots[0]; i++)
        buf_printf(out, "    float *const f%d = (float *)(w + %d);\n", i,
                   8 * strip * s->nslots[1] + 4 * strip * i);
    for (int i = 0; i < s->ncalls; i++)
        print_call(s, &s->calls[i], out);
}
