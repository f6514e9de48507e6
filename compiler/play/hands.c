/* Who plays a performance: ports of MIDI, controllers that were learned, a clock, OSC.
 * In: what the user and the program want, orders that come in. Out: ports, a file of bindings, lines. */
#include "play/performing.h"
#include "base/foreign_text.h"

#include <math.h>
#include <unistd.h>

/* ---- ports --------------------------------------------------------------------------------------------- */

/* Somebody who plays it, or turns it, is expected. */
static bool wants_midi(const Performance *p, const KnProgram *program) {
    bool wants = p->wants_midi || p->bindings.n > 0 || kn_program_is_instrument(program);
    for (int i = 0; i < kn_program_params(program); i++)
        wants = wants || kn_program_param_controller(program, i) >= 0;
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
    wish.own = wants_midi(p, kn_live_program(p->live));
    if (p->midi || p->lost_device || (!wish.own && !asked)) return true;
    p->midi = midi_begin(&wish, &p->player, p->wakes, why);
    if (p->midi) tell_ports(p);
    if (p->midi && wish.out)
        midi_clock_begin(&p->clock, &p->player, performance_tempo(p), tell_clock, p);
    if (p->midi || asked) return p->midi != NULL;
    if (!p->told_midi)
        performance_say(p, "%s is played by MIDI, and nothing is heard: %s", p->s.name,
                        why->message);
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
    if (beats >= 0 && kn_program_is_pure(kn_live_program(p->live)))
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
    const int param = kn_program_param_index(kn_live_program(p->live), "tempo");
    if (param < 0 || tempo <= 0 || fabs(tempo - p->tempo) < least * tempo) return;
    kn_live_set(p->live, param, tempo);
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

static void eval(Performance *p, const RemoteOrder *order) {
    EvalOutcome outcome;
    if (performance_eval(p, order->text, &outcome))
        remote_confirm(p->remote, order, outcome.text);
    else
        remote_refuse(p->remote, order, outcome.text, outcome.line, outcome.column);
}

static void seek(Performance *p, const RemoteOrder *order) {
    if (performance_seek(p, order->seconds)) return;
    remote_refuse(p->remote, order, "it remembers, and cannot be played from another time", 0, 0);
}

static void take_remote_orders(Performance *p) {
    RemoteOrder order;
    while (p->remote && remote_order(p->remote, &order)) {
        switch (order.kind) {
        case REMOTE_PLAY: performance_pause(p, false); break;
        case REMOTE_PAUSE: performance_pause(p, true); break;
        case REMOTE_SEEK: seek(p, &order); break;
        case REMOTE_EVAL: eval(p, &order); break;
        }
        free(order.text);
    }
}

/* ---- learning --------------------------------------------------------------------------------------------- */

static char *bindings_path(const Performance *p) {
    Buf path = {0};
    if (!p->s.path) return NULL;
    buf_printf(&path, "%s.midi", p->s.path);
    return path.data;
}

void performance_read_bindings(Performance *p) {
    char why[512], *path = bindings_path(p);
    if (path && !bindings_read(&p->bindings, path, why, sizeof why)) performance_say(p, "%s", why);
    for (int i = 0; i < p->bindings.n; i++)
        kn_live_bind(p->live, p->bindings.items[i].param, p->bindings.items[i].controller);
    free(path);
}

static void bind_controller(Performance *p, const char *param, int controller) {
    char why[512], *path = bindings_path(p);
    kn_live_bind(p->live, param, controller);
    bindings_set(&p->bindings, param, controller);
    if (path && !bindings_write(&p->bindings, path, why, sizeof why)) performance_say(p, "%s", why);
    free(path);
}

void performance_learn(Performance *p) {
    const char *name = kn_program_param_name(kn_live_program(p->live), p->view.chosen);
    const bool learned = p->learns != NULL;
    EngineError why;
    free(p->learns);
    p->learns = NULL;
    if (learned || !name) return;
    p->wants_midi = true;
    p->told_midi = false;
    performance_open_hands(p, &why);
    if (!p->midi) return;
    atomic_store(&midi_input(p->midi)->controller, -1);
    p->learns = strdup(name);
}

void performance_forget(Performance *p) {
    const char *name = kn_program_param_name(kn_live_program(p->live), p->view.chosen);
    if (name && kn_live_bound(p->live, p->view.chosen) >= 0) bind_controller(p, name, -1);
}

/* Numbers from 120 on are no knobs, but orders of a channel. */
static void take_controller(Performance *p) {
    enum { FIRST_ORDER = 120 };
    const int controller = atomic_load(&midi_input(p->midi)->controller);
    if (!p->learns || controller < 0 || controller >= FIRST_ORDER) return;
    bind_controller(p, p->learns, controller);
    performance_say(p, "%s is turned by controller %d", p->learns, controller);
    free(p->learns);
    p->learns = NULL;
}

/* ---- the whole ---------------------------------------------------------------------------------------------- */

void performance_look_after_hands(Performance *p, double time) {
    take_wakes(p);
    take_remote_orders(p);
    if (!p->midi) return;
    midi_look_after(p->midi, time, performance_say_line, p);
    take_order(p);
    follow_tempo(p);
    take_controller(p);
    midi_clock_set(&p->clock, performance_tempo(p));
}
