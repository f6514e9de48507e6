/* kanon.h, live programs: the C compiler behind them. */
#include "mode_api.h"

#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHANNELS = 8, BLOCK = 64, AFTER = 30000 };

/* Some of the programs with all kinds of state as channels of one; NULL after the last. */
static char *several_kinds(int from, int *n) {
    Buf text = {0};
    buf_puts(&text, "input x\nparam knob = 0.5 in 0..1\n");
    for (*n = 0; *n < CHANNELS && live_kind(from + *n); ++*n)
        buf_printf(&text, "k%d = {\n%s\na\n}\n", *n, live_kind(from + *n));
    buf_puts(&text, "out = [");
    for (int i = 0; i < *n; i++)
        buf_printf(&text, "%sk%d", i ? ", " : "", i);
    buf_puts(&text, "]\n");
    return text.data;
}

typedef struct Heard {
    float *channels[CHANNELS];
    int n, frames, cap;
} Heard;

static void block_of(Heard *h, KnLive *l, KnInstance *alone, double *error, double *peak) {
    float in[BLOCK], x[CHANNELS][BLOCK], y[CHANNELS][BLOCK], *outputs[CHANNELS], *others[CHANNELS];
    const float *inputs[] = {in};
    for (int i = 0; i < BLOCK; i++)
        in[i] = live_input(h->frames + i);
    for (int k = 0; k < h->n; k++) {
        outputs[k] = x[k];
        others[k] = y[k];
    }
    kn_live_process(l, inputs, outputs, BLOCK);
    kn_instance_process(alone, inputs, others, BLOCK);
    h->frames += BLOCK;
    for (int k = 0; k < h->n; k++)
        for (int i = 0; i < BLOCK; i++) {
            error[k] = fmax(error[k], fabs((double)x[k][i] - (double)y[k][i]));
            peak[k] = fmax(peak[k], fabs((double)y[k][i]));
        }
}

/* Does it take over, unheard? */
static bool goes_on_faster(int from) {
    Heard h = {0};
    char *text = several_kinds(from, &h.n);
    double error[CHANNELS] = {0}, peak[CHANNELS] = {0};
    KnProgram *p = live_compile(text);
    KnInstance *alone = kn_instance_create(p);
    KnLive *l = kn_live_create(p);
    bool good = true;
    for (int i = 0; i < 100; i++)
        block_of(&h, l, alone, error, peak);
    for (int i = 0; i < 20000 && strcmp(kn_live_engine(l), "cc") != 0; i++) {
        usleep(10000);
        block_of(&h, l, alone, error, peak);
    }
    CLAIM(good, api_text_is("cc", kn_live_engine(l)));
    for (int i = 0; i < AFTER / BLOCK; i++)
        block_of(&h, l, alone, error, peak);
    for (int k = 0; k < h.n; k++)
        if (!(error[k] <= 1e-6 * fmax(peak[k], 1)))
            good = wrong("%s\nis off by %g of %g", live_kind(from + k), error[k], peak[k]);
    kn_live_free(l);
    kn_instance_free(alone);
    kn_program_free(p);
    free(text);
    return good;
}

bool live_faster_code_goes_on(void) {
    bool good = true;
    if (!kn_engine_available("cc")) return true;
    for (int i = 0; live_kind(i) && (i == 0 || !settings.sanitized); i += CHANNELS)
        if (in_turn((unsigned)(i / CHANNELS), 3)) good = goes_on_faster(i) && good;
    return good;
}

/* ---- what stays behind ------------------------------------------------------------------------------ */

static int count_entries(const char *path, const char *beginning) {
    int n = 0;
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        n += strncmp(entry->d_name, beginning, strlen(beginning)) == 0;
    if (folder) closedir(folder);
    return n;
}

/* Processes that our compilers have written their numbers of, and that are still there. A number may stand there twice: the one that
 * had it first has ended. */
