/* Ports of MIDI, by RtMidi: the only file that sees rtmidi_c.h.
 * In: names of ports. Out: messages of those that are heard, on threads of RtMidi.
 *
 * The library is opened when ports are: it brings those of ALSA, JACK and C++ with it. It prints what goes wrong, so nothing is asked of
 * a system that is not there. */
#include "play/midi_ports.h"
#include "play/quiet.h"

#include <dlfcn.h>
#include <rtmidi/rtmidi_c.h>
#include <signal.h>
#include <strings.h>
#include <unistd.h>

#define RTMIDI_FUNCTIONS(X)                                                                        \
    X(rtmidi_get_port_count)                                                                       \
    X(rtmidi_get_port_name)                                                                        \
    X(rtmidi_open_port)                                                                            \
    X(rtmidi_open_virtual_port)                                                                    \
    X(rtmidi_close_port)                                                                           \
    X(rtmidi_in_create)                                                                            \
    X(rtmidi_in_free)                                                                              \
    X(rtmidi_in_set_callback)                                                                      \
    X(rtmidi_in_ignore_types)                                                                      \
    X(rtmidi_out_create)                                                                           \
    X(rtmidi_out_free)                                                                             \
    X(rtmidi_out_send_message)

typedef struct RtMidi {
    void *library;
#define MEMBER(function) __typeof__(&function) function;
    RTMIDI_FUNCTIONS(MEMBER)
#undef MEMBER
} RtMidi;

/* JACK first: whoever has started its server wants it to be used. */
enum { SYSTEMS = 2, MOST_PORTS = 64, FAILED = 3 };
static const struct {
    enum RtMidiApi api;
    const char *name;
} systems[SYSTEMS] = {{RTMIDI_API_UNIX_JACK, "JACK"}, {RTMIDI_API_LINUX_ALSA, "ALSA"}};
/* As clients, in both; the second tells. */
static const char *const our_names[] = {"kanon-midi", "kanon-clock"};

typedef struct Heard {
    MidiPorts *ports;
    int system;
    char *name; /* NULL: it is our own */
    RtMidiInPtr port;
    bool open;
    MidiHearing *hearing;
    void *context;
} Heard;

struct MidiPorts {
    RtMidi rt;
    bool there[SYSTEMS];
    Heard *own[SYSTEMS], *named[MOST_PORTS];
    int nnamed;
    RtMidiOutPtr told;
    char *told_name;
};

/* ---- the library ------------------------------------------------------------------------------------ */

static void *open_library(void) {
    static const char *const names[] = {"librtmidi.so.7", "librtmidi.so.6"};
    void *library = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !library; i++)
        library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    return library;
}

static bool library_open(RtMidi *rt, EngineError *why) {
    *rt = (RtMidi){.library = open_library()};
    if (!rt->library)
        return engine_fails(why, FAILED, "there is no RtMidi here: install the package librtmidi6");
#define LOAD(function) *(void **)&rt->function = dlsym(rt->library, #function);
    RTMIDI_FUNCTIONS(LOAD)
#undef LOAD
#define LACKS(function) || !rt->function
    if (false RTMIDI_FUNCTIONS(LACKS))
#undef LACKS
        return engine_fails(why, FAILED,
                            "the RtMidi that is here lacks functions: install librtmidi6");
    library_quiet(rt->library);
    return true;
}

/* The server is not started by that. */
static bool jack_runs(void *library) {
    enum { NO_START_SERVER = 1 };
    void *(*begin)(const char *, int, int *, ...) = NULL;
    int (*end)(void *) = NULL;
    int status;
    *(void **)&begin = dlsym(library, "jack_client_open");
    *(void **)&end = dlsym(library, "jack_client_close");
    void *client = begin && end ? begin("kanon-asks", NO_START_SERVER, &status) : NULL;
    if (client) end(client);
    return client != NULL;
}

static bool alsa_runs(void) {
    return access("/dev/snd/seq", R_OK | W_OK) == 0;
}

/* Signals are for the thread that plays: those of ports are born without them. */
static void block_signals(sigset_t *before) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, before);
}

static bool library_begin(MidiPorts *p, EngineError *why) {
    sigset_t before;
    if (!library_open(&p->rt, why)) return false;
    block_signals(&before);
    p->there[0] = jack_runs(p->rt.library);
    p->there[1] = alsa_runs();
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return p->there[0] || p->there[1] ||
           engine_fails(
               why, FAILED,
               "there is no MIDI here: no JACK server runs, and ALSA has no sequencer (modprobe "
               "snd-seq)");
}

MidiPorts *midi_ports_create(EngineError *why) {
    MidiPorts *p = alloc_zeroed(1, sizeof *p);
    if (library_begin(p, why)) return p;
    midi_ports_free(p);
    return NULL;
}

/* ---- which there are -------------------------------------------------------------------------------- */

/* NULL: there is none of that number any more. To be freed. */
static char *name_of(const RtMidi *rt, RtMidiPtr any, unsigned number) {
    int length = 0;
    if (rt->rtmidi_get_port_name(any, number, NULL, &length) < 0 || length < 1) return NULL;
    char *name = alloc_zeroed((size_t)length + 1, 1);
    rt->rtmidi_get_port_name(any, number, name, &length);
    return name;
}

