/* Lowers a program: its strips, and what params decide, become calls. In: a plan. Out: their machine code, or C for libtcc; and
 * the data that they name. The state begins with the fields of standalone C, at the same places. */
#include "lower/lower.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is needed where ---------------------------------------------------------------------- */

static bool reads_line(const Node *n, int input) {
    return (n->op == OP_DELAY || n->op == OP_SHIFT) && input == 0;
}

bool kernel_counts_as_use(const KernelEmitter *k, NodeId id, int input) {
    const Node *n = &k->g->nodes[id];
    return n->op != OP_CELL && !reads_line(n, input) && !(input == 0 && kernel_is_choice(k, id)) &&
           k->p->rate[plan_value(k->g, node_inputs(n)[input])] == RATE_SAMPLE;
}

static void count_uses(KernelEmitter *k) {
    const Plan *p = k->p;
    for (int i = 0; i < k->n; i++) {
        NodeId id = k->nodes[i];
        const Node *n = &k->g->nodes[id];
        for (int j = 0; j < n->nin; j++) {
            if (!kernel_counts_as_use(k, id, j)) continue;
            NodeId to = plan_value(k->g, node_inputs(n)[j]);
            k->uses[to]++;
            if (p->component[to] != p->component[id]) k->crosses[to] = true;
        }
    }
    for (int i = 0; i < k->g->noutputs && !k->e->refill; i++)
        k->kept[plan_value(k->g, k->g->outputs[i])] = 1;
    for (int i = 0; i < p->nlines; i++)
        if (!k->e->refill || p->lines[i].pure) k->kept[p->lines[i].source] = 1;
    for (int i = 0; i < p->nrolls; i++)
        for (int j = 0; j < p->rolls[i].ninputs; j++)
            k->crosses[plan_value(k->g, p->rolls[i].inputs[j])] = true;
    for (NodeId id = 0; id < k->g->n; id++)
        if (k->kept[id]) k->crosses[id] = true;
    for (int i = 0; i < p->nrolls; i++)
        for (int j = 0; j < p->rolls[i].nholes; j++)
            k->rolled[p->rolls[i].holes[j].node] = 1;
}

/* ---- lines --------------------------------------------------------------------------------------- */

/* Puts the values that a strip computed for a node into its line, or into the variables that hold its past. */
void kernel_keep_past(KernelEmitter *k, NodeId id, int number) {
    if (number < 0) return;
    const Line *line = &k->p->lines[number];
    if (k->e->refill && !line->pure) return;
    bool wide = k->p->wide[id];
    int x = kernel_buffer(k, id, wide ? OF_DOUBLE : OF_FLOAT);
    if (line->registers) {
        strip_call(&k->code, wide ? KERNEL_keep_d : KERNEL_keep_f);
        kernel_add_field(k, "z", number);
        strip_add_integer(&k->code, (int)line->longest);
        strip_add_buffer(&k->code, x);
    } else {
        strip_call(&k->code, wide ? KERNEL_write_d : KERNEL_write_f);
        kernel_add_line(k, number, 0);
        strip_add_integer(&k->code, line->mirrored);
        strip_add_buffer(&k->code, x);
    }
    strip_add_count(&k->code);
}

/* Copies, before all else, the variables that a strip reads after they have gone on. */
int kernel_old(KernelEmitter *k, int line) {
    bool wide = k->p->wide[k->p->lines[line].source];
    if (k->old[line] < 0) k->old[line] = strip_buffer(&k->code, wide ? OF_DOUBLE : OF_FLOAT);
    return k->old[line];
}

static void copy_old(KernelEmitter *k) {
    StripCode *s = &k->code;
    int before = s->ncalls, copies;
    for (int i = 0; i < k->p->nlines; i++) {
        if (k->old[i] < 0) continue;
        const Line *line = &k->p->lines[i];
        strip_call(s, CALL_MEMCPY);
        strip_add_buffer(s, k->old[i]);
        kernel_add_field(k, "z", i);
        strip_add_integer(s, (k->p->wide[line->source] ? 8 : 4) * (int)line->longest);
    }
    copies = s->ncalls - before;
    if (copies == 0) return;
    StripCall *moved = alloc_room((size_t)copies, sizeof *moved);
    memcpy(moved, s->calls + before, (size_t)copies * sizeof *moved);
    memmove(s->calls + copies, s->calls, (size_t)before * sizeof *moved);
    memcpy(s->calls, moved, (size_t)copies * sizeof *moved);
    free(moved);
}

