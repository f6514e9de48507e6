/* Arguments by place and by name, and defaults. In: a call as it is written. Out: the call with its
 * arguments in the order of the parameters. */
#include "evaluate/peval.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_PARAMETERS = 32 };

typedef struct PrimParams {
    const ParamName *params;
    int n;
} PrimParams;

/* The names of the table of primitives, made when it is first called. */
static PrimParams prim_params(Peval *p, int number) {
    if (!p->prim_params) p->prim_params = ARENA_ARRAY(p->session->arena, PrimParams, prim_count);
    PrimParams *known = &p->prim_params[number];
    if (known->params) return *known;
    const char *names[MOST_PARAMETERS];
    for (const char *at = prims[number].params; *at; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");
        names[known->n++] = intern(p->session, at, length);
        at += length;
    }
    ParamName *params = ARENA_ARRAY(p->session->arena, ParamName, known->n);
    for (int i = 0; i < known->n; i++)
        params[i].name = names[i];
    known->params = params;
    return *known;
}

typedef struct Parameters {
    const ParamName *params; /* NULL when they have no names */
    int n, least;            /* from `least` on those of a primitive are optional */
    bool any;
} Parameters;

static bool is_optional(const Parameters *params, int i) {
    return i >= params->least || (params->params && params->params[i].fallback);
}

static const char *parameter_name(const Parameters *params, int i) {
    return params->params ? params->params[i].name : NULL;
}

static bool parameters_of(Peval *p, Function *f, Parameters *out) {
    if (f->kind == FN_CLOSURE) {
        out->params = f->lambda->lambda.params + f->nargs;
        out->n = out->least = f->lambda->lambda.n - f->nargs;
    } else if (f->kind == FN_PRIM) {
        const Prim *prim = &prims[f->number];
        out->any = strcmp(prim->params, "…") == 0;
        if (out->any) return true;
        PrimParams known = prim_params(p, f->number);
        out->params = known.params;
        out->n = known.n;
        out->least = prim->least;
    } else {
        out->n = out->least = function_arity(p, f);
    }
    return out->n <= MOST_PARAMETERS;
}

static const char *callee_text(Peval *p, Function *f) {
    const char *name = function_name(f);
    return name ? arena_printf(p->session->arena, "`%s`", name) : "the function";
}

static const char *signature(Peval *p, Function *f, const Parameters *params) {
    Buf text = {0};
    const char *name = function_name(f);
    buf_printf(&text, "%s(", name ? name : "");
    if (name && f->kind == FN_CLOSURE && f->frame && f->frame->owner->kind == AST_LAMBDA &&
        f->frame->owner->lambda.name == name)
        buf_puts(&text, "…)("); /* bell(440) is called */
    for (int i = 0; i < params->n; i++) {
        const char *param = parameter_name(params, i);
        buf_printf(&text, "%s%s%s", i ? ", " : "", param && param[0] != '$' ? param : "…",
                   is_optional(params, i) ? " = …" : "");
    }
    buf_puts(&text, name ? ")" : ") => …");
    const Ast *body = f->kind == FN_CLOSURE ? f->lambda->lambda.body : NULL;
    if (body && body->kind == AST_LAMBDA && name && body->lambda.name == name &&
        body->lambda.n == 1 && body->lambda.params[0].name[0] != '$')
        buf_printf(&text, "(%s)", body->lambda.params[0].name);
    const char *kept = arena_printf(p->session->arena, "%s", text.data);
    buf_free(&text);
    return kept;
}

static int parameter_index(const Parameters *params, const char *name) {
    for (int i = 0; i < params->n; i++)
        if (parameter_name(params, i) == name) return i;
    return -1;
}

static void unknown_argument(Peval *p, Function *f, const Parameters *params, const Arg *arg) {
    Diag *d =
        peval_error(p, arg->name_span, "%s has no parameter `%s`", callee_text(p, f), arg->name);
    const char *names[MOST_PARAMETERS];
    for (int i = 0; i < params->n; i++)
        names[i] = parameter_name(params, i);
    const char *near = nearest_name(arg->name, names, params->params ? params->n : 0);
    if (near && near[0] != '$')
        peval_help(p, d, "did you mean `%s`?", near);
    else
        peval_help(p, d, "it is `%s`", signature(p, f, params));
}

