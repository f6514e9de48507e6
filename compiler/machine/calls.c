/* Kernel calls to machine code. In: calls with places for their buffers. Out: a function that makes them
 * one after the other, for x86-64 and the calling convention of System V.
 *
 * The text of strip_print says the same in C; but to read a line of C costs libtcc ten thousand
 * instructions, and here a call is some ten instructions to write. What is C in the calls (loops over
 * samples) are functions of that text, called like kernels: their addresses are filled in when they are
 * known. */
#include "strips/strips.h"
#include "machine/x86.h"
#include "runtime/kernels.h"

#include <stdlib.h>
#include <string.h>

#ifdef __x86_64__

/* The frame: arguments beyond those in registers, then what is kept there. */
enum {
    MOST_ON_STACK = 14,
    INPUTS_AT = 8 * MOST_ON_STACK,
    OUTPUTS_AT = INPUTS_AT + 8,
    BYTES_AT = OUTPUTS_AT + 8, /* where the strip begins in inputs and outputs */
    ROUNDS_AT = BYTES_AT + 8,  /* left of the rounds, then of the roll */
    FRAME_BYTES = ROUNDS_AT + 16,
    CALLER_AT = FRAME_BYTES + 56 /* behind six registers and the return address */
};
_Static_assert(CALLER_AT % 16 == 0, "the stack is aligned at calls");

typedef struct Assembler {
    const StripCode *s;
    int strip;
    Buf *out;
    StripMachine *machine;
} Assembler;

/* ---- instructions ------------------------------------------------------------------------------ */

static void bytes(Assembler *a, const void *code, size_t n) {
    x86_bytes(a->out, code, n);
}

static void between(Assembler *a, uint8_t operation, int reg, int other) {
    x86_between(a->out, operation, reg, other);
}

static void with_memory(Assembler *a, uint8_t operation, int reg, int base, int32_t ahead) {
    x86_memory(a->out, operation, reg, base, ahead);
}

static void move(Assembler *a, int to, int from) {
    x86_move(a->out, to, from);
}

static void immediate(Assembler *a, int to, uint64_t word) {
    x86_immediate(a->out, to, word);
}

static void address(Assembler *a, int to, int base, int64_t ahead) {
    x86_address(a->out, to, base, ahead);
}

static void multiply_by_frame(Assembler *a, int reg) {
    const uint8_t code[] = {(uint8_t)(0x49 | (reg >> 3) << 2), 0x0f, 0xaf,
                            (uint8_t)(0xc0 | (reg & 7) << 3 | (FRAME & 7))};
    bytes(a, code, sizeof code);
}

static void change_sign_of_rax(Assembler *a) {
    static const uint8_t code[] = {0x48, 0x0f, 0xba, 0xf8, 63}; /* btc rax, 63 */
    bytes(a, code, sizeof code);
}

static void rax_to_number(Assembler *a, int number) {
    const uint8_t code[] = {0x66, 0x48, 0x0f, 0x6e, (uint8_t)(0xc0 | number << 3)};
    bytes(a, code, sizeof code);
}

/* ---- arguments --------------------------------------------------------------------------------- */

static int64_t place(const Assembler *a, int buffer) {
    return strip_place(a->s, buffer, a->strip);
}

static void column(Assembler *a, uint8_t operation, int reg, int number) {
    with_memory(a, operation, reg, ROW, 8 * number);
}

/* to = the address of a field */
static void field(Assembler *a, int to, const StripArgument *x, int word) {
    if (x->column >= 0) {
        column(a, LOAD, to, x->column + word);
        between(a, ADD, to, SELF);
    } else {
        address(a, to, SELF, (int64_t)(word ? x->and.step : x->of.word));
    }
}

/* A phase and its step. */
static void phase(Assembler *a, int start, int step, const StripArgument *x) {
    bool rolls = x->kind == ARGUMENT_PHASE_OF_COLUMNS;
    if (x->kind == ARGUMENT_PHASE_OF_FIELDS) {
        field(a, RAX, x, 1);
        with_memory(a, LOAD, step, RAX, 0);
    } else if (rolls) {
        with_memory(a, LOAD, step, ROLL_ROW, 8 * x->number);
    } else if (x->column >= 0) {
        column(a, LOAD, step, x->column + 1);
    } else {
        immediate(a, step, x->and.step);
    }
    if (x->absolute) {
        immediate(a, start, 0);
    } else {
        move(a, start, step);
        multiply_by_frame(a, start);
    }
    if (x->kind == ARGUMENT_PHASE_OF_FIELDS) {
        field(a, RAX, x, 0);
        with_memory(a, ADD, start, RAX, 0);
        if (x->quarter) immediate(a, RAX, UINT64_C(1) << 62);
        if (x->quarter) between(a, ADD, start, RAX);
    } else if (x->column >= 0) {
        column(a, ADD, start, x->column);
    } else if (x->of.word) {
        immediate(a, RAX, x->of.word);
        between(a, ADD, start, RAX);
    }
    if (rolls) with_memory(a, ADD, start, ROLL_ROW, 8 * (int32_t)x->and.step);
}

