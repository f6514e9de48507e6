/* The program that plays, and those that replace it.
 * In: files that were saved. Out: programs for the live run, and a line for each. */
#include "play/fates.h"
#include "play/performing.h"

#include <math.h>

enum { MOST_FILES = 4096 };

/* ---- compiling ------------------------------------------------------------------------------------- */

/* The files whose change is a reason to compile again. The program's own is one even where it could not be opened. */
static void follow(Performance *p, struct timespec since) {
    const char *files[MOST_FILES];
    int n = 0;
    if (p->s.path) files[n++] = p->s.path;
    for (int i = 0; i < kn_compiler_file_count(p->s.compiler) && n < MOST_FILES; i++)
        files[n++] = kn_compiler_file(p->s.compiler, i);
    watcher_follow(p->watcher, files, n, since);
}

static void add_file(const char *path, Buf *text) {
    FILE *file = fopen(path, "re");
    char block[4096];
    for (size_t n; file && (n = fread(block, 1, sizeof block, file)) > 0;)
        buf_add(text, block, n);
    if (file) fclose(file);
}

/* The file as it is now: what was written since is read again anyway. */
static void keep_main(Performance *p) {
    buf_free(&p->main);
    buf_puts(&p->main, "");
    if (p->s.path)
        add_file(p->s.path, &p->main);
    else
        buf_printf(&p->main, "out = t => (%s)\n", p->s.expression);
}

KnProgram *performance_compile(Performance *p) {
    const struct timespec since = watcher_clock();
    KnProgram *program = p->s.path ? kn_compile_file(p->s.compiler, p->s.path)
                                   : kn_compile_expression(p->s.compiler, p->s.expression);
    follow(p, since);
    if (program) keep_main(p);
    return program;
}

void performance_show_messages(Performance *p) {
    const char *messages = kn_compiler_messages(p->s.compiler);
    view_erase(&p->view);
    if (*messages) p->s.audience.show(p->s.audience.context, messages);
}

void performance_set_end(Performance *p, const KnProgram *program) {
    const double rate = device_facts(p->device)->rate,
                 length = p->s.length >= 0 ? (double)p->first / rate + p->s.length
                                           : kn_program_length(program);
    const bool ends = length >= 0 && length * rate < 0x1p52;
    atomic_store(&p->player.end, ends ? (int64_t)nearbyint(length * rate) : INT64_MAX);
}

void performance_tell_channels(Performance *p, const KnProgram *program) {
    const DeviceFacts *facts = device_facts(p->device);
    const int outputs = kn_program_outputs(program), inputs = kn_program_inputs(program);
    if (outputs > facts->outputs)
        performance_say(p, "%s has %d outputs, and %d channels are played", p->s.name, outputs,
                        facts->outputs);
    if (inputs > facts->inputs)
        performance_say(p,
                        facts->inputs == 0
                            ? "%s hears %d inputs, and there is no --in: they are silent"
                            : "%s hears %d inputs, and --in has fewer channels: the rest is "
                              "silent",
                        p->s.name, inputs);
}

/* ---- a save ---------------------------------------------------------------------------------------- */

static bool is_gone(Performance *p) {
    struct stat info;
    const bool gone = p->s.path && stat(p->s.path, &info) != 0;
    if (gone && !p->told_gone)
        performance_say(p, "%s is gone; its sound goes on until the file is there again",
                        p->s.name);
    p->told_gone = gone;
    return gone;
}

static bool is_program(const char *path) {
    const size_t length = strlen(path);
    return length > 3 && strcmp(path + length - 3, ".kn") == 0;
}

Buf performance_text(const Performance *p) {
    Buf text = {0};
    buf_puts(&text, p->s.expression ? p->s.expression : "");
    if (p->main.data) buf_puts(&text, p->main.data); /* that may be in no file */
    for (int i = 0; i < kn_compiler_file_count(p->s.compiler); i++) {
        buf_byte(&text, '\n');
        if (is_program(kn_compiler_file(p->s.compiler, i)))
            add_file(kn_compiler_file(p->s.compiler, i), &text);
    }
    return text;
}

/* In a line. To be freed. */
static Buf find_fates(Performance *p) {
    Buf fates = {0}, text = performance_text(p);
    buf_puts(&p->text, text.data); /* names may be of either */
    fates_tell(p->live, p->text.data, &fates);
    buf_free(&p->text);
    p->text = text;
    return fates;
}

