/* Banks: filters of one shape that read one input, of which nothing but a sum of them all is read. In: the nodes of a strip,
 * and the sums that gather their terms. Out: which nodes a bank computes; one call for four filters and more.
 *
 * An equaliser, the modes of a struck body, formants: each term of the sum is linear feedback of two states with numbers that
 * do not vary, times a number. Run beside each other in the lanes of vectors (runtime/kernels_bank.c) they take a third of
 * what they take one after the other by look-ahead. */
#include "graph/components.h"
#include "lower/linear.h"

#include <stdlib.h>
#include <string.h>

enum { FEWEST_FILTERS = 4, LANES = 4, STATES = 2, MOST_OUTSIDE = 12, MOST_STEPS = 60 };

/* The numbers of a filter as kernel state2_bank_row wants them: z = A z + b x, of which c z before it, c' z after it, and
 * d x are heard. */
enum { MATRIX = 0, IN = 4, HEARD_BEFORE = 6, HEARD_INPUT = 8, HEARD_AFTER = 9, MOST_NUMBERS = 11 };

/* The kinds of banks. */
static const struct BankKind {
    KernelId bank, row;
    int given, numbers; /* of a filter: what its row is made of, and what that is */
} kinds[] = {{KERNEL_poles2_bank, KERNEL_poles2_bank_row, 4, 4},
             {KERNEL_state2_bank, KERNEL_state2_bank_row, MOST_NUMBERS, 9}};
enum { POLES2, STATE2 };

typedef struct BankFilter { /* a term of a sum */
    NodeId sum, input, term;
    int span, kind, place;
    Product numbers[MOST_NUMBERS];
    Recurrence r;
    NodeId outside[MOST_OUTSIDE]; /* the nodes between the component and the term */
    int noutside, steps;
} BankFilter;

typedef struct BankFinder {
    KernelEmitter *k;
    int *start; /* of each component: its first member */
    NodeId *members;
    int *past_readers; /* of each line */
    uint8_t *output;   /* of each node: it is one */
    BankFilter *filters;
    int nfilters, filter_cap;
} BankFinder;

static int member_count(const BankFinder *f, int component) {
    return f->start[component + 1] - f->start[component];
}

/* ---- the nodes of a filter --------------------------------------------------------------------------- */

/* Finds the nodes between a term and the component that it is made of, by what is linear. Does node `id` depend on it? */
static bool find_outside(BankFilter *filter, NodeId id) {
    const KernelEmitter *k = filter->r.k;
    int *own = &filter->r.component;
    id = plan_value(k->g, id);
    if (!kernel_varies(k, id) || ++filter->steps > MOST_STEPS) return false;
    const int component = k->p->component[id];
    if (k->p->component_size[component] > 1) {
        if (*own < 0) *own = component;
        return component == *own;
    }
    const Node *n = &k->g->nodes[id];
    if (n->op != OP_ADD && n->op != OP_SUB && n->op != OP_NEG && n->op != OP_MUL) return false;
    bool depends = false;
    for (int i = 0; i < n->nin; i++)
        depends |= find_outside(filter, node_inputs(n)[i]);
    if (depends && filter->noutside < MOST_OUTSIDE)
        filter->outside[filter->noutside++] = id;
    else if (depends)
        filter->steps = MOST_STEPS;
    return depends;
}

static bool is_own(const BankFilter *filter, NodeId id) {
    for (int i = 0; i < filter->noutside; i++)
        if (filter->outside[i] == id) return true;
    return filter->r.k->p->component[id] == filter->r.component;
}

/* Is the node read by the filter alone, and the term by its sum? */
static bool is_read_within(const BankFinder *f, const BankFilter *filter, NodeId id) {
    const KernelEmitter *k = f->k;
    const int held = k->p->held[id];
    bool state = held < 0;
    for (int i = 0; i < STATES; i++)
        state |= filter->r.states[i].line == held;
    if (f->output[id] || k->p->line[id] >= 0 || !state) return false;
    for (int i = k->first_reader[id]; i < k->first_reader[id + 1]; i++)
        if (!is_own(filter, k->readers[i]) && (id != filter->term || !k->gathers[k->readers[i]]))
            return false;
    return true;
}

/* Does nothing else read the past of its states? */
static bool has_own_past(const BankFinder *f, const Recurrence *r) {
    const Plan *p = f->k->p;
    const NodeId *members = &f->members[f->start[r->component]];
    int readers[STATES] = {0};
    for (int m = 0; m < member_count(f, r->component); m++)
        for (int i = 0; i < STATES; i++)
            readers[i] += f->k->g->nodes[members[m]].op == OP_DELAY &&
                          p->past[members[m]] == r->states[i].line;
    for (int i = 0; i < STATES; i++)
        if (readers[i] != f->past_readers[r->states[i].line]) return false;
    return true;
}

