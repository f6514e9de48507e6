/* Signals, for a loop that waits.
 * In: SIGINT, SIGTERM, SIGHUP, SIGTSTP. Out: what they ask for, in order, by a pipe.
 *
 * The pipe and what the signals did before are state of the process: a handler has no other way to know. */
#include "play/interrupts.h"
#include "play/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

enum { ENDING = 3, ANSWER = 4 }; /* seconds within which the loop takes what it is told */
static const int ending[ENDING] = {SIGINT, SIGTERM, SIGHUP};
static struct sigaction before[ENDING];
static int ends[2] = {-1, -1}; /* of the pipe: read, written */
static atomic_int asked_to_end;
static volatile sig_atomic_t first; /* that asked */

/* Only async-signal-safe calls. */
static void tell(Interrupt what) {
    const int was = errno;
    const char byte = (char)what;
    if (write(ends[1], &byte, 1) != 1) errno = was; /* a full pipe says enough */
    errno = was;
}

static void end(int number) {
    if (number != SIGALRM && atomic_fetch_add(&asked_to_end, 1) == 0) {
        first = number;
        alarm(ANSWER);
        tell(INTERRUPT_END);
        return;
    }
    if (number == SIGALRM) number = first;
    terminal_end();
    for (int i = 0; i < ENDING; i++)
        sigaction(ending[i], &before[i], NULL);
    raise(number);
}

static void suspend(int number) {
    (void)number;
    tell(INTERRUPT_SUSPEND);
}

static void handle(int number, void (*handler)(int), struct sigaction *was) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    /* nohup and background jobs ignore some of these; that stays so */
    if (sigaction(number, NULL, was) == 0 && was->sa_handler == SIG_IGN) return;
    sigaction(number, &action, NULL);
}

int interrupts_begin(void) {
    struct sigaction unread;
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    for (int i = 0; i < ENDING; i++)
        handle(ending[i], end, &before[i]);
    handle(SIGTSTP, suspend, &unread);
    handle(SIGALRM, end, &unread);
    return ends[0];
}

Interrupt interrupts_take(void) {
    char byte;
    if (read(ends[0], &byte, 1) != 1) return INTERRUPT_NONE;
    if (byte == INTERRUPT_END) alarm(0);
    return (Interrupt)byte;
}

void interrupts_suspend(void) {
    kill(getpid(), SIGSTOP);
}

static void mask(int how) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(how, &all, NULL);
}

void interrupts_block(void) {
    mask(SIG_BLOCK);
}

void interrupts_unblock(void) {
    mask(SIG_UNBLOCK);
}
