/* Rolls as calls of kernels. In: a roll of the plan. Out: one call where its terms are steady sines, else the calls of one
 * term in a loop over a table of constants. */
#include "lower/lower.h"

#include "runtime/math.h"
#include "runtime/noise.h"

#include <stdlib.h>
#include <string.h>

/* The table of a roll: a word of 64 bits for each constant, double or fixed point, then the same constants as
 * seeds, and where terms begin and end its span. */
enum { KINDS_OF_WORDS = 2 };

static const struct RowSpan *row_spans(const KernelEmitter *k, const Roll *r) {
    return k->row_spans ? k->row_spans[r - k->p->rolls] : NULL;
}

static int span_word(const Roll *r) {
    return KINDS_OF_WORDS * r->nholes;
}

static int width_of(const KernelEmitter *k, const Roll *r) {
    return span_word(r) + (row_spans(k, r) ? WORDS_OF_SPAN : 0);
}

static uint64_t word_of(const KernelEmitter *k, const Hole *hole, double x) {
    uint64_t word;
    long double turns = x;
    if (hole->kind == HOLE_STEP) turns /= (long double)k->g->rate;
    if (plan_is_fixed_point(k->g, hole)) return kernel_fixed_point(turns);
    memcpy(&word, &x, sizeof word);
    return word;
}

static void constant_words(const KernelEmitter *k, const Roll *r, int row, uint64_t *words) {
    for (int h = 0; h < r->nholes; h++) {
        double x = r->table[row * r->nholes + h];
        words[h] = word_of(k, &r->holes[h], x);
        if (!plan_is_fixed_point(k->g, &r->holes[h])) words[h + r->nholes] = kn_seed(x);
    }
}

static const uint64_t *roll_data(KernelEmitter *k, const Roll *r) {
    size_t width = (size_t)width_of(k, r);
    const struct RowSpan *spans = row_spans(k, r);
    int64_t latest = INT64_MIN;
    uint64_t *table = kernel_own(k->data, sizeof *table * (size_t)r->terms * width);
    for (int i = 0; i < r->terms; i++) {
        uint64_t *words = &table[(size_t)i * width], *span = &words[span_word(r)];
        constant_words(k, r, spans ? spans[i].row : i, words);
        if (!spans) continue;
        if (spans[i].until > latest) latest = spans[i].until;
        span[ROW_FROM] = (uint64_t)spans[i].from;
        span[ROW_UNTIL] = (uint64_t)spans[i].until;
        span[ROW_LATEST] = (uint64_t)latest;
        span[ROW_NUMBER] = (uint64_t)spans[i].row;
    }
    return table;
}

StripArgument kernel_rolled_seed(const KernelEmitter *k, NodeId seed) {
    int column = kernel_column(k, seed, HOLE_VALUE);
    return (StripArgument){.kind = ARGUMENT_COLUMN_WORD, .number = k->roll->nholes + column};
}

/* For C, the type of a row: a letter for each hole. */
static const char *row_type(KernelEmitter *k, const Roll *r) {
    static const char letters[] = {[HOLE_VALUE] = 'n', [HOLE_STEP] = 's', [HOLE_START] = 'p'};
    char *type = arena_printf(k->e->arena, "struct terms_%*s%s", r->nholes, "",
                              row_spans(k, r) ? ROW_WITH_SPAN : "");
    for (int h = 0; h < r->nholes; h++)
        type[strlen("struct terms_") + (size_t)h] = letters[r->holes[h].kind];
    return type;
}

/* At each row of the table its words are c0, c1, … */
static void open_roll(KernelEmitter *k, const Roll *r, int number) {
    Buf names = {0};
    const char *type = k->standalone ? row_type(k, r) : "uint64_t";
    for (int h = 0; h < r->nholes && !k->standalone; h++)
        buf_printf(&names,
                   plan_is_fixed_point(k->g, &r->holes[h])
                       ? " const uint64_t c%d = r[%d];"
                       : " const double c%d = *(const double *)(r + %d);",
                   h, h);
    strip_open_loop(&k->code, r->terms, width_of(k, r), number,
                    k->standalone ? type
                    : names.data  ? names.data
                                  : "");
    if (row_spans(k, r)) k->code.calls[k->code.ncalls - 1].timed = span_word(r) + ROW_FROM + 1;
    /* a refill computes all terms, and has a table without spans */
    kernel_add_data(k, row_spans(k, r) ? "roll%d_spans" : "roll%d", number, type, roll_data(k, r),
                    0);
    buf_free(&names);
}

