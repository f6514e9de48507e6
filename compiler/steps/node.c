/* One node of the graph as C. In: a plan and a node at sample rate. Out: statements in e->body,
 * with what has to be set up before its loop and put back after it. */
#include "steps/steps.h"
#include "runtime/math.h"
#include "runtime/noise.h"
#include "base/foreign_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static char *scratch(Emitter *e) {
    return e->scratch[e->uses++ % 16];
}

/* The shortest text that means the same. */
static void double_text(double value, char *text, size_t size) {
    if (fabs(value) < 1e15 && value == (double)(int64_t)value && (value != 0 || !signbit(value))) {
        snprintf(text, size, "%lld.0", (long long)value);
        return;
    }
    snprintf(text, size, "%.15g", value);
    if (strtod(text, NULL) != value) snprintf(text, size, "%.17g", value);
    if (!strpbrk(text, ".e")) strcat(text, ".0");
}

const char *emit_literal(Emitter *e, double value, bool wide) {
    char *text = scratch(e);
    if (isnan(value)) return wide ? "KN_NAN" : "KN_NANF";
    if (!wide) value = (double)(float)value; /* it may be beyond what float holds */
    if (isinf(value))
        return value > 0 ? (wide ? "KN_INF" : "KN_INFF") : (wide ? "-KN_INF" : "-KN_INFF");
    if (wide) {
        double_text(value, text, 90);
        return text;
    }
    snprintf(text, 90, "%.9g", value);
    if (!strpbrk(text, ".e")) strcat(text, ".0");
    strcat(text, "f");
    return text;
}

bool emit_is_bool(const Emitter *e, NodeId id) {
    return (op_info[e->g->nodes[id].op].flags & OPF_BOOL) != 0;
}

int emit_roll_column(const Emitter *e, NodeId id, HoleKind kind) {
    for (int i = 0; e->roll && i < e->roll->nholes; i++)
        if (e->roll->holes[i].node == id && e->roll->holes[i].kind == kind) return i;
    return -1;
}

static bool is_local(const Emitter *e, NodeId id) {
    return e->in_step && e->in_step[id];
}

const char *emit_use(Emitter *e, NodeId id, bool wide) {
    const Plan *p = e->p;
    id = plan_value(e->g, id);
    int column = emit_roll_column(e, id, HOLE_VALUE);
    char *text = scratch(e);
    if (column >= 0) {
        snprintf(text, SCRATCH, wide ? "c%d" : "(float)c%d", column);
    } else if (p->rate[id] == RATE_CONST) {
        return emit_literal(e, e->g->nodes[id].value, wide);
    } else if (p->rate[id] != RATE_SAMPLE) {
        e->field[id] = true;
        snprintf(text, SCRATCH, wide ? "k%d" : "(float)k%d", id);
    } else if (e->g->nodes[id].op == OP_TIME || e->g->nodes[id].op == OP_FRAME) {
        bool time = e->g->nodes[id].op == OP_TIME;
        e->uses_time = e->uses_time || time;
        e->uses_now = true;
        snprintf(text, SCRATCH, "%s%s", wide ? "" : "(float)", time ? "t" : "now");
    } else if (is_local(e, id)) {
        bool same = emit_is_bool(e, id) ? false : p->wide[id] == wide;
        snprintf(text, SCRATCH, "%sv%d", same ? "" : wide ? "(double)" : "(float)", id);
    } else {
        bool same = emit_is_bool(e, id) ? false : p->wide[id] == wide;
        snprintf(text, SCRATCH, "%sb%d[i]", same ? "" : wide ? "(double)" : "(float)", id);
    }
    return text;
}

/* An expression that is true or false. */
static const char *use_condition(Emitter *e, NodeId id) {
    id = plan_value(e->g, id);
    char *text = scratch(e);
    if (emit_is_bool(e, id) && e->p->rate[id] == RATE_SAMPLE) {
        snprintf(text, SCRATCH, is_local(e, id) ? "v%d" : "b%d[i] != 0", id);
        return text;
    }
    bool wide = e->p->rate[id] != RATE_SAMPLE || e->p->wide[id];
    snprintf(text, SCRATCH, "%s != 0.0%s", emit_use(e, id, wide), wide ? "" : "f");
    return text;
}

bool emit_computes_wide(const Emitter *e, NodeId id) {
    const Node *n = &e->g->nodes[id];
    if (e->p->wide[id]) return true;
    for (int i = 0; i < n->nin; i++) {
        NodeId in = plan_value(e->g, node_inputs(n)[i]);
        if (e->p->rate[in] == RATE_SAMPLE && e->p->wide[in]) return true;
    }
    return false;
}

static void begin(Emitter *e, NodeId id, bool computed_wide) {
    bool wide = e->p->wide[id];
    buf_printf(&e->body, "const %s %c%d = ", wide ? "double" : "float", e->prefix, id);
    if (computed_wide && !wide) buf_puts(&e->body, "(float)(");
}

