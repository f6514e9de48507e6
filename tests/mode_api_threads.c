/* kanon.h: from several threads. Under -fsanitize=thread this is where races are seen. */
#include "mode_api.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { THREADS = 4, SECONDS = 3, FRAMES = 512 };

static const char *const texts[] = {
    "notes = [57, 61, 64]\nout(t) = sum(notes, f => sin(tau * midi(f) * t))\n",
    "input x\nparam cutoff = 500Hz in 20Hz..5kHz log\nout = x |> lowpass(cutoff) |> _ + 0.3 * "
    "schroeder(_, 1s)\n",
    "out = pluck(220) + unknown(3)\n", /* wrong */
    "out(t) = saw(110)(t) * decay(0.3)(t % 0.5)\n",
};
enum { TEXTS = sizeof texts / sizeof *texts, WRONG = 2 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* The first frames of a program, or what is wrong with it. */
static bool compile_once(int which, float *out, Buf *messages) {
    KnCompiler *k = api_compiler();
    KnProgram *p = kn_compile_text(k, "x.kn", texts[which], strlen(texts[which]));
    bool good = (p == NULL) == (which == WRONG);
    memset(out, 0, sizeof(float) * FRAMES);
    if (p) kn_program_render(p, 0, FRAMES, (float *[]){out});
    buf_puts(messages, kn_compiler_messages(k));
    kn_program_free(p);
    kn_compiler_free(k);
    return good;
}

static void *compile_for_seconds(void *argument) {
    bool *good = argument;
    float first[TEXTS][FRAMES], out[FRAMES];
    Buf said[TEXTS] = {{0}};
    double end = now() + SECONDS;
    for (int i = 0; *good && (i < 2 * TEXTS || now() < end); i++) {
        Buf messages = {0};
        int which = i % TEXTS;
        *good = compile_once(which, i < TEXTS ? first[which] : out, &messages);
        if (i < TEXTS) {
            said[which] = messages;
            continue;
        }
        *good = *good && memcmp(out, first[which], sizeof out) == 0 &&
                strcmp(messages.data, said[which].data) == 0;
        buf_free(&messages);
    }
    for (int i = 0; i < TEXTS; i++)
        buf_free(&said[i]);
    return NULL;
}

static bool run_threads(void *(*work)(void *), void *const *arguments) {
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, work, arguments[i]) != 0) return wrong("no thread");
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    return true;
}

bool api_four_threads_compile(void) {
    bool good[THREADS] = {true, true, true, true};
    void *arguments[THREADS] = {&good[0], &good[1], &good[2], &good[3]};
    if (!run_threads(compile_for_seconds, arguments)) return false;
    for (int i = 0; i < THREADS; i++)
        if (!good[i]) return wrong("thread %d got something else", i);
    return true;
}

typedef struct Share {
    KnProgram *program; /* a reference of its own */
    float out[FRAMES];
} Share;

/* Instances come and go; the last owner, whoever that is, frees the program. */
static void *use_program(void *argument) {
    Share *s = argument;
    for (int i = 0; i < 20; i++) {
        KnProgram *mine = kn_program_retain(s->program);
        KnInstance *instance = kn_instance_create(mine);
        kn_program_free(mine);
        kn_instance_process(instance, NULL, (float *[]){s->out}, FRAMES);
        kn_instance_free(instance);
        kn_program_render(s->program, 0, FRAMES, (float *[]){s->out});
    }
    kn_program_free(s->program);
    return NULL;
}

bool api_threads_share_a_program(void) {
    KnCompiler *k = api_compiler();
    KnProgram *p = api_compile(k, texts[1]);
    Share shares[THREADS];
    void *arguments[THREADS];
    for (int i = 0; i < THREADS; i++) {
        shares[i].program = kn_program_retain(p);
        arguments[i] = &shares[i];
    }
    kn_program_free(p);
    kn_compiler_free(k);
    if (!run_threads(use_program, arguments)) return false;
    for (int i = 1; i < THREADS; i++)
        if (memcmp(shares[0].out, shares[i].out, sizeof shares[0].out) != 0)
            return wrong("threads hear different things");
    return true;
}
