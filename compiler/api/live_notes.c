/* Notes of a live run: kn_live_note_on and its neighbours of kanon.h. In: what happens to notes, from any thread. Out: events at their
 * frames for the programs that sound, and what is held, for those that come.
 *
 * Threads put events into a ring whose cells say by themselves whether they are filled (`turn`): a cell is taken by a count, so that none
 * waits for another. The audio thread takes them out in that order, keeps them until their frame has come, and hands them to what plays and
 * what fades. What was told is known to the live run too (`board`), whatever plays meanwhile. */
#include "api/live.h"

#include <string.h>

static const double MOST_GLIDE = 60; /* seconds */

/* ---- from any thread -------------------------------------------------------------------------------- */

void live_notes_begin(LiveNotes *n) {
    for (unsigned i = 0; i < LIVE_EVENTS; i++)
        atomic_init(&n->cells[i].turn, i);
    memset(n->pending, 0, sizeof n->pending); /* so that the pages are there */
    keyboard_begin(&n->board);
}

static bool put(LiveNotes *n, const KnEvent *event) {
    unsigned at = atomic_load(&n->head);
    for (;;) {
        LiveCell *cell = &n->cells[at % LIVE_EVENTS];
        const int ahead = (int)(atomic_load(&cell->turn) - at);
        if (ahead < 0) return false;
        if (ahead == 0 && atomic_compare_exchange_weak(&n->head, &at, at + 1)) {
            cell->event = *event;
            atomic_store(&cell->turn, at + 1);
            return true;
        }
        if (ahead > 0) at = atomic_load(&n->head);
    }
}

/* Those that wait, in the ring and behind it, are as many as each has room for. */
static int tell(KnLive *l, int64_t frame, KnEvent event) {
    event.frame = frame;
    const bool sound = event.value - event.value == 0 && event.key - event.key == 0;
    if (!l || !sound || event.channel < ALL_CHANNELS || event.channel >= KN_CHANNELS) return 0;
    if (atomic_fetch_add(&l->notes.waiting, 1) < LIVE_EVENTS && put(&l->notes, &event)) return 1;
    atomic_fetch_sub(&l->notes.waiting, 1);
    return 0;
}

static int happen(KnLive *l, int64_t frame, const KnEvent *event) {
    return event->channel >= 0 && tell(l, frame, *event);
}

bool live_notes_set(KnLive *l, int64_t frame, int slot, double value) {
    return tell(l, frame, (KnEvent){.kind = LIVE_PARAM, .key = slot, .value = value});
}

/* Words of runtime/events.c. */
#define NAME                            KnLive
#define NAME_note_on                    kn_live_note_on
#define NAME_note_off                   kn_live_note_off
#define NAME_note_pressure              kn_live_note_pressure
#define NAME_pressure                   kn_live_pressure
#define NAME_bend                       kn_live_bend
#define NAME_controller                 kn_live_controller
#define NAME_midi                       kn_live_midi
#define NAME_happen(self, frame, event) happen(self, frame, event)
#define NAME_plays(self)                ((self) != NULL)
#define EXTERN_int                      int
#define EVENT_TIME                      int64_t
#include "runtime/events.c"

int kn_live_notes_off(KnLive *l, int64_t frame, int at_once) {
    const KnEvent event = {.kind = KN_NOTES_OFF, .channel = ALL_CHANNELS, .value = at_once != 0};
    return tell(l, frame, event);
}

int kn_live_set_mono(KnLive *l, int64_t frame, const char *mono, int legato, double glide) {
    const int voicing = instrument_voicing_named(mono);
    const KnEvent event = {
        .kind = LIVE_MONO, .channel = legato != 0, .key = voicing, .value = glide};
    return voicing >= 0 && kn_in_range(glide, 0, MOST_GLIDE) && tell(l, frame, event);
}

int kn_live_set_stealing(KnLive *l, int64_t frame, const char *steal) {
    const int stealing = instrument_stealing_named(steal);
    return stealing >= 0 && tell(l, frame, (KnEvent){.kind = LIVE_STEALING, .key = stealing});
}