static void end(Emitter *e, NodeId id, bool computed_wide) {
    buf_puts(&e->body, computed_wide && !e->p->wide[id] ? ");" : ";");
    int32_t place = e->g->nodes[id].span;
    const char *name = place > 0 && place < e->g->nplaces ? e->g->places[place].name : NULL;
    if (name && name[0] != '$') {
        buf_puts(&e->body, " ");
        text_to_c_comment(&e->body, name);
    }
    buf_puts(&e->body, "\n");
}

/* ---- arithmetic and functions ---------------------------------------------------------------- */

/* In the precision of its value. A double becomes a float before, or while it is reduced to a period. */
static void emit_function(Emitter *e, NodeId id, const Node *n) {
    NodeId in = plan_value(e->g, n->in3[0]);
    bool wide = e->p->wide[id], from_wide = e->p->rate[in] == RATE_SAMPLE && e->p->wide[in];
    bool reduces = !wide && from_wide && (op_info[n->op].flags & OPF_REDUCES);
    bool near = !wide && !from_wide && e->g->nodes[in].op == OP_TURNS;
    begin(e, id, false);
    buf_printf(&e->body, "kn_%s%s(%s)", op_info[n->op].text,
               wide      ? ""
               : reduces ? "_wide"
               : near    ? "_near"
                         : "f",
               emit_use(e, in, wide || reduces));
    end(e, id, false);
}

bool emit_on_lines(const Emitter *e, const Node *n) {
    const NodeId *in = node_inputs(n);
    for (int i = 0; i < n->nin; i++)
        if (!e->p->timed[in[i]]) return false;
    return node_passes(n);
}

/* A call or an operator, in the precision of what is computed with. */
static void emit_operation(Emitter *e, NodeId id, const Node *n) {
    const OpInfo *op = &op_info[n->op];
    bool wide = emit_computes_wide(e, id), pair = n->nin == 2;
    const char *a = emit_use(e, n->in3[0], wide), *b = pair ? emit_use(e, n->in3[1], wide) : "";
    begin(e, id, wide);
    if (n->op == OP_MOD && wide && emit_on_lines(e, n))
        buf_printf(&e->body, "kn_mod_line(%s, %s)", a, b);
    else if (op->form == FORM_OPERATOR && pair)
        buf_printf(&e->body, "%s %s %s", a, op->sign, b);
    else if (op->form == FORM_OPERATOR)
        buf_printf(&e->body, "%s(%s)", op->sign, a);
    else
        buf_printf(&e->body, "kn_%s%s(%s%s%s)", op->text, wide ? "" : "f", a, pair ? ", " : "", b);
    end(e, id, wide);
}

static void emit_rounding(Emitter *e, NodeId id, const Node *n) {
    bool wide = emit_computes_wide(e, id), line = wide && emit_on_lines(e, n);
    const char *x = emit_use(e, n->in3[0], wide), *f = wide ? "" : "f",
               *half = wide ? "0.5" : "0.5f";
    begin(e, id, wide);
    switch (n->op) {
    case OP_FLOOR:
        buf_printf(&e->body, line ? "kn_floor_line(%s)" : "kn_floor%s(%s)", line ? x : f, x);
        break;
    case OP_CEIL:
        buf_printf(&e->body, line ? "-kn_floor_line(-(%s))" : "kn_ceil%s(%s)", line ? x : f, x);
        break;
    case OP_ROUND:
        buf_printf(&e->body, line ? "kn_floor_line(%s + %s)" : "kn_floor%3$s(%1$s + %2$s)", x, half,
                   f);
        break;
    default:
        buf_printf(&e->body, line ? "kn_mod_line(%s, 1.0)" : "kn_frac%s(%s)", line ? x : f, x);
        break;
    }
    end(e, id, wide);
}

static void emit_condition(Emitter *e, NodeId id, const Node *n) {
    buf_printf(&e->body, "const int %c%d = ", e->prefix, id);
    if (n->op == OP_NOT) {
        buf_printf(&e->body, "!(%s);\n", use_condition(e, n->in3[0]));
        return;
    }
    if (n->op == OP_AND || n->op == OP_OR) {
        buf_printf(&e->body, "(%s) %s (%s);\n", use_condition(e, n->in3[0]),
                   n->op == OP_AND ? "&" : "|", use_condition(e, n->in3[1]));
        return;
    }
    /* In the precision of what varies: 0.2 is then equal to a float that is 0.2. */
    bool wide = false, varies = false;
    for (int i = 0; i < 2; i++) {
        NodeId in = plan_value(e->g, n->in3[i]);
        varies = varies || e->p->rate[in] == RATE_SAMPLE;
        wide = wide || (e->p->rate[in] == RATE_SAMPLE && e->p->wide[in]);
    }
    wide = wide || !varies;
    const char *a = emit_use(e, n->in3[0], wide), *b = emit_use(e, n->in3[1], wide);
    bool line = wide && emit_on_lines(e, n) && e->g->nodes[n->in3[0]].op != OP_FRAME;
    switch (n->op) {
    case OP_LT: buf_printf(&e->body, line ? "%s < %s - 1e-9" : "%s < %s", a, b); break;
    case OP_LE: buf_printf(&e->body, line ? "%s <= %s + 1e-9" : "%s <= %s", a, b); break;
    case OP_EQ: buf_printf(&e->body, line ? "kn_abs(%s - %s) < 1e-9" : "%s == %s", a, b); break;
    default: buf_printf(&e->body, line ? "!(kn_abs(%s - %s) < 1e-9)" : "%s != %s", a, b); break;
    }
    buf_puts(&e->body, ";\n");
}

