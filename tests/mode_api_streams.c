/* Inputs and outputs as hosts have them: at any address, just as long as the block, an output in the memory of any input. */
#include "mode_api.h"

#include <stdlib.h>
#include <string.h>

enum { FRAMES = 400, MOST = 10 };

static const char *const texts[] = {
    "input a\nout = ((a * 0.5 + 1) * 2 - 0.5) * 0.7 + 0.1",
    "input a\ninput b\nout = [b * 0.5 + 1, a - b]",
    "input a\ninput b\nout = [b, a]",
    "input a\ninput b\nout = [abs(a), exp(b) - a, 0.25 * b, a]",
    "input a\ninput b\nout = [lowpass(a, 300) - b, lowpass(b, 900) + a]",
    "input a\ninput b\nparam k = 0.5 in 0..1\nout = map(1..10, n => n * k + a * b)",
    "input a\ninput b\ny(t) = tanh(a(t) + 0.5 * y(t - dt))\nout = [y, b + delay(y, 10ms), min(a, "
    "y)]",
    "input a\nout = [a, a, a * 2, a * 2]",
};
enum { TEXTS = sizeof texts / sizeof *texts };

static float sample(int input, int frame) {
    return (float)((frame * 37 + input * 91) % 101 - 50) / 50;
}

/* Blocks of all lengths. */
static int block_at(int frame) {
    const int n = 1 + frame * 7 % 41;
    return frame + n > FRAMES ? FRAMES - frame : n;
}

/* Runs it in memory of its own for each block. Input k begins `off` floats behind what malloc gives; output j is the memory of
 * input (j + turn) modulo their number, where there is one that no other output has, if `shared`. */
static void run(KnInstance *i, int ninputs, int noutputs, bool shared, int turn, int off,
                float (*heard)[FRAMES]) {
    kn_instance_reset(i);
    for (int at = 0, n; at < FRAMES; at += n) {
        float *own[2 * MOST] = {NULL}, *outputs[MOST];
        const float *inputs[MOST];
        n = block_at(at);
        for (int k = 0; k < ninputs + noutputs; k++)
            own[k] = malloc(sizeof(float) * (size_t)(n + off));
        for (int k = 0; k < ninputs; k++) {
            for (int f = 0; f < n; f++)
                own[k][off + f] = sample(k, at + f);
            inputs[k] = own[k] + off;
        }
        for (int j = 0; j < noutputs; j++)
            outputs[j] = own[shared && j < ninputs ? (j + turn) % ninputs : ninputs + j] + off;
        kn_instance_process(i, inputs, outputs, n);
        for (int j = 0; j < noutputs; j++)
            memcpy(&heard[j][at], outputs[j], sizeof(float) * (size_t)n);
        for (int k = 0; k < ninputs + noutputs; k++)
            free(own[k]);
    }
}

static bool is_one_sound(const char *engine, const char *isa, const char *text) {
    static float apart[MOST][FRAMES], other[MOST][FRAMES];
    KnCompiler *k = kn_compiler_create();
    bool good = true;
    CLAIM(good, kn_compiler_set_engine(k, engine) && (!isa || kn_compiler_set_isa(k, isa)));
    KnProgram *p = api_compile(k, text);
    KnInstance *i = kn_instance_create(p);
    const int ninputs = kn_program_inputs(p), noutputs = kn_program_outputs(p);
    CLAIM(good, i && noutputs <= MOST);
    if (good) run(i, ninputs, noutputs, false, 0, 0, apart);
    for (int turn = 0; good && turn < ninputs; turn++)
        for (int off = 0; off < 4; off++) {
            run(i, ninputs, noutputs, true, turn, off, other);
            for (int j = 0; j < noutputs; j++)
                if (memcmp(apart[j], other[j], sizeof apart[j]) != 0)
                    good = wrong("%s %s, output %d, inputs turned by %d, %d floats on: %s", engine,
                                 isa ? isa : "", j, turn, off, text);
        }
    kn_instance_free(i);
    kn_program_free(p);
    kn_compiler_free(k);
    return good;
}

bool api_outputs_in_the_memory_of_inputs(void) {
    bool good = true;
    for (int t = 0; t < TEXTS; t++) {
        for (int isa = 0; isa < kn_isa_count(); isa++)
            good = is_one_sound("jit", kn_isa_name(isa), texts[t]) && good;
        if (t > 0 && t < 4) good = is_one_sound("cc", NULL, texts[t]) && good;
    }
    return good;
}
