/* --sweep: a data set, a file for each row of a table, from one compilation. In: a Job with its engine, and values.csv. Out: a
 * folder of sound files, each whole or not there, and a manifest of them; a second run renders what is missing, or what is
 * made of something else now. Rows are taken by threads one after the other; what a file holds hangs on its row alone. */
#include "command/sweep.h"
#include "command/identity.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

/* ---- one file ------------------------------------------------------------------------------------- */

typedef struct RowSink {
    OutputFile *file;
    SoundOutput *sound;
} RowSink;

static bool write_row(void *sink, const float *samples, int frames) {
    return sound_output_write(((RowSink *)sink)->sound, samples, frames);
}

/* Those of --set, and those of the row. */
static ParamSettings settings_of(const Sweep *s, const SweepRow *row) {
    const ParamSettings *all = &s->job->settings;
    ParamSettings own = {.curves = all->curves};
    for (int i = 0; i < all->n; i++)
        VEC_PUSH(own.items, own.n, own.cap, all->items[i]);
    for (int i = 0; i < s->table.nparams; i++) {
        ParamSetting setting = {.param = s->table.params[i], .value = row->values[i]};
        VEC_PUSH(own.items, own.n, own.cap, setting);
    }
    return own;
}

static bool render_into(const Sweep *s, const SweepRow *row, RowSink *sink, SoundFacts *facts,
                        Failure *why) {
    const Job *job = s->job;
    ParamSettings settings = settings_of(s, row);
    Render render = job->render;
    render.settings = &settings;
    render.jobs = 1;
    render.write = write_row;
    render.progress = NULL;
    render.context = sink;
    sink->sound = sound_output_open(sink->file, job->format, render.graph->noutputs, job->rate,
                                    render.from, render.frames, why);
    const RenderResult result = sink->sound ? render_run(&render, NULL) : RENDER_STOPPED;
    settings_free(&settings);
    if (!sink->sound) return false;
    if (!sound_output_close(sink->sound, facts, why)) return false;
    return result != RENDER_NO_MEMORY || failure(why, "out of memory for the program's state");
}

bool sweep_render_row(const Sweep *s, const SweepRow *row, SoundFacts *facts, Failure *why) {
    Buf path = {0};
    buf_printf(&path, "%s/%s", s->folder, row->file);
    OutputPlace place = {.path = path.data,
                         .option = "-o",
                         .spared = &s->job->c->session.files,
                         .seeks = s->job->format.container != SOUND_F32};
    RowSink sink = {.file = output_file_open(&place, why)};
    bool ok = sink.file && render_into(s, row, &sink, facts, why);
    if (ok)
        ok = output_file_commit(sink.file, NULL, why);
    else
        output_file_abandon(sink.file);
    buf_free(&path);
    return ok;
}

/* ---- all files -------------------------------------------------------------------------------------- */

typedef struct Crowd {
    Sweep *sweep;
    pthread_mutex_t lock;
    int next;        /* row */
    int done;        /* rows */
    int running;     /* threads */
    int64_t clipped; /* files with clipped samples */
    bool failed;
    Failure why; /* of the first failure */
    pthread_cond_t moved;
} Crowd;

/* The next row that is missing; -1: none, or all is to stop. With the lock. */
static int take_row(Crowd *c) {
    Sweep *s = c->sweep;
    for (; !c->failed && c->next < s->end; c->done++) {
        const int row = c->next++;
        if (!manifest_has(s->manifest, s->folder, &s->table.rows[row])) return row;
        s->there++;
    }
    return -1;
}

