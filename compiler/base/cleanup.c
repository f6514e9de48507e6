/* What must not stay behind when a signal ends the process.
 * In: paths and child processes, registered while they exist. Out: nothing, unless SIGINT, SIGTERM
 * or SIGHUP comes; then children are ended, files removed, and then folders.
 *
 * This table is mutable state of the process: a signal handler has no other way to know.
 * Slots are fixed arrays, so the handler never reads memory that another thread frees. */
#include "base/cleanup.h"

#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SLOTS = 64, SLOT_FREE = 0, SLOT_BEING_FILLED = 1, SLOT_USED = 2 };

static struct Slot {
    atomic_int state;
    CleanupKind kind;
    pid_t process;
    char path[PATH_MAX];
} slots[SLOTS];

const char *temporary_folder(void) {
    const char *folder = getenv("TMPDIR");
    return folder && *folder ? folder : "/tmp";
}

int cleanup_add(CleanupKind kind, const char *path, int process) {
    if (path && strlen(path) >= PATH_MAX) return -1;
    for (int i = 0; i < SLOTS; i++) {
        int expected = SLOT_FREE;
        if (!atomic_compare_exchange_strong(&slots[i].state, &expected, SLOT_BEING_FILLED))
            continue;
        slots[i].kind = kind;
        slots[i].process = process;
        if (path) strcpy(slots[i].path, path);
        atomic_store(&slots[i].state, SLOT_USED);
        return i;
    }
    return -1;
}

void cleanup_drop(int ticket) {
    if (ticket >= 0) atomic_store(&slots[ticket].state, SLOT_FREE);
}

/* Only async-signal-safe calls from here on. */
static void clean(CleanupKind kind) {
    for (int i = 0; i < SLOTS; i++) {
        if (atomic_load(&slots[i].state) != SLOT_USED || slots[i].kind != kind) continue;
        if (kind == CLEANUP_FILE) unlink(slots[i].path);
        if (kind == CLEANUP_FOLDER) rmdir(slots[i].path);
        if (kind == CLEANUP_CHILD && kill(-slots[i].process, SIGTERM) == 0)
            waitpid(slots[i].process, NULL, 0); /* it removes its own files before it ends */
    }
}

static void ended_by_signal(int number) {
    clean(CLEANUP_CHILD);
    clean(CLEANUP_FILE);
    clean(CLEANUP_FOLDER);
    raise(number); /* SA_RESETHAND: now with its usual effect, so that the caller sees the signal */
}

static atomic_bool is_on;

bool cleanup_is_on(void) {
    return atomic_load(&is_on);
}

void cleanup_on_signals(void) {
    atomic_store(&is_on, true);
    struct sigaction action = {.sa_handler = ended_by_signal, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    for (int i = 0; i < 3; i++) {
        struct sigaction before;
        /* nohup and background jobs ignore some of these; that stays so */
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler == SIG_IGN) continue;
        sigaction(numbers[i], &action, NULL);
    }
}
