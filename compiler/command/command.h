/* What the commands of `kanon` share: the request read from the command line, loading a program,
 * times and --set values, files that appear whole or not at all, sound files, progress, and the
 * render loop. Only the command line includes this; the compiler proper is in the other wings. */
#ifndef KANON_COMMAND_H
#define KANON_COMMAND_H

#include "engine/engine.h"

/* Exit statuses, as docs say. */
enum {
    STATUS_DONE = 0,
    STATUS_PROGRAM = 1, /* the program has errors */
    STATUS_USAGE = 2,   /* the command line is wrong */
    STATUS_FILE = 3,    /* a file, a disk or a device failed */
};

/* A reason why something failed, in words for the user, and the exit status that it means. */
typedef struct Failure {
    char text[1024];
    int status;
} Failure;
/* Puts the reason down, that of a file or device; returns false so that `return failure(…)` reads well. */
bool failure(Failure *why, const char *fmt, ...) KN_PRINTF(2, 3);
/* Prints it; returns its status. */
int command_fail_with(const Failure *why);

/* ---- command/options.c: the command line to a Request ---------------------------------------- */

typedef struct TextList {
    const char **items;
    int n, cap;
} TextList;

/* Everything a command line can ask for. What was not given is NULL or false. */
typedef struct Request {
    const struct Command *command;
    const char *file;       /* FILE.kn, or the NAME of `doc` */
    const char *expression; /* -e */
    const char *out, *duration, *from, *rate, *max_rate, *in, *format, *bits, *engine, *jobs,
        *block, *name, *at, *dump, *skip_pass, *stop_after, *keep_c, *isa, *only_below, *dither,
        *midi, *voices, *steal, *mono, *glide, *part, *sweep, *device, *channels, *record, *threads,
        *fade, *midi_out, *osc, *uri, *plugin_class, *quantize, *socket, *to, *layer, *order;
    const char *size, *frames, *fps, *samples, *depth; /* of pictures */
    bool with_sound;
    int picture_width;      /* CompileOptions.picture_width; of kanon image */
    Buf times;              /* what --at was put together of */
    char folder[PATH_MAX];  /* of --only-below, links resolved */
    const char *folders[1]; /* that one: a Request stays where it was read */
    TextList sets, limit_texts, strategies, files, midi_ports, chosen, muted, soloed;
    TextList session_words;     /* of session files, owned */
    const char *session_folder; /* while one is read */
    StrategySet without;        /* those strategies */
    Limits limits;              /* what --limit says, else the usual ones */
    bool legato, normalize, source, double_precision, json, explain, with_main, time_passes, resume,
        list_devices, list_midi, osc_any, stats, plain, jack, lv2, install, portable, help;
    /* of kanon plot */
    const char *window, *floor;
    bool wave, spectrum, spectrogram, response, phase, group_delay, pole_zero, linear, decibels,
        dark;
    bool is_complex, inverse;                     /* of kanon fourier */
    const char *n_fft, *hop, *mels, *scale, *log; /* of kanon mel */
} Request;

/* OPTION_TIMES: a text that `by STEP` may follow as two more words. */
typedef enum { OPTION_FLAG, OPTION_TEXT, OPTION_LIST, OPTION_TIMES } OptionKind;

typedef struct Option { /* one row of a command's table */
    const char *name;   /* without the dashes */
    char letter;        /* its short form, 0 none */
    OptionKind kind;
    const char *value; /* what its value is called in the help; NULL for a flag */
    size_t field;      /* offset of what it fills in Request */
    const char *help;
} Option;

typedef struct Command {
    const char *name;
    int (*run)(const Request *request);
    const char *summary; /* one line */
    const char *usage;   /* what follows "kanon NAME " */
    const char *text;    /* the long help, before the options */
    const Option *options;
    int noptions;
    const char *operand; /* "FILE.kn", or what else stands without a dash; NULL: nothing may */
    bool takes_program;  /* FILE.kn or -e is needed */
    bool many;           /* operands: all of them are `files`, with or without -e */
    bool sessions;       /* an operand may be a session file: its words stand for it */
} Command;