static void stream(Assembler *a, int to, int streams_at, int number) {
    with_memory(a, LOAD, to, RSP, streams_at);
    with_memory(a, LOAD, to, to, 8 * number);
    with_memory(a, ADD, to, RSP, BYTES_AT);
}

static void load(Assembler *a, int to, const StripArgument *x);

/* to = the address of the first sample of a window, ring + size of a sample * (frame & (size - 1)) */
static void window(Assembler *a, int to, const StripBuffer *b) {
    enum { PLACE = 10, MASK = 11 }; /* hold no arguments */
    const StripArgument *ring = &a->s->arguments[b->window - 1], *size = ring + 1,
                        *frame = ring + 2;
    const uint8_t shift[] = {0x49, 0xc1, 0xe0 | (PLACE & 7), b->type == OF_DOUBLE ? 3 : 2};
    load(a, PLACE, frame);
    load(a, MASK, size);
    address(a, MASK, MASK, -1);
    between(a, AND, PLACE, MASK);
    bytes(a, shift, sizeof shift);
    field(a, to, ring, 0);
    between(a, ADD, to, PLACE);
}

/* Any other argument, as a word in a register. */
static void load(Assembler *a, int to, const StripArgument *x) {
    bool of_round = x->column >= 0;
    switch (x->kind) {
    case ARGUMENT_BUFFER: address(a, to, WORK, place(a, x->number)); return;
    case ARGUMENT_FRAME:
        if (of_round) {
            column(a, LOAD, to, x->column);
            between(a, ADD, to, FRAME);
        } else {
            address(a, to, FRAME, x->of.integer);
        }
        return;
    case ARGUMENT_ADDRESS: field(a, to, x, 0); return;
    case ARGUMENT_VALUE:
        field(a, to, x, 0);
        with_memory(a, LOAD, to, to, 0);
        return;
    case ARGUMENT_COLUMN:
    case ARGUMENT_COLUMN_WORD: with_memory(a, LOAD, to, ROLL_ROW, 8 * x->number); return;
    case ARGUMENT_INPUT: stream(a, to, INPUTS_AT, x->number); return;
    case ARGUMENT_OUTPUT: stream(a, to, OUTPUTS_AT, x->number); return;
    case ARGUMENT_WINDOW: window(a, to, &a->s->buffers[x->number]); return;
    case ARGUMENT_WORK: move(a, to, WORK); return;
    case ARGUMENT_STATE: move(a, to, SELF); return;
    case ARGUMENT_ROW: move(a, to, x->number == ROW_OF_ROUNDS ? ROW : ROLL_ROW); return;
    case ARGUMENT_BYTES:
        move(a, to, COUNT);
        for (int i = 0; i < 2; i++)
            between(a, ADD, to, to);
        return;
    default: /* a word: number, integer, address of data */
        if (of_round)
            column(a, LOAD, to, x->column);
        else
            immediate(a, to, x->of.word);
    }
}

static bool is_number(const StripArgument *x) {
    return x->kind == ARGUMENT_NUMBER || x->kind == ARGUMENT_VALUE || x->kind == ARGUMENT_COLUMN;
}

static bool is_phase(const StripArgument *x) {
    return x->kind == ARGUMENT_PHASE || x->kind == ARGUMENT_PHASE_OF_FIELDS ||
           x->kind == ARGUMENT_PHASE_OF_COLUMNS;
}

/* ---- calls ------------------------------------------------------------------------------------- */

/* A loop that lies in the same code. */
static void call_loop(Assembler *a, size_t at) {
    static const uint8_t code[] = {0xe8};
    bytes(a, code, sizeof code);
    const int32_t distance = (int32_t)at - (int32_t)(a->out->length + sizeof(int32_t));
    bytes(a, &distance, sizeof distance);
}

