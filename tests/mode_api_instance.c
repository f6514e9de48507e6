/* kanon.h: instances and rendering. */
#include "mode_api.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES = 4096 };

static const char tone[] = "param gain = 0.5 in 0..1\nout(t) = gain * sin(tau * 440 * t)\n";
static const char echo[] = "input x\nparam gain = 0.5 in 0..1\n"
                           "echo(t) = noise(1)(t) + x(t) + gain * echo(t - 700 * dt)\n"
                           "out = [echo, t => echo(t - 3 * dt)]\n";

/* Calls of these lengths, over and over. */
static void process_in_blocks(KnInstance *i, const float *input, float *left, float *right,
                              const int *lengths, int n) {
    for (int at = 0, k = 0; at < FRAMES; k++) {
        int frames = lengths[k % n] < FRAMES - at ? lengths[k % n] : FRAMES - at;
        const float *inputs[] = {input + at};
        float *outputs[] = {left + at, right + at};
        kn_instance_process(i, inputs, outputs, frames);
        at += frames;
    }
}

bool api_instances_have_their_own_params(void) {
    KnCompiler *k = api_compiler();
    KnProgram *p = api_compile(k, tone);
    KnInstance *a = kn_instance_create(p), *b = kn_instance_create(p);
    float x[FRAMES], y[FRAMES], *const to_x[] = {x}, *const to_y[] = {y};
    bool good = a && b;
    kn_instance_set(a, 0, 1);
    kn_instance_set(b, 0, 0.25);
    kn_instance_process(a, NULL, to_x, FRAMES);
    kn_instance_process(b, NULL, to_y, FRAMES);
    for (int n = 0; n < FRAMES && good; n++)
        if (fabsf(x[n] - 4 * y[n]) > 1e-6f)
            good = wrong("frame %d: %g and %g", n, (double)x[n], (double)y[n]);
    CLAIM(good, kn_instance_get(a, 0) == 1 && kn_instance_get(b, 0) == 0.25);
    kn_instance_set(a, 0, 7);
    kn_instance_set(b, 0, (double)NAN);
    CLAIM(good, kn_instance_get(a, 0) == 1 && kn_instance_get(b, 0) == 0.25);
    kn_instance_set(a, 0, -INFINITY);
    CLAIM(good, kn_instance_get(a, 0) == 0);
    kn_instance_free(a);
    kn_instance_free(b);
    kn_program_free(p);
    kn_compiler_free(k);
    return good;
}

bool api_memory_of_the_host_is_enough(void) {
    enum { GUARD = 256 };
    KnCompiler *k = api_compiler();
    KnProgram *p = api_compile(k, echo);
    size_t bytes = kn_instance_bytes(p);
    unsigned char *memory = aligned_alloc(64, (bytes + 2 * GUARD + 63) / 64 * 64);
    memset(memory, 0xa5, bytes + 2 * GUARD);
    KnInstance *placed = kn_instance_create_in(p, memory + GUARD, bytes);
    KnInstance *own = kn_instance_create(p);
    float in[FRAMES] = {1}, out[4][FRAMES];
    bool good = placed && own;
    CLAIM(good, (void *)placed == (void *)(memory + GUARD));
    process_in_blocks(placed, in, out[0], out[1], (int[]){1, 64, 13, 500}, 4);
    process_in_blocks(own, in, out[2], out[3], (int[]){FRAMES}, 1);
    CLAIM(good, memcmp(out[0], out[2], 2 * sizeof out[0]) == 0);
    kn_instance_reset(placed);
    kn_instance_process(placed, NULL, (float *const[]){NULL, NULL}, 100);
    kn_instance_free(placed);
    for (size_t i = 0; i < GUARD; i++)
        if (memory[i] != 0xa5 || memory[GUARD + bytes + i] != 0xa5) good = wrong("guard %zu", i);
    CLAIM(good, !kn_instance_create_in(p, memory, bytes - 1));
    CLAIM(good, !kn_instance_create_in(p, memory + 32, bytes));
    CLAIM(good, !kn_instance_create_in(p, NULL, bytes));
    free(memory);
    kn_instance_free(own);
    kn_program_free(p);
    kn_compiler_free(k);
    return good;
}

