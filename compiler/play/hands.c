/* Who plays a performance: ports of MIDI, controllers that were learned, a clock, OSC.
 * In: what the user and the program want, orders that come in. Out: ports, a file of bindings, lines. */
#include "play/performing.h"
#include "base/foreign_text.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

/* ---- ports --------------------------------------------------------------------------------------------- */

static bool program_wants_midi(const KnProgram *program) {
    bool wants = kn_program_is_instrument(program);
    for (int i = 0; i < kn_program_params(program); i++)
        wants = wants || kn_program_param_controller(program, i) >= 0;
    return wants;
}

/* Somebody who plays it, or turns it, is expected. */
static bool wants_midi(const Performance *p) {
    bool wants = p->wants_midi;
    for (int i = 0; i < p->s.nlayers; i++)
        wants = wants || p->scripts[i].bindings.n > 0 ||
                program_wants_midi(kn_live_program(p->scripts[i].layer->live));
    return wants;
}

static void tell_ports(Performance *p) {
    Buf line = {0}, names = {0};
    midi_names(p->midi, &names);
    if (names.length > 0) buf_puts(&line, "hears ");
    text_to_terminal(&line, names.length > 0 ? names.data : "");
    if (midi_told(p->midi)) {
        buf_puts(&line, line.length > 0 ? "; its clock goes to " : "its clock goes to ");
        text_to_terminal(&line, midi_told(p->midi));
    }
    performance_say(p, "MIDI: %s", line.data);
    buf_free(&line);
    buf_free(&names);
}

static void tell_clock(void *performance, const uint8_t *message, int bytes) {
    midi_send(((Performance *)performance)->midi, message, bytes);
}

/* Where a port of our own is all that is wanted, sound without it is better than none. */
bool performance_open_hands(Performance *p, EngineError *why) {
    MidiWish wish = p->s.midi;
    const bool asked = wish.nports > 0 || wish.out;
    wish.own = wants_midi(p);
    if (p->midi || p->lost_device || (!wish.own && !asked)) return true;
    p->midi = midi_begin(&wish, &p->player, p->wakes, why);
    if (p->midi) tell_ports(p);
    if (p->midi && wish.out)
        midi_clock_begin(&p->clock, &p->player, performance_tempo(p), tell_clock, p);
    if (p->midi || asked) return p->midi != NULL;
    if (!p->told_midi)
        performance_say(p, "%s wants MIDI, and nothing is heard: %s", p->s.title, why->message);
    p->told_midi = true;
    return true;
}

void performance_close_hands(Performance *p) {
    midi_clock_end(&p->clock);
    midi_end(p->midi);
    p->midi = NULL;
}

/* ---- orders and the clock -------------------------------------------------------------------------------- */

/* The song position is in beats. */
static void go_on_from(Performance *p, double beats) {
    if (beats >= 0 && !layers_remembering(&p->player.layers))
        performance_seek(p, beats / performance_tempo(p));
    performance_pause(p, false);
}

static void take_order(Performance *p) {
    switch (midi_input_order(midi_input(p->midi))) {
    case MIDI_START: go_on_from(p, 0); break;
    case MIDI_CONTINUE: go_on_from(p, midi_input_position(midi_input(p->midi))); break;
    case MIDI_STOP: performance_pause(p, true); break;
    default: break;
    }
}

/* Differences that nobody hears are left alone: each new tempo is an edge in the beats of the program. */
static void follow_tempo(Performance *p) {
    static const double least = 5e-4;
    const double tempo = midi_input_tempo(midi_input(p->midi));
    if (tempo <= 0 || fabs(tempo - p->tempo) < least * tempo) return;
    performance_set_tempo(p, tempo);
    p->tempo = tempo;
}

static void take_wakes(const Performance *p) {
    uint64_t orders;
    if (p->wakes >= 0 && read(p->wakes, &orders, sizeof orders) < 0) return;
}

/* ---- OSC ------------------------------------------------------------------------------------------------- */

