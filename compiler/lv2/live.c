/* kanon-live.lv2: a plug-in of LV2 that plays a .kn file and compiles it anew whenever it is saved.
 * In: what hosts hand over: ports, messages, states. Out: sound, and notices of what has become of the file.
 *
 * live_run is on the audio thread, and calls what conductor.h has for that. Ports and words: generate/lv2_live.sh. */
#include "lv2/conductor.h"

#include <lv2/atom/atom.h>
#include <lv2/atom/forge.h>
#include <lv2/atom/util.h>
#include <lv2/core/lv2.h>
#include <lv2/log/log.h>
#include <lv2/midi/midi.h>
#include <lv2/patch/patch.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>

#include <math.h>

#define LIVE_URI "urn:kanon:live"

enum {
    PORT_IN,
    PORT_OUT = PORT_IN + LIVE_CHANNELS,
    PORT_CONTROL = PORT_OUT + LIVE_CHANNELS,
    PORT_NOTIFY,
    PORT_KNOB,
    PORT_FREEWHEEL = PORT_KNOB + LIVE_KNOBS,
    PORT_LATENCY
};

typedef struct Urids {
    LV2_URID sequence, object, blank, path, string, integer, urid, midi, set, get, property, value,
        error, note, file, message, turned;
} Urids;

typedef struct LivePlugin {
    LV2_URID_Map *map;
    LV2_Log_Log *log; /* NULL: the host has none */
    Urids urids;
    Conductor *conductor;
    const float *inputs[LIVE_CHANNELS], *knobs[LIVE_KNOBS], *freewheels;
    float *outputs[LIVE_CHANNELS], *latency;
    const LV2_Atom_Sequence *control;
    LV2_Atom_Sequence *notify;
    /* the audio thread's */
    LV2_Atom_Forge forge;
    float heard
        [LIVE_KNOBS]; /* where knobs stood; before the first block, where they stand at first */
    bool anew;
    char wanted[LIVE_PATH]; /* a path that could not be asked for yet */
    size_t wants;
} LivePlugin;

static void *find_feature(const LV2_Feature *const *features, const char *uri) {
    for (; features && *features; features++)
        if (strcmp((*features)->URI, uri) == 0) return (*features)->data;
    return NULL;
}

