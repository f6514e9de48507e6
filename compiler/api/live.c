/* A program that is replaced while it sounds: kn_live_… of kanon.h, but for kn_live_process.
 * In: programs and values of params, from control threads. Out: voices for the audio thread, made ready as
 * far as can be done before it has them. A voice is one running program. */
#include "api/live.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double usual_fade = 0.01, longest_fade = 10;

/* ---- voices -------------------------------------------------------------------------------------- */

static void voice_free(Voice *v) {
    while (v) {
        Voice *rest = v->before;
        optimizer_forget(v->live->optimizer, v);
        kn_instance_free(v->instance);
        kn_program_free(v->program);
        const CcProgram *faster = atomic_load(&v->faster);
        if (faster) {
            cc_program_unload((CcProgram *)faster);
            free((CcProgram *)faster);
        }
        memory_release(&v->memory);
        free(v->params);
        free(v->touched);
        free(v->moves);
        free(v->slots);
        free(v->set_at);
        free(v->bound);
        free(v);
        v = rest;
    }
}

static void map_state(void *voice) {
    Voice *v = voice;
    v->map = engine_state_map(v->program->engine);
    v->notes_map = engine_notes_map(v->program->engine);
    v->told.n = v->map ? 2 * v->map->nphases : 0;
    v->told.words = alloc_zeroed((size_t)v->told.n + 1, sizeof *v->told.words);
}

/* ---- names of params, as all programs of the run have them ---------------------------------------- */

/* -1: there is no memory. */
static int slot_of(KnLive *l, const char *name) {
    for (int i = 0; i < l->nslots; i++)
        if (strcmp(l->slots[i].name, name) == 0) return i;
    if (l->nslots == l->slots_cap) {
        const int cap = 2 * l->slots_cap + 16;
        LiveSlot *more = realloc(l->slots, sizeof *more * (size_t)cap);
        if (!more) return -1;
        l->slots = more;
        l->slots_cap = cap;
    }
    char *copy = malloc(strlen(name) + 1);
    if (!copy) return -1;
    memcpy(copy, name, strlen(name) + 1);
    l->slots[l->nslots] = (LiveSlot){copy, -1};
    return l->nslots++;
}

static void slots_free(KnLive *l) {
    for (int i = 0; i < l->nslots; i++)
        free(l->slots[i].name);
    free(l->slots);
}

static bool find_slots(KnLive *l, Voice *v) {
    for (int p = 0; p < kn_program_params(v->program); p++) {
        v->slots[p] = slot_of(l, kn_program_param_name(v->program, p));
        if (v->slots[p] < 0) return false;
        atomic_store(&v->bound[p], l->slots[v->slots[p]].bound);
    }
    return true;
}

/* Pieces of a block that threads compute of one note after the other. */
enum { SHARED_AHEAD = 256, MOST_THREADS = 64 };

static bool share_notes(const KnLive *l, const Voice *v) {
    Instrument *m = live_instrument(v);
    const Sharing by = {claim_pool_run, l->pool, l->threads, SHARED_AHEAD};
    return !m || !l->pool || instrument_share_by(m, &by);
}

static Voice *voice_create(KnLive *l, KnProgram *program) {
    Voice *v = calloc(1, sizeof *v);
    if (!v) return NULL;
    int n = kn_program_params(program);
    v->live = l;
    v->program = kn_program_retain(program);
    v->instance = kn_instance_create_voices(program, l->voices);
    v->params = calloc((size_t)n + 1, sizeof *v->params);
    v->touched = calloc((size_t)n + 1, sizeof *v->touched);
    v->moves = calloc((size_t)n + 1, sizeof *v->moves);
    v->slots = calloc((size_t)n + 1, sizeof *v->slots);
    v->set_at = calloc((size_t)n + 1, sizeof *v->set_at);
    v->bound = calloc((size_t)n + 1, sizeof *v->bound);
    if (!v->instance || !v->params || !v->touched || !v->moves || !v->slots || !v->set_at ||
        !v->bound || !find_slots(l, v) || !share_notes(l, v)) {
        voice_free(v);
        return NULL;
    }
    for (int p = 0; p < n; p++)
        atomic_store(&v->params[p], kn_program_param_initial(program, p));
    if (!memory_guard(&v->memory, map_state, v)) {
        voice_free(v);
        return NULL;
    }
    return v;
}

