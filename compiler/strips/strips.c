/* Lists of kernel calls. In: calls with any number of buffers. Out: a place for each buffer, and the calls as C. Buffers
 * that do not live at the same time share a place, so that all places fit the first cache. */
#include "strips/strips.h"
#include "runtime/kernels.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void strip_code_reserve(StripCode *s, int calls) {
    enum { ARGUMENTS = 4 };
    s->calls = vec_grow(NULL, &s->call_cap, calls, sizeof *s->calls);
    s->arguments = vec_grow(NULL, &s->argument_cap, ARGUMENTS * calls, sizeof *s->arguments);
    s->buffers = vec_grow(NULL, &s->buffer_cap, calls, sizeof *s->buffers);
}

void strip_code_free(StripCode *s) {
    for (int i = 0; i < s->ncalls; i++)
        free(s->calls[i].names);
    free(s->calls);
    free(s->arguments);
    free(s->buffers);
    free(s->loops);
    free(s->inner);
    free(s->stages.crossings);
    buf_free(&s->text);
}

int strip_buffer(StripCode *s, BufferType type) {
    StripBuffer b = {.type = (char)type, .first = -1, .last = -1, .slot = -1};
    VEC_PUSH(s->buffers, s->nbuffers, s->buffer_cap, b);
    return s->nbuffers - 1;
}

static StripCall *add_call(StripCode *s) {
    budget_spend(8);
    StripCall call = {
        .id = CALL_C, .depth = s->depth, .begin = s->text.length, .first = s->narguments};
    VEC_PUSH(s->calls, s->ncalls, s->call_cap, call);
    return &s->calls[s->ncalls - 1];
}

bool strip_commutes(int id) {
    static const bool kernels_that_do[KERNELS] = {
        [KERNEL_add_f_vv] = true, [KERNEL_add_d_vv] = true, [KERNEL_mul_f_vv] = true,
        [KERNEL_mul_d_vv] = true, [KERNEL_and_b_vv] = true, [KERNEL_or_b_vv] = true,
    };
    return id < KERNELS && kernels_that_do[id];
}

/* From the prototype of each kernel: how many of its pointers are to what it changes, which is not const. */
static const struct {
    uint8_t writes;
    bool pure;
} facts[KERNELS] = {
#include "kernel_facts.inc"
};

int strip_writes(int id) {
    return id < KERNELS ? facts[id].writes : INT_MAX;
}

/* Does it do nothing but fill a buffer, where that is what it writes? */
static bool is_pure(int id) {
    return id == CALL_MEMCPY || (id < KERNELS && facts[id].pure);
}

bool strip_changes_first(int id) {
    return id < KERNELS && facts[id].pure;
}

void strip_call(StripCode *s, int id) {
    add_call(s)->id = id;
}

/* ---- arguments ------------------------------------------------------------------------------- */

void strip_add_buffer(StripCode *s, int buffer) {
    strip_argument(s, ARGUMENT_BUFFER, buffer);
}

void strip_use(StripCode *s, int buffer) {
    strip_argument(s, ARGUMENT_HIDDEN, buffer);
}

void strip_add_count(StripCode *s) {
    s->calls[s->ncalls - 1].counted = true;
}

StripArgument strip_number(double value) {
    return (StripArgument){.kind = ARGUMENT_NUMBER, .of.value = value};
}

void strip_add_number(StripCode *s, double value) {
    strip_argument(s, ARGUMENT_NUMBER, 0)->of.value = value;
}

void strip_add_integer(StripCode *s, int value) {
    strip_argument(s, ARGUMENT_INTEGER, 0)->of.integer = value;
}

void strip_add_frame(StripCode *s, int64_t ahead) {
    strip_argument(s, ARGUMENT_FRAME, 0)->of.integer = ahead;
}

void strip_add_word(StripCode *s, uint64_t word) {
    strip_argument(s, ARGUMENT_WORD, 0)->of.word = word;
}

void strip_add_data(StripCode *s, int number, const void *address) {
    strip_argument(s, ARGUMENT_DATA, number)->of.address = address;
}

