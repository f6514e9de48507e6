/* An orchestra in Csound, where that is installed. In: FILE.orc with its header, whose instrument 1 plays all
 * the time; ksmps divides the block. No option. */
#include "contestant.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The part of csound.h that is needed, of Csound 6 with samples in double: the headers are another package. */
typedef struct Csound {
    int (*initialize)(int flags);
    void (*set_messages)(void (*say)(void *, int, const char *, va_list));
    void *(*create)(void *data);
    int (*set_option)(void *csound, const char *option);
    void (*own_audio)(void *csound, int on, int buffer);
    int (*compile)(void *csound, const char *orchestra);
    int (*read_score)(void *csound, const char *score);
    int (*start)(void *csound);
    int (*perform)(void *csound);
    double *(*in)(void *csound);
    double *(*out)(void *csound);
    unsigned (*ksmps)(void *csound);
    unsigned (*inputs)(void *csound);
    unsigned (*outputs)(void *csound);
    void (*destroy)(void *csound);
} Csound;

static const char *const symbols[] = {"csoundInitialize",
                                      "csoundSetDefaultMessageCallback",
                                      "csoundCreate",
                                      "csoundSetOption",
                                      "csoundSetHostImplementedAudioIO",
                                      "csoundCompileOrc",
                                      "csoundReadScore",
                                      "csoundStart",
                                      "csoundPerformKsmps",
                                      "csoundGetSpin",
                                      "csoundGetSpout",
                                      "csoundGetKsmps",
                                      "csoundGetNchnlsInput",
                                      "csoundGetNchnls",
                                      "csoundDestroy"};

enum { SYMBOLS = sizeof symbols / sizeof *symbols, NO_HANDLERS = 3 };
_Static_assert(sizeof(Csound) == SYMBOLS * sizeof(void *), "a name for each function");

static Csound csound; /* all NULL until the library was loaded */
static char said[WHY_SIZE];

typedef struct Running {
    void *csound;
    int ksmps, inputs, outputs;
} Running;

/* Keeps the first line that tells of an error. */
static void say(void *instance, int kind, const char *format, va_list args) {
    (void)instance;
    if ((kind & 0x7000) == 0x1000 && !said[0]) vsnprintf(said, sizeof said, format, args);
}

static bool load(char why[WHY_SIZE]) {
    void *library = dlopen("libcsound64.so.6.0", RTLD_NOW | RTLD_LOCAL), *found[SYMBOLS];
    if (!library) return refuse(why, "Csound is not installed");
    for (int i = 0; i < SYMBOLS; i++)
        if (!(found[i] = dlsym(library, symbols[i])))
            return refuse(why, "Csound has no %s", symbols[i]);
    memcpy(&csound, found, sizeof csound);
    csound.initialize(NO_HANDLERS);
    csound.set_messages(say);
    return true;
}

static void process(void *self, float *const *inputs, float *const *outputs, int frames) {
    const Running *r = self;
    double *in = csound.in(r->csound);
    for (int at = 0; at < frames; at += r->ksmps) {
        int n = frames - at < r->ksmps ? frames - at : r->ksmps;
        for (int k = 0; k < r->inputs; k++)
            for (int i = 0; i < n; i++)
                in[i * r->inputs + k] = (double)inputs[k][at + i];
        csound.perform(r->csound);
        const double *out = csound.out(r->csound);
        for (int k = 0; k < r->outputs; k++)
            for (int i = 0; i < n; i++)
                outputs[k][at + i] = (float)out[i * r->outputs + k];
    }
}

static void close_running(void *self) {
    csound.destroy(((Running *)self)->csound);
    free(self);
}

static char *text_of(const char *path) {
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t size = 0;
    if (!file) return NULL;
    if (getdelim(&text, &size, 0, file) < 0) text = NULL;
    fclose(file);
    return text;
}

bool open_csound(Contestant *c, const char *path, const char *option, char why[WHY_SIZE]) {
    (void)option;
    if (!csound.create && !load(why)) return false;
    char *text = text_of(path);
    if (!text) return refuse(why, "%s cannot be read", path);
    Running *r = calloc(1, sizeof *r);
    if (!r) abort();
    said[0] = 0;
    r->csound = csound.create(NULL);
    csound.set_option(r->csound, "-n");
    csound.set_option(r->csound, "-d");
    csound.own_audio(r->csound, 1, 0);
    /* ten hours */
    bool runs = csound.compile(r->csound, text) == 0 &&
                csound.read_score(r->csound, "i 1 0 36000\n") == 0 && csound.start(r->csound) == 0;
    free(text);
    r->ksmps = (int)csound.ksmps(r->csound);
    r->inputs = (int)csound.inputs(r->csound);
    r->outputs = (int)csound.outputs(r->csound);
    *c = (Contestant){.self = r,
                      .inputs = r->inputs,
                      .outputs = r->outputs,
                      .process = process,
                      .close = close_running};
    if (runs && r->ksmps > 0 && BLOCK % r->ksmps == 0) return true;
    refuse(why, "%s", runs ? "its ksmps does not divide the block" : said);
    close_running(r);
    return false;
}
