/* The notes of an instrument: who plays them, and where they are kept. compiler/print_c/interface.c writes this text with the words of a
 * program; compiler/engine/instrument.c compiles it for all programs that run in memory. */

/* What happens to notes. Times are frames since the beginning, keys numbers as of midi(), with fractions. */
typedef enum {
    KN_NOTE_ON,      /* key; value: velocity, 0 to 1 */
    KN_NOTE_OFF,     /* key; value: release velocity, 0 to 1 */
    KN_KEY_PRESSURE, /* key; value: 0 to 1 */
    KN_PRESSURE,     /* value: of the channel, 0 to 1 */
    KN_BEND,         /* value: of the channel, in semitones */
    KN_BEND_PART,    /* value: -1 to 1, of the channel's range of bends */
    KN_CONTROLLER,   /* key: its number, 0 to 127; value: 0 to 1 */
    KN_NOTES_OFF     /* all of the channel are let go; value 1: and fade at once */
} KnEventKind;

typedef struct KnEvent {
    int64_t frame;
    int32_t kind, channel;
    double key, value;
} KnEvent;

/* How notes share voices. */
typedef enum {
    KN_STEAL_OLDEST,
    KN_STEAL_QUIETEST,
    KN_STEAL_SAME
} KnStealing; /* _SAME: a note of that key first */
typedef enum {
    KN_POLY,
    KN_MONO_LAST,
    KN_MONO_LOW,
    KN_MONO_HIGH
} KnVoicing; /* which of the keys held sounds, of one voice */

typedef enum {
    KN_VOICE_FREE,
    KN_VOICE_HELD,      /* its key is down */
    KN_VOICE_SUSTAINED, /* by a pedal */
    KN_VOICE_RELEASED,
    KN_VOICE_FADING /* its place is wanted */
} KnVoiceState;

/* One that plays a note. */
typedef struct KnVoice {
    int32_t state, channel;
    double key, pressure; /* pressure below 0: that of its channel */
    double released;      /* how fast it was let go, 0 to 1 */
    double pitch, from;   /* that it goes to and came from, as keys */
    int64_t order, began; /* of all notes; its first frame */
    int64_t glides_from, glides_until, fades_until;
    int32_t peak, level; /* in the window that goes on, in the last one */
    int32_t quiet;       /* windows */
} KnVoice;

typedef struct KnChannel {
    double bend, pressure, timbre;
    double bend_range; /* in semitones, of what MIDI sends */
    int32_t sustain, parameter;
} KnChannel;

/* A key that is held. Its pressure below 0: that of its channel. */
typedef struct KnKey {
    int32_t channel;
    double key, velocity, pressure;
} KnKey;

enum { KN_CHANNELS = 16, KN_KEYS_HELD = 128 };

/* What hands and feet do, see runtime/keyboard.c. */
typedef struct KnKeyboard {
    KnChannel channel[KN_CHANNELS];
    int32_t members; /* channels of MPE beside the first */
    int32_t nheld;
    KnKey held[KN_KEYS_HELD]; /* as they were struck */
} KnKeyboard;
