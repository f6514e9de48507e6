/* A running instrument: notes, each a running program of its own that begins anew with each note, and the program that hears their
 * sum. In: events and frames. Out: sound. Who plays which note is told by runtime/voices.c, as in C.
 *
 * All lies in one block of memory: itself, its voices and events, what some notes and all of them sound like in a piece, what notes
 * work with, then the notes. They share that, so that of ten thousand voices nothing but what each remembers goes through the caches.
 * Some compute at once, beside each other, as far as the engine can. */
#include "engine/instrument.h"
#include "engine/pool.h"

#include "runtime/math.h"

#include <stdlib.h>
#include <string.h>

enum { EVENTS_AT_ONCE = 1024, PIECE = 256, AHEAD = 4096 };

struct Instrument {
    Instance *of; /* while it sounds: the program that hears the notes */
    const Graph *program;
    const Notes *facts;
    Instance **note;      /* of each voice */
    double *param;        /* of the program: what they are now */
    float **sound, **sum; /* of a note and of all, a piece of each channel */
    AddVoice *add;
    const float **inputs; /* of what sounds next */
    int beside;           /* notes that compute at once */
    struct Group { /* of which the next frames are made, and how many of them were asked for */
        int voice[VOICES_BESIDE], n, asked;
    } group;
    float **group_sounds; /* of each of them, its channels */
    Sharing sharing;      /* threads that share the voices; 0: there is one */
    Pool *pool;           /* where they are its own */
    float **sounds;       /* with threads: of each voice, its channels */
    char *works;          /* with threads: what helpers work with, each in `work_bytes` */
    size_t work_bytes;
    char *work; /* what notes that compute at once work with */
    struct
        Ahead { /* with threads: what they compute, of voices that are not free, so many at once */
        int *voice, nvoices, at_once, frames;
        int64_t from; /* the first of the frames */
    } ahead;
    float **outputs;
    Voices voices;
};

/* ---- what a note is -------------------------------------------------------------------------------- */

static void note_tell(Instrument *m, int k, int argument, double value) {
    const int param = m->facts->param[argument];
    if (param >= 0) instance_set(m->note[k], param, value);
}

void instrument_tell_params(Instrument *m, int k) {
    for (int i = 0; i < m->program->nparams; i++)
        instance_set(m->note[k], i, m->param[i]);
}

static void note_begin(Instrument *m, int k) {
    instance_reset(m->note[k]);
    instrument_tell_params(m, k);
}

static void take_inputs(Instrument *m, const float *const *inputs, int at) {
    for (int i = 0; i < m->program->ninputs; i++)
        m->inputs[i] = inputs[i] + at;
}

/* The next frames of these voices, each into its own outputs. */
static void sound_beside(Instrument *m, const int *voice, int n, float *const *const *outputs,
                         char *work, int frames) {
    Instance *notes[VOICES_BESIDE];
    for (int i = 0; i < n; i++)
        notes[i] = m->note[voice[i]];
    instances_process_beside(notes, n, work, m->inputs, outputs, frames);
}

/* This voice and those behind it that sound. */
static void sound_group(Instrument *m, int k, const float *const *inputs, int at, int n) {
    float *const *sounds[VOICES_BESIDE];
    struct Group *group = &m->group;
    group->n = group->asked = 0;
    for (; k < m->voices.room && group->n < m->beside; k++) {
        if (m->voices.voice[k].state == KN_VOICE_FREE) continue;
        sounds[group->n] = m->group_sounds + group->n * m->facts->channels;
        group->voice[group->n++] = k;
    }
    take_inputs(m, inputs, at);
    sound_beside(m, group->voice, group->n, sounds, m->work, n);
}

static void note_sound(Instrument *m, int k, const float *const *inputs, int at, int n) {
    const int channels = m->facts->channels;
    if (m->sharing.threads > 0) {
        for (int c = 0; c < channels; c++)
            m->sound[c] = m->sounds[k * channels + c] + (m->voices.frame - m->ahead.from);
        return;
    }
    if (m->group.asked == m->group.n) sound_group(m, k, inputs, at, n);
    for (int c = 0; c < channels; c++)
        m->sound[c] = m->group_sounds[m->group.asked * channels + c];
    m->group.asked++;
}

static void sound_ahead(void *instrument, int i, int thread) {
    Instrument *m = instrument;
    const struct Ahead *ahead = &m->ahead;
    const int first = i * ahead->at_once, left = ahead->nvoices - first,
              n = left < ahead->at_once ? left : ahead->at_once;
    float *const *sounds[VOICES_BESIDE];
    for (int j = 0; j < n; j++)
        sounds[j] = m->sounds + ahead->voice[first + j] * m->facts->channels;
    sound_beside(m, ahead->voice + first, n, sounds,
                 thread > 0 ? m->works + (size_t)(thread - 1) * m->work_bytes : m->work,
                 ahead->frames);
}

