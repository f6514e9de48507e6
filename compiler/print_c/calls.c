/* The calls of a strip as C, to be read by people and optimised by any compiler. In: calls whose buffers have
 * places. Out: statements. Elementwise calls are loops with the names of the .kn, other kernels functions of the
 * runtime, pieces of C what they are.
 *
 * Buffers are rows of the arrays f, d, q: floats, doubles, conditions. */
#include "print_c/print_c.h"
#include "base/foreign_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 8 }; /* spans and loops over tables within each other */

typedef struct CallPrinter {
    KernelEmitter *k;
    const StripCode *s;
    Buf *out;
    int depth;  /* of loops around, the function being 1 */
    int loop;   /* elementwise, counted */
    bool once;  /* it is for one sample */
    int *local; /* by buffer: the loop in which a variable has its value */
    int *
        last; /* by buffer: the last call of the loop at hand that reads it, counted in StripCode.inner */
    int *reads;               /* how often calls of the loop read it */
    int *filled_last, *fills; /* the last call of the loop that fills it, and how many do */
    int *within;              /* the call that is written where its value is read, + 1 */
    int *operations; /* of the expression of a call, with those within it; as many as inner calls */
    bool *choosing;  /* is a choice within that choice? */
    bool in_loop;    /* over samples */
    bool *numbers;   /* by column of the rounds at hand: loops over samples read it as a number */
    Buf bodies[DEEPEST]; /* of loops over tables: what they mention decides on their heads */
    const StripCall *open[DEEPEST];
} CallPrinter;

static void indent(CallPrinter *p) {
    buf_printf(p->out, "%*s", 4 * p->depth, "");
}

static const StripArgument *arguments(const CallPrinter *p, const StripCall *call) {
    return &p->s->arguments[call->first];
}

static const char *c_type(char type) {
    return type == OF_DOUBLE ? "double" : type == OF_FLOAT ? "float" : "int32_t";
}

/* ---- names ---------------------------------------------------------------------------------------- */

static const char *type_of(const CallPrinter *p, int buffer) {
    return c_type(p->s->buffers[buffer].type);
}

static void print_row(CallPrinter *p, int buffer) {
    const StripBuffer *b = &p->s->buffers[buffer];
    if (b->lies) {
        buf_printf(p->out, "%s%d", b->lies == ARGUMENT_INPUT ? "in" : "out", b->stream);
        return;
    }
    if (b->window) {
        buf_printf(p->out, b->written ? "now_%d" : "past_%d", buffer);
        return;
    }
    buf_printf(p->out, "%c[%d]", b->type == OF_BOOL ? 'q' : b->type, b->slot);
}

/* The name that a program has for a node; NULL: none of its own. */
static const char *name_of(const CallPrinter *p, NodeId id) {
    const Graph *g = p->k->g;
    const int32_t place = id > 0 ? g->nodes[id].span : 0;
    const char *name = place > 0 && place < g->nplaces ? g->places[place].name : NULL;
    return name && name[0] != '$' ? name : NULL;
}

/* Small letters only: no macro of a header has such a name with a number behind it. */
static bool is_plain(const char *name) {
    enum { LONGEST = 24 };
    size_t n = 0;
    while (islower((unsigned char)name[n]) ||
           (n > 0 && (isdigit((unsigned char)name[n]) || name[n] == '_')))
        n++;
    return n > 0 && n <= LONGEST && !name[n];
}

/* That which stands for a place in the state has the name of the field, with its number in an array. */
static void print_held(CallPrinter *p, int buffer) {
    Buf place = {0};
    if (p->once) {
        buf_puts(p->out, "self->");
        emit_place(p->k->e, p->s->buffers[buffer].field, true, p->out);
        return;
    }
    emit_place(p->k->e, p->s->buffers[buffer].field, true, &place);
    for (size_t i = 0; i < place.length; i++)
        if (place.data[i] != ']') buf_add(p->out, place.data[i] == '[' ? "_" : &place.data[i], 1);
    buf_free(&place);
}

static void print_variable(CallPrinter *p, int buffer) {
    if (p->s->buffers[buffer].held) {
        print_held(p, buffer);
        return;
    }
    const char *name = name_of(p, p->s->buffers[buffer].value);
    if (name && is_plain(name))
        buf_printf(p->out, "%s_%d", name, buffer);
    else
        buf_printf(p->out, "v%d", buffer);
}

/* ---- numbers and places in the state ------------------------------------------------------------------ */

static void print_address(CallPrinter *p, size_t offset) {
    if (offset < emit_head_bytes(p->k->g)) {
        buf_puts(p->out, "&self->");
        emit_place(p->k->e, offset, false, p->out);
        return;
    }
    const Field *field = emit_field_at(p->k->e, offset);
    const bool array = field->count > 0 && offset == field->offset;
    buf_puts(p->out, array ? "self->" : "&self->");
    emit_place(p->k->e, offset, false, p->out);
}