static void count_in(Assembler *a, int words) {
    if (words < ARGUMENT_REGISTERS)
        move(a, x86_argument(words), COUNT);
    else
        with_memory(a, STORE, COUNT, RSP, 8 * (words - ARGUMENT_REGISTERS));
}

static void call_kernel(Assembler *a, const StripCall *call, const void *kernel) {
    int words = 0, numbers = 0;
    for (int i = 0; i < call->narguments; i++) {
        const StripArgument *x = &a->s->arguments[call->first + i];
        if (x->kind == ARGUMENT_HIDDEN) continue;
        if (is_phase(x)) {
            phase(a, x86_argument(words), x86_argument(words + 1), x);
            words += 2;
        } else if (is_number(x)) {
            load(a, RAX, x);
            if (x->negated) change_sign_of_rax(a);
            rax_to_number(a, numbers++);
        } else if (words < ARGUMENT_REGISTERS) {
            load(a, x86_argument(words++), x);
        } else {
            load(a, RAX, x);
            with_memory(a, STORE, RAX, RSP, 8 * (words++ - ARGUMENT_REGISTERS));
        }
    }
    if (call->counted) count_in(a, words);
    if (call->fused) {
        call_loop(a, a->machine->loops[call->fused - 1]);
        return;
    }
    x86_call(a->out, kernel);
}

static void jump_to_here(Assembler *a, size_t from) {
    const int32_t distance = (int32_t)(a->out->length - from);
    memcpy(a->out->data + from - sizeof distance, &distance, sizeof distance);
}

/* Most strips lie between the elements that a mirror copies and the end of the ring: then there is nothing to copy. Gives where
 * the code goes on from, 0: that is not asked. */
static size_t skip_mirror(Assembler *a, const StripCall *call) {
    enum { PLACE = 10, MASK = 11 };
    static const uint8_t compare[] = {0x49, 0x81, 0xfa}, not_above[] = {0x0f, 0x86, 0, 0, 0, 0};
    const StripArgument *x = &a->s->arguments[call->first];
    if (call->id != KERNEL_mirror_f && call->id != KERNEL_mirror_d) return 0;
    const int64_t size = x[1].of.integer, mirrored = x[3].of.integer;
    const int32_t most = (int32_t)(size - 2 * mirrored);
    if (most < 0 || x[1].column >= 0 || x[2].column >= 0 || x[3].column >= 0) return 0;
    address(a, PLACE, FRAME, x[2].of.integer - mirrored);
    immediate(a, MASK, (uint64_t)size - 1);
    between(a, AND, PLACE, MASK);
    bytes(a, compare, sizeof compare);
    bytes(a, &most, sizeof most);
    bytes(a, not_above, sizeof not_above);
    return a->out->length;
}

/* A double from one place to another is no call. */
static bool copy_double(Assembler *a, const StripCall *call) {
    const StripArgument *x = &a->s->arguments[call->first];
    if (call->id != CALL_MEMCPY || x[2].kind != ARGUMENT_INTEGER || x[2].column >= 0 ||
        x[2].of.integer != (int64_t)sizeof(double))
        return false;
    load(a, RDI, &x[0]);
    load(a, RSI, &x[1]);
    with_memory(a, LOAD, RAX, RSI, 0);
    with_memory(a, STORE, RAX, RDI, 0);
    return true;
}

/* A loop in C: void piece(kn *self, char *w, int64_t n0, int n). */
static void call_piece(Assembler *a, int call) {
    static const uint8_t given[] = {SELF, WORK, FRAME, COUNT};
    StripMachine *m = a->machine;
    for (int i = 0; i < 4; i++)
        move(a, x86_argument(i), given[i]);
    enum { CALL_BYTES = 2 };
    x86_call(a->out, (const void *)UINTPTR_MAX);
    struct StripPiece piece = {call, a->out->length - CALL_BYTES - sizeof(uint64_t)};
    VEC_PUSH(m->pieces, m->npieces, m->piece_cap, piece);
}

/* ---- loops ------------------------------------------------------------------------------------- */

static int row_register(const StripCall *loop) {
    return loop->rolled ? ROW : ROLL_ROW;
}

static int rounds_at(const StripCall *loop) {
    return loop->rolled ? ROUNDS_AT : ROUNDS_AT + 8;
}

/* The rows that a strip meets: the first whose end, or that of one before it, is behind n0, to the first that begins at the end of
 * the strip. */
