/* libkanon: compiles Kanon programs and runs them inside a program of your own.
 *
 *   KnCompiler *compiler = kn_compiler_create();
 *   KnProgram *program = kn_compile_text(compiler, "tone.kn", text, strlen(text));
 *   if (!program) fputs(kn_compiler_messages(compiler), stderr);
 *   KnInstance *tone = kn_instance_create(program);
 *   kn_instance_process(tone, NULL, outputs, 512);
 *
 * In: text of programs, audio inputs, values of params. Out: audio, facts about programs, and what is
 * wrong with them. The library prints nothing, never ends the process and installs no handlers.
 *
 * Rules for all functions:
 * - Texts are UTF-8 and end with a zero. Those that are returned belong to the library and live as
 *   long as is said; never free them.
 * - Wrong arguments do no harm: NULL for a compiler, program or instance, an index that is out of
 *   range, a count below 0. Then nothing is done, and what is returned is 0 or NULL unless it says
 *   otherwise. (A pointer to something that was freed is beyond help.)
 * - Functions may be called from any thread. A KnCompiler, a KnInstance, a KnPicture and a KnMap are used by
 *   one thread at a time; a KnProgram by any number at once.
 * - A thread that calls them has 64 KiB of stack or more, whatever the program: kn_compile_… and kn_live_create
 *   see to it that enough is left, and refuse.
 * - Only those that say "audio thread" may be called where time is short: they never allocate, lock,
 *   wait or call the system. That holds for the engines jit and cc, not for ref.
 *
 * docs/embedding.md of the sources tells more. */
#ifndef KANON_KANON_H
#define KANON_KANON_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define KN_API __attribute__((visibility("default")))
#else
#define KN_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct KnFourier KnFourier; /* what a Fourier transform of a length needs: never changes */
typedef struct KnCompiler KnCompiler; /* settings, and what the last compilation had to say */
typedef struct KnProgram KnProgram;   /* a compiled program: never changes, counted references */
typedef struct KnInstance KnInstance; /* one running program with its memory */
typedef struct KnPicture KnPicture;   /* what computes a program's picture */
typedef struct KnMap KnMap;           /* what applies a program to buffers */

/* ---- the library -------------------------------------------------------------------------------- */

/* "0.1.0". Lives for ever. */
KN_API const char *kn_version(void);

/* 1 when that engine can be used on this machine: "jit", "tcc", "cc" (a C compiler is installed), "ref" (the
 * slow and exact reference) or "auto" (the best of them); else 0. */
KN_API int kn_engine_available(const char *name);

/* The instruction sets that this library has kernels for and this machine can run: how many, and
 * their names ("baseline", "avx2", "avx512", "neon"), the best first. NULL out of range. */
KN_API int kn_isa_count(void);
KN_API const char *kn_isa_name(int index);

/* ---- compiler: settings -------------------------------------------------------------------------- */

/* NULL when there is no memory. Free it with kn_compiler_free; its programs live on. */
KN_API KnCompiler *kn_compiler_create(void);
KN_API void kn_compiler_free(KnCompiler *compiler);

/* Settings hold for what is compiled afterwards. Each returns 1, or 0 when it refuses the value and
 * leaves the setting as it was. */

/* Frames a second, in Hz: 1 to 1,000,000. 48000 unless set. */
KN_API int kn_compiler_set_rate(KnCompiler *compiler, double rate);
/* 1: signals are computed in 64-bit floating point, 0 (unless set): in 32 where that is enough. What
 * goes in and out is always 32-bit. */
KN_API int kn_compiler_set_double(KnCompiler *compiler, int on);
/* 1: nobody hears the programs while they run, so they wait for what they read from large sound files (over 64 MiB as
 * floats); not for audio threads. 0 (unless set): they never wait, a thread reads ahead, and what is not there in time is
 * silence, which kn_program_misses counts. */
KN_API int kn_compiler_set_offline(KnCompiler *compiler, int on);
/* "auto" (unless set), "jit", "tcc", "cc" or "ref". One that this machine does not have is refused when
 * something is compiled. */
KN_API int kn_compiler_set_engine(KnCompiler *compiler, const char *name);
/* The instruction set of the kernels, for engine jit; NULL: what the environment variable KANON_ISA
 * says, else the best there is. A name that kn_isa_name does not list is refused. */
