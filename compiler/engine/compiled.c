/* The engine cc: emitted C, compiled by the machine's C compiler and loaded.
 * In: a compiled program. Out: its functions in memory. Nothing stays on disk: the private folder
 * in TMPDIR is removed as soon as the library is loaded, after errors, and by signals (base/cleanup.c).
 * Only when the compiler refuses emitted code, which is a bug of Kanon, the C is kept and named. */
#include "engine/engine.h"
#include "base/cleanup.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the private folder ---------------------------------------------------------------------- */

typedef enum { FILE_C, FILE_H, FILE_SIZE_C, FILE_LIBRARY, FILE_LOG, FILE_COUNT } ShopFile;
static const char *const shop_names[FILE_COUNT] = {"kn_program.c", "kn_program.h",
                                                   "kn_program_size.c", "kn_program.so", "cc.log"};

typedef struct Shop {
    char folder[PATH_MAX / 2];
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

/* An absolute path: "-o/kanon-1" and "@x/kanon-1" would be options of the compiler. */
static bool name_folder(Shop *shop) {
    char absolute[sizeof shop->folder];
    return c_compiler_folder(absolute, sizeof absolute) &&
           snprintf(shop->folder, sizeof shop->folder, "%.*s/kanon-XXXXXX",
                    (int)sizeof absolute - 16, absolute) < (int)sizeof shop->folder;
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

static bool compile(const Shop *shop, CcChild *canceller, bool *keep_c, EngineError *error) {
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
    const char *left[FILE_COUNT];
    for (int i = 0; i < FILE_COUNT; i++)
        left[i] = shop->files[i];
    const CompilerRun run = {.arguments = arguments,
                             .log = shop->files[FILE_LOG],
                             .left = left,
                             .nleft = FILE_COUNT,
                             .folder = shop->folder,
                             .without = "engine cc needs a C compiler; none was found"};
    CompilerRefusal refusal;
    if (c_compiler_run(&run, canceller, &refusal, error)) return true;
    if (!refusal.name[0]) return false;
    *keep_c = true;
    return complain(error, 3,
                    "the C compiler %.80s refused what Kanon emitted, a bug of Kanon unless the "
                    "disk is full; the C is kept in %.100s: %s",
                    refusal.name, shop->files[FILE_C], refusal.complaint);
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
