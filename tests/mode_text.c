/* Tests whose result is text beside them: trees, messages, graphs. */
#include "driver.h"
#include "../compiler/passes/passes.h"

#include <libgen.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

double rate_of(const char *text) {
    const char *at = text ? strstr(text, "// rate: ") : NULL;
    return at ? strtod(at + 9, NULL) : 48000;
}

static Compile *create(const char *path) {
    char *text = file_read(path, NULL);
    CompileOptions options = {.rate = rate_of(text), .max_rate = 192000, .verify = true};
    free(text);
    return compile_create(&options);
}

Compile *compile_test(const Test *test) {
    Compile *c = create(test->path);
    if (compile_front(c, test->path, NULL, 0, false)) return c;
    Buf text = {0};
    diag_print(&c->session, &text);
    wrong("it does not compile:\n%s", text.data ? text.data : "");
    buf_free(&text);
    compile_free(c);
    return NULL;
}

/* Messages have the file's name as it was given: the base name, from within its folder. */
static char *enter(const Test *test) {
    char *path = strdup(test->path), *name = strdup(basename(path));
    strcpy(path, test->path);
    if (chdir(dirname(path)) != 0) abort();
    free(path);
    return name;
}

bool run_syntax(const Test *test) {
    char *name = enter(test), *golden = path_with(test->path, ".ast");
    Compile *c = create(name);
    Buf text = {0};
    int source = source_read(&c->session, name, (Span){-1, 0, 0});
    if (source >= 0) ast_dump(parse_module(&c->session, source, false), &text);
    buf_add(&text, "", 0);
    bool good = true;
    if (diag_errors(&c->session) > 0) {
        Buf diags = {0};
        diag_sort(&c->session);
        diag_print(&c->session, &diags);
        good = wrong("it does not parse:\n%s", diags.data);
        buf_free(&diags);
    }
    good = good && text_is(golden, text.data ? text.data : "");
    buf_free(&text);
    compile_free(c);
    free(name);
    free(golden);
    return good;
}

static bool messages(const Test *test, bool should_fail) {
    char *name = enter(test), *golden = path_with(test->path, ".txt");
    Compile *c = create(name);
    bool compiled = compile_front(c, name, NULL, 0, false), good = true;
    Buf text = {0};
    buf_add(&text, "", 0);
    diag_print(&c->session, &text);
    const char *got = text.data ? text.data : "";
    if (compiled == should_fail)
        good = wrong(should_fail ? "it compiles, and should not" : "it should compile:\n%s", got);
    else
        good = text_is(golden, got);
    buf_free(&text);
    compile_free(c);
    free(name);
    free(golden);
    return good;
}

bool run_error(const Test *test) {
    return messages(test, true);
}

bool run_warning(const Test *test) {
    return messages(test, false);
}

/* ---- graphs ---------------------------------------------------------------------------------- */

static bool verified(const Graph *g, const char *when) {
    const char *bad = graph_verify(g);
    return !bad || wrong("the graph is not sound %s: %s", when, bad);
}

/* ---- what a graph computes ------------------------------------------------------------------- */

enum { HEARD_FRAMES = 30000, TURNED_EVERY = 7000, MOST_HEARD = 16 };

/* The first outputs, one behind the other, of noise as inputs and params that are turned. */
static double *hear(Graph *g) {
    int n = g->noutputs < MOST_HEARD ? g->noutputs : MOST_HEARD;
    double *out = calloc((size_t)g->noutputs * HEARD_FRAMES + 1, sizeof *out);
    double *in = calloc((size_t)graph_inputs(g) * HEARD_FRAMES + 1, sizeof *in);
    const double *from[MOST_HEARD];
    double *to[MOST_HEARD];
    uint64_t seed = 1;
    for (int i = 0; i < graph_inputs(g) * HEARD_FRAMES; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        in[i] = (double)(int64_t)seed * 0x1p-63;
    }
    if (g->rate <= 0) g->rate = 48000;
    Interp *interp = interp_create(g);
    for (int at = 0; at < HEARD_FRAMES; at += TURNED_EVERY) {
        int frames = HEARD_FRAMES - at < TURNED_EVERY ? HEARD_FRAMES - at : TURNED_EVERY;
        for (int i = 0; i < g->nparams && at > 0; i++)
            interp_set(interp, i, at / TURNED_EVERY % 2 ? g->params[i].max : g->params[i].min);
        for (int i = 0; i < graph_inputs(g) && i < MOST_HEARD; i++)
            from[i] = in + i * HEARD_FRAMES + at;
        for (int i = 0; i < n; i++)
            to[i] = out + i * HEARD_FRAMES + at;
        interp_process(interp, from, to, frames);
    }
    interp_free(interp);
    free(in);
    return out;
}