KN_API int kn_compiler_set_isa(KnCompiler *compiler, const char *name);
/* Programs that are compiled from here on have pictures, of so many points in a row: see kn_picture_create. 0 (unless set): they have
 * none; at most 65536. With a width a program needs no `out`, only `image` or `field`; without `out` it has no instances. */
KN_API int kn_compiler_set_picture_width(KnCompiler *compiler, int width);
/* 1: programs keep their text as standalone C, see kn_program_c_text. 0 unless set. */
KN_API int kn_compiler_keep_c(KnCompiler *compiler, int on);
/* What compiling may take, so that no program keeps a host busy: "time" in seconds of the thread's own time
 * (10 unless set), "memory" in bytes (1 GiB); and what a program that runs may have: "state" in bytes (1 GiB). A
 * program that would take more is refused with KN_STATUS_PROGRAM and a message, and leaves nothing behind. The C
 * compiler of engine cc is another process, and is not meant. `value` is above 0 and finite. */
KN_API int kn_compiler_set_limit(KnCompiler *compiler, const char *what, double value);
/* What programs may read. Unless more is allowed, `use`, `sample` and `midi_file` reach files below the folder of the main
 * file only, wherever links lead, and text without a name reaches none; the main file of kn_compile_file may
 * be anywhere. This allows what is below `folder` as well; call it once for each folder. "/" allows all that
 * the process can read; NULL takes back what was allowed. 0: there is no such folder. */
KN_API int kn_compiler_allow_files(KnCompiler *compiler, const char *folder);

/* ---- compiler: compiling --------------------------------------------------------------------------
 *
 * Each returns a program with one reference, to be given back with kn_program_free, or NULL: then
 * kn_compiler_status says what kind of failure it was, and there is at least one message. What a
 * program that compiles is warned of is there as well. Takes a millisecond or many: never in an
 * audio thread. Reads regular files that the program uses and that it may read, and nothing else. */

/* A file. `path` is also its name in messages. */
KN_API KnProgram *kn_compile_file(KnCompiler *compiler, const char *path);
/* `length` bytes of text, which need no zero at their end and are not needed afterwards. `name` is
 * what messages call it; what it uses (other programs, sound files) is looked for beside it, in the
 * folder of `name`, and a name without a folder stands in the current one. NULL: messages say "program.kn", and
 * it may read no file, see kn_compiler_allow_files. */
KN_API KnProgram *kn_compile_text(KnCompiler *compiler, const char *name, const char *text,
                                  size_t length);
/* A program in one expression, like `sine(440) * decay(1)`: as kanon -e. */
KN_API KnProgram *kn_compile_expression(KnCompiler *compiler, const char *text);

/* What became of the last compilation. They are the exit statuses of kanon. */
enum {
    KN_STATUS_DONE = 0,    /* there is a program, or nothing was compiled yet */
    KN_STATUS_PROGRAM = 1, /* the program has errors */
    KN_STATUS_USAGE = 2,   /* arguments or settings are wrong */
    KN_STATUS_FILE =
        3 /* a file cannot be read, or the machine lacks something: memory, a compiler */
};
KN_API int kn_compiler_status(const KnCompiler *compiler);

/* ---- what the last compilation had to say ---------------------------------------------------------
 *
 * Errors and warnings, sorted by place. All texts live until the next compilation with this compiler
 * and until it is freed. */

/* All of them as a terminal shows them: place, message, underlined line, help and notes. "" when there
 * is nothing to say. */
KN_API const char *kn_compiler_messages(const KnCompiler *compiler);

/* What the last compilation read or looked for, whether it succeeded or not: the program's file, those it uses, sound files,
 * MIDI files, and folders whose names it read; each once, by the path it was opened with. A host that compiles
 * again when something changes watches them, and that what is not there yet comes. They live as messages do. */
KN_API int kn_compiler_file_count(const KnCompiler *compiler);
KN_API const char *kn_compiler_file(const KnCompiler *compiler, int index);

enum { KN_ERROR = 1, KN_WARNING = 2 };
KN_API int kn_diag_count(const KnCompiler *compiler);
/* KN_ERROR or KN_WARNING. */
KN_API int kn_diag_severity(const KnCompiler *compiler, int index);
/* One sentence without a full stop: "`freqency` is not defined". */
KN_API const char *kn_diag_message(const KnCompiler *compiler, int index);
/* What to write instead; NULL: no such advice. */
KN_API const char *kn_diag_help(const KnCompiler *compiler, int index);
/* The place: the name of the file, line and column from 1, how much is underlined on that line, and
 * the whole line without its end ("" for a file whose name does not end in .kn: it may be no program, and nobody's
 * business). Columns and lengths count code points; the length is at least 1. A
 * message without a place has no file and no text (NULL), and 0 for the numbers. */