/* Rows that several commands have. */
#define REQUEST_FIELD(member) offsetof(Request, member)
#define OPTION_ROW_E                                                                               \
    {                                                                                              \
        "expression", 'e', OPTION_TEXT, "EXPR", REQUEST_FIELD(expression),                         \
            "a program given as text, instead of FILE.kn"                                          \
    }
#define OPTION_ROW_BELOW                                                                           \
    {                                                                                              \
        "only-below", 0, OPTION_TEXT, "DIR", REQUEST_FIELD(only_below),                            \
            "the program may use and sample files below DIR only"                                  \
    }
#define OPTION_ROW_LIMIT                                                                           \
    {                                                                                              \
        "limit", 0, OPTION_LIST, "WHAT=VALUE", REQUEST_FIELD(limit_texts),                         \
            "what compiling may take: time=10s, memory=1GiB; what the program may: state=1GiB"     \
    }
#define OPTION_ROW_RATE(text)                                                                      \
    { "rate", 0, OPTION_TEXT, "HZ", REQUEST_FIELD(rate), text }
#define OPTION_ROW_ENGINE(text)                                                                    \
    { "engine", 0, OPTION_TEXT, "auto|jit|tcc|cc|ref", REQUEST_FIELD(engine), text }
#define OPTION_ROW_ISA                                                                             \
    {                                                                                              \
        "isa", 0, OPTION_TEXT, "NAME", REQUEST_FIELD(isa),                                         \
            "kernels of engine jit: baseline, avx2, avx512, neon (the best)"                       \
    }
#define OPTION_ROW_DOUBLE                                                                          \
    {                                                                                              \
        "double", 0, OPTION_FLAG, NULL, REQUEST_FIELD(double_precision),                           \
            "compute signals in 64-bit floating point, not 32"                                     \
    }
#define OPTION_ROW_SET                                                                             \
    {                                                                                              \
        "set", 0, OPTION_LIST, "NAME=VALUE", REQUEST_FIELD(sets),                                  \
            "a param's value, or a function of time: 'cutoff=t => 200 + 50*t'"                     \
    }
#define OPTION_ROWS_AIDS                                                                           \
    {"dump",                                                                                       \
     0,                                                                                            \
     OPTION_TEXT,                                                                                  \
     "WHAT",                                                                                       \
     REQUEST_FIELD(dump),                                                                          \
     "print tokens, ast, graph, graph:after-PASS, strips or c, and stop"},                         \
        {"time-passes",                                                                            \
         0,                                                                                        \
         OPTION_FLAG,                                                                              \
         NULL,                                                                                     \
         REQUEST_FIELD(time_passes),                                                               \
         "how long each pass took, on standard error"},                                            \
        {"skip-pass", 0, OPTION_TEXT, "NAME", REQUEST_FIELD(skip_pass), "leave a pass out"},       \
        {"no-strategy",                                                                            \
         0,                                                                                        \
         OPTION_LIST,                                                                              \
         "NAME",                                                                                   \
         REQUEST_FIELD(strategies),                                                                \
         "compute without it: see kanon check --explain"},                                         \
        {"stop-after",                                                                             \
         0,                                                                                        \
         OPTION_TEXT,                                                                              \
         "NAME",                                                                                   \
         REQUEST_FIELD(stop_after),                                                                \
         "run no pass after this one"},                                                            \
    {                                                                                              \
        "keep-c", 0, OPTION_TEXT, "FILE", REQUEST_FIELD(keep_c),                                   \
            "write the C that the engine compiles to FILE"                                         \
    }

/* Of an instrument. */
#define OPTION_ROW_VOICES                                                                          \
    { "voices", 0, OPTION_TEXT, "N", REQUEST_FIELD(voices), "notes of an instrument at once (32)" }