static void add_into(KernelEmitter *k, int sum, int term) {
    bool wide = k->code.buffers[sum].type == OF_DOUBLE;
    strip_call(&k->code, wide ? KERNEL_add_d_vv : KERNEL_add_f_vv);
    strip_add_buffer(&k->code, sum);
    strip_add_buffer(&k->code, sum);
    strip_add_buffer(&k->code, term);
    strip_add_count(&k->code);
}

static void node_of_pattern(KernelEmitter *k, NodeId id) {
    if (!kernel_node(k, id)) kernel_step(k, &id, 1);
}

/* Within the loop the nodes of the pattern have other buffers than outside, where the values of that one term may be needed
 * too. Takes away their buffers, four numbers for each node, which show_pattern gives back. */
static int *hide_pattern(KernelEmitter *k, const Roll *r) {
    int *hidden = alloc_zeroed(4 * (size_t)r->nnodes + 1, sizeof *hidden);
    for (int i = 0; i < r->nnodes; i++) {
        int *known[4] = {&k->buffer[r->nodes[i]], &k->converted[0][r->nodes[i]],
                         &k->converted[1][r->nodes[i]], &k->converted[2][r->nodes[i]]};
        for (int j = 0; j < 4; j++) {
            hidden[4 * i + j] = *known[j];
            *known[j] = -1;
        }
    }
    return hidden;
}

static void show_pattern(KernelEmitter *k, const Roll *r, int *hidden) {
    for (int i = 0; i < r->nnodes; i++) {
        k->buffer[r->nodes[i]] = hidden[4 * i];
        for (int t = 0; t < 3; t++)
            k->converted[t][r->nodes[i]] = hidden[4 * i + 1 + t];
    }
    free(hidden);
}

/* Begins the sum: with the terms of another shape, to which those of the roll are added. They are there already where the sum
 * gathers them. */
static int begin_sum(KernelEmitter *k, const Roll *r, BufferType type) {
    if (k->gathers[r->sum]) {
        kernel_begin_sum(k, r->sum);
        kernel_add_banks(k, r->sum);
    }
    int sum = k->gathers[r->sum] ? k->sum[r->sum] : strip_buffer(&k->code, type);
    if (!k->gathers[r->sum]) kernel_fill(k, sum, strip_number(0));
    for (int i = 0; i < r->nothers; i++)
        if (!k->gathers[r->sum] || !kernel_varies(k, r->others[i]))
            add_into(k, sum, kernel_buffer(k, r->others[i], type));
    return sum;
}

/* ---- partials -------------------------------------------------------------------------------- */

/* A term that is a steady sine. Its constant factor is a column of the table, or a number where the column is -1. */
typedef struct Partial {
    NodeId turns;
    int gain_column;
    double gain;
    bool cosine;
} Partial;

static int column_of(const Roll *r, NodeId node, HoleKind kind) {
    for (int i = 0; i < r->nholes; i++)
        if (r->holes[i].node == node && r->holes[i].kind == kind) return i;
    return -1;
}

/* The sine in gain * sin(tau * turns), and its gain, 0 where there is none; 0: it is none. */
static NodeId sine_of(const KernelEmitter *k, NodeId term, NodeId *gain) {
    const Graph *g = k->g;
    NodeId sine = term;
    *gain = 0;
    if (g->nodes[term].op == OP_MUL) {
        NodeId a = plan_value(g, g->nodes[term].in3[0]), b = plan_value(g, g->nodes[term].in3[1]);
        *gain = g->nodes[a].op == OP_CONST ? a : b;
        if (g->nodes[*gain].op != OP_CONST) return 0;
        sine = *gain == a ? b : a;
    }
    const int op = g->nodes[sine].op;
    return (op == OP_SINTURN || op == OP_COSTURN) && !k->p->wide[sine] && !k->p->delicate[sine]
               ? sine
               : 0;
}

/* Are the terms gain * sin(tau * turns), with nothing else in them that varies? */
static bool find_partial(const KernelEmitter *k, const Roll *r, Partial *partial) {
    const Graph *g = k->g;
    NodeId gain;
    const NodeId sine = sine_of(k, r->term, &gain);
    if (!sine) return false;
    *partial = (Partial){.turns = g->nodes[sine].in3[0],
                         .gain_column = gain ? column_of(r, gain, HOLE_VALUE) : -1,
                         .gain = gain ? g->nodes[gain].value : 1,
                         .cosine = g->nodes[sine].op == OP_COSTURN};
    return column_of(r, partial->turns, HOLE_STEP) >= 0;
}

