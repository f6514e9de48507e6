/* What a program that embeds the compiler may rely on. Here: compilations do not know of each other,
 * on four threads or one after the other, nor of the host's locale, and leave no memory behind, right or wrong; and the list of
 * the tests of kanon.h, which are in mode_api_….c. Under -fsanitize=thread and -fsanitize=address
 * this is where races and leaks are seen. */
#include "mode_api.h"

#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const programs[] = {
    "bell(f)(t) = sin(tau * f * t) * exp(-3 * t)\n"
    "echo(t) = bell(440)(t) + 0.5 * echo(t - 0.3)\n"
    "out = 0.25 * [echo, t => echo(t - 12ms)]\n",
    "input x\nparam gain = 0.5 in 0..1 \"Gain\"\n"
    "onepole(x, a) = { y(t) = x(t) + a * y(t - dt); y }\n"
    "out = gain * onepole(x, 0.9)\n",
    "notes = map([57, 61, 64], k => 440 * 2 ^ ((k - 69) / 12))\n" /* every third is wrong */
    "out(t) = sum(notes, f => sin(tau * f * t)) + unknown(t)\n",
    "param level = 2.5 in 0.25..1.5\nout = level\n", /* and this */
    "hollow = table(64, x => sum(1..9 by 2, k => sin(tau * k * x) / k))\n"
    "param cutoff = 880.5Hz in 20Hz..20kHz log\n"
    "out(t) = lowpass([saw(110.25), t => hollow(110.3 * t)], cutoff)(t) |> _ * 0.125\n",
    "out = t => fm(220, 2, 3 * decay(1.5))(t) * -6.5dB + 1e-3 * noise(1)(t)\n",
};
enum { PROGRAMS = sizeof programs / sizeof *programs };

static bool is_wrong(int which) {
    return which == 2 || which == 3;
}

/* Compiles, lowers, emits, and runs a few frames in the reference; gives what is written. */
static bool compile_once(int which, Buf *out) {
    Compile *c = compile_create(&(CompileOptions){.rate = 48000, .verify = true});
    bool compiled = compile_front(c, "program.kn", programs[which], strlen(programs[which]), false),
         good = true;
    if (compiled == is_wrong(which)) good = wrong("program %d: compiled is %d", which, compiled);
    diag_print(&c->session, out);
    if (compiled) {
        EmitResult result = {0};
        EmitOptions options = {.name = "program", .max_rate = 192000, .default_length = 10};
        if (!compile_lower(c, NULL) || !compile_emit_c(c, &options, &result))
            good = wrong("program %d is not emitted", which);
        if (result.source.data) buf_add(out, result.source.data, result.source.length);
        buf_free(&result.source);
        buf_free(&result.header);
        Interp *interp = interp_create(c->program.graph);
        static const double zeros[64];
        const double *in[4] = {zeros, zeros, zeros, zeros};
        double left[64], right[64], *to[2] = {left, right};
        interp_process(interp, in, to, 64);
        uint64_t bits;
        memcpy(&bits, &left[63], sizeof bits);
        buf_printf(out, "%016llx\n", (unsigned long long)bits);
        interp_free(interp);
    }
    compile_free(c);
    return good;
}

static bool many_compilations(void) {
    bool good = true;
    Buf first[PROGRAMS] = {{0}};
    for (int i = 0; i < 300 && good; i++) {
        Buf out = {0};
        int which = i % PROGRAMS;
        good = compile_once(which, &out);
        if (i < PROGRAMS) {
            first[which] = out;
            continue;
        }
        good = text_same("compiled again", first[which].data, out.data) && good;
        buf_free(&out);
    }
    for (int i = 0; i < PROGRAMS; i++)
        buf_free(&first[i]);
    return good;
}

typedef struct Worker {
    int first;
    Buf out[PROGRAMS];
    bool good;
} Worker;

static void *work(void *data) {
    Worker *w = data;
    w->good = true;
    for (int i = 0; i < 20; i++) {
        int which = (w->first + i) % PROGRAMS;
        Buf out = {0};
        w->good = compile_once(which, &out) && w->good;
        buf_free(&w->out[which]);
        w->out[which] = out;
    }
    return NULL;
}

