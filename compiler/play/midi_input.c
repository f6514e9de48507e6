/* What comes in by MIDI, on its way to a live run.
 * In: messages, on threads of their ports. Out: notes and controllers at their frames, for the live run, which takes them by a ring
 * without locks (api/live_notes.c); orders and a tempo for the thread that steers.
 *
 * Nothing hangs: while time stands no note begins, so nothing waits for it that nobody ends; a note that was let through is let go
 * whatever happens, and what else moves meanwhile is told when time goes on, as it stands then. */
#include "play/midi_input.h"

#include <string.h>
#include <unistd.h>

/* Nanoseconds: MIDI 1.0 wants a sign of life every 300 ms; a clock slower than 10 beats a minute is none. */
static const uint64_t mute_after = 400000000, clock_ends_after = 250000000;

void midi_input_begin(MidiInput *in, Player *player, int wakes) {
    memset(in, 0, sizeof *in);
    in->player = player;
    in->wakes = wakes;
    atomic_store(&in->controller, -1);
    atomic_store(&in->position, -1);
    for (int c = 0; c < MIDI_CHANNELS; c++)
        for (int i = 0; i < MIDI_PLACES; i++)
            atomic_store(&in->stands[c][i], -1);
}

void midi_hand_begin(MidiHand *h, MidiInput *in) {
    memset(h, 0, sizeof *h);
    h->input = in;
}

/* ---- notes, and what stands -------------------------------------------------------------------------- */

static void tell(MidiInput *in, uint64_t time, const uint8_t *message, size_t bytes) {
    const int64_t frame = player_frame_now(in->player, time);
    if (!layers_midi(&in->player->layers, frame, message, (int)bytes))
        atomic_fetch_add(&in->refused, 1);
}

/* Which place of its channel a message moves; -1: it is about a key. */
static int place_of(const uint8_t *message) {
    switch (message[0] >> 4) {
    case 0xb: return message[1] & 127;
    case 0xd: return MIDI_PRESSURE;
    case 0xe: return MIDI_BEND;
    default: return -1;
    }
}

static bool begins_note(const uint8_t *message) {
    return message[0] >> 4 == 9 && message[2] > 0;
}

static bool ends_note(const uint8_t *message) {
    return message[0] >> 4 == 8 || (message[0] >> 4 == 9 && message[2] == 0);
}

static _Atomic uint8_t *held(MidiHand *h, const uint8_t *message) {
    return &h->held[message[0] & 15][message[1] & 127];
}

/* Was it held? */
static bool let_go(_Atomic uint8_t *times) {
    if (atomic_load(times) == 0) return false;
    atomic_fetch_sub(times, 1);
    return true;
}

static void strike(_Atomic uint8_t *times) {
    if (atomic_load(times) < UINT8_MAX) atomic_fetch_add(times, 1);
}

static bool is_let_through(MidiHand *h, const uint8_t *message, bool stands) {
    MidiInput *in = h->input;
    const int place = place_of(message);
    if (place >= 0)
        atomic_store(&in->stands[message[0] & 15][place],
                     stands ? message[1] << 8 | message[2] : -1);
    if (message[0] >> 4 == 0xb) atomic_store(&in->controller, message[1] & 127);
    if (ends_note(message)) return let_go(held(h, message)) || !stands;
    if (begins_note(message) && !stands) strike(held(h, message));
    return !stands;
}

static void hear_channel(MidiHand *h, const uint8_t *message, size_t bytes, uint64_t time) {
    const int kind = message[0] >> 4;
    uint8_t whole[3] = {message[0], 0, 0};
    if (bytes != (kind == 0xc || kind == 0xd ? 2u : 3u)) return;
    memcpy(whole, message, bytes);
    atomic_fetch_add(&h->input->messages, 1);
    if (is_let_through(h, whole, player_stands(h->input->player)))
        tell(h->input, time, whole, bytes);
}

/* ---- the clock ------------------------------------------------------------------------------------------ */

static void wake(const MidiInput *in) {
    const uint64_t one = 1;
    if (in->wakes >= 0 && write(in->wakes, &one, sizeof one) != sizeof one) return;
}

/* The slope of the straight line that fits the times of the last clocks best: their jitter goes out. */
static double clock_distance(const MidiHand *h, unsigned n) {
    const double middle = (n - 1) / 2.0;
    const uint64_t last = h->clocks[(h->nclocks - 1) % (MIDI_CLOCKS + 1)];
    double above = 0, below = 0;
    for (unsigned i = 0; i < n; i++) {
        const uint64_t time = h->clocks[(h->nclocks - n + i) % (MIDI_CLOCKS + 1)];
        above -= (i - middle) * (double)(last - time);
        below += (i - middle) * (i - middle);
    }
    return above / below;
}

