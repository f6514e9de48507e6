/* Blame: what went wrong deep inside a call, told in the words of the user who wrote the call.
 * In: values and places of evaluation. Out: the argument that they came from, and messages there. */
#include "evaluate/peval.h"

#include <string.h>

enum { WORDS = 40 };

bool in_library(Peval *p, Span span) {
    return span.file >= 0 && p->session->sources[span.file].library;
}

/* ---- the user's calls ------------------------------------------------------------------------ */

Site *site_keep(Peval *p) {
    Site *s = p->site;
    if (!s || s->kept) return s ? s->kept : NULL;
    Site *kept = ARENA_NEW(p->session->arena, Site);
    *kept = *s;
    kept->outer = NULL;
    Value *args = ARENA_ARRAY(p->session->arena, Value, s->n + 1);
    if (s->n) memcpy(args, s->args, sizeof *args * (size_t)s->n);
    kept->args = args;
    return s->kept = kept->kept = kept;
}

/* A call, or an operation on what one gives: `0.2 * struck(f, …)`. */
static bool is_made_of_call(const Ast *body) {
    while (body->kind == AST_NEED)
        body = body->d;
    if (body->kind == AST_BINARY) return is_made_of_call(body->a) || is_made_of_call(body->b);
    return body->kind == AST_CALL;
}

/* Did the call of that site make f, as its result or a part of it? One whose body is a call hands on its
 * arguments: what that made is of it. */
static bool made_by(const Function *f, const Site *site) {
    if (!site || !site->callee) return false;
    if (f->kind == FN_SIGNAL)
        return site->callee->kind == FN_PRIM && site->callee->number == f->number;
    if (site->callee->kind != FN_CLOSURE) return false;
    for (const Frame *frame = f->frame; frame; frame = frame->outer)
        if (frame->owner == site->callee->lambda) return true;
    return f->frame && is_made_of_call(site->callee->lambda->lambda.body);
}

/* The place in the user's file of a call that led into the library: where the signal was made, when
 * what was called is one, for it is often read far from there. */
Span blame_call(Peval *p, const Call *call) {
    const Function *f = call->function;
    if (f && f->kind == FN_CLOSURE && in_library(p, f->lambda->span) && made_by(f, f->site))
        return f->site->ast->span;
    return call->span;
}

const Ast *argument_of(const Site *site, int i) {
    const Ast *call = site->ast;
    for (int k = 0; k < call->call.n; k++) {
        const Arg *arg = &call->call.args[k];
        if (arg->name ? site->params && site->params[i].name == arg->name : k == i)
            return arg->value;
    }
    return NULL;
}

Span argument_span(Peval *p, int i, Span span) {
    if (!p->site || !span_equal(p->site->ast->span, span)) return span;
    const Ast *ast = argument_of(p->site, i);
    return ast ? ast->span : span;
}

const char *callee_words(Peval *p, Span span, const char *otherwise) {
    if (!p->site || !span_equal(p->site->ast->span, span)) return otherwise;
    return source_text(p->session, p->site->ast->a->span, WORDS);
}

/* The d of a call at t - d, or of an argument called d that was given to the library. */
const char *delay_words(Peval *p, Span span) {
    const Ast *call = p->site ? p->site->ast : NULL;
    if (call && span_equal(call->span, span) && call->call.n == 1) {
        const Ast *time = call->call.args[0].value;
        bool past = time->kind == AST_BINARY && time->op == BIN_SUB && time->a->kind == AST_NAME;
        return past ? source_text(p->session, time->b->span, WORDS) : NULL;
    }
    for (const Call *c = in_library(p, span) ? p->calls : NULL; c; c = c->outer) {
        const Site *site =
            c->function && made_by(c->function, c->function->site) ? c->function->site : p->site;
        for (int i = 0; site && site->params && i < site->n; i++) {
            const Ast *ast = strcmp(site->params[i].name, "d") == 0 ? argument_of(site, i) : NULL;
            if (ast) return source_text(p->session, ast->span, WORDS);
        }
    }
    return NULL;
}

/* ---- the user's arguments -------------------------------------------------------------------- */

static bool holds(Value arg, const Value *values, int n, int depth) {
    for (int i = 0; i < n; i++)
        if (value_equal(arg, values[i])) return true;
    if (arg.kind != V_LIST || depth > 2) return false;
    for (int i = 0; i < arg.list->n; i++)
        if (holds(arg.list->items[i], values, n, depth + 1)) return true;
    return false;
}

static bool is_one_of(Value arg, const Value *values, int n) {
    for (int i = 0; i < n; i++)
        if (value_equal(arg, values[i])) return true;
    return false;
}

/* The time that a signal is called at is not what was passed to it. */
static bool is_time(Peval *p, const Site *site, Value arg) {
    return arg.kind == V_NUMBER && arg.node == p->time && site->n == 1 && site->callee &&
           (site->callee->kind != FN_CLOSURE || site->callee->frame);
}

