/* The signals that are plotted. In: a program or a sound file, and options. Out: samples in memory. */
#include "command/plot.h"
#include "command/song.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void plot_signals_free(PlotSignals *all) {
    for (int i = 0; i < all->nsamples; i++)
        free(all->samples[i]);
    free(all->samples);
    free(all->items);
    *all = (PlotSignals){0};
}

/* ---- a place for them ------------------------------------------------------------------------------ */

/* Samples that grow as they come, interleaved. */
typedef struct Take {
    float *samples;
    int64_t frames, room;
    int channels;
} Take;

static void add_frames(Take *take, const float *samples, int frames) {
    const size_t width = (size_t)take->channels;
    if (take->frames + frames > take->room) {
        take->room = 2 * take->room + frames;
        take->samples = realloc(take->samples, sizeof(float) * width * (size_t)take->room);
        if (!take->samples) abort();
    }
    memcpy(take->samples + (size_t)take->frames * width, samples,
           sizeof(float) * width * (size_t)frames);
    take->frames += frames;
}

static const char *label_of(const Plot *plot, const PlotSubject *s, int channel, int channels) {
    Arena *arena = plot->figure->arena;
    const char *which = s->is_sound_file ? arena_printf(arena, "channel %d", channel)
                                         : arena_printf(arena, "out[%d]", channel);
    if (channels == 1) return s->name;
    return plot->subjects == 1 ? which : arena_printf(arena, "%s %s", s->name, which);
}

bool plot_shows(const Plot *plot, int channel) {
    return plot->all || (channel < MOST_CHANNELS && plot->chosen[channel]);
}

int plot_shown(const Plot *plot, int channels) {
    int n = 0;
    for (int k = 0; k < channels; k++)
        n += plot_shows(plot, k);
    return n;
}

/* Says where there are samples that are no numbers: they are gaps. */
static void warn_of_gaps(const PlotSubject *s, const Take *take, double from) {
    int64_t bad = 0, first = 0;
    for (int64_t i = 0; i < take->frames * take->channels; i++)
        if (!isfinite(take->samples[i]) && bad++ == 0) first = i / take->channels;
    if (bad > 0)
        command_warn("%s: %lld samples are not finite numbers, the first at %.9g s; they are gaps",
                     s->name, (long long)bad, from + (double)first / s->rate);
}

/* All of it becomes signals; what was taken belongs to them from here on. */
static int keep(Plot *plot, const PlotSubject *s, Take *take, int64_t from, PlotSignals *all) {
    VEC_PUSH(all->samples, all->nsamples, all->samples_cap, take->samples);
    if (take->frames == 0)
        return command_fail(STATUS_USAGE, "%s: there is nothing to plot, it has no frames",
                            s->name);
    const int shown = plot_shown(plot, take->channels);
    if (shown == 0)
        return command_fail(STATUS_USAGE, "--channel: %s has no other than 0 to %d", s->name,
                            take->channels - 1);
    if (all->n + shown > MOST_PLOT_SIGNALS)
        return command_fail(
            STATUS_USAGE,
            "%s makes %d signals of one picture, which can have %d; choose some with --channel",
            s->name, all->n + shown, MOST_PLOT_SIGNALS);
    plot->samples += (int)(take->frames * take->channels);
    const double seconds = (double)from / s->rate;
    warn_of_gaps(s, take, seconds);
    for (int k = 0; k < take->channels; k++) {
        if (!plot_shows(plot, k)) continue;
        const PlotSignal signal = {label_of(plot, s, k, take->channels),
                                   {take->samples + k, take->channels, take->frames, s->rate},
                                   seconds};
        VEC_PUSH(all->items, all->n, all->cap, signal);
    }
    return STATUS_DONE;
}

/* ---- which frames --------------------------------------------------------------------------------- */

typedef struct Range {
    int64_t from, frames; /* frames -1: to the end */
} Range;

static int choose_range(PlotSubject *s, Range *range) {
    const Request *r = &s->request;
    double from = 0, to = -1, step;
    if (r->at) {
        if (r->from || r->duration)
            return command_fail(STATUS_USAGE,
                                "--at says from when to when; leave out --from and --for");
        if (!time_range_read(s->c, "--at", r->at, &from, &to, &step)) return STATUS_USAGE;
        if (step > 0 || !(to > from))
            return command_fail(STATUS_USAGE,
                                "--at takes a range of times, such as 0..20ms, not '%s'", r->at);
        to -= from;
    } else {
        if (r->from && !time_read(s->c, "--from", r->from, &from)) return STATUS_USAGE;
        if (r->duration && !time_read(s->c, "--for", r->duration, &to)) return STATUS_USAGE;
    }
    range->from = time_frame(from, s->rate);
    range->frames = to < 0 ? -1 : time_frame(to, s->rate);
    if (range->from < 0 || (to >= 0 && range->frames < 0))
        return command_fail(STATUS_USAGE, "%s: more frames than can be counted", s->name);
    return STATUS_DONE;
}

