/* In: left sides of `=` and of `=>`, which were read as expressions. Out: definitions and lambdas.
 *
 *   f(a)(t) = e       f is the lambda a => t => e
 *   [l, r] = e        $1 = e; l and r are its elements
 *   [a, b] => e       $1 => { a and b are the elements of $1; e }
 */
#include "syntax/syntax.h"
#include "grammar.h"

#include <string.h>

enum { MAX_PARAMETERS = 1000 }; /* their names are compared each with each */

/* ---- lists of definitions -------------------------------------------------------------------- */

static void add_def(Parser *p, DefList *list, Def def) {
    if (list->n == list->cap) {
        int capacity = list->cap ? list->cap * 2 : 4;
        Def *defs = ARENA_ARRAY(p->session->arena, Def, capacity);
        if (list->n) memcpy(defs, list->defs, sizeof *defs * (size_t)list->n);
        list->defs = defs;
        list->cap = capacity;
    }
    def.slot = list->n;
    list->defs[list->n++] = def;
}

static bool begins_with_minus(const Parser *p, const Ast *ast) {
    return p->session->sources[p->source].text[ast->span.start] == '-';
}

/* A block has one expression, at its end. */
static void report_misplaced(Parser *p, DefList *list, const Ast *next) {
    if (list->misplaced) return;
    list->misplaced = true;
    Diag *diag = parser_error(p, list->value->span, "a block has one value, at its end");
    if (next && begins_with_minus(p, next))
        diag_help(p->session, diag, "to go on with this line, end it with the `-` of the next");
    else
        diag_help(p->session, diag, "give this value a name, `name = …`, or put it last");
}

/* What stands in front of a definition or of the value: a need, or an expression that is lost. */
static void pass_by(Parser *p, DefList *list, const Ast *next) {
    if (!list->value) return;
    if (!is_need(list->value))
        report_misplaced(p, list, next);
    else
        ast_list_add(p, &list->needs, list->value), list->value = NULL;
}

DefList *def_list_value(Parser *p, DefList *list, Ast *value) {
    if (!list) list = ARENA_NEW(p->session->arena, DefList);
    pass_by(p, list, value);
    list->value = value;
    return list;
}

/* ---- patterns -------------------------------------------------------------------------------- */

/* What `_` binds has a name nobody can write. */
static const char *take_hole(Parser *p, Ast *hole) {
    const char *name = hidden_name(p);
    hole->kind = AST_NAME;
    hole->name.text = name;
    return name;
}

static Ast *make_element(Parser *p, const Ast *item, const char *list_name, int index, int count) {
    Ast *element = ast_create(p->session, AST_ELEMENT, item->span);
    element->a = ast_name(p, item->span, list_name);
    element->element.index = index;
    element->element.count = count;
    return element;
}

static void report_bad_element(Parser *p, const Ast *item) {
    Diag *diag = parser_error(p, item->span, "a pattern is made of names, `_` and `[…]`");
    diag_help(p->session, diag, "an example is `[left, right] = …`");
}

/* Definitions of what stands in the pattern as elements of the list of that name. The depth is
 * bounded by that of the brackets. */
static void take_apart(Parser *p, DefList *list, const Ast *pattern, const char *list_name,
                       const char *doc) {
    int count = pattern->list.n;
    for (int i = 0; i < count; i++) {
        Ast *item = pattern->list.items[i];
        if (item->kind == AST_HOLE) {
            take_hole(p, item);
            continue;
        }
        if (item->parens || (item->kind != AST_NAME && item->kind != AST_LIST)) {
            report_bad_element(p, item);
            continue;
        }
        Ast *element = make_element(p, item, list_name, i, count);
        const char *name = item->kind == AST_NAME ? item->name.text : hidden_name(p);
        add_def(p, list,
                (Def){.name = name,
                      .span = item->span,
                      .value = element,
                      .head = item->span,
                      .doc = doc});
        if (item->kind == AST_LIST) take_apart(p, list, item, name, doc);
    }
}

/* ---- parameters ------------------------------------------------------------------------------ */

static void report_bad_parameter(Parser *p, const Arg *arg) {
    const char *text = source_text(p->session, arg->value->span, 40);
    if (arg->name) {
        Diag *diag = parser_error(p, span_join(arg->name_span, arg->value->span),
                                  "the default of a parameter is written with `=`");
        diag_help(p->session, diag, "write `%s = %s`", arg->name, text);
        return;
    }
    Diag *diag = parser_error(p, arg->value->span, "a parameter is a name, not `%s`", text);
    if (arg->value->kind == AST_NUMBER)
        diag_help(
            p->session, diag,
            "tell cases apart with `if`, as in `fact(n) = if n <= 1 then 1 else n * fact(n - 1)`");
    else
        diag_help(p->session, diag, "a parameter is `a`, `a = 1` with a default, `[a, b]` or `_`");
}