KN_API const char *kn_diag_file(const KnCompiler *compiler, int index);
KN_API int kn_diag_line(const KnCompiler *compiler, int index);
KN_API int kn_diag_column(const KnCompiler *compiler, int index);
KN_API int kn_diag_length(const KnCompiler *compiler, int index);
KN_API const char *kn_diag_text(const KnCompiler *compiler, int index);
/* Notes: how the library was reached, the innermost call first; places in "<library>/…" are within
 * the standard library. */
KN_API int kn_diag_note_count(const KnCompiler *compiler, int index);
KN_API const char *kn_diag_note_message(const KnCompiler *compiler, int index, int note);
KN_API const char *kn_diag_note_file(const KnCompiler *compiler, int index, int note);
KN_API int kn_diag_note_line(const KnCompiler *compiler, int index, int note);
KN_API int kn_diag_note_column(const KnCompiler *compiler, int index, int note);

/* ---- program --------------------------------------------------------------------------------------
 *
 * All texts live as long as the program. */

/* One more reference, for another owner; returns the program. */
KN_API KnProgram *kn_program_retain(KnProgram *program);
/* Gives one reference back. The last one frees the program; an instance has one of its own, so the
 * program may be given back before its instances. */
KN_API void kn_program_free(KnProgram *program);

/* The engine it got: "jit", "tcc", "cc" or "ref". */
KN_API const char *kn_program_engine(const KnProgram *program);
/* Frames a second. */
KN_API double kn_program_rate(const KnProgram *program);

KN_API int kn_program_inputs(const KnProgram *program);
KN_API const char *kn_program_input_name(const KnProgram *program, int input);
/* At least 1. The name is "out" when there is one, else "out[0]", "out[1]" and so on. */
KN_API int kn_program_outputs(const KnProgram *program);
KN_API const char *kn_program_output_name(const KnProgram *program, int output);

KN_API int kn_program_params(const KnProgram *program);
/* The param of that name, from 0; -1 when there is none. */
KN_API int kn_program_param_index(const KnProgram *program, const char *name);
KN_API const char *kn_program_param_name(const KnProgram *program, int param);
/* What to write on a knob; the name when the program gives no label. */
KN_API const char *kn_program_param_label(const KnProgram *program, int param);
/* The unit that its initial value is written in: "Hz", "s", "dB" …, "" for none. Values are always
 * plain: 1kHz is 1000, -6dB is 0.501, 20ms is 0.02. */
KN_API const char *kn_program_param_unit(const KnProgram *program, int param);
KN_API double kn_program_param_min(const KnProgram *program, int param);
KN_API double kn_program_param_max(const KnProgram *program, int param);
KN_API double kn_program_param_initial(const KnProgram *program, int param);
/* The distance of the values a control should offer; 0: it is continuous. Values are not rounded. */
KN_API double kn_program_param_step(const KnProgram *program, int param);
/* 1: a control should be logarithmic. */
KN_API int kn_program_param_log(const KnProgram *program, int param);

/* 1: what is heard depends on time and params only, and kn_instance_seek goes anywhere. */
KN_API int kn_program_is_pure(const KnProgram *program);
/* Why an output remembers, "out[0] remembers: `echo` reads its own past (echo.kn:2:21)"; NULL for a
 * pure one. */
KN_API const char *kn_program_memory_reason(const KnProgram *program, int output);
/* What the program asks the host to compensate (`latency = 5ms`), in frames. Processing itself adds
 * none. */
KN_API int kn_program_latency(const KnProgram *program);
/* How many times so far something of a large sound file was not there when it was to be heard, in all instances: after a start or
 * a seek far away, or where the disk is slower than the sound. From any thread. */
KN_API int64_t kn_program_misses(const KnProgram *program);
/* The length that the program declares, in seconds; below 0: it declares none. */
KN_API double kn_program_length(const KnProgram *program);
/* How long compiling took, in seconds, from text to machine code. */
KN_API double kn_program_compile_seconds(const KnProgram *program);
/* The program as standalone C, as `kanon build` writes it with --rate: names begin with kn_program.
 * NULL unless kn_compiler_keep_c was on, and where C cannot hold it (over 16 MiB of sound files). */
