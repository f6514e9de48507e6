/* The function that computes a strip: its loops, the buffers between them, the delay lines.
 * In: a plan. Out: C in e->strip. */
#include "print_c/print_c.h"
#include "base/foreign_text.h"

#include <stdlib.h>
#include <string.h>

static const char *type_of(const Emitter *e, NodeId id) {
    return e->p->rate[id] != RATE_SAMPLE || e->p->wide[id] ? "double" : "float";
}

static bool crosses(const Emitter *e, NodeId id) {
    if (e->step_crosses) return e->step_crosses[id];
    return e->refill ? e->refill_crosses[id] : e->p->crosses[id];
}

static bool is_wanted(const Emitter *e, NodeId id) {
    return !e->refill || e->wanted[id];
}

void emit_indented(Buf *out, const Buf *text, int levels) {
    bool fresh = true;
    for (size_t i = 0; i < text->length; i++) {
        if (fresh && text->data[i] != '\n') buf_printf(out, "%*s", 4 * levels, "");
        buf_add(out, &text->data[i], 1);
        fresh = text->data[i] == '\n';
    }
}

/* ---- a loop -----------------------------------------------------------------------------------
 */

/* The number of the sample and its time. */
static void open_body(Emitter *e, int level) {
    if (e->uses_now)
        buf_printf(&e->strip, "%*sconst double now = n_first + (double)i;\n", 4 * level, "");
    if (e->uses_time)
        buf_printf(&e->strip, "%*sconst double t = now / %s;\n", 4 * level, "",
                   emit_sample_rate(e));
    e->uses_now = e->uses_time = false;
}

static void close_loop(Emitter *e, bool braces) {
    Buf *out = &e->strip;
    int level = braces ? 2 : 1;
    if (braces) buf_puts(out, "    {\n");
    emit_indented(out, &e->before, level);
    buf_printf(out, "%*sfor (int i = 0; i < n; i++) {\n", 4 * level, "");
    open_body(e, level + 1);
    emit_indented(out, &e->body, level + 1);
    buf_printf(out, "%*s}\n", 4 * level, "");
    emit_indented(out, &e->after, level);
    if (braces) buf_puts(out, "    }\n");
    e->before.length = e->body.length = e->after.length = 0;
}

static void store_crossing(Emitter *e, NodeId id) {
    if (crosses(e, id)) buf_printf(&e->body, "b%d[i] = %s;\n", id, emit_use(e, id, e->p->wide[id]));
}

static void store_outputs(Emitter *e, NodeId id) {
    for (int k = 0; k < e->g->noutputs && !e->refill && !e->in_step; k++)
        if (plan_value(e->g, e->g->outputs[k]) == id)
            buf_printf(&e->body, "out%d[i] = %s;\n", k, emit_use(e, id, false));
}

static void line_in_loop(Emitter *e, NodeId id) {
    int number = e->p->line[id];
    if (number >= 0 && e->p->lines[number].in_loop)
        buf_printf(&e->body, "self->line%d[(n0 + i) & %d] = %s;\n", number,
                   e->p->lines[number].size - 1, emit_use(e, id, e->p->wide[id]));
    number = e->p->held[id];
    for (int k = 1; number >= 0 && k <= (int)e->p->lines[number].longest; k++) {
        buf_printf(&e->before, "%s z%d_%d = self->z%d[%d];\n", type_of(e, id), number, k, number,
                   k - 1);
        buf_printf(&e->after, "self->z%d[%d] = z%d_%d;\n", number, k - 1, number, k);
    }
}

static void shift_registers(Emitter *e, NodeId id) {
    int number = e->p->held[id];
    if (number < 0) return;
    for (int k = (int)e->p->lines[number].longest; k > 1; k--)
        buf_printf(&e->body, "z%d_%d = z%d_%d;\n", number, k, number, k - 1);
    buf_printf(&e->body, "z%d_1 = %s;\n", number, emit_use(e, id, e->p->wide[id]));
}

