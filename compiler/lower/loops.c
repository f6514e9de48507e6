/* Fuses elementwise calls that stand next to each other into one loop. In: the calls of a function, in which rounds are
 * loops already. Out: fewer calls, and the loops that the new ones call: they are printed, or assembled, once buffers
 * have their places.
 *
 * A cheap kernel takes about as long as its loads and stores. In a chain of cheap kernels most loads read what the kernel
 * before has stored. In one loop these values stay in registers, and only values that other calls need are stored. Each
 * operation gives the same bits as its kernel, but a product that one sum reads is added without being rounded.
 *
 * A call between them that is not elementwise moves before the loop where it can, else behind it. In memory, calls stay as
 * they are where machine/vector_code.c knows no code for the machine. */
#include "lower/lower.h"
#include "machine/vector_code.h"

#include <stdlib.h>
#include <string.h>

enum {
    FEWEST_FUSED = 2,
    MOST_FUSED = 64,
    MOST_IN_C = 24,
    MOST_PASSED = 6, /* calls that move out of the way: their buffers live longer then */
    MOST_OPERANDS = 3
};

/* ---- what can be fused --------------------------------------------------------------------------- */

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
    EACH_SQRT,
    EACH_CONVERT,
    EACH_COMPARE, /* with a VectorCompared */
    EACH_COMPARE_LINE,
    EACH_NOT,
    EACH_SELECT,
    EACH_FILL
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
    IN_BOTH(fill, k, EACH_FILL, 0),
};

bool strip_fusable(KernelId id) {
    return each[id].kind != EACH_NONE;
}

/* ---- a loop ---------------------------------------------------------------------------------------- */

/* The value of a buffer, held in registers. */
typedef struct Held {
    int buffer;
    VectorValue value;
    bool stored; /* the buffer has it too */
} Held;

typedef struct BufferUse {
    int all;  /* how many arguments of all calls are this buffer */
    int loop; /* number of the loop that the following fields are about */
    int within, fills;
    int last_read; /* the last of its calls that reads the buffer */
    bool read_first, needed, behind, written_behind;
} BufferUse;

typedef struct Fuser {
    KernelEmitter *k;
    StripCode *s;
    BufferUse *uses;               /* of each buffer */
    int loop;                      /* number of the loop at hand */
    int calls[MOST_FUSED], ncalls; /* of the loop at hand */
    int joins[MOST_FUSED];         /* of a product: the sum that it is computed with; -1: none */
    int product[MOST_FUSED];       /* of a sum: the product that is computed with it; -1: none */
    bool effect, effect_behind;    /* see has_effect */
    int passed[MOST_PASSED], npassed;
    bool behind[MOST_PASSED]; /* it comes behind the loop; else before */
    /* its code */
    VectorCode *v;
    Held held[VECTOR_REGISTERS];
    int nheld;
    bool taken[VECTOR_REGISTERS], pinned[VECTOR_REGISTERS];
    int at; /* the one of `calls` that is being written */
    StripArgument numbers[VECTOR_NUMBERS];
    int nnumbers;
    int *needed; /* buffers that the loop loads or stores */
    int nneeded, needed_cap;
} Fuser;

static const StripArgument *arguments(const Fuser *f, int call) {
    return &f->s->arguments[f->s->calls[call].first];
}

static int noperands(const Fuser *f, int call) {
    return f->s->calls[call].narguments - 1;
}

static Each each_of(const Fuser *f, int call) {
    const StripCall *c = &f->s->calls[call];
    return c->id < KERNELS ? each[c->id] : (Each){.kind = EACH_NONE};
}

/* Is the number known while compiling? */
static bool is_known(const StripArgument *a) {
    return a->kind == ARGUMENT_NUMBER && a->column < 0 && !a->negated;
}

static bool same_number(const StripArgument *a, const StripArgument *b) {
    return a->kind == b->kind && a->negated == b->negated && a->column == b->column &&
           a->number == b->number && a->of.word == b->of.word && a->and.step == b->and.step;
}

/* ---- registers ------------------------------------------------------------------------------------- */

static bool refers(const Fuser *f, int call, int buffer, int from) {
    const StripArgument *a = arguments(f, call);
    for (int i = from; i < f->s->calls[call].narguments; i++)
        if (a[i].kind <= ARGUMENT_HIDDEN && a[i].number == buffer) return true;
    return false;
}