static void hear_clock(MidiHand *h, uint64_t now) {
    enum { FEWEST = 7 };
    const uint64_t last = h->clocks[(h->nclocks + MIDI_CLOCKS) % (MIDI_CLOCKS + 1)];
    if (h->nclocks > 0 && now - last > clock_ends_after) h->nclocks = 0;
    h->clocks[h->nclocks++ % (MIDI_CLOCKS + 1)] = now;
    if (h->nclocks < FEWEST) return;
    const unsigned n = h->nclocks > MIDI_CLOCKS ? MIDI_CLOCKS + 1 : h->nclocks;
    const double beat = MIDI_CLOCKS * clock_distance(h, n);
    if (beat > 0) atomic_store(&h->input->beat_time, (uint64_t)beat);
}

static void order(MidiInput *in, MidiOrder what) {
    atomic_store(&in->order, (int)what);
    wake(in);
}

/* Messages of the system, of one byte but for the song position. */
static void hear_system(MidiHand *h, const uint8_t *message, size_t bytes, uint64_t time) {
    MidiInput *in = h->input;
    switch (message[0]) {
    case 0xf2:
        if (bytes == 3) atomic_store(&in->position, (message[1] & 127) | (message[2] & 127) << 7);
        break;
    case 0xf8: hear_clock(h, time); break;
    case 0xfa:
        h->nclocks = 0;
        order(in, MIDI_START);
        break;
    case 0xfb: order(in, MIDI_CONTINUE); break;
    case 0xfc: order(in, MIDI_STOP); break;
    default: break;
    }
}

void midi_hand_hear_at(MidiHand *h, const uint8_t *message, size_t bytes, uint64_t time) {
    if (bytes < 1 || message[0] < 0x80) return;
    if (message[0] == 0xfe || atomic_load(&h->sensed) > 0) atomic_store(&h->sensed, time);
    if (message[0] < 0xf0)
        hear_channel(h, message, bytes, time);
    else
        hear_system(h, message, bytes, time);
}

void midi_hand_hear(void *hand, const uint8_t *message, size_t bytes) {
    midi_hand_hear_at(hand, message, bytes, block_clock());
}

/* ---- for the thread that steers ---------------------------------------------------------------------------- */

void midi_hand_let_go(MidiHand *h) {
    const uint64_t now = block_clock();
    for (int c = 0; c < MIDI_CHANNELS; c++) {
        bool any = false;
        for (int key = 0; key < 128; key++)
            while (let_go(&h->held[c][key])) {
                tell(h->input, now, (uint8_t[]){(uint8_t)(0x80 | c), (uint8_t)key, 64}, 3);
                any = true;
            }
        if (any) tell(h->input, now, (uint8_t[]){(uint8_t)(0xb0 | c), 64, 0}, 3);
    }
    atomic_store(&h->sensed, 0);
}

bool midi_hand_is_mute(const MidiHand *h, uint64_t now) {
    const uint64_t sensed = atomic_load(&h->sensed);
    return sensed > 0 && now > sensed && now - sensed > mute_after;
}

/* Parameters come before their values: registered ones are 101, 100, 6. */
void midi_input_resume(MidiInput *in) {
    for (int c = 0; c < MIDI_CHANNELS; c++)
        for (int i = MIDI_PLACES - 1; i >= 0; i--) {
            const int32_t data = atomic_exchange(&in->stands[c][i], -1);
            const int kind = i == MIDI_BEND ? 0xe0 : i == MIDI_PRESSURE ? 0xd0 : 0xb0;
            const uint8_t message[3] = {(uint8_t)(kind | c), (uint8_t)(data >> 8), (uint8_t)data};
            if (data >= 0) tell(in, block_clock(), message, kind == 0xd0 ? 2 : 3);
        }
}

MidiOrder midi_input_order(MidiInput *in) {
    return (MidiOrder)atomic_exchange(&in->order, MIDI_NOTHING);
}

double midi_input_position(MidiInput *in) {
    return (double)atomic_exchange(&in->position, -1) / 4;
}

double midi_input_tempo(const MidiInput *in) {
    const uint64_t beat = atomic_load(&in->beat_time);
    return beat > 0 ? 1e9 / (double)beat : 0;
}