int kn_live_sounding(const KnLive *l) {
    return l ? atomic_load(&l->notes.sounding) : 0;
}

/* ---- to the audio thread ------------------------------------------------------------------------------ */

/* In the order of their frames, those of one frame as they came; what comes late comes now. */
static void keep_until_then(LiveNotes *n, KnEvent event, int64_t now) {
    if (event.frame < now) event.frame = now;
    int at = n->npending++;
    for (; at > 0 && n->pending[at - 1].frame > event.frame; at--)
        n->pending[at] = n->pending[at - 1];
    n->pending[at] = event;
}

void live_notes_take(LiveNotes *n, int64_t now) {
    for (;;) {
        LiveCell *cell = &n->cells[n->tail % LIVE_EVENTS];
        if (atomic_load(&cell->turn) != n->tail + 1) return;
        keep_until_then(n, cell->event, now);
        atomic_store(&cell->turn, n->tail + LIVE_EVENTS);
        n->tail++;
    }
}

void live_notes_move(LiveNotes *n, int64_t now) {
    live_notes_take(n, now);
    for (int i = 0; i < n->npending; i++)
        n->pending[i].frame = now;
}

/* ---- to programs ---------------------------------------------------------------------------------------- */

Instrument *live_instrument(const Voice *v) {
    return v ? instance_instrument(instance_behind(v->instance)) : NULL;
}

static void store_param(Voice *v, int param, double x, bool at_once) {
    atomic_store(&v->params[param], x);
    atomic_store(&v->touched[param], true);
    if (at_once) kn_instance_set(v->instance, param, x);
}

static void move_param(Voice *v, int param, double value, bool at_once) {
    store_param(v, param, controlled_param(&v->program->c->program.graph->params[param], value),
                at_once);
}

/* An instrument moves the params that its program binds itself, when it comes to the event. */
static void move_params(Voice *v, int number, double value, bool itself) {
    for (int p = 0; v && p < kn_program_params(v->program); p++)
        if (kn_program_param_controller(v->program, p) == number)
            move_param(v, p, value, !itself);
        else if (atomic_load(&v->bound[p]) == number)
            move_param(v, p, value, true);
}

static void move_controller(KnLive *l, int number, double value) {
    LiveNotes *n = &l->notes;
    n->moved[number] = atomic_fetch_add(&n->moves, 1) + 1;
    n->stands[number] = value;
    move_params(l->playing, number, value, live_instrument(l->playing));
    move_params(l->fading, number, value, live_instrument(l->fading));
    move_params(l->upcoming, number, value, l->upcoming && l->upcoming->succession);
}

/* A controller that moved since the param was set; -1: none did. Of two, that which moved last. */
static int moved_since(const LiveNotes *n, const Voice *v, int param) {
    const int both[] = {kn_program_param_controller(v->program, param),
                        atomic_load(&v->bound[param])};
    unsigned last = atomic_load(&v->moves[param]);
    int found = -1;
    for (int i = 0; i < 2; i++)
        if (both[i] >= 0 && (int)(n->moved[both[i]] - last) > 0) {
            last = n->moved[both[i]];
            found = both[i];
        }
    return found;
}

static double held_inside(const KnProgram *program, int param, double x) {
    const double low = kn_program_param_min(program, param),
                 high = kn_program_param_max(program, param);
    return x < low ? low : x > high ? high : x;
}

static void set_param(Voice *v, int param, double value, unsigned move) {
    v->set_at[param] = move;
    atomic_store(&v->moves[param], move);
    store_param(v, param, held_inside(v->program, param, value), true);
}

static int param_of_slot(const Voice *v, int slot) {
    int p = 0;
    while (p < kn_program_params(v->program) && v->slots[p] != slot)
        p++;
    return p < kn_program_params(v->program) ? p : -1;
}

