/* The C compiler of the machine.
 * In: its arguments, and files. Out: what it makes, or why not.
 *
 * KANON_CC is the compiler to use, with arguments if need be ("ccache gcc"); else cc, gcc or clang
 * of PATH. No shell is involved. Nothing here is allocated but for a moment: who calls has files and processes at hand, which a jump
 * (base/memory.h) would leave behind. */
#include "engine/engine.h"
#include "base/cleanup.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* ---- which compiler -------------------------------------------------------------------------- */

/* The full path of a program, as a shell would find it. */
static bool find_program(const char *name, char *path, size_t size) {
    if (strchr(name, '/')) {
        snprintf(path, size, "%s", name);
        return access(path, X_OK) == 0;
    }
    const char *folders = getenv("PATH");
    while (folders && *folders) {
        size_t n = strcspn(folders, ":");
        int length = snprintf(path, size, "%.*s%s%s", (int)n, folders, n ? "/" : "", name);
        struct stat info;
        if (length > 0 && (size_t)length < size && access(path, X_OK) == 0 &&
            stat(path, &info) == 0 && S_ISREG(info.st_mode))
            return true;
        folders += n + (folders[n] == ':');
    }
    return false;
}

/* The compiler's words, the program as a full path. */
enum { COMPILER_WORDS = 16 };
typedef struct Compiler {
    char path[PATH_MAX], text[PATH_MAX]; /* the program, and KANON_CC cut into words */
    char *words[COMPILER_WORDS];
    int n;
} Compiler;

static bool find_usual(Compiler *compiler) {
    static const char *const usual[] = {"cc", "gcc", "clang"};
    for (int i = 0; i < 3; i++)
        if (find_program(usual[i], compiler->path, sizeof compiler->path)) return true;
    return false;
}

static bool find_compiler(Compiler *compiler) {
    const char *chosen = getenv("KANON_CC");
    compiler->words[0] = compiler->path;
    compiler->n = 1;
    if (!chosen || !*chosen) return find_usual(compiler);
    if (snprintf(compiler->text, sizeof compiler->text, "%s", chosen) >= PATH_MAX) return false;
    char *rest, *program = strtok_r(compiler->text, " ", &rest), *word;
    if (!program || !find_program(program, compiler->path, sizeof compiler->path)) return false;
    while (compiler->n < COMPILER_WORDS && (word = strtok_r(NULL, " ", &rest)))
        compiler->words[compiler->n++] = word;
    return true;
}

bool cc_available(void) {
    Compiler compiler;
    return find_compiler(&compiler);
}

/* ---- running it ------------------------------------------------------------------------------- */

/* Waits for the end of the child, which can be cancelled until it has ended: its number is its own
 * until we reap it. */
static void await(pid_t child, CcChild *canceller, int *status) {
    siginfo_t info;
    if (canceller) {
        atomic_store(&canceller->group, child);
        if (atomic_load(&canceller->cancelled)) kill(-child, SIGKILL);
    }
    while (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
        ;
    int group = child;
    while (canceller && !atomic_compare_exchange_strong(&canceller->group, &group, 0)) {
        group = child; /* it is being ended at this moment */
        sched_yield();
    }
    while (waitpid(child, status, 0) < 0)
        if (errno != EINTR) break;
}

void cc_cancel(CcChild *child) {
    atomic_store(&child->cancelled, true);
    int group = atomic_load(&child->group);
    if (group <= 0 || !atomic_compare_exchange_strong(&child->group, &group, -1)) return;
    kill(-group, SIGKILL);
    atomic_store(&child->group, group);
}

/* Our environment with another TMPDIR; NULL: there is no memory. */
static char **environment(char *tmpdir) {
    size_t n = 0, kept = 0;
    while (environ[n])
        n++;
    char **all = memory_try(sizeof *all * (n + 2));
    for (size_t i = 0; all && i < n; i++)
        if (strncmp(environ[i], "TMPDIR=", 7) != 0) all[kept++] = environ[i];
    if (!all) return NULL;
    all[kept++] = tmpdir;
    all[kept] = NULL;
    return all;
}

bool c_compiler_folder(char *absolute, size_t size) {
    const char *folder = temporary_folder();
    char here[PATH_MAX] = "";
    if (folder[0] != '/' && !getcwd(here, sizeof here)) return false;
    return snprintf(absolute, size, "%s%s%s", here, *here ? "/" : "", folder) < (int)size;
}

static bool complain(EngineError *error, const char *fmt, ...) KN_PRINTF(2, 3);
static bool complain(EngineError *error, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    error->status = 3;
    vsnprintf(error->message, sizeof error->message, fmt, args);
    va_end(args);
    return false;
}

/* Runs the words with everything they print in the log. False when it could not be started. */
static bool run(char *const *words, const CompilerRun *of, CcChild *canceller, int *status) {
    char tmpdir[PATH_MAX + 8] = "TMPDIR=";
    if (!c_compiler_folder(tmpdir + 7, sizeof tmpdir - 7)) return false;
    ChildWork work = {.words = words,
                      .variables = environment(tmpdir),
                      .log = of->log,
                      .left = of->left,
                      .nleft = of->nleft,
                      .folder = of->folder};
    pid_t child = work.variables ? child_start(&work) : -1;
    free(work.variables);
    if (child < 0) return false;
    int ticket = cleanup_add(CLEANUP_CHILD, NULL, child);
    await(child, canceller, status);
    cleanup_drop(ticket);
    return !(WIFEXITED(*status) && WEXITSTATUS(*status) == 127);
}

/* The first line of the log with "error" in it, else the first line. */
static void read_complaint(const char *path, char *line, size_t size) {
    FILE *log = fopen(path, "re");
    char text[512];
    line[0] = 0;
    while (log && fgets(text, sizeof text, log)) {
        text[strcspn(text, "\n")] = 0;
        bool says_error = strstr(text, "error") != NULL;
        if (!line[0] || says_error) snprintf(line, size, "%.*s", (int)size - 1, text);
        if (says_error) break;
    }
    if (log) fclose(log);
}

bool c_compiler_run(const CompilerRun *of, CcChild *canceller, CompilerRefusal *refusal,
                    EngineError *error) {
    Compiler compiler;
    char *words[COMPILER_WORDS + MOST_COMPILER_ARGUMENTS + 1];
    int n = 0, status = 0;
    refusal->name[0] = 0;
    if (!find_compiler(&compiler)) return complain(error, "%s", of->without);
    for (; n < compiler.n; n++)
        words[n] = compiler.words[n];
    for (int i = 0; of->arguments[i]; i++)
        words[n++] = (char *)of->arguments[i];
    words[n] = NULL;
    if (!run(words, of, canceller, &status))
        return complain(error, "the C compiler %s could not be started", words[0]);
    if (WIFSIGNALED(status))
        return complain(error, "the C compiler %s was ended by signal %d", words[0],
                        WTERMSIG(status));
    if (WEXITSTATUS(status) == 0) return true;
    snprintf(refusal->name, sizeof refusal->name, "%.80s", words[0]);
    read_complaint(of->log, refusal->complaint, sizeof refusal->complaint);
    return false;
}
