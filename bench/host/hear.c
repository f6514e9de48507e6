/* What contestants sound like, and how much that differs. */
#include "hear.h"
#include "clock.h"
#include "channels.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What parent and child share. */
typedef struct Shared {
    bool done;
    int frames, outputs;
    double length;
    char why[WHY_SIZE];
    float samples[];
} Shared;

static void run_online(const Contestant *c, Shared *s, double seconds) {
    Channels in, out;
    int most = s->frames;
    double until = seconds_now() + seconds;
    channels_create(&in, c->inputs);
    channels_create(&out, c->outputs);
    uint32_t seed = 1;
    for (int at = 0; at < most; at += BLOCK) {
        int n = most - at < BLOCK ? most - at : BLOCK;
        channels_fill(&in, &seed);
        c->process(c->self, in.at, out.at, n);
        for (int k = 0; k < c->outputs; k++)
            memcpy(s->samples + (size_t)k * (size_t)most + at, out.at[k],
                   sizeof(float) * (size_t)n);
        s->frames = at + n;
        if (seconds_now() > until) break;
    }
}

static void run_offline(const Contestant *c, Shared *s) {
    Channels in;
    uint32_t seed = 1;
    channels_create(&in, c->inputs);
    float *whole[MOST_CHANNELS];
    for (int k = 0; k < c->inputs; k++)
        whole[k] = calloc((size_t)s->frames + BLOCK, sizeof(float));
    for (int at = 0; at < s->frames; at += BLOCK) {
        channels_fill(&in, &seed);
        for (int k = 0; k < c->inputs; k++)
            memcpy(whole[k] + at, in.at[k], sizeof(float) * BLOCK);
    }
    if (c->offline(c->self, s->frames, whole, s->samples) < 0) {
        refuse(s->why, "it failed while it ran");
        s->frames = 0;
    }
}

/* A server that a contestant starts has as much time for itself. */
static void child(const Kind *kind, const char *path, const char *option, double seconds,
                  int patience, Shared *s) {
    Contestant c;
    int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    setrlimit(RLIMIT_CPU, &(struct rlimit){(rlim_t)patience, (rlim_t)patience + 1});
    alarm(20 * (unsigned)patience); /* the machine may be busy, but not for ever */
    if (!kind->open(&c, path, option, s->why)) return;
    s->outputs = c.outputs;
    s->length = c.length;
    if (c.inputs > MOST_CHANNELS || c.outputs > MOST_CHANNELS || c.outputs < 1)
        refuse(s->why, "it has %d inputs and %d outputs", c.inputs, c.outputs);
    else if (c.offline)
        run_offline(&c, s);
    else
        run_online(&c, s, seconds);
    s->done = !s->why[0];
}

/* The child may have run fewer frames than there is room for; then channels move together. */
static void take(const Shared *s, int most, Heard *heard) {
    size_t n = (size_t)s->frames, outputs = (size_t)s->outputs;
    *heard = (Heard){s->frames, s->outputs, s->length, malloc(sizeof(float) * n * outputs + 1)};
    if (!heard->samples) abort();
    for (size_t k = 0; k < outputs; k++)
        memcpy(heard->samples + k * n, s->samples + k * (size_t)most, sizeof(float) * n);
}

bool hear(const Kind *kind, const char *path, const char *option, int frames, double seconds,
          int patience, Heard *heard, char why[WHY_SIZE]) {
    size_t size = sizeof(Shared) + sizeof(float) * MOST_CHANNELS * (size_t)(frames + BLOCK);
    Shared *s =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (s == MAP_FAILED) return refuse(why, "no memory");
    s->frames = frames;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        child(kind, path, option, seconds, patience, s);
        _exit(0);
    }
    int status = -1;
    if (pid > 0) waitpid(pid, &status, 0);
    bool done = s->done && status == 0;
    if (done)
        take(s, frames, heard);
    else if (s->why[0])
        refuse(why, "%s", s->why);
    else if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGALRM || WTERMSIG(status) == SIGXCPU))
        refuse(why, "it takes more than %d s to compile and to be heard", patience);
    else if (WIFSIGNALED(status))
        refuse(why, "it crashed (%s)", strsignal(WTERMSIG(status)));
    else
        refuse(why, "it ended before it was heard");
    munmap(s, size);
    return done;
}

/* Of all channels, where `other` is `late` frames later. Not a number counts as infinite. */
static double most_apart(const Heard *a, const Heard *b, int frames, int late, int latest) {
    double most = 0;
    for (int k = 0; k < a->outputs; k++) {
        const float *x = a->samples + (size_t)k * (size_t)a->frames;
        const float *y = b->samples + (size_t)k * (size_t)b->frames;
        for (int i = latest; i < frames - latest; i++) {
            double d = fabs((double)x[i] - (double)y[i + late]);
            if (!(d <= most)) most = isnan(d) ? INFINITY : d;
        }
    }
    return most;
}

static double energy(const Heard *heard) {
    double sum = 0;
    for (size_t i = 0; i < (size_t)heard->frames * (size_t)heard->outputs; i++)
        sum += (double)heard->samples[i] * (double)heard->samples[i];
    return sum / heard->frames;
}

Difference heard_difference(const Heard *reference, const Heard *other, int latest) {
    Difference least = {.db = INFINITY};
    int frames = reference->frames < other->frames ? reference->frames : other->frames;
    double peak = 1e-30;
    for (size_t i = 0; i < (size_t)reference->frames * (size_t)reference->outputs; i++)
        peak = fmax(peak, fabs((double)reference->samples[i]));
    for (int turn = 0; turn <= 2 * latest; turn++) {
        int late =
            turn % 2 ? (turn + 1) / 2 : -turn / 2; /* 0, 1, -1, 2, -2 …: the first of equals */
        double most = most_apart(reference, other, frames, late, latest);
        if (most < least.db) least = (Difference){.db = most, .late = late};
    }
    least.level = 10 * log10((energy(other) + 1e-30) / (energy(reference) + 1e-30));
    least.db = fmax(-200, 20 * log10(least.db / peak + 1e-30));
    return least;
}