static BufferUse *use_of(const Fuser *f, int buffer) {
    BufferUse *u = &f->uses[buffer];
    if (u->loop == f->loop) return u;
    *u = (BufferUse){.all = u->all, .loop = f->loop, .last_read = -1};
    return u;
}

/* The next call of the loop that reads a buffer; ncalls: none does. */
static int next_use(const Fuser *f, int buffer) {
    for (int i = f->at + 1; i < f->ncalls; i++)
        if (refers(f, f->calls[i], buffer, 1)) return i;
    return f->ncalls;
}

/* Does another call need the value that the loop leaves in a buffer? Where the loop reads the buffer before it fills it, the
 * next round may need it, if there is a loop of rounds around. */
static bool needed_outside(const Fuser *f, int buffer) {
    const BufferUse *u = use_of(f, buffer);
    return u->all > u->within || u->read_first;
}

static void need(Fuser *f, int buffer) {
    BufferUse *u = use_of(f, buffer);
    if (u->needed) return;
    u->needed = true;
    VEC_PUSH(f->needed, f->nneeded, f->needed_cap, buffer);
}

static void store(Fuser *f, Held *h) {
    if (h->stored) return;
    need(f, h->buffer);
    vector_store(f->v, h->value, h->buffer);
    h->stored = true;
}

static int registers_of(VectorValue x) {
    return x.type == OF_DOUBLE ? 2 : 1;
}

static void release(Fuser *f, int held) {
    for (int i = 0; i < registers_of(f->held[held].value); i++)
        f->taken[f->held[held].value.reg[i]] = false;
    f->held[held] = f->held[--f->nheld];
}

/* Gives up the registers of the value that is read last of all. */
static void evict(Fuser *f) {
    int latest = -1, use = -1;
    for (int i = 0; i < f->nheld; i++) {
        if (f->pinned[f->held[i].value.reg[0]]) continue;
        int next = next_use(f, f->held[i].buffer);
        if (next > use) {
            use = next;
            latest = i;
        }
    }
    if (latest < 0) abort(); /* one operation needs too many registers: a bug of this file */
    store(f, &f->held[latest]);
    release(f, latest);
}

static uint8_t take_register(Fuser *f) {
    for (;;) {
        for (uint8_t i = 0; i < VECTOR_REGISTERS; i++)
            if (!f->taken[i]) {
                f->taken[i] = f->pinned[i] = true;
                return i;
            }
        evict(f);
    }
}

static VectorValue new_value(Fuser *f, char type) {
    VectorValue x = {.type = (uint8_t)type};
    x.reg[0] = take_register(f);
    x.reg[1] = type == OF_DOUBLE ? take_register(f) : x.reg[0];
    return x;
}

static int find_held(const Fuser *f, int buffer) {
    for (int i = 0; i < f->nheld; i++)
        if (f->held[i].buffer == buffer) return i;
    return -1;
}

static void pin(Fuser *f, VectorValue x) {
    f->pinned[x.reg[0]] = f->pinned[x.reg[1]] = true;
}

static VectorValue held_value(Fuser *f, int buffer) {
    int held = find_held(f, buffer);
    if (held >= 0) {
        pin(f, f->held[held].value);
        return f->held[held].value;
    }
    VectorValue x = new_value(f, f->s->buffers[buffer].type);
    need(f, buffer);
    vector_load(f->v, x, buffer);
    f->held[f->nheld++] = (Held){buffer, x, true};
    return x;
}

static VectorValue number_in(Fuser *f, char type, const StripArgument *a) {
    VectorValue x = {.type = (uint8_t)type};
    x.reg[0] = x.reg[1] = take_register(f);
    if (is_known(a)) {
        vector_number(f->v, x, a->of.value);
        return x;
    }
    int which = 0;
    while (!same_number(&f->numbers[which], a))
        which++;
    vector_given(f->v, x, which);
    return x;
}

static VectorValue known(Fuser *f, char type, double value) {
    const StripArgument number = {.kind = ARGUMENT_NUMBER, .column = -1, .of.value = value};
    return number_in(f, type, &number);
}