/* One parameter; what has to be taken apart inside the body goes to `inner`. */
static bool make_parameter(Parser *p, const Arg *arg, ParamName *param, DefList *inner) {
    Ast *value = arg->value;
    param->span = value->span;
    if (arg->name || value->parens) {
        report_bad_parameter(p, arg);
        return false;
    }
    if (value->kind == AST_NAME) {
        param->name = value->name.text;
    } else if (value->kind == AST_HOLE) {
        param->name = take_hole(p, value);
    } else if (value->kind == AST_BINARY && value->op == OP_FALLBACK) {
        param->name = value->a->name.text;
        param->span = value->a->span;
        param->fallback = value->b;
        value->kind = AST_NAME; /* it is a parameter now: nothing is left over */
    } else if (value->kind == AST_LIST) {
        param->name = hidden_name(p);
        take_apart(p, inner, value, param->name, NULL);
    } else {
        if (value->kind != AST_ERROR) report_bad_parameter(p, arg);
        return false;
    }
    return true;
}

static void report_twice(Parser *p, Span at, const char *name) {
    parser_error(p, at, "there are two parameters `%s`", name);
}

static void check_twice(Parser *p, const ParamName *params, int n, const DefList *inner) {
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            if (params[i].name == params[j].name) report_twice(p, params[i].span, params[i].name);
    for (int i = 0; i < inner->n; i++) {
        for (int j = 0; j < n; j++)
            if (inner->defs[i].name == params[j].name)
                report_twice(p, inner->defs[i].span, params[j].name);
        for (int j = 0; j < i; j++)
            if (inner->defs[i].name == inner->defs[j].name)
                report_twice(p, inner->defs[i].span, inner->defs[j].name);
    }
}

static Ast *lambda_of(Parser *p, Span head, const Arg *args, int n, Ast *body, const char *name) {
    Span span = span_join(head, body->span);
    if (n > MAX_PARAMETERS) {
        parser_error(p, head, "a function has at most %d parameters", MAX_PARAMETERS);
        return ast_error(p, span);
    }
    DefList inner = {0};
    ParamName *params = ARENA_ARRAY(p->session->arena, ParamName, n);
    for (int i = 0; i < n; i++)
        if (!make_parameter(p, &args[i], &params[i], &inner)) return ast_error(p, span);
    if (n + inner.n <= 2 * MAX_PARAMETERS) check_twice(p, params, n, &inner);
    if (inner.n) {
        Ast *block = ast_create(p->session, AST_BLOCK, body->span);
        block->block.defs = inner.defs;
        block->block.n = inner.n;
        block->block.value = body;
        body = block;
    }
    Ast *ast = ast_create(p->session, AST_LAMBDA, span);
    ast->lambda.name = name;
    ast->lambda.params = params;
    ast->lambda.n = n;
    ast->lambda.body = body;
    return ast;
}

Ast *make_lambda(Parser *p, Span head, ArgList *params, Ast *body) {
    if (params) return lambda_of(p, head, params->args, params->n, body, NULL);
    Diag *diag = parser_error(p, head, "a function needs a parameter");
    diag_help(p->session, diag, "write `_ => …` if it is not used, or the value alone");
    return ast_error(p, span_join(head, body->span));
}

/* ---- left sides ------------------------------------------------------------------------------ */

static void report_bad_left(Parser *p, const Ast *left) {
    if (left->kind == AST_ERROR) return;
    const char *text = source_text(p->session, left->span, 40);
    if (left->kind == AST_NUMBER && (text[0] == 't' || text[0] == 'f')) {
        parser_error(p, left->span, "`%s` is a reserved word and cannot be a name", text);
        return;
    }
    Diag *diag = parser_error(p, left->span, "`%s` cannot be defined", text);
    if (left->kind == AST_INDEX)
        diag_help(p->session, diag, "elements of a list are not changed; define a new list");
    else if (left->kind == AST_MEMBER)
        diag_help(p->session, diag, "names of another file are defined there");
    else if (left->kind == AST_HOLE)
        diag_help(p->session, diag, "`_` names nothing; a definition is used by its name");
    else if (left->parens)
        diag_help(p->session, diag, "the left side of `=` stands without brackets");
    else
        diag_help(p->session, diag,
                  "the left side of `=` is `name`, `name(parameters)` or `[a, b]`; `==` compares");
}

static const Ast *innermost_callee(const Ast *left) {
    while (left->kind == AST_CALL && !left->parens)
        left = left->a;
    return left;
}

static void define_list(Parser *p, DefList *list, Ast *left, Ast *right) {
    const char *doc = doc_at(p, left->span.start), *name = hidden_name(p);
    add_def(p, list, (Def){.name = name, .span = left->span, .value = right, .head = left->span});
    take_apart(p, list, left, name, doc);
}

DefList *def_list_define(Parser *p, DefList *list, Ast *left, Ast *right) {
    if (!list) list = ARENA_NEW(p->session->arena, DefList);
    pass_by(p, list, NULL);
    if (left->kind == AST_LIST && !left->parens) {
        define_list(p, list, left, right);
        return list;
    }
    const Ast *callee = innermost_callee(left);
    if (callee->kind != AST_NAME || callee->parens) {
        report_bad_left(p, callee->kind == AST_ERROR ? callee : left);
        return list;
    }
    const char *name = callee->name.text;
    Ast *value = right;
    for (Ast *call = left; call->kind == AST_CALL; call = call->a)
        value = lambda_of(p, left->span, call->call.args, call->call.n, value, name);
    add_def(p, list,
            (Def){.name = name,
                  .span = callee->span,
                  .value = value,
                  .head = left->span,
                  .doc = doc_at(p, left->span.start)});
    return list;
}