static int too_much(const PlotSubject *s) {
    return command_fail(
        STATUS_USAGE,
        "%s is too long for a picture, which holds %d million samples; plot less of it, with --for",
        s->name, MOST_PLOT_SAMPLES / 1000000);
}

static bool has_room(const Plot *plot, int64_t frames, int channels) {
    return frames <= (MOST_PLOT_SAMPLES - plot->samples) / (channels > 0 ? channels : 1);
}

/* ---- a sound file ------------------------------------------------------------------------------------ */

/* Blocks go through the reader that inputs of programs have, which resamples. */
static int read_sound(PlotSubject *s, Range range, Take *take) {
    enum { BLOCK = 4096 };
    const int channels = take->channels;
    float *planar = alloc_room((size_t)BLOCK * (size_t)channels, sizeof *planar),
          *mixed = alloc_room((size_t)BLOCK * (size_t)channels, sizeof *mixed);
    float **rows = alloc_room((size_t)channels, sizeof *rows);
    Failure why;
    int status = STATUS_DONE;
    for (int k = 0; k < channels; k++)
        rows[k] = planar + (size_t)k * BLOCK;
    for (int64_t at = 0; at < range.from + range.frames && status == STATUS_DONE;) {
        const int64_t end = at < range.from ? range.from : range.from + range.frames;
        const int n = end - at < BLOCK ? (int)(end - at) : BLOCK;
        if (!sound_input_read(s->sound, rows, channels, n, &why)) status = command_fail_with(&why);
        for (int i = 0; i < n * channels; i++)
            mixed[i] = rows[i % channels][i / channels];
        if (at >= range.from && status == STATUS_DONE) add_frames(take, mixed, n);
        at += n;
    }
    free(planar);
    free(mixed);
    free(rows);
    return status;
}

static int listen_to_file(Plot *plot, PlotSubject *s, PlotSignals *all) {
    Range range;
    Take take = {.channels = sound_input_channels(s->sound)};
    int status = choose_range(s, &range);
    if (status != STATUS_DONE) return status;
    const int64_t there = sound_input_frames(s->sound) - range.from;
    if (there <= 0 && range.from > 0)
        return command_fail(STATUS_USAGE, "%s ends at %.9g s, before that", s->name,
                            (double)sound_input_frames(s->sound) / s->rate);
    if (range.frames < 0 || range.frames > there) range.frames = there;
    if (!has_room(plot, range.frames, take.channels)) return too_much(s);
    status = read_sound(s, range, &take);
    if (status != STATUS_DONE) {
        free(take.samples);
        return status;
    }
    return keep(plot, s, &take, range.from, all);
}

/* ---- a program ---------------------------------------------------------------------------------------- */

typedef struct Listening {
    PlotSubject *subject;
    Take take;
    int64_t most; /* frames that have room */
    bool full;
    Failure why;
    int status;
    /* of a response */
    int64_t at, impulse_at; /* the next frame that inputs hear; where the impulse is */
    float size;             /* of the impulse */
    int64_t loud;           /* frames until the last that was above a trace of the peak */
    float peak;
    bool ends_early;
} Listening;

static bool read_input(void *context, float *const *inputs, int frames) {
    Listening *l = context;
    if (sound_input_read(l->subject->in, inputs, l->subject->c->program.graph->ninputs, frames,
                         &l->why))
        return true;
    l->status = command_fail_with(&l->why);
    return false;
}

static bool write_output(void *context, const float *samples, int frames) {
    Listening *l = context;
    if (l->take.frames + frames > l->most) {
        l->full = true;
        return false;
    }
    add_frames(&l->take, samples, frames);
    return true;
}

/* Runs the render, which has all but its engine and settings. */
static int run(Listening *l, Render *r) {
    PlotSubject *s = l->subject;
    EngineKind kind = ENGINE_AUTO;
    EngineError error;
    ParamSettings settings;
    if (!option_engine(s->request.engine, &kind)) return STATUS_USAGE;
    int status = settings_read(&s->request, s->c, &settings);
    Engine *engine = status == STATUS_DONE ? engine_create(s->c, kind, &error) : NULL;
    if (status == STATUS_DONE && !engine) status = command_fail(error.status, "%s", error.message);
    if (engine) {
        r->graph = s->c->program.graph;
        r->engine = engine;
        r->settings = &settings;
        r->rate = s->rate;
        r->block = 512;
        r->jobs = 1;
        r->context = l;
        if (render_run(r, NULL) == RENDER_NO_MEMORY)
            status = command_fail(STATUS_FILE, "out of memory for the program's state");
        else
            status = l->status;
    }
    engine_free(engine);
    settings_free(&settings);
    return status;
}