static VectorValue operand(Fuser *f, Each each, const StripArgument *a) {
    if (a->kind != ARGUMENT_BUFFER) return number_in(f, each.type, a);
    VectorValue x = held_value(f, a->number);
    if (each.type != OF_DOUBLE || x.type != OF_FLOAT) return x;
    VectorValue wide = new_value(f, OF_DOUBLE);
    vector_convert(f->v, wide, x);
    return wide;
}

/* ---- operations -------------------------------------------------------------------------------------- */

static void sign(Fuser *f, Each each, VectorValue to, VectorValue a) {
    VectorValue zero = known(f, each.type, 0), one = known(f, each.type, 1),
                less = known(f, each.type, -1), condition = new_value(f, OF_BOOL);
    vector_pair(f->v, VECTOR_ADD, to, a, zero);
    vector_compare(f->v, VECTOR_LT, condition, a, zero);
    vector_choose(f->v, to, condition, less, to);
    vector_compare(f->v, VECTOR_LT, condition, zero, a);
    vector_choose(f->v, to, condition, one, to);
}

static void fraction(Fuser *f, Each each, VectorValue to, VectorValue a) {
    VectorValue one = known(f, each.type, 1), zero = known(f, each.type, 0),
                condition = new_value(f, OF_BOOL);
    vector_round(f->v, VECTOR_DOWN, to, a);
    vector_pair(f->v, VECTOR_SUB, to, a, to);
    vector_compare(f->v, VECTOR_LE, condition, one, to);
    vector_choose(f->v, to, condition, zero, to);
}

static void convert(Fuser *f, Each each, VectorValue to, VectorValue x) {
    if (to.type == OF_BOOL) {
        vector_compare(f->v, VECTOR_NE, to, x, known(f, each.type, 0));
        return;
    }
    if (each.type != OF_BOOL) {
        vector_convert(f->v, to, x);
        return;
    }
    VectorValue narrow = to.type == OF_FLOAT ? to : new_value(f, OF_FLOAT);
    vector_pair(f->v, VECTOR_AND, narrow, x, known(f, OF_FLOAT, 1));
    if (to.type == OF_DOUBLE) vector_convert(f->v, to, narrow);
}

static void compare_line(Fuser *f, Each each, VectorValue to, const VectorValue *o) {
    VectorValue edge = new_value(f, OF_DOUBLE);
    vector_pair(f->v, each.with == VECTOR_LT ? VECTOR_SUB : VECTOR_ADD, edge, o[1],
                known(f, OF_DOUBLE, 1e-9));
    vector_compare(f->v, each.with, to, o[0], edge);
}

static void apply(Fuser *f, Each each, VectorValue to, const VectorValue *o) {
    VectorCode *v = f->v;
    switch (each.kind) {
    case EACH_PAIR: vector_pair(v, each.with, to, o[0], o[1]); break;
    case EACH_NEG: vector_pair(v, VECTOR_XOR, to, o[0], known(f, each.type, -0.0)); break;
    case EACH_ABS: vector_pair(v, VECTOR_AND_NOT, to, known(f, each.type, -0.0), o[0]); break;
    case EACH_SIGN: sign(f, each, to, o[0]); break;
    case EACH_FLOOR: vector_round(v, VECTOR_DOWN, to, o[0]); break;
    case EACH_CEIL: vector_round(v, VECTOR_UP, to, o[0]); break;
    case EACH_ROUND:
        vector_pair(v, VECTOR_ADD, to, o[0], known(f, each.type, 0.5));
        vector_round(v, VECTOR_DOWN, to, to);
        break;
    case EACH_FRAC: fraction(f, each, to, o[0]); break;
    case EACH_SQRT: vector_sqrt(v, to, o[0]); break;
    case EACH_CONVERT: convert(f, each, to, o[0]); break;
    case EACH_COMPARE: vector_compare(v, each.with, to, o[0], o[1]); break;
    case EACH_COMPARE_LINE: compare_line(f, each, to, o); break;
    case EACH_NOT: vector_not(v, to, o[0]); break;
    case EACH_SELECT: vector_choose(v, to, o[0], o[1], o[2]); break;
    default: vector_move(v, to, o[0]); break;
    }
}

/* Holds the result of a call for those of the loop that read it, and stores it where other calls need it. */
static void keep_result(Fuser *f, int y, VectorValue to) {
    int before = find_held(f, y);
    if (before >= 0) release(f, before);
    f->held[f->nheld++] = (Held){y, to, false};
    bool last = --use_of(f, y)->fills == 0;
    if (last && needed_outside(f, y)) store(f, &f->held[f->nheld - 1]);
}

