/* What the files of the front end share and nobody else sees: tokens, and the actions of the
 * grammar.
 *
 *   text --lex.re--> tokens --layout.c--> tokens with ends, brackets, marks
 *        --parse.c, grammar.y, ast.c--> one tree for each definition
 *
 * Token kinds are the T_… of the generated grammar.h. */
#ifndef KANON_SYNTAX_H
#define KANON_SYNTAX_H

#include "syntax/tree.h"

/* Kinds the grammar never sees. */
enum {
    T_SKIPPED = 200, /* taken into a neighbour, such as the sign of -6dB */
    T_BAD            /* was reported by the lexer; its definition is not parsed */
};

enum {
    TOKEN_STARTS_LINE = 1, /* the first on its line */
    TOKEN_AFTER_END = 2,   /* a newline before it ended the definition above */
    TOKEN_STARTS_ITEM = 4, /* first of an item: a definition or declaration at the top */
    TOKEN_BROKEN = 8       /* … that holds an error already reported */
};

typedef struct Token {
    uint8_t kind, unit, flags;
    int32_t start, end; /* bytes of the source */
    int32_t match;      /* brackets: index of the other one, -1 none */
    union {
        double number;
        const char *text; /* names and strings, interned */
    };
} Token;

/* Text of /// lines, known by the place of the token it stands above. */
typedef struct Doc {
    int32_t start;
    const char *text;
} Doc;

typedef struct Tokens {
    Token *items;
    int n, cap;
    Doc *docs;
    int ndocs, doc_cap;
} Tokens;

/* syntax/lex.re: bytes [start, end) of the text; the last token is a T_END at the end. */
void lex_source(Session *session, int source, int start, int end, Tokens *tokens);
void tokens_free(Tokens *tokens);
const char *token_kind_name(int kind); /* "NAME", for dumps */

/* syntax/layout.c: ends of definitions, brackets, marks before `=>`, signs of literals. */
void layout_tokens(Session *session, int source, Tokens *tokens);
bool token_ends_expression(const Token *token);
bool token_is_open(int kind);
bool token_is_close(int kind);
/* The nearest token before `i` that was not taken into another; -1 when there is none. */
int token_before(const Tokens *tokens, int i);
/* What looks like the beginning of a definition at the left edge of the text. */
bool token_starts_definition(Session *session, int source, const Tokens *tokens, int i);

/* ---- actions of the grammar: syntax/ast.c, syntax/pattern.c, syntax/pipe.c ------------------- */

typedef struct AstList {
    Ast **items;
    int n, cap;
} AstList;

typedef struct ArgList {
    Arg *args;
    int n, cap;
} ArgList;

typedef struct DefList {
    Def *defs;
    int n, cap;
    AstList needs;  /* what must hold for its arguments: calls of `need` in front of the value */
    Ast *value;     /* the expression among the definitions */
    bool misplaced; /* more than one, or not the last: reported */
} DefList;

typedef struct ParamOptions {
    bool log;
    Ast *step, *controller;
    const char *label;
} ParamOptions;

/* The state of parsing one module. */
typedef struct Parser {
    Session *session;
    int source;
    Tokens tokens;
    Module *module;
    int hidden;         /* number of hidden names given out */
    int first;          /* first token of the item at work */
    int at;             /* token the grammar looks at */
    bool at_end;        /* … or rather the end of a definition in front of it */
    int last;           /* token the grammar took last, -1 none */
    bool last_end;      /* … or the end of a definition behind it */
    bool failed;        /* the item has an error */
    AstList holes;      /* `_` no pipe has taken yet, in the order of the text */
    AstList fallbacks;  /* `a = 1` among arguments, no parameter yet */
    DefList definition; /* what the item defines */
} Parser;

/* An argument `a = 1` is a default if it turns out to stand on a left side. Until then it is a
 * binary node of this operator. */
enum { OP_FALLBACK = 200 };

Span token_span(const Parser *p, const Token *token);
Span tokens_span(const Parser *p, const Token *first, const Token *last);
Diag *parser_error(Parser *p, Span at, const char *fmt, ...) KN_PRINTF(3, 4);
const char *hidden_name(Parser *p);
Ast *ast_error(Parser *p, Span span);
Ast *ast_name(Parser *p, Span span, const char *name);

AstList *ast_list_add(Parser *p, AstList *list, Ast *item);
ArgList *arg_list_add(Parser *p, ArgList *list, const Token *name, Ast *value);
ArgList *arg_list_add_fallback(Parser *p, ArgList *list, const Token *name, Ast *value);

Ast *make_number(Parser *p, const Token *token);
Ast *make_truth(Parser *p, const Token *token, double value);
Ast *make_string(Parser *p, const Token *token);
Ast *make_name(Parser *p, const Token *token);
Ast *make_hole(Parser *p, const Token *token);
Ast *make_parens(Parser *p, const Token *open, Ast *inner, const Token *close);
Ast *make_list(Parser *p, const Token *open, AstList *items, const Token *close);
Ast *make_range(Parser *p, Ast *from, Ast *to, Ast *step);
Ast *make_unary(Parser *p, AstOp op, const Token *token, Ast *operand);
Ast *make_binary(Parser *p, AstOp op, Ast *left, Ast *right);
Ast *make_compare(Parser *p, AstOp op, Ast *left, Ast *right);
Ast *make_if(Parser *p, const Token *token, Ast *condition, Ast *then, Ast *otherwise);
Ast *make_call(Parser *p, Ast *callee, ArgList *args, const Token *close);
Ast *make_index(Parser *p, Ast *list, Ast *index, const Token *close);
Ast *make_member(Parser *p, Ast *left, const Token *name);
Ast *make_block(Parser *p, const Token *open, DefList *defs, const Token *close);

/* syntax/pattern.c: left sides and parameters. */
Ast *make_lambda(Parser *p, Span head, ArgList *params, Ast *body);
DefList *def_list_define(Parser *p, DefList *list, Ast *left, Ast *right);
DefList *def_list_value(Parser *p, DefList *list, Ast *value);

/* syntax/pipe.c */
Ast *make_pipe(Parser *p, Ast *left, Ast *right);
/* evaluate/need.c: `need(…)` in a block: an expression in front of another; what must hold, around the value. */
bool is_need(const Ast *ast);
Ast *make_needs(Parser *p, const AstList *needs, Ast *value);

/* Reports what is still a hole or a default at the end of an item. */
void report_leftovers(Parser *p);

/* syntax/declare.c */
ParamOptions *option_log(Parser *p, ParamOptions *options, const Token *token);
ParamOptions *option_step(Parser *p, ParamOptions *options, const Token *token, Ast *step);
ParamOptions *option_controller(Parser *p, ParamOptions *options, const Token *token, Ast *number);
ParamOptions *option_label(Parser *p, ParamOptions *options, const Token *token);
void declare_param(Parser *p, const Token *name, Ast *initial, Ast *range, ParamOptions *options);
void declare_input(Parser *p, const Token *name);
void declare_use(Parser *p, const Token *path, const Token *as);
const char *doc_at(const Parser *p, int start);

/* syntax/syntax_error.c: what was found, what was expected, in plain words. */
void report_syntax_error(Parser *p);

/* syntax/grammar.y, by lemon */
void *grammarAlloc(void *(*allocate)(size_t));
void grammarFree(void *grammar, void (*release)(void *));
void grammar(void *grammar, int kind, Token *token, Parser *p);

#endif
