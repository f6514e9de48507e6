/* In: the tokens of a source. Out: the same tokens, ready for the grammar:
 *
 *   - each bracket knows its other half; what is not closed is reported where it was opened,
 *   - a newline that ends a definition is a flag on the token behind it, and so is the beginning of
 *     an item at the top,
 *   - `(`, `[`, names and `_` that are parameters before `=>` have kinds of their own, and so have
 *     `log`, `step` and `cc` behind the range of a param,
 *   - a sign in front of a dB, st or cents literal is part of the literal.
 *
 * An error spoils one item: reading goes on at the next line that begins a definition. */
#include "syntax/syntax.h"
#include "grammar.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_NESTING = 500, MAX_BRACKET_ERRORS = 20, MAX_HEAD_TOKENS = 400 };

typedef struct Layout {
    Session *session;
    int source;
    Tokens *tokens;
    int open[MAX_NESTING + 1]; /* indices of the brackets that are open */
    int depth;
    int item;      /* first token of the item, -1 between items */
    bool broken;   /* an error in this item was reported */
    bool in_param; /* the item is a param … */
    bool in_range; /* … and its `in` was seen */
    int abandoned; /* brackets left open by errors: what closes them is no second error */
    bool resumed;  /* the walk jumped: behind an error it may go back to a line that an open
                      bracket had swallowed */
    int errors;
} Layout;

bool token_is_open(int kind) {
    return kind == T_LPAREN || kind == T_LBRACKET || kind == T_LBRACE || kind == T_LPAREN_FN ||
           kind == T_LBRACKET_FN;
}

bool token_is_close(int kind) {
    return kind == T_RPAREN || kind == T_RBRACKET || kind == T_RBRACE;
}

bool token_ends_expression(const Token *token) {
    switch (token->kind) {
    case T_NAME:
    case T_NAME_FN:
    case T_HOLE:
    case T_HOLE_FN:
    case T_NUMBER:
    case T_STRING:
    case T_TRUE:
    case T_FALSE:
    case T_RPAREN:
    case T_RBRACKET:
    case T_RBRACE:
    case T_LOG:
    case T_STEP:
    case T_CONTROLLER:
    case T_BAD: return true;
    default: return false;
    }
}

int token_before(const Tokens *tokens, int i) {
    do
        i--;
    while (i >= 0 && tokens->items[i].kind == T_SKIPPED);
    return i;
}

static Span span_of(const Layout *l, int i) {
    return (Span){l->source, l->tokens->items[i].start, l->tokens->items[i].end};
}

static const char *bracket_text(int kind) {
    switch (kind) {
    case T_LPAREN:
    case T_LPAREN_FN: return "(";
    case T_RPAREN: return ")";
    case T_LBRACKET:
    case T_LBRACKET_FN: return "[";
    case T_RBRACKET: return "]";
    case T_LBRACE: return "{";
    default: return "}";
    }
}

static int closing_kind(int open) {
    if (open == T_LPAREN || open == T_LPAREN_FN) return T_RPAREN;
    return open == T_LBRACKET || open == T_LBRACKET_FN ? T_RBRACKET : T_RBRACE;
}

/* ---- where definitions begin ----------------------------------------------------------------- */

/* Behind the bracket that opens at `i`, by counting; -1 when it does not close soon. */
static int skip_brackets(const Tokens *tokens, int i) {
    int depth = 0;
    for (int end = i + MAX_HEAD_TOKENS; i < tokens->n && i < end; i++) {
        int kind = tokens->items[i].kind;
        depth += token_is_open(kind) - token_is_close(kind);
        if (depth == 0) return i + 1 < tokens->n ? i + 1 : -1;
    }
    return -1;
}

/* `param`, `name =`, `name(…)(…) =`, `[…] =` at the beginning of a line. */
static bool looks_like_definition(const Tokens *tokens, int i) {
    const Token *items = tokens->items, *token = &items[i];
    if (!(token->flags & TOKEN_STARTS_LINE)) return false;
    if (token->kind == T_PARAM || token->kind == T_INPUT || token->kind == T_USE) return true;
    if (token->kind == T_LBRACKET) {
        i = skip_brackets(tokens, i);
    } else {
        if (token->kind != T_NAME) return false;
        for (i++; i >= 0 && items[i].kind == T_LPAREN;)
            i = skip_brackets(tokens, i);
    }
    return i >= 0 && items[i].kind == T_ASSIGN;
}

bool token_starts_definition(Session *session, int source, const Tokens *tokens, int i) {
    const char *text = session->sources[source].text;
    int start = tokens->items[i].start;
    bool at_edge = start == 0 || text[start - 1] == '\n' || text[start - 1] == '\r';
    return at_edge && looks_like_definition(tokens, i);
}

/* Goes on behind an error: the index of the next definition, or of the end of the text. */
static int next_definition(Layout *l, int i) {
    int last = l->tokens->n - 1;
    l->resumed = true;
    if (l->errors > MAX_BRACKET_ERRORS) return last;
    for (i++; i < last; i++)
        if (token_starts_definition(l->session, l->source, l->tokens, i)) return i;
    return last;
}