/* Frees the registers of values that no call of the loop reads any more, and those that the operation at hand took for
 * itself. */
static void free_registers(Fuser *f) {
    for (int i = f->nheld - 1; i >= 0; i--)
        if (use_of(f, f->held[i].buffer)->last_read <= f->at) release(f, i);
    memset(f->taken, 0, sizeof f->taken);
    memset(f->pinned, 0, sizeof f->pinned);
    for (int i = 0; i < f->nheld; i++)
        for (int j = 0; j < registers_of(f->held[i].value); j++)
            f->taken[f->held[i].value.reg[j]] = true;
}

/* A sum together with a product that is one of its terms: rounded once. */
static void multiply_add(Fuser *f, Each each, int call) {
    const StripArgument *a = arguments(f, call),
                        *factors = arguments(f, f->calls[f->product[f->at]]);
    bool first = a[1].kind == ARGUMENT_BUFFER && a[1].number == factors->number;
    VectorValue x = operand(f, each, &factors[1]), y = operand(f, each, &factors[2]),
                other = operand(f, each, &a[first ? 2 : 1]),
                to = new_value(f, f->s->buffers[a->number].type);
    vector_move(f->v, to, other);
    vector_fused(f->v,
                 each.with == VECTOR_ADD ? VECTOR_MADD
                 : first                 ? VECTOR_MSUB
                                         : VECTOR_NMADD,
                 to, x, y);
    keep_result(f, a->number, to);
    free_registers(f);
}

static void write_each(Fuser *f, int call) {
    const StripArgument *a = arguments(f, call);
    Each each = each_of(f, call);
    VectorValue o[MOST_OPERANDS];
    int n = noperands(f, call), y = a->number;
    if (f->joins[f->at] > f->at) { /* the sum that reads it computes it */
        free_registers(f);
        return;
    }
    if (f->product[f->at] >= 0) {
        multiply_add(f, each, call);
        return;
    }
    for (int i = 0; i < n; i++)
        o[i] = operand(f, each, &a[i + 1]);
    VectorValue to = new_value(f, f->s->buffers[y].type);
    apply(f, each, to, o);
    keep_result(f, y, to);
    free_registers(f);
}

static Each each_at(const Fuser *f, int at) {
    return each_of(f, f->calls[at]);
}

/* The sum of the loop that is the only call to read a product; -1: there is none. */
static int sum_of(const Fuser *f, int product) {
    const int y = arguments(f, f->calls[product])->number;
    const BufferUse *u = use_of(f, y);
    const int at = u->last_read;
    const char type = each_at(f, product).type;
    if (u->all > 2 || u->within != 2 || u->fills != 1 || at <= product) return -1;
    const Each sum = each_at(f, at);
    if (sum.kind != EACH_PAIR || (sum.with != VECTOR_ADD && sum.with != VECTOR_SUB)) return -1;
    return sum.type == type && f->s->buffers[y].type == type && f->product[at] < 0 ? at : -1;
}

/* Do the operands of call `from` keep their values until call `to`? */
static bool operands_stay(const Fuser *f, int from, int to) {
    const StripArgument *a = arguments(f, f->calls[from]);
    for (int i = from + 1; i < to; i++)
        for (int j = 1; j <= 2; j++)
            if (a[j].kind == ARGUMENT_BUFFER && a[j].number == arguments(f, f->calls[i])->number)
                return false;
    return true;
}

/* Joins each product to the only sum that reads it. The factors are needed until that sum. */
static void join_products(Fuser *f) {
    for (int i = 0; i < f->ncalls; i++)
        f->product[i] = f->joins[i] = -1;
    for (int i = 0; i < f->ncalls; i++) {
        const Each each = each_at(f, i);
        if (each.kind != EACH_PAIR || each.with != VECTOR_MUL) continue;
        const int sum = sum_of(f, i);
        if (sum < 0 || !operands_stay(f, i, sum)) continue;
        const StripArgument *a = arguments(f, f->calls[i]);
        f->joins[i] = sum;
        f->product[sum] = i;
        for (int j = 1; j <= 2; j++)
            if (a[j].kind == ARGUMENT_BUFFER && use_of(f, a[j].number)->last_read < sum)
                use_of(f, a[j].number)->last_read = sum;
    }
}

