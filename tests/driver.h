/* What the files of the test driver share. A test is found by looking: the folder it lies in is its
 * mode, its file name says what behaviour it holds. Each runs in a process of its own, so a crash
 * is one failed test; what it prints is shown when it fails. */
#ifndef KANON_DRIVER_H
#define KANON_DRIVER_H

#include "../compiler/engine/engine.h"
#include "../compiler/base/foreign_text.h"
#include "../compiler/base/sound_reader.h"
#include "../compiler/graph/interp.h"

typedef struct Test {
    const struct Mode *mode;
    char *path; /* of the file, absolute; of built-in tests the name */
    char *name; /* what stands after "mode/", without the ending */
} Test;

typedef struct Mode {
    const char *name;
    const char *folders[3]; /* in the repository, NULL-ended */
    const char *endings[3];
    bool (*run)(const Test *test); /* in the child; prints what is wrong; true: passed */
    int seconds;                   /* a test that takes longer has failed */
    bool scratch;                  /* runs in an empty folder of its own */
    const char *about;
} Mode;

typedef struct Settings {
    char *root;     /* of the repository */
    char *tests;    /* its folder of tests */
    char *kanon;    /* the program under test */
    char *driver;   /* this program */
    char *build;    /* the folder of both */
    bool bless;     /* write goldens instead of comparing */
    bool full;      /* all compilers for all programs, examples over ten seconds */
    bool reference; /* no C compiler: what a build with sanitizers runs */
    int seed;       /* which part of what is too much for one run; see driver.c */
    bool turns;     /* whole tests take turns by it too */
    bool sanitized; /* this is such a build: its memory and time are its own */
    bool races;     /* this build has ThreadSanitizer */
} Settings;
extern Settings settings;

/* driver.c */
bool wrong(const char *fmt, ...) KN_PRINTF(1, 2);        /* prints a line; false */
char *text_format(const char *fmt, ...) KN_PRINTF(1, 2); /* malloc'd */
/* The whole file, zero-terminated; NULL when there is none. */
char *file_read(const char *path, size_t *length);
bool file_write(const char *path, const char *text, size_t length);
/* `path` with its ending replaced, malloc'd. */
char *path_with(const char *path, const char *ending);
/* Is the text what the file says? Blesses it when asked to. */
bool text_is(const char *golden, const char *got);
/* The same with another text; `what` is told. */
bool text_same(const char *what, const char *expected, const char *got);

/* turns.c */
unsigned hash_of(const char *name); /* a number that stays the name's */
/* Is it done in this run? Once in so many runs with seeds in a row, the number says in which; always with --full. */
bool in_turn(unsigned number, unsigned runs);
/* The same where races are looked for, which takes long and finds the same whatever is played; always elsewhere. */
bool races_in_turn(unsigned number, unsigned runs);

/* mode_text.c */
bool run_syntax(const Test *test);
bool run_error(const Test *test);
bool run_warning(const Test *test);
bool run_pass(const Test *test);
bool run_text(const Test *test);
/* The program at test->path, compiled to its graph; NULL with its errors printed. */
Compile *compile_test(const Test *test);
/* `// rate: 44100` in a program's text, else 48000. */
double rate_of(const char *text);

/* mode_run.c */
bool run_sound(const Test *test);
bool run_piece(const Test *test);
/* An expression instead of a program, as of `kanon render -e`, for so many frames; with the C compiler too? */
bool run_expression(const char *text, int frames, bool by_cc);

/* mode_emitted.c. What of -Weverything is style and not danger. Conversions, shadowing and the like stay on. */
#define CLANG_STYLE                                                                                \
    " -Wno-unknown-warning-option"                                                                 \
    " -Wno-declaration-after-statement" /* C99 */                                                  \
    " -Wno-padded"                      /* the layout of the state is what it is */                \
    " -Wno-unused-macros"               /* of the kernels that are included whole */               \
    " -Wno-unused-function"             /* the same */                                             \
    " -Wno-float-equal"                 /* comparing with 0 or itself is meant */                  \
    " -Wno-unsafe-buffer-usage"         /* arrays in C */                                          \
    " -Wno-disabled-macro-expansion"    /* stdout, in main */
bool run_emitted(const Test *test);

/* mode_script.c */
bool run_script(const Test *test);
bool run_kernel(const Test *test);
/* tests/limit/within.sh's other half: runs words within seconds and megabytes. Exit status. */
int run_within(int argc, char **argv);

/* mode_api.c */
bool run_api(const Test *test);
bool api_begins_threads(const char *name);
/* False, said aloud: threads were begun by a test whose row says that it begins none. */
bool says_its_threads(bool said);
const char *api_name(int i); /* of its tests, NULL after the last */

/* mode_library.c */
bool run_library(const Test *test);
const char *library_name(int i);
unsigned library_turns(const char *name); /* it is run with each how many seeds */
/* Names of the public definitions: how many. */
int library_definitions(const char *const **names);
/* What stands behind "Example: " in its text, malloc'd; NULL: there is none, which is told. */
char *library_example(const char *definition);
/* How many proofs are no tests here, because `faust` is not installed. */
int library_left_out(void);
/* What each proof compares with, and the error it finds, as a table of Markdown. */
void library_table(void);

/* mode_portable.c */
bool run_portable(const Test *test);
const char *portable_name(int i);

/* mode_picture.c */
bool run_picture(const Test *test);

/* mode_random.c */
bool run_random(const Test *test);
const char *random_name(int i);

/* mode_sound.c */
bool run_sound_file(const Test *test);
const char *sound_name(int i);

/* mode_convolution.c */
bool run_convolution(const Test *test);
const char *convolution_name(int i);

/* mode_midi.c */
bool run_midi(const Test *test);
const char *midi_name(int i);

/* mode_play.c */
bool run_play(const Test *test);
const char *play_name(int i);

/* mode_plot.c */
bool run_plot(const Test *test);
const char *plot_name(int i);

/* mode_operation.c */
bool run_operation(const Test *test);
const char *operation_name(int i);

/* mode_jit.c */
bool run_jit(const Test *test);
bool jit_begins_threads(const char *name);
const char *jit_name(int i);

/* mode_jit_fused.c */
bool loops_give_what_their_kernels_give(void);

#endif