/* A pass may round otherwise, and keeps what is no number. */
static bool computes_the_same(Graph *before, Graph *after) {
    if (before->noutputs > MOST_HEARD || graph_inputs(before) > MOST_HEARD)
        return wrong("the graph has more than %d outputs or inputs", MOST_HEARD);
    double *a = hear(before), *b = hear(after);
    bool good = true;
    for (int i = 0; i < before->noutputs * HEARD_FRAMES && good; i++) {
        bool same = isnan(a[i]) ? isnan(b[i])
                                : a[i] == b[i] || fabs(a[i] - b[i]) <= 1e-9 * (1 + fabs(a[i]));
        if (!same)
            good = wrong("output %d at sample %d was %.17g, and is %.17g after the pass",
                         i / HEARD_FRAMES, i % HEARD_FRAMES, a[i], b[i]);
    }
    free(a);
    free(b);
    return good;
}

/* tests/pass/verify/x.graph is not sound, for the reason beside it. */
static bool is_refused(const Graph *g, const char *golden) {
    const char *wrong = graph_verify(g);
    Buf text = {0};
    buf_printf(&text, "%s\n", wrong ? wrong : "sound");
    bool good = text_is(golden, text.data);
    buf_free(&text);
    return good;
}

/* tests/pass/NAME/x.graph goes through the pass NAME. */
bool run_pass(const Test *test) {
    char *folder = strdup(test->path), *golden = path_with(test->path, ".out");
    char *text = file_read(test->path, NULL), *error = NULL;
    const char *name = basename(dirname(folder));
    const Pass *pass = pass_find(name);
    Compile *c =
        compile_create(&(CompileOptions){.rate = 48000, .max_rate = 192000, .verify = true});
    Graph *before = graph_parse(c->session.arena, text, &error), *after = NULL;
    bool good = true;
    Buf got = {0};
    buf_add(&got, "", 0);
    if (!before)
        good = wrong("it is no graph: %s", error);
    else if (strcmp(name, "verify") == 0)
        good = is_refused(before, golden);
    else if (!pass)
        good = wrong("there is no pass %s", name);
    else {
        c->options.rate = before->rate;
        good = verified(before, "before");
        after = pass->run(before);
        if (!after) after = graph_compact(before); /* it had nothing to do */
        good = verified(after, "after") && good;
        graph_print(after, &got);
        good = text_is(golden, got.data) && good;
        good = good && computes_the_same(before, after);
    }
    graph_free(after);
    graph_free(before);
    buf_free(&got);
    compile_free(c);
    free(folder);
    free(golden);
    free(text);
    free(error);
    return good;
}

static bool reads_itself(const Graph *g, const char *what) {
    Buf first = {0}, second = {0};
    char *error = NULL;
    Arena *arena = arena_create();
    graph_print(g, &first);
    Graph *again = graph_parse(arena, first.data, &error);
    bool good = true;
    if (!again) {
        good = wrong("%s is printed as what is no graph: %s", what, error);
    } else {
        graph_print(again, &second);
        good = text_same(what, first.data, second.data);
    }
    graph_free(again);
    arena_free(arena);
    free(error);
    buf_free(&first);
    buf_free(&second);
    return good;
}

bool run_text(const Test *test) {
    Compile *c = compile_test(test);
    if (!c) return false;
    bool good = reads_itself(c->program.graph, "the graph as evaluated");
    if (compile_lower(c, NULL))
        good = reads_itself(c->lowered, "the graph after the passes") && good;
    compile_free(c);
    return good;
}
