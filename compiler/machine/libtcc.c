/* The only file that sees libtcc.h.
 * In: C text and the addresses of what it may use. Out: machine code in memory of our own, which
 * is written first and then made read-only and executable, never both at once.
 *
 * libtcc keeps its state in globals and counts on semaphores that are set up at first use, in a
 * race: one lock is held around all of it. Where libtcc would end the process, machine/libtcc_shim.c brings
 * control back; after that its globals cannot be trusted, and every later call is refused. */
#include "machine/libtcc.h"
#include "base/cleanup.h"

/* The Makefile renames libtcc's functions, so that a host may be linked with a libtcc of its own. */
#define tcc_new             kanon_tcc_new
#define tcc_delete          kanon_tcc_delete
#define tcc_set_error_func  kanon_tcc_set_error_func
#define tcc_set_options     kanon_tcc_set_options
#define tcc_set_output_type kanon_tcc_set_output_type
#define tcc_add_symbol      kanon_tcc_add_symbol
#define tcc_compile_string  kanon_tcc_compile_string
#define tcc_relocate        kanon_tcc_relocate
#define tcc_list_symbols    kanon_tcc_list_symbols
#include <libtcc.h>

#include <errno.h>
#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct JitName {
    struct JitName *next;
    void *address;
    char name[];
} JitName;

struct JitCode {
    char *memory; /* mapped */
    size_t size;
    JitName *names;
};

/* ---- what every text may use ----------------------------------------------------------------- */

/* libtcc calls these for conversions between 64-bit unsigned numbers and floating point. */
static float from_u64_to_float(uint64_t x) {
    return (float)x;
}
static double from_u64_to_double(uint64_t x) {
    return (double)x;
}
static uint64_t from_float_to_u64(float x) {
    return (uint64_t)x;
}
static uint64_t from_double_to_u64(double x) {
    return (uint64_t)x;
}

static const JitSymbol always[] = {
    {"memset", (const void *)memset},
    {"memmove", (const void *)memmove},
    {"memcpy", (const void *)memcpy},
    {"__floatundisf", (const void *)from_u64_to_float},
    {"__floatundidf", (const void *)from_u64_to_double},
    {"__fixunssfdi", (const void *)from_float_to_u64},
    {"__fixunsdfdi", (const void *)from_double_to_u64},
};
enum { ALWAYS = sizeof always / sizeof *always };

/* ---- one compilation ------------------------------------------------------------------------- */

typedef enum { JOB_DONE, JOB_REFUSED, JOB_NO_MEMORY, JOB_NO_CODE } JobEnd;

typedef struct Job {
    const char *text;
    const JitSymbol *symbols;
    int nsymbols;
    JitCode *code;
    JobEnd end;
    int reason;          /* errno of JOB_NO_MEMORY and JOB_NO_CODE */
    char complaint[200]; /* libtcc's first */
} Job;

static void hear_complaint(void *data, const char *message) {
    Job *job = data;
    if (!job->complaint[0]) snprintf(job->complaint, sizeof job->complaint, "%s", message);
}

static void add_symbols(TCCState *tcc, const JitSymbol *symbols, int n) {
    for (int i = 0; i < n; i++)
        tcc_add_symbol(tcc, symbols[i].name, symbols[i].address);
}

/* libtcc lists what was given to it too: what lies in our memory is of the text. libtcc is at work and
 * the lock is held: nothing may jump out of here. */
static void note_symbol(void *data, const char *name, const void *address) {
    Job *job = data;
    JitCode *code = job->code;
    const char *at = address;
    if (at < code->memory || at >= code->memory + code->size) return;
    JitName *entry = memory_try(sizeof *entry + strlen(name) + 1);
    if (!entry) {
        job->end = JOB_NO_MEMORY;
        job->reason = ENOMEM;
        return;
    }
    *entry = (JitName){code->names, (void *)address};
    strcpy(entry->name, name);
    code->names = entry;
}

#ifndef MAP_POPULATE
#define MAP_POPULATE 0
#endif

/* All of it is written at once: its pages are asked for together. */
static JobEnd map_memory(Job *job, size_t bytes) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    JitCode *code = job->code;
    code->size = (bytes + page - 1) / page * page;
    code->memory = mmap(NULL, code->size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (code->memory != MAP_FAILED) return JOB_DONE;
    job->reason = errno;
    code->memory = NULL;
    return JOB_NO_MEMORY;
}

static JobEnd make_executable(Job *job) {
    JitCode *code = job->code;
    if (mprotect(code->memory, code->size, PROT_READ | PROT_EXEC) != 0) {
        job->reason = errno;
        return JOB_NO_CODE;
    }
    __builtin___clear_cache(code->memory, code->memory + code->size);
    return JOB_DONE;
}

static JobEnd translate(Job *job, TCCState *tcc) {
    tcc_set_error_func(tcc, job, hear_complaint);
    tcc_set_options(tcc, "-nostdlib -nostdinc -Wall -Werror");
    tcc_set_output_type(tcc, TCC_OUTPUT_MEMORY);
    add_symbols(tcc, always, ALWAYS);
    add_symbols(tcc, job->symbols, job->nsymbols);
    if (tcc_compile_string(tcc, job->text) != 0) return JOB_REFUSED;
    int bytes = tcc_relocate(tcc, NULL);
    if (bytes < 0) return JOB_REFUSED;
    JobEnd end = map_memory(job, (size_t)bytes);
    if (end != JOB_DONE) return end;
    if (tcc_relocate(tcc, job->code->memory) != 0) return JOB_REFUSED;
    job->end = JOB_DONE;
    tcc_list_symbols(tcc, job, note_symbol);
    return job->end == JOB_DONE ? make_executable(job) : job->end;
}

