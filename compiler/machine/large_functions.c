/* Functions of the text for libtcc that have many variables. libtcc gives each variable a place of its own in
 * the frame, so a loop of thirty thousand operations would need a stack that no thread of a host may have.
 * In: the text of functions. Out: the same, where such functions have their variables in the state. */
#include "machine/large_functions.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_VARIABLES = 500 };

/* A name, and what stands for it: a place in memory, or (a pointer to somewhere) an expression. */
typedef struct Variable {
    const char *name;
    size_t length;
    const char *type;
    bool array;
    size_t at;         /* in memory */
    const char *value; /* of a pointer; NULL: it lies in memory */
    size_t value_length;
} Variable;

typedef struct Rewriting {
    Variable *variables;
    int n, cap;
    int *places; /* of variables + 1, by the hash of the name; 0: free */
    uint32_t room;
    size_t bytes; /* of memory */
    int strip;
    Buf out;
} Rewriting;

static const struct {
    const char *name;
    size_t size;
} types[] = {{"double", 8}, {"float", 4}, {"int64_t", 8}, {"uint64_t", 8}, {"int", 4}, {"char", 1}};
enum { TYPES = sizeof types / sizeof *types };

static bool is_letter(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

static size_t word_length(const char *at) {
    size_t n = 0;
    while (is_letter(at[n]))
        n++;
    return n;
}

static const char *find_text(const char *at, const char *end, const char *text) {
    return memmem(at, (size_t)(end - at), text, strlen(text));
}

/* ---- variables ----------------------------------------------------------------------------------- */

static int *place_of(const Rewriting *r, const char *name, size_t length) {
    uint32_t hash = 0x811c9dc5u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)name[i]) * 0x01000193u;
    for (uint32_t at = (hash ^ hash >> 15) % r->room;; at = (at + 1) % r->room) {
        const Variable *known = r->places[at] ? &r->variables[r->places[at] - 1] : NULL;
        if (!known || (known->length == length && memcmp(known->name, name, length) == 0))
            return &r->places[at];
    }
}

static const Variable *find(const Rewriting *r, const char *name, size_t length) {
    int place = *place_of(r, name, length);
    return place ? &r->variables[place - 1] : NULL;
}

/* A name that is declared again, in another block, is from there on the new one. */
static void declare(Rewriting *r, Variable v, size_t bytes) {
    if (!v.value) {
        r->bytes = (r->bytes + 7) / 8 * 8;
        v.at = r->bytes;
        r->bytes += bytes;
    }
    VEC_PUSH(r->variables, r->n, r->cap, v);
    *place_of(r, v.name, v.length) = r->n;
}

/* ---- text ---------------------------------------------------------------------------------------- */

static void rewrite_text(Rewriting *r, const char *at, const char *end);

static void add_variable(Rewriting *r, const Variable *v) {
    if (v->value) {
        buf_puts(&r->out, "(");
        rewrite_text(r, v->value, v->value + v->value_length);
        buf_puts(&r->out, ")");
    } else {
        buf_printf(&r->out, "(%s(%s *)(memory + %zu))", v->array ? "" : "*", v->type, v->at);
    }
}

/* Names of fields and numbers are none of ours. */
static void rewrite_text(Rewriting *r, const char *at, const char *end) {
    char before = ' ';
    while (at < end) {
        if (!is_letter(*at)) {
            before = *at;
            buf_byte(&r->out, *at++);
            continue;
        }
        size_t length = word_length(at);
        const Variable *v = before == '>' || before == '.' || isdigit((unsigned char)*at)
                                ? NULL
                                : find(r, at, length);
        if (v)
            add_variable(r, v);
        else
            buf_add(&r->out, at, length);
        before = 'a';
        at += length;
    }
}

/* ---- declarations -------------------------------------------------------------------------------- */

/* The type that a line declares, and what follows it; NULL: it declares nothing. */
static const char *declared_type(const char *at, size_t *size, const char **after) {
    at += strspn(at, " ");
    if (strncmp(at, "const ", 6) == 0) at += 6;
    for (int i = 0; i < TYPES; i++) {
        size_t length = strlen(types[i].name);
        if (strncmp(at, types[i].name, length) != 0 || at[length] != ' ') continue;
        *after = at + length + 1;
        *size = types[i].size;
        return types[i].name;
    }
    return NULL;
}

