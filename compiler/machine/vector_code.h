/* Machine code of a loop over the samples of a strip, eight at a time or in turn, for x86-64 with AVX2 and FMA. What
 * is said in order of need becomes instructions; registers are the caller's to keep apart. Knows nothing of
 * kernels. */
#ifndef KANON_VECTOR_CODE_H
#define KANON_VECTOR_CODE_H

#include "runtime/kernels.h"
#include "strips/strips.h"

enum {
    VECTOR_REGISTERS = 14, /* two more are taken within an instruction */
    VECTOR_NUMBERS = 8,    /* given by the call, in registers of their own */
    VECTOR_WINDOWS = 10    /* samples elsewhere than in buffers, whose places the call tells */
};

/* Instructions with two operands, by the opcode that single and double precision share. */
typedef enum {
    VECTOR_ADD = 0x58,
    VECTOR_MUL = 0x59,
    VECTOR_SUB = 0x5c,
    VECTOR_MIN = 0x5d, /* the second where one is NaN or both are equal, as kernels have it */
    VECTOR_DIV = 0x5e,
    VECTOR_MAX = 0x5f,
    VECTOR_AND = 0x54,
    VECTOR_AND_NOT = 0x55, /* not a, and b */
    VECTOR_OR = 0x56,
    VECTOR_XOR = 0x57
} VectorPair;

/* Products with a third: what is in the place of c becomes a * b + c, a * b - c, c - a * b. */
typedef enum { VECTOR_MADD = 0xb8, VECTOR_MSUB = 0xba, VECTOR_NMADD = 0xbc } VectorFused;

typedef enum { VECTOR_EQ = 0, VECTOR_LT = 1, VECTOR_LE = 2, VECTOR_NE = 4 } VectorCompared;

typedef enum { VECTOR_DOWN = 9, VECTOR_UP = 10 } VectorRounded;

typedef struct
    VectorPlace { /* where in the code the place of a buffer, or of a number, is to stand */
    size_t at;
    int of; /* number of the buffer, or in VectorCode.numbers */
} VectorPlace;

typedef struct VectorNumber { /* behind the code */
    double number;
    bool wide;
    size_t at;
} VectorNumber;

/* Loops one behind the other. */
typedef struct VectorCode {
    Buf code;
    VectorPlace *places; /* of buffers, not filled in yet */
    int nplaces, place_cap;
    /* of the loop at hand */
    bool in_turn;          /* one sample after the other: a value is one number in one register */
    bool row;              /* in turn: the call gives a row */
    bool in_fours;         /* four at a time: a value is four doubles in one register */
    VectorNumber *numbers; /* that are known, each once */
    int nknown, known_cap;
    VectorPlace *reads; /* of those numbers */
    int nreads, read_cap;
    size_t loop;    /* where it is begun again */
    size_t skipped; /* the jump over it that is not filled in yet */
    int nwindows, nstreams;
    int ahead;        /* samples from the one at hand to those that are said */
    bool masked;      /* the last samples of streams, fewer than eight */
    VectorPlace mask; /* where the code for these asks for the address of the mask */
} VectorCode;

/* A value in registers: one of floats or of conditions (all bits or none), two of doubles. */
typedef struct VectorValue {
    uint8_t type; /* BufferType */
    uint8_t reg[2];
} VectorValue;

/* Does a machine that runs these kernels run such code? */
bool vector_usable(KernelSet set);
/* The head of a function, void f(char *w, void *window…, double…, int n): so many places and numbers are given by the call. Of
 * the windows the last are streams, which end with the strip; others have room for a whole group of eight. */
void vector_begin(VectorCode *v, int nwindows, int nstreams, int nnumbers);
/* Are four samples at hand from here on, instead of eight? A double then takes one register; there are doubles only. */
void vector_in_fours(VectorCode *v, bool fours);
/* The code between these two is run for so many samples at a time, a multiple of 8, as long as there are as many, or
 * as long as there are any where it need not stay `within` the strip. It is said once for each eight, `vector_ahead` being
 * called before. */
