/* kanon render: a program into a sound file.
 * In: FILE.kn, a sound file for its inputs, values for its params. Out: OUT, whole or not at all,
 * and one line about it on standard error. */
#include "command/resume.h"
#include "command/sweep.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- before the program is compiled ---------------------------------------------------------- */

static int read_options(Job *job) {
    const Request *r = job->request;
    if (!sound_format_choose(r->sweep ? NULL : r->out, r->format, r->bits, r->dither,
                             &job->format) ||
        !option_rate("--rate", r->rate, &job->rate) || !option_engine(r->engine, &job->kind) ||
        !option_integer("--jobs", r->jobs, 1, 256, &job->jobs) ||
        !option_integer("--block", r->block, 1, 1 << 20, &job->block))
        return STATUS_USAGE;
    if (r->out) {
        job->out = strdup(r->out);
    } else {
        char *stem = load_stem(r, "out");
        const char *ending = r->sweep ? "" : sound_format_ending(job->format.container);
        Buf name = {0};
        buf_printf(&name, "%s%s", stem, ending);
        job->out = name.data;
        if (r->part && !r->sweep) {
            free(job->out);
            job->out = part_name(r->part, stem, ending);
        }
        free(stem);
        if (!job->out) return STATUS_USAGE;
    }
    if (r->sweep && strcmp(job->out, "-") == 0)
        return command_fail(STATUS_USAGE, "--sweep needs a folder for its files: -o FOLDER");
    if (strcmp(job->out, "-") == 0 && isatty(STDOUT_FILENO) == 1)
        return command_fail(STATUS_USAGE, "sound is not written to a terminal; name a file with "
                                          "-o, or a pipe behind -o -");
    return STATUS_DONE;
}

/* ---- with the program ------------------------------------------------------------------------ */

static int check_program(Job *job) {
    const Graph *g = job->c->program.graph;
    const Request *r = job->request;
    if (g->noutputs == 0)
        return command_fail(STATUS_PROGRAM, "the program has no `out`: there is nothing to render");
    if (job->in && g->ninputs == 0)
        return command_fail(STATUS_USAGE, "--in: the program has no inputs");
    if (!job->in && g->ninputs > 0)
        command_warn("the program hears inputs, and there is no --in: they are silent");
    if (job->in && !sound_input_suits(job->in, g->ninputs, &job->why))
        return command_fail_with(&job->why);
    if (!sound_format_fits(job->format, g->noutputs, job->rate, &job->why))
        return command_fail(STATUS_USAGE, "%s", job->why.text);
    return settings_read(r, job->c, &job->settings);
}

static int too_long(const char *what) {
    return command_fail(STATUS_USAGE, "%s is too long: more frames than can be counted", what);
}

/* How much is rendered: --for, else the rest of the piece, else the input and its tail, else the
 * default. */
static int choose_length(Job *job) {
    const Request *r = job->request;
    Graph *g = job->c->program.graph;
    Render *render = &job->render;
    double from = 0, length = render_default_length(g);
    if (r->from && !time_read(job->c, "--from", r->from, &from)) return STATUS_USAGE;
    if (r->duration && !time_read(job->c, "--for", r->duration, &length)) return STATUS_USAGE;
    render->from = time_frame(from, job->rate);
    if (render->from < 0) return too_long("--from");
    render->frames = time_frame(length, job->rate);
    if (render->frames < 0) return too_long(r->duration ? "--for" : "`length`");
    if (r->duration) return STATUS_DONE;
    int64_t end = render->frames;
    if (g->length < 0 && !job->in && !render->song) return STATUS_DONE;
    if (g->length < 0) {
        const int64_t heard = job->in ? sound_input_frames(job->in) : 0,
                      played = render->song ? render->song->frames : 0;
        render->tail = true;
        render->input_frames = heard > played ? heard : played;
        end = render->input_frames + (int64_t)llround(30 * job->rate);
        render->frames = end; /* counted from 0, see Render */
    } else {
        render->frames = end - render->from;
    }
    if (render->from > 0 && render->from >= end)
        return command_fail(STATUS_USAGE,
                            "--from %s is not before the end, %.9g s; --for would "
                            "render what comes after it",
                            r->from, (double)end / job->rate);
    return STATUS_DONE;
}

/* ---- --normalize: all of it is kept aside until its peak is known -------------------------------- */

