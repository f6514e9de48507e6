/* In: the place where the grammar cannot go on. Out: one message in plain words: what was found
 * there, what would have made sense, and for the mistakes people make, what to write.
 *
 * The state of the grammar is of no use for that; the tokens around the place are. The three cases
 * are: the beginning of a definition, the place of an operand, the place behind a value. */
#include "syntax/syntax.h"
#include "grammar.h"

#include <string.h>

enum { TEXT_LIMIT = 30 };

typedef struct Place {
    Parser *p;
    const Token *items;
    int found_kind;     /* T_END for the end of a definition */
    const Token *found; /* NULL for that */
    Span at;
    const Token *last; /* NULL at the beginning */
    int opener;        /* innermost bracket that is open, -1 none */
    int segment;       /* first token of the definition or bracket this stands in */
    bool call;         /* the bracket is that of a call or an index */
} Place;

/* ---- looking around -------------------------------------------------------------------------- */

static bool is_call_bracket(const Place *at, int opener) {
    int before = token_before(&at->p->tokens, opener);
    bool separate = at->items[opener].flags & (TOKEN_AFTER_END | TOKEN_STARTS_ITEM);
    return before >= at->p->first && !separate && token_ends_expression(&at->items[before]);
}

static void look_around(Place *at) {
    const Parser *p = at->p;
    at->opener = -1;
    at->segment = p->first;
    bool in_segment = true;
    for (int i = p->last; i >= p->first; i--) {
        const Token *token = &at->items[i];
        bool ends = token->kind == T_END || (p->last_end && i == p->last);
        if (in_segment && ends) {
            at->segment = i + 1;
            in_segment = false;
        }
        if (token_is_close(token->kind) && token->match >= 0) {
            i = token->match;
            token = &at->items[i];
        } else if (token_is_open(token->kind)) {
            at->opener = i;
            if (in_segment) at->segment = i + 1;
            break;
        }
        if (in_segment && token->flags & TOKEN_AFTER_END) {
            at->segment = i;
            in_segment = false;
        }
    }
    at->call = at->opener >= 0 && is_call_bracket(at, at->opener);
}

/* Steps through the segment, over what stands in brackets. */
static int next_in_segment(const Place *at, int i) {
    const Token *token = &at->items[i];
    return token_is_open(token->kind) && token->match >= 0 ? token->match + 1 : i + 1;
}

static bool segment_has(const Place *at, int kind) {
    for (int i = at->segment; i <= at->p->last; i = next_in_segment(at, i))
        if (at->items[i].kind == kind) return true;
    return false;
}

/* The innermost `if` of the segment without its `else`; *has_then tells how far it got. */
static int unfinished_if(const Place *at, bool *has_then) {
    int open = -1, closed = 0;
    bool then = false;
    for (int i = at->p->last; i >= at->segment && open < 0; i--) {
        const Token *token = &at->items[i];
        if (token_is_close(token->kind) && token->match >= 0) i = token->match;
        if (token->kind == T_ELSE) closed++;
        if (token->kind == T_THEN && !closed) then = true;
        if (token->kind == T_IF && closed-- == 0) open = i;
    }
    *has_then = then;
    return open;
}

static bool is_binary(int kind) {
    switch (kind) {
    case T_PIPE:
    case T_OR:
    case T_AND:
    case T_EQ:
    case T_NE:
    case T_LT:
    case T_LE:
    case T_GT:
    case T_GE:
    case T_DOTDOT:
    case T_PLUS:
    case T_MINUS:
    case T_CONCAT:
    case T_STAR:
    case T_SLASH:
    case T_PERCENT:
    case T_POW: return true;
    default: return false;
    }
}

static bool is_reserved(int kind) {
    switch (kind) {
    case T_IF:
    case T_THEN:
    case T_ELSE:
    case T_AND:
    case T_OR:
    case T_NOT:
    case T_IN:
    case T_BY:
    case T_AS:
    case T_USE:
    case T_PARAM:
    case T_INPUT: return true;
    default: return false;
    }
}

