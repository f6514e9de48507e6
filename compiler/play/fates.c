/* What a replacement meant, in a line: which definitions that remember go on, which crossfade, begin and end.
 * In: the report of a live run, the text of the program. Out: text.
 *
 * Paths of the report lead through the library ("out/lowpass/band/echo"): only those of their names are told that the user wrote
 * ("lowpass/echo"). */
#include "play/fates.h"

#include <ctype.h>

enum { FATES = 5, SHOWN = 6 };

/* In the order in which they are told. What goes on with what was edited fades, like all that was edited. */
static const struct {
    int fate;
    const char *words;
} kinds[FATES] = {{KN_GOES_ON, "goes on"},
                  {KN_EDITED, "crossfades"},
                  {KN_CHANGED, "starts anew"},
                  {KN_STARTS, "begins"},
                  {KN_ENDS, "ends"}};

typedef struct Names {
    char **items;
    int n, cap;
} Names;

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add(Names *names, const char *text, size_t length) {
    char *copy = strndup(text, length);
    VEC_PUSH(names->items, names->n, names->cap, copy);
}

/* In order, each once. */
static void sort(Names *names) {
    int n = 0;
    if (names->n > 0) qsort(names->items, (size_t)names->n, sizeof *names->items, by_text);
    for (int i = 0; i < names->n; i++)
        if (n > 0 && strcmp(names->items[i], names->items[n - 1]) == 0)
            free(names->items[i]);
        else
            names->items[n++] = names->items[i];
    names->n = n;
}

static void names_free(Names *names) {
    for (int i = 0; i < names->n; i++)
        free(names->items[i]);
    free(names->items);
}

static bool is_of_word(char byte) {
    return isalnum((unsigned char)byte) || byte == '_' || (unsigned char)byte >= 0x80;
}

static void find_words(const char *text, Names *words) {
    while (*text) {
        size_t length = 0;
        while (is_of_word(text[length]))
            length++;
        if (length > 0) add(words, text, length);
        text += length > 0 ? length : 1;
    }
    sort(words);
}

static bool is_word(const Names *words, const char *text, size_t length) {
    char *word = strndup(text, length);
    const bool found = words->n > 0 && bsearch(&word, words->items, (size_t)words->n,
                                               sizeof *words->items, by_text);
    free(word);
    return found;
}

/* "lowpass/echo" of "out/lowpass/band/echo"; "out" where nothing else is left. */
static void call(const char *path, const Names *words, Buf *name) {
    name->length = 0;
    for (size_t length; *path; path += length + (path[length] == '/')) {
        length = strcspn(path, "/");
        const bool out = length == 3 && memcmp(path, "out", 3) == 0;
        if (out || !is_word(words, path, length)) continue;
        if (name->length > 0) buf_byte(name, '/');
        buf_add(name, path, length);
    }
    if (name->length == 0) buf_puts(name, "out");
}

static void tell_kind(KnLive *live, int kind, const Names *words, Buf *out) {
    Names names = {0};
    Buf name = {0};
    for (int i = 0; i < kn_live_report_count(live); i++) {
        if (kn_live_report_fate(live, i) != kinds[kind].fate) continue;
        call(kn_live_report_path(live, i), words, &name);
        add(&names, name.data, name.length);
    }
    sort(&names);
    if (names.n > 0) buf_printf(out, "%s%s: ", out->length > 0 ? "; " : "", kinds[kind].words);
    for (int i = 0; i < names.n && i < SHOWN; i++)
        buf_printf(out, "%s%s", i > 0 ? ", " : "", names.items[i]);
    if (names.n > SHOWN) buf_printf(out, " and %d more", names.n - SHOWN);
    names_free(&names);
    buf_free(&name);
}

void fates_tell(KnLive *live, const char *program, Buf *out) {
    Names words = {0};
    find_words(program, &words);
    buf_puts(out, "");
    for (int i = 0; i < FATES; i++)
        tell_kind(live, i, &words, out);
    if (out->length == 0) buf_puts(out, "crossfades; nothing remembers");
    names_free(&words);
}