enum { THREADS = 4 };

/* Each thread begins with another program. */
static bool four_threads(void) {
    Worker workers[THREADS] = {{.first = 0}, {.first = 1}, {.first = 4}, {.first = 5}};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, work, &workers[i]) != 0) return wrong("no thread");
    bool good = true;
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        good = workers[i].good && good;
    }
    for (int i = 0; i < THREADS; i++)
        for (int k = 0; k < PROGRAMS; k++) {
            good = text_same("compiled on four threads", workers[0].out[k].data,
                             workers[i].out[k].data) &&
                   good;
            if (i > 0) buf_free(&workers[i].out[k]);
        }
    for (int k = 0; k < PROGRAMS; k++)
        buf_free(&workers[0].out[k]);
    return good;
}

/* ---- the locale of the host ----------------------------------------------------------------------- */

/* A locale of our own, for a machine may have none: its numbers have a comma for a point. localedef
 * finds things to miss in it, and makes it all the same. */
static bool use_comma(void) {
    static const char source[] = "LC_NUMERIC\ndecimal_point \",\"\nthousands_sep \".\"\n"
                                 "grouping 3;3\nEND LC_NUMERIC\n",
                      characters[] = "<code_set_name> ASCII\n<comment_char> %\n<escape_char> /\n"
                                     "<mb_cur_min> 1\n<mb_cur_max> 1\nCHARMAP\n"
                                     "<U0000>..<U007F> /x00 ASCII\nEND CHARMAP\n";
    char here[4096];
    if (!file_write("comma.src", source, strlen(source)) ||
        !file_write("ascii.map", characters, strlen(characters)) || !getcwd(here, sizeof here))
        return false;
    int ignored = system("localedef -c -f ./ascii.map -i ./comma.src ./comma >localedef.out 2>&1");
    (void)ignored;
    setenv("LOCPATH", here, 1);
    char text[8];
    bool made = setlocale(LC_ALL, "comma") != NULL;
    snprintf(text, sizeof text, "%g", 1.5);
    return (made && strcmp(text, "1,5") == 0) || wrong("localedef made no locale with a comma");
}

static bool graph_reads_back(void) {
    const char *text = programs[4];
    Compile *c = compile_create(&(CompileOptions){.rate = 44100.5, .verify = true});
    bool good = compile_front(c, "program.kn", text, strlen(text), false);
    Buf first = {0}, again = {0};
    char *error = NULL;
    if (good) graph_print(c->program.graph, &first);
    Graph *g = good ? graph_parse(c->session.arena, first.data, &error) : NULL;
    if (g) graph_print(g, &again);
    if (!g) good = wrong("the graph is not read back: %s", error ? error : "no graph");
    good = good && text_same("the graph read back", first.data, again.data);
    graph_free(g);
    free(error);
    buf_free(&first);
    buf_free(&again);
    compile_free(c);
    return good;
}

static bool decimal_comma(void) {
    Buf plain[PROGRAMS] = {{0}};
    bool good = true;
    for (int i = 0; i < PROGRAMS; i++)
        good = compile_once(i, &plain[i]) && good;
    good = use_comma() && good;
    for (int i = 0; i < PROGRAMS; i++) {
        Buf out = {0};
        good = compile_once(i, &out) && text_same("with a comma", plain[i].data, out.data) && good;
        buf_free(&plain[i]);
        buf_free(&out);
    }
    good = graph_reads_back() && good;
    char text[8];
    snprintf(text, sizeof text, "%g", 1.5);
    if (strcmp(text, "1,5") != 0) good = wrong("the host's locale is not what it was");
    setlocale(LC_ALL, "C");
    return good;
}

/* ---- instances ------------------------------------------------------------------------------------ */