static bool begins_operand(int kind) {
    switch (kind) {
    case T_NAME:
    case T_NAME_FN:
    case T_HOLE:
    case T_HOLE_FN:
    case T_NUMBER:
    case T_STRING:
    case T_TRUE:
    case T_FALSE:
    case T_LBRACE:
    case T_IF:
    case T_NOT:
    case T_LPAREN:
    case T_LBRACKET: return true;
    default: return false;
    }
}

static const char *text_of(const Place *at, const Token *token) {
    return source_text(at->p->session, token_span(at->p, token), TEXT_LIMIT);
}

static const char *found_text(const Place *at) {
    if (!at->found) return "the end of the definition";
    return arena_printf(at->p->session->arena, "`%s`", text_of(at, at->found));
}

static const char *last_text(const Place *at) {
    return text_of(at, at->last);
}

#define HELP(diag, ...) diag_help(at->p->session, diag, __VA_ARGS__)

static void report_reserved(const Place *at, const Token *token) {
    parser_error(at->p, token_span(at->p, token), "`%s` is a reserved word and cannot be a name",
                 text_of(at, token));
}

static bool is_declaration(int kind) {
    return kind == T_PARAM || kind == T_INPUT || kind == T_USE;
}

static void report_not_at_top(const Place *at) {
    const char *word = text_of(at, at->found);
    Diag *diag =
        parser_error(at->p, at->at, "`%s` stands at the top of a file, not in a block", word);
    HELP(diag, "move it out of the braces");
}

/* ---- at the beginning of a definition -------------------------------------------------------- */

static void report_at_start(const Place *at) {
    int kind = at->found_kind;
    if (!at->found) {
        parser_error(at->p, at->at, "a definition was expected here");
        return;
    }
    const char *text = text_of(at, at->found);
    bool named = at->found[1].kind == T_ASSIGN && is_reserved(kind);
    bool new_line = at->found->flags & TOKEN_AFTER_END;
    if (named || kind == T_IN || kind == T_BY || kind == T_AS) {
        report_reserved(at, at->found);
    } else if (is_declaration(kind)) {
        report_not_at_top(at);
    } else if (kind == T_THEN || kind == T_ELSE) {
        Diag *diag = parser_error(at->p, at->at, "`%s` without `if`", text);
        HELP(diag, "`if c then a else b` is one expression; no `;` stands in it");
    } else if (is_binary(kind) && new_line) {
        Diag *diag = parser_error(
            at->p, at->at,
            "a line cannot begin with `%s`: the definition above ended with its line", text);
        HELP(diag, "end the line above with `%s`, or put brackets around the whole", text);
    } else if (kind == T_PLUS) {
        Diag *diag = parser_error(at->p, at->at, "`+` is no sign");
        HELP(diag, "leave it out");
    } else {
        parser_error(at->p, at->at, "a definition begins with its name, not with `%s`", text);
    }
}

/* ---- in the place of an operand -------------------------------------------------------------- */

static bool expects_name(const Place *at) {
    int kind = at->last->kind;
    bool input = at->items[at->p->first].kind == T_INPUT && at->opener < 0;
    return kind == T_DOT || kind == T_PARAM || kind == T_INPUT || kind == T_AS ||
           (input && kind == T_COMMA);
}

static void report_no_name(const Place *at) {
    if (at->found && is_reserved(at->found_kind))
        report_reserved(at, at->found);
    else
        parser_error(at->p, at->at, "expected a name after `%s`, found %s", last_text(at),
                     found_text(at));
}

static void report_no_path(const Place *at) {
    Diag *diag =
        parser_error(at->p, at->at, "expected the name of a file in quotes after `use`, found %s",
                     found_text(at));
    const char *name = at->found_kind == T_NAME ? text_of(at, at->found) : "drums";
    HELP(diag, "write `use \"%s.kn\"`", name);
}

/* `< =` */
static bool is_torn_apart(const Place *at) {
    int last = at->last->kind;
    return (last == T_LT || last == T_GT) && at->found_kind == T_ASSIGN &&
           at->found->start == at->last->end + 1;
}

