/* What the tests of playing share. Each is a function that prints what is wrong; mode_play.c lists them. */
#ifndef KANON_MODE_PLAY_H
#define KANON_MODE_PLAY_H

#include "../compiler/play/remote.h"
#include "mode_api.h"

#include <netinet/in.h>

enum { RATE = 48000 };

/* A live run for a device of so many outputs. */
KnLive *live_on(KnProgram *p, int outputs);

/* A player of one layer with two outputs. */
void play_begin(Player *player, Layer *layer, KnLive *live);

/* mode_play_midi.c */
bool midi_keeps_its_time(void);
bool nothing_hangs(void);
bool a_port_that_goes_lets_go(void);
bool broken_midi_does_no_harm(void);
bool what_waits_goes_along(void);
bool clocks_tell_a_tempo(void);
bool clock_goes_with_what_plays(void);
bool bindings_are_kept(void);

/* mode_play_osc.c */
typedef struct Sender {
    int socket;
    struct sockaddr_in to;
} Sender;
/* To a port of this machine. */
Sender sender_begin(int port);
void sender_send(const Sender *s, const uint8_t *packet, size_t size);
/* What a player plays is steered by a port that nobody has. */
Remote *remote_on(Player *player, pthread_mutex_t *programs, int *port);
bool osc_packets_are_read(void);
bool broken_osc_does_no_harm(void);
bool osc_patterns_match(void);
bool osc_is_answered(void);

#endif
