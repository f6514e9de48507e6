/* kanon.h: maps, programs that are functions of a host's buffers. */
#include "mode_api.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = (1 << 22) + 100 }; /* floats that pass by the caches */

static KnMap *compile_map(KnCompiler *k, const char *inputs, const char *text) {
    KnProgram *p = kn_compile_map(k, inputs, text);
    KnMap *m = kn_map_create(p);
    if (!p) wrong("it does not compile: %s: %s", text, kn_compiler_messages(k));
    kn_program_free(p);
    return m;
}

static bool is_line(KnMap *m, const float *from, float *to, size_t n, float a, float b) {
    const float *inputs[] = {from};
    float *outputs[] = {to}, before = to[n];
    float *kept = malloc(sizeof *kept * (n + 1));
    memcpy(kept, from, sizeof *kept * n);
    bool good = kn_map_apply(m, inputs, outputs, n) == 1;
    for (size_t i = 0; good && i < n; i++)
        if (!(fabsf(to[i] - (kept[i] * a + b)) <= 1e-6f * fabsf(to[i])))
            good = wrong("%zu of %zu: %.9g is %.9g", i, n, (double)kept[i], (double)to[i]);
    if (n < MANY && memcmp(&before, &to[n], sizeof before) != 0)
        good = wrong("%zu floats, and one behind them", n);
    free(kept);
    return good;
}

/* Of any length and at any address, in place, and where params make it another line, or none. */
bool api_maps_are_lines(void) {
    static const int lengths[] = {0, 1, 7, 16, 63, 64, 65, 512, 1000, 44100, MANY - 8};
    static const char *const engines[] = {"auto", "jit", "tcc", "ref"};
    KnCompiler *k = api_compiler();
    float *x = malloc(sizeof *x * MANY), *y = malloc(sizeof *y * MANY);
    bool good = true;
    for (int i = 0; i < MANY; i++) {
        x[i] = (float)(i % 1000 - 300) * 0.01f;
        y[i] = 7;
    }
    for (int e = 0; e < 4; e++) {
        if (!kn_engine_available(engines[e]) || !kn_compiler_set_engine(k, engines[e])) continue;
        KnMap *m = compile_map(k, "x", "x * 0.5 + 0.25");
        for (int i = 0; m && i < (e ? 9 : 11); i++)
            for (int shift = 0; shift < 3; shift++)
                good =
                    is_line(m, x + shift, y + 2 * shift, (size_t)lengths[i], 0.5f, 0.25f) && good;
        memcpy(y, x, sizeof *x * 1000);
        good = m && is_line(m, y, y, 999, 0.5f, 0.25f) && good;
        kn_map_free(m);
    }
    kn_compiler_set_engine(k, "auto");
    KnProgram *p =
        api_compile(k, "param gain = 2 in -4..4\ninput x\nout = (1 - x) * gain / 4 + gain\n");
    KnMap *m = kn_map_create(p), *other = kn_map_create(p);
    CLAIM(good, kn_program_is_map(p) && m && other);
    good = is_line(m, x, y, 100, -0.5f, 2.5f) && good;
    kn_map_set(m, 0, 100);
    kn_map_set(m, 0, NAN);
    kn_map_set(m, 1, 1);
    good = is_line(m, x, y, 100, -1, 5) && is_line(other, x, y, 100, -0.5f, 2.5f) && good;
    kn_map_free(m);
    kn_program_free(p);
    good = is_line(other, x, y, 100, -0.5f, 2.5f) && good;
    kn_map_free(other);
    free(x);
    free(y);
    kn_compiler_free(k);
    return good;
}

