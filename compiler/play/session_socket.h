/* A socket of this machine by which a performance is told what to do: by kanon eval, by editors, by scripts.
 *
 * One connection, one order. What is sent until the sender closes its half is a line of words, and for `eval` the definition after it:
 *
 *   eval [LAYER]         mute LAYER     solo LAYER     play      seek SECONDS     list
 *   bass(t) = ...        unmute LAYER   unsolo LAYER   pause     set PARAM VALUE
 *
 * The answer is a line: "ok TEXT", or "error LINE COLUMN TEXT" with the place in the definition, 0 0 where it has none there. */
#ifndef KANON_PLAY_SESSION_SOCKET_H
#define KANON_PLAY_SESSION_SOCKET_H

#include "base/base.h"
#include "play/orders.h"

typedef struct SessionSocket SessionSocket;

/* Who does what is asked. */
typedef bool SessionObeying(void *context, const Order *order, OrderOutcome *outcome);

/* Listens at a path, for processes of the same user; NULL: at one of session_socket_folder. NULL with a reason. */
SessionSocket *session_socket_create(const char *path, EngineError *why);
void session_socket_free(SessionSocket *socket);
const char *session_socket_path(const SessionSocket *socket);
/* Readable when there may be something to do. */
int session_socket_handle(const SessionSocket *socket);
/* Does it, and never waits. `now` in seconds. */
void session_socket_turn(SessionSocket *socket, double now, SessionObeying *obey, void *context);

/* ---- the other side ------------------------------------------------------------------------------------ */

/* Where sessions listen that were told no other path; they end with ".sock". False: there is none, and `make`: none can be made, with
 * a reason. */
bool session_socket_folder(Buf *folder, bool make, EngineError *why);
/* Sends an order and waits for the answer, some seconds at most. False with a reason; `gone`: nobody listens there any more. */
bool session_socket_ask(const char *path, const char *text, size_t length, Buf *answer, bool *gone,
                        EngineError *why);

#endif
