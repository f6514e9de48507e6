/* Tests that are programs of their own: scripts for the command line and the limits, C programs and
 * scripts for the kernels. They find the program under test in KANON, this driver in DRIVER and
 * tests/ in KANON_TESTS; they run in an empty folder; status 0 is passed. */
#include "driver.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static bool become(char *const *words) {
    fflush(stdout);
    execvp(words[0], words);
    return wrong("%s cannot be started: %s", words[0], strerror(errno));
}

bool run_script(const Test *test) {
    return become((char *const[]){"bash", test->path, NULL});
}

/* What a kernel test needs beside the system's C library stands here: the kernels as the library has
 * them. */
bool run_kernel(const Test *test) {
    size_t n = strlen(test->path);
    if (strcmp(test->path + n - 3, ".sh") == 0)
        return become((char *const[]){"sh", test->path, NULL});
    char *command = text_format(
        "gcc -std=c11 -O2 -Wall -Wextra '%s' '%s/libkernels.a' -lmpfr -lgmp -lm -ldl -o kernel",
        test->path, settings.build);
    int status = system(command);
    free(command);
    if (status != 0) return wrong("it does not compile");
    return become((char *const[]){"./kernel", NULL});
}

/* ---- driver --within SECONDS MEGABYTES WORD… --------------------------------------------------
 */

static pid_t guarded;

static volatile sig_atomic_t late;

/* First politely: kanon ends the compiler it started. */
static void too_late(int number) {
    (void)number;
    kill(-guarded, late++ ? SIGKILL : SIGTERM);
    alarm(2);
}

/* Runs the words. Their status, or 124 after the time, 125 when they (or one of the processes they
 * started) took more memory, 126 after a crash. One line on standard error says which. */
int run_within(int argc, char **argv) {
    if (argc < 3) return 2;
    int seconds = atoi(argv[0]);
    long megabytes = atol(argv[1]);
    bool sanitized = getenv("KANON_SANITIZED") != NULL;
    if (sanitized) seconds *= 6;
    guarded = fork();
    if (guarded < 0) return 2;
    if (guarded == 0) {
        setpgid(0, 0);
        /* a net for what runs away, well above what is measured */
        struct rlimit space = {(rlim_t)megabytes * 3 << 20, (rlim_t)megabytes * 3 << 20};
        if (!sanitized) setrlimit(RLIMIT_AS, &space);
        execvp(argv[2], argv + 2);
        _exit(127);
    }
    setpgid(guarded, guarded);
    signal(SIGALRM, too_late);
    alarm((unsigned)seconds * 3); /* the machine may be busy: what counts is what it takes itself */
    int status;
    struct rusage usage;
    while (wait4(guarded, &status, 0, &usage) < 0)
        if (errno != EINTR) return 2;
    alarm(0);
    double used = (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
                  1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    if (late || used > seconds) return fprintf(stderr, "within: not done in %d s\n", seconds), 124;
    if (WIFSIGNALED(status))
        return fprintf(stderr, "within: crashed: %s\n", strsignal(WTERMSIG(status))), 126;
    fprintf(stderr, "within: %.1f s, %ld MB\n", used, usage.ru_maxrss / 1024);
    if (!sanitized && usage.ru_maxrss / 1024 > megabytes) return 125;
    return WEXITSTATUS(status);
}
