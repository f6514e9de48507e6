/* A performance that is played and steered by OSC.
 * In: messages, on the thread of their port. Out: notes and params at their frames, for the live run, by its ring; orders for the thread
 * that steers; answers. */
#include "play/remote.h"
#include "base/unit.h"

#include <math.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

enum { MOST_ORDERS = 64, MOST_TEXT = 60000 };

struct Remote {
    Osc *osc;
    Player *player;
    pthread_mutex_t *programs;
    int wakes;
    int held; /* notes that were begun and not ended; of the port's thread */
    pthread_mutex_t lock;
    RemoteOrder orders[MOST_ORDERS]; /* a ring */
    unsigned first, norders;
};

static const char *const addresses[] = {[REMOTE_PLAY] = "/play",
                                        [REMOTE_PAUSE] = "/pause",
                                        [REMOTE_SEEK] = "/seek",
                                        [REMOTE_EVAL] = "/eval"};

/* One message at work. */
typedef struct Call {
    Remote *remote;
    Osc *osc;
    const OscMessage *message;
    const OscPeer *peer;
    uint64_t when;
} Call;

static void refuse(const Call *c, const char *fmt, ...) KN_PRINTF(2, 3);
static void refuse(const Call *c, const char *fmt, ...) {
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    osc_send_error(c->osc, c->peer, c->message->address, text);
}

static int64_t frame_of(const Call *c) {
    Player *p = c->remote->player;
    return c->when > 0 ? player_frame_at(p, c->when) : player_frame_now(p, block_clock());
}

static bool is_number(const OscMessage *m, int i) {
    return i < m->n && strchr("ifhdTF", m->arguments[i].type) && isfinite(m->arguments[i].number);
}

/* ---- /param/NAME ------------------------------------------------------------------------------------ */

static void answer(const Call *c, const KnProgram *program, int param) {
    uint8_t room[1024];
    char address[512];
    const char *unit = kn_program_param_unit(program, param);
    const double value =
        unit_number(kn_live_get(c->remote->player->live, param), unit_of_name(unit));
    snprintf(address, sizeof address, "/param/%s", kn_program_param_name(program, param));
    osc_send(c->osc, c->peer, room, osc_write(room, sizeof room, address, "fs", value, unit));
}

static void turn(const Call *c, const KnProgram *program, int param) {
    const Unit unit = unit_of_name(kn_program_param_unit(program, param));
    if (!kn_live_set_at(c->remote->player->live, frame_of(c), param,
                        unit_value(c->message->arguments[0].number, unit)))
        refuse(c, "more comes at once than can wait, or the value is none");
}

static void hear_param(const Call *c) {
    const char *pattern = c->message->address + strlen("/param/");
    const OscMessage *m = c->message;
    int found = 0;
    if (m->n > 0 && !is_number(m, 0)) {
        refuse(c, "the value of a param is a number");
        return;
    }
    pthread_mutex_lock(c->remote->programs);
    const KnProgram *program = kn_live_program(c->remote->player->live);
    for (int i = 0; i < kn_program_params(program); i++) {
        if (!osc_matches(pattern, kn_program_param_name(program, i))) continue;
        if (m->n == 0)
            answer(c, program, i);
        else
            turn(c, program, i);
        found++;
    }
    pthread_mutex_unlock(c->remote->programs);
    if (found == 0) refuse(c, "there is no param `%.200s`", pattern);
}

/* ---- /note on|off KEY VELOCITY [CHANNEL] ---------------------------------------------------------------- */

/* Whole numbers are those of MIDI, 0 to 127. */
static double velocity_of(const OscMessage *m, double usual) {
    if (m->n < 3) return usual;
    return m->arguments[2].type == 'i' ? m->arguments[2].number / 127 : m->arguments[2].number;
}

static bool play(const Call *c, bool on, double key, double velocity, int channel) {
    Remote *r = c->remote;
    KnLive *live = r->player->live;
    const bool stands = player_stands(r->player);
    if (on && stands) return true; /* nobody hears it, and it would wait */
    if (!on && stands && r->held == 0) return true;
    r->held += on ? 1 : r->held > 0 ? -1 : 0;
    return on ? kn_live_note_on(live, frame_of(c), channel, key, velocity)
              : kn_live_note_off(live, frame_of(c), channel, key, velocity);
}

static void hear_note(const Call *c) {
    const OscMessage *m = c->message;
    const char *what = m->n > 0 ? m->arguments[0].text : NULL;
    const bool on = what && strcmp(what, "on") == 0, off = what && strcmp(what, "off") == 0;
    const double velocity = velocity_of(m, on ? 0.8 : 0.5),
                 channel = m->n > 3 ? m->arguments[3].number : 0;
    if (!(on || off) || !is_number(m, 1) || (m->n > 2 && !is_number(m, 2)) ||
        (m->n > 3 && !is_number(m, 3)))
        refuse(c, "a note is: on or off, key, velocity, channel");
    else if (!(m->arguments[1].number >= 0 && m->arguments[1].number <= 127))
        refuse(c, "a key is a number from 0 to 127");
    else if (!(velocity >= 0 && velocity <= 1))
        refuse(c, "a velocity is from 0 to 1, or a whole number from 0 to 127");
    else if (!(channel >= 0 && channel <= 15))
        refuse(c, "a channel is from 0 to 15");
    else if (!play(c, on, m->arguments[1].number, velocity, (int)channel))
        refuse(c, "more notes come at once than can wait");
}

