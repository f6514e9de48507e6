/* The memory of the compiler: malloc and its family, with an owner.
 *
 * A library must not end its host's process when memory runs out, and code that allocates in a hundred
 * places cannot be left in order from each of them. So work runs under a guard: when memory runs out
 * there, control comes back to where the guard was set, and all that was allocated under it is freed in
 * one go. Without a guard, as in the program `kanon`, malloc gives NULL and others end the process.
 *
 * What is acquired under a guard and is no memory of this kind (an open file, mapped memory) is lost by
 * such a jump: nothing may be allocated while it is held, or memory_try is used, which never jumps. */
#ifndef KANON_MEMORY_H
#define KANON_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Owns blocks; used by one thread at a time, and never moved while it owns any. Begins as zeros. */
typedef struct MemoryOwner {
    struct MemoryBlock *blocks;
    size_t held; /* bytes of them */
    struct Budget
        *budget; /* of the work at present (base/budget.h): beyond it there is no memory; or NULL */
} MemoryOwner;

/* Runs work(data); everything it allocates belongs to `memory` until it is freed. False when memory ran
 * out on the way: then work was left by a jump, and the thread has its locale again. Guards nest, the
 * innermost is meant; `memory` NULL is no guard of its own.
 *
 * What lives longer than the guard's owner must not grow under it: a part of it would be freed too early. */
bool memory_guard(MemoryOwner *memory, void (*work)(void *data), void *data);
/* The owner at present, to be handed to a guard on another stack or thread; NULL: there is none. */
MemoryOwner *memory_owner(void);
/* Frees all that it owns. */
void memory_release(MemoryOwner *memory);
/* What it owns belongs to whoever has the pointer. */
void memory_disown(MemoryOwner *memory);
/* The block (NULL is fine) is another owner's from now on; `to` NULL: that of whoever has the pointer. */
void memory_give(void *block, MemoryOwner *to);
/* There is no memory, or the budget is spent: back to the guard; without one the process ends with a message. */
_Noreturn void memory_failed(size_t size);

/* Like malloc under a guard, but NULL is what comes back. */
void *memory_try(size_t size);

/* All files of the compiler that include base/base.h have these under the usual names. The functions of
 * the C library are still (malloc) and (free): what it allocates itself, such as the result of realpath,
 * is freed by that. */
void *memory_alloc(size_t size);
void *memory_zeroed(size_t n, size_t size);
void *memory_resize(void *block, size_t size);
void *memory_aligned(size_t alignment, size_t size);
char *memory_text(const char *text, size_t most);
void memory_free(void *block);

#define malloc(size)                   memory_alloc(size)
#define calloc(n, size)                memory_zeroed((n), (size))
#define realloc(block, size)           memory_resize((block), (size))
#define aligned_alloc(alignment, size) memory_aligned((alignment), (size))
#define free(block)                    memory_free(block)
#undef strdup
#undef strndup
#define strdup(text)        memory_text((text), (size_t)-1)
#define strndup(text, most) memory_text((text), (most))

#endif
