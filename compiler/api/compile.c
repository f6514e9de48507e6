/* Settings and compiling, for hosts: kn_compiler_…, kn_compile_… and what the library has, of kanon.h.
 * In: settings and text. Out: a KnProgram, or why there is none. */
#include "api/api.h"
#include "engine/engine.h"
#include "engine/picture.h"

#include "runtime/kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- the library --------------------------------------------------------------------------------- */

const char *kn_version(void) {
    return KN_VERSION;
}

int kn_engine_available(const char *name) {
    EngineKind kind;
    return engine_named(name, &kind) && engine_available(kind);
}

static bool isa_is_here(KernelSet set) {
    return kernels_for(set) && kernels_usable(set);
}

int kn_isa_count(void) {
    int n = 0;
    for (int set = 0; set < KERNEL_SETS; set++)
        n += isa_is_here((KernelSet)set);
    return n;
}

/* The sets are listed from the plainest to the best. */
const char *kn_isa_name(int index) {
    for (int set = KERNEL_SETS - 1; set >= 0 && index >= 0; set--)
        if (isa_is_here((KernelSet)set) && index-- == 0) return kernels_set_name((KernelSet)set);
    return NULL;
}

/* ---- settings ------------------------------------------------------------------------------------ */

KnCompiler *kn_compiler_create(void) {
    KnCompiler *k = calloc(1, sizeof *k);
    if (k) *k = (KnCompiler){.rate = 48000, .engine = ENGINE_AUTO, .limits = usual_limits};
    return k;
}

static void forget_folders(KnCompiler *k) {
    for (int i = 0; i < k->nfolders; i++)
        free(k->folders[i]);
    free(k->folders);
    k->folders = NULL;
    k->nfolders = 0;
}

void kn_compiler_free(KnCompiler *k) {
    if (!k) return;
    report_clear(&k->report);
    forget_folders(k);
    free(k);
}

int kn_compiler_set_rate(KnCompiler *k, double rate) {
    if (!k || !(rate >= 1 && rate <= 1e6)) return 0;
    k->rate = rate;
    return 1;
}

int kn_compiler_set_double(KnCompiler *k, int on) {
    if (!k) return 0;
    k->double_precision = on != 0;
    return 1;
}

int kn_compiler_set_picture_width(KnCompiler *k, int width) {
    if (!k || width < 0 || width > 65536) return 0;
    k->picture_width = width;
    return 1;
}

int kn_compiler_set_offline(KnCompiler *k, int on) {
    if (!k) return 0;
    k->offline = on != 0;
    return 1;
}

int kn_compiler_set_engine(KnCompiler *k, const char *name) {
    EngineKind kind;
    if (!k || !engine_named(name, &kind)) return 0;
    k->engine = kind;
    return 1;
}

int kn_compiler_set_isa(KnCompiler *k, const char *name) {
    KernelSet set = name ? kernels_set_named(name) : KERNELS_BASELINE;
    if (!k || set == KERNEL_SETS || !isa_is_here(set)) return 0;
    k->isa = name ? kernels_set_name(set) : NULL;
    return 1;
}

int kn_compiler_keep_c(KnCompiler *k, int on) {
    if (!k) return 0;
    k->keep_c = on != 0;
    return 1;
}

int kn_compiler_set_limit(KnCompiler *k, const char *what, double value) {
    Limit limit;
    if (!k || !limit_named(what, &limit) || !(value > 0 && isfinite(value))) return 0;
    k->limits.most[limit] = value;
    return 1;
}

int kn_compiler_allow_files(KnCompiler *k, const char *folder) {
    char real[PATH_MAX];
    if (!k) return 0;
    if (!folder) {
        forget_folders(k);
        return 1;
    }
    if (!folder_find(folder, real)) return 0;
    char *kept = strdup(real);
    char **folders = kept ? realloc(k->folders, sizeof *folders * (size_t)(k->nfolders + 1)) : NULL;
    if (!folders) {
        free(kept);
        return 0;
    }
    k->folders = folders;
    k->folders[k->nfolders++] = kept;
    return 1;
}

