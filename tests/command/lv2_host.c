/* A host of LV2 without a description: lv2_host PLUGIN.so RATE FRAMES IN OUT [WORD]… loads the plug-in, plays raw floats of IN ("-": silence) to
 * it, and writes what comes out. The declarations are those of LV2's own headers. Words:
 *   audio=I,O     so many audio ports; knob=X, one for each knob, in their order
 *   midi=FILE     lines of frame and bytes, or of frame, "tempo" and beats a minute; latency   the last port tells it: on standard output
 *   block=N       frames a call; 0 (unless told) is now few, now many, now none
 *   in-place      inputs and outputs share memory, crosswise: out k is the memory of in I-1-k
 *   turn=K,F,X    knob K gets the value X at the call that begins with frame F or later
 *   twice         all of it a second time behind activate: it must be the same */
#include <lv2/atom/atom.h>
#include <lv2/core/lv2.h>
#include <lv2/log/log.h>
#include <lv2/midi/midi.h>
#include <lv2/time/time.h>
#include <lv2/urid/urid.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 16, BLOCK = 4096, EVENTS = 4000, FENCE = 64 };

typedef struct {
    int frame, size; /* 0: it tells a tempo */
    uint8_t bytes[4];
    double tempo;
} Message;

static int inputs, outputs, nknobs, latency, fixed, in_place, twice, turned = -1, turn_at,
                                                                     nmessages;
static float knobs[MOST], turn_to, told;
static Message messages[EVENTS];
static union {
    LV2_Atom_Sequence sequence;
    uint64_t room[EVENTS * 4];
} midi;
static const char *midi_path;

static void fail(const char *what) {
    fprintf(stderr, "lv2_host: %s\n", what);
    exit(1);
}

/* ---- features ------------------------------------------------------------------------------------- */

static const char *uris[64];

