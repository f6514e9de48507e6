/* A program that is replaced while it sounds: kn_live_… of kanon.h.
 * In: programs and values of params, from control threads. Out: audio, on one other thread.
 *
 * Control threads hold a lock among themselves. The audio thread meets them at three atomic pointers,
 * each written by one side and emptied by the other, and at the params:
 *
 *   next     control puts a voice that is ready to take over; audio takes it (or control takes it back)
 *   faster   of a voice: control puts better code for it; audio reads it
 *   retired  audio puts voices it has done with; control takes and frees them
 *
 * A voice is one running program. While a replacement fades there are two, on the audio thread's side
 * only. */
#include "api.h"
#include "engine.h"
#include "live.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 64 }; /* frames of two voices that are mixed at a time */
static const double usual_fade = 0.01, longest_fade = 10;

/* ---- voices -------------------------------------------------------------------------------------- */

static void voice_free(Voice *v) {
    while (v) {
        Voice *rest = v->before;
        optimizer_forget(v->live->optimizer, v);
        kn_instance_free(v->instance);
        kn_program_free(v->program);
        const CcProgram *faster = atomic_load(&v->faster);
        if (faster) {
            cc_program_unload((CcProgram *)faster);
            free((CcProgram *)faster);
        }
        memory_release(&v->memory);
        free(v->params);
        free(v->touched);
        free(v);
        v = rest;
    }
}

static void map_state(void *voice) {
    Voice *v = voice;
    v->map = engine_state_map(v->program->engine);
}

static Voice *voice_create(KnLive *l, KnProgram *program) {
    Voice *v = calloc(1, sizeof *v);
    if (!v) return NULL;
    int n = kn_program_params(program);
    v->live = l;
    v->program = kn_program_retain(program);
    v->instance = kn_instance_create(program);
    v->params = calloc((size_t)n + 1, sizeof *v->params);
    v->touched = calloc((size_t)n + 1, sizeof *v->touched);
    if (!v->instance || !v->params || !v->touched) {
        voice_free(v);
        return NULL;
    }
    for (int p = 0; p < n; p++)
        atomic_store(&v->params[p], kn_program_param_initial(program, p));
    if (!memory_guard(&v->memory, map_state, v)) {
        voice_free(v);
        return NULL;
    }
    return v;
}

/* Params that were turned keep their values. */
static void inherit_params(Voice *v, const Voice *from) {
    for (int p = 0; p < kn_program_params(v->program); p++) {
        int old = kn_program_param_index(from->program, kn_program_param_name(v->program, p));
        if (old < 0 || !from->touched[old]) continue;
        double x = atomic_load(&from->params[old]), low = kn_program_param_min(v->program, p),
               high = kn_program_param_max(v->program, p);
        atomic_store(&v->params[p], x < low ? low : x > high ? high : x);
        v->touched[p] = true;
    }
    atomic_store(&v->turns, 1);
}

/* A first run brings code and tables into memory, where the audio thread then finds them. */
static void rehearse(Voice *v) {
    int channels = kn_program_outputs(v->program);
    float *room = calloc((size_t)channels * PIECE + 1, sizeof *room);
    float **outputs = calloc((size_t)channels + 1, sizeof *outputs);
    for (int k = 0; room && outputs && k < channels; k++)
        outputs[k] = room + k * PIECE;
    if (room && outputs) kn_instance_process(v->instance, NULL, outputs, PIECE);
    kn_instance_reset(v->instance);
    free(room);
    free(outputs);
}

/* ---- control --------------------------------------------------------------------------------------- */

static void collect(KnLive *l) {
    voice_free(atomic_exchange(&l->retired, NULL));
}

static void scratch_free(KnLive *l) {
    free(l->room);
    free(l->copied);
    free(l->first);
    free(l->second);
}

