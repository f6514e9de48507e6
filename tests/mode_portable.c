/* C that is told its rate when it runs: the example of each definition of the library, compiled once and run at the
 * rates that there are, against the reference that knows the rate while it compiles. They take turns (turns.c). */
#include "driver.h"

#include <dlfcn.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES = 4800, BLOCK = 480, MOST_OUTPUTS = 64 };
static const double tolerance =
    1e-5; /* -100 dB: at low rates what C rounds is magnified by some, at a known rate too */
static const double rates[] = {8000, 11025, 16000, 22050, 32000, 44100, 96000, 192000};
enum { RATES = sizeof rates / sizeof *rates };

const char *portable_name(int i) {
    const char *const *names;
    return i < library_definitions(&names) ? names[i] : NULL;
}

/* ---- the program as C ---------------------------------------------------------------------------- */

typedef struct Portable {
    void *library, *state;
    int (*init)(void *self, double sample_rate);
    void (*process)(void *self, const float *const *inputs, float *const *outputs, int frames);
} Portable;

/* NULL: that rate, or none, is refused. */
static Compile *compile_at(const char *text, double rate) {
    Compile *c = compile_create(&(CompileOptions){.rate = rate, .verify = true});
    if (compile_front(c, "example.kn", text, strlen(text), true)) return c;
    compile_free(c);
    return NULL;
}

static bool find(Portable *p, const char *name, void *place) {
    void *symbol = dlsym(p->library, name);
    memcpy(place, &symbol, sizeof symbol);
    return symbol != NULL;
}

static bool open_portable(Portable *p, const char *text) {
    static const char command[] =
        "gcc -std=c11 -O1 -march=native -shared -fPIC -w program.c -o program.so -lm";
    Compile *c = compile_at(text, 0);
    EmitOptions options = {.name = "program", .max_rate = 192000, .default_length = 10};
    EmitResult result = {0};
    bool good = c && compile_lower(c, NULL) && compile_emit_whole(c, options, 4, &result) &&
                file_write("program.c", result.source.data, result.source.length) &&
                system(command) == 0;
    p->library = good ? dlopen("./program.so", RTLD_NOW | RTLD_LOCAL) : NULL;
    p->state = aligned_alloc(64, (result.state_bytes / 64 + 1) * 64);
    good =
        p->library && find(p, "program_init", &p->init) && find(p, "program_process", &p->process);
    buf_free(&result.source);
    buf_free(&result.header);
    compile_free(c);
    return good || wrong("it is no C without a rate: %s", text);
}

static void close_portable(Portable *p) {
    if (p->library) dlclose(p->library);
    free(p->state);
}

/* ---- at a rate ----------------------------------------------------------------------------------- */

static bool compare(const char *text, double rate, int channels, float (*got)[FRAMES],
                    double (*expected)[FRAMES]) {
    for (int k = 0; k < channels; k++) {
        double peak = 1;
        for (int n = 0; n < FRAMES; n++)
            if (fabs(expected[k][n]) > peak) peak = fabs(expected[k][n]);
        for (int n = 0; n < FRAMES; n++) {
            double x = (double)got[k][n], e = expected[k][n];
            if (fabs(x - e) <= tolerance * peak || (isnan(x) && isnan(e))) continue;
            return wrong("at %g Hz: channel %d, frame %d is %.9g, the reference %.9g: %s", rate, k,
                         n, x, e, text);
        }
    }
    return true;
}

static bool runs_at(Portable *p, const char *text, double rate) {
    static float got[MOST_OUTPUTS][FRAMES];
    static double expected[MOST_OUTPUTS][FRAMES];
    double *wanted[MOST_OUTPUTS];
    float *outputs[MOST_OUTPUTS];
    Compile *c = compile_at(text, rate);
    if (!c) return true; /* what that rate has no room for is refused */
    int channels = c->program.graph->noutputs;
    if (!p->init(p->state, rate)) {
        compile_free(c);
        return wrong("%g Hz cannot be had: %s", rate, text);
    }
    for (int at = 0; at < FRAMES; at += BLOCK) {
        for (int k = 0; k < channels; k++)
            outputs[k] = got[k] + at;
        p->process(p->state, NULL, outputs, BLOCK);
    }
    for (int k = 0; k < channels; k++)
        wanted[k] = expected[k];
    Interp *interp = interp_create(c->program.graph);
    interp_process(interp, NULL, wanted, FRAMES);
    interp_free(interp);
    compile_free(c);
    return compare(text, rate, channels, got, expected);
}

/* Some need their rate while they compile, and say so. */
static bool needs_its_rate(const char *text) {
    Compile *c = compile_create(&(CompileOptions){.rate = 0, .verify = true});
    Buf messages = {0};
    bool good = compile_front(c, "example.kn", text, strlen(text), true);
    diag_print(&c->session, &messages);
    bool needs = !good && strstr(messages.data, "give it with --rate") != NULL;
    buf_free(&messages);
    compile_free(c);
    return needs;
}

bool run_portable(const Test *test) {
    char *text = library_example(test->name);
    Portable p = {0};
    if (text && needs_its_rate(text)) {
        free(text);
        return true;
    }
    bool good = text && open_portable(&p, text);
    for (int i = 0; i < RATES && p.process; i++)
        good = runs_at(&p, text, rates[i]) && good;
    close_portable(&p);
    free(text);
    return good;
}
