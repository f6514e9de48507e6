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

/* The nodes of a time that is known at the rate, as lines of C, each once. */
static void print_time(Emitter *e, NodeId time, bool *written, Buf *out) {
    bool *needed = alloc_zeroed((size_t)e->g->n, sizeof *needed);
    int last = e->p->n;
    needed[time] = true;
    for (int i = last - 1; i >= 0; i--) {
        const Node *n = &e->g->nodes[e->p->order[i]];
        for (int k = 0; needed[e->p->order[i]] && k < n->nin; k++)
            needed[node_inputs(n)[k]] = true;
    }
    for (int i = 0; i < last; i++) {
        NodeId id = e->p->order[i];
        if (!needed[id] || written[id] || !emit_is_block_value(e, id)) continue;
        emit_block_node(e, id, out);
        written[id] = true;
    }
    free(needed);
}

/* No strip is longer than feedback reaches, and a rate at which that is less than a sample cannot be had. */
static void print_lags(Emitter *e, bool *written, Buf *out) {
    for (int i = 0; i < e->p->nlags; i++) {
        const Lag *lag = &e->p->lags[i];
        print_time(e, lag->least, written, out);
        const char *least = emit_use(e, lag->least, true);
        if (lag->steady)
            buf_printf(out, "    if (!(%s * sample_rate >= 1.0 - 1e-6)) return 0;\n", least);
        if (lag->bounds)
            buf_printf(out, "    strip = kn_min(strip, kn_floor(%s * sample_rate + 1e-6));\n",
                       least);
    }
}

/* Nor can one at which a past is longer than there is room for. */
static void print_rooms(Emitter *e, bool *written, Buf *out) {
    const Plan *p = e->p;
    bool *asked = alloc_zeroed((size_t)e->g->n, sizeof *asked);
    for (int i = 0; i < p->nreaders && e->g->rate <= 0; i++) {
        const Node *n = &e->g->nodes[p->readers[i]];
        NodeId most = n->op == OP_DELAY ? n->more[3] : n->in3[1];
        if (!emit_is_block_value(e, most) || asked[most]) continue;
        asked[most] = true;
        print_time(e, most, written, out);
        buf_printf(out, "    if (!(%s * sample_rate <= %s)) return 0;\n", emit_use(e, most, true),
                   emit_literal(e, p->samples[most] + 1, true));
    }
    free(asked);
}

static const char *limits(Emitter *e) {
    Buf lines = {0};
    bool *written = alloc_zeroed((size_t)e->g->n, sizeof *written);
    print_lags(e, written, &lines);
    print_rooms(e, written, &lines);
    const char *text = arena_printf(e->arena, "%s", lines.data ? lines.data : "");
    free(written);
    buf_free(&lines);
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
        {"STRIP", whole(e, p->strip)},
        {"STRIP_FOLLOWS_RATE", yes(interface_bounds_strips(p))},
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
