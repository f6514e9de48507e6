/* A program that is heard in somebody else's host while its file is edited.
 * In: a path, saves of its file, knobs. Out: a live run that plays it, and notices.
 *
 * One thread looks every 5 ms: the audio thread must not wake it, which would be a system call. What it does, and what other threads of
 * the host ask for, is done under one lock, of which the audio thread knows nothing: to it lead atomic numbers and two letters. */
#include "lv2/conductor.h"
#include "play/watcher.h"

#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

struct Conductor {
    Listener listener;
    pthread_t thread;
    pthread_mutex_t lock;
    atomic_bool ends;

    /* under the lock */
    KnCompiler *compiler;
    MemoryOwner
        watching; /* of the watcher; not enough memory: there is none, and saves are not seen */
    Watcher *watcher;
    bool begun, told;
    Notice notice; /* the last */

    /* between this thread and the audio thread */
    KnLive
        *live; /* another one in conductor_begin and conductor_load only, while nobody processes */
    _Atomic float position[LIVE_KNOBS]; /* NaN: not told yet */
    _Atomic unsigned turned, moved;     /* bits of knobs */
    atomic_int latency;
    atomic_bool again;
    /* letters: who writes finds them empty, who reads finds them full */
    atomic_bool asked, shown;
    char wanted[LIVE_PATH];
    Notice letter;
};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* ---- notices ------------------------------------------------------------------------------------------ */

static void tell(Conductor *c, bool is_error, const char *fmt, ...) KN_PRINTF(3, 4);
static void tell(Conductor *c, bool is_error, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    vsnprintf(c->notice.words, sizeof c->notice.words, fmt, args);
    va_end(args);
    c->notice.is_error = is_error;
    c->told = false;
    c->listener.hear(c->listener.context, &c->notice);
}

/* As soon as the last one was shown. */
static void send_notice(Conductor *c) {
    if (atomic_exchange(&c->again, false)) c->told = false;
    if (c->told || atomic_load(&c->shown)) return;
    c->letter = c->notice;
    c->told = true;
    atomic_store(&c->shown, true);
}

/* ---- knobs -------------------------------------------------------------------------------------------- */

/* Where a knob stands, in the range of its param: in octaves where that is logarithmic, at one of its steps. */
static double value_of_knob(const KnProgram *program, int param, double position) {
    const double min = kn_program_param_min(program, param),
                 max = kn_program_param_max(program, param),
                 step = kn_program_param_step(program, param);
    const double x = fmin(fmax(position, 0), 1);
    const bool octaves = kn_program_param_log(program, param) && min > 0;
    double value = octaves ? min * pow(max / min, x) : min + (max - min) * x;
    if (step > 0) value = min + step * nearbyint((value - min) / step);
    return fmin(fmax(value, min), max);
}

/* A param whose knob was never turned begins where the program says; one that a controller turns is left to that. */
static void follow_knobs(Conductor *c, unsigned which) {
    const KnProgram *program = kn_live_program(c->live);
    const unsigned turned = atomic_load(&c->turned);
    const int params = kn_program_params(program);
    for (int i = 0; i < LIVE_KNOBS && i < params; i++) {
        const double position = (double)atomic_load(&c->position[i]);
        if (!(which & 1u << i)) continue;
        if ((turned & 1u << i) && !isnan(position))
            kn_live_set(c->live, i, value_of_knob(program, i, position));
        else if (kn_program_param_controller(program, i) < 0)
            kn_live_set(c->live, i, kn_program_param_initial(program, i));
    }
}

/* ---- loading ------------------------------------------------------------------------------------------ */

enum { MOST_FILES = 4096 };

typedef struct Following {
    Conductor *c;
    struct timespec since;
} Following;

