/* What a compilation may cost: its own time, the memory it holds, and the state of what it makes.
 *
 * Work of the compiler says what it does (budget_spend), and memory counts itself (base/memory.h). When a limit is
 * passed, control comes back by a jump to compile_within, which all that works long is run by; the
 * compilation is over then, whatever else would be asked of it. */
#ifndef KANON_BUDGET_H
#define KANON_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { LIMIT_TIME, LIMIT_MEMORY, LIMIT_STATE, LIMIT_COUNT } Limit;

/* Seconds of the thread's own time, so that a busy machine refuses nothing; bytes; bytes. */
typedef struct Limits {
    double most[LIMIT_COUNT];
} Limits;
/* 10 s, 1 GiB, 1 GiB. Builds with sanitizers have ten times the time. */
extern const Limits usual_limits;

typedef struct Budget {
    Limits limits;
    double spent;  /* seconds, by work that is done */
    double since;  /* of the thread's clock: what is at work began */
    int64_t steps; /* until the clock is looked at */
    bool passed;   /* a limit was: */
    Limit which;
    bool machine;                /* no limit was passed, but the machine has no more memory */
    void (*leaving)(void *data); /* told just before the jump, may not allocate; or NULL */
    void *data;
} Budget;

/* Begins work of this thread that the budget pays; gives the one that did before, for the end. */
Budget *budget_begin(Budget *budget);
void budget_end(Budget *budget, Budget *before);
void budget_look(Budget *budget);
/* The one that pays for the work of this thread, or NULL. Its place is found without a call: this is done often. */
extern _Thread_local Budget *budget_at_work __attribute__((tls_model("initial-exec")));
/* So much more was done, in steps of some 10 to 100 ns; jumps when the time is over. Without a budget it does
 * nothing. Any loop that a program makes long calls it. */
static inline void budget_spend(int64_t steps) {
    Budget *budget = budget_at_work;
    if (budget && (budget->steps -= steps) < 0) budget_look(budget);
}

/* "time", "memory", "state". False: there is no such limit. */
bool limit_named(const char *name, Limit *limit);
/* "10 s", "1 GiB", "512 MiB". */
void limit_text(Limit limit, double most, char *text, size_t size);

#endif
