/* In: text. Out: one pointer for each spelling, so that names compare as pointers.
 *
 * An open hash table with linear probing, at most half full, in the arena of the compilation: the
 * tables that were outgrown together are no larger than the last one. */
#include "base/session.h"

#include <string.h>

typedef struct Slot {
    const char *text; /* NULL: free */
    uint32_t hash, length;
} Slot;

struct InternTable {
    Slot *slots;
    uint32_t size, used; /* size is a power of two */
};

/* FNV-1a: names are short. */
static uint32_t hash_text(const char *text, size_t length) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    return hash ^ hash >> 15;
}

static Slot *find_slot(struct InternTable *table, uint32_t hash, const char *text, size_t length) {
    uint32_t mask = table->size - 1;
    for (uint32_t i = hash & mask;; i = (i + 1) & mask) {
        Slot *slot = &table->slots[i];
        if (!slot->text) return slot;
        if (slot->hash == hash && slot->length == length && !memcmp(slot->text, text, length))
            return slot;
    }
}

static void grow(Session *session, struct InternTable *table) {
    Slot *old = table->slots;
    uint32_t old_size = table->size;
    table->size = old_size ? old_size * 2 : 512;
    table->slots = ARENA_ARRAY(session->arena, Slot, table->size);
    for (uint32_t i = 0; i < old_size; i++)
        if (old[i].text) *find_slot(table, old[i].hash, old[i].text, old[i].length) = old[i];
}

const char *intern(Session *session, const char *text, size_t length) {
    if (!session->interned) session->interned = ARENA_NEW(session->arena, struct InternTable);
    struct InternTable *table = session->interned;
    if (table->used * 2 >= table->size) grow(session, table);
    uint32_t hash = hash_text(text, length);
    Slot *slot = find_slot(table, hash, text, length);
    if (!slot->text) {
        *slot = (Slot){arena_strndup(session->arena, text, length), hash, (uint32_t)length};
        table->used++;
    }
    return slot->text;
}