/* Keeps the past of a node, except in a line that a step has written, since its own feedback reads that line. A recurrence
 * keeps what it holds itself. */
static void keep_pasts(KernelEmitter *k, NodeId id, bool step, bool recurrence) {
    int line = k->p->line[id], held = k->p->held[id];
    if (line >= 0 && !(step && k->p->lines[line].in_step)) kernel_keep_past(k, id, line);
    if (held >= 0 && !step && !recurrence) kernel_keep_past(k, id, held);
}

/* ---- the strip ------------------------------------------------------------------------------------- */

/* A set of nodes that feed back into each other, or one node. */
static void component_step(KernelEmitter *k, NodeId *members, int n) {
    const Plan *p = k->p;
    bool step = false;
    if (k->computed[members[0]] || kernel_is_dropped(k, members[0])) return;
    if (p->roll[members[0]] >= 0)
        kernel_roll(k, members[0]);
    else if (k->gathers[members[0]])
        kernel_end_sum(k, members[0], &k->g->nodes[members[0]]);
    else if (kernel_filter_beside(k, members, n))
        step = false;
    else if (n > 1 || !kernel_node(k, members[0]))
        step = !(n > 1 && (kernel_linear(k, members, n) || kernel_follow(k, members, n)));
    if (step) {
        if (k->standalone) kernel_note_in_turn(k, members, n); /* what is told is told of C */
        kernel_step(k, members, n);
    }
    for (int i = 0; i < n; i++)
        keep_pasts(k, members[i], step, n > 1);
    for (int i = 0; i < n; i++)
        kernel_computed(k, members[i]);
}

/* The nodes of a scope by component, in each in the order of the plan; and the spans within it in the order of their places. Scope 0
 * is outside of all spans, scope 1 is span 0. */
typedef struct Scopes {
    int *first_node, *first_span; /* of a scope; they end where those of the next begin */
    NodeId *nodes;
    int *places; /* of these nodes in the order of the plan */
    int *spans;
} Scopes;

static int scope_of(const KernelEmitter *k, NodeId id) {
    return kernel_span(k, id) + 1;
}

/* Sorts by component, then by scope. */
static void list_nodes(const KernelEmitter *k, Scopes *s) {
    const Plan *p = k->p;
    int components = 0, n = 0;
    for (int i = 0; i < k->n; i++)
        if (p->component[k->nodes[i]] >= components) components = p->component[k->nodes[i]] + 1;
    int *start = alloc_zeroed((size_t)components + 1, sizeof *start);
    int *sorted = alloc_room((size_t)k->n + 1, sizeof *sorted);
    s->first_node = alloc_zeroed((size_t)k->nspans + 3, sizeof *s->first_node);
    s->nodes = alloc_room((size_t)k->n + 1, sizeof *s->nodes);
    s->places = alloc_room((size_t)k->n + 1, sizeof *s->places);
    for (int i = 0; i < k->n; i++) {
        if (p->absorbed[k->nodes[i]]) continue;
        start[p->component[k->nodes[i]] + 1]++;
        s->first_node[scope_of(k, k->nodes[i]) + 2]++;
        n++;
    }
    for (int c = 0; c < components; c++)
        start[c + 1] += start[c];
    for (int i = 0; i <= k->nspans; i++)
        s->first_node[i + 2] += s->first_node[i + 1];
    for (int i = 0; i < k->n; i++)
        if (!p->absorbed[k->nodes[i]]) sorted[start[p->component[k->nodes[i]]]++] = i;
    for (int i = 0; i < n; i++) {
        const int at = s->first_node[scope_of(k, k->nodes[sorted[i]]) + 1]++;
        s->nodes[at] = k->nodes[sorted[i]];
        s->places[at] = k->places[sorted[i]];
    }
    free(start);
    free(sorted);
}