static void emit_sum(Emitter *e, NodeId id, const Node *n) {
    const NodeId *in = node_inputs(n);
    bool wide = emit_computes_wide(e, id);
    for (int i = 0; i < n->nin; i += 8) { /* a few a line: readable, and no deep expressions */
        bool last = i + 8 >= n->nin;
        if (last)
            begin(e, id, wide);
        else
            buf_printf(&e->body, "const %s v%d_%d = ", wide ? "double" : "float", id, i);
        if (i > 0) buf_printf(&e->body, "v%d_%d + ", id, i - 8);
        for (int k = i; k < i + 8 && k < n->nin; k++)
            buf_printf(&e->body, "%s%s", k > i ? " + " : "", emit_use(e, in[k], wide));
        if (last)
            end(e, id, wide);
        else
            buf_puts(&e->body, ";\n");
    }
}

static const char *pick_item(Emitter *e, const void *data, int i) {
    const Node *n = data;
    return emit_literal(e, e->g->nodes[node_inputs(n)[i + 1]].value, true);
}

static void emit_pick(Emitter *e, NodeId id, const Node *n) {
    const NodeId *in = node_inputs(n);
    bool constant = true, wide = e->p->wide[id];
    for (int i = 1; i < n->nin; i++)
        constant = constant && e->p->rate[in[i]] == RATE_CONST;
    buf_printf(&e->body, "const int j%d = kn_index(%s, %d);\n", id, emit_use(e, in[0], true),
               n->nin - 2);
    if (constant) {
        char name[32];
        snprintf(name, sizeof name, "pick%d", id);
        if (!e->has_table[id]) emit_table(e, "double", name, n->nin - 1, pick_item, n);
        e->has_table[id] = true;
        begin(e, id, true);
        buf_printf(&e->body, "pick%d[j%d]", id, id);
        end(e, id, true);
        return;
    }
    const char *type = wide ? "double" : "float";
    buf_printf(&e->body, "%s w%d = %s;\n", type, id, emit_use(e, in[1], wide));
    for (int i = 2; i < n->nin; i++)
        buf_printf(&e->body, "w%d = j%d == %d ? %s : w%d;\n", id, id, i - 1,
                   emit_use(e, in[i], wide), id);
    begin(e, id, false);
    buf_printf(&e->body, "w%d", id);
    end(e, id, false);
}

/* The fields of its row in graph/ops.def, held in variables while the loop runs. */
static void hold_state(Emitter *e, NodeId id) {
    for (const StateField *f = op_info[e->g->nodes[id].op].state; f->type; f++) {
        buf_printf(&e->before, "%s %s%d = self->%s%d;\n", f->type, f->letter, id, f->letter, id);
        buf_printf(&e->after, "self->%s%d = %s%d;\n", f->letter, id, f->letter, id);
    }
}

/* ---- time, phases, random numbers ------------------------------------------------------------ */

const char *emit_sample_rate(Emitter *e) {
    return e->g->rate > 0 ? emit_literal(e, e->g->rate, true) : "self->sample_rate";
}

static const char *sample_time(Emitter *e) {
    return e->g->rate > 0 ? emit_literal(e, 1 / e->g->rate, true) : "self->dt";
}

bool emit_steps_with_block(const Emitter *e, NodeId turns) {
    const Node *n = &e->g->nodes[turns];
    return !node_is_const(e->g, n->in3[0]) || !node_is_const(e->g, n->in3[1]) || e->g->rate <= 0;
}

uint64_t emit_fixed_point(long double turns) {
    long double x = turns - floorl(turns);
    long double scaled = x * 18446744073709551616.0L;
    return scaled >= 18446744073709551615.0L ? UINT64_MAX : (uint64_t)scaled;
}

const char *emit_word(Emitter *e, uint64_t word) {
    char *text = scratch(e);
    snprintf(text, SCRATCH, "UINT64_C(0x%llx)", (unsigned long long)word);
    return text;
}

