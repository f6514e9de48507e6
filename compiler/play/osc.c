/* A port of OSC over UDP.
 * In: packets. Out: messages at their time, on a thread of the port; answers.
 *
 * The socket is bound to the machine's own network unless told otherwise, which liblo cannot do: it listens to all networks. Messages
 * that are meant for later wait here in their order, so many that no sender fills the memory. */
#include "play/osc.h"
#include "play/block_times.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MOST_WAITING = 4096, MOST_WAITING_BYTES = 1 << 22, USAGE = 2, FAILED = 3 };

/* A message that is meant for later. */
typedef struct Waiting {
    uint64_t when, wanted; /* block_clock */
    OscPeer peer;
    uint8_t *bytes;
    size_t size;
} Waiting;

struct Osc {
    int socket, ends[2];
    char name[300];
    OscHearing *hearing;
    OscAhead *ahead;
    void *context;
    pthread_t thread;
    bool runs;
    atomic_long heard;
    /* of its thread */
    OscPeer peer;      /* of the packet at work */
    Waiting *waiting;  /* by the time at which they are wanted */
    int nwaiting, cap; /* … those of one time in the order in which they came */
    size_t bytes;
    uint8_t packet[OSC_MOST_BYTES + 1];
};

/* ---- answers --------------------------------------------------------------------------------------- */

void osc_send(Osc *o, const OscPeer *peer, const uint8_t *message, size_t size) {
    if (o && size > 0 && peer->length > 0 &&
        sendto(o->socket, message, size, MSG_DONTWAIT | MSG_NOSIGNAL,
               (const struct sockaddr *)&peer->address, peer->length) < 0)
        return; /* whoever does not listen is not waited for */
}

void osc_send_error(Osc *o, const OscPeer *peer, const char *address, const char *text) {
    uint8_t room[2048];
    osc_send(o, peer, room, osc_write(room, sizeof room, "/error", "ss", address, text));
}

/* ---- times ------------------------------------------------------------------------------------------ */

/* A time tag counts seconds since 1900; what is meant for then is meant for that moment of a clock that never jumps. */
static uint64_t time_of(uint64_t tag) {
    static const double since_1900 = 2208988800.0, most = 1e9;
    struct timespec now;
    if (tag <= 1) return 0;
    clock_gettime(CLOCK_REALTIME, &now);
    const double whole = (double)(tag >> 32) - since_1900 - (double)now.tv_sec,
                 seconds =
                     whole + (double)(tag & 0xffffffff) / 4294967296.0 - 1e-9 * (double)now.tv_nsec;
    if (!(seconds > 0)) return 0;
    return block_clock() + (uint64_t)(1e9 * fmin(seconds, most));
}

static bool put_off(Osc *o, const OscMessage *m, uint64_t when, uint64_t wanted) {
    if (o->nwaiting >= MOST_WAITING || o->bytes + m->size > MOST_WAITING_BYTES) {
        osc_send_error(o, &o->peer, m->address, "too many messages wait for their time already");
        return false;
    }
    Waiting w = {.when = when, .wanted = wanted, .peer = o->peer, .size = m->size};
    w.bytes = alloc_room(m->size, 1);
    memcpy(w.bytes, m->bytes, m->size);
    VEC_PUSH(o->waiting, o->nwaiting, o->cap, w);
    int at = o->nwaiting - 1;
    for (; at > 0 && o->waiting[at - 1].wanted > wanted; at--)
        o->waiting[at] = o->waiting[at - 1];
    o->waiting[at] = w;
    o->bytes += m->size;
    return true;
}

static void take(void *osc, const OscMessage *m) {
    Osc *o = osc;
    const uint64_t when = time_of(m->time), ahead = (uint64_t)(1e9 * o->ahead(m->address));
    if (when > block_clock() + ahead)
        put_off(o, m, when, when - ahead);
    else
        o->hearing(o->context, o, m, &o->peer, when);
}

typedef struct Due {
    Osc *osc;
    const Waiting *waiting;
} Due;

static void take_due(void *due, const OscMessage *m) {
    const Due *d = due;
    d->osc->hearing(d->osc->context, d->osc, m, &d->waiting->peer, d->waiting->when);
}

static void take_all_due(Osc *o) {
    const uint64_t now = block_clock();
    const char *why;
    int n = 0;
    for (; n < o->nwaiting && o->waiting[n].wanted <= now; n++) {
        Due due = {o, &o->waiting[n]};
        osc_read(o->waiting[n].bytes, o->waiting[n].size, take_due, &due, &why);
        o->bytes -= o->waiting[n].size;
        free(o->waiting[n].bytes);
    }
    o->nwaiting -= n;
    if (n > 0) memmove(o->waiting, o->waiting + n, sizeof *o->waiting * (size_t)o->nwaiting);
}

