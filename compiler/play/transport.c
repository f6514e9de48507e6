/* Where a performance is, and whether it goes on.
 * In: what keys and others ask for. Out: fades of the player, and another frame of the live runs while it is silent; beats. */
#include "play/performing.h"

#include <math.h>

/* Whatever is held, no note is left when it goes on. */
void performance_stand(Performance *p) {
    atomic_store(&p->player.leaving, true);
    layers_notes_off(&p->player.layers, player_frame_now(&p->player, block_clock()), true);
}

/* What moves in this moment is told in the second half. */
void performance_go(Performance *p) {
    if (p->leaves > 0) return; /* it was told to end */
    if (p->midi) midi_input_resume(midi_input(p->midi));
    atomic_store(&p->player.leaving, false);
    if (p->midi) midi_input_resume(midi_input(p->midi));
}

void performance_pause(Performance *p, bool paused) {
    p->paused = paused;
    if (paused)
        performance_stand(p);
    else
        performance_go(p);
}

void performance_wait_until_silent(const Performance *p) {
    for (int i = 0; i < 1000 && !atomic_load(&p->player.silent); i++)
        performance_pause_for(0.001);
}

/* Of one that still fades into another no frame can be chosen, and all are at the same. */
static bool may_move(const Performance *p) {
    const Layers *l = &p->player.layers;
    bool may = atomic_load(&p->player.silent);
    for (int i = 0; i < l->n; i++)
        may = may && !kn_live_is_replacing(l->items[i].live);
    return may;
}

static void count_from(Performance *p, int64_t frame) {
    const double tempo = performance_tempo(p);
    p->count = (BeatCount){frame, tempo * (double)frame / p->player.rate, tempo};
}

/* What waits for its bar takes over while all fade out. */
static bool move(Performance *p, int64_t frame) {
    const Layers *l = &p->player.layers;
    for (int i = 0; i < l->n; i++)
        kn_live_hurry(l->items[i].live);
    performance_stand(p);
    performance_wait_until_silent(p);
    const bool may = may_move(p);
    for (int i = 0; i < l->n && may; i++)
        kn_live_seek(l->items[i].live, frame);
    player_sought(&p->player);
    if (may) count_from(p, frame);
    if (!p->paused) performance_go(p);
    return may;
}

bool performance_seek(Performance *p, double seconds) {
    const double to = seconds * p->player.rate;
    const Layer *remembers = layers_remembering(&p->player.layers);
    if (remembers) {
        performance_say(p, "%s remembers: it cannot be played from another time", remembers->name);
        return false;
    }
    const bool moved = move(p, to > 0 ? (int64_t)nearbyint(to) : 0);
    if (!moved) performance_say(p, "an edit still fades in: try again then");
    return moved;
}

/* ---- beats ---------------------------------------------------------------------------------------------- */

double performance_tempo(const Performance *p) {
    static const double usual = 2;
    const LayerParam param = layers_param_named(&p->player.layers, "tempo");
    const double tempo = param.live ? kn_live_get(param.live, param.param) : usual;
    return tempo > 0 ? tempo : usual;
}

void performance_set_tempo(Performance *p, double tempo) {
    const Layers *l = &p->player.layers;
    for (int i = 0; i < l->n; i++) {
        KnLive *live = l->items[i].live;
        const int param = kn_program_param_index(kn_live_program(live), "tempo");
        if (param >= 0) kn_live_set(live, param, tempo);
    }
}

void performance_turn_tempo(Performance *p, double by) {
    const LayerParam param = layers_param_named(&p->player.layers, "tempo");
    const double tempo = nearbyint(60 * performance_tempo(p) + by) / 60;
    if (param.live)
        performance_set_tempo(p, tempo);
    else
        performance_say(p,
                        "there is no param `tempo` to turn: param tempo = 120bpm in 30bpm..300bpm");
}

static double beats_at(const Performance *p, int64_t frame) {
    return p->count.beats + p->count.tempo * (double)(frame - p->count.frame) / p->player.rate;
}

void performance_count_beats(Performance *p) {
    const double tempo = performance_tempo(p);
    const int64_t frame = layers_frame(&p->player.layers);
    if (p->count.tempo == 0) count_from(p, frame);
    if (tempo != p->count.tempo) p->count = (BeatCount){frame, beats_at(p, frame), tempo};
}

int64_t performance_next_place(Performance *p) {
    static const double soonest = 0.02; /* seconds: what is ready is not heard at once */
    const Quantum q = p->s.quantum;
    if (!(q.size > 0)) return 0;
    performance_count_beats(p);
    const int64_t frame = layers_frame(&p->player.layers) + (int64_t)(soonest * p->player.rate) +
                          atomic_load(&p->player.block);
    const double seconds = (double)frame / p->player.rate;
    if (!q.in_beats) return (int64_t)nearbyint(ceil(seconds / q.size) * q.size * p->player.rate);
    const double left = ceil(beats_at(p, frame) / q.size) * q.size - beats_at(p, frame);
    return frame + (int64_t)nearbyint(left / p->count.tempo * p->player.rate);
}
