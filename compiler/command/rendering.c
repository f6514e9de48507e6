/* The loop around an engine: runs of frames from a start to an end, with params that move, inputs,
 * and a tail. No files, no printing; command/render.c gives it both.
 * In: a Render. Out: blocks of interleaved samples, in order, to Render.write. */
#include "command/runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double render_default_length(Graph *g) {
    const double usual = 10, longest = 24 * 3600;
    if (g->length >= 0) return g->length;
    double end = graph_end(g);
    return end > 0 && end < longest ? end : usual;
}

/* ---- can it start anywhere? ------------------------------------------------------------------ */

/* The phase of an oscillator, or a beat, may hang on how its param moved before. */
bool render_starts_anywhere(const Render *r) {
    if (!engine_starts_anywhere(r->engine)) return false;
    if (!r->settings || r->settings->curves == 0) return true;
    for (int i = 1; i < r->graph->n; i++)
        if ((op_info[r->graph->nodes[i].op].flags & (OPF_STATE | OPF_RING)) == OPF_STATE)
            return false;
    return true;
}

/* ---- the tail -------------------------------------------------------------------------------- */

static const double quiet = 3.1622776601683795e-05; /* -90 dBFS */

int64_t render_first_loud(const Render *r) {
    return r->input_frames > r->from ? r->input_frames : r->from;
}

int render_within_tail(const Render *r, const float *mixed, int64_t begin, int frames,
                       int64_t *loud) {
    int64_t second = (int64_t)llround(r->rate);
    for (int i = 0; i < frames; i++) {
        if (begin + i >= *loud + second) return i;
        for (int k = 0; k < r->graph->noutputs; k++)
            if (!(fabsf(*mixed++) < quiet)) *loud = begin + i + 1;
    }
    return frames;
}

/* ---- one thread ------------------------------------------------------------------------------ */

static void tell(const Render *r, bool silent, int64_t done, int64_t total) {
    if (r->progress) r->progress(r->context, silent, done, total);
}

static RenderResult run_alone(const Render *r, Runner *run, float *mixed) {
    int64_t end = r->tail ? r->frames : r->from + r->frames;
    int64_t loud = render_first_loud(r);
    if (r->from > 0 && render_starts_anywhere(r)) runner_seek(run, r->from);
    for (bool over = false; run->at < end && !over;) {
        int64_t begin = run->at;
        int frames = end - begin < r->block ? (int)(end - begin) : r->block;
        if (begin < r->from && r->from - begin < frames) frames = (int)(r->from - begin);
        if (r->read && !r->read(r->context, run->block.inputs, frames)) return RENDER_STOPPED;
        runner_process(run, &run->block, frames);
        tell(r, begin < r->from, run->at - (begin < r->from ? 0 : r->from),
             begin < r->from ? r->from : end - r->from);
        if (begin < r->from) continue;
        frames_mix(r, &run->block, frames, mixed);
        int heard = r->tail ? render_within_tail(r, mixed, begin, frames, &loud) : frames;
        over = heard < frames;
        if (heard > 0 && !r->write(r->context, mixed, heard)) return RENDER_STOPPED;
    }
    return RENDER_DONE;
}

static RenderResult render_alone(const Render *r, int64_t *clamped) {
    Runner *run = runner_create(r, WHOLE_PROGRAM);
    float *mixed = malloc(sizeof(float) * (size_t)r->block * (size_t)r->graph->noutputs);
    RenderResult result = run && mixed ? run_alone(r, run, mixed) : RENDER_NO_MEMORY;
    if (run) *clamped += run->clamped;
    free(mixed);
    runner_free(run);
    return result;
}

RenderResult render_run(const Render *r, int64_t *clamped) {
    int64_t unread = 0;
    if (!clamped) clamped = &unread;
    *clamped = 0;
    /* of an instrument threads share the notes */
    return r->jobs > 1 && !engine_plays_notes(r->engine) ? render_by_crew(r, clamped)
                                                         : render_alone(r, clamped);
}
