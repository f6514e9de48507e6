/* A program as standalone C: header and source as commands.md has them. In: a compiled program.
 * Out: two texts. Its strips are what lower/ makes of the plan, written by strip.c. */
#include "print_c/print_c.h"
#include "base/foreign_text.h"
#include "print_c/runtime_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_EMBEDDED = 16 << 20 };

/* ---- constant data ----------------------------------------------------------------------------
 */

void emit_table(Emitter *e, const char *type, const char *name, int n,
                const char *(*item)(Emitter *, const void *, int), const void *data) {
    Buf *out = &e->tables;
    buf_printf(out, "static const %s %s[%d] = {", type, name, n);
    for (int i = 0; i < n; i++)
        buf_printf(out, "%s%s,", i % 8 ? " " : "\n    ", item(e, data, i));
    buf_puts(out, "\n};\n\n");
}

static const char *point_double(Emitter *e, const void *data, int i) {
    return emit_literal(e, ((const double *)data)[i], true);
}

static const char *point_float(Emitter *e, const void *data, int i) {
    return emit_literal(e, ((const double *)data)[i], false);
}

static const char *sample_float(Emitter *e, const void *data, int i) {
    return emit_literal(e, (double)((const float *)data)[i], false);
}

static void emit_data(Emitter *e) {
    char name[32];
    for (int i = 0; i < e->g->ntables; i++) {
        snprintf(name, sizeof name, "table%df", i);
        if (e->table_used[2 * i])
            emit_table(e, "float", name, e->g->tables[i].n + 1, point_float, e->g->tables[i].data);
        snprintf(name, sizeof name, "table%d", i);
        if (e->table_used[2 * i + 1])
            emit_table(e, "double", name, e->g->tables[i].n + 1, point_double,
                       e->g->tables[i].data);
    }
    for (int i = 0; i < e->g->nsamples; i++) {
        const Sample *s = &e->g->samples[i];
        snprintf(name, sizeof name, "sample%d", i);
        text_to_c_comment(&e->tables, s->path);
        buf_puts(&e->tables, "\n");
        emit_table(e, "float", name, (int)(s->frames * s->channels), sample_float, s->data);
    }
}

static bool samples_fit(Session *session, const Graph *g) {
    int64_t bytes = 0;
    for (int i = 0; i < g->nsamples; i++)
        bytes += g->samples[i].frames * g->samples[i].channels * (int64_t)sizeof(float);
    if (bytes <= MAX_EMBEDDED) return true;
    Diag *d = diag_error(session, (Span){-1, 0, 0},
                         "the sound files of the program need %.1f MiB in C, the limit is 16",
                         (double)bytes / (1 << 20));
    diag_help(session, d, "shorten them, or render with --engine ref");
    return false;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static const char about_runtime[] =
    "/* Functions with kn_ in front belong to Kanon; here are those that the program uses. They "
    "consist of operations that\n"
    " * IEEE 754 defines to the bit, so for one machine all compilers and levels give the same "
    "sound. Not with -ffast-math. */\n";

static void emit_prologue(Emitter *e, const Buf *program, Buf *out) {
    buf_printf(out,
               "/* %s: made by Kanon " KN_VERSION
               ". It is yours: no licence is attached to it. */\n\n",
               e->name);
    buf_puts(out, about_runtime);
    buf_printf(out, "\nenum { KN_STRIP = %d", plan_room(e->p));
    if (print_mentions(program, "KN_ROW")) buf_printf(out, ", KN_ROW = %d", plan_row(e->p));
    buf_puts(out, " };\n\n");
    if (print_mentions(program, "offsetof")) buf_puts(out, "#include <stddef.h>\n");
    emit_runtime(program, out);
    if (e->o->header_name) buf_printf(out, "#include \"%s\"\n\n", e->o->header_name);
}

/* What follows the prologue. */
static void emit_program(Emitter *e, const KernelState *own, const Buf *functions,
                         const Buf *update, Buf *out) {
    buf_add(out, e->tables.data ? e->tables.data : "", e->tables.length);
    print_params(e, out);
    buf_add(out, update->data, update->length);
    buf_add(out, functions->data, functions->length);
    print_interface(e, own, out);
    if (e->o->with_main) {
        buf_puts(out, "\n");
        print_interface_main(e, out);
    }
}

static void emit_all(Emitter *e, EmitResult *result) {
    Buf functions = {0}, update = {0}, program = {0};
    KernelData data = {.set = KERNELS_BASELINE};
    KernelState own = {0};
    emit_state_fields(e);
    if (e->p->warm_up) emit_find_refill(e);
    print_strips(e, &data, &own, result, &functions);
    print_update(e, &data, &own, &update);
    if (interface_bounds_strips(e->p)) emit_field(e, "int", 0, 0, "strip");
    emit_data(e);
    print_data(e, &data);
    print_history_tables(e, &own);
    print_interface_header(e, &result->header);
    emit_program(e, &own, &functions, &update, &program);
    emit_prologue(e, &program, &result->source);
    if (!e->o->header_name) buf_add(&result->source, result->header.data, result->header.length);
    buf_add(&result->source, program.data, program.length);
    result->state_bytes = (e->state_bytes + 7) / 8 * 8;
    buf_free(&functions);
    buf_free(&update);
    buf_free(&program);
    buf_free(&own.tables);
    free(own.numbers);
    free(own.histories);
    kernel_data_free(&data);
}

bool emit_c(Session *session, const Graph *g, const EmitOptions *options, EmitResult *result) {
    if (!samples_fit(session, g)) return false;
    const PlanOptions how = {options->double_precision, options->max_rate, options->without};
    Plan *plan = plan_create(g, &how);
    Emitter e;
    emitter_open(&e, session->arena, options->name, plan);
    e.o = options;
    char *upper = arena_printf(session->arena, "%s", options->name);
    for (char *at = upper; *at; at++)
        *at = (char)toupper((unsigned char)*at);
    e.upper = upper;
    emit_all(&e, result);
    emitter_close(&e);
    plan_free(plan);
    return true;
}