static void emit_phase_value(Emitter *e, NodeId id) {
    bool wide = e->p->wide[id];
    const char *read =
        e->p->cyclic[id] ? wide ? "kn_turns_around_wide" : "kn_turns_around" : "kn_turns";
    begin(e, id, !e->p->cyclic[id]);
    buf_printf(&e->body, "%s(p%d)", read, id);
    end(e, id, !e->p->cyclic[id]);
    buf_printf(&e->body, "p%d += s%d;\n", id, id);
}

static void emit_turns(Emitter *e, NodeId id, const Node *n) {
    NodeId a = n->in3[0], b = n->in3[1];
    int step = emit_roll_column(e, id, HOLE_STEP), start = emit_roll_column(e, id, HOLE_START);
    if (step >= 0) {
        buf_printf(&e->before, "const uint64_t s%d = ", id);
        buf_printf(&e->before, e->g->rate > 0 ? "c%d;\n" : "kn_fixed(c%d / self->sample_rate);\n",
                   step);
        buf_printf(&e->before, "uint64_t p%d = c%d + s%d * (uint64_t)n0;\n", id, start, id);
    } else if (emit_steps_with_block(e, id)) {
        buf_printf(
            &e->before,
            "const uint64_t s%d = self->s%d;\nuint64_t p%d = self->o%d + s%d * (uint64_t)n0;\n", id,
            id, id, id, id);
    } else {
        long double turns = (long double)e->g->nodes[a].value / (long double)e->g->rate;
        uint64_t offset = emit_fixed_point((long double)e->g->nodes[b].value);
        buf_printf(&e->before, "const uint64_t s%d = UINT64_C(0x%llx); /* %.9g Hz */\n", id,
                   (unsigned long long)emit_fixed_point(turns), e->g->nodes[a].value);
        buf_printf(&e->before, "uint64_t p%d = ", id);
        if (offset) buf_printf(&e->before, "UINT64_C(0x%llx) + ", (unsigned long long)offset);
        buf_printf(&e->before, "s%d * (uint64_t)n0;\n", id);
    }
    emit_phase_value(e, id);
}

static void emit_phase_of_params(Emitter *e, NodeId id, const Node *n) {
    if (e->g->nodes[n->in3[1]].op == OP_TIME) {
        buf_printf(
            &e->before,
            "const uint64_t s%d = self->s%d;\nuint64_t p%d = self->o%d + s%d * (uint64_t)n0;\n", id,
            id, id, id, id);
        emit_phase_value(e, id);
        return;
    }
    /* In a time of its own: f changes at the first sample of a block, and the phase goes on. */
    const char *f = emit_use(e, n->in3[0], true), *t = emit_use(e, n->in3[1], true);
    buf_printf(&e->before, "double f%d = self->f%d, o%d = self->o%d;\n", id, id, id, id);
    buf_printf(&e->body, "const double q%d = kn_finite(%s);\n", id, f);
    buf_printf(&e->body, "o%d = f%d != q%d ? kn_frac(o%d + (f%d - q%d) * %s) : o%d;\nf%d = q%d;\n",
               id, id, id, id, id, id, t, id, id, id);
    begin(e, id, true);
    buf_printf(&e->body, "kn_mod_line(f%d * %s + o%d, 1.0)", id, t, id);
    end(e, id, true);
    buf_printf(&e->after, "self->f%d = f%d;\nself->o%d = o%d;\n", id, id, id, id);
}

/* The c of f * t + c: a new f meets the old one where it was. */
static void emit_bend(Emitter *e, NodeId id, const Node *n) {
    char f[16];
    snprintf(f, sizeof f, "q%d", id);
    buf_printf(&e->body, "const double %s = kn_finite(%s);\n", f, emit_use(e, n->in3[0], true));
    if (n->nin == 1) { /* by the block */
        buf_printf(&e->body,
                   "if (self->started && self->f%d != %s) self->o%d += (self->f%d - %s) * "
                   "((double)self->frame * %s);\nself->f%d = %s;\n",
                   id, f, id, id, f, sample_time(e), id, f);
        begin(e, id, true);
        buf_printf(&e->body, "self->o%d", id);
        end(e, id, true);
        return;
    }
    const char *t = emit_use(e, n->in3[1], true);
    hold_state(e, id);
    buf_printf(&e->body, "o%d += f%d != %s ? (f%d - %s) * %s : 0.0;\nf%d = %s;\n", id, id, f, id, f,
               t, id, f);
    begin(e, id, true);
    buf_printf(&e->body, "o%d", id);
    end(e, id, true);
}

/* When f * t + c came to a beat: see graph/interp.c. State: f and t of the sample before, its beat (m) and when that
 * was reached (a), the beat that the last new f found (h) and when (o). */
