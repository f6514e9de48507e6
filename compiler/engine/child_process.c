/* A process that we start and wait for, and that does not outlive us.
 * In: its words, variables and a file for what it prints. Out: a process group.
 *
 * In a process of kanon a keeper stands between both: the kernel tells it when we were killed, and it ends the whole
 * group (a compiler has children of its own, which would go on) and removes what we could not. A host forks nothing:
 * that would copy its tables of memory while its audio thread runs. There the process is started directly; it ends by
 * itself. */
#include "engine/engine.h"
#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- directly --------------------------------------------------------------------------------------- */

static pid_t start_alone(const ChildWork *work) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t defaults, none;
    pid_t child;
    sigemptyset(&none); /* our thread may take no signals, a compiler should */
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE); /* we ignore it, a compiler should not */
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, work->log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    posix_spawnattr_init(&how);
    /* a group of its own: what a signal ends is the compiler with all its children */
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
                                       POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setsigdefault(&how, &defaults);
    int failed = posix_spawn(&child, work->words[0], &files, &how, work->words, work->variables);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&how);
    return failed ? -1 : child;
}

/* ---- with a keeper: only async-signal-safe calls after the fork ------------------------------------- */

static void end_group(int number) {
    int before = errno;      /* that of the wait which it interrupts */
    signal(number, SIG_IGN); /* it is for the others */
    kill(0, SIGTERM);
    signal(SIGALRM, SIG_DFL);
    alarm(5);
    errno = before;
}

_Noreturn static void become(const ChildWork *work) {
    signal(SIGTERM, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    int from = open("/dev/null", O_RDONLY);
    int to = open(work->log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (dup2(from, 0) >= 0 && dup2(to, 1) >= 0 && dup2(to, 2) >= 0)
        execve(work->words[0], work->words, work->variables);
    _exit(127);
}

_Noreturn static void keep(const ChildWork *work, pid_t us) {
    struct sigaction action = {.sa_handler = end_group};
    sigset_t none;
    int status = 0;
    sigemptyset(&action.sa_mask);
    setpgid(0, 0);
    sigaction(SIGTERM, &action, NULL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    pid_t child = getppid() == us ? fork() : -1;
    if (child == 0) become(work);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (getppid() != us) {
        for (int i = 0; i < work->nleft; i++)
            unlink(work->left[i]);
        rmdir(work->folder);
    }
    if (child > 0 && WIFSIGNALED(status)) {
        signal(WTERMSIG(status), SIG_DFL);
        kill(getpid(), WTERMSIG(status));
    }
    _exit(child > 0 ? WEXITSTATUS(status) : 127);
}

static pid_t start_kept(const ChildWork *work) {
    pid_t us = getpid(), keeper = fork();
    if (keeper == 0) keep(work, us);
    if (keeper > 0) setpgid(keeper, keeper); /* whoever is first */
    return keeper;
}

int child_start(const ChildWork *work) {
    return cleanup_is_on() ? start_kept(work) : start_alone(work);
}
