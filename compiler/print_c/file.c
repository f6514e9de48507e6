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
    bool held = true;
    for (int i = 0; i < g->nsamples; i++)
        held = held && g->samples[i].data;
    if (bytes <= MAX_EMBEDDED && held) return true;
    Diag *d = diag_error(session, (Span){-1, 0, 0},
                         "the sound files of the program need %.1f MiB in C, the limit is 16",
                         (double)bytes / (1 << 20));
    diag_help(session, d, "shorten them, or render with `kanon render`, in memory");
    return false;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static const char about_runtime[] =
    "/* Functions with kn_ in front belong to Kanon; here are those that the program uses. They "
    "consist of operations that\n"
    " * IEEE 754 defines to the bit, so for one machine all compilers and levels give the same "
    "sound. Not with -ffast-math. */\n";

static void emit_prologue(const EmitOptions *o, int room, int row, const Buf *program, Buf *out) {
    buf_printf(out,
               "/* %s: made by Kanon " KN_VERSION
               ". It is yours: no licence is attached to it. */\n\n",
               o->name);
    if (o->host == HOST_JACK) /* signals and processes, of a compiler that is told -std=c11 */
        buf_puts(out, "#ifndef _POSIX_C_SOURCE\n#define _POSIX_C_SOURCE 200809L\n#endif\n\n");
    buf_puts(out, about_runtime);
    buf_printf(out, "\nenum { KN_STRIP = %d", room);
    if (print_mentions(program, "KN_ROW")) buf_printf(out, ", KN_ROW = %d", row);
    buf_puts(out, " };\n\n");
    if (print_mentions(program, "offsetof")) buf_puts(out, "#include <stddef.h>\n");
    emit_runtime(program, out);
    if (o->header_name) buf_printf(out, "#include \"%s\"\n\n", o->header_name);
}

/* A graph on its way to C. */
typedef struct Part {
    Emitter e;
    Plan *plan;
    Buf functions, update;
    KernelData data;
    KernelState own;
} Part;

static char *upper_case(Arena *arena, const char *name) {
    char *upper = arena_printf(arena, "%s", name);
    for (char *at = upper; *at; at++)
        *at = (char)toupper((unsigned char)*at);
    return upper;
}

static void part_open(Part *part, Arena *arena, const Graph *g, const char *name,
                      const EmitOptions *o) {
    const PlanOptions how = {o->double_precision, o->max_rate, o->without, 0};
    *part = (Part){.plan = plan_create(g, &how), .data = {.set = KERNELS_BASELINE}};
    emitter_open(&part->e, arena, name, part->plan);
    part->e.o = o;
    part->e.upper = upper_case(arena, name);
}

/* All but the text of the file. */
static void part_emit(Part *part, EmitResult *result) {
    Emitter *e = &part->e;
    emit_state_fields(e);
    if (e->p->warm_up) emit_find_refill(e);
    print_strips(e, &part->data, &part->own, result, &part->functions);
    print_update(e, &part->data, &part->own, &part->update);
    if (interface_bounds_strips(e->p)) emit_field(e, "int", 0, 0, "strip");
    if (interface_runs_unheard(e))
        emit_field(e, "float", e->g->noutputs * part->own.strip, 0, "unheard");
    emit_data(e);
    print_data(e, &part->data);
    print_history_tables(e, &part->own);
}

/* What follows the prologue. */
static void part_print(Part *part, Buf *out) {
    Emitter *e = &part->e;
    buf_add(out, e->tables.data ? e->tables.data : "", e->tables.length);
    print_params(e, out);
    buf_add(out, part->update.data ? part->update.data : "", part->update.length);
    buf_add(out, part->functions.data ? part->functions.data : "", part->functions.length);
    print_interface(e, &part->own, out);
    buf_puts(out, "\n");
}

static void part_close(Part *part) {
    buf_free(&part->functions);
    buf_free(&part->update);
    buf_free(&part->own.tables);
    free(part->own.numbers);
    free(part->own.edges);
    free(part->own.histories);
    kernel_data_free(&part->data);
    emitter_close(&part->e);
    plan_free(part->plan);
}

