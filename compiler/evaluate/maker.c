/* Makers of signals that are heard as signals: `out = 0.3 * tone` where `tone(f)(t)` is defined is legal, and plays
 * the time as f. In: what is heard and gives a signal at each time. Out: a warning that names the maker. */
#include "evaluate/peval.h"

#include <string.h>

bool is_maker(const Function *f) {
    if (f->kind != FN_CLOSURE || !function_name(f) || function_name(f)[0] == '_') return false;
    const char *param = f->lambda->lambda.params[f->nargs].name;
    return strcmp(param, "t") != 0 && param[0] != '$' && param[0] != '_';
}

static const Function *maker_in(Peval *p, Value v);

/* What was handed to `loop(bell, 1)` before it became a function of time. */
static const Function *handed_to(Peval *p, const Function *f) {
    const Frame *frame = f->kind == FN_CLOSURE ? f->frame : NULL;
    const Function *found = NULL;
    if (!frame || frame->owner->kind != AST_LAMBDA) return NULL;
    for (int i = 0; i < frame->owner->lambda.n && !found; i++)
        if (frame->slots[i].state == SLOT_DONE) found = maker_in(p, frame->slots[i].value);
    return found;
}

/* The first maker in what v is combined of and was handed; NULL for none. */
static const Function *maker_in(Peval *p, Value v) {
    const Function *found = NULL;
    v = force(p, v);
    for (int i = 0; v.kind == V_LIST && i < v.list->n && !found; i++)
        found = maker_in(p, v.list->items[i]);
    if (v.kind != V_FUNCTION) return found;
    if (is_maker(v.function)) return v.function;
    for (int i = 0; i < v.function->nargs && !found; i++)
        found = maker_in(p, v.function->args[i]);
    return found ? found : handed_to(p, v.function);
}

/* The user's argument that makes signals where one is wanted, in the calls that led here. */
static bool blame_site(Peval *p, const Site *site) {
    for (int i = 0; site && site->params && i < site->n; i++) {
        const Function *f = maker_in(p, site->args[i]);
        const Ast *ast = f ? argument_of(site, i) : NULL;
        if (!ast || in_library(p, ast->span)) continue;
        Diag *d = peval_error(p, ast->span,
                              "`%s` takes a number or a signal as `%s`, and `%s` makes signals",
                              function_name(site->callee), site->params[i].name, function_name(f));
        help_with_maker(p, d, f);
        return true;
    }
    return false;
}

bool blame_maker(Peval *p) {
    for (const Site *site = p->site; site; site = site->outer)
        if (site->callee && function_name(site->callee) && blame_site(p, site)) return true;
    for (const Call *call = p->calls; call; call = call->outer) {
        const Site *site = call->function ? call->function->site : NULL;
        if (site && site->callee && function_name(site->callee) && blame_site(p, site)) return true;
    }
    return false;
}

void help_with_maker(Peval *p, Diag *d, const Function *f) {
    const char *wanted = "";
    for (int i = f->nargs; i < f->lambda->lambda.n; i++) {
        const ParamName *param = &f->lambda->lambda.params[i];
        if (!param->fallback)
            wanted =
                arena_printf(p->session->arena, "%s%s%s", wanted, *wanted ? ", " : "", param->name);
    }
    diag_help(p->session, d, "it makes signals: `%s(%s)` is one", function_name(f), wanted);
}

void warn_of_maker(Peval *p, Value v, Span span) {
    const Function *f = maker_in(p, v);
    if (!f) return;
    Diag *d = diag_warning(p->session, span, "`%s` is heard as a signal: its `%s` is the time",
                           function_name(f), f->lambda->lambda.params[f->nargs].name);
    help_with_maker(p, d, f);
}