void strip_add_distances(StripCode *s, int number, int *distances) {
    strip_argument(s, ARGUMENT_DISTANCES, number)->of.distances = distances;
}

void strip_add_field(StripCode *s, size_t offset) {
    strip_argument(s, ARGUMENT_ADDRESS, 0)->of.word = offset;
}

/* ---- pieces of C ------------------------------------------------------------------------------- */

void strip_text(StripCode *s, const char *text) {
    StripCall *call = add_call(s);
    buf_puts(&s->text, text);
    call->length = s->text.length - call->begin;
}

void strip_name_buffer(StripCode *s, int name, int buffer) {
    StripCall *call = &s->calls[s->ncalls - 1];
    for (int i = 0; i < call->nnames; i++)
        if (call->names[i].name == name) return;
    struct StripName named = {name, buffer};
    VEC_PUSH(call->names, call->nnames, call->name_cap, named);
}

void strip_open_loop(StripCode *s, int rounds, int width, int table, const char *names) {
    strip_text(s, names);
    StripCall *loop = &s->calls[s->ncalls - 1];
    loop->loop = 1;
    loop->rounds = rounds;
    loop->width = width;
    loop->table = table;
    s->depth++;
}

void strip_close_loop(StripCode *s) {
    s->depth--;
    strip_text(s, "}");
    s->calls[s->ncalls - 1].loop = -1;
}

StripArgument strip_moment(int64_t frame) {
    return (StripArgument){.kind = ARGUMENT_MOMENT, .of.integer = frame};
}

void strip_open_span(StripCode *s, StripArgument from, StripArgument until) {
    strip_text(s, "");
    s->calls[s->ncalls - 1].loop = 1;
    s->calls[s->ncalls - 1].span = true;
    strip_add(s, from);
    strip_add(s, until);
    s->depth++;
}

/* ---- lives ------------------------------------------------------------------------------------- */

static void note_need(StripCode *s, int buffer, int call) {
    StripBuffer *b = &s->buffers[buffer];
    if (b->first < 0) b->first = call;
    b->last = call;
}

void strip_find_lives(StripCode *s) {
    for (int i = 0; i < s->nbuffers; i++)
        s->buffers[i].first = s->buffers[i].last = -1;
    for (int i = 0; i < s->ncalls; i++) {
        const StripCall *call = &s->calls[i];
        for (int j = 0; j < call->narguments; j++) {
            const StripArgument *a = &s->arguments[call->first + j];
            if (a->kind <= ARGUMENT_HIDDEN) note_need(s, a->number, i);
        }
        for (int j = 0; j < call->nnames; j++)
            note_need(s, call->names[j].buffer, i);
    }
}

/* ---- calls that nothing reads --------------------------------------------------------------------- */

/* The buffer that a call fills; -1: not known. */
static int find_writer(const StripCode *s, const StripCall *call) {
    if (strip_is_opaque(call->id) || !call->narguments) return -1;
    const StripArgument *y = &s->arguments[call->first];
    return y->kind == ARGUMENT_BUFFER ? y->number : -1;
}

static void count_reads(const StripCode *s, const StripCall *call, int by, int *reads) {
    for (int i = find_writer(s, call) >= 0; i < call->narguments; i++) {
        const StripArgument *a = &s->arguments[call->first + i];
        if (a->kind <= ARGUMENT_HIDDEN) reads[a->number] += by;
    }
    for (int i = 0; i < call->nnames; i++)
        reads[call->names[i].buffer] += by;
}

void strip_drop_unread(StripCode *s) {
    int *reads = alloc_zeroed((size_t)s->nbuffers + 1, sizeof *reads);
    uint8_t *dropped = alloc_zeroed((size_t)s->ncalls + 1, 1);
    for (int c = 0; c < s->ncalls; c++)
        count_reads(s, &s->calls[c], 1, reads);
    for (int c = s->ncalls - 1; c >= 0; c--) {
        int y = find_writer(s, &s->calls[c]);
        if (y < 0 || reads[y] > 0 || !is_pure(s->calls[c].id)) continue;
        count_reads(s, &s->calls[c], -1, reads);
        dropped[c] = 1;
    }
    int kept = 0;
    for (int c = 0; c < s->ncalls; c++)
        if (!dropped[c]) s->calls[kept++] = s->calls[c];
    s->ncalls = kept;
    free(reads);
    free(dropped);
}

