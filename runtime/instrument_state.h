/* The state of an instrument in C, behind those of its parts. */

typedef struct NAME {
    NAME_main main;
    int ready;
    NAME_voices voices;
    float sound[NOTE_CHANNELS][256], sum[NOTE_CHANNELS][256];
    NAME_voice voice[ROOM_OF_VOICES];
} NAME;
