/* A performance that is played and steered by OSC.
 * In: messages, on the thread of their port. Out: notes and params at their frames, for the live runs, by their rings; orders for the thread
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

static void answer(const Call *c, const LayerParam *p) {
    uint8_t room[1024];
    char address[512];
    const char *unit = kn_program_param_unit(p->program, p->param);
    const double value = unit_number(kn_live_get(p->live, p->param), unit_of_name(unit));
    snprintf(address, sizeof address, "/param/%s", kn_program_param_name(p->program, p->param));
    osc_send(c->osc, c->peer, room, osc_write(room, sizeof room, address, "fs", value, unit));
}

static void turn(const Call *c, const LayerParam *p) {
    const Unit unit = unit_of_name(kn_program_param_unit(p->program, p->param));
    if (!kn_live_set_at(p->live, frame_of(c), p->param,
                        unit_value(c->message->arguments[0].number, unit)))
        refuse(c, "more comes at once than can wait, or the value is none");
}

/* NAME, of all layers that have it, or LAYER/NAME. */
static bool is_meant(const char *pattern, const LayerParam *p) {
    const char *slash = strchr(pattern, '/'), *name = kn_program_param_name(p->program, p->param);
    char layer[256];
    if (!slash) return osc_matches(pattern, name);
    snprintf(layer, sizeof layer, "%.*s", (int)(slash - pattern), pattern);
    return osc_matches(layer, p->layer->name) && osc_matches(slash + 1, name);
}

static void hear_param(const Call *c) {
    const char *pattern = c->message->address + strlen("/param/");
    const OscMessage *m = c->message;
    const Layers *layers = &c->remote->player->layers;
    int found = 0;
    if (m->n > 0 && !is_number(m, 0)) {
        refuse(c, "the value of a param is a number");
        return;
    }
    pthread_mutex_lock(c->remote->programs);
    for (int i = 0, n = layers_params(layers); i < n; i++) {
        const LayerParam p = layers_param(layers, i);
        if (!is_meant(pattern, &p)) continue;
        if (m->n == 0)
            answer(c, &p);
        else
            turn(c, &p);
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
    const bool stands = player_stands(r->player);
    if (on && stands) return true; /* nobody hears it, and it would wait */
    if (!on && stands && r->held == 0) return true;
    r->held += on ? 1 : r->held > 0 ? -1 : 0;
    return layers_note(&r->player->layers, on, frame_of(c), channel, key, velocity);
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

static bool read_nothing(const OscMessage *m, Order *order) {
    (void)m;
    (void)order;
    return true;
}

static bool read_seconds(const OscMessage *m, Order *order) {
    if (!is_number(m, 0)) return false;
    order->number = fmax(m->arguments[0].number, 0);
    return true;
}

/* NULL: it is none, or too long. */
static const char *text_of(const OscMessage *m, int i) {
    const char *text = i < m->n ? m->arguments[i].text : NULL;
    return text && strlen(text) <= MOST_TEXT ? text : NULL;
}

static bool read_definition(const OscMessage *m, Order *order) {
    const char *definition = text_of(m, 0), *layer = text_of(m, 1);
    if (!definition || (m->n > 1 && !layer)) return false;
    order->text = strdup(definition);
    order->name = layer ? strdup(layer) : NULL;
    return true;
}

static bool read_layer(const OscMessage *m, Order *order) {
    const char *layer = text_of(m, 0);
    if (!layer || (m->n > 1 && !is_number(m, 1))) return false;
    order->on = m->n < 2 || m->arguments[1].number != 0;
    order->name = strdup(layer);
    return true;
}

static const struct {
    const char *address;
    OrderKind kind;
    bool (*read)(const OscMessage *message, Order *order);
    const char *wants;
} addresses[] = {
    {"/play", ORDER_PLAY, read_nothing, ""},
    {"/pause", ORDER_PAUSE, read_nothing, ""},
    {"/seek", ORDER_SEEK, read_seconds, "a place is a number of seconds"},
    {"/eval", ORDER_EVAL, read_definition, "a definition is a text, and so is the layer after it"},
    {"/mute", ORDER_MUTE, read_layer, "a layer is a text; a number after it, 0: not any more"},
    {"/solo", ORDER_SOLO, read_layer, "a layer is a text; a number after it, 0: not any more"},
};
enum { ADDRESSES = sizeof addresses / sizeof *addresses };

static void hear_order(const Call *c, int i) {
    RemoteOrder order = {.order = {.kind = addresses[i].kind, .on = true},
                         .address = addresses[i].address,
                         .peer = *c->peer};
    if (!addresses[i].read(c->message, &order.order)) {
        refuse(c, "%s", addresses[i].wants);
        return;
    }
    if (!put(c->remote, &order)) {
        order_free(&order.order);
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
    for (int i = 0; i < ADDRESSES; i++)
        if (strcmp(message->address, addresses[i].address) == 0) {
            hear_order(&c, i);
            return;
        }
    if (!is_answer(message->address))
        refuse(&c, "there are /param/NAME, /note, /play, /pause, /seek, /eval, /mute and /solo");
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
        order_free(&order.order);
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

void remote_answer(Remote *r, const RemoteOrder *order, bool done, const OrderOutcome *o) {
    uint8_t room[4096];
    const size_t size = done ? osc_write(room, sizeof room, "/done", "ss", order->address, o->text)
                             : osc_write(room, sizeof room, "/error", "ssii", order->address,
                                         o->text, o->line, o->column);
    osc_send(r->osc, &order->peer, room, size);
}
