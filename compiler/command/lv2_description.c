/* What a bundle of LV2 says of its plug-in: Turtle, by the vocabularies of LV2 1.18 (http://lv2plug.in/ns).
 * In: a lowered graph, and names. Out: the texts of manifest.ttl and of the file that it names. */
#include "command/lv2_description.h"
#include "base/foreign_text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char lv2_mark[] = "# Made by Kanon";

/* ---- words of LV2 ------------------------------------------------------------------------------------- */

/* Classes of lv2core.ttl that a program can be of. */
static const char *const classes[] = {
    "AllpassPlugin",    "AmplifierPlugin",  "AnalyserPlugin",   "BandpassPlugin",
    "ChorusPlugin",     "CombPlugin",       "CompressorPlugin", "ConstantPlugin",
    "ConverterPlugin",  "DelayPlugin",      "DistortionPlugin", "DynamicsPlugin",
    "EQPlugin",         "EnvelopePlugin",   "ExpanderPlugin",   "FilterPlugin",
    "FlangerPlugin",    "FunctionPlugin",   "GatePlugin",       "GeneratorPlugin",
    "HighpassPlugin",   "InstrumentPlugin", "LimiterPlugin",    "LowpassPlugin",
    "MIDIPlugin",       "MixerPlugin",      "ModulatorPlugin",  "MultiEQPlugin",
    "OscillatorPlugin", "ParaEQPlugin",     "PhaserPlugin",     "PitchPlugin",
    "ReverbPlugin",     "SimulatorPlugin",  "SpatialPlugin",    "SpectralPlugin",
    "UtilityPlugin",    "WaveshaperPlugin",
};
enum { CLASSES = sizeof classes / sizeof *classes };

static const char *const units[] = {
    [UNIT_HZ] = "units:hz",
    [UNIT_KHZ] = "units:khz",
    [UNIT_S] = "units:s",
    [UNIT_MS] = "units:ms",
    [UNIT_MIN] = "units:min",
    [UNIT_BPM] = "units:bpm",
    [UNIT_DB] = "units:db",
    [UNIT_ST] = "units:semitone12TET",
    [UNIT_CENTS] = "units:cent",
    [UNIT_DEG] = "units:degree",
    /* LV2 has no word for these */
    [UNIT_US] = "[ a units:Unit ; rdfs:label \"microseconds\" ; units:symbol \"us\" ; "
                "units:render \"%f us\" ]",
};

const char *lv2_class_named(const char *name, const char **near) {
    char words[CLASSES][32];
    const char *names[CLASSES];
    for (int i = 0; i < CLASSES; i++) {
        const size_t length = strlen(classes[i]) - strlen("Plugin");
        snprintf(words[i], sizeof words[i], "%.*s", (int)length, classes[i]);
        if (strcasecmp(name, classes[i]) == 0 || strcasecmp(name, words[i]) == 0) return classes[i];
        names[i] = words[i];
    }
    const char *found = nearest_name(name, names, CLASSES);
    for (int i = 0; i < CLASSES && near; i++)
        if (names[i] == found) *near = classes[i];
    return NULL;
}

bool lv2_is_uri(const char *text) {
    const size_t scheme = strcspn(text, ":");
    if (!isalpha((unsigned char)*text) || !text[scheme] || !text[scheme + 1]) return false;
    for (size_t i = 0; text[i]; i++) {
        const unsigned char byte = (unsigned char)text[i];
        if (i < scheme && !isalnum(byte) && !strchr("+-.", byte)) return false;
        if (byte == '%' &&
            (!isxdigit((unsigned char)text[i + 1]) || !isxdigit((unsigned char)text[i + 2])))
            return false;
        if (byte <= ' ' || byte >= 0x7f || strchr("<>\"{}|^`\\", byte)) return false;
    }
    return true;
}

/* ---- symbols ---------------------------------------------------------------------------------------------- */

/* Those that were given: hosts save values of ports by them, so a port keeps its symbol as long as it keeps its name. */
typedef struct Symbols {
    char **items;
    int n, cap;
} Symbols;

static bool is_given(const Symbols *symbols, const char *symbol) {
    for (int i = 0; i < symbols->n; i++)
        if (strcmp(symbols->items[i], symbol) == 0) return true;
    return false;
}