/* Of controllers only those that move from now on turn it. */
static void set_param(Voice *v, int p, double value) {
    const double low = kn_program_param_min(v->program, p),
                 high = kn_program_param_max(v->program, p);
    atomic_store(&v->moves[p], atomic_load(&v->live->notes.moves));
    atomic_store(&v->params[p], value < low ? low : value > high ? high : value);
    atomic_store(&v->touched[p], true);
}

/* Params that were turned keep their values. */
static void inherit_params(Voice *v, const Voice *from) {
    for (int p = 0; p < kn_program_params(v->program); p++) {
        int old = kn_program_param_index(from->program, kn_program_param_name(v->program, p));
        if (old >= 0 && atomic_load(&from->touched[old]))
            set_param(v, p, atomic_load(&from->params[old]));
    }
    atomic_store(&v->turns, 1);
}

/* A first run, with a note, brings code and tables into memory, where the audio thread then finds them. */
static void rehearse(Voice *v) {
    int channels = kn_program_outputs(v->program);
    float *room = calloc((size_t)channels * PIECE + 1, sizeof *room);
    float **outputs = calloc((size_t)channels + 1, sizeof *outputs);
    for (int k = 0; room && outputs && k < channels; k++)
        outputs[k] = room + k * PIECE;
    kn_instance_note_on(v->instance, 0, 0, 60, 1);
    if (room && outputs) kn_instance_process(v->instance, NULL, outputs, PIECE);
    kn_instance_reset(v->instance);
    free(room);
    free(outputs);
}

/* ---- control --------------------------------------------------------------------------------------- */

static void collect(KnLive *l) {
    Voice *retired = atomic_exchange(&l->retired, NULL);
    for (const Voice *gone = retired; gone; gone = gone->before)
        for (Voice *v = l->latest; v; v = v->base)
            if (v->base == gone) v->base = NULL;
    voice_free(retired);
}

static void scratch_free(KnLive *l) {
    free(l->room);
    free(l->copied);
    free(l->first);
    free(l->second);
}

/* Room for a piece of all inputs, and of the outputs of two voices with up to `channels` each. */
static bool scratch_create(KnLive *l) {
    size_t inputs = (size_t)l->inputs, outputs = (size_t)l->outputs,
           samples = (inputs + 2 * outputs + 1) * PIECE;
    l->room = malloc(samples * sizeof *l->room);
    l->copied = calloc(inputs + 1, sizeof *l->copied);
    l->first = calloc(outputs + 1, sizeof *l->first);
    l->second = calloc(outputs + 1, sizeof *l->second);
    if (!l->room || !l->copied || !l->first || !l->second) return false;
    for (size_t i = 0; i < samples; i++)
        l->room[i] = 1; /* so that the pages are there */
    for (size_t k = 0; k < inputs; k++)
        l->copied[k] = l->room + k * PIECE;
    for (size_t k = 0; k < outputs; k++) {
        l->first[k] = l->room + (inputs + k) * PIECE;
        l->second[k] = l->room + (inputs + outputs + k) * PIECE;
    }
    return true;
}

KnLive *kn_live_create(KnProgram *program) {
    return kn_live_create_voices(program, USUAL_VOICES);
}

KnLive *kn_live_create_voices(KnProgram *program, int voices) {
    return kn_live_create_threads(program, voices, 1);
}

KnLive *kn_live_create_threads(KnProgram *program, int voices, int threads) {
    return kn_live_create_channels(program, voices, threads, kn_program_inputs(program),
                                   kn_program_outputs(program));
}

