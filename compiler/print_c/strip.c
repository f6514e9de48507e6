/* The functions over a strip: that of the program, and the one that fills the past of pure signals. In: a plan. Out: C,
 * of which calls.c writes the statements, and what they need of the state.
 *
 * Compilers take longer than in proportion to the length of a function, so what is long is cut into parts. */
#include "print_c/print_c.h"

#include <stdlib.h>
#include <string.h>

static const char letters[] = "fdq";
static const char *const types[] = {"float", "double", "int32_t"};

/* ---- what they are made of ---------------------------------------------------------------------------- */

/* Puts before a part where the strip begins in those inputs and outputs that it reads or fills where they lie. */
static void declare_streams(const Emitter *e, Buf *part) {
    Buf declared = {0};
    for (int i = 0; i < graph_inputs(e->g) + e->g->noutputs; i++) {
        char name[24];
        const bool output = i >= graph_inputs(e->g);
        const int number = output ? i - graph_inputs(e->g) : i;
        snprintf(name, sizeof name, "%s%d", output ? "out" : "in", number);
        if (print_mentions(part, name))
            buf_printf(&declared, "    %sfloat *const %s = %sputs[%d] + at;\n",
                       output ? "" : "const ", name, output ? "out" : "in", number);
    }
    if (declared.length == 0) return;
    buf_add(&declared, part->data, part->length);
    buf_free(part);
    *part = declared;
}

static void lower_strip(Emitter *e, KernelData *data, KernelState *own, bool refill,
                        StripFunction *f, EmitResult *told) {
    KernelEmitter k;
    e->refill = f->refill = refill;
    lower_function(&k, e, data, own, true);
    print_calls(&k, f);
    if (!refill) own->strip = lower_longest_strip(&k);
    for (int i = 0; i < f->nparts && !refill; i++)
        declare_streams(e, &f->parts[i]);
    if (told) {
        told->spans = kernel_span_facts(&k);
        told->work = kernel_work(&k);
    }
    memcpy(f->rows, k.code.nslots, sizeof f->rows);
    f->fields = e->field;
    e->field = alloc_zeroed((size_t)e->g->n, sizeof *e->field);
    lower_end(&k);
    e->refill = false;
}

void print_free(StripFunction *f) {
    for (int i = 0; i < f->nparts; i++)
        buf_free(&f->parts[i]);
    free(f->parts);
    free(f->fields);
}

/* Are the buffers in the state? Then they are fields of it. */
static bool place_rows(Emitter *e, const StripFunction *functions) {
    static const char *const of_fields[] = {"float", "double", "int"};
    const int room = plan_row(e->p);
    int rows[3];
    for (int i = 0; i < 3; i++)
        rows[i] = functions[0].rows[i] > functions[1].rows[i] ? functions[0].rows[i]
                                                              : functions[1].rows[i];
    if ((int64_t)room * (4 * rows[0] + 8 * rows[1] + 4 * rows[2]) <= C_STACK_BYTES) return false;
    for (int i = 0; i < 3; i++)
        if (rows[i] > 0) emit_field(e, of_fields[i], room * rows[i], 0, "%c", letters[i]);
    return true;
}

/* ---- heads -------------------------------------------------------------------------------------------- */

