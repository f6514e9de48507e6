/* Threads that share the items of one piece of work after the other. */
#ifndef KANON_ENGINE_POOL_H
#define KANON_ENGINE_POOL_H

typedef struct Pool Pool;

/* `helpers` threads beside the one that calls. NULL: there is no memory, or there can be no more threads. */
Pool *pool_create(int helpers);
void pool_free(Pool *pool);
/* Runs work(data, i, thread) for all i below n, on all threads at once, each taking the next that is left; all are done when it
 * returns. By one thread at a time, which is thread 0; helpers count from 1. */
void pool_run(Pool *pool, void (*work)(void *data, int i, int thread), void *data, int n);

#endif
