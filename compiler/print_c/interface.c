/* The interface of a program in C. In: a plan, and the fields of its state. Out: the texts of runtime/ with the program's
 * words, and its params. */
#include "base/foreign_text.h"
#include "print_c/print_c.h"
#include "print_c/template.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { IMAGE_WORDS = 20 }; /* at most */

/* Is there feedback that a strip may not be longer than, at a rate that is told when it runs? */
bool interface_bounds_strips(const Plan *p) {
    for (int i = 0; i < p->nlags; i++)
        if (p->lags[i].bounds) return true;
    return false;
}

/* ---- what a rate must allow ------------------------------------------------------------------------ */

/* The times that are asked for: how far feedback reaches, and how long pasts are. */
static void find_times(const Emitter *e, bool *asked) {
    const Plan *p = e->p;
    for (int i = 0; i < p->nlags; i++)
        asked[plan_value(e->g, p->lags[i].least)] = true;
    for (int i = 0; i < p->nreaders && e->g->rate <= 0; i++) {
        const Node *n = &e->g->nodes[p->readers[i]];
        const NodeId most = n->op == OP_DELAY ? n->more[3] : n->in3[1];
        asked[most] = asked[most] || plan_by_block(e->p, most);
    }
}

/* No strip is longer than feedback reaches, and a rate at which that is less than a sample cannot be had. */
static void print_lags(KernelEmitter *k, Buf *out) {
    for (int i = 0; i < k->p->nlags; i++) {
        const Lag *lag = &k->p->lags[i];
        if (lag->steady) {
            buf_puts(out, "    if (!(");
            print_block_value(k, lag->least, out);
            buf_puts(out, " * sample_rate >= 1.0 - 1e-6)) return 0;\n");
        }
        if (lag->bounds) {
            buf_puts(out, "    strip = kn_min(strip, kn_floor(");
            print_block_value(k, lag->least, out);
            buf_puts(out, " * sample_rate + 1e-6));\n");
        }
    }
}

/* Nor can one at which a past is longer than there is room for. */
static void print_rooms(KernelEmitter *k, Buf *out) {
    const Plan *p = k->p;
    bool *asked = alloc_zeroed((size_t)k->g->n, sizeof *asked);
    for (int i = 0; i < p->nreaders && k->g->rate <= 0; i++) {
        const Node *n = &k->g->nodes[p->readers[i]];
        NodeId most = n->op == OP_DELAY ? n->more[3] : n->in3[1];
        if (!plan_by_block(k->p, most) || asked[most]) continue;
        asked[most] = true;
        buf_puts(out, "    if (!(");
        print_block_value(k, most, out);
        buf_printf(out, " * sample_rate <= %s)) return 0;\n",
                   emit_literal(k->e, p->samples[most] + 1, true));
    }
    free(asked);
}

static const char *limits(Emitter *e) {
    KernelEmitter k;
    KernelData data = {.set = KERNELS_BASELINE};
    KernelState own = {0};
    StripFunction f = {0};
    Buf lines = {0};
    bool *asked = alloc_zeroed((size_t)e->g->n, sizeof *asked);
    find_times(e, asked);
    lower_block(&k, e, &data, &own, true, asked);
    print_calls(&k, &f);
    buf_add(&lines, f.parts[0].data, f.parts[0].length);
    print_lags(&k, &lines);
    print_rooms(&k, &lines);
    const char *text = arena_printf(e->arena, "%s", lines.data ? lines.data : "");
    free(asked);
    buf_free(&lines);
    print_free(&f);
    lower_end(&k);
    kernel_data_free(&data);
    free(own.numbers);
    free(own.edges);
    return text;
}

/* ---- the words ------------------------------------------------------------------------------------- */

static const char *yes(bool is) {
    return is ? "1" : "0";
}

static const char *whole(Emitter *e, int64_t value) {
    return arena_printf(e->arena, "%lld", (long long)value);
}

static const char *literal(Emitter *e, double value) {
    return arena_printf(e->arena, "%s", emit_literal(e, value, true));
}

/* The params of a program are known from outside, those of a note are its own. */
static const char *params_name(Emitter *e) {
    const char *name = e->whole && !e->own_params ? e->whole->name : e->name;
    return arena_printf(e->arena, "%s_params", name);
}

