/* What must hold for the arguments of a definition: `need(n > 0, "n is above 0")` in a block, in front of its value.
 * In: such calls, and the frame of a call. Out: AST_NEED around the value; an error at the user's own argument where the
 * condition is known to be false; the words, for whoever prints what a definition is.
 *
 * Said once it is checked and printed, so that neither can be true without the other. What varies while running is not
 * checked: the definitions hold that within their range. */
#include "evaluate/peval.h"
#include "syntax/syntax.h"

#include <string.h>

/* ---- while parsing --------------------------------------------------------------------------- */

bool is_need(const Ast *ast) {
    return ast->kind == AST_CALL && !ast->parens && ast->a->kind == AST_NAME &&
           strcmp(ast->a->name.text, "need") == 0;
}

static bool is_string(const Ast *call, int i) {
    return i < call->call.n && call->call.args[i].value->kind == AST_STRING;
}

static Ast *make_need(Parser *p, const Ast *call, Ast *value) {
    int n = call->call.n;
    if ((n != 2 && n != 3) || !is_string(call, 1) || (n == 3 && !is_string(call, 2))) {
        Diag *diag =
            parser_error(p, call->span, "`need` takes a condition and what it says, a string");
        diag_help(p->session, diag, "as in `need(n > 0, \"n is above 0\")`");
        return value;
    }
    Ast *ast = ast_create(p->session, AST_NEED, call->span);
    ast->a = call->call.args[0].value;
    ast->b = call->call.args[1].value;
    ast->d = value;
    ast->need.unit = n == 3 ? call->call.args[2].value->name.text : NULL;
    return ast;
}

Ast *make_needs(Parser *p, const AstList *needs, Ast *value) {
    for (int i = needs->n - 1; i >= 0; i--)
        value = make_need(p, needs->items[i], value);
    return value;
}

const Ast *need_next(const Ast *value) {
    while (value && value->kind != AST_NEED)
        value = value->kind == AST_LAMBDA  ? value->lambda.body
                : value->kind == AST_BLOCK ? value->block.value
                                           : NULL;
    return value;
}

/* ---- while evaluating ------------------------------------------------------------------------ */

typedef struct Named { /* an argument that the condition names */
    const char *name;
    const Ast *lambda;
    int param;
    Value value;
} Named;

enum { MOST_NAMED = 4 };

static int add_named(Peval *p, Ast *ast, Frame *frame, Named *named, int n) {
    if (!ast || n == MOST_NAMED) return n;
    if (ast->kind == AST_CALL) {
        for (int i = 0; i < ast->call.n; i++)
            n = add_named(p, ast->call.args[i].value, frame, named, n);
        return n;
    }
    if (ast->kind == AST_NAME) {
        for (int i = 0; i < n; i++)
            if (named[i].name == ast->name.text) return n;
        if (ast->name.bound != BOUND_LOCAL || !ast->name.parameter) return n;
        Frame *around = frame;
        for (int i = 0; i < ast->name.hops; i++)
            around = around->outer;
        named[n] = (Named){ast->name.text, around->owner, ast->name.slot, eval(p, ast, frame)};
        return n + 1;
    }
    if (ast->kind != AST_UNARY && ast->kind != AST_BINARY && ast->kind != AST_INDEX) return n;
    n = add_named(p, ast->a, frame, named, n);
    return add_named(p, ast->b, frame, named, n);
}

/* The first of them that the user wrote, in the call itself or in one that led here. */
static Blame written(Peval *p, const Named *named, int n) {
    Blame blame = {0};
    for (int i = 0; i < n && !blame.ast; i++)
        blame = blame_parameter(p, named[i].lambda, named[i].param);
    for (int i = 0; i < n && !blame.ast; i++)
        blame = blame_value(p, &named[i].value, 1, NULL);
    return blame;
}

static const char *shown(Peval *p, Value v) {
    double x;
    return value_is_constant(p, v, &x) ? arena_printf(p->session->arena, "%.6g", x)
                                       : value_describe(p, v);
}

