/* A data set of one program: what the files of `kanon render --sweep` share. */
#ifndef KANON_COMMAND_SWEEP_H
#define KANON_COMMAND_SWEEP_H

#include "command/job.h"

typedef struct SweepRow {
    const char *file; /* its name in the folder */
    int line;         /* of the table */
    uint64_t id;      /* what its bits hang on */
    double *values;   /* one for each column of SweepTable.params */
} SweepRow;

/* ---- command/sweep_table.c: values.csv to rows --------------------------------------------------------- */

typedef struct SweepTable {
    Arena *arena;
    int *params; /* of the program, one for each column of values */
    int nparams;
    SweepRow *rows;
    int n, cap;
} SweepTable;
/* Reads the table of --sweep against the program's params. Returns a status; what is wrong was printed, each with its line.
 * To be freed in any case. */
int sweep_table_read(Job *job, SweepTable *table);
void sweep_table_free(SweepTable *table);

/* ---- command/sweep_manifest.c: what is there ------------------------------------------------------------ */

typedef struct Manifest Manifest;
/* manifest.jsonl in that folder, or manifest-KofN.jsonl with `part`; it is locked. NULL with a reason. */
Manifest *manifest_open(const char *folder, const char *part, Failure *why);
/* Is the row in it, made of the same, and its file there? */
bool manifest_has(const Manifest *m, const char *folder, const SweepRow *row);
/* Adds the line of a row whose file is in place. False with a reason. */
bool manifest_add(Manifest *m, const Job *job, const SweepTable *table, const SweepRow *row,
                  const SoundFacts *facts, Failure *why);
/* All rows are there: their lines, and no others, in their order. False with a reason. */
bool manifest_put_in_order(Manifest *m, const SweepTable *table, Failure *why);
void manifest_close(Manifest *m);

/* ---- command/sweep.c -------------------------------------------------------------------------------------- */

typedef struct Sweep {
    Job *job;
    SweepTable table;
    char *folder;
    Manifest *manifest;
    int first, end; /* rows that are to be rendered, as --part has it */
    int there;      /* and of those so many were */
} Sweep;
/* Reads the table and makes the folder, with job->engine. Returns a status; to be closed in any case. */
int sweep_read(Job *job, Sweep *sweep);
/* Which of the files are there is known from then on; one process at a time has the manifest. Returns a status. */
int sweep_open_manifest(Sweep *sweep);
/* One row into its file: whole or not at all. Any thread. False with a reason. */
bool sweep_render_row(const Sweep *sweep, const SweepRow *row, SoundFacts *facts, Failure *why);
/* What was done, and the manifest in order. Returns a status. */
int sweep_finish(Sweep *sweep, int64_t clipped, double took);
void sweep_close(Sweep *sweep);
/* All of it, by job->jobs threads. Returns a status. */
int sweep_run(Job *job);

#endif
