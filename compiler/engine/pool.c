/* Threads that share the items of one piece of work after the other. In: work. Out: it is done.
 *
 * Pieces of sound come every few microseconds, so helpers look for the next a while before they sleep. */
#include "engine/pool.h"
#include "base/base.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { LOOKS = 4000 }; /* before a thread gives way to others */

struct Pool {
    pthread_t *helpers;
    int nhelpers;
    pthread_mutex_t lock;
    pthread_cond_t more;
    atomic_int begun;        /* helpers that have a number */
    atomic_int turn, asleep; /* number of the piece of work; helpers that wait for `more` */
    atomic_bool ends;
    void (*work)(void *data, int i, int thread);
    void *data;
    int n;
    atomic_int next, busy; /* item to be taken; helpers that may be at one */
};

static void pause_a_while(int looks) {
    if (looks > LOOKS) sched_yield();
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

static void take_items(Pool *p, int thread) {
    for (int i; (i = atomic_fetch_add_explicit(&p->next, 1, memory_order_relaxed)) < p->n;)
        p->work(p->data, i, thread);
}

/* Until there is another piece of work than that. */
static int wait_for_turn(Pool *p, int turn) {
    for (int looks = 0; looks < 2 * LOOKS; looks++) {
        if (atomic_load_explicit(&p->turn, memory_order_acquire) != turn) return turn + 1;
        pause_a_while(looks);
    }
    pthread_mutex_lock(&p->lock);
    atomic_fetch_add(&p->asleep, 1);
    while (atomic_load(&p->turn) == turn)
        pthread_cond_wait(&p->more, &p->lock);
    atomic_fetch_sub(&p->asleep, 1);
    pthread_mutex_unlock(&p->lock);
    return turn + 1;
}

static void *help(void *pool) {
    Pool *p = pool;
    const int thread = 1 + atomic_fetch_add(&p->begun, 1);
    for (int turn = 0;;) {
        turn = wait_for_turn(p, turn);
        if (atomic_load(&p->ends)) return NULL;
        take_items(p, thread);
        atomic_fetch_sub_explicit(&p->busy, 1, memory_order_release);
    }
}

static void begin_turn(Pool *p) {
    atomic_fetch_add(&p->turn, 1);
    if (atomic_load(&p->asleep) == 0) return;
    pthread_mutex_lock(&p->lock);
    pthread_cond_broadcast(&p->more);
    pthread_mutex_unlock(&p->lock);
}

void pool_run(Pool *p, void (*work)(void *, int, int), void *data, int n) {
    p->work = work;
    p->data = data;
    p->n = n;
    atomic_store_explicit(&p->next, 0, memory_order_relaxed);
    atomic_store_explicit(&p->busy, p->nhelpers, memory_order_relaxed);
    begin_turn(p);
    take_items(p, 0);
    for (int looks = 0; atomic_load_explicit(&p->busy, memory_order_acquire) > 0; looks++)
        pause_a_while(looks);
}

Pool *pool_create(int helpers) {
    Pool *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->more, NULL);
    p->helpers = calloc((size_t)helpers + 1, sizeof *p->helpers);
    while (p->helpers && p->nhelpers < helpers &&
           pthread_create(&p->helpers[p->nhelpers], NULL, help, p) == 0)
        p->nhelpers++;
    if (p->helpers && p->nhelpers == helpers) return p;
    pool_free(p);
    return NULL;
}

void pool_free(Pool *p) {
    if (!p) return;
    atomic_store(&p->ends, true);
    begin_turn(p);
    for (int i = 0; i < p->nhelpers; i++)
        pthread_join(p->helpers[i], NULL);
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->more);
    free(p->helpers);
    free(p);
}