/* Two engines and their instances side by side. */
static bool two_instances(void) {
    Compile *c = compile_create(&(CompileOptions){.rate = 48000, .verify = true});
    EngineError error;
    bool good = compile_front(c, "program.kn", programs[1], strlen(programs[1]), false);
    Engine *e = good ? engine_create(c, settings.reference ? ENGINE_REF : ENGINE_CC, &error) : NULL;
    Instance *a = e ? instance_create(e, 0) : NULL, *b = e ? instance_create(e, 0) : NULL;
    if (!a || !b) good = wrong("no instances");
    float x[64] = {1}, y[64] = {1}, alone[64] = {0};
    const float *in[1] = {x}, *other[1] = {y};
    float *out[1] = {alone}, *quiet[1] = {y};
    if (good) {
        instance_process(a, in, out, 64);
        float kept[64];
        memcpy(kept, alone, sizeof kept);
        instance_reset(a);
        instance_set(b, 0, 0.25);
        for (int n = 0; n < 64; n++) {
            in[0] = x + n;
            out[0] = alone + n;
            quiet[0] = y + n;
            other[0] = y + n;
            instance_process(a, in, out, 1);
            instance_process(b, other, quiet, 1);
        }
        if (memcmp(kept, alone, sizeof kept) != 0)
            good = wrong("an instance is disturbed by another");
        if (instance_get(a, 0) != 0.5 || instance_get(b, 0) != 0.25)
            good = wrong("params are shared");
    }
    instance_free(a);
    instance_free(b);
    engine_free(e);
    compile_free(c);
    return good;
}

/* Is each definition of a whole file of the library found by its name, at the same place? */
static bool file_is_indexed(Compile *c, const EmbeddedText *file, int *found) {
    int source = source_add_library(&c->session, file->name, file->text, file->length);
    Module *whole = parse_module(&c->session, source, false), *part;
    for (int i = 0; i < whole->ndefs; i++) {
        const Def *def = &whole->defs[i];
        if (def->name[0] == '$') continue;
        const Def *other = library_find(&c->program, def->name, &part);
        if (!other) return wrong("%s: `%s` is not found", file->name, def->name);
        if (other->span.start != def->span.start ||
            other->value->span.end != def->value->span.end || !other->doc != !def->doc ||
            (def->doc && strcmp(def->doc, other->doc) != 0))
            return wrong("%s: `%s` is found elsewhere, or in part", file->name, def->name);
        ++*found;
    }
    return true;
}

static bool library_index(void) {
    Compile *c =
        compile_create(&(CompileOptions){.rate = 48000, .verify = true, .documented = true});
    int found = 0;
    bool good = true;
    for (int i = 0; i < library_nfiles && good; i++)
        good = file_is_indexed(c, &library_files[i], &found);
    if (good && found != library_nnames)
        good = wrong("the index has %d names, the library %d", library_nnames, found);
    if (diag_errors(&c->session) > 0) good = wrong("the library has errors");
    compile_free(c);
    return good;
}

/* ---- what the tests of kanon.h share ----------------------------------------------------------- */

KnCompiler *api_compiler(void) {
    KnCompiler *k = kn_compiler_create();
    kn_compiler_set_engine(k, settings.reference ? "jit" : "auto");
    return k;
}

KnProgram *api_compile(KnCompiler *k, const char *text) {
    KnProgram *p = kn_compile_text(k, "test.kn", text, strlen(text));
    if (!p) wrong("it does not compile: %s", kn_compiler_messages(k));
    return p;
}

bool api_text_is(const char *expected, const char *got) {
    if (!got) return wrong("expected: %s\ngot nothing", expected);
    return strcmp(expected, got) == 0 || wrong("expected: %s\ngot:      %s", expected, got);
}

