/* kanon-mpi: kanon render by the ranks of an MPI job. In: what kanon render takes, for each rank. Out: one file, of which each
 * rank writes pieces with MPI-IO, or with --sweep a folder of files; both as kanon alone writes them.
 *
 * The file is OUT.part until it is whole (command/pieces.h), so a job that ends in the middle, by whatever, leaves nothing
 * under the name that was asked for, and the same command goes on with what is there. */
#include "mpi/ranks.h"
#include "base/cleanup.h"
#include "command/identity.h"
#include "command/resume.h"
#include "command/sweep.h"

#include <limits.h>
#include <mpi.h>
#include <signal.h>
#include <string.h>

static bool met; /* this rank came to render, where all meet */

static bool is_first(void) {
    return ranks_here() == 0;
}

/* All ranks stop where one cannot go on. */
static int agree(int status) {
    met = true;
    return ranks_agree(status);
}

/* ---- one file ---------------------------------------------------------------------------------------- */

typedef struct Ranges {
    Job *job;
    Resume resume; /* of the first rank */
    int64_t next;  /* piece */
    int64_t left;  /* pieces that are not given away */
    MPI_File file;
    PieceSink sink;
    int64_t first;     /* of the work at present */
    SoundFacts *facts; /* about its pieces */
    Failure why;
    bool failed;
} Ranges;

/* The more is left, the more at once, so that there are few questions, and all end at about the same time. */
static bool next_range(void *context, Lot *work) {
    Ranges *r = context;
    const int64_t first = pieces_missing(r->resume.pieces, r->next), share = 8 * ranks_count();
    if (first < 0) return false;
    int64_t most = r->left / share, n = 1;
    if (most > MOST_LOT) most = MOST_LOT;
    while (n < most && pieces_missing(r->resume.pieces, first + n) == first + n)
        n++;
    *work = (Lot){first, n};
    r->next = first + n;
    r->left -= n;
    return true;
}

static bool range_is_there(void *context, const Lot *work, const SoundFacts *facts, Failure *why) {
    const Ranges *r = context;
    for (int64_t i = 0; i < work->n; i++)
        if (!pieces_note(r->resume.pieces, work->first + i, &facts[i], why)) return false;
    return true;
}

static bool mpi_failure(Failure *why, const char *what, int error) {
    char text[MPI_MAX_ERROR_STRING];
    int length;
    MPI_Error_string(error, text, &length);
    return failure(why, "cannot write %s: %s", what, text);
}

static bool store(PieceSink *s, const SoundFacts *facts) {
    Ranges *r = s->context;
    MPI_Status status;
    int written = 0;
    const int size = (int)((size_t)piece_frames(&s->layout, s->piece) * s->layout.frame_bytes);
    const int error = MPI_File_write_at(r->file, piece_offset(&s->layout, s->piece), s->bytes, size,
                                        MPI_BYTE, &status);
    if (error == MPI_SUCCESS) MPI_Get_count(&status, MPI_BYTE, &written);
    if (error != MPI_SUCCESS)
        r->failed = !mpi_failure(&r->why, r->job->out, error);
    else if (written != size)
        r->failed = !failure(&r->why, "cannot write %s: only a part of it was taken", r->job->out);
    r->facts[s->piece - r->first] = *facts;
    return !r->failed;
}

static bool render_range(void *context, const Lot *work, SoundFacts *facts, Failure *why) {
    Ranges *r = context;
    r->first = work->first;
    r->facts = facts;
    const RenderResult result = piece_render(r->job, &r->sink, work->first, work->first + work->n);
    if (r->failed) *why = r->why;
    if (result == RENDER_NO_MEMORY) failure(why, "out of memory for the program's state");
    return result == RENDER_DONE && !r->failed;
}

static int open_file(Ranges *r, const char *path) {
    const int error = MPI_File_open(MPI_COMM_WORLD, path, MPI_MODE_WRONLY, MPI_INFO_NULL, &r->file);
    if (error == MPI_SUCCESS) return STATUS_DONE;
    r->file = MPI_FILE_NULL;
    mpi_failure(&r->why, path, error);
    return command_fail_with(&r->why);
}

/* The first rank makes the file, then all open it by the name that it has there. */
static int open_ranges(Ranges *r) {
    char path[PATH_MAX + 8] = "";
    int status = is_first() ? resume_open(r->job, &r->resume) : STATUS_DONE;
    if (status == STATUS_DONE && is_first())
        snprintf(path, sizeof path, "%s", pieces_path(r->resume.pieces));
    status = ranks_agree(status);
    if (status != STATUS_DONE) return status;
    ranks_tell(path, sizeof path);
    ranks_hush();
    return ranks_agree(open_file(r, path));
}

static int64_t sum_of_ranks(int64_t here) {
    int64_t sum = 0;
    MPI_Reduce(&here, &sum, 1, MPI_INT64_T, MPI_SUM, 0, MPI_COMM_WORLD);
    return sum;
}

static int render_ranges(Ranges *r) {
    const Share share = {next_range, range_is_there, render_range, r};
    if (is_first()) r->left = pieces_count_missing(r->resume.pieces);
    r->sink = piece_sink(r->job);
    r->sink.store = store;
    r->sink.context = r;
    const bool good = ranks_share(&share, &r->why);
    const int64_t clamped = sum_of_ranks(r->sink.clamped);
    piece_sink_free(&r->sink);
    MPI_File_close(&r->file); /* what was written is in the file once all have done so */
    if (!is_first()) return good ? STATUS_DONE : STATUS_FILE;
    return good ? resume_finish(&r->resume, clamped) : command_fail_with(&r->why);
}