/* More than lines: several inputs and outputs, which may be each other's memory. */
bool api_maps_are_functions(void) {
    enum { N = 3000000 };
    KnCompiler *k = api_compiler();
    kn_compiler_set_picture_width(k, 100); /* is of pictures alone */
    KnMap *turn = compile_map(k, " a,b ", "[b, 0.5 * a + sin(b) / b]"),
          *pick = compile_map(k, "x, y", "y - 1"), *five = compile_map(k, "x", "5");
    float *a = malloc(sizeof *a * N), *b = malloc(sizeof *b * N);
    const float *inputs[] = {a, b};
    float *outputs[] = {a, b};
    bool good = turn && pick && five;
    for (int i = 0; i < N; i++) {
        a[i] = (float)(i % 77);
        b[i] = 1 + (float)(i % 13);
    }
    CLAIM(good, kn_map_apply(turn, inputs, outputs, N) == 1);
    for (int i = 0; good && i < N; i++) {
        const double before = i % 77, u = 1 + i % 13;
        if (fabs((double)a[i] - u) > 1e-6 || fabs((double)b[i] - before / 2 - sin(u) / u) > 1e-5)
            good = wrong("%d: %g %g", i, (double)a[i], (double)b[i]);
    }
    CLAIM(good, kn_map_apply(pick, inputs, outputs, 20) == 1 && a[3] == b[3] - 1);
    CLAIM(good, kn_map_apply(five, inputs, outputs, 20) == 1 && a[3] == 5);
    CLAIM(good, !kn_map_apply(turn, inputs, NULL, 1) && !kn_map_apply(turn, NULL, outputs, 1));
    outputs[1] = NULL;
    CLAIM(good, !kn_map_apply(turn, inputs, outputs, 1) && !kn_map_apply(NULL, inputs, outputs, 1));
    CLAIM(good, !kn_map_apply(turn, inputs, outputs, SIZE_MAX));
    inputs[1] = NULL;
    CLAIM(good, !kn_map_apply(pick, inputs, outputs, 1));
    kn_map_set(NULL, 0, 0);
    kn_map_free(NULL);
    kn_map_free(turn);
    kn_map_free(pick);
    kn_map_free(five);
    free(a);
    free(b);
    kn_compiler_free(k);
    return good;
}

static bool refused(KnCompiler *k, const char *inputs, const char *text, int status,
                    const char *message) {
    KnProgram *p = kn_compile_map(k, inputs, text);
    const bool good =
        !p && kn_compiler_status(k) == status && strstr(kn_compiler_messages(k), message) != NULL;
    kn_program_free(p);
    return good || wrong("%s of %s: %d: %s", text, inputs ? inputs : "nothing",
                         kn_compiler_status(k), kn_compiler_messages(k));
}

bool api_maps_refuse_what_runs(void) {
    KnCompiler *k = api_compiler();
    bool good = true;
    CLAIM(good, refused(k, "x", "x * sin(t)", KN_STATUS_PROGRAM, "this hangs on the time"));
    CLAIM(good, refused(k, "x", "x + sine(440)", KN_STATUS_PROGRAM, "this hangs on the time"));
    CLAIM(good, refused(k, "x", "x |> lowpass(1kHz)", KN_STATUS_PROGRAM,
                        "this remembers what was before"));
    CLAIM(good, refused(k, "x", "x * y", KN_STATUS_PROGRAM, "`y` is not defined"));
    CLAIM(good, refused(k, "x, 2y", "x", KN_STATUS_USAGE, "names, such as"));
    CLAIM(good, refused(k, "x x", "x", KN_STATUS_USAGE, "names, such as"));
    CLAIM(good, refused(k, " , ", "1", KN_STATUS_USAGE, "names, such as"));
    CLAIM(good, !kn_compile_map(k, NULL, "x") && !kn_compile_map(k, "x", NULL) &&
                    !kn_compile_map(NULL, "x", "x"));
    KnProgram *runs = api_compile(k, "input x\nout = delay(x, 10ms)\n"),
              *tone = api_compile(k, "out = sine(440)\n"),
              *notes = api_compile(k, "voice(f, gate, velocity) = gate\n");
    CLAIM(good, !kn_program_is_map(runs) && !kn_map_create(runs));
    CLAIM(good, !kn_program_is_map(tone) && !kn_map_create(tone));
    CLAIM(good, !kn_program_is_map(notes) && !kn_program_is_map(NULL) && !kn_map_create(NULL));
    kn_program_free(runs);
    kn_program_free(tone);
    kn_program_free(notes);
    kn_compiler_free(k);
    return good;
}
