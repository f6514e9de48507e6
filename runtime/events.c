/* What a host tells of notes becomes events. compiler/print_c/interface.c writes this text into standalone C, compiler/api/notes.c
 * and compiler/api/live_notes.c compile it for hosts of the library. Before it stand NAME_happen, which hands an event to the instrument,
 * and NAME_plays; EVENT_TIME is the number that says when. */

static int kn_in_range(double x, double low, double high) {
    return x >= low && x <= high;
}

EXTERN_int NAME_note_on(struct NAME *self, EVENT_TIME after, int channel, double key,
                        double velocity) {
    const KnEvent event = {.kind = KN_NOTE_ON, .channel = channel, .key = key, .value = velocity};
    return kn_in_range(key, 0.0, 127.0) && kn_in_range(velocity, 0.0, 1.0) &&
           NAME_happen(self, after, &event);
}

EXTERN_int NAME_note_off(struct NAME *self, EVENT_TIME after, int channel, double key,
                         double velocity) {
    const KnEvent event = {.kind = KN_NOTE_OFF, .channel = channel, .key = key, .value = velocity};
    return kn_in_range(key, 0.0, 127.0) && kn_in_range(velocity, 0.0, 1.0) &&
           NAME_happen(self, after, &event);
}

EXTERN_int NAME_note_pressure(struct NAME *self, EVENT_TIME after, int channel, double key,
                              double pressure) {
    const KnEvent event = {
        .kind = KN_KEY_PRESSURE, .channel = channel, .key = key, .value = pressure};
    return kn_in_range(key, 0.0, 127.0) && kn_in_range(pressure, 0.0, 1.0) &&
           NAME_happen(self, after, &event);
}

EXTERN_int NAME_pressure(struct NAME *self, EVENT_TIME after, int channel, double pressure) {
    const KnEvent event = {.kind = KN_PRESSURE, .channel = channel, .value = pressure};
    return kn_in_range(pressure, 0.0, 1.0) && NAME_happen(self, after, &event);
}

EXTERN_int NAME_bend(struct NAME *self, EVENT_TIME after, int channel, double semitones) {
    const KnEvent event = {.kind = KN_BEND, .channel = channel, .value = semitones};
    return kn_in_range(semitones, -96.0, 96.0) && NAME_happen(self, after, &event);
}

EXTERN_int NAME_controller(struct NAME *self, EVENT_TIME after, int channel, int controller,
                           double value) {
    const KnEvent event = {
        .kind = KN_CONTROLLER, .channel = channel, .key = controller, .value = value};
    return controller >= 0 && controller <= 127 && kn_in_range(value, 0.0, 1.0) &&
           NAME_happen(self, after, &event);
}

/* What a message of MIDI 1.0 says; 0: nothing that notes hear of. */
static int kn_midi_event(const uint8_t *message, KnEvent *event) {
    const int kind = message[0] >> 4, first = message[1] & 127, second = message[2] & 127;
    *event = (KnEvent){.channel = message[0] & 15, .key = first, .value = second / 127.0};
    switch (kind) {
    case 0x8: event->kind = KN_NOTE_OFF; return 1;
    case 0x9:
        event->kind = second > 0 ? KN_NOTE_ON : KN_NOTE_OFF;
        if (second == 0) event->value = 64 / 127.0;
        return 1;
    case 0xa: event->kind = KN_KEY_PRESSURE; return 1;
    case 0xb: event->kind = KN_CONTROLLER; return 1;
    case 0xd:
        event->kind = KN_PRESSURE;
        event->value = first / 127.0;
        return 1;
    case 0xe: {
        const int bend = (first | second << 7) - 8192;
        event->kind = KN_BEND_PART;
        event->value = bend / (bend < 0 ? 8192.0 : 8191.0);
        return 1;
    }
    default: return 0;
    }
}

EXTERN_int NAME_midi(struct NAME *self, EVENT_TIME after, const uint8_t *message, int bytes) {
    if (!message || bytes < 1 || bytes > 3 || !NAME_plays(self)) return 0;
    uint8_t whole[3] = {message[0], 0, 0};
    for (int i = 1; i < bytes; i++)
        whole[i] = message[i];
    const int kind = message[0] >> 4, length = kind == 0xc || kind == 0xd ? 2 : 3;
    KnEvent event;
    if (kind < 8 || kind == 0xc || kind == 0xf)
        return 1; /* no channel's, or a program: there is one */
    if (bytes != length || !kn_midi_event(whole, &event)) return 0;
    return NAME_happen(self, after, &event);
}
