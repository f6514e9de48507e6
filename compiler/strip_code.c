/* Kernel calls to text. In: calls with any number of buffers. Out: C in which buffers share places, as
 * few as the order of the calls allows, so that all of them stay in the first cache. */
#include "strip_code.h"

#include <stdlib.h>
#include <string.h>

void strip_code_free(StripCode *s) {
    for (int i = 0; i < s->ncalls; i++) {
        free(s->calls[i].names);
    }
    free(s->calls);
    free(s->buffers);
}

int strip_buffer(StripCode *s, BufferType type) {
    StripBuffer b = {.type = (char)type, .first = -1, .last = -1, .slot = -1};
    VEC_PUSH(s->buffers, s->nbuffers, s->buffer_cap, b);
    return s->nbuffers - 1;
}

static StripCall *add_call(StripCode *s) {
    StripCall call = {.depth = s->depth};
    VEC_PUSH(s->calls, s->ncalls, s->call_cap, call);
    return &s->calls[s->ncalls - 1];
}

static void add_use(StripCode *s, int buffer) {
    StripBuffer *b = &s->buffers[buffer];
    if (b->first < 0) b->first = s->ncalls - 1;
    b->last = s->ncalls - 1;
}

void strip_call(StripCode *s, const char *kernel) {
    add_call(s)->kernel = kernel;
}

void strip_add_buffer(StripCode *s, int buffer) {
    StripCall *call = &s->calls[s->ncalls - 1];
    call->arguments[call->narguments++] = (StripArgument){.buffer = buffer};
    add_use(s, buffer);
}

void strip_use(StripCode *s, int buffer) {
    add_use(s, buffer);
}

void strip_add_text(StripCode *s, const char *fmt, ...) {
    char text[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    StripCall *call = &s->calls[s->ncalls - 1];
    call->arguments[call->narguments++] =
        (StripArgument){.buffer = -1, .text = arena_strndup(s->arena, text, strlen(text))};
}

void strip_text(StripCode *s, const char *text) {
    add_call(s)->text = arena_strndup(s->arena, text, strlen(text));
}

void strip_name_buffer(StripCode *s, int name, int buffer) {
    StripCall *call = &s->calls[s->ncalls - 1];
    for (int i = 0; i < call->nnames; i++)
        if (call->names[i].name == name) return;
    struct StripName named = {name, buffer};
    VEC_PUSH(call->names, call->nnames, call->name_cap, named);
    add_use(s, buffer);
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

static void print_buffer(const StripCode *s, int buffer, Buf *out) {
    const StripBuffer *b = &s->buffers[buffer];
    buf_printf(out,
               b->type == OF_BOOL    ? "(int *)f%d"
               : b->type == OF_FLOAT ? "f%d"
                                     : "d%d",
               b->slot);
}

static void print_call(const StripCode *s, const StripCall *call, Buf *out) {
    int level = 4 + 4 * call->depth;
    if (call->kernel) {
        buf_printf(out, "%*s%s(", level, "", call->kernel);
        for (int i = 0; i < call->narguments; i++) {
            if (i > 0) buf_puts(out, ", ");
            if (call->arguments[i].buffer >= 0)
                print_buffer(s, call->arguments[i].buffer, out);
            else
                buf_puts(out, call->arguments[i].text);
        }
        buf_puts(out, ");\n");
        return;
    }
    bool braces = call->nnames > 0;
    if (braces) buf_printf(out, "%*s{\n", level, "");
    for (int i = 0; i < call->nnames; i++) {
        const struct StripName *named = &call->names[i];
        buf_printf(out, "%*s%s *const b%d = ", level + 4, "",
                   type_name(s->buffers[named->buffer].type), named->name);
        print_buffer(s, named->buffer, out);
        buf_puts(out, ";\n");
    }
    buf_printf(out, "%*s%s\n", level, "", call->text);
    if (braces) buf_printf(out, "%*s}\n", level, "");
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