/* ---- items ----------------------------------------------------------------------------------- */

static void item_break(Layout *l) {
    l->broken = true;
    if (l->item >= 0) l->tokens->items[l->item].flags |= TOKEN_BROKEN;
}

static void item_end(Layout *l) {
    l->item = -1;
    l->depth = 0;
    l->broken = l->in_param = l->in_range = false;
}

static void item_begin(Layout *l, int i) {
    item_end(l);
    l->item = i;
    l->tokens->items[i].flags |= TOKEN_STARTS_ITEM;
    l->in_param = l->tokens->items[i].kind == T_PARAM;
}

/* True when an error may still be reported in this item; the item is broken from here on. */
static bool first_error(Layout *l) {
    bool report = !l->broken && l->errors++ < MAX_BRACKET_ERRORS;
    item_break(l);
    return report;
}

/* A newline in front of this token ends a definition. Behind a token that asks for more the next
 * line goes on, unless it is a definition: then something is missing at the end of this one. */
static bool ends_definition(const Layout *l, int i) {
    const Token *token = &l->tokens->items[i];
    int before = token_before(l->tokens, i);
    if (!(token->flags & TOKEN_STARTS_LINE) || before < 0) return false;
    if (l->depth > 0 && l->tokens->items[l->open[l->depth - 1]].kind != T_LBRACE) return false;
    if (token->kind == T_PIPE || token->kind == T_THEN || token->kind == T_ELSE) return false;
    const Token *last = &l->tokens->items[before];
    if (token_ends_expression(last)) return true;
    return last->kind != T_END && !token_is_open(last->kind) && looks_like_definition(l->tokens, i);
}

/* ---- brackets -------------------------------------------------------------------------------- */

/* Each of these returns the index to go on at. */

static int open_bracket(Layout *l, int i) {
    if (l->depth < MAX_NESTING) {
        l->open[l->depth++] = i;
        return i + 1;
    }
    if (first_error(l)) {
        Diag *diag = diag_error(l->session, span_of(l, i), "brackets are nested more than %d deep",
                                MAX_NESTING);
        diag_help(l->session, diag, "give names to the parts");
    }
    return next_definition(l, i);
}

static void report_unclosed(Layout *l, int open, int seen, const char *why) {
    l->abandoned += l->depth;
    if (!first_error(l)) return;
    Token *token = &l->tokens->items[open];
    Diag *diag = diag_error(l->session, span_of(l, open), "this `%s` is not closed",
                            bracket_text(token->kind));
    diag_help(l->session, diag, "close it with `%s`", bracket_text(closing_kind(token->kind)));
    if (seen >= 0) diag_note(l->session, diag, span_of(l, seen), "%s", why);
}

static bool is_open_further_out(const Layout *l, int close_kind) {
    for (int d = l->depth - 2; d >= 0; d--)
        if (closing_kind(l->tokens->items[l->open[d]].kind) == close_kind) return true;
    return false;
}

static int close_bracket(Layout *l, int i) {
    Token *token = &l->tokens->items[i];
    if (l->depth > 0) {
        int open = l->open[l->depth - 1];
        Token *opener = &l->tokens->items[open];
        if (closing_kind(opener->kind) == token->kind) {
            opener->match = i;
            token->match = open;
            l->depth--;
            return i + 1;
        }
        if (is_open_further_out(l, token->kind)) {
            report_unclosed(l, open, i, "this closes a bracket further out");
        } else if (first_error(l)) {
            const char *right = bracket_text(closing_kind(opener->kind));
            Diag *diag = diag_error(l->session, span_of(l, i), "`%s` cannot close `%s`",
                                    bracket_text(token->kind), bracket_text(opener->kind));
            diag_help(l->session, diag, "close it with `%s`", right);
            diag_note(l->session, diag, span_of(l, open), "it was opened here");
        }
    } else if (l->abandoned > 0) {
        l->abandoned--;
        item_break(l);
    } else if (first_error(l)) {
        diag_error(l->session, span_of(l, i), "this `%s` closes nothing",
                   bracket_text(token->kind));
    }
    return next_definition(l, i);
}

/* The end of the text, with brackets open: the one to blame is the last of those in front of the
 * first definition that was swallowed. Goes on at that definition. */
static int end_of_text(Layout *l) {
    int next = next_definition(l, l->open[0]), open = l->open[0];
    for (int d = 1; d < l->depth && l->open[d] < next; d++)
        open = l->open[d];
    report_unclosed(l, open, -1, NULL);
    return next < l->tokens->n - 1 ? next : l->tokens->n;
}

/* `;`, and the end of the text. */
static int end_token(Layout *l, int i) {
    if (l->depth == 0) {
        item_end(l);
        return i + 1;
    }
    if (i == l->tokens->n - 1) return end_of_text(l);
    int open = l->open[l->depth - 1];
    if (l->tokens->items[open].kind == T_LBRACE) return i + 1;
    report_unclosed(l, open, i, "the definition ends here");
    return next_definition(l, open);
}