#define OPTION_ROWS_VOICES                                                                         \
    OPTION_ROW_VOICES,                                                                             \
        {"steal",                                                                                  \
         0,                                                                                        \
         OPTION_TEXT,                                                                              \
         "oldest|quietest|same",                                                                   \
         REQUEST_FIELD(steal),                                                                     \
         "the note that makes way for one too many (oldest; same: of that key first)"},            \
        {"mono",                                                                                   \
         0,                                                                                        \
         OPTION_TEXT,                                                                              \
         "last|low|high",                                                                          \
         REQUEST_FIELD(mono),                                                                      \
         "one note at a time: which of the keys that are held"},                                   \
        {"legato",                                                                                 \
         0,                                                                                        \
         OPTION_FLAG,                                                                              \
         NULL,                                                                                     \
         REQUEST_FIELD(legato),                                                                    \
         "with --mono: a key struck while one is held begins no new note"},                        \
    {                                                                                              \
        "glide", 0, OPTION_TEXT, "DUR", REQUEST_FIELD(glide),                                      \
            "with --mono: how long it takes from key to key (0 s)"                                 \
    }
#define OPTION_ROWS_NOTES                                                                          \
    {"midi",                                                                                       \
     0,                                                                                            \
     OPTION_TEXT,                                                                                  \
     "SONG.mid",                                                                                   \
     REQUEST_FIELD(midi),                                                                          \
     "what an instrument, a program with `voice`, plays"},                                         \
        OPTION_ROWS_VOICES

/* Reads argv[0…argc) (what follows the command's name) by the command's table. False: a message
 * was printed and the exit status is STATUS_USAGE. Free with request_free. */
bool request_read(const Command *command, int argc, char **argv, Request *request);
void request_free(Request *request);
/* `kanon COMMAND --help` as text. */
void request_help(const Command *command, Buf *out);

/* Values of options; each prints what is wrong and returns false. `text` NULL leaves *value. */
bool option_integer(const char *option, const char *text, int low, int high, int *value);
/* A number in decimal digits, the unit behind it where there is one. `what` tells of what, and has an example. */
typedef struct NumberRange {
    const char *what, *unit; /* unit NULL: none may stand there */
    double low, high;
} NumberRange;
bool option_number(const char *option, const char *text, const NumberRange *range, double *value);
/* FIRST..LAST, whole numbers from 0 on. */
bool option_span(const char *option, const char *text, const char *what, int64_t *first,
                 int64_t *last);
/* WIDTHxHEIGHT. `what` tells of what, and has an example: "points, such as 1280x720". */
typedef struct SizeRange {
    const char *what;
    int width, height, most; /* the least of each, the most of both */
} SizeRange;
bool option_size(const char *option, const char *text, const SizeRange *range, int *width,
                 int *height);
/* Frames a second that a program can run at, whoever says so. */
bool rate_is_possible(double rate);
/* A rate in Hz: 48000, 44.1kHz; 1 to 1,000,000. */
bool option_rate(const char *option, const char *text, double *value);
bool option_engine(const char *text, EngineKind *kind);

/* ---- command/session_file.c: the words of kanon play, in a file ------------------------------- */

bool session_file_is_named(const char *word);
/* Adds its words, each to be freed. False, with a message: it cannot be read. */
bool session_file_read(const char *path, TextList *words);

/* ---- command/message.c: what the user reads -------------------------------------------------- */

/* "kanon: …" on standard error; returns the status, so that commands can end with it. */
int command_fail(int status, const char *fmt, ...) KN_PRINTF(2, 3);
/* A line without a title, on standard error. */
void command_say(const char *fmt, ...) KN_PRINTF(1, 2);
/* A message that ends nothing. */
void command_warn(const char *fmt, ...) KN_PRINTF(1, 2);
/* Writes text to standard output. STATUS_DONE also when its reader is gone, which *gone (may be
 * NULL) tells; STATUS_FILE with a message when it cannot be written. */
int answer_print(const Buf *text, bool *gone);
/* A number as JSON has it: null when it is not finite. */
void json_number(Buf *out, double value);
double seconds_now(void); /* of a clock that never goes back */

/* ---- command/load.c: FILE.kn or -e to a Compile ---------------------------------------------- */

