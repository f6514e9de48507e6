/* kanon build: a program into C.
 * In: FILE.kn. Out: OUT.c and OUT.h, both or none; with -o - one self-contained text on standard
 * output. */
#include "command/song.h"
#include "base/foreign_text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The headers of JACK, too, have names of their own. */
static bool is_of_jack(const char *name) {
    return strncmp(name, "jack", 4) == 0 && (!name[4] || name[4] == '_');
}

static char *name_of_file(const Request *request) {
    char *stem = load_stem(request, ""), *name = c_name_of_file(stem);
    free(stem);
    if (!request->jack || !is_of_jack(name)) return name;
    Buf other = {0};
    buf_printf(&other, "kanon_%s", name);
    free(name);
    return other.data;
}

/* malloc'd; NULL with a message. */
static char *choose_name(const Request *request) {
    if (!request->name)
        return request->expression ? strdup("kanon_program") : name_of_file(request);
    if (request->jack && is_of_jack(request->name)) {
        command_fail(STATUS_USAGE, "--name: names of JACK begin with jack; take another than '%s'",
                     request->name);
        return NULL;
    }
    return c_name_is_good(request->name) ? strdup(request->name) : NULL;
}

typedef struct Paths {
    char *source, *header;   /* header NULL: one text to standard output */
    const char *header_name; /* without folders, for #include */
} Paths;

static void paths_free(Paths *paths) {
    free(paths->source);
    free(paths->header);
}

/* OUT.c, and OUT.h beside it. False: a message was printed. */
static bool choose_paths(const Request *request, const char *name, Paths *paths) {
    *paths = (Paths){0};
    if (request->out && strcmp(request->out, "-") == 0) {
        paths->source = strdup("-");
        return true;
    }
    Buf source = {0}, header = {0};
    if (request->out) {
        buf_puts(&source, request->out);
    } else {
        char *stem = load_stem(request, name); /* the source names its header */
        buf_printf(&source, "%s.c", text_can_be_included(stem) ? stem : name);
        free(stem);
    }
    if (source.length < 3 || strcmp(source.data + source.length - 2, ".c") != 0) {
        command_fail(STATUS_USAGE, "build writes C: -o takes a name that ends in .c, not '%s'",
                     source.data ? source.data : "");
        buf_free(&source);
        return false;
    }
    buf_add(&header, source.data, source.length - 1);
    buf_puts(&header, "h");
    const char *slash = strrchr(header.data, '/');
    *paths = (Paths){source.data, header.data, slash ? slash + 1 : header.data};
    if (text_can_be_included(paths->header_name)) return true;
    command_fail(
        STATUS_USAGE,
        "the source includes its header by name, and C cannot name '%s'; give a name without "
        "quotes, backslashes and signs that are not seen with -o",
        paths->header_name);
    paths_free(paths);
    return false;
}

/* Both are written before one of them appears. */
static int write_both(const EmitResult *result, Compile *c, const Paths *paths) {
    Failure why;
    OutputPlace at_source = {paths->source, "-o", &c->session.files, NULL, false};
    OutputPlace at_header = {paths->header, "-o", &c->session.files, NULL, false};
    OutputFile *source = output_file_open(&at_source, &why);
    if (!source) return command_fail_with(&why);
    OutputFile *header = paths->header ? output_file_open(&at_header, &why) : NULL;
    bool ok = header || !paths->header;
    if (ok && !output_file_write(source, result->source.data, result->source.length))
        ok = output_file_reader_gone(source) || output_file_reason(source, &why);
    if (ok && header && !output_file_write(header, result->header.data, result->header.length))
        ok = output_file_reason(header, &why);
    if (!ok) {
        output_file_abandon(source);
        output_file_abandon(header);
        return command_fail_with(&why);
    }
    bool new_header = paths->header && access(paths->header, F_OK) != 0;
    if (header && !output_file_commit(header, NULL, &why)) {
        output_file_abandon(source);
        return command_fail_with(&why);
    }
    if (output_file_commit(source, NULL, &why)) return STATUS_DONE;
    if (new_header) unlink(paths->header); /* not one without the other */
    return command_fail_with(&why);
}

/* Outputs that are heard; those behind them are what a picture shows. */
static Graph heard_graph(const Compile *c) {
    Graph g = *c->program.graph;
    g.noutputs -= c->program.picture.shown;
    return g;
}

