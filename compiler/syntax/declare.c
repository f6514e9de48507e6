/* In: `param`, `input` and `use` declarations. Out: entries of the module. */
#include "syntax/syntax.h"
#include "grammar.h"

/* The /// lines above the token that begins at `start`, by bisection. */
const char *doc_at(const Parser *p, int start) {
    int low = 0, high = p->tokens.ndocs;
    while (low < high) {
        int middle = (low + high) / 2;
        if (p->tokens.docs[middle].start < start)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < p->tokens.ndocs && p->tokens.docs[low].start == start;
    return found ? p->tokens.docs[low].text : NULL;
}

static ParamOptions *options_of(Parser *p, ParamOptions *options) {
    return options ? options : ARENA_NEW(p->session->arena, ParamOptions);
}

static void report_twice(Parser *p, const Token *token, const char *what) {
    parser_error(p, token_span(p, token), "a param has one %s", what);
}

ParamOptions *option_log(Parser *p, ParamOptions *options, const Token *token) {
    options = options_of(p, options);
    if (options->log) report_twice(p, token, "`log`");
    options->log = true;
    return options;
}

ParamOptions *option_step(Parser *p, ParamOptions *options, const Token *token, Ast *step) {
    options = options_of(p, options);
    if (options->step) report_twice(p, token, "`step`");
    options->step = step;
    return options;
}

ParamOptions *option_controller(Parser *p, ParamOptions *options, const Token *token, Ast *number) {
    options = options_of(p, options);
    if (options->controller) report_twice(p, token, "`cc`");
    options->controller = number;
    return options;
}

ParamOptions *option_label(Parser *p, ParamOptions *options, const Token *token) {
    options = options_of(p, options);
    if (options->label) report_twice(p, token, "label");
    options->label = token->text;
    return options;
}

static void report_range(Parser *p, const Token *name, const Ast *initial, const Ast *range) {
    const char *value = source_text(p->session, initial->span, 30);
    if (!range) {
        Diag *diag =
            parser_error(p, token_span(p, name), "the param `%s` needs a range", name->text);
        diag_help(p->session, diag, "write `param %s = %s in LOWEST..HIGHEST`", name->text, value);
        return;
    }
    bool stepped = range->kind == AST_RANGE;
    Diag *diag = parser_error(p, range->span,
                              stepped ? "the range of a param has no `by`"
                                      : "the range of a param is written `LOWEST..HIGHEST`");
    if (stepped)
        diag_help(p->session, diag, "write `step %s` behind the range",
                  source_text(p->session, range->d->span, 30));
}

void declare_param(Parser *p, const Token *name, Ast *initial, Ast *range, ParamOptions *options) {
    if (!range || range->kind != AST_RANGE || range->d) {
        if (!range || range->kind != AST_ERROR) report_range(p, name, initial, range);
        return;
    }
    int keyword = p->tokens.items[p->first].start;
    ParamDecl decl = {.name = name->text,
                      .span = token_span(p, name),
                      .initial = initial,
                      .low = range->a,
                      .high = range->b,
                      .doc = doc_at(p, keyword)};
    if (options) {
        decl.log = options->log;
        decl.step = options->step;
        decl.controller = options->controller;
        decl.label = options->label;
    }
    Module *m = p->module;
    VEC_PUSH(m->params, m->nparams, m->param_cap, decl);
}

void declare_input(Parser *p, const Token *name) {
    Module *m = p->module;
    InputDecl decl = {name->text, token_span(p, name)};
    VEC_PUSH(m->inputs, m->ninputs, m->input_cap, decl);
}

void declare_use(Parser *p, const Token *path, const Token *as) {
    UseDecl decl = {.path = path->text, .span = token_span(p, path), .as_span = {-1, 0, 0}};
    if (as) {
        decl.as = as->text;
        decl.as_span = token_span(p, as);
    }
    Module *m = p->module;
    VEC_PUSH(m->uses, m->nuses, m->use_cap, decl);
}
