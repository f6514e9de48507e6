/* kanon.h on threads of hosts, whose stacks may be small: programs that are deep or wide compile and run
 * there with every engine, and a stack that is too small for anything is told. */
#include "mode_api.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64, LEAST = 64 << 10 };

/* `n` in a form: what the C compiler of the machine reads in seconds is less than the others take. */
static const struct {
    const char *form;
    int n, n_in_c;
} shapes[] = {
    {"out(t) = fold(1..%d, noise(1)(t), (a, k) => tanh(a * 1.1 + k))", 20000, 300},
    {"s(t) = fold(1..%d, sin(t), (a, k) => tanh(a + k))\nout(t) = s(t) + s(t - 0.3)", 5000, 100},
    {"s(t) = fold(1..%d, sin(t), (a, k) => tanh(a + k))\nout(t) = s(t * t)", 20000, 300},
    {"s(t) = fold(1..%d, noise(1)(t), (a, k) => tanh(a + k))\ny(t) = s(t) + 0.5 * y(t - dt)\n"
     "out = at(y, 0.0001)",
     5000, 100},
    {"out(t) = sin(fold(1..%d, t, (a, k) => a + sin(k) * t))", 20000, 2000},
    {"y(t) = fold(1..%d, y(t - dt), (a, k) => a * 0.99 + t)\nout = y", 5000, 300},
    {"out(t) = fold(1..%d, noise(1)(t), (a, k) => a * 1.00001 + 1) * 1e-9", 20000, 2000},
    {"input x\nout(t) = x(t - fold(1..%d, 1 / sr, (a, k) => a * 1.00001 + 1e-9))", 20000, 300},
    {"out = fold(1..%d, noise(1), (f, k) => t => f(t - dt) * 0.99)", 500, 100},
    {"out(t) = if fold(1..%d, t, (a, k) => if a > k then a else k) > 0 then 1 else 0", 20000, 300},
    {"out = sum(1..%d, k => noise(k) |> lowpass(40 + k, 3) |> tanh)", 1000, 40},
    {"out = sum(1..%d, k => delay(noise(k), k * 0.1ms))", 1000, 60},
    {"out = map(1..%d, k => sine(k))", 2000, 100},
    {"param p = 1 in 0..2\nout(t) = fold(1..%d, p, (a, k) => tanh(a * 1.1 + k))", 5000, 300},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

typedef struct Errand {
    const char *text, *engine;
    bool good;
} Errand;

static void *run_errand(void *errand) {
    Errand *e = errand;
    static const float silence[BLOCK];
    const float *inputs[] = {silence};
    KnCompiler *k = kn_compiler_create();
    kn_compiler_set_engine(k, e->engine);
    KnProgram *p = api_compile(k, e->text);
    int n = kn_program_outputs(p);
    float *room = calloc((size_t)n * BLOCK + 1, sizeof *room),
          **outputs = calloc((size_t)n + 1, sizeof *outputs);
    for (int i = 0; i < n; i++)
        outputs[i] = room + (size_t)i * BLOCK;
    KnInstance *i = kn_instance_create(p);
    bool good = p && i;
    for (int b = 0; b < 3; b++)
        kn_instance_process(i, inputs, outputs, BLOCK);
    for (int f = 0; good && f < n * BLOCK; f++)
        CLAIM(good, isfinite(room[f]));
    CLAIM(good, kn_instance_frame(i) == 3 * BLOCK && kn_program_render(p, 10, 20, outputs));
    KnLive *l = n <= 64 ? kn_live_create(p) : NULL;
    if (n <= 64) CLAIM(good, l && kn_live_set_optimize(l, 0) && kn_live_replace(l, p, 0.001));
    for (int b = 0; b < 3; b++)
        kn_live_process(l, inputs, outputs, BLOCK);
    kn_live_free(l);
    kn_instance_free(i);
    kn_program_free(p);
    kn_compiler_free(k);
    free(room);
    free(outputs);
    e->good = good;
    return NULL;
}

static bool run_on_stack(void *(*run)(void *), void *data, size_t bytes) {
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, settings.sanitized ? 16 * bytes : bytes);
    bool begun = pthread_create(&thread, &attributes, run, data) == 0;
    pthread_attr_destroy(&attributes);
    return begun && pthread_join(thread, NULL) == 0;
}

static bool shapes_run(const char *engine) {
    bool good = true, c = strcmp(engine, "cc") == 0;
    for (int i = 0; i < SHAPES; i++) {
        bool slow = settings.sanitized || strcmp(engine, "ref") == 0;
        int n = c ? shapes[i].n_in_c : slow ? shapes[i].n / 10 : shapes[i].n;
        char *text = text_format(shapes[i].form, n);
        Errand e = {text, engine, false};
        if (!run_on_stack(run_errand, &e, LEAST) || !e.good)
            good = wrong("engine %s, with %d: %s", engine, n, shapes[i].form);
        free(text);
    }
    return good;
}

bool api_small_stacks_jit(void) {
    return shapes_run("jit");
}

bool api_small_stacks_ref(void) {
    return shapes_run("ref");
}

bool api_small_stacks_cc(void) {
    return settings.reference || !kn_engine_available("cc") || shapes_run("cc");
}

/* ---- too small ----------------------------------------------------------------------------------- */

static void *refuse(void *program) {
    KnCompiler *k = kn_compiler_create();
    bool good = true;
    CLAIM(good, !kn_compile_expression(k, "sine(440)"));
    CLAIM(good, kn_compiler_status(k) == KN_STATUS_FILE && kn_diag_count(k) == 1);
    CLAIM(good, strstr(kn_compiler_messages(k), "the stack of this thread is too small") != NULL);
    CLAIM(good, strstr(kn_diag_help(k, 0), "64 KiB") && !kn_live_create(program));
    kn_compiler_free(k);
    return good ? program : NULL;
}

/* Most of the stack is taken when the library is called. */
static void *refuse_and_tell(void *data) {
    volatile char taken[LEAST - (20 << 10)];
    void **place = data;
    taken[0] = taken[sizeof taken - 1] = 1;
    *place = refuse(*place);
    return taken[0] == 1 ? NULL : data;
}

bool api_small_stack_is_told(void) {
    if (settings.sanitized) return true; /* what is left there is not what is asked for */
    KnCompiler *k = api_compiler();
    KnProgram *p = api_compile(k, "out = sine(440)");
    void *place = p;
    bool good = run_on_stack(refuse_and_tell, &place, LEAST) && place == p;
    kn_program_free(p);
    kn_compiler_free(k);
    return good;
}
