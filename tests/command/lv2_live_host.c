/* A host of kanon-live.lv2: lv2_live_host PLUGIN.so RATE does what the lines of standard input say, and prints what it is told.
 *   restore PATH MASK   a state from before activate; PATH - is none
 *   save                prints the state, its path by the host's own word "host:PATH"
 *   activate, deactivate
 *   knob N X            1 to 16; freewheel X
 *   midi FRAME B B B    in the next run
 *   open PATH           the property is set; get: it is asked for
 *   run FRAMES OUT      in blocks of all sizes, in place; the left channel goes to OUT as floats
 *   until TEXT          runs until a message has that text, and prints path and message; sounds go to OUT of the next run
 *   sh COMMAND
 * What the plug-in does within run is watched: where it allocates or locks, the host fails. */
#include <lv2/atom/forge.h>
#include <lv2/atom/util.h>
#include <lv2/core/lv2.h>
#include <lv2/log/log.h>
#include <lv2/midi/midi.h>
#include <lv2/patch/patch.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 1024, ROOM = 16384, MOST = 48000 * 40, KNOBS = 16, URIS = 200 };

static void fail(const char *what) {
    fprintf(stderr, "lv2_live_host: %s\n", what ? what : "");
    exit(1);
}

/* ---- what an audio thread must not do -------------------------------------------------------------- */

static _Thread_local int within_run;
static _Thread_local const char *done_within;

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void __libc_free(void *);

static void watch(const char *what) {
    if (within_run) done_within = what;
}

void *malloc(size_t n) {
    watch("malloc");
    return __libc_malloc(n);
}
void *calloc(size_t n, size_t size) {
    watch("calloc");
    return __libc_calloc(n, size);
}
void *realloc(void *block, size_t n) {
    watch("realloc");
    return __libc_realloc(block, n);
}
void free(void *block) {
    if (block) watch("free");
    __libc_free(block);
}
int pthread_mutex_lock(pthread_mutex_t *lock) {
    static int (*next)(pthread_mutex_t *);
    watch("pthread_mutex_lock");
    if (!next) *(void **)&next = dlsym(RTLD_NEXT, "pthread_mutex_lock");
    return next(lock);
}
int nanosleep(const struct timespec *time, struct timespec *left) {
    watch("nanosleep");
    return clock_nanosleep(CLOCK_MONOTONIC, 0, time, left);
}

/* ---- the host ----------------------------------------------------------------------------------------- */

static char *uris[URIS];

/* The plug-in maps on its own threads as well as the host. */
static LV2_URID map_uri(LV2_URID_Map_Handle handle, const char *uri) {
    (void)handle;
    LV2_URID i = 0;
    while (i < URIS - 1 && uris[i] && strcmp(uris[i], uri) != 0)
        i++;
    if (!uris[i]) uris[i] = strdup(uri);
    return i + 1;
}

static int print(LV2_Log_Handle handle, LV2_URID type, const char *format, ...) {
    va_list arguments;
    (void)handle;
    va_start(arguments, format);
    fprintf(stderr, "log %s: ", strrchr(uris[type - 1], '#') + 1);
    const int n = vfprintf(stderr, format, arguments);
    va_end(arguments);
    return n;
}

static LV2_URID_Map map = {NULL, map_uri};
static LV2_Log_Log log_to = {NULL, print, NULL};

/* Paths of states are not paths of files. */
static char *abstract(LV2_State_Map_Path_Handle handle, const char *path) {
    char *text = malloc(strlen(path) + 6);
    (void)handle;
    return strcat(strcpy(text, "host:"), path);
}
static char *absolute(LV2_State_Map_Path_Handle handle, const char *path) {
    (void)handle;
    if (strncmp(path, "host:", 5) != 0) fail("a path of a state that the host never saw");
    return strdup(path + 5);
}
static LV2_State_Map_Path paths = {NULL, abstract, absolute};
static const LV2_Feature map_feature = {LV2_URID__map, &map}, log_feature = {LV2_LOG__log, &log_to},
                         path_feature = {LV2_STATE__mapPath, &paths};
static const LV2_Feature *const features[] = {&map_feature, &log_feature, NULL};
static const LV2_Feature *const state_features[] = {&map_feature, &path_feature, NULL};