static void emit_reached(Emitter *e, NodeId id, const Node *n) {
    const NodeId *in = node_inputs(n);
    hold_state(e, id);
    const char *beat = emit_use(e, in[0], true), *c = emit_use(e, in[1], true);
    const char *f = emit_use(e, in[2], true), *t = emit_use(e, in[3], true), *dt = sample_time(e);
    buf_printf(&e->body, "double u%d = kn_min(%s != 0.0 ? (%s - %s) / %s : 0.0, %s);\n", id, f,
               beat, c, f, t);
    buf_printf(&e->body, "const int j%d = kn_abs(%s - t%d - %s) > 0.5 * %s, r%d = %s != f%d;\n", id,
               t, id, dt, dt, id, f, id);
    buf_printf(&e->body,
               "o%d = (j%d | !r%d) ? o%d : %s == m%d ? a%d : kn_max(u%d, %s - 0.5 * %s);\n", id, id,
               id, id, beat, id, id, id, t, dt);
    buf_printf(&e->body, "h%d = j%d ? -1e9 : r%d ? %s : h%d;\n", id, id, id, beat, id);
    buf_printf(&e->body, "u%d = %s == h%d ? o%d : u%d;\n", id, beat, id, id, id);
    buf_printf(&e->body, "f%d = %s;\nt%d = %s;\nm%d = %s;\na%d = u%d;\n", id, f, id, t, id, beat,
               id, id);
    begin(e, id, true);
    buf_printf(&e->body, "u%d", id);
    end(e, id, true);
}

static void emit_hash(Emitter *e, NodeId id, const Node *n) {
    bool line = emit_on_lines(e, n);
    begin(e, id, false);
    buf_printf(&e->body, "kn_hash%s(%s%s)", e->p->wide[id] ? "" : "f", emit_use(e, n->in3[0], true),
               line ? " + 1e-9" : "");
    end(e, id, false);
}

/* The sample at or before a time. */
static void emit_noise(Emitter *e, NodeId id, const Node *n) {
    char seed[64], k[160];
    if (e->p->rate[n->in3[0]] == RATE_CONST && emit_roll_column(e, n->in3[0], HOLE_VALUE) < 0)
        snprintf(seed, sizeof seed, "0x%xu", kn_seed(e->g->nodes[n->in3[0]].value));
    else
        snprintf(seed, sizeof seed, "kn_seed(%s)", emit_use(e, n->in3[0], true));
    if (n->op == OP_NOISE)
        snprintf(k, sizeof k, "kn_sample_at(%s * %s)", emit_use(e, n->in3[1], true),
                 emit_sample_rate(e));
    else if (n->aux == 0)
        snprintf(k, sizeof k, "n0 + i");
    else
        snprintf(k, sizeof k, "n0 + i %c %d", n->aux < 0 ? '-' : '+', abs(n->aux));
    begin(e, id, false);
    buf_printf(&e->body, "%skn_noise_at(%s, %s)", e->p->wide[id] ? "(double)" : "", seed, k);
    end(e, id, false);
}

static void emit_table_read(Emitter *e, NodeId id, const Node *n) {
    bool wide = e->p->wide[id];
    e->table_used[2 * (n->aux - 1) + wide] = true;
    begin(e, id, false);
    NodeId in = plan_value(e->g, n->in3[0]);
    bool reduces = !wide && (e->p->rate[in] != RATE_SAMPLE || e->p->wide[in]);
    buf_printf(&e->body, "kn_table%s(table%d%s, %d, %s)",
               wide      ? ""
               : reduces ? "_wide"
                         : "f",
               n->aux - 1, wide ? "" : "f", node_table(e->g, n)->n,
               emit_use(e, in, wide || reduces));
    end(e, id, false);
}

static void emit_sample_read(Emitter *e, NodeId id, const Node *n) {
    const Sample *s = node_sample(e->g, n);
    begin(e, id, true);
    buf_printf(&e->body, "kn_sample(sample%d, %d, %d, %lld, %s * %s)", n->aux - 1, s->channels,
               (int)e->g->nodes[n->in3[0]].value, (long long)s->frames,
               emit_use(e, n->in3[1], true), emit_literal(e, s->rate, true));
    end(e, id, true);
}

/* ---- the past -------------------------------------------------------------------------------- */

static const char *line_type(const Emitter *e, const Line *line) {
    return e->p->rate[line->source] != RATE_SAMPLE || e->p->wide[line->source] ? "double" : "float";
}

/* Distances that vary within a strip: any place of the ring. */
static void emit_delay_varying(Emitter *e, NodeId id, const Node *n, int number, const Line *line) {
    const NodeId *in = node_inputs(n);
    buf_printf(&e->body, "const double d%d = kn_whole_samples(kn_min(kn_max(%s, %s), %s) * %s);\n",
               id, emit_use(e, in[1], true), emit_use(e, in[2], true), emit_use(e, in[3], true),
               emit_sample_rate(e));
    buf_printf(&e->body, "const int k%d_ = (int)d%d;\n", id, id);
    buf_printf(&e->body, "const %s f%d = (%s)(d%d - (double)k%d_);\n", line_type(e, line), id,
               line_type(e, line), id, id);
    const char *type = line_type(e, line);
    buf_printf(&e->body, "const %s x%d = self->line%d[(n0 + i - k%d_) & %d];\n", type, id, number,
               id, line->size - 1);
    buf_printf(&e->body, "const %s y%d = self->line%d[(n0 + i - k%d_ - 1) & %d];\n", type, id,
               number, id, line->size - 1);
}

