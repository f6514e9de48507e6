/* The engine cc: emitted C, compiled by the machine's C compiler and loaded.
 * In: a compiled program. Out: its functions in memory. Nothing stays on disk: the private folder
 * in TMPDIR is removed as soon as the library is loaded, after errors, and by signals (base/cleanup.c).
 * Only when the compiler refuses emitted code, which is a bug of Kanon, the C is kept and named.
 *
 * KANON_CC is the compiler to use, with arguments if need be ("ccache gcc"); else cc, gcc or clang
 * of PATH. No shell is involved. */
#include "engine/engine.h"
#include "base/cleanup.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* ---- which compiler -------------------------------------------------------------------------- */

/* The full path of a program, as a shell would find it. */
static bool find_program(const char *name, char *path, size_t size) {
    if (strchr(name, '/')) {
        snprintf(path, size, "%s", name);
        return access(path, X_OK) == 0;
    }
    const char *folders = getenv("PATH");
    while (folders && *folders) {
        size_t n = strcspn(folders, ":");
        int length = snprintf(path, size, "%.*s%s%s", (int)n, folders, n ? "/" : "", name);
        struct stat info;
        if (length > 0 && (size_t)length < size && access(path, X_OK) == 0 &&
            stat(path, &info) == 0 && S_ISREG(info.st_mode))
            return true;
        folders += n + (folders[n] == ':');
    }
    return false;
}

/* The compiler's words, the program as a full path. Nothing here is allocated: what follows has files
 * and processes at hand, which a jump (base/memory.h) would leave behind. */
enum { COMPILER_WORDS = 16 };
typedef struct Compiler {
    char path[PATH_MAX], text[PATH_MAX]; /* the program, and KANON_CC cut into words */
    char *words[COMPILER_WORDS];
    int n;
} Compiler;

static bool find_usual(Compiler *compiler) {
    static const char *const usual[] = {"cc", "gcc", "clang"};
    for (int i = 0; i < 3; i++)
        if (find_program(usual[i], compiler->path, sizeof compiler->path)) return true;
    return false;
}

static bool find_compiler(Compiler *compiler) {
    const char *chosen = getenv("KANON_CC");
    compiler->words[0] = compiler->path;
    compiler->n = 1;
    if (!chosen || !*chosen) return find_usual(compiler);
    if (snprintf(compiler->text, sizeof compiler->text, "%s", chosen) >= PATH_MAX) return false;
    char *rest, *program = strtok_r(compiler->text, " ", &rest), *word;
    if (!program || !find_program(program, compiler->path, sizeof compiler->path)) return false;
    while (compiler->n < COMPILER_WORDS && (word = strtok_r(NULL, " ", &rest)))
        compiler->words[compiler->n++] = word;
    return true;
}

bool cc_available(void) {
    Compiler compiler;
    return find_compiler(&compiler);
}

/* ---- the private folder ---------------------------------------------------------------------- */

typedef enum { FILE_C, FILE_H, FILE_SIZE_C, FILE_LIBRARY, FILE_LOG, FILE_COUNT } ShopFile;
static const char *const shop_names[FILE_COUNT] = {"kn_program.c", "kn_program.h",
                                                   "kn_program_size.c", "kn_program.so", "cc.log"};

typedef struct Shop {
    char folder[PATH_MAX / 2], tmpdir[PATH_MAX / 2]; /* "TMPDIR=…" */
    char files[FILE_COUNT][PATH_MAX / 2 + 32];
    int tickets[FILE_COUNT], folder_ticket;
} Shop;

static bool complain(EngineError *error, int status, const char *fmt, ...) KN_PRINTF(3, 4);
static bool complain(EngineError *error, int status, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    error->status = status;
    vsnprintf(error->message, sizeof error->message, fmt, args);
    va_end(args);
    return false;
}

/* An absolute path: "-o/kanon-1" and "@x/kanon-1" would be options of the compiler. TMPDIR is told to it the same
 * way, since it hands names of its own files to other programs. */
static bool name_folder(Shop *shop) {
    const char *folder = temporary_folder();
    char here[sizeof shop->folder] = "", absolute[2 * sizeof here];
    if (folder[0] != '/' && !getcwd(here, sizeof here)) return false;
    int n = snprintf(absolute, sizeof absolute, "%s%s%s", here, *here ? "/" : "", folder);
    if (n >= (int)sizeof absolute) return false;
    n = snprintf(shop->tmpdir, sizeof shop->tmpdir, "TMPDIR=%s", absolute);
    int m = snprintf(shop->folder, sizeof shop->folder, "%s/kanon-XXXXXX", absolute);
    return n < (int)sizeof shop->tmpdir && m < (int)sizeof shop->folder;
}