static const char *fields(Emitter *e) {
    Buf lines = {0};
    emit_fields(e, &lines);
    const char *text = arena_printf(e->arena, "%s", lines.data ? lines.data : "");
    buf_free(&lines);
    return text;
}

static bool has_running(const Emitter *e) {
    for (int i = 0; i < e->nfields; i++)
        if (e->fields[i].type[0] == 'K') return true;
    return false;
}

/* A text of runtime/ as a word of another. */
static const char *template_text(Emitter *e, const char *file, const TemplateWord *words) {
    Buf lines = {0};
    print_template(file, words, &lines);
    const char *text = arena_printf(e->arena, "%s", lines.data ? lines.data : "");
    buf_free(&lines);
    return text;
}

static const char *state_text(Emitter *e) {
    const Graph *g = e->g;
    const TemplateWord words[] = {
        {"NAME", e->name},
        {"ROOM_FOR_PARAMS", whole(e, g->nparams ? g->nparams : 1)},
        {"FIELDS", fields(e)},
        {NULL, NULL},
    };
    return template_text(e, "state.h", words);
}

/* Outputs that a host fills, and those behind them that its picture shows. */
static int shown(const Emitter *e) {
    return e->o->picture.graph && !e->own_params ? e->o->picture.facts->shown : 0;
}

static int own_outputs(const Emitter *e) {
    return e->g->noutputs - shown(e);
}

/* ---- the header ------------------------------------------------------------------------------------ */

static const char *instrument_types(Emitter *main, Emitter *voice) {
    const TemplateWord words[] = {
        {"NAME", main->whole->name},
        {"VOICES", arena_printf(main->arena, "voice[%d]", notes_room(main->whole->voices))},
        {"EVENTS", arena_printf(main->arena, "event[%d]", EVENTS_AT_ONCE)},
        {"NOTE_CHANNELS", whole(main, voice->g->noutputs)},
        {NULL, NULL},
    };
    return template_text(main, "voices.h", words);
}

static const char *instrument_state(Emitter *main, Emitter *voice) {
    const TemplateWord words[] = {
        {"NAME", main->whole->name},
        {"VOICES", arena_printf(main->arena, "voice[%d]", notes_room(main->whole->voices))},
        {"EVENTS", arena_printf(main->arena, "event[%d]", EVENTS_AT_ONCE)},
        {"ROOM_OF_VOICES", whole(main, notes_room(main->whole->voices))},
        {"NOTE_CHANNELS", whole(main, voice->g->noutputs)},
        {NULL, NULL},
    };
    return arena_printf(main->arena, "%s\n%s\n%s\n%s", state_text(voice), state_text(main),
                        template_text(main, "voices_state.h", words),
                        template_text(main, "instrument_state.h", words));
}

/* Words of runtime/image.h and image.c. */
static void image_words(Emitter *row, const ProgramText *program, TemplateWord *words) {
    const Picture *facts = row->o->picture.facts;
    const TemplateWord all[] = {
        {"NAME", program->name},
        {"UPPER", program->upper},
        {"HAS_SOUND", yes(program->sounds)},
        {"CHANNELS", whole(row, facts->channels)},
        {"IS_GREY", yes(facts->channels == 1)},
        {"IS_FIELD", yes(facts->field)},
        {"TOLD_RATE", yes(facts->rate >= 0)},
        {"SHOWS", yes(facts->shown > 0)},
        {"SHOWN", whole(row, facts->shown)},
        {"HEARD", program->voices > 0 ? "(&self->main)" : "self"},
        {"WIDEST", whole(row, PICTURE_WIDEST)},
        {"ROOM_FOR_PARAMS", whole(row, program->graph->nparams ? program->graph->nparams : 1)},
        {"PARAM_OF_Y", whole(row, facts->coordinate[PICTURE_Y])},
        {"PARAM_OF_Z", whole(row, facts->coordinate[PICTURE_Z])},
        {"PARAM_OF_TIME", whole(row, facts->time)},
        {"PARAM_OF_RATE", whole(row, facts->rate)},
        {"PARAM_OF_SHOWN", whole(row, facts->first_heard)},
        {NULL, NULL},
    };
    _Static_assert(sizeof all <= IMAGE_WORDS * sizeof *words, "a word more needs its place");
    memcpy(words, all, sizeof all);
}