typedef struct Rows {
    const int64_t *first;
    int64_t n;
} Rows;

static int64_t find_row(const int64_t *column, int64_t width, int64_t rows, int64_t above) {
    int64_t first = 0;
    for (int64_t left = rows; left > 0;) {
        const int64_t half = left / 2;
        if (column[(first + half) * width] <= above) {
            first += half + 1;
            left -= half + 1;
        } else {
            left = half;
        }
    }
    return first;
}

static Rows rows_of_strip(const int64_t *table, int64_t width, int64_t rows, int64_t timed,
                          int64_t n0, int64_t end) {
    const int64_t first = find_row(table + timed + 2, width, rows, n0),
                  last = find_row(table + timed, width, rows, end - 1);
    return (Rows){table + first * width, last > first ? last - first : 0};
}

/* A jump to a place that is not known yet: where its distance is. */
static size_t jump_ahead(Assembler *a, uint8_t condition) {
    const uint8_t code[] = {0x0f, condition, 0, 0, 0, 0};
    bytes(a, code, sizeof code);
    return a->out->length - sizeof(int32_t);
}

static void land(Assembler *a, size_t at) {
    const int32_t distance = (int32_t)(a->out->length - at - sizeof distance);
    memcpy(a->out->data + at, &distance, sizeof distance);
}

/* Where the jump is by which none of the rows is met. */
static size_t open_timed(Assembler *a, const StripCall *loop) {
    enum { ZERO = 0x84 };
    static const uint8_t test_rdx[] = {0x48, 0x85, 0xd2};
    Rows (*const find)(const int64_t *, int64_t, int64_t, int64_t, int64_t, int64_t) =
        rows_of_strip;
    load(a, RDI, &a->s->arguments[loop->first]);
    immediate(a, RSI, (uint64_t)loop->width);
    immediate(a, RDX, (uint64_t)loop->rounds);
    immediate(a, RCX, (uint64_t)(loop->timed - 1));
    move(a, 8, FRAME);
    move(a, 9, FRAME);
    between(a, ADD, 9, COUNT);
    x86_call(a->out, (const void *)(uintptr_t)find);
    move(a, row_register(loop), RAX);
    with_memory(a, STORE, RDX, RSP, rounds_at(loop));
    bytes(a, test_rdx, sizeof test_rdx);
    return jump_ahead(a, ZERO);
}

static void open_loop(Assembler *a, const StripCall *loop) {
    if (loop->narguments > 0) load(a, row_register(loop), &a->s->arguments[loop->first]);
    immediate(a, RAX, (uint64_t)loop->rounds);
    with_memory(a, STORE, RAX, RSP, rounds_at(loop));
}

static void close_loop(Assembler *a, const StripCall *loop, size_t begin) {
    static const uint8_t back[] = {0x0f, 0x85}; /* if not zero */
    address(a, row_register(loop), row_register(loop), 8 * loop->width);
    with_memory(a, 0xff, 1, RSP, rounds_at(loop)); /* one less */
    bytes(a, back, sizeof back);
    const int32_t distance = (int32_t)begin - (int32_t)(a->out->length + sizeof(int32_t));
    bytes(a, &distance, sizeof distance);
}

/* ---- spans ------------------------------------------------------------------------------------- */

/* A frame: a word, or what params decide, a whole double. */
static void load_moment(Assembler *a, int to, const StripArgument *x) {
    if (x->kind != ARGUMENT_VALUE) {
        load(a, to, x);
        return;
    }
    static const uint8_t truncated[] = {0xf2, 0x48, 0x0f, 0x2c, 0x00}; /* cvttsd2si rax, [rax] */
    field(a, RAX, x, 0);
    bytes(a, truncated, sizeof truncated);
}

/* Where its two jumps are. */
static size_t open_span(Assembler *a, const StripCall *span, size_t *second) {
    enum { NOT_ABOVE = 0x8e, NOT_BELOW = 0x8d };
    const StripArgument *x = &a->s->arguments[span->first];
    move(a, RCX, FRAME);
    between(a, ADD, RCX, COUNT);
    load_moment(a, RAX, &x[0]);
    between(a, COMPARE, RCX, RAX);
    const size_t first = jump_ahead(a, NOT_ABOVE);
    load_moment(a, RAX, &x[1]);
    between(a, COMPARE, FRAME, RAX);
    *second = jump_ahead(a, NOT_BELOW);
    return first;
}