/* True when the search is over: a parameter handed on is not yet where the value came from. */
static bool look(Peval *p, const Site *site, const Value *values, int n, Blame *blame) {
    for (int i = 0; i < site->n; i++) {
        if (is_time(p, site, site->args[i]) || !holds(site->args[i], values, n, 0)) continue;
        const Ast *ast = argument_of(site, i);
        if (!ast || in_library(p, ast->span)) continue;
        const char *param = site->params ? site->params[i].name : NULL;
        *blame =
            (Blame){ast, site->callee ? function_name(site->callee) : NULL,
                    param && param[0] != '$' ? param : NULL, !is_one_of(site->args[i], values, n)};
        if (ast->kind != AST_NAME || !ast->name.parameter) return true;
    }
    return false;
}

static bool look_back(Peval *p, const Site *site, const Value *values, int n, Blame *blame) {
    for (int hops = 0; site && hops < 8; hops++) {
        if (look(p, site, values, n, blame)) return true;
        const Function *f = site->callee;
        site = f && made_by(f, f->site) ? f->site : NULL;
    }
    return false;
}

Blame blame_value(Peval *p, const Value *values, int n, const Site *also) {
    Blame blame = {0};
    for (const Site *site = p->site; site; site = site->outer)
        if (look_back(p, site, values, n, &blame)) return blame;
    if (look_back(p, also, values, n, &blame)) return blame;
    for (const Call *call = p->calls; call; call = call->outer) {
        const Function *f = call->function;
        if (f && made_by(f, f->site) && look_back(p, f->site, values, n, &blame)) return blame;
    }
    /* what the library made on the way, for one of its own functions */
    for (const Call *call = p->calls; call; call = call->outer) {
        const Function *f = call->function;
        if (f && f->site && look_back(p, f->site, values, n, &blame)) break;
    }
    return blame;
}

static bool blame_of_site(Peval *p, const Site *site, const Ast *lambda, int param, Blame *blame) {
    const Function *f = site ? site->callee : NULL;
    if (!f || f->kind != FN_CLOSURE || f->lambda != lambda) return false;
    const Ast *ast = argument_of(site, param);
    if (!ast || in_library(p, ast->span)) return false;
    *blame = (Blame){ast, function_name(f), lambda->lambda.params[param].name, false};
    return true;
}

Blame blame_parameter(Peval *p, const Ast *lambda, int param) {
    Blame blame = {0};
    for (const Site *site = p->site; site; site = site->outer)
        if (blame_of_site(p, site, lambda, param, &blame)) return blame;
    for (const Call *call = p->calls; call; call = call->outer)
        if (call->function && blame_of_site(p, call->function->site, lambda, param, &blame)) break;
    return blame;
}

/* ---- messages -------------------------------------------------------------------------------- */

static bool uses_name(const Ast *ast, const char *name) {
    if (!ast) return false;
    if (ast->kind == AST_NAME) return strcmp(ast->name.text, name) == 0;
    if (ast->kind == AST_CALL) {
        for (int i = 0; i < ast->call.n; i++)
            if (uses_name(ast->call.args[i].value, name)) return true;
        return uses_name(ast->a, name);
    }
    if (ast->kind == AST_LIST) {
        for (int i = 0; i < ast->list.n; i++)
            if (uses_name(ast->list.items[i], name)) return true;
        return false;
    }
    if (ast->kind == AST_BLOCK || ast->kind == AST_LAMBDA || ast->kind == AST_MEMBER ||
        ast->kind == AST_NUMBER || ast->kind == AST_STRING || ast->kind == AST_ERROR)
        return false;
    return uses_name(ast->a, name) || uses_name(ast->b, name) || uses_name(ast->d, name);
}

/* What to pass in place of a value that is only its value now. */
static const char *way_out(Peval *p, const Ast *ast) {
    Arena *arena = p->session->arena;
    const char *text = source_text(p->session, ast->span, WORDS);
    if (ast->kind == AST_CALL && ast->call.n == 1 && ast->call.args[0].value->kind == AST_NAME)
        return arena_printf(arena, "pass `%s`", source_text(p->session, ast->a->span, WORDS));
    if (ast->kind == AST_NAME && strcmp(ast->name.text, "t") != 0)
        return arena_printf(arena, "define it as a signal, `%s(t) = …`, and pass that", text);
    if (uses_name(ast, "t")) return arena_printf(arena, "pass `t => %s`", text);
    return "pass a signal, `t => …`";
}

static bool covers(Span outer, Span inner) {
    return outer.file == inner.file && outer.start <= inner.start && outer.end >= inner.end;
}

