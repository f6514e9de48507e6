/* Sound files that are read while they are heard. In: an open file. Out: frames of it, from any place.
 *
 * What was read last is kept in pages of some thousand frames. Whoever computes samples may not wait for a disk: it takes what
 * is there, without a lock, and a thread of the stream reads the pages around that place. (A mapped file would not do: a page
 * of it that is not in memory makes the thread wait that touches it.) A render that nobody hears while it runs waits instead,
 * and so gives what the file holds, always. A page that is being read out is pinned; only pages that are not are read anew. */
#include "base/sound_stream.h"

#include "base/sound_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    PAGE = 8192,           /* frames */
    WAYS = 4,              /* pages whose numbers are alike that are kept beside each other */
    MOST_BYTES = 16 << 20, /* of all pages, but for files of very many channels */
    MOST_SETS = 64,
    LEAST_SETS = 4,
    WANTED = 64, /* pages that were asked for and not looked at */
    AHEAD = 2,   /* pages that are read behind one that is wanted; one in front */
    PAUSE = 2    /* milliseconds between looks at what is wanted */
};
static const int64_t NO_PAGE = -1;

typedef struct Page {
    _Atomic int64_t number;
    _Atomic int pins; /* readers that are copying from it */
    _Atomic uint64_t used;
    float *data; /* interleaved */
} Page;

struct SoundStream {
    SoundStream *before; /* in a list */
    SoundReader reader;  /* of whoever holds `reading` */
    pthread_mutex_t reading;
    int handle;
    bool waits, threaded;
    pthread_t thread;
    _Atomic bool ends;
    _Atomic uint64_t clock;
    _Atomic int64_t misses;
    _Atomic int64_t wanted[WANTED]; /* number + 1; 0: none */
    _Atomic unsigned asked;
    int64_t read_to; /* the frame that the reader comes to next */
    int sets;
    Page *pages; /* WAYS for each set */
    float *memory;
};

/* ---- pages ---------------------------------------------------------------------------------------------- */

static Page *set_of(const SoundStream *s, int64_t number) {
    return s->pages + number % s->sets * WAYS;
}

/* The page, pinned, or NULL when it is not there. Whoever reads it anew first takes its number away, then looks for pins:
 * one of both sees the other. */
static Page *pin(SoundStream *s, int64_t number) {
    Page *set = set_of(s, number);
    for (int i = 0; i < WAYS; i++) {
        if (atomic_load(&set[i].number) != number) continue;
        atomic_fetch_add(&set[i].pins, 1);
        if (atomic_load(&set[i].number) == number) {
            atomic_store_explicit(&set[i].used, atomic_fetch_add(&s->clock, 1),
                                  memory_order_relaxed);
            return &set[i];
        }
        atomic_fetch_sub(&set[i].pins, 1);
    }
    return NULL;
}

static void unpin(Page *page) {
    atomic_fetch_sub(&page->pins, 1);
}

static bool is_there(const SoundStream *s, int64_t number) {
    Page *set = set_of(s, number);
    for (int i = 0; i < WAYS; i++)
        if (atomic_load(&set[i].number) == number) return true;
    return false;
}

/* One that nobody reads, the longest unused; NULL while all are read. It has no number then. */
static Page *free_page(SoundStream *s, int64_t number) {
    Page *set = set_of(s, number);
    bool tried[WAYS] = {false};
    for (;;) {
        int oldest = -1;
        for (int i = 0; i < WAYS; i++)
            if (!tried[i] &&
                (oldest < 0 || atomic_load(&set[i].used) < atomic_load(&set[oldest].used)))
                oldest = i;
        if (oldest < 0) return NULL;
        tried[oldest] = true;
        const int64_t was = atomic_exchange(&set[oldest].number, NO_PAGE);
        if (atomic_load(&set[oldest].pins) == 0) return &set[oldest];
        atomic_store(&set[oldest].number, was);
    }
}