KnLive *kn_live_create_channels(KnProgram *program, int voices, int threads, int inputs,
                                int outputs) {
    HOLD_FLOAT_MODE;
    const bool possible = program && program->engine && voices >= 1 && voices <= MOST_VOICES &&
                          threads >= 1 && threads <= MOST_THREADS && inputs >= 0 && outputs >= 1;
    KnLive *l = possible && stack_left() >= LEAST_STACK ? calloc(1, sizeof *l) : NULL;
    if (!l) return NULL;
    pthread_mutex_init(&l->lock, NULL);
    live_notes_begin(&l->notes);
    l->voices = voices;
    l->inputs = inputs;
    l->outputs = outputs;
    l->optimizer = optimizer_create();
    bool fits = inputs <= MOST_CHANNELS && outputs <= MOST_CHANNELS &&
                kn_program_inputs(program) <= MOST_CHANNELS &&
                kn_program_outputs(program) <= MOST_CHANNELS;
    l->threads = threads;
    if (threads > 1) l->pool = claim_pool_create(threads - 1, notes_room(MOST_VOICES));
    fits = fits && (threads == 1 || l->pool);
    l->playing = l->latest = fits && l->optimizer ? voice_create(l, program) : NULL;
    if (!l->playing || !scratch_create(l)) {
        kn_live_free(l);
        return NULL;
    }
    atomic_store(&l->engine, kn_program_engine(program));
    rehearse(l->playing);
    optimizer_begin(l->optimizer, l->latest);
    return l;
}

int kn_live_seek(KnLive *l, int64_t frame) {
    if (!l) return 0;
    pthread_mutex_lock(&l->lock);
    const bool replacing = atomic_load(&l->next) || atomic_load(&l->is_replacing);
    const bool done = !replacing && kn_instance_seek(l->playing->instance, frame);
    if (done) atomic_store(&l->frame, frame);
    if (done) live_notes_move(&l->notes, frame);
    pthread_mutex_unlock(&l->lock);
    return done;
}

void kn_live_free(KnLive *l) {
    if (!l) return;
    optimizer_cancel(l->optimizer);
    Voice *next = atomic_exchange(&l->next, NULL);
    voice_free(next);
    voice_free(l->playing);
    voice_free(l->fading);
    voice_free(l->upcoming);
    voice_free(l->spent);
    voice_free(atomic_load(&l->retired));
    memory_release(&l->report_memory[0]);
    memory_release(&l->report_memory[1]);
    optimizer_free(l->optimizer);
    claim_pool_free(l->pool);
    scratch_free(l);
    slots_free(l);
    pthread_mutex_destroy(&l->lock);
    free(l);
}

int kn_live_set_optimize(KnLive *l, int on) {
    HOLD_FLOAT_MODE;
    if (!l) return 0;
    pthread_mutex_lock(&l->lock);
    optimizer_set(l->optimizer, on != 0);
    if (on) optimizer_begin(l->optimizer, l->latest);
    pthread_mutex_unlock(&l->lock);
    return 1;
}

static const StateMatch *match_maps(const StateMap *from, const StateMap *to) {
    static const StateMap nothing;
    return state_match(from ? from : &nothing, to ? to : &nothing);
}

static void match_states(void *voice) {
    Voice *v = voice;
    const StateMatch *match = match_maps(v->base->map, v->map);
    uint64_t *words = alloc_zeroed(state_moving_words(match) + 1, sizeof *words);
    Instrument *m = live_instrument(v), *from = live_instrument(v->base);
    state_moving_begin(&v->moving, match, words);
    v->same = alloc_zeroed((size_t)kn_program_params(v->program) + 1, sizeof *v->same);
    for (int p = 0; p < kn_program_params(v->program); p++)
        v->same[p] = kn_program_param_index(v->base->program, kn_program_param_name(v->program, p));
    v->succession = NULL;
    if (m && from)
        v->succession = succession_create(m, from, match_maps(v->base->notes_map, v->notes_map));
}

static bool match_voices(Voice *v) {
    return memory_guard(&v->memory, match_states, v);
}

typedef struct Reporting {
    const Voice *voice;
    const StateMatch *report, *notes;
} Reporting;

static void match_once_more(void *data) {
    Reporting *r = data;
    const Voice *v = r->voice;
    r->report = match_maps(v->base->map, v->map);
    r->notes = match_maps(v->base->notes_map, v->notes_map);
}

/* The same once more, for longer than the voice lives. False: no memory, and the last one stays. */
static bool make_report(KnLive *l, const Voice *v) {
    Reporting r = {v, NULL, NULL};
    MemoryOwner *memory = &l->report_memory[1 - l->report_half];
    if (!memory_guard(memory, match_once_more, &r)) {
        memory_release(memory);
        return false;
    }
    memory_release(&l->report_memory[l->report_half]);
    l->report_half = 1 - l->report_half;
    l->report = r.report;
    l->notes_report = r.notes;
    return true;
}

