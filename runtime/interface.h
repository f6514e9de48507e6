/* What is known of a program in C from outside: compiler/print_c/interface.c writes this text with the words of a program,
 * and says which they are. */

/* NAME: made by Kanon. It is yours: no licence is attached to it. */
#ifndef UPPER_KANON_H
#define UPPER_KANON_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if HAS_RUNNING
#ifndef KN_RUNNING
#define KN_RUNNING
typedef struct {
    int64_t count;
    int32_t head, n;
} KnRunning;
#endif

#endif
enum {
    UPPER_INPUTS = INPUTS,
    UPPER_OUTPUTS = OUTPUTS,
    UPPER_PARAMS = PARAMS,
    UPPER_LATENCY = LATENCY
};
#define UPPER_MAX_RATE MAX_RATE

typedef struct NAME_param {
    const char *name, *label, *unit;
    double min, max, initial, step; /* step 0: continuous */
    int log;                        /* 1: logarithmic control */
} NAME_param;
extern const NAME_param NAME_params[]; /* UPPER_PARAMS of them */

/* The whole state: no memory is allocated anywhere. Its fields are private. */
typedef struct NAME {
    double sample_rate, dt;
    int64_t frame; /* number of the next sample */
    int ready, cold, changed, started;
    double param[ROOM_FOR_PARAMS];
    FIELDS;
} NAME;

/* Also resets. 0 if the rate cannot be had: then process writes silence. */
int NAME_init(NAME *self, double sample_rate);
/* Any number of frames; an output may be the same memory as an input. Safe in an audio thread. */
void NAME_process(NAME *self, const float *const *inputs, float *const *outputs, int frames);
/* Clamped to the param's range, NaN ignored; takes effect with the next process. */
void NAME_set(NAME *self, int param, double value);
double NAME_get(const NAME *self, int param);
/* 1: done; 0: the program remembers, and nothing changed. */
int NAME_seek(NAME *self, int64_t frame);

#ifdef __cplusplus
}
#endif
#endif
