/* A program in C with a host around it: a client of JACK, a plug-in of LV2. In: a graph on its way to C. Out: the texts of runtime/ with the
 * program's words, and knobs, which count in the units of params. */
#include "base/foreign_text.h"
#include "print_c/print_c.h"
#include "print_c/template.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- knobs ------------------------------------------------------------------------------------------- */

/* Are equal ways equal there, as they are in plain values? */
static bool is_even(Unit unit) {
    double factor;
    return unit_scale(unit, &factor) < SCALE_POWER_OF_2;
}

Knob knob_of_param(const ParamInfo *param) {
    const Unit unit = param->unit;
    Knob knob = {unit,
                 unit_number(param->min, unit),
                 unit_number(param->max, unit),
                 unit_number(param->initial, unit),
                 is_even(unit) ? unit_number(param->step, unit) : 0,
                 false};
    if (!isfinite(knob.min) || !isfinite(knob.max) || !isfinite(knob.initial))
        knob = (Knob){UNIT_NONE, param->min, param->max, param->initial, param->step, false};
    /* decibels and semitones are logarithms already */
    knob.logarithmic = param->log && is_even(knob.unit) && (knob.min > 0 || knob.max < 0);
    return knob;
}

bool graph_hears_controllers(const Graph *g) {
    for (int i = 0; i < g->nparams; i++)
        if (g->params[i].controller >= 0) return true;
    return false;
}

int graph_tempo(const Graph *g) {
    for (int i = 0; i < g->nparams; i++)
        if (strcmp(g->params[i].name, "tempo") == 0) return i;
    return -1;
}

static void print_knobs(Emitter *e, const char *name, Buf *out) {
    static const char *const scales[] = {[SCALE_TIMES] = "KN_KNOB_TIMES",
                                         [SCALE_OVER] = "KN_KNOB_OVER",
                                         [SCALE_PI_OVER] = "KN_KNOB_PI_OVER",
                                         [SCALE_POWER_OF_2] = "KN_KNOB_POWER_OF_2",
                                         [SCALE_POWER_OF_10] = "KN_KNOB_POWER_OF_10"};
    const Graph *g = e->g;
    buf_printf(out, "static const KnKnob %s_knobs[] = {\n", name);
    for (int i = 0; i < g->nparams; i++) {
        const Knob knob = knob_of_param(&g->params[i]);
        double factor;
        const UnitScale scale = unit_scale(knob.unit, &factor);
        buf_printf(out, "    {%s, %s, %s, %s, %s},\n", scales[scale], emit_literal(e, factor, true),
                   emit_literal(e, knob.min, false), emit_literal(e, knob.max, false),
                   emit_literal(e, knob.initial, false));
    }
    buf_puts(out, "};\n");
}

/* ---- the texts ------------------------------------------------------------------------------------------ */

static const char *yes(bool is) {
    return is ? "1" : "0";
}

static const char *taken(Emitter *e, Buf *text) {
    const char *kept = arena_printf(e->arena, "%s", text->data ? text->data : "");
    buf_free(text);
    return kept;
}

static const char *knobs(Emitter *e, const char *name) {
    Buf text = {0};
    print_knobs(e, name, &text);
    return taken(e, &text);
}

static const char *quoted(Emitter *e, const char *what) {
    Buf text = {0};
    text_to_c_string(&text, what ? what : "");
    return taken(e, &text);
}

/* A line for each, as somebody reads it on a terminal. */
static const char *knobs_in_words(Emitter *e) {
    Buf lines = {0};
    for (int i = 0; i < e->g->nparams; i++) {
        const ParamInfo *p = &e->g->params[i];
        const Knob knob = knob_of_param(p);
        buf_printf(&lines, "  %s=%.9g%s, %.9g to %.9g: ", p->name, knob.initial,
                   unit_name(knob.unit), knob.min, knob.max);
        text_to_terminal(&lines, p->label && *p->label ? p->label : p->name);
        buf_byte(&lines, '\n');
    }
    return quoted(e, taken(e, &lines));
}

static const char *input_names(Emitter *e) {
    Buf text = {0};
    for (int i = 0; i < e->g->ninputs; i++) {
        text_to_c_string(&text, e->g->inputs[i]);
        buf_puts(&text, ", ");
    }
    buf_puts(&text, "0");
    return taken(e, &text);
}

static const char *output_names(Emitter *e) {
    Buf text = {0};
    const int n = e->g->noutputs;
    for (int k = 0; k < n; k++)
        buf_printf(&text, n > 1 ? "%s\"out_%d\"" : "%s\"out\"", k ? ", " : "", k + 1);
    return taken(e, &text);
}

void print_host(Emitter *e, Buf *out) {
    const Graph *g = e->g;
    const EmitOptions *o = e->o;
    const ProgramText *of = e->whole;
    const char *name = of ? of->name : e->name;
    const TemplateWord words[] = {
        {"NAME", name},
        {"UPPER", of ? of->upper : e->upper},
        {"IS_INSTRUMENT", yes(of != NULL)},
        {"HAS_PARAMS", yes(g->nparams > 0)},
        {"HEARS_MIDI", yes(of || graph_hears_controllers(g))},
        {"HEARS_TEMPO", yes(graph_tempo(g) >= 0)},
        {"HEARS_EVENTS", yes(of || graph_hears_controllers(g) || graph_tempo(g) >= 0)},
        {"TEMPO_PARAM", arena_printf(e->arena, "%d", graph_tempo(g))},
        {"HAS_LATENCY", yes(g->latency > 0)},
        {"WHAT_RATE", g->rate > 0 ? "\"it was made for\"" : "\"its limit is\""},
        {"LATENCY_SECONDS", arena_printf(e->arena, "%s", emit_literal(e, g->latency, true))},
        {"KNOBS", knobs(e, name)},
        {"VOICING", arena_printf(e->arena, "%d", o->voicing.voicing)},
        {"STEALING", arena_printf(e->arena, "%d", o->voicing.stealing)},
        {"LEGATO", yes(o->voicing.legato)},
        {"GLIDE", arena_printf(e->arena, "%s", emit_literal(e, o->voicing.glide, true))},
        {"LV2_URI", quoted(e, o->uri)},
        {"KNOBS_IN_WORDS", knobs_in_words(e)},
        {"INPUT_NAMES", input_names(e)},
        {"OUTPUT_NAMES", output_names(e)},
        {NULL, NULL},
    };
    if (!of && graph_hears_controllers(g)) {
        print_template("controlled.c", words, out);
        buf_puts(out, "\n");
    }
    print_template("hosted.c", words, out);
    buf_puts(out, "\n");
    print_template(o->host == HOST_JACK ? "jack.c" : "lv2.c", words, out);
}
