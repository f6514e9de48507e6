/* kanon.h, live programs: on their threads. What the audio thread may not do, how long its blocks take,
 * races (under -fsanitize=thread), memory. */
#include <malloc.h> /* before malloc is another */

#include "mode_api.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { RATE = 48000, BLOCK = 64, MOST = 60 * RATE, QUIET = 1500, VARIANTS = 8 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* The left channel is never edited. */
static const char left_part[] =
    "l(t) = 0.3 * noise(1)(t) * decay(0.1)(t % 0.25) + 0.6 * l(t - 177ms)\n"
    "s(t) = sin(tau * phase(t => 200 + 50 * sin(tau * 3 * t))(t))\n"
    "left = l + 0.1 * s |> lowpass(3kHz, 2) |> _ + 0.2 * schroeder(_, 1s)\n";

static KnProgram *variant(int i) {
    char *text = text_format("param bend = 0.5 in 0..1\n%s"
                             "right(t) = 0.3 * sin(tau * phase(%d + 20 * smooth(bend, 50ms))(t))\n"
                             "out = [left, right |> lowpass(%dHz)]\n",
                             left_part, 200 + 10 * i, 2000 + 100 * i);
    KnProgram *p = live_compile(text);
    free(text);
    return p;
}

/* ---- the audio thread ------------------------------------------------------------------------------ */

typedef struct Audio {
    KnLive *live;
    float *left, *right;
    atomic_long frames; /* done */
    atomic_bool ending, ended, confined;
    atomic_int phase;            /* what the longest of the blocks below belong to */
    double longest[2], total[2]; /* seconds of a call */
    long blocks[2], late[2];
} Audio;

bool api_confine(void) {
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clock_gettime, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sched_yield, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof rules / sizeof *rules, rules};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static void one_block(Audio *a, long at) {
    float *outputs[] = {a->left + at, a->right + at};
    int phase = atomic_load(&a->phase);
    double began = now();
    api_watch(true);
    kn_live_process(a->live, NULL, outputs, BLOCK);
    api_watch(false);
    double took = now() - began;
    a->longest[phase] = fmax(a->longest[phase], took);
    a->total[phase] += took;
    a->blocks[phase]++;
    a->late[phase] += took > (double)BLOCK / RATE;
}

/* In real time: that is when control threads meet it. It never returns where it is confined, for that
 * takes system calls. */
static void *play(void *data) {
    Audio *a = data;
    bool confined = !settings.sanitized && api_confine();
    atomic_store(&a->confined, confined);
    double next = now();
    for (long at = 0; at + BLOCK <= MOST && !atomic_load(&a->ending); at += BLOCK) {
        one_block(a, at);
        atomic_store(&a->frames, at + BLOCK);
        next = fmax(next + (double)BLOCK / RATE, now());
        while (now() < next)
            sched_yield();
    }
    atomic_store(&a->ended, true);
    while (confined)
        sched_yield();
    return NULL;
}

static Audio *audio_begin(KnLive *l) {
    Audio *a = calloc(1, sizeof *a);
    pthread_t thread;
    a->live = l;
    a->left = calloc(MOST, sizeof *a->left);
    a->right = calloc(MOST, sizeof *a->right);
    if (pthread_create(&thread, NULL, play, a) != 0) exit(1);
    pthread_detach(thread);
    return a;
}

static void audio_end(Audio *a) {
    atomic_store(&a->ending, true);
    while (!atomic_load(&a->ended))
        usleep(1000);
}

static void await_frames(const Audio *a, long frames) {
    while (atomic_load(&a->frames) < frames && !atomic_load(&a->ended))
        usleep(1000);
}

/* The left channel is what it is without replacements, and the right one has no steps. */
static bool sounds_right(const Audio *a, KnProgram *p) {
    long n = atomic_load(&a->frames);
    float *left = malloc(sizeof *left * (size_t)n), most = 0;
    bool good = kn_program_render(p, 0, n, (float *[]){left, NULL});
    for (long i = 0; i < n && good; i++)
        if (memcmp(&left[i], &a->left[i], sizeof *left) != 0)
            good = wrong("left, frame %ld of %ld: %g, not %g", i, n, (double)a->left[i],
                         (double)left[i]);
    for (long i = 1; i < n; i++)
        most = fmaxf(most, fabsf(a->right[i] - a->right[i - 1]));
    printf("largest step beside it %.4f\n", (double)most);
    CLAIM(good, most < 0.03f); /* 0.012 of the sine, 0.0063 of the fade; twice while fades follow */
    free(left);
    return good;
}

/* ---- control threads ------------------------------------------------------------------------------- */