static bool shop_open(Shop *shop, EngineError *error) {
    if (!name_folder(shop)) return complain(error, 3, "TMPDIR is too long");
    if (!mkdtemp(shop->folder))
        return complain(error, 3, "cannot make the temporary folder %s: %s", shop->folder,
                        strerror(errno));
    shop->folder_ticket = cleanup_add(CLEANUP_FOLDER, shop->folder, 0);
    for (int i = 0; i < FILE_COUNT; i++) {
        snprintf(shop->files[i], sizeof shop->files[i], "%s/%s", shop->folder, shop_names[i]);
        shop->tickets[i] = cleanup_add(CLEANUP_FILE, shop->files[i], 0);
    }
    return true;
}

static void shop_close(Shop *shop, bool keep_c) {
    for (int i = 0; i < FILE_COUNT; i++) {
        if (!keep_c || i >= FILE_SIZE_C) unlink(shop->files[i]);
        cleanup_drop(shop->tickets[i]);
    }
    if (!keep_c) rmdir(shop->folder);
    cleanup_drop(shop->folder_ticket);
}

static bool write_file(const char *path, const char *text, size_t length, EngineError *error) {
    FILE *file = fopen(path, "wxe");
    bool ok = file && fwrite(text, 1, length, file) == length;
    int reason = errno;
    if (file && fclose(file) != 0 && ok) {
        ok = false;
        reason = errno;
    }
    return ok || complain(error, 3, "cannot write %s: %s", path, strerror(reason));
}

/* The emitted C exports what it promises and nothing else; how large its state is tells a second
 * file that sees the header. */
static const char size_source[] = "#include \"kn_program.h\"\n"
                                  "#include <stddef.h>\n"
                                  "extern const size_t kanon_state_size;\n"
                                  "const size_t kanon_state_size = sizeof(kn_program);\n";

static bool shop_fill(Shop *shop, const EmitResult *emitted, EngineError *error) {
    return write_file(shop->files[FILE_C], emitted->source.data, emitted->source.length, error) &&
           write_file(shop->files[FILE_H], emitted->header.data, emitted->header.length, error) &&
           write_file(shop->files[FILE_SIZE_C], size_source, sizeof size_source - 1, error);
}

/* ---- compiling ------------------------------------------------------------------------------- */

/* Waits for the end of the child, which can be cancelled until it has ended: its number is its own
 * until we reap it. */