static bool replace(Performance *p, KnProgram *program) {
    pthread_mutex_lock(&p->programs);
    const bool done = kn_live_replace(p->live, program, p->s.fade);
    pthread_mutex_unlock(&p->programs);
    if (done)
        performance_set_end(p, program);
    else
        performance_say(p,
                        "%s cannot be played in its new form: it has more than 64 channels, or "
                        "there is not enough memory",
                        p->s.name);
    return done;
}

static void tell_replaced(Performance *p, KnProgram *program, const char *fates) {
    EngineError why;
    performance_say(p, "%s: %s (%.2g ms)", p->s.name, fates,
                    1e3 * kn_program_compile_seconds(program));
    performance_tell_channels(p, program);
    performance_open_hands(p, &why);
}

static void replace_by_saved(Performance *p, KnProgram *program) {
    performance_show_messages(p);
    if (!replace(p, program)) return;
    Buf fates = find_fates(p);
    tell_replaced(p, program, fates.data);
    buf_free(&fates);
}

void performance_reload(Performance *p) {
    if (is_gone(p)) return;
    KnProgram *program = performance_compile(p);
    if (!watcher_is_quiet(p->watcher, performance_clock())) {
        kn_program_free(program);
        return;
    }
    if (program)
        replace_by_saved(p, program);
    else
        performance_show_messages(p);
    kn_program_free(program);
}

/* ---- a definition ------------------------------------------------------------------------------------- */

static int lines_in(const char *text, size_t length) {
    int n = 0;
    for (size_t i = 0; i < length; i++)
        n += text[i] == '\n';
    return n;
}

/* Its first error; where that is not in the definition, the text says where. */
static void tell_error(const Performance *p, const Buf *text, long at, const char *definition,
                       EvalOutcome *o) {
    const KnCompiler *compiler = p->s.compiler;
    int i = 0;
    while (i < kn_diag_count(compiler) - 1 && kn_diag_severity(compiler, i) != KN_ERROR)
        i++;
    const char *message = kn_diag_message(compiler, i), *file = kn_diag_file(compiler, i);
    const int before = lines_in(text->data, (size_t)at), line = kn_diag_line(compiler, i) - before,
              lines = lines_in(definition, strlen(definition)) + 1;
    const bool is_in =
        file && line >= 1 && line <= lines && strcmp(file, p->s.path ? p->s.path : "-e") == 0;
    *o = (EvalOutcome){.line = is_in ? line : 0, .column = is_in ? kn_diag_column(compiler, i) : 0};
    if (is_in || !file)
        snprintf(o->text, sizeof o->text, "%s", message ? message : "it does not compile");
    else
        snprintf(o->text, sizeof o->text, "%s:%d:%d: %s", file, kn_diag_line(compiler, i),
                 kn_diag_column(compiler, i), message);
}

static KnProgram *compile_text(Performance *p, const Buf *text) {
    const struct timespec since = watcher_clock();
    KnProgram *program =
        kn_compile_text(p->s.compiler, p->s.path ? p->s.path : "-e", text->data, text->length);
    follow(p, since);
    return program;
}

/* The text becomes that which plays, where it can be played. */
static bool play_text(Performance *p, Buf *text, KnProgram *program, EvalOutcome *o) {
    *o = (EvalOutcome){.text = "it has more than 64 channels, or there is not enough memory"};
    if (!replace(p, program)) return false;
    const Buf old = p->main;
    p->main = *text;
    *text = old;
    Buf fates = find_fates(p);
    snprintf(o->text, sizeof o->text, "%s", fates.data);
    tell_replaced(p, program, fates.data);
    buf_free(&fates);
    return true;
}

bool performance_eval(Performance *p, const char *definition, EvalOutcome *o) {
    Buf text = {0};
    *o = (EvalOutcome){.line = 0};
    const long at = p->s.define(p->main.data, definition, &text, o->text, sizeof o->text);
    KnProgram *program = at >= 0 ? compile_text(p, &text) : NULL;
    if (at >= 0) performance_show_messages(p);
    if (at >= 0 && !program) tell_error(p, &text, at, definition, o);
    const bool done = program && play_text(p, &text, program, o);
    kn_program_free(program);
    buf_free(&text);
    return done;
}
