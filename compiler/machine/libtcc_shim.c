/* What libtcc gets in the place of some functions of the C library.
 * In: calls by libtcc, whose references to NAME the Makefile has renamed to kanon_tcc_NAME. Out:
 * nothing is printed, no file is opened, no page is made writable and executable, memory is that of
 * machine/libtcc_memory.c, and what would end the process ends jit_shim_run instead.
 *
 * Data (stdout and its like) has a second reason: libtcc.a is compiled for programs and reaches
 * data of other objects relative to its own place. A shared library can hold that only for data
 * that is its own, hence `hidden`. */
#include "machine/libtcc.h"

#include <setjmp.h>

/* Set while jit_shim_run waits; its callers hold a lock. */
static jmp_buf escape;

bool jit_shim_run(void (*work)(void *data), void *data) {
    bool came_back = setjmp(escape) == 0;
    if (came_back) work(data);
    jit_memory_reset();
    return came_back;
}

/* ---- what ends the process ------------------------------------------------------------------- */

SHIM _Noreturn void kanon_tcc_exit(int status);
void kanon_tcc_exit(int status) {
    (void)status;
    longjmp(escape, 1);
}

SHIM _Noreturn void kanon_tcc___assert_fail(const char *condition, const char *file, unsigned line,
                                            const char *function);
void kanon_tcc___assert_fail(const char *condition, const char *file, unsigned line,
                             const char *function) {
    (void)condition, (void)file, (void)line, (void)function;
    longjmp(escape, 1);
}

/* ---- memory: machine/libtcc.c maps it and protects it itself -------------------------------------------- */

SHIM int kanon_tcc_mprotect(void *address, size_t length, int protection);
int kanon_tcc_mprotect(void *address, size_t length, int protection) {
    (void)address, (void)length, (void)protection;
    return 0;
}

/* ---- files and libraries: there are none ----------------------------------------------------- */

SHIM int kanon_tcc_open(const char *path, int flags, ...);
int kanon_tcc_open(const char *path, int flags, ...) {
    (void)path, (void)flags;
    return -1;
}

SHIM void *kanon_tcc_dlopen(const char *path, int flags);
void *kanon_tcc_dlopen(const char *path, int flags) {
    (void)path, (void)flags;
    return NULL;
}

SHIM void *kanon_tcc_dlsym(void *library, const char *name);
void *kanon_tcc_dlsym(void *library, const char *name) {
    (void)library, (void)name;
    return NULL;
}

/* ---- printing: nowhere ----------------------------------------------------------------------- */

#define SILENT(name)                                                                               \
    SHIM int kanon_tcc_##name(void);                                                               \
    int kanon_tcc_##name(void) {                                                                   \
        return 0;                                                                                  \
    }

SILENT(printf)
SILENT(fprintf)
SILENT(vfprintf)
SILENT(__printf_chk)
SILENT(__fprintf_chk)
SILENT(__vfprintf_chk)
SILENT(fputs)
SILENT(fputc)
SILENT(puts)
SILENT(putchar)
SILENT(fwrite)
SILENT(fflush)

SHIM extern FILE *kanon_tcc_stdout, *kanon_tcc_stderr;
FILE *kanon_tcc_stdout, *kanon_tcc_stderr;
SHIM extern char **kanon_tcc_environ;
char **kanon_tcc_environ;
