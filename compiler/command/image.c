/* kanon image: a program's picture, or the frames of one that moves.
 * In: FILE.kn with `image(x, y, t)` or `field(x, y, z, t)`; a sound file for its inputs, values for its params. Out: PNG, PFM or Y4M, whole or
 * not at all, and one line about it on standard error.
 *
 * Rows are shared by threads, and no bit hangs on how many there are. What the picture shows of the program's sound is heard
 * first: the program runs, silently, up to the moment of each frame. */
#include "command/picture_file.h"
#include "command/runner.h"
#include "command/song.h"
#include "engine/picture.h"
#include "engine/pool.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    USUAL_SIZE = 512,
    LONGEST_SIDE = 1 << 16,
    LONGEST_ROW = 1000000,     /* a row is a program, whose rate is its length */
    MOST_OF_A_FRAME = 1 << 26, /* points, of a film */
    ROWS_AT_ONCE = 256,        /* that are computed before they are written */
    MOST_SAMPLES = 16
};
static const double usual_fps = 30;

typedef struct Painting {
    const Request *request;
    Compile *c;
    EngineKind kind;
    double rate, fps, z, at;
    int jobs, samples; /* samples: a point is the mean of so many times so many */
    bool moves;
    int64_t first, last; /* frames of what moves */
    PictureFormat format;
    ParamSettings settings;
    Interp **curves; /* of settings that vary */
    Graph *views;
    Engine *rows, *heard;
    Painter **painters; /* one for each thread, as are these */
    float **lines;
    PictureFacts *facts;
    Pool *pool;
    Render listening; /* the program, as far as the picture shows it */
    Runner *listener;
    Frames block;
    float *levels; /* what it shows, at this moment */
    SoundInput *in;
    Song song;
    unsigned char *bytes; /* encoded rows, */
    int begin, n;         /* these of the file */
    Progress progress;
    Failure why;
} Painting;

/* ---- options --------------------------------------------------------------------------------------- */

static bool read_size(const char *text, PictureFormat *f) {
    static const SizeRange range = {"points, such as 1280x720", 1, 1, LONGEST_SIDE};
    f->width = f->height = USUAL_SIZE;
    return option_size("--size", text, &range, &f->width, &f->height);
}

/* Films are held a frame at a time, and rows have a limit. */
static bool size_is_possible(const PictureFormat *f, int samples) {
    const int64_t points = (int64_t)f->width * f->height;
    if (f->container == IMAGE_Y4M && points > MOST_OF_A_FRAME) {
        command_fail(STATUS_USAGE, "--size %dx%d: a frame of a .y4m has %d points at most",
                     f->width, f->height, MOST_OF_A_FRAME);
        return false;
    }
    if ((int64_t)f->width * samples <= LONGEST_ROW) return true;
    command_fail(STATUS_USAGE, "--samples %d: a row of %d points has more than %d finer ones",
                 samples, f->width, LONGEST_ROW);
    return false;
}

static const NumberRange rates_of_frames = {"frames in a second, such as 25, 30 or 59.94", NULL,
                                            0.001, 10000},
                         depths = {"a depth, such as 0.5", NULL, -1e9, 1e9};

/* Is there a place for a frame's number in the name, such as %04d? *bad: there is a % that is none. */
static bool has_number(const char *name, bool *bad) {
    int places = 0;
    for (const char *at = strchr(name, '%'); at; at = strchr(at, '%')) {
        const size_t digits = strspn(at + 1, "0123456789");
        at += 1 + digits;
        if (*at != 'd' || digits > 2) *bad = true;
        places++;
    }
    if (places > 1) *bad = true;
    return places == 1 && !*bad;
}

static bool check_name(const Painting *p) {
    const char *out = p->request->out;
    bool bad = false;
    const bool numbered = out && has_number(out, &bad);
    if (!p->moves || p->format.container == IMAGE_Y4M) return true;
    if (bad)
        command_fail(STATUS_USAGE,
                     "-o %s: the number of a frame is written %%d, or %%04d with leading "
                     "zeros, once",
                     out);
    else if (!numbered)
        command_fail(STATUS_USAGE,
                     "frames need a name with their number: -o f%%04d.png, or a file that "
                     "moves: -o OUT.y4m");
    return numbered;
}

