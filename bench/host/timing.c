/* Rounds in which contestants take turns, and how long each was at work. */
#include "timing.h"
#include "channels.h"
#include "clock.h"

#include <stdlib.h>

enum { LEAST_ROUNDS = 3, MOST_ROUNDS = 301, OFFLINE_RUNS = 5, PIECE_TURN = 12 * BLOCK };
static const double TURN =
    200e-6; /* of what goes on: long against a look at the clock and a cold cache */

void times_add(Times *times, double value) {
    times->all = realloc(times->all, sizeof(double) * (size_t)(times->count + 1));
    if (!times->all) abort();
    times->all[times->count++] = value;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void times_sort(Times *times) {
    if (times->count) qsort(times->all, (size_t)times->count, sizeof(double), compare);
}

double times_at(const Times *times, double part) {
    double place = part * (times->count - 1);
    int i = (int)place;
    if (i + 1 >= times->count) return times->all[times->count - 1];
    return times->all[i] + (place - i) * (times->all[i + 1] - times->all[i]);
}

static Channels in, out;

static double run(const Contestant *c, int64_t blocks) {
    double began = seconds_worked();
    for (int64_t i = 0; i < blocks; i++)
        c->process(c->self, in.at, out.at, BLOCK);
    return seconds_worked() - began;
}

/* So many blocks that a turn is as long as it should be. */
static int64_t blocks_of_turn(const Contestant *c) {
    int64_t blocks = 1;
    run(c, 8);
    while (blocks < 1 << 20 && run(c, blocks) < TURN)
        blocks *= 2;
    return blocks;
}

/* Frames that take an offline contestant its share of the budget, within what a file of inputs may have. */
static int64_t frames_of_run(const Contestant *c, double budget) {
    const int64_t few = RATE * 10, most = c->inputs ? 400 * RATE : 20000 * (int64_t)RATE;
    double once = c->offline(c->self, few, in.at, NULL), wanted = budget / OFFLINE_RUNS;
    double frames = once > 0 ? (double)few * wanted / once : (double)most;
    return frames < (double)few ? few : frames > (double)most ? most : (int64_t)frames;
}

static void time_what_goes_on(Contestant *const *contestants, int count, double budget,
                              Times *times) {
    int64_t turn[count];
    for (int i = 0; i < count; i++)
        turn[i] = contestants[i]->offline ? frames_of_run(contestants[i], budget)
                                          : blocks_of_turn(contestants[i]);
    double until = seconds_now() + budget;
    for (int round = 0; round < LEAST_ROUNDS || (round < MOST_ROUNDS && seconds_now() < until);
         round++)
        for (int k = 0; k < count; k++) {
            int i =
                round % 2 ? count - 1 - k : k; /* so that nobody has always the same before it */
            const Contestant *c = contestants[i];
            if (!c->offline) {
                times_add(&times[i], run(c, turn[i]) * 1e9 / (double)(turn[i] * BLOCK));
            } else if (times[i].count < OFFLINE_RUNS) {
                double began = seconds_now(), took = c->offline(c->self, turn[i], in.at, NULL);
                if (took >= 0) times_add(&times[i], took * 1e9 / (double)turn[i]);
                until += seconds_now() - began;
            }
        }
}

/* One round: seconds of each, for `frames` frames from the beginning. */
static void play(Contestant *const *contestants, int count, int64_t frames, double *took) {
    for (int i = 0; i < count; i++) {
        contestants[i]->reset(contestants[i]->self);
        took[i] = 0;
    }
    for (int64_t at = 0; at < frames; at += PIECE_TURN)
        for (int i = 0; i < count; i++)
            took[i] += run(contestants[i], PIECE_TURN / BLOCK);
}

/* How much of it: what three rounds have time for, judged by the first two seconds, then by all of it. */
static void time_piece(Contestant *const *contestants, int count, double length, double budget,
                       Times *times) {
    double took[count], sum = 0, until = seconds_now() + budget;
    int64_t frames = (int64_t)(length * RATE), some = frames < 2 * RATE ? frames : 2 * RATE;
    play(contestants, count, some, took);
    for (int i = 0; i < count; i++)
        sum += took[i];
    double most = budget / LEAST_ROUNDS / sum * (double)some;
    if (most < (double)some) most = (double)some;
    if (most < (double)frames) frames = (int64_t)most;
    for (int round = 0; round < LEAST_ROUNDS || (round < MOST_ROUNDS && seconds_now() < until);
         round++) {
        play(contestants, count, frames, took);
        int64_t turns = (frames + PIECE_TURN - 1) / PIECE_TURN;
        for (int i = 0; i < count; i++)
            times_add(&times[i], took[i] * 1e9 / (double)(turns * PIECE_TURN));
    }
}

void time_rounds(Contestant *const *contestants, int count, double length, double budget,
                 Times *times) {
    uint32_t seed = 1;
    channels_create(&in, MOST_CHANNELS);
    channels_create(&out, MOST_CHANNELS);
    channels_fill(&in, &seed);
    if (length > 0)
        time_piece(contestants, count, length, budget, times);
    else
        time_what_goes_on(contestants, count, budget, times);
    for (int i = 0; i < count; i++)
        times_sort(&times[i]);
}

Times time_compiling(const Kind *kind, const char *path, const char *option, int most,
                     double budget) {
    Times times = {0};
    Channels inputs, outputs;
    channels_create(&inputs, MOST_CHANNELS);
    channels_create(&outputs, MOST_CHANNELS);
    double spent = 0;
    do {
        Contestant c;
        char why[WHY_SIZE];
        double began = clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
        if (!kind->open(&c, path, option, why)) break;
        if (c.process) c.process(c.self, inputs.at, outputs.at, BLOCK);
        double took = clock_seconds(CLOCK_PROCESS_CPUTIME_ID) - began;
        if (c.close) c.close(c.self);
        times_add(&times, took * 1e3);
        spent += took;
    } while (times.count < most && spent < budget);
    channels_free(&inputs);
    channels_free(&outputs);
    times_sort(&times);
    return times;
}
