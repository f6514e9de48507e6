/* What the tests of kanon.h share. Each is a function that prints what is wrong; mode_api.c lists them. */
#ifndef KANON_MODE_API_H
#define KANON_MODE_API_H

#include "../compiler/api/kanon.h"
#include "driver.h"

/* One line for each claim; goes on, so that all that fail are seen. */
#define CLAIM(good, claim)                                                                         \
    do {                                                                                           \
        if (!(claim)) (good) = wrong("%s:%d: not so: %s", __func__, __LINE__, #claim);             \
    } while (0)

/* A compiler for the engine that this build of the tests is for. */
KnCompiler *api_compiler(void);
/* Compiles text, NULL with its messages printed. */
KnProgram *api_compile(KnCompiler *compiler, const char *text);
bool api_text_is(const char *expected, const char *got);

/* mode_api_program.c */
bool api_facts_of_a_program(void);
bool api_settings_are_held_or_refused(void);
bool api_isa_of_the_environment(void);
bool api_failures_have_a_status(void);
bool api_c_text_is_kept(void);

/* mode_api_diagnostics.c */
bool api_diagnostics_have_all_their_parts(void);
bool api_notes_lead_into_the_library(void);
bool api_several_files(void);
bool api_warnings_come_with_a_program(void);
bool api_diagnostics_end_with_the_next(void);

/* mode_api_instance.c */
bool api_instances_have_their_own_params(void);
bool api_memory_of_the_host_is_enough(void);
bool api_instances_keep_their_program(void);
bool api_render_is_process(void);
bool api_channels_may_be_missing(void);
bool api_reset_and_seek(void);
bool api_knobs_and_seek(void);
bool api_wrong_arguments_do_nothing(void);

/* mode_api_fourier.c */
bool api_fourier_gives_the_sum(void);
bool api_fourier_refuses(void);

/* mode_api_tempo.c */
bool api_turned_tempo_loses_no_beat(void);
bool api_tempo_of_a_signal_loses_no_beat(void);

/* mode_api_picture.c */
bool api_pictures_are_rows(void);
bool api_pictures_show_the_sound(void);

/* mode_api_map.c */
bool api_maps_are_lines(void);
bool api_maps_are_functions(void);
bool api_maps_refuse_what_runs(void);

/* mode_api_notes.c */
bool api_notes_add_up(void);
bool api_notes_are_cut_anywhere(void);
bool api_notes_beside_others_sound_as_alone(void);
bool api_notes_do_not_click(void);
bool api_notes_are_told_what_happens(void);
bool api_mono_follows_its_keys(void);
bool api_keys_are_known_to_all_rules(void);
bool api_notes_refuse_what_is_wrong(void);
bool api_notes_allocate_nothing(void);
bool api_live_instruments_are_replaced(void);

/* mode_api_memory.c */

/* The next allocation is number 0: it fails, and perhaps all after it; -1: none does. */
void api_fail_at(long n, bool and_all_after);
long api_asked(void); /* allocations since then */
/* From now on what this thread allocates, frees and locks is counted as an offence, or not. */
void api_watch(bool on);
long api_offences(void);
/* From here on a system call of this thread, other than to ask for the time and to yield, ends the process: the thread can never
 * return. False: that cannot be had. Not with sanitizers, which call the system. In mode_api_live_threads.c. */
bool api_confine(void);
bool api_compiling_without_memory(void);
bool api_engine_cc_without_memory(void);
bool api_instances_without_memory(void);
bool api_audio_functions_allocate_nothing(void);

/* mode_api_live.c: a live run with engine jit and nothing else, its replacement by a text, and frames
 * [from, to) of its outputs. */
KnProgram *live_compile(const char *text);
KnLive *live_begin(const char *text);
bool live_replace(KnLive *l, const char *text, double fade);
void live_run(KnLive *l, float *left, float *right, int from, int to);
/* What its inputs hear at a frame. */
float live_input(int64_t frame);
/* The texts of programs with all kinds of state: definitions of `a`, with an input x and a param knob. */
const char *live_kind(int i);
bool live_what_is_alike_goes_on(void);
bool live_notes_begin_with_nothing(void);

/* mode_api_live_fade.c */
bool live_fades(void);
bool live_is_replaced_at_a_frame(void);
bool live_does_not_wait_when_hurried(void);
bool live_what_is_no_number_does_not_stay(void);
bool live_replacements_wait_for_the_fade(void);
bool live_withdrawn_ones_are_never_heard(void);
bool live_numbers_of_channels_may_differ(void);
bool live_has_the_channels_of_a_device(void);
bool live_goes_to_a_frame(void);
bool live_engines_may_differ(void);
bool live_params_are_kept_by_name(void);
bool live_params_are_turned_in_a_fade(void);

/* mode_api_live_notes.c */
bool live_notes_go_on(void);
bool live_threads_share_notes(void);
bool live_edited_notes_go_on(void);
bool live_notes_fit_fewer_voices(void);
bool live_keys_wait_for_an_instrument(void);
bool live_params_follow_controllers(void);
bool live_params_are_set_at_frames(void);
bool live_controllers_are_bound(void);
bool live_notes_do_not_click(void);
bool live_notes_of_unlike_engines(void);
bool live_faster_code_keeps_notes(void);
bool live_threads_tell_notes(void);
bool live_notes_refuse_what_is_wrong(void);

/* mode_api_live_report.c */
bool live_report_tells_fates(void);
bool live_equal_meaning_is_matched_first(void);
bool live_lines_may_be_longer_or_shorter(void);
bool live_long_lines_are_copied_in_pieces(void);
bool live_past_of_what_waited_is_whole(void);
bool live_past_of_an_edited_phase_fits(void);

/* mode_api_live_programs.c */
bool live_examples_are_replaced(void);
bool live_pieces_are_replaced(void);
bool live_edited_data_is_told(void);

/* mode_api_live_threads.c */
bool live_audio_thread_calls_nothing(void);
bool live_threads_turn_replace_and_ask(void);
bool live_cycles_leave_nothing(void);
bool live_may_be_freed_at_any_moment(void);
bool live_without_memory(void);

/* mode_api_live_faster.c */
bool live_faster_code_goes_on(void);
bool live_faster_code_is_optional(void);
bool live_obsolete_compilers_are_ended(void);

/* mode_api_limits.c */
bool api_limits_are_kept(void);

/* mode_api_files.c */
bool api_files_below_the_program_are_read(void);
bool api_files_are_told(void);

/* mode_api_stack.c */
bool api_small_stacks_jit(void);
bool api_small_stacks_ref(void);
bool api_small_stacks_cc(void);
bool api_small_stack_is_told(void);

/* mode_api_streams.c */
bool api_outputs_in_the_memory_of_inputs(void);

/* mode_api_host_mode.c */
bool api_mode_of_the_host_is_put_aside(void);
bool api_forks_while_others_compile(void);

/* mode_api_threads.c */
bool api_four_threads_compile(void);
bool api_threads_share_a_program(void);

#endif
