/* The state struct of an emitted program: which fields it has and where they lie.
 * In: a plan. Out: lines of C, and offsets that every compiler of the
 * machine agrees on. */
#include "state/state.h"
#include "runtime/kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    size_t size, alignment;
} types[] = {
    {"float", 4, 4},   {"double", 8, 8},   {"int", 4, 4},
    {"int64_t", 8, 8}, {"uint64_t", 8, 8}, {"KnRunning", 16, 8},
};

/* sample_rate, dt, frame, ready, cold, changed, started, param[]: an empty array has one place. */
size_t emit_head_bytes(const Graph *g) {
    return 40 + 8 * (size_t)(g->nparams > 0 ? g->nparams : 1);
}

/* Where a name is in the table of places, or may be put. */
static int *place_of(const Emitter *e, const char *name, size_t length) {
    uint32_t hash = 0x811c9dc5u, mask = (uint32_t)e->field_room - 1;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)name[i]) * 0x01000193u;
    for (uint32_t at = (hash ^ hash >> 15) & mask;; at = (at + 1) & mask) {
        int *place = &e->field_places[at];
        if (!*place) return place;
        const char *known = e->fields[*place - 1].name;
        if (strncmp(known, name, length) == 0 && !known[length]) return place;
    }
}

/* At most half of the table is full. */
static void note_place(Emitter *e) {
    const Field *fields = e->fields;
    if (2 * e->nfields > e->field_room) {
        e->field_room = e->field_room ? 2 * e->field_room : 64;
        free(e->field_places);
        e->field_places = alloc_zeroed((size_t)e->field_room, sizeof *e->field_places);
        for (int i = 0; i + 1 < e->nfields; i++)
            *place_of(e, fields[i].name, strlen(fields[i].name)) = i + 1;
    }
    const char *name = fields[e->nfields - 1].name;
    *place_of(e, name, strlen(name)) = e->nfields;
}

const Field *emit_find_field(const Emitter *e, const char *name, size_t length) {
    int place = e->field_room ? *place_of(e, name, length) : 0;
    return place ? &e->fields[place - 1] : NULL;
}

void emit_field(Emitter *e, const char *type, int count, NodeId node, const char *name, ...) {
    Field f = {.type = type, .count = count, .node = node, .begins = INT64_MIN};
    va_list args;
    va_start(args, name);
    vsnprintf(f.name, sizeof f.name, name, args);
    va_end(args);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(types[i].name, type) != 0) continue;
        size_t alignment = types[i].alignment;
        f.offset = (e->state_bytes + alignment - 1) / alignment * alignment;
        f.size = types[i].size * (size_t)(count > 0 ? count : 1);
    }
    e->state_bytes = f.offset + f.size;
    VEC_PUSH(e->fields, e->nfields, e->field_cap, f);
    note_place(e);
}

void emit_field_text(const Field *f, Buf *out) {
    buf_printf(out, "    %s %s", f->type, f->name);
    if (f->count > 0) buf_printf(out, "[%d]", f->count);
    buf_puts(out, ";\n");
}

void emit_fields(const Emitter *e, Buf *out) {
    for (int i = 0; i < e->nfields; i++)
        emit_field_text(&e->fields[i], out);
}

int emit_running_window(const Emitter *e, const Node *n, int *size) {
    double samples = rint(e->p->samples[node_inputs(n)[1]]);
    int window = samples > 1 ? (int)fmin(samples, 1 << 29) : 1;
    for (*size = 1; *size < window + 1;)
        *size *= 2;
    return window;
}

/* What kn_running_mean keeps of a window: its levels, each two numbers and its elements. */
int emit_running_levels(int window) {
    int size = 2 + window;
    for (int n = window; n > RUNNING_GROUP; size += 2 + n)
        n = (n + RUNNING_GROUP - 1) / RUNNING_GROUP;
    return size;
}

int emit_fir_window(const Emitter *e, const Node *n, int *size) {
    const bool parted = e->p->convolution[n - e->g->nodes] >= 0;
    int count = parted ? PARTITION_DIRECT : node_table(e->g, n)->n;
    *size = 2 * count + KERNEL_STRIP;
    return count;
}

