/* A program in a shared object that has what object.h says. In: FILE.so; no option. */
#include "contestant.h"

#include <dlfcn.h>

/* The object stays loaded: another contestant may be of the same file. */
bool open_object(Contestant *c, const char *path, const char *option, char why[WHY_SIZE]) {
    (void)option;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) return refuse(why, "%s", dlerror());
    int (*inputs)(void), (*outputs)(void);
    void *(*create)(void);
    *c = (Contestant){0};
    *(void **)&inputs = dlsym(library, "bench_inputs");
    *(void **)&outputs = dlsym(library, "bench_outputs");
    *(void **)&create = dlsym(library, "bench_create");
    *(void **)&c->process = dlsym(library, "bench_process");
    *(void **)&c->reset = dlsym(library, "bench_reset");
    if (!inputs || !outputs || !create || !c->process || !c->reset)
        return refuse(why, "it lacks a function of object.h");
    c->inputs = inputs();
    c->outputs = outputs();
    c->self = create();
    return c->self || refuse(why, "it could not begin");
}
