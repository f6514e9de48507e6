/* Threads that take items of work from one that must not wait for them. */
#ifndef KANON_ENGINE_CLAIM_POOL_H
#define KANON_ENGINE_CLAIM_POOL_H

typedef struct ClaimPool ClaimPool;

/* `helpers` threads beside the one that calls, for up to `most` items at once. NULL: there is no memory, or there can be no more threads. */
ClaimPool *claim_pool_create(int helpers, int most);
void claim_pool_free(ClaimPool *pool);
/* As pool_run, for an audio thread: it calls no system and takes no lock. Items are claimed one by one; what no helper has begun it
 * does itself, and it waits for those that one has begun: no longer than one item takes where threads are not kept from running. */
void claim_pool_run(void *pool, void (*work)(void *data, int i, int thread), void *data, int n);

#endif
