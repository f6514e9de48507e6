/* The standard library: .kn texts inside the binary, with an index of their definitions that is made
 * when the binary is (index_library.awk). In: a name. Out: its definition, parsed when first asked
 * for; it is bound and evaluated when used. What a program does not use costs it nothing.
 *
 * Each definition is a module of its own, so that it has its frame when it is used. All share the
 * names of the library. */
#include "evaluate/peval.h"

#include <stdlib.h>
#include <string.h>

struct Library {
    int *sources;     /* of each file: number of its source + 1, 0 when it was not needed yet */
    Module **modules; /* of each item of the index, NULL when it was not needed yet */
};

static int compare_name(const void *name, const void *entry) {
    return strcmp(name, library_names[*(const int *)entry].name);
}

/* The item that defines the name, -1 when there is none. */
static int item_of(const char *name) {
    const int *found = bsearch(name, library_by_name, (size_t)library_nnames,
                               sizeof *library_by_name, compare_name);
    return found ? library_names[*found].item : -1;
}

static int source_of(Compile *c, int number) {
    int *source = &c->library->sources[number];
    if (*source == 0) {
        const LibraryFile *file = &library_files[number];
        const char *path = arena_printf(c->arena, "<library>/%s", file->name);
        *source = source_add_library(c, path, file->text, file->length) + 1;
    }
    return *source - 1;
}

static Module *module_of(Compile *c, int number) {
    if (!c->library) {
        c->library = ARENA_NEW(c->arena, struct Library);
        c->library->sources = ARENA_ARRAY(c->arena, int, library_nfiles + 1);
        c->library->modules = ARENA_ARRAY(c->arena, Module *, library_nitems + 1);
    }
    Module **module = &c->library->modules[number];
    if (!*module) {
        const LibraryItem *item = &library_items[number];
        int start = c->options.documented ? item->doc : item->start;
        *module = parse_part(c, source_of(c, item->file), start, item->end);
        resolve_library(c, *module);
    }
    return *module;
}

Def *library_find(Compile *c, const char *name, Module **module) {
    int item = item_of(name);
    if (item < 0) return NULL;
    *module = module_of(c, item);
    return module_find(*module, name);
}

const char *const *library_public(Compile *c, int *n) {
    const char **names = ARENA_ARRAY(c->arena, const char *, library_nnames + 1);
    *n = 0;
    for (int i = 0; i < library_nnames; i++)
        if (library_names[i].name[0] != '_') names[(*n)++] = library_names[i].name;
    return names;
}
