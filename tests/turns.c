/* Turns: what of the tests a run has. In: a test or a name, and the seed. Out: is it its turn?
 *
 * What takes long, and breaks together with others, is run with each second, third or sixth seed, those of one kind spread over
 * them by their names. This is the one place that says so for whole tests; parts of tests ask `in_turn`, in scripts that of
 * turns.sh. A part takes turns by how often its test is run, and a test of a build with sanitizers by how often such a
 * build is made: check.sh makes that with AddressSanitizer for even seeds, that with ThreadSanitizer for odd ones. Of
 * seeds in a row ten have all tests of a plain build, twelve all of the builds with sanitizers, and twenty-four all parts of a
 * plain build's. Without a seed all tests are run, with --full all parts too. */
#include "turns.h"

#include <string.h>

enum { PLAIN = 1, ASAN = 2, TSAN = 4, SANITIZED_ALL = ASAN | TSAN, ANY = PLAIN | ASAN | TSAN };

/* The first row that fits a test is its own; what none fits is in each run. */
static const struct Turn {
    const char *mode, *name; /* a part of the test's name */
    unsigned builds, runs;
} turns[] = {
    {"emitted", "", ANY, 9},
    {"portable", "", ANY, 10},
    {"piece", "", ANY, 2},
    {"limit", "", ANY, 3},
    {"picture", "", ANY, 3},
    {"run", "", SANITIZED_ALL, 2},
    {"error", "", SANITIZED_ALL, 3},
    {"text", "", SANITIZED_ALL, 3},
    /* compilers take their time */
    {"kernel", "math_", ANY, 6},
    {"kernel", "aarch64", ANY, 6},
    {"kernel", "kernel_texts", ANY, 2},
    {"kernel", "fourier_plans", ANY, 3},
    {"command", "built_", ANY, 3},
    {"command", "mel_is", ANY, 3},
    {"command", "build_without_rate", ANY, 3},
    {"command", "c_without_a_rate", ANY, 3},
    {"command", "c_names", ANY, 3},
    {"command", "plugin_", ANY, 3},
    {"command", "long_names", ANY, 3},
    {"command", "hostile_", ANY, 3},
    {"command", "bench_", ANY, 3},
    /* seconds of sound, on a server that one test has at a time */
    {"command", "play_learns", ANY, 2},
    {"command", "play_follows", ANY, 2},
    {"command", "play_is_played", ANY, 2},
    {"command", "play_hears_osc", ANY, 2},
    {"command", "play_has_layers", ANY, 2},
    /* many processes */
    {"command", "ranks_that_are_killed", ANY, 3},
    {"command", "signals_leave_nothing", ANY, 3},
    {"command", "sweep_makes", ANY, 3},
    {"command", "resume_gives", ANY, 3},
};
enum { TURNS = sizeof turns / sizeof *turns };

unsigned hash_of(const char *name) {
    unsigned hash = 2166136261u;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    return hash / 8;
}

bool in_turn(unsigned number, unsigned runs) {
    return settings.full || (number + (unsigned)settings.seed) % runs == 0;
}

bool races_in_turn(unsigned number, unsigned runs) {
    return !settings.races || in_turn(number, runs);
}

unsigned runs_between(const Test *test) {
    const unsigned build = settings.races ? TSAN : settings.sanitized ? ASAN : PLAIN;
    if (!settings.turns || settings.full) return 1;
    if (test->mode->run == run_library) return library_turns(test->name);
    for (int i = 0; i < TURNS; i++)
        if (strcmp(turns[i].mode, test->mode->name) == 0 && (turns[i].builds & build) &&
            strstr(test->name, turns[i].name))
            return turns[i].runs;
    return 1;
}

bool test_is_in_turn(const Test *test) {
    return in_turn(hash_of(test->name), runs_between(test));
}

void turns_within(const Test *test) {
    char turn[24];
    settings.seed /= (int)runs_between(test);
    snprintf(turn, sizeof turn, "%d", settings.seed);
    if (!settings.full) setenv("KANON_TURN", turn, 1);
}
