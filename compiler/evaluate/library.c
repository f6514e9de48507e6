/* The standard library: .kn texts inside the binary, with an index of their definitions that is made
 * when the binary is (generate/index_library.awk). In: a name. Out: its definition, parsed when first asked
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

static int source_of(Program *program, int number) {
    int *source = &program->library->sources[number];
    if (*source == 0) {
        const EmbeddedText *file = &library_files[number];
        const char *path = arena_printf(program->session->arena, "<library>/%s", file->name);
        *source = source_add_library(program->session, path, file->text, file->length) + 1;
    }
    return *source - 1;
}

static Module *module_of(Program *program, int number) {
    if (!program->library) {
        program->library = ARENA_NEW(program->session->arena, struct Library);
        program->library->sources = ARENA_ARRAY(program->session->arena, int, library_nfiles + 1);
        program->library->modules =
            ARENA_ARRAY(program->session->arena, Module *, library_nitems + 1);
    }
    Module **module = &program->library->modules[number];
    if (!*module) {
        const LibraryItem *item = &library_items[number];
        int start = program->documented ? item->doc : item->start;
        *module = parse_part(program->session, source_of(program, item->file), start, item->end);
        resolve_library(program, *module);
    }
    return *module;
}

Def *library_find(Program *program, const char *name, Module **module) {
    int item = item_of(name);
    if (item < 0) return NULL;
    *module = module_of(program, item);
    return module_find(*module, name);
}

const char *const *library_public(Program *program, int *n) {
    const char **names = ARENA_ARRAY(program->session->arena, const char *, library_nnames + 1);
    *n = 0;
    for (int i = 0; i < library_nnames; i++)
        if (library_names[i].name[0] != '_') names[(*n)++] = library_names[i].name;
    return names;
}
