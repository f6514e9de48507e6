/* What does not vary within a block: values that params decide, and the steps of phases they control.
 * In: a plan. Out: the text of the function that computes them whenever a param changed. */
#include "steps/steps.h"

bool emit_is_block_value(const Emitter *e, NodeId id) {
    return e->p->rate[id] == RATE_BLOCK || e->p->rate[id] == RATE_INIT;
}

bool emit_counts_by_block(const Emitter *e, NodeId id) {
    const Node *n = &e->g->nodes[id];
    if (n->op == OP_PHASE_PARAM) return e->g->nodes[n->in3[1]].op == OP_TIME;
    return n->op == OP_TURNS && !e->p->absorbed[id] && emit_steps_with_block(e, id);
}

/* The step of a phase that a param controls changes so that the phase at this very sample stays. */
static void phase_step(Emitter *e, NodeId id, Buf *out) {
    const Node *n = &e->g->nodes[id];
    char rate[64];
    snprintf(rate, sizeof rate, "%s",
             e->g->rate > 0 ? emit_literal(e, e->g->rate, true) : "self->sample_rate");
    const char *a = emit_use(e, n->in3[0], true);
    if (n->op == OP_TURNS) {
        buf_printf(out, "    self->s%d = kn_fixed(%s / %s);\n", id, a, rate);
        buf_printf(out, "    self->o%d = kn_fixed(%s);\n", id, emit_use(e, n->in3[1], true));
        return;
    }
    buf_printf(out, "    const uint64_t s%d = kn_fixed(%s / %s);\n", id, a, rate);
    buf_printf(out,
               "    self->o%d += self->started ? (self->s%d - s%d) * (uint64_t)self->frame : 0;\n",
               id, id, id);
    buf_printf(out, "    self->s%d = s%d;\n", id, id);
}

/* In a time of its own a phase compares its frequency sample by sample: from the first one on. */
static void first_frequency(Emitter *e, NodeId id, Buf *out) {
    const Node *n = &e->g->nodes[id];
    if (n->op != OP_PHASE_PARAM && n->op != OP_BEND) return;
    if (e->p->rate[id] != RATE_SAMPLE || e->p->absorbed[id]) return;
    buf_printf(out, "    if (!self->started) self->f%d = kn_finite(%s);\n", id,
               emit_use(e, n->in3[0], true));
}

bool emit_has_update(const Emitter *e) {
    for (int i = 0; i < e->p->n; i++) {
        NodeId id = e->p->order[i];
        if (emit_is_block_value(e, id) || emit_counts_by_block(e, id) ||
            e->g->nodes[id].op == OP_PHASE_PARAM || e->g->nodes[id].op == OP_BEND)
            return true;
    }
    return false;
}

void emit_update(Emitter *e, const char *linkage, const char *more, Buf *out) {
    buf_printf(out, "/* What depends on params alone, once a block at most. */\n");
    buf_printf(out, "%svoid %s_update(struct %s *self) {\n", linkage, e->name, e->name);
    for (int i = 0; i < e->p->n; i++) {
        NodeId id = e->p->order[i];
        if (!emit_is_block_value(e, id)) continue;
        emit_block_node(e, id, out);
        if (emit_is_stored(e, id)) buf_printf(out, "    self->k%d = k%d;\n", id, id);
    }
    for (int i = 0; i < e->p->n; i++)
        if (emit_counts_by_block(e, e->p->order[i]))
            phase_step(e, e->p->order[i], out);
        else
            first_frequency(e, e->p->order[i], out);
    if (more) buf_puts(out, more);
    buf_puts(out, "    self->changed = 0;\n    self->started = 1;\n}\n\n");
}
