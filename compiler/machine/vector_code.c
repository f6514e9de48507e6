/* In: operations on values in registers. Out: the bytes of a function, which runs them over the n samples of strips that lie
 * at w. See machine/vector_code.h.
 *
 * In void f(char *w, void *window…, double…, int n) rdi is w, rax the number of the sample; windows and n have the registers of
 * `given`. A number that is given lies below the stack pointer (in the 128 bytes that a function may use without asking), as
 * float and as double; one that is known lies behind the code. The code has no other memory, calls nothing and keeps to the
 * samples it is at, but in streams up to a whole group of eight. */
#include "machine/vector_code.h"
#include "machine/x86.h"

#include <stdlib.h>
#include <string.h>

/* ---- bytes ------------------------------------------------------------------------------------- */

enum { BELOW_STACK = 4, BEHIND_CODE = 5 };
enum {
    GROUP = 8,
    LIMIT = 10,
    MASK = 11
}; /* samples; registers: where a loop ends, where the mask is */
enum { SPARE = VECTOR_REGISTERS, OTHER_SPARE = VECTOR_REGISTERS + 1 };
enum { MAP_0F = 1, MAP_0F38 = 2, MAP_0F3A = 3 };
enum { P_66 = 1, P_F3 = 2, P_F2 = 3 };

static void byte(VectorCode *v, int value) {
    buf_byte(&v->code, (char)value);
}

static void word(VectorCode *v, uint32_t value) {
    const char c[] = {(char)value, (char)(value >> 8), (char)(value >> 16), (char)(value >> 24)};
    buf_add(&v->code, c, sizeof c);
}

enum { LONGEST_OPCODE = 4 };

/* An opcode in the encoding of AVX, 256 bits wide or 128, up to its operands. In one word, since it is
 * handed on from function to function: bits 0 to 7 are the opcode, then prefix and map, and flags. */
typedef uint32_t Opcode;
enum {
    WIDE = 1 << 12,   /* of numbers of 64 bits */
    NARROW = 1 << 13, /* 128 bits in all, or one number */
    AT_TURN = 1 << 14 /* with memory at the sample at hand: WORK and TURN are high registers */
};

static Opcode avx(int map, int prefix, int op) {
    return (Opcode)(op | prefix << 8 | map << 10);
}

static void opcode(VectorCode *v, Opcode o, int to, int a, int b) {
    const int map = o >> 10 & 3, prefix = o >> 8 & 3, high = to < 8 ? 0x80 : 0;
    const int rest = (~a & 15) << 3 | (o & NARROW ? 0 : 4) | prefix | (o & WIDE ? 0x80 : 0);
    buf_reserve(&v->code, LONGEST_OPCODE);
    char *at = v->code.data + v->code.length;
    const bool low = b < 8 && !(o & AT_TURN);
    if (map == MAP_0F && !(o & WIDE) && low) { /* the short form */
        *at++ = (char)0xc5;
        *at++ = (char)(high | rest);
    } else {
        *at++ = (char)0xc4;
        *at++ = (char)(high | (o & AT_TURN ? 0 : 0x40) | (low ? 0x20 : 0) | map);
        *at++ = (char)rest;
    }
    *at++ = (char)(o & 255);
    v->code.length = (size_t)(at - v->code.data);
}

/* to = a op b, all registers; a 0 where there is but one operand. */
static void registers(VectorCode *v, Opcode o, int to, int a, int b) {
    opcode(v, o, to, a, b);
    byte(v, 0xc0 | (to & 7) << 3 | (b & 7));
}

/* With the samples at hand of a buffer, `more` bytes on. */
static void at_sample(VectorCode *v, Opcode o, int reg, int buffer, bool wide, int more) {
    const int index = v->in_turn ? TURN & 7 : RAX, base = v->in_turn ? WORK & 7 : RDI;
    opcode(v, v->in_turn ? o | AT_TURN : o, reg, 0, 0);
    byte(v, 0x80 | (reg & 7) << 3 | 4);
    byte(v, (wide ? 0xc0 : 0x80) | index << 3 | base);
    VEC_PUSH(v->places, v->nplaces, v->place_cap, ((VectorPlace){v->code.length, buffer}));
    word(v, (uint32_t)(more + v->ahead * (wide ? 8 : 4)));
}

static Opcode number_opcode(bool wide, int op) {
    return avx(MAP_0F, wide ? P_66 : 0, op);
}

