/* A step as C, for libtcc. In: the calls of its loop. Out: a piece of C: the variables that hold state, a loop over the
 * samples with a statement for each call, and the state again. */
#include "strips/strips.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct StepPrinter {
    const StripCode *s;
    Buf *out;
    uint8_t *known; /* buffers that have a variable already */
} StepPrinter;

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_' || c == '.';
}

int strip_operand_at(const Kernel *kernel, const char *at) {
    const bool alone = (at == kernel->expression || !is_word(at[-1])) && !is_word(at[1]);
    const char *letter =
        alone && isalpha((unsigned char)*at) ? strchr(kernel->operands, *at) : NULL;
    return letter ? (int)(letter - kernel->operands) : -1;
}

static const char *type_of(const StepPrinter *p, int buffer) {
    const char type = p->s->buffers[buffer].type;
    return type == OF_DOUBLE ? "double" : type == OF_FLOAT ? "float" : "int";
}

/* A number is converted to the type of the kernel. */
static void print_operand(StepPrinter *p, const StripArgument *a, char type) {
    if (a->kind == ARGUMENT_BUFFER) {
        buf_printf(p->out, p->known[a->number] ? "v%d" : "b%d[i]", a->number);
        return;
    }
    buf_puts(p->out, type == OF_FLOAT ? "(float)(" : "(");
    strip_print_argument(p->s, a, p->out);
    buf_puts(p->out, ")");
}

static void print_expression(StepPrinter *p, const StripCall *call) {
    const Kernel *kernel = &kernels[call->id];
    for (const char *at = kernel->expression; *at; at++) {
        const int which = strip_operand_at(kernel, at);
        if (which >= 0)
            print_operand(p, &p->s->arguments[call->first + 1 + which], kernel->type);
        else
            buf_add(p->out, at, 1);
    }
}

static void print_function(StepPrinter *p, const StripCall *call) {
    const StripArgument *a = &p->s->arguments[call->first];
    const int first = strip_fills(call);
    buf_puts(p->out, scalar_functions[call->function].name);
    for (int i = first; i < call->narguments; i++) {
        const bool address = a[i].kind == ARGUMENT_ADDRESS || a[i].kind == ARGUMENT_DATA;
        buf_puts(p->out, i > first ? ", " : "(");
        buf_puts(p->out, address ? "(void *)(" : "");
        if (a[i].kind == ARGUMENT_BUFFER)
            print_operand(p, &a[i], 0);
        else
            strip_print_argument(p->s, &a[i], p->out);
        buf_puts(p->out, address ? ")" : a[i].kind == ARGUMENT_FRAME ? " + i" : "");
    }
    buf_puts(p->out, ")");
}

static void print_call(StepPrinter *p, const LoopCall *inner) {
    const StripCall *call = &inner->call;
    const int y = strip_fills(call) ? p->s->arguments[call->first].number : -1;
    buf_puts(p->out, "            ");
    if (y >= 0)
        buf_printf(p->out, "%s%sv%d = ", p->known[y] ? "" : type_of(p, y), p->known[y] ? "" : " ",
                   y);
    if (call->id == CALL_FUNCTION)
        print_function(p, call);
    else
        print_expression(p, call);
    buf_puts(p->out, ";\n");
    if (y >= 0) p->known[y] = 1;
    if (inner->stored) buf_printf(p->out, "            b%d[i] = v%d;\n", y, y);
}

static void print_held(StepPrinter *p, const StripLoop *step, bool before) {
    for (int i = 0; i < step->nheld; i++) {
        const int buffer = step->held[i];
        const char *type = type_of(p, buffer);
        if (before)
            buf_printf(p->out, "        %s v%d = *(%s *)(s + %zu);\n", type, buffer, type,
                       p->s->buffers[buffer].field);
        else
            buf_printf(p->out, "        *(%s *)(s + %zu) = v%d;\n", type,
                       p->s->buffers[buffer].field, buffer);
        p->known[buffer] = 1;
    }
}

void strip_print_step(const StripCode *s, const StripLoop *step, Buf *out) {
    StepPrinter p = {s, out, alloc_zeroed((size_t)s->nbuffers + 1, 1)};
    buf_puts(out, "    {\n");
    print_held(&p, step, true);
    buf_puts(out, "        for (int i = 0; i < n; i++) {\n");
    for (int i = step->first; i < step->first + step->ncalls; i++)
        print_call(&p, &s->inner[i]);
    buf_puts(out, "        }\n");
    print_held(&p, step, false);
    buf_puts(out, "    }\n");
    free(p.known);
}