static void replace_in_a_row(KnLive *l, KnProgram **programs, int count) {
    for (int i = 0; i < count; i++) {
        if (!kn_live_replace(l, programs[i % VARIANTS], 0.002)) wrong("replacement %d", i);
        kn_live_set(l, 0, 0.5 + 0.4 * sin(0.01 * i));
        for (int k = 0; k < kn_live_report_count(l); k++)
            if (!kn_live_report_path(l, k)) wrong("no path");
        while (i % 3 == 0 && kn_live_is_replacing(l))
            usleep(200);
    }
}

static void print_figures(const Audio *a) {
    for (int k = 0; k < 2; k++)
        printf("%s: %ld blocks of 1333 us, mean %.1f us, longest %.1f us, late %ld\n",
               k ? "with replacements" : "without", a->blocks[k],
               1e6 * a->total[k] / (double)a->blocks[k], 1e6 * a->longest[k], a->late[k]);
}

/* A machine that is busy with other things makes blocks late; most of them are not. */
bool live_audio_thread_calls_nothing(void) {
    bool good = true;
    KnProgram *programs[VARIANTS];
    for (int i = 0; i < VARIANTS; i++)
        programs[i] = variant(i);
    KnLive *l = kn_live_create(programs[0]);
    kn_live_set_optimize(l, 0);
    Audio *a = audio_begin(l);
    await_frames(a, (settings.sanitized ? 100L : QUIET) * BLOCK);
    atomic_store(&a->phase, 1);
    replace_in_a_row(l, programs, settings.sanitized ? 100 : 1000);
    audio_end(a);
    print_figures(a);
    printf("%s\n", a->confined ? "a system call would have ended it" : "system calls not watched");
    CLAIM(good, api_offences() == 0);
    CLAIM(good, settings.sanitized || a->late[1] < a->blocks[1] / 4);
    good = sounds_right(a, programs[0]) && good;
    for (int i = 0; i < VARIANTS; i++)
        kn_program_free(programs[i]);
    kn_live_free(l);
    free(a->left);
    free(a->right);
    if (!a->confined) free(a); /* it looks at it no more */
    return good;
}

typedef struct Control {
    KnLive *live;
    KnProgram **programs;
    atomic_bool *ending;
} Control;

static void *turn_and_ask(void *data) {
    Control *c = data;
    for (int i = 0; !atomic_load(c->ending); i++) {
        kn_live_set(c->live, 0, 0.5 + 0.5 * sin(0.1 * i));
        (void)kn_live_get(c->live, 0);
        (void)kn_live_engine(c->live);
        (void)kn_live_frame(c->live);
        (void)kn_live_is_replacing(c->live);
        (void)kn_live_report_count(c->live);
        (void)kn_live_program(c->live);
        if (i % 7 == 0) kn_live_collect(c->live);
        usleep(50);
    }
    return NULL;
}

static void *replace_often(void *data) {
    Control *c = data;
    replace_in_a_row(c->live, c->programs, settings.sanitized ? 150 : 400);
    return NULL;
}

/* Two that replace and two that turn; the compiler, if there is one, begins and is ended all the time. */
bool live_threads_turn_replace_and_ask(void) {
    bool good = true;
    atomic_bool ending = false;
    KnProgram *programs[VARIANTS];
    for (int i = 0; i < VARIANTS; i++)
        programs[i] = variant(i);
    setenv("KANON_CC", "sleep 5", 1);
    KnLive *l = kn_live_create(programs[0]);
    Audio *a = audio_begin(l);
    Control control = {l, programs, &ending};
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, i < 2 ? turn_and_ask : replace_often, &control);
    pthread_join(threads[2], NULL);
    pthread_join(threads[3], NULL);
    atomic_store(&ending, true);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    audio_end(a);
    CLAIM(good, api_offences() == 0);
    good = sounds_right(a, programs[0]) && good;
    for (int i = 0; i < VARIANTS; i++)
        kn_program_free(programs[i]);
    kn_live_free(l);
    free(a->left);
    free(a->right);
    if (!a->confined) free(a);
    return good;
}

/* ---- memory ----------------------------------------------------------------------------------------- */

static const char *const texts[] = {
    "out = noise(1) |> lowpass(300Hz)",
    "input x\nparam a = 1 in 0..2\nout = x |> schroeder(1s) * a", "out = lowpas(3)",
    "w = table(512, p => sin(tau * p))\nout(t) = w(phase(330)(t)) + 0.5 * out(t - 0.2)"};

static void cycle(KnCompiler *k, KnLive **l, int i) {
    const char *text = i % 3 == 2 ? texts[2] : texts[i % 3 == 1 ? 1 : i % 2 ? 3 : 0];
    float x[BLOCK];
    KnProgram *p = kn_compile_text(k, "x.kn", text, strlen(text));
    if (!p) return;
    if (!*l) {
        *l = kn_live_create(p);
        kn_live_set_optimize(*l, 0);
    }
    kn_live_replace(*l, p, 0.001);
    kn_program_free(p);
    kn_live_process(*l, NULL, (float *[]){x}, BLOCK);
    if (i % 100 == 99) {
        kn_live_free(*l);
        *l = NULL;
    }
}