/* Compiles the request's program to c->graph. Errors and warnings were printed. Returns the exit
 * status; *c is to be freed in any case (it may be NULL). */
int load_program(const Request *request, double rate, double max_rate, Compile **c);
/* The same without printing: what is wrong is in (*c)->diags. */
bool load_quietly(const Request *request, double rate, double max_rate, Compile **c);
/* Prints the diags to standard error and forgets them. */
void load_print_diags(Compile *c);
/* The exit status the diags ask for: STATUS_FILE when only files failed. */
int load_status(const Compile *c);
/* Does what --time-passes, --skip-pass, --stop-after and --keep-c ask for. Returns a status. */
int load_aids(const Request *request, Compile *c);
/* --dump: prints to standard output. Only with request->dump. Returns the exit status. */
int load_dump(const Request *request, double rate, double max_rate);
/* "bell" of "songs/bell.kn", malloc'd; `otherwise` for -e. */
char *load_stem(const Request *request, const char *otherwise);

/* ---- command/c_name.c: names in C ------------------------------------------------------------ */

/* Can it be given by --name? False: a message was printed. */
bool c_name_is_good(const char *name);
bool c_name_is_identifier(const char *name);
/* Would it, or what begins with it in C, meet a name of C, C++, their headers or Kanon? */
bool c_name_is_taken(const char *name);
/* One that is free, malloc'd: "my-bell 2" is my_bell_2, "2bells" is kanon_2bells, "sin" sin_program. */
char *c_name_of_file(const char *stem);

/* ---- command/times.c: --for, --from, --at ---------------------------------------------------- */

/* Seconds from a Kanon constant, finite and not negative. False: a message was printed. */
bool time_read(Compile *c, const char *option, const char *text, double *seconds);
/* A time, or a range of times with or without `by`. *step is 0 when none is given. */
bool time_range_read(Compile *c, const char *option, const char *text, double *from, double *to,
                     double *step);
/* The frame at (or nearest to) a time; -1 when it is too far for a 52-bit number. */
int64_t time_frame(double seconds, double rate);

/* ---- command/automation.c: --set ------------------------------------------------------------- */

typedef struct ParamSetting {
    int param;
    double value; /* of a constant */
    bool varies;  /* a function of time: `output` of the program's graph */
    NodeId output;
} ParamSetting;

typedef struct ParamSettings {
    ParamSetting *items;
    int n, cap;
    int curves;         /* how many vary, and */
    const Graph *graph; /* the graph that their nodes are in */
} ParamSettings;

/* Reads all --set of the request against the program's params. Returns the exit status. */
int settings_read(const Request *request, Compile *c, ParamSettings *settings);
void settings_free(ParamSettings *settings);

/* ---- command/output_file.c: whole or not at all ---------------------------------------------- */

typedef struct OutputFile OutputFile;
typedef struct OutputPlace {
    const char *path;   /* "-" is standard output */
    const char *option; /* what names it on the command line: "-o" */
    FilesRead *spared;  /* must not be replaced */
    const char
        *what; /* said of outputs that follow and would replace this one; NULL: none follows */
    bool
        seeks; /* the writer goes back (a WAV header): a pipe or device gets the bytes at the end */
} OutputPlace;
/* Opens a file to be put there. Nothing is seen at the path before output_file_commit. NULL with a
 * reason. */
OutputFile *output_file_open(const OutputPlace *place, Failure *why);
int output_file_handle(const OutputFile *file); /* file descriptor to write into */
/* A file without a name in TMPDIR, for what is gone afterwards; -1 with errno. */
int temporary_file(void);
/* Writes all of it; false after a failure, also of an earlier write. */
bool output_file_write(OutputFile *file, const void *data, size_t size);
/* Where it will be, links resolved; NULL for pipes and devices. */
const char *output_file_target(const OutputFile *file);
/* Another file, beside the target, becomes what is put in place; it stays where that fails. False with a reason. */
bool output_file_adopt(OutputFile *file, const char *path, Failure *why);
/* Somebody else's write into the handle failed with this errno. */
void output_file_failed(OutputFile *file, int error);
/* It is as if no write had failed: what is in the file is what was meant. */
void output_file_forgive(OutputFile *file);
/* The reader of a pipe is gone: no error, but nothing more needs to be written. */
bool output_file_reader_gone(const OutputFile *file);
/* Puts the file in place and frees. False with a reason: then nothing was changed. *gone (may be
 * NULL): the reader of a pipe left before the end, which is no failure. */
