/* The budget of a compilation (base/budget.h). In: steps of work. Out: a jump when the time is over. */
#include "base/base.h"

#include <time.h>

#if SANITIZED
#define SLOWER 10
#else
#define SLOWER 1
#endif

const Limits usual_limits = {{10 * SLOWER, 1 << 30, 1 << 30}};

enum { STEPS_A_LOOK = 1 << 15 }; /* the clock is a call of the system */

static double thread_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

_Thread_local Budget *budget_at_work;

Budget *budget_begin(Budget *b) {
    Budget *before = budget_at_work;
    b->since = thread_seconds();
    b->steps = STEPS_A_LOOK;
    budget_at_work = b;
    return before;
}

void budget_end(Budget *b, Budget *before) {
    b->spent += thread_seconds() - b->since;
    budget_at_work = before;
}

void budget_look(Budget *b) {
    b->steps = STEPS_A_LOOK;
    if (b->spent + thread_seconds() - b->since <= b->limits.most[LIMIT_TIME]) return;
    b->passed = true;
    b->which = LIMIT_TIME;
    memory_failed(0);
}

/* ---- words ---------------------------------------------------------------------------------------- */

bool limit_named(const char *name, Limit *limit) {
    static const char *const names[LIMIT_COUNT] = {"time", "memory", "state"};
    for (int i = 0; name && i < LIMIT_COUNT; i++)
        if (strcmp(name, names[i]) == 0) {
            *limit = (Limit)i;
            return true;
        }
    return false;
}

void limit_text(Limit limit, double most, char *text, size_t size) {
    static const struct {
        double size;
        const char *name;
    } units[] = {{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}, {1, "bytes"}};
    int i = 0;
    while (i < 3 && most < units[i].size)
        i++;
    if (limit == LIMIT_TIME)
        snprintf(text, size, "%.3g s", most);
    else
        snprintf(text, size, "%.4g %s", most / units[i].size, units[i].name);
}
