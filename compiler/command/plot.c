/* kanon plot: pictures of what a program, or a sound file, sounds like and does.
 * In: programs and sound files. Out: a PNG or SVG, a table of numbers, or text for a terminal. */
#include "command/plot.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/foreign_text.h"

typedef enum { AS_TEXT, AS_PNG, AS_SVG, AS_TABLE } Form;

typedef struct Plotting {
    Plot plot;
    Form form;
    PictureSize size;
    double rate; /* --rate; 0: the usual one */
    PlotSubject *subjects;
    int n, cap;
} Plotting;

/* ---- options ------------------------------------------------------------------------------------------ */

static bool choose_form(const Request *r, Form *form) {
    static const struct {
        const char *name;
        Form form;
    } forms[] = {{"png", AS_PNG}, {"svg", AS_SVG}, {"tsv", AS_TABLE}, {"text", AS_TEXT}};
    const char *slash = r->out ? strrchr(r->out, '/') : NULL,
               *dot = r->out ? strrchr(slash ? slash + 1 : r->out, '.') : NULL,
               *name = r->format ? r->format
                       : dot     ? dot + 1
                                 : NULL;
    *form = AS_TEXT;
    if (!r->out && !name) return true;
    for (size_t i = 0; name && i < sizeof forms / sizeof *forms; i++)
        if (strcasecmp(name, forms[i].name) == 0) {
            *form = forms[i].form;
            return true;
        }
    if (r->format)
        command_fail(STATUS_USAGE,
                     "--format is png, svg, tsv (a table of numbers) or text, not '%s'", r->format);
    else
        command_fail(
            STATUS_USAGE,
            "%s: a plot is written as .png, .svg or .tsv (a table of numbers); or say --format",
            r->out);
    return false;
}

static bool read_size(const Request *r, Form form, PictureSize *size) {
    static const SizeRange picture = {"pixels, such as 1000x600", 160, 120, 16384},
                           text = {"columns and lines of text, such as 100x30", 20, 6, 1000};
    const bool drawn = form == AS_PNG || form == AS_SVG;
    return option_size("--size", r->size, drawn ? &picture : &text, &size->width, &size->height);
}

static bool read_window(const Request *r, int *window) {
    if (!option_integer("--window", r->window, 16, 1 << 20, window)) return false;
    if ((*window & (*window - 1)) == 0) return true;
    command_fail(STATUS_USAGE, "--window takes a power of two of frames, such as 4096, not %s",
                 r->window);
    return false;
}

static bool read_floor(const Request *r, double *floor) {
    static const NumberRange levels = {"the lowest level that is shown, from -400dB to -1dB", "dB",
                                       -400, -1};
    *floor = NAN;
    return option_number("--floor", r->floor, &levels, floor);
}

static bool read_channels(const Request *r, Plot *plot) {
    plot->all = r->chosen.n == 0;
    for (int i = 0; i < r->chosen.n; i++) {
        int channel = 0;
        if (!option_integer("--channel", r->chosen.items[i], 0, MOST_CHANNELS - 1, &channel))
            return false;
        plot->chosen[channel] = true;
    }
    return true;
}

static bool asks_for_sound(const Request *r) {
    return r->wave || r->spectrum || r->spectrogram;
}
static bool asks_for_response(const Request *r) {
    return r->response || r->phase || r->group_delay;
}

static int read_options(Plotting *p) {
    const Request *r = p->plot.request;
    if (!choose_form(r, &p->form) || !read_size(r, p->form, &p->size) ||
        !read_window(r, &p->plot.window) || !read_floor(r, &p->plot.floor) ||
        !read_channels(r, &p->plot) || !option_rate("--rate", r->rate, &p->rate))
        return STATUS_USAGE;
    if (r->decibels && (asks_for_response(r) || r->spectrum || r->spectrogram || r->pole_zero) &&
        !r->wave)
        return command_fail(STATUS_USAGE,
                            "--decibels is for --wave: the others are in dB as they are");
    if (asks_for_sound(r) && asks_for_response(r) && (r->in || r->from || r->at))
        return command_fail(
            STATUS_USAGE,
            "%s chooses what is heard, and a response is that to an impulse: make two plots",
            r->in     ? "--in"
            : r->from ? "--from"
                      : "--at");
    if (p->form != AS_TEXT && r->out && strcmp(r->out, "-") != 0) return STATUS_DONE;
    if ((p->form == AS_PNG || p->form == AS_SVG) && isatty(STDOUT_FILENO) == 1)
        return command_fail(STATUS_USAGE,
                            "a picture is not written to a terminal; name a file with -o");
    return STATUS_DONE;
}

