/* What everything stands on: memory, growing text and arrays, the state of the machine that is held while the compiler
 * works. Nothing here knows of programs. */
#ifndef KANON_BASE_BASE_H
#define KANON_BASE_BASE_H

#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

/* What builds with sanitizers cannot do as others, or only slower. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#include "base/budget.h"
#include "base/memory.h"

#define KN_VERSION "0.1.0"

#if defined(__GNUC__)
#define KN_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define KN_INLINE            static inline __attribute__((always_inline))
#else
#define KN_PRINTF(fmt, args)
#define KN_INLINE static inline
#endif

/* ---- base/arena.c: memory that is freed all at once ------------------------------------------ */

typedef struct Arena Arena;
Arena *arena_create(void);
void arena_free(Arena *arena);
/* Zeroed memory, aligned to 16 bytes. Never NULL: out of memory goes back to the guard (base/memory.h). */
void *arena_alloc(Arena *arena, size_t size);
char *arena_strndup(Arena *arena, const char *text, size_t length);
char *arena_printf(Arena *arena, const char *fmt, ...) KN_PRINTF(2, 3);
#define ARENA_NEW(arena, type)      ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, n) ((type *)arena_alloc((arena), sizeof(type) * (size_t)(n)))

/* ---- base/buf.c: growing text and growing arrays --------------------------------------------- */

/* Text that grows; `data` is always zero-terminated once something was added. Freed by buf_free. */
typedef struct Buf {
    char *data;
    size_t length, capacity;
} Buf;
void buf_add(Buf *buf, const char *text, size_t length);
/* Room for `extra` more bytes and the zero that ends the text. */
void buf_reserve(Buf *buf, size_t extra);
KN_INLINE void buf_byte(Buf *buf, char byte) {
    if (buf->length + 2 > buf->capacity) buf_reserve(buf, 1);
    buf->data[buf->length++] = byte;
    buf->data[buf->length] = 0;
}
void buf_puts(Buf *buf, const char *text);
void buf_printf(Buf *buf, const char *fmt, ...) KN_PRINTF(2, 3);
void buf_vprintf(Buf *buf, const char *fmt, va_list args);
void buf_free(Buf *buf);

/* n zeroed items of malloc's memory; never NULL, as with arena_alloc. */
void *alloc_zeroed(size_t n, size_t size);
/* The same, not zeroed. */
void *alloc_room(size_t n, size_t size);

/* A vector is declared as `T *items; int n, cap;` in its owner and grown by this. */
void *vec_grow(void *items, int *capacity, int needed, size_t item_size);
#define VEC_PUSH(items, n, cap, item)                                                              \
    do {                                                                                           \
        if ((n) >= (cap)) (items) = vec_grow((items), &(cap), (n) + 1, sizeof *(items));           \
        (items)[(n)++] = (item);                                                                   \
    } while (0)

/* ---- base/plain_locale.c: a point in numbers, whatever the host's locale --------------------- */

typedef struct PlainLocale {
    void *plain, *host;
} PlainLocale;
/* Around whatever writes or reads numbers and is called from outside of the compiler. */
PlainLocale plain_locale_begin(void);
void plain_locale_end(PlainLocale held);

/* ---- base/float_mode.c: rounding and traps, whatever the host has set ------------------------ */

typedef struct FloatMode {
    uint64_t words[2];
} FloatMode;
FloatMode float_mode_begin(void);
void float_mode_end(FloatMode *held);
/* First in a function that hosts call and that computes: the plain mode is held until it returns. */
#define HOLD_FLOAT_MODE                                                                            \
    FloatMode held_mode __attribute__((cleanup(float_mode_end))) = float_mode_begin()

/* ---- base/deep_stack.c: recursion over trees as deep as users write them --------------------- */

/* Runs work(data) with 256 MiB of stack; false when there is no memory for that. Where that is so already,
 * it just runs. A jump to the guard (base/memory.h) goes on from the caller's stack. */
bool run_deep(void (*work)(void *), void *data);
/* Bytes that are left of the stack of this thread; SIZE_MAX where that cannot be known. */
size_t stack_left(void);

/* ---- texts that are part of the binary (generate/embed.sh) ---------------------------------------------- */

typedef struct EmbeddedText {
    const char *name, *text;
    size_t length;
} EmbeddedText;

/* ---- what a file, a compiler or a machine answered ------------------------------------------------- */

typedef struct EngineError {
    int status; /* exit status: 1 program, 2 usage, 3 file or device */
    bool final; /* other engines would fail for the same reason: none is tried */
    char message[512];
} EngineError;

/* Says so; false. */
bool engine_fails(EngineError *why, int status, const char *fmt, ...) KN_PRINTF(3, 4);

#endif