/* Room for a piece of all inputs, and of the outputs of two voices with up to `channels` each. */
static bool scratch_create(KnLive *l) {
    size_t inputs = (size_t)l->inputs, outputs = (size_t)l->outputs;
    l->room = calloc((inputs + 2 * outputs + 1) * PIECE, sizeof *l->room);
    l->copied = calloc(inputs + 1, sizeof *l->copied);
    l->first = calloc(outputs + 1, sizeof *l->first);
    l->second = calloc(outputs + 1, sizeof *l->second);
    if (!l->room || !l->copied || !l->first || !l->second) return false;
    for (size_t k = 0; k < inputs; k++)
        l->copied[k] = l->room + k * PIECE;
    for (size_t k = 0; k < outputs; k++) {
        l->first[k] = l->room + (inputs + k) * PIECE;
        l->second[k] = l->room + (inputs + outputs + k) * PIECE;
    }
    return true;
}

KnLive *kn_live_create(KnProgram *program) {
    KnLive *l = program ? calloc(1, sizeof *l) : NULL;
    if (!l) return NULL;
    pthread_mutex_init(&l->lock, NULL);
    l->inputs = kn_program_inputs(program);
    l->outputs = kn_program_outputs(program);
    l->optimizer = optimizer_create();
    bool fits = l->inputs <= MOST_CHANNELS && l->outputs <= MOST_CHANNELS;
    l->playing = l->latest = fits && l->optimizer ? voice_create(l, program) : NULL;
    if (!l->playing || !scratch_create(l)) {
        kn_live_free(l);
        return NULL;
    }
    atomic_store(&l->engine, kn_program_engine(program));
    rehearse(l->playing);
    optimizer_begin(l->optimizer, l->latest);
    return l;
}

void kn_live_free(KnLive *l) {
    if (!l) return;
    optimizer_cancel(l->optimizer);
    Voice *next = atomic_exchange(&l->next, NULL);
    voice_free(next);
    voice_free(l->playing);
    voice_free(l->fading);
    voice_free(l->spent);
    collect(l);
    memory_release(&l->report_memory);
    optimizer_free(l->optimizer);
    scratch_free(l);
    pthread_mutex_destroy(&l->lock);
    free(l);
}

int kn_live_set_optimize(KnLive *l, int on) {
    if (!l) return 0;
    pthread_mutex_lock(&l->lock);
    optimizer_set(l->optimizer, on != 0);
    if (on) optimizer_begin(l->optimizer, l->latest);
    pthread_mutex_unlock(&l->lock);
    return 1;
}

/* The one that plays when the next one takes over: what was given before and not begun is dropped. */
static Voice *withdraw(KnLive *l) {
    Voice *waiting = atomic_exchange(&l->next, NULL);
    if (!waiting) return l->latest;
    Voice *base = waiting->base;
    l->latest = base;
    voice_free(waiting);
    return base;
}

typedef struct Matching {
    const StateMap *from, *to;
    StateMatch *match;
} Matching;

static void match_states(void *data) {
    Matching *m = data;
    m->match = state_match(m->from, m->to);
}

/* What goes with the voice, and the same to be told for longer than it lives. False: no memory. */
static bool match_voices(KnLive *l, Voice *v, const Voice *from) {
    static const StateMap nothing;
    Matching m = {from->map ? from->map : &nothing, v->map ? v->map : &nothing, NULL};
    memory_release(&l->report_memory);
    l->report = NULL;
    if (!memory_guard(&l->report_memory, match_states, &m)) return false;
    l->report = m.match;
    if (!memory_guard(&v->memory, match_states, &m)) return false;
    v->match = m.match;
    return true;
}

/* Ready to go on about where the audio thread is now, with its params as they were turned. */
static void make_ready(KnLive *l, Voice *v) {
    for (int p = 0; p < kn_program_params(v->program); p++)
        kn_instance_set(v->instance, p, atomic_load(&v->params[p]));
    instance_prepare(instance_behind(v->instance), atomic_load(&l->frame));
}

static int fade_frames(const KnProgram *program, double fade) {
    double seconds = fade < 0 || fade != fade ? usual_fade
                     : fade > longest_fade    ? longest_fade
                                              : fade;
    int frames = (int)rint(seconds * kn_program_rate(program));
    return frames < 1 ? 1 : frames;
}