static void await(pid_t child, CcChild *canceller, int *status) {
    siginfo_t info;
    if (canceller) {
        atomic_store(&canceller->group, child);
        if (atomic_load(&canceller->cancelled)) kill(-child, SIGKILL);
    }
    while (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
        ;
    int group = child;
    while (canceller && !atomic_compare_exchange_strong(&canceller->group, &group, 0)) {
        group = child; /* it is being ended at this moment */
        sched_yield();
    }
    while (waitpid(child, status, 0) < 0)
        if (errno != EINTR) break;
}

void cc_cancel(CcChild *child) {
    atomic_store(&child->cancelled, true);
    int group = atomic_load(&child->group);
    if (group <= 0 || !atomic_compare_exchange_strong(&child->group, &group, -1)) return;
    kill(-group, SIGKILL);
    atomic_store(&child->group, group);
}

/* Our environment with another TMPDIR; NULL: there is no memory. */
static char **environment(char *tmpdir) {
    size_t n = 0, kept = 0;
    while (environ[n])
        n++;
    char **all = memory_try(sizeof *all * (n + 2));
    for (size_t i = 0; all && i < n; i++)
        if (strncmp(environ[i], "TMPDIR=", 7) != 0) all[kept++] = environ[i];
    if (!all) return NULL;
    all[kept++] = tmpdir;
    all[kept] = NULL;
    return all;
}

/* Runs the words with everything they print in the log. False when it could not be started. */
static bool run(char *const *words, const Shop *shop, CcChild *canceller, int *status) {
    const char *left[FILE_COUNT];
    for (int i = 0; i < FILE_COUNT; i++)
        left[i] = shop->files[i];
    ChildWork work = {.words = words,
                      .variables = environment((char *)shop->tmpdir),
                      .log = shop->files[FILE_LOG],
                      .left = left,
                      .nleft = FILE_COUNT,
                      .folder = shop->folder};
    pid_t child = work.variables ? child_start(&work) : -1;
    free(work.variables);
    if (child < 0) return false;
    int ticket = cleanup_add(CLEANUP_CHILD, NULL, child);
    await(child, canceller, status);
    cleanup_drop(ticket);
    return !(WIFEXITED(*status) && WEXITSTATUS(*status) == 127);
}

/* The first line of the log with "error" in it, else the first line. */
static void read_complaint(const char *path, char *line, size_t size) {
    FILE *log = fopen(path, "re");
    char text[512];
    line[0] = 0;
    while (log && fgets(text, sizeof text, log)) {
        text[strcspn(text, "\n")] = 0;
        bool says_error = strstr(text, "error") != NULL;
        if (!line[0] || says_error) snprintf(line, size, "%.*s", (int)size - 1, text);
        if (says_error) break;
    }
    if (log) fclose(log);
}

static bool compile(const Shop *shop, CcChild *canceller, bool *keep_c, EngineError *error) {
    Compiler compiler;
    char *words[COMPILER_WORDS + 16];
    int n = 0;
    if (!find_compiler(&compiler))
        return complain(error, 3, "engine cc needs a C compiler; none was found");
    while (n < compiler.n) {
        words[n] = compiler.words[n];
        n++;
    }
    const char *arguments[] = {"-std=c11",
                               "-O3",
                               "-march=native",
                               "-ffp-contract=off",
                               "-fPIC",
                               "-shared",
                               "-w",
                               "-o",
                               shop->files[FILE_LIBRARY],
                               shop->files[FILE_C],
                               shop->files[FILE_SIZE_C],
                               "-lm",
                               NULL};
    for (int i = 0; i < (int)(sizeof arguments / sizeof *arguments); i++)
        words[n++] = (char *)arguments[i];
    int status = 0;
    bool started = run(words, shop, canceller, &status), ok = false;
    if (!started)
        complain(error, 3, "the C compiler %s could not be started", words[0]);
    else if (WIFSIGNALED(status))
        complain(error, 3, "the C compiler %s was ended by signal %d", words[0], WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0) {
        char line[256];
        read_complaint(shop->files[FILE_LOG], line, sizeof line);
        *keep_c = true;
        complain(error, 3,
                 "the C compiler %.80s refused what Kanon emitted, a bug of Kanon unless the disk "
                 "is full; the C is kept in %.100s: %s",
                 words[0], shop->files[FILE_C], line);
    } else
        ok = true;
    return ok;
}

/* ---- loading --------------------------------------------------------------------------------- */

/* ISO C has no cast from void * to a function; POSIX promises that this works. */
static bool find(CcProgram *program, const char *name, void *place) {
    void *symbol = dlsym(program->library, name);
    memcpy(place, &symbol, sizeof symbol);
    return symbol != NULL;
}

static bool load(const char *path, CcProgram *program, size_t state_bytes, EngineError *error) {
    program->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!program->library)
        return complain(error, 3, "the compiled program could not be loaded: %s", dlerror());
    const size_t *size = dlsym(program->library, "kanon_state_size");
    if (size && find(program, "kn_program_init", &program->init) &&
        find(program, "kn_program_process", &program->process) &&
        find(program, "kn_program_set", &program->set) &&
        find(program, "kn_program_get", &program->get) &&
        find(program, "kn_program_seek", &program->seek)) {
        program->state_size = *size;
        if (*size == state_bytes) return true;
    }
    dlclose(program->library);
    return complain(error, 3,
                    "the compiled program lacks a function, or its state is not laid out as Kanon "
                    "thinks: a bug of Kanon");
}

/* Emits with what is needed for that before. A refusal is told in *error and not left in the diags:
 * the caller may go on with another engine. */
bool cc_source_emit(Compile *c, EmitResult *result, EngineError *error) {
    int diags_before = c->session.ndiags;
    EmitOptions options = {.name = "kn_program",
                           .max_rate = c->options.max_rate,
                           .double_precision = c->options.double_precision,
                           .default_length = 10,
                           .header_name = "kn_program.h"};
    bool emitted = (c->lowered || compile_lower(c, NULL)) && compile_emit_c(c, &options, result);
    if (emitted) return true;
    error->final = !compile_state_fits(c, result->state_bytes);
    complain(error, 1, "the program cannot be emitted as C");
    for (int i = c->session.ndiags - 1; i >= diags_before; i--)
        if (c->session.diags[i]->severity == DIAG_ERROR)
            complain(error, 1, "%s", c->session.diags[i]->message);
    c->session.ndiags = diags_before;
    return false;
}

bool cc_source_build(const EmitResult *source, CcChild *child, CcProgram *program,
                     EngineError *error) {
    Shop shop;
    bool ok = false, keep_c = false;
    if (shop_open(&shop, error)) {
        ok = shop_fill(&shop, source, error) && compile(&shop, child, &keep_c, error) &&
             load(shop.files[FILE_LIBRARY], program, source->state_bytes, error);
        shop_close(&shop, keep_c);
    }
    return ok;
}

bool cc_program_load(Compile *c, CcProgram *program, EngineError *error) {
    EmitResult result = {0};
    bool ok = cc_source_emit(c, &result, error) && cc_source_build(&result, NULL, program, error);
    buf_free(&result.source);
    buf_free(&result.header);
    return ok;
}

void cc_program_unload(CcProgram *program) {
    dlclose(program->library);
}