/* The phases of a voice as the audio thread last told them. False: it has told none, or tells them in
 * this moment, at every attempt. */
static bool read_phases(Voice *v, uint64_t *words) {
    for (int attempt = 0; attempt < 1000; attempt++) {
        unsigned version = atomic_load(&v->told.version);
        for (int i = 0; i < v->told.n; i++)
            words[i] = atomic_load(&v->told.words[i]);
        if (version % 2 == 0 && version == atomic_load(&v->told.version)) return version > 0;
    }
    return false;
}

/* Ready to go on about where the audio thread is now, with its params as they were turned. False: no
 * memory. */
static bool make_ready(KnLive *l, Voice *v) {
    uint64_t *words = calloc((size_t)v->base->told.n + 1, sizeof *words);
    if (!words) return false;
    for (int p = 0; p < kn_program_params(v->program); p++)
        kn_instance_set(v->instance, p, atomic_load(&v->params[p]));
    instance_prepare(instance_behind(v->instance), atomic_load(&l->frame), &v->moving,
                     read_phases(v->base, words) ? words : NULL);
    free(words);
    return true;
}

static int fade_frames(const KnProgram *program, double fade) {
    double seconds = fade < 0 || fade != fade ? usual_fade
                     : fade > longest_fade    ? longest_fade
                                              : fade;
    int frames = (int)rint(seconds * kn_program_rate(program));
    return frames < 1 ? 1 : frames;
}

/* Puts it in the place of `waiting`, which was taken back, or NULL. False, and nothing has changed, when
 * there is no memory. */
static bool give(KnLive *l, Voice *v, Voice *waiting) {
    v->base = waiting ? waiting->base : l->latest;
    if (!match_voices(v) || !make_ready(l, v) || !make_report(l, v)) {
        if (waiting) atomic_store(&l->next, waiting);
        return false;
    }
    l->latest = v;
    voice_free(waiting);
    atomic_store(&l->next_at, atomic_load(&v->at));
    atomic_store(&l->next, v);
    optimizer_begin(l->optimizer, v);
    return true;
}

static bool replace(KnLive *l, KnProgram *program, double fade, int64_t at) {
    bool fits = kn_program_rate(program) == kn_program_rate(l->latest->program) &&
                kn_program_outputs(program) <= MOST_CHANNELS &&
                kn_program_inputs(program) <= MOST_CHANNELS;
    Voice *v = fits ? voice_create(l, program) : NULL;
    if (!v) return false;
    inherit_params(v, l->latest); /* its params were turned last */
    rehearse(v);
    v->fade = fade_frames(program, fade);
    atomic_store(&v->at, at);
    if (give(l, v, atomic_exchange(&l->next, NULL))) return true;
    voice_free(v);
    return false;
}

int kn_live_replace(KnLive *l, KnProgram *program, double fade) {
    return kn_live_replace_at(l, program, fade, 0);
}

int kn_live_replace_at(KnLive *l, KnProgram *program, double fade, int64_t frame) {
    HOLD_FLOAT_MODE;
    if (!l || !program || !program->engine || stack_left() < LEAST_STACK) return 0;
    pthread_mutex_lock(&l->lock);
    collect(l);
    bool done = replace(l, program, fade, frame);
    pthread_mutex_unlock(&l->lock);
    return done;
}

void kn_live_hurry(KnLive *l) {
    if (!l) return;
    pthread_mutex_lock(&l->lock);
    atomic_store(&l->latest->at, 0);
    atomic_store(&l->next_at, 0);
    pthread_mutex_unlock(&l->lock);
}

int kn_live_set_voices(KnLive *l, int voices) {
    if (!l || voices < 1 || voices > MOST_VOICES) return 0;
    pthread_mutex_lock(&l->lock);
    l->voices = voices;
    pthread_mutex_unlock(&l->lock);
    return 1;
}

int kn_live_is_replacing(KnLive *l) {
    if (!l) return 0;
    pthread_mutex_lock(
        &l->lock); /* `next` is empty for a moment while one is put in another's place */
    bool waits = atomic_load(&l->next) != NULL, begun = atomic_load(&l->is_replacing);
    pthread_mutex_unlock(&l->lock);
    return waits || begun;
}