static int emit_and_write(const Request *request, Compile *c, const char *name,
                          const Paths *paths) {
    int voices = USUAL_VOICES;
    Graph heard = heard_graph(c);
    Voicing how = {0};
    if (!option_integer("voices", request->voices, 1, MOST_VOICES, &voices) ||
        voicing_read(request, c, &how) != STATUS_DONE)
        return STATUS_USAGE;
    EmitOptions options = {.name = name,
                           .host = request->jack        ? HOST_JACK
                                   : request->with_main ? HOST_COMMAND
                                                        : HOST_NONE,
                           .voicing = {how.voicing, how.stealing, how.legato, how.glide},
                           .max_rate = c->options.max_rate,
                           .double_precision = c->options.double_precision,
                           .default_length = render_default_length(&heard),
                           .header_name = paths->header_name};
    EmitResult result = {0};
    bool ok =
        (c->lowered || compile_lower(c, NULL)) && compile_emit_whole(c, options, voices, &result);
    int status = ok ? STATUS_DONE : load_status(c);
    load_print_diags(c);
    if (ok) status = write_both(&result, c, paths);
    buf_free(&result.source);
    buf_free(&result.header);
    return status;
}

/* A file may be a picture alone; what runs by itself is heard. */
static int check_outputs(const Request *request, const Compile *c) {
    if (heard_graph(c).noutputs > 0) return STATUS_DONE;
    if (!c->program.picture.graph)
        return command_fail(STATUS_PROGRAM, "the program has no `out`: there is nothing to build");
    return request->with_main
               ? command_fail(STATUS_PROGRAM, "--main: the program has no `out` to write")
               : STATUS_DONE;
}

static int build(const Request *given, double rate, double max_rate) {
    Request built = *given, *request = &built;
    char *name = choose_name(request);
    Paths paths;
    if (!name) return STATUS_USAGE;
    if (!choose_paths(request, name, &paths)) {
        free(name);
        return STATUS_USAGE;
    }
    Compile *c;
    if (!request->jack && !request->expression) request->picture_width = PICTURE_ANY_WIDTH;
    int status = load_program(request, rate, max_rate, &c);
    if (status == STATUS_DONE) status = check_outputs(request, c);
    if (status == STATUS_DONE) status = load_aids(request, c);
    if (status == STATUS_DONE) status = emit_and_write(request, c, name, &paths);
    compile_free(c);
    paths_free(&paths);
    free(name);
    return status;
}

static int run(const Request *request) {
    double rate = 0, max_rate = 192000;
    if (!option_rate("--rate", request->rate, &rate) ||
        !option_rate("--max-rate", request->max_rate, &max_rate))
        return STATUS_USAGE;
    if (rate > max_rate && request->max_rate)
        return command_fail(STATUS_USAGE, "--rate %s is above --max-rate %s", request->rate,
                            request->max_rate);
    return request->dump ? load_dump(request, rate, max_rate) : build(request, rate, max_rate);
}

static const Option options[] = {
    {"output", 'o', OPTION_TEXT, "OUT.c", REQUEST_FIELD(out),
     "the C file (FILE.c); the header goes beside it; - is standard output"},
    OPTION_ROW_E,
    OPTION_ROW_BELOW,
    OPTION_ROW_LIMIT,
    OPTION_ROW_RATE("the one rate it will run at (any, told to NAME_init)"),
    {"max-rate", 0, OPTION_TEXT, "HZ", REQUEST_FIELD(max_rate),
     "the highest rate it has room for, without --rate (192000)"},
    {"name", 0, OPTION_TEXT, "NAME", REQUEST_FIELD(name), "what all its names begin with (FILE)"},
    {"main", 0, OPTION_FLAG, NULL, REQUEST_FIELD(with_main),
     "add a main: raw f32 from standard input to standard output"},
    {"jack", 0, OPTION_FLAG, NULL, REQUEST_FIELD(jack),
     "add a main that is a client of JACK, with params on its command line"},
    OPTION_ROWS_VOICES,
    OPTION_ROW_DOUBLE,
    OPTION_ROWS_AIDS,
};

const Command command_build = {
    .name = "build",
    .run = run,
    .summary = "C source OUT.c and header OUT.h",
    .usage = "FILE.kn [-o OUT.c] [options]",
    .text = "Writes the program as C11 that needs nothing but math.h, string.h and stdint.h, with\n"
            "a header for C and C++. Both files appear, or none. A program with `image(x, y, t)` "
            "has NAME_image,\n"
            "which paints it. What Kanon emits is yours.",
    .options = options,
    .noptions = sizeof options / sizeof *options,
    .operand = "FILE.kn",
    .takes_program = true,
};
