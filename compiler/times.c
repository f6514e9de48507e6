/* Times on the command line: --for 10s, --from 250ms, --at 0..1ms by 0.1ms.
 * In: text, and the compiled program, whose names may be used. Out: seconds and frames. What is
 * wrong is printed. Kanon's own parser and evaluator read them, so a time is written as in a
 * program. */
#include "command.h"

#include <math.h>
#include <string.h>

static bool is_time_unit(const Ast *ast) {
    switch (ast->kind == AST_NUMBER ? (Unit)ast->unit : UNIT_NONE) {
    case UNIT_NONE:
    case UNIT_S:
    case UNIT_MS:
    case UNIT_US:
    case UNIT_MIN: return true;
    default: return false;
    }
}

/* The value of a constant; false when diags tell why not, or a message was printed. */
static bool evaluate(Compile *c, const char *option, Ast *ast, double *seconds) {
    if (!is_time_unit(ast)) {
        command_fail(STATUS_USAGE, "%s takes a time, such as 10s, 250ms or 2min, not %s", option,
                     unit_name((Unit)ast->unit));
        return false;
    }
    NodeId node = peval_expression(c, c->main, ast, false);
    if (!node) return false;
    const Node *n = graph_at(c->graph, node);
    if (n->op != OP_CONST) {
        command_fail(STATUS_USAGE, "%s must be known before the program runs", option);
        return false;
    }
    *seconds = n->value;
    if (isfinite(*seconds) && *seconds >= 0) return true;
    command_fail(STATUS_USAGE, "%s must be finite and not negative, it is %g", option, *seconds);
    return false;
}

static Ast *parse(Compile *c, const char *option, const char *text) {
    int source = source_add(c, option, text, strlen(text));
    Ast *ast = source < 0 ? NULL : parse_expression(c, source);
    if (ast) resolve_expression(c, c->main, ast);
    return diag_errors(c) > 0 ? NULL : ast;
}

/* Prints what the evaluator said, if it said something. */
static bool finish(Compile *c, bool ok) {
    ok = ok && diag_errors(c) == 0;
    load_print_diags(c);
    return ok;
}

bool time_read(Compile *c, const char *option, const char *text, double *seconds) {
    Ast *ast = parse(c, option, text);
    return finish(c, ast && evaluate(c, option, ast, seconds));
}

bool time_range_read(Compile *c, const char *option, const char *text, double *from, double *to,
                     double *step) {
    *step = 0;
    Ast *ast = parse(c, option, text);
    if (!ast) return finish(c, false);
    if (ast->kind != AST_RANGE) {
        bool ok = evaluate(c, option, ast, from);
        *to = *from;
        return finish(c, ok);
    }
    bool ok = evaluate(c, option, ast->a, from) && evaluate(c, option, ast->b, to) &&
              (!ast->d || evaluate(c, option, ast->d, step));
    if (!finish(c, ok)) return false;
    if (*to >= *from && (!ast->d || *step > 0)) return true;
    command_fail(STATUS_USAGE, "%s: %s holds no time", option, text);
    return false;
}

int64_t time_frame(double seconds, double rate) {
    double frame = nearbyint(seconds * rate);
    return frame < 4503599627370496.0 ? (int64_t)frame : -1;
}