static void report_no_expression(const Place *at) {
    int last = at->last->kind;
    if (last == T_LPAREN && at->found_kind == T_RPAREN) {
        parser_error(at->p, at->at, "expected an expression between `(` and `)`");
    } else if (last == T_LBRACKET && at->found_kind == T_RBRACKET) {
        Diag *diag = parser_error(at->p, at->at, "expected an index between `[` and `]`");
        HELP(diag, "`xs[0]` is the first element");
    } else if (at->found_kind == T_PLUS) {
        Diag *diag = parser_error(
            at->p, at->at, "expected an expression after `%s`: `+` is no sign", last_text(at));
        HELP(diag, "leave the `+` out");
    } else if (last == T_DOTDOT && (at->found_kind == T_LT || at->found_kind == T_ASSIGN)) {
        Diag *diag = parser_error(at->p, at->at, "expected an expression after `..`, found %s",
                                  found_text(at));
        HELP(diag, "both ends belong to a range: `0..7` has 8 elements");
    } else if (is_torn_apart(at)) {
        Diag *diag = parser_error(at->p, at->at, "expected an expression after `%s`, found `=`",
                                  last_text(at));
        HELP(diag, "write `%s=` without a space", last_text(at));
    } else {
        parser_error(at->p, at->at, "expected an expression after `%s`, found %s", last_text(at),
                     found_text(at));
    }
}

static void report_operand(const Place *at) {
    int last = at->last->kind, found = at->found_kind;
    bool named = found == T_ASSIGN && is_reserved(last) && at->segment == at->p->last;
    bool reserved = found == T_IN || found == T_BY || found == T_AS || is_declaration(found);
    if (named)
        report_reserved(at, at->last);
    else if (last == T_USE)
        report_no_path(at);
    else if (expects_name(at))
        report_no_name(at);
    else if (last == T_LBRACE && is_declaration(found))
        report_not_at_top(at);
    else if (reserved)
        report_reserved(at, at->found);
    else if (last == T_LBRACE)
        report_at_start(at);
    else
        report_no_expression(at);
}

/* ---- behind a value -------------------------------------------------------------------------- */

static void report_second_equals(const Place *at) {
    bool has_then;
    bool compares = at->call || unfinished_if(at, &has_then) >= 0 ||
                    (at->opener >= 0 && at->items[at->opener].kind != T_LBRACE);
    int kind = at->items[at->p->first].kind;
    if (compares) {
        Diag *diag =
            parser_error(at->p, at->at, "`=` defines a name and cannot stand inside an expression");
        HELP(diag, "write `==` to compare");
    } else if (kind == T_INPUT || kind == T_USE) {
        parser_error(at->p, at->at, "`%s` takes no `=`", text_of(at, &at->items[at->p->first]));
    } else {
        Diag *diag = parser_error(at->p, at->at, "a definition has one `=`");
        HELP(diag, "write `==` to compare, or make two definitions of it");
    }
}

static void report_colon(const Place *at) {
    Diag *diag =
        parser_error(at->p, at->at, "`:` has no meaning here: it names an argument of a call");
    HELP(diag, "an example is `lowpass(x, 800Hz, q: 2)`");
}

/* Whether an `if` that lacks something explains the place; then it is reported. */
static bool report_unfinished_if(const Place *at) {
    bool has_then;
    int open = unfinished_if(at, &has_then);
    if (open < 0 || at->found_kind == T_ARROW) return false;
    if (!has_then) {
        Diag *diag = parser_error(
            at->p, at->at, "expected `then` after the condition of `if`, found %s", found_text(at));
        HELP(diag, "write `if c then a else b`");
        return true;
    }
    if (begins_operand(at->found_kind)) return false;
    Diag *diag =
        parser_error(at->p, token_span(at->p, &at->items[open]), "this `if` has no `else`");
    HELP(diag, "both sides are needed: `if c then a else b`");
    return true;
}

