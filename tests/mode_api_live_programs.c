/* kanon.h, live programs: every example and piece is replaced while it runs, by itself and by an edited
 * copy; and what is said where a table, the taps of a filter or a sound file is all that was edited. */
#include "mode_api.h"

#include <ctype.h>
#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES = 9600, REPLACED = 3011, BLOCK = 64, MOST_CHANNELS = 16 };

/* ---- examples and pieces ------------------------------------------------------------------------- */

/* A copy in which every fraction has become another: 0.5 is 0.51. */
static char *edited_copy(const char *text) {
    Buf copy = {0};
    bool comment = false, string = false, fraction = false;
    for (const char *at = text; *at; at++) {
        if (*at == '\n') comment = false;
        if (!string && at[0] == '/' && at[1] == '/') comment = true;
        if (!comment && *at == '"') string = !string;
        buf_byte(&copy, *at);
        if (comment || string) continue;
        fraction = *at == '.' ? at > text && isdigit((unsigned char)at[-1]) && at[1] != '.'
                              : fraction && isdigit((unsigned char)*at);
        if (fraction && *at != '.' && !isdigit((unsigned char)at[1])) buf_byte(&copy, '1');
    }
    return copy.data;
}

/* Under the name of the file, so that its sound files are found. */
static KnProgram *compile_as(const char *path, const char *text) {
    KnCompiler *k = kn_compiler_create();
    kn_compiler_set_engine(k, "jit");
    KnProgram *p = kn_compile_text(k, path, text, strlen(text));
    if (!p) wrong("%s does not compile:\n%s\n%s", path, kn_compiler_messages(k), text);
    kn_compiler_free(k);
    return p;
}

/* Frames from 0 on of all outputs, one behind the other; `next` NULL: never replaced. */
static float *run_live(KnProgram *p, KnProgram *next) {
    int n = kn_program_outputs(p);
    float input[BLOCK], *out = calloc((size_t)n * FRAMES, sizeof *out), *outputs[MOST_CHANNELS];
    const float *inputs[MOST_CHANNELS];
    KnLive *l = kn_live_create(p);
    if (!l) {
        free(out);
        return NULL;
    }
    kn_live_set_optimize(l, 0);
    bool replaced = false;
    for (int at = 0; at < FRAMES; at += BLOCK) {
        if (next && !replaced && at >= REPLACED) replaced = kn_live_replace(l, next, 0.01);
        for (int i = 0; i < BLOCK; i++)
            input[i] = live_input(at + i);
        for (int k = 0; k < MOST_CHANNELS; k++) {
            inputs[k] = input;
            outputs[k] = out + (size_t)(k < n ? k : 0) * FRAMES + at;
        }
        kn_live_process(l, inputs, outputs, BLOCK);
    }
    kn_live_free(l);
    return out;
}

static bool all_finite(const char *path, const float *out, int n) {
    for (int i = 0; i < n; i++)
        if (!isfinite(out[i])) return wrong("%s: not finite when edited", path);
    return true;
}

static bool goes_on_live(const char *path) {
    char *text = file_read(path, NULL), *edit = edited_copy(text);
    KnProgram *p = compile_as(path, text), *same = compile_as(path, text),
              *edited = compile_as(path, edit);
    bool good = p && same && edited;
    if (good) {
        int n = kn_program_outputs(p);
        float *alone = run_live(p, NULL), *replaced = run_live(p, same),
              *changed = run_live(p, edited);
        good = alone && replaced && changed;
        if (!good) wrong("%s: no live run", path);
        if (good && memcmp(alone, replaced, sizeof *alone * (size_t)n * FRAMES) != 0)
            good = wrong("%s: replaced by itself it is another", path);
        good = good && all_finite(path, changed, n * FRAMES);
        free(alone);
        free(replaced);
        free(changed);
    }
    kn_program_free(p);
    kn_program_free(same);
    kn_program_free(edited);
    free(text);
    free(edit);
    return good;
}

