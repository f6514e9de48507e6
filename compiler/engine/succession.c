/* The notes of one instrument go on in another. In: both, and how the states of their notes match. Out: the new one plays all that the old
 * one played, each note at its own time with its own state.
 *
 * A voice of the new instrument is set aside for each note that sounds and catches up with it, as programs do with each other; when
 * all have, the table of voices is copied between two frames. Voices keep their numbers where they can: notes are added up in their order. */
#include "engine/succession.h"

#include <limits.h>
#include <string.h>

Succession *succession_create(Instrument *m, Instrument *from, const StateMatch *match) {
    const int room = instrument_voices(m)->room, old = instrument_voices(from)->room;
    const size_t words = state_moving_words(match);
    Succession *s = alloc_zeroed(1, sizeof *s);
    uint64_t *all = alloc_zeroed((size_t)room * words + 1, sizeof *all);
    *s = (Succession){.match = match,
                      .successor = alloc_zeroed((size_t)room, sizeof *s->successor),
                      .by = alloc_zeroed((size_t)old, sizeof *s->by),
                      .begun = -1};
    for (int k = 0; k < room; k++)
        s->successor[k] = (Successor){.order = -1, .words = all + (size_t)k * words};
    memset(all, 0, (size_t)room * words * sizeof *all); /* so that the pages are there */
    for (int k = 0; k < old; k++)
        s->by[k] = -1;
    return s;
}

/* ---- which notes go on -------------------------------------------------------------------------- */

/* All in states before that, and of that one those that began last. */
typedef struct Cut {
    int state;
    int64_t order;
} Cut;

static bool is_kept(const KnVoice *voice, Cut cut) {
    if (voice->state == KN_VOICE_FREE) return false;
    return voice->state < cut.state || (voice->state == cut.state && voice->order >= cut.order);
}

static int count_kept(const Voices *v, Cut cut) {
    int n = 0;
    for (int k = 0; k < v->room; k++)
        n += is_kept(&v->voice[k], cut);
    return n;
}

/* As many as the new one has voices for: those that are held first, then what a pedal holds, what was let go, what fades. */
static Cut find_cut(const Voices *old, const Voices *now) {
    for (int state = KN_VOICE_HELD; state <= KN_VOICE_FADING; state++) {
        const int most = state == KN_VOICE_FADING ? now->room : now->limit;
        if (count_kept(old, (Cut){state, 0}) <= most) continue;
        int64_t too_many = 0, fit = old->order;
        while (fit - too_many > 1) {
            const int64_t middle = too_many + (fit - too_many) / 2;
            if (count_kept(old, (Cut){state, middle}) <= most)
                fit = middle;
            else
                too_many = middle;
        }
        return (Cut){state, fit};
    }
    return (Cut){KN_VOICE_FADING, 0};
}

static void let_off(Succession *s, int k) {
    Successor *heir = &s->successor[k];
    if (heir->order >= 0) s->by[heir->from] = -1;
    heir->order = -1;
}

/* Notes that ended, or that others stand for now, want no successor. */
static void let_off_ended(Succession *s, const Voices *now, const Voices *old, Cut cut) {
    for (int k = 0; k < now->room; k++) {
        const Successor *heir = &s->successor[k];
        if (heir->order < 0) continue;
        const KnVoice *voice = &old->voice[heir->from];
        if (voice->order != heir->order || !is_kept(voice, cut)) let_off(s, k);
    }
}

/* ---- one note ------------------------------------------------------------------------------------ */

static double argument_now(const Voices *v, const KnVoice *voice, NoteArgument argument) {
    const KnChannel *channel = &v->keyboard.channel[voice->channel];
    switch (argument) {
    case NOTE_PRESSURE: return voice->pressure >= 0 ? voice->pressure : channel->pressure;
    case NOTE_TIMBRE: return channel->timbre;
    case NOTE_BEND: return keyboard_bend(&v->keyboard, voice->channel);
    case NOTE_NOTE: return voice->key;
    default: return voice->released; /* every note is told the rest */
    }
}