/* ", and here low is 2 and high is 1"; of one list, whose element `at` it is. */
static const char *what_there_is(Peval *p, const Ast *need, const Named *named, int n, int at) {
    const char *text = "";
    if (n == 1 && at >= 0)
        return arena_printf(p->session->arena, ", and here element %d is %s", at,
                            shown(p, named[0].value));
    if (n == 1 && strncmp(need->b->name.text, named[0].name, strlen(named[0].name)) == 0)
        return arena_printf(p->session->arena, ", and here it is %s", shown(p, named[0].value));
    for (int i = 0; i < n; i++)
        text =
            arena_printf(p->session->arena, "%s%s %s is %s", text, i == 0 ? ", and here" : " and",
                         named[i].name, shown(p, named[i].value));
    return text;
}

/* The definition whose need it is; a private one of the library has no name for its users. */
static const char *needer(Peval *p, const Named *named, int n, const Blame *blame) {
    for (int i = 0; i < n; i++)
        if (named[i].lambda->kind == AST_LAMBDA && named[i].lambda->lambda.name &&
            named[i].lambda->lambda.name[0] != '_')
            return named[i].lambda->lambda.name;
    if (blame->reader) return blame->reader;
    return p->calls ? p->calls->shown : NULL;
}

/* What the user wrote has a unit. */
static bool has_unit(const Ast *ast) {
    while (ast && ast->kind == AST_UNARY)
        ast = ast->a;
    return ast && ast->kind == AST_NUMBER && ast->unit != UNIT_NONE;
}

/* The condition is false; of a list, for its element `at`, else -1. */
static void refuse(Peval *p, const Ast *need, Frame *frame, int at) {
    Named named[MOST_NAMED];
    int n = add_named(p, need->a, frame, named, 0);
    Blame blame = written(p, named, n);
    const char *name = needer(p, named, n, &blame);
    bool element =
        at >= 0 && n == 1 && named[0].value.kind == V_LIST && at < named[0].value.list->n;
    if (element) named[0].value = named[0].value.list->items[at];
    Diag *d = peval_error(p, blame.ast ? blame.ast->span : need->span, "%s%s%s needs that %s%s",
                          name ? "`" : "", name ? name : "this", name ? "`" : "",
                          need->b->name.text, what_there_is(p, need, named, n, element ? at : -1));
    d->notes = NULL; /* the way through the library tells nothing more */
    if (n > 0 && named[0].value.kind == V_STRING) help_with_string(p, d, named[0].value.text);
    double x;
    if (need->need.unit && n > 0 && !has_unit(blame.ast) &&
        value_is_constant(p, named[0].value, &x))
        peval_help(p, d, "with its unit it is `%.6g%s`", x, need->need.unit);
}

/* Known to be false, of a list: one of its elements, whose place is put into *at. */
static bool fails(Peval *p, Value v, int *at) {
    double x;
    int ignored;
    *at = -1;
    if (v.kind != V_LIST) return value_is_constant(p, v, &x) && x == 0;
    for (int i = 0; i < v.list->n; i++) {
        if (!fails(p, v.list->items[i], &ignored)) continue;
        *at = i;
        return true;
    }
    return false;
}

Value eval_need(Peval *p, Ast *ast, Frame *frame) {
    int at;
    for (; ast->kind == AST_NEED; ast = ast->d) {
        Value holds = eval(p, ast->a, frame);
        if (holds.kind == V_ERROR) return holds;
        if (!fails(p, holds, &at)) continue;
        refuse(p, ast, frame, at);
        return value_error();
    }
    return eval(p, ast, frame);
}

Value misplaced_need(Peval *p, Span span) {
    Diag *d = peval_error(p, span, "`need` stands in a block, in front of its value");
    peval_help(p, d, "`f(n) = { need(n > 0, \"n is above 0\"); 1 / n }`");
    return value_error();
}
