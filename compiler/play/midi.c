/* MIDI of a performance.
 * In: names of ports. Out: what they send, for the live run (play/midi_input.c); lines about ports that go and come. */
#include "play/midi.h"
#include "play/midi_ports.h"
#include "base/foreign_text.h"

#include <string.h>

enum { MOST_HANDS = 64 };
static const double look_again = 0.5; /* seconds */

struct Midi {
    MidiPorts *ports;
    MidiInput input;
    MidiHand own, hands[MOST_HANDS];
    bool has_own, gone[MOST_HANDS];
    double looked;
    long refused; /* that was told */
};

static bool is_own(const char *words) {
    return strcmp(words, "own") == 0;
}

static bool open_ports(Midi *m, const MidiWish *wish, EngineError *why) {
    bool own = wish->own;
    for (int i = 0; i < wish->nports; i++)
        own = own || is_own(wish->ports[i]);
    m->ports = midi_ports_create(why);
    if (!m->ports) return false;
    midi_hand_begin(&m->own, &m->input);
    m->has_own = own && midi_ports_open_own(m->ports, midi_hand_hear, &m->own, why);
    if (own && !m->has_own) return false;
    for (int i = 0; i < wish->nports && i < MOST_HANDS; i++) {
        if (is_own(wish->ports[i])) continue;
        MidiHand *hand = &m->hands[midi_ports_count(m->ports)];
        midi_hand_begin(hand, &m->input);
        if (midi_ports_open(m->ports, wish->ports[i], midi_hand_hear, hand, why) < 0) return false;
    }
    return !wish->out || midi_ports_tell(m->ports, wish->out, why);
}

Midi *midi_begin(const MidiWish *wish, Player *player, int wakes, EngineError *why) {
    Midi *m = alloc_zeroed(1, sizeof *m);
    midi_input_begin(&m->input, player, wakes);
    if (open_ports(m, wish, why)) return m;
    midi_end(m);
    return NULL;
}

void midi_end(Midi *m) {
    if (!m) return;
    midi_ports_free(m->ports);
    if (m->has_own) midi_hand_let_go(&m->own);
    for (int i = 0; i < MOST_HANDS; i++)
        if (m->hands[i].input) midi_hand_let_go(&m->hands[i]);
    free(m);
}

MidiInput *midi_input(Midi *m) {
    return m ? &m->input : NULL;
}

static void look_at_port(Midi *m, int i, void (*say)(void *, const char *), void *context) {
    const char *name = midi_port_name(m->ports, i);
    const bool there = m->gone[i] ? midi_port_reopen(m->ports, i) : midi_port_is_there(m->ports, i);
    Buf line = {0};
    if (there != m->gone[i]) return;
    if (!there) {
        midi_port_close(m->ports, i);
        midi_hand_let_go(&m->hands[i]);
    }
    m->gone[i] = !there;
    buf_puts(&line, "MIDI: ");
    text_to_terminal(&line, name);
    buf_puts(&line,
             there ? " is there again" : " has gone; its notes are let go, and it is waited for");
    say(context, line.data);
    buf_free(&line);
}

static void look_at_hand(MidiHand *h) {
    if (h->input && midi_hand_is_mute(h, block_clock())) midi_hand_let_go(h);
}

/* What found no room may have been the end of a note. */
static void look_at_refused(Midi *m, void (*say)(void *, const char *), void *context) {
    const long refused = atomic_load(&m->input.refused);
    if (refused == m->refused) return;
    layers_notes_off(&m->input.player->layers, 0, false);
    say(context, "MIDI: more came at once than can wait; all notes are let go");
    m->refused = atomic_load(&m->input.refused);
}

void midi_look_after(Midi *m, double now, void (*say)(void *context, const char *line),
                     void *context) {
    if (!m) return;
    look_at_hand(&m->own);
    for (int i = 0; i < midi_ports_count(m->ports); i++)
        look_at_hand(&m->hands[i]);
    look_at_refused(m, say, context);
    if (now - m->looked < look_again) return;
    m->looked = now;
    for (int i = 0; i < midi_ports_count(m->ports); i++)
        look_at_port(m, i, say, context);
}

const char *midi_told(const Midi *m) {
    return midi_ports_told(m->ports);
}

void midi_send(Midi *m, const uint8_t *message, int bytes) {
    midi_ports_send(m->ports, message, bytes);
}

void midi_names(const Midi *m, Buf *out) {
    if (m->has_own) buf_puts(out, "kanon-midi");
    for (int i = 0; i < midi_ports_count(m->ports); i++)
        buf_printf(out, "%s%s", out->length > 0 ? ", " : "", midi_port_name(m->ports, i));
}
