/* In: what the grammar has recognised. Out: the nodes of the tree, for everything but left sides
 * (syntax/pattern.c), pipes (syntax/pipe.c) and declarations (syntax/declare.c). Also the table of operators. */
#include "syntax/syntax.h"
#include "grammar.h"

#include <math.h>
#include <string.h>

/* ---- operators ------------------------------------------------------------------------------- */

const char *ast_op_text(AstOp op) {
    static const char *const texts[] = {
        [BIN_ADD] = "+", [BIN_SUB] = "-",     [BIN_MUL] = "*", [BIN_DIV] = "/",   [BIN_MOD] = "%",
        [BIN_POW] = "^", [BIN_CONCAT] = "++", [BIN_EQ] = "==", [BIN_NE] = "!=",   [BIN_LT] = "<",
        [BIN_LE] = "<=", [BIN_GT] = ">",      [BIN_GE] = ">=", [BIN_AND] = "and", [BIN_OR] = "or",
        [UN_NEG] = "-",  [UN_NOT] = "not",
    };
    return op <= UN_NOT ? texts[op] : "=";
}

/* ---- nodes ----------------------------------------------------------------------------------- */

Span token_span(const Parser *p, const Token *token) {
    return (Span){p->source, token->start, token->end};
}

Span tokens_span(const Parser *p, const Token *first, const Token *last) {
    return (Span){p->source, first->start, last->end};
}

Ast *ast_create(Session *session, AstKind kind, Span span) {
    Ast *ast = ARENA_NEW(session->arena, Ast);
    ast->kind = (uint8_t)kind;
    ast->span = span;
    return ast;
}

Ast *ast_error(Parser *p, Span span) {
    return ast_create(p->session, AST_ERROR, span);
}

Ast *ast_name(Parser *p, Span span, const char *name) {
    Ast *ast = ast_create(p->session, AST_NAME, span);
    ast->name.text = name;
    return ast;
}

const char *hidden_name(Parser *p) {
    char text[16];
    int length = snprintf(text, sizeof text, "$%d", ++p->hidden);
    return intern(p->session, text, (size_t)length);
}

/* Lists grow in the arena, doubling: what they leave behind is no more than what they have. */
static void *grow(Parser *p, const void *items, int n, int *capacity, size_t size) {
    *capacity = n ? n * 2 : 4;
    void *larger = arena_alloc(p->session->arena, (size_t)*capacity * size);
    if (n) memcpy(larger, items, (size_t)n * size);
    return larger;
}

AstList *ast_list_add(Parser *p, AstList *list, Ast *item) {
    if (!list) list = ARENA_NEW(p->session->arena, AstList);
    if (list->n == list->cap)
        list->items = grow(p, list->items, list->n, &list->cap, sizeof *list->items);
    list->items[list->n++] = item;
    return list;
}

ArgList *arg_list_add(Parser *p, ArgList *list, const Token *name, Ast *value) {
    if (!list) list = ARENA_NEW(p->session->arena, ArgList);
    if (list->n == list->cap)
        list->args = grow(p, list->args, list->n, &list->cap, sizeof *list->args);
    Arg *arg = &list->args[list->n++];
    *arg = (Arg){.value = value, .name_span = {-1, 0, 0}};
    if (name) {
        arg->name = name->text;
        arg->name_span = token_span(p, name);
    }
    return list;
}

ArgList *arg_list_add_fallback(Parser *p, ArgList *list, const Token *name, Ast *value) {
    Ast *left = make_name(p, name);
    Ast *ast = ast_create(p->session, AST_BINARY, span_join(left->span, value->span));
    ast->op = OP_FALLBACK;
    ast->a = left;
    ast->b = value;
    ast_list_add(p, &p->fallbacks, ast);
    return arg_list_add(p, list, NULL, ast);
}

/* ---- leaves ---------------------------------------------------------------------------------- */

Ast *make_number(Parser *p, const Token *token) {
    Ast *ast = ast_create(p->session, AST_NUMBER, token_span(p, token));
    ast->number = token->number;
    ast->unit = token->unit;
    return ast;
}