KN_API const char *kn_program_c_text(const KnProgram *program);

/* Runs `frames` frames, beginning with frame `from`, into one array for each output. Inputs are
 * silent, params have their initial values. What remembers is first run, silently, from 0 to `from`;
 * what is pure starts there at no cost. Bit for bit what an instance gives, however it is called.
 * Allocates an instance: not for the audio thread. Several threads may render one program at once.
 * Returns 1; 0 for arguments that are wrong (from or frames below 0, from beyond 2^52) or when there
 * is no memory. */
KN_API int kn_program_render(KnProgram *program, int64_t from, int64_t frames,
                             float *const *outputs);
/* The same with the samples of a frame beside each other: outputs × frames floats. */
KN_API int kn_program_render_interleaved(KnProgram *program, int64_t from, int64_t frames,
                                         float *output);

/* ---- Fourier transforms --------------------------------------------------------------------------- */

/* Kinds, whose sum is a kind: of real points in float, unless it says otherwise. */
enum { KN_FOURIER_REAL = 0, KN_FOURIER_COMPLEX = 1, KN_FOURIER_DOUBLE = 2 };
/* Transforms of n points, a product of 2, 3 and 5 from 1 to 2^26. NULL where n is none, where the kind is none, or when there is no
 * memory. It never changes: any number of threads may use it at once. Allocates; free it with kn_fourier_free. */
KN_API KnFourier *kn_fourier_create(int64_t n, int kind);
KN_API void kn_fourier_free(KnFourier *fourier);
/* The least product of 2, 3 and 5 that is not below n; 0 where that is above 2^26. */
KN_API int64_t kn_fourier_next(int64_t n);
/* So many elements a transform wants as work. */
KN_API int64_t kn_fourier_work(const KnFourier *fourier);
/* X[k] = sum over j of x[j] e^(-2 pi i j k / n), not scaled. Complex: from re, im to to_re, to_im, n elements each. Real: from re, n
 * elements (im may be NULL), to to_re, to_im, which have n / 2 + 1, rounded down: the bins from 0 to half the rate, of which the
 * others are conjugates. work is room for kn_fourier_work elements. Arrays do not overlap, and may have any alignment. Error: about
 * 1e-7 of the root mean square of the spectrum in float, 3e-16 in double; last bits differ between instruction sets.
 * Audio thread. 1; 0 for a kind of the other type, or where an array is NULL. */
KN_API int kn_fourier_forward(const KnFourier *fourier, const float *re, const float *im,
                              float *to_re, float *to_im, float *work);
KN_API int kn_fourier_forward_double(const KnFourier *fourier, const double *re, const double *im,
                                     double *to_re, double *to_im, double *work);
/* Back: the same with e^(+2 pi i j k / n), not scaled either, so there and back is n times what went in. Real: from re, im, which
 * have n / 2 + 1 elements (im[0], and the last where n is even, are taken for 0), to to_re, n elements (to_im may be NULL). */
KN_API int kn_fourier_inverse(const KnFourier *fourier, const float *re, const float *im,
                              float *to_re, float *to_im, float *work);
KN_API int kn_fourier_inverse_double(const KnFourier *fourier, const double *re, const double *im,
                                     double *to_re, double *to_im, double *work);

/* ---- pictures ------------------------------------------------------------------------------------- */

/* Channels of its `image` or `field`: 1, 3 (red, green, blue), 4 (and how much a point covers); 0: it has none. */
KN_API int kn_program_picture_channels(const KnProgram *program);
/* Points in a row, as kn_compiler_set_picture_width said; 0: it was compiled without, or has no picture. */
KN_API int kn_program_picture_width(const KnProgram *program);
/* Computes rows of the program's picture. Any number of them for one program, each used by one thread at a time, so that threads share the
 * rows of a picture. NULL where the width is 0, or when there is no memory. Allocates; free it with kn_picture_free. */
KN_API KnPicture *kn_picture_create(KnProgram *program);
/* Also gives its reference of the program back. */
KN_API void kn_picture_free(KnPicture *picture);
/* A param of the program, for what is computed from here on. A value outside its range is held inside, NaN is ignored. */
KN_API void kn_picture_set(KnPicture *picture, int param, double value);
/* The rows that follow are those at `time`, in seconds from 0 to 2^52 frames, and of a `field` at depth z. What the picture shows of the
 * program's sound is heard first: what remembers runs there, silently, its inputs silent, which is least work where times rise.
 * 1; 0 for what is out of range, and then nothing was changed. */
