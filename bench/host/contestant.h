/* What takes part in a comparison: one program, made by one maker, run block after block. Each kind of
 * maker has a file, contestant_KIND.c, and a row in the table `kinds`. */
#ifndef BENCH_CONTESTANT_H
#define BENCH_CONTESTANT_H

#include <stdbool.h>
#include <stdint.h>

enum { BLOCK = 512, RATE = 48000, MOST_CHANNELS = 64, WHY_SIZE = 240 };

typedef struct Contestant {
    void *self;
    int inputs, outputs;
    double length; /* of a piece, in seconds; 0: it goes on and costs the same all the time */
    /* At most BLOCK frames, the next ones. */
    void (*process)(void *self, float *const *inputs, float *const *outputs, int frames);
    /* To frame 0. NULL: it cannot, and is no piece. */
    void (*reset)(void *self);
    void (*close)(void *self);
    /* Instead of process, for what only runs as a whole: `seconds` of the processor that `frames` take, what
     * it costs to begin taken off; what is heard, where `heard` is not NULL, lies there channel after channel. Below 0: it failed. */
    double (*offline)(void *self, int64_t frames, float *const *inputs, float *heard);
} Contestant;

/* From text, or what was made of it, to what can run. `option` is the peer's own. False: `why` says
 * the reason, and there is nothing to close. */
typedef bool Open(Contestant *c, const char *path, const char *option, char why[WHY_SIZE]);
Open open_engine, open_object, open_llvm, open_csound, open_supercollider;

typedef struct Kind {
    const char *name;
    Open *open;
    bool compiles; /* open is what compiling costs; else it was made before, by another program */
} Kind;
/* NULL: there is no such kind. */
const Kind *kind_find(const char *name);

bool refuse(char why[WHY_SIZE], const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
