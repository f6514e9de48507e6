/* Filters of a note, each one call from input to output, which voices of an instrument run beside each other
 * (runtime/kernels_voices.c). In: the nodes of the strip of a note. Out: which nodes such a call computes, and the call.
 *
 * A filter alone looks ahead, for which inputs of all its states and these states before and after a sample pass through memory, as
 * doubles. Beside others it waits for nothing, and only what goes in and comes out does. */
#include "lower/filter.h"

#include <stdlib.h>

/* Such a product is computed as soon as its factors are (lower/gather.c). */
static bool is_gathered(const KernelEmitter *k, NodeId id) {
    for (int i = k->first_reader[id]; i < k->first_reader[id + 1]; i++)
        if (k->gathers[k->readers[i]]) return k->g->nodes[id].op == OP_MUL;
    return false;
}

/* What may be heard of a filter: one of its sums, products with numbers, or a state. */
static bool may_be_heard(const KernelEmitter *k, NodeId id) {
    const int op = k->g->nodes[id].op;
    return !is_gathered(k, id) && !k->computed[id] && !k->folded[id] && !k->rolled[id] &&
           !k->gathers[id] && !k->p->absorbed[id] && k->p->roll[id] < 0 && kernel_span(k, id) < 0 &&
           (op == OP_ADD || op == OP_SUB || op == OP_NEG || op == OP_MUL);
}

static bool is_in_no_span(const FilterFinder *f, const Filter *filter) {
    const int component = filter->r.component;
    for (int i = f->start[component]; i < f->start[component + 1]; i++)
        if (kernel_span(f->k, f->members[i]) >= 0) return false;
    for (int i = 0; i < filter->noutside; i++)
        if (kernel_span(f->k, filter->outside[i]) >= 0) return false;
    return true;
}

static void declare(KernelEmitter *k, const FilterFinder *f, const Filter *filter) {
    const NodeId node = k->p->lines[filter->r.states[0].line].source;
    struct BesideFilter call = {filter->term, filter->input, 0, 0};
    call.numbers = kernel_own_field(k, "filter", k->nbeside, node, FILTER_MADE);
    call.states = kernel_own_field(k, "filtered", k->nbeside, node, FILTER_STATES);
    KernelHistory h = {.make = KERNEL_filter2_numbers,
                       .begin = KERNELS,
                       .known = true,
                       .nstates = FILTER_STATES,
                       .powers = call.numbers,
                       .history = call.states};
    filter_declare(filter, &h, FILTER_NUMBERS);
    for (int i = 0; i < FILTER_STATES; i++)
        history_keep(&filter->r, &h, i, i, false);
    VEC_PUSH(k->own->histories, k->own->nhistories, k->own->history_cap, h);
    VEC_PUSH(k->beside, k->nbeside, k->beside_cap, call);
    filter_note_computed(f, filter);
    const int component = k->p->component[filter->term];
    for (int i = f->start[component]; i < f->start[component + 1]; i++)
        k->computed[f->members[i]] = 0; /* where it is heard, its call is made */
}

/* The last in the order of the plan takes in most. */
static void note_filter(Filter **found, int *n, int *room, const Filter *filter) {
    for (int i = 0; i < *n; i++)
        if ((*found)[i].r.component == filter->r.component) {
            (*found)[i] = *filter;
            return;
        }
    VEC_PUSH(*found, *n, *room, *filter);
}

static bool find_filter(const FilterFinder *f, NodeId term, Filter *filter) {
    LinearForm forms[MOST_STATES];
    *filter = (Filter){.term = term, .by_itself = true};
    return may_be_heard(f->k, term) && filter_find(f, filter, forms) && is_in_no_span(f, filter);
}

/* What another filter or a bank hears is heard of this one: a number that it is multiplied by may be theirs, too. False: it cannot. */
static bool leave_to_others(const FilterFinder *f, Filter *filter, NodeId heard) {
    const int component = filter->r.component;
    if (heard == filter->term || !filter_has(filter, heard)) return true;
    return find_filter(f, heard, filter) && filter->r.component == component;
}

static bool may_stand(const FilterFinder *f, Filter *found, int n, int number) {
    bool may = true;
    for (int i = 0; i < f->k->nbanks; i++)
        may = may && leave_to_others(f, &found[number], f->k->banks[i].input);
    for (int i = 0; i < n; i++)
        may = may && (i == number || leave_to_others(f, &found[number], found[i].input));
    return may;
}

void kernel_find_filters_beside(KernelEmitter *k) {
    Filter *found = NULL, filter;
    int n = 0, room = 0;
    FilterFinder f;
    if (!k->e->note || k->e->refill || !plan_may(k->p, STRATEGY_LANES)) return;
    filter_finder_open(&f, k);
    for (int i = 0; i < k->n; i++)
        if (find_filter(&f, k->nodes[i], &filter)) note_filter(&found, &n, &room, &filter);
    for (int i = 0; i < n; i++)
        if (may_stand(&f, found, n, i)) declare(k, &f, &found[i]);
    filter_finder_close(&f);
    free(found);
}

static KernelId kernel_of(BufferType y, BufferType x) {
    return y == OF_DOUBLE   ? x == OF_DOUBLE ? KERNEL_filter2_dd : KERNEL_filter2_df
           : x == OF_DOUBLE ? KERNEL_filter2_fd
                            : KERNEL_filter2_ff;
}

static const struct BesideFilter *heard_as(const KernelEmitter *k, const NodeId *nodes, int n) {
    for (int i = 0; i < k->nbeside; i++)
        for (int j = 0; j < n; j++)
            if (k->beside[i].term == nodes[j]) return &k->beside[i];
    return NULL;
}

bool kernel_filter_beside(KernelEmitter *k, const NodeId *members, int n) {
    const struct BesideFilter *filter = heard_as(k, members, n);
    if (!filter) return false;
    const BufferType of_y = kernel_type(k, filter->term), of_x = kernel_type(k, filter->input);
    const int x = kernel_buffer(k, filter->input, of_x), y = strip_buffer(&k->code, of_y);
    strip_call(&k->code, kernel_of(of_y, of_x));
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, x);
    strip_add_field(&k->code, filter->numbers);
    strip_add_field(&k->code, filter->states);
    strip_add_count(&k->code);
    kernel_set(k, filter->term, y);
    return true;
}
