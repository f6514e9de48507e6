/* A step: a loop over the samples of a strip, for nodes that are computed together, sample after sample. In: its
 * nodes. Out: C in e->strip. */
#include "steps/steps.h"
#include "base/foreign_text.h"

#include <stdlib.h>
#include <string.h>

static const char *type_of(const Emitter *e, NodeId id) {
    return e->p->rate[id] != RATE_SAMPLE || e->p->wide[id] ? "double" : "float";
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
    if (e->step_crosses[id])
        buf_printf(&e->body, "b%d[i] = %s;\n", id, emit_use(e, id, e->p->wide[id]));
}

static void line_in_step(Emitter *e, NodeId id) {
    int number = e->p->line[id];
    if (number >= 0 && e->p->lines[number].in_step)
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

void emit_step(Emitter *e, NodeId *nodes, int n) {
    for (int i = 0; i < n; i++) {
        if (e->g->nodes[nodes[i]].op == OP_CELL) continue;
        emit_node(e, nodes[i]);
        store_crossing(e, nodes[i]);
        line_in_step(e, nodes[i]);
    }
    for (int i = 0; i < n; i++)
        if (op_info[e->g->nodes[nodes[i]].op].flags & OPF_AT_END) emit_accumulate(e, nodes[i]);
    for (int i = 0; i < n; i++)
        shift_registers(e, nodes[i]);
    if (e->body.length) close_loop(e, true);
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
}

/* ---- the emitter -------------------------------------------------------------------------------------- */

void emitter_open(Emitter *e, Arena *arena, const char *name, Plan *plan) {
    size_t n = (size_t)plan->g->n;
    memset(e, 0, sizeof *e);
    e->arena = arena;
    e->g = plan->g;
    e->p = plan;
    e->name = name;
    e->prefix = 'v';
    e->state_bytes = emit_head_bytes(e->g);
    e->stored = alloc_zeroed(n, sizeof *e->stored);
    e->field = alloc_zeroed(n, sizeof *e->field);
    e->wanted = alloc_zeroed(n, sizeof *e->wanted);
    e->has_table = alloc_zeroed(n, sizeof *e->has_table);
    e->table_used = alloc_zeroed(2 * (size_t)e->g->ntables, sizeof *e->table_used);
}

void emitter_close(Emitter *e) {
    free(e->stored);
    free(e->field);
    free(e->wanted);
    free(e->has_table);
    free(e->table_used);
    free(e->fields);
    free(e->field_places);
    buf_free(&e->tables);
    buf_free(&e->strip);
    buf_free(&e->before);
    buf_free(&e->body);
    buf_free(&e->after);
}