static void emit_delay_value(Emitter *e, NodeId id, const Node *n, const Line *line, bool whole) {
    bool computed = strcmp(line_type(e, line), "double") == 0;
    const char *zero = computed ? "0.0" : "0.0f";
    NodeId age = node_age(n);
    char x[160], y[160];
    snprintf(x, sizeof x, "x%d", id);
    snprintf(y, sizeof y, "y%d", id);
    if (age) {
        snprintf(x, sizeof x, "((double)k%d_ <= %s ? x%d : %s)", id, emit_use(e, age, true), id,
                 zero);
        snprintf(y, sizeof y, "((double)(k%d_ + 1) <= %s ? y%d : %s)", id, emit_use(e, age, true),
                 id, zero);
    }
    if (e->p->wide[id] && !computed)
        buf_printf(&e->body, "const double v%d = (double)", id);
    else
        begin(e, id, computed);
    if (whole)
        buf_printf(&e->body, "%s", x);
    else
        buf_printf(&e->body, "(%s + f%d * (%s - %s))", x, id, y, x);
    end(e, id, computed);
}

/* Distances that are the same through a strip: a piece of the ring, read from one end to the other.
 */
static void emit_delay_steady(Emitter *e, NodeId id, const Node *n, int number, const Line *line) {
    const NodeId *in = node_inputs(n);
    const char *type = line_type(e, line);
    bool whole = false;
    if (!isnan(e->p->distance[in[1]])) {
        double d = e->p->distance[in[1]];
        if (fabs(d - rint(d)) < 1e-6) d = rint(d);
        whole = d == rint(d);
        buf_printf(&e->before, "const int k%d_ = %d;\n", id, (int)d);
        if (!whole)
            buf_printf(&e->before, "const %s f%d = %s;\n", type, id,
                       emit_literal(e, d - floor(d), type[0] == 'd'));
    } else {
        bool bounded = n->op == OP_DELAY;
        buf_printf(&e->before, "const double d%d = kn_whole_samples(%s%s", id,
                   bounded ? "kn_min(kn_max(" : "", emit_use(e, in[1], true));
        if (bounded)
            buf_printf(&e->before, ", %s), %s)", emit_use(e, in[2], true),
                       emit_use(e, in[3], true));
        buf_printf(&e->before, " * %s);\nconst int k%d_ = (int)d%d;\n", emit_sample_rate(e), id,
                   id);
        buf_printf(&e->before, "const %s f%d = (%s)(d%d - (double)k%d_);\n", type, id, type, id,
                   id);
    }
    buf_printf(&e->before, "%s t%d[KN_STRIP + 1];\n", type, id);
    buf_printf(&e->before,
               "const %s *const r%d = kn_read_%s(self->line%d, %d, n0 - k%d_ - 1, n + 1, t%d);\n",
               type, id, type, number, line->size, id, id);
    buf_printf(&e->body, "const %s x%d = r%d[i + 1];\n", type, id, id);
    if (!whole) buf_printf(&e->body, "const %s y%d = r%d[i];\n", type, id, id);
    emit_delay_value(e, id, n, line, whole);
}

static void emit_delay(Emitter *e, NodeId id, const Node *n) {
    const NodeId *in = node_inputs(n);
    int number = e->p->past[id];
    const Line *line = &e->p->lines[number];
    if (line->registers) {
        int distance = (int)rint(e->p->distance[in[1]]);
        begin(e, id, true);
        buf_printf(&e->body, "z%d_%d", number, distance);
        end(e, id, true);
        return;
    }
    bool in_step = plan_delay_in_step(e->p, id);
    if (!in_step && e->p->rate[in[1]] != RATE_SAMPLE) {
        emit_delay_steady(e, id, n, number, line);
        return;
    }
    if (n->op == OP_SHIFT) {
        emit_delay_steady(e, id, n, number, line);
        return;
    }
    emit_delay_varying(e, id, n, number, line);
    emit_delay_value(e, id, n, line, false);
}

/* ---- accumulators ---------------------------------------------------------------------------- */

/* Statements that run where the signal starts over. */
static void at_start(Emitter *e, const Node *n, const char *fmt, NodeId id) {
    NodeId age = node_age(n);
    if (!age) return;
    buf_printf(&e->body, "if (%s == 0.0) { ", emit_use(e, age, true));
    for (const char *at = fmt; *at; at++)
        if (*at == '#')
            buf_printf(&e->body, "%d", id);
        else
            buf_add(&e->body, at, 1);
    buf_puts(&e->body, " }\n");
}

