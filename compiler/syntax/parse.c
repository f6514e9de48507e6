/* In: a source. Out: its module, one run of the grammar for each item at the top, so that an error
 * in one item hides nothing in the others. */
#include "syntax/syntax.h"
#include "grammar.h"
#include "base/foreign_text.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAX_ERRORS = 100,   /* in one source; more is no help to anyone */
    MAX_DEPTH = 120000, /* of a tree: everything behind walks it by recursion */
};

static const Span nowhere = {-1, 0, 0};

Diag *parser_error(Parser *p, Span at, const char *fmt, ...) {
    Buf message = {0};
    va_list args;
    va_start(args, fmt);
    buf_vprintf(&message, fmt, args);
    va_end(args);
    p->failed = true;
    Diag *diag = diag_error(p->session, at, "%s", message.data);
    buf_free(&message);
    return diag;
}

static Parser parser_create(Session *session, int source, int start, int end, Module *module) {
    Parser p = {.session = session, .source = source, .module = module};
    lex_source(session, source, start, end, &p.tokens);
    layout_tokens(session, source, &p.tokens);
    return p;
}

static int source_end(const Session *session, int source) {
    return (int)session->sources[source].length;
}

/* ---- items ----------------------------------------------------------------------------------- */

/* The token behind the item that begins at `first`. */
static int item_end(const Tokens *tokens, int first) {
    int i = first + 1;
    while (i < tokens->n - 1 && !(tokens->items[i].flags & TOKEN_STARTS_ITEM))
        i++;
    return i;
}

static void feed(Parser *p, void *g, int kind, int at, bool at_end) {
    p->at = at;
    p->at_end = at_end;
    grammar(g, kind, at_end ? NULL : &p->tokens.items[at], p);
    p->last_end = at_end;
    if (!at_end) p->last = at;
}

/* Ends that part nothing, such as those in front of `}` and at the end of the item, are left out.
 */
static void feed_item(Parser *p, void *g, int end) {
    bool pending = false, at_start = true;
    for (int i = p->first; i < end && !p->failed; i++) {
        const Token *token = &p->tokens.items[i];
        if (token->kind == T_SKIPPED) continue;
        pending |= token->kind == T_END || (i > p->first && token->flags & TOKEN_AFTER_END);
        if (token->kind == T_END) continue;
        if (pending && !at_start && token->kind != T_RBRACE) feed(p, g, T_END, i, true);
        if (!p->failed) feed(p, g, token->kind, i, false);
        at_start = token->kind == T_LBRACE;
        pending = false;
    }
    if (!p->failed) feed(p, g, 0, end, true);
}

typedef struct Branch {
    const Ast *ast;
    int depth;
} Branch;

typedef struct Branches {
    Branch *items;
    int n, cap;
} Branches;

static void push_branch(Branches *list, const Ast *ast, int depth) {
    Branch branch = {ast, depth};
    if (ast) VEC_PUSH(list->items, list->n, list->cap, branch);
}

static void push_children(Branches *list, const Ast *ast, int depth) {
    push_branch(list, ast->a, depth);
    push_branch(list, ast->b, depth);
    push_branch(list, ast->d, depth);
    switch (ast->kind) {
    case AST_LIST:
        for (int i = 0; i < ast->list.n; i++)
            push_branch(list, ast->list.items[i], depth);
        break;
    case AST_CALL:
        for (int i = 0; i < ast->call.n; i++)
            push_branch(list, ast->call.args[i].value, depth);
        break;
    case AST_LAMBDA:
        for (int i = 0; i < ast->lambda.n; i++)
            push_branch(list, ast->lambda.params[i].fallback, depth);
        push_branch(list, ast->lambda.body, depth);
        break;
    case AST_BLOCK:
        for (int i = 0; i < ast->block.n; i++)
            push_branch(list, ast->block.defs[i].value, depth);
        push_branch(list, ast->block.value, depth);
        break;
    default: break;
    }
}

/* With a stack of its own: this is what keeps the stack of the others from overflowing. */
static void check_depth(Parser *p, const Ast *ast) {
    Branches open = {0};
    push_branch(&open, ast, 1);
    while (open.n > 0) {
        Branch branch = open.items[--open.n];
        if (branch.depth > MAX_DEPTH) {
            Diag *diag = parser_error(p, token_span(p, &p->tokens.items[p->first]),
                                      "this definition is nested more than %d deep", MAX_DEPTH);
            diag_help(p->session, diag, "give names to parts of it; a long sum is `sum([…])`");
            break;
        }
        push_children(&open, branch.ast, branch.depth + 1);
    }
    free(open.items);
}