/* A word of the row at hand that is a place in the state, read as a number there. */
static void print_read(CallPrinter *p, const char *type, int column) {
    buf_printf(p->out, "*(const %s *)(const void *)(s + r->c%d)", type, column);
}

/* Loops over samples have names for numbers of the row: gcc makes no vectors where it is read in one arm of a choice. */
static void print_rolled_number(CallPrinter *p, const StripArgument *a) {
    if (a->negated) buf_puts(p->out, "-");
    if (p->in_loop) {
        buf_printf(p->out, "r%d", a->column);
        p->numbers[a->column] = true;
    } else if (a->kind == ARGUMENT_VALUE)
        print_read(p, "double", a->column);
    else
        buf_printf(p->out, "r->c%d", a->column);
}

/* What samples read of it has a name in the function. */
static void print_value_of_state(CallPrinter *p, const StripArgument *a) {
    if (a->number != NUMBER_IN_STATE) p->k->e->field[a->number] = true;
    buf_puts(p->out, (size_t)a->of.word < emit_head_bytes(p->k->g) ? "self->" : "");
    emit_place(p->k->e, (size_t)a->of.word, false, p->out);
}

/* A number that is the same for all samples, as float or double. */
static void print_number(CallPrinter *p, const StripArgument *a, bool wide) {
    if (a->kind == ARGUMENT_NUMBER && a->column < 0) {
        buf_puts(p->out, emit_literal(p->k->e, a->of.value, wide));
        return;
    }
    if (!wide) buf_puts(p->out, "(float)");
    if (a->column >= 0) {
        print_rolled_number(p, a);
        return;
    }
    buf_puts(p->out, a->negated ? "-" : "");
    if (a->kind == ARGUMENT_COLUMN)
        buf_printf(p->out, "c%d", a->number);
    else
        print_value_of_state(p, a);
}

/* ---- elementwise loops -------------------------------------------------------------------------------- */

static bool is_local(const CallPrinter *p, int buffer) {
    return p->local[buffer] == p->loop;
}

/* Is an operand the result of a call that is written where it is read? */
static bool is_within(const CallPrinter *p, const StripArgument *a) {
    return a->kind == ARGUMENT_BUFFER && is_local(p, a->number) && p->within[a->number] > 0;
}

static void print_expression(CallPrinter *p, const StripCall *call);

/* A function, a conversion and an operand alone need no parentheses. */
static void print_within(CallPrinter *p, const StripCall *call) {
    const char *text = kernels[call->id].expression;
    const bool bare = text[0] == '(' || strncmp(text, "kn_", 3) == 0 || strlen(text) == 1;
    buf_puts(p->out, bare ? "" : "(");
    print_expression(p, call);
    buf_puts(p->out, bare ? "" : ")");
}

/* x + -1.0 is x - 1.0. */
static void print_term(CallPrinter *p, const StripArgument *a, bool wide) {
    const size_t length = p->out->length;
    StripArgument number = *a;
    if (a->kind == ARGUMENT_NUMBER && a->column < 0 && a->of.value < 0 && length > 2 &&
        memcmp(p->out->data + length - 2, "+ ", 2) == 0) {
        p->out->data[length - 2] = '-';
        number.of.value = -number.of.value;
    }
    print_number(p, &number, wide);
}

static void print_operand(CallPrinter *p, const StripArgument *a, char type) {
    if (a->kind != ARGUMENT_BUFFER) {
        print_term(p, a, type != OF_FLOAT);
    } else if (is_within(p, a)) {
        print_within(p, &p->s->inner[p->within[a->number] - 1].call);
    } else if (is_local(p, a->number)) {
        print_variable(p, a->number);
    } else {
        print_row(p, a->number);
        buf_puts(p->out, "[i]");
    }
}

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_' || c == '.';
}

/* The row's expression, with operands in the place of their letters. What is compared where it is read is true or
 * false by itself. */
static void print_expression(CallPrinter *p, const StripCall *call) {
    static const char holds[] = " != 0 ?";
    const Kernel *kernel = &kernels[call->id];
    for (const char *at = kernel->expression; *at; at++) {
        const int which = strip_operand_at(kernel, at);
        if (which < 0) {
            buf_add(p->out, at, 1);
            continue;
        }
        const StripArgument *operand = &arguments(p, call)[1 + which];
        print_operand(p, operand, kernel->type);
        if (is_within(p, operand) && strncmp(at + 1, holds, sizeof holds - 1) == 0)
            at += strlen(" != 0");
    }
}

/* The buffer that a call of a loop fills; -1: it fills none. */
static int filled(const CallPrinter *p, int at) {
    const StripCall *call = &p->s->inner[at].call;
    return strip_fills(call) ? arguments(p, call)->number : -1;
}

/* Does a call between two others fill a buffer? Nearly all are filled once in a loop. */
static bool is_filled_between(const CallPrinter *p, int from, int to, int buffer) {
    if (p->fills[buffer] <= 1) return p->filled_last[buffer] > from && p->filled_last[buffer] < to;
    for (int i = from + 1; i < to; i++)
        if (filled(p, i) == buffer) return true;
    return false;
}