static int render_one_file(Job *job) {
    Ranges r = {.job = job, .file = MPI_FILE_NULL};
    int status = agree(resume_refuses(job, "kanon-mpi"));
    if (status != STATUS_DONE) return status;
    Buf identity = {0};
    identity_of_render(job, &identity);
    const bool same = ranks_have_the_same(identity.data);
    buf_free(&identity);
    status = same ? open_ranges(&r) : STATUS_USAGE;
    if (status == STATUS_DONE) status = render_ranges(&r);
    resume_close(&r.resume);
    return status;
}

/* ---- a set of files ------------------------------------------------------------------------------------ */

typedef struct Rows {
    Sweep sweep;
    int next;
    int64_t clipped;
} Rows;

static bool next_row(void *context, Lot *work) {
    Rows *r = context;
    Sweep *s = &r->sweep;
    while (r->next < s->end) {
        const int row = r->next++;
        if (!manifest_has(s->manifest, s->folder, &s->table.rows[row])) {
            *work = (Lot){row, 1};
            return true;
        }
        s->there++;
    }
    return false;
}

static bool row_is_there(void *context, const Lot *work, const SoundFacts *facts, Failure *why) {
    Rows *r = context;
    Sweep *s = &r->sweep;
    r->clipped += facts->clipped > 0;
    return manifest_add(s->manifest, s->job, &s->table, &s->table.rows[work->first], facts, why);
}

static bool render_row(void *context, const Lot *work, SoundFacts *facts, Failure *why) {
    const Sweep *s = &((Rows *)context)->sweep;
    return sweep_render_row(s, &s->table.rows[work->first], facts, why);
}

/* The program with its params, and the rows: numbers that tell what each file is made of. */
static bool have_the_same_rows(const Sweep *s) {
    Buf text = {0};
    uint64_t hash = IDENTITY_SEED;
    identity_of_render(s->job, &text);
    for (int i = 0; i < s->table.n; i++) {
        const SweepRow *row = &s->table.rows[i];
        hash = identity_hash(hash, &row->id, sizeof row->id);
        hash = identity_hash(hash, row->file, strlen(row->file) + 1);
    }
    buf_printf(&text, "table %016llx\tanother table\n", (unsigned long long)hash);
    const bool same = ranks_have_the_same(text.data);
    buf_free(&text);
    return same;
}

static int render_rows(Rows *r) {
    const Share share = {next_row, row_is_there, render_row, r};
    Sweep *s = &r->sweep;
    const double began = seconds_now();
    Failure why;
    r->next = s->first;
    const bool good = ranks_share(&share, &why);
    if (!is_first()) return good ? STATUS_DONE : STATUS_FILE;
    return good ? sweep_finish(s, r->clipped, seconds_now() - began) : command_fail_with(&why);
}

static int render_set(Job *job) {
    Rows r = {.next = 0};
    int status = agree(sweep_read(job, &r.sweep));
    if (status == STATUS_DONE && !have_the_same_rows(&r.sweep)) status = STATUS_USAGE;
    if (status == STATUS_DONE)
        status = ranks_agree(is_first() ? sweep_open_manifest(&r.sweep) : STATUS_DONE);
    if (status == STATUS_DONE) status = render_rows(&r);
    sweep_close(&r.sweep);
    return status;
}

/* ---- the program ----------------------------------------------------------------------------------------- */

static int render_by_ranks(Job *job) {
    return job->request->sweep ? render_set(job) : render_one_file(job);
}

typedef struct CommandLine {
    int argc;
    char **argv;
    int status;
} CommandLine;

static void help(void) {
    Buf out = {0};
    request_help(&command_render, &out);
    if (is_first()) {
        printf("mpirun -n RANKS kanon-mpi FILE.kn [-o OUT] [options]\n\n"
               "Renders as kanon render does, by the ranks of an MPI job: the first hands out "
               "pieces of one\n"
               "file, or with --sweep the rows of the table, the others render them. The same "
               "command goes on\n"
               "after a job that was ended. All ranks need the same files and the same processor: "
               "where they\n"
               "differ, --isa names what all have. What follows is that of kanon render.\n\n%s",
               out.data);
        fflush(stdout);
    }
    buf_free(&out);
}

static void run_line(void *line) {
    CommandLine *l = line;
    Request request;
    l->status = STATUS_USAGE;
    if (request_read(&command_render, l->argc, l->argv, &request)) {
        if (request.help) help();
        l->status = request.help ? STATUS_DONE : job_run(&request, render_by_ranks);
    }
    if (!met) l->status = agree(l->status);
    request_free(&request);
}

int main(int argc, char **argv) {
    CommandLine line = {argc - 1, argv + 1, STATUS_FILE};
    int provided;
    if (MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS)
        return command_fail(STATUS_FILE, "MPI does not start");
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    cleanup_on_signals();
    ranks_hush();
    if (!run_deep(run_line, &line)) command_fail(STATUS_FILE, "there is not enough memory");
    MPI_Bcast(&line.status, 1, MPI_INT, 0, MPI_COMM_WORLD); /* as the first ends */
    MPI_Finalize();
    return line.status;
}
