/* kanon.h: when memory runs out, and where none may be asked for. The Makefile links this program with
 * --wrap: what it calls malloc, free, pthread_mutex_lock and pthread_create is here. */
#include "mode_api.h"

#include <dirent.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>
#include <string.h>

/* ---- an allocator that fails --------------------------------------------------------------------- */

static atomic_long asked; /* allocations so far */
static atomic_long fails_at = -1;
static atomic_bool fails_on; /* and all after it */

/* A thread that may neither allocate nor lock. */
static _Thread_local bool watched;
static atomic_long offences;

void api_watch(bool on) {
    watched = on;
}

long api_offences(void) {
    return offences;
}

static bool is_refused(void) {
    long now = asked++;
    offences += watched;
    return fails_at >= 0 && (fails_on ? now >= fails_at : now == fails_at);
}

static void fail_at(long n, bool and_all_after) {
    fails_at = -1;
    fails_on = and_all_after;
    asked = 0;
    fails_at = n;
}

void api_fail_at(long n, bool and_all_after) {
    fail_at(n, and_all_after);
}

long api_asked(void) {
    return asked;
}

static atomic_long threads_begun;

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *data);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *data);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *data) {
    threads_begun++;
    return __real_pthread_create(thread, attributes, run, data);
}

/* Builds with sanitizers make a deep stack of a thread (base/deep_stack.c), which begins where another waits. */
bool says_its_threads(bool said) {
    return said || settings.sanitized || threads_begun == 0 ||
           wrong("it begins threads: its row has to say so, or ThreadSanitizer does not see it");
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *block, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *block);
int __real_pthread_mutex_lock(pthread_mutex_t *mutex);
void *__wrap_malloc(size_t size);
void __wrap_free(void *block);
int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *__wrap_malloc(size_t size) {
    return is_refused() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size) {
    return is_refused() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *block, size_t size) {
    return is_refused() ? NULL : __real_realloc(block, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
    return is_refused() ? NULL : __real_aligned_alloc(alignment, size);
}

void __wrap_free(void *block) {
    offences += watched && block;
    __real_free(block);
}

int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex) {
    offences += watched;
    return __real_pthread_mutex_lock(mutex);
}

/* ---- compiling ----------------------------------------------------------------------------------- */

static const char small[] =
    "param gain = 0.5 in 0..1 \"Gain\"\nout(t) = gain * sin(tau * 440 * t)\n";
static const char middle_form[] =
    "input x\n"
    "param cutoff = 800Hz in 50Hz..8kHz log\n"
    "hit = sample(\"%s/examples/drum.wav\")\n"
    "string(f) = { y(t) = burst(t) + 0.498 * (y(t - p) + y(t - p - dt))\n"
    "  burst(t) = if t < 1 / f then noise(1)(t) else 0\n  p = 1 / f - dt / 2\n  y }\n"
    "chord = sum([\"A3\", \"C#4\", \"E4\"], name => string(note(name)))\n"
    "bell(t) = sum(1..12, k => sin(tau * 110 * k * t) / k * exp(-k * t))\n"
    "out = [chord, bell + hit] + x |> lowpass(cutoff) |> _ + 0.2 * schroeder(_, 1s)\n";
/* The programs lie in no folder, the sound file does. Lives as long as the process. */
static char *middle(void) {
    static char *text;
    if (!text) text = text_format(middle_form, settings.root);
    return text;
}

static KnCompiler *compiler_that_reads(void) {
    KnCompiler *k = api_compiler();
    kn_compiler_allow_files(k, settings.root);
    return k;
}

static const char mistaken[] = "a = sine(freqency)\nb = lowpas(a)\nout = chorus(a, 3, \"a\")\n";

static bool says_no_memory(KnCompiler *k) {
    bool good = true;
    CLAIM(good, kn_compiler_status(k) == KN_STATUS_FILE && kn_diag_count(k) >= 1);
    CLAIM(good, kn_diag_message(k, 0) && strstr(kn_diag_message(k, 0), "memory"));
    CLAIM(good, strstr(kn_compiler_messages(k), "memory"));
    return good;
}

/* Fails each allocation of a compilation in turn: that ends in an error that says so, or in what a
 * compilation with enough memory gives. */
typedef enum { ONE, ONE_AND_ALL_AFTER, BY_TURNS } Failing;
static bool fail_in_turn(KnCompiler *k, const char *text, Failing failing, long from) {
    bool good = true, over = false;
    long n = from;
    for (; good && !over; n++) {
        fail_at(n, failing == BY_TURNS ? n % 2 : failing == ONE_AND_ALL_AFTER);
        KnProgram *p = kn_compile_text(k, "test.kn", text, strlen(text));
        over = asked <= n;
        fail_at(-1, false);
        if (uselocale((locale_t)0) != LC_GLOBAL_LOCALE)
            good = wrong("the locale is not the host's");
        if (!p && !over && !strstr(kn_compiler_messages(k), "test.kn:")) good = says_no_memory(k);
        if (over && (p == NULL) != (text == mistaken)) good = wrong("%s", kn_compiler_messages(k));
        kn_program_free(p);
        if (!good) wrong("when allocation %ld fails", n);
    }
    if (n - from < 5) good = wrong("only %ld allocations", n);
    return good;
}