static int read_options(Painting *p) {
    const Request *r = p->request;
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    p->jobs = cores > 0 ? (int)cores : 1;
    if (p->jobs > 256) p->jobs = 256;
    if (!read_size(r->size, &p->format) ||
        !picture_format_choose(r->out, r->format, r->bits, &p->format) ||
        !option_rate("--rate", r->rate, &p->rate) || !option_engine(r->engine, &p->kind) ||
        !option_number("--fps", r->fps, &rates_of_frames, &p->fps) ||
        !option_number("--z", r->depth, &depths, &p->z) ||
        !option_integer("--jobs", r->jobs, 1, 256, &p->jobs) ||
        !option_integer("--samples", r->samples, 1, MOST_SAMPLES, &p->samples) ||
        !option_span("--frames", r->frames,
                     "the numbers of the first and the last frame, such as 0..299", &p->first,
                     &p->last) ||
        !size_is_possible(&p->format, p->samples))
        return STATUS_USAGE;
    p->format.fps = p->fps;
    p->moves = r->frames || p->format.container == IMAGE_Y4M;
    if (p->moves && r->at)
        return command_fail(STATUS_USAGE,
                            "--at is of one picture; frames of what moves are named by "
                            "--frames A..B");
    if (r->with_sound && !p->moves)
        return command_fail(STATUS_USAGE, "--with-sound is of pictures that move: --frames A..B");
    if (r->out && strcmp(r->out, "-") == 0 && isatty(STDOUT_FILENO) == 1)
        return command_fail(STATUS_USAGE,
                            "a picture is not written to a terminal; name a file with "
                            "-o, or a pipe behind -o -");
    return check_name(p) ? STATUS_DONE : STATUS_USAGE;
}

/* ---- with the program ------------------------------------------------------------------------------ */

static bool read_input(void *context, float *const *inputs, int frames) {
    Painting *p = context;
    return sound_input_read(p->in, inputs, p->c->program.graph->ninputs, frames, &p->why);
}

static int check_program(Painting *p) {
    const Program *program = &p->c->program;
    const Graph *g = program->graph;
    if (program->picture.channels == 0)
        return command_fail(STATUS_PROGRAM,
                            "the program has no picture: define `image(x, y, t) = …`, "
                            "a number or `[red, green, blue]` for each point");
    if (p->request->depth && !program->picture.field)
        return command_fail(STATUS_USAGE,
                            "--z is the depth of a field, and the program has an `image`");
    if (p->in && g->ninputs == 0)
        return command_fail(STATUS_USAGE, "--in: the program has no inputs");
    if (p->in && !sound_input_suits(p->in, g->ninputs, &p->why)) return command_fail_with(&p->why);
    if (p->request->with_sound && g->noutputs == 0)
        return command_fail(STATUS_PROGRAM, "--with-sound: the program has no `out`");
    p->format.channels = program->picture.channels;
    if (p->format.container == IMAGE_PFM && p->format.channels == 4)
        command_warn("a .pfm has no fourth channel: it is left out");
    return settings_read(p->request, p->c, &p->settings);
}

/* Which frames there are, of what moves: --frames, else all of the piece. */
static int choose_moments(Painting *p) {
    const Request *r = p->request;
    if (r->at && !time_read(p->c, "--at", r->at, &p->at)) return STATUS_USAGE;
    if (!p->moves || r->frames) return STATUS_DONE;
    const double frames = render_default_length(p->c->program.graph) * p->fps;
    p->last = frames > 1 ? (int64_t)ceil(frames - 1e-6) - 1 : 0;
    return STATUS_DONE;
}

/* ---- what it is made by ---------------------------------------------------------------------------- */

static int open_engines(Painting *p) {
    EngineError error;
    p->rows = engine_create_picture(p->c, p->kind, &error);
    if (p->rows && p->c->program.picture.heard)
        p->heard = engine_create_heard(p->c, p->kind, &error);
    if (!p->rows || (p->c->program.picture.heard && !p->heard))
        return command_fail(error.status, "%s", error.message);
    return STATUS_DONE;
}

