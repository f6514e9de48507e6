/* Orders as text.
 * In: a line of words, and what stands after it. Out: an order. */
#include "play/orders.h"
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_WORDS = 3 };

void order_free(Order *o) {
    free(o->name);
    free(o->text);
    o->name = o->text = NULL;
}

static const struct {
    const char *word;
    OrderKind kind;
    bool on;
    const char *wants; /* after the word: N a name, V a number, ? it may be missing */
} words[] = {{"eval", ORDER_EVAL, true, "?N"},   {"mute", ORDER_MUTE, true, "N"},
             {"unmute", ORDER_MUTE, false, "N"}, {"solo", ORDER_SOLO, true, "N"},
             {"unsolo", ORDER_SOLO, false, "N"}, {"play", ORDER_PLAY, true, ""},
             {"pause", ORDER_PAUSE, true, ""},   {"seek", ORDER_SEEK, true, "V"},
             {"set", ORDER_SET, true, "NV"},     {"list", ORDER_LIST, true, ""}};
enum { WORDS = sizeof words / sizeof *words };

/* The words of the first line; the text after it. How many words there are, at most one more than there is room for. */
static int split(char *text, char *found[MOST_WORDS], char **rest) {
    int n = 0;
    char *end = text + strcspn(text, "\n");
    *rest = *end ? end + 1 : end;
    *end = 0;
    for (char *word = text + strspn(text, " \t\r"); *word && n <= MOST_WORDS;) {
        char *after = word + strcspn(word, " \t\r");
        if (n < MOST_WORDS) found[n] = word;
        n++;
        if (!*after) break;
        *after = 0;
        word = after + 1 + strspn(after + 1, " \t\r");
    }
    return n;
}

static bool read_number(const char *text, double *number) {
    char *end;
    *number = strtod(text, &end);
    return end > text && !*end && *number - *number == 0;
}

static bool read_words(const char *wants, char **found, int n, Order *order) {
    int at = 0;
    const bool may_lack = *wants == '?';
    for (wants += may_lack; *wants; wants++, at++) {
        if (at >= n) return may_lack;
        if (*wants == 'N') order->name = strdup(found[at]);
        if (*wants == 'V' && !read_number(found[at], &order->number)) return false;
    }
    return at == n;
}

bool order_read(char *text, Order *order, OrderOutcome *o) {
    char *found[MOST_WORDS], *rest;
    const int n = split(text, found, &rest);
    for (int i = 0; i < WORDS && n > 0; i++) {
        if (strcmp(found[0], words[i].word) != 0) continue;
        *order = (Order){.kind = words[i].kind, .on = words[i].on};
        if (order->kind == ORDER_EVAL) order->text = strdup(rest);
        if (n <= MOST_WORDS && read_words(words[i].wants, found + 1, n - 1, order)) return true;
        snprintf(o->text, sizeof o->text, "`%s` has other words after it", words[i].word);
        return false;
    }
    snprintf(o->text, sizeof o->text,
             "an order is eval, mute, unmute, solo, unsolo, play, pause, seek, set or list");
    return false;
}