/* As wide as the terminal where there is one. */
static void choose_width(Plotting *p) {
    struct winsize window;
    if (p->form != AS_TEXT) {
        p->plot.width = p->size.width > 0 ? p->size.width : 1000;
        return;
    }
    if (p->size.width == 0 && !p->plot.request->out &&
        ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col >= 20)
        p->size.width = window.ws_col;
    p->plot.width = 2 * (p->size.width > 0 ? p->size.width : 80);
}

/* ---- subjects ------------------------------------------------------------------------------------------- */

static bool ends_in_kn(const char *path) {
    const size_t n = strlen(path);
    return n > 3 && strcmp(path + n - 3, ".kn") == 0;
}

/* The name of the file without its folders, or the expression; as a terminal may see it. */
static const char *name_of(Plotting *p, const Request *r) {
    Buf shown = {0};
    const char *slash = r->file ? strrchr(r->file, '/') : NULL;
    buf_puts(&shown, "");
    text_to_terminal(&shown, r->expression ? r->expression : slash ? slash + 1 : r->file);
    const char *name = arena_strndup(p->plot.figure->arena, shown.data, shown.length);
    buf_free(&shown);
    return name;
}

static int rate_of(Plotting *p, SoundInput *sound, PlotSubject *s) {
    Failure why;
    s->rate = p->rate > 0 ? p->rate : sound_input_rate(sound);
    if (!rate_is_possible(s->rate))
        return command_fail(
            STATUS_USAGE,
            "%s has %g Hz, and 1000 kHz are the most; give a --rate, to which it is resampled",
            s->name, s->rate);
    return sound_input_resample(sound, s->rate, &why) ? STATUS_DONE : command_fail_with(&why);
}

static int open_sound_file(Plotting *p, PlotSubject *s) {
    Failure why;
    const Request *r = &s->request;
    if (r->sets.n > 0 || r->in || r->midi)
        return command_fail(STATUS_USAGE, "%s is for programs, and %s is none",
                            r->in     ? "--in"
                            : r->midi ? "--midi"
                                      : "--set",
                            s->name);
    if (r->pole_zero)
        return command_fail(STATUS_USAGE,
                            "%s: only a program has poles and zeros; --response shows what "
                            "frequencies are in a sound file",
                            s->name);
    s->sound = sound_input_open(r->file, &why);
    if (!s->sound) return command_fail_with(&why);
    files_read_note(&p->plot.files, sound_input_identity(s->sound),
                    "the sound file that is plotted");
    const int status = rate_of(p, s->sound, s);
    if (status != STATUS_DONE) return status;
    Request times = *r;
    times.file = NULL;
    times.expression = "0";
    return load_program(&times, s->rate, s->rate, &s->c);
}

static int open_program(Plotting *p, PlotSubject *s) {
    Failure why;
    s->rate = p->rate > 0 ? p->rate : 48000;
    if (s->request.in) {
        s->in = sound_input_open(s->request.in, &why);
        if (!s->in) return command_fail_with(&why);
        files_read_note(&p->plot.files, sound_input_identity(s->in), "the file of --in");
        const int status = rate_of(p, s->in, s);
        if (status != STATUS_DONE) return status;
    }
    const int status = load_program(&s->request, s->rate, 192000, &s->c);
    if (s->c) files_read_add(&p->plot.files, &s->c->session.files);
    return status;
}

static int add_subject(Plotting *p, const char *file, const char *expression) {
    PlotSubject s = {.request = *p->plot.request, .is_sound_file = file && !ends_in_kn(file)};
    s.request.file = file;
    s.request.expression = expression;
    s.name = name_of(p, &s.request);
    const int status = s.is_sound_file ? open_sound_file(p, &s) : open_program(p, &s);
    VEC_PUSH(p->subjects, p->n, p->cap, s);
    return status;
}

static int add_subjects(Plotting *p) {
    const Request *r = p->plot.request;
    int status = STATUS_DONE;
    p->plot.subjects = r->files.n + (r->expression ? 1 : 0);
    if (p->plot.subjects > MOST_PLOT_SIGNALS)
        return command_fail(STATUS_USAGE,
                            "%d files are too many for one picture, which shows %d signals",
                            p->plot.subjects, MOST_PLOT_SIGNALS);
    for (int i = 0; i < r->files.n && status == STATUS_DONE; i++)
        status = add_subject(p, r->files.items[i], NULL);
    if (r->expression && status == STATUS_DONE) status = add_subject(p, NULL, r->expression);
    return status;
}