KN_API int kn_picture_moment(KnPicture *picture, double time, double z);
/* The row at y, from 0 at the top to 1 at the bottom (row i of n is at (i + 0.5) / n), into width * channels floats, the channels of a
 * point beside each other: linear light, not clipped. 1; 0 for wrong arguments. */
KN_API int kn_picture_row(KnPicture *picture, double y, float *values);
/* All rows of a picture at a moment, from the top, z being 0: width * channels * height floats. 1; 0 for wrong arguments. */
KN_API int kn_picture_render(KnPicture *picture, double time, int height, float *values);

/* ---- maps ----------------------------------------------------------------------------------------- */

/* An expression of names, "x * 0.5 + 0.25" or "[x + y, x - y]", that is a function of them: a program whose inputs they are, `inputs` being
 * "x" or "x, y", in that order; as many outputs as the expression has channels. Messages as of kn_compile_expression, also where it
 * hangs on the time or on what was before. */
KN_API KnProgram *kn_compile_map(KnCompiler *compiler, const char *inputs, const char *text);
/* 1: its outputs hang, at each sample, on its inputs there and on params alone. That is so of kn_compile_map, and of any program with
 * `input` and `out` that is written so. */
KN_API int kn_program_is_map(const KnProgram *program);
/* Applies such a program to a host's buffers. Any number of them for one program, each used by one thread at a time, so that threads share
 * long buffers. NULL when it is no map, or when there is no memory. Allocates; free it with kn_map_free. */
KN_API KnMap *kn_map_create(KnProgram *program);
/* Also gives its reference of the program back. */
KN_API void kn_map_free(KnMap *map);
/* A param, for what is computed from here on. A value outside its range is held inside, NaN is ignored. Audio thread. */
KN_API void kn_map_set(KnMap *map, int param, double value);
/* n floats of each input, one array for each, into an array for each output, of any length and at any addresses. An output may be exactly
 * the memory of an input; otherwise nothing overlaps. What is a line of one input, a x + b, is as fast as a copy, and is computed in the mode
 * of floating point that the thread is in. 1; 0 for wrong arguments: then nothing was written. Audio thread. */
KN_API int kn_map_apply(KnMap *map, const float *const *inputs, float *const *outputs, size_t n);

/* ---- instance ------------------------------------------------------------------------------------- */

/* At frame 0, with the initial values of params. Any number of instances of a program; they do not
 * know of each other. NULL when there is no memory. Free it with kn_instance_free. */
KN_API KnInstance *kn_instance_create(KnProgram *program);
/* The same in memory of the host: kn_instance_bytes of it, aligned to KN_INSTANCE_ALIGNMENT. NULL when
 * `bytes` are too few or the alignment is wrong. The memory is the host's again after
 * kn_instance_free. With the engines jit and cc nothing else is allocated; ref allocates more. */
enum { KN_INSTANCE_ALIGNMENT = 64 };
KN_API size_t kn_instance_bytes(const KnProgram *program);
KN_API KnInstance *kn_instance_create_in(KnProgram *program, void *memory, size_t bytes);
/* Also gives its reference of the program back. Nothing may run in it any more. */
KN_API void kn_instance_free(KnInstance *instance);

/* The next frames: any number, there is no largest block, and how time is cut into calls changes no
 * bit. One array of `frames` floats for each input and each output; an output may be the same array
 * as an input. NULL for the inputs, or for one of them, is silence; NULL for one output drops it; NULL
 * for all outputs, or frames below 1, does nothing at all.
 * Audio thread. */
KN_API void kn_instance_process(KnInstance *instance, const float *const *inputs,
                                float *const *outputs, int frames);
/* As new: frame 0, no memory of the past, initial values of params. Audio thread. */
KN_API void kn_instance_reset(KnInstance *instance);
/* The next frame that is processed is `frame`, 0 to 2^52. 1 when done; 0 when the program remembers
 * or the frame is out of range: then nothing was changed. Audio thread. */