/* Servers add numbers to names that they have already. */
static bool is_ours(const char *name) {
    for (int i = 0; i < 2; i++) {
        const size_t length = strlen(our_names[i]);
        if (strncmp(name, our_names[i], length) == 0 && strchr(":-", name[length])) return true;
    }
    return false;
}

/* Asks a system for its ports, by a port that is not open. NULL: it does not answer. */
static RtMidiPtr ask(const MidiPorts *p, int system, bool told) {
    sigset_t before;
    block_signals(&before);
    RtMidiPtr any = told ? p->rt.rtmidi_out_create(systems[system].api, our_names[1])
                         : p->rt.rtmidi_in_create(systems[system].api, our_names[0], 16);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (any && any->ok) return any;
    if (any) (told ? p->rt.rtmidi_out_free : p->rt.rtmidi_in_free)(any);
    return NULL;
}

static void thank(const MidiPorts *p, RtMidiPtr any, bool told) {
    if (any) (told ? p->rt.rtmidi_out_free : p->rt.rtmidi_in_free)(any);
}

/* One of a list. */
typedef struct Place {
    int system;
    unsigned number; /* of the system */
    char *name;
} Place;

typedef struct Places {
    Place *items;
    int n, cap;
} Places;

static void places_free(Places *places) {
    for (int i = 0; i < places->n; i++)
        free(places->items[i].name);
    free(places->items);
}

/* All that can be heard, or told, but for our own. */
static Places places_find(const MidiPorts *p, bool told) {
    Places places = {0};
    for (int s = 0; s < SYSTEMS; s++) {
        RtMidiPtr any = p->there[s] ? ask(p, s, told) : NULL;
        const unsigned n = any ? p->rt.rtmidi_get_port_count(any) : 0;
        for (unsigned i = 0; i < n && i < 4096; i++) {
            const Place place = {s, i, name_of(&p->rt, any, i)};
            if (place.name && !is_ours(place.name))
                VEC_PUSH(places.items, places.n, places.cap, place);
            else
                free(place.name);
        }
        thank(p, any, told);
    }
    return places;
}

static void list(const MidiPorts *p, bool told, Buf *out) {
    Places places = places_find(p, told);
    for (int i = 0; i < places.n; i++)
        buf_printf(out, "%3d  %s (%s), %s\n", i, places.items[i].name,
                   systems[places.items[i].system].name, told ? "for --midi-out" : "for --midi");
    places_free(&places);
}

bool midi_ports_list(Buf *out, EngineError *why) {
    MidiPorts *p = midi_ports_create(why);
    if (!p) return false;
    list(p, false, out);
    list(p, true, out);
    midi_ports_free(p);
    return out->length > 0 ||
           engine_fails(why, FAILED, "there is no MIDI port here: connect a keyboard");
}

/* The place of that name, that fits best and comes first; -1 with a reason. */
static int place_named(const Places *places, const char *option, const char *words,
                       EngineError *why) {
    char *end;
    const long number = strtol(words, &end, 10);
    int found = -1;
    if (*words && !*end && number >= 0 && number < places->n) return (int)number;
    for (int i = 0; i < places->n; i++) {
        if (strcasecmp(places->items[i].name, words) == 0) return i;
        if (found < 0 && strcasestr(places->items[i].name, words)) found = i;
    }
    if (found < 0)
        engine_fails(why, FAILED, "%s: there is no MIDI port '%s'; see kanon play --list-midi",
                     option, words);
    return found;
}

/* ---- hearing ------------------------------------------------------------------------------------------ */

static void hear(double time, const unsigned char *message, size_t bytes, void *heard) {
    const Heard *h = heard;
    (void)time; /* since the message before: of the same thread's clock, and later by as much */
    if (bytes > 0) h->hearing(h->context, message, bytes);
}

/* Its place is `number` of the system; below 0: our own. */
static bool begin_hearing(Heard *h, long number) {
    const RtMidi *rt = &h->ports->rt;
    sigset_t before;
    block_signals(&before);
    if (number >= 0)
        rt->rtmidi_open_port(h->port, (unsigned)number, "in");
    else
        rt->rtmidi_open_virtual_port(h->port, "in");
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    h->open = h->port->ok;
    return h->open;
}

static void end_hearing(Heard *h) {
    if (h->open) h->ports->rt.rtmidi_close_port(h->port);
    h->open = false;
}

static void heard_free(Heard *h) {
    if (!h) return;
    end_hearing(h);
    if (h->port) h->ports->rt.rtmidi_in_free(h->port);
    free(h->name);
    free(h);
}