static void write_lines(Emitter *e, const Loop *loop) {
    for (int i = 0; i < loop->n; i++) {
        NodeId id = loop->nodes[i];
        int number = e->p->line[id];
        if (!is_wanted(e, id) || number < 0 || e->p->lines[number].in_loop) continue;
        buf_printf(&e->strip, "    kn_write_%s(self->line%d, %d, n0, b%d, n);\n", type_of(e, id),
                   number, e->p->lines[number].size, id);
    }
}

static void plain_loop(Emitter *e, const Loop *loop) {
    for (int i = 0; i < loop->n; i++) {
        NodeId id = loop->nodes[i];
        if (!is_wanted(e, id) || e->g->nodes[id].op == OP_CELL) continue;
        emit_node(e, id);
        store_crossing(e, id);
        store_outputs(e, id);
        line_in_loop(e, id);
    }
    for (int i = 0; i < loop->n; i++) {
        NodeId id = loop->nodes[i];
        if (!is_wanted(e, id)) continue;
        if (op_info[e->g->nodes[id].op].flags & OPF_AT_END) emit_accumulate(e, id);
    }
    for (int i = 0; i < loop->n; i++)
        if (is_wanted(e, loop->nodes[i])) shift_registers(e, loop->nodes[i]);
    if (e->body.length) close_loop(e, true);
    if (!e->in_step) write_lines(e, loop);
}

void emit_step(Emitter *e, NodeId *nodes, int n) {
    const Loop loop = {.kind = LOOP_SCALAR, .nodes = nodes, .n = n};
    plain_loop(e, &loop);
}

/* ---- a rolled sum ---------------------------------------------------------------------------- */

/* Steps are counted in fixed point, in double where the rate is not known yet. */
static bool is_fixed_point(const Emitter *e, const Hole *hole) {
    return hole->kind == HOLE_START || (hole->kind == HOLE_STEP && e->g->rate > 0);
}

static const char *hole_type(const Emitter *e, const Hole *hole) {
    return is_fixed_point(e, hole) ? "uint64_t" : "double";
}

static void roll_table(Emitter *e, const Roll *r, int number) {
    Buf *out = &e->tables;
    buf_printf(out, "static const struct {\n");
    for (int h = 0; h < r->nholes; h++)
        buf_printf(out, "    %s c%d;\n", hole_type(e, &r->holes[h]), h);
    buf_printf(out, "} roll%d[%d] = {\n", number, r->terms);
    for (int j = 0; j < r->terms; j++) {
        buf_puts(out, "    {");
        for (int h = 0; h < r->nholes; h++) {
            double x = r->table[j * r->nholes + h];
            buf_puts(out, h ? ", " : "");
            if (!is_fixed_point(e, &r->holes[h])) {
                buf_puts(out, emit_literal(e, x, true));
            } else {
                long double turns = r->holes[h].kind == HOLE_STEP
                                        ? (long double)x / (long double)e->g->rate
                                        : (long double)x;
                buf_printf(out, "UINT64_C(0x%llx)", (unsigned long long)emit_fixed_point(turns));
            }
        }
        buf_puts(out, "},\n");
    }
    buf_puts(out, "};\n\n");
}

/* What the sum starts from: the terms of another shape. */
static void roll_start(Emitter *e, const Roll *r, bool wide) {
    for (int i = 0; i < r->nothers; i++)
        buf_printf(&e->body, "b%d[i] %s= %s;\n", r->sum, i ? "+" : "",
                   emit_use(e, r->others[i], wide));
    if (r->nothers == 0) buf_printf(&e->body, "b%d[i] = %s;\n", r->sum, emit_literal(e, 0, wide));
    close_loop(e, false);
}

