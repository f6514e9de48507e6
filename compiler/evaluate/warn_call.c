/* Calls of the library that are legal and surely not meant: an argument that stands in another's place, or lost its unit.
 * In: a call in the user's file, with the values of its arguments. Out: a warning at the argument.
 *
 * What a parameter is for is told by its name, which is the same in all of the library: x is what is heard, a gate opens
 * an envelope, a shape is a function of a rate, d and attack are seconds. */
#include "evaluate/peval.h"

#include <string.h>

enum { WORDS = 40, HEARD_FROM = 50 /* Hz */, LONG = 20 /* seconds */ };

typedef struct Written { /* an argument of the call, as it stands there */
    Peval *p;
    const Site *site;
    int param;
    const Ast *ast;
    Value value;
    const char *reader, *text; /* of the call; of the argument */
} Written;

static bool is_file(Peval *p, const Function *f, const char *const *names) {
    const char *path = p->session->sources[f->lambda->span.file].path;
    for (; *names; names++)
        if (strstr(path, *names)) return true;
    return false;
}

static bool has_param(const Site *site, const char *name) {
    for (int i = 0; i < site->n; i++)
        if (strcmp(site->params[i].name, name) == 0) return true;
    return false;
}

static Diag *warn_of(const Written *w, const char *message) {
    Session *session = w->p->session;
    for (int i = 0; i < session->ndiags; i++) {
        Span at = session->diags[i]->span;
        if (at.file == w->ast->span.file && at.start == w->ast->span.start &&
            at.end == w->ast->span.end)
            return NULL;
    }
    return diag_warning(session, w->ast->span, "%s", message);
}

/* ---- what a value is -------------------------------------------------------------------------- */

/* How often a second a signal of the library goes up and down, as it was asked to: its `f`. 0: not known. */
static double frequency_of(Peval *p, Value v) {
    double f = 0;
    if (v.kind != V_FUNCTION) return 0;
    const Function *of = v.function;
    if (of->kind == FN_SIGNAL) return of->number == P_noise ? 0.5 * p->g->rate : 0;
    for (int i = 0; of->kind == FN_LIFTED && i < of->nargs && f == 0; i++)
        f = frequency_of(p, of->args[i]);
    const Frame *frame = of->kind == FN_CLOSURE ? of->frame : NULL;
    if (!frame || !in_library(p, of->lambda->span) || frame->owner->kind != AST_LAMBDA) return f;
    const ParamName *params = frame->owner->lambda.params;
    for (int i = 0; i < frame->owner->lambda.n; i++)
        if (strcmp(params[i].name, "f") == 0 && frame->slots[i].state == SLOT_DONE &&
            value_is_constant(p, frame->slots[i].value, &f))
            return f;
    return 0;
}

/* A function of time, as `sine(5)` is and `sine` is not. */
static bool is_signal(Value v) {
    if (v.kind != V_FUNCTION) return false;
    const Function *f = v.function;
    if (f->kind != FN_CLOSURE) return f->kind != FN_PRIM;
    return f->nargs < f->lambda->lambda.n &&
           strcmp(f->lambda->lambda.params[f->nargs].name, "t") == 0;
}

static const Function *maker_of(Peval *p, Value v) {
    v = force(p, v);
    if (v.kind == V_FUNCTION) return is_maker(v.function) ? v.function : NULL;
    for (int i = 0; v.kind == V_LIST && i < v.list->n; i++) {
        const Function *found = maker_of(p, v.list->items[i]);
        if (found) return found;
    }
    return NULL;
}

/* ---- what is asked of parameters -------------------------------------------------------------- */

static void look_at_instrument(const Written *w) {
    const Function *f = maker_of(w->p, w->value);
    if (!f || !has_param(w->site, "p"))
        return; /* of one that is not played by a pattern, evaluate/maker.c tells when it is heard */
    Diag *d = warn_of(w, arena_printf(w->p->session->arena,
                                      "`%s` is heard as a signal: its `%s` is the time",
                                      function_name(f), f->lambda->lambda.params[f->nargs].name));
    if (d) help_with_maker(w->p, d, f);
}

