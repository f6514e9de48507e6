/* Which files a program may read that a host compiles: those below its folder, and what the host allows, wherever
 * links lead; regular files, and nobody waits. In: a folder of files, links and pipes. Out: CLAIMs. */
#include "mode_api.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A sound of one sample of 16 bits. */
static const char sound[] =
    "RIFF\x26\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x80\xbb\0\0\0\x77\1\0\2\0\x10\0data\2\0\0\0\0\x40";
static const char part[] = "part(t) = 0.25\n", secret[] = "password = hunter2 oops\n";

typedef struct Place {
    const char *path, *text; /* text NULL: a folder; the path of what a link leads to behind an @ */
    size_t length;
} Place;

static const Place places[] = {
    {"in", NULL, 0},
    {"in/deep", NULL, 0},
    {"out", NULL, 0},
    {"inside", NULL, 0}, /* begins like "in" */
    {"in/part.kn", part, sizeof part - 1},
    {"in/deep/part.kn", part, sizeof part - 1},
    {"in/deep/up.kn", "use \"../part.kn\"\nup(t) = part(t)\n", 33},
    {"in/deep/far.kn", "use \"../../out/part.kn\"\nfar(t) = part(t)\n", 41},
    {"in/a.wav", sound, sizeof sound - 1},
    {"out/part.kn", part, sizeof part - 1},
    {"out/a.wav", sound, sizeof sound - 1},
    {"out/secret.txt", secret, sizeof secret - 1},
    {"inside/part.kn", part, sizeof part - 1},
    {"in/far.wav", "@../out/a.wav", 0},
    {"in/near.wav", "@a.wav", 0},
    {"in/far", "@../out", 0},
    {"in/dangling.kn", "@../out/nothing.kn", 0},
    {"in/secret.kn", "@../out/secret.txt", 0},
    {"linked", "@in", 0},
};
enum { PLACES = sizeof places / sizeof *places };

static char folder[] = "/tmp/kanon-files-XXXXXX";

static bool furnish(void) {
    if (!mkdtemp(folder) || chdir(folder) != 0) return false;
    for (int i = 0; i < PLACES; i++) {
        const Place *p = &places[i];
        bool made = !p->text          ? mkdir(p->path, 0700) == 0
                    : *p->text == '@' ? symlink(p->text + 1, p->path) == 0
                                      : file_write(p->path, p->text, p->length);
        if (!made) return false;
    }
    return mkfifo("in/pipe.kn", 0600) == 0 && mkfifo("in/pipe.wav", 0600) == 0;
}

static void clear(void) {
    char *words = text_format("rm -r '%s'", folder);
    if (chdir("/") != 0 || system(words) != 0) wrong("%s stays", folder);
    free(words);
}

/* What a text may reach that lies in the folder in/. */
typedef struct Reach {
    const char *text;
    bool own, with_out; /* unless more is allowed; when out/ is */
    int status;         /* when it fails */
} Reach;
static const Reach reaches[] = {
    {"use \"part.kn\"\nout = part", true, true, 0},
    {"use \"deep/part.kn\"\nout = part", true, true, 0},
    {"use \"deep/up.kn\"\nout = up", true, true, 0},
    {"use \"deep/far.kn\"\nout = far", false, true, 3},
    {"use \"../in/part.kn\"\nout = part", true, true, 0},
    {"use \"../out/part.kn\"\nout = part", false, true, 3},
    {"use \"../inside/part.kn\"\nout = part", false, false, 3},
    {"use \"far/part.kn\"\nout = part", false, true, 3},
    {"use \"dangling.kn\"\nout = 1", false, false, 3},
    {"use \"pipe.kn\"\nout = 1", false, false, 3},
    {"use \"../out/secret.txt\"\nout = 1", false, false, 1},
    {"use \"/etc/passwd\"\nout = 1", false, false, 1},
    {"use \"secret.kn\"\nout = 1", false, false, 3},
    {"out = sample(\"a.wav\")", true, true, 0},
    {"out = sample(\"near.wav\")", true, true, 0},
    {"out = sample(\"far.wav\")", false, true, 3},
    {"out = sample(\"far/a.wav\")", false, true, 3},
    {"out = sample(\"../out/a.wav\")", false, true, 3},
    {"out = sample(\"pipe.wav\")", false, false, 3},
    {"out = sample(\"-\")", false, false, 3},
    {"out = sample(\"/dev/zero\")", false, false, 3},
    {"out = sample(\"/proc/self/mem\")", false, false, 3},
    {"out = sample(\"deep\")", false, false, 3},
};
enum { REACHES = sizeof reaches / sizeof *reaches };

static bool compiles(KnCompiler *k, const char *name, const char *text) {
    KnProgram *p = kn_compile_text(k, name, text, strlen(text));
    kn_program_free(p);
    return p != NULL;
}

static bool reaches_as_said(KnCompiler *k, const char *name, bool more) {
    bool good = true;
    for (int i = 0; i < REACHES; i++) {
        const Reach *r = &reaches[i];
        bool expected = more ? r->with_out : r->own, got = compiles(k, name, r->text);
        if (got != expected)
            good = wrong("%s, named %s: %s", r->text, name, kn_compiler_messages(k));
        if (!got && r->status && kn_compiler_status(k) != r->status)
            good = wrong("%s: status %d", r->text, kn_compiler_status(k));
        CLAIM(good, !strstr(kn_compiler_messages(k), "hunter2"));
        CLAIM(good, !strstr(kn_compiler_messages(k), "root:"));
    }
    return good;
}

