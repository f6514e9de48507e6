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

KnProgram *performance_compile(Performance *p) {
    const struct timespec since = watcher_clock();
    KnProgram *program = p->s.path ? kn_compile_file(p->s.compiler, p->s.path)
                                   : kn_compile_expression(p->s.compiler, p->s.expression);
    follow(p, since);
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

static void add_file(const char *path, Buf *text) {
    const size_t length = strlen(path);
    FILE *file = length > 3 && strcmp(path + length - 3, ".kn") == 0 ? fopen(path, "re") : NULL;
    char block[4096];
    for (size_t n; file && (n = fread(block, 1, sizeof block, file)) > 0;)
        buf_add(text, block, n);
    if (file) fclose(file);
    buf_byte(text, '\n');
}

Buf performance_text(const Performance *p) {
    Buf text = {0};
    buf_puts(&text, p->s.expression ? p->s.expression : "");
    for (int i = 0; i < kn_compiler_file_count(p->s.compiler); i++)
        add_file(kn_compiler_file(p->s.compiler, i), &text);
    return text;
}

static void tell_fates(Performance *p, const KnProgram *program) {
    Buf fates = {0}, text = performance_text(p);
    buf_puts(&p->text, text.data); /* names may be of either */
    fates_tell(p->live, p->text.data, &fates);
    performance_say(p, "%s: %s (%.2g ms)", p->s.name, fates.data,
                    1e3 * kn_program_compile_seconds(program));
    buf_free(&fates);
    buf_free(&p->text);
    p->text = text;
}

static void replace(Performance *p, KnProgram *program) {
    performance_show_messages(p);
    if (!kn_live_replace(p->live, program, p->s.fade)) {
        performance_say(
            p,
            "%s cannot be played in its new form: it has more than 64 channels, or there is not "
            "enough memory",
            p->s.name);
        return;
    }
    performance_set_end(p, program);
    tell_fates(p, program);
    performance_tell_channels(p, program);
    EngineError why;
    performance_open_hands(p, &why);
}

void performance_reload(Performance *p) {
    if (is_gone(p)) return;
    KnProgram *program = performance_compile(p);
    if (!watcher_is_quiet(p->watcher, performance_clock())) {
        kn_program_free(program);
        return;
    }
    if (program)
        replace(p, program);
    else
        performance_show_messages(p);
    kn_program_free(program);
}
