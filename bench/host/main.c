/* Runs one program as all its contestants made it, and says what that took. Which of them are alike
 * enough to be compared is for who reads it.
 *
 * bench REFERENCE.kn|- LIST [--frames N] [--budget SECONDS] [--patience SECONDS]
 * bench --sets    only prints the instruction sets of engine jit that this machine has, the best first
 *
 * LIST has a line for each contestant, with tabs between: label; kind; the file that is timed; the file
 * that is heard (the same, but where what is timed makes a noise of its own; -: none, as a limit is no
 * program); the option of its kind; milliseconds of compiling (-: not known, or the kind compiles).
 * First each is heard and compared with the reference, then all that sound are timed in turns.
 *
 * On standard output is a line for each contestant, with tabs between: label; why it was not timed (-: it
 * was); difference from the reference in dB, of the waves and of the energy; by how many frames it is
 * later; frames that were compared; ns a frame, the least, the lower quarter, the median, the upper
 * quarter; rounds; ms to compile. What is not known is -. */
#include "contestant.h"
#include "hear.h"
#include "timing.h"
#include "../../compiler/api/kanon.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { MOST_CONTESTANTS = 64, LATEST = 2 };

static const Kind kinds[] = {
    {"engine", open_engine, true},
    {"object", open_object, false},
    {"llvm", open_llvm, true},
    {"csound", open_csound, true},
    {"supercollider", open_supercollider, false},
};

const Kind *kind_find(const char *name) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, name) == 0) return &kinds[i];
    return NULL;
}

/* One line: the first of what is said, without tabs. */
bool refuse(char why[WHY_SIZE], const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(why, WHY_SIZE, format, args);
    va_end(args);
    why[strcspn(why, "\n")] = 0;
    for (char *tab = why; (tab = strchr(tab, '\t'));)
        *tab = ' ';
    if (!why[0]) snprintf(why, WHY_SIZE, "it does not say why");
    return false;
}

typedef struct Entry {
    char *label, *timed, *heard, *option, *compile_ms;
    const Kind *kind;
    char why[WHY_SIZE]; /* "": it takes part */
    int frames;         /* that were heard; 0: it was not */
    Difference difference;
    Contestant contestant;
    Times compiling, running;
} Entry;

typedef struct Settings {
    const char *reference, *list;
    int frames, patience;
    double budget;
} Settings;

static void fail(const char *what) {
    fprintf(stderr, "bench: %s\n", what);
    exit(2);
}

static int print_sets(void) {
    for (int i = 0; i < kn_isa_count(); i++)
        printf("%s%s", i ? " " : "", kn_isa_name(i));
    printf("\n");
    return 0;
}

static Settings read_arguments(int argc, char **argv) {
    Settings s = {.frames = RATE / 4, .patience = 60, .budget = 2};
    if (argc < 3) fail("REFERENCE.kn|- LIST [--frames N] [--budget SECONDS] [--patience SECONDS]");
    s.reference = argv[1];
    s.list = argv[2];
    for (int i = 3; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--frames") == 0)
            s.frames = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--budget") == 0)
            s.budget = atof(argv[i + 1]);
        else if (strcmp(argv[i], "--patience") == 0)
            s.patience = atoi(argv[i + 1]);
        else
            fail("there is no such option");
    }
    return s;
}

static int read_list(const char *path, Entry *entries) {
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;
    int count = 0;
    if (!file) fail("the list of contestants cannot be read");
    while (count < MOST_CONTESTANTS && getline(&line, &size, file) > 0) {
        char *rest = strdup(line), *fields[6];
        rest[strcspn(rest, "\n")] = 0;
        for (int i = 0; i < 6; i++)
            if (!(fields[i] = strsep(&rest, "\t"))) fail("a line of the list lacks a field");
        Entry *e = &entries[count++];
        *e = (Entry){.label = fields[0],
                     .kind = kind_find(fields[1]),
                     .timed = fields[2],
                     .heard = fields[3],
                     .option = fields[4],
                     .compile_ms = fields[5]};
        if (!e->kind) refuse(e->why, "there is no kind %s", fields[1]);
    }
    free(line);
    fclose(file);
    return count;
}

