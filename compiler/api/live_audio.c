/* What the audio thread does of a live run: kn_live_process of kanon.h.
 * In: voices and params from control threads. Out: audio; voices that are done with.
 * Nothing here allocates, frees, locks, waits or calls the system.
 *
 * A voice that is to replace another is taken, catches up with it over as many blocks as that takes,
 * takes its state over, and then both run while one fades into the other. */
#include "api/live.h"

#include <math.h>
#include <string.h>

/* ---- to and from control threads ---------------------------------------------------------------- */

/* What they have set since the last block. */
static void follow(Voice *v) {
    if (!v) return;
    unsigned turns = atomic_load(&v->turns);
    if (turns != v->turns_seen) {
        v->turns_seen = turns;
        for (int p = 0; p < kn_program_params(v->program); p++)
            kn_instance_set(v->instance, p, atomic_load(&v->params[p]));
    }
    const CcProgram *faster = atomic_load(&v->faster);
    if (!faster || v->runs_faster) return;
    instance_run_by(instance_behind(v->instance), faster);
    v->runs_faster = true;
}

static uint64_t told_word(const Voice *v, int i) {
    return instance_word(instance_behind(v->instance),
                         v->map->phases[i / 2] + sizeof(uint64_t) * (size_t)(i % 2));
}

