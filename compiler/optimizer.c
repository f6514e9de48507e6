/* The second tier: what runs as kernel calls is compiled by the machine's C compiler meanwhile.
 * In: a voice. Out: better code for it, with the same state.
 *
 * One thread, started when there is something to do for the first time, of low priority as is the
 * compiler it starts. A new job ends the old one: its program is obsolete. */
#include "live.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { NICENESS = 10 };

struct Optimizer {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t thread;
    bool started, on, ending;
    Voice *voice; /* whose code is wanted; NULL: nothing to do */
    EmitResult source;
    CcChild *child; /* of the job at work, NULL: none */
};

Optimizer *optimizer_create(void) {
    Optimizer *o = calloc(1, sizeof *o);
    if (!o) return NULL;
    pthread_mutex_init(&o->lock, NULL);
    pthread_cond_init(&o->changed, NULL);
    o->on = cc_available();
    return o;
}

static void drop_source(EmitResult *source) {
    buf_free(&source->source);
    buf_free(&source->header);
    memset(source, 0, sizeof *source);
}

/* With the lock held. */
static void cancel(Optimizer *o) {
    o->voice = NULL;
    drop_source(&o->source);
    if (o->child) cc_cancel(o->child);
}

/* ---- the thread -------------------------------------------------------------------------------------- */

/* Compiles `source` for a voice, with the lock given up meanwhile. */
static void work(Optimizer *o, Voice *voice, EmitResult *source) {
    CcChild child = {0};
    EngineError error;
    CcProgram *program = calloc(1, sizeof *program);
    o->child = &child;
    pthread_mutex_unlock(&o->lock);
    bool done = program && cc_source_build(source, &child, program, &error);
    pthread_mutex_lock(&o->lock);
    o->child = NULL;
    if (done && o->voice == voice && !atomic_load(&child.cancelled)) {
        atomic_store(&voice->faster, program);
        o->voice = NULL;
        return;
    }
    if (done) cc_program_unload(program);
    free(program);
    if (o->voice == voice) o->voice = NULL;
}

static void *run(void *data) {
    Optimizer *o = data;
    setpriority(PRIO_PROCESS, (id_t)gettid(), NICENESS);
    pthread_mutex_lock(&o->lock);
    while (!o->ending) {
        if (!o->voice || !o->source.source.data) {
            pthread_cond_wait(&o->changed, &o->lock);
            continue;
        }
        EmitResult source = o->source;
        memset(&o->source, 0, sizeof o->source);
        work(o, o->voice, &source);
        drop_source(&source);
    }
    pthread_mutex_unlock(&o->lock);
    return NULL;
}

/* ---- jobs -------------------------------------------------------------------------------------------- */

void optimizer_begin(Optimizer *o, Voice *voice) {
    EmitResult source = {0};
    EngineError error;
    bool jit = strcmp(kn_program_engine(voice->program), "jit") == 0;
    pthread_mutex_lock(&o->lock);
    cancel(o);
    bool wanted = o->on && jit && !atomic_load(&voice->faster);
    pthread_mutex_unlock(&o->lock);
    if (!wanted || !program_emit_c(voice->program, &source, &error)) {
        drop_source(&source);
        return;
    }
    pthread_mutex_lock(&o->lock);
    if (!o->started) o->started = pthread_create(&o->thread, NULL, run, o) == 0;
    o->voice = voice;
    o->source = source;
    pthread_cond_signal(&o->changed);
    pthread_mutex_unlock(&o->lock);
}

void optimizer_set(Optimizer *o, bool on) {
    pthread_mutex_lock(&o->lock);
    o->on = on && cc_available();
    if (!o->on) cancel(o);
    pthread_mutex_unlock(&o->lock);
}

void optimizer_forget(Optimizer *o, const Voice *voice) {
    if (!o) return;
    pthread_mutex_lock(&o->lock);
    if (o->voice == voice) cancel(o);
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