/* ---- the loop ---------------------------------------------------------------------------------------- */

static void note_calls(Fuser *f, FusedLoop *loop) {
    KernelEmitter *k = f->k;
    loop->first = k->nfused;
    loop->ncalls = f->ncalls;
    for (int i = 0; i < f->ncalls; i++) {
        const FusedCall fused = {.call = f->s->calls[f->calls[i]]};
        VEC_PUSH(k->fused, k->nfused, k->fused_cap, fused);
    }
}

/* Writes the machine code of the loop; notes the buffers that it loads and stores. */
static void write_code(Fuser *f, FusedLoop *loop) {
    loop->begin = f->v->code.length;
    join_products(f);
    vector_begin(f->v, f->nnumbers);
    for (f->at = 0; f->at < f->ncalls; f->at++)
        write_each(f, f->calls[f->at]);
    vector_end(f->v);
    loop->end = f->v->code.length;
}

/* For C: finds the results that the loop stores, and notes the buffers that it loads and stores. */
static void find_stores(Fuser *f, const FusedLoop *loop) {
    for (int i = 0; i < f->ncalls; i++) {
        const StripArgument *a = arguments(f, f->calls[i]);
        for (int j = 1; j < f->s->calls[f->calls[i]].narguments; j++)
            if (a[j].kind == ARGUMENT_BUFFER && use_of(f, a[j].number)->read_first)
                need(f, a[j].number);
        if (--use_of(f, a->number)->fills > 0 || !needed_outside(f, a->number)) continue;
        need(f, a->number);
        f->k->fused[loop->first + i].stored = true;
    }
}

/* Makes the loop, and the call that takes the place of its calls. */
static StripCall write_loop(Fuser *f) {
    StripCode *s = f->s;
    KernelEmitter *k = f->k;
    char *name = kernel_own(k->data, 16);
    FusedLoop loop = {.name = name, .nnumbers = f->nnumbers};
    snprintf(name, 16, "fused%d", k->data->nfused++);
    f->nheld = f->nneeded = 0;
    note_calls(f, &loop);
    if (k->standalone)
        find_stores(f, &loop);
    else
        write_code(f, &loop);
    VEC_PUSH(k->loops, k->nloops, k->loop_cap, loop);
    strip_call(s, CALL_LOOP);
    s->calls[s->ncalls - 1].name = name;
    s->calls[s->ncalls - 1].fused = k->nloops;
    strip_add(s, (StripArgument){.kind = ARGUMENT_WORK});
    for (int i = 0; i < f->nnumbers; i++) {
        int16_t column = f->numbers[i].column;
        strip_add(s, f->numbers[i]);
        s->arguments[s->narguments - 1].column = column;
    }
    for (int i = 0; i < f->nneeded; i++)
        strip_use(s, f->needed[i]);
    strip_add_count(s);
    return s->calls[--s->ncalls];
}

/* ---- which calls ------------------------------------------------------------------------------------- */

static bool has_effect(const Fuser *f, int call) {
    const StripArgument *a = arguments(f, call);
    for (int i = 0; i < f->s->calls[call].narguments; i++)
        if (a[i].kind == ARGUMENT_ADDRESS || a[i].kind == ARGUMENT_TEXT ||
            a[i].kind == ARGUMENT_INPUT || a[i].kind == ARGUMENT_OUTPUT)
            return true;
    return f->s->calls[call].id == CALL_C;
}

/* Buffer number i of those that a call mentions, first in its arguments, then in its names; -1: that is no buffer. */
static int mentioned(const Fuser *f, int call, int i, bool *written) {
    const StripCall *c = &f->s->calls[call];
    const StripArgument *a = &arguments(f, call)[i];
    *written = i < strip_writes(c->id);
    if (i >= c->narguments) return c->names[i - c->narguments].buffer;
    return a->kind <= ARGUMENT_HIDDEN ? a->number : -1;
}

static int nmentioned(const Fuser *f, int call) {
    return f->s->calls[call].narguments + f->s->calls[call].nnames;
}

/* Must the call stay behind the calls that move behind the loop, or (`loop`) behind the calls of the loop itself? It must
 * where one of two calls writes a buffer that the other mentions, and where both have effects that buffers do not show. */
