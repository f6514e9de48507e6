/* Machine code in memory, of C text by libtcc or as it is. machine/libtcc.c alone sees libtcc.h, machine/libtcc_shim.c alone what
 * libtcc calls: this is what the rest of the compiler sees. */
#ifndef KANON_JIT_H
#define KANON_JIT_H

#include "base/base.h"

/* ---- machine/libtcc.c -----------------------------------------------------------------------------------
 */

/* Machine code with its constants: immutable, any thread may run it. */
typedef struct JitCode JitCode;

/* What the text may call, wherever it lies; the text declares it. Of data (`extern const float
 * table[]`) the text may only take the address, and read through that: given data as the right
 * operand of floating-point arithmetic is read at a wrong place by libtcc 0.9.27. */
typedef struct JitSymbol {
    const char *name;
    const void *address;
} JitSymbol;

/* Compiles C as libtcc understands it: no #include, nothing of the C library, no symbols but those
 * given (memset, memmove, memcpy and 64-bit conversions are always there), every warning an error.
 * The text may hold constant data, but must not write to statics: code and data are read-only. Any
 * thread; one at a time is served.
 * NULL with *error (status 3) when the system refuses memory for code, or when libtcc complains:
 * then the C stays in a file of TMPDIR, which the message names. */
JitCode *jit_compile(const char *text, const JitSymbol *symbols, int n, EngineError *error);
/* Machine code as it is, of functions that may lie anywhere. NULL with *error as above. */
JitCode *jit_load(const char *machine_code, size_t bytes, EngineError *error);
/* The address of what lies so many bytes from its beginning. */
void *jit_at(const JitCode *code, size_t offset);
/* The address of a function of the text that is not static; NULL when it has none of that name. */
void *jit_find(const JitCode *code, const char *name);
/* Bytes of memory that the code takes, whole pages. */
size_t jit_size(const JitCode *code);
/* Nothing may run in it any more. NULL is fine. */
void jit_free(JitCode *code);

/* ---- machine/libtcc_shim.c: what libtcc gets in the place of functions that end or touch the process -----
 */

/* What libtcc.o refers to and nobody else should. */
#define SHIM __attribute__((visibility("hidden")))

/* Runs work(data); false when libtcc wanted to end the process meanwhile: its globals are then in
 * no known state, and it must not be called again. What libtcc allocated is gone afterwards. One
 * thread at a time. */
bool jit_shim_run(void (*work)(void *data), void *data);

/* ---- machine/libtcc_memory.c: the memory of libtcc ---------------------------------------------------------
 */

/* Frees all that libtcc has allocated. */
void jit_memory_reset(void);

#endif