/* Rather fewer at once than that a thread has none. */
static int share_out(Instrument *m) {
    struct Ahead *ahead = &m->ahead;
    const int threads = m->sharing.threads, each = (ahead->nvoices + threads - 1) / threads;
    ahead->at_once = each < 1 ? 1 : each < m->beside ? each : m->beside;
    return (ahead->nvoices + ahead->at_once - 1) / ahead->at_once;
}

/* Threads compute the voices, for as many frames as they may, so that they seldom wait for each other; one adds them up, always in
 * the same order. A note that ends meanwhile is not heard. */
static int notes_ahead(Instrument *m, const float *const *inputs, int at, int n) {
    struct Ahead *ahead = &m->ahead;
    const int64_t left = ahead->from + ahead->frames - m->voices.frame;
    if (m->sharing.threads == 0) return n;
    if (left > 0) return (int)left;
    ahead->nvoices = 0;
    ahead->from = m->voices.frame;
    ahead->frames = n < m->sharing.ahead ? n : m->sharing.ahead;
    for (int k = 0; k < m->voices.room; k++)
        if (m->voices.voice[k].state != KN_VOICE_FREE) ahead->voice[ahead->nvoices++] = k;
    take_inputs(m, inputs, at);
    m->sharing.run(m->sharing.pool, sound_ahead, m, share_out(m));
    return ahead->frames;
}

static int32_t add_note(const Instrument *m, float *y, const float *x, int32_t loudest, int n) {
    m->add(y, x, &loudest, n);
    return loudest;
}

static void turn_params(Instrument *m, int controller, double value);

/* Words of runtime/voices.c. */
#define NAME                                    Instrument
#define NAME_note_set(self, k, argument, value) note_tell(self, k, argument, value)
#define NAME_note_begin(self, k)                note_begin(self, k)
#define NAME_note_sound(self, k, inputs, at, n) note_sound(self, k, inputs, at, n)
#define NAME_notes_ahead(self, inputs, at, n)   notes_ahead(self, inputs, at, n)
#define NAME_note_params(self, number, value)   turn_params(self, number, value)
#define HAS_ADD_NOTE                            1
#define NAME_add_note(self, y, x, loudest, n)   add_note(self, y, x, loudest, n)
#define NOTE_CHANNELS                           self->facts->channels
#define KN_TOLD_F                               NOTE_F
#define KN_TOLD_GATE                            NOTE_GATE
#define KN_TOLD_VELOCITY                        NOTE_VELOCITY
#define KN_TOLD_PRESSURE                        NOTE_PRESSURE
#define KN_TOLD_TIMBRE                          NOTE_TIMBRE
#define KN_TOLD_BEND                            NOTE_BEND
#define KN_TOLD_NOTE                            NOTE_NOTE
#define KN_TOLD_RELEASE_VELOCITY                NOTE_RELEASE_VELOCITY
#include "runtime/controlled.c"
#include "runtime/keyboard.c"
#include "runtime/voices.c"

/* ---- params ----------------------------------------------------------------------------------------- */

void instrument_set(Instrument *m, int param, double value) {
    if (param < 0 || param >= m->program->nparams || !(value >= value)) return;
    m->param[param] = value;
    for (int k = 0; k < m->voices.room; k++)
        if (m->voices.voice[k].state != KN_VOICE_FREE) instance_set(m->note[k], param, value);
}

static void turn_params(Instrument *m, int controller, double value) {
    for (int i = 0; i < m->program->nparams; i++) {
        const ParamInfo *p = &m->program->params[i];
        if (p->controller != controller) continue;
        const double x = controlled_param(p, value);
        instance_set_alone(m->of, i, x);
        instrument_set(m, i, x);
    }
}

/* ---- memory ----------------------------------------------------------------------------------------- */

/* Where its parts begin. */
typedef struct Parts {
    int room;
    size_t voices, events, params, pointers, sound, work, notes, a_note, end;
} Parts;