/* As long as render makes it. */
static int choose_frames(PlotSubject *s, const Song *song, Render *r) {
    Range range;
    Graph *g = s->c->program.graph;
    const int status = choose_range(s, &range);
    if (status != STATUS_DONE) return status;
    r->from = range.from;
    r->frames = range.frames;
    if (range.frames >= 0) return STATUS_DONE;
    const int64_t end = time_frame(render_default_length(g), s->rate);
    r->tail = g->length < 0 && (s->in || song->n > 0);
    if (r->tail) {
        const int64_t heard = s->in ? sound_input_frames(s->in) : 0;
        r->input_frames = heard > song->frames ? heard : song->frames;
        r->frames = r->input_frames + (int64_t)llround(30 * s->rate);
    } else {
        r->frames = end - r->from;
    }
    if (r->frames <= 0)
        return command_fail(STATUS_USAGE,
                            "%s ends at %.9g s, before that; --for would plot what comes after it",
                            s->name, (double)end / s->rate);
    return STATUS_DONE;
}

static int check_program(PlotSubject *s) {
    const Graph *g = s->c->program.graph;
    Failure why;
    if (g->noutputs == 0)
        return command_fail(STATUS_PROGRAM,
                            "%s: the program has no `out`: there is nothing to plot", s->name);
    if (s->in && g->ninputs == 0)
        return command_fail(STATUS_USAGE, "--in: the program has no inputs");
    if (s->in && !sound_input_suits(s->in, g->ninputs, &why)) return command_fail_with(&why);
    if (!s->in && g->ninputs > 0)
        command_warn("%s hears inputs, and there is no --in: they are silent; --response tells "
                     "what it does to a sound",
                     s->name);
    return STATUS_DONE;
}

static int listen_to_program(Plot *plot, PlotSubject *s, PlotSignals *all) {
    Song song = {0};
    Render r = {.write = write_output, .read = s->in ? read_input : NULL};
    Listening l = {.subject = s, .take.channels = s->c->program.graph->noutputs};
    int status = check_program(s);
    if (status == STATUS_DONE) status = song_open(&s->request, s->c, s->rate, &song);
    if (song.n > 0) r.song = &song;
    if (status == STATUS_DONE) status = choose_frames(s, &song, &r);
    l.most = (MOST_PLOT_SAMPLES - plot->samples) / (l.take.channels > 0 ? l.take.channels : 1);
    if (status == STATUS_DONE && !r.tail && r.frames > l.most) status = too_much(s);
    if (status == STATUS_DONE) status = run(&l, &r);
    if (status == STATUS_DONE && l.full) status = too_much(s);
    song_free(&song);
    if (status == STATUS_DONE) return keep(plot, s, &l.take, r.from, all);
    free(l.take.samples);
    return status;
}

int plot_listen(Plot *plot, PlotSubject *s, PlotSignals *all) {
    return s->is_sound_file ? listen_to_file(plot, s, all) : listen_to_program(plot, s, all);
}

/* ---- an impulse ------------------------------------------------------------------------------------------ */

/* A response is over when it has been below 1e-8 of its peak for three times as long as it sounded; this many frames are run at
 * least, and at most. */
enum { LEAST_RESPONSE = 1 << 15, MOST_RESPONSE = 1 << 20 };
static const double trace = 1e-8;

static bool give_impulse(void *context, float *const *inputs, int frames) {
    Listening *l = context;
    for (int k = 0; k < l->subject->c->program.graph->ninputs; k++) {
        memset(inputs[k], 0, sizeof(float) * (size_t)frames);
        if (l->impulse_at >= l->at && l->impulse_at < l->at + frames)
            inputs[k][l->impulse_at - l->at] = l->size;
    }
    l->at += frames;
    return true;
}

static bool write_response(void *context, const float *samples, int frames) {
    Listening *l = context;
    const int channels = l->take.channels;
    float peak = l->peak;
    for (int i = 0; i < frames * channels; i++)
        peak = fmaxf(peak, fabsf(samples[i]));
    l->peak = peak;
    for (int i = frames * channels - 1; i >= 0; i--)
        if (!(fabsf(samples[i]) <= trace * (double)peak)) {
            l->loud = l->take.frames + i / channels + 1;
            break;
        }
    add_frames(&l->take, samples, frames);
    return !(l->ends_early && peak > 0 && l->take.frames >= LEAST_RESPONSE + 3 * l->loud);
}