/* ---- orders ------------------------------------------------------------------------------------------------ */

static void wake(const Remote *r) {
    const uint64_t one = 1;
    if (r->wakes >= 0 && write(r->wakes, &one, sizeof one) != sizeof one) return;
}

static bool put(Remote *r, const RemoteOrder *order) {
    pthread_mutex_lock(&r->lock);
    const bool room = r->norders < MOST_ORDERS;
    if (room) r->orders[(r->first + r->norders++) % MOST_ORDERS] = *order;
    pthread_mutex_unlock(&r->lock);
    return room;
}

static void hear_order(const Call *c, RemoteKind kind) {
    const OscMessage *m = c->message;
    RemoteOrder order = {.kind = kind, .peer = *c->peer};
    if (kind == REMOTE_SEEK && !is_number(m, 0)) {
        refuse(c, "a place is a number of seconds");
        return;
    }
    if (kind == REMOTE_SEEK) order.seconds = fmax(m->arguments[0].number, 0);
    if (kind == REMOTE_EVAL &&
        (m->n < 1 || !m->arguments[0].text || strlen(m->arguments[0].text) > MOST_TEXT)) {
        refuse(c, "a definition is a text");
        return;
    }
    if (kind == REMOTE_EVAL) order.text = strdup(m->arguments[0].text);
    if (!put(c->remote, &order)) {
        free(order.text);
        refuse(c, "too many orders wait already");
    }
    wake(c->remote);
}

/* ---- messages ------------------------------------------------------------------------------------------------ */

static bool begins(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

/* What answers is not answered: two of us would never end. */
static bool is_answer(const char *address) {
    return strcmp(address, "/error") == 0 || strcmp(address, "/done") == 0;
}

static void hear(void *remote, Osc *osc, const OscMessage *message, const OscPeer *peer,
                 uint64_t when) {
    const Call c = {remote, osc, message, peer, when};
    if (begins(message->address, "/param/")) {
        hear_param(&c);
        return;
    }
    if (strcmp(message->address, "/note") == 0) {
        hear_note(&c);
        return;
    }
    for (int i = 0; i < (int)(sizeof addresses / sizeof *addresses); i++)
        if (strcmp(message->address, addresses[i]) == 0) {
            hear_order(&c, (RemoteKind)i);
            return;
        }
    if (!is_answer(message->address))
        refuse(&c, "there are /param/NAME, /note, /play, /pause, /seek and /eval");
}

/* What has a frame is told before it comes. */
static double ahead(const char *address) {
    return begins(address, "/param/") || strcmp(address, "/note") == 0 ? 0.1 : 0;
}

/* ---- for the thread that steers --------------------------------------------------------------------------------- */

Remote *remote_begin(const RemoteWish *wish, Player *player, pthread_mutex_t *programs, int wakes,
                     EngineError *why) {
    Remote *r = alloc_zeroed(1, sizeof *r);
    r->player = player;
    r->programs = programs;
    r->wakes = wakes;
    pthread_mutex_init(&r->lock, NULL);
    r->osc = osc_begin(wish->where, wish->any, hear, ahead, r, why);
    if (r->osc) return r;
    remote_end(r);
    return NULL;
}

void remote_end(Remote *r) {
    RemoteOrder order;
    if (!r) return;
    osc_end(r->osc);
    while (remote_order(r, &order))
        free(order.text);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

const char *remote_name(const Remote *r) {
    return osc_name(r->osc);
}

long remote_heard(const Remote *r) {
    return osc_heard(r->osc);
}

bool remote_order(Remote *r, RemoteOrder *order) {
    pthread_mutex_lock(&r->lock);
    const bool there = r->norders > 0;
    if (there) {
        *order = r->orders[r->first++ % MOST_ORDERS];
        r->norders--;
    }
    pthread_mutex_unlock(&r->lock);
    return there;
}

void remote_refuse(Remote *r, const RemoteOrder *order, const char *text, int line, int column) {
    uint8_t room[4096];
    osc_send(
        r->osc, &order->peer, room,
        osc_write(room, sizeof room, "/error", "ssii", addresses[order->kind], text, line, column));
}

void remote_confirm(Remote *r, const RemoteOrder *order, const char *text) {
    uint8_t room[4096];
    osc_send(r->osc, &order->peer, room,
             osc_write(room, sizeof room, "/done", "ss", addresses[order->kind], text));
}
