/* A program in C as a plug-in of LV2: what `kanon plugin` adds behind runtime/hosted.c. compiler/print_c/hosts.c writes this text with the
 * words of a program. Ports stand in the order in which compiler/command/lv2_description.c describes them. */

/* ---- of LV2 1.18, as its headers core/lv2.h, urid/urid.h, atom/atom.h, time/time.h and log/log.h have it ----------- */

#include <stdarg.h>
#include <stdlib.h>

typedef struct {
    const char *URI;
    void *data;
} KnLv2Feature;
typedef struct KnLv2Descriptor {
    const char *URI;
    void *(*instantiate)(const struct KnLv2Descriptor *descriptor, double rate,
                         const char *bundle_path, const KnLv2Feature *const *features);
    void (*connect_port)(void *instance, uint32_t port, void *data);
    void (*activate)(void *instance);
    void (*run)(void *instance, uint32_t frames);
    void (*deactivate)(void *instance);
    void (*cleanup)(void *instance);
    const void *(*extension_data)(const char *uri);
} KnLv2Descriptor;
typedef struct {
    void *handle;
    uint32_t (*map)(void *handle, const char *uri);
} KnLv2Map;
typedef struct {
    void *handle;
    int (*print)(void *handle, uint32_t type, const char *format, ...);
    int (*vprint)(void *handle, uint32_t type, const char *format, va_list arguments);
} KnLv2Log;
#if HEARS_EVENTS
typedef struct {
    uint32_t size, type; /* the size is that of what follows */
} KnLv2Atom;
typedef struct {
    KnLv2Atom atom;
    uint32_t unit, pad;
} KnLv2Sequence;
/* Begins at a multiple of 8 bytes; behind it stand the bytes of its body. */
typedef struct {
    int64_t frame;
    KnLv2Atom body;
} KnLv2Event;
#endif
#if HEARS_TEMPO
/* The body of an object; behind it stand properties, each at a multiple of 8 bytes, with their values behind them. */
typedef struct {
    uint32_t id, what;
} KnLv2Object;
typedef struct {
    uint32_t key, context;
    KnLv2Atom value;
} KnLv2Property;
#endif

/* ---- the plug-in ---------------------------------------------------------------------------------------- */

enum {
    UPPER_PORT_IN,
    UPPER_PORT_OUT = UPPER_PORT_IN + UPPER_INPUTS,
    UPPER_PORT_KNOB = UPPER_PORT_OUT + UPPER_OUTPUTS,
    UPPER_PORT_EVENTS = UPPER_PORT_KNOB + UPPER_PARAMS,
    UPPER_PORT_LATENCY = UPPER_PORT_EVENTS + HEARS_EVENTS
};

typedef struct NAME_plugin {
    double rate;
    const float *inputs[UPPER_INPUTS + 1];
    float *outputs[UPPER_OUTPUTS];
#if HAS_PARAMS
    const float *knobs[UPPER_PARAMS];
    float heard[UPPER_PARAMS]; /* where they stood */
    int anew;                  /* no knob was heard yet */
#endif
#if HEARS_EVENTS
    const KnLv2Sequence *events;
    uint32_t sequence; /* what the host calls this type, and those below */
#endif
#if HEARS_MIDI
    uint32_t midi_event;
#endif
#if HEARS_TEMPO
    uint32_t object, blank, position, beats_per_minute, of_float, of_double, of_int, of_long;
    double tempo; /* beats a minute, as the host told it last; 0: it has not */
#endif
#if HAS_LATENCY
    float *latency;
#endif
    NAME program;
} NAME_plugin;

static const void *NAME_feature(const KnLv2Feature *const *features, const char *uri) {
    for (; features && *features; features++)
        if (strcmp((*features)->URI, uri) == 0) return (*features)->data;
    return NULL;
}

static int NAME_begin(NAME_plugin *plugin) {
#if HAS_PARAMS
    plugin->anew = 1;
#endif
#if HEARS_TEMPO
    plugin->tempo = 0;
#endif
    if (!NAME_init(&plugin->program, plugin->rate)) return 0;
#if IS_INSTRUMENT
    NAME_voice_as_told(&plugin->program);
#endif
    return 1;
}