static bool is_closed(const BankFinder *f, const BankFilter *filter) {
    const int component = filter->r.component;
    for (int i = 0; i < member_count(f, component); i++)
        if (!is_read_within(f, filter, f->members[f->start[component] + i])) return false;
    for (int i = 0; i < filter->noutside; i++)
        if (!is_read_within(f, filter, filter->outside[i])) return false;
    return has_own_past(f, &filter->r);
}

/* ---- its numbers -------------------------------------------------------------------------------------- */

/* Adds a product to a sum that must be one product in the end. */
static bool add(Product *sum, const Product *t) {
    if (sum->scale == 0) *sum = (Product){0, t->a, t->b, false};
    sum->scale += t->scale;
    return sum->a == t->a && sum->b == t->b;
}

/* A signal that is multiplied by numbers, and these. */
static NodeId split(const KernelEmitter *k, NodeId signal, Product *numbers) {
    for (;;) {
        const Node *n = &k->g->nodes[signal];
        if (n->op != OP_MUL) return signal;
        const NodeId a = plan_value(k->g, n->in3[0]), b = plan_value(k->g, n->in3[1]);
        const bool left = kernel_varies(k, a);
        if (left == kernel_varies(k, b) || !linear_multiply(k, numbers, left ? b : a, false))
            return signal;
        signal = left ? a : b;
    }
}

/* Adds a product of the input. */
static bool add_input(BankFilter *filter, NodeId signal, Product numbers, Product *sum) {
    signal = split(filter->r.k, signal, &numbers);
    if (filter->input && filter->input != signal) return false;
    filter->input = signal;
    return add(sum, &numbers);
}

/* What a state takes from outside: the input, times a number. */
static bool takes_input(BankFilter *filter, const LinearForm *form, Product *sum) {
    const KernelEmitter *k = filter->r.k;
    for (int i = 0; i < form->nrest; i++) {
        const Product *t = &form->rest[i];
        const bool first = t->a && kernel_varies(k, t->a);
        const NodeId signal = first ? t->a : t->b, other = first ? t->b : t->a;
        if (!signal || !kernel_varies(k, signal) || (other && kernel_varies(k, other)))
            return false;
        if (!add_input(filter, signal, (Product){t->scale, other, 0, false}, sum)) return false;
    }
    return true;
}

/* What is heard of the filter: adds a node, multiplied by numbers. */
static bool hear(BankFilter *filter, NodeId id, Product numbers) {
    Recurrence *r = &filter->r;
    const KernelEmitter *k = r->k;
    id = plan_value(k->g, id);
    for (int i = 0; i < STATES; i++) {
        const LinearState *s = &r->states[i];
        if (s->ago == 1 && k->p->lines[s->line].source == id)
            return add(&filter->numbers[HEARD_AFTER + i], &numbers);
    }
    for (int i = 0; i < STATES && k->g->nodes[id].op == OP_DELAY && is_own(filter, id); i++)
        if (linear_is_state(r, id, i)) return add(&filter->numbers[HEARD_BEFORE + i], &numbers);
    const Node *n = &k->g->nodes[id];
    if (!kernel_varies(k, id)) return false;
    if (!is_own(filter, id)) return add_input(filter, id, numbers, &filter->numbers[HEARD_INPUT]);
    if (k->p->component[id] == r->component) return false;
    if (n->op == OP_MUL) {
        const NodeId a = plan_value(k->g, n->in3[0]), b = plan_value(k->g, n->in3[1]);
        const bool left = kernel_varies(k, a);
        return left != kernel_varies(k, b) && linear_multiply(k, &numbers, left ? b : a, false) &&
               hear(filter, left ? a : b, numbers);
    }
    for (int i = 0; i < n->nin; i++) {
        Product part = numbers;
        if (n->op == OP_NEG || (n->op == OP_SUB && i == 1)) part.scale = -part.scale;
        if (!hear(filter, node_inputs(n)[i], part)) return false;
    }
    return true;
}

static bool find_numbers(BankFilter *filter, const LinearForm *forms) {
    Recurrence *r = &filter->r;
    for (int row = 0; row < STATES; row++) {
        Product a[MOST_STATES];
        linear_row(r, row, forms, a);
        memcpy(&filter->numbers[MATRIX + STATES * row], a, sizeof *a * STATES);
        if (r->states[row].ago == 1 &&
            !takes_input(filter, &forms[row], &filter->numbers[IN + row]))
            return false;
    }
    return hear(filter, filter->term, (Product){.scale = 1}) && filter->input;
}

