/* kanon doc: the text and signature of a library definition, or the list of all.
 * In: a name, or none. Out: text on standard output. What is built in is explained as well. */
#include "command.h"
#include "peval.h" /* the table of what is built in */

#include <stdlib.h>
#include <string.h>

static int widest(const char *const *names, int n) {
    int width = 0;
    for (int i = 0; i < n; i++)
        if ((int)strlen(names[i]) > width) width = (int)strlen(names[i]);
    for (int i = 0; i < prim_count; i++)
        if ((int)strlen(prims[i].name) > width) width = (int)strlen(prims[i].name);
    return width;
}

/* The name and the first line of its text. */
static void add_row(const char *name, const char *doc, int width, Buf *out) {
    while (doc && *doc == ' ')
        doc++;
    if (doc && *doc && *doc != '\n')
        buf_printf(out, "%-*s  %.*s\n", width, name, (int)strcspn(doc, "\n"), doc);
    else
        buf_printf(out, "%s\n", name);
}

static void add_list(Compile *c, Buf *out) {
    int n;
    const char *const *names = library_public(c, &n);
    int width = widest(names, n);
    for (int i = 0; i < n; i++) {
        Module *module;
        Def *def = library_find(c, names[i], &module);
        add_row(names[i], def ? def->doc : NULL, width, out);
    }
    buf_puts(out, n > 0 ? "\nbuilt in:\n" : "built in:\n");
    for (int i = 0; i < prim_count; i++)
        if (prims[i].kind != PRIM_LATER) add_row(prims[i].name, prims[i].doc, width, out);
    buf_puts(out, "\nnot yet there:\n");
    for (int i = 0; i < prim_count; i++)
        if (prims[i].kind == PRIM_LATER) add_row(prims[i].name, prims[i].doc, width, out);
}

static int unknown(Compile *c, const char *name) {
    int n;
    const char *const *library = library_public(c, &n);
    const char **names = malloc(sizeof *names * (size_t)(n + prim_count + 1));
    if (!names) abort();
    for (int i = 0; i < n; i++)
        names[i] = library[i];
    for (int i = 0; i < prim_count; i++)
        names[n + i] = prims[i].name;
    const char *near = nearest_name(name, names, n + prim_count), *other = other_name(name);
    if (other)
        command_fail(STATUS_USAGE, "the library has no '%s'; here: %s", name, other);
    else if (near)
        command_fail(STATUS_USAGE, "the library has no '%s'; did you mean %s?", name, near);
    else
        command_fail(STATUS_USAGE, "the library has no '%s'; kanon doc lists its names", name);
    free(names);
    return STATUS_USAGE;
}

/* What the definition checks of its arguments, in one line. */
static void add_needs(const Ast *value, Buf *out) {
    const char *between = "    Needs: ";
    for (const Ast *need = need_next(value); need; need = need_next(need->d)) {
        buf_printf(out, "%s%s", between, need->b->name.text);
        between = "; ";
    }
    if (between[0] == ';') buf_puts(out, ".\n");
}

/* The text, its lines indented, between empty lines; in front of the example the needs. */
static void add_text(const char *doc, const Ast *value, Buf *out) {
    if (!doc) return;
    buf_puts(out, "\n");
    for (const char *line = doc; *line;) {
        size_t length = strcspn(line, "\n");
        if (value && strncmp(line, "Example: ", strlen("Example: ")) == 0) {
            add_needs(value, out);
            value = NULL;
        }
        buf_printf(out, "    %.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
    if (value) add_needs(value, out);
}

static void add_built_in(const Prim *prim, Buf *out) {
    buf_puts(out, prim->name);
    const char *between = "(";
    for (const char *p = prim->params; p && *p;) {
        size_t length = strcspn(p, " ");
        buf_printf(out, "%s%.*s", between, (int)length, p);
        between = ", ";
        p += length + (p[length] == ' ');
    }
    if (*between == ',') buf_puts(out, ")");
    buf_puts(out, "\n");
    add_text(prim->doc, NULL, out);
    buf_puts(out, "\nbuilt in\n");
}

static int add_definition(Compile *c, const char *name, Buf *out) {
    Module *module = NULL;
    Def *def = library_find(c, name, &module);
    int prim = def ? -1 : prim_find(name);
    if (!def && prim < 0) return unknown(c, name);
    if (!def) {
        add_built_in(&prims[prim], out);
        return STATUS_DONE;
    }
    buf_printf(out, "%s\n", source_text(c, def->head, 400));
    add_text(def->doc, def->value, out);
    buf_printf(out, "\nfrom %s\n", c->sources[module->source].path);
    return STATUS_DONE;
}

static int run(const Request *request) {
    CompileOptions options = {.rate = 48000, .max_rate = 192000, .documented = true};
    Compile *c = compile_create(&options);
    Buf out = {0};
    int status = STATUS_DONE;
    if (request->file)
        status = add_definition(c, request->file, &out);
    else
        add_list(c, &out);
    load_print_diags(c);
    if (status == STATUS_DONE) status = answer_print(&out, NULL);
    buf_free(&out);
    compile_free(c);
    return status;
}

const Command command_doc = {
    .name = "doc",
    .run = run,
    .summary = "a library definition's text and signature, or the list",
    .usage = "[NAME]",
    .text = "Without NAME, lists the library with the first line of each text.",
    .operand = "NAME",
};
