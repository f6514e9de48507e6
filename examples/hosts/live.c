/* A program that is edited while it sounds, here without a sound card: blocks of 64 frames as an audio
 * callback would ask for them, into live.wav. The echo goes on through both edits.
 *
 *   cc live.c $(pkg-config --cflags --libs kanon sndfile) -o live && ./live
 */
#include <kanon.h>

#include <sndfile.h>
#include <stdio.h>
#include <string.h>

enum { RATE = 48000, BLOCK = 64, SECONDS = 6 };

#define ECHO "echo(t) = tune(t) + feedback * echo(t - 0.3)\nout = 0.3 * echo\n"
static const char *const texts[] = {
    "param feedback = 0.5 in 0..0.9\n"
    "tune(t) = sin(tau * phase(220)(t)) * perc(5ms, 0.3)(t % 0.6)\n" ECHO,
    "param feedback = 0.5 in 0..0.9 // an octave up, and brighter\n"
    "tune(t) = sin(tau * 440 * t + sin(tau * 880 * t)) * perc(5ms, 0.3)(t % 0.6)\n" ECHO,
    "param feedback = 0.5 in 0..0.9 // nothing new: only the echo is left\n"
    "tune(t) = 0\n" ECHO,
};

static KnProgram *compile(KnCompiler *compiler, const char *text) {
    KnProgram *program = kn_compile_text(compiler, "live.kn", text, strlen(text));
    if (!program) fputs(kn_compiler_messages(compiler), stderr); /* the old one goes on */
    return program;
}

static void replace(KnLive *live, KnProgram *program) {
    static const char *const fates[] = {"goes on", "edited", "changed", "starts", "ends"};
    kn_live_replace(live, program, 0.02);
    for (int i = 0; i < kn_live_report_count(live); i++)
        printf("%s: %s\n", kn_live_report_path(live, i), fates[kn_live_report_fate(live, i)]);
    kn_program_free(program); /* the live run has a reference of its own */
}

int main(void) {
    KnCompiler *compiler = kn_compiler_create();
    KnProgram *program = compile(compiler, texts[0]);
    KnLive *live = kn_live_create(program);
    SF_INFO info = {.samplerate = RATE, .channels = 1, .format = SF_FORMAT_WAV | SF_FORMAT_PCM_24};
    SNDFILE *file = sf_open("live.wav", SFM_WRITE, &info);
    if (!live || !file) return 1;
    kn_program_free(program);

    for (int block = 0; block < SECONDS * RATE / BLOCK; block++) {
        float samples[BLOCK];
        kn_live_process(live, NULL, (float *[]){samples}, BLOCK); /* the audio thread's only call */
        sf_write_float(file, samples, BLOCK);
        if (block == 1000) kn_live_set(live, 0, 0.8); /* heard from the next block on */
        if (block == 1800) replace(live, compile(compiler, texts[1]));
        if (block == 3300) replace(live, compile(compiler, texts[2]));
    }
    printf("%d seconds, at the end by %s\n", SECONDS, kn_live_engine(live));
    kn_live_free(live);
    kn_compiler_free(compiler);
    return sf_close(file);
}
