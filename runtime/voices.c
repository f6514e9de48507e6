/* Who plays which note: notes get voices, lose them to others, glide, fade and end. In: events with the frame at which they come.
 * Out: the sum of all voices, cut at these frames. compiler/print_c/interface.c writes this text into standalone C, and
 * compiler/engine/instrument.c compiles it for all programs in memory; both say before it what a note is:
 *   NAME_note_begin(self, k)                        voice k is as new, with the params of now
 *   NAME_note_set(self, k, argument, value)         one of KN_TOLD_F … is told to it
 *   NAME_note_sound(self, k, inputs, at, n)         its next n frames come into self->sound
 *   NAME_notes_ahead(self, inputs, at, n)           before that, for all of them: how many of n frames they may be asked for
 *   NAME_note_params(self, number, value)           a controller moved: params that are bound to it follow
 *   NAME_add_note(self, y, x, loudest, n)           where HAS_ADD_NOTE is 0 it is here */

/* In a window the level of a note is measured, on a grid a gliding pitch moves: in frames of their own, so that no bit hangs on how
 * time is cut. */
enum { KN_NOTE_WINDOW = 256, KN_NOTE_GRID = 32 };
/* Seconds. A fade is as steep as a straight one of 2 ms at most. */
static const double kn_quiet_time = 0.05, kn_fade_time = 0.004;

/* ---- what a note is told --------------------------------------------------------------------------- */

/* So many seconds in whole frames: the nearest number, or with `up` no fewer. */
static int64_t kn_frames(double seconds, double rate, int up) {
    const double frames = up ? kn_ceil(seconds * rate) : kn_floor(seconds * rate + 0.5);
    return (int64_t)frames;
}

static double kn_key_frequency(double key) {
    return 440.0 * kn_exp2((key - 69.0) / 12.0);
}

/* Its pitch at this frame, on the way from one key to the next. */
static double kn_pitch_now(const NAME_voices *v, const KnVoice *voice) {
    if (v->frame >= voice->glides_until) return voice->pitch;
    const double done = (double)(v->frame - voice->glides_from) /
                        (double)(voice->glides_until - voice->glides_from);
    return voice->from + (voice->pitch - voice->from) * done;
}

static void NAME_tell_pitch(struct NAME *self, int k) {
    NAME_voices *v = &self->voices;
    const double bend = kn_bend_of(&v->keyboard, v->voice[k].channel);
    NAME_note_set(self, k, KN_TOLD_F, kn_key_frequency(kn_pitch_now(v, &v->voice[k]) + bend));
    NAME_note_set(self, k, KN_TOLD_BEND, bend);
}

static void NAME_tell_channel(struct NAME *self, int k) {
    const NAME_voices *v = &self->voices;
    const KnVoice *voice = &v->voice[k];
    const KnChannel *channel = &v->keyboard.channel[voice->channel];
    NAME_tell_pitch(self, k);
    NAME_note_set(self, k, KN_TOLD_PRESSURE,
                  voice->pressure >= 0.0 ? voice->pressure : channel->pressure);
    NAME_note_set(self, k, KN_TOLD_TIMBRE, channel->timbre);
}

/* ---- voices ------------------------------------------------------------------------------------------ */

static int kn_sounds(const KnVoice *voice) {
    return voice->state != KN_VOICE_FREE && voice->state != KN_VOICE_FADING;
}

static int NAME_free_voice(const NAME_voices *v) {
    for (int k = 0; k < v->room; k++)
        if (v->voice[k].state == KN_VOICE_FREE) return k;
    return -1;
}

static void NAME_release(struct NAME *self, int k, double velocity) {
    NAME_voices *v = &self->voices;
    v->voice[k].state = KN_VOICE_RELEASED;
    v->voice[k].released = velocity;
    NAME_note_set(self, k, KN_TOLD_RELEASE_VELOCITY, velocity);
    NAME_note_set(self, k, KN_TOLD_GATE, (double)(v->frame - v->voice[k].began) / v->rate);
}