static bool stays_behind(const Fuser *f, int call, bool loop) {
    if (((loop && f->effect) || f->effect_behind) && has_effect(f, call)) return true;
    for (int i = 0; i < nmentioned(f, call); i++) {
        bool written;
        int buffer = mentioned(f, call, i, &written);
        if (buffer < 0) continue;
        const BufferUse *u = use_of(f, buffer);
        if (written ? u->behind : u->written_behind) return true;
        if (loop && (written ? u->within > 0 : u->fills > 0)) return true;
    }
    return false;
}

static void take(Fuser *f, int call) {
    const StripArgument *a = arguments(f, call);
    for (int i = 1; i < f->s->calls[call].narguments; i++) {
        if (a[i].kind > ARGUMENT_HIDDEN) continue;
        BufferUse *u = use_of(f, a[i].number);
        if (u->within++ == 0) u->read_first = true;
        u->last_read = f->ncalls;
    }
    BufferUse *filled = use_of(f, a->number);
    filled->within++;
    filled->fills++;
    f->effect |= has_effect(f, call);
    f->calls[f->ncalls++] = call;
}

static void take_behind(Fuser *f, int call) {
    for (int i = 0; i < nmentioned(f, call); i++) {
        bool written;
        int buffer = mentioned(f, call, i, &written);
        if (buffer < 0) continue;
        BufferUse *u = use_of(f, buffer);
        u->behind = true;
        u->written_behind |= written;
    }
    f->effect_behind |= has_effect(f, call);
}

/* Adds the numbers of a call to those that the call of the loop gives. False when they are too many. In C each number stands
 * where it is used. */
static bool takes_numbers(Fuser *f, int call) {
    int before = f->nnumbers;
    if (f->k->standalone) return true;
    for (int i = 1; i <= noperands(f, call); i++) {
        const StripArgument *a = &arguments(f, call)[i];
        int known = 0;
        if (a->kind == ARGUMENT_BUFFER || is_known(a)) continue;
        while (known < f->nnumbers && !same_number(&f->numbers[known], a))
            known++;
        if (known < f->nnumbers) continue;
        if (known == VECTOR_NUMBERS) {
            f->nnumbers = before;
            return false;
        }
        f->numbers[f->nnumbers++] = *a;
    }
    return true;
}

static bool joins(Fuser *f, int call) {
    const int most = f->k->standalone ? MOST_IN_C : MOST_FUSED;
    if (each_of(f, call).kind == EACH_NONE || f->ncalls == most) return false;
    return !stays_behind(f, call, false) && takes_numbers(f, call);
}

static void pass(Fuser *f, int call) {
    bool behind = stays_behind(f, call, true);
    if (behind) take_behind(f, call);
    f->behind[f->npassed] = behind;
    f->passed[f->npassed++] = call;
}

/* Finds the calls of a loop from `begin` on, and those between that move. Returns where both end. */
static int find_loop(Fuser *f, int begin) {
    const StripCode *s = f->s;
    int end = begin, passed = 0;
    f->loop++;
    f->ncalls = f->npassed = f->nnumbers = 0;
    f->effect = f->effect_behind = false;
    for (int i = begin; i < s->ncalls; i++) {
        if (s->calls[i].loop || s->calls[i].depth != s->calls[begin].depth) break;
        if (joins(f, i)) {
            take(f, i);
            passed = f->npassed;
            end = i + 1;
        } else if (f->ncalls == 0 || f->npassed == MOST_PASSED) {
            break;
        } else {
            pass(f, i);
        }
    }
    f->npassed = passed;
    return end;
}

/* Writes calls [begin, end) to `out`: first those that move before the loop, then the loop. Those that move behind it are
 * looked at again, for the next loop; returns where they begin. */
static int replace(Fuser *f, int begin, int end, int *out) {
    StripCode *s = f->s;
    StripCall kept[MOST_PASSED], loop = write_loop(f);
    int rest = end;
    loop.depth = s->calls[begin].depth;
    for (int i = 0; i < f->npassed; i++)
        kept[i] = s->calls[f->passed[i]];
    for (int i = 0; i < f->npassed; i++)
        if (!f->behind[i]) s->calls[(*out)++] = kept[i];
    s->calls[(*out)++] = loop;
    for (int i = f->npassed - 1; i >= 0; i--)
        if (f->behind[i]) s->calls[--rest] = kept[i];
    return rest;
}