bool api_instances_keep_their_program(void) {
    KnCompiler *k = api_compiler();
    KnProgram *p = api_compile(k, echo);
    KnInstance *a = kn_instance_create(p), *b = kn_instance_create(p);
    bool good = a && b && kn_program_retain(p) == p;
    kn_program_free(p);
    kn_program_free(p);
    kn_compiler_free(k);
    float in[FRAMES] = {0}, out[4][FRAMES];
    process_in_blocks(a, in, out[0], out[1], (int[]){FRAMES}, 1);
    kn_instance_free(a);
    process_in_blocks(b, in, out[2], out[3], (int[]){100}, 1);
    kn_instance_free(b);
    CLAIM(good, memcmp(out[0], out[2], 2 * sizeof out[0]) == 0);
    return good;
}

bool api_render_is_process(void) {
    static const char *const texts[] = {
        echo,
        "out(t) = [0.3 * noise(2)(t) + sin(tau * 333.3 * t), saw(100)(t) - saw(100)(t - 7 * dt)]"};
    enum { FROM = 1500 };
    KnCompiler *k = api_compiler();
    bool good = true;
    for (int which = 0; which < 2; which++) {
        KnProgram *p = api_compile(k, texts[which]);
        KnInstance *i = kn_instance_create(p);
        float in[FRAMES] = {0}, block[2][FRAMES], whole[2][FRAMES], later[2][FRAMES],
              mixed[2 * FRAMES];
        process_in_blocks(i, in, block[0], block[1], (int[]){1, 2, 64, 100, 129}, 5);
        CLAIM(good, kn_instance_frame(i) == FRAMES);
        CLAIM(good, kn_program_render(p, 0, FRAMES, (float *[]){whole[0], whole[1]}) == 1);
        CLAIM(good, memcmp(block, whole, sizeof whole) == 0);
        CLAIM(good,
              kn_program_render(p, FROM, FRAMES - FROM, (float *[]){later[0], later[1]}) == 1);
        CLAIM(good, kn_program_render_interleaved(p, FROM, FRAMES - FROM, mixed) == 1);
        for (int c = 0; c < 2; c++)
            CLAIM(good, memcmp(later[c], whole[c] + FROM, sizeof(float) * (FRAMES - FROM)) == 0);
        for (int n = 0; n < FRAMES - FROM; n++)
            if (mixed[2 * n] != later[0][n] || mixed[2 * n + 1] != later[1][n])
                good = wrong("frame %d is interleaved wrongly", n);
        CLAIM(good, kn_program_render(p, FROM, 64, (float *[]){NULL, later[0]}) == 1);
        CLAIM(good, memcmp(later[0], whole[1] + FROM, sizeof(float) * 64) == 0);
        kn_instance_free(i);
        kn_program_free(p);
    }
    kn_compiler_free(k);
    return good;
}

bool api_channels_may_be_missing(void) {
    KnCompiler *k = api_compiler();
    KnProgram *p = api_compile(k, echo);
    KnInstance *all = kn_instance_create(p), *some = kn_instance_create(p);
    float in[FRAMES] = {0}, out[2][FRAMES], one[FRAMES];
    bool good = true;
    process_in_blocks(all, in, out[0], out[1], (int[]){FRAMES}, 1);
    kn_instance_process(some, NULL, (float *[]){NULL, one}, 1000);
    kn_instance_process(some, (const float *[]){NULL}, (float *[]){NULL, one + 1000},
                        FRAMES - 1000);
    CLAIM(good, memcmp(one, out[1], sizeof one) == 0);
    /* an output in the place of an input */
    kn_instance_reset(all);
    kn_instance_reset(some);
    for (int n = 0; n < FRAMES; n++)
        in[n] = one[n] = (float)(n % 7);
    process_in_blocks(all, in, out[0], out[1], (int[]){300}, 1);
    kn_instance_process(some, (const float *[]){one}, (float *[]){NULL, one}, FRAMES);
    CLAIM(good, memcmp(one, out[1], sizeof one) == 0);
    kn_instance_free(all);
    kn_instance_free(some);
    kn_program_free(p);
    kn_compiler_free(k);
    return good;
}