static LV2_URID map_uri(LV2_URID_Map_Handle handle, const char *uri) {
    (void)handle;
    LV2_URID i = 0;
    while (uris[i] && strcmp(uris[i], uri) != 0)
        i++;
    uris[i] = uri;
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
static const LV2_Feature map_feature = {LV2_URID__map, &map}, log_feature = {LV2_LOG__log, &log_to};
static const LV2_Feature *const features[] = {&map_feature, &log_feature, NULL};

/* ---- MIDI ------------------------------------------------------------------------------------------- */

static void read_messages(void) {
    FILE *file = midi_path ? fopen(midi_path, "r") : NULL;
    char line[100];
    if (midi_path && !file) fail("no events");
    while (file && nmessages < EVENTS && fgets(line, sizeof line, file)) {
        unsigned b[4];
        Message *m = &messages[nmessages];
        m->size = sscanf(line, "%d %u %u %u %u", &m->frame, &b[0], &b[1], &b[2], &b[3]) - 1;
        for (int i = 0; i < m->size; i++)
            m->bytes[i] = (uint8_t)b[i];
        if (m->size == 0) sscanf(line, "%d tempo %lf", &m->frame, &m->tempo);
        nmessages += m->size > 0 || m->tempo > 0;
    }
    if (file) fclose(file);
}

static LV2_Atom_Property_Body *add_property(char **to, const char *key, const char *type,
                                            uint32_t size) {
    LV2_Atom_Property_Body *p = (LV2_Atom_Property_Body *)*to;
    *p = (LV2_Atom_Property_Body){map_uri(NULL, key), 0, {size, map_uri(NULL, type)}};
    memset(p + 1, 0, 8);
    *to += sizeof *p + 8;
    return p;
}

/* The position of the host, with a tempo as one host or another writes it. */
static void add_position(char **to, int frame, double tempo, int kind) {
    LV2_Atom_Event *event = (LV2_Atom_Event *)*to;
    LV2_Atom_Object_Body *object = (LV2_Atom_Object_Body *)(event + 1);
    event->time.frames = frame;
    *object = (LV2_Atom_Object_Body){0, map_uri(NULL, LV2_TIME__Position)};
    *to = (char *)(object + 1);
    *(int64_t *)(add_property(to, LV2_TIME__bar, LV2_ATOM__Long, 8) + 1) = 77;
    static const char *const types[] = {LV2_ATOM__Float, LV2_ATOM__Double, LV2_ATOM__Int,
                                        LV2_ATOM__Long, LV2_ATOM__URID};
    void *value =
        add_property(to, LV2_TIME__beatsPerMinute, types[kind], kind == 1 || kind == 3 ? 8 : 4) + 1;
    if (kind == 0) *(float *)value = (float)tempo;
    if (kind == 1) *(double *)value = tempo;
    if (kind == 2) *(int32_t *)value = (int32_t)tempo;
    if (kind >= 3) *(int64_t *)value = (int64_t)tempo;
    *(float *)(add_property(to, LV2_TIME__speed, LV2_ATOM__Float, 4) + 1) = 1;
    event->body.size = (uint32_t)(*to - (char *)object);
    event->body.type = map_uri(NULL, kind % 2 ? LV2_ATOM__Blank : LV2_ATOM__Object);
}

/* Those of the next n frames, and between them events that are none of MIDI. */
static void gather(int at, int n) {
    char *to = (char *)(&midi.sequence + 1);
    midi.sequence.atom.type = map_uri(NULL, LV2_ATOM__Sequence);
    midi.sequence.body = (LV2_Atom_Sequence_Body){0, 0};
    for (int i = 0; i < nmessages; i++) {
        const Message *m = &messages[i];
        if (m->frame < at || m->frame >= at + n) continue;
        if (m->size == 0) add_position(&to, m->frame - at, m->tempo, i % 5);
        for (int other = 0; other < 2 && m->size > 0; other++) {
            LV2_Atom_Event *event = (LV2_Atom_Event *)to;
            event->time.frames = m->frame - at;
            event->body.size = (uint32_t)(other ? m->size : 12);
            event->body.type = map_uri(NULL, other ? LV2_MIDI__MidiEvent : LV2_ATOM__Blank);
            memset(event + 1, 0x90, 16);
            memcpy(event + 1, m->bytes, (size_t)m->size);
            to += sizeof *event + (event->body.size + 7) / 8 * 8;
        }
    }
    midi.sequence.atom.size = (uint32_t)(to - (char *)&midi.sequence - sizeof(LV2_Atom));
}

/* ---- running ------------------------------------------------------------------------------------------ */

static float memory[2 * MOST][BLOCK + 2 * FENCE];

static float *port_memory(int port) {
    const int shared = in_place && port >= inputs && port - inputs < inputs;
    return memory[shared ? inputs - 1 - (port - inputs) : port] + FENCE;
}

static void connect(const LV2_Descriptor *plugin, LV2_Handle instance) {
    uint32_t port = 0;
    for (int i = 0; i < inputs + outputs; i++)
        plugin->connect_port(instance, port++, port_memory(i));
    for (int i = 0; i < nknobs; i++)
        plugin->connect_port(instance, port++, &knobs[i]);
    if (midi_path) plugin->connect_port(instance, port++, &midi);
    if (latency) plugin->connect_port(instance, port++, &told);
}

static int block_size(unsigned *seed, int left) {
    static const int sizes[] = {1, 0, 7, 64, 33, 512, 1000, 128, 2, 4096};
    *seed = *seed * 1664525u + 1013904223u;
    const int n = fixed ? fixed : sizes[(*seed >> 16) % 10];
    return n < left ? n : left;
}

/* What is not ours stays as it was: memory behind a block, and knobs. */
static void play(const LV2_Descriptor *plugin, LV2_Handle instance, const float *in, float *out,
                 int frames) {
    unsigned seed = 1;
    for (int at = 0, n; at < frames; at += n) {
        n = block_size(&seed, frames - at);
        for (int i = 0; i < inputs + outputs; i++)
            for (int j = -FENCE; j < BLOCK + FENCE; j++)
                port_memory(i)[j] = 77;
        for (int i = 0; i < inputs; i++)
            for (int j = 0; j < n; j++)
                port_memory(i)[j] = in[(at + j) * inputs + i];
        gather(at, n);
        if (turned >= 0 && at >= turn_at) knobs[turned] = turn_to;
        plugin->run(instance, (uint32_t)n);
        for (int k = 0; k < outputs; k++) {
            for (int j = 0; j < n; j++)
                out[(at + j) * outputs + k] = port_memory(inputs + k)[j];
            if (port_memory(inputs + k)[n] != 77 || port_memory(inputs + k)[-1] != 77)
                fail("it writes beyond its block");
        }
    }
}

static float *read_floats(const char *path, int n) {
    float *samples = calloc((size_t)n + 1, sizeof *samples);
    FILE *file = strcmp(path, "-") == 0 ? NULL : fopen(path, "r");
    if (!samples || (!file && strcmp(path, "-") != 0)) fail("no input");
    if (file && fread(samples, sizeof *samples, (size_t)n, file) == 0) fail("an empty input");
    if (file) fclose(file);
    return samples;
}

static void take_word(const char *word) {
    if (sscanf(word, "audio=%d,%d", &inputs, &outputs) == 2) return;
    if (sscanf(word, "knob=%f", &knobs[nknobs]) == 1 && ++nknobs < MOST) return;
    if (sscanf(word, "block=%d", &fixed) == 1) return;
    if (sscanf(word, "turn=%d,%d,%f", &turned, &turn_at, &turn_to) == 3) return;
    if (strncmp(word, "midi=", 5) == 0)
        midi_path = word + 5;
    else if (strcmp(word, "latency") == 0)
        latency = 1;
    else if (strcmp(word, "in-place") == 0)
        in_place = 1;
    else if (strcmp(word, "twice") == 0)
        twice = 1;
    else
        fail(word);
}

int main(int argc, char **argv) {
    if (argc < 6) fail("too few words");
    for (int i = 6; i < argc; i++)
        take_word(argv[i]);
    read_messages();
    const double rate = atof(argv[2]);
    const int frames = atoi(argv[3]);
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    LV2_Descriptor_Function get =
        library ? (LV2_Descriptor_Function)dlsym(library, "lv2_descriptor") : NULL;
    if (!get) fail(dlerror());
    const LV2_Descriptor *plugin = get(0);
    if (!plugin || get(1) || !plugin->URI) fail("it is not one plug-in");
    LV2_Handle instance = plugin->instantiate(plugin, rate, "./", features);
    if (!instance) fail("it cannot be made");
    const size_t size = sizeof(float) * (size_t)(frames * outputs);
    float *in = read_floats(argv[4], frames * inputs), *out = malloc(size), *again = malloc(size);
    connect(plugin, instance);
    if (plugin->activate) plugin->activate(instance);
    play(plugin, instance, in, out, frames);
    if (plugin->deactivate) plugin->deactivate(instance);
    if (twice) {
        plugin->activate(instance);
        play(plugin, instance, in, again, frames);
        if (memcmp(out, again, size) != 0) fail("the second time it sounds different");
    }
    if (latency) printf("%g\n", (double)told);
    FILE *file = fopen(argv[5], "w");
    const int good = file && fwrite(out, 1, size, file) == size && fclose(file) == 0;
    plugin->cleanup(instance);
    free(in);
    free(out);
    free(again);
    return dlclose(library) != 0 || !good;
}
