/* Arithmetic on values, each by the call of an elementwise kernel; variables for state; calls of functions of one sample. In:
 * operands. Out: calls, and the buffers of what they give. Steps (lower/step.c) and what params decide (lower/update.c) are
 * made of them. */
#include "lower/lower.h"

#include <string.h>

/* ---- values ---------------------------------------------------------------------------------------- */

Operand kernel_value(int buffer) {
    return (Operand){.buffer = buffer};
}

Operand kernel_constant(double x) {
    return (Operand){.buffer = -1, .number = strip_number(x)};
}

Operand kernel_input(KernelEmitter *k, const Node *n, int which) {
    return kernel_operand(k, node_inputs(n)[which], OF_DOUBLE);
}

Operand kernel_pair(KernelEmitter *k, const char *operation, Operand a, Operand b) {
    return kernel_value(kernel_apply(k, operation, OF_DOUBLE, OF_DOUBLE, (Operand[]){a, b}, 2));
}

Operand kernel_one(KernelEmitter *k, const char *operation, Operand a) {
    if (a.buffer < 0) {
        a.buffer = strip_buffer(&k->code, OF_DOUBLE);
        kernel_fill(k, a.buffer, a.number);
    }
    return kernel_value(kernel_apply(k, operation, OF_DOUBLE, OF_DOUBLE, &a, 1));
}

int kernel_compare(KernelEmitter *k, const char *operation, Operand a, Operand b) {
    return kernel_apply(k, operation, OF_DOUBLE, OF_BOOL, (Operand[]){a, b}, 2);
}

int kernel_logic(KernelEmitter *k, const char *operation, int a, int b) {
    return kernel_apply(k, operation, OF_BOOL, OF_BOOL,
                        (Operand[]){kernel_value(a), kernel_value(b)}, 2);
}

int kernel_opposite(KernelEmitter *k, int a) {
    return kernel_apply(k, "not", OF_BOOL, OF_BOOL, &(Operand){.buffer = a}, 1);
}

int kernel_select(KernelEmitter *k, BufferType type, int condition, Operand a, Operand b) {
    static const KernelId names[2][4] = {
        {KERNEL_select_f_kk, KERNEL_select_f_kv, KERNEL_select_f_vk, KERNEL_select_f_vv},
        {KERNEL_select_d_kk, KERNEL_select_d_kv, KERNEL_select_d_vk, KERNEL_select_d_vv}};
    int y = strip_buffer(&k->code, type);
    strip_call(&k->code, names[type == OF_DOUBLE][2 * (a.buffer >= 0) + (b.buffer >= 0)]);
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, condition);
    kernel_add_operand(k, &a);
    kernel_add_operand(k, &b);
    strip_add_count(&k->code);
    return y;
}

Operand kernel_choose(KernelEmitter *k, int condition, Operand a, Operand b) {
    return kernel_value(kernel_select(k, OF_DOUBLE, condition, a, b));
}

void kernel_copy(KernelEmitter *k, int to, int from) {
    const char type = k->code.buffers[to].type;
    strip_call(&k->code, type == OF_FLOAT    ? KERNEL_copy_f_v
                         : type == OF_DOUBLE ? KERNEL_copy_d_v
                                             : KERNEL_copy_b_v);
    strip_add_buffer(&k->code, to);
    strip_add_buffer(&k->code, from);
    strip_add_count(&k->code);
}

/* A variable takes another value from here on. */
void kernel_assign(KernelEmitter *k, int held, Operand x) {
    if (x.buffer >= 0)
        kernel_copy(k, held, x.buffer);
    else
        kernel_fill(k, held, x.number);
}

/* ---- state ------------------------------------------------------------------------------------------- */

/* The variable that stands for a place in the state. */
int kernel_hold(KernelEmitter *k, BufferType type, size_t field) {
    for (int i = 0; i < k->nheld; i++)
        if (k->code.buffers[k->held[i]].field == field) return k->held[i];
    const int buffer = strip_buffer(&k->code, type);
    k->code.buffers[buffer].held = true;
    k->code.buffers[buffer].field = field;
    VEC_PUSH(k->held, k->nheld, k->held_cap, buffer);
    return buffer;
}

/* A call of a function; its arguments follow. Gives the buffer with what it returns. */
int kernel_function(KernelEmitter *k, ScalarFunctionId id, BufferType result) {
    const int y = strip_buffer(&k->code, result);
    strip_call(&k->code, CALL_FUNCTION);
    k->code.calls[k->code.ncalls - 1].function = id;
    strip_add_buffer(&k->code, y);
    return y;
}

/* One that returns nothing. */
void kernel_procedure(KernelEmitter *k, ScalarFunctionId id) {
    strip_call(&k->code, CALL_FUNCTION);
    k->code.calls[k->code.ncalls - 1].function = id;
}

/* ---- what several ask for ------------------------------------------------------------------------ */

Operand kernel_finite(KernelEmitter *k, Operand x) {
    const Operand zero = kernel_pair(k, "sub", x, x);
    return kernel_choose(k, kernel_compare(k, "eq", zero, kernel_constant(0)), x,
                         kernel_constant(0));
}

int kernel_sample_number(KernelEmitter *k, int ahead) {
    int y;
    if (k->in_turn) {
        y = kernel_function(k, FUNCTION_kn_frame_number, OF_DOUBLE);
        strip_add_frame(&k->code, ahead);
        return y;
    }
    y = strip_buffer(&k->code, OF_DOUBLE);
    strip_call(&k->code, KERNEL_frame_d);
    strip_add_buffer(&k->code, y);
    strip_add_frame(&k->code, ahead);
    strip_add_count(&k->code);
    return y;
}

Operand kernel_delay_samples(KernelEmitter *k, const Node *n) {
    Operand seconds = kernel_input(k, n, 1);
    if (n->op == OP_DELAY) {
        seconds = kernel_pair(k, "max", seconds, kernel_input(k, n, 2));
        seconds = kernel_pair(k, "min", seconds, kernel_input(k, n, 3));
    }
    return kernel_pair(k, "mul", seconds, kernel_sample_rate(k));
}