static const struct {
    const char *name;
    bool (*run)(void);
    bool threads; /* it begins some: ThreadSanitizer runs it */
} tests[] = {
    {"300_compilations_leave_nothing", many_compilations, false},
    {"four_threads_compile_at_once", four_threads, true},
    {"decimal_comma_of_the_host_changes_nothing", decimal_comma, false},
    {"instances_do_not_know_of_each_other", two_instances, false},
    {"library_index_is_what_the_parser_finds", library_index, false},
    {"facts_of_a_program", api_facts_of_a_program, false},
    {"settings_are_held_or_refused", api_settings_are_held_or_refused, false},
    {"isa_of_the_environment", api_isa_of_the_environment, false},
    {"failures_have_a_status", api_failures_have_a_status, false},
    {"c_text_is_kept", api_c_text_is_kept, false},
    {"diagnostics_have_all_their_parts", api_diagnostics_have_all_their_parts, false},
    {"notes_lead_into_the_library", api_notes_lead_into_the_library, false},
    {"several_files", api_several_files, false},
    {"files_below_the_program_are_read", api_files_below_the_program_are_read, false},
    {"files_are_told", api_files_are_told, false},
    {"limits_are_kept", api_limits_are_kept, false},
    {"warnings_come_with_a_program", api_warnings_come_with_a_program, false},
    {"diagnostics_end_with_the_next", api_diagnostics_end_with_the_next, false},
    {"instances_have_their_own_params", api_instances_have_their_own_params, false},
    {"memory_of_the_host_is_enough", api_memory_of_the_host_is_enough, false},
    {"instances_keep_their_program", api_instances_keep_their_program, false},
    {"render_is_process", api_render_is_process, false},
    {"channels_may_be_missing", api_channels_may_be_missing, false},
    {"reset_and_seek", api_reset_and_seek, false},
    {"knobs_and_seek", api_knobs_and_seek, false},
    {"wrong_arguments_do_nothing", api_wrong_arguments_do_nothing, false},
    {"fourier_gives_the_sum", api_fourier_gives_the_sum, false},
    {"fourier_refuses", api_fourier_refuses, false},
    {"turned_tempo_loses_no_beat", api_turned_tempo_loses_no_beat, false},
    {"tempo_of_a_signal_loses_no_beat", api_tempo_of_a_signal_loses_no_beat, false},
    {"pictures_are_rows", api_pictures_are_rows, false},
    {"pictures_show_the_sound", api_pictures_show_the_sound, false},
    {"maps_are_lines", api_maps_are_lines, false},
    {"maps_are_functions", api_maps_are_functions, false},
    {"maps_refuse_what_runs", api_maps_refuse_what_runs, false},
    {"notes_add_up", api_notes_add_up, false},
    {"notes_are_cut_anywhere", api_notes_are_cut_anywhere, false},
    {"notes_beside_others_sound_as_alone", api_notes_beside_others_sound_as_alone, false},
    {"notes_do_not_click", api_notes_do_not_click, true},
    {"notes_are_told_what_happens", api_notes_are_told_what_happens, false},
    {"mono_follows_its_keys", api_mono_follows_its_keys, false},
    {"keys_are_known_to_all_rules", api_keys_are_known_to_all_rules, false},
    {"notes_refuse_what_is_wrong", api_notes_refuse_what_is_wrong, false},
    {"notes_allocate_nothing", api_notes_allocate_nothing, false},
    {"live_instruments_are_replaced", api_live_instruments_are_replaced, true},
    {"compiling_without_memory", api_compiling_without_memory, false},
    {"engine_cc_without_memory", api_engine_cc_without_memory, false},
    {"instances_without_memory", api_instances_without_memory, false},
    {"audio_functions_allocate_nothing", api_audio_functions_allocate_nothing, false},
    {"live_what_is_alike_goes_on", live_what_is_alike_goes_on, true},
    {"live_notes_begin_with_nothing", live_notes_begin_with_nothing, true},
    {"live_fades", live_fades, true},
    {"live_is_replaced_at_a_frame", live_is_replaced_at_a_frame, true},
    {"live_does_not_wait_when_hurried", live_does_not_wait_when_hurried, true},
    {"live_what_is_no_number_does_not_stay", live_what_is_no_number_does_not_stay, true},
    {"live_replacements_wait_for_the_fade", live_replacements_wait_for_the_fade, true},
    {"live_withdrawn_ones_are_never_heard", live_withdrawn_ones_are_never_heard, true},
    {"live_numbers_of_channels_may_differ", live_numbers_of_channels_may_differ, true},
    {"live_has_the_channels_of_a_device", live_has_the_channels_of_a_device, true},
    {"live_goes_to_a_frame", live_goes_to_a_frame, true},
    {"live_engines_may_differ", live_engines_may_differ, true},
    {"live_params_are_kept_by_name", live_params_are_kept_by_name, true},
    {"live_params_are_turned_in_a_fade", live_params_are_turned_in_a_fade, true},
    {"live_notes_go_on", live_notes_go_on, true},
    {"live_threads_share_notes", live_threads_share_notes, true},
    {"live_edited_notes_go_on", live_edited_notes_go_on, true},
    {"live_notes_fit_fewer_voices", live_notes_fit_fewer_voices, true},
    {"live_keys_wait_for_an_instrument", live_keys_wait_for_an_instrument, true},
    {"live_params_follow_controllers", live_params_follow_controllers, true},
    {"live_params_are_set_at_frames", live_params_are_set_at_frames, true},
    {"live_controllers_are_bound", live_controllers_are_bound, true},
    {"live_notes_do_not_click", live_notes_do_not_click, true},
    {"live_notes_of_unlike_engines", live_notes_of_unlike_engines, true},
    {"live_faster_code_keeps_notes", live_faster_code_keeps_notes, true},
    {"live_threads_tell_notes", live_threads_tell_notes, true},
    {"live_notes_refuse_what_is_wrong", live_notes_refuse_what_is_wrong, true},
    {"live_report_tells_fates", live_report_tells_fates, true},
    {"live_equal_meaning_is_matched_first", live_equal_meaning_is_matched_first, true},
    {"live_lines_may_be_longer_or_shorter", live_lines_may_be_longer_or_shorter, true},
    {"live_long_lines_are_copied_in_pieces", live_long_lines_are_copied_in_pieces, true},
    {"live_past_of_what_waited_is_whole", live_past_of_what_waited_is_whole, true},
    {"live_past_of_an_edited_phase_fits", live_past_of_an_edited_phase_fits, true},
    {"live_examples_are_replaced", live_examples_are_replaced, true},
    {"live_pieces_are_replaced", live_pieces_are_replaced, true},
    {"live_edited_data_is_told", live_edited_data_is_told, true},
    {"live_audio_thread_calls_nothing", live_audio_thread_calls_nothing, true},
    {"live_threads_turn_replace_and_ask", live_threads_turn_replace_and_ask, true},
    {"live_cycles_leave_nothing", live_cycles_leave_nothing, true},
    {"live_may_be_freed_at_any_moment", live_may_be_freed_at_any_moment, true},
    {"live_without_memory", live_without_memory, true},
    {"live_faster_code_goes_on", live_faster_code_goes_on, true},
    {"live_faster_code_is_optional", live_faster_code_is_optional, true},
    {"live_obsolete_compilers_are_ended", live_obsolete_compilers_are_ended, true},
    {"small_stacks_are_enough_jit", api_small_stacks_jit, true},
    {"small_stacks_are_enough_ref", api_small_stacks_ref, true},
    {"small_stacks_are_enough_cc", api_small_stacks_cc, true},
    {"small_stack_is_told", api_small_stack_is_told, true},
    {"outputs_in_the_memory_of_inputs", api_outputs_in_the_memory_of_inputs, true},
    {"mode_of_the_host_is_put_aside", api_mode_of_the_host_is_put_aside, true},
    {"forks_while_others_compile", api_forks_while_others_compile, true},
    {"four_threads_compile", api_four_threads_compile, true},
    {"threads_share_a_program", api_threads_share_a_program, true},
};
enum { TESTS = sizeof tests / sizeof *tests };

const char *api_name(int i) {
    return i < TESTS ? tests[i].name : NULL;
}

bool api_begins_threads(const char *name) {
    for (int i = 0; i < TESTS; i++)
        if (strcmp(name, tests[i].name) == 0) return tests[i].threads;
    return false;
}

bool run_api(const Test *test) {
    for (int i = 0; i < TESTS; i++)
        if (strcmp(test->name, tests[i].name) == 0)
            return tests[i].run() && says_its_threads(tests[i].threads);
    return wrong("there is no such test");
}
