/* THE LIST: the stages of a compilation in their order, and the passes over the graph in theirs.
 * In: text. Out: a graph, and the graph lowered. */
#include "peval.h"
#include "passes.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Each pass takes a graph and gives a new one. What it needs is true when it runs; what it keeps is
 * true after it. */
static const Pass passes[] = {
    /* name, function, what it needs and what it does */
    {"fold", pass_fold,
     "identities, constants, affine chains; edges and phases of straight lines of time, exactly"},
    {"sums", pass_sums,
     "needs fold: long chains of additions become one sum, equal terms one product"},
    {"reciprocal", pass_reciprocal,
     "divisions in feedback by what is not part of it leave the recurrence"},
    {"linear", pass_linear, "needs reciprocal: small linear feedback in state-space form"},
    {"begin", pass_begin, "needs fold: what begins at a known time keeps no age"},
};
const int pass_count = sizeof passes / sizeof *passes;

const Pass *pass_find(const char *name) {
    for (int i = 0; i < pass_count; i++)
        if (strcmp(passes[i].name, name) == 0) return &passes[i];
    return NULL;
}

Compile *compile_create(const CompileOptions *options) {
    Arena *arena = arena_create();
    Compile *c = ARENA_NEW(arena, Compile);
    c->arena = arena;
    c->options = *options;
    c->reading = -1;
    if (c->options.max_rate <= 0) c->options.max_rate = 192000;
#ifdef KN_VERIFY
    c->options.verify = true;
#endif
    return c;
}

static void module_free(Module *m) {
    if (!m) return;
    free(m->defs);
    free(m->params);
    free(m->inputs);
    free(m->uses);
}

void compile_free(Compile *c) {
    if (!c) return;
    if (c->lowered != c->graph) graph_free(c->lowered);
    graph_free(c->graph);
    peval_free(c->peval);
    for (int i = 0; i < c->nparsed; i++)
        module_free(c->parsed[i]);
    free(c->parsed);
    for (int i = 0; i < c->nsources; i++)
        free(c->sources[i].line_starts);
    free(c->sources);
    free(c->diags);
    free(c->files.items);
    free(c->modules);
    arena_free(c->arena);
}

void compile_abandon(Compile *c) {
    if (c) compile_close_file(c);
}

/* ---- text to graph ------------------------------------------------------------------------------
 */

typedef struct FrontWork {
    Compile *c;
    const char *path, *text;
    size_t length;
    bool expression;
} FrontWork;

/* -e 'sine(440)' stands for out = t => sine(440): it may use t. */
static void take_time(Compile *c, Module *m) {
    const char *t = intern(c, "t", 1);
    for (int i = 0; i < m->ndefs; i++)
        if (m->defs[i].name == t) return;
    Ast *lambda = ast_create(c, AST_LAMBDA, m->value->span);
    lambda->lambda.params = ARENA_NEW(c->arena, ParamName);
    lambda->lambda.params[0] = (ParamName){.name = t, .span = m->value->span};
    lambda->lambda.n = 1;
    lambda->lambda.body = m->value;
    m->value = lambda;
}

static void front(void *data) {
    FrontWork *work = data;
    Compile *c = work->c;
    Span nowhere = {-1, 0, 0};
    PlainLocale held = plain_locale_begin();
    int source = work->text ? source_add(c, work->path, work->text, work->length)
                            : source_read(c, work->path, nowhere);
    if (source >= 0) {
        c->main = parse_module(c, source, work->expression);
        if (c->main->value) take_time(c, c->main);
        resolve_module(c, c->main);
        if (diag_errors(c) == 0) peval_program(c, c->main);
    }
    plain_locale_end(held);
}

bool compile_front(Compile *c, const char *path, const char *text, size_t length, bool expression) {
    FrontWork work = {c, path, text, length, expression};
    if (!run_deep(front, &work)) {
        diag_error(c, (Span){-1, 0, 0}, "there is not enough memory to compile");
        return false;
    }
    diag_sort(c);
    return diag_errors(c) == 0;
}

/* ---- passes ---------------------------------------------------------------------------------- */

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool is_name(const char *name, const char *wanted) {
    return wanted && strcmp(name, wanted) == 0;
}

static void contradiction(const char *pass, const char *what) {
    fprintf(stderr, "kanon: internal contradiction after pass %s: %s\n", pass, what);
    abort();
}

bool compile_lower(Compile *c, const PassOptions *options) {
    static const PassOptions none;
    if (!options) options = &none;
    PlainLocale held = plain_locale_begin();
    Graph *g = c->graph;
    for (int i = 0; i < pass_count; i++) {
        const Pass *pass = &passes[i];
        if (is_name(pass->name, options->skip)) continue;
        double start = seconds_now();
        int before = g->n;
        Graph *next = pass->run(c, g);
        if (next && g != c->graph) graph_free(g);
        if (next) g = next;
        const char *wrong = c->options.verify ? graph_verify(g) : NULL;
        if (wrong) contradiction(pass->name, wrong);
        if (options->time_passes && options->dump)
            buf_printf(options->dump, "%-12s %8.3f ms  %d -> %d nodes%s\n", pass->name,
                       1e3 * (seconds_now() - start), before, g->n,
                       before == g->n ? " (unchanged)" : "");
        if (is_name(pass->name, options->dump_after) && options->dump)
            graph_print(g, options->dump);
        if (is_name(pass->name, options->stop_after)) break;
    }
    c->lowered = g;
    plain_locale_end(held);
    return true;
}
