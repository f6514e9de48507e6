/* kanon.h: what a compilation may cost. Programs of each kind that would take too much are refused for what was set,
 * with a message, by every engine alike; the compiler and the process go on as if nothing had been. */
#include "mode_api.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double thread_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static const char *const engines[] = {"auto", "jit", "tcc", "cc", "ref"};
enum { ENGINES = sizeof engines / sizeof *engines };

static bool values_are_checked(KnCompiler *k) {
    bool good = true;
    CLAIM(good, kn_compiler_set_limit(k, "time", 0) == 0);
    CLAIM(good, kn_compiler_set_limit(k, "time", -1) == 0);
    CLAIM(good, kn_compiler_set_limit(k, "memory", (double)NAN) == 0);
    CLAIM(good, kn_compiler_set_limit(k, "state", (double)INFINITY) == 0);
    CLAIM(good, kn_compiler_set_limit(k, "frames", 1) == 0);
    CLAIM(good, kn_compiler_set_limit(k, NULL, 1) == 0);
    CLAIM(good, kn_compiler_set_limit(NULL, "time", 1) == 0);
    CLAIM(good, kn_compiler_set_limit(k, "time", 60) == 1);
    return good;
}

/* What is wrong is the limit's, and a program that is small compiles right after it. */
static bool refuses(KnCompiler *k, const char *text, const char *words) {
    bool good = true;
    KnProgram *program = kn_compile_text(k, NULL, text, strlen(text));
    if (program || kn_compiler_status(k) != KN_STATUS_PROGRAM ||
        !strstr(kn_compiler_messages(k), words))
        good = wrong("%.60s: status %d: %s", text, kn_compiler_status(k), kn_compiler_messages(k));
    kn_program_free(program);
    program = kn_compile_expression(k, "sine(440) * decay(1)");
    CLAIM(good, program != NULL);
    kn_program_free(program);
    return good;
}

/* Work of each stage: evaluation, tables, impulse responses, passes, emission. */
static const struct {
    double seconds;
    const char *text;
} long_work[] = {
    {0.2, "a(n)(t) = if n < 1 then sin(t) else a(n - 1)(t + a(n - 1)(t * t))\nout = a(30)"},
    {0.02, "out = (t => table(100000, x => sum(1..300, k => sin(tau * k * x)) / 200)(t % 1))"},
    {0.2, "out = convolve(saw(100), t => sum(1..50, k => sin(300 * k * t) * exp(-t)), 10)"},
    {0.2, "out = sum(1..100000, k => noise(k) |> lowpass(k))"},
    {0.2, "out = sum(1..6000, k => pluck(20 + k))"},
};

static bool time_is_kept(KnCompiler *k) {
    bool good = true;
    for (int i = 0; i < (int)(sizeof long_work / sizeof *long_work); i++) {
        double began = thread_seconds();
        char *words = text_format("takes more than %g s to compile", long_work[i].seconds);
        kn_compiler_set_limit(k, "time", long_work[i].seconds);
        good = refuses(k, long_work[i].text, words) && good;
        free(words);
        CLAIM(good, thread_seconds() - began < 2);
    }
    kn_compiler_set_limit(k, "time", 100);
    return good;
}

static bool memory_is_kept(KnCompiler *k) {
    bool good = true;
    kn_compiler_set_limit(k, "memory", 16 << 20);
    good = refuses(k, "out = zeros(4000000)", "takes more than 16 MiB of memory") && good;
    good = refuses(k, "out = convolve(saw(100), noise(1), 80)", "more than 16 MiB") && good;
    good =
        refuses(k, "out = sum(1..60000, k => noise(k) |> lowpass(k))", "more than 16 MiB") && good;
    kn_compiler_set_limit(k, "memory", 1 << 30);
    return good;
}

static bool state_is_kept(KnCompiler *k) {
    static const char line[] = "input x\nout = delay(x, 50s)";
    bool good = true;
    kn_compiler_set_limit(k, "state", 1 << 20);
    good = refuses(k, line, "and the limit is 1 MiB") && good;
    kn_compiler_set_limit(k, "state", 64 << 20);
    KnProgram *program = kn_compile_text(k, NULL, line, strlen(line));
    CLAIM(good, program != NULL);
    kn_program_free(program);
    return good;
}

bool api_limits_are_kept(void) {
    bool good = true;
    for (int i = 0; i < ENGINES; i++) {
        KnCompiler *k = kn_compiler_create();
        CLAIM(good, k && kn_compiler_set_engine(k, engines[i]));
        if (!kn_engine_available(engines[i])) continue;
        good = (i > 0 || values_are_checked(k)) && good;
        if (i < 2) good = time_is_kept(k) && good;
        if (i < 2) good = memory_is_kept(k) && good;
        if (strcmp(engines[i], "ref") != 0) good = state_is_kept(k) && good;
        kn_compiler_free(k);
    }
    return good;
}