static bool open_listener(Painting *p) {
    const Graph *heard = p->c->program.picture.heard;
    if (!heard) return true;
    p->listening = (Render){.engine = p->heard,
                            .graph = heard,
                            .settings = &p->settings,
                            .rate = p->rate,
                            .block = 512,
                            .jobs = 1,
                            .song = p->song.n > 0 ? &p->song : NULL};
    p->levels = calloc((size_t)heard->noutputs, sizeof *p->levels);
    p->listener = runner_create(&p->listening, WHOLE_PROGRAM);
    return p->levels && p->listener && frames_create(&p->listening, p->listening.block, &p->block);
}

static bool open_curves(Painting *p) {
    const size_t n = (size_t)p->settings.n;
    p->curves = calloc(n + 1, sizeof *p->curves);
    p->views = calloc(n + 1, sizeof *p->views);
    if (!p->curves || !p->views) return false;
    for (size_t i = 0; i < n; i++) {
        ParamSetting *s = &p->settings.items[i];
        if (!s->varies) continue;
        p->views[i] = *p->settings.graph;
        p->views[i].outputs = &s->output;
        p->views[i].noutputs = 1;
        p->curves[i] = interp_create(&p->views[i]);
        if (!p->curves[i]) return false;
    }
    return true;
}

static bool open_painters(Painting *p) {
    const size_t threads = (size_t)p->jobs;
    const int width = p->format.width * p->samples;
    p->painters = calloc(threads, sizeof *p->painters);
    p->lines = calloc(threads, sizeof *p->lines);
    p->facts = calloc(threads, sizeof *p->facts);
    p->pool = pool_create(p->jobs - 1);
    if (!p->painters || !p->lines || !p->facts || !p->pool) return false;
    for (size_t i = 0; i < threads; i++) {
        p->painters[i] = painter_create(p->rows, &p->c->program.picture, width);
        p->lines[i] = malloc(sizeof(float) * (size_t)(p->format.width * p->format.channels));
        if (!p->painters[i] || !p->lines[i]) return false;
        for (int k = 0; k < p->settings.n; k++)
            if (!p->settings.items[k].varies)
                painter_set(p->painters[i], p->settings.items[k].param, p->settings.items[k].value);
    }
    const int rows = p->format.container == IMAGE_Y4M ? p->format.height : ROWS_AT_ONCE;
    p->bytes = malloc(picture_row_bytes(&p->format) * (size_t)rows);
    return p->bytes != NULL;
}

static void painting_free(Painting *p) {
    for (int i = 0; i < p->jobs; i++) {
        if (p->painters) painter_free(p->painters[i]);
        if (p->lines) free(p->lines[i]);
    }
    for (int i = 0; p->curves && i < p->settings.n; i++)
        if (p->curves[i]) interp_free(p->curves[i]);
    if (p->listening.engine) frames_free(&p->listening, &p->block);
    runner_free(p->listener);
    pool_free(p->pool);
    engine_free(p->heard);
    engine_free(p->rows);
    free(p->painters);
    free(p->lines);
    free(p->facts);
    free(p->curves);
    free(p->views);
    free(p->levels);
    free(p->bytes);
    settings_free(&p->settings);
    song_free(&p->song);
    sound_input_close(p->in);
    if (p->c) compile_free(p->c);
}

/* ---- one moment ------------------------------------------------------------------------------------ */

/* Runs the program until it has computed the frame; what it shows then is in `levels`. */
static bool listen(Painting *p, int64_t frame) {
    Runner *run = p->listener;
    const int block = p->listening.block, n = p->listening.graph->noutputs;
    if (!p->in && render_starts_anywhere(&p->listening)) runner_seek(run, frame);
    while (run->at <= frame) {
        const int frames = frame + 1 - run->at < block ? (int)(frame + 1 - run->at) : block;
        if (p->in && !read_input(p, p->block.inputs, frames)) return false;
        runner_process(run, &p->block, frames);
        for (int k = 0; k < n; k++)
            p->levels[k] = p->block.outputs[k][frames - 1];
    }
    return true;
}

static void set_curves(Painting *p, int64_t frame) {
    for (int i = 0; i < p->settings.n; i++) {
        double value, *to = &value;
        if (!p->curves[i] || !interp_seek(p->curves[i], frame)) continue;
        interp_process(p->curves[i], NULL, &to, 1);
        for (int k = 0; k < p->jobs; k++)
            painter_set(p->painters[k], p->settings.items[i].param, value);
    }
}