static bool fills_again(const CallPrinter *p, int from, int buffer) {
    return p->filled_last[buffer] > from;
}

static void print_function_call(CallPrinter *p, const StripCall *call);

/* What a call of a loop computes. */
static void print_value(CallPrinter *p, const StripCall *call) {
    if (call->id == CALL_FUNCTION)
        print_function_call(p, call);
    else
        print_expression(p, call);
    buf_puts(p->out, ";\n");
}

static void begin_store(CallPrinter *p, int buffer) {
    indent(p);
    print_row(p, buffer);
    buf_puts(p->out, "[i] = ");
}

static void print_statement(CallPrinter *p, int at) {
    const LoopCall *inner = &p->s->inner[at];
    const int y = filled(p, at);
    const bool again = y >= 0 && fills_again(p, at, y), read = y >= 0 && p->last[y] > at;
    const bool held = y >= 0 && p->s->buffers[y].held;
    const bool stored = inner->stored && !p->once;
    if (y >= 0 && !read && !again && stored) {
        begin_store(p, y);
        print_value(p, &inner->call);
        return;
    }
    indent(p);
    if (y < 0 || (!read && !again && !held && !inner->stored)) { /* for what it does beside */
        print_value(p, &inner->call);
        return;
    }
    if (!is_local(p, y)) buf_printf(p->out, "%s%s ", again ? "" : "const ", type_of(p, y));
    print_variable(p, y);
    buf_puts(p->out, " = ");
    print_value(p, &inner->call);
    p->local[y] = p->loop;
    p->within[y] = 0;
    if (!stored) return;
    begin_store(p, y);
    print_variable(p, y);
    buf_puts(p->out, ";\n");
}

/* ---- expressions of several operations --------------------------------------------------------------- */

enum { MOST_OPERATIONS = 6 };

static void count_uses(CallPrinter *p, const StripLoop *loop) {
    for (int i = loop->first; i < loop->first + loop->ncalls; i++) {
        const StripArgument *a = arguments(p, &p->s->inner[i].call);
        for (int j = 0; j < p->s->inner[i].call.narguments; j++)
            if (a[j].kind == ARGUMENT_BUFFER) {
                p->last[a[j].number] = p->filled_last[a[j].number] = -1;
                p->reads[a[j].number] = p->fills[a[j].number] = 0;
            }
    }
    for (int i = loop->first; i < loop->first + loop->ncalls; i++) {
        const StripArgument *a = arguments(p, &p->s->inner[i].call);
        for (int j = strip_fills(&p->s->inner[i].call); j < p->s->inner[i].call.narguments; j++)
            if (a[j].kind == ARGUMENT_BUFFER) {
                p->last[a[j].number] = i;
                p->reads[a[j].number]++;
            }
        const int y = filled(p, i);
        if (y >= 0) p->filled_last[y] = i;
        if (y >= 0) p->fills[y]++;
    }
}

/* Is all that a call reads, and what is written within it, the same where another one is? */
static bool stays(const CallPrinter *p, int call, int until) {
    const StripArgument *a = arguments(p, &p->s->inner[call].call);
    for (int i = 1; i < p->s->inner[call].call.narguments; i++) {
        if (a[i].kind != ARGUMENT_BUFFER) continue;
        if (is_filled_between(p, call, until, a[i].number)) return false;
        if (is_within(p, &a[i]) && !stays(p, p->within[a[i].number] - 1, until)) return false;
    }
    return true;
}

/* What has a name of its own in the .kn is a variable of that name; the steps on the way to it are not. */
static bool is_a_step_to(const CallPrinter *p, int y, int reader) {
    const int result = filled(p, reader);
    const char *own = name_of(p, p->s->buffers[y].value),
               *other = result >= 0 ? name_of(p, p->s->buffers[result].value) : NULL;
    return !own || (other && strcmp(own, other) == 0);
}

static bool is_choice(const StripCall *call) {
    return call->id < KERNELS && strchr(kernels[call->id].expression, '?') != NULL;
}

/* What one other call alone reads is written where that reads it. Of choices within choices gcc makes vectors where no more
 * than four values meet: one within another, and none within that. */
static bool goes_within(CallPrinter *p, int at) {
    const LoopCall *inner = &p->s->inner[at];
    const int y = filled(p, at), reader = y >= 0 ? p->last[y] : -1;
    if (inner->call.id == CALL_FUNCTION || inner->stored || reader <= at || p->reads[y] != 1 ||
        fills_again(p, at, y))
        return false;
    if (is_local(p, y) || !is_a_step_to(p, y, reader) || !stays(p, at, reader)) return false;
    if (p->operations[at] + p->operations[reader] > MOST_OPERATIONS) return false;
    const bool both = is_choice(&inner->call) && is_choice(&p->s->inner[reader].call);
    if (both && p->choosing[at]) return false;
    p->operations[reader] += p->operations[at];
    p->choosing[reader] |= both;
    return true;
}

