/* A socket of this machine by which a performance is told what to do.
 * In: texts of processes of the same user. Out: orders, and answers.
 *
 * All of it is of the thread that steers, which never waits for a sender: who is slow is heard in turns, and who sends nothing for
 * some seconds is left. */
#include "play/session_socket.h"
#include "base/cleanup.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { MOST_SENDERS = 16, MOST_BYTES = 1 << 20, FAILED = 3 };
static const double patience = 5; /* seconds */

typedef struct Sender {
    int handle; /* -1: there is none */
    double came;
    Buf text;
} Sender;

struct SessionSocket {
    char *path;
    int listener, epoll;
    int ticket; /* of cleanup_add */
    Sender senders[MOST_SENDERS];
};

/* ---- where ------------------------------------------------------------------------------------------- */

/* Ours, and nobody else's. */
static bool is_private(const char *folder) {
    struct stat info;
    return lstat(folder, &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == getuid() &&
           (info.st_mode & 077) == 0;
}

bool session_socket_folder(Buf *folder, bool make, EngineError *why) {
    const char *own = getenv("XDG_RUNTIME_DIR");
    if (own && *own)
        buf_printf(folder, "%s/kanon", own);
    else
        buf_printf(folder, "/tmp/kanon-%ld", (long)getuid());
    if (make && mkdir(folder->data, 0700) != 0 && errno != EEXIST)
        return engine_fails(why, FAILED, "%s cannot be made: %s", folder->data, strerror(errno));
    return is_private(folder->data) ||
           engine_fails(why, FAILED, "%s is no folder of this user alone", folder->data);
}

static bool address_of(const char *path, struct sockaddr_un *address, EngineError *why) {
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address->sun_path)
        return engine_fails(why, FAILED,
                            "%s is too long for the path of a socket: %zu bytes at most", path,
                            sizeof address->sun_path - 1);
    strcpy(address->sun_path, path);
    return true;
}

static int connect_to(const char *path, EngineError *why) {
    struct sockaddr_un address;
    if (!address_of(path, &address, why)) return -1;
    const int handle = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (handle >= 0 && connect(handle, (struct sockaddr *)&address, sizeof address) == 0)
        return handle;
    const int reason = errno;
    if (handle >= 0) close(handle);
    engine_fails(why, FAILED, "%s: %s", path, strerror(reason));
    errno = reason;
    return -1;
}

/* ---- listening --------------------------------------------------------------------------------------- */

/* A socket whose process is gone is in the way. */
static bool make_room(const char *path, EngineError *why) {
    struct stat info;
    EngineError answer;
    if (lstat(path, &info) != 0) return true;
    if (!S_ISSOCK(info.st_mode))
        return engine_fails(why, FAILED, "%s is there, and is no socket", path);
    const int handle = connect_to(path, &answer);
    if (handle < 0 && errno == ECONNREFUSED) return unlink(path) == 0;
    if (handle >= 0) close(handle);
    return engine_fails(why, FAILED, "another session listens at %s", path);
}

static bool listen_at(SessionSocket *s, EngineError *why) {
    struct sockaddr_un address;
    if (!address_of(s->path, &address, why) || !make_room(s->path, why)) return false;
    s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const bool bound = s->listener >= 0 &&
                       bind(s->listener, (struct sockaddr *)&address, sizeof address) == 0 &&
                       chmod(s->path, 0600) == 0 && listen(s->listener, MOST_SENDERS) == 0;
    if (!bound)
        return engine_fails(why, FAILED, "cannot listen at %s: %s", s->path, strerror(errno));
    s->ticket = cleanup_add(CLEANUP_FILE, s->path, 0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = s->listener};
    s->epoll = epoll_create1(EPOLL_CLOEXEC);
    return (s->epoll >= 0 && epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->listener, &event) == 0) ||
           engine_fails(why, FAILED, "cannot listen at %s: %s", s->path, strerror(errno));
}

static char *usual_path(EngineError *why) {
    Buf path = {0};
    if (session_socket_folder(&path, true, why)) {
        buf_printf(&path, "/%ld.sock", (long)getpid());
        return path.data;
    }
    buf_free(&path);
    return NULL;
}

SessionSocket *session_socket_create(const char *path, EngineError *why) {
    SessionSocket *s = alloc_zeroed(1, sizeof *s);
    s->listener = s->epoll = s->ticket = -1;
    for (int i = 0; i < MOST_SENDERS; i++)
        s->senders[i].handle = -1;
    s->path = path ? strdup(path) : usual_path(why);
    if (s->path && listen_at(s, why)) return s;
    session_socket_free(s);
    return NULL;
}

static void leave(Sender *sender) {
    if (sender->handle >= 0) close(sender->handle);
    sender->handle = -1;
    buf_free(&sender->text);
}

