/* Operands of kernels. In: nodes whose values are computed. Out: buffers of the type that a kernel wants, numbers as arguments,
 * and the call of kernel operation_type_operands. */
#include "lower/lower.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The letter of a type in names of kernels, and its place in k->converted. */
static int type_index(BufferType type) {
    return type == OF_FLOAT ? 0 : type == OF_DOUBLE ? 1 : 2;
}

int kernel_column(const KernelEmitter *k, NodeId id, HoleKind kind) {
    for (int i = 0; k->roll && i < k->roll->nholes; i++)
        if (k->roll->holes[i].node == id && k->roll->holes[i].kind == kind) return i;
    return -1;
}

uint64_t kernel_fixed_point(long double turns) {
    long double x = turns - floorl(turns);
    long double scaled = x * 18446744073709551616.0L;
    return scaled >= 18446744073709551615.0L ? UINT64_MAX : (uint64_t)scaled;
}

bool kernel_varies(const KernelEmitter *k, NodeId id) {
    id = plan_value(k->g, id);
    if (k->by_block) return plan_by_block(k->p, id);
    return k->p->rate[id] == RATE_SAMPLE && kernel_column(k, id, HOLE_VALUE) < 0;
}

StripArgument kernel_number(const KernelEmitter *k, NodeId id) {
    id = plan_value(k->g, id);
    int column = kernel_column(k, id, HOLE_VALUE);
    if (column >= 0) return (StripArgument){.kind = ARGUMENT_COLUMN, .number = column};
    if (k->p->rate[id] == RATE_CONST) return strip_number(k->g->nodes[id].value);
    return (StripArgument){
        .kind = ARGUMENT_VALUE, .number = id, .of.word = kernel_field(k, "k", id)};
}

StripArgument kernel_number_at(size_t place) {
    return (StripArgument){
        .kind = ARGUMENT_VALUE, .column = -1, .number = NUMBER_IN_STATE, .of.word = place};
}

/* Writes the name with the number at its end; returns its length. */
static size_t put_number(char *text, const char *name, int number) {
    char digits[12], *at = digits + sizeof digits;
    const size_t length = strlen(name);
    do
        *--at = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    const size_t n = (size_t)(digits + sizeof digits - at);
    memcpy(text, name, length);
    memcpy(text + length, at, n);
    return length + n;
}

/* It is asked for with each call that has a state: too often for printf. */
size_t kernel_field(const KernelEmitter *k, const char *name, int number) {
    char text[32];
    const Field *field = emit_find_field(k->e, text, put_number(text, name, number));
    if (!field) abort(); /* there is no such field: a bug of whoever made the call */
    return field->offset;
}

size_t kernel_own_field(KernelEmitter *k, const char *name, int number, NodeId node, int count) {
    Emitter *e = k->e;
    emit_field(e, "double", count, node, "%s%d", name, number);
    e->fields[e->nfields - 1].derived = true;
    return e->fields[e->nfields - 1].offset;
}

void kernel_add_field(KernelEmitter *k, const char *name, int number) {
    strip_add_field(&k->code, kernel_field(k, name, number));
}

StripArgument kernel_negated(StripArgument number) {
    if (number.kind == ARGUMENT_NUMBER)
        number.of.value = -number.of.value;
    else
        number.negated = !number.negated;
    return number;
}

BufferType kernel_type(const KernelEmitter *k, NodeId id) {
    id = plan_value(k->g, id);
    if (node_is_condition(&k->g->nodes[id])) return OF_BOOL;
    return k->p->wide[id] ? OF_DOUBLE : OF_FLOAT;
}

/* A span forgets its buffers at its end. */
static void log_buffer(KernelEmitter *k, NodeId id) {
    if (k->open.first >= 0) VEC_PUSH(k->logged, k->nlogged, k->logged_cap, id);
}

void kernel_set(KernelEmitter *k, NodeId id, int buffer) {
    log_buffer(k, id);
    k->buffer[id] = buffer;
    if (!k->code.buffers[buffer].value) k->code.buffers[buffer].value = id;
    k->converted[type_index((BufferType)k->code.buffers[buffer].type)][id] = buffer;
}

/* ---- operands -------------------------------------------------------------------------------- */

static void convert(KernelEmitter *k, int to, int from) {
    static const KernelId names[3][3] = {{KERNELS, KERNEL_convert_f_d, KERNEL_convert_f_b},
                                         {KERNEL_convert_d_f, KERNELS, KERNEL_convert_d_b},
                                         {KERNEL_convert_b_f, KERNEL_convert_b_d, KERNELS}};
    int t = type_index((BufferType)k->code.buffers[to].type),
        f = type_index((BufferType)k->code.buffers[from].type);
    strip_call(&k->code, names[t][f]);
    strip_add_buffer(&k->code, to);
    strip_add_buffer(&k->code, from);
    strip_add_count(&k->code);
}