typedef struct SpanPlace {
    int outer, at, number;
} SpanPlace;

static int by_place(const void *a, const void *b) {
    const SpanPlace *x = a, *y = b;
    return x->outer != y->outer ? (x->outer > y->outer) - (x->outer < y->outer)
           : x->at != y->at     ? (x->at > y->at) - (x->at < y->at)
                                : (x->number > y->number) - (x->number < y->number);
}

static void list_spans(const KernelEmitter *k, Scopes *s) {
    SpanPlace *order = alloc_room((size_t)k->nspans + 1, sizeof *order);
    s->spans = alloc_room((size_t)k->nspans + 1, sizeof *s->spans);
    s->first_span = alloc_zeroed((size_t)k->nspans + 2, sizeof *s->first_span);
    for (int i = 0; i < k->nspans; i++) {
        order[i] = (SpanPlace){k->spans[i].outer, k->spans[i].at, i};
        s->first_span[k->spans[i].outer + 2]++;
    }
    for (int i = 0; i <= k->nspans; i++)
        s->first_span[i + 1] += s->first_span[i];
    if (k->nspans > 1) qsort(order, (size_t)k->nspans, sizeof *order, by_place);
    for (int i = 0; i < k->nspans; i++)
        s->spans[i] = order[i].number;
    free(order);
}

/* The components in the order of their numbers, each after those it needs; their members in the order of the plan. */
static void steps_of_scope(KernelEmitter *k, const Scopes *s, int scope) {
    int span = s->first_span[scope], n = s->first_node[scope + 1];
    for (int i = s->first_node[scope], end; i <= n; i = end) {
        const int component = i < n ? k->p->component[s->nodes[i]] : INT_MAX;
        for (; span < s->first_span[scope + 1] && k->spans[s->spans[span]].at <= component;
             span++) {
            const int inner = s->spans[span] + 1, first = s->first_node[inner];
            const OpenSpan around =
                kernel_open_span(k, inner - 1, &s->nodes[first], s->first_node[inner + 1] - first);
            steps_of_scope(k, s, inner);
            kernel_add_spanned_banks(k, inner - 1);
            if (k->spans[inner - 1].choice)
                kernel_copy_side(k, k->spans[inner - 1].choice, k->spans[inner - 1].side);
            kernel_close_span(k, around);
        }
        for (end = i + 1; end < n && k->p->component[s->nodes[end]] == component;)
            end++;
        if (i == n) break;
        if (scope == 0) kernel_begin_sums(k, s->places[i]);
        component_step(k, &s->nodes[i], end - i);
    }
}

static void component_steps(KernelEmitter *k) {
    Scopes s = {0};
    list_nodes(k, &s);
    list_spans(k, &s);
    steps_of_scope(k, &s, 0);
    free(s.first_node);
    free(s.first_span);
    free(s.nodes);
    free(s.places);
    free(s.spans);
}

static void output_steps(KernelEmitter *k) {
    for (int i = 0; i < k->g->noutputs; i++) {
        NodeId id = plan_value(k->g, k->g->outputs[i]);
        int x = kernel_buffer(k, id, OF_FLOAT);
        strip_call(&k->code, CALL_MEMCPY);
        strip_add(&k->code, (StripArgument){.kind = ARGUMENT_OUTPUT, .number = i});
        strip_add_buffer(&k->code, x);
        strip_add(&k->code, (StripArgument){.kind = ARGUMENT_BYTES});
    }
}

/* Filled, and not taken as that value, so that their beginning is still 0. */
static void constant_lines(KernelEmitter *k) {
    for (int i = 0; i < k->p->nlines; i++)
        if (k->p->rate[k->p->lines[i].source] != RATE_SAMPLE)
            kernel_keep_past(k, k->p->lines[i].source, i);
}

