/* The test driver: finds the tests, runs each in a process of its own, as many at a time as there are cores, and
 * counts.
 *
 *   build/driver [OPTION]… [MODE | PART OF A NAME]…
 *
 *   --bless       write the goldens of syntax, error, warning and pass anew
 *   --full        everything: all compilers for all programs, ten seconds of the examples
 *   --reference   no C compiler: what builds with sanitizers run
 *   --jobs N      so many at a time
 *   --seed N      what a run does of what is too much for one: tests and parts of tests take turns (turns.c), without this option
 *                 all tests are run; what is named is run whatever its turn
 *   --list        only the names
 *   --verbose     every test with its time and what it prints
 *   --times F     append a line for each test: seconds of processors, seconds of a clock, its name
 *   --proofs      only the table of docs/proofs.md: how the library is proved, and how well
 *   --counts F    append the counts to a file, and say nothing of a total
 *   --total F     only add up that file
 *
 * The last line is "N passed, N failed"; the exit status is 0 when nothing failed. */
#include "driver.h"
#include "turns.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __SANITIZE_THREAD__
#define SANITIZES_THREADS true
#else
#define SANITIZES_THREADS false
#endif

Settings settings;

static const Mode modes[] = {
    {"syntax", {"tests/syntax"}, {".kn"}, run_syntax, 20, false, "text to tree"},
    {"error", {"tests/error"}, {".kn"}, run_error, 60, false, "what is refused, and in what words"},
    {"warning", {"tests/warning"}, {".kn"}, run_warning, 20, false, "what is legal and not meant"},
    {"pass", {"tests/pass"}, {".graph"}, run_pass, 20, false, "graph in, graph out"},
    {"text",
     {"tests/run", "examples", "examples/pieces"},
     {".kn"},
     run_text,
     60,
     false,
     "a graph printed and read again"},
    {"run",
     {"tests/run", "examples"},
     {".kn"},
     run_sound,
     150,
     true,
     "engines against the reference, blocks, reset, seek"},
    {"piece",
     {"examples/pieces"},
     {".kn"},
     run_piece,
     120,
     true,
     "whole pieces: machine code against the reference, by the C compiler too with --full"},
    {"emitted",
     {"tests/run", "examples"},
     {".kn"},
     run_emitted,
     300,
     true,
     "the C that is written: no warning, same bits from every compiler"},
    {"command", {"tests/command"}, {".sh"}, run_script, 60, true, "the command line"},
    {"limit", {"tests/limit"}, {".sh"}, run_script, 240, true, "too large, too deep, no end"},
    {"kernel", {"tests/kernel"}, {".c", ".sh"}, run_kernel, 300, true, "runtime/"},
    {"operation", {NULL}, {NULL}, run_operation, 20, false, "what a row of ops.def says is so"},
    {"jit", {NULL}, {NULL}, run_jit, 120, false, "C text to machine code in memory"},
    {"portable", {NULL}, {NULL}, run_portable, 120, true, "C that is told its rate, at every rate"},
    {"sound", {NULL}, {NULL}, run_sound_file, 60, true, "sound files, whole and damaged; banks"},
    {"convolution",
     {NULL},
     {NULL},
     run_convolution,
     60,
     true,
     "long responses against the sum of all taps"},
    {"picture",
     {"tests/picture", "examples/pictures"},
     {".kn"},
     run_picture,
     60,
     true,
     "pictures: engines against the reference, and that against the program"},
    {"midi", {NULL}, {NULL}, run_midi, 20, false, "MIDI files"},
    {"play",
     {NULL},
     {NULL},
     run_play,
     60,
     true,
     "what plays a program: recorder, watcher, audio thread"},
    {"plot", {NULL}, {NULL}, run_plot, 60, false, "what is plotted: spectra, responses, axes"},
    {"random",
     {NULL},
     {NULL},
     run_random,
     120,
     true,
     "programs made by chance, through every engine"},
    {"library", {NULL}, {NULL}, run_library, 120, true, "the standard library against mathematics"},
    {"api", {NULL}, {NULL}, run_api, 300, true, "threads, and memory over many compilations"},
};
enum { MODES = sizeof modes / sizeof *modes };

