/* --resume: a render that goes on after it was interrupted. In: a Job with its engine. Out: OUT, of which the pieces that
 * are missing are rendered (command/pieces.h); the bits are those of one go, since a pure program can start anywhere. */
#include "command/identity.h"
#include "command/pieces.h"

#include <stdlib.h>
#include <string.h>

typedef struct Resume {
    Job *job;
    Pieces *pieces;
    const PieceLayout *layout;
    int64_t piece;      /* that is being rendered */
    int filled;         /* frames of it */
    SoundPacker packer; /* its samples go through it */
    unsigned char *bytes;
    int64_t there; /* frames that were, at first */
    bool failed;
} Resume;

/* Blocks come in order, from the beginning of a piece on. */
static bool take(void *context, const float *samples, int frames) {
    Resume *r = context;
    const PieceLayout *l = r->layout;
    while (frames > 0) {
        if (r->filled == 0)
            r->packer = sound_packer(l->format, l->channels, piece_begin(l, r->piece));
        const int whole = piece_frames(l, r->piece), left = whole - r->filled;
        const int n = left < frames ? left : frames;
        sound_pack(&r->packer, samples, n, r->bytes + (size_t)r->filled * l->frame_bytes);
        r->filled += n;
        samples += (size_t)n * (size_t)l->channels;
        frames -= n;
        if (r->filled < whole) continue;
        if (!pieces_put(r->pieces, r->piece, r->bytes, &r->packer.facts, &r->job->why)) {
            r->failed = true;
            return false;
        }
        r->piece++;
        r->filled = 0;
    }
    return true;
}

static void show_progress(void *context, bool silent, int64_t done, int64_t total) {
    job_progress(((Resume *)context)->job, silent, done, total);
}

/* One run of missing pieces after the other. */
static RenderResult render_missing(Resume *r, int64_t *clamped) {
    const PieceLayout *l = r->layout;
    RenderResult result = RENDER_DONE;
    for (int64_t from = 0;
         result == RENDER_DONE && (from = pieces_missing(r->pieces, from)) >= 0;) {
        int64_t end = from + 1, more;
        while (end < l->n && pieces_missing(r->pieces, end) == end)
            end++;
        Render render = r->job->render;
        render.from = piece_begin(l, from);
        render.frames = piece_begin(l, end - 1) + piece_frames(l, end - 1) - render.from;
        render.write = take;
        render.progress = show_progress;
        render.context = r;
        r->piece = from;
        r->filled = 0;
        result = render_run(&render, &more);
        *clamped += more;
        from = end;
    }
    return result;
}

static int refuse(const Job *job) {
    if (job->format.container == SOUND_FLAC)
        return command_fail(STATUS_USAGE,
                            "--resume needs a file whose frames lie where they always "
                            "do: wav, rf64 or f32, not flac");
    if (job->request->normalize)
        return command_fail(STATUS_USAGE,
                            "--resume and --normalize do not go together: the peak of "
                            "what is missing is not known");
    if (job->in)
        return command_fail(STATUS_USAGE, "--resume and --in do not go together: what hears an "
                                          "input is rendered from its beginning");
    return job_starts_anywhere(job, "--resume");
}

static int finish(Resume *r, int64_t clamped, double began) {
    Job *job = r->job;
    SoundFacts facts;
    if (!pieces_complete(r->pieces, &facts, &job->why)) return command_fail_with(&job->why);
    OutputFile *file = job->file;
    job->file = NULL;
    if (!output_file_adopt(file, pieces_path(r->pieces), &job->why))
        return command_fail_with(&job->why);
    if (!output_file_commit(file, NULL, &job->why)) return command_fail_with(&job->why);
    pieces_close(r->pieces, true);
    r->pieces = NULL;
    job_report(job, &facts, clamped, seconds_now() - began);
    if (r->there > 0)
        command_say("%s: %.9g s of it were there", job->out, (double)r->there / job->rate);
    return STATUS_DONE;
}

static int64_t count_there(const Pieces *pieces, const PieceLayout *l) {
    int64_t frames = 0;
    for (int64_t i = 0; i < l->n; i++)
        if (pieces_missing(pieces, i) != i) frames += piece_frames(l, i);
    return frames;
}

int resume_render(Job *job) {
    int status = refuse(job);
    if (status == STATUS_DONE) status = job_open_file(job, false);
    if (status != STATUS_DONE) return status;
    const char *target = output_file_target(job->file);
    if (!target) return command_fail(STATUS_USAGE, "--resume needs a file, not a pipe or device");
    const PieceLayout layout = piece_layout(job->format, job->c->program.graph->noutputs, job->rate,
                                            job->render.from, job->render.frames);
    Buf identity = {0};
    identity_of_render(job, &identity);
    Resume r = {.job = job,
                .layout = &layout,
                .pieces = pieces_open(target, identity.data, &layout, &job->why)};
    buf_free(&identity);
    if (!r.pieces) return command_fail_with(&job->why);
    r.there = count_there(r.pieces, &layout);
    r.bytes = malloc(PIECE * layout.frame_bytes);
    if (!r.bytes) abort();
    int64_t clamped = 0;
    const double began = seconds_now();
    progress_begin(&job->progress, job->rate);
    const RenderResult result = render_missing(&r, &clamped);
    progress_end(&job->progress);
    if (result == RENDER_NO_MEMORY)
        status = command_fail(STATUS_FILE, "out of memory for the program's state");
    else
        status = r.failed ? command_fail_with(&job->why) : finish(&r, clamped, began);
    pieces_close(r.pieces, false);
    free(r.bytes);
    return status;
}