Ast *make_truth(Parser *p, const Token *token, double value) {
    Ast *ast = ast_create(p->session, AST_NUMBER, token_span(p, token));
    ast->number = value;
    return ast;
}

Ast *make_string(Parser *p, const Token *token) {
    Ast *ast = ast_create(p->session, AST_STRING, token_span(p, token));
    ast->name.text = token->text;
    return ast;
}

Ast *make_name(Parser *p, const Token *token) {
    return ast_name(p, token_span(p, token), token->text);
}

Ast *make_hole(Parser *p, const Token *token) {
    Ast *ast = ast_create(p->session, AST_HOLE, token_span(p, token));
    ast_list_add(p, &p->holes, ast);
    return ast;
}

/* ---- expressions ----------------------------------------------------------------------------- */

/* The span takes the parentheses in, so that the text of an operand is balanced. */
Ast *make_parens(Parser *p, const Token *open, Ast *inner, const Token *close) {
    inner->parens = true;
    inner->span = tokens_span(p, open, close);
    return inner;
}

Ast *make_list(Parser *p, const Token *open, AstList *items, const Token *close) {
    Ast *ast = ast_create(p->session, AST_LIST, tokens_span(p, open, close));
    if (items) {
        ast->list.items = items->items;
        ast->list.n = items->n;
    }
    return ast;
}

Ast *make_range(Parser *p, Ast *from, Ast *to, Ast *step) {
    Span span = span_join(from->span, step ? step->span : to->span);
    if (from->kind == AST_RANGE && !from->parens) {
        Diag *diag = parser_error(p, span, "a range has two ends");
        diag_help(p->session, diag, "a range with steps is written `0..1 by 0.25`");
        return ast_error(p, span);
    }
    Ast *ast = ast_create(p->session, AST_RANGE, span);
    ast->a = from;
    ast->b = to;
    ast->d = step;
    return ast;
}

Ast *make_unary(Parser *p, AstOp op, const Token *token, Ast *operand) {
    Ast *ast = ast_create(p->session, AST_UNARY, span_join(token_span(p, token), operand->span));
    ast->op = (uint8_t)op;
    ast->a = operand;
    return ast;
}

Ast *make_binary(Parser *p, AstOp op, Ast *left, Ast *right) {
    Ast *ast = ast_create(p->session, AST_BINARY, span_join(left->span, right->span));
    ast->op = (uint8_t)op;
    ast->a = left;
    ast->b = right;
    return ast;
}

static bool is_comparison(const Ast *ast) {
    return ast->kind == AST_BINARY && ast->op >= BIN_EQ && ast->op <= BIN_GE;
}

Ast *make_compare(Parser *p, AstOp op, Ast *left, Ast *right) {
    if (is_comparison(left) && !left->parens) {
        const char *a = source_text(p->session, left->a->span, 40);
        const char *b = source_text(p->session, left->b->span, 40);
        const char *x = source_text(p->session, right->span, 40);
        Span span = span_join(left->span, right->span);
        Diag *diag = parser_error(p, span, "comparisons do not chain");
        diag_help(p->session, diag, "write `%s %s %s and %s %s %s`", a, ast_op_text(left->op), b, b,
                  ast_op_text(op), x);
    }
    return make_binary(p, op, left, right);
}

Ast *make_if(Parser *p, const Token *token, Ast *condition, Ast *then, Ast *otherwise) {
    if (condition->kind == AST_LAMBDA && !condition->parens) {
        Diag *diag = parser_error(p, condition->span, "this condition is a function");
        diag_help(p->session, diag, "`=>` makes a function, greater or equal is `>=`");
    }
    Ast *ast = ast_create(p->session, AST_IF, span_join(token_span(p, token), otherwise->span));
    ast->a = condition;
    ast->b = then;
    ast->d = otherwise;
    return ast;
}

/* ---- calls ----------------------------------------------------------------------------------- */

enum { MAX_NAMED = 1000 }; /* they are compared each with each */