static void map_urids(LivePlugin *p) {
    const struct {
        LV2_URID *to;
        const char *uri;
    } rows[] = {
        {&p->urids.sequence, LV2_ATOM__Sequence},  {&p->urids.object, LV2_ATOM__Object},
        {&p->urids.blank, LV2_ATOM__Blank},        {&p->urids.path, LV2_ATOM__Path},
        {&p->urids.string, LV2_ATOM__String},      {&p->urids.integer, LV2_ATOM__Int},
        {&p->urids.urid, LV2_ATOM__URID},          {&p->urids.midi, LV2_MIDI__MidiEvent},
        {&p->urids.set, LV2_PATCH__Set},           {&p->urids.get, LV2_PATCH__Get},
        {&p->urids.property, LV2_PATCH__property}, {&p->urids.value, LV2_PATCH__value},
        {&p->urids.error, LV2_LOG__Error},         {&p->urids.note, LV2_LOG__Note},
        {&p->urids.file, LIVE_URI "#file"},        {&p->urids.message, LIVE_URI "#message"},
        {&p->urids.turned, LIVE_URI "#turned"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        *rows[i].to = p->map->map(p->map->handle, rows[i].uri);
}

/* ---- the life of an instance ---------------------------------------------------------------------------- */

static void log_notice(void *plugin, const Notice *notice) {
    const LivePlugin *p = plugin;
    if (p->log)
        p->log->printf(p->log->handle, notice->is_error ? p->urids.error : p->urids.note, "%s\n",
                       notice->words);
}

static LV2_Handle live_instantiate(const LV2_Descriptor *descriptor, double rate,
                                   const char *bundle, const LV2_Feature *const *features) {
    (void)descriptor, (void)bundle;
    LivePlugin *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    p->map = find_feature(features, LV2_URID__map);
    p->log = find_feature(features, LV2_LOG__log);
    for (int i = 0; i < LIVE_KNOBS; i++)
        p->heard[i] = NAN;
    if (p->map) {
        map_urids(p);
        lv2_atom_forge_init(&p->forge, p->map);
        p->conductor = conductor_create(rate, (Listener){log_notice, p});
    }
    if (p->conductor) return p;
    free(p);
    return NULL;
}

static void live_cleanup(LV2_Handle instance) {
    LivePlugin *p = instance;
    conductor_free(p->conductor);
    free(p);
}

/* A knob is turned when it moves; where it stands at first is told too, for a state that says that it was turned. */
static void hear_knobs(LivePlugin *p) {
    for (int i = 0; i < LIVE_KNOBS; i++) {
        const float position = p->knobs[i] ? *p->knobs[i] : NAN;
        const bool first = isnan(p->heard[i]);
        if (!(position >= 0.0f && position <= 1.0f)) continue;
        if (position >= p->heard[i] && position <= p->heard[i]) continue;
        p->heard[i] = position;
        conductor_turn(p->conductor, i, position, !first);
    }
}

static void live_activate(LV2_Handle instance) {
    LivePlugin *p = instance;
    hear_knobs(p);
    conductor_begin(p->conductor);
}

static void live_deactivate(LV2_Handle instance) {
    conductor_end(((LivePlugin *)instance)->conductor);
}

static void live_connect_port(LV2_Handle instance, uint32_t port, void *data) {
    LivePlugin *p = instance;
    const int index = port < 1000 ? (int)port : 1000;
    if (index < PORT_OUT)
        p->inputs[index] = data;
    else if (index < PORT_CONTROL)
        p->outputs[index - PORT_OUT] = data;
    else if (index == PORT_CONTROL)
        p->control = data;
    else if (index == PORT_NOTIFY)
        p->notify = data;
    else if (index < PORT_FREEWHEEL)
        p->knobs[index - PORT_KNOB] = data;
    else if (index == PORT_FREEWHEEL)
        p->freewheels = data;
    else if (index == PORT_LATENCY)
        p->latency = data;
}

/* ---- the audio thread ------------------------------------------------------------------------------------ */

static void ask(LivePlugin *p) {
    if (p->wants > 0 && conductor_ask(p->conductor, p->wanted, p->wants)) p->wants = 0;
}

static void hear_object(LivePlugin *p, const LV2_Atom_Object *object) {
    const LV2_Atom_URID *property = NULL;
    const LV2_Atom *value = NULL;
    if (object->body.otype == p->urids.get) conductor_tell_again(p->conductor);
    if (object->body.otype != p->urids.set) return;
    lv2_atom_object_get(object, p->urids.property, (const LV2_Atom **)&property, p->urids.value,
                        &value, 0);
    if (!property || property->atom.type != p->urids.urid || property->body != p->urids.file)
        return;
    if (!value || (value->type != p->urids.path && value->type != p->urids.string)) return;
    const char *path = LV2_ATOM_BODY_CONST(value);
    const size_t length = strnlen(path, value->size);
    if (length == 0 || length >= LIVE_PATH) return;
    memcpy(p->wanted, path, length);
    p->wants = length;
}

/* Where as much waits already as there is room for, time goes on first. Returns how far it went. */
static int hear_midi(LivePlugin *p, const uint8_t *message, int bytes, int at, int frame) {
    KnLive *live = conductor_live(p->conductor);
    const int64_t time = kn_live_frame(live) + (frame > at ? frame - at : 0);
    if (kn_live_midi(live, time, message, bytes) || frame <= at) return at;
    const float *in[LIVE_CHANNELS];
    float *out[LIVE_CHANNELS];
    for (int k = 0; k < LIVE_CHANNELS; k++) {
        in[k] = p->inputs[k] + at;
        out[k] = p->outputs[k] + at;
    }
    kn_live_process(live, in, out, frame - at);
    kn_live_midi(live, 0, message, bytes);
    return frame;
}

static int hear_events(LivePlugin *p, int frames) {
    int at = 0;
    if (!p->control || p->control->atom.type != p->urids.sequence) return 0;
    LV2_ATOM_SEQUENCE_FOREACH(p->control, event) {
        const int64_t frame = event->time.frames;
        const int within = frame < 0 ? 0 : frame < frames ? (int)frame : frames;
        if (event->body.type == p->urids.midi && event->body.size >= 1 && event->body.size <= 3)
            at = hear_midi(p, (const uint8_t *)(event + 1), (int)event->body.size, at, within);
        else if ((event->body.type == p->urids.object || event->body.type == p->urids.blank) &&
                 event->body.size >= sizeof(LV2_Atom_Object_Body))
            hear_object(p, (const LV2_Atom_Object *)&event->body);
    }
    return at;
}

static bool put_property(LivePlugin *p, LV2_URID property, LV2_URID type, const char *text) {
    LV2_Atom_Forge *f = &p->forge;
    LV2_Atom_Forge_Frame object;
    const uint32_t length = (uint32_t)strlen(text);
    bool good =
        lv2_atom_forge_frame_time(f, 0) && lv2_atom_forge_object(f, &object, 0, p->urids.set) &&
        lv2_atom_forge_key(f, p->urids.property) && lv2_atom_forge_urid(f, property) &&
        lv2_atom_forge_key(f, p->urids.value) && lv2_atom_forge_typed_string(f, type, text, length);
    if (good) lv2_atom_forge_pop(f, &object);
    return good;
}

/* Where the port has no room for a notice it comes again; a port that has never any gets none. */
static void notify(LivePlugin *p) {
    if (!p->notify) return;
    const uint32_t room = p->notify->atom.size;
    const Notice *notice = conductor_notice(p->conductor);
    LV2_Atom_Forge_Frame sequence;
    lv2_atom_forge_set_buffer(&p->forge, (uint8_t *)p->notify, room + (uint32_t)sizeof(LV2_Atom));
    if (!lv2_atom_forge_sequence_head(&p->forge, &sequence, 0)) return;
    const bool fits = notice && strlen(notice->path) + strlen(notice->words) + 256 < room;
    if (fits && put_property(p, p->urids.file, p->urids.path, notice->path) &&
        put_property(p, p->urids.message, p->urids.string, notice->words))
        conductor_noticed(p->conductor);
    lv2_atom_forge_pop(&p->forge, &sequence);
}

static void live_run(LV2_Handle instance, uint32_t frames) {
    LivePlugin *p = instance;
    const float *in[LIVE_CHANNELS];
    float *out[LIVE_CHANNELS];
    hear_knobs(p);
    if (p->freewheels && *p->freewheels > 0.5f) conductor_follow_now(p->conductor);
    const int at = hear_events(p, (int)frames);
    ask(p);
    for (int k = 0; k < LIVE_CHANNELS; k++) {
        in[k] = p->inputs[k] + at;
        out[k] = p->outputs[k] + at;
    }
    if (at < (int)frames) kn_live_process(conductor_live(p->conductor), in, out, (int)frames - at);
    notify(p);
    if (p->latency) *p->latency = (float)conductor_latency(p->conductor);
}

/* ---- state: the path, and which knobs were turned -------------------------------------------------------- */

static void free_path(const LV2_Feature *const *features, char *path) {
    const LV2_State_Free_Path *of = find_feature(features, LV2_STATE__freePath);
    if (of)
        of->free_path(of->handle, path);
    else
        (free)(path);
}

static LV2_State_Status live_save(LV2_Handle instance, LV2_State_Store_Function store,
                                  LV2_State_Handle handle, uint32_t flags,
                                  const LV2_Feature *const *features) {
    LivePlugin *p = instance;
    const LV2_State_Map_Path *paths = find_feature(features, LV2_STATE__mapPath);
    const int32_t turned = (int32_t)conductor_turned(p->conductor);
    char path[LIVE_PATH];
    (void)flags;
    conductor_path(p->conductor, path);
    char *mapped = paths && path[0] ? paths->abstract_path(paths->handle, path) : NULL;
    const char *kept = mapped ? mapped : path;
    LV2_State_Status status = store(handle, p->urids.turned, &turned, sizeof turned,
                                    p->urids.integer, LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE);
    if (path[0] && status == LV2_STATE_SUCCESS)
        status = store(handle, p->urids.file, kept, strlen(kept) + 1, p->urids.path,
                       mapped ? LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE : LV2_STATE_IS_POD);
    if (mapped) free_path(features, mapped);
    return status;
}

static LV2_State_Status live_restore(LV2_Handle instance, LV2_State_Retrieve_Function retrieve,
                                     LV2_State_Handle handle, uint32_t flags,
                                     const LV2_Feature *const *features) {
    LivePlugin *p = instance;
    const LV2_State_Map_Path *paths = find_feature(features, LV2_STATE__mapPath);
    size_t size;
    uint32_t type, kind;
    (void)flags;
    const int32_t *turned = retrieve(handle, p->urids.turned, &size, &type, &kind);
    conductor_set_turned(p->conductor, turned && size == sizeof *turned && type == p->urids.integer
                                           ? (unsigned)*turned
                                           : 0);
    const char *kept = retrieve(handle, p->urids.file, &size, &type, &kind);
    if (!kept) return LV2_STATE_SUCCESS; /* a state without a file */
    if ((type != p->urids.path && type != p->urids.string) || size == 0 || kept[size - 1])
        return LV2_STATE_ERR_BAD_TYPE;
    char *mapped = paths ? paths->absolute_path(paths->handle, kept) : NULL;
    conductor_load(p->conductor, mapped ? mapped : kept);
    if (mapped) free_path(features, mapped);
    return LV2_STATE_SUCCESS;
}

static const void *live_extension_data(const char *uri) {
    static const LV2_State_Interface state = {live_save, live_restore};
    return strcmp(uri, LV2_STATE__interface) == 0 ? &state : NULL;
}

static const LV2_Descriptor descriptor = {
    LIVE_URI, live_instantiate, live_connect_port, live_activate,
    live_run, live_deactivate,  live_cleanup,      live_extension_data,
};

LV2_SYMBOL_EXPORT const LV2_Descriptor *lv2_descriptor(uint32_t index) {
    return index == 0 ? &descriptor : NULL;
}