/* NULL: it cannot be heard. */
static Heard *heard_create(MidiPorts *p, const Place *place, MidiHearing *hearing, void *context) {
    Heard *h = alloc_zeroed(1, sizeof *h);
    *h = (Heard){.ports = p, .system = place->system, .hearing = hearing, .context = context};
    h->name = place->name ? strdup(place->name) : NULL;
    h->port = ask(p, place->system, false);
    if (h->port) p->rt.rtmidi_in_set_callback(h->port, hear, h);
    if (h->port) p->rt.rtmidi_in_ignore_types(h->port, true, false, false);
    if (h->port && begin_hearing(h, place->name ? (long)place->number : -1)) return h;
    heard_free(h);
    return NULL;
}

bool midi_ports_open_own(MidiPorts *p, MidiHearing *hearing, void *context, EngineError *why) {
    bool good = false;
    for (int s = 0; s < SYSTEMS; s++) {
        const Place place = {.system = s};
        if (!p->there[s] || p->own[s]) continue;
        p->own[s] = heard_create(p, &place, hearing, context);
        good = good || p->own[s];
    }
    return good || engine_fails(why, FAILED, "no MIDI port of our own can be opened");
}

int midi_ports_open(MidiPorts *p, const char *words, MidiHearing *hearing, void *context,
                    EngineError *why) {
    Places places = places_find(p, false);
    const int found = place_named(&places, "--midi", words, why);
    int port = -1;
    if (found >= 0 && p->nnamed < MOST_PORTS) {
        const Place *place = &places.items[found];
        Heard *h = heard_create(p, place, hearing, context);
        if (h) p->named[port = p->nnamed++] = h;
        if (!h)
            engine_fails(why, FAILED, "--midi: %s cannot be heard: somebody else may have it",
                         place->name);
    }
    places_free(&places);
    return port;
}

int midi_ports_count(const MidiPorts *p) {
    return p->nnamed;
}

const char *midi_port_name(const MidiPorts *p, int port) {
    return p->named[port]->name;
}

/* Without the numbers that ALSA gives to whatever comes: "nanoKEY2 MIDI 1 20:0". */
static size_t length_without_numbers(const char *name) {
    const char *space = strrchr(name, ' ');
    if (space && space[1 + strspn(space + 1, "0123456789:")] == 0) return (size_t)(space - name);
    return strlen(name);
}

static bool is_named(const char *name, const Heard *h) {
    const size_t length = length_without_numbers(name);
    return length == length_without_numbers(h->name) && memcmp(name, h->name, length) == 0;
}

/* -1: it is not there. */
static long number_now(const MidiPorts *p, const Heard *h) {
    const unsigned n = p->rt.rtmidi_get_port_count(h->port);
    long number = -1;
    for (unsigned i = 0; i < n && number < 0; i++) {
        char *name = name_of(&p->rt, h->port, i);
        if (name && is_named(name, h)) number = (long)i;
        free(name);
    }
    return number;
}

bool midi_port_is_there(MidiPorts *p, int port) {
    return number_now(p, p->named[port]) >= 0;
}

void midi_port_close(MidiPorts *p, int port) {
    end_hearing(p->named[port]);
}

bool midi_port_reopen(MidiPorts *p, int port) {
    const long number = number_now(p, p->named[port]);
    return number >= 0 && begin_hearing(p->named[port], number);
}

/* ---- telling --------------------------------------------------------------------------------------------- */

static bool begin_telling(MidiPorts *p, int system, long number, const char *name) {
    sigset_t before;
    p->told = ask(p, system, true);
    if (!p->told) return false;
    block_signals(&before);
    if (number >= 0)
        p->rt.rtmidi_open_port(p->told, (unsigned)number, "out");
    else
        p->rt.rtmidi_open_virtual_port(p->told, "out");
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    p->told_name = strdup(name);
    if (p->told->ok) return true;
    thank(p, p->told, true);
    p->told = NULL;
    return false;
}

bool midi_ports_tell(MidiPorts *p, const char *words, EngineError *why) {
    if (strcmp(words, "own") == 0)
        return begin_telling(p, p->there[0] ? 0 : 1, -1, our_names[1]) ||
               engine_fails(why, FAILED, "no MIDI port of our own can be opened");
    Places places = places_find(p, true);
    const int found = place_named(&places, "--midi-out", words, why);
    bool good = false;
    if (found >= 0) {
        const Place *place = &places.items[found];
        good = begin_telling(p, place->system, (long)place->number, place->name) ||
               engine_fails(why, FAILED, "--midi-out: %s takes nothing: somebody else may have it",
                            place->name);
    }
    places_free(&places);
    return good;
}

void midi_ports_send(MidiPorts *p, const uint8_t *message, int bytes) {
    if (p && p->told) p->rt.rtmidi_out_send_message(p->told, message, bytes);
}

const char *midi_ports_told(const MidiPorts *p) {
    return p && p->told ? p->told_name : NULL;
}

/* ---- the end ------------------------------------------------------------------------------------------------ */

void midi_ports_free(MidiPorts *p) {
    if (!p) return;
    for (int s = 0; s < SYSTEMS; s++)
        heard_free(p->own[s]);
    for (int i = 0; i < p->nnamed; i++)
        heard_free(p->named[i]);
    if (p->told) {
        p->rt.rtmidi_close_port(p->told);
        thank(p, p->told, true);
    }
    free(p->told_name);
    free(p);
}