static void check_named(Parser *p, const ArgList *args) {
    int first = 0;
    while (first < args->n && !args->args[first].name)
        first++;
    if (args->n - first > MAX_NAMED) {
        parser_error(p, args->args[first].name_span, "a call has at most %d named arguments",
                     MAX_NAMED);
        return;
    }
    for (int i = first; i < args->n; i++) {
        const Arg *arg = &args->args[i];
        bool fallback = arg->value->kind == AST_BINARY && arg->value->op == OP_FALLBACK;
        if (!arg->name && !fallback) {
            Diag *diag = parser_error(p, arg->value->span,
                                      "an argument without a name stands behind a named one");
            diag_help(p->session, diag, "put it before `%s:`, or name it as well",
                      args->args[first].name);
            return;
        }
        for (int j = first; arg->name && j < i; j++)
            if (args->args[j].name == arg->name) {
                parser_error(p, arg->name_span, "the argument `%s` is given twice", arg->name);
                return;
            }
    }
}

/* `f() = …`: a call without arguments is one where all have defaults, a definition without is a value. */
static void report_no_parameters(Parser *p, const Ast *callee, Span span) {
    Diag *diag = parser_error(p, span, "a function needs a parameter");
    diag_help(p->session, diag, "write `%s = …` for a value",
              source_text(p->session, callee->span, 40));
}

static void report_literal_call(Parser *p, const Ast *callee, Span span, const ArgList *args) {
    const char *literal = source_text(p->session, callee->span, 40);
    bool product = callee->kind == AST_NUMBER && args && args->n == 1 && !args->args[0].name;
    Diag *diag = parser_error(p, span,
                              callee->kind == AST_NUMBER ? "a literal cannot be called"
                                                         : "a string cannot be called");
    if (!product) return;
    Ast *value = args->args[0].value;
    const char *inner = source_text(p->session, value->span, 40);
    diag_help(p->session, diag, value->parens ? "write `%s * %s`" : "write `%s * (%s)`", literal,
              inner);
}

Ast *make_call(Parser *p, Ast *callee, ArgList *args, const Token *close) {
    Span span = span_join(callee->span, token_span(p, close));
    if (callee->kind == AST_NUMBER || callee->kind == AST_STRING) {
        report_literal_call(p, callee, span, args);
        return ast_error(p, span);
    }
    if (!args && close[1].kind == T_ASSIGN) {
        report_no_parameters(p, callee, span);
        return ast_error(p, span);
    }
    Ast *ast = ast_create(p->session, AST_CALL, span);
    ast->a = callee;
    if (!args) return ast;
    check_named(p, args);
    ast->call.args = args->args;
    ast->call.n = args->n;
    return ast;
}

Ast *make_index(Parser *p, Ast *list, Ast *index, const Token *close) {
    Ast *ast = ast_create(p->session, AST_INDEX, span_join(list->span, token_span(p, close)));
    ast->a = list;
    ast->b = index;
    return ast;
}

Ast *make_member(Parser *p, Ast *left, const Token *name) {
    Span span = span_join(left->span, token_span(p, name));
    if (left->kind != AST_NAME || left->parens) {
        Diag *diag = parser_error(p, span, "only a file has members");
        diag_help(p->session, diag,
                  "after `use \"drums.kn\" as drums`, `drums.kick` is its `kick`");
        return ast_error(p, span);
    }
    Ast *ast = ast_create(p->session, AST_MEMBER, span);
    ast->a = left;
    ast->name.text = name->text;
    return ast;
}

Ast *make_block(Parser *p, const Token *open, DefList *defs, const Token *close) {
    Ast *ast = ast_create(p->session, AST_BLOCK, tokens_span(p, open, close));
    if (!defs || !defs->value) {
        Diag *diag = parser_error(p, token_span(p, close), "a block ends with its value");
        diag_help(p->session, diag, "put an expression in front of this `}`");
        ast->kind = AST_ERROR;
        return ast;
    }
    Ast *value = make_needs(p, &defs->needs, defs->value);
    if (defs->n == 0 && value != defs->value) return value;
    ast->block.defs = defs->defs;
    ast->block.n = defs->n;
    ast->block.value = value;
    return ast;
}
