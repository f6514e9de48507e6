/* The loop around an engine: runs of frames from a start to an end, with params that move, inputs,
 * a tail, and threads for pure programs. No files, no printing; command/render.c gives it both.
 * In: a Render. Out: blocks of interleaved samples, in order, to Render.write.
 *
 * What is heard does not depend on how time is cut: a param is set at the very sample at which its
 * curve changes, and a call ends there. */
#include "command/command.h"
#include "graph/interp.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

double render_default_length(Graph *g) {
    const double usual = 10, longest = 24 * 3600;
    if (g->length >= 0) return g->length;
    double end = graph_end(g);
    return end > 0 && end < longest ? end : usual;
}

/* ---- one running program with its params ----------------------------------------------------- */

typedef struct Runner {
    const Render *render;
    Instance *instance;
    Interp **curves; /* one for each setting, NULL for constants */
    Graph *views;    /* the program's graph as each curve sees it: with one output */
    double **values; /* of the curves, one block */
    double *now;     /* what each setting is at present */
    int64_t at;      /* next frame */
    bool settled;    /* the values set at the beginning took effect at frame 0 */
    int64_t clamped;
    float **outputs, **inputs; /* one block each */
    float **outputs_now;       /* where the frames begin that are computed next */
    const float **inputs_now;
} Runner;

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

static int setting_count(const Render *r) {
    return r->settings ? r->settings->n : 0;
}

static void runner_free(Runner *run) {
    if (!run) return;
    for (int i = 0; i < setting_count(run->render); i++) {
        if (run->curves && run->curves[i]) interp_free(run->curves[i]);
        if (run->values) free(run->values[i]);
    }
    if (run->instance) instance_free(run->instance);
    channels_free(run->outputs, run->render->graph->noutputs);
    channels_free(run->inputs, run->render->graph->ninputs);
    free(run->outputs_now);
    free(run->inputs_now);
    free(run->curves);
    free(run->views);
    free(run->values);
    free(run->now);
    free(run);
}

static bool runner_fill(Runner *run) {
    const Render *r = run->render;
    int n = setting_count(r);
    run->instance = instance_create(r->engine);
    run->curves = calloc((size_t)n + 1, sizeof *run->curves);
    run->views = calloc((size_t)n + 1, sizeof *run->views);
    run->values = calloc((size_t)n + 1, sizeof *run->values);
    run->now = calloc((size_t)n + 1, sizeof *run->now);
    run->outputs = channels_create(r->graph->noutputs, r->block);
    run->inputs = channels_create(r->graph->ninputs, r->block);
    run->outputs_now = calloc((size_t)r->graph->noutputs + 1, sizeof *run->outputs_now);
    run->inputs_now = calloc((size_t)r->graph->ninputs + 1, sizeof *run->inputs_now);
    if (!run->instance || !run->curves || !run->views || !run->values || !run->now ||
        !run->outputs || !run->inputs || !run->outputs_now || !run->inputs_now)
        return false;
    for (int i = 0; i < n; i++) {
        ParamSetting *s = &r->settings->items[i];
        run->now[i] = NAN; /* unlike any value: the first one is always set */
        if (!s->varies) {
            instance_set(run->instance, s->param, s->value);
            continue;
        }
        run->views[i] = *r->graph;
        run->views[i].outputs = &s->output;
        run->views[i].noutputs = 1;
        run->curves[i] = interp_create(&run->views[i]);
        run->values[i] = malloc(sizeof(double) * (size_t)r->block);
        if (!run->curves[i] || !run->values[i]) return false;
    }
    return true;
}

static Runner *runner_create(const Render *r) {
    Runner *run = calloc(1, sizeof *run);
    if (!run) return NULL;
    run->render = r;
    if (runner_fill(run)) return run;
    runner_free(run);
    return NULL;
}

static bool seek_all(Runner *run, int64_t frame) {
    for (int i = 0; i < setting_count(run->render); i++)
        if (run->curves[i] && !interp_seek(run->curves[i], frame)) return false;
    return instance_seek(run->instance, frame);
}