void kn_live_collect(KnLive *l) {
    if (!l) return;
    pthread_mutex_lock(&l->lock);
    collect(l);
    pthread_mutex_unlock(&l->lock);
}

/* ---- the report, params ------------------------------------------------------------------------------ */

int kn_live_report_count(KnLive *l) {
    if (!l) return 0;
    pthread_mutex_lock(&l->lock);
    int n = l->report ? l->report->nreports + l->notes_report->nreports : 0;
    pthread_mutex_unlock(&l->lock);
    return n;
}

static StateReport report_at(KnLive *l, int index) {
    StateReport r = {NULL, STATE_GOES_ON};
    pthread_mutex_lock(&l->lock);
    int n = l->report ? l->report->nreports : 0, more = l->report ? l->notes_report->nreports : 0;
    if (index >= 0 && index < n) r = l->report->reports[index];
    if (index >= n && index < n + more) r = l->notes_report->reports[index - n];
    pthread_mutex_unlock(&l->lock);
    return r;
}

const char *kn_live_report_path(KnLive *l, int index) {
    return l ? report_at(l, index).path : NULL;
}

int kn_live_report_fate(KnLive *l, int index) {
    return l ? (int)report_at(l, index).fate : 0;
}

static void turn(Voice *v, int param, double value) {
    set_param(v, param, value);
    atomic_fetch_add(&v->turns, 1);
}

/* What the new program replaces is heard until that one begins, and while it fades: its param of that name
 * is turned too, as long as it is there. */
void kn_live_set(KnLive *l, int param, double value) {
    HOLD_FLOAT_MODE;
    if (!l || value != value) return;
    pthread_mutex_lock(&l->lock);
    collect(l);
    const char *name = kn_program_param_name(l->latest->program, param);
    for (Voice *v = l->latest; name && v; v = v->base) {
        int same = kn_program_param_index(v->program, name);
        if (same >= 0) turn(v, same, value);
    }
    pthread_mutex_unlock(&l->lock);
}

int kn_live_set_at(KnLive *l, int64_t frame, int param, double value) {
    if (!l) return 0;
    pthread_mutex_lock(&l->lock);
    const bool there = param >= 0 && param < kn_program_params(l->latest->program);
    const bool done = there && live_notes_set(l, frame, l->latest->slots[param], value);
    pthread_mutex_unlock(&l->lock);
    return done;
}

/* Voices that are about to go are told as well, until they are freed. */
static bool bind(KnLive *l, const char *param, int controller) {
    const int slot = slot_of(l, param);
    if (slot < 0) return false;
    l->slots[slot].bound = controller;
    for (Voice *v = l->latest; v; v = v->base)
        for (int p = 0; p < kn_program_params(v->program); p++)
            if (v->slots[p] == slot) atomic_store(&v->bound[p], controller);
    return true;
}

int kn_live_bind(KnLive *l, const char *param, int controller) {
    if (!l || !param || controller < -1 || controller >= CONTROLLERS) return 0;
    pthread_mutex_lock(&l->lock);
    collect(l);
    const bool done = bind(l, param, controller);
    pthread_mutex_unlock(&l->lock);
    return done;
}

int kn_live_bound(KnLive *l, int param) {
    if (!l) return -1;
    pthread_mutex_lock(&l->lock);
    const Voice *v = l->latest;
    const bool there = param >= 0 && param < kn_program_params(v->program);
    const int bound = there ? atomic_load(&v->bound[param]) : -1;
    pthread_mutex_unlock(&l->lock);
    return bound;
}

double kn_live_get(KnLive *l, int param) {
    if (!l) return 0;
    pthread_mutex_lock(&l->lock);
    Voice *v = l->latest;
    bool there = param >= 0 && param < kn_program_params(v->program);
    double value = there ? atomic_load(&v->params[param]) : 0;
    pthread_mutex_unlock(&l->lock);
    return value;
}

KnProgram *kn_live_program(KnLive *l) {
    if (!l) return NULL;
    pthread_mutex_lock(&l->lock);
    KnProgram *program = l->latest->program;
    pthread_mutex_unlock(&l->lock);
    return program;
}

int64_t kn_live_frame(const KnLive *l) {
    return l ? atomic_load(&l->frame) : 0;
}

const char *kn_live_engine(KnLive *l) {
    return l ? atomic_load(&l->engine) : NULL;
}