static void NAME_fade_voice(NAME_voices *v, int k) {
    KnVoice *voice = &v->voice[k];
    voice->state = KN_VOICE_FADING;
    voice->fades_until = v->frame + kn_frames(kn_fade_time, v->rate, 1);
}

/* Is a to go before b? What was let go goes before what a pedal holds, that before what a key holds. */
static int NAME_goes_before(const NAME_voices *v, const KnVoice *a, const KnVoice *b) {
    if (a->state != b->state) return a->state > b->state;
    if (v->stealing == KN_STEAL_QUIETEST && a->level != b->level) return a->level < b->level;
    return a->order < b->order;
}

static int NAME_victim(const NAME_voices *v) {
    int victim = -1;
    for (int k = 0; k < v->room; k++)
        if (kn_sounds(&v->voice[k]) &&
            (victim < 0 || NAME_goes_before(v, &v->voice[k], &v->voice[victim])))
            victim = k;
    return victim;
}

static int NAME_count(const NAME_voices *v) {
    int n = 0;
    for (int k = 0; k < v->room; k++)
        n += kn_sounds(&v->voice[k]);
    return n;
}

/* ---- notes ----------------------------------------------------------------------------------------- */

static void NAME_begin_note(struct NAME *self, int k, const KnKey *key, double from) {
    NAME_voices *v = &self->voices;
    const int64_t glide = kn_frames(v->glide, v->rate, 0);
    v->voice[k] =
        (KnVoice){.state = KN_VOICE_HELD,
                  .channel = key->channel,
                  .key = key->key,
                  .pressure = key->pressure,
                  .released = 0.5,
                  .pitch = key->key,
                  .from = from,
                  .order = v->order++,
                  .began = v->frame,
                  .glides_from = v->frame,
                  .glides_until = from < key->key || from > key->key ? v->frame + glide : 0,
                  .level = INT32_MAX};
    NAME_note_begin(self, k);
    NAME_note_set(self, k, KN_TOLD_VELOCITY, key->velocity);
    NAME_note_set(self, k, KN_TOLD_NOTE, key->key);
    NAME_tell_channel(self, k);
}

/* A note more, for which there is a place. */
static void NAME_poly_on(struct NAME *self, const KnKey *key) {
    NAME_voices *v = &self->voices;
    if (v->stealing == KN_STEAL_SAME)
        for (int k = 0; k < v->room; k++)
            if (kn_sounds(&v->voice[k]) && v->voice[k].channel == key->channel &&
                kn_same_key(v->voice[k].key, key->key))
                NAME_fade_voice(v, k);
    const int found = NAME_free_voice(v);
    if (NAME_count(v) >= v->limit) NAME_fade_voice(v, NAME_victim(v));
    NAME_begin_note(self, found, key, key->key);
}

/* ---- one voice for all keys --------------------------------------------------------------------------- */

/* Of the keys that are held, one at least, that which sounds. */
static const KnKey *NAME_ruling_key(const NAME_voices *v) {
    const KnKey *held = v->keyboard.held, *best = &held[v->keyboard.nheld - 1];
    for (int i = 0; i < v->keyboard.nheld && v->voicing != KN_MONO_LAST; i++)
        if (v->voicing == KN_MONO_LOW ? held[i].key < best->key : held[i].key > best->key)
            best = &held[i];
    return best;
}

/* The voice for all keys; -1: none sounds. Others, which began by another rule, make way. */
static int NAME_mono_voice(NAME_voices *v) {
    int one = -1;
    for (int k = 0; k < v->room; k++) {
        const KnVoice *voice = &v->voice[k];
        if (!kn_sounds(voice)) continue;
        const int rules =
            one < 0 || voice->state < v->voice[one].state ||
            (voice->state == v->voice[one].state && voice->order > v->voice[one].order);
        if (one >= 0) NAME_fade_voice(v, rules ? one : k);
        if (rules) one = k;
    }
    return one;
}