static const char *image_header(Emitter *row, const ProgramText *program) {
    TemplateWord words[IMAGE_WORDS];
    image_words(row, program, words);
    return template_text(row, "image.h", words);
}

void print_interface_header(const ProgramText *program, Emitter *main, Emitter *voice, Emitter *row,
                            Buf *out) {
    Emitter *e = main ? main : row;
    const Graph *g = program->graph;
    const TemplateWord words[] = {
        {"NAME", program->name},
        {"UPPER", program->upper},
        {"HAS_SOUND", yes(program->sounds)},
        {"HAS_PICTURE", yes(row != NULL)},
        {"HAS_RUNNING", yes((main && has_running(main)) || (voice && has_running(voice)))},
        {"IS_INSTRUMENT", yes(voice != NULL)},
        {"VOICE_TYPES", voice ? instrument_types(main, voice) : ""},
        {"LIMIT_OF_VOICES", whole(e, program->voices)},
        {"EVENTS_AT_ONCE", whole(e, EVENTS_AT_ONCE)},
        {"INPUTS", whole(e, voice ? g->ninputs : graph_inputs(g))},
        {"OUTPUTS", whole(e, main ? own_outputs(main) : 0)},
        {"PARAMS", whole(e, g->nparams)},
        {"LATENCY", whole(e, (int)rint(g->latency * (g->rate > 0 ? g->rate : 48000)))},
        {"MAX_RATE", literal(e, g->rate > 0 ? g->rate : e->max_rate)},
        {"STATE", voice  ? instrument_state(main, voice)
                  : main ? state_text(main)
                         : ""},
        {"PICTURE", row ? image_header(row, program) : ""},
        {NULL, NULL},
    };
    print_template("interface.h", words, out);
}

void print_image(Emitter *row, Buf *out) {
    TemplateWord words[IMAGE_WORDS];
    image_words(row, row->whole, words);
    print_template("image.c", words, out);
}

/* ---- the functions --------------------------------------------------------------------------------- */

/* Where strips end because something follows something else there. */
static void print_edges(Emitter *e, const KernelState *own, Buf *out) {
    if (own->nedges == 0) return;
    buf_printf(out,
               "/* A strip hears one side of each edge: of n frames those before the next. */\n"
               "static int %s_frames_to_edge(const struct %s *self, int n) {\n",
               e->name, e->name);
    for (int i = 0; i < own->nedges; i++) {
        const StripArgument *edge = &own->edges[i];
        if (edge->kind == ARGUMENT_MOMENT)
            buf_printf(out, "    n = kn_frames_to(%lld.0, self->frame, n);\n",
                       (long long)edge->of.integer);
        else
            buf_printf(out, "    n = kn_frames_to(self->%s, self->frame, n);\n",
                       emit_field_at(e, edge->of.word)->name);
    }
    buf_puts(out, "    return n;\n}\n\n");
}

/* Does it run unheard before the frame that it begins at? */
static bool runs_unheard(const Emitter *e) {
    return e->p->pure && e->p->warm_up > 0 && !e->whole;
}

/* Where the outputs lie that nobody hears. */
static const char *unheard(const Emitter *e, const KernelState *own) {
    return arena_printf(e->arena,
                        "    float *unheard_outputs[%d];\n"
                        "    for (int k = 0; k < %d; k++)\n"
                        "        unheard_outputs[k] = self->unheard + k * %d;\n",
                        e->g->noutputs, e->g->noutputs, own->strip);
}

void print_interface_fields(Emitter *e, const KernelState *own) {
    if (interface_bounds_strips(e->p)) emit_field(e, "int", 0, 0, "strip");
    if (runs_unheard(e)) emit_field(e, "float", e->g->noutputs * own->strip, 0, "unheard");
    if (shown(e) == 0) return;
    emit_field(e, "float", shown(e), 0, "shown");
    emit_field(e, "float", shown(e) * own->strip, 0, "showing");
}