static void follow_files(void *data) {
    const Following *f = data;
    Conductor *c = f->c;
    const char **files = calloc(MOST_FILES, sizeof *files);
    int n = 0;
    files[n++] = c->notice.path;
    for (int i = 0; i < kn_compiler_file_count(c->compiler) && n < MOST_FILES; i++)
        files[n++] = kn_compiler_file(c->compiler, i);
    if (!c->watcher) c->watcher = watcher_create();
    watcher_follow(c->watcher, files, n, f->since);
    free(files);
}

static void follow(Conductor *c, struct timespec since) {
    Following f = {c, since};
    if (memory_guard(&c->watching, follow_files, &f)) return;
    c->watcher = NULL;
    memory_release(&c->watching);
}

static bool replace(Conductor *c, KnProgram *program) {
    if (c->begun) return kn_live_replace(c->live, program, -1);
    KnLive *live = kn_live_create_channels(program, 32, 1, LIVE_CHANNELS, LIVE_CHANNELS);
    if (!live) return false;
    kn_live_free(c->live);
    c->live = live;
    return true;
}

typedef struct Telling {
    Conductor *c;
    const KnProgram *program;
    char *words;
} Telling;

static void describe(void *data) {
    const Telling *t = data;
    const KnProgram *program = t->program;
    Buf line = {0};
    const int params = kn_program_params(program);
    for (int i = 0; i < params && i < LIVE_KNOBS; i++)
        buf_printf(&line, "%s%d %s", i ? ", " : "; knobs: ", i + 1,
                   kn_program_param_name(program, i));
    if (kn_program_is_instrument(program)) buf_puts(&line, "; plays MIDI");
    snprintf(t->words, LIVE_WORDS / 2, "%s", line.data ? line.data : "");
    buf_free(&line);
}

static void tell_success(Conductor *c, const KnProgram *program) {
    char words[LIVE_WORDS / 2] = "";
    Telling t = {c, program, words};
    MemoryOwner memory = {0};
    memory_guard(&memory, describe, &t);
    memory_release(&memory);
    const char *messages = kn_compiler_messages(c->compiler); /* warnings */
    tell(c, false, "%.900s plays%s%s%s", c->notice.path, words, *messages ? "\n" : "", messages);
}

/* What was read while somebody wrote again is half of something: the next save is near. */
static void compile(Conductor *c, bool may_be_half) {
    const struct timespec since = watcher_clock();
    KnProgram *program = kn_compile_file(c->compiler, c->notice.path);
    follow(c, since);
    if (may_be_half && c->watcher && !watcher_is_quiet(c->watcher, now())) {
        kn_program_free(program);
        return;
    }
    if (!program)
        tell(c, true, "%s", kn_compiler_messages(c->compiler));
    else if (!replace(c, program))
        tell(c, true,
             "%s cannot be played: it has more than 64 channels, or there is not enough memory",
             c->notice.path);
    else {
        atomic_store(&c->latency, kn_program_latency(program));
        follow_knobs(c, ~0u);
        tell_success(c, program);
    }
    kn_program_free(program);
}

static void load(Conductor *c, const char *path) {
    snprintf(c->notice.path, sizeof c->notice.path, "%s", path);
    compile(c, false);
}

/* ---- the thread ---------------------------------------------------------------------------------------- */

static void look(Conductor *c) {
    if (atomic_load(&c->asked)) {
        load(c, c->wanted);
        atomic_store(&c->asked, false);
    }
    if (c->watcher && watcher_settled(c->watcher, now())) compile(c, true);
    follow_knobs(c, atomic_exchange(&c->moved, 0));
    kn_live_collect(c->live);
    send_notice(c);
}

static void *conduct(void *conductor) {
    Conductor *c = conductor;
    const struct timespec pause = {.tv_nsec = 5000000};
    while (!atomic_load(&c->ends)) {
        pthread_mutex_lock(&c->lock);
        look(c);
        pthread_mutex_unlock(&c->lock);
        nanosleep(&pause, NULL);
    }
    return NULL;
}

/* Signals are for the host's threads. */
static bool start_thread(Conductor *c) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const bool started = pthread_create(&c->thread, NULL, conduct, c) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

/* ---- from other threads of the host --------------------------------------------------------------------- */

