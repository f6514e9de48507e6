/* An instrument in standalone C, of a voice, NAME_voice, and the program that hears them all, NAME_main. compiler/print_c/interface.c
 * writes this text with the words of a program, in two parts: what runtime/voices.c wants to be told, and, behind that, what is
 * called from outside. */

#if WANTED_BY_VOICES
static void NAME_note_set(struct NAME *self, int k, int argument, double value) {
    if (argument >= 0) NAME_voice_set(&self->voice[k], argument, value);
}

static void NAME_note_begin(struct NAME *self, int k) {
    NAME_voice_init(&self->voice[k], self->main.sample_rate);
    for (int i = 0; i < UPPER_PARAMS; i++)
        NAME_voice_set(&self->voice[k], i, NAME_main_get(&self->main, i));
}

static void NAME_note_sound(struct NAME *self, int k, const float *const *inputs, int at, int n) {
    float *sound[NOTE_CHANNELS];
    for (int c = 0; c < NOTE_CHANNELS; c++)
        sound[c] = self->sound[c];
#if HAS_INPUTS
    const float *heard[UPPER_INPUTS];
    for (int i = 0; i < UPPER_INPUTS; i++)
        heard[i] = inputs[i] + at;
    NAME_voice_process(&self->voice[k], heard, sound, n);
#else
    (void)inputs;
    (void)at;
    NAME_voice_process(&self->voice[k], NULL, sound, n);
#endif
}

static int NAME_notes_ahead(struct NAME *self, const float *const *inputs, int at, int n) {
    (void)self, (void)inputs, (void)at;
    return n;
}

static void NAME_note_params(struct NAME *self, int number, double value);
#else
void NAME_set(struct NAME *self, int param, double value) {
    NAME_main_set(&self->main, param, value);
    value = NAME_main_get(&self->main, param);
    for (int k = 0; k < self->voices.room; k++)
        if (self->voices.voice[k].state != KN_VOICE_FREE)
            NAME_voice_set(&self->voice[k], param, value);
}

static void NAME_note_params(struct NAME *self, int number, double value) {
    for (int i = 0; i < UPPER_PARAMS; i++) {
        const NAME_param *p = &NAME_params[i];
        if (p->controller != number) continue;
        NAME_set(self, i, kn_controlled(p->min, p->max, p->log, value));
    }
}

double NAME_get(const struct NAME *self, int param) {
    return NAME_main_get(&self->main, param);
}

int NAME_seek(struct NAME *self, int64_t frame) {
    (void)self;
    (void)frame;
    return 0;
}

int NAME_init(struct NAME *self, double sample_rate) {
    int ready = NAME_main_init(&self->main, sample_rate);
    for (int k = 0; k < ROOM_OF_VOICES; k++)
        ready &= NAME_voice_init(&self->voice[k], sample_rate);
    self->ready = ready;
    memset(&self->voices, 0, sizeof self->voices);
    self->voices.limit = UPPER_VOICES;
    self->voices.room = ROOM_OF_VOICES;
    self->voices.event_room = EVENTS_AT_ONCE;
    NAME_voices_init(&self->voices, ready ? sample_rate : 1.0);
    return ready;
}

void NAME_process(struct NAME *self, const float *const *inputs, float *const *outputs,
                  int frames) {
    const float *heard[UPPER_INPUTS + NOTE_CHANNELS];
    float *sum[NOTE_CHANNELS], *made[UPPER_OUTPUTS];
    if (!self->ready) {
        for (int k = 0; k < UPPER_OUTPUTS; k++)
            if (frames > 0) memset(outputs[k], 0, sizeof(float) * (size_t)frames);
        return;
    }
    for (int c = 0; c < NOTE_CHANNELS; c++)
        heard[UPPER_INPUTS + c] = sum[c] = self->sum[c];
    for (int at = 0, n; at < frames; at += n) {
        n = NAME_sound_notes(self, inputs, at, sum, frames - at);
#if HAS_INPUTS
        for (int i = 0; i < UPPER_INPUTS; i++)
            heard[i] = inputs[i] + at;
#endif
        for (int k = 0; k < UPPER_OUTPUTS; k++)
            made[k] = outputs[k] + at;
        NAME_main_process(&self->main, heard, made, n);
    }
}

void NAME_set_voicing(struct NAME *self, int voicing, int legato, double glide, int stealing) {
    self->voices.voicing = voicing;
    self->voices.legato = legato;
    self->voices.glide = glide >= 0.0 && glide <= 60.0 ? glide : 0.0;
    self->voices.stealing = stealing;
}

static int NAME_plays(const struct NAME *self) {
    return self->ready;
}

static int NAME_happen(struct NAME *self, int after, const KnEvent *event) {
    KnEvent then = *event;
    then.frame = self->voices.frame + after;
    return self->ready && after >= 0 && NAME_add_event(self, &then);
}
#endif