static void set_params(KnLive *l, const KnEvent *event) {
    Voice *const voices[] = {l->playing, l->fading, l->upcoming};
    const unsigned move = atomic_fetch_add(&l->notes.moves, 1) + 1;
    for (int i = 0; i < 3; i++) {
        const int p = voices[i] ? param_of_slot(voices[i], (int)event->key) : -1;
        if (p >= 0) set_param(voices[i], p, event->value, move);
    }
}

/* What was set at a frame that came while the voice was made. */
static void meet_param(const Voice *playing, Voice *v, int param) {
    const int old = param_of_slot(playing, v->slots[param]);
    if (old >= 0 && playing->set_at[old] > 0 &&
        (int)(playing->set_at[old] - atomic_load(&v->moves[param])) > 0)
        set_param(v, param, atomic_load(&playing->params[old]), playing->set_at[old]);
}

void live_notes_meet(KnLive *l, Voice *v) {
    const LiveNotes *n = &l->notes;
    for (int p = 0; p < kn_program_params(v->program); p++) {
        meet_param(l->playing, v, p);
        const int number = moved_since(n, v, p);
        if (number >= 0) move_param(v, p, n->stands[number], true);
    }
}

void live_notes_follow(const Voice *playing, Voice *v) {
    for (int p = 0; p < kn_program_params(v->program); p++) {
        const int old = v->same[p], number = kn_program_param_controller(v->program, p);
        if (old >= 0 && number >= 0 && atomic_load(&playing->touched[old]) &&
            kn_program_param_controller(playing->program, old) == number)
            kn_instance_set(v->instance, p, kn_instance_get(playing->instance, old));
    }
}

static void set_rule(KnLive *l, const KnEvent *event) {
    Voicing *how = &l->notes.how;
    if (event->kind == LIVE_STEALING) {
        how->stealing = (int)event->key;
    } else {
        how->voicing = (int)event->key;
        how->legato = event->channel != 0;
        how->glide = event->value;
    }
    Voice *const voices[] = {l->playing, l->fading};
    for (int i = 0; i < 2; i++)
        if (live_instrument(voices[i])) instrument_play_by(live_instrument(voices[i]), how);
}

static void hand_to(const Voice *v, const KnEvent *event) {
    Instrument *m = live_instrument(v);
    if (m) instrument_event(m, *event, 0);
}

static void hand_on(KnLive *l, const KnEvent *event) {
    keyboard_hear(&l->notes.board, event);
    hand_to(l->playing, event);
    hand_to(l->fading, event);
    if (event->kind == KN_CONTROLLER) move_controller(l, (int)event->key, event->value);
}

static void hand(KnLive *l, KnEvent event) {
    const bool to_all = event.channel == ALL_CHANNELS;
    if (event.kind == LIVE_PARAM) {
        set_params(l, &event);
        return;
    }
    if (event.kind >= LIVE_MONO) {
        set_rule(l, &event);
        return;
    }
    for (int c = to_all ? 0 : event.channel; c < (to_all ? KN_CHANNELS : event.channel + 1); c++) {
        KnEvent of_channel = event;
        of_channel.channel = c;
        hand_on(l, &of_channel);
    }
}

/* What plays has no room while its events wait for voices; what fades then loses some. */
static bool has_room(const KnLive *l) {
    const Instrument *m = live_instrument(l->playing);
    return !m || instrument_room_for_events(m) >= KN_CHANNELS;
}

enum { SOON = 64 }; /* frames until it is tried again */

int live_notes_happen(KnLive *l, int64_t now, int most) {
    LiveNotes *n = &l->notes;
    int handed = 0;
    while (handed < n->npending && n->pending[handed].frame <= now && has_room(l))
        hand(l, n->pending[handed++]);
    n->npending -= handed;
    if (handed > 0) {
        memmove(n->pending, n->pending + handed, (size_t)n->npending * sizeof *n->pending);
        atomic_fetch_sub(&n->waiting, handed);
    }
    if (n->npending == 0) return most;
    const int64_t left = n->pending[0].frame > now ? n->pending[0].frame - now : SOON;
    return left < most ? (int)left : most;
}