static void print_shown(Emitter *e, const KernelState *own, Buf *out) {
    const TemplateWord words[] = {
        {"NAME", e->name},
        {"EXTERN_void", e->whole ? "static void" : "void"},
        {"HAS_INPUTS", yes(graph_inputs(e->g) > 0)},
        {"INPUTS", whole(e, graph_inputs(e->g))},
        {"ALL_OUTPUTS", whole(e, e->g->noutputs)},
        {"OUTPUTS", whole(e, own_outputs(e))},
        {"SHOWN", whole(e, shown(e))},
        {"STRIP", whole(e, own->strip)},
        {NULL, NULL},
    };
    print_template("shown.c", words, out);
}

void print_interface(Emitter *e, const KernelState *own, Buf *out) {
    const Plan *p = e->p;
    const ProgramText *of = e->whole;
    const bool shows = shown(e) > 0;
    const TemplateWord words[] = {
        {"NAME", e->name},
        {"UPPER", e->upper},
        {"NAME_param", arena_printf(e->arena, "%s_param", of ? of->name : e->name)},
        {"NAME_params", params_name(e)},
        {"EXTERN_int", of ? "static int" : "int"},
        {"EXTERN_void", of ? "static void" : "void"},
        {"EXTERN_process", of || shows ? "static void" : "void"},
        {"NAME_process", arena_printf(e->arena, shows ? "%s_process_all" : "%s_process", e->name)},
        {"EXTERN_double", of ? "static double" : "double"},
        {"CAN_SEEK", yes(!of)},
        {"CAN_GET", yes(!of || !e->own_params)},
        {"STATE_BYTES", "sizeof *self"},
        {"RATE_IS_KNOWN", yes(e->g->rate > 0)},
        {"RATE", literal(e, e->g->rate)},
        {"LIMITS", limits(e)},
        {"TABLES", own->tables.data ? own->tables.data : ""},
        {"HAS_INPUTS", yes(graph_inputs(e->g) > 0)},
        {"HAS_PARAMS", yes(e->g->nparams > 0)},
        {"HAS_PAST", yes(p->warm_up > 0)},
        {"WARM_UP", whole(e, p->warm_up)},
        {"STRIP", whole(e, own->strip)},
        {"STRIP_FOLLOWS_RATE", yes(interface_bounds_strips(p))},
        {"ON_GRID", yes(own->on_grid)},
        {"GRID", whole(e, STRIP_GRID)},
        {"HAS_EDGES", yes(own->nedges > 0)},
        {"IS_PURE", yes(p->pure)},
        {"RUNS_UNHEARD", yes(runs_unheard(e))},
        {"FIRST_RUN", "0"},
        {"UNHEARD", unheard(e, own)},
        {shows && !of ? "UPPER_OUTPUTS" : NULL, whole(e, e->g->noutputs)},
        {NULL, NULL},
    };
    print_edges(e, own, out);
    if (of)
        buf_printf(out, "enum { %s_OUTPUTS = %d, %s_PARAMS = %d };\n#define %s_MAX_RATE %s\n\n",
                   e->upper, e->g->noutputs, e->upper, e->g->nparams, e->upper,
                   emit_literal(e, e->g->rate > 0 ? e->g->rate : e->max_rate, true));
    print_template("interface.c", words, out);
    if (!shows) return;
    buf_puts(out, "\n");
    print_shown(e, own, out);
}

/* ---- an instrument ---------------------------------------------------------------------------------- */

static void print_instrument_part(Emitter *main, const char *file, bool wanted_by_voices,
                                  int channels, Buf *out) {
    const ProgramText *of = main->whole;
    const TemplateWord words[] = {
        {"NAME", of->name},
        {"UPPER", of->upper},
        {"WANTED_BY_VOICES", yes(wanted_by_voices)},
        {"HAS_ADD_NOTE", yes(false)},
        {"HAS_INPUTS", yes(main->g->ninputs > 0)},
        {"NOTE_CHANNELS", whole(main, channels)},
        {"ROOM_OF_VOICES", whole(main, notes_room(of->voices))},
        {"EVENTS_AT_ONCE", whole(main, EVENTS_AT_ONCE)},
        {"EXTERN_int", "int"},
        {"EVENT_TIME", "int"},
        {NULL, NULL},
    };
    print_template(file, words, out);
    buf_puts(out, "\n");
}