static void open_loop(CallPrinter *p, const char *head) {
    indent(p);
    buf_printf(p->out, "%s {\n", head);
    p->in_loop = true;
    p->depth++;
}

static void close_loop(CallPrinter *p) {
    p->in_loop = false;
    p->depth--;
    indent(p);
    buf_puts(p->out, "}\n");
}

/* That which a variable of a step stands for. */
static void print_field(CallPrinter *p, int buffer) {
    const StripBuffer *b = &p->s->buffers[buffer];
    if (b->column > 0) {
        buf_printf(p->out, "*(%s *)(void *)(s + r->c%d)", type_of(p, buffer), b->column - 1);
        return;
    }
    buf_puts(p->out, "self->");
    emit_place(p->k->e, b->field, true, p->out);
}

/* The variables that a step holds, before its loop and after it. */
static void print_all_held(CallPrinter *p, const StripLoop *step, bool before) {
    for (int i = 0; i < step->nheld; i++) {
        indent(p);
        if (before) buf_printf(p->out, "%s ", type_of(p, step->held[i]));
        if (before) print_held(p, step->held[i]);
        if (before) buf_puts(p->out, " = ");
        print_field(p, step->held[i]);
        if (!before) buf_puts(p->out, " = ");
        if (!before) print_held(p, step->held[i]);
        buf_puts(p->out, ";\n");
    }
}

/* Samples of inputs are read before any output is stored, which may be the same memory. */
static void read_inputs(CallPrinter *p, const StripLoop *loop) {
    for (int i = loop->first; i < loop->first + loop->ncalls; i++) {
        const StripArgument *a = arguments(p, &p->s->inner[i].call);
        for (int j = 1; j < p->s->inner[i].call.narguments; j++) {
            if (a[j].kind != ARGUMENT_BUFFER || is_local(p, a[j].number) ||
                p->s->buffers[a[j].number].lies != ARGUMENT_INPUT)
                continue;
            indent(p);
            buf_printf(p->out, "const float ");
            print_variable(p, a[j].number);
            buf_printf(p->out, " = in%d[i];\n", p->s->buffers[a[j].number].stream);
            p->local[a[j].number] = p->loop;
            p->within[a[j].number] = 0;
        }
    }
}

static void print_calls_of(CallPrinter *p, const StripLoop *loop) {
    p->loop++;
    count_uses(p, loop);
    if (loop->reads_first) read_inputs(p, loop);
    for (int i = 0; i < loop->nheld; i++) {
        p->local[loop->held[i]] = p->loop;
        p->within[loop->held[i]] = 0;
    }
    for (int i = loop->first; i < loop->first + loop->ncalls; i++) {
        if (goes_within(p, i)) {
            const int y = filled(p, i);
            p->local[y] = p->loop;
            p->within[y] = i + 1;
        } else {
            print_statement(p, i);
        }
    }
}

static void print_each(CallPrinter *p, const StripLoop *loop) {
    enum { SHORT = 8 };
    open_loop(p, loop->in_turn                                 ? "for (int i = 0; i < n; i++)"
                 : loop->only_streams && loop->ncalls <= SHORT ? "KN_EACH_OF_MANY(n)"
                                                               : "KN_EACH(n)");
    print_calls_of(p, loop);
    close_loop(p);
}

static void print_window(CallPrinter *p, const StripCall *call, int buffer);

/* Names of the windows that a loop reads and writes. */
static void name_windows(CallPrinter *p, const StripCall *call) {
    const StripArgument *a = arguments(p, call);
    for (int i = 0; i < call->narguments; i++) {
        if (a[i].kind != ARGUMENT_WINDOW) continue;
        indent(p);
        buf_printf(p->out, "%s%s *const ", p->s->buffers[a[i].number].written ? "" : "const ",
                   type_of(p, a[i].number));
        print_row(p, a[i].number);
        buf_puts(p->out, " = ");
        print_window(p, call, a[i].number);
        buf_puts(p->out, ";\n");
    }
}

static void print_loop(CallPrinter *p, const StripCall *call) {
    const StripLoop *loop = &p->s->loops[call->fused - 1];
    p->once = loop->once;
    if (loop->once) {
        print_calls_of(p, loop);
        return;
    }
    const bool block = loop->nheld + loop->nwindows > 0;
    if (block) indent(p);
    if (block) buf_puts(p->out, "{\n");
    p->depth += block;
    name_windows(p, call);
    print_all_held(p, loop, true);
    print_each(p, loop);
    print_all_held(p, loop, false);
    p->depth -= block;
    if (block) indent(p);
    if (block) buf_puts(p->out, "}\n");
}

/* One that found no place in a loop of others. */
static void print_alone(CallPrinter *p, const StripCall *call) {
    p->loop++;
    open_loop(p, "KN_EACH(n)");
    begin_store(p, arguments(p, call)->number);
    print_value(p, call);
    close_loop(p);
}

/* ---- calls -------------------------------------------------------------------------------------------- */

static void print_word(CallPrinter *p, uint64_t word) {
    buf_puts(p->out, emit_word(p->k->e, word));
}

