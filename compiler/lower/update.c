/* What params decide: values of nodes that samples need, steps of phases, and numbers that calls need beside. In: a plan, and
 * the numbers that other functions asked for. Out: the calls of a step of one sample, which runs when params have changed. */
#include "lower/lower.h"

#include <string.h>

/* ---- numbers ------------------------------------------------------------------------------------- */

StripArgument kernel_made_number(KernelEmitter *k, struct KernelNumber number) {
    enum { LOOKED_AT = 256 }; /* of the last numbers: one that is made twice does no harm */
    KernelState *own = k->own;
    int at = own->nnumbers > LOOKED_AT ? own->nnumbers - LOOKED_AT : 0;
    while (at < own->nnumbers &&
           (own->numbers[at].kind != number.kind || own->numbers[at].a != number.a ||
            own->numbers[at].b != number.b ||
            memcmp(&own->numbers[at].scale, &number.scale, sizeof number.scale) != 0))
        at++;
    if (at == own->nnumbers) {
        emit_field(k->e, "double", 0, 0, "number%d", at);
        number.field = k->e->fields[k->e->nfields - 1].offset;
        VEC_PUSH(own->numbers, own->nnumbers, own->number_cap, number);
    }
    return kernel_number_at(own->numbers[at].field);
}

StripArgument kernel_distance(KernelEmitter *k, NodeId delay) {
    return kernel_made_number(k, (struct KernelNumber){.kind = NUMBER_SAMPLES, .a = delay});
}

static Operand whole_samples(KernelEmitter *k, Operand x) {
    const int y = kernel_function(k, FUNCTION_kn_whole_samples, OF_DOUBLE);
    kernel_add_operand(k, &x);
    return kernel_value(y);
}

/* Rounded to the nearest, from 1 to `most`. */
static Operand window_of(KernelEmitter *k, const Node *n, double most) {
    const double magic = 6755399441055744.0; /* 1.5 * 2^52: beside it a double has no fraction */
    Operand x = kernel_pair(k, "mul", kernel_input(k, n, 1), kernel_sample_rate(k));
    x = kernel_pair(k, "add", x, kernel_constant(magic));
    x = kernel_pair(k, "sub", x, kernel_constant(magic));
    return kernel_pair(k, "min", kernel_pair(k, "max", x, kernel_constant(1)),
                       kernel_constant(most));
}

static Operand product_of(KernelEmitter *k, const struct KernelNumber *number) {
    Operand x = kernel_constant(number->scale);
    if (number->a) x = kernel_pair(k, "mul", x, kernel_operand(k, number->a, OF_DOUBLE));
    if (number->b) x = kernel_pair(k, "mul", x, kernel_operand(k, number->b, OF_DOUBLE));
    return x;
}

static void make_number(KernelEmitter *k, const struct KernelNumber *number) {
    const Node *n = &k->g->nodes[number->a];
    const Operand x = number->kind == NUMBER_PRODUCT ? product_of(k, number)
                      : number->kind == NUMBER_EDGE  ? kernel_edge_frame(k, number->a, number->b)
                      : number->kind == NUMBER_SAMPLES
                          ? whole_samples(k, kernel_delay_samples(k, n))
                          : window_of(k, n, number->scale);
    kernel_assign(k, kernel_hold(k, OF_DOUBLE, number->field), x);
}

/* ---- nodes ----------------------------------------------------------------------------------------- */

static void add_started(KernelEmitter *k) {
    strip_add_field(&k->code, HEAD_STARTED);
}

static void bend(KernelEmitter *k, NodeId id, const Node *n) {
    const Operand f = kernel_finite(k, kernel_input(k, n, 0));
    const Operand seconds =
        kernel_pair(k, "mul", kernel_value(kernel_sample_number(k, 0)), kernel_sample_time(k));
    const int y = kernel_function(k, FUNCTION_kn_bend, OF_DOUBLE);
    kernel_add_field(k, "f", id);
    kernel_add_field(k, "o", id);
    kernel_add_operand(k, &f);
    kernel_add_operand(k, &seconds);
    add_started(k);
    kernel_set(k, id, y);
}

/* A number at a place at the head of the state. */
static void at_head(KernelEmitter *k, NodeId id, size_t place) {
    const int y = strip_buffer(&k->code, OF_DOUBLE);
    kernel_fill(k, y, kernel_number_at(place));
    kernel_set(k, id, y);
}

static void node(KernelEmitter *k, NodeId id) {
    const Node *n = &k->g->nodes[id];
    switch (n->op) {
    case OP_CELL: break;
    case OP_SR: at_head(k, id, HEAD_SAMPLE_RATE); break;
    case OP_PARAM: at_head(k, id, HEAD_PARAMS + sizeof(double) * (size_t)n->aux); break;
    case OP_BEND: bend(k, id, n); break;
    default: kernel_node_in_turn(k, id); break;
    }
}