/* ---- small things ---------------------------------------------------------------------------- */

bool wrong(const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    putchar('\n');
    return false;
}

char *text_format(const char *fmt, ...) {
    va_list args;
    Buf text = {0};
    va_start(args, fmt);
    buf_vprintf(&text, fmt, args);
    va_end(args);
    return text.data;
}

char *file_read(const char *path, size_t *length) {
    FILE *file = fopen(path, "rbe");
    if (!file) return NULL;
    Buf text = {0};
    char block[65536];
    size_t n;
    buf_add(&text, "", 0);
    while ((n = fread(block, 1, sizeof block, file)) > 0)
        buf_add(&text, block, n);
    fclose(file);
    if (length) *length = text.length;
    return text.data ? text.data : calloc(1, 1);
}

bool file_write(const char *path, const char *text, size_t length) {
    FILE *file = fopen(path, "wbe");
    bool ok = file && fwrite(text, 1, length, file) == length;
    if (file && fclose(file) != 0) ok = false;
    return ok || wrong("cannot write %s: %s", path, strerror(errno));
}

char *path_with(const char *path, const char *ending) {
    const char *dot = strrchr(path, '.');
    return text_format("%.*s%s", (int)(dot ? dot - path : (int)strlen(path)), path, ending);
}

bool text_same(const char *what, const char *expected, const char *got) {
    int line = 1;
    const char *e = expected, *g = got;
    while (*e && *g) {
        size_t ne = strcspn(e, "\n"), ng = strcspn(g, "\n");
        if (ne != ng || memcmp(e, g, ne) != 0) break;
        e += ne + (e[ne] == '\n');
        g += ng + (g[ng] == '\n');
        line++;
    }
    if (!*e && !*g) return true;
    printf("%s, line %d\n", what, line);
    if (*e)
        printf("  expected: %.*s\n", (int)strcspn(e, "\n"), e);
    else
        puts("  expected: the end");
    if (*g)
        printf("  got:      %.*s\n", (int)strcspn(g, "\n"), g);
    else
        puts("  got:      the end");
    return false;
}

bool text_is(const char *golden, const char *got) {
    char *expected = file_read(golden, NULL);
    bool same = expected && strcmp(expected, got) == 0;
    const char *slash = strrchr(golden, '/');
    if (settings.bless && !same) {
        same = file_write(golden, got, strlen(got));
        if (same) fprintf(stderr, "blessed %s\n", slash ? slash + 1 : golden);
    } else if (!expected) {
        printf("there is no %s; --bless would write:\n%s", golden, got);
    } else if (!same) {
        same = text_same(slash ? slash + 1 : golden, expected, got);
    }
    free(expected);
    return same;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* ---- finding --------------------------------------------------------------------------------- */

typedef struct TestList {
    Test *items;
    int n, cap;
} TestList;

static void add_test(TestList *list, const Mode *mode, const char *folder, const char *name) {
    const char *ending = NULL;
    size_t length = strlen(name);
    for (int i = 0; i < 3 && mode->endings[i]; i++) {
        size_t n = strlen(mode->endings[i]);
        if (length > n && strcmp(name + length - n, mode->endings[i]) == 0)
            ending = name + length - n;
    }
    if (!ending) return;
    char *stem = strndup(name, (size_t)(ending - name));
    const char *last = strrchr(folder, '/');
    /* tests/run is the home of what run, text and emitted use; others are told by their folder */
    bool home =
        strcmp(last ? last + 1 : folder, mode->name) == 0 || strcmp(folder, "tests/run") == 0;
    Test test = {.mode = mode,
                 .path = text_format("%s/%s/%s", settings.root, folder, name),
                 .name =
                     home ? strdup(stem) : text_format("%s/%s", last ? last + 1 : folder, stem)};
    free(stem);
    VEC_PUSH(list->items, list->n, list->cap, test);
}

static void find_tests(TestList *list, const Mode *mode, const char *folder, int depth) {
    struct dirent **entries;
    char *path = text_format("%s/%s", settings.root, folder);
    int n = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        const char *name = entries[i]->d_name;
        char *inside = text_format("%s/%s", path, name);
        struct stat info;
        if (name[0] != '.' && stat(inside, &info) == 0) {
            if (S_ISDIR(info.st_mode) && depth < 1 && mode->run == run_pass) {
                char *below = text_format("%s/%s", folder, name);
                find_tests(list, mode, below, depth + 1);
                free(below);
            } else if (S_ISREG(info.st_mode)) {
                add_test(list, mode, folder, name);
            }
        }
        free(inside);
        (free)(entries[i]); /* of the C library */
    }
    if (n >= 0) (free)(entries);
    free(path);
}