void session_socket_free(SessionSocket *s) {
    if (!s) return;
    for (int i = 0; i < MOST_SENDERS; i++)
        leave(&s->senders[i]);
    if (s->ticket >= 0) unlink(s->path);
    if (s->ticket >= 0) cleanup_drop(s->ticket);
    if (s->listener >= 0) close(s->listener);
    if (s->epoll >= 0) close(s->epoll);
    free(s->path);
    free(s);
}

const char *session_socket_path(const SessionSocket *s) {
    return s->path;
}

int session_socket_handle(const SessionSocket *s) {
    return s->epoll;
}

/* ---- answers ----------------------------------------------------------------------------------------- */

static void answer(const Sender *sender, bool done, const OrderOutcome *o) {
    Buf line = {0};
    if (done)
        buf_printf(&line, "ok %s\n", o->text);
    else
        buf_printf(&line, "error %d %d %s\n", o->line, o->column, o->text);
    (void)!send(sender->handle, line.data, line.length, MSG_NOSIGNAL | MSG_DONTWAIT);
    buf_free(&line);
}

static void obey_sender(Sender *sender, SessionObeying *obey, void *context) {
    Order order = {.kind = ORDER_LIST};
    OrderOutcome outcome = {.line = 0};
    buf_puts(&sender->text, "");
    const bool whole = strlen(sender->text.data) == sender->text.length;
    if (!whole) snprintf(outcome.text, sizeof outcome.text, "it is no text");
    const bool done =
        whole && order_read(sender->text.data, &order, &outcome) && obey(context, &order, &outcome);
    answer(sender, done, &outcome);
    order_free(&order);
    leave(sender);
}

/* False: nothing more comes now. */
static bool hear(Sender *sender, SessionObeying *obey, void *context) {
    char block[4096];
    const ssize_t n = recv(sender->handle, block, sizeof block, MSG_DONTWAIT);
    if (n > 0 && sender->text.length + (size_t)n <= MOST_BYTES) {
        buf_add(&sender->text, block, (size_t)n);
        return true;
    }
    if (n > 0) {
        const OrderOutcome o = {.text = "that is more than a megabyte"};
        answer(sender, false, &o);
    }
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (n == 0)
        obey_sender(sender, obey, context);
    else
        leave(sender);
    return false;
}

/* ---- senders ----------------------------------------------------------------------------------------- */

static bool is_of_us(int handle) {
    struct ucred who;
    socklen_t length = sizeof who;
    return getsockopt(handle, SOL_SOCKET, SO_PEERCRED, &who, &length) == 0 &&
           (who.uid == getuid() || who.uid == 0);
}

static Sender *free_place(SessionSocket *s) {
    for (int i = 0; i < MOST_SENDERS; i++)
        if (s->senders[i].handle < 0) return &s->senders[i];
    return NULL;
}

static void let_in(SessionSocket *s, double now) {
    for (Sender *place; (place = free_place(s));) {
        const int handle = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (handle < 0) return;
        struct epoll_event event = {.events = EPOLLIN, .data.fd = handle};
        const bool good =
            is_of_us(handle) && epoll_ctl(s->epoll, EPOLL_CTL_ADD, handle, &event) == 0;
        if (good)
            *place = (Sender){.handle = handle, .came = now};
        else
            close(handle);
    }
}

void session_socket_turn(SessionSocket *s, double now, SessionObeying *obey, void *context) {
    let_in(s, now);
    for (int i = 0; i < MOST_SENDERS; i++) {
        Sender *sender = &s->senders[i];
        while (sender->handle >= 0 && hear(sender, obey, context)) {
        }
        if (sender->handle >= 0 && now - sender->came > patience) leave(sender);
    }
}

/* ---- the other side ------------------------------------------------------------------------------------ */

static bool send_all(int handle, const char *text, size_t length) {
    while (length > 0) {
        const ssize_t n = send(handle, text, length, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR) return false;
        if (n > 0) {
            text += n;
            length -= (size_t)n;
        }
    }
    return shutdown(handle, SHUT_WR) == 0;
}

static bool receive_all(int handle, Buf *answer) {
    char block[4096];
    for (;;) {
        struct pollfd ready = {handle, POLLIN, 0};
        if (poll(&ready, 1, (int)(1e3 * 2 * patience)) <= 0) return false;
        const ssize_t n = recv(handle, block, sizeof block, 0);
        if (n == 0) return answer->length > 0;
        if (n < 0) return false;
        buf_add(answer, block, (size_t)n);
    }
}

bool session_socket_ask(const char *path, const char *text, size_t length, Buf *answer, bool *gone,
                        EngineError *why) {
    const int handle = connect_to(path, why);
    *gone = handle < 0 && (errno == ECONNREFUSED || errno == ENOENT);
    if (handle < 0) return false;
    const bool done = send_all(handle, text, length) && receive_all(handle, answer);
    close(handle);
    return done || engine_fails(why, FAILED, "the session at %s does not answer", path);
}