/* Rings go on side by side. Behind each are some bytes more, an odd number of cache lines: were they apart by a power of
 * two, all samples at hand would want the same few places of a cache. */
enum { APART_BYTES = 192 };

static void ring_field(Emitter *e, const Line *line, int number) {
    const bool wide = e->p->wide[line->source];
    const int apart = APART_BYTES / (wide ? 8 : 4);
    emit_field(e, wide ? "double" : "float",
               line->size + (line->mirrored ? line->mirrored + apart : 0), line->source, "line%d",
               number);
    Field *field = &e->fields[e->nfields - 1];
    field->ring = line->size;
    field->mirrored = line->mirrored;
    field->derived = line->pure;
}

static void line_fields(Emitter *e) {
    const Plan *p = e->p;
    for (int i = 0; i < p->nlines; i++) {
        const Line *line = &p->lines[i];
        if (!line->registers)
            ring_field(e, line, i);
        else
            emit_field(e, p->wide[line->source] ? "double" : "float", (int)line->longest,
                       line->source, "z%d", i);
    }
}

/* In points; so much runtime/kernels_partition.c wants of them, and so many for each spectrum. */
enum { SPECTRA_POINTS = 5, SPECTRUM_POINTS = 2, TAILS_POINTS = 6, FIRST_TAILS_POINTS = 8 };

/* They begin where a line of the cache does, if the state does: vectors of them are then read at once. */
static void add_points(Emitter *e, bool wide, int points, NodeId node, const char *name,
                       int number) {
    enum { LINE = 64 };
    const int gap = (int)(-e->state_bytes & (LINE - 1)) / (int)sizeof(float);
    if (gap > 0) emit_field(e, "float", gap, 0, "gap%d", e->nfields);
    emit_field(e, wide ? "double" : "float", points, node, "%s%d", name, number);
    e->fields[e->nfields - 1].alone = true;
}

/* How sums are spread over time is told by how many points there are: those that are spread otherwise are not taken over. */
static int tails_points(const Convolution *c, int level) {
    return (level ? TAILS_POINTS : FIRST_TAILS_POINTS) * partition_points(level) +
           PARTITION_DIRECT * (c->turn[level] - FIRST_TURN);
}

static void partition_fields(Emitter *e) {
    const Plan *p = e->p;
    for (int i = 0; i < p->nspectra; i++) {
        const Spectra *s = &p->spectra[i];
        add_points(e, s->wide,
                   (SPECTRA_POINTS + SPECTRUM_POINTS * plan_room_for_spectra(s)) * s->points,
                   s->source, "spectra", i);
    }
    for (int i = 0; i < p->nconvolutions; i++)
        for (int j = 0; j < p->convolutions[i].sum_levels; j++)
            add_points(e, p->convolutions[i].wide, tails_points(&p->convolutions[i], j),
                       p->convolutions[i].node, "tails", i * PARTITION_LEVELS + j);
}

static int room_of(const Emitter *e, const Node *n, const StateField *field) {
    int size, window;
    switch (field->room) {
    case ROOM_TAPS: emit_fir_window(e, n, &size); return size + FIR_BEHIND;
    case ROOM_WINDOW: emit_running_window(e, n, &size); return size;
    case ROOM_LEVELS: window = emit_running_window(e, n, &size); return emit_running_levels(window);
    default: return 0;
    }
}

static void node_fields(Emitter *e, NodeId id, const Node *n) {
    const StateField *field = op_info[n->op].state;
    for (; field && field->type && !plan_counts_by_block(e->p, id); field++)
        emit_field(e, field->type, room_of(e, n, field), id, "%s%d", field->letter, id);
    if (e->p->convolution[id] >= 0) emit_field(e, "int64_t", 0, id, "until%d", id);
}

