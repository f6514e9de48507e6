/* What is played, on its way into a file.
 * In: blocks, from the audio thread. Out: frames in order, to a sink that may be slow.
 *
 * The ring holds chunks: a head of two words, how many frames were lost before it and how many it has, and their samples, interleaved.
 * One thread writes it and moves `written`, one reads it and moves `read`; both count words and never go back. */
#include "play/recorder.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

enum { HEAD = 2, AT_ONCE = 4096 }; /* words; frames that the sink gets */

struct Recorder {
    int channels;
    size_t size; /* words, a power of two */
    uint32_t *ring;
    _Atomic size_t written, read;
    _Atomic int64_t lost;
    atomic_bool ending, failed;
    uint32_t owed; /* frames lost since the last chunk; the audio thread's own */
    RecorderSink sink;
    EngineError why; /* complete when `failed` is told */
    float *frames;   /* AT_ONCE of them, for the sink */
    pthread_t thread;
};

static uint32_t *word_at(Recorder *r, size_t at) {
    return &r->ring[at & (r->size - 1)];
}

/* ---- the audio thread ---------------------------------------------------------------------------- */

static void lose(Recorder *r, int frames) {
    r->owed += (uint32_t)frames;
    atomic_store(&r->lost, atomic_load(&r->lost) + frames);
}

void recorder_take(Recorder *r, float *const *channels, int frames) {
    size_t at = atomic_load_explicit(&r->written, memory_order_relaxed);
    const size_t wanted = HEAD + (size_t)frames * (size_t)r->channels,
                 used = at - atomic_load_explicit(&r->read, memory_order_acquire);
    if (frames < 1) return;
    if (wanted > r->size - used) {
        lose(r, frames);
        return;
    }
    *word_at(r, at++) = r->owed;
    *word_at(r, at++) = (uint32_t)frames;
    for (int i = 0; i < frames; i++)
        for (int k = 0; k < r->channels; k++)
            memcpy(word_at(r, at++), &channels[k][i], sizeof(float));
    r->owed = 0;
    atomic_store_explicit(&r->written, at, memory_order_release);
}

/* ---- the thread that writes -------------------------------------------------------------------------- */

static void hand_over(Recorder *r, const float *samples, int frames) {
    if (atomic_load(&r->failed) || frames == 0) return;
    if (!r->sink.write(r->sink.context, samples, frames, &r->why)) atomic_store(&r->failed, true);
}

static void hand_over_silence(Recorder *r, int64_t frames) {
    memset(r->frames, 0, sizeof(float) * AT_ONCE * (size_t)r->channels);
    for (int n; frames > 0; frames -= n) {
        n = frames < AT_ONCE ? (int)frames : AT_ONCE;
        hand_over(r, r->frames, n);
    }
}

/* The next chunk; where it lies is free again as soon as it is copied. */
static size_t read_chunk(Recorder *r, size_t at) {
    hand_over_silence(r, *word_at(r, at));
    uint32_t left = *word_at(r, at + 1);
    at += HEAD;
    while (left > 0) {
        const uint32_t n = left < AT_ONCE ? left : AT_ONCE;
        for (size_t i = 0; i < (size_t)n * (size_t)r->channels; i++)
            memcpy(&r->frames[i], word_at(r, at++), sizeof(float));
        atomic_store_explicit(&r->read, at, memory_order_release);
        hand_over(r, r->frames, (int)n);
        left -= n;
    }
    return at;
}

static void read_all(Recorder *r) {
    size_t at = atomic_load_explicit(&r->read, memory_order_relaxed);
    while (at != atomic_load_explicit(&r->written, memory_order_acquire))
        at = read_chunk(r, at);
}

/* Nobody wakes it, for that would be a system call of the audio thread. */
static void *run(void *recorder) {
    Recorder *r = recorder;
    while (!atomic_load(&r->ending)) {
        const struct timespec while_it_plays = {0, 10000000};
        read_all(r);
        nanosleep(&while_it_plays, NULL);
    }
    read_all(r);
    hand_over_silence(r, r->owed);
    return NULL;
}

/* Signals are for the thread that plays. */
static bool start(Recorder *r) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const bool started = pthread_create(&r->thread, NULL, run, r) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

/* ---- the whole ------------------------------------------------------------------------------------------ */

static void recorder_free(Recorder *r) {
    free(r->ring);
    free(r->frames);
    free(r);
}

Recorder *recorder_create(int channels, int frames, RecorderSink sink) {
    Recorder *r = calloc(1, sizeof *r);
    if (!r) return NULL;
    r->channels = channels;
    r->sink = sink;
    r->size = 1024;
    while (r->size < (size_t)frames * (size_t)channels + HEAD)
        r->size *= 2;
    r->ring = malloc(r->size * sizeof *r->ring);
    r->frames = malloc(sizeof(float) * AT_ONCE * (size_t)channels);
    if (r->ring) memset(r->ring, 1, r->size * sizeof *r->ring); /* so that the pages are there */
    if (r->ring && r->frames && start(r)) return r;
    recorder_free(r);
    return NULL;
}

int64_t recorder_lost(const Recorder *r) {
    return r ? atomic_load(&r->lost) : 0;
}

const char *recorder_failure(const Recorder *r) {
    return r && atomic_load(&r->failed) ? r->why.message : NULL;
}

void recorder_end(Recorder *r, bool still_called) {
    if (!r) return;
    atomic_store(&r->ending, true);
    pthread_join(r->thread, NULL);
    if (!still_called) recorder_free(r);
}