static void NAME_glide_to(struct NAME *self, int k, const KnKey *key) {
    NAME_voices *v = &self->voices;
    KnVoice *voice = &v->voice[k];
    voice->from = kn_pitch_now(v, voice);
    voice->pitch = voice->key = key->key;
    voice->channel = key->channel;
    voice->pressure = key->pressure;
    voice->glides_from = v->frame;
    voice->glides_until = v->frame + kn_frames(v->glide, v->rate, 0);
    NAME_note_set(self, k, KN_TOLD_NOTE, key->key);
    NAME_tell_channel(self, k);
}

/* The key that rules sounds from now on; there is a place for it. */
static void NAME_mono_turn(struct NAME *self) {
    NAME_voices *v = &self->voices;
    const int now = NAME_mono_voice(v);
    const KnKey *key = NAME_ruling_key(v);
    const int held = now >= 0 && v->voice[now].state == KN_VOICE_HELD;
    if (held && kn_same_key(v->voice[now].key, key->key) && v->voice[now].channel == key->channel)
        return;
    if (held && v->legato) {
        NAME_glide_to(self, now, key);
        return;
    }
    const int k = NAME_free_voice(v);
    const double from = now >= 0 ? kn_pitch_now(v, &v->voice[now]) : key->key;
    if (now >= 0) NAME_fade_voice(v, now);
    NAME_begin_note(self, k, key, from);
}

/* ---- events -------------------------------------------------------------------------------------------- */

static void NAME_let_go(struct NAME *self, int k, double velocity) {
    NAME_voices *v = &self->voices;
    if (v->voice[k].state != KN_VOICE_HELD) return;
    if (kn_is_sustained(&v->keyboard, v->voice[k].channel))
        v->voice[k].state = KN_VOICE_SUSTAINED;
    else
        NAME_release(self, k, velocity);
}

/* Of several notes of one key the oldest that is held is let go, as it was struck first. */
static int NAME_held_voice(const NAME_voices *v, int channel, double key) {
    int found = -1;
    for (int k = 0; k < v->room; k++) {
        const KnVoice *voice = &v->voice[k];
        if (voice->state == KN_VOICE_HELD && voice->channel == channel &&
            kn_same_key(voice->key, key) && (found < 0 || voice->order < v->voice[found].order))
            found = k;
    }
    return found;
}

static void NAME_off(struct NAME *self, const KnEvent *event) {
    NAME_voices *v = &self->voices;
    if (v->voicing != KN_POLY && v->keyboard.nheld > 0) {
        NAME_mono_turn(self);
        return;
    }
    const int k = NAME_held_voice(v, event->channel, event->key);
    if (k >= 0) NAME_let_go(self, k, event->value);
}

static void NAME_notes_off(struct NAME *self, int channel, int at_once) {
    NAME_voices *v = &self->voices;
    for (int k = 0; k < v->room; k++) {
        if (v->voice[k].channel != channel || !kn_sounds(&v->voice[k])) continue;
        if (at_once)
            NAME_fade_voice(v, k);
        else
            NAME_let_go(self, k, 0.5);
    }
}

/* What the pedal of a channel, or of the one that speaks for all, does not hold any more. */
static void NAME_pedal_up(struct NAME *self) {
    NAME_voices *v = &self->voices;
    for (int k = 0; k < v->room; k++)
        if (v->voice[k].state == KN_VOICE_SUSTAINED &&
            !kn_is_sustained(&v->keyboard, v->voice[k].channel))
            NAME_release(self, k, 0.5);
}

/* What a controller that moved means for notes. */
static void NAME_turn(struct NAME *self, int channel, int number, double value) {
    if (number == 64 || number == 121) NAME_pedal_up(self);
    if (number == 120 || number == 123) NAME_notes_off(self, channel, number == 120);
    NAME_note_params(self, number, value);
}

/* All that sounds of a channel hears what has become of it. */
static void NAME_tell_all(struct NAME *self, int channel) {
    NAME_voices *v = &self->voices;
    for (int k = 0; k < v->room; k++)
        if (v->voice[k].state != KN_VOICE_FREE &&
            (v->voice[k].channel == channel ||
             (channel == 0 && kn_master(&v->keyboard, v->voice[k].channel))))
            NAME_tell_channel(self, k);
}