static bool is_mode(const char *word) {
    for (int i = 0; i < MODES; i++)
        if (strcmp(modes[i].name, word) == 0) return true;
    return false;
}

typedef enum { NOT_CHOSEN, CHOSEN_WITH_ITS_MODE, CHOSEN_BY_NAME } Choice;

/* Words that are modes choose modes; others choose names they are part of, within those modes; a
 * word with a slash chooses by itself. */
static Choice chosen(const Test *test, char **words, int n) {
    bool any_mode = false, this_mode = false, any_name = false, this_name = false,
         whole_name = false;
    char *whole = text_format("%s/%s", test->mode->name, test->name);
    for (int i = 0; i < n; i++) {
        bool inside = strstr(whole, words[i]) != NULL;
        if (is_mode(words[i])) {
            any_mode = true;
            this_mode |= strcmp(words[i], test->mode->name) == 0;
        } else if (strchr(words[i], '/')) {
            whole_name |= inside;
        } else {
            any_name = true;
            this_name |= inside;
        }
    }
    free(whole);
    if (whole_name || (this_name && (!any_mode || this_mode))) return CHOSEN_BY_NAME;
    return n == 0 || (this_mode && !any_name) ? CHOSEN_WITH_ITS_MODE : NOT_CHOSEN;
}

/* Modes that a build cannot run are left out, and what has one thread only where races are looked for. */
static bool runs_here(const Test *test) {
    bool (*run)(const Test *) = test->mode->run;
    if (settings.races && run == run_api && !api_begins_threads(test->name)) return false;
    if (settings.races && run == run_jit && !jit_begins_threads(test->name)) return false;
    if (settings.reference && (run == run_emitted || run == run_kernel || run == run_portable))
        return false;
    if (settings.reference && strcmp(test->mode->name, "command") == 0)
        return settings.races && strncmp(test->name, "jobs_", 5) == 0;
    return true;
}

/* The name of test i of a mode whose tests are no files; NULL after the last. */
static const char *built_in(const Mode *mode, int i) {
    return mode->run == run_api           ? api_name(i)
           : mode->run == run_operation   ? operation_name(i)
           : mode->run == run_jit         ? jit_name(i)
           : mode->run == run_library     ? library_name(i)
           : mode->run == run_portable    ? portable_name(i)
           : mode->run == run_random      ? random_name(i)
           : mode->run == run_midi        ? midi_name(i)
           : mode->run == run_sound_file  ? sound_name(i)
           : mode->run == run_convolution ? convolution_name(i)
           : mode->run == run_play        ? play_name(i)
           : mode->run == run_plot        ? plot_name(i)
                                          : NULL;
}

/* The numbers of modes whose tests may take longest come first: no core waits at the end for one that was begun last. */
static void longest_first(int order[MODES]) {
    for (int m = 0, k; m < MODES; m++) {
        for (k = m; k > 0 && modes[order[k - 1]].seconds < modes[m].seconds; k--)
            order[k] = order[k - 1];
        order[k] = m;
    }
}

