/* The smallest host: compiles a program from a string, renders a second of it, prints its peak.
 *
 *   cc minimal.c $(pkg-config --cflags --libs kanon) -o minimal && ./minimal
 */
#include <kanon.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char text[] = "param pitch = 440Hz in 20Hz..5kHz log \"Pitch\"\n"
                           "out(t) = 0.5 * sin(tau * phase(pitch)(t))\n";

int main(void) {
    KnCompiler *compiler = kn_compiler_create();
    KnProgram *program = kn_compile_text(compiler, "minimal.kn", text, strlen(text));
    if (!program) {
        fputs(kn_compiler_messages(compiler), stderr); /* as kanon itself shows them */
        return kn_compiler_status(compiler);
    }

    const int frames = (int)kn_program_rate(program); /* one second */
    float *samples = malloc(sizeof(float) * (size_t)frames);
    float *const outputs[] = {samples}; /* one array for each output */
    KnInstance *instance = kn_instance_create(program);
    kn_instance_set(instance, kn_program_param_index(program, "pitch"), 220);
    kn_instance_process(instance, NULL, outputs,
                        frames); /* any number of frames, any number of calls */

    float peak = 0;
    for (int n = 0; n < frames; n++)
        peak = fmaxf(peak, fabsf(samples[n]));
    printf("engine %s, %d frames, peak %.6f, first %.6f %.6f\n", kn_program_engine(program), frames,
           peak, samples[0], samples[1]);

    kn_instance_free(instance);
    kn_program_free(program);
    kn_compiler_free(compiler);
    free(samples);
    return 0;
}
