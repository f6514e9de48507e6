/* What renders are made of: a running program with its params, and the loop of several threads. command/rendering.c
 * chooses. */
#ifndef KANON_COMMAND_RUNNER_H
#define KANON_COMMAND_RUNNER_H

#include "command/command.h"
#include "graph/interp.h"

/* ---- command/runner.c: one running program, or a stage of one -------------------------------- */

/* Inputs and outputs, an array each, and what stages of a program hand over. */
typedef struct Frames {
    float **inputs, **outputs;
    char *handed;
} Frames;
/* Room for n frames. False: there is no memory; it is to be freed in any case. */
bool frames_create(const Render *r, int n, Frames *f);
void frames_free(const Render *r, Frames *f);
/* The outputs as a file has them: interleaved. */
void frames_mix(const Render *r, const Frames *f, int frames, float *to);
/* Of all that is kept of a frame. */
size_t frame_bytes(const Render *r);

typedef struct Runner {
    const Render *render;
    Instance *instance;
    Interp **curves; /* one for each setting, NULL for constants */
    Graph *views;    /* the program's graph as each curve sees it: with one output */
    double **values; /* of the curves, one block */
    double *now;     /* what each setting is at present */
    int64_t at;      /* next frame */
    int event;       /* of the song, the next */
    bool settled;    /* the values set at the beginning took effect at frame 0 */
    int64_t clamped;
    Frames block;        /* room for one */
    float **outputs_now; /* where the frames begin that are computed next */
    const float **inputs_now;
} Runner;
/* Of a stage, or of WHOLE_PROGRAM. NULL: there is no memory. */
Runner *runner_create(const Render *r, int stage);
void runner_free(Runner *run);
/* The next frames. */
void runner_process(Runner *run, const Frames *f, int frames);
/* To a frame without running there; false, and still at frame 0, when something remembers. */
bool runner_seek(Runner *run, int64_t frame);

/* ---- command/rendering.c --------------------------------------------------------------------- */

/* May the first stage begin at any frame, as far as params go? */
bool render_starts_anywhere(const Render *r);
/* How many of these frames, from frame `begin` on, belong to the render: the tail ends a second after the last loud frame,
 * and at least a second after the input. *loud: the frame after the last loud one. */
int render_within_tail(const Render *r, const float *mixed, int64_t begin, int frames,
                       int64_t *loud);
/* The first loud frame there may be is behind that one. */
int64_t render_first_loud(const Render *r);

/* ---- command/crew.c: several threads --------------------------------------------------------- */

RenderResult render_by_crew(const Render *r, int64_t *clamped);

#endif