/* A knob that is set before anything is heard is no turn, also after a seek; one that is set before a seek was turned
 * where the run stood. */
bool api_knobs_and_seek(void) {
    static const char *const engines[] = {"jit", "tcc", "ref", "cc"};
    static const double turns[] = {
        5, 2, 5 + 2, 5 + 2 * 99 - 3}; /* at 1, 1, 2 and 97 s; the last after a turn at 100 s */
    bool good = true;
    for (int e = 0; e < 4; e++) {
        if (!kn_engine_available(engines[e])) continue;
        KnCompiler *k = kn_compiler_create();
        kn_compiler_set_engine(k, engines[e]);
        KnProgram *p = api_compile(k, "param f = 3 in 0..10\nout = beats(f)");
        KnInstance *i = kn_instance_create(p);
        float heard[4], block[48000], *const to[] = {block};
        kn_instance_set(i, 0, 5);
        kn_instance_seek(i, 48000);
        kn_instance_process(i, NULL, (float *[]){&heard[0]}, 1);
        kn_instance_reset(i);
        kn_instance_seek(i, 48000);
        kn_instance_set(i, 0, 2);
        kn_instance_process(i, NULL, (float *[]){&heard[1]}, 1);
        kn_instance_reset(i);
        kn_instance_set(i, 0, 5);
        kn_instance_process(i, NULL, to, 48000);
        kn_instance_set(i, 0, 2);
        kn_instance_seek(i, 96000);
        kn_instance_process(i, NULL, (float *[]){&heard[2]}, 1);
        kn_instance_seek(i, 100 * 48000);
        kn_instance_set(i, 0, 1);
        kn_instance_process(i, NULL, to, 1);
        kn_instance_seek(i, 97 * 48000);
        kn_instance_process(i, NULL, (float *[]){&heard[3]}, 1);
        for (int n = 0; n < 4; n++)
            if (fabsf(heard[n] - (float)turns[n]) > 1e-4f)
                good = wrong("engine %s, %d: %g turns, not %g", engines[e], n, (double)heard[n],
                             turns[n]);
        kn_instance_free(i);
        kn_program_free(p);
        kn_compiler_free(k);
    }
    return good;
}

bool api_reset_and_seek(void) {
    KnCompiler *k = api_compiler();
    KnProgram *pure = api_compile(k, tone), *remembering = api_compile(k, echo);
    KnInstance *i = kn_instance_create(pure), *j = kn_instance_create(remembering);
    float first[FRAMES], again[FRAMES], *const to_first[] = {first}, *const to_again[] = {again};
    bool good = true;
    kn_instance_process(i, NULL, to_first, FRAMES);
    CLAIM(good, kn_instance_seek(i, 1000) == 1 && kn_instance_frame(i) == 1000);
    kn_instance_process(i, NULL, to_again, FRAMES - 1000);
    CLAIM(good, memcmp(again, first + 1000, sizeof(float) * (FRAMES - 1000)) == 0);
    CLAIM(good, kn_instance_seek(i, -1) == 0 && kn_instance_seek(i, ((int64_t)1 << 52) + 1) == 0);
    CLAIM(good, kn_instance_frame(i) == FRAMES);
    kn_instance_set(i, 0, 0.125);
    kn_instance_reset(i);
    CLAIM(good, kn_instance_frame(i) == 0 && kn_instance_get(i, 0) == 0.5);
    kn_instance_process(i, NULL, to_again, FRAMES);
    CLAIM(good, memcmp(again, first, sizeof first) == 0);
    kn_instance_process(j, NULL, (float *[]){first, NULL}, 100);
    CLAIM(good, kn_instance_seek(j, 0) == 0 && kn_instance_frame(j) == 100);
    kn_instance_reset(j);
    kn_instance_process(j, NULL, (float *[]){again, NULL}, 100);
    CLAIM(good, memcmp(again, first, 100 * sizeof(float)) == 0);
    kn_instance_free(i);
    kn_instance_free(j);
    kn_program_free(pure);
    kn_program_free(remembering);
    kn_compiler_free(k);
    return good;
}