static int open_spool(Job *job) {
    if (!job->request->normalize) return STATUS_DONE;
    int handle = temporary_file();
    job->spool = handle < 0 ? NULL : fdopen(handle, "w+");
    if (job->spool) return STATUS_DONE;
    if (handle >= 0) close(handle);
    return command_fail(STATUS_FILE, "cannot write a temporary file: %s", strerror(errno));
}

static bool spool_failed(Job *job) {
    job->spool_failed = true;
    return failure(&job->why, "cannot write a temporary file: %s", strerror(errno));
}

static bool spool_write(Job *job, const float *samples, int frames) {
    size_t n = (size_t)frames * (size_t)job->c->program.graph->noutputs;
    for (size_t i = 0; i < n; i++) {
        double size = fabs((double)samples[i]);
        if (isfinite(size) && size > job->peak) job->peak = size;
    }
    return fwrite(samples, sizeof *samples, n, job->spool) == n || spool_failed(job);
}

/* What was kept goes to the file, so that its peak is full scale. */
static bool spool_play(Job *job) {
    size_t width = (size_t)job->c->program.graph->noutputs, got;
    float *block = malloc(sizeof(float) * width * (size_t)job->block);
    if (!block) abort();
    bool ok = fflush(job->spool) == 0 && fseek(job->spool, 0, SEEK_SET) == 0;
    double gain = job->peak > 0 ? 1 / job->peak : 1;
    while (ok && (got = fread(block, sizeof(float) * width, (size_t)job->block, job->spool)) > 0) {
        for (size_t i = 0; i < got * width; i++)
            block[i] = (float)(block[i] * gain);
        if (!sound_output_write(job->sound, block, (int)got)) break; /* its own reason */
    }
    if (!ok || ferror(job->spool)) ok = spool_failed(job);
    free(block);
    return ok;
}

/* ---- callbacks of the render loop ------------------------------------------------------------ */

static bool read_input(void *context, float *const *inputs, int frames) {
    Job *job = context;
    if (sound_input_read(job->in, inputs, job->c->program.graph->ninputs, frames, &job->why))
        return true;
    job->input_failed = true;
    return false;
}

static bool write_output(void *context, const float *samples, int frames) {
    Job *job = context;
    if (job->spool) return spool_write(job, samples, frames);
    return sound_output_write(job->sound, samples, frames);
}

void job_progress(void *context, bool silent, int64_t done, int64_t total) {
    Job *job = context;
    progress_update(&job->progress, silent ? "running up" : "rendering", done, total);
}

/* ---- rendering ------------------------------------------------------------------------------- */

int job_open_file(Job *job, bool seeks) {
    OutputPlace place = {
        .path = job->out, .option = "-o", .spared = &job->c->session.files, .seeks = seeks};
    job->file = output_file_open(&place, &job->why);
    return job->file ? STATUS_DONE : command_fail_with(&job->why);
}

static int open_output(Job *job) {
    int status = job_open_file(job, job->format.container != SOUND_F32);
    if (status != STATUS_DONE) return status;
    job->sound = sound_output_open(job->file, job->format, job->c->program.graph->noutputs,
                                   job->rate, job->render.from, job->render.frames, &job->why);
    return job->sound ? STATUS_DONE : command_fail_with(&job->why);
}

static int open_engine(Job *job) {
    EngineError error;
    job->c->options.threads = job->request->sweep ? 1 : job->jobs; /* there, they share rows */
    job->engine = engine_create(job->c, job->kind, &error);
    if (!job->engine) return command_fail(error.status, "%s", error.message);
    if (!engine_plays_notes(job->engine)) return STATUS_DONE;
    /* so many voices may need more than a program may */
    const size_t bytes = engine_instance_bytes(job->engine, job->song.voices);
    return engine_state_fits(job->c, bytes, &error)
               ? STATUS_DONE
               : command_fail(error.status, "--voices: %s", error.message);
}

static void report_faults(const Job *job, const SoundFacts *facts, int64_t clamped) {
    double from = (double)job->render.from / job->rate;
    if (clamped > 0)
        command_warn("--set: %lld values were outside the range of their param and held inside",
                     (long long)clamped);
    if (facts->not_finite > 0)
        command_warn("%lld samples are not finite numbers, first out[%d] at %.9g s%s",
                     (long long)facts->not_finite, facts->first_bad_channel,
                     from + (double)facts->first_bad_frame / job->rate,
                     job->format.bits == 32 ? "" : "; they were written as 0");
    if (facts->clipped > 0)
        command_warn("%lld samples were clipped, first at %.9g s, peak %+.2f dBFS",
                     (long long)facts->clipped, from + (double)facts->first_clipped / job->rate,
                     20 * log10(facts->peak));
}

