/* The memory of libtcc: malloc and its family as libtcc sees them (see machine/libtcc_shim.c).
 * In: its calls during one compilation. Out: memory that goes all at once when the compilation
 * ends, also when libtcc is left by a jump. Free gives back only what was asked for last: the rest
 * is a few hundred kilobytes that live less than a millisecond.
 *
 * The first chunk stays from one compilation to the next. A third of the time of a small
 * compilation would be the system's, handing out the same pages again. */
#include "machine/libtcc.h"

#include <string.h>
#include <sys/mman.h>

/* libtcc begins with two pools of 768 KiB, of which it touches what it needs. */
enum { CHUNK_SIZE = 2 << 20, ALIGN = 16 };

typedef struct Chunk {
    struct Chunk *next;
    size_t size, used;
    char *last; /* what was handed out last */
} Chunk;

static Chunk *chunks; /* the newest first; under the lock of machine/libtcc.c */

static size_t rounded(size_t size) {
    return (size + ALIGN - 1) / ALIGN * ALIGN;
}

static bool add_chunk(size_t needed) {
    size_t size = needed > CHUNK_SIZE ? needed : CHUNK_SIZE;
    Chunk *chunk = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (chunk == MAP_FAILED) return false;
    *chunk = (Chunk){.next = chunks, .size = size, .used = rounded(sizeof *chunk)};
    chunks = chunk;
    return true;
}

void jit_memory_reset(void) {
    while (chunks && chunks->next) {
        Chunk *next = chunks->next;
        munmap(chunks, chunks->size);
        chunks = next;
    }
    if (chunks) chunks->used = rounded(sizeof *chunks);
}

/* Each block has its size before it, in a place that keeps the alignment. */
static size_t *size_of(void *block) {
    return (size_t *)((char *)block - ALIGN);
}

SHIM void *kanon_tcc_malloc(size_t size);
void *kanon_tcc_malloc(size_t size) {
    if (size > SIZE_MAX / 2) return NULL;
    size_t needed = ALIGN + rounded(size);
    if (!chunks || chunks->size - chunks->used < needed)
        if (!add_chunk(rounded(sizeof(Chunk)) + needed)) return NULL;
    char *block = (char *)chunks + chunks->used + ALIGN;
    chunks->used += needed;
    chunks->last = block;
    *size_of(block) = size;
    return block;
}

SHIM void *kanon_tcc_calloc(size_t n, size_t size);
void *kanon_tcc_calloc(size_t n, size_t size) {
    void *block = size && n > SIZE_MAX / size ? NULL : kanon_tcc_malloc(n * size);
    return block ? memset(block, 0, n * size) : NULL;
}

SHIM void kanon_tcc_free(void *block);
void kanon_tcc_free(void *block) {
    if (!block || block != chunks->last) return;
    chunks->used -= ALIGN + rounded(*size_of(block));
    chunks->last = NULL;
}

SHIM void *kanon_tcc_realloc(void *block, size_t size);
void *kanon_tcc_realloc(void *block, size_t size) {
    if (!block) return kanon_tcc_malloc(size);
    size_t old = *size_of(block);
    if (size <= old && size > 0) return block;
    if (size > 0 && block == chunks->last &&
        rounded(size) - rounded(old) <= chunks->size - chunks->used) {
        chunks->used += rounded(size) - rounded(old);
        *size_of(block) = size;
        return block;
    }
    void *moved = size ? kanon_tcc_malloc(size) : NULL;
    if (moved) memcpy(moved, block, old);
    return moved;
}
