/* One running program, or a stage of one, with params that move: what renders are made of.
 * In: a Render. Out: the next frames, from where inputs lie to where outputs do.
 *
 * What is heard does not depend on how time is cut: a param is set at the very sample at which its
 * curve changes, and a call ends there. */
#include "command/runner.h"
#include "command/song.h"
#include "graph/interp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static float **channels_create(int n, int frames) {
    float **channels = calloc((size_t)n + 1, sizeof *channels);
    for (int k = 0; channels && k < n; k++) {
        channels[k] = calloc((size_t)frames, sizeof(float));
        if (!channels[k]) {
            while (k-- > 0)
                free(channels[k]);
            free(channels);
            return NULL;
        }
    }
    return channels;
}

static void channels_free(float **channels, int n) {
    for (int k = 0; channels && k < n; k++)
        free(channels[k]);
    free(channels);
}

size_t frame_bytes(const Render *r) {
    return sizeof(float) * (size_t)(r->graph->ninputs + r->graph->noutputs) +
           engine_handed_bytes(r->engine);
}

bool frames_create(const Render *r, int n, Frames *f) {
    f->inputs = channels_create(r->graph->ninputs, n);
    f->outputs = channels_create(r->graph->noutputs, n);
    f->handed = malloc(engine_handed_bytes(r->engine) * (size_t)n + 1);
    return f->inputs && f->outputs && f->handed;
}

void frames_free(const Render *r, Frames *f) {
    channels_free(f->inputs, r->graph->ninputs);
    channels_free(f->outputs, r->graph->noutputs);
    free(f->handed);
}

static int setting_count(const Render *r) {
    return r->settings ? r->settings->n : 0;
}

void runner_free(Runner *run) {
    if (!run) return;
    for (int i = 0; i < setting_count(run->render); i++) {
        if (run->curves && run->curves[i]) interp_free(run->curves[i]);
        if (run->values) free(run->values[i]);
    }
    if (run->instance) instance_free(run->instance);
    frames_free(run->render, &run->block);
    free(run->outputs_now);
    free(run->inputs_now);
    free(run->curves);
    free(run->views);
    free(run->values);
    free(run->now);
    free(run);
}

static bool runner_fill(Runner *run, int stage) {
    const Render *r = run->render;
    int n = setting_count(r);
    run->instance = instance_create_stage(r->engine, stage, r->song ? r->song->voices : 0);
    Instrument *instrument = run->instance ? instance_instrument(run->instance) : NULL;
    if (r->song && instrument) instrument_play_by(instrument, &r->song->how);
    if (instrument && !instrument_share(instrument, r->jobs)) return false;
    run->curves = calloc((size_t)n + 1, sizeof *run->curves);
    run->views = calloc((size_t)n + 1, sizeof *run->views);
    run->values = calloc((size_t)n + 1, sizeof *run->values);
    run->now = calloc((size_t)n + 1, sizeof *run->now);
    run->outputs_now = calloc((size_t)r->graph->noutputs + 1, sizeof *run->outputs_now);
    run->inputs_now = calloc((size_t)r->graph->ninputs + 1, sizeof *run->inputs_now);
    if (!frames_create(r, r->block, &run->block)) return false;
    if (!run->instance || !run->curves || !run->views || !run->values || !run->now ||
        !run->outputs_now || !run->inputs_now)
        return false;
    for (int i = 0; i < n; i++) {
        ParamSetting *s = &r->settings->items[i];
        run->now[i] = NAN; /* unlike any value: the first one is always set */
        if (!s->varies) {
            instance_set(run->instance, s->param, s->value);
            continue;
        }
        run->views[i] = *r->settings->graph;
        run->views[i].outputs = &s->output;
        run->views[i].noutputs = 1;
        run->curves[i] = interp_create(&run->views[i]);
        run->values[i] = malloc(sizeof(double) * (size_t)r->block);
        if (!run->curves[i] || !run->values[i]) return false;
    }
    return true;
}

Runner *runner_create(const Render *r, int stage) {
    Runner *run = calloc(1, sizeof *run);
    if (!run) return NULL;
    run->render = r;
    if (runner_fill(run, stage)) return run;
    runner_free(run);
    return NULL;
}