static Parts find_parts(const Graph *program, const Engine *notes, int channels, int voices) {
    Parts parts = {.room = notes_room(voices)};
    const size_t room = (size_t)parts.room, at_once = (size_t)engine_beside(notes),
                 npointers = room + (at_once + 2) * (size_t)channels +
                             (size_t)graph_inputs(program) + (size_t)program->noutputs;
    parts.voices = instance_aligned(sizeof(Instrument));
    parts.events = instance_aligned(parts.voices + room * sizeof(KnVoice));
    parts.params = instance_aligned(parts.events + EVENTS_AT_ONCE * sizeof(KnEvent));
    parts.pointers = instance_aligned(parts.params + (size_t)program->nparams * sizeof(double));
    parts.sound = instance_aligned(parts.pointers + npointers * sizeof(void *));
    parts.work =
        instance_aligned(parts.sound + (at_once + 1) * (size_t)channels * PIECE * sizeof(float));
    parts.notes = instance_aligned(parts.work + at_once * engine_work_bytes(notes));
    parts.a_note = instance_aligned(engine_shared_bytes(notes));
    parts.end = parts.notes + room * parts.a_note;
    return parts;
}

size_t instrument_bytes(const Graph *program, const Engine *notes, const Notes *facts, int voices) {
    return find_parts(program, notes, facts->channels, voices).end;
}

Instrument *instrument_create_in(void *memory, const Graph *program, Engine *notes,
                                 const Notes *facts, int voices) {
    const Parts parts = find_parts(program, notes, facts->channels, voices);
    char *base = memory;
    Instrument *m = memory;
    memset(m, 0, parts.notes);
    *m = (Instrument){.program = program,
                      .facts = facts,
                      .add = engine_add_voice(notes),
                      .beside = engine_beside(notes),
                      .work = base + parts.work};
    m->work_bytes = (size_t)m->beside * engine_work_bytes(notes);
    m->voices.limit = voices;
    m->voices.room = parts.room;
    m->voices.event_room = EVENTS_AT_ONCE;
    m->voices.voice = (void *)(base + parts.voices);
    m->voices.event = (void *)(base + parts.events);
    m->param = (void *)(base + parts.params);
    m->note = (void *)(base + parts.pointers);
    m->sound = (void *)(m->note + parts.room);
    m->sum = m->sound + facts->channels;
    m->group_sounds = m->sum + facts->channels;
    m->outputs = m->group_sounds + m->beside * facts->channels;
    m->inputs = (void *)(m->outputs + program->noutputs);
    for (int c = 0; c < (m->beside + 1) * facts->channels; c++)
        m->sum[c] = (void *)(base + parts.sound + (size_t)c * PIECE * sizeof(float));
    for (int k = 0; k < parts.room; k++)
        if (!(m->note[k] = instance_create_sharing(
                  notes, base + parts.notes + (size_t)k * parts.a_note, m->work))) {
            instrument_free(m);
            return NULL;
        }
    instrument_reset(m);
    return m;
}

static void free_shared(Instrument *m) {
    if (m->sounds) free(m->sounds[0]);
    free(m->sounds);
    free(m->ahead.voice);
    free(m->works);
    m->sounds = NULL;
    m->ahead.voice = NULL;
    m->works = NULL;
    m->sharing = (Sharing){0};
}

bool instrument_share_by(Instrument *m, const Sharing *by) {
    const size_t channels = (size_t)m->facts->channels, room = (size_t)m->voices.room,
                 each = (size_t)by->ahead,
                 work = (size_t)(by->threads - 1) * m->work_bytes + INSTANCE_ALIGNMENT;
    float *samples = calloc(room * channels * each + 1, sizeof *samples);
    m->sounds = calloc(room * channels + 1, sizeof *m->sounds);
    m->ahead.voice = calloc(room, sizeof *m->ahead.voice);
    m->works = aligned_alloc(INSTANCE_ALIGNMENT, work);
    for (size_t i = 0; m->sounds && samples && i < room * channels; i++)
        m->sounds[i] = samples + i * each;
    if (!m->sounds) free(samples);
    if (!samples || !m->sounds || !m->ahead.voice || !m->works) {
        free_shared(m);
        return false;
    }
    for (size_t i = 0; i < room * channels * each; i++)
        samples[i] = 1; /* so that the pages are there */
    memset(m->works, 0, work);
    m->sharing = *by;
    return true;
}

static void run_in_pool(void *pool, void (*work)(void *, int, int), void *data, int n) {
    pool_run(pool, work, data, n);
}

bool instrument_share(Instrument *m, int threads) {
    if (threads < 2 || m->sharing.threads > 0) return true;
    m->pool = pool_create(threads - 1);
    if (m->pool && instrument_share_by(m, &(Sharing){run_in_pool, m->pool, threads, AHEAD}))
        return true;
    pool_free(m->pool);
    m->pool = NULL;
    return false;
}

void instrument_free(Instrument *m) {
    if (m) pool_free(m->pool);
    if (m) free_shared(m);
    for (int k = 0; m && k < m->voices.room; k++)
        instance_free(m->note[k]);
}

