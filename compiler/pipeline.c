/* THE LIST: the stages of a compilation in their order, and the passes over the graph in theirs.
 * In: text. Out: a graph, and the graph lowered. */
#include "pipeline.h"
#include "base/sound_stream.h"
#include "passes/passes.h"

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
    {"delays", pass_delays, "needs begin: a fixed delay of a long fixed delay is one delay"},
};
const int pass_count = sizeof passes / sizeof *passes;

const Pass *pass_find(const char *name) {
    for (int i = 0; i < pass_count; i++)
        if (strcmp(passes[i].name, name) == 0) return &passes[i];
    return NULL;
}

enum { MOST_HELD = 64 << 20 }; /* bytes of a sound file: six minutes in stereo at 48 kHz */

typedef struct CreateWork {
    const CompileOptions *options;
    MemoryOwner *own;
    Compile *c;
} CreateWork;

static void create(void *data) {
    CreateWork *work = data;
    Arena *arena = arena_create();
    Compile *c = work->c = ARENA_NEW(arena, Compile);
    c->session.arena = arena;
    c->own = work->own;
    c->options = *work->options;
    c->program = (Program){.session = &c->session,
                           .rate = c->options.rate,
                           .picture_width = c->options.picture_width,
                           .documented = c->options.documented};
    c->session.access = c->options.access;
    c->session.reading = -1;
    c->session.most_held = c->options.most_held > 0 ? c->options.most_held : MOST_HELD;
    c->session.waits = c->options.waits;
    if (c->options.max_rate <= 0) c->options.max_rate = 192000;
    c->session.budget.limits =
        c->options.limits.most[LIMIT_TIME] > 0 ? c->options.limits : usual_limits;
    c->spent_at = (Span){-1, 0, 0};
#ifdef KN_VERIFY
    c->options.verify = true;
#endif
}

Compile *compile_create(const CompileOptions *options) {
    CreateWork work = {.options = options};
    if (!memory_owner()) work.own = alloc_zeroed(1, sizeof *work.own);
    if (!memory_guard(work.own, create, &work)) memory_failed(0);
    return work.c;
}

static void free_parts(Compile *c) {
    compile_abandon(c);
    if (c->lowered != c->program.graph) graph_free(c->lowered);
    if (c->lowered_notes != c->program.notes.graph) graph_free(c->lowered_notes);
    if (c->lowered_picture != c->program.picture.graph) graph_free(c->lowered_picture);
    if (c->lowered_heard != c->program.picture.heard) graph_free(c->lowered_heard);
    program_free(&c->program);
    for (int i = 0; i < c->session.nsources; i++)
        free(c->session.sources[i].line_starts);
    free(c->session.sources);
    free(c->session.diags);
    free(c->session.files.items);
    free(c->session.sought);
    arena_free(c->session.arena);
}

/* A jump left all as it was at that moment: then what there is can only be freed as a whole. */
void compile_free(Compile *c) {
    if (!c) return;
    MemoryOwner *own = c->own;
    if (c->session.budget.passed) {
        for (int i = 0; i < c->session.nsources;
             i++) /* found when the message was printed, by whoever did it */
            free(c->session.sources[i].line_starts);
        compile_abandon(c);
        if (own) memory_release(own);
    } else {
        free_parts(c);
        if (own) memory_disown(own); /* results that outlive it */
    }
    free(own);
}

void compile_abandon(Compile *c) {
    if (!c) return;
    session_close_file(&c->session);
    sound_streams_close(c->session.streams);
    c->session.streams = NULL;
}

/* ---- the budget ---------------------------------------------------------------------------------- */

/* What is evaluated when the budget is passed. */
static void note_place(void *compile) {
    Compile *c = compile;
    c->spent_at = program_place(&c->program);
}

bool compile_within(Compile *c, void (*work)(void *), void *data) {
    MemoryOwner *memory = memory_owner() ? memory_owner() : c->own;
    if (c->session.budget.passed) return false;
    if (!memory || memory->budget == &c->session.budget) {
        work(data);
        return true;
    }
    Budget *of_memory = memory->budget;
    memory->budget = &c->session.budget;
    c->session.budget.leaving = note_place;
    c->session.budget.data = c;
    Budget *before = budget_begin(&c->session.budget);
    bool done = memory_guard(memory, work, data);
    budget_end(&c->session.budget, before);
    memory->budget = of_memory;
    if (done || c->session.budget.passed) return done;
    if (memory != c->own) memory_failed(0);
    c->session.budget.passed = c->session.budget.machine = true;
    return false;
}