static int count_running(void) {
    static const char sleeper[] = "sleep\0"
                                  "60"; /* as the system tells its words */
    enum { MOST_NUMBERS = 4194304 };
    static uint8_t seen[MOST_NUMBERS / 8 + 1];
    int n = 0, process;
    FILE *file = fopen("started", "re");
    memset(seen, 0, sizeof seen);
    while (file && fscanf(file, "%d", &process) == 1) {
        char path[64];
        if (process < 0 || process > MOST_NUMBERS || (seen[process / 8] >> process % 8 & 1))
            continue;
        seen[process / 8] |= (uint8_t)(1 << process % 8);
        snprintf(path, sizeof path, "/proc/%d/cmdline", process);
        size_t length = 0;
        char *words = file_read(path, &length); /* of a zombie: empty */
        /* numbers are given again: to "sh …/slow", to "sleep 60", or to somebody else */
        n += (length == sizeof sleeper && memcmp(words, sleeper, length) == 0) ||
             (length > 0 && memmem(words, length, "/slow", 6));
        free(words);
    }
    if (file) fclose(file);
    return n;
}

/* Both it and a child of its own take their time. */
static void slow_compiler(void) {
    static const char script[] = "#!/bin/sh\nsleep 60 &\necho $$ $! >>\"$STARTED\"\nwait\nexit 1\n";
    file_write("slow", script, strlen(script));
    char here[4096];
    if (!getcwd(here, sizeof here) || system("chmod +x slow") != 0) exit(1);
    char *cc = text_format("%s/slow", here), *started = text_format("%s/started", here);
    setenv("KANON_CC", cc, 1);
    setenv("STARTED", started, 1);
    setenv("TMPDIR", here, 1);
    free(cc);
    free(started);
}

static bool await_compiler(KnLive *l) {
    float x[BLOCK];
    for (int i = 0; i < 3000 && count_running() < 2; i++) {
        kn_live_process(l, NULL, (float *[]){x}, BLOCK);
        usleep(10000);
    }
    return count_running() >= 2;
}

static bool nothing_is_left(void) {
    bool good = true;
    for (int i = 0; i < 2000 && (count_running() > 0 || count_entries(".", "kanon-") > 0); i++)
        usleep(10000); /* the library's thread tidies up when its compiler has ended */
    CLAIM(good, count_running() == 0);
    CLAIM(good, count_entries(".", "kanon-") == 0);
    return good;
}

bool live_faster_code_is_optional(void) {
    float x[BLOCK];
    bool good = true;
    slow_compiler();
    KnProgram *p = live_compile("out = noise(1) |> lowpass(300Hz)");
    KnLive *l = kn_live_create(p);
    CLAIM(good, await_compiler(l));
    CLAIM(good, kn_live_set_optimize(l, 0) == 1 && kn_live_set_optimize(NULL, 0) == 0);
    CLAIM(good, nothing_is_left());
    int before = count_running();
    CLAIM(good, kn_live_replace(l, p, 0.01));
    usleep(200000);
    kn_live_process(l, NULL, (float *[]){x}, BLOCK);
    CLAIM(good, before == 0 && count_running() == 0 && api_text_is("jit", kn_live_engine(l)));
    CLAIM(good, kn_live_set_optimize(l, 1) == 1 && await_compiler(l));
    kn_live_free(l);
    CLAIM(good, nothing_is_left());
    kn_program_free(p);
    return good;
}

bool live_obsolete_compilers_are_ended(void) {
    bool good = true;
    float x[BLOCK];
    slow_compiler();
    KnProgram *p = live_compile("out = noise(1) |> lowpass(300Hz)"),
              *q = live_compile("out = noise(1) |> lowpass(310Hz)");
    KnLive *l = kn_live_create(p);
    CLAIM(good, await_compiler(l));
    for (int i = 0; i < 200; i++) {
        CLAIM(good, kn_live_replace(l, i % 2 ? p : q, 0.001));
        kn_live_process(l, NULL, (float *[]){x}, BLOCK);
        if (i % 10 == 0) usleep(20000);
    }
    /* On a loaded machine one in some ten times no compiler is seen in half a minute; the next program's is. */
    CLAIM(good, await_compiler(l) || (kn_live_replace(l, p, 0.001) && await_compiler(l)));
    for (int i = 0; i < 2000 && (count_running() != 2 || count_entries(".", "kanon-") != 1); i++)
        usleep(10000);
    CLAIM(good, count_running() == 2 && count_entries(".", "kanon-") == 1); /* of the last one */
    kn_live_free(l);
    CLAIM(good, nothing_is_left());
    kn_program_free(p);
    kn_program_free(q);
    return good;
}
