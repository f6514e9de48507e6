/* One definition of a program that runs is another one from now on.
 * In: the text of the program, the definition. Out: the text with it. */
#include "command/definition.h"
#include "pipeline.h"
#include "syntax/items.h"

#include <string.h>

static const char out_is[] = "out = t => (";

typedef struct Exchange {
    Compile *c;
    const char *text, *given;
    Buf definition; /* as it was given, or with `out = ` around it */
    long begin;     /* of what was given, in it */
    TextItem old, one;
    bool is_single, is_one, is_there, is_text;
} Exchange;

static bool find_one(Exchange *x) {
    Session *session = &x->c->session;
    const int source = source_add(session, "definition", x->definition.data, x->definition.length);
    x->is_text = source >= 0;
    x->is_single = x->is_text && text_item_only(session, source, &x->one);
    return x->is_single && x->one.defines && x->one.name;
}

/* What is one item and defines nothing is an expression. */
static bool find_expression(Exchange *x) {
    if (!x->is_single || x->one.defines) return false;
    buf_free(&x->definition);
    buf_printf(&x->definition, "%s%s\n)", out_is, x->given);
    x->begin = (long)strlen(out_is);
    return find_one(x);
}

static void find(void *data) {
    Exchange *x = data;
    Session *session = &x->c->session;
    buf_puts(&x->definition, x->given);
    x->is_one = find_one(x) || find_expression(x);
    const int program = source_add(session, "program", x->text, strlen(x->text));
    x->is_text = x->is_text && program >= 0;
    x->is_there = x->is_one && x->is_text && text_item_find(session, program, x->one.name, &x->old);
}

static long refuse(char *why, size_t room, const char *fmt, const char *name) {
    snprintf(why, room, fmt, name);
    return -1;
}

static long exchange(const Exchange *x, Buf *out, char *why, size_t room) {
    if (!x->is_text) return refuse(why, room, "the definition is no text%s", "");
    if (!x->is_one)
        return refuse(why, room,
                      "one definition is wanted, such as `%s`, or an expression for `out`",
                      "cutoff = 800Hz");
    if (x->is_there && x->old.names > 1 && x->one.names != x->old.names)
        return refuse(why, room, "`%s` is defined together with other names: define all of them",
                      x->one.name);
    buf_puts(out, "");
    if (x->is_there) {
        buf_add(out, x->text, (size_t)x->old.start);
        buf_puts(out, x->definition.data);
        buf_puts(out, x->text + x->old.end);
        return x->old.start + x->begin;
    }
    buf_puts(out, x->text);
    if (out->length > 0 && out->data[out->length - 1] != '\n') buf_byte(out, '\n');
    const long at = (long)out->length;
    buf_puts(out, x->definition.data);
    buf_byte(out, '\n');
    return at + x->begin;
}

static Exchange exchange_find(const char *text, const char *definition) {
    Exchange x = {.c = compile_create(&(CompileOptions){.limits = usual_limits}),
                  .text = text,
                  .given = definition};
    compile_within(x.c, find, &x);
    return x;
}

static void exchange_free(Exchange *x) {
    compile_free(x->c);
    buf_free(&x->definition);
}

long definition_replace(const char *text, const char *definition, Buf *out, char *why,
                        size_t room) {
    Exchange x = exchange_find(text, definition);
    const long at = exchange(&x, out, why, room);
    exchange_free(&x);
    return at;
}

bool definition_is_of(const char *text, const char *definition) {
    Exchange x = exchange_find(text, definition);
    const bool is = x.is_there;
    exchange_free(&x);
    return is;
}

static void find_kind(void *data) {
    Exchange *x = data;
    Session *session = &x->c->session;
    const int source = source_add(session, "-e", x->given, strlen(x->given));
    x->is_there = source >= 0 && text_defines(session, source);
}

void definition_file_of(const char *expression, Buf *out) {
    Exchange x = {.c = compile_create(&(CompileOptions){.limits = usual_limits}),
                  .given = expression};
    compile_within(x.c, find_kind, &x);
    if (x.is_there)
        buf_printf(out, "%s\n", expression);
    else
        buf_printf(out, "%s%s\n)\n", out_is, expression);
    exchange_free(&x);
}
