/* What an emitted file has of the runtime. In: the text of a program, and the table of items. Out: the items
 * that it names, with all that they need. */
#include "print_c/runtime_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct Wanted {
    bool *item;
    short *todo; /* wanted, but what it needs is not looked at yet */
    int n;
} Wanted;

static void want(Wanted *wanted, int item) {
    if (wanted->item[item]) return;
    wanted->item[item] = true;
    wanted->todo[wanted->n++] = (short)item;
}

/* As strcmp, of a word that does not end with 0. */
static int compare(const char *word, size_t length, const char *name) {
    int order = strncmp(word, name, length);
    return order ? order : name[length] ? -1 : 0;
}

static void want_name(Wanted *wanted, const char *word, size_t length) {
    int low = 0, high = runtime_nnames;
    while (low < high) { /* the first that is not before it */
        int middle = (low + high) / 2;
        if (compare(word, length, runtime_names[middle].name) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < runtime_nnames && compare(word, length, runtime_names[low].name) == 0; low++)
        want(wanted, runtime_names[low].item);
}

/* Behind a comment or a text in quotes that begins here; else `at`. */
static const char *skip_quoted(const char *at) {
    if (at[0] == '/' && at[1] == '*') {
        const char *end = strstr(at + 2, "*/");
        return end ? end + 2 : at + strlen(at);
    }
    if (*at != '"' && *at != '\'') return at;
    const char quote = *at++;
    while (*at && *at != quote)
        at += at[0] == '\\' && at[1] ? 2 : 1;
    return *at ? at + 1 : at;
}

static void want_names(Wanted *wanted, const char *at) {
    while (*at) {
        const char *begin = at;
        at = skip_quoted(at);
        if (at != begin) continue;
        while (isalnum((unsigned char)*at) || *at == '_')
            at++;
        if (*begin == 'k' || *begin == 'K') want_name(wanted, begin, (size_t)(at - begin));
        if (at == begin) at++;
    }
}

void emit_runtime(const Buf *program, Buf *out) {
    const size_t n = (size_t)runtime_nitems;
    Wanted wanted = {alloc_zeroed(n, sizeof *wanted.item), alloc_zeroed(n, sizeof *wanted.todo), 0};
    for (int i = 0; i < runtime_nitems; i++)
        if (runtime_items[i].always) want(&wanted, i);
    want_names(&wanted, program->data);
    while (wanted.n > 0) {
        const RuntimeItem *item = &runtime_items[wanted.todo[--wanted.n]];
        for (int i = 0; i < item->nneeds; i++)
            want(&wanted, runtime_needs[item->need + i]);
    }
    for (int i = 0; i < runtime_nitems; i++)
        if (wanted.item[i]) buf_printf(out, "%s\n", runtime_items[i].text);
    free(wanted.item);
    free(wanted.todo);
}