void vector_loop_begins(VectorCode *v, int samples, bool within);
void vector_ahead(VectorCode *v, int samples);
void vector_loop_ends(VectorCode *v, int samples);
/* The code between these two is run once for what is left, fewer than eight: of streams nothing beyond is read or written. */
void vector_rest_begins(VectorCode *v);
void vector_rest_ends(VectorCode *v);
/* In a window, which need not be aligned. */
void vector_load_window(VectorCode *v, VectorValue to, int window);
void vector_store_window(VectorCode *v, VectorValue from, int window);
void vector_load(VectorCode *v, VectorValue to, int buffer);
void vector_store(VectorCode *v, VectorValue from, int buffer);
/* A number in all places, as float or double: both registers of a value of doubles may be the same. */
void vector_number(VectorCode *v, VectorValue to, double number);
void vector_given(VectorCode *v, VectorValue to, int which);
void vector_pair(VectorCode *v, VectorPair op, VectorValue to, VectorValue a, VectorValue b);
/* `to` is c before. */
void vector_fused(VectorCode *v, VectorFused op, VectorValue to, VectorValue a, VectorValue b);
void vector_move(VectorCode *v, VectorValue to, VectorValue from);
void vector_sqrt(VectorCode *v, VectorValue to, VectorValue a);
void vector_round(VectorCode *v, VectorRounded how, VectorValue to, VectorValue a);
/* `to` is conditions, a and b numbers of one type. */
void vector_compare(VectorCode *v, VectorCompared how, VectorValue to, VectorValue a,
                    VectorValue b);
/* condition ? a : b */
void vector_choose(VectorCode *v, VectorValue to, VectorValue condition, VectorValue a,
                   VectorValue b);
void vector_not(VectorCode *v, VectorValue to, VectorValue condition);
/* Float to double and back. */
void vector_convert(VectorCode *v, VectorValue to, VectorValue from);
/* Its end, and the numbers behind it. */
void vector_end(VectorCode *v);

/* Of the state: so many bytes from its beginning, or as many as this word of the row says; -1: none does. */
typedef struct VectorField {
    size_t at;
    int column;
} VectorField;

/* A ring of `size` elements in the state, at that of sample n0 + i + ahead. */
typedef struct VectorRing {
    VectorField field;
    int size;
    int64_t ahead;
    int ahead_column; /* the word of the row that has `ahead`; -1: none */
} VectorRing;

/* The head of a loop in turn, void f(char *w, void *self, int64_t n0, int n), or with a row void f(char *w, void *self, int64_t
 * n0, void *row, int n); it begins where vector_turn_begins is said, and is left where vector_turn_ends is. */
void vector_enter_turns(VectorCode *v, bool row);
void vector_turn_begins(VectorCode *v);
void vector_turn_ends(VectorCode *v);
void vector_leave_turns(VectorCode *v);
/* The rest may be said in such a loop only. A field of the state, a number of any type; a double of the row,
 * and of the state, as float or double. */
void vector_load_field(VectorCode *v, VectorValue to, VectorField field);
void vector_store_field(VectorCode *v, VectorValue from, VectorField field);
void vector_row(VectorCode *v, VectorValue to, int column);
void vector_double_of_state(VectorCode *v, VectorValue to, VectorField field);
void vector_load_ring(VectorCode *v, VectorValue to, VectorRing ring);
void vector_store_ring(VectorCode *v, VectorValue from, VectorRing ring);
/* Arguments of a function, the first being number 0: words, words of the row, addresses in the state, n0 + i + ahead. Its
 * numbers are in registers 0, 1, … */
void vector_give_word(VectorCode *v, int argument, uint64_t word);
void vector_give_column(VectorCode *v, int argument, int column);
void vector_give_address(VectorCode *v, int argument, VectorField field);
void vector_give_frame(VectorCode *v, int argument, int64_t ahead, int ahead_column);
/* It may change all registers; its result is in register 0. */
void vector_call(VectorCode *v, const void *function);
/* What it returns is an int: as a condition. */
void vector_returned_condition(VectorCode *v, VectorValue to);
/* Fills in where buffers lie, in all loops: `place` says where one begins. */
void vector_fill_in(VectorCode *v, size_t (*place)(const void *data, int buffer), const void *data);
void vector_free(VectorCode *v);

#endif
