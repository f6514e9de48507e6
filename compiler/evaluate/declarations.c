/* From a resolved program to its graph: values for params and inputs, then `out`, `length` and
 * `latency`. In: the main module. Out: Program.graph with its outputs. */
#include "evaluate/peval.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STACK_FOR_EVALUATION = 200 << 20 };

static double constant_of(Peval *p, Ast *ast, const char *what, bool *good) {
    double x = 0;
    Value v = force(p, eval(p, ast, NULL));
    if (v.kind == V_ERROR) {
        *good = false;
    } else if (!value_is_constant(p, v, &x)) {
        peval_error(p, ast->span, "%s must be a constant, and this is %s", what,
                    value_describe(p, v));
        *good = false;
    }
    return x;
}

static Unit written_unit(const Ast *ast) {
    while (ast && ast->kind == AST_UNARY)
        ast = ast->a;
    return ast && ast->kind == AST_NUMBER ? (Unit)ast->unit : UNIT_NONE;
}

static void check_range(Peval *p, const ParamDecl *decl, const ParamInfo *info) {
    if (!(info->min < info->max)) {
        Diag *d = peval_error(p, span_join(decl->low->span, decl->high->span),
                              "the range of `%s` is empty: %g is not below %g", decl->name,
                              info->min, info->max);
        peval_help(p, d, "a range is written `LOWEST..HIGHEST`");
    } else if (!(info->initial >= info->min && info->initial <= info->max)) {
        peval_error(p, decl->initial->span,
                    "the initial value of `%s`, %g, is outside its range %g..%g", decl->name,
                    info->initial, info->min, info->max);
    } else if (decl->step && !(info->step > 0 && info->step <= info->max - info->min)) {
        peval_error(p, decl->step->span, "the step of `%s`, %g, does not fit into its range %g..%g",
                    decl->name, info->step, info->min, info->max);
    } else if (info->log && info->min <= 0) {
        Diag *d = peval_error(p, decl->low->span, "`%s` is log, and its range %g..%g touches 0",
                              decl->name, info->min, info->max);
        peval_help(p, d, "a logarithmic range begins above 0");
    }
}

static int controller_of(Peval *p, Ast *ast, bool *good) {
    const double number = constant_of(p, ast, "the controller of a param", good);
    if (*good && number >= 0 && number <= 119 && number == floor(number)) return (int)number;
    if (*good) {
        Diag *d = peval_error(p, ast->span,
                              "`cc` is followed by the number of a controller, and there is no %g",
                              number);
        peval_help(
            p, d, "MIDI has controllers 0 to 119: 1 is the wheel, 7 the volume, 74 the brightness");
    }
    return -1;
}

static ParamInfo param_info(Peval *p, const ParamDecl *decl) {
    bool good = true;
    ParamInfo info = {.name = decl->name,
                      .label = decl->label ? decl->label : "",
                      .log = decl->log,
                      .controller = -1,
                      .span = decl->span,
                      .unit = written_unit(decl->initial)};
    info.initial = constant_of(p, decl->initial, "the initial value of a param", &good);
    info.min = constant_of(p, decl->low, "the range of a param", &good);
    info.max = constant_of(p, decl->high, "the range of a param", &good);
    if (decl->step) info.step = constant_of(p, decl->step, "the step of a param", &good);
    if (decl->controller) info.controller = controller_of(p, decl->controller, &good);
    if (good) check_range(p, decl, &info);
    return info;
}

static void add_params(Peval *p, Module *m) {
    Graph *g = p->g;
    m->first_param = g->nparams;
    for (int i = 0; i < m->nparams; i++) {
        ParamInfo info = param_info(p, &m->params[i]);
        VEC_PUSH(g->params, g->nparams, g->param_cap, info);
        Slot *slot = &m->frame->slots[m->ndefs + i];
        slot->value = value_number(graph_node(g, OP_PARAM, 0, NULL, m->first_param + i));
        slot->state = SLOT_DONE;
    }
}