static const LV2_Descriptor *plugin;
static LV2_Handle instance;
static float left[BLOCK], right[BLOCK], knobs[KNOBS], freewheel, latency;
static union {
    LV2_Atom_Sequence sequence;
    uint64_t room[ROOM / 8];
} control, notify;
static struct {
    int frame;
    uint8_t bytes[3];
} messages[2000];
static int nmessages;
static char open_path[4096], state_path[4096], message[4096], path[4096];
static int asks, state_turned;
static float heard[MOST];
static int nheard;

static LV2_URID urid(const char *uri) {
    return map_uri(NULL, uri);
}

/* ---- messages ------------------------------------------------------------------------------------------ */

static LV2_Atom_Forge forge;

static void put_object(void) {
    LV2_Atom_Forge_Frame object;
    if (!open_path[0] && !asks) return;
    lv2_atom_forge_frame_time(&forge, 0);
    lv2_atom_forge_object(&forge, &object, 0, urid(asks ? LV2_PATCH__Get : LV2_PATCH__Set));
    if (!asks) {
        lv2_atom_forge_key(&forge, urid(LV2_PATCH__property));
        lv2_atom_forge_urid(&forge, urid("urn:kanon:live#file"));
        lv2_atom_forge_key(&forge, urid(LV2_PATCH__value));
        lv2_atom_forge_path(&forge, open_path, (uint32_t)strlen(open_path));
    }
    lv2_atom_forge_pop(&forge, &object);
    open_path[0] = 0;
    asks = 0;
}

static void fill_control(int at, int n) {
    LV2_Atom_Forge_Frame sequence;
    lv2_atom_forge_set_buffer(&forge, (uint8_t *)&control, sizeof control);
    lv2_atom_forge_sequence_head(&forge, &sequence, 0);
    put_object();
    for (int i = 0; i < nmessages; i++) {
        if (messages[i].frame < at || messages[i].frame >= at + n) continue;
        lv2_atom_forge_frame_time(&forge, messages[i].frame - at);
        lv2_atom_forge_atom(&forge, 3, urid(LV2_MIDI__MidiEvent));
        lv2_atom_forge_write(&forge, messages[i].bytes, 3);
    }
    lv2_atom_forge_pop(&forge, &sequence);
}

static void read_notify(void) {
    LV2_ATOM_SEQUENCE_FOREACH(&notify.sequence, event) {
        const LV2_Atom *property = NULL, *value = NULL;
        lv2_atom_object_get((const LV2_Atom_Object *)&event->body, urid(LV2_PATCH__property),
                            &property, urid(LV2_PATCH__value), &value, 0);
        if (!property || !value) fail("an object without a property");
        const int is_path = ((const LV2_Atom_URID *)property)->body == urid("urn:kanon:live#file");
        snprintf(is_path ? path : message, sizeof path, "%s", (const char *)(value + 1));
    }
}

/* ---- running --------------------------------------------------------------------------------------------- */

static void run_block(int at, int n) {
    for (int i = 0; i < n; i++)
        left[i] = right[i] = 0.25f;
    fill_control(at, n);
    notify.sequence.atom = (LV2_Atom){sizeof notify - sizeof(LV2_Atom), urid(LV2_ATOM__Chunk)};
    within_run = freewheel < 0.5f;
    plugin->run(instance, (uint32_t)n);
    within_run = 0;
    if (done_within) fail(done_within);
    read_notify();
    for (int i = 0; i < n && nheard < MOST; i++)
        heard[nheard++] = left[i];
}

static void run(int frames, const char *out) {
    static const int sizes[] = {64, 1, 0, 700, 33, 1024, 256};
    for (int at = 0, n, i = 0; at < frames; at += n, i++) {
        n = sizes[i % 7] < frames - at ? sizes[i % 7] : frames - at;
        run_block(at, n);
    }
    nmessages = 0;
    FILE *file = fopen(out, "w");
    if (!file || fwrite(heard, sizeof *heard, (size_t)nheard, file) != (size_t)nheard ||
        fclose(file) != 0)
        fail("it cannot write");
    nheard = 0;
}