/* Marks the nodes whose number k… a text names. */
static void find_numbers(const Emitter *e, const Buf *text, bool *named) {
    const char *word = text->data, *end = word + text->length;
    while (word < end) {
        const size_t length =
            strspn(word, "_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
        char *rest;
        const long id = *word == 'k' && length > 1 ? strtol(word + 1, &rest, 10) : -1;
        if (id > 0 && id < e->g->n && rest == word + length) named[id] = true;
        word += length > 0 ? length : 1;
    }
}

/* Names of what is known at the start of the strip: values of nodes, and numbers made of them. */
static void declare_numbers(const Emitter *e, const StripFunction *f, const Buf *part, Buf *out) {
    bool *named = alloc_zeroed((size_t)e->g->n, sizeof *named);
    find_numbers(e, part, named);
    for (NodeId id = 0; id < e->g->n; id++)
        if (f->fields[id] && named[id])
            buf_printf(out, "    const double k%d = self->k%d;\n", id, id);
    for (int i = 0; i < e->nfields; i++)
        if (strncmp(e->fields[i].name, "number", strlen("number")) == 0 &&
            print_mentions(part, e->fields[i].name))
            buf_printf(out, "    const double %s = self->%s;\n", e->fields[i].name,
                       e->fields[i].name);
    if (strstr(part->data, "(s + r->c")) buf_puts(out, "    char *const s = (char *)self;\n");
    free(named);
}

/* The arrays f, d, q, of a function or of the state. */
static void declare_rows(const StripFunction *f, bool in_state, Buf *out) {
    for (int i = 0; i < 3; i++) {
        if (f->rows[i] == 0) continue;
        if (in_state)
            buf_printf(out, "    %s(*const %c)[KN_ROW] = (%s(*)[KN_ROW])self->%c;\n", types[i],
                       letters[i], types[i], letters[i]);
        else
            buf_printf(out, "    KN_ALIGNED %s %c[%d][KN_ROW];\n", types[i], letters[i],
                       f->rows[i]);
    }
}

static const char *name_of(const StripFunction *f) {
    return f->refill ? "refill" : "strip";
}

static void open_function(const Emitter *e, const StripFunction *f, Buf *out) {
    buf_puts(out, f->refill ? "/* Past values of pure signals, after a start or a seek. */\n"
                            : "/* Samples n0 to n0 + n - 1. */\n");
    buf_printf(out, "static void %s_%s(struct %s *self, ", e->name, name_of(f), e->name);
    if (f->refill)
        buf_puts(out, "int64_t n0, int n) {\n");
    else
        buf_printf(
            out, "%sfloat *const *outputs, int at, int n) {\n    const int64_t n0 = self->frame;\n",
            graph_inputs(e->g) ? "const float *const *inputs, " : "");
}

/* What the body may not mention. */
static void use(const Buf *body, const char *name, Buf *out) {
    if (!print_mentions(body, name)) buf_printf(out, "    (void)%s;\n", name);
}

/* ---- parts -------------------------------------------------------------------------------------------- */

/* What all parts of a function are given: the types, or the names where it calls one. */
static void print_given(const Emitter *e, const StripFunction *f, bool declared, Buf *out) {
    if (declared) buf_printf(out, "struct %s *self, int64_t n0, int n", e->name);
    if (!declared) buf_puts(out, "self, n0, n");
    for (int i = 0; i < 3; i++)
        if (f->rows[i] > 0 && declared)
            buf_printf(out, ", %s (*%c)[KN_ROW]", types[i], letters[i]);
        else if (f->rows[i] > 0)
            buf_printf(out, ", %c", letters[i]);
    if (f->refill) return;
    if (graph_inputs(e->g)) buf_printf(out, ", %sinputs", declared ? "const float *const *" : "");
    buf_puts(out, declared ? ", float *const *outputs, int at" : ", outputs, at");
}

static void print_part(const Emitter *e, const StripFunction *f, int number, Buf *out) {
    const Buf *part = &f->parts[number];
    buf_printf(out, "/* Part %d of %d of the %s. */\n", number + 1, f->nparts, name_of(f));
    buf_printf(out, "static KN_APART void %s_%s_%d(", e->name, name_of(f), number + 1);
    print_given(e, f, true, out);
    buf_puts(out, ") {\n");
    declare_numbers(e, f, part, out);
    use(part, "self", out);
    use(part, "n0", out);
    use(part, "n", out);
    for (int i = 0; i < 3; i++)
        if (f->rows[i] > 0) use(part, (char[]){letters[i], 0}, out);
    if (!f->refill && graph_inputs(e->g)) use(part, "inputs", out);
    if (!f->refill) use(part, "outputs", out);
    if (!f->refill) use(part, "at", out);
    buf_add(out, part->data, part->length);
    buf_puts(out, "}\n\n");
}

static void call_parts(const Emitter *e, const StripFunction *f, Buf *out) {
    for (int i = 0; i < f->nparts; i++) {
        buf_printf(out, "    %s_%s_%d(", e->name, name_of(f), i + 1);
        print_given(e, f, false, out);
        buf_puts(out, ");\n");
    }
}

static void print_strip(const Emitter *e, const StripFunction *f, bool in_state, const Buf *kept,
                        Buf *out) {
    const bool cut = f->nparts > 1;
    for (int i = 0; cut && i < f->nparts; i++)
        print_part(e, f, i, out);
    open_function(e, f, out);
    if (!cut) declare_numbers(e, f, &f->parts[0], out);
    declare_rows(f, in_state, out);
    if (!cut) use(&f->parts[0], "n0", out);
    if (!cut && !f->refill && graph_inputs(e->g)) use(&f->parts[0], "inputs", out);
    if (cut)
        call_parts(e, f, out);
    else
        buf_add(out, f->parts[0].data, f->parts[0].length);
    buf_add(out, kept->data ? kept->data : "", kept->length);
    buf_puts(out, "}\n\n");
}

void print_strips(Emitter *e, KernelData *data, KernelState *own, EmitResult *told, Buf *out) {
    StripFunction f[2] = {{0}, {0}}; /* that of the program, and the refill */
    Buf kept = {0}, nothing = {0};
    if (e->p->warm_up) lower_strip(e, data, own, true, &f[1], NULL);
    lower_strip(e, data, own, false, &f[0], told);
    print_kept_states(e, own, &kept);
    const bool in_state = place_rows(e, f);
    for (int i = 0; i < KERNELS; i++) {
        if (!(f[0].called[i] || f[1].called[i]) || !kernels[i].expression) continue;
        if (e->printed && e->printed[i]++) continue;
        print_function(&kernels[i], out);
    }
    if (e->p->warm_up) print_strip(e, &f[1], in_state, &nothing, out);
    print_strip(e, &f[0], in_state, &kept, out);
    for (int i = 0; i < 2; i++)
        print_free(&f[i]);
    buf_free(&kept);
}

void print_update(Emitter *e, KernelData *data, KernelState *own, Buf *out) {
    KernelEmitter k;
    StripFunction f = {0};
    Buf setup = {0};
    lower_block(&k, e, data, own, true, NULL);
    print_calls(&k, &f);
    print_history_setup(e, own, &setup);
    buf_printf(out,
               "/* What depends on params alone, once a block at most. */\n"
               "static void %s_update(struct %s *self) {\n",
               e->name, e->name);
    if (print_mentions(&f.parts[0], "n0")) buf_puts(out, "    const int64_t n0 = self->frame;\n");
    buf_add(out, f.parts[0].data, f.parts[0].length);
    if (setup.data) buf_add(out, setup.data, setup.length);
    buf_puts(out, "    self->changed = 0;\n    self->started = 1;\n}\n\n");
    buf_free(&setup);
    print_free(&f);
    lower_end(&k);
}