static bool begin_moment(Painting *p, double time) {
    const int64_t frame = time_frame(time, p->rate);
    if (p->listener && !listen(p, frame)) return false;
    set_curves(p, frame);
    for (int k = 0; k < p->jobs; k++)
        painter_moment(p->painters[k], time, p->z, p->levels);
    return true;
}

/* Adds a row of finer points to those of the picture. What covers less counts less. */
static void add_row(const Painting *p, float *const *row, float *line) {
    const int channels = p->format.channels, samples = p->samples;
    for (int i = 0; i < p->format.width * samples; i++) {
        float *to = line + (i / samples) * channels;
        const float cover = channels == 4 ? row[3][i] : 1;
        for (int k = 0; k < channels; k++)
            to[k] += channels == 4 && k < 3 ? cover * row[k][i] : row[k][i];
    }
}

static void end_row(const Painting *p, float *line) {
    const int channels = p->format.channels;
    const float all = (float)(p->samples * p->samples);
    for (int i = 0; i < p->format.width; i++, line += channels) {
        const float cover = channels == 4 ? line[3] : all;
        for (int k = 0; k < channels; k++)
            line[k] = k == 3 ? cover / all : cover > 0 ? line[k] / cover : 0;
    }
}

static void take_row(const Painting *p, float *const *row, float *line) {
    const int channels = p->format.channels;
    for (int k = 0; k < channels; k++)
        for (int i = 0; i < p->format.width; i++)
            line[i * channels + k] = row[k][i];
}

/* The i-th row of those that are computed together. */
static void paint_row(void *painting, int i, int thread) {
    Painting *p = painting;
    const PictureFormat *f = &p->format;
    const int of_file = p->begin + i,
              row = picture_rows_rise(f) ? f->height - 1 - of_file : of_file;
    float *line = p->lines[thread];
    if (p->samples > 1) memset(line, 0, sizeof *line * (size_t)(f->width * f->channels));
    for (int s = 0; s < p->samples; s++) {
        const double y = ((double)row * p->samples + s + 0.5) / ((double)f->height * p->samples);
        float *const *values = painter_row(p->painters[thread], y);
        if (p->samples > 1)
            add_row(p, values, line);
        else
            take_row(p, values, line);
    }
    if (p->samples > 1) end_row(p, line);
    picture_encode_row(f, line, p->bytes + picture_row_bytes(f) * (size_t)i, &p->facts[thread]);
}

static bool paint(Painting *p, PictureOutput *out) {
    const int height = p->format.height,
              most = p->format.container == IMAGE_Y4M ? height : ROWS_AT_ONCE;
    for (p->begin = 0; p->begin < height; p->begin += most) {
        const int n = height - p->begin < most ? height - p->begin : most;
        pool_run(p->pool, paint_row, p, n);
        if (!picture_output_write(out, p->bytes, n)) return false;
    }
    return true;
}

/* ---- files ----------------------------------------------------------------------------------------- */

typedef struct PictureFile {
    OutputFile *file;
    PictureOutput *out;
} PictureFile;

static bool file_open(Painting *p, const char *path, PictureFile *f) {
    OutputPlace place = {.path = path, .option = "-o", .spared = &p->c->session.files};
    f->out = NULL;
    f->file = output_file_open(&place, &p->why);
    if (!f->file) return false;
    f->out = picture_output_open(f->file, &p->format, &p->why);
    if (f->out) return true;
    output_file_abandon(f->file);
    return false;
}

/* Puts it in place where all went well; *gone: its reader left, which is no failure. */
static bool file_close(Painting *p, PictureFile *f, bool good, bool *gone) {
    const bool left = output_file_reader_gone(f->file);
    Failure why;
    const bool closed = picture_output_close(f->out, good ? &p->why : &why);
    if ((good && closed) || left) return output_file_commit(f->file, gone, &p->why);
    output_file_abandon(f->file);
    return false;
}

static bool picture_at(Painting *p, double time, const char *path) {
    PictureFile f;
    bool gone = false;
    if (!begin_moment(p, time) || !file_open(p, path, &f)) return false;
    bool good = paint(p, f.out);
    if (!good) output_file_reason(f.file, &p->why);
    return file_close(p, &f, good, &gone);
}

static double time_of(const Painting *p, int64_t frame) {
    return (double)frame / p->fps;
}

static void tell_progress(Painting *p, int64_t frame) {
    progress_update(&p->progress, "painting", frame - p->first, p->last - p->first + 1);
}