static void report_comma(const Place *at) {
    int opener = at->opener >= 0 ? at->items[at->opener].kind : T_LBRACE;
    if (opener == T_LBRACKET && at->call) {
        Diag *diag = parser_error(at->p, at->at, "there are at most two indices");
        HELP(diag, "further ones are written `xs[i][j][k]`");
    } else if (opener == T_LPAREN) {
        Diag *diag = parser_error(at->p, at->at, "`(…)` holds one expression");
        HELP(diag, "a list is written `[a, b]`");
    } else {
        Diag *diag = parser_error(at->p, at->at, "`,` has no meaning here");
        HELP(diag, "a list is written `[a, b]`; definitions are parted by `;` or a new line");
    }
}

static void report_arrow(const Place *at) {
    Diag *diag =
        parser_error(at->p, at->at, "before `=>` stand parameters: a name, `(a, b)` or `[a, b]`");
    HELP(diag, "an example is `x => 2 * x`; greater or equal is `>=`");
}

static void report_lambda_here(const Place *at) {
    Diag *diag =
        parser_error(at->p, at->at, "a function `(…) => …` cannot stand directly behind a value");
    HELP(diag, "a definition is `f(x) = …`, a function of a function `x => y => …`");
}

static void report_word_here(const Place *at) {
    const char *text = text_of(at, at->found);
    Diag *diag;
    switch (at->found_kind) {
    case T_THEN: diag = parser_error(at->p, at->at, "`then` without `if`"); break;
    case T_ELSE: diag = parser_error(at->p, at->at, "`else` without `if … then`"); break;
    case T_BY: diag = parser_error(at->p, at->at, "`by` without a range"); break;
    case T_AS: diag = parser_error(at->p, at->at, "`as` without `use`"); break;
    case T_IN: diag = parser_error(at->p, at->at, "`in` without `param`"); break;
    default:
        parser_error(at->p, at->at, "`%s` cannot stand here: it is a reserved word", text);
        return;
    }
    bool condition = at->found_kind == T_THEN || at->found_kind == T_ELSE;
    if (condition) HELP(diag, "write `if c then a else b`");
    if (at->found_kind == T_BY) HELP(diag, "a range with steps is written `0..1 by 0.25`");
    if (at->found_kind == T_AS) HELP(diag, "write `use \"drums.kn\" as drums`");
    if (at->found_kind == T_IN) HELP(diag, "it is a reserved word and cannot be a name");
}

/* ---- two values side by side ----------------------------------------------------------------- */

/* Words that begin something in other languages. */
static const char *advice_for(const char *word) {
    static const char *const advice[][2] = {
        {"let", "a definition has no word in front: `name = …`"},
        {"var", "a definition has no word in front: `name = …`"},
        {"val", "a definition has no word in front: `name = …`"},
        {"const", "a definition has no word in front: `name = …`"},
        {"float", "a definition has no type: `name = …`"},
        {"double", "a definition has no type: `name = …`"},
        {"int", "a definition has no type: `name = …`"},
        {"def", "a definition has no word in front: `name(x) = …`"},
        {"fn", "a definition has no word in front: `name(x) = …`"},
        {"fun", "a definition has no word in front: `name(x) = …`"},
        {"func", "a definition has no word in front: `name(x) = …`"},
        {"function", "a definition has no word in front: `name(x) = …`"},
        {"lambda", "a function is written `x => …`"},
        {"where", "names of its own have a block: `{ a = 1; a + 2 }`"},
        {"process", "what is heard is `out = …`"},
        {"return", "leave it out: a block ends with its value"},
        {"for", "there are no loops: `map(1..8, k => …)` and `sum(1..8, k => …)` go over a list"},
        {"while", "there are no loops: `map(1..8, k => …)` and `sum(1..8, k => …)` go over a list"},
        {"import", "write `use \"drums.kn\"`"},
        {"include", "write `use \"drums.kn\"`"},
        {"elif", "write `else if`"},
        {"elsif", "write `else if`"},
        {"elseif", "write `else if`"},
        {"mod", "write `%`"},
        {"xor", "write `!=`"},
    };
    for (size_t i = 0; i < sizeof advice / sizeof *advice; i++)
        if (!strcmp(advice[i][0], word)) return advice[i][1];
    return NULL;
}

