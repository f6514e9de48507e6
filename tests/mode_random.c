/* Programs made by chance (fuzz/generate.c), each through every engine (fuzz/compare.c). A test is a seed: the same program
 * on every machine. Most runs take the first few; with --full all. Some go through the C compiler, some are replaced while
 * they sound, and what is pure is rendered by several threads. */
#include "driver.h"
#include "../compiler/base/cleanup.h"
#include "../compiler/engine/engine.h"
#include "fuzz/compare.h"
#include "fuzz/generate.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { USUAL = 60, ALL = 2000, ATTEMPTS = 50, FRAMES = 3000 };

const char *random_name(int i) {
    static char name[16];
    snprintf(name, sizeof name, "seed_%04d", i);
    return i < (settings.full ? ALL : USUAL) ? name : NULL;
}

/* The C compiler of engine cc ends with us. */
static void too_late(int number) {
    (void)number;
    raise(SIGTERM);
}

/* A fifth of them, with the rate that is known and without it, in float and in double. */
static ByC c_for(unsigned seed) {
    static const ByC ways[] = {IN_C, IN_C_WITHOUT_RATE, IN_C, IN_DOUBLE_C};
    return settings.reference || seed % 5 ? NO_C : ways[seed / 5 % 4];
}

/* Pieces of a render are 8192 frames. */
static bool render_in_jobs(const char *text, double rate) {
    enum { CHUNKS = 3 };
    char *command = text_format(
        "%s render random.kn --engine jit --rate %g --from 0.7s --for %gs --jobs 1 -o one.f32 && "
        "%s render random.kn --engine jit --rate %g --from 0.7s --for %gs --jobs %d -o some.f32 && "
        "cmp one.f32 some.f32",
        settings.kanon, rate, CHUNKS * 32000 / rate, settings.kanon, rate, CHUNKS * 32000 / rate,
        CHUNKS);
    bool good = file_write("random.kn", text, strlen(text)) && system(command) == 0;
    free(command);
    return good || wrong("the same program by several threads");
}

/* The first of some programs of a seed that the compiler takes. */
bool run_random(const Test *test) {
    static const double rates[] = {48000, 48000, 44100, 96000, 8000};
    static const char *const words[] = {"alike", "refused", "chaotic", "magnified", "different"};
    unsigned seed = (unsigned)strtoul(test->name + strlen("seed_"), NULL, 10);
    cleanup_on_signals();
    signal(SIGALRM, too_late);
    for (unsigned attempt = 0; attempt < ATTEMPTS; attempt++) {
        Choices choices = {.seed = (uint64_t)seed * ATTEMPTS + attempt + 1};
        char *text = generate_program(&choices);
        Comparison how = {.rate = rates[choose(&choices, 5)],
                          .frames = settings.sanitized ? FRAMES / 4 : FRAMES,
                          .seed = seed,
                          .by_c = c_for(seed),
                          .in_double = seed % 7 == 5,
                          .live = seed % 7 == 3};
        Verdict verdict = compare_engines(&how, text);
        bool good = verdict != DIFFERENT &&
                    (verdict == REFUSED || seed % 3 || render_in_jobs(text, how.rate));
        if (verdict != REFUSED)
            printf("%s, at %g Hz, after %u that are refused:\n%s%s", words[verdict], how.rate,
                   attempt, text, how.said.data ? how.said.data : "");
        buf_free(&how.said);
        free(text);
        if (verdict != REFUSED) return good;
    }
    return wrong("%d programs, and the compiler takes none", ATTEMPTS);
}
