/* What must hold for every definition, whatever its params do: for 60 s each param jumps about its whole
 * range, and every sample is a finite number; then what hears an input hears silence, and is itself below
 * -120 dB within 10 s, and not by way of denormals. In: the tables of the families. */
#include "library.h"

#include "../../compiler/api/kanon.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64, RATE = 48000, JUMP_EVERY = 15 /* blocks: 20 ms */ };
static const double SILENCE = 1e-6, LOUDEST = 1e6;

typedef struct Run {
    KnProgram *program;
    KnInstance *instance;
    int inputs, outputs;
    float in[8][BLOCK], out[8][BLOCK];
    uint32_t random;
} Run;

static double draw(Run *r) {
    r->random = r->random * 1664525u + 1013904223u;
    return (r->random >> 8) / 16777216.0;
}

static void jump(Run *r, int param) {
    double x = draw(r), low = kn_program_param_min(r->program, param),
           high = kn_program_param_max(r->program, param);
    if (x < 0.1) x = 0; /* the ends as well */
    if (x > 0.9) x = 1;
    kn_instance_set(r->instance, param,
                    kn_program_param_log(r->program, param) ? low * pow(high / low, x)
                                                            : low + x * (high - low));
}

/* One block; false when it has a sample that is no number, or an absurd one. */
static bool run_block(Run *r, bool silent, double *peak, bool *denormal) {
    const float *in[8];
    float *out[8];
    for (int k = 0; k < 8; k++) {
        in[k] = r->in[k];
        out[k] = r->out[k];
        for (int n = 0; n < BLOCK; n++)
            r->in[k][n] = silent ? 0 : (float)(2 * draw(r) - 1);
    }
    kn_instance_process(r->instance, in, out, BLOCK);
    *peak = 0;
    for (int k = 0; k < r->outputs; k++)
        for (int n = 0; n < BLOCK; n++) {
            double x = fabs((double)r->out[k][n]);
            if (!(x < LOUDEST)) return wrong("channel %d: %g", k, (double)r->out[k][n]);
            if (x > 0 && x < (double)FLT_MIN) *denormal = true;
            if (x > *peak) *peak = x;
        }
    return true;
}

static bool run_all(Run *r, double seconds) {
    int blocks = (int)(seconds * RATE / BLOCK), params = kn_program_params(r->program);
    double peak;
    bool denormal = false;
    for (int b = 0; b < blocks; b++) {
        if (b % JUMP_EVERY == 0)
            for (int i = 0; i < params; i++)
                if (draw(r) < 0.5) jump(r, i);
        if (!run_block(r, false, &peak, &denormal))
            return wrong("  at %.3f s", (double)b * BLOCK / RATE);
    }
    if (r->inputs == 0) return true;
    denormal = false;
    for (int b = 0; b < 10 * RATE / BLOCK; b++)
        if (!run_block(r, true, &peak, &denormal)) return false;
    if (peak >= SILENCE) return wrong("10 s after its input it is at %.1f dB", 20 * log10(peak));
    return !denormal || peak == 0 || wrong("denormal numbers come out");
}

bool stress_run(const Stress *s) {
    KnCompiler *compiler = kn_compiler_create();
    kn_compiler_set_engine(compiler, "jit");
    Run r = {.random = 1};
    r.program = kn_compile_text(compiler, "stress.kn", s->program, strlen(s->program));
    if (!r.program) {
        wrong("%s\n%s", s->program, kn_compiler_messages(compiler));
        kn_compiler_free(compiler);
        return false;
    }
    r.inputs = kn_program_inputs(r.program);
    r.outputs = kn_program_outputs(r.program);
    r.instance = kn_instance_create(r.program);
    bool good = r.outputs <= 8 && r.inputs <= 8 && run_all(&r, settings.sanitized ? 3 : 60);
    if (!good) puts(s->program);
    kn_instance_free(r.instance);
    kn_program_free(r.program);
    kn_compiler_free(compiler);
    return good;
}