/* ---- places ---------------------------------------------------------------------------------- */

/* For each call, the call that opens the innermost loop around it, -1 for none; for each opening call, where the loop
 * ends. */
static void find_loops(const StripCode *s, int *around, int *end) {
    int open = -1;
    for (int i = 0; i < s->ncalls; i++) {
        if (s->calls[i].loop < 0) {
            end[open] = i;
            open = around[open];
        }
        around[i] = open;
        if (s->calls[i].loop > 0) open = i;
    }
}

/* A buffer that is filled before a loop and needed in it is needed until the loop ends, for the next turn. */
static void extend_over_loops(StripCode *s) {
    int *around = alloc_zeroed((size_t)s->ncalls + 1, sizeof *around);
    int *end = alloc_zeroed((size_t)s->ncalls + 1, sizeof *end);
    find_loops(s, around, end);
    for (int i = 0; i < s->nbuffers; i++) {
        StripBuffer *b = &s->buffers[i];
        if (b->last < 0) continue;
        for (int loop = around[b->last]; loop > b->first; loop = around[loop])
            b->last = end[loop];
    }
    free(around);
    free(end);
}

/* Which of nslots it counts in: buffers of different types share no place, for a C array has one type. */
static int class_of(const StripBuffer *b) {
    return b->type == OF_FLOAT ? 0 : b->type == OF_DOUBLE ? 1 : 2;
}

typedef struct Pool {
    int *items, n, cap;
} Pool;

void strip_place_buffers(StripCode *s) {
    Pool idle[3] = {{0}, {0}, {0}};
    strip_find_lives(s);
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
            Pool *pool = &idle[class_of(&s->buffers[i - 1])];
            s->buffers[i - 1].slot =
                pool->n > 0 ? pool->items[--pool->n] : s->nslots[class_of(&s->buffers[i - 1])]++;
        }
        for (int i = last[c]; i; i = next_last[i]) {
            Pool *pool = &idle[class_of(&s->buffers[i - 1])];
            VEC_PUSH(pool->items, pool->n, pool->cap, s->buffers[i - 1].slot);
        }
    }
    free(first);
    free(last);
    free(next_first);
    free(next_last);
    for (int i = 0; i < 3; i++)
        free(idle[i].items);
}

int64_t strip_place(const StripCode *s, int buffer, int strip) {
    const StripBuffer *b = &s->buffers[buffer];
    if (b->type == OF_DOUBLE) return (int64_t)8 * strip * b->slot;
    const int narrow = b->type == OF_FLOAT ? b->slot : s->nslots[0] + b->slot;
    return (int64_t)strip * (8 * s->nslots[1] + 4 * narrow);
}

static void find_distances(const StripCode *s, const StripCall *call, int *distances, int strip) {
    const StripArgument *a = &s->arguments[call->first];
    int from = s->buffers[a[1].number].slot;
    for (int i = 0; i < call->narguments; i++)
        if (a[i].kind == ARGUMENT_HIDDEN)
            *distances++ = strip * (s->buffers[a[i].number].slot - from);
}

void strip_find_distances(const StripCode *s, int strip) {
    for (int i = 0; i < s->ncalls; i++)
        for (int j = 0; j < s->calls[i].narguments; j++) {
            const StripArgument *a = &s->arguments[s->calls[i].first + j];
            if (a->kind == ARGUMENT_DISTANCES)
                find_distances(s, &s->calls[i], a->of.distances, strip);
        }
}