static bool look(void) {
    bool good = true;
    KnCompiler *k = api_compiler();
    char *absolute = text_format("%s/in/main.kn", folder);
    const char *names[] = {"in/main.kn", "./in/../in/main.kn", "linked/main.kn", absolute};
    for (int i = 0; i < 4; i++) {
        CLAIM(good, reaches_as_said(k, names[i], false));
        CLAIM(good, kn_compiler_allow_files(k, i % 2 ? folder : "out") == 1);
        if (!(i % 2)) CLAIM(good, reaches_as_said(k, names[i], true));
        CLAIM(good, kn_compiler_allow_files(k, NULL) == 1);
    }
    free(absolute);
    /* text without a name, and an expression, read nothing; also not what lies here */
    CLAIM(good, !compiles(k, NULL, "use \"in/part.kn\"\nout = part"));
    CLAIM(good, kn_compiler_status(k) == KN_STATUS_FILE);
    CLAIM(good, !kn_compile_expression(k, "sample(\"in/a.wav\")(t)"));
    CLAIM(good, compiles(k, "main.kn", "use \"in/part.kn\"\nout = part"));
    CLAIM(good, kn_compiler_allow_files(k, "/") == 1);
    CLAIM(good, compiles(k, NULL, "use \"in/part.kn\"\nout = part"));
    CLAIM(good, compiles(k, "in/main.kn", "use \"../inside/part.kn\"\nout = part"));
    CLAIM(good, !compiles(k, "in/main.kn", "out = sample(\"pipe.wav\")"));
    CLAIM(good, kn_compiler_allow_files(k, "nowhere") == 0);
    CLAIM(good, kn_compiler_allow_files(k, "in/part.kn") == 0);
    CLAIM(good, kn_compiler_allow_files(NULL, "in") == 0);
    /* a file that is chosen may be anywhere; but its lines are shown only if it is a program */
    kn_compiler_allow_files(k, NULL);
    CLAIM(good, !kn_compile_file(k, "out/secret.txt") && kn_diag_count(k) > 0);
    CLAIM(good, !strstr(kn_compiler_messages(k), "hunter2 oops"));
    CLAIM(good, api_text_is("", kn_diag_text(k, 0)) && kn_diag_line(k, 0) == 1);
    CLAIM(good, !kn_compile_file(k, "in/pipe.kn") && kn_compiler_status(k) == KN_STATUS_FILE);
    CLAIM(good, !kn_compile_file(k, "in/secret.kn"));
    CLAIM(good, !strstr(kn_compiler_messages(k), "hunter2 oops"));
    kn_compiler_free(k);
    return good;
}

bool api_files_below_the_program_are_read(void) {
    bool good = furnish() ? look() : wrong("the files cannot be made");
    clear();
    return good;
}

/* What was read or looked for, by whichever compilation, also where it failed. */
static const struct {
    const char *text, *files; /* files: each behind a space */
} told[] = {
    {"out = 1", ""},
    {"use \"deep/up.kn\"\nout = up + sample(\"a.wav\") + sample(\"a.wav\")",
     " in/deep/up.kn in/part.kn in/a.wav"},
    {"use \"nothing.kn\"\nout = 1", " in/nothing.kn"},
    {"out = sample(\"later.wav\")", " in/later.wav"},
    {"out = bank(\"deep\")[\"kick\", 2]", " in/deep in/deep/kick"},
};
enum { TOLD = sizeof told / sizeof *told };

static bool tells_its_files(KnCompiler *k, const char *expected) {
    Buf got = {0};
    buf_puts(&got, "");
    for (int i = 0; i < kn_compiler_file_count(k); i++)
        buf_printf(&got, " %s", kn_compiler_file(k, i));
    bool good = true;
    for (const char *at = expected; *at; at += strcspn(at + 1, " ") + 1) {
        char *name = text_format("%.*s", (int)strcspn(at + 1, " ") + 1, at);
        CLAIM(good, strstr(got.data, name));
        free(name);
    }
    CLAIM(good, strlen(got.data) == strlen(expected));
    CLAIM(good, !kn_compiler_file(k, -1) && !kn_compiler_file(k, kn_compiler_file_count(k)));
    if (!good) wrong("these:%s", got.data);
    buf_free(&got);
    return good;
}

static bool tell(void) {
    bool good = true;
    KnCompiler *k = api_compiler();
    CLAIM(good, kn_compiler_file_count(k) == 0 && !kn_compiler_file(k, 0));
    CLAIM(good, kn_compiler_file_count(NULL) == 0 && !kn_compiler_file(NULL, 0));
    for (int i = 0; i < TOLD; i++) {
        compiles(k, "in/main.kn", told[i].text);
        if (!tells_its_files(k, told[i].files)) good = wrong("%s", told[i].text);
    }
    KnProgram *p = kn_compile_file(k, "in/part.kn"); /* has no out */
    CLAIM(good, !p && tells_its_files(k, " in/part.kn"));
    kn_compiler_free(k);
    return good;
}

bool api_files_are_told(void) {
    bool good = furnish() ? tell() : wrong("the files cannot be made");
    clear();
    return good;
}