/* Of one number, or of all in a register. */
static Opcode arithmetic(const VectorCode *v, bool wide, int op) {
    return v->in_turn ? avx(MAP_0F, wide ? P_F2 : P_F3, op) | NARROW : number_opcode(wide, op);
}

static Opcode width(const VectorCode *v) {
    return v->in_turn ? NARROW : 0;
}

static bool is_wide(VectorValue x) {
    return x.type == OF_DOUBLE;
}

static int halves(const VectorCode *v, VectorValue x) {
    return is_wide(x) && !v->in_turn && !v->in_fours ? 2 : 1;
}

bool vector_usable(KernelSet set) {
#ifdef __x86_64__
    return set != KERNELS_BASELINE;
#else
    (void)set;
    return false;
#endif
}

/* ---- in and out -------------------------------------------------------------------------------- */

/* Conditions are 0 or not in a buffer. */
static void as_bits(VectorCode *v, int reg) {
    const Opcode equal = avx(MAP_0F, P_66, 0x76) | width(v);
    registers(v, number_opcode(false, VECTOR_XOR) | width(v), SPARE, SPARE, SPARE);
    registers(v, equal, reg, reg, SPARE);
    registers(v, equal, reg, reg, SPARE);
}

enum { FROM_MEMORY = 0x10, TO_MEMORY = 0x11 };

/* A number of a type, or 32 bits of a condition, from memory or to it. */
static Opcode one_number(char type, bool load) {
    if (type == OF_BOOL) return avx(MAP_0F, P_66, load ? 0x6e : 0x7e) | NARROW;
    return avx(MAP_0F, type == OF_DOUBLE ? P_F2 : P_F3, load ? FROM_MEMORY : TO_MEMORY) | NARROW;
}

/* All bits of a condition but one are shifted out: it is 1 or 0 in memory. */
static int as_one_or_zero(VectorCode *v, int reg) {
    registers(v, avx(MAP_0F, P_66, 0x72) | width(v), 2, SPARE, reg);
    byte(v, 31);
    return SPARE;
}

void vector_load(VectorCode *v, VectorValue to, int buffer) {
    if (v->in_turn)
        at_sample(v, one_number((char)to.type, true), to.reg[0], buffer, is_wide(to), 0);
    for (int h = 0; h < halves(v, to) && !v->in_turn; h++)
        at_sample(v, number_opcode(is_wide(to), 0x28), to.reg[h], buffer, is_wide(to), 32 * h);
    if (to.type == OF_BOOL) as_bits(v, to.reg[0]);
}

void vector_store(VectorCode *v, VectorValue from, int buffer) {
    int reg = from.reg[0];
    if (from.type == OF_BOOL) reg = as_one_or_zero(v, reg);
    if (v->in_turn || from.type == OF_BOOL) {
        at_sample(v, v->in_turn ? one_number((char)from.type, false) : number_opcode(false, 0x29),
                  reg, buffer, is_wide(from), 0);
        return;
    }
    for (int h = 0; h < halves(v, from); h++)
        at_sample(v, number_opcode(is_wide(from), 0x29), from.reg[h], buffer, is_wide(from),
                  32 * h);
}

static Opcode broadcast(bool wide) {
    return avx(MAP_0F38, P_66, wide ? 0x19 : 0x18);
}

/* Which of the known numbers it is: one of the last that were asked for, or a new one. */
static int known_number(VectorCode *v, double number, bool wide) {
    enum { LOOKED_AT = 64 };
    for (int i = v->nknown > LOOKED_AT ? v->nknown - LOOKED_AT : 0; i < v->nknown; i++)
        if (v->numbers[i].wide == wide && memcmp(&v->numbers[i].number, &number, 8) == 0) return i;
    VectorNumber new = {.number = number, .wide = wide};
    VEC_PUSH(v->numbers, v->nknown, v->known_cap, new);
    return v->nknown - 1;
}

void vector_number(VectorCode *v, VectorValue to, double number) {
    opcode(v, v->in_turn ? one_number((char)to.type, true) : broadcast(is_wide(to)), to.reg[0], 0,
           0);
    byte(v, (to.reg[0] & 7) << 3 | BEHIND_CODE);
    VectorPlace read = {v->code.length, known_number(v, number, is_wide(to))};
    VEC_PUSH(v->reads, v->nreads, v->read_cap, read);
    word(v, 0);
}