bool output_file_commit(OutputFile *file, bool *gone, Failure *why);
/* Forgets what was written and frees. */
void output_file_abandon(OutputFile *file);
/* Why writing failed, with the file's name. */
bool output_file_reason(const OutputFile *file, Failure *why);

/* ---- command/sound_file.c: WAV, FLAC and raw float ------------------------------------------- */

/* SOUND_WAV is RF64 where it has to be, SOUND_RF64 always. */
typedef enum { SOUND_WAV, SOUND_RF64, SOUND_FLAC, SOUND_F32 } SoundContainer;

typedef struct SoundFormat {
    SoundContainer container;
    int bits; /* 16, 24; 32 is float */
    bool dither;
} SoundFormat;

/* The format asked for by --format, --bits, --dither and the ending of `out` (may be NULL). False: a
 * message was printed. */
bool sound_format_choose(const char *out, const char *format, const char *bits, const char *dither,
                         SoundFormat *f);
const char *sound_format_ending(SoundContainer container); /* ".wav" */
/* Whether the format can hold so many channels at that rate; false with a reason. */
bool sound_format_fits(SoundFormat format, int channels, double rate, Failure *why);

/* ---- command/sound_pack.c: float samples as the bytes of a file ------------------------------- */

typedef struct SoundFacts { /* about what was written */
    int64_t frames;
    double peak; /* largest magnitude of what was rendered, before clipping */
    int64_t peak_frame;
    int64_t clipped, first_clipped;      /* samples beyond full scale, in integer formats */
    int64_t not_finite, first_bad_frame; /* NaN and infinite samples; 0 in integer formats */
    int first_bad_channel;
} SoundFacts;

/* Facts of what comes right behind. */
void sound_facts_add(SoundFacts *facts, const SoundFacts *more);

typedef struct SoundPacker {
    SoundFormat format;
    int channels;
    uint64_t number; /* of the next sample, counted from time 0: dither hangs on it */
    SoundFacts facts;
} SoundPacker;
/* From frame `from` on. */
SoundPacker sound_packer(SoundFormat format, int channels, int64_t from);
/* Bytes of a frame. */
size_t sound_frame_bytes(SoundFormat format, int channels);
void sound_pack(SoundPacker *packer, const float *samples, int frames, unsigned char *to);
/* One sample as an integer of so many bits: times 2^(bits-1), and `dither` steps more, rounded to nearest (ties
 * to even), held at the ends; a NaN is 0. */
int32_t sound_quantize(float sample, int bits, double dither);
/* Between -1 and 1, most often near 0 (the sum of two even chances), always the same for a sample's number. */
double sound_dither(uint64_t number);

/* ---- command/wav_header.c: what stands in front of the samples of WAV and RF64 ----------------- */

enum { WAV_HEADER = 128 };
/* For so many frames; returns its size, which is the same for any number of frames. `room`: it has room for lengths of
 * 64 bits, and is RF64 where they are needed. */
int wav_header(const SoundPacker *packer, double rate, int64_t frames, bool room,
               unsigned char to[WAV_HEADER]);
/* Whether so many frames may need those. */
bool wav_needs_room(const SoundPacker *packer, int64_t frames);

/* ---- command/sound_file.c, again --------------------------------------------------------------- */

typedef struct SoundInput SoundInput;
/* NULL with a reason when the file is missing, no sound, or cut off. */
SoundInput *sound_input_open(const char *path, Failure *why);
/* The file of --in, if there is one. Its rate is the program's, unless --rate says something else: then it is resampled. Returns the
 * exit status, a message was printed. */