static void emit_accumulator(Emitter *e, NodeId id, const Node *n) {
    hold_state(e, id);
    at_start(e, n, "a# = 0.0;", id);
    begin(e, id, true);
    buf_printf(&e->body, n->op == OP_PHASE ? "a%1$d < 0.0 ? 0.0 : a%1$d" : "a%1$d", id);
    end(e, id, true);
}

/* What an accumulator adds comes at the end of the sample: its input may be computed after it. */
void emit_accumulate(Emitter *e, NodeId id) {
    const Node *n = &e->g->nodes[id];
    const NodeId *in = node_inputs(n);
    NodeId age = node_age(n);
    const char *x = emit_use(e, in[0], true);
    if (age) buf_printf(&e->body, "if (%s >= 0.0) ", emit_use(e, age, true));
    buf_printf(&e->body,
               n->op == OP_PHASE ? "a%d = kn_wrap(a%d + %s * %s);\n" : "a%d = a%d + %s * %s;\n", id,
               id, x, sample_time(e));
}

static void emit_smooth(Emitter *e, NodeId id, const Node *n) {
    const NodeId *in = node_inputs(n);
    hold_state(e, id);
    at_start(e, n, "g# = 0;", id);
    const char *x = emit_use(e, in[0], true);
    buf_printf(&e->body, "a%d = g%d ? %s + %s * (a%d - %s) : %s;\ng%d = 1;\n", id, id, x,
               emit_use(e, in[1], true), id, x, x, id);
    begin(e, id, true);
    buf_printf(&e->body, "a%d", id);
    end(e, id, true);
}

/* State: the gate before (a), samples since the rise (m), whether there was one (g). */
static void emit_since(Emitter *e, NodeId id, const Node *n) {
    hold_state(e, id);
    at_start(e, n, "a# = 0.0; g# = 0;", id);
    const char *x = emit_use(e, node_inputs(n)[0], true);
    buf_printf(&e->body, "const int u%d = (%s > 0.0) & !(a%d > 0.0);\n", id, x, id);
    buf_printf(&e->body, "m%d = u%d ? 0.0 : m%d + 1.0;\ng%d |= u%d;\na%d = %s;\n", id, id, id, id,
               id, id, x);
    begin(e, id, true);
    buf_printf(&e->body, "g%d ? m%d * %s : 1e9", id, id, sample_time(e));
    end(e, id, true);
}

/* State: the time before (a), the age (m), whether there was a sample before (g). */
static void emit_age(Emitter *e, NodeId id, const Node *n) {
    const NodeId *in = node_inputs(n);
    NodeId outer = node_age(n);
    hold_state(e, id);
    at_start(e, n, "g# = 0;", id);
    const char *u = emit_use(e, in[0], true), *dt = sample_time(e);
    buf_printf(&e->body, "const int u%d = g%d & (m%d >= 0.0) & (kn_abs(%s - a%d - %s) < 1e-3 * %s)",
               id, id, id, u, id, dt, dt);
    if (outer) buf_printf(&e->body, " & (%s > 0.0)", emit_use(e, outer, true));
    buf_printf(&e->body, ";\nm%d = %s < -1e-9 ? -1.0 : u%d ? m%d + 1.0 : 0.0;\n", id, u, id, id);
    if (outer)
        buf_printf(&e->body, "m%d = %s < 0.0 ? -1.0 : m%d;\n", id, emit_use(e, outer, true), id);
    buf_printf(&e->body, "g%d = 1;\na%d = %s;\n", id, id, u);
    begin(e, id, true);
    buf_printf(&e->body, "m%d", id);
    end(e, id, true);
}

const char *emit_window(Emitter *e, const Node *n, int most) {
    char *text = scratch(e);
    if (e->g->rate > 0)
        snprintf(text, SCRATCH, "%d", most);
    else
        snprintf(text, SCRATCH,
                 "kn_index(kn_max(1.0, %s * self->sample_rate + KN_MAGIC - KN_MAGIC), %d)",
                 emit_use(e, node_inputs(n)[1], true), most);
    return text;
}

static void emit_running(Emitter *e, NodeId id, const Node *n) {
    const NodeId *in = node_inputs(n);
    int size, window = emit_running_window(e, n, &size);
    bool mean = n->op == OP_RUNNING_MEAN, least = n->op == OP_RUNNING_MIN;
    char windows[200];
    snprintf(windows, sizeof windows, "%s", emit_window(e, n, window));
    const char *x = emit_use(e, in[0], true);
    at_start(e, n,
             mean ? "memset(&self->q#, 0, sizeof self->q#); memset(self->w#, 0, sizeof self->w#);"
                  : "memset(&self->q#, 0, sizeof self->q#);",
             id);
    begin(e, id, true);
    if (mean)
        buf_printf(&e->body, "kn_running_mean(&self->q%d, self->w%d, %s, %s)", id, id, windows, x);
    else
        buf_printf(&e->body, "%skn_running_max(&self->q%d, self->w%d, self->h%d, %d, %s, %s%s)",
                   least ? "-" : "", id, id, id, size, windows, least ? "-" : "", x);
    end(e, id, true);
}