static bool report_foreign_word(const Place *at) {
    const Token *words[] = {at->last, at->found};
    for (int i = 0; i < 2; i++) {
        if (words[i]->kind != T_NAME) continue;
        const char *advice = advice_for(words[i]->text);
        if (!advice) continue;
        Diag *diag = parser_error(at->p, token_span(at->p, words[i]), "`%s` has no meaning here",
                                  words[i]->text);
        HELP(diag, "%s", advice);
        return true;
    }
    return false;
}

/* The bracket swallowed the next definition. */
static bool report_swallowed(const Place *at) {
    int found = (int)(at->found - at->items);
    const Parser *p = at->p;
    if (at->opener < 0 || !token_starts_definition(p->session, p->source, &p->tokens, found))
        return false;
    const Token *opener = &at->items[at->opener];
    Diag *diag =
        parser_error(at->p, token_span(p, opener), "this `%s` is not closed", text_of(at, opener));
    diag_note(p->session, diag, at->at, "the next definition begins here");
    return true;
}

static bool report_in_declaration(const Place *at) {
    int kind = at->items[at->p->first].kind;
    if (at->opener >= 0 || !is_declaration(kind)) return false;
    Diag *diag;
    if (kind == T_INPUT) {
        diag = parser_error(at->p, at->at, "a comma is missing between two inputs");
        HELP(diag, "write `input left, right`");
    } else if (kind == T_USE) {
        diag = parser_error(at->p, at->at, "expected `as`, found %s", found_text(at));
        HELP(diag, "write `use \"drums.kn\" as drums`");
    } else if (segment_has(at, T_IN)) {
        diag = parser_error(at->p, at->at, "%s is no option of a param", found_text(at));
        HELP(diag, "there are `log`, `step NUMBER`, `cc NUMBER` and a label in quotes");
    } else if (!segment_has(at, T_ASSIGN)) {
        diag = parser_error(at->p, at->at, "expected `=` after the name of the param, found %s",
                            found_text(at));
        HELP(diag, "write `param %s = INITIAL in LOWEST..HIGHEST`", last_text(at));
    } else {
        return false;
    }
    return true;
}

static bool is_unit(const char *name) {
    for (Unit unit = UNIT_HZ; unit <= UNIT_DEG; unit++)
        if (!strcmp(unit_name(unit), name)) return true;
    return false;
}

/* `6 dB` */
static bool report_unit_apart(const Place *at) {
    bool both = at->last->kind == T_NUMBER && at->found_kind == T_NAME;
    if (!both || at->last->unit || !is_unit(at->found->text)) return false;
    Diag *diag =
        parser_error(at->p, at->at, "the unit `%s` has to touch its number", at->found->text);
    HELP(diag, "write `%s%s`", last_text(at), at->found->text);
    return true;
}

/* Two definitions on a line, or a left side that lacks its brackets. */
static bool report_definition_here(const Place *at, bool has_equals) {
    bool in_brackets = at->opener >= 0 && at->items[at->opener].kind != T_LBRACE;
    if (in_brackets || at->found_kind != T_NAME || at->found[1].kind != T_ASSIGN) return false;
    const char *name = at->found->text;
    if (has_equals) {
        parser_error(at->p, at->at, "`;` or a new line is missing before the definition of `%s`",
                     name);
        return true;
    }
    if (at->last->kind != T_NAME) return false;
    Diag *diag = parser_error(at->p, at->at, "parameters stand in brackets");
    HELP(diag, "write `%s(%s) = …`", last_text(at), name);
    return true;
}

static void help_operator(const Place *at, Diag *diag, bool begins) {
    const char *left = last_text(at), *right = text_of(at, at->found);
    int found = at->found_kind;
    if (at->last->kind == T_NUMBER && found == T_NAME)
        HELP(diag, "write `%s * %s`; definitions are parted by `;` or a new line", left, right);
    else if (at->last->kind != T_NAME ||
             (found != T_NAME && found != T_NUMBER && found != T_STRING))
        return;
    else if (begins)
        HELP(diag, "a definition is written `%s = …`, a call `%s(%s)`", left, left, right);
    else
        HELP(diag, "a call is written `%s(%s)`", left, right);
}