/* A function that the user handed to the library, which calls it with other arguments than it takes: told where
 * it was handed over. */
static bool blame_handed(Peval *p, Function *f, const Parameters *params, const Ast *call) {
    Value callee = value_function(f);
    Blame blame = {0};
    if (in_library(p, call->span)) blame = blame_value(p, &callee, 1, NULL);
    if (!blame.ast || !blame.reader || !blame.param) return false;
    Diag *d = peval_error(p, blame.ast->span,
                          "`%s` gives its `%s` %d argument%s, and this takes %d", blame.reader,
                          blame.param, call->call.n, call->call.n == 1 ? "" : "s", params->n);
    peval_help(p, d, "it is `%s`", signature(p, f, params));
    return true;
}

static void refuse_extra(Peval *p, Function *f, const Parameters *params, const Ast *call,
                         Span extra) {
    if (blame_handed(p, f, params, call)) return;
    Diag *d = peval_error(p, extra, "%s takes %d argument%s, and this is one more",
                          callee_text(p, f), params->n, params->n == 1 ? "" : "s");
    peval_help(p, d, "it is `%s`", signature(p, f, params));
}

static void refuse_missing(Peval *p, Function *f, const Parameters *params, const Ast *call,
                           const char *name) {
    if (blame_handed(p, f, params, call)) return;
    Diag *d = peval_error(p, call->span, "%s needs %s", callee_text(p, f),
                          name && name[0] != '$'
                              ? arena_printf(p->session->arena, "an argument for `%s`", name)
                              : "one more argument");
    peval_help(p, d, "it is `%s`", signature(p, f, params));
}

/* Fills args[0 … n) in the order of the parameters. Gaps are left to the defaults, which only a
 * closure's frame can evaluate: they are slots of kind V_DEFERRED made by the caller. */
static bool place_arguments(Peval *p, Function *f, const Parameters *params, Ast *call,
                            Frame *frame, Value *args, bool *given, int *n) {
    bool good = true;
    for (int i = 0; i < call->call.n; i++) {
        const Arg *arg = &call->call.args[i];
        int at = arg->name ? parameter_index(params, arg->name) : i;
        if (arg->name && at < 0) {
            unknown_argument(p, f, params, arg);
            good = false;
            continue;
        }
        if (at >= params->n) {
            refuse_extra(p, f, params, call, arg->value->span);
            return false;
        }
        if (given[at]) {
            peval_error(p, arg->name ? arg->name_span : arg->value->span,
                        "the argument `%s` is given twice", parameter_name(params, at));
            return false;
        }
        args[at] = eval(p, arg->value, frame);
        given[at] = true;
        good = good && args[at].kind != V_ERROR;
        if (at >= *n) *n = at + 1;
    }
    for (int i = 0; i < params->n && good; i++) {
        if (given[i] || is_optional(params, i)) continue;
        const char *name = parameter_name(params, i);
        refuse_missing(p, f, params, call, name);
        return false;
    }
    return good;
}

/* A default that is made of arguments is the work of this call: what is wrong with them is told there. */
static Value eval_default(Peval *p, Site *site, Ast *fallback, Frame *frame) {
    bool of_user = !in_library(p, site->ast->span);
    if (of_user) p->site = site;
    Value v = eval(p, fallback, frame);
    if (of_user) p->site = site->outer;
    return v;
}

