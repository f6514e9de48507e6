/* What libFuzzer calls: `make fuzz`. In: bytes. They are the text of a program, or, behind a byte 1, the choices of
 * which generate.c makes one, so that both the parser and what lies behind it are reached. The program is compiled as a
 * host compiles it, with little time, memory and state, by machine code and the reference, and runs for some samples
 * with its knobs turned; and live, replaced by itself and by an edit. Out: nothing; it ends the process when a message calls itself a bug of Kanon, or when bits
 * depend on the blocks in which they were asked for. The sanitizers find the rest. */
#include "generate.h"
#include "../../compiler/api/kanon.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES = 600, MOST_CHANNELS = 64, BLOCK = 64 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be(bool good, const char *what, const char *text) {
    if (good) return;
    fprintf(stderr, "%s\n%s\n", what, text);
    abort();
}

/* ---- running ------------------------------------------------------------------------------------ */

static float in[MOST_CHANNELS][FRAMES];

/* Anew from frame `start`, in blocks of that size, knobs turned to their ends in between. False: it cannot start there. */
static bool run(KnProgram *program, KnInstance *instance, int64_t start, float (*out)[FRAMES],
                int block) {
    const float *from[MOST_CHANNELS];
    float *to[MOST_CHANNELS];
    int inputs = kn_program_inputs(program), outputs = kn_program_outputs(program);
    kn_instance_reset(instance);
    if (start > 0 && !kn_instance_seek(instance, start)) return false;
    for (int begin = 0; begin < FRAMES;) {
        int turned = begin / 200; /* blocks end there too */
        int end = (turned + 1) * 200, n = end - begin < block ? end - begin : block;
        for (int p = 0; p < kn_program_params(program) && begin % 200 == 0; p++)
            if ((turned + p) % 3)
                kn_instance_set(instance, p,
                                (turned + p) % 3 == 1 ? kn_program_param_max(program, p)
                                                      : kn_program_param_min(program, p));
        for (int k = 0; k < inputs; k++)
            from[k] = in[k] + begin;
        for (int k = 0; k < outputs; k++)
            to[k] = out[k] + begin;
        kn_instance_process(instance, from, to, n);
        begin += n;
    }
    return true;
}

static bool same_bits(float (*a)[FRAMES], float (*b)[FRAMES], int channels) {
    for (int k = 0; k < channels; k++)
        for (int n = 0; n < FRAMES; n++)
            if (memcmp(&a[k][n], &b[k][n], sizeof a[k][n]) != 0 &&
                !(isnan(a[k][n]) && isnan(b[k][n])))
                return false;
    return true;
}

static void hear(KnProgram *program, const char *text) {
    static float whole[MOST_CHANNELS][FRAMES], cut[MOST_CHANNELS][FRAMES];
    int outputs = kn_program_outputs(program);
    if (kn_program_inputs(program) > MOST_CHANNELS || outputs > MOST_CHANNELS) return;
    KnInstance *instance = kn_instance_create(program);
    if (!instance) return;
    static const int64_t starts[] = {0, 48000};
    for (int i = 0; i < 2; i++)
        if (run(program, instance, starts[i], whole, FRAMES)) {
            run(program, instance, starts[i], cut, BLOCK - 1);
            must_be(same_bits(whole, cut, outputs), "bits depend on the size of blocks", text);
        }
    kn_instance_free(instance);
}

/* ---- while it sounds, and plays notes where it is an instrument ---------------------------------------------------------------------------- */

