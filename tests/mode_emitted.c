/* The C that is written for each program: warnings, what it includes and exports, its header in
 * C++, and the same bits from every compiler and level without any further flag. Compilers take most of the time,
 * so programs take turns (turns.c), and each has some of the builds in its turn and all in three of them. */
#include "driver.h"

#include "runtime/kernels.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef enum { PLAIN, AVX2, NATIVE, SETS } Set; /* of instructions: bits are those of one */
typedef struct Build {
    const char *name, *command;
    Set set;
    int turns; /* in which of the runs, a bit each; with --full in all */
} Build;
enum { FIRST = 1, SECOND = 2, THIRD = 4, ALWAYS = FIRST | SECOND | THIRD };

/* The first two are also those whose warnings count; clang has the same at each level, and -O1 takes it a third of the
 * time of -O3. Of each set at least two are in a run, or none: they are compared. */
static const Build builds[] = {
    {"gcc-O2-native", "gcc -std=c11 -O2 -march=native -Wall -Wextra -Wpedantic -Werror", NATIVE,
     ALWAYS},
    {"clang-O1-native", "clang -std=c11 -O1 -march=native -Weverything -Werror" CLANG_STYLE, NATIVE,
     ALWAYS},
    {"gcc-O2", "gcc -std=c11 -O2 -Wall -Wextra -Wpedantic -Werror", PLAIN, SECOND},
    {"gcc-O3-avx2", "gcc -O3 -mavx2 -mfma", AVX2, FIRST},
    {"clang-O2-avx2", "clang -O2 -mavx2 -mfma", AVX2, FIRST},
    {"gcc-O0", "gcc -O0", PLAIN, SECOND},
    {"gcc-O3-native", "gcc -O3 -march=native", NATIVE, THIRD},
    {"clang-O3-native", "clang -O3 -march=native", NATIVE, SECOND},
    {"gcc-sanitized", "gcc -O1 -fsanitize=address,undefined -fno-sanitize-recover=all", PLAIN,
     THIRD},
    {"clang-O0", "clang -O0", PLAIN, SECOND | THIRD},
};
enum { BUILDS = sizeof builds / sizeof *builds };
#define RUN_SECONDS "0.25"

/* What emitted code may include, and need from the system. */
static const char *const headers[] = {"<stddef.h>", "<stdint.h>",    "<math.h>",
                                      "<string.h>", "\"program.h\"", NULL};
static const char *const exported[] = {"program_params",
                                       "program_init",
                                       "program_process",
                                       "program_set",
                                       "program_get",
                                       "program_seek",
                                       NULL};
/* and an instrument */
static const char *const exported_of_notes[] = {
    "program_note_on",  "program_note_off",    "program_note_pressure",
    "program_pressure", "program_bend",        "program_controller",
    "program_midi",     "program_set_voicing", NULL};

static bool listed(const char *const *list, const char *word) {
    for (int i = 0; list[i]; i++)
        if (strcmp(list[i], word) == 0) return true;
    return false;
}

/* Runs a command of the shell with what it prints in the file `log`; shows that when it fails. */
static bool shell(const char *what, const char *command) {
    char *line = text_format("%s", command);
    int status = system(line);
    free(line);
    if (status == 0) return true;
    char *log = file_read("log", NULL);
    size_t shown = 0;
    for (int lines = 0; log && log[shown] && lines < 12; shown++)
        lines += log[shown] == '\n';
    wrong("%s (status %d): %s\n%.*s", what, WIFEXITED(status) ? WEXITSTATUS(status) : -1, command,
          (int)shown, log ? log : "");
    free(log);
    return false;
}

static bool write_emitted(Compile *c, bool with_main, const char *path) {
    EmitOptions options = {.name = "program",
                           .host = with_main ? HOST_COMMAND : HOST_NONE,
                           .max_rate = 192000,
                           .default_length = 10,
                           .header_name = "program.h"};
    EmitResult result = {0};
    bool good =
        (c->lowered || compile_lower(c, NULL)) && compile_emit_whole(c, options, 4, &result);
    if (!good) {
        Buf text = {0};
        diag_print(&c->session, &text);
        wrong("it cannot be emitted: %s", text.data ? text.data : "");
        buf_free(&text);
    }
    good = good && file_write(path, result.source.data, result.source.length) &&
           file_write("program.h", result.header.data, result.header.length);
    buf_free(&result.source);
    buf_free(&result.header);
    return good;
}

