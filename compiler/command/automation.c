/* --set NAME=VALUE: params that have another value, or follow a function of time.
 * In: the texts of the command line, and the compiled program. Out: ParamSettings, which command/rendering.c
 * plays. A bare number counts in the unit of the param's initial value; a constant outside the
 * range is held inside it with a warning. */
#include "command/command.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int find_param(const Graph *g, const char *name, size_t length) {
    for (int i = 0; i < g->nparams; i++)
        if (strlen(g->params[i].name) == length && memcmp(g->params[i].name, name, length) == 0)
            return i;
    return -1;
}

static bool unknown_param(const Graph *g, const char *name, size_t length) {
    char text[128];
    snprintf(text, sizeof text, "%.*s", (int)length, name);
    const char **names = malloc(sizeof *names * (size_t)(g->nparams + 1));
    if (!names) abort();
    for (int i = 0; i < g->nparams; i++)
        names[i] = g->params[i].name;
    const char *near = nearest_name(text, names, g->nparams);
    if (near)
        command_fail(STATUS_USAGE, "--set: there is no param '%s'; did you mean %s?", text, near);
    else if (g->nparams == 0)
        command_fail(STATUS_USAGE, "--set %s: the program has no params", text);
    else
        command_fail(STATUS_USAGE, "--set: there is no param '%s'", text);
    free(names);
    return false;
}

/* 300 for a param that starts at 250ms means 300 ms. */
static void take_unit(Ast *ast, Unit unit) {
    if (ast->kind == AST_UNARY && ast->op == UN_NEG && unit != UNIT_DB && unit != UNIT_ST &&
        unit != UNIT_CENTS)
        ast = ast->a;
    if (ast->kind == AST_UNARY && ast->op == UN_NEG && ast->a->kind == AST_NUMBER &&
        ast->a->unit == UNIT_NONE) {
        double number = -ast->a->number; /* the sign belongs to a dB, st or cents literal */
        ast->kind = AST_NUMBER;
        ast->number = number;
        ast->unit = UNIT_NONE;
    }
    if (ast->kind != AST_NUMBER || ast->unit != UNIT_NONE) return;
    ast->unit = (uint8_t)unit;
}

static bool depends_on_time_alone(const Graph *g, NodeId output) {
    Graph view = *g;
    view.outputs = &output;
    view.noutputs = 1;
    int n;
    NodeId *order = graph_order(&view, &n);
    bool ok = true;
    for (int i = 0; i < n; i++) {
        int op = graph_at(g, order[i])->op;
        if (op == OP_PARAM || op == OP_INPUT) ok = false;
    }
    free(order);
    return ok;
}

static bool set_constant(const ParamInfo *info, double value, ParamSetting *setting) {
    if (!isfinite(value)) {
        command_fail(STATUS_USAGE, "--set %s: the value is not finite", info->name);
        return false;
    }
    setting->value = fmin(fmax(value, info->min), info->max);
    if (setting->value != value)
        command_warn("--set %s: %.9g is outside its range %.9g..%.9g; %.9g is taken", info->name,
                     value, info->min, info->max, setting->value);
    return true;
}

/* `text` is what stands behind the `=`. */
static bool read_value(Compile *c, const char *text, ParamSetting *setting) {
    const ParamInfo info = c->program.graph->params[setting->param];
    int source = source_add(&c->session, "--set", text, strlen(text));
    Ast *ast = source < 0 ? NULL : parse_expression(&c->session, source);
    if (!ast) return false;
    take_unit(ast, info.unit);
    resolve_expression(&c->program, c->program.main, ast);
    if (diag_errors(&c->session) > 0) return false;
    NodeId node = compile_expression(c, ast, true);
    if (!node || diag_errors(&c->session) > 0) return false;
    if (node_is_const(c->program.graph, node))
        return set_constant(&info, graph_at(c->program.graph, node)->value, setting);
    if (!depends_on_time_alone(c->program.graph, node)) {
        command_fail(STATUS_USAGE,
                     "--set %s: the value may depend on time, not on params or inputs", info.name);
        return false;
    }
    setting->varies = true;
    setting->output = node;
    return true;
}

static bool read_one(Compile *c, const char *text, ParamSettings *settings) {
    const char *equals = strchr(text, '=');
    if (!equals || equals == text || !equals[1]) {
        command_fail(STATUS_USAGE, "--set takes NAME=VALUE, not '%s'", text);
        return false;
    }
    size_t length = (size_t)(equals - text);
    while (length > 0 && text[length - 1] == ' ')
        length--;
    ParamSetting setting = {.param = find_param(c->program.graph, text, length)};
    if (setting.param < 0) return unknown_param(c->program.graph, text, length);
    bool ok = read_value(c, equals + 1, &setting);
    load_print_diags(c);
    if (!ok) return false;
    for (int i = 0; i < settings->n; i++) /* the last one holds */
        if (settings->items[i].param == setting.param) {
            settings->items[i] = setting;
            return true;
        }
    VEC_PUSH(settings->items, settings->n, settings->cap, setting);
    return true;
}

int settings_read(const Request *request, Compile *c, ParamSettings *settings) {
    *settings = (ParamSettings){.graph = c->program.graph};
    for (int i = 0; i < request->sets.n; i++)
        if (!read_one(c, request->sets.items[i], settings)) return STATUS_USAGE;
    for (int i = 0; i < settings->n; i++)
        settings->curves += settings->items[i].varies;
    return STATUS_DONE;
}

void settings_free(ParamSettings *settings) {
    free(settings->items);
    *settings = (ParamSettings){0};
}