/* The name, as far as a symbol may have its characters, and a number where it was given already. */
static const char *symbol(Symbols *symbols, const char *name) {
    Buf stem = {0}, whole = {0};
    buf_puts(&stem, !isalpha((unsigned char)*name) && *name != '_' ? "_" : "");
    for (; *name; name++)
        buf_byte(&stem, isalnum((unsigned char)*name) && (unsigned char)*name < 0x80 ? *name : '_');
    buf_puts(&whole, stem.data);
    for (int number = 2; is_given(symbols, whole.data); number++) {
        whole.length = 0;
        buf_printf(&whole, "%s_%d", stem.data, number);
    }
    buf_free(&stem);
    VEC_PUSH(symbols->items, symbols->n, symbols->cap, whole.data);
    return whole.data;
}

/* ---- ports --------------------------------------------------------------------------------------------------- */

typedef struct Writer {
    const Lv2Plugin *plugin;
    Symbols symbols;
    const char **knobs; /* symbols of params: theirs are given first */
    int port;
    Buf *out;
} Writer;

/* What all ports have. The statement goes on. */
static void begin_port(Writer *w, const char *types, const char *symbol, const char *name) {
    buf_printf(w->out,
               "%s [\n        a %s ;\n        lv2:index %d ;\n        lv2:symbol \"%s\" ;\n        "
               "lv2:name ",
               w->port ? " ," : "    lv2:port", types, w->port, symbol);
    text_to_turtle(w->out, name);
    w->port++;
}

static void end_port(Writer *w) {
    buf_puts(w->out, "\n    ]");
}

static void audio_ports(Writer *w) {
    const Graph *g = w->plugin->graph;
    char name[32];
    for (int i = 0; i < g->ninputs; i++) {
        begin_port(w, "lv2:InputPort , lv2:AudioPort", symbol(&w->symbols, g->inputs[i]),
                   g->inputs[i]);
        end_port(w);
    }
    for (int k = 0; k < g->noutputs; k++) {
        snprintf(name, sizeof name, g->noutputs > 1 ? "out_%d" : "out", k + 1);
        const char *given = symbol(&w->symbols, name);
        snprintf(name, sizeof name, g->noutputs > 1 ? "Out %d" : "Out", k + 1);
        begin_port(w, "lv2:OutputPort , lv2:AudioPort", given, name);
        end_port(w);
    }
}

/* Turtle takes 1 for a whole number and 1.0 for any. */
static void number(Buf *out, double value) {
    char text[40];
    snprintf(text, sizeof text, "%.9g", value);
    buf_printf(out, "%s%s", text, strpbrk(text, ".e") ? "" : ".0");
}

static bool is_whole(double value) {
    return fabs(value - rint(value)) <= 1e-9 * fmax(1, fabs(value));
}

static void knob_properties(const Knob *knob, Buf *out) {
    const double steps = knob->step > 0 ? (knob->max - knob->min) / knob->step : 0;
    const bool whole = steps > 0 && is_whole(knob->step) && is_whole(knob->min);
    const bool switches = whole && knob->min == 0 && knob->max == 1 && knob->step == 1;
    if (switches)
        buf_puts(out, " ;\n        lv2:portProperty lv2:toggled");
    else if (whole)
        buf_puts(out, " ;\n        lv2:portProperty lv2:integer");
    if (knob->logarithmic) buf_puts(out, " ;\n        lv2:portProperty pprops:logarithmic");
    if (steps > 0 && is_whole(steps) && steps < 1e6 && !switches)
        buf_printf(out, " ;\n        pprops:rangeSteps %.0f", rint(steps) + 1);
    if (knob->unit != UNIT_NONE) buf_printf(out, " ;\n        units:unit %s", units[knob->unit]);
}

static void knob_port(Writer *w, int param) {
    const ParamInfo *p = &w->plugin->graph->params[param];
    const Knob knob = knob_of_param(p);
    begin_port(w, "lv2:InputPort , lv2:ControlPort", w->knobs[param],
               p->label && *p->label ? p->label : p->name);
    buf_puts(w->out, " ;\n        lv2:default ");
    number(w->out, knob.initial);
    buf_puts(w->out, " ;\n        lv2:minimum ");
    number(w->out, knob.min);
    buf_puts(w->out, " ;\n        lv2:maximum ");
    number(w->out, knob.max);
    knob_properties(&knob, w->out);
    end_port(w);
}