static void check_depths(Parser *p) {
    for (int i = 0; i < p->definition.n; i++)
        check_depth(p, p->definition.defs[i].value);
    check_depth(p, p->definition.value);
}

/* Fewer tokens than levels allowed cannot make a tree too deep; definitions are short. */
static void parse_item(Parser *p, int first, int end) {
    void *g = grammarAlloc(memory_alloc);
    p->first = first;
    p->last = -1;
    p->failed = p->last_end = false;
    p->holes.n = p->fallbacks.n = 0;
    p->definition = (DefList){0};
    feed_item(p, g, end);
    grammarFree(g, memory_free);
    if (!p->failed) report_leftovers(p);
    if (!p->failed && end - first > MAX_DEPTH) check_depths(p);
}

/* ---- what an item adds to the module --------------------------------------------------------- */

static void add_def(Parser *p, Def def) {
    Module *m = p->module;
    def.slot = m->ndefs;
    VEC_PUSH(m->defs, m->ndefs, m->def_cap, def);
}

static void recover_name(Parser *p, const Token *token) {
    Span span = token_span(p, token);
    add_def(p, (Def){.name = token->text, .span = span, .head = span, .value = ast_error(p, span)});
}

/* The names that an item with an error would have defined are known all the same: their uses are
 * not wrong. */
static void recover_names(Parser *p, int first, int end) {
    const Token *items = p->tokens.items;
    int kind = items[first].kind;
    bool in_list = kind == T_LBRACKET, declares = kind == T_PARAM || kind == T_INPUT;
    if (kind == T_NAME) {
        int next = items[first + 1].kind;
        if (next == T_ASSIGN || next == T_LPAREN) recover_name(p, &items[first]);
    }
    for (int i = first + 1; i < end && (in_list || declares || kind == T_USE); i++) {
        if (items[i].kind == T_ASSIGN) break;
        bool wanted = kind != T_USE || items[i - 1].kind == T_AS;
        if (items[i].kind == T_NAME && wanted) recover_name(p, &items[i]);
    }
}

static void report_lone_value(Parser *p, const Ast *value) {
    const char *text = source_text(p->session, value->span, 60);
    char begin = p->session->sources[p->source].text[value->span.start];
    bool after_newline = p->tokens.items[p->first].flags & TOKEN_AFTER_END;
    Diag *diag;
    if (begin == '(' && after_newline) {
        diag = parser_error(p, value->span, "the definition above ended with its line");
        diag_help(p->session, diag, "to go on with it, put this `(` at the end of that line");
    } else if (begin == '-' && after_newline) {
        diag = parser_error(p, value->span, "the definition above ended with its line");
        diag_help(p->session, diag,
                  "to go on with it, end that line with the `-`, or put brackets around it all");
    } else if (value->kind == AST_BINARY && value->op == BIN_EQ) {
        diag = parser_error(p, value->span, "this compares, but nothing uses it");
        diag_help(p->session, diag, "a definition is written with one `=`");
    } else {
        diag = parser_error(p, value->span, "a file is made of definitions, this is only a value");
        diag_help(p->session, diag, "write `out = %s` to hear it", text);
    }
}

static void take_value(Parser *p, Ast *value, bool expression) {
    if (!expression) {
        report_lone_value(p, value);
    } else if (p->module->value) {
        Diag *diag = parser_error(p, value->span, "there is one value already");
        diag_note(p->session, diag, p->module->value->span, "it is here");
    } else {
        p->module->value = value;
    }
}

static void module_item(Parser *p, int first, int end, bool expression) {
    Module *m = p->module;
    int inputs = m->ninputs, params = m->nparams, uses = m->nuses;
    bool broken = p->tokens.items[first].flags & TOKEN_BROKEN;
    if (!broken) parse_item(p, first, end);
    if (broken || p->failed) {
        m->ninputs = inputs;
        m->nparams = params;
        m->nuses = uses;
        recover_names(p, first, end);
        return;
    }
    for (int i = 0; i < p->definition.n; i++)
        add_def(p, p->definition.defs[i]);
    if (p->definition.value) take_value(p, p->definition.value, expression);
}

