/* FILE.kn or -e to a Compile, and the aids for those who work on the compiler.
 * In: a Request. Out: a compiled program, diagnostics on standard error, exit statuses. */
#include "command/command.h"
#include "engine/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static Compile *create(const Request *request, double rate, double max_rate) {
    CompileOptions options = {
        .rate = rate,
        .max_rate = rate > max_rate ? rate : max_rate,
        .double_precision = request->double_precision,
        .picture_width = request->picture_width,
        .verify = request->dump || request->time_passes,
        .isa = request->isa,
        .access = {request->only_below, request->folders, request->only_below ? 1 : 0},
        .limits = request->limits,
        .waits = true,
        .without = request->without};
    return compile_create(&options);
}

bool load_quietly(const Request *request, double rate, double max_rate, Compile **c) {
    *c = create(request, rate, max_rate);
    const char *text = request->expression;
    return compile_front(*c, text ? "-e" : request->file, text, text ? strlen(text) : 0,
                         text != NULL);
}

int load_program(const Request *request, double rate, double max_rate, Compile **c) {
    bool ok = load_quietly(request, rate, max_rate, c);
    int status = ok ? STATUS_DONE : load_status(*c);
    load_print_diags(*c);
    return status;
}

void load_print_diags(Compile *c) {
    Buf text = {0};
    if (c->session.ndiags > 0) {
        diag_sort(&c->session);
        diag_print(&c->session, &text);
    }
    if (text.length > 0) fwrite(text.data, 1, text.length, stderr);
    buf_free(&text);
    c->session.ndiags = 0; /* what is evaluated later for options reports for itself */
}

int load_status(const Compile *c) {
    int status = diag_status(&c->session);
    return status != STATUS_DONE ? status : STATUS_PROGRAM;
}

char *load_stem(const Request *request, const char *otherwise) {
    if (!request->file) return strdup(otherwise);
    const char *slash = strrchr(request->file, '/');
    const char *name = slash ? slash + 1 : request->file;
    const char *dot = strrchr(name, '.');
    return strndup(name, dot && dot != name ? (size_t)(dot - name) : strlen(name));
}

/* ---- aids ------------------------------------------------------------------------------------ */

/* The C text of the program, header included. Diags were printed when it cannot be emitted. */
static bool emit_whole(Compile *c, Buf *out) {
    EmitOptions options = {.name = "kn_program",
                           .max_rate = c->options.max_rate,
                           .double_precision = c->options.double_precision,
                           .default_length = render_default_length(c->program.graph)};
    EmitResult result = {0};
    bool ok = compile_emit_c(c, &options, &result);
    if (ok) buf_add(out, result.source.data, result.source.length);
    buf_free(&result.source);
    buf_free(&result.header);
    if (!ok) load_print_diags(c);
    return ok;
}

static int write_kept(const char *path, const Buf *text, Compile *c) {
    Failure why;
    OutputPlace place = {path, "--keep-c", &c->session.files, "what --keep-c writes", false};
    OutputFile *file = output_file_open(&place, &why);
    if (!file) return command_fail_with(&why);
    output_file_write(file, text->data, text->length);
    return output_file_commit(file, NULL, &why) ? STATUS_DONE : command_fail_with(&why);
}

/* The C that engine jit, or tcc, compiles. */
static bool emit_strips(Compile *c, EngineKind kind, Buf *out) {
    EngineError error;
    bool good = jit_program_emit(c, kind == ENGINE_TCC, out, &error);
    if (!good) command_fail(error.status, "%s", error.message);
    return good;
}

int load_aids(const Request *request, Compile *c) {
    if (!request->time_passes && !request->skip_pass && !request->stop_after && !request->keep_c)
        return STATUS_DONE;
    Buf notes = {0};
    PassOptions passes = {.skip = request->skip_pass,
                          .stop_after = request->stop_after,
                          .time_passes = request->time_passes,
                          .dump = &notes};
    bool ok = compile_lower(c, &passes);
    if (notes.length > 0) fwrite(notes.data, 1, notes.length, stderr);
    buf_free(&notes);
    int status = ok ? STATUS_DONE : load_status(c);
    load_print_diags(c);
    if (ok && request->keep_c) {
        Buf text = {0};
        EngineKind kind = ENGINE_AUTO;
        bool in_memory = !option_engine(request->engine, &kind) || kind == ENGINE_JIT ||
                         kind == ENGINE_TCC || kind == ENGINE_AUTO;
        bool emitted = in_memory ? emit_strips(c, kind, &text) : emit_whole(c, &text);
        status = emitted ? write_kept(request->keep_c, &text, c) : STATUS_PROGRAM;
        buf_free(&text);
    }
    return status;
}

/* ---- --dump ---------------------------------------------------------------------------------- */

static bool dump_text(const Request *request, Compile *c, const char *what, Buf *out) {
    Span nowhere = {-1, 0, 0};
    const char *text = request->expression;
    int source = text ? source_add(&c->session, "-e", text, strlen(text))
                      : source_read(&c->session, request->file, nowhere);
    if (source < 0) return false;
    if (strcmp(what, "tokens") == 0)
        tokens_dump(&c->session, source, out);
    else
        ast_dump(parse_module(&c->session, source, text != NULL), out);
    return true;
}

static bool dump_compiled(const Request *request, Compile *c, const char *what, Buf *out) {
    const char *text = request->expression;
    if (!compile_front(c, text ? "-e" : request->file, text, text ? strlen(text) : 0, text != NULL))
        return false;
    if (strcmp(what, "graph") == 0) {
        graph_print(c->program.graph, out);
        return true;
    }
    bool after = strncmp(what, "graph:after-", 12) == 0;
    PassOptions passes = {.dump_after = after ? what + 12 : NULL,
                          .skip = request->skip_pass,
                          .stop_after = request->stop_after,
                          .dump = out};
    if (!compile_lower(c, &passes)) return false;
    if (strcmp(what, "c") == 0) return emit_whole(c, out);
    EngineKind kind = ENGINE_JIT;
    if (strcmp(what, "strips") == 0)
        return option_engine(request->engine, &kind) && emit_strips(c, kind, out);
    if (out->length == 0) {
        command_fail(STATUS_USAGE, "--dump: no pass '%s' ran", what + 12);
        return false;
    }
    return true;
}

int load_dump(const Request *request, double rate, double max_rate) {
    const char *what = request->dump;
    bool text = strcmp(what, "tokens") == 0 || strcmp(what, "ast") == 0;
    if (!text && strcmp(what, "graph") != 0 && strncmp(what, "graph:after-", 12) != 0 &&
        strcmp(what, "c") != 0 && strcmp(what, "strips") != 0)
        return command_fail(STATUS_USAGE,
                            "--dump is tokens, ast, graph, graph:after-PASS, strips or c, not '%s'",
                            what);
    Compile *c = create(request, rate, max_rate);
    Buf out = {0};
    bool ok = text ? dump_text(request, c, what, &out) : dump_compiled(request, c, what, &out);
    int status = diag_errors(&c->session) > 0 ? load_status(c) : ok ? STATUS_DONE : STATUS_USAGE;
    load_print_diags(c);
    if (out.length > 0 && answer_print(&out, NULL) != STATUS_DONE) status = STATUS_FILE;
    buf_free(&out);
    compile_free(c);
    return status;
}