static void find_all(TestList *list, char **words, int nwords) {
    TestList all = {0};
    int order[MODES];
    longest_first(order);
    for (int o = 0; o < MODES; o++) {
        const int m = order[o];
        for (int f = 0; f < 3 && modes[m].folders[f]; f++)
            find_tests(&all, &modes[m], modes[m].folders[f], 0);
        for (int i = 0; built_in(&modes[m], i); i++) {
            Test test = {&modes[m], strdup(built_in(&modes[m], i)), strdup(built_in(&modes[m], i))};
            VEC_PUSH(all.items, all.n, all.cap, test);
        }
    }
    for (int i = 0; i < all.n; i++) {
        Test test = all.items[i];
        Choice choice = runs_here(&test) ? chosen(&test, words, nwords) : NOT_CHOSEN;
        if (choice == CHOSEN_BY_NAME ||
            (choice == CHOSEN_WITH_ITS_MODE && test_is_in_turn(&test))) {
            VEC_PUSH(list->items, list->n, list->cap, test);
        } else {
            free(test.path);
            free(test.name);
        }
    }
    free(all.items);
}

/* ---- running --------------------------------------------------------------------------------- */

typedef struct Job {
    const Test *test; /* NULL: free */
    pid_t process;
    int output;
    double began;
    char scratch[PATH_MAX];
} Job;

typedef struct Counts {
    int passed, failed;
    double busy; /* seconds of processors, those of compilers that it started too */
} Counts;

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *walk) {
    (void)info;
    (void)walk;
    if (type == FTW_DNR) chmod(path, 0700);
    return remove(path);
}

static void make_scratch(char path[PATH_MAX]) {
    strcpy(path, "/tmp/kanon-test-XXXXXX");
    if (!mkdtemp(path)) abort();
}

static void remove_scratch(const char *path) {
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void begin_child(const Job *job) {
    dup2(job->output, 1);
    dup2(job->output, 2);
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0) dup2(nothing, 0);
    setvbuf(stdout, NULL, _IOLBF, 0);
    setpgid(0, 0);
    if (job->scratch[0] && chdir(job->scratch) != 0) _exit(2);
    alarm((unsigned)(job->test->mode->seconds * (settings.sanitized ? 4 : 1)));
    turns_within(job->test);
    bool passed = job->test->mode->run(job->test);
    fflush(stdout);
    exit(passed ? 0 : 1);
}

static void begin(Job *job, const Test *test) {
    char name[] = "/tmp/kanon-output-XXXXXX";
    job->test = test;
    job->began = now();
    job->output = mkostemp(name, O_CLOEXEC);
    if (job->output < 0) abort();
    unlink(name);
    job->scratch[0] = 0;
    if (test->mode->scratch) make_scratch(job->scratch);
    fflush(stdout);
    job->process = fork();
    if (job->process < 0) abort();
    if (job->process == 0) begin_child(job);
    setpgid(job->process, job->process);
}

static char *output_of(const Job *job) {
    Buf text = {0};
    char block[4096];
    ssize_t n;
    lseek(job->output, 0, SEEK_SET);
    buf_add(&text, "", 0);
    while ((n = read(job->output, block, sizeof block)) > 0)
        buf_add(&text, block, (size_t)n);
    return text.data ? text.data : calloc(1, 1);
}

/* The counts of a test that counts for itself: its last line. */
static bool counted(const char *text, Counts *counts) {
    const char *last = NULL;
    for (const char *at = text; *at; at++)
        if (at == text || at[-1] == '\n') last = at;
    return last && sscanf(last, "%d passed, %d failed", &counts->passed, &counts->failed) == 2;
}

static void show(const char *text) {
    enum { LINES = 40 };
    int line = 0;
    for (const char *at = text; *at && line < LINES; line++) {
        size_t n = strcspn(at, "\n");
        printf("    %.*s\n", (int)n, at);
        at += n + (at[n] == '\n');
        if (*at && line == LINES - 1) puts("    …");
    }
}

static double seconds_of(const struct rusage *usage) {
    return (double)usage->ru_utime.tv_sec + (double)usage->ru_stime.tv_sec +
           1e-6 * (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec);
}

