/* The state struct of an emitted program: which fields it has and where they lie.
 * In: fields as the emitter comes upon them. Out: lines of C, and offsets that every compiler of the
 * machine agrees on. */
#include "emit.h"

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

void emit_field(Emitter *e, const char *type, int count, NodeId node, const char *name, ...) {
    Field f = {.type = type, .count = count, .node = node};
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
}

void emit_fields(const Emitter *e, Buf *out) {
    for (int i = 0; i < e->nfields; i++) {
        const Field *f = &e->fields[i];
        buf_printf(out, "    %s %s", f->type, f->name);
        if (f->count > 0) buf_printf(out, "[%d]", f->count);
        buf_puts(out, ";\n");
    }
}
