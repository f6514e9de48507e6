/* Instructions of x86-64 on whole words, as bytes behind a Buf, and what its registers are for in code that is made here: those
 * that calls keep hold what arguments are made of. */
#ifndef KANON_X86_H
#define KANON_X86_H

#include "base/base.h"

#include <string.h>

enum {
    RAX = 0,
    RCX = 1,
    RDX = 2,
    RBX = 3,
    RSP = 4,
    RBP = 5,
    RSI = 6,
    RDI = 7,
    SELF = RBX,     /* the state */
    WORK = 12,      /* the places */
    FRAME = 13,     /* n0; in a loop in turn n0 + i */
    ROW = 14,       /* of the table of the rounds */
    TURN = ROW,     /* in a loop in turn: i */
    COUNT = 15,     /* n */
    ROLL_ROW = RBP, /* of the table of the roll */
    TURN_ROW = RBP, /* in a loop in turn: the row that it is given */
    ARGUMENT_REGISTERS = 6,
    NUMBER_REGISTERS = 8
};

KN_INLINE int x86_argument(int number) {
    static const uint8_t registers[ARGUMENT_REGISTERS] = {RDI, RSI, RDX, RCX, 8, 9};
    return registers[number];
}

KN_INLINE void x86_bytes(Buf *out, const void *code, size_t n) {
    buf_add(out, code, n);
}

/* REX prefix for 64 bits, operation, register and register. */
KN_INLINE void x86_between(Buf *out, uint8_t operation, int reg, int other) {
    const uint8_t code[] = {(uint8_t)(0x48 | (reg >> 3) << 2 | other >> 3), operation,
                            (uint8_t)(0xc0 | (reg & 7) << 3 | (other & 7))};
    x86_bytes(out, code, sizeof code);
}

/* The same with memory, so many bytes behind what a register points to. */
KN_INLINE void x86_memory(Buf *out, uint8_t operation, int reg, int base, int32_t ahead) {
    uint8_t code[8] = {(uint8_t)(0x48 | (reg >> 3) << 2 | base >> 3), operation,
                       (uint8_t)(0x80 | (reg & 7) << 3 | (base & 7))};
    size_t n = 3;
    if ((base & 7) == RSP) code[n++] = 0x24;
    memcpy(code + n, &ahead, sizeof ahead);
    x86_bytes(out, code, n + sizeof ahead);
}

enum {
    ADD = 0x03,
    AND = 0x23,
    SUBTRACT = 0x2b,
    COMPARE = 0x3b,
    WIDEN = 0x63,
    STORE = 0x89,
    LOAD = 0x8b,
    ADDRESS_OF = 0x8d
};

KN_INLINE void x86_move(Buf *out, int to, int from) {
    x86_between(out, LOAD, to, from);
}

/* An int as 64 bits. */
KN_INLINE void x86_widen(Buf *out, int to, int from) {
    x86_between(out, WIDEN, to, from);
}

KN_INLINE void x86_compare(Buf *out, int a, int b) {
    x86_between(out, COMPARE, a, b);
}

KN_INLINE void x86_immediate(Buf *out, int to, uint64_t word) {
    const bool small = word <= UINT32_MAX;
    uint8_t code[10] = {(uint8_t)((small ? 0x40 : 0x48) | to >> 3), (uint8_t)(0xb8 | (to & 7))};
    memcpy(code + 2, &word, sizeof word);
    x86_bytes(out, code, small ? 6 : 10);
}

/* to = base + ahead */
KN_INLINE void x86_address(Buf *out, int to, int base, int64_t ahead) {
    if (ahead == (int32_t)ahead) {
        x86_memory(out, ADDRESS_OF, to, base, (int32_t)ahead);
        return;
    }
    x86_immediate(out, to, (uint64_t)ahead);
    x86_between(out, ADD, to, base);
}

KN_INLINE void x86_push(Buf *out, int reg) {
    const uint8_t code[] = {0x41, (uint8_t)(0x50 | (reg & 7))};
    x86_bytes(out, reg < 8 ? code + 1 : code, reg < 8 ? 1 : 2);
}

KN_INLINE void x86_pop(Buf *out, int reg) {
    const uint8_t code[] = {0x41, (uint8_t)(0x58 | (reg & 7))};
    x86_bytes(out, reg < 8 ? code + 1 : code, reg < 8 ? 1 : 2);
}

KN_INLINE void x86_call(Buf *out, const void *function) {
    static const uint8_t call_rax[] = {0xff, 0xd0};
    x86_immediate(out, RAX, (uint64_t)(uintptr_t)function);
    x86_bytes(out, call_rax, sizeof call_rax);
}

#endif