/* With `reading` held. What cannot be read, and what is no number, is silence. */
static void read_page(SoundStream *s, Page *page, int64_t number) {
    const int64_t first = number * PAGE, left = s->reader.frames - first;
    const int64_t frames = left < PAGE ? left : PAGE;
    const size_t values = (size_t)PAGE * (size_t)s->reader.channels;
    bool good = s->read_to == first || sound_reader_seek(&s->reader, first);
    memset(page->data, 0, sizeof *page->data * values);
    good = good && sound_reader_read(&s->reader, page->data, frames);
    s->read_to = good ? first + frames : -1;
    for (size_t i = 0; i < values; i++)
        if (!isfinite(page->data[i])) page->data[i] = 0;
    atomic_store(&page->used, atomic_fetch_add(&s->clock, 1));
    atomic_store(&page->number, number);
}

static bool is_page(const SoundStream *s, int64_t number) {
    return number >= 0 && number * PAGE < s->reader.frames;
}

/* With `reading` held. */
static void have_page(SoundStream *s, int64_t number) {
    if (!is_page(s, number) || is_there(s, number)) return;
    Page *page = free_page(s, number);
    if (page) read_page(s, page, number);
}

/* ---- the thread ------------------------------------------------------------------------------------------- */

static void want(SoundStream *s, int64_t number) {
    const unsigned place = atomic_fetch_add(&s->asked, 1) % WANTED;
    atomic_store(&s->wanted[place], number + 1);
}

static bool read_wanted(SoundStream *s) {
    bool some = false;
    for (int i = 0; i < WANTED && !atomic_load(&s->ends); i++) {
        const int64_t wanted = atomic_exchange(&s->wanted[i], 0) - 1;
        if (wanted < 0) continue;
        some = true;
        pthread_mutex_lock(&s->reading);
        for (int64_t k = wanted; k <= wanted + AHEAD; k++)
            have_page(s, k);
        have_page(s, wanted - 1);
        pthread_mutex_unlock(&s->reading);
    }
    return some;
}

static void *run(void *stream) {
    SoundStream *s = stream;
    const struct timespec pause = {0, PAUSE * 1000000};
    while (!atomic_load(&s->ends))
        if (!read_wanted(s)) nanosleep(&pause, NULL);
    return NULL;
}

/* Signals are for the threads of the host. */
static bool begin_thread(SoundStream *s) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    s->threaded = pthread_create(&s->thread, NULL, run, s) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return s->threaded;
}

/* ---- reading ------------------------------------------------------------------------------------------------ */

static Page *pin_waiting(SoundStream *s, int64_t number) {
    Page *page = pin(s, number);
    const struct timespec pause = {0, 100000};
    while (!page) {
        pthread_mutex_lock(&s->reading);
        have_page(s, number);
        page = pin(s, number);
        pthread_mutex_unlock(&s->reading);
        if (!page) nanosleep(&pause, NULL); /* other threads read all pages of the set */
    }
    return page;
}

static void copy(const SoundStream *s, const Page *page, float *to, int64_t first, int n,
                 int channel) {
    const int channels = s->reader.channels;
    const float *from = page->data + first % PAGE * channels + channel;
    for (int i = 0; i < n; i++)
        to[i] = from[i * channels];
}

/* Also what comes before and behind is to be there when it is needed. */
static void look_around(SoundStream *s, int64_t number) {
    for (int64_t k = number - 1; k <= number + 1; k++)
        if (is_page(s, k) && !is_there(s, k)) {
            want(s, number);
            return;
        }
}

