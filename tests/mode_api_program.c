/* kanon.h: settings, compiling, facts of a program. */
#include "mode_api.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char effect[] =
    "input left, right\n"
    "param gain = -6dB in -60dB..6dB \"How loud\"\n"
    "param cutoff = 800Hz in 20Hz..20kHz log\n"
    "param steps = 3 in 0..8 step 1\n"
    "length = 2.5s\n"
    "latency = 5ms\n"
    "echo(t) = left(t) + 0.5 * echo(t - 0.25)\n"
    "out = [gain * echo |> onepole(cutoff), t => steps * sin(tau * 440 * t)]\n";

static bool params_are_right(const KnProgram *p) {
    bool good = true;
    CLAIM(good, kn_program_params(p) == 3);
    CLAIM(good, kn_program_param_index(p, "cutoff") == 1);
    CLAIM(good, kn_program_param_index(p, "cut") == -1);
    CLAIM(good, api_text_is("gain", kn_program_param_name(p, 0)));
    CLAIM(good, api_text_is("How loud", kn_program_param_label(p, 0)));
    CLAIM(good, api_text_is("dB", kn_program_param_unit(p, 0)));
    CLAIM(good, api_text_is("cutoff", kn_program_param_label(p, 1)));
    CLAIM(good, api_text_is("Hz", kn_program_param_unit(p, 1)));
    CLAIM(good, api_text_is("", kn_program_param_unit(p, 2)));
    CLAIM(good, kn_program_param_min(p, 1) == 20 && kn_program_param_max(p, 1) == 20000);
    CLAIM(good, kn_program_param_initial(p, 1) == 800);
    CLAIM(good, kn_program_param_log(p, 1) == 1 && kn_program_param_log(p, 0) == 0);
    CLAIM(good, kn_program_param_step(p, 2) == 1 && kn_program_param_step(p, 1) == 0);
    return good;
}

bool api_facts_of_a_program(void) {
    KnCompiler *k = api_compiler();
    KnProgram *p = api_compile(k, effect);
    bool good = p != NULL;
    CLAIM(good, kn_compiler_status(k) == KN_STATUS_DONE);
    CLAIM(good, kn_program_rate(p) == 48000);
    CLAIM(good, kn_program_inputs(p) == 2 && kn_program_outputs(p) == 2);
    CLAIM(good, api_text_is("right", kn_program_input_name(p, 1)));
    CLAIM(good, api_text_is("out[1]", kn_program_output_name(p, 1)));
    CLAIM(good, kn_program_latency(p) == 240);
    CLAIM(good, kn_program_length(p) == 2.5);
    CLAIM(good, kn_program_compile_seconds(p) > 0 && kn_program_compile_seconds(p) < 60);
    CLAIM(good, kn_program_is_pure(p) == 0);
    const char *reason = kn_program_memory_reason(p, 0);
    CLAIM(good, reason && strncmp(reason, "out[0] remembers: ", 18) == 0);
    CLAIM(good, kn_program_memory_reason(p, 1) == NULL);
    CLAIM(good, kn_program_c_text(p) == NULL);
    CLAIM(good, kn_engine_available(kn_program_engine(p)));
    good = params_are_right(p) && good;
    kn_program_free(p);
    p = api_compile(k, "out(t) = sin(tau * 440 * t)");
    CLAIM(good, api_text_is("out", kn_program_output_name(p, 0)));
    CLAIM(good, kn_program_is_pure(p) == 1 && kn_program_length(p) < 0);
    CLAIM(good, kn_program_params(p) == 0 && kn_program_inputs(p) == 0);
    kn_compiler_free(k);
    CLAIM(good, kn_program_outputs(p) == 1); /* lives on without its compiler */
    kn_program_free(p);
    return good;
}

static double rate_of_next(KnCompiler *k) {
    KnProgram *p = kn_compile_expression(k, "sr");
    float one = 0, *const outputs[] = {&one};
    kn_program_render(p, 0, 1, outputs);
    kn_program_free(p);
    return (double)one;
}