/* Is a term of another shape a steady sine too, so that it is one more row, and is computed nowhere else? */
static bool is_one_more(const KernelEmitter *k, const Roll *r, int i) {
    const NodeId term = plan_value(k->g, r->others[i]);
    return !k->gathers[r->sum] && k->folded[term];
}

void kernel_fold_partials(KernelEmitter *k, NodeId sum) {
    const Roll *r = &k->p->rolls[k->p->roll[sum]];
    Partial partial;
    NodeId gain;
    if (k->gathers[sum] || !find_partial(k, r, &partial)) return;
    for (int i = 0; i < r->nothers; i++) {
        const NodeId term = plan_value(k->g, r->others[i]), sine = sine_of(k, term, &gain);
        Oscillator o;
        if (!sine || (gain && k->rolled[gain]) || !kernel_foldable(k, term, k->g->nodes[term].op) ||
            !kernel_foldable(k, sine, k->g->nodes[sine].op))
            continue;
        if (!kernel_is_oscillator(k, sine) || !kernel_find_oscillator(k, sine, &o) || o.modulation)
            continue;
        k->folded[term] = k->folded[sine] = 1;
    }
}

/* Numbers of a partial's table, and how many are computed at once: other tables are padded to a multiple of it. */
enum { PARTIAL_TABLE = 64, PARTIALS_AT_ONCE = 16 };

/* Rows of a table, with room for as many as kernels compute at once. */
typedef struct PartialRows {
    int n;
    uint64_t *start;
    float *gain;
    double *frequency;
} PartialRows;

static void add_partial(PartialRows *rows, double start, bool cosine, double gain,
                        double frequency) {
    rows->start[rows->n] = kernel_fixed_point((long double)start) + ((uint64_t)cosine << 62);
    rows->gain[rows->n] = (float)gain;
    rows->frequency[rows->n++] = frequency;
}

/* A C compiler takes hundreds of bytes for a number in a text: tables of more rows are made when a program begins. */
enum { MOST_IN_TEXT = 1024 };

static void add_tables(KernelEmitter *k, int number, const uint64_t *step, int n) {
    float *tables = kernel_own(k->data, (size_t)n * PARTIAL_TABLE * sizeof *tables);
    for (int j = 0; j < n; j++)
        kernel_turns(k->data, KERNEL_partials_table, tables + PARTIAL_TABLE * j, step[j]);
    kernel_add_data(k, "turns%d", number, "float", tables, PARTIAL_TABLE * n);
}

static void add_tables_of_state(KernelEmitter *k, int number, int n) {
    if (kernel_add_state_data(k, "turns%d", number, "float", PARTIAL_TABLE * n))
        buf_printf(&k->own->tables,
                   "    for (int i = 0; i < %d; i++)\n"
                   "        kn_strip_partials_table(self->turns%d + %d * i, steps%d[i]);\n",
                   n, number, PARTIAL_TABLE, number);
}

/* Steps, gains and the tables of their rotations. */
static void add_rotations(KernelEmitter *k, int number, const PartialRows *rows, int padded) {
    uint64_t *step = kernel_own(k->data, (size_t)padded * sizeof *step);
    for (int j = 0; j < rows->n; j++)
        step[j] = kernel_fixed_point((long double)rows->frequency[j] / (long double)k->g->rate);
    kernel_add_data(k, "steps%d", number, "uint64_t", step, padded);
    kernel_add_data(k, "gains%d", number, "float", rows->gain, padded);
    if (k->standalone && rows->n > MOST_IN_TEXT)
        add_tables_of_state(k, number, rows->n);
    else
        add_tables(k, number, step, rows->n);
}

/* The same where the rate is not known: made of the frequencies when it is told. */
static void add_rotations_of_state(KernelEmitter *k, int number, const PartialRows *rows,
                                   int padded) {
    const StripArgument hertz =
        kernel_data_argument(k, "hertz%d", number, "double", rows->frequency, rows->n);
    k->data->symbols[hertz.number].named = true;
    if (kernel_add_state_data(k, "steps%d", number, "uint64_t", padded))
        buf_printf(
            &k->own->tables,
            "    for (int i = 0; i < %d; i++) {\n"
            "        self->steps%d[i] = kn_fixed(hertz%d[i] / self->sample_rate);\n"
            "        kn_strip_partials_table(self->turns%d + %d * i, self->steps%d[i]);\n    }\n",
            rows->n, number, number, number, PARTIAL_TABLE, number);
    kernel_add_data(k, "gains%d", number, "float", rows->gain, padded);
    kernel_add_state_data(k, "turns%d", number, "float", PARTIAL_TABLE * rows->n);
}