static void read_from(SoundStream *s, float *to, int64_t first, int n, int channel, bool waits) {
    const int64_t frames = s->reader.frames;
    bool missed = false;
    for (int done = 0; done < n;) {
        const int64_t at = first + done, left = n - done;
        int64_t here = at < 0 ? -at : at < frames ? PAGE - at % PAGE : left;
        if (at >= 0 && at < frames && at + here > frames) here = frames - at;
        const int count = (int)(here < left ? here : left);
        const bool inside = at >= 0 && at < frames;
        Page *page = !inside ? NULL : waits ? pin_waiting(s, at / PAGE) : pin(s, at / PAGE);
        if (page) {
            copy(s, page, to + done, at, count, channel);
            unpin(page);
        } else {
            memset(to + done, 0, sizeof *to * (size_t)count);
            missed |= inside;
        }
        if (inside && !waits) look_around(s, at / PAGE);
        done += count;
    }
    if (missed) atomic_fetch_add(&s->misses, 1);
}

void sound_stream_read(SoundStream *s, float *to, int64_t first, int n, int channel) {
    read_from(s, to, first, n, channel, s->waits);
}

void sound_stream_fetch(SoundStream *s, float *to, int64_t first, int n, int channel) {
    read_from(s, to, first, n, channel, true);
}

int64_t sound_stream_misses(const SoundStream *s) {
    return atomic_load(&s->misses);
}

/* ---- its life --------------------------------------------------------------------------------------------- */

/* Pages are memory of the C library: a stream belongs to no compilation's owner, as its thread does not. */
static bool make_pages(SoundStream *s) {
    const size_t bytes = sizeof(float) * PAGE * (size_t)s->reader.channels;
    int64_t sets = (int64_t)(MOST_BYTES / bytes / WAYS);
    s->sets = (int)(sets > MOST_SETS ? MOST_SETS : sets < LEAST_SETS ? LEAST_SETS : sets);
    s->pages = (calloc)((size_t)s->sets * WAYS, sizeof *s->pages);
    s->memory = (malloc)(bytes * (size_t)s->sets * WAYS);
    if (!s->pages || !s->memory) return false;
    for (int i = 0; i < s->sets * WAYS; i++) {
        atomic_init(&s->pages[i].number, NO_PAGE);
        s->pages[i].data = s->memory + (size_t)i * PAGE * (size_t)s->reader.channels;
    }
    return true;
}

static SoundStream *fail(SoundStream *s, const char *reason, char *why, size_t size) {
    snprintf(why, size, "%s", reason);
    sound_stream_close(s);
    return NULL;
}

SoundStream *sound_stream_open(int handle, bool waits, char *why, size_t size) {
    SoundStream *s = (calloc)(1, sizeof *s);
    if (!s) return fail(NULL, "there is not enough memory", why, size);
    s->waits = waits;
    s->handle = fcntl(handle, F_DUPFD_CLOEXEC, 3);
    pthread_mutex_init(&s->reading, NULL);
    if (s->handle < 0) return fail(s, strerror(errno), why, size);
    if (!sound_reader_open(&s->reader, s->handle)) return fail(s, s->reader.why, why, size);
    if (!make_pages(s)) return fail(s, "there is not enough memory", why, size);
    for (int k = 0; k <= AHEAD; k++)
        have_page(s, k);
    if (!waits && !begin_thread(s)) return fail(s, "no thread can be begun", why, size);
    return s;
}

void sound_stream_close(SoundStream *s) {
    if (!s) return;
    atomic_store(&s->ends, true);
    if (s->threaded) pthread_join(s->thread, NULL);
    sound_reader_close(&s->reader);
    if (s->handle >= 0) close(s->handle);
    pthread_mutex_destroy(&s->reading);
    (free)(s->pages);
    (free)(s->memory);
    (free)(s);
}

SoundStream *sound_stream_link(SoundStream *s, SoundStream *before) {
    s->before = before;
    return s;
}

int sound_streams_open(const SoundStream *last) {
    int n = 0;
    for (; last; last = last->before)
        n++;
    return n;
}

void sound_streams_close(SoundStream *last) {
    while (last) {
        SoundStream *s = last;
        last = s->before;
        sound_stream_close(s);
    }
}

int64_t sound_streams_misses(const SoundStream *last) {
    int64_t sum = 0;
    for (; last; last = last->before)
        sum += sound_stream_misses(last);
    return sum;
}
