/* Packets of OSC 1.0: bytes to messages, and back. */
#ifndef KANON_PLAY_OSC_PACKET_H
#define KANON_PLAY_OSC_PACKET_H

#include "base/base.h"

enum { OSC_MOST_ARGUMENTS = 16, OSC_MOST_BYTES = 65507 };

typedef struct OscArgument {
    char type;        /* of its tag: i f d h s S T F N I and others */
    double number;    /* of i, h, f, d, T and F; else 0 */
    const char *text; /* of s and S, within the packet; else NULL */
} OscArgument;

/* Texts are within the packet. More arguments than there is room for are left out. */
typedef struct OscMessage {
    const char *address;
    uint64_t time; /* NTP's: seconds since 1900 in the upper half; 1: at once */
    int n;
    OscArgument arguments[OSC_MOST_ARGUMENTS];
    const uint8_t *bytes; /* the message alone, a packet too */
    size_t size;
} OscMessage;

typedef void OscTaking(void *context, const OscMessage *message);

/* Hands on each message of a packet, in order. A packet that is malformed anywhere is not taken at all: false, with what is wrong. */
bool osc_read(const uint8_t *packet, size_t size, OscTaking *taking, void *context,
              const char **why);
/* A message; the types are those of what follows: i (int), f (double), s (text). Returns its size; 0: there is no room. */
size_t osc_write(uint8_t *room, size_t most, const char *address, const char *types, ...);
/* Does a name fit a part of an address, with the signs * ? [a-z] [!a-z] {one,other} of OSC? */
bool osc_matches(const char *pattern, const char *name);

#endif
