/* In: the calls of a loop. Out: its machine code, and the buffers whose memory it uses.
 *
 * Each call becomes a few instructions; values stay in registers as long as calls of the loop read them. What finds no register
 * has its buffer's memory. In a step a value is that of the sample at hand, functions are called, and variables for state
 * keep their registers where no function is. */
#include "machine/loop_code.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_OPERANDS = 3, MOST_FIXED = 7 };

/* ---- what there is code for --------------------------------------------------------------------------- */

typedef enum {
    EACH_NONE,
    EACH_PAIR, /* with a VectorPair */
    EACH_NEG,
    EACH_ABS,
    EACH_SIGN,
    EACH_FLOOR,
    EACH_CEIL,
    EACH_ROUND,
    EACH_FRAC,
    EACH_WRAP,
    EACH_SQRT,
    EACH_CONVERT,
    EACH_COMPARE, /* with a VectorCompared */
    EACH_COMPARE_LINE,
    EACH_NOT,
    EACH_SELECT,
    EACH_COPY
} EachKind;

typedef struct Each {
    uint8_t kind; /* an EachKind */
    uint8_t with; /* the operation of machine/vector_code.h that it is done with */
    char type;    /* of the operands: a BufferType */
} Each;

#define OF(name, ...) [KERNEL_##name] = {__VA_ARGS__}
#define IN_BOTH(op, kinds, ...)                                                                    \
    OF(op##_f_##kinds, __VA_ARGS__, 'f'), OF(op##_d_##kinds, __VA_ARGS__, 'd')
#define IN_THREE(op, ...)                                                                          \
    IN_BOTH(op, vv, __VA_ARGS__), IN_BOTH(op, vk, __VA_ARGS__), IN_BOTH(op, kv, __VA_ARGS__)

static const Each each[KERNELS] = {
    IN_BOTH(add, vv, EACH_PAIR, VECTOR_ADD),
    IN_BOTH(add, vk, EACH_PAIR, VECTOR_ADD),
    OF(add_float_d_vv, EACH_PAIR, VECTOR_ADD, 'd'),
    IN_THREE(sub, EACH_PAIR, VECTOR_SUB),
    IN_BOTH(mul, vv, EACH_PAIR, VECTOR_MUL),
    IN_BOTH(mul, vk, EACH_PAIR, VECTOR_MUL),
    IN_THREE(div, EACH_PAIR, VECTOR_DIV),
    IN_THREE(min, EACH_PAIR, VECTOR_MIN),
    IN_THREE(max, EACH_PAIR, VECTOR_MAX),
    IN_BOTH(neg, v, EACH_NEG, 0),
    IN_BOTH(abs, v, EACH_ABS, 0),
    IN_BOTH(sign, v, EACH_SIGN, 0),
    IN_BOTH(floor, v, EACH_FLOOR, 0),
    IN_BOTH(ceil, v, EACH_CEIL, 0),
    IN_BOTH(round, v, EACH_ROUND, 0),
    IN_BOTH(frac, v, EACH_FRAC, 0),
    IN_BOTH(wrap, v, EACH_WRAP, 0),
    IN_BOTH(sqrt, v, EACH_SQRT, 0),
    OF(convert_f_d, EACH_CONVERT, 0, 'd'),
    OF(convert_d_f, EACH_CONVERT, 0, 'f'),
    OF(convert_f_b, EACH_CONVERT, 0, 'b'),
    OF(convert_d_b, EACH_CONVERT, 0, 'b'),
    OF(convert_b_f, EACH_CONVERT, 0, 'f'),
    OF(convert_b_d, EACH_CONVERT, 0, 'd'),
    IN_THREE(lt, EACH_COMPARE, VECTOR_LT),
    IN_THREE(le, EACH_COMPARE, VECTOR_LE),
    IN_BOTH(eq, vv, EACH_COMPARE, VECTOR_EQ),
    IN_BOTH(eq, vk, EACH_COMPARE, VECTOR_EQ),
    IN_BOTH(ne, vv, EACH_COMPARE, VECTOR_NE),
    IN_BOTH(ne, vk, EACH_COMPARE, VECTOR_NE),
    OF(lt_line_d_vv, EACH_COMPARE_LINE, VECTOR_LT, 'd'),
    OF(lt_line_d_vk, EACH_COMPARE_LINE, VECTOR_LT, 'd'),
    OF(lt_line_d_kv, EACH_COMPARE_LINE, VECTOR_LT, 'd'),
    OF(le_line_d_vv, EACH_COMPARE_LINE, VECTOR_LE, 'd'),
    OF(le_line_d_vk, EACH_COMPARE_LINE, VECTOR_LE, 'd'),
    OF(le_line_d_kv, EACH_COMPARE_LINE, VECTOR_LE, 'd'),
    OF(and_b_vv, EACH_PAIR, VECTOR_AND, 'b'),
    OF(or_b_vv, EACH_PAIR, VECTOR_OR, 'b'),
    OF(not_b_v, EACH_NOT, 0, 'b'),
    IN_BOTH(select, vv, EACH_SELECT, 0),
    IN_BOTH(select, vk, EACH_SELECT, 0),
    IN_BOTH(select, kv, EACH_SELECT, 0),
    IN_BOTH(select, kk, EACH_SELECT, 0),
    IN_BOTH(fill, k, EACH_COPY, 0),
    OF(fill_b_k, EACH_CONVERT, 0, 'd'),
    IN_BOTH(copy, v, EACH_COPY, 0),
    OF(copy_b_v, EACH_COPY, 0, 'b'),
};

bool loop_knows(int id) {
    return id < KERNELS && each[id].kind != EACH_NONE;
}

/* ---- buffers and registers ----------------------------------------------------------------------- */

bool loop_is_known(const StripArgument *a) {
    return a->kind == ARGUMENT_NUMBER && a->column < 0 && !a->negated;
}

bool loop_same_number(const StripArgument *a, const StripArgument *b) {
    return a->kind == b->kind && a->negated == b->negated && a->column == b->column &&
           a->number == b->number && a->of.word == b->of.word && a->and.step == b->and.step;
}

static const StripArgument *arguments(const LoopWriter *w, int call) {
    return &w->s->arguments[w->calls[call].call.first];
}

static BufferUse *use_of(const LoopWriter *w, int buffer) {
    BufferUse *u = &w->uses[buffer];
    if (u->loop != w->number) *u = (BufferUse){.loop = w->number, .last_read = -1};
    return u;
}

static bool is_variable(const LoopWriter *w, int buffer) {
    return w->s->buffers[buffer].held;
}

/* The first argument of a call that it reads. */
static int first_read(const StripCall *call) {
    return strip_fills(call);
}

static void find_uses(LoopWriter *w) {
    for (int c = 0; c < w->loop->ncalls; c++) {
        const StripCall *call = &w->calls[c].call;
        const StripArgument *a = arguments(w, c);
        for (int i = first_read(call); i < call->narguments; i++) {
            if (a[i].kind != ARGUMENT_BUFFER) continue;
            BufferUse *u = use_of(w, a[i].number);
            u->reads++;
            u->last_read = c;
        }
        if (!strip_fills(call)) continue;
        use_of(w, a->number)->fills++;
        use_of(w, a->number)->stored |= w->calls[c].stored;
    }
}

static bool refers(const LoopWriter *w, int call, int buffer) {
    const StripArgument *a = arguments(w, call);
    for (int i = first_read(&w->calls[call].call); i < w->calls[call].call.narguments; i++)
        if (a[i].kind == ARGUMENT_BUFFER && a[i].number == buffer) return true;
    return false;
}

/* The next call of the loop that reads a buffer; ncalls: none does. */
static int next_use(const LoopWriter *w, int buffer) {
    const int last = use_of(w, buffer)->last_read;
    for (int i = w->at + 1; i <= last; i++)
        if (refers(w, i, buffer)) return i;
    return w->loop->ncalls;
}

static void need(LoopWriter *w, int buffer) {
    BufferUse *u = use_of(w, buffer);
    if (u->needed) return;
    u->needed = true;
    VEC_PUSH(w->needed, w->nneeded, w->needed_cap, buffer);
}

/* Which of the windows a buffer is; -1: none. */
static int window_of(const LoopWriter *w, int buffer) {
    for (int i = 0; i < w->loop->nwindows; i++)
        if (w->windows[i] == buffer) return i;
    return -1;
}

static VectorField field_of(const LoopWriter *w, int variable) {
    const StripBuffer *b = &w->s->buffers[variable];
    return (VectorField){b->field, b->column - 1};
}

static void store(LoopWriter *w, HeldValue *h) {
    if (h->stored) return;
    h->stored = true;
    if (is_variable(w, h->buffer)) {
        vector_store_field(w->v, h->value, field_of(w, h->buffer));
    } else if (window_of(w, h->buffer) >= 0) {
        vector_store_window(w->v, h->value, window_of(w, h->buffer));
    } else {
        need(w, h->buffer);
        vector_store(w->v, h->value, h->buffer);
    }
}

static void load(LoopWriter *w, VectorValue to, int buffer) {
    if (is_variable(w, buffer)) {
        vector_load_field(w->v, to, field_of(w, buffer));
    } else if (window_of(w, buffer) >= 0) {
        vector_load_window(w->v, to, window_of(w, buffer));
    } else {
        need(w, buffer);
        vector_load(w->v, to, buffer);
    }
}

static int registers_of(const LoopWriter *w, VectorValue x) {
    return x.type == OF_DOUBLE && !w->loop->in_turn && !w->v->in_fours ? 2 : 1;
}

static void release(LoopWriter *w, int held) {
    for (int i = 0; i < registers_of(w, w->held[held].value); i++)
        w->taken[w->held[held].value.reg[i]] = false;
    w->held[held] = w->held[--w->nheld];
}

/* Gives up the registers of the value that is read last of all. */
static void evict(LoopWriter *w) {
    int latest = -1, use = -1;
    for (int i = 0; i < w->nheld; i++) {
        if (w->pinned[w->held[i].value.reg[0]] || w->held[i].fixed) continue;
        int next = next_use(w, w->held[i].buffer);
        if (next > use) {
            use = next;
            latest = i;
        }
    }
    if (latest < 0) abort(); /* one operation needs too many registers: a bug of this file */
    store(w, &w->held[latest]);
    release(w, latest);
}

static void count_taken(LoopWriter *w) {
    int n = 0;
    for (int i = 0; i < VECTOR_REGISTERS; i++)
        n += w->taken[i];
    if (n > w->most_taken) w->most_taken = n;
}

static uint8_t take_register(LoopWriter *w) {
    for (;;) {
        for (uint8_t i = 0; i < VECTOR_REGISTERS; i++)
            if (!w->taken[i]) {
                w->taken[i] = w->pinned[i] = true;
                count_taken(w);
                return i;
            }
        evict(w);
    }
}

static VectorValue new_value(LoopWriter *w, char type) {
    VectorValue x = {.type = (uint8_t)type};
    x.reg[0] = take_register(w);
    x.reg[1] = registers_of(w, x) == 2 ? take_register(w) : x.reg[0];
    return x;
}

static int find_held(const LoopWriter *w, int buffer) {
    for (int i = 0; i < w->nheld; i++)
        if (w->held[i].buffer == buffer) return i;
    return -1;
}

static void hold(LoopWriter *w, int buffer, VectorValue value, bool stored) {
    w->held[w->nheld++] = (HeldValue){buffer, value, stored, false};
}

static VectorValue held_value(LoopWriter *w, int buffer) {
    int held = find_held(w, buffer);
    if (held >= 0) {
        const VectorValue x = w->held[held].value;
        w->pinned[x.reg[0]] = w->pinned[x.reg[1]] = true;
        return x;
    }
    VectorValue x = new_value(w, w->s->buffers[buffer].type);
    load(w, x, buffer);
    hold(w, buffer, x, true);
    return x;
}

static void load_own(LoopWriter *w, VectorValue to, const LoopNumber *n) {
    if (n->given < 0)
        vector_number(w->v, to, n->known);
    else
        vector_given(w->v, to, n->given);
}

/* A number in a register, which nothing may change. */
static VectorValue number_of(LoopWriter *w, LoopNumber n) {
    VectorValue x = {.type = (uint8_t)n.type};
    bool found = false;
    n.reg = -1;
    for (int i = 0; i < w->nown; i++) {
        const LoopNumber *own = &w->own[i];
        if (own->type != n.type || own->given != n.given || memcmp(&own->known, &n.known, 8) != 0)
            continue;
        found = true;
        if (own->reg < 0) break;
        x.reg[0] = x.reg[1] = (uint8_t)own->reg;
        return x;
    }
    if (!found && w->trying && w->nown < LOOP_NUMBERS) w->own[w->nown++] = n;
    x.reg[0] = x.reg[1] = take_register(w);
    load_own(w, x, &n);
    return x;
}

static VectorValue known(LoopWriter *w, char type, double value) {
    return number_of(w, (LoopNumber){.known = value, .given = -1, .type = type});
}

/* What an argument says of the state. */
static VectorField field_at(const StripArgument *a) {
    return (VectorField){(size_t)a->of.word, a->column};
}

/* A number of a step that is not known: the state or the row around has it. */
static void load_number(LoopWriter *w, VectorValue to, const StripArgument *a) {
    if (a->kind == ARGUMENT_COLUMN)
        vector_row(w->v, to, a->number);
    else if (a->kind == ARGUMENT_NUMBER)
        vector_row(w->v, to, a->column);
    else
        vector_double_of_state(w->v, to, field_at(a));
    if (a->negated) vector_pair(w->v, VECTOR_XOR, to, to, known(w, (char)to.type, -0.0));
}

static VectorValue number_in(LoopWriter *w, char type, const StripArgument *a) {
    if (loop_is_known(a)) return known(w, type, a->of.value);
    if (w->loop->in_turn) {
        VectorValue x = {.type = (uint8_t)type};
        x.reg[0] = x.reg[1] = take_register(w);
        load_number(w, x, a);
        return x;
    }
    int which = 0;
    while (!loop_same_number(&w->numbers[which], a))
        which++;
    return number_of(w, (LoopNumber){.given = which, .type = type});
}

static VectorValue operand(LoopWriter *w, char type, const StripArgument *a) {
    if (a->kind != ARGUMENT_BUFFER) return number_in(w, type, a);
    VectorValue x = held_value(w, a->number);
    if (type != OF_DOUBLE || x.type != OF_FLOAT) return x;
    VectorValue wide = new_value(w, OF_DOUBLE);
    vector_convert(w->v, wide, x);
    return wide;
}

/* ---- operations -------------------------------------------------------------------------------------- */

static void sign(LoopWriter *w, Each each, VectorValue to, VectorValue a) {
    VectorValue zero = known(w, each.type, 0), one = known(w, each.type, 1),
                less = known(w, each.type, -1), condition = new_value(w, OF_BOOL);
    vector_pair(w->v, VECTOR_ADD, to, a, zero);
    vector_compare(w->v, VECTOR_LT, condition, a, zero);
    vector_choose(w->v, to, condition, less, to);
    vector_compare(w->v, VECTOR_LT, condition, zero, a);
    vector_choose(w->v, to, condition, one, to);
}

static void fraction(LoopWriter *w, Each each, VectorValue to, VectorValue a) {
    VectorValue one = known(w, each.type, 1), zero = known(w, each.type, 0),
                condition = new_value(w, OF_BOOL);
    vector_round(w->v, VECTOR_DOWN, to, a);
    vector_pair(w->v, VECTOR_SUB, to, a, to);
    vector_compare(w->v, VECTOR_LE, condition, one, to);
    vector_choose(w->v, to, condition, zero, to);
}

static void wrap(LoopWriter *w, Each each, VectorValue to, VectorValue a) {
    vector_pair(w->v, VECTOR_ADD, to, a, known(w, each.type, 0.5));
    vector_round(w->v, VECTOR_DOWN, to, to);
    vector_pair(w->v, VECTOR_SUB, to, a, to);
}

static void convert(LoopWriter *w, Each each, VectorValue to, VectorValue x) {
    if (to.type == OF_BOOL) {
        vector_compare(w->v, VECTOR_NE, to, x, known(w, each.type, 0));
        return;
    }
    if (each.type != OF_BOOL) {
        vector_convert(w->v, to, x);
        return;
    }
    VectorValue narrow = to.type == OF_FLOAT ? to : new_value(w, OF_FLOAT);
    vector_pair(w->v, VECTOR_AND, narrow, x, known(w, OF_FLOAT, 1));
    if (to.type == OF_DOUBLE) vector_convert(w->v, to, narrow);
}

static void compare_line(LoopWriter *w, Each each, VectorValue to, const VectorValue *o) {
    VectorValue edge = new_value(w, OF_DOUBLE);
    vector_pair(w->v, each.with == VECTOR_LT ? VECTOR_SUB : VECTOR_ADD, edge, o[1],
                known(w, OF_DOUBLE, 1e-9));
    vector_compare(w->v, each.with, to, o[0], edge);
}

static void apply(LoopWriter *w, Each each, VectorValue to, const VectorValue *o) {
    VectorCode *v = w->v;
    switch (each.kind) {
    case EACH_PAIR: vector_pair(v, each.with, to, o[0], o[1]); break;
    case EACH_NEG: vector_pair(v, VECTOR_XOR, to, o[0], known(w, each.type, -0.0)); break;
    case EACH_ABS: vector_pair(v, VECTOR_AND_NOT, to, known(w, each.type, -0.0), o[0]); break;
    case EACH_SIGN: sign(w, each, to, o[0]); break;
    case EACH_FLOOR: vector_round(v, VECTOR_DOWN, to, o[0]); break;
    case EACH_CEIL: vector_round(v, VECTOR_UP, to, o[0]); break;
    case EACH_ROUND:
        vector_pair(v, VECTOR_ADD, to, o[0], known(w, each.type, 0.5));
        vector_round(v, VECTOR_DOWN, to, to);
        break;
    case EACH_FRAC: fraction(w, each, to, o[0]); break;
    case EACH_WRAP: wrap(w, each, to, o[0]); break;
    case EACH_SQRT: vector_sqrt(v, to, o[0]); break;
    case EACH_CONVERT: convert(w, each, to, o[0]); break;
    case EACH_COMPARE: vector_compare(v, each.with, to, o[0], o[1]); break;
    case EACH_COMPARE_LINE: compare_line(w, each, to, o); break;
    case EACH_NOT: vector_not(v, to, o[0]); break;
    case EACH_SELECT: vector_choose(v, to, o[0], o[1], o[2]); break;
    default: vector_move(v, to, o[0]); break;
    }
}

/* Frees the registers of values that no call of the loop reads any more, and those that the operation at hand took for
 * itself. */
static void free_registers(LoopWriter *w) {
    for (int i = w->nheld - 1; i >= 0; i--)
        if (!w->held[i].fixed && use_of(w, w->held[i].buffer)->last_read <= w->at) release(w, i);
    memset(w->taken, 0, sizeof w->taken);
    memset(w->pinned, 0, sizeof w->pinned);
    for (int i = 0; i < w->nown; i++)
        if (w->own[i].reg >= 0) w->taken[w->own[i].reg] = true;
    for (int i = 0; i < w->nheld; i++)
        for (int j = 0; j < registers_of(w, w->held[i].value); j++)
            w->taken[w->held[i].value.reg[j]] = true;
}

/* Holds the result of the call at hand for those that read it, and stores it where other calls need it. */
static void keep_result(LoopWriter *w, VectorValue to) {
    const int y = arguments(w, w->at)->number, before = find_held(w, y);
    if (before >= 0 && w->held[before].fixed) {
        if (w->held[before].value.reg[0] != to.reg[0]) vector_move(w->v, w->held[before].value, to);
    } else {
        if (before >= 0) release(w, before);
        hold(w, y, to, false);
        if (w->calls[w->at].stored || is_variable(w, y)) store(w, &w->held[w->nheld - 1]);
    }
    free_registers(w);
}

/* ---- sums with products --------------------------------------------------------------------------- */

static Each each_of(const LoopWriter *w, int call) {
    const int id = w->calls[call].call.id;
    return loop_knows(id) ? each[id] : (Each){.kind = EACH_NONE};
}

/* A sum together with a product that is one of its terms: rounded once. */
static void multiply_add(LoopWriter *w, Each each) {
    const StripArgument *a = arguments(w, w->at), *factors = arguments(w, w->product[w->at]);
    const bool first = a[1].kind == ARGUMENT_BUFFER && a[1].number == factors->number;
    VectorValue x = operand(w, each.type, &factors[1]), y = operand(w, each.type, &factors[2]),
                other = operand(w, each.type, &a[first ? 2 : 1]),
                to = new_value(w, w->s->buffers[a->number].type);
    vector_move(w->v, to, other);
    vector_fused(w->v,
                 each.with == VECTOR_ADD ? VECTOR_MADD
                 : first                 ? VECTOR_MSUB
                                         : VECTOR_NMADD,
                 to, x, y);
    keep_result(w, to);
}

/* The sum of the loop that is the only call to read a product; -1: there is none. */
static int sum_of(const LoopWriter *w, int product) {
    const int y = arguments(w, product)->number;
    const BufferUse *u = use_of(w, y);
    const int at = u->last_read;
    const char type = each_of(w, product).type;
    if (u->stored || u->reads != 1 || u->fills != 1 || at <= product) return -1;
    const Each sum = each_of(w, at);
    if (sum.kind != EACH_PAIR || (sum.with != VECTOR_ADD && sum.with != VECTOR_SUB)) return -1;
    return sum.type == type && w->s->buffers[y].type == type && w->product[at] < 0 ? at : -1;
}

/* Do the operands of call `from` keep their values until call `to`? */
static bool operands_stay(const LoopWriter *w, int from, int to) {
    const StripArgument *a = arguments(w, from);
    for (int i = from + 1; i < to; i++)
        for (int j = 1; j <= 2; j++)
            if (a[j].kind == ARGUMENT_BUFFER && a[j].number == arguments(w, i)->number)
                return false;
    return true;
}

/* Joins each product to the only sum that reads it. The factors are needed until that sum. */
static void join_products(LoopWriter *w) {
    for (int i = 0; i < w->loop->ncalls; i++)
        w->product[i] = w->joins[i] = -1;
    for (int i = 0; i < w->loop->ncalls; i++) {
        const Each product = each_of(w, i);
        if (product.kind != EACH_PAIR || product.with != VECTOR_MUL) continue;
        const int sum = sum_of(w, i);
        if (sum < 0 || !operands_stay(w, i, sum)) continue;
        const StripArgument *a = arguments(w, i);
        w->joins[i] = sum;
        w->product[sum] = i;
        for (int j = 1; j <= 2; j++)
            if (a[j].kind == ARGUMENT_BUFFER && use_of(w, a[j].number)->last_read < sum)
                use_of(w, a[j].number)->last_read = sum;
    }
}

/* ---- functions ------------------------------------------------------------------------------------ */

static int count_values(const LoopWriter *w, const StripCall *call, int *value) {
    const StripArgument *a = &w->s->arguments[call->first];
    int n = 0;
    for (int i = first_read(call); i < call->narguments; i++)
        if (a[i].kind == ARGUMENT_BUFFER) {
            *value = i;
            n++;
        }
    return n;
}

/* Before a call all that is needed after it is in memory, and what it is given too: but for one value, the way of which
 * to its register nothing can cross. */
static void clear_registers(LoopWriter *w, bool all) {
    for (int i = w->nheld - 1; i >= 0; i--) {
        const int last = use_of(w, w->held[i].buffer)->last_read;
        if (last > w->at || (all && last == w->at)) store(w, &w->held[i]);
    }
    w->nheld = 0;
    memset(w->taken, 0, sizeof w->taken);
    memset(w->pinned, 0, sizeof w->pinned);
}

static VectorValue in_register(int reg, char type) {
    return (VectorValue){(uint8_t)type, {(uint8_t)reg, (uint8_t)reg}};
}

/* Loads what goes into number register `reg`. A kernel's operand is of its type, a function's number a double. */
static void give_number(LoopWriter *w, int reg, const StripArgument *a, char type) {
    if (a->kind == ARGUMENT_BUFFER) {
        load(w, in_register(reg, w->s->buffers[a->number].type), a->number);
    } else if (loop_is_known(a)) {
        vector_number(w->v, in_register(reg, type), a->of.value);
    } else {
        for (int i = 0; i <= reg; i++)
            w->taken[i] = true;
        load_number(w, in_register(reg, type), a);
    }
}

static void give_word(LoopWriter *w, int argument, const StripArgument *a) {
    if (a->kind == ARGUMENT_ADDRESS)
        vector_give_address(w->v, argument, field_at(a));
    else if (a->kind == ARGUMENT_FRAME)
        vector_give_frame(w->v, argument, a->of.integer, a->column);
    else if (a->column >= 0)
        vector_give_column(w->v, argument, a->column);
    else
        vector_give_word(w->v, argument, a->of.word);
}

static bool is_number(const StripArgument *a) {
    return a->kind == ARGUMENT_BUFFER || a->kind == ARGUMENT_NUMBER || a->kind == ARGUMENT_VALUE ||
           a->kind == ARGUMENT_COLUMN;
}

static void write_function(LoopWriter *w, const void *function, char type) {
    const StripCall *call = &w->calls[w->at].call;
    const StripArgument *a = arguments(w, w->at);
    int value = 0, words = 0, numbers = 0, nvalues = count_values(w, call, &value);
    const int held = nvalues == 1 ? find_held(w, a[value].number) : -1;
    const VectorValue given = held >= 0 ? w->held[held].value : in_register(0, OF_DOUBLE);
    clear_registers(w, held < 0);
    int place = 0; /* of that value among the numbers */
    for (int i = first_read(call); i < value; i++)
        place += is_number(&a[i]);
    if (held >= 0 && given.reg[0] != place)
        vector_move(w->v, in_register(place, (char)given.type), given);
    for (int i = first_read(call); i < call->narguments; i++) {
        if (!is_number(&a[i]))
            give_word(w, words++, &a[i]);
        else if (held >= 0 && i == value)
            numbers++;
        else
            give_number(w, numbers++, &a[i], type);
    }
    vector_call(w->v, function);
    memset(w->taken, 0, sizeof w->taken);
    if (!strip_fills(call)) return;
    VectorValue y = in_register(0, w->s->buffers[a->number].type);
    w->taken[0] = w->pinned[0] = true;
    if (y.type == OF_BOOL) vector_returned_condition(w->v, y);
    keep_result(w, y);
}

bool loop_is_ring(const StripCall *call) {
    return call->id == CALL_FUNCTION &&
           (call->function == FUNCTION_kn_line_at || call->function == FUNCTION_kn_line_atf ||
            call->function == FUNCTION_kn_line_put || call->function == FUNCTION_kn_line_putf);
}

static void write_ring(LoopWriter *w) {
    const StripCall *call = &w->calls[w->at].call;
    const StripArgument *a = arguments(w, w->at), *line = &a[strip_fills(call)];
    const VectorRing ring = {field_at(&line[0]), (int)line[1].of.integer, line[2].of.integer,
                             line[2].column};
    if (strip_fills(call)) {
        VectorValue y = new_value(w, w->s->buffers[a->number].type);
        vector_load_ring(w->v, y, ring);
        keep_result(w, y);
    } else {
        vector_store_ring(w->v, held_value(w, line[3].number), ring);
        free_registers(w);
    }
}

/* ---- a call ---------------------------------------------------------------------------------------- */

static bool copies_to_window(const LoopWriter *w, const StripCall *call, Each each) {
    const StripArgument *a = &w->s->arguments[call->first];
    return each.kind == EACH_COPY && w->s->buffers[a[0].number].window &&
           a[1].kind == ARGUMENT_BUFFER;
}

static void write_each(LoopWriter *w) {
    const StripCall *call = &w->calls[w->at].call;
    const StripArgument *a = arguments(w, w->at);
    const Each each = each_of(w, w->at);
    VectorValue o[MOST_OPERANDS];
    if (copies_to_window(w, call, each)) {
        vector_store_window(w->v, held_value(w, a[1].number), window_of(w, a->number));
        free_registers(w);
        return;
    }
    for (int i = 1; i < call->narguments; i++)
        o[i - 1] = operand(w, each.type, &a[i]);
    const int fixed =
        each.kind == EACH_COPY || each.kind == EACH_PAIR ? find_held(w, a->number) : -1;
    const VectorValue to = fixed >= 0 && w->held[fixed].fixed
                               ? w->held[fixed].value
                               : new_value(w, w->s->buffers[a->number].type);
    apply(w, each, to, o);
    keep_result(w, to);
}

static void write_call(LoopWriter *w) {
    const StripCall *call = &w->calls[w->at].call;
    if (loop_is_ring(call))
        write_ring(w);
    else if (call->id == CALL_FUNCTION)
        write_function(w, scalar_functions[call->function].address, OF_DOUBLE);
    else if (!loop_knows(call->id))
        write_function(w, kernels_of_one[call->id], kernels[call->id].type);
    else if (w->loop->in_turn)
        write_each(w);
    else if (w->joins[w->at] > w->at) /* the sum that reads it computes it */
        free_registers(w);
    else if (w->product[w->at] >= 0)
        multiply_add(w, each_of(w, w->at));
    else
        write_each(w);
}

/* ---- loops ----------------------------------------------------------------------------------------- */

/* Pairs of registers are too few for so many values: four samples at a time are less code for as many samples then. */
enum { FEW_CALLS = 4, MOST_TRIED = 48, MANY_HELD = 8 };

static void write_calls(LoopWriter *w) {
    for (w->at = 0; w->at < w->loop->ncalls; w->at++)
        write_call(w);
}

/* All streams that are read, before any is stored. They keep their registers: where they lie there may be other samples
 * by then. */
static void read_streams(LoopWriter *w) {
    for (int i = 0; i < w->loop->nwindows; i++) {
        const int buffer = w->windows[i];
        if (w->s->buffers[buffer].lies != ARGUMENT_INPUT) continue;
        VectorValue x = held_value(w, buffer);
        w->held[find_held(w, buffer)] = (HeldValue){buffer, x, true, true};
    }
    w->at = -1;
    free_registers(w);
}

static void write_group(LoopWriter *w) {
    w->nheld = 0;
    w->at = -1;
    free_registers(w);
    if (w->loop->reads_first) read_streams(w);
    write_calls(w);
}

/* Writes what is taken back, for what it says of registers. */
static void rehearse(LoopWriter *w, void (*write)(LoopWriter *w)) {
    VectorCode *v = w->v;
    const size_t length = v->code.length;
    const int nplaces = v->nplaces, nreads = v->nreads, nheld = w->nheld, nneeded = w->nneeded;
    HeldValue held[VECTOR_REGISTERS];
    memcpy(held, w->held, sizeof held);
    w->nown = w->most_taken = 0;
    w->trying = true;
    write(w);
    w->trying = false;
    memcpy(w->held, held, sizeof held);
    w->nheld = nheld;
    v->code.length = length;
    v->nplaces = nplaces;
    v->nreads = nreads;
    while (w->nneeded > nneeded)
        use_of(w, w->needed[--w->nneeded])->needed = false;
}

/* Numbers keep registers of their own as far as there are some that nothing else needs. */
static void keep_numbers(LoopWriter *w, void (*write)(LoopWriter *w)) {
    w->nown = w->most_taken = 0;
    if (w->loop->ncalls > MOST_TRIED) return;
    rehearse(w, write);
    int first = w->most_taken;
    for (int i = 0; i < w->nown && first < VECTOR_REGISTERS; i++)
        w->own[i].reg = VECTOR_REGISTERS - 1 - i, first++;
    for (int i = 0; i < w->nown; i++)
        if (w->own[i].reg >= 0) load_own(w, in_register(w->own[i].reg, w->own[i].type), &w->own[i]);
}

static void write_groups(LoopWriter *w, int groups, bool within) {
    const int group = w->v->in_fours ? 4 : 8;
    vector_loop_begins(w->v, group * groups, within);
    for (int i = 0; i < groups; i++) {
        vector_ahead(w->v, group * i);
        write_group(w);
    }
    vector_loop_ends(w->v, group * groups);
}

/* The values that are held at once, were there registers for all; 0: some are no doubles. */
static int most_held(LoopWriter *w) {
    int held = 0, most = 0;
    for (int c = 0; c < w->loop->ncalls; c++) {
        const StripCall *call = &w->calls[c].call;
        const StripArgument *a = arguments(w, c);
        int left = 0;
        for (int i = call->narguments - 1; i >= 0; i--) {
            if (a[i].kind != ARGUMENT_BUFFER) continue;
            BufferUse *u = use_of(w, a[i].number);
            if (w->s->buffers[a[i].number].type != OF_DOUBLE) return 0;
            held += !u->met;
            left += u->last_read <= c && !u->left;
            u->left |= u->last_read <= c;
            u->met = true;
        }
        if (held > most) most = held;
        held -= left;
    }
    return most;
}

/* Short loops do several groups in a turn. Places have room for two, windows for one, and streams end anywhere. */
static void write_vectors(LoopWriter *w) {
    const StripLoop *loop = w->loop;
    const bool few = loop->ncalls <= FEW_CALLS, windows = loop->nwindows > 0,
               streams = loop->nstreams > 0;
    join_products(w);
    vector_begin(w->v, loop->nwindows, loop->nstreams, loop->nnumbers);
    vector_in_fours(w->v, most_held(w) > MANY_HELD);
    keep_numbers(w, write_group);
    if (few) write_groups(w, windows ? 4 : 2, windows);
    if (!few || windows) write_groups(w, 1, streams);
    if (streams) {
        vector_rest_begins(w->v);
        write_group(w);
        vector_rest_ends(w->v);
    }
    vector_end(w->v);
}

static bool calls_functions(const LoopWriter *w) {
    for (int i = 0; i < w->loop->ncalls; i++)
        if (!loop_is_ring(&w->calls[i].call) && !loop_knows(w->calls[i].call.id)) return true;
    return false;
}

/* Variables keep their registers where no function may change these. The others are loaded and stored at every sample. */
static void fix_variables(LoopWriter *w) {
    for (int i = 0; i < w->loop->nheld && i < MOST_FIXED; i++) {
        const int buffer = w->loop->held[i];
        VectorValue x = new_value(w, w->s->buffers[buffer].type);
        load(w, x, buffer);
        w->held[w->nheld++] = (HeldValue){buffer, x, false, true};
    }
}

static void store_variables(LoopWriter *w) {
    for (int i = 0; i < w->nheld; i++)
        store(w, &w->held[i]);
}

static void write_step(LoopWriter *w) {
    const bool calls = calls_functions(w);
    vector_enter_turns(w->v, w->loop->row != NO_ROW);
    if (!calls) fix_variables(w);
    if (!calls) keep_numbers(w, write_calls);
    vector_turn_begins(w->v);
    write_calls(w);
    vector_turn_ends(w->v);
    store_variables(w);
    vector_leave_turns(w->v);
}

void loop_write(LoopWriter *w, StripLoop *loop, const int *windows, const StripArgument *numbers) {
    w->loop = loop;
    w->calls = &w->s->inner[loop->first];
    w->windows = windows;
    w->numbers = numbers;
    w->number++;
    w->nheld = w->nneeded = w->nown = 0;
    memset(w->taken, 0, sizeof w->taken);
    memset(w->pinned, 0, sizeof w->pinned);
    if (w->s->nbuffers > w->nuses) {
        BufferUse *uses = alloc_zeroed((size_t)w->s->nbuffers, sizeof *uses);
        if (w->nuses > 0) memcpy(uses, w->uses, (size_t)w->nuses * sizeof *uses);
        free(w->uses);
        w->uses = uses;
        w->nuses = w->s->nbuffers;
    }
    find_uses(w);
    loop->begin = w->v->code.length;
    if (loop->in_turn)
        write_step(w);
    else
        write_vectors(w);
    loop->end = w->v->code.length;
}

/* ---- what can be written --------------------------------------------------------------------------- */

static bool can_give(const StripArgument *a) {
    return a->column < 0 &&
           (is_number(a) || a->kind == ARGUMENT_ADDRESS || a->kind == ARGUMENT_FRAME ||
            a->kind == ARGUMENT_INTEGER || a->kind == ARGUMENT_DATA);
}

bool loop_can_step(const StripCode *s, const StripLoop *step) {
    for (int c = step->first; c < step->first + step->ncalls; c++) {
        const StripCall *call = &s->inner[c].call;
        for (int i = 0; i < call->narguments; i++)
            if (!can_give(&s->arguments[call->first + i])) return false;
    }
    return true;
}

void loop_writer_open(LoopWriter *w, StripCode *s, VectorCode *v) {
    *w = (LoopWriter){.s = s, .v = v};
}

void loop_writer_close(LoopWriter *w) {
    free(w->uses);
    free(w->needed);
}
