/* What the files of `kanon render` share: a render, from its options to its file. */
#ifndef KANON_COMMAND_JOB_H
#define KANON_COMMAND_JOB_H

#include "command/runner.h"
#include "command/song.h"

typedef struct Job {
    const Request *request;
    Compile *c;
    double rate;
    EngineKind kind;
    int block, jobs;
    SoundFormat format;
    char *out;
    SoundInput *in;
    ParamSettings settings;
    Song song; /* that an instrument plays */
    Engine *engine;
    OutputFile *file;
    SoundOutput *sound;
    Render render;
    Progress progress;
    Failure why; /* set by the callbacks */
    bool input_failed;
    FILE *spool; /* with --normalize: what was rendered, as floats */
    double peak; /* of it */
    bool spool_failed;
} Job;

/* ---- command/render.c ---------------------------------------------------------------------------- */

/* All of a render but rendering itself: options, program, engine. `render` gets the job, with its engine and its job->render
 * filled in, and returns the status. */
int job_run(const Request *request, int (*render)(Job *job));
/* Opens the file at job->out, for a writer that may go back. Returns a status. */
int job_open_file(Job *job, bool seeks);
void job_progress(void *job, bool silent, int64_t done, int64_t total);
/* What is wrong with what was rendered, and the line about it. */
void job_report(const Job *job, const SoundFacts *facts, int64_t clamped, double took);

/* ---- command/part.c: --part K/N ------------------------------------------------------------------- */

/* The name of a part where -o gives none: "bell-02of16.wav", malloc'd. NULL: a message was printed. */
char *part_name(const char *text, const char *stem, const char *ending);
/* The rows of a table that --part asks for, of [*first, *end); all without it. Returns a status. */
int part_of_rows(const Job *job, int *first, int *end);
/* Leaves of job->render the part that --part asks for. Returns a status. */
int part_choose(Job *job);
/* Can the program start anywhere, as `option` needs? Else a message, and the status. With job->engine. */
int job_starts_anywhere(const Job *job, const char *option);

#endif
