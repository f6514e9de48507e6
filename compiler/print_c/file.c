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

/* A part of a program has no more of them than it reads. */
static bool reads_sample(const Emitter *e, int number) {
    for (int i = 0; i < e->p->n; i++) {
        const Node *n = &e->g->nodes[e->p->order[i]];
        if (op_reads_sample((Op)n->op) && n->aux == number + 1) return true;
    }
    return false;
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
        if (!reads_sample(e, i)) continue;
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

static void part_open(Part *part, Arena *arena, const Graph *g, const char *name, double max_rate,
                      const EmitOptions *o) {
    const PlanOptions how = {o->double_precision, max_rate, o->without, 0};
    *part = (Part){.plan = plan_create(g, &how), .data = {.set = KERNELS_BASELINE}};
    emitter_open(&part->e, arena, name, part->plan);
    part->e.o = o;
    part->e.upper = upper_case(arena, name);
    part->e.max_rate = max_rate;
}

/* All but the text of the file. */
static void part_emit(Part *part, EmitResult *result) {
    Emitter *e = &part->e;
    emit_state_fields(e);
    if (e->p->warm_up) emit_find_refill(e);
    print_strips(e, &part->data, &part->own, result, &part->functions);
    print_update(e, &part->data, &part->own, &part->update);
    print_interface_fields(e, &part->own);
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

/* ---- a program in parts ---------------------------------------------------------------------------- */

/* The program itself, the notes of an instrument, the rows of a picture: each a program of its own where it is there. */
typedef enum { PART_VOICE, PART_MAIN, PART_ROW, PARTS } PartKind; /* in the order of the text */

typedef struct Parts {
    ProgramText whole;
    Part part[PARTS];
    bool there[PARTS];
} Parts;

static Emitter *emitter_of(Parts *p, PartKind kind) {
    return p->there[kind] ? &p->part[kind].e : NULL;
}

static void open_parts(Parts *p, Arena *arena, const Graph *g, const EmitOptions *o) {
    static const char *const names[PARTS] = {"voice", "main", "row"};
    const Graph *graphs[PARTS] = {o->notes.graph, g, o->picture.graph};
    const bool sounds = g->noutputs > 0 || !o->picture.graph;
    p->whole = (ProgramText){o->name, upper_case(arena, o->name),
                             o->notes.graph ? o->notes.voices : 0, g, sounds};
    uint8_t *printed = arena_alloc(arena, KERNELS); /* what several need stands in the first */
    for (int i = 0; i < PARTS; i++) {
        const bool alone = i == PART_MAIN && !o->notes.graph;
        p->there[i] = graphs[i] && (i == PART_ROW || sounds);
        if (!p->there[i]) continue;
        part_open(&p->part[i], arena, graphs[i],
                  alone ? o->name : arena_printf(arena, "%s_%s", o->name, names[i]),
                  i == PART_ROW ? PICTURE_WIDEST : o->max_rate, o);
        Emitter *e = &p->part[i].e;
        e->whole = alone ? NULL : &p->whole;
        e->own_params = i != PART_MAIN;
        e->printed = printed;
    }
}

/* Names of constant data, each with a number behind it: those of a part begin with its name, since others have the same. */
static void rename_data(const Buf *text, const char *part, Buf *out) {
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
        if (stem > 0) buf_puts(out, part);
        buf_add(out, at, n > 0 ? n : 1);
        at += n > 0 ? n : 1;
    }
}

static void print_parts(Parts *p, Buf *program) {
    static const char *const prefixes[PARTS] = {"voice_", NULL, "row_"};
    for (int i = 0; i < PARTS; i++) {
        if (!p->there[i]) continue;
        Buf text = {0};
        if (i == PART_ROW) print_row_head(&p->part[i].e, &text);
        part_print(&p->part[i], &text);
        if (prefixes[i])
            rename_data(&text, prefixes[i], program);
        else
            buf_add(program, text.data, text.length);
        buf_free(&text);
    }
    if (p->there[PART_VOICE])
        print_instrument(&p->part[PART_MAIN].e, &p->part[PART_VOICE].e, program);
    if (p->there[PART_ROW]) print_image(&p->part[PART_ROW].e, program);
}

/* The text of the program, behind it a command where that is wanted; before it what all of it needs. */
static void finish(Parts *p, Buf *program, EmitResult *result) {
    Emitter *main = emitter_of(p, PART_MAIN), *any = main ? main : emitter_of(p, PART_ROW);
    const EmitOptions *o = any->o;
    int room = 0, row = 0;
    for (int i = 0; i < PARTS; i++) {
        if (!p->there[i]) continue;
        const Plan *plan = p->part[i].plan;
        room = plan_room(plan) > room ? plan_room(plan) : room;
        row = plan_row(plan) > row ? plan_row(plan) : row;
        const int copies = i == PART_VOICE ? notes_room(p->whole.voices) : 1;
        result->state_bytes += (size_t)copies * state_bytes(&p->part[i]);
    }
    if (o->host == HOST_COMMAND && main) print_interface_main(main, program);
    if (o->host > HOST_COMMAND && main) print_host(main, program);
    emit_prologue(o, room, row, program, &result->source);
    if (!o->header_name) buf_add(&result->source, result->header.data, result->header.length);
    buf_add(&result->source, program->data, program->length);
}

bool emit_c(Session *session, const Graph *g, const EmitOptions *options, EmitResult *result) {
    if (!samples_fit(session, g)) return false;
    Parts parts = {.there = {false}};
    Buf program = {0};
    open_parts(&parts, session->arena, g, options);
    for (int i = 0; i < PARTS; i++)
        if (parts.there[i]) part_emit(&parts.part[i], i == PART_MAIN ? result : NULL);
    print_interface_header(&parts.whole, emitter_of(&parts, PART_MAIN),
                           emitter_of(&parts, PART_VOICE), emitter_of(&parts, PART_ROW),
                           &result->header);
    print_parts(&parts, &program);
    finish(&parts, &program, result);
    buf_free(&program);
    for (int i = 0; i < PARTS; i++)
        if (parts.there[i]) part_close(&parts.part[i]);
    return true;
}