static void count_uses(Fuser *f) {
    const StripCode *s = f->s;
    for (int i = 0; i < s->ncalls; i++) {
        const StripCall *c = &s->calls[i];
        for (int j = 0; j < c->narguments; j++)
            if (s->arguments[c->first + j].kind <= ARGUMENT_HIDDEN)
                f->uses[s->arguments[c->first + j].number].all++;
        for (int j = 0; j < c->nnames; j++)
            f->uses[c->names[j].buffer].all++;
    }
}

void strip_fuse(KernelEmitter *k) {
    Fuser f = {.k = k, .s = &k->code, .v = &k->loop_code};
    if (!vector_usable(k->data->set) && !k->standalone) return;
    f.uses = alloc_zeroed((size_t)k->code.nbuffers + 1, sizeof *f.uses);
    count_uses(&f);
    int out = 0;
    for (int i = 0; i < k->code.ncalls;) {
        int end = find_loop(&f, i);
        if (f.ncalls >= (k->standalone ? 1 : FEWEST_FUSED))
            i = replace(&f, i, end, &out);
        else
            k->code.calls[out++] = k->code.calls[i++];
    }
    k->code.ncalls = out;
    free(f.uses);
    free(f.needed);
}

/* ---- text -------------------------------------------------------------------------------------------- */

typedef struct Places {
    const StripCode *s;
    int strip;
} Places;

static size_t place_of(const void *data, int buffer) {
    const Places *p = data;
    return (size_t)strip_place(p->s, buffer, p->strip);
}

static void print_hexadecimal(uint64_t word, Buf *out) {
    char digits[18];
    size_t at = sizeof digits;
    do
        digits[--at] = "0123456789abcdef"[word % 16];
    while ((word /= 16) > 0);
    digits[--at] = 'x';
    digits[--at] = '0';
    buf_add(out, digits + at, sizeof digits - at);
}

static void print_loop(const KernelEmitter *k, const FusedLoop *loop, Buf *out) {
    enum { WORD = 8, LINE = 4 * WORD };
    const char *code = k->loop_code.code.data + loop->begin;
    const size_t length = loop->end - loop->begin;
    for (int i = 0; i < loop->ncalls; i++)
        buf_printf(out, "%s%s", i > 0 ? ", " : "/* ",
                   kernels[k->fused[loop->first + i].call.id].name);
    buf_printf(out, " */\nvoid %s(const void *", loop->name);
    for (int i = 0; i < loop->nnumbers; i++)
        buf_puts(out, ", double");
    buf_printf(out, ", int);\n__asm__(\".globl %s\\n%s:\"", loop->name, loop->name);
    for (size_t i = 0; i < length; i += WORD) {
        uint64_t word = 0;
        memcpy(&word, code + i, length - i < WORD ? length - i : WORD);
        buf_puts(out, i % LINE > 0 ? "," : "\n\"\\n.quad ");
        print_hexadecimal(word, out);
        if (i % LINE == LINE - WORD) buf_add(out, "\"", 1);
    }
    buf_puts(out, (length - 1) / WORD % 4 == 3 ? "\n\"\\n\");\n" : "\\n\");\n");
}

static void fill_in(KernelEmitter *k, int strip) {
    const Places places = {&k->code, strip};
    vector_fill_in(&k->loop_code, place_of, &places);
}

void strip_assemble_loops(KernelEmitter *k, int strip, StripMachine *machine) {
    fill_in(k, strip);
    machine->nloops = 0;
    for (int i = 0; i < k->nloops; i++)
        VEC_PUSH(machine->loops, machine->nloops, machine->loop_cap,
                 machine->code.length + k->loops[i].begin);
    if (k->nloops > 0) buf_add(&machine->code, k->loop_code.code.data, k->loop_code.code.length);
}

void strip_print_loops(KernelEmitter *k, int strip, Buf *out) {
    fill_in(k, strip);
    for (int i = 0; i < k->nloops; i++)
        print_loop(k, &k->loops[i], out);
}

void strip_free_loops(KernelEmitter *k) {
    vector_free(&k->loop_code);
    free(k->fused);
    free(k->loops);
}