static Module *module_create(Session *session, int source) {
    Module *module = ARENA_NEW(session->arena, Module);
    module->source = source;
    if (source >= 0) module->library = session->sources[source].library;
    return module;
}

/* A vector that grows no more, as a part of the arena. */
static void *settled(Session *session, void *items, int n, int *capacity, size_t size) {
    void *kept = NULL;
    if (n > 0)
        kept = memcpy(arena_alloc(session->arena, (size_t)n * size), items, (size_t)n * size);
    free(items);
    *capacity = n;
    return kept;
}

static void settle(Session *session, Module *m) {
    m->defs = settled(session, m->defs, m->ndefs, &m->def_cap, sizeof *m->defs);
    m->params = settled(session, m->params, m->nparams, &m->param_cap, sizeof *m->params);
    m->inputs = settled(session, m->inputs, m->ninputs, &m->input_cap, sizeof *m->inputs);
    m->uses = settled(session, m->uses, m->nuses, &m->use_cap, sizeof *m->uses);
}

static void parse_items(Parser p, bool expression) {
    Session *session = p.session;
    int errors = diag_errors(session);
    const Token *items = p.tokens.items;
    for (int i = 0, end; i < p.tokens.n - 1; i = end) {
        end = i + 1;
        if (!(items[i].flags & TOKEN_STARTS_ITEM)) continue;
        end = item_end(&p.tokens, i);
        module_item(&p, i, end, expression);
        if (p.failed && diag_errors(session) - errors > MAX_ERRORS) break;
    }
    settle(session, p.module);
    tokens_free(&p.tokens);
}

Module *parse_module(Session *session, int source, bool expression) {
    Module *module = module_create(session, source);
    if (source < 0) return module;
    parse_items(parser_create(session, source, 0, source_end(session, source), module), expression);
    return module;
}

Module *parse_part(Session *session, int source, int start, int end) {
    Module *module = module_create(session, source);
    if (end > source_end(session, source)) end = source_end(session, source);
    parse_items(parser_create(session, source, start, end, module), false);
    return module;
}

/* ---- one expression -------------------------------------------------------------------------- */

static void free_declarations(Module *module) {
    free(module->params);
    free(module->inputs);
    free(module->uses);
}

Ast *parse_expression(Session *session, int source) {
    if (source < 0) return NULL;
    Module module = {.source = source};
    Parser p = parser_create(session, source, 0, source_end(session, source), &module);
    const Tokens *tokens = &p.tokens;
    int first = 0;
    while (first < tokens->n - 1 && !(tokens->items[first].flags & TOKEN_STARTS_ITEM))
        first++;
    Ast *value = NULL;
    bool empty = first == tokens->n - 1, broken = tokens->items[first].flags & TOKEN_BROKEN;
    if (empty) {
        if (tokens->n == 1) diag_error(session, nowhere, "a value is missing: the text is empty");
    } else if (!broken) {
        int end = item_end(tokens, first);
        parse_item(&p, first, end);
        if (!p.failed && (!p.definition.value || end < tokens->n - 1))
            parser_error(&p, token_span(&p, &tokens->items[first]), "this must be one value");
        if (!p.failed) value = p.definition.value;
    }
    if (!value && diag_errors(session) == 0) diag_error(session, nowhere, "this must be one value");
    free_declarations(&module);
    tokens_free(&p.tokens);
    return value;
}

/* ---- --dump=tokens --------------------------------------------------------------------------- */

static void dump_token(Session *session, int source, const Token *token, Buf *out) {
    int line, column;
    source_place(&session->sources[source], token->start, &line, &column);
    if (token->flags & TOKEN_AFTER_END) buf_printf(out, "%d:%d END\n", line, column);
    buf_printf(out, "%d:%d %s", line, column, token_kind_name(token->kind));
    if (token->end > token->start) {
        Span span = {source, token->start, token->end};
        buf_puts(out, " ");
        text_to_terminal(out, source_text(session, span, 60));
    }
    buf_puts(out, "\n");
}

void tokens_dump(Session *session, int source, Buf *out) {
    if (source < 0) return;
    Parser p = parser_create(session, source, 0, source_end(session, source), NULL);
    for (int i = 0; i < p.tokens.n; i++)
        if (p.tokens.items[i].kind != T_SKIPPED)
            dump_token(session, source, &p.tokens.items[i], out);
    tokens_free(&p.tokens);
}
