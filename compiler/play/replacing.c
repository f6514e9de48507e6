/* The programs that play, and those that replace them.
 * In: files that were saved. Out: programs for the live runs, and a line for each. */
#include "play/fates.h"
#include "play/performing.h"

#include <math.h>
#include <string.h>

enum { MOST_FILES = 4096 };

/* ---- compiling ------------------------------------------------------------------------------------- */

/* The files whose change is a reason to compile again. The program's own is one even where it could not be opened. A file that was written
 * while it was read differs from its stamp by then, or the watcher tells of it. */
static void follow(Performance *p, Script *script, struct timespec since) {
    const char *files[MOST_FILES];
    int n = 0;
    file_stamps_free(&script->stamps);
    if (script->settings->path) file_stamps_add(&script->stamps, script->settings->path);
    for (int i = 0; i < kn_compiler_file_count(p->s.compiler); i++)
        file_stamps_add(&script->stamps, kn_compiler_file(p->s.compiler, i));
    for (int k = 0; k < p->s.nlayers; k++)
        for (int i = 0; i < p->scripts[k].stamps.n && n < MOST_FILES; i++)
            files[n++] = p->scripts[k].stamps.items[i].path;
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
static void keep_main(const Performance *p, Script *script) {
    const LayerSettings *s = script->settings;
    buf_free(&script->main);
    buf_puts(&script->main, "");
    if (s->path)
        add_file(s->path, &script->main);
    else
        p->s.file_of(s->expression, &script->main);
}

KnProgram *performance_compile(Performance *p, Script *script) {
    const struct timespec since = watcher_clock();
    const LayerSettings *s = script->settings;
    KnProgram *program = s->path ? kn_compile_file(p->s.compiler, s->path)
                                 : kn_compile_expression(p->s.compiler, s->expression);
    follow(p, script, since);
    if (program) keep_main(p, script);
    return program;
}

void performance_show_messages(Performance *p) {
    const char *messages = kn_compiler_messages(p->s.compiler);
    view_erase(&p->view);
    if (*messages) p->s.audience.show(p->s.audience.context, messages);
}

void performance_set_end(Performance *p, const Script *script, const KnProgram *program) {
    const double rate = device_facts(p->device)->rate,
                 length = p->s.length >= 0 ? (double)p->first / rate + p->s.length
                                           : kn_program_length(program);
    const bool ends = length >= 0 && length * rate < 0x1p52;
    atomic_store(&script->layer->end, ends ? (int64_t)nearbyint(length * rate) : INT64_MAX);
}

void performance_tell_channels(Performance *p, const Script *script, const KnProgram *program) {
    const DeviceFacts *facts = device_facts(p->device);
    const char *file = script->settings->file;
    const int outputs = kn_program_outputs(program), inputs = kn_program_inputs(program);
    if (outputs > facts->outputs)
        performance_say(p, "%s has %d outputs, and %d channels are played", file, outputs,
                        facts->outputs);
    if (inputs > performance_inputs(p))
        performance_say(p,
                        performance_inputs(p) == 0
                            ? "%s hears %d inputs, and there is no --in: they are silent"
                            : "%s hears %d inputs, and --in has fewer channels: the rest is "
                              "silent",
                        file, inputs);
}

/* ---- a save ---------------------------------------------------------------------------------------- */

static bool is_gone(Performance *p, Script *script) {
    struct stat info;
    const bool gone = script->settings->path && stat(script->settings->path, &info) != 0;
    if (gone && !script->told_gone)
        performance_say(p, "%s is gone; its sound goes on until the file is there again",
                        script->settings->file);
    script->told_gone = gone;
    return gone;
}

static bool is_program(const char *path) {
    const size_t length = strlen(path);
    return length > 3 && strcmp(path + length - 3, ".kn") == 0;
}

Buf performance_text(const Performance *p, const Script *script) {
    Buf text = {0};
    buf_puts(&text, script->settings->expression ? script->settings->expression : "");
    if (script->main.data) buf_puts(&text, script->main.data); /* that may be in no file */
    for (int i = 0; i < kn_compiler_file_count(p->s.compiler); i++) {
        buf_byte(&text, '\n');
        if (is_program(kn_compiler_file(p->s.compiler, i)))
            add_file(kn_compiler_file(p->s.compiler, i), &text);
    }
    return text;
}

/* In a line. To be freed. */
static Buf find_fates(Performance *p, Script *script) {
    Buf fates = {0}, text = performance_text(p, script);
    buf_puts(&script->text, text.data); /* names may be of either */
    fates_tell(script->layer->live, script->text.data, &fates);
    buf_free(&script->text);
    script->text = text;
    return fates;
}

static bool replace(Performance *p, Script *script, KnProgram *program, int64_t frame) {
    pthread_mutex_lock(&p->programs);
    const bool done = kn_live_replace_at(script->layer->live, program, p->s.fade, frame);
    pthread_mutex_unlock(&p->programs);
    if (done)
        performance_set_end(p, script, program);
    else
        performance_say(p,
                        "%s cannot be played in its new form: it has more than 64 channels, or "
                        "there is not enough memory",
                        script->settings->file);
    return done;
}

static void tell_replaced(Performance *p, Script *script, KnProgram *program, const char *fates,
                          int64_t frame) {
    EngineError why;
    Buf line = {0};
    const double waits = (double)(frame - layers_frame(&p->player.layers)) / p->player.rate;
    buf_printf(&line, "%s: %s (%.2g ms)", script->settings->file, fates,
               1e3 * kn_program_compile_seconds(program));
    if (waits > 0) buf_printf(&line, ", in %.2f s", waits);
    performance_say(p, "%s", line.data);
    buf_free(&line);
    performance_tell_channels(p, script, program);
    performance_open_hands(p, &why);
}

static void replace_by_saved(Performance *p, Script *script, KnProgram *program) {
    const int64_t frame = performance_next_place(p);
    performance_show_messages(p);
    if (!replace(p, script, program, frame)) return;
    Buf fates = find_fates(p, script);
    tell_replaced(p, script, program, fates.data, frame);
    buf_free(&fates);
}

/* False: somebody writes meanwhile. */
static bool reload(Performance *p, Script *script) {
    if (is_gone(p, script)) return true;
    KnProgram *program = performance_compile(p, script);
    const bool quiet = watcher_is_quiet(p->watcher, performance_clock());
    if (quiet && program)
        replace_by_saved(p, script, program);
    else if (quiet)
        performance_show_messages(p);
    kn_program_free(program);
    return quiet;
}

void performance_reload(Performance *p) {
    for (int i = 0; i < p->s.nlayers; i++) {
        Script *script = &p->scripts[i];
        const bool changed =
            p->s.nlayers == 1 || script->again || file_stamps_differ(&script->stamps);
        script->again = changed && !reload(p, script);
    }
}

/* ---- a definition ------------------------------------------------------------------------------------- */

static int lines_in(const char *text, size_t length) {
    int n = 0;
    for (size_t i = 0; i < length; i++)
        n += text[i] == '\n';
    return n;
}

/* An expression stands behind what makes a definition of it. */
static int bytes_before_in_line(const char *text, long at) {
    long n = 0;
    while (n < at && text[at - n - 1] != '\n')
        n++;
    return (int)n;
}

static const char *name_of_text(const Script *script) {
    return script->settings->path ? script->settings->path : "-e";
}

/* Its first error; where that is not in the definition, the text says where. */
static void tell_error(const Performance *p, const Script *script, const Buf *text, long at,
                       const char *definition, OrderOutcome *o) {
    const KnCompiler *compiler = p->s.compiler;
    int i = 0;
    while (i < kn_diag_count(compiler) - 1 && kn_diag_severity(compiler, i) != KN_ERROR)
        i++;
    const char *message = kn_diag_message(compiler, i), *file = kn_diag_file(compiler, i);
    const int before = lines_in(text->data, (size_t)at), line = kn_diag_line(compiler, i) - before,
              lines = lines_in(definition, strlen(definition)) + 1;
    const bool is_in =
        file && line >= 1 && line <= lines && strcmp(file, name_of_text(script)) == 0;
    const int left = line == 1 ? bytes_before_in_line(text->data, at) : 0;
    *o = (OrderOutcome){.line = is_in ? line : 0,
                        .column = is_in ? kn_diag_column(compiler, i) - left : 0};
    if (is_in || !file)
        snprintf(o->text, sizeof o->text, "%s", message ? message : "it does not compile");
    else
        snprintf(o->text, sizeof o->text, "%s:%d:%d: %s", file, kn_diag_line(compiler, i),
                 kn_diag_column(compiler, i), message);
}

static KnProgram *compile_text(Performance *p, Script *script, const Buf *text) {
    const struct timespec since = watcher_clock();
    KnProgram *program =
        kn_compile_text(p->s.compiler, name_of_text(script), text->data, text->length);
    follow(p, script, since);
    return program;
}

/* The text becomes that which plays, where it can be played. */
static bool play_text(Performance *p, Script *script, Buf *text, KnProgram *program,
                      OrderOutcome *o) {
    const int64_t frame = performance_next_place(p);
    *o = (OrderOutcome){.text = "it has more than 64 channels, or there is not enough memory"};
    if (!replace(p, script, program, frame)) return false;
    const Buf old = script->main;
    script->main = *text;
    *text = old;
    Buf fates = find_fates(p, script);
    snprintf(o->text, sizeof o->text, "%s", fates.data);
    tell_replaced(p, script, program, fates.data, frame);
    buf_free(&fates);
    return true;
}

static bool eval(Performance *p, Script *script, const char *definition, OrderOutcome *o) {
    Buf text = {0};
    const long at = p->s.define(script->main.data, definition, &text, o->text, sizeof o->text);
    KnProgram *program = at >= 0 ? compile_text(p, script, &text) : NULL;
    if (at >= 0) performance_show_messages(p);
    if (at >= 0 && !program) tell_error(p, script, &text, at, definition, o);
    const bool done = program && play_text(p, script, &text, program, o);
    kn_program_free(program);
    buf_free(&text);
    return done;
}

/* Whose it is: that of the name, or the first that defines it. */
static Script *script_of(const Performance *p, const char *name, const char *definition) {
    for (int i = 0; i < p->s.nlayers; i++)
        if (name ? strcmp(p->s.layers[i].name, name) == 0
                 : p->s.nlayers == 1 || p->s.defines(p->scripts[i].main.data, definition))
            return &p->scripts[i];
    return name ? NULL : &p->scripts[0];
}

bool performance_eval(Performance *p, const char *name, const char *definition, OrderOutcome *o) {
    Script *script = script_of(p, name, definition);
    *o = (OrderOutcome){.line = 0};
    return script ? eval(p, script, definition, o) : performance_no_layer(p, name, o);
}
