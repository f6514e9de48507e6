/* A picture: a file whose `image(x, y, t)`, or `field(x, y, z, t)`, is a value for each point and time. In: that definition. Out:
 * Program.picture, the graph of a row, and that of the signals which the row shows.
 *
 * The definition is evaluated once, x, y and z being params and its time that of the program, so whatever the language has may stand
 * in it. Then its nodes are parted by what they hang on. What hangs on a point goes into the graph of the row, where x is a
 * line of that graph's time. What hangs on time alone goes there too, where it is plain arithmetic: it is done once a row. What remembers,
 * or hears, stays in the program, which is run up to the moment of the picture. */
#include "evaluate/peval.h"
#include "evaluate/signals.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    double min, max;
} coordinates[PICTURE_COORDINATES] = {
    [PICTURE_X] = {"x", 0, 1}, [PICTURE_Y] = {"y", 0, 1}, [PICTURE_Z] = {"z", -1e9, 1e9}};
static const double ever = 1e9; /* seconds of a picture's time, and magnitude of what it hears */

/* ---- the definition ------------------------------------------------------------------------------- */

/* `image` may call its parameters anything; a function that is called `field` is one where it has these. */
static bool is_field(const Def *def) {
    static const char *const names[] = {"x", "y", "z", "t"};
    bool is = def && def->value->kind == AST_LAMBDA && def->value->lambda.n == 4;
    for (int i = 0; is && i < 4; i++)
        is = strcmp(def->value->lambda.params[i].name, names[i]) == 0;
    return is;
}

Def *module_picture(Module *m) {
    Def *image = module_find(m, "image"), *field = module_find(m, "field");
    if (image && image->value->kind == AST_LAMBDA && image->value->lambda.n == 3) return image;
    return is_field(field) ? field : NULL;
}

static int add_param(Peval *p, const char *name, double min, double max) {
    Graph *g = p->g;
    ParamInfo info = {
        .name = name, .label = "", .min = min, .max = max, .controller = -1, .span = {-1, 0, 0}};
    VEC_PUSH(g->params, g->nparams, g->param_cap, info);
    return g->nparams - 1;
}

static Value coordinate(Peval *p, PictureCoordinate which) {
    const int param =
        add_param(p, coordinates[which].name, coordinates[which].min, coordinates[which].max);
    p->program->picture.coordinate[which] = param;
    return value_number(graph_node(p->g, OP_PARAM, 0, NULL, param));
}

static bool refuse_channels(Peval *p, Span span, int n) {
    if (n == 1 || n == 3 || n == 4) return false;
    Diag *d = peval_error(p, span, "a picture has 1, 3 or 4 channels, and this has %d", n);
    peval_help(p, d,
               "write `[red, green, blue]`, a fourth for how much covers what lies behind, or "
               "one number for grey");
    return true;
}

/* Its value for each point and time, a function of so many arguments; of -e it may be another such function. */
static void evaluate_points(Peval *p, Value picture, const Ast *value, Span span, const char *name,
                            int arguments) {
    Graph *g = p->g;
    Picture *made = &p->program->picture;
    const int params = g->nparams, points = arguments - 1;
    if (p->program->notes.params > g->nparams) g->nparams = p->program->notes.params;
    Value args[PICTURE_COORDINATES + 1];
    for (int i = 0; i < PICTURE_COORDINATES; i++)
        args[i] = coordinate(p, (PictureCoordinate)i);
    args[points] = value_number(p->time);
    made->field = points == PICTURE_COORDINATES;
    made->params = g->nparams;
    Value v = force(p, apply(p, picture, args, arguments, span));
    if (v.kind == V_FUNCTION && function_arity(p, v.function) == arguments)
        v = apply(p, v, args, arguments, span);
    v = read_now(p, v, span);
    gather_channels(p, v, value, span, name, &made->nodes, &made->channels);
    if (v.kind == V_ERROR || made->channels == 0 || refuse_channels(p, value->span, made->channels))
        made->channels = 0;
    g->nparams = params;
}

void evaluate_picture(Peval *p, Module *m) {
    const Def *def = module_picture(m);
    if (m->value && p->program->picture_width > 0) {
        evaluate_points(p, eval(p, m->value, NULL), m->value, m->value->span, "image", 3);
        return;
    }
    if (!def) return;
    evaluate_points(p, slot_value(p, &m->frame->slots[def->slot], def->span), def->value, def->span,
                    def->name, def->value->lambda.n);
}

/* ---- what hangs on what --------------------------------------------------------------------------- */

enum {
    STEADY, /* on nothing but params */
    MOMENT, /* on time, by arithmetic */
    HEARD,  /* on what was before, or on what is heard */
    POINT   /* on a point */
};

