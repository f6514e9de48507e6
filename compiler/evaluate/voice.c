/* An instrument: a file whose `voice(f, gate, velocity, …)` is one note, of which a host plays many. In: the definition of `voice`.
 * Out: Program.notes, the graph of a note that begins at time 0, whose arguments are params behind those of the program; and the
 * value of `voices`, the sum of all notes, which the program hears as inputs behind its own. */
#include "evaluate/peval.h"
#include "evaluate/signals.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    Unit unit;
    double min, max, initial;
} arguments[] = {
#define NOTE_ARGUMENT(NAME, name, unit, min, max, initial, text)                                   \
    {#name, UNIT_##unit, min, max, initial},
#include "graph/note_arguments.def"
#undef NOTE_ARGUMENT
};

enum { ALWAYS_THERE = 3 }; /* f, gate, velocity */

const char *const note_argument_names[] = {
#define NOTE_ARGUMENT(NAME, name, unit, min, max, initial, text) #name,
#include "graph/note_arguments.def"
#undef NOTE_ARGUMENT
};

static int argument_named(const char *name) {
    for (int i = 0; i < NOTE_ARGUMENTS; i++)
        if (strcmp(arguments[i].name, name) == 0) return i;
    return -1;
}

Def *module_instrument(Module *m) {
    for (int i = 0; i < m->ndefs; i++) {
        const Ast *value = m->defs[i].value;
        if (strcmp(m->defs[i].name, "voice") != 0) continue;
        bool is = value->kind == AST_LAMBDA && value->lambda.n >= ALWAYS_THERE;
        for (int k = 0; is && k < ALWAYS_THERE; k++)
            is = strcmp(value->lambda.params[k].name, arguments[k].name) == 0;
        return is ? &m->defs[i] : NULL;
    }
    return NULL;
}

/* ---- what a note is told ------------------------------------------------------------------------ */

static Value argument_param(Peval *p, NoteArgument which, Span span) {
    Graph *g = p->g;
    ParamInfo info = {.name = arguments[which].name,
                      .label = "",
                      .unit = arguments[which].unit,
                      .min = arguments[which].min,
                      .max = arguments[which].max,
                      .initial = arguments[which].initial,
                      .log = which == NOTE_F,
                      .controller = -1,
                      .span = span};
    p->program->notes.param[which] = g->nparams;
    VEC_PUSH(g->params, g->nparams, g->param_cap, info);
    return value_number(graph_node(g, OP_PARAM, 0, NULL, g->nparams - 1));
}

static Value library_value(Peval *p, const char *name, Span span) {
    Module *m;
    Def *def = library_find(p->program, name, &m);
    if (!def) abort(); /* the library of this very build */
    if (!m->frame) module_frame_create(p, m);
    return slot_value(p, &m->frame->slots[def->slot], span);
}

/* The value of the parameter of that name; an error where a note is told no such thing. */
static Value argument_value(Peval *p, const ParamName *param) {
    const int which = argument_named(param->name);
    if (which < 0) {
        Diag *d =
            peval_error(p, param->span, "a note is told nothing that is called `%s`", param->name);
        peval_help(
            p, d,
            "behind f, gate and velocity `voice` may ask for pressure, timbre, bend, note and "
            "release_velocity; knobs are params");
        return value_error();
    }
    Value told = argument_param(p, (NoteArgument)which, param->span);
    if (which != NOTE_GATE) return told;
    return apply(p, library_value(p, "_gate_until", param->span), &told, 1, param->span);
}

/* ---- the note ------------------------------------------------------------------------------------- */

static Value call_voice(Peval *p, const Def *def, Value voice) {
    const int n = def->value->lambda.n;
    Value *args = ARENA_ARRAY(p->session->arena, Value, n);
    bool good = true;
    for (int i = 0; i < n; i++) {
        args[i] = argument_value(p, &def->value->lambda.params[i]);
        good = good && args[i].kind != V_ERROR;
    }
    return good ? read_now(p, apply(p, voice, args, n, def->span), def->span) : value_error();
}

/* Their channels are inputs behind those of the program. While a note is evaluated `voices` is one, so that it can be told that the note
 * hears itself. */
static void set_voices(Peval *p, Module *m, int channels) {
    Graph *g = p->g;
    const int ninputs = g->ninputs;
    for (int i = 0; i < channels; i++)
        VEC_PUSH(g->inputs, g->ninputs, g->input_cap, "voices");
    g->ninputs = ninputs;
    g->nvoices = channels;
    Slot *slot = &m->frame->slots[module_voices(m)];
    Value *all = ARENA_ARRAY(p->session->arena, Value, channels + 1);
    for (int i = 0; i < channels; i++) {
        Function key = {.kind = FN_INPUT, .number = ninputs + i, .span = {-1, 0, 0}};
        all[i] = value_function(function_intern(p, &key));
    }
    slot->value = channels == 1   ? all[0]
                  : channels == 0 ? value_error()
                                  : value_list(p, all, channels);
    slot->state = SLOT_DONE;
}

static bool hears_voices(Peval *p, NodeId id, void *data) {
    (void)data;
    const Node *n = &p->g->nodes[id];
    return n->op == OP_INPUT && n->aux >= p->g->ninputs;
}

static bool refuse_itself(Peval *p, const Def *def, const NodeId *nodes, int n) {
    for (int i = 0; i < n; i++)
        if (walk_cone(p, nodes[i], 0, hears_voices, NULL)) {
            Diag *d = peval_error(p, def->span, "a note hears `voices`, the sum of all notes");
            peval_help(p, d,
                       "what all notes share, such as a room, stands in `out`: "
                       "`out = voices |> freeverb`");
            return true;
        }
    return false;
}

void evaluate_voice(Peval *p, Module *m) {
    const Def *def = module_instrument(m);
    Graph *g = p->g;
    Notes *notes = &p->program->notes;
    const int params = g->nparams;
    NodeId *nodes = NULL;
    int n = 0;
    for (int i = 0; i < NOTE_ARGUMENTS; i++)
        notes->param[i] = -1;
    set_voices(p, m, 1);
    Value note = call_voice(p, def, slot_value(p, &m->frame->slots[def->slot], def->span));
    gather_channels(p, note, def->value, def->span, "voice", &nodes, &n);
    if (n > 0 && refuse_itself(p, def, nodes, n)) n = 0;
    set_voices(p, m, n);
    notes->channels = n;
    notes->nodes = nodes;
    notes->params = g->nparams;
    g->nparams = params; /* those of a note are no params of the program */
}

/* ---- a graph of its own --------------------------------------------------------------------------- */

/* Does an output hear the notes? */
static bool is_heard(Peval *p, const Graph *g) {
    for (int i = 0; i < g->noutputs; i++)
        if (walk_cone(p, g->outputs[i], 0, hears_voices, NULL)) return true;
    return false;
}

void voice_part(Peval *p) {
    Notes *notes = &p->program->notes;
    Graph *seen = p->program->picture.heard; /* nodes have their numbers of p->g there */
    if (notes->channels > 0 && (is_heard(p, p->g) || (seen && is_heard(p, seen)))) {
        notes->graph = graph_copy(p->g);
        notes->graph->nvoices = 0;
        notes->graph->nparams = notes->params;
        notes->graph->noutputs = 0;
        for (int i = 0; i < notes->channels; i++)
            VEC_PUSH(notes->graph->outputs, notes->graph->noutputs, notes->graph->output_cap,
                     notes->nodes[i]);
    }
    if (!notes->graph) p->g->nvoices = 0;
    if (!notes->graph && seen) seen->nvoices = 0;
    free(notes->nodes);
    notes->nodes = NULL;
}