/* Phases change when params do: mostly there is nothing to tell. */
static void tell_phases(Voice *v) {
    Told *told = &v->told;
    bool same = atomic_load(&told->version) > 0;
    for (int i = 0; same && i < told->n; i++)
        same = atomic_load(&told->words[i]) == told_word(v, i);
    if (same || told->n == 0) return;
    atomic_fetch_add(&told->version, 1);
    for (int i = 0; i < told->n; i++)
        atomic_store(&told->words[i], told_word(v, i));
    atomic_fetch_add(&told->version, 1);
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

/* ---- one voice after another ---------------------------------------------------------------------- */

/* What comes at a frame far away may still be taken back; it catches up shortly before. */
static bool is_near(const KnLive *l, int64_t now) {
    static const double seconds = 0.25;
    return atomic_load(&l->next_at) - now <= seconds * kn_program_rate(l->playing->program);
}

/* Said before it is taken: a control thread that finds `next` empty knows that it is not done. */
static void take_next(KnLive *l, int64_t now) {
    if (l->fading || l->upcoming || !atomic_load(&l->next) || !is_near(l, now)) return;
    atomic_store(&l->is_replacing, true);
    l->upcoming = atomic_exchange(&l->next, NULL);
    if (!l->upcoming) atomic_store(&l->is_replacing, false); /* taken back in this moment */
    if (l->upcoming) live_notes_meet(l, l->upcoming);
}

static bool notes_catch_up(KnLive *l, Voice *v, int frames) {
    if (!v->succession) return true;
    live_notes_follow(l->playing, v);
    return succession_catch_up(v->succession, live_instrument(v), live_instrument(l->playing),
                               frames);
}

/* Where none were played, keys that are held begin now. */
static void notes_take_over(KnLive *l, const Voice *v, int64_t frame) {
    Instrument *m = live_instrument(v);
    if (!m) return;
    instrument_play_by(m, &l->notes.how);
    if (v->succession)
        succession_take_over(v->succession, m, live_instrument(l->playing));
    else
        instrument_begin_at(m, frame, &l->notes.board);
}

/* Ready for `frame`, by the work of a block of `frames`; where its time has come it takes over there. */
static void begin_fade(KnLive *l, int64_t frame, int frames) {
    Voice *v = l->upcoming;
    Instance *instance = instance_behind(v->instance),
             *playing = instance_behind(l->playing->instance);
    bool ready = notes_catch_up(l, v, frames);
    ready = instance_catch_up(instance, playing, &v->moving, frame, frames) && ready;
    if (!ready || atomic_load(&v->at) > frame) return;
    instance_take_over(instance, playing, &v->moving, frame);
    notes_take_over(l, v, frame);
    l->fading = l->playing;
    l->playing = v;
    l->upcoming = NULL;
    l->fade_length = l->fade_left = v->fade;
}

/* Of the next frames those before an upcoming voice takes over. */
static int frames_before_next(const KnLive *l, int64_t now, int frames) {
    const int64_t left = l->upcoming ? atomic_load(&l->upcoming->at) - now : 0;
    return left > 0 && left < frames ? (int)left : frames;
}

static void end_fade(KnLive *l) {
    retire(l, l->fading);
    l->fading = NULL;
    atomic_store(&l->is_replacing, false);
}

/* ---- sound ------------------------------------------------------------------------------------------ */

/* The output that gets what a program with one has to say; others have it copied. */
static int first_wanted(const KnLive *l, float *const *outputs) {
    int k = 0;
    while (k < l->outputs - 1 && !outputs[k])
        k++;
    return k;
}

/* One voice into arrays for the outputs of the live run. */
static void play(KnLive *l, Voice *v, const float *const *inputs, float *const *outputs,
                 int frames) {
    const float *in[MOST_CHANNELS];
    float *out[MOST_CHANNELS];
    int ninputs = kn_program_inputs(v->program), noutputs = kn_program_outputs(v->program);
    int from = noutputs == 1 ? first_wanted(l, outputs) : 0;
    for (int k = 0; k < ninputs; k++)
        in[k] = inputs && k < l->inputs ? inputs[k] : NULL;
    for (int k = 0; k < noutputs; k++)
        out[k] = from + k < l->outputs ? outputs[from + k] : NULL;
    kn_instance_process(v->instance, in, out, frames);
    for (int k = from + noutputs; k < l->outputs; k++)
        if (noutputs == 1 && outputs[k])
            memcpy(outputs[k], outputs[from], sizeof(float) * (size_t)frames);
        else if (outputs[k])
            memset(outputs[k], 0, sizeof(float) * (size_t)frames);
    tell_phases(v);
}

/* Old and new add up to one, and what both have alike stays as it is, to the sign of a zero. What is no
 * number does not fade. */
static void mix(KnLive *l, float *const *outputs, int at, int frames) {
    for (int k = 0; k < l->outputs; k++) {
        if (!outputs[k]) continue;
        for (int i = 0; i < frames; i++) {
            float rest = (float)(l->fade_left - i) / (float)l->fade_length;
            float new = l->second[k][i], old = l->first[k][i], difference = old - new;
            bool fades = i < l->fade_left && isfinite(difference) && difference != 0;
            outputs[k][at + i] = fades ? rest * old + (1 - rest) * new : new;
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
    if (l->fade_left <= 0) end_fade(l);
}

static void process_rest(KnLive *l, const float *const *inputs, float *const *outputs, int at,
                         int frames) {
    const float *in[MOST_CHANNELS];
    float *out[MOST_CHANNELS];
    for (int k = 0; k < l->inputs; k++)
        in[k] = inputs && inputs[k] ? inputs[k] + at : NULL;
    for (int k = 0; k < l->outputs; k++)
        out[k] = outputs[k] ? outputs[k] + at : NULL;
    play(l, l->playing, in, out, frames);
}

static void tell_what_plays(KnLive *l) {
    const Instrument *m = live_instrument(l->playing);
    atomic_store(&l->notes.sounding, m ? instrument_sounding(m) : 0);
    atomic_store(&l->engine,
                 l->playing->runs_faster ? "cc" : kn_program_engine(l->playing->program));
}

void kn_live_process(KnLive *l, const float *const *inputs, float *const *outputs, int frames) {
    HOLD_FLOAT_MODE;
    if (!l || !outputs || frames < 1) return;
    retire(l, NULL);
    int64_t now = atomic_load(&l->frame);
    take_next(l, now);
    follow(l->playing);
    follow(l->fading);
    follow(l->upcoming);
    if (l->upcoming) begin_fade(l, now, frames);
    live_notes_take(&l->notes, now);
    for (int at = 0, n; at < frames; at += n) {
        if (l->upcoming && atomic_load(&l->upcoming->at) == now + at)
            begin_fade(l, now + at, frames);
        n = live_notes_happen(l, now + at, frames - at);
        n = frames_before_next(l, now + at, n);
        if (l->fading && n > PIECE) n = PIECE;
        if (l->fading)
            process_fade(l, inputs, outputs, at, n);
        else
            process_rest(l, inputs, outputs, at, n);
    }
    atomic_store(&l->frame, now + frames);
    tell_what_plays(l);
}