static Counts finish(Job *job, int status, double busy, bool verbose, FILE *times) {
    Counts counts = {0, 0, 0};
    char *text = output_of(job), reason[80] = "";
    double took = now() - job->began;
    bool own = job->test->mode->run == run_kernel && counted(text, &counts);
    if (WIFSIGNALED(status)) {
        if (WTERMSIG(status) == SIGALRM || WTERMSIG(status) == SIGTERM)
            snprintf(reason, sizeof reason, ": not done after %d s", (int)(took + 0.5));
        else
            snprintf(reason, sizeof reason, ": %s", strsignal(WTERMSIG(status)));
    } else if (WEXITSTATUS(status) > 1) {
        snprintf(reason, sizeof reason, ": exit status %d", WEXITSTATUS(status));
    }
    bool passed = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!own) counts = (Counts){0, 0, 0};
    counts.busy = busy;
    if (passed && !own) counts.passed = 1;
    if (!passed && counts.failed == 0) counts.failed = 1;
    if (!passed || counts.failed) {
        printf("FAILED %s/%s%s\n", job->test->mode->name, job->test->name, reason);
        show(text);
    } else if (verbose) {
        printf("passed %s/%s (%.2f s)\n", job->test->mode->name, job->test->name, took);
        show(text);
    }
    if (times)
        fprintf(times, "%.2f %.2f %s/%s\n", busy, took, job->test->mode->name, job->test->name);
    free(text);
    kill(-job->process, SIGKILL); /* what it left running */
    if (job->scratch[0]) remove_scratch(job->scratch);
    close(job->output);
    job->test = NULL;
    return counts;
}

static void add_counts(Counts *sum, const Counts *more) {
    sum->passed += more->passed;
    sum->failed += more->failed;
    sum->busy += more->busy;
}

static void run_all(const TestList *list, int jobs, bool verbose, FILE *times,
                    Counts by_mode[MODES]) {
    enum { MOST = 64 };
    Job job[MOST] = {0};
    int next = 0, running = 0;
    if (jobs > MOST) jobs = MOST;
    while (next < list->n || running > 0) {
        for (int k = 0; k < jobs && next < list->n; k++)
            if (!job[k].test) {
                begin(&job[k], &list->items[next++]);
                running++;
            }
        int status;
        struct rusage usage;
        pid_t done = wait4(-1, &status, 0, &usage);
        if (done < 0 && errno != EINTR) abort();
        for (int k = 0; k < jobs; k++) {
            if (!job[k].test || job[k].process != done) continue;
            const Mode *mode = job[k].test->mode;
            Counts counts = finish(&job[k], status, seconds_of(&usage), verbose, times);
            add_counts(&by_mode[mode - modes], &counts);
            running--;
        }
        fflush(stdout);
    }
}

/* ---- the command line ------------------------------------------------------------------------ */

static int print_total(const char *path) {
    FILE *file = fopen(path, "re");
    int passed = 0, failed = 0, p, f;
    while (file && fscanf(file, "%d %d", &p, &f) == 2) {
        passed += p;
        failed += f;
    }
    if (file) fclose(file);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0 || passed == 0;
}

static int report(const Counts by_mode[MODES], const char *counts_file) {
    Counts all = {0, 0, 0};
    for (int m = 0; m < MODES; m++) {
        if (by_mode[m].passed + by_mode[m].failed == 0) continue;
        printf("  %-9s %4d passed", modes[m].name, by_mode[m].passed);
        if (by_mode[m].failed) printf(", %d failed", by_mode[m].failed);
        printf(", %3.0f s of processors", by_mode[m].busy);
        printf("   (%s)\n", modes[m].about);
        if (modes[m].run == run_library && library_left_out() > 0)
            printf("           %4d no tests here: faust is not installed\n", library_left_out());
        add_counts(&all, &by_mode[m]);
    }
    if (counts_file) {
        FILE *file = fopen(counts_file, "ae");
        if (file) {
            fprintf(file, "%d %d\n", all.passed, all.failed);
            fclose(file);
        }
    } else {
        printf("%d passed, %d failed\n", all.passed, all.failed);
    }
    return all.failed > 0 || all.passed == 0;
}

