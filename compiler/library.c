/* The standard library: .kn texts inside the binary, parsed when a name is first looked for.
 * In: a name. Out: its definition. The definitions of a file are bound and evaluated when used. */
#include "peval.h"

#include <stdlib.h>
#include <string.h>

struct LibraryIndex {
    const char **names;
    int n, cap;
    struct {
        const char *name;
        Module *module;
        Def *def;
    } * table;
    int size;
};

static int index_slot(const struct LibraryIndex *index, const char *name) {
    uint32_t i = (uint32_t)(((uintptr_t)name >> 4) * 0x9e3779b1u) & (uint32_t)(index->size - 1);
    while (index->table[i].name && index->table[i].name != name)
        i = (i + 1) & (uint32_t)(index->size - 1);
    return (int)i;
}

static void index_module(struct LibraryIndex *index, Module *m) {
    for (int i = 0; i < m->ndefs; i++) {
        int at = index_slot(index, m->defs[i].name);
        index->table[at].name = m->defs[i].name;
        index->table[at].module = m;
        index->table[at].def = &m->defs[i];
        if (m->defs[i].name[0] != '_' && m->defs[i].name[0] != '$')
            VEC_PUSH(index->names, index->n, index->cap, m->defs[i].name);
    }
}

static struct LibraryIndex *library_load(Compile *c) {
    if (c->library_index) return c->library_index;
    struct LibraryIndex *index = ARENA_NEW(c->arena, struct LibraryIndex);
    c->library_index = index;
    c->library = ARENA_ARRAY(c->arena, Module *, library_nfiles + 1);
    int names = 0;
    for (int i = 0; i < library_nfiles; i++) {
        const LibraryFile *file = &library_files[i];
        const char *path = arena_printf(c->arena, "<library>/%s", file->name);
        int source = source_add(c, path, file->text, file->length, true);
        if (source < 0) continue;
        c->library[i] = parse_module(c, source, false);
        names += c->library[i]->ndefs;
    }
    index->size = 64;
    while (index->size < 2 * names)
        index->size *= 2;
    index->table = arena_alloc(c->arena, sizeof *index->table * (size_t)index->size);
    for (int i = 0; i < library_nfiles; i++)
        if (c->library[i]) index_module(index, c->library[i]);
    for (int i = 0; i < library_nfiles; i++)
        if (c->library[i]) resolve_library(c, c->library[i]);
    return index;
}

Def *library_find(Compile *c, const char *name, Module **module) {
    struct LibraryIndex *index = library_load(c);
    int at = index_slot(index, name);
    *module = index->table[at].module;
    return index->table[at].def;
}

const char *const *library_names(Compile *c, int *n) {
    struct LibraryIndex *index = library_load(c);
    *n = index->n;
    return index->names;
}

void library_free(Compile *c) {
    if (c->library_index) free(c->library_index->names);
}