/* The step of a phase that a param controls changes so that the phase at this very sample stays. */
static void phase_step(KernelEmitter *k, NodeId id, const Node *n) {
    const Operand turns = kernel_pair(k, "div", kernel_input(k, n, 0), kernel_sample_rate(k)),
                  start = kernel_input(k, n, n->op == OP_TURNS ? 1 : 0);
    kernel_procedure(k, n->op == OP_TURNS ? FUNCTION_kn_set_phase : FUNCTION_kn_turn_phase);
    kernel_add_field(k, "s", id);
    kernel_add_field(k, "o", id);
    kernel_add_operand(k, &turns);
    if (n->op == OP_TURNS) {
        kernel_add_operand(k, &start);
    } else {
        strip_add_frame(&k->code, 0);
        add_started(k);
    }
}

/* In a time of its own a phase compares its frequency sample by sample: from the first one on. */
static void first_frequency(KernelEmitter *k, NodeId id, const Node *n) {
    if (n->op != OP_PHASE_PARAM && n->op != OP_BEND) return;
    if (k->p->rate[id] != RATE_SAMPLE || k->p->absorbed[id]) return;
    const Operand f = kernel_finite(k, kernel_input(k, n, 0));
    kernel_procedure(k, FUNCTION_kn_first_frequency);
    kernel_add_field(k, "f", id);
    kernel_add_operand(k, &f);
    add_started(k);
}

/* ---- all --------------------------------------------------------------------------------------------- */

static void store(KernelEmitter *k, NodeId id) {
    if (!emit_is_stored(k->e, id) || k->g->nodes[id].op == OP_CELL) return;
    kernel_assign(k, kernel_hold(k, OF_DOUBLE, kernel_field(k, "k", id)),
                  kernel_value(kernel_buffer(k, id, OF_DOUBLE)));
}

static void begin(KernelEmitter *k) {
    k->in_turn = k->by_block = true;
    k->nheld = 0;
}

/* Of these nodes the values are needed behind it; NULL: of none. */
static void end(KernelEmitter *k, const bool *asked) {
    uint8_t *needed = alloc_zeroed((size_t)k->code.nbuffers + 1, 1);
    for (NodeId id = 0; asked && id < k->g->n; id++)
        if (asked[id] && k->buffer[id] >= 0) needed[k->buffer[id]] = 1;
    kernel_close_step(k, 0, 0, needed, true);
    free(needed);
}

bool kernel_has_update(const Plan *p, const KernelState *own) {
    for (int i = 0; i < p->n; i++) {
        const NodeId id = p->order[i];
        if (plan_by_block(p, id) || plan_counts_by_block(p, id) ||
            p->g->nodes[id].op == OP_PHASE_PARAM || p->g->nodes[id].op == OP_BEND)
            return true;
    }
    return own->nnumbers > 0;
}

void kernel_update(KernelEmitter *k) {
    const Plan *p = k->p;
    begin(k);
    for (int i = 0; i < p->n; i++) {
        if (!plan_by_block(k->p, p->order[i])) continue;
        node(k, p->order[i]);
        store(k, p->order[i]);
    }
    for (int i = 0; i < p->n; i++) {
        const NodeId id = p->order[i];
        if (plan_counts_by_block(k->p, id))
            phase_step(k, id, &k->g->nodes[id]);
        else
            first_frequency(k, id, &k->g->nodes[id]);
    }
    for (int i = 0; i < k->own->nnumbers; i++)
        make_number(k, &k->own->numbers[i]);
    end(k, NULL);
}

/* The nodes that these are made of, and they themselves. */
static bool *find_wanted(const KernelEmitter *k, const bool *asked) {
    bool *wanted = alloc_zeroed((size_t)k->g->n, sizeof *wanted);
    memcpy(wanted, asked, (size_t)k->g->n * sizeof *wanted);
    for (int i = k->p->n - 1; i >= 0; i--) {
        const Node *n = &k->g->nodes[k->p->order[i]];
        for (int j = 0; wanted[k->p->order[i]] && n->op != OP_CELL && j < n->nin; j++)
            wanted[plan_value(k->g, node_inputs(n)[j])] = true;
    }
    return wanted;
}

void kernel_block_values(KernelEmitter *k, const bool *asked) {
    bool *wanted = find_wanted(k, asked);
    begin(k);
    for (int i = 0; i < k->p->n; i++)
        if (wanted[k->p->order[i]] && plan_by_block(k->p, k->p->order[i])) node(k, k->p->order[i]);
    end(k, asked);
    free(wanted);
}
