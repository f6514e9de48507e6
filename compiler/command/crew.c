/* A render by several threads. In: a Render, and a program that may be cut into stages (strips/stages.c). Out: what one
 * thread would give, in order, to Render.write, which the calling thread does meanwhile.
 *
 * Time is cut into pieces. Each goes from station to station: its inputs are read, the stages of the program are computed, its
 * outputs are mixed, and it is written. A station that remembers takes the pieces in their order, others take any. What it
 * remembers lies in the cache of the thread that was there last, so a thread stays with its stations as long as they have
 * work for it; else it takes the earliest piece that can go on. There are only so many pieces at once. */
#include "command/runner.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    USUAL_PIECE = 8192,      /* frames */
    MOST_BYTES = 512 << 10,  /* of a piece, where its frames are wide */
    LEAST_PIECE = 1024,      /* and all the same */
    STARTS = 64,             /* a piece is so many times as long as a start takes */
    LONGEST_PIECE = 1 << 18, /* and yet no longer */
    MOST_STATE = 1 << 30,    /* bytes, of all that a program remembers */
    NOBODY = -1
};

typedef struct Piece {
    int64_t number;
    int frames;
    int station; /* that it waits for, or is in */
    bool busy;
    int64_t clamped;
    Frames f;
    float *mixed;
} Piece;

typedef enum { STATION_READ, STATION_STAGE, STATION_MIX } StationKind;

typedef struct Station {
    StationKind kind;
    bool in_order;
    int64_t next;     /* in order: the piece that it takes next */
    int owner;        /* in order: the thread that was there last */
    Runner **runners; /* of a stage: one, or one for each thread */
    int nrunners;
} Station;

typedef struct Crew {
    const Render *render;
    int threads;
    int nstages; /* 1: the program as a whole */
    Station *stations;
    int nstations;
    Piece *pieces;
    int npieces;
    int piece;                 /* frames */
    int64_t start, end;        /* frames */
    int64_t total;             /* pieces */
    int64_t admitted, written; /* pieces that are begun, and done with */
    RenderResult result;
    bool stop;
    pthread_mutex_t lock;
    pthread_cond_t moved; /* a piece has gone on, or all is to stop */
    pthread_cond_t ready; /* one may be written */
} Crew;

typedef struct Worker {
    Crew *crew;
    pthread_t thread;
    int number;
} Worker;

static int64_t begin_of(const Crew *crew, int64_t number) {
    return crew->start + number * crew->piece;
}

/* ---- a thread -------------------------------------------------------------------------------- */

/* How gladly a thread takes a piece; 0: it cannot go on. */
static int how_gladly(const Crew *crew, const Piece *p, int worker) {
    enum { NOT, IN_NEED, WELL, BEST };
    if (p->busy || p->station == crew->nstations) return NOT;
    const Station *s = &crew->stations[p->station];
    if (!s->in_order) return WELL;
    if (s->next != p->number) return NOT;
    return s->owner == worker ? BEST : s->owner == NOBODY ? WELL : IN_NEED;
}

static Piece *piece_of(const Crew *crew, int64_t number) {
    return &crew->pieces[number % crew->npieces];
}

/* One more, where there is room. */
static void admit(Crew *crew) {
    if (crew->admitted >= crew->total || crew->admitted - crew->written == crew->npieces) return;
    Piece *p = piece_of(crew, crew->admitted);
    const int64_t left = crew->end - begin_of(crew, crew->admitted);
    p->number = crew->admitted++;
    p->frames = left < crew->piece ? (int)left : crew->piece;
    p->station = 0;
    p->clamped = 0;
}

/* NULL: none can go on now. */
static Piece *find_piece(Crew *crew, int worker) {
    Piece *best = NULL;
    int most = 0;
    admit(crew);
    for (int64_t number = crew->written; number < crew->admitted; number++) {
        Piece *p = piece_of(crew, number);
        const int gladly = how_gladly(crew, p, worker);
        if (gladly <= most) continue;
        most = gladly;
        best = p;
    }
    if (best && crew->stations[best->station].in_order)
        crew->stations[best->station].owner = worker;
    return best;
}

static void compute(Crew *crew, Station *s, Piece *p, int worker) {
    Runner *run = s->runners[s->nrunners > 1 ? worker : 0];
    const int64_t begin = begin_of(crew, p->number), clamped = run->clamped;
    if (run->at != begin) runner_seek(run, begin);
    runner_process(run, &p->f, p->frames);
    p->clamped =
        run->clamped - clamped; /* each stage follows the same curves: the last one tells */
}