static void NAME_complain(const KnLv2Feature *const *features, double rate) {
    const KnLv2Map *map = NAME_feature(features, "http://lv2plug.in/ns/ext/urid#map");
    const KnLv2Log *log = NAME_feature(features, "http://lv2plug.in/ns/ext/log#log");
    if (map && log)
        log->print(log->handle, map->map(map->handle, "http://lv2plug.in/ns/ext/log#Error"),
                   "%s cannot run at %g Hz; %s %g Hz\n", "NAME", rate, WHAT_RATE, UPPER_MAX_RATE);
}

#if HEARS_EVENTS

static void NAME_learn_names(NAME_plugin *plugin, const KnLv2Map *map) {
    const struct {
        uint32_t *name;
        const char *uri;
    } names[] = {
#if HEARS_MIDI
        {&plugin->midi_event, "http://lv2plug.in/ns/ext/midi#MidiEvent"},
#endif
#if HEARS_TEMPO
        {&plugin->object, "http://lv2plug.in/ns/ext/atom#Object"},
        {&plugin->blank, "http://lv2plug.in/ns/ext/atom#Blank"},
        {&plugin->position, "http://lv2plug.in/ns/ext/time#Position"},
        {&plugin->beats_per_minute, "http://lv2plug.in/ns/ext/time#beatsPerMinute"},
        {&plugin->of_float, "http://lv2plug.in/ns/ext/atom#Float"},
        {&plugin->of_double, "http://lv2plug.in/ns/ext/atom#Double"},
        {&plugin->of_int, "http://lv2plug.in/ns/ext/atom#Int"},
        {&plugin->of_long, "http://lv2plug.in/ns/ext/atom#Long"},
#endif
        {&plugin->sequence, "http://lv2plug.in/ns/ext/atom#Sequence"},
    };
    for (size_t i = 0; map && i < sizeof names / sizeof *names; i++)
        *names[i].name = map->map(map->handle, names[i].uri);
}
#endif

static void NAME_cleanup(void *instance) {
    free(instance);
}

static void *NAME_instantiate(const KnLv2Descriptor *descriptor, double rate,
                              const char *bundle_path, const KnLv2Feature *const *features) {
    NAME_plugin *plugin = malloc(sizeof *plugin);
    (void)descriptor, (void)bundle_path;
    if (!plugin) return NULL;
    memset(plugin, 0, sizeof *plugin);
    plugin->rate = rate;
#if HEARS_EVENTS
    NAME_learn_names(plugin, NAME_feature(features, "http://lv2plug.in/ns/ext/urid#map"));
#endif
    if (NAME_begin(plugin)) return plugin;
    NAME_complain(features, rate);
    NAME_cleanup(plugin);
    return NULL;
}

static void NAME_connect_port(void *instance, uint32_t port, void *data) {
    NAME_plugin *plugin = instance;
    const int index = port < 65536 ? (int)port : 65536;
    if (index < UPPER_PORT_OUT)
        plugin->inputs[index] = data;
    else if (index < UPPER_PORT_KNOB)
        plugin->outputs[index - UPPER_PORT_OUT] = data;
#if HAS_PARAMS
    else if (index < UPPER_PORT_EVENTS)
        plugin->knobs[index - UPPER_PORT_KNOB] = data;
#endif
#if HEARS_EVENTS
    else if (index == UPPER_PORT_EVENTS)
        plugin->events = data;
#endif
#if HAS_LATENCY
    else if (index == UPPER_PORT_LATENCY)
        plugin->latency = data;
#endif
}

static void NAME_activate(void *instance) {
    NAME_begin(instance);
}
#if HAS_PARAMS

/* A knob that stands still leaves its param to MIDI. What is no number moves nothing. */
static void NAME_hear_knobs(NAME_plugin *plugin) {
    for (int i = 0; i < UPPER_PARAMS; i++) {
        const float now = plugin->knobs[i] ? *plugin->knobs[i] : NAME_knobs[i].initial,
                    before = plugin->heard[i];
        const int stands = now >= before && now <= before;
        if (!(now >= now) || (stands && !plugin->anew)) continue;
        plugin->heard[i] = now;
        NAME_set(&plugin->program, i, NAME_knob_value(i, (double)now));
    }
    plugin->anew = 0;
}
#endif
#if HEARS_TEMPO