static bool null_handles_do_nothing(void) {
    float x[4] = {1, 2, 3, 4}, *const to_x[] = {x};
    bool good = true;
    kn_compiler_free(NULL);
    kn_program_free(NULL);
    kn_instance_free(NULL);
    kn_instance_process(NULL, NULL, to_x, 4);
    kn_instance_set(NULL, 0, 1);
    kn_instance_reset(NULL);
    CLAIM(good, kn_compile_expression(NULL, "1") == NULL && kn_compile_file(NULL, "x") == NULL);
    CLAIM(good, !kn_compiler_set_rate(NULL, 1) && !kn_compiler_set_double(NULL, 1));
    CLAIM(good, !kn_compiler_set_isa(NULL, NULL) && !kn_compiler_keep_c(NULL, 1));
    CLAIM(good, kn_compiler_status(NULL) == 0 && kn_diag_count(NULL) == 0);
    CLAIM(good, api_text_is("", kn_compiler_messages(NULL)) && !kn_diag_message(NULL, 0));
    CLAIM(good, !kn_program_retain(NULL) && !kn_program_engine(NULL) && !kn_program_outputs(NULL));
    CLAIM(good, !kn_program_output_name(NULL, 0) && kn_program_param_index(NULL, "x") == -1);
    CLAIM(good, !kn_program_param_name(NULL, 0) && !kn_program_c_text(NULL));
    CLAIM(good, !kn_program_render(NULL, 0, 4, to_x) && !kn_instance_bytes(NULL));
    CLAIM(good, !kn_instance_create(NULL) && !kn_instance_create_in(NULL, x, 4));
    CLAIM(good,
          !kn_instance_seek(NULL, 0) && !kn_instance_frame(NULL) && kn_instance_get(NULL, 0) == 0);
    CLAIM(good, x[0] == 1 && x[3] == 4);
    return good;
}

bool api_wrong_arguments_do_nothing(void) {
    KnCompiler *k = api_compiler();
    KnProgram *p = api_compile(k, tone);
    KnInstance *i = kn_instance_create(p);
    float x[4] = {1, 2, 3, 4}, *const to_x[] = {x};
    bool good = null_handles_do_nothing();
    kn_instance_process(i, NULL, to_x, 0);
    kn_instance_process(i, NULL, to_x, -5);
    kn_instance_process(i, NULL, NULL, 4);
    CLAIM(good, kn_instance_frame(i) == 0 && x[0] == 1 && x[3] == 4);
    const int bad[] = {-1, 1, 1 << 30};
    for (int n = 0; n < 3; n++) {
        kn_instance_set(i, bad[n], 0.1);
        CLAIM(good, kn_instance_get(i, bad[n]) == 0 && kn_instance_get(i, 0) == 0.5);
        CLAIM(good, !kn_program_param_name(p, bad[n]) && !kn_program_param_label(p, bad[n]));
        CLAIM(good, !kn_program_param_unit(p, bad[n]) && kn_program_param_max(p, bad[n]) == 0);
        CLAIM(good, !kn_program_output_name(p, bad[n]) && !kn_program_input_name(p, bad[n]));
        CLAIM(good, !kn_program_memory_reason(p, bad[n]));
    }
    CLAIM(good, kn_program_param_index(p, NULL) == -1);
    CLAIM(good, !kn_program_render(p, -1, 4, to_x) && !kn_program_render(p, 0, -4, to_x));
    CLAIM(good, !kn_program_render(p, INT64_MAX, 4, to_x) && !kn_program_render(p, 0, 4, NULL));
    CLAIM(good, !kn_program_render_interleaved(p, 0, 4, NULL));
    CLAIM(good, kn_program_render(p, 0, 0, to_x) == 1 && x[0] == 1);
    kn_instance_free(i);
    kn_program_free(p);
    kn_compiler_free(k);
    return good;
}