/* False: there is nothing to go on with, from this piece on. */
static bool work_on(Crew *crew, Piece *p, int worker) {
    const Render *r = crew->render;
    Station *s = &crew->stations[p->station];
    switch (s->kind) {
    case STATION_READ: return r->read(r->context, p->f.inputs, p->frames);
    case STATION_STAGE: compute(crew, s, p, worker); return true;
    default: frames_mix(r, &p->f, p->frames, p->mixed); return true;
    }
}

static void *work(void *argument) {
    const Worker *w = argument;
    Crew *crew = w->crew;
    pthread_mutex_lock(&crew->lock);
    while (!crew->stop) {
        Piece *p = find_piece(crew, w->number);
        if (!p) {
            pthread_cond_wait(&crew->moved, &crew->lock);
            continue;
        }
        p->busy = true;
        pthread_mutex_unlock(&crew->lock);
        const bool ok = work_on(crew, p, w->number);
        pthread_mutex_lock(&crew->lock);
        Station *s = &crew->stations[p->station];
        p->busy = false;
        if (ok) {
            p->station++;
            s->next++;
        } else {
            crew->total = p->number;
            crew->result = RENDER_STOPPED;
        }
        if (!ok || p->station == crew->nstations) pthread_cond_signal(&crew->ready);
        pthread_cond_broadcast(&crew->moved);
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

/* ---- the calling thread ---------------------------------------------------------------------- */

/* Writes what is heard of a piece; false: it was the last. */
static bool write_piece(Crew *crew, const Piece *p, int64_t *loud) {
    const Render *r = crew->render;
    const int64_t begin = begin_of(crew, p->number), done = begin + p->frames;
    const int silent = begin >= r->from              ? 0
                       : r->from - begin < p->frames ? (int)(r->from - begin)
                                                     : p->frames;
    const float *mixed = p->mixed + (size_t)silent * (size_t)r->graph->noutputs;
    int heard = p->frames - silent;
    if (r->tail) heard = render_within_tail(r, mixed, begin + silent, heard, loud);
    if (heard > 0 && !r->write(r->context, mixed, heard)) {
        crew->result = RENDER_STOPPED;
        return false;
    }
    if (r->progress)
        r->progress(r->context, done <= r->from, done - (done <= r->from ? 0 : r->from),
                    done <= r->from ? r->from : crew->end - r->from);
    return heard == p->frames - silent;
}

static void collect(Crew *crew, int64_t *clamped) {
    int64_t loud = render_first_loud(crew->render);
    bool more = true;
    pthread_mutex_lock(&crew->lock);
    while (more && crew->written < crew->total) {
        Piece *p = piece_of(crew, crew->written);
        if (crew->admitted == crew->written || p->station < crew->nstations) {
            pthread_cond_wait(&crew->ready, &crew->lock);
            continue;
        }
        pthread_mutex_unlock(&crew->lock);
        more = write_piece(crew, p, &loud);
        pthread_mutex_lock(&crew->lock);
        *clamped += p->clamped;
        crew->written++;
        pthread_cond_broadcast(&crew->moved);
    }
    crew->stop = true;
    pthread_cond_broadcast(&crew->moved);
    pthread_mutex_unlock(&crew->lock);
}

static void run_crew(Crew *crew, int64_t *clamped) {
    Worker *workers = calloc((size_t)crew->threads, sizeof *workers);
    int started = 0;
    for (; workers && started < crew->threads; started++) {
        workers[started] = (Worker){.crew = crew, .number = started};
        if (pthread_create(&workers[started].thread, NULL, work, &workers[started]) != 0) break;
    }
    if (!workers || started < crew->threads) {
        pthread_mutex_lock(&crew->lock);
        crew->result = RENDER_NO_MEMORY;
        crew->total = 0;
        pthread_mutex_unlock(&crew->lock);
    }
    collect(crew, clamped);
    for (int i = 0; i < started; i++)
        pthread_join(workers[i].thread, NULL);
    free(workers);
}

/* ---- what they work with --------------------------------------------------------------------- */

static void choose_piece(Crew *crew) {
    const Render *r = crew->render;
    const size_t bytes = frame_bytes(r) + sizeof(float) * (size_t)r->graph->noutputs;
    const int64_t start = STARTS * engine_warm_up(r->engine);
    int64_t frames = USUAL_PIECE;
    while (frames > LEAST_PIECE && (size_t)frames * bytes > MOST_BYTES)
        frames /= 2;
    if (frames < start) frames = start < LONGEST_PIECE ? start : LONGEST_PIECE;
    if (frames < r->block) frames = r->block;
    crew->piece = (int)(frames / r->block * r->block);
}

static bool add_runners(Crew *crew, Station *s, int stage, bool anywhere) {
    s->runners = calloc((size_t)crew->threads, sizeof(Runner *));
    s->nrunners = anywhere ? crew->threads : 1;
    for (int i = 0; s->runners && i < s->nrunners; i++)
        if (!(s->runners[i] = runner_create(crew->render, stage))) return false;
    s->in_order = !anywhere;
    return s->runners;
}

static bool add_stations(Crew *crew, bool anywhere) {
    const Render *r = crew->render;
    crew->stations = calloc((size_t)crew->nstages + 2, sizeof *crew->stations);
    if (!crew->stations) return false;
    if (r->read)
        crew->stations[crew->nstations++] =
            (Station){.kind = STATION_READ, .in_order = true, .owner = NOBODY};
    for (int i = 0; i < crew->nstages; i++) {
        Station *s = &crew->stations[crew->nstations++];
        *s = (Station){.kind = STATION_STAGE, .owner = NOBODY};
        if (!add_runners(crew, s, crew->nstages > 1 ? i : WHOLE_PROGRAM, anywhere && i == 0))
            return false;
    }
    crew->stations[crew->nstations++] = (Station){.kind = STATION_MIX};
    return true;
}

static bool add_pieces(Crew *crew) {
    crew->npieces = 2 * crew->threads + 2;
    crew->pieces = calloc((size_t)crew->npieces, sizeof *crew->pieces);
    for (int i = 0; crew->pieces && i < crew->npieces; i++) {
        Piece *p = &crew->pieces[i];
        p->mixed =
            malloc(sizeof(float) * (size_t)crew->piece * (size_t)crew->render->graph->noutputs);
        if (!frames_create(crew->render, crew->piece, &p->f) || !p->mixed) return false;
    }
    return crew->pieces;
}

/* Each stage has a state of its own, the first one for each thread. */
static bool fits(const Crew *crew, bool anywhere) {
    const int states = crew->nstages - anywhere + (anywhere ? crew->threads : 0);
    return engine_instance_bytes(crew->render->engine, 0) <= MOST_STATE / (size_t)states;
}

static bool hire(Crew *crew) {
    const Render *r = crew->render;
    bool anywhere = render_starts_anywhere(r);
    if (!fits(crew, anywhere)) {
        crew->nstages = 1;
        anywhere = false;
    }
    if (anywhere && crew->nstages == 1 && !r->tail && !r->read) crew->start = r->from;
    crew->end = r->tail ? r->frames : r->from + r->frames;
    choose_piece(crew);
    crew->total = (crew->end - crew->start + crew->piece - 1) / crew->piece;
    if (crew->threads > crew->total) crew->threads = crew->total > 0 ? (int)crew->total : 1;
    return add_stations(crew, anywhere) && add_pieces(crew);
}

static void dismiss(Crew *crew) {
    for (int i = 0; i < crew->nstations; i++) {
        for (int k = 0; crew->stations[i].runners && k < crew->stations[i].nrunners; k++)
            runner_free(crew->stations[i].runners[k]);
        free(crew->stations[i].runners);
    }
    for (int i = 0; crew->pieces && i < crew->npieces; i++) {
        frames_free(crew->render, &crew->pieces[i].f);
        free(crew->pieces[i].mixed);
    }
    free(crew->stations);
    free(crew->pieces);
}

RenderResult render_by_crew(const Render *r, int64_t *clamped) {
    Crew crew = {.render = r,
                 .threads = r->jobs,
                 .nstages = engine_stages(r->engine),
                 .result = RENDER_DONE};
    pthread_mutex_init(&crew.lock, NULL);
    pthread_cond_init(&crew.moved, NULL);
    pthread_cond_init(&crew.ready, NULL);
    if (hire(&crew))
        run_crew(&crew, clamped);
    else
        crew.result = RENDER_NO_MEMORY;
    dismiss(&crew);
    pthread_cond_destroy(&crew.moved);
    pthread_cond_destroy(&crew.ready);
    pthread_mutex_destroy(&crew.lock);
    return crew.result;
}
