/* In: a module. Out: its tree as text, one node a line, children indented below their parent. */
#include "syntax/tree.h"
#include "base/foreign_text.h"

#include <string.h>

static void dump(const Ast *ast, int depth, Buf *out);

/* A chain of 100,000 operators must not become gigabytes of blanks. */
enum { DEEPEST_INDENT = 200 };

static void indent(Buf *out, int depth) {
    buf_printf(out, "%*s", (depth < DEEPEST_INDENT ? depth : DEEPEST_INDENT) * 2, "");
}

/* The shortest form that is read back as the same number. */
static void number(Buf *out, const Ast *ast) {
    char text[40];
    for (int digits = 6; digits <= 17; digits++) {
        double back;
        snprintf(text, sizeof text, "%.*g", digits, ast->number);
        if (sscanf(text, "%lf", &back) == 1 && back == ast->number) break;
    }
    buf_printf(out, "number %s%s%s\n", text, ast->unit ? " " : "", unit_name(ast->unit));
}

static void dump_defs(const Def *defs, int n, int depth, Buf *out) {
    for (int i = 0; i < n; i++) {
        indent(out, depth);
        buf_printf(out, "def %s", defs[i].name);
        if (defs[i].doc) {
            buf_puts(out, " ");
            text_to_kanon_string(out, defs[i].doc);
        }
        buf_puts(out, "\n");
        dump(defs[i].value, depth + 1, out);
    }
}

static void dump_call(const Ast *ast, int depth, Buf *out) {
    buf_puts(out, ast->call.piped ? "call piped\n" : "call\n");
    dump(ast->a, depth + 1, out);
    for (int i = 0; i < ast->call.n; i++) {
        const Arg *arg = &ast->call.args[i];
        if (arg->name) {
            indent(out, depth + 1);
            buf_printf(out, "argument %s\n", arg->name);
        }
        dump(arg->value, depth + (arg->name ? 2 : 1), out);
    }
}

static void dump_lambda(const Ast *ast, int depth, Buf *out) {
    buf_printf(out, "lambda %s(", ast->lambda.name ? ast->lambda.name : "");
    for (int i = 0; i < ast->lambda.n; i++)
        buf_printf(out, "%s%s", i ? ", " : "", ast->lambda.params[i].name);
    buf_puts(out, ")\n");
    for (int i = 0; i < ast->lambda.n; i++) {
        if (!ast->lambda.params[i].fallback) continue;
        indent(out, depth + 1);
        buf_printf(out, "default %s\n", ast->lambda.params[i].name);
        dump(ast->lambda.params[i].fallback, depth + 2, out);
    }
    dump(ast->lambda.body, depth + 1, out);
}

static void dump_children(const Ast *ast, int depth, Buf *out) {
    const Ast *const children[] = {ast->a, ast->b, ast->d};
    for (int i = 0; i < 3; i++)
        if (children[i]) dump(children[i], depth + 1, out);
}

static void dump_block(const Ast *ast, int depth, Buf *out) {
    buf_puts(out, "block\n");
    dump_defs(ast->block.defs, ast->block.n, depth + 1, out);
    dump(ast->block.value, depth + 1, out);
}

static void dump_leaf(const Ast *ast, const char *what, Buf *out) {
    buf_printf(out, "%s %s\n", what, ast->name.text);
}

static void dump_list(const Ast *ast, int depth, Buf *out) {
    buf_puts(out, "list\n");
    for (int i = 0; i < ast->list.n; i++)
        dump(ast->list.items[i], depth + 1, out);
}

static void dump_node(const Ast *ast, const char *text, int depth, Buf *out) {
    buf_puts(out, text);
    buf_puts(out, "\n");
    dump_children(ast, depth, out);
}

static void dump_string(const Ast *ast, Buf *out) {
    buf_puts(out, "string ");
    text_to_kanon_string(out, ast->name.text);
    buf_puts(out, "\n");
}

static void dump(const Ast *ast, int depth, Buf *out) {
    indent(out, depth);
    switch ((AstKind)ast->kind) {
    case AST_ERROR: buf_puts(out, "error\n"); break;
    case AST_NUMBER: number(out, ast); break;
    case AST_STRING: dump_string(ast, out); break;
    case AST_NAME: dump_leaf(ast, "name", out); break;
    case AST_HOLE: buf_puts(out, "hole\n"); break;
    case AST_LIST: dump_list(ast, depth, out); break;
    case AST_RANGE: dump_node(ast, ast->d ? "range by" : "range", depth, out); break;
    case AST_UNARY:
    case AST_BINARY:
        buf_puts(out, ast->kind == AST_UNARY ? "unary " : "binary ");
        dump_node(ast, ast_op_text(ast->op), depth, out);
        break;
    case AST_IF: dump_node(ast, "if", depth, out); break;
    case AST_NEED: dump_node(ast, "need", depth, out); break;
    case AST_CALL: dump_call(ast, depth, out); break;
    case AST_INDEX: dump_node(ast, "index", depth, out); break;
    case AST_MEMBER:
        dump_leaf(ast, "member", out);
        dump_children(ast, depth, out);
        break;
    case AST_LAMBDA: dump_lambda(ast, depth, out); break;
    case AST_BLOCK: dump_block(ast, depth, out); break;
    case AST_ELEMENT:
        buf_printf(out, "element %d of %d\n", ast->element.index, ast->element.count);
        dump_children(ast, depth, out);
        break;
    }
}

static void dump_uses(const Module *module, Buf *out) {
    for (int i = 0; i < module->nuses; i++) {
        buf_puts(out, "use ");
        text_to_kanon_string(out, module->uses[i].path);
        buf_printf(out, "%s%s\n", module->uses[i].as ? " as " : "",
                   module->uses[i].as ? module->uses[i].as : "");
    }
}

static void dump_param(const ParamDecl *param, Buf *out) {
    buf_printf(out, "param %s%s", param->name, param->log ? " log" : "");
    if (param->label) {
        buf_puts(out, " label ");
        text_to_kanon_string(out, param->label);
    }
    if (param->doc) {
        buf_puts(out, " ");
        text_to_kanon_string(out, param->doc);
    }
    buf_puts(out, "\n");
    dump(param->initial, 1, out);
    dump(param->low, 1, out);
    dump(param->high, 1, out);
    if (param->step) {
        buf_puts(out, "  step\n");
        dump(param->step, 2, out);
    }
    if (param->controller) {
        buf_puts(out, "  cc\n");
        dump(param->controller, 2, out);
    }
}

void ast_dump(Module *module, Buf *out) {
    dump_uses(module, out);
    for (int i = 0; i < module->ninputs; i++)
        buf_printf(out, "input %s\n", module->inputs[i].name);
    for (int i = 0; i < module->nparams; i++)
        dump_param(&module->params[i], out);
    dump_defs(module->defs, module->ndefs, 0, out);
    if (module->value) {
        buf_puts(out, "value\n");
        dump(module->value, 1, out);
    }
}
