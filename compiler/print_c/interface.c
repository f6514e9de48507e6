/* The interface of a program in C. In: a plan, and the fields of its state. Out: the texts of runtime/ with the program's
 * words, and its params. */
#include "base/foreign_text.h"
#include "print_c/print_c.h"
#include "print_c/template.h"

#include <math.h>
#include <stdlib.h>

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

void print_interface_header(Emitter *e, Buf *out) {
    const Graph *g = e->g;
    const TemplateWord words[] = {
        {"NAME", e->name},
        {"UPPER", e->upper},
        {"HAS_RUNNING", yes(has_running(e))},
        {"INPUTS", whole(e, g->ninputs)},
        {"OUTPUTS", whole(e, g->noutputs)},
        {"PARAMS", whole(e, g->nparams)},
        {"ROOM_FOR_PARAMS", whole(e, g->nparams ? g->nparams : 1)},
        {"LATENCY", whole(e, (int)rint(g->latency * (g->rate > 0 ? g->rate : 48000)))},
        {"MAX_RATE", literal(e, g->rate > 0 ? g->rate : e->o->max_rate)},
        {"FIELDS", fields(e)},
        {NULL, NULL},
    };
    print_template("interface.h", words, out);
}

void print_interface(Emitter *e, const KernelState *own, Buf *out) {
    const Plan *p = e->p;
    const TemplateWord words[] = {
        {"NAME", e->name},
        {"UPPER", e->upper},
        {"STATE_BYTES", "sizeof *self"},
        {"RATE_IS_KNOWN", yes(e->g->rate > 0)},
        {"RATE", literal(e, e->g->rate)},
        {"LIMITS", limits(e)},
        {"TABLES", own->tables.data ? own->tables.data : ""},
        {"HAS_INPUTS", yes(e->g->ninputs > 0)},
        {"HAS_PARAMS", yes(e->g->nparams > 0)},
        {"HAS_PAST", yes(p->warm_up > 0)},
        {"WARM_UP", whole(e, p->warm_up)},
        {"STRIP", whole(e, own->strip)},
        {"STRIP_FOLLOWS_RATE", yes(interface_bounds_strips(p))},
        {"ON_GRID", yes(own->on_grid)},
        {"GRID", whole(e, STRIP_GRID)},
        {"IS_PURE", yes(p->pure)},
        {NULL, NULL},
    };
    print_template("interface.c", words, out);
}

static const char *channels(Emitter *e, int n, const char *more) {
    return arena_printf(e->arena, "%d channel%s", n, n == 1 ? "" : more);
}

/* With inputs and no `length`, it lasts as long as it hears something: seconds are below 0 then. */
void print_interface_main(Emitter *e, Buf *out) {
    const Graph *g = e->g;
    const double rate = g->rate > 0 ? g->rate : 48000;
    const TemplateWord words[] = {
        {"NAME", e->name},
        {"UPPER", e->upper},
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

void print_params(Emitter *e, Buf *out) {
    const Graph *g = e->g;
    buf_printf(out, "const %s_param %s_params[] = {\n", e->name, e->name);
    for (int i = 0; i < g->nparams; i++) {
        const ParamInfo *p = &g->params[i];
        buf_puts(out, "    {");
        text_to_c_string(out, p->name);
        buf_puts(out, ", ");
        text_to_c_string(out, p->label && *p->label ? p->label : p->name);
        buf_puts(out, ", ");
        text_to_c_string(out, unit_name(p->unit));
        buf_printf(out, ", %s, %s, %s, %s, %d},\n", emit_literal(e, p->min, true),
                   emit_literal(e, p->max, true), emit_literal(e, p->initial, true),
                   emit_literal(e, p->step, true), p->log);
    }
    if (g->nparams == 0)
        buf_puts(out, "    {\"\", \"\", \"\", 0.0, 0.0, 0.0, 0.0, 0}, /* none */\n");
    buf_puts(out, "};\n\n");
}
