/* kanon doc: the text and signature of a definition, or what there is to a word, or the list of all.
 * In: a word, or none. Out: text on standard output. What is built in, keywords and units are explained as well.
 *
 * A word that is no name is looked for in names, first lines, families (the files of the library) and the words of
 * other languages. */
#include "command/command.h"
#include "evaluate/peval.h" /* the table of what is built in */

#include <strings.h>

#include <stdlib.h>
#include <string.h>

/* ---- all that can be explained, as rows -------------------------------------------------------------- */

typedef struct Word {
    const char *name, *kind, *written, *text;
} Word;
static const Word words[] = {
#define WORD(name, kind, written, text) {name, kind, written, text},
#include "command/words.def"
#undef WORD
};
enum { WORDS = sizeof words / sizeof *words };

typedef struct Row {
    const char *name, *text; /* text: what its first line says, or NULL */
    const char *family;      /* "filters", "built in", "not yet there", "words and units" */
} Row;
typedef struct Rows {
    Row *items;
    int n, cap;
} Rows;

static void add(Rows *rows, const char *name, const char *text, const char *family) {
    while (text && *text == ' ')
        text++;
    Row row = {name, text && *text && *text != '\n' ? text : NULL, family};
    VEC_PUSH(rows->items, rows->n, rows->cap, row);
}

/* "filters" of "<library>/filters.kn". */
static const char *family_of(Compile *c, const Module *module) {
    const char *path = c->session.sources[module->source].path, *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
    return arena_strndup(c->session.arena, name, dot ? (size_t)(dot - name) : strlen(name));
}

static Rows gather(Compile *c) {
    Rows rows = {0};
    int n;
    const char *const *names = library_public(&c->program, &n);
    for (int i = 0; i < n; i++) {
        Module *module;
        Def *def = library_find(&c->program, names[i], &module);
        add(&rows, names[i], def ? def->doc : NULL, def ? family_of(c, module) : "");
    }
    for (int later = 0; later < 2; later++)
        for (int i = 0; i < prim_count; i++)
            if ((prims[i].kind == PRIM_LATER) == later && prims[i].name[0] != '_')
                add(&rows, prims[i].name, prims[i].doc, later ? "not yet there" : "built in");
    for (int i = 0; i < WORDS; i++)
        add(&rows, words[i].name, words[i].text, "words and units");
    return rows;
}

/* The name and the first line of its text. */
static void print_row(const Row *row, int width, Buf *out) {
    if (row->text)
        buf_printf(out, "%-*s  %.*s\n", width, row->name, (int)strcspn(row->text, "\n"), row->text);
    else
        buf_printf(out, "%s\n", row->name);
}

static int widest(const Rows *rows) {
    int width = 0;
    for (int i = 0; i < rows->n; i++)
        if ((int)strlen(rows->items[i].name) > width) width = (int)strlen(rows->items[i].name);
    return width;
}

/* The library, and behind it what is no part of it, under titles. */
static void print_list(const Rows *rows, Buf *out) {
    int width = widest(rows);
    const char *title = "";
    for (int i = 0; i < rows->n; i++) {
        const Row *row = &rows->items[i];
        bool outside = strchr(row->family, ' ') != NULL;
        if (outside && strcmp(title, row->family) != 0) {
            title = row->family;
            buf_printf(out, "%s%s:\n", i > 0 ? "\n" : "", title);
        }
        print_row(row, width, out);
    }
}

/* ---- searching ------------------------------------------------------------------------------------ */

static bool is_about(const Row *row, const char *word) {
    char line[256] = "";
    if (row->text) snprintf(line, sizeof line, "%.*s", (int)strcspn(row->text, "\n"), row->text);
    return strcasestr(row->name, word) || strcasestr(line, word) || strcasestr(row->family, word);
}

static int unknown(const Rows *rows, const char *word) {
    const char **names = malloc(sizeof *names * (size_t)(rows->n + 1));
    if (!names) abort();
    for (int i = 0; i < rows->n; i++)
        names[i] = rows->items[i].name;
    const char *near = nearest_name(word, names, rows->n);
    if (near)
        command_fail(STATUS_USAGE, "the library has no '%s'; did you mean %s?", word, near);
    else
        command_fail(STATUS_USAGE,
                     "the library has no '%s', and no text says it; kanon doc lists its names",
                     word);
    free(names);
    return STATUS_USAGE;
}