static bool numbered_pictures(Painting *p) {
    const char *at = strchr(p->request->out, '%'), *end = strchr(at, 'd') + 1;
    const int digits = atoi(at + 1);
    for (int64_t frame = p->first; frame <= p->last; frame++) {
        Buf name = {0};
        buf_add(&name, p->request->out, (size_t)(at - p->request->out));
        buf_printf(&name, at[1] == '0' ? "%0*lld%s" : "%*lld%s", digits, (long long)frame, end);
        bool good = picture_at(p, time_of(p, frame), name.data);
        buf_free(&name);
        if (!good) return false;
        tell_progress(p, frame + 1);
    }
    return true;
}

static bool moving_picture(Painting *p, const char *path) {
    PictureFile f;
    bool good = true, gone = false;
    if (!file_open(p, path, &f)) return false;
    for (int64_t frame = p->first; good && frame <= p->last; frame++) {
        good = begin_moment(p, time_of(p, frame));
        if (good && !(good = paint(p, f.out))) output_file_reason(f.file, &p->why);
        tell_progress(p, frame + 1);
    }
    return file_close(p, &f, good, &gone);
}

/* ---- the whole ------------------------------------------------------------------------------------- */

static void report(const Painting *p, const char *path, double took) {
    PictureFacts all = {0};
    for (int i = 0; i < p->jobs; i++) {
        all.values += p->facts[i].values;
        all.clipped += p->facts[i].clipped;
        all.not_finite += p->facts[i].not_finite;
    }
    if (all.not_finite > 0)
        command_warn("%lld values are not finite numbers", (long long)all.not_finite);
    else if (all.clipped > 0)
        command_warn("%.3g %% of the values were below 0 or above 1, and clipped",
                     100 * (double)all.clipped / (double)all.values);
    char frames[64] = "";
    if (p->moves)
        snprintf(frames, sizeof frames, ", %lld frames at %g a second",
                 (long long)(p->last - p->first + 1), p->fps);
    command_say("%s: %d x %d, %d channel%s%s, %.3g s",
                strcmp(path, "-") == 0 ? "standard output" : path, p->format.width,
                p->format.height, p->format.channels, p->format.channels == 1 ? "" : "s", frames,
                took);
}

/* The sound of the same time, beside: f%04d.png has f.wav. */
static int render_sound(const Painting *p) {
    const char *out = p->request->out ? p->request->out : "";
    const char *slash = strrchr(out, '/'), *name = slash ? slash + 1 : out;
    size_t length = strcspn(name, "%");
    const char *dot = strrchr(name, '.');
    if (dot && (size_t)(dot - name) < length) length = (size_t)(dot - name);
    Buf path = {0}, from = {0}, duration = {0};
    buf_add(&path, out, (size_t)(name - out) + length);
    buf_printf(&path, "%s.wav", length == 0 || strcmp(out, "-") == 0 ? "sound" : "");
    buf_printf(&from, "%.17g", time_of(p, p->first));
    buf_printf(&duration, "%.17g", time_of(p, p->last + 1 - p->first));
    Request request = *p->request;
    request.command = &command_render;
    request.picture_width = 0;
    request.out = path.data;
    request.from = from.data;
    request.duration = duration.data;
    request.bits = request.jobs = NULL;
    const int status = command_render.run(&request);
    buf_free(&path);
    buf_free(&from);
    buf_free(&duration);
    return status;
}

static int paint_all(Painting *p) {
    char *stem = load_stem(p->request, "image");
    Buf path = {0};
    if (p->request->out)
        buf_puts(&path, p->request->out);
    else
        buf_printf(&path, "%s%s", stem, picture_format_ending(p->format.container));
    free(stem);
    const double began = seconds_now();
    progress_begin(&p->progress, p->fps);
    bool good = !p->moves                          ? picture_at(p, p->at, path.data)
                : p->format.container == IMAGE_Y4M ? moving_picture(p, path.data)
                                                   : numbered_pictures(p);
    progress_end(&p->progress);
    if (good) report(p, path.data, seconds_now() - began);
    buf_free(&path);
    if (!good) return command_fail_with(&p->why);
    return p->request->with_sound ? render_sound(p) : STATUS_DONE;
}