static size_t state_bytes(const Part *part) {
    return (part->e.state_bytes + 7) / 8 * 8;
}

/* The text of the program, behind it a command where that is wanted; before it what all of it needs. */
static void finish(Part *part, int room, int row, Buf *program, EmitResult *result) {
    const EmitOptions *o = part->e.o;
    if (o->host == HOST_COMMAND) print_interface_main(&part->e, program);
    if (o->host > HOST_COMMAND) print_host(&part->e, program);
    emit_prologue(o, room, row, program, &result->source);
    if (!o->header_name) buf_add(&result->source, result->header.data, result->header.length);
    buf_add(&result->source, program->data, program->length);
}

static void emit_alone(Session *session, const Graph *g, const EmitOptions *o, EmitResult *result) {
    Part part;
    Buf program = {0};
    part_open(&part, session->arena, g, o->name, o);
    part_emit(&part, result);
    print_interface_header(&part.e, &result->header);
    part_print(&part, &program);
    result->state_bytes = state_bytes(&part);
    finish(&part, plan_room(part.plan), plan_row(part.plan), &program, result);
    buf_free(&program);
    part_close(&part);
}

/* ---- an instrument --------------------------------------------------------------------------------- */

/* Names of constant data, each with a number behind it: those of a note begin with `voice_`, since what hears the notes has the
 * same. */
static void rename_data(const Buf *text, Buf *out) {
    static const char *const stems[] = {"table",  "sample",    "roll",   "rolled", "taps",
                                        "choice", "turns",     "steps",  "gains",  "starts",
                                        "far",    "histories", "terms_", "spans",  "data"};
    const char *at = text->data, *end = at + text->length;
    while (at < end) {
        size_t n = 0, stem = 0;
        while (at + n < end && (isalnum((unsigned char)at[n]) || at[n] == '_'))
            n++;
        for (size_t i = 0; i < sizeof stems / sizeof *stems; i++) {
            const size_t length = strlen(stems[i]);
            const bool numbered = stems[i][length - 1] == '_' || isdigit((unsigned char)at[length]);
            if (n > length && strncmp(at, stems[i], length) == 0 && numbered) stem = length;
        }
        if (stem > 0) buf_puts(out, "voice_");
        buf_add(out, at, n > 0 ? n : 1);
        at += n > 0 ? n : 1;
    }
}

static int greater(int a, int b) {
    return a > b ? a : b;
}

static void emit_instrument(Session *session, const Graph *g, const EmitOptions *o,
                            EmitResult *result) {
    Arena *arena = session->arena;
    const InstrumentText instrument = {o->name, upper_case(arena, o->name), o->notes.voices};
    Part main, voice;
    Buf program = {0}, notes = {0};
    part_open(&main, arena, g, arena_printf(arena, "%s_main", o->name), o);
    part_open(&voice, arena, o->notes.graph, arena_printf(arena, "%s_voice", o->name), o);
    main.e.instrument = voice.e.instrument = &instrument;
    voice.e.is_voice = true;
    /* in the order of the text: what both need stands in the first */
    main.e.printed = voice.e.printed = arena_alloc(arena, KERNELS);
    part_emit(&voice, NULL);
    part_emit(&main, result);
    print_instrument_header(&main.e, &voice.e, &result->header);
    part_print(&voice, &notes);
    rename_data(&notes, &program);
    part_print(&main, &program);
    print_instrument(&main.e, &voice.e, &program);
    result->state_bytes =
        state_bytes(&main) + (size_t)notes_room(instrument.voices) * state_bytes(&voice);
    finish(&main, greater(plan_room(main.plan), plan_room(voice.plan)),
           greater(plan_row(main.plan), plan_row(voice.plan)), &program, result);
    buf_free(&program);
    buf_free(&notes);
    part_close(&main);
    part_close(&voice);
}

bool emit_c(Session *session, const Graph *g, const EmitOptions *options, EmitResult *result) {
    if (!samples_fit(session, g)) return false;
    if (options->notes.graph)
        emit_instrument(session, g, options, result);
    else
        emit_alone(session, g, options, result);
    return true;
}
