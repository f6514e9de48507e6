/* The second tier: what runs as kernel calls is compiled by the machine's C compiler meanwhile.
 * In: a voice. Out: better code for it, with the same state.
 *
 * One thread, started when there is something to do for the first time, of low priority as is the
 * compiler it starts. A new job ends the one before: its program is obsolete. */
#include "api/live.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { NICENESS = 10 };

typedef struct Job {
    Voice *voice; /* whose code is wanted; NULL: nobody's any more */
    MemoryOwner memory;
    EmitResult source;
    CcChild child;
    double rate;
    CcProgram *program;
    bool done;
} Job;

struct Optimizer {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t thread;
    bool started, on, ending;
    Job *waiting, *running;
};

static void look_for_compiler(void *found) {
    *(bool *)found = cc_available();
}

/* False, too, when there is no memory to look for it. */
static bool has_compiler(void) {
    MemoryOwner memory = {0};
    bool found = false, enough = memory_guard(&memory, look_for_compiler, &found);
    memory_release(&memory);
    return enough && found;
}

Optimizer *optimizer_create(void) {
    Optimizer *o = calloc(1, sizeof *o);
    if (!o) return NULL;
    pthread_mutex_init(&o->lock, NULL);
    pthread_cond_init(&o->changed, NULL);
    o->on = has_compiler();
    return o;
}

static void job_free(Job *job) {
    if (!job) return;
    memory_release(&job->memory);
    free(job->program);
    free(job);
}

/* With the lock held. What runs is freed by its thread. */
static void cancel(Optimizer *o) {
    job_free(o->waiting);
    o->waiting = NULL;
    if (!o->running) return;
    o->running->voice = NULL;
    cc_cancel(&o->running->child);
}

/* ---- the thread -------------------------------------------------------------------------------------- */

/* Code is brought into memory by a first run, with nothing at stake. */
static void rehearse(const Job *job) {
    static const float silence[PIECE];
    const float *inputs[MOST_CHANNELS];
    float dropped[PIECE], *outputs[MOST_CHANNELS];
    for (int k = 0; k < MOST_CHANNELS; k++) {
        inputs[k] = silence;
        outputs[k] = dropped;
    }
    void *state = aligned_alloc(KN_INSTANCE_ALIGNMENT,
                                (job->program->state_size / KN_INSTANCE_ALIGNMENT + 1) *
                                    KN_INSTANCE_ALIGNMENT);
    if (job->program->init(state, job->rate)) job->program->process(state, inputs, outputs, PIECE);
    free(state);
}

static void build(void *data) {
    Job *job = data;
    EngineError error;
    bool built = cc_source_build(&job->source, &job->child, job->program, &error);
    if (!built) return;
    job->done = true;
    rehearse(job);
}

/* With the lock held, given up while the compiler is at work. */
static void work(Optimizer *o, Job *job) {
    o->running = job;
    pthread_mutex_unlock(&o->lock);
    memory_guard(&job->memory, build, job);
    pthread_mutex_lock(&o->lock);
    o->running = NULL;
    if (job->done && job->voice) {
        atomic_store(&job->voice->faster, job->program);
        job->program = NULL; /* the voice's now */
    } else if (job->done) {
        cc_program_unload(job->program);
    }
    job_free(job);
}

static void *run(void *data) {
    HOLD_FLOAT_MODE;
    Optimizer *o = data;
    setpriority(PRIO_PROCESS, (id_t)gettid(), NICENESS);
    pthread_mutex_lock(&o->lock);
    while (!o->ending) {
        Job *job = o->waiting;
        o->waiting = NULL;
        if (job)
            work(o, job);
        else
            pthread_cond_wait(&o->changed, &o->lock);
    }
    pthread_mutex_unlock(&o->lock);
    return NULL;
}

/* ---- jobs -------------------------------------------------------------------------------------------- */

static Job *job_create(Voice *voice) {
    Job *job = calloc(1, sizeof *job);
    if (!job) return NULL;
    job->voice = voice;
    job->rate = kn_program_rate(voice->program);
    job->program = calloc(1, sizeof *job->program);
    if (job->program && program_emit_c(voice->program, &job->memory, &job->source)) return job;
    job_free(job);
    return NULL;
}

/* The host's signals are none of its business. */
static bool start_thread(Optimizer *o) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&o->thread, NULL, run, o) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

void optimizer_begin(Optimizer *o, Voice *voice) {
    bool jit = strcmp(kn_program_engine(voice->program), "jit") == 0;
    pthread_mutex_lock(&o->lock);
    cancel(o);
    bool wanted = o->on && jit && !atomic_load(&voice->faster);
    pthread_mutex_unlock(&o->lock);
    Job *job = wanted ? job_create(voice) : NULL;
    if (!job) return;
    pthread_mutex_lock(&o->lock);
    if (!o->started) o->started = start_thread(o);
    o->waiting = job;
    pthread_cond_signal(&o->changed);
    pthread_mutex_unlock(&o->lock);
}

void optimizer_set(Optimizer *o, bool on) {
    pthread_mutex_lock(&o->lock);
    o->on = on && has_compiler();
    if (!o->on) cancel(o);
    pthread_mutex_unlock(&o->lock);
}

void optimizer_forget(Optimizer *o, const Voice *voice) {
    if (!o) return;
    pthread_mutex_lock(&o->lock);
    bool waits = o->waiting && o->waiting->voice == voice,
         runs = o->running && o->running->voice == voice;
    if (waits || runs) cancel(o);
    pthread_mutex_unlock(&o->lock);
}

void optimizer_cancel(Optimizer *o) {
    if (!o) return;
    pthread_mutex_lock(&o->lock);
    cancel(o);
    pthread_mutex_unlock(&o->lock);
}

void optimizer_free(Optimizer *o) {
    if (!o) return;
    pthread_mutex_lock(&o->lock);
    cancel(o);
    o->ending = true;
    pthread_cond_signal(&o->changed);
    pthread_mutex_unlock(&o->lock);
    if (o->started) pthread_join(o->thread, NULL);
    pthread_cond_destroy(&o->changed);
    pthread_mutex_destroy(&o->lock);
    free(o);
}