static int run(const Request *given) {
    Request request = *given;
    Painting p = {.request = &request, .rate = 48000, .fps = usual_fps, .jobs = 1, .samples = 1};
    int status = read_options(&p);
    if (status == STATUS_DONE) status = sound_input_of(&request, &p.rate, &p.in);
    request.picture_width = p.format.width * p.samples;
    if (status == STATUS_DONE) status = load_program(&request, p.rate, 192000, &p.c);
    if (p.in && p.c)
        files_read_note(&p.c->session.files, sound_input_identity(p.in), "the file of --in");
    if (status == STATUS_DONE) status = check_program(&p);
    if (status == STATUS_DONE) status = choose_moments(&p);
    if (status == STATUS_DONE) status = song_open(&request, p.c, p.rate, &p.song);
    if (status == STATUS_DONE) status = open_engines(&p);
    if (status == STATUS_DONE && (!open_listener(&p) || !open_curves(&p) || !open_painters(&p)))
        status = command_fail(STATUS_FILE, "out of memory for a picture of that size");
    if (status == STATUS_DONE) status = paint_all(&p);
    painting_free(&p);
    return status;
}

static const Option options[] = {
    {"out", 'o', OPTION_TEXT, "OUT", REQUEST_FIELD(out),
     "the picture: OUT.png, OUT.pfm; f%04d.png for frames, OUT.y4m for what moves, - for a pipe of "
     "that"},
    {"size", 0, OPTION_TEXT, "WxH", REQUEST_FIELD(size), "points in a row, and rows (512x512)"},
    {"at", 0, OPTION_TIMES, "TIME", REQUEST_FIELD(at), "when (0 s)"},
    {"z", 0, OPTION_TEXT, "DEPTH", REQUEST_FIELD(depth), "the depth of a field that is seen (0)"},
    {"frames", 0, OPTION_TEXT, "A..B", REQUEST_FIELD(frames),
     "frames A to B, of which number n is at time n / fps (of a .y4m: all of the piece)"},
    {"fps", 0, OPTION_TEXT, "N", REQUEST_FIELD(fps), "frames in a second (30)"},
    {"with-sound", 0, OPTION_FLAG, NULL, REQUEST_FIELD(with_sound),
     "renders the sound of these frames too, into OUT.wav"},
    {"samples", 0, OPTION_TEXT, "N", REQUEST_FIELD(samples),
     "a point is the mean of N times N finer ones, 1 to 16 (1)"},
    {"format", 0, OPTION_TEXT, "png|pfm|y4m", REQUEST_FIELD(format),
     "what OUT is (its ending says so)"},
    {"bits", 0, OPTION_TEXT, "8|16", REQUEST_FIELD(bits), "of a value in a .png (8)"},
    {"in", 0, OPTION_TEXT, "IN.wav", REQUEST_FIELD(in),
     "a sound file for the inputs that it shows"},
    {"midi", 0, OPTION_TEXT, "SONG.mid", REQUEST_FIELD(midi), "what an instrument plays meanwhile"},
    {"jobs", 0, OPTION_TEXT, "N", REQUEST_FIELD(jobs), "threads that share the rows (all cores)"},
    OPTION_ROW_RATE("sample rate of the sound that it shows, in Hz (48000)"),
    OPTION_ROW_SET,
    OPTION_ROW_E,
    OPTION_ROW_ENGINE("what computes it (auto: the best there is)"),
    OPTION_ROW_ISA,
    OPTION_ROW_DOUBLE,
    OPTION_ROW_BELOW,
    OPTION_ROW_LIMIT,
};

const Command command_image = {
    .name = "image",
    .run = run,
    .summary = "makes a picture, or the frames of one that moves",
    .usage = "FILE.kn [-o OUT.png] [options]",
    .text = "Computes `image(x, y, t)` of FILE.kn, a number or [red, green, blue] or [red, green, "
            "blue, cover]\n"
            "for each point, x from 0 at the left to 1 at the right, y from 0 at the top to 1 at "
            "the bottom; or\n"
            "`field(x, y, z, t)` at a depth z. Values are linear light from 0 to 1; a .png holds "
            "them as sRGB.\n"
            "Signals of the program may be read at t: the picture shows what is heard then.",
    .options = options,
    .noptions = sizeof options / sizeof *options,
    .operand = "FILE.kn",
    .takes_program = true,
};