bool live_cycles_leave_nothing(void) {
    int count = settings.sanitized ? 300 : 10000, first = count / 10 - 1;
    KnCompiler *k = api_compiler();
    kn_compiler_set_engine(k, "jit");
    KnLive *l = NULL;
    size_t before = 0, after = 0;
    bool good = true;
    for (int i = 0; i < count; i++) {
        cycle(k, &l, i);
        if (i == first) before = mallinfo2().uordblks;
    }
    after = mallinfo2().uordblks;
    printf("%d cycles: %zu bytes, then %zu\n", count, before, after);
    CLAIM(good, settings.sanitized || after < before + 65536);
    kn_live_free(l);
    kn_compiler_free(k);
    return good;
}

bool live_may_be_freed_at_any_moment(void) {
    float x[BLOCK], *outputs[] = {x};
    setenv("KANON_CC", "sleep 30", 1);
    KnProgram *p = live_compile(texts[3]), *q = live_compile("out(t) = 0.5 * out(t - 40s) + 1");
    for (int stage = 0; stage < 8; stage++) {
        KnLive *l = kn_live_create(p);
        if (stage > 0) kn_live_process(l, NULL, outputs, BLOCK);
        if (stage > 1) kn_live_replace(l, q, 0.1);
        if (stage > 2) kn_live_process(l, NULL, outputs, 1);
        if (stage > 3) kn_live_replace(l, q, 0.001);
        for (int i = 0; stage > 4 && i < 200; i++)
            kn_live_process(l, NULL, outputs, BLOCK);
        if (stage > 5) kn_live_replace(l, p, 0.001);
        if (stage > 6) usleep(50000); /* the compiler runs */
        kn_live_free(l);
    }
    kn_live_free(NULL);
    kn_program_free(p);
    kn_program_free(q);
    return true;
}

/* ---- without it ------------------------------------------------------------------------------------- */

static KnLive *create_failing(KnProgram *p, bool all_after) {
    for (long n = 0;; n++) {
        api_fail_at(n, all_after);
        KnLive *l = kn_live_create_threads(p, 2, all_after ? 2 : 1);
        bool over = api_asked() <= n;
        api_fail_at(-1, false);
        if (l && over) return l;
        if (!l && over) exit(1);
        kn_live_free(l);
    }
}

/* One that waits is not lost by another for which there is no memory. */
static bool replace_failing(KnLive *l, KnProgram *p, KnProgram *waiting, bool all_after) {
    bool good = true, over = false;
    CLAIM(good, kn_live_replace(l, waiting, 0));
    int count = kn_live_report_count(l);
    for (long n = 0; !over && good; n++) {
        api_fail_at(n, all_after);
        bool done = kn_live_replace(l, p, 0);
        over = api_asked() <= n;
        api_fail_at(-1, false);
        if (done) {
            CLAIM(good, kn_live_program(l) == p);
            CLAIM(good, kn_live_replace(l, waiting, 0));
            continue;
        }
        CLAIM(good, !over && kn_live_program(l) == waiting && kn_live_is_replacing(l));
        CLAIM(good, kn_live_report_count(l) == count && kn_live_report_path(l, 0));
    }
    return good;
}

bool live_without_memory(void) {
    static const char one[] = "out = noise(1) |> lowpass(300Hz)",
                      other[] =
                          "param a = 1 in 0..2\nout(t) = a * noise(1)(t) + 0.5 * out(t - 0.2)",
                      notes[] = "voice(f, gate, velocity) = blep_saw(f) |> lowpass(2kHz)\n"
                                "out = voices + noise(1) |> lowpass(300Hz)",
                      more[] = "voice(f, gate, velocity) = saw(f) |> delay(9ms) |> lowpass(1kHz)\n"
                               "out = voices";
    bool good = true;
    for (int round = 0; round < 6 && good; round++) {
        const char *kept = round < 4 ? one : notes, *given = round < 4 ? other : more;
        setenv("KANON_CC", round < 2 ? "/nowhere/cc" : "sleep 30", 1);
        KnProgram *p = live_compile(kept), *q = live_compile(given);
        float *alone = malloc(sizeof(float) * 40 * BLOCK), x[BLOCK];
        kn_program_render(p, 0, 40 * BLOCK, (float *[]){alone});
        KnLive *l = create_failing(p, round % 2);
        for (int i = 0; i < 40; i++) {
            if (i == 20) good = replace_failing(l, q, p, round % 2) && good;
            kn_live_process(l, NULL, (float *[]){x}, BLOCK);
            CLAIM(good, memcmp(x, alone + i * BLOCK, sizeof x) == 0);
        }
        free(alone);
        kn_live_free(l);
        kn_program_free(p);
        kn_program_free(q);
    }
    return good;
}