static void compare_entry(const Settings *s, const Heard *reference, Entry *e) {
    Heard heard;
    if (!hear(e->kind, e->heard, e->option, reference->frames + LATEST, s->budget + 5, s->patience,
              &heard, e->why))
        return;
    e->frames = heard.frames < reference->frames ? heard.frames : reference->frames;
    if (heard.outputs != reference->outputs)
        refuse(e->why, "it has %d outputs, not %d", heard.outputs, reference->outputs);
    else
        e->difference = heard_difference(reference, &heard, LATEST);
    free(heard.samples);
}

static void time_entries(const Settings *s, double length, Entry *entries, int count) {
    Contestant *contestants[MOST_CONTESTANTS];
    Entry *timed[MOST_CONTESTANTS];
    Times times[MOST_CONTESTANTS] = {{0}};
    int n = 0;
    for (int i = 0; i < count; i++) {
        Entry *e = &entries[i];
        if (e->why[0] || !e->kind->open(&e->contestant, e->timed, e->option, e->why)) continue;
        if (length > 0 && !e->contestant.reset) {
            refuse(e->why, "it plays no pieces");
            continue;
        }
        timed[n] = e;
        contestants[n++] = &e->contestant;
    }
    time_rounds(contestants, n, length, s->budget, times);
    for (int i = 0; i < n; i++)
        timed[i]->running = times[i];
}

static void print_figure(const Times *times, double part) {
    if (times->count)
        printf("\t%.5g", times_at(times, part));
    else
        printf("\t-");
}

static void print_entry(const Entry *e) {
    printf("%s\t%s", e->label, e->why[0] ? e->why : "-");
    if (e->frames)
        printf("\t%.1f\t%.2f\t%d\t%d", e->difference.db, e->difference.level, e->difference.late,
               e->frames);
    else
        printf("\t-\t-\t-\t0");
    for (int i = 0; i < 4; i++)
        print_figure(&e->running, (const double[]){0, 0.25, 0.5, 0.75}[i]);
    printf("\t%d", e->running.count);
    if (e->kind && e->kind->compiles)
        print_figure(&e->compiling, 0.5);
    else
        printf("\t%s", e->compile_ms);
    printf("\n");
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "--sets") == 0) return print_sets();
    static Entry entries[MOST_CONTESTANTS];
    Settings s = read_arguments(argc, argv);
    int count = read_list(s.list, entries);
    Heard reference = {0};
    char why[WHY_SIZE];
    /* As hosts of plug-ins do. gcc's -ffast-math does it to the process that loads such an object, so that it would
     * be given to some only by chance. */
#if defined(__x86_64__)
    _mm_setcsr(_mm_getcsr() | 0x8040);
#endif
    bool compared = strcmp(s.reference, "-") != 0;
    if (compared && !hear(kind_find("engine"), s.reference, "ref", s.frames, s.budget, s.patience,
                          &reference, why)) {
        fprintf(stderr, "%s: the reference does not play it: %s\n", s.reference, why);
        return 1;
    }
    for (int i = 0; i < count; i++)
        if (!entries[i].why[0] && strcmp(entries[i].heard, "-") != 0)
            compare_entry(&s, &reference, &entries[i]);
    for (int i = 0; i < count; i++) {
        Entry *e = &entries[i];
        if (!e->why[0] && e->kind->compiles)
            e->compiling = time_compiling(e->kind, e->timed, e->option, 31, s.budget / 8);
    }
    time_entries(&s, reference.length, entries, count);
    for (int i = 0; i < count; i++)
        print_entry(&entries[i]);
    return 0;
}