/* 0: it is no number. */
static double NAME_number(const NAME_plugin *plugin, const KnLv2Property *p, uint32_t room) {
    union {
        float of_float;
        double of_double;
        int32_t of_int;
        int64_t of_long;
    } value;
    const uint32_t type = p->value.type, size = p->value.size;
    if (size > room || size > sizeof value) return 0;
    memcpy(&value, p + 1, size);
    if (type == plugin->of_float && size == 4) return (double)value.of_float;
    if (type == plugin->of_double && size == 8) return value.of_double;
    if (type == plugin->of_int && size == 4) return value.of_int;
    return type == plugin->of_long && size == 8 ? (double)value.of_long : 0;
}

/* The tempo of the host, which it tells when it is another one, and some tell again and again: only then it moves the param, so that its
 * knob may too. */
static void NAME_hear_tempo(NAME_block *block, NAME_plugin *plugin, const KnLv2Event *event) {
    const KnLv2Object *object = (const void *)(event + 1);
    const int is_object = event->body.type == plugin->object || event->body.type == plugin->blank;
    if (!is_object || event->body.size < sizeof *object || object->what != plugin->position) return;
    const unsigned char *at = (const unsigned char *)(object + 1);
    uint32_t left = event->body.size - (uint32_t)sizeof *object;
    while (left >= sizeof(KnLv2Property)) {
        const KnLv2Property *p = (const void *)at;
        const uint32_t room = left - (uint32_t)sizeof *p;
        const double tempo = p->key == plugin->beats_per_minute ? NAME_number(plugin, p, room) : 0;
        if (tempo > 0 && tempo < 1e6 && (tempo < plugin->tempo || tempo > plugin->tempo)) {
            plugin->tempo = tempo;
            NAME_run_to(block, event->frame < block->frames ? (int)event->frame : block->frames);
            NAME_set(block->program, TEMPO_PARAM, tempo / 60.0);
        }
        if (p->value.size > room) return;
        const uint32_t whole = (uint32_t)sizeof *p + (p->value.size + 7) / 8 * 8;
        if (whole > left) return;
        at += whole;
        left -= whole;
    }
}
#endif
#if HEARS_EVENTS

static void NAME_hear_events(NAME_plugin *plugin, NAME_block *block) {
    const KnLv2Sequence *sequence = plugin->events;
    if (!sequence || sequence->atom.type != plugin->sequence || sequence->atom.size < 8) return;
    const unsigned char *at = (const unsigned char *)(sequence + 1);
    uint32_t left = sequence->atom.size - 8;
    while (left >= sizeof(KnLv2Event)) {
        const KnLv2Event *event = (const void *)at;
        const uint32_t size = event->body.size;
        if (size > left - sizeof *event) return;
#if HEARS_MIDI
        if (event->body.type == plugin->midi_event && size <= 3)
            NAME_tell(block, event->frame, at + sizeof *event, (int)size);
#endif
#if HEARS_TEMPO
        NAME_hear_tempo(block, plugin, event);
#endif
        const uint32_t whole = (uint32_t)sizeof *event + (size + 7) / 8 * 8;
        if (whole > left) return;
        at += whole;
        left -= whole;
    }
}
#endif

static void NAME_run(void *instance, uint32_t frames) {
    NAME_plugin *plugin = instance;
    NAME_block block = {.program = &plugin->program, .frames = (int)frames};
    for (int i = 0; i < UPPER_INPUTS; i++)
        block.inputs[i] = plugin->inputs[i];
    for (int k = 0; k < UPPER_OUTPUTS; k++)
        block.outputs[k] = plugin->outputs[k];
#if HAS_PARAMS
    NAME_hear_knobs(plugin);
#endif
#if HEARS_EVENTS
    NAME_hear_events(plugin, &block);
#endif
    NAME_run_to(&block, block.frames);
#if HAS_LATENCY
    if (plugin->latency) *plugin->latency = (float)kn_floor(LATENCY_SECONDS * plugin->rate + 0.5);
#endif
}

static const void *NAME_extension_data(const char *uri) {
    (void)uri;
    return NULL;
}

static const KnLv2Descriptor NAME_descriptor = {
    LV2_URI, NAME_instantiate, NAME_connect_port,   NAME_activate, NAME_run,
    NULL,    NAME_cleanup,     NAME_extension_data,
};

#if defined(_WIN32)
__declspec(dllexport)
#elif defined(__GNUC__)
__attribute__((visibility("default")))
#endif
    const KnLv2Descriptor *lv2_descriptor(uint32_t index);
const KnLv2Descriptor *lv2_descriptor(uint32_t index) {
    return index == 0 ? &NAME_descriptor : NULL;
}