/* Values of params and what is made of them that samples need. */
static void find_stored(Emitter *e) {
    const Plan *p = e->p;
    for (int i = 0; i < p->nvarying; i++) {
        const Node *n = &e->g->nodes[p->varying[i]];
        for (int k = 0; k < n->nin; k++)
            e->stored[plan_value(e->g, node_inputs(n)[k])] = true;
    }
    for (int k = 0; k < e->g->noutputs; k++)
        e->stored[plan_value(e->g, e->g->outputs[k])] = true;
}

bool emit_is_stored(const Emitter *e, NodeId id) {
    return e->stored[id] && plan_by_block(e->p, id);
}

/* ---- places in the state ------------------------------------------------------------------------------ */

const Field *emit_field_at(const Emitter *e, size_t offset) {
    int low = 0, high = e->nfields - 1;
    while (low < high) { /* the last that does not begin behind it */
        const int middle = (low + high + 1) / 2;
        if (e->fields[middle].offset <= offset)
            low = middle;
        else
            high = middle - 1;
    }
    return &e->fields[low];
}

static void place_at_head(size_t offset, Buf *out) {
    static const struct {
        size_t at;
        const char *name;
    } head[] = {{HEAD_SAMPLE_RATE, "sample_rate"},
                {HEAD_DT, "dt"},
                {HEAD_FRAME, "frame"},
                {HEAD_READY, "ready"},
                {HEAD_COLD, "cold"},
                {HEAD_CHANGED, "changed"},
                {HEAD_STARTED, "started"}};
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        if (head[i].at == offset) buf_puts(out, head[i].name);
    if (offset >= HEAD_PARAMS)
        buf_printf(out, "param[%zu]", (offset - HEAD_PARAMS) / sizeof(double));
}

void emit_place(const Emitter *e, size_t offset, bool element, Buf *out) {
    if (offset < emit_head_bytes(e->g)) {
        place_at_head(offset, out);
        return;
    }
    const Field *field = emit_field_at(e, offset);
    buf_puts(out, field->name);
    if (field->count > 0 && (element || offset > field->offset))
        buf_printf(out, "[%zu]", (offset - field->offset) / (field->size / (size_t)field->count));
}

/* ---- all ----------------------------------------------------------------------------------------- */

void emit_state_fields(Emitter *e) {
    const Plan *p = e->p;
    line_fields(e);
    partition_fields(e);
    for (int i = 0; i < p->nvarying; i++)
        if (!p->absorbed[p->varying[i]]) node_fields(e, p->varying[i], &e->g->nodes[p->varying[i]]);
    find_stored(e);
    for (int i = 0; i < p->n; i++) {
        NodeId id = p->order[i];
        bool own = e->g->nodes[id].op == OP_PHASE_PARAM; /* a TURNS follows from its inputs */
        if (emit_is_stored(e, id)) emit_field(e, "double", 0, 0, "k%d", id);
        if (e->g->nodes[id].op == OP_BEND && plan_by_block(e->p, id))
            node_fields(e, id, &e->g->nodes[id]);
        if (!plan_counts_by_block(e->p, id)) continue;
        emit_field(e, "uint64_t", 0, own ? id : 0, "s%d", id);
        emit_field(e, "uint64_t", 0, own ? id : 0, "o%d", id);
    }
}

/* ---- the refill ------------------------------------------------------------------------------------- */

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

/* ---- the emitter ------------------------------------------------------------------------------------ */

void emitter_open(Emitter *e, Arena *arena, const char *name, Plan *plan) {
    size_t n = (size_t)plan->g->n;
    memset(e, 0, sizeof *e);
    e->arena = arena;
    e->g = plan->g;
    e->p = plan;
    e->name = name;
    e->state_bytes = emit_head_bytes(e->g);
    e->stored = alloc_zeroed(n, sizeof *e->stored);
    e->field = alloc_zeroed(n, sizeof *e->field);
    e->wanted = alloc_zeroed(n, sizeof *e->wanted);
    e->table_used = alloc_zeroed(2 * (size_t)e->g->ntables, sizeof *e->table_used);
}

void emitter_close(Emitter *e) {
    free(e->stored);
    free(e->field);
    free(e->wanted);
    free(e->table_used);
    free(e->fields);
    free(e->field_places);
    buf_free(&e->tables);
}