/* In an empty folder, as each of them when it is a test. */
static int print_proofs(void) {
    char scratch[PATH_MAX];
    make_scratch(scratch);
    if (chdir(scratch) != 0) return 2;
    if (library_left_out() > 0)
        fprintf(stderr, "%d proofs are left out: faust is not installed\n", library_left_out());
    library_table();
    remove_scratch(scratch);
    return 0;
}

static void find_places(void) {
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n <= 0) abort();
    self[n] = 0;
    settings.driver = strdup(self);
    settings.build = strdup(dirname(self));
    settings.kanon = text_format("%s/kanon", settings.build);
    settings.root = realpath(".", NULL);
    setenv("KANON", settings.kanon, 1);
    setenv("DRIVER", settings.driver, 1);
    settings.tests = text_format("%s/tests", settings.root);
    setenv("KANON_TESTS", settings.tests, 1);
    if (settings.sanitized) setenv("KANON_SANITIZED", "1", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
}

int main(int argc, char **argv) {
    const char *counts_file = NULL, *times_file = NULL;
    bool list_only = false, verbose = false;
    int jobs = (int)sysconf(_SC_NPROCESSORS_ONLN), nwords = 0;
    if (argc > 1 && strcmp(argv[1], "--within") == 0) return run_within(argc - 2, argv + 2);
    if (argc > 2 && strcmp(argv[1], "--total") == 0) return print_total(argv[2]);
    if (argc > 1 && strcmp(argv[1], "--proofs") == 0) return print_proofs();
    char **words = calloc((size_t)argc, sizeof *words);
    settings.sanitized = SANITIZED;
    settings.reference = SANITIZED;
    settings.races = SANITIZES_THREADS;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        bool more = i + 1 < argc;
        if (strcmp(word, "--bless") == 0)
            settings.bless = true;
        else if (strcmp(word, "--full") == 0)
            settings.full = true;
        else if (strcmp(word, "--reference") == 0)
            settings.reference = true;
        else if (strcmp(word, "--list") == 0)
            list_only = true;
        else if (strcmp(word, "--verbose") == 0)
            verbose = true;
        else if (strcmp(word, "--jobs") == 0 && more)
            jobs = atoi(argv[++i]);
        else if (strcmp(word, "--seed") == 0 && more)
            settings.turns = true, settings.seed = atoi(argv[++i]);
        else if (strcmp(word, "--counts") == 0 && more)
            counts_file = argv[++i];
        else if (strcmp(word, "--times") == 0 && more)
            times_file = argv[++i];
        else if (word[0] != '-')
            words[nwords++] = argv[i];
        else
            return fprintf(stderr, "driver: no option %s; see the head of tests/driver.c\n", word),
                   2;
    }
    if (settings.sanitized && settings.turns) settings.seed /= 2; /* it is made for each second */
    find_places();
    TestList list = {0};
    find_all(&list, words, nwords);
    if (nwords > 0 && list.n == 0)
        return fprintf(stderr, "driver: no test is called that; `--list` shows their names\n"), 2;
    Counts by_mode[MODES] = {{0, 0, 0}};
    FILE *times = times_file ? fopen(times_file, "ae") : NULL;
    if (times_file && !times) return fprintf(stderr, "driver: cannot write %s\n", times_file), 2;
    if (times) setvbuf(times, NULL, _IOLBF, 0); /* nothing waits in it when a test is forked off */
    if (!list_only) run_all(&list, jobs > 0 ? jobs : 2, verbose, times, by_mode);
    if (times) fclose(times);
    for (int i = 0; i < list.n; i++) {
        if (list_only) printf("%s/%s\n", list.items[i].mode->name, list.items[i].name);
        free(list.items[i].path);
        free(list.items[i].name);
    }
    free(list.items);
    free(words);
    return list_only ? 0 : report(by_mode, counts_file);
}