/* Where below the stack pointer a given number lies. */
static int given_at(int which, bool wide) {
    return -16 * which - (wide ? 8 : 16);
}

static void below_stack(VectorCode *v, Opcode o, int reg, int a, int which, bool wide) {
    opcode(v, o, reg, a, 0);
    byte(v, 0x40 | (reg & 7) << 3 | BELOW_STACK);
    byte(v, 0x24);
    byte(v, given_at(which, wide) & 255);
}

void vector_given(VectorCode *v, VectorValue to, int which) {
    below_stack(v, broadcast(is_wide(to)), to.reg[0], 0, which, is_wide(to));
}

/* Windows and n have these, in order; the arguments of a function are the first of them. */
static const uint8_t given[] = {RSI, RDX, RCX, 8, 9, RBX, RBP, 12, 13, 14, 15};
enum { GIVEN_IN_REGISTERS = ARGUMENT_REGISTERS - 1, NOT_KEPT = 5 };
_Static_assert(sizeof given == VECTOR_WINDOWS + 1, "");

/* With the samples at hand of a window, wherever it lies, and of those that `mask` says: 0 is all. */
static void at_window(VectorCode *v, Opcode o, int reg, int mask, int window, bool wide, int more) {
    const int base = given[window];
    opcode(v, o, reg, mask, base);
    byte(v, 0x80 | (reg & 7) << 3 | 4);
    byte(v, (wide ? 0xc0 : 0x80) | RAX << 3 | (base & 7));
    word(v, (uint32_t)(more + v->ahead * (wide ? 8 : 4)));
}

static bool is_cut(const VectorCode *v, int window) {
    return v->masked && window >= v->nwindows - v->nstreams;
}

/* What is left of a stream, which is of floats. */
static void cut_floats(VectorCode *v, int op, int reg, int window) {
    opcode(v, number_opcode(false, FROM_MEMORY), SPARE, 0, MASK);
    byte(v, (SPARE & 7) << 3 | (MASK & 7));
    at_window(v, avx(MAP_0F38, P_66, op), reg, SPARE, window, false, 0);
}

void vector_load_window(VectorCode *v, VectorValue to, int window) {
    enum { MASKED_LOAD = 0x2c };
    if (is_cut(v, window)) {
        cut_floats(v, MASKED_LOAD, to.reg[0], window);
        return;
    }
    for (int h = 0; h < halves(v, to); h++)
        at_window(v, number_opcode(is_wide(to), FROM_MEMORY), to.reg[h], 0, window, is_wide(to),
                  32 * h);
}

void vector_store_window(VectorCode *v, VectorValue from, int window) {
    enum { MASKED_STORE = 0x2e };
    if (is_cut(v, window)) {
        cut_floats(v, MASKED_STORE, from.reg[0], window);
        return;
    }
    for (int h = 0; h < halves(v, from); h++)
        at_window(v, number_opcode(is_wide(from), TO_MEMORY), from.reg[h], 0, window, is_wide(from),
                  32 * h);
}

/* Puts windows and n into their registers, of which those that the caller keeps are kept for it. */
static void take_given(VectorCode *v) {
    const int n = v->nwindows + 1, kept = n > NOT_KEPT ? n - NOT_KEPT : 0;
    for (int i = NOT_KEPT; i < n; i++)
        x86_push(&v->code, given[i]);
    for (int i = GIVEN_IN_REGISTERS; i < n; i++)
        x86_memory(&v->code, LOAD, given[i], RSP, 8 * (kept + 1 + i - GIVEN_IN_REGISTERS));
}

void vector_begin(VectorCode *v, int nwindows, int nstreams, int nnumbers) {
    const Opcode store_double = avx(MAP_0F, P_F2, 0x11) | NARROW,
                 store_float = avx(MAP_0F, P_F3, 0x11) | NARROW,
                 to_float = avx(MAP_0F, P_F2, 0x5a) | NARROW;
    v->nknown = v->nreads = 0;
    v->in_turn = v->in_fours = v->masked = false;
    v->nwindows = nwindows;
    v->nstreams = nstreams;
    v->ahead = 0;
    take_given(v);
    for (int i = 0; i < nnumbers; i++) {
        below_stack(v, store_double, i, 0, i, true);
        registers(v, to_float, i, i, i);
        below_stack(v, store_float, i, 0, i, false);
    }
    byte(v, 0x31); /* xor eax, eax */
    byte(v, 0xc0);
}