void instrument_reset(Instrument *m) {
    for (int i = 0; i < m->program->nparams; i++)
        m->param[i] = m->program->params[i].initial;
    NAME_voices_init(&m->voices, m->program->rate);
    m->ahead.from = m->ahead.frames = 0;
    m->group.n = m->group.asked = 0;
}

static int rule_named(const char *name, const char *const *names, int n) {
    for (int i = 0; i < n; i++)
        if (!name || strcmp(name, names[i]) == 0) return i;
    return -1;
}

int instrument_stealing_named(const char *name) {
    static const char *const names[] = {"oldest", "quietest", "same"};
    return rule_named(name, names, 3);
}

int instrument_voicing_named(const char *name) {
    static const char *const names[] = {"poly", "last", "low", "high"};
    return rule_named(name, names, 4);
}

void instrument_play_by(Instrument *m, const Voicing *how) {
    m->voices.stealing = how->stealing;
    m->voices.voicing = how->voicing;
    m->voices.legato = how->legato;
    m->voices.glide = how->glide;
}

Voicing instrument_voicing(const Instrument *m) {
    const Voices *v = &m->voices;
    return (Voicing){v->stealing, v->voicing, v->legato != 0, v->glide};
}

/* ---- sound ------------------------------------------------------------------------------------------ */

bool instrument_event(Instrument *m, KnEvent event, int64_t after) {
    event.frame = m->voices.frame + (after > 0 ? after : 0);
    return NAME_add_event(m, &event);
}

void instrument_process(Instrument *m, Instance *of, const float *const *inputs,
                        float *const *outputs, int frames) {
    const int ninputs = m->program->ninputs, channels = m->facts->channels;
    m->of = of;
    for (int at = 0, n; at < frames; at += n) {
        n = NAME_sound_notes(m, inputs, at, m->sum, frames - at);
        for (int i = 0; i < ninputs; i++)
            m->inputs[i] = inputs[i] + at;
        for (int c = 0; c < channels; c++)
            m->inputs[ninputs + c] = m->sum[c];
        for (int i = 0; i < m->program->noutputs; i++)
            m->outputs[i] = outputs[i] + at;
        instance_process_alone(of, m->inputs, m->outputs, n);
    }
}

int instrument_sounding(const Instrument *m) {
    int n = 0;
    for (int k = 0; k < m->voices.room; k++)
        n += m->voices.voice[k].state != KN_VOICE_FREE;
    return n;
}

/* ---- replaced while it sounds ------------------------------------------------------------------------ */

Voices *instrument_voices(Instrument *m) {
    return &m->voices;
}

const Notes *instrument_facts(const Instrument *m) {
    return m->facts;
}

Instance *instrument_note(Instrument *m, int k) {
    return m->note[k];
}

void instrument_go_on(Instrument *m, const Instrument *from) {
    const Voices *old = &from->voices;
    const Voicing how = instrument_voicing(from);
    instrument_play_by(m, &how);
    m->voices.frame = old->frame;
    m->voices.order = old->order;
    m->voices.keyboard = old->keyboard;
    m->voices.nevents = old->nevents;
    memcpy(m->voices.event, old->event, (size_t)old->nevents * sizeof *old->event);
    for (int k = 0; k < m->voices.room; k++)
        m->voices.voice[k].state = KN_VOICE_FREE;
}

void instrument_begin_at(Instrument *m, int64_t frame, const KnKeyboard *board) {
    m->voices.frame = frame;
    m->voices.keyboard = *board;
    m->voices.keyboard.nheld = 0;
    for (int i = 0; i < board->nheld; i++) {
        const KnKey *key = &board->held[i];
        const KnEvent struck = {frame, KN_NOTE_ON, key->channel, key->key, key->velocity},
                      pressed = {frame, KN_KEY_PRESSURE, key->channel, key->key, key->pressure};
        NAME_add_event(m, &struck);
        if (key->pressure >= 0) NAME_add_event(m, &pressed);
    }
}

int instrument_room_for_events(const Instrument *m) {
    return m->voices.event_room - m->voices.nevents;
}

/* ---- what is held -------------------------------------------------------------------------------------- */

void keyboard_begin(KnKeyboard *board) {
    kn_keyboard_begin(board);
}

void keyboard_hear(KnKeyboard *board, const KnEvent *event) {
    kn_keyboard_hear(board, event);
}

double keyboard_bend(const KnKeyboard *board, int channel) {
    return kn_bend_of(board, channel);
}

double controlled_param(const ParamInfo *param, double value) {
    return kn_controlled(param->min, param->max, param->log, value);
}