static void add_inputs(Peval *p, Module *m) {
    Graph *g = p->g;
    m->first_input = g->ninputs;
    for (int i = 0; i < m->ninputs; i++) {
        VEC_PUSH(g->inputs, g->ninputs, g->input_cap, m->inputs[i].name);
        Function key = {.kind = FN_INPUT, .number = m->first_input + i, .span = m->inputs[i].span};
        Slot *slot = &m->frame->slots[m->ndefs + m->nparams + i];
        slot->value = value_function(function_intern(p, &key));
        slot->state = SLOT_DONE;
    }
}

void module_frame_create(Peval *p, Module *m) {
    m->frame = frame_create(p, NULL, NULL, module_voices(m) + 1);
    for (int i = 0; i < m->ndefs; i++) {
        m->frame->slots[i].expr = m->defs[i].value;
        m->frame->slots[i].def = &m->defs[i];
        m->frame->slots[i].module = m;
    }
    add_params(p, m);
    add_inputs(p, m);
}

/* ---- out ------------------------------------------------------------------------------------- */

static Value read_within(Peval *p, Value v, Span span, int depth) {
    v = force(p, v);
    Value now = value_number(p->time);
    while (v.kind == V_FUNCTION || (v.kind == V_LIST && depth > 8)) {
        if (depth++ >= 8) {
            peval_error(
                p, span,
                "what is heard is a number at each time, and this gives functions without end");
            return value_error();
        }
        if (function_arity(p, v.function) != 1) {
            Diag *d = peval_error(
                p, span,
                "what is heard is a signal, a function of time alone, and this takes %d arguments",
                function_arity(p, v.function));
            if (is_maker(v.function) && v.function->lambda->lambda.n > 1 &&
                v.function->lambda->lambda.params[v.function->nargs + 1].fallback)
                help_with_maker(p, d, v.function);
            else
                peval_help(p, d, "give it all but the time: `out(t) = f(…)(t)`");
            return value_error();
        }
        Value at_now = force(p, apply(p, v, &now, 1, span));
        if (at_now.kind == V_FUNCTION || (at_now.kind == V_ERROR && is_maker(v.function)))
            warn_of_maker(p, v, span);
        v = at_now;
    }
    if (v.kind != V_LIST) return v;
    Value *items = ARENA_ARRAY(p->session->arena, Value, v.list->n + 1);
    for (int i = 0; i < v.list->n; i++)
        items[i] = read_within(p, v.list->items[i], span, depth + 1);
    return value_list(p, items, v.list->n);
}

Value read_now(Peval *p, Value v, Span span) {
    return read_within(p, v, span, 0);
}

void gather_channels(Peval *p, Value v, const Ast *value, Span span, const char *name,
                     NodeId **nodes, int *n) {
    int cap = 0;
    while (value && value->kind == AST_LAMBDA)
        value = value->lambda.body;
    if (v.kind == V_ERROR) return;
    if (v.kind == V_NUMBER) {
        VEC_PUSH(*nodes, *n, cap, v.node);
        return;
    }
    if (v.kind != V_LIST) {
        Diag *d = peval_error(
            p, span, "what is heard is a number, a signal or a list of channels, and this is %s",
            value_describe(p, v));
        if (v.kind == V_STRING) help_with_string(p, d, v.text);
        return;
    }
    if (v.list->n == 0) {
        Diag *d = peval_error(p, span, "what is heard has no channels: the list is empty");
        peval_help(p, d, "silence is `%s = 0`", name);
    }
    for (int i = 0; i < v.list->n; i++) {
        Value item = v.list->items[i];
        if (item.kind != V_NUMBER) {
            bool written =
                value && value->kind == AST_LIST && i < value->list.n && v.list->n == value->list.n;
            Diag *d = peval_error(p, written ? value->list.items[i]->span : span,
                                  "`%s` is a flat list of channels, and its element %d is %s", name,
                                  i, value_describe(p, item));
            if (item.kind == V_LIST)
                peval_help(p, d, "`sum` mixes a list into one channel, `++` joins lists");
            return;
        }
        VEC_PUSH(*nodes, *n, cap, item.node);
    }
}