static void work(void *data) {
    Job *job = data;
    TCCState *tcc = tcc_new();
    job->end = translate(job, tcc);
    tcc_delete(tcc);
}

/* ---- one at a time --------------------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool broken; /* under the lock: libtcc wanted to end the process */

typedef enum { SERVED, GAVE_UP, OUT_OF_USE } Service;

/* A process that forks while another thread is at work here would give its child a lock that nobody opens. */
static void before_fork(void) {
    pthread_mutex_lock(&lock);
}

static void after_fork(void) {
    pthread_mutex_unlock(&lock);
}

static void hear_forks(void) {
    pthread_atfork(before_fork, after_fork, after_fork);
}

/* libtcc reads 0.5 by strtod, which in a host's locale may want a comma. */
static Service serve(Job *job) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, hear_forks);
    Service service = OUT_OF_USE;
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0), before = uselocale(plain);
    pthread_mutex_lock(&lock);
    if (!broken) {
        service = jit_shim_run(work, job) ? SERVED : GAVE_UP;
        broken = service == GAVE_UP;
    }
    pthread_mutex_unlock(&lock);
    uselocale(before);
    freelocale(plain);
    return service;
}

/* ---- what went wrong ------------------------------------------------------------------------- */

static void complain(EngineError *error, const char *fmt, ...) KN_PRINTF(2, 3);
static void complain(EngineError *error, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    error->status = 3;
    vsnprintf(error->message, sizeof error->message, fmt, args);
    va_end(args);
}

/* Writes the text where it can be looked at; the path, or why there is none, goes to `place`. */
static void keep_text(const char *text, char *place, size_t size) {
    char path[160];
    int n = snprintf(path, sizeof path, "%s/kanon-XXXXXX.c", temporary_folder());
    int file = n < (int)sizeof path ? mkstemps(path, 2) : -1;
    if (file < 0) {
        snprintf(place, size, "the C could not be kept in TMPDIR");
        return;
    }
    FILE *out = fdopen(file, "w");
    bool whole = out && fputs(text, out) >= 0;
    if (out ? fclose(out) != 0 : close(file) != 0) whole = false;
    snprintf(place, size, "the C is kept in %s%s", path, whole ? "" : " (not whole)");
}

static void explain(const Job *job, Service service, EngineError *error) {
    char place[200];
    if (service == OUT_OF_USE) {
        complain(error, "engine jit is out of use: libtcc gave up earlier in this process");
    } else if (service == GAVE_UP) {
        keep_text(job->text, place, sizeof place);
        complain(error, "libtcc gave up, and engine jit is out of use in this process; %s: %s",
                 place, job->complaint[0] ? job->complaint : "no reason told (no memory?)");
    } else if (job->end == JOB_REFUSED) {
        keep_text(job->text, place, sizeof place);
        complain(error, "libtcc refused what Kanon emitted, a bug of Kanon; %s: %s", place,
                 job->complaint);
    } else if (job->end == JOB_NO_MEMORY) {
        complain(error, "no memory for machine code: %s", strerror(job->reason));
    } else {
        complain(error, "the system lets this process make no machine code (engine jit): %s",
                 strerror(job->reason));
    }
}

/* ---- the interface --------------------------------------------------------------------------- */

JitCode *jit_compile(const char *text, const JitSymbol *symbols, int n, EngineError *error) {
    Job job = {.text = text, .symbols = symbols, .nsymbols = n};
    job.code = alloc_zeroed(1, sizeof *job.code);
    Service service = serve(&job);
    if (service == SERVED && job.end == JOB_DONE) return job.code;
    explain(&job, service, error);
    jit_free(job.code);
    return NULL;
}

JitCode *jit_load(const char *machine_code, size_t bytes, EngineError *error) {
    Job job = {.code = alloc_zeroed(1, sizeof *job.code)};
    job.end = map_memory(&job, bytes);
    if (job.end == JOB_DONE) {
        memcpy(job.code->memory, machine_code, bytes);
        job.end = make_executable(&job);
    }
    if (job.end == JOB_DONE) return job.code;
    explain(&job, SERVED, error);
    jit_free(job.code);
    return NULL;
}

void *jit_at(const JitCode *code, size_t offset) {
    return code->memory + offset;
}

void *jit_find(const JitCode *code, const char *name) {
    for (const JitName *entry = code->names; entry; entry = entry->next)
        if (strcmp(entry->name, name) == 0) return entry->address;
    return NULL;
}

size_t jit_size(const JitCode *code) {
    return code->size;
}

void jit_free(JitCode *code) {
    if (!code) return;
    if (code->memory) munmap(code->memory, code->size);
    for (JitName *entry = code->names, *next; entry; entry = next) {
        next = entry->next;
        free(entry);
    }
    free(code);
}
