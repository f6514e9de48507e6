/* Standard MIDI Files, read from bytes. */
#ifndef KANON_BASE_MIDI_READER_H
#define KANON_BASE_MIDI_READER_H

#include "base/base.h"

typedef enum MidiKind {
    MIDI_NOTE_ON,          /* number: the note, 0 to 127; value: velocity, 1 to 127 */
    MIDI_NOTE_OFF,         /* value: velocity of the release; 64 where the file has none */
    MIDI_KEY_PRESSURE,     /* number: the note; value 0 to 127 */
    MIDI_CONTROL,          /* number: the controller; value 0 to 127 */
    MIDI_PROGRAM,          /* number: the program, 0 to 127 */
    MIDI_CHANNEL_PRESSURE, /* value 0 to 127 */
    MIDI_BEND              /* value -8192 to 8191 */
} MidiKind;

typedef struct MidiEvent {
    double seconds, beats; /* from the beginning; beats are quarter notes */
    int64_t tick;          /* as the file counts time */
    int track;             /* from 0 */
    unsigned char channel; /* 0 to 15 */
    unsigned char kind;    /* MidiKind */
    unsigned char number;
    short value;
} MidiEvent;

/* From here on there are so many quarter notes a second. */
typedef struct MidiTempo {
    double seconds, beats, tempo;
} MidiTempo;

typedef struct MidiFile {
    MidiEvent *events; /* by time; at the same tick by track, then as in the file */
    int n;
    MidiTempo *tempos; /* at least one, the first at 0; by time */
    int ntempos;
    int tracks;
    double seconds, beats; /* to the end of the longest track */
    char why[160];         /* what is wrong, for the end of a sentence */
} MidiFile;

/* The bytes of an open file, by memory_try, to be freed: what reads them asks for more memory, so the file is closed
 * before. NULL with a reason. */
unsigned char *midi_file_bytes(MidiFile *m, int handle, size_t *size);
/* Types 0 and 1, also within RIFF (RMID). False with a reason, and the byte where it is. To be freed in any case. */
bool midi_file_read(MidiFile *m, const unsigned char *bytes, size_t size);
void midi_file_free(MidiFile *m);

#endif
