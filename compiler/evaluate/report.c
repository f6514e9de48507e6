/* Errors of evaluation, and its limits. In: places and words. Out: diags that begin where the user's
 * own text is, with the chain of calls as notes. */
#include "evaluate/peval.h"

#include <stdlib.h>
#include <string.h>

/* One message a place: what else goes wrong there follows from the first. */
static Diag *report(Peval *p, Span at, bool inside_library, const char *text) {
    for (int i = 0; i < p->session->ndiags; i++) {
        const Diag *d = p->session->diags[i];
        if (d->severity != DIAG_ERROR || d->span.file < 0) continue;
        /* What was given to the library is wrong: what happens inside follows from that. */
        bool part = inside_library && d->span.file == at.file && d->span.start >= at.start &&
                    d->span.end <= at.end;
        if (part || span_equal(d->span, at)) return ARENA_NEW(p->session->arena, Diag);
    }
    return diag_error(p->session, at, "%s", text);
}

/* An error inside the library is shown at the user's call that led there, with the calls between. */
Diag *peval_error(Peval *p, Span span, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    char text[1024];
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    Call *user = in_library(p, span) ? p->calls : NULL;
    while (user && (user->span.file < 0 || in_library(p, user->span)))
        user = user->outer;
    Span main = user ? blame_call(p, user) : span;
    if (!user && in_library(p, span)) {
        const Slot *slot = p->waiting;
        while (slot && !(slot->def && !in_library(p, slot->def->span)))
            slot = slot->outer;
        if (p->site)
            main = p->site->ast->span;
        else if (slot)
            main = slot->def->value->span;
    }
    Diag *d = report(p, main, in_library(p, span), text);
    if (!user) {
        if (!span_equal(main, span)) diag_note(p->session, d, span, "inside the library");
        return d;
    }
    int notes = 0;
    Span last = {-1, 0, 0};
    const char *how = "inside `%s`";
    const char *before =
        NULL; /* of what private definitions do there is one note, in the name of who calls them */
    for (Call *call = p->calls; notes < 8; span = call->span, call = call->outer) {
        const char *name = call->name && call->name[0] == '_' ? call->shown : call->name;
        bool again = name && call->name != name && before && strcmp(before, name) == 0;
        if (name && !again && !span_equal(span, last) && !span_equal(span, call->span)) {
            diag_note(p->session, d, span, how, name);
            last = span;
            before = name;
            notes++;
            how = "called inside `%s`";
        }
        if (call == user) break;
    }
    return d;
}

void peval_help(Peval *p, Diag *d, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    char text[1024];
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    diag_help(p->session, d, "%s", text);
}

/* The functions that call each other in the innermost calls, with the place of such a call. */
typedef struct Recursion {
    const char *names[4];
    int n;
    Span span;
} Recursion;

static bool users_function(Peval *p, const Call *call) {
    const Function *f = call->function;
    return call->name && f && f->kind == FN_CLOSURE && !in_library(p, f->lambda->span);
}

static Recursion find_recursion(Peval *p, Span span) {
    Recursion r = {.span = span};
    int calls = 0;
    for (Call *call = p->calls; call && calls < 40; call = call->outer) {
        if (!users_function(p, call)) continue;
        bool known = false;
        for (int i = 0; i < r.n && !known; i++)
            known = r.names[i] == call->name;
        if (!known && r.n == 4) break;
        if (!known) r.names[r.n++] = call->name;
        if (calls++ == 0) r.span = call->span;
    }
    if (calls < 3 * r.n) r.n = 0; /* no recursion that can be seen */
    return r;
}

Span peval_place(Peval *p) {
    for (const Call *call = p->calls; call; call = call->outer)
        if (!in_library(p, call->span)) return call->span;
    return (Span){-1, 0, 0};
}

static void report_depth(Peval *p, Span span) {
    Recursion r = find_recursion(p, span);
    Diag *d;
    if (r.n == 1)
        d = peval_error(p, r.span, "`%s` calls itself without end", r.names[0]);
    else if (r.n == 2)
        d = peval_error(p, r.span, "`%s` and `%s` call each other without end", r.names[1],
                        r.names[0]);
    else
        d = peval_error(p, r.span, "calls are nested too deeply");
    if (p->tabulating) {
        peval_help(p, d, "the function of a table may use no params, inputs or memory");
    } else if (p->open_if && !in_library(p, p->open_if->a->span)) {
        diag_note(p->session, d, p->open_if->a->span,
                  "this condition is not known while compiling, so it ends nothing");
        peval_help(p, d, "a recursion is on values that are known while compiling");
    } else {
        peval_help(p, d, "a recursion needs a condition, known while compiling, at which it ends");
    }
}

static void report_work(Peval *p, Span span) {
    Recursion r = find_recursion(p, span);
    for (Call *call = p->calls; call;
         call = call->outer) /* the first call of all is what the user asked for */
        if (r.n > 0 && users_function(p, call) && call->name == r.names[0]) span = call->span;
    Diag *d =
        r.n > 0 ? peval_error(p, span, "`%s` needs too much work to compile: over %d million steps",
                              r.names[0], (int)(p->most_work / 1000000))
                : peval_error(p, span,
                              "the program needs too much work to compile: over %d million steps",
                              (int)(p->most_work / 1000000));
    peval_help(p, d, "fewer elements of lists, and fewer calls in a recursion, are needed");
}

bool peval_exhausted(Peval *p, Span span) {
    if (p->stopped) return false;
    p->stopped = true;
    if (p->work < p->most_work)
        report_depth(p, span);
    else
        report_work(p, span);
    return false;
}