/* What the note is told there, it is told here: a frequency on its way, too. */
static void tell_arguments(Instrument *m, int k, Instrument *from, int old) {
    const Notes *to_facts = instrument_facts(m), *from_facts = instrument_facts(from);
    const Voices *v = instrument_voices(from);
    for (int i = 0; i < NOTE_ARGUMENTS; i++) {
        const int to = to_facts->param[i], told = from_facts->param[i];
        if (to < 0) continue;
        instance_set(instrument_note(m, k), to,
                     told >= 0 ? instance_get(instrument_note(from, old), told)
                               : argument_now(v, &v->voice[old], (NoteArgument)i));
    }
}

static void tell_note(Instrument *m, int k, Instrument *from, int old) {
    instrument_tell_params(m, k);
    tell_arguments(m, k, from, old);
}

static void begin_successor(Succession *s, Instrument *m, int k, Instrument *from, int old) {
    Successor *heir = &s->successor[k];
    heir->order = instrument_voices(from)->voice[old].order;
    heir->from = old;
    s->by[old] = k;
    state_moving_begin(&heir->moving, s->match, heir->words);
    instance_reset(instrument_note(m, k));
    tell_note(m, k, from, old);
    instance_follow(instrument_note(m, k), instrument_note(from, old), &heir->moving);
}

static int64_t note_frame(Instrument *from, int old) {
    const Voices *v = instrument_voices(from);
    return v->frame - v->voice[old].began;
}

static bool catch_up(Succession *s, Instrument *m, int k, Instrument *from, int frames) {
    Successor *heir = &s->successor[k];
    tell_note(m, k, from, heir->from);
    return instance_catch_up(instrument_note(m, k), instrument_note(from, heir->from),
                             &heir->moving, note_frame(from, heir->from), frames);
}

/* ---- all of them --------------------------------------------------------------------------------- */

static void find_successors(Succession *s, Instrument *m, Instrument *from) {
    const Voices *now = instrument_voices(m), *old = instrument_voices(from);
    const Cut cut = find_cut(old, now);
    let_off_ended(s, now, old, cut);
    for (int k = 0; k < old->room; k++)
        if (k < now->room && s->by[k] < 0 && is_kept(&old->voice[k], cut) &&
            s->successor[k].order < 0)
            begin_successor(s, m, k, from, k);
    for (int k = 0, heir = 0; k < old->room; k++) {
        if (s->by[k] >= 0 || !is_kept(&old->voice[k], cut)) continue;
        while (s->successor[heir].order >= 0)
            heir++;
        begin_successor(s, m, heir, from, k);
    }
}

bool succession_catch_up(Succession *s, Instrument *m, Instrument *from, int frames) {
    if (s->begun < 0) s->begun = instrument_voices(from)->order;
    find_successors(s, m, from);
    bool ready = true;
    for (int k = 0; k < instrument_voices(m)->room; k++)
        if (s->successor[k].order >= 0)
            ready = (catch_up(s, m, k, from, frames) || s->successor[k].order >= s->begun) && ready;
    return ready;
}

/* Where the note's time cannot go on, it is struck again when its key is held, else it is left to the old one. */
static void take_over_note(Succession *s, Instrument *m, int k, Instrument *from) {
    const Successor *heir = &s->successor[k];
    const int64_t frame = note_frame(from, heir->from);
    KnVoice *voice = &instrument_voices(m)->voice[k];
    catch_up(s, m, k, from, INT_MAX);
    *voice = instrument_voices(from)->voice[heir->from];
    if (instance_take_over(instrument_note(m, k), instrument_note(from, heir->from), &heir->moving,
                           frame))
        return;
    voice->began = instrument_voices(from)->frame;
    if (voice->state != KN_VOICE_HELD && voice->state != KN_VOICE_SUSTAINED)
        voice->state = KN_VOICE_FREE;
}

void succession_take_over(Succession *s, Instrument *m, Instrument *from) {
    find_successors(s, m, from);
    instrument_go_on(m, from);
    for (int k = 0; k < instrument_voices(m)->room; k++)
        if (s->successor[k].order >= 0) take_over_note(s, m, k, from);
}