KN_API int kn_instance_seek(KnInstance *instance, int64_t frame);
/* The number of the next frame, from 0. Audio thread. */
KN_API int64_t kn_instance_frame(const KnInstance *instance);
/* From the next frame on. A value outside its range is held inside, NaN is ignored, and so is a param
 * that there is not. Audio thread: from another one, hand the value over by a queue of your own. */
KN_API void kn_instance_set(KnInstance *instance, int param, double value);
KN_API double kn_instance_get(const KnInstance *instance, int param);

/* ---- instruments --------------------------------------------------------------------------------------
 *
 * A program with `voice(f, gate, velocity, …)` that is heard is an instrument: its instances play notes. How many at once, and so
 * its memory, is said when one is made. What happens to notes happens `after` so many frames behind the next one that is processed (0:
 * with it), at that very sample, in the order in which it is told; how time is cut into calls changes no bit. Channels are 0 to 15, keys
 * numbers of semitones, 69 for A4, also between those of a keyboard; a note is known by channel and key.
 *
 * All that follow but the first five are for the audio thread. Those that return int return 1, and 0 where there is nothing to play, a
 * number is out of range or none, or 1024 events wait already: then nothing was done. */

/* 1: its instances play notes. */
KN_API int kn_program_is_instrument(const KnProgram *program);
/* The controller of MIDI that turns a param (`param … cc 74`), through all its range; -1: none does. */
KN_API int kn_program_param_controller(const KnProgram *program, int param);
/* As kn_instance_create and its neighbours, for 1 to 65536 notes at once instead of 32. A quarter more, at least 4, may be
 * fading meanwhile. */
KN_API KnInstance *kn_instance_create_voices(KnProgram *program, int voices);
KN_API size_t kn_instance_bytes_voices(const KnProgram *program, int voices);
KN_API KnInstance *kn_instance_create_voices_in(KnProgram *program, int voices, void *memory,
                                                size_t bytes);

/* A key is struck; velocity 0 to 1. Where no voice is free, one note fades in 4 ms and makes way. */
KN_API int kn_instance_note_on(KnInstance *instance, int after, int channel, double key,
                               double velocity);
/* It is let go: the gate of the note ends, or stays as long as the sustain pedal is down. */
KN_API int kn_instance_note_off(KnInstance *instance, int after, int channel, double key,
                                double velocity);
/* How hard a key is held, and all of a channel: 0 to 1. */
KN_API int kn_instance_note_pressure(KnInstance *instance, int after, int channel, double key,
                                     double pressure);
KN_API int kn_instance_pressure(KnInstance *instance, int after, int channel, double pressure);
/* Semitones, up or down, -96 to 96. */
KN_API int kn_instance_bend(KnInstance *instance, int after, int channel, double semitones);
/* Controller 0 to 127, value 0 to 1: 64 is the sustain pedal, 74 `timbre`, 120 and 123 end all notes; params that are bound to
 * it follow. */
KN_API int kn_instance_controller(KnInstance *instance, int after, int channel, int controller,
                                  double value);
/* All notes of all channels are let go; `at_once` 1: they fade in 4 ms. */
KN_API int kn_instance_notes_off(KnInstance *instance, int after, int at_once);
/* A message of MIDI 1.0 of 1 to 3 bytes, status first; what is no channel's message is passed over. Bends are 2 semitones unless
 * registered parameter 0 says otherwise, 48 on the channels of MPE, which registered parameter 6 on the first channel begins: what the first
 * channel bends and sustains, it does to all of them. */
KN_API int kn_instance_midi(KnInstance *instance, int after, const uint8_t *message, int bytes);
/* How notes share voices, from the next one on. `mono`: NULL or "poly", or which of the keys that are held sounds, "last", "low" or
 * "high"; legato 1: a key struck while one is held begins no new note, and glides there in `glide` seconds, at most 60. `steal`: which note makes
 * way for one too many, NULL or "oldest", "quietest", or "same": one of that key first. Notes that were let go always go first. */
KN_API int kn_instance_set_mono(KnInstance *instance, const char *mono, int legato, double glide);
KN_API int kn_instance_set_stealing(KnInstance *instance, const char *steal);
/* How many notes sound, with those that fade. */
KN_API int kn_instance_sounding(const KnInstance *instance);