/* A definition at the edge of the text cannot stand in `(` or `[`, unless it is really a parameter
 * with a default, behind `(` or a comma. */
static bool is_swallowed(const Layout *l, int i) {
    if (l->depth == 0 || l->tokens->items[l->open[l->depth - 1]].kind == T_LBRACE) return false;
    int before = l->tokens->items[token_before(l->tokens, i)].kind;
    if (before == T_COMMA || token_is_open(before)) return false;
    return token_starts_definition(l->session, l->source, l->tokens, i);
}

/* ---- marks and signs ------------------------------------------------------------------------- */

static void mark_parameters(Layout *l, int arrow) {
    Token *items = l->tokens->items, *before = arrow > 0 ? &items[arrow - 1] : NULL;
    if (!before) return;
    if (before->kind == T_NAME) before->kind = T_NAME_FN;
    if (before->kind == T_HOLE) before->kind = T_HOLE_FN;
    if (before->match < 0) return;
    Token *opener = &items[before->match];
    if (before->kind == T_RPAREN) opener->kind = T_LPAREN_FN;
    if (before->kind == T_RBRACKET) opener->kind = T_LBRACKET_FN;
}

static void mark_param_option(Layout *l, int i) {
    Token *token = &l->tokens->items[i];
    int before = token_before(l->tokens, i);
    if (!l->in_range || !token_ends_expression(&l->tokens->items[before])) return;
    if (!strcmp(token->text, "log")) token->kind = T_LOG;
    if (!strcmp(token->text, "step")) token->kind = T_STEP;
    if (!strcmp(token->text, "cc")) token->kind = T_CONTROLLER;
}

static void report_binary_sign(Layout *l, int left, int sign, int number) {
    if (!first_error(l)) return;
    const Token *items = l->tokens->items;
    bool simple = items[left].kind == T_NAME || items[left].kind == T_NUMBER;
    const char *x = simple ? source_text(l->session, span_of(l, left), 30) : "x";
    const char *op = items[sign].kind == T_MINUS ? "-" : "+";
    const char *literal = source_text(l->session, span_of(l, number), 30);
    Diag *diag = diag_error(l->session, span_join(span_of(l, sign), span_of(l, number)),
                            "`%s` between a value and `%s` can be read in two ways", op, literal);
    diag_help(l->session, diag, "write `%s * %s%s` to change the %s by it, or `%s %s (%s)`", x,
              *op == '-' ? op : "", literal, items[number].unit == UNIT_DB ? "level" : "pitch", x,
              op, literal);
}

/* `i` is a dB, st or cents literal: these are powers, so that their sign is part of what they say.
 */
static void take_sign(Layout *l, int i) {
    Token *number = &l->tokens->items[i], *sign = number - 1;
    if (i == 0 || (sign->kind != T_PLUS && sign->kind != T_MINUS)) return;
    int left = token_before(l->tokens, i - 1);
    bool begins = sign->flags & (TOKEN_AFTER_END | TOKEN_STARTS_ITEM);
    if (!begins && left >= 0 && token_ends_expression(&l->tokens->items[left])) {
        report_binary_sign(l, left, i - 1, i);
        return;
    }
    if (sign->kind == T_MINUS) number->number = -number->number;
    number->start = sign->start;
    number->flags = sign->flags;
    sign->kind = T_SKIPPED;
    sign->flags = 0;
    if (l->item == i - 1) l->item = i;
}

/* ---- the walk -------------------------------------------------------------------------------- */

static int layout_one(Layout *l, int i) {
    Token *token = &l->tokens->items[i];
    token->flags &= TOKEN_STARTS_LINE;
    token->match = -1;
    if (token->kind == T_END) return end_token(l, i);
    if (ends_definition(l, i)) {
        token->flags |= TOKEN_AFTER_END;
        if (l->depth == 0) item_end(l);
    }
    if (token->flags & TOKEN_STARTS_LINE && is_swallowed(l, i)) {
        report_unclosed(l, l->open[l->depth - 1], i, "the next definition begins here");
        item_end(l);
    }
    if (l->item < 0) item_begin(l, i);
    if (token_is_open(token->kind)) return open_bracket(l, i);
    if (token_is_close(token->kind)) return close_bracket(l, i);
    if (token->kind == T_BAD) item_break(l);
    if (token->kind == T_IN && l->in_param && l->depth == 0) l->in_range = true;
    if (token->kind == T_NAME && l->depth == 0) mark_param_option(l, i);
    if (token->kind == T_ARROW && !(token->flags & TOKEN_AFTER_END)) mark_parameters(l, i);
    bool power = token->unit == UNIT_DB || token->unit == UNIT_ST || token->unit == UNIT_CENTS;
    if (token->kind == T_NUMBER && power) take_sign(l, i);
    return i + 1;
}

void layout_tokens(Session *session, int source, Tokens *tokens) {
    Layout l = {.session = session, .source = source, .tokens = tokens, .item = -1};
    for (int i = 0, next; i < tokens->n; i = next) {
        l.resumed = false;
        next = layout_one(&l, i);
        if (l.resumed) item_end(&l);
    }
}