/* A phase at n0, or at sample 0, and its step. */
static void print_phase(CallPrinter *p, const StripArgument *a) {
    const bool fields = a->kind == ARGUMENT_PHASE_OF_FIELDS,
               columns = a->kind == ARGUMENT_PHASE_OF_COLUMNS;
    const bool nothing =
        a->kind == ARGUMENT_PHASE && a->column < 0 && !a->absolute && a->of.word == 0;
    for (int part = nothing; part < 3; part++) { /* start, step for n0, step */
        if (part == 1 && a->absolute) continue;
        buf_puts(p->out, part == 2 ? ", " : part == 1 && !nothing ? " + " : "");
        if (columns)
            buf_printf(p->out, "c%d", part == 0 ? (int)a->and.step : a->number);
        else if (fields && a->column >= 0)
            print_read(p, "uint64_t", a->column + (part > 0));
        else if (fields)
            buf_printf(p->out, "self->%c%d", part == 0 ? 'o' : 's', a->number);
        else if (a->column >= 0)
            buf_printf(p->out, "r->c%d", a->column + (part > 0));
        else
            print_word(p, part == 0 ? a->of.word : a->and.step);
        if (part == 0 && (a->quarter || (columns && a->of.word)))
            buf_puts(p->out, " + (UINT64_C(1) << 62)");
        if (part == 1) buf_puts(p->out, " * (uint64_t)n0");
    }
}

static void print_distances(CallPrinter *p, const StripCall *call) {
    const StripArgument *a = arguments(p, call);
    const char *before = "(const int[]){";
    for (int i = 0; i < call->narguments; i++) {
        if (a[i].kind != ARGUMENT_HIDDEN) continue;
        buf_printf(p->out, "%s%d * KN_ROW", before,
                   p->s->buffers[a[i].number].slot - p->s->buffers[a[1].number].slot);
        before = ", ";
    }
    buf_puts(p->out, "}");
}

static void print_frame(CallPrinter *p, const StripArgument *a) {
    buf_puts(p->out, "n0");
    if (a->column >= 0)
        buf_printf(p->out, " + r->c%d", a->column);
    else if (a->of.integer != 0)
        buf_printf(p->out, " %c %lld", a->of.integer < 0 ? '-' : '+', llabs(a->of.integer));
}

static void print_data_name(CallPrinter *p, const StripArgument *a) {
    const KernelSymbol *symbol = &p->k->data->symbols[a->number];
    if (a->column >= 0)
        buf_printf(p->out, symbol->of_state ? "(const void *)(s + r->c%d)" : "r->c%d", a->column);
    else
        buf_printf(p->out, symbol->of_state ? "self->%s" : "%s", symbol->name);
}

static const StripCall *loop_around(const CallPrinter *p) {
    int at = p->depth - 2;
    while (p->open[at]->span)
        at--;
    return p->open[at];
}

static void print_argument(CallPrinter *p, const StripCall *call, const StripArgument *a) {
    Buf *out = p->out;
    switch (a->kind) {
    case ARGUMENT_BUFFER: print_row(p, a->number); return;
    case ARGUMENT_WINDOW: print_window(p, call, a->number); return;
    case ARGUMENT_NUMBER:
    case ARGUMENT_VALUE:
    case ARGUMENT_COLUMN: print_number(p, a, true); return;
    case ARGUMENT_FRAME: print_frame(p, a); return;
    case ARGUMENT_PHASE:
    case ARGUMENT_PHASE_OF_FIELDS:
    case ARGUMENT_PHASE_OF_COLUMNS: print_phase(p, a); return;
    case ARGUMENT_DISTANCES: print_distances(p, call); return;
    case ARGUMENT_COLUMN_WORD: /* behind the constants of a row, their seeds */
        buf_printf(out, "kn_seed(c%d)", a->number - p->k->p->rolls[loop_around(p)->table].nholes);
        return;
    case ARGUMENT_INPUT: buf_printf(out, "inputs[%d] + at", a->number); return;
    case ARGUMENT_OUTPUT: buf_printf(out, "outputs[%d] + at", a->number); return;
    case ARGUMENT_BYTES: buf_puts(out, "sizeof(float) * (size_t)n"); return;
    case ARGUMENT_DATA: print_data_name(p, a); return;
    default: break;
    }
    if (a->column >= 0)
        buf_printf(out,
                   a->kind == ARGUMENT_ADDRESS ? "(void *)(s + r->c%d)"
                   : a->kind == ARGUMENT_WORD  ? "(uint32_t)r->c%d"
                                               : "r->c%d",
                   a->column);
    else if (a->kind == ARGUMENT_ADDRESS)
        print_address(p, a->of.word);
    else if (a->kind == ARGUMENT_WORD && a->of.word <= UINT32_MAX)
        buf_printf(out, "0x%llxu", (unsigned long long)a->of.word);
    else if (a->kind == ARGUMENT_WORD)
        print_word(p, a->of.word);
    else
        buf_printf(out, "%lld", (long long)a->of.integer);
}

