/* The memory of the compiler (base/memory.h says why).
 * In: requests. Out: blocks of the C library's memory, each with a head that knows its owner. */
#include "base/base.h"

#include <locale.h>
#include <setjmp.h>

typedef struct MemoryBlock Block;
struct MemoryBlock {
    Block *previous, *next; /* of one owner */
    MemoryOwner *owner;     /* NULL: whoever has the pointer */
    uint64_t front : 16;    /* bytes from what the C library gave to the end of this */
    uint64_t size : 48;     /* of the block itself */
};
_Static_assert(sizeof(Block) % 16 == 0, "blocks are aligned as those of malloc");

/* What memory is for is known by who runs: code that allocates is not told. A guard lives on the stack
 * of its thread, and each thread has its own. */
typedef struct Guard {
    MemoryOwner *memory;
    jmp_buf escape;
} Guard;
static _Thread_local Guard *guard;

/* ---- guards -------------------------------------------------------------------------------------- */

static bool run_guarded(Guard *inner, void (*work)(void *), void *data) {
    if (setjmp(inner->escape) != 0) return false;
    guard = inner;
    work(data);
    return true;
}

bool memory_guard(MemoryOwner *memory, void (*work)(void *), void *data) {
    if (!memory) {
        work(data);
        return true;
    }
    Guard *outer = guard, inner = {.memory = memory};
    locale_t locale = uselocale((locale_t)0);
    bool done = run_guarded(&inner, work, data);
    guard = outer;
    if (!done) uselocale(locale);
    return done;
}

MemoryOwner *memory_owner(void) {
    return guard ? guard->memory : NULL;
}

void memory_failed(size_t size) {
    Budget *budget = guard ? guard->memory->budget : NULL;
    if (budget && budget->leaving) budget->leaving(budget->data);
    if (guard) longjmp(guard->escape, 1);
    fprintf(stderr, "kanon: out of memory (%zu bytes asked for)\n", size);
    abort();
}

/* ---- owners -------------------------------------------------------------------------------------- */

static void link_block(Block *b, MemoryOwner *owner) {
    b->owner = owner;
    if (!owner) return;
    owner->held += b->size;
    b->previous = NULL;
    b->next = owner->blocks;
    if (b->next) b->next->previous = b;
    owner->blocks = b;
}

static void unlink_block(Block *b) {
    if (!b->owner) return;
    b->owner->held -= b->size;
    if (b->previous)
        b->previous->next = b->next;
    else
        b->owner->blocks = b->next;
    if (b->next) b->next->previous = b->previous;
}

static void *base(Block *b) {
    return (char *)(b + 1) - b->front;
}

void memory_release(MemoryOwner *memory) {
    for (Block *b = memory->blocks, *next; b; b = next) {
        next = b->next;
        (free)(base(b));
    }
    memory->blocks = NULL;
    memory->held = 0;
}

void memory_disown(MemoryOwner *memory) {
    for (Block *b = memory->blocks, *next; b; b = next) {
        next = b->next;
        b->owner = NULL;
    }
    memory->blocks = NULL;
    memory->held = 0;
}

void memory_give(void *block, MemoryOwner *to) {
    if (!block) return;
    Block *b = (Block *)block - 1;
    unlink_block(b);
    link_block(b, to);
}

/* ---- blocks -------------------------------------------------------------------------------------- */

static Block *head(void *block) {
    return (Block *)block - 1;
}

/* Makes a block of what the C library gave; NULL stays NULL. */
static void *adopt(void *given, size_t front, size_t size) {
    if (!given) return NULL;
    Block *b = (Block *)((char *)given + front) - 1;
    b->front = front;
    b->size = size;
    link_block(b, memory_owner());
    return b + 1;
}

/* Under a guard NULL is never seen. */
static void *or_jump(void *block, size_t size) {
    if (!block && guard) memory_failed(size);
    return block;
}

/* Is there to be more than the budget of the owner allows? */
static bool beyond_budget(const MemoryOwner *owner, size_t more) {
    Budget *b = owner ? owner->budget : NULL;
    if (!b || (double)owner->held + (double)more <= b->limits.most[LIMIT_MEMORY]) return false;
    b->passed = true;
    b->which = LIMIT_MEMORY;
    return true;
}

static bool too_large(size_t n, size_t size) {
    if (size && n > ((size_t)1 << 46) / size) return true; /* more than any machine has */
    return beyond_budget(memory_owner(), n * size);
}

void *memory_try(size_t size) {
    return too_large(1, size) ? NULL : adopt((malloc)(sizeof(Block) + size), sizeof(Block), size);
}

void *memory_alloc(size_t size) {
    return or_jump(memory_try(size), size);
}

void *memory_zeroed(size_t n, size_t size) {
    void *given = too_large(n, size) ? NULL : (calloc)(1, sizeof(Block) + n * size);
    return or_jump(adopt(given, sizeof(Block), n * size), n * size);
}

/* The head lies in the last part of what is put in front to keep the alignment. */
void *memory_aligned(size_t alignment, size_t size) {
    size_t front = alignment > sizeof(Block) ? alignment : sizeof(Block);
    void *given = too_large(1, size) ? NULL : (aligned_alloc)(alignment, front + size);
    return or_jump(adopt(given, front, size), size);
}

/* Neighbours and the owner point to the block: it is taken out while it moves. */
void *memory_resize(void *block, size_t size) {
    if (!block) return memory_alloc(size);
    Block *b = head(block);
    MemoryOwner *owner = b->owner;
    unlink_block(b);
    bool refused = size > (size_t)1 << 46 || beyond_budget(owner, size);
    Block *moved = refused ? NULL : (realloc)(base(b), sizeof(Block) + size);
    if (!moved) {
        link_block(b, owner);
        return or_jump(NULL, size);
    }
    moved->front = sizeof(Block);
    moved->size = size;
    link_block(moved, owner);
    return moved + 1;
}

char *memory_text(const char *text, size_t most) {
    size_t length = strnlen(text, most);
    char *copy = memory_alloc(length + 1);
    if (!copy) return NULL;
    memcpy(copy, text, length);
    copy[length] = 0;
    return copy;
}

void memory_free(void *block) {
    if (!block) return;
    unlink_block(head(block));
    (free)(base(head(block)));
}