/* What may begin a note wants a place for it. */
static int NAME_has_place(const NAME_voices *v, const KnEvent *event) {
    const int begins =
        event->kind == KN_NOTE_ON ||
        (event->kind == KN_NOTE_OFF && v->voicing != KN_POLY && v->keyboard.nheld > 1);
    return !begins || NAME_free_voice(v) >= 0;
}

/* 0: it has to wait until a voice has faded, and all behind it. */
static int NAME_take(struct NAME *self, const KnEvent *event) {
    NAME_voices *v = &self->voices;
    int held;
    if (!NAME_has_place(v, event)) return 0;
    kn_keyboard_hear(&v->keyboard, event);
    switch (event->kind) {
    case KN_NOTE_ON:
        if (v->voicing == KN_POLY)
            NAME_poly_on(self, &v->keyboard.held[v->keyboard.nheld - 1]);
        else
            NAME_mono_turn(self);
        return 1;
    case KN_NOTE_OFF: NAME_off(self, event); return 1;
    case KN_KEY_PRESSURE:
        held = NAME_held_voice(v, event->channel, event->key);
        if (held >= 0) v->voice[held].pressure = event->value;
        break;
    case KN_CONTROLLER: NAME_turn(self, event->channel, (int)event->key, event->value); break;
    case KN_NOTES_OFF: NAME_notes_off(self, event->channel, event->value > 0.0); break;
    default: break;
    }
    NAME_tell_all(self, event->channel);
    return 1;
}

/* Events are kept in the order of their frames, those of one frame in the order in which they came. */
static int NAME_add_event(struct NAME *self, const KnEvent *event) {
    NAME_voices *v = &self->voices;
    const int sound = event->value - event->value == 0.0 && event->key - event->key == 0.0;
    if (event->channel < 0 || event->channel >= KN_CHANNELS || event->frame < v->frame || !sound ||
        v->nevents == v->event_room)
        return 0;
    int at = v->nevents++;
    for (; at > 0 && v->event[at - 1].frame > event->frame; at--)
        v->event[at] = v->event[at - 1];
    v->event[at] = *event;
    return 1;
}

/* ---- sound ---------------------------------------------------------------------------------------------- */

static void NAME_take_events(struct NAME *self) {
    NAME_voices *v = &self->voices;
    int taken = 0;
    for (int k = 0; k < v->room; k++)
        if (v->voice[k].state == KN_VOICE_FADING && v->voice[k].fades_until <= v->frame)
            v->voice[k].state = KN_VOICE_FREE;
    while (taken < v->nevents && v->event[taken].frame <= v->frame &&
           NAME_take(self, &v->event[taken]))
        taken++;
    v->nevents -= taken;
    for (int i = 0; i < v->nevents && taken > 0; i++)
        v->event[i] = v->event[i + taken];
}

static int kn_shorter(int most, int64_t frames) {
    return frames > 0 && frames < most ? (int)frames : most;
}

static int NAME_rest_of_window(const NAME_voices *v) {
    return KN_NOTE_WINDOW - (int)(v->frame & (KN_NOTE_WINDOW - 1));
}

/* In how many of the next frames nothing happens but that windows close, and notes end. An event that waits may come then. */
static int NAME_calm_frames(const NAME_voices *v, int most) {
    const int waits = v->nevents > 0 && v->event[0].frame <= v->frame;
    if (v->nevents > 0)
        most = kn_shorter(most, waits ? NAME_rest_of_window(v) : v->event[0].frame - v->frame);
    for (int k = 0; k < v->room; k++) {
        const KnVoice *voice = &v->voice[k];
        if (voice->state == KN_VOICE_FADING) most = kn_shorter(most, voice->fades_until - v->frame);
        if (voice->state != KN_VOICE_FREE &&
            voice->glides_until > v->frame - (v->frame & (KN_NOTE_GRID - 1)))
            most = kn_shorter(most, KN_NOTE_GRID - (v->frame & (KN_NOTE_GRID - 1)));
    }
    return most;
}