int kn_live_replace(KnLive *l, KnProgram *program, double fade) {
    if (!l || !program) return 0;
    pthread_mutex_lock(&l->lock);
    collect(l);
    bool fits = kn_program_rate(program) == kn_program_rate(l->latest->program) &&
                kn_program_outputs(program) <= MOST_CHANNELS &&
                kn_program_inputs(program) <= MOST_CHANNELS;
    Voice *v = fits ? voice_create(l, program) : NULL;
    if (v) {
        inherit_params(v, l->latest); /* its params were turned last */
        rehearse(v);
        v->base = withdraw(l);
        v->fade = fade_frames(program, fade);
    }
    if (v && !match_voices(l, v, v->base)) {
        voice_free(v);
        v = NULL;
    }
    if (v) {
        make_ready(l, v);
        l->latest = v;
        atomic_store(&l->next, v);
        optimizer_begin(l->optimizer, v);
    }
    pthread_mutex_unlock(&l->lock);
    return v != NULL;
}

int kn_live_is_replacing(KnLive *l) {
    return l && (atomic_load(&l->next) != NULL || atomic_load(&l->is_fading));
}

void kn_live_collect(KnLive *l) {
    if (!l) return;
    pthread_mutex_lock(&l->lock);
    collect(l);
    pthread_mutex_unlock(&l->lock);
}

/* ---- the report, params ------------------------------------------------------------------------------ */

int kn_live_report_count(KnLive *l) {
    return l && l->report ? l->report->nreports : 0;
}

const char *kn_live_report_path(KnLive *l, int index) {
    if (index < 0 || index >= kn_live_report_count(l)) return NULL;
    return l->report->reports[index].path;
}

int kn_live_report_fate(KnLive *l, int index) {
    if (index < 0 || index >= kn_live_report_count(l)) return 0;
    return (int)l->report->reports[index].fate;
}

static void turn(Voice *v, int param, double value) {
    double low = kn_program_param_min(v->program, param),
           high = kn_program_param_max(v->program, param);
    atomic_store(&v->params[param], value < low ? low : value > high ? high : value);
    v->touched[param] = true;
    atomic_fetch_add(&v->turns, 1);
}

void kn_live_set(KnLive *l, int param, double value) {
    if (!l || value != value) return;
    pthread_mutex_lock(&l->lock);
    collect(l);
    Voice *v = l->latest;
    if (param >= 0 && param < kn_program_params(v->program)) {
        turn(v, param, value);
        /* until that one begins, the one it replaces is heard */
        Voice *heard = atomic_load(&l->next) == v ? v->base : NULL;
        int same =
            heard ? kn_program_param_index(heard->program, kn_program_param_name(v->program, param))
                  : -1;
        if (same >= 0) turn(heard, same, value);
    }
    pthread_mutex_unlock(&l->lock);
}

double kn_live_get(KnLive *l, int param) {
    if (!l) return 0;
    pthread_mutex_lock(&l->lock);
    Voice *v = l->latest;
    bool there = param >= 0 && param < kn_program_params(v->program);
    double value = there ? atomic_load(&v->params[param]) : 0;
    pthread_mutex_unlock(&l->lock);
    return value;
}

KnProgram *kn_live_program(KnLive *l) {
    return l ? l->latest->program : NULL;
}

int64_t kn_live_frame(const KnLive *l) {
    return l ? atomic_load(&l->frame) : 0;
}

const char *kn_live_engine(KnLive *l) {
    return l ? atomic_load(&l->engine) : NULL;
}

/* ---- the audio thread -------------------------------------------------------------------------------- */

/* What control threads have set since the last block. */
static void follow(Voice *v) {
    unsigned turns = atomic_load(&v->turns);
    if (turns != v->turns_seen) {
        v->turns_seen = turns;
        for (int p = 0; p < kn_program_params(v->program); p++)
            kn_instance_set(v->instance, p, atomic_load(&v->params[p]));
    }
    const CcProgram *faster = atomic_load(&v->faster);
    if (faster) instance_run_by(instance_behind(v->instance), faster);
}