static bool seek_all(Runner *run, int64_t frame) {
    for (int i = 0; i < setting_count(run->render); i++)
        if (run->curves[i] && !interp_seek(run->curves[i], frame)) return false;
    return instance_seek(run->instance, frame);
}

/* Frames [at, at + n) of these. */
static void process(Runner *run, const Frames *f, int at, int n) {
    const Graph *g = run->render->graph;
    for (int k = 0; k < g->ninputs; k++)
        run->inputs_now[k] = f->inputs[k] + at;
    for (int k = 0; k < g->noutputs; k++)
        run->outputs_now[k] = f->outputs[k] + at;
    run->outputs_now[g->noutputs] =
        (void *)(f->handed + engine_handed_bytes(run->render->engine) * (size_t)at);
    instance_process(run->instance, run->inputs_now, run->outputs_now, n);
}

bool runner_seek(Runner *run, int64_t frame) {
    if (!run->settled) {
        if (!seek_all(run, 0)) return false;
        /* A value takes effect with the next call: that must be at frame 0 and not at `frame`,
         * where an oscillator would keep the phase it had before. */
        if (setting_count(run->render) > 0) process(run, &run->block, 0, 1);
        run->settled = true;
    }
    for (int i = 0; i < setting_count(run->render); i++)
        run->now[i] = NAN;
    run->at = frame;
    return seek_all(run, frame);
}

/* The curves' values for the next frames. */
static void read_curves(Runner *run, int frames) {
    for (int i = 0; i < setting_count(run->render); i++) {
        if (!run->curves[i]) continue;
        const ParamInfo *info = &run->render->graph->params[run->render->settings->items[i].param];
        interp_process(run->curves[i], NULL, &run->values[i], frames);
        for (int k = 0; k < frames; k++) {
            double value = run->values[i][k], held = fmin(fmax(value, info->min), info->max);
            if (isnan(value)) held = NAN;
            if (held < value || held > value) run->clamped++;
            run->values[i][k] = held;
        }
    }
}

/* NaN leaves a param as it is. */
static bool changes(double now, double value) {
    return !isnan(value) && !(now == value);
}

/* Sets the params of frame k of the block; returns the next frame at which one changes. */
static int set_params(Runner *run, int k, int frames) {
    int end = frames;
    for (int i = 0; i < setting_count(run->render); i++) {
        if (!run->curves[i]) continue;
        const double *values = run->values[i];
        if (changes(run->now[i], values[k])) {
            run->now[i] = values[k];
            instance_set(run->instance, run->render->settings->items[i].param, values[k]);
        }
        int j = k + 1;
        while (j < end && !changes(run->now[i], values[j]))
            j++;
        end = j;
    }
    return end;
}

/* At most a block. */
static void process_block(Runner *run, const Frames *f, int at, int frames) {
    run->at += frames;
    if (!run->render->settings || run->render->settings->curves == 0) {
        process(run, f, at, frames);
        return;
    }
    read_curves(run, frames);
    for (int begin = 0; begin < frames;) {
        int end = set_params(run, begin, frames);
        process(run, f, at + begin, end - begin);
        begin = end;
    }
}

/* Gives the instrument what it plays in the next frames; returns for how many of them that is all. */
static int give_events(Runner *run, int frames) {
    const Song *song = run->render->song;
    Instrument *instrument = instance_instrument(run->instance);
    while (song && instrument && run->event < song->n) {
        const KnEvent *event = &song->events[run->event];
        const int64_t after = event->frame - run->at;
        if (after >= frames) break;
        if (!instrument_event(instrument, *event, after)) return after < 1 ? 1 : (int)after;
        run->event++;
    }
    return frames;
}

void runner_process(Runner *run, const Frames *f, int frames) {
    for (int done = 0; done < frames;) {
        const int within = frames - done < run->render->block ? frames - done : run->render->block;
        const int n = give_events(run, within);
        process_block(run, f, done, n);
        done += n;
    }
}

void frames_mix(const Render *r, const Frames *f, int frames, float *to) {
    int n = r->graph->noutputs;
    if (n == 1) {
        memcpy(to, f->outputs[0], sizeof(float) * (size_t)frames);
        return;
    }
    for (int k = 0; k < n; k++)
        for (int i = 0; i < frames; i++)
            to[(size_t)i * (size_t)n + (size_t)k] = f->outputs[k][i];
}