size_t strip_place_bytes(const StripCode *s, int strip) {
    return (size_t)strip * (4 * (size_t)(s->nslots[0] + s->nslots[2]) + 8 * (size_t)s->nslots[1]);
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

static void print_integer(int64_t number, Buf *out) {
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do
        digits[--at] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (number < 0) digits[--at] = '-';
    buf_add(out, digits + at, sizeof digits - at);
}

static void print_word(uint64_t word, Buf *out) {
    char digits[24];
    size_t at = sizeof digits;
    memcpy(&digits[at -= 2], "UL", 2);
    do
        digits[--at] = "0123456789abcdef"[word % 16];
    while ((word /= 16) > 0);
    memcpy(&digits[at -= 2], "0x", 2);
    buf_add(out, digits + at, sizeof digits - at);
}

/* Seventeen digits tell every double; to find the shortest text would take two prints and a read. */
/* With a point: to a kernel without a prototype it would else be an integer. */
static void print_number(double value, Buf *out) {
    if (isnan(value)) {
        buf_puts(out, "KN_NAN");
    } else if (isinf(value)) {
        buf_puts(out, value > 0 ? "KN_INF" : "-KN_INF");
    } else if (fabs(value) < 1e15 && value == (double)(int64_t)value) {
        if (signbit(value) && value == 0) buf_add(out, "-", 1);
        print_integer((int64_t)value, out);
        buf_add(out, ".0", 2);
    } else {
        buf_printf(out, "%.16e", value);
    }
}

/* Names of places are variables, which libtcc gives a place on the stack each: where there are many, they have none. */
enum { MOST_NAMED_PLACES = 500 };

static bool has_names(const StripCode *s) {
    return s->nslots[0] + s->nslots[1] + s->nslots[2] <= MOST_NAMED_PLACES;
}

static void print_buffer(const StripCode *s, int strip, int buffer, Buf *out) {
    if (!has_names(s)) {
        buf_printf(out, "(w + %" PRId64 ")", strip_place(s, buffer, strip));
        return;
    }
    const StripBuffer *b = &s->buffers[buffer];
    buf_add(out, b->type == OF_DOUBLE ? "d" : b->type == OF_FLOAT ? "f" : "q", 1);
    print_integer(b->slot, out);
}

/* A number between two texts. */
static void print_column(const char *before, int64_t column, const char *after, Buf *out) {
    buf_puts(out, before);
    print_integer(column, out);
    buf_puts(out, after);
}

#define QUARTER_TURN " + 0x4000000000000000UL"

/* An argument that differs from round to round: words of the row. */
static void print_of_round(const StripArgument *a, Buf *out) {
    int column = a->column;
    switch (a->kind) {
    case ARGUMENT_NUMBER: print_column("x[", column, "]", out); break;
    case ARGUMENT_INTEGER:
    case ARGUMENT_MOMENT:
    case ARGUMENT_WORD:
    case ARGUMENT_DATA: print_column("c[", column, "]", out); break;
    case ARGUMENT_FRAME: print_column("n0 + c[", column, "]", out); break;
    case ARGUMENT_ADDRESS: print_column("s + c[", column, "]", out); break;
    case ARGUMENT_VALUE:
        print_column(a->negated ? "-*(double *)(s + c[" : "*(double *)(s + c[", column, "])", out);
        break;
    case ARGUMENT_PHASE:
        print_column("c[", column, "]", out);
        if (!a->absolute) print_column(" + c[", column + 1, "] * n0", out);
        print_column(", c[", column + 1, "]", out);
        break;
    default:
        print_column("*(uint64_t *)(s + c[", column, "])", out);
        if (a->quarter) buf_puts(out, QUARTER_TURN);
        if (!a->absolute) print_column(" + *(uint64_t *)(s + c[", column + 1, "]) * n0", out);
        print_column(", *(uint64_t *)(s + c[", column + 1, "])", out);
        break;
    }
}

static void print_phase(const StripArgument *a, Buf *out) {
    print_word(a->of.word, out);
    if (!a->absolute) {
        buf_add(out, " + ", 3);
        print_word(a->and.step, out);
        buf_puts(out, " * n0");
    }
    buf_puts(out, ", ");
    print_word(a->and.step, out);
}

static void print_frame(int64_t ahead, Buf *out) {
    buf_add(out, "n0", 2);
    if (ahead == 0) return;
    buf_puts(out, ahead < 0 ? " - " : " + ");
    print_integer(ahead < 0 ? -ahead : ahead, out);
}

/* Where a window begins: ring + size of a sample * (frame & size - 1). */
static void print_window(const StripCode *s, int strip, const StripBuffer *b, Buf *out) {
    const StripArgument *ring = &s->arguments[b->window - 1], *size = ring + 1, *frame = ring + 2;
    strip_print_argument(s, strip, ring, out);
    buf_puts(out, b->type == OF_DOUBLE ? " + 8 * (" : " + 4 * (");
    strip_print_argument(s, strip, frame, out);
    buf_puts(out, " & ");
    strip_print_argument(s, strip, size, out);
    buf_puts(out, " - 1)");
}

void strip_print_argument(const StripCode *s, int strip, const StripArgument *a, Buf *out) {
    if (a->column >= 0) {
        print_of_round(a, out);
        return;
    }
    if (a->negated) buf_add(out, "-", 1);
    switch (a->kind) {
    case ARGUMENT_BUFFER: print_buffer(s, strip, a->number, out); break;
    case ARGUMENT_NUMBER: print_number(a->of.value, out); break;
    case ARGUMENT_INTEGER:
    case ARGUMENT_MOMENT: print_integer(a->of.integer, out); break;
    case ARGUMENT_FRAME: print_frame(a->of.integer, out); break;
    case ARGUMENT_WORD: print_word(a->of.word, out); break;
    case ARGUMENT_PHASE: print_phase(a, out); break;
    case ARGUMENT_DATA:
    case ARGUMENT_DISTANCES: buf_puts(out, a->and.name); break;
    case ARGUMENT_COLUMN: print_column("c", a->number, "", out); break;
    case ARGUMENT_COLUMN_WORD: print_column("r[", a->number, "]", out); break;
    case ARGUMENT_PHASE_OF_COLUMNS:
        print_column("r[", (int64_t)a->and.step, "] + ", out);
        print_word(a->of.word, out);
        if (!a->absolute) print_column(" + r[", a->number, "] * n0", out);
        print_column(", r[", a->number, "]", out);
        break;
    case ARGUMENT_ADDRESS: print_column("s + ", a->of.integer, "", out); break;
    case ARGUMENT_VALUE: print_column("*(double *)(s + ", a->of.integer, ")", out); break;
    case ARGUMENT_INPUT: print_column("inputs[", a->number, "] + at", out); break;
    case ARGUMENT_OUTPUT: print_column("outputs[", a->number, "] + at", out); break;
    case ARGUMENT_WINDOW: print_window(s, strip, &s->buffers[a->number], out); break;
    case ARGUMENT_WORK: buf_add(out, "w", 1); break;
    case ARGUMENT_STATE: buf_puts(out, "self"); break;
    case ARGUMENT_ROW: buf_puts(out, a->number == ROW_OF_ROUNDS ? "c" : "r"); break;
    case ARGUMENT_BYTES: buf_puts(out, "4 * (uint64_t)n"); break;
    case ARGUMENT_PHASE_OF_FIELDS:
        print_column("*(uint64_t *)(s + ", a->of.integer, ")", out);
        if (a->quarter) buf_puts(out, QUARTER_TURN);
        if (!a->absolute)
            print_column(" + *(uint64_t *)(s + ", (int64_t)a->and.step, ") * n0", out);
        print_column(", *(uint64_t *)(s + ", (int64_t)a->and.step, ")", out);
        break;
    default: break; /* HIDDEN is no argument */
    }
}

static void print_names(const StripCode *s, int strip, const StripCall *call, Buf *out) {
    for (int i = 0; i < call->nnames; i++) {
        const struct StripName *named = &call->names[i];
        const char *type = type_name(s->buffers[named->buffer].type);
        print_indent(call->depth + 1, out);
        buf_printf(out, "%s *const b%d = (%s *)", type, named->name, type);
        print_buffer(s, strip, named->buffer, out);
        buf_puts(out, ";\n");
    }
}

/* The row of a round is c, read as x where it holds doubles; that of a roll is r. */
static void print_loop(const StripCode *s, int strip, const StripCall *loop, Buf *out) {
    if (loop->narguments == 0) {
        buf_printf(out, "for (int j = 0; j < %d; j++) {", loop->rounds);
    } else {
        const char row = loop->rolled ? 'c' : 'r';
        buf_printf(out, "for (const uint64_t *%c = (const uint64_t *)", row);
        strip_print_argument(s, strip, &s->arguments[loop->first], out);
        buf_printf(out, ", *const e = %c + %d; %c < e; %c += %d) {", row,
                   loop->rounds * loop->width, row, row, loop->width);
        if (loop->rolled) buf_puts(out, " const double *const x = (const double *)c;");
    }
    buf_add(out, s->text.data + loop->begin, loop->length);
    buf_add(out, "\n", 1);
}

/* Words of a row are unsigned. */
static void print_span(const StripCode *s, int strip, const StripCall *span, Buf *out) {
    buf_puts(out, "if (n0 + n > (int64_t)");
    strip_print_argument(s, strip, &s->arguments[span->first], out);
    buf_puts(out, " && n0 < (int64_t)");
    strip_print_argument(s, strip, &s->arguments[span->first + 1], out);
    buf_puts(out, ") {\n");
}

static void print_piece(const StripCode *s, int strip, const StripCall *call, Buf *out) {
    bool braces = call->nnames > 0;
    if (braces) buf_add(out, "{\n", 2);
    print_names(s, strip, call, out);
    if (braces) print_indent(call->depth, out);
    buf_add(out, s->text.data + call->begin, call->length);
    if (braces) print_indent(call->depth, out); /* only functions end at the left edge */
    buf_puts(out, braces ? "}\n" : "\n");
}

static void print_call(const StripCode *s, int strip, const StripCall *call, Buf *out) {
    print_indent(call->depth, out);
    if (call->id == CALL_C) {
        if (call->span)
            print_span(s, strip, call, out);
        else if (call->loop > 0)
            print_loop(s, strip, call, out);
        else
            print_piece(s, strip, call, out);
        return;
    }
    buf_puts(out, call->id < KERNELS        ? kernels[call->id].name
                  : call->id == CALL_MEMCPY ? "memcpy"
                                            : call->name);
    for (int i = 0; i < call->narguments; i++) {
        const StripArgument *a = &s->arguments[call->first + i];
        if (a->kind == ARGUMENT_HIDDEN) continue;
        buf_add(out, i > 0 ? ", " : "(", i > 0 ? 2 : 1);
        strip_print_argument(s, strip, a, out);
    }
    buf_puts(out, call->counted ? ", n);\n" : ");\n");
}

static void declare_places(char letter, int n, int first, int bytes, Buf *out) {
    for (int i = 0; i < n; i++) {
        buf_add(out, i > 0 ? ", *const " : "    char *const ", i > 0 ? 9 : 16);
        buf_add(out, &letter, 1);
        print_integer(i, out);
        buf_add(out, " = w + ", 7);
        print_integer(first + bytes * i, out);
    }
    if (n > 0) buf_add(out, ";\n", 2);
}

static void declare_all_places(const StripCode *s, int strip, Buf *out) {
    declare_places('d', s->nslots[1], 0, 8 * strip, out);
    declare_places('f', s->nslots[0], 8 * strip * s->nslots[1], 4 * strip, out);
    declare_places('q', s->nslots[2], strip * (8 * s->nslots[1] + 4 * s->nslots[0]), 4 * strip,
                   out);
}

void strip_print(const StripCode *s, int strip, Buf *out) {
    if (has_names(s)) declare_all_places(s, strip, out);
    for (int i = 0; i < s->ncalls; i++)
        print_call(s, strip, &s->calls[i], out);
}

void strip_print_alone(const StripCode *s, int call, int strip, Buf *out) {
    const StripCall *piece = &s->calls[call];
    for (int i = 0; i < piece->nnames; i++) {
        const struct StripName *named = &piece->names[i];
        const char *type = type_name(s->buffers[named->buffer].type);
        buf_printf(out, "    %s *const b%d = (%s *)(w + %" PRId64 ");\n", type, named->name, type,
                   strip_place(s, named->buffer, strip));
    }
    buf_add(out, s->text.data + piece->begin, piece->length);
    buf_add(out, "\n", 1);
}
