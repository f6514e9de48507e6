/* Notes of an instrument, for hosts: kn_instance_note_on and its neighbours of kanon.h. In: what happens to notes, and when. Out: events
 * for the instrument of an instance. */
#include "api/api.h"
#include "engine/instrument.h"

static const double MOST_GLIDE = 60; /* seconds */

static Instrument *instrument_of(const KnInstance *i) {
    return i ? instance_instrument(instance_behind((KnInstance *)i)) : NULL;
}

static int happen(KnInstance *i, int after, const KnEvent *event) {
    Instrument *m = instrument_of(i);
    return m && after >= 0 && instrument_event(m, *event, after);
}

/* Words of runtime/events.c. */
#define NAME                            KnInstance
#define NAME_note_on                    kn_instance_note_on
#define NAME_note_off                   kn_instance_note_off
#define NAME_note_pressure              kn_instance_note_pressure
#define NAME_pressure                   kn_instance_pressure
#define NAME_bend                       kn_instance_bend
#define NAME_controller                 kn_instance_controller
#define NAME_midi                       kn_instance_midi
#define NAME_happen(self, after, event) happen(self, after, event)
#define NAME_plays(self)                (instrument_of(self) != NULL)
#define EXTERN_int                      int
#define EVENT_TIME                      int
#include "runtime/events.c"

int kn_instance_notes_off(KnInstance *i, int after, int at_once) {
    int done = 1;
    for (int channel = 0; channel < KN_CHANNELS && done; channel++) {
        const KnEvent event = {.kind = KN_NOTES_OFF, .channel = channel, .value = at_once != 0};
        done = happen(i, after, &event);
    }
    return done;
}

/* ---- how they share voices ---------------------------------------------------------------------------- */

int kn_instance_set_mono(KnInstance *i, const char *mono, int legato, double glide) {
    Instrument *m = instrument_of(i);
    const int voicing = instrument_voicing_named(mono);
    if (!m || voicing < 0 || !kn_in_range(glide, 0, MOST_GLIDE)) return 0;
    Voicing how = instrument_voicing(m);
    how.voicing = voicing;
    how.legato = legato != 0;
    how.glide = glide;
    instrument_play_by(m, &how);
    return 1;
}

int kn_instance_set_stealing(KnInstance *i, const char *steal) {
    Instrument *m = instrument_of(i);
    const int stealing = instrument_stealing_named(steal);
    if (!m || stealing < 0) return 0;
    Voicing how = instrument_voicing(m);
    how.stealing = stealing;
    instrument_play_by(m, &how);
    return 1;
}

int kn_instance_sounding(const KnInstance *i) {
    const Instrument *m = instrument_of(i);
    return m ? instrument_sounding(m) : 0;
}