typedef struct Parting {
    Peval *p;
    const Graph *g;
    uint8_t *hangs_on, *wanted;
    NodeId *order, *made; /* made: nodes of the graph of a row */
    int n;
    Picture *picture;
    Graph *row;
    NodeId x, time;
    bool reads_rate; /* of the sound, where that is not known */
    Span span;       /* of the picture's definition */
} Parting;

static bool is_coordinate(const Picture *picture, const Node *n) {
    return n->op == OP_PARAM && n->aux >= picture->coordinate[PICTURE_X] &&
           n->aux <= picture->coordinate[PICTURE_Z];
}

/* Of an operation by itself. */
static int kind_alone(const Parting *part, const Node *n) {
    if (is_coordinate(part->picture, n)) return POINT;
    if (n->op == OP_INPUT || n->op == OP_CELL || (op_info[n->op].flags & OPF_KEEPS)) return HEARD;
    return n->op == OP_TIME ? MOMENT : STEADY;
}

/* A phase that a param bends, read at a point: nothing bends it while a picture is made. */
static bool is_bent(const Node *n) {
    return n->op == OP_PHASE_PARAM || n->op == OP_BEND;
}

static bool refuse_memory(Parting *part, NodeId id) {
    const Node *n = &part->g->nodes[id];
    const Span place = part->g->places[n->span].span;
    Diag *d = peval_error(part->p, in_library(part->p, place) ? part->span : place,
                          "a picture has no memory at its points, and this remembers");
    peval_help(part->p, d,
               "signals are read at its time, `level(t)`; what hangs on x and y is a function of "
               "them alone");
    return false;
}

static bool find_kinds(Parting *part) {
    const Graph *g = part->g;
    for (int i = 0; i < part->n; i++) {
        const NodeId id = part->order[i];
        const Node *n = &g->nodes[id];
        const int alone = kind_alone(part, n);
        int kind = alone;
        for (int k = 0; k < n->nin; k++) {
            const int of_input = part->hangs_on[node_inputs(n)[k]];
            if (of_input > kind) kind = of_input;
        }
        if (kind == POINT && alone == HEARD && !is_bent(n)) return refuse_memory(part, id);
        part->hangs_on[id] = (uint8_t)kind;
    }
    for (int i = 0; i < part->n; i++) {
        const Node *n = &g->nodes[part->order[i]];
        if (n->op == OP_CELL && part->hangs_on[g->cells[n->aux].body] == POINT)
            return refuse_memory(part, part->order[i]);
    }
    return true;
}

static void want(Parting *part) {
    for (int i = 0; i < part->picture->channels; i++)
        part->wanted[part->picture->nodes[i]] = 1;
    for (int i = part->n - 1; i >= 0; i--) {
        const NodeId id = part->order[i];
        const Node *n = &part->g->nodes[id];
        if (!part->wanted[id] || part->hangs_on[id] == HEARD) continue;
        for (int k = 0; k < n->nin; k++)
            part->wanted[node_inputs(n)[k]] = 1;
    }
}

/* ---- the graph of a row --------------------------------------------------------------------------- */

static NodeId op2(Parting *part, Op op, NodeId a, NodeId b) {
    return graph_op2(part->row, op, a, b);
}

static NodeId param_node(Parting *part, int param) {
    return graph_node(part->row, OP_PARAM, 0, NULL, param);
}

/* The signal comes out of the program, and is a param here. */
static NodeId hear(Parting *part, NodeId id) {
    Graph *heard = part->picture->heard;
    VEC_PUSH(heard->outputs, heard->noutputs, heard->output_cap, id);
    return param_node(part, part->picture->first_heard + heard->noutputs - 1);
}

/* Of the program's sound, which is not that of a row. */
static NodeId rate_of_sound(Parting *part) {
    if (part->g->rate > 0) return graph_const(part->row, part->g->rate);
    part->reads_rate = true;
    return param_node(part, part->picture->rate);
}

/* White noise is that of the program's samples: here time runs at another rate. */
static NodeId noise(Parting *part, NodeId seed, NodeId time) {
    const NodeId slower = op2(part, OP_DIV, rate_of_sound(part), graph_sample_rate(part->row));
    NodeId in[2] = {seed, op2(part, OP_MUL, time, slower)};
    return graph_node(part->row, OP_NOISE, 2, in, 0);
}