int sound_input_of(const Request *request, double *rate, SoundInput **in);
void sound_input_close(SoundInput *in);
int sound_input_channels(const SoundInput *in);
/* Of a sample: 16, 24, 32 (float), else 0. */
int sound_input_bits(const SoundInput *in);
/* The next frames, which are there, as the file has them: interleaved. */
bool sound_input_take(SoundInput *in, float *to, int frames, Failure *why);
/* Whether its channels feed so many inputs; false with a reason that says what to write. */
bool sound_input_suits(const SoundInput *in, int inputs, Failure *why);
/* From now on it is heard at that rate. False with a reason. */
bool sound_input_resample(SoundInput *in, double rate, Failure *why);
double sound_input_rate(const SoundInput *in);
int64_t sound_input_frames(const SoundInput *in);
/* Which file it is. */
const struct stat *sound_input_identity(const SoundInput *in);
/* The next frames into n channels; a mono file feeds all of them; silence after its end. */
bool sound_input_read(SoundInput *in, float *const *channels, int n, int frames, Failure *why);

typedef struct SoundOutput SoundOutput;
/* Writes sound into `file`, of which the first frame has the number `from`. `frames_at_most` decides between
 * WAV and RF64. NULL with a reason. */
SoundOutput *sound_output_open(OutputFile *file, SoundFormat format, int channels, double rate,
                               int64_t from, int64_t frames_at_most, Failure *why);
/* Interleaved samples. False when the file failed (the reason is the OutputFile's). */
bool sound_output_write(SoundOutput *out, const float *samples, int frames);
/* After a failed write: the whole frames that are in the file are what is kept, and closing completes it. False where that cannot
 * be: FLAC, pipes. */
bool sound_output_keep(SoundOutput *out);
/* Completes the header; does not close the file. False with a reason. Frees. */
bool sound_output_close(SoundOutput *out, SoundFacts *facts, Failure *why);

/* ---- command/progress.c: how far, how fast, how long yet ------------------------------------- */

typedef struct Progress {
    bool shown;   /* standard error is a terminal */
    bool visible; /* something stands in the line */
    double rate;  /* frames a second of sound */
    double began, last;
} Progress;
void progress_begin(Progress *p, double rate);
/* At most ten times a second. `what` stands in front: "rendering", "running up". */
void progress_update(Progress *p, const char *what, int64_t done, int64_t total);
void progress_end(Progress *p); /* erases the line */

/* ---- command/rendering.c: the loop around an engine, without files or printing -------------------------- */

typedef struct Render {
    Engine *engine;
    const Graph *graph;
    const ParamSettings *settings; /* may be NULL */
    double rate;
    int64_t from;   /* first frame that is written */
    int64_t frames; /* how many; with `tail` at most, counted from frame 0 as `input_frames` is */
    bool tail;      /* ends a second after the output died away, but not within the input */
    int64_t input_frames;
    int block;               /* frames a call */
    const struct Song *song; /* of an instrument; NULL: it plays nothing */
    int jobs;                /* threads */
    /* The next frames of the inputs; NULL is silence. False ends the render. */
    bool (*read)(void *context, float *const *inputs, int frames);
    /* Interleaved output. False ends the render. */
    bool (*write)(void *context, const float *samples, int frames);
    /* Called after each block by the thread that writes; may be NULL. */
    void (*progress)(void *context, bool silent, int64_t done, int64_t total);
    void *context;
} Render;

typedef enum { RENDER_DONE, RENDER_STOPPED, RENDER_NO_MEMORY } RenderResult;
/* Renders it. *clamped counts the --set values outside their range (may be NULL). */
RenderResult render_run(const Render *render, int64_t *clamped);
/* How long a program sounds that has no `length`, hears no input and was given no --for: seconds.
 */
double render_default_length(Graph *g);

/* ---- the commands ---------------------------------------------------------------------------- */

extern const Command command_play, command_render, command_build, command_plugin, command_check,
    command_graph, command_bench, command_print, command_doc, command_join, command_image;
extern const Command command_plot, command_eval, command_fourier, command_mel;

#endif