/* Where a window begins in its ring. */
static void print_window(CallPrinter *p, const StripCall *call, int buffer) {
    const StripBuffer *b = &p->s->buffers[buffer];
    const StripArgument *ring = &p->s->arguments[b->window - 1], *size = ring + 1,
                        *frame = ring + 2;
    const bool whole = frame->column < 0 && frame->of.integer == 0;
    if (ring->column >= 0)
        buf_printf(p->out, "(%s%s *)", b->written ? "" : "const ", type_of(p, buffer));
    print_argument(p, call, ring);
    buf_puts(p->out, whole ? " + (" : " + ((");
    print_argument(p, call, frame);
    buf_puts(p->out, whole ? " & " : ") & ");
    if (size->column >= 0)
        buf_printf(p->out, "(r->c%d - 1))", size->column);
    else
        buf_printf(p->out, "%lld)", (long long)size->of.integer - 1);
}

/* Most strips lie between the elements that a mirror copies and the end of the ring: then there is nothing to copy. */
static void print_whether_mirrored(CallPrinter *p, const StripCall *call) {
    const StripArgument *a = arguments(p, call);
    if (call->id != KERNEL_mirror_f && call->id != KERNEL_mirror_d) return;
    const int64_t size = a[1].of.integer, mirrored = a[3].of.integer;
    if (size < 2 * mirrored || a[1].column >= 0 || a[2].column >= 0 || a[3].column >= 0) return;
    buf_printf(p->out, "if (((n0 - %lld) & %lld) > %lld) ", (long long)(mirrored - a[2].of.integer),
               (long long)size - 1, (long long)(size - 2 * mirrored));
}

static void print_call(CallPrinter *p, const StripCall *call) {
    const StripArgument *a = arguments(p, call);
    indent(p);
    print_whether_mirrored(p, call);
    if (call->id == CALL_MEMCPY)
        buf_puts(p->out, "memcpy");
    else
        buf_printf(p->out, "kn_strip_%s", kernels[call->id].name);
    for (int i = 0; i < call->narguments; i++) {
        if (a[i].kind == ARGUMENT_HIDDEN) continue;
        buf_puts(p->out, i > 0 ? ", " : "(");
        print_argument(p, call, &a[i]);
    }
    buf_puts(p->out, call->counted ? ", n);" : ");");
    const char *name =
        a->kind == ARGUMENT_BUFFER ? name_of(p, p->s->buffers[a->number].value) : NULL;
    if (name) buf_puts(p->out, " ");
    if (name) text_to_c_comment(p->out, name);
    buf_puts(p->out, "\n");
}

/* A function of one sample: of values, where other calls have strips. */
static void print_function_call(CallPrinter *p, const StripCall *call) {
    const StripArgument *a = arguments(p, call);
    const int first = strip_fills(call);
    buf_puts(p->out, scalar_functions[call->function].name);
    for (int i = first; i < call->narguments; i++) {
        buf_puts(p->out, i > first ? ", " : "(");
        if (a[i].kind == ARGUMENT_BUFFER)
            print_operand(p, &a[i], 0);
        else
            print_argument(p, call, &a[i]);
        if (a[i].kind == ARGUMENT_FRAME && !p->once) buf_puts(p->out, " + i");
    }
    buf_puts(p->out, ")");
}

/* ---- functions ---------------------------------------------------------------------------------------- */

static void print_letter(const Kernel *kernel, char letter, Buf *out) {
    const bool number = letter == 'k' || letter == 'l';
    buf_puts(out, number && kernel->type == OF_FLOAT ? "(float)" : "");
    buf_add(out, &letter, 1);
    buf_puts(out, number ? "" : "[i]");
}

static void print_parameters(const Kernel *kernel, Buf *out) {
    buf_printf(out, "(%s *y, ", c_type(kernel->result));
    for (const char *at = kernel->operands; *at; at++)
        if (*at == 'k' || *at == 'l')
            buf_printf(out, "double %c, ", *at);
        else
            buf_printf(out, "const %s *%c, ", c_type(*at == 'c' ? OF_BOOL : kernel->type), *at);
    buf_puts(out, "int n) {\n");
}

/* Of how many samples a costly function is computed: of one where all are the same. */
static bool print_count(const Kernel *kernel, Buf *out) {
    if (kernel->cost < KERNEL_COSTLY) return false;
    const char *before = "    const int held = ";
    for (const char *at = kernel->operands; *at; at++) {
        if (*at == 'k' || *at == 'l') continue;
        buf_printf(out, "%sKN_IS_HELD(%c, n)", before, *at);
        before = " && ";
    }
    buf_puts(out, ", count = held ? 1 : n;\n");
    return true;
}

