/* What libFuzzer calls: `make fuzz-midi`. In: bytes, which are read as a MIDI file. Out: nothing; it ends the process where
 * what was read is no list of events in order, of values that there are. The sanitizers find the rest. */
#include "base/midi_reader.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be(bool good, const char *what) {
    if (good) return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static void check_event(const MidiFile *m, int i) {
    const MidiEvent *e = &m->events[i];
    must_be(isfinite(e->seconds) && e->seconds >= 0 && e->seconds <= m->seconds, "seconds");
    must_be(isfinite(e->beats) && e->beats >= 0 && e->beats <= m->beats, "beats");
    must_be(e->track >= 0 && e->track < m->tracks && e->channel < 16 && e->number < 128, "place");
    must_be(e->kind <= MIDI_BEND, "kind");
    must_be(e->kind == MIDI_BEND ? e->value >= -8192 && e->value < 8192
                                 : e->value >= 0 && e->value < 128,
            "value");
    must_be(e->kind != MIDI_NOTE_ON || e->value > 0, "velocity");
    if (i == 0) return;
    must_be(e[-1].tick < e->tick || (e[-1].tick == e->tick && e[-1].track <= e->track), "order");
    must_be(e[-1].seconds <= e->seconds && e[-1].beats <= e->beats, "time");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    MidiFile m;
    if (midi_file_read(&m, data, size)) {
        must_be(m.ntempos > 0 && m.tempos[0].seconds == 0, "tempo");
        for (int i = 0; i < m.n; i++)
            check_event(&m, i);
        for (int i = 1; i < m.ntempos; i++)
            must_be(m.tempos[i - 1].beats < m.tempos[i].beats && m.tempos[i].tempo > 0, "tempos");
    } else {
        must_be(strlen(m.why) > 0, "reason");
    }
    midi_file_free(&m);
    return 0;
}