static void find_nodes(KernelEmitter *k) {
    const Plan *p = k->p;
    k->nodes = alloc_room((size_t)p->nvarying, sizeof *k->nodes);
    k->places = alloc_room((size_t)p->nvarying, sizeof *k->places);
    for (int i = 0; i < p->n; i++) {
        NodeId id = p->order[i];
        if (p->rate[id] != RATE_SAMPLE || (k->e->refill && !k->e->wanted[id])) continue;
        k->nodes[k->n] = id;
        k->places[k->n++] = i;
    }
}

static void begin_function(KernelEmitter *k, Emitter *e, KernelData *data, KernelState *own) {
    size_t n = (size_t)e->g->n;
    memset(k, 0, sizeof *k);
    k->e = e;
    k->p = e->p;
    k->g = e->g;
    k->data = data;
    k->own = own;
    k->open = (OpenSpan){-1, -1, 0};
    k->code.order = e->p->call_order;
    find_nodes(k);
    strip_code_reserve(&k->code, k->n);
    /* all arrays that begin with -1 are one piece of memory */
    k->buffer = alloc_room(5 * n, sizeof *k->buffer);
    memset(k->buffer, -1, 5 * n * sizeof *k->buffer);
    for (size_t t = 0; t < 3; t++)
        k->converted[t] = k->buffer + (t + 1) * n;
    k->sum = k->buffer + 4 * n;
    k->uses = alloc_zeroed(n, sizeof *k->uses);
    k->gathers = alloc_zeroed(n, sizeof *k->gathers);
    k->crosses = alloc_zeroed(n, sizeof *k->crosses);
    k->kept = alloc_zeroed(n, 7);
    k->folded = k->kept + n;
    k->gained = k->folded + n;
    k->rolled = k->gained + n;
    k->computed = k->rolled + n;
    k->inside = k->computed + n;
    k->spanned = k->inside + n;
    k->spectra_made =
        alloc_zeroed((size_t)(e->p->nspectra + e->p->nconvolutions * PARTITION_LEVELS) + 1, 1);
    k->old = alloc_room((size_t)e->p->nlines + 1, sizeof *k->old);
    memset(k->old, -1, ((size_t)e->p->nlines + 1) * sizeof *k->old);
    memset(e->field, 0, n * sizeof *e->field);
}

void lower_end(KernelEmitter *k) {
    strip_free_loops(k);
    strip_code_free(&k->code);
    free(k->nodes);
    free(k->places);
    free(k->buffer);
    free(k->uses);
    free(k->gathers);
    free(k->crosses);
    free(k->kept);
    free(k->begins);
    free(k->banks);
    free(k->beside);
    free(k->filters);
    free(k->first_place);
    free(k->first_reader);
    free(k->readers);
    free(k->spectra_made);
    free(k->old);
    free(k->held);
    free(k->span_of);
    free(k->spans);
    free(k->choice_of);
    free(k->choices);
    free(k->row_spans);
    free(k->logged);
}

/* ---- the text ---------------------------------------------------------------------------------------- */

static const char prologue[] =
    "typedef unsigned long uint64_t;\ntypedef long int64_t;\ntypedef unsigned uint32_t;\n"
    "typedef int int32_t;\n#define UINT64_C(x) x##UL\n"
    "#define kn_min(a, b) ((a) < (b) ? (a) : (b))\n#define kn_max(a, b) ((a) > (b) ? (a) : (b))\n"
    "#define kn_minf kn_min\n#define kn_maxf kn_max\n"
    "#define KN_INF kn_from_bits(0x7ff0000000000000UL)\n"
    "#define KN_NAN kn_from_bits(0x7ff8000000000000UL)\n"
    "#define KN_INFF ((float)KN_INF)\n#define KN_NANF ((float)KN_NAN)\n"
    "void *memcpy(void *to, const void *from, uint64_t bytes);\n"
    "void *memset(void *to, int byte, uint64_t bytes);\n"
    "typedef struct {\n    int64_t count;\n    int32_t head, n;\n} KnRunning;\n";