/* ---- live -------------------------------------------------------------------------------------------
 *
 * A program that sounds while it is edited. One thread, or several that the library keeps apart, turns
 * params and replaces the program; the audio thread only calls kn_live_process, which never waits for
 * them. What a new program knows by the same name goes on where it was: every filter, delay, envelope
 * and phase is known by the path of the definitions it is in ("out/echo/lowpass/y"), its type and its
 * shape. Old and new sound together for a moment, one fading into the other, so that nothing clicks;
 * what both have alike is heard unchanged.
 *
 * Engine jit is meant for this. Programs of the engines cc and ref can be faded to and from: time goes on, but
 * they keep no state.
 *
 * All functions but kn_live_process may be called by any number of threads at once, and only by others than the
 * audio thread where nothing else is said. */
typedef struct KnLive KnLive;

/* Runs the program from frame 0. Its rate and its numbers of inputs and outputs are those of the live
 * run for good (but for kn_live_create_channels); keeps a reference. NULL when there is no memory, or more than 64 inputs or outputs, or too
 * little stack. */
KN_API KnLive *kn_live_create(KnProgram *program);
/* As kn_live_create, for 1 to 65536 notes at once instead of 32, in this program and in those that replace it. */
KN_API KnLive *kn_live_create_voices(KnProgram *program, int voices);
/* The same, where 1 to 64 threads, the audio thread and others of the library, share the notes of a block; no bit hangs on how many. The
 * audio thread wakes none and takes no lock: others look for notes by themselves, some ten thousand times a second, and what none has begun
 * it computes itself. It waits for notes that another has begun: no longer than one of them takes, as long as that thread runs. Where the
 * audio thread has a priority that keeps others from running, give it 1. NULL, too, where there can be no more threads. */
KN_API KnLive *kn_live_create_threads(KnProgram *program, int voices, int threads);
/* The same, with 0 to 64 inputs and 1 to 64 outputs, those of a device, whatever the programs have: what a program has to say is heard
 * as with kn_live_replace; inputs that the live run lacks are silent. */
KN_API KnLive *kn_live_create_channels(KnProgram *program, int voices, int threads, int inputs,
                                       int outputs);
/* The next frame that is processed is `frame`, 0 to 2^52. 1 when done; 0 when the program remembers, when a replacement has not begun or
 * still fades, or the frame is out of range: then nothing was changed. Notes and controllers that wait happen there. Not while another thread
 * processes. */
KN_API int kn_live_seek(KnLive *live, int64_t frame);
/* No thread may use it any more. */
KN_API void kn_live_free(KnLive *live);

/* 1 (unless set, where there is a C compiler): each program is also compiled, as standalone C, by the C
 * compiler of the machine, on a thread of the library with low priority; when that is done it takes
 * over, with the same state, at the next call of kn_live_process. 0: no, and a compiler that is at work is
 * ended. Returns 1. */
KN_API int kn_live_set_optimize(KnLive *live, int on);

/* The next call of kn_live_process begins to fade to this program, over `fade` seconds (below 0: 10 ms;
 * at most 10 s); a later one when a fade is going on, or there is much to be copied. One that was given
 * before and has not begun yet is dropped. Params that were set and that the new program has too, by
 * name, keep their values. A program with one output is heard on all of the live run; otherwise outputs
 * beyond are silent, or dropped.
 * Returns 1; 0 when the rate is another one, there are more than 64 inputs or outputs, or no memory: then
 * nothing has changed. */
KN_API int kn_live_replace(KnLive *live, KnProgram *program, double fade);
/* The same at this frame, such as the first of a bar, within a block too; at the next call where the frame has gone by, and later where
 * there is much to be copied. Until a quarter of a second before it is dropped by another that is given. It waits for the frame: kn_live_seek
 * does nothing meanwhile. */
KN_API int kn_live_replace_at(KnLive *live, KnProgram *program, double fade, int64_t frame);
/* One that waits for its frame takes over at the next call of kn_live_process. */
KN_API void kn_live_hurry(KnLive *live);
/* 1 while a replacement has not begun or still fades. */
KN_API int kn_live_is_replacing(KnLive *live);
/* Frees what the audio thread has no use for any more; kn_live_replace and kn_live_set do it too. */
KN_API void kn_live_collect(KnLive *live);

/* What the last replacement meant for each path that has state: how many lines, and for each the path and
 * what becomes of it. A path of several things has a line for each fate. Texts live until the next
 * replacement. */