/* What a note is told, as numbers of its params. */
static void print_told(const Notes *facts, Buf *out) {
    static const char *const names[] = {
#define NOTE_ARGUMENT(NAME, name, unit, min, max, initial, text) #NAME,
#include "graph/note_arguments.def"
#undef NOTE_ARGUMENT
    };
    buf_puts(out, "enum {");
    for (int i = 0; i < NOTE_ARGUMENTS; i++)
        buf_printf(out, "%s KN_TOLD_%s = %d", i ? "," : "", names[i], facts->param[i]);
    buf_puts(out, " };\n\n");
}

void print_instrument(Emitter *main, const Emitter *voice, Buf *out) {
    const int channels = voice->g->noutputs;
    print_told(main->o->notes.facts, out);
    print_instrument_part(main, "instrument.c", true, channels, out);
    print_instrument_part(main, "controlled.c", false, channels, out);
    print_instrument_part(main, "keyboard.c", false, channels, out);
    print_instrument_part(main, "voices.c", false, channels, out);
    print_instrument_part(main, "instrument.c", false, channels, out);
    print_instrument_part(main, "events.c", false, channels, out);
}

/* ---- a command, and params --------------------------------------------------------------------------- */

static const char *channels(Emitter *e, int n, const char *more) {
    return arena_printf(e->arena, "%d channel%s", n, n == 1 ? "" : more);
}

/* With inputs and no `length`, it lasts as long as it hears something: seconds are below 0 then. */
void print_interface_main(Emitter *e, Buf *out) {
    const Graph *g = e->g;
    const double rate = g->rate > 0 ? g->rate : 48000;
    const TemplateWord words[] = {
        {"NAME", e->whole ? e->whole->name : e->name},
        {"UPPER", e->whole ? e->whole->upper : e->upper},
        {"IS_INSTRUMENT", yes(e->whole != NULL)},
        {"HAS_INPUTS", yes(g->ninputs > 0)},
        {"HEARD_CHANNELS", channels(e, g->ninputs, "s")},
        {"WRITTEN_CHANNELS", channels(e, g->noutputs, "s interleaved")},
        {"MAIN_RATE", literal(e, rate)},
        {"HERTZ", arena_printf(e->arena, "%.9g", rate)},
        {"LASTS_AS_INPUT", yes(g->ninputs > 0 && g->length < 0)},
        {"INITIAL_SECONDS", literal(e, e->o->default_length)},
        {"LENGTH", arena_printf(e->arena, "%.9g", e->o->default_length)},
        {NULL, NULL},
    };
    print_template("main.c", words, out);
}

static void print_table(Emitter *e, const Graph *g, const char *type, const char *name, bool own,
                        Buf *out) {
    buf_printf(out, "%sconst %s_param %s[] = {\n", own ? "static " : "", type, name);
    for (int i = 0; i < g->nparams; i++) {
        const ParamInfo *p = &g->params[i];
        buf_puts(out, "    {");
        text_to_c_string(out, p->name);
        buf_puts(out, ", ");
        text_to_c_string(out, p->label && *p->label ? p->label : p->name);
        buf_puts(out, ", ");
        text_to_c_string(out, unit_name(p->unit));
        buf_printf(out, ", %s, %s, %s, %s, %d, %d},\n", emit_literal(e, p->min, true),
                   emit_literal(e, p->max, true), emit_literal(e, p->initial, true),
                   emit_literal(e, p->step, true), p->log, p->controller);
    }
    if (g->nparams == 0)
        buf_puts(out, "    {\"\", \"\", \"\", 0.0, 0.0, 0.0, 0.0, 0, -1}, /* none */\n");
    buf_puts(out, "};\n\n");
}

void print_params(Emitter *e, Buf *out) {
    const ProgramText *of = e->whole;
    print_table(e, e->g, of ? of->name : e->name, params_name(e), e->own_params, out);
}

void print_row_head(Emitter *row, Buf *out) {
    const ProgramText *of = row->whole;
    if (!of->sounds)
        print_table(row, of->graph, of->name, arena_printf(row->arena, "%s_params", of->name),
                    false, out);
    buf_printf(out, "%s\n", state_text(row));
}