void vector_in_fours(VectorCode *v, bool fours) {
    v->in_fours = fours;
}

/* ---- operations ---------------------------------------------------------------------------------- */

/* Bits, whatever numbers they are, have no form for one number. */
static bool is_of_bits(VectorPair op) {
    return op == VECTOR_AND || op == VECTOR_AND_NOT || op == VECTOR_OR || op == VECTOR_XOR;
}

void vector_pair(VectorCode *v, VectorPair op, VectorValue to, VectorValue a, VectorValue b) {
    const Opcode o =
        is_of_bits(op) ? number_opcode(is_wide(to), op) | width(v) : arithmetic(v, is_wide(to), op);
    for (int h = 0; h < halves(v, to); h++)
        registers(v, o, to.reg[h], a.reg[h], b.reg[h]);
}

void vector_fused(VectorCode *v, VectorFused op, VectorValue to, VectorValue a, VectorValue b) {
    const Opcode o = avx(MAP_0F38, P_66, op) | (is_wide(to) ? WIDE : 0);
    for (int h = 0; h < halves(v, to); h++)
        registers(v, o, to.reg[h], a.reg[h], b.reg[h]);
}

void vector_move(VectorCode *v, VectorValue to, VectorValue from) {
    for (int h = 0; h < halves(v, to); h++)
        registers(v, number_opcode(is_wide(to), 0x28) | width(v), to.reg[h], 0, from.reg[h]);
}

void vector_sqrt(VectorCode *v, VectorValue to, VectorValue a) {
    for (int h = 0; h < halves(v, to); h++)
        registers(v, arithmetic(v, is_wide(to), 0x51), to.reg[h], v->in_turn ? a.reg[h] : 0,
                  a.reg[h]);
}

void vector_round(VectorCode *v, VectorRounded how, VectorValue to, VectorValue a) {
    const Opcode o = avx(MAP_0F3A, P_66, (is_wide(to) ? 9 : 8) + (v->in_turn ? 2 : 0)) | width(v);
    for (int h = 0; h < halves(v, to); h++) {
        registers(v, o, to.reg[h], v->in_turn ? a.reg[h] : 0, a.reg[h]);
        byte(v, how);
    }
}

static void compare(VectorCode *v, VectorCompared how, bool wide, int to, int a, int b) {
    registers(v, arithmetic(v, wide, 0xc2), to, a, b);
    byte(v, how);
}

void vector_compare(VectorCode *v, VectorCompared how, VectorValue to, VectorValue a,
                    VectorValue b) {
    if (!is_wide(a) || v->in_turn) { /* the lower 32 bits are what counts */
        compare(v, how, is_wide(a), to.reg[0], a.reg[0], b.reg[0]);
        return;
    }
    compare(v, how, true, SPARE, a.reg[0], b.reg[0]);
    compare(v, how, true, OTHER_SPARE, a.reg[1], b.reg[1]);
    /* every other 32 bits of both, then the four parts of 64 bits in order */
    registers(v, number_opcode(false, 0xc6), to.reg[0], SPARE, OTHER_SPARE);
    byte(v, 0x88);
    registers(v, avx(MAP_0F3A, P_66, 0) | WIDE, to.reg[0], 0, to.reg[0]);
    byte(v, 0xd8);
}

/* The upper half of a register. */
static void upper(VectorCode *v, int to, int from) {
    registers(v, avx(MAP_0F3A, P_66, 0x19), from, 0, to);
    byte(v, 1);
}

static void choose(VectorCode *v, bool wide, int to, int condition, int a, int b) {
    const Opcode o = avx(MAP_0F3A, P_66, wide ? 0x4b : 0x4a) | width(v);
    registers(v, o, to, b, a);
    byte(v, condition << 4);
}

void vector_choose(VectorCode *v, VectorValue to, VectorValue condition, VectorValue a,
                   VectorValue b) {
    const Opcode widen = avx(MAP_0F38, P_66, 0x25) | width(v);
    if (!is_wide(to)) {
        choose(v, false, to.reg[0], condition.reg[0], a.reg[0], b.reg[0]);
        return;
    }
    registers(v, widen, SPARE, 0, condition.reg[0]);
    choose(v, true, to.reg[0], SPARE, a.reg[0], b.reg[0]);
    if (v->in_turn) return;
    upper(v, OTHER_SPARE, condition.reg[0]);
    registers(v, widen, OTHER_SPARE, 0, OTHER_SPARE);
    choose(v, true, to.reg[1], OTHER_SPARE, a.reg[1], b.reg[1]);
}