/* The loop over terms from `first` to before `end`, each added to a buffer. */
static void roll_terms(Emitter *e, const Roll *r, const char *first, const char *end,
                       const char *buffer, bool wide, int level) {
    Buf *out = &e->strip;
    for (int i = 0; i < r->nnodes; i++)
        e->in_pattern[r->nodes[i]] = 1;
    e->roll = r;
    for (int i = 0; i < r->nnodes; i++)
        emit_node(e, r->nodes[i]);
    buf_printf(&e->body, "%s[i] += %s;\n", buffer, emit_use(e, r->term, wide));
    buf_printf(out, "%*sfor (int j = %s; j < %s; j++) {\n", 4 * level, "", first, end);
    for (int h = 0; h < r->nholes; h++)
        buf_printf(out, "%*sconst %s c%d = roll%d[j].c%d;\n", 4 * level + 4, "",
                   hole_type(e, &r->holes[h]), h, e->p->roll[r->sum], h);
    emit_indented(out, &e->before, level + 1);
    buf_printf(out, "%*sfor (int i = 0; i < n; i++) {\n", 4 * level + 4, "");
    open_body(e, level + 2);
    emit_indented(out, &e->body, level + 2);
    buf_printf(out, "%*s}\n%*s}\n", 4 * level + 4, "", 4 * level, "");
    e->before.length = e->body.length = e->after.length = 0;
    e->roll = NULL;
    for (int i = 0; i < r->nnodes; i++)
        e->in_pattern[r->nodes[i]] = 0;
}

enum { FLOAT_TERMS = 16 };

/* Terms in float are added up in float a few at a time, and these sums in double: exact enough, and
 * the additions cost no more than the terms. */
static void roll_in_parts(Emitter *e, const Roll *r) {
    Buf *out = &e->strip;
    char end[64];
    snprintf(end, sizeof end, "(from + %d < %d ? from + %d : %d)", FLOAT_TERMS, r->terms,
             FLOAT_TERMS, r->terms);
    buf_printf(out, "    for (int from = 0; from < %d; from += %d) {\n", r->terms, FLOAT_TERMS);
    buf_puts(out, "        float part[KN_STRIP];\n        memset(part, 0, sizeof part);\n");
    roll_terms(e, r, "from", end, "part", false, 2);
    buf_puts(out, "        for (int i = 0; i < n; i++)\n");
    buf_printf(out, "            b%d[i] += (double)part[i];\n    }\n", r->sum);
}

static void roll_loop(Emitter *e, NodeId sum) {
    const Roll *r = &e->p->rolls[e->p->roll[sum]];
    bool wide = e->p->wide[sum];
    char text[32];
    if (!e->has_table[sum]) roll_table(e, r, e->p->roll[sum]);
    e->has_table[sum] = true;
    buf_printf(&e->strip, "    /* a sum of %d terms of one shape */\n", r->terms);
    roll_start(e, r, wide);
    if (wide && !e->p->wide[r->term]) {
        roll_in_parts(e, r);
    } else {
        char end[32];
        snprintf(text, sizeof text, "b%d", sum);
        snprintf(end, sizeof end, "%d", r->terms);
        roll_terms(e, r, "0", end, text, wide, 1);
    }
    for (int k = 0; k < e->g->noutputs && !e->refill; k++)
        if (plan_value(e->g, e->g->outputs[k]) == sum)
            buf_printf(&e->body, "out%d[i] = %sb%d[i];\n", k, wide ? "(float)" : "", sum);
    if (e->body.length) close_loop(e, false);
}

/* ---- the function ---------------------------------------------------------------------------- */