static void *work(void *crowd) {
    Crowd *c = crowd;
    Sweep *s = c->sweep;
    int row;
    pthread_mutex_lock(&c->lock);
    while ((row = take_row(c)) >= 0) {
        SoundFacts facts;
        Failure why;
        pthread_mutex_unlock(&c->lock);
        bool ok = sweep_render_row(s, &s->table.rows[row], &facts, &why);
        pthread_mutex_lock(&c->lock);
        ok = ok && manifest_add(s->manifest, s->job, &s->table, &s->table.rows[row], &facts, &why);
        if (ok) c->clipped += facts.clipped > 0;
        if (!ok && !c->failed) c->why = why;
        c->failed |= !ok;
        c->done++;
        pthread_cond_signal(&c->moved);
    }
    c->running--;
    pthread_cond_signal(&c->moved);
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

/* Waits for them, and shows how far they are. */
static void watch(Crowd *c) {
    Job *job = c->sweep->job;
    const int64_t frames = job->render.frames;
    pthread_mutex_lock(&c->lock);
    while (c->running > 0) {
        pthread_cond_wait(&c->moved, &c->lock);
        progress_update(&job->progress, "rendering", (c->done - c->sweep->there) * frames,
                        (c->sweep->end - c->sweep->first - c->sweep->there) * frames);
    }
    pthread_mutex_unlock(&c->lock);
}

static void run_crowd(Crowd *c, int threads) {
    pthread_t *workers = alloc_zeroed((size_t)threads, sizeof *workers);
    int started = 0;
    pthread_mutex_lock(&c->lock);
    for (; started < threads; started++) {
        if (pthread_create(&workers[started], NULL, work, c) != 0) break;
        c->running++;
    }
    if (started == 0) c->failed = !failure(&c->why, "no thread can be begun");
    pthread_mutex_unlock(&c->lock);
    watch(c);
    for (int i = 0; i < started; i++)
        pthread_join(workers[i], NULL);
    free(workers);
}

/* ---- the whole ---------------------------------------------------------------------------------------- */

static int refuse(const Job *job) {
    const Request *r = job->request;
    const char *other = r->in          ? "--in"
                        : r->normalize ? "--normalize"
                        : r->resume    ? "--resume"
                                       : NULL;
    if (!other) return STATUS_DONE;
    return command_fail(STATUS_USAGE, "--sweep and %s do not go together%s", other,
                        r->resume ? ": a second run renders what is missing by itself" : "");
}

static int make_folder(Sweep *s) {
    struct stat info;
    s->folder = strdup(s->job->out);
    if (mkdir(s->folder, 0777) == 0) return STATUS_DONE;
    const int error = errno;
    if (error == EEXIST && stat(s->folder, &info) == 0 && S_ISDIR(info.st_mode)) return STATUS_DONE;
    return command_fail(error == EEXIST ? STATUS_USAGE : STATUS_FILE,
                        "cannot make the folder %s: %s", s->folder, strerror(error));
}

static void tell_ids(Sweep *s) {
    Buf identity = {0};
    identity_of_render(s->job, &identity);
    const uint64_t all = identity_hash(IDENTITY_SEED, identity.data, identity.length);
    const SweepTable *t = &s->table;
    for (int i = 0; i < t->n; i++) {
        uint64_t id = identity_hash(all, t->params, sizeof *t->params * (size_t)t->nparams);
        id = identity_hash(id, t->rows[i].values, sizeof(double) * (size_t)t->nparams);
        t->rows[i].id = id;
    }
    buf_free(&identity);
}

int sweep_read(Job *job, Sweep *s) {
    *s = (Sweep){.job = job};
    int status = refuse(job);
    if (status == STATUS_DONE) status = sweep_table_read(job, &s->table);
    s->end = s->table.n;
    if (status == STATUS_DONE) status = part_of_rows(job, &s->first, &s->end);
    if (status == STATUS_DONE) status = make_folder(s);
    if (status != STATUS_DONE) return status;
    tell_ids(s);
    return STATUS_DONE;
}

int sweep_open_manifest(Sweep *s) {
    s->manifest = manifest_open(s->folder, s->job->request->part, &s->job->why);
    return s->manifest ? STATUS_DONE : command_fail_with(&s->job->why);
}

int sweep_finish(Sweep *s, int64_t clipped, double took) {
    Job *job = s->job;
    const SweepTable part = {.rows = s->table.rows + s->first, .n = s->end - s->first};
    if (!manifest_put_in_order(s->manifest, &part, &job->why)) return command_fail_with(&job->why);
    const int made = part.n - s->there;
    if (clipped > 0)
        command_warn("%lld files have samples that were clipped; the manifest tells which",
                     (long long)clipped);
    command_say("%s: %d file%s of %.9g s, %d channel%s, %g Hz; %d were there, %.3g a second",
                s->folder, part.n, part.n == 1 ? "" : "s", (double)job->render.frames / job->rate,
                job->render.graph->noutputs, job->render.graph->noutputs == 1 ? "" : "s", job->rate,
                s->there, took > 0 ? made / took : 0);
    return STATUS_DONE;
}

void sweep_close(Sweep *s) {
    manifest_close(s->manifest);
    sweep_table_free(&s->table);
    free(s->folder);
}

int sweep_run(Job *job) {
    Sweep s;
    int status = sweep_read(job, &s);
    if (status == STATUS_DONE) status = sweep_open_manifest(&s);
    if (status == STATUS_DONE) {
        Crowd crowd = {.sweep = &s, .next = s.first};
        const int rows = s.end - s.first;
        const double began = seconds_now();
        pthread_mutex_init(&crowd.lock, NULL);
        pthread_cond_init(&crowd.moved, NULL);
        progress_begin(&job->progress, job->rate);
        run_crowd(&crowd, job->jobs < rows ? job->jobs : rows > 0 ? rows : 1);
        progress_end(&job->progress);
        pthread_cond_destroy(&crowd.moved);
        pthread_mutex_destroy(&crowd.lock);
        status = crowd.failed ? command_fail_with(&crowd.why)
                              : sweep_finish(&s, crowd.clipped, seconds_now() - began);
    }
    sweep_close(&s);
    return status;
}