void vector_not(VectorCode *v, VectorValue to, VectorValue condition) {
    registers(v, avx(MAP_0F, P_66, 0x76) | width(v), SPARE, SPARE, SPARE);
    registers(v, number_opcode(false, VECTOR_XOR) | width(v), to.reg[0], condition.reg[0], SPARE);
}

void vector_convert(VectorCode *v, VectorValue to, VectorValue from) {
    if (v->in_turn) {
        registers(v, arithmetic(v, !is_wide(to), 0x5a), to.reg[0], from.reg[0], from.reg[0]);
        return;
    }
    if (is_wide(to)) {
        upper(v, SPARE, from.reg[0]);
        registers(v, number_opcode(false, 0x5a), to.reg[0], 0, from.reg[0]);
        registers(v, number_opcode(false, 0x5a), to.reg[1], 0, SPARE);
        return;
    }
    registers(v, number_opcode(true, 0x5a), SPARE, 0, from.reg[0]);
    registers(v, number_opcode(true, 0x5a), OTHER_SPARE, 0, from.reg[1]);
    registers(v, avx(MAP_0F3A, P_66, 0x18), to.reg[0], SPARE, OTHER_SPARE);
    byte(v, 1);
}

/* ---- in turn ------------------------------------------------------------------------------------- */

static void with_state(VectorCode *v, Opcode o, int reg, int base, size_t at) {
    opcode(v, o, reg, 0, 0);
    byte(v, 0x80 | (reg & 7) << 3 | base);
    word(v, (uint32_t)at);
}

/* to = the word of the row */
static void load_column(VectorCode *v, int to, int column) {
    x86_memory(&v->code, LOAD, to, TURN_ROW, (int32_t)sizeof(uint64_t) * column);
}

static void with_field(VectorCode *v, Opcode o, int reg, VectorField field) {
    if (field.column < 0) {
        with_state(v, o, reg, SELF, field.at);
        return;
    }
    load_column(v, RAX, field.column);
    opcode(v, o, reg, 0, 0);
    byte(v, 0x80 | (reg & 7) << 3 | 4);
    byte(v, RAX << 3 | SELF);
    word(v, 0);
}

void vector_load_field(VectorCode *v, VectorValue to, VectorField field) {
    with_field(v, one_number((char)to.type, true), to.reg[0], field);
    if (to.type == OF_BOOL) as_bits(v, to.reg[0]);
}

void vector_store_field(VectorCode *v, VectorValue from, VectorField field) {
    const int reg = from.type == OF_BOOL ? as_one_or_zero(v, from.reg[0]) : from.reg[0];
    with_field(v, one_number((char)from.type, false), reg, field);
}

/* A double becomes a float where that is asked for. */
static void narrow(VectorCode *v, VectorValue to) {
    if (!is_wide(to)) registers(v, arithmetic(v, true, 0x5a), to.reg[0], to.reg[0], to.reg[0]);
}

void vector_row(VectorCode *v, VectorValue to, int column) {
    with_state(v, one_number(OF_DOUBLE, true), to.reg[0], TURN_ROW,
               sizeof(double) * (size_t)column);
    narrow(v, to);
}

void vector_double_of_state(VectorCode *v, VectorValue to, VectorField field) {
    with_field(v, one_number(OF_DOUBLE, true), to.reg[0], field);
    narrow(v, to);
}

/* to = n0 + i + ahead */
static void frame(VectorCode *v, int to, int64_t ahead, int ahead_column) {
    if (ahead_column < 0) {
        x86_address(&v->code, to, FRAME, ahead);
        return;
    }
    load_column(v, to, ahead_column);
    x86_between(&v->code, ADD, to, FRAME);
}