static int run_impulse(PlotSubject *s, Listening *l, int64_t frames, int64_t at, float size) {
    *l = (Listening){.subject = s,
                     .take.channels = s->c->program.graph->noutputs,
                     .size = size,
                     .impulse_at = at};
    l->ends_early = frames < 0;
    Render r = {.read = give_impulse,
                .write = write_response,
                .frames = frames < 0 ? MOST_RESPONSE : frames};
    return run(l, &r);
}

static float difference(const Listening *response, const Listening *other, int late, float gain) {
    const int channels = response->take.channels;
    float most = 0;
    for (int64_t i = 0; i < (response->take.frames - late) * channels; i++)
        most = fmaxf(most, fabsf(other->take.samples[i + late * channels] -
                                 gain * response->take.samples[i]));
    return most;
}

/* An impulse half as large and some frames later must be answered half as loudly and so much later. What sounds without any
 * impulse is taken off. */
static int check_response(PlotSubject *s, Listening *l) {
    enum { LATE = 1001 };
    Listening silent = {0}, other = {0};
    int status = run_impulse(s, &silent, l->take.frames, -1, 0);
    if (status == STATUS_DONE && silent.peak > 0) {
        command_warn("%s sounds by itself: that is taken off its response", s->name);
        for (int64_t i = 0; i < l->take.frames * l->take.channels; i++)
            l->take.samples[i] -= silent.take.samples[i];
    }
    if (status == STATUS_DONE) status = run_impulse(s, &other, l->take.frames, LATE, 0.5f);
    if (status == STATUS_DONE) {
        for (int64_t i = 0; i < l->take.frames * l->take.channels; i++)
            other.take.samples[i] -= silent.take.samples[i];
        const double off = (double)difference(l, &other, LATE, 0.5f);
        if (off > 1e-4 * (double)l->peak)
            command_warn("%s is not linear, or changes with time: what is shown is its response to "
                         "one impulse at full "
                         "scale at 0 s (another one is answered otherwise, by %.3g dB of the peak)",
                         s->name, 20 * log10(off / (double)l->peak));
    }
    free(silent.take.samples);
    free(other.take.samples);
    return status;
}

/* Is its last eighth, where it was cut, louder than -100 dB of its peak? */
static bool still_sounds(const Listening *l) {
    const int64_t n = l->take.frames * l->take.channels;
    for (int64_t i = n - n / 8; i < n; i++)
        if (fabs((double)l->take.samples[i]) > 1e-5 * (double)l->peak) return true;
    return false;
}

static int choose_response_length(PlotSubject *s, int64_t *frames) {
    double seconds;
    *frames = -1;
    if (s->request.from || s->request.at)
        return command_fail(STATUS_USAGE,
                            "a response begins with the impulse: leave out --from and --at");
    if (s->request.in)
        return command_fail(STATUS_USAGE, "a response is that to an impulse: leave out --in");
    if (!s->request.duration) return STATUS_DONE;
    if (!time_read(s->c, "--for", s->request.duration, &seconds)) return STATUS_USAGE;
    *frames = time_frame(seconds, s->rate);
    if (*frames < 1 || *frames > 16 * MOST_RESPONSE)
        return command_fail(STATUS_USAGE, "--for: a response has 1 to %d frames",
                            16 * MOST_RESPONSE);
    return STATUS_DONE;
}

static int answer_to_impulse(Plot *plot, PlotSubject *s, PlotSignals *all) {
    const Graph *g = s->c->program.graph;
    Listening l;
    int64_t frames;
    if (g->noutputs == 0)
        return command_fail(STATUS_PROGRAM,
                            "%s: the program has no `out`: there is nothing to plot", s->name);
    if (g->ninputs == 0)
        return command_fail(STATUS_USAGE,
                            "%s has no input, so nothing can be asked of it: for the response of "
                            "an effect write `input x` and an "
                            "`out` made of x; what a program sounds like --spectrum shows",
                            s->name);
    int status = choose_response_length(s, &frames);
    if (status != STATUS_DONE) return status;
    if (!has_room(plot, frames < 0 ? MOST_RESPONSE : frames, g->noutputs)) return too_much(s);
    status = run_impulse(s, &l, frames, 0, 1);
    if (status == STATUS_DONE && l.ends_early && l.take.frames == MOST_RESPONSE && still_sounds(&l))
        command_warn(
            "%s still sounds after %.3g s, where its response is cut; --for makes it longer",
            s->name, MOST_RESPONSE / s->rate);
    if (status == STATUS_DONE) status = check_response(s, &l);
    if (status == STATUS_DONE) return keep(plot, s, &l.take, 0, all);
    free(l.take.samples);
    return status;
}

int plot_listen_to_impulse(Plot *plot, PlotSubject *s, PlotSignals *all) {
    return s->is_sound_file ? listen_to_file(plot, s, all) : answer_to_impulse(plot, s, all);
}