/* ---- compiling ----------------------------------------------------------------------------------- */

static double clock_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

typedef struct Input {
    const char *name, *text; /* no text: the file of that name */
    size_t length;
    bool expression, placeless; /* there is no folder that it lies in */
    const char *map;            /* the names of what it is a map of; NULL: it is none */
} Input;

/* One compilation: into a program that is there, under a guard of its memory. */
typedef struct Job {
    const KnCompiler *compiler;
    Input in;
    KnProgram *program;
    int status;
    Buf messages;
    bool made; /* the program, with its engines */
} Job;

static void refuse(Job *job, int status, const char *message) {
    diag_error(&job->program->c->session, (Span){-1, 0, 0}, "%s", message);
    job->status = status;
}

/* A program that C cannot hold has no C: that is no error of the host. */
static void keep_c(KnProgram *p) {
    Compile *c = p->c;
    EmitOptions options = {.name = "kn_program",
                           .max_rate = c->options.max_rate,
                           .double_precision = c->options.double_precision,
                           .default_length = 10};
    EmitResult result = {0};
    int before = c->session.ndiags;
    if (compile_emit_c(c, &options, &result))
        p->c_text = result.source;
    else
        buf_free(&result.source);
    buf_free(&result.header);
    c->session.ndiags = before;
}

/* They come last: what they acquire is not only memory. */
static void make_engines(Job *job) {
    KnProgram *p = job->program;
    const EngineKind kind = job->compiler->engine;
    const Picture *picture = &p->c->program.picture;
    EngineError error = {.status = KN_STATUS_DONE};
    if (picture->graph) p->rows = engine_create_picture(p->c, kind, &error);
    if (p->rows && picture->heard) p->heard = engine_create_heard(p->c, kind, &error);
    const bool good = !picture->graph || (p->rows && (p->heard || !picture->heard));
    if (good && p->c->program.graph->noutputs > 0) p->engine = engine_create(p->c, kind, &error);
    job->made = good && (p->engine || p->c->program.graph->noutputs == 0);
    if (!job->made) refuse(job, error.status, error.message);
}

static void compile_program(Job *job) {
    KnProgram *p = job->program;
    const Input *in = &job->in;
    if (!in->name) {
        refuse(job, KN_STATUS_USAGE, "no file was named, no text given");
        return;
    }
    bool ok = compile_front(p->c, in->name, in->text, in->length, in->expression);
    if (ok && in->map) ok = !program_refuse_obstacle(&p->c->program);
    job->status = diag_status(&p->c->session);
    if (!ok) return;
    const bool picture = p->c->program.picture.graph != NULL;
    if (p->c->program.graph->noutputs == 0 && !picture) {
        refuse(job, KN_STATUS_PROGRAM, "the program has no `out`: there is nothing to hear");
        return;
    }
    program_gather(p);
    if (job->compiler->keep_c) keep_c(p);
    diag_print(&p->c->session, &job->messages);
    make_engines(job);
}

/* The folders that the program may read: that of its file, and what the host allows. */
static void allow_folders(Compile *c, const KnCompiler *k, const Input *in) {
    const char **folders = ARENA_ARRAY(c->session.arena, const char *, k->nfolders + 1);
    char own[PATH_MAX], real[PATH_MAX];
    int n = 0;
    for (; n < k->nfolders; n++)
        folders[n] = arena_strndup(c->session.arena, k->folders[n], strlen(k->folders[n]));
    const char *slash = in->name ? strrchr(in->name, '/') : NULL;
    int length = slash == in->name ? 1 : slash ? (int)(slash - in->name) : 0;
    bool fits = snprintf(own, sizeof own, "%.*s", slash ? length : 1, slash ? in->name : ".") <
                (int)sizeof own;
    if (in->name && !in->placeless && fits && folder_find(own, real))
        folders[n++] = arena_strndup(c->session.arena, real, strlen(real));
    c->session.access = (FileAccess){true, folders, n};
}