static int is_program(const struct dirent *entry) {
    size_t n = strlen(entry->d_name);
    return n > 3 && strcmp(entry->d_name + n - 3, ".kn") == 0;
}

static bool folder_goes_on(const char *folder, int expected) {
    struct dirent **entries;
    char *path = text_format("%s/%s", settings.root, folder);
    int n = scandir(path, &entries, is_program, alphasort);
    bool good = n >= expected || wrong("%s holds %d programs", folder, n);
    for (int i = 0; i < n; i++) {
        char *file = text_format("%s/%s", path, entries[i]->d_name);
        good = (!races_in_turn((unsigned)i, 3) || goes_on_live(file)) && good;
        free(file);
        (free)(entries[i]); /* of the C library */
    }
    if (n >= 0) (free)(entries);
    free(path);
    return good;
}

bool live_examples_are_replaced(void) {
    return folder_goes_on("examples", 15);
}

bool live_pieces_are_replaced(void) {
    return folder_goes_on("examples/pieces", 20);
}

/* ---- data that is edited ------------------------------------------------------------------------- */

/* A loop through data: what becomes of its state is told by the data alone. */
static const struct {
    const char *before, *after;
} data[] = {
    {"w(t) = table(64, x => sin(tau * x))(100 * t)",
     "w(t) = table(64, x => 0.1 * cos(3 * tau * x))(100 * t)"},
    {"w(t) = table(64, x => sin(tau * x))(100 * t)",
     "w(t) = table(128, x => sin(tau * x))(100 * t)"},
    {"w(t) = table(64, x => x)(50 * t) + table(32, x => x * x)(100 * t)",
     "w(t) = table(64, x => x)(50 * t) + table(32, x => x ^ 3)(100 * t)"},
    {"w = noise(1) |> fir([0.5, 0.25, 0.125])", "w = noise(1) |> fir([0.5, 0.25, 0.25])"},
    {"w = sample(\"one.wav\")", "w = sample(\"other.wav\")"},
    {"w = sample(\"one.wav\")", "w = sample(\"one.wav\", quality: sinc)"},
    {"w = sample(\"one.wav\", quality: linear)", "w = sample(\"other.wav\", quality: linear)"},
};
enum { DATA = sizeof data / sizeof *data };

/* Eight samples of 16 bits, from this one on. */
static bool write_wave(const char *path, int first) {
    unsigned char bytes[60] = "RIFF\64\0\0\0WAVEfmt \20\0\0\0\1\0\1\0\200\273\0\0\0\167\1\0\2\0"
                              "\20\0data\20\0\0";
    for (int i = 0; i < 8; i++)
        bytes[45 + 2 * i] = (unsigned char)(first + i);
    return file_write(path, (const char *)bytes, sizeof bytes);
}

/* The worst of all. */
static int fate_of(const char *before, const char *after) {
    static const char form[] = "%s\ny(t) = w(t) + 0.5 * y(t - dt)\nout(t) = y(t)";
    char *a = text_format(form, before), *b = text_format(form, after);
    KnLive *l = live_begin(a);
    int fate = -1;
    if (live_replace(l, b, 0))
        for (int i = 0; i < kn_live_report_count(l); i++)
            if (kn_live_report_fate(l, i) > fate) fate = kn_live_report_fate(l, i);
    kn_live_free(l);
    free(a);
    free(b);
    return fate;
}

bool live_edited_data_is_told(void) {
    bool good = write_wave("one.wav", 3) && write_wave("other.wav", 4) && write_wave("same.wav", 3);
    for (int i = 0; i < DATA; i++) {
        int same = fate_of(data[i].before, data[i].before),
            edited = fate_of(data[i].before, data[i].after);
        if (same != KN_GOES_ON) good = wrong("the same again: fate %d\n%s", same, data[i].before);
        if (edited != KN_EDITED) good = wrong("fate %d when it is\n%s", edited, data[i].after);
    }
    /* the same sound in another file is no edit */
    CLAIM(good, fate_of("w = sample(\"one.wav\")", "w = sample(\"same.wav\")") == KN_GOES_ON);
    return good;
}