static bool begin_silent(Conductor *c, double rate) {
    c->compiler = kn_compiler_create();
    if (!c->compiler || !kn_compiler_set_rate(c->compiler, rate)) return false;
    KnProgram *program = kn_compile_expression(c->compiler, "0");
    if (program) c->live = kn_live_create_channels(program, 32, 1, LIVE_CHANNELS, LIVE_CHANNELS);
    kn_program_free(program);
    return c->live != NULL;
}

Conductor *conductor_create(double rate, Listener listener) {
    Conductor *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    c->listener = listener;
    c->told = true;
    for (int i = 0; i < LIVE_KNOBS; i++)
        atomic_init(&c->position[i], NAN);
    pthread_mutex_init(&c->lock, NULL);
    if (begin_silent(c, rate) && start_thread(c)) return c;
    kn_live_free(c->live);
    kn_compiler_free(c->compiler);
    pthread_mutex_destroy(&c->lock);
    free(c);
    return NULL;
}

static void end_watching(void *conductor) {
    watcher_free(((Conductor *)conductor)->watcher);
}

void conductor_free(Conductor *c) {
    atomic_store(&c->ends, true);
    pthread_join(c->thread, NULL);
    if (c->watcher) memory_guard(&c->watching, end_watching, c);
    memory_release(&c->watching);
    kn_live_free(c->live);
    kn_compiler_free(c->compiler);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

void conductor_begin(Conductor *c) {
    pthread_mutex_lock(&c->lock);
    if (kn_live_frame(c->live) > 0) {
        c->begun = false;
        replace(c, kn_live_program(c->live));
    }
    follow_knobs(c, ~0u);
    c->begun = true;
    pthread_mutex_unlock(&c->lock);
}

void conductor_end(Conductor *c) {
    pthread_mutex_lock(&c->lock);
    c->begun = false;
    pthread_mutex_unlock(&c->lock);
}

void conductor_load(Conductor *c, const char *path) {
    pthread_mutex_lock(&c->lock);
    load(c, path);
    pthread_mutex_unlock(&c->lock);
}

void conductor_path(Conductor *c, char path[LIVE_PATH]) {
    pthread_mutex_lock(&c->lock);
    snprintf(path, LIVE_PATH, "%s", c->notice.path);
    pthread_mutex_unlock(&c->lock);
}

unsigned conductor_turned(const Conductor *c) {
    return atomic_load(&c->turned);
}

void conductor_set_turned(Conductor *c, unsigned turned) {
    pthread_mutex_lock(&c->lock);
    atomic_store(&c->turned, turned);
    follow_knobs(c, ~0u);
    pthread_mutex_unlock(&c->lock);
}

void conductor_follow_now(Conductor *c) {
    pthread_mutex_lock(&c->lock);
    follow_knobs(c, atomic_exchange(&c->moved, 0));
    pthread_mutex_unlock(&c->lock);
}

/* ---- the audio thread ------------------------------------------------------------------------------------ */

KnLive *conductor_live(const Conductor *c) {
    return c->live;
}

void conductor_turn(Conductor *c, int knob, float position, bool turned) {
    atomic_store(&c->position[knob], position);
    if (turned) atomic_fetch_or(&c->turned, 1u << knob);
    atomic_fetch_or(&c->moved, 1u << knob);
}

bool conductor_ask(Conductor *c, const char *path, size_t length) {
    if (atomic_load(&c->asked)) return false;
    memcpy(c->wanted, path, length);
    c->wanted[length] = 0;
    atomic_store(&c->asked, true);
    return true;
}

const Notice *conductor_notice(Conductor *c) {
    return atomic_load(&c->shown) ? &c->letter : NULL;
}

void conductor_noticed(Conductor *c) {
    atomic_store(&c->shown, false);
}

void conductor_tell_again(Conductor *c) {
    atomic_store(&c->again, true);
}

int conductor_latency(const Conductor *c) {
    return atomic_load(&c->latency);
}