static void set_outputs(Peval *p, Value v, const Ast *value, Span span) {
    NodeId *nodes = NULL;
    int n = 0;
    gather_channels(p, v, value, span, "out", &nodes, &n);
    for (int i = 0; i < n; i++)
        VEC_PUSH(p->g->outputs, p->g->noutputs, p->g->output_cap, nodes[i]);
    free(nodes);
}

static double declared_seconds(Peval *p, Module *m, const char *name, double otherwise) {
    Def *def = module_find(m, name);
    if (!def) return otherwise;
    Value v = force(p, slot_value(p, &m->frame->slots[def->slot], def->span));
    double x;
    if (v.kind == V_ERROR) return otherwise;
    if (!value_is_constant(p, v, &x) || !(x >= 0) || isinf(x)) {
        const char *is = value_is_constant(p, v, &x) ? arena_printf(p->session->arena, "%g", x)
                                                     : value_describe(p, v);
        Diag *d = peval_error(p, def->value->span,
                              "`%s` is a number of seconds, constant and 0 or more, and this is %s",
                              name, is);
        peval_help(p, d,
                   strcmp(name, "length") == 0 ? "for instance `length = 2min`"
                                               : "for instance `latency = 5ms`");
        return otherwise;
    }
    return x;
}

static void report_no_out(Peval *p, Module *m) {
    Session *session = p->session;
    Diag *d = NULL;
    if (module_find(m, "voice")) {
        d = diag_error(session, module_find(m, "voice")->span,
                       "an instrument's `voice` begins with the parameters f, gate and velocity");
        diag_help(session, d,
                  "write `voice(f, gate, velocity) = …`, or `out(t) = …` for what is heard");
        return;
    }
    static const char *const like[] = {"out", "output"};
    for (int i = 0; i < m->ndefs && !d; i++) {
        if (!nearest_name(m->defs[i].name, like, 2)) continue;
        d = diag_error(session, m->defs[i].span, "the program has no `out`");
        diag_help(session, d, "did you mean to call this `out`?");
    }
    if (d) return;
    bool has_value = m->ndefs > 0, empty = !m->ndefs && !m->nparams && !m->ninputs && !m->nuses;
    d = diag_error(session, (Span){m->source, 0, 0},
                   !empty ? "the program has no `out`" : "the program is empty");
    const Def *last = has_value ? &m->defs[m->ndefs - 1] : NULL;
    int parameters = last && last->value->kind == AST_LAMBDA ? last->value->lambda.n : 0;
    bool signal =
        parameters == 1 && last->value->lambda.body->kind != AST_LAMBDA && last->name[0] != '$';
    if (signal)
        diag_help(session, d, "say what is heard: `out = %s`", last->name);
    else
        diag_help(session, d, "say what is heard: `out(t) = 0.5 * sin(tau * 440 * t)`");
}

