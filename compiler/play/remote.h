/* A performance that is played and steered by OSC. */
#ifndef KANON_PLAY_REMOTE_H
#define KANON_PLAY_REMOTE_H

#include "play/orders.h"
#include "play/osc.h"
#include "play/player.h"

#include <pthread.h>

typedef struct Remote Remote;

/* What is wanted. */
typedef struct RemoteWish {
    const char *where; /* a port, or HOST:PORT, as of osc_begin; NULL: nothing is heard */
    bool any;
} RemoteWish;

/* What waits for the thread that steers. */
typedef struct RemoteOrder {
    Order order;
    const char *address;
    OscPeer peer;
} RemoteOrder;

/* Listens. `programs` is locked while params are looked for: who replaces programs locks it too. `wakes`: a handle of eventfd that is
 * written when an order came, or -1. NULL with a reason. */
Remote *remote_begin(const RemoteWish *wish, Player *player, pthread_mutex_t *programs, int wakes,
                     EngineError *why);
void remote_end(Remote *remote);
/* Where it listens. */
const char *remote_name(const Remote *remote);
/* Packets so far. */
long remote_heard(const Remote *remote);
/* The next order, to be freed; false: there is none. */
bool remote_order(Remote *remote, RemoteOrder *order);
/* "/error" about an address with the reason and its place, or "/done" with what has come of it. */
void remote_answer(Remote *remote, const RemoteOrder *order, bool done,
                   const OrderOutcome *outcome);

#endif