static int search(const Rows *rows, const char *word, Buf *out) {
    Rows found = {0};
    bool any = strspn(word, " ") == strlen(word);
    for (int i = 0; i < rows->n && !any; i++)
        if (is_about(&rows->items[i], word))
            VEC_PUSH(found.items, found.n, found.cap, rows->items[i]);
    const char *other = other_name(word);
    int status = STATUS_DONE;
    if (!other && found.n == 0) status = unknown(rows, word);
    if (other)
        buf_printf(out, "There is no `%s` here: %s\n%s", word, other, found.n > 0 ? "\n" : "");
    int width = widest(&found);
    for (int i = 0; i < found.n; i++)
        print_row(&found.items[i], width, out);
    free(found.items);
    return status;
}

/* ---- one of them ------------------------------------------------------------------------------------ */

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

static void add_word(const Word *word, Buf *out) {
    buf_printf(out, "%s\n\n    %s\n\n%s, as in `%s`\n", word->name, word->text, word->kind,
               word->written);
}

/* As it stands in the library, with its lines of text. */
static void add_source(const char *name, Buf *out) {
    for (int i = 0; i < library_nnames; i++) {
        if (strcmp(library_names[i].name, name) != 0) continue;
        const LibraryItem *item = &library_items[library_names[i].item];
        buf_puts(out, "\n");
        buf_add(out, library_files[item->file].text + item->start,
                (size_t)(item->end - item->start));
        while (out->length > 0 && strchr(" \n", out->data[out->length - 1]))
            out->data[--out->length] = '\0';
        buf_puts(out, "\n");
        return;
    }
}

/* False: nothing is called that. */
static bool explain(Compile *c, const char *name, bool source, Buf *out) {
    Module *module = NULL;
    Def *def = name[0] == '_' ? NULL : library_find(&c->program, name, &module);
    int prim = def ? -1 : prim_find(name), word = 0;
    while (word < WORDS && strcmp(words[word].name, name) != 0)
        word++;
    if (def) {
        buf_printf(out, "%s\n", source_text(&c->session, def->head, 400));
        add_text(def->doc, def->value, out);
        buf_printf(out, "\nfrom %s\n", c->session.sources[module->source].path);
        if (source) add_source(name, out);
    } else if (prim >= 0) {
        add_built_in(&prims[prim], out);
        if (source) buf_puts(out, "It has no source in Kanon.\n");
    }
    bool also = def || prim >= 0;
    if (word < WORDS && also) buf_puts(out, "\nAnd ");
    if (word < WORDS) add_word(&words[word], out);
    return also || word < WORDS;
}

static int run(const Request *request) {
    CompileOptions options = {.rate = 48000, .max_rate = 192000, .documented = true};
    Compile *c = compile_create(&options);
    Buf out = {0};
    int status = STATUS_DONE;
    Rows rows = {0};
    if (request->file && *request->file) {
        if (!explain(c, request->file, request->source, &out)) {
            rows = gather(c);
            status = search(&rows, request->file, &out);
        }
    } else {
        rows = gather(c);
        print_list(&rows, &out);
    }
    free(rows.items);
    load_print_diags(c);
    if (status == STATUS_DONE) status = answer_print(&out, NULL);
    buf_free(&out);
    compile_free(c);
    return status;
}

static const Option options[] = {
    {"source", 0, OPTION_FLAG, NULL, REQUEST_FIELD(source),
     "the definition as it stands in the library"},
};

const Command command_doc = {
    .name = "doc",
    .run = run,
    .summary = "what a word of the language or the library is, or the list",
    .usage = "[WORD] [--source]",
    .text =
        "Explains a definition of the library, what is built in, a keyword or a unit. Any other\n"
        "word is looked for: in names, first lines, families such as filters, and in what other\n"
        "languages call it. Without WORD, lists all of them with the first line of each text.",
    .options = options,
    .noptions = sizeof options / sizeof *options,
    .operand = "WORD",
};