/* rax = the place in the ring of sample n0 + i + ahead; then a number there. */
static void with_ring(VectorCode *v, Opcode o, VectorValue x, VectorRing ring) {
    static const uint8_t and_rax[] = {0x48, 0x25};
    const bool of_row = ring.field.column >= 0;
    frame(v, RAX, ring.ahead, ring.ahead_column);
    buf_add(&v->code, (const char *)and_rax, sizeof and_rax);
    word(v, (uint32_t)(ring.size - 1));
    if (of_row) {
        load_column(v, RCX, ring.field.column);
        x86_between(&v->code, ADD, RCX, SELF);
    }
    opcode(v, o, x.reg[0], 0, 0);
    byte(v, 0x80 | (x.reg[0] & 7) << 3 | 4);
    byte(v, (is_wide(x) ? 0xc0 : 0x80) | RAX << 3 | (of_row ? RCX : SELF));
    word(v, of_row ? 0 : (uint32_t)ring.field.at);
}

void vector_load_ring(VectorCode *v, VectorValue to, VectorRing ring) {
    with_ring(v, one_number((char)to.type, true), to, ring);
}

void vector_store_ring(VectorCode *v, VectorValue from, VectorRing ring) {
    with_ring(v, one_number((char)from.type, false), from, ring);
}

void vector_give_word(VectorCode *v, int argument, uint64_t word) {
    x86_immediate(&v->code, x86_argument(argument), word);
}

void vector_give_column(VectorCode *v, int argument, int column) {
    load_column(v, x86_argument(argument), column);
}

void vector_give_address(VectorCode *v, int argument, VectorField field) {
    const int to = x86_argument(argument);
    if (field.column < 0) {
        x86_address(&v->code, to, SELF, (int64_t)field.at);
        return;
    }
    load_column(v, to, field.column);
    x86_between(&v->code, ADD, to, SELF);
}

void vector_give_frame(VectorCode *v, int argument, int64_t ahead, int ahead_column) {
    frame(v, x86_argument(argument), ahead, ahead_column);
}

void vector_call(VectorCode *v, const void *function) {
    x86_call(&v->code, function);
}

void vector_returned_condition(VectorCode *v, VectorValue to) {
    registers(v, avx(MAP_0F, P_66, 0x6e) | NARROW, to.reg[0], 0, RAX);
    as_bits(v, to.reg[0]);
}

static const uint8_t kept[] = {SELF, WORK, FRAME, TURN, COUNT};
enum { KEPT = sizeof kept / sizeof *kept };
_Static_assert(KEPT % 2 == 1, "with the return address, the stack is aligned at calls");

void vector_enter_turns(VectorCode *v, bool row) {
    v->row = row;
    v->nknown = v->nreads = 0;
    v->in_turn = true;
    v->in_fours = false;
    v->masked = false;
    v->nwindows = v->nstreams = v->ahead = 0;
    for (int i = 0; i < KEPT; i++)
        x86_push(&v->code, kept[i]);
    for (int i = 0; row && i < 2; i++) /* twice: the stack stays aligned */
        x86_push(&v->code, TURN_ROW);
    if (row) x86_move(&v->code, TURN_ROW, RCX);
    x86_move(&v->code, WORK, RDI);
    x86_move(&v->code, SELF, RSI);
    x86_move(&v->code, FRAME, RDX);
    x86_widen(&v->code, COUNT, row ? 8 : RCX);
    x86_immediate(&v->code, TURN, 0);
}

void vector_turn_begins(VectorCode *v) {
    v->loop = v->code.length;
}

void vector_turn_ends(VectorCode *v) {
    x86_address(&v->code, TURN, TURN, 1);
    x86_address(&v->code, FRAME, FRAME, 1);
    x86_compare(&v->code, TURN, COUNT);
    byte(v, 0x0f); /* jl to the loop */
    byte(v, 0x8c);
    word(v, (uint32_t)(v->loop - (v->code.length + 4)));
}

static void add_numbers(VectorCode *v);

void vector_leave_turns(VectorCode *v) {
    for (int i = 0; v->row && i < 2; i++)
        x86_pop(&v->code, TURN_ROW);
    for (int i = KEPT - 1; i >= 0; i--)
        x86_pop(&v->code, kept[i]);
    byte(v, 0xc3);
    add_numbers(v);
}

/* ---- the end ------------------------------------------------------------------------------------- */

static void put_word(VectorCode *v, size_t at, uint32_t value) {
    for (int i = 0; i < 4; i++)
        v->code.data[at + (size_t)i] = (char)(value >> 8 * i & 255);
}

