/* kanon.h in hosts whose threads have another floating-point mode, traps or rounding, and in hosts that fork while
 * they compile. */
#include "mode_api.h"

#include <fenv.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FRAMES = 3000 };

/* Among them numbers that are none, or beyond float, and divisions by 0. */
static const char *const texts[] = {
    "x(t) = noise(1)(t) + 0.9 * x(t - dt)\nout(t) = x(t)",
    "out = [t => 0.1 / (t * 0), t => noise(1)(t) * 1e300 * 1e300, t => sqrt(-1 - t)]",
    "param knob = 0.5 in 0..1\nout = noise(1) |> lowpass(800 * knob + 100, 3) |> tanh",
    "out(t) = sin(tau * 441.3 * t) * exp(-300 * t) + floor(t * 1000.5) / 3",
    "y(t) = tanh(noise(1)(t) + 0.7 * y(t - dt))\nout = [y, running_mean(y, 3ms), pluck(220)]",
};
enum { TEXTS = sizeof texts / sizeof *texts };

/* All that a host does with a program, and what is heard of it. */
static bool use(const char *text, const char *engine, float *out) {
    KnCompiler *k = kn_compiler_create();
    kn_compiler_set_engine(k, engine);
    KnProgram *p = api_compile(k, text);
    KnInstance *i = kn_instance_create(p);
    float room[3][FRAMES] = {{0}}, *outputs[] = {room[0], room[1], room[2]};
    bool good = p && i;
    kn_instance_set(i, 0, 0.7);
    kn_instance_process(i, NULL, outputs, FRAMES);
    memcpy(out, room, sizeof room);
    kn_instance_seek(i, 100);
    kn_instance_reset(i);
    CLAIM(good, kn_program_render(p, 10, 100, outputs) && kn_program_latency(p) == 0);
    KnLive *l = kn_live_create(p);
    kn_live_set_optimize(l, 0);
    kn_live_process(l, NULL, outputs, 500);
    CLAIM(good, kn_live_replace(l, p, 0.001));
    kn_live_set(l, 0, 0.2);
    kn_live_process(l, NULL, outputs, 500);
    kn_live_free(l);
    kn_instance_free(i);
    kn_program_free(p);
    kn_compiler_free(k);
    return good;
}

static bool is_the_same(const char *engine, const char *text, int rounding, bool traps) {
    float plain[3 * FRAMES] = {0}, other[3 * FRAMES] = {0};
    bool good = use(text, engine, plain);
    fesetround(rounding);
    if (traps) feenableexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW);
    good = use(text, engine, other) && good;
    CLAIM(good, fegetround() == rounding);
    CLAIM(good, !traps || fegetexcept() == (FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW));
    fedisableexcept(FE_ALL_EXCEPT);
    fesetround(FE_TONEAREST);
    if (memcmp(plain, other, sizeof plain) != 0)
        good = wrong("engine %s, rounding %d, traps %d: another sound: %s", engine, rounding, traps,
                     text);
    return good;
}

bool api_mode_of_the_host_is_put_aside(void) {
    static const char *const engines[] = {"jit", "ref", "cc"};
    static const int roundings[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
    bool good = true;
    for (int e = 0; e < 3; e++)
        for (int t = 0; t < TEXTS; t++)
            for (int r = 0; r < 4; r++) {
                bool c = e == 2;
                if (c && (settings.reference || t != 1 || r > 1)) continue; /* it takes long */
                good = is_the_same(engines[e], texts[t], roundings[r], r < 2) && good;
            }
    return good;
}

/* ---- forks --------------------------------------------------------------------------------------- */

static atomic_bool over;

/* Each is read by libtcc, for a param decides something. */
static void *compile_all_the_time(void *good) {
    while (!atomic_load(&over)) {
        KnCompiler *k = kn_compiler_create();
        kn_compiler_set_engine(k, "jit");
        KnProgram *p = api_compile(k, texts[4]);
        if (!p) *(bool *)good = false;
        kn_program_free(p);
        kn_compiler_free(k);
    }
    return NULL;
}

static int child(void) {
    KnCompiler *k = kn_compiler_create();
    kn_compiler_set_engine(k, "jit");
    alarm(20);
    return api_compile(k, texts[4]) ? 0 : 1;
}

/* Sanitizers have locks of their own, which a child gets as they were, and start no threads after such a fork. */
bool api_forks_while_others_compile(void) {
    pthread_t thread;
    bool good = true;
    if (settings.sanitized) return true;
    if (pthread_create(&thread, NULL, compile_all_the_time, &good) != 0) return wrong("no thread");
    for (int i = 0; i < 60 && good; i++) {
        int status = 0;
        pid_t process = fork();
        if (process == 0) _exit(child());
        if (process < 0 || waitpid(process, &status, 0) < 0 || status != 0)
            good = wrong("child %d ends with %d", i, status);
    }
    atomic_store(&over, true);
    pthread_join(thread, NULL);
    return good;
}