/* ---- panels ----------------------------------------------------------------------------------------------- */

static void make_title(Plotting *p) {
    Buf title = {0};
    buf_puts(&title, "");
    for (int i = 0; i < p->n; i++)
        buf_printf(&title, "%s%s", i ? ", " : "", p->subjects[i].name);
    p->plot.figure->title = arena_strndup(p->plot.figure->arena, title.data, title.length);
    buf_free(&title);
}

typedef int Listen(Plot *plot, PlotSubject *subject, PlotSignals *all);

static int listen_to_all(Plotting *p, Listen *listen, PlotSignals *all) {
    int status = STATUS_DONE;
    for (int i = 0; i < p->n && status == STATUS_DONE; i++)
        status = listen(&p->plot, &p->subjects[i], all);
    return status;
}

static int plot_sounds(Plotting *p) {
    const Request *r = p->plot.request;
    PlotSignals all = {0};
    const int status = listen_to_all(p, plot_listen, &all);
    if (status == STATUS_DONE) {
        if (r->wave) plot_wave(&p->plot, &all);
        if (r->spectrum) plot_spectrum(&p->plot, &all);
        if (r->spectrogram) plot_spectrogram(&p->plot, &all);
    }
    plot_signals_free(&all);
    return status;
}

static int plot_responses(Plotting *p) {
    PlotSignals all = {0};
    const int status = listen_to_all(p, plot_listen_to_impulse, &all);
    if (status == STATUS_DONE) plot_response(&p->plot, &all);
    plot_signals_free(&all);
    return status;
}

/* What is meant by no kind: the response of effects that hear nothing, else the wave. */
static void choose_kind(Plotting *p, Request *r) {
    bool effects = !r->in;
    if (asks_for_sound(r) || asks_for_response(r) || r->pole_zero) return;
    for (int i = 0; i < p->n; i++)
        effects = effects && !p->subjects[i].is_sound_file &&
                  p->subjects[i].c->program.graph->ninputs > 0;
    r->response = effects;
    r->wave = !effects;
}

static int make_panels(Plotting *p) {
    const Request *r = p->plot.request;
    int status = STATUS_DONE;
    make_title(p);
    if (asks_for_sound(r)) status = plot_sounds(p);
    if (asks_for_response(r) && status == STATUS_DONE) status = plot_responses(p);
    if (r->pole_zero && status == STATUS_DONE) status = plot_roots(&p->plot, p->subjects, p->n);
    return status;
}

/* ---- what comes out ----------------------------------------------------------------------------------------- */

static int draw(const Plotting *p, Buf *out) {
    const bool terminal = !p->plot.request->out && isatty(STDOUT_FILENO) == 1;
    const char *kind = getenv("TERM"), *without = getenv("NO_COLOR");
    EngineError why;
    if (p->form == AS_TABLE) {
        figure_table(p->plot.figure, out);
    } else if (p->form == AS_TEXT) {
        figure_text(
            p->plot.figure, p->size,
            terminal && kind && *kind && strcmp(kind, "dumb") != 0 && (!without || !*without), out);
    } else if (!figure_picture(p->plot.figure, p->form == AS_PNG ? PICTURE_PNG : PICTURE_SVG,
                               p->size, p->plot.request->dark, out, &why)) {
        return command_fail(why.status, "%s", why.message);
    }
    return STATUS_DONE;
}

static int write_file(Plotting *p, const Buf *text) {
    Failure why;
    OutputFile *file = output_file_open(
        &(OutputPlace){p->plot.request->out, "-o", &p->plot.files, NULL, false}, &why);
    if (!file) return command_fail_with(&why);
    output_file_write(file, text->data, text->length);
    return output_file_commit(file, NULL, &why) ? STATUS_DONE : command_fail_with(&why);
}

static int write_out(Plotting *p) {
    Buf out = {0};
    int status = draw(p, &out);
    if (status == STATUS_DONE)
        status = p->plot.request->out ? write_file(p, &out) : answer_print(&out, NULL);
    buf_free(&out);
    return status;
}

static void free_subject(PlotSubject *s) {
    sound_input_close(s->sound);
    sound_input_close(s->in);
    if (s->c) compile_free(s->c);
}