/* `pluck(line[4 * t % 3])(t % 0.25)`: the call of what the argument makes, at a time that begins anew. */
static const Ast *call_of_notes(Peval *p, const Ast *argument) {
    for (const Site *site = p->site; site; site = site->outer) {
        const Ast *call = site->ast;
        if (call->kind != AST_CALL || call->call.n != 1 || call->a->kind != AST_CALL) continue;
        if (!covers(call->a->span, argument->span)) continue;
        const Ast *time = call->call.args[0].value;
        bool past = time->kind == AST_BINARY && time->op == BIN_SUB;
        if (!past && time->kind != AST_NAME) return call;
    }
    return NULL;
}

/* Passed as a signal the pitch would be read at the time of the note, so each note would be the first. */
static void help_with_notes(Peval *p, Diag *d, const Ast *call, const Ast *argument) {
    bool element = argument->kind == AST_INDEX;
    const char *list = element ? source_text(p->session, argument->a->span, WORDS) : "[110, 220]";
    peval_help(
        p, d,
        "a note is a signal of its own: `seq(map(%s, x => %s(x)), rate)` plays one after another",
        list, source_text(p->session, call->a->a->span, WORDS));
}

Diag *blame_past(Peval *p, const NodeId *numbers, int n, const Site *also, const char *name,
                 Span span) {
    Value values[16];
    if (n > 16) n = 16;
    for (int i = 0; i < n; i++)
        values[i] = value_number(numbers[i]);
    Blame blame = blame_value(p, values, n, also);
    Diag *d;
    if (in_library(p, span)) name = NULL; /* no name of the user's */
    if (blame.ast) {
        const Ast *notes = call_of_notes(p, blame.ast);
        d = peval_error(p, blame.ast->span,
                        "%s reads %s in the past, but `%s` is only its value now%s%s",
                        blame.reader ? blame.reader : "the function",
                        blame.param ? blame.param : "its argument",
                        source_text(p->session, blame.ast->span, WORDS), notes ? "" : "; ",
                        notes ? "" : way_out(p, blame.ast));
        if (notes) help_with_notes(p, d, notes, blame.ast);
        if (!covers(blame.ast->span, span) && !covers(span, blame.ast->span))
            diag_note(p->session, d, span, "it is read here");
        return d;
    }
    if (name) {
        d = peval_error(p, span, "`%s` is read at another time, but it is only its value now",
                        name);
        peval_help(p, d, "define it as a signal: `%s(t) = …`", name);
    } else {
        d = peval_error(p, span,
                        "a number that varies in time is only its value now: it has no other time");
        peval_help(p, d, "pass the signal itself, not its value: `saw(110)`, not `saw(110)(t)`");
    }
    return d;
}

void help_with_string(Peval *p, Diag *d, const char *text) {
    double hz;
    if (note_frequency(text, &hz))
        peval_help(p, d, "`note(\"%s\")` is the frequency of that note", text);
    else if (*text && strspn(text, "xXo.-| ") == strlen(text))
        peval_help(p, d, "`pattern(\"%s\")` is a list of steps", text);
}

Diag *blame_kind(Peval *p, Value v, const char *kind, const char *wanted, Span span) {
    Blame blame = {0};
    if (v.kind == V_STRING || in_library(p, span)) blame = blame_value(p, &v, 1, NULL);
    if (!blame.ast && !in_library(p, span)) return NULL;
    if (!kind) kind = value_describe(p, v);
    Diag *d;
    if (blame.ast && blame.reader) {
        const char *as = blame.element ? " as each element of" : " as";
        as = blame.param ? arena_printf(p->session->arena, "%s `%s`", as, blame.param) : "";
        d = peval_error(p, blame.ast->span, "`%s` takes %s%s, and %s is %s", blame.reader, wanted,
                        as, blame.element ? "one of these" : "this", kind);
        if (!covers(blame.ast->span, span) && !covers(span, blame.ast->span))
            diag_note(p->session, d, span, "it is used here");
    } else {
        d = peval_error(p, span, "%s is needed here, and this is %s", wanted, kind);
    }
    if (v.kind == V_STRING) help_with_string(p, d, v.text);
    return d;
}

void blame_frequency(Peval *p, Value f, Span span) {
    Blame blame = blame_value(p, &f, 1, NULL);
    if (!blame.ast || !blame.reader) return;
    for (int i = 0; i < p->session->ndiags; i++)
        if (span_equal(p->session->diags[i]->span, blame.ast->span)) return;
    (void)span;
    Diag *d = diag_warning(p->session, blame.ast->span,
                           "%s takes a frequency that varies as a signal, and `%s` is only its "
                           "value now",
                           blame.reader, source_text(p->session, blame.ast->span, WORDS));
    diag_help(p->session, d, "%s; the phase of a frequency that varies is `phase(f)`, not `f * t`",
              way_out(p, blame.ast));
}