/* `double *const b = (double *)d1, *const c = …;` of what is an address in the buffers. */
static bool take_pointers(Rewriting *r, const char *type, const char *at, const char *end) {
    if (find_text(at, end, "kn_")) return false;
    while (strncmp(at, "*const ", 7) == 0) {
        at += 7;
        Variable v = {.name = at, .length = word_length(at), .type = type};
        if (strncmp(at + v.length, " = ", 3) != 0) return false;
        v.value = at + v.length + 3;
        const char *comma = find_text(v.value, end, ", *const "), *stop = comma ? comma : end;
        v.value_length = (size_t)(stop - v.value);
        declare(r, v, 0);
        at = stop < end ? stop + 2 : end;
    }
    return true;
}

/* `{a, b, …}`, the numbers of an array, as assignments one by one. */
static void set_array(Rewriting *r, const Variable *array, const char *at, const char *end) {
    for (int i = 0; at < end; i++) {
        const char *stop = at;
        for (int open = 0; stop < end && !(open == 0 && *stop == ','); stop++)
            open += (*stop == '(') - (*stop == ')');
        buf_puts(&r->out, "    ");
        add_variable(r, array);
        buf_printf(&r->out, "[%d] = ", i);
        rewrite_text(r, at, stop);
        buf_puts(&r->out, ";");
        at = stop + 1;
    }
}

/* One line, from its start to its end; a declaration is on one line but for what it is set to. */
static void rewrite_line(Rewriting *r, const char *at, const char *end) {
    const char *after, *semicolon = memchr(at, ';', (size_t)(end - at));
    size_t size, indent = strspn(at, " ");
    const char *type = declared_type(at, &size, &after);
    if (type && *after == '*') {
        if (semicolon && take_pointers(r, type, after, semicolon)) return;
    } else if (type) {
        Variable v = {.name = after, .length = word_length(after), .type = type};
        v.array = after[v.length] == '[';
        bool set = strncmp(after + v.length, " = ", 3) == 0;
        if (set || v.array || after[v.length] == ';') {
            declare(r, v, v.array ? size * (size_t)(r->strip + 8) : size);
            const char *brace = v.array ? find_text(after, end, "] = {") : NULL;
            if (brace) {
                const Variable array = r->variables[r->n - 1];
                set_array(r, &array, brace + 5, find_text(brace, end, "};"));
            }
            if (!set) return;
            buf_add(&r->out, at, indent);
            add_variable(r, &r->variables[r->n - 1]);
            at = after + v.length;
        }
    }
    rewrite_text(r, at, end);
}

static int count_variables(const char *at, const char *end) {
    const char *after;
    size_t size;
    int n = 0;
    for (const char *line = at; line < end; line = strchr(line, '\n') + 1) {
        const char *stop = strchr(line, '\n');
        if (!declared_type(line, &size, &after)) continue;
        n++;
        for (const char *more = line; (more = find_text(more, stop, ", *const ")); more++)
            n++;
    }
    return n;
}

/* A function begins and ends at the left edge. */
static void rewrite_function(Rewriting *r, const char *at, const char *end, size_t memory_at) {
    int n = count_variables(at, end);
    if (n <= MOST_VARIABLES) {
        buf_add(&r->out, at, (size_t)(end - at));
        return;
    }
    size_t most = r->bytes;
    r->bytes = 0;
    r->n = 0;
    r->room = 4 * (uint32_t)n + 1;
    r->places = alloc_zeroed(r->room, sizeof *r->places);
    const char *line = strchr(at, '{') + 2;
    buf_add(&r->out, at, (size_t)(line - at));
    buf_printf(&r->out, "    char *const memory = (char *)self + %zu;\n", memory_at);
    for (const char *stop; line < end; line = stop + 1) {
        stop = strchr(line, '\n');
        rewrite_line(r, line, stop);
        buf_puts(&r->out, "\n");
    }
    free(r->places);
    if (r->bytes < most) r->bytes = most; /* one function runs at a time */
}

size_t large_functions_rewrite(Buf *functions, int strip, size_t memory_at) {
    static const char end_of_function[] = "\n}\n";
    if (!functions->data ||
        count_variables(functions->data, functions->data + functions->length) <= MOST_VARIABLES)
        return 0;
    Rewriting r = {.strip = strip};
    const char *at = functions->data, *end = at + functions->length;
    while (at < end) {
        const char *stop = strstr(at, end_of_function);
        stop = stop ? stop + strlen(end_of_function) : end;
        const char *head = at;
        while (head < stop && (*head == '\n' || strncmp(head, "/*", 2) == 0))
            head = strchr(head, '\n') + 1;
        buf_add(&r.out, at, (size_t)(head - at));
        if (head < stop) rewrite_function(&r, head, stop, memory_at);
        at = stop;
    }
    buf_free(functions);
    *functions = r.out;
    free(r.variables);
    return r.bytes;
}
