/* A port of OSC over UDP: who sends, what, and when it is meant. */
#ifndef KANON_PLAY_OSC_H
#define KANON_PLAY_OSC_H

#include "play/osc_packet.h"

#include <sys/socket.h>

typedef struct Osc Osc;

/* Who sent something, and gets the answer. */
typedef struct OscPeer {
    struct sockaddr_storage address;
    socklen_t length;
} OscPeer;

/* A message, and the time of block_clock at which it is meant; 0: at once. On the port's thread, which may be told of one before
 * osc_begin has returned. */
typedef void OscHearing(void *context, Osc *osc, const OscMessage *message, const OscPeer *peer,
                        uint64_t when);
/* How long before that it is wanted; seconds. */
typedef double OscAhead(const char *address);

/* `where` is a port, or HOST:PORT; without a host it is the machine's own (127.0.0.1), or with `any` all of its networks. What is
 * malformed is answered by /error. NULL with a reason. */
Osc *osc_begin(const char *where, bool any, OscHearing *hearing, OscAhead *ahead, void *context,
               EngineError *why);
void osc_end(Osc *osc);
/* "127.0.0.1:9000" */
const char *osc_name(const Osc *osc);
/* Any thread. A message that got no room (osc_write) is not sent. */
void osc_send(Osc *osc, const OscPeer *peer, const uint8_t *message, size_t size);
/* "/error" with the address that it is about and what is wrong. */
void osc_send_error(Osc *osc, const OscPeer *peer, const char *address, const char *text);
/* Packets so far. */
long osc_heard(const Osc *osc);

#endif
