/* The voices of one instrument, behind runtime/voices.h. */

typedef struct NAME_voices {
    int32_t limit, room; /* notes at once; places, some for those that fade */
    int32_t stealing, voicing, legato;
    int32_t members;    /* channels of MPE beside the first */
    double rate, glide; /* seconds from key to key */
    int64_t frame, order;
    KnChannel channel[KN_CHANNELS];
    KnKey held[KN_KEYS_HELD];
    int32_t nheld, nevents, event_room;
    KnVoice VOICES;
    KnEvent EVENTS;
} NAME_voices;