/* What comes at its frame: MIDI, the host's tempo. */
static void event_port(Writer *w, bool midi) {
    const bool tempo = graph_tempo(w->plugin->graph) >= 0;
    begin_port(w, "lv2:InputPort , atom:AtomPort", symbol(&w->symbols, midi ? "midi" : "time"),
               midi ? "MIDI" : "Time");
    buf_printf(w->out,
               " ;\n        atom:bufferType atom:Sequence ;\n        atom:supports %s%s%s ;\n"
               "        lv2:designation lv2:control",
               midi ? "midi:MidiEvent" : "", midi && tempo ? " , " : "",
               tempo ? "time:Position" : "");
    end_port(w);
}

static void latency_port(Writer *w) {
    begin_port(w, "lv2:OutputPort , lv2:ControlPort", symbol(&w->symbols, "latency"), "Latency");
    buf_puts(w->out,
             " ;\n        lv2:designation lv2:latency ;\n"
             "        lv2:portProperty lv2:reportsLatency , lv2:integer , pprops:notOnGUI ;\n"
             "        units:unit units:frame");
    end_port(w);
}

/* ---- the files ----------------------------------------------------------------------------------------------- */

static void prefixes(Buf *out) {
    buf_printf(out,
               "%s " KN_VERSION "\n"
               "@prefix atom: <http://lv2plug.in/ns/ext/atom#> .\n"
               "@prefix doap: <http://usefulinc.com/ns/doap#> .\n"
               "@prefix lv2: <http://lv2plug.in/ns/lv2core#> .\n"
               "@prefix midi: <http://lv2plug.in/ns/ext/midi#> .\n"
               "@prefix pprops: <http://lv2plug.in/ns/ext/port-props#> .\n"
               "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
               "@prefix time: <http://lv2plug.in/ns/ext/time#> .\n"
               "@prefix units: <http://lv2plug.in/ns/extensions/units#> .\n"
               "@prefix urid: <http://lv2plug.in/ns/ext/urid#> .\n\n",
               lv2_mark);
}

void lv2_manifest(const Lv2Plugin *plugin, Buf *out) {
    prefixes(out);
    buf_printf(out,
               "<%s>\n    a lv2:Plugin ;\n    lv2:binary <%s.so> ;\n    rdfs:seeAlso <%s.ttl> .\n",
               plugin->uri, plugin->binary, plugin->binary);
}

void lv2_describe(const Lv2Plugin *plugin, Buf *out) {
    const Graph *g = plugin->graph;
    Writer w = {.plugin = plugin, .out = out};
    const bool midi = plugin->instrument || graph_hears_controllers(g),
               events = midi || graph_tempo(g) >= 0;
    w.knobs = calloc((size_t)g->nparams + 1, sizeof *w.knobs);
    if (!w.knobs) abort();
    for (int i = 0; i < g->nparams; i++)
        w.knobs[i] = symbol(&w.symbols, g->params[i].name);
    prefixes(out);
    buf_printf(out, "<%s>\n    a lv2:Plugin", plugin->uri);
    if (plugin->class) buf_printf(out, " , lv2:%s", plugin->class);
    buf_puts(out, " ;\n    doap:name ");
    text_to_turtle(out, plugin->title);
    buf_puts(out, " ;\n    lv2:minorVersion 2 ;\n    lv2:microVersion 0 ;\n"
                  "    lv2:optionalFeature lv2:hardRTCapable ;\n");
    if (events) buf_puts(out, "    lv2:requiredFeature urid:map ;\n");
    audio_ports(&w);
    for (int i = 0; i < g->nparams; i++)
        knob_port(&w, i);
    if (events) event_port(&w, midi);
    if (g->latency > 0) latency_port(&w);
    buf_puts(out, " .\n");
    for (int i = 0; i < w.symbols.n; i++)
        free(w.symbols.items[i]);
    free(w.symbols.items);
    free(w.knobs);
}
