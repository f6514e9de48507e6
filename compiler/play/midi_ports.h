/* Ports of MIDI: which there are, those that are heard, and one that is told. */
#ifndef KANON_PLAY_MIDI_PORTS_H
#define KANON_PLAY_MIDI_PORTS_H

#include "base/base.h"

typedef struct MidiPorts MidiPorts;

/* Who hears the messages of a port, one after the other, each whole: on a thread of its system, which must not wait. */
typedef void MidiHearing(void *context, const uint8_t *message, size_t bytes);

/* The systems of MIDI that are here: JACK's where its server runs, ALSA's. NULL with a reason: there is none. */
MidiPorts *midi_ports_create(EngineError *why);
/* Closes them. Afterwards nobody is called. */
void midi_ports_free(MidiPorts *ports);
/* A line for each port that can be heard, and each that can be told; false with a reason, also when there is none. */
bool midi_ports_list(Buf *out, EngineError *why);

/* A port of ours to which others may connect theirs, in each system. False with a reason. */
bool midi_ports_open_own(MidiPorts *ports, MidiHearing *hearing, void *context, EngineError *why);
/* Hears the port that `words` name: a number of the list, or words of a name. Its number here, from 0; -1 with a reason. */
int midi_ports_open(MidiPorts *ports, const char *words, MidiHearing *hearing, void *context,
                    EngineError *why);
/* How many are heard by midi_ports_open, and their names, which live as long as the ports. */
int midi_ports_count(const MidiPorts *ports);
const char *midi_port_name(const MidiPorts *ports, int port);
/* It is still among those that its system lists. Asks the system: not often. */
bool midi_port_is_there(MidiPorts *ports, int port);
/* Not heard any more: the hearing is not called afterwards. */
void midi_port_close(MidiPorts *ports, int port);
/* Hears it again, when it is there again. */
bool midi_port_reopen(MidiPorts *ports, int port);

/* Tells the port that `words` name, or one of our own ("own"), from now on. False with a reason. */
bool midi_ports_tell(MidiPorts *ports, const char *words, EngineError *why);
/* A message to it; any thread, one at a time. */
void midi_ports_send(MidiPorts *ports, const uint8_t *message, int bytes);
/* The name of what is told; NULL: nothing is. */
const char *midi_ports_told(const MidiPorts *ports);

#endif