static void calls(Assembler *a, const void *const *kernels_of_set) {
    enum { DEEPEST = 8 };
    const StripCall *open[DEEPEST] = {NULL};
    size_t begin[DEEPEST] = {0}, second[DEEPEST] = {0};
    int depth = 0;
    for (int i = 0; i < a->s->ncalls; i++) {
        const StripCall *call = &a->s->calls[i];
        if (call->span) {
            open[depth] = call;
            begin[depth] = open_span(a, call, &second[depth]);
            depth++;
        } else if (call->loop > 0) {
            if (call->timed)
                second[depth] = open_timed(a, call);
            else
                open_loop(a, call);
            open[depth] = call;
            begin[depth++] = a->out->length;
        } else if (call->loop < 0) {
            depth--;
            if (open[depth]->span) {
                land(a, begin[depth]);
                land(a, second[depth]);
            } else {
                close_loop(a, open[depth], begin[depth]);
                if (open[depth]->timed) land(a, second[depth]);
            }
        } else if (copy_double(a, call)) {
            continue;
        } else if (call->id != CALL_C) {
            const size_t skipped = skip_mirror(a, call);
            call_kernel(a, call,
                        call->id < KERNELS ? kernels_of_set[call->id] : (const void *)memcpy);
            if (skipped) jump_to_here(a, skipped);
        } else {
            call_piece(a, i);
        }
    }
}

/* ---- the function ------------------------------------------------------------------------------ */

/* void strip(void *self, char *w, int64_t n0, int n, inputs, outputs, int at) */
static void enter(Assembler *a) {
    static const uint8_t keep[] = {0x53, 0x55, 0x41, 0x54, 0x41, 0x55, 0x41, 0x56, 0x41, 0x57};
    bytes(a, keep, sizeof keep);
    address(a, RSP, RSP, -FRAME_BYTES);
    move(a, SELF, RDI);
    move(a, WORK, RSI);
    move(a, FRAME, RDX);
    between(a, WIDEN, COUNT, RCX);
    with_memory(a, STORE, 8, RSP, INPUTS_AT);
    with_memory(a, STORE, 9, RSP, OUTPUTS_AT);
    with_memory(a, WIDEN, RAX, RSP, CALLER_AT);
    for (int i = 0; i < 2; i++)
        between(a, ADD, RAX, RAX);
    with_memory(a, STORE, RAX, RSP, BYTES_AT);
}

static void leave(Assembler *a) {
    static const uint8_t code[] = {0x41, 0x5f, 0x41, 0x5e, 0x41, 0x5d,
                                   0x41, 0x5c, 0x5d, 0x5b, 0xc3};
    address(a, RSP, RSP, FRAME_BYTES);
    bytes(a, code, sizeof code);
}

static bool call_fits(const StripCode *s, const StripCall *call) {
    int words = call->counted, numbers = 0;
    if (call->id == CALL_C && !call->loop) return call->alone;
    for (int i = 0; i < call->narguments; i++) {
        const StripArgument *x = &s->arguments[call->first + i];
        if (x->kind == ARGUMENT_HIDDEN) continue;
        if (is_phase(x) && words - call->counted + 2 > ARGUMENT_REGISTERS) return false;
        if (is_number(x))
            numbers++;
        else
            words += is_phase(x) ? 2 : 1;
    }
    return words <= ARGUMENT_REGISTERS + MOST_ON_STACK && numbers <= NUMBER_REGISTERS;
}

static bool calls_fit(const StripCode *s) {
    for (int i = 0; i < s->ncalls; i++)
        if (!call_fits(s, &s->calls[i])) return false;
    return true;
}

bool strip_assemble(const StripCode *s, int strip, const void *const *kernels_of_set,
                    StripMachine *machine) {
    Assembler a = {s, strip, &machine->code, machine};
    if (!calls_fit(s)) return false;
    enter(&a);
    calls(&a, kernels_of_set);
    leave(&a);
    return true;
}

/* ---- voices beside each other -------------------------------------------------------------------- */

/* Filters that several voices run beside each other, and how many results they have. */
static const struct Beside {
    int alone, voices, results;
} beside[] = {{KERNEL_lti1, KERNEL_lti1_voices, 2},
              {KERNEL_lti2, KERNEL_lti2_voices, 4},
              {KERNEL_state2_ahead_v, KERNEL_state2_voices, 4},
              {KERNEL_filter2_ff, KERNEL_filter2_ff_voices, 1},
              {KERNEL_filter2_fd, KERNEL_filter2_fd_voices, 1},
              {KERNEL_filter2_df, KERNEL_filter2_df_voices, 1},
              {KERNEL_filter2_dd, KERNEL_filter2_dd_voices, 1}};