static void declare_buffers(Emitter *e, Buf *out) {
    for (int i = 0; i < e->p->n; i++) {
        NodeId id = e->p->order[i];
        bool buffer = crosses(e, id) && e->p->loop[id] >= 0;
        if (!buffer || !is_wanted(e, id)) continue;
        buf_puts(out, "    ");
        emit_buffer(e, out, type_of(e, id), false, "b", id);
    }
    for (int i = 0; i < e->g->ninputs && !e->refill; i++) {
        buf_puts(out, "    /* copied: an output may be the same memory */\n    ");
        emit_buffer(e, out, "float", false, "in", i);
        buf_puts(out, "    ");
        text_to_c_comment(out, e->g->inputs[i]);
        buf_puts(out, "\n");
        buf_printf(out, "    memcpy(in%d, inputs[%d] + at, sizeof(float) * (size_t)n);\n", i, i);
    }
    for (int i = 0; i < e->g->noutputs && !e->refill; i++)
        buf_printf(out, "    float *const out%d = outputs[%d] + at;\n", i, i);
}

static void constant_outputs(Emitter *e) {
    for (int k = 0; k < e->g->noutputs && !e->refill; k++) {
        NodeId id = plan_value(e->g, e->g->outputs[k]);
        if (e->p->rate[id] != RATE_SAMPLE)
            buf_printf(&e->body, "out%d[i] = %s;\n", k, emit_use(e, id, false));
    }
    if (e->body.length) close_loop(e, false);
}

/* Filled, and not taken as that value, so that their beginning is still 0. */
void emit_constant_lines(Emitter *e) {
    for (int i = 0; i < e->p->nlines; i++) {
        const Line *line = &e->p->lines[i];
        if (e->p->rate[line->source] == RATE_SAMPLE || (e->refill && !line->pure)) continue;
        buf_printf(&e->body, "self->line%d[(n0 + i) & %d] = %s;\n", i, line->size - 1,
                   emit_use(e, line->source, true));
    }
    if (e->body.length) close_loop(e, false);
}

/* Names of what is known at the start of the strip: fields that the loops turned out to use. */
static void declare_fields(Emitter *e, Buf *out) {
    for (int i = 0; i < e->p->n; i++) {
        NodeId id = e->p->order[i];
        if (e->field[id]) buf_printf(out, "    const double k%d = self->k%d;\n", id, id);
    }
}

static bool mentions(const Buf *text, const char *word) {
    return text->data && strstr(text->data, word) != NULL;
}

void emit_strip(Emitter *e) {
    const Plan *p = e->p;
    memset(e->field, 0, (size_t)e->g->n * sizeof *e->field);
    e->wide_at = e->narrow_at = 0;
    Buf head = {0};
    emit_constant_lines(e);
    for (int i = 0; i < p->nloops; i++) {
        e->loop = i;
        const Loop *loop = &p->loops[i];
        if (loop->kind != LOOP_ROLL)
            plain_loop(e, loop);
        else if (is_wanted(e, loop->nodes[0])) {
            roll_loop(e, loop->nodes[0]);
            write_lines(e, loop);
        }
    }
    e->loop = -1;
    constant_outputs(e);
    if (mentions(&e->strip, "n_first")) buf_puts(&head, "    const double n_first = (double)n0;\n");
    declare_fields(e, &head);
    declare_buffers(e, &head);
    buf_add(&head, e->strip.data ? e->strip.data : "", e->strip.length);
    buf_free(&e->strip);
    e->strip = head;
}

void emit_find_refill(Emitter *e) {
    NodeId *stack = NULL;
    int depth = 0, cap = 0;
    for (int i = 0; i < e->p->nlines; i++)
        if (e->p->lines[i].pure) VEC_PUSH(stack, depth, cap, e->p->lines[i].source);
    while (depth > 0) {
        NodeId id = stack[--depth];
        if (e->wanted[id]) continue;
        e->wanted[id] = true;
        const Node *n = &e->g->nodes[id];
        for (int i = 0; i < n->nin; i++)
            VEC_PUSH(stack, depth, cap, node_inputs(n)[i]);
    }
    free(stack);
    for (int i = 0; i < e->p->nlines; i++)
        if (e->p->lines[i].pure) e->refill_crosses[e->p->lines[i].source] = true;
    plan_crossings(e->p, e->wanted, e->refill_crosses);
}