/* A function of math.h for each sample: one loop for all that call it. */
void print_function(const Kernel *kernel, Buf *out) {
    buf_printf(out, "static KN_APART void kn_strip_%s", kernel->name);
    print_parameters(kernel, out);
    const bool costly = print_count(kernel, out);
    buf_printf(out, "    KN_EACH(%s) {\n        y[i] = ", costly ? "count" : "n");
    for (const char *at = kernel->expression; *at; at++)
        if (strip_operand_at(kernel, at) >= 0)
            print_letter(kernel, *at, out);
        else
            buf_add(out, at, 1);
    buf_puts(out, ";\n    }\n");
    if (costly) buf_puts(out, "    for (int i = 1; held && i < n; i++)\n        y[i] = y[0];\n");
    buf_puts(out, "}\n\n");
}

/* ---- loops over tables -------------------------------------------------------------------------------- */

bool print_mentions(const Buf *text, const char *word) {
    static const char comment[] = "/* ";
    const size_t length = strlen(word), before = sizeof comment - 1;
    for (const char *at = text->data; at && (at = strstr(at, word)); at += length) {
        const size_t place = (size_t)(at - text->data);
        if (place >= before && memcmp(at - before, comment, before) == 0) continue;
        if ((place == 0 || (!is_word(at[-1]) && at[-1] != '>')) && !is_word(at[length]))
            return true;
    }
    return false;
}

static void open_table(CallPrinter *p, const StripCall *call) {
    p->open[p->depth - 1] = call;
    p->bodies[p->depth - 1] = (Buf){0};
    p->depth++;
    if (call->rolled) p->numbers = alloc_zeroed((size_t)call->width + 1, sizeof *p->numbers);
}

/* The row at hand, and names of its numbers that loops over samples read. */
static void print_round_row(CallPrinter *p, const StripCall *loop) {
    if (loop->narguments > 0)
        buf_printf(p->out, "%*sconst struct rolled%d *const r = &rolled%d[round];\n",
                   4 * p->depth + 4, "", loop->table, loop->table);
    for (int i = 0; i < loop->width; i++) {
        if (!p->numbers[i]) continue;
        buf_printf(p->out, "%*sconst double r%d = ", 4 * p->depth + 4, "", i);
        if (p->k->data->rolled[loop->table].kinds[i] == ARGUMENT_NUMBER)
            buf_printf(p->out, "r->c%d", i);
        else
            print_read(p, "double", i);
        buf_puts(p->out, ";\n");
    }
    free(p->numbers);
}

/* The names of a row that the body mentions: steps that hang on the rate are made of frequencies. */
static void print_roll_row(CallPrinter *p, const StripCall *loop, const Buf *body) {
    const Roll *r = &p->k->p->rolls[loop->table];
    for (int h = 0; h < r->nholes; h++) {
        char name[16];
        const bool fixed = r->holes[h].kind != HOLE_VALUE,
                   asked = fixed && !plan_is_fixed_point(p->k->g, &r->holes[h]);
        snprintf(name, sizeof name, "c%d", h);
        if (!print_mentions(body, name)) continue;
        buf_printf(p->out, "%*sconst %s %s = %s", 4 * p->depth + 4, "",
                   fixed ? "uint64_t" : "double", name, asked ? "kn_fixed(" : "");
        print_argument(p, loop, arguments(p, loop));
        buf_printf(p->out, "[j].%s%s;\n", name, asked ? " / self->sample_rate)" : "");
    }
}

/* A row of a roll has the frames of its term. */
static void print_row_span_head(CallPrinter *p) {
    const StripCall *loop = loop_around(p);
    static const char *const texts[] = {"if (n0 + n > ", "[j].from && n0 < ", "[j].until) {\n"};
    for (int i = 0; i < 3; i++) {
        buf_puts(p->out, texts[i]);
        if (i < 2) print_argument(p, loop, arguments(p, loop));
    }
}

static bool is_moment(const StripArgument *a, int64_t frame) {
    return a->kind == ARGUMENT_MOMENT && a->column < 0 && a->of.integer == frame;
}

/* The frames at which a span is not silent. */
static void print_span_head(CallPrinter *p, const StripCall *span) {
    const StripArgument *from = arguments(p, span), *until = from + 1;
    const bool begins = !is_moment(from, SPAN_ALWAYS), ends = !is_moment(until, SPAN_FOR_EVER);
    buf_puts(p->out, "if (");
    if (begins)
        buf_puts(p->out, from->kind == ARGUMENT_VALUE ? "(double)(n0 + n) > " : "n0 + n > ");
    if (begins) print_argument(p, span, from);
    if (begins && ends) buf_puts(p->out, " && ");
    if (ends) buf_puts(p->out, until->kind == ARGUMENT_VALUE ? "(double)n0 < " : "n0 < ");
    if (ends) print_argument(p, span, until);
    buf_puts(p->out, ") {\n");
}

/* ---- all ---------------------------------------------------------------------------------------------- */

enum { PART_BYTES = 8 << 10 };

static Buf *add_part(StripFunction *f) {
    VEC_PUSH(f->parts, f->nparts, f->part_cap, (Buf){0});
    buf_puts(&f->parts[f->nparts - 1], "");
    return &f->parts[f->nparts - 1];
}

