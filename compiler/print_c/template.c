/* In: a text of runtime/, and what its words stand for. Out: the text with these in their places. */
#include "print_c/template.h"

#include <ctype.h>
#include <string.h>

typedef enum { LEFT, SHOWN, HIDDEN } Decision; /* of an #if; LEFT: it is not ours to decide */

typedef struct Printer {
    const TemplateWord *words;
    Decision ifs[8]; /* those that are open, behind one that stands for the text */
    int depth;
    Buf *out;
} Printer;

static const char *find_word(const Printer *p, const char *word, size_t length) {
    for (const TemplateWord *w = p->words; w->word; w++)
        if (strncmp(w->word, word, length) == 0 && !w->word[length]) return w->text;
    return NULL;
}

static size_t word_length(const char *at) {
    size_t n = 0;
    while (isalnum((unsigned char)at[n]) || at[n] == '_')
        n++;
    return n;
}

static void print_word(const Printer *p, const char *word, size_t length) {
    const char *text = find_word(p, word, length);
    const bool begins = strncmp(word, "NAME_", 5) == 0 || strncmp(word, "UPPER_", 6) == 0;
    const size_t begin = begins && !text ? (size_t)(strchr(word, '_') - word) : 0;
    if (begin > 0) text = find_word(p, word, begin);
    if (text) buf_puts(p->out, text);
    buf_add(p->out, word + begin, text && begin == 0 ? 0 : length - begin);
}

static bool hidden(const Printer *p) {
    for (int i = 0; i < p->depth; i++)
        if (p->ifs[i] == HIDDEN) return true;
    return false;
}

static Decision decide(const Printer *p, const char *condition) {
    const bool negated = *condition == '!';
    const char *text = find_word(p, condition + negated, word_length(condition + negated));
    if (!text) return LEFT;
    return (strcmp(text, "0") == 0) == negated ? SHOWN : HIDDEN;
}

/* Is it a line of an #if that is decided here? */
static bool take_condition(Printer *p, const char *line) {
    Decision *last = &p->ifs[p->depth - 1];
    if (strncmp(line, "#if", 3) == 0) {
        const Decision taken = strncmp(line, "#if ", 4) == 0 ? decide(p, line + 4) : LEFT;
        p->ifs[p->depth++] = taken;
        return taken != LEFT;
    }
    if (strncmp(line, "#else", 5) == 0 && *last != LEFT) {
        *last = *last == SHOWN ? HIDDEN : SHOWN;
        return true;
    }
    if (strncmp(line, "#endif", 6) != 0) return false;
    p->depth--;
    return *last != LEFT;
}

static void print_line(const Printer *p, const char *line, const char *end) {
    const size_t spaces = strspn(line, " "), length = word_length(line + spaces);
    const char *lines = line[spaces + length] == ';' ? find_word(p, line + spaces, length) : NULL;
    if (lines) {
        buf_puts(p->out, lines);
        return;
    }
    while (line < end) {
        const size_t n = word_length(line);
        if (n > 0) print_word(p, line, n);
        if (n == 0) buf_add(p->out, line, 1);
        line += n > 0 ? n : 1;
    }
}

void print_template(const char *file, const TemplateWord *words, Buf *out) {
    Printer p = {.words = words, .depth = 1, .out = out};
    int number = 0;
    while (strcmp(template_files[number].name, file) != 0)
        number++;
    const char *line = strstr(template_files[number].text, "\n\n") + 2;
    for (const char *end; *line; line = end) {
        end = strchr(line, '\n') + 1;
        if (!take_condition(&p, line) && !hidden(&p)) print_line(&p, line, end);
    }
}