static void partial_data(KernelEmitter *k, const Roll *r, const Partial *partial, int number) {
    const size_t room = (size_t)(r->terms + r->nothers + PARTIALS_AT_ONCE - 1);
    PartialRows rows = {.start = kernel_own(k->data, room * sizeof *rows.start),
                        .gain = kernel_own(k->data, room * sizeof *rows.gain),
                        .frequency = kernel_own(k->data, room * sizeof *rows.frequency)};
    const int step_column = column_of(r, partial->turns, HOLE_STEP),
              start_column = column_of(r, partial->turns, HOLE_START);
    for (int i = 0; i < r->nothers; i++) {
        if (!is_one_more(k, r, i)) continue;
        NodeId gain;
        const NodeId sine = sine_of(k, plan_value(k->g, r->others[i]), &gain);
        const Node *turns = &k->g->nodes[plan_value(k->g, k->g->nodes[sine].in3[0])];
        add_partial(&rows, k->g->nodes[turns->in3[1]].value, k->g->nodes[sine].op == OP_COSTURN,
                    gain ? k->g->nodes[gain].value : 1, k->g->nodes[turns->in3[0]].value);
    }
    for (int j = 0; j < r->terms; j++) {
        const double *row = r->table + (size_t)j * (size_t)r->nholes;
        add_partial(&rows, row[start_column], partial->cosine,
                    partial->gain_column >= 0 ? row[partial->gain_column] : partial->gain,
                    row[step_column]);
    }
    const int padded = (rows.n + PARTIALS_AT_ONCE - 1) / PARTIALS_AT_ONCE * PARTIALS_AT_ONCE;
    strip_add_integer(&k->code, rows.n);
    kernel_add_data(k, "starts%d", number, "uint64_t", rows.start, padded);
    (k->g->rate > 0 ? add_rotations : add_rotations_of_state)(k, number, &rows, padded);
}

static void sum_of_partials(KernelEmitter *k, NodeId id, const Roll *r, const Partial *partial) {
    int sum = strip_buffer(&k->code, OF_FLOAT);
    strip_call(&k->code, KERNEL_partials_f);
    strip_add_buffer(&k->code, sum);
    partial_data(k, r, partial, k->p->roll[id]);
    strip_add_frame(&k->code, 0);
    strip_add_count(&k->code);
    if (k->gathers[id]) add_into(k, sum, begin_sum(k, r, OF_FLOAT));
    for (int i = 0; i < r->nothers && !k->gathers[id]; i++)
        if (!is_one_more(k, r, i)) add_into(k, sum, kernel_buffer(k, r->others[i], OF_FLOAT));
    kernel_finish(k, id, sum);
}

/* ---- the roll -------------------------------------------------------------------------------- */

void kernel_roll(KernelEmitter *k, NodeId id) {
    const Roll *r = &k->p->rolls[k->p->roll[id]];
    Partial partial;
    if (find_partial(k, r, &partial)) {
        sum_of_partials(k, id, r, &partial);
        return;
    }
    BufferType type = k->p->wide[id] ? OF_DOUBLE : OF_FLOAT;
    int sum = begin_sum(k, r, type);
    for (int i = k->gathers[id] ? r->nothers : 0; i < r->ninputs;
         i++) /* converts them before the loop: once, not for each term; the others come first */
        if (kernel_varies(k, r->inputs[i]))
            kernel_buffer(k, r->inputs[i], kernel_type(k, r->inputs[i]));
    open_roll(k, r, k->p->roll[id]);
    k->roll = r;
    int *hidden = hide_pattern(k, r);
    const bool skips = row_spans(k, r) != NULL;
    OpenSpan around = {0};
    if (skips) around = kernel_open_row(k, span_word(r));
    for (int i = 0; i < r->nnodes; i++)
        node_of_pattern(k, r->nodes[i]);
    add_into(k, sum, kernel_buffer(k, r->term, type));
    if (skips) kernel_close_span(k, around);
    show_pattern(k, r, hidden);
    k->roll = NULL;
    strip_close_loop(&k->code);
    kernel_set(k, id, sum);
}
