/* --part K/N: one of N parts of a render, of as equal length as can be; of a sweep, of its rows. In: a Job with the whole render. Out: the same with
 * a part of it; parts one after the other (`kanon join`) are the bits of one go, since a pure program can start anywhere. */
#include "command/job.h"

#include <ctype.h>
#include <stdlib.h>

enum { MOST_PARTS = 1000000 };

static bool read_number(const char **text, int *number) {
    char *end;
    if (!isdigit((unsigned char)**text)) return false;
    const long value = strtol(*text, &end, 10);
    *number = value <= MOST_PARTS ? (int)value : MOST_PARTS + 1;
    *text = end;
    return true;
}

static bool read_part(const char *text, int *part, int *parts) {
    const char *at = text;
    if (read_number(&at, part) && *at++ == '/' && read_number(&at, parts) && !*at && *part >= 1 &&
        *part <= *parts && *parts <= MOST_PARTS)
        return true;
    command_fail(STATUS_USAGE,
                 "--part takes K/N, such as 2/8, from 1/N to N/N, N up to %d, not '%s'", MOST_PARTS,
                 text);
    return false;
}

/* Numbers of one width, so that names in alphabetical order are the parts in theirs. */
char *part_name(const char *text, const char *stem, const char *ending) {
    int part, parts;
    char digits[16];
    Buf name = {0};
    if (!read_part(text, &part, &parts)) return NULL;
    const int width = snprintf(digits, sizeof digits, "%d", parts);
    buf_printf(&name, "%s-%0*dof%d%s", stem, width, part, parts, ending);
    return name.data;
}

int job_starts_anywhere(const Job *job, const char *option) {
    Graph *g = job->c->program.graph;
    Render render = {.engine = job->engine, .graph = g, .settings = &job->settings};
    if (job->song.n > 0)
        return command_fail(STATUS_USAGE,
                            "%s needs a program that can start anywhere, and this is an "
                            "instrument: its voices hang on the notes before",
                            option);
    if (render_starts_anywhere(&render)) return STATUS_DONE;
    char *reason = NULL;
    for (int i = 0; i < g->noutputs && !reason; i++)
        reason = program_memory_reason(&job->c->session, g, i);
    if (reason)
        command_fail(STATUS_USAGE,
                     "%s needs a program that can start anywhere, and this one has a past: %s; "
                     "--jobs shares it among threads",
                     option, reason);
    else
        command_fail(STATUS_USAGE,
                     "%s: a phase hangs on how --set moved its param before, so the render cannot "
                     "start anywhere; write the function into the program",
                     option);
    free(reason);
    return STATUS_USAGE;
}

/* Frame number k / n of a whole, which may have 52 bits, as n 20. */
static int64_t cut(int64_t frames, int k, int n) {
    return frames / n * k + frames % n * k / n;
}

int part_of_rows(const Job *job, int *first, int *end) {
    int part, parts;
    const int rows = *end - *first, from = *first;
    if (!job->request->part) return STATUS_DONE;
    if (!read_part(job->request->part, &part, &parts)) return STATUS_USAGE;
    *first = from + (int)cut(rows, part - 1, parts);
    *end = from + (int)cut(rows, part, parts);
    return STATUS_DONE;
}

int part_choose(Job *job) {
    Render *r = &job->render;
    int part, parts;
    if (!job->request->part || job->request->sweep) return STATUS_DONE;
    if (!read_part(job->request->part, &part, &parts)) return STATUS_USAGE;
    if (job->in || job->request->normalize)
        return command_fail(STATUS_USAGE, "--part and %s do not go together: %s",
                            job->in ? "--in" : "--normalize",
                            job->in ? "what hears an input is rendered from its beginning"
                                    : "the peak of the whole is not known");
    const int64_t begin = cut(r->frames, part - 1, parts), end = cut(r->frames, part, parts);
    r->from += begin;
    r->frames = end - begin;
    return STATUS_DONE;
}