void job_report(const Job *job, const SoundFacts *facts, int64_t clamped, double took) {
    report_faults(job, facts, clamped);
    const Graph *g = job->c->program.graph;
    double seconds = (double)facts->frames / job->rate;
    char peak[96] = "peak -inf dBFS (silence)";
    if (facts->peak > 0)
        snprintf(peak, sizeof peak, "peak %.2f dBFS at %.6g s", 20 * log10(facts->peak),
                 (double)(job->render.from + facts->peak_frame) / job->rate);
    command_say("%s: %.9g s, %d channel%s, %g Hz, %s, %.3g times real time",
                strcmp(job->out, "-") == 0 ? "standard output" : job->out, seconds, g->noutputs,
                g->noutputs == 1 ? "" : "s", job->rate, peak, took > 0 ? seconds / took : 0);
}

/* The file is complete; only now does it appear. */
static int finish(Job *job, RenderResult result, int64_t clamped, double began) {
    SoundFacts facts;
    if (job->spool && result == RENDER_DONE) spool_play(job);
    bool closed = sound_output_close(job->sound, &facts, &job->why);
    bool gone = output_file_reader_gone(job->file);
    job->sound = NULL;
    if (gone || output_file_reader_gone(job->file))
        return STATUS_DONE; /* like any tool in a pipe */
    if (result == RENDER_NO_MEMORY)
        return command_fail(STATUS_FILE, "out of memory for the program's state");
    if (job->input_failed || job->spool_failed || !closed) return command_fail_with(&job->why);
    OutputFile *file = job->file;
    job->file = NULL;
    if (!output_file_commit(file, &gone, &job->why)) return command_fail_with(&job->why);
    if (gone) return STATUS_DONE;
    job_report(job, &facts, clamped, seconds_now() - began);
    return STATUS_DONE;
}

static void fill_render(Job *job) {
    Render *r = &job->render;
    r->engine = job->engine;
    r->graph = job->c->program.graph;
    r->settings = &job->settings;
    r->rate = job->rate;
    /* threads that share the notes seldom wait for each other in long blocks */
    const bool shared = job->jobs > 1 && r->song && !job->request->block;
    r->block = shared ? 4096 : job->block;
    r->jobs = job->jobs;
    r->read = job->in ? read_input : NULL;
    r->write = write_output;
    r->progress = job_progress;
    r->context = job;
}

static int render_whole(Job *job) {
    int status = open_output(job);
    if (status == STATUS_DONE) status = open_spool(job);
    if (status != STATUS_DONE) return status;
    int64_t clamped;
    double began = seconds_now();
    progress_begin(&job->progress, job->rate);
    RenderResult result = render_run(&job->render, &clamped);
    progress_end(&job->progress);
    return finish(job, result, clamped, began);
}

static int render_file(Job *job, int (*render)(Job *job)) {
    int status = song_open(job->request, job->c, job->rate, &job->song);
    if (job->song.n > 0) job->render.song = &job->song;
    if (status == STATUS_DONE) status = choose_length(job);
    if (status == STATUS_DONE) status = part_choose(job);
    if (status == STATUS_DONE) status = load_aids(job->request, job->c);
    if (status == STATUS_DONE) status = open_engine(job);
    if (status == STATUS_DONE && job->request->part && !job->request->sweep)
        status = job_starts_anywhere(job, "--part");
    if (status != STATUS_DONE) return status;
    fill_render(job);
    return render(job);
}

int job_run(const Request *request, int (*render)(Job *job)) {
    Job job = {.request = request, .rate = 48000, .block = 512, .jobs = 1};
    int status = read_options(&job);
    if (status == STATUS_DONE && request->dump) {
        free(job.out);
        return load_dump(request, job.rate, 192000);
    }
    if (status == STATUS_DONE) status = sound_input_of(request, &job.rate, &job.in);
    if (status == STATUS_DONE) status = load_program(request, job.rate, 192000, &job.c);
    if (job.in && job.c)
        files_read_note(&job.c->session.files, sound_input_identity(job.in), "the file of --in");
    if (status == STATUS_DONE) status = check_program(&job);
    if (status == STATUS_DONE) status = render_file(&job, render);
    SoundFacts unread;
    if (job.sound) sound_output_close(job.sound, &unread, &job.why);
    if (job.spool) fclose(job.spool);
    output_file_abandon(job.file);
    engine_free(job.engine);
    settings_free(&job.settings);
    song_free(&job.song);
    sound_input_close(job.in);
    if (job.c) compile_free(job.c);
    free(job.out);
    return status;
}

