/* In: both sides of `|>`. Out: a call with the piped value inserted, or a block that names it.
 *
 *   x |> f(a)(t)      f(x, a)(t)
 *   x |> _ + g(_)     { $1 = x; $1 + g($1) }
 */
#include "syntax/syntax.h"
#include "grammar.h"

#include <string.h>

/* The holes of the right side are the last ones that were read; they are taken off the list. NULL
 * when there are none. */
static const char *fill_holes(Parser *p, const Ast *right) {
    const char *name = NULL;
    AstList *holes = &p->holes;
    while (holes->n > 0 && holes->items[holes->n - 1]->span.start >= right->span.start) {
        Ast *hole = holes->items[--holes->n];
        if (hole->kind != AST_HOLE) continue;
        if (!name) name = hidden_name(p);
        hole->kind = AST_NAME;
        hole->name.text = name;
    }
    return name;
}

static Ast *name_the_value(Parser *p, const char *name, Ast *left, Ast *right) {
    Def *def = ARENA_NEW(p->session->arena, Def);
    *def = (Def){.name = name, .span = left->span, .value = left, .head = left->span};
    Ast *block = ast_create(p->session, AST_BLOCK, right->span);
    block->block.defs = def;
    block->block.n = 1;
    block->block.value = right;
    return block;
}

static void report_target(Parser *p, const Ast *left, const Ast *right) {
    const char *x = source_text(p->session, left->span, 30),
               *text = source_text(p->session, right->span, 40);
    Diag *diag =
        parser_error(p, right->span, "`|>` needs a function or a call of one on its right");
    bool call_first = right->kind == AST_BINARY && !right->parens &&
                      (right->a->kind == AST_NAME || right->a->kind == AST_CALL);
    if (call_first) {
        const char *f = source_text(p->session, right->a->span, 40),
                   *rest = source_text(p->session, right->b->span, 30);
        diag_help(
            p->session, diag,
            "`|>` binds weaker than `%s`: write `(%s |> %s) %s %s`, or `_` for the piped value",
            ast_op_text(right->op), x, f, ast_op_text(right->op), rest);
    } else if (right->parens && right->kind == AST_CALL) {
        diag_help(p->session, diag,
                  "leave out the brackets around the call, or write `_` for the piped value");
    } else if (right->kind == AST_LAMBDA) {
        diag_help(p->session, diag,
                  "write the body with `_` for the piped value, or give the function a name");
    } else if (right->kind == AST_INDEX) {
        diag_help(p->session, diag, "write `%s(_)`", text);
    } else if (right->kind == AST_NUMBER || right->kind == AST_STRING) {
        diag_help(p->session, diag, "an example is `%s |> lowpass(800Hz)`", x);
    } else {
        diag_help(p->session, diag, "write `_` where the piped value belongs in it");
    }
}

/* Nothing else holds the call yet, so that it can be changed in place. */
static void insert_first(Parser *p, Ast *call, Ast *value) {
    Arg *args = ARENA_ARRAY(p->session->arena, Arg, call->call.n + 1);
    args[0] = (Arg){.value = value, .name_span = {-1, 0, 0}};
    if (call->call.n) memcpy(args + 1, call->call.args, sizeof *args * (size_t)call->call.n);
    call->call.args = args;
    call->call.n++;
    call->call.piped = true;
}

static bool is_function_name(const Ast *ast) {
    return ast->kind == AST_NAME || ast->kind == AST_MEMBER;
}

/* The span stays that of the right side: what is wrong with a stage of a long pipe is shown there.
 */
Ast *make_pipe(Parser *p, Ast *left, Ast *right) {
    const char *name = fill_holes(p, right);
    if (name) return name_the_value(p, name, left, right);
    if (right->kind == AST_ERROR) return right;
    Ast *innermost = NULL, *callee = right;
    for (; callee->kind == AST_CALL && !callee->parens; callee = callee->a)
        innermost = callee;
    if (!is_function_name(callee)) {
        report_target(p, left, right);
        return ast_error(p, right->span);
    }
    if (innermost) {
        insert_first(p, innermost, left);
        return right;
    }
    Ast *call = ast_create(p->session, AST_CALL, right->span);
    call->a = right;
    insert_first(p, call, left);
    return call;
}

void report_leftovers(Parser *p) {
    for (int i = 0; i < p->fallbacks.n; i++) {
        Ast *ast = p->fallbacks.items[i];
        if (ast->kind != AST_BINARY) continue;
        Diag *diag = parser_error(p, ast->span, "a named argument is written with `:`");
        diag_help(p->session, diag, "write `%s: %s`; `==` compares", ast->a->name.text,
                  source_text(p->session, ast->b->span, 40));
    }
    for (int i = 0; i < p->holes.n; i++) {
        if (p->holes.items[i]->kind != AST_HOLE) continue;
        Diag *diag = parser_error(p, p->holes.items[i]->span,
                                  "`_` is the piped value, but there is no `|>` to the left of it");
        diag_help(p->session, diag, "write `x |> …`, or a function `x => …`");
    }
}
