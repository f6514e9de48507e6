/* One definition of a program that runs is another one from now on.
 * In: the text of the program, the definition. Out: the text with it. */
#include "command/definition.h"
#include "pipeline.h"
#include "syntax/items.h"

#include <string.h>

typedef struct Exchange {
    Compile *c;
    const char *text, *definition;
    TextItem old, one;
    bool is_one, is_there, is_text;
} Exchange;

static void find(void *data) {
    Exchange *x = data;
    Session *session = &x->c->session;
    const int source = source_add(session, "definition", x->definition, strlen(x->definition)),
              program = source_add(session, "program", x->text, strlen(x->text));
    x->is_text = source >= 0 && program >= 0;
    x->is_one = x->is_text && text_item_only(session, source, &x->one) && x->one.name;
    x->is_there = x->is_one && text_item_find(session, program, x->one.name, &x->old);
}

static long refuse(char *why, size_t room, const char *fmt, const char *name) {
    snprintf(why, room, fmt, name);
    return -1;
}

static long exchange(const Exchange *x, Buf *out, char *why, size_t room) {
    if (!x->is_text) return refuse(why, room, "the definition is no text%s", "");
    if (!x->is_one)
        return refuse(why, room, "one definition is wanted, such as `%s`", "cutoff = 800Hz");
    if (x->is_there && x->old.names > 1 && x->one.names != x->old.names)
        return refuse(why, room, "`%s` is defined together with other names: define all of them",
                      x->one.name);
    buf_puts(out, "");
    if (x->is_there) {
        buf_add(out, x->text, (size_t)x->old.start);
        buf_puts(out, x->definition);
        buf_puts(out, x->text + x->old.end);
        return x->old.start;
    }
    buf_puts(out, x->text);
    if (out->length > 0 && out->data[out->length - 1] != '\n') buf_byte(out, '\n');
    const long at = (long)out->length;
    buf_puts(out, x->definition);
    buf_byte(out, '\n');
    return at;
}

long definition_replace(const char *text, const char *definition, Buf *out, char *why,
                        size_t room) {
    Exchange x = {.c = compile_create(&(CompileOptions){.limits = usual_limits}),
                  .text = text,
                  .definition = definition};
    compile_within(x.c, find, &x);
    const long at = exchange(&x, out, why, room);
    compile_free(x.c);
    return at;
}