static int run(const Request *request) {
    Request chosen = *request; /* with the kinds that are meant */
    Plotting p = {.plot = {.request = &chosen, .figure = figure_create()}};
    int status = read_options(&p);
    if (status == STATUS_DONE) choose_width(&p);
    if (status == STATUS_DONE) status = add_subjects(&p);
    if (status == STATUS_DONE) choose_kind(&p, &chosen);
    if (status == STATUS_DONE) status = make_panels(&p);
    if (status == STATUS_DONE) status = write_out(&p);
    for (int i = 0; i < p.n; i++)
        free_subject(&p.subjects[i]);
    free(p.subjects);
    free(p.plot.files.items);
    figure_free(p.plot.figure);
    return status;
}

static const Option options[] = {
    {"output", 'o', OPTION_TEXT, "OUT", REQUEST_FIELD(out),
     "OUT.png, OUT.svg, or OUT.tsv with the numbers (a picture of characters, here)"},
    OPTION_ROW_E,
    {"wave", 0, OPTION_FLAG, NULL, REQUEST_FIELD(wave),
     "samples over time (what is meant without any of these)"},
    {"spectrum", 0, OPTION_FLAG, NULL, REQUEST_FIELD(spectrum),
     "the average level of each frequency, and the five highest peaks"},
    {"spectrogram", 0, OPTION_FLAG, NULL, REQUEST_FIELD(spectrogram),
     "the level of each frequency over time"},
    {"response", 0, OPTION_FLAG, NULL, REQUEST_FIELD(response),
     "what an effect does to the level of each frequency"},
    {"phase", 0, OPTION_FLAG, NULL, REQUEST_FIELD(phase), "and to its phase"},
    {"group-delay", 0, OPTION_FLAG, NULL, REQUEST_FIELD(group_delay), "and how late it comes"},
    {"pole-zero", 0, OPTION_FLAG, NULL, REQUEST_FIELD(pole_zero),
     "poles and zeros of a linear filter"},
    {"from", 0, OPTION_TEXT, "TIME", REQUEST_FIELD(from), "where to begin (0)"},
    {"for", 0, OPTION_TEXT, "DUR", REQUEST_FIELD(duration),
     "how long (as of render; a response: until it is over)"},
    {"at", 0, OPTION_TIMES, "A..B", REQUEST_FIELD(at), "from when to when: 0..20ms"},
    {"channel", 0, OPTION_LIST, "N", REQUEST_FIELD(chosen),
     "one of the outputs, counted from 0; may be given again (all)"},
    OPTION_ROW_RATE("frames a second (48000, or that of the file)"),
    {"in", 0, OPTION_TEXT, "IN.wav", REQUEST_FIELD(in), "what a program's inputs hear"},
    OPTION_ROW_SET,
    {"linear", 0, OPTION_FLAG, NULL, REQUEST_FIELD(linear),
     "an even axis of frequencies, not a logarithmic one"},
    {"decibels", 0, OPTION_FLAG, NULL, REQUEST_FIELD(decibels), "a wave in dBFS"},
    {"window", 0, OPTION_TEXT, "N", REQUEST_FIELD(window),
     "frames of a spectrum's window, a power of two (16384; of a spectrogram 4096)"},
    {"floor", 0, OPTION_TEXT, "DB", REQUEST_FIELD(floor), "the lowest level that is shown"},
    {"size", 0, OPTION_TEXT, "WxH", REQUEST_FIELD(size), "pixels; without -o columns and lines"},
    {"dark", 0, OPTION_FLAG, NULL, REQUEST_FIELD(dark), "light lines on a dark ground"},
    {"format", 0, OPTION_TEXT, "png|svg|tsv|text", REQUEST_FIELD(format),
     "instead of by OUT's ending"},
    OPTION_ROWS_NOTES,
    OPTION_ROW_BELOW,
    OPTION_ROW_LIMIT,
    OPTION_ROW_DOUBLE,
    OPTION_ROW_ENGINE("what runs the program (auto: jit)"),
    OPTION_ROW_ISA,
};

const Command command_plot = {
    .name = "plot",
    .run = run,
    .summary = "pictures: wave, spectrum, response",
    .usage = "FILE.kn|FILE.wav... [-o OUT.png|OUT.svg] [options]",
    .text =
        "Draws programs and sound files over each other, a panel for each kind that is asked for,\n"
        "as a picture or, without -o, as text. A full-scale sine has a level of 0 dB.\n"
        "A response is what comes out when all inputs hear one impulse; a sound file is taken for\n"
        "such a response itself.",
    .options = options,
    .noptions = sizeof options / sizeof *options,
    .operand = "FILE.kn or FILE.wav",
    .takes_program = true,
    .many = true,
};
