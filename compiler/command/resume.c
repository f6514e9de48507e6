/* --resume: a render that goes on after it was interrupted. In: a Job with its engine. Out: OUT, of which the pieces that
 * are missing are rendered (command/pieces.h); the bits are those of one go, since a pure program can start anywhere. */
#include "command/resume.h"
#include "command/identity.h"

#include <stdlib.h>
#include <string.h>

/* ---- where pieces go as they are rendered -------------------------------------------------------- */

PieceSink piece_sink(const Job *job) {
    const Render *r = &job->render;
    PieceSink sink = {
        .layout = piece_layout(job->format, r->graph->noutputs, job->rate, r->from, r->frames)};
    sink.bytes = malloc(PIECE * sink.layout.frame_bytes);
    if (!sink.bytes) abort();
    return sink;
}

void piece_sink_free(PieceSink *sink) {
    free(sink->bytes);
    sink->bytes = NULL;
}

/* Blocks come in order, from the beginning of a piece on. */
static bool take(void *context, const float *samples, int frames) {
    PieceSink *s = context;
    const PieceLayout *l = &s->layout;
    while (frames > 0) {
        if (s->filled == 0)
            s->packer = sound_packer(l->format, l->channels, piece_begin(l, s->piece));
        const int whole = piece_frames(l, s->piece), left = whole - s->filled;
        const int n = left < frames ? left : frames;
        sound_pack(&s->packer, samples, n, s->bytes + (size_t)s->filled * l->frame_bytes);
        s->filled += n;
        samples += (size_t)n * (size_t)l->channels;
        frames -= n;
        if (s->filled < whole) continue;
        if (!s->store(s, &s->packer.facts)) return false;
        s->piece++;
        s->filled = 0;
    }
    return true;
}

static void show_progress(void *context, bool silent, int64_t done, int64_t total) {
    const PieceSink *s = context;
    if (s->job) job_progress(s->job, silent, done, total);
}

RenderResult piece_render(const Job *job, PieceSink *s, int64_t from, int64_t end) {
    const PieceLayout *l = &s->layout;
    int64_t clamped;
    Render render = job->render;
    render.from = piece_begin(l, from);
    render.frames = piece_begin(l, end - 1) + piece_frames(l, end - 1) - render.from;
    render.write = take;
    render.progress = show_progress;
    render.context = s;
    s->piece = from;
    s->filled = 0;
    const RenderResult result = render_run(&render, &clamped);
    s->clamped += clamped;
    return result;
}

/* ---- the file -------------------------------------------------------------------------------------- */

int resume_refuses(const Job *job, const char *option) {
    if (job->format.container == SOUND_FLAC)
        return command_fail(STATUS_USAGE,
                            "%s needs a file whose frames lie where they always do: wav, rf64 or "
                            "f32, not flac",
                            option);
    if (job->request->normalize)
        return command_fail(STATUS_USAGE,
                            "%s and --normalize do not go together: the peak of what is missing is "
                            "not known",
                            option);
    if (job->in)
        return command_fail(STATUS_USAGE,
                            "%s and --in do not go together: what hears an input is rendered from "
                            "its beginning",
                            option);
    return job_starts_anywhere(job, option);
}

static int64_t count_there(const Pieces *pieces, const PieceLayout *l) {
    int64_t frames = 0;
    for (int64_t i = 0; i < l->n; i++)
        if (pieces_missing(pieces, i) != i) frames += piece_frames(l, i);
    return frames;
}

int resume_open(Job *job, Resume *r) {
    *r = (Resume){.job = job, .began = seconds_now()};
    const int status = job_open_file(job, false);
    if (status != STATUS_DONE) return status;
    const char *target = output_file_target(job->file);
    if (!target)
        return command_fail(STATUS_USAGE, "a render in pieces needs a file, not a pipe or device");
    r->layout = piece_layout(job->format, job->render.graph->noutputs, job->rate, job->render.from,
                             job->render.frames);
    Buf identity = {0};
    identity_of_render(job, &identity);
    r->pieces = pieces_open(target, identity.data, &r->layout, &job->why);
    buf_free(&identity);
    if (!r->pieces) return command_fail_with(&job->why);
    r->there = count_there(r->pieces, &r->layout);
    return STATUS_DONE;
}

int resume_finish(Resume *r, int64_t clamped) {
    Job *job = r->job;
    SoundFacts facts;
    if (!pieces_complete(r->pieces, &facts, &job->why)) return command_fail_with(&job->why);
    if (!output_file_adopt(job->file, pieces_path(r->pieces), &job->why))
        return command_fail_with(&job->why);
    OutputFile *file = job->file;
    job->file = NULL;
    if (!output_file_commit(file, NULL, &job->why)) return command_fail_with(&job->why);
    pieces_close(r->pieces, true);
    r->pieces = NULL;
    job_report(job, &facts, clamped, seconds_now() - r->began);
    if (r->there > 0)
        command_say("%s: %.9g s of it were there", job->out, (double)r->there / job->rate);
    return STATUS_DONE;
}

void resume_close(Resume *r) {
    pieces_close(r->pieces, false);
}

/* ---- by one process ---------------------------------------------------------------------------------- */

typedef struct Alone {
    Pieces *pieces;
    Failure why;
    bool failed;
} Alone;

static bool put(PieceSink *s, const SoundFacts *facts) {
    Alone *alone = s->context;
    alone->failed = !pieces_put(alone->pieces, s->piece, s->bytes, facts, &alone->why);
    return !alone->failed;
}

/* One run of missing pieces after the other. */
static RenderResult render_missing(const Resume *r, PieceSink *sink) {
    RenderResult result = RENDER_DONE;
    for (int64_t from = 0; (from = pieces_missing(r->pieces, from)) >= 0;) {
        int64_t end = from + 1;
        while (end < r->layout.n && pieces_missing(r->pieces, end) == end)
            end++;
        result = piece_render(r->job, sink, from, end);
        if (result != RENDER_DONE) break;
        from = end;
    }
    return result;
}

static int render_rest(Resume *r) {
    Job *job = r->job;
    PieceSink sink = piece_sink(job);
    Alone alone = {.pieces = r->pieces};
    sink.store = put;
    sink.context = &alone;
    sink.job = job;
    progress_begin(&job->progress, job->rate);
    const RenderResult result = render_missing(r, &sink);
    progress_end(&job->progress);
    piece_sink_free(&sink);
    if (alone.failed) return command_fail_with(&alone.why);
    if (result == RENDER_NO_MEMORY)
        return command_fail(STATUS_FILE, "out of memory for the program's state");
    return resume_finish(r, sink.clamped);
}

int resume_render(Job *job) {
    Resume r = {0};
    int status = resume_refuses(job, "--resume");
    if (status == STATUS_DONE) status = resume_open(job, &r);
    if (status == STATUS_DONE) status = render_rest(&r);
    resume_close(&r);
    return status;
}