static int render_here(Job *job) {
    if (job->request->sweep) return sweep_run(job);
    return job->request->resume ? resume_render(job) : render_whole(job);
}

static int run(const Request *request) {
    return job_run(request, render_here);
}

static const Option options[] = {
    {"output", 'o', OPTION_TEXT, "OUT", REQUEST_FIELD(out),
     "the sound file (FILE.wav); - is standard output"},
    OPTION_ROW_E,
    OPTION_ROW_BELOW,
    OPTION_ROW_LIMIT,
    {"for", 0, OPTION_TEXT, "DUR", REQUEST_FIELD(duration),
     "how long: 10s, 250ms, 1min30s, 10h, 0:30, 12"},
    {"from", 0, OPTION_TEXT, "TIME", REQUEST_FIELD(from), "where to begin (0)"},
    OPTION_ROW_RATE("frames a second (48000, or that of --in, which else is resampled)"),
    {"in", 0, OPTION_TEXT, "IN.wav", REQUEST_FIELD(in),
     "what the program's inputs hear, from time 0"},
    OPTION_ROW_SET,
    OPTION_ROWS_NOTES,
    {"format", 0, OPTION_TEXT, "wav|rf64|flac|f32", REQUEST_FIELD(format),
     "instead of by OUT's ending (.wav .rf64 .flac .f32 .raw)"},
    {"bits", 0, OPTION_TEXT, "16|24|32", REQUEST_FIELD(bits),
     "of a sample (24; 32 is float, wav only)"},
    {"dither", 0, OPTION_TEXT, "tpdf|none", REQUEST_FIELD(dither),
     "noise of a step that hides rounding (tpdf for 16 bits, none for 24)"},
    {"normalize", 0, OPTION_FLAG, NULL, REQUEST_FIELD(normalize),
     "so loud that the peak is full scale, 0 dBFS"},
    OPTION_ROW_DOUBLE,
    OPTION_ROW_ENGINE("what runs the program (auto)"),
    OPTION_ROW_ISA,
    {"sweep", 0, OPTION_TEXT, "VALUES.csv", REQUEST_FIELD(sweep),
     "a file for each row, its columns being params and `name`, into the folder -o; and "
     "manifest.jsonl"},
    {"part", 0, OPTION_TEXT, "K/N", REQUEST_FIELD(part),
     "one of N parts, for other processes or machines; kanon join makes one file of them"},
    {"resume", 0, OPTION_FLAG, NULL, REQUEST_FIELD(resume),
     "keep what is rendered when interrupted, and go on with what is there"},
    {"jobs", 0, OPTION_TEXT, "N", REQUEST_FIELD(jobs), "threads that share the work (1)"},
    {"block", 0, OPTION_TEXT, "N", REQUEST_FIELD(block), "frames a call (512)"},
    OPTION_ROWS_AIDS,
};

const Command command_render = {
    .name = "render",
    .run = run,
    .summary = "a program into a sound file",
    .usage = "FILE.kn [-o OUT] [options]",
    .text =
        "Renders the program's `out` into a sound file: WAV (16 or 24 bits, or 32-bit float; RF64\n"
        "over 4 GB), FLAC, or raw 32-bit float, little-endian, channels interleaved.\n"
        "The length is --for, else the program's `length`, else for an effect with --in the\n"
        "input's length and then until the output stayed below -90 dBFS for 1 s (30 s at most),\n"
        "else 10 s. 24 bits are rounded to the nearest step, 16 with dither of triangular\n"
        "probability, always the same; what is beyond full scale is clipped and counted; NaN and\n"
        "infinity are written as 0.\n"
        "--set takes a constant in the unit of the param's initial value, or a function of time.\n"
        "OUT appears whole or not at all. When the reader of a pipe stops, so does the render, "
        "with\n"
        "status 0. Status: 0 done, 1 errors in the program, 2 wrong usage, 3 a file or disk "
        "failed.",
    .options = options,
    .noptions = sizeof options / sizeof *options,
    .operand = "FILE.kn",
    .takes_program = true,
};