static void look_at_gate(const Written *w) {
    double x, f = frequency_of(w->p, w->value);
    bool sum = w->ast->kind == AST_BINARY && !w->ast->parens &&
               (w->ast->op == BIN_ADD || w->ast->op == BIN_SUB);
    Diag *d = NULL;
    if (!has_param(w->site, "r")) return; /* no envelope */
    if (value_is_constant(w->p, w->value, &x) && x > 0 && x != 1) {
        d = warn_of(w, arena_printf(
                           w->p->session->arena,
                           "the gate of `%s` comes first, and this number is one that is always on",
                           w->reader));
        if (d)
            diag_help(w->p->session, d,
                      "`%s(gate, %s, …)`; of a note of known length: `note_adsr(length, …)`",
                      w->reader, w->text);
    } else if (f >= HEARD_FROM) {
        d = warn_of(w, arena_printf(w->p->session->arena,
                                    "the gate of `%s` goes on and off %.4g times a second",
                                    w->reader, f));
        if (d)
            diag_help(w->p->session, d, "what is heard is multiplied: `%s%s%s * %s(gate, …)`",
                      sum ? "(" : "", w->text, sum ? ")" : "", w->reader);
    }
}

static void look_at_shape(const Written *w) {
    static const char *const files[] = {"modulation.kn", NULL};
    if (!is_signal(w->value) || !is_file(w->p, w->site->callee, files)) return;
    Diag *d =
        warn_of(w, arena_printf(w->p->session->arena,
                                "`%s` takes a function of a rate as `shape`, and this is a signal",
                                w->reader));
    if (d && w->ast->kind == AST_CALL)
        diag_help(w->p->session, d, "pass `%s`, not `%s`",
                  source_text(w->p->session, w->ast->a->span, WORDS), w->text);
}

/* lowpass(800, saw(110)) */
static void look_at_signal(const Written *w) {
    static const char *const files[] = {"filters.kn",    "delays.kn", "reverbs.kn", "dynamics.kn",
                                        "modulation.kn", "space.kn",  "models.kn",  NULL};
    double x;
    if (!value_is_constant(w->p, w->value, &x) || !is_file(w->p, w->site->callee, files)) return;
    for (int i = 0; i < w->site->n; i++) {
        if (i == w->param || !is_signal(w->site->args[i])) continue;
        Diag *d = warn_of(w, arena_printf(w->p->session->arena,
                                          "`%s` takes the signal as `x`, and this is a number",
                                          w->reader));
        if (d)
            diag_help(w->p->session, d,
                      "are two arguments in each other's place? a signal is given as `%s`",
                      w->site->params[i].name);
        return;
    }
}

static void look_at_seconds(const Written *w) {
    static const char *const files[] = {"filters.kn",  "delays.kn",    "reverbs.kn",
                                        "dynamics.kn", "envelopes.kn", "modulation.kn",
                                        NULL};
    bool plain = w->ast->kind == AST_NUMBER && w->ast->unit == UNIT_NONE;
    bool envelope = has_param(w->site, "s") && has_param(w->site, "r");
    if (strlen(w->site->params[w->param].name) == 1 && !envelope && !has_param(w->site, "x"))
        return;
    if (!plain || w->ast->number < LONG || !is_file(w->p, w->site->callee, files)) return;
    Diag *d = warn_of(w, arena_printf(w->p->session->arena,
                                      "`%s` of `%s` is in seconds, and these are %s of them",
                                      w->site->params[w->param].name, w->reader, w->text));
    if (d)
        diag_help(w->p->session, d, "milliseconds are `%sms`; if it is meant, write `%ss`", w->text,
                  w->text);
}

static const struct {
    const char *param;
    void (*look)(const Written *w);
} looks[] = {
    {"s", look_at_instrument},    {"gate", look_at_gate},         {"shape", look_at_shape},
    {"x", look_at_signal},        {"d", look_at_seconds},         {"attack", look_at_seconds},
    {"release", look_at_seconds}, {"lookahead", look_at_seconds}, {"a", look_at_seconds},
    {"r", look_at_seconds},       {"window", look_at_seconds},    {"wow", look_at_seconds},
    {"depth", look_at_seconds},
};

void warn_call(Peval *p, const Site *site) {
    const Function *f = site->callee;
    if (!site->params || f->kind != FN_CLOSURE || f->frame || !in_library(p, f->lambda->span))
        return;
    for (size_t k = 0; k < sizeof looks / sizeof *looks; k++)
        for (int i = 0; i < site->n; i++) {
            if (strcmp(site->params[i].name, looks[k].param) != 0) continue;
            const Ast *ast = argument_of(site, i);
            if (!ast || in_library(p, ast->span)) continue;
            Written w = {p,
                         site,
                         i,
                         ast,
                         site->args[i],
                         function_name(f),
                         source_text(p->session, ast->span, WORDS)};
            looks[k].look(&w);
        }
}