static void run_until(const char *text) {
    for (int i = 0; i < 3000; i++) {
        message[0] = 0;
        run_block(0, 256);
        if (message[0] && strstr(message, text)) {
            printf("%s: %s\n", path, message);
            return;
        }
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    fail(text);
}

/* ---- states ----------------------------------------------------------------------------------------------- */

static LV2_State_Status store(LV2_State_Handle handle, uint32_t key, const void *value, size_t size,
                              uint32_t type, uint32_t flags) {
    (void)handle, (void)flags;
    if (key == urid("urn:kanon:live#file") && type == urid(LV2_ATOM__Path))
        printf("file %.*s\n", (int)size, (const char *)value);
    else if (key == urid("urn:kanon:live#turned") && size == 4)
        printf("turned %d\n", *(const int *)value);
    else
        fail("what is stored?");
    return LV2_STATE_SUCCESS;
}

static const void *retrieve(LV2_State_Handle handle, uint32_t key, size_t *size, uint32_t *type,
                            uint32_t *flags) {
    (void)handle;
    *flags = LV2_STATE_IS_POD;
    if (key == urid("urn:kanon:live#turned")) {
        *size = sizeof state_turned;
        *type = urid(LV2_ATOM__Int);
        return &state_turned;
    }
    if (key != urid("urn:kanon:live#file") || !state_path[0]) return NULL;
    *size = strlen(state_path) + 1;
    *type = urid(LV2_ATOM__Path);
    return state_path;
}

static void follow(char *line) {
    static const LV2_State_Interface *state;
    char text[4096];
    int n, b[4];
    float x;
    state = plugin->extension_data(LV2_STATE__interface);
    line[strcspn(line, "\n")] = 0;
    if (sscanf(line, "restore %4000s %d", text, &state_turned) == 2) {
        snprintf(state_path, sizeof state_path, strcmp(text, "-") ? "host:%s" : "", text);
        if (state->restore(instance, retrieve, NULL, 0, state_features) != LV2_STATE_SUCCESS)
            fail("restore");
    } else if (strcmp(line, "save") == 0) {
        if (state->save(instance, store, NULL, 0, state_features) != LV2_STATE_SUCCESS)
            fail("save");
    } else if (strcmp(line, "activate") == 0) {
        plugin->activate(instance);
    } else if (strcmp(line, "deactivate") == 0) {
        plugin->deactivate(instance);
    } else if (sscanf(line, "knob %d %f", &n, &x) == 2) {
        knobs[n - 1] = x;
    } else if (sscanf(line, "freewheel %f", &x) == 1) {
        freewheel = x;
    } else if (sscanf(line, "midi %d %d %d %d", &b[0], &b[1], &b[2], &b[3]) == 4) {
        messages[nmessages].frame = b[0];
        for (int i = 0; i < 3; i++)
            messages[nmessages].bytes[i] = (uint8_t)b[i + 1];
        nmessages++;
    } else if (sscanf(line, "open %4000s", text) == 1) {
        strcpy(open_path, text);
    } else if (strcmp(line, "get") == 0) {
        asks = 1;
    } else if (sscanf(line, "run %d %4000s", &n, text) == 2) {
        run(n, text);
    } else if (strncmp(line, "until ", 6) == 0) {
        run_until(line + 6);
    } else if (strncmp(line, "sh ", 3) == 0) {
        if (system(line + 3) != 0) fail(line);
    } else if (strcmp(line, "latency") == 0) {
        printf("latency %g\n", (double)latency);
    } else {
        fail(line);
    }
}

int main(int argc, char **argv) {
    char line[8192];
    void *library = argc == 3 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    LV2_Descriptor_Function get =
        library ? (LV2_Descriptor_Function)dlsym(library, "lv2_descriptor") : NULL;
    if (!get) fail(dlerror());
    plugin = get(0);
    instance = plugin->instantiate(plugin, atof(argv[2]), "./", features);
    if (!instance) fail("it cannot be made");
    lv2_atom_forge_init(&forge, &map);
    uint32_t port = 0;
    float *const audio[] = {left, right, left, right};
    for (int i = 0; i < 4; i++)
        plugin->connect_port(instance, port++, audio[i]);
    plugin->connect_port(instance, port++, &control);
    plugin->connect_port(instance, port++, &notify);
    for (int i = 0; i < KNOBS; i++) {
        knobs[i] = 0.5f;
        plugin->connect_port(instance, port++, &knobs[i]);
    }
    plugin->connect_port(instance, port++, &freewheel);
    plugin->connect_port(instance, port++, &latency);
    while (fgets(line, sizeof line, stdin))
        follow(line);
    plugin->cleanup(instance);
    return dlclose(library);
}