/* To a frame without running there; false, and still at frame 0, when something remembers. */
static bool runner_seek(Runner *run, int64_t frame) {
    if (!run->settled) {
        if (!seek_all(run, 0)) return false;
        /* A value takes effect with the next call: that must be at frame 0 and not at `frame`,
         * where an oscillator would keep the phase it had before. */
        if (setting_count(run->render) > 0)
            instance_process(run->instance, (const float *const *)run->inputs, run->outputs, 1);
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

/* The next frames, at most a block, from run->inputs to run->outputs. */
static void runner_process(Runner *run, int frames) {
    const Graph *g = run->render->graph;
    if (!run->render->settings || run->render->settings->curves == 0) {
        instance_process(run->instance, (const float *const *)run->inputs, run->outputs, frames);
        run->at += frames;
        return;
    }
    read_curves(run, frames);
    for (int begin = 0; begin < frames;) {
        int end = set_params(run, begin, frames);
        for (int k = 0; k < g->ninputs; k++)
            run->inputs_now[k] = run->inputs[k] + begin;
        for (int k = 0; k < g->noutputs; k++)
            run->outputs_now[k] = run->outputs[k] + begin;
        instance_process(run->instance, run->inputs_now, run->outputs_now, end - begin);
        begin = end;
    }
    run->at += frames;
}

static void interleave(const Runner *run, int first, int frames, float *to) {
    int n = run->render->graph->noutputs;
    if (n == 1) {
        memcpy(to, run->outputs[0] + first, sizeof(float) * (size_t)frames);
        return;
    }
    for (int k = 0; k < n; k++)
        for (int i = 0; i < frames; i++)
            to[(size_t)i * (size_t)n + (size_t)k] = run->outputs[k][first + i];
}

static void tell(const Render *r, bool silent, int64_t done, int64_t total) {
    if (r->progress) r->progress(r->context, silent, done, total);
}

/* ---- can it start anywhere? ------------------------------------------------------------------ */

/* A pure program can, unless the phase of an oscillator, or a beat, hangs on how its param moved before. */
static bool starts_anywhere(const Render *r) {
    if (!program_is_pure(r->graph)) return false;
    if (!r->settings || r->settings->curves == 0) return true;
    for (int i = 1; i < r->graph->n; i++)
        if ((op_info[r->graph->nodes[i].op].flags & (OPF_STATE | OPF_RING)) == OPF_STATE)
            return false;
    return true;
}

/* ---- one thread ------------------------------------------------------------------------------ */

static const double quiet = 3.1622776601683795e-05; /* -90 dBFS */

/* How many of these frames belong to the render: the tail ends a second after the last loud frame,
 * and at least a second after the input. *loud: the frame after the last loud one. */
static int within_tail(const Render *r, const Runner *run, int64_t begin, int frames,
                       int64_t *loud) {
    int64_t second = (int64_t)llround(r->rate);
    for (int i = 0; i < frames; i++) {
        if (begin + i >= *loud + second) return i;
        for (int k = 0; k < r->graph->noutputs; k++)
            if (!(fabsf(run->outputs[k][i]) < quiet)) *loud = begin + i + 1;
    }
    return frames;
}

static RenderResult run_alone(const Render *r, Runner *run, float *mixed) {
    int64_t end = r->tail ? r->frames : r->from + r->frames;
    int64_t loud = r->input_frames > r->from ? r->input_frames : r->from;
    if (r->from > 0 && starts_anywhere(r)) runner_seek(run, r->from);
    for (bool over = false; run->at < end && !over;) {
        int64_t begin = run->at;
        int frames = end - begin < r->block ? (int)(end - begin) : r->block;
        if (begin < r->from && r->from - begin < frames) frames = (int)(r->from - begin);
        if (r->read && !r->read(r->context, run->inputs, frames)) return RENDER_STOPPED;
        runner_process(run, frames);
        tell(r, begin < r->from, run->at - (begin < r->from ? 0 : r->from),
             begin < r->from ? r->from : end - r->from);
        if (begin < r->from) continue;
        int heard = r->tail ? within_tail(r, run, begin, frames, &loud) : frames;
        over = heard < frames;
        interleave(run, 0, heard, mixed);
        if (heard > 0 && !r->write(r->context, mixed, heard)) return RENDER_STOPPED;
    }
    return RENDER_DONE;
}

/* ---- several threads: time is cut into chunks, thread k takes every so many-th --------------- */

enum { SLOTS = 2 }; /* chunks a thread may be ahead of the writer */

typedef struct Crew Crew;
typedef struct Worker {
    Crew *crew;
    Runner *run;
    pthread_t thread;
    int number;
    float *slots[SLOTS];
    bool full[SLOTS];
} Worker;

struct Crew {
    const Render *render;
    Worker *workers;
    int n;
    int chunk;      /* frames */
    int64_t chunks; /* how many */
    bool stop;
    pthread_mutex_t lock;
    pthread_cond_t moved; /* a slot became full or empty, or all is to stop */
};

static int chunk_frames(const Crew *crew, int64_t chunk) {
    int64_t left = crew->render->frames - chunk * crew->chunk;
    return left < crew->chunk ? (int)left : crew->chunk;
}

static void work_on(Worker *w, int64_t chunk, float *to) {
    const Render *r = w->crew->render;
    int total = chunk_frames(w->crew, chunk);
    runner_seek(w->run, r->from + chunk * w->crew->chunk);
    for (int done = 0; done < total;) {
        int frames = total - done < r->block ? total - done : r->block;
        runner_process(w->run, frames);
        interleave(w->run, 0, frames, to + (size_t)done * (size_t)r->graph->noutputs);
        done += frames;
    }
}

static void *work(void *argument) {
    Worker *w = argument;
    Crew *crew = w->crew;
    int slot = 0;
    for (int64_t chunk = w->number; chunk < crew->chunks; chunk += crew->n, slot ^= 1) {
        pthread_mutex_lock(&crew->lock);
        while (w->full[slot] && !crew->stop)
            pthread_cond_wait(&crew->moved, &crew->lock);
        bool stop = crew->stop;
        pthread_mutex_unlock(&crew->lock);
        if (stop) break;
        work_on(w, chunk, w->slots[slot]);
        pthread_mutex_lock(&crew->lock);
        w->full[slot] = true;
        pthread_cond_broadcast(&crew->moved);
        pthread_mutex_unlock(&crew->lock);
    }
    return NULL;
}

/* Writes the chunks in order as they become ready. */
static RenderResult collect(Crew *crew) {
    const Render *r = crew->render;
    for (int64_t chunk = 0; chunk < crew->chunks; chunk++) {
        Worker *w = &crew->workers[chunk % crew->n];
        int slot = (int)(chunk / crew->n % SLOTS), frames = chunk_frames(crew, chunk);
        pthread_mutex_lock(&crew->lock);
        while (!w->full[slot])
            pthread_cond_wait(&crew->moved, &crew->lock);
        pthread_mutex_unlock(&crew->lock);
        bool ok = r->write(r->context, w->slots[slot], frames);
        tell(r, false, chunk * crew->chunk + frames, r->frames);
        pthread_mutex_lock(&crew->lock);
        w->full[slot] = false;
        if (!ok) crew->stop = true;
        pthread_cond_broadcast(&crew->moved);
        pthread_mutex_unlock(&crew->lock);
        if (!ok) return RENDER_STOPPED;
    }
    return RENDER_DONE;
}

static bool hire(Crew *crew) {
    crew->workers = calloc((size_t)crew->n, sizeof(Worker));
    if (!crew->workers) return false;
    for (int i = 0; i < crew->n; i++) {
        Worker *w = &crew->workers[i];
        *w = (Worker){.crew = crew, .number = i, .run = runner_create(crew->render)};
        if (!w->run) return false;
        for (int s = 0; s < SLOTS; s++) {
            w->slots[s] =
                malloc(sizeof(float) * (size_t)crew->chunk * (size_t)crew->render->graph->noutputs);
            if (!w->slots[s]) return false;
        }
    }
    return true;
}

static RenderResult run_crew(Crew *crew) {
    int started = 0;
    while (started < crew->n &&
           pthread_create(&crew->workers[started].thread, NULL, work, &crew->workers[started]) == 0)
        started++;
    RenderResult result = RENDER_NO_MEMORY;
    if (started == crew->n) {
        result = collect(crew);
    } else {
        pthread_mutex_lock(&crew->lock);
        crew->stop = true;
        pthread_cond_broadcast(&crew->moved);
        pthread_mutex_unlock(&crew->lock);
    }
    for (int i = 0; i < started; i++)
        pthread_join(crew->workers[i].thread, NULL);
    return result;
}

static RenderResult run_together(const Render *r, int64_t *clamped) {
    Crew crew = {.render = r, .n = r->jobs};
    crew.chunk = r->block > 32768 ? r->block : 32768 / r->block * r->block;
    crew.chunks = (r->frames + crew.chunk - 1) / crew.chunk;
    if (crew.n > crew.chunks) crew.n = crew.chunks > 0 ? (int)crew.chunks : 1;
    pthread_mutex_init(&crew.lock, NULL);
    pthread_cond_init(&crew.moved, NULL);
    RenderResult result = hire(&crew) ? run_crew(&crew) : RENDER_NO_MEMORY;
    for (int i = 0; crew.workers && i < crew.n; i++) {
        if (crew.workers[i].run) *clamped += crew.workers[i].run->clamped;
        runner_free(crew.workers[i].run);
        for (int s = 0; s < SLOTS; s++)
            free(crew.workers[i].slots[s]);
    }
    free(crew.workers);
    pthread_cond_destroy(&crew.moved);
    pthread_mutex_destroy(&crew.lock);
    return result;
}

RenderResult render_run(const Render *r, int64_t *clamped) {
    int64_t unread = 0;
    if (!clamped) clamped = &unread;
    *clamped = 0;
    Runner *run = runner_create(r);
    if (!run) return RENDER_NO_MEMORY;
    RenderResult result;
    /* The engine has the last word on whether it can start anywhere. */
    if (r->jobs > 1 && !r->tail && !r->read && starts_anywhere(r) && runner_seek(run, r->from)) {
        result = run_together(r, clamped);
    } else {
        float *mixed = malloc(sizeof(float) * (size_t)r->block * (size_t)r->graph->noutputs);
        result = mixed ? run_alone(r, run, mixed) : RENDER_NO_MEMORY;
        *clamped += run->clamped;
        free(mixed);
    }
    runner_free(run);
    return result;
}