static NodeId node_of_row(Parting *part, NodeId id) {
    const Node *n = &part->g->nodes[id];
    if (part->hangs_on[id] == HEARD) return hear(part, id);
    if (n->op == OP_TIME) return part->time;
    if (n->op == OP_SR) return rate_of_sound(part);
    if (is_coordinate(part->picture, n) && n->aux == part->picture->coordinate[PICTURE_X])
        return part->x;
    NodeId few[8] = {0}, *in = n->nin > 8 ? alloc_zeroed((size_t)n->nin, sizeof *in) : few;
    for (int k = 0; k < n->nin; k++)
        in[k] = part->made[node_inputs(n)[k]];
    part->row->now.number = n->span;
    NodeId made = n->op == OP_NOISE  ? noise(part, in[0], in[1])
                  : n->op == OP_BEND ? graph_const(part->row, 0)
                  : n->op == OP_PHASE_PARAM
                      ? graph_op1(part->row, OP_FRAC, op2(part, OP_MUL, in[0], in[1]))
                      : graph_node_like(part->row, n, in);
    if (in != few) free(in);
    return made;
}

static int count_heard(const Parting *part) {
    int n = 0;
    for (int i = 0; i < part->n; i++)
        n += part->wanted[part->order[i]] && part->hangs_on[part->order[i]] == HEARD;
    return n;
}

/* Of time, and of the signals that are heard, in the graph that owns all params: the graphs share its array. */
static int add_params(Parting *part, int heard) {
    Peval *p = part->p;
    const int params = p->g->nparams;
    p->g->nparams = part->picture->params;
    part->picture->time = add_param(p, "t", -ever, ever);
    part->picture->rate =
        p->g->rate > 0 ? -1 : add_param(p, "sample rate", p->g->rates.low, p->g->rates.high);
    part->picture->first_heard = p->g->nparams;
    for (int i = 0; i < heard; i++)
        add_param(p, "heard", -ever, ever);
    const int all = p->g->nparams;
    p->g->nparams = params;
    return all;
}

static void make_row(Parting *part, double width) {
    Peval *p = part->p;
    Picture *picture = part->picture;
    const int heard = count_heard(part), params = add_params(part, heard);
    Graph *row = picture->graph = part->row = graph_create_like(p->g);
    row->rate = width > 0 ? width : 0;
    row->rates = (Interval){1, PICTURE_WIDEST};
    row->nparams = params;
    row->ninputs = row->nvoices = 0;
    row->latency = 0;
    if (heard > 0) {
        picture->heard = graph_copy(p->g);
        picture->heard->noutputs = 0;
    }
    part->time = param_node(part, picture->time);
    const NodeId half = op2(part, OP_MUL, graph_const(row, 0.5), graph_seconds(row));
    part->x = op2(part, OP_ADD, graph_node(row, OP_TIME, 0, NULL, 0), half);
    for (int i = 0; i < part->n; i++)
        if (part->wanted[part->order[i]])
            part->made[part->order[i]] = node_of_row(part, part->order[i]);
    if (!part->reads_rate) picture->rate = -1;
    for (int i = 0; i < picture->channels; i++)
        VEC_PUSH(row->outputs, row->noutputs, row->output_cap, part->made[picture->nodes[i]]);
}

void picture_part(Peval *p) {
    Picture *picture = &p->program->picture;
    const double width = p->program->picture_width;
    if (picture->channels > 0 && diag_errors(p->session) == 0) {
        Graph *whole = graph_copy(p->g);
        whole->noutputs = 0;
        for (int i = 0; i < picture->channels; i++)
            VEC_PUSH(whole->outputs, whole->noutputs, whole->output_cap, picture->nodes[i]);
        const Module *m = p->program->main;
        const Def *def = module_picture(p->program->main);
        Parting part = {.p = p,
                        .g = whole,
                        .picture = picture,
                        .span = def ? def->value->span : m->value->span};
        part.order = graph_needed(whole, &part.n);
        part.hangs_on = alloc_zeroed((size_t)whole->n, 1);
        part.wanted = alloc_zeroed((size_t)whole->n, 1);
        part.made = alloc_zeroed((size_t)whole->n, sizeof(NodeId));
        refuse_loops(p->session, whole);
        if (diag_errors(p->session) == 0 && find_kinds(&part) && width != 0) {
            want(&part);
            make_row(&part, width);
        }
        free(part.order);
        free(part.hangs_on);
        free(part.wanted);
        free(part.made);
        graph_free(whole);
    }
}

void picture_show(Peval *p) {
    Picture *picture = &p->program->picture;
    if (!picture->heard || p->program->picture_width != PICTURE_ANY_WIDTH) return;
    picture->shown = picture->heard->noutputs;
    for (int i = 0; i < picture->shown; i++)
        VEC_PUSH(p->g->outputs, p->g->noutputs, p->g->output_cap, picture->heard->outputs[i]);
    graph_free(picture->heard);
    picture->heard = NULL;
}
