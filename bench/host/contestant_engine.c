/* A Kanon program in an engine of libkanon. In: FILE.kn; option: the name of the engine. */
#include "contestant.h"
#include "../../compiler/api/kanon.h"

#include <string.h>

static void process(void *self, float *const *inputs, float *const *outputs, int frames) {
    kn_instance_process(self, (const float *const *)inputs, outputs, frames);
}

static void reset(void *self) {
    kn_instance_reset(self);
}

static void close_instance(void *self) {
    kn_instance_free(self);
}

bool open_engine(Contestant *c, const char *path, const char *option, char why[WHY_SIZE]) {
    KnCompiler *compiler = kn_compiler_create();
    KnProgram *program = NULL;
    if (!compiler) return refuse(why, "no memory");
    kn_compiler_set_limit(compiler, "time", 60);
    kn_compiler_allow_files(compiler, "/");
    if (!kn_compiler_set_engine(compiler, option))
        refuse(why, "libkanon has no engine %s", option);
    else if (!(program = kn_compile_file(compiler, path)))
        refuse(why, "%s", kn_compiler_messages(compiler));
    if (program) {
        double length = kn_program_length(program);
        *c = (Contestant){.self = kn_instance_create(program),
                          .inputs = kn_program_inputs(program),
                          .outputs = kn_program_outputs(program),
                          .length = length > 0 ? length : 0,
                          .process = process,
                          .reset = reset,
                          .close = close_instance};
        if (!c->self) refuse(why, "no memory for its state");
        kn_program_free(program);
    }
    kn_compiler_free(compiler);
    return program && c->self;
}