bool api_settings_are_held_or_refused(void) {
    KnCompiler *k = api_compiler();
    bool good = true;
    CLAIM(good, rate_of_next(k) == 48000);
    CLAIM(good, kn_compiler_set_rate(k, 44100) == 1 && rate_of_next(k) == 44100);
    const double bad_rates[] = {0, -1, 0.5, 1e7, (double)NAN, (double)INFINITY};
    for (int i = 0; i < 6; i++)
        CLAIM(good, kn_compiler_set_rate(k, bad_rates[i]) == 0);
    CLAIM(good, rate_of_next(k) == 44100);
    CLAIM(good, kn_compiler_set_double(k, 1) == 1);
    CLAIM(good, kn_compiler_set_engine(k, "fast") == 0 && kn_compiler_set_engine(k, NULL) == 0);
    CLAIM(good, kn_compiler_set_engine(k, "ref") == 1);
    KnProgram *p = kn_compile_expression(k, "1");
    CLAIM(good, api_text_is("ref", kn_program_engine(p)));
    kn_program_free(p);
    CLAIM(good, kn_compiler_set_isa(k, "baseline") == 1 && kn_compiler_set_isa(k, "mmx") == 0);
    CLAIM(good, kn_compiler_set_isa(k, NULL) == 1);
    CLAIM(good, kn_engine_available("ref") && kn_engine_available("auto"));
    CLAIM(good, !kn_engine_available("fast") && !kn_engine_available(NULL));
    CLAIM(good, kn_isa_count() >= 1 && kn_isa_name(kn_isa_count()) == NULL && !kn_isa_name(-1));
    for (int i = 0; i < kn_isa_count(); i++)
        CLAIM(good, kn_compiler_set_isa(k, kn_isa_name(i)) == 1);
    CLAIM(good, api_text_is(KN_VERSION, kn_version()));
    kn_compiler_free(k);
    return good;
}

bool api_isa_of_the_environment(void) {
    KnCompiler *k = api_compiler();
    bool good = true;
    kn_compiler_set_engine(k, "jit");
    setenv("KANON_ISA", "mmx", 1);
    CLAIM(good, kn_compile_expression(k, "sine(440)") == NULL);
    CLAIM(good, kn_compiler_status(k) == KN_STATUS_USAGE);
    CLAIM(good, strstr(kn_compiler_messages(k), "mmx"));
    CLAIM(good, kn_compiler_set_isa(k, kn_isa_name(0)) == 1); /* beats it */
    KnProgram *p = kn_compile_expression(k, "sine(440)");
    CLAIM(good, p != NULL);
    kn_program_free(p);
    setenv("KANON_ISA", "baseline", 1);
    kn_compiler_set_isa(k, NULL);
    p = kn_compile_expression(k, "sine(440)");
    CLAIM(good, p != NULL);
    kn_program_free(p);
    kn_compiler_free(k);
    return good;
}

bool api_failures_have_a_status(void) {
    KnCompiler *k = api_compiler();
    bool good = true;
    CLAIM(good, kn_compile_file(k, "there/is/none.kn") == NULL);
    CLAIM(good, kn_compiler_status(k) == KN_STATUS_FILE && kn_diag_count(k) == 1);
    CLAIM(good, kn_compile_text(k, "x.kn", "out = sample(\"none.wav\")", 24) == NULL);
    CLAIM(good, kn_compiler_status(k) == KN_STATUS_FILE);
    CLAIM(good, kn_compile_expression(k, "sine(") == NULL);
    CLAIM(good, kn_compiler_status(k) == KN_STATUS_PROGRAM);
    CLAIM(good, kn_compile_text(k, "x.kn", "a = 1\n", 6) == NULL);
    CLAIM(good, kn_compiler_status(k) == KN_STATUS_PROGRAM && kn_diag_count(k) > 0);
    CLAIM(good, kn_compile_text(k, "x.kn", "out = 1\0x", 9) == NULL);
    CLAIM(good, kn_compiler_status(k) == KN_STATUS_PROGRAM);
    CLAIM(good, kn_compile_text(k, "x.kn", NULL, 0) == NULL && kn_compile_file(k, NULL) == NULL);
    CLAIM(good, kn_compiler_status(k) == KN_STATUS_USAGE && kn_diag_count(k) == 1);
    CLAIM(good, kn_compile_expression(k, NULL) == NULL);
    CLAIM(good, kn_compiler_status(k) == KN_STATUS_USAGE);
    KnProgram *p = kn_compile_text(k, NULL, "out = 1 xyz", 7); /* no zero at its end */
    CLAIM(good, p && kn_compiler_status(k) == KN_STATUS_DONE && kn_diag_count(k) == 0);
    kn_program_free(p);
    setenv("KANON_CC", "/there/is/none", 1);
    kn_compiler_set_engine(k, "cc");
    CLAIM(good, !kn_engine_available("cc") && kn_compile_expression(k, "1") == NULL);
    CLAIM(good, kn_compiler_status(k) == KN_STATUS_FILE && kn_diag_count(k) == 1);
    CLAIM(good, strstr(kn_diag_message(k, 0), "C compiler") != NULL);
    kn_compiler_free(k);
    return good;
}

bool api_c_text_is_kept(void) {
    KnCompiler *k = api_compiler();
    bool good = true;
    CLAIM(good, kn_compiler_keep_c(k, 1) == 1);
    KnProgram *p = api_compile(k, effect);
    const char *text = kn_program_c_text(p);
    CLAIM(good, text && strstr(text, "void kn_program_process(") && strstr(text, "\"How loud\""));
    kn_program_free(p);
    kn_compiler_free(k);
    return good;
}
