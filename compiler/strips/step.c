/* A step as C, for libtcc. In: the calls of its loop. Out: a piece of C: the variables that hold state, a loop over the
 * samples with a statement for each call, and the state again.
 *
 * libtcc gives each variable a place of its own on the stack, and a host's thread may have a small one: where there are many,
 * values are elements of an array behind the buffers. */
#include "strips/strips.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_VARIABLES = 200 };

typedef struct StepPrinter {
    const StripCode *s;
    Buf *out;
    int *known; /* by buffer: the number of its variable, from 1 on; 0: it has none yet */
    int nknown;
    bool many; /* variables are elements of an array of doubles */
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

/* The value of a buffer: a variable, an element, or that of a strip. */
static void print_value(StepPrinter *p, int buffer) {
    const char type = p->s->buffers[buffer].type;
    if (!p->known[buffer])
        buf_printf(p->out, "b%d[i]", buffer);
    else if (p->many)
        buf_printf(p->out, "%sv[%d]",
                   type == OF_DOUBLE  ? ""
                   : type == OF_FLOAT ? "(float)"
                                      : "(int)",
                   p->known[buffer] - 1);
    else
        buf_printf(p->out, "v%d", buffer);
}

/* What stands left of a new value. */
static void print_assignment(StepPrinter *p, int buffer) {
    const bool new = !p->known[buffer];
    if (new) p->known[buffer] = ++p->nknown;
    if (p->many)
        buf_printf(p->out, "v[%d] = (%s)", p->known[buffer] - 1, type_of(p, buffer));
    else
        buf_printf(p->out, "%s%sv%d = ", new ? type_of(p, buffer) : "", new ? " " : "", buffer);
}

/* A number is converted to the type of the kernel. */
static void print_operand(StepPrinter *p, const StripArgument *a, char type) {
    if (a->kind == ARGUMENT_BUFFER) {
        print_value(p, a->number);
        return;
    }
    buf_puts(p->out, type == OF_FLOAT ? "(float)(" : "(");
    strip_print_argument(p->s, 0, a, p->out);
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
            strip_print_argument(p->s, 0, &a[i], p->out);
        buf_puts(p->out, address ? ")" : a[i].kind == ARGUMENT_FRAME ? " + i" : "");
    }
    buf_puts(p->out, ")");
}

static void print_call(StepPrinter *p, const LoopCall *inner) {
    const StripCall *call = &inner->call;
    const int y = strip_fills(call) ? p->s->arguments[call->first].number : -1;
    Buf expression = {0}, *out = p->out;
    p->out = &expression; /* before the variable it goes to is known: it may be new */
    if (call->id == CALL_FUNCTION)
        print_function(p, call);
    else
        print_expression(p, call);
    p->out = out;
    buf_puts(out, "            ");
    if (y >= 0) print_assignment(p, y);
    buf_puts(out, y >= 0 && p->many ? "(" : "");
    buf_add(out, expression.data, expression.length);
    buf_puts(out, y >= 0 && p->many ? ");\n" : ";\n");
    buf_free(&expression);
    if (!inner->stored) return;
    buf_printf(out, "            b%d[i] = ", y);
    print_value(p, y);
    buf_puts(out, ";\n");
}

static void print_held(StepPrinter *p, const StripLoop *step, bool before) {
    for (int i = 0; i < step->nheld; i++) {
        const int buffer = step->held[i];
        buf_puts(p->out, "        ");
        if (before) print_assignment(p, buffer);
        buf_printf(p->out, "*(%s *)(s + %zu)", type_of(p, buffer), p->s->buffers[buffer].field);
        if (!before) buf_puts(p->out, " = ");
        if (!before) print_value(p, buffer);
        buf_puts(p->out, ";\n");
    }
}

int strip_print_step(const StripCode *s, const StripLoop *step, Buf *out) {
    StepPrinter p = {.s = s,
                     .out = out,
                     .known = alloc_zeroed((size_t)s->nbuffers + 1, sizeof *p.known),
                     .many = step->ncalls + step->nheld > MOST_VARIABLES};
    buf_puts(out, "    {\n");
    if (p.many) buf_puts(out, "        double *const v = (double *)(w + KN_VALUES);\n");
    print_held(&p, step, true);
    buf_puts(out, "        for (int i = 0; i < n; i++) {\n");
    for (int i = step->first; i < step->first + step->ncalls; i++)
        print_call(&p, &s->inner[i]);
    buf_puts(out, "        }\n");
    print_held(&p, step, false);
    buf_puts(out, "    }\n");
    free(p.known);
    return p.many ? p.nknown : 0;
}