static void play_on(KnLive *live, KnProgram *program, bool up) {
    static float out[MOST_CHANNELS][FRAMES];
    const float *from[MOST_CHANNELS];
    float *to[MOST_CHANNELS];
    for (int begin = 0; begin < FRAMES / 2; begin += BLOCK) {
        for (int k = 0; k < MOST_CHANNELS; k++) {
            from[k] = in[k] + begin;
            to[k] = out[k] + begin;
        }
        const int key = 40 + begin / BLOCK % 40;
        kn_live_note_on(live, kn_live_frame(live) + BLOCK / 3, 0, key, 1);
        kn_live_note_off(live, kn_live_frame(live) + 5 * BLOCK, 0, key, 1);
        kn_live_process(live, from, to, BLOCK);
        for (int p = 0; p < kn_program_params(program) && begin == 2 * BLOCK; p++)
            kn_live_set(live, p,
                        up ? kn_program_param_max(program, p) : kn_program_param_min(program, p));
    }
}

/* Replaced by itself, and by what it becomes when it is edited. */
static void hear_live(KnProgram *program, KnProgram *edited) {
    KnLive *live = kn_live_create(program);
    if (!live) return;
    play_on(live, program, true);
    kn_live_replace(live, program, 1e-3);
    play_on(live, program, false);
    if (edited && kn_live_replace(live, edited, 1e-3)) play_on(live, edited, true);
    for (int i = 0; i < kn_live_report_count(live); i++)
        if (!kn_live_report_path(live, i)) abort();
    kn_live_free(live);
}

/* ---- one input ---------------------------------------------------------------------------------- */

static KnCompiler *modest_compiler(const char *engine) {
    KnCompiler *compiler = kn_compiler_create();
    if (!compiler) abort();
    kn_compiler_set_engine(compiler, engine);
    kn_compiler_set_limit(compiler, "time", 2);
    kn_compiler_set_limit(compiler, "memory", 256 << 20);
    kn_compiler_set_limit(compiler, "state", 16 << 20);
    return compiler;
}

/* What quotes the program has a place. */
static bool calls_itself_a_bug(const KnCompiler *compiler) {
    for (int i = 0; i < kn_diag_count(compiler); i++)
        if (kn_diag_line(compiler, i) == 0 &&
            strstr(kn_diag_message(compiler, i), "a bug of Kanon"))
            return true;
    return false;
}

/* One number of the program is another. NULL: that is none. */
static KnProgram *compile_edited(KnCompiler *compiler, const char *text, size_t length) {
    char *edited = memcpy(calloc(length + 1, 1), text, length);
    size_t at = 0;
    while (at < length && (edited[at] < '1' || edited[at] > '8'))
        at++;
    if (at < length) edited[at]++;
    KnProgram *program = at < length ? kn_compile_text(compiler, NULL, edited, length) : NULL;
    free(edited);
    return program;
}

static void compile_and_hear(const char *engine, const char *text, size_t length) {
    KnCompiler *compiler = modest_compiler(engine);
    KnProgram *program = kn_compile_text(compiler, NULL, text, length);
    const char *messages = kn_compiler_messages(compiler);
    must_be(program || *messages, "refused without a message", text);
    must_be(!calls_itself_a_bug(compiler), messages, text);
    if (program) hear(program, text);
    if (program && strcmp(engine, "jit") == 0) {
        KnProgram *edited = compile_edited(compiler, text, length);
        hear_live(program, edited);
        kn_program_free(edited);
    }
    kn_program_free(program);
    kn_compiler_free(compiler);
}

/* No C compiler is there: it would be started for what is live. */
int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    return setenv("KANON_CC", "/nowhere", 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const engines[] = {"jit", "ref"};
    Choices choices = {.bytes = data + 1, .left = size > 0 ? size - 1 : 0};
    bool made = size > 0 && data[0] == 1;
    char *text = made ? generate_program(&choices) : NULL;
    if (in[0][0] == 0)
        for (int k = 0; k < MOST_CHANNELS; k++)
            for (int n = 0; n < FRAMES; n++)
                in[k][n] = n % 100 == 0 ? 1 : (float)sin(0.1 * (n + k));
    char *own = made ? text : memcpy(calloc(size + 1, 1), data, size);
    size_t length = made ? strlen(text) : size;
    for (int i = 0; i < 2; i++)
        compile_and_hear(engines[i], own, length);
    free(own);
    return 0;
}
