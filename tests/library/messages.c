/* What must hold for every message that a call of the library can give: it is told at the user's own text, in words that stand
 * in the reference. In: the examples of the definitions. Each argument is taken by what it is not: a list, a text, a function, a
 * signal, its value, a number; one is missing, one too many; a twelfth of the kinds a run, all of them in check-full. Out: a message that shows a name that begins with `_`, or has its place in
 * the library. */
#include "library.h"

#include "../../compiler/api/kanon.h"

#include <stdlib.h>
#include <string.h>

static const char *const wrong_kinds[] = {
    "[1, 2]",     "[]",       "[[1, 2], [3, 4, 5]]",
    "\"A4\"",     "\"x..x\"", "((a, b) => a + b)",
    "sine",       "sine(3)",  "[sine(3), sine(4)]",
    "sine(3)(t)", "noise(1)", "(t => [t, t])",
    "0",          "-1",       "2.5",
    "1e9",        "edge",     "edge(t)",
    "[edge, 2]",  "map",      "(0 / 0)",
    "(x => x)",
};

/* The name of something private in a message, or of nothing: `_svf_state`, `$3`. */
static const char *inner_name(const char *text) {
    for (const char *at = text; (at = strchr(at, '`')) != NULL; at++)
        if ((at[1] == '_' && at[2] >= 'a' && at[2] <= 'z') || at[1] == '$') return at;
    const char *hidden = strstr(text, " $");
    return hidden;
}

/* Is the place of an error or a warning one in the library? Notes may stand there. */
static bool stands_in_library(const char *text) {
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        char *one = text_format("%.*s", (int)length, line);
        bool bad = strncmp(one, "<library>", strlen("<library>")) == 0 &&
                   (strstr(one, ": error: ") || strstr(one, ": warning: "));
        free(one);
        if (bad) return true;
        line += length + (line[length] == '\n');
    }
    return false;
}

static bool is_told_outside(const char *text, int *told) {
    KnCompiler *compiler = kn_compiler_create();
    kn_compiler_set_engine(compiler, "ref");
    kn_compiler_set_limit(compiler, "time", 1); /* that it takes too long is a message too */
    KnProgram *program = kn_compile_text(compiler, "call.kn", text, strlen(text));
    const char *messages = kn_compiler_messages(compiler);
    bool good = true;
    *told += messages && *messages;
    if (messages && (inner_name(messages) || stands_in_library(messages)))
        good = wrong("%s\n%s", text, messages);
    if (!program && !(messages && *messages)) good = wrong("%s\nis refused without a word", text);
    kn_program_free(program);
    kn_compiler_free(compiler);
    return good;
}

static bool try_text(const Place *place, const char *argument, int *told) {
    char *text = text_format("param edge = 1 in 0..2\nout(t) = %s%s%s\n", place->before, argument,
                             place->after);
    bool good = is_told_outside(text, told);
    free(text);
    return good;
}

bool messages_run(Compile *c, const char *definition) {
    Place place;
    bool good = true;
    int told = 0;
    for (int i = 0; place_of(c, definition, i, &place); i++) {
        if (!place.before) continue;
        for (size_t k = 0; k < sizeof wrong_kinds / sizeof *wrong_kinds; k++)
            if (in_turn((unsigned)k + 5 * (unsigned)i, 12))
                good &= try_text(&place, wrong_kinds[k], &told);
        char *many = text_format("%s, zzz: 1", place.usual);
        good &= try_text(&place, many, &told);
        good &= try_text(&place, "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12", &told);
        if (place.given) good &= try_text(&place, "", &told);
        free(many);
    }
    return good;
}
