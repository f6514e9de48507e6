/* Where a performance is, and whether it goes on.
 * In: what keys and others ask for. Out: fades of the player, and another frame of the live run while it is silent. */
#include "play/performing.h"

#include <math.h>

/* Whatever is held, no note is left when it goes on. */
void performance_stand(Performance *p) {
    atomic_store(&p->player.leaving, true);
    kn_live_notes_off(p->live, player_frame_now(&p->player, block_clock()), 1);
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

bool performance_seek(Performance *p, double seconds) {
    const double to = seconds * p->player.rate;
    if (!kn_program_is_pure(kn_live_program(p->live))) {
        performance_say(p, "%s remembers: it cannot be played from another time", p->s.name);
        return false;
    }
    performance_stand(p);
    performance_wait_until_silent(p);
    if (atomic_load(&p->player.silent)) kn_live_seek(p->live, to > 0 ? (int64_t)nearbyint(to) : 0);
    player_sought(&p->player);
    if (!p->paused) performance_go(p);
    return true;
}

double performance_tempo(const Performance *p) {
    static const double usual = 2;
    const int param = kn_program_param_index(kn_live_program(p->live), "tempo");
    const double tempo = param >= 0 ? kn_live_get(p->live, param) : usual;
    return tempo > 0 ? tempo : usual;
}
