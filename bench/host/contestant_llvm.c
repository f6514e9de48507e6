/* A Faust program compiled in memory by libfaust, where that is installed. In: FILE.dsp; options of the
 * faust compiler, between commas. From the environment: BENCH_LLVM_TARGET, the machine that code is for, where not this. */
#include "contestant.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The part of faust/dsp/llvm-dsp-c.h that is needed: the headers are another package. */
typedef struct Faust {
    void *(*create_factory)(const char *file, int count, const char **options, const char *target,
                            char *error, int level);
    bool (*delete_factory)(void *factory);
    void *(*create)(void *factory);
    void (*delete)(void *dsp);
    void (*init)(void *dsp, int rate);
    void (*clear)(void *dsp);
    int (*inputs)(void *dsp);
    int (*outputs)(void *dsp);
    void (*compute)(void *dsp, int frames, float **inputs, float **outputs);
} Faust;

typedef struct Running {
    void *factory, *dsp;
} Running;

static const char *const symbols[] = {
    "createCDSPFactoryFromFile", "deleteCDSPFactory",         "createCDSPInstance",
    "deleteCDSPInstance",        "initCDSPInstance",          "instanceClearCDSPInstance",
    "getNumInputsCDSPInstance",  "getNumOutputsCDSPInstance", "computeCDSPInstance"};

enum { SYMBOLS = sizeof symbols / sizeof *symbols };
_Static_assert(sizeof(Faust) == SYMBOLS * sizeof(void *), "a name for each function");

static Faust faust; /* all NULL until libfaust was loaded */

static bool load(char why[WHY_SIZE]) {
    static const char *const names[] = {"libfaust.so.2", "libfaust.so"};
    void *library = NULL, *found[SYMBOLS];
    for (int i = 0; i < 2 && !library; i++)
        library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (!library) return refuse(why, "libfaust is not installed");
    for (int i = 0; i < SYMBOLS; i++)
        if (!(found[i] = dlsym(library, symbols[i])))
            return refuse(why, "libfaust has no %s", symbols[i]);
    memcpy(&faust, found, sizeof faust);
    return true;
}

static void process(void *self, float *const *inputs, float *const *outputs, int frames) {
    faust.compute(((Running *)self)->dsp, frames, (float **)inputs, (float **)outputs);
}

static void reset(void *self) {
    faust.clear(((Running *)self)->dsp);
}

static void close_running(void *self) {
    Running *running = self;
    faust.delete(running->dsp);
    faust.delete_factory(running->factory);
    free(running);
}

bool open_llvm(Contestant *c, const char *path, const char *option, char why[WHY_SIZE]) {
    if (!faust.create && !load(why)) return false;
    char words[256], error[4096] = "";
    const char *options[16];
    int count = 0;
    snprintf(words, sizeof words, "%s", option);
    for (char *word = strtok(words, ","); word && count < 14; word = strtok(NULL, ","))
        options[count++] = word;
    options[count++] = "-I";
    options[count++] = "/usr/share/faust";
    /* "": this machine; -1: the best that LLVM can do */
    const char *target = getenv("BENCH_LLVM_TARGET");
    void *factory = faust.create_factory(path, count, options, target ? target : "", error, -1);
    if (!factory) return refuse(why, "%s", error);
    Running *running = malloc(sizeof *running);
    if (!running) abort();
    *running = (Running){factory, faust.create(factory)};
    faust.init(running->dsp, RATE);
    *c = (Contestant){.self = running,
                      .inputs = faust.inputs(running->dsp),
                      .outputs = faust.outputs(running->dsp),
                      .process = process,
                      .reset = reset,
                      .close = close_running};
    return true;
}