enum {
    KN_GOES_ON = 0, /* nothing was edited */
    KN_EDITED = 1,  /* goes on from where it was with what was edited */
    KN_CHANGED = 2, /* has another type or shape now: starts anew */
    KN_STARTS = 3,  /* is new */
    KN_ENDS = 4     /* is not there any more */
};
KN_API int kn_live_report_count(KnLive *live);
KN_API const char *kn_live_report_path(KnLive *live, int index);
KN_API int kn_live_report_fate(KnLive *live, int index);

/* Params of the program that was given last, by number; heard with the next kn_live_process, by what it
 * replaces too. Values as for kn_instance_set. */
KN_API void kn_live_set(KnLive *live, int param, double value);
KN_API double kn_live_get(KnLive *live, int param);
/* As kn_live_set, but at a frame of the live run as notes have it, in order with them. A program that has replaced the other by then
 * hears it where it has a param of that name. 1 when done; 0 where there is no such param, the value is no number, or 1024 events
 * wait already. */
KN_API int kn_live_set_at(KnLive *live, int64_t frame, int param, double value);
/* From now on this controller of MIDI turns the param of that name, 0 to 127, on all channels and through all its range: in this program and
 * in those that replace it, beside the controller that they bind it to (`cc`), whether there is such a param or not; -1: none does. It is
 * turned when the controller moves next. 1 when done; 0 when there is no memory, or no such controller. */
KN_API int kn_live_bind(KnLive *live, const char *param, int controller);
/* The controller that kn_live_bind gave a param of the program that was given last; -1: none. */
KN_API int kn_live_bound(KnLive *live, int param);
/* The program that was given last: lives as long as it is that. */
KN_API KnProgram *kn_live_program(KnLive *live);

/* Notes, for programs with `voice`: as kn_instance_note_on and its neighbours, but at a frame of the live run, as kn_live_frame counts
 * them, and at once (the next frame that is processed) where that is over: 0 is always so. Any thread, the audio thread too, and any number
 * of them: none allocates, locks or waits. What one thread tells for one frame happens in that order.
 * A note that sounds when its program is replaced goes on in the new one, at its own time and with its state as far as that was not
 * edited; new ones are heard in both while one fades. Keys that are held, controllers, bends, pedals and rules are those of the live
 * run: a program with `voice` that follows one without strikes what is held then, and params that are bound to a controller follow it in any
 * program. Where the new program is to play fewer notes at once, those that would lose their voices first fade with the old one.
 * 1 when done; 0 where a number is out of range or none, or 1024 events wait already: then nothing was done. */
KN_API int kn_live_note_on(KnLive *live, int64_t frame, int channel, double key, double velocity);
KN_API int kn_live_note_off(KnLive *live, int64_t frame, int channel, double key, double velocity);
KN_API int kn_live_note_pressure(KnLive *live, int64_t frame, int channel, double key,
                                 double pressure);
KN_API int kn_live_pressure(KnLive *live, int64_t frame, int channel, double pressure);
KN_API int kn_live_bend(KnLive *live, int64_t frame, int channel, double semitones);
KN_API int kn_live_controller(KnLive *live, int64_t frame, int channel, int controller,
                              double value);
KN_API int kn_live_notes_off(KnLive *live, int64_t frame, int at_once);
KN_API int kn_live_midi(KnLive *live, int64_t frame, const uint8_t *message, int bytes);
KN_API int kn_live_set_mono(KnLive *live, int64_t frame, const char *mono, int legato,
                            double glide);
KN_API int kn_live_set_stealing(KnLive *live, int64_t frame, const char *steal);
/* Notes at once, 1 to 65536, of programs that are given from now on. Not for the audio thread. 1 when done. */
KN_API int kn_live_set_voices(KnLive *live, int voices);
/* How many notes of the program that was given last and has begun sounded at the end of the last block. Any thread. */
KN_API int kn_live_sounding(const KnLive *live);

/* The next frames, as kn_instance_process; arrays for the inputs and outputs of the live run.
 * Audio thread: never allocates, frees, locks, waits or calls the system. One thread at a time. */
KN_API void kn_live_process(KnLive *live, const float *const *inputs, float *const *outputs,
                            int frames);
/* The number of the next frame. Any thread. */
KN_API int64_t kn_live_frame(const KnLive *live);
/* "jit", "tcc", "cc" or "ref": what computes at the moment. Any thread. */
KN_API const char *kn_live_engine(KnLive *live);

#ifdef __cplusplus
}
#endif

#endif