static bool is_nothing(const BankFilter *filter, int number) {
    return filter->numbers[number].scale == 0;
}

/* Is it two poles of which only the newest value is heard? Then four numbers say all. */
static void choose_kind(BankFilter *filter, const LinearForm *forms) {
    const Product *n = filter->numbers;
    filter->kind = STATE2;
    if (!linear_is_direct(&filter->r, forms) || filter->r.states[0].ago != 1 ||
        !is_nothing(filter, HEARD_BEFORE) || !is_nothing(filter, HEARD_BEFORE + 1) ||
        !is_nothing(filter, HEARD_INPUT))
        return;
    const Product poles[] = {n[IN], n[MATRIX], n[MATRIX + 1], n[HEARD_AFTER]};
    memcpy(filter->numbers, poles, sizeof poles);
    filter->kind = POLES2;
}

static void add_filter(BankFinder *f, NodeId term, NodeId reader, int place) {
    KernelEmitter *k = f->k;
    LinearForm forms[MOST_STATES];
    BankFilter filter = {
        .sum = k->gathers[reader], .span = kernel_span(k, term), .term = term, .place = place};
    filter.r = (Recurrence){.k = k, .component = -1, .before = {-1, -1, -1}};
    Recurrence *r = &filter.r;
    if (!find_outside(&filter, term) || filter.steps >= MOST_STEPS) return;
    const int component = r->component;
    if (!linear_find(r, forms, &f->members[f->start[component]], member_count(f, component),
                     false) ||
        r->n != STATES || linear_varies(r, forms) || !is_closed(f, &filter))
        return;
    if (!find_numbers(&filter, forms)) return;
    choose_kind(&filter, forms);
    VEC_PUSH(f->filters, f->nfilters, f->filter_cap, filter);
}

/* ---- what they are found by --------------------------------------------------------------------------- */

static void find_readers(BankFinder *f) {
    const KernelEmitter *k = f->k;
    f->past_readers = alloc_zeroed((size_t)k->p->nlines + 1, sizeof *f->past_readers);
    f->output = alloc_zeroed((size_t)k->g->n, 1);
    for (int i = 0; i < k->n; i++)
        if (k->p->past[k->nodes[i]] >= 0) f->past_readers[k->p->past[k->nodes[i]]]++;
    for (int i = 0; i < k->g->noutputs; i++)
        f->output[plan_value(k->g, k->g->outputs[i])] = 1;
}

/* Each node that one sum alone reads, and that is no sum itself. */
static void find_filters(BankFinder *f) {
    const KernelEmitter *k = f->k;
    for (int i = 0; i < k->n; i++) {
        const NodeId id = k->nodes[i];
        NodeId reader = 0;
        int readers = 0; /* that gather */
        for (int j = k->first_reader[id]; j < k->first_reader[id + 1]; j++)
            if (k->gathers[k->readers[j]]) {
                reader = k->readers[j];
                readers++;
            }
        if (readers == 1 && !k->gathers[id] && !k->folded[id]) add_filter(f, id, reader, i);
    }
}

static int by_bank(const void *a, const void *b) {
    const BankFilter *x = a, *y = b;
    return x->sum != y->sum       ? (x->sum > y->sum) - (x->sum < y->sum)
           : x->span != y->span   ? x->span - y->span
           : x->input != y->input ? (x->input > y->input) - (x->input < y->input)
           : x->kind != y->kind   ? x->kind - y->kind
                                  : x->place - y->place;
}

static bool is_of_bank(const BankFilter *a, const BankFilter *b) {
    return a->sum == b->sum && a->span == b->span && a->input == b->input && a->kind == b->kind;
}

/* ---- the banks ---------------------------------------------------------------------------------------- */

/* What the filter in a lane keeps: the numbers that are made when params have changed, and its states. */
static void declare(const struct Bank *bank, const BankFilter *filter, int at) {
    const struct BankKind *kind = &kinds[filter->kind];
    const Recurrence *r = &filter->r;
    KernelState *own = r->k->own;
    const size_t four = (size_t)(at / LANES), lane = (size_t)(at % LANES);
    KernelHistory h = {.make = kind->row,
                       .begin = KERNELS,
                       .known = true,
                       .nstates = STATES,
                       .powers = bank->numbers +
                                 sizeof(double) * (four * LANES * (size_t)kind->numbers + lane),
                       .history = bank->states + sizeof(double) * (four * LANES * STATES + lane)};
    for (int i = 0; i < kind->given; i++) {
        Product matrix[MOST_NUMBERS];
        history_set(&h, matrix, i, &filter->numbers[i]);
    }
    history_end(r->k, &h, filter->numbers);
    for (int i = 0; i < STATES; i++)
        history_keep(r, &h, i, LANES * i, false);
    VEC_PUSH(own->histories, own->nhistories, own->history_cap, h);
}