static void evaluate_main(Peval *p, Module *m) {
    Program *program = p->program;
    for (int i = 0; i < program->nmodules; i++)
        if (!program->modules[i]->frame) module_frame_create(p, program->modules[i]);
    bool instrument = module_instrument(m) != NULL;
    if (instrument) evaluate_voice(p, m);
    evaluate_picture(p, m);
    p->g->length = declared_seconds(p, m, "length", -1);
    p->g->latency = declared_seconds(p, m, "latency", 0);
    if (m->value && p->program->picture_width > 0) return;
    if (m->value) {
        set_outputs(p, read_now(p, eval(p, m->value, NULL), m->value->span), m->value,
                    m->value->span);
        return;
    }
    Def *def = module_find(m, "out");
    if (!def && instrument) {
        const Def *voice = module_instrument(m);
        set_outputs(p, read_now(p, m->frame->slots[module_voices(m)].value, voice->span), NULL,
                    voice->span);
        return;
    }
    if (!def && module_picture(m)) return;
    if (!def) {
        report_no_out(p, m);
        return;
    }
    Span span = def->value->kind == AST_LAMBDA ? def->span : def->value->span;
    set_outputs(p, read_now(p, slot_value(p, &m->frame->slots[def->slot], span), span), def->value,
                span);
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* Evaluation that fails says why. What failed first, before a call was taken otherwise, is not told a second
 * time by those who find its result. */
static void tell_failure(Peval *p, Span span) {
    Session *session = p->session;
    if (diag_errors(session) > 0) return;
    if (p->withdrawn)
        VEC_PUSH(session->diags, session->ndiags, session->diag_cap, p->withdrawn);
    else
        diag_error(session, span,
                   "Kanon found an error here and cannot say which; please report this");
}

static Peval *peval_create(Program *program) {
    Peval *p = ARENA_NEW(program->session->arena, Peval);
    char here;
    p->session = program->session;
    p->program = program;
    double times = program->session->budget.limits.most[LIMIT_TIME] / usual_limits.most[LIMIT_TIME];
    p->most_work = (int64_t)(USUAL_WORK * fmin(fmax(1, times), 1e9));
    p->g = graph_create(program->session->arena, program->rate);
    p->stack_limit = (uintptr_t)&here - STACK_FOR_EVALUATION;
    p->time = graph_node(p->g, OP_TIME, 0, NULL, 0);
    p->intervals = p->g->intervals = interval_memo_create();
    return p;
}

void peval_program(Program *program) {
    Peval *p = peval_create(program);
    program->peval = p;
    program->graph = p->g;
    evaluate_main(p, program->main);
    if (p->g->noutputs == 0 && program->picture.channels == 0)
        tell_failure(p, (Span){program->main->source, 0, 0});
    picture_part(p);
    voice_part(p);
    if (diag_errors(p->session) == 0) refuse_loops(p->session, p->g);
    if (diag_errors(p->session) == 0 && program->notes.graph)
        refuse_loops(p->session, program->notes.graph);
    if (diag_errors(p->session) == 0) warn_program(p);
    picture_show(p);
    free(p->undo);
    p->undo = NULL;
    p->nundo = p->undo_cap = 0;
}

Span program_place(const Program *program) {
    return program->peval ? peval_place(program->peval) : (Span){-1, 0, 0};
}

static void peval_free(Peval *p) {
    if (!p) return;
    free(p->undo);
    free(p->walk.stack);
    free(p->walk.seen);
}

void program_free(Program *program) {
    graph_free(program->graph);
    graph_free(program->notes.graph);
    graph_free(program->picture.graph);
    graph_free(program->picture.heard);
    free(program->picture.nodes);
    peval_free(program->peval);
    free(program->modules);
}

NodeId peval_expression(Program *program, Ast *ast, bool allow_time) {
    Peval *p = program->peval;
    if (!p) p = program->peval = peval_create(program);
    if (!program->graph) program->graph = p->g;
    char here;
    p->stack_limit = (uintptr_t)&here - (4 << 20);
    Value v = force(p, eval(p, ast, NULL));
    double x;
    if (v.kind == V_ERROR) {
        tell_failure(p, ast->span);
        return 0;
    }
    if (value_is_constant(p, v, &x)) return v.node;
    if (allow_time && v.kind == V_FUNCTION) v = read_now(p, v, ast->span);
    if (v.kind == V_NUMBER && allow_time) return v.node;
    if (v.kind != V_ERROR)
        peval_error(p, ast->span,
                    allow_time ? "this must be a constant or a function of time, and is %s"
                               : "this must be a constant, and is %s",
                    value_describe(p, v));
    return 0;
}