static bool is_letter(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

static int find_scalar(const char *name, size_t length) {
    for (int i = 0; i < SCALAR_FUNCTIONS; i++)
        if (strncmp(scalar_functions[i].name, name, length) == 0 &&
            !scalar_functions[i].name[length])
            return i;
    return -1;
}

static void note_kernels(const StripCode *code, uint8_t *called) {
    for (int i = 0; i < code->ncalls; i++)
        if (code->calls[i].id < KERNELS) called[code->calls[i].id] = 1;
}

/* Finds the functions of one sample that the text calls. */
static void note_scalars(const char *text, uint8_t *called) {
    for (const char *at = strstr(text, "kn_"); at; at = strstr(at + 3, "kn_")) {
        size_t length = 0;
        while (is_letter(at[length]))
            length++;
        int scalar = at[length] == '(' ? find_scalar(at, length) : -1;
        if (scalar >= 0) called[scalar] = 1;
    }
}

/* ---- the functions ------------------------------------------------------------------------------------ */

/* Is it a loop without windows of rings, or a copy? */
static bool is_of_any_length(const StripCode *s, const StripCall *call) {
    const StripLoop *loop = call->id == CALL_LOOP ? &s->loops[call->fused - 1] : NULL;
    return call->id == CALL_MEMCPY || (loop && loop->rings == 0);
}

int lower_longest_strip(const KernelEmitter *k) {
    enum { A_BLOCK = 1 << 20 };
    const StripCode *s = &k->code;
    for (int i = 0; i < s->ncalls; i++)
        if (!is_of_any_length(s, &s->calls[i])) return k->p->strip;
    return s->nslots[0] + s->nslots[1] + s->nslots[2] > 0 ? k->p->strip : A_BLOCK;
}

static const char *function_name(const KernelEmitter *k) {
    return k->by_block ? "kn_update" : k->e->refill ? "kn_refill" : "kn_strip";
}

static void begin_text(const char *name, int number, const char *more, Buf *out) {
    buf_printf(out, "void %s", name);
    if (number >= 0) buf_printf(out, "%d", number);
    buf_printf(out, "(char *self, char *w, int64_t n0, int n%s) {\n", more);
    buf_puts(out, "    char *const s = self;\n");
}

static void print_function(KernelEmitter *k, KernelText *t, Buf *out) {
    strip_print_loops(k, plan_row(k->p), out);
    begin_text(function_name(k), -1, ", const float *const *inputs, float *const *outputs, int at",
               out);
    strip_print(&k->code, plan_row(k->p), out);
    buf_puts(out, "}\n\n");
    note_kernels(&k->code, t->kernels);
}

/* The function at hand as machine code; its pieces of C become functions of the text. */
static bool assemble_function(KernelEmitter *k, KernelText *t, Buf *out) {
    size_t before = t->machine.code.length;
    strip_assemble_loops(k, plan_row(k->p), &t->machine);
    int64_t at = (int64_t)t->machine.code.length;
    int piece = t->machine.npieces;
    if (!strip_assemble(&k->code, plan_row(k->p), kernels_for(t->data.set), &t->machine)) {
        t->machine.code.length = before;
        return false;
    }
    for (; piece < t->machine.npieces; piece++) {
        begin_text("kn_piece", piece, "", out);
        strip_print_alone(&k->code, t->machine.pieces[piece].call, plan_row(k->p), out);
        buf_puts(out, "}\n\n");
    }
    *(k->by_block ? &t->update_at : k->e->refill ? &t->refill_at : &t->strip_at) = at;
    return true;
}

static int field_with(const KernelEmitter *k, const StripFields *fields, size_t place) {
    int i = (int)(emit_field_at(k->e, place) - k->e->fields);
    while (fields->items[i].with != i)
        i = fields->items[i].with;
    return i;
}

/* What a kernel keeps, and what gets its values behind the strip or begins it, is one. */
static void bind_history(const KernelEmitter *k, const KernelHistory *h, StripFields *fields) {
    const int with = field_with(k, fields, h->history);
    fields->items[field_with(k, fields, h->powers)].with = with;
    for (int i = 0; i < h->nstates; i++)
        fields->items[field_with(k, fields, h->states[i].field)].with = with;
}

static void cut(KernelEmitter *k) {
    StripFields fields = {alloc_room((size_t)k->e->nfields + 1, sizeof *fields.items),
                          k->e->nfields};
    for (int i = 0; i < fields.n; i++) {
        const Field *f = &k->e->fields[i];
        fields.items[i] = (struct StripField){f->offset, f->derived && f->ring > 0, i};
    }
    for (int i = 0; i < k->own->nhistories; i++)
        bind_history(k, &k->own->histories[i], &fields);
    for (int i = 0; i < fields.n; i++)
        fields.items[i].with = field_with(k, &fields, fields.items[i].offset);
    strip_cut(&k->code, &fields, k->e->threads);
    free(fields.items);
}

static void make_calls(KernelEmitter *k) {
    kernel_find_choices(k);
    count_uses(k);
    kernel_find_readers(k);
    kernel_find_sums(k);
    kernel_find_folded(k);
    kernel_find_banks(k);
    kernel_find_filters_beside(k);
    kernel_find_begins(k);
    constant_lines(k);
    component_steps(k);
    if (!k->e->refill) output_steps(k);
    copy_old(k);
    strip_drop_unread(&k->code);
    kernel_lanes(k);
    strip_order(&k->code);
    kernel_rounds(k);
    kernel_windows(k);
    strip_fuse(k);
    if (k->cut) cut(k);
    strip_place_buffers(&k->code);
    strip_find_distances(&k->code, plan_row(k->p));
}

void lower_function(KernelEmitter *k, Emitter *e, KernelData *data, KernelState *own,
                    bool standalone) {
    begin_function(k, e, data, own);
    k->standalone = standalone;
    k->cut = e->threads != 0 && e->threads != 1 && !e->refill;
    make_calls(k);
    kernel_name_data(k);
}

void lower_block(KernelEmitter *k, Emitter *e, KernelData *data, KernelState *own, bool standalone,
                 const bool *wanted) {
    begin_function(k, e, data, own);
    k->standalone = standalone;
    if (wanted)
        kernel_block_values(k, wanted);
    else
        kernel_update(k);
    strip_fuse(k);
    strip_place_buffers(&k->code);
    kernel_name_data(k);
}

/* The stages of the function at hand; its loops are those of the function as a whole. */
static void assemble_stages(KernelEmitter *k, KernelText *t) {
    const StripStages *stages = &k->code.stages;
    for (int i = 0; i < stages->n; i++) {
        t->stages_at[i] = (int64_t)t->machine.code.length;
        if (!strip_assemble_stage(&k->code, i, plan_row(k->p), kernels_for(t->data.set),
                                  &t->machine))
            return;
    }
    t->nstages = stages->n;
    t->stages_anywhere = stages->anywhere;
    t->nhanded = stages->ncrossings;
    t->handed = alloc_room((size_t)stages->ncrossings + 1, sizeof *t->handed);
    for (int i = 0; i < stages->ncrossings; i++) {
        const StripCrossing *c = &stages->crossings[i];
        t->handed[i] = (HandedOver){
            .place = (size_t)strip_place(&k->code, c->buffer, plan_row(k->p)),
            .size = k->code.buffers[c->buffer].type == OF_DOUBLE ? sizeof(double) : sizeof(float),
            .before = t->handed_bytes,
            .fills = c->fills,
            .reads = c->reads};
        t->handed_bytes += t->handed[i].size;
    }
}

/* The words stand behind the places of buffers. */
static void assemble_beside(KernelEmitter *k, KernelText *t) {
    if (!k->e->note || !plan_may(k->p, STRATEGY_LANES)) return;
    t->beside_words = strip_place_bytes(&k->code, plan_row(k->p));
    t->beside = strip_assemble_beside(&k->code, plan_row(k->p), (int64_t)t->beside_words,
                                      kernels_for(t->data.set), &t->machine);
    const size_t bytes = t->beside_words + sizeof(uint64_t) * WORDS_BESIDE;
    if (t->beside.n > 0 && bytes > t->work_bytes) t->work_bytes = bytes;
}

static void end_function(KernelEmitter *k, KernelText *t, bool machine, Buf *out) {
    size_t bytes = strip_place_bytes(&k->code, plan_row(k->p));
    if (bytes > t->work_bytes) t->work_bytes = bytes;
    if (k->code.nvalues > t->nvalues) t->nvalues = k->code.nvalues;
    if (!machine || !assemble_function(k, t, out))
        print_function(k, t, out);
    else if (!k->by_block && !k->e->refill) {
        assemble_stages(k, t);
        assemble_beside(k, t);
    }
    lower_end(k);
}

/* The span that changes the field at a place of the state, NULL: none. */
static const struct LowerSpan *span_of_place(const KernelEmitter *k, size_t place) {
    const Field *f = k->nspans > 0 ? emit_field_at(k->e, place) : NULL;
    const int span = f && f->node ? kernel_span(k, f->node) : -1;
    return span >= 0 ? &k->spans[span] : NULL;
}

/* Histories that were made for the function at hand. */
static void note_histories(KernelEmitter *k, int first) {
    for (int i = first; i < k->own->nhistories; i++) {
        KernelHistory *h = &k->own->histories[i];
        const struct LowerSpan *span = h->nstates > 0 ? span_of_place(k, h->states[0].field) : NULL;
        h->from = span ? span->from : SPAN_ALWAYS;
        h->until = span ? span->until : SPAN_FOR_EVER;
    }
}

/* What is computed in spans alone is as it was at first before they begin. */
static void note_begins(KernelEmitter *k) {
    for (int i = 0; i < k->e->nfields && k->nspans > 0; i++) {
        Field *f = &k->e->fields[i];
        const int span = f->node ? kernel_span(k, f->node) : -1;
        if (span >= 0) f->begins = k->spans[span].from;
    }
}

static void strip_function(Emitter *e, KernelText *t, KernelState *own, bool machine, Buf *out) {
    KernelEmitter k;
    const int first = own->nhistories;
    lower_function(&k, e, &t->data, own, false);
    if (!e->refill) t->strip = lower_longest_strip(&k);
    note_begins(&k);
    note_histories(&k, first);
    end_function(&k, t, machine, out);
}

/* Behind the others, which say what it has to make. */
static void update_function(Emitter *e, KernelText *t, KernelState *own, bool machine, Buf *out) {
    KernelEmitter k;
    if (!kernel_has_update(e->p, own)) return;
    lower_block(&k, e, &t->data, own, false, NULL);
    if (k.code.ncalls > 0)
        end_function(&k, t, machine, out);
    else
        lower_end(&k);
}

/* What is a macro of the prologue needs no prototype. */
static bool is_macro(const char *name) {
    return strncmp(name, "kn_min", 6) == 0 || strncmp(name, "kn_max", 6) == 0;
}

/* Adds a name to a declaration that begins with `head`; `length` letters of names stand on its line already. */
static void add_declared(const char *head, const char *name, const char *after, Buf *names) {
    buf_puts(names, names->length ? ", " : head);
    buf_puts(names, name);
    buf_puts(names, after);
}

static void end_declaration(Buf *names, Buf *out) {
    if (names->length) buf_puts(names, ";\n");
    buf_add(out, names->data ? names->data : "", names->length);
    buf_free(names);
}

/* Calls of kernels need no prototypes: their arguments have the right types already. Prototypes, and types of data that only
 * kernels read, would be more for libtcc to read. */
static void declare_functions(const KernelText *t, Buf *out) {
    Buf names = {0}, data = {0};
    for (int i = 0; i < KERNELS; i++)
        if (t->kernels[i]) add_declared("void ", kernels[i].name, "()", &names);
    end_declaration(&names, out);
    for (int i = 0; i < SCALAR_FUNCTIONS; i++)
        if (t->scalars[i] && !is_macro(scalar_functions[i].name))
            buf_printf(out, "%s;\n", scalar_functions[i].prototype);
    for (int i = 0; i < t->data.nsymbols; i++) {
        const KernelSymbol *symbol = &t->data.symbols[i];
        if (symbol->read)
            buf_printf(out, "extern const %s %s[];\n", symbol->type, symbol->name);
        else if (symbol->named)
            add_declared("extern const char ", symbol->name, "[]", &data);
    }
    end_declaration(&data, out);
}

/* The whole text: declarations, then the functions. */
static void join(Emitter *e, KernelText *t, const Buf *functions) {
    note_scalars(functions->data, t->scalars);
    note_scalars(prologue, t->scalars);
    buf_puts(&t->text, prologue);
    buf_printf(&t->text, "enum { KN_STRIP = %d, KN_VALUES = %zu };\n", plan_row(e->p),
               t->work_bytes);
    declare_functions(t, &t->text);
    buf_add(&t->text, functions->data, functions->length);
}

/* Behind all else that the program works with: what it needs to run unheard before the frame that it begins at. */
static void add_unheard(const Emitter *e, KernelText *t) {
    const size_t outputs = (size_t)e->g->noutputs;
    if (t->warm_up == 0 || !(e->p->pure || t->stages_anywhere)) return;
    t->unheard_at = t->work_bytes / 8 * 8 + 8;
    t->c_bytes += sizeof(float) * outputs * (size_t)t->strip;
    t->work_bytes = t->unheard_at + (outputs + 1) * sizeof(float *) +
                    (sizeof(float) * outputs + t->handed_bytes) * (size_t)t->strip;
}

void emit_jit(Arena *arena, Plan *plan, KernelSet set, EmitAs as, int threads, KernelText *out) {
    const bool machine = as == EMIT_MACHINE_CODE || as == EMIT_NOTE;
    Emitter e;
    KernelState own = {0};
    Buf functions = {0};
    *out = (KernelText){.data.set = set,
                        .data.loops = as != EMIT_FOR_LIBTCC && vector_usable(set),
                        .strip_at = -1,
                        .refill_at = -1,
                        .update_at = -1,
                        .warm_up = plan->warm_up};
    out->kernels = alloc_zeroed(KERNELS, 1);
    out->scalars = alloc_zeroed((size_t)SCALAR_FUNCTIONS, 1);
    emitter_open(&e, arena, "kn", plan);
    e.threads = machine ? threads : 1;
    e.note = as == EMIT_NOTE;
    emit_state_fields(&e);
    out->shared_bytes = (e.state_bytes + 7) / 8 * 8;
    strip_function(&e, out, &own, machine, &functions);
    if (plan->warm_up) {
        e.refill = true;
        emit_find_refill(&e);
        strip_function(&e, out, &own, machine, &functions);
    }
    update_function(&e, out, &own, machine, &functions);
    out->c_bytes = (e.state_bytes + 7) / 8 * 8;
    if (out->work_bytes > C_STACK_BYTES / 2) out->c_bytes += 2 * out->work_bytes;
    if (functions.length > 0) join(&e, out, &functions);
    out->work_bytes += sizeof(double) * (size_t)out->nvalues;
    add_unheard(&e, out);
    out->fields = e.fields;
    out->nfields = e.nfields;
    e.fields = NULL;
    out->on_grid = own.on_grid;
    out->edges = own.edges;
    out->nedges = own.nedges;
    out->histories = own.histories;
    out->nhistories = own.nhistories;
    out->state_bytes = (e.state_bytes + 7) / 8 * 8;
    free(own.numbers);
    buf_free(&functions);
    emitter_close(&e);
}

void kernel_text_free(KernelText *t) {
    buf_free(&t->text);
    buf_free(&t->machine.code);
    free(t->machine.pieces);
    free(t->machine.loops);
    kernel_data_free(&t->data);
    free(t->fields);
    free(t->histories);
    free(t->edges);
    free(t->handed);
    free(t->kernels);
    free(t->scalars);
}