/* Where statements go: into the loop at hand, or the part. */
static Buf *target(CallPrinter *p, StripFunction *f) {
    Buf *part = &f->parts[f->nparts - 1];
    if (p->depth > 1) return &p->bodies[p->depth - 2];
    return part->length > PART_BYTES ? add_part(f) : part;
}

/* A word of the row of a timed loop, by its name. */
static void print_word_of_row(CallPrinter *p, const StripCall *loop, const char *row, int word) {
    static const char *const names[] = {"from", "until", "latest"};
    if (loop->rolled) {
        buf_printf(p->out, "rolled%d[%s].c%d", loop->table, row, loop->timed - 1 + word);
        return;
    }
    print_argument(p, loop, arguments(p, loop));
    buf_printf(p->out, "[%s].%s", row, names[word]);
}

/* The rows are those that the strip meets: from the first whose end, or that of one before it, is behind n0, which is
 * found by halves. */
static void open_timed(CallPrinter *p, const StripCall *loop, const char *count) {
    char first[32], row[48];
    int most = 1;
    while (most <= loop->rounds / 2)
        most *= 2;
    snprintf(first, sizeof first, "first_%s%d", loop->rolled ? "rolled" : "roll", loop->table);
    snprintf(row, sizeof row, "%s + half - 1", first);
    buf_printf(p->out, "int %s = 0;\n", first);
    indent(p);
    buf_printf(p->out, "for (int half = %d; half > 0; half /= 2)\n", most);
    indent(p);
    buf_printf(p->out, "    if (%s + half <= %d && ", first, loop->rounds);
    print_word_of_row(p, loop, row, 2);
    buf_printf(p->out, " <= n0) %s += half;\n", first);
    indent(p);
    buf_printf(p->out, "for (int %s = %s; %s < %d && ", count, first, count, loop->rounds);
    print_word_of_row(p, loop, count, 0);
    buf_printf(p->out, " < n0 + n; %s++) {\n", count);
}

static void close_table(CallPrinter *p, StripFunction *f) {
    p->depth--;
    Buf *body = &p->bodies[p->depth - 1];
    const StripCall *loop = p->open[p->depth - 1];
    const char *count = loop->rolled ? "round" : "j";
    p->out = target(p, f);
    indent(p);
    if (loop->span && arguments(p, loop)->kind == ARGUMENT_COLUMN_WORD) {
        print_row_span_head(p);
    } else if (loop->span) {
        print_span_head(p, loop);
    } else {
        if (loop->timed)
            open_timed(p, loop, count);
        else
            buf_printf(p->out, "for (int %s = 0; %s < %d; %s++) {\n", count, count, loop->rounds,
                       count);
        if (loop->rolled)
            print_round_row(p, loop);
        else
            print_roll_row(p, loop, body);
        if (strstr(body->data ? body->data : "", "KN_EACH(n)"))
            buf_printf(p->out, "%*sKN_ROUND\n", 4 * p->depth + 4, "");
    }
    buf_add(p->out, body->data ? body->data : "", body->length);
    indent(p);
    buf_puts(p->out, "}\n");
    buf_free(body);
}

static void print_one(CallPrinter *p, const StripCall *call, StripFunction *f) {
    p->out = target(p, f);
    if (call->loop > 0) {
        open_table(p, call);
    } else if (call->loop < 0) {
        close_table(p, f);
    } else if (call->fused) {
        print_loop(p, call);
    } else if (loop_knows(call->id)) {
        print_alone(p, call);
    } else {
        print_call(p, call);
        if (call->id < KERNELS) f->called[call->id] = 1;
    }
}

void print_block_value(KernelEmitter *k, NodeId id, Buf *out) {
    CallPrinter p = {.k = k, .s = &k->code, .out = out, .once = true};
    id = plan_value(k->g, id);
    if (k->p->rate[id] == RATE_CONST)
        buf_puts(out, emit_literal(k->e, k->g->nodes[id].value, true));
    else
        print_variable(&p, k->buffer[id]);
}

void print_calls(KernelEmitter *k, StripFunction *f) {
    CallPrinter p = {.k = k, .s = &k->code, .depth = 1};
    const size_t buffers = (size_t)k->code.nbuffers + 1;
    p.local = alloc_zeroed(6 * buffers, sizeof *p.local); /* one piece */
    p.last = p.local + buffers;
    p.reads = p.last + buffers;
    p.within = p.reads + buffers;
    p.filled_last = p.within + buffers;
    p.fills = p.filled_last + buffers;
    p.operations = alloc_zeroed((size_t)k->code.ninner + 1, sizeof *p.operations);
    p.choosing = alloc_zeroed((size_t)k->code.ninner + 1, sizeof *p.choosing);
    for (int i = 0; i < k->code.ninner; i++)
        p.operations[i] = 1;
    add_part(f);
    for (int i = 0; i < k->code.ncalls; i++)
        print_one(&p, &k->code.calls[i], f);
    free(p.local);
    free(p.operations);
    free(p.choosing);
}