static bool check_includes(const char *path) {
    bool good = true;
    char *text = file_read(path, NULL);
    for (const char *at = text; at && *at; at += strcspn(at, "\n"), at += *at == '\n') {
        char header[64];
        const char *p = at + strspn(at, " \t");
        if (*p != '#') continue;
        p += 1 + strspn(p + 1, " \t");
        if (strncmp(p, "include", 7) == 0 && sscanf(p + 7, " %63s", header) == 1 &&
            !listed(headers, header))
            good = wrong("%s includes %s", path, header);
    }
    free(text);
    return good;
}

/* Functions of <math.h> and <string.h> are what may be needed from elsewhere. */
static bool may_need(const char *symbol) {
    static const char *const known[] = {"memcpy",
                                        "memcmp",
                                        "memset",
                                        "memmove",
                                        "fabs",
                                        "fabsf",
                                        "floor",
                                        "floorf",
                                        "ceil",
                                        "ceilf",
                                        "rint",
                                        "rintf",
                                        "trunc",
                                        "truncf",
                                        "sqrt",
                                        "sqrtf",
                                        "copysign",
                                        "copysignf",
                                        "fma",
                                        "fmaf",
                                        "ldexp",
                                        "ldexpf",
                                        "_GLOBAL_OFFSET_TABLE_",
                                        "__stack_chk_fail",
                                        NULL};
    return listed(known, symbol);
}

/* The stack of a host's audio thread may be small. Lines of the file are "file:line:column:function", bytes, kind. */
static bool check_frames(void) {
    enum { MOST = 64 << 10 };
    char *text = file_read("program.su", NULL), *rest = NULL;
    bool good = text || wrong("gcc tells no sizes of frames");
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        const char *bytes = strchr(line, '\t');
        if (bytes && atoi(bytes) > MOST) good = wrong("a frame of more than 64 kB: %s", line);
    }
    free(text);
    return good;
}

static bool check_symbols(void) {
    if (!shell("it does not compile at -O0",
               "gcc -std=c11 -O0 -fstack-usage -c program.c -o program.o >log 2>&1") ||
        !shell("nm", "nm -g program.o >symbols 2>log"))
        return false;
    char *text = file_read("symbols", NULL), *rest = NULL;
    bool good = true;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char kind = '?', name[256] = "";
        const char *p = line + strspn(line, " \t");
        if (isxdigit((unsigned char)*p) && strcspn(p, " ") == 16) p += 16;
        if (sscanf(p, " %c %255s", &kind, name) != 2) continue;
        if (kind == 'U' && !may_need(name)) good = wrong("it needs %s", name);
        if (kind != 'U' && !listed(exported, name) && !listed(exported_of_notes, name))
            good = wrong("it exports %s", name);
    }
    for (int i = 0; exported[i]; i++) {
        char *word = text_format("grep -q ' %s$' symbols >log 2>&1", exported[i]);
        char *what = text_format("it does not export %s", exported[i]);
        good = shell(what, word) && good;
        free(word);
        free(what);
    }
    free(text);
    return good;
}

static bool check_header(void) {
    static const char text[] =
        "#include \"program.h\"\n"
        "int size(void);\nint size(void) { return (int)sizeof(program); }\n"
        "bool same(void);\nbool same(void) { program p; return program_init(&p, 48000.0) == "
        "PROGRAM_INPUTS + PROGRAM_OUTPUTS + PROGRAM_PARAMS + PROGRAM_LATENCY; }\n";
    if (!file_write("header.cpp", text, sizeof text - 1)) return false;
    return shell("its header is no C++",
                 "g++ -x c++ -Wall -Wextra -Wpedantic -Werror -fsyntax-only header.cpp >log 2>&1");
}