/* Hands a voice back. The place may be taken: then it waits for the next block, with others before it. */
static void retire(KnLive *l, Voice *v) {
    Voice *empty = NULL;
    if (v) {
        v->before = l->spent;
        l->spent = v;
    }
    if (l->spent && atomic_compare_exchange_strong(&l->retired, &empty, l->spent)) l->spent = NULL;
}

static void begin_fade(KnLive *l) {
    Voice *next = atomic_exchange(&l->next, NULL);
    if (!next) return; /* taken back in this moment */
    l->fading = l->playing;
    l->playing = next;
    l->fade_length = l->fade_left = next->fade;
    instance_take_over(instance_behind(next->instance), instance_behind(l->fading->instance),
                       next->match);
    atomic_store(&l->is_fading, true);
}

/* One voice into arrays for the outputs of the live run. */
static void play(KnLive *l, Voice *v, const float *const *inputs, float *const *outputs,
                 int frames) {
    const float *in[MOST_CHANNELS];
    float *out[MOST_CHANNELS];
    int ninputs = kn_program_inputs(v->program), noutputs = kn_program_outputs(v->program);
    for (int k = 0; k < ninputs; k++)
        in[k] = inputs && k < l->inputs ? inputs[k] : NULL;
    for (int k = 0; k < noutputs; k++)
        out[k] = k < l->outputs ? outputs[k] : NULL;
    kn_instance_process(v->instance, in, out, frames);
    for (int k = noutputs; k < l->outputs; k++)
        if (noutputs == 1 && outputs[0] && outputs[k])
            memcpy(outputs[k], outputs[0], sizeof(float) * (size_t)frames);
        else if (outputs[k])
            memset(outputs[k], 0, sizeof(float) * (size_t)frames);
}

/* Old and new add up to one, so what both have alike stays as it is. */
static void mix(KnLive *l, float *const *outputs, int at, int frames) {
    for (int k = 0; k < l->outputs; k++) {
        if (!outputs[k]) continue;
        for (int i = 0; i < frames; i++) {
            float rest = (float)(l->fade_left - i) / (float)l->fade_length;
            if (rest < 0) rest = 0;
            float new = l->second[k][i], old = l->first[k][i];
            outputs[k][at + i] = isfinite(old) ? new + rest *(old - new) : new;
        }
    }
}

static void process_fade(KnLive *l, const float *const *inputs, float *const *outputs, int at,
                         int frames) {
    for (int k = 0; k < l->inputs; k++) /* outputs may be the inputs' memory */
        if (inputs && inputs[k])
            memcpy(l->copied[k], inputs[k] + at, sizeof(float) * (size_t)frames);
        else
            memset(l->copied[k], 0, sizeof(float) * (size_t)frames);
    play(l, l->fading, (const float *const *)l->copied, l->first, frames);
    play(l, l->playing, (const float *const *)l->copied, l->second, frames);
    mix(l, outputs, at, frames);
    l->fade_left -= frames;
    if (l->fade_left > 0) return;
    retire(l, l->fading);
    l->fading = NULL;
    atomic_store(&l->is_fading, false);
}

void kn_live_process(KnLive *l, const float *const *inputs, float *const *outputs, int frames) {
    if (!l || !outputs || frames < 1) return;
    retire(l, NULL);
    if (!l->fading && atomic_load(&l->next)) begin_fade(l);
    follow(l->playing);
    if (l->fading) follow(l->fading);
    int at = 0;
    while (l->fading && at < frames) {
        int n = frames - at < PIECE ? frames - at : PIECE;
        process_fade(l, inputs, outputs, at, n);
        at += n;
    }
    if (at < frames) {
        const float *in[MOST_CHANNELS];
        float *out[MOST_CHANNELS];
        for (int k = 0; k < l->inputs; k++)
            in[k] = inputs && inputs[k] ? inputs[k] + at : NULL;
        for (int k = 0; k < l->outputs; k++)
            out[k] = outputs[k] ? outputs[k] + at : NULL;
        play(l, l->playing, in, out, frames - at);
    }
    atomic_store(&l->frame, atomic_load(&l->frame) + frames);
    atomic_store(&l->engine,
                 atomic_load(&l->playing->faster) ? "cc" : kn_program_engine(l->playing->program));
}