/* How loud a sample is, as the bits of its magnitude, which compare as magnitudes do, and in vectors. */
static int32_t kn_loudness(float x) {
    int32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits & 0x7fffffff;
}

/* y += x, which fades along a straight line and is silent after `left` frames. */
static void kn_add_fading_note(float *restrict y, const float *restrict x, int64_t left,
                               float slope, int n) {
    for (int i = 0; i < n; i++)
        y[i] += slope * (float)(left - i) * x[i];
}

#if !HAS_ADD_NOTE
/* y += x; the loudness of the loudest sample, or that before. */
static int32_t NAME_add_note(const struct NAME *self, float *restrict y, const float *restrict x,
                             int32_t loudest, int n) {
    (void)self;
    for (int i = 0; i < n; i++) {
        const int32_t loud = kn_loudness(x[i]);
        loudest = loud > loudest ? loud : loudest;
        y[i] += x[i];
    }
    return loudest;
}
#endif

static void NAME_mix_voice(struct NAME *self, KnVoice *voice, float *const *sum, int n) {
    const NAME_voices *v = &self->voices;
    const int64_t fade = kn_frames(kn_fade_time, v->rate, 1);
    const float slope = 1.0f / (float)fade;
    for (int c = 0; c < NOTE_CHANNELS; c++)
        if (voice->state == KN_VOICE_FADING)
            kn_add_fading_note(sum[c], self->sound[c], voice->fades_until - v->frame, slope, n);
        else
            voice->peak = NAME_add_note(self, sum[c], self->sound[c], voice->peak, n);
}

/* What is no number is louder than all, and no sound: it does not keep a note. */
static void NAME_close_window(NAME_voices *v) {
    const int64_t enough = kn_frames(kn_quiet_time / KN_NOTE_WINDOW, v->rate, 1);
    const int32_t quiet = kn_loudness(1e-5f), infinite = kn_loudness(KN_INFF);
    for (int k = 0; k < v->room; k++) {
        KnVoice *voice = &v->voice[k];
        const int silent = voice->peak < quiet || voice->peak > infinite;
        voice->level = voice->peak;
        voice->peak = 0;
        voice->quiet = voice->state == KN_VOICE_RELEASED && silent ? voice->quiet + 1 : 0;
        if (voice->quiet > enough) voice->state = KN_VOICE_FREE;
    }
}

/* Some of the next frames, at most so many, from `at` of the host's inputs on, to the beginning of the sums: how many. */
static int NAME_sound_notes(struct NAME *self, const float *const *inputs, int at,
                            float *const *sum, int most) {
    NAME_voices *v = &self->voices;
    NAME_take_events(self);
    for (int k = 0; k < v->room; k++)
        if (v->voice[k].state != KN_VOICE_FREE && (v->frame & (KN_NOTE_GRID - 1)) == 0 &&
            v->voice[k].glides_until > v->frame - KN_NOTE_GRID)
            NAME_tell_pitch(self, k);
    const int n = kn_shorter(NAME_notes_ahead(self, inputs, at, NAME_calm_frames(v, most)),
                             NAME_rest_of_window(v));
    for (int c = 0; c < NOTE_CHANNELS; c++)
        memset(sum[c], 0, sizeof(float) * (size_t)n);
    for (int k = 0; k < v->room; k++) {
        if (v->voice[k].state == KN_VOICE_FREE) continue;
        NAME_note_sound(self, k, inputs, at, n);
        NAME_mix_voice(self, &v->voice[k], sum, n);
    }
    v->frame += n;
    if ((v->frame & (KN_NOTE_WINDOW - 1)) == 0) NAME_close_window(v);
    return n;
}

static void NAME_voices_init(NAME_voices *v, double rate) {
    v->rate = rate;
    v->frame = v->order = 0;
    v->nevents = 0;
    kn_keyboard_begin(&v->keyboard);
    for (int k = 0; k < v->room; k++)
        v->voice[k].state = KN_VOICE_FREE;
}