void kernel_fill(KernelEmitter *k, int buffer, StripArgument number) {
    strip_call(&k->code, k->code.buffers[buffer].type == OF_FLOAT    ? KERNEL_fill_f_k
                         : k->code.buffers[buffer].type == OF_DOUBLE ? KERNEL_fill_d_k
                                                                     : KERNEL_fill_b_k);
    strip_add_buffer(&k->code, buffer);
    strip_add(&k->code, number);
    strip_add_count(&k->code);
}

int kernel_buffer(KernelEmitter *k, NodeId id, BufferType type) {
    id = plan_value(k->g, id);
    int *known = &k->converted[type_index(type)][id];
    if (*known >= 0) return *known;
    if (!kernel_varies(k, id)) {
        int b = strip_buffer(&k->code, type);
        kernel_fill(k, b, kernel_number(k, id));
        return b; /* it is not remembered: in a roll it is another number in each term */
    }
    if (k->buffer[id] < 0) kernel_make_source(k, id);
    if (*known >= 0) return *known;
    int b = strip_buffer(&k->code, type);
    convert(k, b, k->buffer[id]);
    *known = b;
    log_buffer(k, id);
    return b;
}

Operand kernel_operand(KernelEmitter *k, NodeId id, BufferType type) {
    if (kernel_varies(k, id) || type == OF_BOOL)
        return (Operand){.buffer = kernel_buffer(k, id, type)};
    return (Operand){.buffer = -1, .number = kernel_number(k, id)};
}

void kernel_add_operand(KernelEmitter *k, const Operand *o) {
    if (o->buffer >= 0)
        strip_add_buffer(&k->code, o->buffer);
    else
        strip_add(&k->code, o->number);
}

static int find_by_name(const char *operation, BufferType type, const Operand *o, int n) {
    char name[64], *at = stpcpy(name, operation);
    *at++ = '_';
    *at++ = (char)type;
    *at++ = '_';
    for (int i = 0; i < n; i++)
        *at++ = o[i].buffer >= 0 ? 'v' : 'k';
    *at = 0;
    return kernel_find(name);
}

/* The same few kernels are looked up again and again. Answers are remembered by the address of the operation's name, which is
 * a constant text. */
static int find_kernel(KernelEmitter *k, const char *operation, BufferType type, const Operand *o,
                       int n) {
    unsigned operands = 1;
    for (int i = 0; i < n; i++)
        operands = 2 * operands + (o[i].buffer >= 0);
    uintptr_t place = (uintptr_t)operation;
    FoundKernel *found =
        &k->found[(place ^ place >> 5 ^ operands * 5 ^ (unsigned)type * 19) % FOUND_KERNELS];
    if (found->operation != operation || found->type != type || found->operands != operands)
        *found = (FoundKernel){operation, type, operands, find_by_name(operation, type, o, n)};
    return found->kernel;
}

/* Calls operation_type_operands(y, operands…, n) and returns y. */
int kernel_apply(KernelEmitter *k, const char *operation, BufferType type, BufferType result,
                 const Operand *o, int n) {
    int found = find_kernel(k, operation, type, o, n);
    if (found < 0) { /* no kernel takes a number there: it gets a buffer */
        Operand all[6];
        for (int i = 0; i < n; i++) {
            all[i] = o[i];
            if (o[i].buffer >= 0) continue;
            all[i].buffer = strip_buffer(&k->code, type);
            kernel_fill(k, all[i].buffer, o[i].number);
        }
        return kernel_apply(k, operation, type, result, all, n);
    }
    int y = strip_buffer(&k->code, result);
    strip_call(&k->code, found);
    strip_add_buffer(&k->code, y);
    for (int i = 0; i < n; i++)
        kernel_add_operand(k, &o[i]);
    strip_add_count(&k->code);
    return y;
}

/* The value of a node is in this buffer, whatever its type: it is converted to the type of the node where that is read. */
void kernel_finish(KernelEmitter *k, NodeId id, int buffer) {
    kernel_set(k, id, buffer);
}

BufferType kernel_computing_type(const KernelEmitter *k, NodeId id) {
    return plan_computes_wide(k->p, id) ? OF_DOUBLE : OF_FLOAT;
}

void kernel_swap(Operand *o) {
    Operand first = o[0];
    o[0] = o[1];
    o[1] = first;
}
