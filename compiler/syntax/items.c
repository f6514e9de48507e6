/* Items at the top of a text, as pieces of it.
 * In: a source. Out: where its items begin and end, and what they define; comments above an item are none of it. */
#include "syntax/items.h"
#include "syntax/syntax.h"
#include "grammar.h"

/* `name` …, `param name` …, `[a, b] =` …: the names on the left side, each told whether it is the one that is sought. */
static void read_names(const Tokens *tokens, int first, const char *sought, TextItem *item,
                       bool *found) {
    const Token *t = tokens->items;
    const bool pattern = t[first].kind == T_LBRACKET && t[first].match > first,
               list = pattern || t[first].kind == T_INPUT;
    const int begin = t[first].kind == T_PARAM || list ? first + 1 : first,
              most = pattern                    ? t[first].match
                     : t[first].kind == T_INPUT ? tokens->n
                                                : begin + 1;
    *item = (TextItem){.start = t[first].start};
    for (int i = begin; i < most && i < tokens->n; i++) {
        if (t[i].flags & TOKEN_STARTS_ITEM && i > first) return;
        if (t[i].kind != T_NAME) continue;
        if (!item->name) item->name = t[i].text;
        if (t[i].text == sought) *found = true;
        item->names++;
    }
}

/* Behind its last token that is one. */
static int read_end(const Tokens *tokens, int first, int *next) {
    int last = first, i = first + 1;
    for (; i < tokens->n - 1 && !(tokens->items[i].flags & TOKEN_STARTS_ITEM); i++)
        if (tokens->items[i].kind != T_END) last = i;
    *next = i;
    return tokens->items[last].end;
}

static Tokens read_tokens(Session *session, int source) {
    Tokens tokens = {0};
    lex_source(session, source, 0, (int)session->sources[source].length, &tokens);
    layout_tokens(session, source, &tokens);
    return tokens;
}

/* Has it a `=` outside of all brackets, or a word that declares something? */
static bool is_definition(const Tokens *tokens, int first, int next) {
    const Token *t = tokens->items;
    if (t[first].kind == T_PARAM || t[first].kind == T_INPUT || t[first].kind == T_USE) return true;
    for (int i = first; i < next; i++) {
        if (t[i].kind == T_ASSIGN) return true;
        if (t[i].match > i) i = t[i].match;
    }
    return false;
}

/* The next item from token `at` on; false at the end. */
static bool next_item(const Tokens *tokens, int *at, const char *sought, TextItem *item,
                      bool *found) {
    while (*at < tokens->n - 1 && !(tokens->items[*at].flags & TOKEN_STARTS_ITEM))
        (*at)++;
    if (*at >= tokens->n - 1) return false;
    const int first = *at;
    read_names(tokens, first, sought, item, found);
    item->end = read_end(tokens, first, at);
    item->defines = is_definition(tokens, first, *at);
    return true;
}

bool text_item_find(Session *session, int source, const char *name, TextItem *item) {
    Tokens tokens = read_tokens(session, source);
    const char *sought = intern(session, name, strlen(name));
    bool found = false;
    for (int at = 0; !found && next_item(&tokens, &at, sought, item, &found);) {
    }
    tokens_free(&tokens);
    return found;
}

bool text_item_only(Session *session, int source, TextItem *item) {
    Tokens tokens = read_tokens(session, source);
    TextItem more;
    bool found;
    int at = 0;
    const bool one = next_item(&tokens, &at, NULL, item, &found) &&
                     !next_item(&tokens, &at, NULL, &more, &found);
    tokens_free(&tokens);
    return one;
}

bool text_defines(Session *session, int source) {
    Tokens tokens = read_tokens(session, source);
    TextItem item;
    bool found, defines = false;
    for (int at = 0; !defines && next_item(&tokens, &at, NULL, &item, &found);)
        defines = item.defines;
    tokens_free(&tokens);
    return defines;
}
