/* In: requests for memory. Out: zeroed memory that lives until the whole arena is freed.
 *
 * A chunk is cleared a little ahead of what is handed out: most of the first one is never touched,
 * which costs nothing as long as nobody clears it. It is large so that glibc, which learns from the chunks that are
 * freed, keeps its pages for the next compilation rather than giving them back. Chunks double in
 * size up to a limit; a request that would waste much of a chunk gets a chunk of its own. */
#include "base/base.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CHUNK = 1 << 20, LARGEST_CHUNK = 4 << 20, ALIGNMENT = 16, CLEARED_AHEAD = 8 << 10 };

typedef struct Chunk {
    struct Chunk *next;
    size_t size, used, cleared; /* of data */
    _Alignas(ALIGNMENT) char data[];
} Chunk;

struct Arena {
    Chunk *current; /* the one that is being filled, then all the others */
    size_t next_size;
};

static Chunk *chunk_create(size_t size) {
    Chunk *chunk = malloc(sizeof(Chunk) + size);
    if (!chunk) memory_failed(size);
    *chunk = (Chunk){.size = size};
    return chunk;
}

Arena *arena_create(void) {
    Arena *arena = calloc(1, sizeof *arena);
    if (!arena) memory_failed(sizeof *arena);
    arena->next_size = FIRST_CHUNK;
    arena->current = chunk_create(FIRST_CHUNK);
    return arena;
}

void arena_free(Arena *arena) {
    if (!arena) return;
    for (Chunk *chunk = arena->current, *next; chunk; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    free(arena);
}

/* A large request is linked behind the current chunk, which goes on being filled. */
static void *alloc_alone(Arena *arena, size_t size) {
    Chunk *chunk = calloc(1, sizeof(Chunk) + size); /* so large that it may come cleared */
    if (!chunk) memory_failed(size);
    *chunk = (Chunk){.size = size, .used = size, .cleared = size};
    chunk->next = arena->current->next;
    arena->current->next = chunk;
    return chunk->data;
}

static void clear_ahead(Chunk *chunk) {
    size_t until =
        chunk->used + CLEARED_AHEAD < chunk->size ? chunk->used + CLEARED_AHEAD : chunk->size;
    memset(chunk->data + chunk->cleared, 0, until - chunk->cleared);
    chunk->cleared = until;
}

void *arena_alloc(Arena *arena, size_t size) {
    if (size > SIZE_MAX / 2) memory_failed(size);
    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    Chunk *chunk = arena->current;
    if (size > chunk->size - chunk->used) {
        if (size > arena->next_size / 4) return alloc_alone(arena, size);
        if (arena->next_size < LARGEST_CHUNK) arena->next_size *= 2;
        chunk = chunk_create(arena->next_size);
        chunk->next = arena->current;
        arena->current = chunk;
    }
    void *memory = chunk->data + chunk->used;
    chunk->used += size;
    if (chunk->used > chunk->cleared) clear_ahead(chunk);
    return memory;
}

char *arena_strndup(Arena *arena, const char *text, size_t length) {
    char *copy = arena_alloc(arena, length + 1);
    if (length) memcpy(copy, text, length);
    return copy;
}

char *arena_printf(Arena *arena, const char *fmt, ...) {
    Buf buf = {0};
    va_list args;
    va_start(args, fmt);
    buf_vprintf(&buf, fmt, args);
    va_end(args);
    char *copy = arena_strndup(arena, buf.data ? buf.data : "", buf.length);
    buf_free(&buf);
    return copy;
}