bool performance_open_remote(Performance *p, EngineError *why) {
    if (!p->s.remote.where) return true;
    p->remote = remote_begin(&p->s.remote, &p->player, &p->programs, p->wakes, why);
    if (p->remote) performance_say(p, "OSC: hears %s", remote_name(p->remote));
    return p->remote != NULL;
}

bool performance_open_socket(Performance *p, EngineError *why) {
    const bool asked = p->s.socket != NULL;
    if (asked && strcmp(p->s.socket, "none") == 0) return true;
    p->socket = session_socket_create(p->s.socket, why);
    if (p->socket && asked) performance_say(p, "orders: %s", session_socket_path(p->socket));
    return p->socket || !asked;
}

static void take_orders(Performance *p) {
    RemoteOrder order;
    OrderOutcome outcome;
    while (p->remote && remote_order(p->remote, &order)) {
        const bool done = performance_obey(p, &order.order, &outcome);
        if (!done || order.order.kind == ORDER_EVAL)
            remote_answer(p->remote, &order, done, &outcome);
        order_free(&order.order);
    }
}

static bool obey(void *performance, const Order *order, OrderOutcome *outcome) {
    return performance_obey(performance, order, outcome);
}

/* ---- learning --------------------------------------------------------------------------------------------- */

static char *bindings_path(const Script *script) {
    Buf path = {0};
    if (!script->settings->path) return NULL;
    buf_printf(&path, "%s.midi", script->settings->path);
    return path.data;
}

void performance_read_bindings(Performance *p, Script *script) {
    Bindings *b = &script->bindings;
    char why[512], *path = bindings_path(script);
    if (path && !bindings_read(b, path, why, sizeof why)) performance_say(p, "%s", why);
    for (int i = 0; i < b->n; i++)
        kn_live_bind(script->layer->live, b->items[i].param, b->items[i].controller);
    free(path);
}

static void bind_controller(Performance *p, const Layer *layer, const char *param, int controller) {
    Script *script = &p->scripts[layer - p->player.layers.items];
    char why[512], *path = bindings_path(script);
    kn_live_bind(layer->live, param, controller);
    bindings_set(&script->bindings, param, controller);
    if (path && !bindings_write(&script->bindings, path, why, sizeof why))
        performance_say(p, "%s", why);
    free(path);
}

void performance_learn(Performance *p) {
    const LayerParam param = view_param(&p->view, &p->player.layers);
    const bool learned = p->learns != NULL;
    EngineError why;
    free(p->learns);
    p->learns = NULL;
    if (learned || !param.live) return;
    p->wants_midi = true;
    p->told_midi = false;
    performance_open_hands(p, &why);
    if (!p->midi) return;
    atomic_store(&midi_input(p->midi)->controller, -1);
    p->learns = strdup(kn_program_param_name(param.program, param.param));
    p->learner = param.layer;
}

void performance_forget(Performance *p) {
    const LayerParam param = view_param(&p->view, &p->player.layers);
    if (param.live && kn_live_bound(param.live, param.param) >= 0)
        bind_controller(p, param.layer, kn_program_param_name(param.program, param.param), -1);
}

/* Numbers from 120 on are no knobs, but orders of a channel. */
static void take_controller(Performance *p) {
    enum { FIRST_ORDER = 120 };
    const int controller = atomic_load(&midi_input(p->midi)->controller);
    if (!p->learns || controller < 0 || controller >= FIRST_ORDER) return;
    bind_controller(p, p->learner, p->learns, controller);
    performance_say(p, "%s is turned by controller %d", p->learns, controller);
    free(p->learns);
    p->learns = NULL;
}

/* ---- the whole ---------------------------------------------------------------------------------------------- */

void performance_look_after_hands(Performance *p, double time) {
    take_wakes(p);
    take_orders(p);
    if (p->socket) session_socket_turn(p->socket, time, obey, p);
    performance_count_beats(p);
    if (!p->midi) return;
    midi_look_after(p->midi, time, performance_say_line, p);
    take_order(p);
    follow_tempo(p);
    take_controller(p);
    midi_clock_set(&p->clock, performance_tempo(p));
}
