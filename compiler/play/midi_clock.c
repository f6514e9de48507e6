/* The clock that goes out by MIDI.
 * In: where the player is, a tempo. Out: messages.
 *
 * It counts frames of what plays, so that it goes with what is heard for hours: a clock of the machine would drift away from that of the
 * device. Where time stands it stands too. */
#include "play/midi_clock.h"
#include "play/midi_input.h"

#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

/* Seconds; frames of a jump, and no tempo. */
static const double looks_again = 0.002, slowest = 0.05;

static void send(MidiClock *c, int byte) {
    c->telling(c->context, (const uint8_t[]){(uint8_t)byte}, 1);
}

/* Where it goes on from, in sixteenths of a note. */
static void send_position(MidiClock *c, double frame) {
    const double sixteenths = 4 * atomic_load(&c->tempo) * frame / c->player->rate;
    const int at = sixteenths < 16383 ? (int)nearbyint(sixteenths) : 16383;
    c->telling(c->context, (const uint8_t[]){0xf2, (uint8_t)(at & 127), (uint8_t)(at >> 7)}, 3);
}

static void begin(MidiClock *c, double frame) {
    const bool from_start = frame < 0.1 * c->player->rate;
    if (!from_start) send_position(c, frame);
    send(c, from_start ? 0xfa : 0xfb);
    c->next = from_start ? 0 : frame;
}

double midi_clock_turn(MidiClock *c, uint64_t now) {
    Player *p = c->player;
    const bool plays = !player_stands(p) && atomic_load(&p->began.version) > 0;
    const double frame = (double)player_frame_now(p, now),
                 tempo = fmax(atomic_load(&c->tempo), slowest),
                 distance = p->rate / (MIDI_CLOCKS * tempo);
    if (plays && !c->plays) begin(c, frame);
    if (!plays && c->plays) send(c, 0xfc);
    c->plays = plays;
    if (!plays) return p->rate;
    if (fabs(c->next - frame) > p->rate) c->next = frame; /* it is somewhere else */
    for (; c->next <= frame; c->next += distance)
        send(c, 0xf8);
    return c->next - frame;
}

static void *run(void *clock) {
    MidiClock *c = clock;
    while (!atomic_load(&c->ends)) {
        const double left = midi_clock_turn(c, block_clock()) / c->player->rate,
                     seconds = fmin(left, looks_again);
        const struct timespec time = {0, (long)(1e9 * fmax(seconds, 1e-4))};
        nanosleep(&time, NULL);
    }
    if (c->plays) send(c, 0xfc);
    return NULL;
}

bool midi_clock_begin(MidiClock *c, Player *player, double tempo, MidiTelling *telling,
                      void *context) {
    sigset_t all, before;
    *c = (MidiClock){.player = player, .telling = telling, .context = context};
    atomic_store(&c->tempo, tempo);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    c->runs = pthread_create(&c->thread, NULL, run, c) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return c->runs;
}

void midi_clock_set(MidiClock *c, double tempo) {
    atomic_store(&c->tempo, tempo);
}

void midi_clock_end(MidiClock *c) {
    if (!c->runs) return;
    atomic_store(&c->ends, true);
    pthread_join(c->thread, NULL);
    c->runs = false;
}