static uint32_t word_at(const VectorCode *v, size_t at) {
    uint32_t value = 0;
    for (int i = 3; i >= 0; i--)
        value = value << 8 | (unsigned char)v->code.data[at + (size_t)i];
    return value;
}

static void add_number(VectorCode *v, VectorNumber *n) {
    const float narrow = (float)n->number;
    n->at = v->code.length;
    if (n->wide)
        buf_add(&v->code, (const char *)&n->number, sizeof n->number);
    else
        buf_add(&v->code, (const char *)&narrow, sizeof narrow);
}

static void add_numbers(VectorCode *v) {
    for (int i = 0; i < v->nknown; i++)
        add_number(v, &v->numbers[i]);
    for (int i = 0; i < v->nreads; i++)
        put_word(v, v->reads[i].at, (uint32_t)(v->numbers[v->reads[i].of].at - v->reads[i].at - 4));
}

/* ---- loops ----------------------------------------------------------------------------------------- */

enum { LESS = 0x8c, NOT_LESS = 0x8d };

/* Compares the sample at hand with where the loop ends, and jumps. */
static size_t jump(VectorCode *v, int condition) {
    x86_compare(&v->code, RAX, LIMIT);
    byte(v, 0x0f);
    byte(v, condition);
    word(v, 0);
    return v->code.length;
}

static void jump_to(VectorCode *v, size_t jump, size_t to) {
    put_word(v, jump - 4, (uint32_t)(to - jump));
}

void vector_loop_begins(VectorCode *v, int samples, bool within) {
    x86_widen(&v->code, LIMIT, given[v->nwindows]);
    if (within) x86_address(&v->code, LIMIT, LIMIT, 1 - samples);
    v->skipped = jump(v, NOT_LESS);
    v->loop = v->code.length;
}

void vector_ahead(VectorCode *v, int samples) {
    v->ahead = samples;
}

void vector_loop_ends(VectorCode *v, int samples) {
    v->ahead = 0;
    x86_address(&v->code, RAX, RAX, samples);
    jump_to(v, jump(v, LESS), v->loop);
    jump_to(v, v->skipped, v->code.length);
}

/* r11 = where a mask begins whose first words, as many as samples are left, are all bits, and the others none. */
void vector_rest_begins(VectorCode *v) {
    static const uint8_t mask_at[] = {0x4c, 0x8d, 0x1d}, behind[] = {0x4f, 0x8d, 0x1c, 0x93},
                         negate[] = {0x49, 0xf7, 0xda};
    x86_widen(&v->code, LIMIT, given[v->nwindows]);
    v->skipped = jump(v, NOT_LESS);
    buf_add(&v->code, (const char *)mask_at, sizeof mask_at); /* lea r11, [rip + …] */
    v->mask.at = v->code.length;
    word(v, 0);
    x86_between(&v->code, SUBTRACT, LIMIT, RAX);
    buf_add(&v->code, (const char *)negate, sizeof negate);
    buf_add(&v->code, (const char *)behind, sizeof behind); /* lea r11, [r11 + 4 * r10] */
    v->masked = true;
}

void vector_rest_ends(VectorCode *v) {
    v->masked = false;
    jump_to(v, v->skipped, v->code.length);
}

static void add_mask(VectorCode *v) {
    put_word(v, v->mask.at, (uint32_t)(v->code.length + 4 * GROUP - v->mask.at - 4));
    for (int i = 0; i < 2 * GROUP; i++)
        word(v, i < GROUP ? UINT32_MAX : 0);
}

void vector_end(VectorCode *v) {
    byte(v, 0xc5); /* vzeroupper */
    byte(v, 0xf8);
    byte(v, 0x77);
    for (int i = v->nwindows; i >= NOT_KEPT; i--)
        x86_pop(&v->code, given[i]);
    byte(v, 0xc3);
    add_numbers(v);
    if (v->nstreams > 0) add_mask(v);
}

void vector_fill_in(VectorCode *v, size_t (*place)(const void *data, int buffer),
                    const void *data) {
    for (int i = 0; i < v->nplaces; i++) {
        const VectorPlace p = v->places[i];
        put_word(v, p.at, word_at(v, p.at) + (uint32_t)place(data, p.of));
    }
    v->nplaces = 0;
}

void vector_free(VectorCode *v) {
    buf_free(&v->code);
    free(v->places);
    free(v->numbers);
    free(v->reads);
}