void compile_spent_text(const Compile *c, char *text, size_t size) {
    Limit which = c->session.budget.which;
    char most[32];
    limit_text(which, c->session.budget.limits.most[which], most, sizeof most);
    if (c->session.budget.machine)
        snprintf(text, size, "there is not enough memory to compile");
    else if (which == LIMIT_TIME)
        snprintf(text, size, "the program takes more than %s to compile", most);
    else
        snprintf(text, size, "compiling the program takes more than %s of memory", most);
}

static void tell_spent(void *compile) {
    Compile *c = compile;
    char text[200];
    compile_spent_text(c, text, sizeof text);
    Diag *d = diag_error(&c->session, c->spent_at, "%s", text);
    d->file_failed = c->session.budget.machine;
    if (!c->session.budget.machine)
        diag_help(&c->session, d,
                  "have shorter lists, tables and impulse responses, or a higher limit: %s",
                  c->session.budget.which == LIMIT_TIME ? "`--limit time=1min`"
                                                        : "`--limit memory=4GiB`");
}

void compile_tell_spent(Compile *c) {
    if (!memory_guard(memory_owner() ? NULL : c->own, tell_spent, c)) memory_failed(0);
}

bool compile_state_fits(const Compile *c, size_t bytes) {
    return (double)bytes <= c->session.budget.limits.most[LIMIT_STATE];
}

void compile_state_text(const Compile *c, size_t bytes, char *text, size_t size) {
    char needed[32], most[32];
    limit_text(LIMIT_STATE, (double)bytes, needed, sizeof needed);
    limit_text(LIMIT_STATE, c->session.budget.limits.most[LIMIT_STATE], most, sizeof most);
    snprintf(
        text, size,
        "the program needs %s of memory for what it remembers, and the limit is %s: shorten its "
        "delays, have fewer of them, or allow more: `--limit state=4GiB`",
        needed, most);
}

/* ---- text to graph ------------------------------------------------------------------------------
 */

typedef struct FrontWork {
    Compile *c;
    const char *path, *text;
    size_t length;
    bool expression;
} FrontWork;

/* -e 'sine(440)' stands for out = t => sine(440): it may use t. Where a picture is wanted, it stands for that, and may use x and y too. */
static void take_time(Compile *c, Module *m) {
    static const char *const names[] = {"x", "y", "t"};
    const int first = c->options.picture_width > 0 ? 0 : 2, n = 3 - first;
    const char *t = intern(&c->session, "t", 1);
    for (int i = 0; i < m->ndefs && n == 1; i++)
        if (m->defs[i].name == t) return;
    Ast *lambda = ast_create(&c->session, AST_LAMBDA, m->value->span);
    lambda->lambda.params = ARENA_ARRAY(c->session.arena, ParamName, n);
    for (int i = 0; i < n; i++)
        lambda->lambda.params[i] =
            (ParamName){.name = intern(&c->session, names[first + i], 1), .span = m->value->span};
    lambda->lambda.n = n;
    lambda->lambda.body = m->value;
    m->value = lambda;
}

static void take_inputs(Compile *c, Module *m) {
    for (int i = 0; i < c->options.ninputs; i++) {
        const char *name = c->options.inputs[i];
        const InputDecl decl = {intern(&c->session, name, strlen(name)), m->value->span};
        VEC_PUSH(m->inputs, m->ninputs, m->input_cap, decl);
    }
}

static void read_and_evaluate(void *data) {
    FrontWork *work = data;
    Compile *c = work->c;
    Span nowhere = {-1, 0, 0};
    PlainLocale held = plain_locale_begin();
    int source = work->text ? source_add(&c->session, work->path, work->text, work->length)
                            : source_read(&c->session, work->path, nowhere);
    if (source >= 0) {
        c->program.main = parse_module(&c->session, source, work->expression);
        if (c->program.main->value) take_time(c, c->program.main);
        if (c->program.main->value) take_inputs(c, c->program.main);
        resolve_module(&c->program, c->program.main);
        if (diag_errors(&c->session) == 0) peval_program(&c->program);
    }
    plain_locale_end(held);
}

static void front(void *data) {
    FrontWork *work = data;
    if (!compile_within(work->c, read_and_evaluate, work)) compile_tell_spent(work->c);
}