static bool is_name(const char *text) {
    for (const char *at = text; *at; at++)
        if (!(*at >= 'a' && *at <= 'z') && !(*at >= 'A' && *at <= 'Z') && *at != '_' &&
            !(*at >= '0' && *at <= '9' && at > text))
            return false;
    return *text != 0;
}

/* Names that stand between blanks and commas, into the compilation's arena. False: one is no name, is there twice, or there is none. */
static bool take_names(Compile *c, const char *names) {
    static const char between[] = " ,\t\n";
    const char **taken = NULL;
    int n = 0, cap = 0;
    bool good = true;
    for (const char *at = names + strspn(names, between); *at; at += strspn(at, between)) {
        const size_t length = strcspn(at, between);
        const char *name = arena_strndup(c->session.arena, at, length);
        good = good && is_name(name);
        for (int i = 0; i < n; i++)
            good = good && strcmp(taken[i], name) != 0;
        VEC_PUSH(taken, n, cap, name);
        at += length;
    }
    c->options.inputs = taken;
    c->options.ninputs = n;
    return good && n > 0;
}

static void work(void *data) {
    Job *job = data;
    const KnCompiler *k = job->compiler;
    CompileOptions options = {.rate = k->rate,
                              .picture_width = job->in.map ? 0 : k->picture_width,
                              .double_precision = k->double_precision,
                              .waits = k->offline,
                              .isa = k->isa,
                              .limits = k->limits};
    job->program->c = compile_create(&options);
    allow_folders(job->program->c, k, &job->in);
    if (job->in.map && !take_names(job->program->c, job->in.map))
        refuse(job, KN_STATUS_USAGE, "the inputs of a map are names, such as \"x, y\"");
    else
        compile_program(job);
    if (job->made) return;
    buf_free(&job->messages);
    diag_print(&job->program->c->session, &job->messages);
}

/* All of it is done on a deep stack: what a host's thread has is not known. */
static void work_deep(void *job) {
    if (!run_deep(work, job)) memory_failed(0);
}

static KnProgram *compile_input(KnCompiler *k, Input in) {
    HOLD_FLOAT_MODE;
    if (!k) return NULL;
    double began = clock_seconds();
    report_clear(&k->report);
    if (stack_left() < LEAST_STACK) {
        report_small_stack(&k->report);
        return NULL;
    }
    KnProgram *p = program_create();
    Job job = {.compiler = k, .in = in, .program = p};
    bool enough = p && memory_guard(&p->memory, work_deep, &job) &&
                  report_take(&k->report, p->c, &job.messages, job.status);
    if (!enough) report_no_memory(&k->report);
    if (enough && job.made) {
        p->compile_seconds = clock_seconds() - began;
        return p;
    }
    kn_program_free(p);
    return NULL;
}

KnProgram *kn_compile_file(KnCompiler *k, const char *path) {
    return compile_input(k, (Input){.name = path});
}

KnProgram *kn_compile_text(KnCompiler *k, const char *name, const char *text, size_t length) {
    const char *called = name ? name : "program.kn";
    return compile_input(k, (Input){text ? called : NULL, text, length, false, name == NULL, NULL});
}

KnProgram *kn_compile_expression(KnCompiler *k, const char *text) {
    return compile_input(
        k, (Input){text ? "-e" : NULL, text, text ? strlen(text) : 0, true, true, NULL});
}

KnProgram *kn_compile_map(KnCompiler *k, const char *inputs, const char *text) {
    const bool there = inputs && text;
    return compile_input(k, (Input){there ? "-e" : NULL, text, text ? strlen(text) : 0, true, true,
                                    there ? inputs : NULL});
}