static void emit_fir(Emitter *e, NodeId id, const Node *n) {
    int size, count = emit_fir_window(e, n, &size);
    e->table_used[2 * (n->aux - 1) + 1] = true;
    at_start(e, n, "memset(self->w#, 0, sizeof self->w#); self->g# = 0;", id);
    const char *x = emit_use(e, node_inputs(n)[0], true);
    begin(e, id, true);
    buf_printf(&e->body, "kn_convolve(self->w%d, &self->g%d, %d, table%d, %d, %s)", id, id, size,
               n->aux - 1, count, x);
    end(e, id, true);
}

/* ---- the node -------------------------------------------------------------------------------- */

static void emit_select(Emitter *e, NodeId id, const Node *n) {
    bool wide = e->p->wide[id];
    const char *condition = use_condition(e, n->in3[0]);
    begin(e, id, false);
    buf_printf(&e->body, "%s ? %s : %s", condition, emit_use(e, n->in3[1], wide),
               emit_use(e, n->in3[2], wide));
    end(e, id, false);
}

/* Statements into e->body, whatever the rate of the node: those of its inputs say how they are read. */
static void statements(Emitter *e, NodeId id) {
    const Node n = e->g->nodes[id];
    switch (n.op) {
    case OP_CELL: break; /* its body stands for it */
    case OP_TIME:
    case OP_FRAME: break; /* `t` and `now` of every loop that uses them */
    case OP_TURNS: emit_turns(e, id, &n); break;
    case OP_INPUT:
        begin(e, id, false);
        buf_printf(&e->body, "%sin%d[i]", e->p->wide[id] ? "(double)" : "", n.aux);
        end(e, id, false);
        break;
    case OP_FLOOR:
    case OP_CEIL:
    case OP_ROUND:
    case OP_FRAC: emit_rounding(e, id, &n); break;
    case OP_LT:
    case OP_LE:
    case OP_EQ:
    case OP_NE:
    case OP_AND:
    case OP_OR:
    case OP_NOT: emit_condition(e, id, &n); break;
    case OP_SELECT: emit_select(e, id, &n); break;
    case OP_SUM: emit_sum(e, id, &n); break;
    case OP_PICK: emit_pick(e, id, &n); break;
    case OP_HASH: emit_hash(e, id, &n); break;
    case OP_NOISE:
    case OP_NOISE_AT: emit_noise(e, id, &n); break;
    case OP_TABLE: emit_table_read(e, id, &n); break;
    case OP_SAMPLE: emit_sample_read(e, id, &n); break;
    case OP_SHIFT:
    case OP_DELAY: emit_delay(e, id, &n); break;
    case OP_PHASE:
    case OP_INTEGRATE: emit_accumulator(e, id, &n); break;
    case OP_PHASE_PARAM: emit_phase_of_params(e, id, &n); break;
    case OP_BEND: emit_bend(e, id, &n); break;
    case OP_REACHED: emit_reached(e, id, &n); break;
    case OP_SMOOTH: emit_smooth(e, id, &n); break;
    case OP_SINCE: emit_since(e, id, &n); break;
    case OP_AGE: emit_age(e, id, &n); break;
    case OP_RUNNING_MAX:
    case OP_RUNNING_MIN:
    case OP_RUNNING_MEAN: emit_running(e, id, &n); break;
    case OP_FIR: emit_fir(e, id, &n); break;
    default:
        if (op_info[n.op].form == FORM_FUNCTION) emit_function(e, id, &n);
        if (op_info[n.op].form == FORM_CALL || op_info[n.op].form == FORM_OPERATOR)
            emit_operation(e, id, &n);
        break;
    }
}

void emit_node(Emitter *e, NodeId id) {
    if (e->g->nodes[id].op != OP_CELL && e->p->rate[id] == RATE_SAMPLE) statements(e, id);
}

/* ---- once a block ---------------------------------------------------------------------------- */

/* A node that does not vary within a block: as those above, all in double, inputs by name k…. */
void emit_block_node(Emitter *e, NodeId id, Buf *out) {
    const Node n = e->g->nodes[id];
    if (n.op == OP_SR) {
        buf_printf(out, "    const double k%d = self->sample_rate;\n", id);
        return;
    }
    if (n.op == OP_PARAM) {
        buf_printf(out, "    const double k%d = self->param[%d]; ", id, n.aux);
        text_to_c_comment(out, e->g->params[n.aux].name);
        buf_puts(out, "\n");
        return;
    }
    Buf kept = e->body;
    e->body = (Buf){0};
    e->prefix = 'k';
    statements(e, id);
    e->prefix = 'v';
    emit_indented(out, &e->body, 1);
    buf_free(&e->body);
    e->body = kept;
}