static void note_computed(BankFinder *f, const BankFilter *filter) {
    const int component = filter->r.component;
    for (int i = 0; i < member_count(f, component); i++)
        f->k->computed[f->members[f->start[component] + i]] = 1;
    for (int i = 0; i < filter->noutside; i++)
        f->k->computed[filter->outside[i]] = 1;
}

static void add_bank(BankFinder *f, const BankFilter *filters, int n) {
    KernelEmitter *k = f->k;
    const struct BankKind *kind = &kinds[filters->kind];
    const NodeId node = k->p->lines[filters->r.states[0].line].source;
    const int fours = (n + LANES - 1) / LANES;
    struct Bank bank = {filters->sum, filters->input, filters->span, kind->bank, fours, 0, 0};
    bank.numbers = kernel_own_field(k, "bank", k->nbanks, node, fours * LANES * kind->numbers);
    bank.states = kernel_own_field(k, "lanes", k->nbanks, node, fours * LANES * STATES);
    for (int i = 0; i < n; i++) {
        declare(&bank, &filters[i], i);
        note_computed(f, &filters[i]);
    }
    VEC_PUSH(k->banks, k->nbanks, k->bank_cap, bank);
}

void kernel_find_banks(KernelEmitter *k) {
    BankFinder f = {.k = k};
    if (!k->any_gathers || !plan_may(k->p, STRATEGY_BANK)) return;
    f.members = components_sort(k->p->component, k->nodes, k->n, &f.start);
    find_readers(&f);
    find_filters(&f);
    if (f.nfilters > 1) qsort(f.filters, (size_t)f.nfilters, sizeof *f.filters, by_bank);
    for (int i = 0, n; i < f.nfilters; i += n) {
        for (n = 1; i + n < f.nfilters && is_of_bank(&f.filters[i], &f.filters[i + n]);)
            n++;
        if (n >= FEWEST_FILTERS) add_bank(&f, &f.filters[i], n);
    }
    free(f.start);
    free(f.members);
    free(f.past_readers);
    free(f.output);
    free(f.filters);
}

/* sum = sum + what is heard of the bank */
static void add_wide(KernelEmitter *k, const struct Bank *bank, int sum) {
    const int x = kernel_buffer(k, bank->input, OF_DOUBLE);
    strip_call(&k->code, bank->kernel);
    strip_add_buffer(&k->code, sum);
    strip_add_buffer(&k->code, sum);
    strip_add_buffer(&k->code, x);
    strip_add_field(&k->code, bank->numbers);
    strip_add_field(&k->code, bank->states);
    strip_add_integer(&k->code, bank->fours);
    strip_add_count(&k->code);
}

static void add_narrow(KernelEmitter *k, const struct Bank *bank, int sum) {
    const int wide = strip_buffer(&k->code, OF_DOUBLE), y = strip_buffer(&k->code, OF_FLOAT);
    kernel_fill(k, wide, strip_number(-0.0));
    add_wide(k, bank, wide);
    strip_call(&k->code, KERNEL_convert_f_d);
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, wide);
    strip_add_count(&k->code);
    strip_call(&k->code, KERNEL_add_f_vv);
    strip_add_buffer(&k->code, sum);
    strip_add_buffer(&k->code, sum);
    strip_add_buffer(&k->code, y);
    strip_add_count(&k->code);
}

static void add_to_sum(KernelEmitter *k, const struct Bank *bank) {
    const int sum = k->sum[bank->sum];
    if (k->code.buffers[sum].type == OF_DOUBLE)
        add_wide(k, bank, sum);
    else
        add_narrow(k, bank, sum);
}

void kernel_add_banks(KernelEmitter *k, NodeId sum) {
    for (int i = 0; i < k->nbanks; i++)
        if (k->banks[i].sum == sum && k->banks[i].span == kernel_span(k, sum))
            add_to_sum(k, &k->banks[i]);
}

void kernel_add_spanned_banks(KernelEmitter *k, int span) {
    for (int i = 0; i < k->nbanks; i++)
        if (k->banks[i].span == span && kernel_span(k, k->banks[i].sum) != span)
            add_to_sum(k, &k->banks[i]);
}