static void report_missing_operator(const Place *at) {
    bool has_equals = segment_has(at, T_ASSIGN);
    if (report_unit_apart(at) || report_definition_here(at, has_equals)) return;
    const char *left = last_text(at), *right = text_of(at, at->found);
    bool in_brackets = at->opener >= 0 && at->items[at->opener].kind != T_LBRACE;
    bool begins = !in_brackets && !has_equals && at->items[at->segment].kind == T_NAME;
    bool closed = token_is_close(at->last->kind);
    Diag *diag;
    if (begins && at->last->kind == T_RPAREN) {
        diag = parser_error(at->p, at->at, "`=` is missing before `%s`", right);
        HELP(diag, "a definition is written `name(x) = …`");
    } else if (closed) {
        parser_error(at->p, at->at, "an operator is missing before `%s`", right);
    } else {
        diag = parser_error(at->p, at->at, "an operator is missing between `%s` and `%s`", left,
                            right);
        help_operator(at, diag, begins);
    }
}

static void report_side_by_side(const Place *at) {
    if (report_swallowed(at) || report_foreign_word(at) || report_in_declaration(at)) return;
    int opener = at->opener >= 0 ? at->items[at->opener].kind : T_LBRACE;
    bool list = opener == T_LBRACKET && !at->call, call = opener == T_LPAREN && at->call;
    bool parameters = opener == T_LPAREN_FN || opener == T_LBRACKET_FN;
    if (list || call || parameters) {
        const char *what = list ? "elements of a list" : call ? "arguments" : "parameters";
        Diag *diag = parser_error(at->p, at->at, "a comma is missing between two %s", what);
        HELP(diag, "put `,` before `%s`, or an operator", text_of(at, at->found));
        return;
    }
    report_missing_operator(at);
}

static void report_incomplete(const Place *at) {
    int kind = at->items[at->p->first].kind;
    if (kind == T_PARAM && at->opener < 0 && !segment_has(at, T_ASSIGN)) {
        Diag *diag = parser_error(
            at->p, at->at, "the param `%s` needs an initial value and a range", last_text(at));
        HELP(diag, "write `param %s = INITIAL in LOWEST..HIGHEST`", last_text(at));
        return;
    }
    parser_error(at->p, at->at, "%s was not expected after `%s`", found_text(at), last_text(at));
}

/* `param x : 3` */
static bool report_param_colon(const Place *at) {
    bool param = at->items[at->p->first].kind == T_PARAM;
    return param && at->p->last == at->p->first + 1 && report_in_declaration(at);
}

static void report_behind_value(const Place *at) {
    int found = at->found_kind;
    if (at->last->kind == T_STEP || at->last->kind == T_CONTROLLER)
        parser_error(at->p, at->at, "expected a number after `%s`, found %s", last_text(at),
                     found_text(at));
    else if (found == T_COLON && report_param_colon(at))
        return;
    else if (found == T_ASSIGN)
        report_second_equals(at);
    else if (found == T_COLON)
        report_colon(at);
    else if (report_unfinished_if(at))
        return;
    else if (found == T_COMMA)
        report_comma(at);
    else if (found == T_ARROW)
        report_arrow(at);
    else if (found == T_LPAREN_FN || found == T_LBRACKET_FN)
        report_lambda_here(at);
    else if (begins_operand(found))
        report_side_by_side(at);
    else if (is_reserved(found))
        report_word_here(at);
    else
        report_incomplete(at);
}

void report_syntax_error(Parser *p) {
    const Token *items = p->tokens.items;
    Place at = {.p = p, .items = items, .found_kind = T_END};
    at.last = p->last >= 0 ? &items[p->last] : NULL;
    if (!p->at_end) {
        at.found = &items[p->at];
        at.found_kind = at.found->kind;
        at.at = token_span(p, at.found);
    } else {
        int end = at.last ? at.last->end : items[p->at].start;
        at.at = (Span){p->source, end, end};
    }
    look_around(&at);
    if (!at.last || p->last_end)
        report_at_start(&at);
    else if (token_ends_expression(at.last))
        report_behind_value(&at);
    else
        report_operand(&at);
}
