/* Threads that take items of work from one that must not wait for them. In: work. Out: it is done.
 *
 * Each item has a mark, the number of the piece of work with what has become of it. A helper claims an item by changing the mark of the
 * piece of work that it has seen, which fails when that is over; and while an item is claimed its piece of work is not over, so what it
 * reads then is what belongs to it, however late it comes. Helpers look for work by themselves: nobody wakes them. */
#include "engine/claim_pool.h"
#include "base/base.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum { LOOKS = 2000, NAP_NANOSECONDS = 50000 };
enum { FREE, CLAIMED, DONE, FATES = 4 };

struct ClaimPool {
    pthread_t *helpers;
    int nhelpers;
    atomic_int begun; /* helpers that have a number */
    atomic_bool ends;
    atomic_uint turn, n; /* the piece of work, and how many items it has */
    atomic_uint *mark;   /* of each item: FATES * turn + what has become of it */
    void (*work)(void *data, int i, int thread);
    void *data;
};

static void pause_shortly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

static void take_items(ClaimPool *p, unsigned turn, int thread) {
    const unsigned n = atomic_load(&p->n);
    for (unsigned i = 0; i < n; i++) {
        unsigned mark = FATES * turn + FREE;
        if (!atomic_compare_exchange_strong(&p->mark[i], &mark, FATES * turn + CLAIMED)) continue;
        p->work(p->data, (int)i, thread);
        atomic_store(&p->mark[i], FATES * turn + DONE);
    }
}

/* Until there is another piece of work than that: at first in haste, then now and then. */
static unsigned wait_for_turn(ClaimPool *p, unsigned turn) {
    static const struct timespec nap = {0, NAP_NANOSECONDS};
    for (int looks = 0; atomic_load(&p->turn) == turn && !atomic_load(&p->ends); looks++)
        if (looks < LOOKS)
            pause_shortly();
        else
            nanosleep(&nap, NULL);
    return atomic_load(&p->turn);
}

static void *help(void *pool) {
    HOLD_FLOAT_MODE;
    ClaimPool *p = pool;
    const int thread = 1 + atomic_fetch_add(&p->begun, 1);
    for (unsigned turn = 0; !atomic_load(&p->ends);) {
        turn = wait_for_turn(p, turn);
        take_items(p, turn, thread);
    }
    return NULL;
}

void claim_pool_run(void *pool, void (*work)(void *, int, int), void *data, int n) {
    ClaimPool *p = pool;
    const unsigned turn = atomic_load(&p->turn) + 1;
    p->work = work;
    p->data = data;
    atomic_store(&p->n, (unsigned)n);
    for (int i = 0; i < n; i++)
        atomic_store(&p->mark[i], FATES * turn + FREE);
    atomic_store(&p->turn, turn);
    take_items(p, turn, 0);
    for (int i = 0; i < n; i++)
        while (atomic_load(&p->mark[i]) != FATES * turn + DONE)
            pause_shortly();
}

/* The host's signals are none of their business. */
static void begin_helpers(ClaimPool *p, int helpers) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (p->nhelpers < helpers && pthread_create(&p->helpers[p->nhelpers], NULL, help, p) == 0)
        p->nhelpers++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

ClaimPool *claim_pool_create(int helpers, int most) {
    ClaimPool *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    p->helpers = calloc((size_t)helpers + 1, sizeof *p->helpers);
    p->mark = calloc((size_t)most + 1, sizeof *p->mark);
    for (int i = 0; p->mark && i < most; i++)
        atomic_init(&p->mark[i], DONE);
    if (p->helpers && p->mark) begin_helpers(p, helpers);
    if (p->mark && p->nhelpers == helpers) return p;
    claim_pool_free(p);
    return NULL;
}

void claim_pool_free(ClaimPool *p) {
    if (!p) return;
    atomic_store(&p->ends, true);
    for (int i = 0; i < p->nhelpers; i++)
        pthread_join(p->helpers[i], NULL);
    free(p->helpers);
    free(p->mark);
    free(p);
}