/* All that it is given lies in places, or is an address of the state or of data. */
static const struct Beside *find_beside(const StripCode *s, const StripCall *call) {
    if (call->depth > 0 || call->loop || call->fused) return NULL;
    for (int i = 0; i < call->narguments; i++) {
        const StripArgument *x = &s->arguments[call->first + i];
        if (x->column >= 0 || x->kind == ARGUMENT_WINDOW || is_number(x) || is_phase(x))
            return NULL;
        if (x->kind <= ARGUMENT_HIDDEN &&
            (s->buffers[x->number].window || s->buffers[x->number].lies))
            return NULL;
    }
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
        if (call->id == beside[i].alone) return &beside[i];
    return NULL;
}

static uint64_t unread_results(const StripCode *s, const struct Beside *of, int call) {
    uint64_t unread = 0;
    for (int i = 0; i < of->results; i++) {
        const StripArgument *x = &s->arguments[s->calls[call].first + i];
        if (s->buffers[x->number].last <= call) unread |= UINT64_C(1) << i;
    }
    return unread;
}

static void leave_words(Assembler *a, const struct Beside *of, int call, int32_t words) {
    const StripCall *filter = &a->s->calls[call];
    int n = 0;
    for (int i = 0; i < filter->narguments; i++) {
        const StripArgument *x = &a->s->arguments[filter->first + i];
        if (x->kind == ARGUMENT_HIDDEN) continue;
        load(a, RAX, x);
        with_memory(a, STORE, RAX, WORK, words + 8 * n++);
    }
    immediate(a, RAX, unread_results(a->s, of, call));
    with_memory(a, STORE, RAX, WORK, words + 8 * n);
}

/* The calls from `begin` to `end`, and the words of the filter there; `of` NULL: there is none. */
static int64_t assemble_part(const StripCode *s, int begin, int end, const struct Beside *of,
                             int32_t words, int strip, const void *const *kernels_of_set,
                             StripMachine *machine) {
    const int64_t at = (int64_t)machine->code.length;
    StripCode part = *s;
    Assembler a = {&part, strip, &machine->code, machine};
    part.calls += begin;
    part.ncalls = end - begin;
    enter(&a);
    calls(&a, kernels_of_set);
    a.s = s;
    if (of) leave_words(&a, of, end, words);
    leave(&a);
    return at;
}

StripBeside strip_assemble_beside(const StripCode *s, int strip, int64_t words,
                                  const void *const *kernels_of_set, StripMachine *machine) {
    StripBeside parts = {0};
    int begin = 0;
    if (!calls_fit(s)) return parts;
    for (int i = 0; i < s->ncalls; i++) /* what is C is known by its number in the whole */
        if (!s->calls[i].loop && s->calls[i].id == CALL_C) return parts;
    for (int i = 0; i < s->ncalls && parts.n < MOST_BESIDE; i++) {
        const struct Beside *of = find_beside(s, &s->calls[i]);
        if (!of) continue;
        parts.kernels[parts.n] = of->voices;
        parts.parts[parts.n++] =
            assemble_part(s, begin, i, of, (int32_t)words, strip, kernels_of_set, machine);
        begin = i + 1;
    }
    if (parts.n > 0)
        parts.parts[parts.n] =
            assemble_part(s, begin, s->ncalls, NULL, 0, strip, kernels_of_set, machine);
    return parts;
}

#else

bool strip_assemble(const StripCode *s, int strip, const void *const *kernels_of_set,
                    StripMachine *machine) {
    (void)s, (void)strip, (void)kernels_of_set, (void)machine;
    return false;
}

StripBeside strip_assemble_beside(const StripCode *s, int strip, int64_t words,
                                  const void *const *kernels_of_set, StripMachine *machine) {
    (void)s, (void)strip, (void)words, (void)kernels_of_set, (void)machine;
    return (StripBeside){0};
}

#endif

bool strip_assemble_stage(const StripCode *s, int stage, int strip,
                          const void *const *kernels_of_set, StripMachine *machine) {
    StripCode part = *s;
    part.calls += s->stages.begin[stage];
    part.ncalls = s->stages.begin[stage + 1] - s->stages.begin[stage];
    return strip_assemble(&part, strip, kernels_of_set, machine);
}