/* ---- the same bits --------------------------------------------------------------------------- */

/* What the builds of one set write, as the first of them wrote it. */
typedef struct Written {
    const char *by;
    char *bytes;
    size_t n;
} Written;

static bool same_floats(const Written *first, const char *name, const char *got, size_t n) {
    if (n != first->n) return wrong("%s writes %zu bytes, %s %zu", name, n, first->by, first->n);
    for (size_t i = 0; i + 4 <= n; i += 4) {
        float a, b;
        memcpy(&a, first->bytes + i, 4);
        memcpy(&b, got + i, 4);
        if (memcmp(&a, &b, 4) != 0 && !(isnan(a) && isnan(b)))
            return wrong("%s: sample %zu is %.9g, by %s %.9g", name, i / 4, (double)b, first->by,
                         (double)a);
    }
    return true;
}

/* Between sets of instructions: -120 dB of the loudest. */
static bool alike(const Written *x, const Written *y) {
    double loudest = 0, off = 0;
    if (x->n != y->n) return wrong("%s writes %zu bytes, %s %zu", x->by, x->n, y->by, y->n);
    for (size_t i = 0; i + 4 <= x->n; i += 4) {
        float a, b;
        memcpy(&a, x->bytes + i, 4);
        memcpy(&b, y->bytes + i, 4);
        if (isnan(a) && isnan(b)) continue;
        if (!isfinite(a) || !isfinite(b)) {
            if (a != b) return wrong("%s and %s: sample %zu", x->by, y->by, i / 4);
            continue;
        }
        loudest = fmax(loudest, fabs((double)a));
        off = fmax(off, fabs((double)a - (double)b));
    }
    return off <= 1e-6 * loudest ||
           wrong("%s and %s differ by %g of %g", x->by, y->by, off, loudest);
}

static bool build_and_run(const Build *b, char **output, size_t *n) {
    char *compile = text_format("%s main.c -lm -o %s >log 2>&1", b->command, b->name);
    char *run = text_format("./%s " RUN_SECONDS " >%s.f32 2>log", b->name, b->name);
    char *file = text_format("%s.f32", b->name);
    *output = NULL;
    bool good =
        shell("it does not compile without a warning", compile) && shell("it does not run", run);
    if (good) *output = file_read(file, n);
    free(compile);
    free(run);
    free(file);
    return *output != NULL;
}

static bool check_builds(int turns) {
    Written first[SETS] = {{0}, {0}, {0}};
    bool good = true;
    for (int i = 0; i < BUILDS; i++) {
        Written *known = &first[builds[i].set];
        char *other;
        size_t n = 0;
        if (!(builds[i].turns & turns)) continue;
        if (builds[i].set == AVX2 && !kernels_usable(KERNELS_AVX2)) continue;
        if (!build_and_run(&builds[i], &other, &n)) {
            good = false;
        } else if (!known->by) {
            *known = (Written){builds[i].name, other, n};
            if (n == 0) good = wrong("it writes nothing");
        } else {
            good = same_floats(known, builds[i].name, other, n) && good;
            free(other);
        }
    }
    for (int i = 0; i < NATIVE; i++)
        if (first[i].by && first[NATIVE].by) good = alike(&first[i], &first[NATIVE]) && good;
    for (int i = 0; i < SETS; i++)
        free(first[i].bytes);
    return good;
}

/* Not all have the same turn in a run. */
static int builds_in_turn(const char *name) {
    if (settings.full) return FIRST | SECOND | THIRD;
    return FIRST << (hash_of(name) / 32 % 3 + (unsigned)settings.seed) % 3;
}

bool run_emitted(const Test *test) {
    Compile *c = compile_test(test);
    if (!c) return false;
    bool good = write_emitted(c, false, "program.c") && check_includes("program.c") &&
                check_includes("program.h");
    good = good && check_symbols() && check_frames() && check_header() &&
           write_emitted(c, true, "main.c") && check_builds(builds_in_turn(test->name));
    compile_free(c);
    return good;
}
