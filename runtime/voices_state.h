/* The voices of one instrument, behind runtime/voices.h. */

typedef struct NAME_voices {
    int32_t limit, room; /* notes at once; places, some for those that fade */
    int32_t stealing, voicing, legato;
    double rate, glide; /* seconds from key to key */
    int64_t frame, order;
    KnKeyboard keyboard;
    int32_t nevents, event_room;
    KnVoice VOICES;
    KnEvent EVENTS;
} NAME_voices;