/* Defaults between given arguments: evaluated in a frame that holds those before them; 0 for a primitive. */
static bool fill_gaps(Peval *p, Function *f, const ParamName *params, Ast *ast, Value *args,
                      const bool *given, int n) {
    Frame *frame = NULL;
    for (int i = 0; i < n; i++) {
        if (given[i]) continue;
        if (f->kind != FN_CLOSURE) {
            args[i] = value_constant(p, 0);
            continue;
        }
        if (!frame) {
            frame = frame_create(p, f->lambda, f->frame, f->lambda->lambda.n);
            for (int k = 0; k < f->nargs; k++)
                frame->slots[k] = (Slot){.value = f->args[k], .state = SLOT_DONE};
        }
        for (int k = 0; k < i; k++)
            frame->slots[f->nargs + k] = (Slot){.value = args[k], .state = SLOT_DONE};
        Site site = {
            .outer = p->site, .ast = ast, .callee = f, .args = args, .params = params, .n = i};
        args[i] = eval_default(p, &site, f->lambda->lambda.params[f->nargs + i].fallback, frame);
        if (args[i].kind == V_ERROR) return false;
    }
    return true;
}

/* A call as written; one in the user's files is remembered while it runs. */
static Value apply_at(Peval *p, Value callee, const Value *args, const ParamName *params, int n,
                      Ast *ast) {
    if (in_library(p, ast->span)) return apply(p, callee, args, n, ast->span);
    Function *f = callee.kind == V_FUNCTION ? callee.function : NULL;
    Site site = {.outer = p->site, .ast = ast, .callee = f, .args = args, .params = params, .n = n};
    p->site = &site;
    Value v = apply(p, callee, args, n, ast->span);
    p->site = site.outer;
    if (f && params) warn_call(p, &site);
    return v;
}

static Value eval_any_call(Peval *p, Function *f, Ast *ast, Frame *frame) {
    Value *args = ARENA_ARRAY(p->session->arena, Value, ast->call.n + 1);
    for (int i = 0; i < ast->call.n; i++) {
        if (ast->call.args[i].name) {
            peval_error(p, ast->call.args[i].name_span, "%s takes no named arguments",
                        callee_text(p, f));
            return value_error();
        }
        args[i] = eval(p, ast->call.args[i].value, frame);
        if (args[i].kind == V_ERROR) return args[i];
    }
    return apply_at(p, value_function(f), args, NULL, ast->call.n, ast);
}

static Value eval_arguments(Peval *p, Value callee, Ast *ast, Frame *frame) {
    if (callee.kind == V_FUNCTION) {
        Function *f = callee.function;
        Parameters params = {0};
        if (!parameters_of(p, f, &params)) {
            peval_error(p, ast->span, "%s has too many parameters", callee_text(p, f));
            return value_error();
        }
        if (params.any) return eval_any_call(p, f, ast, frame);
        Value args[MOST_PARAMETERS];
        bool given[MOST_PARAMETERS] = {false};
        int n = 0;
        if (!place_arguments(p, f, &params, ast, frame, args, given, &n)) return value_error();
        if (!fill_gaps(p, f, params.params, ast, args, given, n)) return value_error();
        /* Defaults at the end are arguments like others: equal calls are one call. */
        if (f->kind == FN_CLOSURE && n < params.n) {
            bool all[MOST_PARAMETERS];
            memcpy(all, given, sizeof all);
            if (!fill_gaps(p, f, params.params, ast, args, all, params.n)) return value_error();
            n = params.n;
        }
        return apply_at(p, callee, args, params.params, n, ast);
    }
    if (ast->call.n == 0) {
        Diag *d = peval_error(p, ast->span, "this call has no arguments");
        peval_help(p, d, "a value is used without brackets: write `%s`",
                   source_text(p->session, ast->a->span, 40));
        return value_error();
    }
    Value args[32];
    if (ast->call.n > 32) {
        peval_error(p, ast->span, "too many arguments");
        return value_error();
    }
    for (int i = 0; i < ast->call.n; i++) {
        args[i] = eval(p, ast->call.args[i].value, frame);
        if (args[i].kind == V_ERROR) return args[i];
    }
    return apply_at(p, callee, args, NULL, ast->call.n, ast);
}

Value eval_call(Peval *p, Ast *ast, Frame *frame) {
    Value callee = eval(p, ast->a, frame);
    if (callee.kind == V_ERROR || callee.kind == V_DEFERRED) return callee;
    return eval_arguments(p, callee, ast, frame);
}