bool api_compiling_without_memory(void) {
    KnCompiler *k = compiler_that_reads();
    bool good = fail_in_turn(k, small, ONE, 0) && fail_in_turn(k, small, ONE_AND_ALL_AFTER, 0) &&
                fail_in_turn(k, mistaken, ONE, 0) &&
                fail_in_turn(k, mistaken, ONE_AND_ALL_AFTER, 0) &&
                fail_in_turn(k, middle(), BY_TURNS, 0);
    kn_compiler_keep_c(k, 1);
    good = good && fail_in_turn(k, small, BY_TURNS, 0);
    kn_compiler_free(k);
    return good;
}

/* Folders of the engine cc in TMPDIR, which must not stay behind. */
static int count_folders(const char *path) {
    int n = 0;
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        n += strncmp(entry->d_name, "kanon-", 6) == 0;
    if (folder) closedir(folder);
    return n;
}

bool api_engine_cc_without_memory(void) {
    char folder[] = "/tmp/api-kanon-XXXXXX";
    if (!kn_engine_available("cc") || settings.reference) return true;
    if (!mkdtemp(folder)) return wrong("no folder");
    setenv("TMPDIR", folder, 1);
    KnCompiler *k = compiler_that_reads();
    kn_compiler_set_engine(k, "cc");
    fail_at(-1, false);
    KnProgram *p = api_compile(k, small);
    long all = asked;
    kn_program_free(p);
    /* what comes late is where files and a library are at hand; the rest is as with every engine */
    bool good = fail_in_turn(k, small, ONE_AND_ALL_AFTER, all > 25 ? all - 25 : 0);
    CLAIM(good, count_folders(folder) == 0);
    kn_compiler_free(k);
    rmdir(folder);
    return good;
}

/* ---- running ------------------------------------------------------------------------------------- */

static bool instance_fails_in_turn(KnProgram *p) {
    float x[64], y[64], *const outputs[] = {x, y};
    for (long n = 0;; n++) {
        fail_at(n, true);
        KnInstance *i = kn_instance_create(p);
        bool over = asked <= n;
        if (!i == over) return wrong("allocation %ld of an instance", n);
        fail_at(n, true);
        bool rendered = kn_program_render(p, 100, 64, outputs);
        over = over && asked <= n;
        if (rendered != (asked <= n)) return wrong("allocation %ld of a render", n);
        fail_at(-1, false);
        kn_instance_free(i);
        if (over) return true;
    }
}

bool api_instances_without_memory(void) {
    KnCompiler *k = compiler_that_reads();
    bool good = true;
    fail_at(0, true);
    CLAIM(good, kn_compiler_create() == NULL);
    fail_at(-1, false);
    for (int engine = 0; engine < 2; engine++) {
        if (engine == 1) kn_compiler_set_engine(k, "ref");
        KnProgram *p = api_compile(k, middle());
        good = p && instance_fails_in_turn(p) && good;
        kn_program_free(p);
    }
    kn_compiler_free(k);
    return good;
}

bool api_audio_functions_allocate_nothing(void) {
    enum { FRAMES = 2000 };
    const char *const texts[] = {small, middle()};
    const char *const engines[] = {"jit", "cc", "ref"};
    float x[FRAMES], y[FRAMES], *const outputs[] = {x, y};
    KnCompiler *k = compiler_that_reads();
    bool good = true;
    for (int i = 0; i < 6; i++) {
        const char *engine = engines[i / 2];
        if (!kn_engine_available(engine) || (settings.reference && i / 2 == 1)) continue;
        kn_compiler_set_engine(k, engine);
        KnProgram *p = api_compile(k, texts[i % 2]);
        KnInstance *instance = kn_instance_create(p);
        fail_at(0, true);
        for (int j = 0; j < 4; j++) {
            kn_instance_process(instance, NULL, outputs, j % 2 ? FRAMES : 1);
            kn_instance_set(instance, 0, 0.1 * j);
            if (j == 2) kn_instance_reset(instance);
            kn_instance_seek(instance, 1000 * j);
        }
        CLAIM(good, asked == 0);
        fail_at(-1, false);
        kn_instance_free(instance);
        kn_program_free(p);
    }
    static const char *const maps[] = {"x + 1", "sin(x)"};
    kn_compiler_set_engine(k, "auto");
    for (int i = 0; i < 2; i++) {
        KnProgram *p = kn_compile_map(k, "x", maps[i]);
        KnMap *map = kn_map_create(p);
        const float *inputs[] = {x};
        fail_at(0, true);
        CLAIM(good, kn_map_apply(map, inputs, outputs, FRAMES) == 1);
        kn_map_set(map, 0, 1);
        CLAIM(good, asked == 0);
        fail_at(-1, false);
        kn_map_free(map);
        kn_program_free(p);
    }
    kn_compiler_free(k);
    return good;
}