bool compile_front(Compile *c, const char *path, const char *text, size_t length, bool expression) {
    FrontWork work = {c, path, text, length, expression};
    if (!run_deep(front, &work)) {
        diag_error(&c->session, (Span){-1, 0, 0}, "there is not enough memory to compile");
        return false;
    }
    diag_sort(&c->session);
    return diag_errors(&c->session) == 0;
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

typedef struct LowerWork {
    Compile *c;
    const PassOptions *options;
} LowerWork;

static void lower(void *data) {
    LowerWork *work = data;
    Compile *c = work->c;
    const PassOptions *options = work->options;
    PlainLocale held = plain_locale_begin();
    Graph *g = c->program.graph;
    for (int i = 0; i < pass_count; i++) {
        const Pass *pass = &passes[i];
        if (is_name(pass->name, options->skip)) continue;
        double start = seconds_now();
        int before = g->n;
        Graph *next = pass->run(g);
        if (next && g != c->program.graph) graph_free(g);
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
}

bool compile_lower(Compile *c, const PassOptions *options) {
    static const PassOptions none;
    LowerWork work = {c, options ? options : &none};
    if (compile_within(c, lower, &work)) return true;
    compile_tell_spent(c);
    return false;
}

/* ---- more of a program, and C ------------------------------------------------------------------- */

typedef struct ExpressionWork {
    Compile *c;
    Ast *ast;
    bool allow_time;
    NodeId node;
} ExpressionWork;

static void evaluate_expression(void *data) {
    ExpressionWork *work = data;
    PlainLocale held = plain_locale_begin();
    work->node = peval_expression(&work->c->program, work->ast, work->allow_time);
    plain_locale_end(held);
}

NodeId compile_expression(Compile *c, Ast *ast, bool allow_time) {
    ExpressionWork work = {c, ast, allow_time, 0};
    if (compile_within(c, evaluate_expression, &work)) return work.node;
    compile_tell_spent(c);
    return 0;
}

typedef struct Emission {
    Compile *c;
    EmitOptions options;
    EmitResult *result;
    bool good;
} Emission;

static void emit(void *data) {
    Emission *e = data;
    PlainLocale held = plain_locale_begin();
    if (e->options.max_rate <= 0) e->options.max_rate = e->c->options.max_rate;
    e->options.without = e->c->options.without;
    if (e->c->lowered || compile_lower(e->c, NULL))
        e->good = emit_c(&e->c->session, e->c->lowered, &e->options, e->result);
    plain_locale_end(held);
}

bool compile_emit_c(Compile *c, const EmitOptions *options, EmitResult *result) {
    Emission emission = {c, *options, result, false};
    if (!compile_within(c, emit, &emission)) {
        *result = (EmitResult){0};
        compile_tell_spent(c);
        return false;
    }
    if (!emission.good || compile_state_fits(c, result->state_bytes)) return emission.good;
    char text[256];
    compile_state_text(c, result->state_bytes, text, sizeof text);
    diag_error(&c->session, (Span){-1, 0, 0}, "%s", text);
    return false;
}

static void change_places(Graph **a, Graph **b) {
    Graph *was = *a;
    *a = *b;
    *b = was;
}

static void turn(Compile *c, Graph **graph, Graph **lowered) {
    change_places(&c->program.graph, graph);
    change_places(&c->lowered, lowered);
}

void compile_turn_to_notes(Compile *c) {
    turn(c, &c->program.notes.graph, &c->lowered_notes);
    c->turned = !c->turned;
}

void compile_turn_to_picture(Compile *c) {
    turn(c, &c->program.picture.graph, &c->lowered_picture);
}

void compile_turn_to_heard(Compile *c) {
    turn(c, &c->program.picture.heard, &c->lowered_heard);
}

static bool lower_turned(Compile *c, void (*turn_to)(Compile *c)) {
    turn_to(c);
    const bool lowered = c->lowered || compile_lower(c, NULL);
    turn_to(c);
    return lowered;
}

bool compile_emit_whole(Compile *c, EmitOptions options, int voices, EmitResult *result) {
    const bool paints = c->options.picture_width == PICTURE_ANY_WIDTH;
    if (c->program.notes.graph && !lower_turned(c, compile_turn_to_notes)) return false;
    if (paints && c->program.picture.graph && !lower_turned(c, compile_turn_to_picture))
        return false;
    options.notes = (EmitNotes){c->lowered_notes, &c->program.notes, voices};
    options.picture = (EmitPicture){paints ? c->lowered_picture : NULL, &c->program.picture};
    return compile_emit_c(c, &options, result);
}