/* ---- the thread -------------------------------------------------------------------------------------- */

static void take_packet(Osc *o) {
    const char *why;
    o->peer.length = sizeof o->peer.address;
    const ssize_t size = recvfrom(o->socket, o->packet, OSC_MOST_BYTES, MSG_DONTWAIT,
                                  (struct sockaddr *)&o->peer.address, &o->peer.length);
    if (size < 0) return;
    atomic_fetch_add(&o->heard, 1);
    if (!osc_read(o->packet, (size_t)size, take, o, &why)) osc_send_error(o, &o->peer, "", why);
}

static int patience(const Osc *o) {
    if (o->nwaiting == 0) return -1;
    const uint64_t now = block_clock(), wanted = o->waiting[0].wanted;
    return wanted <= now ? 0 : (int)fmin((double)(wanted - now) / 1e6 + 1, 60000);
}

static void *run(void *osc) {
    Osc *o = osc;
    for (;;) {
        struct pollfd handles[] = {{o->socket, POLLIN, 0}, {o->ends[0], POLLIN, 0}};
        poll(handles, 2, patience(o));
        if (handles[1].revents) return NULL;
        if (handles[0].revents) take_packet(o);
        take_all_due(o);
    }
}

/* ---- beginning and end --------------------------------------------------------------------------------- */

/* "9000", "0.0.0.0:9000", "[::1]:9000" */
static bool split(const char *where, char *host, size_t room, const char **port) {
    const char *colon = strrchr(where, ':');
    *port = colon ? colon + 1 : where;
    const char *begin = *where == '[' ? where + 1 : where;
    const size_t length = colon ? (size_t)(colon - begin) : 0;
    if (length >= room) return false;
    memcpy(host, begin, length);
    host[length] = 0;
    if (length > 0 && host[length - 1] == ']') host[length - 1] = 0;
    char *end;
    const long number = strtol(*port, &end, 10);
    return **port >= '0' && **port <= '9' && !*end && number >= 1 && number <= 65535;
}

static bool bind_socket(Osc *o, const struct addrinfo *all) {
    for (const struct addrinfo *a = all; a; a = a->ai_next) {
        o->socket = socket(a->ai_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (o->socket >= 0 && bind(o->socket, a->ai_addr, a->ai_addrlen) == 0) return true;
        const int error = errno;
        if (o->socket >= 0) close(o->socket);
        o->socket = -1;
        errno = error;
    }
    return false;
}

static bool open_socket(Osc *o, const char *where, bool any, EngineError *why) {
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_PASSIVE}, *found = NULL;
    char host[256];
    const char *port;
    if (!split(where, host, sizeof host, &port))
        return engine_fails(why, USAGE, "--osc takes a port, or HOST:PORT, such as 9000, not '%s'",
                            where);
    if (!*host) snprintf(host, sizeof host, "%s", any ? "0.0.0.0" : "127.0.0.1");
    snprintf(o->name, sizeof o->name, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
    const int error = getaddrinfo(host, port, &hints, &found);
    if (error != 0) return engine_fails(why, FAILED, "--osc: %s: %s", o->name, gai_strerror(error));
    const bool bound = bind_socket(o, found);
    const int reason = errno;
    freeaddrinfo(found);
    return bound ||
           engine_fails(why, FAILED, "--osc: cannot listen at %s: %s", o->name, strerror(reason));
}

static bool begin(Osc *o, EngineError *why) {
    sigset_t all, before;
    if (pipe2(o->ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return engine_fails(why, FAILED, "--osc: %s", strerror(errno));
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    o->runs = pthread_create(&o->thread, NULL, run, o) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return o->runs || engine_fails(why, FAILED, "--osc: there can be no more threads");
}

Osc *osc_begin(const char *where, bool any, OscHearing *hearing, OscAhead *ahead, void *context,
               EngineError *why) {
    Osc *o = alloc_zeroed(1, sizeof *o);
    o->socket = o->ends[0] = o->ends[1] = -1;
    o->hearing = hearing;
    o->ahead = ahead;
    o->context = context;
    if (open_socket(o, where, any, why) && begin(o, why)) return o;
    osc_end(o);
    return NULL;
}

void osc_end(Osc *o) {
    if (!o) return;
    if (o->runs && write(o->ends[1], "", 1) == 1) pthread_join(o->thread, NULL);
    for (int i = 0; i < 2; i++)
        if (o->ends[i] >= 0) close(o->ends[i]);
    if (o->socket >= 0) close(o->socket);
    for (int i = 0; i < o->nwaiting; i++)
        free(o->waiting[i].bytes);
    free(o->waiting);
    free(o);
}

const char *osc_name(const Osc *o) {
    return o->name;
}

long osc_heard(const Osc *o) {
    return o ? atomic_load(&o->heard) : 0;
}
