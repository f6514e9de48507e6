/* The state of a program in C: compiler/print_c/interface.c writes this text into its header. */

typedef struct NAME {
    double sample_rate, dt;
    int64_t frame; /* number of the next sample */
    int ready, cold, changed, started;
    double param[ROOM_FOR_PARAMS];
    FIELDS;
} NAME;
